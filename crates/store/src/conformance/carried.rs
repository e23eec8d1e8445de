//! Articles that several sources of one query show.

use super::*;

/// Returns the article `n` of source `a` as `source` shows it.
fn shown(source: &str, n: u32) -> FetchedArticle {
    let first = article("a", n, noon() + TimeDelta::minutes(n.into()));
    arrived(NewArticle { source: slug(source), ..first })
}

#[tokio::test]
async fn a_selection_has_as_many_articles_as_it_may_although_several_sources_carry_each() {
    let sources = ["a", "b", "c"];
    let (store, _folder) = store(&sources.map(source)).await;
    for id in sources {
        let articles = (0..10).map(|n| shown(id, n)).collect();
        let result = VisitResult { articles, ..visited(Vec::new(), noon()) };
        store.commit(&claim(&store, id, noon()).await, result).await.unwrap();
    }
    let query = ArticleQuery { sources: sources.map(slug).to_vec(), ..ArticleQuery::default() };
    let newest = store.select(&query, 6).await.unwrap();
    let titles: Vec<_> = newest.iter().map(|article| article.title.as_str()).collect();
    let wanted: Vec<_> = (4..10).rev().map(|n| shown("a", n).article.title.clone()).collect();
    assert_eq!(titles, wanted);
    assert!(newest.iter().all(|article| article.carriers.len() == 2), "{newest:?}");
    let feed = FeedConfig { query, limit: 6, ..feed("tong-hop", &[]) };
    let contents = store.feed_contents(&feed, |articles, _| articles.len()).await.unwrap();
    assert_eq!(contents.articles, newest);
}
