//! Failures: sites, disks and operators that do what they should not.

use crate::agency::{Agency, Answer, html, status};
use crate::desk::{self, Desk, NOW, publish, source};
use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A desk with these sources after a common head.
fn desk_with(sources: &[String]) -> Desk {
    Desk::with(&(desk::head() + &sources.concat()))
}

#[test]
fn a_listing_that_loses_its_items_is_an_error_and_the_feed_stays() {
    let agency = Agency::open();
    publish(&agency, &[3, 2, 1]);
    let desk = desk_with(&[source("a", &agency)]);
    let said = desk.once();
    assert_eq!(said.code, Some(0), "{}\n{}", said.out, said.err);
    let before = desk.output();
    assert_eq!(desk.titles("tat-ca").len(), 3);
    let fields = vec![("Content-Type", "image/png".to_owned())];
    let png = Answer::Page(200, fields, b"\x89PNG\r\n\x1a\n\0\0\0".to_vec());
    for (word, answer) in [
        ("redesigned", html("<html><body><div class='moi'><a href='/tin/9'>Tin mới</a></div>")),
        ("redesigned", html("<html><body><ul><li class='tin'>Không có liên kết</li></ul>")),
        ("redesigned", html("")),
        ("failed", png),
        ("failed", status(500)),
        ("failed", status(404)),
        ("blocked", status(403)),
        ("failed", Answer::Torn(b"<html><body><ul><li class='tin'><a href='/tin/1'>T".to_vec())),
    ] {
        agency.on("/tin-tuc", answer);
        let said = desk.once();
        assert_eq!(said.code, Some(1), "{}\n{}", said.out, said.err);
        assert!(said.out.contains(&format!("  {word}  ")), "{word}: {}", said.out);
        assert_eq!(desk.output(), before);
    }
    let status = desk.run(&["status"]);
    assert!(status.out.contains("8 times in a row"), "{}", status.out);

    publish(&agency, &[4, 3, 2, 1]);
    assert_eq!(desk.once().code, Some(0), "it recovers by itself");
    assert_eq!(desk.titles("tat-ca").len(), 4);
}

#[test]
fn a_firewall_is_told_with_a_letter_to_the_agency_and_the_feed_stays() {
    let agency = Agency::open();
    publish(&agency, &[2, 1]);
    let desk = desk_with(&[source("a", &agency)]);
    desk.once();
    let before = desk.output();
    let wall = "<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. \
        Your support ID is: 7</body></html>";
    for code in [200, 403] {
        agency.on("/tin-tuc", Answer::Page(code, Vec::new(), wall.as_bytes().to_vec()));
        let said = desk.once();
        assert_eq!(said.code, Some(1));
        assert!(said.out.contains("blocked: waf-refusal"), "{}", said.out);
        assert_eq!(desk.output(), before);
        let line = desk.run(&["status"]).out;
        assert!(line.contains("blocked") && line.contains("bantin try a"), "{line}");
        let said = desk.run(&["try", "a"]);
        assert_eq!(said.code, Some(1));
        for part in ["Kính gửi", "refuses this program", "bantin/", &agency.url("/tin-tuc")] {
            assert!(said.out.contains(part), "{part}: {}", said.out);
        }
        assert!(!said.out.contains('{'), "{}", said.out);
    }
    let maintained = html("<html><body><h1>Website đang bảo trì</h1></body></html>");
    agency.on("/tin-tuc", maintained);
    let said = desk.run(&["try", "a"]);
    assert!(said.err.contains("maintenance:") && said.out.is_empty(), "{}{}", said.err, said.out);
}

#[test]
fn a_site_that_was_never_read_failed_and_one_whose_robots_txt_forbids_it_is_blocked() {
    let agency = Agency::open();
    agency.on("/tin-tuc", html("<html><body><ul><li class='khac'>Không có tin</li></ul>"));
    let desk = desk_with(&[source("a", &agency)]);
    let said = desk.once();
    assert!(said.out.contains("  failed  "), "{}", said.out);

    let agency = Agency::open();
    publish(&agency, &[1]);
    let rules = b"User-agent: *\nDisallow: /tin-tuc\n".to_vec();
    agency.on("/robots.txt", Answer::Page(200, Vec::new(), rules));
    let desk = desk_with(&[source("a", &agency)]);
    let said = desk.once();
    assert!(said.out.contains("  blocked  ") && said.out.contains("robots.txt"), "{}", said.out);
    let status = desk.run(&["status"]);
    assert!(status.out.contains("  blocked  "), "{}", status.out);
    assert!(desk.run(&["try", "a"]).out.contains("Kính gửi"));
}

