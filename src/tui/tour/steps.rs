//! The steps, as data.

use crate::tui::model::Screen;

/// One thing to try.
pub(super) struct Step {
    /// What to press; `{command}` stands for its key.
    pub text: &'static str,
    /// What the step waits for.
    pub done: Done,
    /// The screen it is about; `None` when it is about any.
    pub on: Option<Screen>,
    /// The command that must be possible, and what to do while it is not.
    pub needs: Option<(&'static str, &'static str)>,
}

/// What a step waits for.
pub(super) enum Done {
    /// One of these commands was run.
    Ran(&'static [&'static str]),
    /// The document has a new span.
    NewSpan,
    /// This screen is shown, with nothing over it.
    Shown(Screen),
    /// Nothing more: the next key ends the tour.
    AnyKey,
}

/// Said instead of a step about a document while the list is shown.
pub(super) const ELSEWHERE: &str = "The tour goes on in a document: {open_document} opens the one chosen here.";

const MOVES: &[&str] = &[
    "move_left",
    "move_right",
    "move_up",
    "move_down",
    "move_word_left",
    "move_word_right",
    "go_to_row_start",
    "go_to_row_end",
    "go_to_start",
    "go_to_end",
];
const EDGES: &[&str] = &["grow_left", "grow_right", "shrink_left", "shrink_right"];
const TO_A_SUGGESTION: &str = "{next_suggestion} goes to a suggestion, {next_document} to another document.";

/// The tour, in order; the last step ends with the next key.
pub(super) const STEPS: &[Step] = &[
    Step {
        text: "The model's suggestions are underlined; the cursor is on one. {accept_and_next} accepts it and goes to \
               the next.",
        done: Done::Ran(&["accept_and_next", "accept_suggestion"]),
        on: Some(Screen::Annotate),
        needs: Some(("accept_and_next", TO_A_SUGGESTION)),
    },
    Step {
        text: "Not every one is right. {reject_and_next} rejects the one you are on; it does not come back.",
        done: Done::Ran(&["reject_and_next", "reject_suggestion"]),
        on: Some(Screen::Annotate),
        needs: Some(("reject_and_next", TO_A_SUGGESTION)),
    },
    Step {
        text: "{move_left} and {move_right} walk from word to word, {move_up} and {move_down} from row to row. Walk to \
               a word that nobody has marked.",
        done: Done::Ran(MOVES),
        on: Some(Screen::Annotate),
        needs: None,
    },
    Step {
        text: "Under this the labels stand with their keys. Press one: the word becomes a span. ({toggle_extend} first \
               lets moving take in more words; {choose_label} finds a label by its name.)",
        done: Done::NewSpan,
        on: Some(Screen::Annotate),
        needs: None,
    },
    Step {
        text: "{grow_left} and {grow_right} move the edges of a span out, {shrink_left} and {shrink_right} in. Move one.",
        done: Done::Ran(EDGES),
        on: Some(Screen::Annotate),
        needs: None,
    },
    Step {
        text: "{undo} takes back what you did last, and what you did before that; {redo} does it again. Take something \
               back.",
        done: Done::Ran(&["undo"]),
        on: None,
        needs: None,
    },
    Step {
        text: "Done with a document? {submit_and_next} submits it and opens the next one that is not finished.",
        done: Done::Ran(&["submit_and_next", "submit"]),
        on: Some(Screen::Annotate),
        needs: None,
    },
    Step {
        text: "{show_help} lists every key of a screen, {open_palette} finds a command by its name. Look at one of \
               them; Esc closes it.",
        done: Done::Ran(&["show_help", "open_palette"]),
        on: None,
        needs: None,
    },
    Step {
        text: "{show_documents} shows all documents and how far each one is.",
        done: Done::Shown(Screen::Documents),
        on: Some(Screen::Annotate),
        needs: None,
    },
    Step {
        text: "{select_next} and {select_previous} choose one, {open_document} opens it.",
        done: Done::Shown(Screen::Annotate),
        on: None,
        needs: None,
    },
    Step {
        text: "That was the tour. What you do is saved as you do it; {quit} closes gleaner, and it comes back where you \
               were. Any key goes on from here.",
        done: Done::AnyKey,
        on: None,
        needs: None,
    },
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::tui::commands;

    #[test]
    fn every_command_the_tour_names_is_there() {
        for step in STEPS {
            let ran: &[&str] = if let Done::Ran(commands) = step.done { commands } else { &[] };
            let (needed, instead) = step.needs.map_or((None, ""), |(name, text)| (Some(name), text));
            let written: Vec<&str> = [step.text, instead, ELSEWHERE]
                .into_iter()
                .flat_map(|text| text.split('{').skip(1).map(|rest| rest.split_once('}').unwrap().0))
                .collect();
            for name in ran.iter().copied().chain(needed).chain(written) {
                assert!(commands::find(name).is_some(), "{name}: {}", step.text);
            }
        }
    }
}
