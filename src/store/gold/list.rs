//! What frozen sets there are, and what they are made of.

use rusqlite::{Connection, OptionalExtension, params};

use super::{GOLD_SET, freeze_reason, gold_annotator};
use crate::store::documents::VISIBLE;
use crate::store::error::Result;
use crate::store::journal::GroupId;
use crate::store::project::Project;
use crate::store::runs::TEXT_MATCHES;

/// When a set was frozen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frozen {
    /// The group that did it.
    pub group: GroupId,
    /// By whom.
    pub actor: String,
    /// When, in milliseconds since 1970.
    pub at: i64,
}

/// A frozen set as it is now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GoldSet {
    /// Its name.
    pub name: String,
    /// Documents in it that are in the project.
    pub documents: u64,
    /// Their spans.
    pub spans: u64,
    /// Documents that were answered without a suggestion having been seen, and into which none has come since.
    pub blind: u64,
    /// Spans that came many at a time.
    pub bulk: u64,
    /// Spans that began as a model's suggestion, changed since or not, by model, most first.
    pub prefilled: Vec<(String, u64)>,
    /// When and by whom; `None` when the edits do not say.
    pub frozen: Option<Frozen>,
    /// Documents that were edited in the set since.
    pub corrected: u64,
}

impl Project {
    /// Names of the frozen sets, in alphabetical order.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn gold_set_names(&self) -> Result<Vec<String>> {
        self.read(names)
    }

    /// Names of the frozen sets, the one that was frozen last at the end. Those whose edits do not say when come first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn gold_set_names_by_age(&self) -> Result<Vec<String>> {
        self.read(|c| {
            let dated = names(c)?.into_iter().map(|name| Ok((frozen(c, &name)?.map(|frozen| frozen.group.0), name)));
            let mut dated = dated.collect::<rusqlite::Result<Vec<_>>>()?;
            dated.sort();
            Ok(dated.into_iter().map(|(_, name)| name).collect())
        })
    }

    /// All frozen sets, by name. The cost grows with the sets, not with the project.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn gold_sets(&self) -> Result<Vec<GoldSet>> {
        self.read(all)
    }

    /// A frozen set.
    ///
    /// # Errors
    /// When there is none of this name, naming those there are.
    pub fn gold_set(&self, name: &str) -> Result<GoldSet> {
        self.require_gold_set(name)?;
        self.read(|c| one(c, name.to_owned()))
    }
}

/// As [`Project::gold_sets`].
pub(in crate::store) fn all(c: &Connection) -> rusqlite::Result<Vec<GoldSet>> {
    names(c)?.into_iter().map(|name| one(c, name)).collect()
}

fn names(c: &Connection) -> rusqlite::Result<Vec<String>> {
    // `0` follows `/` in ASCII: the sets are one stretch of the index.
    c.prepare_cached(
        "SELECT DISTINCT annotator FROM responses INDEXED BY responses_status
         WHERE annotator >= 'gold/' AND annotator < 'gold0' AND status > 0 ORDER BY annotator",
    )?
    .query_map([], |r| r.get::<_, String>(0).map(|name| name[GOLD_SET.len()..].to_owned()))?
    .collect()
}

fn one(c: &Connection, name: String) -> rusqlite::Result<GoldSet> {
    let annotator = gold_annotator(&name);
    let documents: i64 = c
        .prepare_cached("SELECT coalesce(sum(n), 0) FROM counters WHERE annotator = ?1 AND status = 2")?
        .query_row([&annotator], |r| r.get(0))?;
    let mut set = GoldSet { documents: documents.max(0) as u64, blind: blind(c, &annotator)?, ..GoldSet::default() };
    let mut spans = c.prepare_cached(&format!(
        "SELECT s.origin = 'bulk', json_extract(s.prediction, '$.run'), count(*)
         FROM responses r CROSS JOIN documents d ON d.id = r.document
         CROSS JOIN spans s ON s.document = r.document AND s.annotator = r.annotator
         WHERE r.annotator = ?1 AND r.status = 2 AND {VISIBLE} GROUP BY 1, 2"
    ))?;
    let mut rows = spans.query([&annotator])?;
    while let Some(row) = rows.next()? {
        let (bulk, run, n): (bool, Option<i64>, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        set.spans += n as u64;
        set.bulk += if bulk { n as u64 } else { 0 };
        let Some(model) = run.map(|run| model_of(c, run)).transpose()?.flatten() else { continue };
        match set.prefilled.iter_mut().find(|(known, _)| *known == model) {
            Some((_, spans)) => *spans += n as u64,
            None => set.prefilled.push((model, n as u64)),
        }
    }
    set.prefilled.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    set.frozen = frozen(c, &name)?;
    if let Some(frozen) = &set.frozen {
        set.corrected = corrected(c, &annotator, frozen.group)?;
    }
    Ok(GoldSet { name, ..set })
}

/// Documents that were answered blind and into which no suggestion has come since.
fn blind(c: &Connection, annotator: &str) -> rusqlite::Result<u64> {
    c.prepare_cached(&format!(
        "SELECT count(*) FROM responses r CROSS JOIN documents d ON d.id = r.document
         WHERE r.annotator = ?1 AND r.status = 2 AND {VISIBLE}
             AND EXISTS (SELECT 1 FROM meta m WHERE m.key = 'blind/' || r.document || '/' || r.annotator)
             AND NOT EXISTS (SELECT 1 FROM spans s WHERE s.document = r.document AND s.annotator = r.annotator
                 AND s.prediction IS NOT NULL)"
    ))?
    .query_row([annotator], |r| r.get::<_, i64>(0))
    .map(|n| n as u64)
}

/// The model of a run; nothing for places of a text that a person has labelled: no model said them.
fn model_of(c: &Connection, run: i64) -> rusqlite::Result<Option<String>> {
    let model: Option<String> = c
        .prepare_cached("SELECT json_extract(spec, '$.model') FROM runs WHERE id = ?1")?
        .query_row([run], |r| r.get(0))
        .optional()?
        .flatten();
    Ok(model.filter(|model| model != TEXT_MATCHES))
}

/// The last group that froze a set of this name and was not taken back.
fn frozen(c: &Connection, name: &str) -> rusqlite::Result<Option<Frozen>> {
    c.prepare_cached(
        "SELECT id, actor, at FROM groups WHERE reason = ?1 AND kind IN ('do', 'redo') AND undone <> 1
         ORDER BY id DESC LIMIT 1",
    )?
    .query_row([freeze_reason(name)], |r| Ok(Frozen { group: GroupId(r.get(0)?), actor: r.get(1)?, at: r.get(2)? }))
    .optional()
}

/// Documents of the set with an edit that came after the freeze and was not taken back.
fn corrected(c: &Connection, annotator: &str, since: GroupId) -> rusqlite::Result<u64> {
    c.prepare_cached(
        "SELECT count(*) FROM responses r WHERE r.annotator = ?1 AND r.status > 0 AND EXISTS (
             SELECT 1 FROM edits e JOIN groups g ON g.id = e.grp
             WHERE e.document = r.document AND e.grp > ?2 AND g.kind <> 'undo' AND g.undone <> 1
                 AND json_extract(e.change, '$.annotator') = ?1
                 AND json_extract(e.change, '$.kind') IN ('span', 'response', 'status'))",
    )?
    .query_row(params![annotator, since.0], |r| r.get::<_, i64>(0))
    .map(|n| n as u64)
}
