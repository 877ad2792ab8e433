//! Why the screen could not be taken.

/// Why the screen could not be taken; no mode has been touched then. The command line ends with exit code 2.
#[derive(Debug, thiserror::Error)]
pub enum TerminalError {
    /// Neither stdin/stdout nor /dev/tty is a terminal.
    #[error(
        "there is no terminal to draw on (stdin and stdout are not terminals, and /dev/tty cannot be opened); \
         run this in a terminal, or use what needs none: `gleaner PROJECT --plain`, `gleaner suggest`, `gleaner show`"
    )]
    NoTerminal,
    /// Started with `&`, or by a job that does not own the terminal.
    #[error(
        "gleaner runs in the background of this terminal and would stop at once; bring it to the front (`fg`) or start it without `&`"
    )]
    Background,
    /// The terminal refused a mode or went away.
    #[error("the terminal did not do as asked ({what}): {source}")]
    Io {
        /// What was asked.
        what: &'static str,
        /// What the system said.
        source: std::io::Error,
    },
}
