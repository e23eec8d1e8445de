//! Corrects a wrong system clock by the hosts of the sources.
//!
//! A first sighting that is recorded under a wrong clock stays wrong. So every answer of a source's
//! host gives evidence: its `Date` field (RFC 9110 section 6.6.1), measured against the monotonic
//! clock, so that a step of the system clock does not move it. [`ClockFinding`] states what follows:
//!
//! - With at least three unrelated hosts in the last hour, their median decides. A system clock that
//!   differs from it by more than five minutes is distrusted, and the time is that of the hosts.
//! - With fewer hosts, the system clock must not be before the newest instant in the store, or the
//!   last reading that was trusted, or the date of the source code. Such a bound is ignored if all
//!   hosts contradict it. While the clock is before a bound, the time is that of the hosts heard, or
//!   else the bound, from which it runs on.
//! - What the hosts decided last stays in effect while no host answers.
//!
//! Unrelated hosts have different registrable domains and different addresses (`clock_witness`).
//! Only the hosts of sources count: an article may link to any number of hosts of one owner.

use crate::clock::{ClockReading, MachineClocks};
use crate::clock_witness::{HostClock, unrelated};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The age at which the answer of a host no longer counts.
const WINDOW: TimeDelta = TimeDelta::hours(1);
/// The number of unrelated hosts that decide. One may have a wrong clock, and two that differ do not
/// show which of them is right.
const ENOUGH_HOSTS: usize = 3;
/// The tolerated error of the system clock. `Date` has seconds, an answer takes seconds, and many
/// hosts are a minute off.
pub const TOLERANCE: TimeDelta = TimeDelta::minutes(5);
/// The number of unrelated hosts whose median one more answer hardly moves, so that it can wait for
/// the next evaluation: evaluating costs time for each host.
const MANY_HOSTS: usize = 16;
/// The maximum time between two evaluations of the hosts' answers.
const EVALUATED_FOR: TimeDelta = TimeDelta::seconds(1);
/// The pause between two checks while too few hosts answer.
const CHECK_AGAIN: TimeDelta = TimeDelta::minutes(30);
/// The same while none does: the network may not be up yet.
const CHECK_AGAIN_OFFLINE: TimeDelta = TimeDelta::minutes(1);
/// The age at which a stored finding about a clock that is ahead no longer counts: the clock may
/// have been set right since, and a year ago it was ahead of today.
const RECORD_KEPT: TimeDelta = TimeDelta::days(1);

/// The date of the source code: no correct clock is before it. Raise it with each release.
pub const SOURCE_DATE: DateTime<Utc> = match NaiveDate::from_ymd_opt(2026, 11, 1) {
    Some(day) => match day.and_hms_opt(0, 0, 0) {
        Some(midnight) => midnight.and_utc(),
        None => DateTime::UNIX_EPOCH,
    },
    None => DateTime::UNIX_EPOCH,
};

/// The evidence for a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockBasis {
    /// The median of this number of unrelated hosts, which is enough.
    Hosts(usize),
    /// Too few hosts, but they contradict the system clock or a bound; their number.
    FewHosts(usize),
    /// An earlier decision of the hosts; none has answered since.
    Earlier,
    /// The system clock is before a lower bound, and no host has answered.
    LowerBound,
    /// Nothing contradicts the system clock.
    Unchecked,
}

/// What is known about the system clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockFinding {
    /// The time of the program.
    pub time: DateTime<Utc>,
    /// The system clock at that time.
    pub system: DateTime<Utc>,
    /// The evidence.
    pub basis: ClockBasis,
    /// Whether the system clock is wrong.
    pub is_distrusted: bool,
    /// Whether hosts have confirmed the time of the program since the last step of the system
    /// clock, so that later instants in the store are wrong.
    pub is_confirmed: bool,
}

/// A finding about a wrong system clock, as the store keeps it for the next process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockRecord {
    /// The time of the program.
    pub time: DateTime<Utc>,
    /// The system clock at that time.
    pub system: DateTime<Utc>,
    /// The number of hosts that decided; 0 if only a lower bound did.
    pub hosts: u32,
}

impl ClockRecord {
    /// Whether the record still describes a system clock that shows `system` now: it was not set
    /// right since.
    pub fn applies(&self, system: DateTime<Utc>) -> bool {
        if self.system < self.time {
            return system < self.time;
        }
        (self.system - TOLERANCE..self.system + RECORD_KEPT).contains(&system)
    }
}

