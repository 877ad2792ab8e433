//! What was measured, for people and for programs.

use std::io::Write;

use serde_json::{Value, json};

use super::{Measured, Taken};

/// One row a size and program.
pub(super) fn table(to: &mut impl Write, sizes: &[Measured]) -> std::io::Result<()> {
    writeln!(
        to,
        "{:<18} {:>10} {:>9} {:>10} {:>12} {:>10} {:>13}",
        "", "documents", "files MB", "seconds", "CPU seconds", "peak MB", "documents/s"
    )?;
    for size in sizes {
        row(to, "gleaner", size, &size.gleaner)?;
        let Some(theirs) = &size.nervaluate else { continue };
        row(to, "nervaluate 1.2.1", size, theirs)?;
        let memory = match (theirs.memory, size.gleaner.memory) {
            (Some(theirs), Some(ours)) => format!(", 1/{:.0} of the memory", theirs / ours),
            _ => String::new(),
        };
        let read =
            theirs.read.map_or(String::new(), |read| format!("; nervaluate's Python read for {read:.2} s of it"));
        let (times, cpu) = (theirs.whole / size.gleaner.whole, theirs.cpu / size.gleaner.cpu);
        writeln!(
            to,
            "  equal in every count; gleaner is {times:.0} times as fast, 1/{cpu:.0} of the CPU time{memory}{read}"
        )?;
    }
    if let Some(slope) = growth(sizes) {
        writeln!(to, "a document of the largest size takes {slope:.2} times the CPU time of one of the smallest")?;
    }
    to.flush()
}

fn row(to: &mut impl Write, name: &str, size: &Measured, taken: &Taken) -> std::io::Result<()> {
    let memory = taken.memory.map_or("?".to_owned(), |mb| format!("{mb:.1}"));
    let speed = size.documents as f64 / taken.whole;
    writeln!(
        to,
        "{name:<18} {:>10} {:>9.1} {:>10.3} {:>12.3} {memory:>10} {speed:>13.0}",
        size.documents, size.megabytes, taken.whole, taken.cpu
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
    let taken = |taken: &Taken| {
        json!({
            "seconds": taken.whole, "seconds_counting": taken.counted, "seconds_reading": taken.read, "cpu_seconds": taken.cpu,
            "peak_mb": taken.memory,
        })
    };
    let rows: Vec<Value> = sizes
        .iter()
        .map(|size| {
            json!({
                "documents": size.documents, "spans_a_document": spans, "files_mb": size.megabytes,
                "gleaner": taken(&size.gleaner), "nervaluate": size.nervaluate.as_ref().map(taken),
            })
        })
        .collect();
    serde_json::to_writer_pretty(&mut *to, &json!({ "sizes": rows, "growth": growth(sizes) }))?;
    writeln!(to)?;
    to.flush()?;
    Ok(())
}
