//! The label editor: every change is one commit, and the suggestions on the screen follow.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{Confirm, Overlay, Prompt, Purpose, Question};
use crate::annotate::{LabelSet, label_change};
use crate::dataset::{Label, LabelId};
use crate::store::{Group, LabelTally};
use crate::tui::counter::Count;
use crate::tui::effect::Effect;
use crate::tui::model::{Model, Screen, Tone};
use crate::tui::msg::Then;
use crate::tui::screen::project::{self, Section};
use crate::tui::widget::list::scroll_bar;
use crate::tui::widget::popup;

/// The chosen label.
#[derive(Clone, Copy, Debug, Default)]
pub struct Labels {
    selected: usize,
}

/// Opens it; a project without labels starts with the first one's name. On the Project screen the table is there
/// already.
pub fn edit_labels(model: &mut Model) -> Vec<Effect> {
    if model.screen == Screen::Project {
        model.project_screen.section = Section::Labels;
        return Vec::new();
    }
    model.overlays.push(Overlay::Labels(Labels::default()));
    let mut effects = project::recount(model);
    if model.labels.all().is_empty() {
        effects.extend(add_label(model));
    }
    effects
}

/// The chosen label: in the editor, or in the table of the Project screen while that has the keys.
pub fn chosen(model: &Model) -> Option<&Label> {
    let place = match model.overlays.last() {
        Some(Overlay::Labels(labels)) => labels.selected,
        None if on_project_table(model) => model.project_screen.label,
        _ => return None,
    };
    let all = model.labels.all();
    // The last one may have gone.
    all.get(place.min(all.len().saturating_sub(1)))
}

fn on_project_table(model: &Model) -> bool {
    model.screen == Screen::Project && model.project_screen.section == Section::Labels
}

fn choose(model: &mut Model, place: usize) {
    match model.overlays.last_mut() {
        Some(Overlay::Labels(labels)) => labels.selected = place,
        _ if model.screen == Screen::Project => model.project_screen.label = place,
        _ => {}
    }
}

/// So many labels down.
pub fn move_choice(model: &mut Model, by: isize) -> Vec<Effect> {
    let last = model.labels.all().len().saturating_sub(1);
    let now = match model.overlays.last() {
        Some(Overlay::Labels(labels)) => labels.selected,
        _ => model.project_screen.label,
    };
    choose(model, now.min(last).saturating_add_signed(by).min(last));
    Vec::new()
}

/// The next label.
pub fn next_label(model: &mut Model) -> Vec<Effect> {
    move_choice(model, 1)
}

/// The previous label.
pub fn previous_label(model: &mut Model) -> Vec<Effect> {
    move_choice(model, -1)
}

/// Rows that the editor has for labels.
fn rows(model: &Model) -> usize {
    model.labels.all().len().clamp(3, usize::from(model.size.1.saturating_sub(7)).max(3))
}

/// A screenful down.
pub fn page_down(model: &mut Model) -> Vec<Effect> {
    let page = rows(model) as isize;
    move_choice(model, page)
}

/// A screenful up.
pub fn page_up(model: &mut Model) -> Vec<Effect> {
    let page = rows(model) as isize;
    move_choice(model, -page)
}

/// The first label.
pub fn first_label(model: &mut Model) -> Vec<Effect> {
    move_choice(model, isize::MIN)
}

/// The last label.
pub fn last_label(model: &mut Model) -> Vec<Effect> {
    move_choice(model, isize::MAX)
}

/// A label is chosen.
pub fn on_label(model: &Model) -> Result<(), String> {
    match chosen(model) {
        Some(_) => Ok(()),
        None if model.overlays.is_empty() && !on_project_table(model) => Err("Tab goes to the labels".into()),
        None => Err("no label yet: a adds one".into()),
    }
}

/// Asks for a line about the chosen label.
pub fn ask(model: &mut Model, purpose: impl Fn(LabelId) -> Purpose, text: impl Fn(&Label) -> String) -> Vec<Effect> {
    if let Some(label) = chosen(model) {
        let prompt = Prompt::new(purpose(label.id), &text(label));
        model.overlays.push(Overlay::Prompt(prompt));
    }
    Vec::new()
}

