//! Copying texts out, and typing or pasting documents in.

use super::*;
use gleaner::tui::effect::Effect;
use gleaner::tui::model::Screen;
use gleaner::tui::msg::Msg;

fn copied(desk: &Desk) -> String {
    match desk.for_terminal.last() {
        Some(Effect::Copy(text)) => text.clone(),
        other => panic!("nothing was copied but {other:?}; said: {}", desk.said()),
    }
}

fn two() -> Desk {
    Setup::default().labels(&LABELS).document("a", "Ada wrote").document("b", "Byron wrote").sit_down()
}

chapter! {
    fn the_selected_text_is_copied_as_it_stands() {
        let mut desk = one("met #[Ada]# \u{1b}\\[31m Lovelace");
        desk.keys("Y");
        assert_eq!((copied(&desk).as_str(), desk.said()), ("Ada", "copied “Ada”: 3 characters"));
        desk.keys("v G Y");
        assert_eq!(copied(&desk), "Ada \u{1b}[31m Lovelace");
        let mut desk = Setup::default().document("one", "").sit_down();
        desk.keys("Y");
        assert_eq!(desk.said(), "there is no text here");
    }

    fn a_document_is_copied_as_the_line_that_export_writes() {
        let mut desk = one("#[[Ada](person)]# met Zoë");
        desk.keys("Space y");
        let line = copied(&desk);
        assert!(!line.contains('\n'));
        let value: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(value["text"], "Ada met Zoë");
        assert_eq!(value["spans"], serde_json::json!([{ "start": 0, "end": 3, "label": "person" }]));
        assert_eq!((value["id"].as_str(), value["status"].as_str(), value["annotator"].as_str()),
            (Some("one"), Some("draft"), Some(desk::ME)));
        assert!(desk.said().starts_with("copied the document as JSON: "), "{}", desk.said());
    }

    fn what_is_too_long_for_terminals_is_not_copied_in_part() {
        let mut desk = one(&"word ".repeat(20_000));
        desk.keys("v G Y");
        assert_eq!(desk.said(), "not copied: 100 kB, and terminals take 74 kB at most");
        assert_eq!(desk.for_terminal, []);
    }

    fn a_document_is_typed_in_and_undone() {
        let mut desk = two();
        desk.keys("g l n \"Cesar\" Enter \"in_Rome\" Up Home \"So,_\" C-d");
        assert_eq!(desk.spans(), "So, Cesar\nin Rome");
        assert_eq!(desk.said(), "added document 3: u takes it out again");
        assert_eq!(desk.model().counts.documents, 3);
        desk.keys("1 u");
        assert_eq!(desk.spans(), "So, Cesar\nin Rome");
        desk.keys("u");
        assert_eq!((desk.model().screen, desk.model().counts.documents), (Screen::Documents, 2));
        assert_eq!(desk.said(), "undid: add document 3");
        assert!(desk.project().verify().unwrap().problems.is_empty());
        desk.keys("U Enter");
        assert_eq!(desk.spans(), "So, Cesar\nin Rome");
        assert!(desk.project().verify().unwrap().problems.is_empty());
        let desk = desk.restart();
        assert_eq!(desk.model().counts.documents, 3);
    }

    fn a_text_pasted_over_the_list_is_a_document_to_come() {
        let mut desk = two();
        desk.keys("g l");
        desk.feed(Msg::Paste("One\r\ntwo\rthree\tq\n".into()));
        assert!(desk.screen().contains("New document"), "{}", desk.screen());
        desk.feed(Msg::Paste("four".into()));
        desk.keys("C-d");
        assert_eq!(desk.spans(), "One\ntwo\nthree\tq\nfour");
        // The same text again is there already, removed or not.
        desk.keys("g l");
        desk.feed(Msg::Paste("Byron wrote".into()));
        desk.keys("C-d");
        assert_eq!((desk.document(), desk.said()), ("b", "this text is in the project already"));
        desk.keys("g l D");
        assert_eq!(desk.model().counts.documents, 2);
        desk.feed(Msg::Paste("Byron wrote".into()));
        desk.keys("C-d");
        assert_eq!((desk.document(), desk.model().counts.documents), ("b", 3));
        assert!(desk.project().verify().unwrap().problems.is_empty());
        // Blanks are no document.
        desk.keys("g l");
        desk.feed(Msg::Paste(" \n ".into()));
        assert!(desk.model().overlays.is_empty());
    }

    fn what_was_typed_is_not_lost_by_one_key() {
        let mut desk = two();
        desk.keys("g l n Esc");
        assert!(desk.model().overlays.is_empty());
        desk.keys("n C-d");
        assert!(desk.screen().contains("type or paste the text of one document"), "{}", desk.screen());
        desk.keys("\"Cesar\" Esc");
        assert!(desk.screen().contains("Leave without adding it?"), "{}", desk.screen());
        desk.keys("n C-c");
        assert!(desk.screen().contains("Leave without adding it?"), "{}", desk.screen());
        desk.keys("n Backspace C-d");
        assert_eq!(desk.spans(), "Cesa");
        desk.keys("g l n \"Cesar\" Esc y");
        assert!(desk.model().overlays.is_empty());
        assert_eq!(desk.model().counts.documents, 3);
    }

    fn a_text_that_cannot_be_saved_is_still_there() {
        let mut desk = two();
        desk.keys("g l n \"a_long_text\"");
        let raw = rusqlite::Connection::open(desk.dir.path().join("gleaner.db")).unwrap();
        raw.execute_batch("CREATE TRIGGER full BEFORE INSERT ON edits BEGIN SELECT RAISE(FAIL, 'no room'); END").unwrap();
        desk.keys("C-d");
        assert!(desk.screen().contains("a long text") && desk.said().contains("no room"), "{}", desk.screen());
        raw.execute_batch("DROP TRIGGER full").unwrap();
        assert!(desk.project().verify().unwrap().problems.is_empty(), "{:?}", desk.project().verify());
        desk.keys("C-d");
        assert_eq!(desk.spans(), "a long text");
        assert!(desk.project().verify().unwrap().problems.is_empty());
    }

    fn an_empty_project_gets_its_first_document_from_the_keyboard() {
        let mut desk = Setup::default().sit_down();
        assert!(desk.screen().contains("n types or pastes one in"), "{}", desk.screen());
        desk.keys("n \"Ada_wrote\" C-d t e \"person\" Enter Esc 1");
        assert_eq!(desk.spans(), "[Ada](person) wrote");
    }
}
