//! What holds of every evaluation, whatever the spans: behind a number stand as many spans, counts add up, the order of
//! documents does not matter, and which side is gold matters only where the mode says so.

#![allow(clippy::unwrap_used)]

use std::collections::HashSet;
use std::sync::Arc;

use gleaner::evaluate::{
    Class, Counts, Entity, Evaluation, Gold, GoldDocument, Grouping, LabelIndex, Mark, Mode, Options, Predictions,
    Schema, Thresholds, agreement, buckets, calibration, compare, curve, disagreements, documents, judge, match_spans,
    options_at, unreachable,
};
use proptest::collection::vec;
use proptest::prelude::*;

const LABELS: u32 = 3;
const TEXT: &str =
    "Omega sold the old Seiko to a man from Bern for 500 CHF and a state-of-the-art strap, once more, in June.";

/// A document: gold, predictions, labels that were looked for.
type Document = (Vec<Mark>, Vec<Mark>, Option<Vec<u32>>);

fn spans() -> impl Strategy<Value = Vec<Mark>> {
    let span = (0..LABELS, 0..90i64, 1..14i64, 1..20u8).prop_map(|(label, start, length, score)| Mark {
        label,
        start,
        end: start + length,
        score: Some(f32::from(score) * 0.05),
    });
    vec(span, 0..7)
}

/// Predictions that are often right.
fn document() -> impl Strategy<Value = Document> {
    let coverage = proptest::option::of(proptest::collection::btree_set(0..LABELS, 1..4));
    (spans(), spans(), vec(any::<bool>(), 7), coverage).prop_map(|(gold, mut said, kept, coverage)| {
        said.extend(gold.iter().zip(kept).filter(|(_, kept)| *kept).map(|(span, _)| *span));
        let gold = gold.into_iter().map(|span| Mark { score: None, ..span }).collect();
        (gold, said, coverage.map(|labels| labels.into_iter().collect()))
    })
}

/// Spans of one side that do not overlap, in order.
fn flat() -> impl Strategy<Value = Vec<Mark>> {
    vec((0..LABELS, 0..6i64, 1..9i64), 0..8).prop_map(|steps| {
        let mut at = 0;
        let mut spans = Vec::new();
        for (label, gap, length) in steps {
            let start = at + gap;
            at = start + length;
            spans.push(Mark { label, start, end: at, score: Some(0.5) });
        }
        spans
    })
}

fn evaluation(documents: &[Document], options: Options) -> Evaluation {
    let mut labels = LabelIndex::default();
    for label in 0..LABELS {
        labels.number(&format!("label {label}"));
    }
    let of_gold = |(spans, _, coverage): &Document| GoldDocument {
        text: Some(TEXT.into()),
        spans: spans.clone(),
        coverage: coverage.clone(),
        ..GoldDocument::default()
    };
    let gold = Gold { labels, documents: documents.iter().map(of_gold).collect(), ..Gold::default() };
    let said = documents.iter().map(|(_, said, _)| said.clone()).collect();
    let predictions = Predictions { documents: said, floor: Some(0.01), ..Predictions::default() };
    Evaluation::new(Arc::new(gold), Arc::new(predictions), options)
}

fn of_schema(schema: Schema) -> Options {
    Options { schema, ..Options::default() }
}

fn schema() -> impl Strategy<Value = Schema> {
    proptest::sample::select(Schema::ALL.to_vec())
}

fn rows() -> impl Iterator<Item = Option<u32>> {
    std::iter::once(None).chain((0..LABELS).map(Some))
}

