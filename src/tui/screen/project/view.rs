//! How the Project screen looks: the card above; below it all sections at once where there is room, else the one that
//! has the keys.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::update::line_of;
use super::{CardLine, Section, gold, label_table, progress};
use crate::tui::model::Model;
use crate::tui::view;
use crate::tui::widget::list::scroll_bar;
use crate::tui::widget::markdown;
use crate::tui::widget::status_line::Part;

/// From so many columns and rows on, everything is in sight.
const ROOMY: (u16, u16) = (110, 30);

/// Where each section is, headings included; sections that are not in sight are not there.
fn places(model: &Model) -> Vec<(Section, Rect)> {
    let (width, height) = model.size;
    let card = Rect { x: 0, y: 1, width, height: 1 + CardLine::ALL.len() as u16 };
    let below = Rect { x: 0, y: card.bottom(), width, height: height.saturating_sub(card.bottom() + 2) };
    let mut places = vec![(Section::Task, card)];
    if model.size.0 < ROOMY.0 || model.size.1 < ROOMY.1 {
        places.push((shown_below(model), below));
        return places;
    }
    let left = Rect { width: width * 3 / 5, ..below };
    // As many rows as there are labels, but no less than a third for the progress.
    let labels = (model.labels.all().len() as u16).saturating_add(3).clamp(8, below.height * 2 / 3);
    let right = Rect { x: left.right() + 1, width: width - left.right() - 1, ..below };
    places.push((Section::Labels, Rect { height: labels, ..left }));
    places.push((Section::Progress, Rect { y: left.y + labels, height: below.height - labels, ..left }));
    // A name and two or three lines for each set, but the guidelines keep the larger part.
    let sets = model.project_screen.tally.as_ref().map_or(0, |tally| tally.gold.len() as u16);
    let gold = sets.saturating_mul(4).saturating_add(2).clamp(3, below.height / 3);
    places.push((Section::Guidelines, Rect { height: right.height - gold, ..right }));
    places.push((Section::Gold, Rect { y: right.bottom() - gold, height: gold, ..right }));
    places
}

/// The section below the card on a small terminal.
fn shown_below(model: &Model) -> Section {
    match model.project_screen.section {
        Section::Task => Section::Labels,
        other => other,
    }
}

/// The room inside a section, below its heading.
fn inside(area: Rect) -> Rect {
    Rect { x: area.x + 1, y: area.y + 1, width: area.width.saturating_sub(2), height: area.height.saturating_sub(1) }
}

fn place(model: &Model, section: Section) -> Rect {
    places(model).into_iter().find(|(s, _)| *s == section).map_or(Rect::default(), |(_, area)| inside(area))
}

/// Rows of the section that has the keys.
pub(super) fn page(model: &Model) -> usize {
    usize::from(place(model, model.project_screen.section).height).max(2) - 1
}

/// The line that may be at the top of a section at most.
pub(super) fn last_top(model: &Model, section: Section) -> usize {
    let area = place(model, section);
    lines(model, section, area.width).len().saturating_sub(usize::from(area.height))
}

/// The lines of a section that scrolls.
fn lines(model: &Model, section: Section, width: u16) -> Vec<Line<'static>> {
    // A blank, and one column for the scroll bar.
    let width = width.saturating_sub(2);
    match section {
        Section::Progress => progress::lines(model, width),
        Section::Gold => gold::lines(model, width),
        _ if model.card.guidelines.trim().is_empty() => {
            vec![Line::styled("no guidelines yet: E writes them in your editor", model.theme.dim())]
        }
        _ => markdown::lines(&model.card.guidelines, width, &model.theme),
    }
}

/// Draws the screen.
pub fn view(model: &Model, frame: &mut Frame<'_>) {
    view::title(model, frame, vec![Part::new("Project")]);
    let places = places(model);
    let small = places.len() == 2;
    for (section, area) in places {
        let area = area.intersection(frame.area());
        if area.is_empty() {
            continue;
        }
        let buf = frame.buffer_mut();
        heading(model, section, small, area, buf);
        let room = inside(area);
        match section {
            Section::Task => card(model, room, buf),
            Section::Labels => label_table::render(model, room, buf),
            Section::Guidelines => scrolled(model, section, model.project_screen.guidelines_top, room, buf),
            Section::Progress => scrolled(model, section, model.project_screen.progress_top, room, buf),
            Section::Gold => {
                let top = gold::top(model, room.width.saturating_sub(2), room.height);
                scrolled(model, section, top, room, buf);
            }
        }
    }
    view::status(model, frame, facts(model), &[]);
}

/// The name of the section on a rule; on a small terminal the names of those that Tab leads to as well.
fn heading(model: &Model, section: Section, small: bool, area: Rect, buf: &mut Buffer) {
    let theme = &model.theme;
    let dash = if theme.ascii() { "-" } else { "─" };
    buf.set_stringn(area.x, area.y, dash.repeat(usize::from(area.width)), usize::from(area.width), theme.border());
    let names: &[Section] = match (small, section) {
        (false, _) | (_, Section::Task) => &[section],
        (true, _) => &[Section::Labels, Section::Guidelines, Section::Progress, Section::Gold],
    };
    let mut x = area.x + 1;
    for name in names {
        let active = *name == model.project_screen.section;
        let style = if active { theme.accent() } else { theme.dim() };
        // Told apart without colour too.
        let text = if active { format!("[{}]", name.title()) } else { format!(" {} ", name.title()) };
        (x, _) = buf.set_stringn(x, area.y, text, usize::from(area.right().saturating_sub(x)), style);
        x += 1;
    }
}

fn card(model: &Model, area: Rect, buf: &mut Buffer) {
    let theme = &model.theme;
    let columns = theme.columns();
    for (y, line) in (area.top()..area.bottom()).zip(CardLine::ALL) {
        let text = line_of(&model.card, line);
        let (text, style) = if text.is_empty() { ("not said yet", theme.dim()) } else { (text, theme.text()) };
        let row = Line::from(vec![
            Span::styled(format!("{:8} ", line.title()), theme.dim()),
            Span::styled(columns.one_line(text, area.width.saturating_sub(9)), style),
        ]);
        buf.set_line(area.x, y, &row, area.width);
        if model.project_screen.section == Section::Task && model.project_screen.line == line {
            buf.set_style(Rect { y, height: 1, ..area }, theme.selected());
        }
    }
}

fn scrolled(model: &Model, section: Section, top: usize, area: Rect, buf: &mut Buffer) {
    let lines = lines(model, section, area.width);
    let top = top.min(lines.len().saturating_sub(usize::from(area.height)));
    for (y, line) in (area.top()..area.bottom()).zip(lines.iter().skip(top)) {
        buf.set_line(area.x, y, line, area.width);
    }
    if lines.len() > usize::from(area.height) {
        let bar = Rect { x: area.right().saturating_sub(1), width: 1, ..area };
        scroll_bar(bar, buf, top, lines.len(), &model.theme);
    }
}

fn facts(model: &Model) -> Vec<Part> {
    let mut facts = Vec::new();
    if model.blind {
        facts.push(Part::styled("BLIND", model.theme.accent()));
    }
    if model.project_screen.counting > 0 {
        facts.push(Part::styled("counting…", model.theme.dim()));
    }
    let labels = model.labels.active().count();
    let archived = model.labels.all().len() - labels;
    let mut text = format!("{labels} label{}", if labels == 1 { "" } else { "s" });
    if archived > 0 {
        text.push_str(&format!(", {archived} archived"));
    }
    facts.push(Part::new(text));
    facts.push(Part::new(format!("threshold {:.2}", model.settings.threshold)));
    facts
}
