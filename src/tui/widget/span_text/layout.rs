//! Where each code point of a wrapped text is.
//!
//! One pass over the text finds where rows start; everything else walks the one row it is asked about. Rows break after
//! spaces, else between wide characters, else anywhere. The last column is kept free for what hangs over the end of a
//! row: one space, or the place of the newline or of the end of the text, so that the cursor always has a cell.

use std::sync::Arc;

use crate::text::{CharRange, Columns, Grapheme, Shown};

/// The narrowest a text is wrapped to; narrower areas show a part.
const NARROWEST: u16 = 10;

/// The cell of a code point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Row of the text, counted without lanes.
    pub row: usize,
    /// First column of the grapheme that the code point belongs to.
    pub column: u16,
    /// Cells of that grapheme; 1 for newlines and the end of the text, where a cursor may stand.
    pub width: u16,
}

/// A text wrapped to a width.
#[derive(Clone, Debug)]
pub struct TextLayout {
    text: Arc<str>,
    columns: Columns,
    width: u16,
    chars: usize,
    /// Start of each row; the first is (0, 0).
    starts: Vec<Start>,
}

#[derive(Clone, Copy, Debug)]
struct Start {
    byte: u32,
    char: u32,
}

/// A grapheme in its row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placed<'a> {
    pub grapheme: Grapheme<'a>,
    pub column: u16,
    pub width: u16,
}

impl TextLayout {
    /// Wraps `text` to `width` columns: one pass, a few bytes a row.
    pub fn new(text: &str, width: u16, columns: Columns) -> Self {
        let width = width.max(NARROWEST);
        let mut wrap = Wrap::new(width, columns);
        let mut graphemes = columns.graphemes(text).peekable();
        while let Some(grapheme) = graphemes.next() {
            let last_in_line = graphemes.peek().is_none_or(|next| next.shown == Shown::Newline);
            wrap.push(&grapheme, last_in_line);
        }
        Self { text: text.into(), columns, width, chars: wrap.chars, starts: wrap.starts }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The rules it was laid out by.
    pub fn columns(&self) -> Columns {
        self.columns
    }

    /// The width it was wrapped to.
    pub fn width(&self) -> u16 {
        self.width
    }

    /// Code points of the text.
    pub fn chars(&self) -> usize {
        self.chars
    }

    /// Number of rows; an empty text has one.
    pub fn rows(&self) -> usize {
        self.starts.len()
    }

    /// The code points of a row, its newline included; rows past the last are empty.
    pub fn row_range(&self, row: usize) -> CharRange {
        let start = |row: usize| self.starts.get(row).map_or(self.chars, |s| s.char as usize);
        CharRange::new(start(row), start(row + 1))
    }

    /// The row of a code point; the end of the text and anything past it is on the last row.
    pub fn row_of(&self, char: usize) -> usize {
        self.starts.partition_point(|s| s.char as usize <= char) - 1
    }

    /// The cell of a code point, or of the end of the text.
    pub fn place(&self, char: usize) -> Place {
        let row = self.row_of(char);
        let mut column = 0;
        for placed in self.row(row) {
            if char < placed.grapheme.range.end {
                return Place { row, column: placed.column, width: placed.width };
            }
            column = placed.column + placed.width;
        }
        Place { row, column, width: 1 }
    }

    /// The first code point of the grapheme in a cell. Right of the row's text it is the row's last grapheme (its
    /// newline, if it has one), or the end of the text on the last row.
    pub fn char_at(&self, row: usize, column: u16) -> usize {
        let row = row.min(self.rows() - 1);
        let mut last = self.row_range(row).start;
        for placed in self.row(row) {
            last = placed.grapheme.range.start;
            if column < placed.column + placed.width {
                return last;
            }
        }
        if row + 1 == self.rows() { self.chars } else { last }
    }

    /// The grapheme that a code point belongs to; empty at the end of the text.
    pub fn grapheme(&self, char: usize) -> CharRange {
        self.row(self.row_of(char))
            .map(|placed| placed.grapheme.range)
            .find(|range| char < range.end)
            .unwrap_or(CharRange::new(self.chars, self.chars))
    }

    /// Start of the next grapheme, or the end of the text.
    pub fn next_grapheme(&self, char: usize) -> usize {
        self.grapheme(char).end
    }

    /// Start of the grapheme before the one that `char` belongs to, or 0.
    pub fn previous_grapheme(&self, char: usize) -> usize {
        let start = self.grapheme(char.min(self.chars)).start;
        if start == 0 { 0 } else { self.grapheme(start - 1).start }
    }

    /// Moves by rows. `goal` keeps the column through shorter rows: pass the same variable while only moving by rows,
    /// set it to `None` after any other move.
    pub fn vertical(&self, char: usize, rows: isize, goal: &mut Option<u16>) -> usize {
        let place = self.place(char);
        let column = *goal.get_or_insert(place.column);
        let row = place.row.saturating_add_signed(rows);
        match row.cmp(&self.rows()) {
            std::cmp::Ordering::Less => self.char_at(row, column),
            _ => self.char_at(self.rows() - 1, column),
        }
    }

    /// The graphemes of a row with their columns; a newline takes one cell here.
    pub(super) fn row(&self, row: usize) -> impl Iterator<Item = Placed<'_>> {
        let start = self.starts.get(row).copied().unwrap_or(Start { byte: self.text.len() as u32, char: 0 });
        let end = self.starts.get(row + 1).map_or(self.text.len(), |s| s.byte as usize);
        let text = &self.text[start.byte as usize..end];
        let mut column = 0;
        self.columns.graphemes(text).map(move |mut grapheme| {
            grapheme.byte += start.byte as usize;
            grapheme.range.start += start.char as usize;
            grapheme.range.end += start.char as usize;
            let width = width_in_row(&self.columns, &grapheme, column, self.width);
            let placed = Placed { grapheme, column, width };
            column += width;
            placed
        })
    }
}

