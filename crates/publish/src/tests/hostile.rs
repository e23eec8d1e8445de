//! Five thousand articles with hostile strings in every field, in every format, checked by strict
//! parsers.

use super::*;
use std::collections::HashSet;

const STRINGS: [&str; 16] = [
    "\u{0}\u{1}\u{8}\u{B}\u{C}\u{1F}\u{7F}\u{9F}một",
    "\u{FFFE}\u{FFFF}hai\u{1FFFE}",
    "\u{301}\u{338} dấu rời",
    "\u{202E}ngược\u{202C}",
    "]]> <![CDATA[ ]]]]><![CDATA[>",
    "<script>alert(1)</script>",
    "&amp;amp; &nbsp; &#0; &#xFFFE; & &lt;b&gt;",
    "\u{A0}\u{A0}",
    "👩\u{200D}👩\u{200D}👧\u{200D}👦 🇻🇳",
    "\u{200B}\u{FEFF}\u{2060}",
    "\"'`<>{}|\\^[]",
    "a\r\nb\rc\u{85}d\u{2028}e\u{2029}",
    "<!-- -- --> <?xml version=\"1.0\"?> <!DOCTYPE a>",
    "{{ feed }} {% raw %}",
    "Đa\u{306}\u{301}k La\u{306}\u{301}k",
    "",
];

fn text(number: u32) -> String {
    let of = |number: u32| STRINGS[number as usize % STRINGS.len()];
    format!("{}{}", of(number), of(number / 16))
}

fn link(number: u32) -> PublicUrl {
    let mut url = url::Url::parse("https://so.daklak.example/tin").unwrap();
    url.set_query(Some(&format!("số={number}&a=\"<'>&amp;[{}]", text(number))));
    url.set_fragment(Some(&text(number + 1)));
    PublicUrl::try_from(url).unwrap()
}

fn hostile(number: u32) -> Article {
    let mut subject = article(number % 700, "so-dak-lak", &text(number));
    subject.id = format!("tag:bantin.example,2026:so-dak-lak:{number}");
    subject.url = link(number);
    subject.summary = Some(text(number + 2));
    subject.html = CleanHtml::from_store(format!("<p>{}</p>", text(number + 3)));
    subject.text = text(number + 4);
    subject.author = Some(text(number + 5));
    subject.source_line = Some(text(number + 6));
    subject.language = text(number + 7);
    subject.tags = (0..3).map(|more| text(number + more)).collect();
    subject.images =
        (0..2).map(|more| Image { url: link(number + more), alt: Some(text(more)) }).collect();
    subject.attachments = vec![Attachment {
        url: link(number + 9),
        title: Some(text(number + 8)),
        media_type: Some(text(number + 9)),
        length: Some(u64::MAX),
    }];
    match number % 5 {
        0 => subject.published = DateTime::<Utc>::MAX_UTC,
        1 => subject.published = DateTime::<Utc>::MIN_UTC,
        2 => subject.updated = DateTime::<Utc>::MAX_UTC,
        3 => subject.updated = instant("1970-01-01T00:00:00Z"),
        _ => {}
    }
    subject
}

/// The ids and titles of a document, in its order, according to an independent strict parser.
pub(super) fn read(document: &Document) -> Vec<(String, String)> {
    let text = std::str::from_utf8(&document.bytes).unwrap();
    if document.media_type == FeedFormat::Json.media_type() {
        let json: serde_json::Value = serde_json::from_str(text).unwrap();
        let field = |item: &serde_json::Value, name: &str| item[name].as_str().unwrap().to_owned();
        let items = json["items"].as_array().unwrap().iter();
        return items.map(|item| (field(item, "id"), field(item, "title"))).collect();
    }
    let parsed = feed_rs::parser::parse(text.as_bytes()).unwrap();
    parsed.entries.into_iter().map(|entry| (entry.id, entry.title.unwrap().content)).collect()
}

