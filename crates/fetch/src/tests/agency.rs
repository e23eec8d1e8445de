//! A web server on the loopback that answers as configured and records its requests.

use bantin_core::clock::Clock;
use chrono::{DateTime, Utc};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The reply to a request.
pub(super) enum Reply {
    /// These bytes; then the connection is closed.
    Whole(Vec<u8>),
    /// The first bytes at once, then one byte of the others after each pause.
    Drip(Vec<u8>, Vec<u8>, Duration),
    /// No reply.
    Silence,
}

/// A recorded request.
#[derive(Clone)]
pub(super) struct Seen {
    pub(super) head: String,
    pub(super) body: String,
    pub(super) came: DateTime<Utc>,
    pub(super) answered: Option<DateTime<Utc>>,
}

#[derive(Clone)]
pub(super) struct Agency {
    pub(super) address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    /// Whether it has a robots.txt; if not, requests for it are answered 404 and not counted.
    has_robots: bool,
    came: Arc<tokio::sync::Notify>,
}

impl Agency {
    /// Opens on `127.0.0.1`. `answer` builds the reply from the head of the request.
    pub(super) async fn open(answer: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Self {
        Self::open_at("127.0.0.1:0".parse().unwrap(), answer).await
    }

    pub(super) async fn open_at(
        address: SocketAddr,
        answer: impl Fn(&str) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self::listen(address, false, answer).await
    }

    /// Like [`Self::open`], but requests for robots.txt are passed on too.
    pub(super) async fn with_robots(
        answer: impl Fn(&str) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self::listen("127.0.0.1:0".parse().unwrap(), true, answer).await
    }

    async fn listen(
        address: SocketAddr,
        has_robots: bool,
        answer: impl Fn(&str) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let agency = Self {
            address: listener.local_addr().unwrap(),
            seen: Arc::default(),
            has_robots,
            came: Arc::default(),
        };
        let (me, answer) = (agency.clone(), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (me, answer) = (me.clone(), answer.clone());
                tokio::spawn(async move { me.serve(stream, &*answer).await });
            }
        });
        agency
    }

    async fn serve(&self, mut stream: TcpStream, answer: &(dyn Fn(&str) -> Reply + Send + Sync)) {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let Ok(byte) = stream.read_u8().await else { break };
            head.push(byte);
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
        let _ = stream.read_exact(&mut body).await;
        let body = String::from_utf8_lossy(&body).into_owned();
        if !self.has_robots && path(&head) == "/robots.txt" {
            let Reply::Whole(none) = super::agency::answer(404, "", b"") else { return };
            let _ = stream.write_all(&none).await;
            return;
        }
        let number = {
            let mut seen = self.seen.lock().unwrap();
            let came = Clock::System.now();
            seen.push(Seen { head: head.clone(), body, came, answered: None });
            seen.len() - 1
        };
        self.came.notify_one();
        let answered = || self.seen.lock().unwrap()[number].answered = Some(Clock::System.now());
        match answer(&head) {
            Reply::Whole(bytes) => {
                answered();
                let _ = stream.write_all(&bytes).await;
                let _ = stream.shutdown().await;
            }
            Reply::Drip(first, others, pause) => {
                let _ = stream.write_all(&first).await;
                for byte in others {
                    tokio::time::sleep(pause).await;
                    if stream.write_u8(byte).await.is_err() {
                        break;
                    }
                }
                answered();
            }
            Reply::Silence => {
                let _ = stream.read_u8().await;
                answered();
            }
        }
    }

    /// The URL of a path.
    pub(super) fn at(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The requests so far.
    pub(super) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// The bodies of the requests so far.
    pub(super) fn bodies(&self) -> Vec<String> {
        self.seen().into_iter().map(|seen| seen.body).collect()
    }

    pub(super) fn hits(&self) -> usize {
        self.seen.lock().unwrap().len()
    }

    /// Waits until one more request has arrived.
    pub(super) async fn asked(&self) {
        self.came.notified().await;
    }
}

/// A response with a status line, fields (each with its line end) and a body of the right length.
pub(super) fn answer(status: u16, fields: &str, body: &[u8]) -> Reply {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status} x\r\n{fields}content-length: {length}\r\nconnection: close\r\n\r\n"
    );
    Reply::Whole([head.as_bytes(), body].concat())
}

/// A small HTML page.
pub(super) fn html(text: &str) -> Reply {
    answer(200, "content-type: text/html; charset=utf-8\r\n", text.as_bytes())
}

/// The path in a request head.
pub(super) fn path(head: &str) -> &str {
    head.split(' ').nth(1).unwrap_or_default()
}
