//! The frozen gold sets: as lines, and what their commands do.

use ratatui::text::{Line, Span};

use super::{Section, recount};
use crate::annotate::gold_set_lines;
use crate::store::{GOLD_ORDER, GoldSet, Query, gold_set_name};
use crate::tui::effect::Effect;
use crate::tui::model::{Model, Screen};
use crate::tui::overlay::{Confirm, Overlay, Prompt, Purpose, Question};
use crate::tui::screen::annotate;
use crate::tui::screen::project;
use crate::tui::widget::words;

/// The sets as last counted.
fn sets(model: &Model) -> &[GoldSet] {
    model.project_screen.tally.as_ref().map_or(&[], |tally| &tally.gold)
}

/// The place of the chosen set; the last one may have gone.
fn chosen_place(model: &Model) -> usize {
    model.project_screen.gold.min(sets(model).len().saturating_sub(1))
}

/// The lines, none wider than `width` cells, and at which line each set begins.
fn blocks(model: &Model, width: u16) -> (Vec<Line<'static>>, Vec<usize>) {
    let theme = &model.theme;
    let columns = theme.columns();
    let (mut lines, mut starts) = (Vec::new(), Vec::new());
    for (place, set) in sets(model).iter().enumerate() {
        starts.push(lines.len());
        let chosen = model.project_screen.section == Section::Gold && place == chosen_place(model);
        let style = if chosen { theme.selected() } else { theme.title() };
        lines.push(Line::styled(columns.one_line(&set.name, width), style));
        for text in gold_set_lines(set) {
            // Names may come from elsewhere, with anything in them.
            let text = columns.one_line(&text, u16::MAX);
            let row = |row: String| Line::from(vec![Span::raw("  "), Span::styled(row, theme.text())]);
            lines.extend(words::wrap(&text, width.saturating_sub(2).max(1), &columns).into_iter().map(row));
        }
    }
    (lines, starts)
}

/// The lines of the section.
pub(super) fn lines(model: &Model, width: u16) -> Vec<Line<'static>> {
    let theme = &model.theme;
    if model.project_screen.tally.is_none() {
        return vec![Line::styled("counting…", theme.dim())];
    }
    if sets(model).is_empty() {
        let text = "no gold set yet: F freezes what is submitted, B annotates for one";
        let text = theme.columns().one_line(text, width);
        return vec![Line::styled(text, theme.dim())];
    }
    blocks(model, width).0
}

/// The line at the top, so that the chosen set is in sight.
pub(super) fn top(model: &Model, width: u16, rows: u16) -> usize {
    let (lines, starts) = blocks(model, width);
    let place = chosen_place(model);
    let start = starts.get(place).copied().unwrap_or(0);
    let end = starts.get(place + 1).copied().unwrap_or(lines.len());
    end.saturating_sub(usize::from(rows)).min(start)
}

/// So many sets down.
pub(super) fn move_choice(model: &mut Model, by: isize) {
    let last = sets(model).len().saturating_sub(1);
    model.project_screen.gold = chosen_place(model).saturating_add_signed(by).min(last);
}

/// Asks under which name to freeze what is submitted.
pub fn freeze_gold(model: &mut Model) -> Vec<Effect> {
    // What comes of it is seen where one is.
    model.project_screen.section = Section::Gold;
    model.overlays.push(Overlay::Prompt(Prompt::new(Purpose::FreezeGold, "")));
    Vec::new()
}

/// The name was typed.
///
/// # Errors
/// Why it was not taken.
pub fn take_gold_name(model: &Model, text: &str) -> Result<Vec<Effect>, String> {
    let name = gold_set_name(text).map_err(|e| e.to_string())?;
    if sets(model).iter().any(|set| set.name == name) {
        return Err(format!("there is a gold set {name} already"));
    }
    Ok(vec![Effect::FreezeGold(name.to_owned())])
}

/// A set is chosen.
pub fn on_gold_set(model: &Model) -> Result<(), String> {
    match sets(model).is_empty() {
        true => Err("no gold set yet: F freezes what is submitted".into()),
        false if model.project_screen.section != Section::Gold => Err("Tab goes to the gold sets".into()),
        false => Ok(()),
    }
}

/// Asks whether the chosen set is to go.
pub fn remove_gold(model: &mut Model) -> Vec<Effect> {
    if let Some(set) = sets(model).get(chosen_place(model)) {
        let question = Question::RemoveGold(set.name.clone(), set.documents);
        model.overlays.push(Overlay::Confirm(Confirm::new(question)));
    }
    Vec::new()
}

/// There is something to annotate.
pub fn has_documents(model: &Model) -> Result<(), String> {
    if model.counts.documents > 0 { Ok(()) } else { Err("no documents yet: n types or pastes one in".into()) }
}

/// Lists documents in the order for gold, without suggestions, and opens the first that is not begun.
pub fn annotate_gold(model: &mut Model) -> Vec<Effect> {
    let mut effects = annotate::leave(model);
    model.screen = Screen::Documents;
    let query = Query { order: GOLD_ORDER, ..Query::default() };
    model.documents.query = query.clone();
    effects.push(Effect::RememberSetting("order", GOLD_ORDER.to_string()));
    effects.push(model.documents.load_at(None));
    if !model.blind {
        effects.extend(project::toggle_blind(model));
    }
    effects.push(Effect::OpenFirst(query));
    effects.extend(recount(model));
    effects
}
