//! Arguments that several commands share.

use clap::Args;

use crate::suggest::{FoldedLabels, fold};

/// Labels on the command line: in the order given, duplicates folded.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct LabelArgs {
    /// A label; repeat for more. It may hold commas and blanks
    #[arg(long = "label", value_name = "LABEL")]
    label: Vec<String>,
    /// Several labels at once, separated by commas
    #[arg(long = "labels", value_name = "A,B,…", value_delimiter = ',')]
    labels: Vec<String>,
}

impl LabelArgs {
    /// All labels as they were given: `--label` first, then `--labels`.
    fn given(&self) -> Vec<String> {
        self.label.iter().cloned().chain(self.labels.iter().map(|l| l.trim().to_owned())).collect()
    }

    /// The labels without duplicates (the first wins), and those that were given twice.
    pub(crate) fn folded(&self) -> FoldedLabels {
        fold(self.given())
    }
}
