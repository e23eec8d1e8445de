//! Pages and feeds that no newsroom wrote: truncated, empty, of another type, or built to exhaust
//! their parser. Each is made in any size, so that a test finds code that takes more than twice the
//! time at twice the size.

use std::fmt::Write;

/// One kind of hostile page.
pub(crate) struct Hostile {
    /// Its description, as a file name.
    pub(crate) name: &'static str,
    /// Whether it contains an article with [`TITLE`] and [`SENTENCE`].
    pub(crate) is_article: bool,
    /// Creates a page of about this many bytes.
    pub(crate) make: fn(usize) -> Vec<u8>,
}

/// The title of the article in some of the pages.
pub(crate) const TITLE: &str = "Hội nghị tổng kết công tác dân tộc năm 2026";
/// The beginning of its text.
pub(crate) const SENTENCE: &str = "Sáng 20/11, cơ quan đã tổ chức hội nghị tổng kết";

/// A normal page of this size: an article with comments below.
pub(crate) fn normal(size: usize) -> Vec<u8> {
    page(
        "<div class=\"item\"><p>Bà con các xã, phường phấn khởi trước kết quả đã đạt được trong năm qua, và mong tỉnh tiếp tục \
         quan tâm đến đường sá, trường học, trạm y tế.</p> <span>20/11/2026</span></div>\n",
        size,
    )
}

/// Markup that [`endless_feed`] repeats.
pub(crate) const FEED_PIECES: [&str; 15] = [
    "<",
    "&",
    "]]>",
    "<a",
    "</a",
    "<!--",
    "<!",
    "<?",
    "&#",
    "<![CDATA[",
    "<a b=c ",
    "</b>",
    "\u{FEFF}",
    "'",
    "&lt;",
];

/// A feed with a whole item at `/tin/1`, and an item whose title repeats a piece of markup and
/// never ends.
pub(crate) fn endless_feed(piece: &str, size: usize) -> String {
    let title = piece.repeat(size / piece.len());
    format!(
        "<rss version=\"2.0\"><channel><title>Tin</title><item><link>/tin/1</link></item><item><title>{title}"
    )
}

/// A listing of this size with one long list of news.
pub(crate) fn long_listing(size: usize) -> String {
    let item = |n| {
        format!(
            "<li><h3><a href='/tin/bai-viet-so-{n}'>Đoàn kiểm tra làm việc tại xã thứ {n}</a></h3><p>Lời dẫn dài hơn một dòng.</p></li>"
        )
    };
    let items: String = (0..size / item(0).len()).map(item).collect();
    format!("<main><ul>{items}</ul></main>")
}

