//! Resolves the name of a host to the addresses that may be connected to.
//!
//! A name is resolved once per request. The answer is checked, and the HTTP client gets exactly the
//! addresses that passed ([`PinnedAddresses`]). So a name that answers with a public address first
//! and with 127.0.0.1 a moment later (DNS rebinding) is never resolved a second time.

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

/// The maximum number of addresses used per name.
const MAX_ADDRESSES: usize = 4;

/// Resolves names.
pub trait Resolve: Send + Sync {
    /// Returns all addresses of a host, in the order in which to try them.
    fn lookup<'a>(&'a self, host: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>>;
}

/// The resolver of the operating system, with its hosts file and search domains.
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
    /// Returns the permitted addresses of a URL's host; an error if it has none.
    pub(super) async fn addresses(
        &self,
        url: &Url,
        access: &HostAccess,
    ) -> Result<Vec<IpAddr>, FetchError> {
        let Options { resolver, limits, .. } = &self.options;
        addresses(&**resolver, limits.connect, url, &access.allow_private).await
    }
}

/// Like [`Fetcher::addresses`], for callers without a fetcher. `limit` is the timeout of the
/// lookup.
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
    // A permit is taken at each address, so a name with very many addresses would block the servers
    // of other sites.
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

/// The checked addresses of the hosts that are being requested now. Clones share them.
#[derive(Clone, Default)]
pub(super) struct PinnedAddresses {
    allow_private: Arc<[IpNet]>,
    addresses: Arc<Mutex<HashMap<String, Vec<IpAddr>>>>,
}

impl PinnedAddresses {
    pub(super) fn new(allow_private: &[IpNet]) -> Self {
        Self { allow_private: allow_private.into(), addresses: Arc::default() }
    }

    /// Allows connections to a host at these addresses until the pin is dropped.
    ///
    /// A host has at most one request at a time, so it never has two pins.
    pub(super) fn pin(&self, host: &str, addresses: Vec<IpAddr>) -> PinnedHost {
        let mut pinned = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        pinned.insert(host.to_owned(), addresses);
        PinnedHost { host: host.to_owned(), pins: self.clone() }
    }
}

/// Keeps a host's addresses pinned during one request.
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

/// The client tried to resolve a host without pinned addresses.
#[derive(Debug, thiserror::Error)]
#[error("no checked address is known for {0}")]
struct UnpinnedHost(String);

impl reqwest::dns::Resolve for PinnedAddresses {
    fn resolve(&self, name: Name) -> Resolving {
        let pinned = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        // Checked again just before the socket is opened, so that no future code path can bypass
        // the check.
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
