//! A system clock that is wrong, between runs and during one: days stay right, and visits go on.
//!
//! The tests run the stages of `bantin once` and the daemon inside this process, because nothing
//! else can set a system clock for one test.

use crate::agency::{Agency, html};
use crate::desk::{self, Desk, source};
use bantin::clock_watch::{self, ClockWatch};
use bantin::config::{self, BaseDirectories, Plan};
use bantin::crawl::{self, CrawlContext, SharedHosts, VisitLimits};
use bantin::daemon::{self, ActivePlan, DaemonSignal};
use bantin_core::clock::{ClockShift, MachineClocks};
use bantin_core::clock_guard::ClockRecord;
use bantin_core::{Article, ArticleQuery, Source};
use bantin_fetch::{Fetcher, Options, RequestLimits, SystemResolver};
use bantin_store::Store;
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Asia::Ho_Chi_Minh;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, watch};

/// The longest schedule of the tests' sources, with its spread.
const SCHEDULE: TimeDelta = TimeDelta::minutes(35);
const YEAR: TimeDelta = TimeDelta::days(365);
const RIGHT: TimeDelta = TimeDelta::zero();

/// The errors of clocks: behind by 16 years, two days and an hour, and ahead by a year.
fn errors() -> [TimeDelta; 4] {
    [YEAR * -16, TimeDelta::days(-2), TimeDelta::hours(-1), YEAR]
}

/// Agencies at different addresses, whose clocks are right, and a desk with their sources.
fn agencies(count: u8) -> (Vec<Agency>, Desk) {
    let open = |n| {
        let agency = Agency::open_at([127, 0, 0, n]);
        agency.show_clock(TimeDelta::seconds(i64::from(n)));
        publish(&agency, &[1]);
        agency
    };
    let agencies: Vec<Agency> = (1..=count).map(open).collect();
    let name = |n: usize| ["a", "b", "c", "d"][n].to_owned();
    let sources = agencies.iter().enumerate().map(|(n, agency)| source(&name(n), agency));
    let desk = Desk::with(&(desk::head() + &sources.collect::<String>()));
    (agencies, desk)
}

/// Publishes articles without a date; every third shows that it is an hour old.
fn publish(agency: &Agency, numbers: &[u32]) {
    desk::publish(agency, numbers);
    for n in numbers {
        let dated = format!("Ngày đăng: {:02}/10/2026 08:15", n % 28 + 1);
        let shown = if n % 3 == 0 { "1 giờ trước" } else { "" };
        agency.on(&format!("/tin/{n}"), html(desk::article(*n).replace(&dated, shown)));
    }
}

/// A process over the desk's store, with a system clock that the test sets.
struct Process {
    plan: Plan,
    store: Store,
    context: Arc<CrawlContext>,
    watch: ClockWatch,
}

impl Process {
    async fn start(desk: &Desk, shift: &ClockShift) -> Self {
        let folders = BaseDirectories {
            working_directory: desk.path("."),
            state_directory: None,
            credentials_directory: None,
        };
        let plan = config::read(&desk.path("feeds.toml"), &folders).unwrap();
        let store = Store::open(&plan.site.state).await.unwrap();
        let machine = MachineClocks::shifted(shift.clone());
        let clock = clock_watch::guarded_clock(machine, Some(&store), &plan.sources).await.unwrap();
        let options = Options {
            user_agent: "bantin/0".to_owned(),
            limits: RequestLimits::default(),
            clock: clock.clone(),
            resolver: Arc::new(SystemResolver),
        };
        let context = Arc::new(CrawlContext {
            fetcher: Fetcher::new(options, Arc::new(SharedHosts(store.clone()))).unwrap(),
            clock,
            limits: VisitLimits::default(),
            parsers: bantin::crawl::Parsers::new(2).unwrap(),
        });
        let watch = ClockWatch::start(&context, &store, &plan.sources).await.unwrap();
        Self { plan, store, context, watch }
    }

    /// Does what `bantin once` does until it publishes.
    async fn once(self) -> Store {
        let Self { plan, store, context, mut watch } = self;
        let sources = plan.sources.clone();
        ActivePlan::from_plan(plan, &store, context.clock.now()).await.unwrap();
        store.end_leases(context.clock.now()).await.unwrap();
        for source in &sources {
            visit(&context, &store, source).await;
        }
        watch.round(&context, &store, &sources).await.unwrap();
        store
    }
}

