//! What the hits have: labels, statuses and sources with counts, and the filter that each of them is.

use super::Focus;
use crate::tui::effect::Effect;
use crate::tui::model::{Model, Tone};
use crate::tui::widget::line_input::LineInput;

/// A line of the facets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FacetLine {
    /// What the lines below are.
    Heading(&'static str),
    /// One of these.
    Value {
        /// Its name.
        name: String,
        /// So many hits have it.
        count: u64,
        /// The filter: `label:drug`.
        filter: String,
        /// The query has that filter.
        on: bool,
    },
}

/// The lines of the facets.
pub fn lines(model: &Model) -> Vec<FacetLine> {
    let screen = &model.search_screen;
    let facets = &screen.facets;
    let labels = facets.labels.iter().map(|(name, count)| (name.clone(), *count)).collect();
    let statuses = facets.statuses.iter().map(|(status, count)| (status.as_str().to_owned(), *count)).collect();
    let sources = facets.sources.iter().map(|(name, count)| (name.clone(), *count)).collect();
    let groups: [(&str, Vec<(String, u64)>); 3] = [("label", labels), ("status", statuses), ("source", sources)];
    let mut lines = Vec::new();
    for (what, values) in groups {
        if values.is_empty() {
            continue;
        }
        lines.push(FacetLine::Heading(what));
        lines.extend(values.into_iter().map(|(name, count)| {
            let filter = filter(what, &name);
            let on = place_of(screen.input.text(), &filter).is_some();
            FacetLine::Value { name, count, filter, on }
        }));
    }
    lines
}

/// `label:drug`, in quotation marks where the name is not one word.
fn filter(what: &str, name: &str) -> String {
    let plain = !name.is_empty() && !name.chars().any(|c| c.is_whitespace() || c == '"');
    if plain { format!("{what}:{name}") } else { format!("{what}:\"{}\"", name.replace('"', "")) }
}

/// Where a filter stands in a query, in bytes, as a piece of its own.
fn place_of(query: &str, filter: &str) -> Option<std::ops::Range<usize>> {
    let ends = |c: Option<char>| c.is_none_or(char::is_whitespace);
    query
        .match_indices(filter)
        .map(|(start, found)| start..start + found.len())
        .find(|range| ends(query[..range.start].chars().next_back()) && ends(query[range.end..].chars().next()))
}

/// The query with the filter, or without it when it has it.
fn toggled(query: &str, filter: &str) -> String {
    match place_of(query, filter) {
        Some(range) => {
            let (before, after) = (query[..range.start].trim_end(), query[range.end..].trim_start());
            let between = if before.is_empty() || after.is_empty() { "" } else { " " };
            format!("{before}{between}{after}")
        }
        None if query.trim().is_empty() => filter.to_owned(),
        None => format!("{} {filter}", query.trim_end()),
    }
}

/// Into the facets, and out of them.
pub fn toggle_facets(model: &mut Model) -> Vec<Effect> {
    if model.search_screen.focus == Focus::Facets {
        model.search_screen.focus = Focus::Hits;
        return Vec::new();
    }
    let lines = lines(model);
    let Some(first) = lines.iter().position(|line| matches!(line, FacetLine::Value { .. })) else {
        model.say(Tone::Refusal, "there is nothing to filter by");
        return Vec::new();
    };
    model.search_screen.focus = Focus::Facets;
    if !matches!(lines.get(model.search_screen.facet.selected), Some(FacetLine::Value { .. })) {
        model.search_screen.facet.selected = first;
    }
    Vec::new()
}

/// Moves over the facets, passing over headings.
pub(super) fn move_by(model: &mut Model, by: isize) {
    let lines = lines(model);
    let values: Vec<usize> = (0..lines.len()).filter(|at| matches!(lines[*at], FacetLine::Value { .. })).collect();
    let here = values.partition_point(|at| *at < model.search_screen.facet.selected);
    let to = here.saturating_add_signed(by).min(values.len().saturating_sub(1));
    model.search_screen.facet.selected = values.get(to).copied().unwrap_or(0);
}

/// The chosen facet becomes a filter of the query, or no longer.
pub(super) fn choose(model: &mut Model) -> Vec<Effect> {
    let lines = lines(model);
    let screen = &mut model.search_screen;
    if let Some(FacetLine::Value { filter, .. }) = lines.get(screen.facet.selected) {
        screen.input = LineInput::new(toggled(screen.input.text(), filter));
        screen.due = true;
    }
    Vec::new()
}

/// After the facets have changed: the choice is on one of them, and the keys are not where nothing is.
pub(super) fn settle(model: &mut Model, height: u16) {
    let lines = lines(model);
    if lines.is_empty() && model.search_screen.focus == Focus::Facets && !model.search_screen.is_searching() {
        let empty = model.search_screen.is_empty();
        model.search_screen.focus = if empty { Focus::Line } else { Focus::Hits };
    }
    if !lines.is_empty() {
        move_by(model, 0);
        let selected = model.search_screen.facet.selected;
        model.search_screen.facet.select(selected, lines.len(), height);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_added_and_taken_away_again() {
        assert_eq!(toggled("", "label:drug"), "label:drug");
        assert_eq!(toggled("quartz ", "label:drug"), "quartz label:drug");
        assert_eq!(toggled("quartz label:drug watch", "label:drug"), "quartz watch");
        assert_eq!(toggled("label:drug", "label:drug"), "");
        // Another label that begins so, and the filter that excludes it, stay.
        assert_eq!(toggled("label:drugs", "label:drug"), "label:drugs label:drug");
        assert_eq!(toggled("-label:drug", "label:drug"), "-label:drug label:drug");
    }

    #[test]
    fn a_name_of_several_words_is_in_quotation_marks() {
        assert_eq!(filter("label", "brand name"), "label:\"brand name\"");
        assert_eq!(filter("source", "a.jsonl"), "source:a.jsonl");
    }
}
