//! Recognizes known articles whose items have new keys: the site was redesigned, or its addresses
//! contain a value that changes with each visit.
//!
//! An item with an unknown key is paired with an article of earlier listings that has the same title,
//! or one of which it shows the beginning, and the same date, and is not on this listing any more.
//! The page of the item then decides ([`super::page_trust`]).
//!
//! Values that change with each visit are learned from such pairs: a query parameter is volatile if
//! the keys of at least two pairs differ in it and in nothing else, if no item kept its value, if
//! all items of the listing have one value of it, and if they stay apart without it. The pages of the
//! pairs must confirm that: the number of a week also has one value for all series. Parameters that
//! are sessions by their form never count in the first place ([`bantin_core::without_session`]).

use bantin_core::text::date;
use bantin_core::{ArticleKey, ListingItem};
use bantin_page::plain::fold;
use bantin_read::discover::is_same_title;
use bantin_store::{FetchedArticle, KnownItem, LastListed};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use std::collections::{BTreeSet, HashMap, HashSet};
use url::Url;

/// The minimum number of pairs that show a volatile parameter.
const MIN_PAIRS: usize = 2;
/// The number of words of a headline, more or less; a label of a menu has fewer.
const LABEL: usize = 5;
/// The minimum number of pairs that show a redesign of the site.
pub(super) const REDESIGN: usize = 3;

/// The known articles that a listing may show under new keys.
#[derive(Debug, Default)]
pub(super) struct MovedArticles {
    /// Their own keys.
    pub(super) articles: HashSet<ArticleKey>,
    /// The query parameters that are volatile if they are these articles.
    pub(super) volatile: BTreeSet<String>,
}

impl MovedArticles {
    /// Returns the volatile parameters if the pages confirm them: at least two are those of the known
    /// articles, and none is another article. Then the articles get keys without these parameters.
    /// `fetched`: the articles of the visit.
    pub(super) fn confirm(
        &self,
        items: &[ListingItem],
        fetched: &mut [FetchedArticle],
        home: &Url,
    ) -> Option<BTreeSet<String>> {
        let is_moved =
            |key: &Option<ArticleKey>| key.as_ref().is_some_and(|key| self.articles.contains(key));
        let confirmed = fetched.iter().filter(|fetched| is_moved(&fetched.known)).count();
        let is_refuted = fetched.iter().any(|fetched| is_moved(&fetched.differs_from));
        if self.volatile.is_empty() || is_refuted || confirmed < MIN_PAIRS {
            return None;
        }
        let mut lasting = items.to_vec();
        remove_volatile(&mut lasting, &self.volatile, home);
        let keys: HashMap<&ArticleKey, ArticleKey> = items
            .iter()
            .map(|item| &item.key)
            .zip(lasting.into_iter().map(|item| item.key))
            .collect();
        for fetched in fetched {
            if let Some(key) = keys.get(&fetched.article.key) {
                fetched.article.key = key.clone();
            }
        }
        Some(self.volatile.clone())
    }
}

/// An item, by its position, and the known article that it is.
pub(super) type ItemPair<'a> = (usize, &'a LastListed);

/// Pairs items without a known article with articles of earlier listings that are not listed now.
pub(super) fn pairs<'a>(
    items: &[ListingItem],
    known: &HashMap<ArticleKey, KnownItem>,
    last: &'a [LastListed],
    zone: Tz,
    now: DateTime<Utc>,
) -> Vec<ItemPair<'a>> {
    let article = |key: &ArticleKey| known.get(key).and_then(|known| known.article.as_ref());
    let here: HashSet<&ArticleKey> =
        items.iter().filter_map(|item| Some(&article(&item.key)?.key)).collect();
    let left: Vec<(String, &LastListed)> = last
        .iter()
        .filter(|left| !here.contains(&left.article.key))
        .map(|left| (fold(&left.article.title), left))
        .collect();
    // A title that two articles or two items have proves nothing.
    let mut counts: HashMap<&ArticleKey, usize> = HashMap::new();
    let mut found = Vec::new();
    for (place, item) in items.iter().enumerate() {
        let Some(title) = item.title.as_deref().map(fold) else { continue };
        let candidates: Vec<&LastListed> = left
            .iter()
            .filter(|(known, left)| {
                is_same_title(known, &title) && same_date(item, left, zone, now)
            })
            .map(|(_, left)| *left)
            .collect();
        candidates.iter().for_each(|left| *counts.entry(&left.article.key).or_default() += 1);
        if let ([left], None) = (candidates.as_slice(), article(&item.key)) {
            found.push((place, *left));
        }
    }
    found.retain(|(_, left)| counts.get(&left.article.key) == Some(&1));
    found
}

/// Whether the titles became labels: the listing shows none of the known articles, no dates and no
/// headlines any more, as a menu of sections does. `last`: the articles of earlier listings.
pub(super) fn shows_labels(
    items: &[ListingItem],
    known: &HashMap<ArticleKey, KnownItem>,
    last: &[LastListed],
) -> bool {
    let usual = |mut words: Vec<usize>| {
        words.sort_unstable();
        words.get(words.len() / 2).copied().unwrap_or_default()
    };
    let words = |title: &str| title.split_whitespace().count();
    let is_known = |item: &ListingItem| {
        item.date.is_some() || known.get(&item.key).is_some_and(|known| known.article.is_some())
    };
    let now = usual(items.iter().filter_map(|item| item.title.as_deref().map(words)).collect());
    let before = usual(last.iter().map(|left| words(&left.article.title)).collect());
    last.len() >= REDESIGN && now < LABEL && before > LABEL && !items.iter().any(is_known)
}

