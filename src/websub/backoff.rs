//! When something that failed is tried again.

use chrono::TimeDelta;
use std::time::Duration;

/// The pauses after the first, second, third failure and so on; the last one again and again.
#[derive(Debug, Clone)]
pub(super) struct Backoff(Vec<Duration>);

impl Default for Backoff {
    fn default() -> Self {
        // Ten seconds for a restart, minutes for an outage, hours for what nobody looks after.
        Self([10, 60, 300, 1800, 7200, 21_600].map(Duration::from_secs).to_vec())
    }
}

impl Backoff {
    #[cfg(test)]
    pub(super) fn of(pauses: &[Duration]) -> Self {
        Self(pauses.to_vec())
    }

    /// The pause after so many earlier failures, up to a fifth longer by a throw of dice that `seed` decides: what failed
    /// together shall not come back together. A host that says when it wants to be asked again is not asked before.
    pub(super) fn pause(
        &self,
        failures: u32,
        seed: &str,
        retry_after: Option<Duration>,
    ) -> TimeDelta {
        let step = usize::try_from(failures).unwrap_or(usize::MAX);
        let pause = self.0.get(step).or(self.0.last()).copied().unwrap_or_default();
        let [first, ..] = *blake3::hash(format!("{seed} {failures}").as_bytes()).as_bytes();
        let jitter = pause * u32::from(first) / 1280;
        // A day at the most, whatever the host says.
        let asked = retry_after.unwrap_or_default().min(Duration::from_secs(24 * 3600));
        TimeDelta::from_std((pause + jitter).max(asked)).unwrap_or(TimeDelta::days(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_hours_and_spread_by_a_fifth() {
        let backoff = Backoff::default();
        for (failures, seconds) in [(0, 10), (1, 60), (4, 7200), (5, 21_600), (4000, 21_600)] {
            for seed in ["a", "b", "c"] {
                let pause = backoff.pause(failures, seed, None).num_seconds();
                assert!((seconds..=seconds + seconds / 5).contains(&pause), "{failures}: {pause}");
            }
        }
        let spread = |seed| backoff.pause(5, seed, None);
        assert_ne!(spread("https://a.example/"), spread("https://b.example/"));
    }

    #[test]
    fn a_host_that_says_when_is_asked_then() {
        let backoff = Backoff::default();
        let after =
            |seconds| backoff.pause(0, "a", Some(Duration::from_secs(seconds))).num_seconds();
        assert_eq!(after(3600), 3600);
        assert!(after(1) >= 10);
        assert_eq!(after(u64::MAX), 24 * 3600);
    }
}
