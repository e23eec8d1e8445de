//! Decides whether an extracted page may become news, or replace news that is published.
//!
//! A page is trusted if it is the one that its listing item announced, and, for a known article, if
//! it still has at least half of the article's long lines. Everything else waits:
//!
//! - A page that shows something else than announced, or the message of a system, is held back for a
//!   day. Then the article is published as the listing shows it, without the text of that page.
//!   Such a page never replaces a known article.
//! - A text that shrank, or changed wholesale, replaces the known one when the page has shown the
//!   same for some time.
//! - If title, date and text are all new, the agency used the address or the number again: that is
//!   another article, and the known one stays.
//! - Pages with one text and different titles are error pages ([`super::shared_body`]).
//!
//! An article with little text, or from a page that was held back, is doubted: its page is fetched
//! again for a week, and gives way to a better one.

use bantin_core::{ListingItem, NewArticle, PageAgreement};
use bantin_page::plain::fold;
use bantin_page::soft_error::message_wording;
use bantin_read::normalize;
use bantin_store::{DueArticle, PageRefusal};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashSet;
use texts::{
    LONG_TEXT, has_numbers_of, is_related, is_shrunken, retained, shared_words, word_count, words,
};

/// The share of the words of a text, in percent, that a redesign leaves.
const SHARED_WORDS: usize = 70;
/// The share of the announced words, in percent, that a short text about the news has.
const RELATED: usize = 30;
/// The number of words of an announced title from which that share says something.
const MIN_TITLE_WORDS: usize = 4;
/// The number of titles of other news that make a text a list of news.
const MANY_TITLES: usize = 2;

/// The decision about an extracted page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PageVerdict {
    /// It is the article.
    Trusted,
    /// It is another article than the known one, at the same address.
    OtherArticle,
    /// It is held back: the reason in words, and its kind.
    Held(String, HoldReason),
    /// It is not the article; the reason in words.
    Refused(String),
}

/// Why a page is held back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HoldReason {
    /// It shows something else than announced, or the message of a system.
    Disagrees,
    /// It shares its text with a page that has another title.
    Shared,
    /// A few words replaced the whole known text.
    Replaced,
    /// The known text lost more than half of its words.
    Shrunken,
    /// The known text became another one.
    Rewritten,
}

impl HoldReason {
    /// The time for which the page must show the same.
    fn wait(self) -> TimeDelta {
        match self {
            Self::Shared | Self::Replaced => TimeDelta::days(3),
            Self::Disagrees => TimeDelta::days(1),
            Self::Shrunken => TimeDelta::hours(6),
            Self::Rewritten => TimeDelta::minutes(30),
        }
    }

    /// Whether it is an error page if the page of another item was held back with the same text.
    fn is_error_if_shared(self) -> bool {
        matches!(self, Self::Disagrees | Self::Replaced | Self::Shrunken)
    }
}

/// What a page shows, apart from its article.
#[derive(Debug, Clone, Copy)]
pub(super) struct PageSigns<'a> {
    /// How it relates to its listing item.
    pub(super) agreement: PageAgreement,
    /// The title of its listing item.
    pub(super) announced: Option<&'a str>,
    /// The folded titles of the listing.
    pub(super) listed: &'a HashSet<String>,
    /// Whether it is a page, and not a complete item of a feed.
    pub(super) is_of_page: bool,
    /// Whether it is the front page of the site, or the listing.
    pub(super) is_elsewhere: bool,
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

/// Judges the page of an item without an article.
pub(super) fn judge_new(found: &NewArticle, signs: PageSigns<'_>) -> PageVerdict {
    if !signs.is_of_page {
        return PageVerdict::Trusted;
    }
    let disagrees = signs.agreement == PageAgreement::Disagrees;
    // A short notice below its own title need not repeat it.
    let is_unlikely =
        signs.agreement != PageAgreement::Agrees && has_few_words(found, signs.announced);
    match system_message(found, signs.announced) {
        _ if signs.is_elsewhere => PageVerdict::Refused(disagreement(found)),
        Some(why) if disagrees => PageVerdict::Refused(why),
        Some(why) => PageVerdict::Held(why, HoldReason::Disagrees),
        None if disagrees || is_list(found, signs) || is_unlikely => {
            PageVerdict::Held(disagreement(found), HoldReason::Disagrees)
        }
        None => PageVerdict::Trusted,
    }
}

