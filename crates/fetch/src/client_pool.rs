//! Builds the HTTP clients so that they decide nothing by themselves: no redirects, retries,
//! proxies, name lookups or body decoding.

use super::connect;
use super::error::FetchError;
use super::exchange::innermost_message;
use super::resolve::PinnedAddresses;
use super::tls::TlsSetups;
use bantin_core::TlsPolicy;
use ipnet::IpNet;
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, HeaderMap, HeaderValue};
use std::path::PathBuf;
use std::time::Duration;

/// The `Accept` field: pages first, then feeds, then anything.
const ACCEPTED: HeaderValue = HeaderValue::from_static(
    "text/html, application/xhtml+xml, application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5",
);
/// The content codings that [`super::body`] decodes.
const CODINGS: HeaderValue = HeaderValue::from_static("gzip, deflate, br");

/// A client with the addresses that it may connect to. Clones share both.
#[derive(Clone)]
pub(super) struct ClientPool {
    pub(super) client: reqwest::Client,
    pub(super) pins: PinnedAddresses,
}

/// Creates a client with the TLS policy `tls` that may also connect to the networks of
/// `allow_private`.
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

/// Creates a client that connects to one socket, whatever the URL: a tunnel through a proxy, whose
/// far end was checked.
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
    builder.build().map_err(|error| match connect::lacking_now() {
        Some(cause) => FetchError::Machine { url: "the page".to_owned(), cause },
        None => FetchError::Client(innermost_message(&error)),
    })
}

/// The settings that all clients share.
fn builder(user_agent: &str, connect: Duration) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(user_agent)
        .default_headers(HeaderMap::from_iter([(ACCEPT, ACCEPTED), (ACCEPT_ENCODING, CODINGS)]))
        // A proxy from the environment would resolve names without the guard; configured ones are
        // in `proxy`.
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .retry(reqwest::retry::never())
        .connect_timeout(connect)
        // A reused connection would go to an address of an earlier lookup, without a permit for it.
        // And old servers close it during the delay between two requests, just when the next one is
        // sent.
        .pool_max_idle_per_host(0)
}
