//! The Evaluate screen: gold against predictions, and from every number to the spans behind it.
//!
//! What is shown is a sheet with one cursor; it is counted beside the loop and asked for whenever the terms, the view or
//! the project have changed. Enter on a number begins a walk through its places on the Annotate screen, and Esc there
//! comes back to the same cell.

mod chart;
mod head;
mod motion;
pub mod sheet;
pub mod sheets;
mod study;
mod terms;
mod update;
mod view;

pub use head::Head;
pub use motion::*;
pub use sheets::View;
pub use study::{Side, Study, label_ids};
pub use terms::{GoldChoice, MOST, Predictor, Sources, Terms};
pub use update::*;
pub use view::view;

use std::collections::HashMap;

use crate::tui::filler::Filled;
use crate::tui::model::Screen;
use sheet::{Content, Row, Sheet};

/// The key under which the terms are kept.
pub const KEPT_AS: &str = "evaluate";

/// What the screen knows.
#[derive(Clone, Debug, Default)]
pub struct EvaluateScreen {
    /// The view.
    pub view: View,
    /// On which terms is counted.
    pub terms: Terms,
    /// What there is to choose from; `None` until the project was read.
    pub sources: Option<Sources>,
    /// What gold is.
    pub head: Option<Head>,
    /// The views as they were last counted.
    pub shown: HashMap<View, Shown>,
    /// The question that is not answered yet.
    pub waiting: Option<Waiting>,
    /// The model is being asked about gold.
    pub filling: Option<Filled>,
    /// The label that the curve is drawn of; `None`: all.
    pub curve_of: Option<String>,
    /// Why nothing more is asked on these terms.
    halted: Option<(u64, String)>,
    /// Counts changes of the terms.
    version: u64,
    /// The project has changed since it was last read.
    stale: bool,
    /// It is to be read again whatever has changed.
    again: bool,
    /// Nobody at these keys has changed it.
    quiet: bool,
    /// The table as it first was since the screen was opened or everything counted again, and on which terms.
    first: Option<(Terms, Sheet)>,
    /// Counts questions.
    asked: u64,
    /// Counts runs of the model.
    fills: u64,
    /// Where the person came from.
    came_from: Screen,
}

/// A question that is under way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Waiting {
    /// Its number.
    number: u64,
    /// For this view.
    view: View,
    /// On the terms of then.
    version: u64,
    /// For the places behind a cell.
    walk: bool,
    /// Nobody has asked: another process has written.
    pub quiet: bool,
}

/// A view with its cursor.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    /// What there is.
    pub sheet: Sheet,
    /// The rows in the order they are drawn in.
    pub order: Vec<usize>,
    /// By which column they are sorted, and whether the highest come first.
    pub sort: Option<(usize, bool)>,
    /// The place of the cursor in that order.
    pub at: usize,
    /// The column of the cursor.
    pub column: usize,
    /// Cells, by row and column, whose number has moved since the screen was opened or `R` counted again; true: up.
    pub moved: HashMap<(usize, usize), bool>,
    /// The terms of then.
    version: u64,
    /// The number of the study it is of.
    study: u64,
}

impl Shown {
    /// The row under the cursor.
    pub fn row(&self) -> Option<&Row> {
        self.order.get(self.at).and_then(|row| self.sheet.rows.get(*row))
    }

    /// Takes another sheet of the same view: the cursor stays on its row, wherever that is now.
    fn renew(&mut self, sheet: Sheet, version: u64) {
        let row = self.row().map(Row::key);
        let column = self.sheet.columns.get(self.column).map(|column| column.name.clone());
        self.sheet = sheet;
        self.version = version;
        // Where there are no columns yet, the cursor keeps its own.
        if let Some(last) = self.sheet.columns.len().checked_sub(1) {
            let same = self.sheet.columns.iter().position(|c| Some(&c.name) == column.as_ref());
            self.column = same.unwrap_or(self.column).min(last);
        }
        self.arrange(row);
    }

    /// Orders the rows, with the cursor on this one, else where it was.
    fn arrange(&mut self, row: Option<(String, bool)>) {
        self.order = self.sheet.order(self.sort);
        let is_it = |r: &usize| Some(self.sheet.rows[*r].key()) == row;
        let place = match self.order.get(self.at) {
            // Others may have the same name.
            Some(same) if is_it(same) => Some(self.at),
            _ => self.order.iter().position(is_it),
        };
        self.at = place.unwrap_or(self.at).min(self.order.len().saturating_sub(1));
        if self.row().is_some_and(Row::is_heading) {
            let below = (self.at..self.order.len()).find(|at| !self.sheet.rows[self.order[*at]].is_heading());
            self.at = below.unwrap_or(self.at);
        }
    }

    /// Marks what has moved since `first`.
    fn mark_moved(&mut self, first: &Sheet) {
        self.moved.clear();
        for (r, row) in self.sheet.rows.iter().enumerate() {
            let Some(before) = first.rows.iter().find(|b| b.key() == row.key()) else { continue };
            for (c, (column, now)) in self.sheet.columns.iter().zip(&row.cells).enumerate() {
                let there = first.columns.iter().position(|b| b.name == column.name);
                let Some(then) = there.and_then(|there| before.cells.get(there)) else { continue };
                let (now, then) = match (&now.content, &then.content) {
                    (Content::Count(now), Content::Count(then)) => (*now as f64, *then as f64),
                    (Content::Ratio(now), Content::Ratio(then)) => (*now, *then),
                    _ => continue,
                };
                if (now - then).abs() >= 0.0005 {
                    self.moved.insert((r, c), now > then);
                }
            }
        }
    }
}

impl EvaluateScreen {
    /// The screen on the terms that were kept.
    pub fn kept(terms: Option<&str>) -> Self {
        Self { terms: terms.map(Terms::from_kept).unwrap_or_default(), ..Self::default() }
    }

    /// The view as it is on the screen.
    pub fn here(&self) -> Option<&Shown> {
        self.shown.get(&self.view)
    }

    /// Why there is nothing to show, if something went wrong or was stopped.
    pub fn halted(&self) -> Option<&str> {
        self.halted.as_ref().filter(|(version, _)| *version == self.version).map(|(_, why)| why.as_str())
    }

    /// The project has changed: it is read again before anything is counted.
    pub fn changed(&mut self) {
        self.stale = true;
        self.quiet = false;
        self.version += 1;
    }

    /// Somebody else has written to the project, perhaps nothing that is counted.
    pub fn noticed(&mut self) {
        let quiet = self.waiting.is_none_or(|w| w.quiet);
        self.changed();
        self.quiet = quiet;
    }

    /// Something is being counted that somebody waits for.
    pub fn is_counting(&self) -> bool {
        self.waiting.is_some_and(|w| !w.quiet)
    }
}
