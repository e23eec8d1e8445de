//! `bantin backfill`: walks back through the pages of a source's listing.

use super::publishing::{self, PublishedBy};
use super::{ConfigOption, UsageError, clock, context, source_named};
use crate::clock_watch;
use crate::config::Plan;
use crate::crawl::{
    self, BackfillCounts, BackfillEnd as End, BackfillRange, BackfillReport, BackfillStep,
    CrawlContext,
};
use crate::daemon::ActivePlan;
use crate::lock::{LockError, StateLock};
use anyhow::ensure;
use bantin_core::{Slug, Source};
use bantin_read::discover::kind;
use bantin_store::Store;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::process::ExitCode;

/// Walk back through the pages of a source's listing and fetch articles from before its first visit
///
/// Follows the pages of the listing as a browser user would (links to the next page, page numbers,
/// "Xem tiếp", forms), and fetches the pages of unknown articles, as politely as a visit. The
/// articles enter the feeds by their own dates and do not displace news. A walk that is
/// interrupted, or that has used up the day's requests (`max_requests`), resumes when the command
/// is run again. Works beside a running bantin. Exit code 0: the walk reached its goal; 1: it did
/// not, and the reason is printed.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("extent").required(true).multiple(true).args(["pages", "since"]))]
pub(super) struct Arguments {
    /// The source, by its id
    #[arg(value_name = "SOURCE")]
    source: Slug,
    /// Up to this many pages, counted from the first page of the listing
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pages: Option<u32>,
    /// Back to this day: YYYY-MM-DD or dd/mm/yyyy, in the time zone of the source
    #[arg(long, value_name = "DATE", value_parser = day)]
    since: Option<NaiveDate>,
    /// Begin at the first page, even if an earlier walk went further
    #[arg(long)]
    afresh: bool,
}

/// Parses a day as people write it.
fn day(text: &str) -> Result<NaiveDate, String> {
    let forms = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"];
    let read = forms.iter().find_map(|form| NaiveDate::parse_from_str(text.trim(), form).ok());
    read.ok_or_else(|| "write the day as 2020-12-31 or 31/12/2020".to_owned())
}

/// The instant at which a day begins.
fn begins(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    // A zone may move clocks forward at midnight; then use midnight in UTC.
    midnight.and_local_timezone(zone).earliest().map_or(midnight.and_utc(), |at| at.to_utc())
}

