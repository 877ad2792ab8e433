//! What must be said before counting: spans that cannot be counted stop it, odd ones are told once each.

use super::super::out::{counted, note};
use super::gold::{Truth, place};
use super::said::Said;
use crate::evaluate::check::{Odd, Oddity, check, twins};
use crate::evaluate::{Gold, LabelIndex, Mark, Schema};

/// Counts one label as another, on both sides.
///
/// # Errors
/// When a pair is not `A=B`, or there is no label A.
pub(super) fn relabel(truth: &mut Truth, said: &mut [Said], pairs: &[String]) -> anyhow::Result<Vec<u32>> {
    let known = known(truth);
    let mut to: Vec<(u32, u32)> = Vec::new();
    for pair in pairs {
        let Some((from, name)) = pair.split_once('=') else {
            anyhow::bail!("--map {pair}: give it as A=B, to count label A as B");
        };
        let labels = &mut truth.gold.labels;
        let Some(number) = labels.find(from) else {
            anyhow::bail!("--map {pair}: there is no label '{from}'; there are {}", labels.names().join(", "));
        };
        anyhow::ensure!(to.iter().all(|(n, _)| *n != number), "--map {pair}: label '{from}' is mapped already");
        anyhow::ensure!(!name.trim().is_empty(), "--map {pair}: name the label that '{from}' is to count as");
        to.push((number, labels.number(name)));
    }
    to.retain(|(from, to)| from != to);
    // In a ring nothing would be left to count.
    if let Some((from, on)) = to.iter().find(|(_, on)| to.iter().any(|(from, _)| from == on)) {
        let labels = &truth.gold.labels;
        let (from, on) = (labels.name(*from), labels.name(*on));
        anyhow::bail!("--map {from}={on}: label '{on}' is mapped on itself; map both to the label that is meant");
    }
    if to.is_empty() {
        return Ok(Vec::new());
    }
    let of = |label: u32| to.iter().find(|(from, _)| *from == label).map_or(label, |(_, to)| *to);
    let marks = |spans: &mut Vec<Mark>| spans.iter_mut().for_each(|span| span.label = of(span.label));
    // What counts as one label was looked for where all that makes it up was.
    let whole = |label: u32, looked_for: &[u32]| {
        known.iter().all(|part| of(*part) != label || looked_for.binary_search(part).is_ok())
    };
    let numbers = |numbers: &mut Vec<u32>| {
        numbers.sort_unstable();
        let looked_for = std::mem::take(numbers);
        numbers.extend(looked_for.iter().map(|n| of(*n)).filter(|label| whole(*label, &looked_for)));
        numbers.sort_unstable();
        numbers.dedup();
    };
    for document in &mut truth.gold.documents {
        marks(&mut document.spans);
        document.coverage.iter_mut().for_each(numbers);
    }
    for said in said {
        said.predictions.documents.iter_mut().for_each(marks);
        said.predictions.asked.iter_mut().for_each(numbers);
    }
    Ok(to.into_iter().map(|(from, _)| from).collect())
}

/// The labels that somebody could have looked for in gold: the project's, or those of a file. What only predictions call
/// something is not among them.
fn known(truth: &Truth) -> Vec<u32> {
    if truth.project().is_some() {
        return (0..truth.own_labels as u32).collect();
    }
    let documents = || truth.gold.documents.iter();
    let looked_for = documents().flat_map(|d| d.coverage.iter().flatten().copied());
    let mut known: Vec<u32> = documents().flat_map(|d| &d.spans).map(|s| s.label).chain(looked_for).collect();
    known.sort_unstable();
    known.dedup();
    known
}

