//! Wraps the socket and the service of a connection, to record its state in its slot.

use super::connection_slots::{ConnectionSlot, ConnectionState};
use axum::http::{Method, Request};
use hyper::service::Service;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// A socket that records when bytes were sent. Received bytes are not recorded: they may belong to
/// a head that never ends.
#[derive(Debug)]
pub(super) struct TrackedSocket {
    pub(super) stream: TcpStream,
    pub(super) slot: Arc<ConnectionSlot>,
}

impl AsyncRead for TrackedSocket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for TrackedSocket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        if written.is_ready() {
            self.slot.record_progress();
        }
        written
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, pieces);
        if written.is_ready() {
            self.slot.record_progress();
        }
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    // hyper flushes the socket once it has written everything.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        if flushed.is_ready() {
            self.slot.record_flush();
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// A service that records when a request has arrived, and when its response is ready.
#[derive(Debug)]
pub(super) struct TrackedService<S> {
    pub(super) service: S,
    pub(super) slot: Arc<ConnectionSlot>,
}

impl<S: Service<Request<B>>, B> Service<Request<B>> for TrackedService<S>
where
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn call(&self, request: Request<B>) -> Self::Future {
        // A request with a body still waits for its client: the body may arrive byte by byte.
        let is_whole = matches!(*request.method(), Method::GET | Method::HEAD);
        self.slot.set_state(if is_whole {
            ConnectionState::Working
        } else {
            ConnectionState::Waiting
        });
        let (answer, slot) = (self.service.call(request), self.slot.clone());
        Box::pin(async move {
            let answer = answer.await;
            slot.set_state(ConnectionState::Sending);
            answer
        })
    }
}
