//! Where in a text the words of a query stand, and the part of the text that shows them.

use std::collections::HashMap;
use std::ops::Range;

use regex::Regex;
use unicode_segmentation::GraphemeCursor;

use super::clauses::{Demand, Test, clauses};
use super::query::Query;
use super::tokens::{Kind, Stems, Token, Tokens};
use crate::text::{CharRange, Columns, OffsetMap};

/// Part of a text around what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snippet {
    /// The part, on one line; controls other than spaces are as they were.
    pub text: String,
    /// What was found, in code points of the part.
    pub found: Vec<CharRange>,
    /// The text goes on before it.
    pub before: bool,
    /// The text goes on after it.
    pub after: bool,
}

/// Where the words of a query stand, in code points, ascending, none overlapping; graphemes are never cut.
///
/// A phrase is one range and counts only where its words stand in order. Excluded words and filters have none. A document
/// that the keyword index finds by something that must or may be there has at least one.
pub fn highlights(query: &Query, text: &str) -> Vec<CharRange> {
    let mut looks = Looks::for_query(query);
    if looks.words.is_empty() && looks.sequences.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<Range<usize>> = Vec::new();
    for token in Tokens::new(text) {
        looks.at(&token, &mut found);
    }
    found.sort_by_key(|bytes| (bytes.start, bytes.end));
    let offsets = OffsetMap::new(text);
    let mut ranges: Vec<CharRange> = Vec::new();
    for bytes in found {
        let bytes = if text.is_ascii() { bytes } else { whole_graphemes(text, bytes) };
        let range = CharRange::new(offsets.char_of_byte(text, bytes.start), offsets.char_of_byte(text, bytes.end));
        match ranges.last_mut() {
            Some(last) if last.end > range.start => last.end = last.end.max(range.end),
            _ => ranges.push(range),
        }
    }
    ranges
}

/// What is looked for in a text, and how far each sequence is.
struct Looks {
    words: Vec<Word>,
    sequences: Vec<Sequence>,
    /// Whether a word is one of those looked for; texts say the same words again and again.
    known: HashMap<(String, bool), bool>,
    stems: Stems,
}

/// A test of one word.
enum Word {
    Stem(String),
    Prefix(String),
    Fuzzy(Vec<char>, usize),
    Pattern(Regex),
}

/// Words that must stand one after another.
struct Sequence {
    words: Vec<(usize, String)>,
    /// The last one may be only a beginning.
    prefix: bool,
    /// Those that have begun: first position, first byte, how many words are there.
    begun: Vec<(usize, usize, usize)>,
}

impl Looks {
    fn for_query(query: &Query) -> Self {
        let mut looks = Self { words: Vec::new(), sequences: Vec::new(), known: HashMap::new(), stems: Stems::new() };
        for test in clauses(query).into_iter().filter(|c| c.demand != Demand::Never).flat_map(|c| c.tests) {
            match test {
                Test::Stem(stem) => looks.words.push(Word::Stem(stem)),
                Test::Prefix(begin) => looks.words.push(Word::Prefix(begin)),
                Test::Fuzzy(word, letters) => {
                    looks.words.push(Word::Fuzzy(word.chars().collect(), usize::from(letters)));
                }
                // One that is too big to be compiled is too big for the index too.
                Test::Regex(pattern) => looks.words.extend(whole_word(&pattern).map(Word::Pattern)),
                Test::Sequence(words) => looks.sequences.push(Sequence { words, prefix: false, begun: Vec::new() }),
                Test::SequencePrefix(words) => {
                    looks.sequences.push(Sequence { words, prefix: true, begun: Vec::new() });
                }
            }
        }
        looks
    }

    /// Looks at the next token of a text.
    fn at(&mut self, token: &Token, found: &mut Vec<Range<usize>>) {
        for sequence in &mut self.sequences {
            sequence.at(token, found);
        }
        if self.words.is_empty() {
            return;
        }
        let spaced = matches!(token.kind, Kind::Part | Kind::Whole);
        let key = (token.text.clone(), spaced);
        let is_one = match self.known.get(&key) {
            Some(known) => *known,
            None => {
                let stem = spaced.then(|| self.stems.of(&token.text));
                let is_one = self.words.iter().any(|word| word.is(&token.text, stem.as_deref()));
                self.known.insert(key, is_one);
                is_one
            }
        };
        if is_one {
            found.push(token.bytes.clone());
        }
    }
}

