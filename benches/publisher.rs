//! Measures publishing after one new article, compared with publishing everything.
//!
//!     cargo bench --bench publisher [ARTICLES ...]
//!
//! There are 40 sources in 20 provinces, and 380 feeds, one per pair of province and topic. Each
//! row is one size of the store. `all` is the time of a publisher with an empty cache. `one` is the
//! median time after one new article, with a warm cache; the number of documents that it wrote
//! follows. Once documents are full, `one` must stay the same from row to row. Compression is off,
//! because it would take most of the time.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench that cannot run has failed")]

use bantin::config::{self, BaseDirectories};
use bantin::daemon::ActivePlan;
use bantin::publisher::{self, Publisher};
use bantin_core::{CleanHtml, NewArticle, RawHtml};
use bantin_read::normalize::html;
use bantin_store::{ImportedArticle, Store};
use chrono::{DateTime, TimeDelta, Utc};
use std::path::Path;
use std::time::{Duration, Instant};

/// The default numbers of articles in the store.
const SIZES: [u32; 2] = [1_020, 102_000];
const PROVINCES: [&str; 20] = [
    "Hà Nội",
    "Cao Bằng",
    "Tuyên Quang",
    "Điện Biên",
    "Lai Châu",
    "Sơn La",
    "Lào Cai",
    "Thái Nguyên",
    "Lạng Sơn",
    "Quảng Ninh",
    "Bắc Ninh",
    "Phú Thọ",
    "Hải Phòng",
    "Hưng Yên",
    "Ninh Bình",
    "Thanh Hóa",
    "Nghệ An",
    "Hà Tĩnh",
    "Quảng Trị",
    "Huế",
];
const SOURCES: u32 = 40;
/// Words that each match one topic.
const SUBJECTS: [&str; 4] =
    ["Dân tộc thiểu số", "Tôn giáo", "Nông thôn mới", "Giảm nghèo bền vững"];
/// The number of articles published one by one.
const RUNS: u32 = 31;

fn now() -> DateTime<Utc> {
    "2026-11-20T05:00:00Z".parse().unwrap()
}

fn plan(folder: &Path) -> config::Plan {
    let mut feeds = "base_url = \"https://bantin.example/\"\nprecompress = false\nid_authority = \"bantin.example,2026\"\n\
        [[feed]]\neach = ['province', 'topic']\nid = 'tin-{province}-{topic}'\ntitle = '{province}: {topic}'\n"
        .to_owned();
    for (number, province) in (0..SOURCES).zip(PROVINCES.iter().cycle()) {
        feeds += &format!(
            "[[source]]\nid = 'nguon-{number}'\nagency = 'Cơ quan {number}'\nprovince = '{province}'\nkind = 'listing'\n\
             url = 'https://nguon-{number}.example/tin'\nselect = {{ item = 'li' }}\n"
        );
    }
    let place = BaseDirectories {
        working_directory: folder.to_owned(),
        state_directory: None,
        credentials_directory: None,
    };
    config::read_as(&folder.join("feeds.toml"), feeds, &place).unwrap()
}

fn body() -> (CleanHtml, String) {
    let text = "Chiều ngày 20/11, Ủy ban nhân dân tỉnh tổ chức hội nghị tổng kết năm 2026 và bàn việc của năm sau. ";
    let page = "https://nguon-1.example/tin/1".parse().unwrap();
    let raw = RawHtml(format!("<p>{}</p>", text.repeat(3)).repeat(8));
    (html::clean(&raw, &page).unwrap(), text.repeat(24))
}

/// The article with a number, published at an instant.
fn imported(
    number: u32,
    published: DateTime<Utc>,
    (html, text): &(CleanHtml, String),
) -> ImportedArticle {
    let source = number % SOURCES;
    let subject = SUBJECTS.iter().cycle().nth((number / SOURCES % 4) as usize).unwrap();
    let content = NewArticle {
        title: format!("{subject}: tin số {number}"),
        html: html.clone(),
        text: text.clone(),
        ..bantin_testing::article(&format!("nguon-{source}"), number, published)
    };
    let id = format!("tag:bantin.example,2026:nguon-{source}:/tin/{number}");
    let article = bantin_testing::stored_article(&id, content);
    ImportedArticle {
        article,
        origin: None,
        withdrawn: None,
        addresses: Vec::new(),
        made_from: None,
    }
}

async fn row(size: u32) {
    let folder = tempfile::tempdir().unwrap();
    let plan = plan(folder.path());
    let store = Store::open(&folder.path().join("state")).await.unwrap();
    let active = ActivePlan::from_plan(plan, &store, now()).await.unwrap();
    let body = body();
    let at = |number: u32| now() + TimeDelta::minutes(i64::from(number) - i64::from(size));
    for first in (0..size).step_by(1_000) {
        let articles = (first..size.min(first + 1_000)).map(|n| imported(n, at(n), &body));
        store.import_articles(articles.collect(), at(size)).await.unwrap();
    }
    publisher::begin_day(&store, &active.feeds, now()).await.unwrap();
    let mut publisher = Publisher::default();
    // Assigns the topics and writes the archives.
    publisher.publish(&store, &active.site, &active.feeds).await.unwrap();
    let begun = Instant::now();
    Publisher::default().publish(&store, &active.site, &active.feeds).await.unwrap();
    let all = begun.elapsed();
    let mut ones: Vec<(Duration, usize)> = Vec::new();
    for number in size..size + RUNS {
        store.import_articles(vec![imported(number, at(number), &body)], at(number)).await.unwrap();
        let begun = Instant::now();
        let report = publisher.publish(&store, &active.site, &active.feeds).await.unwrap();
        ones.push((begun.elapsed(), report.written));
    }
    ones.sort();
    let (one, written) = ones.iter().copied().nth(ones.len() / 2).unwrap();
    println!(
        "{size:>8} articles, {:>4} feeds   all {:>8.1} ms   one {:>6.2} ms, {written} documents",
        active.feeds.len(),
        all.as_secs_f64() * 1e3,
        one.as_secs_f64() * 1e3
    );
}

fn main() {
    let asked: Vec<u32> = std::env::args().filter_map(|size| size.parse().ok()).collect();
    let sizes = if asked.is_empty() { SIZES.to_vec() } else { asked };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for size in sizes {
        runtime.block_on(row(size));
    }
}
