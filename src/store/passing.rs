//! Which documents pass a test, as numbers, and what is read of many documents at once: for a search, which combines
//! such lists with what its own index knows.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};

use super::apply::{status_number, status_of};
use super::documents::VISIBLE;
use super::error::Result;
use super::list::ScoreRange;
use super::project::Project;
use crate::dataset::{DocumentId, LabelId, Status};

/// What a document can be tested for. Each is answered from an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Test {
    /// The annotator has a span with this label.
    Label(LabelId),
    /// The annotator has begun it, or has done with it.
    Begun,
    /// The annotator's response has this status; nothing passes for pending, which has no response to find.
    Status(Status),
    /// It has a suggestion whose score lies there.
    Score(ScoreRange),
    /// It has from so many to so many code points, both included.
    Chars(u64, u64),
}

/// How many of some documents have what, most first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shares {
    /// By label of the annotator's spans.
    pub labels: Vec<(LabelId, u64)>,
    /// By status of the annotator's response.
    pub statuses: Vec<(Status, u64)>,
    /// By source.
    pub sources: Vec<(String, u64)>,
}

/// The sources of a project's documents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceList {
    /// Which there are.
    pub names: Vec<String>,
    /// Each document's, as a place in `names`, by document.
    pub documents: Vec<(DocumentId, u32)>,
}

impl Project {
    /// Shows `each` document's number and version of its text, in order.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn versions(&self, mut each: impl FnMut(DocumentId, u32)) -> Result<()> {
        self.read(|c| {
            let mut statement =
                c.prepare_cached(&format!("SELECT d.id, d.version FROM documents d WHERE {VISIBLE} ORDER BY d.id"))?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                each(DocumentId(row.get(0)?), row.get(1)?);
            }
            Ok(())
        })
    }

    /// Versions and texts of some documents, in the order given, without those that are not there any more; fewer, but
    /// one at least, where they come to more than `bytes`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn texts_of(&self, documents: &[DocumentId], bytes: usize) -> Result<Vec<(DocumentId, u32, String)>> {
        self.read(|c| {
            let mut statement =
                c.prepare_cached(&format!("SELECT d.version, d.text FROM documents d WHERE d.id = ?1 AND {VISIBLE}"))?;
            let (mut texts, mut read) = (Vec::new(), 0);
            for id in documents {
                let mut rows = statement.query([id.0])?;
                let Some(row) = rows.next()? else { continue };
                let text: String = row.get(1)?;
                read += text.len();
                texts.push((*id, row.get(0)?, text));
                if read >= bytes {
                    break;
                }
            }
            Ok(texts)
        })
    }

    /// The documents that pass a test, ascending; removed ones may be among them.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn passing(&self, annotator: &str, test: Test) -> Result<Vec<DocumentId>> {
        self.read(|c| {
            let mut found = match test {
                Test::Label(label) => numbers(
                    c,
                    "SELECT document FROM spans INDEXED BY spans_label WHERE label = ?1 AND annotator = ?2",
                    params![label.0, annotator],
                ),
                Test::Begun => {
                    numbers(c, "SELECT document FROM responses WHERE annotator = ?1 AND status > 0", params![annotator])
                }
                Test::Status(Status::Pending) => Ok(Vec::new()),
                Test::Status(status) => numbers(
                    c,
                    "SELECT document FROM responses WHERE annotator = ?1 AND status = ?2",
                    params![annotator, status_number(status)],
                ),
                Test::Score(range) => {
                    numbers(c, "SELECT document FROM ranks WHERE scores & ?1 <> 0", params![range.bits()])
                }
                Test::Chars(least, most) => {
                    let bound = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
                    numbers(
                        c,
                        "SELECT id FROM documents INDEXED BY documents_shortest WHERE chars BETWEEN ?1 AND ?2",
                        params![bound(least), bound(most)],
                    )
                }
            }?;
            found.sort_unstable();
            found.dedup();
            Ok(found)
        })
    }

    /// Those of some documents that can be seen: neither removed nor part of an import that is not done.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn shown(&self, documents: &[DocumentId]) -> Result<Vec<DocumentId>> {
        self.read(|c| {
            let mut statement =
                c.prepare_cached(&format!("SELECT 1 FROM documents d WHERE d.id = ?1 AND {VISIBLE}"))?;
            let mut shown = Vec::with_capacity(documents.len());
            for id in documents {
                if statement.exists([id.0])? {
                    shown.push(*id);
                }
            }
            Ok(shown)
        })
    }

    /// The sources there are, and for each document, by number, which of them is its own. Reads every document.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn sources(&self) -> Result<SourceList> {
        self.read(|c| {
            let mut statement =
                c.prepare_cached("SELECT id, json_extract(provenance, '$.source') FROM documents ORDER BY id")?;
            let mut rows = statement.query([])?;
            let (mut numbers, mut documents): (BTreeMap<String, u32>, _) = (BTreeMap::new(), Vec::new());
            while let Some(row) = rows.next()? {
                let source = row.get_ref(1)?.as_str().unwrap_or_default();
                let number = match numbers.get(source) {
                    Some(number) => *number,
                    None => {
                        let next = numbers.len() as u32;
                        numbers.insert(source.to_owned(), next);
                        next
                    }
                };
                documents.push((DocumentId(row.get(0)?), number));
            }
            let mut names = vec![String::new(); numbers.len()];
            for (name, number) in numbers {
                names[number as usize] = name;
            }
            Ok(SourceList { names, documents })
        })
    }

    /// How many of some documents have which label, status and source.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn shares(&self, annotator: &str, documents: &[DocumentId]) -> Result<Shares> {
        self.read(|c| {
            let mut spans =
                c.prepare_cached("SELECT DISTINCT label FROM spans WHERE document = ?1 AND annotator = ?2")?;
            let mut of = c.prepare_cached(
                "SELECT json_extract(d.provenance, '$.source'), coalesce(r.status, 0) FROM documents d
                 LEFT JOIN responses r ON r.document = d.id AND r.annotator = ?2 WHERE d.id = ?1",
            )?;
            let mut labels: BTreeMap<LabelId, u64> = BTreeMap::new();
            let mut statuses = Status::ALL.map(|status| (status, 0));
            let mut sources: BTreeMap<String, u64> = BTreeMap::new();
            for id in documents {
                for label in spans.query_map(params![id.0, annotator], |r| r.get(0).map(LabelId))? {
                    *labels.entry(label?).or_default() += 1;
                }
                let mut rows = of.query(params![id.0, annotator])?;
                let Some(row) = rows.next()? else { continue };
                let status = status_of(row.get(1)?);
                statuses.iter_mut().filter(|(s, _)| *s == status).for_each(|(_, n)| *n += 1);
                let source = row.get_ref(0)?.as_str().unwrap_or_default();
                match sources.get_mut(source) {
                    Some(n) => *n += 1,
                    None => drop(sources.insert(source.to_owned(), 1)),
                }
            }
            let mut shares = Shares {
                labels: labels.into_iter().collect(),
                statuses: statuses.into_iter().filter(|(_, n)| *n > 0).collect(),
                sources: sources.into_iter().collect(),
            };
            // Stable: what is as frequent stays in its order.
            shares.labels.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
            shares.statuses.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
            shares.sources.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
            Ok(shares)
        })
    }
}

fn numbers(c: &Connection, sql: &str, params: impl rusqlite::Params) -> rusqlite::Result<Vec<DocumentId>> {
    c.prepare_cached(sql)?.query_map(params, |r| r.get(0).map(DocumentId))?.collect()
}
