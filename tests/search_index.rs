//! The index of a project: what a request finds, and how it follows the store.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use gleaner::dataset::*;
use gleaner::search::{Facets, Hits, Like, Mode, Query, Request, SearchIndex};
use gleaner::store::*;
use gleaner::text::CharRange;
use tempfile::TempDir;

const ADA: &str = "ada";

/// A desk with a project and its index.
struct Desk {
    dir: TempDir,
    project: Project,
    index: SearchIndex,
}

const TEXTS: [(&str, &str, &str); 6] = [
    ("watch", "shop.jsonl", "The automatic watch has a sapphire glass and a leather strap."),
    ("quartz", "shop.jsonl", "A quartz watch with mineral glass."),
    ("drug", "news/health.csv", "The drug aspirin relieves pain and fever."),
    ("pain", "news/health.csv", "Ibuprofen is a drug against pain."),
    ("bern", "news/travel.csv", "The old town of Bern lies in a loop of the river."),
    (
        "long",
        "typed",
        "Glass, glass and more glass: windows, bottles, lenses and everything else that is made of glass in the works by the river, day and night.",
    ),
];

fn record(id: &str, source: &str, text: &str) -> Record {
    let provenance = Provenance { source: source.into(), ..Provenance::default() };
    Record { id: Some(id.into()), text: text.into(), provenance, ..Record::default() }
}

fn import(project: &mut Project, records: impl IntoIterator<Item = Record>) {
    let options = ImportOptions { source: "file".into(), annotator: ADA.into(), ..ImportOptions::default() };
    let mut import = project.import(options).unwrap();
    for record in records {
        import.add(record).unwrap();
    }
    import.finish().unwrap();
}

impl Desk {
    fn empty() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let project = Project::create(dir.path(), &TaskCard::default()).unwrap();
        let index = SearchIndex::open(dir.path()).unwrap();
        Self { dir, project, index }
    }

    /// The texts above; Ada has submitted `drug` with a span of `drug`, and begun `watch` with one of `part of it`.
    fn with_texts() -> Self {
        let mut desk = Self::empty();
        import(
            &mut desk.project,
            TEXTS.map(|(id, source, text)| {
                let span = |start, end, label: &str| Span {
                    range: CharRange::new(start, end),
                    label: label.into(),
                    score: None,
                };
                let answer = |status, span| {
                    vec![RecordResponse { annotator: Some(ADA.into()), status, spans: vec![span], coverage: None }]
                };
                let responses = match id {
                    "drug" => answer(Status::Submitted, span(9, 16, "drug")),
                    "watch" => answer(Status::Draft, span(26, 40, "part of it")),
                    _ => Vec::new(),
                };
                Record { responses, ..record(id, source, text) }
            }),
        );
        desk.refresh();
        desk
    }

    fn refresh(&mut self) -> (u64, u64) {
        let done = self.index.refresh(&self.project, &mut |_, _| true).unwrap();
        assert!(!done.stopped && done.elsewhere.is_none());
        (done.added, done.removed)
    }

    fn id(&self, name: &str) -> DocumentId {
        self.project.find_document(name).unwrap().unwrap().id
    }

    fn name(&self, id: DocumentId) -> String {
        self.project.document(id).unwrap().unwrap().external_id.unwrap()
    }

    fn ask(&self, mode: Mode, query: &str, like: Option<Like>) -> Hits {
        let request = Request { query: Query::parse(query).unwrap(), like, mode, limit: 10 };
        self.index.search(&self.project, ADA, &request).unwrap()
    }

    fn names(&self, hits: &Hits) -> Vec<String> {
        hits.hits.iter().map(|hit| self.name(hit.document)).collect()
    }

    /// What a query finds by its words, in the order of the documents.
    #[track_caller]
    fn finds(&self, query: &str, expected: &[&str]) {
        let mut hits = self.ask(Mode::Keyword, query, None);
        assert_eq!(hits.total, Some(expected.len() as u64), "{query}");
        hits.hits.sort_by_key(|hit| hit.document);
        assert_eq!(self.names(&hits), expected, "{query}");
    }
}