impl Word {
    fn is(&self, text: &str, stem: Option<&str>) -> bool {
        match self {
            Word::Stem(wanted) => stem == Some(wanted),
            Word::Prefix(begin) => text.starts_with(begin.as_str()),
            Word::Fuzzy(word, letters) => letters_off(word, text) <= *letters,
            Word::Pattern(pattern) => pattern.is_match(text),
        }
    }
}

impl Sequence {
    /// Tokens come in the order of their positions, several of one position in a row.
    fn at(&mut self, token: &Token, found: &mut Vec<Range<usize>>) {
        let (words, prefix) = (&self.words, self.prefix);
        let is = |place: usize| {
            let last = place + 1 == words.len();
            words.get(place).is_some_and(|(_, word)| {
                if last && prefix { token.text.starts_with(word.as_str()) } else { token.text == *word }
            })
        };
        let due = |first: usize, place: usize| first + words.get(place).map_or(0, |(after, _)| *after);
        self.begun.retain(|(first, _, place)| due(*first, *place) >= token.position);
        for (first, byte, place) in &mut self.begun {
            if due(*first, *place) == token.position && is(*place) {
                *place += 1;
                if *place == words.len() {
                    found.push(*byte..token.bytes.end);
                    // The last one may be found again in a longer token of the same position.
                    *place -= usize::from(prefix);
                }
            }
        }
        self.begun.retain(|(_, _, place)| *place < words.len());
        if is(0) {
            match words.len() {
                1 => found.push(token.bytes.clone()),
                _ => self.begun.push((token.position, token.bytes.start, 1)),
            }
        }
    }
}

/// A pattern that matches words as a whole, whatever their letter case.
fn whole_word(pattern: &str) -> Option<Regex> {
    let anchored = format!(r"\A(?:{pattern})\z");
    regex::RegexBuilder::new(&anchored).case_insensitive(true).dot_matches_new_line(true).build().ok()
}

