//! Tests of the store's behavior through its public interface.

mod adopted;
mod carried;
mod conditions;

use crate::*;
use bantin_core::{
    Agency, ArchivePolicy, Article, ArticleField, ArticleKey, ArticleQuery, DatePrecision, Feed,
    FeedConfig, FeedFormat, ListingItem, NewArticle, PermitDecision, Provenance, Province,
    RetryAdvice, RobotsRecord, SlotRequest, Slug, Source, TokenHash, VisitCounts, VisitOutcome,
};
use bantin_page::{ContentCoding, MediaType, Page, Validators};
use bantin_testing::{article, slug, source, stored_article};
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

mod clock;
mod damaged;
mod edits;
mod growth;
mod kept;
mod schemas;
mod touched;
mod upgrade;
mod websub;

const LEASE: Duration = Duration::from_secs(1200);

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn noon() -> DateTime<Utc> {
    at("2026-11-20T05:00:00Z")
}

/// Creates a store in a temporary folder, with sources and the feed `tong-hop`.
async fn store(sources: &[Source]) -> (Store, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    store.authority("bantin.example,2026").await.unwrap();
    plan(&store, sources, noon()).await.unwrap();
    (store, folder)
}

async fn plan(
    store: &Store,
    sources: &[Source],
    now: DateTime<Utc>,
) -> Result<Vec<Feed>, StoreError> {
    let sources: Vec<_> = sources.iter().cloned().map(Arc::new).collect();
    store.apply(&sources, &[feed("tong-hop", &[])], now).await
}

fn feed(id: &str, aliases: &[&str]) -> FeedConfig {
    FeedConfig {
        aliases: aliases.iter().map(|id| slug(id)).collect(),
        title: "Tổng hợp".to_owned(),
        formats: vec![FeedFormat::Atom],
        ..bantin_testing::feed(id)
    }
}

#[tokio::test]
async fn a_name_that_no_feed_has_any_more_is_told_once_and_kept() {
    let (store, _folder) = store(&[]).await;
    let later = noon() + TimeDelta::days(1);
    let names = |feeds: &[FormerFeed]| {
        feeds.iter().map(|feed| (feed.name.to_string(), feed.removed_at)).collect::<Vec<_>>()
    };
    let private = FeedConfig { tokens: vec![TokenHash::of("x")], ..feed("kin", &[]) };
    let all = [feed("a", &["a-cu"]), feed("b", &[]), private];
    // `tong-hop` was applied without `update_feed_names`, so it is not recorded as a name.
    assert_eq!(store.update_feed_names(&all, noon()).await.unwrap(), vec![]);
    let left = store.update_feed_names(&[feed("a", &[])], later).await.unwrap();
    assert_eq!(names(&left), ["a-cu", "b", "kin"].map(|name| (name.to_owned(), later)));
    assert!(left.iter().all(|feed| feed.private == (feed.name.as_str() == "kin")));
    let again = store.update_feed_names(&[feed("a", &[])], later).await.unwrap();
    assert_eq!(again, vec![], "reported once, whatever the clock says");
    store.cleared(&slug("b")).await.unwrap();
    store.cleared(&slug("a")).await.unwrap();
    let former = store.former_feeds().await.unwrap();
    assert_eq!(names(&former), names(&left));
    assert_eq!(former.iter().filter(|feed| feed.cleared).count(), 1);
    // A name that comes back is current again.
    store.update_feed_names(&[feed("a", &[]), feed("b", &[])], later).await.unwrap();
    assert_eq!(store.former_feeds().await.unwrap().len(), 2);
    let left = store.update_feed_names(&[feed("a", &[])], later).await.unwrap();
    assert_eq!(names(&left), [("b".to_owned(), later)]);
    assert!(!left[0].cleared);
}

fn visited(articles: Vec<NewArticle>, finished: DateTime<Utc>) -> VisitResult {
    VisitResult {
        outcome: VisitOutcome::Visited(VisitCounts {
            items: articles.len(),
            ..VisitCounts::default()
        }),
        validators: Some(Validators { etag: Some("\"1\"".to_owned()), ..Validators::default() }),
        articles: articles.into_iter().map(arrived).collect(),
        ..VisitResult::unchanged(finished, finished + TimeDelta::minutes(30))
    }
}

fn arrived(article: NewArticle) -> FetchedArticle {
    FetchedArticle {
        fingerprint: article.title.clone(),
        teaser_title: Some(article.title.clone()),
        url: article.url.as_url().clone(),
        rank: Some(0),
        revisit_at: None,
        min_edit: 1,
        known: None,
        differs_from: None,
        canonical: None,
        body_hash: None,
        doubted_since: None,
        is_date_corrected: false,
        article,
    }
}

fn identity(key: &ArticleKey, url: &str) -> ItemIdentity {
    ItemIdentity { key: key.clone(), url: url.parse().unwrap(), title: None, date: None, day: None }
}

async fn claim(store: &Store, id: &str, now: DateTime<Utc>) -> VisitClaim {
    store.claim(&slug(id), now, "test", LEASE).await.unwrap().unwrap()
}

/// Commits a visit to `a` that found these articles.
async fn commit(
    store: &Store,
    articles: Vec<NewArticle>,
    now: DateTime<Utc>,
) -> Vec<ArticleChange> {
    let claim = claim(store, "a", now).await;
    store.commit(&claim, visited(articles, now)).await.unwrap().0
}

async fn all(store: &Store) -> Vec<Article> {
    store.select(&ArticleQuery::default(), 100).await.unwrap()
}

#[tokio::test]
async fn an_article_comes_back_as_it_was_put() {
    let (store, _folder) = store(&[source("a")]).await;
    let mut put = article("a", 1, at("2026-11-19T01:00:00Z"));
    put.author = Some("Lương Đình Bảo".to_owned());
    put.tags = vec!["dan-toc".to_owned()];
    let changes = commit(&store, vec![put.clone()], noon()).await;
    let mut kept = stored_article("tag:bantin.example,2026:a:/tin/1", put);
    kept.last_seen = noon();
    assert_eq!(changes, [ArticleChange::New(kept.id.clone())]);
    assert_eq!(all(&store).await, [kept]);
}

