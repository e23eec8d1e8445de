//! Decides whether an extracted page may become news, or replace news that is published.
//!
//! A page is trusted if it is the one that its listing item announced, and, for a known article, if
//! it still has at least half of the article's long lines. Everything else waits:
//!
//! - A page that shows something else than announced is held back for a day, and never replaces a
//!   known article: it may be an error page in the site's own template.
//! - A text that shrank, or changed wholesale, replaces the known one when the page has shown the
//!   same for some time.
//! - If title, date and text are all new, the agency used the address or the number again: that is
//!   another article, and the known one stays.
//!
//! - Pages with one long text and different titles are error pages.
//!
//! An article that was taken from a doubtful page gives way to any page that agrees with its item.

use super::extraction::ExtractedPage;
use super::run::{PageOutcome, PageResult};
use bantin_core::{ArticleKey, ListingItem, NewArticle, PageAgreement};
use bantin_page::plain::fold;
use bantin_read::normalize;
use bantin_store::{DueArticle, PageRefusal, StoredBody};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::{HashMap, HashSet};

/// A line with this many characters is unlikely to be in another article.
const TELLING_LINE: usize = 40;
/// The number of folded words up to which a text may be that of several articles.
const LONG_TEXT: usize = 40;
/// The share of the words of a text, in percent, that a redesign leaves.
const SHARED_WORDS: usize = 70;
/// The time for which a page that disagrees with its item must show the same.
const DISAGREEING: TimeDelta = TimeDelta::days(1);
/// The time for which pages that share a text must show it, if each of them shows its own title.
const SHARED: TimeDelta = TimeDelta::days(3);
/// The time for which a shrunken text must stay the same.
const SHRUNKEN: TimeDelta = TimeDelta::hours(6);
/// The time for which a wholly different text must stay the same.
const REWRITTEN: TimeDelta = TimeDelta::minutes(30);

/// The decision about an extracted page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PageVerdict {
    /// It is the article.
    Trusted,
    /// It is another article than the known one, at the same address.
    OtherArticle,
    /// It is held back: the reason in words, and how long it must show the same to be trusted.
    Held(String, TimeDelta),
    /// It is not the article; the reason in words.
    Refused(String),
}

/// How a page relates to the known article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PageRelation {
    /// It is at the article's address.
    SameAddress,
    /// The article's guid is that of an item with another link.
    NewLink,
    /// It was redirected to another address.
    Redirected,
    /// The article is listed under a new key, with its old title and date. Whether several are: then
    /// the site was redesigned.
    NewKey(bool),
}

/// Judges the page of an item without an article. `is_elsewhere`: whether the page is the front page
/// of the site, or its listing.
pub(super) fn judge_new(
    agreement: PageAgreement,
    found: &NewArticle,
    is_elsewhere: bool,
) -> PageVerdict {
    match agreement {
        _ if is_elsewhere => PageVerdict::Refused(disagreement(found)),
        PageAgreement::Agrees | PageAgreement::Unclear => PageVerdict::Trusted,
        PageAgreement::Disagrees => PageVerdict::Held(disagreement(found), DISAGREEING),
    }
}

