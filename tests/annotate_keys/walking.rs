//! A walk: from a number of an evaluation through the spans behind it, with gold open and what was predicted beside it.

use super::*;
use gleaner::dataset::{
    DocumentId, Label, LabelId, Origin, Prediction, PredictionKey, Record, ResponseSpan, RunId, SpanId, Status, Verdict,
};
use gleaner::evaluate::{Class, Mode};
use gleaner::store::{Change, DocumentState, GOLD_SET, Group, ImportOptions, ResponseBody, RunSpec};
use gleaner::text::CharRange;
use gleaner::tui::model::Screen;
use gleaner::tui::walk::{self, Above, Predicted, Stop, Walk};

const PERSON: usize = 0;
const ORGANIZATION: usize = 1;
const PLACE: usize = 2;

/// Three documents, their gold in the set `demo`, and a run that is right about the last one.
struct Evaluated {
    desk: Desk,
    labels: Vec<Label>,
    documents: [DocumentId; 3],
    run: RunId,
}

type Marks<'m> = &'m [(usize, usize, usize)];

fn group(changes: Vec<Change>) -> Group {
    Group { actor: "setup".into(), reason: "set up".into(), changes }
}

impl Evaluated {
    fn new(gold: &str) -> Self {
        Self::of_size(gold, 80, 24)
    }

    fn of_size(gold: &str, columns: u16, rows: u16) -> Self {
        let setup = Setup::default().labels(&LABELS).size(columns, rows);
        let setup = setup.document("a", "[Omega](date?) SA sold [it](person?)").document("b", "Ada met Byron");
        let mut desk = setup.document("c", "So did Turin").document("mine", "#[Ada]# wrote").sit_down();
        let mut project = desk.project();
        let labels = project.labels().unwrap();
        let documents = ["a", "b", "c"].map(|name| project.find_document(name).unwrap().unwrap().id);
        let gold_marks: [Marks; 3] = [&[(0, 8, ORGANIZATION)], &[(0, 3, PERSON)], &[(7, 12, PLACE)]];
        for (document, marks) in documents.iter().zip(gold_marks) {
            let span = |(id, (start, end, label)): (usize, &(usize, usize, usize))| ResponseSpan {
                id: SpanId(id as i64 + 1),
                range: CharRange::new(*start, *end),
                label: labels[*label].id,
                origin: Origin::Key,
                prediction: None,
            };
            let spans = marks.iter().enumerate().map(span).collect();
            let after = Some(ResponseBody { status: Status::Submitted, spans, coverage: None });
            let change = Change::Response { document: *document, annotator: gold.into(), before: None, after };
            project.commit(&group(vec![change])).unwrap();
        }
        let run = project.begin_run("baseline", &RunSpec::default()).unwrap();
        let said: [&[(usize, usize, usize, f32)]; 3] =
            [&[(0, 5, PERSON, 0.82), (9, 13, PLACE, 0.3)], &[(8, 13, PERSON, 0.6)], &[(7, 12, PLACE, 0.9)]];
        let batch: Vec<(DocumentId, Vec<Prediction>)> = documents
            .iter()
            .zip(said)
            .map(|(document, said)| {
                let prediction = |(start, end, label, score): &(usize, usize, usize, f32)| Prediction {
                    key: PredictionKey { run, range: CharRange::new(*start, *end), label: labels[*label].id },
                    score: *score,
                };
                (*document, said.iter().map(prediction).collect())
            })
            .collect();
        project.add_predictions(run, &batch).unwrap();
        project.finish_run(run).unwrap();
        drop(project);
        desk.look();
        desk.keys("] ] ]");
        assert_eq!(desk.document(), "mine");
        Self { desk, labels, documents, run }
    }

    fn label(&self, label: usize) -> LabelId {
        self.labels[label].id
    }

