//! The state of every source, for `bantin status`.

use crate::columns::{instant, maybe_instant, millis, parsed};
use crate::error::TransactionError;
use crate::{Store, StoreError, records, sources, visits};
use bantin_core::{ListingProfile, Origin, VisitOutcome};
use chrono::{DateTime, Utc};
use rusqlite::Transaction;
use url::Url;

/// The state of a source.
#[derive(Debug, Clone)]
pub struct SourceReport {
    /// The source.
    pub origin: Origin,
    /// Whether feeds.toml names it.
    pub active: bool,
    /// When its next visit is due.
    pub next_visit: DateTime<Utc>,
    /// Whether a visit is in progress.
    pub under_way: bool,
    /// Failed visits in a row.
    pub failures: u32,
    /// When its last visit succeeded.
    pub last_success: Option<DateTime<Utc>>,
    /// The end of its last finished visit: time and outcome.
    pub last: Option<(DateTime<Utc>, VisitOutcome)>,
    /// The address to which its listing moved permanently, found by its last successful visit.
    pub moved_to: Option<Url>,
    /// The number of its articles.
    pub articles: u64,
    /// The learned layout of its listing; empty if feeds.toml has a selector.
    pub profile: ListingProfile,
    /// When its newest article was published.
    pub newest: Option<DateTime<Utc>>,
    /// The number of rejected pages, and the reason of the newest rejection.
    pub rejected: Option<(u64, String)>,
}

impl Store {
    /// Returns the state of every source, sorted by name.
    pub async fn report(&self, now: DateTime<Utc>) -> Result<Vec<SourceReport>, StoreError> {
        self.read(move |db| report(db, now)).await
    }
}

fn report(db: &Transaction<'_>, now: DateTime<Utc>) -> Result<Vec<SourceReport>, TransactionError> {
    let origins = sources::origins(db)?;
    let mut select = db.prepare_cached(
        "SELECT source.active, source.next_visit, source.failures, source.last_success, source.moved_to, source.learned,
                ifnull(source.lease_until, 0) > ?2 AS under_way,
                last.finished AS finished, last.outcome AS outcome,
                (SELECT count(*) FROM article WHERE source = source.id AND withdrawn IS NULL) AS articles,
                (SELECT max(published) FROM article WHERE source = source.id AND withdrawn IS NULL) AS newest,
                (SELECT count(*) FROM rejection WHERE source = source.id) AS refused,
                (SELECT reason FROM rejection WHERE source = source.id ORDER BY again DESC LIMIT 1) AS reason
         FROM source LEFT JOIN visit AS last ON last.id =
             (SELECT max(id) FROM visit WHERE source = source.id AND finished IS NOT NULL)
         WHERE source.id = ?1",
    )?;
    let mut reports = Vec::with_capacity(origins.len());
    for (id, origin) in origins {
        let mut rows = select.query((id.as_str(), millis(now)))?;
        let Some(row) = rows.next()? else { continue };
        let outcome: Option<String> = row.get("outcome")?;
        let outcome =
            outcome.map(|text| records::read("the outcome of a visit", &text)).transpose()?;
        let reason: Option<String> = row.get("reason")?;
        let moved_to: Option<String> = row.get("moved_to")?;
        reports.push(SourceReport {
            origin,
            active: row.get("active")?,
            next_visit: instant(row.get("next_visit")?),
            under_way: row.get("under_way")?,
            failures: row.get("failures")?,
            last_success: maybe_instant(row, "last_success")?,
            last: maybe_instant(row, "finished")?.zip(outcome),
            moved_to: moved_to
                .map(|url| parsed("the address that a source moved to", &url))
                .transpose()?,
            articles: u64::try_from(row.get::<_, i64>("articles")?).unwrap_or_default(),
            profile: visits::listing_profile(row.get("learned")?)?,
            newest: maybe_instant(row, "newest")?,
            rejected: reason
                .map(|reason| {
                    let count = row.get::<_, i64>("refused")?;
                    Ok::<_, TransactionError>((u64::try_from(count).unwrap_or_default(), reason))
                })
                .transpose()?,
        });
    }
    Ok(reports)
}
