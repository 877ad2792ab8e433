//! The report as one JSON object, `"format": "gleaner-eval"`, `"version": 1`. `overall` and `entities` have the keys of
//! nervaluate's `evaluate()`, `overall_indices` and `entity_indices` too.

use serde_json::{Map, Value, json};

use super::parts::{self, Part};
use super::scored::{Report, Scored};
use crate::evaluate::{Class, Counts, Ends, Mode, Schema, Standing};

/// Modes in the order of the package.
const MODES: [Mode; 4] = [Mode::Strict, Mode::EntType, Mode::Partial, Mode::Exact];

/// The whole report; the top level is about the first predictions, and all are in `predictions` when there are several.
pub(super) fn value(report: &Report, parts: &[Part], indices: bool, per_document: bool) -> Value {
    let about = &report.gold.about;
    let prefilled: Vec<Value> = about.prefilled.iter().map(|p| json!({"model": p.model, "spans": p.spans})).collect();
    let mut top = object(json!({
        "format": "gleaner-eval",
        "version": 1,
        "schema": report.schema.as_str(),
        "ends": match (report.ends_known, report.gold.ends) {
            (false, _) => "not said",
            (true, Ends::Exclusive) => "exclusive",
            (true, Ends::Inclusive) => "inclusive",
        },
        "mode": report.mode.as_str(),
        "min_overlap_percentage": report.least_overlap,
        "seed": report.seed,
        "gold": {
            "name": about.name, "documents": report.gold.documents.len(), "spans": report.spans(),
            "prefilled": prefilled, "bulk": about.bulk, "blind": about.blind,
        },
    }));
    // The percentage is none of 0.2.0's.
    if report.schema == Schema::Nervaluate0_2_0 {
        top.shift_remove("min_overlap_percentage");
    }
    let one = |scored| of_predictions(report, scored, parts, indices, per_document);
    if let Some(first) = report.scored.first() {
        top.extend(one(first));
    }
    if report.scored.len() > 1 {
        top.insert("predictions".into(), report.scored.iter().map(|s| Value::Object(one(s))).collect());
    }
    Value::Object(top)
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}

fn of_predictions(
    report: &Report,
    scored: &Scored,
    parts: &[Part],
    indices: bool,
    per_document: bool,
) -> Map<String, Value> {
    let evaluation = &scored.evaluation;
    let labels = evaluation.rows();
    let name = |label: u32| report.gold.labels.name(label).to_owned();
    // The package leaves out what does not occur; 0.2.0 knows the labels it was asked for.
    let asked = report.schema == Schema::Nervaluate0_2_0 && evaluation.options.only.is_some();
    let occurs = |label: &&u32| match evaluation.standing(**label) {
        Standing::Counted => true,
        Standing::Unseen => asked,
        Standing::NotAsked => false,
    };
    let entities: Vec<u32> = labels.iter().filter(occurs).copied().collect();
    let row = |row: Option<u32>| -> Value {
        MODES
            .iter()
            .map(|m| (m.as_str().to_owned(), counts(&evaluation.row(row, *m), *m)))
            .collect::<Map<_, _>>()
            .into()
    };
    let standing = |label: u32| {
        let word = match evaluation.standing(label) {
            Standing::Counted => "counted",
            Standing::Unseen => "does not occur",
            Standing::NotAsked => "not asked",
        };
        (name(label), json!({"standing": word, "documents_left_out": evaluation.left_out(label)}))
    };
    let average: Map<String, Value> = MODES
        .iter()
        .filter_map(|m| {
            let (precision, recall, f1) = evaluation.macro_average(*m)?;
            Some((m.as_str().to_owned(), json!({"precision": precision, "recall": recall, "f1": f1})))
        })
        .collect();
    let mut one = object(json!({
        "name": scored.name,
        "spans": scored.spans,
        "threshold": scored.threshold.map(parts::json_score),
        "overall": row(None),
        "entities": entities.iter().map(|l| (name(*l), row(Some(*l)))).collect::<Map<_, _>>(),
        "macro": average,
        "labels": labels.iter().map(|l| standing(*l)).collect::<Map<_, _>>(),
        "f1_interval": scored.interval.map(|i| json!([i.low, i.high])),
    }));
    if let Some(speed) = scored.speed {
        let speed = json!({"documents": speed.documents, "seconds": speed.seconds, "weights_bytes": speed.weights});
        one.insert("speed".into(), speed);
    }
    if let Some(a) = &scored.against {
        let against = json!({"f1_difference": a.difference, "p": a.p, "fixed": a.fixed, "broken": a.broken});
        one.insert("against_first".into(), against);
    }
    if let Some(other) = &scored.as_they_stand {
        let other = json!({
            "schema": Schema::Nervaluate1_2_1.as_str(), "strict": {"f1": other.strict},
            "partial": {"f1": other.partial}, "touching": other.touching,
        });
        one.insert("as_they_stand".into(), other);
    }
    if !parts.is_empty() {
        let part = |part: &Part| (part.as_str().to_owned(), parts::sheet(*part, report, scored).json());
        one.insert("report".into(), Value::Object(parts.iter().map(part).collect()));
    }
    if indices {
        let (overall, mut of_label) = places(scored);
        one.insert("overall_indices".into(), overall);
        let of_label =
            entities.iter().map(|l| (name(*l), of_label.remove(l).unwrap_or_else(|| Places::default().value())));
        one.insert("entity_indices".into(), Value::Object(of_label.collect()));
    }
    if per_document {
        let documents = report.gold.documents.iter().zip(&scored.by_document);
        let documents = documents.map(|(d, c)| {
            let mut document = object(counts(c, report.mode));
            document.shift_insert(0, "id".into(), json!(d.name));
            Value::Object(document)
        });
        one.insert("documents".into(), documents.collect());
    }
    one
}

fn counts(c: &Counts, mode: Mode) -> Value {
    let mut row = Map::new();
    for class in Class::ALL {
        row.insert(class.as_str().into(), json!(c.of(class)));
    }
    row.insert("precision".into(), json!(c.precision(mode)));
    row.insert("recall".into(), json!(c.recall(mode)));
    row.insert("f1".into(), json!(c.f1(mode)));
    row.insert("actual".into(), json!(c.actual()));
    row.insert("possible".into(), json!(c.possible()));
    Value::Object(row)
}

/// Document and index of every span, by mode and class.
#[derive(Default)]
struct Places([[Vec<(usize, usize)>; 5]; 4]);

impl Places {
    fn value(&self) -> Value {
        let mode = |m: &Mode| {
            let class = |c: &Class| (format!("{}_indices", c.as_str()), json!(self.0[*m as usize][*c as usize]));
            (m.as_str().to_owned(), Value::Object(Class::ALL.iter().map(class).collect()))
        };
        Value::Object(MODES.iter().map(mode).collect())
    }
}

/// Where the spans of all labels together and of each label are.
fn places(scored: &Scored) -> (Value, std::collections::HashMap<u32, Value>) {
    let mut overall = Places::default();
    let mut of_label: std::collections::HashMap<u32, Places> = std::collections::HashMap::new();
    for document in 0..scored.evaluation.gold.documents.len() {
        scored.evaluation.book(document, |b| {
            let row = match b.row {
                None => &mut overall,
                Some(label) => of_label.entry(label).or_default(),
            };
            if let Some(index) = b.index {
                row.0[b.mode as usize][b.class as usize].push((document, index));
            }
        });
    }
    (overall.value(), of_label.into_iter().map(|(label, places)| (label, places.value())).collect())
}
