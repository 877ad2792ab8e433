//! Text and labels → words, ids, masks and spans, against the official package (`tests/fixtures/gliner`).
//!
//! With `compat` everything is equal: words, ids, masks, and each decoded list at all thresholds, flat and nested, with
//! one label a span and with several; from the stored logits, and with our own engine in between.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::{Path, PathBuf};

use gleaner::gliner::decode::{DecodeOptions, candidates, decode};
use gleaner::gliner::encoded::Logits;
use gleaner::gliner::{Candidate, Gliner, SuggestError, SuggestOptions};
use gleaner::text::{CharRange, Word};
use safetensors::SafeTensors;
use serde_json::{Value, json};

/// Model folder, and the golden file it must reproduce.
const MODELS: [(&str, &str); 4] = [
    ("span_bert", "span_bert"),
    ("span_deberta_lstm", "span_deberta_lstm"),
    ("span_deberta_marker", "span_deberta_marker"),
    ("legacy_layout/gliner", "span_deberta_lstm"),
];

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/gliner")
}

fn open(model: &str) -> Gliner {
    Gliner::open(&fixtures().join("models").join(model), None, 1).unwrap()
}

/// One text of one record.
struct Case {
    id: String,
    record: Value,
    /// Row in the record's arrays.
    row: usize,
    /// Place of the text in the request, empty texts counted.
    place: usize,
    text: String,
    labels: Vec<String>,
}

impl Case {
    fn strings(&self, key: &str) -> Vec<String> {
        serde_json::from_value(self.record[key][self.row].clone()).unwrap()
    }

    fn numbers(&self, key: &str) -> Vec<usize> {
        serde_json::from_value(self.record[key][self.row].clone()).unwrap()
    }

    /// Logits of this row, of its own words and classes.
    fn logits(&self, tensors: &SafeTensors<'_>) -> Logits {
        let view = tensors.tensor(&format!("{}/logits", self.id)).unwrap();
        let all: Vec<f32> = view.data().chunks_exact(4).map(|b| f32::from_le_bytes(b.try_into().unwrap())).collect();
        let [_, words, widths, classes] = view.shape()[..] else { panic!("shape of {}", self.id) };
        let size = words * widths * classes;
        Logits { words, widths, classes, values: all[self.row * size..(self.row + 1) * size].to_vec() }
    }
}

/// All texts of a golden file that the package ran, one by one.
fn cases(golden: &str) -> Vec<Case> {
    let text = std::fs::read_to_string(fixtures().join(format!("inference/{golden}.json"))).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    let records = ["cases", "batches"].into_iter().flat_map(|k| file[k].as_array().unwrap().clone());
    let mut cases = Vec::new();
    for record in records.filter(|r| r["empty"].is_null() && r["error"].is_null()) {
        let texts: Vec<String> = serde_json::from_value(record["texts"].clone()).unwrap();
        let rows: Vec<usize> = serde_json::from_value(record["valid_to_orig_idx"].clone()).unwrap();
        for (row, &place) in rows.iter().enumerate() {
            let labels = if record["labels"][0].is_array() { &record["labels"][row] } else { &record["labels"] };
            cases.push(Case {
                id: record["id"].as_str().unwrap().to_owned(),
                row,
                place,
                text: texts[place].clone(),
                labels: serde_json::from_value(labels.clone()).unwrap(),
                record: record.clone(),
            });
        }
    }
    assert!(cases.len() > 50, "{golden}: {} cases", cases.len());
    cases
}

/// What a decoded list of the golden file asks for.
fn options(decoded: &Value) -> DecodeOptions {
    DecodeOptions {
        threshold: decoded["threshold"].as_f64().unwrap() as f32,
        nested: !decoded["flat_ner"].as_bool().unwrap(),
        multi_label: decoded["multi_label"].as_bool().unwrap(),
        ..DecodeOptions::default()
    }
}

