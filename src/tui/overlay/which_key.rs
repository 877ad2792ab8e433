//! The keys that may follow the ones pressed so far.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::tui::key::Key;
use crate::tui::keymap::{Entry, Found};
use crate::tui::model::Model;
use crate::tui::widget::popup;

/// Cells between two columns.
const GAP: usize = 3;

/// Draws them above the hint line, while a sequence is not complete.
pub fn view(model: &Model, frame: &mut Frame<'_>) {
    if model.pending_keys.is_empty() {
        return;
    }
    let Found::Prefix(node) = model.keymap.lookup(model.mode(), &model.pending_keys) else { return };
    let theme = &model.theme;
    let screen = frame.area();
    let above_hints = usize::from(screen.height.saturating_sub(4)).max(1);
    // What does not fit in rows of its own stands in columns, said in a word or two.
    let short = node.entries.len() > above_hints;
    let entries: Vec<(String, &str)> = node
        .entries
        .iter()
        .map(|(key, entry, _)| match entry {
            Entry::Command(command) if short => (key.to_string(), command.get().short),
            Entry::Command(command) => (key.to_string(), command.get().help),
            Entry::Prefix(node) => (key.to_string(), node.title.as_str()),
        })
        .collect();
    let columns = theme.columns();
    let rows = entries.len().min(above_hints).max(1);
    let keys = entries.iter().map(|(key, _)| columns.line_width(key)).max().unwrap_or(0).max(2);
    let widest = entries.iter().map(|(_, text)| keys + 1 + columns.line_width(text)).max().unwrap_or(0);
    let across = entries.len().div_ceil(rows);
    let wanted = (widest + GAP) * across - GAP + 4;
    let (width, height) = ((wanted as u16).min(screen.width), (rows as u16 + 2).min(screen.height));
    let area = Rect {
        x: screen.right().saturating_sub(width + 1),
        y: screen.bottom().saturating_sub(height + 2),
        width,
        height,
    };
    let pressed: Vec<String> = model.pending_keys.iter().map(Key::to_string).collect();
    let title = format!("{} · {}", pressed.join(" "), node.title);
    let inside = popup::render(area, frame.buffer_mut(), &title, theme);
    for (place, (key, text)) in entries.iter().enumerate() {
        let (x, y) = (inside.x + ((widest + GAP) * (place / rows)) as u16, inside.y + (place % rows) as u16);
        if x >= inside.right() || y >= inside.bottom() {
            break;
        }
        let room = usize::from(inside.right() - x);
        let (x, _) = frame.buffer_mut().set_stringn(x, y, format!("{key:keys$} "), room, theme.key());
        let text = columns.one_line(text, inside.right().saturating_sub(x));
        frame.buffer_mut().set_string(x, y, text, theme.text());
    }
}
