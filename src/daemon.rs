//! The long-running process: its tasks, their configuration, and their shutdown.
//!
//! Its tasks share one store. They start visits that are due, publish documents when the store has
//! changed (by a visit or by another command), serve readers, notify WebSub subscribers, and fetch
//! source lists. [`visits`] starts visits. If feeds.toml has errors at a reload, the previous
//! configuration stays active.

mod reports;
mod visits;

pub use reports::{clear_out, log_visit};

use crate::clock_watch::{self, ClockWatch};
use crate::config::{ConfigErrors, Plan};
use crate::crawl::CrawlContext;
use crate::pause::Pause;
use crate::publisher::{self, Publisher};
use crate::source_lists;
use crate::websub::WebSub;
use bantin_core::{Feed, Site, Slug, Source, SourceList, retry};
use bantin_fetch::FetchError;
use bantin_read::extract::RULES_VERSION;
use bantin_serve::{self as serve, App};
use bantin_store::{Store, StoreError};
use chrono::{DateTime, Utc};
use reports::conclude;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

/// The interval at which the store is polled for due sources and for changes by other processes.
const TICK: Duration = Duration::from_secs(1);
/// The interval at which source lists are checked for whether they are due.
const LOOK_AT_LISTS: Duration = Duration::from_secs(30);
/// The maximum duration of visits after a stop signal. systemd waits 30 s.
const GRACE: Duration = Duration::from_secs(15);
/// The interval at which documents of removed feeds are checked for deletion.
const CLEAR_OUT: Duration = Duration::from_secs(3600);

/// A signal of the operating system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DaemonSignal {
    /// Read feeds.toml again.
    Reload,
    /// Finish visits under way, then exit.
    Stop,
    /// Exit now.
    StopNow,
}

/// A notification to systemd.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DaemonNotice {
    /// Readers are served.
    Ready,
    /// feeds.toml is being read again.
    Reloading,
    /// The current activity, in a line.
    Status(String),
    /// The daemon is exiting.
    Stopping,
    /// The tasks are alive.
    Alive,
}

/// A failed start of the daemon.
#[derive(Debug, thiserror::Error)]
pub enum DaemonError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The HTTP client could not be created.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// The address to listen on is not available.
    #[error(
        "cannot listen on {address}: {error}; another process may use it; set another address with `listen` in feeds.toml"
    )]
    Listen {
        /// The address.
        address: std::net::SocketAddr,
        /// The system's error.
        error: std::io::Error,
    },
}

/// The configuration in effect: feeds.toml as it was last read without an error.
#[derive(Debug, Clone)]
pub struct ActivePlan {
    /// The settings of the site.
    pub site: Site,
    /// The sources by name.
    pub sources: HashMap<Slug, Arc<Source>>,
    /// The source lists that are fetched from URLs.
    pub lists: Vec<SourceList>,
    /// The feeds, each with its tag.
    pub feeds: Vec<Feed>,
    /// The maximum number of concurrent visits.
    pub workers: usize,
}

impl ActivePlan {
    /// Registers a plan in the store, and returns it as the active one.
    pub async fn from_plan(
        plan: Plan,
        store: &Store,
        now: DateTime<Utc>,
    ) -> Result<Self, StoreError> {
        let authority = store.authority(&plan.site.id_authority).await?;
        if authority != plan.site.id_authority {
            tracing::warn!(
                "id_authority is {:?} in feeds.toml, but the ids in this store were made with {authority:?}, which cannot change; write that one in feeds.toml",
                plan.site.id_authority
            );
        }
        for source in plan.sources.iter().filter(|source| !source.access.allow_private.is_empty()) {
            let networks: Vec<String> =
                source.access.allow_private.iter().map(ToString::to_string).collect();
            tracing::info!(source = %source.id(), "requests to private networks are allowed: {}", networks.join(", "));
        }
        let site = Site { id_authority: authority, ..plan.site };
        let feeds = store.apply(&plan.sources, &plan.feeds, now).await?;
        store.adopt_rules(RULES_VERSION, now).await?;
        for left in store.update_feed_names(&plan.feeds, now).await? {
            let kept = humantime::format_duration(site.keep_gone);
            tracing::warn!(
                "feed {0} is no longer in feeds.toml: it is answered with 410 (Gone), and its files are deleted in {kept}; if it was renamed, write aliases = [\"{0}\"] in the feed",
                left.name
            );
        }
        let sources = plan.sources.iter().map(|s| (s.id().clone(), s.clone())).collect();
        Ok(Self { site, sources, lists: plan.lists, feeds, workers: plan.workers })
    }
}

