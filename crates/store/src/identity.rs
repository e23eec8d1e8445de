//! Which article a listing item is: by its key, by other keys of the article, by its address, and
//! for an extracted article by its content.
//!
//! An article keeps the key of its first sight. Its other keys are in the table `article_key`: the
//! form in which its key is compared with others ([`ArticleKey::form`]), and each key under which
//! it was listed later. Articles that share one key (an address for several notices, a number that
//! the agency used again) have variants of it; among these, the title of the item decides.

use crate::damage::skip_damaged;
use crate::error::TransactionError;
use crate::{ArticleRowId, article_row};
use bantin_core::{ArticleKey, ListingItem, NewArticle, PublicUrl, Slug, without_session};
use bantin_page::plain;
use rusqlite::{OptionalExtension, Row, Transaction};
use url::Url;

/// The number of folded words above which a text is unlikely to be that of two articles.
const LONG_TEXT: usize = 40;

/// The parts of a listing item by which its article is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemIdentity {
    /// Its key.
    pub key: ArticleKey,
    /// Its address.
    pub url: Url,
    /// Its title.
    pub title: Option<String>,
}

impl From<&ListingItem> for ItemIdentity {
    fn from(item: &ListingItem) -> Self {
        Self { key: item.key.clone(), url: item.url.clone(), title: item.title.clone() }
    }
}

/// Finds the article of a listing item. `is_other`: whether an article at the item's address, given
/// its key and the time of its last sight, is known to be another one.
pub(crate) fn find(
    db: &Transaction<'_>,
    source: &Slug,
    item: &ItemIdentity,
    is_other: &dyn Fn(&ArticleKey, i64) -> bool,
) -> Result<Option<ArticleRowId>, TransactionError> {
    if let Some(found) = by_key(db, source, item, is_other)? {
        return Ok(Some(found));
    }
    let form = item.key.form();
    let mut by_form = db.prepare_cached(
        "SELECT sequence FROM article WHERE source = ?1 AND key = ?2
         UNION ALL SELECT article FROM article_key WHERE source = ?1 AND key IN (?2, ?3) LIMIT 1",
    )?;
    let found = by_form
        .query_row((source.as_str(), form.as_ref(), item.key.as_str()), |row| row.get(0))
        .optional()?;
    if found.is_some() || item.key.shared().is_some() {
        // The address of a variant belongs to several articles.
        return Ok(found);
    }
    let mut by_address = db.prepare_cached(
        "SELECT sequence, key, last_seen FROM alias JOIN article ON article.sequence = alias.article
         WHERE alias.source = ?1 AND alias.url = ?2",
    )?;
    let at = |row: &Row<'_>| Ok((row.get(0)?, ArticleKey::kept(row.get(1)?), row.get(2)?));
    let found = by_address.query_row((source.as_str(), item.url.as_str()), at).optional()?;
    Ok(found.filter(|(_, key, last_seen)| !is_other(key, *last_seen)).map(|(row, ..)| row))
}

/// Finds an article by its own key. Among the variants of one key, the one with the title of the
/// item; without such a title, the newest, which holds the key now.
fn by_key(
    db: &Transaction<'_>,
    source: &Slug,
    item: &ItemIdentity,
    is_other: &dyn Fn(&ArticleKey, i64) -> bool,
) -> Result<Option<ArticleRowId>, TransactionError> {
    let shared = item.key.shared().unwrap_or(item.key.as_str());
    let (from, end) = item.key.variants();
    let mut select = db.prepare_cached(
        "SELECT sequence, key, ifnull(teaser_title, title), last_seen FROM article WHERE source = ?1 AND key = ?2
         UNION ALL
         SELECT sequence, key, ifnull(teaser_title, title), last_seen FROM article WHERE source = ?1 AND key >= ?3 AND key < ?4
         ORDER BY 1",
    )?;
    let mut rows = select.query((source.as_str(), shared, from, end))?;
    let mut candidates: Vec<(ArticleRowId, ArticleKey, String, i64)> = Vec::new();
    while let Some(row) = rows.next()? {
        let key = ArticleKey::kept(row.get(1)?);
        candidates.push((row.get(0)?, key, row.get(2)?, row.get(3)?));
    }
    let is_variant = item.key.shared().is_some();
    let own = candidates.iter().find(|(_, key, ..)| *key == item.key);
    if let Some((row, ..)) = own.filter(|_| is_variant || candidates.len() == 1) {
        return Ok(Some(*row));
    }
    let is_free = |(_, key, _, last_seen): &&(_, ArticleKey, String, i64)| {
        *key == item.key || !is_other(key, *last_seen)
    };
    let title = item.title.as_deref().map(plain::fold);
    let mut free = candidates.iter().rev().filter(is_free);
    let titled = free.clone().find(|(_, _, known, _)| Some(plain::fold(known)) == title);
    let newest = free.next().filter(|_| !is_variant);
    Ok(titled.or(newest).map(|(row, ..)| *row))
}

