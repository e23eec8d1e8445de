//! The stored state of the items of a listing, read before their pages are fetched.
//!
//! Some feeds number their items anew at each fetch, so the guid of an item may be that of another
//! article. An item that has neither title nor address of the article with its guid is the article
//! at its address. If the article with its guid is elsewhere in the listing, the item is new.

use crate::error::TransactionError;
use crate::identity::{self, ItemIdentity};
use crate::{
    ArticleRowId, KnownArticle, PageRefusal, Store, StoreError, rejections, repeated, revisits,
};
use bantin_core::{ArticleKey, Slug};
use bantin_page::plain::fold;
use rusqlite::{OptionalExtension, Transaction};
use std::collections::{HashMap, HashSet};

/// The stored state of a listing item.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KnownItem {
    /// Its article, if there is one.
    pub article: Option<KnownArticle>,
    /// The refusal of its page, if the page was held back.
    pub refused: Option<PageRefusal>,
    /// The key for its article, if its own is that of another article.
    pub new_key: Option<ArticleKey>,
}

impl Store {
    /// Returns the stored state of the known items of a listing, by key.
    pub async fn known_items(
        &self,
        source: &Slug,
        items: Vec<ItemIdentity>,
    ) -> Result<HashMap<ArticleKey, KnownItem>, StoreError> {
        let source = source.clone();
        self.read_briefly(move |db| known(db, &source, &items)).await
    }
}

fn known(
    db: &Transaction<'_>,
    source: &Slug,
    items: &[ItemIdentity],
) -> Result<HashMap<ArticleKey, KnownItem>, TransactionError> {
    let mut article = db.prepare_cached("SELECT * FROM article WHERE sequence = ?1")?;
    let mut rejection = db.prepare_cached(
        "SELECT teaser, again, evidence, since, evidence IS NOT NULL AND EXISTS
             (SELECT 1 FROM rejection AS other
              WHERE other.source = ?1 AND other.key != ?2 AND other.evidence = rejection.evidence) AS is_shared
         FROM rejection WHERE source = ?1 AND key = ?2",
    )?;
    let mut known = HashMap::new();
    for (item, row) in items.iter().zip(rows_of(db, source, items)?) {
        let found = match row {
            Some(row) => Some(article.query_row([row], revisits::read_known_article)?),
            None => repeated::known(db, source, &item.key)?,
        };
        let new_key = match &found {
            Some(_) => None,
            None => identity::free_key(db, source, item)?,
        };
        let key = new_key.as_ref().unwrap_or(&item.key);
        let refused = rejection
            .query_row((source.as_str(), key.as_str()), rejections::read_refusal)
            .optional()?;
        if found.is_some() || refused.is_some() || new_key.is_some() {
            known.insert(item.key.clone(), KnownItem { article: found, refused, new_key });
        }
    }
    Ok(known)
}

/// The articles of the items of a listing.
fn rows_of(
    db: &Transaction<'_>,
    source: &Slug,
    items: &[ItemIdentity],
) -> Result<Vec<Option<ArticleRowId>>, TransactionError> {
    let listed: HashSet<&str> = items.iter().map(|item| item.key.as_str()).collect();
    // An article that is on the same listing under its own key is a different article, although
    // both share an address.
    let is_other = |key: &ArticleKey, _: i64| listed.contains(key.as_str());
    let mut rows = Vec::with_capacity(items.len());
    for item in items {
        rows.push(identity::find(db, source, item, &is_other)?);
    }
    correct_guid_matches(db, source, items, &mut rows)?;
    Ok(rows)
}

/// The similarity of an item and an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Likeness {
    Nothing,
    TitleOrAddress,
    TitleAndAddress,
}

/// Corrects the articles of items whose guids may be those of others.
fn correct_guid_matches(
    db: &Transaction<'_>,
    source: &Slug,
    items: &[ItemIdentity],
    rows: &mut [Option<ArticleRowId>],
) -> Result<(), TransactionError> {
    let mut taken: HashSet<ArticleRowId> = HashSet::new();
    let mut doubtful: Vec<(&ItemIdentity, &mut Option<ArticleRowId>)> = Vec::new();
    for (item, row) in items.iter().zip(rows) {
        let is_certain = match *row {
            Some(row) => !item.key.is_guid() || likeness(db, row, item)? > Likeness::Nothing,
            None => !item.key.is_guid(),
        };
        match is_certain {
            true => taken.extend(*row),
            false => doubtful.push((item, row)),
        }
    }
    for wanted in [Likeness::TitleAndAddress, Likeness::TitleOrAddress] {
        for (item, row) in std::mem::take(&mut doubtful) {
            let is_sought = wanted == Likeness::TitleAndAddress || row.is_some();
            let at = if is_sought { row_at(db, source, item)? } else { None };
            match at {
                Some(at) if !taken.contains(&at) && likeness(db, at, item)? >= wanted => {
                    taken.insert(at);
                    *row = Some(at);
                }
                _ => doubtful.push((item, row)),
            }
        }
    }
    for (_, row) in doubtful {
        *row = row.filter(|row| taken.insert(*row));
    }
    Ok(())
}

/// The article that was listed at the address of an item.
fn row_at(
    db: &Transaction<'_>,
    source: &Slug,
    item: &ItemIdentity,
) -> Result<Option<ArticleRowId>, TransactionError> {
    let sql = "SELECT article FROM alias WHERE source = ?1 AND url = ?2";
    let mut select = db.prepare_cached(sql)?;
    Ok(select.query_row((source.as_str(), item.url.as_str()), |row| row.get(0)).optional()?)
}

fn likeness(
    db: &Transaction<'_>,
    row: ArticleRowId,
    item: &ItemIdentity,
) -> Result<Likeness, TransactionError> {
    let mut select = db.prepare_cached(
        "SELECT ifnull(teaser_title, title), url = ?2 OR EXISTS (SELECT 1 FROM alias WHERE article = sequence AND url = ?2)
         FROM article WHERE sequence = ?1",
    )?;
    let (title, is_there): (String, bool) =
        select.query_row((row, item.url.as_str()), |row| Ok((row.get(0)?, row.get(1)?)))?;
    let is_titled = item.title.as_deref().is_some_and(|shown| fold(shown) == fold(&title));
    Ok(match (is_titled, is_there) {
        (true, true) => Likeness::TitleAndAddress,
        (false, false) => Likeness::Nothing,
        _ => Likeness::TitleOrAddress,
    })
}
