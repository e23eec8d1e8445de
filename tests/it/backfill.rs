//! Backfills: walks back through the pages of a listing.

use crate::agency::{Agency, html, status};
use crate::desk::{Desk, head, source};
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// The page of an article dated the `n`th day of May 2020.
fn article(n: u32) -> String {
    format!(
        "<html><head><title>Cổng thông tin</title></head><body><h1>Tin số {n} của cơ quan</h1>
<p>Ngày đăng: {n:02}/05/2020 08:15</p><div class=\"noi-dung\">
<p>Sáng nay, cơ quan đã tổ chức hội nghị lần thứ {n} với sự tham dự của đông đảo đại biểu các sở, ban, ngành và địa phương
trong tỉnh để đánh giá kết quả thực hiện nhiệm vụ.</p>
<p>Hội nghị đã thảo luận nhiều nội dung quan trọng, thống nhất các giải pháp trọng tâm và phân công trách nhiệm cụ thể cho từng
đơn vị trong thời gian tới, bảo đảm hoàn thành kế hoạch đề ra.</p></div></body></html>"
    )
}

fn items(numbers: &[u32]) -> String {
    let item = |n: &u32| {
        format!(
            "<li class=\"tin\"><a href=\"/tin/{n}\">Tin số {n} của cơ quan</a> <i>{n:02}/05/2020</i></li>"
        )
    };
    format!("<ul>{}</ul>", numbers.iter().map(item).collect::<String>())
}

fn target(page: u32) -> String {
    if page == 1 { "/tin-tuc".to_owned() } else { format!("/tin-tuc?page={page}") }
}

/// A listing with this number of pages, two articles each, newest first: `pages * 2`, ..., 2, 1.
fn publish(agency: &Agency, pages: u32) {
    for page in 1..=pages {
        let newest = (pages - page + 1) * 2;
        let pager: String = (1..=pages)
            .map(|n| match n == page {
                true => format!("<b>{n}</b> "),
                false => format!("<a href=\"{}\">{n}</a> ", target(n)),
            })
            .collect();
        let body =
            format!("<html><body>{}<p>{pager}</p></body></html>", items(&[newest, newest - 1]));
        agency.on(&target(page), html(body));
        for n in [newest, newest - 1] {
            agency.on(&format!("/tin/{n}"), html(article(n)));
        }
    }
}

fn title(n: u32) -> String {
    format!("Tin số {n} của cơ quan")
}

#[test]
fn a_listing_is_walked_back_and_what_is_read_there_floods_nobody() {
    let agency = Agency::open();
    publish(&agency, 5);
    let desk = Desk::with(&(head() + "limit = 2\n" + &source("a", &agency)));
    assert_eq!(desk.run(&["once"]).code, Some(0));
    let before = desk.output();
    assert_eq!(desk.titles("tat-ca"), [title(10), title(9)]);

    let said = desk.run(&["backfill", "a", "--pages", "3"]);
    assert_eq!(said.code, Some(0), "{}\n{}", said.out, said.err);
    assert!(said.out.contains("page 2: 2 items; 2 new"), "{}", said.out);
    assert!(said.out.contains("a: 3 pages, 6 items; 4 new, 2 known"), "{}", said.out);
    assert!(said.out.contains("3 pages are done"), "{}", said.out);
    assert_eq!(desk.export().len(), 6);

    // The walk resumes and fetches nothing twice.
    let said = desk.run(&["backfill", "a", "--pages", "99"]);
    assert_eq!(said.code, Some(0), "{}\n{}", said.out, said.err);
    assert!(said.out.contains("page 5 is the last"), "{}", said.out);
    assert_eq!(desk.export().len(), 10);
    for n in 1..=10 {
        assert_eq!(agency.hits(&format!("/tin/{n}")), 1, "{n}");
    }
    for page in 2..=5 {
        assert_eq!(agency.hits(&target(page)), 1, "{page}");
    }
    let after = desk.output();
    // The documents link to one more archive; subscribers see no other change.
    let entries = |bytes: &[u8]| {
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let lines = text
            .lines()
            .filter(|line| !line.contains("prev-archive") && !line.contains("rel=\"current\""));
        lines.collect::<Vec<_>>().join("\n")
    };
    for name in ["tat-ca.atom", "tat-ca.rss", "tat-ca.json"] {
        assert_eq!(entries(&before[name]), entries(&after[name]), "{name}");
    }
    let archives = |documents: &std::collections::BTreeMap<String, Vec<u8>>| {
        let found =
            documents.iter().filter(|(name, _)| name.ends_with(".atom") && *name != "tat-ca.atom");
        found.map(|(_, bytes)| String::from_utf8(bytes.clone()).unwrap()).collect::<String>()
    };
    let kept = archives(&after);
    for n in 1..=8 {
        assert!(kept.contains(&title(n)), "{n} is in an archive");
    }
    // The next visit finds everything unchanged.
    let said = desk.run(&["once"]);
    assert_eq!(said.code, Some(0), "{}\n{}", said.out, said.err);
    assert_eq!(desk.titles("tat-ca"), [title(10), title(9)]);

    // A feed with a higher limit shows them by their own dates.
    desk.write(&(head() + &source("a", &agency)));
    assert_eq!(desk.run(&["once"]).code, Some(0));
    assert_eq!(desk.titles("tat-ca"), (1..=10).rev().map(title).collect::<Vec<_>>());
}

