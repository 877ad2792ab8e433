//! How much there is of each label and of each annotator's work.
//!
//! Counted from indexes but over the whole project: a million spans take about a second, so the screen asks for it on
//! another thread.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::error::Result;
use super::project::Project;
use crate::dataset::LabelId;

/// How often a label is used, by all annotators; spans of documents that were removed are counted too, for they come
/// back with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LabelTally {
    /// The label.
    pub label: LabelId,
    /// Spans that have it.
    pub spans: u64,
    /// Documents with such a span.
    pub documents: u64,
    /// Annotators with such a span.
    pub annotators: u64,
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
        let none = LabelTally { label, spans: 0, documents: 0, annotators: 0 };
        self.labels.iter().find(|t| t.label == label).copied().unwrap_or(none)
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
            Ok(Tally { documents, labels, annotators })
        })
    }

    /// How often one label is used.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn label_tally(&self, label: LabelId) -> Result<LabelTally> {
        self.read(|c| {
            c.prepare_cached(
                "SELECT count(*), count(DISTINCT document), count(DISTINCT annotator) FROM spans WHERE label = ?1",
            )?
            .query_row([label.0], |r| {
                let n = |i| r.get::<_, i64>(i).map(|n| n as u64);
                Ok(LabelTally { label, spans: n(0)?, documents: n(1)?, annotators: n(2)? })
            })
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
            tallies.push(LabelTally { label, spans: 0, documents: 0, annotators: 0 });
            last_document = None;
        }
        let name = row.get_ref(2)?.as_str().unwrap_or_default();
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
    let mut statement =
        c.prepare_cached("SELECT annotator, status, n FROM counters WHERE annotator <> '' AND n > 0")?;
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
    let mut statement =
        c.prepare_cached("SELECT annotator, verdict, bulk, count(*) FROM decisions GROUP BY annotator, verdict, bulk")?;
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
    let mut statement = c.prepare_cached(
        "SELECT t.annotator, sum(t.seconds), sum(r.status = 2 AND t.seconds > 0),
                sum(CASE WHEN r.status = 2 THEN t.seconds ELSE 0 END)
         FROM active_time t LEFT JOIN responses r ON r.document = t.document AND r.annotator = t.annotator
         GROUP BY t.annotator",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let n = |i| row.get::<_, Option<i64>>(i).map(|n| n.unwrap_or(0) as u64);
        let (seconds, timed, timed_seconds) = (n(1)?, n(2)?, n(3)?);
        let person = annotators.entry(row.get(0)?).or_default();
        (person.seconds, person.timed, person.timed_seconds) = (seconds, timed, timed_seconds);
    }
    Ok(())
}
