//! A document of 2 MB with some thousand spans and suggestions: from key to frame within the time of a frame.
//!
//! `cargo test --release --test large_document -- --nocapture` prints the times; without optimisation the limits are
//! wider.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "desk/mod.rs"]
mod desk;

use std::time::{Duration, Instant};

use desk::{Desk, Setup};
use gleaner::tui::msg::Msg;
use gleaner::tui::view::view;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

const LIMIT: Duration = Duration::from_millis(if cfg!(debug_assertions) { 40 } else { 8 });

fn two_megabytes() -> Desk {
    let row = "A row of words that wraps, with a Name and an e\u{301} in it, goes on and on until it ends.\n";
    let some = "Now and then [Ada](person) is named, or is it [Turin](place?0.8), or [both](person?0.3)?\n";
    let text = format!("{some}{}", row.repeat(7)).repeat(3000);
    Setup::default().labels(&["person", "place"]).size(120, 40).document("large", &text).sit_down()
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

#[test]
fn a_key_is_drawn_within_a_frame() {
    let mut desk = two_megabytes();
    assert!(desk.model().open.as_ref().unwrap().annotation.text.as_str().len() > 1_900_000);
    let mut terminal = Terminal::new(TestBackend::new(120, 40)).unwrap();
    let mut slow = Vec::new();
    for keys in ["l", "j", "k", "PageDown", "G", "g g", "Tab", "S-Tab", ")", "(", "v", "S-Right", "S", "-", "$", "Esc"]
    {
        let (median, worst) = measure(&mut desk, &mut terminal, keys);
        eprintln!("{keys:10} median {median:?}, worst {worst:?}");
        if keys.split(' ').count() as u32 * LIMIT < median {
            slow.push(format!("{keys}: {median:?}"));
        }
    }
    assert!(slow.is_empty(), "slower than {LIMIT:?}: {}", slow.join(", "));
}

#[test]
fn an_edit_and_a_new_size_are_not_slow_either() {
    let mut desk = two_megabytes();
    let mut terminal = Terminal::new(TestBackend::new(120, 40)).unwrap();
    // These write to the disk, which may take its time.
    for keys in ["a", "x", "u", "U"] {
        let (median, worst) = measure(&mut desk, &mut terminal, keys);
        eprintln!("{keys:10} median {median:?}, worst {worst:?}");
        assert!(median < 10 * LIMIT, "{keys}: {median:?}");
    }
    let began = Instant::now();
    desk.feed(Msg::Resize(90, 40));
    eprintln!("resize     {:?}", began.elapsed());
    assert!(began.elapsed() < 25 * LIMIT);
    let began = Instant::now();
    let desk = desk.restart();
    eprintln!("reopen     {:?}", began.elapsed());
    assert!(desk.model().open.is_some());
}
