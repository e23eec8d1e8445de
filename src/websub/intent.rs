//! Verifies intents (section 5.3): asks the callback whether it confirms a request that names it.

use super::signature::unguessable;
use super::{HubPolicy, WebSub};
use bantin_core::{RetryAdvice, retry};
use bantin_fetch::{FetchError, MessageReply, OutgoingMessage};
use bantin_store::{HubIntent, HubMode, StoreError};
use std::sync::Arc;
use url::Url;

/// The answer of a callback.
enum CallbackAnswer {
    /// The request is confirmed, or the callback was informed of a denial.
    Yes,
    /// The request is not confirmed; the reason.
    No(String),
    /// No usable answer; the reason. The verification is retried.
    Nothing(String),
}

impl WebSub {
    /// Verifies an intent with its callback, and stores the result.
    pub(super) async fn verify(&self, intent: HubIntent) -> Result<(), StoreError> {
        let terms = self.terms();
        let answer = self.verify_callback(&intent, &terms).await;
        let (mode, callback) = (intent.mode.name(), bantin_fetch::redacted(&intent.callback));
        match answer {
            CallbackAnswer::Yes => {
                self.store.fulfil(&intent, self.context.clock.now()).await?;
                tracing::info!(topic = intent.topic, %callback, "{mode}: confirmed");
            }
            CallbackAnswer::No(why) => {
                self.store.postpone_intent(&intent, None).await?;
                tracing::info!(topic = intent.topic, %callback, "{mode}: not confirmed, {why}");
            }
            CallbackAnswer::Nothing(why) => {
                let pause = self.backoff.pause(intent.failures, intent.callback.as_str(), None);
                let due = self.context.clock.now() + pause;
                let due = (intent.failures + 1 < retry::MAX_VERIFICATIONS).then_some(due);
                self.store.postpone_intent(&intent, due).await?;
                tracing::info!(topic = intent.topic, %callback, "{mode}: no answer, {why}");
            }
        }
        Ok(())
    }

    async fn verify_callback(&self, intent: &HubIntent, terms: &Arc<HubPolicy>) -> CallbackAnswer {
        // The source may have been added after the request.
        if terms.is_of_an_agency(&intent.callback) {
            return CallbackAnswer::No("it is at the host of a source".to_owned());
        }
        let Some(challenge) = unguessable() else {
            return CallbackAnswer::Nothing(
                "the system's random number generator failed".to_owned(),
            );
        };
        let url = question(intent, &challenge);
        let message =
            OutgoingMessage { url: &url, body: None, fields: Vec::new(), targets: terms.targets() };
        interpret_answer(intent.mode, &challenge, self.context.fetcher.send(message).await)
    }
}

/// The URL of the verification request: the callback, with the parameters after its own query.
fn question(intent: &HubIntent, challenge: &str) -> Url {
    let mut url = intent.callback.clone();
    {
        let mut query = url.query_pairs_mut();
        query.append_pair("hub.mode", intent.mode.name());
        query.append_pair("hub.topic", &intent.topic);
        match intent.mode {
            HubMode::Denied => {
                query.append_pair("hub.reason", intent.reason.as_deref().unwrap_or_default());
            }
            HubMode::Subscribe => {
                query.append_pair("hub.challenge", challenge);
                query.append_pair("hub.lease_seconds", &intent.lease.as_secs().to_string());
            }
            HubMode::Unsubscribe => {
                query.append_pair("hub.challenge", challenge);
            }
        }
    }
    url
}

fn interpret_answer(
    mode: HubMode,
    challenge: &str,
    reply: Result<MessageReply, FetchError>,
) -> CallbackAnswer {
    match reply {
        Ok(_) if mode == HubMode::Denied => CallbackAnswer::Yes,
        Ok(reply) if reply.is_success() && reply.body == challenge.as_bytes() => {
            CallbackAnswer::Yes
        }
        Ok(reply) if reply.is_success() => {
            CallbackAnswer::No("its answer is not the challenge".to_owned())
        }
        Ok(reply) if reply.status >= 500 || reply.status == 429 => {
            CallbackAnswer::Nothing(format!("status {}", reply.status))
        }
        Ok(reply) => CallbackAnswer::No(format!("status {}", reply.status)),
        // An address that is not allowed now will not be allowed later either.
        Err(error)
            if !matches!(error.advice(), RetryAdvice::RetryLater | RetryAdvice::RetryAfter(_)) =>
        {
            CallbackAnswer::No(error.to_string())
        }
        Err(error) => CallbackAnswer::Nothing(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use std::time::Duration;

    fn intent(mode: HubMode) -> HubIntent {
        HubIntent {
            topic: "https://a.example/b.atom".to_owned(),
            document: "b.atom".to_owned(),
            callback: "https://c.example/d?e=f".parse().unwrap(),
            mode,
            secret: None,
            lease: Duration::from_secs(60),
            reason: Some("vì thế".to_owned()),
            requested: "2026-11-20T05:00:00Z".parse().unwrap(),
            failures: 0,
        }
    }

    #[test]
    fn the_question_keeps_the_callbacks_own_query() {
        let check = |mode, expected: &str| {
            let url = question(&intent(mode), "123");
            let query = url.query().unwrap().strip_prefix("e=f&").unwrap();
            assert_eq!(query, expected);
        };
        let topic = "hub.topic=https%3A%2F%2Fa.example%2Fb.atom";
        check(
            HubMode::Subscribe,
            &format!("hub.mode=subscribe&{topic}&hub.challenge=123&hub.lease_seconds=60"),
        );
        check(HubMode::Unsubscribe, &format!("hub.mode=unsubscribe&{topic}&hub.challenge=123"));
        check(HubMode::Denied, &format!("hub.mode=denied&{topic}&hub.reason=v%C3%AC+th%E1%BA%BF"));
    }

    #[test]
    fn only_the_challenge_itself_is_a_yes() {
        let check = |status: u16, body: &'static str, expected: &str| {
            let reply = MessageReply { status, body: Bytes::from(body), retry_after: None };
            let answer = match interpret_answer(HubMode::Subscribe, "123", Ok(reply)) {
                CallbackAnswer::Yes => "yes",
                CallbackAnswer::No(_) => "no",
                CallbackAnswer::Nothing(_) => "nothing",
            };
            assert_eq!(answer, expected, "{status} {body:?}");
        };
        check(200, "123", "yes");
        check(204, "123", "yes");
        check(200, "123\n", "no");
        check(200, "1234", "no");
        check(200, "", "no");
        check(404, "123", "no");
        check(302, "123", "no");
        check(500, "123", "nothing");
        check(429, "", "nothing");
    }
}
