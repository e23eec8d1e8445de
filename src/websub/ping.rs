//! Notifies other hubs that a document has changed (section 6): a ping, after which they fetch it.

use super::{HubPolicy, WebSub};
use crate::crawl::CrawlContext;
use bantin_core::retry::MessagePauses;
use bantin_core::{Feed, Site};
use bantin_fetch::{OutgoingMessage, redacted};
use bantin_store::{DeliveryFault, PendingPing, Store, StoreError};
use bytes::Bytes;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;
use url::form_urlencoded::Serializer;

/// The maximum number of concurrent pings.
const AT_ONCE: u32 = 8;
/// The maximum duration of the pings of a process that is about to exit. A timer that starts it
/// again every few minutes must not overlap with it.
const PING_TIMEOUT: Duration = Duration::from_secs(60);

/// Notifies all other hubs of the documents that changed since their last ping, each once, for at
/// most a minute. For a process that is about to exit. Failed and postponed pings stay pending.
/// Returns a sentence for each hub that could not be notified, and for pings that are left.
pub async fn ping_hubs(
    context: &Arc<CrawlContext>,
    store: &Store,
    site: &Site,
    feeds: &[Feed],
) -> Result<Vec<String>, StoreError> {
    ping_hubs_within(PING_TIMEOUT, context, store, site, feeds).await
}

pub(super) async fn ping_hubs_within(
    longest: Duration,
    context: &Arc<CrawlContext>,
    store: &Store,
    site: &Site,
    feeds: &[Feed],
) -> Result<Vec<String>, StoreError> {
    if site.websub.hubs.is_empty() {
        return Ok(Vec::new());
    }
    let terms = HubPolicy::new(site, feeds, []);
    let websub =
        WebSub::with_backoff(context.clone(), store.clone(), terms, MessagePauses::default());
    websub.scan_documents(&mut Default::default()).await?;
    let mut problems = Vec::new();
    let send_all = async {
        loop {
            let pending = store.pending_pings(context.clock.now(), AT_ONCE).await?;
            if pending.is_empty() {
                return Ok(());
            }
            let pings = pending.into_iter().map(|ping| websub.ping(ping));
            for result in futures_util::future::join_all(pings).await {
                problems.extend(result?);
            }
        }
    };
    match timeout(longest, send_all).await {
        Ok(result) => result?,
        Err(_) => problems.push(format!(
            "the hubs could not be notified of all changes within {}; the next pass sends the remaining pings",
            humantime::format_duration(longest)
        )),
    }
    Ok(problems)
}

impl WebSub {
    /// Notifies a hub of a document. Returns a sentence if it could not be notified.
    pub(super) async fn ping(&self, ping: PendingPing) -> Result<Option<String>, StoreError> {
        let terms = self.terms();
        // The ping is for the current document; if it changes again, the hub is notified again.
        let hash = self.store.topic_hash(&ping.document).await?.unwrap_or_default();
        let topic = terms.documents.address(&ping.document);
        // The Recommendation does not define the ping of a publisher; hubs read either of these
        // fields.
        let form = Serializer::new(String::new())
            .append_pair("hub.mode", "publish")
            .append_pair("hub.url", &topic)
            .append_pair("hub.topic", &topic)
            .finish();
        let message = OutgoingMessage {
            url: &ping.hub,
            body: Some(Bytes::from(form)),
            fields: vec![("content-type", "application/x-www-form-urlencoded".to_owned())],
            targets: terms.targets(),
        };
        let (why, retry_after, trouble) = match self.context.fetcher.send(message).await {
            Ok(reply) if reply.is_success() => {
                tracing::debug!(topic, hub = %ping.hub, "notified");
                self.store.pinged(&ping, &hash).await?;
                return Ok(None);
            }
            Ok(reply) => {
                let body = String::from_utf8_lossy(&reply.body);
                let body: String = body.chars().filter(|c| !c.is_control()).take(200).collect();
                // A hub that rejects one document may accept the others.
                let trouble = match reply.status {
                    429 | 500.. => DeliveryFault::Hub,
                    _ => DeliveryFault::Document,
                };
                let why = format!("it answered with status {} ({body})", reply.status);
                (why, reply.retry_after, trouble)
            }
            Err(error) => (error.to_string(), None, DeliveryFault::Hub),
        };
        let due = self.context.clock.now()
            + self.backoff.pause(ping.failures, ping.hub.as_str(), retry_after);
        self.store.ping_failed(&ping, due, trouble).await?;
        let hub = redacted(&ping.hub);
        let sentence = format!(
            "the hub {hub} could not be notified of {topic}: {why}; the ping is sent again after {due}"
        );
        Ok(Some(sentence))
    }
}
