//! Accepts requests to our hub (section 5.1). A request has no effect before its callback has
//! confirmed it.

use super::WebSub;
use super::request::{self, HubRequest};
use bantin_serve::{Inbox, InboxReply};
use bantin_store::{HubIntent, HubLimits, HubMode, IntentOutcome};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use std::sync::atomic::Ordering;
use std::time::Duration;
use url::Url;

/// The maximum number of unverified requests of all hosts.
const INTENTS: u32 = 10_000;
/// The maximum number of unverified requests of one host.
const INTENTS_OF_A_HOST: u32 = 500;

impl Inbox for WebSub {
    fn has_hub(&self) -> bool {
        self.terms().site.websub.hub
    }

    fn hub(&self, form: Bytes) -> BoxFuture<'_, InboxReply> {
        Box::pin(async move { self.accept_request(&form).await })
    }

    fn is_known_token<'a>(&'a self, token: &'a str) -> BoxFuture<'a, bool> {
        Box::pin(async move { WebSub::is_known_token(self, token).await.unwrap_or_default() })
    }

    fn verify_intent<'a>(&'a self, token: &'a str, query: &'a str) -> BoxFuture<'a, InboxReply> {
        Box::pin(async move { or_later(WebSub::verify_intent(self, token, query).await) })
    }

    fn receive<'a>(
        &'a self,
        token: &'a str,
        signature: &'a str,
        body: Bytes,
    ) -> BoxFuture<'a, InboxReply> {
        Box::pin(async move { or_later(WebSub::receive(self, token, signature, &body).await) })
    }
}

impl WebSub {
    async fn accept_request(&self, form: &[u8]) -> InboxReply {
        let terms = self.terms();
        let asked = match request::read(form, &terms.site.websub) {
            Ok(asked) => asked,
            Err(why) => return InboxReply::new(400, why),
        };
        let unknown = || {
            let base = &terms.site.base_url;
            InboxReply::new(
                400,
                format!("That topic is not served by this hub; it serves the feeds of {base}."),
            )
        };
        let (topic, callback, mode, lease, secret) = match asked {
            HubRequest::Subscribe { topic, callback, lease, secret } => {
                (topic, callback, HubMode::Subscribe, lease, secret)
            }
            HubRequest::Unsubscribe { topic, callback } => {
                (topic, callback, HubMode::Unsubscribe, Duration::ZERO, None)
            }
            HubRequest::Publish(topics) => {
                if topics.iter().any(|topic| terms.documents.of_topic(topic).is_none()) {
                    return unknown();
                }
                self.is_scan_requested.store(true, Ordering::Release);
                return InboxReply::new(202, "The hub will check the topics for changes.");
            }
        };
        let Some(document) = terms.documents.of_topic(&topic) else { return unknown() };
        if let Err(why) = self.context.fetcher.check_target(&callback, terms.targets()) {
            tracing::debug!("a callback was rejected: {why}");
            return InboxReply::new(400, "hub.callback is not an address that this hub sends to.");
        }
        if terms.is_of_an_agency(&callback) {
            let reason = "hub.callback is at the host of a source of this hub. The hub sends nothing there, to keep requests to sources few.";
            return InboxReply::new(400, reason);
        }
        let intent = HubIntent {
            document: document.to_owned(),
            topic,
            callback,
            mode,
            secret,
            lease,
            reason: None,
            requested: self.context.clock.now(),
            failures: 0,
        };
        self.record_intent(
            intent,
            terms.site.websub.max_subscriptions,
            terms.site.websub.max_per_host,
        )
        .await
    }

    async fn record_intent(
        &self,
        intent: HubIntent,
        subscriptions: u32,
        per_host: u32,
    ) -> InboxReply {
        let limits = HubLimits {
            subscriptions,
            per_host,
            intents: INTENTS,
            intents_per_host: INTENTS_OF_A_HOST,
        };
        let host = host(&intent.callback);
        match self.store.record_intent(intent, limits).await {
            Ok(IntentOutcome::Taken) => {
                self.wake.notify_one();
                InboxReply::new(202, "The callback will be asked to confirm this request.")
            }
            Ok(IntentOutcome::Crowded) => {
                tracing::info!(
                    host,
                    "too many requests wait for verification; a request was answered with 503"
                );
                InboxReply::new(503, "Too many requests wait for verification; retry in a minute.")
            }
            Ok(IntentOutcome::Full) => {
                tracing::warn!(
                    "the hub has reached its limit of subscriptions; a larger max_subscriptions under [websub] allows more"
                );
                InboxReply::new(503, "The hub has reached its limit of subscriptions.")
            }
            Ok(IntentOutcome::HostFull) => {
                tracing::warn!(
                    host,
                    "a host has reached its limit of subscriptions; a larger max_per_host under [websub] allows more"
                );
                InboxReply::new(403, "Your host has reached its limit of subscriptions.")
            }
            Err(error) => {
                tracing::error!("a subscription request could not be stored: {error}");
                InboxReply::new(500, "The request could not be stored; try again later.")
            }
        }
    }
}

/// The reply, or status 503 if the store failed.
fn or_later(answer: Result<InboxReply, bantin_store::StoreError>) -> InboxReply {
    answer.unwrap_or_else(|error| {
        tracing::error!("a request of another hub could not be answered: {error}");
        InboxReply::new(503, "Try again later.")
    })
}

/// The host of an address.
pub(super) fn host(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}
