//! Publishing the changes that a command has made in the store: by the command itself, or by a
//! running daemon.

use crate::config::Plan;
use crate::daemon::ActivePlan;
use crate::lock::{LockError, StateLock};
use crate::publisher::{self, PublishReport};
use bantin_store::Store;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The interval at which the lock is retried.
const TICK: Duration = Duration::from_millis(100);

/// The process that publishes.
pub(super) enum PublishedBy {
    /// The command has published: the report, and the output folder.
    Here(PublishReport, PathBuf),
    /// A daemon publishes within seconds.
    ByDaemon,
}

/// Publishes the store unless a daemon does. Waits for another command that holds the lock: it may
/// already have finished publishing.
pub(super) async fn publish(
    plan: Plan,
    store: &Store,
    command: &str,
) -> anyhow::Result<PublishedBy> {
    let Some(_lock) = lock(&plan.site.state, command).await? else {
        return Ok(PublishedBy::ByDaemon);
    };
    let clock = super::clock(&plan, Some(store)).await?;
    let active = ActivePlan::from_plan(plan, store, clock.now()).await?;
    let now = clock.now();
    let report = publisher::publish_all(store, &active.site, &active.feeds, now).await?;
    Ok(PublishedBy::Here(report, active.site.output))
}

/// Acquires the state lock; `None` if a daemon holds it.
async fn lock(state: &Path, command: &str) -> Result<Option<StateLock>, LockError> {
    let mut is_reported = false;
    loop {
        match StateLock::acquire(state, command) {
            Err(error) if error.is_held_by_daemon() => return Ok(None),
            Err(LockError::Held { holder, .. }) => {
                if !is_reported {
                    eprintln!("bantin: waiting for {holder} to end, then publishing");
                    is_reported = true;
                }
                tokio::time::sleep(TICK).await;
            }
            taken => return taken.map(Some),
        }
    }
}
