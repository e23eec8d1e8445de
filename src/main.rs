//! The program `bantin`: exit codes and nothing else.
//!
//! 0 all is well; 1 something failed, and was said; 2 feeds.toml or the command line is wrong; 3 another bantin works
//! on the same state folder.

use std::process::ExitCode;

fn main() -> ExitCode {
    bantin::cli::main()
}
