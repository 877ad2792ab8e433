//! Sources as streams of rows, and what a pass over them keeps.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::builder::{Int64Builder, ListBuilder, StringBuilder};
use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use gleaner::corpus::{
    BadRow, Collector, CorpusError, Left, Pass, Position, Queries, Row, Settings, Source, SourceOptions, Why,
    differences, load_pass, save_pass,
};
use gleaner::search::embed::Embedder;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use tempfile::TempDir;

type Item = Result<Row, BadRow>;

fn open(path: &Path) -> Result<Source, CorpusError> {
    Source::open(path, SourceOptions::default())
}

fn all(path: &Path) -> Vec<Item> {
    open(path).unwrap().read(Position::default()).collect()
}

fn texts(items: &[Item]) -> Vec<&str> {
    items.iter().flatten().map(|row| row.record.text.as_str()).collect()
}

fn bad(items: &[Item]) -> Vec<&BadRow> {
    items.iter().filter_map(|item| item.as_ref().err()).collect()
}

fn file(dir: &TempDir, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let path = dir.path().join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, content).unwrap();
    path
}

fn dir() -> TempDir {
    TempDir::new().unwrap()
}

fn strings(values: Vec<Option<&str>>) -> ArrayRef {
    Arc::new(StringArray::from(values))
}

/// Bytes of a parquet file with row groups of ten.
fn parquet(batch: &RecordBatch, compression: Compression) -> Vec<u8> {
    let properties = WriterProperties::builder()
        .set_compression(compression)
        .set_max_row_group_row_count(Some(10))
        .set_dictionary_enabled(false)
        .build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).unwrap();
    writer.write(batch).unwrap();
    writer.into_inner().unwrap()
}

/// Twenty-five rows, every fifth without text.
fn table() -> RecordBatch {
    let texts: Vec<String> = (1..=25).map(|n| format!("text number {n}")).collect();
    let inputs = texts.iter().enumerate().map(|(i, t)| (i % 5 != 4).then_some(t.as_str())).collect();
    let mut lists = ListBuilder::new(Int64Builder::new());
    (0..25).for_each(|n| lists.append_value([Some(n)]));
    RecordBatch::try_from_iter([
        (
            "output",
            strings(texts.iter().map(|_| Some("a much longer string than the input is, and not the text")).collect()),
        ),
        ("input", strings(inputs)),
        ("stars", Arc::new(Int64Array::from_iter_values(0..25)) as ArrayRef),
        ("share", Arc::new(Float64Array::from_iter_values((0..25).map(|n| f64::from(n) / 2.0))) as ArrayRef),
        ("embeddings", Arc::new(lists.finish()) as ArrayRef),
    ])
    .unwrap()
}