#[test]
fn a_listing_in_an_old_encoding_is_read_where_the_operator_names_it() {
    let agency = Agency::open();
    publish(&agency, &[1]);
    // TCVN3 that was converted to UTF-8 byte by byte: only the font displays it as Vietnamese.
    let seen = "Héi nghÞ tæng kÕt c«ng t¸c d©n téc";
    agency
        .on("/tin-tuc", html(format!("<html><body><li class=tin><a href=/tin/1>{seen}</a></li>")));
    let page = format!(
        "<html><title>{seen}</title><h1>{seen}</h1><div class=entry-content><p>{seen}: ®ång bµo c¸c x·.</p></div>"
    );
    agency.on("/tin/1", html(page));
    let desk = desk_with(&[source("a", &agency) + "charset = \"tcvn3\"\n"]);
    let said = desk.once();
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert_eq!(desk.titles("tat-ca"), ["Hội nghị tổng kết công tác dân tộc"]);
    let text = desk.export()[0]["text"].to_string();
    assert!(text.contains("đồng bào các xã"), "{text}");
}

#[test]
fn one_bad_source_never_touches_another() {
    let (good, hanging, dead, odd) =
        (Agency::open(), Agency::open(), Agency::open(), Agency::open());
    publish(&good, &[2, 1]);
    let alone = desk_with(&[source("tot", &good)]);
    alone.once();

    hanging.on("/tin-tuc", Answer::Silence);
    dead.on("/tin-tuc", status(503));
    publish(&odd, &[5]);
    odd.on("/tin/5", html("<html><head><title>Lỗi</title></head><body></body></html>"));
    let unreachable = source("khong-toi", &good).replace(&good.url(""), "http://127.0.0.1:1");
    let desk = desk_with(&[
        source("treo", &hanging),
        source("chet", &dead),
        unreachable,
        source("la", &odd),
        source("tot", &good),
    ]);
    let begun = Instant::now();
    let said = desk.once();
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    assert_eq!(said.code, Some(1));
    for id in ["treo", "chet", "khong-toi", "la", "tot"] {
        assert!(said.out.contains(id), "{}", said.out);
    }
    let items = |desk: &Desk| {
        let mut feed = desk.feed("tat-ca");
        feed["items"].take()
    };
    assert_eq!(items(&desk), items(&alone));
}

/// The peak memory of a command in KiB, as the kernel records it; the last sample before the end is
/// close to the total.
#[cfg(target_os = "linux")]
pub(crate) fn peak_of(mut command: Command) -> usize {
    let mut running = command.stdout(Stdio::null()).spawn().unwrap();
    let status = format!("/proc/{}/status", running.id());
    let mut peak = 0;
    while running.try_wait().unwrap().is_none() {
        let status = fs::read_to_string(&status).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        peak = kib.unwrap_or(peak);
        std::thread::sleep(Duration::from_millis(1));
    }
    peak
}

