//! What a view of the Evaluate screen shows: rows of cells, and what stands behind each number.
//!
//! Every view is a sheet, so that there is one cursor, one way to sort and one way to open. A sheet is made beside the
//! loop and is plain data here: nothing is counted when a key is pressed.

use crate::evaluate::Class;
use crate::evaluate::confusion::BorderError;

use super::study::{Compared, Grouping};

/// Something that can be opened: which spans are meant. The spans themselves are found when that is asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Behind {
    /// What was counted of these classes, in a row (`None`: all labels) of the predictions with this number.
    Counted {
        /// Which predictions.
        side: usize,
        /// Which label.
        row: Option<u32>,
        /// Which classes.
        classes: Vec<Class>,
    },
    /// The same, of one document.
    Document {
        /// Which document of gold.
        index: usize,
        /// Which classes.
        classes: Vec<Class>,
    },
    /// A field of the confusion matrix: gold, predicted.
    Field(Option<u32>, Option<u32>),
    /// Predictions with the right label whose borders are wrong in one way.
    Border(BorderError),
    /// A bucket of gold spans.
    Bucket(Grouping, usize, Vec<Class>),
    /// Gold spans that no model can propose: too wide for it, or with a border inside a word.
    Unreachable {
        /// Too wide rather than off the words.
        wide: bool,
    },
    /// Predictions of a bin of scores; only the right ones, or all.
    Bin {
        /// Which bin.
        bin: usize,
        /// Only those that are right, or only those that are not.
        right: Option<bool>,
    },
    /// What is counted at another threshold.
    Point {
        /// The threshold.
        threshold: f32,
        /// Which label.
        row: Option<u32>,
        /// Which classes.
        classes: Vec<Class>,
    },
    /// What differs between the first predictions and another one.
    Compared {
        /// The other one.
        side: usize,
        /// How.
        how: Compared,
        /// Which label.
        row: Option<u32>,
    },
    /// A suspected error in gold, by its rank.
    Suspect(usize),
}

impl Behind {
    /// It is meant by its place in what was counted, which is another one when something else is counted.
    pub const fn is_by_place(&self) -> bool {
        matches!(self, Behind::Document { .. } | Behind::Bucket(..) | Behind::Bin { .. } | Behind::Suspect(_))
    }
}

/// What a cell says.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Nothing.
    Empty,
    /// A number of spans.
    Count(u64),
    /// A number of spans with how much of its row it is, 0 to 1.
    Shaded(u64, f64),
    /// Between 0 and 1.
    Ratio(f64),
    /// A difference of two ratios.
    Change(f64),
    /// Words.
    Text(String),
    /// A bar from 0 to 1, with a mark where it should end.
    Bar {
        /// How long it is.
        is: f64,
        /// Where it should end.
        should: f64,
    },
}

impl Content {
    /// What it is sorted by; words by nothing.
    fn value(&self) -> Option<f64> {
        match self {
            Content::Count(n) | Content::Shaded(n, _) => Some(*n as f64),
            Content::Ratio(x) | Content::Change(x) => Some(*x),
            Content::Bar { is, .. } => Some(*is),
            Content::Empty | Content::Text(_) => None,
        }
    }

    /// As it is written.
    pub fn text(&self, ascii: bool) -> String {
        match self {
            Content::Empty | Content::Bar { .. } => String::new(),
            Content::Count(n) => n.to_string(),
            // Told apart without colour too.
            Content::Shaded(0, _) => (if ascii { "." } else { "·" }).to_owned(),
            Content::Shaded(n, part) => format!("{}{n}", shade(*part, ascii)),
            Content::Ratio(x) => format!("{x:.3}"),
            Content::Change(x) => {
                let sign = match (x.partial_cmp(&0.0), ascii) {
                    _ if x.abs() < 0.0005 => "=",
                    (Some(std::cmp::Ordering::Greater), false) => "▲",
                    (_, false) => "▼",
                    (Some(std::cmp::Ordering::Greater), true) => "^",
                    (_, true) => "v",
                };
                format!("{sign}{:.3}", x.abs())
            }
            Content::Text(text) => text.clone(),
        }
    }
}

/// A block the denser the larger the part.
fn shade(part: f64, ascii: bool) -> char {
    let shades = if ascii { ['.', ':', '+', '#'] } else { ['░', '▒', '▓', '█'] };
    shades[((part.clamp(0.0, 1.0) * 4.0) as usize).min(3)]
}

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// What it says.
    pub content: Content,
    /// What it opens, and how many places that are.
    pub opens: Option<(Behind, u64)>,
}

impl Cell {
    /// A cell that opens nothing.
    pub const fn plain(content: Content) -> Self {
        Self { content, opens: None }
    }

    /// A number that opens as many places.
    pub const fn count(n: u64, behind: Behind) -> Self {
        Self { content: Content::Count(n), opens: Some((behind, n)) }
    }

    /// A ratio that opens so many places.
    pub const fn ratio(x: f64, n: u64, behind: Behind) -> Self {
        Self { content: Content::Ratio(x), opens: Some((behind, n)) }
    }
}

/// A column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its head where there is room.
    pub name: String,
    /// Its head where there is not.
    pub short: String,
}

impl Column {
    /// A column with two heads.
    pub fn new(name: impl Into<String>, short: impl Into<String>) -> Self {
        Self { name: name.into(), short: short.into() }
    }
}

