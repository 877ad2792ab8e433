//! The Annotate screen, one key at a time: a text, keys, the text after them. Reads as the manual.
//!
//! `#[Ada|]` is the selection, `<person Ada>` a span, `<?place .80 Turin>` a suggestion with its score. Keys go through
//! the real keymap, update and store.

#![allow(clippy::unwrap_used)]

mod keyboard;

use std::time::Duration;

use gleaner::dataset::{LabelId, Status, Verdict};
use gleaner::tui::effect::{Effect, Runner};
use gleaner::tui::model::Screen;
use gleaner::tui::msg::Msg;
use keyboard::{Session, read};

/// Text, keys, text. The selection is compared when the text after has one.
#[track_caller]
fn keys(before: &str, keys: &str, after: &str) {
    let mut session = Session::of(&[before]);
    session.keys(keys);
    let got = if after.contains("#[") { session.text_and_selection() } else { session.text() };
    assert_eq!(got, after, "after {keys} on {before}; toast: {}", session.toast());
}

#[test]
fn the_marks_of_these_tests_are_read_and_written() {
    for marked in ["#[Ada|] <person Lovelace> met <?place .80 <?work .70 Turin> x>", "<person <work Ada> B> c"] {
        let mut session = Session::of(&[marked]);
        *session.settings() = gleaner::annotate::Settings { nested: true, ..Default::default() };
        session.keys("R");
        assert_eq!(read(&session.text_and_selection()).text, read(marked).text);
        assert_eq!(session.text().replace("#[", "").replace("|]", ""), marked.replace("#[", "").replace("|]", ""));
    }
}

#[test]
fn the_cursor_goes_from_word_to_word() {
    keys("#[Ada|] Lovelace wrote", "l", "Ada #[Lovelace|] wrote");
    keys("#[Ada|] Lovelace wrote", "l l l l", "Ada Lovelace #[wrote|]");
    keys("Ada Lovelace #[wrote|]", "h h h", "#[Ada|] Lovelace wrote");
    keys("#[Ada|] Lovelace wrote", "G", "Ada Lovelace #[wrote|]");
    keys("Ada Lovelace #[wrote|]", "g g", "#[Ada|] Lovelace wrote");
    keys("#[don|]'t stop", "l l l", "don't #[stop|]");
}

#[test]
fn v_extends_and_escape_lets_go() {
    keys("#[Ada|] Lovelace wrote", "v l", "#[Ada Lovelace|] wrote");
    keys("Ada #[Lovelace|] wrote", "v h", "#[Ada Lovelace|] wrote");
    keys("#[Ada|] Lovelace wrote", "v l Esc", "Ada #[Lovelace|] wrote");
    keys("#[Ada|] Lovelace wrote", "S-Right S-Right", "#[Ada Lovelace wrote|]");
}

#[test]
fn a_digit_labels_what_is_selected() {
    keys("#[Ada|] Lovelace wrote", "l v l 1", "Ada <person Lovelace wrote>");
    keys("#[Ada|] Lovelace wrote", "v l 1", "<person Ada Lovelace> wrote");
    keys("#[Ada|] Lovelace wrote", "v l 1", "<person #[Ada Lovelace|]> wrote");
    keys("#[Ada|] Lovelace wrote", "1 2", "<place Ada> Lovelace wrote");
}

#[test]
fn spans_may_lie_inside_one_another_and_cross() {
    keys("#[Bank|] of Turin", "v l l 1 Esc 2", "<person Bank of <place Turin>>");
    let mut session = Session::of(&["#[a|] b c"]);
    session.keys("v l 1 Esc v l 2");
    let spans = &session.app.model.open.as_ref().unwrap().annotation.response.spans;
    let ranges: Vec<(usize, usize)> = spans.iter().map(|s| (s.range.start, s.range.end)).collect();
    assert_eq!(ranges, [(0, 3), (2, 5)]);
}

