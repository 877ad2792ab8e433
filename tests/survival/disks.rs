//! Disks that are full, that cannot share memory, and files that lose their name.

use std::path::Path;
use std::process::Command;

use super::pty::Screen;
use super::{PROGRAM, Subject, TEXT, label_the_first_word};

/// Sets how long the files of the program may grow; `None` takes the limit away again.
fn limit_files(screen: &Screen, bytes: Option<u64>) {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    unsafe {
        assert_eq!(libc::prlimit(screen.pid(), libc::RLIMIT_FSIZE, std::ptr::null(), &mut limit), 0);
        limit.rlim_cur = bytes.unwrap_or(limit.rlim_max);
        assert_eq!(libc::prlimit(screen.pid(), libc::RLIMIT_FSIZE, &limit, std::ptr::null_mut()), 0);
    }
}

#[test]
fn an_edit_that_the_disk_does_not_take_is_refused_said_and_can_be_repeated() {
    let subject = Subject::new();
    let mut screen = subject.program().size(120, 30).spawn();
    label_the_first_word(&mut screen);
    super::wait_for_suggestions(&screen);
    limit_files(&screen, Some(1));
    for key in ["l1", "u", "d", "2"] {
        screen.send(key);
        screen.wait_for("the disk failed");
        screen.wait_for("1 brand 1");
        assert_eq!(subject.saved(), ["Seiko"], "{}", screen.picture());
        screen.send("h");
        screen.wait_gone("the disk failed");
    }
    limit_files(&screen, None);
    screen.send("l1");
    screen.wait_for("1 brand 2");
    screen.send("u");
    screen.wait_for("undid: add brand");
    screen.send("U");
    screen.wait_for("1 brand 2");
    screen.send("q");
    assert_eq!(screen.wait_exit(), 0);
    screen.assert_given_back();
    assert_eq!(subject.saved(), ["Seiko", "made"]);
}

/// In a name space of its own a small disk can be made, and filled.
#[test]
fn on_a_disk_that_is_full_an_edit_is_refused_and_with_room_again_it_is_done() {
    let may = Command::new("unshare").args(["-Urm", "mount", "-t", "tmpfs", "none", "/mnt"]).output();
    if !may.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: no disk can be mounted here");
        return;
    }
    let subject = Subject::new();
    let folder = subject.folder.path().display().to_string();
    let inside = "\
        mkdir disk; mount -t tmpfs -o size=2m none disk; cp -r watches disk/; \
        until_there() { while [ ! -e \"$1\" ]; do sleep 0.02; done; }; \
        (until_there fill; dd if=/dev/zero of=disk/filler bs=4k 2>/dev/null; touch filled; \
         until_there free; rm disk/filler; touch freed) & \
        PROGRAM disk/watches --as ada; echo code $?; PROGRAM status disk/watches --verify; echo spans: $(PROGRAM show disk/watches)";
    let inside = inside.replace("PROGRAM", &format!("'{PROGRAM}'"));
    let script = format!("cd '{folder}' && exec unshare -Urm bash -c '{}'", inside.replace('\'', "'\\''"));
    let mut screen = subject.in_shell(&script).size(120, 30).spawn();
    label_the_first_word(&mut screen);
    super::wait_for_suggestions(&screen);
    let touch = |name: &str| std::fs::write(subject.folder.path().join(name), "").unwrap();
    let there = |name: &str| subject.folder.path().join(name).exists();
    touch("fill");
    screen.wait("the disk to be full", || there("filled"));
    // The log may have room left from before; each key takes some of it.
    let mut done = 0;
    loop {
        let (key, wanted) = if done % 2 == 0 { ("l1", "1 brand 2") } else { ("u", "undid") };
        screen.send(key);
        let (full, answered) = ("the disk is full", |text: &str| text.contains(wanted));
        screen.wait_until("an answer", |s| answered(&s.contents()) || s.contents().contains(full));
        if screen.contents().contains(full) {
            break;
        }
        screen.send("h");
        screen.wait_gone("undid");
        done += 1;
        assert!(done < 1000, "the disk never was full\n{}", screen.picture());
    }
    eprintln!("{done} edits went into the room that was left");
    let before = if done % 2 == 0 { "1 brand 1" } else { "1 brand 2" };
    screen.wait_for(before);
    touch("free");
    screen.wait("the disk to have room again", || there("freed"));
    screen.send("G2");
    screen.wait_for("2 watch model 1");
    screen.wait_for(before);
    screen.send("q");
    screen.wait_for("code 0");
    screen.wait_for("0 problems");
    screen.assert_given_back();
}

