//! The pause of all visits while this machine has a fault: a full disk, no free file handles, no
//! memory.
//!
//! Such a fault is never booked on a source. The visit that met it is released, no other begins,
//! and the store is tested until a write succeeds. The test is repeated in good times too, so that
//! monitors learn of a full disk before the next visit does.

use bantin_store::VisitClaim;
use std::time::Duration;
use tokio::time::Instant;

/// The first pause; each further one doubles it.
const FIRST: Duration = Duration::from_secs(5);
/// The longest pause.
const LONGEST: Duration = Duration::from_secs(60);
/// The interval of the tests while there is no fault.
const INTERVAL: Duration = Duration::from_secs(60);
/// The time without a round of the visits after which they count as hanging.
const HANGING: Duration = Duration::from_secs(5 * 60);

/// The state of the pause.
#[derive(Debug)]
pub(crate) struct Pause {
    /// The fault, if there is one.
    fault: Option<MachineFault>,
    /// When the store is tested again.
    test_at: Instant,
    /// Claims that could not be released, because that is a write as well.
    unreleased: Vec<VisitClaim>,
    /// The beginning of the last round of the visits.
    round: Instant,
}

/// A fault of this machine.
#[derive(Debug)]
struct MachineFault {
    reason: String,
    since: Instant,
    delay: Duration,
}

impl Pause {
    /// No pause; the first test is due.
    pub(crate) fn new(now: Instant) -> Self {
        Self { fault: None, test_at: now, unreleased: Vec::new(), round: now }
    }

    /// Begins a pause or makes it longer. Returns whether it begins, to be logged once: all visits
    /// under way report the fault, each in its own words.
    pub(crate) fn begin(&mut self, reason: &str, now: Instant) -> bool {
        let Some(fault) = &mut self.fault else {
            let reason = reason.to_owned();
            self.fault = Some(MachineFault { reason, since: now, delay: FIRST });
            self.test_at = now + FIRST;
            return true;
        };
        // Visits that end during the pause report the same fault.
        if now >= self.test_at {
            fault.delay = (fault.delay * 2).min(LONGEST);
            self.test_at = now + fault.delay;
        }
        reason.clone_into(&mut fault.reason);
        false
    }

    /// Ends the pause after a successful test. Returns its duration, if there was one, and the
    /// claims to release.
    pub(crate) fn end(&mut self, now: Instant) -> (Option<Duration>, Vec<VisitClaim>) {
        self.test_at = now + INTERVAL;
        let paused = self.fault.take().map(|fault| now - fault.since);
        (paused, std::mem::take(&mut self.unreleased))
    }

    /// Records a claim that could not be released.
    pub(crate) fn release_later(&mut self, claim: VisitClaim) {
        self.unreleased.push(claim);
    }

    /// Begins a round of the visits. Returns whether a test is due.
    pub(crate) fn begin_round(&mut self, now: Instant) -> bool {
        self.round = now;
        now >= self.test_at
    }

    /// Whether no visit may begin.
    pub(crate) fn is_active(&self) -> bool {
        self.fault.is_some()
    }

    /// Whether visits happen: the reason why not, as a sentence for monitors.
    pub(crate) fn health(&self, now: Instant) -> Result<(), String> {
        if let Some(fault) = &self.fault {
            return Err(format!(
                "visits are paused, because this machine has a fault: {}",
                fault.reason
            ));
        }
        match now - self.round > HANGING {
            true => Err("no visit has begun for minutes: the task that starts them hangs or has ended; restart bantin".to_owned()),
            false => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_told_once_and_tested_ever_more_rarely_until_it_is_over() {
        let start = Instant::now();
        let at = |seconds: u64| start + Duration::from_secs(seconds);
        let mut pause = Pause::new(start);
        assert!(pause.begin_round(at(0)));
        assert_eq!(pause.end(at(0)).0, None);
        assert!(!pause.begin_round(at(59)) && pause.begin_round(at(60)));
        assert!(pause.begin("the disk is full", at(60)));
        assert!(!pause.begin("the disk is full", at(61)), "another visit met it");
        assert!(
            pause.is_active() && pause.health(at(61)).unwrap_err().contains("the disk is full")
        );
        assert!(!pause.begin_round(at(64)) && pause.begin_round(at(65)));
        assert!(!pause.begin("the disk is full", at(65)));
        assert!(!pause.begin_round(at(74)) && pause.begin_round(at(75)));
        assert!(!pause.begin("no file handles", at(75)), "it is still the same pause");
        assert!(pause.health(at(75)).unwrap_err().contains("no file handles"));
        assert_eq!(pause.end(at(100)).0, Some(Duration::from_secs(40)));
        assert!(!pause.is_active());
        assert_eq!(pause.health(at(101)), Ok(()));
        assert!(pause.health(at(500)).unwrap_err().contains("hangs"));
    }
}
