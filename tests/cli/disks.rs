//! Folders that cannot be written and disks that are full: a clear message, nothing lost. Needs to be allowed to mount.

use std::path::PathBuf;
use std::process::Command;

use super::Home;

/// A small file system in memory, unmounted at the end.
struct Disk(PathBuf);

impl Disk {
    /// `None` where mounting is not allowed; the test is then skipped with a message.
    fn mount(home: &Home, options: &str) -> Option<Self> {
        let at = home.path("disk");
        std::fs::create_dir_all(&at).unwrap();
        let done = Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(&at).output();
        if done.as_ref().is_ok_and(|d| d.status.success()) {
            return Some(Self(at));
        }
        eprintln!("SKIPPED: no file system can be mounted here ({done:?})");
        None
    }

    fn remount(&self, options: &str) {
        let done = Command::new("mount").args(["-o", &format!("remount,{options}")]).arg(&self.0).status().unwrap();
        assert!(done.success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_read_only_project_is_said_and_untouched() {
    let home = Home::new();
    let Some(disk) = Disk::mount(&home, "size=8m") else { return };
    home.ok(&["init", "disk/p", "--label", "brand"]);
    home.ok(&["add", "disk/p", "--id", "a", "text"]);
    home.file("a.jsonl", r#"{"text":"one"}"#);
    disk.remount("ro");
    for args in [&["add", "disk/p", "more"][..], &["import", "disk/p", "a.jsonl"], &["remove", "disk/p", "a"]] {
        home.run(args).ends(2).says("disk/p").says("cannot be written");
    }
    // It can be read, and says how.
    home.ok(&["show", "disk/p"]).prints("text\n").says("open for reading only, every edit will be refused");
    let status: serde_json::Value = serde_json::from_str(&home.ok(&["status", "disk/p", "--json"]).out).unwrap();
    assert_eq!((&status["documents"], &status["read_only"]), (&1.into(), &true.into()));
    home.run(&["init", "disk/q"]).ends(2).says("disk/q");
    disk.remount("rw");
    home.ok(&["status", "disk/p", "--verify"]).prints("p: 1 document\n").prints("0 problems");
}

#[test]
fn a_read_only_project_is_read_in_lines_to_its_end() {
    let home = Home::new();
    let Some(disk) = Disk::mount(&home, "size=8m") else { return };
    home.ok(&["init", "disk/p", "--label", "brand"]);
    home.ok(&["add", "disk/p", "--id", "a", "one text"]);
    home.ok(&["add", "disk/p", "--id", "b", "two texts"]);
    disk.remount("ro");
    let mut typing = home.command(&["disk/p", "--plain"]);
    typing.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
    let mut child = typing.stderr(std::process::Stdio::piped()).spawn().unwrap();
    use std::io::Write;
    let mut input = child.stdin.take().unwrap();
    // Some seconds of work, which cannot be counted here.
    for line in ["t", "t", ">", "q"] {
        writeln!(input, "{line}").unwrap();
        std::thread::sleep(std::time::Duration::from_millis(700));
    }
    drop(input);
    super::Ran::of(child).ends(0).prints("document b, pending");
}

#[test]
fn a_full_disk_stops_an_import_with_nothing_half_there() {
    let home = Home::new();
    let Some(disk) = Disk::mount(&home, "size=2m") else { return };
    home.ok(&["init", "disk/p"]);
    home.ok(&["add", "disk/p", "--id", "a", "text"]);
    let lines: String = (0..4000).map(|n| format!("{{\"text\":\"{n} {}\"}}\n", "filling ".repeat(100))).collect();
    home.file("big.jsonl", lines);
    home.run(&["import", "disk/p", "big.jsonl"]).ends(2).says("the disk is full").says("free some space");
    home.ok(&["show", "disk/p"]).prints("text\n");
    disk.remount("size=16m");
    home.ok(&["status", "disk/p", "--verify"]).prints("p: 1 document\n").prints("0 problems");
    home.file("fine.jsonl", r#"{"id":"b","text":"small"}"#);
    home.ok(&["import", "disk/p", "fine.jsonl"]).prints("1 document added");
}

#[test]
fn a_full_disk_stops_an_export_with_no_half_file() {
    let home = Home::with_project(&[]);
    let Some(_disk) = Disk::mount(&home, "size=1m") else { return };
    let lines: String = (0..4000).map(|n| format!("{{\"text\":\"{n} {}\"}}\n", "filling ".repeat(100))).collect();
    home.ok(&["import", "p", home.file("big.jsonl", lines)]);
    home.run(&["export", "p", "--format", "jsonl", "--status", "all", "-o", "disk/out.jsonl"])
        .ends(2)
        .says("disk/out.jsonl");
    assert!(std::fs::read_dir(home.path("disk")).unwrap().next().is_none(), "no half file");
}

#[test]
#[cfg(unix)]
fn somebody_elses_project_is_for_reading() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    let home = Home::with_project(&["brand"]);
    home.ok(&["add", "p", "--id", "a", "text"]);
    // Where everybody may go, with nobody's rights: as the owner, or as root, the permissions would not bind.
    let gleaner = home.path("gleaner");
    std::fs::copy(env!("CARGO_BIN_EXE_gleaner"), &gleaner).unwrap();
    for (path, mode) in
        [(home.dir.path().to_owned(), 0o755), (home.path("p"), 0o555), (home.path("p/gleaner.db"), 0o444)]
    {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }
    let nobody = |args: &[&str]| {
        Command::new(&gleaner).args(args).current_dir(home.dir.path()).env("HOME", "/nonexistent").uid(65_534).output()
    };
    let shown = match nobody(&["show", "p"]) {
        Ok(shown) => shown,
        Err(error) => return eprintln!("SKIPPED: no program can be run as somebody else here ({error})"),
    };
    let (out, err) = (String::from_utf8_lossy(&shown.stdout), String::from_utf8_lossy(&shown.stderr));
    assert!(shown.status.success() && out.contains("text\n"), "{out} {err}");
    assert!(err.contains("open for reading only, every edit will be refused"), "{err}");
    let refused = nobody(&["add", "p", "more"]).unwrap();
    let err = String::from_utf8_lossy(&refused.stderr);
    assert!(refused.status.code() == Some(2) && err.contains("cannot be written"), "{err}");
    std::fs::set_permissions(home.path("p"), std::fs::Permissions::from_mode(0o755)).unwrap();
    std::fs::set_permissions(home.path("p/gleaner.db"), std::fs::Permissions::from_mode(0o644)).unwrap();
    home.ok(&["status", "p", "--verify"]).prints("p: 1 document\n").prints("0 problems");
}
