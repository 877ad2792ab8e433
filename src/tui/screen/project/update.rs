//! What the commands of the Project screen do.

use super::{CardLine, Section, gold, view};
use crate::dataset::TaskCard;
use crate::store::{Change, Group};
use crate::tui::counter::{Count, Counted};
use crate::tui::effect::Effect;
use crate::tui::model::{Model, Screen, Tone};
use crate::tui::mouse::{Gesture, Mouse};
use crate::tui::msg::Then;
use crate::tui::overlay::{Overlay, Prompt, Purpose, label_edit, labels};
use crate::tui::screen::annotate;

/// Opens the screen and has everything counted.
pub fn show_project(model: &mut Model) -> Vec<Effect> {
    let mut effects = annotate::leave(model);
    model.project_screen.came_from = model.screen;
    model.screen = Screen::Project;
    effects.extend(recount(model));
    effects
}

/// Back to where the person came from.
pub fn leave(model: &mut Model) -> Vec<Effect> {
    if model.project_screen.came_from == Screen::Annotate && model.open.is_some() {
        model.screen = Screen::Annotate;
        return Vec::new();
    }
    annotate::show_documents(model)
}

/// Asks the counter, and keeps track of what it has not answered.
pub fn count(model: &mut Model, what: Count) -> Vec<Effect> {
    model.project_screen.counting += 1;
    vec![Effect::Count(what)]
}

/// Has everything counted again, if that is to be seen; a count under way is followed by another one.
pub fn recount(model: &mut Model) -> Vec<Effect> {
    let edits_labels = model.overlays.iter().any(|overlay| matches!(overlay, Overlay::Labels(_)));
    if model.screen != Screen::Project && !edits_labels {
        return Vec::new();
    }
    if model.project_screen.counting > 0 {
        model.project_screen.stale = true;
        return Vec::new();
    }
    count(model, Count::All)
}

/// The counter has answered.
pub fn counted(model: &mut Model, counted: Result<Counted, String>) -> Vec<Effect> {
    let screen = &mut model.project_screen;
    screen.counting = screen.counting.saturating_sub(1);
    let again = screen.counting == 0 && std::mem::take(&mut screen.stale);
    let mut effects = match counted {
        Ok(Counted::All(tally)) => {
            screen.tally = Some(tally);
            Vec::new()
        }
        Ok(Counted::Label(tally)) => labels::take_uses(model, tally),
        Ok(Counted::Merge(from, into, count)) => label_edit::take_merge_count(model, from, into, count),
        Err(reason) => {
            model.say(Tone::Error, format!("cannot count: {reason}"));
            Vec::new()
        }
    };
    if again {
        effects.extend(recount(model));
    }
    effects
}

fn go_to_section(model: &mut Model, by: usize) -> Vec<Effect> {
    let all = Section::ALL;
    let here = all.iter().position(|s| *s == model.project_screen.section).unwrap_or(0);
    model.project_screen.section = all[(here + by) % all.len()];
    Vec::new()
}

/// The next section has the keys.
pub fn next_section(model: &mut Model) -> Vec<Effect> {
    go_to_section(model, 1)
}

/// The section before has the keys.
pub fn previous_section(model: &mut Model) -> Vec<Effect> {
    go_to_section(model, Section::ALL.len() - 1)
}

fn move_by(model: &mut Model, by: isize) -> Vec<Effect> {
    let to = |now: usize, last: usize| now.saturating_add_signed(by).min(last);
    match model.project_screen.section {
        Section::Task => {
            let here = CardLine::ALL.iter().position(|l| *l == model.project_screen.line).unwrap_or(0);
            model.project_screen.line = CardLine::ALL[to(here, CardLine::ALL.len() - 1)];
        }
        Section::Labels => return labels::move_choice(model, by),
        Section::Guidelines => {
            let last = view::last_top(model, Section::Guidelines);
            model.project_screen.guidelines_top = to(model.project_screen.guidelines_top, last);
        }
        Section::Progress => {
            let last = view::last_top(model, Section::Progress);
            model.project_screen.progress_top = to(model.project_screen.progress_top, last);
        }
        Section::Gold => gold::move_choice(model, by),
    }
    Vec::new()
}

/// One line down in the section.
pub fn next_line(model: &mut Model) -> Vec<Effect> {
    move_by(model, 1)
}

/// One line up in the section.
pub fn previous_line(model: &mut Model) -> Vec<Effect> {
    move_by(model, -1)
}

