//! The sockets: how many, for how long, and how they end.
//!
//! `axum::serve` waits for ever for the head of a request; a few hundred clients that send none would hold every
//! place. So hyper is driven here, with a limit for everything that a client can make us wait for.

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

/// The most bytes of a request's head; what readers send is below 2 KiB, and our longest target 8 KiB.
const MAX_HEAD: usize = 32 << 10;
/// How long nothing is accepted after the system refused it, for example because all file descriptors are in use.
const ACCEPT_PAUSE: Duration = Duration::from_secs(1);

/// What a client may cost.
#[derive(Debug, Clone, Copy)]
pub(super) struct ConnectionLimits {
    /// The most connections at once; for the next one, one that waits for its client has to leave.
    pub(super) connections: usize,
    /// How long the head of a request may take, and how long a connection may be idle.
    pub(super) head: Duration,
    /// How long a connection may live: also the longest that a client may take to read an answer.
    pub(super) connection: Duration,
    /// How long answers that are under way may take once the end has come.
    pub(super) farewell: Duration,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            connections: 256,
            head: Duration::from_secs(10),
            connection: Duration::from_secs(300),
            farewell: Duration::from_secs(5),
        }
    }
}

/// Answers on `listener` until `stop` resolves; then waits for the answers that are under way, for at most 5 seconds.
///
/// Fails only where the listener is no listening socket.
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
    let places = ConnectionSlots::new(limits.connections);
    // Nothing is ever sent: that the sender is gone tells every connection to come to its end.
    let (open, end) = watch::channel(());
    let mut connections = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = accept(&listener, &places) => accepted,
        };
        while connections.try_join_next().is_some() {}
        let Some((place, stream)) = accepted else { continue };
        connections.spawn(connection(stream, place, service.clone(), end.clone(), limits));
    }
    drop(listener);
    drop(open);
    let ended = async { while connections.join_next().await.is_some() {} };
    // What is left after that is cut off when the set is dropped.
    let _ = timeout(limits.farewell, ended).await;
    Ok(())
}

/// The next connection, once there is a place for it; nothing where the system gave none.
async fn accept(
    listener: &TcpListener,
    places: &ConnectionSlots,
) -> Option<(Arc<ConnectionSlot>, TcpStream)> {
    match listener.accept().await {
        Ok((stream, peer)) => Some((places.acquire(peer.ip()).await, stream)),
        // A client that is gone again before its turn.
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
        // Another daemon of this trade ended here when its file descriptors ran out; ours waits for better times.
        Err(error) => {
            tracing::warn!(%error, "no connection could be accepted; trying again in a second");
            sleep(ACCEPT_PAUSE).await;
            None
        }
    }
}

/// One connection from its first byte to its end.
async fn connection(
    stream: TcpStream,
    place: Arc<ConnectionSlot>,
    service: TowerToHyperService<Router>,
    mut end: watch::Receiver<()>,
    limits: ConnectionLimits,
) {
    // Answers are written as a whole; to hold the last segment back would only delay them.
    let _ = stream.set_nodelay(true);
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(limits.head).max_buf_size(MAX_HEAD);
    let socket = TokioIo::new(TrackedSocket { stream, place: place.clone() });
    let service = TrackedService { service, place: place.clone() };
    let mut served = pin!(builder.serve_connection(socket, service));
    tokio::select! {
        // What goes wrong here is the client's: it went away, was too slow, or does not speak HTTP.
        result = served.as_mut() => {
            if let Err(error) = result {
                tracing::debug!(%error, "a connection ended early");
            }
            return;
        }
        () = place.evicted() => return,
        _ = end.changed() => {}
        () = sleep(limits.connection) => {}
    }
    served.as_mut().graceful_shutdown();
    tokio::select! {
        _ = timeout(limits.farewell, served) => {}
        () = place.evicted() => {}
    }
}
