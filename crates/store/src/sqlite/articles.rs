//! Articles: found, revised, selected, withdrawn.

use super::damage::sound;
use super::{
    TransactionError, changed, edit_distance, instant, millis, parsed, pending, repeated, revisits,
    sources, tag, topics, withdrawals,
};
use crate::records;
use crate::{
    ArticleChange, FURTHEST, FetchedArticle, KnownItem, ListedArticle, RejectedPage, StoreError,
    VisitClaim,
};
use bantin_core::{
    Article, ArticleKey, ArticleQuery, CleanHtml, ConditionSubject, FirstSource, Slug, retry,
};
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row, Transaction, named_params};
use std::collections::{HashMap, HashSet};
use url::Url;

/// The topics of an article, as a column.
pub(super) const TOPICS: &str =
    "(SELECT topics FROM classified WHERE classified.article = article.sequence) AS topics";

/// The columns of an article of which conditions are asked.
pub(super) const ASKED: &str =
    "article.*, source.province AS of_province, source.agency AS of_agency,
     (SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'publication_day') AS day";

/// Whether an article has a topic, asked of it alone.
const OF_TOPIC: &str =
    "EXISTS (SELECT 1 FROM topic WHERE topic IN (?) AND topic.article = +article.sequence)";

/// The arrival of what never comes into a current document, but into archives at once: articles of a backfill that have no date.
pub(super) const NEVER: i64 = -1;

/// Whether what a visit finds is news.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ArrivalKind {
    /// It arrives now.
    Yes,
    /// It lay there before we first came: it arrives by its own date, and floods nobody.
    Backlog,
}

/// Who withdrew an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WithdrawnBy {
    No,
    /// It stays so for ever.
    ByOperator,
    /// Until it is there again.
    ByAgency,
}

/// What is known of items.
pub(in super::super) fn known(
    db: &Transaction<'_>,
    source: &Slug,
    items: &[(ArticleKey, Url)],
) -> Result<HashMap<ArticleKey, KnownItem>, TransactionError> {
    let listed: HashSet<&str> = items.iter().map(|(key, _)| key.as_str()).collect();
    let mut article = db.prepare_cached("SELECT * FROM article WHERE source = ?1 AND key = ?2")?;
    let mut moved = db.prepare_cached(
        "SELECT article.* FROM alias JOIN article ON article.sequence = alias.article
         WHERE alias.source = ?1 AND alias.url = ?2",
    )?;
    let mut rejection =
        db.prepare_cached("SELECT teaser, again FROM rejection WHERE source = ?1 AND key = ?2")?;
    let mut known = HashMap::new();
    for (key, url) in items {
        let mut found =
            article.query_row((source.as_str(), key.as_str()), revisits::known).optional()?;
        if found.is_none() {
            let other =
                moved.query_row((source.as_str(), url.as_str()), revisits::known).optional()?;
            // An article that is listed itself is another one, although they share an address.
            found = other.filter(|other| !listed.contains(other.key.as_str()));
        }
        if found.is_none() {
            found = repeated::known(db, source, key)?;
        }
        let refused = rejection
            .query_row((source.as_str(), key.as_str()), |row| {
                Ok((row.get(0)?, instant(row.get(1)?)))
            })
            .optional()?;
        if found.is_some() || refused.is_some() {
            known.insert(key.clone(), KnownItem { article: found, refused });
        }
    }
    Ok(known)
}

