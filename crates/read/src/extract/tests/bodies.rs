//! Bodies of small pages: each kind of page with its siblings.

use super::*;

pub(super) const TITLE: &str = "Huyện triển khai kế hoạch phòng chống thiên tai";
pub(super) const ONE: &str = "Sáng ngày 12 tháng 5, Ủy ban nhân dân huyện tổ chức hội nghị triển khai kế hoạch phòng chống thiên tai của năm, với sự tham dự của 120 đại biểu các xã.";
pub(super) const TWO: &str = "Tại hội nghị, các đại biểu đã nghe báo cáo kết quả năm trước và thảo luận về phương án sơ tán người dân ở vùng trũng thấp khi có mưa lớn kéo dài.";
pub(super) const NOTICE: &str = "Mời bà con đến họp tại nhà văn hóa thôn lúc 8 giờ.";
const COOKIES: &str = "Chúng tôi sử dụng cookie để cải thiện trải nghiệm của bạn trên trang này. Khi tiếp tục sử dụng, bạn đồng ý với chính sách bảo mật và việc lưu trữ thông tin trên thiết bị của bạn.";
/// Other articles: headline, lead.
const OTHERS: [(&str, &str); 4] = [
    (
        "Kiểm tra an toàn thực phẩm tại các cơ sở sản xuất",
        "Đoàn kiểm tra liên ngành đã làm việc với ba cơ sở sản xuất trên địa bàn và yêu cầu khắc phục các thiếu sót trước ngày 30 tháng này theo quy định.",
    ),
    (
        "Hội thi tìm hiểu luật giao thông cho học sinh",
        "Hơn 200 học sinh của 12 trường tham gia hội thi, được chia làm ba vòng với các phần thi kiến thức, hùng biện và xử lý tình huống rất sôi nổi.",
    ),
    (
        "Bàn giao nhà đại đoàn kết cho hộ nghèo",
        "Chương trình nhằm hỗ trợ các hộ nghèo sửa chữa nhà ở trước mùa mưa, với tổng kinh phí hơn hai tỷ đồng từ nguồn vận động xã hội hóa của huyện.",
    ),
    (
        "Khai mạc hội chợ nông sản của huyện",
        "Ban tổ chức cho biết hội chợ năm nay có trên 80 gian hàng của các hợp tác xã, giới thiệu nông sản đặc trưng của địa phương đến người tiêu dùng.",
    ),
];
const DATE: &str = "<div class=date>12/05/2026 08:30</div>";

/// A page with a menu, some content and the site's last lines.
pub(super) fn around(content: &str) -> String {
    format!(
        "<title>{TITLE}</title><div class=top><ul><li><a href=/>Trang chủ</a><li><a href=/gt>Giới thiệu</a>\
         <li><a href=/tt>Tin tức</a></ul></div>{content}<div class=bottom><p>Bản quyền thuộc Ủy ban nhân dân huyện</p>\
         <p>Địa chỉ: 12 Trần Phú</p></div>"
    )
}

/// An article below its title and its day.
pub(super) fn article(content: &str) -> String {
    around(&format!("<div class=detail><h1>{TITLE}</h1>{DATE}{content}</div>"))
}

/// Teasers of all other articles: `URL`, `HEADLINE`, `LEAD` and `DAY` are replaced.
fn teasers(form: &str) -> String {
    let one = |(number, (headline, lead)): (usize, &(&str, &str))| {
        let form = form.replace("URL", &format!("/tin/{number}.html"));
        let day = format!("1{number}/05/2026");
        form.replace("HEADLINE", headline).replace("LEAD", lead).replace("DAY", &day)
    };
    OTHERS.iter().enumerate().map(one).collect()
}

#[track_caller]
pub(super) fn check(html: &str, expected: &[&str]) {
    let page = page("https://huyen.example.vn/tin/bai.html", html);
    let draft = draft(&page, None, &ArticleSelectors::default())
        .unwrap_or_else(|error| panic!("{error}: {html}"));
    assert_eq!(body_lines(&draft), expected, "{html}");
}

