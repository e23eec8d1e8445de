use super::*;
use bantin_core::{ArticleSelectors, CronSchedule, HostAccess, RawHtml, Source, SourceInfo};
use std::time::Duration;

fn source() -> Source {
    let home: PublicUrl = "https://bdt.example.gov.vn/tin".parse().unwrap();
    Source {
        origin: SourceInfo {
            id: "bdt".parse().unwrap(),
            title: "Ban Dân tộc".into(),
            home: home.clone(),
            feed: None,
            province: None,
            agency: None,
            language: "vi".into(),
            rights: None,
        },
        aliases: Vec::new(),
        url: home.as_url().clone(),
        folder: None,
        kind: crate::discover::kind::single_page(),
        charset: None,
        article: ArticleSelectors::default(),
        timetable: CronSchedule::parse("0 7 * * *", chrono_tz::Asia::Ho_Chi_Minh).unwrap(),
        zone: chrono_tz::Asia::Ho_Chi_Minh,
        access: HostAccess {
            delay: Duration::ZERO,
            timeout: Duration::from_secs(60),
            ..HostAccess::default()
        },
        max_pages: 10,
        revisits: bantin_core::RevisitPolicy { times: 2, within: Duration::from_secs(48 * 3600) },
        min_edit: 1,
    }
}

fn draft() -> Draft {
    let mut draft =
        Draft::empty("https://bdt.example.gov.vn/tin/a-7.html?utm_source=x".parse().unwrap());
    draft.title =
        Some(Extracted::new(" H&#7897;i  ngh\u{1ECB}\u{200B} ".into(), Provenance::Heading));
    draft.body = Some(Extracted::new(
        RawHtml("<p>Ngày 10 <b>tháng</b> 1</p><img src=a.jpg alt=x>".into()),
        Provenance::Generic,
    ));
    draft
}

fn seen() -> DateTime<Utc> {
    "2026-11-24T03:00:00Z".parse().unwrap()
}

#[test]
fn a_draft_becomes_an_article() {
    let mut draft = draft();
    draft.dates = vec![
        Extracted::new("( )".into(), Provenance::Platform("x date".into())),
        Extracted::new("10/01/2023".into(), Provenance::Teaser),
        Extracted::new("11/01/2023".into(), Provenance::Lead),
    ];
    let file = RawAttachment {
        url: "https://bdt.example.gov.vn/a.PDF".parse().unwrap(),
        title: Some(" Văn bản ".into()),
        media_type: None,
        length: None,
    };
    draft.attachments.push(Extracted::new(file, Provenance::Body));
    let tag = |tag: &str| Extracted::new(tag.to_owned(), Provenance::Teaser);
    draft.tags = vec![tag("Dân tộc"), tag(" dân  tộc")];
    let key = ArticleKey::of_page(&draft.url, &draft.url);
    let article = article(draft, &source(), &key, seen()).unwrap();
    assert_eq!(article.title, "Hội nghị");
    assert_eq!(article.url.as_str(), "https://bdt.example.gov.vn/tin/a-7.html");
    assert_eq!(article.text, "Ngày 10 tháng 1");
    assert_eq!(article.published, "2023-01-09T17:00:00Z".parse::<DateTime<Utc>>().unwrap());
    assert_eq!(article.precision, DatePrecision::Day);
    assert_eq!(article.updated, article.published);
    assert_eq!(article.provenance[&ArticleField::Published], Provenance::Teaser);
    assert_eq!(article.attachments[0].media_type.as_deref(), Some("application/pdf"));
    assert_eq!(article.images[0].url.as_str(), "https://bdt.example.gov.vn/tin/a.jpg");
    assert_eq!(article.tags, ["Dân tộc"]);
    assert_eq!(article.hash.len(), 32);
}

#[test]
fn without_a_date_an_article_has_the_day_it_was_first_seen() {
    let draft = draft();
    let key = ArticleKey::of_page(&draft.url, &draft.url);
    let article = article(draft, &source(), &key, seen()).unwrap();
    assert_eq!(article.published, seen());
    assert_eq!(article.provenance[&ArticleField::Published], Provenance::FirstSeen);
}

#[test]
fn a_canonical_address_is_believed_on_the_same_host_only() {
    #[track_caller]
    fn check(canonical: &str, expected: &str) {
        let mut draft = draft();
        draft.canonical =
            Some(Extracted::new(canonical.parse().unwrap(), Provenance::Meta("canonical".into())));
        let key = ArticleKey::of_page(&draft.url, &draft.url);
        let article = article(draft, &source(), &key, seen()).unwrap();
        assert_eq!(article.url.as_str(), expected);
    }
    check("https://www.bdt.example.gov.vn/b", "https://www.bdt.example.gov.vn/b");
    check("https://bdt.example.gov.vn/", "https://bdt.example.gov.vn/tin/a-7.html");
    check("https://other.gov.vn/b", "https://bdt.example.gov.vn/tin/a-7.html");
}

#[test]
fn a_draft_that_is_no_article_is_rejected_with_its_field() {
    #[track_caller]
    fn check(change: impl FnOnce(&mut Draft), field: ArticleField) {
        let mut draft = draft();
        change(&mut draft);
        let key = ArticleKey::of_page(&draft.url, &draft.url);
        let rejection = article(draft, &source(), &key, seen()).unwrap_err();
        assert_eq!(rejection.field(), field, "{rejection}");
    }
    check(|draft| draft.title = None, ArticleField::Title);
    check(
        |draft| draft.title = Some(Extracted::new("\u{200B}".into(), Provenance::Heading)),
        ArticleField::Title,
    );
    check(|draft| draft.body = None, ArticleField::Body);
    check(
        |draft| {
            draft.body = Some(Extracted::new(RawHtml("<div>".repeat(900)), Provenance::Generic))
        },
        ArticleField::Body,
    );
    check(|draft| draft.url = "file:///a".parse().unwrap(), ArticleField::Url);
}
