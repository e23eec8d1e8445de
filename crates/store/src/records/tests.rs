//! Tests of each record: the text of version 1, the text that older programs wrote, and texts that
//! are rejected.

use super::*;
use bantin_core::{
    ArticleField, ArticleKey, Attachment, DatePrecision, FirstSource, Image, ListCopy,
    ListedSource, ListingItem, ListingProfile, NextPage, ProfiledList, Provenance, RawAttachment,
    RawCategory, RawHtml, RetryAdvice, ShrunkList, VisitCounts, VisitFailure, VisitOutcome,
    VisitStage,
};
use bantin_page::{ContentCoding, MediaType, Validators};
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::time::Duration;

/// Checks that a value is written as `expected`, and read from that text and from the text of older
/// programs, which had no version.
#[track_caller]
fn check<T: StoredValue + Debug + PartialEq>(value: &T, expected: &str) {
    assert_eq!(write(value).unwrap(), expected);
    let older = expected.replace("\"v\":1,", "");
    for text in [expected, &older] {
        assert_eq!(read::<T>("a value", text).unwrap(), *value);
    }
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn first_source() -> FirstSource {
    FirstSource {
        entry: text("urn:goc:1"),
        id: text("tag:goc.example,2026:so"),
        title: text("Sở gốc"),
        home: Some("http://goc.example/".parse().unwrap()),
        feed: Some("http://goc.example/atom".parse().unwrap()),
        rights: text("©"),
        updated: Some("2026-11-19T03:00:00.250Z".parse().unwrap()),
        categories: vec![RawCategory {
            scheme: "tag:goc.example,2026:topic".to_owned(),
            term: "y-te".to_owned(),
            label: "Y tế".to_owned(),
        }],
    }
}

const FIRST_SOURCE: &str = r#"{"entry":"urn:goc:1","id":"tag:goc.example,2026:so","title":"Sở gốc","home":"http://goc.example/","feed":"http://goc.example/atom","rights":"©","updated":"2026-11-19T03:00:00.250Z","categories":[{"scheme":"tag:goc.example,2026:topic","term":"y-te","label":"Y tế"}]}"#;

#[test]
fn the_parts_of_an_article_are_written_as_ever() {
    check(&DatePrecision::Day, r#""day""#);
    check(&DatePrecision::Minute, r#""minute""#);
    check(&DatePrecision::Second, r#""second""#);
    let url = "https://a.example/1.jpg".parse().unwrap();
    check(&Image { url, alt: text("Lễ") }, r#"{"url":"https://a.example/1.jpg","alt":"Lễ"}"#);
    let file = Attachment {
        url: "https://a.example/1.pdf".parse().unwrap(),
        title: None,
        media_type: text("application/pdf"),
        length: Some(u64::MAX),
    };
    check(
        &file,
        r#"{"url":"https://a.example/1.pdf","title":null,"media_type":"application/pdf","length":18446744073709551615}"#,
    );
    check(&first_source(), FIRST_SOURCE);
    check(&FirstSource::default(), "{}");
    let provenance = BTreeMap::from([
        (ArticleField::Url, Provenance::Url),
        (ArticleField::Title, Provenance::Heading),
        (ArticleField::Summary, Provenance::Lead),
        (ArticleField::Body, Provenance::Selector("div.a".to_owned())),
        (ArticleField::Author, Provenance::Label("Tác giả".to_owned())),
        (ArticleField::SourceLine, Provenance::Teaser),
        (ArticleField::Published, Provenance::FirstSeen),
        (ArticleField::Language, Provenance::Source),
    ]);
    check(
        &provenance,
        r#"{"url":"url","title":"heading","summary":"lead","body":"selector:div.a","author":"label:Tác giả","source_line":"teaser","published":"first-seen","language":"source"}"#,
    );
}

#[test]
fn outcomes_are_written_as_ever() {
    check(&VisitOutcome::Unchanged, r#"{"v":1,"outcome":"unchanged"}"#);
    let tally = VisitCounts {
        items: 1,
        skipped: 2,
        new: 3,
        revised: 4,
        rejected: 5,
        failed: 6,
        waiting: 7,
    };
    check(
        &VisitOutcome::Visited(tally),
        r#"{"v":1,"outcome":"visited","items":1,"skipped":2,"new":3,"revised":4,"rejected":5,"failed":6,"waiting":7}"#,
    );
    let stages = [
        (VisitStage::Fetch, "fetch"),
        (VisitStage::Discover, "discover"),
        (VisitStage::Health, "health"),
        (VisitStage::Store, "store"),
        (VisitStage::Timeout, "timeout"),
        (VisitStage::Panic, "panic"),
    ];
    let pause = Duration::new(90, 5);
    let advices = [
        (RetryAdvice::RetryLater, r#""retry_later""#),
        (RetryAdvice::RetryAfter(pause), r#"{"retry_after":{"secs":90,"nanos":5}}"#),
        (RetryAdvice::SkipPage, r#""skip_page""#),
        (RetryAdvice::AskOperator, r#""ask_operator""#),
        (RetryAdvice::AskAgency, r#""ask_agency""#),
    ];
    for (stage, stage_word) in stages {
        for (advice, advice_text) in advices {
            let failure = VisitFailure { stage, message: "Hỏng".to_owned(), advice };
            let expected = format!(
                r#"{{"v":1,"outcome":"failed","stage":"{stage_word}","message":"Hỏng","advice":{advice_text}}}"#
            );
            check(&VisitOutcome::Failed(failure), &expected);
        }
    }
}

#[test]
fn what_is_known_of_a_page_is_written_as_ever() {
    check(
        &MediaType::read("text/html; charset=utf-8"),
        r#"{"v":1,"essence":"text/html","charset":"utf-8"}"#,
    );
    for (coding, expected) in [
        (ContentCoding::Identity, r#""identity""#),
        (ContentCoding::Gzip, r#""gzip""#),
        (ContentCoding::Deflate, r#""deflate""#),
        (ContentCoding::Br, r#""br""#),
    ] {
        check(&coding, expected);
    }
    let validators = Validators { etag: text("\"1\""), last_modified: None, wire_hash: text("ab") };
    check(&validators, r#"{"v":1,"etag":"\"1\"","last_modified":null,"wire_hash":"ab"}"#);
    let list = ProfiledList { selector: "ul > a".to_owned(), items: 9, evidence: "Tin".to_owned() };
    check(
        &ListingProfile { lists: vec![list], elsewhere: 3 },
        r#"{"v":1,"lists":[{"selector":"ul > a","items":9,"evidence":"Tin"}],"elsewhere":3}"#,
    );
}

#[test]
fn the_next_page_is_written_as_ever() {
    let url: url::Url = "https://a.example/tin?page=2".parse().unwrap();
    check(&NextPage::Get(url.clone()), r#"{"get":"https://a.example/tin?page=2"}"#);
    let fields = vec![("__VIEWSTATE".to_owned(), "a+=".to_owned())];
    check(
        &NextPage::Post { url, fields },
        r#"{"post":{"url":"https://a.example/tin?page=2","fields":[["__VIEWSTATE","a+="]]}}"#,
    );
}

#[test]
fn the_copy_of_a_list_is_written_as_ever() {
    let copy = ListCopy {
        url: "https://a.example/ds.opml".parse().unwrap(),
        rows: vec![ListedSource {
            line: 2,
            id: "so-y-te".parse().unwrap(),
            keys: vec![("url".to_owned(), "https://b.example/rss".to_owned())],
        }],
        rejected_rows: vec!["line 3".to_owned()],
        ids: BTreeMap::from([("https://b.example/rss".to_owned(), "so-y-te".parse().unwrap())]),
        fetched: Some("2026-11-20T05:00:00Z".parse().unwrap()),
        tried: "2026-11-20T06:00:00Z".parse().unwrap(),
        last_error: text("no answer"),
        shrunk: Some(ShrunkList { addresses_hash: "ab".to_owned(), times: 2 }),
    };
    check(
        &copy,
        r#"{"v":1,"url":"https://a.example/ds.opml","rows":[{"line":2,"id":"so-y-te","keys":[["url","https://b.example/rss"]]}],"refused":["line 3"],"ids":{"https://b.example/rss":"so-y-te"},"fetched":"2026-11-20T05:00:00Z","tried":"2026-11-20T06:00:00Z","trouble":"no answer","shrunk":{"addresses":"ab","times":2}}"#,
    );
}

fn teaser() -> ListingItem {
    ListingItem {
        title: text("Tin"),
        content: Some(RawHtml("<p>".to_owned())),
        tags: vec!["Y tế".to_owned()],
        ..ListingItem::of("https://a.example/1".parse().unwrap(), ArticleKey::kept("/1".to_owned()))
    }
}

const TEASER: &str = r#"{"v":1,"url":"https://a.example/1","key":"/1","title":"Tin","date":null,"summary":null,"image":null,"content":"<p>","author":null,"topics":["Y tế"],"attachments":[],"language":null}"#;

#[test]
fn items_of_listings_are_written_as_ever() {
    check(&teaser(), TEASER);
    let whole = ListingItem {
        image: Some("https://a.example/1.jpg".parse().unwrap()),
        attachments: vec![RawAttachment {
            url: "https://a.example/1.pdf".parse().unwrap(),
            title: text("Công văn"),
            media_type: None,
            length: Some(1),
        }],
        version: text("2026-11-20"),
        first_source: Some(first_source()),
        source_line: text("Báo"),
        pictures: vec!["https://a.example/2.jpg".parse().unwrap()],
        ..teaser()
    };
    let expected = TEASER
        .replace("\"image\":null", "\"image\":\"https://a.example/1.jpg\"")
        .replace(
            "\"attachments\":[]",
            r#""attachments":[{"url":"https://a.example/1.pdf","title":"Công văn","media_type":null,"length":1}]"#,
        )
        .replace(
            "\"language\":null}",
            &format!(
                r#""language":null,"version":"2026-11-20","first_source":{FIRST_SOURCE},"source_line":"Báo","pictures":["https://a.example/2.jpg"]}}"#
            ),
        );
    check(&whole, &expected);
    let list = write_list(&[teaser(), teaser()]).unwrap();
    assert_eq!(list, format!("[{TEASER},{TEASER}]"));
    assert_eq!(read_list::<ListingItem>("items", &list).unwrap(), [teaser(), teaser()]);
}

#[test]
fn a_record_of_a_later_version_is_told_apart_from_a_damaged_one() {
    let later = |version: &str| TEASER.replace("\"v\":1", &format!("\"v\":{version}"));
    let is_later = |found: TransactionError| match found {
        TransactionError::LaterRecord { what, found, known } => {
            (what, found, known) == ("an item", 2, 1)
        }
        _ => false,
    };
    assert!(is_later(read::<ListingItem>("an item", &later("2")).unwrap_err()));
    assert!(is_later(
        read_list::<ListingItem>("an item", &format!("[{}]", later("2"))).unwrap_err()
    ));
    // Even if nothing else of it can be read.
    assert!(is_later(read::<ListingItem>("an item", r#"{"v":2,"khac":[]}"#).unwrap_err()));
    assert!(is_later(read::<NextPage>("an item", r#"{"v":2,"put":"x"}"#).unwrap_err()));
    for damaged in [later("\"x\""), later("-1"), "{}".to_owned(), "[".to_owned()] {
        let found = read::<ListingItem>("an item", &damaged).unwrap_err();
        assert!(matches!(found, TransactionError::Corrupt("an item", _)), "{damaged}: {found:?}");
    }
    let wrong = TEASER.replace("https://a.example/1", "khong-phai-dia-chi");
    let TransactionError::Corrupt(_, why) = read::<ListingItem>("an item", &wrong).unwrap_err()
    else {
        panic!()
    };
    assert!(why.starts_with("url: "), "{why}");
}
