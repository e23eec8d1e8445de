//! Addresses that pages declare (`rel=canonical`, `og:url`), and those of redirects.
//!
//! A declared address is published, and becomes a further key of the article. Templates declare
//! wrong ones: the listing, a section, or the address of some other article on every page. An
//! address that articles with different titles or days declare is the address of none of them; then
//! the fetched address is published, or the listed one.

use super::Crawl;
use super::extraction::ExtractedPage;
use super::run::{PageOutcome, PageResult};
use bantin_core::{
    ArticleField, ArticleKey, NewArticle, Provenance, PublicUrl, Source, without_session,
};
use bantin_page::plain::fold;
use bantin_store::{KeyOwner, StoreError};
use chrono::NaiveDate;
use std::collections::HashMap;
use url::Url;

/// The features that distinguish articles which declare the same address: folded title and day.
type Declarer = (String, NaiveDate);

impl Crawl<'_> {
    /// Settles the published addresses of the articles of some pages, and their further keys.
    pub(super) async fn settle_declared(
        &self,
        results: &mut [PageResult],
    ) -> Result<(), StoreError> {
        let keys = results.iter().filter_map(|result| declared(self.source, result)).collect();
        let owners = match self.store() {
            Some(store) => store.owners_of_keys(self.source.id(), keys).await?,
            None => Vec::new(),
        };
        settle(self.source, results, &owners);
        Ok(())
    }
}

/// Takes the possible declared addresses as further keys, and replaces implausible ones by the
/// addresses from which the pages were fetched. `owners`: the stored articles that have the keys.
fn settle(source: &Source, results: &mut [PageResult], owners: &[KeyOwner]) {
    let mut declarers: HashMap<String, Vec<Declarer>> = HashMap::new();
    for result in &*results {
        if let (Some(key), Some(article)) = (declared(source, result), article_of(result)) {
            declarers.entry(key.form().into_owned()).or_default().push(declarer(article));
        }
    }
    for result in results {
        let Some(key) = declared(source, result) else { continue };
        let form = key.form();
        let Some(article) = article_of(result) else { continue };
        let own = declarer(article);
        let others = declarers.get(form.as_ref()).into_iter().flatten();
        let is_shared = others.into_iter().any(|other| *other != own);
        let is_owned = owners.iter().filter(|owner| owner.key.form() == form).any(|owner| {
            match owner.article == result.task.key {
                // It was found implausible before.
                true => key_of(source, &owner.url).form() != form,
                false => (fold(&owner.title), owner.day) != own,
            }
        });
        let is_possible = is_possible(source, &key);
        let PageOutcome::Extracted(made) = &mut result.outcome else { continue };
        if is_shared || is_owned || !is_possible {
            publish_other(source, made, &result.task.item.url);
        }
        // An implausible one is stored too, and recognized at the next visit.
        made.canonical = Some(key).filter(|_| is_possible);
    }
}

/// Whether an address can be that of an article: not the front page, nor the listing.
fn is_possible(source: &Source, key: &ArticleKey) -> bool {
    let listing = key_of(source, &source.url);
    !matches!(key.form().as_ref(), "" | "/") && key.form() != listing.form()
}

/// The key of the address that a page has or declares, if it is not the listed one.
fn declared(source: &Source, result: &PageResult) -> Option<ArticleKey> {
    let PageOutcome::Extracted(made) = &result.outcome else { return None };
    let key = key_of(source, made.article.url.as_url());
    let is_listed = key_of(source, &result.task.item.url).form() == key.form();
    (made.page.is_some() && !is_listed).then_some(key)
}

/// Publishes the fetched address instead of the declared one, or the listed one if that is it.
fn publish_other(source: &Source, made: &mut ExtractedPage, listed: &Url) {
    let declared = key_of(source, made.article.url.as_url());
    let page = made.page.as_ref().filter(|page| key_of(source, page).form() != declared.form());
    let other = without_session(page.unwrap_or(listed).clone());
    if let Ok(url) = PublicUrl::try_from(other) {
        made.article.url = url;
        made.article.provenance.insert(ArticleField::Url, Provenance::Url);
    }
}

fn article_of(result: &PageResult) -> Option<&NewArticle> {
    match &result.outcome {
        PageOutcome::Extracted(made) => Some(&made.article),
        _ => None,
    }
}

fn declarer(article: &NewArticle) -> Declarer {
    (fold(&article.title), article.day())
}

fn key_of(source: &Source, url: &Url) -> ArticleKey {
    ArticleKey::of_page(url, source.origin.home.as_url())
}
