//! What was measured, for people and for programs.

use std::io::Write;

use serde_json::{Value, json};

use super::process::Taken;
use super::{Measured, Nervaluate};

/// One row a size and program.
pub(super) fn table(to: &mut impl Write, sizes: &[Measured]) -> std::io::Result<()> {
    writeln!(
        to,
        "{:<18} {:>10} {:>9} {:>10} {:>12} {:>10} {:>13}",
        "", "documents", "files MB", "seconds", "CPU seconds", "peak MB", "documents/s"
    )?;
    for size in sizes {
        row(to, "gleaner", size, &size.gleaner)?;
        let Some(Nervaluate { taken: theirs, reading, counting }) = &size.nervaluate else { continue };
        row(to, "nervaluate 1.2.1", size, theirs)?;
        let ours = &size.gleaner;
        writeln!(
            to,
            "  equal in every count; the whole command is {:.0} times as fast, with 1/{:.0} of the CPU time and 1/{:.0} of \
             the\n  memory; counting alone takes {:.3} s, in nervaluate {counting:.2} s: {:.0} times as fast (it starts and \
             reads for {reading:.2} s)",
            theirs.seconds / ours.seconds,
            theirs.cpu / ours.cpu,
            theirs.memory / ours.memory,
            size.counting,
            counting / size.counting
        )?;
    }
    if let Some(slope) = growth(sizes) {
        writeln!(to, "a document of the largest size takes {slope:.2} times the CPU time of one of the smallest")?;
    }
    to.flush()
}

fn row(to: &mut impl Write, name: &str, size: &Measured, taken: &Taken) -> std::io::Result<()> {
    writeln!(
        to,
        "{name:<18} {:>10} {:>9.1} {:>10.3} {:>12.3} {:>10.1} {:>13.0}",
        size.documents,
        size.megabytes,
        taken.seconds,
        taken.cpu,
        taken.memory,
        size.documents as f64 / taken.seconds
    )
}

/// CPU time a document at the largest size over that at the smallest: 1 is linear.
fn growth(sizes: &[Measured]) -> Option<f64> {
    let each = |size: &Measured| size.gleaner.cpu / size.documents as f64;
    let (first, last) = (sizes.first()?, sizes.last()?);
    (first.documents < last.documents).then(|| each(last) / each(first))
}

/// One object.
pub(super) fn json(to: &mut impl Write, sizes: &[Measured], spans: usize) -> anyhow::Result<()> {
    let taken = |t: &Taken| json!({"seconds": t.seconds, "cpu_seconds": t.cpu, "peak_mb": t.memory});
    let theirs = |n: &Nervaluate| {
        let mut object = taken(&n.taken);
        object["seconds_reading"] = n.reading.into();
        object["seconds_counting"] = n.counting.into();
        object
    };
    let rows: Vec<Value> = sizes
        .iter()
        .map(|size| {
            json!({
                "documents": size.documents, "spans_a_document": spans, "files_mb": size.megabytes,
                "gleaner": taken(&size.gleaner), "gleaner_seconds_counting": size.counting, "nervaluate": size.nervaluate.as_ref().map(theirs),
            })
        })
        .collect();
    serde_json::to_writer_pretty(&mut *to, &json!({ "sizes": rows, "growth": growth(sizes) }))?;
    writeln!(to)?;
    to.flush()?;
    Ok(())
}
