//! What time it is, as a value.
//!
//! Nothing else in the library asks the operating system for the time, so that a test, `--now` and a
//! replayed visit all see the instant they were given.

use chrono::{DateTime, SubsecRound, Utc};

/// Where "now" comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// The clock of this machine.
    System,
    /// One instant that never moves: `--now`, and tests.
    Fixed(DateTime<Utc>),
    /// The time of a paused runtime, as from an instant on: simulations of days in seconds.
    #[cfg(feature = "simulation")]
    Simulated(DateTime<Utc>, tokio::time::Instant),
}

impl Clock {
    /// The present instant, in whole milliseconds: what the store can keep.
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
