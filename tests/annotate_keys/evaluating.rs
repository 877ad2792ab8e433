//! Gold against predictions: from the numbers to the spans behind them and back, with the keys.

use super::*;
use desk::marked::Marked;
use gleaner::dataset::format::{self, Format, ReadOptions};
use gleaner::dataset::{Origin, Record, ResponseSpan, SpanId, Status};
use gleaner::store::{Change, Choice, Group, ResponseBody};
use gleaner::text::CharRange;
use gleaner::tui::effect::Effect;
use gleaner::tui::model::Screen;
use gleaner::tui::screen::evaluate::View;

/// Four submitted documents: what is right, wrong, missed and spurious is in the scores of the second brackets.
fn four() -> Setup {
    Setup::default()
        .labels(&LABELS)
        .document(
            "a",
            "[[Ada](person)](person?0.9) met [[Byron](person)](organization?0.6) in [[Turin](place)](place?0.4) on \
             [Monday](date)",
        )
        .document("b", "[The [Analytical Society](organization)](organization?0.8) of [Turin](place?0.7)")
        .document("c", "[[Zeiss](organization)](organization?0.95) of [[Jena](place)](place?0.85)")
        .document("d", "nothing of [note](date?0.3)")
}

/// Everything submitted and frozen.
fn frozen(setup: Setup) -> Desk {
    let mut desk = setup.sit_down();
    desk.keys("g l Home Enter Space s ] Space s ] Space s ] Space s");
    desk.project().freeze_gold(desk::ME, "letters", &Choice::default()).unwrap();
    desk.look();
    desk
}

/// The Evaluate screen with what the model says of it.
fn evaluated() -> Desk {
    let mut desk = frozen(four());
    desk.keys("Space v x");
    desk
}

/// The row of the view that begins with a name.
fn row<'s>(screen: &'s str, name: &str) -> &'s str {
    let begins = |line: &&str| line.trim_start().starts_with(&format!("{name} "));
    screen.lines().find(begins).unwrap_or_else(|| panic!("no row {name} in {screen}"))
}

/// The numbers of a row.
fn numbers(screen: &str, name: &str) -> Vec<String> {
    row(screen, name).trim_start().trim_start_matches(name).split_whitespace().map(str::to_owned).collect()
}

/// What the cell under the cursor opens, if it opens anything.
fn opens(desk: &Desk) -> Option<u64> {
    let shown = desk.model().evaluate.here().unwrap();
    shown.row().and_then(|row| row.cells.get(shown.column)).and_then(|cell| cell.opens.as_ref()).map(|(_, n)| *n)
}

fn place(desk: &Desk) -> (View, usize, usize) {
    let screen = &desk.model().evaluate;
    let shown = screen.here().unwrap();
    (screen.view, shown.at, shown.column)
}

/// Goes over every cell of the view by keys and opens it: behind a number stand as many places.
fn open_every_cell(desk: &mut Desk) -> usize {
    let mut opened = 0;
    desk.keys("g g");
    loop {
        let (_, row, _) = place(desk);
        let columns = desk.model().evaluate.here().unwrap().sheet.columns.len();
        for _ in 0..columns {
            desk.keys("h");
        }
        for column in 0..columns {
            assert_eq!(place(desk).2, column);
            let here = place(desk);
            match opens(desk) {
                Some(0) => {
                    desk.keys("Enter");
                    assert_eq!((desk.said(), desk.model().screen), ("there are none", Screen::Evaluate));
                }
                Some(n) => {
                    desk.keys("Enter");
                    let walk = &desk.model().walk.as_ref().unwrap_or_else(|| panic!("{here:?}: {}", desk.said())).walk;
                    assert_eq!(walk.stops.len() as u64, n, "{here:?} {}", walk.title);
                    assert_eq!(desk.model().screen, Screen::Annotate);
                    opened += 1;
                    desk.keys("Esc");
                    assert_eq!(place(desk), here, "Esc comes back to the cell");
                }
                None => {
                    desk.keys("Enter");
                    assert!(desk.said().starts_with("nothing stands behind this cell"), "{}", desk.said());
                }
            }
            desk.keys("l");
        }
        desk.keys("j");
        if place(desk).1 == row {
            return opened;
        }
    }
}

