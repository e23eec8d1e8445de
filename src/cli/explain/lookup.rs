//! The target of `bantin explain`: its page, the rules to read it by, and what the store has of it.

use super::super::source_named;
use super::{Arguments, ExplainReport};
use crate::cli::{ConfigOption, UsageError, clock, context, page, store_for_reading_if_any};
use crate::config::Plan;
use crate::crawl;
use anyhow::Context;
use bantin_core::{ArticleKey, ListingItem, Source};
use bantin_fetch::{Response, redacted};
use bantin_page::Page;
use bantin_store::{ArticleDetails, ArticleLookup, Store};
use chrono::{DateTime, Utc};
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use url::Url;

/// The article or page to explain.
pub(super) struct ExplainTarget {
    /// The page, if there is one.
    pub(super) page: Option<Page>,
    /// The key of its article.
    pub(super) key: ArticleKey,
    /// The listing item of the article.
    pub(super) item: Option<ListingItem>,
    /// The source by whose rules the page is read.
    pub(super) source: Arc<Source>,
    /// The instant at which a stored article was first seen.
    pub(super) first_seen: Option<DateTime<Utc>>,
    /// The report so far.
    pub(super) report: ExplainReport,
}

/// Finds the target that the command line names.
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
            "{name:?} is not a file, an address (https://...) or the id of an article (tag:...); `bantin export` lists the ids"
        );
        return Err(UsageError(unknown).into());
    }
    let plan = if is_address && arguments.source.is_none() && !config.path.exists() {
        None
    } else {
        Some(config.plan()?)
    };
    let store = match &plan {
        Some(plan) => store_for_reading_if_any(plan).await?,
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
            Err(UsageError(format!("{name:?} matches several articles; name one:\n  {ids}{more}")).into())
        }
        (_, plan) if is_address => address(arguments, plan, store).await,
        (..) => Err(UsageError(format!(
            "no article has the id {name:?} or an id that begins with it; `bantin export` lists the ids; for a page that is not in the store, give its address"
        ))
        .into()),
    }
}

/// A target from a saved page.
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
    page.charset = source.charset;
    let name = if is_placed { page.url.to_string() } else { name.to_owned() };
    let report = new_report(name, &source, rules, from);
    Ok(target(Some(page), source, report))
}

