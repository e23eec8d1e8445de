//! `bantin withdraw`: removes an article from every feed.

use super::publishing::{self, PublishedBy};
use super::{ConfigOption, UsageError, clock, existing_store};
use std::process::ExitCode;

/// Remove an article from every feed, permanently
///
/// For an article that should never have been published. It stays in the store and in archives; the
/// reason and the time are recorded in the audit trail. It does not return, even if the agency
/// lists it again. Atom readers get a tombstone. If a legal order requires more, use --erase.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The article's id, as in feeds and in `bantin export`: tag:...
    id: String,
    /// Also erase its content from the store and from archives, which nothing else ever changes;
    /// for a legal order
    #[arg(long)]
    erase: bool,
    /// The reason: who ordered it, by which document
    #[arg(long)]
    reason: String,
}

pub(super) async fn run(config: ConfigOption, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let plan = config.plan()?;
    let reason = arguments.reason.trim();
    if reason.is_empty() {
        return Err(UsageError("--reason is empty; the audit trail needs one".to_owned()).into());
    }
    let store = existing_store(&plan).await?;
    let (id, now) = (arguments.id.trim(), clock(&plan, Some(&store)).await?.now());
    if arguments.erase {
        println!("erased: {}", store.erase(id, reason, now).await?);
    } else {
        println!("withdrawn: {}", store.withdraw(id, reason, now).await?);
    }
    match publishing::publish(plan, &store, "withdraw").await? {
        PublishedBy::Here(report, _) => {
            println!("{} documents written without it", report.written);
            for problem in &report.problems {
                eprintln!("bantin: {problem}");
            }
            if !report.problems.is_empty() {
                return Ok(ExitCode::FAILURE);
            }
        }
        PublishedBy::ByDaemon => println!("the running bantin removes it within seconds"),
    }
    Ok(ExitCode::SUCCESS)
}
