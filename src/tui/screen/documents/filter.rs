//! Filters and orders of the list: what their keys do, and how they are said.

use super::reload;
use crate::annotate::quoted;
use crate::dataset::{LabelId, Status};
use crate::store::{Anchor, GOLD_ORDER, Order, Query, Row, ScoreRange};
use crate::tui::effect::Effect;
use crate::tui::model::{Model, Tone};
use crate::tui::overlay::{LabelPicker, Overlay, Prompt, Purpose};
use crate::tui::reader::{Found, nothing_near};

/// The next status in the filter.
pub fn filter_status(model: &mut Model) -> Vec<Effect> {
    let status = &mut model.documents.query.status;
    *status = match *status {
        None => Some(Status::Pending),
        Some(now) => Status::ALL.into_iter().skip_while(|s| *s != now).nth(1),
    };
    reload(model)
}

/// Asks for the text that documents must contain.
pub fn filter_text(model: &mut Model) -> Vec<Effect> {
    let now = model.documents.query.contains.clone();
    model.overlays.push(Overlay::Prompt(Prompt::new(Purpose::FilterText, &now)));
    Vec::new()
}

/// Asks for the label of which there must be a span; once more takes it away.
pub fn filter_label(model: &mut Model) -> Vec<Effect> {
    if model.documents.query.label.take().is_some() {
        return reload(model);
    }
    model.overlays.push(Overlay::LabelPicker(LabelPicker::to_filter(0)));
    Vec::new()
}

/// The label was chosen.
pub fn filter_by_label(model: &mut Model, label: LabelId) -> Vec<Effect> {
    model.documents.query.label = Some(label);
    reload(model)
}

/// Asks between which scores there must be a suggestion.
pub fn filter_score(model: &mut Model) -> Vec<Effect> {
    let now = model.documents.query.score.map_or(String::new(), |s| format!("{:.2} {:.2}", low(s), high(s)));
    model.overlays.push(Overlay::Prompt(Prompt::new(Purpose::FilterScore, &now)));
    Vec::new()
}

/// The scores were typed: `0.4 0.6`, `0.4-0.6`, `0.4` (and above), or nothing.
pub fn take_scores(model: &mut Model, text: &str) -> Result<Vec<Effect>, String> {
    let words = text.split(|c: char| c.is_whitespace() || c == '-').filter(|word| !word.is_empty());
    let numbers: Vec<f32> = words
        .map(|word| word.parse().ok().filter(|n| (0.0..=1.0).contains(n)))
        .collect::<Option<_>>()
        .ok_or("two numbers from 0 to 1, as in 0.4 0.6")?;
    model.documents.query.score = match numbers[..] {
        [] => None,
        [from] => Some(twentieths(from, 1.0)?),
        [from, to] => Some(twentieths(from, to)?),
        _ => return Err("two numbers at most, as in 0.4 0.6".into()),
    };
    Ok(reload(model))
}

/// Rounded outwards: what is known of the scores is known by twentieths.
fn twentieths(from: f32, to: f32) -> Result<ScoreRange, String> {
    let range = ScoreRange { from: (from * 20.0 + 1e-3) as u8, to: (to * 20.0 - 1e-3).ceil() as u8 };
    match range.from < range.to {
        true => Ok(range),
        false => Err("the first number must be below the second".into()),
    }
}

fn low(range: ScoreRange) -> f32 {
    f32::from(range.from) / 20.0
}

fn high(range: ScoreRange) -> f32 {
    f32::from(range.to) / 20.0
}

/// Only documents with a note, or all again.
pub fn filter_notes(model: &mut Model) -> Vec<Effect> {
    let noted = &mut model.documents.query.noted;
    *noted = !*noted;
    reload(model)
}

/// Only documents with a flag, or all again.
pub fn filter_flags(model: &mut Model) -> Vec<Effect> {
    let flagged = &mut model.documents.query.flagged;
    *flagged = !*flagged;
    reload(model)
}

/// All documents again.
pub fn clear_filter(model: &mut Model) -> Vec<Effect> {
    model.documents.query = model.documents.query.unfiltered();
    reload(model)
}

/// True when not all documents are listed.
pub fn is_filtered(model: &Model) -> bool {
    model.documents.query.is_filtered()
}

