//! What formats cannot hold is counted and told.

use gleaner::dataset::format::{Loss, Misaligned, WriteError};
use serde_json::json;

use super::*;

fn nested() -> Record {
    record(
        "n",
        "Bank of China in London",
        vec![span_of(0, 13, "org"), span_of(8, 13, "place"), span_of(17, 23, "place")],
    )
}

#[test]
fn flat_formats_keep_the_longest_of_overlapping_spans() {
    for format in [Format::Conll, Format::Hf, Format::Spacy] {
        let (written, losses) = write_plain(format, &[nested()]);
        assert_eq!(losses.count(Loss::Nested), 1);
        assert_eq!(
            losses.to_string(),
            "1 nested span dropped: the longest of overlapping spans is kept (first: document \"n\": place \"China\")"
        );
        assert_eq!(surfaces(&read_good(format, written)[0]), pairs(&[("Bank of China", "org"), ("London", "place")]));
    }
}

#[test]
fn edges_inside_words_are_snapped_outward_dropped_or_refused() {
    let record =
        record("m", "the Rolexes here", vec![span_of(4, 9, "brand"), span_of(11, 16, "x"), span_of(3, 4, "y")]);
    let (written, losses) = write_plain(Format::Spacy, std::slice::from_ref(&record));
    assert_eq!(surfaces(&read_good(Format::Spacy, written)[0]), pairs(&[("Rolexes", "brand"), ("here", "x")]));
    let counts = [Loss::Snapped, Loss::Trimmed, Loss::Wordless].map(|loss| losses.count(loss));
    assert_eq!(counts, [1, 1, 1], "{losses}");

    let options = WriteOptions { misaligned: Misaligned::Drop, ..Default::default() };
    let (written, losses) = write_with(Format::Conll, std::slice::from_ref(&record), &options);
    assert_eq!(losses.count(Loss::Misaligned), 1);
    assert!(!written.contains("B-brand"));

    let options = WriteOptions { misaligned: Misaligned::Fail, ..Default::default() };
    let error = write(Format::Gliner, &mut Vec::new(), [record], &options).unwrap_err();
    assert!(matches!(&error, WriteError::Misaligned(at) if at.contains("document \"m\": brand \"Rolex\"")), "{error}");
}

#[test]
fn documents_nobody_finished_do_not_pass_for_documents_without_entities() {
    let mut bare = marked("1", "not annotated");
    bare.responses.clear();
    let mut discarded = marked("2", "of [no|x] use");
    discarded.responses[0].status = Status::Discarded;
    let mut draft = marked("3", "half [done|x]");
    draft.responses[0].status = Status::Draft;
    for format in [Format::Conll, Format::Hf, Format::Spacy, Format::Gliner] {
        let (written, losses) = write_plain(format, &[bare.clone(), discarded.clone(), draft.clone()]);
        let counts = [Loss::NotAnnotated, Loss::Discarded, Loss::Status].map(|loss| losses.count(loss));
        assert_eq!(counts, [1, 1, 1], "{format}");
        assert!(written.contains("done") && !written.contains("annotated"));
    }
}

#[test]
fn what_else_is_left_behind() {
    let mut full = nested();
    full.metadata = json!({"a": 1}).as_object().unwrap().clone();
    full.responses[0].annotator = Some("ada".into());
    full.responses[0].coverage = Some(vec!["org".into()]);
    full.responses.push(RecordResponse::default());
    full.predictions.push(("mini".into(), vec![Span { score: Some(0.5), ..span_of(0, 4, "org") }]));
    let (_, losses) = write_plain(Format::Hf, std::slice::from_ref(&full));
    let kinds: Vec<Loss> = losses.iter().map(|(loss, ..)| loss).collect();
    let all = [Loss::Nested, Loss::OtherResponses, Loss::Annotator, Loss::Coverage, Loss::Predictions, Loss::Metadata];
    assert_eq!(kinds, all);
    let (text, losses) = write_plain(Format::Text, &[marked("t", "two\r\n[lines|x]")]);
    assert_eq!(text, "two lines\n");
    assert_eq!((losses.count(Loss::Spans), losses.count(Loss::LineBreaks)), (1, 1));

    let run = WriteOptions { run: Some("mini".into()), ..Default::default() };
    let (written, losses) = write_with(Format::Conll, &[full], &run);
    assert!(written.contains("Bank\tB-org\nof\tO"), "{written}");
    assert_eq!(losses.count(Loss::Scores), 1);
}

#[test]
fn spans_wider_than_the_model_are_told_and_written() {
    let options = WriteOptions { max_width: Some(2), ..Default::default() };
    let (written, losses) = write_with(Format::Gliner, &[nested()], &options);
    assert_eq!(losses.count(Loss::TooWide), 1);
    assert!(written.contains(r#"[0,2,"org"]"#));
}

#[test]
fn spans_where_the_official_trainer_no_longer_reads_are_told_and_written() {
    let text = format!("{}Omega", "word ".repeat(384));
    let long = record("l", &text, vec![span_of(0, 4, "word"), span_of(5 * 384, 5 * 384 + 5, "brand")]);
    let (written, losses) = write_plain(Format::Gliner, &[long]);
    assert_eq!(losses.count(Loss::PastMaxLen), 1);
    assert!(written.contains(r#"[384,384,"brand"]"#));
}

#[test]
fn examples_never_send_control_characters_to_a_terminal() {
    let record = record("\u{1b}[2J", "a\u{1b}[31mb", vec![span_of(0, 4, "\u{7}x")]);
    let losses = write_plain(Format::Text, std::slice::from_ref(&record)).1.to_string();
    assert!(!losses.contains('\u{1b}'), "{losses:?}");
    let losses = write_plain(Format::Conll, &[record]).1.to_string();
    assert!(!losses.contains('\u{1b}'), "{losses:?}");
}

#[test]
fn read_only_formats_say_so() {
    let error = write(Format::Brat, &mut Vec::new(), [nested()], &WriteOptions::default()).unwrap_err();
    assert!(error.to_string().contains("brat is read only"));
}