/// Runs until a stop signal. `clock_watch` watches the clock of the context; `read` reads feeds.toml
/// again; `notify` passes notices on.
pub async fn run(
    context: Arc<CrawlContext>,
    store: Store,
    active: ActivePlan,
    clock_watch: ClockWatch,
    mut signals: mpsc::Receiver<DaemonSignal>,
    read: impl Fn() -> Result<Plan, ConfigErrors>,
    notify: impl Fn(DaemonNotice) + Send + Sync + 'static,
) -> Result<(), DaemonError> {
    let address = active.site.listen;
    let refused = |error| DaemonError::Listen { address, error };
    let listener = TcpListener::bind(address).await.map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;
    let output = active.site.output.clone();
    let app = Arc::new(App::new(output.clone()));
    let (site, feeds, sources) = (&active.site, &active.feeds, active.sources.values());
    let websub = WebSub::new(context.clone(), store.clone(), site, feeds, sources);
    let (publisher, stop) = (Mutex::default(), watch::Sender::new(false));
    app.warn(clock_watch.warning());
    let (active, clock_watch) = (watch::Sender::new(Arc::new(active)), Mutex::new(clock_watch));
    let pause = std::sync::Mutex::new(Pause::new(Instant::now()));
    let daemon = Arc::new(Daemon {
        context,
        store,
        app,
        websub,
        publisher,
        clock_watch,
        active,
        stop,
        pause,
        notify,
    });
    let current = daemon.active.borrow().clone();
    daemon.update_catalog(&current).await?;
    daemon.app.receive(daemon.websub.clone());
    daemon.store.end_leases(daemon.context.clock.now()).await?;

    let (changed, mut change) = mpsc::channel(1);
    let tasks = daemon.start(listener, changed);
    tracing::info!("serving http://{address}/ from {}", output.display());
    (daemon.notify)(DaemonNotice::Ready);
    loop {
        let signal = tokio::select! {
            signal = signals.recv() => signal,
            Some(()) = change.recv() => Some(DaemonSignal::Reload),
        };
        match signal {
            Some(DaemonSignal::Reload) => {
                (daemon.notify)(DaemonNotice::Reloading);
                daemon.reload(&read).await;
                (daemon.notify)(DaemonNotice::Ready);
            }
            Some(DaemonSignal::StopNow) => return Ok(()),
            Some(DaemonSignal::Stop) | None => break,
        }
    }
    daemon.end(tasks, signals).await
}

/// The state that the tasks share.
struct Daemon<N> {
    context: Arc<CrawlContext>,
    store: Store,
    app: Arc<App>,
    websub: Arc<WebSub>,
    publisher: Mutex<Publisher>,
    clock_watch: Mutex<ClockWatch>,
    /// The configuration in effect.
    active: watch::Sender<Arc<ActivePlan>>,
    /// Set to true when the tasks have to end.
    stop: watch::Sender<bool>,
    /// The pause of visits while this machine has a fault.
    pause: std::sync::Mutex<Pause>,
    notify: N,
}

/// The name under which this process claims sources.
fn worker() -> String {
    format!("run {}", std::process::id())
}

