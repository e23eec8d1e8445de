//! A site that is scripted visit by visit: each visit has its own listing and its own pages.

use crate::agency::{Agency, Answer, html};
use crate::desk::{self, Desk};
use serde_json::Value;
use std::collections::BTreeSet;

/// Titles of news, without a word that all of them share.
pub(crate) const TITLES: [&str; 12] = [
    "Hội nghị tổng kết công tác dân vận năm 2026",
    "Phát động tết trồng cây đời đời nhớ ơn Bác",
    "Kiểm tra an toàn thực phẩm dịp Trung thu",
    "Khánh thành cầu dân sinh tại thôn Đông",
    "Tập huấn chuyển đổi số cho cán bộ cơ sở",
    "Trao học bổng cho học sinh vượt khó",
    "Ra quân làm sạch môi trường ven biển",
    "Giải bóng chuyền nông dân lần thứ mười",
    "Thăm hỏi gia đình thương binh liệt sĩ",
    "Công bố quyết định bổ nhiệm giám đốc sở",
    "Diễn tập phòng thủ khu vực huyện miền núi",
    "Hỗ trợ hộ nghèo sửa chữa nhà ở",
];

/// Subjects of the sentences of an article, so that no two articles share a line.
const PLACES: [&str; 12] = [
    "xã Đại Lào",
    "phường Lộc Sơn",
    "thôn Tân Hà",
    "huyện Bảo Lâm",
    "xã Gia Hiệp",
    "thị trấn Di Linh",
    "xã Tam Bố",
    "phường Hai",
    "xã Hòa Ninh",
    "bản Nậm Pồ",
    "xã Liên Đầm",
    "khu phố Chín",
];

/// An article of the site.
#[derive(Debug, Clone)]
pub(crate) struct Story {
    pub(crate) title: String,
    /// The day as the site writes it, for example `07/11/2026`.
    pub(crate) day: String,
    pub(crate) body: String,
}

/// The `n`th story, from 0.
pub(crate) fn story(n: usize) -> Story {
    let place = PLACES[n % PLACES.len()];
    let sentence =
        |what: &str| format!("<p>Tại {place}, {what} với sự tham gia của bà con lần thứ {n}.</p>");
    let body = [
        "đoàn công tác đã làm việc cả ngày",
        "người dân đã nêu nhiều ý kiến thiết thực",
        "chính quyền đã tiếp thu và trả lời từng kiến nghị",
        "buổi làm việc kết thúc vào cuối giờ chiều",
    ];
    Story {
        title: TITLES[n % TITLES.len()].to_owned(),
        day: format!("{:02}/11/2026", n + 1),
        body: body.map(sentence).concat(),
    }
}

/// The page of a text in the template of the site.
pub(crate) fn page(heading: &str, body: &str) -> Answer {
    html(format!(
        r#"<html><head><title>Cổng thông tin điện tử</title></head><body>
<div class="menu"><a href="/">Trang chủ</a><a href="/gioi-thieu">Giới thiệu chung</a><a href="/lien-he">Liên hệ</a></div>
<div class="main"><h1>{heading}</h1>{body}</div>
<div class="related"><a href="/tin/90">Thông báo lịch tiếp công dân</a><a href="/tin/91">Kế hoạch cải cách hành chính</a></div>
<div class="footer">Bản quyền thuộc Sở Nội vụ. Địa chỉ: 36 Trần Phú. Điện thoại: 0263 3822 222</div></body></html>"#
    ))
}

impl Story {
    /// The page of the article.
    pub(crate) fn page(&self) -> Answer {
        let body = format!(
            "<p class=\"date\">Ngày đăng: {} 08:15</p><div class=\"noi-dung\">{}</div>",
            self.day, self.body
        );
        page(&self.title, &body)
    }

    /// The item of the article in a listing.
    pub(crate) fn item(&self, href: &str) -> String {
        let (title, day) = (&self.title, &self.day);
        format!(
            "<li class=\"tin\"><a href=\"{href}\">{title}</a> <span class=\"date\">{day}</span></li>"
        )
    }
}

/// A site, and the desk of an operator who reads it.
pub(crate) struct Script {
    pub(crate) agency: Agency,
    pub(crate) desk: Desk,
    hour: u32,
}

impl Script {
    /// Opens a site with one source `a`.
    pub(crate) fn open() -> Self {
        let agency = Agency::open();
        let source = desk::source("a", &agency)
            .replace("item = \"li.tin\"", "item = \"li.tin\", date = \".date\"");
        let desk = Desk::with(&(desk::head() + &source));
        Self { agency, desk, hour: 0 }
    }

    /// Opens a site whose sources are `sources`, in TOML; `URL` stands for its address.
    pub(crate) fn with(sources: &str) -> Self {
        let agency = Agency::open();
        let sources = sources.replace("URL", agency.url("").trim_end_matches('/'));
        let desk = Desk::with(&(desk::head() + &sources));
        Self { agency, desk, hour: 0 }
    }

    /// Sets a listing of stories, each at an address.
    pub(crate) fn list(&self, stories: &[(Story, String)]) {
        let items: String = stories.iter().map(|(story, href)| story.item(href)).collect();
        self.agency.on("/tin-tuc", html(format!("<html><body><ul>{items}</ul></body></html>")));
    }

    /// Sets a listing of stories, and their pages.
    pub(crate) fn publish(&self, stories: &[(Story, String)]) {
        self.list(stories);
        for (story, href) in stories {
            self.agency.on(href, story.page());
        }
    }

    /// Visits all sources, six hours after the last visit. Returns what the program printed.
    #[track_caller]
    pub(crate) fn visit(&mut self) -> String {
        self.visit_after(6)
    }

    /// Visits all sources some hours after the last visit.
    #[track_caller]
    pub(crate) fn visit_after(&mut self, hours: u32) -> String {
        self.hour += hours;
        let now = format!("2026-11-{:02}T{:02}:00:00Z", 20 + self.hour / 24, self.hour % 24);
        let said = self.desk.run(&["once", "--now", &now]);
        format!("{}{}", said.out, said.err)
    }

    /// Checks that the store and the feed have exactly these titles, each once.
    #[track_caller]
    pub(crate) fn check(&self, titles: &[&str], when: &str) {
        let mut expected: Vec<&str> = titles.to_vec();
        expected.sort_unstable();
        let stored = self.desk.export();
        let mut stored: Vec<&str> =
            stored.iter().map(|article| article["title"].as_str().unwrap()).collect();
        stored.sort_unstable();
        assert_eq!(stored, expected, "the store, {when}");
        let mut shown = self.desk.titles("tat-ca");
        shown.sort_unstable();
        assert_eq!(shown, expected, "the feed, {when}");
    }

    /// The ids of all articles.
    pub(crate) fn ids(&self) -> BTreeSet<String> {
        self.desk.export().iter().map(|a| a["id"].as_str().unwrap().to_owned()).collect()
    }

    /// A field of the only article with a title.
    #[track_caller]
    pub(crate) fn field(&self, title: &str, name: &str) -> Value {
        let articles = self.desk.export();
        let found: Vec<_> = articles.iter().filter(|article| article["title"] == title).collect();
        assert_eq!(found.len(), 1, "{title}: {found:?}");
        found[0][name].clone()
    }
}