/// Puts an article that a visit made.
pub(super) fn insert_or_revise(
    db: &Transaction<'_>,
    claim: &VisitClaim,
    arrived: &FetchedArticle,
    news: ArrivalKind,
    now: DateTime<Utc>,
) -> Result<ArticleChange, TransactionError> {
    let source = claim.source.as_str();
    let article = &arrived.article;
    let found = |row: &Row<'_>| -> Result<(i64, Option<Article>, WithdrawnBy), TransactionError> {
        let withdrawn =
            match (row.get::<_, Option<i64>>("withdrawn")?, row.get("withdrawn_by_agency")?) {
                (None, _) => WithdrawnBy::No,
                (Some(_), false) => WithdrawnBy::ByOperator,
                (Some(_), true) => WithdrawnBy::ByAgency,
            };
        Ok((row.get("sequence")?, sound(row, read(row))?, withdrawn))
    };
    let mut by_key = db.prepare_cached("SELECT * FROM article WHERE source = ?1 AND key = ?2")?;
    let mut rows = by_key.query((source, article.key.as_str()))?;
    let mut existing = rows.next()?.map(found).transpose()?;
    if existing.is_none() {
        // Under a new key at the old address it is the same article; but not one that this very visit has seen.
        let mut by_address = db.prepare_cached(
            "SELECT article.* FROM alias JOIN article ON article.sequence = alias.article
             WHERE alias.source = ?1 AND alias.url = ?2 AND article.last_seen < ?3",
        )?;
        let mut rows = by_address.query((source, arrived.url.as_str(), millis(claim.started)))?;
        existing = rows.next()?.map(found).transpose()?;
    }
    if existing.is_none()
        && let Some(other) = repeated::find(db, article)?
    {
        repeated::remember(db, claim, &article.key, &arrived.teaser, other)?;
        pending::forget(db, &claim.source, &article.key)?;
        return Ok(ArticleChange::Same);
    }
    let (sequence, change) = match existing {
        None => insert(db, claim, arrived, news)?,
        // An article that we withdrew stays withdrawn, however often the agency shows it.
        Some((sequence, _, WithdrawnBy::ByOperator)) => (sequence, ArticleChange::Same),
        Some((sequence, old, WithdrawnBy::ByAgency)) => {
            revise_or_repair(db, claim, arrived, sequence, old)?;
            (sequence, withdrawals::restore_returned(db, sequence, now)?)
        }
        Some((sequence, old, WithdrawnBy::No)) => {
            (sequence, revise_or_repair(db, claim, arrived, sequence, old)?)
        }
    };
    revisits::record_page_read(db, sequence, arrived, &change, news, now)?;
    withdrawals::there(db, sequence)?;
    if let Some(rank) = arrived.rank {
        db.prepare_cached(
            "UPDATE article SET last_seen = ?2, listed = ?3, rank = ?4 WHERE sequence = ?1",
        )?
        .execute((sequence, millis(claim.started), claim.visit, place(rank)))?;
    }
    db.prepare_cached("INSERT OR IGNORE INTO alias (source, url, article) VALUES (?1, ?2, ?3)")?
        .execute((source, arrived.url.as_str(), sequence))?;
    // Of an erased article that is shown at a new address, its page has come by now.
    db.prepare_cached(
        "DELETE FROM page WHERE source = ?1 AND asked = ?2
             AND EXISTS (SELECT 1 FROM article WHERE sequence = ?3 AND erased = 1)",
    )?
    .execute((source, arrived.url.as_str(), sequence))?;
    db.prepare_cached("DELETE FROM rejection WHERE source = ?1 AND key = ?2")?
        .execute((source, article.key.as_str()))?;
    pending::forget(db, &claim.source, &article.key)?;
    Ok(change)
}

fn insert(
    db: &Transaction<'_>,
    claim: &VisitClaim,
    arrived: &FetchedArticle,
    news: ArrivalKind,
) -> Result<(i64, ArticleChange), TransactionError> {
    let article = &arrived.article;
    let (authority, scope) = sources::scope(db, &claim.source)?;
    let own = tag::article(&authority, &scope, &article.key);
    let mut id = repeated::kept_id(db, article)?.unwrap_or(own);
    // Two keys that differ only in what a URI must escape give one tag: `/a[1]` and `/a%5B1%5D`.
    let taken = "SELECT EXISTS (SELECT 1 FROM article WHERE id = ?1)";
    if db.prepare_cached(taken)?.query_row([&id], |row| row.get(0))? {
        let hash = blake3::hash(article.key.as_str().as_bytes()).to_hex();
        id = format!("{id};{}", hash.get(..16).unwrap_or_default());
    }
    let arrival = match news {
        ArrivalKind::Yes => claim.started,
        ArrivalKind::Backlog => article.published.min(claim.started),
    };
    let updated = instant(unshared(db, millis(article.updated))?);
    let article = Article { updated, ..article.clone() };
    let sequence = add(db, &article, &id, arrival)?;
    topics::forget(db, sequence)?;
    Ok((sequence, ArticleChange::New(id)))
}