#[tokio::test]
async fn an_edit_keeps_id_and_date_and_moves_updated() {
    let (store, _folder) = store(&[source("a")]).await;
    let first = article("a", 1, at("2026-11-19T01:00:00Z"));
    commit(&store, vec![first.clone()], noon()).await;
    let changes = store.changes().await.unwrap();

    let later = noon() + TimeDelta::hours(1);
    assert_eq!(commit(&store, vec![first.clone()], later).await, [ArticleChange::Same]);
    assert_eq!(store.changes().await.unwrap(), changes, "nothing to publish");

    let mut edited = first.clone();
    edited.title = "Tin số một, đã sửa".to_owned();
    edited.hash = "khac".to_owned();
    edited.published = later;
    edited.url = "https://a.example/tin-moi/1".parse().unwrap();
    assert!(matches!(&commit(&store, vec![edited], later).await[..], [ArticleChange::Revised(_)]));
    let kept = all(&store).await.remove(0);
    assert_eq!((kept.title.as_str(), kept.revision), ("Tin số một, đã sửa", 2));
    assert_eq!((kept.published, kept.updated), (first.published, later));
    assert_eq!(kept.id, "tag:bantin.example,2026:a:/tin/1");
    assert!(store.changes().await.unwrap() > changes);

    // With another key at a known address it is still the same article.
    let mut moved = article("a", 1, later);
    moved.key = ArticleKey::kept("/khac/1".to_owned());
    moved.hash = "khac".to_owned();
    moved.url = "https://a.example/tin-moi/1".parse().unwrap();
    let still_later = later + TimeDelta::hours(1);
    assert!(!matches!(
        &commit(&store, vec![moved], still_later).await[..],
        [ArticleChange::New(_)]
    ));
    assert_eq!(all(&store).await.len(), 1);
}

#[tokio::test]
async fn no_two_articles_are_changed_at_one_instant() {
    let (store, _folder) = store(&[source("a")]).await;
    let day = at("2026-11-17T17:00:00Z");
    // More articles than milliseconds in the first second, and edits at the same time.
    let many = |title: &str| {
        let one = |number| {
            let mut article = article("a", number, day);
            article.title = format!("{title} {number}");
            article.hash.clone_from(&article.title);
            article
        };
        (1..=1_200).map(one).collect::<Vec<_>>()
    };
    commit(&store, many("Tin"), noon()).await;
    let updated = async || {
        let all = store.select(&ArticleQuery::default(), 2_000).await.unwrap();
        assert!(all.iter().all(|article| article.published == day));
        all.iter().map(|article| article.updated).collect::<std::collections::BTreeSet<_>>()
    };
    let first = updated().await;
    assert_eq!((first.len(), first.first()), (1_200, Some(&day)));
    assert!(*first.last().unwrap() < day + TimeDelta::seconds(2), "{first:?}");
    assert_eq!(commit(&store, many("Tin sửa"), noon() + TimeDelta::hours(1)).await.len(), 1_200);
    let second = updated().await;
    assert_eq!((second.len(), second.first()), (1_200, Some(&(noon() + TimeDelta::hours(1)))));
}

#[tokio::test]
async fn a_small_correction_is_taken_over_and_not_told() {
    let (store, _folder) = store(&[source("a")]).await;
    let first = article("a", 1, at("2026-11-19T01:00:00Z"));
    commit(&store, vec![first.clone()], noon()).await;
    let edit = async |title: &str, hour| {
        let now = noon() + TimeDelta::hours(hour);
        let claim = claim(&store, "a", now).await;
        let article =
            NewArticle { title: title.to_owned(), hash: title.to_owned(), ..first.clone() };
        let mut visit = visited(vec![article], now);
        visit.articles[0].min_edit = 3;
        store.commit(&claim, visit).await.unwrap().0.remove(0)
    };
    let title = format!("{}ng", first.title);
    assert!(matches!(edit(&title, 1).await, ArticleChange::Refreshed(_)));
    let kept = all(&store).await.remove(0);
    assert_eq!((kept.title.as_str(), kept.revision), (title.as_str(), 1));
    assert_eq!(kept.updated, first.updated);
    assert!(matches!(edit(&format!("{title} mới"), 2).await, ArticleChange::Revised(_)));
    assert!(matches!(edit(&format!("{title} mới 2"), 3).await, ArticleChange::Revised(_)));
}

#[tokio::test]
async fn a_first_visit_floods_nobody_and_later_news_always_arrive() {
    let (store, _folder) = store(&[source("a"), source("b")]).await;
    let old =
        (1..=9).map(|n| article("a", n, at("2026-11-01T00:00:00Z") + TimeDelta::days(n.into())));
    commit(&store, old.collect(), noon()).await;
    let claim_b = claim(&store, "b", noon()).await;
    let b = visited(vec![article("b", 1, at("2026-11-05T12:00:00Z"))], noon());
    store.commit(&claim_b, b).await.unwrap();
    let ids = |articles: Vec<Article>| {
        articles.into_iter().map(|a| a.key.to_string()).collect::<Vec<_>>()
    };
    let newest = store.select(&ArticleQuery::default(), 6).await.unwrap();
    assert_eq!(newest[5].source, slug("b"), "the other source's article keeps its place by date");

    // A late article with an old date still reaches every subscriber.
    let later = noon() + TimeDelta::hours(1);
    commit(&store, vec![article("a", 77, at("2026-10-01T00:00:00Z"))], later).await;
    let newest = store.select(&ArticleQuery::default(), 1).await.unwrap();
    assert_eq!(ids(newest), ["/tin/77"]);
}

#[tokio::test]
async fn a_withdrawn_article_never_comes_back() {
    let (store, _folder) = store(&[source("a")]).await;
    commit(&store, vec![article("a", 1, noon()), article("a", 2, noon())], noon()).await;
    let id = "tag:bantin.example,2026:a:/tin/1";
    assert_eq!(store.withdraw(id, "Công văn số 1", noon()).await.unwrap(), "Tin số 1");
    assert!(matches!(
        store.withdraw("tag:x", "x", noon()).await,
        Err(StoreError::NoSuchArticle(_))
    ));
    let mut edited = article("a", 1, noon());
    edited.hash = "khac".to_owned();
    assert_eq!(commit(&store, vec![edited], noon()).await, [ArticleChange::Same]);
    assert_eq!(all(&store).await.len(), 1);
    let kept = store.export_batch(None, 10).await.unwrap().articles;
    assert_eq!(kept.iter().filter(|kept| kept.withdrawn.is_none()).count(), 1);
}

