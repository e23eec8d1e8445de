//! Rejected pages, from which no article could be extracted, and the version of the extraction
//! rules that rejected them.
//!
//! A rejected page is requested again after a pause that doubles with each rejection.
//! `RULES_VERSION` is raised when the rules extract something else: then the rejected pages are
//! tried again, a few at a time, and nothing else is forgotten.

use crate::columns::{instant, maybe_instant, millis, parsed};
use crate::error::TransactionError;
use crate::{Store, StoreError, VisitClaim, records};
use bantin_core::{ArticleKey, Slug, retry};
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row, Transaction};

/// A page from which no article could be extracted.
#[derive(Debug, Clone)]
pub struct RejectedPage {
    /// Its key.
    pub key: ArticleKey,
    /// The fingerprint of its listing item.
    pub fingerprint: String,
    /// The reason, as a sentence.
    pub reason: String,
    /// The fingerprint of its content, if it has content that may be accepted later.
    pub evidence: Option<String>,
    /// When the page of a known article is due again; for other pages, a pause that doubles.
    pub until: Option<DateTime<Utc>>,
}

/// The stored refusal of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRefusal {
    /// The fingerprint of the listing item at that time.
    pub fingerprint: String,
    /// The instant before which the page is not requested again.
    pub until: DateTime<Utc>,
    /// The fingerprint of the content that was refused; `None` if there was no content.
    pub evidence: Option<String>,
    /// The instant since which the page shows that content.
    pub since: Option<DateTime<Utc>>,
    /// Whether the page of another item was refused with the same content.
    pub is_shared: bool,
}

/// Reads a refusal from `teaser, again, evidence, since, is_shared`.
pub(crate) fn read_refusal(row: &Row<'_>) -> rusqlite::Result<PageRefusal> {
    Ok(PageRefusal {
        fingerprint: row.get("teaser")?,
        until: instant(row.get("again")?),
        evidence: row.get("evidence")?,
        since: maybe_instant(row, "since")?,
        is_shared: row.get("is_shared")?,
    })
}

impl Store {
    /// Records the version of the extraction rules in use.
    ///
    /// If the recorded version differs, the next visits request the rejected pages again, a few at
    /// a time. Validators, layouts and backfills stay.
    pub async fn adopt_rules(&self, version: u32, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(move |db| adopt(db, version, now)).await
    }
}

fn adopt(db: &Transaction<'_>, version: u32, now: DateTime<Utc>) -> Result<(), TransactionError> {
    let known: Option<String> = db
        .prepare_cached("SELECT value FROM meta WHERE name = 'rules_version'")?
        .query_row([], |row| row.get(0))
        .optional()?;
    let known: Option<u32> =
        known.map(|text| parsed("the version of the extraction rules", &text)).transpose()?;
    if known == Some(version) {
        return Ok(());
    }
    if known.is_some() {
        release(db, now)?;
    }
    db.prepare_cached("INSERT OR REPLACE INTO meta (name, value) VALUES ('rules_version', ?1)")?
        .execute([version.to_string()])?;
    Ok(())
}

fn release(db: &Transaction<'_>, now: DateTime<Utc>) -> Result<(), TransactionError> {
    let mut select = db.prepare(
        "SELECT source, key, row_number() OVER (PARTITION BY source ORDER BY again, key) - 1 FROM rejection",
    )?;
    let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let rejected: Vec<(String, String, i32)> = rows.collect::<Result<_, _>>()?;
    let mut update =
        db.prepare("UPDATE rejection SET again = min(again, ?3) WHERE source = ?1 AND key = ?2")?;
    for (source, key, place) in rejected {
        update.execute((
            source,
            key,
            millis(now + retry::REJECTION_RELEASE * (place / retry::REJECTIONS_RELEASED)),
        ))?;
    }
    Ok(())
}

/// Deletes the rejection of an item, because its page was read.
pub(crate) fn forget(
    db: &Transaction<'_>,
    source: &Slug,
    key: &ArticleKey,
) -> Result<(), TransactionError> {
    db.prepare_cached("DELETE FROM rejection WHERE source = ?1 AND key = ?2")?
        .execute((source.as_str(), key.as_str()))?;
    Ok(())
}

/// Stores rejections, and deletes those of items that are not listed any more.
pub(crate) fn record_rejections(
    db: &Transaction<'_>,
    claim: &VisitClaim,
    pages: &[RejectedPage],
    held: &[ArticleKey],
    now: DateTime<Utc>,
) -> Result<(), TransactionError> {
    let listed = held.iter().chain(pages.iter().map(|page| &page.key));
    let held = records::write_texts(listed.map(ArticleKey::as_str))?;
    // Pages that are held back are fetched again whether their items are listed or not: those of
    // known articles by revisits, those of a backfill by its next run.
    db.prepare_cached(
        "DELETE FROM rejection WHERE source = ?1 AND key NOT IN (SELECT value FROM json_each(?2))
             AND NOT (evidence IS NOT NULL AND again > ?3)",
    )?
    .execute((claim.source.as_str(), held, millis(now - retry::PENDING_ITEM_KEPT)))?;
    add_rejections(db, claim, pages, now)
}

/// Stores rejections.
pub(crate) fn add_rejections(
    db: &Transaction<'_>,
    claim: &VisitClaim,
    pages: &[RejectedPage],
    now: DateTime<Utc>,
) -> Result<(), TransactionError> {
    let mut tries =
        db.prepare_cached("SELECT tries FROM rejection WHERE source = ?1 AND key = ?2")?;
    let mut insert = db.prepare_cached(
        "INSERT INTO rejection (source, key, teaser, reason, tries, again, evidence, since)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (source, key) DO UPDATE SET teaser = excluded.teaser, reason = excluded.reason,
             tries = excluded.tries, again = excluded.again,
             since = CASE WHEN evidence = excluded.evidence THEN since ELSE excluded.since END,
             evidence = excluded.evidence",
    )?;
    for page in pages {
        let (source, key) = (claim.source.as_str(), page.key.as_str());
        let before: Option<u32> = tries.query_row((source, key), |row| row.get(0)).optional()?;
        let tries = before.unwrap_or(0).saturating_add(1);
        let again = millis(page.until.unwrap_or_else(|| now + retry::rejected_page(tries)));
        let since = page.evidence.is_some().then(|| millis(now));
        let RejectedPage { fingerprint, reason, evidence, .. } = page;
        insert.execute((source, key, fingerprint, reason, tries, again, evidence, since))?;
    }
    Ok(())
}
