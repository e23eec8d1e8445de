mod forms;

use crate::{saved_page, single_page};
use bantin_core::{NewArticle, PlatformChoice};

pub(super) const TEXT: &str = "Sáng nay, tại hội trường Ủy ban nhân dân, các đại biểu đã nghe báo cáo về kết quả sáu tháng đầu năm.";

pub(super) const TITLE: &str = "Hội nghị tổng kết năm 2023 - Xã An";

/// The article of a page whose text stands between `above` and `below`.
pub(super) fn article(title: &str, head: &str, above: &str, below: &str) -> NewArticle {
    let html = format!(
        "<html><head><meta charset=utf-8><title>{title}</title>{head}</head><body><div class=main>\
         <h1>Hội nghị tổng kết năm 2023</h1>{above}<div class=detail><p>{TEXT}</p><p>{TEXT} Hội nghị kết thúc.</p>{below}</div>\
         </div></body></html>"
    );
    let url = "https://www.xaan.example/tin/7.html".parse().unwrap();
    let page = saved_page(html.into_bytes(), url, "2026-11-24T03:00:00Z".parse().unwrap());
    single_page(&page, &PlatformChoice::default()).unwrap()
}

/// Checks the author and the source of a page.
#[track_caller]
pub(super) fn check(head: &str, above: &str, below: &str, expected: (&str, &str)) {
    let article = article(TITLE, head, above, below);
    let (author, source) = (article.author.as_deref(), article.source_line.as_deref());
    let found = (author.unwrap_or_default(), source.unwrap_or_default());
    assert_eq!(found, expected, "{head}{above}{below}");
}

#[test]
fn what_the_writer_did_stands_in_brackets() {
    let done = "</div><div class=detail-author><span>Lê Hải An</span> <small>(thực hiện)</small></div><div>";
    check("", "", done, ("Lê Hải An", ""));
}

#[test]
fn the_heading_of_a_box_is_no_byline() {
    check("", "<div>TIN NỔI BẬT</div>", "", ("", ""));
    check("", "", "<p>TIN: LÊ HẢI AN</p>", ("LÊ HẢI AN", ""));
    check("", "", "<p>Tin Lê Hải An</p>", ("Lê Hải An", ""));
}

#[test]
fn a_reader_who_asks_is_no_author() {
    let sender = "<h6>Người gửi: Trần Văn Nam (xã Phú Đa)</h6>";
    check("", sender, "", ("Trần Văn Nam", ""));
    for answer in ["Nội dung trả lời", "Trả lời:", "Câu trả lời", "Cơ quan trả lời: Sở Tư pháp"]
    {
        check("", &format!("{sender}<p>Xin hỏi thủ tục?</p><h6>{answer}</h6>"), "", ("", ""));
    }
    // In a box beside the article it says nothing.
    let beside = "</div></div><aside><h3>Giải đáp</h3></aside><div><div>";
    check("", sender, beside, ("Trần Văn Nam", ""));
}

#[test]
fn roles_the_site_and_buttons_are_no_authors() {
    let nobody = ("", "");
    for role in [
        "publisher",
        "admin",
        "Editor",
        "Redaktion",
        "Staff Writer",
        "News Desk",
        "Xã An",
        "xaan.example",
        "webmaster",
    ] {
        check(
            &format!(
                "<meta name=author content='{role}'><meta property=og:site_name content='Xã An'>"
            ),
            "",
            "",
            nobody,
        );
        check(
            "<meta property=og:site_name content='Xã An'>",
            &format!("<p class=byline>{role}</p>"),
            "",
            nobody,
        );
    }
    let share = "<p class=author-social>FacebookTwitterZaloYOUTUBE</p>";
    check("", share, "", nobody);
    check("", "<p class=author><a href='#'>Copy link</a></p>", "", nobody);
    check("", "<div class=post-author><span>3 min read</span></div>", "", nobody);
    let ld = "<script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"author\":{\"@type\":\"Organization\",\"name\":\"Xã An\"}}</script>";
    check(ld, "", "", nobody);
}