async fn visit(context: &Arc<CrawlContext>, store: &Store, source: &Arc<Source>) {
    let (_never, stop) = watch::channel(false);
    let (now, lease) = (context.clock.now(), context.limits.lease);
    let claim = store.claim(source.id(), now, "test", lease).await.unwrap().unwrap();
    let report = crawl::visit(context, store, source, &claim, &stop).await.unwrap().unwrap();
    assert!(report.outcome.is_success(), "{:?}", report.outcome);
}

async fn articles(store: &Store) -> Vec<Article> {
    store.select(&ArticleQuery::default(), 100).await.unwrap()
}

/// Checks that the store has `count` articles, all dated within the last hours, and that the next
/// visit is within one schedule.
#[track_caller]
fn check_days(articles: &[Article], count: usize, next: Option<DateTime<Utc>>, what: &str) {
    let now = Utc::now();
    assert_eq!(articles.len(), count, "{what}");
    let day = |at: DateTime<Utc>| at.with_timezone(&Ho_Chi_Minh).date_naive();
    for article in articles {
        let Article { id, content, .. } = article;
        let (seen, published) = (content.first_seen, content.published);
        assert!((now - seen).abs() < TimeDelta::minutes(3), "{what}: {id} was seen at {seen}");
        // An hour ago it was another day, if this one began less than an hour ago.
        let days = [day(now - TimeDelta::minutes(65)), day(now)];
        assert!(days.contains(&day(published)), "{what}: {id} is dated {published}");
    }
    assert!(next.is_some_and(|next| next < now + SCHEDULE), "{what}: the next visit is {next:?}");
}

/// Runs one pass by a clock that is wrong.
async fn pass(desk: &Desk, error: TimeDelta) -> Store {
    Process::start(desk, &ClockShift::of(error)).await.once().await
}

#[tokio::test]
async fn a_clock_that_is_wrong_between_runs_dates_nothing_wrong() {
    for error in errors() {
        let (agencies, desk) = agencies(3);
        for (clock, n) in [(error, 1_u32), (RIGHT, 2), (error, 3), (RIGHT, 4)] {
            let numbers: Vec<u32> = (1..=n).rev().collect();
            agencies.iter().for_each(|agency| publish(agency, &numbers));
            let store = pass(&desk, clock).await;
            let next = store.next_due().await.unwrap();
            let what = format!("{error}, pass {n} with {clock}");
            check_days(&articles(&store).await, 3 * n as usize, next, &what);
            let record = store.clock_record().await.unwrap();
            assert_eq!(record.is_some(), clock != RIGHT, "{what}");
        }
    }
}

/// What the next day finds is dated by that day, and what was found before stays as it was, whether
/// the clock is still wrong or was set right.
#[tokio::test]
async fn a_day_after_a_wrong_clock_no_day_is_wrong() {
    let day = TimeDelta::days(1);
    for error in errors() {
        for later in [error, RIGHT] {
            let (agencies, desk) = agencies(3);
            let what = format!("{error}, a day later {later}");
            let store = pass(&desk, error).await;
            let before = articles(&store).await;
            check_days(&before, 3, store.next_due().await.unwrap(), &what);
            drop(store);
            for (n, agency) in agencies.iter().enumerate() {
                agency.show_clock(day + TimeDelta::seconds(n as i64));
                publish(agency, &[2, 1]);
            }
            let store = pass(&desk, day + later).await;
            check_day_later(&before, &store, &what).await;
            assert_eq!(store.clock_record().await.unwrap().is_some(), later != RIGHT, "{what}");
        }
    }
}

/// Checks that three articles of the next day are dated by that day, and those of `before` as before.
async fn check_day_later(before: &[Article], store: &Store, what: &str) {
    let day = TimeDelta::days(1);
    let next = store.next_due().await.unwrap().map(|next| next - day);
    let all = articles(store).await;
    let is_old = |article: &Article| before.iter().any(|old| old.id == article.id);
    let (old, mut new): (Vec<Article>, Vec<Article>) = all.into_iter().partition(is_old);
    check_days(&old, before.len(), next, what);
    for article in &mut new {
        article.content.first_seen -= day;
        article.content.published -= day;
    }
    check_days(&new, 3, next, what);
}

