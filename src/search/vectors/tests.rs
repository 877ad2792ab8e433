//! The file of vectors as a manual: what is committed stays, what is damaged is made again, the nearest are the nearest.

#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use half::f16;
use proptest::prelude::*;

use super::layout::BLOCK;
use super::*;
use crate::search::DocumentSet;

const DIMS: usize = 48;

struct Place {
    _dir: tempfile::TempDir,
    path: PathBuf,
}

fn place() -> Place {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("vectors");
    Place { _dir: dir, path }
}

fn writer(path: &Path) -> VectorWriter {
    let (writer, notice) = VectorWriter::open(path, "words", DIMS).unwrap();
    assert_eq!(notice, None);
    writer
}

fn open(path: &Path) -> Vectors {
    Vectors::open(path, "words", DIMS).unwrap()
}

/// A vector that is its own for each number.
fn vector(n: u64) -> Vec<f32> {
    let mut state = n.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..DIMS).map(|_| next()).collect()
}

fn versions(path: &Path) -> Vec<(i64, u32)> {
    open(path).versions().map(|(id, version)| (id.0, version)).collect()
}

#[test]
fn what_is_committed_is_there_and_what_is_not_is_not() {
    let place = place();
    let mut writer = writer(&place.path);
    writer.add(DocumentId(7), 1, &vector(7)).unwrap();
    writer.add(DocumentId(3), 2, &vector(3)).unwrap();
    writer.commit().unwrap();
    writer.add(DocumentId(9), 1, &vector(9)).unwrap();
    assert_eq!(versions(&place.path), [(3, 2), (7, 1)]);
    let vectors = open(&place.path);
    let found = vectors.search(&vector(7), 5, None);
    assert_eq!(found.iter().map(|(id, _)| id.0).collect::<Vec<_>>(), [7, 3]);
    assert!((found[0].1 - 1.0).abs() < 1e-3, "{found:?}");
    assert!(!vectors.is_stale(&place.path));
    writer.commit().unwrap();
    assert!(vectors.is_stale(&place.path));
    assert_eq!((vectors.len(), open(&place.path).len()), (2, 3));
    let kept = vectors.get(DocumentId(3)).unwrap();
    let length = kept.iter().map(|x| x * x).sum::<f32>().sqrt();
    assert!((length - 1.0).abs() < 1e-3, "it is of length 1 however long it was");
    assert_eq!(vectors.get(DocumentId(4)), None);
}

#[test]
fn a_later_version_takes_the_place_of_an_earlier_one_and_what_is_removed_is_gone() {
    let place = place();
    let mut writer = writer(&place.path);
    for id in 1..=5 {
        writer.add(DocumentId(id), 1, &vector(id as u64)).unwrap();
    }
    writer.add(DocumentId(2), 2, &vector(20)).unwrap();
    writer.commit().unwrap();
    writer.add(DocumentId(4), 2, &vector(40)).unwrap();
    writer.remove(DocumentId(1));
    writer.remove(DocumentId(99));
    writer.commit().unwrap();
    drop(writer);
    assert_eq!(versions(&place.path), [(2, 2), (3, 1), (4, 2), (5, 1)]);
    let vectors = open(&place.path);
    let first = |n| vectors.search(&vector(n), 1, None)[0];
    assert_eq!((first(20).0, first(40).0), (DocumentId(2), DocumentId(4)));
    assert!(first(1).1 < 0.9 && first(4).1 < 0.9, "what they were made of before is forgotten");
}

