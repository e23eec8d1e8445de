//! `bantin import`: the items of foreign feeds.

use crate::desk::{self, Desk};
use serde_json::Value;
use std::fs;

const FEED: &str = "\n<rss version=2.0><channel><title>Ban Dân tộc &amp; Tôn giáo</title><link>/</link><language>vi</language>\
    <item><title>Hội nghị & triển khai</title><link>/tin/1?a=1&b=2</link><pubDate>Tue, 10 Jan 2023 08:00:00 +0700</pubDate>\
    <category>Dân tộc</category><dc:creator>Lương Đình Bảo</dc:creator>\
    <description>&lt;p onclick=x()&gt;Tóm tắt &lt;img src=a.jpg&gt;&lt;/p&gt;</description><enclosure url=/a.pdf length=5 type=application/pdf /></item>\
    <item><title>Một ngày</title><link>/tin/2</link><pubDate>09/01/2023</pubDate></item>\
    <item><title>Không có liên kết</title></item><item><title>Hết giữa chừ";

fn desk() -> Desk {
    let desk = Desk::with(&desk::head());
    fs::write(desk.path("feed.xml"), FEED).unwrap();
    fs::write(desk.path("trang.html"), "<html><body><p>một trang</p></body></html>").unwrap();
    desk
}

#[test]
fn a_broken_feed_is_shown_as_it_is_read() {
    let arguments = ["import", "--url", "https://bdt.example/rss", "--format", "json", "feed.xml"];
    let said = desk().run(&arguments);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let feed: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(feed["title"], "Ban Dân tộc & Tôn giáo");
    assert_eq!((&feed["url"], &feed["language"]), (&"https://bdt.example/".into(), &"vi".into()));
    let item = &feed["items"][0];
    assert_eq!(item["title"], "Hội nghị & triển khai");
    assert_eq!(item["url"], "https://bdt.example/tin/1?a=1&b=2");
    assert_eq!(item["published"], "2023-01-10T08:00:00+07:00");
    assert_eq!(
        (&item["author"], &item["categories"][0]),
        (&"Lương Đình Bảo".into(), &"Dân tộc".into())
    );
    assert_eq!(
        item["summary_html"],
        "<p>Tóm tắt <img src=\"https://bdt.example/a.jpg\" alt=\"\"></p>"
    );
    let file = &item["enclosures"][0];
    assert_eq!((&file["url"], &file["length"]), (&"https://bdt.example/a.pdf".into(), &5.into()));
    assert_eq!(feed["items"][1]["published"], "2023-01-09", "a day is not a midnight");
    assert_eq!(feed["items"][2]["url"], "https://bdt.example/", "an item without a link");
    // An unusable item is shown with the reason, and does not affect the others.
    assert!(feed["items"][3]["fault"].as_str().unwrap().contains("ends in the middle"), "{feed}");
}

#[test]
fn its_items_are_listed_for_people_and_other_pages_are_named() {
    let desk = desk();
    let said = desk.run(&["import", "--url", "https://bdt.example/rss", "feed.xml"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(
        said.out.contains("2023-01-10T08:00:00+07:00  https://bdt.example/tin/1"),
        "{}",
        said.out
    );
    assert!(said.out.contains("not usable") && said.out.contains("4 items"), "{}", said.out);
    let said = desk.run(&["import", "trang.html"]);
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("trang.html") && said.err.contains("not a feed"), "{}", said.err);
}
