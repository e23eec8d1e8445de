//! Serves the published documents while the store cannot be opened for writing, because its disk is full
//! or this machine lacks something else. The daemon then starts without visits, and goes on when
//! there is space.

use crate::daemon::{DaemonError, DaemonNotice};
use bantin_core::{Feed, FeedConfig, Site};
use bantin_serve::{self as serve, App};
use bantin_store::StoreError;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// The first pause before the store is opened again; each further one doubles it.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause: shorter than systemd's watchdog.
const MAX_PAUSE: Duration = Duration::from_secs(20);

/// Returns the result of `prepare`. While it fails because of this machine, the documents in the
/// output folder are served, and `/healthz` answers 503 with the reason.
///
/// # Errors
/// The address to listen on is not available, or `prepare` failed for another reason.
pub(super) async fn prepared<T>(
    site: &Site,
    feeds: &[FeedConfig],
    notify: impl Fn(DaemonNotice),
    mut prepare: impl AsyncFnMut() -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let mut failed = match prepare().await {
        Err(error) if is_local(&error) => error,
        done => return done,
    };
    let address = site.listen;
    let refused = |error| DaemonError::Listen { address, error };
    let listener = TcpListener::bind(address).await.map_err(refused)?;
    let app = Arc::new(App::new(site.output.clone()));
    // Documents are served by their names; the permanent tags are in the store.
    let feeds: Vec<Feed> =
        feeds.iter().map(|config| Feed { tag: String::new(), config: config.clone() }).collect();
    app.set_catalog(site, &feeds);
    let server = tokio::spawn(serve::serve(listener, app.clone(), std::future::pending()));
    tracing::error!(
        "{failed}; serving the published documents, without visits, until that is over"
    );
    notify(DaemonNotice::Ready);
    let mut pause = FIRST_PAUSE;
    loop {
        app.report_visits(Err(format!("no visit can begin: {failed}")));
        tokio::time::sleep(pause).await;
        notify(DaemonNotice::Alive);
        failed = match prepare().await {
            Err(error) if is_local(&error) => error,
            done => {
                server.abort();
                // The port is free when the task has ended.
                let _ = server.await;
                return done;
            }
        };
        pause = (pause * 2).min(MAX_PAUSE);
    }
}

fn is_local(error: &anyhow::Error) -> bool {
    error.downcast_ref::<StoreError>().is_some_and(StoreError::is_local)
}
