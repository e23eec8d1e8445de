//! Repairs instants that were written while the clock was ahead.
//!
//! An instant of the past that lies in the future was written by a clock that was ahead, and so was
//! a pause that is longer than any pause. [`pauses`] needs no proof of the current time: a pause
//! that ends too early costs a request. [`history`] changes what readers see, so the time must be
//! confirmed by hosts. The day on which such an article was first seen is lost; the earliest day
//! that is certainly not wrong by a future is that of the repair. Ids never change.

use crate::changes::changed;
use crate::columns::{instant, maybe_instant, millis};
use crate::damage::skip_damaged;
use crate::edits::unshared;
use crate::error::TransactionError;
use crate::{ArticleRowId, Store, StoreError, article_row, clock_record};
use bantin_core::clock_guard::TOLERANCE;
use bantin_core::{Article, ArticleField, DatePrecision, NewArticle, Provenance, retry};
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Transaction, named_params};

/// The longest lease of a visit or of a request slot.
const MAX_LEASE: TimeDelta = TimeDelta::hours(1);
/// The longest lease of a subscription at a hub.
const MAX_SUBSCRIPTION: TimeDelta = TimeDelta::days(90);
/// The distance of a page's date into the future up to which `normalize` accepts it.
const MAX_AHEAD: TimeDelta = TimeDelta::days(1);

impl Store {
    /// Ends pauses that only a clock that was ahead can have set.
    pub async fn repair_pauses(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(move |db| pauses(db, now)).await
    }

    /// Moves instants of the past that lie after `now` to `now`, which hosts have confirmed.
    /// Returns the number of articles whose dates this changes.
    pub async fn repair_history(&self, now: DateTime<Utc>) -> Result<usize, StoreError> {
        self.write_durably(move |db| history(db, now)).await
    }
}

/// The statements that end pauses: `:pause` is the end of the longest pause, `:lease` and
/// `:subscription` those of the longest leases.
const PAUSES: [&str; 11] = [
    "UPDATE source SET lease_until = :lease WHERE lease_until > :lease",
    "UPDATE source SET look_at = :now WHERE look_at > :pause",
    "UPDATE rejection SET again = :now WHERE again > :pause",
    "UPDATE article SET doubt_again = :now
     WHERE source IN (SELECT id FROM source) AND doubt_again > :pause",
    // Its listing item was seen before now in any case.
    "UPDATE pending SET since = :now WHERE since > :soon",
    "UPDATE hub_subscription SET due = :now WHERE due > :pause",
    "UPDATE hub_intent SET asked = min(asked, :now), due = :now WHERE due > :pause",
    "UPDATE hub_ping SET due = :now WHERE due > :pause",
    "UPDATE followed SET due = :now, lease_end = min(lease_end, :now) WHERE due > :subscription",
    "UPDATE followed SET asked = :now WHERE asked > :soon",
    "UPDATE followed SET told = :now WHERE told > :soon",
];

pub(crate) fn pauses(db: &Transaction<'_>, now: DateTime<Utc>) -> Result<(), TransactionError> {
    let times = [
        (":now", now),
        (":soon", now + TOLERANCE),
        (":pause", now + retry::MAX_PAUSE + TOLERANCE),
        (":lease", now + MAX_LEASE),
        (":subscription", now + MAX_SUBSCRIPTION),
    ];
    for sql in PAUSES {
        let used = times.iter().filter(|(name, _)| names(sql, name));
        let values: Vec<_> = used.map(|(name, at)| (*name, millis(*at))).collect();
        let values: Vec<_> =
            values.iter().map(|(name, at)| (*name, at as &dyn rusqlite::ToSql)).collect();
        db.prepare_cached(sql)?.execute(values.as_slice())?;
    }
    Ok(())
}

/// Whether a statement has this parameter.
fn names(sql: &str, parameter: &str) -> bool {
    sql.split([' ', ',', ')', '\n']).any(|word| word == parameter)
}

