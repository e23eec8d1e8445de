//! The schedule: when a source is visited next.
//!
//! The next visit is the latest of four instants: the cron slot, the end of the pause after
//! failures, the end of the pause that the host requested, and the end of the listing's freshness
//! lifetime. The store keeps it, so a restart changes nothing.

use crate::{ArticleKey, RetryAdvice, RevisitPolicy, Source, VisitOutcome, retry};
use chrono::{DateTime, TimeDelta, Utc};
use std::time::Duration;

/// The maximum freshness lifetime of a listing.
const MAX_FRESH: TimeDelta = TimeDelta::hours(6);
/// The maximum spread of the sources that share a cron slot.
const MAX_SPREAD: TimeDelta = TimeDelta::minutes(5);
/// The spans after which the page of a doubted article is fetched again, in hours.
const DOUBTED: [i64; 5] = [1, 6, 24, 72, 168];
/// The maximum spread of the revisits of doubted articles.
const MAX_REVISIT_SPREAD: TimeDelta = TimeDelta::hours(1);
/// The pause if a schedule has no further slot.
const NO_SLOT: TimeDelta = TimeDelta::hours(24);

/// Returns the instant of the next visit after one that ended at `now` with `outcome`. `failures`
/// is the number of consecutive failed visits, including this one.
pub fn next_visit(
    source: &Source,
    outcome: &VisitOutcome,
    failures: u32,
    now: DateTime<Utc>,
) -> DateTime<Utc> {
    let slot = slot(source, now);
    let failure = match outcome {
        VisitOutcome::Failed(failure) => failure,
        // The listing was longer than one visit may fetch. Waiting items may have left the listing
        // by the next slot, which can be days away.
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

/// Returns the instant until which a listing fetched at `received` is fresh, given the freshness
/// lifetime that its host declared. It is at most six hours, and at most two slots are skipped,
/// because hosts declare long lifetimes for pages that change.
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

/// The next cron slot plus the source's own spread, so that 680 sources of one slot do not start in
/// the same second.
fn slot(source: &Source, now: DateTime<Utc>) -> DateTime<Utc> {
    let Some(first) = source.timetable.next_after(now) else { return now + NO_SLOT };
    let second = source.timetable.next_after(first).unwrap_or(first + NO_SLOT);
    let widest = ((second - first) / 10).min(MAX_SPREAD);
    first + retry::spread(source.id().as_str(), widest)
}

/// Returns the instant, or, if it is in the quiet hours, their end plus the source's own spread.
fn outside_quiet_hours(source: &Source, instant: DateTime<Utc>) -> DateTime<Utc> {
    match source.access.quiet_hours.and_then(|quiet| quiet.time_left(instant)) {
        Some((end, _)) => end + retry::spread(source.id().as_str(), MAX_SPREAD),
        None => instant,
    }
}

/// Returns the instant after `now` at which a young article is fetched again for corrections.
/// `first_seen` is its first sighting. `None` if all revisits are over.
///
/// The intervals grow: of two revisits, the first is at a third of the span, the second at its end.
/// Each is up to an eighth earlier, so that articles published together are not fetched together.
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

/// Returns the instant after `now` at which the page of an article that is doubted since an instant
/// is fetched again. `None` after the last revisit.
///
/// Each is up to an eighth later, an hour at most, and never earlier: a page that must show the same
/// for six hours is confirmed by the revisit after six hours.
pub fn revisit_doubted(
    key: &ArticleKey,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let points = DOUBTED.iter().map(|hours| {
        let span = TimeDelta::hours(*hours);
        since + span + retry::spread(&format!("{key} {hours}"), (span / 8).min(MAX_REVISIT_SPREAD))
    });
    points.filter(|point| *point > now).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doubted_page_is_fetched_again_when_its_time_has_passed() {
        let since: DateTime<Utc> = "2026-11-20T05:00:00Z".parse().unwrap_or_default();
        for n in 0..20 {
            let key = ArticleKey::kept(format!("/tin/{n}"));
            let mut now = since;
            for hours in DOUBTED {
                let span = TimeDelta::hours(hours);
                let Some(next) = revisit_doubted(&key, since, now) else {
                    panic!("{key}, {hours}")
                };
                assert!(
                    next >= since + span && next <= since + span + MAX_REVISIT_SPREAD,
                    "{key}: {next}"
                );
                now = next;
            }
            assert_eq!(revisit_doubted(&key, since, now), None);
        }
    }
}
