//! Feeds of others that we subscribed to.

use super::{TransactionError, maybe_instant, millis, parsed};
use crate::FollowedFeed;
use crate::records;
use bantin_core::{Secret, Slug, VisitOutcome, retry};
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row, Transaction, named_params};
use url::Url;

/// Follows a feed.
pub(in super::super) fn follow(
    db: &Transaction<'_>,
    source: &Slug,
    hub: &Url,
    topic: &Url,
    fresh: &(String, Secret),
    now: DateTime<Utc>,
) -> Result<(), TransactionError> {
    // What changed gets a token of its own: the old hub's messages lead nowhere then, and it ends them by itself.
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

/// Follows a feed, or all, no more.
pub(in super::super) fn unfollow(
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

/// Follows no feed any more whose source is not there.
pub(in super::super) fn unfollow_the_lost(
    db: &Transaction<'_>,
    now: DateTime<Utc>,
) -> Result<(), TransactionError> {
    db.prepare_cached(
        "UPDATE followed SET ending = 1, asked = NULL, failures = 0, due = ?1
         WHERE ending = 0 AND source IN (SELECT id FROM source WHERE active = 0)",
    )?
    .execute([millis(now)])?;
    Ok(())
}

/// Those that are due.
pub(in super::super) fn due(
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

/// That of a token.
pub(in super::super) fn of_token(
    db: &Transaction<'_>,
    token: &str,
) -> Result<Option<FollowedFeed>, TransactionError> {
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
        asked: maybe_instant(row, "asked")?,
        lease_end: maybe_instant(row, "lease_end")?,
        told: maybe_instant(row, "told")?,
        failures: row.get("failures")?,
    })
}

/// Whether a hub tells of a source's news.
pub(in super::super) fn is_alive(
    db: &Transaction<'_>,
    source: &Slug,
    now: DateTime<Utc>,
) -> Result<bool, TransactionError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM followed WHERE source = ?1 AND ending = 0 AND lease_end > ?2)";
    Ok(db.prepare_cached(sql)?.query_row((source.as_str(), millis(now)), |row| row.get(0))?)
}

/// A hub is about to be asked. It may verify before it answers.
pub(in super::super) fn record_hub_request(
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

/// A hub has confirmed.
pub(in super::super) fn confirm_subscription(
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

/// A hub has refused.
pub(in super::super) fn denied(
    db: &Transaction<'_>,
    token: &str,
    due: DateTime<Utc>,
) -> Result<(), TransactionError> {
    db.prepare_cached(
        "UPDATE followed SET asked = NULL, lease_end = NULL, due = ?2 WHERE token = ?1",
    )?
    .execute((token, millis(due)))?;
    Ok(())
}

/// Forgets one.
pub(in super::super) fn forget(db: &Transaction<'_>, token: &str) -> Result<(), TransactionError> {
    db.prepare_cached("DELETE FROM followed WHERE token = ?1")?.execute([token])?;
    Ok(())
}

/// A hub has told of news.
pub(in super::super) fn record_notification(
    db: &Transaction<'_>,
    token: &str,
    now: DateTime<Utc>,
) -> Result<(), TransactionError> {
    db.prepare_cached("UPDATE followed SET told = ?2 WHERE token = ?1")?
        .execute((token, millis(now)))?;
    Ok(())
}

/// Forgets what hubs told that a visit has looked for, and gives the sources of which one is still to look.
fn notified_sources(db: &Transaction<'_>) -> Result<Vec<Slug>, TransactionError> {
    // A visit that began before the hub told may have fetched the feed before: only a later one has looked. Whether it
    // succeeded does not matter here: after a failure the schedule knows when to come back.
    let mut find = db.prepare_cached(
        "SELECT source, (SELECT outcome FROM visit WHERE visit.source = followed.source
             AND finished IS NOT NULL AND started >= told ORDER BY id DESC LIMIT 1)
         FROM followed WHERE told IS NOT NULL",
    )?;
    let rows = find.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let told: Vec<(String, Option<String>)> = rows.collect::<Result<_, _>>()?;
    let mut waiting = Vec::new();
    for (source, outcome) in told {
        let Some(outcome) = outcome else {
            waiting.push(parsed("the name of a source", &source)?);
            continue;
        };
        let in_vain = match records::read("the outcome of a visit", &outcome)? {
            VisitOutcome::Visited(tally) if tally.new + tally.revised > 0 => "0",
            VisitOutcome::Visited(_) | VisitOutcome::Unchanged => "in_vain + 1",
            // Its pause is the schedule's.
            VisitOutcome::Failed(_) => "in_vain",
        };
        let sql = format!("UPDATE followed SET told = NULL, in_vain = {in_vain} WHERE source = ?1");
        db.prepare_cached(&sql)?.execute([source])?;
    }
    Ok(waiting)
}

/// Whether a hub has told of anything.
pub(in super::super) fn has_notifications(db: &Transaction<'_>) -> Result<bool, TransactionError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM followed WHERE told IS NOT NULL)";
    Ok(db.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

/// Makes the sources due of which a hub has told, but for those that rest. What a failure has put off stays put off.
pub(in super::super) fn schedule_notified(
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