#[test]
#[cfg(target_os = "linux")]
fn twenty_bombs_at_once_take_little_memory_and_stop_nobody() {
    let blank = vec![b' '; 64 << 20];
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&blank).unwrap();
    let gzip = gzip.finish().unwrap();
    let mut br = Vec::new();
    let fast = brotli::enc::BrotliEncoderParams { quality: 1, ..Default::default() };
    brotli::BrotliCompress(&mut &blank[..], &mut br, &fast).unwrap();
    let coded = |coding: &str, body: &[u8]| {
        let fields = [("Content-Type", "text/html"), ("Content-Encoding", coding)];
        let fields = fields.map(|(name, value)| (name, value.to_owned())).to_vec();
        Answer::Page(200, fields, body.to_vec())
    };
    let mut sources = Vec::new();
    for number in 0..20 {
        let agency = Agency::open_at([127, 0, 0, 20 + number]);
        agency.on(
            "/tin-tuc",
            match number % 4 {
                0 => coded("gzip", &gzip),
                1 => coded("br", &br),
                // Too long on the wire, with and without a Content-Length.
                2 => html("<p>tin".repeat(2 << 20)),
                _ => Answer::Endless(b"<p>tin".to_vec()),
            },
        );
        sources.push(source(&format!("bom-{number}"), &agency));
    }
    let good = Agency::open();
    publish(&good, &[2, 1]);
    sources.push(source("tot", &good));
    let desk = Desk::with(&format!("workers = 21\n{}{}", desk::head(), sources.concat()));
    let peak = peak_of(desk.command(&["once"]));
    // The base memory of the program depends on how it was built.
    let quiet = desk_with(&[source("tot", &good)]);
    let alone = peak_of(quiet.command(&["once"]));
    assert!(alone > 1 << 10 && peak < alone + (40 << 10), "{peak} KiB, {alone} KiB without bombs");
    if !cfg!(debug_assertions) {
        assert!(peak < 64 << 10, "{peak} KiB");
    }
    assert_eq!(desk.titles("tat-ca").len(), 2);
}

#[test]
fn items_without_link_or_title_are_told_and_the_others_are_published() {
    let agency = Agency::open();
    publish(&agency, &[2]);
    agency.on(
        "/tin-tuc",
        html(
            "<ul><li class='tin'><a href='javascript:void(0)'>Bấm vào đây</a></li><li class='tin'><a href='/tin/1'></a></li>\
             <li class='tin'><a href='/tin/2'>Tin số 2 của cơ quan</a></li></ul>",
        ),
    );
    let desk = desk_with(&[source("a", &agency)]);
    let said = desk.once();
    assert_eq!(desk.titles("tat-ca"), ["Tin số 2 của cơ quan"]);
    assert!(said.out.contains("2 without link or title"), "{}", said.out);
    assert!(said.out.contains("javascript"), "{}", said.out);
}

#[test]
fn pages_that_never_come_hold_up_no_other() {
    let agency = Agency::open();
    publish(&agency, &[9, 8, 7, 2, 1]);
    for n in [9, 8, 7] {
        agency.on(&format!("/tin/{n}"), status(403));
    }
    let desk = desk_with(&[source("a", &agency)]);
    desk.once();
    assert_eq!(desk.titles("tat-ca").len(), 2);
    publish(&agency, &[9, 8, 7, 3, 2, 1]);
    for n in [9, 8, 7] {
        agency.on(&format!("/tin/{n}"), status(403));
    }
    desk.once();
    assert_eq!(desk.titles("tat-ca").len(), 3);
    assert_eq!(agency.hits("/tin/9"), 1, "a rejected page is not fetched for a while");
    // Later it is fetched again, also if the listing has not changed.
    publish(&agency, &[9, 8, 7, 3, 2, 1]);
    desk.run(&["once", "--now", "2026-11-21T06:00:00Z"]);
    assert_eq!(desk.titles("tat-ca").len(), 6);
}

#[test]
fn an_item_that_leaves_the_listing_before_its_page_could_be_read_is_not_lost() {
    let agency = Agency::open();
    publish(&agency, &[4, 3, 2, 1]);
    let empty = "<html><body>Dữ liệu đang cập nhật</body></html>";
    agency.on("/tin/4", status(500));
    agency.on("/tin/3", html(empty));
    agency.on("/tin/2", status(500));
    let desk = desk_with(&[source("a", &agency)]);
    let pass = |time: &str| desk.run(&["once", "--now", &format!("2026-11-20T{time}:00Z")]);
    pass("05:00");
    assert_eq!(desk.titles("tat-ca").len(), 1);
    // The listing moves on; the pages fail for some more hours.
    publish(&agency, &[6, 5]);
    pass("05:30");
    assert_eq!(desk.titles("tat-ca").len(), 3);
    agency.on("/tin/4", html(desk::article(4)));
    agency.on("/tin/3", html(desk::article(3)));
    agency.on("/tin/2", status(404));
    pass("09:00");
    let title = |n| format!("Tin số {n} của cơ quan");
    let titles = desk.titles("tat-ca");
    assert!(titles.contains(&title(4)) && titles.contains(&title(3)), "{titles:?}");
    // A deleted page is not retried.
    let asked = agency.hits("/tin/2");
    pass("10:00");
    assert_eq!((agency.hits("/tin/2"), agency.hits("/tin/4")), (asked, 3));
    assert_eq!(desk.titles("tat-ca").len(), 5);
}

