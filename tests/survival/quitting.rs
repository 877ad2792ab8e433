//! Leaving while something is being computed.

use super::Subject;
use super::pty::keys;

/// What the model says can be asked again, so there is nothing to ask about.
#[test]
fn leaving_while_the_model_works_asks_nothing_and_ends_at_once() {
    let long: Vec<String> = (0..40).map(|n| format!("Seiko made watch number {n} in Tokyo. ").repeat(300)).collect();
    let texts: Vec<&str> = long.iter().map(String::as_str).collect();
    for key in ["q", keys::CTRL_C] {
        let subject = Subject::with(&texts);
        let mut screen = subject.program().spawn();
        screen.wait_for("Seiko made");
        screen.send("1");
        screen.wait_for("suggesting");
        screen.send(key);
        assert_eq!(screen.wait_exit(), 0);
        screen.assert_given_back();
        assert_eq!(subject.saved(), ["Seiko"]);
    }
}

#[test]
fn leaving_while_documents_are_computed_ahead_ends_at_once() {
    let long: Vec<String> = (0..60).map(|n| format!("Seiko made watch number {n} in Tokyo. ").repeat(8)).collect();
    let texts: Vec<&str> = long.iter().map(String::as_str).collect();
    let subject = Subject::with(&texts);
    let mut screen = subject.program().spawn();
    super::wait_for_suggestions(&screen);
    // The first document has its answer; the other fifty-nine are on their way.
    screen.send("1");
    screen.send("q");
    assert_eq!(screen.wait_exit(), 0);
    screen.assert_given_back();
    assert_eq!(subject.saved(), ["Seiko"]);
}
