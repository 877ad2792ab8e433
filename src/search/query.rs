//! What a person types into the search line, as a tree of one level.
//!
//! Words, `"exact phrase"`, `-word`, `prefix*`, `fuzzy~` (one letter off; `fuzzy~2`: two), `/regex/`, and filters:
//! `label:drug`, `status:pending`, `score:<0.6`, `length:>200`, `source:news`. A minus excludes any of them. All pieces
//! must hold, but of plain words any may be missing: documents with more of them come first.

use crate::dataset::Status;

/// A query that was understood.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// What it asks for, in the order typed.
    pub pieces: Vec<Piece>,
}

/// One thing that is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// Documents with it are left out.
    pub excluded: bool,
    /// What.
    pub what: What,
}

/// What a piece asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// A word.
    Word(String),
    /// Words that begin so.
    Prefix(String),
    /// Words that are at most so many letters off.
    Fuzzy(String, u8),
    /// Words one after another.
    Phrase(String),
    /// Words one after another, of which the last may be only a beginning.
    PhrasePrefix(String),
    /// Words that match as a whole.
    Regex(String),
    /// Something the store knows.
    Filter(Filter),
}

/// Something the store knows of a document.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    /// The annotator has a span with this label.
    Label(String),
    /// The annotator's response has this status.
    Status(Status),
    /// It has a suggestion with such a score.
    Score(Compare, f32),
    /// It has a suggestion with a score from this to that, both included.
    ScoreBetween(f32, f32),
    /// It has so many code points.
    Length(Compare, u64),
    /// It has from this to that many code points, both included.
    LengthBetween(u64, u64),
    /// Its source contains this.
    Source(String),
}

/// How a number is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    /// `<`
    Less,
    /// `<=`
    LessOrSame,
    /// `>`
    More,
    /// `>=`
    MoreOrSame,
    /// `=`, or nothing before the number.
    Same,
}

impl Compare {
    /// The sign, as it is typed; SQL has the same.
    pub const fn as_str(self) -> &'static str {
        match self {
            Compare::Less => "<",
            Compare::LessOrSame => "<=",
            Compare::More => ">",
            Compare::MoreOrSame => ">=",
            Compare::Same => "=",
        }
    }

    /// Whether a value stands so to a bound.
    pub fn holds<T: PartialOrd>(self, value: T, bound: T) -> bool {
        match self {
            Compare::Less => value < bound,
            Compare::LessOrSame => value <= bound,
            Compare::More => value > bound,
            Compare::MoreOrSame => value >= bound,
            Compare::Same => value == bound,
        }
    }
}

/// Why a query was not understood, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{why} (at character {at})")]
pub struct QueryError {
    /// In words, with what to do.
    pub why: String,
    /// Code points before the place.
    pub at: usize,
}

impl Query {
    /// Reads what was typed.
    ///
    /// # Errors
    /// When a quotation mark or slash is not closed, a regular expression or a filter is none.
    pub fn parse(typed: &str) -> Result<Self, QueryError> {
        let word = |w: &str| Piece { excluded: false, what: What::Word(w.to_owned()) };
        Ok(Self { pieces: typed.split_whitespace().map(word).collect() })
    }

    /// What is typed so far, while somebody types: what is not closed yet counts as closed at the end, and what is not
    /// understood is left out.
    pub fn parse_leniently(typed: &str) -> Self {
        Self::parse(typed).unwrap_or_default()
    }

    /// True when nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// The text of what must be found, without filters, exclusions and signs: what an embedder reads.
    pub fn words(&self) -> String {
        let text = |piece: &Piece| match &piece.what {
            What::Word(w) | What::Prefix(w) | What::Fuzzy(w, _) | What::Phrase(w) if !piece.excluded => Some(w.clone()),
            _ => None,
        };
        self.pieces.iter().filter_map(text).collect::<Vec<_>>().join(" ")
    }
}
