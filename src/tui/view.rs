//! The whole frame: a screen, what lies over it, and the lines all screens share. Reads the model, changes nothing.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::commands;
use super::keymap::Mode;
use super::model::{Model, SMALLEST, Screen, Tone};
use super::overlay::{self, Overlay};
use super::screen::annotate::{self, Target};
use super::screen::project::{self, Section};
use super::screen::search::Focus;
use super::screen::{documents, evaluate, review, search};
use super::tour;
use super::widget::hint_line::{self, Hint};
use super::widget::status_line::{self, Part};

/// Draws everything.
pub fn view(model: &Model, frame: &mut Frame<'_>) {
    if model.too_small() {
        return too_small(model, frame);
    }
    // A theme that paints its own background does so everywhere.
    let area = frame.area();
    frame.buffer_mut().set_style(area, model.theme.text());
    match model.screen {
        Screen::Documents => documents::view(model, frame),
        Screen::Annotate => annotate::view(model, frame),
        Screen::Review => review::view(model, frame),
        Screen::Project => project::view(model, frame),
        Screen::Evaluate => evaluate::view(model, frame),
        Screen::Search => search::view(model, frame),
    }
    let area = frame.area();
    let last = Rect { y: area.bottom().saturating_sub(1), height: 1, ..area };
    if !(model.arrangement.zoom && model.screen == Screen::Annotate && model.overlays.is_empty()) {
        hint_line::render(last, frame.buffer_mut(), &hints(model), &model.theme);
    }
    tour::view(model, frame);
    overlay::view(model, frame);
}

fn too_small(model: &Model, frame: &mut Frame<'_>) {
    let (area, theme) = (frame.area(), &model.theme);
    let lines = [
        format!("gleaner needs {} columns and {} rows;", SMALLEST.0, SMALLEST.1),
        format!("here are {} and {}.", area.width, area.height),
        "Make the window larger, or q quits.".to_owned(),
    ];
    for (y, line) in (area.top()..area.bottom()).zip(&lines) {
        frame.buffer_mut().set_stringn(area.x, y, line, usize::from(area.width), theme.text());
    }
}

/// What the toast says, for the status line; nothing when there is none.
pub fn toast(model: &Model) -> Option<Part> {
    let toast = model.toast.as_ref()?;
    let style = match toast.tone {
        Tone::Info => model.theme.good(),
        Tone::Refusal => model.theme.warning(),
        Tone::Error => model.theme.error(),
    };
    Some(Part::styled(toast.text.clone(), style))
}

/// What just happened, on the last line, for a screen that has no other place for it.
pub fn said(model: &Model, frame: &mut Frame<'_>) {
    let area = frame.area();
    let line = Rect { y: area.bottom().saturating_sub(1), height: 1, ..area };
    if let Some(toast) = toast(model) {
        status_line::render(line, frame.buffer_mut(), &[toast], &[], &model.theme);
    }
}

/// The line above the hints: what just happened, else `facts`; at the right `right`.
pub fn status(model: &Model, frame: &mut Frame<'_>, facts: Vec<Part>, right: &[Part]) {
    let area = frame.area();
    let line = Rect { y: area.bottom().saturating_sub(2), height: 1, ..area };
    match toast(model) {
        // Nothing may push aside what must be read.
        Some(toast) => status_line::render(line, frame.buffer_mut(), &[toast], &[], &model.theme),
        None => status_line::render(line, frame.buffer_mut(), &facts, right, &model.theme),
    }
}

/// The line at the top: where we are, how far the project is, who is working.
pub fn title(model: &Model, frame: &mut Frame<'_>, mut here: Vec<Part>) {
    let area = frame.area();
    let theme = &model.theme;
    here.insert(0, Part::styled(model.project.clone(), theme.title()));
    if model.read_only {
        here.insert(1, Part::styled("READ ONLY", theme.warning()));
    }
    let counts = &model.counts;
    let progress = format!("{} submitted · {} draft · {} in all", counts.submitted, counts.draft, counts.documents);
    let right = [Part::new(progress), Part::styled(model.annotator.clone(), theme.accent())];
    status_line::render(Rect { height: 1, ..area }, frame.buffer_mut(), &here, &right, theme);
}