impl From<ClockFinding> for ClockRecord {
    fn from(finding: ClockFinding) -> Self {
        let hosts = match finding.basis {
            ClockBasis::Hosts(hosts) | ClockBasis::FewHosts(hosts) => hosts,
            ClockBasis::Earlier | ClockBasis::LowerBound | ClockBasis::Unchecked => 0,
        };
        let hosts = u32::try_from(hosts).unwrap_or(u32::MAX);
        Self { time: finding.time, system: finding.system, hosts }
    }
}

/// An instant at which the monotonic clock showed zero, by the system clock or by a host. It turns
/// readings of the monotonic clock into time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Epoch(DateTime<Utc>);

impl Epoch {
    /// The epoch according to which the time is `time` at the reading `monotonic`.
    fn of(time: DateTime<Utc>, monotonic: TimeDelta) -> Self {
        Self(time.checked_sub_signed(monotonic).unwrap_or(time))
    }

    fn at(self, monotonic: TimeDelta) -> DateTime<Utc> {
        self.0.checked_add_signed(monotonic).unwrap_or(self.0)
    }
}

/// The guard of the system clock. A process has one.
#[derive(Debug)]
pub struct ClockGuard {
    machine: MachineClocks,
    state: Mutex<GuardState>,
}

/// The evidence of a guard.
#[derive(Debug)]
struct GuardState {
    /// The hosts whose answers count.
    witnesses: HashSet<String>,
    /// The newest answer of each owner.
    answers: HashMap<String, HostClock>,
    /// A lower bound besides the date of the source code.
    bound: Option<Epoch>,
    /// The last decision of the hosts against the system clock.
    decided: Option<Epoch>,
    last: ClockReading,
    /// When the system clock stepped for the last time.
    stepped: Option<TimeDelta>,
    /// When hosts were last requested for their clocks.
    checked: Option<TimeDelta>,
    is_checking: bool,
    /// The times according to unrelated hosts, and when they were evaluated.
    votes: (Vec<Epoch>, Option<TimeDelta>),
    was_distrusted: bool,
    is_confirmed: bool,
}

impl ClockGuard {
    /// Guards the clocks of a machine. `newest` is the newest instant in the store, `record` the
    /// finding of an earlier process.
    pub fn new(
        machine: MachineClocks,
        newest: Option<DateTime<Utc>>,
        record: Option<ClockRecord>,
    ) -> Self {
        let reading = machine.read();
        let record = record.filter(|record| record.applies(reading.system));
        let decided = record.map(|record| {
            let time = reading.system + (record.time - record.system);
            Epoch::of(time, reading.monotonic)
        });
        let state = GuardState {
            witnesses: HashSet::new(),
            answers: HashMap::new(),
            bound: newest.map(|newest| Epoch::of(newest, reading.monotonic)),
            decided,
            last: reading,
            stepped: None,
            checked: None,
            is_checking: false,
            votes: (Vec::new(), None),
            was_distrusted: false,
            is_confirmed: false,
        };
        Self { machine, state: Mutex::new(state) }
    }

    /// Sets the hosts whose answers count: those of the sources. Without any, nothing could ever
    /// contradict the store, so its instants are no bound.
    pub fn set_witnesses(&self, hosts: HashSet<String>) {
        let mut state = self.state();
        if hosts.is_empty() {
            state.bound = None;
        }
        state.answers.retain(|_, answer| hosts.contains(answer.host()));
        (state.witnesses, state.votes.1) = (hosts, None);
    }

    /// Records the clock of a host that has just answered.
    /// `answer` is given the reading of the monotonic clock.
    pub fn observe(&self, answer: impl FnOnce(TimeDelta) -> Option<HostClock>) {
        let Some(answer) = answer(self.machine.read().monotonic) else { return };
        let mut state = self.state();
        if state.witnesses.contains(answer.host()) {
            state.answers.insert(answer.owner().to_owned(), answer);
            if state.votes.0.len() < MANY_HOSTS {
                state.votes.1 = None;
            }
        }
    }

    /// Returns the time of the program.
    pub fn now(&self) -> DateTime<Utc> {
        self.finding().time
    }

    /// Judges the system clock.
    pub fn finding(&self) -> ClockFinding {
        let mut state = self.state();
        // Read under the lock, so that readings are in order.
        state.judge(self.machine.read())
    }

