//! Topics, subscriptions, intents and pings.

use super::{Failed, instant, millis, parsed};
use crate::model::Secret;
use crate::store::websub::{HubLimits, Intended, Intent, Mode, Owed, OwedPing, Topics};
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{OptionalExtension, Row, Transaction, named_params};
use std::time::Duration;
use url::Url;

/// How long an intent may wait for a callback that does not answer.
const INTENT_KEPT: TimeDelta = TimeDelta::days(1);

/// What waits and is no renewal.
const NEW_INTENTS: &str =
    "SELECT count(*) FROM hub_intent i WHERE mode = 'subscribe' AND NOT EXISTS
    (SELECT 1 FROM hub_subscription s WHERE s.topic = i.topic AND s.callback = i.callback)";

/// Takes over the documents.
pub(in super::super) fn set_topics(
    db: &Transaction<'_>,
    topics: &Topics,
    now: DateTime<Utc>,
) -> Result<(), Failed> {
    let names = |table: &str| -> Result<Vec<String>, Failed> {
        let sql = format!("SELECT DISTINCT document FROM hub_{table}");
        let names =
            db.prepare_cached(&sql)?.query_map([], |row| row.get(0))?.collect::<Result<_, _>>();
        Ok(names?)
    };
    for name in names("topic")? {
        if !topics.written.iter().any(|(written, _)| *written == name) {
            db.prepare_cached("DELETE FROM hub_topic WHERE document = ?1")?.execute([&name])?;
        }
    }
    for (name, hash) in &topics.written {
        set_topic(db, name, hash)?;
    }
    for name in names("subscription")?.into_iter().chain(names("intent")?) {
        if !topics.offered.contains(&name) {
            deny(db, &name, now)?;
        }
    }
    let mut tell = db.prepare_cached(
        "INSERT INTO hub_ping (hub, document, host) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
    )?;
    for hub in &topics.hubs {
        for name in &topics.told_of {
            tell.execute((hub.as_str(), name, hub.host_str().unwrap_or_default()))?;
        }
    }
    let mut find = db.prepare_cached("SELECT hub, document FROM hub_ping")?;
    let told: Vec<(String, String)> =
        find.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    for (hub, name) in told {
        let is_meant = topics.hubs.iter().any(|known| known.as_str() == hub);
        if !is_meant || !topics.told_of.contains(&name) {
            let sql = "DELETE FROM hub_ping WHERE hub = ?1 AND document = ?2";
            db.prepare_cached(sql)?.execute((hub, name))?;
        }
    }
    Ok(())
}

fn set_topic(db: &Transaction<'_>, name: &str, hash: &str) -> Result<(), Failed> {
    db.prepare_cached(
        "INSERT INTO hub_topic (document, hash) VALUES (?1, ?2)
         ON CONFLICT (document) DO UPDATE SET hash = excluded.hash WHERE hash <> excluded.hash",
    )?
    .execute((name, hash))?;
    Ok(())
}