#[test]
fn bylines_are_read_from_their_elements() {
    let jane = ("Jane Doe", "");
    check("", "<p>By <a rel=author href=/x>Jane Doe</a></p>", "", jane);
    check("", "<div class='c-byline__author'>By Jane Doe</div>", "", jane);
    check("", "<div itemprop=author itemscope><span itemprop=name>Jane Doe</span></div>", "", jane);
    check("", "<p class=meta><span>By Jane Doe</span> | <span>May 3, 2024</span></p>", "", jane);
    check(
        "",
        "<div class=article-author><b>Jane Doe</b><div>Senior Correspondent</div></div>",
        "",
        jane,
    );
    check("<meta name=parsely-author content='Jane Doe'>", "", "", jane);
    check(
        "",
        "<div class=byline><a href=/author/1>Jane Doe</a> and <a href=/author/2>John Roe</a></div>",
        "",
        ("Jane Doe; John Roe", ""),
    );
    check("", "<p>Von Anna Groß und Jörg Maier</p>", "", ("Anna Groß; Jörg Maier", ""));
    // Places that agree outvote one that does not.
    let wrong = "<meta name=author content='Web Team Asia'>";
    check(wrong, "<p class=author>Jane Doe</p>", "", jane);
    // The author of a comment, and that of another article.
    let comments = "<div class=comments><span class=comment-author>Jim Beam</span></div>";
    check("", "", comments, ("", ""));
}

#[test]
fn signatures_below_reprints_name_writer_and_paper() {
    check("", "", "<p>Nguyễn Văn An (Báo Nhân Dân)</p>", ("Nguyễn Văn An", "Báo Nhân Dân"));
    check("", "", "<p style='text-align:right'>Lệ Sương (TTXVN)</p>", ("Lệ Sương", "TTXVN"));
    check("", "", "<p>Theo Nguyễn Văn An (Báo Nhân Dân)</p>", ("Nguyễn Văn An", "Báo Nhân Dân"));
    check(
        "",
        "",
        "<p>Nguyễn Văn An, Lê Thị Bình (Báo Xã)</p>",
        ("Nguyễn Văn An, Lê Thị Bình", "Báo Xã"),
    );
    check("", "", "<p><b>NGUYỄN VĂN AN</b></p>", ("NGUYỄN VĂN AN", ""));
    check("", "", "<p align=right>LỆ SƯƠNG (TTXVN)</p>", ("LỆ SƯƠNG", "TTXVN"));
    check("", "", "<p>Hồng Ngọc (st)</p>", ("Hồng Ngọc", ""));
    check("", "", "<p align=right>PHÓ CHỦ TỊCH</p>", ("", ""));
    check("", "", "<p>CÒN TIẾP</p><p>Xem kỳ sau của loạt bài này trên trang.</p>", ("", ""));
}

#[test]
fn a_verse_is_not_a_signature() {
    let poem =
        "<p>Đường về quê mẹ xa xôi</p><p>Nắng vàng trên lối người ơi</p><p>Việt Nam Tổ Quốc</p>";
    check("", "", poem, ("", ""));
    let signed = "<p>Đường về quê mẹ xa xôi</p><p>Nắng vàng trên lối người ơi</p><p align=right>Lê Văn An</p>";
    check("", "", signed, ("Lê Văn An", ""));
}

#[test]
fn the_value_of_a_label_is_kept_as_it_is() {
    check("", "", "<p>Nguồn: Báo Nhân Dân <a href='#'>Copy link</a></p>", ("", "Báo Nhân Dân"));
    check(
        "",
        "",
        "<p class=src><span>Theo</span> <span class=name>Báo Nhân Dân</span> <span class=copy>Sao chép</span></p>",
        ("", "Báo Nhân Dân"),
    );
    let url = "https://nhandan.example/tin/hoi-nghi-tong-ket-cong-tac-nam-2023-va-trien-khai-nhiem-vu-nam-2024-cua-tinh-va-cac-huyen-thi-xa-post-8.html/";
    check("", "", &format!("<p>Nguồn: {url}</p>"), ("", url));
    check(
        "",
        "",
        "<p>Nguồn: <a href='https://x.example/'>https://x.example/tin-(1)/</a></p>",
        ("", "https://x.example/tin-(1)/"),
    );
    // The own site is no source, the own agency may be.
    check("", "", "<p>Nguồn: xaan.example</p>", ("", ""));
    check("", "", "<p>Nguồn: https://www.xaan.example/tin/7</p>", ("", ""));
    check("", "", "<p>Nguồn: Ban Dân tộc</p>", ("", "Ban Dân tộc"));
}

