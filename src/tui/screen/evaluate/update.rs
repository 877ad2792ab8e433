//! What the commands of the screen do, and what happens when something was counted.

use super::sheet::{Behind, Cell};
use super::{GoldChoice, KEPT_AS, Shown, View, Waiting};
use crate::evaluate::{Mode, Schema};
use crate::store::Change;
use crate::tui::effect::Effect;
use crate::tui::evaluator::{Evaluated, Given, Question, Want};
use crate::tui::filler::{Fill, FillOrder, Filled};
use crate::tui::model::{Model, Screen, Tone};
use crate::tui::mouse::{Gesture, Mouse};
use crate::tui::overlay::{Overlay, SourceList, labels};
use crate::tui::screen::annotate;
use crate::tui::walk;

/// Opens the screen; everything is counted anew.
pub fn show_evaluate(model: &mut Model) -> Vec<Effect> {
    // From a place of a walk this is the way back.
    if model.walk.as_ref().is_some_and(|walking| walking.from == Screen::Evaluate) {
        return walk::end(model);
    }
    let effects = annotate::leave(model);
    model.evaluate.came_from = model.screen;
    model.screen = Screen::Evaluate;
    model.evaluate.first = None;
    model.evaluate.changed();
    effects
}

/// Stops what is under way, else goes back to where the person came from.
pub fn leave(model: &mut Model) -> Vec<Effect> {
    if let Some(waiting) = model.evaluate.waiting.take_if(|w| !w.quiet) {
        if !waiting.walk {
            model.evaluate.halted = Some((model.evaluate.version, "stopped counting: R counts again".into()));
        }
        model.say(Tone::Info, "stopped counting");
        return vec![Effect::StopEvaluating];
    }
    match model.evaluate.came_from {
        Screen::Annotate if model.open.is_some() => model.screen = Screen::Annotate,
        came_from @ (Screen::Review | Screen::Project) => model.screen = came_from,
        _ => return annotate::show_documents(model),
    }
    Vec::new()
}

/// After every message: what is on the screen is asked for unless it is there.
pub fn settle(model: &mut Model) -> Vec<Effect> {
    let screen = &model.evaluate;
    if model.screen != Screen::Evaluate || screen.halted().is_some() {
        return Vec::new();
    }
    let there = screen.here().is_some_and(|shown| shown.version == screen.version);
    // Who has pressed Enter goes there first, whatever has changed meanwhile.
    let asked = |w: Waiting| w.walk || (w.version == screen.version && w.view == screen.view);
    let under_way = screen.waiting.is_some_and(asked);
    if there || under_way {
        return Vec::new();
    }
    let row = screen.curve_of.clone().filter(|_| screen.view == View::Curve);
    let want = Want::Sheet(screen.view, row);
    ask(model, want)
}

fn ask(model: &mut Model, want: Want) -> Vec<Effect> {
    let labels = model.labels.all().to_vec();
    let threshold = model.settings.threshold;
    let screen = &mut model.evaluate;
    screen.asked += 1;
    let walk = matches!(want, Want::Walk(..));
    let quiet = screen.quiet && !walk;
    screen.waiting = Some(Waiting { number: screen.asked, view: screen.view, version: screen.version, walk, quiet });
    let (number, fresh, again, terms) = (screen.asked, screen.stale, screen.again, screen.terms.clone());
    vec![Effect::Evaluate(Box::new(Question { number, fresh, again, terms, labels, threshold, want }))]
}

