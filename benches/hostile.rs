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
use hostile_pages::{ALL, normal};
use std::time::{Duration, Instant};

/// Twice the length of the longest page of an agency that was seen, in bytes.
const SIZE: usize = 1 << 20;

/// Markup that a feed repeats in its last item and never ends.
const FEED_PIECES: [&str; 15] = [
    "<",
    "&",
    "]]>",
    "<a",
    "</a",
    "<!--",
    "<!",
    "<?",
    "&#",
    "<![CDATA[",
    "<a b=c ",
    "</b>",
    "\u{FEFF}",
    "'",
    "&lt;",
];

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
    let usual = bench.usual("a normal feed", |size| time(|| feed(&usual_items(size))));
    for piece in FEED_PIECES {
        let items = |size: usize| {
            format!(
                "<item><link>/tin/1</link></item><item><title>{}",
                piece.repeat(size / piece.len())
            )
        };
        bench.compare(&format!("feed of {piece:?}"), usual, |size| time(|| feed(&items(size))), "");
    }
    bench.compare("a listing of links", usual, |size| time(|| listing(size)), "");
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

/// The time that reading a feed with these items takes.
fn feed(items: &str) -> Duration {
    let feed = format!("<rss version=\"2.0\"><channel><title>Tin</title>{items}");
    let mut page = page(feed.as_bytes(), "https://co-quan.example.gov.vn/rss");
    page.media = MediaType::read("application/rss+xml; charset=utf-8");
    let mut source = bantin_read::page_source(&page.url).unwrap();
    source.kind = kind::named("feed").unwrap().with(&KindValues::default()).unwrap();
    let start = Instant::now();
    let _ = std::hint::black_box(discover::items(&page, &source));
    start.elapsed()
}

fn usual_items(size: usize) -> String {
    let item = |n| {
        format!(
            "<item><link>/tin/{n}</link><title>Tin số {n}</title><description>Lời dẫn.</description></item>"
        )
    };
    (0..size / item(0).len()).map(item).collect()
}

/// The time that finding the news among many links takes.
fn listing(size: usize) -> Duration {
    let item = |n| {
        format!(
            "<li><h3><a href='/tin/bai-viet-so-{n}'>Đoàn kiểm tra làm việc tại xã thứ {n}</a></h3><p>Lời dẫn dài hơn một dòng.</p></li>"
        )
    };
    let items: String = (0..size / item(0).len()).map(item).collect();
    let page = page(
        format!("<main><ul>{items}</ul></main>").as_bytes(),
        "https://co-quan.example.gov.vn/tin",
    );
    let mut source = bantin_read::page_source(&page.url).unwrap();
    source.kind = kind::named("listing").unwrap().with(&KindValues::default()).unwrap();
    let start = Instant::now();
    let _ = std::hint::black_box(discover::items(&page, &source));
    start.elapsed()
}
