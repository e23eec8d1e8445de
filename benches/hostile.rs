//! Measures pages built to be slow, each compared with a normal page of the same size and with
//! itself at half the size.
//!
//!     cargo bench --bench hostile [NAME]
//!
//! A `ratio` above 3 means more work than a normal page of that size takes. A `doubling` above 3
//! means that time grows faster than the page. Times under a millisecond are not compared.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench that cannot run has failed, and prints what it found"
)]

#[path = "../tests/it/hostile_pages.rs"]
mod hostile_pages;

use bantin_core::PlatformChoice;
use hostile_pages::{ALL, normal};
use std::time::{Duration, Instant};

/// The page size in bytes: twice the longest page seen of an agency.
const SIZE: usize = 1 << 20;

fn main() {
    // `cargo bench` passes `--bench` to the program; `cargo test --benches` runs everything once,
    // on small pages.
    let is_test = !std::env::args().any(|argument| argument == "--bench");
    let only = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let size = if is_test { 1 << 12 } else { SIZE };
    let usual = time(&normal(size));
    println!("{:20} {usual:>12.1?}", "a normal page");
    for hostile in
        ALL.iter().filter(|hostile| only.as_deref().is_none_or(|only| hostile.name.contains(only)))
    {
        let (half, whole) = (time(&(hostile.make)(size / 2)), time(&(hostile.make)(size)));
        let doubling = if whole < Duration::from_millis(1) {
            1.0
        } else {
            whole.as_secs_f64() / half.as_secs_f64()
        };
        let kind = if hostile.is_article { "an article" } else { "rejected" };
        let ratio = whole.as_secs_f64() / usual.as_secs_f64();
        println!(
            "{:20} {whole:>12.1?}  ratio {ratio:>6.2}  doubling {doubling:>5.2}  {kind}",
            hostile.name
        );
    }
}

/// The minimum of three times for reading a page.
fn time(bytes: &[u8]) -> Duration {
    let address: url::Url = "https://co-quan.example.gov.vn/tin/7".parse().unwrap();
    let once = || {
        let page =
            bantin_read::saved_page(bytes.to_vec(), address.clone(), chrono::DateTime::UNIX_EPOCH);
        let start = Instant::now();
        let article = bantin_read::single_page(&page, &PlatformChoice::default());
        std::hint::black_box(&article);
        start.elapsed()
    };
    let first = once();
    // For seconds, one run is accurate enough.
    if first > Duration::from_secs(1) { first } else { once().min(once()).min(first) }
}
