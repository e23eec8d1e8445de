//! What becomes of feeds that are no longer in feeds.toml: they are gone at once, and their documents later.

use bantin_core::{Feed, Site};
use bantin_publish::files::{self, WriteError};
use bantin_store::{FormerFeed, Store, StoreError};
use chrono::{DateTime, Utc};
use std::time::Duration;

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RemovalReport {
    /// What was taken away, a sentence each.
    pub told: Vec<String>,
    /// What could not be, a sentence each.
    pub problems: Vec<String>,
}

/// Marks the feeds that are gone for web servers, and takes away the documents of those that left `keep_gone` ago.
pub async fn clear_out(
    store: &Store,
    site: &Site,
    feeds: &[Feed],
    now: DateTime<Utc>,
) -> Result<RemovalReport, StoreError> {
    let mut done = RemovalReport::default();
    let names = feeds.iter().flat_map(|feed| std::iter::once(&feed.id).chain(&feed.formerly));
    for name in names {
        let unmarked = files::mark_gone(&site.output, name.as_str(), false);
        done.problems.extend(unmarked.err().map(|error| error.to_string()));
    }
    for former in store.former_feeds().await? {
        if !former.private {
            let marked = files::mark_gone(&site.output, former.name.as_str(), true);
            done.problems.extend(marked.err().map(|error| error.to_string()));
        }
        let kept = now.signed_duration_since(former.left).to_std().unwrap_or(Duration::ZERO);
        if former.cleared || kept < site.keep_gone {
            continue;
        }
        match remove(site, &former) {
            Ok(removed) => {
                store.cleared(&former.name).await?;
                done.told.extend((removed > 0).then(|| sentence(&former, removed)));
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
    let (name, day) = (&former.name, former.left.format("%Y-%m-%d"));
    format!(
        "the {removed} files of feed {name} are removed: it left feeds.toml on {day}, `keep_gone` ago"
    )
}
