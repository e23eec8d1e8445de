//! Revisits: known articles whose pages are fetched again because their listing items changed or
//! because they are young. Articles that may be gone are in `missing`.

use crate::articles::ArrivalKind;
use crate::columns::{instant, maybe_instant, millis, parsed};
use crate::error::TransactionError;
use crate::{
    ArticleChange, ArticleRowId, FetchedArticle, PageRefusal, Store, StoreError, VisitClaim,
    missing, records, rejections,
};
use bantin_core::{ArticleKey, ListingItem, Slug, retry};
use bantin_page::Validators;
use chrono::{DateTime, Utc};
use rusqlite::{Row, Rows, Transaction, named_params};
use url::Url;

/// The SQL for articles with their newest pages, over all addresses at which they were listed; a
/// condition is appended.
pub(crate) const PAGES: &str =
    "SELECT article.key, article.title, article.teaser_title, article.text, article.hash, article.published, article.doubtful, article.erased, article.first_seen,
            json_extract(article.provenance, '$.published') IS NOT 'first-seen' AS is_dated, page.validators, page.teaser AS shown,
            rejection.teaser AS refused, rejection.again, rejection.evidence, rejection.since, rejection.evidence IS NOT NULL AND EXISTS
                (SELECT 1 FROM rejection AS other WHERE other.source = article.source AND other.key <> article.key
                     AND other.evidence = rejection.evidence) AS is_shared,
            coalesce(page.asked, (SELECT url FROM alias WHERE article = article.sequence LIMIT 1), article.url) AS url
     FROM article LEFT JOIN rejection ON rejection.source = article.source AND rejection.key = article.key
     LEFT JOIN page ON page.id =
         (SELECT page.id FROM alias JOIN page ON page.source = alias.source AND page.asked = alias.url
          WHERE alias.article = article.sequence ORDER BY page.fetched DESC LIMIT 1)";

/// The stored state of a listed article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownArticle {
    /// Its key, which differs from the item's key if the article is listed under a new one.
    pub key: ArticleKey,
    /// The fingerprint of the listing item that it was extracted from.
    pub fingerprint: String,
    /// The title in that item, or the article's own title.
    pub title: String,
    /// The instant before which a changed item with the same title causes no request.
    pub not_before: Option<DateTime<Utc>>,
    /// When it was first seen.
    pub first_seen: DateTime<Utc>,
    /// Whether its page was gone at the last request.
    pub is_gone: bool,
}

/// A known article whose page is due for a revisit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueArticle {
    /// Its key.
    pub key: ArticleKey,
    /// The requested address of its page.
    pub url: Url,
    /// The validators of its page.
    pub validators: Option<Validators>,
    /// The listing item that led to the page.
    pub item: Option<ListingItem>,
    /// Its title.
    pub title: String,
    /// The title in the listing item that it was extracted from.
    pub listed_title: Option<String>,
    /// Its text.
    pub text: String,
    /// The hash of its title and text.
    pub hash: String,
    /// When it was published.
    pub published: DateTime<Utc>,
    /// Whether the agency gave that date.
    pub is_dated: bool,
    /// Since when its page is doubted: it had little text, or was held back before it was taken.
    pub doubted_since: Option<DateTime<Utc>>,
    /// Whether its content was erased.
    pub is_erased: bool,
    /// The refusal of its page, if the last visit held it back.
    pub held: Option<PageRefusal>,
    /// When it was first seen.
    pub first_seen: DateTime<Utc>,
}

/// A known article whose page was requested again and gave no new text.
#[derive(Debug, Clone)]
pub struct PageCheck {
    /// Its key.
    pub key: ArticleKey,
    /// The status of the page.
    pub status: PageStatus,
    /// When its page is due for the next revisit.
    pub revisit_at: Option<DateTime<Utc>>,
}

/// The result of a request for a known page, other than a new text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageStatus {
    /// The page is the same as before.
    Same,
    /// The page is gone; the status code, 404 or 410.
    Gone(u16),
    /// The answer was an error or another page, which is no evidence that the article exists or is
    /// gone.
    Unclear,
    /// The page was not requested, or the host did not answer.
    Later,
}

impl Store {
    /// Returns up to `limit` known articles whose pages are due for a revisit, the longest due first:
    /// those that were first seen after `since`, that are doubted, or whose page was held back.
    pub async fn due(
        &self,
        source: &Slug,
        since: DateTime<Utc>,
        now: DateTime<Utc>,
        limit: usize,
    ) -> Result<Vec<DueArticle>, StoreError> {
        let source = source.clone();
        self.read_briefly(move |db| due(db, &source, since, now, limit)).await
    }

    /// Returns a known article, for comparison with its page.
    pub async fn known_version(
        &self,
        source: &Slug,
        key: &ArticleKey,
    ) -> Result<Option<DueArticle>, StoreError> {
        let (source, key) = (source.clone(), key.clone());
        self.read_briefly(move |db| {
            let sql = format!("{PAGES} WHERE article.source = ?1 AND article.key = ?2");
            let mut select = db.prepare_cached(&sql)?;
            let rows = select.query((source.as_str(), key.as_str()))?;
            Ok(read_due(rows)?.into_iter().next())
        })
        .await
    }
}

/// Reads the stored state of the article in a row, for comparison with its listing item.
pub(crate) fn read_known_article(row: &Row<'_>) -> rusqlite::Result<KnownArticle> {
    let title: Option<String> = row.get("teaser_title")?;
    Ok(KnownArticle {
        key: ArticleKey::kept(row.get("key")?),
        fingerprint: row.get("teaser")?,
        title: title.map_or_else(|| row.get("title"), Ok)?,
        not_before: maybe_instant(row, "teaser_again")?,
        first_seen: instant(row.get("first_seen")?),
        is_gone: maybe_instant(row, "gone_at")?.is_some(),
    })
}