#[test]
fn articles_without_a_date_are_kept_and_stand_in_no_feed_as_if_they_were_of_today() {
    let agency = Agency::open();
    publish(&agency, 3);
    for page in 1..=3 {
        let listed = [8 - 2 * page, 7 - 2 * page];
        let undated = items(&listed).replace("<i>", "<!--").replace("</i>", "-->");
        let pager = format!("<p><a href=\"{}\">{}</a></p>", target(page + 1), page + 1);
        agency.on(&target(page), html(format!("<html><body>{undated}{pager}</body></html>")));
    }
    for n in 1..=6 {
        let undated = article(n).replace(&format!("Ngày đăng: {n:02}/05/2020 08:15"), "");
        agency.on(&format!("/tin/{n}"), html(undated));
    }
    let desk = Desk::with(&(head() + &source("a", &agency)));
    assert_eq!(desk.run(&["once"]).code, Some(0));
    let first = desk.titles("tat-ca");
    let said = desk.run(&["backfill", "a", "--pages", "9"]);
    assert_eq!(said.code, Some(0), "{}\n{}", said.out, said.err);
    assert!(said.out.contains("4 new"), "{}", said.out);
    assert_eq!(desk.titles("tat-ca"), first);
    assert_eq!(desk.export().len(), 6);
    // Subscribers who walk the archives find them nevertheless.
    let archive = String::from_utf8(desk.output()["tat-ca.1.atom"].clone()).unwrap();
    assert!((1..=4).all(|n| archive.contains(&title(n))), "{archive}");
}

#[test]
fn news_at_the_top_of_the_listing_is_left_to_the_visits() {
    let agency = Agency::open();
    publish(&agency, 2);
    let desk = Desk::with(&(head() + &source("a", &agency)));
    assert_eq!(desk.run(&["once"]).code, Some(0));
    agency.on("/tin/5", html(article(5)));
    let body = format!("{}<b>1</b> <a href=\"/tin-tuc?page=2\">2</a>", items(&[5, 4, 3]));
    agency.on("/tin-tuc", html(body));
    let said = desk.run(&["backfill", "a", "--pages", "9"]);
    assert_eq!(said.code, Some(0), "{}\n{}", said.out, said.err);
    assert!(said.out.contains("1 left to the next visit as news"), "{}", said.out);
    assert_eq!((agency.hits("/tin/5"), desk.export().len()), (0, 4));
    assert_eq!(desk.run(&["once"]).code, Some(0));
    assert_eq!(desk.titles("tat-ca").first(), Some(&title(5)));
}

