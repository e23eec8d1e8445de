//! `bantin check`: validates feeds.toml and the folders; `--fix` renames old keys.

use super::{ConfigOption, memory, source_list};
use crate::config::FixError;
use crate::config::edit::UnwrittenFiles;
use bantin_core::clock::Clock;
use std::process::ExitCode;

/// Check feeds.toml and the folders without fetching anything
///
/// Prints every error at once, with file, line, column and the correction; exit code 2 if there is
/// an error. Also checks that the current user can write to output/ and state/.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// First replace old names of keys by the present ones in feeds.toml, its included files and
    /// CSV tables
    ///
    /// Nothing else in these files changes. They are written only if they keep their meaning, and
    /// either all or none of them: a read-only file is named, and the exit code is 1.
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
    for why in memory::shortages(&plan.sources, memory::available()) {
        eprintln!("bantin: {why}");
        code = ExitCode::FAILURE;
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
    for line in source_list::list_lines(&plan, Clock::System.now())? {
        println!("{line}");
    }
    Ok(code)
}

/// Renames keys that have old names and prints each change. Returns whether the files could be
/// written.
fn fix(config: &ConfigOption) -> anyhow::Result<bool> {
    let fix = match config.fix() {
        Ok(fix) => fix,
        // Exit with the code of an invalid feeds.toml.
        Err(FixError::Config(errors)) => return Err(errors.into()),
        Err(error) => return Err(error.into()),
    };
    if fix.changes.is_empty() {
        println!("no key has an old name; nothing was changed");
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
