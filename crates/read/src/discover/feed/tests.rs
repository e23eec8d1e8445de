//! Feeds as agencies publish them, valid and broken.

use super::super::{DiscoverError, items, sample};
use super::{FeedError, MAX_ITEMS};
use bantin_core::Listing;

const URL: &str = "https://dienbien.example/rss/tin-tuc.rss";

fn read(feed: impl Into<Vec<u8>>) -> Result<Listing, DiscoverError> {
    let page = sample::page(URL, "application/rss+xml", feed);
    let source = sample::source("https://dienbien.example/", sample::kind("feed", &[]));
    items(&page, &source)
}

/// Compares each listing item as `key|url|title|date|author`.
#[track_caller]
fn check(feed: &str, expected: &[&str]) -> Listing {
    let listing = read(feed).unwrap();
    let shown: Vec<String> = listing
        .items
        .iter()
        .map(|teaser| {
            let fields = [&teaser.title, &teaser.date, &teaser.author];
            let fields = fields.map(|field| field.clone().unwrap_or_default());
            let path = teaser.url.as_str().strip_prefix("https://dienbien.example");
            let begin = [teaser.key.to_string(), path.unwrap_or(teaser.url.as_str()).to_owned()];
            [begin.as_slice(), &fields].concat().join("|").trim_end_matches('|').to_owned()
        })
        .collect();
    assert_eq!(shown, expected, "{feed}");
    listing
}

/// RSS 2.0 with these items.
fn rss(items: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="utf-16"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
        xmlns:c="http://purl.org/rss/1.0/modules/content/" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
        <title>Điện Biên</title><link>https://dienbien.example/</link><language>vi</language>{items}</channel></rss>"#
    )
}

#[test]
fn an_rss_item_is_read_whole() {
    let listing = check(
        &rss(
            r#"<item><title>Hội nghị &amp;amp; triển khai</title><link>/tin/1?utm_source=rss</link>
            <guid isPermaLink="false"> news_1 </guid><pubDate> 10/01/2023 08:15 </pubDate><dc:creator>Lò Văn A</dc:creator>
            <description>&lt;p&gt;Tóm&amp;nbsp;tắt&lt;/p&gt;</description><c:encoded><![CDATA[<p>Toàn <b>văn</b></p>]]></c:encoded>
            <category>Kinh tế</category><category domain="x">Xã hội</category><category>Kinh tế</category>
            <enclosure url="/tep/ke hoach.pdf" length="1024" type="application/pdf"/>
            <enclosure url=/anh/1.jpg length="" type=image/jpeg /></item>"#,
        ),
        &["guid:news_1|/tin/1|Hội nghị & triển khai|10/01/2023 08:15|Lò Văn A"],
    );
    let teaser = &listing.items[0];
    assert_eq!(teaser.summary.as_deref(), Some("Tóm tắt"));
    assert_eq!(teaser.content.as_ref().unwrap().0, "<p>Toàn <b>văn</b></p>");
    assert_eq!(teaser.tags, ["Kinh tế", "Xã hội"]);
    assert_eq!(teaser.attachments[0].url.as_str(), "https://dienbien.example/tep/ke%20hoach.pdf");
    assert_eq!(teaser.attachments[0].length, Some(1024));
    assert_eq!(teaser.attachments.len(), 1);
    assert_eq!(teaser.image.as_ref().unwrap().as_str(), "https://dienbien.example/anh/1.jpg");
    assert_eq!(teaser.language.as_deref(), Some("vi"));
}