#[test]
fn agencies_see_who_asks_and_operators_which_networks_are_let_in() {
    let agency = Agency::open();
    publish(&agency, &[1]);
    let contact = "contact = 'mailto:an@bantin.example'\n";
    let desk = Desk::with(&[contact, &desk::head(), &source("a", &agency)].concat());
    let said = desk.run(&["--log", "info", "once"]);
    let fields = agency.seen()[0].fields.clone();
    let agent = format!("bantin/{} (+mailto:an@bantin.example)", env!("CARGO_PKG_VERSION"));
    assert_eq!(fields["user-agent"], agent);
    assert!(
        said.err.contains("requests to private networks are allowed: 127.0.0.0/8"),
        "{}",
        said.err
    );
}

#[test]
fn dead_links_do_not_make_a_quiet_source_broken() {
    let agency = Agency::open();
    publish(&agency, &[9, 8, 7, 2, 1]);
    for n in [9, 8, 7] {
        agency.on(&format!("/tin/{n}"), status(404));
    }
    let desk = desk_with(&[source("a", &agency)]);
    desk.once();
    for time in ["05:30", "06:30", "08:30"] {
        let said = desk.run(&["once", "--now", &format!("2026-11-20T{time}:00Z")]);
        assert!(!said.out.contains("failed"), "{time}: {}", said.out);
    }
    assert_eq!(desk.titles("tat-ca").len(), 2);
}

#[test]
fn a_firewall_before_the_pages_is_asked_once_a_visit_and_named() {
    let agency = Agency::open();
    publish(&agency, &[5, 4, 3, 2, 1]);
    let refusal = "<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. Please consult \
                   with your administrator.<br><br>Your support ID is: 1234567890</body></html>";
    for n in 1..=5 {
        let fields = vec![("Content-Type", "text/html".to_owned())];
        agency.on(&format!("/tin/{n}"), Answer::Page(403, fields, refusal.into()));
    }
    let desk = desk_with(&[source("a", &agency)]);
    let said = desk.once();
    assert_eq!(said.code, Some(1));
    assert!(said.out.contains("blocked"), "{}", said.out);
    assert_eq!(agency.hits("/tin/5"), 1);
    assert!((1..=4).all(|n| agency.hits(&format!("/tin/{n}")) == 0));
    let said = desk.run(&["try", "a"]);
    let all = said.out + &said.err;
    assert!(all.contains("Kính gửi"), "{all}");
}

#[test]
fn a_corrected_selector_takes_effect_on_an_unchanged_page() {
    let agency = Agency::open();
    publish(&agency, &[2, 1]);
    let desk = desk_with(&[source("a", &agency).replace("li.tin", "li.tin:first-child")]);
    desk.once();
    assert_eq!(desk.titles("tat-ca").len(), 1);
    desk.write(&(desk::head() + &source("a", &agency)));
    desk.once();
    assert_eq!(desk.titles("tat-ca").len(), 2);
}

#[test]
fn a_withdrawn_article_leaves_also_the_feeds_that_left_the_plan() {
    let agency = Agency::open();
    publish(&agency, &[1]);
    let desk = desk_with(&[source("a", &agency)]);
    desk.once();
    let id = desk.export()[0]["id"].as_str().unwrap().to_owned();
    desk.write(&(desk::head().replace("tat-ca", "moi") + &source("a", &agency)));
    desk.once();
    assert!(
        desk.output().contains_key("tat-ca.atom"),
        "readers of a static server keep what they have"
    );
    desk.run(&["withdraw", &id, "--reason", "Công văn số 1"]);
    for (name, bytes) in desk.output() {
        assert!(!String::from_utf8(bytes).unwrap().contains("Tin số 1"), "{name}");
    }
}