/// Something was counted.
pub fn evaluated(model: &mut Model, (number, given): Evaluated) -> Vec<Effect> {
    let Some(waiting) = model.evaluate.waiting.filter(|w| w.number == number) else { return Vec::new() };
    let Some(given) = given else { return Vec::new() };
    model.evaluate.waiting = None;
    let given = match given {
        Ok(Given::Sheet(given)) => *given,
        Ok(Given::Walk(Some(walk))) => {
            // Who has left meanwhile is not taken elsewhere.
            return if model.screen == Screen::Evaluate { walk::begin(model, walk) } else { Vec::new() };
        }
        Ok(Given::Walk(None)) => {
            model.say(Tone::Refusal, "there is nothing to go to any more: R counts again");
            return Vec::new();
        }
        Ok(Given::Over) => {
            model.say(Tone::Refusal, "the numbers have changed: look again");
            model.evaluate.version += 1;
            return Vec::new();
        }
        Err(reason) => {
            model.say(Tone::Error, format!("cannot count: {reason}"));
            model.evaluate.halted = Some((waiting.version, format!("cannot count: {reason}")));
            return Vec::new();
        }
    };
    let screen = &mut model.evaluate;
    if waiting.version == screen.version {
        (screen.stale, screen.again, screen.quiet) = (false, false, false);
    }
    if screen.first.as_ref().is_some_and(|(terms, _)| *terms != given.terms) {
        screen.first = None;
    }
    screen.terms = given.terms;
    (screen.sources, screen.head) = (Some(given.sources), Some(given.head));
    let shown = screen.shown.entry(given.view).or_default();
    let begins = shown.sheet.columns.is_empty();
    shown.renew(given.sheet, waiting.version);
    shown.study = given.study;
    if begins && matches!(given.view, View::Table | View::Curve) {
        // On the number people look for.
        shown.column = shown.sheet.columns.iter().position(|c| c.name == "F1").unwrap_or(0);
    }
    if given.view == View::Table {
        let (_, first) = screen.first.get_or_insert_with(|| (screen.terms.clone(), shown.sheet.clone()));
        shown.mark_moved(first);
    }
    Vec::new()
}

/// The store has taken changes, whoever made them: what they touch is counted again.
pub fn stored(model: &mut Model, changes: &[Change]) {
    let only_labels = changes.iter().all(|c| match c {
        Change::Label { before: Some(before), after: Some(after), .. } => {
            // A threshold is no reason to read everything again.
            (&before.name, before.archived) == (&after.name, after.archived)
        }
        Change::Note { .. } | Change::Task { .. } => true,
        _ => false,
    });
    match only_labels {
        true => model.evaluate.version += 1,
        false => model.evaluate.changed(),
    }
}

/// Reads everything again.
pub fn count_again(model: &mut Model) -> Vec<Effect> {
    model.evaluate.changed();
    model.evaluate.again = true;
    // From here on it is said what moves.
    model.evaluate.first = None;
    Vec::new()
}

/// There is something to choose from.
///
/// # Errors
/// When the project has not been read yet.
pub fn has_sources(model: &Model) -> Result<(), String> {
    match model.evaluate.sources {
        Some(_) => Ok(()),
        None => Err("the project is still being read".into()),
    }
}

/// Asks which gold.
pub fn choose_gold(model: &mut Model) -> Vec<Effect> {
    let list = SourceList::gold(model);
    model.overlays.push(Overlay::Sources(list));
    Vec::new()
}

/// Asks whose predictions.
pub fn choose_predictions(model: &mut Model) -> Vec<Effect> {
    let list = SourceList::predictions(model);
    model.overlays.push(Overlay::Sources(list));
    Vec::new()
}

/// Other terms: they are kept, and everything is counted on them.
pub fn terms_changed(model: &mut Model) -> Vec<Effect> {
    model.evaluate.version += 1;
    vec![Effect::RememberSetting(KEPT_AS, model.evaluate.terms.to_kept())]
}

/// The next mode.
pub fn next_mode(model: &mut Model) -> Vec<Effect> {
    let here = Mode::ALL.iter().position(|m| *m == model.evaluate.terms.mode).unwrap_or(0);
    let mode = Mode::ALL[(here + 1) % Mode::ALL.len()];
    model.evaluate.terms.mode = mode;
    let words = match mode {
        Mode::Strict => "same borders, same label",
        Mode::Exact => "same borders, any label",
        Mode::Partial => "overlapping borders count half, any label",
        Mode::EntType => "overlapping borders, same label",
    };
    model.say(Tone::Info, format!("{}: {words}", mode.as_str()));
    terms_changed(model)
}

