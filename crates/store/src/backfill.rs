//! The progress of backfills: the listing pages of a source that were walked back, and their
//! articles.
//!
//! A backfill is not a visit: it has no lease, and it affects neither the schedule nor the health
//! checks nor the withdrawals of its source. A lock of its process keeps two backfills of a source
//! apart. Each listing page ends in one transaction: its articles, its missed items, and the
//! request for the next page. A backfill with another extraction config starts from scratch.
//! Fetched pages are stored under a negative number, which no visit has.

use crate::articles::{ArrivalKind, NEVER};
use crate::changes::changed;
use crate::columns::{instant, maybe_instant, millis, parsed};
use crate::error::TransactionError;
use crate::{
    ArticleChange, FetchedArticle, RejectedPage, Store, StoreError, VisitClaim, VisitId, articles,
    records, rejections, sources,
};
use bantin_core::{ArticleField, ArticleKey, ListingItem, NextPage, Provenance, Slug, Source};
use chrono::{DateTime, Utc};
use records::ExtractionConfig;
use rusqlite::{OptionalExtension, Transaction};
use url::Url;

/// The progress of the backfill of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackfillState {
    /// The claim that its pages are stored under. Its visit number is negative, unlike that of any
    /// visit.
    pub claim: VisitClaim,
    /// The completed pages, first page first.
    pub pages: Vec<WalkedPage>,
}

/// A listing page that a backfill completed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalkedPage {
    /// Its number, from 1.
    pub number: usize,
    /// The name of its request ([`NextPage::name`]).
    pub name: Url,
    /// A fingerprint of its items.
    pub items: String,
    /// The newest date of the items on it that were on no earlier page.
    pub newest: Option<DateTime<Utc>>,
    /// Items whose pages failed or were older than requested; a later run requests them.
    pub missed: Vec<ListingItem>,
    /// The request for the next page; `None` on the last page. Stored for the newest page only.
    pub next: Option<NextPage>,
}

impl Store {
    /// Begins the backfill of a source, or resumes the stored one if it has the same extraction
    /// config.
    ///
    /// `afresh` discards the stored one.
    pub async fn begin_backfill(
        &self,
        source: &Source,
        afresh: bool,
        now: DateTime<Utc>,
    ) -> Result<BackfillState, StoreError> {
        let (source, config) = (source.id().clone(), ExtractionConfig::from(source));
        self.write(move |db| begin(db, &source, config, afresh, now)).await
    }

    /// Commits one page of a backfill: its articles and the next page in one transaction, durable
    /// on return.
    ///
    /// The rest of the source's state is unchanged, because this is not a visit. The articles
    /// arrive by their own dates. A page that was committed before is updated.
    pub async fn commit_backfill(
        &self,
        claim: &VisitClaim,
        page: WalkedPage,
        articles: Vec<FetchedArticle>,
        held: Vec<RejectedPage>,
        now: DateTime<Utc>,
    ) -> Result<Vec<ArticleChange>, StoreError> {
        let claim = claim.clone();
        self.write_durably(move |db| {
            rejections::add_rejections(db, &claim, &held, now)?;
            commit(db, &claim, &page, &articles, now)
        })
        .await
    }

    /// Returns the agency's dates of those of these articles that are known.
    pub async fn dates(
        &self,
        source: &Slug,
        keys: Vec<ArticleKey>,
    ) -> Result<Vec<DateTime<Utc>>, StoreError> {
        let source = source.clone();
        self.read(move |db| dates(db, &source, &keys)).await
    }

    /// Whether the first listing of a source was read completely, so that new items on it are news.
    pub async fn is_settled(&self, source: &Slug) -> Result<bool, StoreError> {
        let source = source.clone();
        self.read(move |db| is_settled(db, &source)).await
    }
}

fn begin(
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
    let is_other =
        known.map(|text| sources::is_read_with(&text, &config)).transpose()? == Some(false);
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
        visit: VisitId(-id),
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

fn commit(
    db: &Transaction<'_>,
    claim: &VisitClaim,
    page: &WalkedPage,
    articles: &[FetchedArticle],
    now: DateTime<Utc>,
) -> Result<Vec<ArticleChange>, TransactionError> {
    // An article without a date would appear among today's news in every feed with free space, so
    // it never arrives.
    let mut never =
        db.prepare_cached("UPDATE article SET arrival = ?3 WHERE source = ?1 AND key = ?2")?;
    let mut changes = Vec::with_capacity(articles.len());
    for arrived in articles {
        let change = articles::insert_or_revise(db, claim, arrived, ArrivalKind::Backlog, now)?;
        let from = arrived.article.provenance.get(&ArticleField::Published);
        let is_undated = from.is_none_or(|from| *from == Provenance::FirstSeen);
        if is_undated && matches!(change, ArticleChange::New(_)) {
            let key = arrived.article.key.as_str();
            never.execute((claim.source.as_str(), key, NEVER))?;
        }
        changes.push(change);
    }
    let id = -claim.visit.0;
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
    // The listing page is not needed any more; the pages of articles stay, like those of visits.
    db.prepare_cached("DELETE FROM page WHERE visit = ?1 AND teaser IS NULL")?
        .execute([claim.visit])?;
    if changes.iter().any(|change| *change != ArticleChange::Same) {
        changed(db)?;
    }
    Ok(changes)
}

fn dates(
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

fn is_settled(db: &Transaction<'_>, source: &Slug) -> Result<bool, TransactionError> {
    let sql = "SELECT settled IS NOT NULL FROM source WHERE id = ?1";
    let settled = db.prepare_cached(sql)?.query_row([source.as_str()], |row| row.get(0));
    Ok(settled.optional()?.unwrap_or(false))
}