#[test]
fn the_same_span_twice_is_refused_with_a_word() {
    let mut session = Session::of(&["<person #[Ada|]> wrote"]);
    session.keys("1");
    assert_eq!(session.text(), "<person Ada> wrote");
    assert!(session.toast().contains("already"), "{}", session.toast());
}

#[test]
fn a_second_label_on_the_same_text_goes_by_t() {
    keys("<person #[Ada|]> wrote", "t w o r k Enter", "<person <work Ada>> wrote");
}

#[test]
fn any_label_can_be_typed() {
    keys("#[Turin|] is far", "t p l Enter", "<place Turin> is far");
    keys("#[Turin|] is far", "t Down Down Enter", "<work Turin> is far");
    keys("#[Turin|] is far", "t p l Esc", "Turin is far");
    keys("<person #[Turin|]> is far", "c p l Enter", "<place Turin> is far");
}

#[test]
fn edges_of_a_span_move_at_once() {
    keys("Lady #[Ada|] Lovelace wrote", "1 L", "Lady <person Ada Lovelace> wrote");
    keys("Lady #[Ada|] Lovelace wrote", "1 L H", "<person #[Lady Ada Lovelace|]> wrote");
    keys("<person #[Lady Ada Lovelace|]> wrote", ">", "Lady <person Ada Lovelace> wrote");
    keys("<person #[Lady Ada Lovelace|]> wrote", "<", "<person Lady Ada> Lovelace wrote");
    keys("<person #[Lady Ada|]> wrote", "< <", "<person Lady> Ada wrote");
}

#[test]
fn edges_of_a_bare_selection_move_too() {
    keys("Lady #[Ada|] Lovelace wrote", "L", "Lady #[Ada Lovelace|] wrote");
    keys("Lady #[Ada|] Lovelace wrote", "H", "#[Lady Ada|] Lovelace wrote");
    keys("Lady #[Ada|] Lovelace wrote", "H >", "Lady #[Ada|] Lovelace wrote");
}

#[test]
fn character_mode_goes_by_what_people_see() {
    keys("#[Ada|] wrote", "S", "Ad#[a|] wrote");
    keys("#[cafe\u{301}|] open", "S h", "ca#[f|]e\u{301} open");
    keys("#[a👩‍👧b|] c", "g g S l", "a#[👩‍👧|]b c");
    keys("#[Speedmasters|] sold", "1 S <", "<person Speedmaster>s sold");
}

#[test]
fn tab_goes_to_suggestions_and_a_accepts_them() {
    let text = "#[Ada|] <?person .90 Lovelace> met <?place .80 Turin>";
    keys(text, "Tab", "Ada <?person .90 #[Lovelace|]> met <?place .80 Turin>");
    keys(text, "S-Tab", "Ada <?person .90 Lovelace> met <?place .80 #[Turin|]>");
    keys(text, "Tab a", "Ada <person Lovelace> met <?place .80 #[Turin|]>");
    keys(text, "Tab a a", "Ada <person Lovelace> met <place Turin>");
    keys(text, "Tab y", "Ada <person #[Lovelace|]> met <?place .80 Turin>");
    keys(text, "Tab Tab Tab", "Ada <?person .90 #[Lovelace|]> met <?place .80 Turin>");
}

#[test]
fn a_rejected_suggestion_does_not_come_back() {
    let text = "#[Ada|] <?person .90 Lovelace> met <?place .80 Turin>";
    keys(text, "Tab x", "Ada Lovelace met <?place .80 #[Turin|]>");
    keys(text, "Tab x R", "Ada Lovelace met <?place .80 Turin>");
    keys(text, "Tab X", "Ada #[Lovelace|] met <?place .80 Turin>");
}

