//! Measures the parts of reading a page, on the pages of the tests.
//!
//!     cargo bench --bench reading [NAME]
//!
//! Times depend on the machine; compare the rows of one run. `whole` is the work of `bantin
//! extract`. `parse` only builds the DOM, which is the minimum for any extractor. `dom_smoothie` is
//! a generic extractor, without dates, bylines and cleaning.

#![allow(clippy::unwrap_used, reason = "a bench that cannot run has failed")]

use bantin_core::text::date;
use bantin_core::{PlatformChoice, RawHtml};
use bantin_page::{Dom, Page, SafeHtml, charset};
use bantin_read::normalize::html;
use chrono::{DateTime, Utc};
use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use url::Url;

fn main() {
    divan::main();
}

/// Pages by their family.
const PAGES: [&str; 5] = [
    "seed/sharepoint",
    "seed/unknown-platform",
    "synthetic/dnn1",
    "synthetic/lr1",
    "synthetic/wp1",
];

fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/pages/{name}.html", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn address() -> Url {
    "https://co-quan.example.gov.vn/tin/7".parse().unwrap()
}

fn now() -> DateTime<Utc> {
    "2026-11-20T05:00:00Z".parse().unwrap()
}

fn page(name: &str) -> Page {
    bantin_read::saved_page(bytes(name), address(), now())
}

/// Builds the DOM.
#[divan::bench(args = PAGES)]
fn parse(bencher: Bencher, name: &str) {
    let page = page(name);
    let html = page.html().unwrap();
    bencher.counter(BytesCount::new(page.bytes.len())).bench(|| Dom::parse(black_box(&html)));
}

/// The scan before the parser.
#[divan::bench(args = PAGES)]
fn scan(bencher: Bencher, name: &str) {
    let text = page(name).text().unwrap().text;
    bencher
        .counter(BytesCount::of_str(&text))
        .with_inputs(|| text.clone())
        .bench_values(SafeHtml::check);
}

/// The generic extractor alone.
#[divan::bench(args = PAGES)]
fn dom_smoothie(bencher: Bencher, name: &str) {
    let text = page(name).text().unwrap().text;
    bencher.counter(BytesCount::of_str(&text)).bench(|| {
        dom_smoothie::Readability::new(black_box(text.as_str()), None, None)
            .unwrap()
            .parse()
            .is_ok()
    });
}

/// From bytes to an article.
#[divan::bench(args = PAGES)]
fn whole(bencher: Bencher, name: &str) {
    let page = page(name);
    bencher
        .counter(BytesCount::new(page.bytes.len()))
        .bench(|| bantin_read::single_page(black_box(&page), &PlatformChoice::default()).is_ok());
}

/// The cleaner, on whole pages.
#[divan::bench(args = PAGES)]
fn clean(bencher: Bencher, name: &str) {
    let raw = RawHtml(page(name).text().unwrap().text);
    let address = address();
    bencher
        .counter(BytesCount::of_str(&raw.0))
        .bench(|| html::clean(black_box(&raw), &address).is_ok());
}

/// From bytes to text: UTF-8 with the right label and with a wrong one, and encodings that must be
/// guessed.
#[divan::bench(args = ["utf-8", "mislabelled", "windows-1258", "tcvn3"])]
fn decode(bencher: Bencher, encoding: &str) {
    let utf8 = bytes("seed/sharepoint");
    let (bytes, label) = match encoding {
        "utf-8" => (utf8, Some("utf-8")),
        "mislabelled" => (utf8, Some("iso-8859-1")),
        // `Hội đồng nhân dân` with combining diacritics.
        "windows-1258" => {
            (b"H\xF4\xF2i \xF0\xF4\xCCng nh\xE2n d\xE2n. ".repeat(2000), Some("iso-8859-1"))
        }
        // `Ngày 20 tháng 11` in a font encoding.
        _ => (b"Ng\xB5y 20 th\xB8ng 11 t\xD8nh \xA7\xB8k L\xB8k. ".repeat(1500), None),
    };
    bencher
        .counter(BytesCount::new(bytes.len()))
        .bench(|| charset::decode(black_box(&bytes), None, label, Some("example.gov.vn")).is_ok());
}

/// Parses one date.
#[divan::bench(args = ["2026-11-20T08:30:00+07:00", "Thứ Sáu, 20/11/2026, 08:30 (GMT+7)", "ngày 20 tháng 11 năm 2026"])]
fn read_date(text: &str) -> bool {
    date::read(black_box(text), chrono_tz::Asia::Ho_Chi_Minh, now()).is_ok()
}