/// There is a filter to clear.
pub fn has_filter(model: &Model) -> Result<(), String> {
    if is_filtered(model) { Ok(()) } else { Err("all documents are listed already".into()) }
}

/// Each filter in a few words.
pub fn filters(model: &Model) -> Vec<String> {
    let Query { status, contains, label, score, noted, flagged, order: _ } = &model.documents.query;
    let mut words = Vec::new();
    words.extend(status.map(|s| s.as_str().to_owned()));
    words.extend((!contains.is_empty()).then(|| quoted(contains)));
    words.extend(label.map(|id| format!("label {}", model.labels.name(id))));
    let dash = if model.theme.ascii() { "-" } else { "–" };
    words.extend(score.map(|s| format!("score {:.2}{dash}{:.2}", low(s), high(s))));
    words.extend(noted.then(|| format!("{} noted", model.theme.pen())));
    words.extend(flagged.then(|| "! flagged".to_owned()));
    words
}

/// An order in words.
pub fn order_words(order: Order) -> String {
    match order {
        Order::Document => "as imported".into(),
        Order::Uncertain => "most uncertain first".into(),
        Order::Suggestions => "most suggestions first".into(),
        Order::Shortest => "shortest first".into(),
        Order::Longest => "longest first".into(),
        Order::Recent => "last edited first".into(),
        GOLD_ORDER => "random, for gold".into(),
        Order::Random(seed) => format!("random, seed {seed}"),
        Order::NewLabel => "only what is still to check".into(),
    }
}

fn order(model: &mut Model, order: Order) -> Vec<Effect> {
    model.documents.query.order = order;
    vec![Effect::RememberSetting("order", order.to_string()), model.documents.load(Anchor::Start)]
}

/// As they came.
pub fn order_document(model: &mut Model) -> Vec<Effect> {
    order(model, Order::Document)
}

/// Most uncertain first.
pub fn order_uncertain(model: &mut Model) -> Vec<Effect> {
    order(model, Order::Uncertain)
}

/// Most suggestions first.
pub fn order_suggestions(model: &mut Model) -> Vec<Effect> {
    order(model, Order::Suggestions)
}

/// Shortest first.
pub fn order_shortest(model: &mut Model) -> Vec<Effect> {
    order(model, Order::Shortest)
}

/// Longest first.
pub fn order_longest(model: &mut Model) -> Vec<Effect> {
    order(model, Order::Longest)
}

/// Last edited first.
pub fn order_recent(model: &mut Model) -> Vec<Effect> {
    order(model, Order::Recent)
}

/// Without order; once more: another one.
pub fn order_random(model: &mut Model) -> Vec<Effect> {
    let seed = match model.documents.query.order {
        Order::Random(seed) => seed.wrapping_add(1),
        _ => 1,
    };
    order(model, Order::Random(seed))
}

/// What is still to check for the labels there are now.
pub fn order_new_label(model: &mut Model) -> Vec<Effect> {
    order(model, Order::NewLabel)
}

/// Rows of the list have come.
pub fn take_page(model: &mut Model, query: &Query, anchor: Anchor, limit: usize, rows: Vec<Row>) -> Vec<Effect> {
    if *query == model.documents.query {
        model.searching = false;
    }
    let next = model.documents.take(query, anchor, limit, rows);
    let height = super::height(model);
    model.documents.keep_in_sight(height);
    next.into_iter().collect()
}

/// What was looked for beside the loop was found, or not.
pub fn take_found(model: &mut Model, found: Option<Found>) -> Vec<Effect> {
    let Some(found) = found else { return Vec::new() };
    model.searching = false;
    match found {
        Found::Page(query, anchor, limit, rows) => take_page(model, &query, anchor, limit, rows),
        // What lies over the screen is about the document below it, and so is what is typed there.
        Found::Near(_, Some(_)) if !model.overlays.is_empty() => {
            model.say(Tone::Info, "the document was found meanwhile: ask again to go there");
            Vec::new()
        }
        Found::Near(_, Some(document)) => vec![Effect::Open { document, whose: None, notice: None }],
        Found::Near(which, None) => {
            let filters = filters(model).join(" · ");
            model.say(Tone::Info, nothing_near(which, &filters));
            Vec::new()
        }
        Found::Failed(reason) => {
            model.say(Tone::Error, reason);
            Vec::new()
        }
    }
}
