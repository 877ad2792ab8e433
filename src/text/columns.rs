//! Code points ↔ terminal cells.
//!
//! A terminal shows grapheme clusters in cells, one or two wide, and obeys control characters. [`Columns`] holds the
//! rules that make every code point of an untrusted text visible and harmless: tabs reach the next multiple of
//! [`Columns::tab`], newlines end a row, and controls, bidi overrides and characters that have no width of their own are
//! *marks*: shown by a stand-in such as `␛` or `<RLO>`, never sent as they are. Nothing else in gleaner decides how wide
//! a character is.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::CharRange;

/// Bytes of one grapheme that are sent to a terminal at most: a base and a handful of combining marks.
const DRAWN_BYTES: usize = 48;

/// Cells of one grapheme at most, so that every grapheme fits the narrowest row.
const DRAWN_CELLS: u16 = 4;

/// How text becomes cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Columns {
    /// Tab stops are multiples of this; 4 unless told, which keeps tables in corpora narrow.
    pub tab: u16,
    /// Stand-ins in ASCII (`^[`) instead of Unicode (`␛`).
    pub ascii: bool,
    /// Draw joined emoji (families, skin tones, `❤️`) whole. Many terminals, and tmux and screen between, disagree about
    /// their width; unless the terminal is known to join them they are drawn by their first part, so that columns stay
    /// in step everywhere.
    pub joined_emoji: bool,
}

impl Default for Columns {
    fn default() -> Self {
        Self { tab: 4, ascii: false, joined_emoji: false }
    }
}

/// What a grapheme is on a screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Itself, in so many cells (1 or more).
    Text(u16),
    /// A stand-in, in so many cells.
    Mark(u16),
    /// Blank cells up to the next tab stop.
    Tab,
    /// The end of a row: `\n` or `\r\n`.
    Newline,
}

/// One grapheme of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grapheme<'a> {
    /// Its text.
    pub text: &'a str,
    /// Where it starts, in bytes.
    pub byte: usize,
    /// Where it is, in code points.
    pub range: CharRange,
    /// What it is on the screen.
    pub shown: Shown,
}

impl Grapheme<'_> {
    /// True for a character that is two cells wide by itself: of a script without spaces, or an emoji.
    pub fn is_wide(&self) -> bool {
        self.text.chars().next().is_some_and(|c| cells_apart(c) > 1)
    }
}

