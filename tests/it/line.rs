//! The whole pipeline: from the sites under samples/ to the documents in output/.

use crate::desk::{Desk, NOW};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// The title and the four paragraphs of the article that this project began with.
fn seed() -> (String, Vec<String>) {
    let text =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/seed.txt")).unwrap();
    let mut lines = text.lines().filter(|line| !line.is_empty()).map(str::to_owned);
    (lines.next().unwrap(), lines.collect())
}

#[test]
fn the_samples_become_feeds_and_a_second_pass_changes_no_byte() {
    let desk = Desk::fresh();
    let said = desk.once();
    assert_eq!(said.code, Some(0), "{}\n{}", said.out, said.err);
    let first = desk.output();
    for name in ["tong-hop.atom", "tong-hop.rss", "tong-hop.json", "feeds.opml", "index.html"] {
        assert!(first.contains_key(name), "{name} is missing among {:?}", first.keys());
    }
    assert!(
        first.keys().all(|name| !name.starts_with('.')),
        "a temporary file remains: {:?}",
        first.keys()
    );
    let times = |desk: &Desk| -> BTreeMap<String, std::time::SystemTime> {
        let files = fs::read_dir(desk.path("output")).unwrap().map(Result::unwrap);
        files
            .map(|f| {
                (f.file_name().into_string().unwrap(), f.metadata().unwrap().modified().unwrap())
            })
            .collect()
    };
    let written = times(&desk);

    let said = desk.once();
    assert_eq!(said.code, Some(0), "{}\n{}", said.out, said.err);
    assert_eq!(desk.output(), first);
    assert_eq!(times(&desk), written, "unchanged documents are not even rewritten");

    // A second pass with the real clock finds nothing new either.
    let said = desk.run(&["once"]);
    assert_eq!(said.code, Some(0), "{}\n{}", said.out, said.err);
    assert_eq!(desk.output(), first);

    // An independent desk gives the same: equal stores give equal bytes.
    let other = Desk::fresh();
    other.once();
    assert_eq!(other.output(), first);
}

