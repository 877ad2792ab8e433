//! The report for people, in 80 columns.

use std::io::{self, Write};

use super::super::out::{counted, visible};
use super::parts::{self, Part, Sheet};
use super::scored::{Against, Report, Scored, chance, change, trust};
use crate::evaluate::bootstrap::{LEAST_DOCUMENTS, draws};
use crate::evaluate::{Class, Counts, Mode, Schema, Standing};
use crate::text::Columns;

/// Cells for a label, or the name of predictions.
const NAME: u16 = 22;
/// Cells for words in a part of the report, at most.
const WORDS: usize = 32;

/// A name in so many cells, blanks behind it.
fn cell(name: &str, cells: u16) -> String {
    let columns = Columns::default();
    let line = columns.one_line(name, cells);
    let left = usize::from(cells).saturating_sub(columns.line_width(&line));
    format!("{line}{}", " ".repeat(left))
}

/// Writes everything.
pub(super) fn write(report: &Report, parts: &[Part], per_document: bool, out: &mut impl Write) -> io::Result<()> {
    head(report, out)?;
    match &report.scored[..] {
        [only] => {
            modes(only, out)?;
            labels(report, only, out)?;
        }
        several => beside(report, several, out)?,
    }
    remarks(report, out)?;
    for scored in &report.scored {
        for part in parts {
            sheet(&parts::sheet(*part, report, scored), report, scored, out)?;
        }
    }
    if per_document {
        for scored in &report.scored {
            documents(report, scored, out)?;
        }
    }
    Ok(())
}

fn head(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let about = &report.gold.about;
    let (documents, spans) = (report.gold.documents.len() as u64, report.spans());
    writeln!(out, "gold    {}: {}, {}", visible(&about.name), counted(documents, "document"), counted(spans, "span"))?;
    for sentence in trust(about, report.documents) {
        writeln!(out, "        {}", visible(&sentence))?;
    }
    let ends = match (report.schema, report.ends_known) {
        (Schema::Gleaner, _) => "nervaluate 1.2.1's rules, ends made inclusive",
        (_, true) => "numbers as they stand",
        (_, false) => "numbers as they stand, whatever their ends",
    };
    write!(out, "schema  {} ({ends})", report.schema.as_str())?;
    if report.least_overlap != 1.0 {
        write!(out, ", overlap from {} %", report.least_overlap)?;
    }
    writeln!(out, "\nlabels  in {} order, mode {}", report.order, report.mode.as_str())?;
    for (number, scored) in report.scored.iter().enumerate() {
        let number = if report.scored.len() > 1 { format!("[{}]     ", number + 1) } else { "judged  ".to_owned() };
        writeln!(out, "{number}{}: {}", visible(&scored.name), kept(scored))?;
        if let Some(speed) = scored.speed.filter(|_| report.scored.len() == 1) {
            writeln!(out, "        {}", speed.words())?;
        }
    }
    writeln!(out)
}

/// How many spans, and which of them count.
fn kept(scored: &Scored) -> String {
    let spans = counted(scored.spans, "span");
    let own = if scored.own_thresholds { ", or the label's own" } else { "" };
    match scored.threshold {
        None => format!("{spans}, no threshold"),
        Some(t) => format!("{} of {spans} above threshold {t}{own}", scored.above),
    }
}

fn modes(scored: &Scored, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "all labels  correct incorrect partial  missed spurious precision  recall      F1")?;
    for mode in Mode::ALL {
        let c = scored.evaluation.overall(mode);
        let [correct, incorrect, partial, missed, spurious] = Class::ALL.map(|class| c.of(class));
        writeln!(
            out,
            "{:<10} {correct:>8} {incorrect:>9} {partial:>7} {missed:>7} {spurious:>8} {:>9.4} {:>7.4} {:>7.4}",
            mode.as_str(),
            c.precision(mode),
            c.recall(mode),
            c.f1(mode)
        )?;
    }
    writeln!(out)
}

fn labels(report: &Report, scored: &Scored, out: &mut impl Write) -> io::Result<()> {
    let (evaluation, mode) = (&scored.evaluation, report.mode);
    writeln!(out, "{}", row_head(mode, "label"))?;
    for label in evaluation.rows() {
        let name = cell(report.gold.labels.name(label), NAME);
        match evaluation.standing(label) {
            Standing::Counted => {
                let mark = if evaluation.left_out(label) > 0 { " *" } else { "" };
                writeln!(out, "{name} {}{mark}", row(&evaluation.label(label, mode), mode))?;
            }
            Standing::Unseen => writeln!(out, "{name}    does not occur")?,
            Standing::NotAsked => writeln!(out, "{name}    not asked: predicted without this label")?,
        }
    }
    if let Some((precision, recall, f1)) = evaluation.macro_average(mode) {
        let skipped = " ".repeat(if mode_has_partial(mode) { 33 } else { 25 });
        writeln!(out, "{}{skipped} {precision:>9.4} {recall:>7.4} {f1:>7.4}", cell("mean of labels (macro)", NAME))?;
    }
    writeln!(out, "{} {}", cell("all labels (micro)", NAME), row(evaluation.overall(mode), mode))?;
    if let Some(interval) = scored.interval {
        writeln!(
            out,
            "F1 lies between {:.4} and {:.4} in 95 % of {} draws of documents (seed {})",
            interval.low,
            interval.high,
            draws(scored.by_document.len()),
            report.seed
        )?;
    } else if scored.by_document.len() < LEAST_DOCUMENTS {
        writeln!(out, "too few documents for an interval")?;
    }
    Ok(())
}

