use super::super::sample;
use super::*;

const LISTING: &str = "https://sokhcn.example/tin-tuc";

fn listing() -> SourceKind {
    sample::kind("listing", &[("select.item", "li.tin")])
}

fn next_of(
    url: &str,
    number: usize,
    kind: &SourceKind,
    media: &str,
    body: &str,
) -> Option<NextPage> {
    let read = HashSet::from([url.parse().unwrap()]);
    let place = ListingPosition { number, items: &[], read: &read };
    next(&sample::page(url, media, body), kind, &place).unwrap()
}

/// Compares the page after the one at `url`: `GET` with path and query, or `POST` with target and
/// argument.
#[track_caller]
fn check_at(url: &str, number: usize, body: &str, expected: &str) {
    let html = format!("<html><body>{body}</body></html>");
    let found = match next_of(url, number, &listing(), "text/html", &html) {
        None => "none".to_owned(),
        Some(NextPage::Get(next)) => next.as_str().replace("https://sokhcn.example", ""),
        Some(NextPage::Post { fields, .. }) => {
            let field = |name: &str| {
                let found = fields.iter().find(|(other, _)| other == name);
                found.map(|(_, value)| value.as_str()).unwrap_or_default()
            };
            format!(
                "{} {} with {}",
                field("__EVENTTARGET"),
                field("__EVENTARGUMENT"),
                field("__VIEWSTATE")
            )
        }
    };
    assert_eq!(found, expected, "{body}");
}

#[track_caller]
fn check(body: &str, expected: &str) {
    check_at(LISTING, 1, body, expected);
}

#[test]
fn what_is_marked_as_next_is_next() {
    check(
        "<link rel='next' href='/tin-tuc/page/2/'><a href='?page=7'>Trang sau</a>",
        "/tin-tuc/page/2/",
    );
    check("<a rel='nofollow next' href='/tin-tuc?page=2'>2</a>", "/tin-tuc?page=2");
    check("<link rel='next' href='https://quangcao.example/'>", "none");
    check("<link rel='next' href='/tin-tuc#sau'>", "none");
}

#[test]
fn the_number_after_the_current_one_is_next() {
    // WordPress
    check(
        "<nav class='pagination'><span class='page-numbers current'>1</span>
         <a class='page-numbers' href='/tin-tuc/page/2/'>2</a><span>…</span><a href='/tin-tuc/page/9/'>9</a></nav>",
        "/tin-tuc/page/2/",
    );
    // NukeViet: the current number is a link without a target.
    check_at(
        "https://sokhcn.example/tin-tuc/page-2/",
        2,
        "<ul class='pagination'><li><a href='/tin-tuc/'>1</a></li><li class='active'><a href='#'>2</a></li>
         <li><a href='/tin-tuc/page-3/'>3</a></li></ul>",
        "/tin-tuc/page-3/",
    );
    // Joomla counts items.
    check(
        "<ul><li class='active'><a>1</a></li><li><a href='/tin-tuc?start=20'>2</a></li>
         <li><a href='/tin-tuc?start=40'>3</a></li></ul>",
        "/tin-tuc?start=20",
    );
    // Liferay: the parameter names the portlet that the page number belongs to.
    check(
        "<ul class='lfr-pagination'><li>1</li><li><a href='/tin-tuc?p_p_id=101_INSTANCE_x&p_p_lifecycle=0&_101_INSTANCE_x_delta=20&_101_INSTANCE_x_cur=2'>2</a></li></ul>",
        "/tin-tuc?p_p_id=101_INSTANCE_x&p_p_lifecycle=0&_101_INSTANCE_x_delta=20&_101_INSTANCE_x_cur=2",
    );
    // DNN: all numbers are links, and the address contains the current one.
    check_at(
        "https://sokhcn.example/tin-tuc.aspx?page=2",
        2,
        "<a href='/tin-tuc.aspx?page=1'>1</a> | <a href='/tin-tuc.aspx?page=2'>2</a> | <a href='/tin-tuc.aspx?page=3'>3</a>",
        "/tin-tuc.aspx?page=3",
    );
    check("Trang: <b>1</b> [<a href='trang-2.html'>2</a>]", "none");
    check("Trang: <b>1</b> [<a href='/tin-tuc/trang-2.html'>2</a>]", "/tin-tuc/trang-2.html");
    check(
        "Trang: <b>1</b> <a href='/chuyen-muc-p2.html'>2</a> <a href='/chuyen-muc-p3.html'>3</a>",
        "/chuyen-muc-p2.html",
    );
}