    /// All that was counted, in the order of the documents.
    fn stops(&self, gold: &str) -> Vec<Stop> {
        let at = |start, end, label: usize| (CharRange::new(start, end), self.labels[label].id);
        let predicted = |start, end, label: usize, score| (CharRange::new(start, end), self.labels[label].id, score);
        let stop = |document: usize, gold_span, prediction, class| Stop {
            document: self.documents[document],
            annotator: gold.into(),
            gold: gold_span,
            prediction,
            text: None,
            counted: Some((Mode::Strict, class)),
        };
        vec![
            stop(0, Some(at(0, 8, ORGANIZATION)), Some(predicted(0, 5, PERSON, Some(0.82))), Class::Incorrect),
            stop(1, Some(at(0, 3, PERSON)), None, Class::Missed),
            stop(1, None, Some(predicted(8, 13, PERSON, Some(0.6))), Class::Spurious),
            stop(2, Some(at(7, 12, PLACE)), Some(predicted(7, 12, PLACE, Some(0.9))), Class::Correct),
        ]
    }

    /// Begins a walk, as a cell of the table does.
    fn walk(&mut self, gold: &str) {
        let stops = self.stops(gold);
        let thresholds = Above { all: 0.5, ..Above::default() };
        self.walk_of(Predicted::Run(self.run, thresholds), stops);
    }

    fn walk_of(&mut self, predicted: Predicted, stops: Vec<Stop>) {
        let walk = Walk { title: "all labels · strict".into(), predicted, stops, at: 0 };
        for effect in walk::begin(&mut self.desk.app.model, walk) {
            let said = gleaner::tui::effect::Runner::run(&mut self.desk.app.runner, effect);
            said.into_iter().for_each(|msg| self.desk.feed(msg));
        }
    }

    /// Nothing was said in my name, and I am where I was.
    fn nothing_of_mine_was_written(&self) {
        let project = self.desk.project();
        for document in self.documents {
            assert_eq!(project.response(document, desk::ME).unwrap().status, Status::Pending);
            assert!(project.decisions(document, desk::ME).unwrap().is_empty());
            assert!(project.responses(document).unwrap().iter().all(|(who, _)| who != desk::ME));
            assert!(!self.desk.model().seen.contains(&document) || document == self.documents[0]);
        }
        let place = project.ui_state(desk::ME, "place").unwrap().unwrap();
        assert!(place.starts_with(&format!("{} ", project.find_document("mine").unwrap().unwrap().id)), "{place}");
        assert!(project.verify().unwrap().problems.is_empty());
    }
}

/// The lines of the screen that say where in the walk one is.
fn lines(desk: &Desk) -> String {
    let screen = desk.screen();
    screen.lines().skip(1).take(2).map(str::trim).collect::<Vec<_>>().join("\n")
}

fn demo() -> String {
    format!("{GOLD_SET}demo")
}