#[test]
fn teasers_of_other_articles_below_a_text_are_cut_with_their_leads() {
    for row in [
        format!(
            "<div><h3>Tin liên quan</h3>{}</div>",
            teasers("<div><h4><a href=URL>HEADLINE</a></h4><p>LEAD</p></div>")
        ),
        format!(
            "<p><b>Các tin khác</b></p><ul>{}</ul>",
            teasers("<li><a href=URL>HEADLINE</a><p>LEAD</p></li>")
        ),
        teasers("<div class=row><a href=URL>HEADLINE</a><span>DAY</span><p>LEAD</p></div>"),
        format!(
            "<h2>Tin cùng chuyên mục</h2>{}",
            teasers("<div><div><a href=URL><b>HEADLINE</b></a></div><div>LEAD LEAD</div></div>")
        ),
        format!("<div>{}</div>", teasers("<p><a href=URL>HEADLINE</a><br>LEAD</p>")),
        format!(
            "<div class=t>TIN TỨC KHÁC</div>{}",
            teasers(
                "<table><tr><td><img src=/a.jpg><td><a href=URL>HEADLINE</a><br>(DAY)<br>LEAD</table>"
            )
        ),
        format!(
            "<h3>Có thể bạn quan tâm</h3>{}",
            teasers(
                "<article><h3><a href=URL>HEADLINE</a></h3><div>LEAD</div><time>DAY</time></article>"
            )
        ),
    ] {
        check(&article(&format!("<div><p>{ONE}</p><p>{TWO}</p></div>{row}")), &[ONE, TWO]);
        check(&article(&format!("<p>{ONE}</p>{row}")), &[ONE]);
    }
}

#[test]
fn linked_headlines_that_are_the_text_stay() {
    let part = |number: usize| {
        let (headline, lead) = OTHERS[number];
        format!(
            "<h3><a href=https://bao{number}.example/x>{headline}</a></h3><p>{lead} {lead}</p><p>{lead} {lead} Hết.</p>"
        )
    };
    let digest: String = (0..4).map(part).collect();
    let page = page(
        "https://huyen.example.vn/tin/bai.html",
        &article(&format!("<p>{ONE}</p>{digest}<p>{TWO}</p>")),
    );
    let draft = draft(&page, None, &ArticleSelectors::default()).unwrap();
    let lines = body_lines(&draft);
    assert!(
        lines.contains(&OTHERS[2].0.to_owned()) && lines.contains(&TWO.to_owned()),
        "{lines:?}"
    );
}

#[test]
fn rows_and_items_with_links_and_words_stay() {
    let rows = |form: &str| -> String {
        (1..5).map(|number: usize| form.replace('#', &number.to_string())).collect()
    };
    let text = |table: &str| article(&format!("<p>{ONE}</p>{table}<p>{TWO}</p>"));
    check(
        &text(&format!(
            "<table>{}</table>",
            rows("<tr><td>#<td><a href=/xa/#>Xã Đông #</a><td>#7 hộ<td>Tốt</tr>")
        )),
        &[
            ONE,
            "1 Xã Đông 1 17 hộ Tốt",
            "2 Xã Đông 2 27 hộ Tốt",
            "3 Xã Đông 3 37 hộ Tốt",
            "4 Xã Đông 4 47 hộ Tốt",
            TWO,
        ],
    );
    let last = |list: &str| article(&format!("<p>{ONE}</p><p>{TWO}</p>{list}"));
    check(
        &last(&format!(
            "<table>{}</table>",
            rows("<tr><td><a href=/hs/#>Hồ sơ số #</a><td>#.000 đồng<td>1#/05/2026</tr>")
        )),
        &[
            ONE,
            TWO,
            "Hồ sơ số 1 1.000 đồng 11/05/2026",
            "Hồ sơ số 2 2.000 đồng 12/05/2026",
            "Hồ sơ số 3 3.000 đồng 13/05/2026",
            "Hồ sơ số 4 4.000 đồng 14/05/2026",
        ],
    );
    check(
        &last(&format!(
            "<table>{}</table>",
            rows("<tr><td>#<td><a href=/vb/#>Luật Đất đai phần #</a></tr>")
        )),
        &[
            ONE,
            TWO,
            "1 Luật Đất đai phần 1",
            "2 Luật Đất đai phần 2",
            "3 Luật Đất đai phần 3",
            "4 Luật Đất đai phần 4",
        ],
    );
    check(
        &last(&format!(
            "<ul>{}</ul>",
            rows("<li><a href=/xa/#>Xã Tây #</a>: # hộ, #0 nhà bị tốc mái")
        )),
        &[
            ONE,
            TWO,
            "Xã Tây 1: 1 hộ, 10 nhà bị tốc mái",
            "Xã Tây 2: 2 hộ, 20 nhà bị tốc mái",
            "Xã Tây 3: 3 hộ, 30 nhà bị tốc mái",
            "Xã Tây 4: 4 hộ, 40 nhà bị tốc mái",
        ],
    );
}

