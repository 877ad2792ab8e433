//! Choosing gold, or whose predictions are compared with it.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::Overlay;
use crate::tui::effect::Effect;
use crate::tui::key::{Code, Key, Named};
use crate::tui::model::{Model, Tone};
use crate::tui::screen::evaluate::{self, GoldChoice, MOST, Predictor};
use crate::tui::widget::popup;

/// What can be chosen.
#[derive(Clone, Debug)]
enum Choices {
    /// One of these, with what there is to say of it.
    Gold(Vec<(GoldChoice, String)>),
    /// Some of these; which ones, in the order they were chosen: the first is the baseline.
    Predictions(Vec<Predictor>, Vec<usize>),
}

/// The list with the row that is chosen.
#[derive(Clone, Debug)]
pub struct SourceList {
    choices: Choices,
    selected: usize,
}

fn documents(n: u64) -> String {
    format!("{n} document{}", if n == 1 { "" } else { "s" })
}

impl SourceList {
    /// The gold there is.
    pub fn gold(model: &Model) -> Self {
        let sources = model.evaluate.sources.clone().unwrap_or_default();
        let mut gold: Vec<(GoldChoice, String)> =
            sources.sets.into_iter().map(|name| (GoldChoice::Set(name), "frozen".to_owned())).collect();
        let sole = "of each document the only submitted one".to_owned();
        gold.push((GoldChoice::Sole, sole));
        let people = sources.annotators.into_iter().map(|(name, n)| (GoldChoice::Annotator(name), documents(n)));
        gold.extend(people);
        let now = model.evaluate.terms.gold.clone().unwrap_or_default();
        let selected = gold.iter().position(|(g, _)| *g == now).unwrap_or(0);
        Self { choices: Choices::Gold(gold), selected }
    }

    /// The predictions there are.
    pub fn predictions(model: &Model) -> Self {
        let sources = model.evaluate.sources.clone().unwrap_or_default();
        // The newest first.
        let runs = sources.runs.into_iter().rev().map(Predictor::Run);
        let people = sources.annotators.into_iter().map(|(name, _)| Predictor::Annotator(name));
        let all: Vec<Predictor> = runs.chain(people).collect();
        let place = |p: &Predictor| all.iter().position(|known| known == p);
        let chosen: Vec<usize> = model.evaluate.terms.predictors.iter().filter_map(place).collect();
        let selected = chosen.first().copied().unwrap_or(0);
        Self { choices: Choices::Predictions(all, chosen), selected }
    }

    fn len(&self) -> usize {
        match &self.choices {
            Choices::Gold(gold) => gold.len(),
            Choices::Predictions(all, _) => all.len(),
        }
    }

    /// Moves, marks, takes or leaves.
    pub fn press(mut self, model: &mut Model, key: Key) -> (Option<Overlay>, Vec<Effect>) {
        let last = self.len().saturating_sub(1);
        match key.code {
            Code::Named(Named::Esc) | Code::Char('q' | 'c') => return (None, Vec::new()),
            Code::Named(Named::Enter) => return (None, self.take(model)),
            Code::Char('k') | Code::Named(Named::Up) => self.selected = self.selected.saturating_sub(1),
            Code::Char('j') | Code::Named(Named::Down) => self.selected = (self.selected + 1).min(last),
            Code::Char(' ') => self.mark(model),
            _ => {}
        }
        (Some(Overlay::Sources(self)), Vec::new())
    }

    /// Marks the row, or no longer.
    fn mark(&mut self, model: &mut Model) {
        let Choices::Predictions(all, chosen) = &mut self.choices else { return };
        if all.is_empty() {
            return;
        }
        match chosen.iter().position(|c| *c == self.selected) {
            Some(place) => drop(chosen.remove(place)),
            None if chosen.len() < MOST => chosen.push(self.selected),
            None => model.say(Tone::Refusal, format!("no more than {MOST} fit side by side")),
        }
    }

    fn take(self, model: &mut Model) -> Vec<Effect> {
        match self.choices {
            Choices::Gold(mut gold) => {
                if self.selected < gold.len() {
                    model.evaluate.terms.gold = Some(gold.swap_remove(self.selected).0);
                }
            }
            Choices::Predictions(all, mut chosen) => {
                // Enter alone chooses the row, as everywhere.
                if chosen.is_empty() && self.selected < all.len() {
                    chosen.push(self.selected);
                }
                model.evaluate.terms.predictors = chosen.iter().filter_map(|c| all.get(*c)).cloned().collect();
            }
        }
        evaluate::terms_changed(model)
    }

    /// The keys of the list.
    pub fn hints(&self) -> &'static [(&'static str, &'static str)] {
        match self.choices {
            Choices::Gold(_) => &[("Enter", "take"), ("Up Down", "choose"), ("Esc", "as before")],
            Choices::Predictions(..) => {
                &[("Enter", "take"), ("Space", "add, leave out"), ("Up Down", "choose"), ("Esc", "as before")]
            }
        }
    }

    /// Draws it in the middle.
    pub fn view(&self, model: &Model, frame: &mut Frame<'_>) {
        let theme = &model.theme;
        let columns = theme.columns();
        let width = frame.area().width.saturating_sub(8).min(64);
        let (title, lines): (&str, Vec<String>) = match &self.choices {
            Choices::Gold(gold) => {
                ("Gold", gold.iter().map(|(gold, about)| format!("{} · {about}", gold.name())).collect())
            }
            Choices::Predictions(all, chosen) => ("Predictions", predictions(all, chosen)),
        };
        let area = popup::centred(frame.area(), width, lines.len().max(1) as u16);
        let inside = popup::render(area, frame.buffer_mut(), title, theme);
        if lines.is_empty() {
            let nothing = columns.one_line("no runs and nobody else yet: x asks the model", inside.width);
            frame.buffer_mut().set_string(inside.x, inside.y, nothing, theme.dim());
        }
        let top = (self.selected + 1).saturating_sub(usize::from(inside.height));
        for (y, (i, line)) in (inside.top()..inside.bottom()).zip(lines.iter().enumerate().skip(top)) {
            frame.buffer_mut().set_string(inside.x, y, columns.one_line(line, inside.width), theme.text());
            if i == self.selected {
                frame.buffer_mut().set_style(Rect { y, height: 1, ..inside }, theme.selected());
            }
        }
    }
}

/// Each with its place among those that are chosen.
fn predictions(all: &[Predictor], chosen: &[usize]) -> Vec<String> {
    let line = |(i, predictor): (usize, &Predictor)| {
        let mark = match chosen.iter().position(|c| *c == i) {
            Some(place) => format!("[{}]", place + 1),
            None => "[ ]".to_owned(),
        };
        let what = match predictor {
            Predictor::Run(_) => "run",
            Predictor::Annotator(_) => "annotator",
        };
        let baseline = if chosen.first() == Some(&i) && chosen.len() > 1 { ", baseline" } else { "" };
        format!("{mark} {} · {what}{baseline}", predictor.name())
    };
    all.iter().enumerate().map(line).collect()
}
