//! The current time, as a value.
//!
//! Nothing else in the library reads the clocks of the machine, so that tests, `--now` and replayed
//! visits all see the instant that they were given. How a wrong system clock is corrected is
//! defined in [`crate::clock_guard`].

use crate::clock_guard::ClockGuard;
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use std::sync::Arc;
use std::time::Instant;

/// The source of the current time.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The system clock.
    System,
    /// The system clock, corrected by the hosts that bantin talks to.
    Guarded(Arc<ClockGuard>),
    /// A fixed instant, for `--now` and tests.
    Fixed(DateTime<Utc>),
    /// The time of a paused runtime, counted from an instant: simulates days in seconds.
    #[cfg(feature = "simulation")]
    Simulated(DateTime<Utc>, tokio::time::Instant),
}

impl Clock {
    /// Returns the current instant in whole milliseconds, the precision of the store.
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            Self::System => Utc::now().trunc_subsecs(3),
            Self::Guarded(guard) => guard.now().trunc_subsecs(3),
            Self::Fixed(instant) => *instant,
            #[cfg(feature = "simulation")]
            Self::Simulated(from, since) => {
                *from + TimeDelta::from_std(since.elapsed()).unwrap_or_default()
            }
        }
    }

    /// The guard of the system clock; `None` if this clock is not guarded.
    pub fn guard(&self) -> Option<&ClockGuard> {
        match self {
            Self::Guarded(guard) => Some(guard),
            _ => None,
        }
    }

    /// The clock of permits, quiet hours and robots.txt, which use the real time even if this clock
    /// is fixed: hosts feel real requests.
    pub fn unfixed(&self) -> Self {
        match self {
            Self::Fixed(_) => Self::System,
            clock => clock.clone(),
        }
    }
}

/// Both clocks of the machine, read together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockReading {
    /// The system clock, which the operator and time synchronization set.
    pub system: DateTime<Utc>,
    /// The monotonic clock: the time since the process began to measure. It cannot be set.
    pub monotonic: TimeDelta,
}

/// The clocks of the machine.
#[derive(Debug, Clone)]
pub struct MachineClocks {
    started: Instant,
    #[cfg(feature = "simulation")]
    shift: ClockShift,
}

impl Default for MachineClocks {
    fn default() -> Self {
        Self {
            started: Instant::now(),
            #[cfg(feature = "simulation")]
            shift: ClockShift::default(),
        }
    }
}

impl MachineClocks {
    /// The real clocks, with a system clock that a test sets wrong.
    #[cfg(feature = "simulation")]
    pub fn shifted(shift: ClockShift) -> Self {
        Self { shift, ..Self::default() }
    }

    /// Reads both clocks.
    pub fn read(&self) -> ClockReading {
        let system = Utc::now();
        // A process does not run for the 292 million years that would not fit.
        let monotonic = TimeDelta::from_std(self.started.elapsed()).unwrap_or(TimeDelta::MAX);
        #[cfg(feature = "simulation")]
        let (system, monotonic) = {
            let passed = self.shift.passed();
            (system + self.shift.error() + passed, monotonic + passed)
        };
        ClockReading { system, monotonic }
    }
}

/// The error of a test's system clock, and the time that the test lets pass, in milliseconds. Clones
/// share both.
#[cfg(feature = "simulation")]
#[derive(Debug, Clone, Default)]
pub struct ClockShift(Arc<[std::sync::atomic::AtomicI64; 2]>);

#[cfg(feature = "simulation")]
impl ClockShift {
    /// A clock that is ahead by this, or behind if it is negative.
    pub fn of(error: TimeDelta) -> Self {
        let shift = Self::default();
        shift.set(error);
        shift
    }

    /// Steps the clock, so that it is wrong by `error`.
    pub fn set(&self, error: TimeDelta) {
        let [shift, _] = &*self.0;
        shift.store(error.num_milliseconds(), std::sync::atomic::Ordering::SeqCst);
    }

    /// Lets time pass: both clocks go on by `span`.
    pub fn pass(&self, span: TimeDelta) {
        let [_, passed] = &*self.0;
        passed.fetch_add(span.num_milliseconds(), std::sync::atomic::Ordering::SeqCst);
    }

    fn error(&self) -> TimeDelta {
        let [shift, _] = &*self.0;
        TimeDelta::milliseconds(shift.load(std::sync::atomic::Ordering::SeqCst))
    }

    fn passed(&self) -> TimeDelta {
        let [_, passed] = &*self.0;
        TimeDelta::milliseconds(passed.load(std::sync::atomic::Ordering::SeqCst))
    }
}
