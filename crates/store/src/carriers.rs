//! Articles that several sources show at one address: a portal that lists the pages of its
//! departments, a feed and a listing of one site.
//!
//! The source whose visit stored the article first owns it, with its id. Each other source is a
//! carrier: its own feed shows the article, and feeds that match both show it once. The item of a
//! carrier is recorded as a repeated one ([`crate::repeated`]), so that its page is not fetched
//! again. The best date counts: that of the page, then that of an item, then the first sight.
//!
//! A fetched page proves its address; the link of a feed item and an address that a page declares
//! are claims. Without two pages, the
//! titles must be the same, and the item is compared again when the article changes: otherwise any
//! feed could keep an article out by using its address first. Entries of aggregates are compared by
//! their ids ([`crate::repeated`]).
//!
//! An address that several articles of one source share proves nothing. Articles that were stored
//! twice by earlier versions stay as they are, under both ids.

use crate::damage::skip_damaged;
use crate::error::TransactionError;
use crate::{ArticleRowId, FetchedArticle, VisitClaim, article_row, repeated};
use bantin_core::{Article, ArticleField, ArticleKey, NewArticle, Provenance};
use bantin_page::plain;
use rusqlite::{OptionalExtension, Transaction};
use url::Url;

/// The form in which the addresses of articles are compared across sources; `None` for the front
/// page of a site.
pub(crate) fn address_form(url: &Url) -> Option<String> {
    // With a home of another host, the key names the host.
    let home = Url::parse("http://home.invalid/").ok()?;
    let key = ArticleKey::of_page(url, &home);
    let form = key.form();
    let path = form.strip_prefix("//")?;
    path.contains(['/', '?', '#']).then(|| form.into_owned())
}

/// Stores the addresses of an article that arrived, unless other articles share them.
pub(crate) fn add_addresses(
    db: &Transaction<'_>,
    row: ArticleRowId,
    arrived: &FetchedArticle,
) -> Result<(), TransactionError> {
    if arrived.article.key.shared().is_some() {
        return Ok(());
    }
    add(db, row, [&arrived.url, arrived.article.url.as_url()].into_iter())
}

fn add<'u>(
    db: &Transaction<'_>,
    row: ArticleRowId,
    urls: impl Iterator<Item = &'u Url>,
) -> Result<(), TransactionError> {
    let mut insert = db.prepare_cached(
        "INSERT OR IGNORE INTO article_address (address, article) VALUES (?1, ?2)",
    )?;
    for form in urls.filter_map(address_form) {
        insert.execute((form, row))?;
    }
    Ok(())
}

/// Stores the addresses of all articles, once.
pub(crate) fn add_all_addresses(db: &Transaction<'_>) -> Result<(), TransactionError> {
    let mut select = db.prepare(
        "SELECT article, url FROM alias UNION SELECT sequence, url FROM article ORDER BY 1, 2",
    )?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let url: String = row.get(1)?;
        if let Ok(url) = url.parse::<Url>() {
            add(db, row.get(0)?, std::iter::once(&url))?;
        }
    }
    Ok(())
}

