//! Further parts of the report: what stands behind the numbers, as tables of one kind that every writer can write.

use std::collections::HashSet;
use std::path::Path;
use std::str::FromStr;

use serde_json::{Value, json};

use super::super::open;
use super::scored::{Report, Scored};
use crate::dataset::Status;
use crate::dataset::format::{self, ReadOptions};
use crate::evaluate::confusion::BorderError;
use crate::evaluate::{
    Class, Evaluation, Grouping, LabelError, MAX_WIDTH, Mode, Standing, buckets, calibration, curve, label_errors,
    surface_form, unreachable,
};
use crate::text::OffsetMap;

/// A part that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Which label was taken for which.
    Confusion,
    /// How borders went wrong.
    Borders,
    /// By length, by frequency, by what training has seen.
    Buckets,
    /// Gold no span model can propose.
    Reach,
    /// Precision, recall and F1 by threshold.
    Curve,
    /// The best threshold of each label.
    Thresholds,
    /// Whether scores mean what they say.
    Calibration,
    /// Gold that the predictions contradict.
    LabelErrors,
}

impl Part {
    const ALL: [Part; 8] = [
        Part::Confusion,
        Part::Borders,
        Part::Buckets,
        Part::Reach,
        Part::Curve,
        Part::Thresholds,
        Part::Calibration,
        Part::LabelErrors,
    ];

    /// The word used on the command line and in JSON.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Part::Confusion => "confusion",
            Part::Borders => "borders",
            Part::Buckets => "buckets",
            Part::Reach => "reach",
            Part::Curve => "curve",
            Part::Thresholds => "thresholds",
            Part::Calibration => "calibration",
            Part::LabelErrors => "label-errors",
        }
    }

    /// What it shows, for people.
    const fn title(self) -> &'static str {
        match self {
            Part::Confusion => "which label was taken for which",
            Part::Borders => "right label, wrong borders",
            Part::Buckets => "by length, by how often the form occurs, by what training has seen",
            Part::Reach => "gold no span model can propose",
            Part::Curve => "by threshold",
            Part::Thresholds => "the best threshold of each label",
            Part::Calibration => "whether scores mean what they say (strict)",
            Part::LabelErrors => "gold that is contradicted, the likeliest errors first",
        }
    }
}

/// What `--report` says: one part, or all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parts(Vec<Part>);

impl FromStr for Parts {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        if word == "all" {
            return Ok(Self(Part::ALL.to_vec()));
        }
        let known = || Part::ALL.map(Part::as_str).join(", ");
        let part = Part::ALL.into_iter().find(|p| p.as_str() == word);
        part.map(|p| Self(vec![p])).ok_or_else(|| format!("'{word}' is none of {}, all", known()))
    }
}

/// The parts that were asked for, each once, in their order.
pub(super) fn asked(given: &[Parts]) -> Vec<Part> {
    Part::ALL.into_iter().filter(|part| given.iter().any(|parts| parts.0.contains(part))).collect()
}

/// A part, filled in.
pub(super) struct Sheet {
    pub(super) part: Part,
    /// What holds for the whole of it.
    pub(super) facts: Vec<(&'static str, Value)>,
    pub(super) columns: Vec<&'static str>,
    /// A value a column; null is "nothing".
    pub(super) rows: Vec<Vec<Value>>,
}

impl Sheet {
    /// Its heading, with what holds for all of it.
    pub(super) fn heading(&self) -> String {
        let facts = self.facts.iter().map(|(name, value)| format!("; {} {}", name.replace('_', " "), shown(value)));
        format!("{}{}", self.part.title(), facts.collect::<String>())
    }

    /// As JSON: the facts, and a list of rows by column.
    pub(super) fn json(&self) -> Value {
        let row = |row: &Vec<Value>| {
            let named = self.columns.iter().zip(row).map(|(column, value)| ((*column).to_owned(), value.clone()));
            Value::Object(named.collect())
        };
        let facts = self.facts.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        let rows = ("rows".to_owned(), self.rows.iter().map(row).collect());
        Value::Object(facts.chain([rows]).collect())
    }
}

/// A value as people read it.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(n) if n.is_f64() => format!("{:.4}", n.as_f64().unwrap_or_default()),
        other => other.to_string(),
    }
}

