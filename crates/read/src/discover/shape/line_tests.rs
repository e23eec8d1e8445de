//! Items on lines of one paragraph, badges of dates, and links beside the items: fields, menus
//! of the same form, continuations.

use super::box_tests::{check_at, check_dates};

const PAGE: &str = "https://soyte.example.gov.vn/tin-tuc";

fn title(n: usize) -> String {
    format!("Hội nghị tổng kết công tác của ngành lần thứ {n}")
}

fn link(n: usize) -> String {
    format!("<a href=/tin/bai-viet-so-{n}.html>{}</a>", title(n))
}

#[test]
fn the_date_of_a_line_belongs_to_the_item_on_it() {
    let days =
        [Some("15/10/2012"), Some("12/10/2012"), None, Some("08/10/2012"), Some("04/10/2012")];
    let before = |(n, day): (usize, &Option<&str>)| {
        day.map(|day| format!("<small>[{day}]</small> ")).unwrap_or_default() + &link(n) + "<br>\n"
    };
    let lines: String = days.iter().enumerate().map(before).collect();
    check_dates(&format!("<h1>Tin tức</h1><p>{lines}</p>"), &days);
    check_dates(&format!("<h1>Tin tức</h1><p>{}</p>", lines.replace("<br>", "<br><br>")), &days);
    let behind = |(n, day): (usize, &Option<&str>)| {
        link(n) + &day.map(|day| format!(" <i>({day})</i>")).unwrap_or_default() + "<br>\n"
    };
    let lines: String = days.iter().enumerate().map(behind).collect();
    check_dates(&format!("<h1>Tin tức</h1><p>{lines}</p>"), &days);
    // The last item has its date even if a lead on its own line precedes it.
    let (one, two, three) = (link(1), link(2), link(3));
    let lead = "Các đại biểu đã thảo luận về kết quả công tác và đề ra giải pháp cho năm tới.";
    let html = format!(
        "<p>{one} <i>(15/10/2012)</i><br>{two} <i>(12/10/2012)</i><br>{lead}<br>{three} <i>(08/10/2012)</i><br></p>"
    );
    let dates = ["15/10/2012", "12/10/2012", "08/10/2012"].map(Some);
    check_dates(&format!("<h1>Tin tức</h1>{html}"), &dates);
    // On lines of their own, dates stand between two breaks.
    let below = |(n, day): (usize, &Option<&str>)| {
        format!("{}<br><i>{}</i><br>", link(n), day.unwrap_or("16/10/2012"))
    };
    let lines: String = days.iter().enumerate().map(below).collect();
    let all = days.map(|day| day.or(Some("16/10/2012")));
    check_dates(&format!("<h1>Tin tức</h1><p>{lines}</p>"), &all);
}

#[test]
fn a_badge_of_two_lines_is_a_date() {
    let item = |n: usize| {
        format!(
            "<article><div><div>0{n}</div><div>04/2026</div></div><h2>{}</h2></article>",
            link(n)
        )
    };
    let items: String = (1..5).map(item).collect();
    let days = ["1/04/2026", "2/04/2026", "3/04/2026", "4/04/2026"].map(|day| format!("0{day}"));
    let days: Vec<Option<&str>> = days.iter().map(|day| Some(day.as_str())).collect();
    check_dates(&format!("<h1>Tin tức</h1>{items}"), &days);
}

#[test]
fn lines_that_continue_the_news_are_news() {
    let row = |n: usize| format!("<tr><td>{}</td><td>0{n}/10/2026</td></tr>", link(n));
    let rows: String = (1..8).map(row).collect();
    let more = |n: usize| format!("+ {}<br>\n", link(n));
    let more: String = (11..16).map(more).collect();
    for heading in ["Các tin đã đưa:", "Các hoạt động đã đưa", "Tin khác", "Thêm các bài viết..."]
    {
        let html = format!(
            "<h1>Tin tức</h1><table>{rows}</table><table><tr><td><font color=red><b>{heading}</b></font></td></tr>\
             <tr><td><font size=2>{more}</font></td></tr></table>"
        );
        check_at(PAGE, &html, &[("tin", 12)]);
    }
}

