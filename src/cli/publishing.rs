//! What a command has put into the store, on its way to readers: published by the command itself, or left to a running daemon.

use crate::config::Plan;
use crate::daemon::ActivePlan;
use crate::lock::{LockError, StateLock};
use crate::publisher::{self, PublishReport};
use bantin_core::clock::Clock;
use bantin_store::Store;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How often it is looked whether another command has ended.
const TICK: Duration = Duration::from_millis(100);

/// Who publishes.
pub(super) enum PublishedBy {
    /// The command has; what was done, and the folder of the documents.
    Here(PublishReport, PathBuf),
    /// A daemon does, within seconds.
    ByDaemon,
}

/// Publishes what is in the store, unless a daemon does. Another command is waited for: it may have published for the last time.
pub(super) async fn publish(
    plan: Plan,
    store: &Store,
    command: &str,
) -> anyhow::Result<PublishedBy> {
    let Some(_lock) = lock(&plan.site.state, command).await? else {
        return Ok(PublishedBy::ByDaemon);
    };
    let orders = ActivePlan::from_plan(plan, store, Clock::System.now()).await?;
    let now = Clock::System.now();
    let edition = publisher::publish_all(store, &orders.site, &orders.feeds, now).await?;
    Ok(PublishedBy::Here(edition, orders.site.output))
}

/// The lock of who publishes; nothing where a daemon has it.
async fn lock(state: &Path, command: &str) -> Result<Option<StateLock>, LockError> {
    let mut is_told = false;
    loop {
        match StateLock::acquire(state, command) {
            Err(error) if error.is_held_by_daemon() => return Ok(None),
            Err(LockError::Held { holder, .. }) => {
                if !is_told {
                    eprintln!("bantin: waiting for {holder}, to publish after it");
                    is_told = true;
                }
                tokio::time::sleep(TICK).await;
            }
            taken => return taken.map(Some),
        }
    }
}
