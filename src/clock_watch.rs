//! Watches the system clock while a process runs: requests the clocks of hosts when too few have
//! answered, reports a wrong clock, and repairs what it wrote.
//!
//! What the answers of hosts mean is decided in `bantin_core::clock_guard`. A finding is logged when
//! it begins and when it ends. It is stored too, for `bantin status` and for commands that make no
//! requests.

use crate::crawl::CrawlContext;
use bantin_core::Source;
use bantin_core::clock::{Clock, MachineClocks};
use bantin_core::clock_guard::{ClockGuard, ClockRecord, TOLERANCE};
use bantin_core::clock_witness::{owner, witness};
use bantin_store::{Store, StoreError};
use chrono::{DateTime, Utc};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// The longest wait for the clocks of hosts. Visits do not start before, so that it is short.
const PATIENCE: Duration = Duration::from_secs(5);
/// The number of hosts that are requested in addition to those that are needed: some do not answer.
const SPARE: usize = 2;
/// The interval at which the stored finding is renewed.
const RECORD_AGAIN: Duration = Duration::from_secs(3600);

/// Creates the guarded system clock, with what the store knows about it.
pub async fn guarded_clock(
    machine: MachineClocks,
    store: Option<&Store>,
    sources: &[Arc<Source>],
) -> Result<Clock, StoreError> {
    let (newest, record) = match store {
        Some(store) => (store.newest_instant().await?, store.clock_record().await?),
        None => (None, None),
    };
    let clock = Clock::Guarded(Arc::new(ClockGuard::new(machine, newest, record)));
    set_witnesses(&clock, sources);
    Ok(clock)
}

/// Makes the hosts of these sources those by which a clock is judged.
pub fn set_witnesses<'a>(clock: &Clock, sources: impl IntoIterator<Item = &'a Arc<Source>>) {
    if let Some(guard) = clock.guard() {
        let on_network = sources.into_iter().filter(|source| source.folder.is_none());
        guard.set_witnesses(on_network.filter_map(|source| witness(&source.url)).collect());
    }
}

/// The warning about a wrong system clock, in a sentence.
pub fn warning(record: &ClockRecord) -> String {
    let ClockRecord { time, system, hosts } = record;
    let (system, shown) = (shown(*system), shown(*time));
    let evidence = match hosts {
        0 => format!("{shown}, the newest time that bantin knows, is later"),
        1 => format!("the host of a source shows {shown}"),
        hosts => format!("{hosts} hosts of sources show {shown}"),
    };
    format!(
        "the system clock is wrong: it shows {system}, but {evidence}; bantin uses that time. Set the clock, and keep it right \
         with systemd-timesyncd (`timedatectl set-ntp true`) or chrony"
    )
}

