//! How far annotators agree: span F1, Cohen's kappa on words, and Krippendorff's unitizing alpha on the text itself.
//!
//! One annotator's answers are counted against another's as predictions are against gold, over the documents that both
//! have submitted and the labels that both had looked for. Nothing says who of the two is right.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::words::Words;
use super::{Class, Evaluation, Gold, GoldDocument, LabelIndex, Mark, Mode, Options, Pair, Predictions};
use crate::dataset::DocumentId;
use crate::text::CharRange;

/// One annotator's answer to one document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answered {
    /// Who: index into [`Answers::annotators`].
    pub annotator: usize,
    /// The spans.
    pub spans: Vec<Mark>,
    /// Numbers of the labels that were looked for, ascending; `None`: all of them.
    pub coverage: Option<Vec<u32>>,
}

/// A document with the answers to it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AnsweredDocument {
    /// Its id, for people.
    pub name: String,
    /// Its number in the project.
    pub document: Option<DocumentId>,
    /// Its text, where the source has one.
    pub text: Option<Arc<str>>,
    /// Who said what.
    pub answers: Vec<Answered>,
}

/// What several annotators submitted; ends are half-open.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answers {
    /// The labels.
    pub labels: LabelIndex,
    /// Their names.
    pub annotators: Vec<String>,
    /// The documents.
    pub documents: Vec<AnsweredDocument>,
}

impl Answers {
    /// One annotator's answers counted against another's, over the documents that both have submitted.
    pub fn between(&self, a: usize, b: usize) -> Evaluation {
        let (mut gold, mut predictions) = (Vec::new(), Vec::new());
        for document in &self.documents {
            let of = |who: usize| document.answers.iter().find(|answer| answer.annotator == who);
            let (Some(mine), Some(theirs)) = (of(a), of(b)) else { continue };
            gold.push(GoldDocument {
                name: document.name.clone(),
                document: document.document,
                annotator: self.annotators.get(a).cloned(),
                text: document.text.clone(),
                spans: mine.spans.clone(),
                coverage: both(mine.coverage.as_deref(), theirs.coverage.as_deref()),
            });
            predictions.push(theirs.spans.clone());
        }
        let name = self.annotators.get(b).cloned().unwrap_or_default();
        let gold = Gold { labels: self.labels.clone(), documents: gold, ..Gold::default() };
        let predictions = Predictions { name, documents: predictions, ..Predictions::default() };
        Evaluation::new(Arc::new(gold), Arc::new(predictions), Options::default())
    }

    /// How far all annotators agree, over the documents that every one of them has submitted.
    pub fn together(&self) -> Together {
        let everybody = self.annotators.len();
        let mut line = Line::new(self.labels.names().len(), everybody);
        let mut words = Vec::new();
        let mut categories = Categories::default();
        let mut documents = 0;
        for document in self.documents.iter().filter(|d| everybody > 0 && d.answers.len() == everybody) {
            documents += 1;
            let Some(text) = document.text.as_deref() else { continue };
            let coverage = document
                .answers
                .iter()
                .fold(None, |found: Option<Vec<u32>>, answer| both(found.as_deref(), answer.coverage.as_deref()));
            let looked_for = |label: u32| coverage.as_ref().is_none_or(|labels| labels.binary_search(&label).is_ok());
            let any = (0..self.labels.names().len() as u32).any(looked_for);
            let of_text = if any { Words::in_text(text) } else { Words::in_text("") };
            let first = words.len();
            words.resize(first + of_text.len(), Vec::new());
            line.begin(text.chars().count(), looked_for);
            for answer in &document.answers {
                let marks: Vec<(u32, CharRange)> = answer
                    .spans
                    .iter()
                    .filter(|mark| looked_for(mark.label))
                    .filter_map(|mark| Some((mark.label, Gold::default().range(mark)?)))
                    .collect();
                marks.iter().for_each(|(label, range)| line.mark(answer.annotator, *label, *range));
                for (word, labels) in labels_of_words(&of_text, &marks).into_iter().enumerate() {
                    words[first + word].push(categories.number(labels));
                }
            }
        }
        let (labels, alpha) = line.alpha();
        Together { documents, alpha, labels: (0u32..).zip(labels).collect(), words: nominal_alpha(&words) }
    }

    /// Every pair of annotators that have submitted a document in common, with how far they agree.
    pub fn pairwise(&self) -> Vec<Agreements> {
        let pairs = (0..self.annotators.len()).flat_map(|a| (a + 1..self.annotators.len()).map(move |b| (a, b)));
        pairs
            .map(|(a, b)| Agreements { a, b, agreement: agreement(&self.between(a, b)) })
            .filter(|pair| pair.agreement.documents > 0)
            .collect()
    }
}

