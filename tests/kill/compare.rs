//! Whether a frame can be the picture of a state: the screen of that state is put into words and compared with the frame.

use std::collections::HashMap;

use gleaner::annotate::{Annotation, Candidate, Settings, on_characters, visible};
use gleaner::dataset::{Label, LabelId, RunId};
use gleaner::gliner::Gliner;
use gleaner::text::{CharRange, Columns};
use gleaner::tui::{LiveSuggester, Suggester};

use super::frames::Frame;
use super::history::State;

/// Columns of the side pane's list.
const PANE_WIDTH: u16 = 35;
/// So many lines are always all of them.
const PANE_HOLDS: usize = 20;

/// The model of the program under test, asked once for each text and set of labels.
pub struct Oracle {
    model: LiveSuggester,
    said: HashMap<(String, Prompts), Vec<Candidate>>,
}

/// What the model is asked for, in its order.
type Prompts = Vec<(LabelId, String)>;

impl Oracle {
    /// Remembers what it said in `folder`, too.
    pub fn new(folder: &std::path::Path) -> Self {
        let open = Box::new(|| Gliner::embedded(0).map_err(|e| e.to_string()));
        Self { model: LiveSuggester::new(folder.to_path_buf(), open), said: HashMap::new() }
    }

    fn candidates(&mut self, annotation: &Annotation, labels: &[Label]) -> &[Candidate] {
        let prompts = labels.iter().map(|l| (l.id, l.prompt().to_owned())).collect();
        let text = annotation.text.as_str();
        self.said.entry((text.to_owned(), prompts)).or_insert_with(|| {
            let said = self.model.suggest(text, labels).expect("the embedded model answers");
            on_characters(&annotation.text, said)
        })
    }
}

/// How many facts of each kind were compared.
#[derive(Debug, Default)]
pub struct Compared {
    pub frames: usize,
    pub spans: usize,
    pub suggestions: usize,
    pub messages: usize,
}

/// What the frame says that the state does not; `None` when they agree.
pub fn disagreement(
    frame: &Frame,
    state: &State,
    who: &str,
    oracle: &mut Oracle,
    count: &mut Compared,
) -> Option<String> {
    let differs = |what: &str, shown: &dyn std::fmt::Debug, stored: &dyn std::fmt::Debug| {
        Some(format!("{what}: shown {shown:?}, stored {stored:?}"))
    };
    let open = frame.document.map(|id| state.documents.get(&gleaner::dataset::DocumentId(id)));
    let Some(open) = open else {
        // Which of the two it is, the store does not know.
        let named = |screen: &&str| frame.title.starts_with(&format!("kill {screen}"));
        let screen = ["Project", "Evaluate"].into_iter().find(named).unwrap_or("Documents");
        return title(frame, screen, state, who);
    };
    let Some(open) = open else { return Some("a document that is not there".into()) };
    let here = format!("#{0} kill-{0} {1}", open.document, open.response.status.as_str());
    if let Some(found) = title(frame, &here, state, who) {
        return Some(found);
    }
    let bar = label_bar(open, state);
    if frame.label_bar.as_ref().is_some_and(|shown| *shown != bar) {
        return differs("label bar", &frame.label_bar, &bar);
    }
    if let Some((kind, reason)) = message(&frame.status) {
        count.messages += 1;
        if state.last.0 != kind || !same_words(&state.last.1, reason) {
            return differs("message", &frame.status, &state.last);
        }
    }
    let pane = frame.pane.as_ref()?;
    let mut spans: Vec<(CharRange, String)> =
        open.response.spans.iter().map(|s| (s.range, line(open, state, s.range, s.label, None))).collect();
    let shown: Vec<&String> = pane.iter().filter(|l| l.starts_with('●')).collect();
    let stored: Vec<&String> = spans.iter().map(|(_, line)| line).collect();
    if !agree(&shown, &stored, pane.len()) {
        return differs("spans", &shown, &stored);
    }
    count.spans += shown.len();
    let facts = frame.suggestions()?;
    let active: Vec<Label> = state.labels.active().cloned().collect();
    let settings = Settings { threshold: facts.threshold, nested: facts.nested, multi_label: false };
    let candidates = oracle.candidates(open, &active);
    let suggestions = visible(open, candidates, RunId(0), &state.labels, settings);
    if suggestions.len() != facts.count {
        return differs("number of suggestions", &facts.count, &suggestions.len());
    }
    spans.extend(suggestions.iter().map(|s| (s.key.range, line(open, state, s.key.range, s.key.label, Some(s.score)))));
    spans.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
    let (shown, stored): (Vec<&String>, Vec<&String>) = (pane.iter().collect(), spans.iter().map(|(_, l)| l).collect());
    if !agree(&shown, &stored, pane.len()) {
        return differs("spans and suggestions", &shown, &stored);
    }
    count.suggestions += facts.count;
    None
}

fn title(frame: &Frame, here: &str, state: &State, who: &str) -> Option<String> {
    let c = state.counts();
    let title = format!("kill {here} {} submitted · {} draft · {} in all {who}", c.submitted, c.draft, c.documents);
    (frame.title != title).then(|| format!("title: shown {:?}, stored {title:?}", frame.title))
}

fn label_bar(open: &Annotation, state: &State) -> String {
    let mut words = Vec::new();
    for (key, label) in state.labels.keys() {
        words.extend(key.map(String::from));
        words.push(label.name.clone());
        words.extend(Some(open.spans_of(label.id)).filter(|n| *n > 0).map(|n| n.to_string()));
    }
    if words.is_empty() { "no labels yet: e adds them".into() } else { words.join(" ") }
}

/// Kind and reason of the group that a message says was just written, for the messages that quote it.
fn message(status: &str) -> Option<(&'static str, &str)> {
    let undone = status.strip_prefix("undid: ").map(|reason| ("undo", reason));
    undone.or_else(|| status.strip_prefix("did again: ").map(|reason| ("redo", reason)))
}

/// Equal as the screen draws it but for blanks (a quotation may hold several) and an end cut off.
fn same_words(stored: &str, shown: &str) -> bool {
    let plain = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let (stored, shown) = (plain(&Columns::default().one_line(stored, 500)), plain(shown));
    stored == shown || shown.strip_suffix('…').is_some_and(|begin| stored.starts_with(begin))
}

/// A line of the side pane.
fn line(open: &Annotation, state: &State, range: CharRange, label: LabelId, score: Option<f32>) -> String {
    let columns = Columns::default();
    let name = columns.one_line(&state.labels.name(label), 14);
    let score = score.map_or(String::new(), |s| format!(" {s:.2}"));
    let mark = if score.is_empty() { '●' } else { '?' };
    let used = columns.line_width(&name) + score.len() + 3;
    let text = columns.one_line(open.text.slice(range), PANE_WIDTH.saturating_sub(used as u16));
    format!("{mark} {name}{score} {text}").trim_end().to_owned()
}

/// The lines shown are those stored, or, when the pane was full, some of them in a row.
fn agree(shown: &[&String], stored: &[&String], lines: usize) -> bool {
    if lines <= PANE_HOLDS {
        return shown == stored;
    }
    shown.is_empty() || stored.windows(shown.len()).any(|part| part == shown)
}
