//! `bantin extract`: shows the article on a page.

use super::batch::batch;
use super::page::{NOWHERE, page};
use super::{ConfigOption, report_format};
use crate::config;
use bantin_core::{
    ArticleField, NewArticle, PlatformChoice, PlatformRules, Provenance, Slug, TopicRules,
};
use bantin_page::{DecodedText, Page};
use bantin_read::normalize::topic::Classifier;
use ipnet::IpNet;
use serde_json::{Value, json};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use url::Url;

/// Show the article on a page: title, date, author, source and text
///
/// Reads a file, standard input (`-`) or an address, without selectors. If feeds.toml exists, its
/// topics and platform rules apply, and an address is fetched under the host limits of its sources;
/// without it just as politely. Exit code 1 if the page has no article.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// A file, `-` for standard input, or an http(s) address
    #[arg(value_name = "FILE|URL|-", required_unless_present = "batch")]
    page: Option<String>,
    /// The address of the page in a file, to resolve its links, and for a date in it
    #[arg(long, conflicts_with = "batch", default_value = NOWHERE)]
    url: Url,
    /// The output format
    #[arg(long, value_enum, default_value_t = ExtractFormat::Text, conflicts_with = "batch")]
    format: ExtractFormat,
    /// Files of platform rules that are tried before the embedded ones
    #[arg(long, value_name = "FILE")]
    platforms: Vec<PathBuf>,
    /// A private network that the address may be in; for example 10.1.2.0/24
    #[arg(long, value_name = "NETWORK", conflicts_with = "batch")]
    allow_private: Vec<IpNet>,
    /// Read JSON lines {"id", "url", "html": FILE} and print one JSON line for each, in input order
    ///
    /// As many pages are read at once as there are cores. A page without an article gives {"id",
    /// "error"}.
    #[arg(long, conflicts_with = "page")]
    batch: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum ExtractFormat {
    /// The fields by name, then the text
    Text,
    /// One JSON object, with the provenance of each field
    Json,
    /// The cleaned HTML of the body
    Html,
}

