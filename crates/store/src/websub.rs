//! What is kept for WebSub: who subscribed to our documents, who is owed what, and what hubs of others were told.
//!
//! A delivery is owed while what the subscriber has differs from the document on disk. So nothing is queued, and nothing
//! that is queued can be lost: whatever ends the process, the next one sees the same difference.

use super::sqlite::websub;
use super::{Store, StoreError};
use bantin_core::Secret;
use chrono::{DateTime, Utc};
use std::time::Duration;
use url::Url;

/// What somebody wants of our hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HubMode {
    /// To be told of changes.
    Subscribe,
    /// Not to be told any more.
    Unsubscribe,
    /// Nothing: the hub tells that there is no subscription (any more).
    Denied,
}

impl HubMode {
    /// The value of `hub.mode`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Subscribe => "subscribe",
            Self::Unsubscribe => "unsubscribe",
            Self::Denied => "denied",
        }
    }
}

/// What was asked of our hub, and was not verified yet; or a refusal that was not told yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HubIntent {
    /// The topic's address, as the subscriber wrote it.
    pub topic: String,
    /// The file name of the document.
    pub document: String,
    /// Where the subscriber is told.
    pub callback: Url,
    /// What is wanted.
    pub mode: HubMode,
    /// What deliveries are signed with.
    pub secret: Option<Secret>,
    /// How long the subscription lasts.
    pub lease: Duration,
    /// Why it is denied.
    pub reason: Option<String>,
    /// When it was asked.
    pub asked: DateTime<Utc>,
    /// How often the callback could not be reached.
    pub failures: u32,
}

/// How much the hub takes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HubLimits {
    /// The most subscriptions.
    pub subscriptions: u32,
    /// The most subscriptions of one host.
    pub per_host: u32,
    /// The most requests that wait for their verification.
    pub intents: u32,
    /// The most of them of one host.
    pub intents_per_host: u32,
}

/// Whether a request was taken on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IntentOutcome {
    /// It waits for its verification.
    Taken,
    /// So many requests wait for their verification that there is no room for one more now.
    Crowded,
    /// There are as many subscriptions as there may be.
    Full,
    /// The host of the callback has as many subscriptions as it may have.
    HostFull,
}

/// A subscriber that does not have the newest content of a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingDelivery {
    /// The topic's address, as the subscriber wrote it.
    pub topic: String,
    /// The file name of the document.
    pub document: String,
    /// Where the subscriber is told.
    pub callback: Url,
    /// What the delivery is signed with.
    pub secret: Option<Secret>,
    /// How often it failed since the last success.
    pub failures: u32,
    /// The hash of the document at the last look at it.
    pub hash: String,
}

/// A hub that was not told of the newest content of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingPing {
    /// The hub.
    pub hub: Url,
    /// The file name of the document.
    pub document: String,
    /// How often it failed since the last success.
    pub failures: u32,
}

/// Whose trouble it is that a hub was not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryFault {
    /// The hub's: it is down, or wants rest, whatever it is told of.
    Hub,
    /// The document's: the hub refuses this one.
    Document,
}

/// The documents as they are now.
#[derive(Debug, Clone, Default)]
pub struct HubDocuments {
    /// The file names of all that is offered, written yet or not.
    pub offered: Vec<String>,
    /// Those that are on disk, each with the hash of its bytes.
    pub written: Vec<(String, String)>,
    /// The hubs of others, and what they are told of.
    pub hubs: Vec<Url>,
    /// The file names of what they are told of.
    pub told_of: Vec<String>,
}

impl Store {
    /// Takes over what is offered and what it holds, where anything of it has changed. Subscriptions to what is offered no more end, and become refusals that
    /// are to be told.
    pub async fn set_topics(
        &self,
        topics: HubDocuments,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let Self::Sqlite(sqlite) = self;
        // Mostly nothing has changed, and then nobody who writes is held up.
        let (differ, topics) = sqlite
            .read(move |db| Ok((websub::differences(db, &topics)? != Default::default(), topics)))
            .await?;
        match differ {
            true => sqlite.write(move |db| websub::set_topics(db, &topics, now)).await,
            false => Ok(()),
        }
    }

    /// Writes down that a document has the content of this hash, where it had that of `seen` at the last look at it.
    pub async fn topic_moved(
        &self,
        document: &str,
        seen: &str,
        hash: &str,
    ) -> Result<(), StoreError> {
        let Self::Sqlite(sqlite) = self;
        let [document, seen, hash] = [document, seen, hash].map(str::to_owned);
        sqlite.write(move |db| websub::topic_moved(db, &document, &seen, &hash)).await
    }

    /// Takes on what was asked of our hub, in place of what was asked for the same before.
    pub async fn record_intent(
        &self,
        intent: HubIntent,
        limits: HubLimits,
    ) -> Result<IntentOutcome, StoreError> {
        let Self::Sqlite(sqlite) = self;
        sqlite.write(move |db| websub::record_intent(db, &intent, limits)).await
    }