chapter! {
    fn an_empty_project_says_what_to_do() {
        let mut desk = Setup::default().labels(&LABELS).document("one", "Ada met Byron").sit_down();
        desk.keys("g l v");
        assert_eq!(desk.model().screen, Screen::Evaluate);
        assert!(desk.screen().contains("There is no gold"), "{}", desk.screen());
        desk.keys("Enter");
        assert_eq!(desk.said(), "there is nothing in this view");
        desk.keys("x");
        assert!(desk.said().contains("has no documents: submit some first"), "{}", desk.said());
        desk.keys("Esc");
        assert_eq!(desk.model().screen, Screen::Documents);
    }

    fn the_model_is_asked_about_gold_and_its_numbers_stand_in_a_table() {
        let mut desk = frozen(four());
        desk.keys("Space v");
        let screen = desk.screen();
        assert!(screen.contains("gold set letters: 4 documents, 7 spans"), "{screen}");
        assert!(screen.contains("There are no predictions") && screen.contains("x asks the model"), "{screen}");
        desk.keys("x");
        assert_eq!(desk.said(), "scripted on letters: 4 documents");
        let screen = desk.screen();
        assert!(screen.contains("against it: scripted on letters"), "{screen}");
        assert_eq!(numbers(&screen, "all"), ["7", "6", "3", "2", "0", "2", "1", "0.500", "0.429", "0.462"]);
        assert_eq!(numbers(&screen, "person"), ["2", "1", "1", "0", "0", "1", "0", "1.000", "0.500", "0.667"]);
        // What was chosen is there at the next start.
        let mut desk = desk.restart();
        desk.keys("g l v");
        assert!(desk.screen().contains("against it: scripted on letters"), "{}", desk.screen());
    }

    fn asking_again_makes_another_run_to_compare_with() {
        let mut desk = evaluated();
        desk.keys("x");
        let screen = desk.screen();
        assert!(screen.contains("scripted on letters (baseline) · scripted on letters (2)"), "{screen}");
        desk.keys("7");
        assert!(desk.screen().contains("fixed"), "{}", desk.screen());
        desk.keys("p");
        assert!(desk.screen().contains("[1] scripted on letters · run, baseline"), "{}", desk.screen());
        desk.keys("Space k Enter");
        assert_eq!(desk.model().evaluate.terms.predictors.len(), 1);
        assert!(desk.screen().contains("nothing to compare with"), "{}", desk.screen());
    }

    fn every_number_opens_as_many_places() {
        let mut desk = evaluated();
        let views = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];
        for (key, view) in views.into_iter().zip(View::ALL) {
            desk.keys(key);
            assert_eq!(desk.model().evaluate.view, view);
            let has_rows = desk.model().evaluate.here().is_some_and(|shown| !shown.sheet.rows.is_empty());
            let opened = if has_rows { open_every_cell(&mut desk) } else { 0 };
            let none = matches!(view, View::Comparison | View::Agreement | View::Errors);
            assert!(opened > 0 || none, "{view:?}: {}", desk.screen());
        }
    }

    fn every_number_of_a_comparison_opens_too() {
        let mut desk = evaluated();
        desk.keys("x 7");
        assert!(open_every_cell(&mut desk) == 0, "two equal runs differ in nothing");
        desk.keys("1");
        assert!(open_every_cell(&mut desk) > 0);
    }

    fn a_cell_is_walked_and_what_is_corrected_there_moves_the_table() {
        let mut desk = evaluated();
        desk.keys("g g h h h h");
        let shown = desk.model().evaluate.here().unwrap();
        assert_eq!(shown.sheet.columns[shown.column].name, "missed");
        desk.keys("Enter");
        assert_eq!(desk.model().walk.as_ref().unwrap().walk.title, "all · missed · strict");
        desk.keys("n");
        assert_eq!(desk.document(), "a");
        // Monday is no date after all.
        desk.keys("d Esc");
        assert_eq!(desk.model().screen, Screen::Evaluate);
        let screen = desk.screen();
        let all = numbers(&screen, "all");
        assert_eq!((all[0].as_str(), all[5].as_str()), ("6▼", "1▼"), "{screen}");
        desk.keys("u");
        assert_eq!(desk.model().screen, Screen::Evaluate, "the numbers move where they are looked at");
        assert_eq!(numbers(&desk.screen(), "all")[5], "2");
        let project = desk.project();
        let document = project.find_document("a").unwrap().unwrap().id;
        assert_eq!(project.response(document, desk::ME).unwrap().spans.len(), 4, "mine stays as it was");
        assert_eq!(project.verify().unwrap().problems, Vec::<String>::new());
    }

    fn mode_rules_and_threshold_are_switched_where_the_numbers_are() {
        let mut desk = evaluated();
        desk.keys("m");
        assert_eq!(desk.said(), "exact: same borders, any label");
        assert_eq!(numbers(&desk.screen(), "all")[2], "4▲".trim_end_matches('▲'));
        desk.keys("m m m s");
        assert!(desk.said().contains("spans that touch overlap by one character"), "{}", desk.said());
        desk.keys("s s - - -");
        assert_eq!(desk.model().settings.threshold, 0.35);
        assert!(numbers(&desk.screen(), "all")[1].starts_with('7'), "{}", desk.screen());
        desk.keys("+ = +");
        assert_eq!(numbers(&desk.screen(), "all")[1], "6");
    }

    fn columns_sort_both_ways_and_not() {
        let mut desk = evaluated();
        let names = |desk: &Desk| -> Vec<String> {
            let shown = desk.model().evaluate.here().unwrap();
            shown.order.iter().map(|row| shown.sheet.rows[*row].name.clone()).collect()
        };
        let before = names(&desk);
        assert_eq!(before, ["all", "macro", "person", "organization", "place", "date"]);
        desk.keys("o");
        assert_eq!(names(&desk), ["all", "macro", "person", "place", "organization", "date"]);
        assert!(desk.said().contains("highest first"));
        desk.keys("o");
        assert_eq!(names(&desk), ["all", "macro", "date", "organization", "place", "person"]);
        desk.keys("o");
        assert_eq!(names(&desk), before);
        desk.keys("5 o");
        assert_eq!(desk.said(), "the rows of this view have an order of their own");
    }

    fn the_curve_is_that_of_the_label_and_its_best_point_becomes_the_threshold() {
        let mut desk = evaluated();
        desk.keys("j j j j 3");
        assert_eq!(desk.model().evaluate.curve_of.as_deref(), Some("place"));
        assert!(desk.screen().contains("place: n N another label"), "{}", desk.screen());
        desk.keys("Home t");
        let place = |desk: &Desk| desk.model().labels.all().iter().find(|l| l.name == "place").unwrap().threshold;
        assert_eq!(place(&desk), Some(0.05));
        desk.keys("u n");
        assert_eq!((place(&desk), desk.model().evaluate.curve_of.as_deref()), (None, Some("date")));
        desk.keys("n j j t");
        assert_eq!(desk.model().evaluate.curve_of, None);
        assert!(desk.said().starts_with("threshold 0."), "{}", desk.said());
        desk.keys("N");
        assert_eq!(desk.model().evaluate.curve_of.as_deref(), Some("date"));
        desk.keys("1 t");
        assert_eq!(desk.said(), "the curve has thresholds: g u shows it");
    }

    fn views_are_reached_in_turn_by_digit_or_by_name() {
        let mut desk = evaluated();
        for view in View::ALL.iter().skip(1).chain([&View::Table]) {
            desk.keys("Tab");
            assert_eq!(desk.model().evaluate.view, *view);
        }
        desk.keys("S-Tab");
        assert_eq!(desk.model().evaluate.view, View::Agreement);
        let keys = ["g t", "g c", "g u", "g k", "g b", "g d", "g m", "g x", "g a"];
        for (keys, view) in keys.iter().zip(View::ALL) {
            desk.keys(keys);
            assert_eq!(desk.model().evaluate.view, view);
        }
    }

    fn the_cursor_goes_everywhere() {
        let mut desk = evaluated();
        desk.keys("End");
        assert_eq!(place(&desk).1, 5);
        desk.keys("Home Down Up G g g PageDown PageUp C-d C-u g e Left Right");
        assert_eq!(place(&desk), (View::Table, 5, 9));
        desk.keys("5 g g k");
        let shown = desk.model().evaluate.here().unwrap();
        assert!(!shown.row().unwrap().is_heading(), "headings are passed over");
    }

    fn gold_can_be_what_is_submitted_and_predictions_a_colleague() {
        let mut desk = frozen(four());
        desk.keys("Space v a");
        assert!(desk.screen().contains("gold set letters · frozen"), "{}", desk.screen());
        desk.keys("j Enter");
        assert!(desk.screen().contains("submitted answers: 4 documents, 7 spans"), "{}", desk.screen());
        // Nobody is judged by their own answers.
        desk.keys("p Enter 9");
        let screen = desk.screen();
        assert!(screen.contains("4 left out") && screen.contains("There is no gold left"), "{screen}");
        desk.keys("a Esc p q");
        assert_eq!(desk.model().overlays.len(), 0);
    }

    fn two_people_agree_or_do_not_and_what_one_did_not_answer_is_left_out() {
        let mut desk = frozen(four());
        // Bob has answered two documents, one of them otherwise.
        let project = desk.project();
        let labels = project.labels().unwrap();
        let mut changes = Vec::new();
        for (id, spans) in [("a", vec![(0, 3, 0), (8, 13, 1)]), ("c", vec![(0, 5, 1), (9, 13, 2)])] {
            let document = project.find_document(id).unwrap().unwrap().id;
            let spans = spans.iter().enumerate().map(|(n, (start, end, label))| ResponseSpan {
                id: SpanId(n as i64 + 1),
                range: CharRange::new(*start, *end),
                label: labels[*label].id,
                origin: Origin::Key,
                prediction: None,
            });
            let body = ResponseBody { status: Status::Submitted, spans: spans.collect(), coverage: None };
            changes.push(Change::Response { document, annotator: "bob".into(), before: None, after: Some(body) });
        }
        let mut project = project;
        project.commit(&Group { actor: "bob".into(), reason: "answers".into(), changes }).unwrap();
        desk.keys("Space v p");
        assert!(desk.screen().contains("[ ] bob · annotator"), "{}", desk.screen());
        desk.keys("j Enter 9");
        let screen = desk.screen();
        assert!(screen.contains("2 left out: not answered by both"), "{screen}");
        assert_eq!(numbers(&screen, "all")[..4], ["3", "1", "2", "0"], "{screen}");
        assert!(open_every_cell(&mut desk) > 4);
        desk.keys("3");
        assert!(desk.screen().contains("bob is a person and gives no scores"), "{}", desk.screen());
    }

    fn while_the_model_is_asked_quitting_asks_too() {
        let mut desk = frozen(four());
        desk.keys("Space v");
        desk.feed(gleaner::tui::update::command("evaluate_model").unwrap());
        desk.feed(gleaner::tui::update::command("quit").unwrap());
        assert!(desk.screen().contains("The model is still being asked about gold"), "{}", desk.screen());
        desk.keys("n");
        assert!(!desk.model().quit);
        assert_eq!(desk.model().evaluate.terms.predictors.len(), 1, "it went on meanwhile");
    }

    fn the_view_is_copied_as_a_table_and_read_again_on_demand() {
        let mut desk = evaluated();
        desk.keys("c");
        let copied = desk.for_terminal.iter().find_map(|e| match e {
            Effect::Copy(text) => Some(text.clone()),
            _ => None,
        });
        let copied = copied.unwrap();
        assert!(copied.contains("| all | 7 | 6 | 3 | 2 | 0 | 2 | 1 | 0.500 | 0.429 | 0.462 |"), "{copied}");
        desk.project().freeze_gold(desk::ME, "later", &Choice::default()).unwrap();
        desk.keys("R a");
        assert!(desk.screen().contains("gold set later"), "{}", desk.screen());
    }

    fn esc_goes_back_to_where_one_came_from() {
        let mut desk = evaluated();
        desk.keys("Esc");
        assert_eq!(desk.model().screen, Screen::Annotate);
        desk.keys("p v");
        assert_eq!(desk.model().screen, Screen::Evaluate);
        desk.keys("Esc");
        assert_eq!(desk.model().screen, Screen::Project);
        desk.keys("Esc g l r v");
        assert_eq!(desk.model().screen, Screen::Evaluate);
        desk.keys("Esc");
        assert_eq!(desk.model().screen, Screen::Review);
    }

    fn asking_the_model_can_be_stopped_and_leaves_nothing() {
        let mut desk = frozen(four());
        desk.keys("Space v");
        // Pressed twice before the model has answered.
        desk.feed(gleaner::tui::update::command("evaluate_model").unwrap());
        desk.feed(gleaner::tui::update::command("evaluate_model").unwrap());
        assert_eq!(desk.said(), "stopped asking the model: nothing of it is kept");
        desk.keys("R");
        assert!(desk.project().runs().unwrap().iter().all(|run| run.live));
        assert!(desk.screen().contains("There are no predictions"), "{}", desk.screen());
    }

    fn the_smallest_terminal_shows_it_and_columns_scroll() {
        let mut desk = frozen(four().size(60, 15));
        desk.keys("Space v x");
        let screen = desk.screen();
        assert!(screen.contains("[Table]") && screen.contains("0.462"), "{screen}");
        desk.keys("h h h h h h h h h");
        assert!(screen != desk.screen());
        assert!(desk.screen().contains("gold"), "{}", desk.screen());
        for view in ["2", "3", "4", "5", "6", "7", "8", "9"] {
            desk.keys(view);
            assert!(desk.screen().lines().count() == 15);
        }
    }
}

