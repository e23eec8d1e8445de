//! Topics of articles: the articles to be classified, and the topics that the rules found.
//!
//! Topics are stored next to the article. They change neither `updated` nor the revision, and the
//! old ones stay until new ones are stored.

use crate::changes::changed;
use crate::damage::skip_damaged;
use crate::error::TransactionError;
use crate::{ArticleRowId, Store, StoreError, records};
use bantin_core::Slug;
use rusqlite::{OptionalExtension, Transaction};

/// The parts of an article from which its topics are derived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnclassifiedArticle {
    /// Its row.
    pub row: ArticleRowId,
    /// The title.
    pub title: String,
    /// The summary.
    pub summary: Option<String>,
    /// The beginning of its text.
    pub text: String,
    /// The article's hash ([`NewArticle::hash`](bantin_core::NewArticle::hash)).
    pub hash: String,
}

impl Store {
    /// Returns up to `limit` articles with a new text, or with topics from another version of the
    /// rules, with the first `characters` of each text.
    pub async fn unclassified(
        &self,
        version: &str,
        limit: usize,
        characters: usize,
    ) -> Result<Vec<UnclassifiedArticle>, StoreError> {
        let version = version.to_owned();
        loop {
            let of = version.clone();
            let ask = move |db: &Transaction<'_>| unclassified(db, &of, limit, characters);
            let (found, unread) = self.read(ask).await?;
            if unread.is_empty() {
                return Ok(found);
            }
            // Rows that cannot be read would block all others: mark them as classified.
            let of = version.clone();
            self.write(move |db| pass_over(db, &of, &unread)).await?;
            if !found.is_empty() {
                return Ok(found);
            }
        }
    }

    /// Stores the topics that a version of the rules found. Neither `updated` nor the revision of
    /// an article changes.
    ///
    /// An article that was revised in the meantime stays unclassified.
    pub async fn classify(
        &self,
        version: &str,
        found: Vec<(UnclassifiedArticle, Vec<Slug>)>,
    ) -> Result<(), StoreError> {
        let version = version.to_owned();
        self.write(move |db| classify(db, &version, &found)).await
    }
}

/// Marks an article with a new text for classification; its topics stay until then.
pub(crate) fn forget(db: &Transaction<'_>, article: ArticleRowId) -> Result<(), TransactionError> {
    db.prepare_cached(
        "INSERT INTO classified (article, version, topics) VALUES (?1, '', '[]')
         ON CONFLICT (article) DO UPDATE SET version = ''",
    )?
    .execute([article])?;
    Ok(())
}

/// Stores the topics from another store, until our own rules have run.
pub(crate) fn keep_imported_topics(
    db: &Transaction<'_>,
    article: ArticleRowId,
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

fn unclassified(
    db: &Transaction<'_>,
    version: &str,
    limit: usize,
    characters: usize,
) -> Result<(Vec<UnclassifiedArticle>, Vec<ArticleRowId>), TransactionError> {
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
                row: row.get(0)?,
                title: row.get(1)?,
                summary: row.get(2)?,
                text: row.get(3)?,
                hash: row.get(4)?,
            })
        };
        match skip_damaged(row, read())? {
            Some(article) => found.push(article),
            None => unread.push(row.get(0)?),
        }
    }
    Ok((found, unread))
}

fn pass_over(
    db: &Transaction<'_>,
    version: &str,
    rows: &[ArticleRowId],
) -> Result<(), TransactionError> {
    let mut pass = db.prepare_cached("UPDATE classified SET version = ?2 WHERE article = ?1")?;
    for row in rows {
        pass.execute((row, version))?;
    }
    Ok(())
}

fn classify(
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
            .query_row((article.row, &article.hash, &article.summary), |row| row.get(0))
            .optional()?;
        let Some(known) = known else { continue };
        let known: Vec<Slug> = records::read_texts("the topics of an article", &known)?;
        let written = records::write_texts(topics.iter().map(Slug::as_str))?;
        keep.execute((article.row, version, written))?;
        if known == *topics {
            continue;
        }
        moved = true;
        for topic in known {
            remove.execute((topic.as_str(), article.row))?;
        }
        for topic in topics {
            add.execute((topic.as_str(), article.row))?;
        }
    }
    if moved { changed(db) } else { Ok(()) }
}
