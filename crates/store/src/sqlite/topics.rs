//! The topics of articles: which articles wait for the rules, and what the rules found.

use super::damage::sound;
use super::{TransactionError, changed};
use crate::UnclassifiedArticle;
use crate::records;
use bantin_core::Slug;
use rusqlite::{OptionalExtension, Transaction};

/// Says that an article's text is new; its topics stay until it was looked at.
pub(super) fn forget(db: &Transaction<'_>, article: i64) -> Result<(), TransactionError> {
    db.prepare_cached(
        "INSERT INTO classified (article, version, topics) VALUES (?1, '', '[]')
         ON CONFLICT (article) DO UPDATE SET version = ''",
    )?
    .execute([article])?;
    Ok(())
}

/// Gives an article the topics that another store found, until our own rules have looked at it.
pub(super) fn keep_imported_topics(
    db: &Transaction<'_>,
    article: i64,
    topics: &[Slug],
) -> Result<(), TransactionError> {
    db.prepare_cached(
        "INSERT OR REPLACE INTO classified (article, version, topics) VALUES (?1, '', ?2)",
    )?
    .execute((article, records::write_texts(topics.iter().map(Slug::as_str))?))?;
    let mut add =
        db.prepare_cached("INSERT OR IGNORE INTO topic (topic, article) VALUES (?1, ?2)")?;
    for topic in topics {
        add.execute((topic.as_str(), article))?;
    }
    Ok(())
}

/// Articles that other rules, or none, were asked about, those with a new text first; and the places of those that cannot be read.
pub(in super::super) fn unclassified(
    db: &Transaction<'_>,
    version: &str,
    limit: usize,
    characters: usize,
) -> Result<(Vec<UnclassifiedArticle>, Vec<i64>), TransactionError> {
    let mut select = db.prepare_cached(
        "SELECT sequence, title, summary, substr(text, 1, ?3), hash, id FROM
             (SELECT article FROM classified WHERE version < ?1 UNION ALL
              SELECT article FROM classified WHERE version > ?1 LIMIT ?2)
         JOIN article ON sequence = article",
    )?;
    let bound = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let mut rows = select.query((version, bound(limit), bound(characters)))?;
    let (mut found, mut unread) = (Vec::new(), Vec::new());
    while let Some(row) = rows.next()? {
        let read = || -> Result<UnclassifiedArticle, TransactionError> {
            Ok(UnclassifiedArticle {
                place: row.get(0)?,
                title: row.get(1)?,
                summary: row.get(2)?,
                text: row.get(3)?,
                hash: row.get(4)?,
            })
        };
        match sound(row, read())? {
            Some(article) => found.push(article),
            None => unread.push(row.get(0)?),
        }
    }
    Ok((found, unread))
}

/// Leaves articles that cannot be read with the topics that they have.
pub(in super::super) fn pass_over(
    db: &Transaction<'_>,
    version: &str,
    places: &[i64],
) -> Result<(), TransactionError> {
    let mut pass = db.prepare_cached("UPDATE classified SET version = ?2 WHERE article = ?1")?;
    for place in places {
        pass.execute((place, version))?;
    }
    Ok(())
}

/// Keeps what rules found. An article that was revised in the meantime waits on.
pub(in super::super) fn classify(
    db: &Transaction<'_>,
    version: &str,
    found: &[(UnclassifiedArticle, Vec<Slug>)],
) -> Result<(), TransactionError> {
    let mut known = db.prepare_cached(
        "SELECT topics FROM classified JOIN article ON sequence = article
         WHERE article = ?1 AND hash = ?2 AND summary IS ?3",
    )?;
    let mut keep =
        db.prepare_cached("UPDATE classified SET version = ?2, topics = ?3 WHERE article = ?1")?;
    let mut remove = db.prepare_cached("DELETE FROM topic WHERE topic = ?1 AND article = ?2")?;
    let mut add = db.prepare_cached("INSERT INTO topic (topic, article) VALUES (?1, ?2)")?;
    let mut moved = false;
    for (article, topics) in found {
        let known: Option<String> = known
            .query_row((article.place, &article.hash, &article.summary), |row| row.get(0))
            .optional()?;
        let Some(known) = known else { continue };
        let known: Vec<Slug> = records::read_texts("the topics of an article", &known)?;
        let written = records::write_texts(topics.iter().map(Slug::as_str))?;
        keep.execute((article.place, version, written))?;
        if known == *topics {
            continue;
        }
        moved = true;
        for topic in known {
            remove.execute((topic.as_str(), article.place))?;
        }
        for topic in topics {
            add.execute((topic.as_str(), article.place))?;
        }
    }
    if moved { changed(db) } else { Ok(()) }
}
