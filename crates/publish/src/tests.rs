//! Tests of all formats, on a fixed set of articles: golden files, independent parsers, and
//! properties.

mod any;
mod hostile;

use super::*;
use bantin_core::{
    Agency, ArticleKey, Attachment, CleanHtml, DatePrecision, FeedConfig, Image, NewArticle,
    OfficeWords, Province, PublicUrl, SourceInfo, Topic, TopicRules,
};
use chrono::{DateTime, Duration, Utc};
use chrono_tz::Asia::Ho_Chi_Minh;
use proptest::prelude::*;
use std::path::Path;

fn slug(text: &str) -> Slug {
    text.parse().unwrap()
}

fn address(text: &str) -> PublicUrl {
    text.parse().unwrap()
}

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn site() -> Site {
    Site {
        title: "Bản tin các tỉnh".to_owned(),
        base_url: "https://bantin.example/tin/".parse().unwrap(),
        contact: Some("tin@bantin.example".to_owned()),
        listen: "127.0.0.1:8080".parse().unwrap(),
        topics: std::sync::Arc::new(TopicRules::new(
            vec![Topic {
                id: slug("dan-toc"),
                name: "Công tác dân tộc".to_owned(),
                strong: vec![],
                weak: vec![],
                not: vec![],
            }],
            OfficeWords::default(),
        )),
        ..bantin_testing::site()
    }
}

fn feed() -> Feed {
    let config = FeedConfig {
        title: "Tây Nguyên & Đông Nam Bộ".to_owned(),
        description: "Tin của các cơ quan cấp tỉnh <Tây Nguyên>".to_owned(),
        rights: "© Văn phòng & cơ quan".to_owned(),
        ..bantin_testing::feed("tay-nguyen")
    };
    Feed { tag: "tag:bantin.example,2026:feed:tay-nguyen".to_owned(), config }
}

fn origins() -> BTreeMap<Slug, Origin> {
    let lam_dong = SourceInfo {
        id: slug("bdt-lam-dong"),
        title: "Ban Dân tộc tỉnh Lâm Đồng".to_owned(),
        home: address("https://bandantoc.lamdong.example/tin-tuc.aspx?x=1&y=2"),
        feed: None,
        province: Some(Province { slug: slug("lam-dong"), name: "Lâm Đồng".to_owned() }),
        agency: Some(Agency { slug: slug("ban-dan-toc"), name: "Ban Dân tộc".to_owned() }),
        language: "vi".to_owned(),
        rights: None,
    };
    let dak_lak = SourceInfo {
        id: slug("so-dak-lak"),
        title: "Sở NN&MT".to_owned(),
        home: address("https://so.daklak.example/"),
        feed: Some(address("https://so.daklak.example/rss?a=1&b=\"2\"")),
        province: Some(Province { slug: slug("dak-lak"), name: "Đắk Lắk".to_owned() }),
        agency: None,
        language: "vi".to_owned(),
        rights: Some("© Sở NN&MT, \u{b}ghi rõ nguồn".to_owned()),
    };
    let origin = |info: SourceInfo| {
        let tag = format!("tag:bantin.example,2026:source:{}", info.id);
        (info.id.clone(), Origin { tag, info })
    };
    [lam_dong, dak_lak].into_iter().map(origin).collect()
}

fn article(number: u32, source: &str, title: &str) -> Article {
    let published = instant("2025-07-07T01:30:00Z") + Duration::hours(i64::from(number));
    let content = NewArticle {
        key: ArticleKey::of_guid(&number.to_string()),
        url: address(&format!("https://{source}.example/tin/{number}?a=1&b=2")),
        title: title.to_owned(),
        html: CleanHtml::from_store("<p>Nội dung</p>".to_owned()),
        text: "Nội dung".to_owned(),
        ..bantin_testing::article(source, number, published)
    };
    bantin_testing::stored_article(&format!("tag:bantin.example,2026:{source}:{number}"), content)
}

