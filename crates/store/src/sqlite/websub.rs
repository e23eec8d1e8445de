//! Topics, subscriptions, intents and pings.

use super::{TransactionError, instant, millis, parsed};
use crate::websub::{
    DeliveryFault, HubDocuments, HubIntent, HubLimits, HubMode, IntentOutcome, PendingDelivery,
    PendingPing,
};
use bantin_core::Secret;
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{OptionalExtension, Row, Transaction, named_params};
use std::collections::{HashMap, HashSet};
use std::time::Duration;
use url::Url;

/// How long an intent may wait for a callback that does not answer.
const INTENT_KEPT: TimeDelta = TimeDelta::days(1);

/// What waits and is about no subscription that is there.
const NEW_INTENTS: &str = "SELECT count(*) FROM hub_intent WHERE mode = 'subscribe' AND known = 0";

/// What differs between the documents as they are now and as they were looked at last.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in super::super) struct DocumentDifferences {
    /// Documents that are on disk no more.
    lost: Vec<String>,
    /// Documents with new content, each with its hash.
    moved: Vec<(String, String)>,
    /// Documents that somebody subscribed to and that are offered no more.
    ended: Vec<String>,
    /// Hubs of others, and what they are told of from now on.
    told: Vec<(String, String)>,
    /// The same, no more.
    untold: Vec<(String, String)>,
}

/// What differs. It takes time in proportion to what there is: strangers can make us look.
pub(in super::super) fn differences(
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
    let written: HashSet<&str> = topics.written.iter().map(|(name, _)| name.as_str()).collect();
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
        .flat_map(|hub| topics.told_of.iter().map(|name| (hub.to_string(), name.clone())))
        .collect();
    Ok(DocumentDifferences {
        lost: known.keys().filter(|name| !written.contains(name.as_str())).cloned().collect(),
        moved: (topics.written.iter())
            .filter(|(name, hash)| known.get(name) != Some(hash))
            .cloned()
            .collect(),
        ended: asked_for.into_iter().filter(|name| !offered.contains(name.as_str())).collect(),
        told: meant.difference(&pings).cloned().collect(),
        untold: pings.difference(&meant).cloned().collect(),
    })
}

/// Takes over the documents.
pub(in super::super) fn set_topics(
    db: &Transaction<'_>,
    topics: &HubDocuments,
    now: DateTime<Utc>,
) -> Result<(), TransactionError> {
    let DocumentDifferences { lost, moved, ended, told, untold } = differences(db, topics)?;
    for name in lost {
        db.prepare_cached("DELETE FROM hub_topic WHERE document = ?1")?.execute([&name])?;
    }
    for (name, hash) in moved {
        db.prepare_cached("INSERT OR REPLACE INTO hub_topic (document, hash) VALUES (?1, ?2)")?
            .execute((name, hash))?;
    }
    for name in ended {
        deny(db, &name, now)?;
    }
    for (hub, name) in told {
        let host = topics.hubs.iter().find(|known| known.as_str() == hub).and_then(Url::host_str);
        db.prepare_cached("INSERT INTO hub_ping (hub, document, host) VALUES (?1, ?2, ?3)")?
            .execute((hub, name, host.unwrap_or_default()))?;
    }
    for (hub, name) in untold {
        db.prepare_cached("DELETE FROM hub_ping WHERE hub = ?1 AND document = ?2")?
            .execute((hub, name))?;
    }
    Ok(())
}

/// A document is on disk with newer content than at the last look at it.
pub(in super::super) fn topic_moved(
    db: &Transaction<'_>,
    document: &str,
    seen: &str,
    hash: &str,
) -> Result<(), TransactionError> {
    // Where a look came in between, it knows better.
    db.prepare_cached("UPDATE hub_topic SET hash = ?3 WHERE document = ?1 AND hash = ?2")?
        .execute((document, seen, hash))?;
    Ok(())
}

/// Ends all that is about a document that is offered no more.
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

