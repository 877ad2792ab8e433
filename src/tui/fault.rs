//! Panics on purpose, for the tests of what a panic leaves behind. A release has nothing of it.

/// A place where `GLEANER_TEST_FAULT="PLACE FILE"` makes a panic, once FILE is there.
#[cfg(debug_assertions)]
pub(super) fn point(place: &str) {
    use std::sync::OnceLock;
    static ASKED: OnceLock<Option<(String, std::path::PathBuf)>> = OnceLock::new();
    let asked = ASKED.get_or_init(|| {
        let asked = std::env::var("GLEANER_TEST_FAULT").ok()?;
        asked.split_once(' ').map(|(place, file)| (place.to_owned(), file.into()))
    });
    if let Some((at, file)) = asked
        && at == place
        && file.exists()
    {
        panic!("as the test asked: in the {place}");
    }
}

/// Nothing.
#[cfg(not(debug_assertions))]
pub(super) fn point(_place: &str) {}
