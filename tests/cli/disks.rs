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
    home.run(&["init", "disk/q"]).ends(2).says("disk/q");
    disk.remount("rw");
    home.ok(&["status", "disk/p", "--verify"]).prints("p: 1 document\n").prints("0 problems");
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