#[test]
fn filters_of_the_store_hold_beside_words_and_alone() {
    let desk = Desk::with_texts();
    desk.finds("glass", &["watch", "quartz", "long"]);
    desk.finds("glass source:shop", &["watch", "quartz"]);
    desk.finds("glass -source:SHOP", &["long"]);
    desk.finds("source:news", &["drug", "pain", "bern"]);
    desk.finds("label:drug", &["drug"]);
    desk.finds("label:Drug", &["drug"]);
    desk.finds("label:\"part of it\"", &["watch"]);
    desk.finds("-label:drug drug", &["pain"]);
    desk.finds("status:submitted", &["drug"]);
    desk.finds("status:draft glass", &["watch"]);
    desk.finds("status:pending", &["quartz", "pain", "bern", "long"]);
    desk.finds("-status:pending", &["watch", "drug"]);
    desk.finds("status:pending -status:pending", &[]);
    desk.finds("length:>100", &["long"]);
    desk.finds("length:<35", &["quartz", "pain"]);
    desk.finds("length:34", &["quartz"]);
    desk.finds("-glass", &["drug", "pain", "bern"]);
    desk.finds("-glass -source:travel", &["drug", "pain"]);
    desk.finds("", &[]);
}

#[test]
fn scores_are_filtered_by_what_suggestions_were_said_to_have() {
    let mut desk = Desk::with_texts();
    let batch = [("watch", 0.9), ("bern", 0.3)].map(|(id, score)| (desk.id(id), Summary::of([score], 1, 10)));
    desk.project.summarise(&batch).unwrap();
    desk.finds("score:<0.6", &["bern"]);
    desk.finds("score:>=0.6", &["watch"]);
    desk.finds("score:0.2..0.95", &["watch", "bern"]);
    desk.finds("river score:>0.1", &["bern"]);
    desk.finds("-score:>0.1 river", &["long"]);
}

#[test]
fn an_unknown_label_is_said_with_the_known_ones() {
    let desk = Desk::with_texts();
    let request = Request { query: Query::parse("label:drgu").unwrap(), limit: 5, ..Request::default() };
    let error = desk.index.search(&desk.project, ADA, &request).unwrap_err().to_string();
    assert_eq!(error, "no label 'drgu' in this project; it has part of it, drug");
}

#[test]
fn every_mode_ranks_and_says_where_a_hit_came_from() {
    let desk = Desk::with_texts();
    let keyword = desk.ask(Mode::Keyword, "drug pain aspirin", None);
    assert_eq!(desk.names(&keyword), ["drug", "pain"]);
    assert_eq!(keyword.hits[1].keyword, Some(2));
    assert_eq!(keyword.hits[1].semantic, None);
    let semantic = desk.ask(Mode::Semantic, "drug pain aspirin", None);
    assert_eq!((semantic.hits[0].semantic, semantic.hits[0].keyword, semantic.total), (Some(1), None, None));
    assert_eq!(desk.names(&semantic)[0], "drug");
    assert!(semantic.hits.windows(2).all(|pair| pair[0].score >= pair[1].score));
    let hybrid = desk.ask(Mode::Hybrid, "drug pain aspirin", None);
    assert_eq!(desk.names(&hybrid)[0], "drug");
    assert_eq!(hybrid.hits[0].score, 2.0 / 61.0, "first in both");
}

#[test]
fn musts_and_exclusions_hold_by_meaning_too() {
    let desk = Desk::with_texts();
    for mode in Mode::ALL {
        let names = |query| {
            let mut names = desk.names(&desk.ask(mode, query, None));
            names.sort();
            names
        };
        assert_eq!(names("\"sapphire glass\" watch"), ["watch"], "{mode:?}");
        assert_eq!(names("watch \"mineral glass\""), ["quartz"], "{mode:?}");
        assert!(!names("watch -quartz").contains(&"quartz".to_owned()), "{mode:?}");
        assert_eq!(names("ibup* drug"), ["pain"], "{mode:?}");
        assert_eq!(names("asprin~"), ["drug"], "{mode:?}");
        assert_eq!(names("/ibu.*/"), ["pain"], "{mode:?}");
        assert_eq!(names("watch source:shop -\"sapphire glass\""), ["quartz"], "{mode:?}");
    }
}