/// An instant, in milliseconds, or the first after it at which no article was changed: many agencies tell days only, and readers that
/// go by `updated` take two entries with one instant for the same change (RFC 4287 section 4.2.15). It is a second later at most as
/// long as a thousand articles are of one instant, then a minute, an hour, a day; beyond that it is shared.
fn unshared(db: &Transaction<'_>, at: i64) -> Result<i64, TransactionError> {
    let sql = "SELECT max(updated) FROM article WHERE updated >= ?1 AND updated < ?2";
    let mut latest = db.prepare_cached(sql)?;
    let mut from = at;
    for span in [1, 1_000, 60_000, 3_600_000, 86_400_000] {
        let end = at.saturating_add(span);
        let taken: Option<i64> = latest.query_row((from, end), |row| row.get(0))?;
        match taken {
            None => return Ok(from),
            Some(taken) if taken + 1 < end => return Ok(taken + 1),
            Some(_) => from = end,
        }
    }
    Ok(at)
}

/// Puts a row for an article that has none.
pub(super) fn add(
    db: &Transaction<'_>,
    article: &Article,
    id: &str,
    arrival: DateTime<Utc>,
) -> Result<i64, TransactionError> {
    db.prepare_cached(
        r#"INSERT INTO article (id, source, key, url, title, summary, html, text, author, source_line, published,
             "precision", zone, updated, language, images, attachments, tags, first_source, provenance, hash, teaser, arrival,
             first_seen, last_seen, revision)
         VALUES (:id, :source, :key, :url, :title, :summary, :html, :text, :author, :source_line, :published,
             :precision, :zone, :updated, :language, :images, :attachments, :tags, :first_source, :provenance, :hash, '', :arrival,
             :first_seen, :last_seen, :revision)"#,
    )?
    .execute(named_params! {
        ":id": id,
        ":source": article.source.as_str(),
        ":key": article.key.as_str(),
        ":url": article.url.as_str(),
        ":title": article.title,
        ":summary": article.summary,
        ":html": article.html.as_str(),
        ":text": article.text,
        ":author": article.author,
        ":source_line": article.source_line,
        ":published": millis(article.published),
        ":precision": records::write(&article.precision)?,
        ":zone": article.zone.name(),
        ":updated": millis(article.updated),
        ":language": article.language,
        ":images": records::write_list(&article.images)?,
        ":attachments": records::write_list(&article.attachments)?,
        ":tags": records::write_texts(article.tags.iter().map(String::as_str))?,
        ":first_source": article.first_source.as_ref().map(records::write).transpose()?,
        ":provenance": records::write(&article.provenance)?,
        ":hash": article.hash,
        ":arrival": millis(arrival),
        ":first_seen": millis(article.first_seen),
        ":last_seen": millis(article.last_seen),
        ":revision": article.revision,
    })?;
    Ok(db.last_insert_rowid())
}

/// Puts all that an article says in the place of what its row said. Its id, key, source and arrival stay.
pub(super) fn overwrite(
    db: &Transaction<'_>,
    sequence: i64,
    new: &Article,
) -> Result<(), TransactionError> {
    db.prepare_cached(
        r#"UPDATE article SET url = :url, title = :title, summary = :summary, html = :html, text = :text,
             author = :author, source_line = :source_line, published = :published, "precision" = :precision,
             zone = :zone, updated = :updated, language = :language, images = :images, attachments = :attachments,
             tags = :tags, first_source = :first_source, provenance = :provenance, hash = :hash,
             last_seen = max(last_seen, :last_seen), revision = :revision
         WHERE sequence = :sequence"#,
    )?
    .execute(named_params! {
        ":sequence": sequence,
        ":url": new.url.as_str(),
        ":title": new.title,
        ":summary": new.summary,
        ":html": new.html.as_str(),
        ":text": new.text,
        ":author": new.author,
        ":source_line": new.source_line,
        ":published": millis(new.published),
        ":precision": records::write(&new.precision)?,
        ":zone": new.zone.name(),
        ":updated": millis(new.updated),
        ":language": new.language,
        ":images": records::write_list(&new.images)?,
        ":attachments": records::write_list(&new.attachments)?,
        ":tags": records::write_texts(new.tags.iter().map(String::as_str))?,
        ":first_source": new.first_source.as_ref().map(records::write).transpose()?,
        ":provenance": records::write(&new.provenance)?,
        ":hash": new.hash,
        ":last_seen": millis(new.last_seen),
        ":revision": new.revision,
    })?;
    Ok(())
}

