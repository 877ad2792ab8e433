//! The one table of commands: name, help, where and when it can be used, what it does.
//!
//! Keys, the palette, the help, the hint line, `gleaner keys` and the tests all go through it, so nothing can be done
//! only by a key, and nothing is undocumented.

use super::effect::Effect;
use super::keymap::Mode;
use super::model::Model;
use super::overlay::{bulk, label_edit as e, labels as l};
use super::screen::evaluate::{self as v, View, go_to};
use super::screen::{annotate as a, documents as d, project as p, review as r, search as s};
use super::{mouse, overlay, tour, update as u, walk};

/// Place of a command in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommandId(usize);

/// Something a person can ask for.
pub struct Command {
    /// `verb_object`: what keymap files call it.
    pub name: &'static str,
    /// One line for the help.
    pub help: &'static str,
    /// One or two words for the hint line.
    pub short: &'static str,
    /// Under which heading of the help it stands.
    pub topic: &'static str,
    /// Where it can be used.
    pub modes: &'static [Mode],
    /// Whether it can be used now, else why not.
    pub available: fn(&Model) -> Result<(), String>,
    /// What it does.
    pub run: fn(&mut Model) -> Vec<Effect>,
}

impl CommandId {
    /// Its line in the table.
    pub fn get(self) -> &'static Command {
        &COMMANDS[self.0]
    }
}

impl std::fmt::Debug for Command {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// All of them, in the order of the manual.
pub fn all() -> impl Iterator<Item = CommandId> {
    (0..COMMANDS.len()).map(CommandId)
}

/// The command of this name.
pub fn find(name: &str) -> Option<CommandId> {
    COMMANDS.iter().position(|c| c.name == name).map(CommandId)
}

/// The name a person may have meant.
pub fn nearest(name: &str) -> &'static str {
    nearest_of(name, COMMANDS.iter().map(|c| c.name))
}

/// The one of `known` that `word` may have been meant to be.
pub fn nearest_of<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> &'k str {
    known.into_iter().min_by_key(|known| distance(known, word)).unwrap_or("")
}

/// Insertions, deletions and replacements from one word to the other.
pub fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

/// Every mode but [`Mode::Global`], which is none of a screen.
const EVERYWHERE: &[Mode] = Mode::ALL.split_at(1).1;
const SCREENS: &[Mode] = &[Mode::Documents, Mode::Annotate];
const LIST: &[Mode] = &[Mode::Documents];
const TEXT: &[Mode] = &[Mode::Annotate];
const LABELS: &[Mode] = &[Mode::Labels];
const QUEUE: &[Mode] = &[Mode::Review];
const TEXT_OR_QUEUE: &[Mode] = &[Mode::Annotate, Mode::Review];
const LABEL_TABLE: &[Mode] = &[Mode::Labels, Mode::Project];
const EVALUATE: &[Mode] = &[Mode::Evaluate];
const NOT_EVALUATE: &[Mode] = &[Mode::Documents, Mode::Annotate, Mode::Review, Mode::Project];
const SEARCH: &[Mode] = &[Mode::Search];
const TEXT_OR_HITS: &[Mode] = &[Mode::Annotate, Mode::Search];
const PROJECT: &[Mode] = &[Mode::Project];
const LIST_AND_PROJECT: &[Mode] = &[Mode::Documents, Mode::Project];
const NOT_LABELS: &[Mode] = &[Mode::Documents, Mode::Annotate, Mode::Project];
const TEXT_AND_PROJECT: &[Mode] = &[Mode::Annotate, Mode::Project];
/// What acts on a span or suggestion, whether it was found in the text or in the list beside it.
const TEXT_AND_PANE: &[Mode] = &[Mode::Annotate, Mode::Pane];
const PANE: &[Mode] = &[Mode::Pane];

fn always(_: &Model) -> Result<(), String> {
    Ok(())
}

const MOVING: &str = "Moving";
const EDGES: &str = "Selecting";
const SPANS: &str = "Spans";
const SUGGESTIONS: &str = "Suggestions";
const DOCUMENT: &str = "Documents";
const FILTERS: &str = "Which documents, in which order";
const NOTES: &str = "Notes";
const LABEL_SET: &str = "Labels";
const TASK: &str = "Project";
const EVALUATION: &str = "Evaluating";
const SEARCHING: &str = "Searching";
const LAYOUT: &str = "Layout";
const PROGRAM: &str = "Everywhere";

