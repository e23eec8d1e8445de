//! One article is one article, whatever its address does; two articles stay two.

use crate::agency::{Answer, status};
use crate::script::{Script, Story, TITLES, story};

/// The first `count` stories, each at the address that `href` makes of its number.
fn stories(count: usize, href: impl Fn(usize) -> String) -> Vec<(Story, String)> {
    (0..count).rev().map(|n| (story(n), href(n))).collect()
}

#[test]
fn tokens_that_change_with_each_visit_make_no_article_new() {
    let kinds = [
        "/tin/{n}.html;jsessionid=T{t}",
        "/tin/{n}.php?PHPSESSID=t{t}",
        "/(S(ab{t}))/tin/{n}.aspx",
        "/tin/{n}.cfm?CFID=1{t}&CFTOKEN=9{t}",
        "/tin/{n}.asp?ASPSESSIONIDQABCDEFG=T{t}",
        "/tin/{n}.html?sid={t}",
        "/tin/{n}.html?rnd={t}",
        "/tin/{n}.html?_={t}",
        "/tin/{n}.html?ts={t}",
        "/tin/{n}.html?cb={t}&a=1",
        "/tin/{n}.html?p_auth={t}",
        "/tin/{n}.html?zarsrc={t}",
    ];
    for kind in kinds {
        let mut script = Script::open();
        let mut ids = None;
        for visit in 1..=4 {
            let token = format!("{}", 7_919 * visit);
            let listed =
                stories(10, |n| kind.replace("{n}", &n.to_string()).replace("{t}", &token));
            script.publish(&listed);
            // The page is the same without its token.
            for (story, href) in &listed {
                let bare =
                    href.split([';', '?']).next().unwrap().replace(&format!("/(S(ab{token}))"), "");
                script.agency.on(&bare, story.page());
                script.agency.on(&format!("{bare}?a=1"), story.page());
            }
            let said = script.visit();
            script.check(&TITLES[..10], &format!("{kind}, visit {visit}: {said}"));
            let now = script.ids();
            assert_eq!(*ids.get_or_insert(now.clone()), now, "{kind}, visit {visit}");
        }
        let pages = script.agency.seen().iter().filter(|seen| seen.target != "/tin-tuc").count();
        assert!(pages <= 30, "{kind}: {pages} requests for 10 pages");
    }
}

#[test]
fn a_number_of_articles_may_be_called_sid() {
    let mut script = Script::open();
    let mut first = stories(3, |n| format!("/tin?sid={n}"));
    script.publish(&first);
    script.visit();
    // The agency publishes an article anew under another number, and one with a title that exists.
    first[1].1 = "/tin?sid=71".to_owned();
    let again = Story { day: "19/11/2026".to_owned(), ..story(11) };
    first.insert(0, (Story { title: TITLES[0].to_owned(), ..again }, "/tin?sid=72".to_owned()));
    script.publish(&first);
    let said = script.visit();
    script.check(&[TITLES[0], TITLES[0], TITLES[1], TITLES[2]], &said);
}

#[test]
fn a_redesign_that_moves_every_address_keeps_all_ids_and_is_reported() {
    let mut script = Script::open();
    script.publish(&stories(10, |n| format!("/cu/tin.aspx?ID={n}")));
    script.visit();
    let ids = script.ids();
    for n in 0..10 {
        script.agency.on(&format!("/cu/tin.aspx?ID={n}"), status(404));
    }
    let mut moved = stories(10, |n| format!("/moi/tin-{n}.html"));
    moved.insert(0, (story(10), "/moi/tin-10.html".to_owned()));
    script.publish(&moved);
    let said = script.visit();
    script.check(&TITLES[..11], &said);
    assert!(said.contains("new addresses"), "{said}");
    assert!(script.ids().is_superset(&ids), "{said}");
    assert!(script.field(TITLES[3], "url").as_str().unwrap().ends_with("/moi/tin-3.html"));
    for visit in 3..6 {
        let said = script.visit();
        script.check(&TITLES[..11], &format!("visit {visit}: {said}"));
        assert!(!said.contains("new addresses"), "{said}");
    }
}

#[test]
fn one_page_at_two_addresses_is_one_article() {
    let mut script = Script::open();
    script.publish(&stories(3, |n| format!("/tin/{n}/")));
    script.visit();
    let ids = script.ids();
    script.publish(&stories(3, |n| format!("/tin/{n}")));
    let said = script.visit();
    script.check(&TITLES[..3], &said);
    script.publish(&stories(3, |n| format!("/tin/{n}/index.html")));
    let said = script.visit();
    script.check(&TITLES[..3], &said);
    // The same text in two sections.
    let mut twice = stories(3, |n| format!("/tin/{n}"));
    twice.push((story(1), "/su-kien/1".to_owned()));
    script.publish(&twice);
    let said = script.visit();
    script.check(&TITLES[..3], &said);
    assert_eq!(script.ids(), ids);
}

