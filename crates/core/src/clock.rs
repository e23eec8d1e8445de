//! The current time, as a value.
//!
//! Nothing else in the library reads the system clock, so that tests, `--now` and replayed visits
//! all see the instant that they were given.

use chrono::{DateTime, SubsecRound, Utc};

/// The source of the current time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// The system clock.
    System,
    /// A fixed instant, for `--now` and tests.
    Fixed(DateTime<Utc>),
    /// The time of a paused runtime, counted from an instant: simulates days in seconds.
    #[cfg(feature = "simulation")]
    Simulated(DateTime<Utc>, tokio::time::Instant),
}

impl Clock {
    /// Returns the current instant in whole milliseconds, the precision of the store.
    pub fn now(self) -> DateTime<Utc> {
        match self {
            Self::System => Utc::now().trunc_subsecs(3),
            Self::Fixed(instant) => instant,
            #[cfg(feature = "simulation")]
            Self::Simulated(from, since) => {
                from + chrono::TimeDelta::from_std(since.elapsed()).unwrap_or_default()
            }
        }
    }
}