/// Brings a known article up to date; one whose row could not be read is written afresh under its id.
fn revise_or_repair(
    db: &Transaction<'_>,
    claim: &VisitClaim,
    arrived: &FetchedArticle,
    sequence: i64,
    old: Option<Article>,
) -> Result<ArticleChange, TransactionError> {
    if let Some(old) = old {
        return revise(db, claim, arrived, sequence, &old);
    }
    let (id, first_seen, number) = db
        .prepare_cached(
            "SELECT id, first_seen, max(CASE WHEN revision BETWEEN 1 AND 1000000 THEN revision ELSE 1 END,
                 ifnull((SELECT max(number) + 1 FROM revision WHERE article = sequence), 1),
                 ifnull((SELECT max(revision) FROM archived WHERE article = sequence), 1))
             FROM article WHERE sequence = ?1",
        )?
        .query_row([sequence], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?, row.get::<_, u32>(2)?))
        })?;
    // Newer than whatever readers and archives have.
    let updated = instant(unshared(db, millis(arrived.article.updated.max(claim.started)))?);
    let new = Article { id: id.clone(), revision: number + 1, updated, ..arrived.article.clone() };
    // No column may stay as it is that can be wrong.
    overwrite(db, sequence, &new)?;
    db.prepare_cached("UPDATE article SET first_seen = ?2, last_seen = ?3 WHERE sequence = ?1")?
        .execute((sequence, first_seen, millis(claim.started)))?;
    topics::forget(db, sequence)?;
    Ok(ArticleChange::Revised(id))
}

/// Brings a known article up to date. `published` and the id stay for ever; `updated` moves only with title or text.
fn revise(
    db: &Transaction<'_>,
    claim: &VisitClaim,
    arrived: &FetchedArticle,
    sequence: i64,
    old: &Article,
) -> Result<ArticleChange, TransactionError> {
    let new = &arrived.article;
    let same = new.hash == old.hash;
    let (before, after) =
        ((old.title.as_str(), old.text.as_str()), (new.title.as_str(), new.text.as_str()));
    let revised = !same && edit_distance::is_reported(before, after, arrived.min_edit);
    if new.text.is_empty() && !old.text.is_empty() {
        // A page that lost its text is broken, not edited.
        return Ok(ArticleChange::Same);
    }
    let facts = |a: &Article| {
        let texts = [a.summary.clone(), a.author.clone(), a.source_line.clone()];
        (
            texts,
            a.url.clone(),
            a.html.clone(),
            a.images.clone(),
            a.attachments.clone(),
            a.tags.clone(),
            a.language.clone(),
            a.first_source.clone(),
        )
    };
    if same && facts(new) == facts(old) {
        return Ok(ArticleChange::Same);
    }
    if revised {
        db.prepare_cached(
            "INSERT INTO revision (article, number, title, summary, html, text, hash, updated, replaced)
             SELECT sequence, revision, title, summary, html, text, hash, updated, ?2 FROM article WHERE sequence = ?1",
        )?
        .execute((sequence, millis(claim.started)))?;
    }
    db.prepare_cached(
        "UPDATE article SET url = :url, title = :title, summary = :summary, html = :html, text = :text,
             author = :author, source_line = :source_line, language = :language, images = :images,
             attachments = :attachments, tags = :tags, first_source = :first_source, hash = :hash, provenance = :provenance,
             updated = CASE WHEN :revised THEN max(updated, :now) ELSE updated END,
             last_seen = max(last_seen, :seen),
             revision = revision + :revised
         WHERE sequence = :sequence",
    )?
    .execute(named_params! {
        ":sequence": sequence,
        ":url": new.url.as_str(),
        ":title": new.title,
        ":summary": new.summary,
        ":html": new.html.as_str(),
        ":text": new.text,
        ":author": new.author,
        ":source_line": new.source_line,
        ":language": new.language,
        ":images": records::write_list(&new.images)?,
        ":attachments": records::write_list(&new.attachments)?,
        ":tags": records::write_texts(new.tags.iter().map(String::as_str))?,
        ":first_source": new.first_source.as_ref().map(records::write).transpose()?,
        ":hash": new.hash,
        ":provenance": records::write(&provenance(old, new))?,
        ":revised": revised,
        ":now": unshared(db, millis(claim.started))?,
        ":seen": millis(claim.started),
    })?;
    topics::forget(db, sequence)?;
    Ok(if revised {
        ArticleChange::Revised(old.id.clone())
    } else {
        ArticleChange::Refreshed(old.id.clone())
    })
}

