//! Revisits of known articles: young ones, and those whose listing items change.

use crate::agency::{Agency, Answer, html};
use crate::desk::{self, Desk, publish, source};

/// A desk with one source whose first listing was read: whatever is published from now on is news.
fn settled(agency: &Agency) -> Desk {
    publish(agency, &[2, 1]);
    let desk = Desk::with(&(desk::head() + &source("a", agency)));
    pass(&desk, "2026-11-20T05:00:00Z");
    desk
}

/// Runs one pass at an instant and returns its output.
#[track_caller]
fn pass(desk: &Desk, now: &str) -> String {
    let said = desk.run(&["once", "--now", now]);
    assert_eq!(said.code, Some(0), "{}\n{}", said.out, said.err);
    said.out
}

/// A page with an ETag.
fn tagged(body: String, etag: &str) -> Answer {
    let fields = vec![
        ("Content-Type", "text/html; charset=utf-8".to_owned()),
        ("ETag", format!("\"{etag}\"")),
    ];
    Answer::Page(200, fields, body.into_bytes())
}

#[test]
fn a_young_article_is_looked_at_twice_and_corrections_are_caught() {
    let agency = Agency::open();
    let desk = settled(&agency);
    publish(&agency, &[3, 2, 1]);
    agency.on("/tin/3", tagged(desk::article(3), "mot"));
    pass(&desk, "2026-11-20T06:00:00Z");
    pass(&desk, "2026-11-20T12:00:00Z");
    assert_eq!(agency.hits("/tin/3"), 1, "it is not due yet");

    // The listing is unchanged, but the page is not.
    agency.on("/tin/3", tagged(desk::article(3).replace("lần thứ 3", "lần thứ ba"), "hai"));
    let said = pass(&desk, "2026-11-20T22:30:00Z");
    assert!(said.contains("unchanged"), "{said}");
    assert_eq!(agency.hits("/tin/3"), 2);
    let last = agency.seen().into_iter().rfind(|seen| seen.target == "/tin/3").unwrap();
    assert_eq!(last.fields.get("if-none-match").map(String::as_str), Some("\"mot\""));
    let corrected = desk.feed("tat-ca")["items"][0].clone();
    assert!(corrected["content_html"].as_str().unwrap().contains("lần thứ ba"), "{corrected}");

    pass(&desk, "2026-11-21T12:00:00Z");
    assert_eq!(agency.hits("/tin/3"), 2);
    pass(&desk, "2026-11-22T06:30:00Z");
    assert_eq!(agency.hits("/tin/3"), 3);
    let before = desk.output();
    pass(&desk, "2026-11-24T06:30:00Z");
    pass(&desk, "2026-11-30T06:30:00Z");
    assert_eq!(agency.hits("/tin/3"), 3, "it is no longer young");
    assert_eq!((agency.hits("/tin/1"), agency.hits("/tin/2")), (1, 1), "these were never news");
    assert_eq!(desk.output(), before, "a page answered with 304 changes nothing");
}

#[test]
fn another_page_in_the_place_of_a_young_article_is_not_published() {
    let agency = Agency::open();
    let desk = settled(&agency);
    publish(&agency, &[3, 2, 1]);
    pass(&desk, "2026-11-20T06:00:00Z");
    let before = desk.output();
    let other = desk::article(9).replace("Sáng nay", "Hôm qua").replace("Hội nghị", "Cuộc họp");
    agency.on("/tin/3", html(other.replace("đơn vị trong", "bộ phận trong")));
    let said = pass(&desk, "2026-11-20T22:30:00Z");
    assert!(said.contains("stays"), "{said}");
    assert_eq!(agency.hits("/tin/3"), 2);
    assert_eq!(desk.output(), before);
}

#[test]
fn looking_again_can_be_switched_off_and_comes_after_what_is_new() {
    let agency = Agency::open();
    publish(&agency, &[1]);
    let none = source("a", &agency).replace("kind =", "revisits = 0\nkind =");
    let desk = Desk::with(&(desk::head() + &none));
    pass(&desk, "2026-11-20T05:00:00Z");
    publish(&agency, &[2, 1]);
    pass(&desk, "2026-11-20T06:00:00Z");
    pass(&desk, "2026-11-21T06:00:00Z");
    assert_eq!(agency.hits("/tin/2"), 1);

    let agency = Agency::open();
    publish(&agency, &[1]);
    let one = source("a", &agency).replace("kind =", "max_pages = 1\nkind =");
    let desk = Desk::with(&(desk::head() + &one));
    pass(&desk, "2026-11-20T05:00:00Z");
    publish(&agency, &[2, 1]);
    pass(&desk, "2026-11-20T06:00:00Z");
    publish(&agency, &[3, 2, 1]);
    pass(&desk, "2026-11-20T23:00:00Z");
    assert_eq!((agency.hits("/tin/3"), agency.hits("/tin/2")), (1, 1));
    pass(&desk, "2026-11-20T23:30:00Z");
    assert_eq!((agency.hits("/tin/3"), agency.hits("/tin/2")), (1, 2));
}

/// A listing with one article that shows its number of readers.
fn counted(agency: &Agency, title: &str, readers: u32) {
    let item = format!(
        "<ul><li class='tin'><a href='/tin/1'>{title}</a><span class='doc'>{readers} lượt đọc</span></li></ul>"
    );
    agency.on("/tin-tuc", html(item));
}

#[test]
fn a_listing_that_counts_readers_does_not_make_its_pages_be_asked_for_each_time() {
    let agency = Agency::open();
    publish(&agency, &[1]);
    let with_summary =
        source("a", &agency).replace("item = \"li.tin\"", "item = \"li.tin\", summary = \".doc\"");
    let desk = Desk::with(&(desk::head() + &with_summary));
    let title = "Tin số 1 của cơ quan";
    counted(&agency, title, 0);
    pass(&desk, "2026-11-20T00:00:00Z");
    // Every half hour, for ten hours.
    let start: chrono::DateTime<chrono::Utc> = "2026-11-20T00:00:00Z".parse().unwrap();
    let mut asked = Vec::new();
    for half_hours in 1..=20 {
        counted(&agency, title, half_hours as u32);
        let before = agency.hits("/tin/1");
        pass(&desk, &(start + chrono::TimeDelta::minutes(30 * half_hours)).to_rfc3339());
        if agency.hits("/tin/1") > before {
            asked.push(half_hours);
        }
    }
    assert_eq!(asked, [1, 3, 7, 15], "at once, then after 1 h, 2 h, 4 h");

    // A changed title is followed at once.
    counted(&agency, "Tin số 1 của cơ quan (cập nhật)", 20);
    pass(&desk, "2026-11-20T10:10:00Z");
    assert_eq!(agency.hits("/tin/1"), 6);
}

#[test]
fn a_change_that_was_put_off_is_followed_although_the_listing_stays_the_same() {
    let agency = Agency::open();
    publish(&agency, &[1]);
    let with_summary =
        source("a", &agency).replace("item = \"li.tin\"", "item = \"li.tin\", summary = \".doc\"");
    let desk = Desk::with(&(desk::head() + &with_summary));
    let title = "Tin số 1 của cơ quan";
    for (readers, now) in [(0, "05:00"), (1, "05:30"), (2, "06:00"), (2, "06:20"), (2, "06:40")] {
        counted(&agency, title, readers);
        pass(&desk, &format!("2026-11-20T{now}:00Z"));
    }
    assert_eq!(agency.hits("/tin/1"), 3);
    pass(&desk, "2026-11-20T12:00:00Z");
    assert_eq!(agency.hits("/tin/1"), 3, "it was fetched for this listing item before");
}