    /// Whether hosts should be requested for their clocks: at the start, after a step of the system
    /// clock, and before a visit (`is_due`) while too few hosts have answered.
    pub fn needs_check(&self, is_due: bool) -> bool {
        let mut state = self.state();
        let reading = self.machine.read();
        state.judge(reading);
        let pause = match state.votes(reading, state.stepped).len() {
            ENOUGH_HOSTS.. => return false,
            0 => CHECK_AGAIN_OFFLINE,
            _ => CHECK_AGAIN,
        };
        match state.checked {
            None => true,
            Some(checked) if state.stepped.is_some_and(|stepped| stepped > checked) => true,
            Some(checked) => is_due && reading.monotonic - checked >= pause,
        }
    }

    /// Records that hosts are being requested for their clocks. Until [`Self::end_check`], less than
    /// enough hosts decide nothing: the time must not jump with each answer.
    pub fn begin_check(&self) {
        let monotonic = self.machine.read().monotonic;
        let mut state = self.state();
        (state.checked, state.is_checking) = (Some(monotonic), true);
    }

    /// Records that the requested hosts have answered, or had the time to do so.
    pub fn end_check(&self) {
        let mut state = self.state();
        (state.is_checking, state.votes.1) = (false, None);
    }

    /// The number of further unrelated hosts that are needed for a decision.
    pub fn missing_hosts(&self) -> usize {
        let state = self.state();
        let heard = state.votes(self.machine.read(), state.stepped).len();
        ENOUGH_HOSTS.saturating_sub(heard)
    }

    /// Whether an owner (as of [`crate::clock_witness::owner`]) has been heard recently.
    pub fn is_heard(&self, owner: &str) -> bool {
        let (reading, state) = (self.machine.read(), self.state());
        let answer = state.answers.get(owner);
        answer.is_some_and(|answer| counts(answer, reading, state.stepped))
    }

    fn state(&self) -> MutexGuard<'_, GuardState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl GuardState {
    fn judge(&mut self, reading: ClockReading) -> ClockFinding {
        self.note_step(reading);
        self.evaluate(reading);
        let votes = &self.votes.0;
        let finding = match votes.len() {
            ENOUGH_HOSTS.. => self.by_hosts(reading, votes),
            _ if self.is_checking => self.by_bounds(reading, &[]),
            _ => self.by_bounds(reading, votes),
        };
        let epoch = Epoch::of(finding.time, reading.monotonic);
        let by_hosts = matches!(finding.basis, ClockBasis::Hosts(_));
        if by_hosts || !finding.is_distrusted {
            self.decided = finding.is_distrusted.then_some(epoch);
            if self.bound.is_some() || !self.witnesses.is_empty() {
                self.bound = Some(epoch);
            }
        }
        self.is_confirmed |= by_hosts || matches!(finding.basis, ClockBasis::FewHosts(_));
        self.was_distrusted = finding.is_distrusted;
        ClockFinding { is_confirmed: self.is_confirmed, ..finding }
    }

    /// Notices a step of the system clock. It also appears to step when the machine wakes up,
    /// because the monotonic clock does not run while it sleeps.
    fn note_step(&mut self, reading: ClockReading) {
        let system = reading.system - self.last.system;
        let step = system - (reading.monotonic - self.last.monotonic);
        if step.abs() > TOLERANCE {
            (self.stepped, self.votes.1) = (Some(reading.monotonic), None);
            self.is_confirmed = false;
        }
        self.last = reading;
    }

    fn evaluate(&mut self, reading: ClockReading) {
        let evaluated = self.votes.1;
        if evaluated.is_some_and(|at| reading.monotonic - at < EVALUATED_FOR) {
            return;
        }
        self.answers.retain(|_, answer| reading.monotonic - answer.received() < WINDOW);
        // Answers from before a sleep of the machine would look like those of a wrong clock, so
        // they give way to newer ones as soon as these are enough.
        let since_step = self.votes(reading, self.stepped);
        let is_enough = since_step.len() >= ENOUGH_HOSTS;
        let votes = if is_enough { since_step } else { self.votes(reading, None) };
        self.votes = (votes, Some(reading.monotonic));
    }

