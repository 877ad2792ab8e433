//! What the store holds: its groups as they are in the file, and the state after each of them, made by replaying.

use std::collections::BTreeMap;
use std::path::Path;

use gleaner::annotate::{Annotation, LabelSet, OpenText};
use gleaner::dataset::{DocumentId, Origin, Response, SpanId, Status};
use gleaner::store::{Change, Counts, Project};

/// A group of the journal.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupRow {
    pub id: i64,
    pub actor: String,
    pub kind: String,
    pub reason: String,
    pub target: Option<i64>,
    pub changes: Vec<Change>,
}

/// All groups, and the numbers of those that are marked as undone.
pub fn groups(project: &Path) -> (Vec<GroupRow>, Vec<i64>) {
    let file = rusqlite::Connection::open(project.join("gleaner.db")).unwrap();
    let mut edits: BTreeMap<i64, Vec<Change>> = BTreeMap::new();
    let mut select = file.prepare("SELECT grp, change FROM edits ORDER BY id").unwrap();
    let mut rows = select.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let change = serde_json::from_str(&row.get::<_, String>(1).unwrap()).unwrap();
        edits.entry(row.get(0).unwrap()).or_default().push(change);
    }
    let mut undone = Vec::new();
    let mut select = file.prepare("SELECT id, actor, kind, reason, target, undone FROM groups ORDER BY id").unwrap();
    let groups = select.query_map([], |r| {
        let id = r.get(0)?;
        if r.get(5)? {
            undone.push(id);
        }
        let changes = edits.remove(&id).unwrap_or_default();
        Ok(GroupRow { id, actor: r.get(1)?, kind: r.get(2)?, reason: r.get(3)?, target: r.get(4)?, changes })
    });
    let groups = groups.unwrap().collect::<Result<_, _>>().unwrap();
    (groups, undone)
}

/// Every way in which a group is not whole.
pub fn broken_groups(groups: &[GroupRow], undone: &[i64]) -> Vec<String> {
    let mut broken = Vec::new();
    for group in groups.iter().filter(|g| g.kind != "import") {
        let say =
            |what: &str| format!("group {} ({} {}): {what}: {:?}", group.id, group.kind, group.reason, group.changes);
        let turned = groups.iter().any(|g| g.target == Some(group.id));
        if turned != undone.contains(&group.id) {
            broken.push(say("its mark does not say whether it was taken back"));
        }
        if let Some(target) = group.target {
            let original = groups.iter().find(|g| g.id == target);
            let reversed = original.map(|g| g.changes.iter().rev().map(Change::reversed).collect::<Vec<_>>());
            if reversed.as_ref() != Some(&group.changes) {
                broken.push(say("it is not its target turned round"));
            }
        } else if !is_whole(group) {
            broken.push(say("it does not hold what its reason says"));
        }
    }
    broken
}

/// Whether a group holds as many changes of each kind as its reason says.
fn is_whole(group: &GroupRow) -> bool {
    let count = |of: fn(&Change) -> bool| group.changes.iter().filter(|c| of(c)).count();
    let spans = count(|c| matches!(c, Change::Span { .. }));
    let bulk = count(|c| matches!(c, Change::Span { after: Some(s), .. } if s.origin == Origin::Bulk));
    let decisions = count(|c| matches!(c, Change::Decision { .. }));
    let labels = count(|c| matches!(c, Change::Label { .. }));
    let finish = count(|c| matches!(c, Change::Status { .. } | Change::Coverage { .. }));
    let rest = group.changes.len() - spans - decisions - labels - finish;
    let is = |s: usize, d: std::ops::RangeInclusive<usize>| {
        spans == s && d.contains(&decisions) && labels == 0 && finish <= 1 && rest == 0
    };
    let words: Vec<&str> = group.reason.split(' ').collect();
    match words.as_slice() {
        [_, "label", ..] if group.reason.starts_with("move") => labels == 2 && group.changes.len() == 2,
        [_, "label", ..] | ["bring", "back", "label", ..] => labels == 1 && group.changes.len() == 1,
        ["set", "the", "prompt", ..] => labels == 1 && group.changes.len() == 1,
        ["accept", n, "suggestion" | "suggestions", ..] => n.parse() == Ok(bulk) && is(bulk, bulk..=bulk),
        ["accept", ..] => is(1, 1..=1),
        ["reject", ..] => is(0, 1..=1),
        ["add", ..] => is(1, 0..=0),
        ["relabel" | "re-bound" | "delete", ..] => is(1, 0..=1),
        ["note" | "flag", ..] => count(|c| matches!(c, Change::Note { .. })) == 1 && group.changes.len() == 1,
        _ => {
            let blind = count(|c| matches!(c, Change::Blind { .. }));
            (1..=2).contains(&finish) && blind <= 1 && finish + blind == group.changes.len()
        }
    }
}

/// Labels, documents and responses at one moment.
#[derive(Clone, Debug)]
pub struct State {
    /// The labels.
    pub labels: LabelSet,
    /// Each document with the annotator's response.
    pub documents: BTreeMap<DocumentId, Annotation>,
    /// Kind and reason of the last group.
    pub last: (String, String),
}

impl State {
    /// Before the first edit.
    pub fn empty(project: &Project, annotator: &str) -> Self {
        let documents = project.documents_after(DocumentId(0), 1000).unwrap().into_iter().map(|d| {
            let annotation = Annotation {
                blind: false,
                document: d.id,
                annotator: annotator.into(),
                actor: annotator.into(),
                text: OpenText::new(d.text),
                response: Response::default(),
                coverage: None,
                notes: Vec::new(),
                decisions: Default::default(),
                next_span_id: SpanId(1),
            };
            (d.id, annotation)
        });
        Self { labels: LabelSet::default(), documents: documents.collect(), last: Default::default() }
    }

    /// After one more group.
    pub fn apply(&mut self, group: &GroupRow) {
        for change in &group.changes {
            self.labels.apply(change);
            if let Some(annotation) = change.document().and_then(|d| self.documents.get_mut(&d)) {
                annotation.apply(change);
            }
        }
        self.last = (group.kind.clone(), group.reason.clone());
    }

    /// Where the documents stand.
    pub fn counts(&self) -> Counts {
        let of = |s| self.documents.values().filter(|a| a.response.status == s).count() as u64;
        Counts {
            documents: self.documents.len() as u64,
            pending: of(Status::Pending),
            draft: of(Status::Draft),
            submitted: of(Status::Submitted),
            discarded: of(Status::Discarded),
        }
    }

    /// Everything in which the store's views differ from this state.
    pub fn differences(&self, project: &Project, annotator: &str) -> Vec<String> {
        let mut found = Vec::new();
        if project.labels().unwrap() != self.labels.all() {
            found.push("the labels are not what the edits say".to_owned());
        }
        if project.counts(annotator).unwrap() != self.counts() {
            found.push(format!("counted {:?}, replayed {:?}", project.counts(annotator).unwrap(), self.counts()));
        }
        for (id, annotation) in &self.documents {
            let stored = project.response(*id, annotator).unwrap();
            let replayed = &annotation.response;
            if (&stored.spans, stored.status) != (&replayed.spans, replayed.status) {
                found.push(format!("document {id}: stored {stored:?}, replayed {replayed:?}"));
            }
            let decisions = project.decisions(*id, annotator).unwrap();
            let same = decisions.iter().all(|d| annotation.decisions.get(&d.prediction) == Some(d));
            if decisions.len() != annotation.decisions.len() || !same {
                found.push(format!("document {id}: the decisions are not what the edits say"));
            }
        }
        found
    }
}
