//! What stands where in a file of vectors.
//!
//! After the head come blocks of [`BLOCK`] rows, and in a block the rows' parts stand together: document numbers (i64),
//! versions (u32; 0: dead), scales (f32), errors (f32), then the vectors in bytes (i8), then in halves (f16). A search
//! walks the bytes only and never touches the pages of the halves. All numbers are little-endian.

/// Bytes of the head: two copies and room.
pub(super) const HEAD: usize = 4096;
/// Rows of a block.
pub(super) const BLOCK: usize = 1024;
/// Bytes of a row before its vectors.
const BEFORE: usize = 8 + 4 + 4 + 4;

/// Places in a file of vectors of so many numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    /// Numbers of a vector.
    pub dims: usize,
    /// Bytes of a row's eight-bit vector, filled up with zeros.
    pub padded: usize,
}

impl Layout {
    pub fn new(dims: usize) -> Self {
        Self { dims, padded: dims.next_multiple_of(32) }
    }

    /// Bytes of a block.
    pub fn block(self) -> usize {
        BLOCK * (BEFORE + self.padded + 2 * self.dims)
    }

    /// Length of a file of so many rows; `None` where no file is so long.
    pub fn length(self, rows: u64) -> Option<u64> {
        rows.div_ceil(BLOCK as u64).checked_mul(self.block() as u64)?.checked_add(HEAD as u64)
    }

    pub fn document(self, row: u32) -> usize {
        self.at(row, 0, 8)
    }

    pub fn version(self, row: u32) -> usize {
        self.at(row, 8, 4)
    }

    pub fn scale(self, row: u32) -> usize {
        self.at(row, 12, 4)
    }

    pub fn error(self, row: u32) -> usize {
        self.at(row, 16, 4)
    }

    pub fn bytes(self, row: u32) -> usize {
        self.at(row, BEFORE, self.padded)
    }

    pub fn halves(self, row: u32) -> usize {
        self.at(row, BEFORE + self.padded, 2 * self.dims)
    }

    /// The parts of a row: where each begins for row 0 of a block, from the block's start, and its length.
    pub fn parts(self) -> [(usize, usize); 6] {
        [
            (0, 8),
            (8 * BLOCK, 4),
            (12 * BLOCK, 4),
            (16 * BLOCK, 4),
            (BEFORE * BLOCK, self.padded),
            ((BEFORE + self.padded) * BLOCK, 2 * self.dims),
        ]
    }

    /// Where in the file a part of a row stands: `before` bytes of each row of the block come before its part.
    fn at(self, row: u32, before: usize, length: usize) -> usize {
        let (block, slot) = (row as usize / BLOCK, row as usize % BLOCK);
        HEAD + block * self.block() + before * BLOCK + slot * length
    }
}
