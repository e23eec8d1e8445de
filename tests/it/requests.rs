//! The requests of a crawl in their order: the agency's log of a visit, a sitemap index and a
//! backfill.

use crate::agency::{Agency, Answer, Seen, html, status};
use crate::desk::{self, Desk, source};

/// Runs a command and returns its requests, each with the validator that it sent.
#[track_caller]
fn requests(agency: &Agency, desk: &Desk, arguments: &[&str]) -> Vec<String> {
    let before = agency.seen().len();
    let said = desk.run(arguments);
    assert_ne!(said.code, Some(2), "{}\n{}", said.out, said.err);
    let line = |seen: Seen| match seen.fields.get("if-none-match") {
        Some(etag) => format!("{} {etag}", seen.target),
        None => seen.target,
    };
    agency.seen().into_iter().skip(before).map(line).collect()
}

/// Runs one pass at an instant and returns its requests.
#[track_caller]
fn pass(agency: &Agency, desk: &Desk, now: &str) -> Vec<String> {
    requests(agency, desk, &["once", "--now", now])
}

/// A page with an ETag.
fn tagged(body: String, etag: &str) -> Answer {
    let fields = vec![
        ("Content-Type", "text/html; charset=utf-8".to_owned()),
        ("ETag", format!("\"{etag}\"")),
    ];
    Answer::Page(200, fields, body.into_bytes())
}

/// Publishes a listing of these articles, and their pages.
fn publish(agency: &Agency, numbers: &[u32]) {
    let title = |n: &u32| format!("Tin số {n} của cơ quan");
    list(agency, &numbers.iter().map(|n| (*n, title(n))).collect::<Vec<_>>());
    for n in numbers {
        agency.on(&format!("/tin/{n}"), tagged(desk::article(*n), &n.to_string()));
    }
}

/// Publishes a listing of these articles with their titles.
fn list(agency: &Agency, items: &[(u32, String)]) {
    let item =
        |(n, title): &(u32, String)| format!("<li class='tin'><a href='/tin/{n}'>{title}</a></li>");
    agency.on("/tin-tuc", html(format!("<ul>{}</ul>", items.iter().map(item).collect::<String>())));
}

#[test]
fn a_visit_asks_for_new_then_pending_then_changed_then_doubted_then_young_articles() {
    let agency = Agency::open();
    let desk = Desk::with(&(desk::head() + &source("a", &agency)));
    publish(&agency, &[4, 3, 2, 1]);
    let first = pass(&agency, &desk, "2026-11-20T05:00:00Z");
    assert_eq!(first, ["/tin-tuc", "/tin/4", "/tin/3", "/tin/2", "/tin/1"]);

    publish(&agency, &[7, 6, 5, 4, 3, 2, 1]);
    agency.on("/tin/7", status(500));
    let second = pass(&agency, &desk, "2026-11-20T06:00:00Z");
    assert_eq!(second, ["/tin-tuc", "/tin/7", "/tin/6", "/tin/5"]);

    publish(&agency, &[9, 8, 6, 5, 4, 2, 1]);
    let items = [9, 8, 6, 5, 4, 2, 1].map(|n| {
        let edited = if n == 2 { " (cập nhật)" } else { "" };
        (n, format!("Tin số {n} của cơ quan{edited}"))
    });
    list(&agency, &items);
    agency.on("/tin/7", html(desk::article(7)));
    let third = pass(&agency, &desk, "2026-11-20T22:30:00Z");
    assert_eq!(
        third,
        [
            "/tin-tuc",
            "/tin/9",
            "/tin/8",
            "/tin/7",
            "/tin/2",
            "/tin/3",
            "/tin/5 \"5\"",
            "/tin/6 \"6\""
        ]
    );
    assert_eq!(desk.titles("tat-ca").len(), 9);
}

