//! Bad records are told with their line and passed over; nothing panics.

use super::*;

/// One bad line between two good ones: the reason, and that both good ones are read.
fn reason(line: &str) -> String {
    let bytes = format!("{{\"text\": \"first\"}}\r\n{line}\n{{\"text\": \"last\"}}");
    let (records, bad) = read_with(Format::Jsonl, bytes, &ReadOptions::default());
    assert_eq!(records.len(), 2, "{line}");
    assert_eq!((bad.len(), bad[0].line, bad[0].fatal), (1, 2, false), "{line}");
    bad[0].reason.clone()
}

#[test]
fn each_bad_line_has_its_reason() {
    let span = |span: &str| format!(r#"{{"text": "abc 😀 def", "spans": [{span}]}}"#);
    let cases = [
        ("{\"text\": ".to_owned(), "not JSON"),
        ("{\"text\": \"\u{0}\"}".to_owned(), "not JSON"),
        ("[1, 2]".to_owned(), "an array where a record"),
        (r#"{"body": "x"}"#.to_owned(), "no \"text\"; the record has \"body\""),
        (r#"{"text": 3}"#.to_owned(), "\"text\" is a number"),
        (r#"{"text": "x", "id": [1]}"#.to_owned(), "\"id\" is an array"),
        (r#"{"text": "x", "spans": {}}"#.to_owned(), "\"spans\" is an object"),
        (r#"{"text": "\ud83d"}"#.to_owned(), "not JSON"),
        (span(r#"{"start": 0, "end": 10, "label": "x"}"#), "0..10, but the text has 9 characters"),
        (span(r#"{"start": 3, "end": 1, "label": "x"}"#), "reversed: 3..1"),
        (span(r#"{"start": 3, "end": 3, "label": "x"}"#), "empty: 3..3"),
        (span(r#"{"start": 0.5, "end": 3, "label": "x"}"#), "start of span 1 is 0.5; it must be a whole number"),
        (span(r#"{"start": -1, "end": 3, "label": "x"}"#), "is -1; it must be a whole number from 0 up"),
        (span(r#"{"start": "0", "end": 3, "label": "x"}"#), "start of span 1 is a string"),
        (span(r#"{"start": 0, "label": "x"}"#), "the end of span 1 is missing"),
        (span(r#"{"start": 0, "end": 3}"#), "span 1 has no label"),
        (span(r#"{"start": 0, "end": 3, "label": ""}"#), "label of span 1 is empty"),
        (span(r#"[0, 3, "x"]"#), "span 1 is an array"),
        (span(r#"{"start": 7, "end": 9, "label": "x", "text": "de"}"#), "code points"),
        (span(r#"{"start": 99999999999999999999, "end": 3, "label": "x"}"#), "whole number"),
    ];
    for (line, expected) in cases {
        let said = reason(&line);
        assert!(said.contains(expected), "{line}\n said {said}\n not {expected}");
    }
}

#[test]
fn bytes_that_are_not_utf8() {
    let bytes = b"{\"text\": \"a\"}\n{\"text\": \"caf\xe9\"}\n{\"text\": \"b\"}\n".to_vec();
    let (records, bad) = read_with(Format::Jsonl, bytes, &ReadOptions::default());
    assert_eq!((records.len(), bad[0].line), (2, 2));
    assert!(bad[0].reason.contains("byte 0xe9 at byte 14"), "{}", bad[0]);
    for (format, bytes) in
        [(Format::Text, b"x\ncaf\xe9\n"), (Format::Csv, b"text\n\xe9\n"), (Format::Conll, b"\xe9\tO\nx\tO")]
    {
        let (records, bad) = read_with(format, bytes.to_vec(), &ReadOptions::default());
        assert!(records.is_empty() && bad[0].reason.contains("UTF-8"), "{format}: {bad:?}");
    }
    let latin = b"text\ncaf\xe9\nfine\n".to_vec();
    assert_eq!(read_with(Format::Csv, latin, &ReadOptions::default()).0[0].text, "fine");
}

#[test]
fn an_empty_file_has_no_records() {
    for format in Format::ALL.into_iter().filter(|f| !matches!(f, Format::Brat | Format::Gliner)) {
        for bytes in ["", "\u{feff}"] {
            assert_eq!(read_with(format, bytes, &ReadOptions::default()), (vec![], vec![]), "{format}");
        }
    }
    assert_eq!(read_good(Format::LabelStudio, " [ ] \n"), []);
}

#[test]
fn one_line_of_five_megabytes() {
    let text = "naïve 😀 words ".repeat(300_000);
    let records = vec![record("big", &text, vec![span_of(0, 5, "x")])];
    for format in [Format::Jsonl, Format::Csv, Format::Hf] {
        let (written, _) = write_plain(format, &records);
        assert!(written.len() > 5_000_000);
        assert_eq!(without_source(read_good(format, written)), records, "{format}");
    }
}

#[test]
fn a_broken_array_ends_with_one_reason() {
    let cut = r#"[{"id": 1, "data": {"text": "good"}}, {"id": 2, "data": {"text": "cut of"#;
    let (records, bad) = read_with(Format::LabelStudio, cut, &ReadOptions::default());
    assert_eq!(records.len(), 1);
    assert!(bad.len() == 1 && bad[0].fatal && bad[0].reason.contains("not closed"), "{bad:?}");
    let inside =
        r#"[{"id": 1, "data": {"text": "a"}}, {"id": 2, "data": {"text": x}}, {"id": 3, "data": {"text": "c] \" }"}}]"#;
    let (records, bad) = read_with(Format::LabelStudio, inside, &ReadOptions::default());
    assert_eq!((records.len(), bad.len(), bad[0].fatal), (2, 1, false), "the next element is read");
    let more = r#"[{"id": 1, "data": {"text": "a"}}] {"#;
    let (records, bad) = read_with(Format::LabelStudio, more, &ReadOptions::default());
    assert!(records.len() == 1 && bad[0].fatal);
}

#[test]
fn tables_say_which_columns_they_have() {
    let (_, bad) = read_with(Format::Csv, "id,body\n1,x\n", &ReadOptions::default());
    assert!(bad[0].fatal && bad[0].reason.contains("no column \"text\"; the header has \"id\", \"body\""));
    let (records, bad) = read_with(Format::Csv, "id,text\n1,a,b\n2\n3,c\n", &ReadOptions::default());
    assert_eq!(records.len(), 1);
    assert_eq!(bad.iter().map(|b| b.line).collect::<Vec<_>>(), [2, 3]);
    let (_, bad) = read_with(Format::Csv, "text,spans\na,\"[{]\"\n", &ReadOptions::default());
    assert!(bad[0].reason.contains("spans is not JSON"));
}

#[test]
fn a_conll_block_with_a_bad_line_is_left_out_whole() {
    let conll = "Ada\tB-PER\nLovelace\n\nfine\tO\n";
    let (records, bad) = read_with(Format::Conll, conll, &ReadOptions::default());
    assert_eq!((records.len(), bad[0].line), (1, 2));
    let foreign = "# text = Ada wrote\nAda\tB-PER\nspoke\tO\n";
    let (_, bad) = read_with(Format::Conll, foreign, &ReadOptions::default());
    assert!(bad[0].reason.contains("the words do not fit # text"), "{bad:?}");
}

#[test]
fn word_indices_out_of_range() {
    for (spans, expected) in [
        ("[[0,2,\"x\"]]", "words 0 to 2, but there are 2"),
        ("[[1,0,\"x\"]]", "reversed"),
        ("[[0,1]]", "must be an array of"),
    ] {
        let line = format!(r#"{{"tokens":["a","b"],"spans":{spans}}}"#);
        let (_, bad) = read_with(Format::Tokens, line, &ReadOptions::default());
        assert!(bad[0].reason.contains(expected), "{bad:?}");
    }
}
