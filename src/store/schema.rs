//! The tables, and the steps from each older format to the newest.

use rusqlite::{Connection, TransactionBehavior};

/// Marks the file as ours (`PRAGMA application_id`): "glnr".
pub(super) const APPLICATION_ID: i64 = 0x676c_6e72;

/// Format `n` is reached by running step `n - 1`. Never change a step that was released: add one.
pub(super) const STEPS: &[&str] = &[FORMAT_1, FORMAT_2, FORMAT_3];

/// The newest format this program knows (`PRAGMA user_version`).
pub(super) fn newest() -> i64 {
    STEPS.len() as i64
}

/// Brings an open database to the newest format, in one transaction.
pub(super) fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Asked under the lock: another process may be migrating at the same time.
    let from: i64 = transaction.pragma_query_value(None, "user_version", |r| r.get(0))?;
    for step in STEPS.iter().skip(from.max(0) as usize) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", newest())?;
    transaction.commit()
}

/// Documents, runs and predictions are facts. `groups` and `edits` are what people did; `labels`, `responses`, `spans`,
/// `decisions`, `documents.removed`, `documents.version` and `meta.task` are views of the edits, written in the same
/// transaction. `counters` counts responses of visible documents by annotator and status.
/// The columns made from `chars` give the orders by length an index to walk; `edited` and `age` are no longer used: see
/// `ranks` in format 3.
/// Rows of an import are invisible until its `done` is 1.
const FORMAT_1: &str = "
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE imports (
    id INTEGER PRIMARY KEY, source TEXT NOT NULL, started INTEGER NOT NULL, done INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE documents (
    id INTEGER PRIMARY KEY,
    external_id TEXT,
    text TEXT NOT NULL,
    chars INTEGER NOT NULL,
    text_hash BLOB NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    removed INTEGER NOT NULL DEFAULT 0,
    metadata TEXT NOT NULL,
    provenance TEXT NOT NULL,
    import INTEGER NOT NULL DEFAULT 0,
    edited INTEGER NOT NULL DEFAULT 0,
    shortness INTEGER GENERATED ALWAYS AS (-chars) VIRTUAL,
    age INTEGER GENERATED ALWAYS AS (-edited) VIRTUAL
);
CREATE UNIQUE INDEX documents_external ON documents (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX documents_hash ON documents (text_hash);
CREATE INDEX documents_shortest ON documents (chars, id);
CREATE INDEX documents_longest ON documents (shortness, id);
CREATE INDEX documents_recent ON documents (age, id);
CREATE TABLE document_versions (
    document INTEGER NOT NULL, version INTEGER NOT NULL, text TEXT NOT NULL, chars INTEGER NOT NULL,
    text_hash BLOB NOT NULL, PRIMARY KEY (document, version)
) WITHOUT ROWID;
CREATE TABLE unaligned (
    document INTEGER NOT NULL, version INTEGER NOT NULL, annotator TEXT NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL, label INTEGER NOT NULL, text TEXT NOT NULL
);
CREATE INDEX unaligned_document ON unaligned (document);
CREATE TABLE labels (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, position INTEGER NOT NULL, body TEXT NOT NULL
);
CREATE TABLE runs (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, spec TEXT NOT NULL, created INTEGER NOT NULL,
    live INTEGER NOT NULL DEFAULT 0, done INTEGER NOT NULL DEFAULT 0, import INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE predictions (
    run INTEGER NOT NULL, document INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
    label INTEGER NOT NULL, score REAL NOT NULL, PRIMARY KEY (run, document, start, end, label)
) WITHOUT ROWID;
CREATE TABLE responses (
    document INTEGER NOT NULL, annotator TEXT NOT NULL, status INTEGER NOT NULL DEFAULT 0,
    next_span INTEGER NOT NULL DEFAULT 1, coverage TEXT, PRIMARY KEY (document, annotator)
) WITHOUT ROWID;
CREATE INDEX responses_status ON responses (annotator, status, document);
CREATE TABLE spans (
    document INTEGER NOT NULL, annotator TEXT NOT NULL, id INTEGER NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL, label INTEGER NOT NULL, origin TEXT NOT NULL, prediction TEXT,
    PRIMARY KEY (document, annotator, id)
) WITHOUT ROWID;
CREATE INDEX spans_label ON spans (label);
CREATE TABLE decisions (
    document INTEGER NOT NULL, annotator TEXT NOT NULL, run INTEGER NOT NULL, start INTEGER NOT NULL,
    end INTEGER NOT NULL, label INTEGER NOT NULL, score REAL NOT NULL, verdict TEXT NOT NULL, bulk INTEGER NOT NULL,
    PRIMARY KEY (document, annotator, run, start, end, label)
) WITHOUT ROWID;
CREATE TABLE groups (
    id INTEGER PRIMARY KEY, actor TEXT NOT NULL, at INTEGER NOT NULL, reason TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('do', 'undo', 'redo', 'import')),
    target INTEGER, undone INTEGER NOT NULL DEFAULT 0, import INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX groups_actor ON groups (actor, kind, undone, id);
CREATE TABLE edits (
    id INTEGER PRIMARY KEY, grp INTEGER NOT NULL, document INTEGER, change TEXT NOT NULL
);
CREATE INDEX edits_group ON edits (grp);
CREATE INDEX edits_document ON edits (document);
CREATE TABLE staged (
    id INTEGER PRIMARY KEY, import INTEGER NOT NULL, document INTEGER NOT NULL, work TEXT NOT NULL
);
CREATE TABLE counters (
    annotator TEXT NOT NULL, status INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (annotator, status)
) WITHOUT ROWID;
CREATE TABLE active_time (
    document INTEGER NOT NULL, annotator TEXT NOT NULL, seconds INTEGER NOT NULL, PRIMARY KEY (document, annotator)
) WITHOUT ROWID;
CREATE TABLE ui_state (
    annotator TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (annotator, key)
) WITHOUT ROWID;
";

/// A prediction belongs to the version of the text it was made for: on another text its offsets mean nothing.
/// Work staged by an import is found by its document.
const FORMAT_2: &str = "
ALTER TABLE predictions RENAME TO predictions_1;
CREATE TABLE predictions (
    run INTEGER NOT NULL, document INTEGER NOT NULL, version INTEGER NOT NULL, start INTEGER NOT NULL,
    end INTEGER NOT NULL, label INTEGER NOT NULL, score REAL NOT NULL,
    PRIMARY KEY (run, document, version, start, end, label)
) WITHOUT ROWID;
INSERT INTO predictions SELECT run, document, 1, start, end, label, score FROM predictions_1;
DROP TABLE predictions_1;
CREATE INDEX staged_document ON staged (import, document);
";

/// Notes and flags, and what the orders and filters of the list walk instead of the documents.
///
/// - `notes`: span 0 is the document itself. `start` and `end` are where the span was last seen, for when it is gone. A
///   view of the edits.
/// - `ranks`: a small row for each document, so that changing one does not write its text again: its last edit, how much
///   is doubtful in it (millionths of a wrong decision a word), how many suggestions it has, in which twentieths of the
///   scale their scores lie (a bit each), and a number of its own without order. Triggers keep one row a document.
/// - `begun`: how many of each 256 documents an annotator has begun, so that the few that are left are found without
///   passing all the others. A view of the edits.
/// - `responses_coverage` finds what was submitted before a label came; `spans_label` also finds a person's documents
///   with a label; `decisions_score` counts verdicts above a score.
const FORMAT_3: &str = "
CREATE TABLE notes (
    document INTEGER NOT NULL, annotator TEXT NOT NULL, span INTEGER NOT NULL, text TEXT NOT NULL, flag INTEGER NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL, PRIMARY KEY (document, annotator, span)
) WITHOUT ROWID;
CREATE INDEX notes_written ON notes (annotator, document) WHERE text <> '';
CREATE INDEX notes_flagged ON notes (annotator, document) WHERE flag = 1;
CREATE TABLE ranks (
    document INTEGER PRIMARY KEY,
    edited INTEGER NOT NULL DEFAULT 0,
    doubt INTEGER NOT NULL DEFAULT 0,
    suggestions INTEGER NOT NULL DEFAULT 0,
    scores INTEGER NOT NULL DEFAULT 0,
    age INTEGER GENERATED ALWAYS AS (-edited) VIRTUAL,
    certainty INTEGER GENERATED ALWAYS AS (-doubt) VIRTUAL,
    fewness INTEGER GENERATED ALWAYS AS (-suggestions) VIRTUAL,
    mixed INTEGER GENERATED ALWAYS AS ((document % 2147483647) * 1103515245 % 2147483647) VIRTUAL,
    twice INTEGER GENERATED ALWAYS AS ((mixed * mixed + document % 65521 * 69621) % 2147483647) VIRTUAL,
    shuffle INTEGER GENERATED ALWAYS AS ((twice * twice + mixed * 48271) % 2147483647) VIRTUAL
);
INSERT INTO ranks (document, edited) SELECT id, edited FROM documents;
DROP INDEX documents_recent;
CREATE INDEX ranks_recent ON ranks (age, document);
CREATE INDEX ranks_uncertain ON ranks (certainty, document);
CREATE INDEX ranks_suggestions ON ranks (fewness, document);
CREATE INDEX ranks_random ON ranks (shuffle, document);
CREATE TRIGGER documents_come AFTER INSERT ON documents BEGIN INSERT INTO ranks (document) VALUES (new.id); END;
CREATE TRIGGER documents_go AFTER DELETE ON documents BEGIN DELETE FROM ranks WHERE document = old.id; END;
CREATE TABLE begun (
    annotator TEXT NOT NULL, block INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (annotator, block)
) WITHOUT ROWID;
INSERT INTO begun SELECT annotator, document >> 8, count(*) FROM responses WHERE status > 0 GROUP BY 1, 2;
CREATE INDEX responses_coverage ON responses (annotator, status, coverage, document);
DROP INDEX spans_label;
CREATE INDEX spans_label ON spans (label, annotator, document);
CREATE INDEX decisions_score ON decisions (run, label, score);
";

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn an_older_project_keeps_its_predictions_and_becomes_the_newest_format_once() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(FORMAT_1).unwrap();
        connection
            .execute_batch("INSERT INTO predictions VALUES (3, 5, 0, 4, 1, 0.5); PRAGMA user_version = 1")
            .unwrap();
        migrate(&mut connection).unwrap();
        migrate(&mut connection).unwrap();
        let format: i64 = connection.pragma_query_value(None, "user_version", |r| r.get(0)).unwrap();
        assert_eq!(format, newest());
        let row: (i64, i64, i64) = connection
            .query_row("SELECT run, version, end FROM predictions", [], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))
            .unwrap();
        assert_eq!(row, (3, 1, 4));
    }

    #[test]
    fn a_project_of_format_2_gets_a_rank_for_each_document_and_counts_what_was_begun() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(FORMAT_1).unwrap();
        connection.execute_batch(FORMAT_2).unwrap();
        connection
            .execute_batch(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
                 INSERT INTO documents (id, text, chars, text_hash, metadata, provenance, edited)
                     SELECT i, 'text ' || i, 5, x'', '{}', '{}', i % 7 FROM n;
                 INSERT INTO responses (document, annotator, status)
                     SELECT id, 'ada', id % 4 FROM documents WHERE id <= 1000;
                 INSERT INTO spans VALUES (3, 'ada', 1, 0, 4, 2, 'key', NULL);
                 PRAGMA user_version = 2",
            )
            .unwrap();
        migrate(&mut connection).unwrap();
        let number = |sql: &str| connection.query_row(sql, [], |r| r.get::<_, i64>(0)).unwrap();
        assert_eq!(number("SELECT count(*) FROM ranks k JOIN documents d ON d.id = k.document"), 100_000);
        assert_eq!(
            number("SELECT count(*) FROM ranks k JOIN documents d ON d.id = k.document AND d.edited = k.edited"),
            100_000
        );
        assert_eq!(number("SELECT sum(n) FROM begun WHERE annotator = 'ada'"), 750);
        assert_eq!(number("SELECT n FROM begun WHERE block = 0"), 192);
        assert_eq!(number("SELECT count(*) FROM spans WHERE label = 2 AND annotator = 'ada'"), 1);
        // No two neighbours of the import stand beside one another, and hardly any number comes twice.
        assert!(number("SELECT count(DISTINCT shuffle) FROM ranks") > 99_900);
        assert_eq!(number("SELECT count(*) FROM ranks WHERE shuffle NOT BETWEEN 0 AND 2147483646"), 0);
        let half = number("SELECT count(*) FROM ranks WHERE shuffle < 1073741823");
        assert!((49_000..51_000).contains(&half), "{half}");
        connection.execute("DELETE FROM documents WHERE id = 5", []).unwrap();
        connection
            .execute("INSERT INTO documents (id, text, chars, text_hash, metadata, provenance) VALUES (100001, '', 0, x'', '{}', '{}')", [])
            .unwrap();
        assert_eq!(number("SELECT count(*) FROM ranks"), 100_000);
        assert_eq!(number("SELECT count(*) FROM ranks WHERE document IN (5, 100001)"), 1);
    }
}
