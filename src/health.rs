//! Distinguishes a normal visit from a broken site.
//!
//! A visit that is judged broken changes no published article; the operator is notified.

use bantin_core::VisitCounts;

/// A listing with fewer items than its usual number divided by this is suspicious.
const SUSPICIOUS_SHARE: usize = 4;
/// The number of earlier visits that define the usual number of items.
const ENOUGH_HISTORY: usize = 3;
/// The number of first-time pages that, if all are rejected, indicate a broken site.
const ENOUGH_PAGES: usize = 3;

/// The health of a site, judged by one visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HealthVerdict {
    /// Within the usual range.
    Healthy,
    /// Unusual, but plausible: it is published with a warning.
    Suspicious(String),
    /// Broken: nothing is published.
    Broken(String),
}

/// Judges a visit by its findings and by the item counts of earlier visits, newest first.
///
/// `made` counts the pages of this visit that became articles. `misread` counts the pages that were
/// fetched for the first time and rejected. A page that is rejected again, or that cannot be
/// fetched, is not evidence about its site, unless no item of the listing is a known article: then
/// `misread` includes the pages that wait after a rejection.
pub fn judge(history: &[usize], tally: &VisitCounts, made: usize, misread: usize) -> HealthVerdict {
    // Only a valid feed can have no items: a page without any is an error of its reader.
    if tally.items == 0 {
        return match usual(history).filter(|usual| *usual > 0) {
            Some(usual) => HealthVerdict::Suspicious(format!(
                "the feed has no items; it usually has {usual}; published articles stay"
            )),
            None => HealthVerdict::Healthy,
        };
    }
    if made == 0 && misread >= ENOUGH_PAGES {
        return HealthVerdict::Broken(format!(
            "none of the {misread} new pages contains an article that can be read; the layout of the pages may have changed"
        ));
    }
    match usual(history) {
        Some(usual) if tally.items < usual.div_ceil(SUSPICIOUS_SHARE) => HealthVerdict::Suspicious(
            format!("the listing has {} items; it usually has {usual}", tally.items),
        ),
        _ => HealthVerdict::Healthy,
    }
}

/// The median of the item counts of earlier visits, or `None` if there are too few.
fn usual(history: &[usize]) -> Option<usize> {
    if history.len() < ENOUGH_HISTORY {
        return None;
    }
    let mut sorted = history.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feed_that_lost_its_items_and_a_short_listing_are_odd() {
        let tally = |items| VisitCounts { items, ..VisitCounts::default() };
        let usual = [20, 20, 19, 21];
        assert!(
            matches!(judge(&usual, &tally(0), 0, 0), HealthVerdict::Suspicious(why) if why.contains("20"))
        );
        assert_eq!(judge(&[], &tally(0), 0, 0), HealthVerdict::Healthy);
        assert_eq!(judge(&[0, 0, 0], &tally(0), 0, 0), HealthVerdict::Healthy);
        assert!(matches!(judge(&usual, &tally(4), 0, 0), HealthVerdict::Suspicious(_)));
        assert_eq!(judge(&usual, &tally(5), 0, 0), HealthVerdict::Healthy);
        assert_eq!(judge(&[20], &tally(1), 0, 0), HealthVerdict::Healthy);
    }

    #[test]
    fn pages_that_all_fail_are_a_redesign_and_one_that_fails_is_not() {
        let tally = VisitCounts { items: 10, ..VisitCounts::default() };
        assert!(matches!(judge(&[], &tally, 0, 3), HealthVerdict::Broken(_)));
        assert_eq!(judge(&[], &tally, 1, 3), HealthVerdict::Healthy);
        assert_eq!(judge(&[], &tally, 0, 2), HealthVerdict::Healthy);
    }
}