#[test]
fn fields_beside_pictures_and_boxes_of_the_same_form_are_no_news() {
    let field = |n: usize, html: &str| {
        format!("<div class=f><div class=field-content>{html}</div></div><!--{n}-->")
    };
    let picture = |n: usize| format!("<a href=/tin/bai-viet-so-{n}.html><img src=/a{n}.jpg></a>");
    let row = |n: usize| {
        let kinds = [
            "y-te-du-phong",
            "kham-chua-benh",
            "to-chuc",
            "duoc",
            "dan-so",
            "an-toan",
            "quy",
            "cong-doan",
        ];
        let kind = kinds[n % kinds.len()];
        format!(
            "<div class=row>{}<span class=field-content>{}</span><i>0{n}/10/2026</i>{}</div>",
            field(n, &picture(n)),
            link(n),
            field(n, &format!("<a href=/chuyen-muc/{kind}>Chuyên mục {kind}</a>"))
        )
    };
    let rows: String = (1..9).map(row).collect();
    let public = |n: usize| {
        format!(
            "<div class=row><span class=field-content><a href=/cap-phep/ho-so-cong-bo-{n}>Công bố đủ điều kiện tiêm chủng đợt {n}</a></span><i>0{n}/09/2026</i></div>"
        )
    };
    let side: String = (1..6).map(public).collect();
    let html = format!(
        "<title>Tin tức | Sở Y tế</title><div id=main><h1>Tin tức</h1>{rows}</div>\
         <div id=sidebar-first class=sidebar><h2>Công khai - Cấp phép</h2>{side}</div>"
    );
    check_at(PAGE, &html, &[("tin", 8)]);
    // Articles without a picture keep their buttons.
    let plain = |n: usize| {
        let shown =
            if n < 6 { picture(n) } else { format!("<a href=/tin/bai-viet-so-{n}.html>Xem</a>") };
        format!("<div class=row><h3>{}</h3><i>0{n}/10/2026</i>{}</div>", link(n), field(n, &shown))
    };
    let rows: String = (1..9).map(plain).collect();
    check_at(PAGE, &format!("<h1>Tin tức</h1>{rows}"), &[("tin", 8)]);
}

#[test]
fn a_menu_in_a_paragraph_is_told_from_news_of_which_most_are_dated() {
    let menu = ["Trang đầu", "Ban Chấp hành", "Kỹ thuật", "Giá cả"];
    let menu: String = menu
        .iter()
        .enumerate()
        .map(|(n, name)| format!("[ <a href=/muc{n}.htm>{name}</a> ] "))
        .collect();
    let line = |n: usize| {
        let day = if n.is_multiple_of(4) {
            String::new()
        } else {
            format!("<small>[0{n}.10.2012]</small> ")
        };
        format!("{day}{}<br>", link(n))
    };
    let lines: String = (1..9).map(line).collect();
    check_at(PAGE, &format!("<p>{menu}</p><hr><h2>Tin tức</h2><p>{lines}</p>"), &[("tin", 8)]);
}

#[test]
fn a_deadline_behind_its_label_is_no_date_of_an_item() {
    for label in ["Hạn: ", "Hạn nộp hồ sơ: ", "Ngày hết hạn:", "Thời hạn: ", "Deadline:"]
    {
        let row = |n: usize| {
            format!(
                "<div class=row><div><span class=label>{label}</span><span class=date content=2026-12-{n}0T00:00:00+07:00>{n}0/12/2026</span></div>\
                 <h2><a href=/thong-bao/tuyen-dung-vien-chuc-{n}>Thông báo tuyển dụng viên chức năm 2026 đợt {n}</a></h2>\
                 <p>Hội thông báo đến các cấp.</p><div><span class=label>Đăng: </span><span>1{n}/10/2026</span></div></div>"
            )
        };
        let rows: String = (1..=3).map(row).collect();
        let days = ["Đăng: 11/10/2026", "Đăng: 12/10/2026", "Đăng: 13/10/2026"].map(Some);
        check_dates(&format!("<h1>Thông báo</h1>{rows}"), &days);
    }
}

#[test]
fn a_day_between_an_icon_and_the_lead_is_that_of_the_item() {
    let row = |n: usize| {
        format!(
            "<div class=media><a href=/tin/66{n}><img src=/{n}.jpg></a><div class=body><h4><a href=/tin/66{n}>Đoàn kiểm tra liên ngành nhắc \
             nhở cơ sở số {n}</a></h4><span class=glyphicon></span> 1{n}-10-2026 <p>Sở Y tế cho biết các cơ sở đã ký cam kết và sẽ sớm \
             khắc phục các tồn tại được nêu trong kết luận của đoàn kiểm tra.</p></div></div>"
        )
    };
    let rows: String = (1..=3).map(row).collect();
    let days = ["11-10-2026", "12-10-2026", "13-10-2026"].map(Some);
    check_dates(&format!("<h1>Tin tức</h1>{rows}"), &days);
}

#[test]
fn the_days_of_a_plan_are_no_dates_of_items() {
    let dates_of = |line: &str, expected: Option<&str>| {
        let item = |n: usize| format!("<li>{}<div>{line} 11/11/2020</div></li>", link(n));
        let items: String = (1..6).map(item).collect();
        check_dates(&format!("<h1>Tin tức</h1><ul>{items}</ul>"), &[expected; 5]);
    };
    for label in ["thực hiện", "tổ chức", "diễn ra", "họp"] {
        dates_of(&format!("Thời gian {label}: từ ngày"), None);
    }
    dates_of("Thời gian đăng:", Some("Thời gian đăng: 11/11/2020"));
}