/// A target from the network: a page whose article is not in the store.
async fn address(
    arguments: &Arguments,
    plan: Option<Plan>,
    store: Option<Store>,
) -> anyhow::Result<ExplainTarget> {
    let name = arguments.name.as_str();
    let url: Url = name.parse().with_context(|| name.to_owned())?;
    if arguments.stored {
        return Err(UsageError(format!(
            "--stored fetches nothing, and the store has no article at {name}; omit --stored to fetch the page"
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
    let mut report = new_report(redacted(&page.url), &source, rules, from);
    if let Some(store) = store.filter(|_| is_known) {
        let key = ArticleKey::of_page(&url, source.origin.home.as_url());
        report.unread = store.unread(source.id(), &key, &url).await?;
    }
    let item = report.unread.as_ref().and_then(|unread| unread.item.clone());
    Ok(ExplainTarget { item, ..target(Some(page), source, report) })
}

/// A target from the store: an article, with its stored page or the page fetched again.
async fn article(
    arguments: &Arguments,
    plan: &Plan,
    store: Option<Store>,
    mut stored: ArticleDetails,
) -> anyhow::Result<ExplainTarget> {
    let own = plan.sources.iter().find(|source| *source.id() == stored.article.source);
    let requested = stored.requested.clone().unwrap_or_else(|| stored.article.url.as_url().clone());
    let (source, rules) = match (&arguments.source, own) {
        (None, Some(own)) => {
            (own.clone(), format!("those of source {}, which the article belongs to", own.id()))
        }
        (None, None) => {
            let gone = &stored.article.source;
            platform_rules_only(
                Some(plan),
                &requested,
                &format!("{gone} is no longer in feeds.toml"),
            )?
        }
        (Some(_), _) => self::rules(arguments, Some(plan), &requested)?,
    };
    let comes_whole = !source.kind.fetches_articles();
    let (page, from) = if comes_whole {
        let why = "none: the item in the source's feed or API contains the whole article (follow = false)";
        (None, why.to_owned())
    } else {
        let context = context(plan, store.as_ref(), clock(plan, store.as_ref()).await?)?;
        let kept = match stored.page.take() {
            Some(kept) => crawl::decode_kept_page(&context, &source, kept).await,
            None => None,
        };
        match kept {
            Some(page) => {
                let at = local(page.fetched, &source);
                (Some(page), format!("the stored one, fetched at {at}"))
            }
            None if arguments.stored => {
                (None, "none in the store; omit --stored to fetch it".to_owned())
            }
            None => match ask(plan, store.as_ref(), &source, &requested).await {
                Ok(page) => {
                    let from = fetched_at(&page, &source);
                    (Some(page), from)
                }
                Err(error) => (None, format!("none: {error:#}")),
            },
        }
    };
    let name = page.as_ref().map_or_else(|| redacted(&requested), |page| redacted(&page.url));
    let report = new_report(name, &source, rules, from);
    let key = stored.article.key.clone();
    // Older stores keep pages without their listing item; its title is kept with the article.
    let titled = stored
        .teaser_title
        .clone()
        .map(|title| ListingItem { title: Some(title), ..ListingItem::of(requested, key.clone()) });
    let item = stored.item.clone().or(titled);
    let first_seen = Some(stored.article.first_seen);
    let report = ExplainReport { stored: Some(stored), ..report };
    Ok(ExplainTarget { page, key, item, source, first_seen, report })
}

fn new_report(name: String, source: &Source, rules: String, page: String) -> ExplainReport {
    // A page without a source has a source without a title.
    let id = (!source.origin.title.is_empty()).then(|| source.id().clone());
    ExplainReport { name, rules, source: id, page, stored: None, unread: None, read: None }
}

fn target(page: Option<Page>, source: Arc<Source>, report: ExplainReport) -> ExplainTarget {
    let home = source.origin.home.as_url();
    let key = page.as_ref().map_or_else(
        || ArticleKey::of_page(home, home),
        |page| ArticleKey::of_page(&page.url, home),
    );
    ExplainTarget { page, key, item: None, source, first_seen: None, report }
}

/// Fetches a page as its source, under the host limits of the store.
async fn ask(
    plan: &Plan,
    store: Option<&Store>,
    source: &Source,
    url: &Url,
) -> anyhow::Result<Page> {
    let context = context(plan, store, clock(plan, store).await?)?;
    match crawl::fetch(&context, source, url).await? {
        Response::Page(page) => Ok(page),
        Response::Gone(absence) => {
            anyhow::bail!("{} is gone ({})", redacted(url), absence.status())
        }
        Response::Unchanged(..) => {
            anyhow::bail!("{} answers 304 Not Modified to an unconditional request", redacted(url))
        }
    }
}

/// The source whose rules apply to a page, and why, in words.
fn rules(
    arguments: &Arguments,
    plan: Option<&Plan>,
    url: &Url,
) -> anyhow::Result<(Arc<Source>, String)> {
    let sources = plan.map(|plan| plan.sources.as_slice()).unwrap_or_default();
    if let Some(id) = &arguments.source {
        return Ok((
            source_named(id, sources)?,
            format!("those of source {id}, named by --source"),
        ));
    }
    let near = near(sources, url);
    let Some((first, others)) = near.split_first() else {
        let why = match plan {
            _ if url.as_str() == page::NOWHERE => {
                "the page has no address; give it with --url, or a source with --source"
            }
            Some(_) => "no source of feeds.toml is at its host; name one with --source",
            None => "feeds.toml does not exist here; name one with --config",
        };
        return platform_rules_only(plan, url, why);
    };
    let mut how = format!("those of source {}, which is at the same host", first.id());
    if !others.is_empty() {
        let names: Vec<&str> = others.iter().map(|other| other.id().as_str()).collect();
        how += &format!(" (as are {}; choose another with --source)", names.join(", "));
    }
    Ok((Arc::clone(first), how))
}

/// The sources at the host of an address, sorted by the length of the path prefix that they share
/// with it, longest first.
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

/// A source with only the platform rules: those of feeds.toml and the embedded ones.
fn platform_rules_only(
    plan: Option<&Plan>,
    url: &Url,
    why: &str,
) -> anyhow::Result<(Arc<Source>, String)> {
    let mut source = bantin_read::page_source(url)?;
    source.article.platforms.own = plan.map(|plan| plan.platforms.clone()).unwrap_or_default();
    Ok((Arc::new(source), format!("those of no source: {why}")))
}

fn fetched_at(page: &Page, source: &Source) -> String {
    format!("fetched at {}", local(page.fetched, source))
}

fn local(instant: DateTime<Utc>, source: &Source) -> String {
    super::text::minute(instant, source.zone)
}
