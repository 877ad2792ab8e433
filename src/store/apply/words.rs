//! Enums as the tables have them.

use crate::dataset::{Origin, Status, Verdict};

/// The number of a status in the tables.
pub(in crate::store) fn status_number(status: Status) -> i64 {
    match status {
        Status::Pending => 0,
        Status::Draft => 1,
        Status::Submitted => 2,
        Status::Discarded => 3,
    }
}

/// The status of a number in the tables.
pub(in crate::store) fn status_of(number: i64) -> Status {
    Status::ALL.get(number as usize).copied().unwrap_or_default()
}

pub(super) fn origin_word(origin: Origin) -> &'static str {
    match origin {
        Origin::Key => "key",
        Origin::Bulk => "bulk",
        Origin::Import => "import",
        Origin::Repair => "repair",
    }
}

pub(super) fn origin_of(word: &str) -> Origin {
    match word {
        "bulk" => Origin::Bulk,
        "import" => Origin::Import,
        "repair" => Origin::Repair,
        _ => Origin::Key,
    }
}

pub(super) fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Accepted => "accepted",
        Verdict::Rejected => "rejected",
        Verdict::Relabelled => "relabelled",
        Verdict::Rebounded => "rebounded",
    }
}

pub(super) fn verdict_of(word: &str) -> Verdict {
    match word {
        "rejected" => Verdict::Rejected,
        "relabelled" => Verdict::Relabelled,
        "rebounded" => Verdict::Rebounded,
        _ => Verdict::Accepted,
    }
}
