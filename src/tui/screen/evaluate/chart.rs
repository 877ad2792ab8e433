//! A curve over thresholds, drawn with letters so that it needs neither colour nor a font: P, R and F1 as points, the
//! cursor as a line.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::sheet::CurvePoint;
use crate::tui::theme::Theme;

/// The signs of precision, recall and F1.
const SIGNS: [&str; 3] = ["P", "R", "●"];
const ASCII_SIGNS: [&str; 3] = ["P", "R", "F"];

/// Draws the curve into an area of at least four rows, with the point under the cursor.
pub(super) fn render(area: Rect, buf: &mut Buffer, (of, points): (&str, &[CurvePoint]), at: usize, theme: &Theme) {
    let area = area.intersection(buf.area);
    if area.height < 4 || area.width < 20 || points.is_empty() {
        return;
    }
    let signs = if theme.ascii() { ASCII_SIGNS } else { SIGNS };
    let legend = format!("{} precision  {} recall  {} F1  of {of}", signs[0], signs[1], signs[2]);
    let legend = theme.columns().one_line(&legend, area.width - 5);
    buf.set_stringn(area.x + 5, area.y, legend, usize::from(area.width - 5), theme.dim());
    let plot = Rect { x: area.x + 5, y: area.y + 1, width: area.width - 6, height: area.height - 2 };
    let (bar, corner, rule) = if theme.ascii() { ("|", "+", "-") } else { ("│", "└", "─") };
    for (y, value) in [(plot.y, "1.0"), (plot.y + plot.height / 2, "0.5"), (plot.bottom() - 1, "0.0")] {
        buf.set_string(area.x, y, value, theme.dim());
    }
    for y in plot.top()..plot.bottom() {
        buf.set_string(plot.x - 1, y, bar, theme.dim());
    }
    buf.set_string(plot.x - 1, plot.bottom(), corner, theme.dim());
    buf.set_string(plot.x, plot.bottom(), rule.repeat(usize::from(plot.width)), theme.dim());
    let last = points.len().saturating_sub(1).max(1);
    let column = |place: usize| plot.x + (place * usize::from(plot.width - 1) / last) as u16;
    let row = |value: f64| {
        let down = (1.0 - value.clamp(0.0, 1.0)) * f64::from(plot.height - 1);
        plot.y + down.round() as u16
    };
    if points.len() > at {
        for y in plot.top()..plot.bottom() {
            buf.set_string(column(at), y, bar, theme.accent());
        }
        let label = format!("{:.2}", points[at].threshold);
        let x = column(at).saturating_sub(1).min(area.right().saturating_sub(4));
        buf.set_string(x, plot.bottom(), label, theme.accent());
    }
    for (place, point) in points.iter().enumerate() {
        for ((value, sign), style) in point.ratios.iter().zip(signs).zip([theme.text(), theme.text(), theme.title()]) {
            buf.set_string(column(place), row(*value), sign, style);
        }
    }
}