type Available = fn(&Model) -> Result<(), String>;
type Run = fn(&mut Model) -> Vec<Effect>;
type Words = (&'static str, &'static str, &'static str);

/// A line of the table: `(name, short, help)`, then where, when and what.
const fn c(topic: &'static str, modes: &'static [Mode], words: Words, available: Available, run: Run) -> Command {
    Command { name: words.0, short: words.1, help: words.2, topic, modes, available, run }
}

#[rustfmt::skip]
static COMMANDS: &[Command] = &[
    c(MOVING, TEXT, ("move_left", "left", "one word (or character) to the left"), a::is_open, a::move_left),
    c(MOVING, TEXT, ("move_right", "right", "one word (or character) to the right"), a::is_open, a::move_right),
    c(MOVING, TEXT, ("move_up", "up", "one row up"), a::is_open, a::move_up),
    c(MOVING, TEXT, ("move_down", "down", "one row down"), a::is_open, a::move_down),
    c(MOVING, TEXT, ("move_word_left", "word left", "one word to the left, in character mode too"), a::is_open, a::move_word_left),
    c(MOVING, TEXT, ("move_word_right", "word right", "one word to the right, in character mode too"), a::is_open, a::move_word_right),
    c(MOVING, TEXT, ("go_to_row_start", "row start", "to the start of the row"), a::is_open, a::go_to_row_start),
    c(MOVING, TEXT, ("go_to_row_end", "row end", "to the end of the row"), a::is_open, a::go_to_row_end),
    c(MOVING, TEXT, ("go_to_start", "start", "to the start of the document"), a::is_open, a::go_to_start),
    c(MOVING, TEXT, ("go_to_end", "end", "to the end of the document"), a::is_open, a::go_to_end),
    c(MOVING, TEXT, ("page_down_text", "page down", "a screenful down"), a::is_open, a::text_page_down),
    c(MOVING, TEXT, ("page_up_text", "page up", "a screenful up"), a::is_open, a::text_page_up),
    c(MOVING, TEXT, ("half_page_down", "half down", "half a screenful down"), a::is_open, a::half_page_down),
    c(MOVING, TEXT, ("half_page_up", "half up", "half a screenful up"), a::is_open, a::half_page_up),
    c(MOVING, TEXT, ("next_suggestion", "suggestion", "to the next suggestion"), a::is_open, a::next_suggestion),
    c(MOVING, TEXT, ("previous_suggestion", "previous suggestion", "to the previous suggestion"), a::is_open, a::previous_suggestion),
    c(MOVING, TEXT, ("next_span", "next span", "to the next span"), a::is_open, a::next_span),
    c(MOVING, TEXT, ("previous_span", "previous span", "to the previous span"), a::is_open, a::previous_span),
    c(MOVING, TEXT, ("next_sentence", "next sentence", "to the start of the next sentence"), a::is_open, a::next_sentence),
    c(MOVING, TEXT, ("previous_sentence", "previous sentence", "to the start of this sentence, then the one before"), a::is_open, a::previous_sentence),
    c(MOVING, TEXT, ("find_text", "find", "find a text in this document"), a::is_open, a::find_text),
    c(MOVING, TEXT, ("next_match", "next match", "the next place of what was looked for, or of a walk"), a::has_find, a::next_match),
    c(MOVING, TEXT, ("previous_match", "previous match", "the place before, of what was looked for or of a walk"), a::has_find, a::previous_match),

    c(EDGES, TEXT, ("toggle_extend", "extend", "moving extends the selection, until pressed again"), a::is_open, a::toggle_extend),
    c(EDGES, TEXT, ("extend_left", "extend left", "extend the selection to the left"), a::is_open, a::extend_left),
    c(EDGES, TEXT, ("extend_right", "extend right", "extend the selection to the right"), a::is_open, a::extend_right),
    c(EDGES, TEXT, ("grow_left", "grow left", "left edge further out: of span, suggestion or selection"), a::is_open, a::grow_left),
    c(EDGES, TEXT, ("grow_right", "grow right", "right edge further out"), a::is_open, a::grow_right),
    c(EDGES, TEXT, ("shrink_left", "shrink left", "left edge further in"), a::is_open, a::shrink_left),
    c(EDGES, TEXT, ("shrink_right", "shrink right", "right edge further in"), a::is_open, a::shrink_right),
    c(EDGES, TEXT, ("select_outer", "outer", "the span or suggestion around this one"), a::is_open, a::select_outer),
    c(EDGES, TEXT, ("select_inner", "inner", "the span or suggestion inside this one"), a::is_open, a::select_inner),
    c(EDGES, TEXT, ("toggle_character_mode", "by character", "move and cut by character, until pressed again"), a::is_open, a::toggle_character_mode),

    c(SPANS, TEXT_AND_PANE, ("label_1", "label", "give the label with key 1"), a::on_text, |m| a::label_by_digit(m, '1')),
    c(SPANS, TEXT_AND_PANE, ("label_2", "label", "give the label with key 2"), a::on_text, |m| a::label_by_digit(m, '2')),
    c(SPANS, TEXT_AND_PANE, ("label_3", "label", "give the label with key 3"), a::on_text, |m| a::label_by_digit(m, '3')),
    c(SPANS, TEXT_AND_PANE, ("label_4", "label", "give the label with key 4"), a::on_text, |m| a::label_by_digit(m, '4')),
    c(SPANS, TEXT_AND_PANE, ("label_5", "label", "give the label with key 5"), a::on_text, |m| a::label_by_digit(m, '5')),
    c(SPANS, TEXT_AND_PANE, ("label_6", "label", "give the label with key 6"), a::on_text, |m| a::label_by_digit(m, '6')),
    c(SPANS, TEXT_AND_PANE, ("label_7", "label", "give the label with key 7"), a::on_text, |m| a::label_by_digit(m, '7')),
    c(SPANS, TEXT_AND_PANE, ("label_8", "label", "give the label with key 8"), a::on_text, |m| a::label_by_digit(m, '8')),
    c(SPANS, TEXT_AND_PANE, ("label_9", "label", "give the label with key 9"), a::on_text, |m| a::label_by_digit(m, '9')),
    c(SPANS, TEXT, ("choose_label", "any label", "label a new span: type part of the name"), a::on_text, a::choose_label),
    c(SPANS, TEXT_AND_PANE, ("change_label", "relabel", "another label for the span or suggestion"), a::on_either, a::change_label),
    c(SPANS, TEXT_AND_PANE, ("delete_span", "delete", "delete the span"), a::on_span, a::delete_span),
    c(SPANS, TEXT, ("repeat_last", "repeat", "do the last thing to what the cursor is on now"), a::can_repeat, a::repeat_last),
    c(SPANS, TEXT, ("label_occurrences", "all places", "suggest this label wherever the same text stands here"), a::on_own_text, a::label_occurrences),
    c(SPANS, TEXT, ("label_in_project", "in the project", "suggest this label where the text stands in the project"), a::on_own_text, a::label_in_project),
    c(SPANS, TEXT, ("split_span", "split", "cut the span in two before the word at the cursor"), a::on_span, a::split_span),
    c(SPANS, TEXT, ("merge_spans", "merge", "the span and the next of its label, or all selected"), a::can_merge, a::merge_spans),
    c(SPANS, TEXT, ("swap_label", "swap label", "the next most likely label; again: the one after it"), a::on_either, a::swap_label),

    c(SUGGESTIONS, TEXT_AND_PANE, ("accept_and_next", "accept", "accept the suggestion and go to the next"), a::on_suggestion, a::accept_and_next),
    c(SUGGESTIONS, TEXT_AND_PANE, ("reject_and_next", "reject", "reject the suggestion and go to the next"), a::on_suggestion, a::reject_and_next),
    c(SUGGESTIONS, TEXT_AND_PANE, ("accept_suggestion", "accept, stay", "accept the suggestion and stay on its span"), a::on_suggestion, a::accept_suggestion),
    c(SUGGESTIONS, TEXT_AND_PANE, ("reject_suggestion", "reject, stay", "reject the suggestion and stay"), a::on_suggestion, a::reject_suggestion),
    c(SUGGESTIONS, TEXT_OR_QUEUE, ("accept_above_threshold", "accept many", "accept suggestions at once, by label and threshold"), bulk::has_suggestions, bulk::accept_above_threshold),
    c(SUGGESTIONS, TEXT, ("raise_threshold", "fewer", "a higher threshold: fewer suggestions"), a::is_open_alone, a::raise_threshold),
    c(SUGGESTIONS, TEXT, ("lower_threshold", "more", "a lower threshold: more suggestions"), a::is_open_alone, a::lower_threshold),
    c(SUGGESTIONS, TEXT, ("toggle_nested", "nested", "let suggestions lie inside one another, or not"), a::is_open_alone, a::toggle_nested),
    c(SUGGESTIONS, TEXT, ("toggle_multi_label", "multi-label", "let a range have several labels, or not"), a::is_open_alone, a::toggle_multi_label),
    c(SUGGESTIONS, TEXT, ("toggle_look_ahead", "look ahead", "suggest for other documents ahead of time, or not"), a::is_open_alone, a::toggle_look_ahead),
    c(SUGGESTIONS, TEXT, ("suggest_again", "ask again", "ask the model again"), a::is_open_alone, a::suggest_again),

    c(NOTES, TEXT, ("write_note", "note", "a note on the span here, or on the document"), a::is_own, a::write_note),
    c(NOTES, TEXT, ("write_document_note", "document note", "a note on the document"), a::is_own, a::write_document_note),
    c(NOTES, TEXT, ("toggle_flag", "flag", "flag the span here or the document, or no longer"), a::is_own, a::toggle_flag),
    c(NOTES, TEXT, ("next_note", "next note", "to the next note, in this document or another"), a::is_own_alone, a::next_note),
    c(SUGGESTIONS, SCREENS, ("review_suggestions", "review", "suggestions one by one, across documents"), r::can_review, r::review_suggestions),
    c(SUGGESTIONS, QUEUE, ("accept_line", "accept", "accept the suggestion, with the edges it has now"), r::has_line, r::accept_line),
    c(SUGGESTIONS, QUEUE, ("reject_line", "reject", "reject the suggestion"), r::has_line, r::reject_line),
    c(SUGGESTIONS, QUEUE, ("relabel_line", "relabel", "accept it with another label (or press that label's key)"), r::has_line, r::relabel_line),
    c(SUGGESTIONS, QUEUE, ("skip_line", "skip", "put the suggestion aside for this sitting"), r::has_line, r::skip_line),
    c(SUGGESTIONS, QUEUE, ("show_skipped", "skipped", "show again what was put aside"), r::has_skipped, r::show_skipped),
    c(SUGGESTIONS, QUEUE, ("open_line", "open", "open the document there; Esc comes back"), r::has_line, r::open_line),
    c(SUGGESTIONS, QUEUE, ("filter_lines", "one label", "only suggestions of one label, or all again"), always, r::filter_lines),
    c(SUGGESTIONS, QUEUE, ("order_lines", "order", "by place, least certain, highest score, or label"), always, r::order_lines),
    c(SUGGESTIONS, QUEUE, ("raise_line_threshold", "fewer", "a higher threshold: fewer suggestions"), always, a::raise_threshold),
    c(SUGGESTIONS, QUEUE, ("lower_line_threshold", "more", "a lower threshold: more suggestions"), always, a::lower_threshold),
    c(SUGGESTIONS, QUEUE, ("look_again", "ask again", "read the list and ask the model again"), r::can_review, r::look_again),
    c(MOVING, QUEUE, ("next_line", "down", "the next suggestion"), always, r::next_line),
    c(MOVING, QUEUE, ("previous_line", "up", "the previous suggestion"), always, r::previous_line),
    c(MOVING, QUEUE, ("page_down_lines", "page down", "a screenful down"), always, r::lines_down),
    c(MOVING, QUEUE, ("page_up_lines", "page up", "a screenful up"), always, r::lines_up),
    c(MOVING, QUEUE, ("first_line", "first", "from the start of the list"), always, r::first_line),
    c(MOVING, QUEUE, ("last_line", "last", "the last suggestion that is loaded"), always, r::last_line),
    c(EDGES, QUEUE, ("edit_edges", "edges", "move the edges before deciding"), r::has_line, r::edit_edges),
    c(EDGES, QUEUE, ("line_left_out", "left out", "left edge one word further out"), r::has_line, r::line_left_out),
    c(EDGES, QUEUE, ("line_right_out", "right out", "right edge one word further out"), r::has_line, r::line_right_out),
    c(EDGES, QUEUE, ("line_left_in", "left in", "left edge one word further in"), r::has_line, r::line_left_in),
    c(EDGES, QUEUE, ("line_right_in", "right in", "right edge one word further in"), r::has_line, r::line_right_in),

    c(DOCUMENT, TEXT, ("submit_and_next", "submit", "done: submit the document and go to the next unfinished"), a::is_open, a::submit_and_next),
    c(DOCUMENT, TEXT, ("submit", "submit, stay", "submit the document and stay"), a::is_open, a::submit),
    c(DOCUMENT, TEXT, ("keep_draft", "draft", "not done yet: keep the document as a draft"), a::is_own, a::keep_draft),
    c(DOCUMENT, TEXT, ("discard_and_next", "discard", "of no use: discard the document and go to the next"), a::is_own, a::discard_and_next),
    c(DOCUMENT, TEXT, ("begin_again", "pending", "the document counts as not begun; its spans stay"), a::is_own, a::begin_again),
    c(DOCUMENT, TEXT, ("next_document", "next", "to the next document, leaving this one as it is"), a::is_open_alone, a::next_document),
    c(DOCUMENT, TEXT, ("previous_document", "previous", "to the previous document"), a::is_open_alone, a::previous_document),
    c(DOCUMENT, TEXT, ("next_unfinished", "next unfinished", "to the next document that is not finished"), a::is_open_alone, a::next_unfinished),
    c(DOCUMENT, SCREENS, ("go_to_document", "go to", "to a document by its id"), walk::is_off, overlay::ask_document),
    c(DOCUMENT, TEXT, ("show_documents", "documents", "to the list of documents"), walk::is_off, a::show_documents),
    c(DOCUMENT, TEXT, ("copy_text", "copy", "copy the selected text to the terminal's clipboard"), a::can_copy, a::copy_text),
    c(DOCUMENT, TEXT, ("copy_document", "copy as JSON", "copy the document with its spans as one line of JSON"), a::is_open, a::copy_document),

    c(DOCUMENT, LIST, ("open_document", "open", "open the document"), d::has_row, d::open_selected),
    c(DOCUMENT, LIST, ("new_document", "new", "type or paste in a document; undo takes it out again"), always, overlay::new_document),
    c(FILTERS, LIST, ("filter_text", "find", "list documents that contain a text"), always, d::filter_text),
    c(FILTERS, LIST, ("filter_status", "status", "only pending, draft, submitted or discarded documents"), always, d::filter_status),
    c(FILTERS, LIST, ("filter_label", "label", "only documents with a span of yours with a label"), always, d::filter_label),
    c(FILTERS, LIST, ("filter_score", "score", "only documents with a suggestion that scores so"), always, d::filter_score),
    c(FILTERS, LIST, ("filter_notes", "note", "only documents with a note of yours"), always, d::filter_notes),
    c(FILTERS, LIST, ("filter_flags", "flag", "only documents that you have flagged"), always, d::filter_flags),
    c(FILTERS, LIST, ("clear_filter", "all", "all documents again"), d::has_filter, d::clear_filter),
    c(FILTERS, LIST, ("order_document", "as imported", "order: as the documents came"), always, d::order_document),
    c(FILTERS, LIST, ("order_uncertain", "uncertain", "order: where the model is least sure, first"), always, d::order_uncertain),
    c(FILTERS, LIST, ("order_suggestions", "suggestions", "order: most suggestions first"), always, d::order_suggestions),
    c(FILTERS, LIST, ("order_shortest", "shortest", "order: shortest first"), always, d::order_shortest),
    c(FILTERS, LIST, ("order_longest", "longest", "order: longest first"), always, d::order_longest),
    c(FILTERS, LIST, ("order_recent", "last edited", "order: last edited first"), always, d::order_recent),
    c(FILTERS, LIST, ("order_random", "random", "order: random; again: another one"), always, d::order_random),
    c(FILTERS, LIST, ("order_new_label", "new label", "only what is still to check for the labels of today"), always, d::order_new_label),
    c(DOCUMENT, LIST, ("remove_document", "remove", "take the document out of the project; undo returns it"), d::has_row, d::remove_document),
    c(MOVING, LIST, ("select_next", "down", "the next row"), always, d::select_next),
    c(MOVING, LIST, ("select_previous", "up", "the previous row"), always, d::select_previous),
    c(MOVING, LIST, ("page_down", "page down", "a screenful down"), always, d::page_down),
    c(MOVING, LIST, ("page_up", "page up", "a screenful up"), always, d::page_up),
    c(MOVING, LIST, ("select_first", "first", "the first document"), always, d::select_first),
    c(MOVING, LIST, ("select_last", "last", "the last document"), always, d::select_last),

    c(LABEL_SET, NOT_LABELS, ("edit_labels", "labels", "add, rename, describe, order and remove labels"), always, l::edit_labels),
    c(LABEL_SET, LABELS, ("next_label", "down", "the next label"), always, l::next_label),
    c(LABEL_SET, LABELS, ("previous_label", "up", "the previous label"), always, l::previous_label),
    c(LABEL_SET, LABELS, ("page_down_labels", "page down", "a screenful down"), always, l::page_down),
    c(LABEL_SET, LABELS, ("page_up_labels", "page up", "a screenful up"), always, l::page_up),
    c(LABEL_SET, LABELS, ("first_label", "first", "the first label"), always, l::first_label),
    c(LABEL_SET, LABELS, ("last_label", "last", "the last label"), always, l::last_label),
    c(LABEL_SET, LABEL_TABLE, ("add_label", "add", "add a label"), always, l::add_label),
    c(LABEL_SET, LABEL_TABLE, ("rename_label", "rename", "give the label another name"), l::on_label, l::rename_label),
    c(LABEL_SET, LABEL_TABLE, ("describe_label", "describe", "say what the label means"), l::on_label, l::describe_label),
    c(LABEL_SET, LABEL_TABLE, ("set_label_prompt", "prompt", "what the model reads instead of the name"), l::on_label, l::set_label_prompt),
    c(LABEL_SET, LABEL_TABLE, ("merge_label", "merge", "all spans of the label get another label, after asking"), e::on_mergeable, e::merge_label),
    c(LABEL_SET, LABEL_TABLE, ("recolour_label", "colour", "choose the label's colour"), l::on_label, e::recolour_label),
    c(LABEL_SET, LABEL_TABLE, ("set_label_threshold", "threshold", "a threshold for this label alone"), l::on_label, e::set_label_threshold),
    c(LABEL_SET, LABEL_TABLE, ("set_label_key", "key", "the key that gives the label, instead of its digit"), l::on_label, e::set_label_key),
    c(LABEL_SET, LABEL_TABLE, ("archive_label", "archive", "offer the label no longer, or again; its spans stay"), l::on_label, l::archive_label),
    c(LABEL_SET, LABEL_TABLE, ("remove_label", "remove", "remove a label that has no spans"), l::on_label, l::remove_label),
    c(LABEL_SET, LABEL_TABLE, ("move_label_up", "move up", "earlier in the order of prompts and keys"), l::on_label, l::move_label_up),
    c(LABEL_SET, LABEL_TABLE, ("move_label_down", "move down", "later in the order of prompts and keys"), l::on_label, l::move_label_down),

    c(TASK, SCREENS, ("show_project", "project", "task, labels, guidelines and progress of the project"), always, p::show_project),
    c(TASK, PROJECT, ("next_section", "section", "to the next section: task, labels, guidelines, progress"), always, p::next_section),
    c(TASK, PROJECT, ("previous_section", "previous", "to the section before"), always, p::previous_section),
    c(TASK, PROJECT, ("next_row", "down", "one line down in the section"), always, p::next_line),
    c(TASK, PROJECT, ("previous_row", "up", "one line up in the section"), always, p::previous_line),
    c(TASK, PROJECT, ("page_down_section", "page down", "a screenful down in the section"), always, p::page_down),
    c(TASK, PROJECT, ("page_up_section", "page up", "a screenful up in the section"), always, p::page_up),
    c(TASK, PROJECT, ("first_row", "first", "to the first line of the section"), always, p::first_line),
    c(TASK, PROJECT, ("last_row", "last", "to the last line of the section"), always, p::last_line),
    c(TASK, PROJECT, ("edit_chosen", "change", "change the line, rename the label, edit the guidelines"), always, p::edit_chosen),
    c(TASK, PROJECT, ("edit_guidelines", "guidelines", "write the guidelines in your editor ($VISUAL, $EDITOR)"), always, p::edit_guidelines),
    c(TASK, TEXT_AND_PROJECT, ("toggle_blind", "blind", "work without seeing suggestions, or see them again"), walk::is_off, p::toggle_blind),

    c(EVALUATION, NOT_EVALUATE, ("show_evaluate", "evaluate", "gold against predictions, and what is behind each number"), always, v::show_evaluate),
    c(EVALUATION, EVALUATE, ("open_cell", "open", "walk through the spans behind the number; Esc comes back"), v::has_cell, v::open_cell),
    c(EVALUATION, EVALUATE, ("next_view", "next view", "the next view"), always, v::next_view),
    c(EVALUATION, EVALUATE, ("previous_view", "previous view", "the view before"), always, v::previous_view),
    c(EVALUATION, EVALUATE, ("show_table", "table", "label and metric"), always, |m| go_to(m, View::Table)),
    c(EVALUATION, EVALUATE, ("show_confusion", "confusion", "which label was taken for which"), always, |m| go_to(m, View::Confusion)),
    c(EVALUATION, EVALUATE, ("show_curve", "curve", "precision, recall and F1 over the threshold, of the label"), always, |m| go_to(m, View::Curve)),
    c(EVALUATION, EVALUATE, ("show_calibration", "calibration", "whether the model is right as often as it says"), always, |m| go_to(m, View::Calibration)),
    c(EVALUATION, EVALUATE, ("show_buckets", "buckets", "by length, frequency, seen before; borders; out of reach"), always, |m| go_to(m, View::Buckets)),
    c(EVALUATION, EVALUATE, ("show_worst", "documents", "document by document, the worst first"), always, |m| go_to(m, View::Documents)),
    c(EVALUATION, EVALUATE, ("show_comparison", "compare", "what one model has right that another has not"), always, |m| go_to(m, View::Comparison)),
    c(EVALUATION, EVALUATE, ("show_label_errors", "errors", "gold that a confident model contradicts"), always, |m| go_to(m, View::Errors)),
    c(EVALUATION, EVALUATE, ("show_agreement", "agreement", "how far two people agree, and where not"), always, |m| go_to(m, View::Agreement)),
    c(EVALUATION, EVALUATE, ("next_mode", "mode", "when a span is right: strict, exact, partial, ent_type"), always, v::next_mode),
    c(EVALUATION, EVALUATE, ("next_schema", "rules", "whose numbers: gleaner, nervaluate 1.2.1 or 0.2.0"), always, v::next_schema),
    c(EVALUATION, EVALUATE, ("raise_counted", "fewer", "a higher threshold: fewer predictions count"), always, v::raise_threshold),
    c(EVALUATION, EVALUATE, ("lower_counted", "more", "a lower threshold: more predictions count"), always, v::lower_threshold),
    c(EVALUATION, EVALUATE, ("sort_column", "sort", "sort by the column: highest first, lowest first, not"), v::has_cell, v::sort_column),
    c(EVALUATION, EVALUATE, ("choose_gold", "gold", "what is taken as the truth: a frozen set, or answers"), v::has_sources, v::choose_gold),
    c(EVALUATION, EVALUATE, ("choose_predictions", "predictions", "what is judged: runs and annotators, side by side"), v::has_sources, v::choose_predictions),
    c(EVALUATION, EVALUATE, ("evaluate_model", "ask the model", "ask the model about gold, as a run; again: stop that"), v::can_fill, v::evaluate_model),
    c(EVALUATION, EVALUATE, ("take_threshold", "take threshold", "the threshold under the cursor becomes the label's"), v::on_curve, v::take_threshold),
    c(EVALUATION, EVALUATE, ("next_curve", "next label", "the curve of the next label"), v::on_curve, v::next_curve),
    c(EVALUATION, EVALUATE, ("previous_curve", "previous label", "the curve of the label before"), v::on_curve, v::previous_curve),
    c(EVALUATION, EVALUATE, ("copy_view", "copy", "copy the view as a table in Markdown"), v::has_cell, v::copy_view),
    c(EVALUATION, EVALUATE, ("count_again", "count again", "read the project and count again"), always, v::count_again),
    c(MOVING, EVALUATE, ("cell_left", "left", "one column to the left"), v::has_cell, v::cell_left),
    c(MOVING, EVALUATE, ("cell_right", "right", "one column to the right"), v::has_cell, v::cell_right),
    c(MOVING, EVALUATE, ("cell_up", "up", "one row up"), v::has_cell, v::cell_up),
    c(MOVING, EVALUATE, ("cell_down", "down", "one row down"), v::has_cell, v::cell_down),
    c(MOVING, EVALUATE, ("page_down_cells", "page down", "a screenful down"), v::has_cell, v::cells_down),
    c(MOVING, EVALUATE, ("page_up_cells", "page up", "a screenful up"), v::has_cell, v::cells_up),
    c(MOVING, EVALUATE, ("first_cell", "first", "the first row"), v::has_cell, v::first_cell),
    c(MOVING, EVALUATE, ("last_cell", "last", "the last row"), v::has_cell, v::last_cell),

    c(SEARCHING, NOT_EVALUATE, ("show_search", "search", "documents by words and by meaning, while you type"), walk::is_off, s::show_search),
    c(SEARCHING, TEXT_OR_HITS, ("more_like_document", "like this", "documents like this one"), s::has_document, s::more_like_document),
    c(SEARCHING, TEXT, ("more_like_words", "like the words", "documents like the selected words"), s::has_words, s::more_like_words),
    c(SEARCHING, SEARCH, ("edit_query", "query", "change the query"), always, s::edit_query),
    c(SEARCHING, SEARCH, ("next_search_mode", "how", "by words and meaning, by words alone, by meaning alone"), always, s::next_search_mode),
    c(SEARCHING, SEARCH, ("open_hit", "open", "open the hit; Esc comes back, n N go on. Or: filter"), s::has_lines, s::open_hit),
    c(SEARCHING, SEARCH, ("annotate_hits", "annotate all", "the hits one after another, until Esc: those not done"), s::has_hit, s::annotate_hits),
    c(SEARCHING, SEARCH, ("toggle_facets", "filters", "what the hits have, to filter by it; again: the hits"), always, s::toggle_facets),
    c(SEARCHING, SEARCH, ("toggle_preview", "preview", "the document beside or below the list, or not"), always, s::toggle_preview),
    c(SEARCHING, SEARCH, ("search_again", "again", "bring the index up to date and search again"), always, s::search_again),
    c(MOVING, SEARCH, ("next_hit", "down", "the next hit"), s::has_lines, s::next_hit),
    c(MOVING, SEARCH, ("previous_hit", "up", "the hit before; from the first into the query"), s::has_lines, s::previous_hit),
    c(MOVING, SEARCH, ("page_down_hits", "page down", "a screenful down"), s::has_lines, s::hits_down),
    c(MOVING, SEARCH, ("page_up_hits", "page up", "a screenful up"), s::has_lines, s::hits_up),
    c(MOVING, SEARCH, ("first_hit", "first", "the first hit"), s::has_lines, s::first_hit),
    c(MOVING, SEARCH, ("last_hit", "last", "the last hit"), s::has_lines, s::last_hit),

    c(TASK, LIST_AND_PROJECT, ("annotate_gold", "gold", "annotate for gold: blind, in a random order"), p::has_documents, p::annotate_gold),
    c(TASK, PROJECT, ("freeze_gold", "freeze gold", "freeze what is submitted as a gold set, under a name"), always, p::freeze_gold),
    c(TASK, PROJECT, ("remove_gold", "remove gold", "remove the gold set, after asking; undo returns it"), p::on_gold_set, p::remove_gold),

    c(LAYOUT, TEXT_AND_PANE, ("toggle_side_pane", "side pane", "spans and guideline beside the text, or in its place"), a::not_zoomed, a::toggle_side_pane),
    c(LAYOUT, TEXT_AND_PANE, ("focus_side_pane", "list", "choose in the list of spans; again: back to the text"), a::not_zoomed, a::focus_side_pane),
    c(LAYOUT, TEXT_AND_PANE, ("cycle_side_pane", "pane shows", "the side pane shows spans, the guideline, or both"), a::pane_is_shown, a::cycle_side_pane),
    c(LAYOUT, TEXT_AND_PANE, ("narrow_side_pane", "narrower", "a narrower side pane"), a::pane_is_shown, a::narrow_side_pane),
    c(LAYOUT, TEXT_AND_PANE, ("widen_side_pane", "wider", "a wider side pane"), a::pane_is_shown, a::widen_side_pane),
    c(LAYOUT, PANE, ("next_item", "down", "the next span or suggestion; the text scrolls along"), a::is_open, a::next_item),
    c(LAYOUT, PANE, ("previous_item", "up", "the span or suggestion before"), a::is_open, a::previous_item),
    c(LAYOUT, PANE, ("first_item", "first", "the first of the list"), a::is_open, a::first_item),
    c(LAYOUT, PANE, ("last_item", "last", "the last of the list"), a::is_open, a::last_item),
    c(LAYOUT, PANE, ("page_down_items", "page down", "a screenful down the list"), a::is_open, a::page_down_items),
    c(LAYOUT, PANE, ("page_up_items", "page up", "a screenful up the list"), a::is_open, a::page_up_items),
    c(LAYOUT, TEXT, ("toggle_zoom", "zoom", "only the text with its labels, or everything"), a::is_open, a::toggle_zoom),
    c(LAYOUT, TEXT, ("centre_row", "centre", "the row of the cursor goes to the middle"), a::is_open, a::centre_row),
    c(LAYOUT, TEXT, ("change_lanes", "label rows", "rows for label names under the text: none, one, two"), a::is_open_alone, a::change_lanes),

    c(PROGRAM, EVERYWHERE, ("undo", "undo", "take back your last change, whatever document it was in"), always, u::undo),
    c(PROGRAM, EVERYWHERE, ("redo", "redo", "do it again"), always, u::redo),
    c(PROGRAM, EVERYWHERE, ("show_help", "help", "all keys of this screen"), always, overlay::show_help),
    c(PROGRAM, EVERYWHERE, ("open_palette", "commands", "find a command by name"), always, overlay::open_palette),
    c(PROGRAM, SCREENS, ("show_tour", "tour", "a tour of one minute: what to press, step by step"), walk::is_off, tour::show_tour),
    c(PROGRAM, EVERYWHERE, ("back", "back", "one step back: close, deselect, leave; nothing is lost"), always, u::back),
    c(PROGRAM, EVERYWHERE, ("quit", "quit", "close the program; everything is saved already"), always, u::quit),
    c(PROGRAM, EVERYWHERE, ("toggle_mouse", "mouse", "mouse on or off; while on, Shift selects for the terminal"), always, mouse::toggle_mouse),
    c(PROGRAM, EVERYWHERE, ("choose_theme", "colours", "colours: dark, light, high contrast, or your own"), always, overlay::choose_theme),
    c(PROGRAM, EVERYWHERE, ("redraw", "redraw", "draw the screen again"), always, u::redraw),
    c(PROGRAM, EVERYWHERE, ("suspend", "suspend", "stop the program until `fg`"), always, u::suspend),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_every_command_says_what_it_does() {
        for (i, command) in COMMANDS.iter().enumerate() {
            assert_eq!(find(command.name), Some(CommandId(i)), "{} is there twice", command.name);
            assert!(!command.help.is_empty() && !command.short.is_empty() && !command.modes.is_empty());
            assert!(command.help.chars().count() <= 57, "{} does not fit the help at 80 columns", command.name);
        }
    }

    #[test]
    fn a_mistyped_name_finds_its_neighbour() {
        assert_eq!(nearest("acept_and_nxt"), "accept_and_next");
        assert_eq!(nearest("show-help"), "show_help");
    }
}