#[test]
fn blocks_are_filled_over_many_commits_and_a_file_with_much_dead_is_made_small_again() {
    let place = place();
    let many = 3 * BLOCK as i64 + 10;
    for round in 1..=2 {
        let mut writer = writer(&place.path);
        for id in 1..=many {
            writer.add(DocumentId(id), round, &vector(id as u64 + u64::from(round))).unwrap();
            if id % 700 == 0 {
                writer.commit().unwrap();
            }
        }
        writer.commit().unwrap();
        let vectors = open(&place.path);
        assert_eq!(vectors.len(), many as usize);
        for id in [1, 699, 700, 701, 1023, 1024, 1025, 2048, 2049, many] {
            let found = vectors.search(&vector(id as u64 + u64::from(round)), 1, None);
            assert_eq!((found[0].0.0, found[0].1 > 0.99), (id, true), "round {round}");
        }
    }
    let mut writer = writer(&place.path);
    let long = std::fs::metadata(&place.path).unwrap().len();
    for id in 1..=many - 5 {
        writer.remove(DocumentId(id));
    }
    writer.commit().unwrap();
    writer.add(DocumentId(1), 9, &vector(1)).unwrap();
    writer.commit().unwrap();
    let short = std::fs::metadata(&place.path).unwrap().len();
    assert!(short * 2 < long, "{short} {long}");
    assert_eq!(open(&place.path).search(&vector(1), 1, None)[0].0, DocumentId(1));
    assert_eq!(versions(&place.path).len(), 6);
}

#[test]
fn a_kill_between_writing_and_marking_leaves_each_document_once() {
    let place = place();
    let mut writer = writer(&place.path);
    writer.add(DocumentId(1), 1, &vector(1)).unwrap();
    writer.add(DocumentId(2), 1, &vector(2)).unwrap();
    writer.add(DocumentId(1), 2, &vector(10)).unwrap();
    writer.commit().unwrap();
    drop(writer);
    // The mark of death of the first row is taken back: as if the process had ended before it.
    let at = Layout::new(DIMS).version(0);
    let mut bytes = std::fs::read(&place.path).unwrap();
    bytes[at..at + 4].copy_from_slice(&1u32.to_le_bytes());
    std::fs::write(&place.path, bytes).unwrap();
    assert_eq!(versions(&place.path), [(1, 2), (2, 1)]);
    let found = open(&place.path).search(&vector(1), 9, None);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found.iter().all(|(_, cosine)| *cosine < 0.9), "the older one is not looked at: {found:?}");
}

#[test]
fn a_damaged_or_later_file_is_set_aside_and_one_of_another_embedder_replaced() {
    type Damage = fn(&mut Vec<u8>);
    let damages: [(&str, Damage); 5] = [
        ("cut short", |file| file.truncate(5000)),
        ("cut short", |file| file.truncate(10)),
        ("its head is damaged", |file| file[..2048].fill(7)),
        ("newer gleaner", |file| file[1024 + 8] = 200),
        ("its head is damaged", |file| *file = vec![0; 90_000]),
    ];
    for (why, damage) in damages {
        let place = place();
        let mut writer = writer(&place.path);
        writer.add(DocumentId(1), 1, &vector(1)).unwrap();
        writer.commit().unwrap();
        drop(writer);
        let mut bytes = std::fs::read(&place.path).unwrap();
        damage(&mut bytes);
        std::fs::write(&place.path, &bytes).unwrap();
        assert!(Vectors::open(&place.path, "words", DIMS).is_err());
        let (mut writer, notice) = VectorWriter::open(&place.path, "words", DIMS).unwrap();
        let notice = notice.unwrap();
        assert!(notice.contains(why) && notice.contains("vectors.damaged"), "{notice}");
        assert_eq!(std::fs::read(place.path.with_extension("damaged")).unwrap(), bytes, "kept to be looked at");
        writer.add(DocumentId(2), 1, &vector(2)).unwrap();
        writer.commit().unwrap();
        assert_eq!(versions(&place.path), [(2, 1)]);
    }
    let place = place();
    let mut writer = writer(&place.path);
    writer.add(DocumentId(1), 1, &vector(1)).unwrap();
    writer.commit().unwrap();
    let (other, notice) = VectorWriter::open(&place.path, "other", 8).unwrap();
    assert_eq!((other.versions().count(), notice), (0, None));
}

