//! A process that is measured from outside: wall time, CPU time, peak memory, and the JSON it prints.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::Context;
use serde_json::Value;

/// What a process took.
#[derive(Clone, Debug, Default)]
pub(super) struct Taken {
    /// Seconds from its start to its end.
    pub(super) seconds: f64,
    /// CPU seconds: what counts where others use the machine too.
    pub(super) cpu: f64,
    /// Peak memory, in MB.
    pub(super) memory: f64,
}

/// Runs a process to its end.
///
/// # Errors
/// When it cannot be started, fails (with the last line it said), or prints no JSON.
pub(super) fn run(command: &mut Command) -> anyhow::Result<(Taken, Value)> {
    let name = command.get_program().to_string_lossy().into_owned();
    let begin = Instant::now();
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = child.with_context(|| format!("{name} cannot be started"))?;
    let stderr = child.stderr.take().map(|pipe| std::thread::spawn(move || all_of(pipe)));
    let printed = child.stdout.take().map(all_of).unwrap_or_default();
    let said = stderr.and_then(|thread| thread.join().ok()).unwrap_or_default();
    let (good, cpu, memory) = wait(child.id())?;
    let seconds = begin.elapsed().as_secs_f64();
    let said = String::from_utf8_lossy(&said);
    let last = said.trim().lines().last().unwrap_or("it says nothing");
    anyhow::ensure!(good, "{name} could not count: {last}");
    let numbers = serde_json::from_slice(&printed).with_context(|| format!("{name} gave no JSON"))?;
    Ok((Taken { seconds, cpu, memory }, numbers))
}

fn all_of(mut pipe: impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    // What was read before an error is what there is to say.
    let _ = pipe.read_to_end(&mut bytes);
    bytes
}

/// Waits for a child: whether it ended well, its CPU seconds, its peak memory in MB.
fn wait(id: u32) -> anyhow::Result<(bool, f64, f64)> {
    let mut status = 0;
    // SAFETY: zeroes are a valid rusage.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: both places are valid, and nobody else waits for this child.
    let ended = unsafe { libc::wait4(id as libc::pid_t, &mut status, 0, &mut usage) };
    if ended < 0 {
        return Err(std::io::Error::last_os_error()).context("a process that counts cannot be waited for");
    }
    let seconds = |t: libc::timeval| t.tv_sec as f64 + t.tv_usec as f64 * 1e-6;
    // Kilobytes, but bytes on macOS.
    let unit = if cfg!(target_os = "macos") { 1024.0 * 1024.0 } else { 1024.0 };
    let good = libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 0;
    Ok((good, seconds(usage.ru_utime) + seconds(usage.ru_stime), usage.ru_maxrss as f64 / unit))
}
