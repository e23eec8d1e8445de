//! The work of a poll, an article and a publication does not grow with what is stored.
//!
//! Work is counted in steps of SQLite's virtual machine, statement by statement, in a store with few
//! rows and in one with many. A query plan alone does not show the difference: an index that finds
//! all articles of a source is a search too.

use super::*;
use bantin_page::CacheHints;
use rusqlite::StatementStatus;
use rusqlite::trace::TraceEvent;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// What is stored.
#[derive(Clone, Copy)]
struct Stock {
    /// Articles of each source.
    articles: u32,
    /// Fetched pages of the polled source.
    pages: u32,
    /// Withdrawn articles of each source, by the operator and by the agency, long ago.
    withdrawn: u32,
    /// Earlier visits of the polled source.
    visits: u32,
}

/// More than any limit in the store's queries of one source.
const SMALL: Stock = Stock { articles: 420, pages: 40, withdrawn: 10, visits: 1_500 };
const LARGE: Stock = Stock { articles: 4_200, pages: 800, withdrawn: 200, visits: 4_000 };

/// The articles on a listing.
const LISTED: u32 = 20;

/// The steps of each statement, by its text.
type Steps = BTreeMap<String, u64>;

/// The steps since the last look, and the count that each statement had reached then. A tracer is a
/// plain function, so it writes into a static; only this test traces its connections.
static TRACED: Mutex<(Steps, Steps)> = Mutex::new((Steps::new(), Steps::new()));

fn trace(event: TraceEvent<'_>) {
    if let TraceEvent::Profile(statement, _) = event {
        let status = |status| u64::try_from(statement.get_status(status)).unwrap_or(0);
        let numbers = regex::Regex::new(r"\b[0-9][0-9,]*").unwrap();
        let sql = statement.sql().split_whitespace().collect::<Vec<_>>().join(" ");
        let sql = numbers.replace_all(&sql, "#").into_owned();
        let mut traced = TRACED.lock().unwrap_or_else(PoisonError::into_inner);
        let (steps, reached) = &mut *traced;
        let count = status(StatementStatus::VmStep);
        // A cached statement counts over all its runs.
        let before = reached.insert(sql.clone(), count).unwrap_or(0);
        let first = status(StatementStatus::Run) == 1;
        *steps.entry(sql).or_default() += if first { count } else { count - before };
    }
}

/// Takes the steps since the last call.
fn take_steps() -> Steps {
    std::mem::take(&mut TRACED.lock().unwrap_or_else(PoisonError::into_inner).0)
}

fn page_at(n: u32, fetched: DateTime<Utc>) -> Page {
    let url: Url = format!("https://a.example/tin/{n}").parse().unwrap();
    let wire = Bytes::from(format!("<p>Tin {n}</p>").repeat(500));
    Page {
        requested: url.clone(),
        url,
        media: MediaType { essence: "text/html".to_owned(), charset: None },
        charset: None,
        bytes: wire.clone(),
        wire,
        coding: ContentCoding::Identity,
        fetched,
        validators: Validators::default(),
        cache_hints: CacheHints::default(),
    }
}

fn key(n: u32) -> ArticleKey {
    ArticleKey::kept(format!("/tin/{n}"))
}

/// The feeds that are published: of everything, of a source, of a province.
fn feeds() -> Vec<FeedConfig> {
    let of_source = ArticleQuery { sources: vec![slug("a")], ..ArticleQuery::default() };
    let lam_dong = ArticleQuery { provinces: vec![slug("lam-dong")], ..ArticleQuery::default() };
    [("tat-ca", ArticleQuery::default()), ("nguon", of_source), ("tinh", lam_dong)]
        .map(|(id, query)| FeedConfig { query, limit: 20, ..feed(id, &[]) })
        .to_vec()
}

