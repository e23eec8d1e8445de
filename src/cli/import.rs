//! `bantin import`

mod articles;
mod sources;

use super::ConfigOption;
use super::page::{NOWHERE, page};
use super::report_format::{self, ReportFormat};
use bantin_core::RawHtml;
use bantin_page::{MediaType, Page};
use bantin_read::discover::{self, ForeignFeed, ForeignItem};
use bantin_read::normalize::html;
use ipnet::IpNet;
use serde_json::{Value, json};
use std::io::Write;
use std::process::ExitCode;
use url::Url;

/// Take in the articles of another store, or the sources of a list, or show what a feed of somebody else holds
///
/// Of a feed (RSS 0.9 to 2.0, RDF, Atom 0.3 and 1.0, JSON Feed), from a file, the standard input (`-`) or an address, it shows the
/// items as bantin reads them, however broken the feed is: dates as far as they are known, addresses absolute, HTML cleaned.
/// Nothing of it is stored. Exit code 1 where it is no feed.
///
/// With --articles it takes the lines of `bantin export` into the store, each article with its id, dates and text as it is.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// A file, `-` for the standard input, or an http(s) address
    #[arg(value_name = "FILE|URL|-")]
    page: String,
    /// Take in articles: JSON Lines, as `bantin export` prints them
    ///
    /// An article that is here already stays, unless the line has a newer text. A line that cannot be taken is told with its
    /// number, and the others go on; the exit code is then 1. To be run again it does no harm.
    #[arg(long, conflicts_with_all = ["url", "content_type", "format"])]
    articles: bool,
    /// Write the sources of a list into feeds.toml: OPML, or CSV with the columns of a [[source_table]]
    ///
    /// An outline with an xmlUrl becomes a feed, one with an htmlUrl only a listing. Folders that are named like a province, or like
    /// an agency that feeds.toml has, say so of their sources. What is there already is left out. Nothing is written unless the
    /// whole of feeds.toml can be read with it.
    #[arg(long, conflicts_with_all = ["articles", "content_type", "format"])]
    sources: bool,
    /// Only show what would be written
    #[arg(long, requires = "sources")]
    dry_run: bool,
    /// The address of the feed in a file: for its links
    #[arg(long, default_value = NOWHERE)]
    url: Url,
    /// A network that is not public, for an address in it; for example 10.1.2.0/24
    #[arg(long, value_name = "NETWORK", conflicts_with = "articles")]
    allow_private: Vec<IpNet>,
    /// The Content-Type that the feed in a file was sent with
    #[arg(long, value_name = "TYPE")]
    content_type: Option<String>,
    /// What is printed
    #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
    format: ReportFormat,
}

pub(super) async fn run(config: ConfigOption, arguments: Arguments) -> anyhow::Result<ExitCode> {
    if arguments.articles {
        return articles::run(config, &arguments.page).await;
    }
    if arguments.sources {
        let page = page(&config, &arguments.page, arguments.url, &arguments.allow_private).await?;
        return sources::run(&config, &page, &arguments.page, arguments.dry_run);
    }
    let mut page = page(&config, &arguments.page, arguments.url, &arguments.allow_private).await?;
    if let Some(told) = &arguments.content_type {
        page.media = MediaType::read(told);
    }
    let name = arguments.page;
    let (page, feed) = tokio::task::spawn_blocking(move || {
        let feed = discover::foreign(&page);
        (page, feed)
    })
    .await?;
    let feed = match feed {
        Ok(feed) => feed,
        Err(error) => {
            eprintln!("{name}: {error}");
            return Ok(ExitCode::FAILURE);
        }
    };
    let mut out = std::io::stdout().lock();
    match arguments.format {
        ReportFormat::Text => write_text(&mut out, &page, &feed)?,
        ReportFormat::Json => writeln!(out, "{:#}", record(&page, &feed))?,
    }
    Ok(ExitCode::SUCCESS)
}

/// A date as far as it is known; nothing where it cannot be believed.
fn date(page: &Page, written: Option<&str>) -> Option<String> {
    report_format::written_date(written?, page.fetched)
}

fn clean(raw: Option<&RawHtml>, base: &Url) -> Option<String> {
    Some(html::clean(raw?, base).ok()?.as_str().to_owned())
}

fn record(page: &Page, feed: &ForeignFeed) -> Value {
    let item = |item: &ForeignItem| {
        json!({
            "id": item.id,
            "title": item.title,
            "url": item.url.as_ref().map(Url::as_str),
            "published": date(page, item.date.as_deref()),
            "author": item.author,
            "summary_html": clean(item.summary.as_ref(), &item.base),
            "content_html": clean(item.content.as_ref(), &item.base),
            "categories": item.tags,
            "enclosures": item.files.iter().map(Url::as_str).collect::<Vec<_>>(),
            "fault": item.fault,
        })
    };
    json!({
        "title": feed.title,
        "url": feed.url.as_ref().map(Url::as_str),
        "description": clean(feed.description.as_ref(), &page.url),
        "language": feed.language,
        "updated": date(page, feed.updated.as_deref()),
        "items": feed.items.iter().map(item).collect::<Vec<_>>(),
    })
}

fn write_text(out: &mut impl Write, page: &Page, feed: &ForeignFeed) -> std::io::Result<()> {
    writeln!(out, "{}", feed.title.as_deref().unwrap_or("a feed without a title"))?;
    for item in &feed.items {
        let date = date(page, item.date.as_deref()).unwrap_or_else(|| "no date".to_owned());
        writeln!(out, "\n{}", item.title.as_deref().unwrap_or("no title"))?;
        match (&item.url, &item.fault) {
            (Some(url), _) => writeln!(out, "    {date}  {url}")?,
            (None, fault) => {
                writeln!(out, "    {date}  not usable: {}", fault.as_deref().unwrap_or_default())?;
            }
        }
    }
    writeln!(out, "\n{} items", feed.items.len())
}
