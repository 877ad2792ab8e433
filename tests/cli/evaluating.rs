//! `gleaner eval`: nervaluate's numbers, other numbers, and what it refuses to count.

use serde_json::{Value, json};

use super::{Home, Ran};

/// The sets of a fixture made with nervaluate itself.
fn sets(name: &str) -> Vec<Value> {
    let file = format!("{}/tests/fixtures/nervaluate/{name}.json.zst", env!("CARGO_MANIFEST_DIR"));
    let json = zstd::decode_all(std::fs::File::open(&file).unwrap()).unwrap();
    let json: Value = serde_json::from_slice(&json).unwrap();
    json["sets"].as_array().unwrap().clone()
}

/// Equal in shape and in every count; ratios within 1e-12.
fn same(ours: &Value, theirs: &Value, what: &str) {
    match theirs {
        Value::Object(keys) => {
            let mut own: Vec<&String> = ours.as_object().unwrap_or_else(|| panic!("{what}: {ours}")).keys().collect();
            let mut named: Vec<&String> = keys.keys().collect();
            own.sort();
            named.sort();
            assert_eq!(own, named, "{what}");
            keys.iter().for_each(|(key, value)| same(&ours[key], value, &format!("{what}.{key}")));
        }
        Value::Number(n) => {
            let (a, b) = (ours.as_f64().unwrap(), n.as_f64().unwrap());
            assert!((a - b).abs() < 1e-12, "{what}: {a} is not {b}");
        }
        other => assert_eq!(ours, other, "{what}"),
    }
}

/// Whether a set has a gold span of its labels: without one there is nothing to score.
fn has_gold(set: &Value) -> bool {
    let tags = set["tags"].as_array().unwrap();
    set["true"].as_array().unwrap().iter().flat_map(|d| d.as_array().unwrap()).any(|s| tags.contains(&s["label"]))
}

/// Runs a set through the command.
fn official(home: &Home, set: &Value, schema: &str, more: &[&str]) -> Ran {
    home.file("true.json", set["true"].to_string());
    home.file("pred.json", set["pred"].to_string());
    let mut args =
        vec!["eval", "--gold", "true.json", "--pred", "pred.json", "--format", "nervaluate", "--schema", schema];
    args.extend(["--json", "--indices"]);
    for tag in set["tags"].as_array().unwrap() {
        args.extend(["--label", tag.as_str().unwrap()]);
    }
    args.extend(more);
    home.ok(&args)
}

#[test]
fn the_json_has_nervaluates_own_keys_and_numbers() {
    let home = Home::new();
    let (mut compared, mut raising) = (0, 0);
    for set in sets("random300").iter().step_by(3).chain(&sets("handmade")).filter(|set| has_gold(set)) {
        let least = set["min_overlap"].to_string();
        let ran = official(&home, set, "nervaluate-1.2.1", &["--min-overlap-percentage", &least]);
        let answer = &ran.json()[0];
        assert_eq!((&answer["format"], &answer["version"]), (&json!("gleaner-eval"), &json!(1)));
        for key in ["overall", "entities", "overall_indices", "entity_indices"] {
            same(&answer[key], &set["v1_2_1"][key], &format!("set {} {} {key}", set["id"], set["name"]));
        }
        let raises = set["v1_default_loader"].as_str().unwrap().starts_with("IndexError");
        assert_eq!(ran.err.contains("its dict loader"), raises, "{ran:?}");
        (compared, raising) = (compared + 1, raising + usize::from(raises));
        if set["v0_2_0"].is_object() {
            let answer = official(&home, set, "nervaluate-0.2.0", &[]).json().remove(0);
            for key in ["overall", "entities", "overall_indices", "entity_indices"] {
                same(&answer[key], &set["v0_2_0"][key], &format!("set {} {} {key}", set["id"], set["name"]));
            }
        }
    }
    assert!(compared >= 90 && raising >= 4, "{compared} {raising}");
}

/// Three documents with what ada answers, and what two models say of them.
fn home() -> Home {
    let home = Home::new();
    home.file(
        "gold.jsonl",
        r#"{"id":"a","text":"Omega sold it for 500 CHF.","spans":[{"start":0,"end":5,"label":"brand"},{"start":18,"end":25,"label":"price"}]}
{"id":"b","text":"Rolex and Omega","spans":[{"start":0,"end":5,"label":"brand"},{"start":10,"end":15,"label":"brand"}]}
{"id":"c","text":"","spans":[]}
"#,
    );
    home.file(
        "good.jsonl",
        r#"{"id":"c","text":"","spans":[]}
{"id":"b","text":"Rolex and Omega","spans":[{"start":0,"end":5,"label":"brand","score":0.9},{"start":10,"end":15,"label":"brand","score":0.4}]}
{"id":"a","text":"Omega sold it for 500 CHF.","spans":[{"start":0,"end":5,"label":"brand","score":0.8},{"start":18,"end":21,"label":"price","score":0.7}]}
"#,
    );
    home.file(
        "poor.jsonl",
        r#"{"id":"a","text":"Omega sold it for 500 CHF.","spans":[{"start":18,"end":25,"label":"price"},{"start":6,"end":10,"label":"brand"}]}
{"id":"b","text":"Rolex and Omega","spans":[]}
{"id":"c","text":"","spans":[]}
"#,
    );
    home
}

