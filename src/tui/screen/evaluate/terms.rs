//! On which terms is counted: against which gold, whose predictions, in which mode, by whose rules.

use serde_json::{Value, json};

use crate::evaluate::{Mode, Schema};
use crate::jobs::evaluation::GoldFrom;

/// Whose answers are the truth.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum GoldChoice {
    /// The only submitted response of each document.
    #[default]
    Sole,
    /// The submitted responses of one annotator.
    Annotator(String),
    /// A frozen set.
    Set(String),
}

impl GoldChoice {
    /// In a few words.
    pub fn name(&self) -> String {
        match self {
            GoldChoice::Sole => "submitted answers".to_owned(),
            GoldChoice::Annotator(name) => format!("{name}'s answers"),
            GoldChoice::Set(name) => format!("gold set {name}"),
        }
    }

    /// Where it is read from.
    pub fn source(&self) -> GoldFrom {
        match self.clone() {
            GoldChoice::Sole => GoldFrom::Responses { annotator: None },
            GoldChoice::Annotator(name) => GoldFrom::Responses { annotator: Some(name) },
            GoldChoice::Set(name) => GoldFrom::Set(name),
        }
    }
}

/// Who predicted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Predictor {
    /// A run of a model, by its name.
    Run(String),
    /// An annotator's submitted answers.
    Annotator(String),
}

impl Predictor {
    /// The name.
    pub fn name(&self) -> &str {
        match self {
            Predictor::Run(name) | Predictor::Annotator(name) => name,
        }
    }
}

/// Predictions that are looked at side by side at most.
pub const MOST: usize = 4;

/// The terms.
#[derive(Clone, Debug, PartialEq)]
pub struct Terms {
    /// The truth; `None`: nothing has been chosen.
    pub gold: Option<GoldChoice>,
    /// Who predicted, the baseline first.
    pub predictors: Vec<Predictor>,
    /// When a prediction is right.
    pub mode: Mode,
    /// Whose numbers.
    pub schema: Schema,
}

impl Default for Terms {
    fn default() -> Self {
        Self { gold: None, predictors: Vec::new(), mode: Mode::Strict, schema: Schema::Gleaner }
    }
}

impl Terms {
    /// As they are kept for the next start.
    pub fn to_kept(&self) -> String {
        let gold = self.gold.as_ref().map(|gold| match gold {
            GoldChoice::Sole => json!(["answers"]),
            GoldChoice::Annotator(name) => json!(["annotator", name]),
            GoldChoice::Set(name) => json!(["set", name]),
        });
        let predictor = |p: &Predictor| match p {
            Predictor::Run(name) => json!(["run", name]),
            Predictor::Annotator(name) => json!(["annotator", name]),
        };
        let predictors: Vec<Value> = self.predictors.iter().map(predictor).collect();
        let (mode, schema) = (self.mode.as_str(), self.schema.as_str());
        json!({"gold": gold, "predictions": predictors, "mode": mode, "schema": schema}).to_string()
    }

    /// As they were kept; what cannot be read is not chosen.
    pub fn from_kept(kept: &str) -> Self {
        let value: Value = serde_json::from_str(kept).unwrap_or_default();
        let pair = |value: &Value| Some((value.get(0)?.as_str()?.to_owned(), value.get(1)?.as_str()?.to_owned()));
        let gold = match pair(&value["gold"]) {
            Some((kind, name)) if kind == "set" => Some(GoldChoice::Set(name)),
            Some((kind, name)) if kind == "annotator" => Some(GoldChoice::Annotator(name)),
            Some(_) => None,
            None => value["gold"].get(0).map(|_| GoldChoice::Sole),
        };
        let predictor = |value: &Value| match pair(value)? {
            (kind, name) if kind == "run" => Some(Predictor::Run(name)),
            (kind, name) if kind == "annotator" => Some(Predictor::Annotator(name)),
            _ => None,
        };
        let listed = value["predictions"].as_array().map(Vec::as_slice).unwrap_or_default();
        Self {
            gold,
            predictors: listed.iter().filter_map(predictor).take(MOST).collect(),
            mode: value["mode"].as_str().and_then(|m| m.parse().ok()).unwrap_or(Mode::Strict),
            schema: value["schema"].as_str().and_then(|s| s.parse().ok()).unwrap_or_default(),
        }
    }
}

/// What there is to choose from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sources {
    /// Frozen sets, newest last.
    pub sets: Vec<String>,
    /// People who have submitted something, with how many documents.
    pub annotators: Vec<(String, u64)>,
    /// Runs, newest last.
    pub runs: Vec<String>,
}

impl Sources {
    /// The terms with what is there no more left out, and what has not been chosen chosen.
    pub fn settle(&self, terms: &Terms) -> Terms {
        let mut settled = terms.clone();
        let there = |gold: &GoldChoice| match gold {
            GoldChoice::Sole => true,
            GoldChoice::Annotator(name) => self.annotators.iter().any(|(a, _)| a == name),
            GoldChoice::Set(name) => self.sets.contains(name),
        };
        if !settled.gold.as_ref().is_some_and(there) {
            settled.gold = Some(self.sets.last().map_or(GoldChoice::Sole, |set| GoldChoice::Set(set.clone())));
        }
        settled.predictors.retain(|p| match p {
            Predictor::Run(name) => self.runs.contains(name),
            Predictor::Annotator(name) => self.annotators.iter().any(|(a, _)| a == name),
        });
        if settled.predictors.is_empty() {
            settled.predictors.extend(self.runs.last().map(|run| Predictor::Run(run.clone())));
        }
        settled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_read_as_they_were_kept_and_what_is_gone_is_chosen_anew() {
        let terms = Terms {
            gold: Some(GoldChoice::Set("demo".into())),
            predictors: vec![Predictor::Run("mini on demo".into()), Predictor::Annotator("bob".into())],
            mode: Mode::EntType,
            schema: Schema::Nervaluate0_2_0,
        };
        assert_eq!(Terms::from_kept(&terms.to_kept()), terms);
        let sole = Terms { gold: Some(GoldChoice::Sole), ..Terms::default() };
        assert_eq!(Terms::from_kept(&sole.to_kept()), sole);
        assert_eq!(Terms::from_kept("not json"), Terms::default());
        let sources = Sources { runs: vec!["a".into(), "b".into()], ..Sources::default() };
        let settled = sources.settle(&terms);
        assert_eq!((settled.gold, settled.predictors), (Some(GoldChoice::Sole), vec![Predictor::Run("b".into())]));
    }
}
