//! What gleaner writes it reads back.

use serde_json::json;

use super::*;

/// Texts that trip programs counting in other units, or splitting at white space.
fn awkward() -> Vec<Record> {
    vec![
        marked("plain", "[Ada Lovelace|person] worked with [Charles Babbage|person] in [London|place]."),
        marked("emoji", "😀😀 [Omega|brand] 👩‍👩‍👧 [Seamaster 300|model] 😀"),
        marked("combining", "Le cafe\u{301} [Ze\u{301}nith|brand] est la\u{300}"),
        marked("cjk", "[精工|brand] 和 [東京|place] は"),
        marked("nbsp", "prix\u{a0}: [1\u{a0}000 €|price]\u{2009}net"),
        marked("white", "\tone [two\n three|x]  four\r\n\r\n[five|y] \n"),
        marked("quotes", "say \"[hi|x]\", it's [a, \"b\"|y]; # text = [1|z]"),
        marked("none", "nothing here"),
        marked("empty", ""),
        marked(
            "control",
            "nul \u{0} and escape \u{1b}[31m [red|x]\u{1b}[0m"
                .replace("[31m", "(31m")
                .replace("\u{1b}[0m", "")
                .as_str(),
        ),
        marked("lang", "[Straße-Bau|x] [state-of-the-art|y] don't हिन्दी [राम|z]"),
    ]
}

