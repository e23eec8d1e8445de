//! What is explained: which page, by whose rules, and what the store knows of it.

use super::super::source_named;
use super::{Arguments, ExplainReport};
use crate::cli::{ConfigOption, UsageError, line, page, store_if_any};
use crate::config::Plan;
use crate::crawl;
use anyhow::Context;
use bantin_core::clock::Clock;
use bantin_core::{ArticleKey, ListingItem, Source};
use bantin_fetch::{Response, redacted};
use bantin_page::Page;
use bantin_store::{ArticleDetails, ArticleLookup, Store};
use chrono::{DateTime, Utc};
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use url::Url;

/// What is explained.
pub(super) struct ExplainTarget {
    /// The page, where there is one.
    pub(super) page: Option<Page>,
    /// The key of its article.
    pub(super) key: ArticleKey,
    /// What a listing shows of it.
    pub(super) teaser: Option<ListingItem>,
    /// The source by whose rules it is read.
    pub(super) source: Arc<Source>,
    /// When the article was first seen, where it was.
    pub(super) first_seen: Option<DateTime<Utc>>,
    /// What is known so far.
    pub(super) told: ExplainReport,
}

/// Finds what the operator means.
pub(super) async fn find(
    config: &ConfigOption,
    arguments: &Arguments,
) -> anyhow::Result<ExplainTarget> {
    let name = arguments.name.as_str();
    let is_address = name.starts_with("http://") || name.starts_with("https://");
    let is_file = name == "-" || (!is_address && Path::new(name).is_file());
    if is_file {
        return file(config, arguments);
    }
    if !is_address && !name.starts_with("tag:") {
        let unknown = format!(
            "{name:?} is no file, no address (https://...) and no article's id (tag:...); `bantin export` lists the ids"
        );
        return Err(UsageError(unknown).into());
    }
    let plan = if is_address && arguments.source.is_none() && !config.path.exists() {
        None
    } else {
        Some(config.plan()?)
    };
    let store = match &plan {
        Some(plan) => store_if_any(plan).await?,
        None => None,
    };
    let found = match &store {
        Some(store) => store.find(name).await?,
        None => ArticleLookup::Unknown,
    };
    match (found, plan) {
        (ArticleLookup::Found(stored), Some(plan)) => article(arguments, &plan, store, *stored).await,
        (ArticleLookup::Several { ids, more }, _) => {
            let more = if more { ", and more" } else { "" };
            let ids = ids.join("\n  ");
            Err(UsageError(format!("{name:?} is several articles; name one:\n  {ids}{more}")).into())
        }
        (_, plan) if is_address => address(arguments, plan, store).await,
        (..) => Err(UsageError(format!(
            "no article has the id {name:?}, and none begins so; `bantin export` lists them, and a page's address explains also what is not in the store"
        ))
        .into()),
    }
}

/// A page that was saved.
fn file(config: &ConfigOption, arguments: &Arguments) -> anyhow::Result<ExplainTarget> {
    let name = arguments.name.as_str();
    let (bytes, from) = if name == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes)?;
        (bytes, "the standard input".to_owned())
    } else {
        (std::fs::read(name).with_context(|| name.to_owned())?, format!("the file {name}"))
    };
    let mut page = page::saved(bytes, arguments.url.clone());
    let is_placed = page.url.as_str() != page::NOWHERE;
    let wants_plan = arguments.source.is_some() || (is_placed && config.path.exists());
    let plan = if wants_plan { Some(config.plan()?) } else { None };
    let (source, rules) = rules(arguments, plan.as_ref(), &page.url)?;
    page.told = source.charset;
    let name = if is_placed { page.url.to_string() } else { name.to_owned() };
    let told = told(name, &source, rules, from);
    Ok(target(Some(page), source, told))
}

/// A page of the network whose article is not in the store.
async fn address(
    arguments: &Arguments,
    plan: Option<Plan>,
    store: Option<Store>,
) -> anyhow::Result<ExplainTarget> {
    let name = arguments.name.as_str();
    let url: Url = name.parse().with_context(|| name.to_owned())?;
    if arguments.stored {
        return Err(UsageError(format!(
            "--stored asks no host, and the store has no article at {name}; leave --stored out to ask for the page"
        ))
        .into());
    }
    let (source, rules) = rules(arguments, plan.as_ref(), &url)?;
    let is_known =
        plan.iter().any(|plan| plan.sources.iter().any(|other| Arc::ptr_eq(other, &source)));
    let page = match &plan {
        Some(plan) if is_known => ask(plan, store.as_ref(), &source, &url).await?,
        _ => page::of_no_source(plan.as_ref(), store.as_ref(), &url, &[]).await?,
    };
    let from = fetched_at(&page, &source);
    let mut told = told(redacted(&page.url), &source, rules, from);
    if let Some(store) = store.filter(|_| is_known) {
        let key = ArticleKey::of_page(&url, source.origin.home.as_url());
        told.unread = store.unread(source.id(), &key, &url).await?;
    }
    let teaser = told.unread.as_ref().and_then(|unread| unread.teaser.clone());
    Ok(ExplainTarget { teaser, ..target(Some(page), source, told) })
}

