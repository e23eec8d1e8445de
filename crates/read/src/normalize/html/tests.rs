use super::*;

fn base() -> Url {
    "https://bdt.example.gov.vn/tin/bai.aspx?ID=7".parse().unwrap()
}

#[track_caller]
fn cleaned(raw: &str) -> String {
    let once = clean(&RawHtml(raw.to_owned()), &base()).unwrap();
    let twice = clean(&RawHtml(once.as_str().to_owned()), &base()).unwrap();
    assert_eq!(once, twice, "cleaning twice changes {raw:?}");
    once.as_str().to_owned()
}

#[track_caller]
fn check(raw: &str, expected: &str) {
    assert_eq!(cleaned(raw), expected, "{raw}");
}

#[test]
fn lists_keep_their_numbers() {
    check(
        "<ol start=' 5 ' type=a class=x><li>năm<li value=9>chín</ol>",
        "<ol start=\"5\" type=\"a\"><li>năm</li><li value=\"9\">chín</li></ol>",
    );
    check("<ol start=1 type=disc><li value=x>một</ol>", "<ol><li>một</li></ol>");
    check("<ol reversed><li>hai</ol>", "<ol reversed=\"\"><li>hai</li></ol>");
    check("<ul start=5 type=a><li>một</ul>", "<ul><li>một</li></ul>");
}

#[test]
fn text_becomes_paragraphs() {
    check(
        "một<br><br>hai<br>ba<div>bốn</div>năm",
        "<p>một</p><p>hai<br>ba</p><p>bốn</p><p>năm</p>",
    );
    check(
        "<div><span><p>một</p></span>&nbsp;<p> </p><p>\u{200B}hai&nbsp; <b> ba</b></p></div>",
        "<p>một</p><p>hai <b>ba</b></p>",
    );
    check("<b><p>một</p><p>hai</p></b>", "<p>một</p><p>hai</p>");
    check("<p>a<b> </b>c <font color=red>d</font></p>", "<p>a c d</p>");
    check("<h1>Một <p>hai</p></h1>", "<h2>Một hai</h2>");
    check("<pre>\n a\n  b</pre>", "<pre> a\n  b</pre>");
    check("o:p<x.y>></x.y>", "");
    check("a<br>&lt;<x.y>o:p></x.y><br>b", "<p>a</p><p>b</p>");
    check("a<span>&#x301;</span>b&#x200b;<b></b>&#x323;", "<p>áḅ</p>");
}

#[test]
fn custom_elements_that_lay_out_a_page_are_paragraphs_and_icons_are_dropped() {
    check(
        "<app-body><app-part><span>một</span></app-part><app-part><span>hai</span></app-part></app-body>",
        "<p>một</p><p>hai</p>",
    );
    check("<p>theo <x-source>báo</x-source> xã</p>", "<p>theo báo xã</p>");
    check("<p>một <local-time>12/5</local-time></p>", "<p>một 12/5</p>");
    let icon = "<i class='x material-icons'>schedule</i>";
    check(&format!("<div>{icon}một</div>"), "<p>một</p>");
    check(&format!("<p>một <b>{icon} hai</b></p>"), "<p>một <b>hai</b></p>");
    check("<p><mat-icon>event</mat-icon>một</p>", "<p>một</p>");
    check("<p><i class=material>một</i></p>", "<p><i>một</i></p>");
}

