//! What other tools write.

use std::fs;

use gleaner::dataset::format::open;
use serde_json::json;

use super::*;

#[test]
fn prodigy_answers_become_statuses() {
    let prodigy = concat!(
        r#"{"text":"Ada wrote","spans":[{"start":0,"end":3,"token_start":0,"token_end":0,"label":"PERSON"}],"tokens":[],"#,
        r#""_input_hash":-123,"_task_hash":4,"_annotator_id":"notes-ada","answer":"accept","meta":{"source":"x"}}"#,
        "\n",
        r#"{"text":"no","spans":[],"_input_hash":2,"answer":"ignore"}"#,
        "\n",
        r#"{"text":"wrong","spans":[{"start":0,"end":5,"label":"X"}],"_input_hash":3,"answer":"reject"}"#,
        "\n",
        r#"{"text":"nothing in it","_input_hash":4,"answer":"accept"}"#,
        "\n",
        r#"{"text":"not seen","_input_hash":5}"#,
    );
    let records = read_good(Format::Prodigy, prodigy);
    let status = |i: usize| records[i].responses.first().map(|r| r.status);
    assert_eq!(records[0].id.as_deref(), Some("-123"));
    assert_eq!(records[0].responses[0].annotator.as_deref(), Some("notes-ada"));
    assert_eq!(surfaces(&records[0]), pairs(&[("Ada", "PERSON")]));
    assert_eq!(status(0), Some(Status::Submitted));
    assert_eq!(status(1), Some(Status::Discarded));
    assert_eq!(status(2), Some(Status::Draft), "rejected: the spans are wrong, the right ones unknown");
    assert_eq!(records[2].metadata["answer"], "reject");
    assert_eq!(status(3), Some(Status::Submitted));
    assert_eq!(status(4), None);
}

#[test]
fn doccano_of_all_ages() {
    let doccano = concat!(
        r#"{"id":1,"text":"Ada wrote","label":[[0,3,"PER"]],"Comments":[]}"#,
        "\n",
        r#"{"id":2,"text":"Ada wrote","labels":[[0,3,"PER"]]}"#,
        "\n",
        r#"{"id":3,"text":"😀 Ada","entities":[{"id":9,"label":"PER","start_offset":2,"end_offset":5}],"relations":[]}"#,
        "\n",
        r#"{"id":4,"text":"untouched or without entities","label":[]}"#,
    );
    let records = read_good(Format::Doccano, doccano);
    for record in &records[..3] {
        assert_eq!(surfaces(record), pairs(&[("Ada", "PER")]));
    }
    assert!(records[3].responses.is_empty());
    assert!(records[0].metadata.contains_key("Comments"));
}

#[test]
fn label_studio_counts_utf16_units() {
    let tasks = json!([
        {"id": 11, "data": {"text": "😀😀 Ada\nLovelace", "lang": "en"},
         "annotations": [
            {"completed_by": {"id": 1, "email": "ada@example.org"}, "was_cancelled": false, "result": [
                {"type": "labels", "value": {"start": 5, "end": 17, "text": "Ada\\nLovelace", "labels": ["person", "author"]}},
                {"type": "choices", "value": {"choices": ["good"]}}]},
            {"completed_by": 2, "was_cancelled": true, "result": []}],
         "drafts": [{"user": "bob", "result": []}],
         "predictions": [{"model_version": "m1", "result": [
            {"type": "labels", "score": 0.5, "value": {"start": 5, "end": 8, "text": "Ada", "labels": ["person"]}}]}]},
        {"id": 12, "data": {"body": "inside 😀"}, "annotations": [
            {"completed_by": 1, "result": [{"value": {"start": 7, "end": 8, "labels": ["x"]}}]}]},
        {"id": 13, "data": {"body": "fine"}, "annotations": [], "predictions": []}
    ]);
    let pretty = serde_json::to_string_pretty(&tasks).unwrap();
    let (records, bad) = read_with(Format::LabelStudio, pretty, &ReadOptions::default());
    assert_eq!(surfaces(&records[0]), pairs(&[("Ada\nLovelace", "person"), ("Ada\nLovelace", "author")]));
    let responses: Vec<_> = records[0].responses.iter().map(|r| (r.annotator.as_deref(), r.status)).collect();
    let expected =
        [(Some("ada@example.org"), Status::Submitted), (Some("2"), Status::Discarded), (Some("bob"), Status::Draft)];
    assert_eq!(responses, expected);
    assert_eq!(records[0].predictions, [("m1".into(), vec![Span { score: Some(0.5), ..span_of(3, 6, "person") }])]);
    assert_eq!(records[0].metadata["lang"], "en");
    assert_eq!(records[0].metadata["other_results"][0]["type"], "choices");
    assert_eq!(bad.len(), 1);
    assert!(bad[0].reason.contains("surrogate"), "{}", bad[0]);
    assert_eq!((records[1].text.as_str(), records[1].responses.len()), ("fine", 0));
    assert!(bad[0].line > 40, "the line on which the task starts: {}", bad[0].line);
}