/// Two annotators and how far they agree.
#[derive(Clone, Debug, PartialEq)]
pub struct Agreements {
    /// The one: index into [`Answers::annotators`].
    pub a: usize,
    /// The other.
    pub b: usize,
    /// How far.
    pub agreement: Agreement,
}

/// How far all annotators agree.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Together {
    /// Documents that every one of them has submitted.
    pub documents: usize,
    /// Unitizing alpha of all labels; `None` without such documents, or when nothing was marked.
    pub alpha: Option<f64>,
    /// Of each label.
    pub labels: Vec<(u32, Option<f64>)>,
    /// Krippendorff's nominal alpha on words.
    pub words: Option<f64>,
}

/// How far two annotators agree on one label, or on all.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measures {
    /// Spans of the one.
    pub of_a: u64,
    /// Spans of the other.
    pub of_b: u64,
    /// F1 of spans with the same borders and label; `None` when neither marked any.
    pub strict: Option<f64>,
    /// F1 of spans with the same borders, whatever the label.
    pub exact: Option<f64>,
    /// F1 of spans that overlap, half for those whose borders differ.
    pub partial: Option<f64>,
    /// F1 of spans that overlap and have the same label.
    pub ent_type: Option<f64>,
    /// Cohen's kappa on words; `None` without texts, or where chance explains everything.
    pub kappa: Option<f64>,
    /// Unitizing alpha on positions; `None` without texts, or when neither marked any.
    pub alpha: Option<f64>,
}

impl Measures {
    /// F1 in a mode.
    pub const fn f1(&self, mode: Mode) -> Option<f64> {
        match mode {
            Mode::Strict => self.strict,
            Mode::Exact => self.exact,
            Mode::Partial => self.partial,
            Mode::EntType => self.ent_type,
        }
    }
}

/// How far two annotators agree.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Agreement {
    /// Documents that both have submitted.
    pub documents: usize,
    /// All labels together.
    pub all: Measures,
    /// By label, in their order.
    pub labels: Vec<(u32, Measures)>,
}

/// How far gold and predictions agree when both are annotators. Every document of the evaluation counts: leave those out
/// that one of them has not submitted ([`Answers::between`] does).
pub fn agreement(evaluation: &Evaluation) -> Agreement {
    let labels = evaluation.gold.labels.names().len();
    let mut words = WordTables::new(labels);
    let mut line = Line::new(labels, 2);
    for (document, gold) in evaluation.gold.documents.iter().enumerate() {
        let Some(text) = gold.text.as_deref() else { continue };
        let looked_for = |label: u32| gold.coverage.as_ref().is_none_or(|of| of.binary_search(&label).is_ok());
        let said = evaluation.predictions.documents.get(document).map_or(&[][..], Vec::as_slice);
        let taken = evaluation.taken(document);
        let marks = |of: &[Mark], at: &[usize]| -> Vec<(u32, CharRange)> {
            let mark = |at: &usize| Some((of[*at].label, evaluation.gold.range(&of[*at])?));
            at.iter().filter_map(mark).collect()
        };
        let sides = [marks(&gold.spans, &taken.gold_at), marks(said, &taken.predictions_at)];
        line.begin(text.chars().count(), looked_for);
        for (who, side) in sides.iter().enumerate() {
            side.iter().for_each(|(label, range)| line.mark(who, *label, *range));
        }
        if let Some(of_text) = Words::of(gold) {
            words.add(&of_text, &sides, looked_for);
        }
    }
    let (alphas, alpha) = line.alpha();
    let measures = |row: Option<u32>, kappa: Option<f64>, alpha: Option<f64>| {
        let f1 = |mode: Mode| {
            let counts = evaluation.row(row, mode);
            (counts.possible() + counts.actual() > 0).then(|| counts.f1(mode))
        };
        let counts = evaluation.row(row, Mode::Strict);
        Measures {
            of_a: counts.possible(),
            of_b: counts.actual(),
            strict: f1(Mode::Strict),
            exact: f1(Mode::Exact),
            partial: f1(Mode::Partial),
            ent_type: f1(Mode::EntType),
            kappa,
            alpha,
        }
    };
    let of_label = |label: u32| {
        let at = label as usize;
        (label, measures(Some(label), words.labels[at].kappa(), alphas[at]))
    };
    Agreement {
        documents: evaluation.gold.documents.len(),
        all: measures(None, words.all.kappa(), alpha),
        labels: evaluation.rows().into_iter().map(of_label).collect(),
    }
}

