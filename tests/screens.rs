//! Every screen and overlay as it is drawn, at 80×24 and 120×40, with colour and without.
//!
//! A snapshot is the text, then the styles: for each row the runs of equal style, `·` for plain, letters explained at
//! the end. `INSTA_UPDATE=always cargo test --test screens` writes them anew.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "desk/mod.rs"]
mod desk;

use std::fmt::Write;

use desk::{Desk, Setup};
use gleaner::dataset::{LabelId, Origin, Prediction, PredictionKey, ResponseSpan, SpanId, Status};
use gleaner::evaluate::{Class, Mode as EvaluationMode};
use gleaner::search::{Facets, QueryError};
use gleaner::store::{Change, Group, ResponseBody, RunSpec};
use gleaner::text::CharRange;
use gleaner::tui::effect::Runner;
use gleaner::tui::msg::Msg;
use gleaner::tui::theme::Theme;
use gleaner::tui::walk::{self, Above, Predicted, Stop, Walk};
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};

const LABELS: [&str; 4] = ["person", "organization", "place", "date"];
const LETTER: &str = "[Ada Lovelace](person?0.97) wrote to [Charles Babbage](person) of the [Analytical \
                      Society](organization?0.61) in [Turin](place) on the [9th of [June](date?0.3) 1843](date).\n\nShe \
                      added notes; [they](person?0.52) were longer than what they were notes to.";

fn letters() -> Setup {
    Setup::default()
        .labels(&LABELS)
        .document("letter-1", LETTER)
        .document("letter-2", "Nothing of note.")
        .document("日本語", "[精工](organization)と東京の時計。")
        .document(
            "controls",
            "tab\there, escape \u{1b}\\[31m, bell \u{7}, nul \u{0}, \u{202e}turned\u{202c}, שלום עולם, e\u{301} 👨‍👩‍👧 end",
        )
}

/// Runs of equal style, with letters for the styles in order of appearance.
fn styles(buffer: &Buffer) -> String {
    let mut known: Vec<String> = Vec::new();
    let mut out = String::new();
    for y in 0..buffer.area.height {
        let mut runs: Vec<(char, usize)> = Vec::new();
        for x in 0..buffer.area.width {
            let cell = &buffer[(x, y)];
            let colour = |name: &str, colour: Color| match colour {
                Color::Reset => String::new(),
                other => format!(" {name} {other}"),
            };
            let mut style = colour("on", cell.bg) + &colour("in", cell.fg) + &colour("line", cell.underline_color);
            if cell.modifier != Modifier::empty() {
                write!(style, " {:?}", cell.modifier).unwrap();
            }
            let letter = match style.as_str() {
                "" => '·',
                style => {
                    let place = known.iter().position(|k| k == style).unwrap_or_else(|| {
                        known.push(style.to_owned());
                        known.len() - 1
                    });
                    char::from_u32('a' as u32 + place as u32).unwrap()
                }
            };
            match runs.last_mut() {
                Some((last, n)) if *last == letter => *n += 1,
                _ => runs.push((letter, 1)),
            }
        }
        if runs.iter().any(|(letter, _)| *letter != '·') {
            let runs: Vec<String> = runs.iter().map(|(letter, n)| format!("{letter}{n}")).collect();
            writeln!(out, "{y:2} {}", runs.join(" ")).unwrap();
        }
    }
    for (place, style) in known.iter().enumerate() {
        writeln!(out, "{}:{style}", char::from_u32('a' as u32 + place as u32).unwrap()).unwrap();
    }
    out
}

/// Takes the snapshots of one scene at its size.
fn snap_here(name: &str, mut desk: Desk) {
    let (columns, rows) = desk.model().size;
    let text = desk.screen();
    let colour = styles(&desk.buffer());
    desk.app.model.theme = Theme::mono();
    desk.feed(Msg::Resize(columns, rows));
    assert_eq!(desk.screen(), text, "without colour the text is the same");
    let mono = styles(&desk.buffer());
    let all = format!("{text}--- 256 colours\n{colour}--- without colour\n{mono}");
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(format!("screen_{name}_{columns}x{rows}"), all);
    });
}

/// Takes the snapshots of one scene at both sizes.
fn snap(name: &str, setup: Setup, keys: &str) {
    for (columns, rows) in [(80, 24), (120, 40)] {
        let mut desk = setup.clone().size(columns, rows).sit_down();
        desk.keys(keys);
        snap_here(name, desk);
    }
}

#[test]
fn a_document_just_opened() {
    snap("annotate", letters(), "[ ");
}

