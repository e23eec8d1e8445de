//! `bantin export`

use super::{Config, existing_store};
use crate::model::{Article, Origin, Slug};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{BufWriter, Write};
use std::process::ExitCode;

/// How many articles are read at once.
const CHUNK: usize = 500;

/// Print all articles as JSON Lines or CSV
///
/// Works beside a running bantin. Every field is there: id, source, province, agency, address, title, summary, text, HTML, author,
/// source line, dates, images, attachments, topics, tags, and where each field was found.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// One JSON object a line, or comma-separated values (RFC 4180) with a heading
    #[arg(long, value_enum, default_value_t = Format::Jsonl)]
    format: Format,
    /// Only these sources
    #[arg(long, value_name = "ID")]
    source: Vec<Slug>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Jsonl,
    Csv,
}

/// An article together with the place that its source stands for.
#[derive(Serialize)]
struct Record<'a> {
    #[serde(flatten)]
    article: &'a Article,
    province: Option<&'a str>,
    agency: Option<&'a str>,
}

pub(super) async fn run(config: Config, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let plan = config.plan()?;
    let store = existing_store(&plan).await?;
    let origins = store.origins().await?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut csv = (arguments.format == Format::Csv).then(|| csv::Writer::from_writer(Vec::new()));
    if let Some(csv) = &mut csv {
        csv.write_record(COLUMNS)?;
    }
    let mut place = 0;
    loop {
        let articles = store.after(place, CHUNK).await?;
        let Some((last, _)) = articles.last() else { break };
        place = *last;
        for (_, article) in &articles {
            if !arguments.source.is_empty() && !arguments.source.contains(&article.source) {
                continue;
            }
            let record = record(article, &origins);
            match &mut csv {
                Some(csv) => csv.write_record(cells(&record))?,
                None => {
                    writeln!(out, "{}", serde_json::to_string(&record)?)?;
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

fn record<'a>(article: &'a Article, origins: &'a BTreeMap<Slug, Origin>) -> Record<'a> {
    let origin = origins.get(&article.source);
    Record {
        article,
        province: origin.and_then(|o| o.province.as_ref()).map(|p| p.name.as_str()),
        agency: origin.and_then(|o| o.agency.as_ref()).map(|a| a.name.as_str()),
    }
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

fn cells(record: &Record<'_>) -> [String; 17] {
    let article = record.article;
    let local = |instant: DateTime<Utc>| {
        instant.with_timezone(&article.zone).to_rfc3339_opts(SecondsFormat::Secs, false)
    };
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    let urls = |urls: Vec<&str>| urls.join(" ");
    [
        article.id.clone(),
        article.source.to_string(),
        text(record.province),
        text(record.agency),
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
