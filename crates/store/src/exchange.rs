//! Export of articles, and import of articles from another store.

use crate::article_row::OTHER_COLUMNS;
use crate::changes::changed;
use crate::columns::{millis, parsed};
use crate::damage::skip_damaged;
use crate::error::TransactionError;
use crate::{
    ArticleRowId, Store, StoreError, Withdrawal, article_row, edits, identity, records, sources,
    tombstones, topics, withdrawals,
};
use bantin_core::{Article, NewArticle, PublicUrl, Slug, SourceInfo};
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row, Transaction};
use serde::{Deserialize, Serialize};

/// A batch of exported articles, in the order of the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleBatch {
    /// The articles whose rows can be read.
    pub articles: Vec<ExportedArticle>,
    /// The row of the last article, readable or not; `None` at the end of the store.
    pub last: Option<ArticleRowId>,
}

/// An article with the state that the store has about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedArticle {
    /// The article.
    pub article: Article,
    /// Its withdrawal, if it is withdrawn.
    pub withdrawn: Option<Withdrawal>,
    /// All addresses at which a listing showed it.
    pub addresses: Vec<PublicUrl>,
    /// The listing item that it was extracted from.
    pub made_from: Option<ItemVersion>,
}

/// An article from another store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedArticle {
    /// The article, with its id.
    pub article: Article,
    /// Its source, if the line contains it: the scope of its ids, and the metadata that readers
    /// see.
    pub origin: Option<(Slug, SourceInfo)>,
    /// Its withdrawal in the other store.
    pub withdrawn: Option<Withdrawal>,
    /// All addresses at which a listing showed it, if the line contains them.
    pub addresses: Vec<PublicUrl>,
    /// The listing item that it was extracted from.
    pub made_from: Option<ItemVersion>,
}

/// The identity of the listing item that an article was extracted from, for later comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemVersion {
    /// Its fingerprint.
    pub fingerprint: String,
    /// Its title.
    pub title: Option<String>,
}

/// The outcome of importing an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportOutcome {
    /// The article was unknown and is now stored.
    New,
    /// An older text was stored and is now replaced.
    Newer,
    /// The same text is already stored.
    Same,
    /// A newer text is stored and is kept.
    Older,
    /// The article is erased here, by an earlier decision or by the imported one.
    Erased,
    /// The article is stored under another id, and withdrawn by an operator, by an earlier decision
    /// or by the imported one.
    Withdrawn,
    /// A different text of the same age is stored and is kept.
    Differs,
    /// Its source is unknown here, and the line does not describe it.
    NoOrigin,
    /// Its source has another article with the same key; the id of that article.
    KeyTaken(String),
}

impl Store {
    /// Returns up to `limit` articles in the order of the store, withdrawn ones included: those
    /// after a row, or from the beginning without one.
    pub async fn export_batch(
        &self,
        row: Option<ArticleRowId>,
        limit: usize,
    ) -> Result<ArticleBatch, StoreError> {
        self.read(move |db| after(db, row, limit)).await
    }

    /// Imports articles from another store in one transaction, and returns one outcome for each.
    ///
    /// They arrive by their own dates, like the articles of a first visit, so that they do not
    /// flood subscribers.
    pub async fn import_articles(
        &self,
        articles: Vec<ImportedArticle>,
        now: DateTime<Utc>,
    ) -> Result<Vec<ImportOutcome>, StoreError> {
        let outcomes = self.write_durably(move |db| import_articles(db, &articles, now)).await?;
        if outcomes.contains(&ImportOutcome::Erased) {
            self.empty_journal().await?;
        }
        Ok(outcomes)
    }
}

fn after(
    db: &Transaction<'_>,
    after: Option<ArticleRowId>,
    limit: usize,
) -> Result<ArticleBatch, TransactionError> {
    let sql = format!(
        "SELECT *, {}, (SELECT json_group_array(url) FROM alias WHERE alias.article = article.sequence) AS addresses
         FROM article WHERE sequence > ?1 ORDER BY sequence LIMIT ?2",
        OTHER_COLUMNS
    );
    let mut select = db.prepare_cached(&sql)?;
    let mut rows =
        select.query((after.map_or(0, |row| row.0), i64::try_from(limit).unwrap_or(i64::MAX)))?;
    let mut batch = ArticleBatch { articles: Vec::new(), last: None };
    while let Some(row) = rows.next()? {
        batch.last = Some(row.get("sequence")?);
        batch.articles.extend(skip_damaged(row, exported(row))?);
    }
    Ok(batch)
}

