//! Backfills: how far the listing of a source was walked back, and what was found there.
//!
//! A backfill has no lease: it is no visit, and moves nothing that a visit looks at. That there is one at a time is seen to by a
//! lock of its process.

use super::articles::{self, ArrivalKind};
use super::sources::is_read_with;
use super::{TransactionError, changed, instant, maybe_instant, millis, parsed};
use crate::records::{self, ExtractionConfig};
use crate::{ArticleChange, BackfillState, FetchedArticle, VisitClaim, WalkedPage};
use bantin_core::{ArticleField, ArticleKey, Provenance, Slug};
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Transaction};

/// Begins a backfill, or takes up the one that was begun.
pub(in super::super) fn begin(
    db: &Transaction<'_>,
    source: &Slug,
    config: ExtractionConfig,
    afresh: bool,
    now: DateTime<Utc>,
) -> Result<BackfillState, TransactionError> {
    let known: Option<String> = db
        .prepare_cached("SELECT extraction_config FROM backfill WHERE source = ?1")?
        .query_row([source.as_str()], |row| row.get(0))
        .optional()?
        .flatten();
    let is_other = known.map(|text| is_read_with(&text, &config)).transpose()? == Some(false);
    if afresh || is_other {
        db.prepare_cached("DELETE FROM backfill WHERE source = ?1")?.execute([source.as_str()])?;
    }
    db.prepare_cached(
        "INSERT INTO backfill (source, extraction_config, started) VALUES (?1, ?2, ?3)
         ON CONFLICT (source) DO UPDATE SET extraction_config = excluded.extraction_config",
    )?
    .execute((source.as_str(), records::write_record(config)?, millis(now)))?;
    let (id, next): (i64, Option<String>) = db
        .prepare_cached("SELECT id, next FROM backfill WHERE source = ?1")?
        .query_row([source.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let claim = VisitClaim {
        visit: -id,
        source: source.clone(),
        worker: String::new(),
        started: now,
        cut_short: 0,
    };
    let mut select = db.prepare_cached(
        "SELECT number, name, items, newest, missed FROM backfill_page WHERE backfill = ?1 ORDER BY number",
    )?;
    let mut rows = select.query([id])?;
    let mut pages = Vec::new();
    while let Some(row) = rows.next()? {
        let number: i64 = row.get("number")?;
        pages.push(WalkedPage {
            number: usize::try_from(number).unwrap_or_default(),
            name: parsed("the name of a page of a backfill", &row.get::<_, String>("name")?)?,
            items: row.get("items")?,
            newest: maybe_instant(row, "newest")?,
            missed: records::read_list(
                "the missed items of a backfill",
                &row.get::<_, String>("missed")?,
            )?,
            next: None,
        });
    }
    if let Some(last) = pages.last_mut() {
        last.next =
            next.map(|text| records::read("the next page of a backfill", &text)).transpose()?;
    }
    Ok(BackfillState { claim, pages })
}

/// Ends a page. One that was ended before is brought up to date: what was missed on it has come, or nothing follows it.
pub(in super::super) fn commit(
    db: &Transaction<'_>,
    claim: &VisitClaim,
    page: &WalkedPage,
    articles: &[FetchedArticle],
    now: DateTime<Utc>,
) -> Result<Vec<ArticleChange>, TransactionError> {
    // What has no date of its own would stand among the news of today in every feed that has room: it never arrives.
    let mut never =
        db.prepare_cached("UPDATE article SET arrival = ?3 WHERE source = ?1 AND key = ?2")?;
    let mut changes = Vec::with_capacity(articles.len());
    for arrived in articles {
        let change = articles::insert_or_revise(db, claim, arrived, ArrivalKind::Backlog, now)?;
        let from = arrived.article.provenance.get(&ArticleField::Published);
        let is_undated = from.is_none_or(|from| *from == Provenance::FirstSeen);
        if is_undated && matches!(change, ArticleChange::New(_)) {
            let key = arrived.article.key.as_str();
            never.execute((claim.source.as_str(), key, articles::NEVER))?;
        }
        changes.push(change);
    }
    let id = -claim.visit;
    let number = i64::try_from(page.number).unwrap_or(i64::MAX);
    let done: Option<i64> = db
        .prepare_cached("SELECT max(number) FROM backfill_page WHERE backfill = ?1")?
        .query_row([id], |row| row.get(0))?;
    db.prepare_cached(
        "INSERT INTO backfill_page (backfill, number, name, items, newest, missed) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (backfill, number) DO UPDATE SET missed = excluded.missed, newest = excluded.newest",
    )?
    .execute((
        id,
        number,
        page.name.as_str(),
        &page.items,
        page.newest.map(millis),
        records::write_list(&page.missed)?,
    ))?;
    if done.is_none_or(|done| done <= number) {
        let next = page.next.as_ref().map(records::write).transpose()?;
        db.prepare_cached("UPDATE backfill SET next = ?2 WHERE id = ?1")?.execute((id, next))?;
    }
    // The listing has served; the pages of articles stay, as those of visits do.
    db.prepare_cached("DELETE FROM page WHERE visit = ?1 AND teaser IS NULL")?
        .execute([claim.visit])?;
    if changes.iter().any(|change| *change != ArticleChange::Same) {
        changed(db)?;
    }
    Ok(changes)
}

/// The dates of known articles that are not the instant at which they were found.
pub(in super::super) fn dates(
    db: &Transaction<'_>,
    source: &Slug,
    keys: &[ArticleKey],
) -> Result<Vec<DateTime<Utc>>, TransactionError> {
    let mut select = db.prepare_cached(
        "SELECT published FROM article WHERE source = ?1 AND key = ?2 AND published != first_seen",
    )?;
    let mut dates = Vec::new();
    for key in keys {
        let date: Option<i64> =
            select.query_row((source.as_str(), key.as_str()), |row| row.get(0)).optional()?;
        dates.extend(date.map(instant));
    }
    Ok(dates)
}

/// Whether what is new on the first page of a source is news.
pub(in super::super) fn is_settled(
    db: &Transaction<'_>,
    source: &Slug,
) -> Result<bool, TransactionError> {
    let sql = "SELECT settled IS NOT NULL FROM source WHERE id = ?1";
    let settled = db.prepare_cached(sql)?.query_row([source.as_str()], |row| row.get(0));
    Ok(settled.optional()?.unwrap_or(false))
}
