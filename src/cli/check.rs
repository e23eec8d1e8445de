//! `bantin check`

use super::{Config, source_list};
use crate::clock::Clock;
use std::process::ExitCode;

/// Check feeds.toml and the folders without visiting anything
///
/// Shows every error at once, with file, line, column and what to write instead; exit code 2 where there is one. Checks also
/// that output/ and state/ can be written by the user that runs this.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {}

pub(super) fn run(config: &Config, _: &Arguments) -> anyhow::Result<ExitCode> {
    let plan = config.plan()?;
    let mut code = ExitCode::SUCCESS;
    for folder in [&plan.site.output, &plan.site.state] {
        if let Err(error) = crate::publish::files::probe(folder) {
            eprintln!("bantin: {error}");
            code = ExitCode::FAILURE;
        }
    }
    let platforms = match plan.platforms.len() {
        0 => String::new(),
        1 => ", 1 own family of platform rules".to_owned(),
        count => format!(", {count} own families of platform rules"),
    };
    println!(
        "{}: {} sources, {} feeds, {} topics{platforms}; output in {}, state in {}",
        config.path.display(),
        plan.sources.len(),
        plan.feeds.len(),
        plan.site.topics.list().len(),
        plan.site.output.display(),
        plan.site.state.display()
    );
    for told in source_list::told(&plan, Clock::System.now())? {
        println!("{told}");
    }
    Ok(code)
}