#[test]
fn a_link_that_is_called_next_must_lead_to_the_same_listing() {
    check("<a href='/tin-tuc?page=2'>Xem tiếp »</a>", "/tin-tuc?page=2");
    check("<a href='/tin-tuc?trang=2'>XEM THÊM</a>", "/tin-tuc?trang=2");
    check("<a href='/tin-tuc/su-kien'>Xem thêm</a>", "none");
    check("<a href='/tin/12.html'>Xem tiếp</a>", "none");
    check("<a href='/tin-tuc?page=2'><img src='a.png' alt='Trang sau'></a>", "/tin-tuc?page=2");
    check("<a class='next' href='/tin-tuc?offset=10'><i></i></a>", "/tin-tuc?offset=10");
    // SharePoint
    check_at(
        "https://sokhcn.example/Pages/tin.aspx",
        1,
        "<a href='/Pages/tin.aspx?Paged=TRUE&p_ID=30&PageFirstRow=31&View=%7BA%7D'>Next</a>",
        "/Pages/tin.aspx?Paged=TRUE&p_ID=30&PageFirstRow=31&View=%7BA%7D",
    );
}

#[test]
fn where_nothing_leads_on_there_is_no_next_page() {
    check("<ul><li class='tin'><a href='/tin/1'>Tin</a></li></ul>", "none");
    // The last page.
    check_at(
        "https://sokhcn.example/tin-tuc?page=3",
        3,
        "<a href='?page=1'>1</a><a href='?page=2'>2</a><span>3</span><a href='?page=2'>&gt;</a>",
        "none",
    );
    // A pager whose links all lead to the same page.
    check("<a href='#'>1</a><a href='#'>2</a><a href='#'>3</a>", "none");
    check("<b>1</b><a href='/tin-tuc?x=a'>2</a><a href='/tin-tuc?x=a'>3</a>", "none");
    // A calendar month, a slider of articles, a rating.
    let days: String =
        (1..31).map(|day| format!("<a href='/tin-tuc?page={day}'>{day}</a> ")).collect();
    check(&days, "none");
    check(
        "<a href='/tin/731.html'>1</a><a href='/tin/702.html'>2</a><a href='/tin/699.html'>3</a>",
        "none",
    );
    check("<a href='javascript:void(0)'>1</a><a href='javascript:void(0)'>2</a>", "none");
}

#[test]
fn a_page_that_names_its_number_without_a_pager_is_counted_on() {
    check_at("https://sokhcn.example/tin?cm=3&page=4", 4, "<p>x</p>", "/tin?cm=3&page=5");
}

fn form(inside: &str) -> String {
    format!(
        "<form method='post' action='./tin-tuc' id='aspnetForm'><input type='hidden' name='__VIEWSTATE' value='S1'>
         <input type='hidden' name='__EVENTTARGET' value=''><input type='text' name='q' value=''>{inside}</form>"
    )
}

