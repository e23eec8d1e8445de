//! Articles that somebody asks for by name: with the page that they were made of, and what is known of items that gave none.

use super::{TransactionError, articles, exchange, instant, parsed};
use crate::records;
use crate::{ArticleLookup, KeptPage, StoredArticle, UnreadItem};
use bantin_core::{ArticleKey, Slug};
use bytes::Bytes;
use rusqlite::{OptionalExtension, Row, Transaction, named_params};
use url::Url;

/// More ids that begin alike are not shown.
const MAX_COUNT: usize = 5;

/// The article of an id, of its unique beginning, or of an address that it was listed under.
pub(in super::super) fn find(
    db: &Transaction<'_>,
    name: &str,
) -> Result<ArticleLookup, TransactionError> {
    let exact = "SELECT id FROM article WHERE id = ?1 OR url = ?1
                 UNION SELECT id FROM alias JOIN article ON article.sequence = alias.article WHERE alias.url = ?1
                 LIMIT 6";
    let begins = "SELECT id FROM article WHERE substr(id, 1, length(?1)) = ?1 ORDER BY id LIMIT 6";
    let ids = |sql: &str| -> Result<Vec<String>, TransactionError> {
        let mut select = db.prepare_cached(sql)?;
        let ids = select.query_map([name], |row| row.get(0))?;
        Ok(ids.collect::<Result<_, _>>()?)
    };
    let mut found = ids(exact)?;
    if found.is_empty() && name.starts_with("tag:") {
        found = ids(begins)?;
    }
    match found.as_slice() {
        [] => Ok(ArticleLookup::Unknown),
        [id] => Ok(ArticleLookup::Found(Box::new(stored(db, id)?))),
        _ => {
            let more = found.len() > MAX_COUNT;
            found.truncate(MAX_COUNT);
            Ok(ArticleLookup::Several { ids: found, more })
        }
    }
}

fn stored(db: &Transaction<'_>, id: &str) -> Result<StoredArticle, TransactionError> {
    let read = |row: &Row<'_>| -> Result<(i64, StoredArticle), TransactionError> {
        let stored = StoredArticle {
            article: articles::whole(row)?,
            teaser_title: row.get("teaser_title")?,
            withdrawn: exchange::withdrawal(row)?,
            asked: None,
            teaser: None,
            page: None,
        };
        Ok((row.get("sequence")?, stored))
    };
    let mut select =
        db.prepare_cached(&format!("SELECT *, {} FROM article WHERE id = ?1", articles::TOPICS))?;
    let mut rows = select.query([id])?;
    let row = rows.next()?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    let (sequence, mut stored) = read(row)?;
    let asked: Option<String> = db
        .prepare_cached("SELECT url FROM alias WHERE article = ?1 LIMIT 1")?
        .query_row([sequence], |row| row.get(0))
        .optional()?;
    stored.asked = asked.map(|asked| parsed("an address of an article", &asked)).transpose()?;
    let mut select = db.prepare_cached(
        "SELECT page.* FROM alias JOIN page ON page.source = alias.source AND page.asked = alias.url
         WHERE alias.article = ?1 ORDER BY page.fetched DESC LIMIT 1",
    )?;
    let mut rows = select.query([sequence])?;
    if let Some(row) = rows.next()? {
        let page = kept(row)?;
        let teaser: Option<String> = row.get("teaser")?;
        stored.teaser =
            teaser.map(|text| records::read("the teaser of a page", &text)).transpose()?;
        stored.asked = Some(page.asked.clone());
        stored.page = Some(page);
    }
    Ok(stored)
}

/// The page that was fetched last from an address.
pub(in super::super) fn last_page(
    db: &Transaction<'_>,
    source: &Slug,
    asked: &Url,
) -> Result<Option<KeptPage>, TransactionError> {
    let mut select = db.prepare_cached("SELECT * FROM page WHERE source = ?1 AND asked = ?2")?;
    let mut rows = select.query((source.as_str(), asked.as_str()))?;
    rows.next()?.map(kept).transpose()
}

/// The page in a row.
fn kept(row: &Row<'_>) -> Result<KeptPage, TransactionError> {
    let text = |column: &str| row.get::<_, String>(column);
    Ok(KeptPage {
        asked: parsed("the address of a page", &text("asked")?)?,
        url: parsed("the address of a page", &text("url")?)?,
        media: records::read("the media type of a page", &text("media")?)?,
        coding: records::read("the coding of a page", &text("coding")?)?,
        wire: Bytes::from(row.get::<_, Vec<u8>>("wire")?),
        validators: records::read("the validators of a page", &text("validators")?)?,
        fetched: instant(row.get("fetched")?),
    })
}

/// What is known of an item of a source that has no article.
pub(in super::super) fn unread(
    db: &Transaction<'_>,
    source: &Slug,
    key: &ArticleKey,
    url: &Url,
) -> Result<Option<UnreadItem>, TransactionError> {
    let waiting: Option<(String, String, i64)> = db
        .prepare_cached(
            "SELECT key, teaser, since FROM pending
             WHERE source = :source AND (key = :key OR teaser ->> '$.url' = :url) LIMIT 1",
        )?
        .query_row(
            named_params! { ":source": source.as_str(), ":key": key.as_str(), ":url": url.as_str() },
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .optional()?;
    let key = waiting.as_ref().map_or(key.as_str(), |(key, ..)| key);
    let refused = db
        .prepare_cached(
            "SELECT reason, tries, again FROM rejection WHERE source = ?1 AND key = ?2",
        )?
        .query_row((source.as_str(), key), |row| {
            Ok((row.get(0)?, row.get(1)?, instant(row.get(2)?)))
        })
        .optional()?;
    let teaser =
        waiting.as_ref().map(|(_, teaser, _)| records::read("a teaser", teaser)).transpose()?;
    let since = waiting.map(|(.., since)| instant(since));
    let is_known = since.is_some() || refused.is_some();
    Ok(is_known.then_some(UnreadItem { teaser, since, refused }))
}
