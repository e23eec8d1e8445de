//! Articles of another store: taken in whole, as they are, and told apart from what is here already.

use super::damage::sound;
use super::{
    TransactionError, articles, changed, maybe_instant, millis, parsed, sources, topics,
    withdrawals,
};
use crate::records;
use crate::{
    ArticleBatch, ExportedArticle, ImportOutcome, ImportedArticle, ItemVersion, Withdrawal,
};
use bantin_core::{Article, ArticleKey, PublicUrl, Slug};
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row, Transaction};

/// Articles in the order of the store, after a place in it, also the withdrawn ones.
pub(in super::super) fn after(
    db: &Transaction<'_>,
    place: i64,
    limit: usize,
) -> Result<ArticleBatch, TransactionError> {
    let sql = format!(
        "SELECT *, {}, (SELECT json_group_array(url) FROM alias WHERE alias.article = article.sequence) AS addresses
         FROM article WHERE sequence > ?1 ORDER BY sequence LIMIT ?2",
        articles::TOPICS
    );
    let mut select = db.prepare_cached(&sql)?;
    let mut rows = select.query((place, i64::try_from(limit).unwrap_or(i64::MAX)))?;
    let mut stretch = ArticleBatch { articles: Vec::new(), last: None };
    while let Some(row) = rows.next()? {
        let place = row.get("sequence")?;
        stretch.last = Some(place);
        stretch.articles.extend(sound(row, exported(row, place))?);
    }
    Ok(stretch)
}

fn exported(row: &Row<'_>, place: i64) -> Result<ExportedArticle, TransactionError> {
    let addresses: String = row.get("addresses")?;
    let fingerprint: String = row.get("teaser")?;
    let title: Option<String> = row.get("teaser_title")?;
    let title = title.filter(|title| !title.is_empty());
    let made_from = (!fingerprint.is_empty()).then_some(ItemVersion { fingerprint, title });
    Ok(ExportedArticle {
        place,
        article: articles::whole(row)?,
        withdrawn: withdrawal(row)?,
        addresses: records::read_texts("the addresses of an article", &addresses)?,
        made_from,
    })
}

/// That the article in a row was withdrawn.
pub(super) fn withdrawal(row: &Row<'_>) -> Result<Option<Withdrawal>, TransactionError> {
    let Some(at) = maybe_instant(row, "withdrawn")? else { return Ok(None) };
    let by_agency = row.get("withdrawn_by_agency")?;
    let (erased, reason) = (row.get("erased")?, row.get("withdrawn_reason")?);
    Ok(Some(Withdrawal { at, by_agency, erased, reason }))
}

/// Takes articles in. They arrive by their own dates, like what a first visit finds, and flood nobody.
pub(in super::super) fn import_articles(
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
        let mut select = db.prepare_cached(&format!(
            "SELECT *, {} FROM article WHERE id = ?1",
            articles::TOPICS
        ))?;
        let mut rows = select.query([&new.id])?;
        let found = rows.next()?.map(|row| -> Result<_, TransactionError> {
            let old = sound(row, articles::whole(row))?;
            Ok((row.get::<_, i64>("sequence")?, old, withdrawal(row)?))
        });
        found.transpose()?
    };
    let Some((sequence, old, withdrawn)) = existing else { return add(db, imported, now) };
    remember(db, sequence, imported)?;
    // A withdrawal by the operator never ends, and comes along whatever became of the text.
    let order = imported.withdrawn.as_ref().filter(|withdrawn| !withdrawn.by_agency);
    let is_withdrawn = withdrawn.as_ref().is_some_and(|withdrawn| !withdrawn.by_agency);
    let ordered = order.filter(|_| !is_withdrawn);
    if let Some(order) = ordered {
        withdraw(db, sequence, &new.id, order, now)?;
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
    let told = match &old {
        // What cannot be read is written afresh.
        None => {
            articles::overwrite(db, sequence, new)?;
            topics::forget(db, sequence)?;
            ImportOutcome::Newer
        }
        Some(old) if contents(new) == Article { source: new.source.clone(), ..contents(old) } => {
            ImportOutcome::Same
        }
        Some(old) if rank(new) > rank(old) => {
            replace_older(db, sequence, new, now)?;
            ImportOutcome::Newer
        }
        Some(old) if rank(new) < rank(old) => ImportOutcome::Older,
        Some(_) => ImportOutcome::Differs,
    };
    // What an agency took away may be there again since: of that an older line knows nothing.
    let taken_away = imported
        .withdrawn
        .as_ref()
        .filter(|taken| taken.by_agency && withdrawn.is_none() && told != ImportOutcome::Older);
    if let Some(taken_away) = taken_away {
        withdraw(db, sequence, &new.id, taken_away, now)?;
    }
    if (ordered.is_some() || taken_away.is_some()) && told != ImportOutcome::Newer {
        changed(db)?;
    }
    Ok(told)
}

