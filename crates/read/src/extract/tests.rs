mod above_text;
mod bodies;
mod many_languages;

use super::*;
use bantin_core::{ArticleKey, ConsideredValue, Explanation, ListingItem};
use bantin_page::{ContentCoding, MediaType, SafeHtml, Validators};
use serde_json::Value;
use std::path::{Path, PathBuf};

pub(super) fn page(url: &str, html: &str) -> Page {
    let url: Url = url.parse().unwrap();
    let bytes = bytes::Bytes::from(html.to_owned());
    Page {
        requested: url.clone(),
        url,
        media: MediaType::read("text/html; charset=utf-8"),
        charset: None,
        wire: bytes.clone(),
        coding: ContentCoding::Identity,
        bytes,
        fetched: "2026-11-24T03:00:00Z".parse().unwrap(),
        validators: Validators::default(),
        cache_hints: bantin_page::CacheHints::default(),
    }
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/pages").join(name)
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The lines of a drafted body.
fn body_lines(draft: &Draft) -> Vec<String> {
    let html = &draft.body.as_ref().unwrap().value.0;
    let dom = Dom::parse(&SafeHtml::check(html.clone()).unwrap()).unwrap();
    let text = plain::lines(&dom::text_of(dom.tree().root_element()));
    text.lines().map(str::to_owned).collect()
}

fn strings(value: &Value) -> Vec<String> {
    value.as_array().unwrap().iter().map(|line| plain::line(line.as_str().unwrap())).collect()
}

fn value(found: &Option<Extracted<String>>) -> Option<&str> {
    found.as_ref().map(|found| found.value.as_str())
}

/// The first article bantin was written for: on SharePoint, on a page without rules, and with
/// hardly any mark-up.
#[test]
fn the_article_of_ban_dan_toc_is_read_exactly() {
    let expected: Value = serde_json::from_str(&read(&folder("seed/expected.json"))).unwrap();
    for name in ["sharepoint", "unknown-platform", "flat"] {
        let html = read(&folder(&format!("seed/{name}.html")));
        let page = page("https://bandantoc.example.gov.vn/SitePages/bai.aspx?ItemID=7", &html);
        let draft = draft(&page, None, &ArticleSelectors::default()).unwrap();
        assert_eq!(value(&draft.title), expected["title"].as_str(), "{name}");
        assert_eq!(value(&draft.author), expected["author"].as_str(), "{name}");
        assert_eq!(value(&draft.source_line), expected["source_line"].as_str(), "{name}");
        assert_eq!(body_lines(&draft), strings(&expected["text"]), "{name}");
        let dates: Vec<_> = draft.dates.iter().map(|d| (d.value.as_str(), &d.provenance)).collect();
        assert_eq!(dates, [("ngày 10 tháng 01 năm 2023", &Provenance::Lead)], "{name}");
        assert_eq!(value(&draft.language), Some("vi"));
    }
}

#[test]
fn pages_in_the_manner_of_agency_sites_are_read() {
    for entry in std::fs::read_dir(folder("synthetic")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let expected: Value = serde_json::from_str(&read(&path)).unwrap();
        let page = page(expected["url"].as_str().unwrap(), &read(&path.with_extension("html")));
        let draft = draft(&page, None, &ArticleSelectors::default()).unwrap();
        assert_eq!(value(&draft.title), expected["title"].as_str(), "{}", path.display());
        assert_eq!(body_lines(&draft), strings(&expected["text"]), "{}", path.display());
        let best = draft.dates.first().unwrap();
        assert_ne!(best.provenance, Provenance::Lead, "{}", path.display());
    }
}

#[test]
fn the_operators_selectors_are_never_overridden() {
    let html = "<title>Trang</title><h1>Tiêu đề của trang này</h1><div class=a><p>Đoạn một của bài.</p><p class=x>Bỏ đi.</p></div>\
                <div class=b>Tên khác hẳn</div><i class=d>12/01/2023</i><u class=t>Tác giả: Lê A</u><time datetime=2020-01-01></time>";
    let rules = ArticleSelectors {
        title: Some(".b".parse().unwrap()),
        body: Some(".a".parse().unwrap()),
        date: Some(".d".parse().unwrap()),
        author: Some(".t".parse().unwrap()),
        remove: vec![".x".parse().unwrap()],
        summary: Some(".nothing".parse().unwrap()),
        ..ArticleSelectors::default()
    };
    let draft = draft(&page("https://a.gov.vn/1", html), None, &rules).unwrap();
    assert_eq!(value(&draft.title), Some("Tên khác hẳn"));
    assert_eq!(value(&draft.author), Some("Lê A"));
    assert_eq!(body_lines(&draft), ["Đoạn một của bài."]);
    assert_eq!(
        draft.dates[0],
        Extracted::new("12/01/2023".into(), Provenance::Selector(".d".into()))
    );
}

#[test]
fn a_constant_title_gives_way_to_the_teasers() {
    let html = "<title>Trang thông tin điện tử</title><div class=entry-content><p>Một đoạn văn bản đủ dài để đọc được.</p></div>";
    let page = page("https://a.gov.vn/1", html);
    let mut teaser = ListingItem::of(page.url.clone(), ArticleKey::of_page(&page.url, &page.url));
    teaser.title = Some("Hội nghị tổng kết năm".into());
    teaser.date = Some("(10/01/2023)".into());
    let with = draft(&page, Some(&teaser), &ArticleSelectors::default()).unwrap();
    assert_eq!(
        with.title,
        Some(Extracted::new("Hội nghị tổng kết năm".into(), Provenance::Teaser))
    );
    assert_eq!(with.dates[0].provenance, Provenance::Teaser);
    let without = draft(&page, None, &ArticleSelectors::default()).unwrap();
    assert_eq!(without.title.unwrap().provenance, Provenance::TitleElement);
}

#[test]
fn a_line_that_is_set_as_a_title_is_the_title_although_it_is_no_heading() {
    let long = "Sáng nay, cơ quan đã tổ chức hội nghị với sự tham dự của đông đảo đại biểu các sở, ban, ngành.";
    let html = format!(
        "<html><head><title>Trang chủ - Sở Tài chính</title></head><body><div class='box'><h3>Liên kết với các \
         trang</h3><a href='/'>Trang chủ</a></div><div class='g'><div style='text-align: center'><p style='font-weight: \
         bold'>Gia Nghĩa, tiềm năng và phát triển (2010-2020)</p></div><br><div class='img'><h1>Một tiêu đề được dán vào \
         bài</h1><p>{long}</p><p>{long}</p></div></div></body></html>"
    );
    let page = page("https://sotaichinh.example/tin/7", &html);
    let draft = draft(&page, None, &ArticleSelectors::default()).unwrap();
    assert_eq!(value(&draft.title), Some("Gia Nghĩa, tiềm năng và phát triển (2010-2020)"));
}

#[test]
fn an_article_may_be_a_file_under_a_title() {
    let html = "<html><head><title>Trang chủ</title></head><body><h3>Văn bản mới</h3><ul><li><a href='/vb/1.pdf'>Quyết định \
        số 1</a></li></ul><div class=c><div style='text-align:center'><b>Thông báo lựa chọn tổ chức đấu giá</b></div><p>Ngày \
        đăng: 12/03/2020</p><p><span>Xem chi tiết tại file </span><a href='/img/97 TTPTQD.pdf'>đính kèm</a></p></div></body></html>";
    let page = page("https://stnmt.example/thong-bao", html);
    let draft = draft(&page, None, &ArticleSelectors::default()).unwrap();
    assert_eq!(value(&draft.title), Some("Thông báo lựa chọn tổ chức đấu giá"));
    let files: Vec<_> = draft.attachments.iter().map(|file| file.value.url.as_str()).collect();
    assert_eq!(files, ["https://stnmt.example/img/97%20TTPTQD.pdf"]);
    assert!(draft.dates[0].value.contains("12/03/2020"), "{:?}", draft.dates);
}

#[test]
fn what_stands_around_an_empty_article_is_no_text_of_it() {
    let title = "Bộ Tư pháp ban hành Kế hoạch thực hiện Đề án phổ biến pháp luật về các quyền dân sự năm 2020";
    let html = format!(
        "<html><body><ul><li>Chính sách pháp luật</li><li>Hỏi đáp tư vấn pháp luật</li></ul><div><h1>{title}</h1>\
         <p>23/03/2020</p><div class='content'></div><p>Lượt truy cập: 3.678.427</p></div>\
         <ul><li><a href=/7>{title}</a> (24/03/2020)</li></ul></body></html>"
    );
    let page = page("https://sotuphap.example/tin/7", &html);
    let draft = draft(&page, None, &ArticleSelectors::default()).unwrap();
    assert!(draft.body.is_none() && draft.images.is_empty(), "{draft:?}");
    assert_eq!(value(&draft.title), Some(title));
    assert_eq!(draft.dates[0].value, "23/03/2020");
}

#[test]
fn chrome_around_and_inside_a_body_is_cut() {
    let html = "<div class=entry-content><h1>Hội nghị tổng kết năm</h1><p>10/01/2023 08:30</p><p>Đoạn một của bài.</p><ul><li>Mục</li></ul>\
        <p>Xem chi tiết <a href='/a.pdf'>tại đây</a></p><p><b>Tin đã đưa</b></p><ul><li><a href=/2>Một tin khác</a> (09/01/2023)</li></ul>\
        <p>Số lượt người xem: 13 <a>Bản in</a> <a>Quay lại</a></p></div>";
    let draft =
        draft(&page("https://a.gov.vn/1", html), None, &ArticleSelectors::default()).unwrap();
    assert_eq!(body_lines(&draft), ["Đoạn một của bài.", "Mục"]);
    assert_eq!(draft.attachments[0].value.url.as_str(), "https://a.gov.vn/a.pdf");
}

#[test]
fn boxes_that_stand_behind_the_byline_are_no_text() {
    let paragraph = "Hội nghị đã thảo luận nhiều nội dung quan trọng, thống nhất các giải pháp trọng tâm và phân công \
        trách nhiệm cụ thể cho từng đơn vị trong thời gian tới, bảo đảm hoàn thành kế hoạch đề ra.";
    let boxes = "<div class=box><div><span>Sở Y tế</span></div><div><p>Lượt truy cập: <b>5870545</b> | Đang trực tuyến: \
        <b>632</b></p></div></div>";
    let html = format!(
        "<html><title>Cổng thông tin</title><div class=main><div class=x><h1>Hội nghị tổng kết năm 2022</h1><div class=y>\
         <p>{paragraph}</p><p>Kết luận: {paragraph}</p></div><div>Tác giả:&nbsp; <b>Bùi Kim Chiến</b></div></div><div>{}</div></div>",
        boxes.repeat(20)
    );
    let page = page("https://a.gov.vn/1", &html);
    let draft = draft(&page, None, &ArticleSelectors::default()).unwrap();
    assert_eq!(body_lines(&draft), [paragraph.to_owned(), format!("Kết luận: {paragraph}")]);
    assert_eq!(draft.author.unwrap().value, "Bùi Kim Chiến");
}

#[test]
fn what_is_no_article_is_refused_in_a_sentence() {
    #[track_caller]
    fn check(page: &Page, expected: fn(&ExtractError) -> bool) {
        let error = draft(page, None, &ArticleSelectors::default()).unwrap_err();
        assert!(expected(&error), "{error}");
    }
    let at = |html: &str| page("https://a.gov.vn/1", html);
    check(&at("<form><input type=password></form>"), |e| matches!(e, ExtractError::Login(_)));
    check(&at("<nav>menu</nav>"), |e| matches!(e, ExtractError::NoBody(_)));
    check(&at("%PDF-1.4"), |e| matches!(e, ExtractError::NotHtml { .. }));
    check(&at(&"<div>".repeat(9000)), |e| matches!(e, ExtractError::Unreadable { .. }));
    let mut image = at("x");
    image.media = MediaType::read("image/png");
    check(&image, |e| {
        matches!(e, ExtractError::NotHtml { .. }) && e.advice() == RetryAdvice::SkipPage
    });
}

#[test]
fn an_item_that_is_not_followed_is_drafted_from_its_feed() {
    let url: Url = "https://a.gov.vn/1".parse().unwrap();
    let mut teaser = ListingItem::of(url.clone(), ArticleKey::of_guid("1"));
    teaser.title = Some("Một".into());
    teaser.summary = Some("Tóm tắt <b>".into());
    teaser.date = Some("Tue, 10 Jan 2023 01:15:00 GMT".into());
    let draft = draft_of_item(&teaser);
    assert_eq!(draft.dates[0].provenance, Provenance::Feed("date".into()));
    assert_eq!(draft.body.unwrap().value.0, "<p>Tóm tắt &lt;b&gt;</p>");
}

#[test]
fn one_sentence_above_the_leads_of_others_is_the_text() {
    let lead = "Đoàn công tác của tỉnh đã đến thăm và làm việc với cán bộ, nhân dân trong xã nhân dịp đầu năm.";
    let others: String = (0..5)
        .map(|n| {
            format!(
                "<div class=card><h4><a href='/tin/{n}'>Đoàn công tác số {n} thăm và làm việc tại xã</a></h4><p>{lead}</p></div>"
            )
        })
        .collect();
    for head in ["", "<meta property=og:type content=article>"] {
        let html = format!(
            "<html><head>{head}</head><body><div class=main><h1>Thông báo tạm dừng lưu thông qua cầu Suối Bạc</h1><p>12/09/2025 \
             08:30</p><p>Tạm dừng lưu thông từ ngày 20/9.</p></div><h3>Tin liên quan</h3>{others}</body></html>"
        );
        let page = page("https://a.gov.vn/tin/1", &html);
        let draft = draft(&page, None, &ArticleSelectors::default()).unwrap();
        assert_eq!(body_lines(&draft), ["Tạm dừng lưu thông từ ngày 20/9."], "{head}");
    }
}

#[test]
fn a_family_whose_names_hold_something_else_gives_no_wrong_body() {
    let text = "Hội nghị đã thảo luận nhiều nội dung quan trọng, thống nhất các giải pháp trọng tâm cho năm tới.";
    let html = format!(
        "<meta name=generator content='WordPress 6.4'><body class=single-post><aside><div class=entry-content>Đường dây nóng: 1900\
         </div></aside><div class=bai><h1>Hội nghị tổng kết năm</h1><div class=noidung><p>{text}</p><p>{text} Kết thúc.</p></div></div>"
    );
    let rules = ArticleSelectors::default();
    let found = draft(&page("https://a.gov.vn/1", &html), None, &rules).unwrap();
    assert_eq!(body_lines(&found), [text.to_owned(), format!("{text} Kết thúc.")]);
    assert_eq!(found.body.unwrap().provenance, Provenance::Generic);
    // A short notice is a body if there is nothing longer.
    let html = "<meta name=generator content='WordPress 6.4'><article><h1 class=entry-title>Thông báo nghỉ lễ</h1>\
        <div class=entry-content>Nghỉ từ 30/4 đến hết 03/5.</div></article>";
    let found = draft(&page("https://a.gov.vn/1", html), None, &rules).unwrap();
    assert_eq!(body_lines(&found), ["Nghỉ từ 30/4 đến hết 03/5."]);
    assert_eq!(found.body.unwrap().provenance, Provenance::Platform("wordpress body".into()));
}

const TEXT: &str = "Sáng nay, cơ quan đã tổ chức hội nghị với sự tham dự của đông đảo đại biểu các sở, ban, ngành và địa phương.";

fn explained(html: &str, teased: Option<&str>, rules: &ArticleSelectors) -> Explanation {
    let page = page("https://a.gov.vn/tin/7", html);
    let mut teaser = ListingItem::of(page.url.clone(), ArticleKey::of_page(&page.url, &page.url));
    teaser.title = teased.map(str::to_owned);
    let mut choices = FieldChoices::explained(plain::fold);
    let explained = draft_with(&page, Some(&teaser), rules, &mut choices);
    // There is one decision path: evaluating all candidates takes the same ones.
    assert_eq!(explained, draft(&page, Some(&teaser), rules));
    choices.into_explanation()
}

fn recorded(explanation: &Explanation, subject: ExplainedField) -> Vec<String> {
    let shown = |recorded: &&ConsideredValue| {
        format!(
            "{} {} {}",
            recorded.verdict,
            recorded.from,
            recorded.why.clone().unwrap_or_default()
        )
    };
    explanation.of(subject).iter().map(shown).map(|text| text.trim_end().to_owned()).collect()
}

#[test]
fn a_constant_name_and_a_title_that_is_not_shown_have_their_reasons() {
    let html = format!(
        "<title>Cổng thông tin tỉnh</title><meta property=og:title content='Cổng thông tin tỉnh'>\
         <h1>Hội nghị tổng kết năm 2023</h1><div><p>{TEXT}</p><p>{TEXT} Hết.</p></div>"
    );
    let rules = ArticleSelectors::default();
    let explanation = explained(&html, Some("Hội nghị của tỉnh năm 2023"), &rules);
    let site_name = "has fewer votes: is supported by og:title, <title>; \
                     it reads like the name of a site, a label or a sentence";
    assert_eq!(
        recorded(&explanation, ExplainedField::Title),
        [
            "taken heading is supported by a heading, its place next to the text",
            "passed over teaser has fewer votes: is supported by the listing item",
            &format!("passed over meta:og:title {site_name}"),
            &format!("passed over title-element {site_name}"),
            "passed over body is not a title",
        ]
    );
    let html =
        format!("<title>Cổng thông tin tỉnh</title><div><p>{TEXT}</p><p>{TEXT} Hết.</p></div>");
    let explanation = explained(&html, None, &rules);
    let alone = "taken title-element is the only candidate, and may be the site's constant name";
    let beginning = "passed over body is not a title";
    assert_eq!(recorded(&explanation, ExplainedField::Title), [alone, beginning]);
}

#[test]
fn what_the_platform_finds_over_other_articles_is_no_title() {
    let html = format!(
        "<meta name=generator content='WordPress 6.1'><h1 class=entry-title>Tin liên quan</h1>\
         <h2>Hội nghị tổng kết năm 2023</h2><div class=entry-content><p>{TEXT}</p></div>"
    );
    let explanation = explained(&html, None, &ArticleSelectors::default());
    assert_eq!(explanation.platform.as_deref(), Some("wordpress"));
    let title = recorded(&explanation, ExplainedField::Title);
    let other = "passed over platform:wordpress title is the heading of other articles";
    assert!(title.contains(&other.to_owned()), "{title:?}");
}

#[test]
fn selectors_that_find_nothing_and_what_remove_cuts_are_told() {
    let html = format!(
        "<h1>Hội nghị tổng kết năm 2023</h1><div class=a><p>{TEXT}</p><p class=x>Bỏ đi.</p><nav>Menu</nav>\
         <p>Tác giả: Lê Văn An</p></div>"
    );
    let rules = ArticleSelectors {
        date: Some("td.Time".parse().unwrap()),
        body: Some(".a".parse().unwrap()),
        summary: Some("h1".parse().unwrap()),
        remove: vec![".x".parse().unwrap(), ".no".parse().unwrap()],
        ..ArticleSelectors::default()
    };
    let explanation = explained(&html, None, &rules);
    let nothing = "passed over selector:td.Time finds nothing on this page";
    assert_eq!(recorded(&explanation, ExplainedField::Date), [nothing]);
    let body = recorded(&explanation, ExplainedField::Body);
    assert_eq!(body[0], "taken selector:.a");
    assert_eq!(body[1], "agrees generic");
    assert_eq!(body[2], "passed over article.remove \".no\" finds nothing in the body");
    let cuts: Vec<_> = explanation.removed.iter().map(|part| part.kind.as_str()).collect();
    assert_eq!(cuts, ["page boilerplate (nav)", "article.remove \".x\"", "byline"]);
    assert_eq!(recorded(&explanation, ExplainedField::Author), ["taken label:Tác giả"]);
}

#[test]
fn a_guess_that_meets_what_stands_around_an_empty_article_is_told() {
    let html =
        format!("<title>x</title><h1>{TEXT}</h1><div class=menu><p>Đơn vị</p><p>{TEXT}</p></div>");
    let explanation = explained(&html, None, &ArticleSelectors::default());
    let why = "has no sentence besides the title: it is the surroundings of an empty article";
    assert_eq!(
        recorded(&explanation, ExplainedField::Body),
        [format!("passed over generic {why}")]
    );
}

#[test]
fn dates_that_are_no_candidates_have_their_reasons() {
    let html = format!(
        "<nav>Thứ sáu, 23/11/2023</nav><div><p>Hôm nay: Thứ sáu, 24/11/2023</p></div>\
         <p>Một</p><p>Hai</p><p>Ba</p><p>Bốn</p><p>Năm</p><p>Sáu</p>\
         <div><h1>Hội nghị tổng kết năm nay</h1><p>Ngày đăng: 10/01/2023</p>\
         <p>Kỳ họp 5 ngày 11/01/2023 của tỉnh</p><p><a href=/1>Kỳ họp 6 ngày 12/01/2023</a></p>\
         <div><p>{TEXT}</p><p>13/01/2023 08:00</p><p>{TEXT} Hết.</p></div>\
         <p>14/01/2023 08:00</p><div>Tin liên quan</div><p>15/01/2023 08:00</p></div>"
    );
    let explanation = explained(&html, None, &ArticleSelectors::default());
    let recorded = explanation.of(ExplainedField::Date).into_iter();
    let recorded = recorded
        .map(|recorded| (recorded.value.as_str(), recorded.why.as_deref().unwrap_or_default()));
    assert_eq!(
        recorded.collect::<Vec<_>>(),
        [
            ("Thứ sáu, 23/11/2023", "is in the boilerplate of the page (nav)"),
            ("Hôm nay: Thứ sáu, 24/11/2023", "is above the title, like a page's clock"),
            ("Kỳ họp 5 ngày 11/01/2023 của tỉnh", "is not a date line: it contains other words"),
            ("Kỳ họp 6 ngày 12/01/2023", "is part of a link to another page"),
            ("13/01/2023 08:00", "is in the text"),
            ("14/01/2023 08:00", "is below the text, without a date label"),
            ("15/01/2023 08:00", "is among related news"),
        ]
    );
}
