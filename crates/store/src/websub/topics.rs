//! Topics: the documents of feeds, each with the hash of its content.
//!
//! The hash of a document is recorded before a message about it is sent, never when a message ends:
//! a slow message would replace the hash of content that was published in the meantime.

use crate::columns::millis;
use crate::error::TransactionError;
use crate::{Store, StoreError};
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Transaction};
use std::collections::{HashMap, HashSet};
use url::Url;

/// The current documents and hubs.
#[derive(Debug, Clone, Default)]
pub struct HubDocuments {
    /// The file names of all documents, even if not on disk yet.
    pub offered: Vec<String>,
    /// The documents on disk, each with the hash of its bytes.
    pub hashes: Vec<(String, String)>,
    /// The other hubs to notify.
    pub hubs: Vec<Url>,
    /// The file names of the documents of which they are notified.
    pub notified: Vec<String>,
}

impl Store {
    /// Applies the offered documents and their content to the store, if anything differs.
    ///
    /// Subscriptions to documents that are not offered any more end and become refusals, which are
    /// then sent to the subscribers.
    pub async fn set_topics(
        &self,
        topics: HubDocuments,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        // Usually nothing has changed, and then the write lock is not taken.
        let (differ, topics) = self
            .read(move |db| Ok((differences(db, &topics)? != Default::default(), topics)))
            .await?;
        match differ {
            true => self.write(move |db| set_topics(db, &topics, now)).await,
            false => Ok(()),
        }
    }

    /// Records the hash of a document if the last recorded hash is `seen`.
    pub async fn replace_topic_hash(
        &self,
        document: &str,
        seen: &str,
        hash: &str,
    ) -> Result<(), StoreError> {
        let [document, seen, hash] = [document, seen, hash].map(str::to_owned);
        self.write(move |db| replace_topic_hash(db, &document, &seen, &hash)).await
    }

    /// Returns the last recorded hash of a document.
    pub async fn topic_hash(&self, document: &str) -> Result<Option<String>, StoreError> {
        let document = document.to_owned();
        self.read(move |db| topic_hash(db, &document)).await
    }
}

/// The differences between the current documents and those of the last call.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct DocumentDifferences {
    /// Documents that are not on disk any more.
    lost: Vec<String>,
    /// Documents with new content, each with its hash.
    changed: Vec<(String, String)>,
    /// Documents with subscribers that are not offered any more.
    ended: Vec<String>,
    /// Other hubs, each with a document of which it is notified from now on.
    added_pings: Vec<(String, String)>,
    /// Other hubs, each with a document of which it is not notified any more.
    removed_pings: Vec<(String, String)>,
}

fn differences(
    db: &Transaction<'_>,
    topics: &HubDocuments,
) -> Result<DocumentDifferences, TransactionError> {
    let pairs = |sql: &str| -> Result<Vec<(String, String)>, TransactionError> {
        let mut find = db.prepare_cached(sql)?;
        let rows = find.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    };
    let known: HashMap<String, String> =
        pairs("SELECT document, hash FROM hub_topic")?.into_iter().collect();
    let written: HashSet<&str> = topics.hashes.iter().map(|(name, _)| name.as_str()).collect();
    let offered: HashSet<&str> = topics.offered.iter().map(String::as_str).collect();
    let mut find = db.prepare_cached(
        "SELECT document FROM hub_subscription UNION SELECT document FROM hub_intent WHERE mode <> 'denied'",
    )?;
    let asked_for: Vec<String> = find.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let pings: HashSet<(String, String)> =
        pairs("SELECT hub, document FROM hub_ping")?.into_iter().collect();
    let meant: HashSet<(String, String)> = topics
        .hubs
        .iter()
        .flat_map(|hub| topics.notified.iter().map(|name| (hub.to_string(), name.clone())))
        .collect();
    Ok(DocumentDifferences {
        lost: known.keys().filter(|name| !written.contains(name.as_str())).cloned().collect(),
        changed: (topics.hashes.iter())
            .filter(|(name, hash)| known.get(name) != Some(hash))
            .cloned()
            .collect(),
        ended: asked_for.into_iter().filter(|name| !offered.contains(name.as_str())).collect(),
        added_pings: meant.difference(&pings).cloned().collect(),
        removed_pings: pings.difference(&meant).cloned().collect(),
    })
}

fn set_topics(
    db: &Transaction<'_>,
    topics: &HubDocuments,
    now: DateTime<Utc>,
) -> Result<(), TransactionError> {
    let DocumentDifferences { lost, changed, ended, added_pings, removed_pings } =
        differences(db, topics)?;
    for name in lost {
        db.prepare_cached("DELETE FROM hub_topic WHERE document = ?1")?.execute([&name])?;
    }
    for (name, hash) in changed {
        db.prepare_cached("INSERT OR REPLACE INTO hub_topic (document, hash) VALUES (?1, ?2)")?
            .execute((name, hash))?;
    }
    for name in ended {
        deny(db, &name, now)?;
    }
    for (hub, name) in added_pings {
        let host = topics.hubs.iter().find(|known| known.as_str() == hub).and_then(Url::host_str);
        db.prepare_cached("INSERT INTO hub_ping (hub, document, host) VALUES (?1, ?2, ?3)")?
            .execute((hub, name, host.unwrap_or_default()))?;
    }
    for (hub, name) in removed_pings {
        db.prepare_cached("DELETE FROM hub_ping WHERE hub = ?1 AND document = ?2")?
            .execute((hub, name))?;
    }
    Ok(())
}

fn replace_topic_hash(
    db: &Transaction<'_>,
    document: &str,
    seen: &str,
    hash: &str,
) -> Result<(), TransactionError> {
    // A hash that was recorded in the meantime is newer.
    db.prepare_cached("UPDATE hub_topic SET hash = ?3 WHERE document = ?1 AND hash = ?2")?
        .execute((document, seen, hash))?;
    Ok(())
}

fn topic_hash(db: &Transaction<'_>, document: &str) -> Result<Option<String>, TransactionError> {
    let sql = "SELECT hash FROM hub_topic WHERE document = ?1";
    Ok(db.prepare_cached(sql)?.query_row([document], |row| row.get(0)).optional()?)
}

/// Ends all subscriptions and intents of a document that is not offered any more.
fn deny(db: &Transaction<'_>, document: &str, now: DateTime<Utc>) -> Result<(), TransactionError> {
    db.prepare_cached("DELETE FROM hub_intent WHERE document = ?1 AND mode = 'unsubscribe'")?
        .execute([document])?;
    for table in ["subscription", "intent"] {
        let waiting = if table == "intent" { "AND mode = 'subscribe'" } else { "" };
        db.prepare_cached(&format!(
            "INSERT INTO hub_intent (topic, callback, document, host, mode, lease, reason, asked, due)
             SELECT topic, callback, document, host, 'denied', 0, 'this feed is not published any more', ?2, ?2
             FROM hub_{table} WHERE document = ?1 {waiting}
             ON CONFLICT DO NOTHING"
        ))?
        .execute((document, millis(now)))?;
        db.prepare_cached(&format!("DELETE FROM hub_{table} WHERE document = ?1 {waiting}"))?
            .execute([document])?;
    }
    Ok(())
}
