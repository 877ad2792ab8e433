//! `gleaner demo --headless` and `gleaner keys`.

use super::Home;

const LABELS: [&str; 8] =
    ["brand", "watch model", "movement", "material", "complication", "price", "organization", "person"];

#[test]
fn the_headless_demo_prints_suggestions_and_a_score_of_every_label() {
    let ran = Home::new().ok(&["demo", "--headless"]).prints("](brand 0.");
    for label in LABELS {
        assert!(ran.out.lines().any(|l| l.trim_start().starts_with(label)), "{label} has no row: {}", ran.out);
    }
}

#[test]
fn the_headless_demo_is_json_on_request_and_the_model_is_of_use() {
    let home = Home::new();
    let told = home.ok(&["demo", "--headless", "--json"]).json().remove(0);
    let strict = &told["strict"];
    assert!(strict["overall"]["f1"].as_f64().unwrap() > 0.2, "{strict}");
    for label in LABELS {
        assert!(strict["labels"][label]["gold"].as_u64().unwrap() >= 30, "{label}: {strict}");
    }
    assert!(told["documents"].as_u64().unwrap() >= 80);
    assert!(told["gold_documents"].as_u64().unwrap() >= 60);
    home.run(&["demo", "--headless", "--threshold", "9"])
        .ends(2)
        .says("--threshold: threshold 9 is not a number between 0.05 and 0.95");
    home.run(&["demo", "--json"]).ends(2).says("--headless");
    assert!(!home.path("state/gleaner/demo").exists(), "headless leaves no project");
}

#[test]
fn keys_are_printed_as_text_and_as_markdown_tables() {
    let home = Home::new();
    home.ok(&["keys"]).prints("Annotate");
    home.ok(&["keys", "--markdown"]).prints("**Annotate**").prints("| keys | what | command |");
}

#[test]
fn a_broken_keymap_of_ones_own_is_named() {
    let home = Home::new();
    home.file("config/gleaner/keymap.toml", "[annotate\n");
    home.run(&["keys"]).ends(2).says("keymap.toml");
    home.ok(&["keys", "--built-in"]).prints("Annotate");
}

#[test]
fn broken_settings_are_named() {
    let home = Home::with_project(&[]);
    home.file("config/gleaner/config.toml", "annotator = [");
    home.run(&["status", "p"]).ends(2).says("config.toml");
    home.file("config/gleaner/config.toml", "annotator = \"zoe\"\n");
    home.ok(&["status", "p"]).prints("zoe: 0 submitted");
    home.ok(&["status", "p", "--as", "bob"]).prints("bob: 0 submitted");
}
