//! Articles from visits: known, new, revised, still listed.
//!
//! **Arrival.** A feed shows the newest arrivals and revisions; dates stay true. What a first visit
//! finds arrives by its own date, so that a new source does not push the articles of other sources
//! out of a feed. What later visits find arrives when it is found, so that a late article still
//! reaches every subscriber.
//!
//! **Addresses.** Every address that a listing shows for an article is stored as an alias of it. An
//! item with a new key at a known address is therefore the same article, except that items on the
//! same listing are always different articles.
//!
//! **Edits.** A reported edit (`edit_distance`) adds a revision and moves `updated`; a smaller one
//! replaces the text silently. No value of `updated` is given twice: a taken one is moved by
//! milliseconds.

use crate::columns::{instant, millis};
use crate::damage::skip_damaged;
use crate::error::TransactionError;
use crate::{
    ArticleRowId, KnownArticle, Store, StoreError, VisitClaim, article_row, edit_distance, missing,
    pending, repeated, revisits, sources, tag, topics,
};
use bantin_core::{Article, ArticleField, ArticleKey, NewArticle, Slug};
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row, Transaction};
use std::collections::{HashMap, HashSet};
use url::Url;

/// The arrival of undated articles from a backfill: no current document shows them, and they go
/// straight into archives.
pub(crate) const NEVER: i64 = -1;

/// The stored state of a listing item, read before its page is fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownItem {
    /// Its article, if there is one.
    pub article: Option<KnownArticle>,
    /// The fingerprint of the listing item whose page was rejected, and the instant before which
    /// the page is not requested again.
    pub refused: Option<(String, DateTime<Utc>)>,
}

/// An article that a visit extracted.
#[derive(Debug, Clone)]
pub struct FetchedArticle {
    /// The article.
    pub article: NewArticle,
    /// The fingerprint of its listing item.
    pub fingerprint: String,
    /// The title in its listing item.
    pub teaser_title: Option<String>,
    /// The address that the listing shows for it.
    pub url: Url,
    /// Its position on the listing, from 0; `None` if only its page was revisited.
    pub rank: Option<usize>,
    /// When its page is due for a revisit, if the article is news.
    pub revisit_at: Option<DateTime<Utc>>,
    /// The number of letters that an edit must change to be reported to readers.
    pub min_edit: usize,
}

/// A known article and its position on the listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedArticle {
    /// Its key.
    pub key: ArticleKey,
    /// Its position, from 0.
    pub rank: usize,
}

/// The change that a commit made to an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArticleChange {
    /// The article is new; its id.
    New(String),
    /// Title or text changed, and readers see a new revision; its id.
    Revised(String),
    /// Something changed without a new revision; its id.
    Refreshed(String),
    /// The agency removed the article, and it was withdrawn.
    Withdrawn {
        /// Its id.
        id: String,
        /// Its title.
        title: String,
        /// The answers of the agency and their times.
        reason: String,
    },
    /// The agency shows an article again that it had removed.
    Returned {
        /// Its id.
        id: String,
        /// Its title.
        title: String,
    },
    /// Nothing changed.
    Same,
}

/// The time at which new articles arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ArrivalKind {
    /// They arrive now.
    Now,
    /// They existed before the first visit: they arrive by their own dates, so that they flood no
    /// feed.
    Backlog,
}

/// Whether an article is withdrawn, and by which side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WithdrawnBy {
    No,
    /// It stays withdrawn forever.
    ByOperator,
    /// It stays withdrawn until the agency shows it again.
    ByAgency,
}

impl Store {
    /// Returns the stored state of the known items of a listing, by key.
    pub async fn known_items(
        &self,
        source: &Slug,
        items: Vec<(ArticleKey, Url)>,
    ) -> Result<HashMap<ArticleKey, KnownItem>, StoreError> {
        let source = source.clone();
        self.read(move |db| known(db, &source, &items)).await
    }
}