/// The provenance of the new fields, and of the date, which stays the old one.
fn provenance(
    old: &Article,
    new: &Article,
) -> std::collections::BTreeMap<bantin_core::ArticleField, bantin_core::Provenance> {
    let mut provenance = new.provenance.clone();
    let published = bantin_core::ArticleField::Published;
    if let Some(kept) = old.provenance.get(&published) {
        provenance.insert(published, kept.clone());
    }
    provenance
}

/// Marks articles as still listed. What was only missing is doubted no more; what was gone has to be seen, and soon where it was
/// withdrawn and is on the listing again.
pub(super) fn record_listed(
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
        update.execute((source, key.as_str(), started, claim.visit, place(*rank)))?;
    }
    Ok(())
}

/// A place on a listing as it is stored.
fn place(rank: usize) -> i64 {
    i64::try_from(rank).unwrap_or(i64::MAX)
}

/// Remembers pages that are no articles, and forgets those that are not listed any more.
pub(super) fn record_rejections(
    db: &Transaction<'_>,
    claim: &VisitClaim,
    pages: &[RejectedPage],
    held: &[ArticleKey],
    now: DateTime<Utc>,
) -> Result<(), TransactionError> {
    let listed = held.iter().chain(pages.iter().map(|page| &page.key));
    let held = records::write_texts(listed.map(ArticleKey::as_str))?;
    db.prepare_cached(
        "DELETE FROM rejection WHERE source = ?1 AND key NOT IN (SELECT value FROM json_each(?2))",
    )?
    .execute((claim.source.as_str(), held))?;
    let mut tries =
        db.prepare_cached("SELECT tries FROM rejection WHERE source = ?1 AND key = ?2")?;
    let mut insert = db.prepare_cached(
        "INSERT INTO rejection (source, key, teaser, reason, tries, again)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (source, key) DO UPDATE SET teaser = excluded.teaser, reason = excluded.reason,
             tries = excluded.tries, again = excluded.again",
    )?;
    for page in pages {
        let (source, key) = (claim.source.as_str(), page.key.as_str());
        let before: Option<u32> = tries.query_row((source, key), |row| row.get(0)).optional()?;
        let tries = before.unwrap_or(0).saturating_add(1);
        let again = millis(now + retry::rejected_page(tries));
        insert.execute((source, key, &page.teaser, &page.reason, tries, again))?;
    }
    Ok(())
}

/// The newest arrivals that match, each with its place. What SQL cannot ask is asked of one article after the other, until there are
/// enough.
pub(in super::super) fn select(
    db: &Transaction<'_>,
    query: &ArticleQuery,
    limit: usize,
) -> Result<Vec<(i64, Article)>, TransactionError> {
    let (matching, values) = matching(query);
    let most = if query.conditions.is_empty() { limit } else { FURTHEST.max(limit) };
    let sql = format!(
        "SELECT {ASKED}, {TOPICS}
         FROM {matching} AND withdrawn IS NULL AND article.arrival != {NEVER}
         ORDER BY article.arrival DESC, article.published DESC, article.id LIMIT {most}"
    );
    let mut select = db.prepare_cached(&sql)?;
    let mut rows = select.query(rusqlite::params_from_iter(values))?;
    let mut articles = Vec::new();
    while articles.len() < limit
        && let Some(row) = rows.next()?
    {
        let place = row.get("sequence")?;
        articles.extend(fitting(row, query)?.map(|article| (place, article)));
    }
    Ok(articles)
}