#[test]
fn bulletins_with_one_title_are_different_articles() {
    let mut script = Script::open();
    let week = |n: usize| Story {
        title: "Lịch công tác tuần của lãnh đạo sở".to_owned(),
        day: format!("{:02}/11/2026", 7 * n - 5),
        body: story(1).body.replace("lần thứ 1", &format!("lần thứ {n}")),
    };
    script.publish(&[(week(1), "/lich?id=1".to_owned())]);
    script.visit();
    script.publish(&[(week(2), "/lich?id=2".to_owned())]);
    script.visit();
    script.publish(&[(week(3), "/lich?id=3".to_owned()), (week(2), "/lich?id=2".to_owned())]);
    let said = script.visit();
    script.check(&["Lịch công tác tuần của lãnh đạo sở"; 3], &said);
}

#[test]
fn short_notices_with_different_files_are_different_articles() {
    let mut script = Script::open();
    let notice = |n: usize| Story {
        title: "Thông báo tuyển dụng viên chức".to_owned(),
        day: "05/11/2026".to_owned(),
        body: format!(
            "<p>Chi tiết xem file đính kèm.</p><p><a href=\"/vb/tb-{n}.pdf\">Tải về</a></p>"
        ),
    };
    let listed: Vec<_> = (1..=3).map(|n| (notice(n), format!("/tb/{n}"))).collect();
    script.publish(&listed);
    let said = script.visit();
    script.check(&["Thông báo tuyển dụng viên chức"; 3], &said);
}

#[test]
fn a_number_that_is_used_again_keeps_the_old_article() {
    let mut script = Script::open();
    script.publish(&stories(4, |n| format!("/tin.aspx?ID={n}")));
    script.visit();
    let before = script.field(TITLES[2], "id");
    let mut listed = stories(4, |n| format!("/tin.aspx?ID={n}"));
    listed[1].0 = Story { day: "19/11/2026".to_owned(), ..story(9) };
    script.publish(&listed);
    for visit in 2..=4 {
        let said = script.visit();
        let expected = [TITLES[0], TITLES[1], TITLES[2], TITLES[3], TITLES[9]];
        script.check(&expected, &format!("visit {visit}: {said}"));
    }
    assert_eq!(script.field(TITLES[2], "id"), before);
    assert_eq!(script.field(TITLES[2], "revision"), 1);
    assert_ne!(script.field(TITLES[9], "id"), before);
}

#[test]
fn other_news_at_the_number_of_a_short_notice_leaves_the_notice() {
    let notices = [
        "Mời bà con tham gia trồng cây đông đủ vào sáng chủ nhật tại sân nhà văn hóa thôn.",
        "Chi tiết sẽ thông báo sau.",
        "Thông báo nghỉ làm việc một ngày, mong bà con sắp xếp công việc cho phù hợp.",
        "Lịch tiếp dân định kỳ giữ nguyên như tháng trước, bắt đầu lúc tám giờ sáng.",
        "Cắt điện để sửa chữa đường dây, thời gian từ tám giờ đến mười một giờ trưa.",
    ];
    for (n, notice) in notices.into_iter().enumerate() {
        let mut script = Script::open();
        let mut listed = stories(3, |n| format!("/tin.aspx?ID={n}"));
        listed[1].0.body = format!("<p>{notice}</p>");
        script.publish(&listed);
        script.visit();
        let before = script.field(TITLES[1], "html");
        listed[1].0 = Story { day: "19/11/2026".to_owned(), ..story(5 + n) };
        script.publish(&listed);
        for visit in 2..=4 {
            let said = script.visit();
            let expected = [TITLES[0], TITLES[1], TITLES[2], TITLES[5 + n]];
            script.check(&expected, &format!("{notice}, visit {visit}: {said}"));
        }
        assert_eq!(script.field(TITLES[1], "html"), before, "{notice}");
        assert_eq!(script.field(TITLES[1], "revision"), 1, "{notice}");
    }
}