#[test]
fn a_walk_ends_at_a_day_and_asks_for_nothing_older() {
    let agency = Agency::open();
    publish(&agency, 9);
    let dated = source("a", &agency).replace("\"li.tin\"", "\"li.tin\", date = \"i\"");
    let desk = Desk::with(&(head() + &dated));
    let said = desk.run(&["backfill", "a", "--since", "13/05/2020"]);
    assert_eq!(said.code, Some(0), "{}\n{}", said.out, said.err);
    assert!(said.out.contains("older than 2020-05-13"), "{}", said.out);
    // Items 18 to 13 are in the range; pages 4 and 5 are older, page 6 is not fetched.
    assert_eq!(desk.export().len(), 6);
    assert_eq!((agency.hits("/tin/13"), agency.hits("/tin/12")), (1, 0));
    assert_eq!((agency.hits(&target(5)), agency.hits(&target(6))), (1, 0));
    // An earlier day continues the walk, and older items on the pages that are done are in the
    // range now.
    let said = desk.run(&["backfill", "a", "--since", "01/05/2020"]);
    assert_eq!(said.code, Some(0), "{}\n{}", said.out, said.err);
    assert_eq!(desk.export().len(), 18);
    assert!((1..=9).all(|page| agency.hits(&target(page)) == 1));
    assert!((1..=18).all(|n| agency.hits(&format!("/tin/{n}")) == 1));
    let said = desk.run(&["backfill", "a", "--since", "hôm qua"]);
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert_eq!(desk.run(&["backfill", "a"]).code, Some(2));
}

#[test]
fn a_walk_goes_on_although_a_page_of_news_came_in_between() {
    for news in [1, 2] {
        let agency = Agency::open();
        publish(&agency, 6);
        let desk = Desk::with(&(head() + &source("a", &agency)));
        assert_eq!(desk.run(&["once"]).code, Some(0));
        assert_eq!(desk.run(&["backfill", "a", "--pages", "2"]).code, Some(0));
        assert_eq!(desk.export().len(), 4);
        publish(&agency, 6 + news);
        let said = desk.run(&["backfill", "a", "--pages", "99"]);
        assert_eq!(said.code, Some(0), "{}\n{}", said.out, said.err);
        assert_eq!(desk.export().len(), 12, "{news}: {}", said.out);
    }
}

#[test]
fn a_walk_ends_where_the_last_page_is_shown_for_ever_and_asks_no_more() {
    let agency = Agency::open();
    publish(&agency, 3);
    for page in 3..9 {
        let more = format!("<a href=\"/tin-tuc?page={}\">Trang sau</a>", page + 1);
        agency.on(&target(page), html(items(&[2, 1]) + &more));
    }
    let desk = Desk::with(&(head() + &source("a", &agency)));
    let said = desk.run(&["backfill", "a", "--pages", "99"]);
    assert_eq!(said.code, Some(0), "{}\n{}", said.out, said.err);
    assert!(said.out.contains("the listing shows an earlier page again"), "{}", said.out);
    assert_eq!(agency.hits(&target(6)), 0);
    let before = agency.seen().len();
    let said = desk.run(&["backfill", "a", "--pages", "99"]);
    assert_eq!(said.code, Some(0), "{}\n{}", said.out, said.err);
    assert_eq!(agency.seen().len(), before, "{}", said.out);
}

