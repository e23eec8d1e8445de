//! Lookup of articles by name, with the pages that they were extracted from; items that have no
//! article.

use crate::article_row::TOPICS;
use crate::columns::{instant, parsed};
use crate::error::TransactionError;
use crate::{
    ArticleRowId, KeptPage, Store, StoreError, Withdrawal, article_row, pages, records, withdrawals,
};
use bantin_core::{Article, ArticleKey, ListingItem, Slug};
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Transaction, named_params};
use url::Url;

/// How many ids with the same beginning are shown.
const MAX_COUNT: usize = 5;

/// The result of a lookup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArticleLookup {
    /// No article has the name.
    Unknown,
    /// One article has the name.
    Found(Box<ArticleDetails>),
    /// The ids of several articles begin with it.
    Several {
        /// The first of them.
        ids: Vec<String>,
        /// Whether there are more.
        more: bool,
    },
}

/// An article with what it was extracted from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleDetails {
    /// The article.
    pub article: Article,
    /// The title in the listing item that it was extracted from.
    pub teaser_title: Option<String>,
    /// Its withdrawal from all feeds.
    pub withdrawn: Option<Withdrawal>,
    /// The address that its page was requested at.
    pub asked: Option<Url>,
    /// The listing item that led to the page.
    pub teaser: Option<ListingItem>,
    /// The newest page.
    pub page: Option<KeptPage>,
}

/// An item of a listing that has no article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadItem {
    /// The listing item.
    pub teaser: Option<ListingItem>,
    /// Since when it is pending.
    pub since: Option<DateTime<Utc>>,
    /// Why its page was rejected, how often, and when it is requested again.
    pub refused: Option<(String, u32, DateTime<Utc>)>,
}

impl Store {
    /// Returns the article with an id, with a unique beginning of it, or with an address that it
    /// was listed under; also a withdrawn one.
    pub async fn find(&self, name: &str) -> Result<ArticleLookup, StoreError> {
        let name = name.to_owned();
        self.read(move |db| find(db, &name)).await
    }

    /// Returns the state of an item of a source that has no article: it is pending, or its page
    /// was rejected.
    pub async fn unread(
        &self,
        source: &Slug,
        key: &ArticleKey,
        url: &Url,
    ) -> Result<Option<UnreadItem>, StoreError> {
        let (source, key, url) = (source.clone(), key.clone(), url.clone());
        self.read(move |db| unread(db, &source, &key, &url)).await
    }
}

fn find(db: &Transaction<'_>, name: &str) -> Result<ArticleLookup, TransactionError> {
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
        [id] => Ok(ArticleLookup::Found(Box::new(details(db, id)?))),
        _ => {
            let more = found.len() > MAX_COUNT;
            found.truncate(MAX_COUNT);
            Ok(ArticleLookup::Several { ids: found, more })
        }
    }
}

fn details(db: &Transaction<'_>, id: &str) -> Result<ArticleDetails, TransactionError> {
    let mut select =
        db.prepare_cached(&format!("SELECT *, {TOPICS} FROM article WHERE id = ?1"))?;
    let mut rows = select.query([id])?;
    let row = rows.next()?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    let article_row: ArticleRowId = row.get("sequence")?;
    let listed: Option<String> = db
        .prepare_cached("SELECT url FROM alias WHERE article = ?1 LIMIT 1")?
        .query_row([article_row], |row| row.get(0))
        .optional()?;
    let listed = listed.map(|url| parsed("an address of an article", &url)).transpose()?;
    let (page, teaser) = newest_page(db, article_row)?.unzip();
    Ok(ArticleDetails {
        article: article_row::read(row)?,
        teaser_title: row.get("teaser_title")?,
        withdrawn: withdrawals::withdrawal(row)?,
        asked: page.as_ref().map(|page: &KeptPage| page.asked.clone()).or(listed),
        teaser: teaser.flatten(),
        page,
    })
}

/// The newest page of an article, with the listing item that led to it.
fn newest_page(
    db: &Transaction<'_>,
    article: ArticleRowId,
) -> Result<Option<(KeptPage, Option<ListingItem>)>, TransactionError> {
    let mut select = db.prepare_cached(
        "SELECT page.* FROM alias JOIN page ON page.source = alias.source AND page.asked = alias.url
         WHERE alias.article = ?1 ORDER BY page.fetched DESC LIMIT 1",
    )?;
    let mut rows = select.query([article])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let teaser: Option<String> = row.get("teaser")?;
    let teaser = teaser.map(|text| records::read("the teaser of a page", &text)).transpose()?;
    Ok(Some((pages::page_in(row)?, teaser)))
}

fn unread(
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
