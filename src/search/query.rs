//! What a person types into the search line: a list of pieces, read by a parser of our own.
//!
//! | typed | finds |
//! |---|---|
//! | `word` | documents with the word, in any of its English forms |
//! | `"two words"` | the words one after another, as they are |
//! | `"two wo"*` | the same, the last may be only a beginning |
//! | `pre*` | words that begin so |
//! | `word~` `word~2` | words that are one or two letters off |
//! | `/wor[dk]s?/` | words that match as a whole; letter case does not matter |
//! | `label:drug` `label:"two words"` | the annotator has a span with this label |
//! | `status:pending` | the annotator's response is `pending`, `draft`, `submitted` or `discarded` |
//! | `score:<0.6` `score:0.2..0.6` | a suggestion has such a score; also `<=`, `>`, `>=`, `=` |
//! | `length:>200` `length:100..200` | the text has so many code points |
//! | `source:news` | where it came from contains this |
//! | `-` before any of these | documents without it |
//!
//! All pieces must hold, but of plain words any may be missing: documents with all of them come first. A backslash takes
//! the meaning from the sign after it: `\-5`, `a\*`, `label\:x`. A colon after any other word is part of the word, as in
//! `12:30`. Between slashes stands no space: what is matched are words.

use std::fmt;

use tantivy::query::RegexQuery;
use tantivy::schema::Field;

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
        let mut reader = Reader::new(typed, false);
        let mut pieces = Vec::new();
        while let Some(piece) = reader.piece() {
            pieces.extend(piece?);
        }
        Ok(Self { pieces })
    }

    /// What is typed so far, while somebody types: what is not closed yet counts as closed at the end, the last word of
    /// an open phrase as a beginning, and what is not understood is left out.
    pub fn parse_leniently(typed: &str) -> Self {
        let mut reader = Reader::new(typed, true);
        let mut pieces = Vec::new();
        while let Some(piece) = reader.piece() {
            pieces.extend(piece.ok().flatten());
        }
        Self { pieces }
    }

    /// True when nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// True when nothing is asked of the text itself: there are filters only, or nothing.
    pub fn is_only_filters(&self) -> bool {
        !self.pieces.iter().any(Piece::asks_for_words)
    }

    /// The text of what must be found, without filters, exclusions and signs: what an embedder reads.
    pub fn words(&self) -> String {
        let text = |piece: &Piece| match &piece.what {
            What::Word(w) | What::Prefix(w) | What::Fuzzy(w, _) | What::Phrase(w) | What::PhrasePrefix(w)
                if !piece.excluded =>
            {
                Some(w.clone())
            }
            _ => None,
        };
        self.pieces.iter().filter_map(text).collect::<Vec<_>>().join(" ")
    }
}

impl Piece {
    /// True when something is asked of the text itself.
    pub fn asks_for_words(&self) -> bool {
        !matches!(self.what, What::Filter(_))
    }
}

/// The names of filters, in the order of the table above.
const FILTERS: [&str; 5] = ["label", "status", "score", "length", "source"];

/// The signs that a backslash takes the meaning from, besides spaces.
const SIGNS: &str = "\"*~/-\\:";

/// A place in what was typed.
struct Reader {
    chars: Vec<char>,
    at: usize,
    lenient: bool,
}

/// A piece, nothing where nothing is meant, or why it is not understood.
type Read<T> = Result<T, QueryError>;