#[tokio::test]
async fn an_interrupted_visit_is_resumed_with_its_pages() {
    let (store, folder) = store(&[source("a")]).await;
    let first = claim(&store, "a", noon()).await;
    let url: Url = "https://a.example/tin/1".parse().unwrap();
    let page = Page {
        requested: url.clone(),
        url: url.clone(),
        media: MediaType::read("text/html; charset=utf-8"),
        charset: None,
        wire: Bytes::from_static(b"<p>"),
        coding: ContentCoding::Identity,
        bytes: Bytes::from_static(b"<p>"),
        fetched: noon(),
        validators: Validators::default(),
        cache_hints: bantin_page::CacheHints::default(),
    };
    store.keep_page(&first, &page, None).await.unwrap();
    drop(store);

    let store = Store::open(folder.path()).await.unwrap();
    assert_eq!(
        store.claim(&slug("a"), noon(), "other", LEASE).await.unwrap(),
        None,
        "the lease has not expired"
    );
    store.end_leases(noon()).await.unwrap();
    let later = noon() + TimeDelta::minutes(30);
    let second = store.claim(&slug("a"), later, "other", LEASE).await.unwrap().unwrap();
    assert_eq!((second.visit, second.started), (first.visit, first.started));
    assert_eq!((first.cut_short, second.cut_short), (0, 1));
    let kept = store.kept_page(&second, &url).await.unwrap().unwrap();
    assert_eq!((kept.wire, kept.coding, kept.media), (page.wire, page.coding, page.media));

    assert!(matches!(
        store.commit(&first, visited(vec![], later)).await,
        Err(StoreError::LeaseLost)
    ));
    store.commit(&second, visited(vec![article("a", 1, noon())], later)).await.unwrap();
    let third = claim(&store, "a", later).await;
    assert_ne!(third.visit, first.visit, "a visit that ended is not resumed");
    assert_eq!(third.cut_short, 0);
    // A released visit does not count as interrupted.
    store.release(&third).await.unwrap();
    let fourth = claim(&store, "a", later).await;
    assert_eq!((fourth.visit, fourth.cut_short), (third.visit, 0));
    assert_eq!(store.kept_page(&third, &url).await.unwrap(), None);
}

#[tokio::test]
async fn a_lease_that_runs_out_frees_the_source() {
    let (store, _folder) = store(&[source("a"), source("b")]).await;
    let due = store.claim_due(noon(), "one", LEASE, 10).await.unwrap();
    assert_eq!(due.len(), 2);
    assert_eq!(store.claim_due(noon(), "two", LEASE, 10).await.unwrap(), []);
    let later = noon() + TimeDelta::from_std(LEASE).unwrap();
    let taken_over = store.claim_due(later, "two", LEASE, 10).await.unwrap();
    assert_eq!(taken_over.iter().map(|claim| claim.cut_short).collect::<Vec<_>>(), [1, 1]);
    let lost = store.commit(&due[0], visited(vec![], later)).await;
    assert!(matches!(lost, Err(StoreError::LeaseLost)));
}

#[tokio::test]
async fn a_failure_leaves_everything_but_the_count() {
    let (store, _folder) = store(&[source("a")]).await;
    commit(&store, vec![article("a", 1, noon())], noon()).await;
    let before = store.state(&slug("a"), noon()).await.unwrap();
    assert_eq!((before.failures, before.items.as_slice()), (0, &[1][..]));
    let failure = bantin_core::VisitFailure {
        stage: bantin_core::VisitStage::Fetch,
        message: "không có câu trả lời".to_owned(),
        advice: bantin_core::RetryAdvice::RetryLater,
    };
    let claim = claim(&store, "a", noon()).await;
    let mut visit = visited(vec![], noon());
    visit.outcome = VisitOutcome::Failed(failure);
    visit.validators = None;
    store.commit(&claim, visit).await.unwrap();
    let after = store.state(&slug("a"), noon()).await.unwrap();
    assert_eq!(
        (after.failures, after.validators, after.items),
        (1, before.validators, before.items)
    );
    assert_eq!(all(&store).await.len(), 1);
    let report = store.report(noon()).await.unwrap().remove(0);
    assert_eq!((report.failures, report.articles), (1, 1));
}

#[tokio::test]
async fn a_source_and_a_feed_keep_their_ids_over_a_rename() {
    let (store, _folder) = store(&[source("a")]).await;
    commit(&store, vec![article("a", 1, noon())], noon()).await;
    let mut renamed = source("b");
    renamed.aliases = vec![slug("a")];
    let sources = [Arc::new(renamed)];
    let feeds = store.apply(&sources, &[feed("moi", &["tong-hop"])], noon()).await.unwrap();
    assert_eq!(feeds[0].tag, "tag:bantin.example,2026:feed/tong-hop");
    let kept = all(&store).await.remove(0);
    assert_eq!(
        (kept.id.as_str(), kept.content.source),
        ("tag:bantin.example,2026:a:/tin/1", slug("b"))
    );

    // A new source may take the old name; its ids differ from those of the renamed source.
    let sources = [sources[0].clone(), Arc::new(source("a"))];
    store.apply(&sources, &[], noon()).await.unwrap();
    commit(&store, vec![article("a", 2, noon())], noon()).await;
    assert!(all(&store).await.iter().any(|a| a.id == "tag:bantin.example,2026:a-2:/tin/2"));

    // At once, too.
    let mut renamed = source("c");
    renamed.aliases = vec![slug("b")];
    let sources = [Arc::new(renamed), Arc::new(source("b"))];
    store.apply(&sources, &[], noon()).await.unwrap();
    let origins = store.origins().await.unwrap();
    for source in &sources {
        assert_eq!(origins[source.id()].info, source.origin);
    }

    let mut taken = source("c");
    taken.aliases = vec![slug("a")];
    let refused = store.apply(&[Arc::new(taken)], &[], noon()).await;
    assert!(matches!(refused, Err(StoreError::NameTaken { .. })));
}

#[tokio::test]
async fn the_authority_is_written_once() {
    let (store, _folder) = store(&[]).await;
    assert_eq!(store.authority("khac.example,2027").await.unwrap(), "bantin.example,2026");
}

#[tokio::test]
async fn a_restart_keeps_the_planned_visit_and_a_new_timetable_counts_from_now() {
    let (store, _folder) = store(&[source("a")]).await;
    assert_eq!(store.next_due().await.unwrap(), Some(noon()), "a new source is due at once");
    commit(&store, vec![], noon()).await;
    let planned = noon() + TimeDelta::minutes(30);
    plan(&store, &[source("a")], noon() + TimeDelta::minutes(5)).await.unwrap();
    assert_eq!(store.next_due().await.unwrap(), Some(planned));
    let mut often = source("a");
    often.timetable = bantin_core::CronSchedule::parse("*/10 * * * *", often.zone).unwrap();
    plan(&store, &[often], noon() + TimeDelta::minutes(5)).await.unwrap();
    assert_eq!(store.next_due().await.unwrap(), Some(noon() + TimeDelta::minutes(10)));
    plan(&store, &[], noon()).await.unwrap();
    assert_eq!(
        store.next_due().await.unwrap(),
        None,
        "a source that left feeds.toml is not visited"
    );
}