#[test]
fn articles_that_are_gone_or_cannot_be_read_keep_no_others_out() {
    let agency = Agency::open();
    // Forty deleted articles between two existing ones; then as many pages without an article.
    let gone: Vec<u32> = [31].into_iter().chain(101..=140).chain([30]).collect();
    let empty: Vec<u32> = [29].into_iter().chain(201..=240).chain([28]).collect();
    agency.on("/tin-tuc", html(items(&gone) + "<b>1</b> <a href=\"/tin-tuc?page=2\">2</a>"));
    agency.on(
        "/tin-tuc?page=2",
        html(
            items(&empty) + "<a href=\"/tin-tuc\">1</a> <b>2</b> <a href=\"/tin-tuc?page=3\">3</a>",
        ),
    );
    agency.on(
        "/tin-tuc?page=3",
        html(
            items(&[27]) + "<a href=\"/tin-tuc\">1</a> <a href=\"/tin-tuc?page=2\">2</a> <b>3</b>",
        ),
    );
    (27..=31).for_each(|n| agency.on(&format!("/tin/{n}"), html(article(n))));
    (201..=240).for_each(|n| agency.on(&format!("/tin/{n}"), html("<html><body></body></html>")));
    let desk = Desk::with(&(head() + &source("a", &agency)));
    let said = desk.run(&["backfill", "a", "--pages", "9"]);
    assert_eq!(said.code, Some(1), "{}\n{}", said.out, said.err);
    assert!(said.out.contains("page 1: 42 items; 2 new, 40 gone at the agency"), "{}", said.out);
    assert!(said.out.contains("stopped after page 2: its article pages"), "{}", said.out);
    assert!(said.out.contains("11 left to the next run"), "{}", said.out);
    assert_eq!(desk.export().len(), 3, "articles of earlier pages are kept");
    let said = desk.run(&["backfill", "a", "--pages", "9"]);
    assert_eq!(said.code, Some(0), "{}\n{}", said.out, said.err);
    assert_eq!(desk.export().len(), 5);
    for n in (27..=31).chain(101..=140).chain(201..=240) {
        assert_eq!(agency.hits(&format!("/tin/{n}")), 1, "{n}");
    }
}

#[test]
fn a_page_that_is_held_back_is_published_as_listed_by_a_later_run_and_healed_by_visits() {
    let agency = Agency::open();
    publish(&agency, 2);
    let notice = "<p>Kính mời các đơn vị tham dự đầy đủ và đúng giờ tại hội trường tầng hai.</p>";
    agency.on("/tin/1", crate::script::page("Thông báo", notice));
    let desk = Desk::with(&(head() + &source("a", &agency)));
    let stored = || desk.export().iter().map(|a| a["title"].to_string()).collect::<Vec<_>>();
    let text = || {
        let one = desk.export().into_iter().find(|article| article["title"] == title(1));
        one.unwrap()["text"].as_str().unwrap().to_owned()
    };
    desk.run(&["once"]);
    for count in [3, 3] {
        let said = desk.run(&["backfill", "a", "--pages", "9"]);
        assert_eq!(stored().len(), count, "{}{}", said.out, said.err);
    }
    // A day later.
    let db = rusqlite::Connection::open(desk.path("state/bantin.sqlite")).unwrap();
    assert_eq!(db.execute("UPDATE rejection SET since = since - 86400000", []).unwrap(), 1);
    drop(db);
    for count in [4, 4] {
        let said = desk.run(&["backfill", "a", "--pages", "9"]);
        assert_eq!(stored().len(), count, "{}{}", said.out, said.err);
    }
    assert_eq!(text(), title(1));
    // The right page replaces it.
    agency.on("/tin/1", html(article(1)));
    let later = chrono::Utc::now() + chrono::TimeDelta::hours(2);
    let said = desk.run(&["once", "--now", &later.to_rfc3339()]);
    assert!(text().contains("lần thứ 1"), "{}{}: {}", said.out, said.err, text());
    assert_eq!(stored().len(), 4);
}

