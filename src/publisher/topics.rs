//! Updates the topics of all articles to the current rules, before anything is published. Articles
//! whose text is new, or that another version of the rules classified, are read a hundred at a
//! time, one transaction each.
//!
//! Topics are derived data: they are stored beside the article, change neither `updated` nor its
//! revision, and stay as they were until the new ones are stored. A *tag* is the agency's own term;
//! a *topic* is found by our rules.

use bantin_core::TopicRules;
use bantin_read::normalize::topic::{Classifier, MAX_BODY_CHARS};
use bantin_store::{Store, StoreError};
use std::sync::Arc;

/// The number of articles in memory, and in one transaction.
const BATCH: usize = 100;

/// The last used rules in compiled form; compiling them takes some milliseconds.
pub(super) type CachedClassifier = Option<(String, Arc<Classifier>)>;

/// Classifies the articles whose text is new or whose topics come from other rules. An interrupted
/// run is continued by the next one.
///
/// Returns a sentence if classification failed for another reason than the store.
pub(super) async fn classify_pending(
    store: &Store,
    rules: &Arc<TopicRules>,
    ready: &mut CachedClassifier,
) -> Result<Option<String>, StoreError> {
    loop {
        let batch = store.unclassified(rules.version(), BATCH, MAX_BODY_CHARS).await?;
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
                    "topic classification panicked, which is a bug in bantin; articles keep their previous topics: {panic}"
                )));
            }
        }
    }
}