#[test]
fn two_writers_are_told_from_a_writer_and_a_place() {
    let two = ("Trọng Đại; Hải Yến", "");
    check("", "", "<p><b>Trọng Đại - Hải Yến</b></p>", two);
    check(
        "",
        "<p>Trọng Đại – Trần Hải Yến (thực hiện)</p><p>03/02/2022</p>",
        "",
        ("Trọng Đại; Trần Hải Yến", ""),
    );
    check(
        "",
        "",
        "<p align=right><b>H’Uyên Kbuôr - Điểu K’Rang</b></p>",
        ("H’Uyên Kbuôr; Điểu K’Rang", ""),
    );
    check("", "", "<p><b>Lê Văn An - Hà Nội</b></p>", ("Lê Văn An - Hà Nội", ""));
    let unit = "<p>Người viết: <b>Đinh Thị Rơ Lan</b> – Phòng Văn hóa - Xã hội</p>";
    check("", "", unit, ("Đinh Thị Rơ Lan", ""));
}

#[test]
fn signatures_have_offices_papers_and_days_below_them() {
    let paper = "<p align=right>Bài: <b>Thạch Sô Phi</b>; Ảnh: Phòng Truyền thông<br>[Khoa học & Đời sống]</p>";
    check("", "", paper, ("Thạch Sô Phi", "Khoa học & Đời sống"));
    let day = "<p align=right><b>Tạ Đình Khôi</b><br><i>(Theo Báo Văn hóa)</i></p><p>Tin đưa lên mạng ngày 12 tháng 5 năm 2004</p>";
    check("", "", day, ("Tạ Đình Khôi", "Báo Văn hóa"));
    check("", "", "<p class=text-end><b>Lò Thị Hặc</b> (Khoa Nhi)</p>", ("Lò Thị Hặc", ""));
    check("", "", "<p>(Theo Nhân dân Thái Hưng)</p>", ("", "Nhân dân Thái Hưng"));
    check("", "", "<p>(Theo quy định mới)</p>", ("", ""));
    let office = "<p align=right><b>Bài và ảnh: Nguyễn Thế Cường</b><br><i>Phòng Khoa học và Hợp tác quốc tế</i></p>";
    check("", "", office, ("Nguyễn Thế Cường", ""));
    check(
        "",
        "",
        "<p align=right><b>Bài: Phạm Thị Lan Anh</b> (Tổ Ngữ văn)</p>",
        ("Phạm Thị Lan Anh", ""),
    );
    let role = "</div><p>Phan Ái Liên, UVBTV Hội Phụ nữ huyện</p><div>";
    check("", "", role, ("Phan Ái Liên", ""));
    check("", "", "<p>[Nguồn: <a href=/x>Trang tin tỉnh An</a>]</p>", ("", "Trang tin tỉnh An"));
    check("", "", "</div><h4>TIN CÙNG CHỦ ĐỀ</h4><div>", ("", ""));
}

#[test]
fn a_contributor_is_named_without_the_function() {
    check("", "", "<p align=right>CTV Y Thoan</p>", ("Y Thoan", ""));
    check("", "", "<p align=right><b>CTV H'Linh Niê</b></p>", ("H'Linh Niê", ""));
    check("", "", "<p align=right><b>CTV Lê Hải An</b></p>", ("Lê Hải An", ""));
    check("", "<p>Tác giả: Phóng viên Lê Anh</p>", "", ("Lê Anh", ""));
}

#[test]
fn an_office_in_the_metadata_is_the_site_itself() {
    let meta = |name: &str| format!("<meta name=author content='{name}'>");
    check(&meta("Chi cục Kiểm lâm Sơn Huỳnh"), "", "", ("", ""));
    check(&meta("Báo Nhân Dân"), "", "", ("", "Báo Nhân Dân"));
    let site = "<meta property=og:site_name content='Cổng TTĐT huyện An'>";
    check(site, "", "<p>Nguồn tin: Cổng TTĐT huyện An</p>", ("", ""));
    check(site, "", "<p>Nguồn tin: Cổng TTĐT Chính phủ</p>", ("", "Cổng TTĐT Chính phủ"));
}

