//! WebSub (W3C Recommendation of 23 January 2018), as feeds.toml means it.

use super::Site;
use ipnet::IpNet;
use std::time::Duration;
use url::Url;

/// Who is told that a document has changed, and on which terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebSubConfig {
    /// Whether the daemon is a hub of its own documents.
    pub hub: bool,
    /// Hubs of others that are told of changes.
    pub hubs: Vec<Url>,
    /// Whether sources are subscribed to at the hubs that their feeds name; unsaid where a public `base_url` decides.
    pub subscribe: Option<bool>,
    /// Networks that are not public, in which callbacks and hubs may be all the same, at any port.
    pub allow_private: Vec<IpNet>,
    /// Ports at which callbacks and hubs may be, beside 80 and 443.
    pub ports: Vec<u16>,
    /// How long a subscription lasts that asks for no time.
    pub lease: Duration,
    /// The longest that a subscription lasts without being asked for again.
    pub max_lease: Duration,
    /// The most subscriptions at our hub.
    pub max_subscriptions: u32,
    /// The most of them with callbacks at one host.
    pub max_per_host: u32,
}

/// Where a feed says that it can be subscribed to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HubLinks {
    /// Its hubs, the best first.
    pub hubs: Vec<Url>,
    /// Its own address, as the hubs know it.
    pub topic: Option<Url>,
}

impl HubLinks {
    /// This, with what it does not say taken from another place. Header fields go before the document (section 4).
    pub fn or(self, other: Self) -> Self {
        Self {
            hubs: if self.hubs.is_empty() { other.hubs } else { self.hubs },
            topic: self.topic.or(other.topic),
        }
    }
}

impl Default for WebSubConfig {
    /// What feeds.toml means where it says nothing.
    fn default() -> Self {
        const DAY: Duration = Duration::from_secs(24 * 3600);
        Self {
            hub: false,
            hubs: Vec::new(),
            subscribe: None,
            allow_private: Vec::new(),
            ports: Vec::new(),
            lease: 10 * DAY,
            max_lease: 30 * DAY,
            max_subscriptions: 10_000,
            max_per_host: 1_000,
        }
    }
}

impl Site {
    /// Whether feeds of others are subscribed to: where the operator says so, or where hubs reach us by https under a name.
    pub fn subscribes(&self) -> bool {
        let is_public = self.base_url.scheme() == "https"
            && self.base_url.domain().is_some_and(|name| name.contains('.'));
        self.websub.subscribe.unwrap_or(is_public)
    }

    /// The address of our own hub, where there is one.
    pub fn own_hub(&self) -> Option<Url> {
        self.base_url.join("hub").ok().filter(|_| self.websub.hub)
    }

    /// The hubs that the documents name: our own first.
    pub fn hubs(&self) -> impl Iterator<Item = Url> {
        self.own_hub().into_iter().chain(self.websub.hubs.iter().cloned())
    }
}
