//! Articles of visits: inserted, revised, found on a listing again.

use crate::columns::{instant, millis};
use crate::damage::sound;
use crate::error::TransactionError;
use crate::{
    KnownArticle, Store, StoreError, VisitClaim, article_row, edit_distance, missing, pending,
    records, repeated, revisits, sources, tag, topics,
};
use bantin_core::{Article, ArticleKey, Slug};
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row, Transaction, named_params};
use std::collections::{HashMap, HashSet};
use url::Url;

/// The arrival of what never comes into a current document, but into archives at once: articles of a backfill that have no date.
pub(crate) const NEVER: i64 = -1;

/// What is known of an item before its page is fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownItem {
    /// Its article, where there is one.
    pub article: Option<KnownArticle>,
    /// The fingerprint of the teaser with which its page was refused, and until when it is left alone.
    pub refused: Option<(String, DateTime<Utc>)>,
}

/// An article that a visit made.
#[derive(Debug, Clone)]
pub struct FetchedArticle {
    /// The article. Its id is given by the store.
    pub article: Article,
    /// The fingerprint of its teaser.
    pub teaser: String,
    /// The title in its teaser.
    pub teaser_title: Option<String>,
    /// The address that the listing shows it under.
    pub url: Url,
    /// Its place on the listing, from 0; `None` where only its page was looked at again.
    pub rank: Option<usize>,
    /// When its page is due for another look, if it is news.
    pub revisit_at: Option<DateTime<Utc>>,
    /// By how many characters an edit must change it to be told to readers.
    pub min_edit: usize,
}

/// A known article and its place on the listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedArticle {
    /// Its key.
    pub key: ArticleKey,
    /// Its place, from 0.
    pub rank: usize,
}

/// What became of an article in a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArticleChange {
    /// It is new; its id.
    New(String),
    /// Its title or text really changed; its id.
    Revised(String),
    /// Something beside title and text changed; its id.
    Refreshed(String),
    /// Its agency took it away, and so did we.
    Withdrawn {
        /// Its id.
        id: String,
        /// Its title.
        title: String,
        /// What the agency answered, and when.
        reason: String,
    },
    /// Its agency had taken it away, and shows it again.
    Returned {
        /// Its id.
        id: String,
        /// Its title.
        title: String,
    },
    /// Nothing changed.
    Same,
}

/// Whether what a visit finds is news.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ArrivalKind {
    /// It arrives now.
    Yes,
    /// It lay there before we first came: it arrives by its own date, and floods nobody.
    Backlog,
}

/// Who withdrew an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WithdrawnBy {
    No,
    /// It stays so for ever.
    ByOperator,
    /// Until it is there again.
    ByAgency,
}

