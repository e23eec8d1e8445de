//! Accepts connections, within limits for their number and duration, and closes them at shutdown.
//!
//! `axum::serve` waits without a limit for the head of a request. A few hundred clients that send
//! none would take every slot. So hyper is used directly here, with a limit for everything that a
//! client can make the server wait for.

use super::app::App;
use super::connection_slots::{ConnectionSlot, ConnectionSlots};
use super::router::router;
use super::tracking::{TrackedService, TrackedSocket};
use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// The maximum length of a request head, in bytes. Heads of feed readers are below 2 KiB, and the
/// longest accepted target is 8 KiB.
const MAX_HEAD: usize = 32 << 10;
/// The pause after a failed `accept`, for example because all file descriptors are in use.
const ACCEPT_PAUSE: Duration = Duration::from_secs(1);

/// The limits of connections.
#[derive(Debug, Clone, Copy)]
pub(super) struct ConnectionLimits {
    /// The maximum number of connections; one more evicts a connection that waits for its client.
    pub(super) connections: usize,
    /// The maximum duration of a request head, and of an idle connection.
    pub(super) head: Duration,
    /// The maximum duration of a connection, and so of sending a response to a slow client.
    pub(super) connection: Duration,
    /// The time for responses under way to complete at shutdown.
    pub(super) shutdown: Duration,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            connections: 256,
            head: Duration::from_secs(10),
            connection: Duration::from_secs(300),
            shutdown: Duration::from_secs(5),
        }
    }
}

/// Serves on `listener` until `stop` resolves, and then waits for responses under way, for at most
/// 5 seconds. A failed `accept` is logged and retried, so the result is always `Ok`.
pub async fn serve(
    listener: TcpListener,
    app: Arc<App>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    serve_within(listener, app, stop, ConnectionLimits::default()).await
}

pub(super) async fn serve_within(
    listener: TcpListener,
    app: Arc<App>,
    stop: impl Future<Output = ()> + Send + 'static,
    limits: ConnectionLimits,
) -> io::Result<()> {
    let service = TowerToHyperService::new(router(app));
    let slots = ConnectionSlots::new(limits.connections);
    // No value is ever sent: dropping the sender tells every connection to end.
    let (open, end) = watch::channel(());
    let mut connections = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = accept(&listener, &slots) => accepted,
        };
        while connections.try_join_next().is_some() {}
        let Some((slot, stream)) = accepted else { continue };
        connections.spawn(connection(stream, slot, service.clone(), end.clone(), limits));
    }
    drop(listener);
    drop(open);
    let ended = async { while connections.join_next().await.is_some() {} };
    // Remaining connections are closed when the set is dropped.
    let _ = timeout(limits.shutdown, ended).await;
    Ok(())
}

/// Accepts a connection and waits for a slot; `None` if accepting failed.
async fn accept(
    listener: &TcpListener,
    slots: &ConnectionSlots,
) -> Option<(Arc<ConnectionSlot>, TcpStream)> {
    match listener.accept().await {
        Ok((stream, peer)) => Some((slots.acquire(peer.ip()).await, stream)),
        // The client has closed the connection before it was accepted.
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::ConnectionAborted
                    | io::ErrorKind::ConnectionReset
                    | io::ErrorKind::ConnectionRefused
                    | io::ErrorKind::Interrupted
            ) =>
        {
            None
        }
        // A comparable daemon exited here when its file descriptors ran out; this one retries.
        Err(error) => {
            tracing::warn!(%error, "no connection could be accepted; trying again in a second");
            sleep(ACCEPT_PAUSE).await;
            None
        }
    }
}

/// Serves one connection until it is closed.
async fn connection(
    stream: TcpStream,
    slot: Arc<ConnectionSlot>,
    service: TowerToHyperService<Router>,
    mut end: watch::Receiver<()>,
    limits: ConnectionLimits,
) {
    // Responses are written as a whole; delaying the last segment has no benefit.
    let _ = stream.set_nodelay(true);
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(limits.head).max_buf_size(MAX_HEAD);
    let socket = TokioIo::new(TrackedSocket { stream, slot: slot.clone() });
    let service = TrackedService { service, slot: slot.clone() };
    let mut served = pin!(builder.serve_connection(socket, service));
    tokio::select! {
        // An error here is caused by the client: it disconnected, was too slow, or does not speak
        // HTTP.
        result = served.as_mut() => {
            if let Err(error) = result {
                tracing::debug!(%error, "a connection ended early");
            }
            return;
        }
        () = slot.evicted() => return,
        _ = end.changed() => {}
        () = sleep(limits.connection) => {}
    }
    served.as_mut().graceful_shutdown();
    tokio::select! {
        _ = timeout(limits.shutdown, served) => {}
        () = slot.evicted() => {}
    }
}
