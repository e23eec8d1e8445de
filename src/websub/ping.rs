//! Hubs of others are told that a document has changed (section 6): a ping, after which they fetch it.

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

/// How many hubs are told at once.
const AT_ONCE: u32 = 8;
/// How long a process that ends goes on telling them. A timer that starts it again every few minutes must find it gone.
const MAX_LENGTH: Duration = Duration::from_secs(60);

/// Tells all hubs of others what changed since they were told last, each once, for a minute at most: for a process that ends.
/// What fails, or has to wait, is owed still. Gives a sentence for each hub that could not be told, and for what waits.
pub async fn ping_hubs(
    line: &Arc<CrawlContext>,
    store: &Store,
    site: &Site,
    feeds: &[Feed],
) -> Result<Vec<String>, StoreError> {
    ping_hubs_within(MAX_LENGTH, line, store, site, feeds).await
}

pub(super) async fn ping_hubs_within(
    longest: Duration,
    line: &Arc<CrawlContext>,
    store: &Store,
    site: &Site,
    feeds: &[Feed],
) -> Result<Vec<String>, StoreError> {
    if site.websub.hubs.is_empty() {
        return Ok(Vec::new());
    }
    let terms = HubPolicy::new(site, feeds, []);
    let websub = WebSub::with_backoff(line.clone(), store.clone(), terms, MessagePauses::default());
    websub.scan_documents(&mut Default::default()).await?;
    let mut problems = Vec::new();
    let told = async {
        loop {
            let owed = store.pending_pings(line.clock.now(), AT_ONCE).await?;
            if owed.is_empty() {
                return Ok(());
            }
            let told = owed.into_iter().map(|owed| websub.ping(owed));
            for told in futures_util::future::join_all(told).await {
                problems.extend(told?);
            }
        }
    };
    match timeout(longest, told).await {
        Ok(told) => told?,
        Err(_) => problems.push(format!(
            "the hubs could not be told of everything within {}; the next pass tells them what is left",
            humantime::format_duration(longest)
        )),
    }
    Ok(problems)
}

impl WebSub {
    /// Tells a hub of a document. Gives a sentence where it could not be told.
    pub(super) async fn ping(&self, owed: PendingPing) -> Result<Option<String>, StoreError> {
        let terms = self.terms();
        // What is told is the document of now: should it change once more, the hub is told once more.
        let hash = self.store.topic_hash(&owed.document).await?.unwrap_or_default();
        let topic = terms.documents.address(&owed.document);
        // The Recommendation leaves open how a publisher tells its hub; hubs read one of these or the other.
        let form = Serializer::new(String::new())
            .append_pair("hub.mode", "publish")
            .append_pair("hub.url", &topic)
            .append_pair("hub.topic", &topic)
            .finish();
        let message = OutgoingMessage {
            url: &owed.hub,
            body: Some(Bytes::from(form)),
            fields: vec![("content-type", "application/x-www-form-urlencoded".to_owned())],
            whereto: terms.whereto(),
        };
        let (why, retry_after, trouble) = match self.line.fetcher.send(message).await {
            Ok(reply) if reply.is_success() => {
                tracing::debug!(topic, hub = %owed.hub, "told");
                self.store.pinged(&owed, &hash).await?;
                return Ok(None);
            }
            Ok(reply) => {
                let said = String::from_utf8_lossy(&reply.body);
                let said: String = said.chars().filter(|c| !c.is_control()).take(200).collect();
                // A hub that refuses one document goes on with the others.
                let trouble = match reply.status {
                    429 | 500.. => DeliveryFault::Hub,
                    _ => DeliveryFault::Document,
                };
                let why = format!("it answers with status {} ({said})", reply.status);
                (why, reply.retry_after, trouble)
            }
            Err(error) => (error.to_string(), None, DeliveryFault::Hub),
        };
        let due = self.line.clock.now()
            + self.backoff.pause(owed.failures, owed.hub.as_str(), retry_after);
        self.store.ping_failed(&owed, due, trouble).await?;
        let hub = redacted(&owed.hub);
        let sentence =
            format!("the hub {hub} could not be told of {topic}: {why}; it is told after {due}");
        Ok(Some(sentence))
    }
}
