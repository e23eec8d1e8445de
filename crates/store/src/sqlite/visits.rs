//! Visits: who has which source, and how it ended.

use super::{
    TransactionError, articles, changed, instant, maybe_instant, millis, pending, repeated,
    revisits, sources, withdrawals,
};
use crate::records;
use crate::{ArticleChange, SourceReport, SourceState, StoreError, VisitClaim, VisitResult};
use bantin_core::{ListingProfile, Slug, VisitOutcome, retry};
use bantin_page::Validators;
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{OptionalExtension, Transaction, named_params};
use std::time::Duration;

/// How many visits of a source are remembered: three weeks at two an hour.
const HISTORY: i64 = 1000;
/// How long pages are kept, so that articles can be made of them again.
const PAGES_KEPT: TimeDelta = TimeDelta::days(90);
/// How long a host is believed that a listing is the same as when it was last read.
const BELIEVED: TimeDelta = TimeDelta::days(7);
/// How many successful visits tell what is usual for a source.
const USUAL: usize = 10;

/// Ends all leases, and pauses that only a wrong clock can have set.
pub(in super::super) fn end_leases(
    db: &Transaction<'_>,
    now: DateTime<Utc>,
) -> Result<(), TransactionError> {
    // Whoever gives a source back himself leaves no worker in it.
    db.execute(
        "UPDATE visit SET cut_short = cut_short + 1
         WHERE id IN (SELECT lease_visit FROM source WHERE lease_worker IS NOT NULL)",
        [],
    )?;
    db.execute("UPDATE source SET lease_worker = NULL, lease_until = NULL", [])?;
    let latest = millis(now + retry::MAX_PAUSE);
    db.execute("UPDATE turn SET held_until = NULL, free_from = min(free_from, ?1)", [latest])?;
    Ok(())
}

/// Takes sources that are due.
pub(in super::super) fn claim_due(
    db: &Transaction<'_>,
    now: DateTime<Utc>,
    worker: &str,
    lease: Duration,
    limit: usize,
) -> Result<Vec<VisitClaim>, TransactionError> {
    let due: Vec<String> = db
        .prepare_cached(
            "SELECT id FROM source WHERE active = 1 AND next_visit <= ?1
                 AND (lease_until IS NULL OR lease_until <= ?1)
             ORDER BY next_visit, id LIMIT ?2",
        )?
        .query_map((millis(now), i64::try_from(limit).unwrap_or(i64::MAX)), |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    due.iter()
        .map(|id| begin_visit(db, &super::parsed("the name of a source", id)?, now, worker, lease))
        .collect()
}

/// Takes one source.
pub(in super::super) fn claim(
    db: &Transaction<'_>,
    source: &Slug,
    now: DateTime<Utc>,
    worker: &str,
    lease: Duration,
) -> Result<Option<VisitClaim>, TransactionError> {
    let free: bool = db
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM source WHERE id = ?1 AND active = 1
                 AND (lease_until IS NULL OR lease_until <= ?2))",
        )?
        .query_row((source.as_str(), millis(now)), |row| row.get(0))?;
    if free { begin_visit(db, source, now, worker, lease).map(Some) } else { Ok(None) }
}

