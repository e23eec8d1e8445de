//! Plans a crawl: selects the pages to fetch and their order, and decides the consequences for
//! items that are not fetched. Pure.
//!
//! The page of a known article is fetched again when its listing item has changed, and (by default)
//! at two instants of its first 48 hours, conditionally. New items come first. A change of an item
//! that changed no word of its article delays the next fetch by one, two, four hours and so on, up
//! to a day. A new title is never delayed.

use super::apply::CrawlEffect;
use bantin_core::{ArticleKey, Listing, ListingItem, is_document, retry};
use bantin_page::Validators;
use bantin_store::{DueArticle, KnownArticle, KnownItem, PageRefusal};
use chrono::{DateTime, Utc};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// A page to fetch and to extract an article from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PageTask {
    /// The listing item that links to the page.
    pub(super) item: ListingItem,
    /// The item's rank on the listing, from 0; `None` if it is not listed.
    pub(super) rank: Option<usize>,
    /// The key of the article: differs from the item's if the article is listed under a new key.
    pub(super) key: ArticleKey,
    /// When the article was first seen.
    pub(super) first_seen: DateTime<Utc>,
    /// The purpose of the fetch.
    pub(super) purpose: TaskPurpose,
    /// Validators for a conditional request, if the page may be unchanged.
    pub(super) validators: Option<Validators>,
    /// The refusal of the page at an earlier visit.
    pub(super) refusal: Option<PageRefusal>,
    /// Whether several articles are listed under new keys, as after a redesign.
    pub(super) is_redesign: bool,
    /// The folded titles of the listing.
    pub(super) listed: Arc<HashSet<String>>,
    /// Whether other items of the listing have the same address.
    pub(super) shares_page: bool,
}

/// The purpose of a page fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TaskPurpose {
    /// The item has no article yet.
    New,
    /// The item has changed since its article was made.
    Changed,
    /// A known article is young, or may be withdrawn.
    Revisit(Box<DueArticle>),
}

impl PageTask {
    /// The task of an item without an article.
    pub(super) fn new(item: ListingItem, rank: Option<usize>, first_seen: DateTime<Utc>) -> Self {
        Self {
            key: item.key.clone(),
            item,
            rank,
            first_seen,
            purpose: TaskPurpose::New,
            validators: None,
            refusal: None,
            is_redesign: false,
            listed: Arc::default(),
            shares_page: false,
        }
    }

    /// Whether the article has no page of its own.
    pub(super) fn is_without_page(&self) -> bool {
        self.shares_page || self.item.key.is_without_page() || is_document(self.item.url.path())
    }
}

/// The decision about an item of a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ItemDecision {
    /// It has no article, or has changed since: its page is fetched.
    Fetch,
    /// It is unchanged since its article was made.
    Same,
    /// It has changed, but its page is not fetched before an instant; then the listing is read
    /// again.
    Later(DateTime<Utc>),
    /// Its page was rejected recently, and is not fetched before an instant.
    RecentlyRejected(DateTime<Utc>),
}

/// The tasks for the items of a listing and for those that are `pending` from earlier ones: first
/// items without an article, then changed ones. The effect contains the changes for all others.
/// The visit began at `first_seen`.
pub(super) fn plan_items(
    listing: &Listing,
    pending: &[ListingItem],
    known: &HashMap<ArticleKey, KnownItem>,
    first_seen: DateTime<Utc>,
    now: DateTime<Utc>,
) -> (Vec<PageTask>, CrawlEffect) {
    let listed = listing.items.iter().enumerate().map(|(rank, item)| (Some(rank), item));
    let (mut tasks, mut effect) = (Vec::new(), CrawlEffect::none(now));
    for (rank, item) in listed.chain(pending.iter().map(|item| (None, item))) {
        let known = known.get(&item.key);
        let article = known.and_then(|known| known.article.as_ref());
        match decide(item, known, now) {
            ItemDecision::Fetch => {
                let mut task = PageTask::new(item.clone(), rank, first_seen);
                task.refusal = known.and_then(|known| known.refused.clone());
                if let Some(article) = article {
                    (task.key, task.first_seen) = (article.key.clone(), article.first_seen);
                    task.purpose = TaskPurpose::Changed;
                }
                tasks.push(task);
                continue;
            }
            ItemDecision::Same => {}
            ItemDecision::Later(at) => effect.read_again(at),
            ItemDecision::RecentlyRejected(until) => {
                effect.tally.rejected += 1;
                effect.visit.recently_rejected.push(item.key.clone());
                match article {
                    Some(_) => effect.read_again(until),
                    None => effect.visit.pending.push(item.clone()),
                }
            }
        }
        article.iter().for_each(|article| effect.list(&article.key, rank));
    }
    tasks.sort_by_key(|task| task.purpose == TaskPurpose::Changed);
    (tasks, effect)
}