/// How many letters have to be changed, added, taken away or swapped with their neighbours, each at most once.
fn letters_off(word: &[char], text: &str) -> usize {
    let text: Vec<char> = text.chars().collect();
    if word.len().abs_diff(text.len()) > 2 {
        return word.len().abs_diff(text.len());
    }
    let mut rows: [Vec<usize>; 3] = [Vec::new(), Vec::new(), (0..=text.len()).collect()];
    for (i, a) in word.iter().enumerate() {
        rows.rotate_left(1);
        let mut row = vec![i + 1];
        for (j, b) in text.iter().enumerate() {
            let mut best = (rows[1][j] + usize::from(a != b)).min(rows[1][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == text[j - 1] && word[i - 1] == *b {
                best = best.min(rows[0][j - 1] + 1);
            }
            row.push(best);
        }
        rows[2] = row;
    }
    rows[2].last().copied().unwrap_or(0)
}

/// The bytes of all graphemes that a range touches.
fn whole_graphemes(text: &str, bytes: Range<usize>) -> Range<usize> {
    let boundary = |at: usize, forward: bool| {
        let mut cursor = GraphemeCursor::new(at, text.len(), true);
        if cursor.is_boundary(text, 0).unwrap_or(true) {
            return at;
        }
        let near = if forward { cursor.next_boundary(text, 0) } else { cursor.prev_boundary(text, 0) };
        near.ok().flatten().unwrap_or(at)
    };
    boundary(bytes.start, false)..boundary(bytes.end, true)
}

/// The part of a text that shows most of what was found: at most `most` columns wide and at most `most` code points,
/// cut between words where a word is near.
pub fn snippet(text: &str, found: &[CharRange], most: usize) -> Snippet {
    let offsets = OffsetMap::new(text);
    let (from, to) = fullest(found, most);
    // No more than this can be shown, however narrow it is.
    let first = from.saturating_sub(most);
    let near = CharRange::new(first, from.saturating_add(most).saturating_add(1).min(offsets.chars()));
    let cells = cells(offsets.slice(text, near), first);
    let begin = cells.partition_point(|c| c.range.end <= from);
    let (mut left, mut right) = (begin, begin);
    let mut room = most;
    // First what was found, then a third of the rest before it, then what comes after, then what came before.
    take_right(&cells, &mut right, &mut room, |c| c.range.start < to);
    let mut before = room / 3;
    let rest = room - before;
    take_left(&cells, &mut left, &mut before);
    room = rest + before;
    take_right(&cells, &mut right, &mut room, |_| true);
    take_left(&cells, &mut left, &mut room);
    let reaches_begin = cells.get(left).is_none_or(|c| c.range.start == 0);
    let reaches_end = right == cells.len() && near.end == offsets.chars();
    if !reaches_begin {
        left = at_word(&cells, left, begin);
    }
    if !reaches_end {
        right = before_word(&cells, right, begin, to);
    }
    let shown = cells.get(left..right).unwrap_or_default();
    let (Some(first), Some(last)) = (shown.first(), shown.last()) else {
        return Snippet { after: !text.is_empty(), ..Snippet::default() };
    };
    let part = CharRange::new(first.range.start, last.range.end);
    let inside = |r: &CharRange| {
        let (start, end) = (r.start.max(part.start), r.end.min(part.end));
        (start < end).then(|| CharRange::new(start - part.start, end - part.start))
    };
    let one_line = |c: char| if c.is_whitespace() { ' ' } else { c };
    Snippet {
        text: offsets.slice(text, part).chars().map(one_line).collect(),
        found: found.iter().filter_map(inside).collect(),
        before: part.start > 0,
        after: part.end < offsets.chars(),
    }
}

/// The stretch of at most `most` code points with the most ranges in it; the first one of several.
fn fullest(found: &[CharRange], most: usize) -> (usize, usize) {
    let mut best: Option<(usize, CharRange)> = None;
    let mut last = 0;
    for (place, range) in found.iter().enumerate() {
        last = last.max(place);
        while found.get(last + 1).is_some_and(|next| next.end - range.start <= most) {
            last += 1;
        }
        let count = last - place + 1;
        if best.is_none_or(|(so_far, _)| count > so_far) {
            best = Some((count, CharRange::new(range.start, found[last].end)));
        }
    }
    best.map_or((0, 0), |(_, stretch)| (stretch.start, stretch.end))
}

/// A grapheme and the room it takes.
struct Cell {
    range: CharRange,
    blank: bool,
    /// A character of a script without spaces: a cut beside it is as good as any.
    wide: bool,
    room: usize,
}

fn cells(part: &str, first: usize) -> Vec<Cell> {
    let columns = Columns::default();
    let cell = |g: crate::text::Grapheme<'_>| Cell {
        range: CharRange::new(first + g.range.start, first + g.range.end),
        blank: g.text.chars().all(char::is_whitespace),
        wide: g.is_wide(),
        room: usize::from(columns.width(&g, 0)).max(g.range.len()),
    };
    columns.graphemes(part).map(cell).collect()
}

fn take_right(cells: &[Cell], right: &mut usize, room: &mut usize, wanted: impl Fn(&Cell) -> bool) {
    while let Some(cell) = cells.get(*right).filter(|c| c.room <= *room && wanted(c)) {
        *room -= cell.room;
        *right += 1;
    }
}

fn take_left(cells: &[Cell], left: &mut usize, room: &mut usize) {
    while let Some(cell) = left.checked_sub(1).and_then(|before| cells.get(before)).filter(|c| c.room <= *room) {
        *room -= cell.room;
        *left -= 1;
    }
}

/// The first place from `left` on, up to `begin`, where a word begins; `left` where none does.
fn at_word(cells: &[Cell], left: usize, begin: usize) -> usize {
    let cut = |at: usize| at == 0 || cells[at - 1].blank || cells[at - 1].wide || cells[at].wide;
    (left..=begin).find(|at| cells.get(*at).is_some_and(|c| !c.blank) && cut(*at)).unwrap_or(left)
}

/// The last place up to `right` where a word ends behind what was found; `right` where none does.
fn before_word(cells: &[Cell], right: usize, begin: usize, to: usize) -> usize {
    let cut = |at: usize| {
        let (last, next) = (&cells[at - 1], cells.get(at));
        !last.blank && (last.wide || next.is_some_and(|n| n.blank || n.wide))
    };
    let least = cells.partition_point(|c| c.range.end < to).max(begin) + 1;
    (least..=right).rev().find(|at| cut(*at)).unwrap_or(right)
}
