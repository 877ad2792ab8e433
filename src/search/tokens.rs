//! A text cut into the words that are looked up: the index, the queries and the highlights all use this one.
//!
//! A word is a run of letters and digits, in lower case, without accents. Words joined by a hyphen, apostrophe, full stop
//! or underscore (`e-mail`, `don't`, `3.14`) stand in the index as their parts, one after another, and once as a whole.
//! Scripts that put no spaces between words (Chinese, Japanese, Korean, Thai …) and emoji are cut into single characters
//! and into pairs of neighbours; so any stretch of them can be found.

use std::collections::VecDeque;
use std::ops::Range;

use tantivy::tokenizer::{
    AsciiFoldingFilter, Language, RawTokenizer, Stemmer, TextAnalyzer, Token as IndexToken, TokenStream, Tokenizer,
};
use unicode_width::UnicodeWidthChar;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A run of letters and digits.
    Part,
    /// One character of a script without spaces, or an emoji.
    Single,
    /// Such a character and its neighbour; it has the first one's position.
    Pair,
    /// Parts and what joins them; it has the first part's position.
    Whole,
}

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// As it is looked up: in lower case, without accents.
    pub text: String,
    /// What it is.
    pub kind: Kind,
    /// Its place among the parts and single characters of the text.
    pub position: usize,
    /// Where it stands.
    pub bytes: Range<usize>,
}

/// More code points of a word are not looked at: such words are no words.
const LONGEST: usize = 64;

/// What may stand between the parts of a word, one at a time.
const JOINS: [char; 8] = ['-', '\'', '.', '_', '\u{2019}', '\u{2010}', '\u{2011}', '\u{ff07}'];

/// What a character is to the words of a text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    Unspaced,
    Emoji,
    /// Takes no room of its own and belongs to the character before it.
    Mark,
    Other,
}

fn class(c: char) -> Class {
    if c.is_ascii() {
        return if c.is_ascii_alphanumeric() { Class::Letter } else { Class::Other };
    }
    match c as u32 {
        0x200b | 0x2028 | 0x2029 => Class::Other,
        0xad => Class::Mark,
        0x1f000..=0x1fbff | 0x2600..=0x27bf | 0x2b00..=0x2bff if !c.is_alphanumeric() => Class::Emoji,
        0x0e00..=0x0eff
        | 0x1000..=0x109f
        | 0x1100..=0x11ff
        | 0x1780..=0x17ff
        | 0x2e80..=0x312f
        | 0x3130..=0x318f
        | 0x31a0..=0x31ff
        | 0x3400..=0x9fff
        | 0xa960..=0xa97f
        | 0xac00..=0xd7ff
        | 0xf900..=0xfaff
        | 0xff66..=0xffdc
        | 0x1aff0..=0x1b16f
        | 0x20000..=0x3ffff
            if c.is_alphanumeric() =>
        {
            Class::Unspaced
        }
        _ if c.width() == Some(0) && !c.is_control() => Class::Mark,
        _ if c.is_alphanumeric() => Class::Letter,
        _ => Class::Other,
    }
}

/// True for marks that are left out of what is looked up: accents, which stand for themselves only where a text is
/// decomposed, and signs that are not seen.
fn is_dropped(c: char) -> bool {
    matches!(c as u32, 0xad | 0x300..=0x36f | 0x200c..=0x200f | 0x202a..=0x202e | 0x2060..=0x206f | 0xfe00..=0xfe0f | 0xfeff)
}

/// The words of a text, in the order of their positions.
pub(super) struct Tokens<'t> {
    text: &'t str,
    /// The byte after what was read.
    at: usize,
    /// The byte up to which it is known what is joined.
    joined: usize,
    position: usize,
    ready: VecDeque<Token>,
    folding: Option<TextAnalyzer>,
}

