//! The articles of a site that is scripted visit by visit: each visit has its own listing and its
//! own pages, which an [`Agency`](crate::agency::Agency) answers.

use crate::agency::{Answer, html};

/// Titles of news, without a word that all of them share.
pub const TITLES: [&str; 12] = [
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
pub struct Story {
    /// Its title.
    pub title: String,
    /// The day as the site writes it, for example `07/11/2026`.
    pub day: String,
    /// The HTML of its text.
    pub body: String,
}

/// The `n`th story, from 0.
pub fn story(n: usize) -> Story {
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
pub fn page(heading: &str, body: &str) -> Answer {
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
    pub fn page(&self) -> Answer {
        let body = format!(
            "<p class=\"date\">Ngày đăng: {} 08:15</p><div class=\"noi-dung\">{}</div>",
            self.day, self.body
        );
        page(&self.title, &body)
    }

    /// The item of the article in a listing.
    pub fn item(&self, href: &str) -> String {
        let (title, day) = (&self.title, &self.day);
        format!(
            "<li class=\"tin\"><a href=\"{href}\">{title}</a> <span class=\"date\">{day}</span></li>"
        )
    }
}