#[test]
fn commands_that_need_a_store_say_what_to_do_before_there_is_one() {
    let desk = desk_with(&[]);
    for command in [&["status"][..], &["export"], &["withdraw", "tag:x", "--reason", "x"]] {
        let said = desk.run(command);
        assert_eq!(said.code, Some(1), "{command:?}");
        assert!(said.err.contains("bantin once"), "{}", said.err);
    }
    assert!(!desk.path("state").exists());
    assert_eq!(desk.run(&["try", "khong-co"]).code, Some(2));
    assert_eq!(desk.run(&["once", "khong-co"]).code, Some(2));
}

#[test]
fn an_address_inside_the_house_is_not_asked() {
    let agency = Agency::open();
    publish(&agency, &[1]);
    let guarded = source("a", &agency).replace("allow_private = [\"127.0.0.0/8\"]\n", "");
    let desk = desk_with(&[guarded]);
    let said = desk.once();
    assert_eq!(said.code, Some(1));
    assert!(said.out.contains("allow_private"), "{}", said.out);
    assert_eq!(agency.seen().len(), 0);
}

#[test]
fn an_agency_is_not_asked_again_for_what_is_known() {
    let agency = Agency::open();
    publish(&agency, &[2, 1]);
    let desk = desk_with(&[source("a", &agency)]);
    desk.once();
    assert_eq!((agency.hits("/tin-tuc"), agency.hits("/tin/1"), agency.hits("/tin/2")), (1, 1, 1));
    desk.once();
    assert_eq!(
        (agency.hits("/tin-tuc"), agency.hits("/tin/1")),
        (2, 1),
        "the same bytes, and nothing else is fetched"
    );
    publish(&agency, &[3, 2, 1]);
    desk.once();
    assert_eq!((agency.hits("/tin/1"), agency.hits("/tin/2"), agency.hits("/tin/3")), (1, 1, 1));
    assert_eq!(desk.titles("tat-ca").len(), 3);
}

#[test]
fn validators_are_shown_to_a_host_that_gave_them() {
    let agency = Agency::open();
    publish(&agency, &[1]);
    let listing = b"<ul><li class='tin'><a href='/tin/1'>Tin s\xe1\xbb\x91 1 c\xe1\xbb\xa7a c\xc6\xa1 quan</a></li></ul>";
    let fields = vec![("Content-Type", "text/html".to_owned()), ("ETag", "\"mot\"".to_owned())];
    agency.on("/tin-tuc", Answer::Page(200, fields, listing.to_vec()));
    let desk = desk_with(&[source("a", &agency)]);
    desk.once();
    let said = desk.once();
    assert!(said.out.contains("unchanged"), "{}", said.out);
    let asked = agency.seen();
    let last = asked.last().unwrap();
    assert_eq!(last.fields.get("if-none-match").map(String::as_str), Some("\"mot\""));
    assert!(last.fields["user-agent"].starts_with("bantin/"), "{last:?}");
}

#[test]
fn an_edit_is_the_same_entry_with_a_later_update() {
    let agency = Agency::open();
    publish(&agency, &[1]);
    let desk = desk_with(&[source("a", &agency)]);
    desk.once();
    let before = desk.feed("tat-ca")["items"][0].clone();
    agency.on(
        "/tin-tuc",
        html("<ul><li class='tin'><a href='/tin/1'>Tin số 1 của cơ quan (đã sửa)</a></li></ul>"),
    );
    agency.on(
        "/tin/1",
        html(desk::article(1).replace("Tin số 1 của cơ quan", "Tin số 1 của cơ quan (đã sửa)")),
    );
    let said = desk.run(&["once", "--now", "2026-11-20T06:00:00Z"]);
    assert_eq!(said.code, Some(0), "{}", said.out);
    let feed = desk.feed("tat-ca");
    assert_eq!(feed["items"].as_array().unwrap().len(), 1);
    let after = &feed["items"][0];
    assert_eq!(after["title"], "Tin số 1 của cơ quan (đã sửa)");
    assert_eq!(
        (&after["id"], &after["date_published"]),
        (&before["id"], &before["date_published"])
    );
    assert_eq!(after["date_modified"], "2026-11-20T13:00:00+07:00");
}

