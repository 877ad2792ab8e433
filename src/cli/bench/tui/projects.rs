//! The projects that are measured: short texts made of the demo's sentences, some of them answered, and one long text.

use std::path::{Path, PathBuf};

use crate::cli::{demo, init};
use crate::dataset::{Origin, Record, RecordResponse, Span, Status, TaskCard};
use crate::store::{ImportOptions, Project};
use crate::text::words;

/// Who has answered some of the documents, and works on the project.
pub(super) const ANNOTATOR: &str = "bench";

/// A folder that goes when it is dropped.
pub(super) struct Folder(pub PathBuf);

impl Folder {
    /// A new one among the system's temporary files.
    pub fn new() -> anyhow::Result<Self> {
        let path = std::env::temp_dir().join(format!("gleaner-bench-{}", std::process::id()));
        std::fs::create_dir_all(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What the projects are made of.
pub(super) struct Material {
    labels: Vec<(String, String)>,
    sentences: Vec<String>,
    /// A text in which the model finds something.
    first: String,
}

impl Material {
    /// The demo's sentences and labels.
    pub fn new() -> anyhow::Result<Self> {
        let corpus = demo::corpus()?;
        let sentences = corpus.iter().flat_map(|r| r.text.split_inclusive(". ")).map(str::to_owned).collect();
        let first = corpus.first().map(|r| r.text.clone()).unwrap_or_default();
        Ok(Self { labels: demo::labels(), sentences, first })
    }

    fn sentence(&self, at: usize) -> &str {
        &self.sentences[at % self.sentences.len()]
    }

    /// A text of two or three sentences; no two are the same.
    fn text(&self, number: usize) -> String {
        if number == 0 {
            return self.first.clone();
        }
        let from = number.wrapping_mul(7919);
        let more = if number.is_multiple_of(3) { self.sentence(from + 31) } else { "" };
        format!("Lot {number}. {} {} {more}", self.sentence(from).trim(), self.sentence(from + 17).trim())
    }

    /// One document in four is answered: most of those submitted, some drafts, a few discarded.
    fn response(&self, number: usize, text: &str) -> Option<RecordResponse> {
        let status = match number % 20 {
            3 | 8 | 18 => Status::Submitted,
            13 => Status::Draft,
            19 => Status::Discarded,
            _ => return None,
        };
        let spans = words(text).into_iter().skip(3).step_by(5).take(3).enumerate().map(|(i, word)| Span {
            range: word.range,
            label: self.labels[(number + i) % self.labels.len()].0.clone(),
            score: None,
        });
        let spans = if status == Status::Discarded { Vec::new() } else { spans.collect() };
        Some(RecordResponse { annotator: Some(ANNOTATOR.into()), status, spans, coverage: None })
    }

    fn project(&self, dir: &Path) -> anyhow::Result<Project> {
        let mut project = Project::create(dir, &TaskCard { name: "bench".into(), ..TaskCard::default() })?;
        init::add_labels(&mut project, &self.labels)?;
        Ok(project)
    }

    /// A project of so many documents.
    pub fn documents(&self, dir: &Path, documents: usize, mut done: impl FnMut(u64)) -> anyhow::Result<()> {
        let mut project = self.project(dir)?;
        let mut import = project.import(ImportOptions { source: "bench".into(), ..ImportOptions::default() })?;
        for number in 0..documents {
            let text = self.text(number);
            let responses = self.response(number, &text).into_iter().collect();
            let record = Record { id: Some(format!("lot-{number:07}")), text, responses, ..Record::default() };
            import.add_from(record, Origin::Key)?;
            if number.is_multiple_of(1000) {
                done(number as u64);
            }
        }
        import.finish()?;
        Ok(())
    }

    /// A project of one document of so many bytes.
    pub fn long_text(&self, dir: &Path, bytes: usize) -> anyhow::Result<()> {
        let mut text = self.first.clone();
        for at in 0.. {
            if text.len() >= bytes {
                break;
            }
            text.push_str(if at % 6 == 5 { "\n\n" } else { " " });
            text.push_str(self.sentence(at).trim());
        }
        let mut project = self.project(dir)?;
        let mut import = project.import(ImportOptions { source: "bench".into(), ..ImportOptions::default() })?;
        import.add(Record { id: Some("long".into()), text, ..Record::default() })?;
        import.finish()?;
        Ok(())
    }
}