#[test]
fn a_walk_that_is_killed_goes_on_with_what_it_has() {
    let agency = Agency::open();
    publish(&agency, 3);
    agency.on("/tin/3", crate::agency::Answer::Silence);
    let desk = Desk::with(&(head() + &source("a", &agency)));
    assert_eq!(desk.run(&["once"]).code, Some(0));
    let mut child = desk
        .command(&["backfill", "a", "--pages", "9"])
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    while agency.hits("/tin/3") == 0 {
        assert!(begun.elapsed() < Duration::from_secs(30), "it never reached the second page");
        thread::sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    agency.on("/tin/3", html(article(3)));
    let said = desk.run(&["backfill", "a", "--pages", "9"]);
    assert_eq!(said.code, Some(0), "{}\n{}", said.out, said.err);
    assert_eq!(desk.export().len(), 6);
    assert_eq!((agency.hits("/tin/4"), agency.hits(&target(2))), (1, 1), "what came is kept");
}

#[test]
fn a_walk_stops_where_the_host_fails_and_what_did_not_come_is_asked_for_later() {
    let agency = Agency::open();
    publish(&agency, 3);
    agency.on(&target(3), status(500));
    agency.on("/tin/4", status(500));
    agency.on("/tin/3", status(400));
    let desk = Desk::with(&(head() + &source("a", &agency)));
    let said = desk.run(&["backfill", "a", "--pages", "9"]);
    assert_eq!(said.code, Some(1), "{}\n{}", said.out, said.err);
    assert!(said.out.contains("stopped after page 2") && said.out.contains("500"), "{}", said.out);
    assert!(said.out.contains("1 rejected, 1 not answered"), "{}", said.out);
    publish(&agency, 3);
    let said = desk.run(&["backfill", "a", "--pages", "9"]);
    assert_eq!(said.code, Some(0), "{}\n{}", said.out, said.err);
    assert_eq!((agency.hits(&target(2)), agency.hits("/tin/4"), agency.hits("/tin/3")), (1, 2, 1));
    assert_eq!(desk.export().len(), 5);
}

#[test]
fn a_walk_ends_where_the_listing_turns_in_a_circle() {
    let agency = Agency::open();
    publish(&agency, 3);
    agency.on(&target(3), html(items(&[6, 5]) + "<a href=\"/tin-tuc?page=4\">Trang sau</a>"));
    let desk = Desk::with(&(head() + &source("a", &agency)));
    let said = desk.run(&["backfill", "a", "--pages", "9"]);
    assert_eq!(said.code, Some(0), "{}\n{}", said.out, said.err);
    assert!(
        said.out.contains("after page 2 the listing shows an earlier page again"),
        "{}",
        said.out
    );
    assert_eq!(agency.hits("/tin-tuc?page=4"), 0);
}

#[test]
fn the_budget_of_the_day_is_kept_and_the_walk_says_where_it_stands() {
    let agency = Agency::open();
    publish(&agency, 4);
    // robots.txt, three listings, five articles.
    let desk = Desk::with(&(head() + &source("a", &agency) + "max_requests = 9\n"));
    let said = desk.run(&["backfill", "a", "--pages", "9"]);
    assert_eq!(said.code, Some(1), "{}\n{}", said.out, said.err);
    assert!(said.out.contains("paused after page 3"), "{}", said.out);
    assert!(
        said.out.contains("max_requests") && said.out.contains("again to continue"),
        "{}",
        said.out
    );
    assert_eq!(agency.seen().len(), 8);
    desk.write(&(head() + &source("a", &agency)));
    assert_eq!(desk.run(&["backfill", "a", "--pages", "9"]).code, Some(0));
    assert_eq!(desk.export().len(), 8);
    assert_eq!(agency.seen().len(), 12, "nothing was fetched twice");
}

/// A site whose listing uses postbacks, and which accepts only its own view states.
#[derive(Clone)]
struct Site {
    address: SocketAddr,
    /// The key of its view states; with another key it rejects those that it issued before.
    secret: Arc<Mutex<String>>,
    pages: u32,
    hits: Arc<Mutex<HashMap<String, usize>>>,
}

impl Site {
    fn open(pages: u32) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let site = Self {
            address: listener.local_addr().unwrap(),
            secret: Arc::new(Mutex::new("a".to_owned())),
            pages,
            hits: Arc::default(),
        };
        let serving = site.clone();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let site = serving.clone();
                thread::spawn(move || site.talk(stream));
            }
        });
        site
    }

    fn hits(&self, name: &str) -> usize {
        self.hits.lock().unwrap().get(name).copied().unwrap_or_default()
    }

    fn listing(&self, page: u32) -> String {
        let newest = (self.pages - page + 1) * 2;
        let pager: String = (1..=self.pages)
            .map(|n| match n == page {
                true => format!("<td><span>{n}</span></td>"),
                false => format!(
                    "<td><a href=\"javascript:__doPostBack('ctl00$Grid','Page${n}')\">{n}</a></td>"
                ),
            })
            .collect();
        format!(
            "<html><body><form method=\"post\" action=\"/tin-tuc\"><input type=\"hidden\" name=\"__VIEWSTATE\" value=\"{}/{page}+=\">
             {}<table><tr>{pager}</tr></table></form></body></html>",
            self.secret.lock().unwrap(),
            items(&[newest, newest - 1])
        )
    }

    fn answer(&self, target: &str, body: &str) -> (u16, String) {
        if let Some(n) = target.strip_prefix("/tin/") {
            return (200, article(n.parse().unwrap()));
        }
        if target != "/tin-tuc" {
            return (404, String::new());
        }
        if body.is_empty() {
            return (200, self.listing(1));
        }
        let fields: HashMap<String, String> =
            url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
        let page: u32 = fields["__EVENTARGUMENT"].strip_prefix("Page$").unwrap().parse().unwrap();
        let state = format!("{}/{}+=", self.secret.lock().unwrap(), page - 1);
        let is_right = fields["__EVENTTARGET"] == "ctl00$Grid" && fields["__VIEWSTATE"] == state;
        if is_right { (200, self.listing(page)) } else { (500, "Invalid viewstate".to_owned()) }
    }

    fn talk(&self, stream: TcpStream) {
        let mut out = stream.try_clone().unwrap();
        let mut reader = BufReader::new(stream);
        let mut first = String::new();
        reader.read_line(&mut first).unwrap();
        let mut length = 0;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            if line.trim().is_empty() {
                break;
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let target = first.split(' ').nth(1).unwrap_or("/").to_owned();
        let method = first.split(' ').next().unwrap_or_default().to_owned();
        *self.hits.lock().unwrap().entry(format!("{method} {target}")).or_default() += 1;
        let (code, text) = self.answer(&target, &String::from_utf8(body).unwrap());
        let head = format!(
            "HTTP/1.1 {code} X\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            text.len()
        );
        let _ = out.write_all(head.as_bytes()).and_then(|()| out.write_all(text.as_bytes()));
    }

    fn source(&self) -> String {
        format!(
            "[[source]]\nid = \"a\"\nagency = \"Cơ quan\"\nkind = \"listing\"\nurl = \"http://{}/tin-tuc\"\n\
             allow_private = [\"127.0.0.0/8\"]\nselect = {{ item = \"li.tin\" }}\n",
            self.address
        )
    }
}