/// What makes two articles of one id the same: all but when they were seen, by whom, and what is derived. Under another name it is the
/// same source: ids are for ever, names are not.
fn contents(article: &Article) -> Article {
    Article {
        key: ArticleKey::kept(String::new()),
        topics: Vec::new(),
        first_seen: DateTime::UNIX_EPOCH,
        last_seen: DateTime::UNIX_EPOCH,
        ..article.clone()
    }
}

fn add(
    db: &Transaction<'_>,
    imported: &ImportedArticle,
    now: DateTime<Utc>,
) -> Result<ImportOutcome, TransactionError> {
    let new = &imported.article;
    let Some(source) = source(db, imported, now)? else { return Ok(ImportOutcome::NoOrigin) };
    let sql = "SELECT id FROM article WHERE source = ?1 AND key = ?2";
    let mut select = db.prepare_cached(sql)?;
    let taken: Option<String> =
        select.query_row((source.as_str(), new.key.as_str()), |row| row.get(0)).optional()?;
    if let Some(id) = taken {
        return Ok(ImportOutcome::KeyTaken(id));
    }
    let article = Article { source: source.clone(), ..new.clone() };
    let sequence = articles::add(db, &article, &new.id, new.published.min(now))?;
    topics::keep_imported_topics(db, sequence, &new.topics)?;
    remember(db, sequence, imported)?;
    if let Some(withdrawn) = &imported.withdrawn {
        withdraw(db, sequence, &new.id, withdrawn, now)?;
        if withdrawn.erased {
            erase(db, &new.id, now)?;
        }
    }
    Ok(ImportOutcome::New)
}

/// Remembers where an article was listed, and what it was made from where that is not known here.
fn remember(
    db: &Transaction<'_>,
    sequence: i64,
    imported: &ImportedArticle,
) -> Result<(), TransactionError> {
    let mut add = db.prepare_cached(
        "INSERT OR IGNORE INTO alias (source, url, article)
         SELECT source, ?2, sequence FROM article WHERE sequence = ?1",
    )?;
    for address in imported.addresses.iter().chain([&imported.article.url]) {
        add.execute((sequence, PublicUrl::as_str(address)))?;
    }
    if let Some(ItemVersion { fingerprint, title }) = &imported.made_from {
        db.prepare_cached(
            "UPDATE article SET teaser = ?2, teaser_title = ?3 WHERE sequence = ?1 AND teaser = ''",
        )?
        .execute((sequence, fingerprint, title))?;
    }
    Ok(())
}

/// Takes the content of a withdrawn article away that was erased in another store.
fn erase(db: &Transaction<'_>, id: &str, now: DateTime<Utc>) -> Result<(), TransactionError> {
    articles::clear(db, id)?;
    withdrawals::audit(db, "import erased", id, "", now)
}

/// The source that an article belongs to here: the one whose ids are made like its, else the one of its name, else a new one
/// that feeds.toml does not name yet.
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

fn withdraw(
    db: &Transaction<'_>,
    sequence: i64,
    id: &str,
    withdrawn: &Withdrawal,
    now: DateTime<Utc>,
) -> Result<(), TransactionError> {
    let Withdrawal { at, by_agency, reason, erased: _ } = withdrawn;
    db.prepare_cached(
        "UPDATE article SET withdrawn = ?2, withdrawn_reason = ?3, withdrawn_by_agency = ?4 WHERE sequence = ?1",
    )?
    .execute((sequence, millis(*at), reason, by_agency))?;
    withdrawals::audit(db, "import withdrawn", id, reason.as_deref().unwrap_or_default(), now)
}

/// Puts a newer text in the place of ours, which is kept as a revision.
fn replace_older(
    db: &Transaction<'_>,
    sequence: i64,
    new: &Article,
    now: DateTime<Utc>,
) -> Result<(), TransactionError> {
    db.prepare_cached(
        "INSERT OR IGNORE INTO revision (article, number, title, summary, html, text, hash, updated, replaced)
         SELECT sequence, revision, title, summary, html, text, hash, updated, ?2 FROM article WHERE sequence = ?1",
    )?
    .execute((sequence, millis(now)))?;
    articles::overwrite(db, sequence, new)?;
    topics::forget(db, sequence)
}
