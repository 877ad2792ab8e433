//! Plain sentences broken into rows.

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
