//! Every count, index and ratio of nervaluate 1.2.1 and 0.2.0, on 300 random sets and named situations made with the
//! packages themselves.

use gleaner::evaluate::{Class, Given, Mode, Row, Rules, Table};
use serde_json::Value;

/// The sets of a fixture.
fn sets(name: &str) -> Vec<Value> {
    let file = format!("{}/tests/fixtures/nervaluate/{name}.json.zst", env!("CARGO_MANIFEST_DIR"));
    let json = zstd::decode_all(std::fs::File::open(&file).unwrap()).unwrap();
    let json: Value = serde_json::from_slice(&json).unwrap();
    json["sets"].as_array().unwrap().clone()
}

fn spans(document: &Value) -> impl Iterator<Item = Given<'_>> {
    document.as_array().unwrap().iter().map(|span| Given {
        label: span["label"].as_str().unwrap(),
        start: span["start"].as_i64().unwrap(),
        end: span["end"].as_i64().unwrap(),
    })
}

/// Our table for a set.
fn table(set: &Value, rules: Rules) -> Table {
    let tags: Vec<String> = set["tags"].as_array().unwrap().iter().map(|t| t.as_str().unwrap().to_owned()).collect();
    let mut table = Table::new(rules).only(&tags);
    for (gold, predicted) in set["true"].as_array().unwrap().iter().zip(set["pred"].as_array().unwrap()) {
        table.add(spans(gold), spans(predicted));
    }
    table
}

/// Compares a row with the package's; says what differs.
fn compare(row: &Row, counts: &Value, indices: &Value, what: &str) {
    for mode in Mode::ALL {
        let (tally, want) = (row.mode(mode), &counts[mode.as_str()]);
        let name = format!("{what}, {}", mode.as_str());
        for class in Class::ALL {
            assert_eq!(tally.counts.of(class), want[class.as_str()].as_u64().unwrap(), "{name}: {}", class.as_str());
            let places = &indices[mode.as_str()][format!("{}_indices", class.as_str())];
            let places = places.as_array().unwrap().iter();
            let places: Vec<(usize, usize)> =
                places.map(|p| (p[0].as_u64().unwrap() as usize, p[1].as_u64().unwrap() as usize)).collect();
            assert_eq!(tally.places(class), places, "{name}: places of {}", class.as_str());
        }
        assert_eq!(tally.counts.actual(), want["actual"].as_u64().unwrap(), "{name}");
        assert_eq!(tally.counts.possible(), want["possible"].as_u64().unwrap(), "{name}");
        let close = |ours: f64, key: &str| {
            let theirs = want[key].as_f64().unwrap();
            assert!((ours - theirs).abs() < 1e-12, "{name}: {key} {ours} is not {theirs}");
        };
        close(tally.counts.precision(mode), "precision");
        close(tally.counts.recall(mode), "recall");
        close(tally.counts.f1(mode), "f1");
    }
}

fn compare_all(set: &Value, version: &str, table: &Table) -> usize {
    let (id, want) = (&set["id"], &set[version]);
    let Some(entities) = want["entities"].as_object() else {
        return 0;
    };
    if table.documents() > 0 {
        compare(table.overall(), &want["overall"], &want["overall_indices"], &format!("set {id}"));
    }
    let labels = table.labels();
    let mut names: Vec<&str> = entities.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(labels.keys().copied().collect::<Vec<_>>(), names, "set {id}: labels");
    for name in names {
        compare(labels[name], &entities[name], &want["entity_indices"][name], &format!("set {id}, {name}"));
    }
    1
}

#[test]
fn the_numbers_are_those_of_nervaluate_1_2_1() {
    for (file, least) in [("random300", 290), ("handmade", 10)] {
        let mut compared = 0;
        for set in sets(file) {
            let rules = Rules::V1_2 { least_overlap: set["min_overlap"].as_f64().unwrap() };
            compared += compare_all(&set, "v1_2_1", &table(&set, rules));
        }
        assert!(compared >= least, "{file}: {compared} sets were compared");
    }
}

#[test]
fn the_numbers_are_those_of_nervaluate_0_2_0() {
    for (file, least) in [("random300", 290), ("handmade", 10)] {
        let mut compared = 0;
        for set in sets(file) {
            compared += compare_all(&set, "v0_2_0", &table(&set, Rules::V0_2));
        }
        assert!(compared >= least, "{file}: {compared} sets were compared");
    }
}