/// Everything that is shown as a number.
fn numbers(found: &Evaluation) -> Vec<Counts> {
    rows().flat_map(|row| Mode::ALL.map(|mode| found.row(row, mode))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_documents_changes_no_number(
        (documents, shuffled) in vec(document(), 0..6).prop_flat_map(|d| (Just(d.clone()), Just(d).prop_shuffle())),
        schema in schema(),
    ) {
        let (a, b) = (evaluation(&documents, of_schema(schema)), evaluation(&shuffled, of_schema(schema)));
        prop_assert_eq!(numbers(&a), numbers(&b));
        for mode in Mode::ALL {
            prop_assert_eq!(a.macro_average(mode), b.macro_average(mode));
        }
        let fields = |found: &Evaluation| -> Vec<_> {
            found.confusion().fields().map(|(field, pairs)| (field, pairs.len())).collect()
        };
        prop_assert_eq!(fields(&a), fields(&b));
        for grouping in [Grouping::Length, Grouping::Frequency] {
            let of = |found: &Evaluation| -> Vec<_> {
                buckets(found, grouping, Mode::Partial, None).into_iter().map(|b| (b.name, b.counts)).collect()
            };
            prop_assert_eq!(of(&a), of(&b));
        }
        let sizes = |found: &Evaluation| -> Vec<_> {
            calibration(found, 10).bins.into_iter().map(|bin| (bin.predicted, bin.right)).collect()
        };
        prop_assert_eq!(sizes(&a), sizes(&b));
        let points = |found: &Evaluation| curve(&found.gold, &found.predictions, &found.options, None, Mode::Strict, 0.1);
        prop_assert_eq!(points(&a).points, points(&b).points);
        let left_out = |found: &Evaluation| -> Vec<_> { (0..LABELS).map(|label| found.left_out(label)).collect() };
        prop_assert_eq!(left_out(&a), left_out(&b));
    }

    /// Where neither side overlaps itself, an equal pair is always found, and as many pairs overlap from either side.
    /// Not so in ent_type: there a prediction takes the closest span of its label, which may be another one's only one.
    #[test]
    fn swapping_the_sides_swaps_precision_and_recall(sides in vec((flat(), flat()), 1..5)) {
        let there: Vec<Document> = sides.iter().map(|(a, b)| (a.clone(), b.clone(), None)).collect();
        let back: Vec<Document> = sides.into_iter().map(|(a, b)| (b, a, None)).collect();
        let (there, back) = (evaluation(&there, Options::default()), evaluation(&back, Options::default()));
        for row in rows() {
            for mode in [Mode::Strict, Mode::Exact, Mode::Partial] {
                let (one, other) = (there.row(row, mode), back.row(row, mode));
                prop_assert_eq!(one.precision(mode), other.recall(mode), "{:?} {:?}", row, mode);
                prop_assert_eq!(one.recall(mode), other.precision(mode), "{:?} {:?}", row, mode);
            }
        }
    }

    #[test]
    fn under_the_rules_of_1_2_1_counts_add_up_to_both_sides(
        documents in vec(document(), 0..5),
        schema in proptest::sample::select(vec![Schema::Gleaner, Schema::Nervaluate1_2_1]),
    ) {
        let found = evaluation(&documents, of_schema(schema));
        let taken: Vec<_> = (0..documents.len()).map(|document| found.taken(document)).collect();
        for row in rows() {
            let of_row = |spans: &[Entity]| spans.iter().filter(|span| row.is_none_or(|l| span.label == l)).count() as u64;
            for mode in Mode::ALL {
                let counts = found.row(row, mode);
                prop_assert_eq!(counts.possible(), taken.iter().map(|t| of_row(&t.gold)).sum::<u64>());
                prop_assert_eq!(counts.actual(), taken.iter().map(|t| of_row(&t.predictions)).sum::<u64>());
            }
        }
        let mut of_documents = Counts::default();
        documents_of(&found).iter().for_each(|counts| of_documents.merge(counts));
        prop_assert_eq!(of_documents, *found.overall(Mode::Partial));
    }

    #[test]
    fn every_number_opens_as_many_spans(documents in vec(document(), 0..5), schema in schema()) {
        let found = evaluation(&documents, of_schema(schema));
        for row in rows() {
            for mode in Mode::ALL {
                for class in Class::ALL {
                    let opened = found.pairs(row, mode, class).len() as u64;
                    prop_assert_eq!(opened, found.row(row, mode).of(class), "{:?} {:?} {:?}", row, mode, class);
                }
            }
        }
        prop_assert_eq!(disagreements(&found).len() as u64, {
            let counts = found.overall(Mode::Strict);
            Class::ALL.iter().filter(|class| **class != Class::Correct).map(|class| counts.of(*class)).sum::<u64>()
        });
    }

    #[test]
    fn every_span_stands_in_one_bucket(documents in vec(document(), 0..5), schema in schema()) {
        let found = evaluation(&documents, of_schema(schema));
        let training: HashSet<String> = ["omega", "old seiko", "500 chf"].map(str::to_owned).into();
        for grouping in Grouping::ALL {
            for mode in Mode::ALL {
                let mut all = Counts::default();
                for bucket in buckets(&found, grouping, mode, Some(&training)) {
                    let mut opened = Counts::default();
                    bucket.pairs.iter().for_each(|(class, _)| opened.add(*class));
                    prop_assert_eq!(opened, bucket.counts, "{}", bucket.name);
                    all.merge(&bucket.counts);
                }
                prop_assert_eq!(all, *found.overall(mode), "{:?} {:?}", grouping, mode);
            }
        }
    }

    #[test]
    fn every_field_of_the_matrix_holds_its_spans_once(documents in vec(document(), 0..5)) {
        let found = evaluation(&documents, Options::default());
        let (mut gold, mut said) = (HashSet::new(), HashSet::new());
        for (_, pairs) in found.confusion().fields() {
            for pair in pairs {
                prop_assert!(pair.gold.is_none_or(|at| gold.insert((pair.document, at))), "a gold span stands twice");
                prop_assert!(pair.prediction.is_none_or(|at| said.insert((pair.document, at))), "a prediction stands twice");
            }
        }
        prop_assert_eq!(gold.len() as u64, found.overall(Mode::Partial).possible());
        prop_assert_eq!(said.len() as u64, found.overall(Mode::Partial).actual());
    }

    #[test]
    fn a_point_of_the_curve_is_what_is_counted_at_its_threshold(
        documents in vec(document(), 1..4),
        schema in schema(),
        label in proptest::option::of(0..LABELS),
    ) {
        let thresholds = Some(Thresholds { all: 0.3, of_label: Vec::new() });
        let options = Options { schema, thresholds, ..Options::default() };
        let found = evaluation(&documents, options.clone());
        for mode in [Mode::Strict, Mode::Partial] {
            let curve = curve(&found.gold, &found.predictions, &options, label, mode, 0.2);
            for point in &curve.points {
                let there = evaluation(&documents, options_at(&options, label, point.threshold));
                for class in Class::ALL {
                    prop_assert_eq!(there.pairs(label, mode, class).len() as u64, point.counts.of(class));
                }
                prop_assert!(curve.points[curve.best.unwrap()].f1 >= point.f1);
            }
        }
    }

    #[test]
    fn every_bin_holds_the_predictions_it_counts(documents in vec(document(), 0..5), bins in 1..20usize) {
        let found = evaluation(&documents, Options::default());
        let calibration = calibration(&found, bins);
        let mut seen = HashSet::new();
        for bin in &calibration.bins {
            prop_assert_eq!(bin.pairs.len() as u64, bin.predicted);
            prop_assert_eq!(bin.pairs.iter().filter(|pair| pair.gold.is_some()).count() as u64, bin.right);
            for pair in &bin.pairs {
                prop_assert!(seen.insert((pair.document, pair.prediction)));
                let score = f64::from(found.predictions.documents[pair.document][pair.prediction.unwrap()].score.unwrap());
                prop_assert!(score <= bin.high && (score > bin.low || bin.low == 0.0));
            }
        }
        prop_assert_eq!(seen.len() as u64, found.overall(Mode::Strict).actual());
        prop_assert_eq!(judge(&found, None).gold, found.overall(Mode::Strict).possible());
    }

    #[test]
    fn what_is_fixed_and_broken_is_the_difference(documents in vec(document(), 1..5), threshold in 0.1..0.9f32) {
        let a = evaluation(&documents, Options::default());
        let thresholds = Some(Thresholds { all: threshold, of_label: Vec::new() });
        let b = evaluation(&documents, Options { thresholds, ..Options::default() });
        for mode in Mode::ALL {
            let found = compare(&a, &b, mode, 1);
            let more = |one: usize, other: usize| one as i64 - other as i64;
            let correct = |e: &Evaluation| e.overall(mode).of(Class::Correct) as i64;
            let wrong = |e: &Evaluation| (e.overall(mode).of(Class::Incorrect) + e.overall(mode).of(Class::Spurious)) as i64;
            prop_assert_eq!(more(found.fixed.len(), found.broken.len()), correct(&b) - correct(&a));
            prop_assert_eq!(more(found.new_false.len(), found.gone_false.len()), wrong(&b) - wrong(&a));
            prop_assert!((found.overall.f1 - (b.overall(mode).f1(mode) - a.overall(mode).f1(mode))).abs() < 1e-12);
            let same = compare(&a, &a, mode, 1);
            prop_assert!(same.fixed.is_empty() && same.broken.is_empty() && same.new_false.is_empty());
        }
    }

    /// Spans in order are matched by looking at those that share a position only; a reversed span far away makes gold
    /// disorderly, and everything is looked at.
    #[test]
    fn looking_at_neighbours_only_finds_what_looking_at_all_finds(gold in flat(), said in spans(), least in 1..100u8) {
        let entity = |mark: &Mark| Entity { label: mark.label, start: mark.start, end: mark.end - 1 };
        let gold: Vec<Entity> = gold.iter().map(entity).collect();
        let said: Vec<Entity> = said.iter().map(entity).collect();
        let mut disorderly = gold.clone();
        disorderly.push(Entity { label: 0, start: 9999, end: 9990 });
        for mode in Mode::ALL {
            let tidy = match_spans(&gold, &said, mode, f64::from(least));
            let mut other = match_spans(&disorderly, &said, mode, f64::from(least));
            prop_assert_eq!(other.missed.pop(), Some(gold.len()));
            prop_assert_eq!(tidy, other);
        }
    }

    #[test]
    fn what_is_out_of_reach_is_gold_and_stands_in_one_list(documents in vec(document(), 0..5), width in 0..6usize) {
        let found = evaluation(&documents, Options::default());
        let out = unreachable(&found, width);
        let mut seen = HashSet::new();
        for pair in out.too_wide.iter().chain(&out.off_words) {
            prop_assert!(seen.insert((pair.document, pair.gold.unwrap())));
        }
        prop_assert!(seen.len() as u64 + out.unknown <= found.overall(Mode::Strict).possible());
        if width == 0 {
            prop_assert_eq!(seen.len() as u64, found.overall(Mode::Strict).possible());
        }
    }

    #[test]
    fn who_agrees_with_themselves_agrees_wholly(side in vec(flat(), 1..4)) {
        let documents: Vec<Document> = side.into_iter().map(|spans| (spans.clone(), spans, None)).collect();
        let found = agreement(&evaluation(&documents, Options::default()));
        for measures in std::iter::once(&found.all).chain(found.labels.iter().map(|(_, measures)| measures)) {
            for value in [measures.strict, measures.exact, measures.partial, measures.kappa, measures.alpha] {
                prop_assert!(value.is_none_or(|value| (value - 1.0).abs() < 1e-9), "{:?}", measures);
            }
        }
    }
}

fn documents_of(found: &Evaluation) -> Vec<Counts> {
    let rows = documents(found, Mode::Partial);
    let silent = |counts: &Counts| counts.possible() + counts.actual() == 0;
    let loud: Vec<_> = rows.iter().take_while(|row| !silent(&row.counts)).collect();
    assert!(loud.is_sorted_by(|a, b| a.f1 <= b.f1), "the worst come first");
    assert!(rows[loud.len()..].iter().all(|row| silent(&row.counts)), "those that say nothing come last");
    rows.iter().map(|row| row.counts).collect()
}

#[test]
fn in_ent_type_it_matters_which_side_is_gold() {
    let mark = |start, end| Mark { label: 0, start, end, score: None };
    let (a, b) = (vec![mark(0, 4), mark(5, 20)], vec![mark(3, 18), mark(19, 22)]);
    let there = evaluation(&[(a.clone(), b.clone(), None)], Options::default());
    let back = evaluation(&[(b, a, None)], Options::default());
    assert_eq!(there.overall(Mode::EntType).of(Class::Correct), 1, "the long one takes the closest");
    assert_eq!(back.overall(Mode::EntType).of(Class::Correct), 2);
}