/// Whether an item shows the date of an article, or no date: then its page must show it.
fn same_date(item: &ListingItem, left: &LastListed, zone: Tz, now: DateTime<Utc>) -> bool {
    if item.date.is_none() || item.date == left.date {
        return true;
    }
    let day = |at: DateTime<Utc>| at.with_timezone(&zone).date_naive();
    let shown = item.date.as_deref().and_then(|date| date::read(date, zone, now).ok());
    shown.is_some_and(|(at, _)| day(at) == day(left.published))
}

/// The query parameters that the pairs prove to be volatile.
pub(super) fn volatile(
    items: &[ListingItem],
    known: &HashMap<ArticleKey, KnownItem>,
    pairs: &[ItemPair<'_>],
) -> BTreeSet<String> {
    let mut names: Vec<BTreeSet<String>> = Vec::new();
    for (place, left) in pairs {
        let item = items.get(*place);
        names.extend(item.and_then(|item| changed_parameters(&item.key, &left.article.key)));
    }
    let seen: BTreeSet<String> = names.iter().flatten().cloned().collect();
    let proven = seen.into_iter().filter(|name| {
        let count = names.iter().filter(|changed| changed.contains(name)).count();
        let kept = known.iter().any(|(key, known)| {
            let is_own = known.article.as_ref().is_some_and(|article| article.key == *key);
            is_own && parameters(key).1.contains_key(name)
        });
        !kept && count >= MIN_PAIRS && has_one_value(items, name)
    });
    let proven: BTreeSet<String> = proven.collect();
    let mut apart = HashSet::new();
    let stay_apart = items.iter().all(|item| apart.insert(without(&item.key, &proven)));
    if stay_apart { proven } else { BTreeSet::new() }
}

/// Whether all items that have a parameter have the same value of it: then it tells no item from
/// another, as the number of an article does.
fn has_one_value(items: &[ListingItem], name: &str) -> bool {
    let values = items.iter().filter_map(|item| parameters(&item.key).1.remove(name));
    values.collect::<HashSet<_>>().len() == 1
}

/// The parameters in which alone two keys differ.
fn changed_parameters(one: &ArticleKey, other: &ArticleKey) -> Option<BTreeSet<String>> {
    let ((path, one), (other_path, other)) = (parameters(one), parameters(other));
    let same_names = one.len() == other.len() && one.keys().all(|name| other.contains_key(name));
    if path != other_path || !same_names {
        return None;
    }
    let changed = one.into_iter().filter(|(name, value)| other.get(name) != Some(value));
    Some(changed.map(|(name, _)| name).collect())
}

/// The path of a key, and its query parameters.
fn parameters(key: &ArticleKey) -> (String, HashMap<String, String>) {
    let (path, query) = key.as_str().split_once('?').unwrap_or((key.as_str(), ""));
    (path.to_owned(), url::form_urlencoded::parse(query.as_bytes()).into_owned().collect())
}

/// A key without some parameters, for comparison.
fn without(key: &ArticleKey, names: &BTreeSet<String>) -> (String, Vec<(String, String)>) {
    let (path, parameters) = parameters(key);
    let mut kept: Vec<_> =
        parameters.into_iter().filter(|(name, _)| !names.contains(name)).collect();
    kept.sort();
    (path, kept)
}

/// Removes volatile parameters from the addresses and keys of items. Items whose key is a guid, or
/// that would then share a key, keep theirs.
pub(super) fn remove_volatile(items: &mut [ListingItem], names: &BTreeSet<String>, home: &Url) {
    if names.is_empty() {
        return;
    }
    let mut taken: HashMap<ArticleKey, usize> = HashMap::new();
    let stripped: Vec<Option<(Url, ArticleKey)>> = items
        .iter()
        .map(|item| {
            let url = without_parameters(&item.url, names)?;
            let key = ArticleKey::of_page(&url, home);
            let is_of_page = ArticleKey::of_page(&item.url, home) == item.key;
            is_of_page.then_some((url, key))
        })
        .collect();
    let keys = items.iter().zip(&stripped);
    for (item, new) in keys {
        let key = new.as_ref().map_or(&item.key, |(_, key)| key);
        *taken.entry(key.clone()).or_default() += 1;
    }
    for (item, new) in items.iter_mut().zip(stripped) {
        if let Some((url, key)) = new.filter(|(_, key)| taken.get(key) == Some(&1)) {
            (item.url, item.key) = (url, key);
        }
    }
}

/// A URL without some query parameters; `None` if it has none of them.
fn without_parameters(url: &Url, names: &BTreeSet<String>) -> Option<Url> {
    let query = url.query()?;
    let is_kept = |pair: &&str| {
        let name = pair.split('=').next().unwrap_or_default();
        let name = url::form_urlencoded::parse(name.as_bytes()).next();
        !name.is_some_and(|(name, _)| names.contains(&name.to_ascii_lowercase()))
    };
    let kept: Vec<&str> = query.split('&').filter(is_kept).collect();
    let kept = kept.join("&");
    if kept == query {
        return None;
    }
    let mut url = url.clone();
    url.set_query(Some(kept.as_str()).filter(|kept| !kept.is_empty()));
    Some(url)
}

#[cfg(test)]
mod tests;