#[tokio::test]
async fn a_query_selects_by_source_province_and_agency() {
    let mut lam_dong = source("a");
    lam_dong.origin.province =
        Some(Province { slug: slug("lam-dong"), name: "Lâm Đồng".into() });
    lam_dong.origin.agency =
        Some(Agency { slug: slug("ban-dan-toc"), name: "Ban Dân tộc".into() });
    let (store, _folder) = store(&[lam_dong, source("b")]).await;
    commit(&store, vec![article("a", 1, noon())], noon()).await;
    let claim = claim(&store, "b", noon()).await;
    store.commit(&claim, visited(vec![article("b", 1, noon())], noon())).await.unwrap();
    let count = async |query: ArticleQuery| store.select(&query, 10).await.unwrap().len();
    let [lam_dong, hue, agency] = ["lam-dong", "hue", "ban-dan-toc"].map(|text| vec![slug(text)]);
    assert_eq!(count(ArticleQuery::default()).await, 2);
    assert_eq!(
        count(ArticleQuery { provinces: lam_dong.clone(), ..ArticleQuery::default() }).await,
        1
    );
    assert_eq!(count(ArticleQuery { provinces: hue, ..ArticleQuery::default() }).await, 0);
    assert_eq!(
        count(ArticleQuery { provinces: lam_dong, agencies: agency, ..ArticleQuery::default() })
            .await,
        1
    );
    assert_eq!(
        count(ArticleQuery { sources: vec![slug("b"), slug("a")], ..ArticleQuery::default() })
            .await,
        2
    );
}

#[tokio::test]
async fn what_is_known_of_an_item_is_told_by_key_and_by_address() {
    let (store, _folder) = store(&[source("a")]).await;
    let claim = claim(&store, "a", noon()).await;
    let mut visit = visited(vec![article("a", 1, noon())], noon());
    let refused = ArticleKey::kept("/rong".to_owned());
    visit.rejected.push(RejectedPage {
        key: refused.clone(),
        fingerprint: "t".into(),
        reason: "trống".into(),
        evidence: None,
        until: None,
    });
    store.commit(&claim, visit).await.unwrap();
    let found = KnownArticle {
        key: ArticleKey::kept("/tin/1".to_owned()),
        fingerprint: "Tin số 1".to_owned(),
        title: "Tin số 1".to_owned(),
        not_before: None,
        first_seen: noon(),
        is_gone: false,
    };
    let as_article = KnownItem { article: Some(found), refused: None, new_key: None };
    let again = noon() + TimeDelta::minutes(15);
    let fingerprint = "t".to_owned();
    let refusal =
        PageRefusal { fingerprint, until: again, evidence: None, since: None, is_shared: false };
    let as_refused = KnownItem { article: None, refused: Some(refusal), new_key: None };
    let ask = async |key: &ArticleKey, address: &str| {
        let items = vec![identity(key, address)];
        store.known_items(&slug("a"), items).await.unwrap().remove(key)
    };
    let [same, moved, new] =
        ["/tin/1", "/khac", "/moi"].map(|key| ArticleKey::kept(key.to_owned()));
    assert_eq!(ask(&same, "https://khac.example/").await, Some(as_article.clone()));
    assert_eq!(ask(&moved, "https://a.example/tin/1").await, Some(as_article));
    assert_eq!(ask(&refused, "https://a.example/rong").await, Some(as_refused));
    assert_eq!(ask(&new, "https://a.example/moi").await, None);
    // If the article itself is on the listing too, an item that shares its address is another
    // article.
    let both = [&same, &moved].map(|key| identity(key, "https://a.example/tin/1"));
    let known = store.known_items(&slug("a"), both.to_vec()).await.unwrap();
    assert_eq!(known.keys().collect::<Vec<_>>(), [&same]);
}

#[tokio::test]
async fn articles_that_share_an_address_or_a_tag_stay_apart() {
    let (store, _folder) = store(&[source("a")]).await;
    let mut articles = Vec::new();
    for (n, key) in (1..).zip(["guid:1", "guid:2", "/a[1]", "/a%5B1%5D"]) {
        let mut one = article("a", n, noon());
        one.key = ArticleKey::kept(key.to_owned());
        one.url = "https://a.example/".parse().unwrap();
        articles.push(one);
    }
    let changes = commit(&store, articles.clone(), noon()).await;
    assert!(changes.iter().all(|change| matches!(change, ArticleChange::New(_))), "{changes:?}");
    let later = noon() + TimeDelta::hours(1);
    assert_eq!(commit(&store, articles, later).await, vec![ArticleChange::Same; 4]);
    assert_eq!(all(&store).await.len(), 4);
}

#[tokio::test]
async fn a_visit_that_was_interrupted_long_ago_is_begun_anew() {
    let (store, _folder) = store(&[source("a")]).await;
    let old = claim(&store, "a", noon()).await;
    store.release(&old).await.unwrap();
    let days_later = noon() + TimeDelta::days(9);
    let new = claim(&store, "a", days_later).await;
    assert_eq!(new.started, days_later);
    assert_ne!(new.visit, old.visit);
}

#[tokio::test]
async fn a_corrected_selector_looks_at_everything_again() {
    let (store, _folder) = store(&[source("a")]).await;
    let claim = claim(&store, "a", noon()).await;
    let mut visit = visited(vec![], noon());
    let key = ArticleKey::kept("/rong".to_owned());
    visit.rejected.push(RejectedPage {
        key: key.clone(),
        fingerprint: "t".into(),
        reason: "trống".into(),
        evidence: None,
        until: None,
    });
    // That of a known article is fetched again by itself.
    visit.rejected.push(RejectedPage {
        key: ArticleKey::kept("/cho".to_owned()),
        fingerprint: "t".into(),
        reason: "khác".into(),
        evidence: Some("e".into()),
        until: Some(noon() + TimeDelta::minutes(5)),
    });
    let url = "https://a.example/rong".parse().unwrap();
    visit.pending.push(ListingItem::of(url, key.clone()));
    store.commit(&claim, visit).await.unwrap();
    let held = store.state(&slug("a"), noon() + TimeDelta::minutes(10)).await.unwrap();
    assert!(held.validators.is_some());
    let state = async || store.state(&slug("a"), noon()).await.unwrap();
    assert!(state().await.validators.is_some());
    let due = store.state(&slug("a"), noon() + TimeDelta::minutes(15)).await.unwrap();
    assert_eq!(due.validators, None, "a rejected page is due although its listing is unchanged");

    let mut corrected = source("a");
    corrected.article.body = Some(".noi-dung".parse().unwrap());
    plan(&store, &[corrected], noon()).await.unwrap();
    assert_eq!(state().await.validators, None);
    let items = vec![identity(&key, "https://a.example/rong")];
    assert!(store.known_items(&slug("a"), items).await.unwrap().is_empty());
}

fn wanted(host: &str, holder: &str) -> SlotRequest {
    SlotRequest {
        host: host.to_owned(),
        keys: BTreeSet::from(["192.0.2.1", host]).into_iter().map(str::to_owned).collect(),
        holder: holder.to_owned(),
        hold: Duration::from_secs(60),
        max_per_day: Some(2),
    }
}

