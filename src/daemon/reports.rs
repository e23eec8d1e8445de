//! What the daemon logs about visits and publications, and reports to monitors.

use super::ActivePlan;
use crate::crawl::VisitReport;
use crate::publisher::{self, PublishReport};
use bantin_core::VisitOutcome;
use bantin_serve::App;
use bantin_store::{Store, StoreError};
use chrono::{DateTime, Utc};

/// Logs the result of a visit.
pub fn log_visit(report: &VisitReport) {
    let source = report.source.id();
    for warning in &report.warnings {
        tracing::warn!(%source, "{warning}");
    }
    match &report.outcome {
        VisitOutcome::Unchanged => tracing::debug!(%source, outcome = "unchanged", "visited"),
        VisitOutcome::Visited(tally) => tracing::info!(
            %source, outcome = report.outcome.word(),
            items = tally.items, new = tally.new, revised = tally.revised, rejected = tally.rejected,
            failed = tally.failed, waiting = tally.waiting,
            "visited"
        ),
        VisitOutcome::Failed(failure) => {
            let outcome = report.outcome.word();
            tracing::error!(%source, outcome, stage = %failure.stage, next_visit = %report.next_visit, "{}", failure.message);
        }
    }
}

/// Deletes documents of removed feeds, and logs it.
pub async fn clear_out(store: &Store, active: &ActivePlan, now: DateTime<Utc>) {
    match publisher::delete_removed_feeds(store, &active.site, &active.feeds, now).await {
        Ok(done) => {
            done.messages.iter().for_each(|message| tracing::warn!("{message}"));
            done.problems.iter().for_each(|problem| tracing::error!("{problem}"));
        }
        Err(error) => tracing::error!("documents of removed feeds could not be deleted: {error}"),
    }
}

/// Logs the result of a publication run, each problem once, and reports it to monitors and the
/// server. Returns whether everything was published.
pub(super) fn conclude(
    report: Result<PublishReport, StoreError>,
    app: &App,
    logged: &mut Vec<String>,
) -> bool {
    let problems = match report {
        Ok(report) => {
            if report.written > 0 {
                tracing::info!(written = report.written, unchanged = report.unchanged, "published");
            }
            report.problems
        }
        Err(error) => vec![error.to_string()],
    };
    for problem in problems.iter().filter(|problem| !logged.contains(problem)) {
        tracing::error!("{problem}");
    }
    // A run that failed may have written documents before.
    app.documents_changed();
    let complete = problems.is_empty();
    app.report(if complete { Ok(()) } else { Err(problems.join("\n")) });
    *logged = problems;
    complete
}