#[test]
fn jsonl_holds_everything() {
    let mut full = marked("7", "[Rolex|brand] and [Omega|brand]");
    full.metadata = json!({"source": "news", "n": 3, "nested": {"a": [1, null]}}).as_object().unwrap().clone();
    full.responses[0].annotator = Some("ada".into());
    full.responses[0].coverage = Some(vec!["brand".into(), "model".into()]);
    full.responses.push(RecordResponse { annotator: Some("bob".into()), status: Status::Draft, ..Default::default() });
    full.predictions =
        vec![("mini".into(), vec![Span { score: Some(0.9), ..span_of(0, 5, "brand") }]), ("large".into(), vec![])];
    full.provenance.parent = Some(("book".into(), 1200));
    let mut clash = marked("8", "metadata with [our|x] names");
    clash.metadata = json!({"text": 1, "status": "draft", "metadata": {"spans": []}}).as_object().unwrap().clone();
    let mut bare = marked("9", "not annotated");
    bare.responses.clear();
    bare.id = None;
    let mut discarded = marked("10", "of no use");
    discarded.responses[0].status = Status::Discarded;

    let mut records = awkward();
    records.extend([full, clash, bare, discarded]);
    let (written, losses) = write_plain(Format::Jsonl, &records);
    assert!(losses.is_empty());
    assert!(written.contains(r#""score":0.9"#), "scores as short as they were: {written}");
    assert_eq!(without_source(read_good(Format::Jsonl, written)), records);
}

#[test]
fn a_record_without_spans_is_not_annotated_and_one_with_none_is() {
    let records = read_good(Format::Jsonl, "{\"text\": \"a\"}\n{\"text\": \"b\", \"spans\": []}\n");
    assert!(records[0].responses.is_empty());
    assert_eq!(records[1].responses[0].status, Status::Submitted);
}

#[test]
fn foreign_keys_with_our_names_stay_metadata() {
    let line = r#"{"text": "abc", "spans": [], "status": "published", "coverage": 0.7, "predictions": "none", "responses": 3}"#;
    let record = &read_good(Format::Jsonl, line)[0];
    assert_eq!(record.responses[0].status, Status::Submitted);
    assert_eq!(record.metadata.keys().collect::<Vec<_>>(), ["status", "coverage", "predictions", "responses"]);
}

#[test]
fn csv_and_tsv_hold_text_spans_status_and_metadata() {
    let mut records = awkward();
    records[0].metadata = json!({"n": 3, "tags": ["a"], "text": "x"}).as_object().unwrap().clone();
    records[0].responses[0].annotator = Some("ada".into());
    records[0].responses[0].status = Status::Draft;
    records[1].responses[0].coverage = Some(vec!["brand".into()]);
    records[2].responses.clear();
    for format in [Format::Csv, Format::Tsv] {
        let (written, losses) = write_plain(format, &records);
        assert!(losses.is_empty(), "{losses}");
        assert_eq!(without_source(read_good(format, written)), records, "{format}");
    }
}

#[test]
fn foreign_csv_with_crlf_and_a_byte_order_mark() {
    let csv = "\u{feff}ref,body,lang\r\n1,\"two\r\nlines, \"\"quoted\"\"\",en\r\n2,second,de\r\n";
    let options = ReadOptions { text_column: Some("body".into()), id_column: Some("ref".into()), ..Default::default() };
    let (records, bad) = read_with(Format::Csv, csv, &options);
    assert_eq!(bad, []);
    assert_eq!(records[0].text, "two\r\nlines, \"quoted\"");
    assert_eq!((records[1].id.as_deref(), &records[1].metadata["lang"]), (Some("2"), &json!("de")));
    assert!(records[0].responses.is_empty());
    assert_eq!(records[1].provenance.line, Some(4));
}

#[test]
fn word_formats_bring_flat_spans_on_words_back_with_their_text() {
    for format in [Format::Conll, Format::Hf, Format::Spacy, Format::Gliner] {
        let records = awkward();
        let (written, losses) = write_plain(format, &records);
        assert!(losses.is_empty(), "{format}: {losses}");
        assert!(!written.contains('\r'), "{format}: lines end with LF");
        let options = ReadOptions { indices: Some(super::inclusive()), ..Default::default() };
        let (back, bad) = read_with(format, written, &options);
        assert_eq!(bad, [], "{format}");
        assert_eq!(without_source(back), records, "{format}");
    }
}

#[test]
fn conll_as_written() {
    let (written, _) = write_plain(Format::Conll, &[marked("a", "[Ada Lovelace|person] met [Mr.|title]\nX")]);
    let expected = "# id = a\n# text_json = \"Ada Lovelace met Mr.\\nX\"\nAda\tB-person\nLovelace\tI-person\nmet\tO\n\
                    Mr\tB-title\n.\tI-title\nX\tO\n\n";
    assert_eq!(written, expected);
}

#[test]
fn conll_2003_as_found() {
    let conll = "-DOCSTART- -X- -X- O\r\n\r\nEU NNP B-NP B-ORG\r\nrejects VBZ B-VP O\r\n# NN B-NP O\r\n\r\n\r\n\
                 # JJ I-NP I-MISC\r\ncall NN I-NP O\r\n";
    let records = read_good(Format::Conll, conll);
    assert_eq!(records.iter().map(|r| r.text.as_str()).collect::<Vec<_>>(), ["EU rejects #", "# call"]);
    assert_eq!(surfaces(&records[0]), pairs(&[("EU", "ORG")]));
    assert_eq!(surfaces(&records[1]), pairs(&[("#", "MISC")]));
    assert_eq!(records[1].provenance.line, Some(8));
}

#[test]
fn plain_text_a_document_a_file_or_a_line() {
    let text = "\u{feff}first line\r\n\r\n  second\n";
    let whole = read_good(Format::Text, text);
    assert_eq!(whole.len(), 1);
    assert_eq!(whole[0].text, "first line\r\n\r\n  second\n", "verbatim, without the byte order mark");
    let options = ReadOptions { one_per_line: true, ..Default::default() };
    let (lines, _) = read_with(Format::Text, text, &options);
    assert_eq!(lines.iter().map(|r| r.text.as_str()).collect::<Vec<_>>(), ["first line", "  second"]);
    assert_eq!(lines[1].provenance.line, Some(3));
}

#[test]
fn gliner_as_written() {
    let mut record = marked("a", "[Ada|person] wrote to [Ada|person]'s aunt");
    record.responses[0].spans.push(span_of(0, 9, "clause"));
    record.responses[0].coverage = Some(vec!["person".into(), "place".into()]);
    let (line, losses) = write_plain(Format::Gliner, std::slice::from_ref(&record));
    assert!(losses.is_empty(), "nested spans and coverage are held: {losses}");
    let value: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(value["tokenized_text"], json!(["Ada", "wrote", "to", "Ada", "'", "s", "aunt"]));
    assert_eq!(value["ner"], json!([[0, 0, "person"], [3, 3, "person"], [0, 1, "clause"]]));
    assert_eq!(value["ner_labels"], json!(["person", "place", "clause"]), "a label with spans was looked for");

    let options = WriteOptions { array: true, ..Default::default() };
    let (array, _) = write_with(Format::Gliner, &[record.clone(), record], &options);
    assert_eq!(serde_json::from_str::<Vec<serde_json::Value>>(&array).unwrap(), [value.clone(), value]);
    assert_eq!(write_with(Format::Gliner, &[], &options).0, "[]\n");
}