#[tokio::test]
async fn one_at_a_time_at_a_host_and_at_an_address() {
    let (store, folder) = store(&[]).await;
    let other = Store::open(folder.path()).await.unwrap();
    let (a, b) = (wanted("a.example", "1"), wanted("b.example", "2"));
    assert_eq!(store.request_permit(&a, noon()).await.unwrap(), PermitDecision::Granted);
    let until = PermitDecision::DeniedUntil(noon() + TimeDelta::seconds(60));
    assert_eq!(other.request_permit(&b, noon()).await.unwrap(), until, "one address, two names");
    let free_from = noon() + TimeDelta::seconds(3);
    store.release_permit(&a.keys, "1", free_from).await.unwrap();
    assert_eq!(
        other.request_permit(&b, noon()).await.unwrap(),
        PermitDecision::DeniedUntil(free_from)
    );
    assert_eq!(other.request_permit(&b, free_from).await.unwrap(), PermitDecision::Granted);
    // A holder that releases late frees only its own slots.
    store.release_permit(&a.keys, "1", free_from).await.unwrap();
    let until = PermitDecision::DeniedUntil(free_from + TimeDelta::seconds(60));
    assert_eq!(store.request_permit(&a, free_from).await.unwrap(), until);
}

#[tokio::test]
async fn a_host_has_a_budget_for_each_day() {
    let (store, _folder) = store(&[]).await;
    let a = wanted("a.example", "1");
    let ask = async |now| {
        let turn = store.request_permit(&a, now).await.unwrap();
        store.release_permit(&a.keys, "1", now).await.unwrap();
        turn
    };
    let message = SlotRequest { max_per_day: None, ..wanted("a.example", "4") };
    for _ in 0..2 {
        assert_eq!(ask(noon()).await, PermitDecision::Granted);
        let turn = store.request_permit(&message, noon()).await.unwrap();
        assert_eq!(turn, PermitDecision::Granted, "an uncounted request does not use the budget");
        store.release_permit(&message.keys, "4", noon()).await.unwrap();
    }
    let midnight = at("2026-11-21T00:00:00Z");
    assert_eq!(ask(noon()).await, PermitDecision::BudgetExhausted(midnight));
    assert_eq!(ask(noon()).await, PermitDecision::BudgetExhausted(midnight));
    let neighbour = store.request_permit(&wanted("b.example", "2"), noon()).await.unwrap();
    assert_eq!(neighbour, PermitDecision::Granted, "an address has no budget");
    store.release_permit(&a.keys, "2", noon()).await.unwrap();
    assert_eq!(
        ask(noon()).await,
        PermitDecision::BudgetExhausted(midnight),
        "a release by a neighbour restores no budget"
    );
    assert_eq!(ask(midnight).await, PermitDecision::Granted);

    // A host that is named by its address, and another host at that address.
    let c = SlotRequest { host: "192.0.2.1".to_owned(), ..wanted("192.0.2.1", "3") };
    for wanted in [&c, &wanted("d.example", "3"), &c, &wanted("d.example", "3")] {
        assert_eq!(store.request_permit(wanted, midnight).await.unwrap(), PermitDecision::Granted);
        store.release_permit(&wanted.keys, "3", midnight).await.unwrap();
    }
    assert!(matches!(
        store.request_permit(&c, midnight).await.unwrap(),
        PermitDecision::BudgetExhausted(_)
    ));
}

#[tokio::test]
async fn an_item_is_waited_for_until_it_has_its_article_or_a_week_is_over() {
    let source = source("ban-dan-toc");
    let (store, _folder) = store(std::slice::from_ref(&source)).await;
    let made = article("ban-dan-toc", 1, noon());
    let item = |n: u32| {
        let made = article("ban-dan-toc", n, noon());
        ListingItem::of(made.url.as_url().clone(), made.key)
    };
    let waits = async |now| store.pending(&slug("ban-dan-toc"), now).await.unwrap();
    let taken = claim(&store, "ban-dan-toc", noon()).await;
    let mut visit = visited(Vec::new(), noon());
    visit.pending = vec![item(1), item(2), item(3)];
    store.commit(&taken, visit).await.unwrap();
    assert_eq!(waits(noon()).await.len(), 3);
    let later = noon() + TimeDelta::hours(1);
    let taken = claim(&store, "ban-dan-toc", later).await;
    let mut visit = visited(vec![made], later);
    visit.given_up = vec![item(2).key];
    visit.pending = vec![item(3)];
    store.commit(&taken, visit).await.unwrap();
    assert_eq!(waits(later).await, [item(3)]);
    assert_eq!(waits(noon() + TimeDelta::days(8)).await, []);
}

#[tokio::test]
async fn a_robots_txt_is_kept_for_all_who_ask() {
    let (store, folder) = store(&[]).await;
    assert_eq!(store.robots("https://a.example").await.unwrap(), None);
    let kept = RobotsRecord {
        response: Some((Bytes::from_static(b"User-agent: *"), noon())),
        tried: noon() + TimeDelta::days(1),
        last_error: Some("answers with status 503".to_owned()),
    };
    store.keep_robots("https://a.example", kept.clone()).await.unwrap();
    let other = Store::open(folder.path()).await.unwrap();
    assert_eq!(other.robots("https://a.example").await.unwrap(), Some(kept));
    let never =
        RobotsRecord { response: None, tried: noon() + TimeDelta::days(90), last_error: None };
    store.keep_robots("https://b.example", never.clone()).await.unwrap();
    assert_eq!(store.robots("https://b.example").await.unwrap(), Some(never));
    assert_eq!(
        store.robots("https://a.example").await.unwrap(),
        None,
        "not requested for a long time"
    );
}

#[tokio::test]
async fn a_store_of_the_first_shape_keeps_what_it_has() {
    let folder = tempfile::tempdir().unwrap();
    let db = rusqlite::Connection::open(folder.path().join("bantin.sqlite")).unwrap();
    db.execute_batch(include_str!("migrations/1.sql")).unwrap();
    db.pragma_update(None, "user_version", 1).unwrap();
    db.execute_batch("INSERT INTO turn VALUES ('a.example', 7, NULL)").unwrap();
    drop(db);
    let store = Store::open(folder.path()).await.unwrap();
    let turn = store.request_permit(&wanted("a.example", "1"), at("1970-01-01T00:00:00Z")).await;
    assert_eq!(turn.unwrap(), PermitDecision::DeniedUntil(at("1970-01-01T00:00:00.007Z")));
}

/// Stores these topics for all articles that are unclassified by a version of the rules.
async fn classify(store: &Store, version: &str, topics: &[&str]) -> usize {
    let waiting = store.unclassified(version, 100, 10).await.unwrap();
    let count = waiting.len();
    let topics: Vec<Slug> = topics.iter().map(|topic| slug(topic)).collect();
    let found = waiting.into_iter().map(|article| (article, topics.clone())).collect();
    store.classify(version, found).await.unwrap();
    count
}

