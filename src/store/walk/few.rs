//! What few documents pass, found before the walk.

use rusqlite::params;

use super::Walk;
use crate::dataset::{Label, LabelId, Status};
use crate::store::apply::status_number;
use crate::store::journal::{from_json, to_json};

/// So many are few: they may be looked at one by one.
const FEW: usize = 500;
/// Documents of a block of `begun`.
const BLOCK: i64 = 256;

impl Walk<'_> {
    /// The documents that pass one of the filters, when few do.
    pub(super) fn few(&self) -> rusqlite::Result<Option<String>> {
        let q = self.query;
        let mut found: Option<Vec<i64>> = None;
        let mut keep = |ids: Vec<i64>| {
            if ids.len() <= FEW && found.as_ref().is_none_or(|f| f.len() > ids.len()) {
                found = Some(ids);
            }
        };
        if q.flagged {
            let sql = "SELECT DISTINCT document FROM notes INDEXED BY notes_flagged
                 WHERE annotator = ?1 AND flag = 1 LIMIT ?3";
            keep(self.ids(sql, 0)?);
        }
        if q.noted {
            let sql = "SELECT DISTINCT document FROM notes INDEXED BY notes_written
                 WHERE annotator = ?1 AND text <> '' LIMIT ?3";
            keep(self.ids(sql, 0)?);
        }
        if let Some(LabelId(label)) = q.label {
            let sql = "SELECT DISTINCT document FROM spans INDEXED BY spans_label
                 WHERE annotator = ?1 AND label = ?2 LIMIT ?3";
            keep(self.ids(sql, label)?);
        }
        match q.status {
            // As many as are counted; removed ones may be among those found.
            Some(Status::Pending) if self.pending()? <= FEW as i64 => {
                let mut ids = Vec::new();
                for (low, high) in self.open_pieces()? {
                    let mut select = self.c.prepare_cached(
                        "SELECT d.id FROM documents d LEFT JOIN responses r ON r.document = d.id AND r.annotator = ?1
                         WHERE d.id BETWEEN ?2 AND ?3 AND coalesce(r.status, 0) = 0",
                    )?;
                    for id in select.query_map(params![self.annotator, low, high], |r| r.get(0))? {
                        ids.push(id?);
                    }
                }
                keep(ids);
            }
            None | Some(Status::Pending) => {}
            Some(status) => {
                let sql = "SELECT document FROM responses INDEXED BY responses_status
                     WHERE annotator = ?1 AND status = ?2 LIMIT ?3";
                keep(self.ids(sql, status_number(status))?);
            }
        }
        Ok(found.map(|ids| to_json(&ids)))
    }

    fn ids(&self, sql: &str, second: i64) -> rusqlite::Result<Vec<i64>> {
        let mut select = self.c.prepare_cached(sql)?;
        select.query_map(params![self.annotator, second, FEW as i64 + 1], |r| r.get(0))?.collect()
    }

    /// How many documents are not begun, from the counters.
    fn pending(&self) -> rusqlite::Result<i64> {
        self.c
            .prepare_cached(
                "SELECT coalesce(sum(CASE WHEN status = -1 THEN n ELSE -n END), 0) FROM counters
                 WHERE (annotator = '' AND status = -1) OR (annotator = ?1 AND status > 0)",
            )?
            .query_row([self.annotator], |r| r.get(0))
    }

    /// Ranges of document numbers in which something may be pending: all but the blocks that are begun throughout.
    pub(super) fn open_pieces(&self) -> rusqlite::Result<Vec<(i64, i64)>> {
        let full: Vec<i64> = self
            .c
            .prepare_cached("SELECT block FROM begun WHERE annotator = ?1 AND n >= ?2 ORDER BY block")?
            .query_map(params![self.annotator, BLOCK], |r| r.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        let mut open = Vec::new();
        let mut next = 0;
        for block in full {
            if block > next {
                open.push((next * BLOCK, block * BLOCK - 1));
            }
            next = block + 1;
        }
        open.push((next * BLOCK, i64::MAX));
        Ok(open)
    }

    /// The values of coverage among the annotator's submitted documents that lack a label offered now. There are as many
    /// as there were sets of labels; each is found by one step of the index.
    pub(super) fn lacking_coverages(&self) -> rusqlite::Result<Vec<String>> {
        let mut offered: Vec<LabelId> = Vec::new();
        let mut select = self.c.prepare_cached("SELECT body FROM labels")?;
        for body in select.query_map([], |r| r.get::<_, String>(0))? {
            let label: Label = from_json(&body?)?;
            if !label.archived {
                offered.push(label.id);
            }
        }
        let mut next = self.c.prepare_cached(
            "SELECT min(coverage) FROM responses INDEXED BY responses_coverage
             WHERE annotator = ?1 AND status = 2 AND coverage > ?2",
        )?;
        let (mut at, mut lacking) = (String::new(), Vec::new());
        while let Some(coverage) = next.query_row(params![self.annotator, at], |r| r.get::<_, Option<String>>(0))? {
            let looked_for: Vec<LabelId> = from_json(&coverage)?;
            if offered.iter().any(|label| !looked_for.contains(label)) {
                lacking.push(coverage.clone());
            }
            at = coverage;
        }
        Ok(lacking)
    }
}