#[test]
fn a_page_that_is_no_article_holds_up_no_other_and_is_asked_for_after_a_pause() {
    let agency = Agency::open();
    let desk = Desk::with(&(desk::head() + &source("a", &agency)));
    publish(&agency, &[3, 2, 1]);
    agency.on("/tin/3", html("<html><body><h1>Đang bảo trì</h1></body></html>"));
    agency.on("/tin/2", status(404));
    let times = ["05:00", "05:10", "05:20", "05:40", "06:00"];
    let passes = times.map(|time| pass(&agency, &desk, &format!("2026-11-20T{time}:00Z")));
    assert_eq!(
        passes,
        [
            vec!["/tin-tuc", "/tin/3", "/tin/2", "/tin/1"],
            vec!["/tin-tuc"],
            vec!["/tin-tuc", "/tin/3", "/tin/2"],
            vec!["/tin-tuc"],
            vec!["/tin-tuc", "/tin/3", "/tin/2"],
        ]
    );
}

#[test]
fn a_host_that_fails_three_times_in_a_row_is_left_alone_until_the_next_visit() {
    let agency = Agency::open();
    let desk = Desk::with(&(desk::head() + &source("a", &agency)));
    publish(&agency, &[2, 1]);
    pass(&agency, &desk, "2026-11-20T05:00:00Z");
    publish(&agency, &[9, 8, 7, 6, 5, 4, 3, 1]);
    for n in [9, 7, 6, 5] {
        agency.on(&format!("/tin/{n}"), status(500));
    }
    let failing = pass(&agency, &desk, "2026-11-20T06:00:00Z");
    assert_eq!(failing, ["/tin-tuc", "/tin/9", "/tin/8", "/tin/7", "/tin/6", "/tin/5"]);
    // The host's Retry-After takes effect at once, also for the pages that were due again.
    agency.on("/tin/9", Answer::Page(503, vec![("Retry-After", "600".to_owned())], Vec::new()));
    let resting = pass(&agency, &desk, "2026-11-20T06:30:00Z");
    assert_eq!(resting, ["/tin-tuc", "/tin/9"]);
}

#[test]
fn a_visit_asks_for_as_many_pages_as_it_may_and_goes_on_at_the_next_one() {
    let agency = Agency::open();
    let few = source("a", &agency).replace("kind =", "most_pages = 2\nkind =");
    let desk = Desk::with(&(desk::head() + &few));
    publish(&agency, &[5, 4, 3, 2, 1]);
    let times = ["05:00", "05:30", "06:00", "06:30"];
    let passes = times.map(|time| pass(&agency, &desk, &format!("2026-11-20T{time}:00Z")));
    assert_eq!(
        passes,
        [
            vec!["/tin-tuc", "/tin/5", "/tin/4"],
            vec!["/tin-tuc", "/tin/3", "/tin/2"],
            vec!["/tin-tuc", "/tin/1"],
            vec!["/tin-tuc"],
        ]
    );
}

#[test]
fn try_asks_for_the_first_pages_and_keeps_nothing() {
    let agency = Agency::open();
    let desk = Desk::with(&(desk::head() + &source("a", &agency)));
    publish(&agency, &[5, 4, 3, 2, 1]);
    for _ in 0..2 {
        let shown = requests(&agency, &desk, &["try", "a", "--pages", "2"]);
        assert_eq!(shown, ["/tin-tuc", "/tin/5", "/tin/4"]);
    }
}