/// Every span on which two annotators differ, in the order of the documents: what to talk about.
pub fn disagreements(evaluation: &Evaluation) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for document in 0..evaluation.gold.documents.len() {
        evaluation.book_row(document, None, Mode::Strict, |booking| {
            if booking.class != Class::Correct {
                pairs.push(Pair { document, gold: booking.gold, prediction: booking.prediction });
            }
        });
    }
    pairs
}

/// Labels that both looked for.
fn both(a: Option<&[u32]>, b: Option<&[u32]>) -> Option<Vec<u32>> {
    match (a, b) {
        (None, None) => None,
        (Some(one), None) | (None, Some(one)) => Some(one.to_vec()),
        (Some(a), Some(b)) => Some(a.iter().filter(|label| b.contains(label)).copied().collect()),
    }
}

/// Words by what both annotators gave them.
#[derive(Clone, Debug, Default)]
struct KappaTable(BTreeMap<(u32, u32), u64>);

impl KappaTable {
    fn kappa(&self) -> Option<f64> {
        kappa_of_table(self.0.iter().map(|(cell, n)| (*cell, *n)))
    }
}

/// The tables of all labels and of each.
struct WordTables {
    all: KappaTable,
    labels: Vec<KappaTable>,
    categories: Categories,
}

impl WordTables {
    fn new(labels: usize) -> Self {
        let labels = vec![KappaTable::default(); labels];
        Self { all: KappaTable::default(), labels, categories: Categories::default() }
    }

    fn add(&mut self, words: &Words, sides: &[Vec<(u32, CharRange)>; 2], looked_for: impl Fn(u32) -> bool) {
        // Where nothing was looked for together, agreeing on nothing is no agreement.
        if !(0..self.labels.len() as u32).any(&looked_for) {
            return;
        }
        let [of_a, of_b] = sides.each_ref().map(|side| labels_of_words(words, side));
        for (a, b) in of_a.into_iter().zip(of_b) {
            for (label, table) in (0u32..).zip(&mut self.labels).filter(|(label, _)| looked_for(*label)) {
                let cell = (u32::from(a.contains(&label)), u32::from(b.contains(&label)));
                *table.0.entry(cell).or_default() += 1;
            }
            let cell = (self.categories.number(a), self.categories.number(b));
            *self.all.0.entry(cell).or_default() += 1;
        }
    }
}

/// The labels over each word.
fn labels_of_words(words: &Words, marks: &[(u32, CharRange)]) -> Vec<BTreeSet<u32>> {
    let mut labels = vec![BTreeSet::new(); words.len()];
    for (label, range) in marks {
        for of_word in &mut labels[words.under(*range)] {
            of_word.insert(*label);
        }
    }
    labels
}

/// A word under several labels is of a category of its own: that set of labels.
#[derive(Debug, Default)]
struct Categories(HashMap<BTreeSet<u32>, u32>);

impl Categories {
    fn number(&mut self, labels: BTreeSet<u32>) -> u32 {
        let next = self.0.len() as u32;
        *self.0.entry(labels).or_insert(next)
    }
}

/// Documents laid end to end: one continuum for each label, of the documents in which it was looked for.
struct Line {
    lengths: Vec<u64>,
    /// By label, by annotator.
    units: Vec<Vec<Vec<(u64, u64)>>>,
    /// Where the current document begins, by label.
    at: Vec<u64>,
}

impl Line {
    fn new(labels: usize, annotators: usize) -> Self {
        Self { lengths: vec![0; labels], units: vec![vec![Vec::new(); annotators]; labels], at: vec![0; labels] }
    }

    fn begin(&mut self, length: usize, looked_for: impl Fn(u32) -> bool) {
        self.at.copy_from_slice(&self.lengths);
        let covered = (0u32..).zip(&mut self.lengths).filter(|(label, _)| looked_for(*label));
        covered.for_each(|(_, all)| *all += length as u64);
    }

    fn mark(&mut self, annotator: usize, label: u32, range: CharRange) {
        let Some(units) = self.units.get_mut(label as usize) else { return };
        let at = self.at[label as usize];
        units[annotator].push((at + range.start as u64, at + range.end as u64));
    }

    fn alpha(&self) -> (Vec<Option<f64>>, Option<f64>) {
        let found: Vec<Option<Disagreement>> =
            self.lengths.iter().zip(&self.units).map(|(length, units)| unitizing(*length, units)).collect();
        let together: Vec<Disagreement> = found.iter().flatten().copied().collect();
        (found.iter().map(|label| alpha(label.as_slice())).collect(), alpha(&together))
    }
}

