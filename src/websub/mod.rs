//! WebSub (W3C Recommendation of 23 January 2018): whoever subscribed hears of a change at once.
//!
//! - `topic` knows our documents and their addresses, `request` reads what our hub is asked, `signature` signs what it
//!   sends: all of them pure.
//! - `subscriber` subscribes to feeds of others.
//! - `hub` takes requests, `intent` asks their callbacks whether they are meant, `delivery` sends documents, `ping` tells
//!   hubs of others, and `work` is the loop that does it all, one message at a time to a host.
//!
//! What is owed to whom follows from the store and the documents on disk (`store/websub.rs`), so that a restart loses
//! nothing. Everything that is sent goes through the fetcher's guard: callbacks are addresses that strangers supply.

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

/// Our hub, and our word to hubs of others.
pub struct WebSub {
    line: Arc<CrawlContext>,
    store: Store,
    terms: RwLock<Arc<HubPolicy>>,
    backoff: MessagePauses,
    /// Whether the documents have to be looked at.
    is_stale: AtomicBool,
    /// Whether somebody else asked us to look at them.
    is_asked: AtomicBool,
    /// That there may be work.
    wake: Notify,
}

/// What feeds.toml says, as it was last read.
#[derive(Debug)]
struct HubPolicy {
    site: Site,
    documents: TopicDocuments,
    sources: Vec<Arc<Source>>,
    /// The hosts of the sources, as [`bare`] writes them.
    agencies: HashSet<String>,
}

impl HubPolicy {
    fn new<'a>(
        site: &Site,
        feeds: &[Feed],
        sources: impl IntoIterator<Item = &'a Arc<Source>>,
    ) -> Arc<Self> {
        let sources: Vec<Arc<Source>> = sources.into_iter().cloned().collect();
        // Saved pages have no host that anything could be sent to.
        let fetched = sources.iter().filter(|source| source.folder.is_none());
        let agencies = fetched.map(|source| bare(&source.url)).collect();
        let documents = TopicDocuments::new(site, feeds);
        Arc::new(Self { site: site.clone(), documents, sources, agencies })
    }

    /// Whether an address is at the host of a source. What strangers make us send there is more than it was asked for.
    ///
    /// In the networks that the operator let messages into, one machine is many servers: there the port tells which.
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
            return self.agencies.contains(&bare(url));
        }
        let is_same = |source: &Arc<Source>| source.url.origin() == url.origin();
        self.sources.iter().filter(|source| source.folder.is_none()).any(is_same)
    }

    /// Whether a source is to be left alone at this time of day.
    fn rests(&self, source: &Slug, now: DateTime<Utc>) -> bool {
        let source = self.sources.iter().find(|known| known.id() == source);
        let quiet = source.and_then(|source| source.access.quiet);
        quiet.is_some_and(|quiet| quiet.time_left(now).is_some())
    }

    /// Where messages may go.
    fn whereto(&self) -> MessageTargets<'_> {
        let websub = &self.site.websub;
        MessageTargets { allow_private: &websub.allow_private, ports: &websub.ports }
    }
}

/// The host of an address, by whichever of its usual names.
fn bare(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default().trim_end_matches('.');
    host.strip_prefix("www.").unwrap_or(host).to_owned()
}

impl fmt::Debug for WebSub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebSub")
    }
}

impl WebSub {
    /// A hub over this store, on these terms.
    pub fn new<'a>(
        line: Arc<CrawlContext>,
        store: Store,
        site: &Site,
        feeds: &[Feed],
        sources: impl IntoIterator<Item = &'a Arc<Source>>,
    ) -> Arc<Self> {
        let terms = HubPolicy::new(site, feeds, sources);
        Arc::new(Self::with_backoff(line, store, terms, MessagePauses::default()))
    }

    fn with_backoff(
        line: Arc<CrawlContext>,
        store: Store,
        terms: Arc<HubPolicy>,
        backoff: MessagePauses,
    ) -> Self {
        Self {
            line,
            store,
            terms: RwLock::new(terms),
            backoff,
            is_stale: AtomicBool::new(true),
            is_asked: AtomicBool::new(false),
            wake: Notify::new(),
        }
    }

    /// Takes over a changed feeds.toml.
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

    /// Hears that documents may have changed.
    pub fn published(&self) {
        self.is_stale.store(true, Ordering::Release);
        self.wake.notify_one();
    }

    fn terms(&self) -> Arc<HubPolicy> {
        self.terms.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