/// Judges the page of a known article.
pub(super) fn judge_known(
    known: &DueArticle,
    item: Option<&ListingItem>,
    found: &NewArticle,
    signs: PageSigns<'_>,
    relation: PageRelation,
) -> PageVerdict {
    let agreement = signs.agreement;
    // Of an erased article nothing is left to compare; the store takes nothing of it again.
    if known.hash == found.hash || known.is_erased {
        return PageVerdict::Trusted;
    }
    let retained = retained(&known.text, &found.text);
    let same_title = fold(&known.title) == fold(&found.title);
    if let PageRelation::NewKey(is_redesign) = relation {
        // Bulletins have one title, and texts that differ by a number.
        let dated = known.is_dated && found.is_dated();
        let of_day = match dated {
            true => same_day(known, found),
            false => is_redesign && has_numbers_of(&known.text, &found.text),
        };
        let related = is_related(&known.title, &found.title);
        let has_text = match retained {
            Some(share) if share >= 50 => true,
            // A new template breaks the lines of a text in other places.
            Some(_) => {
                is_redesign && related && shared_words(&known.text, &found.text) >= SHARED_WORDS
            }
            None => related,
        };
        let same = of_day && has_text;
        return if same { PageVerdict::Trusted } else { PageVerdict::OtherArticle };
    }
    if let Some(why) = signs.is_of_page.then(|| refusal(known, found, signs, retained)).flatten() {
        return PageVerdict::Refused(why);
    }
    let is_other = is_new(known, found, relation, signs.announced);
    let is_longer = word_count(&found.text) > word_count(&known.text);
    let is_better = agreement == PageAgreement::Agrees && is_longer && !is_other;
    if known.doubted_since.is_some() && is_better {
        return PageVerdict::Trusted;
    }
    if agreement == PageAgreement::Disagrees && retained.is_none_or(|share| share < 50) {
        return PageVerdict::Refused(disagreement(found));
    }
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
            match shared_words(&known.text, &found.text) {
                _ if is_shrunken(&known.text, &found.text) => held_shrunken(known, found),
                share if share < 50 => {
                    let is_short = word_count(&found.text) < LONG_TEXT;
                    let reason =
                        if is_short { HoldReason::Shrunken } else { HoldReason::Rewritten };
                    PageVerdict::Held(other_page(known, found), reason)
                }
                _ => PageVerdict::Trusted,
            }
        }
        _ if relation == PageRelation::Redirected => PageVerdict::Refused(other_page(known, found)),
        _ if agreement == PageAgreement::Agrees && item.is_some() && is_other => {
            PageVerdict::OtherArticle
        }
        _ if agreement == PageAgreement::Unclear && !same_title => {
            PageVerdict::Refused(other_page(known, found))
        }
        _ if is_shrunken(&known.text, &found.text) => held_shrunken(known, found),
        _ => PageVerdict::Held(other_page(known, found), HoldReason::Rewritten),
    }
}

/// Why a page is certainly not the known article: it shows the message of a system, or other news.
fn refusal(
    known: &DueArticle,
    found: &NewArticle,
    signs: PageSigns<'_>,
    retained: Option<usize>,
) -> Option<String> {
    let message = system_message(found, signs.announced);
    if message.is_some() && message_wording(&known.text, signs.announced).is_none() {
        return message;
    }
    let is_other = signs.is_elsewhere
        || is_list(found, signs)
        || has_few_words(found, signs.announced) && !is_unrelated(&known.text, signs.announced);
    let is_changed = retained.is_none_or(|share| share < 50);
    (is_other && is_changed).then(|| disagreement(found))
}

/// Holds back a text that lost more than half of its words: longer if nothing of it is left.
fn held_shrunken(known: &DueArticle, found: &NewArticle) -> PageVerdict {
    let is_replaced = shared_words(&found.text, &known.text) < 50 && found.attachments.is_empty();
    let reason = if is_replaced { HoldReason::Replaced } else { HoldReason::Shrunken };
    PageVerdict::Held(shrinking(found), reason)
}

/// Since when an article is doubted that is taken from a page now: it has little text and no files,
/// or was `held` back before.
pub(super) fn doubted_since(
    known: Option<&DueArticle>,
    found: &NewArticle,
    held: bool,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let is_short = word_count(&found.text) < LONG_TEXT && found.attachments.is_empty();
    // A text that was trusted for some time, and is little changed, stays trusted.
    let since = known.and_then(|known| known.doubted_since);
    let is_doubted = held || is_short && (known.is_none() || since.is_some());
    is_doubted.then(|| since.unwrap_or(now))
}

/// Whether a page that was held back before has shown the same for long enough.
pub(super) fn has_waited(
    refusal: Option<&PageRefusal>,
    evidence: &str,
    reason: HoldReason,
    now: DateTime<Utc>,
) -> bool {
    refusal.is_some_and(|refusal| {
        let is_same = refusal.evidence.as_deref() == Some(evidence);
        is_same && refusal.since.is_some_and(|since| now - since >= reason.wait())
    })
}