const GOOD: [&str; 5] = ["eval", "--gold", "gold.jsonl", "--pred", "good.jsonl"];

fn eval<'a>(more: &[&'a str]) -> Vec<&'a str> {
    GOOD.iter().chain(more).copied().collect()
}

#[test]
fn all_modes_and_then_label_by_label() {
    let ran = home().ok(&GOOD);
    for line in [
        "gold    gold.jsonl: 3 documents, 4 spans",
        "schema  gleaner",
        "judged  good.jsonl: 4 spans, no threshold",
        "all labels  correct incorrect partial  missed spurious precision  recall      F1",
        "strict            3         1       0       0        0    0.7500  0.7500  0.7500",
        "partial           3         0       1       0        0    0.8750  0.8750  0.8750",
        "brand                        3         3       3    1.0000  1.0000  1.0000",
        "price                        1         1       0    0.0000  0.0000  0.0000",
        "mean of labels (macro)                             0.5000  0.5000  0.5000",
        "too few documents for an interval",
    ] {
        assert!(ran.out.contains(line), "{line}\n{}", ran.out);
    }
    assert!(ran.out.lines().all(|l| l.chars().count() <= 80), "{}", ran.out);
    let home = self::home();
    let line = "{\"text\":\"Omega\",\"spans\":[{\"start\":0,\"end\":5,\"label\":\"brand\"}]}\n";
    home.file("ten.jsonl", line.repeat(10));
    home.ok(&["eval", "--gold", "ten.jsonl", "--pred", "ten.jsonl"])
        .prints("in 95 % of 1000 draws of documents (seed 1)");
    // Documents pair by id, whatever their order.
    home.ok(&eval(&["--mode", "partial", "--per-document"])).prints("good.jsonl: partial by document");
}