/// The demo's corpus as far as it has gold.
fn demo_gold(documents: usize) -> Vec<Record> {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("data/demo/watches.jsonl");
    let opened = format::open(&file, Some(Format::Jsonl), &ReadOptions::default()).unwrap();
    opened.records.map(Result::unwrap).filter(|record| !record.responses.is_empty()).take(documents).collect()
}

/// What a model might say of gold: most of it, with one mistake of each kind now and then.
fn predicted(record: &Record, labels: &[String]) -> Vec<(CharRange, String, f32)> {
    let mut found = Vec::new();
    for (n, span) in record.responses.iter().flat_map(|r| &r.spans).enumerate() {
        let score = 0.35 + (n * 13 % 60) as f32 / 100.0;
        let other = &labels[(n + 3) % labels.len()];
        let range = span.range;
        match n % 7 {
            0 if range.end - range.start > 3 => {
                found.push((CharRange::new(range.start, range.end - 2), span.label.clone(), score));
            }
            2 => found.push((range, other.clone(), score)),
            4 => {}
            5 if range.start > 12 => {
                found.push((range, span.label.clone(), score));
                found.push((CharRange::new(range.start - 12, range.start - 9), other.clone(), score));
            }
            _ => found.push((range, span.label.clone(), score)),
        }
    }
    found
}