#[test]
fn a_guid_that_is_used_again_leaves_each_article_its_page() {
    let mut script =
        Script::with(&FEED.replace("kind = \"feed\"", "kind = \"feed\"\nfollow = true"));
    let item = |n: usize| format!("{}|/tin/{n}|7|{:02}|Tóm tắt", TITLES[n], n + 1);
    let show = |script: &mut Script, n: usize, page: Answer| {
        script.agency.on("/rss", feed(&[&item(n)]));
        script.agency.on(&format!("/tin/{n}"), page);
        script.visit()
    };
    for n in 0..3 {
        let said = show(&mut script, n, story(n).page());
        script.check(&TITLES[..=n], &said);
    }
    // A page that is refused at first.
    let said = show(
        &mut script,
        3,
        crate::script::page("Thông báo", "<p>Phiên đã hết hạn, vui lòng đăng nhập lại.</p>"),
    );
    script.check(&TITLES[..3], &said);
    let requests = script.agency.hits("/tin/3");
    show(&mut script, 3, story(3).page());
    let said = script.visit_after(24);
    script.check(&TITLES[..4], &said);
    assert!(script.agency.hits("/tin/3") <= requests + 2, "{said}");
    for title in &TITLES[..4] {
        let text = script.field(title, "text");
        assert!(text.as_str().unwrap().contains("thiết thực"), "{title}: {text}");
    }
}

#[test]
fn a_corrected_date_is_a_revision() {
    let mut script = Script::open();
    script.publish(&stories(3, |n| format!("/tin/{n}")));
    script.visit();
    let id = script.field(TITLES[1], "id");
    let mut listed = stories(3, |n| format!("/tin/{n}"));
    listed[1].0.day = "12/11/2026".to_owned();
    script.publish(&listed);
    let said = script.visit();
    script.check(&TITLES[..3], &said);
    assert_eq!(script.field(TITLES[1], "published"), "2026-11-12T01:15:00Z", "{said}");
    assert_eq!(script.field(TITLES[1], "revision"), 2);
    assert_eq!(script.field(TITLES[1], "id"), id);
    // The page alone is no correction.
    listed[2].0.day = "13/11/2026".to_owned();
    script.agency.on("/tin/0", listed[2].0.page());
    script.visit();
    assert_eq!(script.field(TITLES[0], "published"), "2026-11-01T01:15:00Z");
}

/// A feed of items, as `title|link|guid|day|text`.
fn feed(items: &[&str]) -> Answer {
    let item = |written: &&str| {
        let parts: Vec<&str> = written.split('|').collect();
        let guid = Some(parts[2]).filter(|guid| !guid.is_empty());
        let guid = guid.map(|guid| format!("<guid isPermaLink=\"false\">{guid}</guid>"));
        format!(
            "<item><title>{}</title><link>{}</link>{}<pubDate>{} Nov 2026 09:00:00 +0700</pubDate><description>{}</description></item>",
            parts[0],
            parts[1],
            guid.unwrap_or_default(),
            parts[3],
            parts[4]
        )
    };
    let items: String = items.iter().map(item).collect();
    let body = format!(
        "<rss version=\"2.0\"><channel><title>t</title><link>http://xa.example/</link>{items}</channel></rss>"
    );
    Answer::Page(200, vec![("Content-Type", "application/rss+xml".to_owned())], body.into_bytes())
}

const FEED: &str = "[[source]]\nid = \"a\"\nkind = \"feed\"\nurl = \"URL/rss\"\nallow_private = [\"127.0.0.0/8\"]\n";

/// Feeds of four visits; each visit's titles are all that were ever published.
#[track_caller]
fn check_feed(visits: &[(&[&str], &[&str])]) {
    let mut script = Script::with(FEED);
    for (visit, (items, titles)) in (1..).zip(visits) {
        script.agency.on("/rss", feed(items));
        let said = script.visit();
        script.check(titles, &format!("visit {visit}: {said}"));
    }
}

#[test]
fn items_that_share_a_link_or_a_guid_are_different_articles() {
    let (a, b, c) =
        ("Một|/tb||01|Nội dung một", "Hai|/tb||02|Nội dung hai", "Ba|/tb||03|Nội dung ba");
    check_feed(&[
        (&[a], &["Một"]),
        (&[b, a], &["Một", "Hai"]),
        (&[c, b, a], &["Một", "Hai", "Ba"]),
        (&[c, b], &["Một", "Hai", "Ba"]),
    ]);
    check_feed(&[
        (&[b, a], &["Một", "Hai"]),
        (&[c], &["Một", "Hai", "Ba"]),
        (&[c, b, a], &["Một", "Hai", "Ba"]),
    ]);
    let (a, b) = ("Một|/tb|0|01|Nội dung một", "Hai|/tb|0|02|Nội dung hai");
    check_feed(&[(&[a], &["Một"]), (&[b], &["Một", "Hai"]), (&[b, a], &["Một", "Hai"])]);
    let (a, b) = ("Một|/#/tin/1||01|Nội dung một", "Hai|/#/tin/2||02|Nội dung hai");
    check_feed(&[(&[b, a], &["Một", "Hai"]), (&[b], &["Một", "Hai"])]);
    let (a, b) = ("Một|/tb#mot||01|Nội dung một", "Một|/tb#hai||01|Nội dung hai");
    check_feed(&[(&[b, a], &["Một", "Một"]), (&[b, a], &["Một", "Một"])]);
}