#[tokio::test]
async fn topics_are_found_again_when_text_or_rules_change_and_move_nothing_else() {
    let (store, _folder) = store(&[source("a")]).await;
    commit(&store, vec![article("a", 1, noon()), article("a", 2, noon())], noon()).await;
    let before = all(&store).await;
    assert_eq!(before[0].topics, []);
    let changes = store.changes().await.unwrap();
    assert_eq!(classify(&store, "1-a", &["y-te", "giao-duc"]).await, 2);
    assert_eq!(store.changes().await.unwrap(), ChangeCount(changes.0 + 1), "readers see them");
    let topics = vec![slug("y-te"), slug("giao-duc")];
    let expected = before.into_iter().map(|a| Article { topics: topics.clone(), ..a });
    assert_eq!(all(&store).await, expected.collect::<Vec<_>>(), "nothing else changed");
    assert_eq!(classify(&store, "1-a", &[]).await, 0, "everything is classified");

    assert_eq!(classify(&store, "1-b", &["y-te", "giao-duc"]).await, 2, "the rules changed");
    assert_eq!(store.changes().await.unwrap(), ChangeCount(changes.0 + 1), "no topic changed");

    let mut edited = article("a", 2, noon());
    edited.text = "Nội dung mới, dài hơn".to_owned();
    edited.hash = "mới".to_owned();
    let later = noon() + TimeDelta::hours(1);
    commit(&store, vec![edited], later).await;
    let shown = all(&store).await;
    let edited = shown.iter().find(|article| article.revision == 2).unwrap();
    assert_eq!(edited.topics, topics, "the old topics are shown until it is classified again");
    let waiting = store.unclassified("1-b", 100, 10).await.unwrap();
    assert_eq!(waiting[0].text, "Nội dung m", "the text is cut");
    assert_eq!(classify(&store, "1-b", &["y-te"]).await, 1);
    let count = async |topics: &[&str]| {
        let topics = topics.iter().map(|topic| slug(topic)).collect();
        store.select(&ArticleQuery { topics, ..ArticleQuery::default() }, 10).await.unwrap().len()
    };
    assert_eq!(count(&["y-te"]).await, 2);
    assert_eq!(count(&["giao-duc"]).await, 1);
    assert_eq!(count(&["giao-duc", "y-te"]).await, 2, "each article once");
    assert_eq!(count(&["phap-luat"]).await, 0);
    assert_eq!(
        store.export_batch(None, 10).await.unwrap().articles[1].article.topics,
        [slug("y-te")]
    );
}

#[tokio::test]
async fn an_article_that_is_revised_while_its_topics_are_found_waits_on() {
    let (store, _folder) = store(&[source("a")]).await;
    commit(&store, vec![article("a", 1, noon())], noon()).await;
    let waiting = store.unclassified("1-a", 1, 100).await.unwrap();
    let mut edited = article("a", 1, noon());
    edited.summary = Some("Tóm tắt mới".to_owned());
    commit(&store, vec![edited], noon() + TimeDelta::hours(1)).await;
    let found = waiting.into_iter().map(|article| (article, vec![slug("y-te")])).collect();
    store.classify("1-a", found).await.unwrap();
    assert_eq!(all(&store).await[0].topics, []);
    assert_eq!(classify(&store, "1-a", &["y-te"]).await, 1);
    assert_eq!(all(&store).await[0].topics, [slug("y-te")]);
}

#[tokio::test]
async fn a_store_of_a_newer_version_is_left_alone() {
    let (store, folder) = store(&[]).await;
    drop(store);
    let file = folder.path().join("bantin.sqlite");
    let db = rusqlite::Connection::open(&file).unwrap();
    db.pragma_update(None, "user_version", 99).unwrap();
    drop(db);
    let refused = Store::open(folder.path()).await.unwrap_err();
    assert!(matches!(refused, StoreError::Newer { found: 99, .. }), "{refused}");
    std::fs::write(folder.path().join("bantin.sqlite"), "không phải SQLite, và đủ dài".repeat(99))
        .unwrap();
    let refused = Store::open(folder.path()).await.unwrap_err().to_string();
    assert!(refused.contains("bantin.sqlite") && refused.contains("backup"), "{refused}");
}

#[tokio::test]
async fn a_store_of_the_first_shape_opens_and_keeps_its_articles() {
    let folder = tempfile::tempdir().unwrap();
    let db = rusqlite::Connection::open(folder.path().join("bantin.sqlite")).unwrap();
    db.execute_batch(include_str!("migrations/1.sql")).unwrap();
    db.execute_batch(
        r#"INSERT INTO meta (name, value) VALUES ('id_authority', 'bantin.example,2026');
        INSERT INTO source (id, scope, title, home, language, active, timetable, next_visit, settled, etag)
        VALUES ('a', 'a', 'Cơ quan a', 'https://a.example/', 'vi', 1, '*/30 * * * *', 0, 1, '"1"');
        INSERT INTO article (id, source, key, url, title, html, text, published, "precision", zone, updated, language, images,
            attachments, topics, provenance, hash, teaser, arrival, first_seen, last_seen, revision)
        VALUES ('tag:bantin.example,2026:a:/tin/1', 'a', '/tin/1', 'https://a.example/tin/1', 'Tin số 1', '<p>Nội dung 1</p>',
            'Nội dung 1', 0, '"day"', 'Asia/Ho_Chi_Minh', 0, 'vi', '[]', '[]', '["Kinh tế"]', '{}', '1', 't', 0, 0, 0, 1);
        PRAGMA user_version = 1;"#,
    )
    .unwrap();
    drop(db);
    let store = Store::open(folder.path()).await.unwrap();
    let kept = all(&store).await.remove(0);
    assert_eq!(
        (kept.title.as_str(), kept.tags.as_slice()),
        ("Tin số 1", ["Kinh tế".to_owned()].as_slice())
    );
    assert_eq!(store.unclassified("1-a", 9, 9).await.unwrap().len(), 1, "it is not classified yet");
    plan(&store, &[source("a")], noon()).await.unwrap();
    let mut same = article("a", 1, noon());
    same.tags = vec!["Kinh tế".to_owned()];
    assert_eq!(commit(&store, vec![same], noon()).await, [ArticleChange::Same]);
    assert!(matches!(
        &commit(&store, vec![article("a", 2, noon())], noon()).await[..],
        [ArticleChange::New(_)]
    ));
    assert_eq!(all(&store).await.len(), 2);
}

