//! Rows of articles with damaged values, which our programs never write. The tables are strict, so
//! each value has its column's type.

use super::*;

/// Writes a value into a column of article 1, bypassing the store.
fn damage(folder: &tempfile::TempDir, column: &str, value: &str) {
    let db = rusqlite::Connection::open(folder.path().join("bantin.sqlite")).unwrap();
    let sql = format!("UPDATE article SET {column} = {value} WHERE key = '/tin/1'");
    assert_eq!(db.execute(&sql, []).unwrap(), 1, "{column}");
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_left_out_and_stops_nothing() {
    let not_utf8 = "CAST(X'FFFE' AS TEXT)";
    let values = [
        ("\"precision\"", "'\"giây\"'"),
        ("zone", "'Sao_Hoa/Olympus'"),
        ("url", "'không phải địa chỉ'"),
        ("images", "'[{]'"),
        ("attachments", "'{}'"),
        ("tags", "'7'"),
        ("provenance", "'['"),
        ("first_source", "'null null'"),
        ("revision", "-7"),
        ("title", not_utf8),
        ("html", not_utf8),
    ];
    for (column, value) in values {
        let (store, folder) = store(&[source("a")]).await;
        commit(&store, vec![article("a", 1, noon()), article("a", 2, noon())], noon()).await;
        damage(&folder, column, value);
        let titles: Vec<String> = all(&store).await.into_iter().map(|a| a.content.title).collect();
        assert_eq!(titles, ["Tin số 2"], "{column}");
        assert_eq!(store.export_batch(None, 10).await.unwrap().articles.len(), 1, "{column}");
        // A batch without a readable article does not end the export.
        let first = store.export_batch(None, 1).await.unwrap();
        assert!(first.articles.is_empty() && first.last.is_some(), "{column}");

        let id = "tag:bantin.example,2026:a:/tin/1";
        let later = noon() + TimeDelta::hours(1);
        let changes = commit(&store, vec![article("a", 1, noon())], later).await;
        assert_eq!(changes, [ArticleChange::Revised(id.to_owned())], "{column}");
        let whole = all(&store).await;
        let mended = whole.iter().find(|article| article.id == id).unwrap();
        assert_eq!(mended.title, "Tin số 1", "{column}");
        assert_eq!(mended.first_seen, noon(), "{column}");
    }
}

#[tokio::test]
async fn rows_that_cannot_be_read_keep_no_article_from_its_topics() {
    let (store, folder) = store(&[source("a")]).await;
    commit(&store, (1..=3).map(|n| article("a", n, noon())).collect(), noon()).await;
    damage(&folder, "title", "CAST(X'FFFE' AS TEXT)");
    // Even if they fill a whole batch.
    let mut seen = Vec::new();
    loop {
        let found = store.unclassified("1", 1, 100).await.unwrap();
        if found.is_empty() {
            break;
        }
        seen.extend(found.iter().map(|article| article.title.clone()));
        let none = found.into_iter().map(|article| (article, Vec::new())).collect();
        store.classify("1", none).await.unwrap();
    }
    assert_eq!(seen, ["Tin số 2", "Tin số 3"]);
}

#[tokio::test]
async fn a_row_that_is_mended_is_newer_than_what_archives_hold() {
    let (store, folder) = store(&[source("a")]).await;
    let mut first = article("a", 1, hour(-9));
    commit(&store, vec![first.clone(), article("a", 2, noon())], noon()).await;
    for n in 1..=2 {
        (first.title, first.hash) = (format!("Tin sửa lần {n}"), format!("{n}"));
        commit(&store, vec![first.clone()], hour(n)).await;
        archived(&store, &shares(1, 1)).await;
    }
    let before = all(&store).await.into_iter().find(|a| a.key == first.key).unwrap();
    damage(&folder, "revision", "-7");
    commit(&store, vec![first.clone()], hour(3)).await;
    let after = all(&store).await.into_iter().find(|a| a.key == first.key).unwrap();
    assert!(after.updated > before.updated && after.revision == before.revision + 1, "{after:?}");
}

#[tokio::test]
async fn a_date_beyond_all_calendars_is_read_as_some_date() {
    let (store, folder) = store(&[source("a")]).await;
    commit(&store, vec![article("a", 1, noon())], noon()).await;
    for wrong in [i64::MAX, i64::MIN] {
        damage(&folder, "published", &wrong.to_string());
        assert_eq!(all(&store).await.len(), 1);
    }
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_mended_by_the_line_of_another_store() {
    let (store, folder) = store(&[source("a")]).await;
    commit(&store, vec![article("a", 1, noon()), article("a", 2, noon())], noon()).await;
    damage(&folder, "images", "'[{]'");
    let imported = ImportedArticle {
        article: stored_article("tag:bantin.example,2026:a:/tin/1", article("a", 1, noon())),
        origin: None,
        withdrawn: None,
        addresses: Vec::new(),
        made_from: None,
    };
    assert_eq!(
        store.import_articles(vec![imported], noon()).await.unwrap(),
        [ImportOutcome::Newer]
    );
    assert_eq!(all(&store).await.len(), 2);
}
