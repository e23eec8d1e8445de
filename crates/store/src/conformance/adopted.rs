//! Changes of the extraction config and of the extraction rules: the state that the store forgets,
//! and the state that it keeps.

use super::*;
use bantin_core::{ListingProfile, NextPage, ProfiledList};
use rusqlite::Connection;

fn raw(folder: &tempfile::TempDir) -> Connection {
    Connection::open(folder.path().join("bantin.sqlite")).unwrap()
}

fn rejected(number: u32) -> RejectedPage {
    RejectedPage {
        key: ArticleKey::kept(format!("/tin/{number}")),
        fingerprint: "t".to_owned(),
        reason: "no text".to_owned(),
        evidence: None,
        until: None,
    }
}

/// Creates a store whose source `a` has validators, a learned layout, this number of rejections,
/// and a backfill of one page.
async fn known(rejections: u32) -> (Store, tempfile::TempDir) {
    let (store, folder) = store(&[source("a")]).await;
    let taken = claim(&store, "a", noon()).await;
    let list = ProfiledList { selector: "li".to_owned(), items: 9, evidence: String::new() };
    let mut visit = visited(vec![], noon());
    visit.profile = Some(ListingProfile { lists: vec![list], elsewhere: 0 });
    visit.rejected = (10..10 + rejections).map(rejected).collect();
    store.commit(&taken, visit).await.unwrap();
    let begun = store.begin_backfill(&source("a"), false, noon()).await.unwrap();
    let name: Url = "https://a.example/tin-tuc".parse().unwrap();
    let page = WalkedPage {
        number: 1,
        name: name.clone(),
        items: "f".to_owned(),
        newest: None,
        missed: vec![],
        next: Some(NextPage::Get(name)),
    };
    store.commit_backfill(&begun.claim, page, vec![], vec![], noon()).await.unwrap();
    (store, folder)
}

/// Whether validators, learned layout, rejections and backfill pages are stored.
async fn kept(store: &Store, source: &Source) -> [bool; 4] {
    let now = noon() + TimeDelta::minutes(1);
    let state = store.state(source.id(), now).await.unwrap();
    let report = store.report(now).await.unwrap().remove(0);
    let backfill = store.begin_backfill(source, false, now).await.unwrap();
    [
        state.validators.is_some(),
        !state.profile.lists.is_empty(),
        report.rejected.is_some(),
        !backfill.pages.is_empty(),
    ]
}

#[tokio::test]
async fn another_config_makes_a_source_forget_and_the_same_one_does_not() {
    let (store, _folder) = known(1).await;
    let mut busier = source("a");
    (busier.max_pages, busier.origin.title) = (1, "Tên khác".to_owned());
    plan(&store, std::slice::from_ref(&busier), noon()).await.unwrap();
    assert_eq!(kept(&store, &busier).await, [true; 4]);
    let mut other = source("a");
    other.article.body = Some("div.noi-dung".parse().unwrap());
    plan(&store, std::slice::from_ref(&other), noon()).await.unwrap();
    assert_eq!(kept(&store, &other).await, [false; 4]);
}

#[tokio::test]
async fn an_unknown_config_is_taken_over_once_without_forgetting() {
    let (store, folder) = known(1).await;
    let unknown =
        "UPDATE source SET extraction_config = NULL; UPDATE backfill SET extraction_config = NULL";
    raw(&folder).execute_batch(unknown).unwrap();
    let mut other = source("a");
    other.article.body = Some("div.noi-dung".parse().unwrap());
    plan(&store, std::slice::from_ref(&other), noon()).await.unwrap();
    assert_eq!(kept(&store, &other).await, [true; 4]);
    // From then on it is recorded, for the backfill as well.
    plan(&store, &[source("a")], noon()).await.unwrap();
    assert_eq!(kept(&store, &source("a")).await, [false; 4]);
}

