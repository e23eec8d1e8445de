//! Known articles whose pages are looked at again: because their teasers changed, or because they are young.
//! Those that may be gone are in [`super::record_gone`].

use super::articles::ArrivalKind;
use super::{TransactionError, instant, maybe_instant, millis, parsed, withdrawals};
use crate::records;
use crate::{
    ArticleChange, DueArticle, FetchedArticle, KnownArticle, PageCheck, PageStatus, VisitClaim,
};
use bantin_core::{ArticleKey, Slug, retry};
use chrono::{DateTime, Utc};
use rusqlite::{Row, Rows, Transaction, named_params};

/// Articles with the newest page of each, of all the addresses that it was listed under; the condition follows.
pub(super) const PAGES: &str =
    "SELECT article.key, article.title, article.text, article.first_seen, page.validators, page.teaser AS shown,
            coalesce(page.asked, (SELECT url FROM alias WHERE article = article.sequence LIMIT 1), article.url) AS url
     FROM article LEFT JOIN page ON page.id =
         (SELECT page.id FROM alias JOIN page ON page.source = alias.source AND page.asked = alias.url
          WHERE alias.article = article.sequence ORDER BY page.fetched DESC LIMIT 1)";

/// What is known of the article in a row, for one who sees its teaser.
pub(super) fn known(row: &Row<'_>) -> rusqlite::Result<KnownArticle> {
    let title: Option<String> = row.get("teaser_title")?;
    Ok(KnownArticle {
        key: ArticleKey::kept(row.get("key")?),
        teaser: row.get("teaser")?,
        title: title.map_or_else(|| row.get("title"), Ok)?,
        again: maybe_instant(row, "teaser_again")?,
        first_seen: instant(row.get("first_seen")?),
        is_gone: maybe_instant(row, "gone_at")?.is_some(),
    })
}

/// The articles whose pages are due.
pub(in super::super) fn due(
    db: &Transaction<'_>,
    source: &Slug,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
    limit: usize,
) -> Result<Vec<DueArticle>, TransactionError> {
    let mut select = db.prepare_cached(&format!(
        "{PAGES} WHERE article.source = ?1 AND article.revisit_at <= ?2 AND article.first_seen > ?3
             AND withdrawn IS NULL AND doubt_again IS NULL
         ORDER BY article.revisit_at, article.sequence LIMIT ?4"
    ))?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = select.query((source.as_str(), millis(now), millis(since), limit))?;
    read_due(rows)
}

/// The articles in rows of [`PAGES`].
pub(super) fn read_due(mut rows: Rows<'_>) -> Result<Vec<DueArticle>, TransactionError> {
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let validators: Option<String> = row.get("validators")?;
        let teaser: Option<String> = row.get("shown")?;
        found.push(DueArticle {
            key: ArticleKey::kept(row.get("key")?),
            url: parsed("the address of a page", &row.get::<_, String>("url")?)?,
            validators: validators
                .map(|text| records::read("the validators of a page", &text))
                .transpose()?,
            teaser: teaser.map(|text| records::read("the teaser of a page", &text)).transpose()?,
            title: row.get("title")?,
            text: row.get("text")?,
            first_seen: instant(row.get("first_seen")?),
        });
    }
    Ok(found)
}

/// Remembers that the page of an article was read, with which teaser, and what that changed.
pub(super) fn record_page_read(
    db: &Transaction<'_>,
    sequence: i64,
    arrived: &FetchedArticle,
    change: &ArticleChange,
    news: ArrivalKind,
    now: DateTime<Utc>,
) -> Result<(), TransactionError> {
    let is_new = matches!(change, ArticleChange::New(_));
    let (teaser, mut tries): (String, u32) = db
        .prepare_cached("SELECT teaser, teaser_tries FROM article WHERE sequence = ?1")?
        .query_row([sequence], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut again = None;
    let other_teaser = teaser != arrived.teaser;
    if is_new || matches!(change, ArticleChange::Revised(_)) {
        tries = 0;
    } else if other_teaser {
        tries = tries.saturating_add(1);
        again = Some(now + retry::unchanged_article(tries));
    }
    db.prepare_cached(
        "UPDATE article SET teaser = :teaser, teaser_title = CASE WHEN erased THEN '' ELSE :title END, teaser_tries = :tries,
             teaser_again = CASE WHEN :kept THEN teaser_again ELSE :again END,
             revisit_at = CASE WHEN :is_news OR revisit_at IS NOT NULL THEN :revisit_at END
         WHERE sequence = :sequence",
    )?
    .execute(named_params! {
        ":sequence": sequence,
        ":teaser": arrived.teaser,
        ":title": arrived.teaser_title,
        ":tries": tries,
        // A look at the page alone says nothing of its teaser, unless it found what the teaser may have meant.
        ":kept": !other_teaser && tries > 0,
        ":again": again.map(millis),
        ":is_news": is_new && news == ArrivalKind::Yes,
        ":revisit_at": arrived.revisit_at.map(millis),
    })?;
    Ok(())
}

/// Remembers what pages said that were asked for and gave no article. Gives those that were withdrawn for it.
pub(super) fn record_page_checks(
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
        if page.found != PageStatus::Later {
            let revisit_at = page.revisit_at.map(millis);
            update.execute((claim.source.as_str(), page.key.as_str(), revisit_at))?;
        }
        match page.found {
            PageStatus::Later => withdrawals::later(db, &claim.source, &page.key, now)?,
            PageStatus::Same => {}
            PageStatus::Gone(code) => {
                changes.extend(withdrawals::record_gone(db, &claim.source, &page.key, code, now)?);
            }
            PageStatus::Unclear => withdrawals::unclear(db, &claim.source, &page.key, now)?,
        }
    }
    Ok(changes)
}
