//! The loopback proxy that is a browser's only connection to the network: requests and tunnels,
//! each to a host that passed the address guard.
//!
//! There is one per load, at its own port, and it closes with the load. It has no password, because
//! Chromium's flags accept none. Another user of this machine who finds the port meanwhile reaches
//! no more than the page does: hosts that the guard allows, within the limits of the load.

use super::meter::{LoadTraffic, MeteredStream};
use crate::error::FetchError;
use crate::resolve::{Resolve, addresses};
use crate::{connect, redacted, redirect};
use axum::body::Body;
use hyper::body::Incoming;
use hyper::header::{CONNECTION, HOST, HeaderName, HeaderValue, TE, TRAILER, UPGRADE};
use hyper::service::service_fn;
use hyper::{HeaderMap, Method, Request, Response, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use ipnet::IpNet;
use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;
use url::Url;

/// The maximum number of connections of a load; Chromium opens 32 to a proxy.
const CONNECTIONS: usize = 48;
/// The hosts that Chromium contacts by itself, whatever page it shows and whatever flags it has.
const VENDOR_HOSTS: [&str; 6] = [
    "accounts.google.com",
    "clients2.google.com",
    "content-autofill.googleapis.com",
    "optimizationguide-pa.googleapis.com",
    "redirector.gvt1.com",
    "update.googleapis.com",
];
/// Hop-by-hop header fields (RFC 9110 section 7.6.1).
const HOP_BY_HOP: [HeaderName; 6] = [
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-authorization"),
    HeaderName::from_static("proxy-connection"),
    TE,
    TRAILER,
    UPGRADE,
];

/// The rules for connections of one load.
pub(super) struct ProxyGuard {
    pub(super) resolver: Arc<dyn Resolve>,
    pub(super) allow_private: Vec<IpNet>,
    pub(super) ports: Vec<u16>,
    /// The timeout of a name lookup, and again of a connection.
    pub(super) connect: Duration,
    pub(super) traffic: Arc<LoadTraffic>,
    /// The checked addresses of the hosts of this load: each name is resolved once.
    pub(super) resolved: Mutex<HashMap<String, Vec<IpAddr>>>,
}

/// The proxy of one load. Dropping it closes it and its connections.
pub(super) struct LoopbackProxy {
    pub(super) address: SocketAddr,
    /// Dropping it ends every task of the proxy.
    _open: watch::Sender<()>,
}

impl LoopbackProxy {
    /// Opens the proxy on a free port.
    pub(super) async fn open(guard: ProxyGuard) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (open, closed) = watch::channel(());
        tokio::spawn(accept(listener, Arc::new(guard), closed));
        Ok(Self { address, _open: open })
    }
}

/// Runs `work` to its end, or until the proxy is closed.
async fn until_closed(mut closed: watch::Receiver<()>, work: impl Future<Output = ()>) {
    tokio::select! {
        _ = closed.changed() => {}
        () = work => {}
    }
}

async fn accept(listener: TcpListener, guard: Arc<ProxyGuard>, closed: watch::Receiver<()>) {
    let permits = Arc::new(Semaphore::new(CONNECTIONS));
    let work = async {
        while let Ok(permit) = permits.clone().acquire_owned().await {
            let Ok((stream, _)) = listener.accept().await else { return };
            let (guard, ends) = (guard.clone(), closed.clone());
            tokio::spawn(until_closed(closed.clone(), async move {
                let service =
                    service_fn(|request| handle_request(request, guard.clone(), ends.clone()));
                let server = hyper::server::conn::http1::Builder::new();
                // Errors are visible to the browser.
                let _ =
                    server.serve_connection(TokioIo::new(stream), service).with_upgrades().await;
                drop(permit);
            }));
        }
    };
    until_closed(closed.clone(), work).await;
}

/// Answers one request of the browser. An error closes its connection, so that no response of ours
/// is mistaken for the site's.
async fn handle_request(
    request: Request<Incoming>,
    guard: Arc<ProxyGuard>,
    closed: watch::Receiver<()>,
) -> io::Result<Response<Body>> {
    if request.uri().host().is_some_and(|host| VENDOR_HOSTS.contains(&host)) {
        return Err(io::Error::other("the browser contacts its vendor"));
    }
    let answered = match request.method() {
        &Method::CONNECT => tunnel(request, &guard, closed).await,
        _ => forward(request, &guard, closed).await,
    };
    answered.map_err(|error| {
        let message = error.to_string();
        guard.traffic.fail(error);
        io::Error::other(message)
    })
}