pub(super) async fn run(config: ConfigOption, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let plan = config.plan()?;
    let source = source_named(&arguments.source, &plan.sources)?;
    if let Some(why) = kind::definition(&source.kind).no_next_page {
        return Err(UsageError(format!("{} {why}", source.id())).into());
    }
    let (state, store) = (plan.site.state.clone(), Store::open(&plan.site.state).await?);
    let context = context(&plan, Some(&store), clock(&plan, Some(&store)).await?)?;
    // Where a running bantin watches the clock, it has stored its finding.
    clock_watch::request_dates_if_needed(&context, &plan.sources).await;
    hand_over(plan, &store, &source, &context).await?;
    let _lock = StateLock::acquire_backfill(&state, source.id())?;

    let wanted = BackfillRange {
        pages: arguments.pages.map(|pages| usize::try_from(pages).unwrap_or(usize::MAX)),
        since: arguments.since.map(|day| begins(day, source.zone)),
        afresh: arguments.afresh,
    };
    let stopped = super::stop_on_signal("page");
    let mut shown = BackfillProgress::new();
    let mut tell = |step: BackfillStep| shown.step(step);
    let done = crawl::backfill(&context, &store, &source, wanted, &stopped, &mut tell).await?;
    shown.bar.finish_and_clear();
    // Publish before printing: the reader of the output may be gone (broken pipe).
    let (published, problems) = publish(&config, &store, done.counts.new).await?;
    print_report(&source, &arguments, &done);
    if let Some(published) = published {
        println!("{published}");
    }
    for problem in &problems {
        eprintln!("bantin: {problem}");
    }
    let is_whole = done.ended.is_success() && done.counts.missed == 0 && problems.is_empty();
    Ok(if is_whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Writes the plan to the store, unless a running bantin has done so.
async fn hand_over(
    plan: Plan,
    store: &Store,
    source: &Source,
    context: &CrawlContext,
) -> anyhow::Result<()> {
    match StateLock::acquire(&plan.site.state.clone(), "backfill") {
        Ok(_lock) => {
            ActivePlan::from_plan(plan, store, context.clock.now()).await?;
        }
        Err(LockError::Held { holder, .. }) => {
            let known = store.origins().await?;
            ensure!(
                known.contains_key(source.id()),
                "the running bantin ({holder}) does not know {} yet; make it reload feeds.toml (SIGHUP), then run this again",
                source.id()
            );
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

/// Publishes new articles, unless a running bantin does.
async fn publish(
    config: &ConfigOption,
    store: &Store,
    new: usize,
) -> anyhow::Result<(Option<String>, Vec<String>)> {
    if new == 0 {
        return Ok((None, Vec::new()));
    }
    let plan = config.read()?;
    Ok(match publishing::publish(plan, store, "backfill").await? {
        PublishedBy::Here(report, output) => {
            let summary = format!(
                "{} documents written, {} unchanged in {}",
                report.written,
                report.unchanged,
                output.display()
            );
            (Some(summary), report.problems)
        }
        PublishedBy::ByDaemon => {
            (Some("the running bantin publishes them within seconds".to_owned()), Vec::new())
        }
    })
}

/// A progress bar on a terminal, a line for each page elsewhere.
struct BackfillProgress {
    bar: ProgressBar,
    is_terminal: bool,
}

impl BackfillProgress {
    fn new() -> Self {
        let bar = ProgressBar::new(0);
        let bar = match ProgressStyle::with_template("{msg} {bar:30} {pos}/{len}") {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        };
        Self { bar, is_terminal: std::io::stderr().is_terminal() }
    }

    fn step(&mut self, step: BackfillStep) {
        match step {
            BackfillStep::Page(number, articles) => {
                self.bar.set_length(articles as u64);
                self.bar.set_position(0);
                self.bar.set_message(format!("page {number}"));
            }
            BackfillStep::Article => self.bar.inc(1),
            BackfillStep::Done(number, counts) if !self.is_terminal => {
                println!("page {number}: {}", counted(counts));
            }
            BackfillStep::Done(..) => {}
            BackfillStep::Replayed => {
                let what = "the site no longer accepts the form of the last walk; restarting at page 1, skipping known articles";
                if self.is_terminal { self.bar.println(what) } else { println!("{what}") }
            }
        }
    }
}

/// Lists the counts that are not zero.
fn counted(counts: BackfillCounts) -> String {
    let BackfillCounts { items, new, known, news, older, refused, gone, postponed, missed } =
        counts;
    let parts = [
        (new, "new"),
        (known, "known"),
        (news, "left to the next visit as news"),
        (older, "older than wanted"),
        (refused, "rejected"),
        (gone, "gone at the agency"),
        (missed, "not answered"),
        (postponed, "left to the next run"),
    ];
    let parts = parts.iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = parts.map(|(count, what)| format!("{count} {what}")).collect();
    format!(
        "{items} items; {}",
        if parts.is_empty() { "nothing new".to_owned() } else { parts.join(", ") }
    )
}

fn print_report(source: &Source, arguments: &Arguments, done: &BackfillReport) {
    let id = source.id();
    let walked = done.pages.saturating_sub(done.earlier_pages);
    println!("{id}: {walked} pages, {}", counted(done.counts));
    for reason in &done.reasons {
        println!("  {reason}");
    }
    let pages = done.pages;
    let again = "run the same command again to continue";
    println!(
        "{}",
        match &done.ended {
            End::Pages if walked == 0 => format!(
                "{pages} pages were done before; a greater --pages continues, --afresh begins at the first page"
            ),
            End::Pages => format!("{pages} pages are done; a greater --pages continues"),
            End::Since => {
                let day = arguments.since.map(|day| day.to_string()).unwrap_or_default();
                format!(
                    "everything after page {pages} is older than {day}; an earlier --since continues"
                )
            }
            End::Last => format!(
                "page {pages} is the last: it has no link to a next page; --afresh walks through all pages again"
            ),
            End::Repeated => format!("after page {pages} the listing shows an earlier page again"),
            End::Empty(what) => format!("page {pages} is the last: {what}"),
            End::Form => format!(
                "page {pages} leads to the next by a form, which a folder of saved pages cannot submit; give the source its url instead of the folder"
            ),
            End::Unreadable => format!(
                "stopped after page {pages}: its article pages cannot be read; `bantin try {id}` shows one. Then {again}"
            ),
            End::Gone => format!(
                "stopped after page {pages}: so many articles in a row are gone at the agency that the links of its listing may be wrong; open one of them in a browser. If they are really gone, {again}"
            ),
            End::Stopped => format!("stopped after page {pages}; {again}"),
            End::FormRefused(what) => {
                format!("stopped after page {pages}: the site rejects its form: {what}")
            }
            End::Resting(what, until) => {
                let until = until.with_timezone(&source.zone).format("%Y-%m-%d %H:%M %:z");
                format!("paused after page {pages}: {what}; from {until} on {again}")
            }
            End::Host(what) => format!("stopped after page {pages}: {what}; {again}"),
        }
    );
}