#[test]
fn more_like_a_document_or_a_text_leaves_out_the_document_itself() {
    let desk = Desk::with_texts();
    for mode in Mode::ALL {
        let like = desk.ask(mode, "", Some(Like::Document(desk.id("drug"))));
        assert_eq!(desk.names(&like)[0], "pain", "{mode:?}");
        assert!(!desk.names(&like).contains(&"drug".to_owned()), "{mode:?}");
        let among = desk.ask(mode, "status:pending glass", Some(Like::Text("a quartz watch".into())));
        assert_eq!(desk.names(&among)[0], "quartz", "{mode:?}");
        assert!(
            among.hits.iter().all(|hit| ["quartz", "long"].contains(&desk.name(hit.document).as_str())),
            "{mode:?}"
        );
    }
    let gone = Request { like: Some(Like::Document(DocumentId(99))), limit: 5, ..Request::default() };
    let error = desk.index.search(&desk.project, ADA, &gone).unwrap_err().to_string();
    assert!(error.contains("document 99 is not in this project"), "{error}");
}

#[test]
fn facets_count_labels_statuses_and_sources_of_what_was_found() {
    let desk = Desk::with_texts();
    let facets = desk.index.facets(&desk.project, ADA, &desk.ask(Mode::Keyword, "-river", None)).unwrap();
    let labels = vec![("part of it".to_owned(), 1), ("drug".to_owned(), 1)];
    let statuses = vec![(Status::Pending, 2), (Status::Draft, 1), (Status::Submitted, 1)];
    let sources = vec![("news/health.csv".to_owned(), 2), ("shop.jsonl".to_owned(), 2)];
    assert_eq!(facets, Facets { labels, statuses, sources });
    let nobody = desk.index.facets(&desk.project, "bob", &desk.ask(Mode::Keyword, "drug", None)).unwrap();
    assert_eq!((nobody.labels, nobody.statuses), (vec![], vec![(Status::Pending, 2)]));
}

#[test]
fn the_index_takes_in_what_is_new_changed_or_gone_and_nothing_twice() {
    let mut desk = Desk::empty();
    assert_eq!(desk.refresh(), (0, 0));
    import(&mut desk.project, [record("a", "f", "one apple"), record("b", "f", "two pears")]);
    assert_eq!(desk.refresh(), (2, 0));
    assert_eq!(desk.refresh(), (0, 0));
    // The same id with another text: the second version of it.
    import(&mut desk.project, [record("a", "f", "one cherry"), record("c", "f", "three figs")]);
    assert_eq!(desk.refresh(), (2, 0));
    desk.finds("apple", &[]);
    desk.finds("cherry", &["a"]);
    let b = desk.id("b");
    let (before, after) = (DocumentState { removed: false, version: 1 }, DocumentState { removed: true, version: 1 });
    let changes = vec![Change::Document { document: b, before, after }];
    desk.project.commit(&Group { actor: ADA.into(), reason: "remove".into(), changes }).unwrap();
    assert_eq!(
        desk.ask(Mode::Hybrid, "pears", None).hits.iter().filter(|hit| hit.document == b).count(),
        0,
        "not shown at once"
    );
    assert_eq!(desk.refresh(), (0, 1));
    desk.finds("-nothing", &["a", "c"]);
    desk.project.undo(ADA).unwrap();
    assert_eq!(desk.refresh(), (1, 0));
    desk.finds("pears", &["b"]);
}

#[test]
fn another_index_of_the_same_project_sees_what_was_committed() {
    let mut desk = Desk::empty();
    let other = SearchIndex::open(desk.dir.path()).unwrap();
    import(&mut desk.project, [record("a", "f", "one apple")]);
    desk.refresh();
    let request = |query| Request { query: Query::parse(query).unwrap(), limit: 5, ..Request::default() };
    for (query, found) in [("apple", 1), ("-apple", 0), ("length:>1", 1)] {
        assert_eq!(other.search(&desk.project, ADA, &request(query)).unwrap().hits.len(), found, "{query}");
    }
    import(&mut desk.project, [record("b", "f", "two apples")]);
    desk.refresh();
    assert_eq!(other.search(&desk.project, ADA, &request("apple")).unwrap().hits.len(), 2);
}