#[test]
fn brat_reads_pairs_of_files() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("b.txt"), "Ada 😀\nLovelace and others").unwrap();
    let ann = "T1\tPerson 0 14\tAda 😀 Lovelace\nT2\tPerson 0 3;6 14\tAda Lovelace\nR1\tKnows Arg1:T1 Arg2:T2\n\
               #1\tAnnotatorNotes T1\tnote\nT3\tPerson 15 99\tand\nT4\tWord 15 18\tnot\n";
    fs::write(folder.path().join("b.ann"), ann).unwrap();
    for path in [folder.path().join("b.ann"), folder.path().join("b.txt"), folder.path().to_owned()] {
        let opened = open(&path, Some(Format::Brat), &ReadOptions::default()).unwrap();
        let (good, bad): (Vec<_>, Vec<_>) = opened.records.partition(Result::is_ok);
        let record = good.into_iter().next().unwrap().unwrap();
        assert_eq!(record.id.as_deref(), Some("b"));
        assert_eq!(surfaces(&record), pairs(&[("Ada 😀\nLovelace", "Person")]));
        let bad: Vec<_> = bad.into_iter().map(|b| b.unwrap_err()).collect();
        assert_eq!(bad.iter().map(|b| b.line).collect::<Vec<_>>(), [2, 5, 6]);
        assert!(bad[0].reason.contains("discontinuous"));
    }
}

#[test]
fn tokens_and_spans_with_inclusive_ends() {
    let line = r#"{"tokens":["RT","@","Ada","Lovelace"],"spans":[[2,3,"person"],[2,2,"first"]],"source":"btc","neg":["place"]}"#;
    let record = &read_good(Format::Tokens, line)[0];
    assert_eq!(record.text, "RT @ Ada Lovelace");
    assert_eq!(surfaces(record), pairs(&[("Ada Lovelace", "person"), ("Ada", "first")]));
    assert_eq!(record.metadata["neg"], json!(["place"]));
}

#[test]
fn hf_tags_as_numbers_need_names() {
    let line = r#"{"id": "0", "tokens": ["Ada", "Lovelace", "wrote"], "ner_tags": [1, 2, 0]}"#;
    let (records, bad) = read_with(Format::Hf, line, &ReadOptions::default());
    assert!(records.is_empty() && bad[0].reason.contains("--tag-names"), "{bad:?}");

    let tag_names = ["O", "B-PER", "I-PER"].map(String::from).to_vec();
    let (records, bad) = read_with(Format::Hf, line, &ReadOptions { tag_names, ..Default::default() });
    assert_eq!((surfaces(&records[0]), bad), (pairs(&[("Ada Lovelace", "PER")]), vec![]));

    let features = r#"{"features": {"tokens": {"dtype": "string"}, "ner_tags": {"feature": {"names": ["O", "B-PER", "I-PER"], "_type": "ClassLabel"}}}}"#;
    let records = read_good(Format::Hf, format!("{features}\n{line}\n"));
    assert_eq!(surfaces(&records[0]), pairs(&[("Ada Lovelace", "PER")]));
}

#[test]
fn spacy_documents_and_training_pairs() {
    let lines = concat!(
        r#"{"text": "😀 Ada wrote", "ents": [{"start": 2, "end": 5, "label": "PERSON"}], "tokens": [{"id":0,"start":0,"end":1}]}"#,
        "\n",
        r#"["😀 Ada wrote", {"entities": [[2, 5, "PERSON"]]}]"#,
    );
    for record in read_good(Format::Spacy, lines) {
        assert_eq!(surfaces(&record), pairs(&[("Ada", "PERSON")]));
    }
    let array = r#"[["Ada", {"entities": [[0, 3, "PERSON"]]}], ["b", {"entities": []}]]"#;
    assert_eq!(read_good(Format::Spacy, array).len(), 2);
}

#[test]
fn json_objects_spread_over_lines() {
    let pretty = "\u{feff}{\n  \"text\": \"one }\",\n  \"spans\": []\n}\n{\n  \"text\": 2\n}\n{\"text\": \"three\"}\n";
    let (records, bad) = read_with(Format::Jsonl, pretty, &ReadOptions::default());
    assert_eq!(records.iter().map(|r| r.text.as_str()).collect::<Vec<_>>(), ["one }", "three"]);
    assert_eq!((bad.len(), bad[0].line, records[1].provenance.line), (1, 5, Some(8)));
}
