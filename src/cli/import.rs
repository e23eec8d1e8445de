//! `bantin import`: shows the items of a foreign feed, or imports articles or sources.

mod articles;
mod sources;

use super::ConfigOption;
use super::page::{NOWHERE, page};
use super::report_format::{self, ReportFormat};
use bantin_core::RawHtml;
use bantin_page::{MediaType, Page};
use bantin_read::discover::{self, FeedPerson, ForeignFeed, ForeignItem};
use bantin_read::normalize::html;
use ipnet::IpNet;
use serde_json::{Value, json};
use std::io::Write;
use std::process::ExitCode;
use url::Url;

/// Import the articles of another store or a list of sources, or show the items of a foreign feed
///
/// A feed (RSS 0.9 to 2.0, RDF, Atom 0.3 and 1.0, JSON Feed) is read from a file, standard input
/// (`-`) or an address. The items are printed as bantin reads them, even if the feed is malformed:
/// dates with their known precision, absolute addresses, sanitized HTML. Nothing is stored. Exit
/// code 1 if it is not a feed.
///
/// With --articles the lines of `bantin export` are imported into the store; each article keeps its
/// id, dates and text.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// A file, `-` for standard input, or an http(s) address
    #[arg(value_name = "FILE|URL|-")]
    page: String,
    /// Import articles: JSON Lines, as `bantin export` prints them
    ///
    /// A stored article is kept unless the line has a newer text. The tombstone of a withdrawn or
    /// erased article withdraws or erases it here too, in whichever order the lines come; later
    /// visits do not publish it again. A line that cannot be imported is reported with its number,
    /// and the others are imported; the exit code is then 1. Importing the same lines again changes
    /// nothing.
    #[arg(long, conflicts_with_all = ["url", "content_type", "format"])]
    articles: bool,
    /// Write the sources of a list into feeds.toml: OPML, or CSV with the columns of a
    /// [[source_table]]
    ///
    /// An outline with an xmlUrl becomes a feed, one with only an htmlUrl a listing. A folder that
    /// is named like a province, or like an agency in feeds.toml, sets the province or agency of
    /// its sources. Sources that already exist are skipped. Nothing is written unless the resulting
    /// feeds.toml is valid.
    #[arg(long, conflicts_with_all = ["articles", "content_type", "format"])]
    sources: bool,
    /// Write nothing, only show the result
    #[arg(long, requires = "sources")]
    dry_run: bool,
    /// The address of the feed in a file, to resolve its links
    #[arg(long, default_value = NOWHERE)]
    url: Url,
    /// A private network that the address may be in; for example 10.1.2.0/24
    #[arg(long, value_name = "NETWORK", conflicts_with = "articles")]
    allow_private: Vec<IpNet>,
    /// The Content-Type that the feed in a file was served with
    #[arg(long, value_name = "TYPE")]
    content_type: Option<String>,
    /// The output format
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
    if let Some(media_type) = &arguments.content_type {
        page.media = MediaType::read(media_type);
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

/// Formats a date with its known precision; `None` if it is not plausible.
fn date(page: &Page, written: Option<&str>) -> Option<String> {
    report_format::written_date(written?, page.fetched)
}

fn clean(raw: Option<&RawHtml>, base: &Url) -> Option<String> {
    Some(html::clean(raw?, base).ok()?.as_str().to_owned())
}

/// A name, or an object if the feed also gives an address.
fn person(person: Option<&FeedPerson>) -> Value {
    match person {
        Some(FeedPerson { name, email: None, uri: None }) => json!(name),
        Some(FeedPerson { name, email, uri }) => json!({"name": name, "email": email, "uri": uri}),
        None => Value::Null,
    }
}

fn record(page: &Page, feed: &ForeignFeed) -> Value {
    let file = |(url, length): &(Url, Option<u64>)| json!({"url": url.as_str(), "length": length});
    let item = |item: &ForeignItem| {
        json!({
            "id": item.id,
            "title": item.title,
            "url": item.url.as_ref().map(Url::as_str),
            "published": date(page, item.date.as_deref()),
            "updated": date(page, item.updated.as_deref()),
            "author": person(item.author.as_ref()),
            "summary_html": clean(item.summary.as_ref(), &item.base),
            "content_html": clean(item.content.as_ref(), &item.base),
            "categories": item.tags,
            "image": item.image.as_ref().map(Url::as_str),
            "enclosures": item.files.iter().map(file).collect::<Vec<_>>(),
            "fault": item.fault,
        })
    };
    json!({
        "title": feed.title,
        "url": feed.url.as_ref().map(Url::as_str),
        "description": clean(feed.description.as_ref(), &page.url),
        "language": feed.language,
        "updated": date(page, feed.updated.as_deref()),
        "author": person(feed.author.as_ref()),
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
