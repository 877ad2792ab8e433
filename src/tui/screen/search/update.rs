//! What happens to the Search screen: it is opened, asks, hears, and is left.

use std::sync::Arc;

use super::{Asked, Focus, Liked, MOST, Shown, areas, facets};
use crate::annotate::quoted;
use crate::search::{Hit, Like, Query, Request};
use crate::tui::effect::Effect;
use crate::tui::model::{Model, Screen};
use crate::tui::screen::annotate;
use crate::tui::searcher::{FoundHits, Sought, Want, Wanted};
use crate::tui::walk;
use crate::tui::widget::line_input::LineInput;
use crate::tui::widget::list::ListState;

/// Lines whose texts are read together, beyond those in sight.
const PAGE: usize = 40;
/// Cells of a line that are not its snippet: mark, score, id and the gaps between.
pub(super) const BEFORE_SNIPPET: u16 = 26;

/// Opens the screen, with the query as it was left.
pub fn show_search(model: &mut Model) -> Vec<Effect> {
    let effects = come(model);
    model.search_screen.focus = Focus::Line;
    effects
}

fn come(model: &mut Model) -> Vec<Effect> {
    let effects = annotate::leave(model);
    let screen = &mut model.search_screen;
    // From a hit this is the way back.
    if model.screen != Screen::Search && screen.visit.take().is_none() {
        screen.came_from = model.screen;
        screen.came_with = match model.screen {
            Screen::Annotate => model.open.as_ref().map(|open| open.annotation.document),
            _ => None,
        };
    }
    (screen.due, screen.fresh) = (true, true);
    model.screen = Screen::Search;
    effects
}

/// Back to where the person came from.
pub fn leave(model: &mut Model) -> Vec<Effect> {
    let screen = &model.search_screen;
    match (screen.came_from, screen.came_with) {
        (Screen::Annotate, Some(document)) => {
            if model.open.as_ref().is_some_and(|open| open.annotation.document == document) {
                model.screen = Screen::Annotate;
                return Vec::new();
            }
            vec![Effect::Open { document, whose: None, notice: None }]
        }
        (came_from @ (Screen::Review | Screen::Project), _) => {
            model.screen = came_from;
            Vec::new()
        }
        _ => annotate::show_documents(model),
    }
}

/// One step back: out of the facets, then off the screen.
pub fn back(model: &mut Model) -> Vec<Effect> {
    if model.search_screen.focus == Focus::Facets {
        model.search_screen.focus = Focus::Hits;
        return Vec::new();
    }
    leave(model)
}

/// Documents like the open one, or like the chosen hit.
pub fn more_like_document(model: &mut Model) -> Vec<Effect> {
    let named = match model.screen {
        Screen::Search => model.search_screen.hit().map(|hit| {
            let row = model.search_screen.row(model.search_screen.list.selected);
            (hit.document, row.and_then(|row| row.external_id.clone()))
        }),
        _ => model.open.as_ref().map(|open| (open.annotation.document, open.external_id.clone())),
    };
    let Some((document, external_id)) = named else { return Vec::new() };
    let name = format!("#{}", external_id.unwrap_or_else(|| document.to_string()));
    like(model, Liked { like: Like::Document(document), name })
}

/// Documents like the selected words.
pub fn more_like_words(model: &mut Model) -> Vec<Effect> {
    let Some(open) = &model.open else { return Vec::new() };
    let text = open.annotation.text.slice(open.selection.range()).to_owned();
    let name = quoted(&text);
    like(model, Liked { like: Like::Text(text), name })
}

fn like(model: &mut Model, liked: Liked) -> Vec<Effect> {
    let effects = come(model);
    let screen = &mut model.search_screen;
    screen.like = Some(liked);
    screen.input = LineInput::default();
    screen.focus = Focus::Line;
    screen.error = None;
    screen.list = ListState::default();
    effects
}

/// There is a document that others may be like.
pub fn has_document(model: &Model) -> Result<(), String> {
    walk::is_off(model)?;
    if model.screen == Screen::Search { super::has_hit(model) } else { annotate::is_open(model) }
}

