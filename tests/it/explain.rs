//! `bantin explain`: for files, for stored articles, and for items without an article.

use crate::agency::{Agency, html};
use crate::desk::{self, Desk, Said, article, publish, source};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// Compares with a file of `tests/explain/`; `BLESS=1` rewrites it.
#[track_caller]
fn golden(name: &str, shown: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/explain").join(name);
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, shown).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap();
    assert!(kept == shown, "{name} differs; check it, then rewrite it with BLESS=1:\n{shown}");
}

/// Runs `explain` on a terminal of 100 columns.
fn explain(desk: &Desk, arguments: &[&str]) -> Said {
    let all = [&["explain"], arguments].concat();
    desk.command(&all).env("COLUMNS", "100").output().unwrap().into()
}

#[track_caller]
fn has(said: &Said, wanted: &[&str]) {
    // Ignore where lines are broken.
    let shown = said.out.split_whitespace().collect::<Vec<_>>().join(" ");
    for wanted in wanted {
        assert!(shown.contains(wanted), "{wanted:?} is missing:\n{}\n{}", said.out, said.err);
    }
}

/// A desk, visited once, and its agency with two articles.
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
                "rules those of source a, which the article belongs to",
                "page the stored one, fetched at",
                &format!("stored {id}, of source a, revision 1"),
                "teaser \"Tin số 1 của cơ quan\"",
                "TITLE Tin số 1 của cơ quan [teaser]",
                "agrees heading",
                "DATE 2026-10-02 08:15 +07:00 [label:Ngày đăng",
                "keys of source a",
            ],
        );
        // The stored article equals the one extracted again.
        assert!(!said.out.contains("\n  stored"), "{}", said.out);
    }
    assert_eq!(agency.seen().len(), seen, "the page is in the store, so nothing was fetched");

    let said = explain(&desk, &["tag:bantin.example,2026:a:/tin/"]);
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("matches several articles") && said.err.contains(id), "{}", said.err);

    // Other rules would extract another article.
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

    // A stored article is explained even if its source was removed.
    desk.write(&desk::head());
    let said = explain(&desk, &["--stored", "--format", "json", id]);
    let record: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(record["stored"]["article"]["id"], id);
    assert!(record["rules"].as_str().unwrap().contains("a is no longer in feeds.toml"));
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
            "its page was rejected once and is not fetched before 2026-11-20 06:15 +00:00",
            "NO ARTICLE maintenance: a maintenance page of the site (it contains \"dang bao tri\")",
            "(rule maintenance)",
        ],
    );
    let said = explain(&desk, &["--format", "json", &agency.url("/tin/3")]);
    let record: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(record["refused"]["rule"], "maintenance");
    assert_eq!(record["refused"]["evidence"], "it contains \"dang bao tri\"");
    // Once the page exists, its listing item is used although there is no article yet.
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
            "those of source a, which is at the same host (as are b; choose another with --source)",
            "charset UTF-8: configured by charset in feeds.toml",
            "article.remove \"p:first-child\"",
        ],
    );
    let said = explain(&desk, &["bai.html", "--source", "b"]);
    has(&said, &["rules those of source b, named by --source"]);
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
        &["\"khong-co.html\" is not a file, an address", "bantin export"],
    );
    check(&desk, &["bai.html", "--source", "x"], 2, &["no source has the id \"x\""]);
    check(&desk, &["--stored", "https://a.example/7"], 2, &["--stored fetches nothing"]);
    let agency = Agency::open();
    check(&desk, &[&agency.url("/tin/7")], 1, &["not a public address"]);
    assert_eq!(agency.seen().len(), 0);
    fs::write(desk.path("anh.html"), b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").unwrap();
    let said = explain(&desk, &["anh.html"]);
    assert_eq!(said.code, Some(1));
    has(&said, &["charset none: the bytes cannot be decoded as text", "NO ARTICLE the page at"]);
}
