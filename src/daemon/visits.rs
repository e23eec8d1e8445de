//! Starts visits that are due, and pauses them while this machine has a fault.

use super::{ActivePlan, Daemon, DaemonNotice, TICK, log_visit, worker};
use crate::crawl;
use crate::pause::Pause;
use bantin_core::Source;
use bantin_publish::files;
use bantin_store::{StoreError, VisitClaim};
use std::sync::{Arc, MutexGuard, PoisonError};
use tokio::task::JoinSet;
use tokio::time::Instant;

impl<N: Fn(DaemonNotice) + Send + Sync + 'static> Daemon<N> {
    /// Starts visits that are due, up to the configured number at once.
    pub(super) async fn visits(self: Arc<Self>) {
        let (mut updates, mut stopped) = (self.active.subscribe(), self.stop.subscribe());
        let mut under_way: JoinSet<()> = JoinSet::new();
        loop {
            let active = updates.borrow_and_update().clone();
            let free = active.workers.saturating_sub(under_way.len());
            if self.may_visit().await && free > 0 {
                for claim in self.claim(&active, free).await {
                    let source = active.sources.get(&claim.source).cloned();
                    under_way.spawn(self.clone().visit(claim, source));
                }
            }
            (self.notify)(DaemonNotice::Alive);
            let (sources, feeds) = (active.sources.len(), active.feeds.len());
            let visits = under_way.len();
            let status = self.pause().health(Instant::now()).err().unwrap_or_else(|| {
                format!("{sources} sources, {feeds} feeds, {visits} visits under way")
            });
            (self.notify)(DaemonNotice::Status(status));
            tokio::select! {
                () = tokio::time::sleep(TICK) => {}
                Some(_) = under_way.join_next() => {}
                _ = updates.changed() => {}
                _ = stopped.wait_for(|stop| *stop) => break,
            }
            while under_way.try_join_next().is_some() {}
        }
        // Visits under way receive the signal themselves, and release their sources.
        while under_way.join_next().await.is_some() {}
    }

    /// Claims up to `limit` sources that are due. A store that fails begins a pause.
    async fn claim(&self, active: &ActivePlan, limit: usize) -> Vec<VisitClaim> {
        match self.claim_due(active, limit).await {
            Ok(claims) => claims,
            Err(error) => {
                self.begin_pause(&error.to_string());
                Vec::new()
            }
        }
    }

    /// Claims sources that are due, by a clock that was checked.
    async fn claim_due(
        &self,
        active: &ActivePlan,
        limit: usize,
    ) -> Result<Vec<VisitClaim>, StoreError> {
        let sources: Vec<_> = active.sources.values().cloned().collect();
        let mut watch = self.clock_watch.lock().await;
        watch.round(&self.context, &self.store, &sources).await?;
        self.app.warn(watch.warning());
        drop(watch);
        let (now, lease) = (self.context.clock.now(), self.context.limits.lease);
        self.store.claim_due(now, &worker(), lease, limit).await
    }

    /// Visits the source of a claim. `source` is absent if the configuration has dropped it since.
    async fn visit(self: Arc<Self>, claim: VisitClaim, source: Option<Arc<Source>>) {
        let Some(source) = source else { return self.release(claim).await };
        let started = claim.started;
        let stopped = self.stop.subscribe();
        match crawl::visit(&self.context, &self.store, &source, &claim, &stopped).await {
            Ok(Some(report)) => {
                log_visit(&report);
                if let Err(error) = self.websub.update_subscription(&report).await {
                    tracing::error!(source = %claim.source, "{error}");
                }
            }
            Ok(None) => {
                tracing::info!(source = %claim.source, "interrupted; the next start resumes this visit");
            }
            Err(error) if error.is_local() => {
                self.begin_pause(&error.to_string());
                self.release(claim).await;
            }
            Err(error) => tracing::error!(source = %claim.source, "{error}"),
        }
        if started > self.context.clock.now() {
            self.clock_watch.lock().await.repair_again();
        }
    }

    /// Releases a source without ending its visit, now or after the pause.
    async fn release(&self, claim: VisitClaim) {
        if let Err(error) = self.store.release(&claim).await {
            self.begin_pause(&error.to_string());
            self.pause().release_later(claim);
        }
    }

    /// Begins a round: tests the machine if a test is due. Returns whether visits may begin.
    async fn may_visit(&self) -> bool {
        if !self.pause().begin_round(Instant::now()) {
            return !self.pause().is_active();
        }
        if let Err(reason) = self.test_machine().await {
            self.begin_pause(&reason);
            return false;
        }
        let (paused, unreleased) = self.pause().end(Instant::now());
        if let Some(paused) = paused {
            tracing::info!(
                "the fault of this machine is over; visits continue after a pause of {} s",
                paused.as_secs()
            );
        }
        for claim in unreleased {
            self.release(claim).await;
        }
        self.report_visits();
        !self.pause().is_active()
    }

    /// Tests whether the store can be written, and its disk has space.
    async fn test_machine(&self) -> Result<(), String> {
        let tested = self.store.test_write(self.context.clock.now()).await;
        tested.map_err(|error| error.to_string())?;
        let state = self.active.borrow().site.state.clone();
        let probed = tokio::task::spawn_blocking(move || files::probe(&state)).await;
        probed.map_err(|error| error.to_string())?.map_err(|error| error.to_string())
    }

    /// Pauses visits, and logs the reason once.
    fn begin_pause(&self, reason: &str) {
        if self.pause().begin(reason, Instant::now()) {
            tracing::error!(
                "visits are paused, because this machine has a fault, which counts against no source; they continue by \
                 themselves when it is over: {reason}"
            );
        }
        self.report_visits();
    }

    /// Reports to monitors whether visits happen.
    pub(super) fn report_visits(&self) {
        let health = self.pause().health(Instant::now());
        self.app.report_visits(health);
    }

    fn pause(&self) -> MutexGuard<'_, Pause> {
        self.pause.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
