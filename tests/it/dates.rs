//! Dates of articles that need the whole visit, or the operator's own platform rules.

use crate::agency::{Agency, html};
use crate::desk::{self, Desk, source};
use std::collections::BTreeMap;
use std::fs;

/// An agency with five articles; `date` gives the line under the title of each, and the date of its
/// listing item.
fn desk_of(agency: &Agency, date: impl Fn(u32) -> (String, String)) -> Desk {
    let item = |n: u32| {
        let (_, teased) = date(n);
        format!("<li class=tin><a href='/tin/{n}'>Tin số {n} của cơ quan</a> <i>{teased}</i></li>")
    };
    let items: String = (1..=5).map(item).collect();
    agency.on("/tin-tuc", html(format!("<html><body><ul>{items}</ul></body></html>")));
    for n in 1..=5 {
        let day = n % 28 + 1;
        let shown = format!("Ngày đăng: {day:02}/10/2026 08:15");
        agency.on(&format!("/tin/{n}"), html(desk::article(n).replace(&shown, &date(n).0)));
    }
    let select =
        source("a", agency).replace("item = \"li.tin\"", "item = \"li.tin\", date = \"i\"");
    Desk::with(&(desk::head() + &select))
}

/// The publication instants by title, and the output.
fn published(desk: &Desk) -> (BTreeMap<String, String>, String) {
    let said = desk.once();
    assert_eq!(said.code, Some(0), "{}\n{}", said.out, said.err);
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let dates = desk.export().iter().map(|a| (text(&a["title"]), text(&a["published"]))).collect();
    (dates, said.out + &said.err)
}

#[test]
fn the_clock_that_all_pages_show_is_the_date_of_none() {
    let agency = Agency::open();
    let desk = desk_of(&agency, |n| ("20/11/2026 12:00".into(), format!("{n}/11/2026")));
    let (dates, said) = published(&desk);
    // The days of the listing, each from its first instant in Viet Nam.
    for (n, day) in [(1, "10-31"), (2, "11-01"), (3, "11-02"), (4, "11-03"), (5, "11-04")] {
        let date = &dates[&format!("Tin số {n} của cơ quan")];
        assert!(date.starts_with(&format!("2026-{day}T17:00:00")), "{date}");
    }
    assert!(said.contains("5 articles give the same minute"), "{said}");
}

#[test]
fn five_notices_of_one_minute_keep_it() {
    let agency = Agency::open();
    let desk = desk_of(&agency, |_| ("19/11/2026 09:30".into(), "19/11/2026".into()));
    let (dates, said) = published(&desk);
    assert_eq!(dates.len(), 5);
    assert!(dates.values().all(|date| date.starts_with("2026-11-19T02:30:00")), "{dates:?}");
    assert!(!said.contains("same minute"), "{said}");
}

#[test]
fn an_operators_own_family_is_tried_first_everywhere() {
    let agency = Agency::open();
    let desk = desk_of(&agency, |_| ("19/11/2026 09:30".into(), String::new()));
    fs::write(
        desk.path("cong.toml"),
        "name = 'cong'\nmarks = ['.noi-dung']\n[article]\nbody = ['.noi-dung']\ndate = ['h1 + p']",
    )
    .unwrap();
    fs::write(desk.path("bai.html"), desk::article(7)).unwrap();
    let own = "platform:cong date";
    let said = desk.run(&["extract", "--platforms", "cong.toml", "bai.html"]);
    assert!(said.out.contains(own), "{}{}", said.out, said.err);
    assert!(!desk.run(&["extract", "bai.html"]).out.contains(own));
    let said = desk.run(&["try", "a", "--platforms", "cong.toml"]);
    assert!(said.out.contains(own), "{}{}", said.out, said.err);
    let feeds = fs::read_to_string(desk.path("feeds.toml")).unwrap();
    desk.write(&format!("platforms = [\"*ong.toml\"]\n{feeds}"));
    let said = desk.run(&["check"]);
    assert!(said.out.contains("1 own family of platform rules"), "{}{}", said.out, said.err);
    published(&desk);
    assert!(desk.export().iter().all(|a| a["provenance"]["published"] == own));
    // An error in a file of the command line is a usage error.
    fs::write(desk.path("cong.toml"), "name = 'cong'\n[article]\nbodi = ['.x']").unwrap();
    let said = desk.run(&["extract", "--platforms", "cong.toml", "bai.html"]);
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert!(
        said.err.contains("cong.toml:3:1") && said.err.contains("did you mean `body`?"),
        "{}",
        said.err
    );
}