/// Takes on what was asked.
pub(in super::super) fn record_intent(
    db: &Transaction<'_>,
    intent: &HubIntent,
    limits: HubLimits,
) -> Result<IntentOutcome, TransactionError> {
    let count = |sql: &str, host: Option<&str>| -> Result<u32, TransactionError> {
        let mut query = db.prepare_cached(sql)?;
        Ok(match host {
            Some(host) => query.query_row([host], |row| row.get(0))?,
            None => query.query_row([], |row| row.get(0))?,
        })
    };
    let host = intent.callback.host_str().unwrap_or_default();
    let key = (&intent.topic, intent.callback.as_str());
    let is_known: bool = db
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM hub_subscription WHERE topic = ?1 AND callback = ?2)",
        )?
        .query_row(key, |row| row.get(0))?;
    let is_repeated: bool = db
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM hub_intent WHERE topic = ?1 AND callback = ?2 AND mode = ?3)",
        )?
        .query_row((key.0, key.1, intent.mode.name()), |row| row.get(0))?;
    // What is about a subscription that is there makes nothing more, and strangers' requests do not hold it up.
    if !is_repeated && !is_known {
        let of_host = count("SELECT count(*) FROM hub_subscription WHERE host = ?1", Some(host))?;
        let all = count("SELECT count(*) FROM hub_subscription", None)?;
        let is_new = intent.mode == HubMode::Subscribe;
        if is_new && of_host >= limits.per_host {
            return Ok(IntentOutcome::HostFull);
        }
        if is_new && all >= limits.subscriptions {
            return Ok(IntentOutcome::Full);
        }
        // What waits counts with what is there, because it may all be confirmed. Most of it never is: for that nobody is
        // told that there is no room.
        let waiting_of_host = count("SELECT count(*) FROM hub_intent WHERE host = ?1", Some(host))?;
        let waiting = count("SELECT count(*) FROM hub_intent", None)?;
        let new_of_host = count(&format!("{NEW_INTENTS} AND host = ?1"), Some(host))?;
        let new = count(NEW_INTENTS, None)?;
        let is_crowded = waiting_of_host >= limits.intents_per_host || waiting >= limits.intents;
        let may_fill =
            of_host + new_of_host >= limits.per_host || all + new >= limits.subscriptions;
        if is_crowded || is_new && may_fill {
            return Ok(IntentOutcome::Crowded);
        }
    }
    db.prepare_cached(
        "INSERT INTO hub_intent (topic, callback, document, host, mode, secret, lease, reason, asked, failures, due, known)
         VALUES (:topic, :callback, :document, :host, :mode, :secret, :lease, :reason, :asked, 0, :asked, :known)
         ON CONFLICT (topic, callback, mode) DO UPDATE SET secret = excluded.secret, known = excluded.known,
             lease = excluded.lease, asked = excluded.asked, failures = 0, due = max(due, excluded.due)",
    )?
    .execute(named_params! {
        ":topic": intent.topic,
        ":callback": intent.callback.as_str(),
        ":document": intent.document,
        ":host": host,
        ":mode": intent.mode.name(),
        ":secret": intent.secret.as_ref().map(Secret::reveal),
        ":lease": i64::try_from(intent.lease.as_secs()).unwrap_or(i64::MAX),
        ":reason": intent.reason,
        ":asked": millis(intent.asked),
        ":known": is_known,
    })?;
    Ok(IntentOutcome::Taken)
}

/// The intents that are due, one of each host; those about subscriptions that are there first.
pub(in super::super) fn due_intents(
    db: &Transaction<'_>,
    now: DateTime<Utc>,
    limit: u32,
) -> Result<Vec<HubIntent>, TransactionError> {
    // SQLite takes the other columns from the row that has the minimum. No instant is as late as the number that puts
    // strangers behind.
    let mut find = db.prepare_cached(
        "SELECT topic, document, callback, mode, secret, lease, reason, asked, failures,
             min(due + (1 - known) * 1000000000000000) AS turn
         FROM hub_intent WHERE due <= ?1 GROUP BY host ORDER BY turn LIMIT ?2",
    )?;
    let mut rows = find.query((millis(now), limit))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let mode: String = row.get("mode")?;
        found.push(HubIntent {
            topic: row.get("topic")?,
            document: row.get("document")?,
            callback: address(row, "callback")?,
            mode: match mode.as_str() {
                "subscribe" => HubMode::Subscribe,
                "unsubscribe" => HubMode::Unsubscribe,
                _ => HubMode::Denied,
            },
            secret: row.get::<_, Option<String>>("secret")?.map(Secret::new),
            lease: Duration::from_secs(row.get::<_, i64>("lease")?.unsigned_abs()),
            reason: row.get("reason")?,
            asked: instant(row.get("asked")?),
            failures: row.get("failures")?,
        });
    }
    Ok(found)
}