#[test]
fn captions_are_captions_and_no_text() {
    let html = "<div class='wp-caption'><img src=/1.jpg><p class='wp-caption-text'>Ảnh: quang cảnh hội nghị</p></div>\
        <figure><img src=/2.jpg><figcaption>Đại biểu</figcaption></figure><p>Hội nghị kết thúc với nhiều giải pháp mới cho công tác dân tộc của năm tới.</p>";
    let clean = clean(&RawHtml(html.to_owned()), &base()).unwrap();
    assert!(
        clean.as_str().contains("<figcaption>Ảnh: quang cảnh hội nghị</figcaption>"),
        "{clean:?}"
    );
    let contents = read(&clean).unwrap();
    assert_eq!(
        contents.text,
        "Hội nghị kết thúc với nhiều giải pháp mới cho công tác dân tộc của năm tới."
    );
    assert_eq!(contents.images[1].1, "Đại biểu");
    // The text of a story in pictures is in its captions.
    let story =
        RawHtml("<figure><img src=/1.jpg><figcaption>Trao quà</figcaption></figure>".into());
    let story = super::clean(&story, &base()).unwrap();
    assert_eq!(read(&story).unwrap().text, "Trao quà");
    // A caption class does not make a caption of the whole text, nor of a line far from a picture.
    check("<p class=caption>Sáng nay</p>", "<p>Sáng nay</p>");
    let long = "một hai ba bốn ".repeat(50);
    check(&format!("<div class=caption>{long}</div>"), &format!("<p>{}</p>", long.trim_end()));
}

#[test]
fn lists_tables_quotes_and_captions_stay() {
    check(
        "<ul><li><p>một</p></li><li></li>hai<ul><li>ba</li></ul></ul>",
        "<ul><li>một</li><li><p>hai</p><ul><li>ba</li></ul></li></ul>",
    );
    check("<dl><dt>a<dd>b</dl>", "<dl><dt>a</dt><dd>b</dd></dl>");
    check(
        "<table class=x><tr><td colspan=2>a<tr><td>b<td><p>c</p></table>",
        "<table><tbody><tr><td colspan=\"2\">a</td></tr><tr><td>b</td><td>c</td></tr></tbody></table>",
    );
    check(
        "<table><tr><td><img src=a.jpg></td></tr><tr><td>Ảnh: Hội nghị</td></tr></table>",
        "<p><img src=\"https://bdt.example.gov.vn/tin/a.jpg\" alt=\"\"></p><p>Ảnh: Hội nghị</p>",
    );
    check("<table><tr><td>a</td></tr><tr><td></td><td></td></tr></table>", "<p>a</p>");
    check(
        "<table><caption><p>a</p><p>b</p></caption><caption>c</caption><tr><td>d<td>e</table>",
        "<table><caption><p>a</p><p>b</p><p>c</p></caption><tbody><tr><td>d</td><td>e</td></tr></tbody></table>",
    );
    check(
        "<figure><img src=/a.jpg alt='x'><figcaption>b</figcaption></figure>",
        "<figure><p><img src=\"https://bdt.example.gov.vn/a.jpg\" alt=\"x\"></p><figcaption>b</figcaption></figure>",
    );
    check("<blockquote>một</blockquote>", "<blockquote><p>một</p></blockquote>");
}

#[test]
fn links_and_images_are_absolute_and_track_nobody() {
    check(
        "<a href='/a b.pdf?utm_source=x' onclick=x style=y>t</a>",
        "<p><a href=\"https://bdt.example.gov.vn/a%20b.pdf\">t</a></p>",
    );
    check("<a href='javascript:x'>t</a> <a href='#a'>u</a><a href=/x></a>", "<p>t u</p>");
    check(
        "<base href='/z/'><a href=x>t</a>",
        "<p><a href=\"https://bdt.example.gov.vn/z/x\">t</a></p>",
    );
    check("<a href='mailto://a@b.vn'>t</a>", "<p>t</p>");
    for set in
        ["/s.jpg 320w, /l.jpg 1280w, /m.jpg 640w", "/s.jpg, /l.jpg 2x", "/s.jpg 1x,\n /l.jpg 2.5x"]
    {
        let expected = "<p><img src=\"https://bdt.example.gov.vn/l.jpg\" alt=\"\"></p>";
        check(&format!("<img srcset='{set}'>"), expected);
        check(&format!("<img src=data:image/gif;base64,R0 data-srcset='{set}'>"), expected);
        check(&format!("<img src=/l.jpg srcset='{set}'>"), expected);
    }
    check("<img srcset=', ,'>", "");
    check("<a href='mailto:a@b.vn'>t</a>", "<p><a href=\"mailto:a@b.vn\">t</a></p>");
    check(
        "<img src=data:image/gif;base64,R0 data-src='//c.vn/a.jpg'>",
        "<p><img src=\"https://c.vn/a.jpg\" alt=\"\"></p>",
    );
    check("<img width=1 height=1 src=/p.gif><img src='data:x'>", "");
}

