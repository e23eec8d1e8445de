//! Which article a listing item is: by its key, by other keys of the article, by its address, and
//! for an extracted article by its content.
//!
//! An article keeps the key of its first sight. Its other keys are in the table `article_key`: the
//! form in which its key is compared with others ([`ArticleKey::form`]), and each key under which
//! it was listed later. Articles that share one key (an address for several notices, a number that
//! the agency used again) have variants of it; among these, the title of the item decides.

use crate::columns::instant;
use crate::damage::skip_damaged;
use crate::error::TransactionError;
use crate::{ArticleRowId, Store, StoreError, article_row, records};
use bantin_core::{ArticleKey, ListingItem, NewArticle, PublicUrl, Slug, without_session};
use bantin_page::plain;
use chrono::NaiveDate;
use chrono_tz::Tz;
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
    /// Its date, verbatim.
    pub date: Option<String>,
    /// Its day, if that is known.
    pub day: Option<NaiveDate>,
}

impl From<&ListingItem> for ItemIdentity {
    fn from(item: &ListingItem) -> Self {
        let (key, url, title) = (item.key.clone(), item.url.clone(), item.title.clone());
        Self { key, url, title, date: item.date.clone(), day: None }
    }
}

/// An article that has a key, as its own or as a further one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyOwner {
    /// The key.
    pub key: ArticleKey,
    /// The article's own key.
    pub article: ArticleKey,
    /// Its title.
    pub title: String,
    /// Its day.
    pub day: NaiveDate,
    /// Its published address.
    pub url: Url,
}

impl Store {
    /// Returns the articles of a source that have some of these keys.
    pub async fn owners_of_keys(
        &self,
        source: &Slug,
        keys: Vec<ArticleKey>,
    ) -> Result<Vec<KeyOwner>, StoreError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let source = source.clone();
        self.read(move |db| owners(db, &source, &keys)).await
    }
}

fn owners(
    db: &Transaction<'_>,
    source: &Slug,
    keys: &[ArticleKey],
) -> Result<Vec<KeyOwner>, TransactionError> {
    let forms: Vec<_> = keys.iter().map(ArticleKey::form).collect();
    let texts = keys.iter().map(ArticleKey::as_str).chain(forms.iter().map(AsRef::as_ref));
    // The nested queries use an index for each key; a join would read all keys of the source.
    let mut select = db.prepare_cached(
        "SELECT json_each.value AS owned, article.* FROM json_each(?2) CROSS JOIN article
         WHERE article.erased = 0 AND article.sequence IN
             (SELECT sequence FROM article WHERE source = ?1 AND key = json_each.value
              UNION ALL SELECT article FROM article_key WHERE source = ?1 AND key = json_each.value)",
    )?;
    let mut rows = select.query((source.as_str(), records::write_texts(texts)?))?;
    let mut owners = Vec::new();
    while let Some(row) = rows.next()? {
        let Some(article) = skip_damaged(row, article_row::read_without_topics(row))? else {
            continue;
        };
        owners.push(KeyOwner {
            key: ArticleKey::kept(row.get("owned")?),
            article: article.key.clone(),
            title: article.title.clone(),
            day: article.day(),
            url: article.url.as_url().clone(),
        });
    }
    Ok(owners)
}

