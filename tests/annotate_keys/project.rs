//! The Project screen: the task card, the labels and what a change of them does, the guidelines, who has done what; and
//! working blind.

use super::*;
use gleaner::dataset::{Label, TaskCard};
use gleaner::store::{Change, Group};
use gleaner::tui::effect::Effect;
use gleaner::tui::model::Screen;
use gleaner::tui::msg::Msg;

fn label<'d>(desk: &'d Desk, name: &str) -> &'d Label {
    desk.model().labels.all().iter().find(|l| l.name == name).unwrap()
}

fn letters() -> Desk {
    Setup::default()
        .labels(&LABELS)
        .document("one", "[Ada](person) met [Byron](person?) in [Turin](place) in [1843](date)")
        .document("two", "[Ada](person) left [Turin](place?0.4)")
        .sit_down()
}

/// The row of the screen that holds `text`.
fn row(desk: &Desk, text: &str) -> String {
    let screen = desk.screen();
    screen.lines().find(|line| line.contains(text)).unwrap_or_else(|| panic!("no {text} in\n{screen}")).to_owned()
}

/// Guidelines as another process writes them.
fn give_guidelines(desk: &mut Desk, text: &str) {
    let mut project = desk.project();
    let before = project.task_card().unwrap();
    let after = TaskCard { guidelines: text.into(), ..before.clone() };
    let changes = vec![Change::Task { before, after }];
    project.commit(&Group { actor: "elsewhere".into(), reason: "guidelines".into(), changes }).unwrap();
    desk.look();
}

/// What the editor was asked to open.
fn for_editor(desk: &mut Desk) -> Option<String> {
    desk.for_terminal.drain(..).find_map(|effect| match effect {
        Effect::EditGuidelines(text) => Some(text),
        _ => None,
    })
}