/// An instant for operators.
fn shown(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// The state of the watch over the system clock.
#[derive(Debug, Default)]
pub struct ClockWatch {
    /// The warning about a wrong clock, and when it was stored.
    reported: Option<(ClockRecord, Instant)>,
    /// The time of the program at the last round.
    last: Option<(DateTime<Utc>, Instant)>,
    is_repaired: bool,
}

impl ClockWatch {
    /// Watches the clock of a process that starts.
    pub async fn start(
        context: &CrawlContext,
        store: &Store,
        sources: &[Arc<Source>],
    ) -> Result<Self, StoreError> {
        let mut watch = Self::default();
        if context.clock.guard().is_some() {
            watch.round(context, store, sources).await?;
            if watch.reported.is_none() {
                store.keep_clock_record(None).await?;
            }
        }
        Ok(watch)
    }

    /// Checks the clock, before visits are started. Takes seconds if hosts must be requested.
    pub async fn round(
        &mut self,
        context: &CrawlContext,
        store: &Store,
        sources: &[Arc<Source>],
    ) -> Result<(), StoreError> {
        let Some(guard) = context.clock.guard() else { return Ok(()) };
        let is_due = guard.missing_hosts() > 0
            && store.next_due().await?.is_some_and(|due| due <= context.clock.now());
        if guard.needs_check(is_due) {
            self.last.get_or_insert((context.clock.now(), Instant::now()));
            request_dates(context, guard, sources).await;
        }
        self.repair(guard, store, sources).await?;
        self.report(guard, store).await
    }

    /// The warning, while the system clock is wrong.
    pub fn warning(&self) -> Option<String> {
        self.reported.as_ref().map(|(record, _)| warning(record))
    }

    /// Repairs the store again, because a visit has ended that began under a wrong clock.
    pub fn repair_again(&mut self) {
        self.is_repaired = false;
    }

    /// Repairs the store at the start, and when the time of the program went back.
    async fn repair(
        &mut self,
        guard: &ClockGuard,
        store: &Store,
        sources: &[Arc<Source>],
    ) -> Result<(), StoreError> {
        let finding = guard.finding();
        let expected = self.last.map(|(time, at)| time + at.elapsed());
        let is_back = expected.is_some_and(|expected| finding.time < expected - TOLERANCE);
        if let Some(expected) = expected.filter(|_| is_back) {
            store.move_permits_back(expected - finding.time, finding.time).await?;
            store.plan_visits(sources, finding.time).await?;
            store.repair_pauses(finding.time).await?;
        }
        if !finding.is_confirmed || is_back {
            self.is_repaired = false;
        }
        if finding.is_confirmed && !self.is_repaired {
            // Before the history, by which a visit that was planned by a wrong clock is recognized.
            store.plan_visits(sources, finding.time).await?;
            let articles = store.repair_history(finding.time).await?;
            if articles > 0 {
                tracing::warn!(
                    "{articles} articles were stored while the clock was ahead; they are dated {} now",
                    finding.time.format("%Y-%m-%d")
                );
            }
            self.is_repaired = true;
        }
        self.last = Some((finding.time, Instant::now()));
        Ok(())
    }

    /// Logs and stores that the clock is wrong, or right again.
    async fn report(&mut self, guard: &ClockGuard, store: &Store) -> Result<(), StoreError> {
        let finding = guard.finding();
        match &self.reported {
            None if finding.is_distrusted => {
                let record = ClockRecord::from(finding);
                store.keep_clock_record(Some(record)).await?;
                tracing::warn!("{}", warning(&record));
                self.reported = Some((record, Instant::now()));
            }
            Some((record, stored)) if finding.is_distrusted => {
                let now = ClockRecord::from(finding);
                let has_changed = now.hosts != record.hosts
                    || ((now.time - now.system) - (record.time - record.system)).abs() > TOLERANCE;
                if has_changed || stored.elapsed() >= RECORD_AGAIN {
                    store.keep_clock_record(Some(now)).await?;
                    self.reported = Some((now, Instant::now()));
                }
            }
            Some(_) => {
                store.keep_clock_record(None).await?;
                tracing::warn!("the system clock is right again: it shows {}", shown(finding.time));
                self.reported = None;
            }
            None => {}
        }
        Ok(())
    }
}

/// Requests the clocks of hosts, for a process that does not watch the clock further.
pub async fn request_dates_if_needed(context: &CrawlContext, sources: &[Arc<Source>]) {
    if let Some(guard) = context.clock.guard().filter(|guard| guard.needs_check(true)) {
        request_dates(context, guard, sources).await;
    }
}

/// Requests the clocks of hosts that have not answered recently, until enough have.
async fn request_dates(context: &CrawlContext, guard: &ClockGuard, sources: &[Arc<Source>]) {
    guard.begin_check();
    request_unheard(context, guard, sources).await;
    guard.end_check();
}

/// Requests the clock of a source's host. If it does not answer by https, perhaps because by our
/// clock its certificate is not valid, it is requested by http.
async fn request_date(context: &CrawlContext, guard: &ClockGuard, source: &Source) {
    let mut plain = source.url.clone();
    let has_plain = plain.scheme() == "https"
        && plain.set_port(None).is_ok()
        && plain.set_scheme("http").is_ok();
    for url in [&source.url].into_iter().chain(has_plain.then_some(&plain)) {
        if let Err(error) = context.fetcher.request_date(url, &source.access).await {
            tracing::debug!(source = %source.id(), "its host does not show its clock: {error}");
        }
        if owner(url).is_some_and(|owner| guard.is_heard(&owner)) {
            return;
        }
    }
}

async fn request_unheard(context: &CrawlContext, guard: &ClockGuard, sources: &[Arc<Source>]) {
    let missing = guard.missing_hosts();
    let mut owners = HashSet::new();
    let mut unheard = sources.to_vec();
    unheard.retain(|source| {
        let owner = owner(&source.url).filter(|_| source.folder.is_none());
        owner.is_some_and(|owner| !guard.is_heard(&owner) && owners.insert(owner))
    });
    // Requests that cannot lead to a decision are made only if a bound is broken.
    if unheard.len() < missing && !guard.finding().is_distrusted {
        return;
    }
    let mut requests: FuturesUnordered<_> = unheard
        .iter()
        .take(missing + SPARE)
        .map(|source| request_date(context, guard, source))
        .collect();
    let enough = async { while guard.missing_hosts() > 0 && requests.next().await.is_some() {} };
    if timeout(PATIENCE, enough).await.is_err() {
        tracing::debug!("too few hosts have shown their clocks within {} s", PATIENCE.as_secs());
    }
}
