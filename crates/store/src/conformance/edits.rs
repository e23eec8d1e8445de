//! Edits that are reported to readers, and edits that are not.

use super::*;

#[tokio::test]
async fn a_late_correction_has_its_instant() {
    let (store, _folder) = store(&[source("a")]).await;
    let first = article("a", 1, noon());
    commit(&store, vec![first.clone()], noon()).await;
    // Only its page is fetched again, two days after it has left the listing.
    let later = noon() + TimeDelta::days(2);
    let claim = claim(&store, "a", later).await;
    let edited =
        NewArticle { title: "Tin số 1, đính chính".to_owned(), hash: "2".to_owned(), ..first };
    let mut visit = visited(vec![edited], later);
    visit.articles[0].rank = None;
    store.commit(&claim, visit).await.unwrap();
    let kept = all(&store).await.remove(0);
    assert_eq!(
        (kept.updated, kept.last_seen),
        (later, later),
        "the edit has the time of the revisit"
    );
}

#[tokio::test]
async fn an_edit_of_marks_alone_is_taken_over_and_moves_no_date() {
    let (store, _folder) = store(&[source("a")]).await;
    let mut first = article("a", 1, noon());
    first.title = "Hội nghị \"tổng kết\"".to_owned();
    commit(&store, vec![first.clone()], noon()).await;
    let mut marks = first.clone();
    marks.title = "Hội nghị “tổng kết”".to_owned();
    marks.hash = "khac".to_owned();
    let id = "tag:bantin.example,2026:a:/tin/1".to_owned();
    let later = noon() + TimeDelta::hours(1);
    let changes = commit(&store, vec![marks.clone()], later).await;
    assert_eq!(changes, [ArticleChange::Refreshed(id.clone())]);
    let shown = all(&store).await;
    assert_eq!(shown[0].title, marks.title);
    assert_eq!((shown[0].updated, shown[0].revision), (noon(), 1));
    let again = commit(&store, vec![marks.clone()], later + TimeDelta::hours(1)).await;
    assert_eq!(again, [ArticleChange::Same]);

    let mut words = marks;
    words.title = "Hội nghị “tổng kết” năm".to_owned();
    words.hash = "khac nua".to_owned();
    let latest = later + TimeDelta::hours(2);
    assert_eq!(commit(&store, vec![words], latest).await, [ArticleChange::Revised(id)]);
    assert_eq!((all(&store).await[0].updated, all(&store).await[0].revision), (latest, 2));
}