chapter! {
    fn each_place_is_opened_with_gold_and_what_was_predicted() {
        let mut at = Evaluated::new(&demo());
        at.walk(&demo());
        let desk = &mut at.desk;
        // Only what passes the threshold of the evaluation; what the live model says is not here.
        assert_eq!(desk.shown(), "#[[[Omega](person?) SA](organization)]# sold it");
        assert_eq!(
            lines(desk),
            "1/4 all labels · strict · incorrect  other label, ends early\n\
             gold: organization “Omega SA”  predicted: person “Omega” 0.82"
        );
        assert!(desk.screen().lines().next().unwrap().contains("gold demo"));
        desk.keys("n");
        assert_eq!((desk.document(), desk.shown().as_str()), ("b", "#[[Ada](person)]# met [Byron](person?)"));
        assert!(lines(desk).ends_with("gold: person “Ada”  not predicted as person"), "{}", lines(desk));
        desk.keys("n");
        assert_eq!((desk.document(), desk.shown().as_str()), ("b", "[Ada](person) met #[[Byron](person?)]#"));
        assert!(lines(desk).ends_with("not in gold as person  predicted: person “Byron” 0.60"), "{}", lines(desk));
        desk.keys("n");
        // One that is the same as gold is drawn once.
        assert_eq!((desk.document(), desk.shown().as_str()), ("c", "So did #[[Turin](place)]#"));
        assert!(lines(desk).contains("correct  the same"), "{}", lines(desk));
        desk.keys("n");
        assert_eq!(desk.said(), "this is the last place: Esc goes back");
        desk.keys("N N N N");
        assert_eq!(desk.said(), "this is the first place: Esc goes back");
        assert_eq!(desk.document(), "a");
        at.nothing_of_mine_was_written();
    }

    fn esc_ends_a_walk_where_it_began_with_everything_as_it_was() {
        let mut at = Evaluated::new(&demo());
        at.desk.keys("l");
        let before = at.desk.shown();
        at.walk(&demo());
        at.desk.keys("n n / \"met\" Enter");
        assert_eq!(at.desk.shown(), "[Ada](person) #[met]# [Byron](person?)");
        // First what was found is let go, then the walk.
        at.desk.keys("Esc");
        assert!(at.desk.model().walk.is_some());
        at.desk.keys("Esc");
        assert!(at.desk.model().walk.is_none());
        assert_eq!(at.desk.model().screen, Screen::Annotate);
        assert_eq!((at.desk.document(), at.desk.shown()), ("mine", before));
        at.nothing_of_mine_was_written();
    }

    fn a_correction_goes_into_gold_in_my_name_and_undoes() {
        let mut at = Evaluated::new(&demo());
        at.walk(&demo());
        let [a, b, _] = at.documents;
        // A span of gold gets another label; then what was predicted of the next document is right.
        at.desk.keys("4 n n a");
        let project = at.desk.project();
        let gold = project.response(a, &demo()).unwrap();
        assert_eq!((gold.status, gold.spans.len()), (Status::Submitted, 1));
        let history = project.history(1).unwrap();
        assert_eq!((history[0].actor.as_str(), history[0].reason.as_str()), (desk::ME, "accept person “Byron”"));
        let gold = project.response(b, &demo()).unwrap();
        assert_eq!((gold.status, gold.spans.len()), (Status::Submitted, 2));
        let decisions = project.decisions(b, &demo()).unwrap();
        assert_eq!((decisions.len(), decisions[0].verdict), (1, Verdict::Accepted));
        // On to the next place, and back by undoing.
        assert_eq!(at.desk.document(), "c");
        at.desk.keys("u");
        assert_eq!((at.desk.document(), at.desk.spans().as_str()), ("b", "[Ada](person) met [Byron](person?)"));
        assert_eq!(at.desk.said(), "undid: accept person “Byron”, in gold demo");
        assert!(at.desk.model().walk.is_some());
        at.desk.keys("U Esc");
        at.nothing_of_mine_was_written();
    }

    fn what_was_corrected_is_shown_where_it_was() {
        let mut at = Evaluated::new(&demo());
        at.walk(&demo());
        at.desk.keys("L");
        assert_eq!(at.desk.shown(), "#[[[Omega](person?) SA sold](organization)]# it");
        assert!(lines(&at.desk).contains("gold was: organization “Omega SA”"), "{}", lines(&at.desk));
        at.desk.keys("n N");
        assert_eq!(at.desk.shown(), "[#[[Omega](person?)]# SA sold](organization) it");
        at.desk.keys("X");
        assert_eq!(at.desk.said(), "reject person “Omega”");
        at.desk.keys("X");
        assert_eq!(at.desk.said(), "person “Omega” is rejected already");
        assert!(lines(&at.desk).contains("rejected: person “Omega” 0.82"), "{}", lines(&at.desk));
    }

    fn undo_finds_the_response_again_when_the_walk_is_over() {
        let mut at = Evaluated::new(&demo());
        at.walk(&demo());
        at.desk.keys("n d Esc");
        assert_eq!(at.desk.document(), "mine");
        at.desk.keys("u");
        assert_eq!((at.desk.document(), at.desk.shown().as_str()), ("b", "#[[Ada](person)]# met Byron"));
        assert_eq!(at.desk.said(), "undid: delete person “Ada”, in gold demo");
        assert!(at.desk.screen().lines().next().unwrap().contains("gold demo"));
        // The way on leads to my own.
        at.desk.keys("]");
        assert_eq!((at.desk.document(), at.desk.spans().as_str()), ("c", "So did Turin"));
        assert!(!at.desk.screen().contains("gold demo"));
    }

    fn a_colleagues_response_is_corrected_as_theirs() {
        let mut at = Evaluated::new("bob");
        at.walk("bob");
        assert!(at.desk.screen().lines().next().unwrap().contains("bob's response"));
        at.desk.keys("n d S");
        let gold = at.desk.project().response(at.documents[1], "bob").unwrap();
        assert_eq!((gold.status, gold.spans.len()), (Status::Submitted, 0));
        // What is a person's own to say is not said for them.
        for command in ["write_note", "toggle_flag", "keep_draft", "discard_and_next", "label_occurrences"] {
            at.desk.command(command);
            assert!(at.desk.said().starts_with("not with bob's response"), "{command}: {}", at.desk.said());
        }
        // Nor is anything left without saying so.
        for command in ["next_document", "go_to_document", "show_documents", "suggest_again", "raise_threshold"] {
            at.desk.command(command);
            assert_eq!(at.desk.said(), "not in a walk: Esc ends it", "{command}");
        }
        at.nothing_of_mine_was_written();
    }

    fn one_annotator_is_compared_with_another_without_a_run() {
        let mut at = Evaluated::new(&demo());
        let span = ResponseSpan {
            id: SpanId(1),
            range: CharRange::new(8, 13),
            label: at.label(PERSON),
            origin: Origin::Key,
            prediction: None,
        };
        let body = ResponseBody { status: Status::Submitted, spans: vec![span.clone()], coverage: None };
        let document = at.documents[1];
        let change = Change::Response { document, annotator: "cid".into(), before: None, after: Some(body) };
        at.desk.project().commit(&group(vec![change])).unwrap();
        at.desk.look();
        let prediction = Some((span.range, span.label, None));
        let stop = Stop { document, annotator: demo(), gold: None, prediction, text: None, counted: None };
        at.walk_of(Predicted::Annotator("cid".into()), vec![stop]);
        assert_eq!(at.desk.shown(), "[Ada](person) met #[[Byron](person?)]#");
        assert!(lines(&at.desk).ends_with("not in gold as person  cid: person “Byron”"), "{}", lines(&at.desk));
        at.desk.keys("x");
        assert_eq!(at.desk.said(), "no model said person “Byron”: there is nothing to reject");
        at.desk.keys("y");
        let gold = at.desk.project().response(document, &demo()).unwrap();
        assert_eq!((gold.spans.len(), gold.spans[1].prediction), (2, None));
        assert!(at.desk.project().decisions(document, &demo()).unwrap().is_empty());
        at.nothing_of_mine_was_written();
    }

    fn a_document_that_is_gone_keeps_its_place() {
        let mut at = Evaluated::new(&demo());
        at.walk(&demo());
        let (before, after) = (DocumentState { removed: false, version: 1 }, DocumentState { removed: true, version: 1 });
        let change = Change::Document { document: at.documents[1], before, after };
        at.desk.project().commit(&group(vec![change])).unwrap();
        at.desk.keys("n");
        assert!(lines(&at.desk).contains("this document is not in the project any more"), "{}", lines(&at.desk));
        at.desk.keys("n n");
        assert_eq!(at.desk.document(), "c");
        at.desk.keys("N Esc");
        assert_eq!(at.desk.document(), "mine");
    }

    fn a_text_that_has_changed_since_shows_where_it_was_in_words() {
        let mut at = Evaluated::new(&demo());
        at.walk(&demo());
        at.desk.keys("n n n");
        assert_eq!(at.desk.document(), "c");
        let mut project = at.desk.project();
        let mut import = project.import(ImportOptions { annotator: "x".into(), ..ImportOptions::default() }).unwrap();
        let record = Record { id: Some("c".into()), text: "So".into(), ..Record::default() };
        import.add_from(record, Origin::Import).unwrap();
        import.finish().unwrap();
        drop(project);
        at.desk.look();
        assert_eq!(at.desk.shown(), "#[So]#");
        assert!(
            lines(&at.desk).contains("gold was: place at 7–12, past the end  was predicted: place at 7–12"),
            "{}",
            lines(&at.desk)
        );
        at.desk.keys("N n a x d L");
        assert!(at.desk.model().walk.is_some());
    }

    fn no_text_is_quoted_that_was_not_counted() {
        let mut at = Evaluated::new(&demo());
        let mut stops = at.stops(&demo());
        stops.iter_mut().take(1).for_each(|stop| stop.text = Some("Omega SA sold it".into()));
        stops.iter_mut().skip(3).for_each(|stop| stop.text = Some("So did Turing".into()));
        let above = Above { all: 0.5, ..Above::default() };
        at.walk_of(Predicted::Run(at.run, above), stops);
        assert!(lines(&at.desk).contains("gold: organization “Omega SA”"), "{}", lines(&at.desk));
        at.desk.keys("n n n");
        let said = lines(&at.desk);
        assert!(said.contains("the text was changed since it was counted  gold was: place"), "{said}");
        assert!(said.contains("was predicted: pla") && !said.contains('“'), "{said}");
    }

    fn blind_mode_hides_nothing_that_is_walked_through() {
        let mut at = Evaluated::new(&demo());
        at.desk.keys("Space h");
        at.walk(&demo());
        assert_eq!(at.desk.shown(), "#[[[Omega](person?) SA](organization)]# sold it");
        assert!(!at.desk.screen().contains("BLIND"));
        at.desk.keys("Esc");
        assert!(at.desk.screen().contains("BLIND"));
    }

    fn a_walk_leads_back_to_the_cell_it_began_at() {
        let mut at = Evaluated::new(&demo());
        at.desk.keys("Space v g g h h h h Enter");
        assert!(lines(&at.desk).starts_with("1/1 all · missed · strict\ngold: person “Ada”"), "{}", lines(&at.desk));
        let cell = |desk: &Desk| desk.model().evaluate.here().map(|shown| (shown.at, shown.column));
        let before = cell(&at.desk);
        // What was missed is no person after all: nothing is missed any more.
        at.desk.keys("d Space v");
        assert_eq!((at.desk.model().screen, cell(&at.desk)), (Screen::Evaluate, before));
        let screen = at.desk.screen();
        let row = screen.lines().find(|line| line.trim_start().starts_with("all ")).unwrap();
        let numbers: Vec<&str> = row.split_whitespace().skip(1).take(6).collect();
        assert_eq!(numbers, ["2▼", "3", "1", "1", "0", "0▼"], "{screen}");
        at.desk.keys("Enter");
        assert_eq!(at.desk.said(), "there are none");
        at.desk.keys("Esc");
        assert_eq!((at.desk.model().screen, at.desk.document()), (Screen::Annotate, "mine"));
        at.nothing_of_mine_was_written();
    }

    fn the_side_pane_lists_the_places() {
        let mut at = Evaluated::of_size(&demo(), 120, 40);
        at.walk(&demo());
        let screen = at.desk.screen();
        assert!(screen.contains("#1 incorrect Omega SA organization"), "{screen}");
        assert!(screen.contains("#2 missed Ada person") && screen.contains("#2 spurious Byron person"), "{screen}");
        at.desk.keys("I j j");
        assert_eq!(at.desk.shown(), "[Ada](person) met #[[Byron](person?)]#");
        at.desk.keys("G g g Esc");
        assert_eq!(at.desk.document(), "a");
        assert!(at.desk.model().walk.is_some());
        at.desk.command("cycle_side_pane");
        assert!(!at.desk.screen().contains("missed Ada"));
        at.desk.command("cycle_side_pane");
        at.desk.command("cycle_side_pane");
        at.desk.command("cycle_side_pane");
        assert!(at.desk.screen().contains("missed Ada"));
    }

    fn below_110_columns_the_list_takes_the_place_of_the_text() {
        let mut at = Evaluated::new(&demo());
        at.walk(&demo());
        at.desk.command("toggle_side_pane");
        let screen = at.desk.screen();
        assert!(screen.contains("#2 missed Ada person"), "{screen}");
        at.desk.keys("j Esc");
        assert_eq!(at.desk.shown(), "#[[Ada](person)]# met [Byron](person?)");
        assert!(at.desk.model().walk.is_some());
    }

    fn a_walk_of_thousands_of_places_is_walked_like_any_other() {
        let mut at = Evaluated::of_size(&demo(), 120, 40);
        let stops: Vec<Stop> = at.stops(&demo()).into_iter().cycle().take(8000).collect();
        at.walk_of(Predicted::Run(at.run, Above { all: 0.5, ..Above::default() }), stops);
        at.desk.command("focus_side_pane");
        at.desk.command("last_item");
        assert_eq!(at.desk.document(), "c");
        assert!(at.desk.screen().contains("8000/8000"));
        assert!(at.desk.screen().contains("correct Turin place"));
    }
}
