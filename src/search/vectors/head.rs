//! The head of a file of vectors. It stands there twice, and the older copy is written over: a kill in the middle of it
//! leaves the other.

/// Marks the file as ours.
const MAGIC: &[u8; 8] = b"glnrvecs";
/// The format this program writes.
const FORMAT: u32 = 1;
/// Bytes from one copy to the other; a copy is shorter.
const COPY: usize = 1024;
/// Bytes that an embedder's name may have.
const NAME: usize = 512;

/// What a file says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Head {
    /// Numbers of a vector.
    pub dims: u32,
    /// Rows that count; what stands behind them is nothing yet.
    pub rows: u64,
    /// Counts commits.
    pub generation: u64,
    /// Who made the vectors.
    pub embedder: String,
}

/// Why a head is none.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum HeadError {
    /// Of this later format.
    Newer(u32),
    /// Neither copy is whole.
    Damaged,
}

impl Head {
    /// Of an empty file.
    pub fn new(embedder: &str, dims: usize) -> Self {
        let mut name = embedder.to_owned();
        while name.len() > NAME {
            name.pop();
        }
        Self { dims: dims as u32, rows: 0, generation: 0, embedder: name }
    }

    /// The newest whole copy.
    pub fn read(file: &[u8]) -> Result<Self, HeadError> {
        let copies = [Self::parse(file), Self::parse(file.get(COPY..).unwrap_or_default())];
        if let Some(found) = copies.iter().find_map(|c| c.as_ref().err().copied().flatten()) {
            return Err(HeadError::Newer(found));
        }
        copies.into_iter().flatten().max_by_key(|head| head.generation).ok_or(HeadError::Damaged)
    }

    /// One copy; an error with a number where it is of another format.
    fn parse(bytes: &[u8]) -> Result<Self, Option<u32>> {
        let mut rest = bytes.strip_prefix(MAGIC).ok_or(None)?;
        let mut take = |n: usize| {
            let (taken, left) = rest.split_at_checked(n).ok_or(None)?;
            rest = left;
            Ok::<&[u8], Option<u32>>(taken)
        };
        let u32_of = |bytes: &[u8]| bytes.try_into().map(u32::from_le_bytes).map_err(|_| None);
        let u64_of = |bytes: &[u8]| bytes.try_into().map(u64::from_le_bytes).map_err(|_| None);
        let format = u32_of(take(4)?)?;
        if format > FORMAT {
            return Err(Some(format));
        }
        let (dims, rows, generation) = (u32_of(take(4)?)?, u64_of(take(8)?)?, u64_of(take(8)?)?);
        let length = u32_of(take(4)?)? as usize;
        let name = take(length)?;
        let sum = u64_of(take(8)?)?;
        let head = Self { dims, rows, generation, embedder: String::from_utf8(name.to_vec()).map_err(|_| None)? };
        if checksum(&bytes[..bytes.len() - rest.len() - 8]) == sum { Ok(head) } else { Err(None) }
    }

    /// Where this copy goes, and its bytes.
    pub fn bytes(&self) -> (u64, Vec<u8>) {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(FORMAT.to_le_bytes());
        bytes.extend(self.dims.to_le_bytes());
        bytes.extend(self.rows.to_le_bytes());
        bytes.extend(self.generation.to_le_bytes());
        bytes.extend((self.embedder.len() as u32).to_le_bytes());
        bytes.extend(self.embedder.as_bytes());
        bytes.extend(checksum(&bytes).to_le_bytes());
        ((self.generation % 2) * COPY as u64, bytes)
    }
}

/// FNV-1a, 64 bits.
fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file with both copies.
    fn file(heads: &[Head]) -> Vec<u8> {
        let mut file = vec![0; 4096];
        for head in heads {
            let (at, bytes) = head.bytes();
            file[at as usize..at as usize + bytes.len()].copy_from_slice(&bytes);
        }
        file
    }

    #[test]
    fn the_newest_whole_copy_is_read() {
        let old = Head { rows: 3, generation: 6, ..Head::new("words", 256) };
        let new = Head { rows: 5, generation: 7, ..old.clone() };
        let mut file = file(&[old.clone(), new.clone()]);
        assert_eq!(Head::read(&file), Ok(new));
        file[COPY + 20] ^= 1;
        assert_eq!(Head::read(&file), Ok(old));
        file[20] ^= 1;
        assert_eq!(Head::read(&file), Err(HeadError::Damaged));
    }

    #[test]
    fn a_later_format_is_told_from_a_damaged_one() {
        let mut file = file(&[Head::new("words", 8)]);
        file[8] = 9;
        assert_eq!(Head::read(&file), Err(HeadError::Newer(9)));
        assert_eq!(Head::read(b"nothing of ours"), Err(HeadError::Damaged));
        assert_eq!(Head::read(&[]), Err(HeadError::Damaged));
    }
}