impl Columns {
    /// The graphemes of `text`, in order; together they are the whole text.
    pub fn graphemes<'a>(&self, text: &'a str) -> Graphemes<'a> {
        Graphemes { columns: *self, text, byte: 0, char: 0, clusters: None }
    }

    /// Cells that `grapheme` takes when it starts in `column`; 0 for a newline.
    pub fn width(&self, grapheme: &Grapheme<'_>, column: u16) -> u16 {
        match grapheme.shown {
            Shown::Text(width) | Shown::Mark(width) => width,
            Shown::Tab => self.tab_width(column),
            Shown::Newline => 0,
        }
    }

    /// Cells from `column` to the next tab stop.
    pub fn tab_width(&self, column: u16) -> u16 {
        let tab = self.tab.max(1);
        tab - column % tab
    }

    /// What is put on the screen for `grapheme`: never a control character. Tabs and newlines are blank: "".
    pub fn drawn<'a>(&self, grapheme: &Grapheme<'a>) -> Cow<'a, str> {
        match grapheme.shown {
            Shown::Text(_) => self.text_form(grapheme.text),
            Shown::Mark(_) => Cow::Owned(self.mark_form(grapheme.text)),
            Shown::Tab | Shown::Newline => Cow::Borrowed(""),
        }
    }

    /// `text` on one line of at most `cells` cells, marks and all; newlines and tabs become spaces, a text cut short
    /// ends in `…`. For names, titles and previews that come from outside.
    pub fn one_line(&self, text: &str, cells: u16) -> String {
        let ellipsis = if self.ascii { "~" } else { "…" };
        let (mut line, mut used) = (String::new(), 0u16);
        // Length of `line` where an ellipsis would still fit.
        let mut cut = 0;
        for grapheme in self.graphemes(text) {
            let (form, width) = match grapheme.shown {
                Shown::Tab | Shown::Newline => (Cow::Borrowed(" "), 1),
                Shown::Text(width) | Shown::Mark(width) => (self.drawn(&grapheme), width),
            };
            if used + width > cells {
                line.truncate(cut);
                if cells > 0 {
                    line.push_str(ellipsis);
                }
                return line;
            }
            line.push_str(&form);
            used += width;
            if used < cells {
                cut = line.len();
            }
        }
        line
    }

    /// Cells that `text` takes on one line, as [`Columns::one_line`] would draw it.
    pub fn line_width(&self, text: &str) -> usize {
        self.graphemes(text)
            .map(|g| match g.shown {
                Shown::Text(width) | Shown::Mark(width) => usize::from(width),
                Shown::Tab | Shown::Newline => 1,
            })
            .sum()
    }

    fn classify(&self, cluster: &str) -> Shown {
        match cluster {
            "\t" => return Shown::Tab,
            "\n" | "\r\n" => return Shown::Newline,
            _ => {}
        }
        let first_width = cluster.chars().next().and_then(|c| c.width()).unwrap_or(0);
        if first_width == 0 && !starts_visible(cluster) || cluster.chars().any(is_harmful) {
            return Shown::Mark(cells(&self.mark_form(cluster)).max(1));
        }
        match self.form_width(&self.text_form(cluster)) {
            0 => Shown::Mark(cells(&self.mark_form(cluster)).max(1)),
            width => Shown::Text(width),
        }
    }

    /// The form of a visible cluster that terminals agree on: whole, but for selectors and for what is joined to an
    /// emoji, and never so long that a cell becomes a paragraph.
    fn text_form<'a>(&self, cluster: &'a str) -> Cow<'a, str> {
        let Some(first) = cluster.chars().next() else { return Cow::Borrowed("") };
        if cluster.len() == first.len_utf8() {
            return Cow::Borrowed(cluster);
        }
        let emoji = matches!(first, '\u{2100}'..='\u{32FF}' | '\u{1F000}'..='\u{1FFFF}');
        let (mut form, mut used) = (String::new(), 0);
        for c in cluster.chars() {
            if !self.joined_emoji {
                let joins = matches!(c, '\u{200D}' | '\u{1F3FB}'..='\u{1F3FF}') && !form.is_empty();
                if emoji && joins {
                    break;
                }
                if matches!(c, '\u{FE0E}' | '\u{FE0F}' | '\u{E0020}'..='\u{E007F}') {
                    continue;
                }
            }
            used += if self.joined_emoji && emoji { 0 } else { cells_apart(c) };
            if form.len() + c.len_utf8() > DRAWN_BYTES || used > DRAWN_CELLS {
                break;
            }
            form.push(c);
        }
        if form == cluster { Cow::Borrowed(cluster) } else { Cow::Owned(form) }
    }

    /// Cells of a form made by [`Columns::text_form`]: joined where the terminal joins, else the sum of its parts.
    fn form_width(&self, form: &str) -> u16 {
        if self.joined_emoji
            && form.contains(['\u{FE0F}', '\u{200D}', '\u{1F3FB}', '\u{1F3FC}', '\u{1F3FD}', '\u{1F3FE}', '\u{1F3FF}'])
        {
            return (form.width() as u16).clamp(1, DRAWN_CELLS);
        }
        form.chars().map(cells_apart).sum()
    }

    /// The stand-in of a cluster that must not, or cannot, be shown as it is.
    fn mark_form(&self, cluster: &str) -> String {
        let Some(c) = cluster.chars().next() else { return String::new() };
        let code = u32::from(c);
        match code {
            0..0x20 if !self.ascii => char::from_u32(0x2400 + code).unwrap_or('?').to_string(),
            0x7f if !self.ascii => "␡".to_owned(),
            0..0x20 | 0x7f => format!("^{}", char::from(((code as u8) ^ 0x40) & 0x7f)),
            _ if is_combining(cluster) && !self.ascii => {
                let mut form = String::from("◌");
                for c in cluster.chars() {
                    if form.len() + c.len_utf8() > DRAWN_BYTES {
                        break;
                    }
                    form.push(c);
                }
                form
            }
            _ => match short_name(c) {
                Some(name) => format!("<{name}>"),
                None => format!("<U+{code:04X}>"),
            },
        }
    }
}

