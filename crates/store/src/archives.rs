//! Archives of feeds (RFC 5005): rendered once and stored forever, compressed, with the revisions
//! of the articles in them.
//!
//! `output/` can be deleted, because the documents are written from here again. An archive is
//! replaced only to remove an erased article from it.

use crate::columns::parsed;
use crate::error::TransactionError;
use crate::{ArticleRowId, Store, StoreError, records};
use bantin_core::Slug;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use rusqlite::{OptionalExtension, Transaction};
use std::io::{Read, Write};

/// An archive of a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArchiveSummary {
    /// Its number, consecutive from 1; the newest has the highest.
    pub number: u32,
    /// The length of its Atom document, in bytes.
    pub atom: u64,
    /// The length of its RSS document, in bytes.
    pub rss: u64,
}

/// The rendered documents of an archive.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ArchiveDocuments {
    /// The Atom document.
    pub atom: Vec<u8>,
    /// The RSS document.
    pub rss: Vec<u8>,
}

/// An archive from which erased articles must be removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveErasure {
    /// The feed.
    pub feed: Slug,
    /// The number of the archive.
    pub number: u32,
    /// The ids of the erased articles.
    pub ids: Vec<String>,
    /// Its documents; `None` if they cannot be read.
    pub text: Option<ArchiveDocuments>,
}

impl Store {
    /// Stores a new archive of a feed permanently, with the rows and revisions of its articles.
    /// Durable on return.
    pub async fn keep_archive(
        &self,
        feed: &Slug,
        number: u32,
        versions: Vec<(ArticleRowId, u32)>,
        text: ArchiveDocuments,
    ) -> Result<(), StoreError> {
        let feed = feed.clone();
        let keep = move |db: &Transaction<'_>| keep(db, &feed, number, &versions, &text);
        self.write_durably(keep).await
    }

    /// Returns the archives of a feed, the oldest first.
    pub async fn archives(&self, feed: &Slug) -> Result<Vec<ArchiveSummary>, StoreError> {
        let feed = feed.clone();
        self.read(move |db| archives(db, &feed)).await
    }

    /// Returns the documents of an archive.
    pub async fn archive(
        &self,
        feed: &Slug,
        number: u32,
    ) -> Result<Option<ArchiveDocuments>, StoreError> {
        let feed = feed.clone();
        self.read(move |db| text(db, &feed, number)).await
    }

    /// Returns the rows of the articles in an archive, the oldest first.
    pub async fn archived_rows(
        &self,
        feed: &Slug,
        number: u32,
    ) -> Result<Vec<ArticleRowId>, StoreError> {
        let feed = feed.clone();
        self.read(move |db| archived_rows(db, &feed, number)).await
    }

    /// Returns the first archive that still contains erased articles.
    pub async fn erasure(&self) -> Result<Option<ArchiveErasure>, StoreError> {
        self.read(erasure).await
    }

    /// Replaces an archive with its documents without the erased articles, and empties the journal,
    /// which contains the old ones.
    pub async fn erased(&self, erasure: ArchiveErasure) -> Result<(), StoreError> {
        self.write_durably(move |db| erase(db, &erasure)).await?;
        self.empty_journal().await
    }
}

fn archives(db: &Transaction<'_>, feed: &Slug) -> Result<Vec<ArchiveSummary>, TransactionError> {
    archives_after(db, feed, 0)
}

/// Returns the archives of a feed with a higher number than `after`, the oldest first.
pub(crate) fn archives_after(
    db: &Transaction<'_>,
    feed: &Slug,
    after: u32,
) -> Result<Vec<ArchiveSummary>, TransactionError> {
    let mut select = db.prepare_cached(
        "SELECT number, atom_length, rss_length FROM archive WHERE feed = ?1 AND number > ?2 ORDER BY number",
    )?;
    let archives = select.query_map((feed.as_str(), after), |row| {
        let length = |column| row.get::<_, i64>(column).map(i64::unsigned_abs);
        Ok(ArchiveSummary { number: row.get(0)?, atom: length(1)?, rss: length(2)? })
    })?;
    Ok(archives.collect::<Result<_, _>>()?)
}