/// Finds the article of another source at the address of one that arrived, and its hash if it must
/// keep it to be the same.
pub(crate) fn find(
    db: &Transaction<'_>,
    arrived: &FetchedArticle,
) -> Result<Option<(ArticleRowId, Option<String>)>, TransactionError> {
    let NewArticle { key, source, url, first_source, .. } = &arrived.article;
    if key.shared().is_some() || first_source.is_some() {
        return Ok(None);
    }
    let mut select = db.prepare_cached(
        "SELECT sequence, source FROM article_address JOIN article ON article.sequence = article_address.article
         WHERE address = ?1 ORDER BY sequence",
    )?;
    for form in [&arrived.url, url.as_url()].into_iter().filter_map(address_form) {
        let rows = select.query_map([form], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let found: Vec<(ArticleRowId, String)> = rows.collect::<Result<_, _>>()?;
        let first = found.first().filter(|(_, owner)| owner != source.as_str());
        let Some((row, owner)) = first else { continue };
        if found.iter().filter(|(_, other)| other == owner).count() != 1 {
            continue;
        }
        let Some(known) = read(db, *row)? else { return Ok(Some((*row, None))) };
        if is_of_page(&known) && is_of_page(&arrived.article) && is_fetched(db, *row, arrived)? {
            return Ok(Some((*row, None)));
        }
        if plain::fold(&known.title) == plain::fold(&arrived.article.title) {
            return Ok(Some((*row, Some(known.content.hash))));
        }
    }
    Ok(None)
}

/// Whether an article was listed at the address at which another one arrived. Addresses that pages
/// declare are no proof: templates declare one for all pages.
fn is_fetched(
    db: &Transaction<'_>,
    row: ArticleRowId,
    arrived: &FetchedArticle,
) -> Result<bool, TransactionError> {
    let wanted = address_form(&arrived.url);
    let mut select = db.prepare_cached("SELECT url FROM alias WHERE article = ?1")?;
    let mut rows = select.query([row])?;
    while let Some(row) = rows.next()? {
        let url: String = row.get(0)?;
        if url.parse().is_ok_and(|url| address_form(&url) == wanted) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether an article was extracted from its page, and not from an item of a feed.
fn is_of_page(article: &NewArticle) -> bool {
    let of_feed = |field| matches!(article.provenance.get(&field), Some(Provenance::Feed(_)));
    !of_feed(ArticleField::Body) && !of_feed(ArticleField::Title)
}

/// The article in a row; `None` if it was erased.
fn read(db: &Transaction<'_>, row: ArticleRowId) -> Result<Option<Article>, TransactionError> {
    let mut select =
        db.prepare_cached("SELECT * FROM article WHERE sequence = ?1 AND erased = 0")?;
    let mut rows = select.query([row])?;
    Ok(match rows.next()? {
        Some(row) => skip_damaged(row, article_row::read_without_topics(row))?,
        None => None,
    })
}

/// Ends the carrying of articles whose items are not recorded as repeated any more.
pub(crate) fn delete_outdated(
    db: &Transaction<'_>,
    claim: &VisitClaim,
) -> Result<(), TransactionError> {
    let mut delete = db.prepare_cached(
        "DELETE FROM carrier WHERE source = ?1 AND NOT EXISTS
             (SELECT 1 FROM repeated WHERE repeated.source = ?1 AND repeated.article = carrier.article)
         RETURNING article",
    )?;
    let rows = delete.query_map([claim.source.as_str()], |row| row.get::<_, ArticleRowId>(0))?;
    let ended: Vec<ArticleRowId> = rows.collect::<Result<_, _>>()?;
    for row in ended {
        touch(db, row)?;
    }
    Ok(())
}

/// Fires the trigger that records changes of articles. Returns the id of the article.
fn touch(db: &Transaction<'_>, row: ArticleRowId) -> Result<Option<String>, TransactionError> {
    let sql = "UPDATE article SET url = url WHERE sequence = ?1 RETURNING id";
    Ok(db.prepare_cached(sql)?.query_row([row], |row| row.get(0)).optional()?)
}

/// Records that a source carries an article of another source. Returns the id of the article if
/// that is new.
pub(crate) fn record_carrier(
    db: &Transaction<'_>,
    claim: &VisitClaim,
    arrived: &FetchedArticle,
    (row, hash): (ArticleRowId, Option<String>),
) -> Result<Option<String>, TransactionError> {
    let key = &arrived.article.key;
    repeated::record_repeated(db, claim, key, &arrived.fingerprint, (row, hash))?;
    let mut insert =
        db.prepare_cached("INSERT OR IGNORE INTO carrier (article, source) VALUES (?1, ?2)")?;
    let is_new = insert.execute((row, claim.source.as_str()))? > 0;
    let is_dated = take_better_date(db, row, &arrived.article)?;
    if !is_new && !is_dated {
        return Ok(None);
    }
    touch(db, row)
}

/// Gives an article the date of a carrier if that is better evidence.
fn take_better_date(
    db: &Transaction<'_>,
    row: ArticleRowId,
    carried: &NewArticle,
) -> Result<bool, TransactionError> {
    let Some(mut known) = read(db, row)? else { return Ok(false) };
    if date_rank(carried) <= date_rank(&known) {
        return Ok(false);
    }
    known.content.published = carried.published;
    known.content.precision = carried.precision;
    if let Some(from) = carried.provenance.get(&ArticleField::Published) {
        known.content.provenance.insert(ArticleField::Published, from.clone());
    }
    article_row::overwrite(db, row, &known)?;
    Ok(true)
}

/// The quality of an article's date: first sight, item, page.
fn date_rank(article: &NewArticle) -> u8 {
    match article.provenance.get(&ArticleField::Published) {
        None | Some(Provenance::FirstSeen) => 0,
        Some(Provenance::Teaser | Provenance::Feed(_) | Provenance::Url) => 1,
        Some(_) => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::address_form;

    #[test]
    fn addresses_are_compared_across_schemes_and_index_pages() {
        let form = |text: &str| address_form(&text.parse().unwrap());
        let one = form("https://www.xa.example/tin/7/");
        assert_eq!(one.as_deref(), Some("//xa.example/tin/7"));
        assert_eq!(form("http://xa.example/tin/7/index.html"), one);
        assert_eq!(form("http://xa.example/tin/7;jsessionid=9?utm_source=x"), one);
        assert_ne!(form("http://so.example/tin/7"), one);
        assert_eq!(form("http://xa.example/"), None);
        assert!(form("http://xa.example/?p=7").is_some());
        assert!(form("http://xa.example/#/tin/7").is_some());
    }
}
