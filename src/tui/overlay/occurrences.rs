//! Where else the text at the cursor stands, and what to do about it.

use ratatui::Frame;
use ratatui::text::{Line, Span};

use super::Overlay;
use crate::annotate::{MatchOptions, quoted};
use crate::dataset::LabelId;
use crate::text::CharRange;
use crate::tui::effect::Effect;
use crate::tui::finder::{Search, SearchEnd, Searched};
use crate::tui::key::{Code, Key, Named};
use crate::tui::model::{Model, Tone};
use crate::tui::msg::Then;
use crate::tui::screen::annotate;
use crate::tui::widget::{popup, words::counted};

/// What is looked for, and what was found so far.
#[derive(Clone, Debug)]
pub struct Occurrences {
    needle: String,
    label: LabelId,
    options: MatchOptions,
    /// In the whole project rather than in this document.
    project: bool,
    /// The places in this document.
    here: Vec<CharRange>,
    /// Those in the project, as far as they are counted.
    everywhere: Option<Searched>,
}

impl Occurrences {
    /// Asks about `needle`, and begins to count unless suggestions of another text are still being made.
    pub fn new(model: &mut Model, needle: String, label: LabelId, project: bool) -> (Self, Vec<Effect>) {
        let options = MatchOptions { case: true, whole_words: true };
        let mut new = Self { needle, label, options, project, here: Vec::new(), everywhere: None };
        let effects = if annotate::keeps_searching(model) { Vec::new() } else { new.count(model) };
        (new, effects)
    }

    fn search(&self, model: &Model, keep: bool) -> Search {
        let document = model.open.as_ref().map(|open| open.annotation.document);
        Search {
            id: 0,
            needle: self.needle.clone(),
            label: self.label,
            options: self.options,
            nested: model.settings.nested,
            within: document.filter(|_| !self.project && keep),
            keep,
        }
    }

    /// Counts anew: here at once, in the project in the background.
    fn count(&mut self, model: &mut Model) -> Vec<Effect> {
        self.here = match &model.open {
            Some(open) => {
                let nested = model.settings.nested;
                open.annotation.occurrences(&self.needle, self.label, self.options, nested)
            }
            None => Vec::new(),
        };
        self.everywhere = None;
        let search = self.search(model, false);
        annotate::begin_search(model, search)
    }

    /// The search has come further.
    pub fn take(&mut self, searched: &Searched) {
        self.everywhere = Some(searched.clone());
    }

    /// Chooses what counts, or acts on it.
    pub fn press(mut self, model: &mut Model, key: Key) -> (Option<Overlay>, Vec<Effect>) {
        if annotate::keeps_searching(model) {
            return self.press_while_busy(model, key);
        }
        let recount = |mut this: Self, model: &mut Model| {
            let effects = this.count(model);
            (Some(Overlay::Occurrences(this)), effects)
        };
        match key.code {
            Code::Named(Named::Esc) | Code::Char('q') => return (None, annotate::stop_search(model)),
            Code::Char('c') if key.ctrl => return (None, annotate::stop_search(model)),
            Code::Char('c') => self.options.case = !self.options.case,
            Code::Char('w') => self.options.whole_words = !self.options.whole_words,
            Code::Char('p') => {
                self.project = !self.project;
                return (Some(Overlay::Occurrences(self)), Vec::new());
            }
            Code::Char('a') => return (None, self.accept(model)),
            Code::Named(Named::Enter) => return (None, self.suggest(model)),
            Code::Named(Named::Left | Named::Up) => self.label = self.neighbour(model, false),
            Code::Named(Named::Right | Named::Down) => self.label = self.neighbour(model, true),
            _ => match key.typed().and_then(|c| model.labels.by_key(c)) {
                Some(label) => self.label = label.id,
                None => return (Some(Overlay::Occurrences(self)), Vec::new()),
            },
        }
        recount(self, model)
    }

    /// Suggestions of another text are still being made: one at a time.
    fn press_while_busy(self, model: &mut Model, key: Key) -> (Option<Overlay>, Vec<Effect>) {
        match key.code {
            Code::Char('x') => {
                model.say(Tone::Info, "stopped; nothing of it is kept");
                (None, annotate::stop_search(model))
            }
            Code::Named(Named::Esc | Named::Enter) | Code::Char('q') => (None, Vec::new()),
            Code::Char('c') if key.ctrl => (None, Vec::new()),
            _ => (Some(Overlay::Occurrences(self)), Vec::new()),
        }
    }