#[test]
fn signatures_below_the_text_name_writer_and_paper() {
    let reprint = ("Lê Hải An", "VOV");
    check("", "", "</div><div class=tac-gia>Lê Hải An (Theo VOV)</div><div>", reprint);
    check("", "", "<p>Lê Hải An (VOV)</p>", reprint);
    check("", "", "<p align=right><b>Lê Hải An</b></p><p align=right><i>Theo VOV</i></p>", reprint);
    check(
        "",
        "",
        "</div><p>Author / Tác giả: Lê Hải An</p><p>Source / Nguồn: VOV</p><div>",
        reprint,
    );
    check("", "", "<p>Lê Hải An/VOV</p><div>Từ khóa: xã An, hội nghị</div>", reprint);
    check("", "<p>Viết bởi Lê Hải An</p>", "", ("Lê Hải An", ""));
    check("", "<p>Người gửi: Lê Hải An Vào lúc: 03/05/2019 15:04</p>", "", ("Lê Hải An", ""));
}

#[test]
fn a_byline_of_several_elements_or_lines_gives_its_name() {
    let jane = ("Jane Doe", "");
    check("", "<p>By <a href='/producers/jane'>Jane Doe</a> (View all posts)</p>", "", jane);
    check("", "<div>By <b>Jane Doe</b> <i>Reporter for the county</i></div>", "", jane);
    check("", "<p>Written by</p><p>Jane Doe</p>", "", jane);
    check("", "<h3>Author</h3><p>Jane Doe</p>", "", jane);
    check("", "<span>Von</span> <a href=/x>Jane Doe</a><span> in Berlin am Abend</span>", "", jane);
    check("", "<p><span>By</span><span>Jane Doe</span></p>", "", jane);
    check("", "<p>Jane Doe | Senior Writer | July 2, 2025</p>", "", jane);
    check("<meta itemprop=author content='Jane Doe'>", "", "", jane);
    check("", "<p>Author</p><p>Contents of this page</p>", "", ("", ""));
    check("", "<p>By <a href=/x>the river</a> all is calm</p>", "", ("", ""));
}

#[test]
fn a_person_may_have_a_site_of_the_same_name() {
    let site =
        "<meta property=og:site_name content='Jane Doe'><meta name=author content='Jane Doe'>";
    check(site, "", "", ("", ""));
    let person = "<script type='application/ld+json'>{\"@type\":\"BlogPosting\",\"author\":{\"@type\":\"Person\",\"name\":\"Jane Doe\"}}</script>";
    check(&format!("{site}{person}"), "", "", ("Jane Doe", ""));
}

#[test]
fn the_words_before_a_name_are_no_part_of_it() {
    #[track_caller]
    fn check_theme(byline: &str, expected: &str) {
        let html = format!(
            "<html><head><meta charset=utf-8></head><body class=single-post><article><h1 class=entry-title>Hội nghị tổng kết năm 2023\
             </h1><div class=entry-meta><span class=author>{byline}</span></div><div class=entry-content><p>{TEXT}</p><p>{TEXT} Hết.\
             </p></div></article></body></html>"
        );
        let url = "https://www.xaan.example/tin/7.html".parse().unwrap();
        let page = saved_page(html.into_bytes(), url, "2026-11-24T03:00:00Z".parse().unwrap());
        let article = single_page(&page, &PlatformChoice::default()).unwrap();
        assert_eq!(article.author.unwrap_or_default(), expected, "{byline}");
    }
    check_theme("von Peter Adler", "Peter Adler");
    check_theme("Eingestellt von Anna Groß", "Anna Groß");
    check_theme("by IWB", "IWB");
    check_theme("Publié par Jean Petit", "Jean Petit");
    check_theme("Di Linh", "Di Linh");
    check_theme("Eingestellt von Unknown", "");
    check_theme("vp_sotuphap", "");
    check_theme("Nguyễn Thị Nhung - CTV", "Nguyễn Thị Nhung");
}

