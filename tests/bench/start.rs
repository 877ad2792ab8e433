//! How long `gleaner demo` takes over a real pseudo-terminal: from the start of the process to the first frame, and to
//! the first suggestion on the screen. `cargo bench --bench start` prints the least, the median and the most of 20
//! starts in milliseconds, for the first start of all (which makes the project) and for a project that is there.
//! Aims: 100 ms and 400 ms. `GLEANER_STARTS=5` starts less often.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../pty/mod.rs"]
mod pty;

use std::path::Path;
use std::time::{Duration, Instant};

use pty::{Screen, Start};

/// A start as a person sees it, in milliseconds.
struct Times {
    frame: f64,
    suggestion: f64,
}

fn start(state: &Path) -> Times {
    let begin = Instant::now();
    let screen = Start::new(env!("CARGO_BIN_EXE_gleaner"))
        .args(["demo", "--as", "bench"])
        .env("HOME", state)
        .env("XDG_STATE_HOME", state)
        .env("XDG_CONFIG_HOME", state.join("config"))
        .spawn();
    let frame = when(&screen, begin, "the first frame", |text| text.contains("in all"));
    // The status line says how many there are once the model has answered; the demo's first text has some.
    let suggestion = when(&screen, begin, "the first suggestion", |text| {
        text.lines().rev().take(4).any(|line| line.contains(" suggestion") && line.contains('≥'))
    });
    Times { frame, suggestion }
}

/// Milliseconds since `begin` when the screen first is as wanted, looked at five times a millisecond.
fn when(screen: &Screen, begin: Instant, what: &str, holds: impl Fn(&str) -> bool) -> f64 {
    while !holds(&screen.contents()) {
        assert!(begin.elapsed() < Duration::from_secs(60), "{what} never came; the screen is\n{}", screen.picture());
        std::thread::sleep(Duration::from_micros(200));
    }
    begin.elapsed().as_secs_f64() * 1000.0
}

fn line(what: &str, mut times: Vec<f64>, aim: f64) {
    times.sort_by(f64::total_cmp);
    let median = times[times.len() / 2];
    let met = if median < aim { "met" } else { "not met" };
    let (least, most) = (times[0], times[times.len() - 1]);
    println!("{what:<34} {least:8.1} {median:8.1} {most:8.1}   < {aim} {met}");
}

fn main() {
    let starts = std::env::var("GLEANER_STARTS").ok().and_then(|n| n.parse().ok()).unwrap_or(20);
    let folder = tempfile::tempdir().unwrap();
    // What the disk has not read yet is not what is measured.
    start(&folder.path().join("warm"));
    let first: Vec<Times> = (0..starts).map(|n| start(&folder.path().join(format!("first-{n}")))).collect();
    let again: Vec<Times> = (0..starts).map(|_| start(&folder.path().join("warm"))).collect();
    let build = if cfg!(debug_assertions) { ", built without optimisation" } else { "" };
    println!("{starts} starts of `gleaner demo`{build}, milliseconds:");
    println!("{:<34} {:>8} {:>8} {:>8}   aim", "", "min", "median", "max");
    for (name, times) in [("the very first", &first), ("project there", &again)] {
        line(&format!("{name}: first frame"), times.iter().map(|t| t.frame).collect(), 100.0);
        line(&format!("{name}: first suggestion"), times.iter().map(|t| t.suggestion).collect(), 400.0);
    }
}
