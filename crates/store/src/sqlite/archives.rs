//! What a feed shows now, what has left it for an archive, and the archives themselves.

use super::articles::{
    ASKED, NEVER, TOPICS, fitting, matching, matching_each, matching_or_erased, whole,
};
use super::damage::sound;
use super::{TransactionError, changed, changes, instant, millis, parsed, sources};
use crate::records;
use crate::window::{FeedCandidate, FeedSelection, bound};
use crate::{
    AgeLimits, ArchiveDocuments, ArchiveErasure, ArchiveSummary, ArchiveWatermark, FeedContents,
    FeedWindow, PublishedFeed,
};
use bantin_core::{Article, ArticleQuery, Feed, Slug, Tombstone};
use chrono::{DateTime, TimeDelta, Utc};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use rusqlite::{OptionalExtension, Row, Transaction, params_from_iter};
use std::collections::HashSet;
use std::io::{Read, Write};
use std::time::Duration;

/// The most sources whose articles are gone through side by side; beyond that, those of all are gone through.
const MAX_ABREAST: usize = 64;
/// The most tombstones in a document: they are told to readers who come by now and then, not for ever.
const MAX_TOMBSTONES: usize = 1000;

/// What a feed shows now: of what it may show so many, the newest, as fit into a document. All of it is seen at one moment. What is
/// `printed` is not asked for again.
pub(in super::super) fn feed_contents(
    db: &Transaction<'_>,
    feed: &Feed,
    printed: Option<&PublishedFeed>,
    fits: impl FnOnce(&[Article], &[Tombstone]) -> usize,
) -> Result<FeedContents, TransactionError> {
    let window = match printed.and_then(|printed| printed.window.as_ref()) {
        Some(window) => window.clone(),
        None => current(db, feed)?,
    };
    let shown = read(db, &window.chosen(feed))?;
    let (mut current, mut articles): (Vec<i64>, Vec<Article>) = shown.into_iter().unzip();
    let tombstones = tombstones(db, feed)?;
    // What is not in the document has to be in an archive.
    let fit = fits(&articles, &tombstones);
    articles.truncate(fit);
    current.truncate(fit);
    let mut issue = FeedContents { articles, tombstones, window, ..FeedContents::default() };
    if feed.history.archive {
        issue.printed = printed.and_then(|printed| printed.newest);
        issue.archives = archives_after(db, &feed.id, issue.printed.unwrap_or(0))?;
        let (left, mark) = left(db, feed, &current, printed.map(|printed| printed.changes))?;
        (issue.left, issue.mark) = (left, Some(mark));
    }
    Ok(issue)
}

/// Whether the conditions of a query hold of the article in a row of [`columns`].
fn holds(row: &Row<'_>, query: &ArticleQuery) -> Result<bool, TransactionError> {
    Ok(query.conditions.is_empty() || fitting(row, query)?.is_some())
}

/// The columns that are asked for: the whole article only where the conditions of a query want that.
fn columns(query: &ArticleQuery, narrow: &str) -> String {
    match query.conditions.is_empty() {
        true => narrow.to_owned(),
        false => format!("{ASKED}, {TOPICS}"),
    }
}

/// The newest arrivals and revisions that match, the newest first, as many as the choice for the feed takes.
fn current(db: &Transaction<'_>, feed: &Feed) -> Result<FeedWindow, TransactionError> {
    let bound = bound(feed);
    let (from, values) = newest(db, &feed.query)?;
    let mut select = db.prepare_cached(&format!("{from} LIMIT {bound}",))?;
    let mut choice = FeedSelection::new(feed);
    let (mut candidates, mut looked) = (Vec::new(), 0);
    let mut rows = select.query(params_from_iter(values))?;
    let whole = loop {
        if choice.is_full() {
            break false;
        }
        let Some(row) = rows.next()? else { break looked < bound };
        looked += 1;
        let candidate = FeedCandidate {
            place: row.get("sequence")?,
            changed: row.get("changed")?,
            published: row.get("published")?,
            id: row.get("id")?,
            source: row.get("source")?,
            holds: holds(row, &feed.query)?,
        };
        choice.consider(&candidate);
        candidates.push(candidate);
    };
    Ok(FeedWindow::new(candidates, whole))
}

