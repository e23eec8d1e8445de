//! Tests that any article gives documents that strict parsers accept: all its fields at once, and
//! every character.

use super::hostile::read;
use super::*;
use bantin_core::{FirstSource, NewArticle, Tombstone};
use proptest::prelude::*;
use std::process::{Command, Stdio};

/// Text that breaks documents more often than random text does.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[\\x00-\\x20\\x7f-\\u{a0}\\ufffe\\uffff\\u200b-\\u202f]{0,12}",
        "(\\]\\]>|<!\\[CDATA\\[|&[a-z#0-9]{0,5};|<[a-z/!?]{1,4}>?|\"|'|Đắ|e\\u0302\\u0301){0,12}",
    ]
}

fn links() -> impl Strategy<Value = PublicUrl> {
    (texts(), texts()).prop_map(|(query, fragment)| {
        let mut url = url::Url::parse("https://so.daklak.example/tin").unwrap();
        url.set_query(Some(&query));
        url.set_fragment(Some(&fragment));
        PublicUrl::try_from(url).unwrap()
    })
}

fn instants() -> impl Strategy<Value = DateTime<Utc>> {
    // All instants of chrono, and those of this century.
    let known =
        DateTime::<Utc>::MIN_UTC.timestamp_millis()..DateTime::<Utc>::MAX_UTC.timestamp_millis();
    let of = |millis| DateTime::from_timestamp_millis(millis).unwrap_or_default();
    prop_oneof![known.prop_map(of), (0..4_102_444_800_000_i64).prop_map(of)]
}

prop_compose! {
    fn first_sources()(
        texts in prop::collection::vec(texts(), 7), links in prop::collection::vec(links(), 2), updated in instants(),
    ) -> FirstSource {
        let [id, title, rights, scheme, term, label, author] = <[String; 7]>::try_from(texts).unwrap();
        let [home, feed] = <[PublicUrl; 2]>::try_from(links).unwrap();
        FirstSource {
            id: Some(id),
            title: Some(title),
            rights: Some(rights),
            home: Some(home),
            feed: Some(feed),
            updated: Some(updated),
            categories: vec![
                bantin_core::RawCategory { scheme: scheme.clone(), term, label: label.clone() },
                bantin_core::RawCategory { scheme, term: author, label },
            ],
            ..FirstSource::default()
        }
    }
}

prop_compose! {
    fn articles()(
        texts in prop::collection::vec(texts(), 12), links in prop::collection::vec(links(), 3),
        instants in prop::collection::vec(instants(), 4), first_source in prop::option::of(first_sources()),
        length in prop::option::of(any::<u64>()), revision in any::<u32>(), zone in 0_usize..chrono_tz::TZ_VARIANTS.len(),
    ) -> Article {
        let [title, summary, text, body, author, line, language, tag, alt, name, kind, id] = <[String; 12]>::try_from(texts).unwrap();
        let [url, image, file] = <[PublicUrl; 3]>::try_from(links).unwrap();
        let [published, updated, first_seen, last_seen] = <[DateTime<Utc>; 4]>::try_from(instants).unwrap();
        let known = article(1, "so-dak-lak", "");
        let content = NewArticle {
            url,
            title,
            summary: Some(summary),
            html: CleanHtml::from_store(format!("<p>{body}</p>")),
            text,
            author: Some(author),
            source_line: Some(line),
            language,
            tags: vec![tag],
            images: vec![Image { url: image, alt: Some(alt) }],
            attachments: vec![Attachment { url: file, title: Some(name), media_type: Some(kind), length }],
            published,
            updated,
            first_seen,
            zone: chrono_tz::TZ_VARIANTS[zone],
            first_source,
            ..known.content
        };
        Article { id: format!("tag:bantin.example,2026:{id}"), content, topics: known.topics, carriers: Vec::new(), last_seen, revision }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn any_article_gives_documents_that_strict_readers_take(some in prop::collection::vec(articles(), 1..4)) {
        let stone = Tombstone { id: some[0].id.clone(), at: some[0].updated, zone: Ho_Chi_Minh };
        let standing = DocumentKind::Current { newest: Some(1), tombstones: vec![stone.clone()] };
        let feed = with(FeedConfig { title: some[0].title.clone(), rights: some[0].text.clone(), ..feed().config });
        let fit = count_fitting(&feed, &site(), &origins(), &some, &[]);
        prop_assert_eq!(fit, some.len());
        let made = documents(&feed, &site(), &origins(), &some, &standing);
        for document in &made {
            prop_assert!(verify(document).is_ok(), "{:?}", verify(document));
        }
        // The computed bound of their length is not below it.
        let longest = made.iter().filter(|d| d.media_type != HTML).map(|d| d.bytes.len()).max();
        let tight = with(FeedConfig { max_bytes: longest.unwrap() - 1, ..feed.config });
        let stones = std::slice::from_ref(&stone);
        let fit = count_fitting(&tight, &site(), &origins(), &some, stones);
        prop_assert!(fit < some.len() || fit == 1, "{} bytes", longest.unwrap());
        let in_formats: Vec<_> = made.iter().filter(|d| d.media_type != HTML).map(read).collect();
        for format in &in_formats {
            prop_assert_eq!(format.len(), in_formats[0].len());
        }
    }
}

#[test]
fn libxml_takes_every_character_there_is() {
    let is_here = Command::new("xmllint").arg("--version").stderr(Stdio::null()).status().is_ok();
    if !is_here {
        // `./tests/run` installs it, or reports that it is missing.
        return;
    }
    let all: Vec<char> = ('\0'..=char::MAX).collect();
    let articles: Vec<Article> = (0..)
        .zip(all.chunks(4_000))
        .map(|(number, chunk)| {
            let text: String = chunk.iter().collect();
            let mut subject = article(number, "so-dak-lak", &text);
            subject.published = instant("2025-07-07T01:30:00Z");
            subject.html =
                CleanHtml::from_store(format!("<p>{}</p>", quick_xml::escape::escape(&*text)));
            subject.summary = Some(text.clone());
            (subject.author, subject.source_line) = (Some(text.clone()), Some(text));
            subject
        })
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let made = documents(&feed(), &site(), &origins(), &articles, &DocumentKind::default());
    for document in made.iter().filter(|d| d.name.ends_with("atom") || d.name.ends_with("rss")) {
        let path = folder.path().join(&document.name);
        std::fs::write(&path, &document.bytes).unwrap();
        let judged =
            Command::new("xmllint").args(["--noout", "--huge"]).arg(&path).output().unwrap();
        assert!(judged.status.success(), "{}", String::from_utf8_lossy(&judged.stderr));
        assert_eq!(read(document).len(), articles.len(), "{}", document.name);
    }
}
