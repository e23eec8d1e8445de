//! Items of feeds that have no page are articles all the same, and a feed without items is no fault.

use crate::agency::{Agency, Answer, html};
use crate::desk::{self, Desk};

/// A feed with these items.
fn rss(agency: &Agency, items: &str) -> Answer {
    let home = agency.url("/");
    let text = format!(
        "<rss version=\"2.0\"><channel><title>Xã</title><link>{home}</link>{items}</channel></rss>"
    );
    Answer::Page(200, vec![("Content-Type", "application/rss+xml".to_owned())], text.into_bytes())
}

fn desk(agency: &Agency, follow: bool) -> Desk {
    let source = desk::source("xa", agency)
        .replace("/tin-tuc", "/rss")
        .replace("kind = \"listing\"", "kind = \"feed\"");
    let source: String = source
        .lines()
        .filter(|line| !line.starts_with("select"))
        .map(|line| format!("{line}\n"))
        .collect();
    Desk::with(&format!("{}{source}follow = {follow}\n", desk::head()))
}

const ITEMS: &str = "
    <item><title>Phát thanh số 17</title><guid isPermaLink=\"false\">p-17</guid><pubDate>Thu, 19 Nov 2026 07:00:00 +0700</pubDate>
        <description>Bản tin phát thanh trong ngày.</description><enclosure url=\"/so-17.mp3\" length=\"2000\" type=\"audio/mpeg\"/></item>
    <item><title>Quyết định số 5</title><pubDate>Wed, 18 Nov 2026 07:00:00 +0700</pubDate><enclosure url=\"/qd-5.pdf\" length=\"9\" type=\"application/pdf\"/></item>
    <item><description>Cắt điện từ 8 giờ tại thôn 3. Mong bà con thông cảm.</description><pubDate>Tue, 17 Nov 2026 07:00:00 +0700</pubDate></item>
    <item><title>Họp dân</title><link>javascript:void(0)</link><description>Lúc 19 giờ tại nhà văn hóa.</description><pubDate>Mon, 16 Nov 2026 07:00:00 +0700</pubDate></item>";

#[test]
fn items_without_a_page_are_articles_and_an_empty_feed_removes_none() {
    [false, true].into_iter().for_each(check);
}

/// `follow`: whether the pages of items are fetched, if they have any.
#[track_caller]
fn check(follow: bool) {
    let agency = Agency::open();
    agency.on("/rss", rss(&agency, ITEMS));
    let desk = desk(&agency, follow);
    let said = desk.once();
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    let titles = ["Phát thanh số 17", "Quyết định số 5", "Cắt điện từ 8 giờ tại thôn 3", "Họp dân"];
    assert_eq!(desk.titles("tat-ca"), titles);
    let asked: Vec<String> = agency.seen().into_iter().map(|seen| seen.target).collect();
    assert!(asked.iter().all(|target| target == "/rss" || target == "/robots.txt"), "{asked:?}");
    let of = |title: &str| {
        let export = desk.export();
        export.iter().find(|line| line["title"] == title).unwrap().clone()
    };
    assert_eq!(of("Phát thanh số 17")["url"], agency.url("/so-17.mp3"));
    assert_eq!(of("Quyết định số 5")["attachments"][0]["url"], agency.url("/qd-5.pdf"));
    assert_eq!(of("Họp dân")["url"], agency.url("/"));
    let ids =
        |desk: &Desk| desk.export().iter().map(|line| line["id"].to_string()).collect::<Vec<_>>();
    let before = ids(&desk);

    // A new one on top, and one that left from the middle.
    let (first, rest) = ITEMS.split_once("<item><title>Quyết").unwrap();
    let (_, rest) = rest.split_once("</item>").unwrap();
    let new = "<item><title>Lịch tiếp dân</title><pubDate>Thu, 19 Nov 2026 09:00:00 +0700</pubDate></item>";
    agency.on("/rss", rss(&agency, &format!("{new}{first}{rest}")));
    let said = desk.once();
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    let after = ids(&desk);
    assert!(after.len() == 5 && before.iter().all(|id| after.contains(id)), "{after:?}");

    agency.on("/rss", rss(&agency, ""));
    for _ in 0..2 {
        let said = desk.once();
        assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
        assert_eq!(desk.titles("tat-ca").len(), 5);
    }
    let asked: Vec<String> = agency.seen().into_iter().map(|seen| seen.target).collect();
    assert!(asked.iter().all(|target| target == "/rss" || target == "/robots.txt"), "{asked:?}");
}

#[test]
fn documents_that_a_listing_links_are_articles_and_are_not_downloaded() {
    let agency = Agency::open();
    let row = |n: u32, href: &str| {
        format!(
            "<li class=\"tin\"><a href=\"{href}\">Kế hoạch số {n} của xã</a> <i>1{n}/11/2026</i></li>"
        )
    };
    let rows = [row(3, "/vb/3.pdf"), row(2, "/vb/2.docx"), row(1, "/tai.aspx?id=1")].concat();
    agency.on("/tin-tuc", html(format!("<html><body><ul>{rows}</ul></body></html>")));
    let pdf = |name: &str| {
        let header = vec![("Content-Type", name.to_owned())];
        Answer::Page(200, header, b"%PDF-1.4\n".to_vec())
    };
    agency.on("/tai.aspx?id=1", pdf("application/pdf"));
    let source = desk::source("xa", &agency).replace("\"li.tin\"", "\"li.tin\", date = \"i\"");
    let desk = Desk::with(&format!("{}{source}", desk::head()));
    for visit in 1..=2 {
        let said = desk.once();
        assert_eq!(said.code, Some(0), "{visit}: {}{}", said.out, said.err);
        let titles = ["Kế hoạch số 3 của xã", "Kế hoạch số 2 của xã", "Kế hoạch số 1 của xã"];
        assert_eq!(desk.titles("tat-ca"), titles, "{visit}");
    }
    let articles = desk.export();
    for (n, target) in [(3, "/vb/3.pdf"), (2, "/vb/2.docx"), (1, "/tai.aspx?id=1")] {
        let title = format!("Kế hoạch số {n} của xã");
        let article = articles.iter().find(|article| article["title"] == title).unwrap();
        assert_eq!(article["url"], agency.url(target));
        assert_eq!(article["attachments"][0]["url"], agency.url(target), "{article}");
        let day = format!("2026-11-{:02}T17:00:00Z", 9 + n);
        assert_eq!(article["published"], day, "{article}");
    }
    assert_eq!(agency.hits("/vb/3.pdf") + agency.hits("/vb/2.docx"), 0);
}
