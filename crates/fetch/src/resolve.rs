//! From a host's name to the addresses that may be connected to.
//!
//! A name is looked up once for each request. What was answered is checked, and the HTTP client is handed exactly
//! what passed (`Pins`): a name that answers with a public address first and with 127.0.0.1 a moment later (DNS
//! rebinding) is never asked the second time.

use super::address::is_permitted;
use super::error::{FetchError, TimeoutPhase};
use super::redact::redacted;
use super::{Fetcher, Options, connect};
use bantin_core::HostAccess;
use futures_util::future::BoxFuture;
use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolving};
use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::timeout;
use url::{Host, Url};

/// How many addresses of a name are used.
const MAX_ADDRESSES: usize = 4;

/// Looks names up.
pub trait Resolve: Send + Sync {
    /// All addresses of a host, in the order in which they should be tried.
    fn lookup<'a>(&'a self, host: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>>;
}

/// The resolver of this machine, with its hosts file and its search rules.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

impl Resolve for SystemResolver {
    fn lookup<'a>(&'a self, host: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        Box::pin(async move {
            let mut addresses: Vec<IpAddr> = Vec::new();
            for found in tokio::net::lookup_host((host, 0)).await? {
                if !addresses.contains(&found.ip()) {
                    addresses.push(found.ip());
                }
            }
            Ok(addresses)
        })
    }
}

impl Fetcher {
    /// The addresses of a URL's host that may be connected to; an error where there is none.
    pub(super) async fn addresses(
        &self,
        url: &Url,
        access: &HostAccess,
    ) -> Result<Vec<IpAddr>, FetchError> {
        let Options { resolver, limits, .. } = &self.options;
        addresses(&**resolver, limits.connect, url, &access.allow_private).await
    }
}

/// As [`Fetcher::addresses`], for whoever has no fetcher. The look-up may take `limit`.
pub(super) async fn addresses(
    resolver: &dyn Resolve,
    limit: Duration,
    url: &Url,
    allow_private: &[IpNet],
) -> Result<Vec<IpAddr>, FetchError> {
    let found = match url.host() {
        Some(Host::Ipv4(address)) => vec![IpAddr::V4(address)],
        Some(Host::Ipv6(address)) => vec![IpAddr::V6(address)],
        Some(Host::Domain(name)) => lookup(resolver, limit, url, name).await?,
        None => return Err(FetchError::NotHttp { url: redacted(url) }),
    };
    let (permitted, refused): (Vec<IpAddr>, Vec<IpAddr>) = found
        .into_iter()
        .map(|address| address.to_canonical())
        .partition(|address| is_permitted(*address, allow_private));
    // A turn is taken at each of them, so a name must not point at all the boxes of its neighbours.
    let permitted: Vec<IpAddr> = permitted.into_iter().take(MAX_ADDRESSES).collect();
    match (permitted.is_empty(), refused.first()) {
        (false, _) => Ok(permitted),
        (true, Some(address)) => {
            Err(FetchError::PrivateAddress { url: redacted(url), address: *address })
        }
        (true, None) => Err(FetchError::Dns {
            host: url.host_str().unwrap_or_default().to_owned(),
            why: "the answer is empty".to_owned(),
        }),
    }
}

async fn lookup(
    resolver: &dyn Resolve,
    limit: Duration,
    url: &Url,
    name: &str,
) -> Result<Vec<IpAddr>, FetchError> {
    match timeout(limit, resolver.lookup(name)).await {
        Ok(Ok(addresses)) => Ok(addresses),
        Ok(Err(error)) => Err(connect::no_addresses(name, &error)),
        Err(_) => Err(FetchError::Timeout { url: redacted(url), phase: TimeoutPhase::Dns, limit }),
    }
}

/// The checked addresses of the hosts that are being asked right now. Cloning shares them.
#[derive(Clone, Default)]
pub(super) struct PinnedAddresses {
    allow_private: Arc<[IpNet]>,
    addresses: Arc<Mutex<HashMap<String, Vec<IpAddr>>>>,
}

impl PinnedAddresses {
    pub(super) fn new(allow_private: &[IpNet]) -> Self {
        Self { allow_private: allow_private.into(), addresses: Arc::default() }
    }

    /// Lets a host be connected to at these addresses until the pin is dropped.
    ///
    /// One request at a time is made to a host, so a host never has two pins.
    pub(super) fn pin(&self, host: &str, addresses: Vec<IpAddr>) -> PinnedHost {
        let mut pinned = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        pinned.insert(host.to_owned(), addresses);
        PinnedHost { host: host.to_owned(), pins: self.clone() }
    }
}

/// Holds a host's addresses for the time of one request.
pub(super) struct PinnedHost {
    host: String,
    pins: PinnedAddresses,
}

impl Drop for PinnedHost {
    fn drop(&mut self) {
        let mut pinned = self.pins.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        pinned.remove(&self.host);
    }
}

/// The client asked for a host that nobody checked.
#[derive(Debug, thiserror::Error)]
#[error("no checked address is known for {0}")]
struct UnpinnedHost(String);

impl reqwest::dns::Resolve for PinnedAddresses {
    fn resolve(&self, name: Name) -> Resolving {
        let pinned = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        // Checked once more where the socket is about to be opened, so that no path around the check can grow.
        let addresses: Vec<SocketAddr> = pinned
            .get(name.as_str())
            .into_iter()
            .flatten()
            .filter(|address| is_permitted(**address, &self.allow_private))
            .map(|address| SocketAddr::new(*address, 0))
            .collect();
        let name = name.as_str().to_owned();
        Box::pin(async move {
            if addresses.is_empty() {
                return Err(UnpinnedHost(name).into());
            }
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::dns::Resolve as _;

    async fn answers(pins: &PinnedAddresses, host: &str) -> Vec<String> {
        let answer = pins.resolve(host.parse().unwrap()).await;
        answer.map(|found| found.map(|a| a.ip().to_string()).collect()).unwrap_or_default()
    }

    #[tokio::test]
    async fn the_client_hears_only_what_was_checked_and_only_for_the_time_of_a_request() {
        let pins = PinnedAddresses::new(&["10.1.2.0/24".parse().unwrap()]);
        assert_eq!(answers(&pins, "tin.gov.vn").await, [""; 0]);
        let addresses = ["1.1.1.1", "127.0.0.1", "10.1.2.3"].map(|a| a.parse().unwrap()).to_vec();
        let pin = pins.pin("tin.gov.vn", addresses);
        assert_eq!(answers(&pins, "tin.gov.vn").await, ["1.1.1.1", "10.1.2.3"]);
        assert_eq!(answers(&pins, "other.gov.vn").await, [""; 0]);
        drop(pin);
        assert_eq!(answers(&pins, "tin.gov.vn").await, [""; 0]);
    }
}
