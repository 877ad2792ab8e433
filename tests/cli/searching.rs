//! search: documents by words, by meaning, by both, with filters; as text and as JSON.

use super::Home;

/// A project with four texts.
fn home() -> Home {
    let home = Home::with_project(&["brand"]);
    let lines = [
        r#"{"id":"auto","text":"An automatic watch with sapphire glass."}"#,
        r#"{"id":"quartz","text":"A quartz watch\nwith mineral glass."}"#,
        r#"{"id":"bern","text":"Bern lies in a loop of the river Aare."}"#,
        r#"{"id":"zurich","text":"日本 😀 Zürich lies on a lake.","spans":[{"start":5,"end":11,"label":"brand"}]}"#,
    ];
    home.file("texts.jsonl", lines.join("\n"));
    home.ok(&["import", "p", "texts.jsonl", "--as", "ada"]);
    home
}

#[test]
fn what_is_found_is_printed_with_rank_id_score_and_snippet() {
    let home = home();
    let ran = home.ok(&["search", "p", "sapphire watch", "--keyword"]);
    let lines: Vec<&str> = ran.out.lines().collect();
    assert!(lines[0].starts_with("1  auto  "), "{ran:#?}");
    assert_eq!(lines[1], "   An automatic watch with sapphire glass.");
    assert!(lines[2].starts_with("2  quartz  "), "{ran:#?}");
    assert_eq!(lines[3], "   A quartz watch with mineral glass.", "on one line");
    assert!(!ran.out.contains('\x1b'), "no bold in a pipe");
    ran.says("2 documents");
    home.ok(&["search", "p", "watch", "--keyword", "-k", "1"]).says("1 of 2 documents");
}

#[test]
fn json_has_ranks_and_highlights_in_code_points() {
    let home = home();
    let ran = home.ok(&["search", "p", "zürich", "--json", "-k", "1"]);
    let hit = &ran.json()[0];
    assert_eq!((&hit["rank"], &hit["id"], &hit["document"]), (&1.into(), &"zurich".into(), &4.into()));
    assert_eq!((&hit["keyword"], &hit["highlights"]), (&1.into(), &serde_json::json!([[5, 11]])));
    assert_eq!(hit["snippet"]["text"], "日本 😀 Zürich lies on a lake.");
    assert_eq!(hit["snippet"]["highlights"], serde_json::json!([[5, 11]]));
    assert_eq!((&hit["snippet"]["before"], &hit["snippet"]["after"]), (&false.into(), &false.into()));
    let keyword = home.ok(&["search", "p", "watch glass", "--keyword", "--json"]).json();
    assert_eq!(keyword.len(), 2);
    assert!(keyword.iter().all(|hit| hit["semantic"].is_null() && hit["score"].as_f64().unwrap() > 0.0));
    let semantic = home.ok(&["search", "p", "quartz watch", "--semantic", "--json"]).json();
    assert_eq!(
        (&semantic[0]["id"], &semantic[0]["semantic"], &semantic[0]["keyword"]),
        (&"quartz".into(), &1.into(), &serde_json::Value::Null)
    );
}

#[test]
fn filters_are_of_who_asks_and_a_query_of_filters_alone_lists() {
    let home = home();
    let names = |args: &[&str]| -> Vec<String> {
        let args = [&["search", "p", "--json"], args].concat();
        home.run(&args).json().iter().map(|hit| hit["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&["label:brand"]), ["zurich"]);
    assert_eq!(names(&["status:submitted"]), ["zurich"]);
    assert_eq!(names(&["status:pending"]), ["auto", "quartz", "bern"]);
    assert_eq!(names(&["status:pending", "--as", "bob"]).len(), 4);
    assert_eq!(names(&["glass -quartz", "--keyword"]), ["auto"]);
    assert_eq!(names(&["source:texts.jsonl length:<38"]), ["quartz", "zurich"]);
}

#[test]
fn like_takes_a_document_a_file_or_standard_input() {
    let home = home();
    let first = |ran: &super::Ran| ran.json()[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(first(&home.ok(&["search", "p", "--like", "auto", "--json"])), "quartz");
    home.file("text.txt", "a river and its loop");
    assert_eq!(first(&home.ok(&["search", "p", "--like", "text.txt", "--json"])), "bern");
    let piped = home.pipe("a watch with mineral glass", &["search", "p", "--like", "-", "--json"]).ends(0);
    assert_eq!(first(&piped), "quartz");
    home.run(&["search", "p", "--like", "nothing"]).ends(2).says("no document with this id").says("no such file");
    home.pipe(b"\xff\xfe".to_vec(), &["search", "p", "--like", "-"]).ends(2).says("not UTF-8");
    home.pipe("  \n", &["search", "p", "--like", "-"]).ends(2).says("no text in it");
}

#[test]
fn what_is_not_understood_or_not_there_is_said() {
    let home = home();
    home.run(&["search", "p", "nonesuch", "--keyword"]).ends(1).says("nothing found");
    home.run(&["search", "p", "\"open"]).ends(2).says("is not understood");
    home.run(&["search", "p", "/[/"]).ends(2).says("is not understood");
    home.run(&["search", "p", "label:brnd"]).ends(2).says("no label 'brnd'").says("brand");
    home.run(&["search", "p", ""]).ends(1).says("nothing found");
    home.run(&["search", "p"]).ends(2);
    home.run(&["search", "p", "a", "--keyword", "--semantic"]).ends(2).says("cannot be used with");
    home.run(&["search", "nowhere", "a"]).ends(2).says("no gleaner project here");
    assert!(!home.path("nowhere").exists(), "nothing is made where there is no project");
    let empty = Home::with_project(&["brand"]);
    empty.run(&["search", "p", "a"]).ends(1).says("the project has no documents").says("gleaner import");
    home.ok(&["search", "--help"]).prints("fuzzy~2").prints("score:<0.6").prints("highlights ([start, end]");
}

#[test]
fn the_index_follows_by_itself_and_can_be_deleted() {
    let home = home();
    home.run(&["search", "p", "watch", "--no-refresh"]).ends(1).says("nothing is indexed yet");
    home.ok(&["search", "p", "watch"]);
    home.file("more.jsonl", r#"{"id":"more","text":"One more watch, of steel."}"#);
    home.ok(&["import", "p", "more.jsonl"]);
    home.run(&["search", "p", "steel", "--keyword", "--no-refresh"]).ends(1);
    home.ok(&["search", "p", "steel", "--keyword"]).prints("more");
    home.ok(&["remove", "p", "more"]);
    home.run(&["search", "p", "steel", "--keyword"]).ends(1);
    std::fs::remove_dir_all(home.path("p/search")).unwrap();
    home.ok(&["search", "p", "sapphire", "--keyword"]).prints("auto");
    home.file("p/search/vectors", "damaged");
    home.ok(&["search", "p", "quartz", "--semantic"]).says("cut short").says("made again").prints("quartz");
}
