//! Which format a file is, by its name and its first bytes.

use std::path::Path;

use gleaner::dataset::format::detect;

use super::*;

#[test]
fn names_and_first_records_tell() {
    let cases = [
        ("a.csv", "text\nx", Format::Csv),
        ("a.tsv", "text\tid\nx\t1\n", Format::Tsv),
        ("a.tsv", "EU\tB-ORG\nrejects\tO\n", Format::Conll),
        ("a.conll", "", Format::Conll),
        ("train.txt", "EU NNP B-NP B-ORG\nrejects VBZ B-VP O\n\nPeter X Y B-PER\n", Format::Conll),
        ("a.txt", "O dear\nHow now\n", Format::Text),
        ("a.txt", "", Format::Text),
        ("a.ann", "T1", Format::Brat),
        ("a.jsonl", "\u{feff}{\"id\": 1, \"text\": \"{\\\"ents\\\": 1}\"}", Format::Jsonl),
        ("a.jsonl.zst", r#"{"tokens":["a"],"spans":[[0,0,"x"]]}"#, Format::Tokens),
        ("a.json", r#"[ {"tokenized_text": ["a"], "ner": []}]"#, Format::Gliner),
        ("-", r#"{"tokens": ["a"], "ner_tags": ["O"]}"#, Format::Hf),
        ("a.jsonl", r#"{"text": "a", "ents": []}"#, Format::Spacy),
        ("a.jsonl", r#"["a b", {"entities": [[0, 1, "x"]]}]"#, Format::Spacy),
        ("a.jsonl", r#"[["a b", {"entities": [[0, 1, "x"]]}]]"#, Format::Spacy),
        ("a.jsonl", r#"{"text": "a", "spans": [], "_input_hash": 1, "answer": "accept"}"#, Format::Prodigy),
        ("a.jsonl", r#"{"id": 1, "text": "a", "label": [[0, 1, "x"]]}"#, Format::Doccano),
        ("a.jsonl", r#"{"text": "a", "entities": [{"start_offset": 0}]}"#, Format::Doccano),
        ("a.jsonl", r#"{"text": "a", "label": "positive"}"#, Format::Jsonl),
        ("a.json", r#"[{"id": 1, "annotations": [{"result": []}], "data": {"text": "cut o"#, Format::LabelStudio),
    ];
    for (name, start, expected) in cases {
        assert_eq!(detect(Path::new(name), start.as_bytes()), Some(expected), "{name}: {start}");
    }
    assert_eq!(detect(Path::new("a.parquet"), b"PAR1"), None);
    assert_eq!(
        detect(Path::new("a.json"), br#"{"version": 1}"#),
        Some(Format::Jsonl),
        "its reader will say what is missing"
    );
}

#[test]
fn names_of_formats() {
    for format in Format::ALL {
        assert_eq!(format.as_str().parse(), Ok(format));
    }
    assert_eq!("label-studio".parse(), Ok(Format::LabelStudio));
    assert!("xml".parse::<Format>().unwrap_err().contains("jsonl|text|csv"));
}
