//! Random documents.

use gleaner::dataset::format::{Split, split};
use gleaner::text::words;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// Any text, rich in what trips readers.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-zA-Z]{1,6}".boxed(),
        "\\PC{0,4}".boxed(),
        prop::sample::select(vec![
            " ", "\n", "\r\n", "\t", "😀", "e\u{301}", "精工", "\u{a0}", "\"", "#", ". ", "\u{0}", "\u{1c}",
            "\u{2028}", "-", "_", "\\"
        ])
        .prop_map(String::from)
        .boxed(),
    ];
    prop::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat())
}

fn label() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["person", "work-of-art", "Ort", "B-x", "two words", "商品"]).prop_map(String::from)
}

/// Spans anywhere in a text of `chars` code points.
fn spans(chars: usize) -> BoxedStrategy<Vec<Span>> {
    if chars == 0 {
        return Just(Vec::new()).boxed();
    }
    let span =
        (0..chars, 1..=chars, label(), prop::option::of(0.0_f32..1.0)).prop_map(move |(start, len, label, score)| {
            Span { range: CharRange::new(start, (start + len).min(chars)), label, score }
        });
    prop::collection::vec(span, 0..5).boxed()
}

fn response(chars: usize) -> impl Strategy<Value = RecordResponse> {
    let name = prop::option::of("[a-z]{1,4}");
    (
        name,
        prop::sample::select(Status::ALL.to_vec()),
        spans(chars),
        prop::option::of(prop::collection::vec(label(), 0..3)),
    )
        .prop_map(|(annotator, status, spans, coverage)| RecordResponse { annotator, status, spans, coverage })
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i64>().prop_map(|n| json!(n)),
        any::<bool>().prop_map(|b| json!(b)),
        text().prop_map(|t| json!(t)),
        Just(json!({"a": [null]}))
    ]
}

fn any_record() -> impl Strategy<Value = Record> {
    let key = prop_oneof![
        "[a-z]{1,5}",
        prop::sample::select(vec!["text", "spans", "status", "metadata", "parent"]).prop_map(String::from)
    ];
    text().prop_flat_map(move |text| {
        let chars = text.chars().count();
        (
            prop::option::of("[a-z0-9 é]{0,6}"),
            Just(text),
            prop::collection::vec((key.clone(), value()), 0..3),
            prop::collection::vec(response(chars), 0..3),
            prop::collection::btree_map("[a-z]{1,4}", spans(chars), 0..3),
            prop::option::of(("[a-z]{1,4}", 0..1000_usize)),
        )
            .prop_map(|(id, text, metadata, responses, predictions, parent)| Record {
                // An empty id is none.
                id: id.filter(|id| !id.is_empty()),
                text,
                metadata: metadata.into_iter().collect(),
                responses,
                predictions: predictions.into_iter().collect(),
                // Only JSONL holds them.
                notes: Vec::new(),
                provenance: Provenance { parent, ..Default::default() },
            })
    })
}

/// A document with flat spans on whole words.
fn aligned_record() -> impl Strategy<Value = Record> {
    (text(), prop::collection::vec((0..4_usize, 1..3_usize, label()), 0..5)).prop_map(|(text, steps)| {
        let words = words(&text);
        let mut at = 0;
        let mut spans = Vec::new();
        for (skip, length, label) in steps {
            let (first, last) = (at + skip, at + skip + length - 1);
            if last < words.len() {
                spans.push(Span {
                    range: CharRange::new(words[first].range.start, words[last].range.end),
                    label,
                    score: None,
                });
                at = last + 1;
            }
        }
        record("id", &text, spans)
    })
}

proptest! {
    #[test]
    fn jsonl_comes_back_as_it_was(records in prop::collection::vec(any_record(), 0..4)) {
        let (written, losses) = write_plain(Format::Jsonl, &records);
        prop_assert!(losses.is_empty());
        prop_assert_eq!(written.lines().count(), records.len());
        prop_assert_eq!(without_source(read_good(Format::Jsonl, written)), records);
    }

    #[test]
    fn flat_spans_on_words_come_back_from_every_word_format(records in prop::collection::vec(aligned_record(), 0..4)) {
        for format in [Format::Conll, Format::Hf, Format::Spacy, Format::Gliner] {
            let (written, losses) = write_plain(format, &records);
            prop_assert!(losses.is_empty(), "{}: {}", format, losses);
            let options = ReadOptions { indices: Some(inclusive()), ..Default::default() };
            let (back, bad) = read_with(format, written, &options);
            prop_assert_eq!(bad, []);
            prop_assert_eq!(&without_source(back), &records, "{}", format);
        }
    }

    #[test]
    fn any_record_can_be_written_in_every_format(record in any_record()) {
        for format in Format::ALL.into_iter().filter(|f| f.can_write()) {
            let (written, _) = write_plain(format, std::slice::from_ref(&record));
            let options = ReadOptions { indices: Some(inclusive()), one_per_line: true, ..Default::default() };
            let (back, bad) = read_with(format, written, &options);
            prop_assert_eq!(bad, [], "{}", format);
            prop_assert!(back.len() <= 1);
        }
    }

    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(b"{}[]\",: \n\t\\OB-text0".to_vec())], 0..200)) {
        for format in Format::ALL.into_iter().filter(|f| *f != Format::Brat) {
            let options = ReadOptions { indices: Some(inclusive()), ..Default::default() };
            read_with(format, bytes.clone(), &options);
        }
    }

    #[test]
    fn splitting_loses_no_span_and_no_character(record in any_record(), at in prop::sample::select(vec![Split::Paragraph, Split::Sentence, Split::Line])) {
        let (parts, _) = split(record.clone(), at);
        let count = |r: &Record| r.responses.iter().map(|x| x.spans.len()).sum::<usize>() + r.predictions.iter().map(|(_, s)| s.len()).sum::<usize>();
        prop_assert_eq!(parts.iter().map(count).sum::<usize>(), count(&record));
        let solid = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        prop_assert_eq!(parts.iter().map(|p| solid(&p.text)).collect::<String>(), solid(&record.text));
        for part in &parts {
            let map = OffsetMap::new(&part.text);
            prop_assert!(part.responses.iter().flat_map(|r| &r.spans).all(|s| map.contains(s.range)));
        }
    }
}
