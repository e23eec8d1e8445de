//! `bantin try`: shows what a visit would give, without storing anything.

use super::{ConfigOption, UsageError, add, clock, context, letter, source_named, store_if_any};
use crate::config::{self, ConfigErrors, Plan};
use crate::crawl::{self, CrawlContext, VisitError, VisitFindings};
use anyhow::bail;
use bantin_core::{ArticleField, Listing, NewArticle, RetryAdvice, Source};
use bantin_store::SourceState;
use ipnet::IpNet;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::sync::watch;

/// Show what a visit to a source, or to the page at an address, would give, and store nothing
///
/// Fetches the listing and the first article pages, politely also beside a running bantin, and
/// prints each field with its provenance. Exit code 1 if the source fails; if a firewall blocks
/// bantin, a letter to the agency is printed.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The id of a source in feeds.toml, or the http(s) address of a page that lists news, or of a
    /// feed
    #[arg(value_name = "SOURCE|URL")]
    source: String,
    /// The number of article pages to fetch
    #[arg(long, default_value_t = 3)]
    pages: usize,
    /// Files of platform rules that are tried before all others
    #[arg(long, value_name = "FILE")]
    platforms: Vec<PathBuf>,
    /// A private network that the address may be in; for example 10.1.2.0/24
    #[arg(long, value_name = "NETWORK")]
    allow_private: Vec<IpNet>,
    /// Print JSON, one object per article
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(config: ConfigOption, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let plan = config.plan()?;
    let store = store_if_any(&plan).await?;
    let context = context(&plan, store.as_ref(), clock(&plan, store.as_ref()).await?)?;
    let source = source(&config, &plan, &context, &arguments).await?;
    let (_never, stop) = watch::channel(false);
    let state = SourceState::default();
    let crawled = crawl::crawl(&context, &source, &None, state, &stop).await;
    let mut out = std::io::stdout().lock();
    let findings = match crawled {
        Ok(findings) => findings,
        Err(VisitError::Failed(failure)) => {
            eprintln!("{}: {}: {}", source.id(), failure.stage, failure.message);
            if failure.advice == RetryAdvice::AskAgency {
                write!(out, "{}", letter::to_agency(&source, &plan, context.clock.now()))?;
            }
            return Ok(ExitCode::FAILURE);
        }
        Err(other) => return Err(other.into()),
    };
    let Some(listing) = &findings.listing else {
        bail!("{} answers 304 Not Modified to an unconditional request", source.url)
    };
    if arguments.json {
        for arrived in &findings.visit.articles {
            writeln!(out, "{}", serde_json::to_string(&arrived.article)?)?;
        }
    } else {
        print_findings(&mut out, &source, listing, &findings)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Finds or creates the source to try, with the page limit and the platform rules of the command
/// line.
async fn source(
    config: &ConfigOption,
    plan: &Plan,
    context: &CrawlContext,
    arguments: &Arguments,
) -> anyhow::Result<Arc<Source>> {
    let source = if arguments.source.contains("://") {
        let url = add::address(&arguments.source)?;
        let source = add::source_at(config, plan, context, &url, &arguments.allow_private).await;
        match source {
            Ok(source) => source,
            Err(error) if error.is::<ConfigErrors>() || error.is::<UsageError>() => {
                return Err(error);
            }
            Err(error) => bail!("{url}: {error:#}"),
        }
    } else {
        let name = &arguments.source;
        let id = name.parse().map_err(|error| UsageError(format!("{name:?}: {error}")))?;
        source_named(&id, &plan.sources)?
    };
    let mut source = Source { max_pages: arguments.pages, ..Source::clone(&source) };
    let own = &mut source.article.platforms.own;
    let further = config::platforms(&arguments.platforms)?;
    *own = further.iter().chain(own.iter()).cloned().collect();
    Ok(Arc::new(source))
}

fn print_findings(
    out: &mut impl Write,
    source: &Source,
    listing: &Listing,
    findings: &VisitFindings,
) -> std::io::Result<()> {
    writeln!(out, "{}: {} items", source.url, listing.items.len())?;
    for item in &listing.items {
        let title = item.title.as_deref().unwrap_or("no title");
        let date = item.date.as_deref().unwrap_or("no date");
        writeln!(out, "  {title}\n    {date}  {}", item.url)?;
    }
    for arrived in findings.visit.articles.iter().rev() {
        print_article(out, &arrived.article)?;
    }
    findings.warnings.iter().try_for_each(|warning| writeln!(out, "\n! {warning}"))
}

fn print_article(out: &mut impl Write, article: &NewArticle) -> std::io::Result<()> {
    let published = article.published.with_timezone(&article.zone).to_rfc3339();
    let fields = [
        ("title", Some(article.title.as_str()), ArticleField::Title),
        ("url", Some(article.url.as_str()), ArticleField::Url),
        ("published", Some(published.as_str()), ArticleField::Published),
        ("author", article.author.as_deref(), ArticleField::Author),
        ("source line", article.source_line.as_deref(), ArticleField::SourceLine),
        ("summary", article.summary.as_deref(), ArticleField::Summary),
        ("body", Some(article.text.lines().next().unwrap_or_default()), ArticleField::Body),
    ];
    writeln!(out)?;
    for (name, value, field) in fields {
        let Some(value) = value else { continue };
        match article.provenance.get(&field) {
            Some(provenance) => writeln!(out, "{name:>12}  {value}  [{provenance}]")?,
            None => writeln!(out, "{name:>12}  {value}")?,
        }
    }
    for line in article.text.lines().skip(1) {
        writeln!(out, "{:>12}  {line}", "")?;
    }
    for attachment in &article.attachments {
        writeln!(out, "{:>12}  {}", "attachment", attachment.url)?;
    }
    Ok(())
}