/// Typical and invalid articles.
fn articles() -> Vec<Article> {
    let mut plain = article(0, "bdt-lam-dong", "Hội nghị tổng kết công tác dân tộc năm 2025");
    plain.summary = Some("Sáng 07/7, Ban Dân tộc tỉnh tổ chức hội nghị.".to_owned());
    plain.author = Some("Lương Đình Bảo".to_owned());
    plain.source_line = Some("Báo Lâm Đồng".to_owned());
    plain.html = CleanHtml::from_store(
        "<p>Sáng 07/7…</p><p><img src=\"https://bdt.example/a.jpg?w=1&amp;h=2\" alt=\"Hội nghị\"></p>"
            .to_owned(),
    );
    plain.images = vec![
        Image {
            url: address("https://bdt.example/a.jpg?w=1&h=2"),
            alt: Some("Hội nghị".to_owned()),
        },
        Image { url: address("https://bdt.example/anh?id={7}|8"), alt: None },
    ];
    plain.topics = vec![slug("dan-toc"), slug("khac")];
    plain.tags = vec!["Dân tộc".to_owned(), "dân tộc".to_owned(), "chuyển đổi số".to_owned()];

    let mut files = article(1, "so-dak-lak", "Quyết định 12/QĐ-SNN");
    files.html = CleanHtml::default();
    files.text = String::new();
    files.precision = DatePrecision::Day;
    files.published = instant("2025-07-06T17:00:00Z");
    files.updated = instant("2025-07-08T02:00:00.123Z");
    files.revision = 2;
    files.attachments = vec![
        Attachment {
            url: address("https://so.daklak.example/vb/12.pdf"),
            title: Some("Toàn văn <12>".to_owned()),
            media_type: Some("application/pdf".to_owned()),
            length: Some(120_034),
        },
        Attachment {
            url: address("https://so.daklak.example/vb/phu-luc.xlsx?a=1&b=2"),
            title: None,
            media_type: None,
            length: None,
        },
    ];

    let mut nasty =
        article(2, "so-dak-lak", "]]> & <b>đậm</b> \"ngoặc\" 'đơn'\u{B}\u{FFFE}\n hai dòng");
    nasty.summary = Some("5 < 6 & ]]> &amp; <script>alert(1)</script>\u{0}".to_owned());
    nasty.html =
        CleanHtml::from_store("<p>]]&gt; ]]> &amp;nbsp; \u{1}Đa\u{306}\u{301}k</p>\r\n".to_owned());
    nasty.author = Some(" \u{200B} ".to_owned());
    nasty.source_line = Some("A & \"B\"".to_owned());
    nasty.tags = vec!["a\"b<c>&d".to_owned(), "\u{FFFF}".to_owned()];

    let mut english = article(3, "bdt-lam-dong", "Conference in Da Lat");
    english.language = "en".to_owned();
    english.text = "Word ".repeat(200);

    let unknown = article(4, "nguon-da-bo", "\u{FFFE}");
    vec![plain, files, nasty, english, unknown]
}

fn all() -> Vec<Document> {
    let mut all = documents(&feed(), &site(), &origins(), &articles(), &DocumentKind::default());
    all.extend(overview(&site(), &[feed(), other_feed()], &origins(), &articles()));
    all
}

fn other_feed() -> Feed {
    with(FeedConfig {
        id: slug("english"),
        title: "News \"in English\" & more".to_owned(),
        description: String::new(),
        language: "en".to_owned(),
        formats: vec![FeedFormat::Json, FeedFormat::Rss],
        ..feed().config
    })
}

/// The same feed with another config.
fn with(config: FeedConfig) -> Feed {
    Feed { config, ..feed() }
}

