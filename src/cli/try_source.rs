//! `bantin try`

use super::{Config, line, table};
use crate::clock::Clock;
use crate::model::{Article, Field, Slug, Source};
use crate::store::{SourceState, Store};
use crate::visit::{self, Blind, Memory, Seen};
use anyhow::bail;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::sync::watch;

/// Show what a visit to a source would give, and store nothing
///
/// Fetches the listing and the first article pages, politely also beside a running bantin, and prints each field with the place
/// where it was found. Exit code 1 where the source fails.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The source's id in feeds.toml
    source: Slug,
    /// How many article pages are fetched
    #[arg(long, default_value_t = 3)]
    pages: usize,
    /// Print JSON, one object an article
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(config: Config, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let plan = config.plan()?;
    let Some(source) = plan.sources.iter().find(|source| *source.id() == arguments.source) else {
        let ids: Vec<Slug> = plan.sources.iter().map(|source| source.id().clone()).collect();
        bail!(
            "no source is called {:?}; feeds.toml has {}",
            arguments.source.as_str(),
            table::names(&ids)
        );
    };
    let source = Arc::new(Source { most_pages: arguments.pages, ..Source::clone(source) });
    // Nothing is stored, not even an empty store.
    let is_there = plan.site.state.join("bantin.sqlite").exists();
    let store = if is_there { Some(Store::open(&plan.site.state).await?) } else { None };
    let line = line(&plan, store.as_ref(), Clock::System)?;
    let (_go_on, stopped) = watch::channel(false);
    let seen = visit::look(&line, &source, &Memory::None, SourceState::default(), &stopped).await;
    let look = match seen {
        Ok(Seen::Look(look)) => look,
        Ok(Seen::Unchanged(_)) => {
            bail!("{} says that it is unchanged, although nothing was known", source.url)
        }
        Err(Blind::Failed(failure)) => {
            eprintln!("{}: {}: {}", source.id(), failure.stage, failure.message);
            return Ok(ExitCode::FAILURE);
        }
        Err(other) => return Err(other.into()),
    };
    if arguments.json {
        for arrived in &look.articles {
            println!("{}", serde_json::to_string(&arrived.article)?);
        }
        return Ok(ExitCode::SUCCESS);
    }
    println!("{}: {} items", source.url, look.listing.teasers.len());
    for teaser in &look.listing.teasers {
        let date = teaser.date.as_deref().unwrap_or("no date");
        println!("  {}\n    {date}  {}", teaser.title.as_deref().unwrap_or("no title"), teaser.url);
    }
    for arrived in look.articles.iter().rev() {
        print_article(&arrived.article);
    }
    for warning in &look.warnings {
        println!("\n! {warning}");
    }
    Ok(ExitCode::SUCCESS)
}

fn print_article(article: &Article) {
    let from =
        |field| article.provenance.get(&field).map(|p| format!("  [{p}]")).unwrap_or_default();
    let show = |name: &str, value: &str, field| println!("{name:>12}  {value}{}", from(field));
    println!();
    show("title", &article.title, Field::Title);
    show("url", article.url.as_str(), Field::Url);
    let published = article.published.with_timezone(&article.zone);
    show("published", &published.to_rfc3339(), Field::Published);
    if let Some(author) = &article.author {
        show("author", author, Field::Author);
    }
    if let Some(source_line) = &article.source_line {
        show("source line", source_line, Field::SourceLine);
    }
    if let Some(summary) = &article.summary {
        show("summary", summary, Field::Summary);
    }
    for attachment in &article.attachments {
        println!("{:>12}  {}", "attachment", attachment.url);
    }
    let mut lines = article.text.lines();
    show("body", lines.next().unwrap_or_default(), Field::Body);
    for line in lines {
        println!("{:>12}  {line}", "");
    }
}
