//! A progress line on standard error, when that is a terminal.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

/// How often the line is drawn anew.
const EVERY: Duration = Duration::from_millis(150);

/// How far something long is.
pub(crate) struct Progress {
    what: &'static str,
    total: Option<u64>,
    begun: Instant,
    drawn: Option<Instant>,
    shown: bool,
}

impl Progress {
    /// Nothing is drawn until the first [`Progress::at`]; `total` in the unit of `at`, if known.
    pub(crate) fn new(what: &'static str, total: Option<u64>) -> Self {
        let shown = io::stderr().is_terminal();
        Self { what, total: total.filter(|t| *t > 0), begun: Instant::now(), drawn: None, shown }
    }

    /// Draws, at most a few times a second: `done` of the total, and what else there is to say.
    pub(crate) fn at(&mut self, done: u64, note: impl FnOnce() -> String) {
        if !self.shown || self.drawn.is_some_and(|at| at.elapsed() < EVERY) {
            return;
        }
        self.drawn = Some(Instant::now());
        let seconds = self.begun.elapsed().as_secs_f64();
        let share = match self.total {
            Some(total) => {
                let share = (done as f64 / total as f64).min(1.0);
                let left = if share > 0.01 { seconds / share - seconds } else { f64::NAN };
                let left = if left.is_finite() { format!(", {} left", span_of_time(left)) } else { String::new() };
                format!("{:3.0} %{left}", share * 100.0)
            }
            None => span_of_time(seconds),
        };
        let _ = write!(io::stderr(), "\r\x1b[K{}: {share}  {}", self.what, note());
        let _ = io::stderr().flush();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.drawn.is_some() {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}

fn span_of_time(seconds: f64) -> String {
    let s = seconds.round() as u64;
    match s {
        0..60 => format!("{s} s"),
        60..3600 => format!("{} min {:02} s", s / 60, s % 60),
        _ => format!("{} h {:02} min", s / 3600, s % 3600 / 60),
    }
}
