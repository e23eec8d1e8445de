//! Visits: the state of a source when a visit begins, and the transaction that ends it.

use crate::articles::ArrivalKind;
use crate::changes::changed;
use crate::columns::millis;
use crate::error::TransactionError;
use crate::{
    ArticleChange, FetchedArticle, ListedArticle, PageCheck, RejectedPage, Store, StoreError,
    VisitClaim, articles, carriers, missing, pending, records, rejections, repeated, revisits,
};
use bantin_core::{ArticleKey, ListingItem, ListingProfile, Slug, VisitOutcome};
use bantin_page::Validators;
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{OptionalExtension, Transaction, named_params};
use std::collections::BTreeSet;
use url::Url;

/// The number of visits of a source that are kept: three weeks at two an hour.
const HISTORY: i64 = 1000;

/// The time for which pages are kept, so that `explain` works offline.
const PAGES_KEPT: TimeDelta = TimeDelta::days(90);

/// The longest time after which an unchanged listing is read in full again.
const MAX_READ_INTERVAL: TimeDelta = TimeDelta::days(7);
/// The shortest one: a night without news.
const MIN_READ_INTERVAL: TimeDelta = TimeDelta::hours(12);
/// The number of usual pauses between two articles after which a host that still reports an
/// unchanged listing is doubted.
const DOUBTED_PAUSES: i32 = 4;
/// The number of articles that define the usual pause.
const PAUSE_SAMPLE: usize = 20;

/// The number of successful visits that define the normal state of a source.
const USUAL: usize = 10;

/// The state of a source when a visit begins.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SourceState {
    /// Validators for a conditional request; `None` if the page must be read in any case.
    pub validators: Option<Validators>,
    /// Failed visits in a row.
    pub failures: u32,
    /// The number of items on its listing at its last successful visits, the newest first.
    pub items: Vec<usize>,
    /// The learned layout of the listing; empty if feeds.toml has a selector.
    pub profile: ListingProfile,
    /// The query parameters whose values change although the page is the same, in lower case.
    pub volatile: BTreeSet<String>,
}

/// The result of a visit.
#[derive(Debug, Clone)]
pub struct VisitResult {
    /// When it ended.
    pub finished: DateTime<Utc>,
    /// Its outcome. The store counts new and revised articles itself.
    pub outcome: VisitOutcome,
    /// Validators for the next visit, if there are new ones.
    pub validators: Option<Validators>,
    /// Whether pages are left for the next visit.
    pub incomplete: bool,
    /// The instant from which the listing is read unconditionally, because the fetch of a changed
    /// item was postponed.
    pub reread_at: Option<DateTime<Utc>>,
    /// The address to which the listing moved permanently.
    pub moved_to: Option<Url>,
    /// The learned layout, if the listing was read.
    pub profile: Option<ListingProfile>,
    /// The volatile query parameters, if more were learned.
    pub volatile: Option<BTreeSet<String>>,
    /// The time at which the source is due again.
    pub next_visit: DateTime<Utc>,
    /// The extracted articles, the oldest first.
    pub articles: Vec<FetchedArticle>,
    /// Known articles that are still listed.
    pub listed: Vec<ListedArticle>,
    /// Articles that are missing from the listing, although older ones are on it.
    pub missing: Vec<ArticleKey>,
    /// Pages from which no article could be extracted.
    pub rejected: Vec<RejectedPage>,
    /// Listed items whose pages were not requested, because they were rejected recently.
    pub recently_rejected: Vec<ArticleKey>,
    /// Items that have no article yet.
    pub pending: Vec<ListingItem>,
    /// Items that left the listing before they had an article, and whose pages are gone.
    pub given_up: Vec<ArticleKey>,
    /// Known articles whose pages were requested again and gave no new text.
    pub checked: Vec<PageCheck>,
}

impl VisitResult {
    /// Creates the result of a visit that found its source unchanged.
    pub fn unchanged(finished: DateTime<Utc>, next_visit: DateTime<Utc>) -> Self {
        Self {
            finished,
            outcome: VisitOutcome::Unchanged,
            validators: None,
            incomplete: false,
            reread_at: None,
            moved_to: None,
            profile: None,
            volatile: None,
            next_visit,
            articles: Vec::new(),
            listed: Vec::new(),
            missing: Vec::new(),
            rejected: Vec::new(),
            recently_rejected: Vec::new(),
            pending: Vec::new(),
            given_up: Vec::new(),
            checked: Vec::new(),
        }
    }
}

impl Store {
    /// Returns the state of a source for its next visit.
    pub async fn state(
        &self,
        source: &Slug,
        now: DateTime<Utc>,
    ) -> Result<SourceState, StoreError> {
        let source = source.clone();
        self.read_briefly(move |db| state(db, &source, now)).await
    }

    /// Commits a visit: its articles, the state of its source and its history in one transaction,
    /// durable on return.
    ///
    /// Returns one change for each article, and the outcome with its counts.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] if another worker has claimed the source; nothing is stored then.
    pub async fn commit(
        &self,
        claim: &VisitClaim,
        visit: VisitResult,
    ) -> Result<(Vec<ArticleChange>, VisitOutcome), StoreError> {
        let claim = claim.clone();
        self.write_durably(move |db| commit(db, &claim, visit)).await
    }
}

