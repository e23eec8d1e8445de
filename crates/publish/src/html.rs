//! Renders the HTML pages: the index of all feeds, and a page for each feed. Templates and style
//! are part of the binary.
//!
//! The pages contain no scripts and load no resources.

use super::document_name;
use super::entry::FeedEntry;
use super::feed_view::{FeedView, feed_title};
use super::folders::FeedFolder;
use super::xml_text::{line, uri};
use bantin_core::{DatePrecision, Feed, FeedFormat, Site};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, Value, context, escape_formatter};
use quick_xml::escape::escape;
use serde::Serialize;

/// The templates of the pages. Values in a template whose name ends in `.html` are escaped.
const TEMPLATES: [(&str, &str); 4] = [
    ("page.html", include_str!("templates/page.html")),
    ("entries.html", include_str!("templates/entries.html")),
    ("feed.html", include_str!("templates/feed.html")),
    ("index.html", include_str!("templates/index.html")),
];
/// The language of the pages; texts in another language have a `lang` attribute.
const LANGUAGE: &str = "vi";
const STYLE: &str = include_str!("templates/style.css");

/// A feed on a page.
#[derive(Serialize)]
struct FeedCard {
    name: String,
    title: String,
    description: String,
    language: String,
    documents: Vec<DocumentLink>,
}

/// The feeds of a folder on the index page.
#[derive(Serialize)]
struct FolderGroup {
    name: String,
    count: usize,
    feeds: Vec<FeedCard>,
    groups: Vec<FolderGroup>,
}

/// A document of a feed.
#[derive(Serialize)]
struct DocumentLink {
    name: String,
    format: &'static str,
    media_type: &'static str,
}

/// A document of a feed, with the absolute URL for a feed reader.
#[derive(Serialize)]
struct DocumentAddress {
    #[serde(flatten)]
    link: DocumentLink,
    address: String,
}

/// An entry on a page.
#[derive(Serialize)]
struct EntryRow<'a> {
    #[serde(flatten)]
    entry: &'a FeedEntry,
    shown: String,
    instant: String,
}

/// The page of a feed.
pub(super) fn feed_page(view: &FeedView<'_>) -> Vec<u8> {
    render(
        "feed.html",
        context! {
            site => view.site_title.as_str(),
            language => LANGUAGE,
            canonical => view.page(),
            feed => Value::from(Serde(card(view.feed))),
            addresses => Value::from(Serde(addresses(view))),
            listed => !view.feed.is_private(),
            updated => format_date(view.updated, DatePrecision::Minute),
            entries => Value::from(Serde(rows(&view.entries))),
        },
    )
}

/// The page of all feeds.
pub(super) fn index_page(site: &Site, feeds: &[Feed], newest: &[FeedEntry]) -> Vec<u8> {
    let FolderGroup { feeds, groups, .. } = group(&FeedFolder::of(feeds));
    render(
        "index.html",
        context! {
            site => line(&site.title),
            language => LANGUAGE,
            canonical => uri(&site.base_url),
            contact => site.contact.as_deref().map(line),
            feeds => Value::from(Serde(feeds)),
            groups => Value::from(Serde(groups)),
            entries => Value::from(Serde(rows(newest))),
        },
    )
}

fn render(name: &str, values: Value) -> Vec<u8> {
    // The templates are constant and the tests render each. If one failed, the empty document would
    // not pass `verify`.
    let page = || -> Result<String, minijinja::Error> {
        let mut environment = Environment::new();
        let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?;
        environment.set_syntax(syntax);
        // The engine would write `/` as `&#x2f;`. Feed finders that search the raw page for
        // `application/rss+xml` would fail.
        environment.set_formatter(|out, state, value| match value.as_str() {
            Some(text) if !value.is_safe() => Ok(out.write_str(&escape(text))?),
            _ => escape_formatter(out, state, value),
        });
        environment.add_global("style", Value::from_safe_string(STYLE.to_owned()));
        environment.add_global("version", env!("CARGO_PKG_VERSION"));
        for (name, template) in TEMPLATES {
            environment.add_template(name, template)?;
        }
        environment.get_template(name)?.render(values)
    };
    page().map(|page| format!("{page}\n").into_bytes()).unwrap_or_default()
}

fn group(folder: &FeedFolder<'_>) -> FolderGroup {
    FolderGroup {
        name: line(folder.name),
        count: folder.count(),
        feeds: folder.feeds.iter().copied().map(card).collect(),
        groups: folder.folders.iter().map(group).collect(),
    }
}

/// The formats of a feed, in the order of their links.
fn formats(feed: &Feed) -> impl Iterator<Item = FeedFormat> {
    FeedFormat::ALL.into_iter().filter(|format| feed.formats.contains(format))
}

fn link(feed: &Feed, format: FeedFormat) -> DocumentLink {
    DocumentLink {
        name: document_name(&feed.id, format),
        format: format.name(),
        media_type: format.media_type(),
    }
}

/// The addresses of a feed, the most widely supported format first.
fn addresses(view: &FeedView<'_>) -> Vec<DocumentAddress> {
    let address =
        |format| DocumentAddress { link: link(view.feed, format), address: view.address(format) };
    formats(view.feed).map(address).collect()
}

fn card(feed: &Feed) -> FeedCard {
    FeedCard {
        name: feed.id.to_string(),
        title: feed_title(feed),
        description: line(&feed.description),
        language: line(&feed.language),
        documents: formats(feed).map(|format| link(feed, format)).collect(),
    }
}

fn rows(entries: &[FeedEntry]) -> Vec<EntryRow<'_>> {
    let row = |entry| EntryRow {
        entry,
        shown: format_date(entry.published, entry.precision),
        instant: match entry.precision {
            DatePrecision::Day => entry.published.format("%Y-%m-%d").to_string(),
            _ => entry.published.to_rfc3339(),
        },
    };
    entries.iter().map(row).collect()
}

/// A date in the Vietnamese form, without a time of day if it is unknown.
fn format_date(instant: chrono::DateTime<chrono::FixedOffset>, precision: DatePrecision) -> String {
    let form = match precision {
        DatePrecision::Day => "%d/%m/%Y",
        DatePrecision::Minute | DatePrecision::Second => "%d/%m/%Y %H:%M",
    };
    instant.format(form).to_string()
}