impl Reader {
    fn new(typed: &str, lenient: bool) -> Self {
        Self { chars: typed.chars().collect(), at: 0, lenient }
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn skip_if(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    /// True where a piece ends: at a space or at the end.
    fn at_border(&self) -> bool {
        self.peek().is_none_or(char::is_whitespace)
    }

    /// The next piece; `None` at the end. The place is past it also when it was not understood.
    fn piece(&mut self) -> Option<Read<Option<Piece>>> {
        while self.peek()?.is_whitespace() {
            self.at += 1;
        }
        let begin = self.at;
        let excluded = self.skip_if('-') && !self.at_border();
        if !excluded {
            self.at = begin;
        }
        let what = match self.peek()? {
            '"' => self.phrase(),
            '/' => self.regex(),
            _ => match self.filter_name() {
                Some(name) => self.filter(name),
                None => self.word(),
            },
        };
        Some(what.map(|what| what.map(|what| Piece { excluded, what })))
    }

    /// What stands between quotation marks, and whether the second one was there.
    fn quoted(&mut self) -> Read<(String, bool)> {
        let begin = self.at;
        self.at += 1;
        let mut text = String::new();
        while let Some(c) = self.peek() {
            self.at += 1;
            match (c, self.peek()) {
                ('"', _) => return Ok((text, true)),
                ('\\', Some(next @ ('"' | '\\'))) => {
                    text.push(next);
                    self.at += 1;
                }
                _ => text.push(c),
            }
        }
        if self.lenient {
            return Ok((text, false));
        }
        let why = "the quotation mark is not closed; add another, or type \\\" to search for one".to_owned();
        Err(QueryError { why, at: begin })
    }

    fn phrase(&mut self) -> Read<Option<What>> {
        let begin = self.at;
        let (text, closed) = self.quoted()?;
        let prefix = self.skip_if('*') || !closed;
        if self.peek() == Some('~') {
            while !self.at_border() {
                self.at += 1;
            }
            if !self.lenient {
                let why = "a phrase has no ~; put it behind single words".to_owned();
                return Err(QueryError { why, at: begin });
            }
        }
        if text.trim().is_empty() {
            if self.lenient {
                return Ok(None);
            }
            let why = "nothing stands between the quotation marks; type the words there".to_owned();
            return Err(QueryError { why, at: begin });
        }
        Ok(Some(if prefix { What::PhrasePrefix(text) } else { What::Phrase(text) }))
    }

    fn regex(&mut self) -> Read<Option<What>> {
        let begin = self.at;
        self.at += 1;
        let mut pattern = String::new();
        let mut closed = false;
        while !self.at_border() {
            let Some(c) = self.peek() else { break };
            self.at += 1;
            match (c, self.peek()) {
                ('/', _) if self.at_border() => {
                    closed = true;
                    break;
                }
                ('\\', Some('/')) => {
                    pattern.push('/');
                    self.at += 1;
                }
                ('\\', Some(next)) if !next.is_whitespace() => {
                    pattern.extend([c, next]);
                    self.at += 1;
                }
                _ => pattern.push(c),
            }
        }
        let error = |why: String| if self.lenient { Ok(None) } else { Err(QueryError { why, at: begin }) };
        if !closed && !self.lenient {
            return error("the slash is not closed; end with another, or type \\/ to search for one".to_owned());
        }
        if pattern.is_empty() {
            return error("nothing stands between the slashes; type a regular expression there".to_owned());
        }
        match regex_error(&pattern) {
            Some(why) => error(format!("/{pattern}/ is not a regular expression for words: {why}")),
            None => Ok(Some(What::Regex(pattern))),
        }
    }

    /// The name of a filter, if one stands here; the place is then past its colon.
    fn filter_name(&mut self) -> Option<&'static str> {
        let here = |name: &&str| {
            let end = self.at + name.len();
            self.chars.get(self.at..end).is_some_and(|w| w.iter().copied().eq(name.chars()))
                && self.chars.get(end) == Some(&':')
        };
        let name = FILTERS.into_iter().find(here)?;
        self.at += name.len() + 1;
        Some(name)
    }

    fn filter(&mut self, name: &'static str) -> Read<Option<What>> {
        let begin = self.at;
        let (value, closed) = if self.peek() == Some('"') {
            self.quoted()?
        } else {
            let value: String = self.chars[begin..].iter().take_while(|c| !c.is_whitespace()).collect();
            self.at += value.chars().count();
            (value, self.peek().is_some())
        };
        let filter = match name {
            _ if value.is_empty() => Err(format!("{name}: stands without a value; {}", example(name))),
            "label" => Ok(Filter::Label(value)),
            "source" => Ok(Filter::Source(value)),
            "status" => status(&value, self.lenient && !closed).map(Filter::Status),
            "score" => number(&value, |n: &f32| n.is_finite())
                .map(|bound| bound.filter(Filter::Score, Filter::ScoreBetween))
                .ok_or_else(|| format!("'{value}' is not a score; {}", example(name))),
            _ => number(&value, |_: &u64| true)
                .map(|bound| bound.filter(Filter::Length, Filter::LengthBetween))
                .ok_or_else(|| format!("'{value}' is not a length; {}", example(name))),
        };
        match filter {
            Ok(filter) => Ok(Some(What::Filter(filter))),
            Err(_) if self.lenient => Ok(None),
            Err(why) => Err(QueryError { why, at: begin }),
        }
    }

    /// A word and the sign behind it; a sign alone is a word.
    fn word(&mut self) -> Read<Option<What>> {
        let begin = self.at;
        // Each with whether a backslash took its meaning.
        let mut word: Vec<(char, bool)> = Vec::new();
        while !self.at_border() {
            let Some(c) = self.peek() else { break };
            self.at += 1;
            match self.peek() {
                Some(next) if c == '\\' && (SIGNS.contains(next) || next.is_whitespace()) => {
                    word.push((next, true));
                    self.at += 1;
                }
                _ => word.push((c, false)),
            }
        }
        let text = |word: &[(char, bool)]| word.iter().map(|(c, _)| *c).collect::<String>();
        Ok(Some(match word.as_slice() {
            [rest @ .., ('*', false)] if !rest.is_empty() => What::Prefix(text(rest)),
            [rest @ .., ('~', false)] if !rest.is_empty() => What::Fuzzy(text(rest), 1),
            [rest @ .., ('~', false), (digit @ '0'..='9', false)] if !rest.is_empty() => {
                let letters = digit.to_digit(10).map_or(1, |d| d.min(2) as u8);
                if *digit > '2' && !self.lenient {
                    let why = format!("~{digit} is too much; words may be at most ~2 letters off");
                    return Err(QueryError { why, at: begin });
                }
                What::Fuzzy(text(rest), letters)
            }
            all => What::Word(text(all)),
        }))
    }
}

/// How a filter is typed.
fn example(name: &str) -> &'static str {
    match name {
        "label" => "type a label, as in label:drug or label:\"two words\"",
        "status" => "type pending, draft, submitted or discarded, as in status:pending",
        "score" => "type a number, as in score:<0.6, score:>=0.5 or score:0.2..0.6",
        "length" => "type a number of characters, as in length:>200 or length:100..200",
        _ => "type a part of the source's name, as in source:news",
    }
}