#[tokio::test]
async fn a_liar_among_the_hosts_changes_no_day() {
    for lie in [YEAR * -16, TimeDelta::hours(7)] {
        let (agencies, desk) = agencies(4);
        agencies[0].show_clock(lie);
        for error in [RIGHT, YEAR, TimeDelta::hours(-1)] {
            let store = pass(&desk, error).await;
            let next = store.next_due().await.unwrap();
            check_days(&articles(&store).await, 4, next, &format!("{lie}, {error}"));
        }
    }
}

/// One host does not contradict a clock that is ahead. When it is set right, the host
/// confirms it against the store.
#[tokio::test]
async fn what_a_clock_ahead_has_stored_is_repaired_when_one_host_confirms_the_right_one() {
    let (agencies, desk) = agencies(1);
    let store = pass(&desk, YEAR).await;
    let (wrong, ids) = (articles(&store).await, |all: &[Article]| {
        all.iter().map(|article| article.id.clone()).collect::<BTreeSet<_>>()
    });
    assert!(wrong[0].first_seen > Utc::now() + TimeDelta::days(300));
    drop(store);
    // A command that makes no visit is not held up by the pauses of that clock either.
    let said = desk.run(&["try", "a"]);
    let said = if said.code == Some(0) { said } else { panic!("{said:?}") };
    assert!(said.out.contains("Tin số 1"), "{said:?}");
    publish(&agencies[0], &[2, 1]);
    let store = pass(&desk, RIGHT).await;
    let repaired = articles(&store).await;
    check_days(&repaired, 2, store.next_due().await.unwrap(), "set right");
    assert!(ids(&repaired).is_superset(&ids(&wrong)));
    assert_eq!(store.clock_record().await.unwrap(), None);
    // Not again: the store has no instant in the future any more.
    drop(store);
    let store = pass(&desk, RIGHT).await;
    assert_eq!(store.newest_instant().await.unwrap().map(|at| at <= Utc::now()), Some(true));
}

#[tokio::test]
async fn status_shows_both_times_and_what_to_do() {
    let (_agencies, desk) = agencies(3);
    let store = pass(&desk, RIGHT).await;
    let now = Utc::now();
    let record = ClockRecord { time: now - YEAR, system: now, hosts: 3 };
    store.keep_clock_record(Some(record)).await.unwrap();
    let said = desk.run(&["status"]).out;
    let (wrong, right) = (now.format("%Y-%m-%d"), record.time.format("%Y-%m-%d"));
    let expected = format!("WRONG CLOCK: the system clock is wrong: it shows {wrong}");
    assert!(said.starts_with(&expected), "{said}");
    assert!(said.contains(&format!("3 hosts of sources show {right}")), "{said}");
    assert!(said.contains("timedatectl set-ntp true"), "{said}");
    // In JSON each line of the standard output is a source.
    let said = desk.run(&["status", "--json"]);
    assert!(said.err.contains("the system clock is wrong") && !said.out.contains("clock"));
    store.keep_clock_record(None).await.unwrap();
    let said = desk.run(&["status"]);
    assert!(!(said.out + &said.err).contains("clock"));
}

/// A daemon in this process.
struct Running {
    store: Store,
    port: u16,
    signals: mpsc::Sender<DaemonSignal>,
    ended: tokio::task::JoinHandle<()>,
}

impl Running {
    async fn start(desk: &Desk, shift: &ClockShift) -> Self {
        // A port that was free a moment ago.
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let Process { mut plan, store, context, watch } = Process::start(desk, shift).await;
        plan.site.listen.set_port(port);
        let again = plan.clone();
        let active = ActivePlan::from_plan(plan, &store, context.clock.now()).await.unwrap();
        let (signals, received) = mpsc::channel(1);
        let running = store.clone();
        let ended = tokio::spawn(async move {
            let read = move || Ok(again.clone());
            daemon::run(context, running, active, watch, received, read, |_| {}).await.unwrap();
        });
        Self { store, port, signals, ended }
    }

    async fn health(&self) -> String {
        let answer = reqwest::get(format!("http://127.0.0.1:{}/healthz", self.port)).await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.text().await.unwrap().trim().to_owned()
    }

