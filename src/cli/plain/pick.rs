//! Which label a typed word means.

use super::say::one_line;
use crate::annotate::{LabelSet, quoted};
use crate::dataset::LabelId;

/// The offered labels with the numbers they can be typed by.
pub(super) fn list(labels: &LabelSet) -> String {
    let named = labels.active().zip(1..).map(|(label, n)| format!("{n} {}", one_line(&label.name)));
    named.collect::<Vec<_>>().join(", ")
}

/// The label of this name, of this number in the list, or the only one that begins like this.
///
/// # Errors
/// In words, with the labels there are.
pub(super) fn pick(labels: &LabelSet, word: &str) -> Result<LabelId, String> {
    let offered: Vec<_> = labels.active().collect();
    if offered.is_empty() {
        return Err("the project has no labels yet; `gleaner PROJECT` adds them".into());
    }
    let lower = word.to_lowercase();
    let begins: Vec<_> = offered.iter().filter(|l| l.name.to_lowercase().starts_with(&lower)).collect();
    let exact = offered.iter().find(|l| l.name == word);
    let any_case = || offered.iter().find(|l| l.name.to_lowercase() == lower);
    let number = || word.parse::<usize>().ok().and_then(|n| offered.get(n.checked_sub(1)?));
    let prefix = || begins.first().copied().filter(|_| begins.len() == 1 && !word.is_empty());
    let found = exact.or_else(any_case).or_else(number).or_else(prefix);
    found.map(|l| l.id).ok_or_else(|| format!("no label {}; there are {}", quoted(word), list(labels)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::Label;

    #[test]
    fn a_name_goes_before_a_number_and_a_beginning_must_be_the_only_one() {
        let names = ["brand", "watch model", "1", "watch strap", "Price"];
        let labels = names.into_iter().zip(1..).map(|(name, n)| Label::named(LabelId(n), name, n));
        let labels = LabelSet::new(labels.collect());
        for (word, id) in [("brand", 1), ("1", 3), ("2", 2), ("b", 1), ("PRICE", 5), ("watch s", 4)] {
            assert_eq!(pick(&labels, word), Ok(LabelId(id)), "{word}");
        }
        for word in ["watch", "", "0", "6", "place"] {
            assert!(pick(&labels, word).unwrap_err().contains("2 watch model, 3 1"), "{word}");
        }
        assert!(pick(&LabelSet::default(), "x").unwrap_err().contains("no labels yet"));
    }
}