fn exported(row: &Row<'_>) -> Result<ExportedArticle, TransactionError> {
    let addresses: String = row.get("addresses")?;
    let fingerprint: String = row.get("teaser")?;
    let title: Option<String> = row.get("teaser_title")?;
    let title = title.filter(|title| !title.is_empty());
    let made_from = (!fingerprint.is_empty()).then_some(ItemVersion { fingerprint, title });
    Ok(ExportedArticle {
        article: article_row::read(row)?,
        withdrawn: withdrawals::withdrawal(row)?,
        addresses: records::read_texts("the addresses of an article", &addresses)?,
        made_from,
    })
}

fn import_articles(
    db: &Transaction<'_>,
    imported: &[ImportedArticle],
    now: DateTime<Utc>,
) -> Result<Vec<ImportOutcome>, TransactionError> {
    let mut taken = Vec::with_capacity(imported.len());
    for article in imported {
        taken.push(import_article(db, article, now)?);
    }
    if taken.iter().any(|taken| matches!(taken, ImportOutcome::New | ImportOutcome::Newer)) {
        changed(db)?;
    }
    Ok(taken)
}

fn import_article(
    db: &Transaction<'_>,
    imported: &ImportedArticle,
    now: DateTime<Utc>,
) -> Result<ImportOutcome, TransactionError> {
    let new = &imported.article;
    let existing = {
        let mut select =
            db.prepare_cached(&format!("SELECT *, {OTHER_COLUMNS} FROM article WHERE id = ?1"))?;
        let mut rows = select.query([&new.id])?;
        let found = rows.next()?.map(|row| -> Result<_, TransactionError> {
            let old = skip_damaged(row, article_row::read(row))?;
            Ok((row.get::<_, ArticleRowId>("sequence")?, old, withdrawals::withdrawal(row)?))
        });
        found.transpose()?
    };
    let Some((row, old, withdrawn)) = existing else { return add(db, imported, now) };
    remember(db, row, imported)?;
    // An operator's withdrawal never ends and is imported, whichever text is newer.
    let order = tombstones::order(imported.withdrawn.as_ref());
    let is_withdrawn = tombstones::order(withdrawn.as_ref()).is_some();
    let ordered = order.filter(|_| !is_withdrawn);
    if let Some(order) = ordered {
        withdraw(db, row, &new.id, order, now)?;
    }
    let is_to_be_erased = order.is_some_and(|order| order.erased);
    if withdrawn.as_ref().is_some_and(|withdrawn| withdrawn.erased) {
        return Ok(if is_to_be_erased { ImportOutcome::Same } else { ImportOutcome::Erased });
    }
    if is_to_be_erased {
        erase(db, &new.id, now)?;
        changed(db)?;
        return Ok(ImportOutcome::Erased);
    }
    let rank = |article: &Article| (article.revision, article.updated);
    let outcome = match &old {
        // A row that cannot be read is rewritten.
        None => {
            article_row::overwrite(db, row, new)?;
            topics::forget(db, row)?;
            ImportOutcome::Newer
        }
        Some(old) if is_same(old, new) => ImportOutcome::Same,
        Some(old) if rank(new) > rank(old) => {
            edits::keep_revision(db, row, now)?;
            article_row::overwrite(db, row, &seen_here(old, new))?;
            topics::forget(db, row)?;
            ImportOutcome::Newer
        }
        Some(old) if rank(new) < rank(old) => ImportOutcome::Older,
        Some(_) => ImportOutcome::Differs,
    };
    // The agency may have restored a removed article since then; an older line does not contain
    // that.
    let taken_away = imported
        .withdrawn
        .as_ref()
        .filter(|taken| taken.by_agency && withdrawn.is_none() && outcome != ImportOutcome::Older);
    if let Some(taken_away) = taken_away {
        withdraw(db, row, &new.id, taken_away, now)?;
    }
    if (ordered.is_some() || taken_away.is_some()) && outcome != ImportOutcome::Newer {
        changed(db)?;
    }
    Ok(outcome)
}

/// Whether two articles with one id are equal. When each was seen, the name of its source and its
/// topics are ignored: ids are permanent, names are not.
fn is_same(ours: &Article, theirs: &Article) -> bool {
    let (source, key) = (ours.source.clone(), ours.key.clone());
    let content = NewArticle { source, key, first_seen: ours.first_seen, ..theirs.content.clone() };
    *ours
        == Article {
            content,
            topics: ours.topics.clone(),
            carriers: ours.carriers.clone(),
            last_seen: ours.last_seen,
            ..theirs.clone()
        }
}

/// Returns the imported article with the times at which our own visits saw it.
fn seen_here(ours: &Article, theirs: &Article) -> Article {
    let content = NewArticle { first_seen: ours.first_seen, ..theirs.content.clone() };
    Article { content, last_seen: ours.last_seen.max(theirs.last_seen), ..theirs.clone() }
}

