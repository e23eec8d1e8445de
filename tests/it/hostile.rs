//! Pages that no newsroom wrote, passed to `bantin extract`: each is rejected with a reason, or
//! gives the right article.

use crate::agency::{Agency, Answer};
use crate::desk::{self, Desk};
use crate::hostile_pages::{ALL, FEED_PIECES, SENTENCE, TITLE, endless_feed, long_listing, normal};
use bantin_core::Listing;
use bantin_read::discover;
use bantin_read::discover::kind::{self, KindValues};
use chrono::DateTime;
use serde_json::{Value, json};
use std::fs;
use std::io::Write;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// The size of a page in bytes: large enough that quadratic time is noticed, small enough for an
/// unoptimized build.
const SIZE: usize = 1 << 17;
/// The time limit per page. A page takes at most a tenth of it, also unoptimized and on a busy
/// machine; quadratic code takes far more.
const MAX_LENGTH: Duration = Duration::from_secs(60);

/// Passes pages to one batch and returns its answers.
fn batch(pages: &[(String, Vec<u8>)]) -> Vec<Value> {
    let desk = Desk::with(&desk::head());
    let mut lines = String::new();
    for (name, bytes) in pages {
        fs::write(desk.path(name), bytes).unwrap();
        lines +=
            &format!("{}\n", json!({"id": name, "url": "https://a.example/tin/7", "html": name}));
    }
    let mut batch = desk
        .command(&["extract", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = batch.stdin.take().unwrap();
    let writing = std::thread::spawn(move || input.write_all(lines.as_bytes()).unwrap());
    let said = batch.wait_with_output().unwrap();
    writing.join().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let answers: Vec<Value> = String::from_utf8(said.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(answers.len(), pages.len());
    answers
}

#[test]
fn a_hostile_page_is_refused_or_read_rightly_and_soon() {
    let mut pages: Vec<_> =
        ALL.iter().map(|hostile| (hostile.name.to_owned(), (hostile.make)(SIZE))).collect();
    pages.push(("normal".to_owned(), normal(SIZE)));
    let start = Instant::now();
    let answers = batch(&pages);
    assert!(start.elapsed() < MAX_LENGTH, "{:?}", start.elapsed());
    for (answer, (name, _)) in answers.iter().zip(&pages) {
        let hostile = ALL.iter().find(|hostile| hostile.name == name);
        if hostile.is_none_or(|hostile| hostile.is_article) {
            assert_eq!(answer["title"], TITLE, "{name}: {answer:.300}");
            assert!(answer["text"].as_str().unwrap().contains(SENTENCE), "{name}");
            assert_eq!(answer["date"], "2026-11-20T08:15:00+07:00", "{name}");
        } else {
            let error = answer["error"].as_str().unwrap_or_else(|| panic!("{name}: {answer:.500}"));
            assert!(!error.contains("panicked"), "{name}: {error}");
            assert!(error.chars().count() < 400, "{name}: {error}");
        }
    }
}

/// The items of a document of a source of this kind.
fn listing(document: String, kind: &str) -> Listing {
    let address = "https://a.example/tin".parse().unwrap();
    let page = bantin_read::saved_page(document.into_bytes(), address, DateTime::UNIX_EPOCH);
    let mut source = bantin_read::page_source(&page.url).unwrap();
    source.kind = kind::named(kind).unwrap().with(&KindValues::default()).unwrap();
    discover::items(&page, &source).unwrap()
}

/// Quadratic code takes many minutes at these lengths; `cargo bench --bench hostile` measures more
/// exactly.
#[test]
fn a_feed_that_ends_in_endless_markup_keeps_its_whole_items() {
    let start = Instant::now();
    for piece in FEED_PIECES {
        let items = listing(endless_feed(piece, 1 << 19), "feed").items;
        assert_eq!(items[0].url.path(), "/tin/1", "{piece}");
        assert!(items.len() <= 2, "{piece}");
    }
    assert!(start.elapsed() < MAX_LENGTH, "{:?}", start.elapsed());
}

#[test]
fn thousands_of_links_are_a_listing() {
    let start = Instant::now();
    let items = listing(long_listing(1 << 19), "listing").items;
    assert!(items.len() > 3500, "{}", items.len());
    assert!(start.elapsed() < MAX_LENGTH, "{:?}", start.elapsed());
}

#[test]
fn a_page_that_is_cut_off_is_refused_or_gives_the_beginning_of_its_article() {
    let whole = fs::read("tests/pages/seed/sharepoint.html").unwrap();
    let expected = batch(&[("whole".to_owned(), whole.clone())]);
    let (title, text) = (expected[0]["title"].clone(), expected[0]["text"].as_str().unwrap());
    // An arbitrary step, so that cuts fall into tags, letters and entities.
    let pages: Vec<_> = (0..whole.len())
        .step_by(whole.len() / 61)
        .map(|end| (format!("{end}.html"), whole[..end].to_vec()))
        .collect();
    let mut read = 0;
    for answer in batch(&pages) {
        if let Some(error) = answer["error"].as_str() {
            assert!(!error.contains("panicked"), "{answer}");
            continue;
        }
        let is_read = answer["title"] == title;
        read += usize::from(is_read);
        if is_read {
            // The last line may be cut in a word or in a tag.
            let lines: Vec<&str> = answer["text"].as_str().unwrap().lines().collect();
            let sure = lines.split_last().map_or(&[][..], |(_, sure)| sure);
            sure.iter().for_each(|line| assert!(text.contains(line), "{}: {line}", answer["id"]));
        }
    }
    assert!(read > 5, "{read}");
}

/// The pages, of the maximum length, from which parsers once made a hundred times as much.
#[test]
#[cfg(target_os = "linux")]
fn sources_whose_pages_exhaust_parsers_do_not_exhaust_memory_together() {
    let many = |piece: &str| piece.repeat((8 << 20) / piece.len() - 100);
    let json = |piece: &str| {
        format!("{{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{}0]}}", many(piece))
    };
    let pages = [
        ("listing", many("<")),
        ("listing", many("<!-->")),
        ("listing", many("<?>")),
        ("listing", many("x</br>")),
        ("feed", json("{},")),
        ("feed", json("{\"a\":{}},")),
        ("feed", format!("<rss><channel>{}", many("<item/>"))),
        ("sitemap", many("http://a.example/1\n")),
    ];
    let mut feeds = format!("workers = 8\n{}", desk::head().replace("2s", "60s"));
    let mut agencies = Vec::new();
    for (number, (kind, page)) in (0..).zip(pages) {
        let agency = Agency::open_at([127, 0, 2, 1 + number]);
        let fields = vec![("Content-Type", "text/html; charset=utf-8".to_owned())];
        agency.on("/tin-tuc", Answer::Page(200, fields, page.into_bytes()));
        let source = desk::source(&format!("nguon-{number}"), &agency);
        let source = source.replace("\"listing\"", &format!("\"{kind}\""));
        feeds += match kind {
            "listing" => source,
            _ => source.replace("select = { item = \"li.tin\" }\n", ""),
        }
        .as_str();
        agencies.push(agency);
    }
    let desk = Desk::with(&feeds);
    let peak = crate::trouble::peak_of(desk.command(&["once"]));
    for agency in agencies {
        assert_eq!(agency.hits("/tin-tuc"), 1);
    }
    assert!((32 << 10..256 << 10).contains(&peak), "{peak} KiB");
}
