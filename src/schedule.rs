//! When a source is due again.
//!
//! The next visit is the latest of its cron slot, the pause after failures, and what its host asked for. It lies in the
//! store, so that a restart changes nothing.

use crate::model::{Advice, Outcome, Source};
use chrono::{DateTime, TimeDelta, Utc};

/// The first pause after a failure; it doubles with each further one.
const FIRST_PAUSE: TimeDelta = TimeDelta::minutes(2);
/// The longest pause: a source that was down for a month is back within a day of its own return.
const LONGEST_PAUSE: TimeDelta = TimeDelta::hours(24);
/// The widest spread of the sources that share a cron slot.
const WIDEST_SPREAD: TimeDelta = TimeDelta::minutes(5);
/// Where a timetable has no further slot, somebody looks tomorrow.
const NO_SLOT: TimeDelta = TimeDelta::hours(24);

/// The instant of the next visit, after one that ended at `now` with `outcome`, the `failures`th failure in a row.
pub fn next_visit(
    source: &Source,
    outcome: &Outcome,
    failures: u32,
    now: DateTime<Utc>,
) -> DateTime<Utc> {
    let slot = slot(source, now);
    let failure = match outcome {
        Outcome::Failed(failure) => failure,
        // The listing was longer than one visit: what waits may have scrolled off by a slot that is days away.
        Outcome::Visited(tally) if tally.waiting > 0 && tally.failed == 0 => {
            return outside_quiet_hours(source, slot.min(now + FIRST_PAUSE));
        }
        _ => return outside_quiet_hours(source, slot),
    };
    let pause = pause(source.id().as_str(), failures);
    let asked = match failure.advice {
        Advice::RetryAfter(pause) => TimeDelta::from_std(pause).unwrap_or(LONGEST_PAUSE),
        _ => TimeDelta::zero(),
    };
    outside_quiet_hours(source, slot.max(now + pause).max(now + asked))
}

/// The next cron slot, moved by the source's own spread: 680 sources of one slot do not start in one second.
fn slot(source: &Source, now: DateTime<Utc>) -> DateTime<Utc> {
    let Some(first) = source.timetable.next_after(now) else { return now + NO_SLOT };
    let second = source.timetable.next_after(first).unwrap_or(first + NO_SLOT);
    let widest = ((second - first) / 10).min(WIDEST_SPREAD);
    first + share(source.id().as_str(), widest)
}

/// The instant, or the end of the quiet hours that it falls into, with the source's own spread behind it.
fn outside_quiet_hours(source: &Source, instant: DateTime<Utc>) -> DateTime<Utc> {
    match source.access.quiet.and_then(|quiet| quiet.rest(instant)) {
        Some((end, _)) => end + share(source.id().as_str(), WIDEST_SPREAD),
        None => instant,
    }
}

/// The pause after the given number of failures in a row, between 75 % and 100 % of the doubled one.
fn pause(source: &str, failures: u32) -> TimeDelta {
    let doublings = failures.saturating_sub(1).min(16);
    let full = (FIRST_PAUSE * 2_i32.pow(doublings)).min(LONGEST_PAUSE);
    let salt = format!("{source} {failures}");
    full - share(&salt, full / 4)
}

/// A share of a span that a name always gets: stable over restarts, even over names.
fn share(name: &str, span: TimeDelta) -> TimeDelta {
    let [a, b, ..] = *blake3::hash(name.as_bytes()).as_bytes();
    let millis = span.num_milliseconds() * i64::from(u16::from_be_bytes([a, b])) / 65_536;
    TimeDelta::milliseconds(millis)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Failure, Stage, Tally};
    use crate::testing::source;
    use std::time::Duration;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn failed(advice: Advice) -> Outcome {
        Outcome::Failed(Failure { stage: Stage::Fetch, message: String::new(), advice })
    }

    #[test]
    fn a_source_keeps_its_own_place_within_the_slot() {
        let source = source("ban-dan-toc");
        let now = at("2026-11-20T00:00:00Z");
        let next = next_visit(&source, &Outcome::Visited(Tally::default()), 0, now);
        assert_eq!(next, next_visit(&source, &Outcome::Unchanged, 0, now));
        let spread = next - at("2026-11-20T00:30:00Z");
        assert!(spread >= TimeDelta::zero() && spread < TimeDelta::minutes(3), "{spread}");
        let others: std::collections::BTreeSet<_> = (0..100)
            .map(|n| {
                next_visit(&crate::testing::source(&format!("so-{n}")), &Outcome::Unchanged, 0, now)
            })
            .collect();
        assert!(others.len() > 90, "only {} instants for 100 sources", others.len());
    }

    #[test]
    fn pauses_double_up_to_a_day_and_no_further() {
        let now = at("2026-11-20T00:00:00Z");
        let mut last = TimeDelta::zero();
        for failures in 1..200 {
            let source = source("ban-dan-toc");
            let pause = next_visit(&source, &failed(Advice::RetryLater), failures, now) - now;
            assert!(pause <= LONGEST_PAUSE + TimeDelta::minutes(33));
            assert!(pause >= last * 3 / 4, "{failures}: {pause} after {last}");
            last = pause;
        }
        assert!(last >= TimeDelta::hours(18));
    }

    #[test]
    fn nothing_is_due_in_quiet_hours() {
        let mut source = source("ban-dan-toc");
        let time = |hour| chrono::NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
        let quiet = crate::model::Quiet { from: time(7), to: time(9), zone: source.zone };
        source.access.quiet = Some(quiet);
        let now = at("2026-11-20T06:59:00+07:00");
        let next = next_visit(&source, &Outcome::Unchanged, 0, now);
        let end = at("2026-11-20T09:00:00+07:00");
        assert!(next >= end && next <= end + WIDEST_SPREAD, "{next}");
    }

    #[test]
    fn a_host_that_names_its_time_is_not_asked_before() {
        let source = source("ban-dan-toc");
        let now = at("2026-11-20T00:00:00Z");
        let asked = failed(Advice::RetryAfter(Duration::from_secs(7200)));
        assert!(next_visit(&source, &asked, 1, now) >= at("2026-11-20T02:00:00Z"));
    }
}
