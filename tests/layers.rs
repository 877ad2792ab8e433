//! The house keeps its walls: a folder uses only those named here and what they may use.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// `a → b`: a may use b and whatever b may use.
const MAY_USE: &[(&str, &[&str])] = &[
    ("text", &[]),
    ("nn", &[]),
    ("hub", &[]),
    ("config", &[]),
    ("dataset", &["text"]),
    ("store", &["dataset"]),
    ("gliner", &["nn", "text", "hub"]),
    ("search", &["store", "nn", "hub"]),
    ("corpus", &["search"]),
    ("suggest", &["gliner", "store"]),
    ("annotate", &["suggest"]),
    ("evaluate", &["dataset"]),
    ("train", &["gliner", "evaluate", "store"]),
    ("sync", &["store", "hub"]),
    (
        "jobs",
        &["text", "dataset", "store", "gliner", "search", "corpus", "suggest", "annotate", "evaluate", "train", "sync"],
    ),
    ("cli", &["*"]),
    ("tui", &["*"]),
];

#[test]
fn folders_use_only_what_they_may() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let rules: BTreeMap<&str, &[&str]> = MAY_USE.iter().copied().collect();
    let folders: Vec<&str> = rules.keys().copied().collect();
    let mut broken = Vec::new();
    let mut uses = 0;
    for file in rust_files(&src) {
        let inside = file.strip_prefix(&src).unwrap();
        let Some(folder) = inside.iter().next().and_then(|p| p.to_str()).filter(|p| rules.contains_key(p)) else {
            continue;
        };
        let allowed = reachable(folder, &rules);
        let text = std::fs::read_to_string(&file).unwrap();
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            for used in folders.iter().filter(|f| code.contains(&format!("crate::{f}::"))) {
                uses += 1;
                let own = *used == folder;
                let everywhere = *used == "config" || matches!(folder, "cli" | "tui");
                let closed = matches!(*used, "cli" | "tui") && !matches!(folder, "cli");
                if !own && (closed || !(everywhere || allowed.contains(used))) {
                    broken.push(format!("{}:{}: {folder} uses {used}", inside.display(), number + 1));
                }
            }
        }
    }
    assert!(uses > 10, "the test reads the sources");
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn only_tui_knows_ratatui_and_only_cli_knows_clap() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut broken = Vec::new();
    for file in rust_files(&src) {
        let inside = file.strip_prefix(&src).unwrap().display().to_string();
        let text = std::fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let code = code.lines().map(|l| l.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
        for (word, home) in [("ratatui", "tui"), ("crossterm", "tui"), ("clap", "cli"), ("println!", "cli")] {
            let named = code.contains(&format!("{word}::")) || (word.ends_with('!') && code.contains(word));
            if named && !inside.starts_with(home) {
                broken.push(format!("{inside} knows {word}"));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

fn reachable<'r>(from: &str, rules: &BTreeMap<&'r str, &'r [&'r str]>) -> BTreeSet<&'r str> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&str> = rules.get(from).map(|r| r.to_vec()).unwrap_or_default();
    while let Some(next) = open.pop() {
        if let Some((name, more)) = rules.get_key_value(next)
            && found.insert(*name)
        {
            open.extend(more.iter());
        }
    }
    found
}

fn rust_files(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
    files
}
