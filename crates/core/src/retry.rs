//! Retry policy: every pause and limit of retries of visits, pages and messages, defined once.
//!
//! This module only computes with counts and durations. The callers supply the instants, and the
//! store keeps the results.

use chrono::{DateTime, TimeDelta, Utc};
use std::time::Duration;

/// The maximum pause of any retry. A longer one was written under a wrong clock, or is a mistake of
/// the host.
pub const MAX_PAUSE: TimeDelta = TimeDelta::days(1);

/// The number of interruptions after which a visit is given up until its next slot: the visit may
/// be what ends the process.
pub const MAX_INTERRUPTED_VISITS: u32 = 2;
/// The maximum age at which an interrupted visit is resumed. The listing of an older one is
/// outdated, and so is its start, which is the first sighting of its articles.
pub const RESUMABLE: TimeDelta = TimeDelta::hours(1);
/// The time for which an item without an article is still fetched after it left the listing.
pub const PENDING_ITEM_KEPT: TimeDelta = TimeDelta::days(7);
/// The number of consecutive failed fetches after which a crawl stops requesting from a host.
pub const MAX_FAILED_IN_A_ROW: usize = 3;
/// The number of consecutive rejected articles that ends a backfill: each costs the agency a
/// request.
pub const MAX_REJECTED_IN_A_ROW: usize = 30;
/// The number of consecutive rejected articles that ends a visit to a listing without known articles:
/// its items may be those of a menu.
pub const MAX_REJECTED_AT_FIRST: usize = 10;
/// The number of consecutive missing pages that ends a backfill: the agency has cleaned up, or the
/// listing links to wrong addresses.
pub const MAX_GONE_IN_A_ROW: usize = 100;

/// The number of rejected pages of a source that are tried again together when the extraction rules
/// have changed.
pub const REJECTIONS_RELEASED: i32 = 5;
/// The pause between two such groups.
pub const REJECTION_RELEASE: TimeDelta = TimeDelta::minutes(30);

/// The minimum time before a second request confirms a missing page: a site under repair is back by
/// then.
pub const CONFIRM_GONE: TimeDelta = TimeDelta::minutes(30);
/// The number of inconclusive answers, in about four days, after which a doubted article stays
/// published.
pub const MAX_UNCLEAR_ANSWERS: u32 = 10;
/// The maximum number of requests for a withdrawn article that is not listed, over three days. Its
/// site may have been out of order.
pub const MAX_CHECKS_OF_WITHDRAWN: u32 = 4;

/// The pause before the daemon publishes again after a document could not be written.
pub const FAILED_PUBLISH: Duration = Duration::from_secs(15);

/// The maximum number of attempts to verify an intent at an unreachable callback.
pub const MAX_VERIFICATIONS: u32 = 3;
/// The maximum number of requests to a hub to end a subscription. After the last one the callback
/// is deleted.
pub const MAX_UNSUBSCRIBES: u32 = 3;
/// The time that a hub has to verify a subscription before it is requested again.
pub const HUB_VERIFIES: TimeDelta = TimeDelta::minutes(15);
/// The pause before a subscription is requested again from a hub that denied it.
pub const HUB_REFUSED: TimeDelta = TimeDelta::days(1);

/// The pause after a failed fetch of robots.txt while the last answer is still valid.
pub const ROBOTS_WITH_ANSWER: TimeDelta = TimeDelta::hours(1);
/// The pause after a failed fetch of robots.txt when nothing can be fetched without it.
pub const ROBOTS_WITHOUT_ANSWER: TimeDelta = TimeDelta::minutes(1);

