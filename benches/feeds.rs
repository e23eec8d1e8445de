//! Measures the parsing of foreign feeds, on generated feeds of one megabyte.
//!
//!     cargo bench --bench feeds [NAME]
//!
//! Throughput depends on the machine; compare the rows of one run. `whole` is the work of a visit:
//! bytes to text, the XML tree, the items. `feed_rs` only parses the same bytes.
//!
//! When this was written, `whole` took as long as `feed_rs` for `atom-escaped` and `rss-escaped`,
//! two thirds of it for `json` and `rss-short`, 95 % for `rss-english`, and 120 % for `rss-cdata`.
//! The throughput was 100 MB/s for the shortest items and 220 to 490 MB/s for the rest, on one core
//! of a small server.

#![allow(clippy::unwrap_used, reason = "a bench that cannot run has failed")]

use bantin_core::Source;
use bantin_page::{MediaType, Page};
use bantin_read::discover;
use bantin_read::discover::kind::{self, KindValues};
use chrono::{DateTime, Utc};
use divan::counter::BytesCount;
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

/// Minimum size of a generated feed, in bytes.
const LENGTH: usize = 1 << 20;

/// The names of the feeds.
const FEEDS: [&str; 6] =
    ["rss-cdata", "rss-short", "rss-english", "rss-escaped", "atom-escaped", "json"];

const VIETNAMESE: &str = "Chiều ngày 20/11, Ủy ban nhân dân tỉnh tổ chức hội nghị tổng kết công tác dân tộc năm 2026; đồng bào các xã \
    vùng cao được hỗ trợ giống cây trồng, nước sạch và những con đường mới. ";
const ENGLISH: &str = "On 20 November the people's committee of the province met to sum up a year of work in the villages of the high \
    country: seeds, clean water and new roads have come, and more are on the way. ";

/// A body of about four kilobytes.
fn body(sentence: &str) -> String {
    let paragraph = format!("<p class=\"noi-dung\">{}</p>\n", sentence.repeat(2));
    let picture = "<figure><img src=\"/anh/1.jpg\" alt=\"Hội nghị\" width=\"600\"/><figcaption>Ảnh: Cổng</figcaption></figure>\n";
    let link = "<p>Xem <a href=\"/tin/trước?a=1&amp;b=2\">tin trước</a> &ndash; <strong>tin sau</strong>&nbsp;</p>\n";
    format!("{}{picture}{link}{}", paragraph.repeat(4), paragraph.repeat(3))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn rss(item: impl Fn(usize) -> String) -> String {
    let mut feed = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
        xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>Cổng thông tin</title><link>https://co-quan.example/</link>\
        <description>Tin tức</description><language>vi</language>\n"
        .to_owned();
    for number in 0.. {
        feed += &item(number);
        if feed.len() > LENGTH {
            break;
        }
    }
    feed + "</channel></rss>\n"
}

fn rss_item(number: usize, sentence: &str, rest: &str) -> String {
    format!(
        "<item>\n  <title>{number}: {}</title>\n  <link>https://co-quan.example/tin/{number}</link>\n  <guid isPermaLink=\"false\">tin-{number}</guid>\n  \
         <pubDate>Fri, 20 Nov 2026 08:30:00 +0700</pubDate>\n  <dc:creator>Lò Văn A</dc:creator>\n  <category>Kinh tế</category>\n  {rest}</item>\n",
        sentence.chars().take(70).collect::<String>()
    )
}

fn feed(name: &str) -> String {
    let content =
        |sentence| format!("<content:encoded><![CDATA[{}]]></content:encoded>\n", body(sentence));
    let description = |text: &str| format!("<description>{text}</description>\n");
    match name {
        "rss-cdata" => rss(|number| {
            rss_item(number, VIETNAMESE, &(description(VIETNAMESE) + &content(VIETNAMESE)))
        }),
        "rss-english" => {
            rss(|number| rss_item(number, ENGLISH, &(description(ENGLISH) + &content(ENGLISH))))
        }
        "rss-short" => rss(|number| rss_item(number, VIETNAMESE, &description(VIETNAMESE))),
        "rss-escaped" => {
            rss(|number| rss_item(number, VIETNAMESE, &description(&escaped(&body(VIETNAMESE)))))
        }
        "atom-escaped" => {
            let mut feed = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"vi\"><id>tag:co-quan.example,2026:1</id>\
                <title>Cổng thông tin</title><updated>2026-11-20T08:30:00+07:00</updated>\n"
                .to_owned();
            for number in 0.. {
                feed += &format!(
                    "<entry><id>tag:co-quan.example,2026:{number}</id><title>{number}: {}</title><link rel=\"alternate\" href=\"https://co-quan.example/tin/{number}\"/>\
                     <updated>2026-11-20T08:30:00+07:00</updated><author><name>Lò Văn A</name></author><summary>{VIETNAMESE}</summary>\
                     <content type=\"html\">{}</content></entry>\n",
                    VIETNAMESE.chars().take(70).collect::<String>(),
                    escaped(&body(VIETNAMESE))
                );
                if feed.len() > LENGTH {
                    break;
                }
            }
            feed + "</feed>\n"
        }
        _ => {
            let mut items = Vec::new();
            let mut length = 0;
            while length < LENGTH {
                let number = items.len();
                let item = serde_json::json!({
                    "id": format!("tin-{number}"), "url": format!("https://co-quan.example/tin/{number}"),
                    "title": format!("{number}: {}", VIETNAMESE.chars().take(70).collect::<String>()),
                    "summary": VIETNAMESE, "content_html": body(VIETNAMESE), "date_published": "2026-11-20T08:30:00+07:00",
                    "authors": [{"name": "Lò Văn A"}], "tags": ["Kinh tế"],
                });
                length += item.to_string().len();
                items.push(item);
            }
            serde_json::json!({"version": "https://jsonfeed.org/version/1.1", "title": "Cổng thông tin", "items": items})
                .to_string()
        }
    }
}

fn now() -> DateTime<Utc> {
    "2026-11-21T05:00:00Z".parse().unwrap()
}

fn page(name: &str) -> (Page, Source) {
    let address = "https://co-quan.example/rss".parse().unwrap();
    let mut page = bantin_read::saved_page(feed(name).into_bytes(), address, now());
    page.media = MediaType::read("application/rss+xml; charset=utf-8");
    let mut source = bantin_read::page_source(&page.url).unwrap();
    source.kind = kind::named("feed").unwrap().with(&KindValues::default()).unwrap();
    (page, source)
}

/// From bytes to listing items.
#[divan::bench(args = FEEDS)]
fn whole(bencher: Bencher, name: &str) {
    let (page, source) = page(name);
    let items = discover::items(&page, &source).unwrap().items.len();
    assert!(items > 100, "{name} has {items} items");
    bencher
        .counter(BytesCount::new(page.bytes.len()))
        .bench(|| discover::items(black_box(&page), &source).unwrap().items.len());
}

/// From bytes to text, a part of `whole`.
#[divan::bench(args = FEEDS)]
fn decode(bencher: Bencher, name: &str) {
    let (page, _) = page(name);
    bencher
        .counter(BytesCount::new(page.bytes.len()))
        .bench(|| black_box(&page).text().unwrap().text.len());
}

/// The feed-rs parser, for comparison.
#[divan::bench(args = FEEDS)]
fn feed_rs(bencher: Bencher, name: &str) {
    let (page, _) = page(name);
    bencher
        .counter(BytesCount::new(page.bytes.len()))
        .bench(|| feed_rs::parser::parse(black_box(&page.bytes[..])).unwrap().entries.len());
}