/// Opens a tunnel (RFC 9110 section 9.3.6).
async fn tunnel(
    request: Request<Incoming>,
    guard: &ProxyGuard,
    closed: watch::Receiver<()>,
) -> Result<Response<Body>, FetchError> {
    let target = request.uri().authority().map(|authority| format!("https://{authority}/"));
    let mut far = guard.connect(&url(target.as_deref().unwrap_or_default())?).await?;
    tokio::spawn(until_closed(closed, async move {
        if let Ok(near) = hyper::upgrade::on(request).await {
            // Errors are visible to the browser.
            let _ = tokio::io::copy_bidirectional(&mut TokioIo::new(near), &mut far).await;
        }
    }));
    Ok(Response::new(Body::empty()))
}

/// Forwards a plain request to the host as the browser wrote it, without the hop-by-hop fields.
async fn forward(
    mut request: Request<Incoming>,
    guard: &ProxyGuard,
    closed: watch::Receiver<()>,
) -> Result<Response<Body>, FetchError> {
    let url = url(&request.uri().to_string())?;
    let broken = |error: hyper::Error| FetchError::Broken {
        url: redacted(&url),
        why: crate::exchange::innermost_message(&error),
    };
    let far = guard.connect(&url).await?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(far)).await.map_err(broken)?;
    tokio::spawn(until_closed(closed, async {
        // `send_request` below reports its errors.
        let _ = connection.await;
    }));
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let host = request.uri().authority().map(|host| host.as_str().to_owned()).unwrap_or_default();
    *request.uri_mut() =
        path.parse::<Uri>().map_err(|_| FetchError::NotHttp { url: redacted(&url) })?;
    strip(request.headers_mut());
    if let Ok(host) = HeaderValue::from_str(&host) {
        request.headers_mut().insert(HOST, host);
    }
    let mut response = sender.send_request(request).await.map_err(broken)?;
    // Protocol upgrades are not supported.
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        return Err(FetchError::Status { url: redacted(&url), code: 101, retry_after: None });
    }
    strip(response.headers_mut());
    Ok(response.map(Body::new))
}

fn strip(fields: &mut HeaderMap) {
    let named: Vec<HeaderName> = fields
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in named.iter().chain(&HOP_BY_HOP).chain([&CONNECTION]) {
        fields.remove(name);
    }
}

fn url(text: &str) -> Result<Url, FetchError> {
    let url = Url::parse(text).map_err(|_| FetchError::NotHttp { url: text.to_owned() })?;
    redirect::check_url(&url)
}

impl ProxyGuard {
    /// Connects to the host of a URL, if it passes the guard.
    async fn connect(&self, url: &Url) -> Result<MeteredStream, FetchError> {
        if !self.traffic.admits_request() {
            let why = "the page sends too many requests".to_owned();
            return Err(FetchError::Broken { url: redacted(url), why });
        }
        redirect::check_port(url, &self.ports)?;
        let port = url.port_or_known_default().unwrap_or_default();
        let mut cause = connect::ConnectCause::Unreachable;
        for address in self.addresses(url).await? {
            match timeout(self.connect, TcpStream::connect((address, port))).await {
                Ok(Ok(stream)) => {
                    return Ok(MeteredStream { stream, traffic: self.traffic.clone() });
                }
                Ok(Err(error)) => cause = connect::cause(std::iter::once(&error as _)),
                Err(_) => cause = connect::ConnectCause::Other("connection timeout".to_owned()),
            }
        }
        Err(FetchError::Connect { url: redacted(url), cause })
    }

    async fn addresses(&self, url: &Url) -> Result<Vec<IpAddr>, FetchError> {
        let host = url.host_str().unwrap_or_default();
        let known = || self.resolved.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(addresses) = known().get(host) {
            return Ok(addresses.clone());
        }
        let found = addresses(&*self.resolver, self.connect, url, &self.allow_private).await?;
        // If two lookups finish concurrently, the first result is kept.
        Ok(known().entry(host.to_owned()).or_insert(found).clone())
    }
}
