//! What a model says of the documents of gold, asked here and now.
//!
//! It is kept down to a low floor. The greedy choice goes from the highest score down and never looks
//! back, so what it keeps above any threshold is the same whether it goes on below it or not: one answer holds the answers
//! at all higher thresholds. (That is so for one threshold for all labels. With thresholds of single labels a span that
//! its label's threshold forbids may stand in the way of another one here, and would not if the model were asked with
//! these thresholds.)

use std::sync::atomic::AtomicBool;
use std::time::Instant;

use crate::dataset::Label;
use crate::evaluate::{Ends, Gold, Mark, Predictions};
use crate::gliner::{DecodeOptions, FLOOR, decode};
use crate::store::Project;
use crate::suggest::{FillError, FillOptions, Filled, Suggester, SuggesterError, fill};

/// Why a model could not be asked about gold.
#[derive(Debug, thiserror::Error)]
pub enum SuggestOnError {
    /// There is nothing to read.
    #[error("document {0} has no text to suggest for; take gold that holds texts, or give predictions")]
    NoText(String),
    /// The model.
    #[error(transparent)]
    Suggester(#[from] SuggesterError),
}

/// Documents asked for at a time: enough that texts of like length meet.
const PAGE: usize = 64;

/// What the suggester says of the documents of gold when it is asked for `labels`, above `floor`, and how many seconds
/// that took; what it remembers costs none. Labels that are not among gold's are asked for but not counted. `progress` is
/// told how many documents are done.
///
/// # Errors
/// When a document has no text, the model fails, or `cancel` was set.
pub fn suggest_on(
    suggester: &mut Suggester,
    gold: &Gold,
    labels: &[Label],
    floor: f32,
    cancel: &AtomicBool,
    mut progress: impl FnMut(u64),
) -> Result<(Predictions, f64), SuggestOnError> {
    let text =
        |d: &'_ crate::evaluate::GoldDocument| d.text.clone().ok_or_else(|| SuggestOnError::NoText(d.name.clone()));
    let texts = gold.documents.iter().map(text).collect::<Result<Vec<_>, _>>()?;
    let numbers: Vec<Option<u32>> = labels.iter().map(|l| gold.labels.find(&l.name)).collect();
    let last = i64::from(gold.ends == Ends::Inclusive);
    let options = above(floor);
    let mut documents = Vec::with_capacity(texts.len());
    let mut seconds = 0.0;
    for page in texts.chunks(PAGE) {
        let page: Vec<&str> = page.iter().map(AsRef::as_ref).collect();
        let begun = Instant::now();
        let answers = suggester.candidates(&page, labels, Some(cancel))?;
        for candidates in &answers {
            let mark = |c: crate::gliner::Candidate| {
                let (start, end) = (c.range.start as i64, c.range.end as i64 - last);
                Some(Mark { label: numbers[c.class]?, start, end, score: Some(c.score) })
            };
            documents.push(decode(candidates, &options).into_iter().filter_map(mark).collect());
        }
        seconds += begun.elapsed().as_secs_f64();
        progress(documents.len() as u64);
    }
    let name = suggester.model().name().to_owned();
    let asked = Some(numbers.into_iter().flatten().collect());
    Ok((Predictions { name, documents, asked, floor: Some(floor) }, seconds))
}

/// Keeps what the suggester says of the documents of gold, and only of them, as a run of the project.
///
/// # Errors
/// As [`fill`].
pub fn fill_gold(
    project: &mut Project,
    suggester: &mut Suggester,
    labels: &[Label],
    name: &str,
    gold: &Gold,
    cancel: &AtomicBool,
    progress: impl FnMut(u64),
) -> Result<Filled, FillError> {
    let only = gold.documents.iter().filter_map(|d| d.document).collect();
    let options = FillOptions { save_as: Some(name.to_owned()), decode: above(FLOOR), only: Some(only) };
    fill(project, suggester, labels, &options, cancel, progress)
}

/// Flat, one label a span, whatever scores more.
fn above(threshold: f32) -> DecodeOptions {
    DecodeOptions { threshold, ..DecodeOptions::default() }
}
