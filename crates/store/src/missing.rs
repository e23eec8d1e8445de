//! Articles that their agencies may have removed: doubted, confirmed as gone, withdrawn, returned.
//!
//! An article is doubted when it is missing from a listing that shows older ones, or when its page
//! is gone (404 or 410). A page that is there ends the doubt. A page that is gone twice, at least
//! half an hour apart, withdraws the article. Any other answer postpones the check, with a doubled
//! pause each time and ten times at most. A withdrawal by the agency ends when the article is
//! listed and its page is there; one by the operator never ends.

use crate::columns::{instant, maybe_instant, millis};
use crate::error::TransactionError;
use crate::revisits::PAGES;
use crate::{
    ArticleChange, ArticleRowId, DueArticle, KnownArticle, Store, StoreError, VisitClaim, records,
    revisits, withdrawals,
};
use bantin_core::{ArticleKey, Slug, retry};
use chrono::{DateTime, SecondsFormat, Utc};
use rusqlite::{OptionalExtension, Transaction, named_params};

/// The maximum number of articles that are compared with a listing.
const MAX_LAST: u32 = 300;

/// The keys of missing articles, as SQL.
const MISSING: &str = "SELECT value FROM json_each(?3)";

/// An article of an earlier listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastListed {
    /// The article.
    pub article: KnownArticle,
    /// When it was published.
    pub published: DateTime<Utc>,
    /// The date that its listing item showed, verbatim.
    pub date: Option<String>,
}

impl Store {
    /// Returns the articles of the last listing that was read, in its order.
    pub async fn listing(&self, source: &Slug) -> Result<Vec<ArticleKey>, StoreError> {
        let source = source.clone();
        self.read_briefly(move |db| listing(db, &source)).await
    }

    /// Returns the articles that were listed last, over several listings, with what their items showed.
    pub async fn last_listed(&self, source: &Slug) -> Result<Vec<LastListed>, StoreError> {
        let source = source.clone();
        self.read_briefly(move |db| last_listed(db, &source)).await
    }

    /// Returns up to `limit` articles whose pages must be checked: first those that are due, the
    /// longest due first, then those that are `missing` now.
    pub async fn doubted(
        &self,
        source: &Slug,
        missing: &[ArticleKey],
        now: DateTime<Utc>,
        limit: usize,
    ) -> Result<Vec<DueArticle>, StoreError> {
        let (source, missing) = (source.clone(), missing.to_vec());
        self.read_briefly(move |db| doubted(db, &source, &missing, now, limit)).await
    }
}

fn listing(db: &Transaction<'_>, source: &Slug) -> Result<Vec<ArticleKey>, TransactionError> {
    let mut select = db.prepare_cached(
        "SELECT article.key FROM article JOIN source ON source.id = article.source
         WHERE article.source = ?1 AND article.listed = source.listed AND withdrawn IS NULL ORDER BY rank",
    )?;
    let keys = select.query_map([source.as_str()], |row| row.get(0).map(ArticleKey::kept))?;
    Ok(keys.collect::<Result<_, _>>()?)
}

fn last_listed(db: &Transaction<'_>, source: &Slug) -> Result<Vec<LastListed>, TransactionError> {
    let mut select = db.prepare_cached(
        "SELECT article.*, (SELECT CASE WHEN json_valid(page.teaser) THEN json_extract(page.teaser, '$.date') END
             FROM alias JOIN page INDEXED BY page_item ON page.source = alias.source AND page.asked = alias.url
             WHERE alias.article = article.sequence ORDER BY page.fetched DESC LIMIT 1) AS shown_date
         FROM article WHERE article.source = ?1 AND article.listed IS NOT NULL AND withdrawn IS NULL
         ORDER BY article.listed DESC, rank LIMIT ?2",
    )?;
    let mut rows = select.query((source.as_str(), MAX_LAST))?;
    let mut listed = Vec::new();
    while let Some(row) = rows.next()? {
        listed.push(LastListed {
            article: revisits::read_known_article(row)?,
            published: instant(row.get("published")?),
            date: row.get("shown_date")?,
        });
    }
    Ok(listed)
}

