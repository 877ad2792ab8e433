//! Checks a SentencePiece character map before anybody follows it.
//!
//! The map is a double array (a trie as `u32` units) and a block of replacement texts. The crate that walks it trusts
//! it: a damaged one would send it out of bounds, or make it reserve gigabytes. So every unit that can be reached is
//! visited here once.

/// `Ok` when following the map can neither leave the array nor cut a replacement in the middle of a character.
pub(super) fn check(map: &[u8]) -> Result<(), String> {
    let damaged = || "the character map of the normaliser is damaged".to_owned();
    let (size, rest) = map.split_first_chunk::<4>().ok_or_else(damaged)?;
    let size = u32::from_le_bytes(*size) as usize;
    let (trie, texts) = rest.split_at_checked(size / 4 * 4).ok_or_else(damaged)?;
    let texts = std::str::from_utf8(texts).map_err(|_| damaged())?;
    let units: Vec<usize> = trie.as_chunks::<4>().0.iter().map(|u| u32::from_le_bytes(*u) as usize).collect();
    let root = units.first().ok_or_else(damaged)?;
    let mut seen = vec![false; units.len()];
    let mut waiting = vec![offset(*root)];
    while let Some(base) = waiting.pop() {
        // A step changes the low eight bits only, so the whole block must exist.
        if base | 0xff >= units.len() {
            return Err(damaged());
        }
        if std::mem::replace(&mut seen[base], true) {
            continue;
        }
        for byte in 1..=0xff {
            let unit = units[base ^ byte];
            if unit & ((1 << 31) | 0xff) != byte {
                continue;
            }
            let next = base ^ byte ^ offset(unit);
            if has_leaf(unit) {
                let text = units.get(next).map(|leaf| leaf & ((1 << 31) - 1)).ok_or_else(damaged)?;
                if !texts.is_char_boundary(text) {
                    return Err(damaged());
                }
            }
            waiting.push(next);
        }
    }
    Ok(())
}

fn has_leaf(unit: usize) -> bool {
    unit >> 8 & 1 == 1
}

fn offset(unit: usize) -> usize {
    (unit >> 10) << ((unit & (1 << 9)) >> 6)
}

/// Standard base64, as tokenizer.json writes the map.
pub(super) fn from_base64(text: &str) -> Result<Vec<u8>, String> {
    let digits = text.trim_end_matches('=').bytes();
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 3);
    let (mut bits, mut held) = (0_u32, 0);
    for digit in digits {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return Err("the character map of the normaliser is not base64".to_owned()),
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn base64_is_read() {
        assert_eq!(from_base64("aGVsbG8=").unwrap(), b"hello");
        assert!(from_base64("a*b").is_err());
    }

    #[test]
    fn a_map_that_points_outside_is_refused() {
        assert!(check(&[]).is_err());
        assert!(check(&[255, 255, 255, 255, 0]).is_err(), "a size the map does not have");
        let mut map = 1024_u32.to_le_bytes().to_vec();
        map.resize(4 + 1024, 0);
        map.push(0);
        assert!(check(&map).is_ok(), "an empty trie of one block");
        map[6] = 0xff;
        assert!(check(&map).is_err(), "the root points past the end");
    }
}
