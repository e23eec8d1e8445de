//! `bantin schema`: prints the JSON schema of feeds.toml.

use std::process::ExitCode;

pub(super) fn run() -> anyhow::Result<ExitCode> {
    println!("{}", crate::config::schema().trim_end());
    Ok(ExitCode::SUCCESS)
}