#[test]
fn stopping_keeps_what_was_done_and_the_next_refresh_goes_on() {
    let mut desk = Desk::empty();
    import(&mut desk.project, (0..2500).map(|n| record(&format!("d{n}"), "f", &format!("text number {n}"))));
    let mut heard = Vec::new();
    let done = desk.index.refresh(&desk.project, &mut |done, total| {
        heard.push((done, total));
        done < 1000
    });
    let done = done.unwrap();
    assert_eq!(heard, [(0, 2500), (1000, 2500)]);
    assert_eq!((done.added, done.stopped), (1000, true));
    desk.finds("999", &["d999"]);
    desk.finds("1000", &[]);
    let mut again = SearchIndex::open(desk.dir.path()).unwrap();
    assert_eq!(again.refresh(&desk.project, &mut |_, _| true).unwrap().added, 1500);
    desk.finds("2499", &["d2499"]);
}

#[test]
fn while_one_process_writes_another_is_told_and_searches_what_is_there() {
    let mut desk = Desk::with_texts();
    let lock = std::fs::OpenOptions::new().read(true).write(true).open(desk.dir.path().join("search/writing")).unwrap();
    lock.lock().unwrap();
    import(&mut desk.project, [record("new", "f", "a new watch")]);
    let done = desk.index.refresh(&desk.project, &mut |_, _| true).unwrap();
    assert_eq!((done.added, done.elsewhere), (0, Some(std::process::id())));
    desk.finds("sapphire", &["watch"]);
    drop(lock);
    assert_eq!(desk.refresh(), (1, 0));
}

#[test]
fn a_lost_or_damaged_index_is_made_again_from_the_store() {
    let mut desk = Desk::with_texts();
    let dir = desk.dir.path().join("search");
    std::fs::write(dir.join("vectors"), "not vectors").unwrap();
    // Searching goes on without; the next refresh makes them again and says so.
    desk.index = SearchIndex::open(desk.dir.path()).unwrap();
    assert_eq!(desk.ask(Mode::Semantic, "watch", None).hits, []);
    assert_eq!(desk.refresh().0, 6);
    assert!(desk.index.notices()[0].contains("cut short"), "{:?}", desk.index.notices());
    assert_eq!(desk.names(&desk.ask(Mode::Semantic, "quartz watch", None))[0], "quartz");

    let meta = dir.join("keyword/meta.json");
    std::fs::write(&meta, "{").unwrap();
    desk.index = SearchIndex::open(desk.dir.path()).unwrap();
    assert_eq!(desk.index.notices().len(), 1, "{:?}", desk.index.notices());
    assert_eq!(desk.refresh().0, 6);
    desk.finds("quartz", &["quartz"]);

    std::fs::remove_dir_all(&dir).unwrap();
    desk.index = SearchIndex::open(desk.dir.path()).unwrap();
    assert_eq!(desk.refresh().0, 6);
    desk.finds("quartz", &["quartz"]);
}

#[test]
fn five_hundred_equal_texts_an_empty_one_and_a_long_one_are_taken_as_they_are() {
    let mut desk = Desk::empty();
    let long = "glass ".repeat(180_000);
    let same = (0..500).map(|n| record(&format!("s{n}"), "f", &format!("the same words {}", " ".repeat(n))));
    import(&mut desk.project, same.chain([record("blank", "f", " \n"), record("long", "f", &long)]));
    assert_eq!(desk.refresh(), (502, 0));
    let request = Request { query: Query::parse("same words").unwrap(), limit: 3, ..Request::default() };
    for mode in Mode::ALL {
        let hits = desk.index.search(&desk.project, ADA, &Request { mode, ..request.clone() }).unwrap();
        assert_eq!(desk.names(&hits), ["s0", "s1", "s2"], "{mode:?}: the same score, so by number");
    }
    assert!(desk.names(&desk.ask(Mode::Hybrid, "glass", None)).contains(&"long".to_owned()));
    assert_eq!(desk.refresh(), (0, 0), "what has no vector is not read again and again");
}