    /// Waits until the store or `/healthz` is as expected.
    async fn wait_for(&self, what: &str, wanted: impl AsyncFn(&Self) -> bool) {
        let begun = Instant::now();
        while !wanted(self).await {
            assert!(begun.elapsed() < Duration::from_secs(30), "{what}: {:?}", self.health().await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Makes all sources due, as the next slot of their schedule does.
    fn make_due(&self, desk: &Desk) {
        let db = rusqlite::Connection::open(desk.path("state/bantin.sqlite")).unwrap();
        db.busy_timeout(Duration::from_secs(5)).unwrap();
        let now = Utc::now().timestamp_millis();
        db.execute("UPDATE source SET next_visit = min(next_visit, ?1)", [now]).unwrap();
    }

    async fn has(&self, count: usize) -> bool {
        articles(&self.store).await.len() == count
    }

    async fn check(&self, count: usize, what: &str) {
        self.wait_for(what, async |running| running.has(count).await).await;
        // The visits of the other sources may still be under way.
        let next = self.store.next_due().await.unwrap();
        check_days(&articles(&self.store).await, count, next, what);
    }

    async fn stop(self) {
        self.signals.send(DaemonSignal::Stop).await.unwrap();
        self.ended.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_is_set_wrong_during_a_run_dates_nothing_wrong_and_stops_no_visit() {
    let (agencies, desk) = agencies(3);
    let shift = ClockShift::default();
    let running = Running::start(&desk, &shift).await;
    running.check(3, "a right clock").await;
    assert_eq!(running.health().await, "ok");
    let mut n = 1;
    for error in errors() {
        for clock in [error, RIGHT] {
            shift.set(clock);
            n += 1;
            let numbers: Vec<u32> = (1..=n).rev().collect();
            agencies.iter().for_each(|agency| publish(agency, &numbers));
            running.make_due(&desk);
            let what = format!("set to {clock}");
            running.check(3 * n as usize, &what).await;
            let is_told = clock != RIGHT;
            running
                .wait_for(&what, async |running| {
                    running.health().await.contains("the system clock is wrong: it shows")
                        == is_told
                })
                .await;
            assert_eq!(running.store.clock_record().await.unwrap().is_some(), is_told, "{what}");
        }
    }
    running.stop().await;
}

/// A daemon whose clock has been wrong for a day dates the news of that day by it, whether the clock
/// is set right then or stays wrong.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_of_a_run_with_a_wrong_clock_dates_nothing_wrong() {
    let day = TimeDelta::days(1);
    for error in errors() {
        for later in [error, RIGHT] {
            let (agencies, desk) = agencies(3);
            let what = format!("{error}, a day later {later}");
            let shift = ClockShift::default();
            let running = Running::start(&desk, &shift).await;
            running.check(3, &what).await;
            shift.set(error);
            agencies.iter().for_each(|agency| publish(agency, &[2, 1]));
            running.make_due(&desk);
            running.check(6, &what).await;
            let before = articles(&running.store).await;
            for (n, agency) in agencies.iter().enumerate() {
                agency.show_clock(day + TimeDelta::seconds(n as i64));
                publish(agency, &[4, 2, 1]);
            }
            shift.set(later);
            shift.pass(day);
            running.make_due(&desk);
            running.wait_for(&what, async |running| running.has(9).await).await;
            check_day_later(&before, &running.store, &what).await;
            running.stop().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_starts_with_a_wrong_clock_dates_nothing_wrong() {
    for error in errors() {
        let (_agencies, desk) = agencies(3);
        let shift = ClockShift::of(error);
        let running = Running::start(&desk, &shift).await;
        running.check(3, &format!("started with {error}")).await;
        assert!(running.health().await.contains("3 hosts of sources show"));
        shift.set(RIGHT);
        running.wait_for("set right", async |running| running.health().await == "ok").await;
        running.stop().await;
    }
}

/// One host does not contradict the clock; when the operator sets it right, visits must not
/// wait for a year.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_ahead_that_is_set_right_during_a_run_leaves_nothing_in_the_future() {
    let (_agencies, desk) = agencies(1);
    let shift = ClockShift::of(YEAR);
    let running = Running::start(&desk, &shift).await;
    running.wait_for("the first visit", async |running| running.has(1).await).await;
    shift.set(RIGHT);
    let is_right = async |running: &Running| {
        articles(&running.store).await[0].published < Utc::now() + TimeDelta::minutes(1)
    };
    running.wait_for("set right", is_right).await;
    running.check(1, "set right").await;
    running.stop().await;
}
