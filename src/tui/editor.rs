//! A text in the person's own editor: `$VISUAL`, else `$EDITOR`, else `vi`, on a file that only they can read.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::sync::atomic::{AtomicU32, Ordering};

/// What came back from an editor.
#[derive(Debug)]
pub struct Edited {
    /// The text as it was saved, without the line break at its end.
    pub text: String,
    /// Where it lies, until it is known to be safe elsewhere.
    pub file: PathBuf,
}

/// Lets the person edit `text`; the terminal must be theirs meanwhile. `None` when nothing was changed.
///
/// # Errors
/// In words, when there is no such editor or it failed. What it has saved by then is named and stays.
pub fn edit(text: &str) -> Result<Option<Edited>, String> {
    let named = ["VISUAL", "EDITOR"].into_iter().filter_map(|name| std::env::var(name).ok());
    let editor = named.into_iter().find(|e| !e.trim().is_empty()).unwrap_or_else(|| "vi".into());
    let before = text.trim_end();
    let file = write(before).map_err(|e| format!("no file to edit in {}: {e}", std::env::temp_dir().display()))?;
    let ended = run(&editor, &file);
    let after = std::fs::read(&file).map(String::from_utf8);
    let changed = !matches!(&after, Ok(Ok(text)) if text.trim_end() == before);
    // The place first: the line may be cut at its end.
    let kept = if changed { format!("your text is in {}: ", file.display()) } else { String::new() };
    let failed = match (ended, after) {
        (Err(e), _) => format!("{editor}: {e}; set EDITOR to one that is there"),
        (Ok(status), _) if !status.success() => format!("{kept}{editor} ended with {status}"),
        (_, Err(e)) => format!("{}: cannot be read back: {e}", file.display()),
        (_, Ok(Err(_))) => format!("{kept}it is not UTF-8"),
        (_, Ok(Ok(text))) if changed => return Ok(Some(Edited { text: text.trim_end().to_owned(), file })),
        _ => {
            forget(&file);
            return Ok(None);
        }
    };
    if !changed {
        forget(&file);
    }
    Err(failed)
}

/// Removes the file of an edit that is safe elsewhere.
pub fn forget(file: &Path) {
    // Left behind it does no harm: it is the person's own text in their own file.
    let _ = std::fs::remove_file(file);
}

/// A new file with the text, which nobody else can read.
fn write(text: &str) -> std::io::Result<PathBuf> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    loop {
        let name = format!("gleaner-{}-{}.md", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        match std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
            Ok(mut file) => {
                file.write_all(text.as_bytes())?;
                file.write_all(b"\n")?;
                return Ok(path);
            }
            Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(e) => return Err(e),
        }
    }
}

/// Runs the editor as a shell would, since the variable may hold arguments, until it ends. When it is stopped, so are
/// we: the shell that brings us back brings both back.
fn run(editor: &str, file: &Path) -> std::io::Result<ExitStatus> {
    use std::os::unix::process::ExitStatusExt;
    let child = Command::new("sh").arg("-c").arg(format!("{editor} \"$1\"")).arg("sh").arg(file).spawn()?;
    let pid = child.id() as libc::pid_t;
    loop {
        let mut status = 0;
        // SAFETY: plain system calls on a child of ours that nobody else waits for.
        let waited = unsafe { libc::waitpid(pid, &mut status, libc::WUNTRACED) };
        if waited < 0 {
            let error = std::io::Error::last_os_error();
            if error.kind() != std::io::ErrorKind::Interrupted {
                return Err(error);
            }
        } else if libc::WIFSTOPPED(status) {
            unsafe { libc::raise(libc::SIGSTOP) };
        } else {
            return Ok(ExitStatus::from_raw(status));
        }
    }
}
