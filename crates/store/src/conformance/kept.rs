//! The contents and archives of feeds when erasures, edits or a wrong clock interfere.

use super::*;
use bantin_core::{Attachment, Condition};

#[tokio::test]
async fn what_does_not_fit_into_a_document_goes_into_an_archive_at_once() {
    let (store, _folder) = store(&[source("a")]).await;
    let feed = shares(3, 3);
    commit(&store, (1..=5).map(|n| article("a", n, hour(i64::from(n) - 50))).collect(), noon())
        .await;
    let issue = store.feed_contents(&feed, |articles, _| articles.len() - 1).await.unwrap();
    assert_eq!(keys(&issue.articles), ["/tin/5", "/tin/4"]);
    let left = store.articles_by_row(&issue.to_archive).await.unwrap();
    assert_eq!(keys(left.iter().map(|(_, article)| article)), ["/tin/1", "/tin/2", "/tin/3"]);
}

#[tokio::test]
async fn an_article_that_was_erased_while_another_was_cut_out_is_cut_out_too() {
    let (store, _folder) = store(&[source("a")]).await;
    commit(&store, (1..=3).map(|n| article("a", n, hour(i64::from(n) - 9))).collect(), noon())
        .await;
    archived(&store, &shares(2, 2)).await;
    let id = |n: u32| format!("tag:bantin.example,2026:a:/tin/{n}");
    store.erase(&id(1), "Bản án", noon()).await.unwrap();
    let first = store.erasure().await.unwrap().unwrap();
    store.erase(&id(2), "Bản án", noon()).await.unwrap();
    store
        .erased(ArchiveErasure { text: Some(ArchiveDocuments::default()), ..first })
        .await
        .unwrap();
    let second = store.erasure().await.unwrap().unwrap();
    assert_eq!(second.ids, [id(2)]);
    store
        .erased(ArchiveErasure { text: Some(ArchiveDocuments::default()), ..second })
        .await
        .unwrap();
    assert_eq!(store.erasure().await.unwrap(), None);
}

#[tokio::test]
async fn what_comes_into_a_feed_without_a_revision_is_not_lost_when_it_leaves() {
    let (store, _folder) = store(&[source("a")]).await;
    let mut feed = shares(2, 2);
    feed.query.conditions = vec![Condition::Attachment(true)];
    let with_file = |n: u32| {
        let file = Attachment {
            url: format!("https://a.example/{n}.pdf").parse().unwrap(),
            title: None,
            media_type: None,
            length: None,
        };
        NewArticle { attachments: vec![file], ..article("a", n, hour(i64::from(n) - 50)) }
    };
    commit(&store, vec![with_file(1), article("a", 2, hour(-40))], noon()).await;
    assert_eq!(archived(&store, &feed).await.0, ["/tin/1"]);
    let changes =
        commit(&store, vec![NewArticle { published: hour(-40), ..with_file(2) }], hour(1)).await;
    assert!(matches!(changes[..], [ArticleChange::Refreshed(_)]), "{changes:?}");
    assert_eq!(archived(&store, &feed).await.0, ["/tin/2", "/tin/1"]);
    commit(&store, (3..=5).map(with_file).collect(), hour(2)).await;
    let (shown, new) = archived(&store, &feed).await;
    let all: std::collections::BTreeSet<_> = shown.into_iter().chain(new.concat()).collect();
    assert_eq!(all.len(), 5, "{all:?}");
}

#[tokio::test]
async fn a_day_that_a_wrong_clock_began_is_taken_back() {
    let (store, _folder) = store(&[source("a")]).await;
    commit(&store, vec![article("a", 1, noon()), article("a", 2, noon())], noon()).await;
    store.withdraw("tag:bantin.example,2026:a:/tin/1", "Công văn", noon()).await.unwrap();
    let feed = shares(5, 5);
    let stones =
        async || store.feed_contents(&feed, |articles, _| articles.len()).await.unwrap().tombstones;
    let length = AgeLimits { tombstones: vec![feed.history.tombstones], ..AgeLimits::default() };
    store.begin_day(noon() + TimeDelta::days(3_000), length.clone()).await.unwrap();
    assert_eq!(stones().await.len(), 0);
    let changes = store.changes().await.unwrap();
    store.begin_day(noon(), length.clone()).await.unwrap();
    assert_eq!(stones().await.len(), 1);
    assert!(store.changes().await.unwrap() > changes, "readers see the change");
    // A difference of one day does not mean a wrong clock.
    store.begin_day(noon() + TimeDelta::days(1), length.clone()).await.unwrap();
    store.begin_day(noon(), length).await.unwrap();
    assert_eq!(stones().await.len(), 1);
}
