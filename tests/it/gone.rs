//! Articles that an agency deletes, and articles that only seem deleted.

use crate::agency::{Agency, Answer, html, status};
use crate::desk::{self, Desk, publish, source};

/// An agency with articles of these numbers, and a desk with it as the only source, visited at
/// 05:00.
fn desk_of(numbers: &[u32]) -> (Agency, Desk) {
    let agency = Agency::open();
    publish(&agency, numbers);
    let desk = Desk::with(&(desk::head() + &source("a", &agency)));
    pass(&desk, "05:00");
    assert_eq!(desk.titles("tat-ca").len(), numbers.len());
    (agency, desk)
}

/// Runs one pass on 20 November and returns its output.
#[track_caller]
fn pass(desk: &Desk, time: &str) -> String {
    let said = desk.run(&["once", "--now", &format!("2026-11-20T{time}:00Z")]);
    assert_eq!(said.code, Some(0), "{}\n{}", said.out, said.err);
    said.out
}

fn title(n: u32) -> String {
    format!("Tin số {n} của cơ quan")
}

#[test]
fn what_its_agency_takes_away_is_withdrawn_when_that_is_sure_and_comes_back_with_it() {
    let (agency, desk) = desk_of(&[4, 3, 2, 1]);
    let id = |desk: &Desk| {
        let all = desk.export();
        let found = all.iter().find(|article| article["title"] == title(3).as_str());
        found.map(|article| article["id"].as_str().unwrap().to_owned())
    };
    let before = id(&desk).unwrap();
    publish(&agency, &[4, 2, 1]);
    agency.on("/tin/3", status(404));
    pass(&desk, "06:00");
    assert_eq!(agency.hits("/tin/3"), 2);
    pass(&desk, "06:10");
    assert_eq!(agency.hits("/tin/3"), 2, "a site under maintenance returns later");
    assert!(desk.titles("tat-ca").contains(&title(3)));
    let said = pass(&desk, "06:30");
    assert_eq!(agency.hits("/tin/3"), 3);
    let reason = "gone at the agency: 404 twice, 2026-11-20T06:00:00Z, 2026-11-20T06:30:00Z";
    assert!(said.contains(reason) && said.contains(&title(3)), "{said}");
    assert_eq!(desk.titles("tat-ca"), [title(4), title(2), title(1)]);
    pass(&desk, "12:00");
    assert_eq!(agency.hits("/tin/3"), 4, "the site may only have been broken");
    pass(&desk, "12:10");
    assert_eq!(agency.hits("/tin/3"), 4);

    publish(&agency, &[4, 3, 2, 1]);
    pass(&desk, "13:00");
    let said = pass(&desk, "13:30");
    assert!(said.contains("published again"), "{said}");
    assert_eq!(id(&desk), Some(before));
}

#[test]
fn what_a_site_out_of_order_took_away_comes_back_by_itself() {
    let (agency, desk) = desk_of(&[4, 3, 2, 1]);
    publish(&agency, &[4, 2, 1]);
    agency.on("/tin/3", status(404));
    for time in ["06:00", "06:30"] {
        pass(&desk, time);
    }
    assert_eq!(desk.titles("tat-ca").len(), 3);
    agency.on("/tin/3", html(desk::article(3)));
    let said = pass(&desk, "07:00");
    assert!(said.contains("published again"), "{said}");
    assert_eq!(desk.titles("tat-ca").len(), 4);
}

#[test]
fn pages_that_are_all_gone_at_once_are_a_fault_of_the_site() {
    let (agency, desk) = desk_of(&[6, 5, 4, 3, 2, 1]);
    publish(&agency, &[6, 4, 2, 1]);
    for n in [5, 3] {
        agency.on(&format!("/tin/{n}"), status(404));
    }
    for time in ["06:00", "06:30", "07:30"] {
        pass(&desk, time);
    }
    assert_eq!(desk.titles("tat-ca").len(), 6);
}

#[test]
fn what_leaves_by_the_end_of_the_listing_is_not_asked_for() {
    let (agency, desk) = desk_of(&[3, 2, 1]);
    publish(&agency, &[5, 4, 3]);
    agency.on("/tin/1", status(404));
    for time in ["06:00", "07:00", "08:00"] {
        pass(&desk, time);
    }
    assert_eq!((agency.hits("/tin/1"), agency.hits("/tin/2")), (1, 1));
    assert_eq!(desk.titles("tat-ca").len(), 5);
}

#[test]
fn what_is_missing_and_there_is_asked_for_once() {
    let (agency, desk) = desk_of(&[3, 2, 1]);
    publish(&agency, &[3, 1]);
    for time in ["06:00", "07:00", "08:00"] {
        pass(&desk, time);
    }
    assert_eq!(agency.hits("/tin/2"), 2);
    // It is listed again, and disappears again.
    publish(&agency, &[3, 2, 1]);
    pass(&desk, "09:00");
    publish(&agency, &[3, 1]);
    pass(&desk, "10:00");
    assert_eq!(agency.hits("/tin/2"), 3);
    assert_eq!(desk.titles("tat-ca").len(), 3);
}

