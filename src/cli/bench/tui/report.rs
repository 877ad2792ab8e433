//! What was measured, as a table with the aims beside it, or as JSON.

use std::io::Write;
use std::time::Duration;

use serde_json::{Value, json};

use super::Measured;
use super::pty::Frame;
use super::session::{ACCEPT, MOVE};

/// 99 of 100 frames are whole in less than this, in milliseconds.
const AIM_FRAME: f64 = 8.0;
/// Bytes of a cursor move.
const AIM_BYTES: f64 = 1000.0;
/// Milliseconds to the first frame.
const AIM_OPEN: f64 = 150.0;
/// MB without a model.
const AIM_MEMORY: f64 = 150.0;

/// One project and what was measured on it.
#[derive(Debug, Default)]
pub(super) struct Subject {
    /// `None`: one long document.
    pub documents: Option<usize>,
    pub name: String,
    /// From the start of the process to its first whole frame.
    pub open: Vec<Duration>,
    /// Kinds of keys, while nothing else runs.
    pub idle: Measured,
    /// The same while a suggest writes.
    pub busy: Measured,
    /// The suggest was still at work when the last key was pressed.
    pub busy_to_the_end: bool,
    pub idle_bytes: usize,
    pub memory: Option<f64>,
}

/// The frames of one kind of key.
#[derive(Clone, Debug, Default)]
pub(super) struct Times {
    millis: Vec<f64>,
    bytes: Vec<f64>,
    /// Keys that drew nothing.
    silent: usize,
}

impl Times {
    pub fn push(&mut self, frame: Option<Frame>) {
        match frame {
            Some(frame) => {
                self.millis.push(frame.took.as_secs_f64() * 1e3);
                self.bytes.push(frame.bytes as f64);
            }
            None => self.silent += 1,
        }
    }
}

/// The value that `share` of all are at or below; not a number when there are none.
fn percentile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(place.saturating_sub(1)).copied().unwrap_or(f64::NAN)
}

fn both(values: &[f64]) -> (f64, f64) {
    (percentile(values, 0.5), percentile(values, 0.99))
}

/// `0.8 / 1.9`, with a `!` where the aim is missed.
fn cell((median, late): (f64, f64), aim: f64, digits: usize) -> String {
    if median.is_nan() {
        return "–".into();
    }
    let missed = if late < aim { " " } else { "!" };
    format!("{median:.digits$} / {late:.digits$}{missed}")
}

fn of<'m>(measured: &'m Measured, what: &str) -> Option<&'m Times> {
    measured.iter().find(|(name, _)| *name == what).map(|(_, times)| times)
}

/// The kinds of keys of all projects, in the order they are pressed.
fn kinds(subjects: &[Subject], of: fn(&Subject) -> &Measured) -> Vec<&'static str> {
    let mut kinds = Vec::new();
    for (name, _) in subjects.iter().flat_map(of) {
        if !kinds.contains(name) {
            kinds.push(*name);
        }
    }
    kinds
}

pub(super) fn table(out: &mut impl Write, subjects: &[Subject], keys: usize) -> std::io::Result<()> {
    let build = if cfg!(debug_assertions) { ", built without optimisation" } else { "" };
    writeln!(out, "80×24, {keys} keys of each kind{build}; median / 99th percentile; ! misses its aim\n")?;
    let line = |out: &mut dyn Write, name: &str, aim: &str, cells: Vec<String>| {
        let cells: String = cells.iter().map(|cell| format!("{cell:>20}")).collect();
        writeln!(out, "{name:<26}{aim:>9}{cells}")
    };
    let cells = |f: &dyn Fn(&Subject) -> String| subjects.iter().map(f).collect::<Vec<_>>();
    line(out, "", "aim", cells(&|s| s.name.clone() + " "))?;
    for (title, pick) in [
        ("key to last byte of its frame, ms", (|s| &s.idle) as fn(&Subject) -> &Measured),
        ("the same while a suggest writes, ms", |s| &s.busy),
    ] {
        writeln!(out, "{title}")?;
        for kind in kinds(subjects, pick) {
            let times = |s: &Subject| of(pick(s), kind).map_or((f64::NAN, f64::NAN), |t| both(&t.millis));
            line(out, &format!("  {kind}"), "p99 < 8", cells(&|s| cell(times(s), AIM_FRAME, 1)))?;
        }
    }
    writeln!(out, "bytes")?;
    for kind in [MOVE, ACCEPT] {
        let bytes = |s: &Subject| of(&s.idle, kind).map_or((f64::NAN, f64::NAN), |t| both(&t.bytes));
        line(out, &format!("  {kind}"), "< 1000", cells(&|s| cell(bytes(s), AIM_BYTES, 0)))?;
    }
    line(out, "  5 s without a key", "0", cells(&|s| format!("{} ", s.idle_bytes)))?;
    let open = |s: &Subject| both(&s.open.iter().map(|t| t.as_secs_f64() * 1e3).collect::<Vec<_>>());
    line(out, "ms to the first frame", "< 150", cells(&|s| cell(open(s), AIM_OPEN, 0)))?;
    let memory =
        |s: &Subject| s.memory.map_or("–".into(), |mb| format!("{mb:.0}{}", if mb < AIM_MEMORY { " " } else { "!" }));
    line(out, "MB without a model", "< 150", cells(&memory))?;
    for subject in subjects {
        let silent = |m: &Measured| m.iter().map(|(_, times)| times.silent).sum::<usize>();
        let silent = silent(&subject.idle) + silent(&subject.busy);
        if silent > 0 {
            writeln!(out, "{}: {silent} keys drew nothing", subject.name)?;
        }
        if !subject.busy_to_the_end {
            writeln!(out, "{}: the suggest was done before the last key", subject.name)?;
        }
    }
    out.flush()
}

pub(super) fn json(out: &mut impl Write, subjects: &[Subject], keys: usize) -> anyhow::Result<()> {
    let measured = |m: &Measured| -> Value {
        let of_kind = |t: &Times| {
            let (p50, p99) = both(&t.millis);
            let (bytes, bytes_p99) = both(&t.bytes);
            json!({"p50_ms": p50, "p99_ms": p99, "bytes": bytes, "bytes_p99": bytes_p99,
                   "keys": t.millis.len(), "drew_nothing": t.silent})
        };
        m.iter().map(|(name, times)| ((*name).to_owned(), of_kind(times))).collect()
    };
    let subjects: Vec<Value> = subjects
        .iter()
        .map(|s| {
            let open: Vec<f64> = s.open.iter().map(|t| t.as_secs_f64() * 1e3).collect();
            json!({"project": s.name, "documents": s.documents, "open_ms": open, "idle": measured(&s.idle),
                   "while_suggesting": measured(&s.busy), "suggesting_to_the_end": s.busy_to_the_end,
                   "bytes_idle": s.idle_bytes, "memory_mb": s.memory})
        })
        .collect();
    serde_json::to_writer(
        &mut *out,
        &json!({"keys": keys, "optimised": !cfg!(debug_assertions), "projects": subjects}),
    )?;
    writeln!(out)?;
    out.flush()?;
    Ok(())
}
