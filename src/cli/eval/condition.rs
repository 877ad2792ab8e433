//! Conditions that make the command end with 1: `strict.f1=0.8`, `brand.strict.recall=0.7`, `macro.exact.f1=0.5`.

use std::str::FromStr;

use super::scored::Scored;
use crate::evaluate::{Counts, Evaluation, Mode, Standing};

/// A number that is computed from counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Metric {
    Precision,
    Recall,
    F1,
}

/// What the number is taken of.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Of {
    All,
    Macro,
    Label(String),
}

/// A least value of a number.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Condition {
    of: Of,
    mode: Mode,
    metric: Metric,
    least: f64,
    /// As it was given, without the value.
    what: String,
}

impl FromStr for Condition {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let shape = || {
            "give MODE.METRIC=X, LABEL.MODE.METRIC=X or macro.MODE.METRIC=X; modes are strict, exact, partial, ent_type, \
             metrics precision, recall, f1"
                .to_owned()
        };
        let (what, least) = word.rsplit_once('=').ok_or_else(shape)?;
        let least: f64 = least.trim().parse().map_err(|_| format!("'{least}' is not a number"))?;
        if !(0.0..=1.0).contains(&least) {
            return Err("a score lies between 0 and 1".to_owned());
        }
        let (rest, metric) = what.trim().rsplit_once('.').ok_or_else(shape)?;
        let metric = match metric {
            "precision" => Metric::Precision,
            "recall" => Metric::Recall,
            "f1" => Metric::F1,
            _ => return Err(shape()),
        };
        // A label may hold dots, so the mode is looked for from the right.
        let (of, mode) = match rest.rsplit_once('.') {
            None => (Of::All, rest),
            Some(("macro", mode)) => (Of::Macro, mode),
            Some((label, mode)) => (Of::Label(label.to_owned()), mode),
        };
        let mode = mode.parse().map_err(|_| shape())?;
        Ok(Self { of, mode, metric, least, what: what.trim().to_owned() })
    }
}

impl Condition {
    /// The label it is about.
    pub(super) fn label(&self) -> Option<&str> {
        match &self.of {
            Of::Label(name) => Some(name),
            Of::All | Of::Macro => None,
        }
    }

    /// Why it does not hold for these predictions; `None` when it does.
    pub(super) fn fails(&self, scored: &Scored) -> Option<String> {
        let name = &scored.name;
        match self.value(&scored.evaluation) {
            Ok(value) if value + 1e-9 >= self.least => None,
            Ok(value) => Some(format!("failed: {} of {name} is {value:.4}, below {}", self.what, self.least)),
            Err(why) => Some(format!("failed: {} of {name} must be {} or more, but {why}", self.what, self.least)),
        }
    }

    fn value(&self, evaluation: &Evaluation) -> Result<f64, String> {
        let of = |counts: &Counts| match self.metric {
            Metric::Precision => counts.precision(self.mode),
            Metric::Recall => counts.recall(self.mode),
            Metric::F1 => counts.f1(self.mode),
        };
        match &self.of {
            Of::All => Ok(of(evaluation.overall(self.mode))),
            Of::Macro => {
                let (precision, recall, f1) = evaluation.macro_average(self.mode).ok_or("no label was counted")?;
                Ok(match self.metric {
                    Metric::Precision => precision,
                    Metric::Recall => recall,
                    Metric::F1 => f1,
                })
            }
            Of::Label(name) => {
                let number = evaluation.gold.labels.find(name).ok_or_else(|| format!("there is no label '{name}'"))?;
                if !evaluation.rows().contains(&number) {
                    return Err(format!("'{name}' is left out by --label or --map"));
                }
                match evaluation.standing(number) {
                    Standing::Counted => Ok(of(&evaluation.label(number, self.mode))),
                    Standing::Unseen => Err(format!("'{name}' does not occur")),
                    Standing::NotAsked => Err(format!("'{name}' was not asked for")),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_condition_names_what_mode_and_metric() {
        let of = |word: &str| word.parse::<Condition>().map(|c| (c.of, c.mode, c.metric, c.least));
        assert_eq!(of("strict.f1=0.8"), Ok((Of::All, Mode::Strict, Metric::F1, 0.8)));
        assert_eq!(of("macro.ent_type.recall=1"), Ok((Of::Macro, Mode::EntType, Metric::Recall, 1.0)));
        assert_eq!(
            of("no. of = 3.partial.precision=.5"),
            Ok((Of::Label("no. of = 3".into()), Mode::Partial, Metric::Precision, 0.5))
        );
        for bad in ["strict.f1", "f1=0.8", "strict.f2=0.8", "loose.f1=0.8", "strict.f1=80", "strict.f1=nan", "=1"] {
            assert!(of(bad).is_err(), "{bad}");
        }
    }
}
