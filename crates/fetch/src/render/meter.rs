//! Counts the traffic of one page load over all its connections, and stops it at a limit.

use crate::FetchError;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::watch;

/// The shared counters of all connections of a load.
#[derive(Debug)]
pub(super) struct LoadTraffic {
    max_bytes: usize,
    bytes: AtomicUsize,
    requests: AtomicUsize,
    max_requests: usize,
    overrun: watch::Sender<bool>,
    failure: Mutex<Option<FetchError>>,
}

impl LoadTraffic {
    pub(super) fn new(max_bytes: usize, max_requests: usize) -> Self {
        Self {
            max_bytes,
            max_requests,
            bytes: AtomicUsize::new(0),
            requests: AtomicUsize::new(0),
            overrun: watch::Sender::new(false),
            failure: Mutex::default(),
        }
    }

    /// Counts one more request or tunnel, and returns whether it may be opened.
    pub(super) fn admits_request(&self) -> bool {
        self.requests.fetch_add(1, Ordering::Relaxed) < self.max_requests
    }

    /// Waits until more bytes arrived than allowed.
    pub(super) async fn wait_for_overrun(&self) {
        let _ = self.overrun.subscribe().wait_for(|overrun| *overrun).await;
    }

    /// Records the first failure: that is most likely the page itself.
    pub(super) fn fail(&self, error: FetchError) {
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.get_or_insert(error);
    }

    /// Takes the first failure since the last call.
    pub(super) fn take_failure(&self) -> Option<FetchError> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn add_bytes(&self, length: usize) -> io::Result<()> {
        let bytes = self.bytes.fetch_add(length, Ordering::Relaxed).saturating_add(length);
        if bytes > self.max_bytes {
            self.overrun.send_replace(true);
            return Err(io::Error::other("the page exceeds its limit of bytes"));
        }
        Ok(())
    }
}

/// A connection that counts incoming bytes.
#[derive(Debug)]
pub(super) struct MeteredStream {
    pub(super) stream: TcpStream,
    pub(super) traffic: std::sync::Arc<LoadTraffic>,
}

impl AsyncRead for MeteredStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        Poll::Ready(self.traffic.add_bytes(buffer.filled().len().saturating_sub(before)))
    }
}

impl AsyncWrite for MeteredStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
