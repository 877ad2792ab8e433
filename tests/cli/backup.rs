//! `gleaner backup`: a copy while the project is open, whole or not there.

use std::path::Path;

use gleaner::store::Project;

use super::Home;

fn files(dir: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = entries.filter(|n| n.contains("copy")).collect();
    names.sort();
    names
}

#[test]
fn a_backup_taken_while_the_project_is_open_is_the_project() {
    let home = Home::with_project(&["brand"]);
    home.ok(&["add", "p", "--id", "a", "Omega sells."]);
    // Somebody has it open, with edits that are still in the write-ahead log.
    let open = Project::open(&home.path("p")).unwrap();
    home.pipe("a Omega = brand\n", &["p", "--plain"]).ends(0);
    home.ok(&["backup", "p", "copy.db"]).prints("copy.db: ").prints(" with 1 document and ").prints("edits, checked");
    assert_eq!(files(home.dir.path()), ["copy.db"]);
    drop(open);
    // As the help says: a folder with the file as gleaner.db.
    std::fs::create_dir(home.path("restored")).unwrap();
    std::fs::rename(home.path("copy.db"), home.path("restored/gleaner.db")).unwrap();
    assert_eq!(home.ok(&["show", "restored", "--json"]).out, home.ok(&["show", "p", "--json"]).out);
    home.ok(&["status", "restored", "--verify"]).prints("0 problems");
    home.ok(&["undo", "restored"]).prints("undid: ");
    home.ok(&["backup", "--help"]).prints("gleaner.db");
}

#[test]
fn nothing_that_is_there_is_written_over_and_nothing_half_stays() {
    let home = Home::with_project(&[]);
    home.file("copy.db", "mine");
    home.run(&["backup", "p", "copy.db"]).ends(2).says("copy.db: is there already; nothing was written");
    assert_eq!(home.read("copy.db"), "mine");
    home.run(&["backup", "p", "p"]).ends(2).says("p: is a folder; name a file in it");
    home.run(&["backup", "p", "nowhere/copy.db"]).ends(2).says("nowhere/copy.db");
    home.run(&["backup", "nowhere", "copy2.db"]).ends(2).says("no gleaner project here");
    assert_eq!(files(home.dir.path()), ["copy.db"]);
}

#[test]
fn a_killed_backup_is_written_over_and_one_under_way_is_not() {
    let home = Home::with_project(&[]);
    home.file("copy.db.part", vec![b'x'; 100_000]);
    let told = home.ok(&["backup", "p", "copy.db", "--json"]).json();
    assert_eq!(told[0]["documents"], 0);
    assert_eq!(told[0]["bytes"], std::fs::metadata(home.path("copy.db")).unwrap().len());
    assert_eq!(files(home.dir.path()), ["copy.db"]);
    home.file("copy2.db.part", "");
    let other = std::fs::File::options().write(true).open(home.path("copy2.db.part")).unwrap();
    other.lock().unwrap();
    home.run(&["backup", "p", "copy2.db"]).ends(2).says("another backup is writing this file");
    assert!(home.path("copy2.db.part").exists(), "it belongs to the other one");
}
