//! Lookup of articles by id or address, with the pages that they were extracted from, and of
//! listing items without an article.

use crate::article_row::OTHER_COLUMNS;
use crate::columns::{instant, parsed};
use crate::error::TransactionError;
use crate::{
    ArticleRowId, KeptPage, Store, StoreError, Withdrawal, article_row, pages, records, withdrawals,
};
use bantin_core::{Article, ArticleKey, ListingItem, Slug};
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Transaction, named_params};
use url::Url;

/// The maximum number of ids that are listed for an ambiguous name.
const MAX_COUNT: usize = 5;

/// The result of a lookup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArticleLookup {
    /// No article matches.
    Unknown,
    /// One article matches.
    Found(Box<ArticleDetails>),
    /// Several articles match.
    Several {
        /// The ids of the first matches.
        ids: Vec<String>,
        /// Whether there are more.
        more: bool,
    },
}

/// An article with the page and listing item that it was extracted from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleDetails {
    /// The article.
    pub article: Article,
    /// The title in the listing item that it was extracted from.
    pub teaser_title: Option<String>,
    /// Its withdrawal from all feeds, if it is withdrawn.
    pub withdrawn: Option<Withdrawal>,
    /// The requested address of its page.
    pub requested: Option<Url>,
    /// The listing item that led to the page.
    pub item: Option<ListingItem>,
    /// The newest page.
    pub page: Option<KeptPage>,
}

/// A listing item without an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadItem {
    /// The listing item.
    pub item: Option<ListingItem>,
    /// The time since which it is pending.
    pub since: Option<DateTime<Utc>>,
    /// The reason of the last rejection, the number of rejections, and the time of the next
    /// request.
    pub refused: Option<(String, u32, DateTime<Utc>)>,
}

impl Store {
    /// Returns the article with this id, with a unique prefix of its id, or with an address at
    /// which it was listed. Withdrawn articles are included.
    pub async fn find(&self, name: &str) -> Result<ArticleLookup, StoreError> {
        let name = name.to_owned();
        self.read(move |db| find(db, &name)).await
    }

    /// Returns the state of a listing item without an article: pending, or rejected. `None` if it
    /// is unknown.
    pub async fn unread(
        &self,
        source: &Slug,
        key: &ArticleKey,
        url: &Url,
    ) -> Result<Option<UnreadItem>, StoreError> {
        let (source, key, url) = (source.clone(), key.clone(), url.clone());
        self.read_briefly(move |db| unread(db, &source, &key, &url)).await
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
        db.prepare_cached(&format!("SELECT *, {OTHER_COLUMNS} FROM article WHERE id = ?1"))?;
    let mut rows = select.query([id])?;
    let row = rows.next()?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    let article_row: ArticleRowId = row.get("sequence")?;
    let listed: Option<String> = db
        .prepare_cached("SELECT url FROM alias WHERE article = ?1 LIMIT 1")?
        .query_row([article_row], |row| row.get(0))
        .optional()?;
    let listed = listed.map(|url| parsed("an address of an article", &url)).transpose()?;
    let (page, item) = newest_page(db, article_row)?.unzip();
    Ok(ArticleDetails {
        article: article_row::read(row)?,
        teaser_title: row.get("teaser_title")?,
        withdrawn: withdrawals::withdrawal(row)?,
        requested: page.as_ref().map(|page: &KeptPage| page.requested.clone()).or(listed),
        item: item.flatten(),
        page,
    })
}

/// Returns the newest page of an article, with the listing item that led to it.
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
    let item: Option<String> = row.get("teaser")?;
    let item = item.map(|text| records::read("the listing item of a page", &text)).transpose()?;
    Ok(Some((pages::page_in(row)?, item)))
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
    let item = waiting
        .as_ref()
        .map(|(_, item, _)| records::read("a pending listing item", item))
        .transpose()?;
    let since = waiting.map(|(.., since)| instant(since));
    let is_known = since.is_some() || refused.is_some();
    Ok(is_known.then_some(UnreadItem { item, since, refused }))
}
