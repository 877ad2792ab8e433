//! The cache of a project against the model: whatever is asked of it, it answers as a fresh run would.

use gleaner::dataset::{Label, LabelId};
use gleaner::gliner::{Candidate, DecodeOptions, Gliner, SuggestOptions, decode};
use gleaner::suggest::Suggester;

const TEXTS: [&str; 4] = [
    "Omega sold the Speedmaster Professional for 6,500 CHF in Geneva.",
    "The New York auction of Phillips saw a Patek Philippe Nautilus 😀 in rose gold.",
    "",
    "Rolex, Rolex and the Rolex Daytona: steel, ceramic, 29 000 €.",
];

fn labels() -> Vec<Label> {
    let names = ["brand", "watch model", "place", "price", "organization"];
    names.iter().enumerate().map(|(n, name)| Label::named(LabelId(n as i64 + 1), *name, n as i64)).collect()
}

#[test]
fn the_cache_answers_every_threshold_as_a_fresh_run_would() {
    let dir = tempfile::tempdir().unwrap();
    let labels = labels();
    let mut remembering = Suggester::new(Gliner::embedded(1).unwrap(), false).remembering(dir.path());
    let first = remembering.candidates(&TEXTS, &labels, None).unwrap();
    drop(remembering);
    assert!(dir.path().join("cache/suggestions.db").is_file());
    let mut remembering = Suggester::new(Gliner::embedded(1).unwrap(), false).remembering(dir.path());
    let again = remembering.candidates(&TEXTS, &labels, None).unwrap();
    assert_eq!(again, first, "what is remembered is what was said");

    let fresh = Gliner::embedded(1).unwrap();
    let prompts: Vec<String> = labels.iter().map(|l| l.prompt().to_owned()).collect();
    let mut compared = 0;
    for threshold in [0.05, 0.1, 0.25, 0.3, 0.5, 0.7, 0.9, 0.99] {
        // As a fresh run at this threshold: nothing below it leaves the model.
        let options = SuggestOptions { floor: threshold, ..SuggestOptions::default() };
        let straight = fresh.candidates(&TEXTS, &prompts, &options).unwrap();
        for nested in [false, true] {
            for multi_label in [false, true] {
                let how = DecodeOptions { threshold, nested, multi_label, ..DecodeOptions::default() };
                for (remembered, fresh) in again.iter().zip(&straight) {
                    let spans = |candidates: &[Candidate]| -> Vec<(usize, usize, usize)> {
                        decode(candidates, &how).iter().map(|c| (c.range.start, c.range.end, c.class)).collect()
                    };
                    assert_eq!(spans(remembered), spans(fresh), "{how:?}");
                    compared += spans(fresh).len();
                }
            }
        }
    }
    assert!(compared > 50, "{compared} spans are too few to say anything");
}

#[test]
fn below_what_the_cache_keeps_the_model_is_asked_again() {
    let dir = tempfile::tempdir().unwrap();
    let model = || Gliner::embedded(1).unwrap();
    let kept = Suggester::new(model(), false).remembering(dir.path()).candidates(&TEXTS, &labels(), None).unwrap();
    let lower =
        Suggester::new(model(), false).remembering(dir.path()).above(0.01).candidates(&TEXTS, &labels(), None).unwrap();
    let prompts: Vec<String> = labels().iter().map(|l| l.prompt().to_owned()).collect();
    let options = SuggestOptions { floor: 0.01, ..SuggestOptions::default() };
    assert_eq!(lower, model().candidates(&TEXTS, &prompts, &options).unwrap());
    assert!(lower[0].len() > kept[0].len(), "{} and {}", lower[0].len(), kept[0].len());
}

#[test]
fn other_labels_order_or_model_options_are_other_questions() {
    let dir = tempfile::tempdir().unwrap();
    let labels = labels();
    let mut suggester = Suggester::new(Gliner::embedded(1).unwrap(), false).remembering(dir.path());
    let mut without = Suggester::new(Gliner::embedded(1).unwrap(), false);
    let reversed: Vec<Label> = labels.iter().rev().cloned().collect();
    let mut prompted = labels.clone();
    prompted[0].prompt = Some("company that makes watches".into());
    for asked in [labels.clone(), reversed, prompted, labels[..2].to_vec()] {
        let (remembered, fresh) =
            (suggester.candidates(&TEXTS, &asked, None).unwrap(), without.candidates(&TEXTS, &asked, None).unwrap());
        assert_eq!(remembered, fresh);
    }
}

#[test]
fn a_cache_that_cannot_be_kept_is_done_without() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("cache"), "a file where the folder should be").unwrap();
    let mut suggester = Suggester::new(Gliner::embedded(1).unwrap(), false).remembering(dir.path());
    assert!(!suggester.candidates(&TEXTS, &labels(), None).unwrap()[0].is_empty());
}

/// Two ways to the same list: a run over the project, and suggestions on the screen with those looked up ahead.
#[test]
fn what_the_model_says_is_known_to_the_list() {
    use gleaner::dataset::DocumentId;
    use gleaner::store::{Anchor, Order, Project, Query, ScoreRange};
    use gleaner::tui::{LiveSuggester, Suggester as _};
    let home = super::Home::with_project(&["brand", "price"]);
    for text in ["Nothing was sold.", "Omega, Rolex and Tudor cost 500 CHF.", "Omega was sold."] {
        home.ok(&["add", "p", text]);
    }
    std::fs::create_dir(home.path("q")).unwrap();
    Project::open(&home.path("p")).unwrap().backup(&home.path("q/gleaner.db")).unwrap();

    home.ok(&["suggest", "p"]);
    let project = Project::open(&home.path("q")).unwrap();
    let labels = project.labels().unwrap();
    let mut live = LiveSuggester::new(home.path("q"), Box::new(|| Gliner::embedded(1).map_err(|e| e.to_string())));
    let first = project.document(DocumentId(1)).unwrap().unwrap();
    live.suggest(&first.text, &labels).unwrap();
    live.answered(first.id);
    while live.look_ahead(first.id, &labels).is_some() {}

    let listed = |project: &str, query: Query| -> Vec<i64> {
        let project = Project::open(&home.path(project)).unwrap();
        project.page("me", &query, Anchor::Start, 9).unwrap().iter().map(|row| row.id.0).collect()
    };
    for order in [Order::Suggestions, Order::Uncertain] {
        let query = Query { order, ..Query::default() };
        assert_eq!(listed("p", query.clone()), listed("q", query), "{order:?}");
    }
    assert_eq!(listed("p", Query { order: Order::Suggestions, ..Query::default() }), [2, 3, 1]);
    let sure = Query { score: Some(ScoreRange { from: 14, to: 20 }), ..Query::default() };
    assert_eq!(listed("p", sure.clone()), [2, 3]);
    assert_eq!(listed("q", sure), [2, 3]);
}
