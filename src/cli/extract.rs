//! `bantin extract`

use super::{Config, fetcher, store_if_any, user_agent};
use crate::clock::Clock;
use crate::fetch::{Request, Response};
use crate::model::{Access, Article, Field, Precision, Provenance};
use crate::page::Page;
use crate::visit;
use anyhow::{Context, bail};
use futures_util::StreamExt;
use serde::Deserialize;
use serde_json::{Value, json};
use std::io::{BufRead, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use tokio::sync::mpsc;
use url::Url;

/// What a page's address is where nobody tells it: relative links of such a page lead nowhere.
const NOWHERE: &str = "https://page.invalid/";

/// Show the article on a page: title, date, author, source and text
///
/// Reads a file, the standard input (`-`) or an address, without feeds.toml and without a selector; an address is fetched as
/// politely as any source, in turn with those of feeds.toml where there is one. Exit code 1 where there is no article.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// A file, `-` for the standard input, or an http(s) address
    #[arg(value_name = "FILE|URL|-", required_unless_present = "batch")]
    page: Option<String>,
    /// The address of the page in a file: for its links, and for what it tells of the date
    #[arg(long, conflicts_with = "batch", default_value = NOWHERE)]
    url: Url,
    /// What is printed
    #[arg(long, value_enum, default_value_t = Format::Text, conflicts_with = "batch")]
    format: Format,
    /// Read JSON lines {"id", "url", "html": FILE} and print one JSON line for each, in their order
    ///
    /// As many pages are read at once as there are cores. A page that is no article gives {"id", "error"}.
    #[arg(long, conflicts_with = "page")]
    batch: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// The fields by name, then the text
    Text,
    /// One JSON object, with where each field was found
    Json,
    /// The cleaned HTML of the body
    Html,
}

pub(super) async fn run(config: Config, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let Some(name) = arguments.page.filter(|_| !arguments.batch) else { return batch().await };
    let page = match name.as_str() {
        "-" => {
            let mut bytes = Vec::new();
            std::io::stdin().lock().read_to_end(&mut bytes)?;
            saved(bytes, arguments.url)
        }
        address if address.starts_with("http://") || address.starts_with("https://") => {
            fetched(&config, &address.parse().with_context(|| address.to_owned())?).await?
        }
        file => saved(std::fs::read(file).with_context(|| file.to_owned())?, arguments.url),
    };
    let article = tokio::task::spawn_blocking(move || visit::read_alone(&page)).await?;
    let article = match article {
        Ok(article) => article,
        Err(reason) => {
            eprintln!("{name}: {reason}");
            return Ok(ExitCode::FAILURE);
        }
    };
    let mut out = std::io::stdout().lock();
    match arguments.format {
        Format::Text => write_text(&mut out, &article)?,
        Format::Json => writeln!(out, "{:#}", record(&article))?,
        Format::Html => writeln!(out, "{}", article.html.as_str())?,
    }
    Ok(ExitCode::SUCCESS)
}

/// One line of a batch.
#[derive(Debug, Deserialize)]
struct Line {
    id: Value,
    #[serde(default = "nowhere")]
    url: String,
    html: PathBuf,
}

fn nowhere() -> String {
    NOWHERE.to_owned()
}

