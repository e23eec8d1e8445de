//! `bantin export`

use super::{ConfigOption, UsageError, existing_store};
use crate::exchange::ArticleLine;
use bantin_core::{Article, Origin, Slug};
use bantin_store::ExportedArticle;
use chrono::{DateTime, SecondsFormat, Utc};
use std::io::{BufWriter, Write};
use std::process::ExitCode;

/// How many articles are read at once.
const CHUNK: usize = 500;

/// Print all articles as JSON Lines or CSV
///
/// Works beside a running bantin. Every field is there: id, source, province, agency, address, title, summary, text, HTML, author,
/// source line, dates, images, attachments, topics, tags, where each field was found, and what is known of the source. `bantin import
/// --articles` takes the lines into another store as they are.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// One JSON object a line, or comma-separated values (RFC 4180) with a heading
    #[arg(long, value_enum, default_value_t = ExportFormat::Jsonl)]
    format: ExportFormat,
    /// Only these sources
    #[arg(long, value_name = "ID")]
    source: Vec<Slug>,
    /// Also articles that were withdrawn, with the reason; only in JSON Lines, where a line says so
    #[arg(long)]
    withdrawn: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum ExportFormat {
    Jsonl,
    Csv,
}

pub(super) async fn run(config: ConfigOption, arguments: Arguments) -> anyhow::Result<ExitCode> {
    if arguments.withdrawn && arguments.format == ExportFormat::Csv {
        let why = "--withdrawn goes with --format jsonl only: a CSV has no column that says so";
        return Err(UsageError(why.to_owned()).into());
    }
    let plan = config.plan()?;
    let store = existing_store(&plan).await?;
    let origins = store.origins().await?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut csv =
        (arguments.format == ExportFormat::Csv).then(|| csv::Writer::from_writer(Vec::new()));
    if let Some(csv) = &mut csv {
        csv.write_record(COLUMNS)?;
    }
    let mut place = 0;
    loop {
        let stretch = store.after(place, CHUNK).await?;
        let Some(last) = stretch.last else { break };
        place = last;
        for exported in &stretch.articles {
            let ExportedArticle { article, withdrawn, .. } = exported;
            let is_of_another =
                !arguments.source.is_empty() && !arguments.source.contains(&article.source);
            if is_of_another || (withdrawn.is_some() && !arguments.withdrawn) {
                continue;
            }
            let origin = origins.get(&article.source);
            match &mut csv {
                Some(csv) => csv.write_record(cells(article, origin))?,
                None => {
                    let line = ArticleLine::of(exported, origin);
                    writeln!(out, "{}", serde_json::to_string(&line)?)?;
                }
            }
        }
        if let Some(csv) = &mut csv {
            csv.flush()?;
            out.write_all(csv.get_ref())?;
            *csv = csv::Writer::from_writer(Vec::new());
        }
    }
    if let Some(csv) = csv {
        out.write_all(&csv.into_inner()?)?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

const COLUMNS: [&str; 17] = [
    "id",
    "source",
    "province",
    "agency",
    "url",
    "title",
    "summary",
    "author",
    "source_line",
    "published",
    "updated",
    "language",
    "topics",
    "tags",
    "attachments",
    "images",
    "text",
];

fn cells(article: &Article, origin: Option<&Origin>) -> [String; 17] {
    let province = origin.and_then(|o| o.province.as_ref()).map(|p| p.name.as_str());
    let agency = origin.and_then(|o| o.agency.as_ref()).map(|a| a.name.as_str());
    let local = |instant: DateTime<Utc>| {
        instant.with_timezone(&article.zone).to_rfc3339_opts(SecondsFormat::Secs, false)
    };
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    let urls = |urls: Vec<&str>| urls.join(" ");
    [
        article.id.clone(),
        article.source.to_string(),
        text(province),
        text(agency),
        article.url.to_string(),
        article.title.clone(),
        text(article.summary.as_deref()),
        text(article.author.as_deref()),
        text(article.source_line.as_deref()),
        local(article.published),
        local(article.updated),
        article.language.clone(),
        article.topics.iter().map(Slug::as_str).collect::<Vec<_>>().join(" "),
        article.tags.join("; "),
        urls(article.attachments.iter().map(|a| a.url.as_str()).collect()),
        urls(article.images.iter().map(|image| image.url.as_str()).collect()),
        article.text.clone(),
    ]
}
