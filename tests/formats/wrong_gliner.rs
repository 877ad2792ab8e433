//! GLiNER files whose `ner` does not hold word indices with inclusive ends.

use std::fs;
use std::path::PathBuf;

use gleaner::dataset::format::{Ends, GlinerIndices, OpenError, judge_gliner, open};
use serde_json::{Value, json};

use super::*;

/// What spaCy's tokeniser makes of these texts is close enough to "words and single other characters".
fn spacy_like(text: &str) -> Vec<String> {
    gleaner::text::words(text).iter().map(|word| word.text.to_owned()).collect()
}

/// A lab's pair of files: words with character offsets, and the texts in the file beside it.
struct Lab {
    folder: tempfile::TempDir,
    records: Vec<Record>,
}

impl Lab {
    fn new() -> Self {
        let records = (0..30)
            .flat_map(|n| {
                [
                    marked(
                        "",
                        &format!("Number {n}: a 😀 [leather jacket|clothing] by [Acme, Inc.|organization] was sold."),
                    ),
                    marked("", &format!("[Socks|clothing] ({n}) for everybody, they said; and nothing else.")),
                    marked("", "Nothing to wear at all."),
                ]
            })
            .collect();
        Self { folder: tempfile::tempdir().unwrap(), records }
    }

    fn write(&self, name: &str, lines: impl Iterator<Item = Value>) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, lines.map(|line| format!("{line}\n")).collect::<String>()).unwrap();
        path
    }

    fn broken(&self) -> PathBuf {
        self.write(
            "train.jsonl",
            self.records.iter().map(|r| {
                let ner: Vec<Value> =
                    r.responses[0].spans.iter().map(|s| json!([s.range.start, s.range.end, s.label])).collect();
                json!({"tokenized_text": spacy_like(&r.text), "ner": ner})
            }),
        )
    }

    fn texts(&self) -> PathBuf {
        self.write("train_str.jsonl", self.records.iter().map(|r| json!(r.text)))
    }
}

#[test]
fn character_offsets_are_repaired_where_the_texts_are_at_hand() {
    let lab = Lab::new();
    let options = ReadOptions { texts: Some(lab.texts()), ..Default::default() };
    let opened = open(&lab.broken(), None, &options).unwrap();
    let verdict = opened.verdict.unwrap();
    assert_eq!(verdict.indices, Some(GlinerIndices::Characters));
    assert!(verdict.is_repair());
    assert_eq!((verdict.counts.spans, verdict.counts.on_borders), (90, 90));
    assert!(verdict.to_string().contains("of 90 ends lie past the last word"), "{verdict}");
    let records: Vec<Record> = opened.records.map(Result::unwrap).collect();
    assert_eq!(records.len(), lab.records.len());
    for (read, meant) in records.iter().zip(&lab.records) {
        assert_eq!((&read.text, surfaces(read)), (&meant.text, surfaces(meant)));
    }
}

#[test]
fn without_the_texts_they_are_refused_and_the_option_is_named() {
    let lab = Lab::new();
    let Err(error) = open(&lab.broken(), None, &ReadOptions::default()) else { panic!("must be refused") };
    let said = error.to_string();
    assert!(matches!(error, OpenError::Refused { .. }));
    assert!(said.contains("of 90 ends lie past the last word") && said.contains("--texts FILE"), "{said}");
}

#[test]
fn without_the_texts_they_are_repaired_only_if_joined_words_fit_wholly() {
    let lab = Lab::new();
    let records: Vec<Record> =
        (0..10).map(|_| marked("", "we saw a [leather jacket|clothing] and [socks|clothing] here")).collect();
    let lab = Lab { records, ..lab };
    let path = lab.broken();
    let opened = open(&path, None, &ReadOptions::default()).unwrap();
    assert_eq!(opened.verdict.unwrap().indices, Some(GlinerIndices::Characters));
    for record in opened.records {
        assert_eq!(surfaces(&record.unwrap()), pairs(&[("leather jacket", "clothing"), ("socks", "clothing")]));
    }
}