/// The first pause after a failed visit.
const FAILED_VISIT: TimeDelta = TimeDelta::minutes(2);
/// The pause after a visit whose listing was longer than one visit may fetch.
pub const UNFINISHED_VISIT: TimeDelta = FAILED_VISIT;
/// The first pause of a rejected page, because a page that shows "maintenance" may soon be an
/// article.
const REJECTED_PAGE: TimeDelta = TimeDelta::minutes(15);
/// The first pause of a doubted article after an inconclusive answer.
const DOUBTED_ARTICLE: TimeDelta = TimeDelta::minutes(15);
/// The first pause before a withdrawn article is requested again.
const WITHDRAWN_ARTICLE: TimeDelta = TimeDelta::hours(4);
/// The first pause of a listing item that changed while its article did not. Such a listing shows,
/// for example, a count of readers.
const UNCHANGED_ARTICLE: TimeDelta = TimeDelta::hours(1);
/// The minimum time between two visits triggered by a hub, and the maximum to which it grows while
/// they find nothing.
const HUB_VISITS: (TimeDelta, TimeDelta) = (TimeDelta::seconds(10), TimeDelta::hours(1));
/// The longest pause after a failed fetch of a source list.
const FAILED_LIST: Duration = Duration::from_secs(3600);
/// The bounds of `Retry-After`: a host that sends 0 is overloaded, and one that sends a year has a
/// wrong clock.
const RETRY_AFTER: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(86_400));
/// The pauses of WebSub messages in seconds: ten seconds for a restart, minutes for an outage,
/// hours for an abandoned server.
const MESSAGE: [u64; 6] = [10, 60, 300, 1800, 7200, 21_600];

/// Doubles a first pause with each further try, up to a maximum.
fn doubled(first: TimeDelta, tries: u32, longest: TimeDelta) -> TimeDelta {
    (first * 2_i32.pow(tries.saturating_sub(1).min(16))).min(longest)
}

/// The pause of a source after its `failures`th consecutive failed visit. It is 75 % to 100 % of
/// the doubled pause, so that sources that failed together are not visited together.
pub fn failed_visit(source: &str, failures: u32) -> TimeDelta {
    let full = doubled(FAILED_VISIT, failures, MAX_PAUSE);
    full - spread(&format!("{source} {failures}"), full / 4)
}

/// The pause of a page after its `tries`th rejection.
pub fn rejected_page(tries: u32) -> TimeDelta {
    doubled(REJECTED_PAGE, tries, MAX_PAUSE)
}

/// The pause of a doubted article after its `tries`th inconclusive answer.
pub fn doubted_article(tries: u32) -> TimeDelta {
    doubled(DOUBTED_ARTICLE, tries, MAX_PAUSE)
}

/// The pause before a withdrawn article is requested again, after `tries` requests.
pub fn withdrawn_article(tries: u32) -> TimeDelta {
    doubled(WITHDRAWN_ARTICLE, tries, MAX_PAUSE)
}

/// The pause of a changed listing item after `tries` requests that found its article unchanged.
pub fn unchanged_article(tries: u32) -> TimeDelta {
    doubled(UNCHANGED_ARTICLE, tries, MAX_PAUSE)
}

/// The minimum time between two visits triggered by a hub, after `in_vain` visits that found
/// nothing.
pub fn hub_visit(in_vain: u32) -> TimeDelta {
    doubled(HUB_VISITS.0, in_vain.saturating_add(1), HUB_VISITS.1)
}

/// The pause of a source list after a failed fetch: its own interval, but at most an hour.
pub fn failed_list(refresh: Duration) -> Duration {
    refresh.min(FAILED_LIST)
}

/// Clamps the pause that a host requested by `Retry-After`.
pub fn retry_after(asked: Duration) -> Duration {
    asked.clamp(RETRY_AFTER.0, RETRY_AFTER.1)
}

/// Whether a pause until `until` is still in effect. One longer than [`MAX_PAUSE`] is ignored: it
/// was written under a wrong clock.
pub fn lasts(until: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now < until && until - now <= MAX_PAUSE
}

/// The pauses of messages to hubs and subscribers after the first, second, third failure and so on.
/// The last one repeats.
#[derive(Debug, Clone)]
pub struct MessagePauses(pub Vec<Duration>);

impl Default for MessagePauses {
    fn default() -> Self {
        Self(MESSAGE.map(Duration::from_secs).to_vec())
    }
}

impl MessagePauses {
    /// The pause after `failures` earlier failures. `seed` determines a jitter of up to a fifth, so
    /// that messages that failed together are not sent together. A `Retry-After` lengthens the
    /// pause, to a day at most.
    pub fn pause(&self, failures: u32, seed: &str, retry_after: Option<Duration>) -> TimeDelta {
        let step = usize::try_from(failures).unwrap_or(usize::MAX);
        let pause = self.0.get(step).or(self.0.last()).copied().unwrap_or_default();
        let [first, ..] = *blake3::hash(format!("{seed} {failures}").as_bytes()).as_bytes();
        let jitter = pause * u32::from(first) / 1280;
        let asked = retry_after.unwrap_or_default().min(RETRY_AFTER.1);
        TimeDelta::from_std((pause + jitter).max(asked)).unwrap_or(MAX_PAUSE)
    }
}

