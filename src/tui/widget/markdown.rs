//! Markdown as lines of a screen: headings, lists, quotes, code, emphasis, links; no images, no tables.
//!
//! The text is a stranger's: control characters are shown, not sent, nothing nests without bound, and what is not
//! understood is shown as it stands.

mod inline;
mod wrap;

use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use crate::text::Columns;
use crate::tui::theme::Theme;
use wrap::Indent;

/// The lines of `text`, none wider than `width` cells unless a single character is.
pub fn lines(text: &str, width: u16, theme: &Theme) -> Vec<Line<'static>> {
    let mut writer = Writer { width: width.max(1), theme, columns: theme.columns(), lines: Vec::new(), open: None };
    let mut fence: Option<&str> = None;
    for line in text.lines() {
        let trimmed = line.trim();
        let marks = ["```", "~~~"].into_iter().find(|mark| trimmed.starts_with(mark));
        match (fence, marks) {
            (Some(open), Some(mark)) if open == mark => fence = None,
            (Some(_), _) => writer.code(line),
            (None, Some(mark)) => {
                writer.close();
                fence = Some(mark);
            }
            (None, None) => writer.take(line),
        }
    }
    writer.close();
    while writer.lines.last().is_some_and(|line| line.spans.is_empty()) {
        writer.lines.pop();
    }
    writer.lines
}

/// A paragraph or list item that may go on in the next line.
struct Block {
    text: String,
    indent: Indent,
    style: Style,
}

struct Writer<'t> {
    width: u16,
    theme: &'t Theme,
    columns: Columns,
    lines: Vec<Line<'static>>,
    open: Option<Block>,
}

impl Writer<'_> {
    /// One line of the source, outside code.
    fn take(&mut self, line: &str) {
        let trimmed = line.trim();
        if trimmed.is_empty() {
            return self.blank();
        }
        if let Some((level, text)) = heading(trimmed) {
            return self.heading(level, text);
        }
        if is_rule(trimmed) {
            self.close();
            let dash = if self.theme.ascii() { "-" } else { "─" };
            let rule = Span::styled(dash.repeat(usize::from(self.width)), self.theme.border());
            return self.lines.push(Line::from(rule));
        }
        if let Some((marker, text)) = item(trimmed) {
            self.close();
            let depth = (line.len() - line.trim_start().len()).min(12) / 2;
            return self.begin(text, Indent::new(" ".repeat(depth), self.marker(marker)), self.theme.text());
        }
        if let Some(text) = trimmed.strip_prefix('>') {
            let edge = if self.theme.ascii() { "| " } else { "│ " };
            if self.open.as_ref().is_none_or(|b| b.indent.first != edge) {
                self.close();
                let indent = Indent { first: edge.into(), rest: edge.into() };
                self.begin("", indent, self.theme.dim());
            }
            return self.go_on(text.trim_start(), line);
        }
        if self.open.is_none() {
            self.begin("", Indent::default(), self.theme.text());
        }
        self.go_on(trimmed, line);
    }

    fn begin(&mut self, text: &str, indent: Indent, style: Style) {
        self.open = Some(Block { text: text.to_owned(), indent, style });
    }

    /// More of the open block. Two spaces or a backslash at the end of `line` break it there.
    fn go_on(&mut self, text: &str, line: &str) {
        let Some(block) = &mut self.open else { return };
        if !block.text.is_empty() && !block.text.ends_with('\n') {
            block.text.push(' ');
        }
        let hard = line.ends_with("  ") || text.ends_with('\\');
        block.text.push_str(text.strip_suffix('\\').unwrap_or(text));
        if hard {
            block.text.push('\n');
        }
    }

    /// Writes what is open.
    fn close(&mut self) {
        let Some(block) = self.open.take() else { return };
        let mut indent = block.indent;
        for part in block.text.trim_end_matches('\n').split('\n') {
            let runs = inline::runs(part, block.style, self.theme);
            self.lines.extend(wrap::wrap(&runs, &indent, self.width, &self.columns, self.theme));
            indent = Indent { first: indent.rest.clone(), rest: indent.rest };
        }
    }

    fn blank(&mut self) {
        self.close();
        if self.lines.last().is_some_and(|line| !line.spans.is_empty()) {
            self.lines.push(Line::default());
        }
    }

    fn heading(&mut self, level: usize, text: &str) {
        self.blank();
        let style = match level {
            1 => self.theme.accent().add_modifier(Modifier::UNDERLINED),
            2 => self.theme.accent(),
            _ => self.theme.title(),
        };
        let runs = inline::runs(text, style, self.theme);
        self.lines.extend(wrap::wrap(&runs, &Indent::default(), self.width, &self.columns, self.theme));
    }

    /// Code keeps its line breaks and is cut at the edge.
    fn code(&mut self, line: &str) {
        let room = self.width.saturating_sub(2);
        let text = self.columns.one_line(&line.replace('\t', "    "), room);
        self.lines.push(Line::from(vec![Span::raw("  "), Span::styled(text, inline::code(self.theme))]));
    }

    fn marker(&self, marker: &str) -> String {
        let ascii = self.theme.ascii();
        match marker {
            "-" | "*" | "•" => if ascii { "- " } else { "• " }.to_owned(),
            "−" if ascii => "- ".to_owned(),
            other => format!("{other} "),
        }
    }
}

/// Level and text of `## Heading ##`.
fn heading(line: &str) -> Option<(usize, &str)> {
    let level = line.bytes().take_while(|b| *b == b'#').count();
    let rest = &line[level..];
    let is = (1..=6).contains(&level) && (rest.is_empty() || rest.starts_with([' ', '\t']));
    is.then(|| (level, rest.trim().trim_end_matches('#').trim_end()))
}

fn is_rule(line: &str) -> bool {
    let marks: Vec<char> = line.chars().filter(|c| !c.is_whitespace()).take(4).collect();
    let same = |mark| line.chars().all(|c| c == mark || c.is_whitespace());
    marks.len() >= 3 && ['-', '*', '_'].into_iter().any(same)
}

/// Marker and text of a list item. Annotation guidelines write examples with `+` and counter-examples with `−`: these
/// stay as they are.
fn item(line: &str) -> Option<(&str, &str)> {
    let (marker, text) = line.split_once([' ', '\t'])?;
    let digits = marker.trim_end_matches(['.', ')']);
    let number = marker.len() == digits.len() + 1
        && (1..=9).contains(&digits.len())
        && digits.bytes().all(|b| b.is_ascii_digit());
    (number || matches!(marker, "-" | "*" | "+" | "•" | "−")).then(|| (marker, text.trim_start()))
}
