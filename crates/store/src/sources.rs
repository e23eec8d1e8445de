//! The sources and feeds of feeds.toml, and the scopes that their ids keep forever.

use crate::changes::changed;
use crate::columns::{millis, parsed};
use crate::error::TransactionError;
use crate::{Store, StoreError, records, tag};
use bantin_core::clock_guard::TOLERANCE;
use bantin_core::{
    Agency, ArticleQuery, Feed, FeedConfig, Origin, Province, Slug, Source, SourceInfo,
};
use chrono::{DateTime, TimeDelta, Utc};
use records::ExtractionConfig;
use rusqlite::{OptionalExtension, Row, Transaction, named_params};
use std::collections::BTreeMap;
use std::sync::Arc;

impl Store {
    /// Returns the authority of all ids. The first call stores `wanted`; every later call returns
    /// the stored one.
    pub async fn authority(&self, wanted: &str) -> Result<String, StoreError> {
        let wanted = wanted.to_owned();
        self.write(move |db| authority(db, &wanted)).await
    }

    /// Applies the sources and feeds of feeds.toml to the store: renames those with a former name,
    /// and gives each its permanent tag.
    ///
    /// New sources are due at once. A source with another extraction config than before loses its
    /// validators, its learned layout and its rejections.
    ///
    /// # Errors
    /// [`StoreError::NameTaken`] if the new name and a former one each have a row.
    pub async fn apply(
        &self,
        sources: &[Arc<Source>],
        feeds: &[FeedConfig],
        now: DateTime<Utc>,
    ) -> Result<Vec<Feed>, StoreError> {
        let (sources, feeds) = (sources.to_vec(), feeds.to_vec());
        self.write(move |db| apply(db, &sources, feeds, now)).await
    }

    /// Plans the next visits of sources earlier that a wrong clock has planned.
    pub async fn plan_visits(
        &self,
        sources: &[Arc<Source>],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let sources = sources.to_vec();
        self.write(move |db| sources.iter().try_for_each(|source| plan_visit(db, source, now)))
            .await
    }

    /// Returns all sources that ever existed, sorted by name.
    pub async fn origins(&self) -> Result<BTreeMap<Slug, Origin>, StoreError> {
        self.read(origins).await
    }
}

fn authority(db: &Transaction<'_>, wanted: &str) -> Result<String, TransactionError> {
    db.execute("INSERT OR IGNORE INTO meta (name, value) VALUES ('id_authority', ?1)", [wanted])?;
    written_authority(db)
}

fn written_authority(db: &Transaction<'_>) -> Result<String, TransactionError> {
    let sql = "SELECT value FROM meta WHERE name = 'id_authority'";
    let found: Option<String> =
        db.prepare_cached(sql)?.query_row([], |row| row.get(0)).optional()?;
    found.ok_or(TransactionError::Corrupt("the id authority", "it was never written".to_owned()))
}

fn apply(
    db: &Transaction<'_>,
    sources: &[Arc<Source>],
    feeds: Vec<FeedConfig>,
    now: DateTime<Utc>,
) -> Result<Vec<Feed>, TransactionError> {
    let before = origins(db)?;
    for source in sources {
        let is_kept = ensure_row(db, "source", source.id(), &source.aliases, |scope| {
            insert(db, source, scope, now)
        })?;
        adopt(db, source.id(), ExtractionConfig::from(&**source))?;
        plan_visit(db, source, now)?;
        let known = before.get(source.id()).filter(|_| is_kept);
        if known.is_none_or(|known| known.info != source.origin) {
            describe(db, &source.origin)?;
        }
    }
    activate(db, sources)?;
    let authority = written_authority(db)?;
    let mut tagged = Vec::with_capacity(feeds.len());
    for feed in feeds {
        ensure_row(db, "feed", &feed.id, &feed.aliases, |scope| {
            db.prepare_cached("INSERT INTO feed (id, scope) VALUES (?1, ?2)")?
                .execute([feed.id.as_str(), scope])?;
            Ok(())
        })?;
        let mut select = db.prepare_cached("SELECT scope FROM feed WHERE id = ?1")?;
        let scope: String = select.query_row([feed.id.as_str()], |row| row.get(0))?;
        tagged.push(Feed { tag: tag::feed(&authority, &scope), config: feed });
    }
    if before != origins(db)? {
        changed(db)?;
    }
    Ok(tagged)
}