/// Checks the author of an English page.
#[track_caller]
fn check_english(head: &str, above: &str, below: &str, expected: &str) {
    let text = "The council of the county met on Monday to hear how the works on the bridge go on.";
    let html = format!(
        "<html><head><meta charset=utf-8><title>The bridge opens in spring</title>{head}</head><body><div class=main>\
         <h1>The bridge opens in spring</h1>{above}<div class=detail><p>{text}</p><p>{text} It will cost more.</p>\
         <p>{text} It closes at night.</p></div>{below}</div></body></html>"
    );
    let url = "https://www.janedoe.example/news/7.html".parse().unwrap();
    let page = saved_page(html.into_bytes(), url, "2026-11-24T03:00:00Z".parse().unwrap());
    let article = single_page(&page, &PlatformChoice::default()).unwrap();
    assert_eq!(article.author.unwrap_or_default(), expected, "{head}{above}{below}");
}

/// Structured data that declares the author to be a person.
fn person(name: &str) -> String {
    format!(
        "<script type='application/ld+json'>{{\"@type\":\"BlogPosting\",\"author\":{{\"@type\":\"Person\",\"name\":\"{name}\"}}}}</script>"
    )
}

#[test]
fn a_collective_of_a_certain_house_is_an_author() {
    for (byline, expected) in [
        ("By The Bridge Team", "The Bridge Team"),
        ("Bridgewater Staff", "Bridgewater Staff"),
        ("By the Valley editors", "the Valley editors"),
        ("Bridge Redaktion", "Bridge Redaktion"),
        ("Sports Desk", ""),
        ("Our Team", ""),
        ("Online Team", ""),
        ("Digital Marketing Team", ""),
        ("Senior Staff", ""),
    ] {
        check_english("", &format!("<p class=byline>{byline}</p>"), "", expected);
    }
    // A page that names a person, too, means the person.
    let both = "<p class=byline>Bridgewater Staff</p>";
    check_english("<meta name=author content='Jim Beam'>", both, "", "Jim Beam");
    check_english("", "<p class=byline>By Jim Beam, Bridgewater Staff</p>", "", "Jim Beam");
}

#[test]
fn a_first_name_is_told_from_a_login() {
    let once = |name: &str| format!("<meta name=author content='{name}'>");
    let meta = |name: &str| {
        let card = "<meta name=twitter:label1 content='Written by'>";
        format!("{}{card}<meta name=twitter:data1 content='{name}'>", once(name))
    };
    // A section, and the place in the title.
    check_english(&once("Culture"), "", "", "");
    check_english(&meta("Bridge"), "", "", "");
    for (name, expected) in
        [("Melissa", "Melissa"), ("melissa", ""), ("StephenT", ""), ("MX", ""), ("Admin", "")]
    {
        check_english(&meta(name), "", "", expected);
    }
    check_english(&meta("bridge.example, Frankfurt, Germany"), "", "", "");
    // Names in Vietnam have several words: this is the account of an office.
    check(&meta("Vanphong"), "", "", ("", ""));
    check_english(&person("jim beam"), "", "", "jim beam");
    check_english(&person("jim beam"), "<p class=author>Jim Beam</p>", "", "Jim Beam");
    check_english(&person("sponsored by a house"), "", "", "");
    check_english(&person("web admin"), "", "", "");
}

#[test]
fn a_person_writes_the_own_site_and_a_newspaper_does_not() {
    let site = |name: &str| format!("<meta property=og:site_name content='{name}'>");
    let declared = |name: &str| site(name) + &person(name);
    check_english(&declared("Jim Beam"), "", "", "Jim Beam");
    check_english(&declared("County Times"), "", "", "");
    check_english(&declared("Bridge Works"), "", "", "");
    check_english(&declared("Clemson News"), "", "", "");
    // The host is the name of a person.
    let meta = |name: &str| site(name) + &format!("<meta name=author content='{name}'>");
    check_english(&meta("Jane Doe"), "", "", "Jane Doe");
    check_english(&site("Jane Doe"), "<p>By Jane Doe</p>", "", "");
    check_english(&meta("Jim Beam"), "", "", "");
}

