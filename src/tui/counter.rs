//! Counting over the whole project, on a thread with a connection of its own: a million spans take a second, and keys do
//! not wait for it. Questions are answered in their order.

use std::path::PathBuf;
use std::sync::mpsc::{Sender, channel};

use crate::annotate::{MergeCount, MergeCounter};
use crate::dataset::LabelId;
use crate::store::{LabelTally, Project, Result, Tally};

/// What is to be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// Everything, for the Project screen.
    All,
    /// How often a label is used, before it is removed.
    Label(LabelId),
    /// What a merge would do: the first label becomes the second.
    Merge(LabelId, LabelId),
}

/// What was counted.
#[derive(Clone, Debug, PartialEq)]
pub enum Counted {
    /// Everything.
    All(Tally),
    /// How often a label is used.
    Label(LabelTally),
    /// What a merge would do.
    Merge(LabelId, LabelId, MergeCount),
}

/// The thread that counts; it ends when this is dropped.
pub struct Counter(Sender<Count>);

impl Counter {
    /// Starts the thread for the project in `dir`; `tell` takes each answer and says whether anybody still listens.
    pub fn start(dir: PathBuf, tell: impl Fn(std::result::Result<Counted, String>) -> bool + Send + 'static) -> Self {
        let (ask, questions) = channel();
        std::thread::spawn(move || {
            let mut project = None;
            for question in questions {
                let counted = open(&mut project, &dir).and_then(|project| count(project, question));
                if !tell(counted.map_err(|e| e.to_string())) {
                    return;
                }
            }
        });
        Self(ask)
    }

    /// Asks; false when the thread is gone.
    pub fn ask(&self, count: Count) -> bool {
        self.0.send(count).is_ok()
    }
}

fn open<'p>(project: &'p mut Option<Project>, dir: &std::path::Path) -> Result<&'p Project> {
    match project {
        Some(project) => Ok(project),
        none => Ok(none.insert(Project::open(dir)?)),
    }
}

fn count(project: &Project, count: Count) -> Result<Counted> {
    match count {
        Count::All => project.tally().map(Counted::All),
        Count::Label(label) => project.label_tally(label).map(Counted::Label),
        Count::Merge(from, into) => {
            let mut counter = MergeCounter::new(from, into);
            project.responses_with(from, &[from, into], |response| counter.add(&response))?;
            Ok(Counted::Merge(from, into, counter.count()))
        }
    }
}
