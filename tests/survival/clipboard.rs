//! What goes to the terminal's clipboard, and what comes from it.

use gleaner::dataset::DocumentId;

use super::{Subject, label_the_first_word};

#[test]
fn copying_sends_the_clipboard_sequence_with_the_text_in_base64() {
    for (tmux, sequence) in [
        ("", "\x1b]52;c;U2Vpa28=\x07"),
        ("/tmp/tmux-0/default,1,0", "\x1bPtmux;\x1b\x1b]52;c;U2Vpa28=\x07\x1b\\\x1b]52;c;U2Vpa28=\x07"),
    ] {
        let subject = Subject::new();
        let mut screen = subject.program().env("TMUX", tmux).spawn();
        label_the_first_word(&mut screen);
        screen.send("Y");
        screen.wait_for("copied “Seiko”: 5 characters");
        screen.wait("the clipboard sequence", || screen.has_come(sequence.as_bytes(), 0));
        let sent = screen.raw();
        let clipboards = sent.windows(5).filter(|w| w == b"\x1b]52;").count();
        assert_eq!(clipboards, sequence.matches("\x1b]52;").count());
        screen.send("q");
        assert_eq!(screen.wait_exit(), 0);
    }
}

#[test]
fn a_pasted_text_becomes_a_document_and_opens() {
    let subject = Subject::new();
    let mut screen = subject.program().spawn();
    label_the_first_word(&mut screen);
    screen.send("gl");
    screen.wait_for("Documents");
    screen.paste("Two lines\nof watches: q 1 \x1b[2J");
    screen.wait_for("New document");
    screen.send("\x04");
    screen.wait_for("2 in all");
    screen.send("q");
    assert_eq!(screen.wait_exit(), 0);
    let added = subject.verified().document(DocumentId(2)).unwrap().unwrap();
    assert!(added.text.starts_with("Two lines\nof watches: q 1"), "{:?}", added.text);
}