/// What selects the articles that match and may be shown, the newest first, and its values: those of each source side by side, where they are few, so
/// that nobody goes through those of all others.
fn newest(
    db: &Transaction<'_>,
    query: &ArticleQuery,
) -> Result<(String, Vec<String>), TransactionError> {
    let columns = columns(
        query,
        "article.sequence, article.changed, article.published, article.id, article.source",
    );
    let of = |query: &ArticleQuery| {
        let (matching, values) = matching(query);
        let sql = format!(
            "SELECT {columns} FROM {matching} AND withdrawn IS NULL AND article.arrival != {NEVER}"
        );
        (sql, values.into_iter().map(str::to_owned).collect::<Vec<_>>())
    };
    let lists = [&query.sources, &query.provinces, &query.agencies];
    let is_narrow = lists.iter().any(|list| !list.is_empty());
    let sources = if is_narrow { sources::of(db, query, MAX_ABREAST + 1)? } else { Vec::new() };
    let abreast: Vec<ArticleQuery> = match sources.len() {
        1..=MAX_ABREAST => sources.into_iter().map(|source| only(source, query)).collect(),
        _ => vec![query.clone()],
    };
    let (selects, values): (Vec<String>, Vec<Vec<String>>) = abreast.iter().map(of).unzip();
    let order = "article.changed DESC, article.published DESC, article.id";
    Ok((format!("{} ORDER BY {order}", selects.join(" UNION ALL ")), values.concat()))
}

/// What a query finds of one of its sources.
fn only(source: Slug, query: &ArticleQuery) -> ArticleQuery {
    let (topics, conditions) = (query.topics.clone(), query.conditions.clone());
    ArticleQuery { sources: vec![source], topics, conditions, ..ArticleQuery::default() }
}

/// The places of what must go into archives now, the oldest first: all that matches, is in no archive as it is now, and not among
/// `current`. The oldest of `current` go with it, so that an archive is full.
///
/// `printed` is the number of changes up to which it was asked before: what was touched until then need not be looked at again.
fn left(
    db: &Transaction<'_>,
    feed: &Feed,
    current: &[i64],
    printed: Option<i64>,
) -> Result<(Vec<i64>, ArchiveWatermark), TransactionError> {
    // With a new day everything is looked at once, whatever was overlooked before; but not where each text has to be read for that.
    let day = if feed.query.conditions.is_empty() { day(db)? } else { None };
    let rule = rule(feed, day);
    let marked: Option<(i64, String)> = db
        .prepare_cached("SELECT marked, waiting FROM feed WHERE id = ?1 AND mark_rule = ?2")?
        .query_row((feed.id.as_str(), &rule), |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let (recent, (matching, values)) = match &marked {
        Some((marked, waiting)) => {
            let waiting = records::read_numbers("what waits for an archive", waiting)?;
            let marked = printed.map_or(*marked, |printed| printed.max(*marked));
            let recent = format!(
                "(SELECT article AS place FROM touched WHERE at > {marked}
                     UNION SELECT value FROM json_each('{}')) AS recent CROSS JOIN ",
                records::write_numbers(&waiting)?
            );
            (recent, matching_each(&feed.query))
        }
        None => (String::new(), matching(&feed.query)),
    };
    let is_recent = if recent.is_empty() { "" } else { "AND article.sequence = recent.place" };
    let shown: HashSet<i64> = current.iter().copied().collect();
    let mut select = db.prepare(&format!(
        "SELECT {} FROM {recent}{matching} {is_recent} AND withdrawn IS NULL AND NOT EXISTS (
             SELECT 1 FROM archived WHERE archived.feed = ? AND archived.article = article.sequence
                                      AND archived.revision = article.revision)
         ORDER BY article.changed, article.published, article.id DESC",
        columns(&feed.query, "article.sequence")
    ))?;
    let values = values.into_iter().chain([feed.id.as_str()]);
    let mut rows = select.query(params_from_iter(values))?;
    let mut unarchived: Vec<i64> = Vec::new();
    while let Some(row) = rows.next()? {
        if holds(row, &feed.query)? {
            unarchived.push(row.get("sequence")?);
        }
    }
    let (_, mut left): (Vec<i64>, Vec<i64>) =
        unarchived.into_iter().partition(|place| shown.contains(place));
    // Whatever brought them in: a file that was put beside an article makes no revision of it.
    let mut waiting = shown_unarchived(db, feed, current)?;
    let over = left.len().checked_rem(feed.limit).unwrap_or(0);
    if over > 0 {
        let room = (feed.limit - over).min(waiting.len());
        left.extend(waiting.drain(..room));
    }
    let mark = ArchiveWatermark { feed: feed.id.clone(), changes: changes(db)?, rule, waiting };
    Ok((left, mark))
}

