//! A question before what is hard to take back, or larger than it looks.

use ratatui::Frame;

use super::{Overlay, labels};
use crate::annotate::MergeCount;
use crate::dataset::LabelId;
use crate::store::LabelTally;
use crate::tui::effect::Effect;
use crate::tui::key::{Code, Key, Named};
use crate::tui::model::Model;
use crate::tui::update;
use crate::tui::widget::popup;

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// Remove a label that no span has?
    RemoveLabel(LabelId),
    /// A label has spans, which removing would orphan: archive it instead?
    ArchiveInstead(LabelTally),
    /// All spans of a label get another one?
    Merge {
        /// The label that goes.
        from: LabelId,
        /// The one that its spans get.
        into: LabelId,
        /// What that does.
        count: MergeCount,
    },
    /// Remove a gold set of so many documents?
    RemoveGold(String, u64),
    /// Quit though a text is still being looked for?
    QuitSearching,
    /// Quit though the model is still being asked about gold?
    QuitFilling,
    /// Forget the text that was typed?
    DropText,
}

/// A question on the screen.
#[derive(Clone, Debug, PartialEq)]
pub struct Confirm {
    question: Question,
}

impl Confirm {
    /// Asks.
    pub fn new(question: Question) -> Self {
        Self { question }
    }

    /// Yes or no; other keys wait.
    pub fn press(self, model: &mut Model, key: Key) -> (Option<Overlay>, Vec<Effect>) {
        match key.code {
            Code::Char('y') | Code::Named(Named::Enter) if !key.ctrl => (None, self.yes(model)),
            Code::Char('k') if !key.ctrl => match self.question {
                Question::Merge { from, into, .. } => {
                    (None, vec![Effect::MergeLabels { from, into, keep_prompt: true }])
                }
                _ => (Some(Overlay::Confirm(self)), Vec::new()),
            },
            Code::Char('n' | 'q') | Code::Named(Named::Esc) => (None, Vec::new()),
            Code::Char('c') if key.ctrl => (None, Vec::new()),
            _ => (Some(Overlay::Confirm(self)), Vec::new()),
        }
    }