#[test]
fn an_edited_item_stays_one_article() {
    check_feed(&[
        (&["Một|/1|g1|01|Nội dung một"], &["Một"]),
        (&["Một (sửa)|/1|g1|01|Nội dung một"], &["Một (sửa)"]),
        (&["Một (sửa)|/1|g1|01|Nội dung một, đã sửa"], &["Một (sửa)"]),
    ]);
}

const THREE: &str = r#"
[[feed]]
id = "cong"
title = "Cổng"
sources = ["cong"]
[[feed]]
id = "so"
title = "Sở"
sources = ["so"]
[[feed]]
id = "rss"
title = "RSS"
sources = ["rss"]
[[source]]
id = "cong"
agency = "Cổng thông tin"
kind = "listing"
url = "URL/cong"
select = { item = "li.tin", date = ".date" }
allow_private = ["127.0.0.0/8"]
[[source]]
id = "so"
agency = "Sở Y tế"
kind = "listing"
url = "URL/tin-tuc"
select = { item = "li.tin", date = ".date" }
allow_private = ["127.0.0.0/8"]
[[source]]
id = "rss"
agency = "Sở Y tế"
kind = "feed"
url = "URL/rss"
allow_private = ["127.0.0.0/8"]
"#;

#[test]
fn one_page_in_three_sources_is_one_article_with_three_carriers() {
    let mut script = Script::with(THREE);
    let address = |n: usize| format!("/tin/{n}");
    let show = |script: &mut Script, portal: &[usize], department: usize, of_feed: &[usize]| {
        let shown: Vec<_> = portal.iter().map(|n| (story(*n), address(*n))).collect();
        let items: String =
            shown.iter().map(|(story, href)| story.item(&format!("{href}/"))).collect();
        script.agency.on(
            "/cong",
            crate::agency::html(format!("<html><body><ul>{items}</ul></body></html>")),
        );
        script.publish(&stories(department, address));
        for n in 0..8 {
            script.agency.on(&format!("/tin/{n}/"), story(n).page());
        }
        let items: Vec<String> = of_feed
            .iter()
            .map(|n| format!("{}|{}|g{n}|20|Tóm tắt", TITLES[*n], script.agency.url(&address(*n))))
            .collect();
        script.agency.on("/rss", feed(&items.iter().map(String::as_str).collect::<Vec<_>>()));
        script.visit()
    };
    let said = show(&mut script, &[2, 1], 4, &[3, 2, 1, 0]);
    script.check(&TITLES[..4], &said);
    let (ids, said) = (script.ids(), show(&mut script, &[4, 2, 1], 5, &[4, 3, 2, 1, 0]));
    script.check(&TITLES[..5], &said);
    assert!(script.ids().is_superset(&ids));
    let sorted = |id: &str| {
        let mut titles = script.desk.titles(id);
        titles.sort_unstable();
        titles
    };
    let of = |numbers: &[usize]| {
        let mut titles: Vec<_> = numbers.iter().map(|n| TITLES[*n].to_owned()).collect();
        titles.sort_unstable();
        titles
    };
    assert_eq!(sorted("cong"), of(&[1, 2, 4]));
    assert_eq!(sorted("so"), of(&[0, 1, 2, 3, 4]));
    assert_eq!(sorted("rss"), of(&[0, 1, 2, 3, 4]));
    // The page's date is better than that of the feed.
    for (n, title) in TITLES.iter().enumerate().take(5) {
        assert_eq!(script.field(title, "published"), format!("2026-11-{:02}T01:15:00Z", n + 1));
    }
    let article = script.desk.export().into_iter().find(|a| a["title"] == TITLES[4]).unwrap();
    let mut names: Vec<_> = article["carriers"].as_array().unwrap().iter().collect();
    names.push(&article["source"]);
    let mut names: Vec<_> = names.iter().map(|name| name.as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["cong", "rss", "so"]);
    // Each feed shows it under its own source.
    for id in ["cong", "so", "rss"] {
        let items = script.desk.feed(id)["items"].as_array().unwrap().clone();
        assert!(
            items.iter().all(|item| item["_bantin"]["source"]["name"] == id),
            "{id}: {items:?}"
        );
    }
    // Nothing is fetched again.
    let before = script.agency.seen().len();
    script.visit();
    assert!(script.agency.seen().len() <= before + 3);
    script.check(&TITLES[..5], "unchanged");
}