#[test]
fn a_suggestion_with_another_label_or_other_edges_is_taken_in_one_key() {
    keys("#[<?person .90 Turin>|] x", "2", "<place Turin> x");
    keys("Old #[<?place .90 Turin>|] x", "H", "<place Old Turin> x");
    keys("#[<?place .90 Old Turin>|] x", "<", "<place Old> Turin x");
    let mut session = Session::of(&["#[<?person .90 Turin>|] x"]);
    session.keys("2");
    let open = session.app.model.open.as_ref().unwrap();
    let verdicts: Vec<Verdict> = open.annotation.decisions.values().map(|d| d.verdict).collect();
    assert_eq!(verdicts, [Verdict::Relabelled]);
}

#[test]
fn deleting_an_accepted_suggestion_says_it_was_wrong() {
    let mut session = Session::of(&["#[<?person .90 Ada>|] x"]);
    session.keys("y d");
    assert_eq!(session.text(), "Ada x");
    let open = session.app.model.open.as_ref().unwrap();
    assert_eq!(open.annotation.decisions.values().next().unwrap().verdict, Verdict::Rejected);
}

#[test]
fn the_threshold_moves_without_asking_the_model() {
    let text = "#[Ada|] <?person .90 Lovelace> met <?place .55 Turin>";
    let mut session = Session::of(&[text]);
    let asked = |s: &Session| s.app.runner.seen.iter().filter(|e| matches!(e, Effect::Suggest { .. })).count();
    let before = asked(&session);
    session.keys("+");
    assert_eq!(session.text(), "Ada <?person .90 Lovelace> met Turin");
    session.keys("-");
    assert_eq!(session.text(), text.replace("#[", "").replace("|]", ""));
    assert_eq!(asked(&session), before);
}

#[test]
fn all_suggestions_are_accepted_in_one_step_after_a_question() {
    let text = "#[Ada|] <?person .90 Lovelace> met <?place .80 Turin>";
    keys(text, "A n", "Ada <?person .90 Lovelace> met <?place .80 Turin>");
    keys(text, "A y", "Ada <person Lovelace> met <place Turin>");
    keys(text, "A y u", "Ada <?person .90 Lovelace> met <?place .80 Turin>");
    let mut session = Session::of(&[text]);
    session.keys("A y");
    let open = session.app.model.open.as_ref().unwrap();
    assert!(open.annotation.decisions.values().all(|d| d.bulk));
}

#[test]
fn undo_and_redo_go_step_by_step() {
    keys("#[Ada|] Lovelace", "1 l 2 u", "<person Ada> Lovelace");
    keys("#[Ada|] Lovelace", "1 l 2 u u", "Ada Lovelace");
    keys("#[Ada|] Lovelace", "1 l 2 u u U", "<person Ada> Lovelace");
    keys("#[Ada|] Lovelace", "1 l 2 u u C-r U", "<person Ada> <place Lovelace>");
    let mut session = Session::of(&["#[Ada|] Lovelace"]);
    session.keys("u");
    assert_eq!(session.toast(), "nothing to undo");
}

#[test]
fn undo_crosses_documents_and_says_what_it_undid() {
    let mut session = Session::of(&["#[Ada|] wrote", "Turin"]);
    session.keys("1 J");
    assert_eq!(session.document(), 2);
    session.keys("u");
    assert_eq!((session.document(), session.text().as_str()), (1, "Ada wrote"));
    assert_eq!(session.toast(), "undid: add person “Ada”");
    assert_eq!(session.status(), Status::Pending);
}

#[test]
fn undo_crosses_restarts_and_the_cursor_is_where_it_was() {
    let mut session = Session::of(&["#[Ada|] wrote notes", "Turin is far away"]);
    session.keys("1 J l l");
    let mut session = session.reopened();
    assert_eq!((session.document(), session.text_and_selection().as_str()), (2, "Turin is #[far|] away"));
    session.keys("u");
    assert_eq!((session.document(), session.text().as_str()), (1, "Ada wrote notes"));
}

