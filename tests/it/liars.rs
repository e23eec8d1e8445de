//! Hosts whose headers are wrong about their pages.

use crate::agency::{Agency, Answer};
use crate::desk::{self, Desk, publish, source};

/// A desk with one source.
fn desk_of(agency: &Agency) -> Desk {
    Desk::with(&(desk::head() + &source("a", agency)))
}

/// Runs one pass on a day of November and returns its output.
#[track_caller]
fn pass(desk: &Desk, time: &str) -> String {
    let said = desk.run(&["once", "--now", &format!("2026-11-{time}:00Z")]);
    assert_eq!(said.code, Some(0), "{}\n{}", said.out, said.err);
    said.out
}

/// Sets an agency's articles, and a listing with these additional header fields.
fn publish_with(agency: &Agency, numbers: &[u32], fields: &[(&'static str, &str)]) {
    publish(agency, numbers);
    let items: String = numbers
        .iter()
        .map(|n| format!("<li class='tin'><a href='/tin/{n}'>Tin số {n} của cơ quan</a></li>"))
        .collect();
    let mut all = vec![("Content-Type", "text/html; charset=utf-8".to_owned())];
    all.extend(fields.iter().map(|(name, value)| (*name, (*value).to_owned())));
    agency.on("/tin-tuc", Answer::Page(200, all, format!("<ul>{items}</ul>").into_bytes()));
}

#[test]
fn a_host_that_says_304_for_ever_is_read_after_a_week() {
    let agency = Agency::open();
    publish_with(&agency, &[1], &[("ETag", "\"luon\"")]);
    let desk = desk_of(&agency);
    pass(&desk, "20T05:00");
    publish_with(&agency, &[2, 1], &[("ETag", "\"luon\"")]);
    for time in ["21T05:00", "24T05:00", "27T04:59"] {
        let said = pass(&desk, time);
        assert!(said.contains("unchanged"), "{said}");
    }
    pass(&desk, "27T05:00");
    assert_eq!(desk.titles("tat-ca").len(), 2);
    let said = pass(&desk, "27T06:00");
    assert!(said.contains("unchanged"), "{said}");
}

#[test]
fn a_new_entity_tag_for_the_same_bytes_is_no_news() {
    let agency = Agency::open();
    publish_with(&agency, &[1], &[("ETag", "\"mot\"")]);
    let desk = desk_of(&agency);
    pass(&desk, "20T05:00");
    for (etag, time) in [("\"hai\"", "20T06:00"), ("\"ba\"", "20T07:00")] {
        publish_with(&agency, &[1], &[("ETag", etag)]);
        let said = pass(&desk, time);
        assert!(said.contains("unchanged"), "{said}");
    }
    assert_eq!(agency.hits("/tin/1"), 1);
}

#[test]
fn a_listing_that_its_host_calls_fresh_is_left_alone_for_a_while() {
    let agency = Agency::open();
    publish_with(&agency, &[1], &[("Cache-Control", "public, max-age=3000")]);
    let desk = desk_of(&agency);
    let next = |desk: &Desk| {
        let said = desk.run(&["status", "--json"]);
        let report: serde_json::Value = serde_json::from_str(said.out.trim()).unwrap();
        report["next_visit"].as_str().unwrap().to_owned()
    };
    pass(&desk, "20T05:00");
    assert_eq!(next(&desk), "2026-11-20T05:50:00Z", "not the slot at half past");
    publish_with(&agency, &[1], &[("Cache-Control", "no-cache, max-age=3000")]);
    pass(&desk, "20T05:00");
    assert!(next(&desk).starts_with("2026-11-20T05:3"), "{}", next(&desk));
}

#[test]
fn a_listing_that_has_moved_for_good_is_told_and_one_that_is_elsewhere_today_is_not() {
    for (code, told) in [(301, true), (308, true), (302, false), (307, false)] {
        let agency = Agency::open();
        publish(&agency, &[1]);
        let to = |target: &str| vec![("Location", target.to_owned())];
        agency.on("/cu", Answer::Page(301, to("/giua"), Vec::new()));
        agency.on("/giua", Answer::Page(code, to("/tin-tuc"), Vec::new()));
        let old = source("a", &agency).replace("/tin-tuc", "/cu");
        let desk = Desk::with(&(desk::head() + &old));
        // One visit, and one that finds the listing unchanged.
        for time in ["20T05:00", "20T06:00"] {
            let said = pass(&desk, time);
            assert_eq!(said.contains("moved permanently to"), told, "{code}: {said}");
        }
        let status = desk.run(&["status"]).out;
        assert_eq!(status.contains(&agency.url("/tin-tuc")), told, "{code}: {status}");
        // The operator has changed the url.
        desk.write(&(desk::head() + &source("a", &agency)));
        pass(&desk, "20T07:00");
        assert!(!desk.run(&["status"]).out.contains("moved"));
    }
}

#[test]
fn validators_are_shown_also_to_a_host_that_forbids_to_keep_anything() {
    let agency = Agency::open();
    let fields = [
        ("Expires", "0"),
        ("Cache-Control", "no-cache, no-store, must-revalidate"),
        ("Last-Modified", "Thu, 19 Nov 2026 00:00:00 GMT"),
    ];
    publish_with(&agency, &[1], &fields);
    let desk = desk_of(&agency);
    pass(&desk, "20T05:00");
    let said = pass(&desk, "20T06:00");
    assert!(said.contains("unchanged"), "{said}");
    let asked = agency.seen();
    let shown = asked.last().unwrap().fields.get("if-modified-since").map(String::as_str);
    assert_eq!(shown, Some("Thu, 19 Nov 2026 00:00:00 GMT"));
}
