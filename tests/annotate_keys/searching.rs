//! The Search screen: what is typed finds while it is typed, hits open in Annotate and Esc comes back, documents like one.

use super::*;
use gleaner::dataset::Status;
use gleaner::search::{Facets, Like, Mode as SearchMode};
use gleaner::store::{Change, DocumentState, Group};
use gleaner::tui::model::Screen;
use gleaner::tui::msg::Msg;
use gleaner::tui::screen::search::Focus;

/// Watches and boats.
fn watches() -> Setup {
    Setup::default()
        .labels(&LABELS)
        .document("watch-1", "A quartz watch by [Seiko](organization) of [Tokyo](place).")
        .document("watch-2", "The watch keeps time; its quartz came from Brazil.")
        .document("boat-1", "A boat of oak, built in Turku.")
        .document("boat-2", "Bells \u{7} and \u{1b}\\[31m whistles: the boat's own watch rang twice.")
        .document("letter", "Nothing of note.")
}

/// Twelve documents with the word, more than fit below a preview.
fn many() -> Setup {
    (0..40).fold(Setup::default().labels(&LABELS), |setup, n| {
        setup.document(&format!("doc-{n:02}"), &format!("Number {n} has the word common in it."))
    })
}

/// The Search screen from the list of documents.
fn searching() -> Desk {
    let mut desk = watches().sit_down();
    // By words: by meaning nearly every document is something like every other.
    desk.keys("g l S Tab");
    desk
}

/// Ids of the hits, in order.
fn hits(desk: &Desk) -> Vec<String> {
    let screen = &desk.model().search_screen;
    (0..screen.len()).map(|at| screen.row(at).and_then(|row| row.external_id.clone()).unwrap()).collect()
}

fn chosen(desk: &Desk) -> String {
    hits(desk)[desk.model().search_screen.list.selected].clone()
}

fn query(desk: &Desk) -> &str {
    desk.model().search_screen.input.text()
}

