//! New versions of known articles.
//!
//! A reported edit (`edit_distance`) adds a revision and moves `updated`; a smaller one replaces the
//! text silently. No value of `updated` is given twice: a taken one is moved by milliseconds.

use crate::columns::{instant, millis};
use crate::error::TransactionError;
use crate::{
    ArticleChange, ArticleRowId, FetchedArticle, VisitClaim, article_row, edit_distance, topics,
};
use bantin_core::{Article, ArticleField, NewArticle};
use chrono::{DateTime, Utc};
use rusqlite::Transaction;

/// Updates a known article; rewrites it under its id if its row cannot be read.
pub(crate) fn revise_or_repair(
    db: &Transaction<'_>,
    claim: &VisitClaim,
    arrived: &FetchedArticle,
    row: ArticleRowId,
    old: Option<Article>,
) -> Result<ArticleChange, TransactionError> {
    match old {
        Some(old) => revise(db, claim, arrived, row, old),
        None => repair(db, claim, arrived, row),
    }
}

/// Rewrites a row that cannot be read, without keeping any column that may be damaged.
fn repair(
    db: &Transaction<'_>,
    claim: &VisitClaim,
    arrived: &FetchedArticle,
    row: ArticleRowId,
) -> Result<ArticleChange, TransactionError> {
    let (id, first_seen, number) = db
        .prepare_cached(
            "SELECT id, first_seen, max(CASE WHEN revision BETWEEN 1 AND 1000000 THEN revision ELSE 1 END,
                 ifnull((SELECT max(number) + 1 FROM revision WHERE article = sequence), 1),
                 ifnull((SELECT max(revision) FROM archived WHERE article = sequence), 1))
             FROM article WHERE sequence = ?1",
        )?
        .query_row([row], |row| {
            Ok((row.get::<_, String>(0)?, instant(row.get(1)?), row.get::<_, u32>(2)?))
        })?;
    // Newer than every version in readers and archives.
    let updated = unshared(db, arrived.article.updated.max(claim.started))?;
    let article = Article {
        id: id.clone(),
        content: NewArticle { updated, first_seen, ..arrived.article.clone() },
        topics: Vec::new(),
        carriers: Vec::new(),
        last_seen: claim.started,
        revision: number + 1,
    };
    article_row::overwrite(db, row, &article)?;
    topics::forget(db, row)?;
    Ok(ArticleChange::Revised(id))
}

/// Updates a known article. Its id and date never change; `updated` moves only if title or text
/// changed.
fn revise(
    db: &Transaction<'_>,
    claim: &VisitClaim,
    arrived: &FetchedArticle,
    row: ArticleRowId,
    old: Article,
) -> Result<ArticleChange, TransactionError> {
    let new = edited(&old, arrived);
    if new.text.is_empty() && !old.text.is_empty() {
        // A page without text is broken, not edited.
        return Ok(ArticleChange::Same);
    }
    // Title and text are compared by their hash, which ignores white space. A change of provenance
    // alone is ignored.
    let (title, text, provenance) = (old.title.clone(), old.text.clone(), old.provenance.clone());
    if (NewArticle { title, text, provenance, ..new.clone() }) == old.content {
        return Ok(ArticleChange::Same);
    }
    let (before, after) =
        ((old.title.as_str(), old.text.as_str()), (new.title.as_str(), new.text.as_str()));
    let is_edited = new.hash != old.hash
        && !is_flip(db, row, &old.hash, &new.hash)?
        && edit_distance::is_reported(before, after, arrived.min_edit);
    let is_revised = is_edited || arrived.is_date_corrected;
    let mut article = Article { content: new, last_seen: old.last_seen.max(claim.started), ..old };
    if is_revised {
        keep_revision(db, row, claim.started)?;
        article.content.updated = article.updated.max(unshared(db, claim.started)?);
        article.revision = article.revision.saturating_add(1);
    }
    article_row::overwrite(db, row, &article)?;
    topics::forget(db, row)?;
    Ok(match is_revised {
        true => ArticleChange::Revised(article.id),
        false => ArticleChange::Refreshed(article.id),
    })
}

/// Whether an article returns to a version that it has left before, having been in its present
/// version before that too: its title changes to and fro, which is no edit.
fn is_flip(
    db: &Transaction<'_>,
    row: ArticleRowId,
    old: &str,
    new: &str,
) -> Result<bool, TransactionError> {
    let sql = "SELECT count(DISTINCT hash) FROM revision WHERE article = ?1 AND hash IN (?2, ?3)";
    let left: u32 = db.prepare_cached(sql)?.query_row((row, old, new), |row| row.get(0))?;
    Ok(left == 2)
}

/// Returns the new content of an article, with the parts that an edit never changes: identity and
/// dates. A date changes only if the agency corrected it.
fn edited(old: &Article, arrived: &FetchedArticle) -> NewArticle {
    let new = &arrived.article;
    if arrived.is_date_corrected {
        let (source, key) = (old.source.clone(), old.key.clone());
        let (updated, first_seen) = (old.updated, old.first_seen);
        return NewArticle { source, key, updated, first_seen, ..new.clone() };
    }
    let mut provenance = new.provenance.clone();
    if let Some(kept) = old.provenance.get(&ArticleField::Published) {
        provenance.insert(ArticleField::Published, kept.clone());
    }
    NewArticle {
        source: old.source.clone(),
        key: old.key.clone(),
        published: old.published,
        precision: old.precision,
        zone: old.zone,
        updated: old.updated,
        first_seen: old.first_seen,
        provenance,
        ..new.clone()
    }
}

/// Stores the current text of a row as a past revision.
pub(crate) fn keep_revision(
    db: &Transaction<'_>,
    row: ArticleRowId,
    now: DateTime<Utc>,
) -> Result<(), TransactionError> {
    db.prepare_cached(
        "INSERT OR IGNORE INTO revision (article, number, title, summary, html, text, hash, updated, replaced)
         SELECT sequence, revision, title, summary, html, text, hash, updated, ?2 FROM article WHERE sequence = ?1",
    )?
    .execute((row, millis(now)))?;
    Ok(())
}

/// Returns an instant, or the first later millisecond at which no article was updated.
///
/// Many agencies publish dates without a time, and feed readers that compare `updated` take two
/// entries with the same instant for the same change (RFC 4287 section 4.2.15). The result is at
/// most a second later while fewer than a thousand articles share the instant, then a minute, an
/// hour, a day; beyond that the instant is shared.
pub(crate) fn unshared(
    db: &Transaction<'_>,
    wanted: DateTime<Utc>,
) -> Result<DateTime<Utc>, TransactionError> {
    let at = millis(wanted);
    let sql = "SELECT max(updated) FROM article WHERE updated >= ?1 AND updated < ?2";
    let mut latest = db.prepare_cached(sql)?;
    let mut from = at;
    for span in [1, 1_000, 60_000, 3_600_000, 86_400_000] {
        let end = at.saturating_add(span);
        let taken: Option<i64> = latest.query_row((from, end), |row| row.get(0))?;
        match taken {
            None => return Ok(instant(from)),
            Some(taken) if taken + 1 < end => return Ok(instant(taken + 1)),
            Some(_) => from = end,
        }
    }
    Ok(wanted)
}
