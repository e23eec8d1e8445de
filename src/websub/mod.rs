//! WebSub (W3C Recommendation of 23 January 2018): notifies subscribers and hubs when a document
//! changes.
//!
//! - `topic` maps topic URLs to documents, `request` parses the requests to our hub, `signature`
//!   signs what it sends. All of these are pure.
//! - `subscriber` subscribes to feeds of other publishers.
//! - `hub` accepts requests, `intent` verifies them with their callbacks, `delivery` sends
//!   documents, and `ping` notifies other hubs. `dispatch` is the loop that runs all of them, one
//!   message at a time per host.
//!
//! Nothing is queued. A delivery is pending while the hash that a subscriber has differs from that
//! of the document on disk (`crates/store/src/websub/`). So a restart loses nothing, and several
//! changes in between are one delivery. The hash of a document is recorded before a message with it
//! is sent, never when a message ends: a slow message would revert what was published in the
//! meantime.
//!
//! A request to the hub becomes an intent, and an intent becomes a subscription once its callback
//! has echoed a challenge. The HTTP server parses requests within limits, and passes them to an
//! `Inbox`.
//!
//! Callbacks are addresses that strangers supply. Messages to them (`crates/fetch/src/message.rs`)
//! pass the address guard and acquire host permits as page requests do. They follow no redirects
//! and do not count toward the daily budget of a host. The verifications that clients cause are
//! limited in number per host and minute. A callback at the host of a source is rejected.

mod delivery;
mod dispatch;
mod hub;
mod intent;
mod ping;
mod request;
mod signature;
mod subscriber;
#[cfg(test)]
mod tests;
mod topic;

pub use ping::ping_hubs;

use crate::crawl::CrawlContext;
use bantin_core::retry::MessagePauses;
use bantin_core::{Feed, Site, Slug, Source};
use bantin_fetch::MessageTargets;
use bantin_store::Store;
use chrono::{DateTime, Utc};
use std::collections::HashSet;
use std::fmt;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::Notify;
use topic::TopicDocuments;
use url::Url;

/// Our hub, and our client of other hubs.
pub struct WebSub {
    context: Arc<CrawlContext>,
    store: Store,
    terms: RwLock<Arc<HubPolicy>>,
    backoff: MessagePauses,
    /// Whether the documents have to be scanned.
    is_stale: AtomicBool,
    /// Whether a client requested a scan.
    is_scan_requested: AtomicBool,
    /// Notified when there may be work.
    wake: Notify,
}

/// The policy of feeds.toml, as it was last read.
#[derive(Debug)]
struct HubPolicy {
    site: Site,
    documents: TopicDocuments,
    sources: Vec<Arc<Source>>,
    /// The hosts of the sources, as [`host_without_www`] writes them.
    agencies: HashSet<String>,
}

impl HubPolicy {
    fn new<'a>(
        site: &Site,
        feeds: &[Feed],
        sources: impl IntoIterator<Item = &'a Arc<Source>>,
    ) -> Arc<Self> {
        let sources: Vec<Arc<Source>> = sources.into_iter().cloned().collect();
        // Saved pages have no host to send messages to.
        let fetched = sources.iter().filter(|source| source.folder.is_none());
        let agencies = fetched.map(|source| host_without_www(&source.url)).collect();
        let documents = TopicDocuments::new(site, feeds);
        Arc::new(Self { site: site.clone(), documents, sources, agencies })
    }

    /// Whether an address is at the host of a source. Messages that clients cause would add to
    /// the requests of its visits.
    ///
    /// In the private networks that the operator allows for messages, one machine may run many
    /// servers: there the port must match as well.
    fn is_of_an_agency(&self, url: &Url) -> bool {
        let is_in = |address: IpAddr| {
            self.site.websub.allow_private.iter().any(|network| network.contains(&address))
        };
        let is_inside = match url.host() {
            Some(url::Host::Ipv4(address)) => is_in(address.into()),
            Some(url::Host::Ipv6(address)) => is_in(address.into()),
            _ => false,
        };
        if !is_inside {
            return self.agencies.contains(&host_without_www(url));
        }
        let is_same = |source: &Arc<Source>| source.url.origin() == url.origin();
        self.sources.iter().filter(|source| source.folder.is_none()).any(is_same)
    }

    /// Whether a source has quiet hours now.
    fn has_quiet_hours(&self, source: &Slug, now: DateTime<Utc>) -> bool {
        let source = self.sources.iter().find(|known| known.id() == source);
        let quiet = source.and_then(|source| source.access.quiet_hours);
        quiet.is_some_and(|quiet| quiet.time_left(now).is_some())
    }

    /// The allowed targets of messages.
    fn targets(&self) -> MessageTargets<'_> {
        let websub = &self.site.websub;
        MessageTargets { allow_private: &websub.allow_private, ports: &websub.ports }
    }
}

/// The host of an address, without `www.` and a trailing dot.
fn host_without_www(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default().trim_end_matches('.');
    host.strip_prefix("www.").unwrap_or(host).to_owned()
}

impl fmt::Debug for WebSub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebSub")
    }
}

impl WebSub {
    /// Creates a hub over this store, with the policy of these settings.
    pub fn new<'a>(
        context: Arc<CrawlContext>,
        store: Store,
        site: &Site,
        feeds: &[Feed],
        sources: impl IntoIterator<Item = &'a Arc<Source>>,
    ) -> Arc<Self> {
        let terms = HubPolicy::new(site, feeds, sources);
        Arc::new(Self::with_backoff(context, store, terms, MessagePauses::default()))
    }

    fn with_backoff(
        context: Arc<CrawlContext>,
        store: Store,
        terms: Arc<HubPolicy>,
        backoff: MessagePauses,
    ) -> Self {
        Self {
            context,
            store,
            terms: RwLock::new(terms),
            backoff,
            is_stale: AtomicBool::new(true),
            is_scan_requested: AtomicBool::new(false),
            wake: Notify::new(),
        }
    }

    /// Applies a changed feeds.toml.
    pub fn follow<'a>(
        &self,
        site: &Site,
        feeds: &[Feed],
        sources: impl IntoIterator<Item = &'a Arc<Source>>,
    ) {
        let terms = HubPolicy::new(site, feeds, sources);
        *self.terms.write().unwrap_or_else(PoisonError::into_inner) = terms;
        self.published();
    }

    /// Reports that documents may have changed.
    pub fn published(&self) {
        self.is_stale.store(true, Ordering::Release);
        self.wake.notify_one();
    }

    fn terms(&self) -> Arc<HubPolicy> {
        self.terms.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