/// A row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// What stands before it; names the row while numbers change.
    pub name: String,
    /// The label it is about.
    pub label: Option<u32>,
    /// One for each column, or none at all: then the row is a heading.
    pub cells: Vec<Cell>,
    /// Stays above the others however they are sorted.
    pub pinned: bool,
    /// What there is to say about it.
    pub note: String,
}

impl Row {
    /// A line between rows.
    pub fn heading(name: impl Into<String>) -> Self {
        Self { name: name.into(), pinned: true, ..Self::default() }
    }

    /// What it is known by while numbers change: a label may be called `all`.
    pub fn key(&self) -> (String, bool) {
        (self.name.clone(), self.pinned)
    }

    /// It is a heading: the cursor passes over it.
    pub fn is_heading(&self) -> bool {
        self.cells.is_empty()
    }
}

/// What a curve shows beside its rows.
#[derive(Clone, Debug, PartialEq)]
pub struct CurvePoint {
    /// The threshold.
    pub threshold: f32,
    /// Precision, recall and F1.
    pub ratios: [f64; 3],
}

/// Rows and columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    /// What the first column is.
    pub corner: String,
    /// The other columns.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<Row>,
    /// What there is to say about all of it; why there is nothing when there are no rows.
    pub notes: Vec<String>,
    /// A curve to be drawn above the rows, a row a point.
    pub curve: Vec<CurvePoint>,
}

impl Sheet {
    /// A sheet without rows, and why.
    pub fn nothing(why: impl Into<String>) -> Self {
        Self { notes: vec![why.into()], ..Self::default() }
    }

    /// It can be sorted: there are no headings in it, and no curve that goes with its rows.
    pub fn can_sort(&self) -> bool {
        self.curve.is_empty() && !self.rows.iter().any(Row::is_heading)
    }

    /// The rows by a column, highest or lowest first; pinned ones first, equal ones as they were, those without a number
    /// last. `None`: as they are.
    pub fn order(&self, by: Option<(usize, bool)>) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.rows.len()).collect();
        let Some((column, descending)) = by.filter(|_| self.can_sort()) else { return order };
        let value = |row: usize| self.rows[row].cells.get(column).and_then(|cell| cell.content.value());
        order.sort_by(|a, b| {
            let pinned = self.rows[*b].pinned.cmp(&self.rows[*a].pinned);
            let values = match (value(*a), value(*b)) {
                _ if self.rows[*a].pinned => std::cmp::Ordering::Equal,
                (Some(a), Some(b)) if descending => b.total_cmp(&a),
                (Some(a), Some(b)) => a.total_cmp(&b),
                (Some(_), None) => std::cmp::Ordering::Less,
                (None, Some(_)) => std::cmp::Ordering::Greater,
                (None, None) => std::cmp::Ordering::Equal,
            };
            pinned.then(values)
        });
        order
    }

    /// As a table in Markdown: what Argilla, GitHub and papers take.
    pub fn markdown(&self) -> String {
        let escaped = |text: &str| text.replace('|', "\\|").replace(['\n', '\r'], " ");
        let mut out = format!("| {} |", escaped(&self.corner));
        self.columns.iter().for_each(|c| out.push_str(&format!(" {} |", escaped(&c.name))));
        out.push_str("\n|---|");
        out.push_str(&"--:|".repeat(self.columns.len()));
        for row in self.rows.iter().filter(|row| !row.is_heading()) {
            out.push_str(&format!("\n| {} |", escaped(&row.name)));
            row.cells.iter().for_each(|cell| out.push_str(&format!(" {} |", escaped(&cell.content.text(false)))));
        }
        out.push('\n');
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(values: &[(&str, Option<f64>, bool)]) -> Sheet {
        let row = |(name, value, pinned): &(&str, Option<f64>, bool)| Row {
            name: (*name).into(),
            cells: vec![Cell::plain(value.map_or(Content::Empty, Content::Ratio))],
            pinned: *pinned,
            ..Row::default()
        };
        let columns = vec![Column::new("F1", "F1")];
        Sheet { corner: "label".into(), columns, rows: values.iter().map(row).collect(), ..Sheet::default() }
    }

    #[test]
    fn all_stays_on_top_and_rows_without_a_number_go_last_both_ways() {
        let sheet =
            sheet(&[("all", Some(0.5), true), ("a", Some(0.2), false), ("b", None, false), ("c", Some(0.9), false)]);
        assert_eq!(sheet.order(None), [0, 1, 2, 3]);
        assert_eq!(sheet.order(Some((0, true))), [0, 3, 1, 2]);
        assert_eq!(sheet.order(Some((0, false))), [0, 1, 3, 2]);
    }

    #[test]
    fn markdown_keeps_names_in_their_cells() {
        let text = sheet(&[("a|b\n", Some(0.25), false)]).markdown();
        assert_eq!(text, "| label | F1 |\n|---|--:|\n| a\\|b  | 0.250 |\n");
    }

    #[test]
    fn a_difference_and_a_share_are_told_apart_without_colour() {
        assert_eq!(Content::Change(0.02).text(false), "▲0.020");
        assert_eq!(Content::Change(-0.02).text(true), "v0.020");
        assert_eq!(Content::Shaded(7, 1.0).text(false), "█7");
        assert_eq!(Content::Shaded(0, 0.0).text(true), ".");
    }
}
