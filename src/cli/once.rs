//! `bantin once`: one pass over all sources, then publish.

use super::table::{self, Table};
use super::{Config, Misuse, line};
use crate::clock::Clock;
use crate::config::Plan;
use crate::daemon::{self, Orders};
use crate::lists;
use crate::lock::Lock;
use crate::model::{Outcome, Slug};
use crate::press;
use crate::store::Store;
use crate::visit::{self, Line, Report};
use crate::websub;
use chrono::{DateTime, Utc};
use futures_util::StreamExt;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::Write;
use std::process::ExitCode;
use tokio::sync::watch;

/// Visit every source once, publish, and say what was found
///
/// A line for each source tells what was found or why it failed. Exit code 0: every source answered and everything is
/// published; 1: something failed (the rest is published all the same); 3: a running bantin has the state folder.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Only these sources, by their ids
    #[arg(value_name = "SOURCE")]
    sources: Vec<Slug>,
    /// Take this instant for now (RFC 3339): two passes over the same pages give the same bytes
    #[arg(long, value_name = "INSTANT")]
    now: Option<DateTime<Utc>>,
}

pub(super) async fn run(config: Config, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let plan = config.plan()?;
    let _lock = Lock::take(&plan.site.state, "once")?;
    let clock = arguments.now.map_or(Clock::System, Clock::Fixed);
    let store = Store::open(&plan.site.state).await?;
    let line = line(&plan, Some(&store), clock)?;
    let (plan, changes) = with_lists(&config, plan, &line, &store).await?;
    let ids: Vec<Slug> = plan.sources.iter().map(|source| source.id().clone()).collect();
    if let Some(unknown) = arguments.sources.iter().find(|id| !ids.contains(id)) {
        return Err(Misuse::unknown_source(unknown, &plan.sources).into());
    }
    let orders = Orders::from_plan(plan, &store, clock.now()).await?;
    store.end_leases(clock.now()).await?;

    let (tell, stopped) = watch::channel(false);
    tokio::spawn(async move {
        let mut told = false;
        while tokio::signal::ctrl_c().await.is_ok() {
            if std::mem::replace(&mut told, true) {
                std::process::exit(130);
            }
            eprintln!("stopping after the pages under way; again to stop now");
            let _ = tell.send(true);
        }
    });
    let wanted = |id: &Slug| arguments.sources.is_empty() || arguments.sources.contains(id);
    let sources: Vec<_> = ids
        .iter()
        .filter(|id| wanted(id))
        .filter_map(|id| orders.sources.get(id).cloned())
        .collect();
    let bar = progress(sources.len());
    let worker = format!("once {}", std::process::id());
    let visits = futures_util::stream::iter(sources.iter().cloned()).map(|source| {
        let (line, store) = (line.clone(), store.clone());
        let (stopped, worker, bar) = (stopped.clone(), worker.clone(), bar.clone());
        async move {
            bar.set_message(source.id().to_string());
            if *stopped.borrow() {
                return Ok(None);
            }
            let claim = store.claim(source.id(), clock.now(), &worker, line.limits.lease).await?;
            let report = match claim {
                Some(claim) => visit::visit(&line, &store, &source, &claim, &stopped).await?,
                None => None,
            };
            bar.inc(1);
            anyhow::Ok(report)
        }
    });
    let reports: Vec<anyhow::Result<Option<Report>>> =
        visits.buffered(orders.workers).collect().await;
    bar.finish_and_clear();

    let mut failed = false;
    let mut lines = Table::new(["source", "outcome", "items", "new", "revised", "what"]);
    let mut warnings = Vec::new();
    for (source, report) in sources.iter().zip(reports) {
        let id = source.id().to_string();
        match report {
            Ok(Some(report)) => {
                failed |= !report.outcome.is_success();
                warnings.extend(report.warnings.iter().map(|warning| format!("{id}: {warning}")));
                lines.row(summary(id, &report.outcome));
            }
            Ok(None) => {
                failed = true;
                lines.row(row(
                    id,
                    "interrupted",
                    "the next pass goes on with the pages that are here",
                ));
            }
            Err(error) => {
                failed = true;
                lines.row(row(id, "failed", &format!("{error:#}")));
            }
        }
    }
    // First what readers wait for, then what we have to say: whoever reads it may be gone.
    let edition = press::publish_all(&store, &orders.site, &orders.feeds, clock.now()).await?;
    daemon::clear_out(&store, &orders, clock.now()).await;
    for problem in &edition.problems {
        eprintln!("bantin: {problem}");
    }
    failed |= !edition.problems.is_empty();
    // Readers find everything without a hub too, only later: it is no failure of the pass.
    for problem in websub::tell_hubs(&line, &store, &orders.site, &orders.feeds).await? {
        eprintln!("bantin: {problem}");
    }
    // Who withdrew an article in the meantime left it to us, because we have the lock.
    if store.changes().await? != edition.changes {
        let now = clock.now();
        let again = press::publish_all(&store, &orders.site, &orders.feeds, now).await?;
        again.problems.iter().for_each(|problem| eprintln!("bantin: {problem}"));
        failed |= !again.problems.is_empty();
    }
    let mut out = std::io::stdout().lock();
    write!(out, "{lines}")?;
    for change in changes {
        writeln!(out, "{change}")?;
    }
    for warning in warnings {
        writeln!(out, "  {warning}")?;
    }
    let output = orders.site.output.display();
    writeln!(
        out,
        "{} documents written, {} unchanged in {output}",
        edition.written, edition.unchanged
    )?;
    if !edition.empty.is_empty() {
        writeln!(out, "no article yet, and so no document: {}", table::names(&edition.empty))?;
    }
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The plan with the lists of sources as they are now, those that are due fetched anew.
async fn with_lists(
    config: &Config,
    plan: Plan,
    line: &Line,
    store: &Store,
) -> anyhow::Result<(Plan, Vec<lists::Change>)> {
    let fetches = plan.lists.iter().map(|list| lists::refresh(line, store, list));
    let changes = futures_util::future::try_join_all(fetches).await?;
    let changes: Vec<_> = changes.into_iter().flatten().collect();
    let plan = if changes.is_empty() { plan } else { config.plan()? };
    Ok((plan, changes))
}

/// A bar on a terminal; nothing elsewhere.
fn progress(sources: usize) -> ProgressBar {
    let bar = ProgressBar::new(sources as u64);
    match ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

fn row(id: String, outcome: &str, what: &str) -> [String; 6] {
    let empty = String::new;
    [id, outcome.to_owned(), empty(), empty(), empty(), what.to_owned()]
}

fn summary(id: String, outcome: &Outcome) -> [String; 6] {
    match outcome {
        Outcome::Unchanged => row(id, outcome.word(), ""),
        Outcome::Failed(failure) => row(id, outcome.word(), &failure.message),
        Outcome::Visited(tally) => {
            let number = |n: usize| n.to_string();
            let what = table::leftovers(tally);
            let word = outcome.word().to_owned();
            [id, word, number(tally.items), number(tally.new), number(tally.revised), what]
        }
    }
}
