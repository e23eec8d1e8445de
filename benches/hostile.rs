//! The time that hostile pages, feeds and listings take, each compared with a usual one of the same
//! size and with itself at half the size.
//!
//!     cargo bench --bench hostile [NAME]
//!
//! `ratio` above 3 is work that a usual document of that size does not cause. `doubling` above 3 is
//! time that grows faster than the size. Times under a millisecond are not compared.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench that cannot run has failed, and prints what it found"
)]

#[path = "../tests/it/hostile_pages.rs"]
mod hostile_pages;

use bantin_core::PlatformChoice;
use bantin_page::{MediaType, Page};
use bantin_read::discover;
use bantin_read::discover::kind::{self, KindValues};
use chrono::DateTime;
use hostile_pages::{ALL, FEED_PIECES, endless_feed, long_listing, normal};
use std::time::{Duration, Instant};

/// Twice the length of the longest page of an agency that was seen, in bytes.
const SIZE: usize = 1 << 20;

fn main() {
    // `cargo bench` passes `--bench` on; `cargo test --benches` runs everything once, with small input.
    let is_test = !std::env::args().any(|argument| argument == "--bench");
    let only = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let bench = Bench { size: if is_test { 1 << 12 } else { SIZE }, only };
    let usual = bench.usual("a normal page", |size| time(|| article(&normal(size))));
    for hostile in ALL {
        let kind = if hostile.is_article { "an article" } else { "rejected" };
        let take = |size| time(|| article(&(hostile.make)(size)));
        bench.compare(hostile.name, usual, take, kind);
    }
    let usual = bench.usual("a normal feed", |size| time(|| items(&usual_feed(size), "feed")));
    for piece in FEED_PIECES {
        let take = |size| time(|| items(&endless_feed(piece, size), "feed"));
        bench.compare(&format!("feed of {piece:?}"), usual, take, "");
    }
    let take = |size| time(|| items(&long_listing(size), "listing"));
    bench.compare("a listing of links", usual, take, "");
}

/// The settings of a run.
struct Bench {
    size: usize,
    /// A part of the names to run.
    only: Option<String>,
}

impl Bench {
    /// Measures and prints the document that others are compared with.
    fn usual(&self, name: &str, take: impl Fn(usize) -> Duration) -> Duration {
        let usual = take(self.size);
        println!("{name:24} {usual:>12.1?}");
        usual
    }

    fn compare(&self, name: &str, usual: Duration, take: impl Fn(usize) -> Duration, kind: &str) {
        if self.only.as_deref().is_some_and(|only| !name.contains(only)) {
            return;
        }
        let (half, whole) = (take(self.size / 2), take(self.size));
        let doubling = if whole < Duration::from_millis(1) {
            1.0
        } else {
            whole.as_secs_f64() / half.as_secs_f64()
        };
        let ratio = whole.as_secs_f64() / usual.as_secs_f64();
        println!("{name:24} {whole:>12.1?}  ratio {ratio:>6.2}  doubling {doubling:>5.2}  {kind}");
    }
}

/// The least of three measured times; the first alone if it is above a second.
fn time(measured: impl Fn() -> Duration) -> Duration {
    let first = measured();
    // One run is exact enough above a second.
    if first > Duration::from_secs(1) { first } else { measured().min(measured()).min(first) }
}

fn page(bytes: &[u8], address: &str) -> Page {
    bantin_read::saved_page(bytes.to_vec(), address.parse().unwrap(), DateTime::UNIX_EPOCH)
}

/// The time that extracting an article takes.
fn article(bytes: &[u8]) -> Duration {
    let page = page(bytes, "https://co-quan.example.gov.vn/tin/7");
    let start = Instant::now();
    std::hint::black_box(&bantin_read::single_page(&page, &PlatformChoice::default()));
    start.elapsed()
}

/// The time that finding the items of a source of this kind takes.
fn items(document: &str, kind: &str) -> Duration {
    let mut page = page(document.as_bytes(), "https://co-quan.example.gov.vn/tin");
    if kind == "feed" {
        page.media = MediaType::read("application/rss+xml; charset=utf-8");
    }
    let mut source = bantin_read::page_source(&page.url).unwrap();
    source.kind = kind::named(kind).unwrap().with(&KindValues::default()).unwrap();
    let start = Instant::now();
    let _ = std::hint::black_box(discover::items(&page, &source));
    start.elapsed()
}

/// A feed of about this size that newsrooms write.
fn usual_feed(size: usize) -> String {
    let item = |n| {
        format!(
            "<item><link>/tin/{n}</link><title>Tin số {n}</title><description>Lời dẫn.</description></item>"
        )
    };
    let items: String = (0..size / item(0).len()).map(item).collect();
    format!("<rss version=\"2.0\"><channel><title>Tin</title>{items}</channel></rss>")
}
