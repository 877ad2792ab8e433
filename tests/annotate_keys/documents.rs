//! Finishing documents, going from one to another, and the list of them.

use super::*;
use gleaner::dataset::Status;
use gleaner::store::{Anchor, Query};

fn five() -> Desk {
    Setup::default()
        .labels(&LABELS)
        .document("a", "Ada wrote a longer text than others")
        .document("b", "Byron wrote")
        .document("c", "Cesar wrote of Turin")
        .document("d", "[Dora](person) wrote of it")
        .document("e", "Emil")
        .sit_down()
}

fn listed(desk: &Desk) -> Vec<String> {
    desk.model().documents.rows.iter().map(|row| row.external_id.clone().unwrap()).collect()
}

fn chosen(desk: &Desk) -> String {
    desk.model().documents.row().unwrap().external_id.clone().unwrap()
}

chapter! {
    fn submitting_goes_on_to_the_next_unfinished_document() {
        let mut desk = five();
        desk.keys("Enter");
        assert_eq!(desk.document(), "b");
        desk.keys("Enter Enter");
        assert_eq!(desk.document(), "e");
        desk.keys("Enter");
        // Pending ones come first, then drafts.
        assert_eq!(desk.document(), "d");
        desk.keys("Enter");
        assert_eq!(desk.document(), "d");
        assert_eq!(desk.said(), "no other document is left to do: all are submitted or discarded");
        assert_eq!(desk.model().counts.submitted, 5);
    }

    fn what_a_filter_leaves_out_is_not_said_to_be_done() {
        let mut desk = five();
        desk.keys("M \"odd\" Enter g l f n Enter s");
        assert_eq!(desk.said(), "this is the last document of the list (only ✎ noted)");
        desk.keys("Enter");
        assert_eq!(desk.document(), "a");
        assert_eq!(desk.said(), "no other document of the list is left to do (only ✎ noted)");
        assert_eq!(desk.model().counts.pending, 3);
        // The list says so too, and what leads out of it.
        desk.keys("Esc f s");
        let screen = desk.screen();
        let line = |n: usize| screen.lines().nth(n).unwrap().to_owned();
        assert!(line(1).starts_with("   spans    id  text "), "{screen}");
        assert!(line(1).ends_with(" only pending · ✎ noted: Esc shows all"), "{screen}");
        assert!(line(23).starts_with("Esc back  / find  f s status"), "{screen}");
        // No heading is cut in the middle.
        desk.keys("f g / \"a_long_word\" Enter");
        let screen = desk.screen();
        let head = screen.lines().nth(1).unwrap();
        assert!(head.starts_with("   spans     ") && head.contains(" only pending · “a long word”"), "{screen}");
    }

    fn submitting_says_how_many_suggestions_nobody_has_decided_about() {
        let mut desk = Setup::default()
            .labels(&LABELS)
            .document("a", "[Ada](person?) met [Byron](person?) in [Turin](place?)")
            .document("b", "[Zeiss](organization?) of Jena")
            .document("c", "nothing")
            .sit_down();
        desk.keys("a Enter");
        assert_eq!(desk.document(), "b");
        assert_eq!(desk.said(), "submit “Ada met Byron in Turin”; 2 suggestions undecided");
        desk.keys("x Enter");
        assert_eq!((desk.document(), desk.said()), ("c", "submit “Zeiss of Jena”"));
    }

    fn what_cannot_be_done_or_was_done_is_said_in_words_that_fit() {
        let long = "an-identifier-that-is-longer-than-a-line-of-the-screen-has-room-for-it-01";
        let mut desk = Setup::default().labels(&LABELS).document(long, " ").sit_down();
        desk.keys("Space d Space d");
        assert_eq!(desk.said(), "the document is a draft already");
        desk.keys("Space s");
        assert_eq!(desk.said(), "submit a blank document");
        // The way back stays in sight, on the empty list too.
        desk.keys("g l D");
        let screen = desk.screen();
        assert!(screen.contains("remove document an-identifier-that…has-room-for-it-01: u takes it back"), "{screen}");
        assert!(screen.contains("n new  e labels  u undo  q quit"), "{screen}");
        desk.keys("u");
        assert_eq!(listed(&desk), [long]);
    }

    fn submitting_writes_down_which_labels_were_looked_for() {
        let mut desk = five();
        desk.keys("e j x Esc Space s");
        assert_eq!((desk.document(), desk.status()), ("a", Status::Submitted));
        let open = desk.model().open.as_ref().unwrap();
        let covered = desk.project().coverage(open.annotation.document, desk::ME).unwrap().unwrap();
        let names: Vec<String> = covered.iter().map(|id| desk.model().labels.name(*id)).collect();
        assert_eq!(names, ["person", "place", "date"], "the archived label was not looked for");
        desk.keys("Space s");
        assert_eq!(desk.said(), "the document is submitted already");
        // With another label in the set it can be submitted again.
        desk.keys("e a \"thing\" Enter Esc Space s");
        let document = desk.model().open.as_ref().unwrap().annotation.document;
        assert_eq!(desk.project().coverage(document, desk::ME).unwrap().unwrap().len(), 4);
    }

    fn a_document_is_kept_as_a_draft_discarded_or_begun_again() {
        let mut desk = five();
        desk.keys("Space d");
        assert_eq!(desk.status(), Status::Draft);
        desk.keys("Space p");
        assert_eq!(desk.status(), Status::Pending);
        desk.keys("1 Space p");
        assert_eq!((desk.status(), desk.spans().as_str()), (Status::Pending, "[Ada](person) wrote a longer text than others"));
        desk.keys("D");
        assert_eq!(desk.document(), "b");
        assert_eq!(desk.model().counts.discarded, 1);
        desk.keys("[");
        assert_eq!((desk.document(), desk.status()), ("a", Status::Discarded));
        // Discarded already: the wish is to go on.
        desk.keys("D");
        assert_eq!(desk.document(), "b");
    }

    fn the_first_edit_makes_a_draft_and_a_look_does_not() {
        let mut desk = five();
        desk.keys("l l v l Esc");
        assert_eq!(desk.status(), Status::Pending);
        desk.keys("1");
        assert_eq!(desk.status(), Status::Draft);
        desk.keys("u");
        assert_eq!(desk.status(), Status::Pending);
    }

    fn one_goes_to_neighbours_without_finishing() {
        let mut desk = five();
        desk.keys("s J");
        assert_eq!(desk.document(), "c");
        desk.keys("K [ [");
        assert_eq!(desk.document(), "a");
        assert_eq!(desk.said(), "this is the first document of the list");
        desk.keys("] ] ] ] ]");
        assert_eq!(desk.document(), "e");
        assert_eq!(desk.said(), "this is the last document of the list");
        desk.keys("g n");
        assert_eq!(desk.document(), "a", "from the start again");
        assert_eq!(desk.model().counts.pending, 4);
    }

    fn a_document_is_found_by_its_id_or_number() {
        let mut desk = five();
        desk.keys("g d \"d\" Enter");
        assert_eq!(desk.document(), "d");
        desk.keys("g d \"2\" Enter");
        assert_eq!(desk.document(), "b");
        desk.keys("g d \"nowhere\" Enter");
        assert_eq!((desk.document(), desk.said()), ("b", "there is no document nowhere"));
        desk.keys("g d Enter");
        assert!(desk.screen().contains("type a document's id or number"));
        desk.keys("Esc g l g d \"e\" Enter");
        assert_eq!(desk.document(), "e");
    }

    fn the_list_opens_at_the_document_and_opens_others() {
        let mut desk = five();
        desk.keys("] ] g l");
        assert_eq!(chosen(&desk), "c");
        desk.keys("j Enter");
        assert_eq!(desk.document(), "d");
        desk.keys("Esc k k l");
        assert_eq!(desk.document(), "b");
        desk.keys("Esc g g Right");
        assert_eq!(desk.document(), "a");
        desk.keys("Esc g e Up Down Home End G Enter");
        assert_eq!(desk.document(), "e");
    }

    fn a_list_of_many_is_walked_in_pages_that_are_never_all_in_memory() {
        let mut setup = Setup::default().labels(&LABELS);
        for n in 0..1500 {
            setup = setup.document(&format!("doc{n}"), &format!("text number {n}"));
        }
        let mut desk = setup.sit_down();
        desk.keys("g l");
        for _ in 0..50 {
            desk.keys("PageDown");
        }
        assert_eq!(chosen(&desk), format!("doc{}", 50 * 19));
        assert!(desk.model().documents.rows.len() <= 1000, "{}", desk.model().documents.rows.len());
        desk.keys("C-u C-d PageUp");
        assert_eq!(chosen(&desk), format!("doc{}", 49 * 19));
        desk.keys("G");
        assert_eq!(chosen(&desk), "doc1499");
        for _ in 0..90 {
            desk.keys("PageUp");
        }
        assert_eq!(chosen(&desk), "doc0");
    }

    fn the_list_shows_one_status_or_what_contains_a_text() {
        let mut desk = five();
        desk.keys("Enter g l f s");
        assert_eq!(listed(&desk), ["b", "c", "e"], "pending");
        desk.keys("f s");
        assert_eq!(listed(&desk), ["d"], "draft");
        desk.keys("f s");
        assert_eq!(listed(&desk), ["a"], "submitted");
        desk.keys("f s");
        assert_eq!(listed(&desk), [""; 0], "discarded");
        assert!(desk.screen().contains("no document passes the filter: Esc clears it"), "{}", desk.screen());
        desk.keys("Esc");
        assert_eq!(listed(&desk), ["a", "b", "c", "d", "e"]);
        desk.keys("/ \"OF_\" Enter");
        assert_eq!(listed(&desk), ["c", "d"]);
        // Next and previous stay within what is listed.
        desk.keys("g g Enter ]");
        assert_eq!(desk.document(), "d");
        desk.keys("]");
        assert_eq!(desk.said(), "this is the last document of the list (only “OF”)");
        desk.keys("g l / C-u Enter");
        assert_eq!(listed(&desk).len(), 5);
    }

    fn a_document_is_removed_and_brought_back() {
        let mut desk = five();
        desk.keys("] ] ] g l D");
        assert_eq!((listed(&desk).join(""), chosen(&desk)), ("abce".into(), "e".into()));
        assert_eq!(desk.said(), "remove document d: u takes it back");
        assert_eq!(desk.model().counts.documents, 4);
        let kept = |desk: &Desk| desk.project().page(desk::ME, &Query::default(), Anchor::Start, 10).unwrap().len();
        assert_eq!(kept(&desk), 4);
        assert!(desk.model().open.is_none(), "it was open");
        desk.keys("u");
        assert_eq!((listed(&desk).join(""), chosen(&desk)), ("abcde".into(), "d".into()));
        assert_eq!(desk.said(), "undid: remove document d");
        desk.keys("Enter");
        assert_eq!(desk.spans(), "[Dora](person) wrote of it");
        desk.keys("U");
        assert_eq!(listed(&desk).join(""), "abce");
        assert!(desk.project().verify().unwrap().problems.is_empty());
        // All of them.
        desk.keys("D D D D D");
        assert_eq!(listed(&desk), [""; 0]);
        assert!(desk.screen().contains("no documents yet."), "{}", desk.screen());
        desk.keys("u u Enter");
        assert_eq!(desk.document(), "b");
    }

    fn coming_back_is_coming_back_to_the_same_place() {
        let mut desk = five();
        desk.keys("] ] l l l");
        assert_eq!((desk.document(), desk.shown().as_str()), ("c", "Cesar wrote of #[Turin]#"));
        let desk = desk.restart();
        assert_eq!((desk.document(), desk.shown().as_str()), ("c", "Cesar wrote of #[Turin]#"));
    }

    fn a_finished_project_opens_at_its_first_document_and_an_empty_one_says_what_to_do() {
        let mut desk = Setup::default().labels(&LABELS).document("a", "Ada").sit_down();
        desk.keys("Space s");
        assert_eq!(desk.restart().document(), "a");
        let mut desk = Setup::default().sit_down();
        for word in ["no documents yet", "e adds the labels", "gleaner import", "gleaner add"] {
            assert!(desk.screen().contains(word), "{word}: {}", desk.screen());
        }
        desk.keys("Enter j k G g g PageDown PageUp D u");
        assert!(desk.model().open.is_none());
        assert!(desk.project().verify().unwrap().problems.is_empty());
    }

    fn the_list_shows_what_comes_before_the_document_too() {
        let mut setup = Setup::default().labels(&LABELS);
        for n in 0..100 {
            setup = setup.document(&format!("doc{n}"), &format!("text number {n}"));
        }
        let mut desk = setup.sit_down();
        desk.keys("g d \"doc50\" Enter g l");
        assert_eq!(chosen(&desk), "doc50");
        let rows: Vec<String> = desk.screen().lines().map(str::to_owned).collect();
        assert!(rows[2].contains("doc44") && rows[8].contains("doc50"), "{}", rows.join("\n"));
        // Opened and left again, it stays where it was.
        desk.keys("j j Enter g l");
        let rows: Vec<String> = desk.screen().lines().map(str::to_owned).collect();
        assert!(rows[2].contains("doc44") && rows[10].contains("doc52"), "{}", rows.join("\n"));
    }
}