    /// The times according to the unrelated hosts that have answered in the last hour, and since an
    /// instant.
    fn votes(&self, reading: ClockReading, since: Option<TimeDelta>) -> Vec<Epoch> {
        let answers = self.answers.values().filter(|answer| counts(answer, reading, since));
        let unrelated = unrelated(answers);
        let mut votes: Vec<Epoch> = unrelated
            .into_iter()
            .map(|answer| Epoch::of(answer.time(), answer.received()))
            .collect();
        votes.sort_unstable();
        votes
    }

    /// Judges by the median of enough hosts.
    fn by_hosts(&self, reading: ClockReading, votes: &[Epoch]) -> ClockFinding {
        let middle = votes.len() / 2;
        let upper = votes.get(middle).copied();
        let lower =
            if votes.len().is_multiple_of(2) { votes.get(middle.wrapping_sub(1)) } else { None };
        // Of the two in the middle of an even number, the one that is nearer to the system clock.
        let error = |vote: &Epoch| (vote.at(reading.monotonic) - reading.system).abs();
        let median = upper.into_iter().chain(lower.copied()).min_by_key(error);
        let time = median.map_or(reading.system, |median| median.at(reading.monotonic));
        // Half the tolerance, so that a clock at the limit is not distrusted every other minute.
        let tolerance = if self.was_distrusted { TOLERANCE / 2 } else { TOLERANCE };
        let basis = ClockBasis::Hosts(votes.len());
        finding(reading, time, (time - reading.system).abs() > tolerance, basis)
    }

    /// Judges by lower bounds, by less than enough hosts, and by an earlier decision.
    fn by_bounds(&self, reading: ClockReading, votes: &[Epoch]) -> ClockFinding {
        let times: Vec<_> = votes.iter().map(|vote| vote.at(reading.monotonic)).collect();
        let is_shown = |time: DateTime<Utc>| times.iter().any(|other| is_same(*other, time));
        let decided = self.decided.map(|decided| decided.at(reading.monotonic));
        // Both run on from the start of the process: at a standing clock no pause would end.
        let bounds = self.bound.into_iter().chain([Epoch(SOURCE_DATE)]);
        let broken: Vec<_> = bounds
            .map(|bound| bound.at(reading.monotonic))
            .filter(|bound| reading.system < *bound - TOLERANCE)
            .collect();
        // At least one host must show an instant that is not before the bound.
        let holds = |bound: &&DateTime<Utc>| {
            times.is_empty() || times.iter().any(|time| *time >= **bound - TOLERANCE)
        };
        if let Some(bound) = broken.iter().filter(holds).max() {
            let is_possible = |time: &DateTime<Utc>| *time >= *bound - TOLERANCE;
            let few = ClockBasis::FewHosts(times.len());
            return match (decided.filter(is_possible), times.iter().copied().find(is_possible)) {
                (Some(time), _) => finding(reading, time, true, ClockBasis::Earlier),
                (None, Some(time)) => finding(reading, time, true, few),
                (None, None) => finding(reading, *bound, true, ClockBasis::LowerBound),
            };
        }
        let decided = decided.filter(|time| !is_same(*time, reading.system));
        // A host that confirms the system clock outweighs an earlier decision, unless another
        // confirms that one.
        let is_outdated = |time| is_shown(reading.system) && !is_shown(time);
        match decided.filter(|time| !is_outdated(*time)) {
            Some(time) => finding(reading, time, true, ClockBasis::Earlier),
            None if !broken.is_empty() || decided.is_some() => {
                finding(reading, reading.system, false, ClockBasis::FewHosts(times.len()))
            }
            None => finding(reading, reading.system, false, ClockBasis::Unchecked),
        }
    }
}

/// Whether an answer is of the last hour, and was received since an instant.
fn counts(answer: &HostClock, reading: ClockReading, since: Option<TimeDelta>) -> bool {
    reading.monotonic - answer.received() < WINDOW
        && since.is_none_or(|since| answer.received() >= since)
}

/// Whether two instants differ by no more than the tolerance.
fn is_same(one: DateTime<Utc>, other: DateTime<Utc>) -> bool {
    (one - other).abs() <= TOLERANCE
}

fn finding(
    reading: ClockReading,
    time: DateTime<Utc>,
    is_distrusted: bool,
    basis: ClockBasis,
) -> ClockFinding {
    let system = reading.system;
    let time = if is_distrusted { time } else { system };
    ClockFinding { time, system, basis, is_distrusted, is_confirmed: false }
}

#[cfg(test)]
mod tests;