fn known(
    db: &Transaction<'_>,
    source: &Slug,
    items: &[(ArticleKey, Url)],
) -> Result<HashMap<ArticleKey, KnownItem>, TransactionError> {
    let listed: HashSet<&str> = items.iter().map(|(key, _)| key.as_str()).collect();
    let mut article = db.prepare_cached("SELECT * FROM article WHERE source = ?1 AND key = ?2")?;
    let mut moved = db.prepare_cached(
        "SELECT article.* FROM alias JOIN article ON article.sequence = alias.article
         WHERE alias.source = ?1 AND alias.url = ?2",
    )?;
    let mut rejection =
        db.prepare_cached("SELECT teaser, again FROM rejection WHERE source = ?1 AND key = ?2")?;
    let mut known = HashMap::new();
    for (key, url) in items {
        let mut found = article
            .query_row((source.as_str(), key.as_str()), revisits::read_known_article)
            .optional()?;
        if found.is_none() {
            let other = moved
                .query_row((source.as_str(), url.as_str()), revisits::read_known_article)
                .optional()?;
            // An article that is on the same listing under its own key is a different article,
            // although both share an address.
            found = other.filter(|other| !listed.contains(other.key.as_str()));
        }
        if found.is_none() {
            found = repeated::known(db, source, key)?;
        }
        let refused = rejection
            .query_row((source.as_str(), key.as_str()), |row| {
                Ok((row.get(0)?, instant(row.get(1)?)))
            })
            .optional()?;
        if found.is_some() || refused.is_some() {
            known.insert(key.clone(), KnownItem { article: found, refused });
        }
    }
    Ok(known)
}

/// Inserts or revises an article that a visit extracted.
pub(crate) fn insert_or_revise(
    db: &Transaction<'_>,
    claim: &VisitClaim,
    arrived: &FetchedArticle,
    news: ArrivalKind,
    now: DateTime<Utc>,
) -> Result<ArticleChange, TransactionError> {
    let source = claim.source.as_str();
    let article = &arrived.article;
    let found =
        |row: &Row<'_>| -> Result<(ArticleRowId, Option<Article>, WithdrawnBy), TransactionError> {
            let withdrawn =
                match (row.get::<_, Option<i64>>("withdrawn")?, row.get("withdrawn_by_agency")?) {
                    (None, _) => WithdrawnBy::No,
                    (Some(_), false) => WithdrawnBy::ByOperator,
                    (Some(_), true) => WithdrawnBy::ByAgency,
                };
            Ok((
                row.get("sequence")?,
                skip_damaged(row, article_row::read_without_topics(row))?,
                withdrawn,
            ))
        };
    let mut by_key = db.prepare_cached("SELECT * FROM article WHERE source = ?1 AND key = ?2")?;
    let mut rows = by_key.query((source, article.key.as_str()))?;
    let mut existing = rows.next()?.map(found).transpose()?;
    if existing.is_none() {
        // An item with a new key at a known address is the same article, unless this visit saw that
        // article under its own key.
        let mut by_address = db.prepare_cached(
            "SELECT article.* FROM alias JOIN article ON article.sequence = alias.article
             WHERE alias.source = ?1 AND alias.url = ?2 AND article.last_seen < ?3",
        )?;
        let mut rows = by_address.query((source, arrived.url.as_str(), millis(claim.started)))?;
        existing = rows.next()?.map(found).transpose()?;
    }
    if existing.is_none()
        && let Some(other) = repeated::find(db, article)?
    {
        repeated::record_repeated(db, claim, &article.key, &arrived.fingerprint, other)?;
        pending::forget(db, &claim.source, &article.key)?;
        return Ok(ArticleChange::Same);
    }
    let (row, change) = match existing {
        None => insert(db, claim, arrived, news)?,
        // An article that the operator withdrew stays withdrawn, even if the agency shows it again.
        Some((row, _, WithdrawnBy::ByOperator)) => (row, ArticleChange::Same),
        Some((row, old, WithdrawnBy::ByAgency)) => {
            revise_or_repair(db, claim, arrived, row, old)?;
            (row, missing::restore_returned(db, row, now)?)
        }
        Some((row, old, WithdrawnBy::No)) => (row, revise_or_repair(db, claim, arrived, row, old)?),
    };
    revisits::record_page_read(db, row, arrived, &change, news, now)?;
    missing::clear_doubt(db, row)?;
    if let Some(rank) = arrived.rank {
        db.prepare_cached(
            "UPDATE article SET last_seen = ?2, listed = ?3, rank = ?4 WHERE sequence = ?1",
        )?
        .execute((row, millis(claim.started), claim.visit, listed_rank(rank)))?;
    }
    db.prepare_cached("INSERT OR IGNORE INTO alias (source, url, article) VALUES (?1, ?2, ?3)")?
        .execute((source, arrived.url.as_str(), row))?;
    // If an erased article was listed at a new address, its page has been stored under that
    // address: delete it.
    db.prepare_cached(
        "DELETE FROM page WHERE source = ?1 AND asked = ?2
             AND EXISTS (SELECT 1 FROM article WHERE sequence = ?3 AND erased = 1)",
    )?
    .execute((source, arrived.url.as_str(), row))?;
    db.prepare_cached("DELETE FROM rejection WHERE source = ?1 AND key = ?2")?
        .execute((source, article.key.as_str()))?;
    pending::forget(db, &claim.source, &article.key)?;
    Ok(change)
}