#[test]
fn copies_of_different_agencies_stay_apart() {
    let mut script = Script::with(&THREE.replace("URL/rss", "URL/khong-co"));
    script.publish(&stories(2, |n| format!("/tin/{n}")));
    let copies: String = (0..2).map(|n| story(n).item(&format!("/ban-sao/{n}"))).collect();
    script
        .agency
        .on("/cong", crate::agency::html(format!("<html><body><ul>{copies}</ul></body></html>")));
    for n in 0..2 {
        script.agency.on(&format!("/ban-sao/{n}"), story(n).page());
    }
    let said = script.visit();
    script.check(&[TITLES[0], TITLES[0], TITLES[1], TITLES[1]], &said);
}

#[test]
fn notices_that_link_to_one_page_are_different_articles() {
    let mut script = Script::open();
    let mut listed: Vec<_> = (0..6).rev().map(|n| (story(n), "/thong-bao".to_owned())).collect();
    script.list(&listed);
    let notices: String = TITLES.map(|title| format!("<p>{title}. Xem tại bảng tin.</p>")).concat();
    script.agency.on("/thong-bao", crate::script::page("Thông báo", &notices));
    let said = script.visit();
    script.check(&TITLES[..6], &said);
    listed.insert(0, (story(6), "/thong-bao".to_owned()));
    listed.pop();
    script.list(&listed);
    let said = script.visit();
    script.check(&TITLES[..7], &said);
    assert_eq!(script.field(TITLES[3], "published"), "2026-11-03T17:00:00Z");
    assert_eq!(script.agency.hits("/thong-bao"), 0);
}

/// The page of a story with this markup in its head.
fn declaring(story: &Story, markup: &str) -> Answer {
    let Answer::Page(code, fields, body) = story.page() else { panic!("a story has a page") };
    let body = String::from_utf8(body).unwrap().replace("<head>", &format!("<head>{markup}"));
    Answer::Page(code, fields, body.into_bytes())
}

fn canonical(href: &str) -> String {
    format!("<link rel=\"canonical\" href=\"{href}\">")
}

fn open_graph(href: &str) -> String {
    format!("<meta property=\"og:url\" content=\"{href}\">")
}

#[test]
fn an_address_that_a_template_declares_on_all_pages_is_no_address() {
    let declared = ["/", "/index.html", "/tin-tuc", "http://khac.example/tin/1", "/xem", "/tin/0"];
    for (n, href) in declared.into_iter().enumerate() {
        let markup = if n % 2 == 0 { canonical(href) } else { open_graph(href) };
        let mut script = Script::open();
        let mut ids = None;
        for (visit, count) in [3, 4, 4].into_iter().enumerate() {
            let listed = stories(count, |n| format!("/tin/{n}"));
            script.list(&listed);
            for (story, own) in &listed {
                script.agency.on(own, declaring(story, &markup));
            }
            let said = script.visit();
            script.check(&TITLES[..count], &format!("{href}, visit {visit}: {said}"));
            let now = script.ids();
            assert!(now.is_superset(ids.get_or_insert(now.clone())), "{href}");
            for (n, title) in TITLES.iter().enumerate().take(count) {
                let url = script.field(title, "url");
                let own = format!("/tin/{n}");
                assert!(url.as_str().unwrap().ends_with(&own), "{href}, visit {visit}: {url}");
            }
        }
    }
}

#[test]
fn an_article_at_an_address_that_another_one_declared_is_its_own() {
    let mut script = Script::open();
    let short = |n: usize, text: &str| Story {
        day: "05/11/2026".to_owned(),
        body: format!("<p>{text}</p>"),
        ..story(n)
    };
    let first = short(
        1,
        "Mời bà con tham gia trồng cây đông đủ vào sáng chủ nhật tại sân nhà văn hóa thôn.",
    );
    script.list(&[(first.clone(), "/tin/1".to_owned())]);
    script.agency.on("/tin/1", declaring(&first, &canonical("/tin/thong-bao")));
    script.visit();
    let id = script.field(TITLES[1], "id");
    script.publish(&[(
        short(
            4,
            "Lớp tập huấn chuyển đổi số cho cán bộ mở ba buổi tối tại trụ sở, học viên mang theo máy.",
        ),
        "/tin/thong-bao".to_owned(),
    )]);
    for visit in 2..4 {
        let said = script.visit();
        script.check(&[TITLES[1], TITLES[4]], &format!("visit {visit}: {said}"));
    }
    assert_eq!(script.field(TITLES[1], "id"), id);
    assert_eq!(script.field(TITLES[1], "revision"), 1);
}