fn keep(
    db: &Transaction<'_>,
    feed: &Slug,
    number: u32,
    versions: &[(ArticleRowId, u32)],
    text: &ArchiveDocuments,
) -> Result<(), TransactionError> {
    db.prepare_cached(
        "INSERT INTO archive (feed, number, atom_length, rss_length, atom, rss) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute((
        feed.as_str(),
        number,
        length(&text.atom),
        length(&text.rss),
        packed(&text.atom)?,
        packed(&text.rss)?,
    ))?;
    let mut insert = db.prepare_cached(
        "INSERT OR IGNORE INTO archived (feed, article, revision, archive) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for (row, revision) in versions {
        insert.execute((feed.as_str(), row, revision, number))?;
    }
    Ok(())
}

fn text(
    db: &Transaction<'_>,
    feed: &Slug,
    number: u32,
) -> Result<Option<ArchiveDocuments>, TransactionError> {
    let row: Option<(Vec<u8>, Vec<u8>)> = db
        .prepare_cached("SELECT atom, rss FROM archive WHERE feed = ?1 AND number = ?2")?
        .query_row((feed.as_str(), number), |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((atom, rss)) = row else { return Ok(None) };
    Ok(Some(ArchiveDocuments { atom: unpacked(&atom)?, rss: unpacked(&rss)? }))
}

fn archived_rows(
    db: &Transaction<'_>,
    feed: &Slug,
    number: u32,
) -> Result<Vec<ArticleRowId>, TransactionError> {
    let mut select = db.prepare_cached(
        "SELECT DISTINCT article FROM archived WHERE feed = ?1 AND archive = ?2 ORDER BY article",
    )?;
    let rows = select.query_map((feed.as_str(), number), |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn erasure(db: &Transaction<'_>) -> Result<Option<ArchiveErasure>, TransactionError> {
    let first: Option<(String, u32)> = db
        .prepare_cached(
            "SELECT feed, archive FROM archived JOIN article ON sequence = article WHERE erased = 1
             ORDER BY feed, archive LIMIT 1",
        )?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((feed, number)) = first else { return Ok(None) };
    let mut select = db.prepare_cached(
        "SELECT DISTINCT id FROM archived JOIN article ON sequence = article
         WHERE erased = 1 AND feed = ?1 AND archive = ?2",
    )?;
    let ids = select.query_map((&feed, number), |row| row.get(0))?.collect::<Result<_, _>>()?;
    let feed = parsed("the name of a feed", &feed)?;
    let text = match text(db, &feed, number) {
        Err(TransactionError::Corrupt(..)) => None,
        found => found?,
    };
    Ok(Some(ArchiveErasure { feed, number, ids, text }))
}

fn erase(db: &Transaction<'_>, erasure: &ArchiveErasure) -> Result<(), TransactionError> {
    let ArchiveErasure { feed, number, ids, text } = erasure;
    let Some(text) = text else { return Ok(()) };
    db.execute(
        "UPDATE archive SET atom_length = ?3, rss_length = ?4, atom = ?5, rss = ?6 WHERE feed = ?1 AND number = ?2",
        (
            feed.as_str(),
            number,
            length(&text.atom),
            length(&text.rss),
            packed(&text.atom)?,
            packed(&text.rss)?,
        ),
    )?;
    // Articles that were erased in the meantime are still in the documents: keep their rows.
    db.execute(
        "DELETE FROM archived WHERE feed = ?1 AND archive = ?2 AND article IN
             (SELECT sequence FROM article WHERE id IN (SELECT value FROM json_each(?3)))",
        (feed.as_str(), number, records::write_texts(ids.iter().map(String::as_str))?),
    )?;
    Ok(())
}

fn length(plain: &[u8]) -> i64 {
    i64::try_from(plain.len()).unwrap_or(i64::MAX)
}

fn packed(plain: &[u8]) -> Result<Vec<u8>, TransactionError> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    let packed = encoder.write_all(plain).and_then(|()| encoder.finish());
    packed.map_err(|e| TransactionError::Corrupt("a new archive", e.to_string()))
}

fn unpacked(packed: &[u8]) -> Result<Vec<u8>, TransactionError> {
    let mut plain = Vec::new();
    let read = GzDecoder::new(packed).read_to_end(&mut plain);
    read.map_err(|e| TransactionError::Corrupt("an archive", e.to_string()))?;
    Ok(plain)
}