#[test]
fn nothing_that_acts_gets_through() {
    check(
        "<script>x</script><style>x</style><iframe src=x></iframe><form>a<input value=b><button>c</button></form>",
        "<p>a</p>",
    );
    check(
        "<svg><script>x</script></svg><math><mi>x</mi></math><object>y</object>z",
        "<p>x</p><p>z</p>",
    );
    assert!(clean(&RawHtml("<div>".repeat(9000)), &base()).is_err());
}

#[test]
fn the_text_is_a_line_a_block() {
    let html = clean(
        &RawHtml("<p>một<br>hai</p><ul><li>ba</li></ul><table><tr><td>a<td>b</table>".into()),
        &base(),
    );
    assert_eq!(read(&html.unwrap()).unwrap().text, "một\nhai\nba\na b");
}

/// Whatever the input, the output has only our elements, four kinds of attributes, and URLs that
/// only navigate.
#[test]
fn hostile_html_comes_out_harmless() {
    let payloads = include_str!("../../../../../tests/vectors/dompurify.json");
    let payloads: Vec<String> = serde_json::from_str(payloads).unwrap();
    assert!(payloads.len() > 200);
    for payload in payloads {
        let html = cleaned(&payload);
        let dom = Dom::parse(&SafeHtml::check(html).unwrap()).unwrap();
        let body = dom.tree().root_element().child_elements().find(|e| e.value().name() == "body");
        for node in body.unwrap().descendants().skip(1) {
            let Some(element) = node.value().as_element() else { continue };
            assert!(
                bantin_core::CleanHtml::ELEMENTS.contains(&element.name()),
                "{} from {payload}",
                element.name()
            );
            for (name, value) in element.attrs() {
                match name {
                    "href" | "src" => {
                        let url: Url = value.parse().unwrap();
                        assert!(matches!(url.scheme(), "http" | "https" | "mailto"), "{payload}");
                    }
                    _ => {
                        const PLAIN: [&str; 7] =
                            ["alt", "colspan", "rowspan", "start", "value", "type", "reversed"];
                        assert!(PLAIN.contains(&name), "{name}: {payload}")
                    }
                }
            }
        }
    }
}

#[test]
fn a_text_that_could_not_be_written_again_is_refused() {
    let html = "<span>&amp;&amp;&amp;&amp;</span>".repeat(24_000);
    assert_eq!(clean(&RawHtml(html), &base()), Err(ScanError::TooHeavy));
}

proptest::proptest! {
    #[test]
    fn cleaning_what_is_clean_changes_nothing(
        parts in proptest::collection::vec(proptest::sample::select(vec![
            "<p>", "</p>", "<div>", "</div>", "<b>", "</b>", "<a href='/x'>", "</a>", "<ul>", "<li>", "</ul>", "<table>",
            "<tr>", "<td>", "</table>", "<br>", "<h1>", "</h1>", "<pre>", "</pre>", "\n", " một ", "hai", "&nbsp;", "\u{200B}",
            "<img src=a>", "<dl>", "<dt>", "<dd>", "</dl>", "<blockquote>", "</blockquote>", "<figure>", "<figcaption>",
            "<i>", "</i>", "<script>", "</script>", "<svg>", "<form>", "<hr>", "<span>", "&lt;script>", "<th>", "<caption>",
            "<ol>", "</ol>", "</li>", "<!-- -->", "<nobr>", "<select>", "a\u{301}", "\u{301}", "a", "o:p>", "<o:p>",
        ]), 0..24),
    ) {
        cleaned(&parts.concat());
    }
}

#[test]
fn an_inline_element_is_unwrapped_when_its_joined_text_is_empty() {
    let link = r#"<a href="/tin">"#;
    check(
        &format!("<ul><li>{link}<br>o:p<span>&gt;</span></a>một</li></ul>"),
        "<ul><li>một</li></ul>",
    );
    check(&format!("một{link}<br>o:p<span>&gt;</span></a>hai"), "<p>một<br>hai</p>");
    check(&format!("một<br><i>{link}<br>o:p<span>&gt;</span></a></i>hai"), "<p>một</p><p>hai</p>");
}

