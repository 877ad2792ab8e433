//! The report as rows: CSV for programs, Markdown for notes.

use std::io::{self, Write};

use super::parts::{self, Part, Sheet};
use super::scored::{Report, Scored, chance, change, trust};
use crate::evaluate::{Class, Counts, Mode, Standing};

/// What the columns of the CSV are called.
const COLUMNS: [&str; 16] = [
    "prediction",
    "threshold",
    "scope",
    "name",
    "mode",
    "correct",
    "incorrect",
    "partial",
    "missed",
    "spurious",
    "possible",
    "actual",
    "precision",
    "recall",
    "f1",
    "documents_left_out",
];

/// A row for each prediction, label (or all of them, or their mean) and mode; with `per_document` also for each document.
pub(super) fn csv(report: &Report, per_document: bool, out: &mut impl Write) -> anyhow::Result<()> {
    let mut rows = csv::Writer::from_writer(out);
    rows.write_record(COLUMNS)?;
    for scored in &report.scored {
        let evaluation = &scored.evaluation;
        let mut write = |scope: &str, name: &str, mode: Mode, numbers: Numbers<'_>, left: u64| {
            let threshold = scored.threshold.map(|t| t.to_string()).unwrap_or_default();
            let mut row =
                vec![scored.name.clone(), threshold, scope.to_owned(), name.to_owned(), mode.as_str().to_owned()];
            row.extend(numbers.cells(mode));
            row.push(left.to_string());
            rows.write_record(row)
        };
        for mode in Mode::ALL {
            write("overall", "", mode, Numbers::Of(evaluation.overall(mode)), 0)?;
            if let Some(means) = evaluation.macro_average(mode) {
                write("macro", "", mode, Numbers::Means(means), 0)?;
            }
        }
        for label in evaluation.rows() {
            let (name, left) = (report.gold.labels.name(label), evaluation.left_out(label));
            let scope = match evaluation.standing(label) {
                Standing::NotAsked => "label not asked",
                Standing::Counted | Standing::Unseen => "label",
            };
            for mode in Mode::ALL {
                write(scope, name, mode, Numbers::Of(&evaluation.label(label, mode)), left)?;
            }
        }
        if per_document {
            for (document, counts) in report.gold.documents.iter().zip(&scored.by_document) {
                write("document", &document.name, report.mode, Numbers::Of(counts), 0)?;
            }
        }
    }
    rows.flush()?;
    Ok(())
}

enum Numbers<'a> {
    Of(&'a Counts),
    Means((f64, f64, f64)),
}

impl Numbers<'_> {
    fn cells(&self, mode: Mode) -> Vec<String> {
        match self {
            Numbers::Of(c) => {
                let mut cells: Vec<String> = Class::ALL.iter().map(|class| c.of(*class).to_string()).collect();
                cells.extend([c.possible().to_string(), c.actual().to_string()]);
                cells.extend([c.precision(mode), c.recall(mode), c.f1(mode)].map(|v| v.to_string()));
                cells
            }
            Numbers::Means((precision, recall, f1)) => {
                let mut cells = vec![String::new(); 7];
                cells.extend([*precision, *recall, *f1].map(|v| v.to_string()));
                cells
            }
        }
    }
}

/// Tables for a note: all labels in the four modes, then label by label in the mode asked for.
pub(super) fn markdown(report: &Report, parts: &[Part], per_document: bool, out: &mut impl Write) -> io::Result<()> {
    let about = &report.gold.about;
    writeln!(
        out,
        "Gold: {}, {} documents, {} spans. Schema: {}. Mode: {}.",
        plain(&about.name),
        report.gold.documents.len(),
        report.spans(),
        report.schema.as_str(),
        report.mode.as_str()
    )?;
    for sentence in trust(about, report.documents) {
        writeln!(out, "{}.", plain(&sentence))?;
    }
    if report.scored.len() > 1 {
        side_by_side(report, out)?;
    }
    for scored in &report.scored {
        writeln!(out, "\n### {}\n", plain(&scored.name))?;
        if let Some(threshold) = scored.threshold {
            writeln!(out, "{} of {} spans above threshold {threshold}.\n", scored.above, scored.spans)?;
        }
        if let Some(speed) = scored.speed {
            writeln!(out, "{}.\n", speed.words())?;
        }
        writeln!(out, "| all labels | correct | incorrect | partial | missed | spurious | precision | recall | F1 |")?;
        writeln!(out, "|---|--:|--:|--:|--:|--:|--:|--:|--:|")?;
        for mode in Mode::ALL {
            let c = scored.evaluation.overall(mode);
            write!(out, "| {} |", mode.as_str())?;
            for class in Class::ALL {
                write!(out, " {} |", c.of(class))?;
            }
            writeln!(out, " {} |", ratios(c, mode))?;
        }
        by_label(report, scored, out)?;
        if let Some(other) = &scored.as_they_stand {
            writeln!(out, "\n{}", other.words())?;
        }
        for part in parts {
            sheet(&parts::sheet(*part, report, scored), out)?;
        }
        if per_document {
            writeln!(
                out,
                "\n| document | gold | predicted | correct | precision | recall | F1 |\n|---|--:|--:|--:|--:|--:|--:|"
            )?;
            for (document, counts) in report.gold.documents.iter().zip(&scored.by_document) {
                row(&plain(&document.name), counts, report.mode, out)?;
            }
        }
    }
    Ok(())
}

