//! `bantin once`: one pass over all sources, then publish.

use super::table::{self, TextTable};
use super::{ConfigOption, UsageError, context};
use crate::clock_watch::{self, ClockWatch};
use crate::config::Plan;
use crate::crawl::{self, CrawlContext, VisitReport};
use crate::daemon::{self, ActivePlan};
use crate::lock::StateLock;
use crate::publisher::{self, PublishReport};
use crate::source_lists;
use crate::websub;
use bantin_core::clock::Clock;
use bantin_core::{Slug, Source, VisitOutcome};
use bantin_store::Store;
use chrono::{DateTime, Utc};
use futures_util::StreamExt;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

/// Visit every source once, publish, and print the results
///
/// Prints one line per source with its items or the reason of its failure. Exit code 0: every
/// source answered and everything is published; 1: something failed (everything else is published);
/// 3: a running bantin uses the state folder.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Visit only these sources, by their ids
    #[arg(value_name = "SOURCE")]
    sources: Vec<Slug>,
    /// Use this instant as the current time (RFC 3339): two passes over the same pages give the
    /// same bytes
    #[arg(long, value_name = "INSTANT")]
    now: Option<DateTime<Utc>>,
}

pub(super) async fn run(config: ConfigOption, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let plan = config.plan()?;
    let _lock = StateLock::acquire(&plan.site.state, "once")?;
    let store = Store::open(&plan.site.state).await?;
    let clock = match arguments.now {
        Some(now) => Clock::Fixed(now),
        None => super::clock(&plan, Some(&store)).await?,
    };
    let context = context(&plan, Some(&store), clock.clone())?;
    let mut watch = ClockWatch::start(&context, &store, &plan.sources).await?;
    let (plan, changes) = with_lists(&config, plan, &context, &store).await?;
    clock_watch::set_witnesses(&clock, &plan.sources);
    let ids: Vec<Slug> = plan.sources.iter().map(|source| source.id().clone()).collect();
    if let Some(unknown) = arguments.sources.iter().find(|id| !ids.contains(id)) {
        return Err(UsageError::unknown_source(unknown, &plan.sources).into());
    }
    let active = ActivePlan::from_plan(plan, &store, clock.now()).await?;
    store.end_leases(clock.now()).await?;
    let wanted = |id: &&Slug| arguments.sources.is_empty() || arguments.sources.contains(id);
    let sources = ids.iter().filter(wanted).filter_map(|id| active.sources.get(id).cloned());
    let reports = visit_all(&context, &store, sources.collect(), active.workers).await;
    let sources: Vec<_> = active.sources.values().cloned().collect();
    watch.round(&context, &store, &sources).await?;
    // Publish before printing: the reader of the output may be gone (broken pipe).
    let (report, published) = publish(&context, &store, &active).await?;
    let mut out = std::io::stdout().lock();
    let visited = print_reports(&mut out, reports, &changes)?;
    let output = active.site.output.display();
    let PublishReport { written, unchanged, empty, .. } = report;
    writeln!(out, "{written} documents written, {unchanged} unchanged in {output}")?;
    if !empty.is_empty() {
        writeln!(out, "no article yet, so no document: {}", table::names(&empty))?;
    }
    Ok(if visited && published { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Publishes the articles of the pass. Returns whether everything could be published.
async fn publish(
    context: &Arc<CrawlContext>,
    store: &Store,
    active: &ActivePlan,
) -> anyhow::Result<(PublishReport, bool)> {
    let print = |problems: &[String]| problems.iter().for_each(|why| eprintln!("bantin: {why}"));
    let (site, feeds, now) = (&active.site, &active.feeds, context.clock.now());
    let report = publisher::publish_all(store, site, feeds, now).await?;
    daemon::clear_out(store, active, now).await;
    print(&report.problems);
    let mut published = report.problems.is_empty();
    // A failed ping is not a failure of the pass: without a hub, readers get the articles later.
    print(&websub::ping_hubs(context, store, site, feeds).await?);
    // A command that withdrew an article in the meantime waits for the lock of this process, so
    // publish its change now.
    if store.changes().await? != report.changes {
        let again = publisher::publish_all(store, site, feeds, context.clock.now()).await?;
        print(&again.problems);
        published &= again.problems.is_empty();
    }
    Ok((report, published))
}

/// A source and the result of its visit; `None` if the visit was interrupted.
type SourceVisit = (Arc<Source>, anyhow::Result<Option<VisitReport>>);

/// Visits sources, at most `workers` at once.
async fn visit_all(
    context: &Arc<CrawlContext>,
    store: &Store,
    sources: Vec<Arc<Source>>,
    workers: usize,
) -> Vec<SourceVisit> {
    let stopped = super::stop_on_signal("pages");
    let bar = progress(sources.len());
    let worker = format!("once {}", std::process::id());
    let visits = sources.into_iter().map(|source| {
        let (stopped, bar, worker, lease) = (&stopped, &bar, &worker, context.limits.lease);
        async move {
            bar.set_message(source.id().to_string());
            let report = async {
                if *stopped.borrow() {
                    return Ok(None);
                }
                match store.claim(source.id(), context.clock.now(), worker, lease).await? {
                    Some(claim) => {
                        let visited = crawl::visit(context, store, &source, &claim, stopped).await;
                        if visited.is_err() {
                            // On a full disk this fails too, and the lease expires.
                            let _ = store.release(&claim).await;
                        }
                        Ok(visited?)
                    }
                    None => Ok(None),
                }
            };
            let report = report.await;
            bar.inc(1);
            (source, report)
        }
    });
    let visited = run_at_most(workers, visits).await;
    bar.finish_and_clear();
    visited
}

/// Runs these tasks, at most `most` at once, and returns their results in the order of the tasks. A
/// slow task delays no other.
async fn run_at_most<T>(
    most: usize,
    tasks: impl Iterator<Item = impl Future<Output = T>>,
) -> Vec<T> {
    let numbered = tasks.enumerate().map(|(number, task)| async move { (number, task.await) });
    let done = futures_util::stream::iter(numbered).buffer_unordered(most.max(1));
    let mut done: Vec<(usize, T)> = done.collect().await;
    done.sort_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Prints the result of each visit on a line, then list changes and warnings. Returns whether all
/// visits were successful.
fn print_reports(
    out: &mut impl Write,
    visited: Vec<SourceVisit>,
    changes: &[source_lists::SourceListUpdate],
) -> std::io::Result<bool> {
    let mut successful = true;
    let mut lines = TextTable::new(["source", "outcome", "items", "new", "revised", "details"]);
    let mut warnings = Vec::new();
    for (source, report) in visited {
        let id = source.id().to_string();
        successful &= matches!(&report, Ok(Some(report)) if report.outcome.is_success());
        lines.row(match report {
            Ok(Some(report)) => {
                warnings.extend(report.warnings.iter().map(|warning| format!("{id}: {warning}")));
                summary(id, &report.outcome)
            }
            Ok(None) => {
                row(id, "interrupted", "the next pass resumes with the pages fetched so far")
            }
            Err(error) => row(id, "failed", &format!("{error:#}")),
        });
    }
    write!(out, "{lines}")?;
    changes.iter().try_for_each(|change| writeln!(out, "{change}"))?;
    warnings.iter().try_for_each(|warning| writeln!(out, "  {warning}"))?;
    Ok(successful)
}

/// Re-reads the plan after fetching the remote source lists that are due.
async fn with_lists(
    config: &ConfigOption,
    plan: Plan,
    context: &CrawlContext,
    store: &Store,
) -> anyhow::Result<(Plan, Vec<source_lists::SourceListUpdate>)> {
    let fetches = plan.lists.iter().map(|list| source_lists::refresh(context, store, list));
    let changes = futures_util::future::try_join_all(fetches).await?;
    let changes: Vec<_> = changes.into_iter().flatten().collect();
    let plan = if changes.is_empty() { plan } else { config.plan()? };
    Ok((plan, changes))
}

/// A progress bar on a terminal; hidden elsewhere.
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

fn summary(id: String, outcome: &VisitOutcome) -> [String; 6] {
    match outcome {
        VisitOutcome::Unchanged => row(id, outcome.word(), ""),
        VisitOutcome::Failed(failure) => row(id, outcome.word(), &failure.message),
        VisitOutcome::Visited(tally) => {
            let number = |n: usize| n.to_string();
            let what = table::leftovers(tally);
            let word = outcome.word().to_owned();
            [id, word, number(tally.items), number(tally.new), number(tally.revised), what]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::run_at_most;
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
    use std::time::Duration;
    use tokio::sync::Semaphore;

    #[tokio::test]
    async fn a_slow_source_holds_up_no_other_and_the_results_keep_their_order() {
        let (others, running, peak) = (Semaphore::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
        let tasks = (0..9_usize).map(|number| {
            let (others, running, peak) = (&others, &running, &peak);
            async move {
                peak.fetch_max(running.fetch_add(1, SeqCst) + 1, SeqCst);
                match number {
                    // The first one ends after all others.
                    0 => others.acquire_many(8).await.unwrap().forget(),
                    _ => others.add_permits(1),
                }
                running.fetch_sub(1, SeqCst);
                number
            }
        });
        let all = tokio::time::timeout(Duration::from_secs(20), run_at_most(2, tasks)).await;
        assert_eq!(all.unwrap(), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(peak.into_inner(), 2);
    }
}