#[test]
fn the_documents_are_the_golden_ones() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden");
    let documents = all();
    assert_eq!(documents.len(), 6);
    for document in documents {
        verify(&document).unwrap();
        // A new version of bantin does not change the golden files.
        let text = String::from_utf8(document.bytes).unwrap();
        let text = text.replace(&format!("bantin {}", env!("CARGO_PKG_VERSION")), "bantin VERSION");
        let version = format!("version=\"{}\">bantin", env!("CARGO_PKG_VERSION"));
        let text = text.replace(&version, "version=\"VERSION\">bantin");
        let path = folder.join(&document.name);
        if std::env::var_os("BLESS").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&path, &text).unwrap();
        }
        let golden = std::fs::read_to_string(&path).unwrap_or_default();
        let line = text.lines().zip(golden.lines()).position(|(new, old)| new != old);
        assert!(
            text == golden,
            "{} differs from {} at line {line:?}; look at it, then BLESS=1 rewrites it",
            document.name,
            path.display()
        );
    }
}

#[test]
fn the_order_of_the_articles_means_nothing() {
    let expected = all();
    let mut reversed = articles();
    reversed.reverse();
    // A repeated article is published once.
    reversed.extend(articles());
    let mut found = documents(&feed(), &site(), &origins(), &reversed, &DocumentKind::default());
    found.extend(overview(&site(), &[feed(), other_feed()], &origins(), &reversed));
    assert!(found == expected);
}

/// The content of a document according to an independent parser: ids, titles, and whether there is
/// a body.
fn bodies(document: &Document) -> Vec<bool> {
    let feed = feed_rs::parser::parse(document.bytes.as_slice()).unwrap();
    let has = |entry: &feed_rs::model::Entry| {
        entry
            .content
            .as_ref()
            .and_then(|content| content.body.as_ref())
            .is_some_and(|b| b.contains("<p>"))
    };
    feed.entries.iter().map(has).collect()
}

#[test]
fn a_feed_of_summaries_has_no_bodies() {
    let summaries =
        with(FeedConfig { content: bantin_core::ContentMode::Summary, ..feed().config });
    let full = documents(&feed(), &site(), &origins(), &articles(), &DocumentKind::default());
    let short = documents(&summaries, &site(), &origins(), &articles(), &DocumentKind::default());
    for (full, short) in full.iter().zip(&short).filter(|(one, _)| one.media_type != HTML) {
        verify(short).unwrap();
        assert!(bodies(full).contains(&true), "{}", full.name);
        assert_eq!(bodies(short), vec![false; articles().len()], "{}", short.name);
        let ids =
            |document| read_back(document).into_iter().map(|entry| entry.0).collect::<Vec<_>>();
        assert_eq!(ids(full), ids(short));
    }
    let json: serde_json::Value =
        serde_json::from_slice(&short.iter().find(|d| d.name.ends_with(".json")).unwrap().bytes)
            .unwrap();
    for item in json["items"].as_array().unwrap() {
        assert!(item["content_text"].as_str().is_some_and(|text| !text.is_empty()), "{item}");
        assert!(item.get("content_html").is_none());
    }
}

#[test]
fn as_many_articles_fit_as_their_documents_have_room_for() {
    let longest = |all: &[Document]| {
        all.iter().filter(|d| d.media_type != HTML).map(|d| d.bytes.len()).max().unwrap()
    };
    let rows = "<tr><td class=\"a\">1 &amp; 2</td></tr>".repeat(2_000);
    let ordinary = "<p>Sáng 07/7, Ban Dân tộc tỉnh tổ chức hội nghị.</p>".repeat(100);
    for html in [rows.as_str(), &ordinary, "<p>Tin</p>"] {
        let of = |n| {
            let mut subject = article(n, "bdt-lam-dong", &format!("Tin số {n}"));
            subject.html = CleanHtml::from_store(html.to_owned());
            subject
        };
        let many: Vec<Article> = (0..20).map(of).collect();
        let whole = documents(&feed(), &site(), &origins(), &many, &DocumentKind::default());
        for max_bytes in [longest(&whole) * 2, longest(&whole) / 2, 1] {
            let feed = with(FeedConfig { max_bytes, ..feed().config });
            let fit = count_fitting(&feed, &site(), &origins(), &many, &[]);
            let fitting =
                documents(&feed, &site(), &origins(), &many[..fit], &DocumentKind::default());
            assert!(longest(&fitting) <= max_bytes || fit == 1, "{max_bytes}: {fit}");
            // The bound is too high, but not by much.
            assert!(fit >= 5 || max_bytes < 50_000, "{max_bytes}: {fit}");
        }
    }
}