/// Whether the text of a page that has waited for long enough is taken. One that several items show
/// is an error page, however long it stays.
pub(super) fn is_confirmed(
    refusal: Option<&PageRefusal>,
    evidence: &str,
    reason: HoldReason,
    now: DateTime<Utc>,
) -> bool {
    let is_error = reason.is_error_if_shared() && refusal.is_some_and(|refusal| refusal.is_shared);
    !is_error && has_waited(refusal, evidence, reason, now)
}

/// The fingerprint of the text of a page, without its numbers: the hour of an update and the figures
/// of a table change, and the page is the same.
pub(super) fn evidence(article: &NewArticle) -> String {
    let text: String = fold(&article.text).chars().filter(|c| !c.is_ascii_digit()).collect();
    normalize::hash("", &text)
}

/// Whether the agency corrected the date: title and text are the known ones, and listing and page
/// agree on another day. `listed` is the day in the listing. A doubted article without a date takes
/// that of its page.
pub(super) fn is_date_corrected(
    known: &DueArticle,
    found: &NewArticle,
    listed: Option<DateTime<Utc>>,
) -> bool {
    let agree = listed.is_some_and(|listed| found.day_of(listed) == found.day());
    let is_first = known.doubted_since.is_some() && !known.is_dated;
    let is_corrected = agree && known.hash == found.hash && !same_day(known, found);
    found.is_dated() && (is_corrected || is_first)
}

/// Whether a page shows the message of a system; the reason in words. Files belong to an article.
fn system_message(found: &NewArticle, announced: Option<&str>) -> Option<String> {
    let wording = message_wording(&found.text, announced).filter(|_| found.attachments.is_empty());
    let (url, shown) = (&found.url, shown(found));
    wording.map(|why| format!("{url} shows {shown:?}, which reads like an error ({why})"))
}

/// Whether a page that disagrees with its item, and has shown the same for a day, is taken: a long
/// text that is no message and no list. An agency may head an article otherwise than its listing.
pub(super) fn is_substantial(found: &NewArticle, signs: PageSigns<'_>) -> bool {
    word_count(&found.text) >= 2 * LONG_TEXT
        && system_message(found, signs.announced).is_none()
        && !is_list(found, signs)
}

/// Whether a page without files and pictures may show the message of a system: its short text has
/// few words of the announced title.
fn has_few_words(found: &NewArticle, announced: Option<&str>) -> bool {
    let is_bare = found.attachments.is_empty() && found.images.is_empty();
    is_bare && is_unrelated(&found.text, announced)
}

/// Whether a short text has few words of the announced title: news says again what it is about,
/// and an error message is the same for all articles.
fn is_unrelated(text: &str, announced: Option<&str>) -> bool {
    let announced = announced.unwrap_or_default();
    let is_short = (1..LONG_TEXT).contains(&word_count(text));
    let is_telling = words(announced).len() >= MIN_TITLE_WORDS;
    is_short && is_telling && shared_words(announced, text) < RELATED
}

/// Whether a text is a list of news: titles of other news follow its first sentences.
fn is_list(found: &NewArticle, signs: PageSigns<'_>) -> bool {
    let own = [Some(found.title.as_str()), signs.announced].map(|title| title.map(fold));
    let is_title = |line: &str| {
        let line = Some(fold(line));
        !own.contains(&line) && line.is_some_and(|line| signs.listed.contains(&line))
    };
    let before: usize = found.text.lines().take_while(|line| !is_title(line)).map(word_count).sum();
    let titles = found.text.lines().filter(|line| is_title(line)).take(MANY_TITLES).count();
    titles >= MANY_TITLES && before < LONG_TEXT
}

/// Whether the listing still announces the article with the title that led to it.
fn is_announced_as_before(known: &DueArticle, announced: Option<&str>) -> bool {
    let announced = announced.map(fold);
    announced.is_some() && known.listed_title.as_deref().map(fold) == announced
}

/// Whether title and date of a page are other than those of the known article. Without dates, and
/// at another link, the titles of page and listing must have little in common with the known ones.
fn is_new(
    known: &DueArticle,
    found: &NewArticle,
    relation: PageRelation,
    announced: Option<&str>,
) -> bool {
    let (before, now) = (fold(&known.title), fold(&found.title));
    let is_dated = known.is_dated && found.is_dated();
    let is_unrelated =
        || !is_announced_as_before(known, announced) && !is_related(&known.title, &found.title);
    is_dated && before != now && !same_day(known, found)
        || (!is_dated || relation == PageRelation::NewLink) && is_unrelated()
}

fn same_day(known: &DueArticle, found: &NewArticle) -> bool {
    found.day_of(known.published) == found.day()
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
pub(super) fn shown(found: &NewArticle) -> String {
    let line = found.text.lines().next().filter(|line| !line.is_empty());
    line.unwrap_or(&found.title).chars().take(80).collect()
}

pub(super) mod texts;

#[cfg(test)]
mod tests;
