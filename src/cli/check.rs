//! `bantin check`

use super::{ConfigOption, source_list};
use crate::config::FixError;
use crate::config::edit::UnwrittenFiles;
use bantin_core::clock::Clock;
use std::process::ExitCode;

/// Check feeds.toml and the folders without visiting anything
///
/// Shows every error at once, with file, line, column and what to write instead; exit code 2 where there is one. Checks also
/// that output/ and state/ can be written by the user that runs this.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// First write the present names of keys in the place of old ones, in feeds.toml, what it includes and CSV tables
    ///
    /// Nothing else in these files changes. They are written only where they then mean the same, and all of them or none: where
    /// one is read-only, it is named and the exit code is 1.
    #[arg(long)]
    fix: bool,
}

pub(super) fn run(config: &ConfigOption, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if arguments.fix && !fix(config)? {
        return Ok(ExitCode::FAILURE);
    }
    let plan = config.plan()?;
    let mut code = ExitCode::SUCCESS;
    for folder in [&plan.site.output, &plan.site.state] {
        if let Err(error) = bantin_publish::files::probe(folder) {
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
    for told in source_list::list_lines(&plan, Clock::System.now())? {
        println!("{told}");
    }
    Ok(code)
}

/// Renames keys that are written by old names, and says which; whether the files could be written.
fn fix(config: &ConfigOption) -> anyhow::Result<bool> {
    let fix = match config.fix() {
        Ok(fix) => fix,
        // Its exit code is that of a wrong feeds.toml.
        Err(FixError::Config(errors)) => return Err(errors.into()),
        Err(error) => return Err(error.into()),
    };
    if fix.changes.is_empty() {
        println!("no key is written by an old name; nothing was changed");
        return Ok(true);
    }
    let unwritten = fix.write().err();
    for error in unwritten.iter().flat_map(|unwritten| &unwritten.errors) {
        eprintln!("bantin: {error}");
    }
    for change in &fix.changes {
        match &unwritten {
            Some(UnwrittenFiles { written, .. }) if !written.contains(&change.file) => {
                eprintln!("bantin: not renamed: {change}");
            }
            _ => println!("{change}"),
        }
    }
    Ok(unwritten.is_none())
}
