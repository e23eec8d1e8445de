//! Our subscriptions to feeds of sources at their WebSub hubs.
//!
//! A notification only signals new content: the source is then visited at its own address. A
//! visit that began before the notification does not answer it. A notification never moves a visit
//! that a failure or quiet hours have postponed, and each visit without news doubles the pause
//! before the next one.

use crate::columns::{maybe_instant, millis, parsed};
use crate::error::TransactionError;
use crate::{Store, StoreError, records};
use bantin_core::{Secret, Slug, VisitOutcome, retry};
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row, Transaction, named_params};
use url::Url;

/// One of our subscriptions at a hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowedFeed {
    /// The source of the feed.
    pub source: Slug,
    /// The hub.
    pub hub: Url,
    /// The address of the feed as the hub knows it.
    pub topic: String,
    /// The token in the callback address: its last segment.
    pub token: String,
    /// The secret with which the hub signs.
    pub secret: Secret,
    /// Whether the subscription is being cancelled.
    pub is_ending: bool,
    /// The time of our request to the hub; `None` once the hub has verified it.
    pub requested: Option<DateTime<Utc>>,
    /// The end of the lease; `None` until the hub confirms one.
    pub lease_end: Option<DateTime<Utc>>,
    /// The time of the hub's last notification; `None` once a visit has answered it.
    pub notified: Option<DateTime<Utc>>,
    /// The number of consecutive failed requests.
    pub failures: u32,
}

impl Store {
    /// Subscribes to the feed of a source at a hub, unless there is such a subscription.
    ///
    /// `fresh` is a new token and secret, used if the hub or the topic is new.
    pub async fn follow(
        &self,
        source: &Slug,
        hub: &Url,
        topic: &Url,
        fresh: (String, Secret),
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let (source, hub, topic) = (source.clone(), hub.clone(), topic.clone());
        self.write(move |db| follow(db, &source, &hub, &topic, &fresh, now)).await
    }

    /// Marks our subscription to the feed of a source for cancellation at the hub.
    pub async fn unfollow(&self, source: &Slug, now: DateTime<Utc>) -> Result<(), StoreError> {
        let source = source.clone();
        self.write(move |db| unfollow(db, Some(&source), now)).await
    }

    /// Marks our subscriptions for sources that feeds.toml no longer names for cancellation; with
    /// `all`, those for every source.
    pub async fn unfollow_removed(&self, all: bool, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(move |db| match all {
            true => unfollow(db, None, now),
            false => unfollow_removed(db, now),
        })
        .await
    }

