//! WebSub settings (W3C Recommendation of 23 January 2018), as configured in feeds.toml.

use super::Site;
use ipnet::IpNet;
use std::time::Duration;
use url::Url;

/// The WebSub settings: hubs to notify, and limits of subscriptions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebSubConfig {
    /// Whether the daemon is a hub for its own documents.
    pub hub: bool,
    /// External hubs that are notified of changes.
    pub hubs: Vec<Url>,
    /// Whether to subscribe to sources at the hubs that their feeds name. `None`: only if
    /// `base_url` is public.
    pub subscribe: Option<bool>,
    /// Networks that are not public and may contain callbacks and hubs nevertheless, at any port.
    pub allow_private: Vec<IpNet>,
    /// Allowed ports of callbacks and hubs, besides 80 and 443.
    pub ports: Vec<u16>,
    /// The lease of a subscription that requests none.
    pub lease: Duration,
    /// The maximum lease of a subscription.
    pub max_lease: Duration,
    /// The maximum number of subscriptions at our hub.
    pub max_subscriptions: u32,
    /// The maximum number of them with callbacks at one host.
    pub max_per_host: u32,
}

/// The WebSub links of a feed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HubLinks {
    /// Its hubs, in order of preference.
    pub hubs: Vec<Url>,
    /// The topic URL under which it is registered at the hubs.
    pub topic: Option<Url>,
}

impl HubLinks {
    /// Fills what is missing here from another place. Header fields take precedence over the
    /// document (section 4).
    pub fn or(self, other: Self) -> Self {
        Self {
            hubs: if self.hubs.is_empty() { other.hubs } else { self.hubs },
            topic: self.topic.or(other.topic),
        }
    }
}

impl Default for WebSubConfig {
    /// The defaults of feeds.toml.
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
    /// Whether we subscribe to external feeds: as the operator configured it, by default if hubs
    /// can reach `base_url` by https under a domain name.
    pub fn subscribes(&self) -> bool {
        let is_public = self.base_url.scheme() == "https"
            && self.base_url.domain().is_some_and(|name| name.contains('.'));
        self.websub.subscribe.unwrap_or(is_public)
    }

    /// The address of our own hub, if it is enabled.
    pub fn own_hub(&self) -> Option<Url> {
        self.base_url.join("hub").ok().filter(|_| self.websub.hub)
    }

    /// The hubs that the documents name, our own first.
    pub fn hubs(&self) -> impl Iterator<Item = Url> {
        self.own_hub().into_iter().chain(self.websub.hubs.iter().cloned())
    }
}