fn address(row: &Row<'_>, column: &str) -> Result<Url, TransactionError> {
    parsed("an address of WebSub", &row.get::<_, String>(column)?)
}

/// Makes, renews or ends the subscription that was confirmed.
pub(in super::super) fn fulfil(
    db: &Transaction<'_>,
    intent: &HubIntent,
    now: DateTime<Utc>,
) -> Result<(), TransactionError> {
    let callback = intent.callback.as_str();
    match intent.mode {
        HubMode::Subscribe => {
            let lease = TimeDelta::from_std(intent.lease).unwrap_or(TimeDelta::days(1));
            db.prepare_cached(
                "INSERT INTO hub_subscription (topic, callback, document, host, secret, expires, delivered)
                 VALUES (:topic, :callback, :document, :host, :secret, :expires,
                     (SELECT hash FROM hub_topic WHERE document = :document))
                 ON CONFLICT (topic, callback) DO UPDATE SET secret = excluded.secret,
                     expires = excluded.expires, failures = 0, due = 0",
            )?
            .execute(named_params! {
                ":topic": intent.topic,
                ":callback": callback,
                ":document": intent.document,
                ":host": intent.callback.host_str().unwrap_or_default(),
                ":secret": intent.secret.as_ref().map(Secret::reveal),
                ":expires": millis(now + lease),
            })?;
        }
        HubMode::Unsubscribe => end(db, &intent.topic, callback)?,
        HubMode::Denied => {}
    }
    postpone_intent(db, intent, None)
}

/// Puts an intent off, or drops it. What was asked anew in the meantime stays.
pub(in super::super) fn postpone_intent(
    db: &Transaction<'_>,
    intent: &HubIntent,
    due: Option<DateTime<Utc>>,
) -> Result<(), TransactionError> {
    let callback = intent.callback.as_str();
    let (mode, asked) = (intent.mode.name(), millis(intent.asked));
    match due {
        Some(due) => db
            .prepare_cached(
                "UPDATE hub_intent SET failures = failures + 1, due = ?5
                 WHERE topic = ?1 AND callback = ?2 AND mode = ?3 AND asked = ?4",
            )?
            .execute((&intent.topic, callback, mode, asked, millis(due)))?,
        None => db
            .prepare_cached(
                "DELETE FROM hub_intent WHERE topic = ?1 AND callback = ?2 AND mode = ?3 AND asked = ?4",
            )?
            .execute((&intent.topic, callback, mode, asked))?,
    };
    Ok(())
}

/// Lets the intents of a host wait.
pub(in super::super) fn delay_intents(
    db: &Transaction<'_>,
    host: &str,
    until: DateTime<Utc>,
) -> Result<(), TransactionError> {
    db.prepare_cached("UPDATE hub_intent SET due = max(due, ?2) WHERE host = ?1")?
        .execute((host, millis(until)))?;
    Ok(())
}

/// The deliveries that are owed and due, one of each host.
pub(in super::super) fn pending_deliveries(
    db: &Transaction<'_>,
    now: DateTime<Utc>,
    limit: u32,
) -> Result<Vec<PendingDelivery>, TransactionError> {
    let mut find = db.prepare_cached(
        "SELECT s.topic, document, s.callback, s.secret, s.failures, t.hash, min(s.due)
         FROM hub_subscription s JOIN hub_topic t USING (document)
         WHERE s.delivered IS NOT t.hash AND s.due <= ?1 AND s.expires > ?1
         GROUP BY s.host ORDER BY min(s.due) LIMIT ?2",
    )?;
    let mut rows = find.query((millis(now), limit))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(PendingDelivery {
            topic: row.get(0)?,
            document: row.get(1)?,
            callback: address(row, "callback")?,
            secret: row.get::<_, Option<String>>(3)?.map(Secret::new),
            failures: row.get(4)?,
            hash: row.get(5)?,
        });
    }
    Ok(found)
}

/// Writes a success down.
pub(in super::super) fn delivered(
    db: &Transaction<'_>,
    owed: &PendingDelivery,
    hash: &str,
) -> Result<(), TransactionError> {
    db.prepare_cached(
        "UPDATE hub_subscription SET delivered = ?3, failures = 0, due = 0
         WHERE topic = ?1 AND callback = ?2",
    )?
    .execute((&owed.topic, owed.callback.as_str(), hash))?;
    Ok(())
}