    /// Returns up to `limit` of our subscriptions for which a request to the hub is due, the
    /// longest due first.
    pub async fn due_subscriptions(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<FollowedFeed>, StoreError> {
        self.read_briefly(move |db| due(db, now, limit)).await
    }

    /// Returns the subscription with a callback token. Strangers ask for it, so it does not wait for
    /// writes.
    pub async fn followed(&self, token: &str) -> Result<Option<FollowedFeed>, StoreError> {
        let token = token.to_owned();
        self.read(move |db| of_token(db, &token)).await
    }

    /// Whether our subscription to the feed of a source is confirmed, so that its hub notifies us.
    pub async fn is_followed(&self, source: &Slug, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let source = source.clone();
        self.read_briefly(move |db| is_alive(db, &source, now)).await
    }

    /// Records a request that is about to be sent to a hub; without a confirmation it is repeated
    /// at `due`. Recorded first, because the hub may verify before it answers.
    pub async fn record_hub_request(
        &self,
        followed: &FollowedFeed,
        now: DateTime<Utc>,
        due: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let token = followed.token.clone();
        self.write(move |db| record_hub_request(db, &token, now, due)).await
    }

    /// Records the confirmation of our subscription until `lease_end`; it is renewed at `due`.
    pub async fn confirm_subscription(
        &self,
        token: &str,
        lease_end: DateTime<Utc>,
        due: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let token = token.to_owned();
        self.write(move |db| confirm_subscription(db, &token, lease_end, due)).await
    }

    /// Records the refusal of our subscription by a hub; it is requested again at `due`.
    pub async fn hub_denied(&self, token: &str, due: DateTime<Utc>) -> Result<(), StoreError> {
        let token = token.to_owned();
        self.write(move |db| denied(db, &token, due)).await
    }

    /// Deletes one of our subscriptions.
    pub async fn forget_followed(&self, token: &str) -> Result<(), StoreError> {
        let token = token.to_owned();
        self.write(move |db| forget(db, &token)).await
    }

    /// Records a notification by a hub: its source is to be visited.
    pub async fn record_notification(
        &self,
        token: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let token = token.to_owned();
        self.write(move |db| record_notification(db, &token, now)).await
    }

    /// Makes those sources due whose hub notified us since their last visit began.
    ///
    /// A source is due at most every ten seconds, and less often while its visits find no news,
    /// down to once an hour. Sources whose next visit a failure postponed stay postponed, as do
    /// those for which `rests` returns true.
    pub async fn schedule_notified(
        &self,
        now: DateTime<Utc>,
        rests: impl Fn(&Slug) -> bool + Send + 'static,
    ) -> Result<(), StoreError> {
        if !self.read_briefly(has_notifications).await? {
            return Ok(());
        }
        self.write(move |db| schedule_notified(db, rests, now)).await
    }
}

fn follow(
    db: &Transaction<'_>,
    source: &Slug,
    hub: &Url,
    topic: &Url,
    fresh: &(String, Secret),
    now: DateTime<Utc>,
) -> Result<(), TransactionError> {
    // A changed subscription gets a new token, so that messages of the old hub are not recognized;
    // that hub ends the old subscription by itself.
    db.prepare_cached(
        "INSERT INTO followed (source, hub, topic, token, secret, due)
         VALUES (:source, :hub, :topic, :token, :secret, :now)
         ON CONFLICT (source) DO UPDATE SET hub = excluded.hub, topic = excluded.topic,
             token = excluded.token, secret = excluded.secret, ending = 0, asked = NULL,
             lease_end = NULL, failures = 0, in_vain = 0, due = excluded.due
         WHERE hub <> excluded.hub OR topic <> excluded.topic OR ending",
    )?
    .execute(named_params! {
        ":source": source.as_str(),
        ":hub": hub.as_str(),
        ":topic": topic.as_str(),
        ":token": fresh.0,
        ":secret": fresh.1.reveal(),
        ":now": millis(now),
    })?;
    Ok(())
}

fn unfollow(
    db: &Transaction<'_>,
    source: Option<&Slug>,
    now: DateTime<Utc>,
) -> Result<(), TransactionError> {
    db.prepare_cached(
        "UPDATE followed SET ending = 1, asked = NULL, failures = 0, due = ?2
         WHERE ending = 0 AND (source = ?1 OR ?1 IS NULL)",
    )?
    .execute((source.map(Slug::as_str), millis(now)))?;
    Ok(())
}

fn unfollow_removed(db: &Transaction<'_>, now: DateTime<Utc>) -> Result<(), TransactionError> {
    db.prepare_cached(
        "UPDATE followed SET ending = 1, asked = NULL, failures = 0, due = ?1
         WHERE ending = 0 AND source IN (SELECT id FROM source WHERE active = 0)",
    )?
    .execute([millis(now)])?;
    Ok(())
}

fn due(
    db: &Transaction<'_>,
    now: DateTime<Utc>,
    limit: u32,
) -> Result<Vec<FollowedFeed>, TransactionError> {
    let mut find =
        db.prepare_cached("SELECT * FROM followed WHERE due <= ?1 ORDER BY due LIMIT ?2")?;
    let mut rows = find.query((millis(now), limit))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(row)?);
    }
    Ok(found)
}

fn of_token(db: &Transaction<'_>, token: &str) -> Result<Option<FollowedFeed>, TransactionError> {
    let mut find = db.prepare_cached("SELECT * FROM followed WHERE token = ?1")?;
    let found = find.query_row([token], |row| Ok(read(row))).optional()?;
    found.transpose()
}

fn read(row: &Row<'_>) -> Result<FollowedFeed, TransactionError> {
    Ok(FollowedFeed {
        source: parsed("the name of a source", &row.get::<_, String>("source")?)?,
        hub: parsed("the address of a hub", &row.get::<_, String>("hub")?)?,
        topic: row.get("topic")?,
        token: row.get("token")?,
        secret: Secret::new(row.get::<_, String>("secret")?),
        is_ending: row.get("ending")?,
        requested: maybe_instant(row, "asked")?,
        lease_end: maybe_instant(row, "lease_end")?,
        notified: maybe_instant(row, "told")?,
        failures: row.get("failures")?,
    })
}

fn is_alive(
    db: &Transaction<'_>,
    source: &Slug,
    now: DateTime<Utc>,
) -> Result<bool, TransactionError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM followed WHERE source = ?1 AND ending = 0 AND lease_end > ?2)";
    Ok(db.prepare_cached(sql)?.query_row((source.as_str(), millis(now)), |row| row.get(0))?)
}