chapter! {
    fn it_opens_from_everywhere_and_leads_back() {
        let mut desk = letters();
        desk.keys("p");
        assert_eq!(desk.model().screen, Screen::Project);
        desk.keys("Esc");
        assert_eq!(desk.model().screen, Screen::Annotate);
        desk.keys("g l p Esc");
        assert_eq!(desk.model().screen, Screen::Documents);
        desk.keys("p q");
        assert!(desk.model().quit);
    }

    fn the_table_counts_spans_documents_and_suggestions_here() {
        let mut desk = letters();
        desk.keys("p");
        let person: Vec<String> = row(&desk, "■ person").split_whitespace().map(str::to_owned).collect();
        assert_eq!(person, ["1", "■", "person", "2", "2", "1"]);
        let date: Vec<String> = row(&desk, "■ date").split_whitespace().map(str::to_owned).collect();
        assert_eq!(date, ["4", "■", "date", "1", "1"]);
    }

    fn the_card_is_changed_in_place_and_undone() {
        let mut desk = letters();
        desk.keys("p S-Tab Enter C-u \"letters\" Enter j Enter \"correspondence\" Enter Down Enter \"who_met_whom\" Enter");
        assert_eq!(desk.model().project, "letters");
        assert_eq!(desk.project().task_card().unwrap().domain, "correspondence");
        assert!(row(&desk, "problem").contains("who met whom"));
        desk.keys("Enter Enter");
        assert!(desk.screen().contains("nothing would change"));
        desk.keys("Esc u u u");
        assert_eq!(desk.model().project, "desk");
        assert_eq!(desk.model().screen, Screen::Project);
        assert_eq!(desk.project().task_card().unwrap(), TaskCard { name: "desk".into(), ..TaskCard::default() });
        desk.keys("U k");
        assert_eq!(desk.model().card.name, "letters");
    }

    fn a_label_is_merged_into_another_after_saying_what_that_does() {
        let mut desk = letters();
        desk.keys("p j j j M");
        assert!(desk.screen().contains("Merge date into"), "{}", desk.screen());
        desk.keys("\"pla\" Enter");
        let screen = desk.screen();
        assert!(screen.contains("1 span of date becomes place,"), "{screen}");
        assert!(screen.contains("in 1 document by 1 annotator."), "{screen}");
        assert!(screen.contains("\ny yes  k yes, keep prompt  n no\n"), "{screen}");
        desk.keys("n");
        assert!(!label(&desk, "date").archived);
        desk.keys("M \"pla\" Enter y");
        assert!(label(&desk, "date").archived);
        assert_eq!(desk.said(), "merge label “date” into “place”: 1 span");
        desk.keys("Esc");
        assert_eq!(desk.spans(), "[Ada](person) met [Byron](person?) in [Turin](place) in [1843](place)");
        desk.keys("p u");
        assert_eq!(desk.model().screen, Screen::Project, "what was undone is seen here");
        desk.keys("Esc");
        assert_eq!(desk.spans(), "[Ada](person) met [Byron](person?) in [Turin](place) in [1843](date)");
        assert_eq!(desk.project().verify().unwrap().problems, Vec::<String>::new());
    }

    fn a_merge_keeps_what_the_model_read_when_asked_to() {
        let mut desk = letters();
        desk.keys("p j j j p C-u \"point_in_time\" Enter M \"pla\" Enter k");
        assert_eq!(label(&desk, "place").description, "point in time");
    }

    fn a_label_to_look_for_is_not_made_on_the_way() {
        for keys in ["p M", "g l f l", "r f"] {
            let mut desk = letters();
            desk.keys(keys).keys("\"zzz\" Enter Enter");
            let screen = desk.screen();
            assert!(screen.contains("no label matches") && !screen.contains("makes the label"), "{keys}: {screen}");
            assert_eq!(desk.model().labels.all().len(), 4, "{keys}");
        }
    }

    fn why_a_line_is_not_taken_can_be_read_whole() {
        let mut desk = Setup::default().labels(&LABELS).document("a", "x").size(60, 15).sit_down();
        desk.keys("p t \"7\" Enter");
        assert!(desk.screen().contains("a number from 0.05 to 0.99; empty: the one of all labels"), "{}", desk.screen());
        desk.keys("Esc s \"g\" Enter");
        let screen = desk.screen();
        assert!(screen.contains("g is the prefix “go to”; free: "), "{screen}");
        assert!(screen.contains(" B "), "upper case is free too: {screen}");
    }

    fn a_label_that_is_not_alone_can_be_merged() {
        let mut desk = Setup::default().labels(&["only"]).document("a", "x").sit_down();
        desk.keys("p M");
        assert_eq!(desk.said(), "there is no other label to merge it into");
    }

    fn a_label_gets_a_colour_of_the_palette_or_any_other_or_its_own_again() {
        let mut desk = letters();
        desk.keys("p c \"viol\" Enter");
        assert_eq!(label(&desk, "person").colour.as_deref(), Some("violet"));
        desk.keys("c C-u \"#E5C07b\" Enter");
        assert_eq!(label(&desk, "person").colour.as_deref(), Some("#e5c07b"));
        desk.keys("c C-u \"#e5c0\" Enter");
        assert!(desk.said().contains("six digits"), "{}", desk.said());
        desk.keys("C-u Down Up Enter");
        assert_eq!(label(&desk, "person").colour, None);
        desk.keys("u u u");
        assert_eq!(label(&desk, "person").colour, None);
    }

    fn a_label_has_a_threshold_of_its_own_and_suggestions_follow() {
        let mut desk = letters();
        desk.keys("g l j Enter");
        assert_eq!(desk.spans(), "[Ada](person) left Turin");
        desk.keys("p j j t \"0.3\" Enter");
        assert!(row(&desk, "■ place").contains("0.30"));
        desk.keys("Esc");
        assert_eq!(desk.spans(), "[Ada](person) left [Turin](place?)");
        desk.keys("p t C-u \"2\" Enter");
        assert!(desk.screen().contains("a number from 0.05 to 0.99"));
        desk.keys("C-u Enter Esc");
        assert_eq!(desk.spans(), "[Ada](person) left Turin");
    }

    fn a_label_has_a_key_of_its_own_unless_that_is_taken() {
        let mut desk = letters();
        desk.keys("p s \"a\" Enter");
        assert!(desk.screen().contains("a is “accept and next”; free:"), "{}", desk.screen());
        desk.keys("C-u \"g\" Enter");
        assert!(desk.screen().contains("g is the prefix “go to”; free:"), "{}", desk.screen());
        desk.keys("C-u \"é\" Enter j s \"é\" Enter");
        assert!(desk.screen().contains("é is the key of person already"), "{}", desk.screen());
        desk.keys("Esc Esc G é");
        assert_eq!(desk.marked().spans.last().unwrap().1, "person");
        desk.keys("p k s C-u Enter");
        assert_eq!(label(&desk, "person").key, None);
    }

    fn the_editor_over_a_document_does_all_of_it_too() {
        let mut desk = letters();
        desk.keys("e c \"teal\" Enter t \"0.8\" Enter s \"é\" Enter j j j M \"place\" Enter y");
        let person = label(&desk, "person");
        assert_eq!((person.colour.as_deref(), person.threshold, person.key), (Some("teal"), Some(0.8), Some('é')));
        assert!(label(&desk, "date").archived);
        assert_eq!(desk.model().screen, Screen::Annotate);
    }

    fn labels_are_added_named_described_ordered_archived_and_removed_here_too() {
        let mut desk = letters();
        desk.keys("p a \"vessel\" Enter r \"s\" Enter d \"what_floats\" Enter p C-u \"ship\" Enter K");
        let all: Vec<&str> = desk.model().labels.all().iter().map(|l| l.name.as_str()).collect();
        assert_eq!(all, ["person", "organization", "place", "vessels", "date"]);
        assert!(row(&desk, "■ vessels").contains("reads: ship"));
        desk.keys("J x x D");
        assert!(desk.screen().contains("Remove vessels? No span has it."), "{}", desk.screen());
        desk.keys("y k k k Enter");
        assert!(desk.screen().contains("2 spans in 2 documents by 1 annotator follow"), "{}", desk.screen());
        desk.keys("Esc D");
        let words = "2 spans in 2 documents by 1 annotator would lose the label person.";
        assert!(desk.screen().contains(words), "{}", desk.screen());
        desk.keys("n");
        assert_eq!(desk.model().labels.all().len(), 4);
    }

    fn labels_are_edited_where_they_are_seen() {
        let mut desk = letters();
        desk.keys("p Tab D");
        assert_eq!(desk.said(), "Tab goes to the labels");
        desk.keys("e D n");
        assert_eq!(desk.model().labels.all().len(), 4);
    }

    fn the_guidelines_are_shown_scrolled_and_edited_elsewhere() {
        let mut desk = letters();
        let lines: String = (1..60).map(|n| format!("- rule {n}\n")).collect();
        give_guidelines(&mut desk, &format!("# How to\n\n{lines}"));
        desk.keys("p Tab");
        assert!(row(&desk, "rule 1").contains("• rule 1"));
        desk.keys("j Down k Up PageDown PageDown PageDown PageDown PageDown PageDown");
        assert!(row(&desk, "rule 59").contains("• rule 59"));
        desk.keys("C-d C-u PageUp E");
        let text = for_editor(&mut desk).expect("the editor opens");
        assert!(text.starts_with("# How to"));
        desk.feed(Msg::GuidelinesEdited("# Other\n\nrules".into()));
        assert!(desk.screen().contains("rules"));
        desk.keys("Left Right Enter");
        assert_eq!(for_editor(&mut desk).as_deref(), Some("# Other\n\nrules"));
        desk.keys("u");
        assert!(desk.model().card.guidelines.starts_with("# How to"));
    }

    fn the_guideline_of_the_current_label_stands_beside_the_text() {
        let mut desk = Setup::default()
            .labels(&LABELS)
            .document("one", "[Ada](person) met [Byron](place)")
            .size(120, 40)
            .sit_down();
        give_guidelines(&mut desk, "# All\n\nCommon words.\n\n## Person\nNo **titles**.\n\n## other\nElse.");
        desk.keys("g g");
        assert!(desk.screen().contains("No titles."), "{}", desk.screen());
        assert!(!desk.screen().contains("Common words."));
        desk.keys(")");
        assert!(desk.screen().contains("Common words."), "no section is about places: {}", desk.screen());
        desk.keys("e j j d \"where_things_are\" Enter Esc");
        assert!(desk.screen().contains("where things are"), "{}", desk.screen());
    }

    fn who_has_done_what() {
        let mut desk = letters();
        desk.keys("Tab a Enter p Tab Tab");
        let screen = desk.screen();
        assert!(screen.contains("1 submitted · 1 draft · 0 discarded · 1 left"), "{screen}");
        assert!(screen.contains("5 spans · 1 accepted"), "{screen}");
        assert!(screen.contains("person 60 %"), "{screen}");
        desk.keys("Enter");
        assert_eq!(desk.said(), "progress is counted, not edited");
    }

    fn blind_there_is_nothing_to_accept_and_what_is_submitted_is_marked() {
        let mut desk = letters();
        desk.keys("g l j Enter Space h");
        assert!(desk.said().starts_with("blind"));
        desk.keys("l");
        assert!(desk.screen().contains("BLIND"), "{}", desk.screen());
        desk.keys("p Esc");
        assert_eq!(desk.spans(), "[Ada](person) left Turin");
        for key in ["a", "x", "Tab", "R", "A"] {
            desk.keys(key);
            assert!(desk.said().contains("blind"), "{key}: {}", desk.said());
        }
        desk.keys("Space s");
        assert!(desk.said().starts_with("submit blind"), "{}", desk.said());
        let document = desk.model().open.as_ref().unwrap().annotation.document;
        assert!(desk.project().is_blind(document, desk::ME).unwrap());
        let mut desk = desk.restart();
        assert!(desk.model().blind, "it is remembered");
        desk.keys("p Tab Tab");
        assert!(desk.screen().contains("1 submitted (1 blind)"), "{}", desk.screen());
        desk.keys("Esc u");
        assert!(!desk.project().is_blind(document, desk::ME).unwrap());
        desk.keys("p h Esc");
        assert!(!desk.model().blind);
        assert_eq!(desk.project().verify().unwrap().problems, Vec::<String>::new());
    }

    fn what_was_seen_before_is_not_blind_after_coming_back() {
        let mut desk = letters();
        let document = desk.model().open.as_ref().unwrap().annotation.document;
        desk.keys("] Space h [ Space s");
        assert!(desk.said().starts_with("submit “"), "{}", desk.said());
        assert!(!desk.project().is_blind(document, desk::ME).unwrap());
    }

    fn what_was_begun_from_suggestions_is_not_blind() {
        let mut desk = letters();
        // The suggestion for Byron has been on the screen.
        desk.keys("Space h Space s");
        assert!(desk.said().starts_with("submit “"), "{}", desk.said());
        let document = desk.model().open.as_ref().unwrap().annotation.document;
        assert!(!desk.project().is_blind(document, desk::ME).unwrap());
    }

    fn what_is_submitted_is_frozen_under_a_name_and_removed_again() {
        let mut desk = letters();
        desk.keys("p F \"first\" Enter");
        assert!(desk.said().contains("no document is submitted yet"), "{}", desk.said());
        desk.keys("Esc Esc Enter p F");
        assert!(desk.screen().contains("Freeze what is submitted as gold set"), "{}", desk.screen());
        desk.keys("\"a/b\" Enter");
        assert!(desk.screen().contains("it holds a /"), "{}", desk.screen());
        desk.keys("C-u \"first\" Enter");
        assert_eq!(desk.said(), "freeze gold set \"first\"");
        desk.rest();
        let screen = desk.screen();
        assert!(screen.contains("[Gold]") && screen.contains("1 document · 3 spans"), "{screen}");
        desk.keys("F \"first\" Enter");
        assert!(desk.screen().contains("there is a gold set first already"), "{}", desk.screen());
        desk.keys("C-u \"second\" Enter j R");
        let screen = desk.screen();
        assert!(screen.contains("Remove second with the answers to 1 document?"), "{screen}");
        desk.keys("y");
        assert_eq!(desk.project().gold_set_names().unwrap(), ["first"]);
        desk.keys("u");
        assert_eq!(desk.model().screen, Screen::Project, "what came back is seen here");
        assert_eq!(desk.project().gold_set_names().unwrap(), ["first", "second"]);
        // It is nobody's work, and its label cannot be removed unseen.
        desk.keys("S-Tab");
        assert!(!desk.screen().contains("gold/"), "{}", desk.screen());
        desk.keys("S-Tab S-Tab D");
        assert!(desk.screen().contains("in gold set first"), "{}", desk.screen());
        desk.keys("n Tab Tab Tab Enter");
        assert!(desk.said().contains("Evaluate"), "{}", desk.said());
        assert_eq!(desk.project().verify().unwrap().problems, Vec::<String>::new());
    }

    fn a_gold_set_says_what_it_began_with() {
        let mut desk = letters();
        desk.keys("Tab a Enter p F \"first\" Enter");
        let screen = desk.screen();
        let shown: String = screen.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(shown.contains("prefilled by scripted in 25 % of its spans: its score is flattered"), "{screen}");
    }

    fn gold_is_annotated_blind_and_in_an_order_of_its_own() {
        let mut setup = Setup::default().labels(&LABELS);
        for n in 0..12 {
            setup = setup.document(&format!("d{n}"), &format!("Ada went on journey {n} with [Byron](person?)"));
        }
        let mut desk = setup.sit_down();
        desk.keys("g l / \"journey_3\" Enter B");
        assert!(desk.model().blind);
        assert!(desk.said().starts_with("for gold"), "{}", desk.said());
        let mut order = Vec::new();
        for _ in 0..12 {
            order.push(desk.model().open.as_ref().unwrap().annotation.document.0);
            desk.keys("Enter");
        }
        let mut all = order.clone();
        all.sort();
        assert_eq!(all, (1..=12).collect::<Vec<_>>(), "each one once");
        assert_ne!(order, all, "not as they were imported");
        desk.keys("p B");
        assert!(desk.said().contains("nothing is left to begin"), "{}", desk.said());
        assert_eq!(desk.model().documents.query.order, gleaner::store::GOLD_ORDER);
        desk.keys("p F \"blind\" Enter");
        // The suggestion of the document that was open before has been on the screen.
        assert_eq!(desk.project().gold_set("blind").unwrap().blind, 11);
        // Whoever comes back goes on in the same order.
        let desk = desk.restart();
        assert_eq!(desk.model().documents.query.order, gleaner::store::GOLD_ORDER);
    }

    fn what_was_finished_before_a_label_came_is_checked_again_and_counts_then() {
        use gleaner::jobs::evaluation::{GoldFrom, gold};
        let looked_for_event = |desk: &Desk| {
            let gold = gold(&desk.project(), &GoldFrom::Responses { annotator: None }).unwrap();
            let event = gold.labels.find("event").unwrap();
            gold.documents.iter().filter(|d| d.coverage.as_ref().unwrap().contains(&event)).count()
        };
        let mut desk = letters();
        desk.keys("Enter Enter p a \"event\" Enter Esc Esc o n");
        assert_eq!(desk.model().documents.rows.len(), 2, "{}", desk.screen());
        assert_eq!(looked_for_event(&desk), 0);
        desk.keys("Home Enter Enter");
        assert_eq!(looked_for_event(&desk), 1);
        desk.keys("Enter g l");
        assert_eq!(looked_for_event(&desk), 2);
        assert!(desk.model().documents.rows.is_empty(), "{}", desk.screen());
    }
}