/// Ends all that is about a document that is offered no more.
fn deny(db: &Transaction<'_>, document: &str, now: DateTime<Utc>) -> Result<(), Failed> {
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
pub(in super::super) fn intend(
    db: &Transaction<'_>,
    intent: &Intent,
    limits: HubLimits,
) -> Result<Intended, Failed> {
    let count = |sql: &str, host: Option<&str>| -> Result<u32, Failed> {
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
    if !is_repeated {
        let waiting_of_host = count("SELECT count(*) FROM hub_intent WHERE host = ?1", Some(host))?;
        let waiting = count("SELECT count(*) FROM hub_intent", None)?;
        if waiting_of_host >= limits.intents_per_host {
            return Ok(Intended::HostFull);
        }
        if waiting >= limits.intents {
            return Ok(Intended::Full);
        }
        // A renewal makes nothing more; what is new counts with all that may become subscriptions.
        if intent.mode == Mode::Subscribe && !is_known {
            let of_host =
                count("SELECT count(*) FROM hub_subscription WHERE host = ?1", Some(host))?
                    + count(&format!("{NEW_INTENTS} AND host = ?1"), Some(host))?;
            if of_host >= limits.per_host {
                return Ok(Intended::HostFull);
            }
            let all =
                count("SELECT count(*) FROM hub_subscription", None)? + count(NEW_INTENTS, None)?;
            if all >= limits.subscriptions {
                return Ok(Intended::Full);
            }
        }
    }
    db.prepare_cached(
        "INSERT INTO hub_intent (topic, callback, document, host, mode, secret, lease, reason, asked, failures, due)
         VALUES (:topic, :callback, :document, :host, :mode, :secret, :lease, :reason, :asked, 0, :asked)
         ON CONFLICT (topic, callback, mode) DO UPDATE SET secret = excluded.secret,
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
    })?;
    Ok(Intended::Taken)
}

/// The intents that are due, one of each host.
pub(in super::super) fn due_intents(
    db: &Transaction<'_>,
    now: DateTime<Utc>,
    limit: u32,
) -> Result<Vec<Intent>, Failed> {
    // SQLite takes the other columns from the row that has the minimum.
    let mut find = db.prepare_cached(
        "SELECT topic, document, callback, mode, secret, lease, reason, asked, failures, min(due)
         FROM hub_intent WHERE due <= ?1 GROUP BY host ORDER BY min(due) LIMIT ?2",
    )?;
    let mut rows = find.query((millis(now), limit))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let mode: String = row.get("mode")?;
        found.push(Intent {
            topic: row.get("topic")?,
            document: row.get("document")?,
            callback: address(row, "callback")?,
            mode: match mode.as_str() {
                "subscribe" => Mode::Subscribe,
                "unsubscribe" => Mode::Unsubscribe,
                _ => Mode::Denied,
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

fn address(row: &Row<'_>, column: &str) -> Result<Url, Failed> {
    parsed("an address of WebSub", &row.get::<_, String>(column)?)
}

/// Makes, renews or ends the subscription that was confirmed.
pub(in super::super) fn fulfil(
    db: &Transaction<'_>,
    intent: &Intent,
    now: DateTime<Utc>,
) -> Result<(), Failed> {
    let callback = intent.callback.as_str();
    match intent.mode {
        Mode::Subscribe => {
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
        Mode::Unsubscribe => end(db, &intent.topic, callback)?,
        Mode::Denied => {}
    }
    put_intent_off(db, intent, None)
}

/// Puts an intent off, or drops it. What was asked anew in the meantime stays.
pub(in super::super) fn put_intent_off(
    db: &Transaction<'_>,
    intent: &Intent,
    due: Option<DateTime<Utc>>,
) -> Result<(), Failed> {
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
pub(in super::super) fn rest_intents(
    db: &Transaction<'_>,
    host: &str,
    until: DateTime<Utc>,
) -> Result<(), Failed> {
    db.prepare_cached("UPDATE hub_intent SET due = max(due, ?2) WHERE host = ?1")?
        .execute((host, millis(until)))?;
    Ok(())
}

/// The deliveries that are owed and due, one of each host.
pub(in super::super) fn owed(
    db: &Transaction<'_>,
    now: DateTime<Utc>,
    limit: u32,
) -> Result<Vec<Owed>, Failed> {
    let mut find = db.prepare_cached(
        "SELECT s.topic, document, s.callback, s.secret, s.failures, min(s.due)
         FROM hub_subscription s JOIN hub_topic t USING (document)
         WHERE s.delivered IS NOT t.hash AND s.due <= ?1 AND s.expires > ?1
         GROUP BY s.host ORDER BY min(s.due) LIMIT ?2",
    )?;
    let mut rows = find.query((millis(now), limit))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(Owed {
            topic: row.get(0)?,
            document: row.get(1)?,
            callback: address(row, "callback")?,
            secret: row.get::<_, Option<String>>(3)?.map(Secret::new),
            failures: row.get(4)?,
        });
    }
    Ok(found)
}

/// Writes a success down.
pub(in super::super) fn delivered(
    db: &Transaction<'_>,
    owed: &Owed,
    hash: &str,
) -> Result<(), Failed> {
    // The document may be newer than the last look at it; else the same bytes would be owed once more.
    db.prepare_cached("UPDATE hub_topic SET hash = ?2 WHERE document = ?1")?
        .execute((&owed.document, hash))?;
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
    owed: &Owed,
    due: DateTime<Utc>,
) -> Result<(), Failed> {
    db.prepare_cached(
        "UPDATE hub_subscription SET failures = failures + 1, due = ?3
         WHERE topic = ?1 AND callback = ?2",
    )?
    .execute((&owed.topic, owed.callback.as_str(), millis(due)))?;
    Ok(())
}

/// Ends a subscription.
pub(in super::super) fn end_subscription(db: &Transaction<'_>, owed: &Owed) -> Result<(), Failed> {
    end(db, &owed.topic, owed.callback.as_str())
}

fn end(db: &Transaction<'_>, topic: &str, callback: &str) -> Result<(), Failed> {
    db.prepare_cached("DELETE FROM hub_subscription WHERE topic = ?1 AND callback = ?2")?
        .execute((topic, callback))?;
    Ok(())
}

/// The pings that are owed and due, one of each host.
pub(in super::super) fn owed_pings(
    db: &Transaction<'_>,
    now: DateTime<Utc>,
    limit: u32,
) -> Result<Vec<OwedPing>, Failed> {
    let mut find = db.prepare_cached(
        "SELECT p.hub, document, p.failures, min(p.due)
         FROM hub_ping p JOIN hub_topic t USING (document)
         WHERE p.told IS NOT t.hash AND p.due <= ?1
         GROUP BY p.host ORDER BY min(p.due) LIMIT ?2",
    )?;
    let mut rows = find.query((millis(now), limit))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(OwedPing {
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
) -> Result<Option<String>, Failed> {
    let sql = "SELECT hash FROM hub_topic WHERE document = ?1";
    Ok(db.prepare_cached(sql)?.query_row([document], |row| row.get(0)).optional()?)
}

/// Writes down that a hub was told.
pub(in super::super) fn pinged(
    db: &Transaction<'_>,
    owed: &OwedPing,
    hash: &str,
) -> Result<(), Failed> {
    db.prepare_cached(
        "UPDATE hub_ping SET told = ?3, failures = 0, due = 0 WHERE hub = ?1 AND document = ?2",
    )?
    .execute((owed.hub.as_str(), &owed.document, hash))?;
    Ok(())
}

/// Writes down that a hub was not told. A hub that is down is down for all documents.
pub(in super::super) fn ping_failed(
    db: &Transaction<'_>,
    owed: &OwedPing,
    due: DateTime<Utc>,
) -> Result<(), Failed> {
    db.prepare_cached("UPDATE hub_ping SET failures = failures + 1, due = ?2 WHERE hub = ?1")?
        .execute((owed.hub.as_str(), millis(due)))?;
    Ok(())
}

/// Ends what is over.
pub(in super::super) fn expire(db: &Transaction<'_>, now: DateTime<Utc>) -> Result<(), Failed> {
    db.prepare_cached("DELETE FROM hub_subscription WHERE expires <= ?1")?
        .execute([millis(now)])?;
    db.prepare_cached("DELETE FROM hub_intent WHERE asked <= ?1")?
        .execute([millis(now - INTENT_KEPT)])?;
    Ok(())
}

/// How many there are.
pub(in super::super) fn subscriptions(db: &Transaction<'_>) -> Result<u32, Failed> {
    Ok(db
        .prepare_cached("SELECT count(*) FROM hub_subscription")?
        .query_row([], |row| row.get(0))?)
}
