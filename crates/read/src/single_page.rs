//! The article on a page that belongs to no source: a saved file, or an address from the command
//! line.

use crate::article::ReadError;
use crate::discover::kind;
use bantin_core::{
    ArticleKey, ArticleSelectors, CronSchedule, HostAccess, NewArticle, PlatformChoice,
    RevisitPolicy, Source, SourceInfo,
};
use bantin_page::{CacheHints, ContentCoding, MediaType, Page, Validators};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use std::time::Duration;
use url::Url;

/// Builds a saved page from its bytes, its original address and the time of reading.
pub fn saved_page(bytes: Vec<u8>, url: Url, fetched: DateTime<Utc>) -> Page {
    let bytes = Bytes::from(bytes);
    Page {
        requested: url.clone(),
        url,
        media: MediaType::default(),
        charset: None,
        wire: bytes.clone(),
        coding: ContentCoding::Identity,
        bytes,
        fetched,
        validators: Validators::default(),
        cache_hints: CacheHints::default(),
    }
}

/// Reads the article on a page without a source, with the rules of these platforms.
pub fn single_page(page: &Page, platforms: &PlatformChoice) -> Result<NewArticle, ReadError> {
    let mut source = page_source(&page.url)?;
    source.article.platforms = platforms.clone();
    let home = source.origin.home.as_url();
    crate::article::read(page, None, &ArticleKey::of_page(&page.url, home), &source, page.fetched)
}

/// The default source of a single page: Vietnamese, in the time zone of Viet Nam, never fetched
/// again.
pub fn page_source(url: &Url) -> Result<Source, ReadError> {
    let zone = chrono_tz::Asia::Ho_Chi_Minh;
    let not_web = || ReadError::NotWeb(url.clone());
    let home = url.join("/").map_err(|_| not_web())?;
    Ok(Source {
        origin: SourceInfo {
            id: "page".parse().map_err(|_| not_web())?,
            title: String::new(),
            home: home.try_into().map_err(|_| not_web())?,
            feed: None,
            province: None,
            agency: None,
            language: "vi".to_owned(),
            rights: None,
        },
        aliases: Vec::new(),
        url: url.clone(),
        folder: None,
        kind: kind::single_page(),
        charset: None,
        article: ArticleSelectors::default(),
        timetable: CronSchedule::parse("@daily", zone).map_err(|_| not_web())?,
        zone,
        access: HostAccess::default(),
        max_pages: 1,
        revisits: RevisitPolicy { times: 0, within: Duration::ZERO },
        min_edit: 1,
    })
}
