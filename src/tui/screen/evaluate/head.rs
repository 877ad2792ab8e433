//! What gold is, how far it can be trusted, and who predicts.

use std::collections::BTreeSet;

use super::study::Side;
use crate::evaluate::Gold;

/// In numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Head {
    /// Documents that count.
    pub documents: usize,
    /// Documents that a person who predicts has not submitted.
    pub left_out: usize,
    /// Spans in gold.
    pub spans: u64,
    /// Documents answered blind.
    pub blind: u64,
    /// Documents with several answers, left out.
    pub undecided: u64,
    /// Spans that came many at a time.
    pub bulk: u64,
    /// The model that most spans began with, and how many did.
    pub prefilled: Option<(String, u64)>,
    /// Its score is flattered: it is among those that are judged.
    pub flatters: bool,
    /// Predictors of which nothing was kept below a score.
    pub floors: Vec<(String, f32)>,
}

impl Head {
    /// Of what was counted; `documents` is how many gold had before any were left out.
    pub fn new(gold: &Gold, sides: &[Side], documents: usize) -> Self {
        let about = &gold.about;
        let spans = gold.documents.iter().map(|d| d.spans.len() as u64).sum();
        let prefilled = about.prefilled.first().map(|p| (p.model.clone(), p.spans));
        let judged: BTreeSet<&str> = sides.iter().filter_map(|side| side.model.as_deref()).collect();
        let flatters = prefilled.as_ref().is_some_and(|(model, _)| judged.contains(model.as_str()));
        let floor = |side: &Side| {
            let predictions = &side.evaluation.predictions;
            predictions.floor.map(|floor| (predictions.name.clone(), floor))
        };
        Self {
            documents: gold.documents.len(),
            left_out: documents - gold.documents.len(),
            spans,
            blind: about.blind,
            undecided: about.undecided,
            bulk: about.bulk,
            prefilled,
            flatters,
            floors: sides.iter().filter_map(floor).collect(),
        }
    }

    /// In words, the most important first.
    pub fn facts(&self) -> Vec<String> {
        let s = |n: u64| if n == 1 { "" } else { "s" };
        let documents = self.documents as u64;
        let mut facts = vec![format!("{documents} document{}, {} span{}", s(documents), self.spans, s(self.spans))];
        // How the spans came about is known of all that was gold, not of what is left of it.
        let whole = self.left_out == 0;
        match self.blind {
            0 => {}
            _ if !whole => {}
            n if n == documents => facts.push("blind".to_owned()),
            n => facts.push(format!("{n} blind")),
        }
        if let Some((model, n)) = &self.prefilled {
            let share = (*n as f64 / self.spans.max(1) as f64 * 100.0).round();
            let flattered = if self.flatters { ": its score is flattered" } else { "" };
            let share = if whole { format!(" in {share:.0} % of its spans") } else { String::new() };
            facts.push(format!("prefilled by {model}{share}{flattered}"));
        }
        if self.bulk > 0 && whole {
            facts.push(format!("{} in bulk", self.bulk));
        }
        if self.undecided > 0 {
            facts.push(format!("{} with several answers left out", self.undecided));
        }
        if self.left_out > 0 {
            facts.push(format!("{} left out: not answered by both, or changed since", self.left_out));
        }
        facts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_that_is_flattered_is_said_to_be() {
        let head = Head {
            documents: 12,
            spans: 120,
            blind: 12,
            prefilled: Some(("gleaner-mini".into(), 100)),
            flatters: true,
            ..Head::default()
        };
        let facts = head.facts();
        assert_eq!(facts[0], "12 documents, 120 spans");
        assert_eq!(facts[1], "blind");
        assert_eq!(facts[2], "prefilled by gleaner-mini in 83 % of its spans: its score is flattered");
        let part = Head { documents: 1, spans: 10, left_out: 11, bulk: 40, ..head };
        let facts = ["1 document, 10 spans", "prefilled by gleaner-mini: its score is flattered"];
        assert_eq!(part.facts(), [facts[0], facts[1], "11 left out: not answered by both, or changed since"]);
        assert_eq!(Head { documents: 1, spans: 1, ..Head::default() }.facts(), ["1 document, 1 span"]);
    }
}