/// The keys of overlays that have their own.
fn overlay_hints(model: &Model, overlay: &Overlay) -> Option<&'static [(&'static str, &'static str)]> {
    match overlay {
        Overlay::Help(_) => Some(&[("j k", "scroll"), ("Esc", "close")]),
        Overlay::LabelPicker(picker) if picker.gives() => Some(&[
            ("type", "to find"),
            ("Up Down", "choose"),
            ("Enter", "take"),
            ("Ctrl-n", "new label"),
            ("Esc", "leave"),
        ]),
        Overlay::LabelPicker(_) | Overlay::Palette(_) | Overlay::ColourPicker(_) => {
            Some(&[("type", "to find"), ("Up Down", "choose"), ("Enter", "take"), ("Esc", "leave")])
        }
        Overlay::Themes(_) => Some(&[("j k", "show"), ("Enter", "keep"), ("Esc", "as before")]),
        Overlay::Prompt(_) => Some(&[("Enter", "take"), ("Ctrl-u", "clear"), ("Esc", "leave")]),
        Overlay::Bulk(_) => Some(&[
            ("Enter", "accept"),
            ("+ -", "threshold"),
            ("Space", "label on/off"),
            ("w", "whole list"),
            ("Esc", "leave"),
        ]),
        Overlay::Sources(sources) => Some(sources.hints()),
        Overlay::Find(_) => Some(&[("Enter", "keep"), ("Down Up", "next, previous"), ("Esc", "go back")]),
        Overlay::Occurrences(o) => Some(o.hints(model)),
        Overlay::NewDocument(_) => Some(&[("Ctrl-d", "add it"), ("Enter", "new line"), ("Esc", "leave")]),
        Overlay::Confirm(confirm) => Some(confirm.hints()),
        Overlay::Labels(_) => None,
    }
}

