//! Matrix products.
//!
//! Views say where a matrix lies in a slice and check that it does; the arithmetic is the `gemm` crate's, which picks
//! AVX-512, AVX2, NEON or plain code at run time.

/// A matrix to read: `rows × columns` values, `stride` apart from row to row (or transposed).
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    data: &'a [f32],
    rows: usize,
    columns: usize,
    row_stride: usize,
    column_stride: usize,
}

/// A matrix to write, row-major with `row_stride`.
#[derive(Debug)]
pub struct ViewMut<'a> {
    data: &'a mut [f32],
    rows: usize,
    columns: usize,
    row_stride: usize,
}

/// True when a `rows × columns` matrix with that row stride ends inside `length` values.
fn inside(length: usize, rows: usize, columns: usize, row_stride: usize) -> bool {
    rows == 0 || columns == 0 || (row_stride >= columns && (rows - 1) * row_stride + columns <= length)
}

impl<'a> View<'a> {
    /// Rows under each other without gaps.
    pub fn new(data: &'a [f32], rows: usize, columns: usize) -> Self {
        Self::strided(data, rows, columns, columns)
    }

    /// Rows `row_stride` apart, beginning at the start of `data`. Panics when the matrix would leave `data`.
    pub fn strided(data: &'a [f32], rows: usize, columns: usize, row_stride: usize) -> Self {
        assert!(inside(data.len(), rows, columns, row_stride), "a matrix outside its slice");
        Self { data, rows, columns, row_stride, column_stride: 1 }
    }

    /// Rows as columns, without moving anything.
    pub fn transposed(self) -> Self {
        Self {
            rows: self.columns,
            columns: self.rows,
            row_stride: self.column_stride,
            column_stride: self.row_stride,
            ..self
        }
    }
}

impl<'a> ViewMut<'a> {
    /// Rows under each other without gaps.
    pub fn new(data: &'a mut [f32], rows: usize, columns: usize) -> Self {
        Self::strided(data, rows, columns, columns)
    }

    /// Rows `row_stride` apart, beginning at the start of `data`. Panics when the matrix would leave `data`.
    pub fn strided(data: &'a mut [f32], rows: usize, columns: usize, row_stride: usize) -> Self {
        assert!(inside(data.len(), rows, columns, row_stride), "a matrix outside its slice");
        Self { data, rows, columns, row_stride }
    }
}

/// `out = keep · out + scale · left · right`; `keep` 0 overwrites whatever was there. `threads` 1 stays on this thread.
pub fn multiply(out: &mut ViewMut<'_>, keep: f32, scale: f32, left: View<'_>, right: View<'_>, threads: usize) {
    assert!(
        out.rows == left.rows && out.columns == right.columns && left.columns == right.rows,
        "a product of matrices that do not fit"
    );
    let parallelism = if threads > 1 { gemm::Parallelism::Rayon(threads) } else { gemm::Parallelism::None };
    // SAFETY: the views have checked that every element lies in its slice, `out` is borrowed alone, and the three
    // shapes fit each other.
    unsafe {
        gemm::gemm(
            out.rows,
            out.columns,
            left.columns,
            out.data.as_mut_ptr(),
            1,
            out.row_stride as isize,
            keep != 0.0,
            left.data.as_ptr(),
            left.column_stride as isize,
            left.row_stride as isize,
            right.data.as_ptr(),
            right.column_stride as isize,
            right.row_stride as isize,
            keep,
            scale,
            false,
            false,
            false,
            parallelism,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_of_parts_of_larger_matrices() {
        let left = [1.0, 2.0, 9.0, 3.0, 4.0, 9.0];
        let right = [5.0, 6.0, 7.0, 8.0];
        let mut out = [1.0; 6];
        let (l, r) = (View::strided(&left, 2, 2, 3), View::new(&right, 2, 2));
        multiply(&mut ViewMut::strided(&mut out, 2, 2, 3), 0.0, 1.0, l, r.transposed(), 1);
        assert_eq!(out, [17.0, 23.0, 1.0, 39.0, 53.0, 1.0]);
        multiply(&mut ViewMut::strided(&mut out, 2, 2, 3), 1.0, 2.0, l, r, 1);
        assert_eq!(out, [55.0, 67.0, 1.0, 125.0, 153.0, 1.0]);
    }
}