impl Store {
    /// Returns the known items of a listing, by key.
    pub async fn known(
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
        let mut found =
            article.query_row((source.as_str(), key.as_str()), revisits::known).optional()?;
        if found.is_none() {
            let other =
                moved.query_row((source.as_str(), url.as_str()), revisits::known).optional()?;
            // An article that is listed itself is another one, although they share an address.
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

/// Puts an article that a visit made.
pub(crate) fn insert_or_revise(
    db: &Transaction<'_>,
    claim: &VisitClaim,
    arrived: &FetchedArticle,
    news: ArrivalKind,
    now: DateTime<Utc>,
) -> Result<ArticleChange, TransactionError> {
    let source = claim.source.as_str();
    let article = &arrived.article;
    let found = |row: &Row<'_>| -> Result<(i64, Option<Article>, WithdrawnBy), TransactionError> {
        let withdrawn =
            match (row.get::<_, Option<i64>>("withdrawn")?, row.get("withdrawn_by_agency")?) {
                (None, _) => WithdrawnBy::No,
                (Some(_), false) => WithdrawnBy::ByOperator,
                (Some(_), true) => WithdrawnBy::ByAgency,
            };
        Ok((row.get("sequence")?, sound(row, article_row::read(row))?, withdrawn))
    };
    let mut by_key = db.prepare_cached("SELECT * FROM article WHERE source = ?1 AND key = ?2")?;
    let mut rows = by_key.query((source, article.key.as_str()))?;
    let mut existing = rows.next()?.map(found).transpose()?;
    if existing.is_none() {
        // Under a new key at the old address it is the same article; but not one that this very visit has seen.
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
        repeated::remember(db, claim, &article.key, &arrived.teaser, other)?;
        pending::forget(db, &claim.source, &article.key)?;
        return Ok(ArticleChange::Same);
    }
    let (sequence, change) = match existing {
        None => insert(db, claim, arrived, news)?,
        // An article that we withdrew stays withdrawn, however often the agency shows it.
        Some((sequence, _, WithdrawnBy::ByOperator)) => (sequence, ArticleChange::Same),
        Some((sequence, old, WithdrawnBy::ByAgency)) => {
            revise_or_repair(db, claim, arrived, sequence, old)?;
            (sequence, missing::restore_returned(db, sequence, now)?)
        }
        Some((sequence, old, WithdrawnBy::No)) => {
            (sequence, revise_or_repair(db, claim, arrived, sequence, old)?)
        }
    };
    revisits::record_page_read(db, sequence, arrived, &change, news, now)?;
    missing::there(db, sequence)?;
    if let Some(rank) = arrived.rank {
        db.prepare_cached(
            "UPDATE article SET last_seen = ?2, listed = ?3, rank = ?4 WHERE sequence = ?1",
        )?
        .execute((sequence, millis(claim.started), claim.visit, place(rank)))?;
    }
    db.prepare_cached("INSERT OR IGNORE INTO alias (source, url, article) VALUES (?1, ?2, ?3)")?
        .execute((source, arrived.url.as_str(), sequence))?;
    // Of an erased article that is shown at a new address, its page has come by now.
    db.prepare_cached(
        "DELETE FROM page WHERE source = ?1 AND asked = ?2
             AND EXISTS (SELECT 1 FROM article WHERE sequence = ?3 AND erased = 1)",
    )?
    .execute((source, arrived.url.as_str(), sequence))?;
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
) -> Result<(i64, ArticleChange), TransactionError> {
    let article = &arrived.article;
    let (authority, scope) = sources::scope(db, &claim.source)?;
    let own = tag::article(&authority, &scope, &article.key);
    let mut id = repeated::kept_id(db, article)?.unwrap_or(own);
    // Two keys that differ only in what a URI must escape give one tag: `/a[1]` and `/a%5B1%5D`.
    let taken = "SELECT EXISTS (SELECT 1 FROM article WHERE id = ?1)";
    if db.prepare_cached(taken)?.query_row([&id], |row| row.get(0))? {
        let hash = blake3::hash(article.key.as_str().as_bytes()).to_hex();
        id = format!("{id};{}", hash.get(..16).unwrap_or_default());
    }
    let arrival = match news {
        ArrivalKind::Yes => claim.started,
        ArrivalKind::Backlog => article.published.min(claim.started),
    };
    let updated = instant(unshared(db, millis(article.updated))?);
    let article = Article { updated, ..article.clone() };
    let sequence = article_row::add(db, &article, &id, arrival)?;
    topics::forget(db, sequence)?;
    Ok((sequence, ArticleChange::New(id)))
}

/// An instant, in milliseconds, or the first after it at which no article was changed: many agencies tell days only, and readers that
/// go by `updated` take two entries with one instant for the same change (RFC 4287 section 4.2.15). It is a second later at most as
/// long as a thousand articles are of one instant, then a minute, an hour, a day; beyond that it is shared.
fn unshared(db: &Transaction<'_>, at: i64) -> Result<i64, TransactionError> {
    let sql = "SELECT max(updated) FROM article WHERE updated >= ?1 AND updated < ?2";
    let mut latest = db.prepare_cached(sql)?;
    let mut from = at;
    for span in [1, 1_000, 60_000, 3_600_000, 86_400_000] {
        let end = at.saturating_add(span);
        let taken: Option<i64> = latest.query_row((from, end), |row| row.get(0))?;
        match taken {
            None => return Ok(from),
            Some(taken) if taken + 1 < end => return Ok(taken + 1),
            Some(_) => from = end,
        }
    }
    Ok(at)
}

/// Brings a known article up to date; one whose row could not be read is written afresh under its id.
fn revise_or_repair(
    db: &Transaction<'_>,
    claim: &VisitClaim,
    arrived: &FetchedArticle,
    sequence: i64,
    old: Option<Article>,
) -> Result<ArticleChange, TransactionError> {
    if let Some(old) = old {
        return revise(db, claim, arrived, sequence, &old);
    }
    let (id, first_seen, number) = db
        .prepare_cached(
            "SELECT id, first_seen, max(CASE WHEN revision BETWEEN 1 AND 1000000 THEN revision ELSE 1 END,
                 ifnull((SELECT max(number) + 1 FROM revision WHERE article = sequence), 1),
                 ifnull((SELECT max(revision) FROM archived WHERE article = sequence), 1))
             FROM article WHERE sequence = ?1",
        )?
        .query_row([sequence], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?, row.get::<_, u32>(2)?))
        })?;
    // Newer than whatever readers and archives have.
    let updated = instant(unshared(db, millis(arrived.article.updated.max(claim.started)))?);
    let new = Article { id: id.clone(), revision: number + 1, updated, ..arrived.article.clone() };
    // No column may stay as it is that can be wrong.
    article_row::overwrite(db, sequence, &new)?;
    db.prepare_cached("UPDATE article SET first_seen = ?2, last_seen = ?3 WHERE sequence = ?1")?
        .execute((sequence, first_seen, millis(claim.started)))?;
    topics::forget(db, sequence)?;
    Ok(ArticleChange::Revised(id))
}