/// Compares kept candidates with a golden list: spans, labels and order equal, scores within 1e-4.
fn assert_decoded(case: &Case, decoded: &Value, kept: &[Candidate]) {
    let name = format!(
        "{} row {} {}",
        case.id,
        case.row,
        json!([decoded["threshold"], decoded["flat_ner"], decoded["multi_label"]])
    );
    let golden = decoded["words"][case.row].as_array().unwrap();
    let spans: Vec<Value> = kept.iter().map(|c| json!([c.first_word, c.last_word, case.labels[c.class]])).collect();
    let expected: Vec<Value> = golden.iter().map(|g| json!([g[0], g[1], g[2]])).collect();
    assert_eq!(spans, expected, "{name}");
    for (candidate, golden) in kept.iter().zip(golden) {
        let score = golden[3].as_f64().unwrap() as f32;
        assert!((candidate.score - score).abs() < 1e-4, "{name}: {candidate:?} {score}");
    }
}

#[test]
fn compat_words_ids_and_masks_are_those_of_the_official_package() {
    for (model, golden) in MODELS {
        let gliner = open(model);
        for case in cases(golden).iter().filter(|c| !c.labels.is_empty()) {
            let all = gleaner::text::words(&case.text);
            assert_eq!(all.iter().map(|w| w.text).collect::<Vec<_>>(), case.strings("words"), "{model} {}", case.id);
            assert_eq!(all.iter().map(|w| w.range.start).collect::<Vec<_>>(), case.numbers("starts"));
            assert_eq!(all.iter().map(|w| w.range.end).collect::<Vec<_>>(), case.numbers("ends"));

            let prompts = gliner.prompts(&case.labels, true).unwrap();
            let words = vec![gliner.words(&case.text, true)];
            let sequences = gliner.sequences(&[&case.text], &words, &prompts, true).unwrap();
            let [sequence] = &sequences[..] else { panic!("one sequence expected") };
            let length: usize = case.numbers("attention_mask").iter().sum();
            let number = |ids: &[u32]| ids.iter().map(|&id| id as usize).collect::<Vec<_>>();
            let name = format!("{model} {} row {}", case.id, case.row);
            assert_eq!(number(&sequence.encoded.input_ids), case.numbers("input_ids")[..length], "{name}");
            assert_eq!(number(&sequence.encoded.words_mask), case.numbers("words_mask")[..length], "{name}");
            assert_eq!(vec![sequence.encoded.words], case.numbers("text_lengths"), "{name}");
        }
    }
}

#[test]
fn stored_logits_decode_to_the_official_spans() {
    for (_, golden) in &MODELS[..3] {
        let bytes = std::fs::read(fixtures().join(format!("inference/{golden}.safetensors"))).unwrap();
        let tensors = SafeTensors::deserialize(&bytes).unwrap();
        let mut lists = 0;
        for case in cases(golden).iter().filter(|c| !c.labels.is_empty()) {
            let (starts, ends) = (case.numbers("starts"), case.numbers("ends"));
            let kept_words = case.record["kept_words"][case.row].as_u64().unwrap() as usize;
            let words: Vec<Word<'_>> = starts
                .iter()
                .zip(&ends)
                .map(|(&s, &e)| Word { text: "", range: CharRange::new(s, e), byte: 0 })
                .take(kept_words)
                .collect();
            let classes: Vec<usize> = classes(&case.labels);
            let logits = case.logits(&tensors);
            for decoded in case.record["decoded"].as_array().unwrap() {
                let options = options(decoded);
                let all = candidates(&logits, &words, 0, &classes, 0.05);
                assert_decoded(case, decoded, &decode(&all, &options));
                lists += 1;
            }
        }
        assert!(lists >= 12 * 50, "{golden}: {lists}");
    }
}

/// The index of each label that is not a repetition.
fn classes(labels: &[String]) -> Vec<usize> {
    (0..labels.len()).filter(|&i| !labels[..i].contains(&labels[i])).collect()
}