/// An article of the store, and its page once more.
async fn article(
    arguments: &Arguments,
    plan: &Plan,
    store: Option<Store>,
    mut stored: ArticleDetails,
) -> anyhow::Result<ExplainTarget> {
    let own = plan.sources.iter().find(|source| *source.id() == stored.article.source);
    let asked = stored.asked.clone().unwrap_or_else(|| stored.article.url.as_url().clone());
    let (source, rules) = match (&arguments.source, own) {
        (None, Some(own)) => {
            (own.clone(), format!("those of source {}, whose article it is", own.id()))
        }
        (None, None) => {
            let gone = &stored.article.source;
            nobody(Some(plan), &asked, &format!("{gone} is not in feeds.toml any more"))?
        }
        (Some(_), _) => self::rules(arguments, Some(plan), &asked)?,
    };
    let comes_whole = !source.kind.follows();
    let (page, from) = if comes_whole {
        let why =
            "none: the item of the source's feed or API brings the whole article (follow = false)";
        (None, why.to_owned())
    } else {
        let line = line(plan, store.as_ref(), Clock::System)?;
        let kept = match stored.page.take() {
            Some(kept) => crawl::unpacked(&line, &source, kept).await,
            None => None,
        };
        match kept {
            Some(page) => {
                let at = local(page.fetched, &source);
                (Some(page), format!("the one in the store, which came at {at}"))
            }
            None if arguments.stored => {
                (None, "none in the store; without --stored its host is asked for it".to_owned())
            }
            None => match ask(plan, store.as_ref(), &source, &asked).await {
                Ok(page) => {
                    let from = fetched_at(&page, &source);
                    (Some(page), from)
                }
                Err(error) => (None, format!("none: {error:#}")),
            },
        }
    };
    let name = page.as_ref().map_or_else(|| redacted(&asked), |page| redacted(&page.url));
    let told = told(name, &source, rules, from);
    let key = stored.article.key.clone();
    // Pages of older stores are kept without their teaser; its title is kept with the article.
    let titled = stored
        .teaser_title
        .clone()
        .map(|title| ListingItem { title: Some(title), ..ListingItem::of(asked, key.clone()) });
    let teaser = stored.teaser.clone().or(titled);
    let first_seen = Some(stored.article.first_seen);
    let told = ExplainReport { stored: Some(stored), ..told };
    Ok(ExplainTarget { page, key, teaser, source, first_seen, told })
}

fn told(name: String, source: &Source, rules: String, page: String) -> ExplainReport {
    // The source of a page that has none has no title.
    let id = (!source.origin.title.is_empty()).then(|| source.id().clone());
    ExplainReport { name, rules, source: id, page, stored: None, unread: None, read: None }
}

fn target(page: Option<Page>, source: Arc<Source>, told: ExplainReport) -> ExplainTarget {
    let home = source.origin.home.as_url();
    let key = page.as_ref().map_or_else(
        || ArticleKey::of_page(home, home),
        |page| ArticleKey::of_page(&page.url, home),
    );
    ExplainTarget { page, key, teaser: None, source, first_seen: None, told }
}

/// Asks the host of a source for a page, in turn with all who share the store.
async fn ask(
    plan: &Plan,
    store: Option<&Store>,
    source: &Source,
    url: &Url,
) -> anyhow::Result<Page> {
    let line = line(plan, store, Clock::System)?;
    match crawl::fetch(&line, source, url).await? {
        Response::Page(page) => Ok(page),
        Response::Gone(absence) => {
            anyhow::bail!("{} is gone ({})", redacted(url), absence.status())
        }
        Response::Unchanged(..) => {
            anyhow::bail!("{} says that it is unchanged, although nothing was known", redacted(url))
        }
    }
}

/// By whose rules a page is read, and why by theirs.
fn rules(
    arguments: &Arguments,
    plan: Option<&Plan>,
    url: &Url,
) -> anyhow::Result<(Arc<Source>, String)> {
    let sources = plan.map(|plan| plan.sources.as_slice()).unwrap_or_default();
    if let Some(id) = &arguments.source {
        return Ok((source_named(id, sources)?, format!("those of source {id}, as --source says")));
    }
    let near = near(sources, url);
    let Some((first, others)) = near.split_first() else {
        let why = match plan {
            _ if url.as_str() == page::NOWHERE => {
                "the page has no address; --url names it, --source a source"
            }
            Some(_) => "no source of feeds.toml is at its host; --source names one",
            None => "there is no feeds.toml here; --config names one",
        };
        return nobody(plan, url, why);
    };
    let mut how = format!("those of source {}, which is at the same host", first.id());
    if !others.is_empty() {
        let names: Vec<&str> = others.iter().map(|other| other.id().as_str()).collect();
        how += &format!(" (as are {}; --source names another)", names.join(", "));
    }
    Ok((Arc::clone(first), how))
}

/// The sources at the host of an address, the nearest first: whose own address shares most of its path with it.
fn near<'a>(sources: &'a [Arc<Source>], url: &Url) -> Vec<&'a Arc<Source>> {
    let host = |url: &Url| url.host_str().map(|host| host.trim_start_matches("www.").to_owned());
    let place = (host(url), url.port());
    let shared = |source: &Source| {
        let (ours, theirs) = (source.url.path().split('/'), url.path().split('/'));
        ours.zip(theirs).take_while(|(one, other)| one == other).count()
    };
    let mut near: Vec<&Arc<Source>> = sources
        .iter()
        .filter(|source| place.0.is_some() && (host(&source.url), source.url.port()) == place)
        .collect();
    near.sort_by_key(|source| std::cmp::Reverse(shared(source)));
    near
}

/// The rules of no source: those of the platforms that feeds.toml names, and of those that come with bantin.
fn nobody(plan: Option<&Plan>, url: &Url, why: &str) -> anyhow::Result<(Arc<Source>, String)> {
    let mut source = bantin_read::page_source(url)?;
    source.article.platforms.own = plan.map(|plan| plan.platforms.clone()).unwrap_or_default();
    Ok((Arc::new(source), format!("those of no source: {why}")))
}

fn fetched_at(page: &Page, source: &Source) -> String {
    format!("asked for at {}", local(page.fetched, source))
}

fn local(instant: DateTime<Utc>, source: &Source) -> String {
    super::text::minute(instant, source.zone)
}
