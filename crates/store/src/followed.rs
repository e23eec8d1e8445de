//! What is kept of the feeds of others that we subscribed to.

use super::sqlite::followed;
use super::{Store, StoreError};
use bantin_core::{Secret, Slug};
use chrono::{DateTime, Utc};
use url::Url;

/// A subscription of ours at a hub of others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowedFeed {
    /// The source whose feed it is.
    pub source: Slug,
    /// The hub.
    pub hub: Url,
    /// The feed's address, as the hub knows it.
    pub topic: String,
    /// The last part of the callback.
    pub token: String,
    /// What the hub signs with.
    pub secret: Secret,
    /// Whether we want to hear no more.
    pub is_ending: bool,
    /// When the hub was asked, where it has not verified that yet.
    pub asked: Option<DateTime<Utc>>,
    /// When the lease ends, where the hub has confirmed one.
    pub lease_end: Option<DateTime<Utc>>,
    /// When the hub told of news, where no visit has looked for them yet.
    pub told: Option<DateTime<Utc>>,
    /// How many requests in a row led to nothing.
    pub failures: u32,
}

impl Store {
    /// Follows the feed of a source at a hub, where that is not done already. `fresh` is a new token and secret, taken where
    /// the hub or the topic is new.
    pub async fn follow(
        &self,
        source: &Slug,
        hub: &Url,
        topic: &Url,
        fresh: (String, Secret),
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let Self::Sqlite(sqlite) = self;
        let (source, hub, topic) = (source.clone(), hub.clone(), topic.clone());
        sqlite.write(move |db| followed::follow(db, &source, &hub, &topic, &fresh, now)).await
    }

    /// Follows the feed of a source no more: the hub is to be told.
    pub async fn unfollow(&self, source: &Slug, now: DateTime<Utc>) -> Result<(), StoreError> {
        let Self::Sqlite(sqlite) = self;
        let source = source.clone();
        sqlite.write(move |db| followed::unfollow(db, Some(&source), now)).await
    }

    /// Follows no feed any more whose source is not in feeds.toml; none at all where `all` is set.
    pub async fn unfollow_the_lost(&self, all: bool, now: DateTime<Utc>) -> Result<(), StoreError> {
        let Self::Sqlite(sqlite) = self;
        sqlite
            .write(move |db| match all {
                true => followed::unfollow(db, None, now),
                false => followed::unfollow_the_lost(db, now),
            })
            .await
    }

    /// Up to `limit` subscriptions of ours for which the hub is due to be asked, the longest due first.
    pub async fn due_subscriptions(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<FollowedFeed>, StoreError> {
        let Self::Sqlite(sqlite) = self;
        sqlite.read(move |db| followed::due(db, now, limit)).await
    }

    /// The subscription of a callback.
    pub async fn followed(&self, token: &str) -> Result<Option<FollowedFeed>, StoreError> {
        let Self::Sqlite(sqlite) = self;
        let token = token.to_owned();
        sqlite.read(move |db| followed::of_token(db, &token)).await
    }

    /// Whether the feed of a source is followed, so that its hub tells of news.
    pub async fn is_followed(&self, source: &Slug, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let Self::Sqlite(sqlite) = self;
        let source = source.clone();
        sqlite.read(move |db| followed::is_alive(db, &source, now)).await
    }

    /// Writes down that a hub is about to be asked; if it leads to nothing, it is asked again at `due`.
    pub async fn record_hub_request(
        &self,
        followed: &FollowedFeed,
        now: DateTime<Utc>,
        due: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let Self::Sqlite(sqlite) = self;
        let token = followed.token.clone();
        sqlite.write(move |db| followed::record_hub_request(db, &token, now, due)).await
    }

    /// Writes down that a hub has confirmed a subscription of ours until `lease_end`, and is asked again at `due`.
    pub async fn confirm_subscription(
        &self,
        token: &str,
        lease_end: DateTime<Utc>,
        due: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let Self::Sqlite(sqlite) = self;
        let token = token.to_owned();
        sqlite.write(move |db| followed::confirm_subscription(db, &token, lease_end, due)).await
    }

    /// Writes down that a hub has refused, and is asked again at `due`.
    pub async fn hub_denied(&self, token: &str, due: DateTime<Utc>) -> Result<(), StoreError> {
        let Self::Sqlite(sqlite) = self;
        let token = token.to_owned();
        sqlite.write(move |db| followed::denied(db, &token, due)).await
    }

    /// Forgets a subscription of ours.
    pub async fn forget_followed(&self, token: &str) -> Result<(), StoreError> {
        let Self::Sqlite(sqlite) = self;
        let token = token.to_owned();
        sqlite.write(move |db| followed::forget(db, &token)).await
    }

    /// Writes down that a hub has told of news: its source is to be visited.
    pub async fn record_notification(
        &self,
        token: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let Self::Sqlite(sqlite) = self;
        let token = token.to_owned();
        sqlite.write(move |db| followed::record_notification(db, &token, now)).await
    }

    /// Makes the sources due of whose news a hub has told since their last visit began: each every ten seconds at most, and
    /// more rarely while they have none, up to an hour apart. A source whose next visit a failure has put off is left
    /// alone, as are those that rest now.
    pub async fn schedule_notified(
        &self,
        now: DateTime<Utc>,
        rests: impl Fn(&Slug) -> bool + Send + 'static,
    ) -> Result<(), StoreError> {
        let Self::Sqlite(sqlite) = self;
        if !sqlite.read(followed::has_notifications).await? {
            return Ok(());
        }
        sqlite.write(move |db| followed::schedule_notified(db, rests, now)).await
    }
}