async fn stocked(stock: Stock) -> (Store, tempfile::TempDir) {
    let lam_dong = Province { slug: slug("lam-dong"), name: "Lâm Đồng".to_owned() };
    let sources = ["a", "b"].map(|id| {
        let mut source = source(id);
        source.origin.province = Some(lam_dong.clone());
        source
    });
    let (store, folder) = store(&sources).await;
    let all: Vec<_> = sources.into_iter().map(Arc::new).collect();
    store.apply(&all, &feeds(), noon()).await.unwrap();
    let old = noon() - TimeDelta::days(300);
    for id in ["a", "b"] {
        let published = |n: u32| old + TimeDelta::minutes(n.into());
        let articles = (0..stock.articles).map(|n| arrived(article(id, n, published(n))));
        let result = VisitResult { articles: articles.collect(), ..visited(Vec::new(), old) };
        store.commit(&claim(&store, id, old).await, result).await.unwrap();
        for n in 0..stock.withdrawn {
            let id = format!("tag:bantin.example,2026:{id}:/tin/{n}");
            store.withdraw(&id, "gửi nhầm", old).await.unwrap();
        }
        gone(&store, id, stock.withdrawn..2 * stock.withdrawn, old).await;
    }
    for visit in 0..3 {
        let now = old + TimeDelta::days(2 + i64::from(visit));
        let claim = claim(&store, "a", now).await;
        let first = stock.articles - LISTED;
        let listed = (first..stock.articles)
            .map(|n| ListedArticle { key: key(n), rank: (n - first) as usize })
            .collect();
        let result = VisitResult { listed, ..visited(Vec::new(), now) };
        store.commit(&claim, result).await.unwrap();
    }
    let now = noon() - TimeDelta::hours(1);
    add_old_visits(&folder, stock.visits);
    let claim = claim(&store, "a", now).await;
    for n in 0..stock.pages {
        let item = ListingItem::of(page_at(n, now).url, key(n));
        store.keep_page(&claim, &page_at(n, now), Some(&item)).await.unwrap();
    }
    store.commit(&claim, visited(Vec::new(), now)).await.unwrap();
    let unclassified = store.unclassified("1", usize::MAX / 2, usize::MAX / 2).await.unwrap();
    let topics = unclassified.into_iter().map(|article| (article, vec![slug("y-te")])).collect();
    store.classify("1", topics).await.unwrap();
    let limits = AgeLimits { tombstones: Vec::new(), ages: Vec::new() };
    store.begin_day(now, limits).await.unwrap();
    let put = article("b", stock.articles + 1, now);
    let claim = store.claim(&slug("b"), now, "test", LEASE).await.unwrap().unwrap();
    store.commit(&claim, visited(vec![put], now)).await.unwrap();
    for feed in feeds() {
        let contents = store.feed_contents(&feed, |articles, _| articles.len()).await.unwrap();
        store.set_watermarks(contents.watermark.into_iter().collect()).await.unwrap();
    }
    (store, folder)
}

/// Adds earlier visits of the polled source.
fn add_old_visits(folder: &tempfile::TempDir, count: u32) {
    let db = rusqlite::Connection::open(folder.path().join("bantin.sqlite")).unwrap();
    let sql =
        "WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ?1)
         INSERT INTO visit (source, started, finished, outcome)
         SELECT 'a', n, n, '{\"outcome\":\"unchanged\"}' FROM number";
    db.execute(sql, [count]).unwrap();
}

/// Lets the agency remove articles: their pages are gone as often as they are asked for.
async fn gone(store: &Store, id: &str, which: std::ops::Range<u32>, now: DateTime<Utc>) {
    for days in 0..12 {
        let now = now + TimeDelta::days(days);
        let claim = claim(store, id, now).await;
        let checked = which
            .clone()
            .map(|n| PageCheck { key: key(n), status: PageStatus::Gone(410), revisit_at: None })
            .collect();
        let result = VisitResult { checked, ..visited(Vec::new(), now) };
        store.commit(&claim, result).await.unwrap();
    }
}

