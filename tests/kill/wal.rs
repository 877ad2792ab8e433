//! The write-ahead log as the killed program left it: was it in the middle of writing a transaction?
//!
//! SQLite writes the pages of a transaction one after the other; the last one carries the size of the database. Pages
//! after the last such one belong to a transaction that was cut off.

use std::path::Path;

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// True when the log ends in a transaction without its last page.
pub fn is_torn(file: &Path) -> bool {
    let Ok(bytes) = std::fs::read(file) else { return false };
    if bytes.len() < HEADER {
        return !bytes.is_empty();
    }
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    let page = number(8) as usize;
    let mut torn = false;
    let mut at = HEADER;
    while at < bytes.len() {
        if at + FRAME_HEADER > bytes.len() {
            return true;
        }
        if bytes[at + 8..at + 16] != bytes[16..24] {
            // Left over from before the log was begun again.
            return torn;
        }
        torn = number(at + 4) == 0 || at + FRAME_HEADER + page > bytes.len();
        at += FRAME_HEADER + page;
    }
    torn
}