/// A status; of one that is still being typed the beginning will do.
fn status(word: &str, half_typed: bool) -> Result<Status, String> {
    let mut begun = Status::ALL.into_iter().filter(|s| half_typed && s.as_str().starts_with(word));
    match (begun.next(), begun.next()) {
        (Some(only), None) => Ok(only),
        _ => word.parse(),
    }
}

/// A number with what stands before it, or a range.
enum Bound<T> {
    Than(Compare, T),
    Between(T, T),
}

impl<T> Bound<T> {
    fn filter(self, than: fn(Compare, T) -> Filter, between: fn(T, T) -> Filter) -> Filter {
        match self {
            Bound::Than(compare, number) => than(compare, number),
            Bound::Between(from, to) => between(from, to),
        }
    }
}

/// `<0.6`, `0.2..0.6`, `0.2..`, `..0.6`, `0.6`; `None` for anything else.
fn number<T: std::str::FromStr + PartialOrd>(typed: &str, is_good: fn(&T) -> bool) -> Option<Bound<T>> {
    let read = |digits: &str| digits.parse().ok().filter(is_good);
    if let Some((from, to)) = typed.split_once("..") {
        return Some(match (from, to) {
            ("", to) => Bound::Than(Compare::LessOrSame, read(to)?),
            (from, "") => Bound::Than(Compare::MoreOrSame, read(from)?),
            (from, to) => {
                let (from, to) = (read(from)?, read(to)?);
                (from <= to).then_some(Bound::Between(from, to))?
            }
        });
    }
    let signs = [
        ("<=", Compare::LessOrSame),
        ("≤", Compare::LessOrSame),
        (">=", Compare::MoreOrSame),
        ("≥", Compare::MoreOrSame),
        ("<", Compare::Less),
        (">", Compare::More),
        ("=", Compare::Same),
        ("", Compare::Same),
    ];
    let (digits, compare) = signs.iter().find_map(|(sign, compare)| Some((typed.strip_prefix(sign)?, *compare)))?;
    Some(Bound::Than(compare, read(digits)?))
}

