//! `bantin status`: shows the state of each source.

use super::table::{self, TextTable};
use super::{ConfigOption, existing_store_for_reading, source_list};
use crate::clock_watch;
use bantin_core::clock::Clock;
use bantin_core::clock_guard::{ClockBasis, ClockGuard, ClockRecord};
use bantin_core::{Slug, Source, TlsTrust, VisitOutcome};
use bantin_fetch::redacted;
use bantin_store::{SourceReport, Store};
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

/// Show the state of each source: last visit, next visit, articles, and the reason of a failure
///
/// Works beside a running bantin. Failing sources come first.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Print JSON, one object per source
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(config: ConfigOption, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let plan = config.plan()?;
    let store = existing_store_for_reading(&plan).await?;
    let clock = super::clock(&plan, Some(&store)).await?;
    let (now, wrong_clock) = (clock.now(), wrong_clock(&clock, &store).await?);
    let mut reports = store.report(now).await?;
    reports.sort_by_key(|report| (!report.active, report.failures == 0));
    if arguments.json {
        let mut out = std::io::stdout().lock();
        for report in &reports {
            let unverified = is_unverified(&report.origin.id, &plan.sources);
            writeln!(out, "{}", json(report, unverified))?;
        }
        // Not on the standard output, where each line is a source.
        if let Some(warning) = wrong_clock {
            eprintln!("bantin: {warning}");
        }
        return Ok(ExitCode::SUCCESS);
    }
    let mut lines =
        TextTable::new(["source", "outcome", "last", "next", "articles", "newest", "details"]);
    for report in &reports {
        let outcome = report.last.as_ref().map_or("not visited", |(_, outcome)| outcome.word());
        let ago = |instant| table::span(instant, now);
        let next = match (report.active, report.under_way) {
            (false, _) => "not in feeds.toml".to_owned(),
            (true, true) => "in progress".to_owned(),
            (true, false) if report.next_visit <= now => "due".to_owned(),
            (true, false) => ago(report.next_visit),
        };
        lines.row([
            report.origin.id.to_string(),
            outcome.to_owned(),
            report.last.as_ref().map(|(finished, _)| ago(*finished)).unwrap_or_default(),
            next,
            report.articles.to_string(),
            report.newest.map(ago).unwrap_or_default(),
            match is_unverified(&report.origin.id, &plan.sources) {
                true => {
                    format!("UNSAFE (tls_verify = \"off\") {}", with_move(report, what(report)))
                }
                false => with_move(report, what(report)),
            },
        ]);
    }
    let mut out = std::io::stdout().lock();
    if let Some(warning) = wrong_clock {
        writeln!(out, "WRONG CLOCK: {warning}\n")?;
    }
    write!(out, "{lines}")?;
    for line in source_list::list_lines(&plan, now)? {
        writeln!(out, "{line}")?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The warning about a wrong system clock: the finding of the process that visits, or that the clock
/// is before the newest instant in the store.
async fn wrong_clock(clock: &Clock, store: &Store) -> anyhow::Result<Option<String>> {
    let Some(finding) = clock.guard().map(ClockGuard::finding).filter(|found| found.is_distrusted)
    else {
        return Ok(None);
    };
    let hosts = match (finding.basis, store.clock_record().await?) {
        (ClockBasis::Earlier, Some(record)) => record.hosts,
        _ => 0,
    };
    Ok(Some(clock_watch::warning(&ClockRecord { hosts, ..ClockRecord::from(finding) })))
}

/// Whether certificates of a source are not verified, so that anyone on the network path can change
/// what is published.
fn is_unverified(id: &Slug, sources: &[Arc<Source>]) -> bool {
    sources.iter().any(|source| source.id() == id && source.access.tls.trust == TlsTrust::Any)
}

/// The failure or the leftovers of the last visit, in one line.
fn what(report: &SourceReport) -> String {
    match &report.last {
        Some((_, VisitOutcome::Failed(failure))) if report.failures > 1 => {
            format!("{} times in a row: {}", report.failures, failure.message)
        }
        Some((_, VisitOutcome::Failed(failure))) => failure.message.clone(),
        Some((_, VisitOutcome::Visited(tally))) => {
            let refused = report.rejected.as_ref().map(|(_, reason)| format!(" ({reason})"));
            format!(
                "{}{}",
                table::leftovers(tally),
                refused.filter(|_| tally.rejected > 0).unwrap_or_default()
            )
        }
        _ => String::new(),
    }
}

/// Adds the address that a listing has permanently moved to.
fn with_move(report: &SourceReport, what: String) -> String {
    let Some(to) = &report.moved_to else { return what };
    let moved = format!("moved permanently to {}; write the new address into url", redacted(to));
    if what.is_empty() { moved } else { format!("{what}; {moved}") }
}

fn json(report: &SourceReport, unverified: bool) -> serde_json::Value {
    serde_json::json!({
        "source": report.origin.id,
        "title": report.origin.title,
        "province": report.origin.province.as_ref().map(|province| &province.slug),
        "agency": report.origin.agency.as_ref().map(|agency| &agency.slug),
        "active": report.active,
        "tls_verify": if unverified { "off" } else { "on" },
        "under_way": report.under_way,
        "next_visit": report.next_visit,
        "last_success": report.last_success,
        "failures": report.failures,
        "moved_to": report.moved_to.as_ref().map(redacted),
        "learned": report.profile.lists,
        "articles": report.articles,
        "newest": report.newest,
        "last_visit": report.last.as_ref().map(|(finished, _)| finished),
        "last": report.last.as_ref().map(|(_, outcome)| outcome),
        "rejected": report.rejected.as_ref().map(|(count, _)| count),
        "rejected_because": report.rejected.as_ref().map(|(_, reason)| reason),
    })
}
