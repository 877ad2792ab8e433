//! What the program knows: plain data, changed only by `update`, drawn by `view`.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use super::finder::{Search, Searched};
use super::key::Key;
use super::keymap::{Keymap, Mode};
use super::overlay::Overlay;
use super::screen::annotate::{Act, Arrangement, Open};
use super::screen::documents::Documents;
use super::screen::evaluate::EvaluateScreen;
use super::screen::project::ProjectScreen;
use super::screen::review::Review;
use super::screen::search::{Focus, SearchScreen};
use super::suggester::Ahead;
use super::theme::{AUTO, LabelColour, Theme, Themes};
use super::tour::Tour;
use super::walk::Walking;
use crate::annotate::{LabelSet, Settings, Unit};
use crate::dataset::{DocumentId, Label, LabelId, TaskCard};
use crate::store::{Change, Counts, Order};

/// What is known at the start.
#[derive(Clone, Debug)]
pub struct Start {
    /// Name of the project.
    pub project: String,
    /// Name of its folder, for a project without a name.
    pub folder: String,
    /// Its task card.
    pub card: TaskCard,
    /// Who is working.
    pub annotator: String,
    /// They work without suggestions.
    pub blind: bool,
    /// All labels.
    pub labels: Vec<Label>,
    /// Where the documents stand.
    pub counts: Counts,
    /// Which keys do what.
    pub keymap: Keymap,
    /// Colours and glyphs.
    pub theme: Theme,
    /// Which theme was chosen.
    pub theme_name: String,
    /// The themes to choose from.
    pub themes: Themes,
    /// The terminal's background as far as it is known without asking.
    pub background: Option<(u8, u8, u8)>,
    /// There is a model to ask.
    pub suggester: bool,
    /// The person has chosen how candidates become suggestions in this project before.
    pub chosen: bool,
    /// Threshold and the like, as they were left.
    pub settings: Settings,
    /// The order of the list, as it was left.
    pub order: Order,
    /// Nothing can be written.
    pub read_only: bool,
    /// The mouse does what keys do.
    pub mouse: bool,
    /// How the screen was arranged.
    pub arrangement: Arrangement,
    /// On which terms was evaluated, as they were left.
    pub evaluate: Option<String>,
    /// Things to say first.
    pub notices: Vec<String>,
    /// A tour to begin with, or to offer.
    pub tour: Option<Tour>,
}

/// Which screen is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Screen {
    /// The list of documents.
    #[default]
    Documents,
    /// One document.
    Annotate,
    /// Suggestions one by one, across documents.
    Review,
    /// The project: task card, labels, guidelines, progress.
    Project,
    /// Gold against predictions.
    Evaluate,
    /// Documents by words and by meaning.
    Search,
}

/// How a toast is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Something was done.
    Info,
    /// A key did nothing, and why.
    Refusal,
    /// Something went wrong.
    Error,
}

/// A line that says something and goes away.
#[derive(Clone, Debug, PartialEq)]
pub struct Toast {
    /// What.
    pub text: String,
    /// How it is meant.
    pub tone: Tone,
    /// Until when.
    pub until: Duration,
}

/// Where the asking of the model stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Suggester {
    /// There is a model.
    pub present: bool,
    /// Number of the last request; answers to older ones are dropped.
    pub generation: u64,
    /// Since when the last request has been running.
    pub running: Option<Duration>,
    /// Why the last request failed.
    pub failed: Option<String>,
    /// How far other documents are computed ahead of time; nothing when there is nothing to say.
    pub ahead: Option<Ahead>,
    /// Looking ahead was stopped.
    pub paused: bool,
    /// Number of the last request for several documents.
    pub batches: u64,
    /// When that was last drawn.
    ahead_drawn: Duration,
}

impl Suggester {
    /// Takes in how far looking ahead has come; drawn at most ten times a second, and at the end.
    pub fn show_ahead(&mut self, ahead: Ahead, now: Duration, dirty: &mut bool) {
        const EVERY: Duration = Duration::from_millis(100);
        let over = ahead.done >= ahead.total;
        self.ahead = (!over).then_some(ahead);
        if over || now.saturating_sub(self.ahead_drawn) >= EVERY {
            self.ahead_drawn = now;
            *dirty = true;
        }
    }
}

