//! The articles that a feed shows now, and the articles that must go into archives.
//!
//! A document shows the newest articles by `changed`: their arrival or last revision. Each source
//! has a share of the document, and more while other sources do not fill theirs. An article must be
//! archived if it matches, is in no archive at its current revision, and is not shown. The
//! publisher makes archives of `limit` articles each, the oldest first, and fills the last one with
//! the oldest shown articles. An entry may therefore be in an archive and in the current document;
//! a reader that merges entries by id gets it once.
//!
//! The store must know which articles do not fit into a document, so the caller measures them
//! before anything is written. Only articles that were touched since the feed's watermark are
//! examined (`touched`, filled by triggers), and once a day all of them.

use crate::article_row::OTHER_COLUMNS;
use crate::changes::changes;
use crate::columns::{instant, millis, parsed};
use crate::damage::skip_damaged;
use crate::error::TransactionError;
use crate::selection::CONDITION_COLUMNS;
use crate::window::{FeedCandidate, FeedSelection};
use crate::{
    ArchiveSummary, ArticleRowId, ChangeCount, FeedWindow, Store, StoreError, archives,
    article_row, publication_day, records, selection, window,
};
use bantin_core::{Article, ArticleQuery, FeedConfig, Slug, Tombstone};
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row, Transaction, params_from_iter};
use std::collections::HashSet;

/// The maximum number of tombstones in a document: they serve readers that poll occasionally, and
/// are not a permanent record.
const MAX_TOMBSTONES: usize = 1000;

/// The contents of a feed at one moment, and the articles that are not in it and go into archives.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FeedContents {
    /// The articles of its documents, the newest arrivals and revisions first.
    pub articles: Vec<Article>,
    /// The rows of the articles that go into archives now, the oldest first.
    pub to_archive: Vec<ArticleRowId>,
    /// Its archives, the oldest first, without the ones that were published before.
    pub archives: Vec<ArchiveSummary>,
    /// The newest archive that was published before.
    pub last_archive: Option<u32>,
    /// The tombstones of recently withdrawn articles.
    pub tombstones: Vec<Tombstone>,
    /// The watermark to record once `to_archive` is in archives.
    pub watermark: Option<ArchiveWatermark>,
    /// The window that its articles were selected from.
    pub window: FeedWindow,
}

impl FeedContents {
    /// The number of the feed's newest archive.
    pub fn newest_archive(&self) -> Option<u32> {
        self.archives.last().map(|archive| archive.number).or(self.last_archive)
    }
}

/// The state of a feed at its last publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedFeed {
    /// The counter of changes at that time.
    pub changes: ChangeCount,
    /// The window for the next selection; `None` if the store must be queried.
    pub window: Option<FeedWindow>,
    /// The newest archive on disk; all earlier ones are on disk too.
    pub newest_archive: Option<u32>,
}

/// The point up to which all articles of a feed are in archives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveWatermark {
    /// The feed.
    pub feed: Slug,
    /// The counter of changes.
    pub changes: ChangeCount,
    /// The rule that selects the articles, in its text form.
    pub rule: String,
    /// The rows of articles that are in no archive because the documents show them.
    pub unarchived: Vec<ArticleRowId>,
}

impl Store {
    /// Returns the articles that a feed shows now, and those that go into archives.
    ///
    /// `fits` returns the number of articles, the most recently changed first, that fit into a
    /// document.
    pub async fn feed_contents(
        &self,
        feed: &FeedConfig,
        fits: impl FnOnce(&[Article], &[Tombstone]) -> usize + Send + 'static,
    ) -> Result<FeedContents, StoreError> {
        self.changed_feed_contents(feed, None, fits).await
    }

    /// Like [`Store::feed_contents`], for a caller that published the feed before.
    ///
    /// The result omits archives that are already published.
    pub async fn changed_feed_contents(
        &self,
        feed: &FeedConfig,
        published: Option<PublishedFeed>,
        fits: impl FnOnce(&[Article], &[Tombstone]) -> usize + Send + 'static,
    ) -> Result<FeedContents, StoreError> {
        let feed = feed.clone();
        self.read(move |db| feed_contents(db, &feed, published.as_ref(), fits)).await
    }

    /// Returns the articles of these rows in their order, each with its row id. Withdrawn articles
    /// are skipped.
    pub async fn articles_by_row(
        &self,
        rows: &[ArticleRowId],
    ) -> Result<Vec<(ArticleRowId, Article)>, StoreError> {
        let rows = rows.to_vec();
        self.read(move |db| read(db, &rows)).await
    }

    /// Records the watermarks of feeds.
    ///
    /// A lost watermark costs only time: more articles are examined, with the same result.
    pub async fn set_watermarks(&self, marks: Vec<ArchiveWatermark>) -> Result<(), StoreError> {
        self.write(move |db| set_watermarks(db, &marks)).await
    }
}