#[test]
fn a_sitemap_index_is_read_before_the_pages_of_its_articles() {
    let agency = Agency::open();
    let xml = |body: String| {
        Answer::Page(200, vec![("Content-Type", "text/xml".to_owned())], body.into_bytes())
    };
    let child = |numbers: &[u32]| {
        let item = |n: &u32| {
            let address = format!("/tin/2026{n}.html");
            agency.on(&address, html(desk::article(*n)));
            format!(
                "<url><loc>{}</loc><lastmod>2026-11-{n:02}</lastmod></url>",
                agency.url(&address)
            )
        };
        xml(format!("<urlset>{}</urlset>", numbers.iter().map(item).collect::<String>()))
    };
    let index = |days: [u32; 3]| {
        let item = |(number, day): (usize, u32)| {
            format!(
                "<sitemap><loc>{}</loc><lastmod>2026-11-{day:02}</lastmod></sitemap>",
                agency.url(&format!("/tin-{number}.xml"))
            )
        };
        let items: String = days.into_iter().enumerate().map(item).collect();
        xml(format!("<sitemapindex>{items}</sitemapindex>"))
    };
    agency.on("/sitemap.xml", index([10, 12, 11]));
    agency.on("/tin-0.xml", child(&[9, 10]));
    agency.on("/tin-1.xml", child(&[12]));
    agency.on("/tin-2.xml", status(500));
    let sitemap = source("a", &agency)
        .replace("\"listing\"", "\"sitemap\"")
        .replace("/tin-tuc", "/sitemap.xml")
        .replace("select = { item = \"li.tin\" }", "");
    let desk = Desk::with(&(desk::head() + &sitemap));
    let first = pass(&agency, &desk, "2026-11-20T05:00:00Z");
    let second = pass(&agency, &desk, "2026-11-20T05:30:00Z");
    agency.on("/sitemap.xml", index([20, 12, 11]));
    agency.on("/tin-0.xml", child(&[9, 10, 20]));
    agency.on("/tin-2.xml", child(&[11]));
    let third = pass(&agency, &desk, "2026-11-20T06:00:00Z");
    assert_eq!(
        first,
        [
            "/sitemap.xml",
            "/tin-1.xml",
            "/tin-2.xml",
            "/tin-0.xml",
            "/tin/202612.html",
            "/tin/202610.html",
            "/tin/20269.html"
        ]
    );
    assert_eq!(second, ["/sitemap.xml", "/tin-2.xml"]);
    let with_news =
        ["/sitemap.xml", "/tin-0.xml", "/tin-2.xml", "/tin/202620.html", "/tin/202611.html"];
    assert_eq!(third, with_news);
}

#[test]
fn a_backfill_asks_for_a_page_of_the_listing_then_for_its_articles_and_later_for_what_did_not_come()
{
    let agency = Agency::open();
    let page = |number: u32, items: [u32; 2]| {
        let item =
            |n: u32| format!("<li class='tin'><a href='/tin/{n}'>Tin số {n} của cơ quan</a></li>");
        let pager = [1, 2, 3].map(|n| match n == number {
            true => format!("<b>{n}</b> "),
            false => format!("<a href='/tin-tuc?page={n}'>{n}</a> "),
        });
        let body = format!("<ul>{}</ul><p>{}</p>", items.map(item).concat(), pager.concat());
        let target =
            if number == 1 { "/tin-tuc".to_owned() } else { format!("/tin-tuc?page={number}") };
        agency.on(&target, html(format!("<html><body>{body}</body></html>")));
        for n in items {
            agency.on(&format!("/tin/{n}"), html(desk::article(n)));
        }
    };
    for (number, items) in [(1, [6, 5]), (2, [4, 3]), (3, [2, 1])] {
        page(number, items);
    }
    agency.on("/tin/4", status(500));
    agency.on("/tin/2", status(404));
    let desk = Desk::with(&(desk::head() + &source("a", &agency)));
    let first = requests(&agency, &desk, &["backfill", "a", "--pages", "2"]);
    assert_eq!(first, ["/tin-tuc", "/tin/6", "/tin/5", "/tin-tuc?page=2", "/tin/4", "/tin/3"]);
    agency.on("/tin/4", html(desk::article(4)));
    let second = requests(&agency, &desk, &["backfill", "a", "--pages", "9"]);
    assert_eq!(second, ["/tin/4", "/tin-tuc?page=3", "/tin/2", "/tin/1"]);
    let third = requests(&agency, &desk, &["backfill", "a", "--pages", "9"]);
    assert_eq!(third, Vec::<String>::new());
}