impl<'t> Tokens<'t> {
    /// Of a text of any length; only a word is held at a time.
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0, joined: 0, position: 0, ready: VecDeque::new(), folding: None }
    }

    fn char_at(&self, byte: usize) -> Option<char> {
        self.text[byte..].chars().next()
    }

    /// The byte after a run of letters and what belongs to them.
    fn end_of_part(&self, begin: usize) -> usize {
        let rest = &self.text[begin..];
        let end = rest.char_indices().find(|(_, c)| !matches!(class(*c), Class::Letter | Class::Mark));
        begin + end.map_or(rest.len(), |(at, _)| at)
    }

    /// The byte after the marks that follow a character.
    fn end_of_marks(&self, begin: usize) -> usize {
        let rest = &self.text[begin..];
        begin + rest.char_indices().find(|(_, c)| class(*c) != Class::Mark).map_or(rest.len(), |(at, _)| at)
    }

    /// As it is looked up.
    fn folded(&mut self, bytes: &Range<usize>) -> String {
        let written = &self.text[bytes.clone()];
        if written.is_ascii() {
            return written.chars().take(LONGEST).map(|c| c.to_ascii_lowercase()).collect();
        }
        let kept = written.chars().filter(|c| !is_dropped(*c)).flat_map(char::to_lowercase);
        let lower: String = kept.filter(|c| !is_dropped(*c)).take(LONGEST).collect();
        let folding = self
            .folding
            .get_or_insert_with(|| TextAnalyzer::builder(RawTokenizer::default()).filter(AsciiFoldingFilter).build());
        let mut stream = folding.token_stream(&lower);
        let folded = if stream.advance() { stream.token().text.clone() } else { lower.clone() };
        // Folding writes some letters out (ß: ss).
        folded.chars().take(LONGEST).collect()
    }

    fn push(&mut self, kind: Kind, bytes: Range<usize>) {
        let text = self.folded(&bytes);
        if !text.is_empty() {
            self.ready.push_back(Token { text, kind, position: self.position, bytes });
        }
    }

    /// Reads a run of letters; at the first of several that are joined, the whole too.
    fn read_part(&mut self, begin: usize) {
        let end = self.end_of_part(begin);
        if begin >= self.joined {
            self.joined = end;
            while self.joined - begin <= 4 * LONGEST {
                let Some(join) = self.char_at(self.joined).filter(|c| JOINS.contains(c)) else { break };
                let next = self.joined + join.len_utf8();
                if self.char_at(next).map(class) != Some(Class::Letter) {
                    break;
                }
                self.joined = self.end_of_part(next);
            }
            if self.joined > end && self.text[begin..self.joined].chars().count() <= LONGEST {
                self.push(Kind::Whole, begin..self.joined);
                if let Some(whole) = self.ready.back_mut() {
                    // However they are written, hyphens and apostrophes are looked up as one.
                    whole.text =
                        whole.text.replace(['\u{2019}', '\u{ff07}'], "'").replace(['\u{2010}', '\u{2011}'], "-");
                }
            }
        }
        self.push(Kind::Part, begin..end);
        self.position += 1;
        self.at = end;
    }

    /// Reads a character that stands for itself, and the pair it makes with its neighbour.
    fn read_single(&mut self, begin: usize, c: char) {
        let end = self.end_of_marks(begin + c.len_utf8());
        self.push(Kind::Single, begin..end);
        if let Some(next) = self.char_at(end).filter(|next| class(*next) == class(c)) {
            let pair = begin..self.end_of_marks(end + next.len_utf8());
            self.push(Kind::Pair, pair);
        }
        self.position += 1;
        self.at = end;
    }
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        while self.ready.is_empty() {
            let c = self.char_at(self.at)?;
            match class(c) {
                Class::Letter => self.read_part(self.at),
                Class::Unspaced | Class::Emoji => self.read_single(self.at, c),
                Class::Mark | Class::Other => self.at += c.len_utf8(),
            }
        }
        self.ready.pop_front()
    }
}

/// The English stem of a word that is in lower case already.
pub(super) struct Stems(TextAnalyzer);

impl Stems {
    /// Makes none yet.
    pub(super) fn new() -> Self {
        let stemmer = Stemmer::new(Language::English);
        Self(TextAnalyzer::builder(RawTokenizer::default()).filter(stemmer).build())
    }

    /// Of one word.
    pub(super) fn of(&mut self, word: &str) -> String {
        let mut stream = self.0.token_stream(word);
        if stream.advance() { stream.token().text.clone() } else { word.to_owned() }
    }
}

/// The words as they are, for phrases, beginnings and patterns. Change its name when what it makes changes: the name is
/// in the index, and an index with another one is made anew.
pub(super) const PLAIN: &str = "gleaner_plain_1";

/// The stems of the words of spaced scripts.
pub(super) const ENGLISH: &str = "gleaner_english_1";

/// What the index calls for the field of plain words.
pub(super) fn plain() -> TextAnalyzer {
    TextAnalyzer::from(ForIndex { english: false })
}

/// What the index calls for the field of stems.
pub(super) fn english() -> TextAnalyzer {
    TextAnalyzer::builder(ForIndex { english: true }).filter(Stemmer::new(Language::English)).build()
}

/// The tokens in the index's own terms.
#[derive(Clone)]
struct ForIndex {
    english: bool,
}

struct IndexTokens<'t> {
    tokens: Tokens<'t>,
    english: bool,
    token: IndexToken,
}

impl Tokenizer for ForIndex {
    type TokenStream<'t> = IndexTokens<'t>;

    fn token_stream<'t>(&'t mut self, text: &'t str) -> IndexTokens<'t> {
        IndexTokens { tokens: Tokens::new(text), english: self.english, token: IndexToken::default() }
    }
}

impl TokenStream for IndexTokens<'_> {
    fn advance(&mut self) -> bool {
        let english = self.english;
        let Some(token) = self.tokens.find(|t| !english || matches!(t.kind, Kind::Part | Kind::Whole)) else {
            return false;
        };
        self.token = IndexToken {
            offset_from: token.bytes.start,
            offset_to: token.bytes.end,
            position: token.position,
            text: token.text,
            position_length: 1,
        };
        true
    }

    fn token(&self) -> &IndexToken {
        &self.token
    }

    fn token_mut(&mut self) -> &mut IndexToken {
        &mut self.token
    }
}