/// Everything.
#[derive(Clone, Debug)]
pub struct Model {
    /// Name of the project.
    pub project: String,
    /// Name of its folder, for a project without a name.
    pub folder: String,
    /// Its task card.
    pub card: TaskCard,
    /// Who is working.
    pub annotator: String,
    /// Suggestions are neither asked for nor drawn.
    pub blind: bool,
    /// Which keys do what.
    pub keymap: Arc<Keymap>,
    /// Colours and glyphs.
    pub theme: Theme,
    /// Which theme was chosen; [`AUTO`] follows the terminal's background.
    pub theme_name: String,
    /// The themes to choose from.
    pub themes: Arc<Themes>,
    /// The terminal's background, once it has said.
    pub background: Option<(u8, u8, u8)>,
    /// The project's labels.
    pub labels: LabelSet,
    /// Where the documents stand.
    pub counts: Counts,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// Time since the start.
    pub now: Duration,
    /// Which screen is shown.
    pub screen: Screen,
    /// The list.
    pub documents: Documents,
    /// The Project screen.
    pub project_screen: ProjectScreen,
    /// The Evaluate screen.
    pub evaluate: EvaluateScreen,
    /// The Search screen.
    pub search_screen: SearchScreen,
    /// The document on the Annotate screen.
    pub open: Option<Open>,
    /// Documents whose suggestions have been on the screen since the start: what is submitted there is not blind.
    pub seen: HashSet<DocumentId>,
    /// The queue of suggestions to decide on.
    pub review: Review,
    /// The places that are being walked through, from a number to its spans.
    pub walk: Option<Walking>,
    /// What was undone in the document that is about to open: the cursor goes there.
    pub arriving: Vec<Change>,
    /// What lies over the screen, the top one last.
    pub overlays: Vec<Overlay>,
    /// What was just typed and given to the store; it comes back if the store does not take it.
    pub given: Option<Overlay>,
    /// Keys of a sequence that is not complete.
    pub pending_keys: Vec<Key>,
    /// The line that says something.
    pub toast: Option<Toast>,
    /// How candidates become suggestions.
    pub settings: Settings,
    /// Words or characters.
    pub unit: Unit,
    /// How the Annotate screen is arranged.
    pub arrangement: Arrangement,
    /// The side pane has taken the place of the text, for want of room beside it.
    pub pane_over_text: bool,
    /// The side pane has the keys.
    pub pane_focused: bool,
    /// The mouse does what keys do.
    pub mouse: bool,
    /// The code point where the mouse button went down in the text, while it is down.
    pub drag: Option<usize>,
    /// Where the asking of the model stands.
    pub suggester: Suggester,
    /// Nothing can be written; edits are refused.
    pub read_only: bool,
    /// Something is being looked for beside the loop.
    pub searching: bool,
    /// The tour of the first minute.
    pub tour: Option<Tour>,
    /// The last thing done to a span or a suggestion, to be repeated.
    pub last_act: Option<Act>,
    /// What was last looked for in a text.
    pub last_find: String,
    /// The labels last given, the last one first.
    pub recent_labels: Vec<LabelId>,
    /// What is looked for in the project, and how far that is; counts searches even when nothing is.
    pub search: Option<(Search, Searched)>,
    /// Number of the last search.
    pub searches: u64,
    /// What was last kept for the next start, and when.
    pub remembered: Option<(DocumentId, usize, Duration)>,
    /// Something shown has changed.
    pub dirty: bool,
    /// The program is over.
    pub quit: bool,
}

/// Below this nothing can be shown.
pub const SMALLEST: (u16, u16) = (60, 15);
/// From here on there is room for a side pane.
pub const SIDE_PANE_FROM: u16 = 110;

impl Model {
    /// The model before anything has happened.
    pub fn new(start: Start) -> Self {
        let mut model = Self {
            project: start.project,
            folder: start.folder,
            card: start.card,
            blind: start.blind,
            annotator: start.annotator,
            keymap: Arc::new(start.keymap),
            theme: start.theme,
            theme_name: AUTO.to_owned(),
            themes: Arc::new(start.themes),
            background: start.background,
            labels: LabelSet::new(start.labels),
            counts: start.counts,
            size: (80, 24),
            now: Duration::ZERO,
            screen: Screen::Documents,
            documents: Documents::in_order(start.order),
            project_screen: ProjectScreen::default(),
            evaluate: EvaluateScreen::kept(start.evaluate.as_deref()),
            search_screen: SearchScreen::default(),
            open: None,
            seen: HashSet::new(),
            review: Review::default(),
            walk: None,
            arriving: Vec::new(),
            overlays: Vec::new(),
            given: None,
            pending_keys: Vec::new(),
            toast: None,
            settings: start.settings,
            unit: Unit::Word,
            arrangement: start.arrangement,
            pane_over_text: false,
            pane_focused: false,
            mouse: start.mouse,
            drag: None,
            suggester: Suggester { present: start.suggester, ..Suggester::default() },
            read_only: start.read_only,
            searching: false,
            tour: start.tour,
            last_act: None,
            last_find: String::new(),
            recent_labels: Vec::new(),
            search: None,
            searches: 0,
            remembered: None,
            dirty: true,
            quit: false,
        };
        // One that is not there any more leaves the usual colours.
        let _ = model.show_theme(&start.theme_name);
        if !start.notices.is_empty() {
            model.say(Tone::Info, start.notices.join(" · "));
        }
        model
    }