#[test]
fn the_seed_article_comes_out_exactly() {
    let desk = Desk::fresh();
    desk.once();
    let (title, paragraphs) = seed();
    let articles = desk.export();
    let seeds: Vec<&Value> =
        articles.iter().filter(|article| article["title"] == title.as_str()).collect();
    let [article] = seeds[..] else { panic!("{} articles have the title", seeds.len()) };
    let text: Vec<&str> = article["text"].as_str().unwrap().lines().collect();
    assert_eq!(text, paragraphs, "its four paragraphs and nothing else");
    assert_eq!(article["author"], "Lương Đình Bảo");
    assert_eq!(article["source_line"], "Ban Dân tộc");
    assert_eq!(article["published"], "2023-01-09T17:00:00Z");
    assert_eq!(article["precision"], "day");
    assert_eq!(article["provenance"]["published"], "lead");
    assert_eq!(article["agency"], "Ban Dân tộc");
    assert_eq!(article["province"], "Lâm Đồng");

    let feed = desk.feed("tong-hop");
    let item = feed["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|item| item["title"] == title.as_str())
        .unwrap();
    assert_eq!(item["id"], article["id"]);
    assert_eq!(item["date_published"], "2023-01-10T00:00:00+07:00");
    assert_eq!(item["authors"][0]["name"], "Lương Đình Bảo");
    let output = desk.output();
    for name in ["tong-hop.atom", "tong-hop.rss"] {
        let text = String::from_utf8(output[name].clone()).unwrap();
        for part in paragraphs.iter().chain([&title, &"Lương Đình Bảo".to_owned()]) {
            assert!(text.contains(part.as_str()), "{name} lacks {part:?}");
        }
        assert!(!text.contains("Skip Ribbon Commands"), "{name}");
    }
}

#[test]
fn every_sample_says_what_its_truth_says() {
    let desk = Desk::fresh();
    desk.once();
    let truth = fs::read_to_string(desk.path("samples/expected.json")).unwrap();
    let truth: BTreeMap<String, Vec<Value>> = serde_json::from_str(&truth).unwrap();
    let truth: Vec<Value> = truth.into_values().flatten().collect();
    let articles = desk.export();
    let mut wrong = Vec::new();
    for expected in &truth {
        let title = expected["title"].as_str().unwrap();
        let Some(article) = articles.iter().find(|article| article["title"] == title) else {
            wrong.push(format!("no article is titled {title:?}"));
            continue;
        };
        let mut check = |field: &str, found: Option<&str>| {
            if found != expected[field].as_str() {
                wrong.push(format!(
                    "{title:?}: {field} is {found:?}, not {:?}",
                    expected[field].as_str()
                ));
            }
        };
        check("author", article["author"].as_str());
        check("source", article["source_line"].as_str());
        let published: chrono::DateTime<chrono::Utc> =
            article["published"].as_str().unwrap().parse().unwrap();
        let local = published.with_timezone(&chrono_tz::Asia::Ho_Chi_Minh);
        let (day, instant) = (local.format("%Y-%m-%d").to_string(), local.to_rfc3339());
        let expected_date = expected["date"].as_str();
        check(
            "date",
            if expected_date == Some(day.as_str()) { Some(&day) } else { Some(&instant) },
        );
        let text =
            article["text"].as_str().unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
        let (first, last) =
            (expected["first"].as_str().unwrap(), expected["last"].as_str().unwrap());
        if !text.starts_with(first) {
            wrong.push(format!(
                "{title:?} begins {:?}, not {first:?}",
                text.chars().take(60).collect::<String>()
            ));
        }
        if !text.ends_with(last) {
            let tail: String = text.chars().skip(text.chars().count().saturating_sub(60)).collect();
            wrong.push(format!("{title:?} ends {tail:?}, not {last:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(articles.len(), truth.len(), "every sample is an article, and nothing else is");
}

#[test]
fn a_pass_that_is_killed_anywhere_ends_in_the_same_bytes() {
    let whole = Desk::fresh();
    assert_eq!(whole.once().code, Some(0));
    let expected = whole.output();
    for wait in [5, 15, 30, 50, 80, 120, 200] {
        let desk = Desk::fresh();
        let mut child = desk
            .command(&["once", "--now", NOW])
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(wait));
        child.kill().unwrap();
        child.wait().unwrap();
        let said = desk.once();
        assert_eq!(said.code, Some(0), "killed after {wait} ms: {}\n{}", said.out, said.err);
        assert_eq!(desk.output(), expected, "killed after {wait} ms");
    }
}

#[test]
fn a_withdrawn_article_leaves_every_feed_and_stays_away() {
    let desk = Desk::fresh();
    desk.once();
    let (title, _) = seed();
    let id = desk.export().iter().find(|a| a["title"] == title.as_str()).unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let said = desk.run(&["withdraw", &id, "--reason", "Công văn số 12"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.contains(&title), "{}", said.out);
    for _ in 0..2 {
        for (name, bytes) in desk.output() {
            assert!(!String::from_utf8(bytes).unwrap().contains(&title), "{name} still has it");
        }
        assert_eq!(desk.once().code, Some(0));
    }
    let said = desk.run(&["withdraw", "tag:nobody", "--reason", "x"]);
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("tag:nobody"), "{}", said.err);
}

#[test]
fn what_try_shows_is_what_a_visit_would_give_and_nothing_is_stored() {
    let desk = Desk::fresh();
    let said = desk.run(&["try", "ban-dan-toc", "--pages", "9"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.contains("Lương Đình Bảo") && said.out.contains("[lead]"), "{}", said.out);
    assert!(!desk.path("state").exists() && !desk.path("output").exists());
    let said = desk.run(&["try", "khong-co"]);
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("khong-co") && said.err.contains("ban-dan-toc"), "{}", said.err);
}

#[test]
fn the_export_is_complete_in_both_formats() {
    let desk = Desk::fresh();
    desk.once();
    let json = desk.export();
    let csv = desk.run(&["export", "--format", "csv"]);
    let mut reader = csv::Reader::from_reader(csv.out.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), json.len());
    for (row, article) in rows.iter().zip(&json) {
        assert_eq!(&row[0], article["id"].as_str().unwrap());
        assert_eq!(&row[5], article["title"].as_str().unwrap());
    }
    let one = desk.run(&["export", "--source", "so-van-hoa"]);
    assert!(one.out.lines().count() < json.len() && one.out.lines().count() > 0);
}

#[test]
fn the_schema_is_printed_as_it_lies_in_the_root() {
    let desk = Desk::fresh();
    let schema =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("feeds.schema.json"))
            .unwrap();
    assert_eq!(desk.run(&["schema"]).out.trim(), schema.trim());
    let said = desk.run(&["check"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.contains("4 sources"), "{}", said.out);
}
