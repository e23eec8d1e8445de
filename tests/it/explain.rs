//! Why an article is as it is: of files, of articles in the store, of items that have none.

use crate::agency::{Agency, html};
use crate::desk::{self, Desk, Said, article, publish, source};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// Compares with a file of `tests/explain/`; `BLESS=1` writes it.
#[track_caller]
fn golden(name: &str, shown: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/explain").join(name);
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, shown).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap();
    assert!(kept == shown, "{name} is another; look at it, then BLESS=1 rewrites it:\n{shown}");
}

/// A desk with a page on it, and a terminal of 100 columns.
fn explain(desk: &Desk, arguments: &[&str]) -> Said {
    let all = [&["explain"], arguments].concat();
    desk.command(&all).env("COLUMNS", "100").output().unwrap().into()
}

#[track_caller]
fn has(said: &Said, wanted: &[&str]) {
    // Wherever the lines are broken.
    let shown = said.out.split_whitespace().collect::<Vec<_>>().join(" ");
    for wanted in wanted {
        assert!(shown.contains(wanted), "{wanted:?} is missing:\n{}\n{}", said.out, said.err);
    }
}

/// The desk of an agency with two articles, visited once.
fn visited() -> (Desk, Agency) {
    let agency = Agency::open();
    publish(&agency, &[2, 1]);
    let desk = Desk::with(&(desk::head() + &source("a", &agency)));
    let said = desk.once();
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    (desk, agency)
}

#[test]
fn a_page_is_explained_in_words_and_as_json() {
    let desk = Desk::with(&desk::head());
    let seed = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages/seed/unknown-platform.html");
    fs::copy(seed, desk.path("bai.html")).unwrap();
    let url = "https://bandantoc.example.gov.vn/SitePages/bai.aspx?ItemID=7";
    let said = explain(&desk, &["bai.html", "--url", url]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.lines().all(|line| line.chars().count() <= 100), "{}", said.out);
    golden("seed.txt", &said.out);
    let said = explain(&desk, &["bai.html", "--url", url, "--format", "json"]);
    golden("seed.json", &said.out);
    let record: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(record["fields"]["date"]["considered"][0]["from"], "lead");
    assert_eq!(record["charset"]["replaced"], 0);
}

