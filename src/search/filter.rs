//! What the store knows of documents, as sets: the filters of a query.

use super::query::{Compare, Filter, Query, What};
use super::{DocumentSet, SearchError};
use crate::dataset::{LabelId, Status};
use crate::store::{Project, ScoreRange, SourceList, Test};

/// The documents' sources: which there are, and which each document has. Read once, for it is a walk over all documents.
#[derive(Debug)]
pub(super) struct Sources(SourceList);

impl Sources {
    /// Reads them all.
    pub fn read(project: &Project) -> Result<Self, SearchError> {
        Ok(Self(project.sources()?))
    }

    /// The documents whose source contains `part`, upper and lower case being the same.
    fn with(&self, part: &str) -> DocumentSet {
        let part = part.to_lowercase();
        let wanted: Vec<bool> = self.0.names.iter().map(|name| name.to_lowercase().contains(&part)).collect();
        let documents = self.0.documents.iter().filter(|(_, source)| wanted[*source as usize]);
        DocumentSet::of(documents.map(|(id, _)| *id).collect())
    }
}

/// Those of `all` that pass every filter of the query; `None` when it has none. `sources` is asked for when one needs it.
pub(super) fn passing<S: std::ops::Deref<Target = Sources>>(
    project: &Project,
    annotator: &str,
    query: &Query,
    all: &DocumentSet,
    sources: impl Fn() -> Result<S, SearchError>,
) -> Result<Option<DocumentSet>, SearchError> {
    let mut left: Option<DocumentSet> = None;
    for piece in &query.pieces {
        let What::Filter(filter) = &piece.what else { continue };
        let mut without = piece.excluded;
        let test = match filter {
            Filter::Label(name) => Some(Test::Label(label(project, name)?)),
            // Nothing is kept of what is not begun.
            Filter::Status(Status::Pending) => {
                without = !without;
                Some(Test::Begun)
            }
            Filter::Status(status) => Some(Test::Status(*status)),
            Filter::Score(compare, score) => Some(Test::Score(twentieths(*compare, *score))),
            Filter::ScoreBetween(from, to) => Some(Test::Score(ScoreRange {
                from: twentieths(Compare::MoreOrSame, *from).from,
                to: twentieths(Compare::LessOrSame, *to).to,
            })),
            Filter::Length(compare, length) => {
                let (least, most) = match compare {
                    // Nothing is shorter than nothing.
                    Compare::Less if *length == 0 => (1, 0),
                    Compare::Less => (0, length - 1),
                    Compare::LessOrSame => (0, *length),
                    Compare::More => (length.saturating_add(1), u64::MAX),
                    Compare::MoreOrSame => (*length, u64::MAX),
                    Compare::Same => (*length, *length),
                };
                Some(Test::Chars(least, most))
            }
            Filter::LengthBetween(least, most) => Some(Test::Chars(*least, *most)),
            Filter::Source(_) => None,
        };
        let found = match (test, filter) {
            (Some(test), _) => DocumentSet::of(project.passing(annotator, test)?),
            (None, Filter::Source(part)) => sources()?.with(part),
            (None, _) => DocumentSet::default(),
        };
        left = Some(left.as_ref().unwrap_or(all).and(&found, without));
    }
    Ok(left)
}

/// The label of this name, upper and lower case being the same where only one can be meant.
fn label(project: &Project, name: &str) -> Result<LabelId, SearchError> {
    let labels = project.labels()?;
    if let Some(label) = labels.iter().find(|label| label.name == name) {
        return Ok(label.id);
    }
    let lower = name.to_lowercase();
    let mut alike = labels.iter().filter(|label| label.name.to_lowercase() == lower);
    if let (Some(label), None) = (alike.next(), alike.next()) {
        return Ok(label.id);
    }
    let known: Vec<&str> = labels.iter().map(|label| label.name.as_str()).collect();
    Err(SearchError::Refused(match known.is_empty() {
        true => format!("no label '{name}' in this project; it has none yet"),
        false => format!("no label '{name}' in this project; it has {}", known.join(", ")),
    }))
}

/// The twentieths of the scale in which such scores lie: more is not known of them.
fn twentieths(compare: Compare, score: f32) -> ScoreRange {
    // A score on a border, as it is written, is on it.
    let at = f64::from(score.clamp(0.0, 1.0)) * 20.0;
    let below = ((at + 1e-4).floor() as u8).min(19);
    let above = ((at - 1e-4).ceil().max(0.0) as u8).min(20);
    match compare {
        Compare::Less => ScoreRange { from: 0, to: above },
        Compare::LessOrSame => ScoreRange { from: 0, to: below + 1 },
        Compare::More | Compare::MoreOrSame => ScoreRange { from: below, to: 20 },
        Compare::Same => ScoreRange { from: below, to: below + 1 },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_become_the_twentieths_they_lie_in() {
        let range = |compare, score| {
            let range = twentieths(compare, score);
            (range.from, range.to)
        };
        assert_eq!(range(Compare::Less, 0.6), (0, 12));
        assert_eq!(range(Compare::LessOrSame, 0.6), (0, 13));
        assert_eq!(range(Compare::Less, 0.62), (0, 13));
        assert_eq!(range(Compare::More, 0.6), (12, 20));
        assert_eq!(range(Compare::MoreOrSame, 0.35), (7, 20));
        assert_eq!(range(Compare::Same, 0.98), (19, 20));
        assert_eq!(range(Compare::Same, 1.0), (19, 20));
        assert_eq!(range(Compare::Less, 0.0), (0, 0), "no score is below 0");
        assert_eq!(range(Compare::More, 7.0), (19, 20));
    }
}