/// The pattern that terms are matched with: letter case does not matter, for terms are in lower case.
pub(super) fn for_terms(pattern: &str) -> String {
    format!("(?i){pattern}")
}

/// Why a pattern cannot be matched against words, in one line; `None` when it can.
fn regex_error(pattern: &str) -> Option<String> {
    // The engine that runs it is asked, so that whatever is let through also runs; the field does not matter to it.
    let error = RegexQuery::from_pattern(&for_terms(pattern), Field::from_field_id(0)).err()?.to_string();
    if pattern.contains(['^', '$']) || error.contains("zero width") || error.contains("word boundar") {
        return Some("it is always matched against a whole word, so leave out ^, $ and \\b".to_owned());
    }
    let last = error.lines().last().unwrap_or_default().trim().trim_end_matches("'").to_owned();
    let last = last.rsplit("RegexQueryError: ").next().unwrap_or_default();
    Some(last.trim_start_matches("error: ").to_owned())
}

impl fmt::Display for Query {
    /// As it can be typed again.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (piece, place) in self.pieces.iter().zip(0..) {
            if place > 0 {
                f.write_str(" ")?;
            }
            piece.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.excluded {
            f.write_str("-")?;
        }
        match &self.what {
            What::Word(word) => f.write_str(&typed_word(word, true)),
            What::Prefix(word) => write!(f, "{}*", typed_word(word, false)),
            What::Fuzzy(word, 1) => write!(f, "{}~", typed_word(word, false)),
            What::Fuzzy(word, letters) => write!(f, "{}~{letters}", typed_word(word, false)),
            What::Phrase(words) => f.write_str(&quoted(words)),
            What::PhrasePrefix(words) => write!(f, "{}*", quoted(words)),
            What::Regex(pattern) => write!(f, "/{}/", typed_regex(pattern)),
            What::Filter(filter) => filter.fmt(f),
        }
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = |value: &str| {
            let plain = !value.is_empty() && !value.starts_with('"') && !value.contains(char::is_whitespace);
            if plain { value.to_owned() } else { quoted(value) }
        };
        let sign = |compare: &Compare| if *compare == Compare::Same { "" } else { compare.as_str() };
        match self {
            Filter::Label(label) => write!(f, "label:{}", value(label)),
            Filter::Status(status) => write!(f, "status:{}", status.as_str()),
            Filter::Score(compare, score) => write!(f, "score:{}{score}", sign(compare)),
            Filter::ScoreBetween(from, to) => write!(f, "score:{from}..{to}"),
            Filter::Length(compare, length) => write!(f, "length:{}{length}", sign(compare)),
            Filter::LengthBetween(from, to) => write!(f, "length:{from}..{to}"),
            Filter::Source(source) => write!(f, "source:{}", value(source)),
        }
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A pattern with a backslash before each slash that has none.
fn typed_regex(pattern: &str) -> String {
    let mut typed = String::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                typed.push(c);
                typed.extend(chars.next());
            }
            '/' => typed.push_str("\\/"),
            _ => typed.push(c),
        }
    }
    typed
}

/// A word with backslashes where a sign would mean something. `last`: no sign follows it.
fn typed_word(word: &str, last: bool) -> String {
    let chars: Vec<char> = word.chars().collect();
    let filter = FILTERS.iter().find(|name| word.strip_prefix(**name).is_some_and(|rest| rest.starts_with(':')));
    let colon = filter.map(|name| name.len());
    let sign = match chars.as_slice() {
        _ if !last => None,
        [.., '*' | '~'] => Some(chars.len() - 1),
        [.., '~', '0'..='9'] => Some(chars.len() - 2),
        _ => None,
    };
    let mut typed = String::new();
    for (place, c) in chars.iter().enumerate() {
        let first = place == 0 && "-\"/".contains(*c);
        if first || *c == '\\' || c.is_whitespace() || Some(place) == sign || Some(place) == colon {
            typed.push('\\');
        }
        typed.push(*c);
    }
    typed
}