/// A screenful down in the section.
pub fn page_down(model: &mut Model) -> Vec<Effect> {
    let page = view::page(model) as isize;
    move_by(model, page)
}

/// A screenful up in the section.
pub fn page_up(model: &mut Model) -> Vec<Effect> {
    let page = view::page(model) as isize;
    move_by(model, -page)
}

/// To the first line of the section.
pub fn first_line(model: &mut Model) -> Vec<Effect> {
    move_by(model, isize::MIN)
}

/// To the last line of the section.
pub fn last_line(model: &mut Model) -> Vec<Effect> {
    move_by(model, isize::MAX)
}

/// Changes what is chosen: a line of the card, a label's name, the guidelines.
pub fn edit_chosen(model: &mut Model) -> Vec<Effect> {
    match model.project_screen.section {
        Section::Task => {
            let line = model.project_screen.line;
            let text = line_of(&model.card, line).to_owned();
            model.overlays.push(Overlay::Prompt(Prompt::new(Purpose::Card(line), &text)));
            Vec::new()
        }
        Section::Labels if labels::on_label(model).is_ok() => labels::rename_label(model),
        Section::Labels => labels::add_label(model),
        Section::Guidelines => edit_guidelines(model),
        Section::Progress => {
            model.say(Tone::Refusal, "progress is counted, not edited");
            Vec::new()
        }
        Section::Gold => {
            let text = "frozen gold is corrected from the Evaluate screen; F freezes another set, R removes this one";
            model.say(Tone::Refusal, text);
            Vec::new()
        }
    }
}

/// A line of the card.
pub(super) fn line_of(card: &TaskCard, line: CardLine) -> &str {
    match line {
        CardLine::Name => &card.name,
        CardLine::Domain => &card.domain,
        CardLine::Problem => &card.problem,
    }
}

/// A line of the card was typed.
///
/// # Errors
/// Why it was not taken.
pub fn take_line(model: &Model, line: CardLine, text: &str) -> Result<Vec<Effect>, String> {
    let mut after = model.card.clone();
    let place = match line {
        CardLine::Name => &mut after.name,
        CardLine::Domain => &mut after.domain,
        CardLine::Problem => &mut after.problem,
    };
    text.trim().clone_into(place);
    if after == model.card {
        return Err("nothing would change".into());
    }
    Ok(vec![card_change(model, format!("change the project's {}", line.title()), after)])
}

fn card_change(model: &Model, reason: String, after: TaskCard) -> Effect {
    let change = Change::Task { before: model.card.clone(), after };
    Effect::Commit(Group { actor: model.annotator.clone(), reason, changes: vec![change] }, Then::Stay)
}

/// Opens the guidelines in the person's editor.
pub fn edit_guidelines(model: &mut Model) -> Vec<Effect> {
    // What comes back is seen where one is.
    model.project_screen.section = Section::Guidelines;
    vec![Effect::EditGuidelines(model.card.guidelines.clone())]
}

/// The editor has given other guidelines.
pub fn guidelines_edited(model: &Model, text: String) -> Vec<Effect> {
    let after = TaskCard { guidelines: text, ..model.card.clone() };
    vec![card_change(model, "edit the guidelines".into(), after)]
}

/// The card is now this one.
pub fn take_card(model: &mut Model, card: TaskCard) {
    model.project = if card.name.is_empty() { model.folder.clone() } else { card.name.clone() };
    model.card = card;
    let last = view::last_top(model, Section::Guidelines);
    model.project_screen.guidelines_top = model.project_screen.guidelines_top.min(last);
}

/// Suggestions are neither asked for nor drawn, or are again.
pub fn toggle_blind(model: &mut Model) -> Vec<Effect> {
    model.blind = !model.blind;
    let text = if model.blind { "blind: no suggestions are asked for or shown" } else { "suggestions are shown again" };
    model.say(Tone::Info, text);
    let mut effects = vec![
        Effect::RememberSetting("blind", model.blind.to_string()),
        Effect::PauseAhead(model.blind || model.suggester.paused || model.walk.is_some()),
    ];
    effects.extend(annotate::ask(model));
    effects
}

/// The wheel moves through the section.
pub fn mouse(model: &mut Model, mouse: Mouse) -> Vec<Effect> {
    match mouse.gesture {
        Gesture::Wheel(by) if by > 0 => next_line(model),
        Gesture::Wheel(_) => previous_line(model),
        _ => Vec::new(),
    }
}