#[test]
fn a_selection_being_extended_by_character() {
    snap("extending", letters(), "[ l l S v l l l");
}

#[test]
fn nested_and_overlapping_spans_have_rows_of_their_own() {
    snap("nested", letters(), "[ Space n - - - - Space r g g ) ) H H v l l 3 ( (");
}

#[test]
fn what_was_just_done_or_refused_is_said() {
    snap("refusal", letters(), "[ G l d");
}

#[test]
fn the_list_of_documents() {
    snap("documents", letters(), "Enter g l");
}

#[test]
fn the_list_filtered_and_in_another_order() {
    snap("documents_filtered", letters(), "g l o s / \"o\" Enter f s");
}

#[test]
fn the_list_with_notes_flags_and_several_filters() {
    let keys = "g d \"letter-1\" Enter g g ) m \"which_one?\" Enter M \"an_old_letter\" Enter ] ! ] M \"look_again\" Enter ! g l";
    snap("documents_noted", letters(), keys);
    snap("documents_noted_only", letters(), &format!("{keys} f n f s f s f p"));
}

#[test]
fn a_document_with_notes() {
    snap("notes", letters(), "g d \"letter-1\" Enter g g ) m \"which_one?\" Enter ! M \"an_old_letter\" Enter ) d (");
    snap("note_prompt", letters(), "g d \"letter-1\" Enter g g ) m \"which_one?\"");
}

#[test]
fn a_project_without_documents() {
    snap("empty_project", Setup::default(), "");
}

#[test]
fn a_project_without_labels() {
    snap("no_labels", Setup::default().document("a", "Ada wrote to Byron."), "");
}

#[test]
fn long_names_of_labels() {
    let long = "somebody or something that is named by a very long label indeed";
    let setup = Setup::default().labels(&[long, "精工という長い名前のラベル", "x"]);
    let text = format!("[Ada Lovelace]({long}?0.87) wrote to [Babbage]({long}) in [精工](精工という長い名前のラベル).");
    snap("long_labels", setup.document("a", &text), "");
}