#[test]
fn the_next_article_of_an_endless_page_is_another_one() {
    let [(headline, lead), (_, more), ..] = OTHERS;
    let day = "<div>11/05/2026 09:00</div>";
    let (own, next) = (
        format!("<p>{ONE}</p><p>{TWO}</p>"),
        format!("<p>{lead}</p><p>{more}</p><p>{lead} {more}</p>"),
    );
    check(
        &around(&format!(
            "<article><h1>{TITLE}</h1>{DATE}{own}</article><article><h1>{headline}</h1>{day}{next}</article>"
        )),
        &[ONE, TWO],
    );
    check(
        &around(&format!("<div><h1>{TITLE}</h1>{DATE}{own}<h1>{headline}</h1>{day}{next}</div>")),
        &[ONE, TWO],
    );
    check(
        &around(&format!(
            "<div class=post><h2>{TITLE}</h2>{DATE}<div class=x>{own}</div></div><div class=post><h2>{headline}</h2>{day}<div class=x>{next}</div></div>"
        )),
        &[ONE, TWO],
    );
    // A heading below that of the page belongs to it, with or without a day.
    check(
        &article(&format!("{own}<h2>{headline}</h2>{day}<p>{lead}</p>")),
        &[ONE, TWO, headline, "11/05/2026 09:00", lead],
    );
}

#[test]
fn what_asks_for_a_consent_is_no_text() {
    let long = format!("<p>{COOKIES}</p>").repeat(3);
    check(
        &around(&format!(
            "<div class=detail><h1>{TITLE}</h1>{DATE}<p>{NOTICE}</p></div><div id=b>{long}</div>"
        )),
        &[NOTICE],
    );
    check(
        &around(&format!(
            "<div class=detail><h1>{TITLE}</h1>{DATE}<p>{ONE}</p></div><div class=c><h2>Quyền riêng tư</h2>{long}</div>"
        )),
        &[ONE],
    );
    check(
        &around(&format!(
            "<div class=c>{long}</div><div class=detail><h1>{TITLE}</h1>{DATE}<p>{ONE}</p></div>"
        )),
        &[ONE],
    );
}