/// The surface forms of a file of training data.
///
/// # Errors
/// When any of it cannot be read.
pub(super) fn training_forms(path: &Path) -> anyhow::Result<HashSet<String>> {
    open::readable(path)?;
    let mut forms = HashSet::new();
    for record in format::open(path, None, &ReadOptions::default())?.records {
        let record = record.map_err(|bad| anyhow::anyhow!("{}:{}: {}", path.display(), bad.line, bad.reason))?;
        let map = OffsetMap::new(&record.text);
        let answers = record.responses.iter().filter(|r| r.status == Status::Submitted);
        forms.extend(answers.flat_map(|r| &r.spans).map(|s| surface_form(map.slice(&record.text, s.range))));
    }
    anyhow::ensure!(!forms.is_empty(), "{}: there are no spans in it that training could have seen", path.display());
    Ok(forms)
}

/// Contradicted spans that are listed.
const MOST_ERRORS: usize = 100;
/// Distance of the thresholds of the curve.
const STEP: f32 = 0.05;

/// Fills in a part for one set of predictions.
pub(super) fn sheet(part: Part, report: &Report, scored: &Scored) -> Sheet {
    let (evaluation, mode) = (&scored.evaluation, report.mode);
    let (facts, columns, rows) = match part {
        Part::Confusion => confusion(evaluation),
        Part::Borders => borders(evaluation),
        Part::Buckets => by_bucket(evaluation, mode, report.training.as_ref()),
        Part::Reach => reach(evaluation),
        Part::Curve => by_threshold(evaluation, mode),
        Part::Thresholds => best(evaluation, mode),
        Part::Calibration => reliability(evaluation),
        Part::LabelErrors => doubts(evaluation),
    };
    Sheet { part, facts, columns, rows }
}

