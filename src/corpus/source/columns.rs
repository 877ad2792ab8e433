//! Which column holds the texts: by name, else the string column with the longest values.

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// Strings.
    Text,
    /// Lists of strings: words.
    Words,
    /// Numbers, true and false.
    Scalar,
    /// Something else; in words.
    Other(&'static str),
}

/// A column as its first rows show it.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) holds: Holds,
    /// Characters of a value on average, over those that are there.
    pub(super) chars: f64,
}

/// Where the texts are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    /// The column; empty when the files are texts themselves.
    pub(super) column: String,
    /// The column holds words, to be joined.
    pub(super) words: bool,
    /// Why this one, and what else there is.
    because: String,
}

/// Names of a column of texts, the best first.
const NAMES: [&str; 18] = [
    "text",
    "texts",
    "content",
    "body",
    "sentence",
    "document",
    "input",
    "passage",
    "article",
    "abstract",
    "review",
    "description",
    "message",
    "comment",
    "paragraph",
    "raw_text",
    "full_text",
    "utterance",
];

impl Choice {
    /// The files are the texts.
    pub(super) fn whole() -> Self {
        Self { column: String::new(), words: false, because: String::new() }
    }

    /// For a person, after the name of the source.
    pub(super) fn described(&self) -> String {
        self.because.clone()
    }
}

/// The column that `wanted` names, or the likeliest one.
///
/// # Errors
/// When there is none; what there is is said.
pub(super) fn choose(columns: &[Column], wanted: Option<&str>) -> Result<Choice, String> {
    let texts: Vec<&Column> = columns.iter().filter(|c| c.holds == Holds::Text).collect();
    let listed = |columns: &[&Column]| columns.iter().map(|c| format!("{:?}", c.name)).collect::<Vec<_>>().join(", ");
    if let Some(name) = wanted {
        let Some(column) = columns.iter().find(|c| c.name == name) else {
            let all: Vec<&Column> = columns.iter().collect();
            return Err(format!("there is no column {name:?}; it has {}", listed(&all)));
        };
        return match column.holds {
            Holds::Text => Ok(chosen(columns, column, "as asked")),
            Holds::Words => Ok(chosen(columns, column, "as asked")),
            Holds::Scalar | Holds::Other(_) => {
                let what = if let Holds::Other(what) = column.holds { what } else { "numbers" };
                let others = if texts.is_empty() { "none does".to_owned() } else { format!("{} do", listed(&texts)) };
                Err(format!("column {name:?} holds {what}, not strings; {others}"))
            }
        };
    }
    let named = NAMES.iter().find_map(|name| texts.iter().find(|c| c.name.to_lowercase() == *name && c.chars > 0.0));
    if let Some(column) = named {
        return Ok(chosen(columns, column, "by its name"));
    }
    if let Some(words) = columns.iter().find(|c| c.name == "tokens" && c.holds == Holds::Words) {
        return Ok(chosen(columns, words, "by its name, its words joined"));
    }
    let longest = texts.iter().filter(|c| c.chars > 0.0).max_by(|a, b| a.chars.total_cmp(&b.chars));
    match longest {
        Some(column) => Ok(chosen(columns, column, "the longest strings")),
        None if columns.is_empty() => Err("there is no row in it".to_owned()),
        None => {
            let have: Vec<&Column> = columns.iter().collect();
            Err(format!("no column holds strings; it has {}", listed(&have)))
        }
    }
}

fn chosen(columns: &[Column], column: &Column, why: &str) -> Choice {
    let others: Vec<&str> =
        columns.iter().filter(|c| c.name != column.name).map(|c| c.name.as_str()).take(12).collect();
    let rest = if others.is_empty() { String::new() } else { format!("; also there: {}", others.join(", ")) };
    Choice {
        column: column.name.clone(),
        words: column.holds == Holds::Words,
        because: format!(
            "; texts from column {:?} ({why}, {:.0} characters on average){rest}",
            column.name, column.chars
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str, holds: Holds, chars: f64) -> Column {
        Column { name: name.to_owned(), holds, chars }
    }

    #[test]
    fn a_name_goes_before_length_and_length_before_nothing() {
        let columns = [
            column("output", Holds::Text, 900.0),
            column("input", Holds::Text, 80.0),
            column("embeddings", Holds::Other("lists"), 0.0),
        ];
        let choice = choose(&columns, None).unwrap();
        assert_eq!(choice.column, "input");
        assert!(choice.described().contains("also there: output, embeddings"), "{choice:?}");
        assert_eq!(choose(&columns[..1], None).unwrap().column, "output");
        assert_eq!(choose(&columns, Some("output")).unwrap().column, "output");
    }

    #[test]
    fn what_cannot_be_a_text_says_what_can() {
        let columns = [column("x", Holds::Other("lists"), 0.0), column("t", Holds::Text, 9.0)];
        assert_eq!(choose(&columns, Some("y")).unwrap_err(), "there is no column \"y\"; it has \"x\", \"t\"");
        assert_eq!(choose(&columns, Some("x")).unwrap_err(), "column \"x\" holds lists, not strings; \"t\" do");
        assert!(choose(&columns[..1], None).unwrap_err().contains("no column holds strings"));
        assert!(choose(&[], None).unwrap_err().contains("no row"));
    }

    #[test]
    fn words_are_a_text_when_there_is_no_other_named_one() {
        let columns = [column("tokens", Holds::Words, 60.0), column("source", Holds::Text, 200.0)];
        let choice = choose(&columns, None).unwrap();
        assert!(choice.words && choice.column == "tokens", "{choice:?}");
    }
}