/// The time after which an unchanged listing of a source is read in full again: some hosts report
/// it as unchanged whatever they publish. It depends on the usual pause between two articles.
fn read_interval(db: &Transaction<'_>, source: &Slug) -> Result<TimeDelta, TransactionError> {
    let mut arrivals = db.prepare_cached(
        "SELECT arrival FROM article WHERE source = ?1 AND withdrawn IS NULL
         ORDER BY arrival DESC, published DESC, id LIMIT ?2",
    )?;
    let arrivals = arrivals
        .query_map((source.as_str(), i64::try_from(PAUSE_SAMPLE).unwrap_or_default()), |row| {
            row.get::<_, i64>(0)
        })?
        .collect::<Result<Vec<i64>, _>>()?;
    let ([newest, .., oldest], Ok(count)) = (arrivals.as_slice(), i64::try_from(arrivals.len()))
    else {
        return Ok(MAX_READ_INTERVAL);
    };
    let pause = TimeDelta::milliseconds((newest - oldest) / (count - 1));
    Ok((pause * DOUBTED_PAUSES).clamp(MIN_READ_INTERVAL, MAX_READ_INTERVAL))
}

fn state(
    db: &Transaction<'_>,
    source: &Slug,
    now: DateTime<Utc>,
) -> Result<SourceState, TransactionError> {
    let interval = read_interval(db, source)?;
    // The listing must also be read if the rejected page of an item without an article is due again, or if an item repeated an
    // article of another source and that article has changed.
    let row = db
        .prepare_cached(
            "SELECT failures, incomplete OR ifnull(look_at <= ?2, 0) OR ifnull(read_at <= ?3, 1) OR EXISTS
                 (SELECT 1 FROM rejection JOIN pending USING (source, key)
                  WHERE rejection.source = source.id AND again <= ?2) OR EXISTS
                 (SELECT 1 FROM repeated JOIN article ON article.sequence = repeated.article
                  WHERE repeated.source = source.id AND repeated.hash <> article.hash),
                 etag, last_modified, wire_hash, learned, volatile FROM source WHERE id = ?1",
        )?
        .query_row((source.as_str(), millis(now), millis(now - interval)), |row| {
            let validators = Validators {
                etag: row.get(2)?,
                last_modified: row.get(3)?,
                wire_hash: row.get(4)?,
            };
            let volatile: Option<String> = row.get(6)?;
            Ok((row.get::<_, u32>(0)?, row.get::<_, bool>(1)?, validators, row.get(5)?, volatile))
        })
        .optional()?;
    let Some((failures, incomplete, validators, profile, volatile)) = row else {
        return Ok(SourceState::default());
    };
    let mut outcomes = db.prepare_cached(
        "SELECT outcome FROM visit WHERE source = ?1 AND outcome IS NOT NULL ORDER BY id DESC LIMIT 100",
    )?;
    let outcomes = outcomes.query_map([source.as_str()], |row| row.get::<_, String>(0))?;
    // Most outcomes are this one, which needs no parser.
    let unchanged = records::write(&VisitOutcome::Unchanged)?;
    let mut items = Vec::new();
    for outcome in outcomes {
        let outcome = outcome?;
        if outcome == unchanged {
            continue;
        }
        if let VisitOutcome::Visited(tally) = records::read("the outcome of a visit", &outcome)? {
            items.push(tally.items);
        }
        if items.len() == USUAL {
            break;
        }
    }
    let nothing = validators == Validators::default();
    let validators = Some(validators).filter(|_| !incomplete && !nothing);
    let volatile: Option<Vec<String>> = volatile
        .map(|text| records::read_texts("the volatile parameters of a source", &text))
        .transpose()?;
    let volatile = volatile.unwrap_or_default().into_iter().collect();
    Ok(SourceState { validators, failures, items, profile: listing_profile(profile)?, volatile })
}

/// Parses the stored layout of a listing.
pub(crate) fn listing_profile(text: Option<String>) -> Result<ListingProfile, TransactionError> {
    text.map_or_else(
        || Ok(ListingProfile::default()),
        |text| records::read("the learned layout of a listing", &text),
    )
}

fn commit(
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

    let news = if settled.is_some() { ArrivalKind::Now } else { ArrivalKind::Backlog };
    articles::record_listed(db, claim, &visit.listed)?;
    // Before the articles, because the visit may have found some of the missing ones.
    missing::mark_doubted(db, claim, &visit.missing, visit.finished)?;
    let mut changes = Vec::with_capacity(visit.articles.len());
    for arrived in &visit.articles {
        changes.push(articles::insert_or_revise(db, claim, arrived, news, visit.finished)?);
    }
    changes.extend(revisits::record_page_checks(db, claim, &visit.checked, visit.finished)?);
    pending::record_pending(db, claim, &visit.pending, &visit.given_up, visit.finished)?;
    if let VisitOutcome::Visited(_) = visit.outcome {
        rejections::record_rejections(
            db,
            claim,
            &visit.rejected,
            &visit.recently_rejected,
            visit.finished,
        )?;
        repeated::delete_outdated(db, claim, &visit.listed)?;
        carriers::delete_outdated(db, claim)?;
    } else {
        rejections::add_rejections(db, claim, &visit.rejected, visit.finished)?;
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

/// Writes the end of a visit into its source and its history.
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
             volatile = ifnull(:volatile, volatile),
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
        ":look_at": visit.reread_at.map(millis),
        ":moved_to": visit.moved_to.as_ref().map(|url| url.as_str()),
        ":learned": visit.profile.as_ref().map(records::write).transpose()?,
        ":volatile": visit.volatile.as_ref().map(|names| records::write_texts(names.iter().map(String::as_str))).transpose()?,
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
    // Listing pages of a source with an erased article may show it: they are deleted after each
    // visit.
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