#[test]
fn a_plausible_declared_address_makes_two_addresses_one_article() {
    let mut script = Script::open();
    let one = story(1);
    script.list(&[(one.clone(), "/tin/1?muc=3".to_owned())]);
    script.agency.on("/tin/1?muc=3", declaring(&one, &canonical("/tin/1")));
    script.visit();
    let ids = script.ids();
    script.publish(&[(one.clone(), "/tin/1".to_owned())]);
    let said = script.visit();
    script.check(&[TITLES[1]], &said);
    // Another address that declares it, with a word more.
    let edited = Story { body: one.body.replace("cả ngày", "cả ngày dài"), ..one };
    script.list(&[(edited.clone(), "/su-kien?so=1".to_owned())]);
    script.agency.on("/su-kien?so=1", declaring(&edited, &open_graph("/tin/1")));
    let said = script.visit();
    script.check(&[TITLES[1]], &said);
    assert_eq!(script.ids(), ids);
}

#[test]
fn sources_whose_pages_declare_one_address_share_no_article() {
    let mut script = Script::with(&THREE.replace("URL/rss", "URL/khong-co"));
    script.list(&[(story(1), "/tin/1".to_owned())]);
    script.agency.on("/tin/1", declaring(&story(1), &canonical("/chi-tiet")));
    let item = story(2).item("/cong/2");
    script
        .agency
        .on("/cong", crate::agency::html(format!("<html><body><ul>{item}</ul></body></html>")));
    script.agency.on("/cong/2", declaring(&story(2), &canonical("/chi-tiet")));
    let said = script.visit();
    script.check(&[TITLES[1], TITLES[2]], &said);
}

#[test]
fn a_guid_that_is_a_position_overwrites_no_article() {
    // From the top, and from the end; all of one day.
    check_feed(&[
        (&["Một|/a|1|01|Nội dung một", "Hai|/b|2|01|Nội dung hai"], &["Một", "Hai"]),
        (
            &["Ba|/c|1|01|Nội dung ba", "Một|/a|2|01|Nội dung một", "Hai|/b|3|01|Nội dung hai"],
            &["Một", "Hai", "Ba"],
        ),
        (&["Bốn|/d|1|01|Nội dung bốn", "Ba|/c|2|01|Nội dung ba"], &["Một", "Hai", "Ba", "Bốn"]),
        (&["Năm|/e|1|01|Nội dung năm"], &["Một", "Hai", "Ba", "Bốn", "Năm"]),
    ]);
    check_feed(&[
        (&["Hai|/b|2|01|Nội dung hai", "Một|/a|1|01|Nội dung một"], &["Một", "Hai"]),
        (&["Ba|/c|2|01|Nội dung ba", "Hai|/b|1|01|Nội dung hai"], &["Một", "Hai", "Ba"]),
        (&["Bốn|/d|2|01|Nội dung bốn", "Ba|/c|1|01|Nội dung ba"], &["Một", "Hai", "Ba", "Bốn"]),
        (
            &["Sáu|/f|2|01|Nội dung sáu", "Năm|/e|1|01|Nội dung năm"],
            &["Một", "Hai", "Ba", "Bốn", "Năm", "Sáu"],
        ),
        (
            &["Bảy|/g|2|01|Nội dung bảy", "Sáu|/f|1|01|Nội dung sáu"],
            &["Một", "Hai", "Ba", "Bốn", "Năm", "Sáu", "Bảy"],
        ),
    ]);
    // With one link for all.
    check_feed(&[
        (&["Một|/tb|1|01|Nội dung một", "Hai|/tb|2|01|Nội dung hai"], &["Một", "Hai"]),
        (
            &["Ba|/tb|1|01|Nội dung ba", "Một|/tb|2|01|Nội dung một", "Hai|/tb|3|01|Nội dung hai"],
            &["Một", "Hai", "Ba"],
        ),
    ]);
    // Right guids, one link, one day.
    check_feed(&[
        (&["Một|/tb|g1|01|Nội dung một"], &["Một"]),
        (&["Hai|/tb|g2|01|Nội dung hai"], &["Một", "Hai"]),
        (&["Ba|/tb|g3|01|Nội dung ba", "Hai|/tb|g2|01|Nội dung hai"], &["Một", "Hai", "Ba"]),
    ]);
}

#[test]
fn a_title_and_a_link_that_change_under_one_guid_are_an_edit() {
    check_feed(&[
        (&["Hội nghị tổng kết năm|/hoi-nghi|7f|01|Nội dung một"], &["Hội nghị tổng kết năm"]),
        (&["Hội nghị sơ kết năm|/so-ket|7f|01|Nội dung một, thêm"], &["Hội nghị sơ kết năm"]),
    ]);
}