#[test]
fn lines_that_lead_to_other_articles_are_cut_and_speakers_stay() {
    let other = OTHERS[0].0;
    for line in [
        format!("Xem thêm: <a href=/1>{other}</a>"),
        format!("<a href=/1>Đọc thêm: {other}</a>"),
        format!("<strong>Lire aussi</strong> <a href=/1>{other}</a>"),
        format!("Baca juga <a href=/1>{other}</a>"),
        format!("<em>Leia também</em>: <a href=/1>{other}</a>"),
        format!("&gt;&gt; Read more: <a href=/1>{other}</a>"),
        format!("Auch lesen: <a href=/1>{other}</a>"),
    ] {
        check(&article(&format!("<p>{ONE}</p><p>{line}</p><p>{TWO}</p>")), &[ONE, TWO]);
        check(&article(&format!("<p>{ONE}</p><p>{TWO}</p><p>{line}</p>")), &[ONE, TWO]);
    }
    let answer = format!("Ông Lê Văn An: {ONE}");
    let (ask, thanks) = ("PV: Thưa ông, kế hoạch năm nay có gì mới?", "PV: Xin cảm ơn ông!");
    check(
        &article(&format!("<p>{ask}</p><p>{answer}</p><p>{thanks}</p>")),
        &[ask, &answer, thanks],
    );
    let more = "Xem thêm tại trụ sở Ủy ban nhân dân xã.";
    check(&article(&format!("<p>{ONE}</p><p>{more}</p><p>{TWO}</p>")), &[ONE, more, TWO]);
}

#[test]
fn a_text_in_several_boxes_is_one_text() {
    let leads: Vec<&str> = OTHERS.iter().map(|(_, lead)| *lead).collect();
    let boxes =
        |form: &str| -> String { leads.iter().map(|lead| form.replace('#', lead)).collect() };
    for content in [
        boxes(
            "<div class=row><div class=column><div class=module><div class=inner><p>#</p></div></div></div></div>",
        ),
        boxes("<section id=x><div class=card><p>#</p></div></section>"),
        format!(
            "<div class='part first'><p>{}</p></div><div class='part wide'><p>{}</p><p>{}</p></div><div class='part last'><p>{}</p></div>",
            leads[0], leads[1], leads[2], leads[3]
        ),
        format!(
            "<div class=intro><p>{}</p></div><div class=main><p>{}</p><p>{}</p><p>{}</p></div>",
            leads[0], leads[1], leads[2], leads[3]
        ),
    ] {
        check(&article(&content), &leads);
    }
    let share = format!("<div class=share-buttons><p>Chia sẻ</p><p>{ONE}</p><p>{TWO}</p></div>");
    check(&article(&share), &[ONE, TWO]);
}

#[test]
fn the_pieces_of_a_platforms_body_are_joined_up_to_the_next_headline() {
    let wordpress = |content: &str| {
        format!(
            "<meta name=generator content='WordPress 6.4'><link rel=stylesheet href=/wp-content/themes/x/style.css>{}",
            around(content)
        )
    };
    let [(headline, lead), ..] = OTHERS;
    let post = |inner: &str| {
        format!("<article class='post'><h1 class=entry-title>{TITLE}</h1>{inner}</article>")
    };
    check(
        &wordpress(&post(&format!(
            "<div class='entry-content lead'><p>{ONE}</p></div><div>Ảnh</div><div class=entry-content><p>{TWO}</p></div>"
        ))),
        &[ONE, TWO],
    );
    check(
        &wordpress(
            &(post(&format!("<div class=entry-content><p>{ONE}</p></div>"))
                + &format!(
                    "<article class=post><h2 class=entry-title>{headline}</h2><div class=entry-content><p>{lead}</p></div></article>"
                )),
        ),
        &[ONE],
    );
    check(
        &wordpress(&post(&format!(
            "<div class=entry-content><p>{ONE}</p></div><h3>{headline}</h3><div class=entry-content><p>{lead}</p></div>"
        ))),
        &[ONE],
    );
}

#[test]
fn each_paragraph_that_is_marked_as_text_is_read() {
    let marked = |name: &str| {
        format!(
            "<{name} itemprop=articleBody>{ONE}</{name}><div>Quảng cáo</div><{name} itemprop=articleBody>{TWO}</{name}>"
        )
    };
    check(&article(&marked("p")), &[ONE, TWO]);
    // Of several boxes, the second may be another article.
    check(&article(&marked("div")), &[ONE]);
    // The next article on the page has an element of its own.
    let next =
        format!("<div><h2>{}</h2><p itemprop=articleBody>{}</p></div>", OTHERS[0].0, OTHERS[0].1);
    check(
        &article(&format!("<p itemprop=articleBody>{ONE} {TWO}</p>{next}")),
        &[&format!("{ONE} {TWO}")],
    );
}