/// Finds the article whose page has, or declared, the address that a new one declares. Templates
/// declare wrong addresses, so title and day must be the same.
pub(crate) fn find_by_canonical(
    db: &Transaction<'_>,
    article: &NewArticle,
    canonical: &ArticleKey,
) -> Result<Option<ArticleRowId>, TransactionError> {
    let mut select = db.prepare_cached(
        "SELECT * FROM article WHERE source = ?1 AND erased = 0 AND sequence IN
             (SELECT sequence FROM article WHERE source = ?1 AND key IN (?2, ?3)
              UNION SELECT article FROM article_key WHERE source = ?1 AND key IN (?2, ?3))",
    )?;
    let source = article.source.as_str();
    let mut rows = select.query((source, canonical.as_str(), canonical.form().as_ref()))?;
    while let Some(row) = rows.next()? {
        let known = skip_damaged(row, article_row::read_without_topics(row))?;
        let same_title =
            |known: &NewArticle| plain::fold(&known.title) == plain::fold(&article.title);
        let dated = |known: &NewArticle| known.is_dated() && article.is_dated();
        if known
            .is_some_and(|known| same_title(&known) && dated(&known) && is_of_day(&known, article))
        {
            return Ok(Some(row.get("sequence")?));
        }
    }
    Ok(None)
}

/// Finds a known article with the content of a new one: the agency moved it to another address, or
/// shows it at two. Title and text are equal and the days do not differ; a short text also needs
/// the same files and pictures, because it may only refer to them.
pub(crate) fn find_by_content(
    db: &Transaction<'_>,
    article: &NewArticle,
) -> Result<Option<ArticleRowId>, TransactionError> {
    let mut select = db.prepare_cached(
        "SELECT * FROM article WHERE source = ?1 AND hash = ?2 AND erased = 0 ORDER BY sequence LIMIT 16",
    )?;
    let mut rows = select.query((article.source.as_str(), &article.hash))?;
    let is_long = plain::fold(&article.text).split_whitespace().count() > LONG_TEXT;
    while let Some(row) = rows.next()? {
        let known = skip_damaged(row, article_row::read_without_topics(row))?;
        let is_it = known.is_some_and(|known| {
            is_of_day(&known, article) && (is_long || file_names(&known) == file_names(article))
        });
        if is_it {
            return Ok(Some(row.get("sequence")?));
        }
    }
    Ok(None)
}

/// Whether the days of two articles are the same, or one of them is unknown.
fn is_of_day(known: &NewArticle, article: &NewArticle) -> bool {
    let day = |article: &NewArticle| article.published.with_timezone(&article.zone).date_naive();
    !(known.is_dated() && article.is_dated()) || day(known) == day(article)
}

/// The names of the files and pictures of an article, sorted: a file that moved keeps its name.
fn file_names(article: &NewArticle) -> Vec<String> {
    let name = |url: &PublicUrl| {
        let url = without_session(url.as_url().clone());
        let name = url.path().rsplit('/').next().unwrap_or_default().to_lowercase();
        format!("{name}?{}", url.query().unwrap_or_default())
    };
    let files = article.attachments.iter().map(|file| name(&file.url));
    let mut names: Vec<String> =
        files.chain(article.images.iter().map(|image| name(&image.url))).collect();
    names.sort();
    names
}

/// Stores a further key of an article, and the form of it. A key that another article has stays
/// with that one.
pub(crate) fn add_key(
    db: &Transaction<'_>,
    source: &Slug,
    row: ArticleRowId,
    key: &ArticleKey,
) -> Result<(), TransactionError> {
    let mut insert = db.prepare_cached(
        "INSERT OR IGNORE INTO article_key (source, key, article)
         SELECT ?1, ?2, ?3 WHERE NOT EXISTS (SELECT 1 FROM article WHERE source = ?1 AND key = ?2)",
    )?;
    insert.execute((source.as_str(), key.as_str(), row))?;
    insert.execute((source.as_str(), key.form().as_ref(), row))?;
    Ok(())
}

/// Stores the forms of the keys of all articles, once.
pub(crate) fn add_forms(db: &Transaction<'_>) -> Result<(), TransactionError> {
    let mut select = db.prepare("SELECT sequence, source, key FROM article ORDER BY sequence")?;
    let mut insert =
        db.prepare("INSERT OR IGNORE INTO article_key (source, key, article) VALUES (?1, ?2, ?3)")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let (article, source): (ArticleRowId, String) = (row.get(0)?, row.get(1)?);
        let key = ArticleKey::kept(row.get(2)?);
        if key.form() != key.as_str() {
            insert.execute((source, key.form().as_ref(), article))?;
        }
    }
    Ok(())
}