#[test]
fn a_threshold_may_be_given_for_all_or_behind_a_name_and_several_are_compared() {
    let home = home();
    home.ok(&eval(&["--threshold", "0.75"])).prints("2 of 4 spans above threshold 0.75");
    home.ok(&["eval", "--gold", "gold.jsonl", "--pred", "good.jsonl@0.75"]).prints("2 of 4 spans above threshold 0.75");
    let answer = home.ok(&eval(&["--threshold", "0.1", "--threshold", "0.75", "--json"])).json().remove(0);
    let names: Vec<&str> =
        answer["predictions"].as_array().unwrap().iter().map(|p| p["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["good.jsonl@0.1", "good.jsonl@0.75"]);
    assert_eq!(answer["predictions"][1]["overall"]["strict"]["correct"], 2);
    assert_eq!(answer["threshold"], 0.1, "the top level is the first, in the digits it was given");
    home.ok(&["eval", "--gold", "gold.jsonl", "--pred", "poor.jsonl@0.3"])
        .says("the spans of poor.jsonl@0.3 have no scores");
    home.run(&eval(&["--threshold", "2"])).ends(2).says("between 0 and 1");
}

#[test]
fn several_predictions_stand_side_by_side() {
    let home = home();
    let ran = home.ok(&eval(&["--pred", "poor.jsonl"]));
    for line in ["[1]     good.jsonl", "[2]     poor.jsonl", "↓−0.4167", "    1      3"] {
        assert!(ran.out.contains(line), "{line}\n{}", ran.out);
    }
    assert!(ran.out.lines().all(|l| l.chars().count() <= 90), "{}", ran.out);
    let answer = home.ok(&eval(&["--pred", "poor.jsonl", "--json"])).json().remove(0);
    let against = &answer["predictions"][1]["against_first"];
    assert_eq!((&against["fixed"], &against["broken"]), (&json!(1), &json!(3)), "price in a; brand in a and b");
    assert!((against["f1_difference"].as_f64().unwrap() + 5.0 / 12.0).abs() < 1e-12, "{against}");
    assert!(against["p"].is_null() && answer["f1_interval"].is_null(), "three documents say nothing about chance");
    assert!(ran.out.contains("too few documents for an interval or p"), "{}", ran.out);
    home.ok(&eval(&[])).prints("too few documents for an interval");
    let again = home.ok(&eval(&["--pred", "poor.jsonl", "--json"])).json().remove(0);
    assert_eq!(again, answer, "a seed gives the same again");
    assert_eq!(answer["overall"], answer["predictions"][0]["overall"]);
}

#[test]
fn conditions_decide_the_exit_code() {
    let home = home();
    home.ok(&eval(&["--fail-under", "strict.f1=0.75", "--fail-under", "brand.strict.recall=1"]));
    home.ok(&eval(&["--fail-under", "macro.exact.f1=0.5"]));
    let ran = home.run(&eval(&["--fail-under", "strict.f1=0.8", "--fail-under", "price.strict.f1=0.1"])).ends(1);
    let ran = ran.prints("all labels").says("failed: strict.f1 of good.jsonl is 0.7500, below 0.8");
    assert_eq!(ran.err.lines().filter(|l| l.starts_with("failed: ")).count(), 2, "{ran:?}");
    // Each of several predictions must meet it.
    let ran = home.run(&eval(&["--pred", "poor.jsonl", "--fail-under", "strict.f1=0.75"])).ends(1);
    assert!(ran.err.contains("of poor.jsonl") && !ran.err.contains("of good.jsonl"), "{ran:?}");
    home.run(&eval(&["--fail-under", "loose.f1=0.8"])).ends(2).says("give MODE.METRIC=X");
    home.run(&eval(&["--fail-under", "strict.f1=80"])).ends(2).says("between 0 and 1");
    home.run(&eval(&["--fail-under", "persn.strict.f1=0.8"])).ends(2).says("no label 'persn'; there are brand, price");
    home.run(&eval(&["--label", "brand", "--label", "person", "--fail-under", "person.strict.f1=0.1"]))
        .ends(1)
        .says("'person' does not occur");
    home.run(&eval(&["--label", "brand", "--fail-under", "price.strict.f1=0.1"]))
        .ends(1)
        .says("'price' is left out by --label");
}

#[test]
fn rows_for_programs_and_tables_for_notes() {
    let home = home();
    let csv = home.ok(&eval(&["--pred", "poor.jsonl", "--csv", "--per-document"])).out;
    let mut lines = csv.lines();
    assert_eq!(
        lines.next().unwrap(),
        "prediction,threshold,scope,name,mode,correct,incorrect,partial,missed,spurious,possible,actual,precision,recall,f1,documents_left_out"
    );
    let lines: Vec<&str> = lines.collect();
    // Overall, macro and two labels in four modes, and three documents, for each of the two.
    assert_eq!(lines.len(), 2 * (4 * 4 + 3), "{csv}");
    assert!(lines.contains(&"good.jsonl,,overall,,strict,3,1,0,0,0,4,4,0.75,0.75,0.75,0"), "{csv}");
    assert!(lines.contains(&"good.jsonl,,document,b,strict,2,0,0,0,0,2,2,1,1,1,0"), "{csv}");
    let markdown = home.ok(&eval(&["--markdown"])).out;
    assert!(markdown.contains("| strict | 3 | 1 | 0 | 0 | 0 | 0.7500 | 0.7500 | 0.7500 |"), "{markdown}");
    assert!(markdown.contains("| brand | 3 | 3 | 3 | 1.0000 | 1.0000 | 1.0000 |"), "{markdown}");
    let both = home.ok(&eval(&["--pred", "poor.jsonl", "--markdown"])).out;
    assert!(both.contains("| poor.jsonl | 0.5000 | 0.2500 | 0.3333 | ↓−0.4167 | "), "{both}");
    home.run(&eval(&["--csv", "--json"])).ends(2).says("cannot be used with");
    home.run(&eval(&["--indices"])).ends(2).says("--json");
}

#[test]
fn what_stands_behind_the_numbers_is_printed_part_by_part() {
    let home = home();
    let ran =
        home.ok(&eval(&["--report", "confusion", "--report", "borders", "--report", "reach", "--report", "curve"]));
    for lines in [
        "which label was taken for which\ngold   predicted  spans\nbrand  brand          3\nprice  price          1\n",
        "right label, wrong borders\nlabel  error           spans\nprice  ends too early      1\n",
        "gold no span model can propose; gold spans 4\nwhy                            spans\nwider than 12 words                0\n",
        "by threshold; best threshold 0.3500; best f1 0.7500; average precision 0.6875\n",
    ] {
        assert!(ran.out.contains(lines), "{lines}\n{}", ran.out);
    }
    let poor =
        home.ok(&["eval", "--gold", "gold.jsonl", "--pred", "poor.jsonl", "--report", "confusion", "--markdown"]);
    poor.prints("| brand | nothing | 3 |").prints("| nothing | brand | 1 |");
    home.file("train.jsonl", r#"{"text":"OMEGA!","spans":[{"start":0,"end":5,"label":"brand"}]}"#);
    let answer = home.ok(&eval(&["--report", "all", "--training", "train.jsonl", "--json"])).json().remove(0);
    let report = answer["report"].as_object().unwrap();
    let parts: Vec<&str> = report.keys().map(String::as_str).collect();
    let known = ["confusion", "borders", "buckets", "reach", "curve", "thresholds", "calibration", "label-errors"];
    assert_eq!(parts, known);
    let gold_of = |by: &str| {
        let rows = report["buckets"]["rows"].as_array().unwrap().iter().filter(|r| r["by"] == by);
        rows.map(|r| r["gold"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    for by in ["length", "frequency", "seen"] {
        assert_eq!(gold_of(by).iter().sum::<u64>(), 4, "every span stands in one bucket: {report:?}");
    }
    let mut seen = gold_of("seen");
    seen.sort_unstable();
    assert_eq!(seen, [2, 2], "Omega twice, whatever its case; the rest never");
    let bins = report["calibration"]["rows"].as_array().unwrap();
    assert_eq!(bins.iter().map(|bin| bin["predicted"].as_u64().unwrap()).sum::<u64>(), 4, "{bins:?}");
    assert_eq!(report["thresholds"]["rows"][1]["threshold"], Value::Null, "price is found at none: {report:?}");
    home.run(&eval(&["--report", "confusions"])).ends(2).says("'confusions' is none of confusion, borders");
    home.run(&eval(&["--report", "all", "--csv"])).ends(2).says("cannot be used with");
    home.run(&eval(&["--training", "train.jsonl"])).ends(2).says("--report");
    home.file("bare.jsonl", r#"{"text":"OMEGA!"}"#);
    home.run(&eval(&["--report", "buckets", "--training", "bare.jsonl"]))
        .ends(2)
        .says("bare.jsonl: there are no spans in it");
}

#[test]
fn spans_that_touch_are_told_once() {
    let home = Home::new();
    home.file("g.jsonl", r#"{"text":"OmegaRolex","spans":[{"start":0,"end":5,"label":"brand"}]}"#);
    home.file("p.jsonl", r#"{"text":"OmegaRolex","spans":[{"start":5,"end":10,"label":"brand"}]}"#);
    let args = ["eval", "--gold", "g.jsonl", "--pred", "p.jsonl"];
    home.ok(&args).prints(
        "nervaluate 1.2.1 on the numbers as they stand: strict F1 0.0000, partial F1 0.5000, because 1 pair of spans touches",
    );
    let theirs = home.ok(&[&args[..], &["--schema", "nervaluate-1.2.1"]].concat());
    assert!(theirs.out.contains("numbers as they stand)") && !theirs.out.contains("because"), "{theirs:?}");
    let equal = self::home().ok(&GOOD);
    assert!(!equal.out.contains("as they stand"), "{equal:?}");
    // The same spans from nervaluate's own input, which must say what its ends are.
    home.file("g.json", r#"[[{"label":"brand","start":0,"end":4}]]"#);
    home.file("p.json", r#"[[{"label":"brand","start":5,"end":9}]]"#);
    let args = ["eval", "--gold", "g.json", "--pred", "p.json"];
    home.run(&args).ends(2).says("give --ends inclusive or --ends exclusive");
    home.ok(&[&args[..], &["--ends", "inclusive"]].concat())
        .prints("partial           0         0       0       1        1");
    home.ok(&[&args[..], &["--schema", "nervaluate-0.2.0"]].concat()).prints("whatever their ends");
    home.run(&eval(&["--ends", "inclusive"])).ends(2);
    self::home().run(&eval(&["--ends", "inclusive"])).ends(2).says("--ends is for nervaluate's and GLiNER's files");
}

#[test]
fn a_least_overlap_is_a_percentage_of_the_new_rules() {
    let home = home();
    let partial = |more: &[&str]| {
        home.ok(&eval(&[&["--json"], more].concat())).json()[0]["overall"]["partial"]["partial"].as_u64().unwrap()
    };
    assert_eq!((partial(&[]), partial(&["--min-overlap-percentage", "50"])), (1, 0), "3 of 7 characters");
    home.run(&eval(&["--min-overlap-percentage", "0.5"])).ends(2).says("between 1 and 100");
    home.run(&eval(&["--min-overlap-percentage", "50", "--schema", "nervaluate-0.2.0"]))
        .ends(2)
        .says("nervaluate 0.2.0 knows no least overlap");
}

#[test]
fn other_texts_and_other_documents_stop_it() {
    let home = home();
    home.file("text.jsonl", home.read("good.jsonl").replace("Rolex and", "Rolex und"));
    home.run(&["eval", "--gold", "gold.jsonl", "--pred", "text.jsonl"])
        .ends(2)
        .says("1 of 3 documents with another text in text.jsonl than in gold.jsonl: gold.jsonl:2 and text.jsonl:2, from character 6 on");
    home.file("fewer.jsonl", home.read("good.jsonl").lines().skip(1).collect::<Vec<_>>().join("\n"));
    home.run(&["eval", "--gold", "gold.jsonl", "--pred", "fewer.jsonl"])
        .ends(2)
        .says("1 document of gold.jsonl not in fewer.jsonl: 'c' (gold.jsonl:3)");
    home.run(&["eval", "--gold", "fewer.jsonl", "--pred", "gold.jsonl"])
        .ends(2)
        .says("1 document of gold.jsonl not in fewer.jsonl: 'c' (gold.jsonl:3)");
    home.file("ids.jsonl", home.read("good.jsonl").replace("\"id\":\"c\"", "\"id\":\"b\""));
    home.run(&["eval", "--gold", "gold.jsonl", "--pred", "ids.jsonl"]).ends(2).says("1 id twice in ids.jsonl: 'b'");
    home.file("none.jsonl", home.read("fewer.jsonl").replace("\"id\":\"b\",", ""));
    home.run(&["eval", "--gold", "gold.jsonl", "--pred", "none.jsonl"])
        .ends(2)
        .says("gold.jsonl has 3 documents, none.jsonl has 2: where one side has no ids documents pair by position");
    home.file("silent.jsonl", home.read("poor.jsonl").replace(",\"spans\":[]", ""));
    home.run(&["eval", "--gold", "gold.jsonl", "--pred", "silent.jsonl"])
        .ends(2)
        .says("2 documents without predictions in silent.jsonl (silent.jsonl:2, silent.jsonl:3)");
}

#[test]
fn without_ids_documents_pair_by_position() {
    let home = Home::new();
    home.file("g.conll", "Ada\tB-person\nsings\tO\n\nBern\tB-place\n\n");
    home.file("p.conll", "Ada\tB-person\nsings\tO\n\nBern\tO\n\n");
    home.ok(&["eval", "--gold", "g.conll", "--pred", "p.conll"])
        .prints("strict            1         0       0       1        0");
    home.file(
        "p.json",
        r#"[{"tokenized_text":["Ada","sings"],"ner":[[0,0,"person"]]},{"tokenized_text":["Bern"],"ner":[]}]"#,
    );
    home.ok(&["eval", "--gold", "g.conll", "--pred", "p.json"])
        .prints("strict            1         0       0       1        0");
    home.file("q.conll", "Ada\tB-person\nsang\tO\n\nBern\tO\n\n");
    home.run(&["eval", "--gold", "g.conll", "--pred", "q.conll"]).ends(2).says("from character 5 on");
}

#[test]
fn what_cannot_be_read_is_said_and_nothing_is_counted() {
    let home = home();
    let run = |content: &str| {
        home.file("bad.jsonl", content);
        let ran = home.run(&["eval", "--gold", "gold.jsonl", "--pred", "bad.jsonl"]).ends(2);
        assert_eq!(ran.out, "", "{ran:?}");
        ran
    };
    let good = home.read("good.jsonl");
    run(&good[..good.len() - 40]).says("bad.jsonl:3: not JSON: it is cut off").says("nothing was counted");
    run(&good.replace("0.9", "NaN")).says("bad.jsonl:2: not JSON");
    run(&good.replace("0.9", "1.5"))
        .says("1 span is with a score that is no number from 0 to 1 (the first: bad.jsonl:2, span 1)");
    run(&good.replace("\"end\":21", "\"end\":17")).says("bad.jsonl:3: span 2 (\"price\") is reversed: 18..17");
    run(&good.replace("\"end\":21", "\"end\":99"))
        .says("bad.jsonl:3: span 2 (\"price\") is 18..99, but the text has 26 characters");
    run("");
    home.run(&["eval", "--gold", "nowhere", "--pred", "good.jsonl"])
        .ends(2)
        .says("nowhere: there is no such file, and no project");
    home.run(&["eval", "--gold", "gold.jsonl", "--pred", "nowhere"]).ends(2).says("no file 'nowhere'");
    home.run(&["eval", "--gold", "gold.jsonl"]).ends(2).says("--pred");
    std::fs::create_dir(home.path("folder")).unwrap();
    home.run(&["eval", "--gold", "folder", "--pred", "good.jsonl"])
        .ends(2)
        .says("folder: is a folder, with no project");
    home.file("cut.json", "[[{\"label\":\"brand\",\"start\":0,");
    home.run(&["eval", "--gold", "cut.json", "--pred", "cut.json", "--ends", "inclusive"])
        .ends(2)
        .says("cut.json: line 1: not JSON: it is cut off");
}

#[test]
fn without_gold_there_is_no_score() {
    let home = home();
    home.file("empty.jsonl", "");
    home.run(&["eval", "--gold", "empty.jsonl", "--pred", "good.jsonl"]).ends(2);
    home.file("empty.json", "[]");
    home.run(&["eval", "--gold", "empty.json", "--pred", "empty.json", "--ends", "inclusive"])
        .ends(2)
        .says("empty.json: holds no document");
    home.file("nothing.jsonl", r#"{"id":"a","text":"x","spans":[]}"#);
    home.run(&["eval", "--gold", "nothing.jsonl", "--pred", "nothing.jsonl"])
        .ends(2)
        .says("no gold spans: there is nothing to find");
    home.run(&eval(&["--label", "person"])).ends(2).says("no gold spans of the chosen labels");
    home.file("open.jsonl", r#"{"id":"a","text":"x"}"#);
    home.run(&["eval", "--gold", "open.jsonl", "--pred", "open.jsonl"])
        .ends(2)
        .says("no document has a submitted answer");
}

#[test]
fn odd_spans_are_refused_by_our_rules_and_counted_with_a_warning_by_nervaluates() {
    let home = Home::new();
    let span = |label: &str, start: i64, end: i64| json!({"label": label, "start": start, "end": end});
    let gold = json!([[span("a", 0, 4), span("a", 0, 4), span("b", 3, 6)], [span("a", 9, 2)]]);
    home.file("g.json", gold.to_string());
    home.file("p.json", json!([[span("a", 0, 4)], []]).to_string());
    let args = ["eval", "--gold", "g.json", "--pred", "p.json"];
    home.run(&[&args[..], &["--ends", "inclusive"]].concat())
        .ends(2)
        .says("g.json: 1 span is reversed (the end lies before the start) (the first: g.json, document 2, span 1)")
        .says("--schema nervaluate-1.2.1 counts such spans as they stand");
    home.ok(&[&args[..], &["--schema", "nervaluate-1.2.1"]].concat())
        .says("warning: g.json: 1 span is reversed")
        .says("warning: g.json: 1 span is there twice (the first: g.json, document 1, span 2); counted as nervaluate 1.2.1 does")
        .says("warning: g.json: 1 span is overlapping")
        .prints("strict            1         0       0       3        0");
    home.file("g.json", json!([[span("a", 0, 4), span("a", 0, 4), span("b", 3, 6)], []]).to_string());
    home.ok(&[&args[..], &["--ends", "inclusive"]].concat())
        .says("note: g.json: 1 span is there twice (the first: g.json, document 1, span 2); each counts once")
        .says("note: g.json: 1 span is overlapping")
        .prints("strict            1         0       0       1        0");
}

#[test]
fn labels_that_differ_only_in_case_are_told_and_mapped() {
    let home = home();
    home.file("case.jsonl", home.read("good.jsonl").replace("brand", "Brand "));
    let args = ["eval", "--gold", "gold.jsonl", "--pred", "case.jsonl"];
    home.ok(&args)
        .says("labels 'Brand ' and 'brand' differ only in case or blanks and count as two; --map 'Brand =brand'")
        .prints("strict            0         4       0       0        0");
    let ran = home.ok(&[&args[..], &["--map", "Brand =brand"]].concat());
    let ran = ran.prints("strict            3         1       0       0        0");
    assert!(!ran.err.contains("warning") && !ran.out.contains("Brand"), "{ran:?}");
    home.run(&[&args[..], &["--map", "brnd=brand"]].concat()).ends(2).says("there is no label 'brnd'");
    home.run(&[&args[..], &["--map", "brand"]].concat()).ends(2).says("give it as A=B");
}

#[test]
fn a_label_nobody_looked_for_counts_on_neither_side() {
    let home = home();
    let gold = home.read("gold.jsonl").replacen("\"id\":\"a\"", "\"id\":\"a\",\"coverage\":[\"brand\"]", 1);
    home.file("gold.jsonl", gold);
    home.ok(&GOOD)
        .prints("* price: not looked for in 1 of 3 documents, which count on neither side")
        .prints("price                     does not occur")
        .prints("strict            3         0       0       0        0");
    // A row that counts fewer documents than the others is marked.
    let gold = home.read("gold.jsonl").replacen("\"id\":\"b\"", "\"id\":\"b\",\"coverage\":[\"price\"]", 1);
    home.file("less.jsonl", gold);
    home.ok(&["eval", "--gold", "less.jsonl", "--pred", "good.jsonl"])
        .prints("brand                        1         1       1    1.0000  1.0000  1.0000 *")
        .prints("* brand: not looked for in 1 of 3 documents");
    let answer = home.ok(&eval(&["--json"])).json().remove(0);
    assert_eq!(answer["labels"]["price"], json!({"standing": "does not occur", "documents_left_out": 1}));
    assert!(answer["entities"].get("price").is_none(), "as nervaluate leaves it out");
}

#[test]
fn of_several_answers_one_is_chosen() {
    let home = home();
    home.file(
        "two.jsonl",
        r#"{"id":"a","text":"Omega","responses":[{"annotator":"ada","spans":[{"start":0,"end":5,"label":"brand"}]},{"annotator":"ben","spans":[]},{"annotator":"eve","status":"draft","spans":[]}],"predictions":{"m1":[{"start":0,"end":5,"label":"brand","score":0.3}],"m2":[]}}
{"id":"b","text":"not answered"}
"#,
    );
    home.run(&["eval", "--gold", "two.jsonl", "--pred", "m1"])
        .ends(2)
        .says("two.jsonl:1: 1 document with several submitted answers; choose with --annotator: ada (1 document), ben (1 document)");
    let gold = ["eval", "--gold", "two.jsonl", "--annotator", "ada", "--pred"];
    let all_right = "strict            1         0       0       0        0";
    let missed = "strict            0         0       0       1        0";
    home.ok(&[&gold[..], &["m1"]].concat())
        .prints(all_right)
        .says("1 document of two.jsonl without a submitted answer, left out");
    home.ok(&[&gold[..], &["m1@0.5"]].concat()).prints(missed);
    home.ok(&[&gold[..], &["m2"]].concat()).prints(missed);
    home.ok(&[&gold[..], &["annotator:ben"]].concat()).prints(missed);
    home.run(&[&gold[..], &["m3"]].concat()).ends(2).says("no predictions of a run 'm3'; it has m1 (1 document), m2");
    home.run(&[&gold[..], &["annotator:eve"]].concat())
        .ends(2)
        .says("no submitted answer of 'eve'; there are some by ada");
    home.run(&["eval", "--gold", "two.jsonl", "--annotator", "zoe", "--pred", "m1"])
        .ends(2)
        .says("no submitted answer of 'zoe'");
}

#[test]
fn standard_input_is_a_file_once() {
    let home = home();
    let good = home.read("good.jsonl");
    let piped = home.pipe(good, &["eval", "--gold", "gold.jsonl", "--pred", "-"]).ends(0);
    piped.prints("judged  stdin: 4 spans").prints("strict            3");
    let gold = home.read("gold.jsonl");
    home.pipe(gold, &["eval", "--gold", "-", "--pred", "good.jsonl"]).ends(0).prints("gold    stdin: 3 documents");
    home.run(&["eval", "--gold", "-", "--pred", "-"]).ends(2).says("standard input (-) can be read once only");
    let nervaluate = r#"[[{"label":"a","start":0,"end":4}]]"#;
    home.file("g.json", nervaluate);
    home.pipe(nervaluate, &["eval", "--gold", "g.json", "--pred", "-", "--ends", "inclusive"])
        .ends(0)
        .prints("strict            1");
}

/// A project with the answers of ada and ben and two runs.
fn project() -> Home {
    let home = Home::with_project(&["brand", "price", "person"]);
    let source = self::home();
    for name in ["gold.jsonl", "good.jsonl", "poor.jsonl"] {
        home.file(name, source.read(name));
    }
    home.ok(&["import", "p", "gold.jsonl", "--as", "ada"]);
    home.ok(&["import", "p", "good.jsonl", "--as-predictions", "good"]);
    home.ok(&["import", "p", "poor.jsonl", "--as-predictions", "poor"]);
    home
}

#[test]
fn a_project_is_judged_by_its_answers_and_runs() {
    let home = project();
    home.ok(&["eval", "--gold", "p", "--pred", "good"])
        .prints("gold    p: 3 documents, 4 spans")
        .prints("labels  in the project's order")
        .prints("person                    does not occur")
        .prints("strict            2         1       0       1        0");
    home.ok(&["eval", "--gold", "p", "--pred", "good@0.75", "--pred", "poor"])
        .prints("[1]     good@0.75")
        .prints("[2]     poor");
    home.ok(&["eval", "--gold", "p", "--pred", "good.jsonl"])
        .prints("strict            3         1       0       0        0");
    home.run(&["eval", "--gold", "p", "--pred", "gut"]).ends(2).says("no file 'gut'").says("it has good, poor");
    home.run(&["eval", "--gold", "p:dev", "--pred", "good"])
        .ends(2)
        .says("no gold set 'dev' in this project (it has none yet");
    home.ok(&["gold", "freeze", "p", "dev"]);
    home.ok(&["eval", "--gold", "p:dev", "--pred", "good"])
        .prints("gold    p:dev: 3 documents, 4 spans")
        .prints("strict            2         1       0       1        0");
    home.run(&["eval", "--gold", "p:dve", "--pred", "good"]).ends(2).says("it has dev");
    home.run(&["eval", "--gold", "p", "--pred", "annotator:gold/dev"]).ends(2).says("there are some by ada");
    home.run(&["eval", "--gold", "p", "--pred", "good", "--label", "zz"]).ends(2).says("no label 'zz' in this project");
    home.run(&["eval", "--gold", "p", "--pred", "good", "--annotator", "zoe"])
        .ends(2)
        .says("no submitted response by 'zoe' in p; there are some by ada (3)");
    home.file("poor", home.read("poor.jsonl"));
    home.ok(&["eval", "--gold", "p", "--pred", "poor", "--format", "jsonl"])
        .says("'poor' is a file and a run; the file is taken");
}

#[test]
fn two_annotators_are_judged_by_each_other() {
    let home = project();
    home.ok(&["import", "p", "poor.jsonl", "--as", "ben"]);
    home.run(&["eval", "--gold", "p", "--pred", "good"]).ends(2).says(
        "3 documents of p with submitted responses of several annotators: ada (3), ben (3); choose with --annotator",
    );
    home.ok(&["eval", "--gold", "p", "--annotator", "ada", "--pred", "annotator:ben"])
        .prints("judged  annotator:ben: 2 spans")
        .prints("strict            1         0       0       3        1");
    home.run(&["eval", "--gold", "p", "--annotator", "ada", "--pred", "annotator:zoe"])
        .ends(2)
        .says("no submitted response by 'zoe'");
}

#[test]
fn a_person_is_judged_by_what_others_say_of_documents_both_have_answered() {
    let home = project();
    home.run(&["eval", "--gold", "p", "--pred", "annotator:ada"])
        .ends(2)
        .says("nothing is left to judge annotator:ada by: 3 documents in which gold is ada's own response");
    let first = home.read("poor.jsonl").lines().next().unwrap().to_owned();
    home.file("one.jsonl", first);
    home.ok(&["import", "p", "one.jsonl", "--as", "ben"]);
    let args = ["eval", "--gold", "p", "--annotator", "ada", "--pred", "annotator:ben"];
    home.ok(&args)
        .says("left out: 2 documents without a submitted response by ben")
        .prints("gold    p: 1 document, 2 spans");
    // Whatever else is judged beside is judged by the same document, a file with all of them too.
    let mut both = args.to_vec();
    both.extend(["--pred", "good.jsonl", "--json"]);
    let answer = home.ok(&both).json().remove(0);
    let possible = |n: usize| answer["predictions"][n]["overall"]["strict"]["possible"].as_u64();
    assert_eq!((possible(0), possible(1)), (Some(2), Some(2)));
}

#[test]
fn a_run_counts_above_the_threshold_of_the_project() {
    let home = project();
    home.ok(&["eval", "--gold", "p", "--pred", "good"]).prints("above threshold 0.5");
    home.ok(&["eval", "--gold", "p", "--pred", "good", "--threshold", "0.75"])
        .prints("2 of 4 spans above threshold 0.75\n");
    home.ok(&["eval", "--gold", "p", "--pred", "good@0.05"]).prints("4 of 4 spans above threshold 0.05\n");
}

#[test]
fn a_text_that_changed_after_a_run_read_it_is_left_out() {
    let home = project();
    home.file("new.jsonl", r#"{"id":"b","text":"Rolex and an Omega"}"#);
    home.ok(&["import", "p", "new.jsonl"]).prints("1 text changed under its id");
    home.ok(&["eval", "--gold", "p", "--pred", "good@0.05"])
        .says("left out: 1 document with a newer text than good has read")
        .prints("gold    p: 2 documents, 2 spans");
}

#[test]
fn a_label_made_of_two_was_looked_for_where_both_were() {
    let home = Home::new();
    let line = |id: &str, covered: &str| {
        format!(
            r#"{{"id":"{id}","text":"Rolex Omega","spans":[{{"start":0,"end":5,"label":"A"}}],"coverage":[{covered}]}}"#
        )
    };
    home.file("g.jsonl", [line("x", r#""A""#), line("y", r#""A","B""#)].join("\n"));
    home.file("p.jsonl", [line("x", r#""A""#), line("y", r#""A""#)].join("\n"));
    let args = ["eval", "--gold", "g.jsonl", "--pred", "p.jsonl", "--json"];
    let possible = |more: &[&str]| {
        let answer = home.ok(&[&args, more].concat()).json().remove(0);
        answer["overall"]["strict"]["possible"].as_u64()
    };
    assert_eq!(possible(&[]), Some(2));
    assert_eq!(possible(&["--map", "A=B"]), Some(1), "nobody looked for B in x");
    assert_eq!(possible(&["--map", "A=C"]), Some(2), "C is A by another name");
}

#[test]
fn how_gold_came_about_is_printed_with_every_score() {
    let home = project();
    home.file("more.jsonl", "{\"id\":\"d\",\"text\":\"Zenith\"}\n{\"id\":\"e\",\"text\":\"Seiko and Omega\"}");
    home.ok(&["import", "p", "more.jsonl"]);
    // ada accepts what the model suggests for d, and submits e as it is.
    home.pipe("o d\ny\nd\no e\nd\n", &["p", "--plain"]).ends(0).prints("1 accepted, 2 documents submitted");
    let sentence = "this gold was prefilled by gleaner-mini in 20 % of its spans: its score is flattered";
    home.ok(&["suggest", "p", "--save-as", "r"]);
    home.ok(&["eval", "--gold", "p", "--pred", "r"]).prints(sentence);
    home.ok(&["eval", "--gold", "p", "--pred", "r", "--markdown"]).prints(sentence);
    let gold = home.ok(&["eval", "--gold", "p", "--pred", "r", "--json"]).json()[0]["gold"].clone();
    assert_eq!(gold["prefilled"], json!([{"model": "gleaner-mini", "spans": 1}]), "{gold}");
    assert_eq!((&gold["documents"], &gold["spans"], &gold["bulk"]), (&json!(5), &json!(5), &json!(0)));
}

#[test]
fn models_are_asked_for_the_labels_of_gold_and_timed() {
    let home = project();
    let answer = home.ok(&["eval", "--gold", "gold.jsonl", "--model", "mini", "--json"]).json().remove(0);
    assert_eq!((&answer["name"], &answer["threshold"]), (&json!("mini"), &json!(0.5)));
    assert_eq!(answer["overall"]["strict"]["correct"], 4, "{answer}");
    assert_eq!(answer["speed"]["documents"], 3);
    assert!(answer["speed"]["weights_bytes"].as_u64().unwrap() > 1_000_000, "{answer}");
    // In a project what a model said is remembered.
    home.ok(&["eval", "--gold", "p", "--model", "mini"]).prints(" documents/s").prints("weights ");
    home.ok(&["eval", "--gold", "p", "--model", "mini", "--threshold", "0.3"]).prints("all remembered from before");
    home.ok(&["eval", "--gold", "p", "--pred", "good", "--model", "mini"])
        .prints("documents/s   seconds weights, MB")
        .prints("[2] mini                1.0000   remembered");
    home.run(&["eval", "--gold", "p", "--model", "nowhere"]).ends(2).says("no model 'nowhere'");
    home.file("g.json", r#"[[{"label":"a","start":0,"end":4}]]"#);
    home.run(&["eval", "--gold", "g.json", "--model", "mini", "--ends", "inclusive"])
        .ends(2)
        .says("g.json holds no texts");
    // A run that was made without a label says nothing of it.
    home.ok(&["suggest", "p", "--label", "brand", "--save-as", "brands"]);
    home.ok(&["eval", "--gold", "p", "--pred", "brands"])
        .prints("price                     not asked: predicted without this label")
        .prints("strict            3         0       0       0        0");
    home.run(&["eval", "--gold", "p", "--pred", "brands", "--fail-under", "price.strict.f1=0"])
        .ends(1)
        .says("'price' was not asked for");
    home.ok(&["eval", "--gold", "p", "--pred", "brands@0.2"]).says("holds no scores of 0.5 or less");
}

#[test]
fn what_labels_are_called_cannot_harm_a_terminal() {
    let home = home();
    for name in ["gold.jsonl", "good.jsonl"] {
        home.file(name, home.read(name).replace("brand", "br\\u001b[31m\\nand|x"));
    }
    for more in [&[][..], &["--markdown"], &["--pred", "poor.jsonl"]] {
        let ran = home.ok(&eval(more));
        assert!(!ran.out.contains('\u{1b}'), "{ran:?}");
    }
    home.run(&eval(&["--map", "brand=\u{1b}[2J"])).ends(2).says("there is no label 'brand'");
}