#[test]
fn the_link_is_found_wherever_it_stands_and_the_key_is_never_made_up() {
    check(
        &rss("<item><guid>https://dienbien.example/tin/1</guid><title>Một</title></item>
            <item><atom:link rel='self' href='/x'/><atom:link href='/tin/2'/><title>Hai</title></item>
            <item><link href='/tin/3'/><title>Ba</title></item>"),
        &["guid:https://dienbien.example/tin/1|/tin/1|Một", "/tin/2|/tin/2|Hai", "/tin/3|/tin/3|Ba"],
    );
    let listing = check(
        &rss("<item><guid>/tin/4</guid><title>Bốn</title></item><item><guid isPermaLink='true'>tin/5</guid><title>Năm</title></item>
            <item><link>javascript:;</link></item><item><link>/tin/7</link><title>Bảy</title></item><item><pubDate>2023-01-10</pubDate></item>"),
        &["guid:/tin/4|/tin/4|Bốn", "guid:tin/5|/rss/tin/5|Năm", "/tin/7|/tin/7|Bảy"],
    );
    let why: Vec<_> = listing.skipped.iter().map(|skipped| skipped.why.as_str()).collect();
    let neither = "it has neither a link nor a guid that is one, and no text";
    assert_eq!(why, ["its link is not a page but `javascript:`, and no text", neither]);
    check(
        &rss("<item><link>https://d.example/dem?u=1</link><f:origLink xmlns:f='http://rssnamespace.org/feedburner/ext/1.0'>/tin/8</f:origLink><title>Tám</title></item>
            <item><link>N/A</link><guid>n/a</guid><atom:link rel='Alternate' href='/tin/9'/><title>Chín</title></item>"),
        &["/tin/8|/tin/8|Tám", "/tin/9|/tin/9|Chín"],
    );
}

/// The addresses and titles of items without a page. None of them has the key of a page.
#[track_caller]
fn check_pageless(items: &str, expected: &[&str]) {
    let listing = read(rss(items)).unwrap();
    let shown: Vec<String> = listing
        .items
        .iter()
        .map(|item| format!("{}|{}", item.url, item.title.as_deref().unwrap_or_default()))
        .collect();
    assert_eq!(shown, expected, "{items}");
    assert!(listing.items.iter().all(|item| item.key.shared().is_some()), "{:?}", listing.items);
    assert_eq!(listing.skipped, []);
}

#[test]
fn an_item_without_a_page_leads_to_what_it_names() {
    check_pageless(
        "<item><title>Phát thanh</title><guid isPermaLink='false'>p-17</guid><enclosure url='/so-17.mp3' type='audio/mpeg'/></item>
        <item><title>Quyết định</title><enclosure url='/anh.jpg' type='image/jpeg'/><enclosure url='/qd.pdf' type='application/pdf'/></item>
        <item><title>Giấy mời</title><guid isPermaLink='false'>https://dienbien.example/?p=5</guid></item>
        <item><title>Góp ý</title><comments>/gop-y/9#binh-luan</comments></item>
        <item><title>Cắt điện</title><description>Từ 8 giờ.</description></item>
        <item><title>Họp dân</title><link>javascript:void(0)</link></item>
        <item><title>Nghỉ lễ</title><link>https://dienbien.example/rss/tin-tuc.rss</link><guid>N/A</guid></item>",
        &[
            "https://dienbien.example/so-17.mp3|Phát thanh",
            "https://dienbien.example/qd.pdf|Quyết định",
            "https://dienbien.example/?p=5|Giấy mời",
            "https://dienbien.example/gop-y/9#binh-luan|Góp ý",
            "https://dienbien.example/|Cắt điện",
            "https://dienbien.example/|Họp dân",
            "https://dienbien.example/|Nghỉ lễ",
        ],
    );
    // One that is added on top changes the key of no other.
    let keys = |items: &str| {
        let listing = read(rss(items)).unwrap();
        listing.items.into_iter().map(|item| item.key).collect::<Vec<_>>()
    };
    let one = "<item><title>Cắt điện</title></item>";
    let two = format!("<item><title>Cắt nước</title></item>{one}");
    assert_eq!(keys(&two)[1..], keys(one));
}

#[test]
fn a_valid_feed_may_be_empty() {
    for feed in [
        rss(""),
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>Điện Biên</title></feed>".to_owned(),
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'><channel/></rdf:RDF>".to_owned(),
        r#"{"version": "https://jsonfeed.org/version/1.1", "title": "Điện Biên", "items": []}"#.to_owned(),
    ] {
        check(&feed, &[]);
    }
    let cut = rss("").replace("</channel></rss>", "");
    assert_eq!(read(cut).unwrap_err(), DiscoverError::Feed(FeedError::Empty));
}

#[test]
fn a_text_is_read_however_often_it_is_escaped() {
    let listing = check(
        &rss("<item><link>/tin/1</link><title>&lt;![CDATA[Một &amp; hai]]&gt;</title><description>&lt;![CDATA[&lt;p&gt;Lời dẫn&lt;/p&gt;]]&gt;</description></item>
            <item><link>/tin/2</link><title>&amp;lt;b&amp;gt;Khẩn&amp;lt;/b&amp;gt;: R&amp;amp;amp;D</title><description>&amp;lt;p&amp;gt;Một&amp;lt;/p&amp;gt;</description></item>
            <item><link>/tin/3</link><title>Ba</title><c:encoded>PHA+TeG7mXQ8L3A+</c:encoded></item>
            <item><link>/tin/4</link><title>Bốn</title><encoded>&lt;p&gt;Toàn văn&lt;/p&gt;</encoded><description>Tóm</description></item>
            <item><link>/tin/5</link><title>Năm</title><description>Tóm tắt</description><c:encoded> &lt;p&gt;&amp;nbsp;&lt;/p&gt; </c:encoded></item>
            <item><link>/tin/6</link><title>Sáu</title><description>&lt;p&gt;Một đoạn dài.&lt;/p&gt;&lt;p&gt;Hai.&lt;/p&gt;</description><c:encoded>Ngắn.</c:encoded></item>"),
        &[
            "/tin/1|/tin/1|Một & hai",
            "/tin/2|/tin/2|Khẩn: R&D",
            "/tin/3|/tin/3|Ba",
            "/tin/4|/tin/4|Bốn",
            "/tin/5|/tin/5|Năm",
            "/tin/6|/tin/6|Sáu",
        ],
    );
    let contents: Vec<_> = listing
        .items
        .iter()
        .filter_map(|item| item.content.as_ref())
        .map(|html| html.0.as_str())
        .collect();
    assert_eq!(
        contents,
        [
            "<p>Lời dẫn</p>",
            "<p>Một</p>",
            "<p>Một</p>",
            "<p>Toàn văn</p>",
            "Tóm tắt",
            "<p>Một đoạn dài.</p><p>Hai.</p>",
        ]
    );
}

#[test]
fn items_are_found_inside_elements_that_are_not_closed_or_group_them() {
    let item = "<item><title>Một</title><link>/tin/1</link></item>";
    for feed in [
        format!("<rss><channel><title>t</title><image><url>/a.png</url>{item}</channel></rss>"),
        format!("<rss><channel><x:ads xmlns:x='urn:x'><x:ad>{item}</channel></rss>"),
        format!("<rss><channel><list><group>{item}</group></list></channel></rss>"),
        format!("<rss><channel></channel>{item}</rss>"),
        format!(
            "<html><head><title>RSS</title></head><body><div><rss><channel>{item}</channel></rss></div></body></html>"
        ),
        format!(
            "<html><body><pre>{}</pre></body></html>",
            format!("<?xml version='1.0'?><rss><channel>{item}</channel></rss>")
                .replace('<', "&lt;")
        ),
    ] {
        check(&feed, &["/tin/1|/tin/1|Một"]);
    }
}

#[test]
fn the_page_of_an_entry_is_chosen_among_its_links() {
    let entry = |links: &str| {
        format!(
            "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='vi-VN'><entry><id>1</id><title>Một</title>{links}</entry></feed>"
        )
    };
    for links in [
        "<link rel='http://www.iana.org/assignments/relation/alternate' href='/tin/1'/>",
        "<link rel='self' href='/x'/><link rel='http://www.iana.org/assignments/link-relations/alternate/' href='/tin/1'/>",
        "<link hreflang='en' href='/en/1'/><link hreflang='vi' href='/tin/1'/>",
        "<link type='application/pdf' href='/1.pdf'/><link type='application/xhtml+xml' href='/tin/1'/>",
        "<link href='nostr:abc'/><link href='/tin/1'/>",
        "<link rel='enclosure' type='image/jpeg'>/a.jpg</link><link href='/tin/1'/>",
        "<content type='text/html' src='/tin/1'/><summary>Tóm tắt</summary>",
    ] {
        check(&entry(links), &["guid:1|/tin/1|Một"]);
    }
}

#[test]
fn files_and_categories_of_modules_are_listed_once() {
    let listing = check(
        r#"<rss xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:a="http://www.w3.org/2005/Atom"><channel><item>
        <link>/tin/1</link><itunes:title>Một</itunes:title><a:link rel="enclosure" href="/a.doc" length="55" type="application/msword"/>
        <enclosure url="/a.mp3" length="34:00" type="audio/mpeg"/><media:content url="/a.mp3" type="audio/mpeg"/>
        <media:group><media:category label="Y tế">yt</media:category></media:group><itunes:category text="Xã hội"><itunes:category text="Đời sống"/></itunes:category>
        <itunes:keywords>họp, dân</itunes:keywords></item></channel></rss>"#,
        &["/tin/1|/tin/1|Một"],
    );
    let item = &listing.items[0];
    let files: Vec<_> =
        item.attachments.iter().map(|file| (file.url.path(), file.length)).collect();
    assert_eq!(files, [("/a.mp3", None), ("/a.doc", Some(55))]);
    assert_eq!(item.tags, ["Y tế", "Xã hội", "Đời sống", "họp", "dân"]);
}

#[test]
fn a_feed_larger_than_a_page_is_read_item_by_item() {
    let text = "Toàn văn của tin. ".repeat(4000);
    let items: String = (0..100)
        .map(|n| format!("<item xml:base='/tin/'><title>Tin {n}</title><link>{n}</link><guid>g{n}</guid><description>{text}</description></item>"))
        .collect();
    let rss = rss(&items)
        .replace("</channel>", "<atom:link rel='hub' href='https://hub.example/'/></channel>");
    let entries = items
        .replace("<item", "<entry")
        .replace("</item", "</entry")
        .replace("guid>", "id>")
        .replace("description>", "summary>")
        .replace("<link>", "<link href='")
        .replace("</link>", "'/>");
    let atom = format!(
        "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='vi'>{entries}<author><name>An</name></author></feed>"
    );
    for (feed, author) in [(rss, None), (atom, Some("An"))] {
        assert!(feed.len() > bantin_core::HostAccess::MAX_PAGE);
        let listing = read(feed).unwrap();
        assert_eq!((listing.items.len(), listing.skipped.len()), (100, 0));
        let last = &listing.items[99];
        assert_eq!((last.url.path(), last.title.as_deref()), ("/tin/99", Some("Tin 99")));
        assert_eq!((last.language.as_deref(), last.author.as_deref()), (Some("vi"), author));
        assert!(last.content.as_ref().unwrap().0.len() > text.trim().len());
    }
}

#[test]
fn a_feed_that_is_cut_off_is_read_alike_whatever_its_length() {
    let read_cut = |text: &str| {
        let items: Vec<String> = (0..100)
            .map(|n| format!("<item><title>Tin {n}</title><link>/{n}</link><description>{text}</description></item>"))
            .collect();
        let feed = rss(&items.concat());
        let end = feed.rfind("</description>").unwrap();
        let listing = read(feed.get(..end).unwrap().to_owned()).unwrap();
        listing
            .items
            .into_iter()
            .map(|item| (item.title, item.content.is_some()))
            .collect::<Vec<_>>()
    };
    let (short, long) = (read_cut("Toàn văn."), read_cut(&"Toàn văn của tin. ".repeat(4000)));
    // The last item is incomplete.
    assert_eq!((short.len(), long.len()), (99, 99));
    assert_eq!(short.last().unwrap().0, long.last().unwrap().0);
    let cut = format!("<rss><channel><description>{}", "Toàn văn của tin. ".repeat(400_000));
    assert_eq!(read(cut).unwrap_err(), DiscoverError::Feed(FeedError::Empty));
}

#[test]
fn items_that_share_an_id_are_told_apart_by_their_links() {
    check(
        &rss("<item><guid>https://dienbien.example/</guid><link>/tin/1</link></item><item><guid>https://dienbien.example/</guid><link>/tin/2</link></item>
            <item><guid>7</guid><link>/tin/3?utm_medium=a</link></item><item><guid>7</guid><link>/tin/3</link><title>Ba</title></item>"),
        &["/tin/1|/tin/1", "/tin/2|/tin/2", "guid:7|/tin/3|Ba"],
    );
}

#[test]
fn every_older_rss_is_read() {
    check(
        r#"<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
        <channel rdf:about="x"><title>A</title></channel><item rdf:about="https://dienbien.example/tin/1"><title>Một</title>
        <link>https://dienbien.example/tin/1</link><dc:date>2023-01-10T08:15:00+07:00</dc:date><dc:creator>Bảo</dc:creator></item></rdf:RDF>"#,
        &["guid:https://dienbien.example/tin/1|/tin/1|Một|2023-01-10T08:15:00+07:00|Bảo"],
    );
    check(
        r#"<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">
        <RSS version=0.91><CHANNEL><ITEM><TITLE>Một</TITLE><LINK>/tin/1</LINK></ITEM></CHANNEL></RSS> rác"#,
        &["/tin/1|/tin/1|Một"],
    );
}

#[test]
fn atom_is_read_with_its_types_its_base_and_its_authors() {
    let listing = check(
        r#"<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://dienbien.example/a/" xml:lang="vi"><author><name>Cổng</name></author>
        <entry><id>tag:x,2023:1</id><title type="html">Hội &lt;b&gt;nghị&lt;/b&gt;</title><link rel="alternate" type="application/pdf" href="1.pdf"/>
        <link href="1.html"/><link rel="enclosure" href="1.mp3" type="audio/mpeg" length="5" title="Âm thanh"/><updated>2023-01-11T00:00:00Z</updated>
        <published>2023-01-10T08:15:00+07:00</published><category term="kt" label="Kinh tế"/><summary>a &lt; b</summary>
        <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Toàn<br/>văn &amp;</p></div></content></entry>
        <entry><id>https://dienbien.example/tin/2</id><title>Hai &lt;b&gt;</title><issued>2023-01-10</issued><author><name>Lò Văn A</name></author><author><name>B</name></author>
        <content type="application/octet-stream">aGVsbG8=</content></entry></feed>"#,
        &[
            "guid:tag:x,2023:1|/a/1.html|Hội nghị|2023-01-10T08:15:00+07:00|Cổng",
            "guid:https://dienbien.example/tin/2|/tin/2|Hai <b>|2023-01-10|Lò Văn A, B",
        ],
    );
    let teaser = &listing.items[0];
    assert_eq!(teaser.summary.as_deref(), Some("a < b"));
    assert_eq!(
        teaser.content.as_ref().unwrap().0,
        "<base href=\"https://dienbien.example/a/\"><div><p>Toàn<br>văn &amp;</p></div>"
    );
    assert_eq!(teaser.tags, ["Kinh tế"]);
    assert_eq!(teaser.attachments[0].title.as_deref(), Some("Âm thanh"));
    assert_eq!(teaser.language.as_deref(), Some("vi"));
    assert_eq!(listing.items[1].content, None);
}

#[test]
fn a_prefixed_atom_feed_and_one_of_version_0_3_are_feeds_too() {
    check(
        r#"<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:id>1</a:id><a:link href="/tin/1"/><a:title>Một</a:title></a:entry></a:feed>"#,
        &["guid:1|/tin/1|Một"],
    );
    check(
        r#"<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><id>1</id><link rel="alternate" type="text/html" href="/tin/1"/>
        <title mode="escaped" type="text/html">Một &amp;amp; hai</title><modified>2023-01-10T01:00:00Z</modified></entry></feed>"#,
        &["guid:1|/tin/1|Một & hai|2023-01-10T01:00:00Z"],
    );
}

#[test]
fn json_feed_is_read_in_both_versions_and_with_fields_of_the_wrong_type() {
    let listing = check(
        "\u{FEFF}{\"version\":\"https://jsonfeed.org/version/1.1\",\"language\":\"vi\",\"items\":[
        {\"id\":7,\"url\":\"/tin/1\",\"title\":\"Một\",\"content_text\":\"a < b\\nhai\",\"date_published\":\"2023-01-10T08:15:00+07:00\",\"authors\":[{\"name\":\"Bảo\"}],
         \"tags\":[\"x\",3],\"attachments\":[{\"url\":\"/a.pdf\",\"mime_type\":\"application/pdf\",\"size_in_bytes\":9}]},
        {\"id\":\"https://dienbien.example/tin/2\",\"title\":{},\"author\":{\"name\":\"An\"},\"tags\":\"x\"}, 5]}",
        &[
            "guid:7|/tin/1|Một|2023-01-10T08:15:00+07:00|Bảo",
            "guid:https://dienbien.example/tin/2|/tin/2|||An",
        ],
    );
    assert_eq!(listing.items[0].content.as_ref().unwrap().0, "<p>a &lt; b</p><p>hai</p>");
    assert_eq!(listing.items[0].attachments[0].length, Some(9));
}

#[test]
fn the_minutes_of_nukeviet_are_not_believed() {
    let feed = |minute: &str| {
        rss(&format!("<generator>\n<![CDATA[NukeViet v4.0]]>\n</generator><item><title>Một</title><link>/tin/1</link><guid>\n<![CDATA[news_1]]>\n</guid>
            <pubDate>Tue, 10 Jan 2023 17:{minute}:05 GMT</pubDate><description><![CDATA[<img src=\"/a.jpg\" width=\"100\">Lời dẫn]]></description></item>"))
    };
    let listing = check(&feed("01"), &["guid:news_1|/tin/1|Một|2023-01-11"]);
    assert_eq!(listing.items[0].image.as_ref().unwrap().path(), "/a.jpg");
    assert_eq!(listing.items[0].summary.as_deref(), Some("Lời dẫn"));
    check(&feed("02"), &["guid:news_1|/tin/1|Một|Tue, 10 Jan 2023 17:02:05 GMT"]);
}

#[test]
fn one_bad_item_or_a_broken_end_never_loses_the_rest() {
    let whole = rss("<item><title>Một & hai < ba</title><link>/tin/1</link></item><item><title>Hai<link>/tin/2</link></item>
        <item><title>Ba</title><link>/tin/3</link><description>Một nửa của");
    let cut = whole.strip_suffix("</channel></rss>").unwrap();
    let listing = check(cut, &["/tin/1|/tin/1|Một & hai < ba", "/tin/2|/tin/2|Hai"]);
    assert_eq!(listing.skipped.len(), 1);
    assert_eq!(listing.skipped[0].item, "Ba");
    assert_eq!(listing.skipped[0].why, "the feed ends in the middle of it");
    check(
        &rss(
            "<item><title>Một</title><link>/tin/1</link><item><title>Hai</title><link>/tin/2</link>",
        ),
        &["/tin/1|/tin/1|Một", "/tin/2|/tin/2|Hai"],
    );
}

#[test]
fn what_is_no_feed_is_refused_in_words() {
    let refused = |feed: &str| read(feed).unwrap_err();
    let foreign = |name: &str| DiscoverError::Feed(FeedError::Foreign(name.to_owned()));
    assert_eq!(refused("<!DOCTYPE html><html><title>404</title></html>"), foreign("html"));
    assert_eq!(refused("<urlset xmlns='x'><url/></urlset>"), foreign("urlset"));
    assert_eq!(refused("Bảo trì"), DiscoverError::Feed(FeedError::NoXml));
    assert_eq!(
        refused("{}").to_string(),
        "the answer is not a JSON Feed: it has no list of `items`"
    );
    let deep = format!("<item><description>{}", "<div>".repeat(100_000));
    assert_eq!(refused(&rss(&deep)), DiscoverError::Feed(FeedError::TooDeep));
    let json = format!("{{\"items\":{}", "[".repeat(100_000));
    assert!(matches!(refused(&json), DiscoverError::Feed(FeedError::NoJson(_))));
}

#[test]
fn the_formats_are_read_however_they_are_mixed() {
    let item = "<item><title>Một</title><link>/tin/1</link></item>";
    for feed in [
        format!("<rss><channel>{item}</channel></rss>"),
        format!("<r:rss xmlns:r='http://backend.userland.com/rss2'><r:channel>{}</r:channel></r:rss>",
            item.replace("</", "</r:").replace("<", "<r:").replace("<r:/r:", "</r:")),
        format!("<rss xmlns='http://www.w3.org/2005/Atom' version='2.0'><channel>{item}</channel></rss>"),
        format!("<channel><items>{item}</items></channel>"),
        format!("<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://my.netscape.com/rdf/simple/0.9/'><channel/>{item}</rdf:RDF>"),
        format!("\u{FEFF} \n<?xml version='1.0'?><?xml version='1.0'?><!-- x --><rss><channel><!-- a -->{item}<!-- b --></channel></rss>"),
        format!("<br>\n<b>Notice</b>: x<br />\n<?xml version='1.0'?><rss><channel>{item}</channel></rss>"),
        "<RSS><Channel><Item><Title>M<!-- x -->ột</title><LINK>/tin/1</LINK></item></Channel></RSS>".to_owned(),
        "<rss><channel><item><link rel=self href='/rss'/><link href='/tin/1' href='/tin/2'/><title>Một</title></item></channel></rss>".to_owned(),
    ] {
        check(&feed, &["/tin/1|/tin/1|Một"]);
    }
}

#[test]
fn what_modules_say_is_read_where_the_format_says_nothing() {
    let listing = check(
        r#"<rss xmlns:media="http://search.yahoo.com/mrss/"><channel><item><link>/tin/1</link><media:title>Một</media:title>
        <author>a@b.example (Lò Văn A)</author><author>Bảo &lt;b@b.example&gt;</author><updated>2023-01-10</updated>
        <media:group><media:thumbnail url="/a.jpg"/><media:content url="/a.mp4" type="video/mp4"/><media:description>Lời dẫn</media:description></media:group></item>
        <item><link>/tin/2</link><title>Hai</title><image><url>/b.jpg</url></image><summary>a</summary></item></channel></rss>"#,
        &["/tin/1|/tin/1|Một|2023-01-10|Lò Văn A, Bảo", "/tin/2|/tin/2|Hai"],
    );
    let first = &listing.items[0];
    assert_eq!(first.image.as_ref().unwrap().path(), "/a.jpg");
    assert_eq!(first.summary.as_deref(), Some("Lời dẫn"));
    assert_eq!(first.attachments.len(), 1);
    assert_eq!(listing.items[1].image.as_ref().unwrap().path(), "/b.jpg");
    assert_eq!(listing.items[1].summary.as_deref(), Some("a"));
}

#[test]
fn bases_are_nested_and_contents_of_atom_0_3_are_decoded() {
    let listing = check(
        r#"<feed xmlns="http://www.w3.org/2005/Atom" xml:base="/a/"><entry xml:base="b/"><link href="1.html"/><title type="plain">Một</title>
        <content type="html" xml:base="c/">&lt;img src="x.jpg"></content></entry>
        <entry><link href="2.html"/><title>Hai</title><category>Kinh tế</category><content mode="base64" type="text/html">PHA+
        YmE8L3A+</content></entry></feed>"#,
        &["/a/b/1.html|/a/b/1.html|Một", "/a/2.html|/a/2.html|Hai"],
    );
    let content = |place: usize| listing.items[place].content.as_ref().unwrap().0.clone();
    assert_eq!(content(0), "<base href=\"https://dienbien.example/a/b/c/\"><img src=\"x.jpg\">");
    assert_eq!(content(1), "<base href=\"https://dienbien.example/a/\"><p>ba</p>");
    assert_eq!(listing.items[1].tags, ["Kinh tế"]);
}

#[test]
fn a_json_feed_keeps_what_is_whole() {
    check(
        "{\"title\":\"x\",\"items\":[{\"url\":\"/tin/1\",\"title\":\"Mộ\nt\",\"author\":\"An\",},{\"url\":\"/tin/2\",\"titl",
        &["/tin/1|/tin/1|Mộ t||An"],
    );
}

#[test]
fn of_a_hundred_thousand_items_the_first_ones_are_read() {
    let items: String = (0..100_000).map(|n| format!("<item><link>/{n}</link></item>")).collect();
    let listing = read(rss(&items)).unwrap();
    assert!((5000..=MAX_ITEMS).contains(&listing.items.len()), "{}", listing.items.len());
    assert_eq!(listing.items[0].url.path(), "/0");
    let json = format!("{{\"items\":[{}{{}}]}}", "{\"url\":\"/a\"},".repeat(20_000));
    let error = read(json).unwrap_err().to_string();
    assert!(error.contains("MiB of memory"), "{error}");
}

#[test]
fn a_feed_tells_its_hubs_and_its_own_address() {
    let check = |feed: &str, hubs: &[&str]| {
        let advertised = read(feed).unwrap().advertised;
        let found: Vec<_> = advertised.hubs.iter().map(|hub| hub.as_str()).collect();
        assert_eq!(found, hubs, "{feed}");
        let topic = advertised.topic.map(String::from);
        assert_eq!(
            topic.as_deref(),
            (!hubs.is_empty()).then_some("https://dienbien.example/rss/tin")
        );
    };
    let item = "<item><link>/tin/1</link><title>Tin</title></item>";
    check(&rss(item), &[]);
    let links =
        "<atom:link rel='hub' href='https://hub.example/'/><atom:link rel='self' href='tin'/>";
    check(&rss(&format!("{links}{item}")), &["https://hub.example/"]);
    let links = "<link rel='hub' href='//hub.example/'/><link rel='HUB' href='http://b.example/'/><link rel='self' href='/rss/tin'/>";
    let entry = "<entry><id>1</id><title>Tin</title><link href='/tin/1'/></entry>";
    check(
        &format!("<feed xmlns='http://www.w3.org/2005/Atom'>{links}{entry}</feed>"),
        &["https://hub.example/", "http://b.example/"],
    );
    check(
        r#"{"version": "https://jsonfeed.org/version/1.1", "feed_url": "tin", "hubs": [{"type": "rssCloud", "url": "http://c.example/"},
           {"type": "WebSub", "url": "https://hub.example/"}, 7], "items": [{"id": "1", "url": "/tin/1", "title": "Tin"}]}"#,
        &["https://hub.example/"],
    );
}

#[test]
fn guids_that_are_positions_identify_nothing() {
    let item = |(path, guid): (&str, &str)| {
        format!(
            "<item><link>{path}</link><guid isPermaLink='false'>{guid}</guid><title>Tin</title></item>"
        )
    };
    let feed = |items: &[(&str, &str)]| rss(&items.iter().copied().map(item).collect::<String>());
    check(&feed(&[("/a", "1"), ("/b", "2")]), &["/a|/a|Tin", "/b|/b|Tin"]);
    check(&feed(&[("/a", "0"), ("/b", "1")]), &["/a|/a|Tin", "/b|/b|Tin"]);
    check(&feed(&[("/a", "2"), ("/b", "1")]), &["guid:2|/a|Tin", "guid:1|/b|Tin"]);
    check(&feed(&[("/a", "1"), ("/b", "3")]), &["guid:1|/a|Tin", "guid:3|/b|Tin"]);
    check(&feed(&[("/a", "1")]), &["guid:1|/a|Tin"]);
}