fn doubted(
    db: &Transaction<'_>,
    source: &Slug,
    missing: &[ArticleKey],
    now: DateTime<Utc>,
    limit: usize,
) -> Result<Vec<DueArticle>, TransactionError> {
    // Articles withdrawn by the agency are checked a few times more, and after that only while they
    // are listed again. One `SELECT` for each index.
    let mut select = db.prepare_cached(&format!(
        "{PAGES} WHERE article.sequence IN (
             SELECT sequence FROM article WHERE source = ?1 AND doubt_again <= ?2 AND withdrawn IS NULL
             UNION SELECT sequence FROM article
             WHERE source = ?1 AND doubt_tries < ?5 AND withdrawn_by_agency = 1 AND {due}
             UNION SELECT sequence FROM article
             WHERE source = ?1 AND listed = (SELECT listed FROM source WHERE id = ?1)
                 AND withdrawn_by_agency = 1 AND {due}
             UNION SELECT sequence FROM article
             WHERE source = ?1 AND key IN ({MISSING}) AND withdrawn IS NULL)
         ORDER BY ifnull(doubt_again, ?2), article.sequence LIMIT ?4",
        due = format_args!("(doubt_again <= ?2 OR key IN ({MISSING}))")
    ))?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let missing = records::write_texts(missing.iter().map(ArticleKey::as_str))?;
    let rows = select.query((
        source.as_str(),
        millis(now),
        missing,
        limit,
        retry::MAX_CHECKS_OF_WITHDRAWN,
    ))?;
    revisits::read_due(rows)
}

/// Marks articles that are missing from the listing as doubted.
pub(crate) fn mark_doubted(
    db: &Transaction<'_>,
    claim: &VisitClaim,
    keys: &[ArticleKey],
    now: DateTime<Utc>,
) -> Result<(), TransactionError> {
    let mut update = db.prepare_cached(
        "UPDATE article SET doubt_again = ?3, doubt_tries = 0
         WHERE source = ?1 AND key = ?2 AND doubt_again IS NULL AND withdrawn IS NULL",
    )?;
    for key in keys {
        update.execute((claim.source.as_str(), key.as_str(), millis(now)))?;
    }
    Ok(())
}

/// Ends the doubt about an article, because its page was read.
pub(crate) fn clear_doubt(db: &Transaction<'_>, row: ArticleRowId) -> Result<(), TransactionError> {
    db.prepare_cached(
        "UPDATE article SET doubt_again = NULL, doubt_tries = 0, gone_at = NULL, gone_code = NULL WHERE sequence = ?1",
    )?
    .execute([row])?;
    Ok(())
}