#[test]
fn the_text_goes_on_below_a_box_of_other_articles() {
    let links =
        "<p><a href=/1>Một tin khác của tuần trước</a></p><p><a href=/2>Hai tin khác nữa</a></p>";
    for heading in
        ["Tin liên quan", "Mehr zum Thema", "Sur le même sujet", "Related topics", "Leggi anche"]
    {
        let end = "Hội nghị kết thúc lúc 11 giờ cùng ngày.";
        let html = article(&format!("<p>{ONE}</p><p>{TWO}</p><p>{heading}</p>{links}<p>{end}</p>"));
        check(&html, &[ONE, TWO, end]);
        let html =
            article(&format!("<p>{ONE}</p><p>{heading}</p>{links}<h3>Kết luận</h3><p>{TWO}</p>"));
        check(&html, &[ONE, "Kết luận", TWO]);
    }
    for button in ["Jetzt teilen!", "Imprimer", "Table of Contents", "Drukuj | Udostępnij"] {
        check(&article(&format!("<p>{button}</p><p>{ONE}</p><p>{TWO}</p>")), &[ONE, TWO]);
    }
}

#[test]
fn headings_without_a_text_below_them_end_no_text() {
    let links =
        "<p><a href=/1>Một tin khác của tuần trước</a></p><p><a href=/2>Hai tin khác nữa</a></p>";
    let box_of = |heading: &str| format!("<p>{ONE}</p><p>{TWO}</p><h3>{heading}</h3>{links}");
    check(&article(&box_of("Góc nhìn của bạn đọc")), &[ONE, TWO]);
    let end = |end: &str| article(&format!("<p>{ONE}</p><p>{TWO}</p>{end}"));
    // A link above the heading belongs to the text.
    let linked = "Xem toàn văn kế hoạch tại trang của Ủy ban nhân dân huyện";
    let html = end(&format!("<p><a href=/3>{linked}</a></p><h3>Liên hệ</h3>{links}"));
    check(&html, &[ONE, TWO, linked]);
    // What a notice ends with, and a signature.
    let wish = "TRÂN TRỌNG THÔNG BÁO ĐẾN TOÀN THỂ NHÂN DÂN";
    check(&end(&format!("<h3>{wish}</h3>")), &[ONE, TWO, wish]);
    check(&end(&format!("<h4>Lê Hải An</h4>{links}")), &[ONE, TWO, "Lê Hải An"]);
}

#[test]
fn what_looks_like_furniture_may_be_text() {
    let text = |inside: &str| article(&format!("<p>{ONE}</p>{inside}<p>{TWO}</p>"));
    for line in [
        "Quảng cáo: kế hoạch của huyện",
        "Advertisement: how the council sold it",
        "It was first reported by AFP",
    ] {
        check(&text(&format!("<h3>{line}</h3>")), &[ONE, line, TWO]);
    }
    let hidden = "Bài viết này có bản ngôn ngữ ký hiệu.";
    check(
        &text(&format!("<div class='hidden premium sign-language'>{hidden}</div>")),
        &[ONE, hidden, TWO],
    );
    let items = "<form><ul><li>Hai làn xe<li>Một lối đi bộ</ul></form>";
    check(&text(items), &[ONE, "Hai làn xe", "Một lối đi bộ", TWO]);
    // A sentence in a heading, and one above a picture.
    let end = |inside: &str| article(&format!("<p>{ONE}</p>{inside}"));
    check(&end(&format!("<h4>{TWO}</h4>")), &[ONE, TWO]);
    check(
        &end("<p>Lời cuối.</p><h2>Hội nghị qua ảnh</h2><img src=/a.jpg>"),
        &[ONE, "Lời cuối.", "Hội nghị qua ảnh"],
    );
    // A caption that repeats the title.
    let caption = format!("<figure><img src=/a.jpg><figcaption>{TITLE}</figcaption></figure>");
    let announced =
        "Thực hiện kế hoạch số 12 của Ủy ban nhân dân huyện, sáng nay các xã đã tổ chức:";
    let html = article(&format!("<p>{announced}</p>{caption}<p>{ONE}</p><p>{TWO}</p>"));
    let page = page("https://huyen.example.vn/tin/bai.html", &html);
    let draft = draft(&page, None, &ArticleSelectors::default()).unwrap();
    assert!(body_lines(&draft).iter().any(|line| line == announced));
}

