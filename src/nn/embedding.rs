//! Embedding table: ids to rows, in full precision or eight bits per value.

use super::parameters::{ParameterError, Parameters};

/// A table with one row per id.
#[derive(Clone, Debug)]
pub struct Embedding {
    /// The rows.
    pub table: Table,
    /// Values in a row.
    pub width: usize,
}

/// How the rows are stored.
#[derive(Clone, Debug)]
pub enum Table {
    /// Full precision.
    Full(Vec<f32>),
    /// `value · scale` with one scale per row.
    Bytes {
        /// Values, row-major.
        values: Vec<i8>,
        /// One factor per row.
        scales: Vec<f32>,
    },
}

impl Embedding {
    /// Takes the tensor `name`, `[rows, width]`.
    pub fn take(from: &mut Parameters, name: &str, width: usize) -> Result<Self, ParameterError> {
        let array = from.take(name, &[super::parameters::ANY, width])?;
        Ok(Self { width: array.shape[1], table: Table::Full(array.data) })
    }

    /// True when the values are whole rows, with a scale for each where scales are needed.
    pub fn holds_together(&self) -> bool {
        let scales = match &self.table {
            Table::Full(_) => self.rows(),
            Table::Bytes { scales, .. } => scales.len(),
        };
        let values = match &self.table {
            Table::Full(values) => values.len(),
            Table::Bytes { values, .. } => values.len(),
        };
        self.width > 0 && values == self.rows() * self.width && scales == self.rows()
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        let values = match &self.table {
            Table::Full(values) => values.len(),
            Table::Bytes { values, .. } => values.len(),
        };
        values.checked_div(self.width).unwrap_or(0)
    }

    /// Adds row `id` to `out`; an id past the table adds nothing.
    pub fn add_row(&self, id: usize, out: &mut [f32]) {
        if id >= self.rows() {
            return;
        }
        let range = id * self.width..(id + 1) * self.width;
        match &self.table {
            Table::Full(values) => {
                for (out, value) in out.iter_mut().zip(&values[range]) {
                    *out += value;
                }
            }
            Table::Bytes { values, scales } => {
                let scale = scales.get(id).copied().unwrap_or(0.0);
                for (out, &value) in out.iter_mut().zip(&values[range]) {
                    *out += f32::from(value) * scale;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_give_the_same_rows() {
        let full = Embedding { width: 2, table: Table::Full(vec![1.0, -2.0, 0.5, 0.25]) };
        let bytes = Table::Bytes { values: vec![1, -2, 2, 1], scales: vec![1.0, 0.25] };
        let bytes = Embedding { width: 2, table: bytes };
        for id in 0..3 {
            let (mut a, mut b) = ([1.0, 1.0], [1.0, 1.0]);
            full.add_row(id, &mut a);
            bytes.add_row(id, &mut b);
            assert_eq!(a, b);
        }
    }
}