fn add(
    db: &Transaction<'_>,
    imported: &ImportedArticle,
    now: DateTime<Utc>,
) -> Result<ImportOutcome, TransactionError> {
    let new = &imported.article;
    let Some(source) = source(db, imported, now)? else { return Ok(ImportOutcome::NoOrigin) };
    let stored = tombstones::stored_under_another_id(db, &source, imported)?;
    if let Some(order) = tombstones::order(imported.withdrawn.as_ref()) {
        tombstones::withdraw_all(db, &stored, order, now)?;
        if let Some(same) = stored.iter().find(|same| same.has_key) {
            remember(db, same.row, imported)?;
            let outcome =
                if order.erased { ImportOutcome::Erased } else { ImportOutcome::Withdrawn };
            return Ok(outcome);
        }
    } else if let Some(order) =
        stored.iter().find_map(|same| tombstones::order(same.withdrawn.as_ref()))
    {
        return Ok(if order.erased { ImportOutcome::Erased } else { ImportOutcome::Withdrawn });
    } else if let Some(same) = stored.into_iter().find(|same| same.has_key) {
        return Ok(ImportOutcome::KeyTaken(same.id));
    }
    let content = NewArticle { source, ..new.content.clone() };
    let article = Article { content, ..new.clone() };
    let row = article_row::insert(db, &article, new.published.min(now))?;
    topics::keep_imported_topics(db, row, &new.topics)?;
    identity::add_key(db, &article.source, row, &new.key)?;
    remember(db, row, imported)?;
    if let Some(withdrawn) = &imported.withdrawn {
        withdraw(db, row, &new.id, withdrawn, now)?;
        if withdrawn.erased {
            erase(db, &new.id, now)?;
        }
    }
    Ok(ImportOutcome::New)
}

/// Stores the addresses of an article, and its listing item if none is recorded.
fn remember(
    db: &Transaction<'_>,
    row: ArticleRowId,
    imported: &ImportedArticle,
) -> Result<(), TransactionError> {
    let mut add = db.prepare_cached(
        "INSERT OR IGNORE INTO alias (source, url, article)
         SELECT source, ?2, sequence FROM article WHERE sequence = ?1",
    )?;
    for address in imported.addresses.iter().chain([&imported.article.url]) {
        add.execute((row, PublicUrl::as_str(address)))?;
    }
    if let Some(ItemVersion { fingerprint, title }) = &imported.made_from {
        db.prepare_cached(
            "UPDATE article SET teaser = ?2, teaser_title = ?3 WHERE sequence = ?1 AND teaser = ''",
        )?
        .execute((row, fingerprint, title))?;
    }
    Ok(())
}

/// Erases an article that was erased in another store.
pub(crate) fn erase(
    db: &Transaction<'_>,
    id: &str,
    now: DateTime<Utc>,
) -> Result<(), TransactionError> {
    withdrawals::clear(db, id)?;
    withdrawals::audit(db, "import erased", id, "", now)
}

/// Returns the source of an imported article: the one with the scope of its ids, else the one with
/// its name, else a new one that is not in feeds.toml yet.
fn source(
    db: &Transaction<'_>,
    imported: &ImportedArticle,
    now: DateTime<Utc>,
) -> Result<Option<Slug>, TransactionError> {
    let id = &imported.article.source;
    let find = |column: &str, name: &Slug| -> Result<Option<String>, TransactionError> {
        let sql = format!("SELECT id FROM source WHERE {column} = ?1");
        Ok(db.prepare_cached(&sql)?.query_row([name.as_str()], |row| row.get(0)).optional()?)
    };
    let by_scope = match &imported.origin {
        Some((scope, _)) => find("scope", scope)?,
        None => None,
    };
    let found = match by_scope {
        Some(found) => Some(found),
        None => find("id", id)?,
    };
    if let Some(found) = found {
        return Ok(Some(parsed("the name of a source", &found)?));
    }
    let Some((scope, origin)) = &imported.origin else { return Ok(None) };
    sources::insert_inactive(db, origin, scope, now)?;
    Ok(Some(id.clone()))
}

/// Withdraws an article that was withdrawn in another store.
pub(crate) fn withdraw(
    db: &Transaction<'_>,
    row: ArticleRowId,
    id: &str,
    withdrawn: &Withdrawal,
    now: DateTime<Utc>,
) -> Result<(), TransactionError> {
    let Withdrawal { at, by_agency, reason, erased: _ } = withdrawn;
    db.prepare_cached(
        "UPDATE article SET withdrawn = ?2, withdrawn_reason = ?3, withdrawn_by_agency = ?4 WHERE sequence = ?1",
    )?
    .execute((row, millis(*at), reason, by_agency))?;
    withdrawals::audit(db, "import withdrawn", id, reason.as_deref().unwrap_or_default(), now)
}