/// Finds the article of a listing item. `is_other`: whether an article at the item's address, given
/// its key and the time of its last sight, is known to be another one.
pub(crate) fn find(
    db: &Transaction<'_>,
    source: &Slug,
    item: &ItemIdentity,
    is_other: &dyn Fn(&ArticleKey, i64) -> bool,
) -> Result<Option<ArticleRowId>, TransactionError> {
    match by_key(db, source, item, is_other)? {
        KeySearch::Found(found) => return Ok(Some(found)),
        KeySearch::OfOthers => return Ok(None),
        KeySearch::Unknown => {}
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

/// Finds the article with an own key.
pub(crate) fn row_of(
    db: &Transaction<'_>,
    source: &Slug,
    key: &ArticleKey,
) -> Result<Option<ArticleRowId>, TransactionError> {
    let mut select =
        db.prepare_cached("SELECT sequence FROM article WHERE source = ?1 AND key = ?2")?;
    Ok(select.query_row((source.as_str(), key.as_str()), |row| row.get(0)).optional()?)
}

/// The result of a search by key.
enum KeySearch {
    Found(ArticleRowId),
    /// The key is that of several articles, and of none like the item.
    OfOthers,
    Unknown,
}

/// Finds an article by its own key. Among the variants of one key, the one with the title and day of
/// the item; without such a title, the newest, which holds the key now.
fn by_key(
    db: &Transaction<'_>,
    source: &Slug,
    item: &ItemIdentity,
    is_other: &dyn Fn(&ArticleKey, i64) -> bool,
) -> Result<KeySearch, TransactionError> {
    let candidates = candidates(db, source, &item.key)?;
    let is_variant = item.key.shared().is_some();
    let own = candidates.iter().find(|found| found.key == item.key);
    if let Some(own) = own.filter(|_| is_variant || candidates.len() == 1) {
        return Ok(KeySearch::Found(own.row));
    }
    let title = item.title.as_deref().map(plain::fold);
    let is_titled = |found: &&KeyCandidate| Some(&found.title) == title.as_ref();
    let is_free =
        |found: &&KeyCandidate| found.key == item.key || !is_other(&found.key, found.last_seen);
    let mut free = candidates.iter().rev().filter(is_free);
    let titled = free.clone().find(|found| is_titled(found) && is_on(item.day, found.day));
    // An item with the title of one of them and another day is a new article.
    let is_next = candidates.iter().any(|found| is_titled(&found));
    let newest = free.next().filter(|_| !is_variant && !is_next);
    Ok(match titled.or(newest) {
        Some(found) => KeySearch::Found(found.row),
        None if is_variant || candidates.is_empty() => KeySearch::Unknown,
        None => KeySearch::OfOthers,
    })
}

/// Whether two days are the same, or one of them is unknown.
fn is_on(one: Option<NaiveDate>, other: Option<NaiveDate>) -> bool {
    one.zip(other).is_none_or(|(one, other)| one == other)
}

/// An article with a key that several articles may share.
struct KeyCandidate {
    row: ArticleRowId,
    key: ArticleKey,
    /// The title in its listing item, folded.
    title: String,
    /// Its day, if the agency gave it.
    day: Option<NaiveDate>,
    last_seen: i64,
}

/// The articles with a key, and with the variants of it, in their order.
fn candidates(
    db: &Transaction<'_>,
    source: &Slug,
    key: &ArticleKey,
) -> Result<Vec<KeyCandidate>, TransactionError> {
    let (from, end) = key.variants();
    const COLUMNS: &str = "SELECT sequence, key, ifnull(teaser_title, title), last_seen, published, zone,
         CASE WHEN json_valid(provenance) THEN json_extract(provenance, '$.published') IS NOT 'first-seen' END AS is_dated FROM article WHERE source = ?1";
    let mut select = db.prepare_cached(&format!(
        "{COLUMNS} AND key = ?2 UNION ALL {COLUMNS} AND key >= ?3 AND key < ?4 ORDER BY 1"
    ))?;
    let shared = key.shared().unwrap_or(key.as_str());
    let rows = select.query_map((source.as_str(), shared, from, end), |row| {
        let zone: Tz = row.get::<_, String>(5)?.parse().unwrap_or(Tz::UTC);
        let day = instant(row.get(4)?).with_timezone(&zone).date_naive();
        Ok(KeyCandidate {
            row: row.get(0)?,
            key: ArticleKey::kept(row.get(1)?),
            title: plain::fold(&row.get::<_, String>(2)?),
            day: Some(day).filter(|_| row.get(6).unwrap_or(false)),
            last_seen: row.get(3)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The key for a new article whose item has the key of another one; `None` if the key is free.
pub(crate) fn free_key(
    db: &Transaction<'_>,
    source: &Slug,
    item: &ItemIdentity,
) -> Result<Option<ArticleKey>, TransactionError> {
    let candidates = candidates(db, source, &item.key)?;
    if candidates.is_empty() {
        return Ok(None);
    }
    let title = plain::fold(item.title.as_deref().unwrap_or_default());
    let is_repeated = candidates.iter().any(|found| found.title == title);
    let date = item.date.as_deref().unwrap_or_default();
    let distinction = if is_repeated { format!("{title}\n{date}") } else { title };
    Ok(Some(item.key.variant(&distinction)))
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
    !(known.is_dated() && article.is_dated()) || known.day() == article.day()
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
