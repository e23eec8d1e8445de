//! Subscribes to feeds of other publishers that name a hub (sections 4 to 7), to learn of new items
//! at once and to poll less often.
//!
//! A hub's message is only evidence that there are new items. The source is then visited at its own
//! address, in the usual way, and no content of a hub is published. So a hub can neither forge an
//! agency's text nor make us lose an article: slow regular visits continue.
//!
//! A visit that began before the message does not count as an answer to it. A hub cannot move a
//! visit that a failure or quiet hours have postponed. Each visit without new items doubles the
//! pause before the next one that the hub causes.

use super::WebSub;
use super::signature::{is_signed, unguessable};
use crate::crawl::VisitReport;
use bantin_core::{HubLinks, Secret, retry};
use bantin_fetch::{OutgoingMessage, redacted};
use bantin_serve::InboxReply;
use bantin_store::{FollowedFeed, StoreError};
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashMap;
use url::Url;
use url::form_urlencoded::{self, Serializer};

/// The requested lease.
const LEASE: TimeDelta = TimeDelta::days(10);
/// A longer lease is reduced to this.
const MAX_LEASE: TimeDelta = TimeDelta::days(90);

impl WebSub {
    /// Updates the subscription of a source after a visit: its feed may name a hub.
    pub async fn update_subscription(&self, report: &VisitReport) -> Result<(), StoreError> {
        let Some(HubLinks { hubs, topic }) = &report.advertised else { return Ok(()) };
        let (terms, now) = (self.terms(), self.context.clock.now());
        let source = report.source.id();
        let own = terms.site.own_hub();
        let targets = terms.targets();
        let usable = |hub: &&Url| {
            own.as_ref() != Some(*hub) && self.context.fetcher.check_target(hub, targets).is_ok()
        };
        let hub = hubs.iter().filter(|_| terms.site.subscribes()).find(usable);
        match hub.zip(topic.as_ref()).zip(unguessable().zip(unguessable())) {
            Some(((hub, topic), (token, secret))) => {
                self.store.follow(source, hub, topic, (token, Secret::new(secret)), now).await?;
            }
            None => self.store.unfollow(source, now).await?,
        }
        self.wake.notify_one();
        Ok(())
    }

    /// Sends a hub the request to start, renew or end a subscription of ours.
    pub(super) async fn request_hub(&self, followed: FollowedFeed) -> Result<(), StoreError> {
        let now = self.context.clock.now();
        if followed.is_ending
            && (followed.failures >= retry::MAX_UNSUBSCRIBES || followed.lease_end.is_none())
        {
            return self.store.forget_followed(&followed.token).await;
        }
        let terms = self.terms();
        let Ok(callback) = terms.site.base_url.join(&format!("websub/{}", followed.token)) else {
            return self.store.forget_followed(&followed.token).await;
        };
        // Stored before the request, because the hub may verify before it answers.
        let pause = self.backoff.pause(followed.failures, followed.hub.as_str(), None);
        self.store.record_hub_request(&followed, now, now + pause.max(retry::HUB_VERIFIES)).await?;
        let mode = if followed.is_ending { "unsubscribe" } else { "subscribe" };
        let form = form(&followed, mode, &callback);
        let message = OutgoingMessage {
            url: &followed.hub,
            body: Some(Bytes::from(form)),
            fields: vec![("content-type", "application/x-www-form-urlencoded".to_owned())],
            targets: terms.targets(),
        };
        let why = match self.context.fetcher.send(message).await {
            Ok(reply) if reply.is_success() => return Ok(()),
            Ok(reply) => format!("status {}", reply.status),
            Err(error) => error.to_string(),
        };
        let hub = redacted(&followed.hub);
        tracing::info!(source = %followed.source, hub, "{mode}: the request to the hub failed: {why}; regular visits to the source continue");
        Ok(())
    }