/// What tells this choice of articles from others: another one is looked at anew. It is stored with
/// the mark, so it is written out (version 1).
fn rule(feed: &Feed, day: Option<DateTime<Utc>>) -> String {
    let day = day.map_or("-".to_owned(), |day| millis(day).to_string());
    format!("1 {} {day} {}", feed.limit, feed.query.rule())
}

/// Those of the shown articles, the oldest first, that are in no archive as they are now.
fn shown_unarchived(
    db: &Transaction<'_>,
    feed: &Feed,
    shown: &[i64],
) -> Result<Vec<i64>, TransactionError> {
    let mut select = db.prepare_cached(
        "SELECT article.sequence FROM json_each(?1) AS shown JOIN article ON article.sequence = shown.value WHERE NOT EXISTS (
             SELECT 1 FROM archived WHERE archived.feed = ?2 AND archived.article = article.sequence
                                      AND archived.revision = article.revision)
         ORDER BY changed, published, article.id DESC",
    )?;
    let places =
        select.query_map((records::write_numbers(shown)?, feed.id.as_str()), |row| row.get(0))?;
    Ok(places.collect::<Result<_, _>>()?)
}

/// Remembers up to where feeds are in archives.
pub(in super::super) fn set_watermarks(
    db: &Transaction<'_>,
    marks: &[ArchiveWatermark],
) -> Result<(), TransactionError> {
    let mut update = db.prepare_cached(
        "UPDATE feed SET marked = ?2, mark_rule = ?3, waiting = ?4 WHERE id = ?1",
    )?;
    for mark in marks {
        let waiting = records::write_numbers(&mark.waiting)?;
        update.execute((mark.feed.as_str(), mark.changes, &mark.rule, waiting))?;
    }
    Ok(())
}

/// The archives of a feed, the oldest first.
pub(in super::super) fn archives(
    db: &Transaction<'_>,
    feed: &Slug,
) -> Result<Vec<ArchiveSummary>, TransactionError> {
    archives_after(db, feed, 0)
}

/// The archives of a feed after a number, the oldest first.
fn archives_after(
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

/// What the feed's readers are told of withdrawn articles, the latest first.
fn tombstones(db: &Transaction<'_>, feed: &Feed) -> Result<Vec<Tombstone>, TransactionError> {
    let since = day(db)?.map_or(i64::MIN, |day| millis(day - span(feed.history.tombstones)));
    let (matching, values) = matching_or_erased(&feed.query);
    let mut select = db.prepare_cached(&format!(
        "SELECT {} FROM {matching} AND withdrawn IS NOT NULL AND withdrawn >= {since}
         ORDER BY article.withdrawn DESC, article.id LIMIT {MAX_TOMBSTONES}",
        columns(&feed.query, "article.id, article.withdrawn, article.zone, article.erased")
    ))?;
    let mut rows = select.query(params_from_iter(values))?;
    let mut tombstones = Vec::new();
    while let Some(row) = rows.next()? {
        // Of what was erased nobody knows any more whether it was in the feed.
        if !row.get::<_, bool>("erased")? && !holds(row, &feed.query)? {
            continue;
        }
        let stone = |row: &Row<'_>| -> Result<Tombstone, TransactionError> {
            let zone = parsed("a time zone", &row.get::<_, String>("zone")?)?;
            Ok(Tombstone { id: row.get("id")?, at: instant(row.get("withdrawn")?), zone })
        };
        tombstones.extend(sound(row, stone(row))?);
    }
    Ok(tombstones)
}

/// A length of time; one that no calendar holds is a long one.
fn span(length: Duration) -> TimeDelta {
    TimeDelta::from_std(length).unwrap_or(TimeDelta::days(36_500))
}

/// Articles at these places of the store, in this order; what is not there or was withdrawn is left out.
pub(in super::super) fn read(
    db: &Transaction<'_>,
    places: &[i64],
) -> Result<Vec<(i64, Article)>, TransactionError> {
    let mut select = db.prepare_cached(&format!(
        "SELECT *, {TOPICS} FROM article WHERE sequence = ?1 AND withdrawn IS NULL"
    ))?;
    let mut articles = Vec::with_capacity(places.len());
    for place in places {
        let mut rows = select.query([place])?;
        if let Some(row) = rows.next()? {
            articles.extend(sound(row, whole(row))?.map(|article| (*place, article)));
        }
    }
    Ok(articles)
}

