//! `gleaner agreement PROJECT`: how far annotators agree.

use std::io::Write;
use std::path::PathBuf;

use serde_json::{Map, Value, json};

use super::out::{counted, visible};
use super::{Outcome, open, out};
use crate::evaluate::{Agreement, Answers, Measures, Mode, Together};
use crate::jobs::agreement::answers;
use crate::store::GOLD_SET;

/// Arguments of `gleaner agreement`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The project folder
    project: PathBuf,
    /// Compare these annotators only; repeat [default: all that submitted a document another one did]
    #[arg(long = "annotator", value_name = "NAME")]
    annotators: Vec<String>,
    /// When two spans are the same, for F1: strict, exact, partial or ent_type; repeat [default: strict, exact, partial]
    #[arg(long = "mode", value_name = "MODE")]
    modes: Vec<Mode>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let names = chosen(&args.annotators)?;
    let project = open::project(&args.project)?;
    let answers = answers(&project, &names)?;
    let pairs = answers.pairwise();
    anyhow::ensure!(!pairs.is_empty(), nobody_to_compare(&names));
    let together = answers.together();
    let modes = if args.modes.is_empty() { vec![Mode::Strict, Mode::Exact, Mode::Partial] } else { args.modes.clone() };
    let mut stdout = out::stdout();
    if args.json {
        let pairs: Vec<Value> = pairs
            .iter()
            .map(|pair| {
                let names = [&answers.annotators[pair.a], &answers.annotators[pair.b]];
                let mut object = agreement_json(&pair.agreement, &answers);
                object.insert("annotators".to_owned(), json!(names));
                Value::Object(object)
            })
            .collect();
        let answer = json!({
            "format": "gleaner-agreement", "version": 1, "annotators": answers.annotators,
            "pairs": pairs, "together": together_json(&together, &answers),
        });
        serde_json::to_writer_pretty(&mut stdout, &answer)?;
        writeln!(stdout)?;
    } else {
        for pair in &pairs {
            let (a, b) = (&answers.annotators[pair.a], &answers.annotators[pair.b]);
            let documents = counted(pair.agreement.documents as u64, "document");
            writeln!(stdout, "{} and {}: {documents}", visible(a), visible(b))?;
            table(&mut stdout, &pair.agreement, &answers, &modes)?;
        }
        if answers.annotators.len() > 2 {
            all(&mut stdout, &together, &answers)?;
        }
    }
    stdout.flush()?;
    Ok(Outcome::Done)
}

/// The annotators that were named, each once.
fn chosen(named: &[String]) -> anyhow::Result<Vec<String>> {
    let mut names: Vec<String> = Vec::new();
    for name in named {
        anyhow::ensure!(
            !name.starts_with(GOLD_SET),
            "{name} is frozen gold, not a person: `gleaner eval` compares with it"
        );
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    anyhow::ensure!(names.len() != 1, "--annotator names one person only: name another to compare with");
    Ok(names)
}

fn nobody_to_compare(names: &[String]) -> String {
    if names.is_empty() {
        "no document was submitted by two annotators: let another person annotate with `gleaner PROJECT --as NAME`"
            .to_owned()
    } else {
        format!(
            "no document was submitted by two of {}: `gleaner status PROJECT` shows who submitted what",
            names.join(", ")
        )
    }
}

/// One row a label, and one for all of them.
fn table(to: &mut impl Write, agreement: &Agreement, answers: &Answers, modes: &[Mode]) -> std::io::Result<()> {
    let name = |label: u32| visible(answers.labels.name(label)).into_owned();
    let marked = |measures: &Measures| measures.of_a + measures.of_b > 0;
    let rows: Vec<(String, &Measures)> = std::iter::once(("all".to_owned(), &agreement.all))
        .chain(agreement.labels.iter().filter(|(_, m)| marked(m)).map(|(label, m)| (name(*label), m)))
        .collect();
    let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0).max(5);
    write!(to, "  {:<width$} {:>11}", "", "spans")?;
    for heading in modes.iter().map(|mode| mode.as_str()).chain(["kappa", "alpha"]) {
        write!(to, " {heading:>8}")?;
    }
    writeln!(to)?;
    for (name, measures) in rows {
        let spans = format!("{} / {}", measures.of_a, measures.of_b);
        write!(to, "  {name:<width$} {spans:>11}")?;
        for value in modes.iter().map(|mode| measures.f1(*mode)).chain([measures.kappa, measures.alpha]) {
            write!(to, " {:>8}", number(value))?;
        }
        writeln!(to)?;
    }
    Ok(())
}

fn all(to: &mut impl Write, together: &Together, answers: &Answers) -> std::io::Result<()> {
    let people = answers.annotators.len();
    if together.documents == 0 {
        return writeln!(to, "all {people} annotators: no document that every one of them submitted");
    }
    let documents = counted(together.documents as u64, "document");
    let (alpha, words) = (number(together.alpha), number(together.words));
    writeln!(to, "all {people} annotators: {documents}, alpha {alpha}, alpha on words {words}")?;
    for (label, alpha) in together.labels.iter().filter(|(_, alpha)| alpha.is_some()) {
        writeln!(to, "  {} {}", visible(answers.labels.name(*label)), number(*alpha))?;
    }
    Ok(())
}

/// Three digits; a dash where there is no number.
fn number(value: Option<f64>) -> String {
    value.map_or("–".to_owned(), |value| format!("{value:.3}"))
}

fn agreement_json(agreement: &Agreement, answers: &Answers) -> Map<String, Value> {
    let labels: Map<String, Value> = agreement
        .labels
        .iter()
        .map(|(label, measures)| (answers.labels.name(*label).to_owned(), measures_json(measures)))
        .collect();
    Map::from_iter([
        ("documents".to_owned(), agreement.documents.into()),
        ("all".to_owned(), measures_json(&agreement.all)),
        ("labels".to_owned(), labels.into()),
    ])
}

fn measures_json(measures: &Measures) -> Value {
    let mut object: Map<String, Value> =
        Mode::ALL.into_iter().map(|mode| (format!("{}_f1", mode.as_str()), json!(measures.f1(mode)))).collect();
    object.insert("spans".to_owned(), json!([measures.of_a, measures.of_b]));
    object.insert("kappa".to_owned(), json!(measures.kappa));
    object.insert("alpha".to_owned(), json!(measures.alpha));
    object.into()
}

fn together_json(together: &Together, answers: &Answers) -> Value {
    let labels: Map<String, Value> =
        together.labels.iter().map(|(label, alpha)| (answers.labels.name(*label).to_owned(), json!(alpha))).collect();
    json!({ "documents": together.documents, "alpha": together.alpha, "labels": labels, "alpha_on_words": together.words })
}
