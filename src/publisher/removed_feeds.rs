//! Handles feeds that are no longer in feeds.toml: they are answered with 410 at once, and their
//! documents are deleted `keep_gone` later.
//!
//! The store keeps every name that a feed had, its aliases too, and the instant at which feeds.toml
//! was first read without it. From then on the file `output/.gone/NAME` marks the name for web
//! servers. Names of private feeds are stored and never marked. This is the only part of the
//! publisher that depends on the current time.

use bantin_core::{Feed, Site};
use bantin_publish::files::{self, WriteError};
use bantin_store::{FormerFeed, Store, StoreError};
use chrono::{DateTime, Utc};
use std::time::Duration;

/// The result of handling removed feeds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RemovalReport {
    /// The deleted feeds, a sentence each.
    pub messages: Vec<String>,
    /// Failures, a sentence each.
    pub problems: Vec<String>,
}

/// Marks removed feeds for web servers, and deletes the documents of those that left `keep_gone`
/// ago.
pub async fn delete_removed_feeds(
    store: &Store,
    site: &Site,
    feeds: &[Feed],
    now: DateTime<Utc>,
) -> Result<RemovalReport, StoreError> {
    let mut done = RemovalReport::default();
    let names = feeds.iter().flat_map(|feed| std::iter::once(&feed.id).chain(&feed.aliases));
    for name in names {
        let unmarked = files::mark_gone(&site.output, name.as_str(), false);
        done.problems.extend(unmarked.err().map(|error| error.to_string()));
    }
    for former in store.former_feeds().await? {
        if !former.private {
            let marked = files::mark_gone(&site.output, former.name.as_str(), true);
            done.problems.extend(marked.err().map(|error| error.to_string()));
        }
        let kept = now.signed_duration_since(former.removed_at).to_std().unwrap_or(Duration::ZERO);
        if former.cleared || kept < site.keep_gone {
            continue;
        }
        match remove(site, &former) {
            Ok(removed) => {
                store.cleared(&former.name).await?;
                done.messages.extend((removed > 0).then(|| sentence(&former, removed)));
            }
            Err(error) => done.problems.push(error.to_string()),
        }
    }
    Ok(done)
}

fn remove(site: &Site, former: &FormerFeed) -> Result<usize, WriteError> {
    let public = files::remove_feed(&site.output, former.name.as_str())?;
    Ok(public + files::remove_feed(&site.private_folder(), former.name.as_str())?)
}

fn sentence(former: &FormerFeed, removed: usize) -> String {
    let (name, day) = (&former.name, former.removed_at.format("%Y-%m-%d"));
    format!(
        "the {removed} files of feed {name} are deleted: it left feeds.toml on {day}, more than `keep_gone` ago"
    )
}