fn begin_visit(
    db: &Transaction<'_>,
    source: &Slug,
    now: DateTime<Utc>,
    worker: &str,
    lease: Duration,
) -> Result<VisitClaim, TransactionError> {
    // Whoever had it until now lost it to the end of his lease.
    db.prepare_cached(
        "UPDATE visit SET cut_short = cut_short + 1
         WHERE id = (SELECT lease_visit FROM source WHERE id = ?1 AND lease_worker IS NOT NULL)",
    )?
    .execute([source.as_str()])?;
    // A visit that began and never ended is resumed: its pages are here already.
    let begun: Option<(i64, i64, u32)> = db
        .prepare_cached(
            "SELECT visit.id, visit.started, visit.cut_short FROM source JOIN visit ON visit.id = source.lease_visit
             WHERE source.id = ?1 AND visit.finished IS NULL AND visit.started BETWEEN ?2 AND ?3",
        )?
        .query_row((source.as_str(), millis(now - retry::RESUMABLE), millis(now)), |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    let (visit, started, cut_short) = match begun {
        Some((visit, started, cut_short)) => (visit, instant(started), cut_short),
        None => {
            db.prepare_cached("INSERT INTO visit (source, started) VALUES (?1, ?2)")?
                .execute((source.as_str(), millis(now)))?;
            (db.last_insert_rowid(), now, 0)
        }
    };
    let until = now + TimeDelta::from_std(lease).unwrap_or(TimeDelta::hours(1));
    db.prepare_cached(
        "UPDATE source SET lease_worker = ?2, lease_until = ?3, lease_visit = ?4 WHERE id = ?1",
    )?
    .execute((source.as_str(), worker, millis(until), visit))?;
    Ok(VisitClaim { visit, source: source.clone(), worker: worker.to_owned(), started, cut_short })
}

/// Gives a source back, its visit unfinished.
pub(in super::super) fn release(
    db: &Transaction<'_>,
    claim: &VisitClaim,
) -> Result<(), TransactionError> {
    db.prepare_cached(
        "UPDATE source SET lease_worker = NULL, lease_until = NULL
         WHERE id = ?1 AND lease_worker = ?2 AND lease_visit = ?3",
    )?
    .execute((claim.source.as_str(), &claim.worker, claim.visit))?;
    Ok(())
}

/// Gives back all sources of a worker.
pub(in super::super) fn release_all(
    db: &Transaction<'_>,
    worker: &str,
) -> Result<(), TransactionError> {
    let sql = "UPDATE source SET lease_worker = NULL, lease_until = NULL WHERE lease_worker = ?1";
    db.prepare_cached(sql)?.execute([worker])?;
    Ok(())
}

/// When the next source is due.
pub(in super::super) fn next_due(
    db: &Transaction<'_>,
) -> Result<Option<DateTime<Utc>>, TransactionError> {
    let sql = "SELECT min(max(next_visit, ifnull(lease_until, 0))) FROM source WHERE active = 1";
    let next: Option<i64> = db.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    Ok(next.map(instant))
}

/// What is known of a source.
pub(in super::super) fn state(
    db: &Transaction<'_>,
    source: &Slug,
    now: DateTime<Utc>,
) -> Result<SourceState, TransactionError> {
    // A page that was refused is due for its second try also where its listing is the same, and so is an item that was the same as
    // another source's article, which has changed since.
    let row = db
        .prepare_cached(
            "SELECT failures, incomplete OR ifnull(look_at <= ?2, 0) OR ifnull(read_at <= ?3, 1) OR EXISTS
                 (SELECT 1 FROM rejection WHERE source = source.id AND again <= ?2) OR EXISTS
                 (SELECT 1 FROM repeated JOIN article ON article.sequence = repeated.article
                  WHERE repeated.source = source.id AND repeated.hash <> article.hash),
                 etag, last_modified, wire_hash, learned FROM source WHERE id = ?1",
        )?
        .query_row((source.as_str(), millis(now), millis(now - BELIEVED)), |row| {
            let validators = Validators {
                etag: row.get(2)?,
                last_modified: row.get(3)?,
                wire_hash: row.get(4)?,
            };
            Ok((row.get::<_, u32>(0)?, row.get::<_, bool>(1)?, validators, row.get(5)?))
        })
        .optional()?;
    let Some((failures, incomplete, validators, learned)) = row else {
        return Ok(SourceState::default());
    };
    let mut outcomes = db.prepare_cached(
        "SELECT outcome FROM visit WHERE source = ?1 AND outcome IS NOT NULL ORDER BY id DESC LIMIT 100",
    )?;
    let outcomes = outcomes.query_map([source.as_str()], |row| row.get::<_, String>(0))?;
    let mut items = Vec::new();
    for outcome in outcomes {
        if let VisitOutcome::Visited(tally) = records::read("the outcome of a visit", &outcome?)? {
            items.push(tally.items);
        }
        if items.len() == USUAL {
            break;
        }
    }
    let nothing = validators == Validators::default();
    let validators = Some(validators).filter(|_| !incomplete && !nothing);
    Ok(SourceState { validators, failures, items, learned: listing_profile(learned)? })
}

/// What was learned of a listing, as the store keeps it.
fn listing_profile(text: Option<String>) -> Result<ListingProfile, TransactionError> {
    text.map_or_else(
        || Ok(ListingProfile::default()),
        |text| records::read("what was learned of a listing", &text),
    )
}

/// Ends a visit.
pub(in super::super) fn commit(
    db: &Transaction<'_>,
    claim: &VisitClaim,
    mut visit: VisitResult,
) -> Result<(Vec<ArticleChange>, VisitOutcome), TransactionError> {
    let settled: Option<Option<i64>> = db
        .prepare_cached(
            "SELECT settled FROM source WHERE id = ?1 AND lease_worker = ?2 AND lease_visit = ?3",
        )?
        .query_row((claim.source.as_str(), &claim.worker, claim.visit), |row| row.get(0))
        .optional()?;
    let Some(settled) = settled else { return Err(StoreError::LeaseLost.into()) };

    let news =
        if settled.is_some() { articles::ArrivalKind::Yes } else { articles::ArrivalKind::Backlog };
    articles::record_listed(db, claim, &visit.seen)?;
    // Before the articles: some of the missing have been found in the meantime.
    withdrawals::missing(db, claim, &visit.missing, visit.finished)?;
    let mut changes = Vec::with_capacity(visit.articles.len());
    for arrived in &visit.articles {
        changes.push(articles::insert_or_revise(db, claim, arrived, news, visit.finished)?);
    }
    changes.extend(revisits::record_page_checks(db, claim, &visit.asked, visit.finished)?);
    pending::wait_for(db, claim, &visit.pending, &visit.given_up, visit.finished)?;
    if let VisitOutcome::Visited(_) = visit.outcome {
        articles::record_rejections(db, claim, &visit.rejected, &visit.held, visit.finished)?;
        repeated::part(db, claim, &visit.seen)?;
    }

    let mut settled = false;
    if let VisitOutcome::Visited(tally) = &mut visit.outcome {
        let count =
            |wanted: fn(&ArticleChange) -> bool| changes.iter().filter(|c| wanted(c)).count();
        tally.new = count(|change| matches!(change, ArticleChange::New(_)));
        tally.revised = count(|change| matches!(change, ArticleChange::Revised(_)));
        settled = tally.waiting == 0;
    }
    end(db, claim, &visit, settled)?;
    if changes.iter().any(|change| *change != ArticleChange::Same) {
        changed(db)?;
    }
    Ok((changes, visit.outcome))
}

/// Writes the end of a visit into its source and into history.
fn end(
    db: &Transaction<'_>,
    claim: &VisitClaim,
    visit: &VisitResult,
    settled: bool,
) -> Result<(), TransactionError> {
    let success = visit.outcome.is_success();
    let validators = visit.validators.clone().unwrap_or_default();
    db.prepare_cached(
        "UPDATE source SET lease_worker = NULL, lease_until = NULL, lease_visit = NULL,
             next_visit = :next_visit,
             failures = CASE WHEN :success THEN 0 ELSE failures + 1 END,
             last_success = CASE WHEN :success THEN :finished ELSE last_success END,
             settled = CASE WHEN :settled THEN ifnull(settled, :finished) ELSE settled END,
             incomplete = CASE WHEN :success THEN :incomplete ELSE incomplete END,
             look_at = CASE WHEN :read THEN :look_at ELSE look_at END,
             listed = CASE WHEN :read THEN lease_visit ELSE listed END,
             learned = CASE WHEN :read THEN ifnull(:learned, learned) ELSE learned END,
             moved_to = CASE WHEN :success THEN :moved_to ELSE moved_to END,
             read_at = CASE WHEN :read THEN :finished ELSE read_at END,
             etag = CASE WHEN :learnt THEN :etag ELSE etag END,
             last_modified = CASE WHEN :learnt THEN :last_modified ELSE last_modified END,
             wire_hash = CASE WHEN :learnt THEN :wire_hash ELSE wire_hash END
         WHERE id = :id",
    )?
    .execute(named_params! {
        ":id": claim.source.as_str(),
        ":next_visit": millis(visit.next_visit),
        ":success": success,
        ":settled": settled,
        ":incomplete": visit.incomplete,
        ":read": matches!(visit.outcome, VisitOutcome::Visited(_)),
        ":look_at": visit.look_at.map(millis),
        ":moved_to": visit.moved_to.as_ref().map(|url| url.as_str()),
        ":learned": visit.learned.as_ref().map(records::write).transpose()?,
        ":finished": millis(visit.finished),
        ":learnt": visit.validators.is_some(),
        ":etag": validators.etag,
        ":last_modified": validators.last_modified,
        ":wire_hash": validators.wire_hash,
    })?;
    db.prepare_cached("UPDATE visit SET finished = ?2, outcome = ?3 WHERE id = ?1")?.execute((
        claim.visit,
        millis(visit.finished),
        records::write(&visit.outcome)?,
    ))?;
    db.prepare_cached("DELETE FROM page WHERE source = ?1 AND fetched < ?2")?
        .execute((claim.source.as_str(), millis(visit.finished - PAGES_KEPT)))?;
    // Of a source with an article that was erased, what may show it again has served.
    db.prepare_cached(
        "DELETE FROM page WHERE source = ?1 AND teaser IS NULL
             AND EXISTS (SELECT 1 FROM article WHERE source = ?1 AND erased = 1)",
    )?
    .execute([claim.source.as_str()])?;
    db.prepare_cached(
        "DELETE FROM visit WHERE source = ?1 AND id <=
             (SELECT id FROM visit WHERE source = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
    )?
    .execute((claim.source.as_str(), HISTORY))?;
    Ok(())
}

/// The state of every source.
pub(in super::super) fn report(
    db: &Transaction<'_>,
    now: DateTime<Utc>,
) -> Result<Vec<SourceReport>, TransactionError> {
    let origins = sources::origins(db)?;
    let mut select = db.prepare_cached(
        "SELECT source.active, source.next_visit, source.failures, source.last_success, source.moved_to, source.learned,
                ifnull(source.lease_until, 0) > ?2 AS under_way,
                last.finished AS finished, last.outcome AS outcome,
                (SELECT count(*) FROM article WHERE source = source.id AND withdrawn IS NULL) AS articles,
                (SELECT max(published) FROM article WHERE source = source.id AND withdrawn IS NULL) AS newest,
                (SELECT count(*) FROM rejection WHERE source = source.id) AS refused,
                (SELECT reason FROM rejection WHERE source = source.id ORDER BY again DESC LIMIT 1) AS reason
         FROM source LEFT JOIN visit AS last ON last.id =
             (SELECT max(id) FROM visit WHERE source = source.id AND finished IS NOT NULL)
         WHERE source.id = ?1",
    )?;
    let mut reports = Vec::with_capacity(origins.len());
    for (id, origin) in origins {
        let mut rows = select.query((id.as_str(), millis(now)))?;
        let Some(row) = rows.next()? else { continue };
        let outcome: Option<String> = row.get("outcome")?;
        let outcome =
            outcome.map(|text| records::read("the outcome of a visit", &text)).transpose()?;
        let reason: Option<String> = row.get("reason")?;
        let moved_to: Option<String> = row.get("moved_to")?;
        reports.push(SourceReport {
            origin,
            active: row.get("active")?,
            next_visit: instant(row.get("next_visit")?),
            under_way: row.get("under_way")?,
            failures: row.get("failures")?,
            last_success: maybe_instant(row, "last_success")?,
            last: maybe_instant(row, "finished")?.zip(outcome),
            moved_to: moved_to
                .map(|url| super::parsed("the address that a source moved to", &url))
                .transpose()?,
            articles: u64::try_from(row.get::<_, i64>("articles")?).unwrap_or_default(),
            learned: listing_profile(row.get("learned")?)?,
            newest: maybe_instant(row, "newest")?,
            rejected: reason
                .map(|reason| {
                    let count = row.get::<_, i64>("refused")?;
                    Ok::<_, TransactionError>((u64::try_from(count).unwrap_or_default(), reason))
                })
                .transpose()?,
        });
    }
    Ok(reports)
}
