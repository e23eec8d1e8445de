//! Sample values for tests, and the site of an agency that answers as scripted.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, and says so"
)]

pub mod agency;
pub mod story;

use bantin_core::{
    ArchivePolicy, Article, ArticleField, ArticleKey, ArticleQuery, ArticleSelectors, CleanHtml,
    ContentMode, CronSchedule, DatePrecision, Feed, FeedConfig, FeedFormat, HostAccess, NewArticle,
    Provenance, Site, Slug, Source, SourceInfo, SourceKind, WebSubConfig,
};
use chrono::{DateTime, Utc};
use chrono_tz::Asia::Ho_Chi_Minh;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// A slug.
pub fn slug(text: &str) -> Slug {
    text.parse().unwrap()
}

/// A site at `https://bantin.example/`.
pub fn site() -> Site {
    Site {
        title: "Bản tin".to_owned(),
        base_url: "https://bantin.example/".parse().unwrap(),
        contact: None,
        id_authority: "bantin.example,2026".to_owned(),
        listen: "127.0.0.1:0".parse().unwrap(),
        output: "output".into(),
        state: "state".into(),
        topics: Arc::default(),
        websub: WebSubConfig::default(),
        precompress: true,
        keep_gone: Duration::ZERO,
    }
}

/// A feed of everything, in all formats, as feeds.toml defines it.
pub fn feed(id: &str) -> FeedConfig {
    FeedConfig {
        id: slug(id),
        aliases: Vec::new(),
        title: id.to_owned(),
        description: String::new(),
        language: "vi".to_owned(),
        rights: String::new(),
        query: ArticleQuery::default(),
        limit: 50,
        max_bytes: 2_000_000,
        content: ContentMode::Full,
        formats: FeedFormat::ALL.to_vec(),
        history: ArchivePolicy::default(),
        folders: Vec::new(),
        tokens: Vec::new(),
    }
}

/// A feed with a tag, as the store returns it.
pub fn tagged_feed(config: FeedConfig) -> Feed {
    Feed { tag: format!("tag:bantin.example,2026:feed/{}", config.id), config }
}

/// A listing source on `https://<id>.example/`, due every half hour.
pub fn source(id: &str) -> Source {
    let home = format!("https://{id}.example/tin-tuc");
    Source {
        origin: SourceInfo {
            id: slug(id),
            title: format!("Cơ quan {id}"),
            home: home.parse().unwrap(),
            feed: None,
            province: None,
            agency: None,
            language: "vi".to_owned(),
            rights: None,
        },
        aliases: Vec::new(),
        url: home.parse().unwrap(),
        folder: None,
        kind: kind("listing", &[("select.item", "li")]),
        charset: None,
        article: ArticleSelectors::default(),
        timetable: CronSchedule::parse("*/30 * * * *", Ho_Chi_Minh).unwrap(),
        zone: Ho_Chi_Minh,
        access: HostAccess {
            delay: Duration::ZERO,
            timeout: Duration::from_secs(5),
            ..HostAccess::default()
        },
        max_pages: 50,
        revisits: bantin_core::RevisitPolicy { times: 2, within: Duration::from_secs(48 * 3600) },
        min_edit: 1,
    }
}

/// A kind of source with these settings. It cannot read pages: tests that read pages take their
/// kinds from the registry.
pub fn kind(name: &'static str, settings: &[(&'static str, &str)]) -> SourceKind {
    let settings = settings.iter().map(|(key, text)| (*key, (*text).to_owned())).collect();
    SourceKind::new(name, settings, true, Arc::new(()))
}

/// An article of a source, as normalization makes it.
pub fn article(source: &str, number: u32, published: DateTime<Utc>) -> NewArticle {
    let url = format!("https://{source}.example/tin/{number}");
    NewArticle {
        source: slug(source),
        key: ArticleKey::kept(format!("/tin/{number}")),
        url: url.parse().unwrap(),
        title: format!("Tin số {number}"),
        summary: None,
        html: CleanHtml::from_store(format!("<p>Nội dung {number}</p>")),
        text: format!("Nội dung {number}"),
        author: None,
        source_line: None,
        published,
        precision: DatePrecision::Minute,
        zone: Ho_Chi_Minh,
        updated: published,
        language: "vi".to_owned(),
        images: Vec::new(),
        attachments: Vec::new(),
        tags: Vec::new(),
        first_source: None,
        provenance: BTreeMap::from([(ArticleField::Published, Provenance::Teaser)]),
        hash: format!("{number}"),
        first_seen: published,
    }
}

/// The first revision of an article, as the store returns it.
pub fn stored_article(id: &str, content: NewArticle) -> Article {
    let last_seen = content.first_seen;
    Article {
        id: id.to_owned(),
        content,
        topics: Vec::new(),
        carriers: Vec::new(),
        last_seen,
        revision: 1,
    }
}
