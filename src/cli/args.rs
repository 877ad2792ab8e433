//! Arguments that several commands share.

use clap::Args;

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
    pub(crate) fn given(&self) -> Vec<String> {
        self.label.iter().cloned().chain(self.labels.iter().map(|l| l.trim().to_owned())).collect()
    }

    /// The labels without duplicates (the first wins), and those that were given twice.
    pub(crate) fn folded(&self) -> (Vec<String>, Vec<String>) {
        let (mut kept, mut twice): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        for label in self.given() {
            if !kept.contains(&label) {
                kept.push(label);
            } else if !twice.contains(&label) {
                twice.push(label);
            }
        }
        (kept, twice)
    }
}
