//! The embedded embedder: its word pieces are BERT's, its vectors are those Python computes, near in meaning is near.
//!
//! `tests/fixtures/embed/golden.json` is made by `tests/official/make_embedder.py` with the official tokenizer.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::PathBuf;

use gleaner::search::embed::Embedder;
use proptest::prelude::*;
use serde_json::Value;
use tokenizers::models::wordpiece::WordPiece;
use tokenizers::normalizers::BertNormalizer;
use tokenizers::pre_tokenizers::bert::BertPreTokenizer;
use tokenizers::{ModelWrapper, Tokenizer};

const NONE: [f32; 256] = [0.0; 256];

fn model(file: &str) -> Vec<u8> {
    std::fs::read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data/models/minilm-static").join(file)).unwrap()
}

fn fixture(file: &str) -> Value {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/embed").join(file);
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The official tokenizer with the embedder's vocabulary; an id is a row, one beyond the last is unknown.
fn official() -> (Tokenizer, u32) {
    let mut vocabulary = model("vocabulary.txt");
    let unknown = vocabulary.iter().filter(|b| **b == b'\n').count() as u32;
    vocabulary.extend_from_slice(b"[UNK]\n");
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), vocabulary).unwrap();
    let pieces = WordPiece::from_file(file.path().to_str().unwrap()).build().unwrap();
    let mut tokenizer = Tokenizer::new(ModelWrapper::WordPiece(pieces));
    tokenizer.with_normalizer(Some(BertNormalizer::new(true, true, None, true))).unwrap();
    tokenizer.with_pre_tokenizer(Some(BertPreTokenizer));
    (tokenizer, unknown)
}

fn official_rows((tokenizer, unknown): &(Tokenizer, u32), text: &str) -> Vec<u32> {
    let ids = tokenizer.encode(text, false).unwrap().get_ids().to_vec();
    ids.into_iter().filter(|id| id != unknown).collect()
}

#[test]
fn pieces_and_vectors_are_those_of_python() {
    let embedder = Embedder::embedded();
    assert_eq!(embedder.dims(), 256);
    assert!(embedder.name().starts_with("minilm-static-"), "{}", embedder.name());
    let golden = fixture("golden.json");
    let golden = golden.as_array().unwrap();
    assert!(golden.len() >= 60, "{} texts", golden.len());
    for line in golden {
        let given = &line["text"];
        let text = given.as_str().map_or_else(
            || given["text"].as_str().unwrap().repeat(given["times"].as_u64().unwrap() as usize),
            str::to_owned,
        );
        let rows = embedder.rows(&text);
        let shown: Vec<u64> = rows.iter().take(200).map(|r| u64::from(*r)).collect();
        let expected: Vec<u64> = line["rows"].as_array().unwrap().iter().map(|r| r.as_u64().unwrap()).collect();
        assert_eq!(shown, expected, "the pieces of {given}");
        assert_eq!(rows.len() as u64, line["pieces"].as_u64().unwrap(), "how many pieces of {given}");
        let mut crc = flate2::Crc::new();
        rows.iter().for_each(|r| crc.update(&r.to_le_bytes()));
        assert_eq!(u64::from(crc.sum()), line["crc"].as_u64().unwrap(), "all pieces of {given}");
        let vector = embedder.embed(&text);
        for (at, expected) in line["vector"].as_array().unwrap().iter().enumerate() {
            let expected = expected.as_f64().unwrap() as f32;
            assert!((vector[at] - expected).abs() < 1e-4, "number {at} of {given}: {} and {expected}", vector[at]);
        }
        let length = cosine(&vector, &vector).sqrt();
        let expected = if rows.is_empty() { 0.0 } else { 1.0 };
        assert!((length - expected).abs() < 1e-5, "the length of {given} is {length}");
    }
}