/// Postpones the check of a doubted article whose page gave no clear answer.
pub(crate) fn postpone_unclear(
    db: &Transaction<'_>,
    source: &Slug,
    key: &ArticleKey,
    now: DateTime<Utc>,
) -> Result<(), TransactionError> {
    let found: Option<(ArticleRowId, u32, bool)> = db
        .prepare_cached(
            "SELECT sequence, doubt_tries, withdrawn IS NOT NULL FROM article
             WHERE source = ?1 AND key = ?2 AND doubt_again IS NOT NULL",
        )?
        .query_row((source.as_str(), key.as_str()), |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    let Some((row, tries, withdrawn)) = found else { return Ok(()) };
    let tries = tries.saturating_add(1);
    if withdrawn {
        // It may be listed and published again at any time.
        return postpone(db, row, tries, now + retry::withdrawn_article(tries));
    }
    if tries >= retry::MAX_UNCLEAR_ANSWERS {
        return clear_doubt(db, row);
    }
    postpone(db, row, tries, now + retry::doubted_article(tries))
}

/// Postpones the check of a doubted article whose page was not requested or did not answer, which
/// is no evidence.
pub(crate) fn postpone_check(
    db: &Transaction<'_>,
    source: &Slug,
    key: &ArticleKey,
    now: DateTime<Utc>,
) -> Result<(), TransactionError> {
    db.prepare_cached(
        "UPDATE article SET doubt_again = ?3 WHERE source = ?1 AND key = ?2 AND doubt_again IS NOT NULL",
    )?
    .execute((source.as_str(), key.as_str(), millis(now + retry::doubted_article(1))))?;
    Ok(())
}

fn postpone(
    db: &Transaction<'_>,
    row: ArticleRowId,
    tries: u32,
    until: DateTime<Utc>,
) -> Result<(), TransactionError> {
    db.prepare_cached("UPDATE article SET doubt_again = ?2, doubt_tries = ?3 WHERE sequence = ?1")?
        .execute((row, millis(until), tries))?;
    Ok(())
}

/// Records that the page of an article is gone. Withdraws the article if an earlier request, long
/// enough ago, found it gone too.
pub(crate) fn record_gone(
    db: &Transaction<'_>,
    source: &Slug,
    key: &ArticleKey,
    code: u16,
    now: DateTime<Utc>,
) -> Result<Option<ArticleChange>, TransactionError> {
    let found = db
        .prepare_cached("SELECT * FROM article WHERE source = ?1 AND key = ?2")?
        .query_row((source.as_str(), key.as_str()), |row| {
            let before =
                maybe_instant(row, "gone_at")?.zip(row.get::<_, Option<u16>>("gone_code")?);
            let withdrawn: Option<i64> = row.get("withdrawn")?;
            let names = (row.get::<_, String>("id")?, row.get::<_, String>("title")?);
            let state = (before, withdrawn.is_some(), row.get::<_, u32>("doubt_tries")?);
            Ok((row.get::<_, ArticleRowId>("sequence")?, state, names))
        })
        .optional()?;
    let Some((row, (before, withdrawn, tries), (id, title))) = found else { return Ok(None) };
    if withdrawn {
        let tries = tries.saturating_add(1);
        postpone(db, row, tries, now + retry::withdrawn_article(tries))?;
        return Ok(None);
    }
    let (first, first_code) = before.unwrap_or((now, code));
    let confirmed = before.is_some() && now >= first + retry::CONFIRM_GONE;
    let again = if confirmed { now } else { first } + retry::CONFIRM_GONE;
    db.prepare_cached(
        "UPDATE article SET gone_at = :first, gone_code = :code, doubt_again = :again, doubt_tries = 0
         WHERE sequence = :sequence",
    )?
    .execute(named_params! {
        ":sequence": row,
        ":first": millis(first),
        ":code": first_code,
        ":again": millis(again),
    })?;
    if !confirmed {
        return Ok(None);
    }
    let codes = if first_code == code {
        format!("{code} twice")
    } else {
        format!("{first_code} and {code}")
    };
    let date = |instant: DateTime<Utc>| instant.to_rfc3339_opts(SecondsFormat::Secs, true);
    let reason = format!("gone at the agency: {codes}, {}, {}", date(first), date(now));
    db.prepare_cached(
        "UPDATE article SET withdrawn = ?2, withdrawn_reason = ?3, withdrawn_by_agency = 1 WHERE sequence = ?1",
    )?
    .execute((row, millis(now), &reason))?;
    withdrawals::audit(db, "withdraw", &id, &reason, now)?;
    Ok(Some(ArticleChange::Withdrawn { id, title, reason }))
}

/// Publishes an article again that its agency had removed and shows again. It becomes a new
/// revision, because readers that received the tombstone accept only a newer entry (RFC 6721
/// section 3).
pub(crate) fn restore_returned(
    db: &Transaction<'_>,
    row: ArticleRowId,
    now: DateTime<Utc>,
) -> Result<ArticleChange, TransactionError> {
    let (id, title): (String, String) = db
        .prepare_cached(
            "UPDATE article SET withdrawn = NULL, withdrawn_reason = NULL, withdrawn_by_agency = 0,
                 updated = max(updated, ?2), revision = revision + 1
             WHERE sequence = ?1
             RETURNING id, title",
        )?
        .query_row((row, millis(now)), |row| Ok((row.get(0)?, row.get(1)?)))?;
    withdrawals::audit(db, "return", &id, "there again at the agency", now)?;
    Ok(ArticleChange::Returned { id, title })
}
