//! Emphasis, code, links and escapes within a paragraph, as runs of equal style.

use ratatui::style::{Modifier, Style};

use crate::tui::theme::Theme;

/// A closing mark further away than this is not looked for, so that a hostile text costs no more than a long one.
const REACH: usize = 2000;

/// How code looks.
pub(super) fn code(theme: &Theme) -> Style {
    theme.mark().remove_modifier(Modifier::DIM).add_modifier(Modifier::BOLD)
}

/// The runs of `text`, on top of `base`.
pub(super) fn runs(text: &str, base: Style, theme: &Theme) -> Vec<(String, Style)> {
    let mut reader = Reader { text, at: 0, strong: None, emphasis: None, base, runs: Vec::new() };
    while let Some(c) = reader.rest().chars().next() {
        let done = match c {
            '\\' => reader.escape(),
            '`' => reader.code(theme),
            '*' | '_' => reader.emphasis(c),
            '!' if reader.rest().starts_with("![") => reader.link(1, theme),
            '[' => reader.link(0, theme),
            _ => false,
        };
        if !done {
            reader.plain(c.len_utf8());
        }
    }
    reader.runs
}

struct Reader<'t> {
    text: &'t str,
    /// In bytes.
    at: usize,
    /// The marks that are open: `**` or `__`, `*` or `_`.
    strong: Option<char>,
    emphasis: Option<char>,
    base: Style,
    runs: Vec<(String, Style)>,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn style(&self) -> Style {
        let mut style = self.base;
        if self.strong.is_some() {
            style = style.add_modifier(Modifier::BOLD);
        }
        if self.emphasis.is_some() {
            style = style.add_modifier(Modifier::ITALIC);
        }
        style
    }

    fn push(&mut self, text: &str, style: Style) {
        match self.runs.last_mut() {
            Some((last, known)) if *known == style => last.push_str(text),
            _ => self.runs.push((text.to_owned(), style)),
        }
    }

    fn plain(&mut self, bytes: usize) {
        let text = &self.rest()[..bytes];
        self.push(text, self.style());
        self.at += bytes;
    }

    fn escape(&mut self) -> bool {
        let Some(c) = self.rest()[1..].chars().next().filter(char::is_ascii_punctuation) else { return false };
        self.at += 1;
        self.plain(c.len_utf8());
        true
    }

    fn code(&mut self, theme: &Theme) -> bool {
        let rest = self.rest();
        let ticks = rest.bytes().take_while(|b| *b == b'`').count();
        let close = "`".repeat(ticks.min(8));
        let inside = within(&rest[ticks..]);
        let Some(end) = inside.find(&close).filter(|_| ticks <= 8) else {
            self.plain(ticks);
            return true;
        };
        self.push(inside[..end].trim(), self.base.patch(code(theme)));
        self.at += ticks + end + close.len();
        true
    }

    fn emphasis(&mut self, mark: char) -> bool {
        let rest = self.rest();
        let double = rest[1..].starts_with(mark);
        let size = 1 + usize::from(double);
        let before = self.text[..self.at].chars().next_back();
        let after = rest[size..].chars().next();
        let open = if double { self.strong } else { self.emphasis };
        let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        if open == Some(mark) && before.is_some_and(|c| !c.is_whitespace()) && !(mark == '_' && word(after)) {
            *self.flag(double) = None;
            self.at += size;
            return true;
        }
        let opens = open.is_none() && after.is_some_and(|c| !c.is_whitespace()) && !(mark == '_' && word(before));
        let marks = if mark == '*' { ["*", "**"] } else { ["_", "__"] }[size - 1];
        let closes = within(&rest[size..])
            .match_indices(marks)
            .any(|(at, _)| at > 0 && rest[size..][..at].chars().next_back().is_some_and(|c| !c.is_whitespace()));
        if opens && closes {
            *self.flag(double) = Some(mark);
            self.at += size;
            return true;
        }
        self.plain(size);
        true
    }

    fn flag(&mut self, double: bool) -> &mut Option<char> {
        if double { &mut self.strong } else { &mut self.emphasis }
    }

    /// `[text](address)`: the text underlined, then the address. Of an image only its description.
    fn link(&mut self, bang: usize, theme: &Theme) -> bool {
        let rest = &self.rest()[bang + 1..];
        let found = within(rest).find("](").and_then(|middle| {
            let address = within(&rest[middle + 2..]);
            Some((&rest[..middle], &address[..address.find(')')?]))
        });
        let Some((text, address)) = found.filter(|(text, _)| !text.contains('[')) else { return false };
        if bang > 0 {
            self.push(&format!("[picture: {text}]"), theme.dim());
        } else {
            self.push(text, self.style().add_modifier(Modifier::UNDERLINED));
            self.push(&format!(" ({address})"), theme.dim());
        }
        self.at += bang + 1 + text.len() + 2 + address.len() + 1;
        true
    }
}

/// The beginning of `text`, no longer than is looked through.
fn within(text: &str) -> &str {
    let mut end = text.len().min(REACH);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
