//! Queues the requests of this process for their permits, and releases the permits in every case.
//!
//! One request at a time is sent to a host and to an address, with a delay after each. The permits
//! are kept by the host limiter (`host_limiter`), normally in the store, so that `try` obeys them
//! beside `run`. A permit that its holder did not release expires. Permits use real time, whatever
//! clock the rest of the program was given, because hosts feel real requests.

use super::host_limiter::{HostLimiter, add_saturating};
use bantin_core::clock::Clock;
use bantin_core::{PermitDecision, SlotRequest};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::OwnedMutexGuard;
use tokio::task::JoinHandle;

/// The longest sleep between two attempts: another process may release its permit early.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// The shortest sleep, so that processes whose clocks disagree do not cause a busy loop.
const NOT_AT_ONCE: Duration = Duration::from_millis(2);

/// One queue per host for the requests of this process, in order of arrival. Only the head of a
/// queue asks the host limiter for a permit, so twenty pages of one host do not hammer the store.
pub(super) struct RequestQueue {
    limiter: Arc<dyn HostLimiter>,
    clock: Clock,
    /// The number of permits requested so far; makes each holder's name unique.
    requests: AtomicU64,
    queues: Mutex<HashMap<String, Weak<tokio::sync::Mutex<()>>>>,
}

/// The head of a host's queue. Dropping it lets the next request pass.
pub(super) type QueueHead = OwnedMutexGuard<()>;

/// The parameters of a permit.
pub(super) struct PermitRequest {
    /// The name of the host.
    pub(super) host: String,
    /// The IP addresses of the host.
    pub(super) addresses: Vec<String>,
    /// The delay after the request.
    pub(super) delay: Duration,
    /// The time after which the permit expires.
    pub(super) hold: Duration,
    /// The longest acceptable wait for the permit.
    pub(super) patience: Duration,
    /// The daily request budget of the host; `None` for requests that do not count.
    pub(super) max_per_day: Option<u32>,
}

/// The reason why no permit was granted.
#[derive(Debug)]
pub(super) enum PermitDenied {
    /// The permit is not free within `patience`, nearly always because the host requested a pause.
    HostPaused { until: DateTime<Utc>, rest: Duration },
    /// The host's daily budget is used up.
    BudgetExhausted { until: DateTime<Utc>, rest: Duration },
    /// The host limiter failed.
    LimiterFailed(String),
}

impl RequestQueue {
    pub(super) fn new(limiter: Arc<dyn HostLimiter>, clock: Clock) -> Self {
        Self { limiter, clock, requests: AtomicU64::new(0), queues: Mutex::default() }
    }

    /// Waits until the request is at the head of the host's queue.
    pub(super) async fn wait_for_head(&self, host: &str) -> QueueHead {
        let line = {
            let mut lines = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
            lines.retain(|_, line| line.strong_count() > 0);
            let line = lines.get(host).and_then(Weak::upgrade).unwrap_or_default();
            lines.insert(host.to_owned(), Arc::downgrade(&line));
            line
        };
        line.lock_owned().await
    }

    /// Waits for the permit, at the head of the host's queue.
    pub(super) async fn acquire(
        &self,
        head: QueueHead,
        request: PermitRequest,
    ) -> Result<HeldPermit, PermitDenied> {
        let PermitRequest { host, addresses, delay, hold, patience, max_per_day } = request;
        let mut keys = [std::slice::from_ref(&host), &addresses].concat();
        keys.sort();
        keys.dedup();
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        // With the time, because process ids are reused.
        let now = self.clock.now().timestamp_millis();
        let holder = format!("{} {number} {now}", std::process::id());
        let wanted = SlotRequest { host, keys, holder, hold, max_per_day };
        let (limiter, clock) = (self.limiter.clone(), self.clock.clone());
        let mut queued = QueuedRequest { limiter, clock, wanted, head, delay };
        loop {
            let now = self.clock.now();
            // A separate task, because cancelling the request while the host limiter works would
            // leak the permit. A result that arrives too late is dropped, and dropping a permit
            // releases it.
            let answer = tokio::spawn(queued.request_permit(now)).await;
            let answer = answer.map_err(|error| PermitDenied::LimiterFailed(error.to_string()))?;
            let until;
            (queued, until) = match answer.map_err(PermitDenied::LimiterFailed)? {
                PermitReply::Granted(held) => return Ok(held),
                PermitReply::DeniedUntil(back, until) => (back, until),
                PermitReply::BudgetExhausted(until) => {
                    let rest = (until - now).to_std().unwrap_or_default();
                    return Err(PermitDenied::BudgetExhausted { until, rest });
                }
            };
            let rest = (until - now).to_std().unwrap_or_default();
            if rest > patience {
                return Err(PermitDenied::HostPaused { until, rest });
            }
            tokio::time::sleep(rest.clamp(NOT_AT_ONCE, LOOK_AGAIN)).await;
        }
    }
}

