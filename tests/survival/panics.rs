//! A panic anywhere: the terminal is given back, the person is told that the work is safe, and it is.

use super::{Subject, label_the_first_word};

#[test]
fn a_panic_anywhere_gives_the_terminal_back_says_that_the_work_is_saved_and_ends_with_2() {
    if !cfg!(debug_assertions) {
        eprintln!("skipped: a release has no panics on purpose");
        return;
    }
    for place in ["update", "view", "job", "input", "writer"] {
        let subject = Subject::with(&[super::TEXT, "Omega made the Speedmaster."]);
        let now = subject.folder.path().join("now");
        let fault = format!("{place} {}", now.display());
        let mut screen = subject.program().size(120, 40).env("GLEANER_TEST_FAULT", fault).spawn();
        label_the_first_word(&mut screen);
        super::wait_for_suggestions(&screen);
        std::fs::write(&now, "").unwrap();
        screen.send("]");
        assert_eq!(screen.wait_exit(), 2, "{place}\n{}", screen.picture());
        screen.assert_given_back();
        let said = screen.contents().replace(['\r', '\n'], "");
        assert!(said.contains("your edits are saved"), "{place}: {said}");
        assert!(said.contains(&format!("as the test asked: in the {place}")), "{place}: {said}");
        assert_eq!(subject.saved(), ["Seiko"], "{place}");
        std::fs::remove_file(&now).unwrap();

        let mut screen = subject.program().spawn();
        screen.wait_for("1 draft");
        screen.send("u");
        screen.wait_for("undid: add brand");
        screen.send("q");
        assert_eq!(screen.wait_exit(), 0);
    }
}