/// Facts, columns and rows.
type Filled = (Vec<(&'static str, Value)>, Vec<&'static str>, Vec<Vec<Value>>);

/// The name of a label, or null.
fn name(evaluation: &Evaluation, label: Option<u32>) -> Value {
    label.map_or(Value::Null, |l| json!(evaluation.gold.labels.name(l)))
}

fn confusion(evaluation: &Evaluation) -> Filled {
    let matrix = evaluation.confusion();
    let mut fields: Vec<_> = matrix.fields().map(|(field, pairs)| (pairs.len(), field)).collect();
    // Most first; of equals in the order of the labels, nothing last.
    fields.sort_by_key(|(n, (gold, said))| (std::cmp::Reverse(*n), gold.unwrap_or(u32::MAX), said.unwrap_or(u32::MAX)));
    let row = |(n, (gold, said)): (usize, (Option<u32>, Option<u32>))| {
        vec![name(evaluation, gold), name(evaluation, said), json!(n)]
    };
    (Vec::new(), vec!["gold", "predicted", "spans"], fields.into_iter().map(row).collect())
}

fn borders(evaluation: &Evaluation) -> Filled {
    let matrix = evaluation.confusion();
    let mut rows = Vec::new();
    for label in evaluation.rows() {
        for error in BorderError::ALL {
            let n = matrix.borders(label, error).len();
            if n > 0 {
                rows.push(vec![name(evaluation, Some(label)), json!(error.as_str()), json!(n)]);
            }
        }
    }
    (Vec::new(), vec!["label", "error", "spans"], rows)
}

fn by_bucket(evaluation: &Evaluation, mode: Mode, training: Option<&HashSet<String>>) -> Filled {
    let mut rows = Vec::new();
    for grouping in Grouping::ALL {
        for bucket in buckets(evaluation, grouping, mode, training) {
            let c = bucket.counts;
            rows.push(vec![
                json!(grouping.as_str()),
                json!(bucket.name),
                json!(c.possible()),
                json!(c.actual()),
                json!(c.of(Class::Correct)),
                json!(c.precision(mode)),
                json!(c.recall(mode)),
                json!(c.f1(mode)),
            ]);
        }
    }
    (Vec::new(), vec!["by", "bucket", "gold", "predicted", "correct", "precision", "recall", "f1"], rows)
}

fn reach(evaluation: &Evaluation) -> Filled {
    let out = unreachable(evaluation, MAX_WIDTH);
    let gold = evaluation.overall(Mode::Strict).possible();
    let rows = vec![
        vec![json!(format!("wider than {MAX_WIDTH} words")), json!(out.too_wide.len())],
        vec![json!("off word borders"), json!(out.off_words.len())],
        vec![json!("not known, for want of a text"), json!(out.unknown)],
    ];
    (vec![("gold_spans", json!(gold))], vec!["why", "spans"], rows)
}

fn by_threshold(evaluation: &Evaluation, mode: Mode) -> Filled {
    let curve = curve(&evaluation.gold, &evaluation.predictions, &evaluation.options, None, mode, STEP);
    let mut facts = Vec::new();
    if let Some(point) = curve.best.and_then(|at| curve.points.get(at)) {
        facts.extend([("best_threshold", json_score(point.threshold)), ("best_f1", json!(point.f1))]);
    }
    facts.extend(curve.average_precision.map(|ap| ("average_precision", json!(ap))));
    let row = |p: &crate::evaluate::CurvePoint| {
        vec![json_score(p.threshold), json!(p.counts.actual()), json!(p.precision), json!(p.recall), json!(p.f1)]
    };
    (facts, vec!["threshold", "predicted", "precision", "recall", "f1"], curve.points.iter().map(row).collect())
}

fn best(evaluation: &Evaluation, mode: Mode) -> Filled {
    let mut rows = Vec::new();
    for label in evaluation.rows().into_iter().filter(|l| evaluation.standing(*l) == Standing::Counted) {
        let curve = curve(&evaluation.gold, &evaluation.predictions, &evaluation.options, Some(label), mode, STEP);
        if let Some(point) = curve.best.and_then(|at| curve.points.get(at)) {
            // Where nothing is ever right, no threshold is better than another.
            let threshold = if point.f1 > 0.0 { json_score(point.threshold) } else { Value::Null };
            rows.push(vec![
                name(evaluation, Some(label)),
                threshold,
                json!(point.f1),
                json!(evaluation.label(label, mode).f1(mode)),
                json!(curve.average_precision),
            ]);
        }
    }
    (Vec::new(), vec!["label", "threshold", "f1", "f1_now", "average_precision"], rows)
}

fn reliability(evaluation: &Evaluation) -> Filled {
    let diagram = calibration(evaluation, 10);
    let row = |bin: &crate::evaluate::CalibrationBin| {
        vec![
            json!((bin.low * 100.0).round() / 100.0),
            json!((bin.high * 100.0).round() / 100.0),
            json!(bin.predicted),
            json!(bin.right),
            json!(bin.confidence),
            json!(bin.accuracy),
        ]
    };
    let rows = diagram.bins.iter().filter(|bin| bin.predicted > 0).map(row).collect();
    let columns = vec!["above", "up_to", "predicted", "right", "confidence", "accuracy"];
    (vec![("expected_calibration_error", json!(diagram.error))], columns, rows)
}

fn doubts(evaluation: &Evaluation) -> Filled {
    let errors = label_errors(evaluation);
    let row = |error: &LabelError| {
        let document = &evaluation.gold.documents[error.pair.document];
        let said = evaluation.predictions.documents.get(error.pair.document);
        let gold = error.pair.gold.and_then(|at| document.spans.get(at));
        let mark = gold.or_else(|| said?.get(error.pair.prediction?));
        let text = mark
            .zip(document.text.as_deref())
            .and_then(|(mark, text)| Some(OffsetMap::new(text).slice(text, evaluation.gold.range(mark)?).to_owned()));
        vec![
            json!(document.name),
            name(evaluation, error.given),
            name(evaluation, error.suggested),
            json!(error.quality),
            json!(mark.map(|m| m.start)),
            json!(mark.map(|m| m.end)),
            json!(text),
        ]
    };
    let columns = vec!["document", "gold", "predicted", "quality", "start", "end", "text"];
    (vec![("found", json!(errors.len()))], columns, errors.iter().take(MOST_ERRORS).map(row).collect())
}

/// An `f32` as it is written, not as an `f64` has it.
pub(super) fn json_score(score: f32) -> Value {
    score.to_string().parse::<f64>().map_or(Value::Null, |score| json!(score))
}