#[test]
fn marked_names_are_separate_from_the_text_around_them() {
    let nested = "<div class=author-promo><div class=author-row><div class=byline><span class=author-name>By \
                  <a rel=author href=/m>Jane Doe</a></span><a href=/s>Roe Works</a></div></div></div>";
    check_english("", nested, "", "Jane Doe");
    let title = "<div class=byline><b class=author-name>Jane Doe</b><i>Head Winemaker</i></div>";
    check_english("", title, "", "Jane Doe");
    let degrees =
        "<p class=byline><b class=author-name>Jane Doe</b> <i class=author-title>RN, BSN</i></p>";
    check_english("", degrees, "", "Jane Doe");
    for line in
        ["Jane Doe, Content Marketing Coordinator", "Jane Doe ● May 3, 2024", "Jane Doe (Reporter"]
    {
        let expected = if line.contains('(') { "" } else { "Jane Doe" };
        check_english("", &format!("<p class=byline>{line}</p>"), "", expected);
    }
    check_english("", "<p>03/01/2017 by Jane Doe, Delegate of the County</p>", "", "Jane Doe");
    let several = "<meta name=citation_author content='Jane Doe'><meta name=citation_author content='Jim Beam'>";
    check_english(several, "", "", "Jane Doe; Jim Beam");
    // The classes of an article name its author and its topics.
    check_english("", "<div class='author-jane tag-x'><a href=/t>Yellow Vests</a></div>", "", "");
}

#[test]
fn the_portrait_far_below_the_text_names_the_writer() {
    let far: String = (1..12).map(|n| format!("<p>Part {n} of the page</p>")).collect();
    let below = |html: &str| format!("{far}{html}");
    let portrait = "<div class=author><p><a rel=author href=/x>Jane Doe</a></p></div>";
    check_english("", "", &below(portrait), "Jane Doe");
    let written =
        "<div class=post-author><p>Written by</p><p class=post-author-name>Jane Doe</p></div>";
    let other =
        "<h3>Another text</h3><p class=author>Jane Doe</p><p>And more of it</p><p>And on</p>";
    check_english("", "", &below(&format!("{written}{other}{other}")), "Jane Doe");
    // The writers of other articles.
    check_english("", "", &below(&format!("{other}{other}")), "");
    check_english("", "", &below(&format!("{portrait}<p class=author>Jim Beam</p>")), "");
}

#[test]
fn names_in_boxes_on_the_pages_of_agencies_are_those_of_others() {
    let far: String = (1..12).map(|n| format!("<p>Mục số {n} của trang</p>")).collect();
    let official =
        format!("{far}<div class=author-box><p>Chủ tịch</p><p class=author>Lê Hải An</p></div>");
    check("", "", &format!("</div>{official}<div>"), ("", ""));
    // The account of an agency has its name without marks, and the host that, too.
    let account = "<meta name=author content='Xa An'><meta property=og:site_name content='Xa An'>";
    check(account, "", "", ("", ""));
}

#[test]
fn a_person_and_an_agency_in_elements_of_their_own_are_told_apart() {
    let meta = |name: &str| format!("<meta name=author content='{name}'>");
    for other in ["Phòng Nông nghiệp và Môi trường", "Admin", "Pixelworks GmbH"] {
        let head = format!("{}{}", meta(other), meta("Lê Hải An"));
        let found = article(TITLE, &head, "<p class=byline>Lê Hải An</p>", "");
        assert_eq!(found.author.as_deref(), Some("Lê Hải An"), "{other}");
    }
    for group in
        ["Management Team", "Meet The Team", "Rescue Team", "Help Desk", "Webredaktion Team"]
    {
        check_english("", &format!("<p class=byline>{group}</p>"), "", "");
    }
    check_english(&person("web master"), "", "", "");
    check_english(&person("valley marketing"), "", "", "");
}

#[test]
fn a_name_below_the_source_or_with_a_degree_is_the_signature() {
    let source = "<p align=right><i>Nguồn: Tạp chí Xây dựng Đảng</i></p>";
    let both = ("Trần Văn Khải", "Tạp chí Xây dựng Đảng");
    check("", "", &format!("{source}<p align=right><b>Trần Văn Khải</b></p>"), both);
    let glued = "<p align=right><i>Nguồn: Tạp chí Xây dựng Đảng</i><br><b>Trần Văn Khải</b></p>";
    check("", "", glued, both);
    let with_role = "<p align=right><b>Lê Hải An, cán bộ thú y</b></p>";
    check("", "", with_role, ("Lê Hải An", ""));
    for name in ["BS. CKII Đoàn Minh Trí", "ThS. Lê Hải An", "PGS.TS Lê Hải An"] {
        check("", "", &format!("<p style='text-align: right'><b>{name}</b></p>"), (name, ""));
    }
}