#[test]
fn every_format_names_the_hubs() {
    let mut site = site();
    site.websub.hub = true;
    site.websub.hubs = vec!["https://hub.example/?a=1&b=\"2\"".parse().unwrap()];
    for document in documents(&feed(), &site, &origins(), &articles(), &DocumentKind::default()) {
        verify(&document).unwrap();
        let text = String::from_utf8(document.bytes).unwrap();
        let written = match document.media_type {
            "application/feed+json" => [
                "\"url\": \"https://bantin.example/tin/hub\"",
                "\"url\": \"https://hub.example/?a=1&b=%222%22\"",
            ],
            "text/html" => continue,
            _ => [
                "href=\"https://bantin.example/tin/hub\"",
                "href=\"https://hub.example/?a=1&amp;b=%222%22\"",
            ],
        };
        for hub in written {
            assert_eq!(text.matches(hub).count(), 1, "{}: {hub}", document.name);
        }
    }
}

#[test]
fn a_feed_without_articles_has_no_documents() {
    assert!(documents(&feed(), &site(), &origins(), &[], &DocumentKind::default()).is_empty());
    for document in overview(&site(), &[], &origins(), &[]) {
        verify(&document).unwrap();
    }
}

/// The content of a document according to a crate that did not write it: ids, titles, links, dates.
fn read_back(document: &Document) -> Vec<(String, String, String, DateTime<Utc>)> {
    let parsed = feed_rs::parser::parse(document.bytes.as_slice()).unwrap();
    assert_eq!(parsed.title.unwrap().content, "Tây Nguyên & Đông Nam Bộ");
    let entry = |entry: feed_rs::model::Entry| {
        let link =
            entry.links.iter().find(|link| link.rel.as_deref().is_none_or(|r| r == "alternate"));
        (
            entry.id.clone(),
            entry.title.unwrap().content,
            link.unwrap().href.clone(),
            entry.published.unwrap(),
        )
    };
    parsed.entries.into_iter().map(entry).collect()
}

#[test]
fn another_reader_finds_the_same_in_every_format() {
    let documents = documents(&feed(), &site(), &origins(), &articles(), &DocumentKind::default());
    let expected = [
        ("nguon-da-bo:4", "https://nguon-da-bo.example/tin/4?a=1&b=2", "2025-07-07T05:30:00Z"),
        ("bdt-lam-dong:3", "Conference in Da Lat", "2025-07-07T04:30:00Z"),
        ("so-dak-lak:2", "]]> & <b>đậm</b> \"ngoặc\" 'đơn' hai dòng", "2025-07-07T03:30:00Z"),
        ("bdt-lam-dong:0", "Hội nghị tổng kết công tác dân tộc năm 2025", "2025-07-07T01:30:00Z"),
        ("so-dak-lak:1", "Quyết định 12/QĐ-SNN", "2025-07-06T17:00:00Z"),
    ];
    for document in documents.iter().filter(|document| document.media_type != HTML) {
        let found = read_back(document);
        let found: Vec<_> = found
            .iter()
            .map(|(id, title, link, published)| {
                let (_, id) = id.split_once("2026:").unwrap();
                assert!(link.starts_with("https://") && link.ends_with("?a=1&b=2"), "{link}");
                (id, title.as_str(), *published)
            })
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(id, title, published)| (*id, *title, instant(published)))
            .collect();
        assert_eq!(found, expected, "{}", document.name);
    }
}