#[test]
fn enter_submits_with_its_coverage_and_goes_on() {
    let mut session = Session::of(&["#[Ada|] wrote", "Turin"]);
    session.keys("1 Enter");
    assert_eq!(session.document(), 2);
    let other = session.other_process();
    let first = gleaner::dataset::DocumentId(1);
    assert_eq!(other.response(first, "ada").unwrap().status, Status::Submitted);
    assert_eq!(other.coverage(first, "ada").unwrap().unwrap(), [LabelId(1), LabelId(2), LabelId(3)]);
    session.keys("Enter");
    assert!(session.toast().contains("no other document"), "{}", session.toast());
    assert_eq!(session.app.model.counts.submitted, 2);
}

#[test]
fn drafts_discards_and_second_thoughts() {
    let mut session = Session::of(&["#[Ada|] wrote", "Turin", "Rome"]);
    session.keys("Space d");
    assert_eq!(session.status(), Status::Draft);
    session.keys("D");
    assert_eq!(session.document(), 2);
    session.keys("K");
    assert_eq!((session.document(), session.status()), (1, Status::Discarded));
    session.keys("Space p");
    assert_eq!(session.status(), Status::Pending);
}

#[test]
fn a_key_that_cannot_do_anything_says_why() {
    let mut session = Session::of(&["#[Ada|] wrote"]);
    for (key, why) in [
        ("a", "no suggestions left"),
        ("d", "no span here"),
        ("9", "no label has the key 9"),
        ("Q", "Q does nothing here"),
        ("g Q", "g Q does nothing here"),
        ("<", "cannot go further"),
    ] {
        session.keys(key);
        assert!(session.toast().contains(why), "{key}: {}", session.toast());
    }
}

#[test]
fn escape_backs_out_one_step_at_a_time() {
    let mut session = Session::of(&["#[Ada|] Lovelace wrote"]);
    session.keys("v l ?");
    assert_eq!(session.app.model.overlays.len(), 1);
    session.keys("Esc");
    assert!(session.app.model.overlays.is_empty());
    session.keys("Esc");
    assert_eq!(session.text_and_selection(), "Ada #[Lovelace|] wrote");
    session.keys("Esc");
    assert_eq!(session.app.model.screen, Screen::Documents);
    session.keys("Enter");
    assert_eq!(session.text_and_selection(), "Ada #[Lovelace|] wrote", "nothing was lost");
}

#[test]
fn labels_are_edited_live_and_suggestions_follow() {
    let mut session = Session::of(&["#[Ada|] saw <?ship .90 Argo>"]);
    assert_eq!(session.text(), "Ada saw Argo", "no label of that name yet");
    session.keys("e a").type_text("ship").keys("Enter");
    session.keys("Esc");
    assert_eq!(session.text(), "Ada saw <?ship .90 Argo>");
    session.keys("4");
    assert_eq!(session.text(), "<ship Ada> saw <?ship .90 Argo>");
    session.keys("e j j j r").type_text("s").keys("Enter Esc");
    assert_eq!(session.text(), "<ships Ada> saw Argo", "the model knows no ships");
    session.keys("e j j j p C-u").type_text("ship").keys("Enter Esc");
    assert_eq!(session.text(), "<ships Ada> saw <?ships .90 Argo>", "but it reads ship for ships");
    session.keys("e j j j x Esc");
    assert_eq!(session.text(), "<ships Ada> saw Argo", "an archived label is not asked for");
    session.keys("u u u");
    assert_eq!(session.text(), "<ship Ada> saw <?ship .90 Argo>");
}

#[test]
fn a_label_with_spans_is_archived_instead_of_removed() {
    let mut session = Session::of(&["<person #[Ada|]> wrote"]);
    session.keys("e D");
    let shown = format!("{:?}", session.app.model.overlays.last().unwrap());
    assert!(shown.contains("ArchiveInstead(LabelId(1), 1)"), "{shown}");
    session.keys("y Esc");
    assert!(session.app.model.labels.get(LabelId(1)).unwrap().archived);
    assert_eq!(session.text(), "<person Ada> wrote", "its spans stay");
    session.keys("e j D y Esc");
    assert!(session.app.model.labels.get(LabelId(2)).is_none(), "a label without spans goes");
    session.keys("u");
    assert!(session.app.model.labels.get(LabelId(2)).is_some());
}