/// Brings a known article up to date. `published` and the id stay for ever; `updated` moves only with title or text.
fn revise(
    db: &Transaction<'_>,
    claim: &VisitClaim,
    arrived: &FetchedArticle,
    sequence: i64,
    old: &Article,
) -> Result<ArticleChange, TransactionError> {
    let new = &arrived.article;
    let same = new.hash == old.hash;
    let (before, after) =
        ((old.title.as_str(), old.text.as_str()), (new.title.as_str(), new.text.as_str()));
    let revised = !same && edit_distance::is_reported(before, after, arrived.min_edit);
    if new.text.is_empty() && !old.text.is_empty() {
        // A page that lost its text is broken, not edited.
        return Ok(ArticleChange::Same);
    }
    let facts = |a: &Article| {
        let texts = [a.summary.clone(), a.author.clone(), a.source_line.clone()];
        (
            texts,
            a.url.clone(),
            a.html.clone(),
            a.images.clone(),
            a.attachments.clone(),
            a.tags.clone(),
            a.language.clone(),
            a.first_source.clone(),
        )
    };
    if same && facts(new) == facts(old) {
        return Ok(ArticleChange::Same);
    }
    if revised {
        db.prepare_cached(
            "INSERT INTO revision (article, number, title, summary, html, text, hash, updated, replaced)
             SELECT sequence, revision, title, summary, html, text, hash, updated, ?2 FROM article WHERE sequence = ?1",
        )?
        .execute((sequence, millis(claim.started)))?;
    }
    db.prepare_cached(
        "UPDATE article SET url = :url, title = :title, summary = :summary, html = :html, text = :text,
             author = :author, source_line = :source_line, language = :language, images = :images,
             attachments = :attachments, tags = :tags, first_source = :first_source, hash = :hash, provenance = :provenance,
             updated = CASE WHEN :revised THEN max(updated, :now) ELSE updated END,
             last_seen = max(last_seen, :seen),
             revision = revision + :revised
         WHERE sequence = :sequence",
    )?
    .execute(named_params! {
        ":sequence": sequence,
        ":url": new.url.as_str(),
        ":title": new.title,
        ":summary": new.summary,
        ":html": new.html.as_str(),
        ":text": new.text,
        ":author": new.author,
        ":source_line": new.source_line,
        ":language": new.language,
        ":images": records::write_list(&new.images)?,
        ":attachments": records::write_list(&new.attachments)?,
        ":tags": records::write_texts(new.tags.iter().map(String::as_str))?,
        ":first_source": new.first_source.as_ref().map(records::write).transpose()?,
        ":hash": new.hash,
        ":provenance": records::write(&provenance(old, new))?,
        ":revised": revised,
        ":now": unshared(db, millis(claim.started))?,
        ":seen": millis(claim.started),
    })?;
    topics::forget(db, sequence)?;
    Ok(if revised {
        ArticleChange::Revised(old.id.clone())
    } else {
        ArticleChange::Refreshed(old.id.clone())
    })
}

/// The provenance of the new fields, and of the date, which stays the old one.
fn provenance(
    old: &Article,
    new: &Article,
) -> std::collections::BTreeMap<bantin_core::ArticleField, bantin_core::Provenance> {
    let mut provenance = new.provenance.clone();
    let published = bantin_core::ArticleField::Published;
    if let Some(kept) = old.provenance.get(&published) {
        provenance.insert(published, kept.clone());
    }
    provenance
}

/// Marks articles as still listed. What was only missing is doubted no more; what was gone has to be seen, and soon where it was
/// withdrawn and is on the listing again.
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
        update.execute((source, key.as_str(), started, claim.visit, place(*rank)))?;
    }
    Ok(())
}

/// A place on a listing as it is stored.
fn place(rank: usize) -> i64 {
    i64::try_from(rank).unwrap_or(i64::MAX)
}
