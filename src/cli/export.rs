//! `bantin export`: articles as JSON Lines ([`ArticleLine`]) or CSV.

use super::{ConfigOption, UsageError, existing_store_for_reading};
use crate::exchange::ArticleLine;
use bantin_core::{Article, Origin, Slug};
use bantin_store::ExportedArticle;
use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::Tz;
use std::io::{BufWriter, Write};
use std::process::ExitCode;

/// The number of articles that are read from the store at once.
const CHUNK: usize = 500;

/// Print all articles as JSON Lines or CSV
///
/// Works beside a running bantin. A line has every field of an article, the provenance of each
/// field, and the source. `bantin import --articles` imports the lines into another store
/// unchanged.
///
/// Withdrawn and erased articles are tombstones: lines with the field `withdrawn` (when, by whom,
/// why). The other store needs them so that it never publishes these articles again; all other
/// readers of the lines must skip them, or pass --without-tombstones. The line of an erased article
/// has its id, key and addresses, and no content. CSV has no tombstones, because it cannot be
/// imported.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// One JSON object per line, or comma-separated values (RFC 4180) with a header row
    #[arg(long, value_enum, default_value_t = ExportFormat::Jsonl)]
    format: ExportFormat,
    /// Export only these sources
    #[arg(long, value_name = "ID")]
    source: Vec<Slug>,
    /// Leave withdrawn and erased articles out; not for moving a store
    #[arg(long, conflicts_with = "withdrawn")]
    without_tombstones: bool,
    /// Also export withdrawn articles, which is the default for JSON Lines
    #[arg(long, hide = true)]
    withdrawn: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum ExportFormat {
    Jsonl,
    Csv,
}

pub(super) async fn run(config: ConfigOption, arguments: Arguments) -> anyhow::Result<ExitCode> {
    if arguments.withdrawn && arguments.format == ExportFormat::Csv {
        let why = "--withdrawn requires --format jsonl: the CSV has no column for withdrawals";
        return Err(UsageError(why.to_owned()).into());
    }
    let has_tombstones = arguments.format == ExportFormat::Jsonl && !arguments.without_tombstones;
    let plan = config.plan()?;
    let store = existing_store_for_reading(&plan).await?;
    let origins = store.origins().await?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut csv =
        (arguments.format == ExportFormat::Csv).then(|| csv::Writer::from_writer(Vec::new()));
    if let Some(csv) = &mut csv {
        csv.write_record(COLUMNS.map(|(name, _)| name))?;
    }
    let mut row = None;
    loop {
        let batch = store.export_batch(row, CHUNK).await?;
        if batch.last.is_none() {
            break;
        }
        row = batch.last;
        for exported in &batch.articles {
            let ExportedArticle { article, withdrawn, .. } = exported;
            let is_of_another =
                !arguments.source.is_empty() && !arguments.source.contains(&article.source);
            if is_of_another || (withdrawn.is_some() && !has_tombstones) {
                continue;
            }
            let origin = origins.get(&article.source);
            match &mut csv {
                Some(csv) => csv.write_record(COLUMNS.map(|(_, text)| text(article, origin)))?,
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

/// A column of the CSV: its header, and a function that gives its text for an article.
type CsvColumn = (&'static str, fn(&Article, Option<&Origin>) -> String);

const COLUMNS: [CsvColumn; 17] = [
    ("id", |article, _| article.id.clone()),
    ("source", |article, _| article.source.to_string()),
    ("province", |_, origin| {
        text(origin.and_then(|o| o.province.as_ref()).map(|province| province.name.as_str()))
    }),
    ("agency", |_, origin| {
        text(origin.and_then(|o| o.agency.as_ref()).map(|agency| agency.name.as_str()))
    }),
    ("url", |article, _| article.url.to_string()),
    ("title", |article, _| article.title.clone()),
    ("summary", |article, _| text(article.summary.as_deref())),
    ("author", |article, _| text(article.author.as_deref())),
    ("source_line", |article, _| text(article.source_line.as_deref())),
    ("published", |article, _| local(article.published, article.zone)),
    ("updated", |article, _| local(article.updated, article.zone)),
    ("language", |article, _| article.language.clone()),
    ("topics", |article, _| joined(article.topics.iter().map(Slug::as_str), " ")),
    ("tags", |article, _| article.tags.join("; ")),
    ("attachments", |article, _| {
        joined(article.attachments.iter().map(|file| file.url.as_str()), " ")
    }),
    ("images", |article, _| joined(article.images.iter().map(|image| image.url.as_str()), " ")),
    ("text", |article, _| article.text.clone()),
];

fn text(value: Option<&str>) -> String {
    value.unwrap_or_default().to_owned()
}

fn local(instant: DateTime<Utc>, zone: Tz) -> String {
    instant.with_timezone(&zone).to_rfc3339_opts(SecondsFormat::Secs, false)
}

fn joined<'a>(values: impl Iterator<Item = &'a str>, separator: &str) -> String {
    values.collect::<Vec<_>>().join(separator)
}
