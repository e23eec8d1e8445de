//! Intents: requests to our hub that are not verified yet, and refusals that have not been sent
//! yet.
//!
//! A request becomes a subscription once its callback has echoed a challenge.

use crate::columns::{instant, millis};
use crate::error::TransactionError;
use crate::websub::deliveries;
use crate::{Store, StoreError, websub};
use bantin_core::Secret;
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Transaction, named_params};
use std::time::Duration;
use url::Url;

/// The time after which an intent whose callback does not answer is deleted.
const INTENT_KEPT: TimeDelta = TimeDelta::days(1);

/// Counts the intents for new subscriptions.
const NEW_INTENTS: &str = "SELECT count(*) FROM hub_intent WHERE mode = 'subscribe' AND known = 0";

/// The purpose of an intent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HubMode {
    /// A subscription.
    Subscribe,
    /// The end of a subscription.
    Unsubscribe,
    /// A refusal by our hub: there is no subscription, or not any more.
    Denied,
}

impl HubMode {
    /// Returns the value of `hub.mode`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Subscribe => "subscribe",
            Self::Unsubscribe => "unsubscribe",
            Self::Denied => "denied",
        }
    }
}

/// A request to our hub that is not verified yet, or a refusal that has not been sent yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HubIntent {
    /// The topic's address, as the subscriber wrote it.
    pub topic: String,
    /// The file name of the document.
    pub document: String,
    /// The callback of the subscriber.
    pub callback: Url,
    /// Its purpose.
    pub mode: HubMode,
    /// The secret with which deliveries are signed.
    pub secret: Option<Secret>,
    /// The duration of the subscription.
    pub lease: Duration,
    /// The reason of the refusal.
    pub reason: Option<String>,
    /// The time of the request.
    pub requested: DateTime<Utc>,
    /// The number of times that the callback could not be reached.
    pub failures: u32,
}

/// The limits of our hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HubLimits {
    /// The maximum number of subscriptions.
    pub subscriptions: u32,
    /// The maximum number of subscriptions of one host.
    pub per_host: u32,
    /// The maximum number of unverified intents.
    pub intents: u32,
    /// The maximum number of unverified intents of one host.
    pub intents_per_host: u32,
}

/// The response to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IntentOutcome {
    /// It is accepted and waits for its verification.
    Taken,
    /// The limit of unverified intents is reached for now.
    Crowded,
    /// The limit of subscriptions is reached.
    Full,
    /// The limit of subscriptions of its host is reached.
    HostFull,
}

impl Store {
    /// Records a request to our hub. It replaces an earlier one for the same subscription.
    pub async fn record_intent(
        &self,
        intent: HubIntent,
        limits: HubLimits,
    ) -> Result<IntentOutcome, StoreError> {
        self.write(move |db| record_intent(db, &intent, limits)).await
    }

    /// Returns up to `limit` due intents, one per host: those for existing subscriptions first,
    /// then the longest due.
    pub async fn due_intents(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<HubIntent>, StoreError> {
        self.read(move |db| due_intents(db, now, limit)).await
    }

    /// Fulfils an intent, after the subscriber has confirmed it or has received the refusal.
    /// Durable on return.
    ///
    /// A renewed subscription keeps its pending delivery. A new one is assumed to have the content
    /// that is published now.
    pub async fn fulfil(&self, intent: &HubIntent, now: DateTime<Utc>) -> Result<(), StoreError> {
        let intent = intent.clone();
        self.write_durably(move |db| fulfil(db, &intent, now)).await
    }

    /// Postpones an intent, or deletes it if there is no `due`. An intent that was requested again
    /// in the meantime stays.
    pub async fn postpone_intent(
        &self,
        intent: &HubIntent,
        due: Option<DateTime<Utc>>,
    ) -> Result<(), StoreError> {
        let intent = intent.clone();
        self.write(move |db| postpone_intent(db, &intent, due)).await
    }

    /// Postpones all intents with callbacks at a host.
    pub async fn delay_intents(&self, host: &str, until: DateTime<Utc>) -> Result<(), StoreError> {
        let host = host.to_owned();
        self.write(move |db| delay_intents(db, &host, until)).await
    }

    /// Ends the subscriptions whose lease has expired, and deletes intents that were not verified
    /// within a day.
    pub async fn expire_subscriptions(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(move |db| expire(db, now)).await
    }
}

fn record_intent(
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
    // An intent for an existing subscription adds nothing, so the limits that other clients exhaust
    // do not delay it.
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
        // Unverified intents count as subscriptions, because all of them may be confirmed. Most
        // never are, so the response is `Crowded`, not `Full`.
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
        ":asked": millis(intent.requested),
        ":known": is_known,
    })?;
    Ok(IntentOutcome::Taken)
}

fn due_intents(
    db: &Transaction<'_>,
    now: DateTime<Utc>,
    limit: u32,
) -> Result<Vec<HubIntent>, TransactionError> {
    // SQLite takes the other columns from the row with the minimum. The added number is later than
    // any instant, so it sorts intents for new subscriptions last.
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
            callback: websub::address(row, "callback")?,
            mode: match mode.as_str() {
                "subscribe" => HubMode::Subscribe,
                "unsubscribe" => HubMode::Unsubscribe,
                _ => HubMode::Denied,
            },
            secret: row.get::<_, Option<String>>("secret")?.map(Secret::new),
            lease: Duration::from_secs(row.get::<_, i64>("lease")?.unsigned_abs()),
            reason: row.get("reason")?,
            requested: instant(row.get("asked")?),
            failures: row.get("failures")?,
        });
    }
    Ok(found)
}

fn fulfil(
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
        HubMode::Unsubscribe => deliveries::end(db, &intent.topic, callback)?,
        HubMode::Denied => {}
    }
    postpone_intent(db, intent, None)
}

fn postpone_intent(
    db: &Transaction<'_>,
    intent: &HubIntent,
    due: Option<DateTime<Utc>>,
) -> Result<(), TransactionError> {
    let callback = intent.callback.as_str();
    let (mode, asked) = (intent.mode.name(), millis(intent.requested));
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

fn delay_intents(
    db: &Transaction<'_>,
    host: &str,
    until: DateTime<Utc>,
) -> Result<(), TransactionError> {
    db.prepare_cached("UPDATE hub_intent SET due = max(due, ?2) WHERE host = ?1")?
        .execute((host, millis(until)))?;
    Ok(())
}

fn expire(db: &Transaction<'_>, now: DateTime<Utc>) -> Result<(), TransactionError> {
    db.prepare_cached("DELETE FROM hub_subscription WHERE expires <= ?1")?
        .execute([millis(now)])?;
    db.prepare_cached("DELETE FROM hub_intent WHERE asked <= ?1")?
        .execute([millis(now - INTENT_KEPT)])?;
    Ok(())
}