    fn neighbour(&self, model: &Model, forward: bool) -> LabelId {
        let labels: Vec<LabelId> = model.labels.active().map(|l| l.id).collect();
        let at = labels.iter().position(|id| *id == self.label).unwrap_or(0);
        let next = if forward { at + 1 } else { at + labels.len().max(1) - 1 };
        labels.get(next % labels.len().max(1)).copied().unwrap_or(self.label)
    }

    /// All places of this document become spans at once.
    fn accept(self, model: &mut Model) -> Vec<Effect> {
        let mut effects = annotate::stop_search(model);
        let Some(open) = &model.open else { return effects };
        // Looked for again: another process may have changed the text or the spans since they were counted.
        let nested = model.settings.nested;
        let here = open.annotation.occurrences(&self.needle, self.label, self.options, nested);
        let outcome = open.annotation.add_all(&model.labels, &here, self.label, &open.suggestions);
        effects.extend(annotate::commit(model, outcome, Then::Stay));
        effects
    }

    /// The places become suggestions.
    fn suggest(self, model: &mut Model) -> Vec<Effect> {
        model.use_label(self.label);
        let search = self.search(model, true);
        annotate::begin_search(model, search)
    }

    /// The keys that do something now.
    pub fn hints(&self, model: &Model) -> &'static [(&'static str, &'static str)] {
        match annotate::keeps_searching(model) {
            true => &[("x", "stop it"), ("Esc", "let it go on")],
            false => &[
                ("Enter", "suggest"),
                ("a", "accept all here"),
                ("c w p", "options"),
                ("Left Right", "label"),
                ("Esc", "leave"),
            ],
        }
    }

    fn everywhere(&self) -> String {
        let Some(searched) = &self.everywhere else { return "counting in the project…".into() };
        let places =
            format!("{} in {}", counted(searched.places, "more place"), counted(searched.documents, "document"));
        match &searched.end {
            None => format!("{places}, {} of {} read", searched.read, searched.total),
            Some(SearchEnd::Failed(reason)) => reason.clone(),
            Some(_) => format!("{places} of the project"),
        }
    }

    /// Draws it in the middle.
    pub fn view(&self, model: &Model, frame: &mut Frame<'_>) {
        let theme = &model.theme;
        let area = popup::centred(frame.area(), 56, 8);
        let busy = annotate::keeps_searching(model);
        let title = if busy { "Still at it" } else { "Label all occurrences" };
        let inside = popup::render(area, frame.buffer_mut(), title, theme);
        let colours = model.colours();
        let label = |id: LabelId| {
            let colour = colours.iter().find(|(c, _)| *c == id).map(|(_, colour)| theme.label_text(*colour));
            Span::styled(theme.columns().one_line(&model.labels.name(id), 24), colour.unwrap_or_default())
        };
        let text = |text: String| Span::styled(text, theme.text());
        let lines = match model.search.as_ref().filter(|_| busy) {
            Some((search, searched)) => vec![
                Line::from(vec![text(format!("{} as ", quoted(&search.needle))), label(search.label)]),
                Line::default(),
                text(format!("{} of {} documents read", searched.read, searched.total)).into(),
                text(format!("{} so far", counted(searched.places, "place"))).into(),
                Line::default(),
                Span::styled("x stops it · Esc lets it go on", theme.dim()).into(),
            ],
            None => {
                let option = |key: &'static str, what: &'static str, value: &'static str| {
                    Line::from(vec![
                        Span::styled(format!("{key} "), theme.key()),
                        Span::styled(format!("{what:12}"), theme.dim()),
                        Span::styled(value, theme.text()),
                    ])
                };
                let MatchOptions { case, whole_words } = self.options;
                vec![
                    Line::from(vec![text(format!("{} as ", quoted(&self.needle))), label(self.label)]),
                    Line::default(),
                    option("c", "case", if case { "as it stands here" } else { "any" }),
                    option("w", "words", if whole_words { "whole words only" } else { "anywhere" }),
                    option("p", "where", if self.project { "the whole project" } else { "this document" }),
                    Line::default(),
                    text(format!("{} in this document", counted(self.here.len() as u64, "more place"))).into(),
                    text(self.everywhere()).into(),
                ]
            }
        };
        for (y, line) in (inside.y..inside.bottom()).zip(&lines) {
            frame.buffer_mut().set_line(inside.x, y, line, inside.width);
        }
    }
}