impl<N: Fn(DaemonNotice) + Send + Sync + 'static> Daemon<N> {
    /// Starts the tasks. `changed` is notified when a source list has changed.
    fn start(self: &Arc<Self>, listener: TcpListener, changed: mpsc::Sender<()>) -> JoinSet<()> {
        let mut tasks = JoinSet::new();
        let (app, mut stopped) = (self.app.clone(), self.stop.subscribe());
        tasks.spawn(async move {
            let until = async move {
                let _ = stopped.wait_for(|stop| *stop).await;
            };
            if let Err(error) = serve::serve(listener, app, until).await {
                tracing::error!("the HTTP server ended: {error}");
            }
        });
        tasks.spawn(self.clone().publish_changes());
        tasks.spawn(self.websub.clone().run(self.stop.subscribe()));
        tasks.spawn(self.clone().visits());
        tasks.spawn(self.clone().follow(changed));
        tasks
    }

    /// Stops the tasks, and publishes what the last visits found.
    async fn end(
        &self,
        mut tasks: JoinSet<()>,
        mut signals: mpsc::Receiver<DaemonSignal>,
    ) -> Result<(), DaemonError> {
        (self.notify)(DaemonNotice::Stopping);
        tracing::info!("stopping: no further page is fetched");
        self.stop.send_replace(true);
        let ended = async { while tasks.join_next().await.is_some() {} };
        tokio::select! {
            () = ended => {
                let active = self.active.borrow().clone();
                let mut publisher = self.publisher.lock().await;
                let last = publisher.publish(&self.store, &active.site, &active.feeds).await;
                conclude(last, &self.app, &mut Vec::new());
                tracing::info!("stopped");
            }
            () = tokio::time::sleep(GRACE) => {
                tracing::warn!("visits are still under way; the next start resumes them");
            }
            _ = signals.recv() => tracing::warn!("second stop signal; exiting now"),
        }
        // Otherwise the next start would count a regular shutdown as a crash during these visits.
        self.store.release_all(&worker()).await?;
        Ok(())
    }

    /// Applies a changed feeds.toml, or keeps the previous configuration and logs the errors.
    async fn reload(&self, read: &impl Fn() -> Result<Plan, ConfigErrors>) {
        let plan = match read() {
            Ok(plan) => plan,
            Err(errors) => {
                tracing::error!(
                    "feeds.toml has errors; keeping the previous configuration:\n{errors}"
                );
                return;
            }
        };
        for warning in &plan.warnings {
            tracing::warn!("{warning}");
        }
        let before = self.active.borrow().clone();
        let fixed = |site: &Site| (site.listen, site.state.clone(), site.output.clone());
        if fixed(&plan.site) != fixed(&before.site) {
            tracing::warn!("listen, state and output take effect at the next start only");
        }
        match ActivePlan::from_plan(plan, &self.store, self.context.clock.now()).await {
            Ok(mut active) => {
                (active.site.listen, active.site.state, active.site.output) = fixed(&before.site);
                let (sources, feeds) = (active.sources.len(), active.feeds.len());
                tracing::info!("reloaded: {sources} sources, {feeds} feeds");
                if let Err(error) = self.update_catalog(&active).await {
                    tracing::error!("removed feeds are not answered with 410: {error}");
                }
                self.websub.follow(&active.site, &active.feeds, active.sources.values());
                clock_watch::set_witnesses(&self.context.clock, active.sources.values());
                self.active.send_replace(Arc::new(active));
            }
            Err(error) => tracing::error!("keeping the previous configuration: {error}"),
        }
    }

    /// Updates the server's catalog of current and removed feeds. Removed private feeds are not
    /// listed.
    async fn update_catalog(&self, active: &ActivePlan) -> Result<(), StoreError> {
        self.app.set_catalog(&active.site, &active.feeds);
        let former = self.store.former_feeds().await?;
        self.app.retire(former.into_iter().filter(|feed| !feed.private).map(|feed| feed.name));
        Ok(())
    }

    /// Fetches source lists that are due, and reports when one has changed.
    async fn follow(self: Arc<Self>, changed: mpsc::Sender<()>) {
        let (mut updates, mut stopped) = (self.active.subscribe(), self.stop.subscribe());
        while !*stopped.borrow() {
            let active = updates.borrow_and_update().clone();
            let refresh = |list| source_lists::refresh(&self.context, &self.store, list);
            let done = tokio::select! {
                done = futures_util::future::join_all(active.lists.iter().map(refresh)) => done,
                _ = stopped.wait_for(|stop| *stop) => break,
            };
            let mut has_changed = false;
            for (list, done) in active.lists.iter().zip(done) {
                match done {
                    Ok(change) => has_changed |= change.is_some(),
                    Err(error) => tracing::error!(list = %list.url, "{error}"),
                }
            }
            if has_changed && changed.send(()).await.is_err() {
                break;
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK_AT_LISTS) => {}
                _ = updates.changed() => {}
                _ = stopped.wait_for(|stop| *stop) => {}
            }
        }
    }

    /// Publishes the documents whenever the store has changed.
    async fn publish_changes(self: Arc<Self>) {
        let (mut updates, mut stopped) = (self.active.subscribe(), self.stop.subscribe());
        let (mut day, mut logged, mut tried, mut again_at) = (None, Vec::new(), None, None);
        let mut last_plan: Option<Arc<ActivePlan>> = None;
        let mut clear_out_at = Instant::now();
        while !*stopped.borrow() {
            self.report_visits();
            let active = updates.borrow_and_update().clone();
            let reloaded =
                last_plan.as_ref().is_some_and(|last_plan| !Arc::ptr_eq(last_plan, &active));
            last_plan = Some(active.clone());
            let now = self.context.clock.now();
            let midnight = publisher::midnight(now);
            if day != Some(midnight)
                && publisher::begin_day(&self.store, &active.feeds, midnight).await.is_ok()
            {
                day = Some(midnight);
            }
            let changes = self.store.changes().await;
            let moved = changes.as_ref().is_ok_and(|changes| tried != Some(*changes));
            let again = again_at.is_some_and(|at| Instant::now() >= at);
            if moved || reloaded || again || changes.is_err() {
                tried = changes.as_ref().ok().copied();
                let report = match changes {
                    Ok(_) => {
                        let mut publisher = self.publisher.lock().await;
                        publisher.publish(&self.store, &active.site, &active.feeds).await
                    }
                    Err(error) => Err(error),
                };
                if let Ok(report) = &report {
                    // New topics moved the counter.
                    tried = Some(report.changes);
                }
                // Documents that were written before an early end are announced as well.
                self.websub.published();
                let complete = conclude(report, &self.app, &mut logged);
                again_at = (!complete).then(|| Instant::now() + retry::FAILED_PUBLISH);
            }
            if reloaded || Instant::now() >= clear_out_at {
                clear_out_at = Instant::now() + CLEAR_OUT;
                clear_out(&self.store, &active, now).await;
                self.app.documents_changed();
            }
            tokio::select! {
                () = tokio::time::sleep(TICK) => {}
                _ = updates.changed() => {}
                _ = stopped.wait_for(|stop| *stop) => {}
            }
        }
    }
}
