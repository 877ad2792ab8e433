//! One statement: the tables a lane walks, what a row must be, and where to begin.

use rusqlite::{Row as SqlRow, ToSql};

use super::{Lane, Steps, Walk, rank};
use crate::dataset::DocumentId;
use crate::store::apply::{status_number, status_of};
use crate::store::documents::VISIBLE;
use crate::store::list::{Cursor, Order, Row};

/// Code points of a text that a row carries.
const BEGINNING: usize = 200;

impl Walk<'_> {
    /// Rows of one lane, without looking what comes after it.
    pub(super) fn select(&mut self, lane: &Lane, steps: Steps) -> rusqlite::Result<Vec<Row>> {
        let Steps { cursor, with, backwards, limit } = steps;
        let way = if backwards { "DESC" } else { "ASC" };
        let compare = match (backwards, with) {
            (true, _) => "<",
            (false, true) => ">=",
            (false, false) => ">",
        };
        let rank = match self.query.order {
            Order::NewLabel => if matches!(lane, Lane::Coverage(_)) { "0" } else { "1" }.to_owned(),
            order => rank(order).to_owned(),
        };
        let by_document = matches!(self.query.order, Order::Document | Order::NewLabel);
        let (from, document) = self.source(lane);
        let mut tests = self.tests(lane);
        if cursor.is_some() {
            tests.push(match by_document {
                true => format!("{document} {compare} :id"),
                false => format!("({rank}, {document}) {compare} (:rank, :id)"),
            });
        }
        let group =
            if matches!(lane, Lane::Spans | Lane::Notes(_)) { format!("GROUP BY {document}") } else { String::new() };
        let by = if by_document { format!("{document} {way}") } else { format!("{rank} {way}, {document} {way}") };
        let join = if from.contains("responses r ") {
            ""
        } else {
            "LEFT JOIN responses r ON r.document = d.id AND r.annotator = :me"
        };
        let ranks = if from.contains("ranks k") { "" } else { "CROSS JOIN ranks k ON k.document = d.id" };
        let note = |index: &str, test: &str| {
            format!(
                "EXISTS (SELECT 1 FROM notes x INDEXED BY {index} WHERE x.annotator = :me AND x.document = d.id AND x.{test})"
            )
        };
        let sql = format!(
            "SELECT d.id, d.external_id, substr(d.text, 1, {BEGINNING}), d.chars, coalesce(r.status, 0),
                    (SELECT count(*) FROM spans z WHERE z.document = d.id AND z.annotator = :me), d.version,
                    {}, {}, {rank}
             FROM {from} {ranks} {join} WHERE {} {group} ORDER BY {by} LIMIT :limit",
            note("notes_written", "text <> ''"),
            note("notes_flagged", "flag = 1"),
            tests.join(" AND ")
        );
        let (low, high) = if let Lane::Pending(low, high) = lane { (*low, *high) } else { (0, 0) };
        let coverage = if let Lane::Coverage(coverage) = lane { coverage } else { "" };
        let seed = self.seed();
        let limit = limit as i64;
        let (rank, id) = cursor.map_or((0, 0), |c| (c.rank, c.id));
        let (label, bits) = (self.query.label.map_or(0, |l| l.0), self.query.score.map_or(0, |s| s.bits()));
        let all: [(&str, &dyn ToSql); 13] = [
            (":me", &self.annotator),
            (":limit", &limit),
            (":pattern", &self.pattern),
            (":few", &self.few),
            (":label", &label),
            (":bits", &bits),
            (":rank", &rank),
            (":id", &id),
            (":seed", &seed),
            (":low", &low),
            (":high", &high),
            (":coverage", &coverage),
            (":status", &self.query.status.map(status_number)),
        ];
        let used: Vec<(&str, &dyn ToSql)> = all.into_iter().filter(|(name, _)| mentions(&sql, name)).collect();
        if let Some(lines) = &mut self.explain {
            let mut plan = self.c.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
            for line in plan.query_map(&used[..], |r| r.get::<_, String>(3))? {
                lines.push(line?);
            }
        }
        self.c.prepare_cached(&sql)?.query_map(&used[..], row_of)?.collect()
    }

    /// The tables a lane walks, and the column that has the document's number there.
    fn source(&self, lane: &Lane) -> (String, &'static str) {
        let ranks = |index: &str| {
            (format!("ranks k INDEXED BY {index} CROSS JOIN documents d ON d.id = k.document"), "k.document")
        };
        let documents = |index: &str| (format!("documents d INDEXED BY {index}"), "d.id");
        let beside = |table: &str, name: &'static str, column: &'static str| {
            (format!("{table} CROSS JOIN documents d ON d.id = {name}.document"), column)
        };
        match lane {
            Lane::Status(_) => beside("responses r INDEXED BY responses_status", "r", "r.document"),
            Lane::Coverage(_) => beside("responses r INDEXED BY responses_coverage", "r", "r.document"),
            Lane::Spans => beside("spans s INDEXED BY spans_label", "s", "s.document"),
            Lane::Notes(true) => beside("notes n INDEXED BY notes_flagged", "n", "n.document"),
            Lane::Notes(false) => beside("notes n INDEXED BY notes_written", "n", "n.document"),
            _ if self.few.is_some() => ("json_each(:few) j CROSS JOIN documents d ON d.id = j.value".into(), "d.id"),
            _ => match self.query.order {
                // The scores stand in the small rows; the texts of the others need not be read.
                Order::Document if self.query.score.is_some() => {
                    ("ranks k CROSS JOIN documents d ON d.id = k.document".into(), "k.document")
                }
                Order::Document | Order::NewLabel => ("documents d".into(), "d.id"),
                Order::Uncertain => ranks("ranks_uncertain"),
                Order::Suggestions => ranks("ranks_suggestions"),
                Order::Shortest => documents("documents_shortest"),
                Order::Longest => documents("documents_longest"),
                Order::Recent => ranks("ranks_recent"),
                Order::Random(_) => ranks("ranks_random"),
            },
        }
    }

    /// What a row must be.
    fn tests(&self, lane: &Lane) -> Vec<String> {
        let q = self.query;
        let mut tests = vec![VISIBLE.to_owned()];
        match lane {
            Lane::Order => {}
            Lane::Shuffle { above: true } => tests.push("k.shuffle >= :seed".into()),
            Lane::Shuffle { above: false } => tests.push("k.shuffle < :seed".into()),
            Lane::Status(status) => tests.push(format!("r.annotator = :me AND r.status = {}", status_number(*status))),
            Lane::Pending(..) => tests.push("d.id BETWEEN :low AND :high AND coalesce(r.status, 0) = 0".into()),
            Lane::Spans => tests.push("s.label = :label AND s.annotator = :me".into()),
            Lane::Notes(true) => tests.push("n.annotator = :me AND n.flag = 1".into()),
            Lane::Notes(false) => tests.push("n.annotator = :me AND n.text <> ''".into()),
            Lane::Coverage(_) => tests.push("r.annotator = :me AND r.status = 2 AND r.coverage = :coverage".into()),
        }
        if q.status.is_some() && !matches!(lane, Lane::Status(_) | Lane::Pending(..) | Lane::Coverage(_)) {
            tests.push("coalesce(r.status, 0) = :status".into());
        }
        if q.label.is_some() && *lane != Lane::Spans {
            tests.push(
                "EXISTS (SELECT 1 FROM spans x INDEXED BY spans_label
                     WHERE x.label = :label AND x.annotator = :me AND x.document = d.id)"
                    .into(),
            );
        }
        let note =
            |test| format!("EXISTS (SELECT 1 FROM notes x WHERE x.document = d.id AND x.annotator = :me AND {test})");
        if q.noted && *lane != Lane::Notes(false) {
            tests.push(note("x.text <> ''"));
        }
        if q.flagged && *lane != Lane::Notes(true) {
            tests.push(note("x.flag = 1"));
        }
        if q.score.is_some() {
            tests.push("k.scores & :bits <> 0".into());
        }
        if !q.contains.is_empty() {
            tests.push("(d.text LIKE :pattern ESCAPE '\\' OR d.external_id LIKE :pattern ESCAPE '\\')".into());
        }
        tests
    }
}

/// True when a statement has a parameter of this name.
fn mentions(sql: &str, name: &str) -> bool {
    sql.match_indices(name)
        .any(|(at, _)| !sql[at + name.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_'))
}

fn row_of(r: &SqlRow) -> rusqlite::Result<Row> {
    let id = r.get(0)?;
    Ok(Row {
        id: DocumentId(id),
        external_id: r.get(1)?,
        beginning: r.get(2)?,
        chars: r.get::<_, i64>(3)? as u64,
        status: status_of(r.get(4)?),
        spans: r.get::<_, i64>(5)? as u64,
        version: r.get(6)?,
        noted: r.get(7)?,
        flagged: r.get(8)?,
        cursor: Cursor { rank: r.get(9)?, id },
    })
}
