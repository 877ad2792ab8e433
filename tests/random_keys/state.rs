//! Everything a person can undo, as it is in the store.

use std::fmt::Write;

use gleaner::store::{Anchor, Query};
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags};

use super::desk::{Desk, ME};

/// Tables of facts, of the journal, of what the screen remembers, of what orders and filters walk, and those that are asked
/// for below in words. `begun` keeps rows that count nothing; `Project::verify` compares it.
const OTHERS: [&str; 19] = [
    "meta",
    "imports",
    "documents",
    "document_versions",
    "unaligned",
    "labels",
    "runs",
    "predictions",
    "responses",
    "spans",
    "decisions",
    "groups",
    "edits",
    "staged",
    "counters",
    "active_time",
    "ui_state",
    "ranks",
    "begun",
];

/// One line for each thing. Tables that are not known here count whole: what they hold comes from edits until somebody says
/// otherwise.
pub fn state(desk: &Desk) -> String {
    let project = desk.project();
    let mut state = format!("{:?}\n{:?}\n", project.task_card().unwrap(), project.counts(ME).unwrap());
    for label in project.labels().unwrap() {
        writeln!(state, "{label:?}").unwrap();
    }
    for row in project.page(ME, &Query::default(), Anchor::Start, 1000).unwrap() {
        let response = project.response(row.id, ME).unwrap();
        let mut decisions = project.decisions(row.id, ME).unwrap();
        decisions.sort_by_key(|d| d.prediction);
        let (coverage, spans) = (project.coverage(row.id, ME).unwrap(), &response.spans);
        writeln!(state, "{} {:?} {spans:?} {decisions:?} {coverage:?}", row.id, response.status).unwrap();
    }
    state + &unknown_tables(desk)
}

fn unknown_tables(desk: &Desk) -> String {
    let file = desk.dir.path().join("gleaner.db");
    let database = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let mut tables = database
        .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
        .unwrap();
    let names: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let mut lines = Vec::new();
    for name in names.iter().filter(|name| !OTHERS.contains(&name.as_str())) {
        lines.extend(dump(&database, name, &format!("SELECT * FROM \"{name}\"")));
    }
    lines.extend(dump(&database, "blind", "SELECT key FROM meta WHERE key LIKE 'blind/%'"));
    lines.sort();
    lines.concat()
}

fn dump(database: &Connection, name: &str, query: &str) -> Vec<String> {
    let mut rows = database.prepare(query).unwrap();
    let columns = rows.column_count();
    let read = rows.query_map([], |row| (0..columns).map(|i| row.get::<_, Value>(i)).collect::<Result<Vec<_>, _>>());
    read.unwrap().map(|row| format!("{name} {:?}\n", row.unwrap())).collect()
}