#[test]
fn daily_bulletins_with_one_title_and_one_link_are_different_articles() {
    let title = "Bản tin dự báo thời tiết";
    let day = |n: u32| format!("{title}|/du-bao||0{n}|Nhiệt độ ngày {n} cao nhất 3{n} độ");
    let (one, two, three, four) = (day(1), day(2), day(3), day(4));
    check_feed(&[
        (&[&one], &[title]),
        (&[&two, &one], &[title; 2]),
        (&[&three, &two], &[title; 3]),
        (&[&four], &[title; 4]),
        (&[&four, &three], &[title; 4]),
    ]);
    // A corrected date.
    let (a, b) = ("Một|/tb||01|Nội dung một", "Hai|/tb||02|Nội dung hai");
    check_feed(&[
        (&[b, a], &["Một", "Hai"]),
        (&["Hai|/tb||05|Nội dung hai", a], &["Một", "Hai"]),
        (&["Hai|/tb||05|Nội dung hai"], &["Một", "Hai"]),
    ]);
}

/// The listing of a redesign: other addresses, titles cut short, no dates.
fn redesigned(count: usize) -> Vec<(Story, String)> {
    let cut = |story: Story| {
        let start: String = story.title.chars().take(24).collect();
        Story { title: format!("{}…", start.trim_end()), day: String::new(), ..story }
    };
    stories(count, |n| format!("/moi/{n}.html"))
        .into_iter()
        .map(|(s, href)| (cut(s), href))
        .collect()
}

#[test]
fn a_redesign_with_short_titles_and_without_dates_announces_nothing_anew() {
    let mut script = Script::open();
    let old = stories(8, |n| format!("/cu/{n}"));
    script.publish(&old);
    script.visit();
    let ids = script.ids();
    // A short listing between.
    script.list(&old[..3]);
    script.visit();
    script.list(&redesigned(9));
    for n in 0..9 {
        script.agency.on(&format!("/cu/{n}"), status(404));
        // The new template breaks the text elsewhere.
        let page = Story { body: story(n).body.replace("</p><p>", "<br>"), ..story(n) }.page();
        script.agency.on(&format!("/moi/{n}.html"), page);
    }
    for visit in 3..6 {
        let said = script.visit();
        script.check(&TITLES[..9], &format!("visit {visit}: {said}"));
        assert!(script.ids().is_superset(&ids), "visit {visit}: {said}");
    }
}

#[test]
fn sections_in_the_place_of_news_are_a_failure() {
    let mut script = Script::open();
    script.publish(&stories(6, |n| format!("/tin/{n}")));
    script.visit();
    script.visit();
    let sections = ["Giới thiệu", "Tin tức", "Văn bản", "Thủ tục", "Liên hệ"];
    let items: String = sections
        .iter()
        .zip(0..)
        .map(|(name, n)| format!("<li class=\"tin\"><a href=\"/muc/{n}\">{name}</a></li>"))
        .collect();
    for (name, n) in sections.iter().zip(0..) {
        let text = "<p>Chuyên mục tổng hợp thông tin chính thức của cơ quan dành cho bà con.</p>"
            .repeat(3);
        script.agency.on(&format!("/muc/{n}"), crate::script::page(name, &text));
    }
    let menu = format!("<html><body><ul>{items}</ul></body></html>");
    let home = "<html><body><h1>Cổng thông tin</h1><p>Chào mừng</p></body></html>".to_owned();
    for page in [menu, home] {
        script.agency.on("/tin-tuc", crate::agency::html(page));
        let said = script.visit();
        script.check(&TITLES[..6], &said);
        assert!(
            said.contains("published articles stay") || said.contains("matches the item selector"),
            "{said}"
        );
    }
    script.publish(&stories(7, |n| format!("/tin/{n}")));
    let said = script.visit_after(48);
    script.check(&TITLES[..7], &said);
}

/// Stories of one title, a day apart from another, for each of `count` series; `issue` numbers them.
fn issues(count: usize, issue: usize) -> impl Iterator<Item = Story> {
    (0..count).map(move |series| Story {
        title: format!("{} hằng tuần", TITLES[series]),
        day: String::new(),
        body: story(series).body.replace("lần thứ", &format!("lần thứ {issue}")),
    })
}

#[test]
fn a_parameter_that_counts_the_issues_of_several_series_is_no_token() {
    let kinds = ["tuan={i}", "ky={i}-2026", "ngay=2026-11-0{i}", "so=10{i}", "page_id={i}000"];
    for (place, kind) in kinds.into_iter().enumerate() {
        let mut script = Script::open();
        let mut expected = Vec::new();
        for issue in 1..=3 {
            let parameter = kind.replace("{i}", &issue.to_string());
            let href = |n: usize| format!("/lich?loai={n}&{parameter}");
            let listed: Vec<_> =
                issues(4, issue).enumerate().map(|(n, story)| (story, href(n))).collect();
            script.list(&listed);
            for (story, href) in &listed {
                let is_dated = place % 2 == 0;
                let day = if is_dated { format!("0{}/11/2026", 2 * issue) } else { String::new() };
                script.agency.on(href, Story { day, ..story.clone() }.page());
                expected.push(story.title.clone());
            }
            let said = script.visit();
            let titles: Vec<&str> = expected.iter().map(String::as_str).collect();
            script.check(&titles, &format!("{kind}, issue {issue}: {said}"));
        }
    }
}