#[test]
fn an_article_without_a_date_has_the_day_it_was_first_seen_for_ever() {
    let agency = Agency::open();
    publish(&agency, &[1]);
    agency.on("/tin/1", html(desk::article(1).replace("<p>Ngày đăng: 02/10/2026 08:15</p>", "")));
    let desk = desk_with(&[source("a", &agency)]);
    desk.once();
    let first = desk.feed("tat-ca")["items"][0]["date_published"].clone();
    assert_eq!(first, "2026-11-20T12:00:00+07:00");
    agency.on(
        "/tin-tuc",
        html("<ul><li class='tin'><a href='/tin/1'>Tin số 1 của cơ quan.</a></li></ul>"),
    );
    agency.on(
        "/tin/1",
        html(
            desk::article(1)
                .replace("02/10/2026 08:15", "")
                .replace("nhiều nội dung", "ba nội dung"),
        ),
    );
    desk.run(&["once", "--now", "2026-11-25T06:00:00Z"]);
    assert_eq!(desk.feed("tat-ca")["items"][0]["date_published"], first);
    assert_eq!(desk.export()[0]["provenance"]["published"], "first-seen");
}

#[test]
fn an_interrupted_visit_goes_on_without_asking_again() {
    let agency = Agency::open();
    publish(&agency, &[4, 3, 2, 1]);
    agency.on("/tin/2", Answer::Silence);
    let desk = desk_with(&[source("a", &agency).replace("kind =", "timeout = \"60s\"\nkind =")]);
    let mut child = desk.command(&["once", "--now", NOW]).stdout(Stdio::null()).spawn().unwrap();
    let begun = Instant::now();
    while agency.hits("/tin/2") == 0 {
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "the visit never reached its third page"
        );
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    publish(&agency, &[4, 3, 2, 1]);
    let said = desk.once();
    assert_eq!(said.code, Some(0), "{}\n{}", said.out, said.err);
    assert_eq!(desk.titles("tat-ca").len(), 4);
    let hits = |target| agency.hits(target);
    assert_eq!(
        (hits("/tin-tuc"), hits("/tin/4"), hits("/tin/3")),
        (1, 1, 1),
        "these pages were stored"
    );
    assert_eq!((hits("/tin/2"), hits("/tin/1")), (2, 1));
}