#[test]
fn no_half_of_a_broken_headline_is_text() {
    let (first, second) = ("Huyện triển khai kế hoạch", "phòng chống thiên tai");
    let html = around(&format!(
        "<div class=detail><h1>{first}<br>{second}</h1>{DATE}<p>{ONE}</p><p>{TWO}</p></div>"
    ));
    check(&html, &[ONE, TWO]);
    // A text that is marked up as a heading keeps its lines.
    check(&article(&format!("<h4>{ONE}<br>{TWO}<br>{ONE}<br>{TWO}</h4>")), &[ONE, TWO, ONE, TWO]);
}

#[test]
fn the_verses_of_a_poem_are_a_text() {
    let verses = [
        "Đường lên lớp học quanh co",
        "Sương chưa tan hết, gùi no bắp vàng",
        "Em qua mấy suối mấy làng",
        "Mang theo con chữ sáng hàng cây pơ",
        "Đêm đêm bếp lửa đợi chờ",
        "Bàn tay trò nhỏ ngây thơ nắn hình",
        "Chữ O tròn tựa mặt trăng",
        "Chữ A như mái nhà sàn che chung",
    ];
    let poem = |count: usize| {
        let stanzas =
            verses[..count].chunks(4).map(|stanza| format!("<p>{}</p>", stanza.join("<br>")));
        around(&format!(
            "<div class=head><p class=cate>Văn nghệ</p><p class=post-name>Cô giáo bản xa</p></div><div class=ck>{}</div>",
            stanzas.collect::<String>()
        ))
    };
    let read = |count: usize| {
        let page = page("https://huyen.example.vn/tin/bai.html", &poem(count));
        draft(&page, None, &ArticleSelectors::default())
    };
    assert_eq!(body_lines(&read(8).unwrap())[..8], verses);
}

#[test]
fn a_line_of_numbers_is_no_text() {
    let minutes = (10..70).map(|n| format!("<span class=t>{n}'</span><span class=icon></span>"));
    let timeline = format!("<div>{}</div>", minutes.collect::<String>());
    check(
        &around(&format!("{timeline}<div class=detail><h1>{TITLE}</h1>{DATE}<p>{ONE}</p></div>")),
        &[ONE],
    );
}

#[test]
fn what_closes_a_page_is_no_text_of_a_short_article() {
    let close = "© Ủy ban nhân dân huyện An. Địa chỉ: 7 đường Bà Triệu. Điện thoại: 0226.3851.070. Trưởng ban: Lê An";
    let html = format!(
        "<title>Bản in</title><div><a href=/>Trang chủ</a> · <a href=/gt>Giới thiệu</a></div><div id=pb><h3>{TITLE}</h3><p>{ONE}</p></div>\
         <p>Địa chỉ bài viết: https://huyen.example.vn/index.php?news=3302</p><div>{close}</div>"
    );
    check(&html, &[ONE]);
}

#[test]
fn the_last_sentence_of_a_text_is_no_signature() {
    let last = "Từ Đông Cầu, mô hình đã lan ra 9 thôn khác trong huyện.";
    check(
        &article(&format!("<div><p>{ONE}</p><p>{TWO}</p><p>{last}</p></div>")),
        &[ONE, TWO, last],
    );
}