/// Looks at everything that will be counted; `only` are the labels that are.
///
/// # Errors
/// When the schema makes sense of the text and spans do not, or there is nothing to count.
pub(super) fn look(truth: &Truth, said: &[Said], schema: Schema, only: Option<&[u32]>) -> anyhow::Result<()> {
    let gold = &truth.gold;
    anyhow::ensure!(!gold.documents.is_empty(), "{}: {}", gold.about.name, nothing(truth));
    let chosen = |label: u32| only.is_none_or(|only| only.contains(&label));
    let any = gold.documents.iter().flat_map(|d| &d.spans).any(|s| chosen(s.label));
    if !any {
        let chosen = if only.is_some() { " of the chosen labels" } else { "" };
        let nothing =
            format!("{}: no gold spans{chosen}: there is nothing to find, so no score means anything", gold.about.name);
        anyhow::ensure!(schema != Schema::Gleaner, "{nothing}");
        note(&format!("warning: {nothing}; counted as nervaluate does"));
    }
    for (name, twin) in twins(gold.labels.names()) {
        if occurs(name, gold, said) && occurs(twin, gold, said) {
            note(&format!(
                "warning: labels '{name}' and '{twin}' differ only in case or blanks and count as two; \
                 --map '{name}={twin}' counts them as one"
            ));
        }
    }
    let characters: Vec<Option<usize>> =
        gold.documents.iter().map(|d| d.text.as_ref().map(|text| text.chars().count())).collect();
    let of = |said: &Said| {
        let spans = |at: usize| said.predictions.documents.get(at).map_or(&[][..], Vec::as_slice);
        check(characters.iter().enumerate().map(|(at, characters)| (spans(at), *characters)), gold.ends)
    };
    let (of_gold, of_said) = rayon::join(
        || check(gold.documents.iter().zip(&characters).map(|(d, n)| (d.spans.as_slice(), *n)), gold.ends),
        || said.iter().map(of).collect::<Vec<_>>(),
    );
    let at = |name, lines| At { name, lines, gold };
    for (oddity, odd) in of_gold {
        tell(&at(&gold.about.name, &truth.lines), oddity, odd, schema, true)?;
    }
    for (side, found) in said.iter().zip(of_said) {
        for (oddity, odd) in found {
            tell(&at(&side.predictions.name, &side.lines), oddity, odd, schema, false)?;
        }
    }
    let first_is_empty = gold.documents.first().is_some_and(|d| d.spans.is_empty());
    if schema == Schema::Nervaluate1_2_1 && first_is_empty {
        note(
            "warning: the first document of gold has no spans, where nervaluate's default loader ends with an error; \
             these are the numbers of its dict loader",
        );
    }
    Ok(())
}

/// Why there is no document to count.
fn nothing(truth: &Truth) -> String {
    match (truth.project(), truth.keys.is_empty()) {
        (Some(_), _) => "no document has a submitted response yet: annotate some, or give a file as --gold".to_owned(),
        (None, true) => "holds no document".to_owned(),
        (None, false) => "no document has a submitted answer".to_owned(),
    }
}

fn occurs(name: &str, gold: &Gold, said: &[Said]) -> bool {
    let Some(number) = LabelIndex::find(&gold.labels, name) else { return false };
    let predicted = said.iter().flat_map(|s| s.predictions.documents.iter().flatten());
    gold.documents.iter().flat_map(|d| &d.spans).chain(predicted).any(|s| s.label == number)
}

/// A side, to name places in.
struct At<'a> {
    name: &'a str,
    lines: &'a [u64],
    gold: &'a Gold,
}

fn tell(at: &At<'_>, oddity: Oddity, odd: Odd, schema: Schema, is_gold: bool) -> anyhow::Result<()> {
    let place = place(at.name, at.lines, odd.document, &at.gold.documents[odd.document].name);
    let spans = counted(odd.count, "span");
    let verb = if odd.count == 1 { "is" } else { "are" };
    let what = format!("{}: {spans} {verb} {} (the first: {place}, span {})", at.name, oddity.as_str(), odd.span + 1);
    match (schema, oddity) {
        (_, Oddity::BadScore) => anyhow::bail!("{what}; nothing was counted"),
        (Schema::Gleaner, oddity) if oddity.is_broken() => {
            anyhow::bail!("{what}; nothing was counted. --schema nervaluate-1.2.1 counts such spans as they stand")
        }
        (Schema::Gleaner, Oddity::Duplicate) => note(&format!("note: {what}; each counts once")),
        // Suggestions may nest when they were asked to; of gold it is worth knowing.
        (Schema::Gleaner, Oddity::Overlapping) if !is_gold => {}
        (Schema::Gleaner, _) => note(&format!("note: {what}")),
        // An exclusive end that equals the start is an ordinary span of one position to the package.
        (_, Oddity::Empty) => {}
        _ => note(&format!("warning: {what}; counted as {} does", schema.as_str().replace('-', " "))),
    }
    Ok(())
}