/// There are words to look for.
pub fn has_words(model: &Model) -> Result<(), String> {
    walk::is_off(model)?;
    let open = model.open.as_ref().ok_or("no document is open")?;
    match open.annotation.text.slice(open.selection.range()).trim().is_empty() {
        true => Err("there is no text here".into()),
        false => Ok(()),
    }
}

/// Looks again, and brings the index up to date.
pub fn search_again(model: &mut Model) -> Vec<Effect> {
    (model.search_screen.due, model.search_screen.fresh) = (true, true);
    Vec::new()
}

/// Something was written to the project, here or elsewhere.
pub fn noticed(model: &mut Model) {
    if model.screen == Screen::Search {
        (model.search_screen.due, model.search_screen.fresh) = (true, true);
    }
}

/// The thread has answered.
pub fn sought(model: &mut Model, sought: Sought) {
    let screen = &mut model.search_screen;
    match sought {
        Sought::Hits { number, result } if screen.waiting == Some(number) => {
            screen.waiting = None;
            match result {
                Ok(found) => take(model, number, *found),
                Err(why) => screen.failed = Some(why),
            }
        }
        Sought::Facets { number, facets } if screen.shown.as_ref().is_some_and(|s| s.number == number) => {
            screen.facets = facets;
        }
        Sought::Rows { number, rows } => {
            if let Some(shown) = screen.shown.as_mut().filter(|shown| shown.number == number) {
                screen.lines_asked = false;
                shown.rows.extend(rows);
            }
        }
        Sought::Preview { number, document, preview } if screen.previewing == Some((document, number)) => {
            screen.previewing = None;
            screen.preview = Some((document, preview));
        }
        Sought::Indexing(done, total) => screen.indexing = Some((done, total)),
        Sought::Indexed { changed, failed } => {
            screen.following = false;
            screen.indexing = None;
            screen.index_failed = failed;
            // What was found so far was found in what was indexed before.
            screen.due |= changed;
        }
        // Of a request that is over.
        Sought::Hits { .. } | Sought::Facets { .. } | Sought::Preview { .. } => {}
    }
}

/// Other hits: the same one stays chosen where the same was asked for, else the first.
fn take(model: &mut Model, number: u64, found: FoundHits) {
    let screen = &mut model.search_screen;
    let Some(asked) = screen.last.clone() else { return };
    let chosen = screen.hit().map(|hit| hit.document);
    let same = screen.shown.as_ref().is_some_and(|shown| {
        (&shown.asked.query, &shown.asked.like, shown.asked.mode) == (&asked.query, &asked.like, asked.mode)
    });
    let hits: Arc<[Hit]> = found.hits.hits.into();
    let at = match same {
        true => hits.iter().position(|hit| Some(hit.document) == chosen).unwrap_or(screen.list.selected),
        false => 0,
    };
    if !same {
        screen.list.top = 0;
    }
    screen.list.selected = at.min(hits.len().saturating_sub(1));
    screen.failed = None;
    screen.lines_asked = false;
    if hits.is_empty() {
        screen.facets = Default::default();
    }
    let rows = found.rows.into_iter().collect();
    screen.shown = Some(Shown { hits, total: found.hits.total, took: found.took, rows, number, asked });
    // What is marked in it, and what was said of it, may be another thing now.
    screen.preview = None;
    screen.previewing = None;
    if screen.is_empty() && screen.focus == Focus::Hits {
        screen.focus = Focus::Line;
    }
}

/// Nothing is asked for any more: nothing is shown.
fn clear(model: &mut Model) {
    let screen = &mut model.search_screen;
    screen.shown = None;
    screen.last = None;
    screen.waiting = None;
    screen.lines_asked = false;
    screen.failed = None;
    (screen.preview, screen.previewing) = (None, None);
    screen.facets = Default::default();
    screen.list = ListState::default();
    screen.focus = Focus::Line;
}

/// After every message: what is typed is asked for, the chosen hit is in sight, and what is in sight is read.
pub fn settle(model: &mut Model) -> Vec<Effect> {
    if model.screen != Screen::Search {
        return Vec::new();
    }
    let mut effects = Vec::new();
    if std::mem::take(&mut model.search_screen.due) {
        effects.extend(ask(model));
    }
    let parts = areas(model);
    facets::settle(model, parts.facets.height);
    let (total, selected) = (model.search_screen.len(), model.search_screen.list.selected);
    model.search_screen.list.select(selected, total, parts.list.height);
    effects.extend(lines(model));
    effects.extend(preview(model));
    effects
}