#[test]
fn every_cell_field_bucket_and_curve_point_of_the_demo_opens_as_many_spans_as_it_says() {
    let records = demo_gold(14);
    let mut labels: Vec<String> = Vec::new();
    for span in records.iter().flat_map(|r| &r.responses).flat_map(|r| &r.spans) {
        if !labels.contains(&span.label) {
            labels.push(span.label.clone());
        }
    }
    let mut setup = Setup { labels: labels.clone(), ..Setup::default() };
    for record in &records {
        let suggestions = predicted(record, &labels);
        let marked = Marked { text: record.text.clone(), suggestions, ..Marked::default() };
        setup.documents.push((record.id.clone().unwrap(), marked));
    }
    let mut desk = setup.sit_down();
    desk.project().freeze_gold_records("demo corpus", "demo", &records, true).unwrap();
    desk.look();
    desk.keys("Space v x");
    assert!(desk.screen().contains("gold set demo: 14 documents"), "{}", desk.screen());
    for (key, at_least) in [("1", 40), ("2", 10), ("3", 60), ("4", 10), ("5", 40), ("6", 60), ("8", 1)] {
        desk.keys(key);
        let opened = open_every_cell(&mut desk);
        assert!(opened >= at_least, "{key}: {opened} cells, {}", desk.screen());
    }
}