#[test]
fn a_listing_is_turned_by_its_form_and_replayed_when_its_state_is_forgotten() {
    let site = Site::open(5);
    let desk = Desk::with(&(head() + &site.source()));
    let said = desk.run(&["backfill", "a", "--pages", "2"]);
    assert_eq!(said.code, Some(0), "{}\n{}", said.out, said.err);
    assert_eq!(desk.export().len(), 4);
    // The view state of page 2 is still valid.
    let said = desk.run(&["backfill", "a", "--pages", "3"]);
    assert_eq!(said.code, Some(0), "{}\n{}", said.out, said.err);
    assert_eq!((site.hits("GET /tin-tuc"), site.hits("POST /tin-tuc")), (1, 2));
    // The site rejects the old view state: the pages are walked again, and no article is fetched
    // again.
    *site.secret.lock().unwrap() = "b".to_owned();
    let said = desk.run(&["backfill", "a", "--pages", "9"]);
    assert_eq!(said.code, Some(0), "{}\n{}", said.out, said.err);
    assert!(said.out.contains("restarting at page 1"), "{}", said.out);
    assert!(said.out.contains("page 5 is the last"), "{}", said.out);
    assert_eq!(desk.export().len(), 10);
    for n in 1..=10 {
        assert_eq!(site.hits(&format!("GET /tin/{n}")), 1, "{n}");
    }
    assert_eq!((site.hits("GET /tin-tuc"), site.hits("POST /tin-tuc")), (2, 7));
}