/// All kinds.
pub(crate) const ALL: [Hostile; 55] = [
    refused("empty", |_| Vec::new()),
    refused("one-byte", |_| b"<".to_vec()),
    refused("white-space", |size| b" \n".repeat(size / 2)),
    refused("noise", noise),
    refused("png", |size| [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", noise(size).as_slice()].concat()),
    refused("pdf", |size| [b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n", noise(size).as_slice()].concat()),
    refused("zip", |size| [b"PK\x03\x04\x14\0\x08\0", noise(size).as_slice()].concat()),
    refused("gzip", |size| [b"\x1f\x8b\x08\0\0\0\0\0", noise(size).as_slice()].concat()),
    refused("nul", |size| b"<p>m\0t</p>".repeat(size / 10)),
    refused("one-word", |size| b"a".repeat(size)),
    refused("less-than", |size| b"<".repeat(size)),
    refused("greater-than", |size| b">".repeat(size)),
    refused("ampersands", |size| b"&".repeat(size)),
    refused("open-angle-letters", |size| b"<a".repeat(size / 2)),
    refused("end-tags", |size| b"</div>".repeat(size / 6)),
    refused("end-tags-of-p", |size| b"</p>".repeat(size / 4)),
    refused("end-tags-of-br", |size| b"</br>".repeat(size / 5)),
    refused("one-attribute", |size| {
        [b"<p title=\"", b"a".repeat(size).as_slice(), b"\">x</p>"].concat()
    }),
    refused("open-quote", |size| [b"<a href=\"", b"<p>x</p>".repeat(size / 8).as_slice()].concat()),
    refused("attributes", |size| [b"<p", b" a=1".repeat(size / 4).as_slice(), b">x</p>"].concat()),
    refused("nested-div", |size| b"<div>".repeat(size / 5)),
    refused("nested-table", |size| b"<table><tr><td>".repeat(size / 15)),
    refused("nested-list", |size| b"<ul><li>".repeat(size / 8)),
    refused("nested-inline", |size| b"<b><i>".repeat(size / 6)),
    refused("nested-svg", |size| b"<svg><g>".repeat(size / 8)),
    refused("nested-template", |size| b"<template>".repeat(size / 10)),
    refused("misnested", |size| b"<b><p></b><i></p></i>".repeat(size / 21)),
    refused("tables-in-tables", |size| b"<table><table>x".repeat(size / 15)),
    refused("formatting", |size| b"<a><b><p>x</b></a>".repeat(size / 18)),
    refused("paragraphs", |size| b"<p>".repeat(size / 3)),
    refused("options", |size| b"<select><option>x".repeat(size / 17)),
    refused("comment", |size| [b"<!--", b"- x -".repeat(size / 5).as_slice()].concat()),
    refused("comments", |size| b"<!-- x -->".repeat(size / 10)),
    refused("open-comments", |size| b"<!--".repeat(size / 4)),
    refused("cdata", |size| [b"<![CDATA[", b"x ]] > ".repeat(size / 7).as_slice()].concat()),
    refused("script", |size| [b"<script>", b"</scrip </".repeat(size / 10).as_slice()].concat()),
    refused("json-ld", json_ld),
    refused("json-ld-nested", |size| {
        [b"<script type=\"application/ld+json\">", b"[".repeat(size).as_slice(), b"</script>"]
            .concat()
    }),
    refused("feed", |size| {
        let item = "<item><title>Tin</title><link>https://a.example/tin/7</link></item>";
        format!(
            "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel>{}</channel></rss>",
            item.repeat(size / item.len())
        )
        .into()
    }),
    refused("sitemap", |size| {
        let item = "<url><loc>https://a.example/tin/7</loc></url>";
        format!("<?xml version=\"1.0\"?><urlset>{}</urlset>", item.repeat(size / item.len())).into()
    }),
    refused("json", |size| {
        format!("{{\"tin\":[{}0]}}", "{\"id\":7,\"ten\":\"Tin\"},".repeat(size / 22)).into()
    }),
    refused("javascript", |size| {
        "function a(b){return b<1?c[0]:\"<p>\"+b}\n".repeat(size / 40).into()
    }),
    refused("css", |size| {
        ".a > b { color: #fff; background: url(x.png) }\n".repeat(size / 47).into()
    }),
    refused("title-of-many-parts", |size| {
        [b"<title>", b"a - b | ".repeat(size / 8).as_slice(), b"</title>"].concat()
    }),
    article("titles", |size| {
        let title = "<meta property=og:title content='Chuyên mục khác'>";
        [title.repeat(size / title.len()).into(), page(" ", 0)].concat()
    }),
    article("images", |size| page("<p><img src=a.jpg><a href=a.pdf>Tệp</a></p>", size)),
    article("pasted", |size| page(&("o:p".repeat(size / 8) + &">".repeat(size / 8)), size)),
    article("headings", |size| page("<h2>Mục này</h2>\n", size)),
    article("entities", |size| page("&nbsp;&#7897;&amp;lt; ", size)),
    article("minified", |size| page("<div class=x><a href=/tin/7>Tin</a></div>", size)),
    article("spans", |size| page("<span>chữ </span>", size)),
    article("breaks", |size| page("chữ<br>", size)),
    article("wrong-label", |size| {
        let page = String::from_utf8_lossy(&normal(size)).into_owned();
        page.replace("<head>", "<head><meta charset=\"shift_jis\">").into()
    }),
    refused("utf-16", |size| utf_16(&String::from_utf8_lossy(&normal(size / 2)))),
    article("long-line", |size| page("chữ ", size)),
];

const fn refused(name: &'static str, make: fn(usize) -> Vec<u8>) -> Hostile {
    Hostile { name, is_article: false, make }
}

const fn article(name: &'static str, make: fn(usize) -> Vec<u8>) -> Hostile {
    Hostile { name, is_article: true, make }
}

/// An article, and below it a comment box that repeats `again`.
fn page(again: &str, size: usize) -> Vec<u8> {
    let text = "với sự tham dự của đại diện các sở, ban, ngành và Ủy ban nhân dân các xã, phường trong tỉnh.";
    let more = "Hội nghị thống nhất các giải pháp trọng tâm và phân công trách nhiệm cho từng đơn vị trong thời gian tới.";
    let head = format!(
        "<!DOCTYPE html><html><head><title>{TITLE}</title></head><body><article><h1>{TITLE}</h1><p>20/11/2026 08:15</p>\n\
         <p>{SENTENCE} {text}</p><p>{more}</p></article><div id=\"comments\">"
    );
    let times = size.saturating_sub(head.len()) / again.len() + 1;
    format!("{head}{}</div></body></html>", again.repeat(times)).into()
}

/// Bytes without a pattern, the same at each call (xorshift64).
fn noise(size: usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[0]
    };
    std::iter::repeat_with(next).take(size).collect()
}

fn json_ld(size: usize) -> Vec<u8> {
    let mut html = "<script type=\"application/ld+json\">{\"@graph\":[".to_owned();
    while html.len() < size {
        let number = html.len();
        let _ = write!(
            html,
            "{{\"@type\":\"BreadcrumbList\",\"@id\":\"#{number}\",\"name\":\"Tin\"}},"
        );
    }
    html.push_str("{}]}</script>");
    html.into()
}

/// UTF-16, little endian, without a byte order mark.
fn utf_16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}