/// Keeps a new archive of a feed, with the versions of articles that are in it.
pub(in super::super) fn keep(
    db: &Transaction<'_>,
    feed: &Slug,
    number: u32,
    versions: &[(i64, u32)],
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
    for (place, revision) in versions {
        insert.execute((feed.as_str(), place, revision, number))?;
    }
    Ok(())
}

/// An archive of a feed.
pub(in super::super) fn text(
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

/// The places of the articles that are in an archive, the oldest first.
pub(in super::super) fn archived_rows(
    db: &Transaction<'_>,
    feed: &Slug,
    number: u32,
) -> Result<Vec<i64>, TransactionError> {
    let mut select = db.prepare_cached(
        "SELECT DISTINCT article FROM archived WHERE feed = ?1 AND archive = ?2 ORDER BY article",
    )?;
    let places = select.query_map((feed.as_str(), number), |row| row.get(0))?;
    Ok(places.collect::<Result<_, _>>()?)
}

/// An archive that still holds articles that were erased; nothing where there is none.
pub(in super::super) fn erasure(
    db: &Transaction<'_>,
) -> Result<Option<ArchiveErasure>, TransactionError> {
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

/// Replaces an archive with what is left of it.
pub(in super::super) fn erase(
    db: &Transaction<'_>,
    erasure: &ArchiveErasure,
) -> Result<(), TransactionError> {
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
    // Others may have been erased since, which are in it still.
    db.execute(
        "DELETE FROM archived WHERE feed = ?1 AND archive = ?2 AND article IN
             (SELECT sequence FROM article WHERE id IN (SELECT value FROM json_each(?3)))",
        (feed.as_str(), number, records::write_texts(ids.iter().map(String::as_str))?),
    )?;
    Ok(())
}

/// When the publication day began.
pub(super) fn day(db: &Transaction<'_>) -> Result<Option<DateTime<Utc>>, TransactionError> {
    let sql = "SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'publication_day'";
    let day: Option<i64> = db.prepare_cached(sql)?.query_row([], |row| row.get(0)).optional()?;
    Ok(day.map(instant))
}

/// Advances the publication day; moves the counter of changes only where something ends by it.
pub(in super::super) fn begin_day(
    db: &Transaction<'_>,
    midnight: DateTime<Utc>,
    ends: &AgeLimits,
) -> Result<(), TransactionError> {
    let before = day(db)?;
    // It never goes back, but for a day that only a wrong clock can have begun.
    let is_wrong = before.is_some_and(|before| before > midnight + TimeDelta::days(1));
    if let Some(before) = before.filter(|_| is_wrong) {
        tracing::warn!(
            "the publication day of the store was {before}, and is {midnight} now: the clock was or is wrong; withdrawn articles are \
             told of by the day that it shows now"
        );
    } else if before.is_some_and(|before| before >= midnight) {
        return Ok(());
    }
    db.execute(
        "INSERT INTO meta (name, value) VALUES ('publication_day', ?1)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [millis(midnight).to_string()],
    )?;
    if is_wrong {
        return changed(db);
    }
    for (column, lengths) in [("withdrawn", &ends.tombstones), ("published", &ends.ages)] {
        let sql =
            format!("SELECT EXISTS (SELECT 1 FROM article WHERE {column} >= ?1 AND {column} < ?2)");
        let mut reached = db.prepare_cached(&sql)?;
        for length in lengths {
            let from = before.map_or(i64::MIN, |before| millis(before - span(*length)));
            if reached.query_row((from, millis(midnight - span(*length))), |row| row.get(0))? {
                return changed(db);
            }
        }
    }
    Ok(())
}

fn length(plain: &[u8]) -> i64 {
    i64::try_from(plain.len()).unwrap_or(i64::MAX)
}

fn packed(plain: &[u8]) -> Result<Vec<u8>, TransactionError> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    let packed = encoder.write_all(plain).and_then(|()| encoder.finish());
    packed.map_err(|e| TransactionError::Corrupt("an archive to be kept", e.to_string()))
}

fn unpacked(packed: &[u8]) -> Result<Vec<u8>, TransactionError> {
    let mut plain = Vec::new();
    let read = GzDecoder::new(packed).read_to_end(&mut plain);
    read.map_err(|e| TransactionError::Corrupt("an archive", e.to_string()))?;
    Ok(plain)
}