fn three_hundred() -> Setup {
    let names: Vec<String> = (0..300).map(|n| format!("kind {n:03}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    Setup::default().labels(&names).document("a", "[Ada](kind 007) wrote to [Byron](kind 123?).")
}

#[test]
fn three_hundred_labels() {
    snap("many_labels", three_hundred(), "");
}

#[test]
fn choosing_one_of_three_hundred_labels() {
    snap("label_picker", three_hundred(), "c \"12\" Down");
}

#[test]
fn control_characters_and_scripts_from_right_to_left() {
    snap("controls", letters(), "g d \"controls\" Enter l l l");
}

#[test]
fn wide_characters() {
    snap("wide", letters(), "g d \"日本語\" Enter");
}

#[test]
fn a_document_of_two_megabytes() {
    let line = "A row of words that wraps at some width or other, with a Name in it, goes on and on and on.\n";
    snap("large", Setup::default().labels(&LABELS).document("large", &line.repeat(2_000_000 / line.len())), "G PageUp");
}

#[test]
fn an_empty_document() {
    snap("empty_document", Setup::default().labels(&LABELS).document("a", ""), "");
}

#[test]
fn the_help() {
    snap("help", letters(), "[ ?");
}

#[test]
fn the_palette() {
    snap("palette", letters(), ": \"label\" Down");
}

#[test]
fn the_keys_after_a_prefix() {
    snap("which_key", letters(), "[ Space");
}

#[test]
fn the_label_editor() {
    snap(
        "labels",
        letters(),
        "e d \"people_with_names_of_their_own\" Enter j p C-u \"company_or_institution\" Enter j x",
    );
}

/// Letters of a project that has said what it is about.
fn with_card() -> Setup {
    let guidelines = "# Letters\n\nMark **every** mention, *complete*; never `mark` twice.\n\n## person\nNamed people, \
                      without titles.\n+ [Ada Lovelace]; [Babbage]\n− *the Countess*\n\n## place\n1. cities\n2. rivers \
                      \u{1b}[2J\n\n> In doubt, mark nothing.\n\n```\n[New York](place)\n```";
    letters().card(gleaner::dataset::TaskCard {
        name: "letters".into(),
        domain: "correspondence of the 19th century".into(),
        problem: "who knew whom, where and when".into(),
        guidelines: guidelines.into(),
    })
}

#[test]
fn the_project_screen() {
    snap("project", with_card(), "[ p j c \"violet\" Enter t \"0.35\" Enter j j x k");
}

#[test]
fn the_guidelines_of_the_project() {
    snap("project_guidelines", with_card(), "[ p Tab");
}

#[test]
fn the_progress_of_the_project() {
    snap("project_progress", with_card(), "[ a x a Enter p Tab Tab");
}

#[test]
fn the_card_of_an_empty_project() {
    snap("project_empty", Setup::default(), "p S-Tab j");
}

#[test]
fn what_a_merge_does() {
    snap("merge", with_card(), "[ p j j j M \"person\" Enter");
}

#[test]
fn choosing_a_colour() {
    snap("colour_picker", with_card(), "[ p c Down Down");
}

#[test]
fn the_guideline_of_a_label_beside_the_text() {
    let mut desk = with_card().size(120, 40).sit_down();
    desk.keys("[");
    snap_here("guideline_of_task", desk);
}

#[test]
fn working_blind() {
    snap("blind", letters(), "[ Space h l");
}

#[test]
fn a_line_to_type() {
    snap("prompt", letters(), "e r C-u \"place\" Enter");
}

#[test]
fn a_text_being_found() {
    snap("find", letters(), "[ / \"note\"");
}

#[test]
fn places_that_were_found() {
    snap("found", letters(), "[ / \"note\" Enter n");
}

#[test]
fn all_occurrences_of_a_text() {
    snap("occurrences", letters(), "[ ) * c w");
}

#[test]
fn occurrences_that_are_suggested() {
    snap("occurrences_suggested", letters(), "[ / \"notes\" Enter * 4 Enter Tab");
}

#[test]
fn a_document_being_typed() {
    snap("new_document", letters(), "g l n \"A_text\" Enter Enter \"of_three_lines\"");
}

#[test]
fn a_label_that_is_not_there() {
    snap("label_picker_new", letters(), "[ t \"poet\" Enter");
}

#[test]
fn no_rows_for_names() {
    snap("compact", letters(), "[ Space r Space r ) l h");
}

#[test]
fn a_question() {
    snap("confirm", letters(), "e a \"vessel\" Enter D");
}

#[test]
fn many_suggestions_to_accept() {
    snap("bulk", letters(), "[ A - 2");
}

/// Documents with enough suggestions to fill a screen.
fn queue() -> Setup {
    let mut setup = letters();
    for n in 0..30 {
        let text = format!(
            "Letter {n} of the collection. [Ada Lovelace](person?0.9{}) wrote from [Turin](place?0.62) to\nMr [Zeiss \
             Works](organization?0.5{}) about the engine, and had no answer.",
            n % 10,
            n % 7 + 1
        );
        setup = setup.document(&format!("letter-from-a-box-{n}"), &text);
    }
    setup.document(
        "marks",
        "\u{1b}\\[31m e\u{301}\t\t[精工と東京の時計の長い名前](organization?0.8)\u{202e}と[東京](place?0.7) 👨‍👩‍👧 end",
    )
}

#[test]
fn suggestions_one_by_one() {
    snap("review", queue(), "[ r j j a j x");
}

#[test]
fn a_suggestion_whose_edges_are_moved() {
    snap("review_edges", queue(), "[ r j j j H");
}

#[test]
fn suggestions_in_other_scripts() {
    snap("review_marks", queue(), "g d \"marks\" Enter r k j j");
}

#[test]
fn a_queue_that_is_empty() {
    snap("review_empty", Setup::default().labels(&LABELS).document("a", "Nothing of note."), "r");
}

#[test]
fn many_suggestions_to_accept_with_what_is_known_of_them() {
    let keys = format!("[ r f Enter {} f f \"place\" Enter a a a x f A 3 w", "a ".repeat(21));
    snap("bulk_list", queue(), &keys);
}

#[test]
fn a_label_in_use() {
    snap("archive_instead", letters(), "[ e D");
}

#[test]
fn the_tour_is_offered_and_begins() {
    for (columns, rows) in [(80, 24), (120, 40)] {
        let mut desk = letters().size(columns, rows).sit_down();
        desk.app.model.tour = Some(gleaner::tui::Tour::Offered);
        desk.feed(Msg::Resize(columns, rows));
        snap_here("tour_offered", desk);
    }
    snap("tour", letters(), "[ T");
}

#[test]
fn a_window_that_is_too_small() {
    snap_here("too_small", letters().size(59, 14).sit_down());
    snap_here("too_small", letters().size(20, 2).sit_down());
    let mut desk = letters().size(60, 15).sit_down();
    desk.keys("?");
    snap_here("smallest", desk);
}

#[test]
fn the_list_beside_the_text_has_the_keys() {
    snap("side_list", letters(), "[ I j");
    let mut desk = letters().size(200, 60).sit_down();
    desk.keys("[ I j");
    snap_here("side_list", desk);
}

#[test]
fn the_guideline_beside_the_text() {
    let keys = "e d \"people_with_names_of_their_own,_not_offices_or_roles\" Enter Esc Space i Space i";
    let mut desk = letters().size(120, 40).sit_down();
    desk.keys(keys);
    snap_here("guideline", desk);
    let mut desk = letters().size(120, 40).sit_down();
    desk.keys(keys).keys("G l");
    snap_here("guidelines", desk);
}

#[test]
fn only_the_text() {
    snap("zoom", letters(), "[ Z l");
}

#[test]
fn colours_to_choose() {
    snap("themes", letters(), "[ Space t j j");
}

/// Somebody looks at what a run has missed of the gold set `demo`.
fn walk(desk: &mut Desk) {
    let mut project = desk.project();
    let labels = project.labels().unwrap();
    let document = project.find_document("letter-1").unwrap().unwrap().id;
    let gold = [(0, 12, 0), (22, 37, 0), (45, 63, 1), (67, 72, 2), (80, 98, 3)];
    let span = |(id, (start, end, label)): (usize, (usize, usize, usize))| ResponseSpan {
        id: SpanId(id as i64 + 1),
        range: CharRange::new(start, end),
        label: labels[label].id,
        origin: Origin::Key,
        prediction: None,
    };
    let spans = gold.into_iter().enumerate().map(span).collect();
    let after = Some(ResponseBody { status: Status::Submitted, spans, coverage: None });
    let change = Change::Response { document, annotator: "gold/demo".into(), before: None, after };
    let group = Group { actor: "setup".into(), reason: "freeze".into(), changes: vec![change] };
    project.commit(&group).unwrap();
    let run = project.begin_run("baseline", &RunSpec::default()).unwrap();
    let said = [(0, 12, 0, 0.97), (30, 37, 1, 0.74), (45, 63, 1, 0.91), (87, 91, 3, 0.55)];
    let prediction = |(start, end, label, score): (usize, usize, usize, f32)| Prediction {
        key: PredictionKey { run, range: CharRange::new(start, end), label: labels[label].id },
        score,
    };
    project.add_predictions(run, &[(document, said.into_iter().map(prediction).collect())]).unwrap();
    project.finish_run(run).unwrap();
    let at = |start, end, label: usize| (CharRange::new(start, end), labels[label].id);
    let stop = |gold, prediction: Option<(CharRange, LabelId)>, class| Stop {
        document,
        annotator: "gold/demo".into(),
        gold,
        prediction: prediction.map(|(range, label)| (range, label, Some(0.74))),
        text: None,
        counted: Some((EvaluationMode::Strict, class)),
    };
    let stops = vec![
        stop(Some(at(0, 12, 0)), Some(at(0, 12, 0)), Class::Correct),
        stop(Some(at(22, 37, 0)), Some(at(30, 37, 1)), Class::Incorrect),
        stop(Some(at(67, 72, 2)), None, Class::Missed),
    ];
    let predicted = Predicted::Run(run, Above { all: 0.5, ..Above::default() });
    let it = Walk { title: "all labels · strict".into(), predicted, stops, at: 1 };
    for effect in walk::begin(&mut desk.app.model, it) {
        Runner::run(&mut desk.app.runner, effect).into_iter().for_each(|msg| desk.feed(msg));
    }
}

#[test]
fn a_place_of_a_walk() {
    for (columns, rows) in [(80, 24), (120, 40)] {
        let mut desk = letters().size(columns, rows).sit_down();
        walk(&mut desk);
        snap_here("walk", desk);
    }
}

#[test]
fn the_places_of_a_walk_in_place_of_the_text() {
    let mut desk = letters().size(80, 24).sit_down();
    walk(&mut desk);
    desk.keys("i j");
    snap_here("walk_list", desk);
}

/// Documents to be submitted as gold, with what a model says of them: right, wrong, missed and spurious.
fn judged() -> Setup {
    Setup::default()
        .labels(&LABELS)
        .document(
            "letter-1",
            "[[Ada Lovelace](person)](person?0.97) wrote to [[Babbage](person)](organization?0.61) in \
             [[Turin](place)](place?0.42) on [Monday](date)",
        )
        .document("letter-2", "[The [Analytical Society](organization)](organization?0.83) of [Turin](place?0.7)")
        .document("日本語", "[[精工](organization)](organization?0.95)と[[東京](place)](place?0.88)の時計。")
        .document("nothing", "nothing of [note](date?0.3)")
}

/// All submitted, the model asked about it.
const JUDGED: &str = "g l Home Enter Space s ] Space s ] Space s ] Space s Space v x R";

#[test]
fn gold_against_predictions() {
    snap("evaluate", judged(), JUDGED);
    snap("evaluate_nothing", judged(), "g l v");
    snap("evaluate_no_predictions", judged(), "g l Home Enter Space s Space v R");
    let mut desk = judged().size(60, 15).sit_down();
    desk.keys(JUDGED);
    snap_here("evaluate", desk);
}

#[test]
fn the_views_of_an_evaluation() {
    for (key, name) in [
        ("2", "confusion"),
        ("3 j j j j", "curve"),
        ("4", "calibration"),
        ("5", "buckets"),
        ("6", "documents"),
        ("x R 7", "comparison"),
        ("8", "errors"),
    ] {
        snap(&format!("evaluate_{name}"), judged(), &format!("{JUDGED} {key}"));
    }
}

#[test]
fn two_models_side_by_side_and_what_there_is_to_choose() {
    snap("evaluate_two", judged(), &format!("{JUDGED} x - - - o R"));
    snap("evaluate_choose", judged(), &format!("{JUDGED} x p j"));
    snap("evaluate_gold", judged(), &format!("{JUDGED} a"));
}

#[test]
fn a_number_corrected_and_an_evaluation_without_other_than_ascii() {
    snap("evaluate_moved", judged(), &format!("{JUDGED} h h h h Enter n d Esc"));
    let mut desk = judged().sit_down();
    desk.app.model.theme.glyphs = gleaner::tui::theme::Glyphs::Ascii;
    desk.keys(&format!("{JUDGED} 2"));
    assert!(
        desk.screen().lines().take(20).all(|line| line.chars().all(|c| c.is_ascii() || c == '·')),
        "{}",
        desk.screen()
    );
}

fn watches() -> Setup {
    Setup::default()
        .labels(&LABELS)
        .document("watch-1", "A quartz watch by [Seiko](organization) of [Tokyo](place), sold in [1969](date).")
        .document("watch-2", "The watch keeps time; its quartz came from Brazil.\n\nIt was never repaired.")
        .document("boat-1", "A boat of oak, built in [Turku](place).")
        .document(
            "controls",
            "Bells \u{7} and \u{1b}\\[31m whistles, \u{202e}turned\u{202c}: the boat's own watch rang.",
        )
        .document("時計", "[精工](organization)の時計 watch はクオーツです。")
        .document("letter", "Nothing of note.")
}

/// The Search screen after keys, with the time it took made the same.
fn snap_search(name: &str, setup: Setup, keys: &str, facets: bool) {
    for (columns, rows) in [(80, 24), (120, 40)] {
        let mut desk = setup.clone().size(columns, rows).sit_down();
        desk.keys("g l S");
        desk.keys(keys);
        let screen = &mut desk.app.model.search_screen;
        if let Some(shown) = &mut screen.shown {
            shown.took = std::time::Duration::from_millis(3);
        }
        if facets {
            screen.facets = Facets {
                labels: vec![("organization".into(), 2), ("place".into(), 1)],
                statuses: vec![(Status::Draft, 2), (Status::Pending, 2)],
                sources: vec![("watches.jsonl".into(), 4)],
            };
            desk.keys("f j");
        }
        snap_here(name, desk);
    }
}

#[test]
fn searching_in_a_project() {
    snap_search("search", watches(), "", false);
    snap_search("search_typing", watches(), "\"watch_quartz\"", false);
    snap_search("search_hits", watches(), "\"watch\" Enter j", false);
    snap_search("search_facets", watches(), "\"watch\" Enter", true);
    snap_search("search_no_hits", watches(), "Tab \"zebra\"", false);
    snap_search("search_like", watches(), "\"quartz\" Enter m", false);
    snap_search("search_empty_project", Setup::default(), "\"watch\"", false);
}

#[test]
fn a_query_that_is_none_is_said_with_its_place_and_the_hits_stay() {
    for (columns, rows) in [(80, 24), (120, 40)] {
        let mut desk = watches().size(columns, rows).sit_down();
        desk.keys("g l S \"watch_/qu[\"");
        let screen = &mut desk.app.model.search_screen;
        if let Some(shown) = &mut screen.shown {
            shown.took = std::time::Duration::from_millis(3);
        }
        screen.error = Some(QueryError { why: "the regular expression is not closed: end it with /".into(), at: 6 });
        screen.indexing = Some((12_000, 100_000));
        snap_here("search_error", desk);
    }
}

#[test]
fn a_hit_in_annotate() {
    snap("search_visit", watches(), "g l S \"watch\" Enter j Enter");
}
