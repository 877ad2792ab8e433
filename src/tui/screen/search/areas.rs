//! Where everything is on the Search screen.

use ratatui::layout::Rect;

use super::{Focus, facets};
use crate::tui::model::{Model, SIDE_PANE_FROM};

/// Rows of the screen that are not the body: title, query, facts; status and hints.
const AROUND: u16 = 5;
/// From so many rows of body on there is room for the preview below the list.
const PREVIEW_FROM: u16 = 10;

/// The parts of the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Areas {
    /// The query.
    pub line: Rect,
    /// How many hits there are, or why none.
    pub facts: Rect,
    /// The hits.
    pub list: Rect,
    /// The line between the list and what is below it or beside it.
    pub edge: Rect,
    /// The document that is looked at.
    pub preview: Rect,
    /// The line between the document and the facets.
    pub rule: Rect,
    /// What the hits have.
    pub facets: Rect,
}

/// The parts at the size the terminal has.
pub fn areas(model: &Model) -> Areas {
    let (width, height) = model.size;
    let screen = &model.search_screen;
    let body = Rect { x: 0, y: 3, width, height: height.saturating_sub(AROUND) };
    let mut areas = Areas {
        line: Rect { x: 0, y: 1, width, height: 1 },
        facts: Rect { x: 0, y: 2, width, height: 1 },
        list: body,
        ..Areas::default()
    };
    let lines = facets::lines(model).len() as u16;
    let chooses = screen.focus == Focus::Facets;
    if screen.is_empty() && !chooses {
        return areas;
    }
    if width >= SIDE_PANE_FROM {
        if screen.preview_hidden && !chooses {
            return areas;
        }
        let list = width * 11 / 20;
        areas.list.width = list;
        areas.edge = Rect { x: list, width: 1, ..body };
        let pane = Rect { x: list + 2, width: width - list - 3, ..body };
        let facets = lines.min(if screen.preview_hidden { pane.height } else { pane.height / 2 });
        areas.facets = Rect { y: pane.bottom() - facets, height: facets, ..pane };
        if screen.preview_hidden {
            areas.facets.y = pane.y;
            return areas;
        }
        let rule = u16::from(facets > 0);
        areas.rule = Rect { y: areas.facets.y - rule, height: rule, ..pane };
        areas.preview = Rect { height: pane.height - facets - rule, ..pane };
        return areas;
    }
    if (screen.preview_hidden || body.height < PREVIEW_FROM) && !chooses {
        return areas;
    }
    let below = match chooses {
        true => lines.clamp(1, body.height / 2),
        false => body.height * 2 / 5,
    };
    areas.list.height = body.height - below - 1;
    areas.edge = Rect { y: areas.list.bottom(), height: 1, ..body };
    let pane = Rect { x: 1, y: areas.edge.bottom(), width: width.saturating_sub(2), height: below };
    if chooses {
        areas.facets = pane;
    } else {
        areas.preview = pane;
    }
    areas
}
