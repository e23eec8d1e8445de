//! Every change of an article that readers can see is recorded in `touched`.

use super::*;
use crate::window::{FeedCandidate, FeedWindow};

/// Columns on which no document depends.
const BOOKKEEPING: [&str; 19] = [
    "sequence",
    "source",
    "teaser",
    "teaser_title",
    "teaser_tries",
    "teaser_again",
    "last_seen",
    "listed",
    "rank",
    "revisit_at",
    "doubt_again",
    "doubt_tries",
    "gone_at",
    "gone_code",
    "withdrawn_reason",
    "withdrawn_by_agency",
    "changed",
    "body_hash",
    "doubtful",
];

#[tokio::test]
async fn whoever_asks_is_told_of_every_column_that_is_published() {
    let (store, folder) = store(&[source("a")]).await;
    commit(&store, vec![article("a", 1, noon()), article("a", 2, noon())], noon()).await;
    let db = rusqlite::Connection::open(folder.path().join("bantin.sqlite")).unwrap();
    let mut columns = db.prepare("SELECT name FROM pragma_table_info('article')").unwrap();
    let columns: Vec<String> =
        columns.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
    assert!(columns.len() > 30, "{columns:?}");
    let touched = async |update: &str| {
        let changes = store.changes_since(None).await.unwrap().changes;
        assert_eq!(db.execute(update, []).unwrap(), 1, "{update}");
        let touched = store.changes_since(Some(changes)).await.unwrap().touched;
        // An erased article is not returned by itself: the result is `None`.
        touched.is_none_or(|touched| !touched.is_empty())
    };
    for column in columns.iter().filter(|column| !BOOKKEEPING.contains(&column.as_str())) {
        db.execute("DELETE FROM touched", []).unwrap();
        let update = format!("UPDATE article SET \"{column}\" = \"{column}\" WHERE key = '/tin/1'");
        assert!(touched(&update).await, "{column}: is it in the trigger `article_is_edited`?");
    }
    db.execute("DELETE FROM touched", []).unwrap();
    assert!(!touched("UPDATE article SET last_seen = last_seen + 1 WHERE key = '/tin/1'").await);
    assert!(touched("UPDATE classified SET topics = '[\"y-te\"]' WHERE article = 1").await);
    db.execute("DELETE FROM touched", []).unwrap();
    assert!(!touched("UPDATE classified SET version = 'x' WHERE article = 1").await);
    assert!(touched("INSERT OR REPLACE INTO classified VALUES (1, '', '[]')").await);
}

#[tokio::test]
async fn an_erased_article_tells_that_nothing_can_be_told_apart() {
    let (store, _folder) = store(&[source("a")]).await;
    commit(&store, vec![article("a", 1, noon()), article("a", 2, noon())], noon()).await;
    let since = store.changes_since(None).await.unwrap();
    assert_eq!(since.touched, None);
    let changes = Some(since.changes);
    store.withdraw("tag:bantin.example,2026:a:/tin/1", "x", noon()).await.unwrap();
    let touched = store.changes_since(changes).await.unwrap().touched.unwrap();
    assert_eq!(touched.iter().map(|one| one.is_current).collect::<Vec<_>>(), [false]);
    store.erase("tag:bantin.example,2026:a:/tin/2", "x", noon()).await.unwrap();
    assert_eq!(store.changes_since(changes).await.unwrap().touched, None);
}

#[tokio::test]
async fn what_lies_beyond_a_window_is_not_put_at_its_end() {
    let (store, _folder) = store(&[source("a")]).await;
    let changes = Some(store.changes_since(None).await.unwrap().changes);
    commit(&store, vec![article("a", 1, noon())], noon()).await;
    let touched = store.changes_since(changes).await.unwrap().touched.unwrap();
    let [touched] = touched.as_slice() else { panic!("{touched:?}") };
    let feed = FeedConfig { limit: 2, ..feed("tong-hop", &[]) };
    let candidate = |row: i64, later: i64| FeedCandidate {
        row: ArticleRowId(row),
        changed: touched.changed + later,
        published: touched.published,
        id: format!("tag:{row}").into(),
        source: "a".into(),
        meets_conditions: true,
    };
    let after = |rows: Vec<FeedCandidate>, whole: bool| {
        let window = FeedWindow::new(rows, whole).merge_touched(&feed, &[(touched, true, true)]);
        window.map(|window| window.chosen(&feed))
    };
    let (newer, older) = (|row| candidate(row, 10), |row| candidate(row, -10));
    assert_eq!(
        after(vec![newer(8), newer(9)], false),
        Some(vec![ArticleRowId(8), ArticleRowId(9)])
    );
    assert_eq!(after(vec![newer(8), older(9)], false), Some(vec![ArticleRowId(8), touched.row]));
    assert_eq!(after(vec![newer(8)], true), Some(vec![ArticleRowId(8), touched.row]));
    // An article between them may exist in the store.
    assert_eq!(after(vec![newer(8)], false), None);
    assert_eq!(after(vec![], false), None);
    assert_eq!(after(vec![], true), Some(vec![touched.row]));
}

#[tokio::test]
async fn a_trigger_that_watches_other_columns_is_replaced_when_the_store_is_opened() {
    let (store, folder) = store(&[source("a")]).await;
    commit(&store, vec![article("a", 1, noon())], noon()).await;
    drop(store);
    let db = rusqlite::Connection::open(folder.path().join("bantin.sqlite")).unwrap();
    db.execute_batch(
        "DROP TRIGGER article_is_edited;
         CREATE TRIGGER article_is_edited AFTER UPDATE OF title ON article BEGIN
             DELETE FROM touched;
         END",
    )
    .unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    let since = store.changes_since(None).await.unwrap().changes;
    let edited = NewArticle { summary: Some("Tóm tắt".to_owned()), ..article("a", 1, noon()) };
    commit(&store, vec![edited], hour(1)).await;
    assert_eq!(store.changes_since(Some(since)).await.unwrap().touched.unwrap().len(), 1);
}
