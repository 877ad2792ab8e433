//! What there is at the start: what was kept from last time, and the first thing to show.

use super::StoreRunner;
use crate::annotate::Settings;
use crate::dataset::DocumentId;
use crate::store::{Anchor, Order, Query, Result};
use crate::tui::effect::{Effect, Runner};
use crate::tui::keymap::Keymap;
use crate::tui::model::Start;
use crate::tui::msg::Msg;
use crate::tui::overlay::THEME_KEPT_AS;
use crate::tui::reader::unfinished;
use crate::tui::screen::annotate::KEPT_AS;
use crate::tui::screen::evaluate;
use crate::tui::theme::{Theme, Themes};

impl StoreRunner {
    /// What the model is told at the start.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn start(&self) -> Result<Start> {
        let settings = self.project.ui_state(&self.annotator, "suggest")?;
        let card = self.project.task_card()?;
        let folder = || self.project.dir().file_name().map(|n| n.to_string_lossy().into_owned());
        let folder = folder().unwrap_or_default();
        Ok(Start {
            project: if card.name.is_empty() { folder.clone() } else { card.name.clone() },
            folder,
            card,
            blind: self.project.ui_state(&self.annotator, "blind")?.is_some_and(|value| value == "true"),
            annotator: self.annotator.clone(),
            labels: self.project.labels()?,
            counts: self.counts()?,
            keymap: Keymap::default(),
            theme: Theme::default(),
            theme_name: self.project.ui_state(&self.annotator, THEME_KEPT_AS)?.unwrap_or_default(),
            themes: Themes::default(),
            background: None,
            suggester: self.worker.is_some(),
            chosen: settings.is_some(),
            settings: settings.and_then(|s| read_settings(&s)).unwrap_or_default(),
            order: self.order()?,
            read_only: self.project.is_read_only(),
            mouse: false,
            arrangement: self
                .project
                .ui_state(&self.annotator, KEPT_AS)?
                .and_then(|kept| kept.parse().ok())
                .unwrap_or_default(),
            evaluate: self.project.ui_state(&self.annotator, evaluate::KEPT_AS)?,
            notices: self.project.notices().to_vec(),
            tour: None,
        })
    }

    /// The first thing to show: the document where the person was, else the first one that is not finished, else the
    /// first of all; the list when there is none.
    pub fn first(&mut self) -> Vec<Msg> {
        let found = (|| -> Result<Option<DocumentId>> {
            if let Some((document, _)) = self.place()?
                && self.project.document(document)?.is_some()
            {
                return Ok(Some(document));
            }
            let counts = self.counts()?;
            let open = unfinished(&counts).map(Some);
            for status in open.chain([None]) {
                let query = Query { status, ..Query::default() };
                if let Some(row) = self.project.page(&self.annotator, &query, Anchor::Start, 1)?.first() {
                    return Ok(Some(row.id));
                }
            }
            Ok(None)
        })();
        match found {
            Ok(Some(document)) => self.run(Effect::Open { document, whose: None, notice: None }),
            Ok(None) => {
                let order = self.order().unwrap_or_default();
                self.run(Effect::Page(Query { order, ..Query::default() }, Anchor::Start, 1))
            }
            Err(error) => vec![Msg::Trouble(error.to_string())],
        }
    }

    /// The order in which the list was left.
    fn order(&self) -> Result<Order> {
        Ok(self.project.ui_state(&self.annotator, "order")?.and_then(|o| o.parse().ok()).unwrap_or_default())
    }
}

/// `0.50 false false`: threshold, nested, multi-label, as they are remembered under `suggest`.
pub fn read_settings(text: &str) -> Option<Settings> {
    let mut words = text.split(' ');
    let threshold: f32 = words.next()?.parse().ok()?;
    let (nested, multi_label) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    (0.0..1.0).contains(&threshold).then_some(Settings { threshold, nested, multi_label })
}
