//! `bantin withdraw`

use super::{Config, Misuse, existing_store};
use crate::clock::Clock;
use crate::daemon::Orders;
use crate::lock::{Lock, LockError};
use crate::press;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// How long another command is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// Take an article out of every feed, for ever
///
/// For an article that should never have been published. It stays in the store and in archives, with the reason and the time in the
/// audit trail, and does not come back however often its agency shows it. Readers of Atom are told that it is gone. A legal order may
/// want more: --erase.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The article's id, as in feeds and in `bantin export`: tag:...
    id: String,
    /// Also take its content out of the store and out of archives, which nothing else ever changes; for a legal order
    #[arg(long)]
    erase: bool,
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
    let (id, now) = (arguments.id.trim(), Clock::System.now());
    if arguments.erase {
        println!("erased: {}", store.erase(id, reason, now).await?);
    } else {
        println!("withdrawn: {}", store.withdraw(id, reason, now).await?);
    }
    match lock(&plan.site.state).await {
        Ok(_lock) => {
            let orders = Orders::from_plan(plan, &store, Clock::System.now()).await?;
            let now = Clock::System.now();
            let edition = press::publish_all(&store, &orders.site, &orders.feeds, now).await?;
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

/// The lock. A daemon publishes what is left to it within seconds; another command may have published for the last time.
async fn lock(state: &Path) -> Result<Lock, LockError> {
    let begun = Instant::now();
    loop {
        match Lock::take(state, "withdraw") {
            Err(LockError::Held { holder, .. })
                if !holder.contains("`bantin run`") && begun.elapsed() < PATIENCE =>
            {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            taken => return taken,
        }
    }
}
