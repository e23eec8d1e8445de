//! Conditions that SQL cannot check.

use super::*;
use bantin_core::{Attachment, Condition, Phrase, RegexPattern};

fn pattern(text: &str) -> RegexPattern {
    text.parse().unwrap()
}

fn words(text: &str) -> Condition {
    Condition::Words(vec![Phrase::of(text).unwrap()])
}

#[tokio::test]
async fn a_feed_holds_what_its_conditions_hold_of() {
    let mut of = source("a");
    of.origin.province = Some(Province { slug: slug("lam-dong"), name: "Lâm Đồng".to_owned() });
    of.origin.agency =
        Some(Agency { slug: slug("ban-dan-toc"), name: "Ban Dân tộc".to_owned() });
    let (store, _folder) = store(&[of]).await;
    let mut one = article("a", 1, noon());
    one.title = "Thông báo về công tác dân tộc".to_owned();
    one.text = "Ban Dân tộc tổ chức hội nghị tại xã Hoà Bình, M’nông".to_owned();
    one.author = Some("Lương Đình Bảo".to_owned());
    let mut two = article("a", 2, noon());
    two.title = "Conference".to_owned();
    two.text = "A conference in Da Lat".to_owned();
    two.language = "en-GB".to_owned();
    two.author = None;
    two.attachments = vec![Attachment {
        url: "https://a.example/tep.pdf".parse().unwrap(),
        title: None,
        media_type: None,
        length: None,
    }];
    commit(&store, vec![one.clone(), two.clone()], noon()).await;
    let titles = async |conditions: Vec<Condition>, limit| -> Vec<String> {
        let query = ArticleQuery { conditions, ..ArticleQuery::default() };
        let found = store.select(&query, limit).await.unwrap();
        found.into_iter().map(|article| article.content.title).collect()
    };
    let (one, two) = (one.title.as_str(), two.title.as_str());
    let other = || words("không ai viết");
    for (condition, expected) in [
        (words("dan toc"), vec![one]),
        (words("DÂN TỘC"), vec![one]),
        (words("dân tóc"), vec![]),
        (words("an toc"), vec![]),
        (words("hòa bình"), vec![one]),
        (words("m'nông"), vec![one]),
        (words("da lat"), vec![two]),
        (Condition::Languages(vec!["en".to_owned()]), vec![two]),
        (Condition::Languages(vec!["e".to_owned(), "fr".to_owned()]), vec![]),
        (Condition::Title(pattern("^Thông báo")), vec![one]),
        (Condition::Title(pattern("hội nghị")), vec![]),
        (Condition::Body(pattern("hội nghị")), vec![one]),
        (Condition::Author(pattern("Bảo$")), vec![one]),
        (Condition::Author(pattern("")), vec![one]),
        (Condition::Attachment(true), vec![two]),
        (Condition::Attachment(false), vec![one]),
        (Condition::Sources(vec![slug("b")]), vec![]),
        (Condition::Provinces(vec![slug("lam-dong")]), vec![one, two]),
        (Condition::Provinces(vec![slug("hue")]), vec![]),
        (Condition::Agencies(vec![slug("ban-dan-toc")]), vec![one, two]),
        (Condition::Topics(vec![slug("y-te")]), vec![]),
        (Condition::All(vec![words("dan toc"), other()]), vec![]),
        (Condition::Any(vec![words("dan toc"), other()]), vec![one]),
        (Condition::None(vec![words("dan toc"), other()]), vec![two]),
        (Condition::None(vec![Condition::Any(vec![])]), vec![one, two]),
    ] {
        let mut found = titles(vec![condition.clone()], 10).await;
        found.sort_by_key(|title| title != one);
        assert_eq!(found, expected, "{condition:?}");
    }
    assert_eq!(titles(vec![words("hội nghị"), Condition::Attachment(true)], 10).await.len(), 0);
    assert_eq!(titles(vec![Condition::None(vec![other()])], 1).await.len(), 1);
}

#[tokio::test]
async fn what_was_withdrawn_is_looked_for_by_the_same_conditions() {
    let (store, _folder) = store(&[source("a")]).await;
    commit(&store, vec![article("a", 1, noon())], noon()).await;
    let shown = all(&store).await;
    let has = async |condition: Condition| {
        let query = ArticleQuery { conditions: vec![condition], ..ArticleQuery::default() };
        store.has_withdrawn(&query).await.unwrap()
    };
    let title = || Condition::Title(pattern(&regex::escape(&shown[0].title)));
    assert!(!has(title()).await, "nothing is withdrawn yet");
    store.withdraw(&shown[0].id, "theo yêu cầu", noon()).await.unwrap();
    assert!(has(title()).await);
    assert!(!has(Condition::None(vec![title()])).await);
}

#[tokio::test]
async fn an_article_grows_too_old_with_a_day_and_not_with_the_clock() {
    let (store, _folder) = store(&[source("a")]).await;
    let days = |n: i64| noon() - TimeDelta::days(n);
    commit(&store, vec![article("a", 1, days(2)), article("a", 2, days(7))], noon()).await;
    let age = Duration::from_secs(5 * 86_400);
    let held = async |condition: Condition| {
        let query = ArticleQuery { conditions: vec![condition], ..ArticleQuery::default() };
        keys(&store.select(&query, 10).await.unwrap())
    };
    let newer = || Condition::NewerThan(age);
    assert_eq!(held(newer()).await, ["/tin/1", "/tin/2"], "no day has begun");
    let ends = AgeLimits { ages: vec![age], ..AgeLimits::default() };
    let begin = async |day| {
        let before = store.changes().await.unwrap();
        store.begin_day(day, ends.clone()).await.unwrap();
        store.changes().await.unwrap() > before
    };
    begin(days(1)).await;
    assert_eq!(held(newer()).await, ["/tin/1"]);
    assert_eq!(held(Condition::None(vec![newer()])).await, ["/tin/2"]);
    assert!(!begin(noon() + TimeDelta::days(3)).await, "no age limit is reached");
    assert_eq!(held(newer()).await, ["/tin/1"]);
    assert!(
        begin(noon() + TimeDelta::days(4)).await,
        "a feed must be published without the article"
    );
    assert!(held(newer()).await.is_empty());
}