#[test]
fn an_answer_that_is_no_answer_takes_nothing_away() {
    let home = "<html><head><title>Trang chủ</title></head><body><h1>Trang chủ</h1><p>Chào mừng quý vị đến với \
                cổng thông tin điện tử của cơ quan, nơi đăng tải các văn bản và tin tức.</p></body></html>";
    let login = "<html><body><form><input type='password' name='p'></form></body></html>";
    let redirect = Answer::Page(302, vec![("Location", "/".to_owned())], Vec::new());
    for (number, odd) in
        [status(500), html(login), redirect, html(home), html("")].into_iter().enumerate()
    {
        let (agency, desk) = desk_of(&[3, 2, 1]);
        agency.on("/", html(home));
        let before = desk.output();
        publish(&agency, &[3, 1]);
        agency.on("/tin/2", odd);
        pass(&desk, "06:00");
        assert_eq!(agency.hits("/tin/2"), 2);
        pass(&desk, "06:10");
        assert_eq!(agency.hits("/tin/2"), 2, "{number}: it is not fetched for a while");
        pass(&desk, "06:15");
        assert_eq!(agency.hits("/tin/2"), 3, "{number}");
        assert_eq!(desk.output(), before);
        // A real answer, later, is trusted like any other.
        agency.on("/tin/2", status(410));
        pass(&desk, "08:00");
        let said = pass(&desk, "08:30");
        assert!(said.contains("410 twice"), "{said}");
    }
}

#[test]
fn a_page_that_comes_back_in_between_is_not_gone() {
    let (agency, desk) = desk_of(&[3, 2, 1]);
    publish(&agency, &[3, 1]);
    agency.on("/tin/2", status(404));
    pass(&desk, "06:00");
    agency.on("/tin/2", html(desk::article(2)));
    pass(&desk, "06:30");
    agency.on("/tin/2", status(404));
    for time in ["07:00", "08:00", "09:00"] {
        pass(&desk, time);
    }
    assert_eq!(agency.hits("/tin/2"), 3);
    assert_eq!(desk.titles("tat-ca").len(), 3);
}

#[test]
fn a_listing_that_loses_much_at_once_is_a_redesign() {
    let (agency, desk) = desk_of(&[12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    publish(&agency, &[12, 11, 6, 5, 4, 3, 1]);
    for n in [10, 9, 8, 7, 2] {
        agency.on(&format!("/tin/{n}"), status(404));
    }
    let said = pass(&desk, "06:00");
    assert!(said.contains("missing at once"), "{said}");
    pass(&desk, "07:00");
    assert_eq!((agency.hits("/tin/10"), agency.hits("/tin/2")), (1, 1));
    assert_eq!(desk.titles("tat-ca").len(), 12);
}

#[test]
fn an_article_that_is_listed_and_gone_is_withdrawn_too_and_an_operators_word_is_final() {
    let (agency, desk) = desk_of(&[2, 1]);
    agency.on("/tin/2", status(404));
    let changed = "<ul><li class='tin'><a href='/tin/2'>Tin số 2 của cơ quan (mới)</a></li>\
                   <li class='tin'><a href='/tin/1'>Tin số 1 của cơ quan</a></li></ul>";
    agency.on("/tin-tuc", html(changed));
    pass(&desk, "06:00");
    assert_eq!(agency.hits("/tin/2"), 2);
    assert!(pass(&desk, "06:30").contains("404 twice"));
    assert_eq!(desk.titles("tat-ca"), [title(1)]);

    let (agency, desk) = desk_of(&[2, 1]);
    let id = desk.export()[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(desk.run(&["withdraw", &id, "--reason", "Công văn số 3"]).code, Some(0));
    publish(&agency, &[3, 2, 1]);
    for time in ["06:00", "07:00"] {
        pass(&desk, time);
    }
    assert_eq!(desk.titles("tat-ca").len(), 2);
}

#[test]
fn a_young_article_that_is_gone_is_withdrawn_after_a_second_look() {
    let (agency, desk) = desk_of(&[1]);
    publish(&agency, &[2, 1]);
    pass(&desk, "05:30");
    agency.on("/tin/2", status(404));
    pass(&desk, "22:00");
    assert_eq!((agency.hits("/tin/2"), desk.titles("tat-ca").len()), (2, 2));
    assert!(pass(&desk, "22:30").contains("404 twice"));
    assert_eq!(desk.titles("tat-ca"), [title(1)]);
}

#[test]
fn a_page_that_is_gone_is_logged_by_the_crawl_under_its_old_name_too() {
    for target in ["bantin::visit=info", "bantin::crawl=info", "bantin::visit::again=info"] {
        let (agency, desk) = desk_of(&[4, 3, 2, 1]);
        publish(&agency, &[4, 2, 1]);
        agency.on("/tin/3", status(404));
        let mut command = desk.command(&["once", "--now", "2026-11-20T06:00:00Z"]);
        let said: desk::Said = command.env("BANTIN_LOG", target).output().unwrap().into();
        assert!(said.err.contains("/tin/3 is gone (404)"), "{target}: {}", said.err);
        assert!(!said.err.contains("contact"), "{target} is for the crawl only: {}", said.err);
    }
}
