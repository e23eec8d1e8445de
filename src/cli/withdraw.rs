//! `bantin withdraw`

use super::{Config, Misuse, existing_store};
use crate::clock::Clock;
use crate::daemon::Orders;
use crate::lock::{Lock, LockError};
use crate::press;
use std::process::ExitCode;

/// Take an article out of every feed, for ever
///
/// For a legal order, or an article that should never have been published. It stays in the store, with the reason and the time
/// in the audit trail, and does not come back however often its agency shows it.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The article's id, as in feeds and in `bantin export`: tag:...
    id: String,
    /// Why: who ordered it, by which document
    #[arg(long)]
    reason: String,
}

pub(super) async fn run(config: Config, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let plan = config.plan()?;
    let reason = arguments.reason.trim();
    if reason.is_empty() {
        return Err(Misuse("--reason is empty; the audit trail needs one".to_owned()).into());
    }
    let store = existing_store(&plan).await?;
    let title = store.withdraw(arguments.id.trim(), reason, Clock::System.now()).await?;
    println!("withdrawn: {title}");
    match Lock::take(&plan.site.state, "withdraw") {
        Ok(_lock) => {
            let orders = Orders::from_plan(plan, &store, Clock::System.now()).await?;
            let edition = press::publish(&store, &orders.site, &orders.feeds).await?;
            println!("{} documents written without it", edition.written);
            for problem in &edition.problems {
                eprintln!("bantin: {problem}");
            }
            if !edition.problems.is_empty() {
                return Ok(ExitCode::FAILURE);
            }
        }
        Err(LockError::Held { .. }) => println!("the running bantin takes it out within seconds"),
        Err(error) => return Err(error.into()),
    }
    Ok(ExitCode::SUCCESS)
}
