//! How much there is of each label and of each annotator's work.
//!
//! Counted from indexes but over the whole project: a million spans take about a second, so the screen asks for it on
//! another thread.

use std::collections::{BTreeMap, HashSet};

use rusqlite::{Connection, params};

use super::error::Result;
use super::gold::{self, GoldSet, PEOPLE, gold_set_of};
use super::project::Project;
use crate::dataset::LabelId;

/// How often a label is used, by all annotators and in frozen gold sets; spans of documents that were removed are counted too, for they come
/// back with them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelTally {
    /// The label.
    pub label: LabelId,
    /// Spans of annotators that have it.
    pub spans: u64,
    /// Documents with such a span.
    pub documents: u64,
    /// Annotators with such a span.
    pub annotators: u64,
    /// Frozen gold sets with a span that has it, by name, with how many.
    pub gold: Vec<(String, u64)>,
}

/// What one annotator has done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnnotatorTally {
    /// Who.
    pub annotator: String,
    /// Documents begun.
    pub draft: u64,
    /// Documents finished.
    pub submitted: u64,
    /// Documents set aside for good.
    pub discarded: u64,
    /// Submitted documents that were annotated without seeing a suggestion.
    pub blind: u64,
    /// Spans of all their responses, by label.
    pub labels: Vec<(LabelId, u64)>,
    /// Suggestions taken as they were.
    pub accepted: u64,
    /// Suggestions turned down.
    pub rejected: u64,
    /// Suggestions taken with another label.
    pub relabelled: u64,
    /// Suggestions taken with other edges.
    pub rebounded: u64,
    /// How many of these decisions were made in bulk.
    pub bulk: u64,
    /// Seconds of active time on all documents.
    pub seconds: u64,
    /// Submitted documents whose time is known: those of an import took none here.
    pub timed: u64,
    /// Seconds of active time on these.
    pub timed_seconds: u64,
}

/// The whole project in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Documents in the project.
    pub documents: u64,
    /// Labels that any span has, by number.
    pub labels: Vec<LabelTally>,
    /// Everybody who has done anything, by name.
    pub annotators: Vec<AnnotatorTally>,
    /// Frozen gold sets, by name.
    pub gold: Vec<GoldSet>,
}

impl LabelTally {
    /// A label that no span has.
    fn none(label: LabelId) -> Self {
        Self { label, spans: 0, documents: 0, annotators: 0, gold: Vec::new() }
    }

    fn count_gold(&mut self, set: &str, spans: u64) {
        match self.gold.iter_mut().find(|(name, _)| name == set) {
            Some((_, known)) => *known += spans,
            None => self.gold.push((set.to_owned(), spans)),
        }
        self.gold.sort();
    }

    /// True when no span has it, whosever.
    pub fn is_unused(&self) -> bool {
        self.spans == 0 && self.gold.is_empty()
    }
}

impl AnnotatorTally {
    /// Spans of all labels.
    pub fn spans(&self) -> u64 {
        self.labels.iter().map(|(_, n)| n).sum()
    }

    /// Decisions on suggestions.
    pub fn decisions(&self) -> u64 {
        self.accepted + self.rejected + self.relabelled + self.rebounded
    }

    /// Active seconds per submitted document whose time is known; `None` while there is none.
    pub fn seconds_per_document(&self) -> Option<f64> {
        (self.timed > 0 && self.timed_seconds > 0).then(|| self.timed_seconds as f64 / self.timed as f64)
    }

    /// Submitted documents per active hour; `None` while no submitted document has a time.
    pub fn per_hour(&self) -> Option<f64> {
        self.seconds_per_document().map(|seconds| 3600.0 / seconds)
    }

    /// Documents of `all` that this annotator has neither submitted nor discarded.
    pub fn left(&self, all: u64) -> u64 {
        all.saturating_sub(self.submitted + self.discarded)
    }

    /// Active seconds that what is left of `all` documents takes at the pace so far; `None` while fewer than three
    /// documents say what the pace is.
    pub fn seconds_left(&self, all: u64) -> Option<u64> {
        let each = self.seconds_per_document().filter(|_| self.timed >= 3)?;
        Some((each * self.left(all) as f64).round() as u64)
    }
}

impl Tally {
    /// How often a label is used.
    pub fn label(&self, label: LabelId) -> LabelTally {
        self.labels.iter().find(|t| t.label == label).cloned().unwrap_or_else(|| LabelTally::none(label))
    }
}

