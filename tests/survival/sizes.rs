//! Sizes that change, and sizes that nothing fits in.

use std::time::Duration;

use super::Subject;

#[test]
fn a_terminal_that_is_too_small_is_told_so_and_comes_back() {
    let subject = Subject::new();
    let mut screen = subject.program().size(59, 14).spawn();
    screen.wait_for("gleaner needs 60 columns and 15 rows");
    screen.send("1");
    // Nothing comes of it that could be waited for; a new size sent at once might be read before the key.
    std::thread::sleep(Duration::from_millis(400));
    screen.resize(60, 15);
    screen.wait_for("Seiko made");
    assert_eq!(subject.saved(), Vec::<String>::new(), "what cannot be seen is not done");
    screen.resize(20, 3);
    screen.wait_for("gleaner needs");
    screen.send("q");
    assert_eq!(screen.wait_exit(), 0);
    screen.assert_given_back();
}

#[test]
fn a_storm_of_sizes_while_keys_come_ends_in_the_last_and_loses_no_edit() {
    let subject = Subject::new();
    let mut screen = subject.program().spawn();
    screen.wait_for("Seiko made");
    let odd = [(1, 1), (500, 200), (2, 60), (300, 1), (60, 15), (59, 15), (60, 14)];
    for step in 0..400u16 {
        let (columns, rows) = match step % 8 {
            7 => odd[usize::from(step / 8) % odd.len()],
            _ => (61 + step % 150, 15 + step % 45),
        };
        screen.resize(columns, rows);
        screen.send(["l", "1", "w", "2", "u", "b", "U", "h"][usize::from(step) % 8]);
        if step % 5 == 0 {
            std::thread::sleep(Duration::from_millis(3));
        }
    }
    assert!(screen.runs(), "it ended\n{}", screen.picture());
    screen.resize(100, 30);
    screen.wait_until("the last size to be filled", |s| {
        let rows: Vec<String> = s.rows(0, 100).collect();
        rows[0].trim_end().ends_with("ada") && rows[29].contains("? help")
    });
    screen.assert_current();
    assert!(screen.contents().contains("Seiko made"), "{}", screen.picture());
    screen.send("gg");
    screen.send("d1");
    let on_screen = || -> usize {
        let contents = screen.contents();
        let count = |name| contents.split_once(name)?.1.split_whitespace().next()?.parse::<usize>().ok();
        ["1 brand ", "2 watch model "].into_iter().filter_map(count).sum()
    };
    screen.wait("as many spans on the screen as in the store", || subject.saved().len() == on_screen());
    screen.send("q");
    assert_eq!(screen.wait_exit(), 0);
    screen.assert_given_back();
}

/// As tmux does when a second terminal looks in. What did not fit in between is gone from the screen, although the size
/// that the program asks for may never have been another.
#[test]
fn a_size_that_comes_back_at_once_is_drawn_whole() {
    let subject = Subject::new();
    let mut screen = subject.program().size(100, 30).spawn();
    screen.wait_for("Seiko made");
    for _ in 0..20 {
        screen.resize(62, 16);
        screen.resize(100, 30);
        screen.wait_until("the whole screen", |s| {
            let rows: Vec<String> = s.rows(0, 100).collect();
            rows[0].trim_end().ends_with("ada") && rows[1].contains("wore it") && rows[29].contains("? help")
        });
    }
    screen.assert_current();
    screen.send("q");
    assert_eq!(screen.wait_exit(), 0);
}
