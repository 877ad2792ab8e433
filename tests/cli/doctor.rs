//! `gleaner doctor` and the log it names.

use serde_json::Value;

use super::{Home, Ran};

fn json(ran: Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap()
}

#[test]
fn all_is_well_without_a_terminal_a_project_or_a_single_file() {
    let home = Home::new();
    let ran = home.ok(&["doctor"]).prints("\n0 problems\n").prints("(not there)").prints("gleaner-mini hash");
    for section in ["version", "settings", "paths", "terminal", "model"] {
        assert!(ran.out.lines().any(|l| l == section), "{section}: {}", ran.out);
    }
    let told = json(home.ok(&["doctor", "--json"]));
    assert_eq!(told["sound"], true);
    assert_eq!(told["problems"], serde_json::json!([]));
    assert_eq!(told["sections"]["version"]["gleaner"], env!("CARGO_PKG_VERSION"));
    assert!(!home.path("state").exists() && !home.path("config").exists(), "a look makes nothing");
}

#[test]
fn the_colours_are_told_with_why() {
    let home = Home::new();
    let colours = |set: &[(&str, &str)], flags: &[&str]| {
        let mut command = home.command(&[&["doctor", "--json"], flags].concat());
        command.envs(set.iter().copied());
        json(Ran::of(command.spawn().unwrap()))["sections"]["terminal"]["colours"].as_str().unwrap().to_owned()
    };
    assert!(colours(&[("TERM", "xterm")], &[]).starts_with("256: nothing says otherwise"));
    assert_eq!(colours(&[("COLORTERM", "truecolor")], &[]), "24 bit: COLORTERM is truecolor");
    assert_eq!(colours(&[("COLORTERM", "truecolor"), ("NO_COLOR", "1")], &[]), "none: NO_COLOR is set");
    assert_eq!(colours(&[("TERM", "dumb")], &[]), "none: TERM is dumb");
    assert_eq!(colours(&[("TERM", "linux")], &[]), "16: TERM is linux");
    assert_eq!(colours(&[("NO_COLOR", "1")], &["--color", "256"]), "256: the setting color says 256");
}

#[test]
fn a_project_is_counted_and_rebuilt_and_left_as_it_is() {
    let home = Home::with_project(&["brand"]);
    home.ok(&["add", "p", "Omega sells."]);
    home.pipe("a Omega = brand\nd\n", &["p", "--plain"]).ends(0);
    let told = json(home.ok(&["doctor", "p", "--json", "--verify"]));
    let project = &told["sections"]["project"];
    assert_eq!((&project["documents"], &project["spans"], &project["labels"]), (&1.into(), &1.into(), &1.into()));
    assert_eq!(project["journal"], "wal");
    assert_eq!(project["leftovers"], "none");
    assert!(project["edits replayed"].as_u64().unwrap() > 2, "{project}");
    home.run(&["doctor", "--verify"]).ends(2).says("PROJECT");
    home.run(&["doctor", "nowhere"]).ends(1).prints("no gleaner project here").prints("next: name another folder");
    assert!(!home.path("nowhere").exists());
}

#[test]
fn what_is_wrong_is_named_with_the_next_step() {
    let home = Home::with_project(&["brand"]);
    home.ok(&["add", "p", "--id", "a", "Omega sells."]);
    home.pipe("a Omega = brand\n", &["p", "--plain"]).ends(0);
    let database = rusqlite::Connection::open(home.path("p/gleaner.db")).unwrap();
    database.execute("UPDATE spans SET start = 1", []).unwrap();
    drop(database);
    home.ok(&["doctor", "p"]);
    home.run(&["doctor", "p", "--verify"]).ends(1).prints("spans: not what the edits say").prints("next: back it up");
    home.file("q/gleaner.db", vec![b'x'; 5000]);
    home.run(&["doctor", "q"]).ends(1).prints("not a gleaner project file").prints("next: ");
    home.file("config/gleaner/keymap.toml", "[annotate\n");
    home.run(&["doctor"]).ends(1).prints("keymap.toml:1").prints("next: ");
    std::fs::remove_file(home.path("config/gleaner/keymap.toml")).unwrap();
    home.run(&["doctor", "--model", "missing"])
        .ends(1)
        .prints("no model 'missing'")
        .prints("next: name `mini` or the folder");
    home.file("cache/gleaner", "a file");
    home.run(&["doctor"]).ends(1).prints("cache/gleaner: is a file, not a folder").prints("next: make ");
}

#[test]
fn the_log_is_a_file_of_its_owner_and_holds_no_texts_and_the_screen_none_of_it() {
    let home = Home::with_project(&["brand"]);
    home.ok(&["add", "p", "A secret text."]);
    let log = home.path("state/gleaner/log");
    home.pipe("a secret = brand\na secret = brand\nq\n", &["p", "--plain"]).ends(0);
    home.run(&["show", "p", "no such \"secret\" document"]).ends(2);
    let quiet = home.read("state/gleaner/log");
    assert!(
        quiet.contains(" INFO ")
            && quiet.contains(&format!(" opens {}", home.path("p").display()))
            && quiet.contains(" ERROR "),
        "{quiet}"
    );
    assert!(!quiet.contains("secret"), "{quiet}");
    home.ok(&["doctor"]).prints(&log.display().to_string()).prints("level info");
    let loud = home.ok(&["show", "p", "-v"]);
    assert_eq!((loud.out, loud.err), (home.ok(&["show", "p"]).out, String::new()));
    assert!(home.read("state/gleaner/log").contains(" DEBUG "), "{}", home.read("state/gleaner/log"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&log).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let before = home.read("state/gleaner/log");
    let mut silent = home.command(&["show", "p", "nothing"]);
    Ran::of(silent.env("GLEANER_LOG", "off").spawn().unwrap()).ends(2);
    assert_eq!(home.read("state/gleaner/log"), before);
}
