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
    let widest = rows.iter().map(|(key, help)| key.len().max(2) + 1 + help.chars().count()).max().unwrap_or(0) as u16;
    let screen = frame.area();
    let (width, height) = ((widest + 4).min(screen.width), (rows.len() as u16 + 2).min(screen.height));
    let area = Rect {
        x: screen.right().saturating_sub(width + 1),
        y: screen.bottom().saturating_sub(height + 2),
        width,
        height,
    };
    let pressed: Vec<String> = model.pending_keys.iter().map(Key::to_string).collect();
    let title = format!("{} · {}", pressed.join(" "), node.title);
    let inside = popup::render(area, frame.buffer_mut(), &title, theme);
    for (y, (key, help)) in (inside.top()..inside.bottom()).zip(&rows) {
        let (x, _) = frame.buffer_mut().set_stringn(inside.x, y, format!("{key:2} "), usize::MAX, theme.key());
        let room = usize::from(inside.right().saturating_sub(x));
        frame.buffer_mut().set_stringn(x, y, help, room, theme.text());
    }
}
