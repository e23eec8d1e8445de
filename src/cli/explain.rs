//! `bantin explain`

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
use bantin_read::normalize::topic::{Classifier, ENOUGH, TopicReason};
use bantin_store::{ArticleDetails, UnreadItem};
use lookup::ExplainTarget;
use std::io::Write;
use std::process::ExitCode;
use url::Url;

/// Tell why an article is as it is: each field, what else was considered, and what was cut
///
/// Reads an article of the store (its id, the beginning of it, or its address), a page of the network, a file, or the
/// standard input, by the rules of its source in feeds.toml where there is one. For each field it prints what was taken and
/// from where, what else there was and why that was passed over, and the key of feeds.toml that decides it; then what was
/// cut out of the body. Nothing is stored. Exit code 1 where there is no article.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// An article's id (tag:...) or the beginning of it, an http(s) address, a file, or `-` for the standard input
    #[arg(value_name = "ID|URL|FILE|-")]
    name: String,
    /// The address of the page in a file: for its links, its date, and the source that it belongs to
    #[arg(long, default_value = NOWHERE)]
    url: Url,
    /// Read the page by the rules of this source of feeds.toml
    #[arg(long, value_name = "ID")]
    source: Option<Slug>,
    /// Ask no host: explain an article of the store by its page in the store, or not at all
    #[arg(long)]
    stored: bool,
    /// What is printed
    #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
    format: ReportFormat,
}

/// All that is told of an article.
struct ExplainReport {
    /// The address of the page, or the id of an article that has none.
    name: String,
    /// By whose rules it is read, in words.
    rules: String,
    /// The source whose rules they are.
    source: Option<Slug>,
    /// Where the page is from, or why there is none, in words.
    page: String,
    /// What is in the store.
    stored: Option<ArticleDetails>,
    /// What is in the store of an item that has no article.
    unread: Option<UnreadItem>,
    /// What reading the page gave.
    read: Option<ReadPage>,
}

/// A page that was read.
struct ReadPage {
    /// The zone of its source.
    zone: chrono_tz::Tz,
    decoded: Option<DecodedText>,
    article: Result<NewArticle, PageRejection>,
    explanation: Explanation,
}

pub(super) async fn run(config: ConfigOption, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let format = arguments.format;
    let ExplainTarget { page, key, teaser, source, first_seen, mut told } =
        lookup::find(&config, &arguments).await?;
    if let Some(page) = page {
        let first_seen = first_seen.unwrap_or(page.fetched);
        let topics = Classifier::new(extract::rules(&config).0)?;
        let read = tokio::task::spawn_blocking(move || {
            let (article, mut explanation) =
                bantin_read::explain(&page, teaser.as_ref(), &key, &source, first_seen);
            if let Ok(article) = &article {
                let reasons = topics.reasons_of(article);
                explanation.considered.extend(reasons.iter().map(considered));
            }
            let zone = Source::clone(&source).zone;
            ReadPage { zone, decoded: page.text().ok(), article, explanation }
        });
        told.read = Some(read.await?);
    }
    let mut out = std::io::stdout().lock();
    match format {
        ReportFormat::Text => write!(out, "{}", text::of(&told, width()))?,
        ReportFormat::Json => writeln!(out, "{:#}", record::of(&told))?,
    }
    // Of an article that no page was read for, what is stored is all that was asked for.
    let is_article = told.read.as_ref().map_or(told.stored.is_some(), |read| read.article.is_ok());
    Ok(if is_article { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A topic, with what speaks for it.
fn considered(reason: &TopicReason) -> ConsideredValue {
    let (verdict, of) = match reason.reaches_threshold() {
        true => (ValueVerdict::Taken, String::new()),
        false => (ValueVerdict::PassedOver, format!(" of {ENOUGH}")),
    };
    let hits = reason.hits.iter().map(|hit| format!("{:?} in the {}", hit.keyword, hit.place));
    let hits = hits.collect::<Vec<_>>().join(", ");
    ConsideredValue::new(ExplainedField::Topics, verdict, "rules", reason.topic.as_str())
        .with(verdict, format!("has {}{of} points for {hits}", reason.points))
}

/// How wide the terminal is, in columns.
fn width() -> usize {
    const PLAIN: usize = 100;
    let told = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let seen = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    told.or_else(seen).unwrap_or(PLAIN).clamp(40, 160)
}
