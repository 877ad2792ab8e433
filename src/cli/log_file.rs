//! The log: what happened, in a file of the state folder, never on the screen.
//!
//! At the default level nothing that stands in quotation marks is kept, so that no text of a document and no secret lands
//! in it; `-v` keeps all of a message. A file that has grown is moved to `log.1`, which the next one replaces.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};
use std::time::{SystemTime, UNIX_EPOCH};

use log::{Level, LevelFilter, Log, Metadata, Record};

use super::out::visible;
use crate::config::log_file;

/// The file is moved away when it is longer than this.
const LARGEST: u64 = 1 << 20;

/// The variable that sets the level.
pub(crate) const VARIABLE: &str = "GLEANER_LOG";

struct LogFile {
    path: PathBuf,
    /// Opened at the first line; `None` inside when it cannot be written.
    file: Mutex<Option<Option<File>>>,
}

static LOG: OnceLock<LogFile> = OnceLock::new();

/// Logs from now on: what `-v` asks for, else `GLEANER_LOG`, else what people may need later.
///
/// # Errors
/// When `GLEANER_LOG` is not a level.
pub(crate) fn start(verbose: u8) -> anyhow::Result<()> {
    log::set_max_level(level(verbose)?);
    let log = LOG.get_or_init(|| LogFile { path: log_file(), file: Mutex::new(None) });
    // Somebody else's logger, in a program that uses this one as a library, stays.
    let _ = log::set_logger(log);
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let place = info.location().map_or_else(String::new, |l| format!(" at {}:{}", l.file(), l.line()));
        log::error!("a part of gleaner failed{place}");
        log::debug!("{info}");
        before(info);
    }));
    Ok(())
}

/// The level asked for.
pub(crate) fn level(verbose: u8) -> anyhow::Result<LevelFilter> {
    let set = std::env::var(VARIABLE).unwrap_or_default();
    match (verbose, set.as_str()) {
        (0, "") => Ok(LevelFilter::Info),
        (0, word) => word
            .parse()
            .map_err(|_| anyhow::anyhow!("{VARIABLE}: '{word}' is none of off, error, warn, info, debug, trace")),
        (1, _) => Ok(LevelFilter::Debug),
        _ => Ok(LevelFilter::Trace),
    }
}

impl Log for LogFile {
    /// Only what gleaner itself says: libraries may quote what they are given.
    fn enabled(&self, about: &Metadata<'_>) -> bool {
        about.target().starts_with("gleaner") && about.level() <= log::max_level()
    }

    fn log(&self, record: &Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let mut message = record.args().to_string();
        if log::max_level() <= Level::Info {
            message = without_quotations(&message);
        }
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
        let message = visible(&message).replace('\n', "␊");
        let line = format!("{} {:<5} {} {message}\n", utc(seconds), record.level(), std::process::id());
        let Ok(mut file) = self.file.lock() else { return };
        if let Some(file) = file.get_or_insert_with(|| open(&self.path)) {
            // One write a line: lines of several processes do not mix.
            let _ = file.write_all(line.as_bytes());
        }
    }

    fn flush(&self) {}
}

/// Opens the file to append to, moving one away that has grown. Only its owner may read it.
fn open(path: &Path) -> Option<File> {
    std::fs::create_dir_all(path.parent()?).ok()?;
    if std::fs::metadata(path).is_ok_and(|m| m.len() > LARGEST) {
        let _ = std::fs::rename(path, path.with_extension("1"));
    }
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).ok()
}

/// `message` with … for everything in double quotation marks or backquotes; commands to type stay.
fn without_quotations(message: &str) -> String {
    let (mut kept, mut rest) = (String::with_capacity(message.len()), message);
    while let Some((at, open)) = rest.char_indices().find(|(_, c)| matches!(c, '"' | '“' | '`')) {
        let (before, inside) = (&rest[..at], &rest[at + open.len_utf8()..]);
        let close = if open == '“' { '”' } else { open };
        let (quoted, after) = match inside.rfind(close).filter(|_| open != '`') {
            Some(end) => (&inside[..end], &inside[end + close.len_utf8()..]),
            None => inside.split_once(close).unwrap_or((inside, "")),
        };
        let command = open == '`' && (quoted.starts_with("gleaner ") || quoted.starts_with("--"));
        kept.push_str(before);
        kept.push(open);
        kept.push_str(if command { quoted } else { "…" });
        kept.push(close);
        rest = after;
    }
    kept + rest
}

/// Seconds since 1970 as `2026-11-24T12:00:00Z`.
fn utc(seconds: u64) -> String {
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    // Howard Hinnant's civil_from_days: years begin in March, eras have 400 of them.
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", second / 3_600, second / 60 % 60, second % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_utc() {
        assert_eq!(utc(0), "1970-01-01T00:00:00Z");
        assert_eq!(utc(951_782_399), "2000-02-28T23:59:59Z");
        assert_eq!(utc(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(utc(1_735_689_599), "2024-12-31T23:59:59Z");
    }

    #[test]
    fn what_is_quoted_is_left_out_and_commands_stay() {
        assert_eq!(without_quotations("accept “Omega” again"), "accept “…” again");
        assert_eq!(without_quotations("got \"a \"secret\" text\", wanted 1"), "got \"…\", wanted 1");
        assert_eq!(without_quotations("try `gleaner show p`: not `my text`"), "try `gleaner show p`: not `…`");
        assert_eq!(without_quotations("begins \"and never ends"), "begins \"…\"");
        assert_eq!(without_quotations("p/gleaner.db: the disk is full"), "p/gleaner.db: the disk is full");
    }

    #[test]
    fn a_file_that_has_grown_is_moved_away() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("gleaner/log");
        drop(open(&path).unwrap());
        std::fs::write(&path, vec![b'x'; LARGEST as usize + 1]).unwrap();
        drop(open(&path).unwrap());
        assert_eq!(std::fs::metadata(&path).unwrap().len(), 0);
        assert_eq!(std::fs::metadata(path.with_extension("1")).unwrap().len(), LARGEST + 1);
    }
}