/// A request that waits for a permit.
struct QueuedRequest {
    limiter: Arc<dyn HostLimiter>,
    clock: Clock,
    wanted: SlotRequest,
    head: QueueHead,
    delay: Duration,
}

enum PermitReply {
    Granted(HeldPermit),
    DeniedUntil(QueuedRequest, DateTime<Utc>),
    BudgetExhausted(DateTime<Utc>),
}

impl QueuedRequest {
    async fn request_permit(self, now: DateTime<Utc>) -> Result<PermitReply, String> {
        match self.limiter.request_permit(&self.wanted, now).await? {
            PermitDecision::DeniedUntil(until) => Ok(PermitReply::DeniedUntil(self, until)),
            PermitDecision::BudgetExhausted(until) => Ok(PermitReply::BudgetExhausted(until)),
            PermitDecision::Granted => {
                let Self { limiter, clock, wanted, head, delay } = self;
                let active =
                    ActivePermit { limiter, clock, wanted, head, delay, host_pause: delay };
                Ok(PermitReply::Granted(HeldPermit(Some(active))))
            }
        }
    }
}

/// A granted permit. It is released by [`HeldPermit::release`], or when it is dropped.
pub(super) struct HeldPermit(Option<ActivePermit>);

struct ActivePermit {
    limiter: Arc<dyn HostLimiter>,
    clock: Clock,
    wanted: SlotRequest,
    head: QueueHead,
    delay: Duration,
    host_pause: Duration,
}

impl HeldPermit {
    /// Extends the pause of the host after this request to at least `host_pause`. Its addresses
    /// keep the normal delay: other hosts on the same server requested no pause.
    pub(super) fn delay_host(&mut self, host_pause: Duration) {
        if let Some(active) = &mut self.0 {
            active.host_pause = active.host_pause.max(host_pause);
        }
    }

    /// Releases the permit, and waits until the host limiter has recorded it.
    pub(super) async fn release(mut self) {
        if let Some(task) = self.start_release() {
            // Fails only if the host limiter panics; then the permit expires.
            let _ = task.await;
        }
    }

    fn start_release(&mut self) -> Option<JoinHandle<()>> {
        let active = self.0.take()?;
        // Without a runtime the process is ending, and the permit expires.
        let runtime = tokio::runtime::Handle::try_current().ok()?;
        Some(runtime.spawn(active.release()))
    }
}

impl Drop for HeldPermit {
    fn drop(&mut self) {
        self.start_release();
    }
}

impl ActivePermit {
    async fn release(self) {
        let SlotRequest { host, keys, holder, .. } = self.wanted;
        // The clock has a resolution of one millisecond: one more, so that the pause is never
        // shorter than the delay.
        let end = self.clock.now() + TimeDelta::milliseconds(1);
        let delay = self.delay + jitter(&holder, self.delay);
        let (own, others) = match self.host_pause > delay {
            true => keys.into_iter().partition(|key| *key == host),
            false => (Vec::new(), keys),
        };
        for (keys, pause) in [(own, self.host_pause), (others, delay)] {
            if keys.is_empty() {
                continue;
            }
            let back = self.limiter.release(&keys, &holder, add_saturating(end, pause)).await;
            if let Err(why) = back {
                tracing::warn!(places = ?keys, why, "cannot release a permit; it expires by itself");
            }
        }
        // The next request starts only now; earlier, it would wait for the permit to expire.
        drop(self.head);
    }
}

