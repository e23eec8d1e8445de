//! The program `bantin`: exit codes and nothing else.
//!
//! 0 success; 1 at least one operation failed, see the messages; 2 feeds.toml or the command line
//! is invalid; 3 another bantin uses the same state folder.

use std::process::ExitCode;

fn main() -> ExitCode {
    bantin::cli::main()
}