impl Project {
    /// Counts everything.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn tally(&self) -> Result<Tally> {
        let documents = self.counts("")?.documents;
        self.read(|c| {
            let mut annotators: BTreeMap<String, AnnotatorTally> = BTreeMap::new();
            let labels = count_spans(c, &mut annotators)?;
            count_documents(c, &mut annotators)?;
            count_decisions(c, &mut annotators)?;
            count_time(c, &mut annotators)?;
            let annotators = annotators.into_iter().map(|(annotator, t)| AnnotatorTally { annotator, ..t }).collect();
            Ok(Tally { documents, labels, annotators, gold: gold::all(c)? })
        })
    }

    /// How often one label is used.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn label_tally(&self, label: LabelId) -> Result<LabelTally> {
        self.read(|c| {
            let mut tally = LabelTally::none(label);
            let mut last_document = None;
            let mut people = HashSet::new();
            let mut rows = c.prepare_cached(
                "SELECT document, annotator, count(*) FROM spans WHERE label = ?1 GROUP BY document, annotator
                 ORDER BY document",
            )?;
            let mut rows = rows.query(params![label.0])?;
            while let Some(row) = rows.next()? {
                let (document, n): (i64, i64) = (row.get(0)?, row.get(2)?);
                let name = row.get_ref(1)?.as_str().unwrap_or_default();
                if let Some(set) = gold_set_of(name) {
                    tally.count_gold(set, n as u64);
                    continue;
                }
                tally.spans += n as u64;
                tally.documents += u64::from(last_document.replace(document) != Some(document));
                if !people.contains(name) {
                    people.insert(name.to_owned());
                    tally.annotators += 1;
                }
            }
            Ok(tally)
        })
    }
}

/// One walk along the index of labels, which holds documents and annotators too.
fn count_spans(c: &Connection, annotators: &mut BTreeMap<String, AnnotatorTally>) -> rusqlite::Result<Vec<LabelTally>> {
    let mut statement = c.prepare_cached(
        "SELECT label, document, annotator, count(*) FROM spans GROUP BY label, document, annotator
         ORDER BY label, document, annotator",
    )?;
    let mut rows = statement.query([])?;
    let mut tallies: Vec<LabelTally> = Vec::new();
    let mut last_document = None;
    while let Some(row) = rows.next()? {
        let (label, document) = (LabelId(row.get(0)?), row.get::<_, i64>(1)?);
        let n = row.get::<_, i64>(3)? as u64;
        if tallies.last().is_none_or(|t| t.label != label) {
            tallies.push(LabelTally::none(label));
            last_document = None;
        }
        let name = row.get_ref(2)?.as_str().unwrap_or_default();
        if let (Some(set), Some(tally)) = (gold_set_of(name), tallies.last_mut()) {
            tally.count_gold(set, n);
            continue;
        }
        if !annotators.contains_key(name) {
            annotators.insert(name.to_owned(), AnnotatorTally::default());
        }
        let (Some(tally), Some(person)) = (tallies.last_mut(), annotators.get_mut(name)) else { continue };
        tally.spans += n;
        tally.documents += u64::from(last_document.replace(document) != Some(document));
        match person.labels.last_mut() {
            Some((last, spans)) if *last == label => *spans += n,
            _ => {
                person.labels.push((label, n));
                tally.annotators += 1;
            }
        }
    }
    Ok(tallies)
}

fn count_documents(c: &Connection, annotators: &mut BTreeMap<String, AnnotatorTally>) -> rusqlite::Result<()> {
    let mut statement = c.prepare_cached(&format!(
        "SELECT annotator, status, n FROM counters WHERE annotator <> '' AND n > 0 AND {PEOPLE}"
    ))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let person = annotators.entry(row.get(0)?).or_default();
        let n = row.get::<_, i64>(2)? as u64;
        match row.get::<_, i64>(1)? {
            1 => person.draft = n,
            2 => person.submitted = n,
            3 => person.discarded = n,
            _ => {}
        }
    }
    for (annotator, person) in annotators.iter_mut() {
        person.blind = super::blind::count(c, annotator)?;
    }
    Ok(())
}

fn count_decisions(c: &Connection, annotators: &mut BTreeMap<String, AnnotatorTally>) -> rusqlite::Result<()> {
    let mut statement = c.prepare_cached(&format!(
        "SELECT annotator, verdict, bulk, count(*) FROM decisions WHERE {PEOPLE} GROUP BY annotator, verdict, bulk"
    ))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let person = annotators.entry(row.get(0)?).or_default();
        let n = row.get::<_, i64>(3)? as u64;
        match row.get_ref(1)?.as_str().unwrap_or_default() {
            "rejected" => person.rejected += n,
            "relabelled" => person.relabelled += n,
            "rebounded" => person.rebounded += n,
            _ => person.accepted += n,
        }
        if row.get(2)? {
            person.bulk += n;
        }
    }
    Ok(())
}

fn count_time(c: &Connection, annotators: &mut BTreeMap<String, AnnotatorTally>) -> rusqlite::Result<()> {
    let mut statement = c.prepare_cached(&format!(
        "SELECT t.annotator, sum(t.seconds), sum(r.status = 2 AND t.seconds > 0),
                sum(CASE WHEN r.status = 2 THEN t.seconds ELSE 0 END)
         FROM active_time t LEFT JOIN responses r ON r.document = t.document AND r.annotator = t.annotator
         WHERE t.{PEOPLE} GROUP BY t.annotator"
    ))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let n = |i| row.get::<_, Option<i64>>(i).map(|n| n.unwrap_or(0) as u64);
        let (seconds, timed, timed_seconds) = (n(1)?, n(2)?, n(3)?);
        let person = annotators.entry(row.get(0)?).or_default();
        (person.seconds, person.timed, person.timed_seconds) = (seconds, timed, timed_seconds);
    }
    Ok(())
}