/// Writes a failure down.
pub(in super::super) fn delivery_failed(
    db: &Transaction<'_>,
    owed: &PendingDelivery,
    due: DateTime<Utc>,
) -> Result<(), TransactionError> {
    db.prepare_cached(
        "UPDATE hub_subscription SET failures = failures + 1, due = ?3
         WHERE topic = ?1 AND callback = ?2",
    )?
    .execute((&owed.topic, owed.callback.as_str(), millis(due)))?;
    Ok(())
}

/// Ends a subscription.
pub(in super::super) fn end_subscription(
    db: &Transaction<'_>,
    owed: &PendingDelivery,
) -> Result<(), TransactionError> {
    end(db, &owed.topic, owed.callback.as_str())
}

fn end(db: &Transaction<'_>, topic: &str, callback: &str) -> Result<(), TransactionError> {
    db.prepare_cached("DELETE FROM hub_subscription WHERE topic = ?1 AND callback = ?2")?
        .execute((topic, callback))?;
    Ok(())
}

/// The pings that are owed and due, one of each host.
pub(in super::super) fn pending_pings(
    db: &Transaction<'_>,
    now: DateTime<Utc>,
    limit: u32,
) -> Result<Vec<PendingPing>, TransactionError> {
    let mut find = db.prepare_cached(
        "SELECT p.hub, document, p.failures, min(p.due)
         FROM hub_ping p JOIN hub_topic t USING (document)
         WHERE p.told IS NOT t.hash AND p.due <= ?1
         GROUP BY p.host ORDER BY min(p.due) LIMIT ?2",
    )?;
    let mut rows = find.query((millis(now), limit))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(PendingPing {
            hub: address(row, "hub")?,
            document: row.get(1)?,
            failures: row.get(2)?,
        });
    }
    Ok(found)
}

/// The hash of a document.
pub(in super::super) fn topic_hash(
    db: &Transaction<'_>,
    document: &str,
) -> Result<Option<String>, TransactionError> {
    let sql = "SELECT hash FROM hub_topic WHERE document = ?1";
    Ok(db.prepare_cached(sql)?.query_row([document], |row| row.get(0)).optional()?)
}

/// Writes down that a hub was told.
pub(in super::super) fn pinged(
    db: &Transaction<'_>,
    owed: &PendingPing,
    hash: &str,
) -> Result<(), TransactionError> {
    db.prepare_cached(
        "UPDATE hub_ping SET told = ?3, failures = 0, due = 0 WHERE hub = ?1 AND document = ?2",
    )?
    .execute((owed.hub.as_str(), &owed.document, hash))?;
    Ok(())
}

/// Writes down that a hub was not told of a document, and puts that off, or all that it is told of.
pub(in super::super) fn ping_failed(
    db: &Transaction<'_>,
    owed: &PendingPing,
    due: DateTime<Utc>,
    trouble: DeliveryFault,
) -> Result<(), TransactionError> {
    let hub = owed.hub.as_str();
    match trouble {
        DeliveryFault::Hub => db
            .prepare_cached("UPDATE hub_ping SET failures = failures + 1, due = ?2 WHERE hub = ?1")?
            .execute((hub, millis(due)))?,
        DeliveryFault::Document => db
            .prepare_cached(
                "UPDATE hub_ping SET failures = failures + 1, due = ?3 WHERE hub = ?1 AND document = ?2",
            )?
            .execute((hub, &owed.document, millis(due)))?,
    };
    Ok(())
}

/// Ends what is over.
pub(in super::super) fn expire(
    db: &Transaction<'_>,
    now: DateTime<Utc>,
) -> Result<(), TransactionError> {
    db.prepare_cached("DELETE FROM hub_subscription WHERE expires <= ?1")?
        .execute([millis(now)])?;
    db.prepare_cached("DELETE FROM hub_intent WHERE asked <= ?1")?
        .execute([millis(now - INTENT_KEPT)])?;
    Ok(())
}

/// How many there are.
pub(in super::super) fn subscriptions(db: &Transaction<'_>) -> Result<u32, TransactionError> {
    Ok(db
        .prepare_cached("SELECT count(*) FROM hub_subscription")?
        .query_row([], |row| row.get(0))?)
}