#[test]
fn five_thousand_hostile_articles_are_read_alike_in_every_format() {
    let mut articles: Vec<Article> = (0..5_000).map(hostile).collect();
    articles[0].title = "]]>\u{FFFE}ắ ".repeat(150_000);
    articles[1].tags = (0..10_000).map(|number| format!("Nhãn & {number}")).collect();
    articles[2].images = (0..10_000).map(|n| Image { url: link(n), alt: None }).collect();
    articles[3].summary = Some("ắ]]>".repeat(200_000));
    articles[4].author = Some("tác giả ".repeat(100_000));
    let mut origins = origins();
    let origin = origins.get_mut(&slug("so-dak-lak")).unwrap();
    origin.info.title = STRINGS.concat();
    origin.info.home = address("https://so.daklak.example/?a=\"1\"&b=<2>");
    let (title, description) = (STRINGS.concat(), STRINGS.concat());
    let feed = with(FeedConfig { title, description, max_bytes: usize::MAX, ..feed().config });
    let found = documents(&feed, &site(), &origins, &articles, &DocumentKind::default());
    assert_eq!(found.len(), 4);
    for document in &found {
        verify(document).unwrap();
    }

    let in_formats: Vec<&Document> = found.iter().filter(|d| d.media_type != HTML).collect();
    // Computed before anything is written.
    for max_bytes in [in_formats.iter().map(|d| d.bytes.len()).max().unwrap() - 1, 10_000_000] {
        let feed = with(FeedConfig { max_bytes, ..feed.config.clone() });
        let fit = count_fitting(&feed, &site(), &origins, &articles, &[]);
        assert!((500..5_000).contains(&fit), "{fit}");
        let some = documents(&feed, &site(), &origins, &articles[..fit], &DocumentKind::default());
        let longest = some.iter().filter(|d| d.media_type != HTML).map(|d| d.bytes.len()).max();
        assert!(longest.unwrap() <= max_bytes, "{longest:?}");
    }
    let expected = read(in_formats[0]);
    let ids: HashSet<&String> = expected.iter().map(|(id, _)| id).collect();
    assert_eq!(ids.len(), 5_000);
    for document in &in_formats {
        let name = &document.name;
        let size = document.bytes.len();
        assert!(size < 40_000_000, "{name} has {size} bytes");
        for ((id, title), (expected_id, expected_title)) in read(document).iter().zip(&expected) {
            assert_eq!((id, title.trim()), (expected_id, expected_title.trim()), "{name}");
        }
        assert_eq!(read(document).len(), 5_000, "{name}");
    }
    articles.reverse();
    assert!(found == documents(&feed, &site(), &origins, &articles, &DocumentKind::default()));
}

#[test]
fn a_date_that_cannot_be_true_is_the_first_sight() {
    let check = |published: &str, updated: &str, expected: [&str; 2]| {
        let mut subject = article(0, "so-dak-lak", "Tin");
        subject.published = instant(published);
        subject.updated = instant(updated);
        subject.first_seen = instant("2025-07-07T01:30:00Z");
        subject.last_seen = instant("2025-07-09T00:00:00Z");
        subject.revision = 2;
        let found = documents(&feed(), &site(), &origins(), &[subject], &DocumentKind::default());
        let json = found.iter().find(|d| d.media_type == FeedFormat::Json.media_type()).unwrap();
        let json: serde_json::Value = serde_json::from_slice(&json.bytes).unwrap();
        let item = &json["items"][0];
        assert_eq!([&item["date_published"], &item["date_modified"]], expected, "{published}");
    };
    let seen = "2025-07-07T08:30:00+07:00";
    check("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z", [seen, seen]);
    check("2205-07-07T00:00:00Z", "2205-07-07T00:00:00Z", [seen, seen]);
    check("2205-07-07T00:00:00Z", "2025-07-08T00:00:00Z", [seen, "2025-07-08T07:00:00+07:00"]);
    let early = "2020-01-01T07:00:00+07:00";
    check("2020-01-01T00:00:00Z", "2019-01-01T00:00:00Z", [early, early]);
    check("2025-07-08T01:00:00Z", "2025-07-08T01:00:00Z", ["2025-07-08T08:00:00+07:00"; 2]);
}

#[test]
fn what_is_without_measure_is_cut_to_one() {
    let mut subject = article(0, "so-dak-lak", "Tin");
    subject.tags = (0..10_000).map(|number| format!("Nhãn {number}")).collect();
    subject.images = (0..10_000).map(|n| Image { url: link(n), alt: None }).collect();
    subject.author = Some("a".repeat(1_000_000));
    subject.summary = Some("ắ ".repeat(1_000_000));
    let found = documents(&feed(), &site(), &origins(), &[subject], &DocumentKind::default());
    let atom = found.iter().find(|d| d.media_type == FeedFormat::Atom.media_type()).unwrap();
    let atom = std::str::from_utf8(&atom.bytes).unwrap();
    assert_eq!(atom.matches("<category ").count(), 50);
    assert_eq!(atom.matches("<media:content ").count(), 100);
    assert_eq!(atom.matches("<media:thumbnail ").count(), 1);
    assert!(atom.len() < 100_000, "{}", atom.len());
}