/// Cells of a grapheme at a column of a row. Tabs are cut at the end of the row; a newline stands in one cell.
fn width_in_row(columns: &Columns, grapheme: &Grapheme<'_>, column: u16, width: u16) -> u16 {
    let room = (width - 1).saturating_sub(column).max(1);
    match grapheme.shown {
        Shown::Newline => 1,
        Shown::Tab => columns.tab_width(column).min(room),
        Shown::Text(cells) | Shown::Mark(cells) => cells.min(width - 1),
    }
}

/// The state of wrapping.
struct Wrap {
    columns: Columns,
    width: u16,
    starts: Vec<Start>,
    column: u16,
    chars: usize,
    /// Where this row can be broken, and the column there.
    break_at: Option<(Start, u16)>,
    /// What came before, for breaks between characters.
    before: Before,
}

/// What the last grapheme allows after it.
#[derive(Clone, Copy, PartialEq)]
enum Before {
    Start,
    Space,
    Wide,
    Opening,
    Hyphen,
    Other,
}

impl Wrap {
    fn new(width: u16, columns: Columns) -> Self {
        let starts = vec![Start { byte: 0, char: 0 }];
        Self { columns, width, starts, column: 0, chars: 0, break_at: None, before: Before::Start }
    }

    fn push(&mut self, grapheme: &Grapheme<'_>, last_in_line: bool) {
        let here = Start { byte: grapheme.byte as u32, char: grapheme.range.start as u32 };
        self.chars = grapheme.range.end;
        let kind = Kind::of(grapheme);
        if kind == Kind::Newline {
            // A text that ends with a newline has an empty row after it.
            let end = (grapheme.byte + grapheme.text.len()) as u32;
            self.start_row(Start { byte: end, char: grapheme.range.end as u32 }, 0);
            self.before = Before::Start;
            return;
        }
        if breaks_between(self.before, kind) {
            self.break_at = Some((here, self.column));
        }
        loop {
            let cells = width_in_row(&self.columns, grapheme, self.column, self.width);
            // One space may hang in the last column, unless the newline or the end of the text needs it.
            let limit = if kind == Kind::Space && !last_in_line { self.width } else { self.width - 1 };
            if self.column + cells <= limit || self.column == 0 {
                self.column += cells;
                break;
            }
            match self.break_at {
                // Spaces do not drag the word before them along.
                Some((at, column)) if column > 0 && kind != Kind::Space => self.start_row(at, self.column - column),
                _ => self.start_row(here, 0),
            }
        }
        self.before = kind.after();
    }

    fn start_row(&mut self, at: Start, column: u16) {
        self.starts.push(at);
        self.column = column;
        self.break_at = None;
    }
}

/// What a grapheme is to wrapping.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Newline,
    Space,
    /// A character of a script without spaces, or an emoji.
    Wide,
    /// Wide, and nothing may be broken after it.
    Opening,
    /// Nothing may be broken before it.
    Closing,
    /// May be broken after.
    Hyphen,
    Other,
}

impl Kind {
    fn of(grapheme: &Grapheme<'_>) -> Self {
        let Some(first) = grapheme.text.chars().next() else { return Kind::Other };
        match grapheme.shown {
            Shown::Newline => return Kind::Newline,
            Shown::Tab => return Kind::Space,
            Shown::Mark(_) => return Kind::Other,
            Shown::Text(_) => {}
        }
        match first {
            // No-break spaces (U+00A0, U+202F) are not here.
            ' ' | '\u{1680}' | '\u{2000}'..='\u{2006}' | '\u{2008}'..='\u{200A}' | '\u{205F}' | '\u{3000}' => {
                Kind::Space
            }
            '-' | '/' | '\u{2010}' | '\u{2013}' | '\u{2014}' => Kind::Hyphen,
            '（' | '「' | '『' | '【' | '〈' | '《' | '〔' | '［' | '｛' => Kind::Opening,
            '、' | '。' | '，' | '．' | '！' | '？' | '；' | '：' | '）' | '」' | '』' | '】' | '〉' | '》' | '〕'
            | '］' | '｝' | 'ー' | '・' | '々' | 'っ' | 'ッ' | 'ゃ' | 'ャ' | 'ゅ' | 'ュ' | 'ょ' | 'ョ' => {
                Kind::Closing
            }
            _ if grapheme.is_wide() => Kind::Wide,
            _ => Kind::Other,
        }
    }

    fn after(self) -> Before {
        match self {
            Kind::Space => Before::Space,
            Kind::Wide | Kind::Closing => Before::Wide,
            Kind::Opening => Before::Opening,
            Kind::Hyphen => Before::Hyphen,
            Kind::Newline => Before::Start,
            Kind::Other => Before::Other,
        }
    }
}

/// True when a row may end between a grapheme that left `before` and one of `kind`.
fn breaks_between(before: Before, kind: Kind) -> bool {
    match (before, kind) {
        // What is carried to the next row must hold no tab, whose width depends on its column: always break after one.
        (Before::Space, _) => kind != Kind::Space,
        (_, Kind::Space | Kind::Closing | Kind::Newline) | (Before::Start | Before::Opening, _) => false,
        (Before::Wide, _) => true,
        (Before::Hyphen, Kind::Hyphen) => false,
        (Before::Hyphen, _) => true,
        (Before::Other, Kind::Wide | Kind::Opening) => true,
        (Before::Other, _) => false,
    }
}
