//! Tests of the guard: hosts that agree, lie and are related, bounds, and steps of the clock.

use super::*;
use crate::clock::ClockShift;

/// A guard over a system clock that the test sets.
struct Machine {
    guard: ClockGuard,
    shift: ClockShift,
}

/// An error of a clock.
fn hours(hours: i64) -> TimeDelta {
    TimeDelta::hours(hours)
}

impl Machine {
    /// A machine whose clock is wrong by `error`, in a process that found `newest` in its store.
    fn new(error: TimeDelta, newest: Option<DateTime<Utc>>) -> Self {
        Self::after(error, newest, None)
    }

    fn after(error: TimeDelta, newest: Option<DateTime<Utc>>, record: Option<ClockRecord>) -> Self {
        let shift = ClockShift::of(error);
        let guard = ClockGuard::new(MachineClocks::shifted(shift.clone()), newest, record);
        let hosts = ["a", "b", "c", "d", "e"].iter();
        let hosts = hosts.flat_map(|name| [format!("{name}.gov.vn"), format!("www.{name}.gov.vn")]);
        guard.set_witnesses(hosts.collect());
        Self { guard, shift }
    }

    /// Records an answer of a host whose clock is wrong by `error`.
    fn hear(&self, host: &str, error: TimeDelta) {
        let url = format!("https://{host}/").parse().unwrap();
        let time = real() + error;
        self.guard.observe(|received| HostClock::new(&url, None, time, received));
    }

    /// Checks by how much the time of the program is wrong, in minutes, and the evidence.
    #[track_caller]
    fn check(&self, error: TimeDelta, basis: ClockBasis) {
        let finding = self.guard.finding();
        let found = (finding.time - real()).num_seconds();
        assert_eq!(
            ((found - error.num_seconds()).abs() < 60, finding.basis),
            (true, basis),
            "{found} s"
        );
        assert_eq!(finding.is_distrusted, finding.time != finding.system);
    }
}

fn real() -> DateTime<Utc> {
    MachineClocks::default().read().system
}

const NONE: TimeDelta = TimeDelta::zero();

#[test]
fn three_unrelated_hosts_decide_and_fewer_do_not() {
    for error in [hours(-16 * 365 * 24), hours(-48), hours(-1), hours(1), hours(365 * 24)] {
        let machine = Machine::new(error, None);
        for host in ["a.gov.vn", "b.gov.vn", "www.b.gov.vn"] {
            machine.hear(host, TimeDelta::seconds(-20));
        }
        if error > hours(-24 * 20) {
            machine.check(error, ClockBasis::Unchecked);
        }
        machine.hear("c.gov.vn", TimeDelta::seconds(20));
        machine.check(NONE, ClockBasis::Hosts(3));
        assert!(machine.guard.finding().is_distrusted && machine.guard.finding().is_confirmed);
    }
}

#[test]
fn hosts_confirm_a_clock_that_is_a_few_minutes_off() {
    let machine = Machine::new(TimeDelta::minutes(4), None);
    for host in ["a.gov.vn", "b.gov.vn", "c.gov.vn"] {
        machine.hear(host, NONE);
    }
    machine.check(TimeDelta::minutes(4), ClockBasis::Hosts(3));
    assert!(!machine.guard.finding().is_distrusted);
}

#[test]
fn one_liar_moves_nothing_and_strangers_are_not_heard() {
    for lie in [hours(-7), hours(7), hours(-20_000)] {
        let machine = Machine::new(NONE, None);
        machine.hear("a.gov.vn", lie);
        machine.hear("b.gov.vn", NONE);
        machine.hear("c.gov.vn", TimeDelta::seconds(30));
        for stranger in ["x.example", "y.example", "z.example"] {
            machine.hear(stranger, lie);
        }
        machine.check(NONE, ClockBasis::Hosts(3));
        // Of an even number, the middle one that is nearer to the system clock.
        machine.hear("d.gov.vn", lie);
        machine.check(NONE, ClockBasis::Hosts(4));
    }
}

#[test]
fn a_host_counts_with_its_newest_answer() {
    let machine = Machine::new(NONE, None);
    for host in ["a.gov.vn", "b.gov.vn", "c.gov.vn"] {
        machine.hear(host, hours(7));
    }
    machine.check(hours(7), ClockBasis::Hosts(3));
    for host in ["a.gov.vn", "b.gov.vn"] {
        machine.hear(host, NONE);
    }
    machine.check(NONE, ClockBasis::Hosts(3));
}

#[test]
fn with_many_hosts_an_answer_counts_within_a_second() {
    let machine = Machine::new(NONE, None);
    let hosts: HashSet<String> = (0..40).map(|number| format!("h{number}.gov.vn")).collect();
    machine.guard.set_witnesses(hosts);
    for number in 0..40 {
        machine.hear(&format!("h{number}.gov.vn"), NONE);
        machine.guard.now();
    }
    // The answers since the sixteenth wait together.
    machine.check(NONE, ClockBasis::Hosts(16));
    machine.shift.pass(TimeDelta::seconds(1));
    assert_eq!(machine.guard.finding().basis, ClockBasis::Hosts(40));
}

#[test]
fn a_step_of_the_clock_does_not_move_the_time() {
    let machine = Machine::new(NONE, None);
    for host in ["a.gov.vn", "b.gov.vn", "c.gov.vn"] {
        machine.hear(host, NONE);
    }
    machine.check(NONE, ClockBasis::Hosts(3));
    for step in [hours(-1), hours(365 * 24), hours(-48), NONE] {
        machine.shift.set(step);
        machine.check(NONE, ClockBasis::Hosts(3));
        assert!(machine.guard.needs_check(false));
        machine.guard.begin_check();
        machine.guard.end_check();
        assert!(!machine.guard.needs_check(true));
    }
}

