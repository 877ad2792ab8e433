//! Arguments that several commands share.

use clap::Args;

use crate::suggest::{FoldedLabels, fold};

/// A score between 0 and 1, such as a threshold.
pub(crate) fn score(word: &str) -> Result<f32, String> {
    let number: f32 = word.parse().map_err(|_| format!("'{word}' is not a number"))?;
    if (0.0..=1.0).contains(&number) { Ok(number) } else { Err("it must be between 0 and 1".to_owned()) }
}

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
