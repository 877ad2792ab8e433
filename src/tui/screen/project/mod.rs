//! The Project screen: the task card, the labels with what they are used for, the guidelines, how far everybody is, and
//! what gold is frozen.
//!
//! The card is always in sight. On a large terminal everything else is too; on a small one Tab goes from section to
//! section. What is counted over the whole project is asked for when the screen opens and after every edit.

mod gold;
mod label_table;
mod progress;
mod update;
mod view;

pub use gold::{annotate_gold, freeze_gold, has_documents, on_gold_set, remove_gold, take_gold_name};
pub use update::*;
pub use view::view;

use crate::store::Tally;
use crate::tui::model::Screen;

/// The parts of the screen, in their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Section {
    /// Name, domain, problem.
    Task,
    /// The labels.
    #[default]
    Labels,
    /// How to annotate.
    Guidelines,
    /// Who has done how much.
    Progress,
    /// Frozen gold sets.
    Gold,
}

impl Section {
    /// All of them.
    pub const ALL: [Section; 5] =
        [Section::Task, Section::Labels, Section::Guidelines, Section::Progress, Section::Gold];

    /// Its heading.
    pub const fn title(self) -> &'static str {
        match self {
            Section::Task => "Task",
            Section::Labels => "Labels",
            Section::Guidelines => "Guidelines",
            Section::Progress => "Progress",
            Section::Gold => "Gold",
        }
    }
}

/// A line of the task card.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CardLine {
    /// Name of the project.
    #[default]
    Name,
    /// What the texts are about.
    Domain,
    /// What the model is wanted for.
    Problem,
}

impl CardLine {
    /// All of them.
    pub const ALL: [CardLine; 3] = [CardLine::Name, CardLine::Domain, CardLine::Problem];

    /// What stands before it.
    pub const fn title(self) -> &'static str {
        match self {
            CardLine::Name => "name",
            CardLine::Domain => "domain",
            CardLine::Problem => "problem",
        }
    }
}

/// What the screen knows beside what the model knows anyway.
#[derive(Clone, Debug, Default)]
pub struct ProjectScreen {
    /// The section that has the keys.
    pub section: Section,
    /// The chosen line of the card.
    pub line: CardLine,
    /// The chosen label's place among all.
    pub label: usize,
    /// First line of the guidelines in sight.
    pub guidelines_top: usize,
    /// First line of the progress in sight.
    pub progress_top: usize,
    /// The chosen gold set's place among all.
    pub gold: usize,
    /// The project in numbers, as last counted.
    pub tally: Option<Tally>,
    /// Questions to the counter that are not answered yet.
    pub counting: usize,
    /// Something has changed since everything was last asked for.
    stale: bool,
    /// Where the person came from.
    came_from: Screen,
}