/// The keys that matter now.
fn hints(model: &Model) -> Vec<Hint> {
    if let Some(own) = model.overlays.last().and_then(|overlay| overlay_hints(model, overlay)) {
        return own.iter().map(|(key, text)| Hint::new(*key, *text)).collect();
    }
    if model.is_typing() {
        let list = [("Enter", "to the hits"), ("Tab", "how"), ("Ctrl-u", "clear"), ("Esc", "back")];
        return list.into_iter().map(|(key, text)| Hint::new(key, text)).collect();
    }
    if !model.pending_keys.is_empty() {
        return vec![Hint::new("Esc", "back")];
    }
    let names: &[&str] = match (model.screen, &model.open) {
        _ if model.mode() == Mode::Labels => &[
            "add_label",
            "rename_label",
            "describe_label",
            "set_label_prompt",
            "merge_label",
            "recolour_label",
            "archive_label",
            "remove_label",
            "back",
        ],
        _ if model.mode() == Mode::Pane => &[
            "focus_side_pane",
            "next_item",
            "accept_and_next",
            "reject_and_next",
            "delete_span",
            "change_label",
            "label_1",
            "cycle_side_pane",
            "undo",
        ],
        (Screen::Project, _) => match model.project_screen.section {
            Section::Labels => &[
                "next_section",
                "add_label",
                "rename_label",
                "merge_label",
                "recolour_label",
                "describe_label",
                "set_label_threshold",
                "set_label_key",
                "archive_label",
                "back",
            ],
            Section::Task => &["next_section", "edit_chosen", "next_row", "edit_guidelines", "back", "undo"],
            Section::Guidelines => &["next_section", "edit_guidelines", "next_row", "back", "undo"],
            Section::Gold => {
                &["next_section", "freeze_gold", "remove_gold", "annotate_gold", "next_row", "back", "undo"]
            }
            Section::Progress => &["next_section", "next_row", "edit_guidelines", "back", "undo"],
        },
        (Screen::Evaluate, _) if evaluate::has_cell(model).is_err() => {
            &["evaluate_model", "choose_gold", "choose_predictions", "next_view", "back", "quit"]
        }
        (Screen::Evaluate, _) if model.evaluate.view == evaluate::View::Curve => {
            &["open_cell", "take_threshold", "next_curve", "next_mode", "next_view", "choose_predictions", "back"]
        }
        (Screen::Evaluate, _) => &[
            "open_cell",
            "next_view",
            "next_mode",
            "next_schema",
            "lower_counted",
            "sort_column",
            "choose_gold",
            "choose_predictions",
            "evaluate_model",
            "back",
        ],
        (Screen::Search, _) if model.search_screen.focus == Focus::Facets => {
            &["open_hit", "next_hit", "toggle_facets", "edit_query", "next_search_mode", "back"]
        }
        (Screen::Search, _) => &[
            "open_hit",
            "annotate_hits",
            "edit_query",
            "next_search_mode",
            "more_like_document",
            "toggle_facets",
            "toggle_preview",
            "back",
        ],
        (Screen::Documents, _) if model.documents.rows.is_empty() && documents::is_filtered(model) => {
            &["back", "filter_text", "filter_status", "new_document", "edit_labels", "quit"]
        }
        (Screen::Documents, _) if model.documents.rows.is_empty() => &["new_document", "edit_labels", "undo", "quit"],
        (Screen::Documents, _) => &[
            "open_document",
            "review_suggestions",
            "show_search",
            "filter_text",
            "filter_status",
            "order_uncertain",
            "new_document",
            "remove_document",
            "show_project",
            "edit_labels",
            "undo",
            "quit",
        ],
        (Screen::Review, _) if model.review.edges.is_some() => {
            &["line_left_out", "line_right_out", "line_left_in", "line_right_in", "accept_line", "relabel_line", "back"]
        }
        (Screen::Review, _) => &[
            "accept_line",
            "reject_line",
            "relabel_line",
            "skip_line",
            "open_line",
            "undo",
            "edit_edges",
            "filter_lines",
            "accept_above_threshold",
            "back",
        ],
        (Screen::Annotate, Some(open)) if open.selection.extending => {
            &["move_left", "move_right", "label_1", "choose_label", "toggle_extend", "back"]
        }
        (Screen::Annotate, Some(open)) if model.walk.is_some() && open.find.is_none() => match open.target() {
            Target::Suggestion(_) => {
                &["next_match", "back", "accept_and_next", "reject_and_next", "label_1", "grow_right", "undo"]
            }
            Target::Span(_) => {
                &["next_match", "back", "label_1", "delete_span", "next_suggestion", "grow_right", "undo"]
            }
            Target::Text(_) => &["next_match", "back", "previous_match", "next_suggestion", "label_1", "undo"],
        },
        (Screen::Annotate, Some(open)) if search::visits(model) => match open.target() {
            Target::Suggestion(_) => {
                &["next_match", "back", "accept_and_next", "reject_and_next", "label_1", "submit_and_next", "undo"]
            }
            _ => &["next_match", "previous_match", "back", "label_1", "submit_and_next", "next_suggestion", "undo"],
        },
        (Screen::Annotate, None) if model.walk.is_some() => &["next_match", "previous_match", "back"],
        (Screen::Annotate, Some(open)) => match open.target() {
            Target::Suggestion(_) => &[
                "accept_and_next",
                "reject_and_next",
                "label_1",
                "submit_and_next",
                "next_suggestion",
                "change_label",
                "grow_right",
                "undo",
            ],
            Target::Span(_) => {
                &["label_1", "delete_span", "submit_and_next", "next_suggestion", "change_label", "grow_right", "undo"]
            }
            Target::Text(_) if open.find.is_some() => {
                &["next_match", "previous_match", "label_1", "choose_label", "toggle_extend", "back"]
            }
            Target::Text(_) if model.labels.active().next().is_none() => {
                &["edit_labels", "choose_label", "submit_and_next", "next_document", "undo"]
            }
            Target::Text(_) if !open.suggestions.is_empty() => &[
                "next_suggestion",
                "label_1",
                "choose_label",
                "toggle_extend",
                "submit_and_next",
                "next_document",
                "undo",
            ],
            Target::Text(_) => {
                &["label_1", "choose_label", "toggle_extend", "submit_and_next", "next_document", "undo"]
            }
        },
        (Screen::Annotate, None) => &["show_documents"],
    };
    let hint = |name: &&str| -> Option<Hint> {
        let id = commands::find(name)?;
        let command = id.get();
        let key = match *name {
            "label_1" => "1-9".to_owned(),
            "grow_right" => ["grow_left", "grow_right", "shrink_left", "shrink_right"]
                .into_iter()
                .filter_map(|n| model.keymap.keys_of(model.mode(), commands::find(n)?).into_iter().next())
                .collect::<Vec<_>>()
                .join(" "),
            _ => model.keymap.keys_of(model.mode(), id).into_iter().next()?,
        };
        let text = match *name {
            "grow_right" => "edges",
            "next_match" if annotate::walks(model) => "next place",
            "previous_match" if annotate::walks(model) => "place before",
            "next_match" if search::visits(model) => "next hit",
            "previous_match" if search::visits(model) => "hit before",
            "open_hit" if model.search_screen.focus == Focus::Facets => "filter",
            "toggle_facets" if model.search_screen.focus == Focus::Facets => "hits",
            // The key that led into the list leads out of it.
            "focus_side_pane" if model.mode() == Mode::Pane => "text",
            _ => command.short,
        };
        if key.is_empty() {
            return None;
        }
        Some(Hint { key, text: text.into(), enabled: (command.available)(model).is_ok() })
    };
    names.iter().chain(&["show_help"]).filter_map(hint).collect()
}

/// Said while something is looked for beside the loop.
pub fn searching(model: &Model) -> String {
    let dots = if model.theme.ascii() { "..." } else { "…" };
    format!("searching{dots} Esc stops")
}

/// Said while something is counted beside the loop.
pub fn counting(model: &Model) -> String {
    let dots = if model.theme.ascii() { "..." } else { "…" };
    format!("counting{dots} Esc stops")
}

/// How long a status word is drawn, and how.
pub fn status_part(model: &Model, status: crate::dataset::Status) -> Part {
    use crate::dataset::Status;
    let theme = &model.theme;
    let style = match status {
        Status::Pending => theme.dim(),
        Status::Draft => theme.warning(),
        Status::Submitted => theme.good(),
        Status::Discarded => theme.dim(),
    };
    Part::styled(status.as_str(), style)
}
