//! `bantin explain`: shows where each field of an article comes from, and the other candidates.

mod lookup;
mod record;
mod text;

use super::page::NOWHERE;
use super::report_format::ReportFormat;
use super::{ConfigOption, extract};
use bantin_core::{
    ConsideredValue, ExplainedField, Explanation, NewArticle, PageRejection, Slug, Source,
    ValueVerdict,
};
use bantin_page::DecodedText;
use bantin_read::normalize::topic::{Classifier, THRESHOLD, TopicReason};
use bantin_store::{ArticleDetails, UnreadItem};
use lookup::ExplainTarget;
use std::io::Write;
use std::process::ExitCode;
use url::Url;

/// Explain an article: the value of each field, the other candidates, and what was removed
///
/// Reads an article of the store (its id, a prefix of the id, or its address), a page of the
/// network, a file, or standard input, by the rules of its source in feeds.toml if it has one. For
/// each field it prints the value with its provenance, the other candidates with the reason why
/// each was not used, and the key of feeds.toml that sets it; then the parts removed from the body.
/// Nothing is stored. Exit code 1 if there is no article.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// An article's id (tag:...) or a prefix of it, an http(s) address, a file, or `-` for standard
    /// input
    #[arg(value_name = "ID|URL|FILE|-")]
    name: String,
    /// The address of the page in a file, for its links and its date, and to find its source
    #[arg(long, default_value = NOWHERE)]
    url: Url,
    /// Read the page by the rules of this source of feeds.toml
    #[arg(long, value_name = "ID")]
    source: Option<Slug>,
    /// Fetch nothing: explain a stored article only by its stored page
    #[arg(long)]
    stored: bool,
    /// The output format
    #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
    format: ReportFormat,
}

/// Everything that is reported about an article.
struct ExplainReport {
    /// The address of the page, or the id of an article that has no page.
    name: String,
    /// The rules that are applied, in words.
    rules: String,
    /// The source of the rules.
    source: Option<Slug>,
    /// The origin of the page, or the reason why it has none, in words.
    page: String,
    /// The stored article.
    stored: Option<ArticleDetails>,
    /// The stored state of an item without an article.
    unread: Option<UnreadItem>,
    /// The result of reading the page.
    read: Option<ReadPage>,
}

/// The result of reading a page.
struct ReadPage {
    /// The time zone of its source.
    zone: chrono_tz::Tz,
    decoded: Option<DecodedText>,
    article: Result<NewArticle, PageRejection>,
    explanation: Explanation,
}

pub(super) async fn run(config: ConfigOption, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let format = arguments.format;
    let ExplainTarget { page, key, item, source, first_seen, mut report } =
        lookup::find(&config, &arguments).await?;
    if let Some(page) = page {
        let first_seen = first_seen.unwrap_or(page.fetched);
        let topics = Classifier::new(extract::rules(&config).0)?;
        let read = tokio::task::spawn_blocking(move || {
            let (article, mut explanation) =
                bantin_read::explain(&page, item.as_ref(), &key, &source, first_seen);
            if let Ok(article) = &article {
                let reasons = topics.reasons_of(article);
                explanation.considered.extend(reasons.iter().map(considered));
            }
            let zone = Source::clone(&source).zone;
            ReadPage { zone, decoded: page.text().ok(), article, explanation }
        });
        report.read = Some(read.await?);
    }
    let mut out = std::io::stdout().lock();
    match format {
        ReportFormat::Text => write!(out, "{}", text::of(&report, width()))?,
        ReportFormat::Json => writeln!(out, "{:#}", record::of(&report))?,
    }
    // If no page was read, the stored article is the result.
    let is_article =
        report.read.as_ref().map_or(report.stored.is_some(), |read| read.article.is_ok());
    Ok(if is_article { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A topic as a considered value, with its evidence.
fn considered(reason: &TopicReason) -> ConsideredValue {
    let (verdict, of) = match reason.reaches_threshold() {
        true => (ValueVerdict::Taken, String::new()),
        false => (ValueVerdict::PassedOver, format!(" of {THRESHOLD}")),
    };
    let hits = reason.hits.iter().map(|hit| format!("{:?} in the {}", hit.keyword, hit.position));
    let hits = hits.collect::<Vec<_>>().join(", ");
    ConsideredValue::new(ExplainedField::Topics, verdict, "rules", reason.topic.as_str())
        .with(verdict, format!("has {}{of} points for {hits}", reason.points))
}

/// The width of the terminal, in columns.
fn width() -> usize {
    const PLAIN: usize = 100;
    let configured = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let seen = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    configured.or_else(seen).unwrap_or(PLAIN).clamp(40, 160)
}