fn sheet(sheet: &Sheet, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "\n{}:\n", plain(&sheet.heading()))?;
    let columns: Vec<String> = sheet.columns.iter().map(|c| c.replace('_', " ")).collect();
    writeln!(out, "| {} |\n|{}", columns.join(" | "), "---|".repeat(columns.len()))?;
    for row in &sheet.rows {
        let cells: Vec<String> = row.iter().map(|value| plain(&parts::shown(value))).collect();
        writeln!(out, "| {} |", cells.join(" | "))?;
    }
    Ok(())
}

fn side_by_side(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let mode = report.mode;
    writeln!(out, "\n| {} | precision | recall | F1 | against the first | p | fixed | broken |", mode.as_str())?;
    writeln!(out, "|---|--:|--:|--:|--:|--:|--:|--:|")?;
    for scored in &report.scored {
        write!(out, "| {} | {} |", plain(&scored.name), ratios(scored.evaluation.overall(mode), mode))?;
        match &scored.against {
            Some(a) => {
                let p = chance(a.p);
                let difference = a.difference.map_or_else(String::new, change);
                writeln!(out, " {difference} | {p} | {} | {} |", a.fixed, a.broken)?;
            }
            None => writeln!(out, " | | | |")?,
        }
    }
    if report.scored.iter().filter_map(|s| s.against.as_ref()).any(|a| a.partly) {
        writeln!(out, "\nDifferences are on the labels that both were asked for.")?;
    }
    Ok(())
}

fn by_label(report: &Report, scored: &Scored, out: &mut impl Write) -> io::Result<()> {
    let (evaluation, mode) = (&scored.evaluation, report.mode);
    writeln!(out, "\n| {} | gold | predicted | correct | precision | recall | F1 |", mode.as_str())?;
    writeln!(out, "|---|--:|--:|--:|--:|--:|--:|")?;
    for label in evaluation.rows() {
        let mut name = plain(report.gold.labels.name(label));
        let left = evaluation.left_out(label);
        if left > 0 {
            name.push_str(&format!(" (not looked for in {left} documents)"));
        }
        match evaluation.standing(label) {
            Standing::Counted => row(&name, &evaluation.label(label, mode), mode, out)?,
            Standing::Unseen => writeln!(out, "| {name}, does not occur | | | | | | |")?,
            Standing::NotAsked => writeln!(out, "| {name}, not asked | | | | | | |")?,
        }
    }
    if let Some((precision, recall, f1)) = evaluation.macro_average(mode) {
        writeln!(out, "| mean of labels (macro) | | | | {precision:.4} | {recall:.4} | {f1:.4} |")?;
    }
    row("all labels (micro)", evaluation.overall(mode), mode, out)?;
    if let Some(interval) = scored.interval {
        writeln!(out, "\n95 % interval of F1: {:.4} to {:.4} (seed {})", interval.low, interval.high, report.seed)?;
    }
    Ok(())
}

fn row(name: &str, c: &Counts, mode: Mode, out: &mut impl Write) -> io::Result<()> {
    let (gold, predicted, correct) = (c.possible(), c.actual(), c.of(Class::Correct));
    writeln!(out, "| {name} | {gold} | {predicted} | {correct} | {} |", ratios(c, mode))
}

fn ratios(c: &Counts, mode: Mode) -> String {
    format!("{:.4} | {:.4} | {:.4}", c.precision(mode), c.recall(mode), c.f1(mode))
}

/// Somebody's text as one cell of a table.
fn plain(text: &str) -> String {
    let mut cell = String::with_capacity(text.len());
    for c in super::super::out::visible(text).chars() {
        match c {
            '\n' | '\t' => cell.push(' '),
            '|' | '\\' | '`' | '*' | '_' | '<' | '[' | '#' => cell.extend(['\\', c]),
            _ => cell.push(c),
        }
    }
    cell
}
