//! What a pass found, so that a person can choose the cut: counts, a histogram, examples at the top and at the cut.

use std::io::Write;

use serde_json::{Value, json};

use super::super::out::{self, counted, visible};
use super::{Args, rounded};
use crate::corpus::{Collected, Collector, Kept, Why};
use crate::store::ImportReport;

/// Everything the report is made of.
pub(super) struct Report<'a> {
    pub(super) args: &'a Args,
    pub(super) collector: &'a Collector,
    pub(super) collected: &'a Collected,
    pub(super) finished: bool,
    pub(super) rows_per_second: f64,
}

/// Examples at either end.
const EXAMPLES: usize = 3;
/// Characters of an example.
const SHOWN: usize = 100;
/// Characters of the longest bar.
const BAR: usize = 40;

impl Report<'_> {
    /// Prints it; `imported` is what the project made of it, unless nothing was written.
    pub(super) fn print(&self, imported: Option<&ImportReport>) -> anyhow::Result<()> {
        let mut stdout = out::stdout();
        if self.args.json {
            serde_json::to_writer(&mut stdout, &self.json(imported))?;
            writeln!(stdout)?;
        } else {
            self.write(&mut stdout, imported)?;
        }
        stdout.flush()?;
        Ok(())
    }

    /// Those that a query found, the best first.
    fn hits(&self) -> Vec<&Kept> {
        self.collected.kept.iter().filter(|kept| matches!(kept.why, Why::Query { .. })).collect()
    }

    /// How many more there would be at lower cuts: at the next three twentieths below the last score.
    fn lower(&self, hits: &[&Kept]) -> Vec<(f32, u64)> {
        let Some(last) = hits.last().map(|kept| kept.score()) else { return Vec::new() };
        let histogram = self.collector.histogram();
        let first = (f64::from(last) * 20.0).floor() as i32;
        let cuts = (0..3).map(|step| first - step).filter(|cut| *cut >= -20).map(|cut| cut as f32 / 20.0);
        cuts.map(|cut| (cut, histogram.at_least(cut).saturating_sub(hits.len() as u64))).collect()
    }

    fn json(&self, imported: Option<&ImportReport>) -> Value {
        let counts = self.collector.counts();
        let hits = self.hits();
        let example = |kept: &&Kept| {
            let place = json!({"file": kept.file, "row": kept.number});
            json!({"score": rounded(kept.score()), "source": place, "text": kept.text})
        };
        let lower: Vec<Value> =
            self.lower(&hits).iter().map(|(cut, more)| json!({"score": rounded(*cut), "more": more})).collect();
        let histogram = self.collector.histogram().rows(5);
        json!({
            "finished": self.finished, "rows": counts.rows, "rows_per_second": self.rows_per_second.round(),
            "empty": counts.empty, "unreadable": counts.unreadable, "files_cut": counts.cut, "by_length": counts.length,
            "unwanted": counts.unwanted, "equal": counts.equal, "nearly_equal": self.collected.near,
            "kept": hits.len(), "sampled": self.collected.kept.len() - hits.len(),
            "cut": hits.last().map(|kept| rounded(kept.score())), "lower_cuts": lower,
            "histogram": histogram.iter().map(|(from, n)| json!([rounded(*from), n])).collect::<Vec<_>>(),
            "top": hits.iter().take(EXAMPLES).map(example).collect::<Vec<_>>(),
            "at_the_cut": hits.iter().skip(hits.len().saturating_sub(EXAMPLES)).map(example).collect::<Vec<_>>(),
            "imported": imported.map(|i| json!({"added": i.added, "unchanged": i.unchanged, "removed_earlier": i.removed})),
        })
    }

    fn write(&self, out: &mut impl Write, imported: Option<&ImportReport>) -> anyhow::Result<()> {
        let counts = self.collector.counts();
        let hits = self.hits();
        writeln!(out, "{} read, {:.0} rows/s", counted(counts.rows, "row"), self.rows_per_second)?;
        let mut left = |n: u64, what: &str| -> std::io::Result<()> {
            if n > 0 { writeln!(out, "  {n:>9}  {what}") } else { Ok(()) }
        };
        left(counts.empty, "without text")?;
        left(counts.unreadable, "cannot be read: see above")?;
        left(counts.cut, "files whose rest cannot be read: see above")?;
        left(counts.length, "too short or too long")?;
        left(counts.unwanted, "nearer to a --not than to every query")?;
        left(counts.equal, "the same as one that is kept, letter for letter")?;
        left(self.collected.near, "nearly the same as one that is kept (--dedup)")?;
        left(hits.len() as u64, "kept")?;
        left((self.collected.kept.len() - hits.len()) as u64, "kept at random (--sample)")?;
        if self.args.top.is_none() && self.collected.beyond > 0 && self.args.min_score.is_some() {
            writeln!(
                out,
                "  {:>9}  score enough, but there was no room: --most {}",
                self.collected.beyond, self.args.most
            )?;
        }
        self.write_histogram(out, &hits)?;
        let spans = self.collected.kept.iter().filter(|kept| kept.spans.is_some()).count() as u64;
        if spans > 0 && !self.args.with_spans {
            writeln!(
                out,
                "\n{} have spans in the source: left out (--with-spans brings them)",
                counted(spans, "text")
            )?;
        }
        match imported {
            None => writeln!(out, "\nnothing was written (--dry-run)")?,
            Some(imported) => {
                let dir = self.args.project.display().to_string();
                let there = counted(imported.unchanged, "document");
                writeln!(out, "\n{} added, {there} there already", counted(imported.added, "document"))?;
                if imported.removed > 0 {
                    let removed = counted(imported.removed, "document");
                    writeln!(out, "{removed} left out: removed from the project earlier")?;
                }
                if !imported.labels.is_empty() {
                    writeln!(out, "new labels: {}", visible(&imported.labels.join(", ")))?;
                }
                writeln!(out, "next: gleaner {}", visible(&dir))?;
            }
        }
        Ok(())
    }

    fn write_histogram(&self, out: &mut impl Write, hits: &[&Kept]) -> anyhow::Result<()> {
        let rows = self.collector.histogram().rows(5);
        let Some(most) = rows.iter().map(|row| row.1).max().filter(|most| *most > 0) else { return Ok(()) };
        writeln!(out, "\nscores (cosine with the best query)")?;
        let cut = hits.last().map(|kept| kept.score());
        for (from, n) in rows.iter().rev() {
            let bar = "█".repeat(((*n as f64 / most as f64) * BAR as f64).round() as usize);
            let bar = if bar.is_empty() && *n > 0 { "▏".to_owned() } else { bar };
            // The row the last one that is kept lies in.
            let here = cut.is_some_and(|cut| cut + 1e-6 >= *from && cut < *from + 0.05);
            let mark = if here { format!("  ← the cut: {:.3}", cut.unwrap_or_default()) } else { String::new() };
            writeln!(out, "  {from:>5.2}  {n:>9}  {bar}{mark}")?;
        }
        let Some((first, last)) = hits.first().zip(hits.last()) else {
            writeln!(out, "nothing scores enough")?;
            return Ok(());
        };
        let lower: Vec<String> = self
            .lower(hits)
            .iter()
            .filter(|(_, more)| *more > 0)
            .map(|(cut, more)| format!("{more} more from {cut:.2}"))
            .collect();
        if !lower.is_empty() {
            writeln!(out, "lower cuts: {}", lower.join(", "))?;
        }
        writeln!(out, "\nthe best ({:.3} …)", first.score())?;
        hits.iter().take(EXAMPLES).try_for_each(|kept| example(out, kept))?;
        let rest = hits.len().saturating_sub(EXAMPLES).min(EXAMPLES);
        if rest > 0 {
            writeln!(out, "\nat the cut (… {:.3})", last.score())?;
            hits.iter().skip(hits.len() - rest).try_for_each(|kept| example(out, kept))?;
        }
        Ok(())
    }
}

/// One line: score, place, the beginning of the text.
fn example(out: &mut impl Write, kept: &Kept) -> std::io::Result<()> {
    let words: String = kept.text.split_whitespace().take(40).collect::<Vec<_>>().join(" ");
    let mut text: String = words.chars().take(SHOWN).collect();
    if text.len() < words.len() {
        text.push('…');
    }
    writeln!(out, "  {:.3}  {}#{}  {}", kept.score(), visible(&kept.file), kept.number, visible(&text))
}
