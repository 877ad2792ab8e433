//! Labels as a person gives them.

/// Labels without duplicates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoldedLabels {
    /// In the order given; of equal ones the first.
    pub labels: Vec<String>,
    /// Those that were given more than once, each named once.
    pub twice: Vec<String>,
}

/// Folds duplicates: the first wins, because the order of labels changes a model's scores.
pub fn fold(given: impl IntoIterator<Item = String>) -> FoldedLabels {
    let mut folded = FoldedLabels::default();
    for label in given {
        if !folded.labels.contains(&label) {
            folded.labels.push(label);
        } else if !folded.twice.contains(&label) {
            folded.twice.push(label);
        }
    }
    folded
}