/// The graphemes of a text; made by [`Columns::graphemes`].
pub struct Graphemes<'a> {
    columns: Columns,
    text: &'a str,
    byte: usize,
    char: usize,
    /// Where the segmenter stands, while we are in text that needs one.
    clusters: Option<(usize, unicode_segmentation::Graphemes<'a>)>,
}

impl<'a> Iterator for Graphemes<'a> {
    type Item = Grapheme<'a>;

    fn next(&mut self) -> Option<Grapheme<'a>> {
        let bytes = self.text.as_bytes();
        let first = *bytes.get(self.byte)?;
        let second = bytes.get(self.byte + 1).copied().unwrap_or(b' ');
        // Most text is ASCII, where every character is a cluster but for CR LF.
        let (cluster, chars) = if first.is_ascii() && second.is_ascii() {
            self.clusters = None;
            let length = if first == b'\r' && bytes.get(self.byte + 1) == Some(&b'\n') { 2 } else { 1 };
            (&self.text[self.byte..self.byte + length], length)
        } else {
            let cluster = match &mut self.clusters {
                Some((at, clusters)) if *at == self.byte => clusters.next()?,
                _ => {
                    let mut clusters = self.text[self.byte..].graphemes(true);
                    let cluster = clusters.next()?;
                    self.clusters = Some((self.byte, clusters));
                    cluster
                }
            };
            if let Some((at, _)) = &mut self.clusters {
                *at = self.byte + cluster.len();
            }
            (cluster, cluster.chars().count())
        };
        let shown = match first {
            0x20..0x7f if cluster.len() == 1 => Shown::Text(1),
            _ => self.columns.classify(cluster),
        };
        let grapheme =
            Grapheme { text: cluster, byte: self.byte, range: CharRange::new(self.char, self.char + chars), shown };
        self.byte += cluster.len();
        self.char += chars;
        Some(grapheme)
    }
}

/// Cells of one character by itself. Halfwidth voiced marks count: terminals give them a cell.
fn cells_apart(c: char) -> u16 {
    match c {
        '\u{FF9E}' | '\u{FF9F}' => 1,
        _ => c.width().unwrap_or(0) as u16,
    }
}

/// Cells of a stand-in.
fn cells(form: &str) -> u16 {
    form.chars().map(cells_apart).sum()
}

/// True for a cluster that begins without width but is drawn all the same (halfwidth voiced marks).
fn starts_visible(cluster: &str) -> bool {
    cluster.starts_with(['\u{FF9E}', '\u{FF9F}'])
}

/// Characters a terminal would obey, or that would change how the text around them is shown.
fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}')
        || matches!(c, '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{00AD}' | '\u{200B}')
        || matches!(c, '\u{E0001}')
}

/// True when the cluster is nothing but marks that want a base (and that are not joiners or selectors).
fn is_combining(cluster: &str) -> bool {
    cluster.chars().all(|c| {
        c.width() == Some(0)
            && !is_harmful(c)
            && !matches!(c, '\u{200C}' | '\u{200D}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0000}'..='\u{E0FFF}')
            && !matches!(c, '\u{034F}' | '\u{115F}'..='\u{11FF}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}')
            && !matches!(c, '\u{3164}' | '\u{FFA0}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}')
    })
}