    /// The keys that answer.
    pub fn hints(&self) -> &'static [(&'static str, &'static str)] {
        match &self.question {
            Question::Merge { .. } => &[("y", "yes"), ("k", "yes, keep prompt"), ("n", "no")],
            _ => &[("y", "yes"), ("n", "no")],
        }
    }

    fn yes(self, model: &mut Model) -> Vec<Effect> {
        match self.question {
            Question::RemoveLabel(id) => labels::remove(model, id),
            Question::ArchiveInstead(uses) => labels::archive(model, uses.label, true),
            Question::Merge { from, into, .. } => vec![Effect::MergeLabels { from, into, keep_prompt: false }],
            Question::RemoveGold(name, _) => vec![Effect::RemoveGold(name)],
            Question::QuitSearching | Question::QuitFilling => update::stop(model),
            Question::DropText => {
                model.overlays.pop_if(|overlay| matches!(overlay, Overlay::NewDocument(_)));
                Vec::new()
            }
        }
    }

    fn words(&self, model: &Model) -> (String, Vec<String>) {
        match &self.question {
            Question::RemoveLabel(id) => {
                ("Remove label".into(), vec![format!("Remove {}? No span has it.", model.labels.name(*id))])
            }
            Question::Merge { from, into, count } => {
                let (from, into) = (model.labels.name(*from), model.labels.name(*into));
                (format!("Merge {from} into {into}"), merge_words(&from, &into, count))
            }
            Question::QuitSearching => {
                let (read, total) = model.search.as_ref().map_or((0, 0), |(_, s)| (s.read, s.total));
                let lines = vec![
                    format!("Occurrences are still being suggested: {read} of {total} documents."),
                    "Quit all the same? Nothing of that is kept then.".into(),
                ];
                ("Quit".into(), lines)
            }
            Question::RemoveGold(name, documents) => {
                let s = if *documents == 1 { "" } else { "s" };
                let lines = vec![
                    format!("Remove {name} with the answers to {documents} document{s}?"),
                    "The responses it was made from stay; undo brings it back.".into(),
                ];
                ("Remove gold set".into(), lines)
            }
            Question::QuitFilling => {
                let (done, total) = model.evaluate.filling.as_ref().map_or((0, 0), |f| (f.done, f.total));
                let lines = vec![
                    format!("The model is still being asked about gold: {done} of {total} documents."),
                    "Quit all the same? Nothing of that is kept then.".into(),
                ];
                ("Quit".into(), lines)
            }
            Question::DropText => {
                ("New document".into(), vec!["Leave without adding it? The text is forgotten.".into()])
            }
            Question::ArchiveInstead(uses) => {
                let name = model.labels.name(uses.label);
                let lines = vec![
                    format!("{} would lose the label {name}.", labels::spans_of(uses)),
                    "Archive it instead? Its spans stay, it is offered no longer.".into(),
                ];
                ("Label in use".into(), lines)
            }
        }
    }

    /// Draws it in the middle.
    pub fn view(&self, model: &Model, frame: &mut Frame<'_>) {
        let theme = &model.theme;
        let (title, mut lines) = self.words(model);
        lines.push(String::new());
        let columns = theme.columns();
        let width = lines.iter().map(|l| columns.line_width(l)).max().unwrap_or(0).max(40) as u16;
        let area = popup::centred(frame.area(), width, lines.len() as u16 + 1);
        let inside = popup::render(area, frame.buffer_mut(), &title, theme);
        for (y, line) in (inside.top()..inside.bottom()).zip(&lines) {
            // Names may come from a file, with anything in them.
            frame.buffer_mut().set_string(inside.x, y, columns.one_line(line, inside.width), theme.text());
        }
        let y = inside.bottom().saturating_sub(1);
        let (x, _) = frame.buffer_mut().set_stringn(inside.x, y, "y", usize::MAX, theme.key());
        let (mut x, _) = frame.buffer_mut().set_stringn(x, y, " yes   ", usize::MAX, theme.text());
        if matches!(self.question, Question::Merge { .. }) {
            (x, _) = frame.buffer_mut().set_stringn(x, y, "k", usize::MAX, theme.key());
            let keep = " yes, keep prompt   ";
            (x, _) = frame.buffer_mut().set_stringn(x, y, keep, usize::MAX, theme.text());
        }
        let (x, _) = frame.buffer_mut().set_stringn(x, y, "n", usize::MAX, theme.key());
        frame.buffer_mut().set_string(x, y, " no", theme.text());
    }
}

/// What a merge does, before it is done.
fn merge_words(from: &str, into: &str, count: &MergeCount) -> Vec<String> {
    let n = |n: u64, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    let become_it = if count.moved == 1 { "becomes" } else { "become" };
    let mut lines = vec![format!("{} of {from} {become_it} {into},", n(count.moved, "span"))];
    if count.dropped > 0 {
        let go = if count.dropped == 1 { "goes" } else { "go" };
        lines.push(format!("{} {go}, because {into} is there already,", n(count.dropped, "span")));
    }
    let mut by = vec![n(count.annotators, "annotator")];
    by.retain(|_| count.annotators > 0 || count.gold.is_empty());
    by.extend(count.gold.iter().map(|set| format!("gold set {set}")));
    lines.push(format!("in {} by {}.", n(count.documents, "document"), by.join(" and ")));
    if count.unchecked > 0 {
        lines.push(format!("In {} nobody looked for {from}:", n(count.unchecked, "response")));
        lines.push(format!("{into} counts there as still to check."));
    }
    if count.moved + count.dropped > 20_000 {
        lines.push("So many take some seconds, and keys wait for them.".into());
    }
    lines.push(format!("{from} is archived. Decisions stay. One undo takes all back."));
    lines.push(format!("With k its prompt stays in the description of {into}."));
    lines
}