/// Reads pages as their lines come, several at once, and answers in their order.
async fn batch() -> anyhow::Result<ExitCode> {
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let (tell, lines) = mpsc::channel(cores);
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines() {
            if tell.blocking_send(line).is_err() {
                break;
            }
        }
    });
    let lines = futures_util::stream::unfold(lines, async |mut lines| {
        lines.recv().await.map(|line| (line, lines))
    });
    let answers = lines.map(|line| tokio::task::spawn_blocking(move || Ok(answer(&line?))));
    let mut answers = std::pin::pin!(answers.buffered(cores));
    let mut out = std::io::stdout().lock();
    while let Some(answer) = answers.next().await {
        let answer: std::io::Result<Option<Value>> = answer?;
        if let Some(answer) = answer? {
            writeln!(out, "{answer}")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The answer to a line; none to an empty one.
fn answer(line: &str) -> Option<Value> {
    if line.trim().is_empty() {
        return None;
    }
    let Line { id, url, html } = match serde_json::from_str(line) {
        Ok(line) => line,
        Err(error) => return Some(json!({ "id": null, "error": format!("the line: {error}") })),
    };
    // A panic is a fault of ours, and must not end the other pages.
    let read_it = || -> Result<Article, String> {
        let bytes = std::fs::read(&html).map_err(|error| format!("{}: {error}", html.display()))?;
        let url = url.parse().map_err(|error| format!("{url}: {error}"))?;
        visit::read_alone(&saved(bytes, url))
    };
    let article = std::panic::catch_unwind(std::panic::AssertUnwindSafe(read_it))
        .unwrap_or_else(|_| Err("reading it panicked, a fault of bantin's".to_owned()));
    let mut answer = json!({ "id": id });
    let more = match article {
        Ok(article) => record(&article),
        Err(error) => json!({ "error": error }),
    };
    if let (Some(answer), Value::Object(more)) = (answer.as_object_mut(), more) {
        answer.extend(more);
    }
    Some(answer)
}

/// A page that was saved.
fn saved(bytes: Vec<u8>, url: Url) -> Page {
    visit::saved(bytes, url, Clock::System.now())
}

/// A page of the network: where there is a feeds.toml, in turn with the sources that it names.
async fn fetched(config: &Config, url: &Url) -> anyhow::Result<Page> {
    let plan = if config.path.exists() { Some(config.plan()?) } else { None };
    let store = match &plan {
        Some(plan) => store_if_any(plan).await?,
        None => None,
    };
    let fetcher = fetcher(user_agent(plan.as_ref()), store.as_ref(), Clock::System)?;
    let access = Access { ports: url.port().into_iter().collect(), ..Access::default() };
    let request = Request { url, access: &access, folder: None, validators: None };
    match fetcher.get(request).await? {
        Response::Page(page) => Ok(page),
        Response::Gone(absence) => bail!("{url} is gone ({})", absence.status()),
        Response::Unchanged(..) => {
            bail!("{url} says that it is unchanged, although nothing was known")
        }
    }
}

/// When the article was published, where its page says so: a day, or an instant with its offset (RFC 3339).
///
/// A day that stands only in the article's first sentence is that of the event, and is told as such.
fn date(article: &Article) -> Option<String> {
    if let Some(Provenance::FirstSeen | Provenance::Lead) =
        article.provenance.get(&Field::Published)
    {
        return None;
    }
    Some(written(article))
}

/// The day of the event that the article tells of, where that is all it says.
fn event(article: &Article) -> Option<String> {
    let is_event = article.provenance.get(&Field::Published) == Some(&Provenance::Lead);
    is_event.then(|| written(article))
}

fn written(article: &Article) -> String {
    let published = article.published.with_timezone(&article.zone);
    match article.precision {
        Precision::Day => published.format("%Y-%m-%d").to_string(),
        Precision::Minute | Precision::Second => published.to_rfc3339(),
    }
}

fn record(article: &Article) -> Value {
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
        "text": article.text,
        "html": article.html.as_str(),
        "images": images,
        "attachments": attachments,
        "provenance": article.provenance,
    })
}

fn write_text(out: &mut impl Write, article: &Article) -> std::io::Result<()> {
    let (date, event) = (date(article), event(article));
    let fields = [
        ("title", Some(article.title.as_str()), Field::Title),
        ("date", date.as_deref(), Field::Published),
        ("event", event.as_deref(), Field::Published),
        ("author", article.author.as_deref(), Field::Author),
        ("source", article.source_line.as_deref(), Field::SourceLine),
    ];
    for (name, value, field) in fields {
        let Some(value) = value else { continue };
        match article.provenance.get(&field) {
            Some(provenance) => writeln!(out, "{name:>7}  {value}  [{provenance}]")?,
            None => writeln!(out, "{name:>7}  {value}")?,
        }
    }
    writeln!(out, "\n{}", article.text)?;
    for attachment in &article.attachments {
        writeln!(out, "\nattachment: {}", attachment.url)?;
    }
    Ok(())
}