/// Asks for the name of a new label.
pub fn add_label(model: &mut Model) -> Vec<Effect> {
    if model.screen == Screen::Project && model.overlays.is_empty() {
        model.project_screen.section = Section::Labels;
    }
    model.overlays.push(Overlay::Prompt(Prompt::new(Purpose::AddLabel, "")));
    Vec::new()
}

/// Asks for another name.
pub fn rename_label(model: &mut Model) -> Vec<Effect> {
    ask(model, Purpose::RenameLabel, |l| l.name.clone())
}

/// Asks what the label means.
pub fn describe_label(model: &mut Model) -> Vec<Effect> {
    ask(model, Purpose::DescribeLabel, |l| l.description.clone())
}

/// Asks what the model is to read.
pub fn set_label_prompt(model: &mut Model) -> Vec<Effect> {
    ask(model, Purpose::LabelPrompt, |l| l.prompt().to_owned())
}

/// Offers the label no longer, or again.
pub fn archive_label(model: &mut Model) -> Vec<Effect> {
    match chosen(model).map(|l| (l.id, !l.archived)) {
        Some((id, archived)) => archive(model, id, archived),
        None => Vec::new(),
    }
}

/// Archives a label or brings it back.
pub fn archive(model: &mut Model, id: LabelId, archived: bool) -> Vec<Effect> {
    said(model, |set, me| set.archive(me, id, archived))
}

/// Finds out whether the label can go.
pub fn remove_label(model: &mut Model) -> Vec<Effect> {
    match chosen(model).map(|l| l.id) {
        Some(id) => project::count(model, Count::Label(id)),
        None => Vec::new(),
    }
}

/// The spans of a label have been counted: asks what to do, if it is still the chosen one.
pub fn take_uses(model: &mut Model, uses: LabelTally) -> Vec<Effect> {
    let id = uses.label;
    let Some(label) = chosen(model).filter(|l| l.id == id) else { return Vec::new() };
    let question = match () {
        () if uses.is_unused() => Question::RemoveLabel(id),
        () if label.archived => {
            let text = format!("{} have this label; it is archived, so nobody is offered it", spans_of(&uses));
            model.say(Tone::Refusal, text);
            return Vec::new();
        }
        () => Question::ArchiveInstead(uses),
    };
    model.overlays.push(Overlay::Confirm(Confirm::new(question)));
    Vec::new()
}

/// `3 spans in 2 documents by 1 annotator, and 5 in gold set demo`.
pub fn spans_of(uses: &LabelTally) -> String {
    let n = |n: u64, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    let mut places = Vec::new();
    if uses.spans > 0 || uses.gold.is_empty() {
        let (documents, annotators) = (n(uses.documents, "document"), n(uses.annotators, "annotator"));
        places.push(format!("{} in {documents} by {annotators}", n(uses.spans, "span")));
    }
    for (set, spans) in &uses.gold {
        let spans = if places.is_empty() { n(*spans, "span") } else { spans.to_string() };
        places.push(format!("{spans} in gold set {set}"));
    }
    places.join(", and ")
}

/// The label goes.
pub fn remove(model: &mut Model, id: LabelId) -> Vec<Effect> {
    let effects = said(model, |set, me| {
        let label = set.get(id).ok_or("this label is not there any more")?.clone();
        Ok(label_change(me, format!("remove label {}", label.name), Some(label), None))
    });
    move_choice(model, 0);
    effects
}

/// Earlier in the order.
pub fn move_label_up(model: &mut Model) -> Vec<Effect> {
    shift(model, true)
}

/// Later in the order.
pub fn move_label_down(model: &mut Model) -> Vec<Effect> {
    shift(model, false)
}

fn shift(model: &mut Model, up: bool) -> Vec<Effect> {
    let Some(id) = chosen(model).map(|l| l.id) else { return Vec::new() };
    let effects = said(model, |set, me| set.shift(me, id, up));
    if let [Effect::Commit(group, _)] = effects.as_slice() {
        // The choice stays on the label, wherever the change will put it.
        let mut after = model.labels.clone();
        group.changes.iter().for_each(|change| after.apply(change));
        let place = after.all().iter().position(|l| l.id == id).unwrap_or(0);
        choose(model, place);
    }
    effects
}