/// Code points of a snippet: as many as there are cells for it.
fn snippet(model: &Model) -> usize {
    usize::from(areas(model).list.width.saturating_sub(BEFORE_SNIPPET)).max(10)
}

/// Asks for what is typed. What is no query yet is asked for as far as it is understood; what is not understood at all
/// leaves the hits as they are.
fn ask(model: &mut Model) -> Vec<Effect> {
    let snippet = snippet(model);
    let screen = &mut model.search_screen;
    let fresh = std::mem::take(&mut screen.fresh);
    let typed = screen.input.text();
    let (query, error) = match Query::parse(typed) {
        Ok(query) => (query, None),
        Err(error) => (Query::parse_leniently(typed), Some(error)),
    };
    let misread = error.is_some() && query.is_empty();
    screen.error = error;
    let like = screen.like.as_ref().map(|liked| liked.like.clone());
    let nothing = query.is_empty() && like.is_none();
    if nothing && !misread {
        clear(model);
    }
    let screen = &mut model.search_screen;
    screen.following |= fresh;
    let asked = match &screen.last {
        // Nothing can be made of it: what was asked before is asked again, for what has changed meanwhile.
        Some(last) if misread && fresh => Asked { snippet, ..last.clone() },
        _ if misread || nothing => {
            let follow = Wanted { number: screen.asked, want: Want::Follow };
            return fresh.then(|| Effect::Seek(Box::new(follow))).into_iter().collect();
        }
        _ => Asked { query, like, mode: screen.mode, snippet },
    };
    screen.asked += 1;
    screen.waiting = Some(screen.asked);
    screen.last = Some(asked.clone());
    let Asked { query, like, mode, .. } = asked;
    let want = Want::Hits { request: Request { query, like, mode, limit: MOST }, fresh, snippet };
    vec![Effect::Seek(Box::new(Wanted { number: screen.asked, want }))]
}

/// Asks for the lines in sight and some around them that are not there yet.
fn lines(model: &mut Model) -> Vec<Effect> {
    let (height, most) = (areas(model).list.height, snippet(model));
    let screen = &mut model.search_screen;
    let Some(shown) = screen.shown.as_mut().filter(|_| !screen.lines_asked) else { return Vec::new() };
    if shown.asked.snippet != most {
        // The window has another width.
        shown.asked.snippet = most;
        shown.rows.clear();
    }
    let total = shown.hits.len();
    let state = screen.list;
    if state.visible(total, height).all(|at| shown.rows.contains_key(&at)) {
        return Vec::new();
    }
    let page = state.top.saturating_sub(PAGE)..(state.top + usize::from(height) + PAGE).min(total);
    let missing = page.filter(|at| !shown.rows.contains_key(at)).collect::<Vec<_>>();
    let places = missing.iter().filter_map(|at| Some((*at, shown.hits.get(*at)?.document))).collect();
    // Asked for once, whatever the answer.
    shown.rows.extend(missing.into_iter().map(|at| (at, None)));
    screen.lines_asked = true;
    let want = Want::Rows { places, query: shown.asked.query.clone(), snippet: most };
    vec![Effect::Seek(Box::new(Wanted { number: shown.number, want }))]
}

/// Asks for the document to look at, when there is room for it and it is another one.
fn preview(model: &mut Model) -> Vec<Effect> {
    if areas(model).preview.is_empty() {
        return Vec::new();
    }
    let screen = &mut model.search_screen;
    let (Some(hit), Some(shown)) = (screen.hit(), &screen.shown) else { return Vec::new() };
    let (document, number, query) = (hit.document, shown.number, shown.asked.query.clone());
    let there = screen.preview.as_ref().is_some_and(|(shown, _)| *shown == document);
    if there || screen.previewing == Some((document, number)) {
        return Vec::new();
    }
    screen.previewing = Some((document, number));
    vec![Effect::Seek(Box::new(Wanted { number, want: Want::Preview { document, query } }))]
}
