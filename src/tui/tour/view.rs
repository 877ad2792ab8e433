//! How the tour looks: a line with its place, and what to press.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Widget, Wrap};

use super::steps::{ELSEWHERE, STEPS, Step};
use super::{Running, Tour};
use crate::tui::commands;
use crate::tui::model::{Model, Screen};
use crate::tui::screen::annotate;

const OFFER: &str = "First time here? {show_tour} shows you around in a minute.";
/// A line with the place, and the text of a step.
const RUNNING: u16 = 4;

/// Rows that the screens leave to the tour, above their last lines.
pub fn rows(model: &Model) -> u16 {
    // It leads through these two; the others are seen whole.
    if !matches!(model.screen, Screen::Documents | Screen::Annotate) {
        return 0;
    }
    match &model.tour {
        None => 0,
        Some(Tour::Offered) => 1,
        Some(Tour::Running(_)) => RUNNING,
    }
}

/// Draws it into its rows.
pub fn view(model: &Model, frame: &mut Frame<'_>) {
    let (screen, height) = (frame.area(), rows(model));
    let Some(tour) = model.tour.as_ref().filter(|_| height > 0) else { return };
    let y = match (model.screen, &model.open) {
        (Screen::Annotate, Some(_)) => annotate::text_area(model).bottom(),
        _ => screen.bottom().saturating_sub(2 + height),
    };
    let area = Rect { y, height, ..screen }.intersection(screen);
    match tour {
        Tour::Offered => {
            Paragraph::new(Line::from(styled(OFFER, model))).render(inset(area), frame.buffer_mut());
        }
        Tour::Running(running) => step(model, running, area, frame),
    }
}

fn inset(area: Rect) -> Rect {
    Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area }
}

fn step(model: &Model, running: &Running, area: Rect, frame: &mut Frame<'_>) {
    let Some(step) = STEPS.get(running.step) else { return };
    let theme = &model.theme;
    let dash = if theme.ascii() { "-" } else { "─" };
    let place = format!("{} Tour {} of {} ", dash.repeat(2), running.step + 1, STEPS.len());
    let way_out = format!(" Esc ends it {}", dash.repeat(2));
    let used = place.chars().count() + way_out.chars().count();
    let line = format!("{place}{}{way_out}", dash.repeat(usize::from(area.width).saturating_sub(used)));
    frame.buffer_mut().set_stringn(area.x, area.y, line, usize::from(area.width), theme.border());
    let below = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..inset(area) };
    Paragraph::new(words(model, step)).wrap(Wrap { trim: true }).render(below, frame.buffer_mut());
}

/// What a step says where things stand.
fn words(model: &Model, step: &Step) -> Line<'static> {
    if step.on == Some(Screen::Annotate) && model.screen == Screen::Documents {
        return Line::from(styled(ELSEWHERE, model));
    }
    let mut words = styled(step.text, model);
    if let Some((needed, instead)) = step.needs
        && let Some(Err(reason)) = commands::find(needed).map(|id| (id.get().available)(model))
    {
        words.push(Span::styled(format!(" Now: {reason}. "), model.theme.warning()));
        words.extend(styled(instead, model));
    }
    Line::from(words)
}

/// Text with the keys of `{command}` in their place.
fn styled(text: &str, model: &Model) -> Vec<Span<'static>> {
    let mut parts = text.split('{');
    let first = parts.next().unwrap_or_default();
    let mut spans = vec![Span::styled(first.to_owned(), model.theme.text())];
    for part in parts {
        let (name, rest) = part.split_once('}').unwrap_or((part, ""));
        spans.push(Span::styled(key_of(name, model), model.theme.key()));
        spans.push(Span::styled(rest.to_owned(), model.theme.text()));
    }
    spans
}

/// The first key of a command; its name in the palette when it has none.
fn key_of(name: &str, model: &Model) -> String {
    let Some(id) = commands::find(name) else { return name.to_owned() };
    let keys = id.get().modes.iter().flat_map(|mode| model.keymap.keys_of(*mode, id));
    keys.into_iter().next().unwrap_or_else(|| name.to_owned())
}
