//! The dispatch loop: scans the documents when they may have changed, and sends what is due, one
//! message at a time per host.

use super::WebSub;
use super::hub::host;
use bantin_store::{HubDocuments, HubMode, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::{HashMap, HashSet};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

/// The interval at which due messages are polled.
const TICK: Duration = Duration::from_secs(1);
/// The maximum number of concurrent messages.
const AT_ONCE: usize = 16;
/// The maximum number of concurrent intent verifications. Clients cause them; they must not delay
/// deliveries to subscribers.
const VERIFYING_AT_ONCE: usize = 8;
/// The maximum number of hosts that one query returns.
const MAX_HOSTS: u32 = 64;
/// The maximum number of verifications per host and minute. It limits the requests that a client
/// can cause at a host that is not its own.
const VERIFICATIONS_A_MINUTE: u32 = 60;
/// The minimum time between scans that clients request.
const MIN_SCAN_INTERVAL: Duration = Duration::from_secs(5);
/// The time that running messages have to complete after the stop signal.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(5);

/// The last seen version of each file: its stamp, and the hash of its bytes.
pub(super) type SeenVersions = HashMap<String, ((u64, i64, i64, u64), String)>;

/// The state of the loop.
#[derive(Default)]
struct DispatchState {
    messages: JoinSet<(String, bool, Result<(), StoreError>)>,
    /// The hosts with a message under way.
    busy: HashSet<String>,
    verifying: usize,
    /// The number of verifications per host, and the start of the counted minute.
    verifications: HashMap<String, (DateTime<Utc>, u32)>,
    /// When expired leases were last removed. Expired subscriptions get no delivery in between
    /// either.
    expired: Option<DateTime<Utc>>,
    /// When the documents were last scanned.
    scanned: Option<Instant>,
    /// The last logged error.
    last_error: Option<String>,
}

impl WebSub {
    /// Runs until the stop signal.
    pub async fn run(self: Arc<Self>, mut stopped: watch::Receiver<bool>) {
        let mut state = DispatchState::default();
        let mut seen = SeenVersions::new();
        while !*stopped.borrow() {
            let begun = self.begin(&mut state, &mut seen).await;
            state.log_store_error(begun);
            tokio::select! {
                () = self.wake.notified() => {}
                () = tokio::time::sleep(TICK) => {}
                Some(done) = state.messages.join_next() => state.conclude(done),
                _ = stopped.wait_for(|stop| *stop) => {}
            }
            while let Some(done) = state.messages.try_join_next() {
                state.conclude(done);
            }
        }
        let ended = async { while state.messages.join_next().await.is_some() {} };
        // Messages that are aborted here are sent again after the next start.
        let _ = timeout(SHUTDOWN_TIMEOUT, ended).await;
    }

    /// Scans the documents if they may have changed, and starts the messages that are due.
    async fn begin(
        self: &Arc<Self>,
        state: &mut DispatchState,
        seen: &mut SeenVersions,
    ) -> Result<(), StoreError> {
        let now = self.context.clock.now();
        if state.is_scan_due(&self.is_stale, &self.is_scan_requested, Instant::now())
            && let Err(error) = self.scan_documents(seen).await
        {
            self.is_stale.store(true, Ordering::Release);
            return Err(error);
        }
        if state.expired.is_none_or(|at| now - at >= TimeDelta::minutes(1)) {
            self.store.expire_subscriptions(now).await?;
            state.expired = Some(now);
        }
        for delivery in self.store.pending_deliveries(now, MAX_HOSTS).await? {
            if state.acquire_host(&host(&delivery.callback)) {
                let me = self.clone();
                state.messages.spawn(async move {
                    let host = host(&delivery.callback);
                    (host, false, me.deliver(delivery).await)
                });
            }
        }
        for ping in self.store.pending_pings(now, MAX_HOSTS).await? {
            if state.acquire_host(&host(&ping.hub)) {
                let me = self.clone();
                state.messages.spawn(async move {
                    let (host, is_first) = (host(&ping.hub), ping.failures == 0);
                    let result = me.ping(ping).await.map(|problem| match problem {
                        Some(problem) if is_first => tracing::warn!("{problem}"),
                        Some(problem) => tracing::info!("{problem}"),
                        None => {}
                    });
                    (host, false, result)
                });
            }
        }
        let terms = self.terms();
        self.store.schedule_notified(now, move |source| terms.has_quiet_hours(source, now)).await?;
        for followed in self.store.due_subscriptions(now, MAX_HOSTS).await? {
            if state.acquire_host(&host(&followed.hub)) {
                let me = self.clone();
                state.messages.spawn(async move {
                    (host(&followed.hub), false, me.request_hub(followed).await)
                });
            }
        }
        for intent in self.store.due_intents(now, MAX_HOSTS).await? {
            let host = host(&intent.callback);
            if intent.mode != HubMode::Denied && !state.is_within_rate(&host, now) {
                self.store.delay_intents(&host, now + TimeDelta::minutes(1)).await?;
            } else if state.verifying < VERIFYING_AT_ONCE && state.acquire_host(&host) {
                state.verifying += 1;
                state.count(&host, now);
                let me = self.clone();
                state.messages.spawn(async move { (host, true, me.verify(intent).await) });
            }
        }
        Ok(())
    }

    /// Scans the documents: which topics are offered, which exist, and their hashes. Only changed
    /// files are read.
    pub(super) async fn scan_documents(&self, seen: &mut SeenVersions) -> Result<(), StoreError> {
        let terms = self.terms();
        let websub = &terms.site.websub;
        let mut topics = HubDocuments { hubs: websub.hubs.clone(), ..HubDocuments::default() };
        if websub.hub {
            topics.offered = terms.documents.names().cloned().collect();
        }
        if !websub.hubs.is_empty() {
            topics.notified = terms.documents.today().to_vec();
        }
        if websub.hub || !websub.hubs.is_empty() {
            let names: Vec<String> = terms.documents.names().cloned().collect();
            let (output, mut known) = (terms.site.output.clone(), std::mem::take(seen));
            let looked = tokio::task::spawn_blocking(move || {
                let found = names.into_iter().filter_map(|name| {
                    let held = hash(&output.join(&name), known.remove(&name))?;
                    Some((name, held))
                });
                found.collect::<SeenVersions>()
            });
            *seen = looked.await.map_err(|error| StoreError::Worker(error.to_string()))?;
            topics.hashes =
                seen.iter().map(|(name, (_, hash))| (name.clone(), hash.clone())).collect();
        }
        let now = self.context.clock.now();
        self.store.unfollow_removed(!terms.site.subscribes(), now).await?;
        self.store.set_topics(topics, now).await
    }
}

/// The stamp and hash of a file: the known hash if the stamp is unchanged.
fn hash(
    path: &Path,
    known: Option<((u64, i64, i64, u64), String)>,
) -> Option<((u64, i64, i64, u64), String)> {
    let metadata = std::fs::metadata(path).ok()?;
    let stamp = (metadata.ino(), metadata.mtime(), metadata.mtime_nsec(), metadata.len());
    match known {
        Some((before, hash)) if before == stamp => Some((stamp, hash)),
        // A file that is replaced in between has a newer stamp at the next scan, which the
        // publisher requests.
        _ => Some((stamp, blake3::hash(&std::fs::read(path).ok()?).to_hex().to_string())),
    }
}

impl DispatchState {
    /// Whether a message to a host may start now; if so, the host is busy.
    fn acquire_host(&mut self, host: &str) -> bool {
        self.messages.len() < AT_ONCE && self.busy.insert(host.to_owned())
    }

    /// Whether the documents are scanned now: at once if this process changed them, every few
    /// seconds if clients request it.
    fn is_scan_due(&mut self, is_stale: &AtomicBool, is_asked: &AtomicBool, now: Instant) -> bool {
        let is_time = self.scanned.is_none_or(|at| now.duration_since(at) >= MIN_SCAN_INTERVAL);
        let is_stale = is_stale.swap(false, Ordering::AcqRel);
        let is_due = is_stale || is_time && is_asked.load(Ordering::Acquire);
        if is_due {
            is_asked.store(false, Ordering::Release);
            self.scanned = Some(now);
        }
        is_due
    }

    /// Whether a host is below its limit of verifications per minute.
    fn is_within_rate(&mut self, host: &str, now: DateTime<Utc>) -> bool {
        self.verifications.retain(|_, (since, _)| now - *since < TimeDelta::minutes(1));
        self.verifications.get(host).is_none_or(|(_, times)| *times < VERIFICATIONS_A_MINUTE)
    }

    fn count(&mut self, host: &str, now: DateTime<Utc>) {
        self.verifications.entry(host.to_owned()).or_insert((now, 0)).1 += 1;
    }

    fn conclude(
        &mut self,
        done: Result<(String, bool, Result<(), StoreError>), tokio::task::JoinError>,
    ) {
        match done {
            Ok((host, verified, result)) => {
                self.busy.remove(&host);
                self.verifying = self.verifying.saturating_sub(usize::from(verified));
                if result.is_err() {
                    self.log_store_error(result);
                }
            }
            Err(panic) => {
                tracing::error!("sending a message panicked, which is a bug in bantin: {panic}");
                // The host of the message is unknown now. Two messages to one host still wait for
                // their permits.
                self.busy.clear();
                self.verifying = 0;
            }
        }
    }

    /// Logs an error of the store once, not once a second.
    fn log_store_error(&mut self, result: Result<(), StoreError>) {
        let error = result.err().map(|error| error.to_string());
        if let Some(error) = error.as_ref().filter(|error| self.last_error.as_ref() != Some(error))
        {
            tracing::error!("subscribers cannot be notified: {error}");
        }
        self.last_error = error;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_make_us_look_every_few_seconds_and_the_press_at_once() {
        let (mut state, begun) = (DispatchState::default(), Instant::now());
        let (stale, asked) = (AtomicBool::new(true), AtomicBool::new(false));
        let mut looks =
            |seconds| state.is_scan_due(&stale, &asked, begun + Duration::from_secs(seconds));
        assert!(looks(0) && !looks(60));
        asked.store(true, Ordering::Release);
        assert!(looks(60));
        asked.store(true, Ordering::Release);
        assert!(
            !looks(61) && !looks(64) && looks(65) && !looks(70),
            "it is delayed, and happens once"
        );
        stale.store(true, Ordering::Release);
        assert!(looks(66));
    }
}
