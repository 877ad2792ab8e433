//! Models from folders: converting one, and folders that are not what they should be.

use super::{Home, fixture_model};

/// A copy of a small model in `home/m`.
fn copy(home: &Home) {
    std::fs::create_dir_all(home.path("m")).unwrap();
    for entry in std::fs::read_dir(fixture_model("span_bert")).unwrap() {
        let from = entry.unwrap().path();
        std::fs::copy(&from, home.path("m").join(from.file_name().unwrap())).unwrap();
    }
}

const ASK: [&str; 7] = ["suggest", "--text", "Ada met Bob", "--label", "person", "--model", "m"];

#[test]
fn a_quantized_model_is_smaller_and_runs() {
    let home = Home::new();
    copy(&home);
    home.ok(&["model", "quantize", "m", "q"]).says("q written; `gleaner suggest --model q` runs it");
    let size = |name: &str| -> u64 {
        std::fs::read_dir(home.path(name))
            .unwrap()
            .map(|f| f.unwrap())
            .filter(|f| f.file_name().to_string_lossy().contains("model"))
            .map(|f| f.metadata().unwrap().len())
            .sum()
    };
    assert!(size("q") < size("m"), "{} {}", size("q"), size("m"));
    let spans = |model: &str| {
        let args = [
            "suggest",
            "--text",
            "Ada met Bob",
            "--label",
            "person",
            "--threshold",
            "0.01",
            "--json",
            "--model",
            model,
        ];
        home.ok(&args).json()[0]["spans"].as_array().unwrap().len()
    };
    assert!(spans("q") > 0 && spans("m") > 0);
    home.run(&["model", "quantize", "missing", "q2"]).ends(2).says("missing");
    assert!(!home.path("q2").exists(), "nothing half-written");
}

#[test]
fn what_is_no_model_folder_is_said() {
    let home = Home::new();
    home.run(&ASK).ends(2).says("no model 'm': give `mini` or a folder");
    home.file("m", "a file");
    home.run(&ASK).ends(2).says("model m: is a file");
    let home = Home::new();
    home.file("m/readme", "");
    home.run(&ASK).ends(2).says("no gliner_config.json");
}

#[test]
fn a_missing_truncated_or_flipped_file_is_named() {
    for file in ["gliner_config.json", "model.safetensors", "tokenizer.json"] {
        let home = Home::new();
        copy(&home);
        let path = home.path("m").join(file);
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
        home.run(&ASK).ends(2).says(file);
        let mut flipped = whole.clone();
        flipped[4] ^= 0x80;
        std::fs::write(&path, flipped).unwrap();
        home.run(&ASK).ends(2).says(file);
        std::fs::write(&path, "").unwrap();
        home.run(&ASK).ends(2).says(file);
        std::fs::remove_file(&path).unwrap();
        home.run(&ASK).ends(2).says("m");
    }
}
