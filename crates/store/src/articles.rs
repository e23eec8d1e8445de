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
//! What a new version of a known article changes is in `edits`.

use crate::columns::millis;
use crate::damage::skip_damaged;
use crate::error::TransactionError;
use crate::{
    ArticleRowId, ItemIdentity, Store, StoreError, VisitClaim, article_row, carriers, edits,
    identity, missing, pending, records, rejections, repeated, revisits, sources, tag, topics,
};
use bantin_core::{Article, ArticleKey, NewArticle, Slug};
use chrono::{DateTime, Utc};
use rusqlite::{Row, Transaction};
use url::Url;

/// The arrival of undated articles from a backfill: no current document shows them, and they go
/// straight into archives.
pub(crate) const NEVER: i64 = -1;

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
    /// The key of the known article that it is, if the visit found that out.
    pub known: Option<ArticleKey>,
    /// The key of a known article that it is not, although they share an address or a number.
    pub differs_from: Option<ArticleKey>,
    /// The key of the address that its page declares, if that is another one and plausible.
    pub canonical: Option<ArticleKey>,
    /// Its position on the listing, from 0; `None` if only its page was revisited.
    pub rank: Option<usize>,
    /// When its page is due for a revisit, if the article is news.
    pub revisit_at: Option<DateTime<Utc>>,
    /// The number of letters that an edit must change to be reported to readers.
    pub min_edit: usize,
    /// The fingerprint of its body, if the body is long and has no attachments: then no other
    /// article has it.
    pub body_hash: Option<String>,
    /// Since when its page is doubted, if it may give way to a better one.
    pub doubted_since: Option<DateTime<Utc>>,
    /// Whether the agency corrected the date of the known article.
    pub is_date_corrected: bool,
}

/// The body of a stored article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredBody {
    /// The fingerprint of the body.
    pub body: String,
    /// The key of the article.
    pub key: ArticleKey,
    /// The title of the article.
    pub title: String,
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
    /// The agency moved the article, or shows it at a further address; that address. Title and text
    /// are those of the known article, so readers see no new one.
    Moved(Url),
    /// The article is one of another source, which shows it at the same address; its id. Feeds of
    /// this source show it from now on.
    Carried(String),
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
    /// Returns the stored articles of a source that have one of these bodies
    /// ([`FetchedArticle::body_hash`]).
    pub async fn articles_of_bodies(
        &self,
        source: &Slug,
        bodies: Vec<String>,
    ) -> Result<Vec<StoredBody>, StoreError> {
        let source = source.clone();
        self.read(move |db| {
            let bodies = records::write_texts(bodies.iter().map(String::as_str))?;
            let mut select = db.prepare_cached(
                "SELECT body_hash, key, title FROM article
                 WHERE source = ?1 AND body_hash IN (SELECT value FROM json_each(?2))",
            )?;
            let rows = select.query_map((source.as_str(), bodies), |row| {
                let key = ArticleKey::kept(row.get(1)?);
                Ok(StoredBody { body: row.get(0)?, key, title: row.get(2)? })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }
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
    let (row, is_moved) = find(db, claim, arrived)?;
    let existing = match row {
        Some(row) => {
            let mut select = db.prepare_cached("SELECT * FROM article WHERE sequence = ?1")?;
            let mut rows = select.query([row])?;
            rows.next()?.map(found).transpose()?
        }
        None => None,
    };
    if existing.is_none()
        && let Some(other) = carriers::find(db, arrived)?
    {
        pending::forget(db, &claim.source, &article.key)?;
        rejections::forget(db, &claim.source, &article.key)?;
        let change = carriers::record_carrier(db, claim, arrived, other)?;
        return Ok(change.map_or(ArticleChange::Same, ArticleChange::Carried));
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
            edits::revise_or_repair(db, claim, arrived, row, old)?;
            (row, missing::restore_returned(db, row, now)?)
        }
        Some((row, old, WithdrawnBy::No)) => {
            (row, edits::revise_or_repair(db, claim, arrived, row, old)?)
        }
    };
    let change = match change {
        ArticleChange::Same | ArticleChange::Refreshed(_) if is_moved => {
            ArticleChange::Moved(arrived.url.clone())
        }
        change => change,
    };
    for key in std::iter::once(&article.key).chain(&arrived.canonical) {
        identity::add_key(db, &claim.source, row, key)?;
    }
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
    // The page of other news at the address of a known article was rejected under the key of that
    // one.
    for key in std::iter::once(&article.key).chain(&arrived.differs_from) {
        rejections::forget(db, &claim.source, key)?;
    }
    carriers::add_addresses(db, row, arrived)?;
    pending::forget(db, &claim.source, &article.key)?;
    Ok(change)
}

/// Finds the article that arrived among the known ones, and whether only its content shows that it
/// is the known one.
fn find(
    db: &Transaction<'_>,
    claim: &VisitClaim,
    arrived: &FetchedArticle,
) -> Result<(Option<ArticleRowId>, bool), TransactionError> {
    let FetchedArticle { article, url, teaser_title, known, canonical, .. } = arrived;
    let key = known.as_ref().unwrap_or(&article.key).clone();
    let item = ItemIdentity {
        key,
        url: url.clone(),
        title: teaser_title.clone(),
        date: None,
        day: article.is_dated().then(|| article.day()),
    };
    // An item with a new key at a known address is the same article, unless this visit saw that
    // article under its own key.
    let is_other = |_: &ArticleKey, last_seen: i64| last_seen >= millis(claim.started);
    let other = match &arrived.differs_from {
        Some(other) => identity::row_of(db, &claim.source, other)?,
        None => None,
    };
    let found = identity::find(db, &claim.source, &item, &is_other)?;
    if let Some(found) = found.filter(|row| Some(*row) != other) {
        return Ok((Some(found), known.as_ref().is_some_and(|known| *known != article.key)));
    }
    let declared = match canonical {
        Some(canonical) => identity::find_by_canonical(db, article, canonical)?,
        None => None,
    };
    let found = match declared {
        Some(declared) => Some(declared),
        None => identity::find_by_content(db, article)?,
    };
    let found = found.filter(|row| Some(*row) != other);
    Ok((found, found.is_some()))
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
    let updated = edits::unshared(db, article.updated)?;
    let article = Article {
        id,
        content: NewArticle { updated, ..article.clone() },
        topics: Vec::new(),
        carriers: Vec::new(),
        last_seen: article.first_seen,
        revision: 1,
    };
    let row = article_row::insert(db, &article, arrival)?;
    topics::forget(db, row)?;
    Ok((row, ArticleChange::New(article.id)))
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