/// Where processes cannot share memory there is no write-ahead log: a folder in the place of the shared file.
fn without_shared_memory(subject: &Subject) {
    std::fs::create_dir(subject.dir().join("gleaner.db-shm")).unwrap();
}

#[test]
fn without_a_write_ahead_log_it_says_so_and_two_programs_still_see_each_other() {
    let subject = Subject::new();
    without_shared_memory(&subject);
    let mut here = subject.program().size(120, 30).spawn();
    here.wait_for("rollback journal");
    label_the_first_word(&mut here);
    let mut there = subject.program().size(120, 30).spawn();
    there.wait_for("1 brand 1");
    there.send("l2");
    there.wait_for("2 watch model 1");
    here.wait_for("2 watch model 1");
    here.send("u");
    here.wait_for("undid: add watch model");
    there.wait_gone("2 watch model 1");
    for screen in [&mut here, &mut there] {
        screen.send("q");
        assert_eq!(screen.wait_exit(), 0);
    }
    assert_eq!(subject.saved(), ["Seiko"]);
    // And back where there can be one.
    std::fs::remove_dir(subject.dir().join("gleaner.db-shm")).unwrap();
    let project = subject.verified();
    assert_eq!(project.notices(), Vec::<String>::new());
    assert!(subject.dir().join("gleaner.db-wal").exists());
}

#[test]
fn a_project_copied_with_its_log_to_a_disk_without_shared_memory_opens_with_all_its_edits() {
    let subject = Subject::new();
    let mut screen = subject.program().spawn();
    label_the_first_word(&mut screen);
    screen.kill();
    assert!(std::fs::metadata(subject.dir().join("gleaner.db-wal")).unwrap().len() > 0);
    let copy = Subject { folder: tempfile::tempdir().unwrap() };
    std::fs::create_dir(copy.dir()).unwrap();
    for name in ["gleaner.db", "gleaner.db-wal"] {
        std::fs::copy(subject.dir().join(name), copy.dir().join(name)).unwrap();
    }
    without_shared_memory(&copy);
    assert_eq!(copy.saved(), ["Seiko"]);
}

#[test]
fn a_project_file_that_is_moved_away_is_said_and_nothing_pretends_to_be_saved() {
    let subject = Subject::new();
    let mut screen = subject.program().size(120, 30).spawn();
    label_the_first_word(&mut screen);
    let aside = subject.folder.path().join("aside.db");
    std::fs::rename(subject.database(), &aside).unwrap();
    screen.wait_for("moved, deleted or replaced");
    screen.send("l2");
    screen.wait_for("moved, deleted or replaced");
    assert!(!screen.contents().contains("2 watch model 1"), "{}", screen.picture());
    std::fs::rename(&aside, subject.database()).unwrap();
    screen.send("2");
    screen.wait_for("2 watch model 1");
    screen.send("q");
    assert_eq!(screen.wait_exit(), 0);
    screen.assert_given_back();
    assert_eq!(subject.saved(), ["Seiko", "made"]);
}

#[test]
fn a_project_folder_that_is_deleted_is_said() {
    let subject = Subject::new();
    let mut screen = subject.program().size(120, 30).spawn();
    label_the_first_word(&mut screen);
    std::fs::remove_dir_all(subject.dir()).unwrap();
    screen.send("l2");
    screen.wait_for("moved, deleted or replaced");
    assert!(!screen.contents().contains("2 watch model 1"), "{}", screen.picture());
    screen.send("q");
    assert_eq!(screen.wait_exit(), 0);
    screen.assert_given_back();
    assert!(!subject.dir().exists());
}

#[test]
fn a_project_file_that_is_replaced_is_left_alone() {
    let subject = Subject::new();
    let mut screen = subject.program().size(120, 30).spawn();
    label_the_first_word(&mut screen);
    let other = Subject::with(&[TEXT, "Omega made the Speedmaster."]);
    let copy = subject.folder.path().join("copy.db");
    std::fs::copy(other.database(), &copy).unwrap();
    let before = std::fs::read(&copy).unwrap();
    std::fs::rename(&copy, subject.database()).unwrap();
    screen.send("l2");
    screen.wait_for("moved, deleted or replaced");
    assert!(!screen.contents().contains("2 watch model 1"), "{}", screen.picture());
    screen.send("q");
    assert_eq!(screen.wait_exit(), 0);
    assert!(std::fs::read(subject.database()).unwrap() == before, "written into somebody else's file");
    assert!(Path::new(&subject.database()).exists());
}
