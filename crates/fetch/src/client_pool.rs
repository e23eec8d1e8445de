//! The HTTP client, set up so that it decides nothing by itself: no redirect, no retry, no proxy, no name looked up, no
//! body decoded.

use super::error::FetchError;
use super::exchange::deepest;
use super::resolve::PinnedAddresses;
use super::tls::TlsSetups;
use bantin_core::TlsPolicy;
use ipnet::IpNet;
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, HeaderMap, HeaderValue};
use std::path::PathBuf;
use std::time::Duration;

/// What is asked for: pages first, then feeds, then whatever there is.
const ACCEPTED: HeaderValue = HeaderValue::from_static(
    "text/html, application/xhtml+xml, application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5",
);
/// What [`body`] decodes.
const CODINGS: HeaderValue = HeaderValue::from_static("gzip, deflate, br");

/// A way out, with the addresses that may be connected to through it. Cloning shares it.
#[derive(Clone)]
pub(super) struct ClientPool {
    pub(super) client: reqwest::Client,
    pub(super) pins: PinnedAddresses,
}

/// Opens the way out that lets the networks of `allow_private` in and speaks TLS as `tls` says.
pub(super) fn open(
    user_agent: &str,
    connect: Duration,
    allow_private: &[IpNet],
    setups: &TlsSetups,
    tls: &TlsPolicy,
) -> Result<ClientPool, FetchError> {
    let pins = PinnedAddresses::new(allow_private);
    let client = built(setups.set(builder(user_agent, connect), tls)?.dns_resolver(pins.clone()))?;
    Ok(ClientPool { client, pins })
}

/// A way out that leads to one socket, whatever the address: a tunnel through a proxy, whose end was checked.
pub(super) fn open_to_socket(
    user_agent: &str,
    connect: Duration,
    socket: PathBuf,
    setups: &TlsSetups,
    tls: &TlsPolicy,
) -> Result<reqwest::Client, FetchError> {
    built(setups.set(builder(user_agent, connect), tls)?.unix_socket(socket))
}

fn built(builder: reqwest::ClientBuilder) -> Result<reqwest::Client, FetchError> {
    builder.build().map_err(|error| FetchError::Client(deepest(&error)))
}

/// What every way out has in common.
fn builder(user_agent: &str, connect: Duration) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(user_agent)
        .default_headers(HeaderMap::from_iter([(ACCEPT, ACCEPTED), (ACCEPT_ENCODING, CODINGS)]))
        // A proxy would look names up itself, behind the guard's back; ours are in `proxy`.
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .retry(reqwest::retry::never())
        .connect_timeout(connect)
        // A kept connection would go on to an address of an earlier answer, at which no turn was taken; and old
        // servers close it within the gap between two requests, just as the next one is sent.
        .pool_max_idle_per_host(0)
}
