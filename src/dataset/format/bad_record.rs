//! What a reader says of a record it cannot use.
//!
//! In: a line number and a reason for people. Out: an error that the importer prefixes with the file's name, counts and
//! skips. A fatal one ends the file: what follows cannot be told apart any more.

/// A record that was not read, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct BadRecord {
    /// 1-based line where the record starts; 0 when the whole file is meant.
    pub line: u64,
    /// What is wrong, for people.
    pub reason: String,
    /// Nothing more comes after this one: the rest of the file could not be read.
    pub fatal: bool,
}

impl BadRecord {
    /// One bad record; reading goes on after it.
    pub fn new(line: u64, reason: impl Into<String>) -> Self {
        Self { line, reason: reason.into(), fatal: false }
    }

    /// The end of reading.
    pub fn fatal(line: u64, reason: impl Into<String>) -> Self {
        Self { line, reason: reason.into(), fatal: true }
    }
}

/// What keeps a line from being JSON, for people.
pub fn not_json(error: &serde_json::Error) -> String {
    let said = error.to_string();
    let said = said.rsplit_once(" at line ").map_or(said.as_str(), |(what, _)| what);
    let what = match said {
        "expected value" | "expected ident" => "something else stands where a value is expected",
        "key must be a string" => "a key without double quotes",
        "trailing characters" => "something follows its end",
        "trailing comma" => "a comma before a closing bracket",
        "recursion limit exceeded" => "brackets nested too deep",
        _ if said.starts_with("EOF while parsing") => "it is cut off",
        _ if said.starts_with("control character") => "a raw control character in a string",
        other => other,
    };
    format!("not JSON: {what}, at byte {}", error.column())
}

/// What a reader yields.
pub type ReadResult = Result<crate::dataset::Record, BadRecord>;

/// Records of one file, one at a time.
pub type Records = Box<dyn Iterator<Item = ReadResult> + Send>;

/// The start of a reader that can do nothing but say why.
pub(super) fn nothing_but(bad: BadRecord) -> Records {
    Box::new(std::iter::once(Err(bad)))
}