#[test]
fn hidden_images_are_found_and_placeholders_are_not() {
    let image =
        |name: &str| format!("<p><img src=\"https://bdt.example.gov.vn/{name}\" alt=\"\"></p>");
    for html in [
        "<img class=lazy><noscript><img src=/a.jpg></noscript>",
        "<p><noscript><img src=/a.jpg></noscript><img src=data:image/gif;base64,R0></p>",
        "<img src=/a.jpg><noscript><img src=/b.jpg></noscript>",
        "<img src=/loading.gif data-src=/a.jpg><noscript><img src=/a.jpg></noscript>",
        "<picture><source srcset='/a.jpg'></picture>",
        "<picture><source srcset='/s.jpg 1x, /a.jpg 2x'><img src=/blank.png></picture>",
        "<picture><source srcset='/b.webp'><img src=/a.jpg></picture>",
        "<amp-img src=/a.jpg width=600 height=400></amp-img>",
        "<img src=/spacer.gif data-url=/a.jpg>",
        "<img src=/60x-1.png data-native-src=/a.jpg>",
        "<img data-lazy-srcset='/s.jpg 320w, /a.jpg 1024w'>",
        "<img src=/image_placeholder.svg srcset='/a.jpg 2x'>",
        "<img src=/a.jpg data-thumb=/s.jpg data-full=/b.jpg>",
    ] {
        check(html, &image("a.jpg"));
    }
    for html in [
        "<img src=/loading.gif>",
        "<img src=/img/blank-16x9.png>",
        "<img src=/1x1.gif data-src=''>",
        "<p><noscript>Trang này cần JavaScript.</noscript></p>",
        "<picture></picture>",
    ] {
        check(html, "");
    }
    check("<img src=/blank-check-signed.jpg>", &image("blank-check-signed.jpg"));
}

#[test]
fn what_is_embedded_is_a_link() {
    let link = |url: &str, text: &str| {
        format!("<figure><figcaption><a href=\"{url}\">{text}</a></figcaption></figure>")
    };
    let video = "https://www.youtube.com/embed/x";
    check("<iframe src='https://www.youtube.com/embed/x'></iframe>", &link(video, video));
    check(
        "<p>một <b><iframe title='Lễ hội năm 2026' src='https://www.youtube.com/embed/x'></iframe></b></p>",
        &format!("<p>một</p>{}", link(video, "Lễ hội năm 2026")),
    );
    let file = "https://bdt.example.gov.vn/a.pdf";
    check("<object data='/a.pdf' type='application/pdf'>Tải về</object>", &link(file, file));
    check("<iframe src='https://ads.example/embed/1'></iframe><iframe src=/x.html></iframe>", "");
}

#[test]
fn formulas_stay_readable() {
    #[track_caller]
    fn check(math: &str, expected: &str) {
        let page = "https://a.example/".parse().unwrap();
        let html = RawHtml(format!("<p>Cho <math>{math}</math> với x.</p>"));
        assert_eq!(clean(&html, &page).unwrap().as_str(), format!("<p>Cho {expected} với x.</p>"));
    }
    check("<mi>E</mi><mo>=</mo><mi>m</mi><msup><mi>c</mi><mn>2</mn></msup>", "E=mc<sup>2</sup>");
    check("<msub><mi>H</mi><mn>2</mn></msub><mi>O</mi>", "H<sub>2</sub>O");
    check("<mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></mfrac>", "(a+b)/2");
    check("<msqrt><mi>x</mi><mo>-</mo><mn>1</mn></msqrt>", "√(x-1)");
    check("<msubsup><mi>x</mi><mn>1</mn><mn>2</mn></msubsup>", "x<sub>1</sub><sup>2</sup>");
    check(
        "<semantics><mrow><mi>y</mi></mrow><annotation encoding='application/x-tex'>y</annotation></semantics>",
        "y",
    );
}