/// The next schema.
pub fn next_schema(model: &mut Model) -> Vec<Effect> {
    let here = Schema::ALL.iter().position(|s| *s == model.evaluate.terms.schema).unwrap_or(0);
    let schema = Schema::ALL[(here + 1) % Schema::ALL.len()];
    model.evaluate.terms.schema = schema;
    let words = match schema {
        Schema::Gleaner => "the rules of nervaluate 1.2.1; spans that merely touch do not overlap",
        Schema::Nervaluate1_2_1 => "the numbers as they stand; spans that touch overlap by one character",
        Schema::Nervaluate0_2_0 => "as above by older rules: a prediction counts for each gold span it overlaps",
    };
    model.say(Tone::Info, format!("{}: {words}", schema.as_str()));
    terms_changed(model)
}

/// Counts fewer predictions.
pub fn raise_threshold(model: &mut Model) -> Vec<Effect> {
    model.evaluate.version += 1;
    annotate::raise_threshold(model)
}

/// Counts more predictions.
pub fn lower_threshold(model: &mut Model) -> Vec<Effect> {
    model.evaluate.version += 1;
    annotate::lower_threshold(model)
}

/// The threshold under the cursor becomes that of the label, or of all.
pub fn take_threshold(model: &mut Model) -> Vec<Effect> {
    let point = model.evaluate.here().and_then(|shown| Some(shown.sheet.curve.get(shown.at)?.threshold));
    let Some(threshold) = point.map(|t| (t * 100.0).round() / 100.0) else { return Vec::new() };
    let Some(name) = model.evaluate.curve_of.clone() else {
        model.evaluate.version += 1;
        let effects = annotate::set_threshold(model, threshold);
        // The curve of all labels sets their own thresholds aside; the table does not.
        let own = model.labels.active().filter(|l| l.threshold.is_some()).count();
        if own > 0 {
            let keep = if own == 1 { "label keeps its" } else { "labels keep their" };
            let said = format!("threshold {threshold:.2}; {own} {keep} own, so the table differs from this curve");
            model.say(Tone::Info, said);
        }
        return effects;
    };
    let id = model.labels.all().iter().find(|l| l.name == name).map(|l| l.id);
    let committed = match id {
        Some(id) => labels::commit(model, |set, me| set.set_threshold(me, id, Some(threshold))),
        None => Err(format!("there is no label {name} any more")),
    };
    committed.unwrap_or_else(|reason| {
        model.say(Tone::Refusal, reason);
        Vec::new()
    })
}

/// Begins a walk through what stands behind the cell.
pub fn open_cell(model: &mut Model) -> Vec<Effect> {
    let Some(shown) = model.evaluate.here() else { return Vec::new() };
    let cell = shown.row().and_then(|row| row.cells.get(shown.column));
    let study = shown.study;
    let (behind, title) = match cell {
        Some(Cell { opens: Some((_, 0)), .. }) => {
            model.say(Tone::Refusal, "there are none");
            return Vec::new();
        }
        Some(Cell { opens: Some((behind, _)), .. }) => (behind.clone(), title(model, shown, behind)),
        _ => {
            model.say(Tone::Refusal, "nothing stands behind this cell: the numbers beside it open");
            return Vec::new();
        }
    };
    ask(model, Want::Walk(behind, title, study))
}