/// A name for a new label was typed: asks the store for its number.
pub fn take_new_name(model: &Model, name: &str) -> Result<Vec<Effect>, String> {
    model.labels.add(&model.annotator, LabelId(0), name)?;
    Ok(vec![Effect::NewLabelId(name.to_owned())])
}

/// The number has come: the label is made.
pub fn take_new_id(model: &mut Model, id: LabelId, name: &str) -> Vec<Effect> {
    let effects = said(model, |set, me| set.add(me, id, name));
    let last = model.labels.all().len();
    choose(model, last);
    effects
}

/// The effect of a change to the labels, for overlays that show a refusal themselves.
pub fn commit(
    model: &Model,
    change: impl FnOnce(&LabelSet, &str) -> Result<Group, String>,
) -> Result<Vec<Effect>, String> {
    change(&model.labels, &model.annotator).map(|group| vec![Effect::Commit(group, Then::Stay)])
}

fn said(model: &mut Model, change: impl FnOnce(&LabelSet, &str) -> Result<Group, String>) -> Vec<Effect> {
    commit(model, change).unwrap_or_else(|refusal| {
        model.say(Tone::Refusal, refusal);
        Vec::new()
    })
}

impl Labels {
    /// Draws it in the middle.
    pub fn view(&self, model: &Model, frame: &mut Frame<'_>) {
        let theme = &model.theme;
        let columns = theme.columns();
        let (keys, colours) = (model.labels.keys(), model.colours());
        let all = model.labels.all();
        let rows = rows(model);
        let area = popup::centred(frame.area(), frame.area().width.saturating_sub(8).min(100), rows as u16);
        let inside = popup::render(area, frame.buffer_mut(), "Labels", theme);
        let name_width = all.iter().map(|l| columns.line_width(&l.name)).max().unwrap_or(0).clamp(6, 24) as u16;
        let top = (self.selected + 1).saturating_sub(rows);
        for (i, label) in all.iter().enumerate().skip(top).take(rows) {
            let key = keys.iter().find(|(_, l)| l.id == label.id).and_then(|(k, _)| *k).unwrap_or(' ');
            let spans = model.open.as_ref().map_or(0, |o| o.listing.spans_of(label.id));
            let colour = colours.iter().find(|(c, _)| *c == label.id).map(|(_, c)| theme.label_text(*c));
            let style = if label.archived { theme.dim() } else { colour.unwrap_or_default() };
            let mut name = columns.one_line(&label.name, name_width);
            name.extend(std::iter::repeat_n(' ', usize::from(name_width).saturating_sub(columns.line_width(&name))));
            let mut about = Vec::new();
            if label.archived {
                about.push("archived".to_owned());
            }
            if let Some(prompt) = &label.prompt {
                about.push(format!("reads: {prompt}"));
            }
            if !label.description.is_empty() {
                about.push(label.description.clone());
            }
            let about = columns.one_line(&about.join(" · "), inside.width.saturating_sub(name_width + 9));
            let row = Line::from(vec![
                Span::styled(format!("{key} "), theme.key()),
                Span::styled(name, style),
                Span::styled(if spans > 0 { format!(" {spans:3}  ") } else { "      ".into() }, theme.text()),
                Span::styled(about, theme.dim()),
            ]);
            let y = inside.y + (i - top) as u16;
            frame.buffer_mut().set_line(inside.x, y, &row, inside.width);
            if i == self.selected {
                frame.buffer_mut().set_style(Rect { y, height: 1, ..inside }, theme.selected());
            }
        }
        // On the border.
        let bar = Rect { x: inside.right() + 1, width: 1, ..inside };
        scroll_bar(bar, frame.buffer_mut(), top, all.len(), theme);
        if all.is_empty() {
            frame.buffer_mut().set_string(inside.x, inside.y, "no labels yet: a adds one", theme.dim());
        }
    }
}