#[test]
fn the_line_below_the_text_is_a_signature_by_its_form_place_or_element() {
    for (below, author) in [
        ("<div class=ky>T.H</div>", "T.H"),
        ("<div align=right><b>(Q.H)</b></div><p>Cập nhật lúc 08h15 ngày 26/6/2025</p>", "Q.H"),
        ("<div class=but-danh>Trà Giang</div>", "Trà Giang"),
        ("<div style='text-align:right'>Trà Giang</div>", "Trà Giang"),
        ("<div><b>Lê Hải An</b></div>", "Lê Hải An"),
        ("<div>Lê Hải An</div>", "Lê Hải An"),
        ("<div>Người đưa tin: Lê Hải An</div>", "Lê Hải An"),
        ("<div>Người đưa tin: Quản trị hệ thống</div>", ""),
        // A role, a tool, a heading, a name of a box.
        ("<div align=right>P.V</div>", ""),
        ("<div>Trà Giang</div>", ""),
        ("<div><b>Văn Bản Mới</b></div>", ""),
        ("<div align=right>Bình luận</div>", ""),
    ] {
        check("", "", &format!("</div>{below}<div>"), (author, ""));
    }
}

#[test]
fn a_label_ends_the_value_before_it_and_an_office_is_no_paper() {
    let glued = "<div><span class=me-3><i class=bi></i> Tác giả: Đặng Kim Chi</span><span class=me-3>Ngày tạo: 08/10/2025</span></div>";
    check("", glued, "", ("Đặng Kim Chi", ""));
    let office = "<p align=right><b>Ma Văn Thiệp – Văn phòng Sở</b></p>";
    check("", "", office, ("Ma Văn Thiệp", ""));
    for other in ["Phòng Tư pháp huyện", "Trung tâm Y tế", "Công an xã", "Bảo hiểm xã hội tỉnh"]
    {
        check("", "", &office.replace("Văn phòng Sở", other), ("Ma Văn Thiệp", ""));
    }
    check("", "", "<p>Lê Hải An – Báo Lao Động</p>", ("Lê Hải An", "Báo Lao Động"));
}

#[test]
fn sources_stand_in_lists_of_terms_behind_dates_and_below_the_text() {
    let list = |terms: &str| format!("<dl>{terms}</dl>");
    let terms = "<dt>Ngày đăng</dt><dd>19 tháng 12, 2024</dd><dt>Nguồn tin</dt><dd>Báo Hải Dương</dd><dt>Tác giả</dt><dd>Lê Hải An</dd>";
    check("", &list(terms), "", ("Lê Hải An", "Báo Hải Dương"));
    check(
        "",
        "",
        &list("<dt>Biên soạn:</dt><dd>Lê Hải An</dd><dt>Trích:</dt><dd>Tập san Lưu trữ</dd>"),
        ("Lê Hải An", "Tập san Lưu trữ"),
    );
    check(
        "",
        &list("<dt>Người đăng</dt><dd>quantri</dd><dt>Chuyên mục</dt><dd>Tin tức</dd>"),
        "",
        ("", ""),
    );
    // Behind a mark and the date.
    for mark in ["•", "|", "-", "·"] {
        let line = |rest: &str| {
            format!("<p>16:48 Ngày 20 tháng 6 năm 2024 <i>{mark}</i> <span>{rest}</span></p>")
        };
        check("", &line("Nguồn tin: Báo Bình Phước"), "", ("", "Báo Bình Phước"));
        check("", &line("Người viết: Lê Hải An / Nguồn tin: Báo Xã"), "", ("Lê Hải An", "Báo Xã"));
        check("", &line("Lượt xem: 12"), "", ("", ""));
    }
    // Without a colon, right below the text or in an element for sources.
    for line in [
        "<div><i>Theo <!-- -->Báo Công an nhân dân</i></div>",
        "<div class=detail__source>Theo <span>Báo Công an nhân dân</span></div>",
        "<p align=right>(Theo Báo Công an nhân dân) - <a href=http://bao.example/1.html>Xem gốc</a></p>",
    ] {
        check("", "", line, ("", "Báo Công an nhân dân"));
    }
    check("", "", "<div>Theo kế hoạch của tỉnh</div>", ("", ""));
    check("", "", "<p align=right><b>VŨ ĐÌNH PHÒNG</b></p>", ("VŨ ĐÌNH PHÒNG", ""));
}