/// Judges the page of a known article.
pub(super) fn judge_known(
    known: &DueArticle,
    item: Option<&ListingItem>,
    found: &NewArticle,
    agreement: PageAgreement,
    relation: PageRelation,
) -> PageVerdict {
    // Of an erased article nothing is left to compare; the store takes nothing of it again.
    if known.hash == found.hash || known.is_erased {
        return PageVerdict::Trusted;
    }
    let retained = retained(&known.text, &found.text);
    let same_title = fold(&known.title) == fold(&found.title);
    if let PageRelation::NewKey(is_redesign) = relation {
        // Bulletins have one title, and texts that differ by a number.
        let dated = known.is_dated && found.is_dated();
        let of_day = if dated { same_day(known, found) } else { is_redesign };
        let related = is_related(&fold(&known.title), &fold(&found.title));
        let has_text = match retained {
            Some(share) if share >= 50 => true,
            // A new template breaks the lines of a text in other places.
            Some(_) => is_redesign && related && shares_words(&known.text, &found.text),
            None => related,
        };
        let same = of_day && has_text;
        return if same { PageVerdict::Trusted } else { PageVerdict::OtherArticle };
    }
    if known.is_doubtful && agreement == PageAgreement::Agrees {
        return PageVerdict::Trusted;
    }
    if agreement == PageAgreement::Disagrees && retained.is_none_or(|share| share < 50) {
        return PageVerdict::Refused(disagreement(found));
    }
    let is_other = is_new(known, found)
        || relation == PageRelation::NewLink
            && !is_related(&fold(&known.title), &fold(&found.title));
    let is_listed = item.is_some_and(|item| item.title.as_ref() == Some(&found.title));
    match retained {
        Some(share) if share >= 50 && !is_shrunken(&known.text, &found.text) => {
            PageVerdict::Trusted
        }
        // A text too short to compare: the title decides.
        None if (same_title || is_listed && !is_other)
            && relation != PageRelation::Redirected
            && agreement != PageAgreement::Disagrees =>
        {
            match is_shrunken(&known.text, &found.text) {
                true => PageVerdict::Held(shrinking(found), SHRUNKEN),
                false => PageVerdict::Trusted,
            }
        }
        _ if relation == PageRelation::Redirected => PageVerdict::Refused(other_page(known, found)),
        _ if agreement == PageAgreement::Agrees && item.is_some() && is_other => {
            PageVerdict::OtherArticle
        }
        _ if agreement == PageAgreement::Unclear && !same_title => {
            PageVerdict::Refused(other_page(known, found))
        }
        _ if is_shrunken(&known.text, &found.text) => PageVerdict::Held(shrinking(found), SHRUNKEN),
        _ => PageVerdict::Held(other_page(known, found), REWRITTEN),
    }
}

/// Whether a page that was held back before has shown the same for long enough. A text that
/// disagrees with several items is an error page, however long it stays.
pub(super) fn is_confirmed(
    refusal: Option<&PageRefusal>,
    evidence: &str,
    wait: TimeDelta,
    now: DateTime<Utc>,
) -> bool {
    refusal.is_some_and(|refusal| {
        let same = refusal.evidence.as_deref() == Some(evidence);
        let is_error = wait == DISAGREEING && refusal.is_shared;
        same && !is_error && refusal.since.is_some_and(|since| now - since >= wait)
    })
}

/// The fingerprint of what a page shows, without its numbers: the hour of an update and the figures
/// of a table change, and the page is the same.
pub(super) fn evidence(article: &NewArticle) -> String {
    let text: String = fold(&article.text).chars().filter(|c| !c.is_ascii_digit()).collect();
    normalize::hash("", &text)
}

/// Whether the agency corrected the date: title and text are the known ones, and listing and page
/// agree on another day. `listed` is the day in the listing.
pub(super) fn is_date_corrected(
    known: &DueArticle,
    found: &NewArticle,
    listed: Option<DateTime<Utc>>,
) -> bool {
    let day = |at: DateTime<Utc>| at.with_timezone(&found.zone).date_naive();
    let agree = listed.is_some_and(|listed| day(listed) == day(found.published));
    agree && known.hash == found.hash && found.is_dated() && !same_day(known, found)
}

/// The fingerprint of the body of an article that no other article can have: a long one, without
/// attachments and pictures of its own.
pub(super) fn body_hash(article: &NewArticle) -> Option<String> {
    let body = fold(&article.text);
    let is_long = body.split_whitespace().count() > LONG_TEXT;
    let is_bare = article.attachments.is_empty() && article.images.is_empty();
    (is_long && is_bare).then(|| normalize::hash("", &body))
}