fn feed_contents(
    db: &Transaction<'_>,
    feed: &FeedConfig,
    published: Option<&PublishedFeed>,
    fits: impl FnOnce(&[Article], &[Tombstone]) -> usize,
) -> Result<FeedContents, TransactionError> {
    let window = match published.and_then(|published| published.window.as_ref()) {
        Some(window) => window.clone(),
        None => current(db, feed)?,
    };
    let shown = read(db, &window.chosen(feed))?;
    let (mut current, mut articles): (Vec<ArticleRowId>, Vec<Article>) = shown.into_iter().unzip();
    let tombstones = tombstones(db, feed)?;
    // An article that is not in the document must be in an archive.
    let fit = fits(&articles, &tombstones);
    articles.truncate(fit);
    current.truncate(fit);
    let mut contents = FeedContents { articles, tombstones, window, ..FeedContents::default() };
    if feed.history.archive {
        contents.last_archive = published.and_then(|published| published.newest_archive);
        contents.archives =
            archives::archives_after(db, &feed.id, contents.last_archive.unwrap_or(0))?;
        let (left, mark) =
            select_unarchived(db, feed, &current, published.map(|published| published.changes))?;
        (contents.to_archive, contents.watermark) = (left, Some(mark));
    }
    Ok(contents)
}

/// Whether the article in a row of [`columns`] meets the conditions of a query.
fn meets_conditions(row: &Row<'_>, query: &ArticleQuery) -> Result<bool, TransactionError> {
    Ok(query.conditions.is_empty() || selection::matching_article(row, query)?.is_some())
}

/// Returns the columns to select: the whole article only if the query has conditions.
fn columns(query: &ArticleQuery, narrow: &str) -> String {
    match query.conditions.is_empty() {
        true => narrow.to_owned(),
        false => format!("{CONDITION_COLUMNS}, {OTHER_COLUMNS}"),
    }
}

/// Returns the newest matching arrivals and revisions, the newest first, as many as the selection
/// for the feed needs.
fn current(db: &Transaction<'_>, feed: &FeedConfig) -> Result<FeedWindow, TransactionError> {
    let bound = window::bound(feed);
    let columns = columns(
        &feed.query,
        "article.sequence, article.changed, article.published, article.id, article.source",
    );
    let (newest, values) = selection::newest_first(db, &feed.query, &columns, "changed", bound)?;
    let mut select = db.prepare_cached(&newest)?;
    let mut choice = FeedSelection::new(feed);
    let (mut candidates, mut seen) = (Vec::new(), HashSet::new());
    let mut rows = select.query(params_from_iter(values))?;
    let is_complete = loop {
        if choice.is_full() || seen.len() == bound {
            break false;
        }
        let Some(row) = rows.next()? else { break true };
        let sequence: ArticleRowId = row.get("sequence")?;
        if !seen.insert(sequence) {
            continue;
        }
        let candidate = FeedCandidate {
            row: sequence,
            changed: row.get("changed")?,
            published: row.get("published")?,
            id: row.get("id")?,
            source: row.get("source")?,
            meets_conditions: meets_conditions(row, &feed.query)?,
        };
        choice.consider(&candidate);
        candidates.push(candidate);
    };
    Ok(FeedWindow::new(candidates, is_complete))
}

/// Returns the rows of articles that must go into archives now, the oldest first: all that match,
/// are in no archive at their revision, and are not among `current`. The oldest of `current` are
/// added to fill the last archive.
///
/// `published` is the counter of changes at the last publication: articles that were not touched
/// since are skipped.
fn select_unarchived(
    db: &Transaction<'_>,
    feed: &FeedConfig,
    current: &[ArticleRowId],
    published: Option<ChangeCount>,
) -> Result<(Vec<ArticleRowId>, ArchiveWatermark), TransactionError> {
    // All articles are examined once a day, which corrects anything that was missed before. Feeds
    // with conditions are excepted, because every text would have to be read for them.
    let day = if feed.query.conditions.is_empty() { publication_day::day(db)? } else { None };
    let rule = rule(feed, day);
    let marked: Option<(ChangeCount, String)> = db
        .prepare_cached("SELECT marked, waiting FROM feed WHERE id = ?1 AND mark_rule = ?2")?
        .query_row((feed.id.as_str(), &rule), |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let (recent, (matching, values)) = match &marked {
        Some((marked, waiting)) => {
            let waiting = records::read_rows("the articles that wait for an archive", waiting)?;
            let marked = published.map_or(*marked, |published| published.max(*marked));
            let recent = format!(
                "(SELECT article AS row FROM touched INDEXED BY touched_at WHERE at > {}
                     UNION SELECT value FROM json_each('{}')) AS recent CROSS JOIN ",
                marked.0,
                records::write_rows(&waiting)?
            );
            (recent, selection::matching_each(&feed.query))
        }
        None => (String::new(), selection::matching(&feed.query)),
    };
    let is_recent = if recent.is_empty() { "" } else { "AND article.sequence = recent.row" };
    let shown: HashSet<ArticleRowId> = current.iter().copied().collect();
    let mut select = db.prepare(&format!(
        "SELECT {} FROM {recent}{matching} {is_recent} AND withdrawn IS NULL AND NOT EXISTS (
             SELECT 1 FROM archived WHERE archived.feed = ? AND archived.article = article.sequence
                                      AND archived.revision = article.revision)
         ORDER BY article.changed, article.published, article.id DESC",
        columns(&feed.query, "article.sequence")
    ))?;
    let values = values.into_iter().chain([feed.id.as_str()]);
    let mut rows = select.query(params_from_iter(values))?;
    let mut unarchived: Vec<ArticleRowId> = Vec::new();
    while let Some(row) = rows.next()? {
        if meets_conditions(row, &feed.query)? {
            unarchived.push(row.get("sequence")?);
        }
    }
    let (_, mut left): (Vec<ArticleRowId>, Vec<ArticleRowId>) =
        unarchived.into_iter().partition(|row| shown.contains(row));
    // All shown articles without an archive count, whatever made them appear: an added attachment,
    // for example, makes no revision.
    let mut waiting = shown_unarchived(db, feed, current)?;
    let over = left.len().checked_rem(feed.limit).unwrap_or(0);
    if over > 0 {
        let room = (feed.limit - over).min(waiting.len());
        left.extend(waiting.drain(..room));
    }
    let mark = ArchiveWatermark {
        feed: feed.id.clone(),
        changes: changes(db)?,
        rule,
        unarchived: waiting,
    };
    Ok((left, mark))
}

