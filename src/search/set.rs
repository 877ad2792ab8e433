//! Some documents of a project, to be asked about one by one.

use crate::dataset::DocumentId;

/// Some documents, ascending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocumentSet {
    ids: Vec<DocumentId>,
    /// A bit for each number from the first on; empty where the numbers lie too far apart.
    bits: Vec<u64>,
}

impl DocumentSet {
    /// From numbers in any order.
    pub fn of(mut ids: Vec<DocumentId>) -> Self {
        ids.sort_unstable();
        ids.dedup();
        let words = match (ids.first(), ids.last()) {
            (Some(first), Some(last)) => last.0.abs_diff(first.0) / 64 + 1,
            _ => 0,
        };
        // A bit is cheap where the numbers are dense, as they are in a project; a hostile one must not cost the memory.
        let mut bits = Vec::new();
        if words <= ids.len() as u64 + (1 << 16) {
            bits.resize(words as usize, 0);
            for id in &ids {
                let at = id.0.abs_diff(ids[0].0) as usize;
                bits[at / 64] |= 1 << (at % 64);
            }
        }
        Self { ids, bits }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// True when there are none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Whether a document is among them.
    pub fn contains(&self, id: DocumentId) -> bool {
        let Some(first) = self.ids.first().filter(|first| **first <= id) else { return false };
        if self.bits.is_empty() {
            return self.ids.binary_search(&id).is_ok();
        }
        let at = id.0.abs_diff(first.0);
        self.bits.get((at / 64) as usize).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }

    /// All of them, ascending.
    pub fn ids(&self) -> &[DocumentId] {
        &self.ids
    }

    /// Those that are in the other one too, or, where `without`, that are not.
    #[must_use]
    pub fn and(&self, other: &DocumentSet, without: bool) -> Self {
        Self::of(self.ids.iter().copied().filter(|id| other.contains(*id) != without).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(ids: &[i64]) -> DocumentSet {
        DocumentSet::of(ids.iter().map(|id| DocumentId(*id)).collect())
    }

    #[test]
    fn a_set_holds_what_it_was_made_of_dense_or_not() {
        for ids in [&[][..], &[5], &[9, 5, 70, 5, 64], &[i64::MIN, -1, 0, i64::MAX]] {
            let made = set(ids);
            assert!(ids.iter().all(|id| made.contains(DocumentId(*id))), "{ids:?}");
            assert!([4, 6, 63, 65, 71, 1 << 40].iter().all(|id| !made.contains(DocumentId(*id))), "{ids:?}");
        }
        assert_eq!(set(&[9, 5, 5]).len(), 2);
    }

    #[test]
    fn sets_are_cut_and_taken_away() {
        let (a, b) = (set(&[1, 2, 3, 200]), set(&[2, 200, 201]));
        assert_eq!(a.and(&b, false), set(&[2, 200]));
        assert_eq!(a.and(&b, true), set(&[1, 3]));
    }
}
