//! Brings the topics of all articles up to the rules of today, before anything is published by them.

use bantin_core::TopicRules;
use bantin_read::normalize::topic::{BODY, Classifier};
use bantin_store::{Store, StoreError};
use std::sync::Arc;

/// How many articles are in memory at once, and in one transaction.
const BATCH: usize = 100;

/// The rules that were asked last, ready to be asked: making them so takes some milliseconds.
pub(super) type CachedClassifier = Option<(String, Arc<Classifier>)>;

/// Looks at the articles whose text is new or whose topics come from other rules. Where it is interrupted, the next time goes on.
///
/// Gives why it could not, as a sentence, where that is no fault of the store.
pub(super) async fn classify_pending(
    store: &Store,
    rules: &Arc<TopicRules>,
    ready: &mut CachedClassifier,
) -> Result<Option<String>, StoreError> {
    loop {
        let batch = store.unclassified(rules.version(), BATCH, BODY).await?;
        if batch.is_empty() {
            return Ok(None);
        }
        let classifier = match ready {
            Some((version, classifier)) if version == rules.version() => classifier.clone(),
            _ => match Classifier::new(rules.clone()) {
                Ok(classifier) => {
                    let classifier = Arc::new(classifier);
                    *ready = Some((rules.version().to_owned(), classifier.clone()));
                    classifier
                }
                Err(error) => return Ok(Some(error.to_string())),
            },
        };
        let found = tokio::task::spawn_blocking(move || {
            let topics = batch.into_iter().map(|article| {
                let summary = article.summary.as_deref();
                let topics = classifier.topics(&article.title, summary, &article.text);
                (article, topics)
            });
            topics.collect()
        });
        match found.await {
            Ok(found) => store.classify(rules.version(), found).await?,
            Err(panic) => {
                return Ok(Some(format!(
                    "finding topics panicked, a fault of bantin's; articles keep the old ones: {panic}"
                )));
            }
        }
    }
}