/// Cohen's kappa (1960) of two annotators who gave each token a category; `None` without tokens or when both used one
/// category only, where chance explains everything.
pub fn cohens_kappa(tokens: impl IntoIterator<Item = (u32, u32)>) -> Option<f64> {
    kappa_of_table(tokens.into_iter().map(|cell| (cell, 1)))
}

/// The same from how often each pair of categories occurs.
pub fn kappa_of_table(table: impl IntoIterator<Item = ((u32, u32), u64)>) -> Option<f64> {
    let (mut all, mut same) = (0u64, 0u64);
    let (mut of_a, mut of_b) = (BTreeMap::<u32, u64>::new(), BTreeMap::<u32, u64>::new());
    for ((a, b), times) in table {
        all += times;
        same += if a == b { times } else { 0 };
        *of_a.entry(a).or_default() += times;
        *of_b.entry(b).or_default() += times;
    }
    let n = all as f64;
    let expected: f64 = of_a
        .iter()
        .map(|(category, count)| *count as f64 * of_b.get(category).copied().unwrap_or(0) as f64)
        .sum::<f64>()
        / (n * n);
    let observed = same as f64 / n;
    (all > 0 && expected < 1.0).then(|| (observed - expected) / (1.0 - expected))
}

/// Krippendorff's alpha for categories without an order (2004, chapter 11.3): units with the category that each annotator
/// gave, whoever they are; those with fewer than two say nothing. `None` without any, or when only one category was used.
pub fn nominal_alpha(units: &[Vec<u32>]) -> Option<f64> {
    let mut of_category = BTreeMap::<u32, f64>::new();
    let (mut all, mut different) = (0.0, 0.0);
    for unit in units.iter().filter(|unit| unit.len() > 1) {
        let m = unit.len() as f64;
        let mut here = BTreeMap::<u32, f64>::new();
        unit.iter().for_each(|category| *here.entry(*category).or_default() += 1.0);
        all += m;
        // Pairs of annotators that differ, each unit's pairs weighing as much as its annotators.
        different += (m * m - here.values().map(|n| n * n).sum::<f64>()) / (m - 1.0);
        here.into_iter().for_each(|(category, n)| *of_category.entry(category).or_default() += n);
    }
    let by_chance = all * all - of_category.values().map(|n| n * n).sum::<f64>();
    (by_chance > 0.0).then(|| 1.0 - (all - 1.0) * different / by_chance)
}

/// A section of a continuum: one annotator's unit, or a gap between units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Section {
    start: u64,
    length: u64,
    unit: bool,
}

/// How far annotators differ on one label, and how far they would by chance.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Disagreement {
    /// Between the units there are.
    pub observed: f64,
    /// Between units of these lengths that lie anywhere.
    pub expected: f64,
}

/// Krippendorff's disagreement for unitizing (1995; *Content Analysis*, 2nd edition 2004, chapter 11.6): how differently
/// two or more annotators mark stretches of a continuum of `length` positions with one label. Units are half-open
/// ranges; those of one annotator that overlap are cut. `None` when there is nobody to compare or nothing was marked.
pub fn unitizing(length: u64, annotators: &[Vec<(u64, u64)>]) -> Option<Disagreement> {
    let (m, l) = (annotators.len() as f64, length as f64);
    let sections: Vec<Vec<Section>> = annotators.iter().map(|units| sections(length, units)).collect();
    let units: Vec<f64> = sections.iter().flatten().filter(|s| s.unit).map(|s| s.length as f64).collect();
    if annotators.len() < 2 || units.is_empty() {
        return None;
    }
    let pairs = sections.iter().enumerate().flat_map(|(i, a)| sections[i + 1..].iter().map(move |b| (a, b)));
    let observed = 2.0 * pairs.map(|(a, b)| difference(a, b)).sum::<f64>() / (m * (m - 1.0) * l * l);
    let mut gaps: Vec<f64> = sections.iter().flatten().filter(|s| !s.unit).map(|s| s.length as f64).collect();
    gaps.sort_by(f64::total_cmp);
    // Sums of the gaps from each on, so that a unit does not look at every gap.
    let mut sums: Vec<f64> = gaps
        .iter()
        .rev()
        .scan(0.0, |sum, gap| {
            *sum += gap;
            Some(*sum)
        })
        .collect();
    sums.reverse();
    let of_unit = |b: f64| {
        let beside = (units.len() as f64 - 1.0) * (2.0 * b.powi(3) - 3.0 * b * b + b) / 3.0;
        let wide = gaps.partition_point(|gap| *gap < b);
        let inside = sums.get(wide).map_or(0.0, |sum| sum - (gaps.len() - wide) as f64 * (b - 1.0));
        beside + b * b * inside
    };
    let all = units.iter().map(|b| of_unit(*b)).sum::<f64>();
    let own = units.iter().map(|b| b * (b - 1.0)).sum::<f64>();
    Some(Disagreement { observed, expected: 2.0 / l * all / (m * l * (m * l - 1.0) - own) })
}

