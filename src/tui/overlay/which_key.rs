//! The keys that may follow the ones pressed so far.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::tui::key::Key;
use crate::tui::keymap::{Entry, Found};
use crate::tui::model::Model;
use crate::tui::widget::popup;

/// Draws them above the hint line, while a sequence is not complete.
pub fn view(model: &Model, frame: &mut Frame<'_>) {
    if model.pending_keys.is_empty() {
        return;
    }
    let Found::Prefix(node) = model.keymap.lookup(model.mode(), &model.pending_keys) else { return };
    let theme = &model.theme;
    let rows: Vec<(String, &str)> = node
        .entries
        .iter()
        .map(|(key, entry, _)| match entry {
            Entry::Command(command) => (key.to_string(), command.get().help),
            Entry::Prefix(node) => (key.to_string(), node.title.as_str()),
        })
        .collect();
    let columns = theme.columns();
    let widest = rows.iter().map(|(key, help)| key.len().max(2) + 1 + help.chars().count()).max().unwrap_or(0) as u16;
    let screen = frame.area();
    // The hint line below says how to leave.
    let (width, height) =
        ((widest + 4).min(screen.width), (rows.len() as u16 + 2).min(screen.height.saturating_sub(1)));
    let area = Rect {
        x: screen.right().saturating_sub(width + 1),
        y: screen.bottom().saturating_sub(height + 2).max(screen.y),
        width,
        height,
    };
    let pressed: Vec<String> = model.pending_keys.iter().map(Key::to_string).collect();
    let title = format!("{} · {}", pressed.join(" "), node.title);
    let inside = popup::render(area, frame.buffer_mut(), &title, theme);
    for (y, (key, help)) in (inside.top()..inside.bottom()).zip(&rows) {
        let (x, _) = frame.buffer_mut().set_stringn(inside.x, y, format!("{key:2} "), usize::MAX, theme.key());
        let room = inside.right().saturating_sub(x);
        frame.buffer_mut().set_string(x, y, columns.one_line(help, room), theme.text());
    }
    let hidden = rows.len().saturating_sub(usize::from(inside.height));
    if hidden > 0 && area.width > 20 {
        let more = format!(" {hidden} more: ? shows all ");
        let x = area.right().saturating_sub(columns.line_width(&more) as u16 + 2);
        frame.buffer_mut().set_string(x, area.bottom() - 1, more, theme.dim());
    }
}