fn insert(
    db: &Transaction<'_>,
    claim: &VisitClaim,
    arrived: &FetchedArticle,
    news: ArrivalKind,
) -> Result<(ArticleRowId, ArticleChange), TransactionError> {
    let article = &arrived.article;
    let (authority, scope) = sources::scope(db, &claim.source)?;
    let own = tag::article(&authority, &scope, &article.key);
    let mut id = repeated::kept_id(db, article)?.unwrap_or(own);
    // Keys that differ only in escaping give the same tag: `/a[1]` and `/a%5B1%5D`.
    let taken = "SELECT EXISTS (SELECT 1 FROM article WHERE id = ?1)";
    if db.prepare_cached(taken)?.query_row([&id], |row| row.get(0))? {
        let hash = blake3::hash(article.key.as_str().as_bytes()).to_hex();
        id = format!("{id};{}", hash.get(..16).unwrap_or_default());
    }
    let arrival = match news {
        ArrivalKind::Now => claim.started,
        ArrivalKind::Backlog => article.published.min(claim.started),
    };
    let updated = unshared(db, article.updated)?;
    let article = Article {
        id,
        content: NewArticle { updated, ..article.clone() },
        topics: Vec::new(),
        last_seen: article.first_seen,
        revision: 1,
    };
    let row = article_row::insert(db, &article, arrival)?;
    topics::forget(db, row)?;
    Ok((row, ArticleChange::New(article.id)))
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

/// Updates a known article; rewrites it under its id if its row cannot be read.
fn revise_or_repair(
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
    let new = edited(&old, &arrived.article);
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
    let is_revised =
        new.hash != old.hash && edit_distance::is_reported(before, after, arrived.min_edit);
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

/// Returns the new content of an article, with the parts that an edit never changes: identity and
/// dates.
fn edited(old: &Article, new: &NewArticle) -> NewArticle {
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

/// Marks articles as still listed. Ends the doubt about one that was missing from the listing;
/// keeps it for one whose page was gone. A withdrawn article that is listed again is checked soon.
pub(crate) fn record_listed(
    db: &Transaction<'_>,
    claim: &VisitClaim,
    listed: &[ListedArticle],
) -> Result<(), TransactionError> {
    let mut update = db.prepare_cached(
        "UPDATE article SET last_seen = ?3, listed = ?4, rank = ?5,
             doubt_again = CASE
                 WHEN withdrawn_by_agency = 1 AND listed IS NOT (SELECT listed FROM source WHERE id = ?1) THEN ?3
                 WHEN gone_at IS NOT NULL THEN doubt_again END
         WHERE source = ?1 AND key = ?2",
    )?;
    for ListedArticle { key, rank } in listed {
        let (source, started) = (claim.source.as_str(), millis(claim.started));
        update.execute((source, key.as_str(), started, claim.visit, listed_rank(*rank)))?;
    }
    Ok(())
}

/// Converts a position on a listing to its column value.
fn listed_rank(rank: usize) -> i64 {
    i64::try_from(rank).unwrap_or(i64::MAX)
}