#[tokio::test]
async fn a_host_is_believed_for_a_week_that_nothing_changed() {
    let (store, _folder) = store(&[source("a")]).await;
    commit(&store, vec![article("a", 1, noon())], noon()).await;
    let shown = async |now| store.state(&slug("a"), now).await.unwrap().validators.is_some();
    let week = noon() + TimeDelta::days(7);
    assert!(shown(week - TimeDelta::seconds(1)).await);
    assert!(!shown(week).await);
    // A 304 in the meantime does not count as reading the listing.
    let same = claim(&store, "a", noon() + TimeDelta::days(6)).await;
    let mut unchanged = visited(vec![], noon() + TimeDelta::days(6));
    unchanged.outcome = VisitOutcome::Unchanged;
    store.commit(&same, unchanged).await.unwrap();
    assert!(!shown(week).await);
    commit(&store, vec![], week).await;
    assert!(shown(week + TimeDelta::days(6)).await);
}

#[tokio::test]
async fn a_host_is_doubted_once_it_is_silent_for_longer_than_usual() {
    let day = TimeDelta::days(1);
    for (pause, believed) in
        [(TimeDelta::hours(1), TimeDelta::hours(12)), (day, day * 4), (day * 5, day * 7)]
    {
        let (store, _folder) = store(&[source("a")]).await;
        let at = |number: i32| noon() + pause * number;
        for number in 1..=5_i32 {
            let made = article("a", number.unsigned_abs(), at(number));
            commit(&store, vec![made], at(number)).await;
        }
        let shown = async |now| store.state(&slug("a"), now).await.unwrap().validators.is_some();
        assert!(shown(at(5) + believed - TimeDelta::seconds(1)).await, "{pause}");
        assert!(!shown(at(5) + believed).await, "{pause}");
    }
}

#[tokio::test]
async fn an_article_is_found_by_its_id_its_beginning_and_its_addresses() {
    let (store, _folder) = store(&[source("a")]).await;
    let [one, two] = [1, 2].map(|number| article("a", number, noon()));
    commit(&store, vec![one.clone(), two], noon()).await;
    let found = async |name: &str| match store.find(name).await.unwrap() {
        ArticleLookup::Found(stored) => stored.article.id,
        other => format!("{other:?}"),
    };
    let id = "tag:bantin.example,2026:a:/tin/1";
    assert_eq!(found(id).await, id);
    assert_eq!(found(one.url.as_str()).await, id);
    let several = ["1", "2"].map(|n| format!("tag:bantin.example,2026:a:/tin/{n}"));
    let expected = ArticleLookup::Several { ids: several.to_vec(), more: false };
    assert_eq!(store.find("tag:bantin.example,2026:a:/tin").await.unwrap(), expected);
    for unknown in ["tag:bantin.example,2026:b", "https://a.example/tin/9", "", "%", "tag:%"] {
        assert_eq!(store.find(unknown).await.unwrap(), ArticleLookup::Unknown, "{unknown}");
    }
    store.withdraw(id, "Công văn số 1", noon()).await.unwrap();
    let ArticleLookup::Found(stored) = store.find(id).await.unwrap() else { panic!("it is found") };
    let reason = Some("Công văn số 1".to_owned());
    let withdrawn = Withdrawal { at: noon(), by_agency: false, erased: false, reason };
    assert_eq!(stored.withdrawn, Some(withdrawn));
    assert_eq!(stored.teaser_title.as_deref(), Some("Tin số 1"));
    assert_eq!(stored.requested.as_ref(), Some(one.url.as_url()));
}

#[tokio::test]
async fn an_item_without_an_article_is_found_with_its_teaser_and_its_refusal() {
    let (store, _folder) = store(&[source("a")]).await;
    let url: Url = "https://a.example/tin/9".parse().unwrap();
    let key = ArticleKey::of_guid("9");
    let teaser = ListingItem {
        title: Some("Tin số 9".to_owned()),
        ..ListingItem::of(url.clone(), key.clone())
    };
    let mut visit = visited(Vec::new(), noon());
    visit.pending = vec![teaser.clone()];
    visit.rejected = vec![RejectedPage {
        key: key.clone(),
        fingerprint: teaser.fingerprint(),
        reason: "no text".to_owned(),
        evidence: None,
        until: None,
    }];
    let taken = claim(&store, "a", noon()).await;
    store.commit(&taken, visit).await.unwrap();
    let by_page = ArticleKey::of_page(&url, &url);
    let unread = store.unread(&slug("a"), &by_page, &url).await.unwrap().unwrap();
    assert_eq!(unread.item, Some(teaser));
    assert_eq!(unread.since, Some(noon()));
    let (reason, tries, again) = unread.refused.unwrap();
    assert_eq!((reason.as_str(), tries), ("no text", 1));
    assert!(again > noon());
    let other: Url = "https://a.example/tin/8".parse().unwrap();
    let key = ArticleKey::of_page(&other, &other);
    assert_eq!(store.unread(&slug("a"), &key, &other).await.unwrap(), None);
}

/// Returns the keys that a feed shows, and those of the archives made of the articles that it does
/// not show.
async fn archived(store: &Store, feed: &FeedConfig) -> (Vec<String>, Vec<Vec<String>>) {
    let issue = store.feed_contents(feed, |articles, _| articles.len()).await.unwrap();
    let mut made = Vec::new();
    for places in issue.to_archive.chunks(feed.limit) {
        let found = store.articles_by_row(places).await.unwrap();
        let number = u32::try_from(issue.archives.len() + made.len()).unwrap() + 1;
        let versions = found.iter().map(|(place, article)| (*place, article.revision)).collect();
        let text = ArchiveDocuments { atom: vec![b'a'; 9], rss: vec![b'r'; 7] };
        store.keep_archive(&feed.id, number, versions, text).await.unwrap();
        made.push(keys(found.iter().map(|(_, article)| article)));
    }
    store.set_watermarks(issue.watermark.into_iter().collect()).await.unwrap();
    (keys(&issue.articles), made)
}

fn keys<'a>(articles: impl IntoIterator<Item = &'a Article>) -> Vec<String> {
    articles.into_iter().map(|article| article.key.as_str().to_owned()).collect()
}

fn shares(limit: usize, most: usize) -> FeedConfig {
    let history = ArchivePolicy { max_per_source: most, ..ArchivePolicy::default() };
    FeedConfig { limit, history, ..feed("tong-hop", &[]) }
}

fn hour(hour: i64) -> DateTime<Utc> {
    noon() + TimeDelta::hours(hour)
}

