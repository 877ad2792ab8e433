//! What the current label means, beside the text.

use ratatui::text::Line;

use crate::annotate::guideline::section;
use crate::dataset::Label;
use crate::tui::model::Model;
use crate::tui::widget::markdown;

/// About a label: the section of the guidelines whose heading names it, else its description, else all guidelines. No
/// line is wider than `width` cells.
pub(super) fn lines(model: &Model, label: &Label, width: u16) -> Vec<Line<'static>> {
    let guidelines = &model.card.guidelines;
    if let Some(section) = section(guidelines, &label.name) {
        // The label's own name stands above already.
        let text = section.split_once('\n').map_or("", |(_, rest)| rest);
        return markdown::lines(text.trim_start(), width, &model.theme);
    }
    if !label.description.is_empty() {
        let style = model.theme.dim();
        return markdown::lines(&label.description, width, &model.theme)
            .into_iter()
            .map(|line| line.patch_style(style))
            .collect();
    }
    markdown::lines(guidelines, width, &model.theme)
}
