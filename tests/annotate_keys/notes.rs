//! Notes and flags.

use super::*;
use gleaner::store::NoteCounts;

fn two() -> Desk {
    Setup::default()
        .labels(&LABELS)
        .document("a", "[Ada](person) wrote to [Byron](person) of Turin")
        .document("b", "Byron [wrote](date) back")
        .document("c", "Cesar did not")
        .sit_down()
}

fn counts(desk: &Desk) -> (u64, u64) {
    let NoteCounts { notes, flags } = desk.project().note_counts().unwrap();
    (notes, flags)
}

chapter! {
    fn a_note_is_on_the_span_at_the_cursor_or_on_the_document() {
        let mut desk = two();
        desk.keys("g d \"a\" Enter g g ) m");
        assert!(desk.screen().contains("Note on “Byron”"), "{}", desk.screen());
        desk.keys("\"which_one?\" Enter");
        assert_eq!(desk.said(), "note on “Byron”");
        desk.keys("M \"a_letter\" Enter l h");
        assert_eq!(counts(&desk), (2, 0));
        // Off the span `m` is about the document.
        desk.keys("G m");
        assert!(desk.screen().contains("Note on the document") && desk.screen().contains("a letter"), "{}", desk.screen());
        desk.keys("Esc");
        assert!(desk.screen().contains("✎ 2"), "{}", desk.screen());
        // On the span its note is read.
        desk.keys("( l h");
        assert!(desk.screen().contains("✎ which one?"), "{}", desk.screen());
        // Without words there is no note.
        desk.keys("m C-u Enter");
        assert_eq!((desk.said(), counts(&desk)), ("remove the note on “Byron”", (1, 0)));
        desk.keys("u");
        assert_eq!((desk.said(), counts(&desk)), ("undid: remove the note on “Byron”", (2, 0)));
        desk.keys("m Enter");
        assert!(desk.screen().contains("the note is as it was"), "{}", desk.screen());
        desk.keys("Esc u u u");
        assert_eq!((desk.said(), counts(&desk)), ("nothing to undo", (0, 0)));
        assert_eq!(desk.model().counts.draft, 2, "a note alone begins no document");
        assert!(desk.project().verify().unwrap().problems.is_empty());
    }

    fn a_flag_is_its_own_bit() {
        let mut desk = two();
        desk.keys("g d \"a\" Enter g g ! l");
        assert_eq!(counts(&desk), (0, 1));
        assert!(desk.screen().contains("draft  !"), "{}", desk.screen());
        desk.keys("( m \"hm\" Enter");
        assert_eq!(counts(&desk), (1, 1));
        desk.keys("!");
        assert_eq!((desk.said(), counts(&desk)), ("remove the flag on “Ada”", (1, 0)));
        desk.keys("m C-u Enter !");
        assert_eq!(counts(&desk), (0, 1));
        desk.keys("!");
        assert_eq!(counts(&desk), (0, 0));
        assert!(!desk.screen().contains("draft  !"), "{}", desk.screen());
    }

    fn the_note_of_a_deleted_span_stays_and_says_where_it_was() {
        let mut desk = Setup::default().labels(&LABELS).document("a", "[Ada](person) wrote").size(120, 40).sit_down();
        desk.keys("g g ) m \"the_countess\" Enter d");
        assert!(desk.screen().contains("✎ the countess (was on “Ada”)"), "{}", desk.screen());
        // It can still be reached where it was, and goes.
        desk.keys("g g m C-u Enter");
        assert_eq!((desk.said(), counts(&desk)), ("remove the note on “Ada”", (0, 0)));
        desk.keys("u u");
        assert_eq!(desk.spans(), "[Ada](person) wrote");
        assert!(!desk.screen().contains("was on"), "{}", desk.screen());
        desk.keys("m \"_of_Lovelace\" Enter l h");
        assert!(desk.screen().contains("✎ the countess of Lovelace"), "{}", desk.screen());
        assert!(desk.project().verify().unwrap().problems.is_empty());
    }

    fn the_next_note_is_here_or_in_another_document() {
        let mut desk = two();
        desk.keys("g d \"a\" Enter g g ) m \"one\" Enter ] ) m \"two\" Enter [ g g");
        assert_eq!(desk.document(), "a");
        desk.keys("g m");
        assert_eq!(desk.shown(), "[Ada](person) wrote to #[[Byron](person)]# of Turin");
        desk.keys("g m");
        assert_eq!(desk.document(), "b");
        desk.keys("g m");
        assert_eq!(desk.shown(), "Byron #[[wrote](date)]# back");
        desk.keys("g m");
        assert_eq!(desk.said(), "this is the last document of the list");
    }

    fn another_process_sees_notes_and_writes_them() {
        let mut desk = two();
        desk.keys("g g M \"mine\" Enter");
        let document = desk.model().open.as_ref().unwrap().annotation.document;
        let mut other = desk.project();
        assert_eq!(other.notes(document, desk::ME).unwrap()[0].note.text, "mine");
        let before = Some(other.notes(document, desk::ME).unwrap()[0].note.clone());
        let after = before.clone().map(|note| gleaner::dataset::Note { text: "theirs".into(), ..note });
        let annotator = desk::ME.to_owned();
        let change = gleaner::store::Change::Note { document, annotator, span: None, place: None, before, after };
        let group = gleaner::store::Group { actor: "elsewhere".into(), reason: "note".into(), changes: vec![change] };
        other.commit(&group).unwrap();
        desk.look();
        desk.keys("M");
        assert!(desk.screen().contains("theirs"), "{}", desk.screen());
    }

    fn a_note_that_came_too_late_is_still_there_to_be_taken() {
        let mut desk = two();
        desk.keys("g g M \"long_words\"");
        let document = desk.model().open.as_ref().unwrap().annotation.document;
        let after = Some(gleaner::dataset::Note { text: "theirs".into(), flag: false });
        let annotator = desk::ME.to_owned();
        let change = gleaner::store::Change::Note { document, annotator, span: None, place: None, before: None, after };
        let group = gleaner::store::Group { actor: "elsewhere".into(), reason: "note".into(), changes: vec![change] };
        desk.project().commit(&group).unwrap();
        desk.keys("Enter");
        assert!(desk.screen().contains("long words"), "{}", desk.screen());
        desk.keys("Enter");
        assert_eq!(desk.project().notes(document, desk::ME).unwrap()[0].note.text, "long words");
        assert!(desk.model().overlays.is_empty());
    }

    fn the_list_marks_what_has_a_note_or_a_flag_and_can_show_only_those() {
        let mut desk = two();
        desk.keys("g d \"a\" Enter g g m \"one\" Enter ] ! ] M \"two\" Enter ! g l");
        let rows: Vec<String> = desk.screen().lines().skip(2).take(3).map(str::to_owned).collect();
        assert!(rows[0].contains(" ✎ a"), "{rows:?}");
        assert!(rows[1].contains("!  b"), "{rows:?}");
        assert!(rows[2].contains("!✎ c"), "{rows:?}");
        let listed = |desk: &Desk| -> String {
            desk.model().documents.rows.iter().map(|row| row.external_id.clone().unwrap()).collect()
        };
        desk.keys("f n");
        assert_eq!(listed(&desk), "ac");
        assert!(desk.screen().contains("only ✎ noted: Esc shows all"), "{}", desk.screen());
        desk.keys("f g");
        assert_eq!(listed(&desk), "c");
        desk.keys("f n");
        assert_eq!(listed(&desk), "bc");
        desk.keys("Esc");
        assert_eq!(listed(&desk), "abc");
    }
}
