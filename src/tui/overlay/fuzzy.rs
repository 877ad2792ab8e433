//! Finding names by some of their letters.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// Indices of the names that `query` matches, the best first; all of them, in order, for an empty query.
pub fn ranked<'n>(query: &str, names: impl IntoIterator<Item = &'n str>) -> Vec<usize> {
    let names = names.into_iter();
    if query.trim().is_empty() {
        return names.enumerate().map(|(i, _)| i).collect();
    }
    let mut matcher = Matcher::new(Config::DEFAULT);
    let start = query.trim().to_lowercase();
    let pattern = Pattern::parse(query, CaseMatching::Smart, Normalization::Smart);
    let mut buffer = Vec::new();
    // The matcher gives the first letter of any word the same worth; a name that begins so is what people mean.
    let mut found: Vec<(bool, u32, usize)> = names
        .enumerate()
        .filter_map(|(i, name)| {
            let score = pattern.score(Utf32Str::new(name, &mut buffer), &mut matcher)?;
            Some((name.to_lowercase().starts_with(&start), score, i))
        })
        .collect();
    found.sort_by_key(|&(begins, score, i)| (std::cmp::Reverse((begins, score)), i));
    found.into_iter().map(|(.., i)| i).collect()
}

#[cfg(test)]
mod tests {
    use super::ranked;

    #[test]
    fn some_letters_are_enough_and_the_start_of_a_name_counts_more() {
        let names = ["watch model", "movement", "brand"];
        assert_eq!(ranked("mov", names), [1]);
        assert_eq!(ranked("m", names).first(), Some(&1));
        assert_eq!(ranked("", names), [0, 1, 2]);
        assert!(ranked("xyz", names).is_empty());
    }
}
