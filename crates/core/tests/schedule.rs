//! Tests of the schedule through its public functions, as the crawl uses them.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that panics has failed, and says so"
)]

use bantin_core::schedule::{fresh_until, next_visit, revisit};
use bantin_core::{
    ArticleKey, RetryAdvice, RevisitPolicy, VisitCounts, VisitFailure, VisitOutcome, VisitStage,
    retry,
};
use bantin_testing::source;
use chrono::{DateTime, TimeDelta, Utc};
use std::time::Duration;

/// The maximum spread of the sources that share a cron slot.
const MAX_SPREAD: TimeDelta = TimeDelta::minutes(5);

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn failed(advice: RetryAdvice) -> VisitOutcome {
    VisitOutcome::Failed(VisitFailure { stage: VisitStage::Fetch, message: String::new(), advice })
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
                &bantin_testing::source(&format!("so-{n}")),
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
    let quiet = bantin_core::QuietHours { from: time(7), to: time(9), zone: source.zone };
    source.access.quiet_hours = Some(quiet);
    let now = at("2026-11-20T06:59:00+07:00");
    let next = next_visit(&source, &VisitOutcome::Unchanged, 0, now);
    let end = at("2026-11-20T09:00:00+07:00");
    assert!(next >= end && next <= end + MAX_SPREAD, "{next}");
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
    // A missed revisit is not made up for.
    let key = ArticleKey::kept("/tin/1".to_owned());
    assert_eq!(revisit(revisits(2), &key, first_seen, first_seen + TimeDelta::days(3)), None);
}

#[test]
fn a_fresh_listing_is_left_alone_within_bounds() {
    let now = at("2026-11-20T00:00:00Z");
    let check = |timetable: &str, minutes: u64, least: &str, most: &str| {
        let mut source = source("ban-dan-toc");
        source.timetable = bantin_core::CronSchedule::parse(timetable, source.zone).unwrap();
        let until = fresh_until(&source, now, Duration::from_secs(minutes * 60), now);
        assert!(until >= at(least) && until <= at(most), "{timetable}, {minutes} min: {until}");
    };
    check("*/30 * * * *", 10, "2026-11-20T00:10:00Z", "2026-11-20T00:10:00Z");
    check("*/30 * * * *", 45, "2026-11-20T00:45:00Z", "2026-11-20T00:45:00Z");
    // Two slots are skipped, but not a third.
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