fn record_hub_request(
    db: &Transaction<'_>,
    token: &str,
    now: DateTime<Utc>,
    due: DateTime<Utc>,
) -> Result<(), TransactionError> {
    db.prepare_cached(
        "UPDATE followed SET asked = ?2, due = ?3, failures = failures + 1 WHERE token = ?1",
    )?
    .execute((token, millis(now), millis(due)))?;
    Ok(())
}

fn confirm_subscription(
    db: &Transaction<'_>,
    token: &str,
    lease_end: DateTime<Utc>,
    due: DateTime<Utc>,
) -> Result<(), TransactionError> {
    db.prepare_cached(
        "UPDATE followed SET asked = NULL, lease_end = ?2, due = ?3, failures = 0 WHERE token = ?1",
    )?
    .execute((token, millis(lease_end), millis(due)))?;
    Ok(())
}

fn denied(db: &Transaction<'_>, token: &str, due: DateTime<Utc>) -> Result<(), TransactionError> {
    db.prepare_cached(
        "UPDATE followed SET asked = NULL, lease_end = NULL, due = ?2 WHERE token = ?1",
    )?
    .execute((token, millis(due)))?;
    Ok(())
}

fn forget(db: &Transaction<'_>, token: &str) -> Result<(), TransactionError> {
    db.prepare_cached("DELETE FROM followed WHERE token = ?1")?.execute([token])?;
    Ok(())
}

fn record_notification(
    db: &Transaction<'_>,
    token: &str,
    now: DateTime<Utc>,
) -> Result<(), TransactionError> {
    db.prepare_cached("UPDATE followed SET told = ?2 WHERE token = ?1")?
        .execute((token, millis(now)))?;
    Ok(())
}

/// Deletes notifications that a visit answered. Returns the sources with an unanswered one.
fn notified_sources(db: &Transaction<'_>) -> Result<Vec<Slug>, TransactionError> {
    // A visit that began before the notification may have fetched the feed before the news
    // appeared, so only a later one counts. It counts even if it failed, because after a failure
    // the schedule decides when to retry.
    let mut find = db.prepare_cached(
        "SELECT source, (SELECT outcome FROM visit WHERE visit.source = followed.source
             AND finished IS NOT NULL AND started >= told ORDER BY id DESC LIMIT 1)
         FROM followed WHERE told IS NOT NULL",
    )?;
    let rows = find.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let notified: Vec<(String, Option<String>)> = rows.collect::<Result<_, _>>()?;
    let mut waiting = Vec::new();
    for (source, outcome) in notified {
        let Some(outcome) = outcome else {
            waiting.push(parsed("the name of a source", &source)?);
            continue;
        };
        let in_vain = match records::read("the outcome of a visit", &outcome)? {
            VisitOutcome::Visited(tally) if tally.new + tally.revised > 0 => "0",
            VisitOutcome::Visited(_) | VisitOutcome::Unchanged => "in_vain + 1",
            // The schedule sets the pause after a failure.
            VisitOutcome::Failed(_) => "in_vain",
        };
        let sql = format!("UPDATE followed SET told = NULL, in_vain = {in_vain} WHERE source = ?1");
        db.prepare_cached(&sql)?.execute([source])?;
    }
    Ok(waiting)
}

fn has_notifications(db: &Transaction<'_>) -> Result<bool, TransactionError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM followed WHERE told IS NOT NULL)";
    Ok(db.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

fn schedule_notified(
    db: &Transaction<'_>,
    rests: impl Fn(&Slug) -> bool,
    now: DateTime<Utc>,
) -> Result<(), TransactionError> {
    let mut in_vain = db.prepare_cached("SELECT in_vain FROM followed WHERE source = ?1")?;
    let mut visit = db.prepare_cached(
        "UPDATE source SET next_visit = ?2 WHERE id = ?1 AND active = 1 AND lease_worker IS NULL
             AND next_visit > ?2 AND failures = 0
             AND NOT EXISTS (SELECT 1 FROM visit WHERE visit.source = source.id AND started > ?3)",
    )?;
    for source in notified_sources(db)?.iter().filter(|source| !rests(source)) {
        let in_vain: u32 = in_vain.query_row([source.as_str()], |row| row.get(0))?;
        let apart = retry::hub_visit(in_vain);
        visit.execute((source.as_str(), millis(now), millis(now - apart)))?;
    }
    Ok(())
}
