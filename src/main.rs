//! Parse, run, map errors to exit codes.
//!
//! Exit codes: 0 done; 1 done, but a condition failed or lines were skipped; 2 error; 130 interrupted.

fn main() -> std::process::ExitCode {
    gleaner::cli::main()
}
