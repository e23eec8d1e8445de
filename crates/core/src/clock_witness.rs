//! The clocks that hosts show in their answers, and which hosts are unrelated.
//!
//! Hosts with one registrable domain or one address belong to one owner, and count once. A loopback
//! address is that of a tunnel or of a proxy on this machine, so such hosts differ by their ports.

use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashSet;
use std::net::IpAddr;
use url::{Host, Url};

/// Second-level names under which registries register domains: `lamdong.gov.vn` is one, `gov.vn`
/// is not. A list of all would be a dependency of ten thousand lines.
const REGISTRIES: [&str; 16] = [
    "com", "net", "org", "gov", "edu", "int", "ac", "biz", "info", "name", "pro", "health", "io",
    "id", "co", "gob",
];

/// The clock of a host, as one answer showed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostClock {
    host: String,
    owner: String,
    address: Option<IpAddr>,
    time: DateTime<Utc>,
    received: TimeDelta,
}

impl HostClock {
    /// The clock of the host of `url`, which showed `time` when the monotonic clock showed
    /// `received`. The address is that of the connection, if it is known. `None` if the URL has no
    /// host.
    pub fn new(
        url: &Url,
        address: Option<IpAddr>,
        time: DateTime<Utc>,
        received: TimeDelta,
    ) -> Option<Self> {
        let (host, owner) = (witness(url)?, owner(url)?);
        let address = address.or(literal(url)).map(|address| address.to_canonical());
        let address = address.filter(|address| !address.is_loopback());
        Some(Self { host, owner, address, time, received })
    }

    /// The host, by which sources name it.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The registrable domain, or the address of a host without a name.
    pub(crate) fn owner(&self) -> &str {
        &self.owner
    }

    /// The time that it showed.
    pub(crate) fn time(&self) -> DateTime<Utc> {
        self.time
    }

    /// The reading of the monotonic clock at its reception.
    pub(crate) fn received(&self) -> TimeDelta {
        self.received
    }
}

/// The name of a URL's host, by which the hosts of sources are recognized.
pub fn witness(url: &Url) -> Option<String> {
    url.host_str().map(|host| host.trim_end_matches('.').to_owned())
}

/// The registrable domain of a URL's host. For a host without a name, its address; with the port if
/// it is a loopback address.
pub fn owner(url: &Url) -> Option<String> {
    let host = witness(url)?;
    Some(match (literal(url), url.port()) {
        (Some(address), Some(port)) if address.is_loopback() => format!("{host}:{port}"),
        (Some(_), _) => host,
        (None, _) => registrable(&host).to_owned(),
    })
}

/// The address that is the host of a URL.
fn literal(url: &Url) -> Option<IpAddr> {
    match url.host()? {
        Host::Ipv4(address) => Some(IpAddr::V4(address)),
        Host::Ipv6(address) => Some(IpAddr::V6(address)),
        Host::Domain(_) => None,
    }
}

/// The newest answers of hosts of which no two are related.
pub(crate) fn unrelated<'a>(answers: impl Iterator<Item = &'a HostClock>) -> Vec<&'a HostClock> {
    let mut answers: Vec<_> = answers.collect();
    answers.sort_by(|a, b| (b.received, &a.owner).cmp(&(a.received, &b.owner)));
    let (mut owners, mut addresses) = (HashSet::new(), HashSet::new());
    answers.retain(|answer| {
        let is_new = !owners.contains(&answer.owner)
            && answer.address.is_none_or(|address| !addresses.contains(&address));
        if is_new {
            owners.insert(&answer.owner);
            addresses.extend(answer.address);
        }
        is_new
    });
    answers
}

/// The part of a name that its owner registered.
fn registrable(host: &str) -> &str {
    let mut labels = host.rsplit('.').skip(1);
    let depth = if labels.next().is_some_and(|label| REGISTRIES.contains(&label)) { 3 } else { 2 };
    let start = host.rmatch_indices('.').nth(depth - 1).map_or(0, |(dot, _)| dot + 1);
    host.get(start..).unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_what_its_owner_registered() {
        let check = |host: &str, expected: &str| assert_eq!(registrable(host), expected, "{host}");
        check("sotttt.lamdong.gov.vn", "lamdong.gov.vn");
        check("lamdong.gov.vn", "lamdong.gov.vn");
        check("gov.vn", "gov.vn");
        check("www.vtv.vn", "vtv.vn");
        check("vtv.vn", "vtv.vn");
        check("localhost", "localhost");
        check("a.b.c.example", "c.example");
    }

    #[test]
    fn hosts_of_one_owner_count_once() {
        let check = |hosts: &[(&str, Option<&str>)], expected: usize| {
            let clocks: Vec<HostClock> = hosts
                .iter()
                .map(|(url, address)| {
                    let address = address.map(|address| address.parse().unwrap());
                    let url = url.parse().unwrap();
                    HostClock::new(&url, address, DateTime::UNIX_EPOCH, TimeDelta::zero()).unwrap()
                })
                .collect();
            assert_eq!(unrelated(clocks.iter()).len(), expected, "{hosts:?}");
        };
        check(&[("https://a.gov.vn/", None), ("https://b.gov.vn/", None)], 2);
        check(&[("https://y.a.gov.vn/", None), ("https://z.a.gov.vn/", None)], 1);
        let (one, other) = (Some("203.0.113.1"), Some("203.0.113.2"));
        check(&[("https://a.gov.vn/", one), ("https://b.gov.vn/", one)], 1);
        check(&[("https://a.gov.vn/", one), ("https://b.gov.vn/", other)], 2);
        check(&[("https://203.0.113.1/", None), ("https://b.gov.vn/", one)], 1);
        check(&[("http://127.0.0.1:81/", None), ("http://127.0.0.1:82/", None)], 2);
        check(&[("http://a.test:81/", Some("::1")), ("http://b.test:81/", Some("::1"))], 2);
        check(&[("http://10.0.0.1:81/", None), ("http://10.0.0.1:82/", None)], 1);
    }
}