fn decide(item: &ListingItem, known: Option<&KnownItem>, now: DateTime<Utc>) -> ItemDecision {
    let Some(KnownItem { article, refused, .. }) = known else { return ItemDecision::Fetch };
    let fingerprint = item.fingerprint();
    if let Some(KnownArticle { fingerprint: stored, title, not_before, is_gone, .. }) = article {
        if *stored == fingerprint {
            return ItemDecision::Same;
        }
        // Whether the page exists is checked first; then its listing is read again.
        if *is_gone {
            return ItemDecision::Later(now);
        }
        let same_title = item.title.as_ref().is_none_or(|now| now == title);
        if let Some(at) = not_before.filter(|at| same_title && retry::lasts(*at, now)) {
            return ItemDecision::Later(at);
        }
    }
    match refused {
        Some(refused) if refused.fingerprint == fingerprint && retry::lasts(refused.until, now) => {
            ItemDecision::RecentlyRejected(refused.until)
        }
        _ => ItemDecision::Fetch,
    }
}

/// The tasks for known articles whose pages are due: doubted ones first, then young ones, each
/// once, and only those that this crawl has not `fetched` already.
pub(super) fn plan_revisits(
    doubted: Vec<DueArticle>,
    young: Vec<DueArticle>,
    listed: &[ListingItem],
    fetched: &HashSet<ArticleKey>,
) -> Vec<PageTask> {
    let doubts = doubted.len();
    let mut planned = HashSet::new();
    let due = doubted.into_iter().chain(young).enumerate();
    let due = due.filter(|(_, due)| !fetched.contains(&due.key) && planned.insert(due.key.clone()));
    due.map(|(place, due)| {
        let rank = listed.iter().position(|item| item.key == due.key);
        let item = rank.and_then(|rank| listed.get(rank)).or(due.item.as_ref()).cloned();
        let item = item.unwrap_or_else(|| ListingItem::of(due.url.clone(), due.key.clone()));
        // Validators of another address do not apply here; and only a full response proves that a
        // doubted article exists.
        let may_be_unchanged = place >= doubts && due.url == item.url;
        let validators = due.validators.clone().filter(|_| may_be_unchanged);
        let mut task = PageTask::new(item, rank, due.first_seen);
        (task.key, task.refusal) = (due.key.clone(), due.held.clone());
        task.purpose = TaskPurpose::Revisit(Box::new(due));
        PageTask { validators, ..task }
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    fn now() -> DateTime<Utc> {
        "2026-11-20T05:00:00Z".parse().unwrap()
    }

    fn item(n: u32) -> ListingItem {
        let key = ArticleKey::kept(format!("/tin/{n}"));
        let url = format!("https://a.example/tin/{n}").parse().unwrap();
        ListingItem { title: Some(format!("Tin số {n}")), ..ListingItem::of(url, key) }
    }

    fn article(n: u32, teaser: &str) -> KnownArticle {
        KnownArticle {
            key: ArticleKey::kept(format!("/tin/{n}")),
            fingerprint: teaser.to_owned(),
            title: format!("Tin số {n}"),
            not_before: None,
            first_seen: now() - TimeDelta::hours(1),
            is_gone: false,
        }
    }

    fn refusal(fingerprint: &str, minutes: i64) -> PageRefusal {
        let until = now() + TimeDelta::minutes(minutes);
        PageRefusal {
            fingerprint: fingerprint.to_owned(),
            until,
            evidence: None,
            since: None,
            is_shared: false,
        }
    }

    #[track_caller]
    fn check(article: Option<KnownArticle>, refused: Option<(&str, i64)>, expected: ItemDecision) {
        let refused = refused.map(|(teaser, minutes)| refusal(teaser, minutes));
        let known = KnownItem { article, refused, new_key: None };
        assert_eq!(decide(&item(1), Some(&known), now()), expected, "{known:?}");
    }

    #[test]
    fn an_item_is_fetched_when_it_is_new_or_has_changed_and_nothing_holds_it() {
        let own = item(1).fingerprint();
        let in_minutes = |minutes| now() + TimeDelta::minutes(minutes);
        assert_eq!(decide(&item(1), None, now()), ItemDecision::Fetch);
        check(Some(article(1, &own)), None, ItemDecision::Same);
        check(Some(article(1, "other")), None, ItemDecision::Fetch);
        let gone = KnownArticle { is_gone: true, ..article(1, "other") };
        check(Some(gone), None, ItemDecision::Later(now()));
        // A change that leaves the title alone waits; a new title does not.
        let put_off =
            |minutes| KnownArticle { not_before: Some(in_minutes(minutes)), ..article(1, "other") };
        check(Some(put_off(30)), None, ItemDecision::Later(in_minutes(30)));
        check(Some(put_off(-1)), None, ItemDecision::Fetch);
        check(Some(put_off(60 * 25)), None, ItemDecision::Fetch);
        let renamed = KnownArticle { title: "Tin khác".to_owned(), ..put_off(30) };
        check(Some(renamed), None, ItemDecision::Fetch);
        // A rejected page waits while its item is unchanged.
        check(None, Some((&own, 10)), ItemDecision::RecentlyRejected(in_minutes(10)));
        check(None, Some((&own, -10)), ItemDecision::Fetch);
        check(None, Some((&own, 60 * 25)), ItemDecision::Fetch);
        check(None, Some(("other", 10)), ItemDecision::Fetch);
        let changed = Some(article(1, "other"));
        check(changed, Some((&own, 10)), ItemDecision::RecentlyRejected(in_minutes(10)));
    }

    fn tasks(tasks: &[PageTask]) -> Vec<&str> {
        tasks.iter().map(|task| task.item.key.as_str()).collect()
    }

    #[test]
    fn new_items_come_before_pending_ones_and_changed_ones_last() {
        let listing = Listing { items: [5, 4, 3, 2, 1].map(item).into(), ..Listing::default() };
        let known = |article, refused| KnownItem { article, refused, new_key: None };
        let held = refusal(&item(2).fingerprint(), 5);
        let known: HashMap<ArticleKey, KnownItem> = [
            (item(4).key, known(Some(article(4, "other")), None)),
            (item(3).key, known(Some(article(3, &item(3).fingerprint())), None)),
            (item(2).key, known(None, Some(held))),
        ]
        .into();
        let (planned, effect) = plan_items(&listing, &[item(9)], &known, now(), now());
        assert_eq!(tasks(&planned), ["/tin/5", "/tin/1", "/tin/9", "/tin/4"]);
        let ranks: Vec<_> = planned.iter().map(|task| task.rank).collect();
        assert_eq!(ranks, [Some(0), Some(4), None, Some(1)]);
        assert_eq!(effect.visit.listed.iter().map(|seen| seen.rank).collect::<Vec<_>>(), [2]);
        assert_eq!(
            (effect.visit.recently_rejected, effect.visit.pending),
            (vec![item(2).key], vec![item(2)])
        );
    }

    fn due(n: u32) -> DueArticle {
        DueArticle {
            key: ArticleKey::kept(format!("/tin/{n}")),
            url: format!("https://a.example/tin/{n}").parse().unwrap(),
            validators: Some(Default::default()),
            item: None,
            title: format!("Tin số {n}"),
            listed_title: None,
            text: String::new(),
            hash: String::new(),
            published: now(),
            is_dated: true,
            doubted_since: None,
            is_erased: false,
            held: None,
            first_seen: now(),
        }
    }

    #[test]
    fn doubted_articles_come_first_and_only_young_ones_may_be_unchanged() {
        let moved = ListingItem { url: "https://a.example/moi/4".parse().unwrap(), ..item(4) };
        let fetched = HashSet::from([item(3).key]);
        let planned = plan_revisits(
            [2, 1].map(due).into(),
            [5, 4, 3, 2].map(due).into(),
            &[item(5), moved],
            &fetched,
        );
        assert_eq!(tasks(&planned), ["/tin/2", "/tin/1", "/tin/5", "/tin/4"]);
        let conditional: Vec<_> = planned.iter().map(|task| task.validators.is_some()).collect();
        assert_eq!(conditional, [false, false, true, false]);
        let ranks: Vec<_> = planned.iter().map(|task| task.rank).collect();
        assert_eq!(ranks, [None, None, Some(0), Some(1)]);
    }
}