#[test]
fn the_texts_of_another_file_are_noticed() {
    let lab = Lab::new();
    let other = lab.write("other.jsonl", lab.records.iter().rev().map(|r| json!(r.text)));
    let options = ReadOptions { texts: Some(other), ..Default::default() };
    let Err(error) = open(&lab.broken(), None, &options) else { panic!("must be refused") };
    assert!(error.to_string().contains("are not the words of the texts given"), "{error}");
    let missing = ReadOptions { texts: Some(lab.folder.path().join("none")), ..Default::default() };
    assert!(open(&lab.broken(), None, &missing).is_err());
}

/// Words with exclusive ends, as an export through spaCy's `Span.start` and `Span.end` has them.
fn exclusive(lab: &Lab, past: usize) -> PathBuf {
    lab.write("exclusive.jsonl", (0..20).map(|n| {
        let last = if n < past { 5 } else { 4 };
        json!({"tokenized_text": ["the", "old", "leather", "jacket", "here"], "ner": [[2, 4, "clothing"], [3, last, "noun"]]})
    }))
}

#[test]
fn exclusive_ends_are_suspected_and_must_be_said() {
    let lab = Lab::new();
    for past in [0, 3] {
        let path = exclusive(&lab, past);
        let verdict = judge_gliner(&path, &ReadOptions::default()).unwrap();
        assert_eq!(verdict.indices, None, "{verdict}");
        assert!(verdict.to_string().contains("--ends exclusive"), "{verdict}");
    }
    let options = ReadOptions { ends: Some(Ends::Exclusive), ..Default::default() };
    let opened = open(&exclusive(&lab, 3), None, &options).unwrap();
    assert!(opened.verdict.unwrap().is_repair());
    let first = opened.records.map(Result::unwrap).next().unwrap();
    assert_eq!(surfaces(&first), pairs(&[("leather jacket", "clothing"), ("jacket here", "noun")]));
    let inclusive = ReadOptions { ends: Some(Ends::Inclusive), ..Default::default() };
    let (good, bad): (Vec<_>, Vec<_>) =
        open(&exclusive(&lab, 3), None, &inclusive).unwrap().records.partition(Result::is_ok);
    assert_eq!((good.len(), bad.len()), (17, 3), "read as told, with what cannot be reported");
}

#[test]
fn the_real_thing_is_read_without_a_question() {
    let lab = Lab::new();
    let good = lab.write(
        "good.json",
        [json!([
            {"tokenized_text": ["Ada", "Lovelace", "wrote"], "ner": [[0, 1, "person"]]},
            {"tokenized_text": ["x"], "ner": []}
        ])]
        .into_iter(),
    );
    let opened = open(&good, None, &ReadOptions::default()).unwrap();
    assert!(!opened.verdict.unwrap().is_repair());
    assert_eq!(
        opened.records.map(Result::unwrap).map(|r| surfaces(&r)).collect::<Vec<_>>(),
        [pairs(&[("Ada Lovelace", "person")]), vec![]]
    );
}

#[test]
fn our_own_exports_are_never_in_doubt() {
    let lab = Lab::new();
    let records: Vec<Record> =
        (0..20).map(|n| marked(&n.to_string(), "at [12 High Street|address], she said")).collect();
    let (written, _) = write_plain(Format::Gliner, &records);
    let path = lab.folder.path().join("own.jsonl");
    fs::write(&path, written).unwrap();
    let opened = open(&path, None, &ReadOptions::default()).unwrap();
    assert_eq!(without_source(opened.records.map(Result::unwrap).collect()), records);
}

#[test]
fn a_stream_cannot_be_judged() {
    let line = r#"{"tokenized_text": ["a"], "ner": [[0, 0, "x"]]}"#;
    let (records, bad) = read_with(Format::Gliner, line, &ReadOptions::default());
    assert!(records.is_empty() && bad[0].fatal && bad[0].reason.contains("--ends inclusive"));
    let told = ReadOptions { ends: Some(Ends::Inclusive), ..Default::default() };
    assert_eq!(read_with(Format::Gliner, line, &told).0.len(), 1);
}