/// What the places behind a cell have in common.
fn title(model: &Model, shown: &Shown, behind: &Behind) -> String {
    let row = shown.row().map_or("", |row| row.name.as_str());
    let column = shown.sheet.columns.get(shown.column).map_or("", |c| c.name.as_str());
    let mode = model.evaluate.terms.mode.as_str();
    match behind {
        Behind::Counted { .. } | Behind::Document { .. } | Behind::Bucket(..) => format!("{row} · {column} · {mode}"),
        Behind::Field(..) => format!("gold {row} · predicted {column}"),
        Behind::Border(_) | Behind::Unreachable { .. } => row.to_owned(),
        Behind::Bin { .. } => format!("score {row} · {column}"),
        Behind::Point { .. } => {
            let of = model.evaluate.curve_of.as_deref().unwrap_or("all");
            format!("{of} above {row} · {column} · {mode}")
        }
        Behind::Compared { .. } => format!("{row} · {column}"),
        Behind::Suspect(_) => format!("suspect {row}"),
    }
}

/// The wheel moves through the rows.
pub fn mouse(model: &mut Model, mouse: Mouse) -> Vec<Effect> {
    match mouse.gesture {
        Gesture::Wheel(by) if by > 0 => super::cell_down(model),
        Gesture::Wheel(_) => super::cell_up(model),
        _ => Vec::new(),
    }
}

/// Puts the view into the clipboard as a table.
pub fn copy_view(model: &mut Model) -> Vec<Effect> {
    let Some(shown) = model.evaluate.here() else { return Vec::new() };
    let text = shown.sheet.markdown();
    model.say(Tone::Info, "copied the view as a table in Markdown");
    vec![Effect::Copy(text)]
}

/// The model can be asked about gold, or is being asked.
///
/// # Errors
/// Why not.
pub fn can_fill(model: &Model) -> Result<(), String> {
    if model.evaluate.filling.is_some() {
        return Ok(());
    }
    if model.read_only {
        return Err("nothing can be written here".into());
    }
    if !model.suggester.present {
        return Err("there is no model to ask".into());
    }
    if model.labels.active().next().is_none() {
        return Err("there are no labels to ask for yet".into());
    }
    has_sources(model)
}

/// Asks the model about the documents of gold, as a run; pressed again, stops that.
pub fn evaluate_model(model: &mut Model) -> Vec<Effect> {
    if model.evaluate.filling.take().is_some() {
        model.say(Tone::Info, "stopped asking the model: nothing of it is kept");
        return vec![Effect::Fill(FillOrder::Stop)];
    }
    let labels = model.labels.active().cloned().collect();
    let settings = model.settings;
    let screen = &mut model.evaluate;
    screen.fills += 1;
    screen.filling = Some(Filled { number: screen.fills, ..Filled::default() });
    let gold = screen.terms.gold.clone().unwrap_or(GoldChoice::Sole);
    vec![Effect::Fill(FillOrder::Begin(Fill { number: screen.fills, gold, labels, settings }))]
}

/// The model has been asked about a few documents more.
pub fn filled(model: &mut Model, filled: Option<Result<Filled, String>>) -> Vec<Effect> {
    let Some(number) = model.evaluate.filling.as_ref().map(|f| f.number) else { return Vec::new() };
    let filled = match filled {
        Some(Ok(filled)) if filled.number == number => filled,
        Some(Err(reason)) => {
            model.evaluate.filling = None;
            model.say(Tone::Error, format!("the model could not be asked: {reason}"));
            return Vec::new();
        }
        _ => return Vec::new(),
    };
    let Some(run) = filled.run.clone() else {
        model.evaluate.filling = Some(filled);
        return vec![Effect::Fill(FillOrder::GoOn(number))];
    };
    model.evaluate.filling = None;
    model.say(Tone::Info, format!("{run}: {} documents", filled.total));
    let terms = &mut model.evaluate.terms;
    // What was looked at before is what the new run is compared with.
    let chosen = super::Predictor::Run(run);
    if terms.predictors.len() == super::MOST {
        terms.predictors.pop();
    }
    terms.predictors.push(chosen);
    model.evaluate.changed();
    terms_changed(model)
}
