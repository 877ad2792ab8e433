//! How the table looks.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{Bulk, MOST, Offer, Scope};
use crate::annotate::{ENOUGH, expected, overall};
use crate::store::Reviewed;
use crate::tui::model::Model;
use crate::tui::widget::popup;
use crate::tui::widget::words::counted;

/// Suggestions shown, the least certain of those that would be taken.
const LOWEST: usize = 4;
/// Cells of a label's name.
const NAME: u16 = 16;

fn percent(share: f64) -> String {
    format!("{:.0}", share * 100.0)
}

/// The expected precision in words, or why there is none.
fn precision(reviewed: Reviewed, taken: u64) -> String {
    match expected(reviewed, taken) {
        Some(e) => format!("{} % ({}–{})", percent(e.mean), percent(e.low), percent(e.high)),
        None if taken == 0 => String::new(),
        None => format!("not enough reviewed ({} of {ENOUGH})", reviewed.of),
    }
}

impl Bulk {
    /// Draws it in the middle.
    pub fn view(&self, model: &Model, frame: &mut Frame<'_>) {
        let theme = &model.theme;
        let columns = theme.columns();
        let labels = self.labels(model);
        let taken: Vec<&Offer> = self.taken().collect();
        // As many as there are labels, found or not, so that the box stays as it is while the list is read. What it
        // needs besides: borders, head, sum, a blank row, a heading; the line of hints stays free.
        let wanted = model.labels.active().count().max(1);
        let room = usize::from(frame.area().height.saturating_sub(7));
        let lowest_rows = LOWEST.min(room.saturating_sub(wanted)).max(1);
        let rows = wanted.min(room.saturating_sub(lowest_rows)).max(1);
        let free = u16::from(rows + lowest_rows == room);
        let screen = Rect { height: frame.area().height - free, ..frame.area() };
        let area = popup::centred(screen, 70, (rows + lowest_rows) as u16 + 5);
        let inside = popup::render(area, frame.buffer_mut(), &self.title(model), theme);
        let mut y = inside.y;
        let mut put = |line: Line<'_>, selected: bool| {
            if y < inside.bottom() {
                frame.buffer_mut().set_line(inside.x, y, &line, inside.width);
                if selected {
                    frame.buffer_mut().set_style(Rect { y, height: 1, ..inside }, theme.selected());
                }
                y += 1;
            }
        };
        let head = format!("      {:width$} {:>6}  expected precision", "label", "take", width = usize::from(NAME));
        put(Line::from(Span::styled(head, theme.dim())), false);
        let keys = model.labels.keys();
        let colours = model.colours();
        let top = (self.selected + 1).saturating_sub(rows);
        for (i, label) in labels.iter().enumerate().skip(top).take(rows) {
            let on = !self.off.contains(label);
            let (count, reviewed) = (self.above(*label), self.reviewed_of(*label, self.cut(model, *label)));
            let key = keys.iter().find(|(_, l)| l.id == *label).and_then(|(key, _)| *key).unwrap_or(' ');
            let mut name = columns.one_line(&model.labels.name(*label), NAME);
            name.extend(std::iter::repeat_n(' ', usize::from(NAME).saturating_sub(columns.line_width(&name))));
            let colour = colours.iter().find(|(id, _)| id == label).map(|(_, c)| theme.label_text(*c));
            let about = match (on, reviewed.of) {
                (false, _) => "left out".into(),
                (true, of) if of >= ENOUGH && count > 0 => {
                    format!("{}   {} of {of} right", precision(reviewed, count), reviewed.right)
                }
                _ => precision(reviewed, count),
            };
            let room = inside.width.saturating_sub(NAME + 15);
            let about = match columns.line_width(&about) > usize::from(room) && reviewed.of < ENOUGH {
                true => format!("{} of {ENOUGH} reviewed", reviewed.of),
                false => columns.one_line(&about, room),
            };
            let line = Line::from(vec![
                Span::styled(format!("{key} "), theme.key()),
                Span::styled(if on { "[x] " } else { "[ ] " }, theme.text()),
                Span::styled(name, if on { colour.unwrap_or_default() } else { theme.dim() }),
                Span::styled(format!(" {count:>6}  "), if on { theme.text() } else { theme.dim() }),
                Span::styled(about, theme.text()),
            ]);
            put(line, i == self.selected);
        }
        if labels.is_empty() {
            let why = if self.is_gathering() { "reading the list" } else { "no suggestions on these terms" };
            put(Line::from(Span::styled(format!("      {why}"), theme.dim())), false);
        }
        put(Line::from(Span::styled(self.sum(model, taken.len()), theme.title())), false);
        put(Line::default(), false);
        let mut lowest = taken;
        lowest.sort_by(|a, b| a.suggestion.score.total_cmp(&b.suggestion.score));
        let heading = if lowest.is_empty() { "" } else { "The least certain of them:" };
        put(Line::from(Span::styled(heading, theme.dim())), false);
        for offer in lowest.iter().take(lowest_rows) {
            let label = offer.suggestion.key.label;
            let name = columns.one_line(&model.labels.name(label), NAME);
            let colour = colours.iter().find(|(id, _)| *id == label).map(|(_, c)| theme.label_text(*c));
            let line = Line::from(vec![
                Span::styled(format!("  {:.2} ", offer.suggestion.score), theme.text()),
                Span::styled(name, colour.unwrap_or_default()),
                Span::styled(format!(" {}", columns.one_line(&offer.text, 40)), theme.text()),
            ]);
            put(line, false);
        }
        let hidden = labels.len().saturating_sub(rows);
        if hidden > 0 {
            let more = format!(" {} ", counted(hidden as u64, "more label"));
            let x = area.right().saturating_sub(more.len() as u16 + 2);
            frame.buffer_mut().set_string(x, area.bottom() - 1, more, theme.dim());
        }
    }

    fn title(&self, model: &Model) -> String {
        let sign = if model.theme.ascii() { ">=" } else { "≥" };
        let place = match self.scope {
            Scope::Document => "in this document".to_owned(),
            Scope::Loaded => format!("in the {} documents loaded", model.review.documents.len()),
            Scope::Project => "in the whole list".to_owned(),
        };
        format!("Accept suggestions {sign} {:.2} {place}", self.threshold)
    }

    /// All together: how many, and what may be expected of how much of it.
    fn sum(&self, model: &Model, taken: usize) -> String {
        let on = self.labels(model).into_iter().filter(|l| !self.off.contains(l));
        let parts: Vec<(Reviewed, u64)> =
            on.map(|l| (self.reviewed_of(l, self.cut(model, l)), self.above(l))).collect();
        let mut sum = format!("      {:width$} {taken:>6}  ", "together", width = usize::from(NAME));
        match overall(&parts) {
            Some((mean, share)) if share > 0.999 => sum += &format!("{} %", percent(mean)),
            Some((mean, share)) => sum += &format!("{} %, for {} % of them", percent(mean), percent(share)),
            None => {}
        }
        if let Some(gather) = &self.gather {
            let read = match gather.done {
                false => format!(" · read {} of {}", gather.rows, model.counts.documents),
                true if gather.full => format!(" · the first {MOST}; again for the rest"),
                true => format!(" · all {} read", gather.rows),
            };
            sum += &read;
            if gather.failed.is_some() {
                sum += " (not all: the model failed)";
            }
        }
        sum
    }
}