/// A fraction of a span, determined by a name: stable across restarts, evenly distributed over
/// names.
pub fn spread(name: &str, span: TimeDelta) -> TimeDelta {
    let [a, b, ..] = *blake3::hash(name.as_bytes()).as_bytes();
    let millis = span.num_milliseconds() * i64::from(u16::from_be_bytes([a, b])) / 65_536;
    TimeDelta::milliseconds(millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pauses after the first five tries, and after the thousandth.
    #[track_caller]
    fn check(pause: impl Fn(u32) -> TimeDelta, minutes: [i64; 5], longest: TimeDelta) {
        let first = [1, 2, 3, 4, 5].map(&pause).map(|pause| pause.num_minutes());
        assert_eq!((first, pause(1000)), (minutes, longest));
    }

    #[test]
    fn pauses_double_up_to_their_longest() {
        let day = TimeDelta::days(1);
        check(rejected_page, [15, 30, 60, 120, 240], day);
        check(doubted_article, [15, 30, 60, 120, 240], day);
        check(withdrawn_article, [240, 480, 960, 1440, 1440], day);
        check(unchanged_article, [60, 120, 240, 480, 960], day);
        // Of 20, 40, 80, 160 and 320 seconds.
        check(hub_visit, [0, 0, 1, 2, 5], TimeDelta::hours(1));
        assert_eq!(hub_visit(0), TimeDelta::seconds(10));
        assert_eq!(UNFINISHED_VISIT, TimeDelta::minutes(2));
        // A count of zero gives the first pause.
        assert_eq!(rejected_page(0), rejected_page(1));
        assert_eq!(rejected_page(u32::MAX), day);
    }

    proptest::proptest! {
        #[test]
        fn a_failing_source_waits_longer_up_to_a_day(name in "[a-z]{1,12}", failures in 1_u32..40) {
            let (now, next) = (failed_visit(&name, failures), failed_visit(&name, failures + 1));
            proptest::prop_assert!(now >= FAILED_VISIT * 3 / 4 && next <= MAX_PAUSE);
            // The jitter is a quarter: two consecutive doubled pauses cannot overlap, and pauses of
            // a day differ by at most the jitter.
            let full = FAILED_VISIT * 2_i32.pow(failures.min(16)) < MAX_PAUSE;
            proptest::prop_assert!(!full || next >= now);
            proptest::prop_assert!(next >= now - MAX_PAUSE / 4);
        }
    }

    #[test]
    fn hosts_and_lists_are_bounded_by_an_hour_and_a_day() {
        let seconds = Duration::from_secs;
        for (asked, expected) in [(0, 60), (90, 90), (86_400, 86_400), (u64::MAX, 86_400)] {
            assert_eq!(retry_after(seconds(asked)), seconds(expected), "Retry-After: {asked}");
        }
        for (refresh, expected) in [(900, 900), (3600, 3600), (604_800, 3600)] {
            assert_eq!(failed_list(seconds(refresh)), seconds(expected), "refresh = {refresh}");
        }
    }

    #[test]
    fn a_pause_of_more_than_a_day_was_written_by_a_wrong_clock() {
        let now: DateTime<Utc> = "2026-11-20T05:00:00Z".parse().unwrap();
        for (hours, expected) in [(-1, false), (0, false), (1, true), (24, true), (25, false)] {
            assert_eq!(lasts(now + TimeDelta::hours(hours), now), expected, "{hours} h");
        }
    }

    #[test]
    fn pauses_of_messages_grow_to_hours_and_spread_by_a_fifth() {
        let pauses = MessagePauses::default();
        for (failures, seconds) in [(0, 10), (1, 60), (4, 7200), (5, 21_600), (4000, 21_600)] {
            for seed in ["a", "b", "c"] {
                let pause = pauses.pause(failures, seed, None).num_seconds();
                assert!((seconds..=seconds + seconds / 5).contains(&pause), "{failures}: {pause}");
            }
        }
        let spread = |seed| pauses.pause(5, seed, None);
        assert_ne!(spread("https://a.example/"), spread("https://b.example/"));
        let after =
            |seconds| pauses.pause(0, "a", Some(Duration::from_secs(seconds))).num_seconds();
        assert_eq!(after(3600), 3600);
        assert!(after(1) >= 10);
        assert_eq!(after(u64::MAX), 24 * 3600);
    }
}