#[test]
fn an_old_answer_of_the_model_is_dropped() {
    let mut session = Session::of(&["#[Ada|] met <?place .80 Turin>"]);
    let open = session.app.model.open.as_ref().unwrap();
    let (run, _) = open.candidates.clone().unwrap();
    let document = open.annotation.document;
    let generation = session.app.model.suggester.generation - 1;
    session.app.feed(Msg::Suggested { generation, document, run, candidates: Vec::new() });
    assert_eq!(session.text(), "Ada met <?place .80 Turin>");
}

#[test]
fn what_the_store_refuses_is_not_on_the_screen() {
    let mut session = Session::of(&["#[Ada|] wrote"]);
    session.app.runner.refusing = Some("the disk is full".into());
    session.keys("1");
    assert_eq!((session.text().as_str(), session.toast()), ("Ada wrote", "the disk is full"));
    session.app.runner.refusing = None;
    session.keys("1");
    assert_eq!(session.text(), "<person Ada> wrote");
}

#[test]
fn what_another_process_edits_appears_and_a_race_loses_nothing() {
    let mut session = Session::of(&["#[Ada|] wrote", "Turin"]);
    let mut other = session.other_process();
    session.keys("1");
    // Another process takes it back.
    other.undo("ada").unwrap().unwrap();
    let msg = session.app.runner.poll().unwrap();
    session.app.feed(msg);
    assert_eq!(session.text(), "Ada wrote");
    // This time the key is faster than the look.
    session.keys("1");
    other.undo("ada").unwrap().unwrap();
    session.keys("d");
    assert_eq!(session.text(), "Ada wrote");
    assert!(session.toast().contains("changed elsewhere"), "{}", session.toast());
}

#[test]
fn time_at_the_keyboard_counts_and_a_break_does_not() {
    let mut session = Session::of(&["#[Ada|] wrote", "Turin"]);
    for _ in 0..20 {
        session.wait(Duration::from_secs(1)).keys("l");
    }
    session.wait(Duration::from_secs(300)).keys("J");
    let seconds = session.other_process().response(gleaner::dataset::DocumentId(1), "ada").unwrap().seconds_active;
    assert!((20..=24).contains(&seconds), "{seconds}");
}

#[test]
fn rows_up_and_down_keep_the_column() {
    let long = "one two three four five six seven eight nine ten ".repeat(6);
    let mut session = Session::of(&[&long]);
    let start = session.text_and_selection();
    session.keys("l l l j j");
    let down = session.app.model.open.as_ref().unwrap().selection.cursor();
    assert!(down > 140, "two rows down: {down}");
    session.keys("k k h h h");
    assert_eq!(session.text_and_selection(), start);
}

mod chance {
    //! Random keys: nothing panics, nothing stands inside a character, undo leads back to the start, the views equal the
    //! edits.

    use super::keyboard::Session;
    use gleaner::dataset::{DocumentId, Response, Status};
    use gleaner::tui::key::Key;
    use gleaner::tui::msg::Msg;
    use gleaner::tui::view::view;
    use proptest::prelude::*;
    use ratatui::{Terminal, backend::TestBackend};

    const TEXTS: [&str; 4] = [
        "<?person .90 Ada> e\u{301}e\u{301} 👩‍👧\u{200d} met <?place .80 Turin> \u{5e9}\u{5dc}\n\n精工 <?work .60 a <?place .55 b>> z",
        "",
        " \t\n",
        "<?work .70 one> two-three four_five, six! \r\n seven",
    ];