chapter! {
    fn what_is_typed_finds_while_it_is_typed() {
        let mut desk = searching();
        assert_eq!(desk.model().screen, Screen::Search);
        assert!(desk.screen().contains("\"exact phrase\""), "{}", desk.screen());
        desk.keys("\"boat\"");
        assert_eq!(hits(&desk), ["boat-2", "boat-1"]);
        assert!(desk.screen().contains("2 hits"), "{}", desk.screen());
        // The query has all keys: j and q are letters there.
        desk.keys("C-u \"q*\"");
        assert_eq!((query(&desk), hits(&desk)), ("q*", vec!["watch-1".to_owned(), "watch-2".to_owned()]));
        desk.keys("C-u \"zebra\"");
        assert!(hits(&desk).is_empty() && desk.screen().contains("No document has that."), "{}", desk.screen());
        desk.keys("Enter");
        assert_eq!(desk.said(), "there are no hits to go to");
        desk.keys("C-u");
        assert!(desk.screen().contains("\"exact phrase\""), "{}", desk.screen());
    }

    fn the_documents_project_and_review_screens_lead_to_it_and_esc_leads_back() {
        let mut desk = watches().sit_down();
        for (keys, screen) in
            [("g l S", Screen::Documents), ("p S", Screen::Project), ("Esc r Space f", Screen::Review)]
        {
            desk.keys(keys);
            assert_eq!(desk.model().screen, Screen::Search, "{keys}");
            desk.keys("Esc");
            assert_eq!(desk.model().screen, screen, "{keys}");
        }
        desk.keys("q Enter");
        let document = desk.document().to_owned();
        desk.keys("Space f \"boat\" Enter Enter Esc Esc");
        assert_eq!((desk.model().screen, desk.document()), (Screen::Annotate, document.as_str()));
        // Ctrl-c leaves too; what was typed is there when one comes back.
        desk.keys("Space f C-c");
        assert_eq!(desk.model().screen, Screen::Annotate);
        desk.keys("Space f");
        assert_eq!(query(&desk), "boat");
    }

    fn the_list_of_hits_is_moved_over_like_other_lists() {
        let mut desk = many().sit_down();
        desk.keys("g l S Tab \"common\"");
        assert_eq!((desk.model().search_screen.len(), desk.model().search_screen.focus), (40, Focus::Line));
        desk.keys("Down");
        assert_eq!((chosen(&desk).as_str(), desk.model().search_screen.focus), ("doc-00", Focus::Hits));
        desk.keys("j j k");
        assert_eq!(chosen(&desk), "doc-01");
        desk.keys("G");
        assert_eq!(chosen(&desk), "doc-39");
        desk.keys("C-u");
        let page = desk.model().search_screen.list.selected;
        assert!(page < 39, "{page}");
        desk.keys("C-d g e g g");
        assert_eq!(chosen(&desk), "doc-00");
        // Above the first hit is the query.
        desk.keys("k \"_39\"");
        assert_eq!((query(&desk), chosen(&desk).as_str()), ("common 39", "doc-39"));
        desk.keys("Enter / \"0\"");
        assert_eq!(query(&desk), "common 390");
    }

    fn a_hit_opens_in_annotate_and_esc_comes_back_to_it() {
        let mut desk = searching();
        desk.keys("\"watch\" Enter j Enter");
        assert_eq!((desk.model().screen, desk.document()), (Screen::Annotate, "watch-2"));
        assert!(desk.screen().contains("hit 2 of 3"), "{}", desk.screen());
        assert!(desk.shown().starts_with("The #[watch]# keeps time"), "{}", desk.shown());
        desk.keys("Esc");
        assert_eq!((desk.model().screen, chosen(&desk).as_str()), (Screen::Search, "watch-2"));
        // n and N go over the hits.
        desk.keys("Enter n");
        assert_eq!(desk.document(), "boat-2");
        desk.keys("n");
        assert_eq!(desk.said(), "this is the last hit: Esc goes back to the list");
        desk.keys("N N");
        assert_eq!(desk.document(), "watch-1");
        desk.keys("N");
        assert_eq!(desk.said(), "this is the first hit: Esc goes back to the list");
        // What is looked for in a text comes first, and Esc lets go of that first.
        desk.keys("/ \"quartz\" Enter n");
        assert_eq!(desk.document(), "watch-1");
        desk.keys("Esc Esc");
        assert_eq!((desk.model().screen, chosen(&desk).as_str()), (Screen::Search, "watch-1"));
        // The status that was given there is in the list.
        desk.keys("Enter Space s Esc");
        assert_eq!(desk.model().search_screen.row(0).unwrap().status, Status::Submitted);
        desk.keys("u");
        assert_eq!(desk.model().screen, Screen::Search);
        assert_eq!(desk.model().search_screen.row(0).unwrap().status, Status::Draft);
    }

    fn the_hits_become_the_queue() {
        let mut desk = searching();
        desk.keys("\"watch\" Enter a");
        assert_eq!((desk.model().screen, desk.document()), (Screen::Annotate, "watch-1"));
        assert!(desk.screen().contains("queue 1 of 3"), "{}", desk.screen());
        desk.keys("Enter");
        assert_eq!(desk.document(), "watch-2", "the boats between are no hits");
        desk.keys("s");
        assert_eq!(desk.document(), "boat-2");
        desk.keys("s");
        assert_eq!(desk.said(), "this is the last hit: Esc goes back to the list");
        desk.keys("[ Enter Enter");
        assert_eq!(desk.document(), "boat-2");
        desk.keys("Enter");
        assert_eq!(desk.said(), "no other hit is left to do: all are submitted or discarded");
        desk.keys("Esc a");
        assert_eq!(desk.model().screen, Screen::Search);
        assert_eq!(desk.said(), "no other hit is left to do: all are submitted or discarded");
        // Opened to be looked at, the next document is that of the list again.
        desk.keys("Home Enter ]");
        assert_eq!(desk.document(), "watch-2");
        desk.keys("]");
        assert_eq!(desk.document(), "boat-1");
    }

    fn words_meaning_or_both() {
        let mut desk = watches().sit_down();
        desk.keys("g l S \"watch\"");
        let modes = [SearchMode::Keyword, SearchMode::Semantic, SearchMode::Hybrid];
        for mode in modes {
            desk.keys("Tab");
            assert_eq!(desk.model().search_screen.mode, mode);
            assert!(desk.screen().contains(mode.as_str()), "{}", desk.screen());
        }
        desk.keys("Enter s s");
        assert_eq!(desk.model().search_screen.mode, SearchMode::Semantic);
        assert!(desk.model().search_screen.len() > 3, "what has not the word may mean it");
    }

    fn documents_like_one_or_like_some_words() {
        let mut desk = watches().sit_down();
        desk.keys("g d \"watch-2\" Enter Space l");
        let like = |desk: &Desk| desk.model().search_screen.like.clone();
        let document = desk.model().open.as_ref().unwrap().annotation.document;
        assert_eq!(like(&desk).unwrap().like, Like::Document(document));
        assert!(desk.screen().contains("like #watch-2"), "{}", desk.screen());
        assert!(!desk.model().search_screen.is_empty());
        // It is taken off the empty line with Backspace, behind what was typed.
        desk.keys("\"x\" Backspace");
        assert!(like(&desk).is_some());
        desk.keys("Backspace");
        assert_eq!(like(&desk), None);
        assert!(desk.screen().contains("\"exact phrase\""), "{}", desk.screen());
        desk.keys("Esc");
        assert_eq!(desk.document(), "watch-2");
        desk.keys("g g l Space w");
        assert_eq!(like(&desk).unwrap().like, Like::Text("watch".into()));
        assert!(desk.screen().contains("like “watch”"), "{}", desk.screen());
        // And from a hit.
        desk.keys("Backspace \"boat\" Enter m");
        assert!(desk.screen().contains("like #boat-1"), "{}", desk.screen());
        assert_eq!(query(&desk), "");
    }

    fn what_the_hits_have_filters_them() {
        let mut desk = searching();
        desk.keys("\"watch\" Enter");
        let facets = Facets {
            labels: vec![("place".into(), 1), ("brand name".into(), 2)],
            statuses: vec![(Status::Draft, 1), (Status::Pending, 2)],
            sources: Vec::new(),
        };
        desk.app.model.search_screen.facets = facets.clone();
        desk.keys("f");
        assert_eq!(desk.model().search_screen.focus, Focus::Facets);
        let screen = desk.screen();
        assert!(screen.contains("brand name") && screen.contains("status"), "{screen}");
        // Headings are passed over.
        desk.keys("j j k j j j");
        assert_eq!(desk.model().search_screen.facet.selected, 5);
        desk.keys("f");
        assert_eq!(desk.model().search_screen.focus, Focus::Hits);
        desk.keys("f g g Enter");
        assert_eq!(query(&desk), "watch label:place");
    }

    fn the_document_is_shown_below_the_list_or_not() {
        let mut desk = searching();
        desk.keys("\"Seiko\" Enter");
        // The name of the label stands under its span.
        assert!(desk.screen().contains("╰organi"), "{}", desk.screen());
        desk.keys("p");
        assert!(!desk.screen().contains("╰organi"), "{}", desk.screen());
        desk.keys("p");
        assert!(desk.screen().contains("╰organi"), "{}", desk.screen());
    }

    fn control_characters_of_a_text_are_shown_and_not_sent() {
        let mut desk = searching();
        desk.keys("\"whistles\"");
        let screen = desk.screen();
        assert!(screen.contains("␛[31m") && screen.contains("␇"), "{screen}");
        assert!(!screen.contains('\u{1b}') && !screen.contains('\u{7}'));
    }

    fn what_is_pasted_goes_into_the_query() {
        let mut desk = searching();
        desk.feed(Msg::Paste("bo\u{1b}at\nof".into()));
        desk.rest();
        assert_eq!((query(&desk), desk.model().search_screen.len()), ("boat of", 4));
    }

    fn what_is_written_elsewhere_is_found_and_what_is_gone_is_not_opened() {
        let mut desk = searching();
        desk.keys("\"oak\"");
        assert_eq!(hits(&desk), ["boat-1"]);
        desk.project().add_typed("elsewhere", "Another of oak.").unwrap();
        desk.look();
        assert_eq!(desk.model().search_screen.len(), 2);
        let mut project = desk.project();
        let gone = project.find_document("boat-1").unwrap().unwrap();
        let before = DocumentState { removed: false, version: gone.version };
        let change = Change::Document { document: gone.id, before, after: DocumentState { removed: true, ..before } };
        project.commit(&Group { actor: "elsewhere".into(), reason: "remove".into(), changes: vec![change] }).unwrap();
        desk.keys("Enter Enter");
        assert_eq!((desk.model().screen, desk.said()), (Screen::Search, "this document was removed"));
        desk.keys("R");
        assert_eq!(desk.model().search_screen.len(), 1);
    }

    fn a_project_without_documents_says_so() {
        let mut desk = Setup::default().labels(&LABELS).sit_down();
        desk.keys("S \"watch\"");
        assert!(desk.screen().contains("There are no documents in this project to search in."), "{}", desk.screen());
        desk.keys("Enter Esc");
        assert_eq!(desk.model().screen, Screen::Documents);
    }
}