#[test]
fn two_writers_behind_a_label_are_two() {
    for label in ["Tác giả", "Người viết", "Thực hiện", "Tin, bài"] {
        let line = format!("<p>{label}: Thu Trang - Quốc Bảo</p>");
        check("", "", &line, ("Thu Trang; Quốc Bảo", ""));
    }
    check(
        "",
        "",
        "<p>Bài viết: Quàng Thị Ánh - Trung tâm Dịch vụ tổng hợp</p>",
        ("Quàng Thị Ánh", ""),
    );
    check("", "", "<p>Nguồn: Quàng Thị Ánh - Báo Xã</p>", ("Quàng Thị Ánh", "Báo Xã"));
    check("", "", "<p>Người đăng: <b>Lê Hải An</b> &mdash; Đã xem: 9.480</p>", ("Lê Hải An", ""));
}

#[test]
fn names_with_commas_end_before_the_day() {
    let line =
        "<div><span>Thực hiện: Mai Lan, Quốc Bảo</span><span>•</span><span>02-06-2024</span></div>";
    check("", "", line, ("Mai Lan; Quốc Bảo", ""));
    check("", "", "<p>Tác giả: Lê Hải An, 12/5/2024</p>", ("Lê Hải An", ""));
    check("", "", "<p align=right><i>Theo: Cẩm nang nhà nông</i></p>", ("", "Cẩm nang nhà nông"));
    check("", "", "<p>Nguồn: Tạp chí Việc làm (link)</p>", ("", "Tạp chí Việc làm"));
}

#[test]
fn the_press_beside_the_date_and_below_the_text_is_the_source() {
    let row = |cells: &str| format!("<table><tr>{cells}</tr></table>");
    let cells = "<td><i class=fa></i> Thu Hiền</td><td>T3, 18/10/2022 - 08:55</td><td>Báo Phụ nữ Việt Nam</td>";
    check("", &row(cells), "", ("Thu Hiền", "Báo Phụ nữ Việt Nam"));
    check("", "<div>05/08/2024 17:36 - TTXVN</div>", "", ("", "TTXVN"));
    for other in ["Phòng Tư pháp", "Công an xã", "Hà Nội", "Tin tức"] {
        check("", &format!("<div>05/08/2024 17:36 - {other}</div>"), "", ("", ""));
    }
    let below = |text: &str| format!("<p align=right><b>{text}</b></p>");
    check("", "", &below("Theo Sức khỏe &amp; Đời sống"), ("", "Sức khỏe & Đời sống"));
    check("", "", &below("Theo kế hoạch của tỉnh"), ("", ""));
    check("", "", "<p>Theo Sức khỏe và Đời sống</p>", ("", ""));
    let counted =
        "<p><span>22/05/2023</span> <span>Nguồn: TTXVN</span> <span>96 lượt xem</span></p>";
    check("", counted, "", ("", "TTXVN"));
    check("", "", "<p>Nguồn: Báo Xã 1.204 lượt xem</p>", ("", "Báo Xã"));
    for tools in ["<span>A+</span> <span>A-</span>", "<span>Bạn đang xem mục Nông thôn</span>"]
    {
        let line = format!("<p><span>22/05/2023</span> <b>Nguồn:</b> TTXVN {tools}</p>");
        check("", &line, "", ("", "TTXVN"));
    }
    for section in ["Báo chí", "Báo cáo", "Tạp chí", "Báo chí viết về xã An", "Trang nông nghiệp"]
    {
        let line =
            format!("<p><span>22/05/2023</span> <span>{section}</span> <i>9 bình luận</i></p>");
        check("", &line, "", ("", ""));
    }
    check("", "", "<p>Nguồn: Truyền hình 24 giờ</p>", ("", "Truyền hình 24 giờ"));
    check("", "", "<p>Nguồn: Báo 60 phút</p>", ("", "Báo 60 phút"));
    check("", "", "<p>Nguồn: Trung tâm 115 Minh Khai</p>", ("", "Trung tâm 115 Minh Khai"));
    let label = "<table><tr><td>Nguồn:</td><td>Báo Xã</td><td>Xem:</td><td>1240</td></tr></table>";
    check("", label, "", ("", "Báo Xã"));
}