#[test]
fn a_press_on_an_asp_net_pager_sends_its_form() {
    let grid = "<table><tr class='pager'><td><span>1</span></td><td><a href=\"javascript:__doPostBack(&#39;ctl00$Grid&#39;,&#39;Page$2&#39;)\">2</a></td>
         <td><a href=\"javascript:__doPostBack('ctl00$Grid','Page$3')\">3</a></td></tr></table>";
    check(&form(grid), "ctl00$Grid Page$2 with S1");
    let tens =
        "<span>10</span> <a href=\"javascript:__doPostBack('ctl00$Grid','Page$11')\">...</a>";
    let numbers: String = (1..10)
        .map(|n| format!("<a href=\"javascript:__doPostBack('ctl00$Grid','Page${n}')\">{n}</a> "))
        .collect();
    check_at(LISTING, 10, &form(&(numbers + tens)), "ctl00$Grid Page$11 with S1");
    let options = "<a href='javascript:WebForm_DoPostBackWithOptions(new WebForm_PostBackOptions(\"ctl00$Next\", \"\", true, \"\", \"\", false, true))'>Trang sau</a>";
    check(&form(options), "ctl00$Next  with S1");
    check(
        &form(
            "<a id='ctl00_x_lkNext2' href=\"javascript:__doPostBack('ctl00$x$lkNext2','')\"></a>",
        ),
        "ctl00$x$lkNext2  with S1",
    );
    check(
        &form("<a href='#' onclick=\"__doPostBack('a\\'b','\\u00341');return false\">Xem tiếp</a>"),
        "a'b 41 with S1",
    );
}

#[test]
fn a_button_is_pressed_with_its_name_and_a_browsers_fields() {
    let body = form(
        "<select name='cm'><option value='1'>A<option value='2' selected>B</select><input type='checkbox' name='k'>
         <input type='submit' name='tim' value='Tìm'><input type='submit' name='sau' value='Trang sau'>",
    );
    let html = format!("<html><body>{body}</body></html>");
    let found = next_of(LISTING, 1, &listing(), "text/html", &html);
    let fields = [
        ("__VIEWSTATE", "S1"),
        ("__EVENTTARGET", ""),
        ("q", ""),
        ("cm", "2"),
        ("sau", "Trang sau"),
    ];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let url = "https://sokhcn.example/tin-tuc".parse().unwrap();
    assert_eq!(found, Some(NextPage::Post { url, fields }));
    let elsewhere = html.replace("./tin-tuc", "https://khac.example/");
    assert_eq!(next_of(LISTING, 1, &listing(), "text/html", &elsewhere), None);
}

#[test]
fn a_feed_names_its_next_page() {
    #[track_caller]
    fn check(body: &str, expected: Option<&str>) {
        let kind = sample::kind("feed", &[]);
        let found = next_of("https://sokhcn.example/rss", 1, &kind, "application/xml", body);
        assert_eq!(found.map(|next| next.url().to_string()).as_deref(), expected, "{body}");
    }
    check(
        "<feed xmlns='http://www.w3.org/2005/Atom'><link rel='next' href='/a?2'/><link rel='prev-archive' href='/cu/1'/></feed>",
        Some("https://sokhcn.example/cu/1"),
    );
    check(
        "<rss xmlns:a='http://www.w3.org/2005/Atom'><channel><a:link rel='next' href='/rss?page=2'/></channel></rss>",
        Some("https://sokhcn.example/rss?page=2"),
    );
    check("{\"items\": [], \"next_url\": \"/f?page=2\"}", Some("https://sokhcn.example/f?page=2"));
    check(
        "<rss><channel><generator>https://wordpress.org/?v=6.4</generator></channel></rss>",
        Some("https://sokhcn.example/rss?paged=2"),
    );
    check("<rss><channel><title>x</title></channel></rss>", None);
}

#[test]
fn an_api_is_asked_for_what_follows_by_its_own_numbers() {
    let items = r#"[{"title": "Tin số một của sở"}]"#;
    let posts = "https://sokhcn.example/wp-json/wp/v2/posts?per_page=20";
    let kind = sample::kind("wordpress", &[]);
    let next = |number, url: &str| {
        next_of(url, number, &kind, "application/json", items).unwrap().url().to_string()
    };
    assert_eq!(next(1, posts), format!("{posts}&page=2"));
    assert_eq!(next(2, &format!("{posts}&page=2")), format!("{posts}&page=3"));
    assert_eq!(
        address::incremented(&"https://a.example/api?offset=20&limit=20".parse().unwrap(), 20)
            .unwrap()
            .as_str(),
        "https://a.example/api?offset=40&limit=20"
    );
    assert_eq!(address::incremented(&"https://a.example/api?limit=20".parse().unwrap(), 20), None);
}