    /// What can be pressed: everything that is bound somewhere, and some that is not.
    const KEYS: &[&str] = &[
        "h",
        "l",
        "j",
        "k",
        "w",
        "b",
        "^",
        "$",
        "g g",
        "g e",
        "g n",
        "G",
        "PageDown",
        "PageUp",
        "C-d",
        "C-u",
        "Tab",
        "S-Tab",
        ")",
        "(",
        "v",
        "S-Left",
        "S-Right",
        "H",
        "L",
        ">",
        "<",
        "S",
        "1",
        "2",
        "3",
        "4",
        "9",
        "t p Enter",
        "t x Enter",
        "c Down Enter",
        "d",
        "a",
        "x",
        "y",
        "X",
        "A y",
        "A n",
        "-",
        "+",
        "R",
        "Enter",
        "s",
        "J",
        "K",
        "D",
        "Space s",
        "Space d",
        "Space p",
        "Space n",
        "Space m",
        "Space r",
        "u",
        "U",
        "C-r",
        "?",
        ":",
        "Esc",
        "e",
        "e a b Enter",
        "e r x Enter",
        "e x",
        "e D y",
        "e J",
        "f",
        "/ a Enter",
        "o",
        "g d 1 Enter",
        "i",
        "é",
        "C-l",
        "F5",
        "Backspace",
    ];

    fn responses(session: &Session) -> Vec<(Response, Option<Vec<gleaner::dataset::LabelId>>)> {
        let project = session.other_process();
        (1..=TEXTS.len() as i64)
            .map(|id| {
                let id = DocumentId(id);
                let response = Response { seconds_active: 0, ..project.response(id, "ada").unwrap() };
                (response, project.coverage(id, "ada").unwrap())
            })
            .collect()
    }

    fn check(session: &Session) -> Result<(), TestCaseError> {
        let Some(open) = &session.app.model.open else { return Ok(()) };
        let text = &open.annotation.text;
        let range = open.selection.range();
        prop_assert!(range.start <= range.end && range.end <= text.chars());
        prop_assert!(text.is_border(range.start) && text.is_border(range.end), "{range:?} in {:?}", text.as_str());
        for span in &open.annotation.response.spans {
            prop_assert!(text.map().contains(span.range));
            prop_assert!(text.is_border(span.range.start) && text.is_border(span.range.end));
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 200, ..ProptestConfig::default() })]
        #[test]
        fn any_keys_at_all(presses in proptest::collection::vec((0..KEYS.len(), 0u8..40), 1..150)) {
            let mut session = Session::of(&TEXTS);
            let before = responses(&session);
            let labels_before = session.other_process().labels().unwrap();
            for (key, chance) in presses {
                session.keys(KEYS[key]);
                check(&session)?;
                match chance {
                    0 => drop(session.app.feed(Msg::Resize(61, 16))),
                    1 => drop(session.app.feed(Msg::Resize(140, 50))),
                    2 => {
                        let _ = session.other_process().undo("ada").unwrap();
                        session.app.feed(Msg::StoreChanged);
                    }
                    3 => drop(session.app.feed(Msg::Paste("p\u{7}\nq".into()))),
                    4..8 => {
                        let size = session.app.model.size;
                        let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
                        terminal.draw(|frame| view(&session.app.model, frame)).unwrap();
                    }
                    _ => {}
                }
                // What is on the screen is in the store.
                if let Some(open) = &session.app.model.open {
                    let stored = session.other_process().response(open.annotation.document, "ada").unwrap();
                    prop_assert_eq!(&stored.spans, &open.annotation.response.spans);
                    prop_assert_eq!(stored.status, open.annotation.response.status);
                }
            }
            let mut project = session.other_process();
            while project.undo("ada").unwrap().is_some() {}
            let after = responses(&session);
            for ((a, coverage_a), (b, coverage_b)) in before.iter().zip(&after) {
                prop_assert_eq!(a.status, b.status);
                prop_assert_eq!(b.status, Status::Pending);
                prop_assert_eq!(&a.spans, &b.spans);
                prop_assert_eq!(coverage_a, coverage_b);
            }
            prop_assert_eq!(project.labels().unwrap(), labels_before);
        }
    }

    #[test]
    fn every_key_of_the_list_can_be_written() {
        KEYS.iter().for_each(|keys| drop(Key::sequence(keys).unwrap()));
    }
}