/// Partial matches have a column of their own where they count.
fn mode_has_partial(mode: Mode) -> bool {
    mode == Mode::Partial
}

fn row_head(mode: Mode, what: &str) -> String {
    let partial = if mode_has_partial(mode) { " partial" } else { "" };
    format!(
        "{} {:>7} {:>9} {:>7}{partial} {:>9} {:>7} {:>7}",
        cell(what, NAME),
        "gold",
        "predicted",
        "correct",
        "precision",
        "recall",
        "F1"
    )
}

fn row(c: &Counts, mode: Mode) -> String {
    let partial = if mode_has_partial(mode) { format!(" {:>7}", c.of(Class::Partial)) } else { String::new() };
    format!(
        "{:>7} {:>9} {:>7}{partial} {:>9.4} {:>7.4} {:>7.4}",
        c.possible(),
        c.actual(),
        c.of(Class::Correct),
        c.precision(mode),
        c.recall(mode),
        c.f1(mode)
    )
}

/// What a line shows of predictions: F1, or why there is none.
type OwnF1<'a> = dyn Fn(&Scored) -> Result<f64, &'static str> + 'a;
/// What a line shows of how they compare with the first.
type ChangeOf<'a> = dyn Fn(&Against) -> Option<f64> + 'a;

/// Several predictions side by side: all numbers of the first, then what changes.
fn beside(report: &Report, several: &[Scored], out: &mut impl Write) -> io::Result<()> {
    let mode = report.mode;
    writeln!(
        out,
        "{:<5} {:>9} {:>7} {:>7}  {:>15}  {:>9} {:>6} {:>5} {:>6}",
        mode.as_str(),
        "precision",
        "recall",
        "F1",
        "95 % of draws",
        "F1 − [1]",
        "p",
        "fixed",
        "broken"
    )?;
    for (number, scored) in several.iter().enumerate() {
        let c = scored.evaluation.overall(mode);
        let interval = scored.interval.map_or_else(String::new, |i| format!("{:.4} to {:.4}", i.low, i.high));
        write!(
            out,
            "{:<8} {:>6.4} {:>7.4} {:>7.4} {interval:>16}",
            format!("[{}]", number + 1),
            c.precision(mode),
            c.recall(mode),
            c.f1(mode)
        )?;
        if let Some(against) = &scored.against {
            let p = chance(against.p);
            let difference = against.difference.map_or_else(String::new, change);
            write!(out, "  {difference:>9} {p:>6} {:>5} {:>6}", against.fixed, against.broken)?;
        }
        writeln!(out)?;
    }
    writeln!(
        out,
        "fixed: gold spans right here and not in [1]; broken: the reverse; p: how often such a\n\
         difference comes of chance (paired draws of documents, seed {})",
        report.seed
    )?;
    if several.iter().any(|s| s.against.as_ref().is_some_and(|a| a.partly)) {
        writeln!(out, "differences are on the labels that both were asked for")?;
    }
    if report.gold.documents.len() < LEAST_DOCUMENTS {
        writeln!(out, "too few documents for an interval or p")?;
    }
    writeln!(out)?;
    speeds(several, mode, out)?;
    let others: Vec<usize> = (1..several.len()).collect();
    for group in others.chunks(3) {
        write!(out, "{} {:>7}", cell("F1", NAME), "[1]")?;
        for number in group {
            write!(out, " {:>15}", format!("[{}]", number + 1))?;
        }
        writeln!(out)?;
        let line = |name: &str, f1: &OwnF1<'_>, change_of: &ChangeOf<'_>, out: &mut dyn Write| {
            let first = f1(&several[0]);
            write!(out, "{} {:>7}", cell(name, NAME), shown(first))?;
            for number in group {
                let own = f1(&several[*number]);
                // Two numbers of other labels each have no difference: it is taken where both were asked.
                let difference = several[*number].against.as_ref().filter(|_| first.is_ok() && own.is_ok());
                let difference = difference.and_then(change_of).map_or_else(String::new, change);
                write!(out, " {:>6} {difference:>8}", shown(own))?;
            }
            writeln!(out)
        };
        for mode in Mode::ALL {
            let name = format!("all labels, {}", mode.as_str());
            let changed = |a: &Against| a.difference.map(|_| a.modes[mode as usize]);
            line(&name, &|s| Ok(s.evaluation.overall(mode).f1(mode)), &changed, out)?;
        }
        let mean = |s: &Scored| s.evaluation.macro_average(mode).map(|m| m.2).ok_or("none");
        line("mean of labels (macro)", &mean, &|a| a.mean, out)?;
        for label in several[0].evaluation.rows() {
            let f1 = |s: &Scored| match s.evaluation.standing(label) {
                Standing::Counted => Ok(s.evaluation.label(label, mode).f1(mode)),
                Standing::Unseen => Err("none"),
                Standing::NotAsked => Err("unasked"),
            };
            line(report.gold.labels.name(label), &f1, &|a| a.labels.get(&label).copied(), out)?;
        }
    }
    Ok(())
}