#[test]
fn a_monstrous_article_gives_valid_documents() {
    let mut monster = article(0, "so-dak-lak", &"<]]>&\u{FFFE}ắ ".repeat(150_000));
    monster.tags = (0..10_000).map(|number| format!("Chủ đề & {number}")).collect();
    monster.summary = Some("\u{FFFE}ắ]]>".repeat(100_000));
    monster.published = DateTime::<Utc>::MAX_UTC;
    monster.updated = DateTime::<Utc>::MIN_UTC;
    for document in
        documents(&feed(), &site(), &origins(), &[monster.clone()], &DocumentKind::default())
    {
        verify(&document).unwrap();
        if document.media_type != HTML {
            let found = read_back(&document);
            assert_eq!(found[0].1.chars().count(), 1_000);
            assert!(found[0].1.ends_with('…'));
        }
    }
}

/// Difficult strings: arbitrary ones, or pieces of markup and characters that XML forbids.
fn any_text() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "]]>",
        "<",
        ">",
        "&",
        "\"",
        "'",
        "&amp;",
        "&nbsp;",
        "<!--",
        "-->",
        "<![CDATA[",
        "<?",
        "?>",
        "\u{0}",
        "\u{B}",
        "\u{FFFE}",
        "\u{FFFF}",
        "\u{338}",
        "\u{301}",
        "\r",
        "\n",
        "\u{85}",
        "\u{2028}",
        "{{",
        "{%",
        "ắ",
        "a",
        " ",
    ]);
    prop_oneof![any::<String>(), prop::collection::vec(pieces, 0..12).prop_map(|p| p.concat())]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn whatever_the_strings_are_every_document_is_fit_and_read_alike(
        texts in prop::collection::vec(any_text(), 12),
        query in any::<String>(),
    ) {
        let mut subject = article(0, "so-dak-lak", &texts[0]);
        subject.id = format!("tag:bantin.example,2026:{}", texts[1].escape_unicode());
        subject.summary = Some(texts[2].clone());
        subject.html = CleanHtml::from_store(texts[3].clone());
        subject.text = texts[4].clone();
        subject.author = Some(texts[5].clone());
        subject.source_line = Some(texts[6].clone());
        subject.tags = vec![texts[7].clone()];
        subject.language = texts[8].clone();
        let mut url = url::Url::parse("https://so.example/").unwrap();
        url.set_query(Some(&query));
        url.set_fragment(Some(&texts[9]));
        let url = PublicUrl::try_from(url).unwrap();
        subject.url = url.clone();
        subject.images = vec![Image { url: url.clone(), alt: Some(texts[10].clone()) }];
        subject.attachments = vec![Attachment {
            url: url.clone(),
            title: Some(texts[10].clone()),
            media_type: Some(texts[11].clone()),
            length: None,
        }];
        let mut origins = origins();
        let origin = origins.get_mut("so-dak-lak".parse::<Slug>().as_ref().unwrap()).unwrap();
        origin.info.title = texts[11].clone();
        origin.info.feed = Some(url);

        let feed = with(FeedConfig { description: texts[10].clone(), ..feed().config });
        let first = documents(&feed, &site(), &origins, std::slice::from_ref(&subject), &DocumentKind::default());
        for document in &first {
            prop_assert!(verify(document).is_ok(), "{:?}", verify(document));
        }
        prop_assert_eq!(&first, &documents(&feed, &site(), &origins, &[subject.clone()], &DocumentKind::default()));
        for document in overview(&site(), &[feed], &origins, &[subject]) {
            prop_assert!(verify(&document).is_ok(), "{:?}", verify(&document));
        }
        let titles: Vec<String> = (first.iter())
            .filter(|document| document.media_type != HTML)
            .map(|document| read_back(document)[0].1.trim().to_owned())
            .collect();
        prop_assert!(titles.iter().all(|title| *title == titles[0]), "{titles:?}");
    }
}