/// A random extra of up to a quarter of the delay, so that our requests have no fixed rhythm.
fn jitter(holder: &str, delay: Duration) -> Duration {
    let [first, ..] = *blake3::hash(holder.as_bytes()).as_bytes();
    delay * u32::from(first) / 1024
}

#[cfg(test)]
mod tests {
    use super::super::host_limiter::LocalHostLimiter;
    use super::*;
    use bantin_core::RobotsRecord;
    use futures_util::future::BoxFuture;

    fn request(host: &str, delay: u64) -> PermitRequest {
        PermitRequest {
            host: host.to_owned(),
            addresses: vec!["1.1.1.1".to_owned()],
            delay: Duration::from_millis(delay),
            hold: Duration::from_secs(60),
            patience: Duration::from_secs(100),
            max_per_day: Some(1000),
        }
    }

    #[tokio::test]
    async fn a_dropped_turn_gives_itself_back() {
        let queue = RequestQueue::new(Arc::new(LocalHostLimiter::default()), Clock::System);
        let held =
            queue.acquire(queue.wait_for_head("a.vn").await, request("a.vn", 0)).await.unwrap();
        drop(held);
        // The queue is free only after the host limiter has recorded the release, so this permit is
        // immediate.
        let again = queue.acquire(queue.wait_for_head("a.vn").await, request("a.vn", 0)).await;
        again.unwrap().release().await;
    }

    #[tokio::test]
    async fn a_host_that_wants_rest_gets_it_and_its_neighbours_go_on() {
        let queue = RequestQueue::new(Arc::new(LocalHostLimiter::default()), Clock::System);
        let mut held =
            queue.acquire(queue.wait_for_head("a.vn").await, request("a.vn", 0)).await.unwrap();
        held.delay_host(Duration::from_secs(3600));
        held.release().await;
        let Err(PermitDenied::HostPaused { rest, .. }) =
            queue.acquire(queue.wait_for_head("a.vn").await, request("a.vn", 0)).await
        else {
            panic!("the host granted a permit during its pause")
        };
        assert!(rest > Duration::from_secs(3500), "{rest:?}");
        let neighbour = queue.acquire(queue.wait_for_head("b.vn").await, request("b.vn", 0)).await;
        neighbour.unwrap().release().await;
    }

    /// A host limiter that grants the permit but answers late, as a store under load does.
    struct Slow(LocalHostLimiter, tokio::sync::Semaphore);

    impl HostLimiter for Slow {
        fn request_permit<'a>(
            &'a self,
            wanted: &'a SlotRequest,
            now: DateTime<Utc>,
        ) -> BoxFuture<'a, Result<PermitDecision, String>> {
            Box::pin(async move {
                let turn = self.0.request_permit(wanted, now).await;
                let _may = self.1.acquire().await;
                turn
            })
        }

        fn release<'a>(
            &'a self,
            keys: &'a [String],
            holder: &'a str,
            free_from: DateTime<Utc>,
        ) -> BoxFuture<'a, Result<(), String>> {
            self.0.release(keys, holder, free_from)
        }

        fn robots<'a>(
            &'a self,
            site: &'a str,
        ) -> BoxFuture<'a, Result<Option<RobotsRecord>, String>> {
            self.0.robots(site)
        }

        fn store_robots<'a>(
            &'a self,
            site: &'a str,
            robots: RobotsRecord,
        ) -> BoxFuture<'a, Result<(), String>> {
            self.0.store_robots(site, robots)
        }
    }

    #[tokio::test]
    async fn a_request_cancelled_while_the_keeper_works_loses_no_turn() {
        let slow = Arc::new(Slow(LocalHostLimiter::default(), tokio::sync::Semaphore::new(0)));
        let queue = RequestQueue::new(slow.clone(), Clock::System);
        let front = queue.wait_for_head("a.vn").await;
        tokio::select! {
            biased;
            _ = queue.acquire(front, request("a.vn", 0)) => panic!("the host limiter has not answered"),
            () = tokio::task::yield_now() => {}
        }
        slow.1.add_permits(1);
        let again =
            async { queue.acquire(queue.wait_for_head("a.vn").await, request("a.vn", 0)).await };
        let again = tokio::time::timeout(Duration::from_secs(5), again).await;
        again.expect("the permit was leaked").unwrap().release().await;
    }
}