/// Returns the rule of this selection; under another one, all articles are examined again. It is
/// stored with the watermark, so its text form has a version (1).
fn rule(feed: &FeedConfig, day: Option<DateTime<Utc>>) -> String {
    let day = day.map_or("-".to_owned(), |day| millis(day).to_string());
    format!("1 {} {day} {}", feed.limit, feed.query.rule())
}

/// Returns the shown articles that are in no archive at their revision, the oldest first.
fn shown_unarchived(
    db: &Transaction<'_>,
    feed: &FeedConfig,
    shown: &[ArticleRowId],
) -> Result<Vec<ArticleRowId>, TransactionError> {
    let mut select = db.prepare_cached(
        "SELECT article.sequence FROM json_each(?1) AS shown JOIN article ON article.sequence = shown.value WHERE NOT EXISTS (
             SELECT 1 FROM archived WHERE archived.feed = ?2 AND archived.article = article.sequence
                                      AND archived.revision = article.revision)
         ORDER BY changed, published, article.id DESC",
    )?;
    let rows =
        select.query_map((records::write_rows(shown)?, feed.id.as_str()), |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn set_watermarks(
    db: &Transaction<'_>,
    marks: &[ArchiveWatermark],
) -> Result<(), TransactionError> {
    let mut update = db.prepare_cached(
        "UPDATE feed SET marked = ?2, mark_rule = ?3, waiting = ?4 WHERE id = ?1",
    )?;
    for mark in marks {
        let waiting = records::write_rows(&mark.unarchived)?;
        update.execute((mark.feed.as_str(), mark.changes, &mark.rule, waiting))?;
    }
    Ok(())
}

/// Returns the tombstones of a feed, the latest first.
fn tombstones(db: &Transaction<'_>, feed: &FeedConfig) -> Result<Vec<Tombstone>, TransactionError> {
    let since = publication_day::day(db)?
        .map_or(i64::MIN, |day| millis(day - publication_day::span(feed.history.tombstones)));
    let (matching, values) = selection::matching_or_erased(&feed.query);
    let mut select = db.prepare_cached(&format!(
        "SELECT {} FROM {matching} AND withdrawn IS NOT NULL AND withdrawn >= {since}
         ORDER BY article.withdrawn DESC, article.id LIMIT {MAX_TOMBSTONES}",
        columns(&feed.query, "article.id, article.withdrawn, article.zone, article.erased")
    ))?;
    let mut rows = select.query(params_from_iter(values))?;
    let mut tombstones = Vec::new();
    while let Some(row) = rows.next()? {
        // Whether an erased article was in the feed cannot be determined any more, so its tombstone
        // is kept.
        if !row.get::<_, bool>("erased")? && !meets_conditions(row, &feed.query)? {
            continue;
        }
        let stone = |row: &Row<'_>| -> Result<Tombstone, TransactionError> {
            let zone = parsed("a time zone", &row.get::<_, String>("zone")?)?;
            Ok(Tombstone { id: row.get("id")?, at: instant(row.get("withdrawn")?), zone })
        };
        tombstones.extend(skip_damaged(row, stone(row))?);
    }
    Ok(tombstones)
}

fn read(
    db: &Transaction<'_>,
    wanted: &[ArticleRowId],
) -> Result<Vec<(ArticleRowId, Article)>, TransactionError> {
    let mut select = db.prepare_cached(&format!(
        "SELECT *, {OTHER_COLUMNS} FROM article WHERE sequence = ?1 AND withdrawn IS NULL"
    ))?;
    let mut articles = Vec::with_capacity(wanted.len());
    for id in wanted {
        let mut rows = select.query([id])?;
        if let Some(row) = rows.next()? {
            articles
                .extend(skip_damaged(row, article_row::read(row))?.map(|article| (*id, article)));
        }
    }
    Ok(articles)
}