/// The article in a row, where the conditions of a query hold of it.
pub(super) fn fitting(
    row: &Row<'_>,
    query: &ArticleQuery,
) -> Result<Option<Article>, TransactionError> {
    let Some(article) = sound(row, whole(row))? else { return Ok(None) };
    if query.conditions.is_empty() {
        return Ok(Some(article));
    }
    let (province, agency): (Option<String>, Option<String>) =
        (row.get("of_province")?, row.get("of_agency")?);
    let day = row.get::<_, Option<i64>>("day")?.map(instant);
    let asked = ConditionSubject::of(&article, province.as_deref(), agency.as_deref(), day);
    let holds = query.conditions.iter().all(|condition| condition.holds(&asked));
    Ok(holds.then_some(article))
}

/// Whether an article that matches was withdrawn; of one that was erased nobody knows what it was about, so it may have matched.
pub(in super::super) fn has_withdrawn(
    db: &Transaction<'_>,
    query: &ArticleQuery,
) -> Result<bool, TransactionError> {
    let (matching, values) = matching_or_erased(query);
    let sql = format!(
        "SELECT {ASKED}, {TOPICS}
         FROM {matching} AND withdrawn IS NOT NULL"
    );
    let mut select = db.prepare_cached(&sql)?;
    let mut rows = select.query(rusqlite::params_from_iter(values))?;
    while let Some(row) = rows.next()? {
        if row.get("erased")? || fitting(row, query)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether an article was withdrawn at this instant or later, or we have learnt of it since.
pub(in super::super) fn has_withdrawn_since(
    db: &Transaction<'_>,
    since: DateTime<Utc>,
) -> Result<bool, TransactionError> {
    // Of another store an old withdrawal may have come since.
    let sql = "SELECT EXISTS (SELECT 1 FROM article WHERE withdrawn >= ?1)
                   OR EXISTS (SELECT 1 FROM audit WHERE at >= ?1)";
    Ok(db.prepare_cached(sql)?.query_row([millis(since)], |row| row.get(0))?)
}

/// The tables and the condition of a query, and its values.
pub(super) fn matching(query: &ArticleQuery) -> (String, Vec<&str>) {
    conditions(query, "article.sequence IN (SELECT article FROM topic WHERE topic IN (?))")
}

/// The same, of which each of few articles is asked: no list of all articles of a topic is made.
pub(super) fn matching_each(query: &ArticleQuery) -> (String, Vec<&str>) {
    conditions(query, OF_TOPIC)
}

/// The same with all erased articles of the places that are asked for: their topics are not there any more.
pub(super) fn matching_or_erased(query: &ArticleQuery) -> (String, Vec<&str>) {
    conditions(query, &format!("({OF_TOPIC} OR article.erased = 1)"))
}

fn conditions<'a>(query: &'a ArticleQuery, of_topic: &str) -> (String, Vec<&'a str>) {
    let mut sql = String::from("article JOIN source ON source.id = article.source WHERE 1");
    let mut values = Vec::new();
    let lists = [
        ("article.source IN (?)", &query.sources),
        ("source.province IN (?)", &query.provinces),
        ("source.agency IN (?)", &query.agencies),
        (of_topic, &query.topics),
    ];
    for (condition, wanted) in lists.into_iter().filter(|(_, wanted)| !wanted.is_empty()) {
        let marks = vec!["?"; wanted.len()].join(", ");
        sql.push_str(&format!(" AND {}", condition.replace('?', &marks)));
        values.extend(wanted.iter().map(Slug::as_str));
    }
    (sql, values)
}

/// Withdraws an article.
pub(in super::super) fn withdraw(
    db: &Transaction<'_>,
    id: &str,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<String, TransactionError> {
    let title: Option<String> = db
        .prepare_cached(
            "UPDATE article SET withdrawn = ifnull(withdrawn, ?2), withdrawn_reason = ?3, withdrawn_by_agency = 0
             WHERE id = ?1
             RETURNING title",
        )?
        .query_row((id, millis(now), reason), |row| row.get(0))
        .optional()?;
    let Some(title) = title else { return Err(StoreError::NoSuchArticle(id.to_owned()).into()) };
    withdrawals::audit(db, "withdraw", id, reason, now)?;
    changed(db)?;
    Ok(title)
}

/// Withdraws an article and takes its content out of the store; its id and addresses stay, so that it never comes back.
pub(in super::super) fn erase(
    db: &Transaction<'_>,
    id: &str,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<String, TransactionError> {
    let title = withdraw(db, id, reason, now)?;
    clear(db, id)?;
    withdrawals::audit(db, "erase", id, reason, now)?;
    Ok(title)
}

/// Takes the content of a withdrawn article out of the store.
pub(super) fn clear(db: &Transaction<'_>, id: &str) -> Result<(), TransactionError> {
    db.execute(
        "DELETE FROM page WHERE EXISTS (
             SELECT 1 FROM article LEFT JOIN alias ON alias.article = article.sequence
             WHERE article.id = ?1 AND page.source = article.source
               AND (page.asked = alias.url OR page.asked = article.url OR page.url = article.url))",
        [id],
    )?;
    // Listings show its lead, and a feed the whole of it.
    db.execute(
        "DELETE FROM page WHERE teaser IS NULL AND source = (SELECT source FROM article WHERE id = ?1)",
        [id],
    )?;
    for table in ["revision", "classified", "topic"] {
        let of = "SELECT sequence FROM article WHERE id = ?1";
        db.execute(&format!("DELETE FROM {table} WHERE article IN ({of})"), [id])?;
    }
    db.execute(
        "UPDATE article SET title = '', summary = NULL, html = '', text = '', author = NULL, source_line = NULL, images = '[]',
             attachments = '[]', tags = '[]', provenance = '{}', hash = '', teaser_title = '', revisit_at = NULL,
             doubt_again = NULL, erased = 1
         WHERE id = ?1",
        [id],
    )?;
    Ok(())
}

/// The topics in a row that was asked for `TOPICS`.
fn topics_in(row: &Row<'_>) -> Result<Vec<Slug>, TransactionError> {
    let topics: Option<String> = row.get("topics")?;
    records::read_texts("the topics of an article", topics.as_deref().unwrap_or("[]"))
}

/// The article in a row that was asked for `TOPICS`.
pub(super) fn whole(row: &Row<'_>) -> Result<Article, TransactionError> {
    Ok(Article { topics: topics_in(row)?, ..read(row)? })
}

/// Where the article in a row was first published.
fn first_source(row: &Row<'_>) -> Result<Option<FirstSource>, TransactionError> {
    let text: Option<String> = row.get("first_source")?;
    text.map(|text| records::read("the first source of an article", &text)).transpose()
}

/// The article in a row, without its topics.
fn read(row: &Row<'_>) -> Result<Article, TransactionError> {
    let text = |column: &str| row.get::<_, String>(column);
    Ok(Article {
        id: text("id")?,
        source: parsed("the source of an article", &text("source")?)?,
        key: ArticleKey::kept(text("key")?),
        url: parsed("the address of an article", &text("url")?)?,
        title: text("title")?,
        summary: row.get("summary")?,
        html: CleanHtml::from_store(text("html")?),
        text: text("text")?,
        author: row.get("author")?,
        source_line: row.get("source_line")?,
        published: instant(row.get("published")?),
        precision: records::read("the precision of a date", &text("precision")?)?,
        zone: parsed("a time zone", &text("zone")?)?,
        updated: instant(row.get("updated")?),
        language: text("language")?,
        images: records::read_list("the images of an article", &text("images")?)?,
        attachments: records::read_list("the attachments of an article", &text("attachments")?)?,
        tags: records::read_texts("the tags of an article", &text("tags")?)?,
        topics: Vec::new(),
        first_source: first_source(row)?,
        provenance: records::read("the provenance of an article", &text("provenance")?)?,
        hash: text("hash")?,
        first_seen: instant(row.get("first_seen")?),
        last_seen: instant(row.get("last_seen")?),
        revision: row.get("revision")?,
    })
}
