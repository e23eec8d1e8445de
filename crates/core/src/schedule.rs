//! When a source is due again.
//!
//! The next visit is the latest of its cron slot, the pause after failures, what its host asked for, and until when its host
//! says that the listing stays as it is. It lies in the store, so that a restart changes nothing.

use crate::{ArticleKey, RetryAdvice, RevisitPolicy, Source, VisitOutcome, retry};
use chrono::{DateTime, TimeDelta, Utc};
use std::time::Duration;

/// No listing is believed to stay as it is for longer.
const MAX_FRESH: TimeDelta = TimeDelta::hours(6);
/// The widest spread of the sources that share a cron slot.
const MAX_SPREAD: TimeDelta = TimeDelta::minutes(5);
/// The pause where a schedule has no further slot.
const NO_SLOT: TimeDelta = TimeDelta::hours(24);

/// The instant of the next visit, after one that ended at `now` with `outcome`, the `failures`th failure in a row.
pub fn next_visit(
    source: &Source,
    outcome: &VisitOutcome,
    failures: u32,
    now: DateTime<Utc>,
) -> DateTime<Utc> {
    let slot = slot(source, now);
    let failure = match outcome {
        VisitOutcome::Failed(failure) => failure,
        // The listing was longer than one visit: what waits may have scrolled off by a slot that is days away.
        VisitOutcome::Visited(tally) if tally.waiting > 0 && tally.failed == 0 => {
            return outside_quiet_hours(source, slot.min(now + retry::UNFINISHED_VISIT));
        }
        _ => return outside_quiet_hours(source, slot),
    };
    let pause = retry::failed_visit(source.id().as_str(), failures);
    let asked = match failure.advice {
        RetryAdvice::RetryAfter(pause) => TimeDelta::from_std(pause).unwrap_or(retry::MAX_PAUSE),
        _ => TimeDelta::zero(),
    };
    outside_quiet_hours(source, slot.max(now + pause).max(now + asked))
}

/// The instant up to which a listing fetched at `received` is fresh, because its host declared a freshness lifetime of so
/// long: no longer than six hours, and no more than two slots are left out, because hosts say this of pages that change.
pub fn fresh_until(
    source: &Source,
    received: DateTime<Utc>,
    fresh_for: Duration,
    now: DateTime<Utc>,
) -> DateTime<Utc> {
    let fresh_for = TimeDelta::from_std(fresh_for).unwrap_or(MAX_FRESH).min(MAX_FRESH);
    let third = slot(source, slot(source, slot(source, now)));
    outside_quiet_hours(source, (received + fresh_for).min(third))
}

/// The next cron slot, moved by the source's own spread: 680 sources of one slot do not start in one second.
fn slot(source: &Source, now: DateTime<Utc>) -> DateTime<Utc> {
    let Some(first) = source.timetable.next_after(now) else { return now + NO_SLOT };
    let second = source.timetable.next_after(first).unwrap_or(first + NO_SLOT);
    let widest = ((second - first) / 10).min(MAX_SPREAD);
    first + retry::spread(source.id().as_str(), widest)
}

/// The instant, or the end of the quiet hours that it falls into, with the source's own spread behind it.
fn outside_quiet_hours(source: &Source, instant: DateTime<Utc>) -> DateTime<Utc> {
    match source.access.quiet.and_then(|quiet| quiet.time_left(instant)) {
        Some((end, _)) => end + retry::spread(source.id().as_str(), MAX_SPREAD),
        None => instant,
    }
}

/// When the page of an article that was first seen at `first_seen` is next looked at for corrections, after `now`. `None`
/// when it is not young any more.
///
/// The looks grow apart: of two the first is at a third of the span, the second at its end. Each is up to an eighth earlier,
/// so that what was published together is not looked at together.
pub fn revisit(
    revisits: RevisitPolicy,
    key: &ArticleKey,
    first_seen: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let within = TimeDelta::from_std(revisits.within).ok()?;
    let times = i32::try_from(revisits.times).ok()?;
    let points = (1..=times).map(|n| {
        let point = within * (n * (n + 1)) / (times * (times + 1));
        first_seen + point - retry::spread(&format!("{key} {n}"), point / 8)
    });
    points.filter(|point| *point > now).min()
}