#[test]
fn answers_after_a_sleep_of_the_machine_outweigh_the_earlier_ones() {
    // While the machine sleeps, the monotonic clock stands still and the system clock goes on.
    let machine = Machine::new(hours(-8), None);
    for host in ["a.gov.vn", "b.gov.vn", "c.gov.vn", "d.gov.vn", "e.gov.vn"] {
        machine.hear(host, hours(-8));
    }
    machine.check(hours(-8), ClockBasis::Hosts(5));
    machine.shift.set(NONE);
    machine.guard.now();
    for host in ["a.gov.vn", "b.gov.vn", "c.gov.vn"] {
        machine.hear(host, NONE);
    }
    machine.check(NONE, ClockBasis::Hosts(3));
}

#[test]
fn what_is_heard_in_a_check_counts_at_its_end_even_with_many_hosts() {
    let machine = Machine::new(hours(-8), None);
    let host = |number: usize| format!("h{number}.gov.vn");
    machine.guard.set_witnesses((0..40).map(host).collect());
    (0..40).for_each(|number| machine.hear(&host(number), hours(-8)));
    machine.check(hours(-8), ClockBasis::Hosts(40));
    // The machine has slept.
    machine.shift.set(NONE);
    assert!(machine.guard.needs_check(false));
    machine.guard.begin_check();
    (0..3).for_each(|number| machine.hear(&host(number), NONE));
    machine.guard.end_check();
    machine.check(NONE, ClockBasis::Hosts(3));
}

#[test]
fn a_clock_before_the_store_runs_on_from_it_until_a_host_answers() {
    let newest = Some(real());
    let machine = Machine::new(hours(-48), newest);
    machine.check(NONE, ClockBasis::LowerBound);
    machine.guard.begin_check();
    machine.hear("a.gov.vn", hours(2));
    machine.check(NONE, ClockBasis::LowerBound);
    machine.guard.end_check();
    machine.check(hours(2), ClockBasis::FewHosts(1));
    // The operator sets the clock.
    machine.shift.set(hours(2));
    machine.check(hours(2), ClockBasis::Unchecked);
    // A step back is noticed without any host in the last hour, too.
    machine.shift.set(hours(-48));
    machine.check(hours(2), ClockBasis::FewHosts(1));
}

#[test]
fn a_clock_before_the_source_code_is_wrong() {
    let machine = Machine::new(hours(-16 * 365 * 24), None);
    let finding = machine.guard.finding();
    assert_eq!(finding.basis, ClockBasis::LowerBound);
    let after = SOURCE_DATE..SOURCE_DATE + TimeDelta::minutes(1);
    assert!(after.contains(&finding.time), "{finding:?}");
    assert!(machine.guard.now() > finding.time, "the clock stands");
    machine.hear("a.gov.vn", NONE);
    machine.check(NONE, ClockBasis::FewHosts(1));
}

#[test]
fn a_store_from_the_future_makes_a_right_clock_wrong_only_until_a_host_confirms_it() {
    let newest = Some(real() + hours(365 * 24));
    let machine = Machine::new(NONE, newest);
    machine.check(hours(365 * 24), ClockBasis::LowerBound);
    assert!(!machine.guard.finding().is_confirmed);
    machine.hear("a.gov.vn", NONE);
    let finding = machine.guard.finding();
    assert!(!finding.is_distrusted && finding.is_confirmed, "{finding:?}");
    machine.check(NONE, ClockBasis::Unchecked);
    // Without a source on the network nothing could confirm it.
    let machine = Machine::new(NONE, newest);
    machine.guard.set_witnesses(HashSet::new());
    machine.check(NONE, ClockBasis::Unchecked);
}

#[test]
fn a_finding_lasts_until_hosts_or_the_operator_change_it() {
    let year = hours(365 * 24);
    let (time, system) = (real(), real() + year);
    let record = Some(ClockRecord { time, system, hosts: 3 });
    let machine = Machine::after(year, None, record);
    machine.check(NONE, ClockBasis::Earlier);
    // One host with a wrong clock changes nothing, nor does one that agrees.
    machine.hear("a.gov.vn", hours(7));
    machine.check(NONE, ClockBasis::Earlier);
    machine.hear("b.gov.vn", NONE);
    machine.check(NONE, ClockBasis::Earlier);
    // The clock was set right in between.
    let machine = Machine::after(NONE, None, record);
    machine.check(NONE, ClockBasis::Unchecked);
    let record = Some(ClockRecord { time, system: time - year, hosts: 3 });
    Machine::after(-year, None, record).check(NONE, ClockBasis::Earlier);
    Machine::after(NONE, None, record).check(NONE, ClockBasis::Unchecked);
}

#[test]
fn a_check_is_needed_at_the_start_and_before_visits_that_nothing_vouches_for() {
    let machine = Machine::new(NONE, None);
    assert!(machine.guard.needs_check(false));
    assert_eq!(machine.guard.missing_hosts(), 3);
    machine.guard.begin_check();
    machine.guard.end_check();
    assert!(!machine.guard.needs_check(true), "not again at once");
    machine.hear("a.gov.vn", NONE);
    assert_eq!(machine.guard.missing_hosts(), 2);
    for host in ["b.gov.vn", "c.gov.vn"] {
        machine.hear(host, NONE);
    }
    assert_eq!(machine.guard.missing_hosts(), 0);
}