/// What models take beside what they find.
fn speeds(several: &[Scored], mode: Mode, out: &mut impl Write) -> io::Result<()> {
    if several.iter().all(|s| s.speed.is_none()) {
        return Ok(());
    }
    writeln!(out, "{} {:>7} {:>12} {:>9} {:>11}", cell("", NAME), "F1", "documents/s", "seconds", "weights, MB")?;
    for (number, scored) in several.iter().enumerate() {
        let name = cell(&format!("[{}] {}", number + 1, scored.name), NAME);
        write!(out, "{name} {:>7.4}", scored.evaluation.overall(mode).f1(mode))?;
        if let Some(speed) = scored.speed {
            let pace = speed.pace().map_or_else(|| "remembered".to_owned(), |pace| format!("{pace:.1}"));
            write!(out, " {pace:>12} {:>9.1} {:>11.1}", speed.seconds, speed.megabytes())?;
        }
        writeln!(out)?;
    }
    writeln!(out)
}

fn shown(value: Result<f64, &'static str>) -> String {
    value.map_or_else(str::to_owned, |v| format!("{v:.4}"))
}

/// What must be known of the numbers: labels left out, and what another schema says.
fn remarks(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let Some(first) = report.scored.first() else { return Ok(()) };
    let documents = report.gold.documents.len();
    for label in first.evaluation.rows() {
        let left = first.evaluation.left_out(label);
        if left > 0 {
            let name = cell(report.gold.labels.name(label), NAME);
            writeln!(
                out,
                "* {}: not looked for in {left} of {documents} documents, which count on neither side",
                name.trim_end()
            )?;
        }
    }
    for scored in &report.scored {
        if let Some(other) = &scored.as_they_stand {
            let of = if report.scored.len() > 1 { format!("{}: ", visible(&scored.name)) } else { String::new() };
            writeln!(out, "{of}{}", other.words())?;
        }
    }
    Ok(())
}

/// A part as a table: words to the left, numbers to the right.
fn sheet(sheet: &Sheet, report: &Report, scored: &Scored, out: &mut impl Write) -> io::Result<()> {
    let of = if report.scored.len() > 1 { format!("{}: ", visible(&scored.name)) } else { String::new() };
    writeln!(out, "\n{of}{}", sheet.heading())?;
    if sheet.rows.is_empty() {
        return writeln!(out, "nothing");
    }
    let columns = Columns::default();
    let widths: Vec<usize> = (0..sheet.columns.len())
        .map(|at| {
            let cells = sheet.rows.iter().map(|row| columns.line_width(&parts::shown(&row[at])));
            cells.max().unwrap_or_default().min(WORDS).max(sheet.columns[at].len())
        })
        .collect();
    let numbers: Vec<bool> = (0..sheet.columns.len()).map(|at| sheet.rows.iter().all(|r| r[at].is_number())).collect();
    let mut line = |cells: &mut dyn Iterator<Item = String>| {
        let mut whole = String::new();
        for (at, text) in cells.enumerate() {
            let padded = cell(&text, widths[at] as u16);
            let blanks = padded.len() - padded.trim_end().len();
            let padded = if numbers[at] { format!("{}{}", " ".repeat(blanks), padded.trim_end()) } else { padded };
            whole.push_str(&padded);
            whole.push_str("  ");
        }
        writeln!(out, "{}", whole.trim_end())
    };
    line(&mut sheet.columns.iter().map(|c| c.replace('_', " ")))?;
    for row in &sheet.rows {
        line(&mut row.iter().map(parts::shown))?;
    }
    Ok(())
}

fn documents(report: &Report, scored: &Scored, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "\n{}: {} by document", visible(&scored.name), report.mode.as_str())?;
    writeln!(out, "{}", row_head(report.mode, "document"))?;
    for (document, counts) in report.gold.documents.iter().zip(&scored.by_document) {
        writeln!(out, "{} {}", cell(&document.name, NAME), row(counts, report.mode))?;
    }
    Ok(())
}