/// Refuses pages with the body of another article that has another title, among each other or among
/// stored articles: that is an error page in the site's template. Pages that show their own titles
/// are held back, because agencies do publish forms with one text.
pub(super) fn refuse_shared_bodies(results: &mut [PageResult], stored: Vec<StoredBody>) {
    let mut titles: HashMap<String, HashMap<ArticleKey, String>> = HashMap::new();
    for StoredBody { body, key, title } in stored {
        titles.entry(body).or_default().insert(key, fold(&title));
    }
    for (body, made) in results.iter().filter_map(body_of) {
        let key = made.known.as_ref().unwrap_or(&made.article.key).clone();
        titles.entry(body).or_default().insert(key, fold(&made.article.title));
    }
    for result in results {
        let Some((body, made)) = body_of(result) else { continue };
        let different: HashSet<&String> =
            titles.get(&body).into_iter().flat_map(HashMap::values).collect();
        if different.len() > 1 {
            let article = &made.article;
            let why = format!(
                "{} shows {:?}, the text of an article with another title, as error pages do",
                article.url,
                shown(article)
            );
            let evidence = evidence(article);
            let refusal = result.task.refusal.as_ref();
            if made.agreement != PageAgreement::Agrees {
                result.outcome = PageOutcome::Replaced(why);
            } else if !is_confirmed(refusal, &evidence, SHARED, result.at) {
                result.outcome = PageOutcome::Held(why, evidence);
            }
        }
    }
}

/// The bodies of extracted articles that no other article can have.
pub(super) fn bodies(results: &[PageResult]) -> Vec<String> {
    results.iter().filter_map(body_of).map(|(body, _)| body).collect()
}

fn body_of(result: &PageResult) -> Option<(String, &ExtractedPage)> {
    let PageOutcome::Extracted(made) = &result.outcome else { return None };
    // A complete item of a feed is no page.
    Some((body_hash(&made.article)?, &**made)).filter(|_| made.page.is_some())
}

/// Whether title and date of a page are other than those of the known article. Without dates, the
/// titles must have little in common.
fn is_new(known: &DueArticle, found: &NewArticle) -> bool {
    let (before, now) = (fold(&known.title), fold(&found.title));
    match known.is_dated && found.is_dated() {
        true => before != now && !same_day(known, found),
        false => !is_related(&before, &now),
    }
}

/// Whether two folded titles share half of the words of the shorter one: one is a correction of the
/// other.
fn is_related(one: &str, other: &str) -> bool {
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<HashSet<_>>();
    let (one, other) = (words(one), words(other));
    one.intersection(&other).count() * 2 >= one.len().min(other.len())
}

/// Whether most words of a known text are in another one.
fn shares_words(known: &str, found: &str) -> bool {
    let mut words: HashMap<String, usize> = HashMap::new();
    fold(found).split_whitespace().for_each(|word| *words.entry(word.to_owned()).or_default() += 1);
    let known = fold(known);
    let (mut all, mut shared) = (0, 0);
    for word in known.split_whitespace() {
        all += 1;
        if let Some(left) = words.get_mut(word).filter(|left| **left > 0) {
            *left -= 1;
            shared += 1;
        }
    }
    shared * 100 >= all * SHARED_WORDS
}

fn same_day(known: &DueArticle, found: &NewArticle) -> bool {
    let day = |at: DateTime<Utc>| at.with_timezone(&found.zone).date_naive();
    day(known.published) == day(found.published)
}

/// The share of the known text's long lines that are still there, in percent; `None` if it has too
/// few to compare.
fn retained(known: &str, found: &str) -> Option<usize> {
    let is_telling = |line: &&str| line.chars().count() >= TELLING_LINE;
    let telling: Vec<&str> = known.lines().filter(is_telling).collect();
    if telling.len() < 2 {
        return None;
    }
    let here: HashSet<&str> = found.lines().collect();
    Some(telling.iter().filter(|line| here.contains(*line)).count() * 100 / telling.len())
}

/// Whether a long text lost more than half of its words.
fn is_shrunken(known: &str, found: &str) -> bool {
    let words = |text: &str| fold(text).split_whitespace().count();
    let before = words(known);
    before >= LONG_TEXT && words(found) * 2 < before
}

fn disagreement(found: &NewArticle) -> String {
    format!("{} shows {:?}, which the listing does not announce", found.url, shown(found))
}

fn other_page(known: &DueArticle, found: &NewArticle) -> String {
    format!("{} shows {:?}, nothing of {:?}", found.url, shown(found), known.title)
}

fn shrinking(found: &NewArticle) -> String {
    format!("the text at {} lost more than half of its words", found.url)
}

/// The beginning of a page's text, for messages.
fn shown(found: &NewArticle) -> String {
    let line = found.text.lines().next().filter(|line| !line.is_empty());
    line.unwrap_or(&found.title).chars().take(80).collect()
}

#[cfg(test)]
mod tests;