fn history(db: &Transaction<'_>, now: DateTime<Utc>) -> Result<usize, TransactionError> {
    let later = millis(now + TOLERANCE);
    let visits = match clock_record::newest(db)?.is_some_and(|newest| millis(newest) > later) {
        true => db
            .prepare_cached(
                "UPDATE visit SET started = min(started, ?1), finished = min(finished, ?1)
                 WHERE started > ?2 OR finished > ?2",
            )?
            .execute((millis(now), later))?,
        // The whole history is not searched at each start.
        false => 0,
    };
    for column in ["settled", "last_success", "read_at"] {
        let sql = format!("UPDATE source SET {column} = ?1 WHERE {column} > ?2");
        db.prepare_cached(&sql)?.execute((millis(now), later))?;
    }
    db.prepare_cached("UPDATE feed_name SET gone = ?1 WHERE gone > ?2")?
        .execute((millis(now), later))?;
    // Only the instants in an index are checked each time: articles are long.
    let far = millis(now + MAX_AHEAD + TOLERANCE);
    let is_suspect: bool = db
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM article WHERE updated > ?1)
                 OR EXISTS (SELECT 1 FROM article WHERE published > ?2)",
        )?
        .query_row((later, far), |row| row.get(0))?;
    if visits == 0 && !is_suspect {
        return Ok(0);
    }
    let found: Vec<ArticleRowId> = db
        .prepare_cached(
            "SELECT sequence FROM article WHERE erased = 0 AND
                 (first_seen > ?1 OR last_seen > ?1 OR updated > ?1 OR arrival > ?1 OR withdrawn > ?1
                  OR gone_at > ?1 OR published > ?2)
             ORDER BY sequence",
        )?
        .query_map((later, far), |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for row in &found {
        repair_article(db, *row, now)?;
    }
    if !found.is_empty() {
        changed(db)?;
    }
    Ok(found.len())
}

fn repair_article(
    db: &Transaction<'_>,
    row: ArticleRowId,
    now: DateTime<Utc>,
) -> Result<(), TransactionError> {
    let mut select = db.prepare_cached("SELECT * FROM article WHERE sequence = ?1")?;
    let mut rows = select.query([row])?;
    let Some(found) = rows.next()? else { return Ok(()) };
    let Some(article) = skip_damaged(found, article_row::read_without_topics(found))? else {
        return Ok(());
    };
    let ahead = (article.first_seen - now).max(TimeDelta::zero());
    let revisit_at = maybe_instant(found, "revisit_at")?.map(|at| at - ahead);
    let arrival = instant(found.get("arrival")?).min(now);
    let article = repaired(article, now);
    let updated = match article.updated {
        updated if updated >= now => unshared(db, now)?,
        updated => updated,
    };
    let content = NewArticle { updated, ..article.content };
    article_row::overwrite(db, row, &Article { content, ..article })?;
    db.prepare_cached(
        "UPDATE article SET arrival = :arrival, revisit_at = :revisit_at,
             withdrawn = min(withdrawn, :now), gone_at = min(gone_at, :now)
         WHERE sequence = :row",
    )?
    .execute(named_params! {
        ":arrival": millis(arrival),
        ":revisit_at": revisit_at.map(millis),
        ":now": millis(now),
        ":row": row,
    })?;
    Ok(())
}

/// The article with no instant after `now`, except for a date on its page up to a day later.
fn repaired(mut article: Article, now: DateTime<Utc>) -> Article {
    let content = &mut article.content;
    content.first_seen = content.first_seen.min(now);
    let is_seen = content.provenance.get(&ArticleField::Published) == Some(&Provenance::FirstSeen);
    // A date of the page that only a clock ahead could accept is not its date.
    if is_seen && content.published > now || content.published > now + MAX_AHEAD {
        (content.published, content.precision) = (content.first_seen, DatePrecision::Second);
        content.provenance.insert(ArticleField::Published, Provenance::FirstSeen);
    }
    content.updated = content.updated.min(now);
    article.last_seen = article.last_seen.min(now);
    article
}
