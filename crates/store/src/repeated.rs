//! Entries of aggregates that are already in the store, from another source or as our own entries
//! that come back.
//!
//! An entry keeps its id wherever it is republished (RFC 4287 section 4.2.6). Aggregates that read
//! each other, or the same third one, therefore deliver the same entries again and again without
//! producing new articles.

use crate::error::TransactionError;
use crate::{ArticleRowId, KnownArticle, ListedArticle, VisitClaim, records, revisits, sources};
use bantin_core::{ArticleKey, NewArticle, Slug};
use rusqlite::{OptionalExtension, Row, Transaction};

/// Returns the id that an article keeps from its first source. Ids with our own authority are
/// assigned only by this store.
pub(crate) fn kept_id(
    db: &Transaction<'_>,
    article: &NewArticle,
) -> Result<Option<String>, TransactionError> {
    let entry = article.first_source.as_ref().and_then(|first| first.entry.clone());
    let (authority, _) = sources::scope(db, &article.source)?;
    Ok(entry.filter(|id| !id.starts_with(&format!("tag:{authority}:"))))
}

/// Returns the article of another source that an entry of an aggregate repeats, with the hash that
/// it must keep.
///
/// An entry from another aggregate counts as the same only if address, title and text are the same:
/// otherwise any source could keep an article out by using its id first. One of our own entries
/// always counts as the same article, even if the aggregate changed it.
pub(crate) fn find(
    db: &Transaction<'_>,
    article: &NewArticle,
) -> Result<Option<(ArticleRowId, Option<String>)>, TransactionError> {
    let entry = article.first_source.as_ref().and_then(|first| first.entry.as_deref());
    let Some(entry) = entry else { return Ok(None) };
    let mut select = db.prepare_cached(
        "SELECT sequence, CASE WHEN first_source IS NULL THEN NULL ELSE hash END FROM article
         WHERE id = ?1 AND source <> ?2 AND url = ?3 AND (first_source IS NULL OR hash = ?4)",
    )?;
    let wanted = (entry, article.source.as_str(), article.url.as_str(), &article.hash);
    Ok(select.query_row(wanted, |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

/// Records that an item of a source repeats an article.
pub(crate) fn record_repeated(
    db: &Transaction<'_>,
    claim: &VisitClaim,
    key: &ArticleKey,
    fingerprint: &str,
    (article, hash): (ArticleRowId, Option<String>),
) -> Result<(), TransactionError> {
    db.prepare_cached(
        "INSERT OR REPLACE INTO repeated (source, key, teaser, article, hash) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute((claim.source.as_str(), key.as_str(), fingerprint, article, hash))?;
    Ok(())
}

/// Deletes repeated items whose article has changed, except those that this visit compared and
/// found unchanged.
pub(crate) fn delete_outdated(
    db: &Transaction<'_>,
    claim: &VisitClaim,
    same: &[ListedArticle],
) -> Result<(), TransactionError> {
    let same = records::write_texts(same.iter().map(|listed| listed.key.as_str()))?;
    db.prepare_cached(
        "DELETE FROM repeated WHERE source = ?1 AND hash <> (SELECT hash FROM article WHERE sequence = repeated.article)
             AND key NOT IN (SELECT value FROM json_each(?2))",
    )?
    .execute((claim.source.as_str(), same))?;
    Ok(())
}

/// Returns the stored state of an item that repeats an article of another source, while both are
/// the same.
pub(crate) fn known(
    db: &Transaction<'_>,
    source: &Slug,
    key: &ArticleKey,
) -> Result<Option<KnownArticle>, TransactionError> {
    let known = |row: &Row<'_>| {
        let article = revisits::read_known_article(row)?;
        let fingerprint = row.get("looked_at")?;
        // Its page is revisited by its own source.
        Ok(KnownArticle {
            key: key.clone(),
            fingerprint,
            not_before: None,
            is_gone: false,
            ..article
        })
    };
    let mut select = db.prepare_cached(
        "SELECT article.*, repeated.teaser AS looked_at
         FROM repeated JOIN article ON article.sequence = repeated.article
         WHERE repeated.source = ?1 AND repeated.key = ?2
             AND (repeated.hash IS NULL OR repeated.hash = article.hash)",
    )?;
    Ok(select.query_row((source.as_str(), key.as_str()), known).optional()?)
}