/// Unitizing alpha over labels: 1 is agreement in every position, 0 what chance gives, less is worse than chance.
pub fn alpha(labels: &[Disagreement]) -> Option<f64> {
    let observed: f64 = labels.iter().map(|d| d.observed).sum();
    let expected: f64 = labels.iter().map(|d| d.expected).sum();
    (expected > 0.0).then(|| 1.0 - observed / expected)
}

/// Units and gaps in turn, from 0 to the end.
fn sections(length: u64, units: &[(u64, u64)]) -> Vec<Section> {
    let mut units: Vec<(u64, u64)> =
        units.iter().map(|&(s, e)| (s.min(length), e.min(length))).filter(|(s, e)| s < e).collect();
    units.sort_unstable();
    let mut sections: Vec<Section> = Vec::new();
    let mut at = 0;
    for (start, end) in units {
        let start = start.max(at);
        if start >= end {
            continue;
        }
        if start > at {
            sections.push(Section { start: at, length: start - at, unit: false });
        }
        sections.push(Section { start, length: end - start, unit: true });
        at = end;
    }
    if at < length {
        sections.push(Section { start: at, length: length - at, unit: false });
    }
    sections
}

/// Sum of squared differences between the sections of two annotators: overlapping units differ by their borders, a unit
/// that lies wholly in the other's gap by its length.
fn difference(a: &[Section], b: &[Section]) -> f64 {
    let mut sum = 0.0;
    let mut from = 0;
    for x in a {
        let xe = x.start + x.length;
        // Both lists cover the continuum in order: only sections that overlap can differ.
        while b.get(from).is_some_and(|y| y.start + y.length <= x.start) {
            from += 1;
        }
        for y in b[from..].iter().take_while(|y| y.start < xe) {
            let ye = y.start + y.length;
            sum += match (x.unit, y.unit) {
                (true, true) => {
                    let (s, e) = (x.start.abs_diff(y.start) as f64, xe.abs_diff(ye) as f64);
                    s * s + e * e
                }
                (true, false) if y.start <= x.start && xe <= ye => (x.length as f64).powi(2),
                (false, true) if x.start <= y.start && ye <= xe => (y.length as f64).powi(2),
                _ => 0.0,
            };
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn kappa_is_what_is_left_of_agreement_after_chance() {
        // Cohen's own table form: 20 + 15 agree of 50, chance would give half.
        let table = [((1, 1), 20), ((1, 0), 5), ((0, 1), 10), ((0, 0), 15)];
        let tokens = table.iter().flat_map(|(pair, n)| std::iter::repeat_n(*pair, *n));
        assert!((cohens_kappa(tokens).unwrap() - 0.4).abs() < 1e-12);
        assert_eq!(cohens_kappa([(1, 1), (1, 1)]), None, "one category: chance explains everything");
        assert_eq!(cohens_kappa([]), None);
    }

    #[test]
    fn unitizing_gives_the_numbers_of_krippendorffs_own_example() {
        // Content Analysis, 2nd edition, page 254: a continuum from 150 to 450, two observers, categories c and k.
        let of = |units: &[(u64, u64)]| units.iter().map(|(at, length)| (at - 150, at - 150 + length)).collect();
        let c = unitizing(300, &[of(&[(225, 70), (370, 30)]), of(&[(220, 80), (355, 20), (400, 20)])]).unwrap();
        let k = unitizing(300, &[of(&[(180, 60), (300, 50)]), of(&[(180, 60), (300, 50)])]).unwrap();
        assert!((c.observed - 0.0144).abs() < 1e-4 && (c.expected - 0.0532).abs() < 1e-4, "{c:?}");
        assert!((alpha(&[c]).unwrap() - 0.7286).abs() < 1e-4);
        assert!(k.observed == 0.0 && (k.expected - 0.0490).abs() < 1e-4, "{k:?}");
        assert!((alpha(&[c, k]).unwrap() - 0.8591).abs() < 5e-4);
        assert_eq!(unitizing(300, &[vec![], vec![]]), None);
    }
}
