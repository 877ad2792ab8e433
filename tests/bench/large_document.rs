//! A document of 2 MB with some thousand spans and suggestions: how long from key to frame, without a terminal.
//! `cargo bench --bench large_document` prints median and worst of 15.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../desk/mod.rs"]
mod desk;

use std::time::{Duration, Instant};

use desk::{Desk, Setup};
use gleaner::tui::model::Screen;
use gleaner::tui::msg::Msg;
use gleaner::tui::view::view;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

fn two_megabytes() -> Desk {
    let row = "A row of words that wraps, with a Name and an e\u{301} in it, goes on and on until it ends.\n";
    let some = "Now and then [Ada](person) is named, or is it [Turin](place?0.8), or [both](person?0.3)?\n";
    let text = format!("{some}{}", row.repeat(7)).repeat(3000);
    Setup::default().labels(&["person", "place"]).size(120, 40).document("large", &text).sit_down()
}

/// 2 MB without a line break.
fn one_line() -> Desk {
    let some = "Now and then [Ada](person) is named, or is it [Turin](place?0.8), or an e\u{301} that goes on and on. ";
    Setup::default().labels(&["person", "place"]).size(120, 40).document("line", &some.repeat(27_000)).sit_down()
}

/// 50,000 spans and 50,000 suggestions.
fn many_spans() -> Desk {
    let some = "[Ada](person) met [Byron](person?0.8) and so on.\n";
    Setup::default().labels(&["person", "place"]).size(120, 40).document("spans", &some.repeat(50_000)).sit_down()
}

/// Median and worst time from key to frame.
fn measure(desk: &mut Desk, terminal: &mut Terminal<TestBackend>, keys: &str) -> (Duration, Duration) {
    let mut times: Vec<Duration> = (0..15)
        .map(|_| {
            let began = Instant::now();
            desk.keys(keys);
            terminal.draw(|frame| view(desk.model(), frame)).unwrap();
            began.elapsed()
        })
        .collect();
    times.sort_unstable();
    (times[times.len() / 2], times[times.len() - 1])
}

fn main() {
    let only = std::env::args().nth(1).filter(|arg| !arg.starts_with('-'));
    for (name, make) in
        [("2 MB", two_megabytes as fn() -> Desk), ("2 MB in one line", one_line), ("50,000 spans", many_spans)]
    {
        if only.as_ref().is_none_or(|only| name.contains(only.as_str())) {
            println!("{name}");
            document(make());
        }
    }
}

fn document(mut desk: Desk) {
    let mut terminal = Terminal::new(TestBackend::new(120, 40)).unwrap();
    println!("{:10} {:>10} {:>10}", "keys", "median", "worst");
    let moves = ["l", "j", "k", "PageDown", "G", "g g", "Tab", "S-Tab", ")", "(", "v", "S-Right", "S", "-", "$", "Esc"];
    let list = ["I", "j", "PageDown", "G", "k", "I"];
    // The last ones write to the disk.
    for keys in moves.into_iter().chain(list).chain(["g g Tab", "a", "x", "(", "d", "u", "U"]) {
        let (median, worst) = measure(&mut desk, &mut terminal, keys);
        println!("{keys:10} {median:>10.1?} {worst:>10.1?}");
        if desk.model().screen == Screen::Documents {
            // Escape has left the text.
            desk.keys("Enter");
        }
    }
    let began = Instant::now();
    desk.feed(Msg::Resize(90, 40));
    println!("{:10} {:>10.1?}", "resize", began.elapsed());
    let began = Instant::now();
    let desk = desk.restart();
    println!("{:10} {:>10.1?}", "reopen", began.elapsed());
    assert!(desk.model().open.is_some());
}