fn due(
    db: &Transaction<'_>,
    source: &Slug,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
    limit: usize,
) -> Result<Vec<DueArticle>, TransactionError> {
    let mut select = db.prepare_cached(&format!(
        "{PAGES} WHERE article.source = ?1 AND article.revisit_at <= ?2
             AND (article.first_seen > ?3 OR article.doubtful OR rejection.evidence IS NOT NULL)
             AND withdrawn IS NULL AND doubt_again IS NULL
         ORDER BY article.revisit_at, article.sequence LIMIT ?4"
    ))?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = select.query((source.as_str(), millis(now), millis(since), limit))?;
    read_due(rows)
}

/// Reads the rows of a query that begins with [`PAGES`].
pub(crate) fn read_due(mut rows: Rows<'_>) -> Result<Vec<DueArticle>, TransactionError> {
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let validators: Option<String> = row.get("validators")?;
        let item_json: Option<String> = row.get("shown")?;
        found.push(DueArticle {
            key: ArticleKey::kept(row.get("key")?),
            url: parsed("the address of a page", &row.get::<_, String>("url")?)?,
            validators: validators
                .map(|text| records::read("the validators of a page", &text))
                .transpose()?,
            item: item_json
                .map(|text| records::read("the listing item of a page", &text))
                .transpose()?,
            title: row.get("title")?,
            listed_title: row.get("teaser_title")?,
            text: row.get("text")?,
            hash: row.get("hash")?,
            published: instant(row.get("published")?),
            is_dated: row.get("is_dated")?,
            doubted_since: Some(row.get("doubtful")?).filter(|at| *at != 0).map(instant),
            is_erased: row.get("erased")?,
            held: held(row)?,
            first_seen: instant(row.get("first_seen")?),
        });
    }
    Ok(found)
}

/// The refusal of a page in a row of [`PAGES`], if the page was held back.
fn held(row: &Row<'_>) -> rusqlite::Result<Option<PageRefusal>> {
    let evidence: Option<String> = row.get("evidence")?;
    evidence
        .map(|evidence| {
            Ok(PageRefusal {
                fingerprint: row.get("refused")?,
                until: instant(row.get("again")?),
                evidence: Some(evidence),
                since: maybe_instant(row, "since")?,
                is_shared: row.get("is_shared")?,
            })
        })
        .transpose()
}

/// Records that the page of an article was read, for which version of its listing item, and what
/// that changed.
pub(crate) fn record_page_read(
    db: &Transaction<'_>,
    row: ArticleRowId,
    arrived: &FetchedArticle,
    change: &ArticleChange,
    news: ArrivalKind,
    now: DateTime<Utc>,
) -> Result<(), TransactionError> {
    let is_new = matches!(change, ArticleChange::New(_));
    let (fingerprint, mut tries): (String, u32) = db
        .prepare_cached("SELECT teaser, teaser_tries FROM article WHERE sequence = ?1")?
        .query_row([row], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut again = None;
    let is_other_item = fingerprint != arrived.fingerprint;
    if is_new || matches!(change, ArticleChange::Revised(_)) {
        tries = 0;
    } else if is_other_item {
        tries = tries.saturating_add(1);
        again = Some(now + retry::unchanged_article(tries));
    }
    db.prepare_cached(
        "UPDATE article SET teaser = :teaser, teaser_title = CASE WHEN erased THEN '' ELSE :title END, teaser_tries = :tries,
             teaser_again = CASE WHEN :kept THEN teaser_again ELSE :again END,
             revisit_at = CASE WHEN :is_news OR revisit_at IS NOT NULL OR :doubtful THEN :revisit_at END,
             doubtful = :doubtful, body_hash = :body_hash
         WHERE sequence = :sequence",
    )?
    .execute(named_params! {
        ":sequence": row,
        ":teaser": arrived.fingerprint,
        ":title": arrived.teaser_title,
        ":tries": tries,
        // A revisit alone is no evidence about the changed item, unless it found the edit that the
        // item may have announced.
        ":kept": !is_other_item && tries > 0,
        ":again": again.map(millis),
        ":is_news": is_new && news == ArrivalKind::Now,
        ":revisit_at": arrived.revisit_at.map(millis),
        ":doubtful": arrived.doubted_since.map_or(0, millis),
        ":body_hash": arrived.body_hash,
    })?;
    Ok(())
}

/// Records the results of requests that gave no new text. Returns the articles that were withdrawn
/// because of them.
pub(crate) fn record_page_checks(
    db: &Transaction<'_>,
    claim: &VisitClaim,
    pages: &[PageCheck],
    now: DateTime<Utc>,
) -> Result<Vec<ArticleChange>, TransactionError> {
    let mut update = db.prepare_cached(
        "UPDATE article SET revisit_at = ?3 WHERE source = ?1 AND key = ?2 AND revisit_at IS NOT NULL",
    )?;
    let mut changes = Vec::new();
    for page in pages {
        if page.status != PageStatus::Later {
            let revisit_at = page.revisit_at.map(millis);
            update.execute((claim.source.as_str(), page.key.as_str(), revisit_at))?;
        }
        match page.status {
            PageStatus::Later => missing::postpone_check(db, &claim.source, &page.key, now)?,
            PageStatus::Same => rejections::forget(db, &claim.source, &page.key)?,
            PageStatus::Gone(code) => {
                changes.extend(missing::record_gone(db, &claim.source, &page.key, code, now)?);
            }
            PageStatus::Unclear => missing::postpone_unclear(db, &claim.source, &page.key, now)?,
        }
    }
    Ok(changes)
}
