//! What is counted, in which mode, and the ratios that follow.

/// When a predicted span counts as right. The names are nervaluate's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// Same borders, same label.
    Strict,
    /// Same borders, any label.
    Exact,
    /// Overlapping borders count half, any label.
    Partial,
    /// Overlapping borders, same label.
    EntType,
}

impl Mode {
    /// All four, in the order they are shown.
    pub const ALL: [Mode; 4] = [Mode::Strict, Mode::Exact, Mode::Partial, Mode::EntType];

    /// The word used in files, on the command line and on the screen.
    pub const fn as_str(self) -> &'static str {
        match self {
            Mode::Strict => "strict",
            Mode::Exact => "exact",
            Mode::Partial => "partial",
            Mode::EntType => "ent_type",
        }
    }

    /// What half-right predictions are worth: only these two modes give them anything.
    const fn half(self) -> f64 {
        match self {
            Mode::Strict | Mode::Exact => 0.0,
            Mode::Partial | Mode::EntType => 0.5,
        }
    }
}

impl std::str::FromStr for Mode {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let known = || Mode::ALL.map(Mode::as_str).join(", ");
        Mode::ALL.into_iter().find(|m| m.as_str() == word).ok_or_else(|| format!("'{word}' is none of {}", known()))
    }
}

/// What a span turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// A prediction that is right.
    Correct,
    /// A prediction that takes the place of a gold span, and is wrong.
    Incorrect,
    /// A prediction that is half right.
    Partial,
    /// A gold span without a prediction.
    Missed,
    /// A prediction without a gold span.
    Spurious,
}

impl Class {
    /// All five, in the order they are shown.
    pub const ALL: [Class; 5] = [Class::Correct, Class::Incorrect, Class::Partial, Class::Missed, Class::Spurious];

    /// The word used in files and on the screen.
    pub const fn as_str(self) -> &'static str {
        match self {
            Class::Correct => "correct",
            Class::Incorrect => "incorrect",
            Class::Partial => "partial",
            Class::Missed => "missed",
            Class::Spurious => "spurious",
        }
    }
}

/// How many spans fell into each class, over any number of documents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// By [`Class`], in the order of [`Class::ALL`].
    by_class: [u64; 5],
}

impl Counts {
    /// One more of a class.
    pub fn add(&mut self, class: Class) {
        self.by_class[class as usize] += 1;
    }

    /// Takes in the counts of other documents.
    pub fn merge(&mut self, other: &Counts) {
        for (mine, theirs) in self.by_class.iter_mut().zip(other.by_class) {
            *mine += theirs;
        }
    }

    /// The counts of one document, in the order of [`Class::ALL`]; none has four thousand million spans.
    pub(super) fn small(&self) -> [u32; 5] {
        self.by_class.map(|n| u32::try_from(n).unwrap_or(u32::MAX))
    }

    /// Takes in what [`Counts::small`] gave.
    pub(super) fn merge_small(&mut self, other: &[u32; 5]) {
        for (mine, theirs) in self.by_class.iter_mut().zip(other) {
            *mine += u64::from(*theirs);
        }
    }

    /// How many of a class.
    pub const fn of(&self, class: Class) -> u64 {
        self.by_class[class as usize]
    }

    /// Predictions that were counted.
    pub const fn actual(&self) -> u64 {
        self.of(Class::Correct) + self.of(Class::Incorrect) + self.of(Class::Partial) + self.of(Class::Spurious)
    }

    /// Gold spans that were counted.
    pub const fn possible(&self) -> u64 {
        self.of(Class::Correct) + self.of(Class::Incorrect) + self.of(Class::Partial) + self.of(Class::Missed)
    }

    /// What is right of what was predicted, 0 to 1; 0 without predictions.
    pub fn precision(&self, mode: Mode) -> f64 {
        ratio(self.right(mode), self.actual())
    }

    /// What is right of what is in gold, 0 to 1; 0 without gold.
    pub fn recall(&self, mode: Mode) -> f64 {
        ratio(self.right(mode), self.possible())
    }

    /// Harmonic mean of precision and recall; 0 when both are.
    pub fn f1(&self, mode: Mode) -> f64 {
        let (precision, recall) = (self.precision(mode), self.recall(mode));
        if precision + recall == 0.0 { 0.0 } else { 2.0 * precision * recall / (precision + recall) }
    }

    fn right(&self, mode: Mode) -> f64 {
        self.of(Class::Correct) as f64 + mode.half() * self.of(Class::Partial) as f64
    }
}

fn ratio(part: f64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_right_counts_half_where_the_mode_says_so_and_nothing_is_divided_by_zero() {
        let mut counts = Counts::default();
        for class in [Class::Correct, Class::Partial, Class::Missed, Class::Spurious] {
            counts.add(class);
        }
        assert_eq!((counts.actual(), counts.possible()), (3, 3));
        assert_eq!(counts.precision(Mode::Partial), 0.5);
        assert_eq!(counts.recall(Mode::Exact), 1.0 / 3.0);
        assert_eq!(Counts::default().f1(Mode::Strict), 0.0);
    }
}