/// Ensures that a source or feed has a row under its name: an existing one, that of a former name,
/// or a new one. Returns whether it had one under this name.
fn ensure_row(
    db: &Transaction<'_>,
    table: &'static str,
    id: &Slug,
    aliases: &[Slug],
    insert: impl FnOnce(&str) -> Result<(), TransactionError>,
) -> Result<bool, TransactionError> {
    let exists = |column: &str, name: &str| -> Result<bool, TransactionError> {
        let sql = format!("SELECT EXISTS (SELECT 1 FROM {table} WHERE {column} = ?1)");
        Ok(db.prepare_cached(&sql)?.query_row([name], |row| row.get(0))?)
    };
    let is_kept = exists("id", id.as_str())?;
    let mut known = is_kept;
    for former in aliases {
        if !exists("id", former.as_str())? {
            continue;
        }
        if known {
            let (kind, id, alias) = (table, id.clone(), former.clone());
            return Err(StoreError::NameTaken { kind, id, alias }.into());
        }
        let sql = format!("UPDATE {table} SET id = ?1 WHERE id = ?2");
        db.execute(&sql, [id.as_str(), former.as_str()])?;
        known = true;
    }
    if known {
        return Ok(is_kept);
    }
    // The name may be the scope of a source that was renamed since; its articles keep that scope.
    let mut scope = id.to_string();
    let mut number = 2;
    while exists("scope", &scope)? {
        scope = format!("{id}-{number}");
        number += 1;
    }
    insert(&scope)?;
    Ok(false)
}

fn insert(
    db: &Transaction<'_>,
    source: &Source,
    scope: &str,
    now: DateTime<Utc>,
) -> Result<(), TransactionError> {
    db.prepare_cached(
        "INSERT INTO source (id, scope, title, home, language, active, timetable, next_visit)
         VALUES (?1, ?2, '', '', '', 1, ?3, ?4)",
    )?
    .execute((source.id().as_str(), scope, source.timetable.to_string(), millis(now)))?;
    Ok(())
}

/// Inserts a source that is not in feeds.toml, for imported articles.
pub(crate) fn insert_inactive(
    db: &Transaction<'_>,
    info: &SourceInfo,
    scope: &Slug,
    now: DateTime<Utc>,
) -> Result<(), TransactionError> {
    db.prepare_cached(
        "INSERT INTO source (id, scope, title, home, language, active, timetable, next_visit)
         VALUES (?1, ?2, '', '', '', 0, '', ?3)",
    )?
    .execute((info.id.as_str(), scope.as_str(), millis(now)))?;
    describe(db, info)
}

/// Writes the metadata of a source that readers see.
fn describe(db: &Transaction<'_>, origin: &SourceInfo) -> Result<(), TransactionError> {
    db.prepare_cached(
        "UPDATE source SET title = :title, home = :home, feed = :feed, province = :province,
             province_name = :province_name, agency = :agency, agency_name = :agency_name, language = :language, rights = :rights
         WHERE id = :id",
    )?
    .execute(named_params! {
        ":id": origin.id.as_str(),
        ":title": origin.title,
        ":home": origin.home.as_str(),
        ":feed": origin.feed.as_ref().map(|url| url.as_str()),
        ":province": origin.province.as_ref().map(|province| province.slug.as_str()),
        ":province_name": origin.province.as_ref().map(|province| province.name.as_str()),
        ":agency": origin.agency.as_ref().map(|agency| agency.slug.as_str()),
        ":agency_name": origin.agency.as_ref().map(|agency| agency.name.as_str()),
        ":language": origin.language,
        ":rights": origin.rights,
    })?;
    Ok(())
}

/// Makes these sources the active ones.
fn activate(db: &Transaction<'_>, sources: &[Arc<Source>]) -> Result<(), TransactionError> {
    let names = records::write_texts(sources.iter().map(|source| source.id().as_str()))?;
    db.execute(
        "UPDATE source SET active = NOT active
         WHERE active <> (id IN (SELECT value FROM json_each(?1)))",
        [names],
    )?;
    Ok(())
}

/// Plans the next visit of a source earlier, if it was planned by another timetable or by a wrong
/// clock.
///
/// A new timetable counts from now; an unchanged one keeps the planned visit, so that a restart
/// changes nothing. No pause is longer than a day: a visit planned further ahead was planned under
/// a wrong clock, and so was one after a visit that ended in the future.
fn plan_visit(
    db: &Transaction<'_>,
    source: &Source,
    now: DateTime<Utc>,
) -> Result<(), TransactionError> {
    let planned = source.timetable.next_after(now).unwrap_or(now);
    db.prepare_cached(
        "UPDATE source SET
             next_visit = min(next_visit, CASE WHEN timetable = :timetable AND :soon >= ifnull(
                 (SELECT max(started, ifnull(finished, 0)) FROM visit WHERE source = :id ORDER BY id DESC LIMIT 1), 0)
                 THEN :latest ELSE :planned END),
             timetable = :timetable
         WHERE id = :id",
    )?
    .execute(named_params! {
        ":id": source.id().as_str(),
        ":timetable": source.timetable.to_string(),
        ":planned": millis(planned),
        ":latest": millis(planned + TimeDelta::hours(26)),
        ":soon": millis(now + TOLERANCE),
    })?;
    Ok(())
}

