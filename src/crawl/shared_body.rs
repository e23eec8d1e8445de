//! Recognizes pages with one text and different titles: error pages in the template of a site.

use super::extraction::ExtractedPage;
use super::page_trust::texts::is_long;
use super::page_trust::{HoldReason, evidence, has_waited, shown};
use super::run::{PageOutcome, PageResult};
use bantin_core::{ArticleKey, NewArticle, PageAgreement};
use bantin_page::plain::fold;
use bantin_read::normalize;
use bantin_store::StoredBody;
use std::collections::{HashMap, HashSet};

/// The fingerprint of the body of an article that no other article can have: one without attachments
/// and pictures of its own, and without links if it is short.
pub(super) fn body_hash(article: &NewArticle) -> Option<String> {
    let body = fold(&article.text);
    let is_linked = !is_long(&body) && article.html.as_str().contains("<a ");
    let is_bare = article.attachments.is_empty() && article.images.is_empty();
    (!body.is_empty() && is_bare && !is_linked).then(|| normalize::hash("", &body))
}

/// Refuses pages with the body of another article that has another title, among each other or among
/// stored articles: that is an error page in the site's template. Pages of new items are held back,
/// because agencies do publish forms with one text. Returns the positions of the new articles that
/// are published as the listing shows them: those that were held back for long enough, and those
/// with a short text below their own title.
pub(super) fn refuse_shared_bodies(
    results: &mut [PageResult],
    stored: Vec<StoredBody>,
) -> Vec<usize> {
    let mut titles: HashMap<String, HashMap<ArticleKey, String>> = HashMap::new();
    for StoredBody { body, key, title } in stored {
        titles.entry(body).or_default().insert(key, fold(&title));
    }
    for (body, made) in results.iter().filter_map(body_of) {
        let key = made.known.as_ref().unwrap_or(&made.article.key).clone();
        titles.entry(body).or_default().insert(key, fold(&made.article.title));
    }
    let mut as_listed = Vec::new();
    for (place, result) in results.iter_mut().enumerate() {
        let Some((body, made)) = body_of(result) else { continue };
        let different: HashSet<&String> =
            titles.get(&body).into_iter().flat_map(HashMap::values).collect();
        if different.len() < 2 {
            continue;
        }
        let article = &made.article;
        let why = format!(
            "{} shows {:?}, the text of an article with another title, as error pages do",
            article.url,
            shown(article)
        );
        let evidence = evidence(article);
        let refusal = result.task.refusal.as_ref();
        let agrees = made.agreement == PageAgreement::Agrees;
        let reason = if agrees { HoldReason::Shared } else { HoldReason::Disagrees };
        if made.known.is_some() {
            result.outcome = PageOutcome::Replaced(why);
        } else if has_waited(refusal, &evidence, reason, result.at)
            || agrees && !is_long(&article.text)
        {
            as_listed.push(place);
        } else {
            result.outcome = PageOutcome::Held(why, evidence);
        }
    }
    as_listed
}

/// The bodies of extracted articles that no other article can have.
pub(super) fn bodies(results: &[PageResult]) -> Vec<String> {
    results.iter().filter_map(body_of).map(|(body, _)| body).collect()
}

fn body_of(result: &PageResult) -> Option<(String, &ExtractedPage)> {
    let PageOutcome::Extracted(made) = &result.outcome else { return None };
    // A complete item of a feed is no page, and an unchanged page decides nothing.
    Some((made.body_hash.clone()?, &**made)).filter(|_| made.page.is_some() && !made.is_unchanged)
}
