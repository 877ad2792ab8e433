//! What was done in a session.

use crate::cli::out::counted;

/// A kind of thing that is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Done {
    /// A suggestion, as it stood.
    Accepted,
    /// A suggestion.
    Rejected,
    /// A suggestion, with another label.
    Relabelled,
    /// A suggestion, with other edges.
    Rebounded,
    /// A span that nobody suggested.
    Added,
    /// A span taken away.
    Removed,
    /// A document.
    Submitted,
    /// A document.
    Discarded,
    /// An edit taken back.
    Undone,
}

/// How often each was done.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally([u64; 9]);

impl Tally {
    /// One more.
    pub fn count(&mut self, done: Done) {
        self.0[done as usize] += 1;
    }

    /// In words.
    pub fn said(&self) -> String {
        let n = |done: Done| self.0[done as usize];
        let verbs = [
            (Done::Accepted, "accepted"),
            (Done::Rejected, "rejected"),
            (Done::Relabelled, "relabelled"),
            (Done::Rebounded, "re-bounded"),
            (Done::Added, "added"),
            (Done::Removed, "taken away"),
        ];
        let documents = [(Done::Submitted, "submitted"), (Done::Discarded, "discarded")];
        let said = (verbs.into_iter().filter(|(d, _)| n(*d) > 0).map(|(d, verb)| format!("{} {verb}", n(d))))
            .chain(
                documents
                    .into_iter()
                    .filter(|(d, _)| n(*d) > 0)
                    .map(|(d, v)| format!("{} {v}", counted(n(d), "document"))),
            )
            .chain((n(Done::Undone) > 0).then(|| format!("{} undone", n(Done::Undone))))
            .collect::<Vec<_>>()
            .join(", ");
        if said.is_empty() { "nothing was changed".into() } else { format!("{said}; all saved") }
    }
}