#[test]
fn an_article_of_the_store_is_explained_by_its_id_its_beginning_and_its_address() {
    let (desk, agency) = visited();
    let seen = agency.seen().len();
    let id = "tag:bantin.example,2026:a:/tin/1";
    for name in [id, &agency.url("/tin/1")] {
        let said = explain(&desk, &[name]);
        assert_eq!(said.code, Some(0), "{}", said.err);
        has(
            &said,
            &[
                "rules those of source a, whose article it is",
                "page the one in the store, which came at",
                &format!("stored {id}, of source a, revision 1"),
                "teaser \"Tin số 1 của cơ quan\"",
                "TITLE Tin số 1 của cơ quan [teaser]",
                "agrees heading",
                "DATE 2026-10-02 08:15 +07:00 [label:Ngày đăng",
                "keys of source a",
            ],
        );
        // What is stored is what would be made again.
        assert!(!said.out.contains("\n  stored"), "{}", said.out);
    }
    assert_eq!(agency.seen().len(), seen, "the page lies in the store, and nobody was asked");

    let said = explain(&desk, &["tag:bantin.example,2026:a:/tin/"]);
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("is several articles") && said.err.contains(id), "{}", said.err);

    // With other rules it would be another article.
    let feeds =
        desk::head() + &source("a", &agency) + "article = { title = \"p\", date = \"td.x\" }\n";
    desk.write(&feeds);
    let said = explain(&desk, &[id]);
    has(
        &said,
        &[
            "TITLE Ngày đăng: 02/10/2026 08:15 [selector:p]",
            "stored teaser \"Tin số 1 của cơ quan\"",
            "passed over selector:td.x finds nothing on this page",
        ],
    );

    // Of a source that is gone what is stored is told all the same.
    desk.write(&desk::head());
    let said = explain(&desk, &["--stored", "--format", "json", id]);
    let record: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(record["stored"]["article"]["id"], id);
    assert!(record["rules"].as_str().unwrap().contains("a is not in feeds.toml any more"));
    let said = desk.run(&["withdraw", id, "--reason", "Công văn số 1"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    has(&explain(&desk, &[id]), &["withdrawn by the operator at", "Công văn số 1"]);
}

#[test]
fn an_item_that_has_no_article_is_explained_with_its_refusal() {
    let (desk, agency) = visited();
    publish(&agency, &[3, 2, 1]);
    let maintenance =
        "<html><title>Thông báo</title><body><p>Website đang bảo trì.</p></body></html>";
    agency.on("/tin/3", html(maintenance));
    desk.run(&["once", "--now", "2026-11-20T06:00:00Z"]);
    let said = explain(&desk, &[&agency.url("/tin/3")]);
    assert_eq!(said.code, Some(1), "{}", said.err);
    has(
        &said,
        &[
            "rules those of source a, which is at the same host",
            "waiting it is listed and has no article yet, since 2026-11-20 06:00 +00:00",
            "its page was refused once, and is not asked for before 2026-11-20 06:15 +00:00",
            "NO ARTICLE maintenance: a page that says that the site is being maintained (\"dang bao tri\" is on it)",
            "(rule maintenance)",
        ],
    );
    let said = explain(&desk, &["--format", "json", &agency.url("/tin/3")]);
    let record: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(record["refused"]["rule"], "maintenance");
    assert_eq!(record["refused"]["evidence"], "\"dang bao tri\" is on it");
    // When the page is there, its teaser is used although there is no article yet.
    agency.on("/tin/3", html(article(3)));
    let said = explain(&desk, &[&agency.url("/tin/3")]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    has(&said, &["TITLE Tin số 3 của cơ quan [teaser]"]);
}

#[test]
fn a_page_of_a_file_is_read_by_the_rules_that_are_named() {
    let agency = Agency::open();
    let rules = "charset = \"utf-8\"\narticle = { remove = [\"p:first-child\"] }\n";
    let feeds = desk::head() + &source("a", &agency) + rules + &source("b", &agency);
    let desk = Desk::with(&feeds);
    fs::write(desk.path("bai.html"), article(7)).unwrap();
    let said = explain(&desk, &["bai.html"]);
    has(
        &said,
        &[
            "rules those of no source: the page has no address",
            "charset UTF-8: the bytes are valid UTF-8",
        ],
    );
    let said = explain(&desk, &["bai.html", "--url", &agency.url("/tin/7")]);
    has(
        &said,
        &[
            "those of source a, which is at the same host (as are b; --source names another)",
            "charset UTF-8: charset in feeds.toml says so",
            "article.remove \"p:first-child\"",
        ],
    );
    let said = explain(&desk, &["bai.html", "--source", "b"]);
    has(&said, &["rules those of source b, as --source says"]);
    assert_eq!(agency.seen().len(), 0);
}

#[test]
fn what_is_not_known_is_said_with_what_to_do() {
    #[track_caller]
    fn check(desk: &Desk, arguments: &[&str], code: i32, wanted: &[&str]) {
        let said = explain(desk, arguments);
        assert_eq!(said.code, Some(code), "{}{}", said.out, said.err);
        for wanted in wanted {
            assert!(said.err.contains(wanted), "{}", said.err);
        }
    }
    let desk = Desk::with(&desk::head());
    fs::write(desk.path("bai.html"), article(7)).unwrap();
    check(&desk, &["tag:bantin.example,2026:a:/1"], 2, &["no article has the id", "bantin export"]);
    check(
        &desk,
        &["khong-co.html"],
        2,
        &["\"khong-co.html\" is no file, no address", "bantin export"],
    );
    check(&desk, &["bai.html", "--source", "x"], 2, &["no source is called \"x\""]);
    check(&desk, &["--stored", "https://a.example/7"], 2, &["--stored asks no host"]);
    let agency = Agency::open();
    check(&desk, &[&agency.url("/tin/7")], 1, &["not a public address"]);
    assert_eq!(agency.seen().len(), 0);
    fs::write(desk.path("anh.html"), b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").unwrap();
    let said = explain(&desk, &["anh.html"]);
    assert_eq!(said.code, Some(1));
    has(&said, &["charset none: the bytes cannot be read as text", "NO ARTICLE the page at"]);
}