/// Records the extraction config of a source. If it differs from the recorded one, the validators,
/// the learned layout and the rejections are deleted. A missing one is not compared: the store is
/// of a version that did not record it.
fn adopt(
    db: &Transaction<'_>,
    source: &Slug,
    config: ExtractionConfig,
) -> Result<(), TransactionError> {
    let id = source.as_str();
    let known: Option<String> = db
        .prepare_cached("SELECT extraction_config FROM source WHERE id = ?1")?
        .query_row([id], |row| row.get(0))?;
    let is_same = match &known {
        None => true,
        Some(text) => is_read_with(text, &config)?,
    };
    if !is_same {
        db.execute(
            "UPDATE source SET etag = NULL, last_modified = NULL, wire_hash = NULL, learned = NULL WHERE id = ?1",
            [id],
        )?;
        db.execute("DELETE FROM rejection WHERE source = ?1", [id])?;
    }
    if known.is_some() && is_same {
        return Ok(());
    }
    let text = records::write_record(config)?;
    if known.is_none() {
        // Such a store has no config of a backfill either.
        db.execute(
            "UPDATE backfill SET extraction_config = ?2 WHERE source = ?1 AND extraction_config IS NULL",
            [id, &text],
        )?;
    }
    db.prepare_cached("UPDATE source SET extraction_config = ?2 WHERE id = ?1")?
        .execute([id, &text])?;
    Ok(())
}

/// Whether a stored config equals this one. One that cannot be read counts as different: an extra
/// request for a page does no harm.
pub(crate) fn is_read_with(
    text: &str,
    config: &ExtractionConfig,
) -> Result<bool, TransactionError> {
    match records::read_record::<ExtractionConfig>("the extraction config of a source", text) {
        Ok(known) => Ok(known == *config),
        Err(TransactionError::Corrupt(what, why)) => {
            tracing::warn!("{what} cannot be read ({why}) and is replaced");
            Ok(false)
        }
        Err(other) => Err(other),
    }
}

pub(crate) fn origins(db: &Transaction<'_>) -> Result<BTreeMap<Slug, Origin>, TransactionError> {
    let authority = written_authority(db)?;
    let mut select = db.prepare_cached(
        "SELECT id, scope, title, home, feed, province, province_name, agency, agency_name, language, rights
         FROM source",
    )?;
    let mut rows = select.query([])?;
    let mut origins = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let origin = origin(row, &authority)?;
        origins.insert(origin.id.clone(), origin);
    }
    Ok(origins)
}

/// Returns the names of up to `most` sources that the lists of a query may match.
pub(crate) fn matching_sources(
    db: &Transaction<'_>,
    query: &ArticleQuery,
    most: usize,
) -> Result<Vec<Slug>, TransactionError> {
    let (mut sql, mut values) = ("SELECT id FROM source WHERE 1".to_owned(), Vec::new());
    let lists =
        [("id", &query.sources), ("province", &query.provinces), ("agency", &query.agencies)];
    for (column, wanted) in lists.into_iter().filter(|(_, wanted)| !wanted.is_empty()) {
        let marks = vec!["?"; wanted.len()].join(", ");
        sql.push_str(&format!(" AND {column} IN ({marks})"));
        values.extend(wanted.iter().map(Slug::as_str));
    }
    sql.push_str(&format!(" ORDER BY id LIMIT {most}"));
    let mut select = db.prepare_cached(&sql)?;
    let names = select.query_map(rusqlite::params_from_iter(values), |row| row.get(0))?;
    let names: Vec<String> = names.collect::<Result<_, _>>()?;
    names.iter().map(|name| parsed("the name of a source", name)).collect()
}

/// Reads the source in a row of [`origins`], as readers see it. Columns are read by their place,
/// which is faster than by name: publishing reads all sources.
fn origin(row: &Row<'_>, authority: &str) -> Result<Origin, TransactionError> {
    let place = |slug: usize, name: usize| -> Result<Option<(Slug, String)>, TransactionError> {
        let slug: Option<String> = row.get(slug)?;
        let name: Option<String> = row.get(name)?;
        Ok(match (slug, name) {
            (Some(slug), Some(name)) => Some((parsed("a province or an agency", &slug)?, name)),
            _ => None,
        })
    };
    let feed: Option<String> = row.get(4)?;
    let info = SourceInfo {
        id: parsed("the name of a source", &row.get::<_, String>(0)?)?,
        title: row.get(2)?,
        home: parsed("the home of a source", &row.get::<_, String>(3)?)?,
        feed: feed.map(|feed| parsed("the feed of a source", &feed)).transpose()?,
        province: place(5, 6)?.map(|(slug, name)| Province { slug, name }),
        agency: place(7, 8)?.map(|(slug, name)| Agency { slug, name }),
        language: row.get(9)?,
        rights: row.get(10)?,
    };
    Ok(Origin { tag: tag::source(authority, &row.get::<_, String>(1)?), info })
}

/// Returns the id authority and the scope of a source.
pub(crate) fn scope(
    db: &Transaction<'_>,
    source: &Slug,
) -> Result<(String, Slug), TransactionError> {
    let sql = "SELECT scope FROM source WHERE id = ?1";
    let scope: String = db.prepare_cached(sql)?.query_row([source.as_str()], |row| row.get(0))?;
    Ok((written_authority(db)?, parsed("the scope of a source", &scope)?))
}