#[tokio::test]
async fn what_leaves_a_feed_goes_into_archives_once_and_again_when_it_is_revised() {
    let (store, folder) = store(&[source("a")]).await;
    let feed = shares(3, 3);
    let made =
        |numbers: std::ops::Range<u32>| numbers.map(|n| article("a", n, hour(i64::from(n) - 50)));
    commit(&store, made(1..4).collect(), hour(0)).await;
    let (shown, new) = archived(&store, &feed).await;
    assert_eq!((shown.len(), new.len()), (3, 0), "{shown:?}");
    commit(&store, made(4..5).collect(), hour(1)).await;
    let (shown, new) = archived(&store, &feed).await;
    assert_eq!(shown, ["/tin/4", "/tin/3", "/tin/2"]);
    assert_eq!(new, [["/tin/1", "/tin/2", "/tin/3"]], "a full archive at once");
    let mut edited = article("a", 1, hour(-49));
    edited.title = "Tin khác".to_owned();
    edited.hash = "khac".to_owned();
    commit(&store, vec![edited], hour(2)).await;
    let (shown, new) = archived(&store, &feed).await;
    assert_eq!((shown[0].as_str(), new.len()), ("/tin/1", 0));
    commit(&store, made(5..8).collect(), hour(3)).await;
    let (_, new) = archived(&store, &feed).await;
    assert_eq!(new, [["/tin/4", "/tin/1", "/tin/5"]]);
    assert_eq!(archived(&store, &feed).await.1, Vec::<Vec<String>>::new());
    let archives = store.archives(&feed.id).await.unwrap();
    assert_eq!(archives.last(), Some(&ArchiveSummary { number: 2, atom: 9, rss: 7 }));
    let text = ArchiveDocuments { atom: vec![b'a'; 9], rss: vec![b'r'; 7] };
    assert_eq!(store.archive(&feed.id, 2).await.unwrap(), Some(text));
    assert_eq!(store.archive(&feed.id, 3).await.unwrap(), None);
    drop(store);
    let again = Store::open(folder.path()).await.unwrap();
    assert_eq!(archived(&again, &feed).await.1, Vec::<Vec<String>>::new());
    // A renamed feed keeps its archives.
    let renamed = super::conformance::feed("moi", &["tong-hop"]);
    let sources = [Arc::new(source("a"))];
    again.apply(&sources, &[renamed], hour(4)).await.unwrap();
    assert_eq!(again.archives(&slug("moi")).await.unwrap(), archives);
}

#[tokio::test]
async fn no_source_takes_more_than_its_share_unless_there_is_room() {
    let (store, _folder) = store(&[source("a"), source("b")]).await;
    let of_b = vec![article("b", 1, hour(-90)), article("b", 2, hour(-80))];
    let claim_b = claim(&store, "b", hour(0)).await;
    store.commit(&claim_b, visited(of_b, hour(0))).await.unwrap();
    commit(&store, (10..20).map(|n| article("a", n, hour(-70))).collect(), hour(1)).await;
    let of_b = |shown: &[String]| shown.iter().filter(|key| key.len() == 6).count();
    let (shown, _) = archived(&store, &shares(4, 2)).await;
    assert_eq!((shown.len(), of_b(&shown)), (4, 2), "{shown:?}");
    let (shown, _) = archived(&store, &shares(4, 1)).await;
    assert_eq!((shown.len(), of_b(&shown)), (4, 1), "{shown:?}");
    let mut alone = shares(4, 2);
    alone.query.sources = vec![slug("a")];
    assert_eq!(archived(&store, &alone).await.0.len(), 4);
}

#[tokio::test]
async fn a_tombstone_ends_with_a_publication_day_which_never_goes_back() {
    let (store, _folder) = store(&[source("a")]).await;
    commit(&store, vec![article("a", 1, noon()), article("a", 2, noon())], noon()).await;
    store.withdraw("tag:bantin.example,2026:a:/tin/1", "Công văn số 1", noon()).await.unwrap();
    let feed = shares(3, 3);
    let stones = async || {
        store.feed_contents(&feed, |articles, _| articles.len()).await.unwrap().tombstones.len()
    };
    let length = feed.history.tombstones;
    assert_eq!(stones().await, 1);
    let before = store.changes().await.unwrap();
    store
        .begin_day(
            noon() + TimeDelta::days(90),
            AgeLimits { tombstones: vec![length], ..AgeLimits::default() },
        )
        .await
        .unwrap();
    assert_eq!((stones().await, store.changes().await.unwrap()), (1, before));
    store
        .begin_day(
            noon() + TimeDelta::days(91),
            AgeLimits { tombstones: vec![length], ..AgeLimits::default() },
        )
        .await
        .unwrap();
    assert_eq!((stones().await, store.changes().await.unwrap()), (0, ChangeCount(before.0 + 1)));
    store
        .begin_day(
            noon() + TimeDelta::days(90),
            AgeLimits { tombstones: vec![length], ..AgeLimits::default() },
        )
        .await
        .unwrap();
    assert_eq!((stones().await, store.changes().await.unwrap()), (0, ChangeCount(before.0 + 1)));
}

#[tokio::test]
async fn what_is_erased_leaves_its_id_alone() {
    let (store, folder) = store(&[source("a")]).await;
    let mut secret = article("a", 1, hour(-1));
    secret.text = "Điều không ai được biết".to_owned();
    commit(&store, vec![secret.clone(), article("a", 2, noon())], noon()).await;
    let id = "tag:bantin.example,2026:a:/tin/1";
    let mut feed = shares(1, 1);
    feed.formats = FeedFormat::ALL.to_vec();
    archived(&store, &feed).await;
    assert_eq!(store.erasure().await.unwrap(), None);
    assert_eq!(store.erase(id, "Bản án số 1", noon()).await.unwrap(), "Tin số 1");
    let ArticleLookup::Found(stored) = store.find(id).await.unwrap() else {
        panic!("its id was deleted")
    };
    assert_eq!((stored.article.title.as_str(), stored.article.text.as_str()), ("", ""));
    let erasure = store.erasure().await.unwrap().unwrap();
    assert_eq!((erasure.number, erasure.ids.as_slice()), (1, [id.to_owned()].as_slice()));
    let text = ArchiveDocuments { atom: b"x".to_vec(), rss: b"yy".to_vec() };
    store.erased(ArchiveErasure { text: Some(text), ..erasure }).await.unwrap();
    assert_eq!(store.erasure().await.unwrap(), None);
    let archives = store.archives(&feed.id).await.unwrap();
    assert_eq!(archives.first(), Some(&ArchiveSummary { number: 1, atom: 1, rss: 2 }));
    secret.hash = "khac".to_owned();
    assert_eq!(commit(&store, vec![secret], hour(1)).await, [ArticleChange::Same]);
    assert_eq!(all(&store).await.len(), 1);
    drop(store);
    let words = "không ai được biết".as_bytes();
    for file in std::fs::read_dir(folder.path()).unwrap().map(Result::unwrap) {
        let bytes = std::fs::read(file.path()).unwrap();
        assert!(!bytes.windows(words.len()).any(|part| part == words), "{:?}", file.path());
    }
}
