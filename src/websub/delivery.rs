//! Delivers documents to subscribers (content distribution, section 7): the bytes as they are on
//! disk.

use super::WebSub;
use super::signature::sign;
use bantin_fetch::{OutgoingMessage, redacted};
use bantin_store::{PendingDelivery, StoreError};
use bytes::Bytes;

impl WebSub {
    /// Sends the current document. Earlier versions that were not delivered are not sent any more,
    /// because the newest document contains their content.
    pub(super) async fn deliver(&self, delivery: PendingDelivery) -> Result<(), StoreError> {
        let terms = self.terms();
        let callback = redacted(&delivery.callback);
        let path = terms.site.output.join(&delivery.document);
        let read = tokio::task::spawn_blocking(move || std::fs::read(path)).await;
        let (Ok(Ok(bytes)), Some(content_type), Some(hub)) =
            (read, terms.documents.content_type(&delivery.document), terms.site.own_hub())
        else {
            // It was removed a moment ago; the next scan of the documents reports it.
            self.published();
            let due =
                self.context.clock.now() + self.backoff.pause(1, delivery.callback.as_str(), None);
            return self.store.delivery_failed(&delivery, due).await;
        };
        let hash = blake3::hash(&bytes).to_hex().to_string();
        if hash != delivery.hash {
            // The file is newer than its last scan. The hash is set before sending; otherwise the
            // same bytes would be pending once more. Set after sending, it could revert what was
            // published in the meantime.
            self.store.replace_topic_hash(&delivery.document, &delivery.hash, &hash).await?;
            self.published();
        }
        let mut fields = vec![
            ("content-type", content_type),
            ("link", format!("<{hub}>; rel=\"hub\", <{}>; rel=\"self\"", delivery.topic)),
        ];
        if let Some(secret) = &delivery.secret {
            fields.push(("x-hub-signature", sign(secret, &bytes)));
        }
        let message = OutgoingMessage {
            url: &delivery.callback,
            body: Some(Bytes::from(bytes)),
            fields,
            targets: terms.targets(),
        };
        let (why, retry_after) = match self.context.fetcher.send(message).await {
            Ok(reply) if reply.is_success() => {
                tracing::debug!(topic = delivery.topic, %callback, "delivered");
                return self.store.delivered(&delivery, &hash).await;
            }
            Ok(reply) if reply.status == 410 => {
                tracing::info!(topic = delivery.topic, %callback, "the callback is gone (410); the subscription ends");
                return self.store.end_subscription(&delivery).await;
            }
            Ok(reply) => (format!("status {}", reply.status), reply.retry_after),
            Err(error) => (error.to_string(), None),
        };
        let pause = self.backoff.pause(delivery.failures, delivery.callback.as_str(), retry_after);
        let due = self.context.clock.now() + pause;
        tracing::info!(topic = delivery.topic, %callback, %due, "delivery failed and will be retried: {why}");
        self.store.delivery_failed(&delivery, due).await
    }
}