#[test]
fn a_visit_that_ends_its_process_is_given_up_after_the_second_time() {
    let agency = Agency::open();
    publish(&agency, &[2, 1]);
    agency.on("/tin/2", Answer::Silence);
    let desk = desk_with(&[source("a", &agency).replace("kind =", "timeout = \"60s\"\nkind =")]);
    for times in 1..=2 {
        let mut child =
            desk.command(&["once", "--now", NOW]).stdout(Stdio::null()).spawn().unwrap();
        let begun = Instant::now();
        while agency.hits("/tin/2") < times {
            assert!(begun.elapsed() < Duration::from_secs(20), "the visit never reached its page");
            std::thread::sleep(Duration::from_millis(10));
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let said = desk.once();
    assert_eq!(said.code, Some(1), "{}\n{}", said.out, said.err);
    assert!(said.out.contains("ended twice"), "{}", said.out);
    assert_eq!(agency.hits("/tin/2"), 2, "its pages are not fetched");
    publish(&agency, &[2, 1]);
    assert_eq!(desk.once().code, Some(0), "the next visit starts from scratch");
    assert_eq!(desk.titles("tat-ca").len(), 2);
}

#[test]
fn one_request_at_a_time_at_a_host_however_many_sources_are_on_it() {
    let agency = Agency::open();
    publish(&agency, &[2, 1]);
    let sources: Vec<String> = (1..=3).map(|n| source(&format!("s{n}"), &agency)).collect();
    let slow: Vec<String> =
        sources.iter().map(|s| s.replace("kind =", "delay = \"300ms\"\nkind =")).collect();
    let desk = desk_with(&slow);
    let begun = Instant::now();
    assert_eq!(desk.once().code, Some(0));
    let requests = agency.seen().len();
    assert_eq!(requests, 9);
    let least = Duration::from_millis(300) * (requests as u32 - 1);
    assert!(begun.elapsed() >= least, "{requests} requests in {:?}", begun.elapsed());
}

#[test]
fn an_output_that_cannot_be_written_is_told_and_nothing_is_lost() {
    let agency = Agency::open();
    publish(&agency, &[1]);
    let desk = desk_with(&[source("a", &agency)]);
    // A file in the place of the folder: no user, not even root, can write below it.
    fs::write(desk.path("output"), "").unwrap();
    let said = desk.once();
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("output"), "{}", said.err);
    assert_eq!(desk.run(&["check"]).code, Some(1));
    fs::remove_file(desk.path("output")).unwrap();
    assert_eq!(desk.once().code, Some(0), "it recovers by itself");
    assert_eq!(desk.titles("tat-ca").len(), 1);
}

#[test]
fn a_full_disk_keeps_the_old_documents_and_heals() {
    let agency = Agency::open();
    publish(&agency, &[1]);
    let desk = desk_with(&[source("a", &agency)]);
    fs::create_dir(desk.path("output")).unwrap();
    let mounted = std::process::Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=512k", "tmpfs"])
        .arg(desk.path("output"))
        .stderr(Stdio::null())
        .status();
    if !mounted.is_ok_and(|status| status.success()) {
        println!("skipped: a full disk needs the right to mount a small one");
        return;
    }
    let unmount = Unmount(desk.path("output"));
    assert_eq!(desk.once().code, Some(0));
    let before = desk.output();
    fs::write(desk.path("output/day"), vec![0; 1 << 20]).unwrap_err();
    publish(&agency, &(1..40).rev().collect::<Vec<_>>());
    let said = desk.once();
    assert_eq!(said.code, Some(1), "{}", said.out);
    assert!(said.err.contains("room") || said.err.contains("space"), "{}", said.err);
    let mut after = desk.output();
    after.remove("day");
    for (name, bytes) in &before {
        assert_eq!(after.get(name), Some(bytes), "{name}");
    }
    fs::remove_file(desk.path("output/day")).unwrap();
    assert_eq!(desk.once().code, Some(0));
    assert_eq!(desk.titles("tat-ca").len(), 39);
    drop(unmount);
}

#[test]
fn a_daemon_starts_on_a_full_disk_serves_what_is_published_and_goes_on_when_there_is_space() {
    let agency = Agency::open();
    publish(&agency, &[1]);
    let desk = desk_with(&[source("a", &agency)]);
    fs::create_dir(desk.path("state")).unwrap();
    let mounted = std::process::Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=2m", "tmpfs"])
        .arg(desk.path("state"))
        .stderr(Stdio::null())
        .status();
    if !mounted.is_ok_and(|status| status.success()) {
        println!("skipped: a full disk needs the right to mount a small one");
        return;
    }
    let unmount = Unmount(desk.path("state"));
    assert_eq!(desk.once().code, Some(0));
    fs::write(desk.path("state/filler"), vec![0; 4 << 20]).unwrap_err();
    let feeds = fs::read_to_string(desk.path("feeds.toml")).unwrap();
    let mut daemon = crate::daemon::Daemon::start(&desk, &feeds);
    // A store that can be opened is tested right after the start.
    daemon.wait_for("/healthz", |code, said| code == 503 && said.contains("full"));
    assert_eq!(daemon.get("/tat-ca.json").0, 200);
    publish(&agency, &[2, 1]);
    fs::remove_file(desk.path("state/filler")).unwrap();
    daemon.wait_for("/healthz", |code, _| code == 200);
    daemon.stop("TERM");
    drop(unmount);
}

struct Unmount(std::path::PathBuf);

impl Drop for Unmount {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_broken_feeds_toml_names_every_error_and_touches_nothing() {
    let desk = Desk::with(
        "tilte = 'x'\n[[source]]\nid = 'A b'\nkind = 'lsting'\nurl = 'ftp://a/'\nschedule = '61 * * * *'\n",
    );
    let said = desk.once();
    assert_eq!(said.code, Some(2));
    for part in ["feeds.toml:1", "tilte", "title", "A b", "lsting", "listing", "61 * * * *"] {
        assert!(said.err.contains(part), "{part:?} is missing in:\n{}", said.err);
    }
    assert!(!desk.path("state").exists() && !desk.path("output").exists());
    fs::remove_file(desk.path("feeds.toml")).unwrap();
    let said = desk.run(&["run"]);
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("feeds.toml") && said.err.contains("--config"), "{}", said.err);
}