/// The name Unicode's own charts use for an invisible character.
fn short_name(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{0085}' => "NEL",
        '\u{009B}' => "CSI",
        '\u{00AD}' => "SHY",
        '\u{061C}' => "ALM",
        '\u{200B}' => "ZWSP",
        '\u{200C}' => "ZWNJ",
        '\u{200D}' => "ZWJ",
        '\u{200E}' => "LRM",
        '\u{200F}' => "RLM",
        '\u{2028}' => "LS",
        '\u{2029}' => "PS",
        '\u{202A}' => "LRE",
        '\u{202B}' => "RLE",
        '\u{202C}' => "PDF",
        '\u{202D}' => "LRO",
        '\u{202E}' => "RLO",
        '\u{2060}' => "WJ",
        '\u{2066}' => "LRI",
        '\u{2067}' => "RLI",
        '\u{2068}' => "FSI",
        '\u{2069}' => "PDI",
        '\u{FEFF}' => "BOM",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<(String, u16)> {
        let columns = Columns::default();
        columns.graphemes(text).map(|g| (columns.drawn(&g).into_owned(), columns.width(&g, 0))).collect()
    }

    #[test]
    fn what_terminals_agree_on_is_drawn_as_it_is() {
        assert_eq!(shown("aé精e\u{301}"), [("a".into(), 1), ("é".into(), 1), ("精".into(), 2), ("e\u{301}".into(), 1)]);
        assert_eq!(shown("ｶﾞ"), [("ｶﾞ".into(), 2)], "the voiced mark has a cell of its own");
        assert_eq!(shown("🇫🇷😀"), [("🇫🇷".into(), 2), ("😀".into(), 2)]);
        assert_eq!(
            shown("\u{1112}\u{1161}\u{11AB}"),
            [("\u{1112}\u{1161}\u{11AB}".into(), 2)],
            "a Hangul syllable in parts"
        );
    }

    #[test]
    fn joined_emoji_are_drawn_by_their_first_part_unless_the_terminal_joins() {
        assert_eq!(shown("👩‍🔬"), [("👩".into(), 2)]);
        assert_eq!(shown("👍🏽"), [("👍".into(), 2)]);
        assert_eq!(shown("❤️"), [("❤".into(), 1)]);
        let joins = Columns { joined_emoji: true, ..Columns::default() };
        let all: Vec<_> =
            joins.graphemes("👩‍🔬👍🏽❤️").map(|g| (joins.drawn(&g).into_owned(), joins.width(&g, 0))).collect();
        assert_eq!(all, [("👩‍🔬".into(), 2), ("👍🏽".into(), 2), ("❤️".into(), 2)]);
    }

    #[test]
    fn nothing_a_terminal_would_obey_is_drawn() {
        let forms: String =
            shown("\u{1b}\0\u{7f}\r\u{9b}\u{202e}\u{feff}\u{ad}\u{200b}\u{2028}").into_iter().map(|s| s.0).collect();
        assert_eq!(forms, "␛␀␡␍<CSI><RLO><BOM><SHY><ZWSP><LS>");
        assert_eq!(shown("\u{301}\u{302}"), [("◌\u{301}\u{302}".into(), 1)], "marks without a base");
        let ascii = Columns { ascii: true, ..Columns::default() };
        let forms: String = ascii.graphemes("\u{1b}\0\u{7f}\u{301}").map(|g| ascii.drawn(&g).into_owned()).collect();
        assert_eq!(forms, "^[^@^?<U+0301>");
    }

    #[test]
    fn a_paragraph_of_combining_marks_stays_a_cell() {
        let zalgo = format!("a{}", "\u{301}".repeat(10_000));
        let drawn = shown(&zalgo);
        assert_eq!(drawn.len(), 1);
        assert!(drawn[0].0.len() <= DRAWN_BYTES && drawn[0].1 == 1);
    }

    #[test]
    fn one_line_is_cut_to_its_cells() {
        let columns = Columns::default();
        assert_eq!(columns.one_line("a\tb\nc\u{1b}", 10), "a b c␛");
        assert_eq!(columns.one_line("精工精工", 8), "精工精工");
        assert_eq!(columns.one_line("精工精工", 7), "精工精…");
        assert_eq!(columns.one_line("精工精工", 6), "精工…");
        assert_eq!(columns.one_line("abc", 0), "");
        assert_eq!(columns.one_line("abc", 1), "…");
    }
}
