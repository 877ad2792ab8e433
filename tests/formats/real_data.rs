//! Every source of the shared NER data, through the word formats and back; skipped where the data is not at hand.

use std::path::Path;

use gleaner::dataset::format::{Loss, open};

use super::*;

#[test]
fn the_shared_data_goes_round() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/ner/dev");
    let Ok(files) = std::fs::read_dir(&folder) else {
        eprintln!("SKIPPED: {} is not there", folder.display());
        return;
    };
    let (mut documents, mut spans) = (0, 0);
    for file in files {
        let path = file.unwrap().path();
        if !path.to_string_lossy().ends_with(".jsonl.zst") {
            continue;
        }
        let opened = open(&path, None, &ReadOptions::default()).unwrap();
        assert_eq!(opened.format, Format::Tokens, "{}", path.display());
        let records: Vec<Record> = opened.records.map(Result::unwrap).step_by(5).collect();
        documents += records.len();
        spans += records.iter().map(|r| r.responses[0].spans.len()).sum::<usize>();
        let back = read_good(Format::Jsonl, write_plain(Format::Jsonl, &records).0);
        assert_eq!(without_source(back), without_source(records.clone()));

        let (gliner, losses) = write_plain(Format::Gliner, &records);
        let options = ReadOptions { indices: Some(inclusive()), ..Default::default() };
        let (back, bad) = read_with(Format::Gliner, gliner, &options);
        assert_eq!((bad.len(), back.len()), (0, records.len()));
        let changed = [Loss::Snapped, Loss::Duplicate, Loss::Trimmed, Loss::Wordless].map(|l| losses.count(l));
        let same = |(a, b): (&Record, &Record)| a.text == b.text && a.responses[0].spans == b.responses[0].spans;
        let differing = back.iter().zip(&records).filter(|pair| !same(*pair)).count();
        assert!(differing <= changed.iter().sum(), "{}: {differing} differ, told of: {losses}", path.display());
    }
    assert!(documents > 1000 && spans > 1000, "{documents} documents, {spans} spans");
}
