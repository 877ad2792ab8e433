//! Texts that are nearly the same: MinHash over sets of three words in a row (Broder 1997), candidates by bands of the
//! signature, each checked on the sets themselves.

use std::collections::{HashMap, HashSet};

use super::Kept;

/// Texts that share this much of their word triples (Jaccard) are nearly the same.
const SAME: f64 = 0.8;
const BANDS: usize = 16;
const ROWS: usize = 4;
/// Texts of one band that are compared; more than that share it only when it says little.
const COMPARED: usize = 16;

/// The texts without those that are nearly an earlier one, and how many those are.
pub(super) fn without(ranked: Vec<&Kept>) -> (Vec<&Kept>, u64) {
    let mut bands: HashMap<(usize, u64), Vec<usize>> = HashMap::new();
    let mut kept: Vec<&Kept> = Vec::with_capacity(ranked.len());
    let mut near = 0;
    for candidate in ranked {
        let triples = triples(&candidate.text);
        let keys = keys(&triples);
        let same = keys.iter().flat_map(|key| bands.get(key).into_iter().flatten()).any(|&other| {
            let other = self::triples(&kept[other].text);
            let shared = triples.intersection(&other).count();
            shared as f64 >= SAME * (triples.len() + other.len() - shared) as f64
        });
        if same {
            near += 1;
            continue;
        }
        for key in keys {
            let band = bands.entry(key).or_default();
            if band.len() < COMPARED {
                band.push(kept.len());
            }
        }
        kept.push(candidate);
    }
    (kept, near)
}

/// Hashes of the word triples of a text, in lower case; of a shorter text the text as one.
fn triples(text: &str) -> HashSet<u64> {
    let words: Vec<u64> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().flat_map(char::to_lowercase).fold(1469598103934665603, |h, c| step(h, c as u64)))
        .collect();
    let hash = |words: &[u64]| words.iter().fold(14695981039346656037, |h, word| step(h, *word));
    if words.len() < 3 {
        return HashSet::from([hash(&words)]);
    }
    words.windows(3).map(hash).collect()
}

/// The bands of the signature.
fn keys(triples: &HashSet<u64>) -> Vec<(usize, u64)> {
    let least = |n: usize| {
        let seed = step(n as u64, 0x9e37_79b9_7f4a_7c15);
        triples.iter().map(|triple| mix(triple ^ seed)).min().unwrap_or(0)
    };
    (0..BANDS).map(|band| (band, (0..ROWS).fold(0, |h, row| step(h, least(band * ROWS + row))))).collect()
}

fn step(hash: u64, next: u64) -> u64 {
    mix(hash.wrapping_mul(1099511628211) ^ next)
}

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    z = (z ^ (z >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    z ^ (z >> 33)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Why;

    fn kept(text: &str) -> Kept {
        Kept {
            order: 0,
            why: Why::Sample,
            file: String::new(),
            number: 0,
            id: None,
            text: text.to_owned(),
            metadata: Default::default(),
            spans: None,
        }
    }

    #[test]
    fn a_text_with_a_word_more_goes_and_another_stays() {
        let long =
            "Omega opened a new shop in Bern last week, and the mayor cut the ribbon before a crowd of two hundred";
        let texts = [
            kept(long),
            kept(&format!("{long}.")),
            kept(&format!("{} Yes", long.to_uppercase())),
            kept("Omega opened a new shop in Bern"),
            kept("two words"),
            kept("Two, words!"),
            kept(""),
        ];
        let (left, near) = without(texts.iter().collect());
        let left: Vec<&str> = left.iter().map(|k| k.text.as_str()).collect();
        assert_eq!(near, 3);
        assert_eq!(left, [long, "Omega opened a new shop in Bern", "two words", ""]);
    }
}
