//! What a query asks of the words of a text, in terms as they stand in the index: the index looks them up, the highlights
//! compare them, so that what is found is also shown.

use super::query::{Query, What};
use super::tokens::{Kind, Stems, Token, Tokens};

/// So many things may be asked in a query, and so many words be in a phrase; what comes after is not looked at.
pub(super) const MOST_CLAUSES: usize = 100;

/// One thing that is asked.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Clause {
    /// How much it is wanted.
    pub demand: Demand,
    /// Any of them will do; there is at least one.
    pub tests: Vec<Test>,
}

/// How much something is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Demand {
    /// The more of these, the better.
    May,
    /// Not found without.
    Must,
    /// Not found with.
    Never,
}

/// Something that is looked for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Test {
    /// A word with this English stem.
    Stem(String),
    /// Plain words at these positions after the first one, which stands at 0.
    Sequence(Vec<(usize, String)>),
    /// The same, the last may be only a beginning. There are at least two.
    SequencePrefix(Vec<(usize, String)>),
    /// Plain words that begin so.
    Prefix(String),
    /// Plain words that are at most so many letters off; two neighbours that changed places count as one.
    Fuzzy(String, u8),
    /// Plain words that match as a whole.
    Regex(String),
}

/// What a query asks of the words; pieces without any word in them (`!?`) ask nothing.
pub(super) fn clauses(query: &Query) -> Vec<Clause> {
    let mut clauses = Vec::new();
    for piece in &query.pieces {
        let (demand, tests) = match &piece.what {
            What::Filter(_) => continue,
            What::Word(word) => (Demand::May, word_tests(word)),
            What::Prefix(word) | What::PhrasePrefix(word) => (Demand::Must, prefix_tests(word)),
            What::Fuzzy(word, letters) => (Demand::Must, fuzzy_tests(word, *letters)),
            What::Phrase(words) => (Demand::Must, sequence_tests(Tokens::new(words))),
            What::Regex(pattern) => (Demand::Must, vec![Test::Regex(pattern.clone())]),
        };
        let demand = if piece.excluded { Demand::Never } else { demand };
        let clause = Clause { demand, tests };
        if !clause.tests.is_empty() && !clauses.contains(&clause) {
            clauses.push(clause);
        }
        if clauses.len() == MOST_CLAUSES {
            break;
        }
    }
    clauses
}

/// The token that is the whole of a word, if one is.
fn whole(word: &str) -> Option<Token> {
    let mut tokens = Tokens::new(word);
    let first = tokens.next()?;
    let is_whole = match first.kind {
        Kind::Whole => tokens.all(|t| t.bytes.end <= first.bytes.end),
        _ => tokens.next().is_none(),
    };
    is_whole.then_some(first)
}

fn word_tests(word: &str) -> Vec<Test> {
    let stem = |token: &Token| Test::Stem(Stems::new().of(&token.text));
    match whole(word) {
        Some(token) if token.kind == Kind::Part => vec![stem(&token)],
        Some(token) if token.kind == Kind::Whole => [vec![stem(&token)], sequence_tests(Tokens::new(word))].concat(),
        _ => sequence_tests(Tokens::new(word)),
    }
}

fn fuzzy_tests(word: &str, letters: u8) -> Vec<Test> {
    match whole(word) {
        Some(token) => vec![Test::Fuzzy(token.text, letters)],
        None => sequence_tests(Tokens::new(word)),
    }
}

fn prefix_tests(words: &str) -> Vec<Test> {
    match sequence(Tokens::new(words)) {
        mut one if one.len() == 1 => one.pop().map(|(_, text)| Test::Prefix(text)).into_iter().collect(),
        none if none.is_empty() => Vec::new(),
        several => vec![Test::SequencePrefix(several)],
    }
}

fn sequence_tests(tokens: Tokens<'_>) -> Vec<Test> {
    let sequence = sequence(tokens);
    if sequence.is_empty() { Vec::new() } else { vec![Test::Sequence(sequence)] }
}

/// As few terms as pin the words down: of characters without spaces between them the pairs.
fn sequence(tokens: Tokens<'_>) -> Vec<(usize, String)> {
    let mut sequence: Vec<(usize, String)> = Vec::new();
    let mut paired = None;
    for token in tokens {
        if sequence.len() == MOST_CLAUSES {
            break;
        }
        match token.kind {
            Kind::Whole => {}
            // It comes right behind the single character that it begins with.
            Kind::Pair => {
                if sequence.last().is_some_and(|(position, _)| *position == token.position) {
                    sequence.pop();
                }
                paired = Some(token.position + 1);
                sequence.push((token.position, token.text));
            }
            Kind::Single if paired == Some(token.position) => {}
            Kind::Part | Kind::Single => sequence.push((token.position, token.text)),
        }
    }
    // Tokens without text take a position too.
    let first = sequence.first().map_or(0, |(position, _)| *position);
    for (position, _) in &mut sequence {
        *position -= first;
    }
    sequence
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tests(typed: &str) -> Vec<Test> {
        clauses(&Query::parse(typed).unwrap()).into_iter().flat_map(|c| c.tests).collect()
    }

    fn at(words: &[(usize, &str)]) -> Vec<(usize, String)> {
        words.iter().map(|(position, word)| (*position, (*word).to_owned())).collect()
    }

    #[test]
    fn a_query_asks_for_terms_as_they_stand_in_the_index() {
        let stem = |s: &str| Test::Stem(s.to_owned());
        assert_eq!(tests("Diseases"), [stem("diseas")]);
        assert_eq!(tests("Zürich"), [stem("zurich")]);
        assert_eq!(tests("e-mails"), [stem("e-mail"), Test::Sequence(at(&[(0, "e"), (1, "mails")]))]);
        assert_eq!(tests("東京タワー"), [Test::Sequence(at(&[(0, "東京"), (1, "京タ"), (2, "タワ"), (3, "ワー")]))]);
        assert_eq!(tests("駅"), [Test::Sequence(at(&[(0, "駅")]))]);
        assert_eq!(
            tests("\"the iPhone東京 x\""),
            [Test::Sequence(at(&[(0, "the"), (1, "iphone"), (2, "東京"), (4, "x")]))]
        );
        assert_eq!(tests("東京タ*"), [Test::SequencePrefix(at(&[(0, "東京"), (1, "京タ")]))]);
        assert_eq!(tests("in*"), [Test::Prefix("in".to_owned())]);
        assert_eq!(tests("e-mial~2"), [Test::Fuzzy("e-mial".to_owned(), 2)]);
        assert_eq!(tests("!? \"--\" -…"), []);
    }
}
