//! agreement: two and more people on the same documents.

use super::Home;

const TEXTS: [&str; 3] = ["Omega sold it for 500 CHF.", "Seiko and Rolex met in Bern.", "Nothing here, or is there?"];

/// A line of JSONL: a document with spans.
fn line(id: usize, spans: &[(usize, usize, &str)]) -> String {
    let spans: Vec<String> =
        spans.iter().map(|(s, e, l)| format!(r#"{{"start":{s},"end":{e},"label":"{l}"}}"#)).collect();
    format!(r#"{{"id":"d{id}","text":"{}","spans":[{}]}}"#, TEXTS[id], spans.join(","))
}

/// Ada and Bob have submitted all three documents; they differ on one label and one border. Cyd has submitted the first.
fn home() -> Home {
    let home = Home::with_project(&["brand", "price", "place"]);
    let ada = [
        line(0, &[(0, 5, "brand"), (18, 25, "price")]),
        line(1, &[(0, 5, "brand"), (10, 15, "brand"), (23, 27, "place")]),
        line(2, &[]),
    ];
    let bob = [
        line(0, &[(0, 5, "brand"), (18, 21, "price")]),
        line(1, &[(0, 5, "brand"), (10, 15, "brand"), (23, 27, "brand")]),
        line(2, &[]),
    ];
    for (name, lines) in [("ada", ada.join("\n")), ("bob", bob.join("\n")), ("cyd", line(0, &[(0, 5, "brand")]))] {
        home.file(&format!("{name}.jsonl"), lines);
        home.ok(&["import", "p", &format!("{name}.jsonl"), "--as", name]);
    }
    home
}

#[test]
fn two_people_are_compared_label_by_label() {
    let home = home();
    let ran = home.ok(&["agreement", "p", "--annotator", "ada", "--annotator", "bob"]);
    let ran = ran.prints("ada and bob: 3 documents").prints("strict    exact  partial    kappa    alpha");
    let row = |name: &str| -> Vec<&str> {
        let line = ran.out.lines().find(|line| line.trim_start().starts_with(name)).unwrap();
        line.split_whitespace().skip(1).collect()
    };
    assert_eq!(row("all")[..6], ["5", "/", "5", "0.600", "0.800", "0.900"]);
    assert_eq!(row("brand")[..4], ["3", "/", "4", "0.857"]);
    assert_eq!(row("price")[3..6], ["0.000", "0.000", "0.500"], "one border differs");
    assert_eq!(row("place")[..4], ["1", "/", "0", "0.000"]);
    home.ok(&["agreement", "p", "--annotator", "ada", "--annotator", "bob", "--mode", "ent_type"])
        .prints("ent_type    kappa    alpha");
}

#[test]
fn more_than_two_are_compared_two_by_two_and_together() {
    let home = home();
    home.ok(&["agreement", "p"])
        .prints("ada and bob: 3 documents")
        .prints("ada and cyd: 1 document\n")
        .prints("bob and cyd: 1 document\n")
        .prints("all 3 annotators: 1 document, alpha 0.")
        .prints("  brand 1.000");
    let json = home.ok(&["agreement", "p", "--json"]).out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["format"], &json["version"]), (&"gleaner-agreement".into(), &1.into()));
    assert_eq!(json["annotators"], serde_json::json!(["ada", "bob", "cyd"]));
    let pair = &json["pairs"][0];
    assert_eq!(pair["annotators"], serde_json::json!(["ada", "bob"]));
    assert_eq!((&pair["documents"], &pair["all"]["spans"]), (&3.into(), &serde_json::json!([5, 5])));
    assert_eq!(pair["all"]["strict_f1"], 0.6);
    assert!(pair["labels"]["place"]["alpha"].is_number(), "{pair}");
    assert_eq!(json["together"]["documents"], 1);
    assert_eq!(json["together"]["labels"]["place"], serde_json::Value::Null, "nobody marked one there");
}

#[test]
fn nobody_to_compare_is_said_with_what_to_do() {
    let home = Home::with_project(&["brand"]);
    home.run(&["agreement", "p"]).ends(2).says("no document was submitted by two annotators").says("--as NAME");
    let home = self::home();
    home.run(&["agreement", "p", "--annotator", "ada"]).ends(2).says("names one person only");
    home.run(&["agreement", "p", "--annotator", "ada", "--annotator", "eve"])
        .ends(2)
        .says("no document was submitted by two of ada, eve");
    home.run(&["agreement", "p", "--annotator", "ada", "--annotator", "gold/test"])
        .ends(2)
        .says("gold/test is frozen gold, not a person");
    home.run(&["agreement", "p", "--mode", "loose"])
        .ends(2)
        .says("'loose' is none of strict, exact, partial, ent_type");
}
