//! bench eval: the counts are nervaluate's, and what is measured is told.

use super::Home;

#[test]
fn counting_is_measured_at_several_sizes() {
    let home = Home::new();
    let ran = home.ok(&["bench", "eval", "--documents", "50", "--spans", "5"]);
    let ran = ran.prints("documents  files MB").prints("a document of the largest size takes");
    for documents in ["50", "100", "250", "500"] {
        let row = ran.out.lines().find(|line| line.split_whitespace().nth(1) == Some(documents));
        assert!(row.is_some_and(|row| row.starts_with("gleaner")), "{documents}: {}", ran.out);
    }
    let json: serde_json::Value =
        serde_json::from_str(&home.ok(&["bench", "eval", "--documents", "50", "--once", "--json"]).out).unwrap();
    assert_eq!(json["sizes"].as_array().unwrap().len(), 1);
    assert_eq!(json["sizes"][0]["nervaluate"], serde_json::Value::Null);
    home.run(&["bench", "eval", "--documents", "0"]).ends(2).says("must be at least 1");
    home.run(&["bench", "eval", "--documents", "5", "--once", "--python", "/nowhere/python"])
        .ends(2)
        .says("/nowhere/python cannot be started");
}
