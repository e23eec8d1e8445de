//! `bantin discover`: shows the items of a listing page.

use super::ConfigOption;
use super::batch::batch;
use super::page::{NOWHERE, page};
use super::report_format::{self, ReportFormat};
use bantin_core::ListingItem;
use bantin_page::Page;
use bantin_read::discover::{self, PageNews};
use ipnet::IpNet;
use serde_json::{Value, json};
use std::io::Write;
use std::process::ExitCode;
use url::Url;

/// Show the items of a listing page: address, title, date and lead of each
///
/// Reads a file, the standard input (`-`) or an address, without feeds.toml and without selectors;
/// an address is fetched as politely as a source. Exit code 1 if the page has no items.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// A file, `-` for the standard input, or an http(s) address
    #[arg(value_name = "FILE|URL|-", required_unless_present = "batch")]
    page: Option<String>,
    /// The address of the page in a file, to resolve its links
    #[arg(long, conflicts_with = "batch", default_value = NOWHERE)]
    url: Url,
    /// Only the list below this heading of the page, for example 'Tin tức'
    #[arg(long, value_name = "HEADING", conflicts_with = "batch")]
    list: Option<String>,
    /// A private network that the address may be in; for example 10.1.2.0/24
    #[arg(long, value_name = "NETWORK", conflicts_with = "batch")]
    allow_private: Vec<IpNet>,
    /// The output format
    #[arg(long, value_enum, default_value_t = ReportFormat::Text, conflicts_with = "batch")]
    format: ReportFormat,
    /// Read JSON lines {"id", "url", "html": FILE} and print {"id", "items"} for each, in input
    /// order
    ///
    /// As many pages are read at once as there are cores. A page without items gives {"id",
    /// "error"}.
    #[arg(long, conflicts_with = "page")]
    batch: bool,
}

pub(super) async fn run(config: ConfigOption, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let Some(name) = arguments.page.filter(|_| !arguments.batch) else {
        let answer = |page: &Page| match read(page, None) {
            Ok(news) => items(page, &news),
            Err(error) => json!({ "error": error }),
        };
        return batch(answer).await;
    };
    let page = page(&config, &name, arguments.url, &arguments.allow_private).await?;
    let (page, news) = tokio::task::spawn_blocking(move || {
        let news = read(&page, arguments.list.as_deref());
        (page, news)
    })
    .await?;
    let news = match news {
        Ok(news) => news,
        Err(reason) => {
            eprintln!("{name}: {reason}");
            return Ok(ExitCode::FAILURE);
        }
    };
    let mut out = std::io::stdout().lock();
    match arguments.format {
        ReportFormat::Text => write_text(&mut out, &page, &news)?,
        ReportFormat::Json => writeln!(out, "{:#}", record(&page, &news))?,
    }
    Ok(ExitCode::SUCCESS)
}

fn read(page: &Page, list: Option<&str>) -> Result<PageNews, String> {
    let home = page.url.join("/").map_err(|error| error.to_string())?;
    discover::news(page, &home, list).map_err(|error| error.to_string())
}

/// The date of an item.
pub(super) fn date_of(page: &Page, item: &ListingItem) -> Option<String> {
    report_format::written_date(item.date.as_deref()?, page.fetched)
}

fn items(page: &Page, news: &PageNews) -> Value {
    let record = |item: &ListingItem| {
        json!({
            "url": item.url.as_str(),
            "title": item.title,
            "date": date_of(page, item),
            "summary": item.summary,
            "image": item.image.as_ref().map(Url::as_str),
        })
    };
    json!({ "items": news.listing.items.iter().map(record).collect::<Vec<_>>() })
}

/// Everything that was found, with the evidence.
fn record(page: &Page, news: &PageNews) -> Value {
    let profiled_lists = news.listing.profile.lists.iter().map(
        |list| json!({ "selector": list.selector, "items": list.items, "evidence": list.evidence }),
    );
    let lists = news.lists.iter().map(|list| {
        json!({ "heading": list.heading, "items": list.items, "first": list.first, "taken": list.taken })
    });
    let skipped = news.listing.skipped.iter();
    let skipped = skipped.map(|skipped| json!({ "item": skipped.item, "why": skipped.why }));
    let mut record = items(page, news);
    if let Some(record) = record.as_object_mut() {
        record.insert("learned".to_owned(), profiled_lists.collect());
        record.insert("lists".to_owned(), lists.collect());
        record.insert("skipped".to_owned(), skipped.collect());
        record.insert("merged".to_owned(), news.listing.merged.into());
    }
    record
}

/// Writes the items, how they were found, and the lists of the page.
pub(super) fn write_text(
    out: &mut impl Write,
    page: &Page,
    news: &PageNews,
) -> std::io::Result<()> {
    for item in &news.listing.items {
        let date = date_of(page, item).unwrap_or_else(|| "no date".to_owned());
        let title = item.title.as_deref().unwrap_or("no title");
        writeln!(out, "{title}\n    {date}  {}", item.url)?;
    }
    writeln!(out, "\n{} items, found by their shape:", news.listing.items.len())?;
    for list in &news.listing.profile.lists {
        writeln!(out, "    {} x `{}`, {}", list.items, list.selector, list.evidence)?;
    }
    if news.lists.iter().any(|list| list.heading.is_some()) {
        writeln!(out, "\nlists on the page, for --list:")?;
        for list in &news.lists {
            let heading = list.heading.as_deref().unwrap_or("(without a heading)");
            let taken = if list.taken { "" } else { ", not taken" };
            writeln!(out, "    {heading}: {} items{taken}, first {:?}", list.items, list.first)?;
        }
    }
    if news.listing.merged > 0 {
        writeln!(out, "\n{} further copies of items were merged into them", news.listing.merged)?;
    }
    for skipped in &news.listing.skipped {
        writeln!(out, "! {:?}: {}", skipped.item, skipped.why)?;
    }
    Ok(())
}