#[test]
fn json_lines_give_text_short_metadata_and_their_place() {
    let dir = dir();
    let path = file(
        &dir,
        "a.jsonl",
        "{\"id\":7,\"body\":\"Omega sold it.\",\"stars\":5,\"tags\":[\"x\"],\"site\":\"w.ch\"}\n\nnot json\n{\"body\":null}\n{\"body\":\"Seiko\"}\n",
    );
    let items = all(&path);
    assert_eq!(texts(&items), ["Omega sold it.", "Seiko"]);
    let first = &items[0].as_ref().unwrap().record;
    assert_eq!(serde_json::to_string(&first.metadata).unwrap(), r#"{"stars":5,"site":"w.ch","id":"7"}"#);
    assert_eq!((first.id.clone(), first.provenance.source.as_str(), first.provenance.line), (None, "a.jsonl", Some(1)));
    let bad = bad(&items);
    assert_eq!((bad[0].place.as_str(), bad[0].left), ("a.jsonl:3", Left::Unreadable));
    assert_eq!((bad[1].place.as_str(), bad[1].left), ("a.jsonl:4", Left::Empty));
}

#[test]
fn a_column_is_found_by_name_or_length_and_what_there_is_is_said() {
    let dir = dir();
    let path = file(&dir, "a.csv", "title,words,n\nOmega,a long sentence about a watch,1\nSeiko,another one,2\n");
    let source = open(&path).unwrap();
    assert!(source.described().contains("texts from column \"words\" (the longest strings"), "{}", source.described());
    assert!(source.described().contains("also there: title, n"), "{}", source.described());
    let asked = SourceOptions { text_column: Some("title".into()), ..SourceOptions::default() };
    let items: Vec<Item> = Source::open(&path, asked).unwrap().read(Position::default()).collect();
    assert_eq!(texts(&items), ["Omega", "Seiko"]);
    let wrong = SourceOptions { text_column: Some("texte".into()), ..SourceOptions::default() };
    let said = Source::open(&path, wrong).unwrap_err().to_string();
    assert!(said.contains("there is no column \"texte\"; it has \"title\", \"words\", \"n\""), "{said}");
}

#[test]
fn csv_that_is_no_utf8_or_has_too_many_fields_loses_only_those_rows() {
    let dir = dir();
    let path = file(&dir, "a.tsv", b"id\ttext\n1\tone\n2\tb\xff\xfed\n3\ta\tb\n4\tfour\n");
    let items = all(&path);
    assert_eq!(texts(&items), ["one", "four"]);
    assert!(bad(&items)[0].reason.contains("not UTF-8 in column 2"), "{items:?}");
    assert!(bad(&items)[1].reason.contains("3 fields under a header of 2"), "{items:?}");
}

#[test]
fn packed_files_are_read_and_one_cut_short_keeps_what_came() {
    use std::io::Write;
    let dir = dir();
    let lines: String = (0..20_000).map(|n| format!("{{\"text\":\"text {} {n}\"}}\n", n * 7919 % 10_007)).collect();
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(lines.as_bytes()).unwrap();
    let gz = gz.finish().unwrap();
    assert_eq!(all(&file(&dir, "a.jsonl.gz", &gz)).len(), 20_000);
    let zst = zstd::encode_all(lines.as_bytes(), 3).unwrap();
    assert_eq!(all(&file(&dir, "a.jsonl.zst", &zst)).len(), 20_000);
    let items = all(&file(&dir, "cut.jsonl.gz", &gz[..gz.len() / 2]));
    assert!(texts(&items).len() > 5_000, "{}", items.len());
    assert!(bad(&items).iter().any(|bad| bad.left == Left::Rest && bad.reason.contains("cannot read on")));
}

#[test]
fn parquet_is_read_whatever_packs_it_nulls_are_counted_and_lists_are_left() {
    let dir = dir();
    let zstd = Compression::ZSTD(ZstdLevel::try_new(3).unwrap());
    for compression in [Compression::UNCOMPRESSED, Compression::SNAPPY, zstd] {
        let path = file(&dir, "a.parquet", parquet(&table(), compression));
        let source = open(&path).unwrap();
        assert_eq!(source.rows(), Some(25));
        let items: Vec<Item> = source.read(Position::default()).collect();
        assert_eq!((texts(&items).len(), bad(&items).len()), (20, 5));
        let last = &items[23].as_ref().unwrap().record;
        assert_eq!((last.text.as_str(), last.provenance.line), ("text number 24", Some(24)));
        assert_eq!((&last.metadata["stars"], &last.metadata["share"]), (&23.into(), &11.5.into()));
        assert!(!last.metadata.contains_key("embeddings"));
    }
    let lists = SourceOptions { text_column: Some("embeddings".into()), ..SourceOptions::default() };
    let said = Source::open(&dir.path().join("a.parquet"), lists).unwrap_err().to_string();
    assert!(said.contains("holds lists, not strings; \"output\", \"input\" do"), "{said}");
}

#[test]
fn reading_goes_on_where_it_stopped_in_every_format() {
    let dir = dir();
    let lines: String =
        (0..25).map(|n| format!("{{\"text\":\"t{n}\"}}\n{}", if n == 9 { "bad\n" } else { "" })).collect();
    let sources = [file(&dir, "a.parquet", parquet(&table(), Compression::SNAPPY)), file(&dir, "a.jsonl", lines), {
        file(&dir, "folder/1.txt", "one");
        file(&dir, "folder/2.txt", "two");
        file(&dir, "folder/sub/3.txt", "three");
        dir.path().join("folder")
    }];
    for path in sources {
        let whole = all(&path);
        for stop in 0..=whole.len() {
            let mut rows = open(&path).unwrap().read(Position::default());
            let mut items: Vec<Item> = rows.by_ref().take(stop).collect();
            items.extend(open(&path).unwrap().read(rows.at()));
            assert_eq!(items, whole, "{} stopped after {stop}", path.display());
        }
    }
}

#[test]
fn damaged_parquet_says_what_to_do_and_keeps_what_was_good() {
    let dir = dir();
    let bytes = parquet(&table(), Compression::UNCOMPRESSED);
    let cut = file(&dir, "cut.parquet", &bytes[..bytes.len() / 2]);
    let said = open(&cut).unwrap_err().to_string();
    assert!(said.contains("cut.parquet: cannot be read as parquet") && said.contains("fetch it again"), "{said}");
    // Bytes of one text that are no UTF-8: that row goes, the others stay.
    let mut damaged = bytes.clone();
    let at = damaged.windows(14).position(|w| w == b"text number 13").unwrap();
    damaged[at] = 0xff;
    let items = all(&file(&dir, "damaged.parquet", &damaged));
    assert_eq!(texts(&items).len(), 19, "{items:?}");
    let unreadable: Vec<&BadRow> = bad(&items).into_iter().filter(|b| b.left == Left::Unreadable).collect();
    assert_eq!((unreadable.len(), unreadable[0].place.as_str(), unreadable[0].rows), (1, "damaged.parquet:13", 1));
    let last = items.iter().flatten().last().unwrap();
    assert_eq!(last.record.provenance.line, Some(24));
    assert!(open(&file(&dir, "empty.parquet", "")).is_err());
}

/// A folder as `save_to_disk` writes it.
fn saved(dir: &TempDir, batches: &[RecordBatch]) -> PathBuf {
    let mut bytes = Vec::new();
    let mut writer = arrow_ipc::writer::StreamWriter::try_new(&mut bytes, &batches[0].schema()).unwrap();
    batches.iter().for_each(|batch| writer.write(batch).unwrap());
    writer.finish().unwrap();
    drop(writer);
    file(dir, "saved/data-00000-of-00001.arrow", &bytes);
    file(dir, "saved/state.json", r#"{"_data_files": [{"filename": "data-00000-of-00001.arrow"}], "_split": "train"}"#);
    file(dir, "saved/dataset_info.json", "{}");
    dir.path().join("saved")
}

#[test]
fn a_folder_that_save_to_disk_wrote_is_a_source_also_cut_short() {
    let dir = dir();
    let path = saved(&dir, &[table(), table()]);
    let items = all(&path);
    assert_eq!((texts(&items).len(), bad(&items).len()), (40, 10));
    let arrow = path.join("data-00000-of-00001.arrow");
    let bytes = std::fs::read(&arrow).unwrap();
    std::fs::write(&arrow, &bytes[..bytes.len() * 3 / 4]).unwrap();
    let items = all(&path);
    assert_eq!(texts(&items).len(), 20);
    assert!(bad(&items).iter().any(|b| b.left == Left::Rest && b.reason.contains("cut short")), "{items:?}");
    file(&dir, "dict/dataset_dict.json", r#"{"splits": ["train", "test"]}"#);
    let said = open(&dir.path().join("dict")).unwrap_err().to_string();
    assert!(said.contains("several splits") && said.contains("train, test"), "{said}");
}

#[test]
fn words_are_joined_and_their_tags_are_spans_where_names_are_known() {
    let dir = dir();
    let path = file(
        &dir,
        "w.jsonl",
        "{\"tokens\":[\"Omega\",\"opened\",\"in\",\"Bern\"],\"ner_tags\":[\"B-brand\",\"O\",\"O\",\"B-place\"]}\n{\"tokens\":[\"Seiko\"],\"ner_tags\":[1]}\n",
    );
    let items = all(&path);
    assert_eq!(texts(&items), ["Omega opened in Bern", "Seiko"]);
    let spans = &items[0].as_ref().unwrap().record.responses[0].spans;
    let spans: Vec<_> = spans.iter().map(|s| (s.range.start, s.range.end, s.label.as_str())).collect();
    assert_eq!(spans, [(0, 5, "brand"), (16, 20, "place")]);
    assert!(items[1].as_ref().unwrap().record.responses.is_empty(), "numbers without names say nothing");

    let (mut words, mut tags) = (ListBuilder::new(StringBuilder::new()), ListBuilder::new(Int64Builder::new()));
    words.append_value([Some("Omega"), Some("opened")]);
    tags.append_value([Some(1), Some(0)]);
    let batch = RecordBatch::try_from_iter([
        ("tokens", Arc::new(words.finish()) as ArrayRef),
        ("ner_tags", Arc::new(tags.finish()) as ArrayRef),
    ])
    .unwrap();
    let named =
        r#"{"info": {"features": {"ner_tags": {"feature": {"names": ["O", "B-brand"], "_type": "ClassLabel"}}}}}"#;
    let named = std::collections::HashMap::from([("huggingface".to_owned(), named.to_owned())]);
    let schema = batch.schema().as_ref().clone().with_metadata(named);
    let batch = batch.with_schema(Arc::new(schema)).unwrap();
    for path in [file(&dir, "w.parquet", parquet(&batch, Compression::SNAPPY)), saved(&dir, &[batch])] {
        let items = all(&path);
        let record = &items[0].as_ref().unwrap().record;
        assert_eq!((record.text.as_str(), record.responses[0].spans[0].label.as_str()), ("Omega opened", "brand"));
    }
}

#[test]
fn what_is_no_source_says_what_can_be_read() {
    let dir = dir();
    for (name, content, said) in [
        ("a.bin", &b"\x00\x01\x02"[..], "these can be read: JSONL, CSV"),
        ("a.jsonl", b"", "there is no row in it"),
        ("a.csv", b"a,b\n", "no column holds strings"),
        ("a.parquet.gz", b"x", "unpack it first"),
        ("a.arrow", b"nothing", "cannot be read as Arrow"),
    ] {
        let error = open(&file(&dir, name, content)).unwrap_err().to_string();
        assert!(error.contains(said), "{name}: {error}");
    }
    let error = open(Path::new("hub:owner/name")).unwrap_err().to_string();
    assert!(error.contains("cannot be read yet"), "{error}");
    assert!(open(&dir.path().join("nowhere")).unwrap_err().to_string().contains("nowhere"));
}

/// Rows about watches and rows about soup, a line each.
fn mixed(dir: &TempDir, n: usize) -> PathBuf {
    let line = |i: usize| match i % 3 {
        0 => format!("a watch with a steel case and a sapphire glass number {i}\n"),
        1 => format!("soup of tomato with basil and bread number {i}\n"),
        _ => format!("the minister spoke in parliament of taxes number {i}\n"),
    };
    file(dir, "mixed.txt", (0..n).map(line).collect::<String>())
}

fn queries(wanted: &[&str], not: &[&str]) -> Queries {
    let wanted: Vec<(String, String)> = wanted.iter().map(|w| ((*w).to_owned(), (*w).to_owned())).collect();
    let not: Vec<String> = not.iter().map(|w| (*w).to_owned()).collect();
    Queries::embed(Embedder::embedded(), &wanted, &not).unwrap()
}

fn collect(path: &Path, settings: Settings, queries: Queries) -> Collector {
    let mut collector = Collector::new(settings, queries);
    assert!(collector.run(open(path).unwrap().read(Position::default()), Embedder::embedded(), |_| true));
    collector
}

#[test]
fn the_best_so_many_are_kept_with_the_query_that_found_them() {
    let dir = dir();
    let path = mixed(&dir, 3000);
    let settings = Settings { top: Some(40), ..Settings::default() };
    let collector = collect(&path, settings.clone(), queries(&["a steel watch", "tomato soup"], &[]));
    let found = collector.collected();
    assert_eq!(found.kept.len(), 40);
    assert!(found.kept.windows(2).all(|pair| pair[0].score() >= pair[1].score()));
    for kept in &found.kept {
        let Why::Query { query, .. } = &kept.why else { panic!("{kept:?}") };
        assert!(kept.text.contains(if query == "tomato soup" { "soup" } else { "watch" }), "{kept:?}");
    }
    assert_eq!(collector.counts().rows, 3000);
    assert_eq!(collector.histogram().at_least(-1.0), 3000);
    let without = collect(&path, settings, queries(&["a steel watch"], &["soup of tomato"])).collected();
    assert!(without.kept.iter().all(|kept| !kept.text.contains("soup")));
}

#[test]
fn at_least_a_score_keeps_all_of_them_up_to_the_most() {
    let dir = dir();
    let path = mixed(&dir, 300);
    let all = collect(
        &path,
        Settings { top: None, min_score: Some(0.3), ..Settings::default() },
        queries(&["a watch with a steel case"], &[]),
    );
    let kept = all.collected();
    assert_eq!(kept.kept.len() as u64, all.histogram().at_least(0.3));
    assert_eq!(kept.beyond, 0);
    let few = Settings { top: None, min_score: Some(0.3), most: 7, ..Settings::default() };
    let few = collect(&path, few, queries(&["a watch with a steel case"], &[])).collected();
    assert_eq!(few.kept, kept.kept[..7]);
    assert_eq!(few.beyond, kept.kept.len() as u64 - 7);
}

#[test]
fn equal_texts_come_once_and_near_ones_too_when_asked() {
    let dir = dir();
    let text = "a watch with a steel case and a sapphire glass was sold in Bern last week for much money";
    let lines = format!("{text}\n").repeat(500) + &format!("{text}!\n{text} again\nsoup\n");
    let path = file(&dir, "same.txt", lines);
    let collector = collect(&path, Settings::default(), queries(&["a steel watch"], &[]));
    assert_eq!((collector.collected().kept.len(), collector.counts().equal), (4, 499));
    let dedup = collect(&path, Settings { dedup: true, ..Settings::default() }, queries(&["a steel watch"], &[]));
    assert_eq!((dedup.collected().kept.len(), dedup.collected().near), (2, 2));
}

#[test]
fn a_sample_is_the_same_for_the_same_seed_and_spread_over_the_source() {
    let dir = dir();
    let path = mixed(&dir, 3000);
    let sample = |seed| {
        let settings = Settings { sample: 100, seed, ..Settings::default() };
        collect(&path, settings, Queries::default()).collected().kept.iter().map(|k| k.order).collect::<Vec<_>>()
    };
    assert_eq!(sample(1), sample(1));
    assert_ne!(sample(1), sample(2));
    let late = sample(1).iter().filter(|order| **order >= 1500).count();
    assert!((30..=70).contains(&late), "{late}");
}

#[test]
fn lengths_are_in_characters() {
    let dir = dir();
    let path = file(&dir, "l.txt", "äöü\näöüß\näöüßé\n");
    let settings = Settings { min_chars: 4, max_chars: 4, sample: 9, ..Settings::default() };
    let collector = collect(&path, settings, Queries::default());
    let texts: Vec<String> = collector.collected().kept.into_iter().map(|k| k.text).collect();
    assert_eq!((texts, collector.counts().length), (vec!["äöüß".to_owned()], 2));
}

#[test]
fn a_stopped_pass_goes_on_to_what_one_pass_finds() {
    let dir = dir();
    let path = mixed(&dir, 4000);
    let state = dir.path().join("collect/pass.json");
    let settings = Settings { top: Some(50), sample: 20, dedup: true, ..Settings::default() };
    let asked = || queries(&["a steel watch"], &["parliament"]);
    let whole = collect(&path, settings.clone(), asked()).collected();
    let command = serde_json::Map::from_iter([("k".to_owned(), 50.into())]);
    let mut stopped = Collector::new(settings.clone(), asked());
    let mut batches = 0;
    let finished = stopped.run(open(&path).unwrap().read(Position::default()), Embedder::embedded(), |_| {
        batches += 1;
        batches < 3
    });
    assert!(!finished && stopped.counts().rows < 4000);
    save_pass(&state, &stopped, &command).unwrap();
    let pass: Pass = load_pass(&state).unwrap().unwrap();
    assert_eq!(pass.command, command);
    let mut resumed = Collector::resume(settings, asked(), pass);
    let rows = open(&path).unwrap().read(resumed.position());
    assert!(resumed.run(rows, Embedder::embedded(), |_| true));
    assert_eq!(resumed.collected(), whole);
    assert_eq!(resumed.counts().rows, 4000);

    assert_eq!(load_pass(&dir.path().join("none.json")).unwrap(), None);
    let bytes = std::fs::read(&state).unwrap();
    std::fs::write(&state, &bytes[..bytes.len() / 2]).unwrap();
    assert!(load_pass(&state).unwrap_err().to_string().contains("is damaged"));
    std::fs::write(&state, r#"{"version": 99}"#).unwrap();
    assert!(load_pass(&state).unwrap_err().to_string().contains("newer gleaner"));
    let other = serde_json::Map::from_iter([("k".to_owned(), 60.into())]);
    assert_eq!(differences(&command, &other), ["k was 50 and is 60"]);
}

#[test]
fn a_text_of_a_megabyte_is_a_row_like_any_other() {
    let dir = dir();
    let long = "a watch with a steel case ".repeat(50_000);
    let path = file(&dir, "long.jsonl", format!("{{\"text\":\"{long}\"}}\n{{\"text\":\"soup\"}}\n"));
    let kept = collect(&path, Settings::default(), queries(&["a steel watch"], &[])).collected().kept;
    assert_eq!((kept.len(), kept[0].text.len()), (2, long.len()));
}