#[test]
fn compat_suggestions_are_those_of_the_official_package() {
    for (model, golden) in MODELS {
        let gliner = open(model);
        let compat = SuggestOptions { compat: true, ..SuggestOptions::default() };
        for case in cases(golden) {
            let found = gliner.candidates(&[&case.text], &case.labels, &compat).unwrap();
            for decoded in case.record["decoded"].as_array().unwrap() {
                assert_decoded(&case, decoded, &decode(&found[0], &options(decoded)));
            }
            let entities =
                case.record["decoded"].as_array().unwrap().iter().find(|d| !d["entities"].is_null()).unwrap();
            for (kept, golden) in
                decode(&found[0], &options(entities)).iter().zip(entities["entities"][case.place].as_array().unwrap())
            {
                assert_eq!(json!([kept.range.start, kept.range.end]), json!([golden["start"], golden["end"]]));
            }
        }
    }
}

#[test]
fn a_batch_gives_each_text_what_it_gets_alone() {
    let gliner = open("span_deberta_lstm");
    let texts =
        ["Maria Fontes runs the port office in Lisbon.", "", "Leeds", "  \n", "Tom Whitlock left Porto at 9:30."];
    let labels = ["person".to_owned(), "city".to_owned()];
    let together = gliner.candidates(&texts, &labels, &SuggestOptions::default()).unwrap();
    for (text, together) in texts.iter().zip(&together) {
        let alone = &gliner.candidates(&[text], &labels, &SuggestOptions::default()).unwrap()[0];
        assert_eq!(alone.len(), together.len());
        for (a, b) in alone.iter().zip(together) {
            assert_eq!((a.range, a.class), (b.range, b.class));
            assert!((a.score - b.score).abs() < 1e-5);
        }
    }
    assert!(together[1].is_empty() && together[3].is_empty());
}

#[test]
fn a_long_text_is_read_to_its_end_and_an_invisible_word_shifts_nothing() {
    let gliner = open("span_bert");
    let labels = ["person".to_owned(), "city".to_owned()];
    let long = "On day 1 the crew of the Astrid counted 7 boxes near Lisbon. ".repeat(40);
    let options = SuggestOptions { floor: 0.2, ..SuggestOptions::default() };
    let found = &gliner.candidates(&[&long], &labels, &options).unwrap()[0];
    let words = gleaner::text::words(&long);
    assert!(found.iter().any(|c| c.last_word + 14 > words.len()), "nothing found in the last sentence");
    for candidate in found {
        assert_eq!(words[candidate.first_word].range.start, candidate.range.start);
        assert_eq!(words[candidate.last_word].range.end, candidate.range.end);
    }
    // BERT's normaliser drops U+200B, so its word has no subtoken; the package's count then lags by one.
    let text = "zero\u{200b}width Maria Fontes in Lisbon";
    let prompts = gliner.prompts(&labels, false).unwrap();
    let masks = |compat: bool| {
        let words = vec![gliner.words(text, compat)];
        let sequences = gliner.sequences(&[text], &words, &prompts, compat).unwrap();
        let mut marks: Vec<u32> = sequences[0].encoded.words_mask.clone();
        marks.retain(|&m| m > 0);
        marks
    };
    assert_eq!(masks(false), [1, 3, 4, 5, 6, 7], "word 2 has no subtoken, the others keep their numbers");
    assert_eq!(masks(true), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn many_labels_are_spread_over_passes_and_impossible_ones_are_refused() {
    let gliner = open("span_bert");
    let many: Vec<String> = (0..300).map(|i| format!("label {i}")).collect();
    assert!(gliner.passes(&many).unwrap() > 1);
    let text = "Maria Fontes runs the port office in Lisbon for Norvik Lines.";
    let options = SuggestOptions { floor: 0.0, ..SuggestOptions::default() };
    let found = &gliner.candidates(&[text], &many, &options).unwrap()[0];
    let mut classes: Vec<usize> = found.iter().map(|c| c.class).collect();
    classes.sort_unstable();
    classes.dedup();
    assert_eq!(classes.len(), 300, "every label gets scores");

    let refused = |label: &str| gliner.candidates(&[text], &[label.to_owned()], &options).unwrap_err();
    assert_eq!(refused(""), SuggestError::EmptyLabel);
    assert!(matches!(refused(&"word ".repeat(300)), SuggestError::LabelTooLong { .. }));
    assert!(matches!(refused("a <<ENT>> b"), SuggestError::MarkerInLabel { .. }));
    assert!(gliner.candidates(&[text], &[], &options).unwrap()[0].is_empty());
}