#[test]
fn every_character_is_read_as_the_official_tokenizer_reads_it() {
    let official = official();
    let embedder = Embedder::embedded();
    let characters: Vec<char> = (0..=0x2_ffff).chain(0xe_0000..0xe_0200).filter_map(char::from_u32).collect();
    for some in characters.chunks(64) {
        // Beside a letter, after a space, and before another word.
        let text: String = some.iter().flat_map(|c| ['a', *c, 'b', ' ', *c, ' ']).collect();
        assert_eq!(embedder.rows(&text), official_rows(&official, &text), "among {some:?}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_as_the_official_tokenizer_reads_it(
        texts in prop::collection::vec("\\PC{0,40}|[a-zA-Z' .,-]{0,60}|[a-zäöüéèß\u{300}-\u{308}]{0,30}|.{0,30}", 1..8)
    ) {
        thread_local!(static OFFICIAL: (Tokenizer, u32) = official());
        for text in texts {
            let expected = OFFICIAL.with(|official| official_rows(official, &text));
            prop_assert_eq!(Embedder::embedded().rows(&text), expected, "{:?}", text);
        }
    }
}

#[test]
fn near_in_meaning_is_near_though_no_word_is_shared() {
    let pairs = [
        ("The physician prescribed antibiotics to the patient.", "doctors give medicine for infections"),
        ("Shares fell sharply on Wall Street yesterday.", "the stock market dropped"),
        ("The striker scored twice in the cup final.", "a football player's goals"),
        ("Heavy rain and strong winds hit the coast.", "storm weather near an ocean"),
        ("Simmer the onions in butter until golden.", "cooking a recipe with vegetables"),
        ("The senator lost her seat in November.", "an election for congress"),
        ("Proteins are folded inside cells.", "molecular biology"),
        ("My laptop will not boot after updating.", "computer software problems"),
        ("The orchestra played Beethoven.", "classical music concert"),
        ("A rocket carried the probe to Mars.", "spacecraft launch for a planet mission"),
        ("The judge sentenced him to ten years.", "criminal court and prison"),
        ("Passengers missed their connecting plane in Frankfurt.", "airport travel delays"),
    ];
    let embedder = Embedder::embedded();
    let texts: Vec<Vec<f32>> = pairs.iter().map(|p| embedder.embed(p.0)).collect();
    for (at, (text, query)) in pairs.iter().enumerate() {
        let query_vector = embedder.embed(query);
        let near: Vec<f32> = texts.iter().map(|t| cosine(t, &query_vector)).collect();
        let best = (0..near.len()).max_by(|a, b| near[*a].total_cmp(&near[*b])).unwrap();
        assert_eq!(best, at, "{query:?} is nearer to {:?} than to {text:?}: {near:?}", pairs[best].0);
    }
}

#[test]
fn nothing_known_is_nowhere() {
    let embedder = Embedder::embedded();
    for text in ["", "  \n", "\u{200b}\u{ad}", "𓀀𓀁", &"x".repeat(101)] {
        assert_eq!(embedder.embed(text), NONE, "{text:?}");
    }
    assert_eq!(embedder.embed("cat 𓀀"), embedder.embed("CAT"), "what is unknown moves nothing");
}

#[test]
fn many_are_each_alone() {
    let embedder = Embedder::embedded();
    assert!(embedder.embed_many::<&str>(&[]).is_empty());
    let texts: Vec<String> = (0..1000).map(|i| if i % 7 == 0 { String::new() } else { format!("text {i}") }).collect();
    let vectors = embedder.embed_many(&texts);
    assert_eq!(vectors.len(), texts.len() * 256);
    for (text, vector) in texts.iter().zip(vectors.chunks(256)) {
        assert_eq!(vector, embedder.embed(text), "{text:?}");
    }
}

#[test]
fn a_damaged_table_is_refused_in_words() {
    let (vocabulary, table) = (model("vocabulary.txt"), model("table.bin"));
    let refused = |vocabulary: &[u8], table: Vec<u8>| Embedder::read(vocabulary, table).unwrap_err().to_string();
    assert!(Embedder::read(&vocabulary, table.clone()).is_ok());

    assert_eq!(refused(&vocabulary, Vec::new()), "the embedder's table is none: it does not begin as one");
    for kept in [8, 19] {
        assert_eq!(
            refused(&vocabulary, table[..kept].to_vec()),
            "the embedder's table is none: it does not begin as one"
        );
    }
    for kept in [20, 1000, table.len() - 1] {
        let why = refused(&vocabulary, table[..kept].to_vec());
        assert_eq!(why, "the embedder's table has another length than its head says", "{kept} bytes");
    }
    for (at, why) in [
        (0, "is none: it does not begin as one"),
        (10, "has another length than its head says"),
        (15, "has another length than its head says"),
        (16, "is damaged, or its vocabulary is another one"),
        (25, "is damaged, or its vocabulary is another one"),
        (table.len() / 2, "is damaged, or its vocabulary is another one"),
    ] {
        let mut table = table.clone();
        table[at] ^= 0xff;
        assert_eq!(refused(&vocabulary, table), format!("the embedder's table {why}"), "byte {at}");
    }
    let mut other = vocabulary.clone();
    other[30_000] ^= 1;
    assert_eq!(refused(&other, table), "the embedder's table is damaged, or its vocabulary is another one");
}

#[test]
fn a_vocabulary_must_fit_its_table() {
    let table = |vocabulary: &[u8], rows: u32| {
        let body: Vec<u8> = [1.0f32.to_le_bytes().repeat(rows as usize), vec![1; 2 * rows as usize]].concat();
        let mut crc = flate2::Crc::new();
        crc.update(&body);
        crc.update(vocabulary);
        let head = [rows, 2, crc.sum()].map(u32::to_le_bytes).concat();
        [b"rows-i8\n".to_vec(), head, body].concat()
    };
    let read = |vocabulary: &[u8], rows: u32| Embedder::read(vocabulary, table(vocabulary, rows));
    let small = read(b"sea\nsun\n##side\n", 3).unwrap();
    assert_eq!((small.rows("Seaside, sun; sunset"), small.dims()), (vec![0, 2, 1], 2));
    let why = read(b"sea\nsun\n", 3).unwrap_err().to_string();
    assert_eq!(why, "the embedder's vocabulary has 2 lines and its table 3 rows");
    assert_eq!(read(b"sea\n\xff\n", 2).unwrap_err().to_string(), "the embedder's vocabulary is not UTF-8");
}
