//! Words for people: plain sentences broken into rows, and things counted.

use crate::text::Columns;

/// Breaks at blanks into rows of at most `width` cells; words that are too long are cut.
pub fn wrap(text: &str, width: u16, columns: &Columns) -> Vec<String> {
    let mut rows: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let word = columns.one_line(word, width);
        match rows.last_mut() {
            Some(row) if columns.line_width(row) + 1 + columns.line_width(&word) <= usize::from(width) => {
                row.push(' ');
                row.push_str(&word);
            }
            _ => rows.push(word),
        }
    }
    rows
}

/// `1 place`, `2,345 places`.
pub fn counted(n: u64, what: &str) -> String {
    let digits = n.to_string();
    let mut shown = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    format!("{shown} {what}{}", if n == 1 { "" } else { "s" })
}