#[test]
fn nothing_is_near_to_a_zero_vector_nor_to_what_is_no_number() {
    let place = place();
    let mut writer = writer(&place.path);
    writer.add(DocumentId(1), 1, &[0.0; DIMS]).unwrap();
    writer.add(DocumentId(2), 1, &[f32::NAN; DIMS]).unwrap();
    writer.add(DocumentId(3), 1, &[f32::MAX; DIMS]).unwrap();
    writer.commit().unwrap();
    let vectors = open(&place.path);
    assert_eq!(vectors.len(), 3, "they are known, so they are not read again and again");
    let found = vectors.search(&[1.0; DIMS], 5, None);
    assert_eq!(found.iter().map(|(id, _)| id.0).collect::<Vec<_>>(), [3]);
    assert!(vectors.search(&[0.0; DIMS], 5, None).is_empty());
    assert!(vectors.search(&[f32::NAN; DIMS], 5, None).is_empty());
    assert!(vectors.search(&[1.0; DIMS], 0, None).is_empty());
    assert!(vectors.search(&[1.0; 3], 5, None).is_empty(), "of another length");
    assert!(Vectors::none("words", DIMS).search(&[1.0; DIMS], 5, None).is_empty());
}

#[test]
fn five_hundred_equal_texts_come_by_number_and_do_not_hide_the_other_one() {
    let place = place();
    let mut writer = writer(&place.path);
    for id in (1..=501).rev() {
        writer.add(DocumentId(id), 1, &vector(if id == 300 { 2 } else { 1 })).unwrap();
    }
    writer.commit().unwrap();
    let vectors = open(&place.path);
    let ids = |found: Vec<(DocumentId, f32)>| found.into_iter().map(|(id, _)| id.0).collect::<Vec<_>>();
    assert_eq!(ids(vectors.search(&vector(1), 10, None)), (1..=10).collect::<Vec<_>>());
    assert_eq!(ids(vectors.search(&vector(2), 2, None)), [300, 1]);
}

/// All that have a vector which is not zero, by the cosine of the halves.
fn exactly(all: &[(i64, Vec<f32>)], query: &[f32], k: usize, allowed: Option<&DocumentSet>) -> Vec<(DocumentId, f32)> {
    let asked = super::quantise::Asked::of(query, DIMS.next_multiple_of(32)).unwrap();
    let mut found: Vec<(DocumentId, f32)> = all
        .iter()
        .filter(|(id, _)| allowed.is_none_or(|set| set.contains(DocumentId(*id))))
        .filter_map(|(id, vector)| {
            let length = vector.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>().sqrt();
            let half = |x: &f32| f16::from_f64(f64::from(*x) / length).to_le_bytes();
            (length > 0.0).then(|| (DocumentId(*id), asked.cosine(&vector.iter().flat_map(half).collect::<Vec<u8>>())))
        })
        .collect();
    found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    found.truncate(k);
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Clouds of near-equal vectors, where eight bits cannot tell one from another.
    #[test]
    fn the_nearest_by_bytes_and_halves_are_the_nearest_by_halves(
        centres in 1u64..5, spread in prop_oneof![Just(0.0f32), Just(0.001), Just(0.02), Just(1.0)],
        many in 1usize..1500, k in 1usize..60, seed in 0u64..1000, odd in any::<bool>(),
    ) {
        let place = place();
        let mut writer = writer(&place.path);
        let mut all = Vec::new();
        for id in 1..=many as i64 {
            let (centre, own) = (vector(seed + id as u64 % centres), vector(id as u64 + 77));
            let mixed: Vec<f32> = centre.iter().zip(own).map(|(c, o)| if id % 50 == 7 { 0.0 } else { c + spread * o }).collect();
            writer.add(DocumentId(id), 1, &mixed).unwrap();
            all.push((id, mixed));
        }
        writer.commit().unwrap();
        let query: Vec<f32> = vector(seed).iter().zip(vector(5)).map(|(c, o)| c + 0.1 * o).collect();
        let allowed = odd.then(|| DocumentSet::of((1..=many as i64).filter(|id| id % 2 == 1).map(DocumentId).collect()));
        let found = open(&place.path).search(&query, k, allowed.as_ref());
        prop_assert_eq!(found, exactly(&all, &query, k, allowed.as_ref()));
        // So few that the walk is not worth while.
        let few = DocumentSet::of(vec![DocumentId(1), DocumentId(2), DocumentId(many as i64)]);
        let found = open(&place.path).search(&query, k, Some(&few));
        prop_assert_eq!(found, exactly(&all, &query, k, Some(&few)));
    }
}