#[tokio::test]
async fn a_config_of_a_later_version_is_refused_and_a_damaged_one_is_written_anew() {
    let (store, folder) = known(1).await;
    let set = |text: &str| {
        raw(&folder).execute("UPDATE source SET extraction_config = ?1", [text]).unwrap();
    };
    set(r#"{"v":2,"khac":1}"#);
    let refused = plan(&store, &[source("a")], noon()).await.unwrap_err();
    assert!(matches!(refused, StoreError::LaterRecord { found: 2, known: 1, .. }), "{refused}");
    assert!(refused.to_string().contains("the extraction config of a source"), "{refused}");
    set("hỏng");
    plan(&store, &[source("a")], noon()).await.unwrap();
    let [validators, learned, rejections, _] = kept(&store, &source("a")).await;
    assert_eq!([validators, learned, rejections], [false; 3]);
    let text: String = raw(&folder)
        .query_row("SELECT extraction_config FROM source", [], |row| row.get(0))
        .unwrap();
    assert!(text.starts_with(r#"{"v":1,"#), "{text}");
}

#[tokio::test]
async fn other_rules_try_rejected_pages_again_a_few_at_a_time_and_forget_nothing_else() {
    let (store, _folder) = known(12).await;
    let items: Vec<ItemIdentity> =
        (10..22).map(|n| identity(&rejected(n).key, "https://a.example/")).collect();
    // The number of rejected pages that may be requested after this many minutes.
    let free = async |minutes: i64| {
        let known = store.known_items(&slug("a"), items.clone()).await.unwrap();
        let now = noon() + TimeDelta::minutes(minutes);
        known.values().filter(|known| known.refused.as_ref().unwrap().until <= now).count()
    };
    // All of them are rejected several times.
    for hour in 1..9 {
        let later = noon() + TimeDelta::hours(hour) - TimeDelta::hours(9);
        let taken = claim(&store, "a", later).await;
        let mut visit = visited(vec![], later);
        visit.rejected = (10..22).map(rejected).collect();
        store.commit(&taken, visit).await.unwrap();
    }
    assert_eq!(free(0).await, 0);
    store.adopt_rules(1, noon()).await.unwrap();
    assert_eq!(free(0).await, 0, "these rules rejected them");
    store.adopt_rules(2, noon()).await.unwrap();
    assert_eq!([free(0).await, free(30).await, free(60).await], [5, 10, 12]);
    let later = noon() + TimeDelta::minutes(1);
    let state = store.state(&slug("a"), noon() - TimeDelta::seconds(1)).await.unwrap();
    assert!(state.validators.is_some() && !state.profile.lists.is_empty());
    assert_eq!(store.begin_backfill(&source("a"), false, later).await.unwrap().pages.len(), 1);
    // Released once: pages that the new rules reject again follow the usual retry policy.
    let taken = claim(&store, "a", later).await;
    let mut visit = visited(vec![], later);
    visit.rejected = (10..22).map(rejected).collect();
    store.commit(&taken, visit).await.unwrap();
    store.adopt_rules(2, later).await.unwrap();
    assert_eq!(free(60).await, 0);
}

#[tokio::test]
async fn an_article_with_a_later_record_is_neither_left_out_nor_overwritten() {
    let (store, folder) = store(&[source("a")]).await;
    commit(&store, vec![article("a", 1, noon())], noon()).await;
    let later = r#"{"v":2,"khac":1}"#;
    raw(&folder).execute("UPDATE article SET first_source = ?1", [later]).unwrap();
    let refused = store.select(&ArticleQuery::default(), 9).await.unwrap_err();
    assert!(matches!(refused, StoreError::LaterRecord { found: 2, .. }), "{refused}");
    let taken = claim(&store, "a", noon()).await;
    let mut edited = article("a", 1, noon());
    edited.hash = "khac".to_owned();
    let refused = store.commit(&taken, visited(vec![edited], noon())).await.unwrap_err();
    assert!(refused.to_string().contains("install that version again"), "{refused}");
    let kept: String =
        raw(&folder).query_row("SELECT first_source FROM article", [], |row| row.get(0)).unwrap();
    assert_eq!(kept, later);
}