    /// Shows everything in the colours of a theme.
    ///
    /// # Errors
    /// When there is none of this name, or its file has mistakes; the colours stay then.
    pub fn show_theme(&mut self, name: &str) -> Result<(), String> {
        self.theme.palette = self.themes.find(name, self.background)?;
        self.theme_name = name.to_owned();
        Ok(())
    }

    /// The terminal has said which background it has.
    pub fn take_background(&mut self, background: (u8, u8, u8)) {
        self.background = Some(background);
        if self.theme_name == AUTO {
            // Both themes that it may become are there.
            let _ = self.show_theme(AUTO);
        }
    }

    /// The mode whose keys hold now.
    pub fn mode(&self) -> Mode {
        // Help and palette over the label editor are about the label editor.
        let edits_labels = self.overlays.iter().any(|overlay| matches!(overlay, Overlay::Labels(_)));
        match self.screen {
            _ if edits_labels => Mode::Labels,
            Screen::Documents => Mode::Documents,
            Screen::Annotate if self.pane_focused => Mode::Pane,
            Screen::Annotate => Mode::Annotate,
            Screen::Review => Mode::Review,
            Screen::Project => Mode::Project,
            Screen::Evaluate => Mode::Evaluate,
            Screen::Search => Mode::Search,
        }
    }

    /// True when keys are typed into a line of the screen itself.
    pub fn is_typing(&self) -> bool {
        self.screen == Screen::Search && self.search_screen.focus == Focus::Line && self.overlays.is_empty()
    }

    /// Shows a line for a few seconds; longer lines stay longer.
    pub fn say(&mut self, tone: Tone, text: impl Into<String>) {
        let text = text.into();
        let seconds = (text.chars().count() as u64 / 15).clamp(3, 10);
        self.toast = Some(Toast { text, tone, until: self.now + Duration::from_secs(seconds) });
    }

    /// A label was given: it is the first to be offered.
    pub fn use_label(&mut self, label: LabelId) {
        self.recent_labels.retain(|l| *l != label);
        self.recent_labels.insert(0, label);
    }

    /// True when the terminal is too small to show anything but a word about that.
    pub fn too_small(&self) -> bool {
        self.size.0 < SMALLEST.0 || self.size.1 < SMALLEST.1
    }

    /// True when the side pane is on the screen.
    pub fn shows_side_pane(&self) -> bool {
        let beside = self.arrangement.side_pane && self.size.0 >= SIDE_PANE_FROM;
        (beside || self.pane_over_text) && !self.arrangement.zoom
    }

    /// Rows for label names under each row of text. A walk compares two spans that may overlap: each has a row.
    pub fn lanes(&self) -> u16 {
        let least = if self.walk.is_some() { 2 } else { 0 };
        self.arrangement.lanes.max(least)
    }

    /// The colour of every label, in the order of [`LabelSet::all`].
    pub fn colours(&self) -> Vec<(LabelId, LabelColour)> {
        let labels = self.labels.all();
        let assigned = LabelColour::assign(labels.iter().map(|l| l.name.as_str()));
        let own = |l: &Label| l.colour.as_deref().and_then(LabelColour::parse);
        labels.iter().zip(assigned).map(|(l, colour)| (l.id, own(l).unwrap_or(colour))).collect()
    }

    /// When the model changes by time alone, so that the loop wakes up for it.
    pub fn next_tick(&self) -> Option<Duration> {
        const SPINNER: Duration = Duration::from_millis(100);
        let toast = self.toast.as_ref().map(|t| t.until);
        let spinner = self.suggester.running.map(|_| self.now + SPINNER);
        toast.into_iter().chain(spinner).min()
    }
}
