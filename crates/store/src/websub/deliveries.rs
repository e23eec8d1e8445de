//! Pending deliveries to the subscribers of our hub, and pending pings to other hubs.

use crate::columns::millis;
use crate::error::TransactionError;
use crate::{Store, StoreError, websub};
use bantin_core::Secret;
use chrono::{DateTime, Utc};
use rusqlite::Transaction;
use url::Url;

/// A delivery of the newest content of a topic to a subscriber.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingDelivery {
    /// The topic's address, as the subscriber wrote it.
    pub topic: String,
    /// The file name of the document.
    pub document: String,
    /// The callback of the subscriber.
    pub callback: Url,
    /// The secret with which the delivery is signed.
    pub secret: Option<Secret>,
    /// The number of failures since the last success.
    pub failures: u32,
    /// The last recorded hash of the document.
    pub hash: String,
}

/// A notification of another hub about the newest content of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingPing {
    /// The hub.
    pub hub: Url,
    /// The file name of the document.
    pub document: String,
    /// The number of failures since the last success.
    pub failures: u32,
}

/// The cause of a failed ping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryFault {
    /// The hub is down or overloaded, whatever the document is.
    Hub,
    /// The hub rejects the document.
    Document,
}

impl Store {
    /// Returns up to `limit` pending deliveries that are due, one per host, the longest due first.
    pub async fn pending_deliveries(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<PendingDelivery>, StoreError> {
        self.read(move |db| pending_deliveries(db, now, limit)).await
    }

    /// Records that a subscriber has received the content with this hash. Durable on return.
    pub async fn delivered(
        &self,
        delivery: &PendingDelivery,
        hash: &str,
    ) -> Result<(), StoreError> {
        let (delivery, hash) = (delivery.clone(), hash.to_owned());
        self.write_durably(move |db| delivered(db, &delivery, &hash)).await
    }

    /// Records a failed delivery, which stays pending and is retried at `due`.
    pub async fn delivery_failed(
        &self,
        delivery: &PendingDelivery,
        due: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let delivery = delivery.clone();
        self.write(move |db| delivery_failed(db, &delivery, due)).await
    }

    /// Ends a subscription whose callback is gone permanently.
    pub async fn end_subscription(&self, delivery: &PendingDelivery) -> Result<(), StoreError> {
        let delivery = delivery.clone();
        self.write(move |db| end_subscription(db, &delivery)).await
    }

    /// Returns the number of subscriptions to our hub.
    pub async fn subscriptions(&self) -> Result<u32, StoreError> {
        self.read(subscriptions).await
    }

    /// Returns up to `limit` pending pings that are due, one per host, the longest due first.
    pub async fn pending_pings(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<PendingPing>, StoreError> {
        self.read(move |db| pending_pings(db, now, limit)).await
    }

    /// Records that a hub was notified of the content with this hash.
    pub async fn pinged(&self, ping: &PendingPing, hash: &str) -> Result<(), StoreError> {
        let (ping, hash) = (ping.clone(), hash.to_owned());
        self.write(move |db| pinged(db, &ping, &hash)).await
    }

    /// Records a failed ping, which stays pending and is retried at `due`.
    pub async fn ping_failed(
        &self,
        ping: &PendingPing,
        due: DateTime<Utc>,
        trouble: DeliveryFault,
    ) -> Result<(), StoreError> {
        let ping = ping.clone();
        self.write(move |db| ping_failed(db, &ping, due, trouble)).await
    }
}

fn pending_deliveries(
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
            callback: websub::address(row, "callback")?,
            secret: row.get::<_, Option<String>>(3)?.map(Secret::new),
            failures: row.get(4)?,
            hash: row.get(5)?,
        });
    }
    Ok(found)
}

fn delivered(
    db: &Transaction<'_>,
    delivery: &PendingDelivery,
    hash: &str,
) -> Result<(), TransactionError> {
    db.prepare_cached(
        "UPDATE hub_subscription SET delivered = ?3, failures = 0, due = 0
         WHERE topic = ?1 AND callback = ?2",
    )?
    .execute((&delivery.topic, delivery.callback.as_str(), hash))?;
    Ok(())
}

fn delivery_failed(
    db: &Transaction<'_>,
    delivery: &PendingDelivery,
    due: DateTime<Utc>,
) -> Result<(), TransactionError> {
    db.prepare_cached(
        "UPDATE hub_subscription SET failures = failures + 1, due = ?3
         WHERE topic = ?1 AND callback = ?2",
    )?
    .execute((&delivery.topic, delivery.callback.as_str(), millis(due)))?;
    Ok(())
}

fn end_subscription(
    db: &Transaction<'_>,
    delivery: &PendingDelivery,
) -> Result<(), TransactionError> {
    end(db, &delivery.topic, delivery.callback.as_str())
}

pub(crate) fn end(
    db: &Transaction<'_>,
    topic: &str,
    callback: &str,
) -> Result<(), TransactionError> {
    db.prepare_cached("DELETE FROM hub_subscription WHERE topic = ?1 AND callback = ?2")?
        .execute((topic, callback))?;
    Ok(())
}

fn subscriptions(db: &Transaction<'_>) -> Result<u32, TransactionError> {
    Ok(db
        .prepare_cached("SELECT count(*) FROM hub_subscription")?
        .query_row([], |row| row.get(0))?)
}

fn pending_pings(
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
            hub: websub::address(row, "hub")?,
            document: row.get(1)?,
            failures: row.get(2)?,
        });
    }
    Ok(found)
}

fn pinged(db: &Transaction<'_>, ping: &PendingPing, hash: &str) -> Result<(), TransactionError> {
    db.prepare_cached(
        "UPDATE hub_ping SET told = ?3, failures = 0, due = 0 WHERE hub = ?1 AND document = ?2",
    )?
    .execute((ping.hub.as_str(), &ping.document, hash))?;
    Ok(())
}

fn ping_failed(
    db: &Transaction<'_>,
    ping: &PendingPing,
    due: DateTime<Utc>,
    trouble: DeliveryFault,
) -> Result<(), TransactionError> {
    let hub = ping.hub.as_str();
    match trouble {
        DeliveryFault::Hub => db
            .prepare_cached("UPDATE hub_ping SET failures = failures + 1, due = ?2 WHERE hub = ?1")?
            .execute((hub, millis(due)))?,
        DeliveryFault::Document => db
            .prepare_cached(
                "UPDATE hub_ping SET failures = failures + 1, due = ?3 WHERE hub = ?1 AND document = ?2",
            )?
            .execute((hub, &ping.document, millis(due)))?,
    };
    Ok(())
}