/// What each kind of work costs.
#[derive(Default)]
struct Meter(Vec<(&'static str, Steps)>);

impl Meter {
    async fn of<T>(
        &mut self,
        what: &'static str,
        work: impl Future<Output = Result<T, StoreError>>,
    ) -> T {
        take_steps();
        let result = work.await.unwrap();
        self.0.push((what, take_steps()));
        result
    }
}

async fn measure(stock: Stock) -> Vec<(&'static str, Steps)> {
    let (stocked, folder) = stocked(stock).await;
    drop(stocked);
    // New connections, because the statements of the old ones have run.
    let store = Store::open(folder.path()).await.unwrap();
    store.trace(trace).await;
    let mut meter = Meter::default();
    let (now, id) = (noon(), slug("a"));
    let claim = |claims: Vec<VisitClaim>| {
        claims.into_iter().find(|claim| claim.source == slug("a")).unwrap()
    };
    let first = claim(meter.of("claims", store.claim_due(now, "test", LEASE, 2)).await);
    meter.of("the next due source", store.next_due()).await;
    meter.of("the state", store.state(&id, now)).await;
    meter.of("the listing", store.listing(&id)).await;
    meter.of("what was listed last", store.last_listed(&id)).await;
    meter.of("doubted articles", store.doubted(&id, &[key(7)], now, 10)).await;
    meter.of("due articles", store.due(&id, now - TimeDelta::days(2), now, 10)).await;
    meter.of("pending items", store.pending(&id, now)).await;
    meter.of("a known version", store.known_version(&id, &key(3))).await;
    meter.of("the owner of a key", store.owners_of_keys(&id, vec![key(3)])).await;
    let items = (0..LISTED).map(|n| identity(&key(n), page_at(n, now).url.as_str())).collect();
    meter.of("known items", store.known_items(&id, items)).await;
    let asked = page_at(3, now).url;
    meter.of("the last page", store.last_page(&id, &asked)).await;
    meter.of("a page of this visit", store.kept_page(&first, &asked)).await;
    meter.of("keeping a page", store.keep_page(&first, &page_at(9, now), None)).await;
    meter.of("a poll without news", store.commit(&first, VisitResult::unchanged(now, now))).await;
    let before = store.changes().await.unwrap();
    let second = store.claim(&id, now, "test", LEASE).await.unwrap().unwrap();
    let put = article("a", stock.articles + 1, now);
    meter.of("a visit with a new article", store.commit(&second, visited(vec![put], now))).await;
    let unclassified =
        meter.of("an article without topics", store.unclassified("1", 1, 1000)).await;
    let found = unclassified.into_iter().map(|article| (article, vec![slug("y-te")])).collect();
    meter.of("topics", store.classify("1", found)).await;
    meter.of("changes", store.changes_since(Some(before))).await;
    meter.of("what was withdrawn", store.has_withdrawn_since(now)).await;
    for feed in feeds() {
        let published = PublishedFeed { changes: before, window: None, newest_archive: None };
        let contents =
            store.changed_feed_contents(&feed, Some(published), |articles, _| articles.len());
        let contents = meter.of("a feed", contents).await;
        meter
            .of("its watermark", store.set_watermarks(contents.watermark.into_iter().collect()))
            .await;
        meter.of("its newest articles", store.newest(&feed.query, 20)).await;
        meter.of("its withdrawn articles", store.has_withdrawn(&feed.query)).await;
    }
    meter.0
}

#[tokio::test]
async fn the_work_of_a_poll_does_not_grow_with_what_is_stored() {
    let (small, large) = (measure(SMALL).await, measure(LARGE).await);
    let mut grown = Vec::new();
    for ((what, before), (_, after)) in small.into_iter().zip(large) {
        for (sql, steps) in after {
            let usual = before.get(&sql).copied().unwrap_or(0);
            if steps > usual + usual / 4 + 50 {
                grown.push(format!("{what}: {usual} steps, {steps} in a full store: {sql}"));
            }
        }
    }
    assert!(grown.is_empty(), "{}", grown.join("\n"));
}
