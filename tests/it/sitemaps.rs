//! Sitemaps: from an index with packed children to articles, fetched only when they change.

use crate::agency::{Agency, Answer, status};
use crate::desk::{self, Desk, article};
use std::io::Write;
use std::time::Duration;

/// A desk with a sitemap as its only source.
fn desk(agency: &Agency, name: &str, more: &str) -> Desk {
    Desk::with(&format!(
        "{}\n[[source]]\nid = 'co-quan'\nagency = 'Cơ quan'\nkind = 'sitemap'\nurl = '{}'\nallow_private = ['127.0.0.0/8']\n{more}\n",
        desk::head(),
        agency.url(name)
    ))
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn answer(media: &str, body: impl Into<Vec<u8>>) -> Answer {
    Answer::Page(200, vec![("Content-Type", media.to_owned())], body.into())
}

/// A sitemap of articles, with the days of their last changes.
fn sitemap(agency: &Agency, articles: &[(u32, &str)]) -> String {
    let item = |(n, day): &(u32, &str)| {
        agency.on(&format!("/tin/2026{n}.html"), crate::agency::html(article(*n)));
        let url = agency.url(&format!("/tin/2026{n}.html"));
        format!("<url><loc>{url}</loc><lastmod>2026-11-{day}</lastmod></url>")
    };
    let items: String = articles.iter().map(item).collect();
    format!("<urlset><url><loc>{}</loc></url>{items}</urlset>", agency.url("/gioi-thieu"))
}

fn index(agency: &Agency, children: &[(&str, &str)]) -> String {
    let item = |(name, day): &(&str, &str)| {
        format!("<sitemap><loc>{}</loc><lastmod>{day}</lastmod></sitemap>", agency.url(name))
    };
    format!("<sitemapindex>{}</sitemapindex>", children.iter().map(item).collect::<String>())
}

#[test]
fn an_index_of_packed_sitemaps_becomes_articles() {
    let agency = Agency::open();
    let first = [
        ("/post-1.xml.gz", "2026-11-01"),
        ("/post-2.xml.gz", "2026-11-10"),
        ("/category-sitemap.xml", "2026-11-19"),
    ];
    agency.on("/sitemap.xml", answer("text/xml", index(&agency, &first)));
    let old = gzip(sitemap(&agency, &[(1, "01"), (2, "02")]).as_bytes());
    let new = gzip(sitemap(&agency, &[(3, "10"), (4, "09")]).as_bytes());
    agency.on("/post-1.xml.gz", answer("application/octet-stream", old));
    // Packed again in transit, by a server that packs everything.
    let fields = vec![
        ("Content-Type", "application/x-gzip".to_owned()),
        ("Content-Encoding", "gzip".to_owned()),
    ];
    agency.on("/post-2.xml.gz", Answer::Page(200, fields, gzip(&new)));
    let desk = desk(&agency, "/sitemap.xml", "");
    let said = desk.once();
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert_eq!(desk.titles("tat-ca").len(), 4, "{}", said.out);
    assert_eq!(agency.hits("/category-sitemap.xml"), 0);
    assert_eq!(agency.hits("/gioi-thieu"), 0);

    // An unchanged index means that nothing has changed.
    desk.once();
    assert_eq!((agency.hits("/sitemap.xml"), agency.hits("/post-1.xml.gz")), (2, 1));

    // A changed index leads to the changed sitemap, and to no other.
    let second = [("/post-1.xml.gz", "2026-11-01"), ("/post-2.xml.gz", "2026-11-20T05:00:00Z")];
    agency.on("/sitemap.xml", answer("text/xml", index(&agency, &second)));
    let new = gzip(sitemap(&agency, &[(5, "20"), (3, "20"), (4, "09")]).as_bytes());
    agency.on("/post-2.xml.gz", answer("application/x-gzip", new));
    let said = desk.once();
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert_eq!((agency.hits("/post-1.xml.gz"), agency.hits("/post-2.xml.gz")), (1, 2));
    assert_eq!(desk.titles("tat-ca").len(), 5);
    let hits = |n: u32| agency.hits(&format!("/tin/2026{n}.html"));
    assert_eq!((hits(5), hits(3), hits(4)), (1, 2, 1), "changed pages are fetched again");
}

#[test]
fn a_news_sitemap_dates_its_articles_and_a_last_change_does_not() {
    let agency = Agency::open();
    let page =
        |n: u32| article(n).replace("Ngày đăng", "Cập nhật gì đó").replace("/10/2026 08:15", "");
    agency.on("/a.html", crate::agency::html(page(1)));
    agency.on("/sitemap.xml", answer("text/xml", format!(
        "<urlset xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'><url><loc>{}</loc><lastmod>2026-11-19</lastmod>
         <news:news><news:publication_date>2026-11-18T07:30:00+07:00</news:publication_date><news:title>Tin số 1 của cơ quan</news:title></news:news></url></urlset>",
        agency.url("/a.html")
    )));
    let desk = desk(&agency, "/sitemap.xml", "");
    let said = desk.once();
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert_eq!(desk.export()[0]["published"], "2026-11-18T00:30:00Z");
}

#[test]
fn a_large_site_is_not_fetched_whole() {
    let agency = Agency::open();
    // More bytes than a page may have; the protocol allows a sitemap 50 MB.
    let more = "<changefreq>never</changefreq>".repeat(16);
    let items: String = (10_000..30_000)
        .map(|n| format!("<url><loc>{}</loc>{more}</url>", agency.url(&format!("/tin/{n}.html"))))
        .collect();
    assert!(items.len() > 8 << 20);
    agency.on("/sitemap.xml", answer("text/xml", format!("<urlset>{items}</urlset>")));
    for n in 29_990..30_000 {
        agency.on(&format!("/tin/{n}.html"), crate::agency::html(article(n)));
    }
    let desk = desk(&agency, "/sitemap.xml", "max_pages = 4\nrevisits = 0");
    let said = desk.once();
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert_eq!(agency.seen().len(), 5, "the sitemap and the four newest pages");
    assert_eq!(agency.hits("/tin/29999.html"), 1);
}

#[test]
fn what_is_no_usable_sitemap_is_told_with_what_to_do() {
    let agency = Agency::open();
    let check = |answer: Answer, expected: &str| {
        agency.on("/sitemap.xml.gz", answer);
        let desk = desk(&agency, "/sitemap.xml.gz", "");
        let begun = std::time::Instant::now();
        let said = desk.once();
        assert!(begun.elapsed() < Duration::from_secs(20));
        assert_ne!(said.code, Some(0));
        let text = format!("{}{}", said.out, said.err);
        assert!(text.contains(expected), "{expected:?} is not in {text}");
    };
    let entity = "<!DOCTYPE a [<!ENTITY b 'bbbb'><!ENTITY c '&b;&b;'>]><urlset><url><loc>&c;</loc></url></urlset>";
    check(answer("text/xml", entity), "defines its own entities");
    check(answer("text/xml", format!("<urlset>{}", "<a>".repeat(20_000))), "nests its elements");
    check(answer("text/xml", vec![b'a'; (50 << 20) + 1]), "set url to its address");
    check(answer("application/gzip", gzip(&vec![b' '; 5 << 20])), "decodes to more than");
    check(answer("text/html", "<html><p>Trang chủ</p></html>"), "it begins with <html>");
    check(answer("application/rss+xml", "<rss><channel/></rss>"), "kind = \"feed\"");
    check(answer("text/xml", "<urlset></urlset>"), "lists no page");
    let sections = format!("<urlset><url><loc>{}</loc></url></urlset>", agency.url("/lien-he"));
    check(answer("text/xml", sections), "set `match` to");
    check(
        answer("text/xml", index(&agency, &[("/khong-co.xml", "2026-11-01")])),
        "no sitemap of the index",
    );
    check(
        answer("text/xml", index(&agency, &[("/sitemap.xml.gz", "2026-11-01")])),
        "no sitemap of the index",
    );
}

#[test]
fn a_sitemap_that_fails_loses_only_its_own_articles() {
    let agency = Agency::open();
    let children = [("/post-2.xml", "2026-11-10"), ("/post-1.xml", "2026-11-01")];
    agency.on("/sitemap.xml", answer("text/xml", index(&agency, &children)));
    agency.on("/post-2.xml", status(500));
    let text = sitemap(&agency, &[(1, "01"), (2, "02")]);
    // It ends in the middle of its last item.
    let cut = text.rfind("</loc>").unwrap();
    agency.on("/post-1.xml", answer("text/xml", &text[..cut]));
    let desk = desk(&agency, "/sitemap.xml", "");
    let said = desk.once();
    let text = format!("{}{}", said.out, said.err);
    assert_eq!(desk.titles("tat-ca").len(), 1, "{text}");
    assert!(text.contains("ends in the middle"), "{text}");
    // The missing sitemap is fetched although the index is unchanged.
    agency.on("/post-2.xml", answer("text/xml", sitemap(&agency, &[(3, "10")])));
    desk.once();
    assert_eq!(desk.titles("tat-ca").len(), 2);
}

#[test]
fn add_knows_a_sitemap_and_writes_it_as_one() {
    let agency = Agency::open();
    agency.on("/sitemap.xml", answer("text/xml", index(&agency, &[("/tin.xml", "2026-11-10")])));
    agency.on("/tin.xml", answer("text/xml", sitemap(&agency, &[(1, "01"), (2, "02")])));
    let desk = Desk::with(&desk::head());
    let url = agency.url("/sitemap.xml");
    let said =
        desk.run(&["add", &url, "--id", "co-quan", "--allow-private", "127.0.0.0/8", "--yes"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert!(said.out.contains("2 newest articles of a sitemap"), "{}", said.out);
    let feeds = std::fs::read_to_string(desk.path("feeds.toml")).unwrap();
    assert!(feeds.contains("kind = \"sitemap\""), "{feeds}");
    let said = desk.once();
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert_eq!(desk.titles("tat-ca").len(), 2);
}

#[test]
fn add_knows_a_list_of_addresses_too() {
    let agency = Agency::open();
    sitemap(&agency, &[(1, "01"), (2, "02")]);
    let lines = [1, 2].map(|n| agency.url(&format!("/tin/2026{n}.html"))).join("\n");
    agency.on("/sitemap.txt", answer("text/plain", lines));
    let desk = Desk::with(&desk::head());
    let url = agency.url("/sitemap.txt");
    let said =
        desk.run(&["add", &url, "--id", "co-quan", "--allow-private", "127.0.0.0/8", "--yes"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    let feeds = std::fs::read_to_string(desk.path("feeds.toml")).unwrap();
    assert!(feeds.contains("kind = \"sitemap\""), "{feeds}");
    assert_eq!(desk.once().code, Some(0));
    assert_eq!(desk.titles("tat-ca").len(), 2);
}

#[test]
fn a_host_that_wants_to_be_left_alone_is_asked_for_no_further_sitemap() {
    let agency = Agency::open();
    let children = ["/3.xml", "/2.xml", "/1.xml"].map(|name| (name, "2026-11-10"));
    agency.on("/sitemap.xml", answer("text/xml", index(&agency, &children)));
    let fields = vec![("Retry-After", "3600".to_owned())];
    agency.on("/3.xml", Answer::Page(429, fields, b"no".to_vec()));
    let desk = desk(&agency, "/sitemap.xml", "");
    let said = desk.once();
    assert_ne!(said.code, Some(0), "{}{}", said.out, said.err);
    assert_eq!((agency.hits("/3.xml"), agency.seen().len()), (1, 2));
}
