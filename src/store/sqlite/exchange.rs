//! Articles of another store: taken in whole, as they are, and told apart from what is here already.

use super::{Failed, articles, changed, gone, maybe_instant, millis, parsed, sources, topics};
use crate::model::{Article, Key, Slug};
use crate::store::{Imported, TakenIn, Withdrawal};
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row, Transaction};

/// Articles in the order of the store, after a place in it, also the withdrawn ones.
pub(in super::super) fn all_after(
    db: &Transaction<'_>,
    place: i64,
    limit: usize,
) -> Result<Vec<(i64, Article, Option<Withdrawal>)>, Failed> {
    let sql = format!(
        "SELECT *, {} FROM article WHERE sequence > ?1 ORDER BY sequence LIMIT ?2",
        articles::TOPICS
    );
    let mut select = db.prepare_cached(&sql)?;
    let mut rows = select.query((place, i64::try_from(limit).unwrap_or(i64::MAX)))?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push((row.get("sequence")?, articles::whole(row)?, withdrawal(row)?));
    }
    Ok(all)
}

/// That the article in a row was withdrawn.
pub(super) fn withdrawal(row: &Row<'_>) -> Result<Option<Withdrawal>, Failed> {
    let Some(at) = maybe_instant(row, "withdrawn")? else { return Ok(None) };
    let by_agency = row.get("withdrawn_by_agency")?;
    Ok(Some(Withdrawal { at, by_agency, reason: row.get("withdrawn_reason")? }))
}

/// Takes articles in. They arrive by their own dates, like what a first visit finds, and flood nobody.
pub(in super::super) fn take_in(
    db: &Transaction<'_>,
    imported: &[Imported],
    now: DateTime<Utc>,
) -> Result<Vec<TakenIn>, Failed> {
    let mut taken = Vec::with_capacity(imported.len());
    for article in imported {
        taken.push(take(db, article, now)?);
    }
    if taken.iter().any(|taken| matches!(taken, TakenIn::New | TakenIn::Newer)) {
        changed(db)?;
    }
    Ok(taken)
}

fn take(db: &Transaction<'_>, imported: &Imported, now: DateTime<Utc>) -> Result<TakenIn, Failed> {
    let new = &imported.article;
    let existing = {
        let mut select = db.prepare_cached(&format!(
            "SELECT *, {} FROM article WHERE id = ?1",
            articles::TOPICS
        ))?;
        let mut rows = select.query([&new.id])?;
        let found = rows.next()?.map(|row| -> Result<_, Failed> {
            Ok((row.get::<_, i64>("sequence")?, articles::whole(row)?, withdrawal(row)?))
        });
        found.transpose()?
    };
    let Some((sequence, old, withdrawn)) = existing else { return add(db, imported, now) };
    // A withdrawal by the operator never ends, and comes along whatever became of the text.
    let order = imported.withdrawn.as_ref().filter(|withdrawn| !withdrawn.by_agency);
    let is_withdrawn = withdrawn.is_some_and(|withdrawn| !withdrawn.by_agency);
    let ordered = order.filter(|_| !is_withdrawn);
    if let Some(order) = ordered {
        withdraw(db, sequence, &new.id, order, now)?;
    }
    let rank = |article: &Article| (article.revision, article.updated);
    // Under another name it is the same source: ids are for ever, names are not.
    let new = &Article { source: old.source.clone(), ..new.clone() };
    let told = if contents(new) == contents(&old) {
        TakenIn::Same
    } else if rank(new) > rank(&old) {
        replace(db, sequence, new, now)?;
        TakenIn::Newer
    } else if rank(new) < rank(&old) {
        TakenIn::Older
    } else {
        TakenIn::Differs
    };
    if ordered.is_some() && told != TakenIn::Newer {
        changed(db)?;
    }
    Ok(told)
}

/// What makes two articles of one id the same: all but when they were seen, by whom, and what is derived.
fn contents(article: &Article) -> Article {
    Article {
        key: Key::kept(String::new()),
        topics: Vec::new(),
        first_seen: DateTime::UNIX_EPOCH,
        last_seen: DateTime::UNIX_EPOCH,
        ..article.clone()
    }
}

fn add(db: &Transaction<'_>, imported: &Imported, now: DateTime<Utc>) -> Result<TakenIn, Failed> {
    let new = &imported.article;
    let Some(source) = source(db, imported, now)? else { return Ok(TakenIn::NoOrigin) };
    let sql = "SELECT id FROM article WHERE source = ?1 AND key = ?2";
    let mut select = db.prepare_cached(sql)?;
    let taken: Option<String> =
        select.query_row((source.as_str(), new.key.as_str()), |row| row.get(0)).optional()?;
    if let Some(id) = taken {
        return Ok(TakenIn::KeyTaken(id));
    }
    let article = Article { source: source.clone(), ..new.clone() };
    let sequence = articles::add(db, &article, &new.id, new.published.min(now))?;
    topics::keep_until_asked(db, sequence, &new.topics)?;
    db.prepare_cached("INSERT OR IGNORE INTO alias (source, url, article) VALUES (?1, ?2, ?3)")?
        .execute((source.as_str(), new.url.as_str(), sequence))?;
    if let Some(withdrawn) = &imported.withdrawn {
        withdraw(db, sequence, &new.id, withdrawn, now)?;
    }
    Ok(TakenIn::New)
}

/// The source that an article belongs to here: the one whose ids are made like its, else the one of its name, else a new one
/// that feeds.toml does not name yet.
fn source(
    db: &Transaction<'_>,
    imported: &Imported,
    now: DateTime<Utc>,
) -> Result<Option<Slug>, Failed> {
    let id = &imported.article.source;
    let find = |column: &str, name: &Slug| -> Result<Option<String>, Failed> {
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
) -> Result<(), Failed> {
    let Withdrawal { at, by_agency, reason } = withdrawn;
    db.prepare_cached(
        "UPDATE article SET withdrawn = ?2, withdrawn_reason = ?3, withdrawn_by_agency = ?4 WHERE sequence = ?1",
    )?
    .execute((sequence, millis(*at), reason, by_agency))?;
    gone::audit(db, "import withdrawn", id, reason.as_deref().unwrap_or_default(), now)
}

/// Puts a newer text in the place of ours, which is kept as a revision.
fn replace(
    db: &Transaction<'_>,
    sequence: i64,
    new: &Article,
    now: DateTime<Utc>,
) -> Result<(), Failed> {
    db.prepare_cached(
        "INSERT OR IGNORE INTO revision (article, number, title, summary, html, text, hash, updated, replaced)
         SELECT sequence, revision, title, summary, html, text, hash, updated, ?2 FROM article WHERE sequence = ?1",
    )?
    .execute((sequence, millis(now)))?;
    articles::overwrite(db, sequence, new)?;
    topics::forget(db, sequence)
}