    /// Answers a hub that verifies our intent. The challenge is echoed only for a request of ours
    /// that is not confirmed yet.
    pub(super) async fn verify_intent(
        &self,
        token: &str,
        query: &str,
    ) -> Result<InboxReply, StoreError> {
        let unknown = || Ok(InboxReply::new(404, "No such subscription was requested."));
        let Some(followed) = self.store.followed(token).await? else { return unknown() };
        let fields: HashMap<String, String> =
            form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let field = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
        let now = self.context.clock.now();
        if field("hub.topic") != followed.topic {
            return unknown();
        }
        match field("hub.mode") {
            "denied" if !followed.is_ending => {
                let reason: String =
                    field("hub.reason").chars().filter(|c| !c.is_control()).take(200).collect();
                tracing::warn!(source = %followed.source, "the hub denied the subscription ({reason}); regular visits to the source continue");
                self.store.hub_denied(token, now + retry::HUB_REFUSED).await?;
                return Ok(InboxReply::new(200, String::new()));
            }
            "subscribe" if followed.requested.is_some() && !followed.is_ending => {
                let (lease_end, due) = lease(field("hub.lease_seconds"), now);
                self.store.confirm_subscription(token, lease_end, due).await?;
                tracing::info!(source = %followed.source, %lease_end, "subscribed; the hub reports new items");
            }
            "unsubscribe" if followed.requested.is_some() && followed.is_ending => {
                self.store.forget_followed(token).await?;
            }
            _ => return unknown(),
        }
        Ok(InboxReply::new(200, field("hub.challenge")))
    }

    /// Accepts a message of a hub. One without a valid signature of our secret is acknowledged and
    /// ignored (section 7.1).
    pub(super) async fn receive(
        &self,
        token: &str,
        signature: &str,
        body: &[u8],
    ) -> Result<InboxReply, StoreError> {
        let Some(followed) = self.store.followed(token).await?.filter(|known| !known.is_ending)
        else {
            return Ok(InboxReply::new(410, "This subscription has ended."));
        };
        if is_signed(&followed.secret, signature, body) {
            self.store.record_notification(token, self.context.clock.now()).await?;
            self.wake.notify_one();
        } else {
            tracing::warn!(source = %followed.source, "ignored a message to the callback of this subscription: it is not signed with our secret");
        }
        Ok(InboxReply::new(202, String::new()))
    }

    pub(super) async fn is_known_token(&self, token: &str) -> Result<bool, StoreError> {
        Ok(self.store.followed(token).await?.is_some_and(|followed| !followed.is_ending))
    }
}

/// The form of a request to a hub.
fn form(followed: &FollowedFeed, mode: &str, callback: &Url) -> String {
    let mut form = Serializer::new(String::new());
    form.append_pair("hub.mode", mode)
        .append_pair("hub.topic", &followed.topic)
        .append_pair("hub.callback", callback.as_str());
    if !followed.is_ending {
        form.append_pair("hub.lease_seconds", &LEASE.num_seconds().to_string());
        form.append_pair("hub.secret", followed.secret.reveal());
    }
    form.finish()
}

/// The end of a lease, and the instant of its renewal: after four fifths of it, so that a hub may
/// be down for a while.
fn lease(seconds: &str, now: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
    let seconds = seconds.parse().ok().filter(|seconds| *seconds > 0);
    let lease = seconds
        .map_or(LEASE, |seconds: i64| TimeDelta::seconds(seconds.min(MAX_LEASE.num_seconds())));
    (now + lease, now + (lease * 4 / 5).max(TimeDelta::minutes(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_is_renewed_before_it_ends() {
        let now: DateTime<Utc> = "2026-11-20T00:00:00Z".parse().unwrap();
        let check = |seconds: &str, end: i64, renewed: i64| {
            let (lease_end, due) = lease(seconds, now);
            assert_eq!(
                ((lease_end - now).num_seconds(), (due - now).num_seconds()),
                (end, renewed),
                "{seconds}"
            );
        };
        check("1000", 1000, 800);
        check("5", 5, 60);
        for odd in ["", "0", "-7", "mười"] {
            check(odd, 864_000, 691_200);
        }
        check("99999999999", 7_776_000, 6_220_800);
    }
}