    /// Up to `limit` intents that are due, one of each host: first those about subscriptions that are there, and then the
    /// longest due first.
    pub async fn due_intents(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<HubIntent>, StoreError> {
        let Self::Sqlite(sqlite) = self;
        sqlite.read(move |db| websub::due_intents(db, now, limit)).await
    }

    /// Fulfils an intent: the subscriber has confirmed it, or has heard of the refusal. Durable when it returns.
    ///
    /// A subscription that is renewed is still owed what it was owed; a new one has what is published now.
    pub async fn fulfil(&self, intent: &HubIntent, now: DateTime<Utc>) -> Result<(), StoreError> {
        let Self::Sqlite(sqlite) = self;
        let intent = intent.clone();
        sqlite.write_durably(move |db| websub::fulfil(db, &intent, now)).await
    }

    /// Puts an intent off, or drops it where there is no `due`.
    pub async fn postpone_intent(
        &self,
        intent: &HubIntent,
        due: Option<DateTime<Utc>>,
    ) -> Result<(), StoreError> {
        let Self::Sqlite(sqlite) = self;
        let intent = intent.clone();
        sqlite.write(move |db| websub::postpone_intent(db, &intent, due)).await
    }

    /// Lets all intents with callbacks at a host wait.
    pub async fn delay_intents(&self, host: &str, until: DateTime<Utc>) -> Result<(), StoreError> {
        let Self::Sqlite(sqlite) = self;
        let host = host.to_owned();
        sqlite.write(move |db| websub::delay_intents(db, &host, until)).await
    }

    /// Up to `limit` deliveries that are owed and due, one of each host, the longest due first.
    pub async fn pending_deliveries(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<PendingDelivery>, StoreError> {
        let Self::Sqlite(sqlite) = self;
        sqlite.read(move |db| websub::pending_deliveries(db, now, limit)).await
    }

    /// Writes down that a subscriber has the content of this hash.
    pub async fn delivered(&self, owed: &PendingDelivery, hash: &str) -> Result<(), StoreError> {
        let Self::Sqlite(sqlite) = self;
        let (owed, hash) = (owed.clone(), hash.to_owned());
        sqlite.write_durably(move |db| websub::delivered(db, &owed, &hash)).await
    }

    /// Writes down that a delivery failed; it is owed still.
    pub async fn delivery_failed(
        &self,
        owed: &PendingDelivery,
        due: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let Self::Sqlite(sqlite) = self;
        let owed = owed.clone();
        sqlite.write(move |db| websub::delivery_failed(db, &owed, due)).await
    }

    /// Ends a subscription whose callback is gone for good.
    pub async fn end_subscription(&self, owed: &PendingDelivery) -> Result<(), StoreError> {
        let Self::Sqlite(sqlite) = self;
        let owed = owed.clone();
        sqlite.write(move |db| websub::end_subscription(db, &owed)).await
    }

    /// Up to `limit` pings that are owed and due, one of each host, the longest due first.
    pub async fn pending_pings(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<PendingPing>, StoreError> {
        let Self::Sqlite(sqlite) = self;
        sqlite.read(move |db| websub::pending_pings(db, now, limit)).await
    }

    /// The hash of a document, as it was looked at last.
    pub async fn topic_hash(&self, document: &str) -> Result<Option<String>, StoreError> {
        let Self::Sqlite(sqlite) = self;
        let document = document.to_owned();
        sqlite.read(move |db| websub::topic_hash(db, &document)).await
    }

    /// Writes down that a hub was told of the content of this hash.
    pub async fn pinged(&self, owed: &PendingPing, hash: &str) -> Result<(), StoreError> {
        let Self::Sqlite(sqlite) = self;
        let (owed, hash) = (owed.clone(), hash.to_owned());
        sqlite.write(move |db| websub::pinged(db, &owed, &hash)).await
    }

    /// Writes down that a ping failed; it is owed still.
    pub async fn ping_failed(
        &self,
        owed: &PendingPing,
        due: DateTime<Utc>,
        trouble: DeliveryFault,
    ) -> Result<(), StoreError> {
        let Self::Sqlite(sqlite) = self;
        let owed = owed.clone();
        sqlite.write(move |db| websub::ping_failed(db, &owed, due, trouble)).await
    }

    /// Ends the subscriptions whose lease is over, and drops what could not be verified within a day.
    pub async fn expire_subscriptions(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        let Self::Sqlite(sqlite) = self;
        sqlite.write(move |db| websub::expire(db, now)).await
    }

    /// How many subscriptions our hub has.
    pub async fn subscriptions(&self) -> Result<u32, StoreError> {
        let Self::Sqlite(sqlite) = self;
        sqlite.read(websub::subscriptions).await
    }
}