/// The requests for pages of articles.
fn page_requests(script: &Script) -> usize {
    script.agency.seen().iter().filter(|seen| seen.target != "/tin-tuc").count()
}

#[test]
fn articles_that_change_their_numbers_stay_what_they_are() {
    // The number of each of five articles, visit by visit.
    let orders: [&[[usize; 5]]; 5] = [
        &[[0, 1, 2, 3, 4], [1, 0, 2, 3, 4]],
        &[[0, 1, 2, 3, 4], [4, 0, 1, 2, 3]],
        &[[0, 1, 2, 3, 4], [4, 3, 2, 1, 0]],
        &[[0, 1, 2, 3, 4], [1, 0, 2, 3, 4], [0, 1, 2, 3, 4]],
        &[[0, 1, 2, 3, 4], [1, 2, 0, 3, 4], [2, 0, 1, 3, 4]],
    ];
    for order in orders {
        let mut script = Script::open();
        let mut ids = None;
        for (visit, numbers) in order.iter().enumerate() {
            let listed: Vec<_> =
                (0..5).map(|n| (story(n), format!("/tin.aspx?ID={}", numbers[n]))).collect();
            script.publish(&listed);
            let said = script.visit();
            script.check(&TITLES[..5], &format!("{order:?}, visit {visit}: {said}"));
            let now = script.ids();
            assert_eq!(*ids.get_or_insert(now.clone()), now, "{order:?}");
        }
        for (n, title) in TITLES.iter().enumerate().take(5) {
            let text = script.field(title, "text");
            assert!(text.as_str().unwrap().contains(&format!("lần thứ {n}")), "{title}: {text}");
            assert_eq!(script.field(title, "revision"), 1, "{order:?}, {title}");
        }
        // Nothing is fetched again and again.
        script.visit_after(96);
        let before = page_requests(&script);
        for _ in 0..4 {
            script.visit();
        }
        assert!(page_requests(&script) <= before, "{order:?}");
    }
}

#[test]
fn positions_as_addresses_identify_nothing_and_lose_nothing() {
    let kinds =
        ["/tin?pos={n}", "/tin/{n}", "/chi-tiet.aspx?id={n}", "/bai-{n}.html", "/#/tin/{n}"];
    for kind in &kinds[..4] {
        let mut script = Script::open();
        for newest in 3..8 {
            let listed: Vec<_> = (0..4)
                .map(|place| (story(newest - place), kind.replace("{n}", &place.to_string())))
                .collect();
            script.publish(&listed);
            let said = script.visit_after(12);
            script.check(&TITLES[..=newest], &format!("{kind}, {newest}: {said}"));
        }
        for (n, title) in TITLES.iter().enumerate().take(8) {
            let text = script.field(title, "text");
            assert!(text.as_str().unwrap().contains(&format!("lần thứ {n}")), "{title}: {text}");
            assert_eq!(script.field(title, "revision"), 1, "{kind}, {title}");
        }
    }
}

#[test]
fn a_ticker_stays_one_article_and_tables_of_prices_are_articles_of_their_days() {
    let mut script = Script::open();
    let lines: Vec<String> =
        (0..12).map(|n| story(n).body.replace("</p><p>", ", ").to_owned()).collect();
    for hour in 1..=6 {
        let ticker = Story {
            title: format!("Diễn biến cơn bão số 5, cập nhật lúc {hour} giờ"),
            day: format!("{:02}/11/2026", 20 + hour / 4),
            body: lines[..hour + 4].iter().rev().cloned().collect(),
        };
        script.publish(&[(ticker, "/bao".to_owned())]);
        script.visit();
        assert_eq!(script.desk.export().len(), 1, "hour {hour}");
    }
    let mut script = Script::open();
    let prices = |day: usize| Story {
        title: "Giá cả thị trường".to_owned(),
        day: format!("{:02}/11/2026", day + 10),
        body: format!(
            "<table><tr><td>Lúa</td><td>7.{day}00</td></tr><tr><td>Cà phê</td><td>98.{day}50</td></tr>\
             <tr><td>Hồ tiêu</td><td>15{day}.000</td></tr></table>"
        ),
    };
    for day in 1..=5 {
        let listed: Vec<_> = (day.max(3) - 2..=day)
            .rev()
            .map(|day| (prices(day), format!("/gia?id={day}")))
            .collect();
        script.publish(&listed);
        let said = script.visit_after(24);
        script.check(&vec!["Giá cả thị trường"; day], &said);
    }
}