pub(super) async fn run(config: ConfigOption, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let (topics, own) = rules(&config);
    let topics = Classifier::new(topics)?;
    let named = config::platforms(&arguments.platforms)?;
    let own = named.iter().chain(own.iter()).cloned().collect();
    let platforms = PlatformChoice { own, ..PlatformChoice::default() };
    let Some(name) = arguments.page.filter(|_| !arguments.batch) else {
        return batch(move |page| match read(page, &topics, &platforms) {
            Ok(extracted) => record(&extracted),
            Err(refused) => refused.record(),
        })
        .await;
    };
    let page = page(&config, &name, arguments.url, &arguments.allow_private).await?;
    let read = tokio::task::spawn_blocking(move || read(&page, &topics, &platforms)).await?;
    let extracted = match read {
        Ok(extracted) => extracted,
        Err(refused) => {
            eprintln!("{name}: {}", refused.reason);
            return Ok(ExitCode::FAILURE);
        }
    };
    let mut out = std::io::stdout().lock();
    match arguments.format {
        ExtractFormat::Text => write_text(&mut out, &extracted)?,
        ExtractFormat::Json => writeln!(out, "{:#}", record(&extracted))?,
        ExtractFormat::Html => writeln!(out, "{}", extracted.article.html.as_str())?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The topics and platform rules of feeds.toml. If it is missing or invalid: the built-in topics,
/// and no platform rules beyond the embedded ones.
pub(super) fn rules(config: &ConfigOption) -> (Arc<TopicRules>, Arc<[PlatformRules]>) {
    match config.path.exists().then(|| config.read()) {
        Some(Ok(plan)) => (plan.site.topics, plan.platforms),
        Some(Err(_)) => {
            let path = config.path.display();
            tracing::warn!(
                "{path} cannot be read, so its topics and platform rules are not used; `bantin check` shows its errors"
            );
            (Arc::new(config::built_in_topics()), Arc::default())
        }
        None => (Arc::new(config::built_in_topics()), Arc::default()),
    }
}

/// An article read from a page.
struct ExtractedArticle {
    article: NewArticle,
    /// The topics that the rules assign.
    topics: Vec<Slug>,
    /// The decoded text of the page, with its encoding.
    decoded: DecodedText,
}

/// A page without an article.
#[derive(Debug)]
struct ExtractionRefused {
    /// The reason, in a sentence.
    reason: String,
    /// The known fields of an article whose text is missing.
    known: Option<Box<NewArticle>>,
}

impl From<String> for ExtractionRefused {
    fn from(reason: String) -> Self {
        Self { reason, known: None }
    }
}

impl ExtractionRefused {
    /// The fields of a JSON result.
    fn record(&self) -> Value {
        match &self.known {
            None => json!({ "error": self.reason }),
            Some(article) => {
                json!({ "error": self.reason, "title": article.title, "date": date(article) })
            }
        }
    }
}

/// Reads the article on a page that belongs to no source.
fn read(
    page: &Page,
    topics: &Classifier,
    platforms: &PlatformChoice,
) -> Result<ExtractedArticle, ExtractionRefused> {
    let refused = |error: bantin_read::ReadError| ExtractionRefused {
        reason: error.to_string(),
        known: error.rejected_article().cloned().map(Box::new),
    };
    let article = bantin_read::single_page(page, platforms).map_err(refused)?;
    let topics = topics.topics_of(&article);
    Ok(ExtractedArticle {
        article,
        topics,
        decoded: page.text().map_err(|error| error.to_string())?,
    })
}

/// The publication date on the page, if it has one: a day, or an instant with its offset (RFC
/// 3339).
///
/// A day that occurs only in the article's first sentence is the day of the event; see [`event`].
fn date(article: &NewArticle) -> Option<String> {
    if let Some(Provenance::FirstSeen | Provenance::Lead) =
        article.provenance.get(&ArticleField::Published)
    {
        return None;
    }
    Some(written(article))
}

/// The day of the event in the article's first sentence, if no publication date was found.
fn event(article: &NewArticle) -> Option<String> {
    let is_event = article.provenance.get(&ArticleField::Published) == Some(&Provenance::Lead);
    is_event.then(|| written(article))
}

fn written(article: &NewArticle) -> String {
    report_format::date(article.published, article.precision, article.zone)
}

fn record(extracted: &ExtractedArticle) -> Value {
    let ExtractedArticle { article, topics, decoded } = extracted;
    let images: Vec<_> = article.images.iter().map(|image| image.url.as_str()).collect();
    let attachments: Vec<_> =
        article.attachments.iter().map(|attachment| attachment.url.as_str()).collect();
    json!({
        "url": article.url.as_str(),
        "title": article.title,
        "date": date(article),
        "event": event(article),
        "author": article.author,
        "source": article.source_line,
        "summary": article.summary,
        "topics": topics,
        "tags": article.tags,
        "text": article.text,
        "html": article.html.as_str(),
        "images": images,
        "attachments": attachments,
        "provenance": article.provenance,
        "charset": decoded.encoding,
        "replaced": decoded.replaced,
    })
}

/// Writes the fields by name, with the provenance of each.
pub(super) fn write_fields(out: &mut impl Write, article: &NewArticle) -> std::io::Result<()> {
    let (date, event) = (date(article), event(article));
    let fields = [
        ("title", Some(article.title.as_str()), ArticleField::Title),
        ("date", date.as_deref(), ArticleField::Published),
        ("event", event.as_deref(), ArticleField::Published),
        ("author", article.author.as_deref(), ArticleField::Author),
        ("source", article.source_line.as_deref(), ArticleField::SourceLine),
    ];
    for (name, value, field) in fields {
        let Some(value) = value else { continue };
        match article.provenance.get(&field) {
            Some(provenance) => writeln!(out, "{name:>7}  {value}  [{provenance}]")?,
            None => writeln!(out, "{name:>7}  {value}")?,
        }
    }
    Ok(())
}

fn write_text(out: &mut impl Write, extracted: &ExtractedArticle) -> std::io::Result<()> {
    let ExtractedArticle { article, topics, .. } = extracted;
    write_fields(out, article)?;
    if !topics.is_empty() {
        let topics: Vec<&str> = topics.iter().map(Slug::as_str).collect();
        writeln!(out, "{:>7}  {}", "topics", topics.join(", "))?;
    }
    writeln!(out, "\n{}", article.text)?;
    for attachment in &article.attachments {
        writeln!(out, "\nattachment: {}", attachment.url)?;
    }
    Ok(())
}
