//! When a source is due again.
//!
//! The next visit is the latest of its cron slot, the pause after failures, what its host asked for, and until when its host
//! says that the listing stays as it is. It lies in the store, so that a restart changes nothing.

use crate::model::{ArticleKey, RetryAdvice, RevisitPolicy, Source, VisitOutcome, retry};
use chrono::{DateTime, TimeDelta, Utc};
use std::time::Duration;

/// No listing is believed to stay as it is for longer.
const LONGEST_FRESH: TimeDelta = TimeDelta::hours(6);
/// The widest spread of the sources that share a cron slot.
const WIDEST_SPREAD: TimeDelta = TimeDelta::minutes(5);
/// Where a timetable has no further slot, somebody looks tomorrow.
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

/// Until when a listing that came at `received` need not be asked for, because its host says that it stays as it is for so
/// long: no longer than six hours, and no more than two slots are left out, because hosts say this of pages that change.
pub fn fresh_until(
    source: &Source,
    received: DateTime<Utc>,
    fresh_for: Duration,
    now: DateTime<Utc>,
) -> DateTime<Utc> {
    let fresh_for = TimeDelta::from_std(fresh_for).unwrap_or(LONGEST_FRESH).min(LONGEST_FRESH);
    let third = slot(source, slot(source, slot(source, now)));
    outside_quiet_hours(source, (received + fresh_for).min(third))
}

/// The next cron slot, moved by the source's own spread: 680 sources of one slot do not start in one second.
fn slot(source: &Source, now: DateTime<Utc>) -> DateTime<Utc> {
    let Some(first) = source.timetable.next_after(now) else { return now + NO_SLOT };
    let second = source.timetable.next_after(first).unwrap_or(first + NO_SLOT);
    let widest = ((second - first) / 10).min(WIDEST_SPREAD);
    first + retry::spread(source.id().as_str(), widest)
}

/// The instant, or the end of the quiet hours that it falls into, with the source's own spread behind it.
fn outside_quiet_hours(source: &Source, instant: DateTime<Utc>) -> DateTime<Utc> {
    match source.access.quiet.and_then(|quiet| quiet.time_left(instant)) {
        Some((end, _)) => end + retry::spread(source.id().as_str(), WIDEST_SPREAD),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{VisitCounts, VisitFailure, VisitStage};
    use crate::testing::source;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn failed(advice: RetryAdvice) -> VisitOutcome {
        VisitOutcome::Failed(VisitFailure {
            stage: VisitStage::Fetch,
            message: String::new(),
            advice,
        })
    }

    #[test]
    fn a_source_keeps_its_own_place_within_the_slot() {
        let source = source("ban-dan-toc");
        let now = at("2026-11-20T00:00:00Z");
        let next = next_visit(&source, &VisitOutcome::Visited(VisitCounts::default()), 0, now);
        assert_eq!(next, next_visit(&source, &VisitOutcome::Unchanged, 0, now));
        let spread = next - at("2026-11-20T00:30:00Z");
        assert!(spread >= TimeDelta::zero() && spread < TimeDelta::minutes(3), "{spread}");
        let others: std::collections::BTreeSet<_> = (0..100)
            .map(|n| {
                next_visit(
                    &crate::testing::source(&format!("so-{n}")),
                    &VisitOutcome::Unchanged,
                    0,
                    now,
                )
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
            let pause = next_visit(&source, &failed(RetryAdvice::RetryLater), failures, now) - now;
            assert!(pause <= retry::MAX_PAUSE + TimeDelta::minutes(33));
            assert!(pause >= last * 3 / 4, "{failures}: {pause} after {last}");
            last = pause;
        }
        assert!(last >= TimeDelta::hours(18));
    }

    #[test]
    fn nothing_is_due_in_quiet_hours() {
        let mut source = source("ban-dan-toc");
        let time = |hour| chrono::NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
        let quiet = crate::model::QuietHours { from: time(7), to: time(9), zone: source.zone };
        source.access.quiet = Some(quiet);
        let now = at("2026-11-20T06:59:00+07:00");
        let next = next_visit(&source, &VisitOutcome::Unchanged, 0, now);
        let end = at("2026-11-20T09:00:00+07:00");
        assert!(next >= end && next <= end + WIDEST_SPREAD, "{next}");
    }

    #[test]
    fn a_young_article_is_looked_at_a_few_times_and_then_never() {
        let first_seen = at("2026-11-20T00:00:00Z");
        let revisits = |times| RevisitPolicy { times, within: Duration::from_secs(48 * 3600) };
        let looks = |times, key: &str| {
            let key = ArticleKey::kept(key.to_owned());
            let mut looks = vec![first_seen];
            while let Some(next) =
                looks.last().and_then(|last| revisit(revisits(times), &key, first_seen, *last))
            {
                looks.push(next);
            }
            looks.iter().skip(1).map(|look| *look - first_seen).collect::<Vec<_>>()
        };
        assert_eq!(looks(0, "/tin/1"), []);
        for key in ["/tin/1", "/tin/2", "/tin/3"] {
            let [first, last] = looks(2, key)[..] else { panic!("{key}") };
            assert!(first > TimeDelta::hours(13) && first <= TimeDelta::hours(16), "{first}");
            assert!(last > TimeDelta::hours(41) && last <= TimeDelta::hours(48), "{last}");
        }
        assert_ne!(looks(2, "/tin/1"), looks(2, "/tin/2"));
        assert_eq!(looks(10, "/tin/1").len(), 10);
        // What was missed is not caught up on.
        let key = ArticleKey::kept("/tin/1".to_owned());
        assert_eq!(revisit(revisits(2), &key, first_seen, first_seen + TimeDelta::days(3)), None);
    }

    #[test]
    fn a_fresh_listing_is_left_alone_within_bounds() {
        let now = at("2026-11-20T00:00:00Z");
        let check = |timetable: &str, minutes: u64, least: &str, most: &str| {
            let mut source = source("ban-dan-toc");
            source.timetable = crate::model::CronSchedule::parse(timetable, source.zone).unwrap();
            let until = fresh_until(&source, now, Duration::from_secs(minutes * 60), now);
            assert!(until >= at(least) && until <= at(most), "{timetable}, {minutes} min: {until}");
        };
        check("*/30 * * * *", 10, "2026-11-20T00:10:00Z", "2026-11-20T00:10:00Z");
        check("*/30 * * * *", 45, "2026-11-20T00:45:00Z", "2026-11-20T00:45:00Z");
        // Two slots are left out, and no third.
        check("*/30 * * * *", 600, "2026-11-20T01:30:00Z", "2026-11-20T01:35:00Z");
        check("0 */6 * * *", 60 * 24 * 365, "2026-11-20T06:00:00Z", "2026-11-20T06:00:00Z");
        let forever = fresh_until(&source("ban-dan-toc"), now, Duration::MAX, now);
        assert!(forever < at("2026-11-20T06:00:00Z"), "{forever}");
    }

    #[test]
    fn a_host_that_names_its_time_is_not_asked_before() {
        let source = source("ban-dan-toc");
        let now = at("2026-11-20T00:00:00Z");
        let asked = failed(RetryAdvice::RetryAfter(Duration::from_secs(7200)));
        assert!(next_visit(&source, &asked, 1, now) >= at("2026-11-20T02:00:00Z"));
    }
}
