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
//! - Pages with one text and different titles are error pages.
//!
//! An article with little text, or from a page that was held back, is doubted: its page is fetched
//! again for a week, and gives way to a better one.

use super::extraction::ExtractedPage;
use super::run::{PageOutcome, PageResult};
use bantin_core::{ArticleKey, ListingItem, NewArticle, PageAgreement};
use bantin_page::plain::fold;
use bantin_page::soft_error::message_wording;
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

/// The fingerprint of the body of an article that no other article can have: one without attachments
/// and pictures of its own, and without links if it is short.
pub(super) fn body_hash(article: &NewArticle) -> Option<String> {
    let body = fold(&article.text);
    let is_linked = !is_long(&body) && article.html.as_str().contains("<a ");
    let is_bare = article.attachments.is_empty() && article.images.is_empty();
    (!body.is_empty() && is_bare && !is_linked).then(|| normalize::hash("", &body))
}

fn is_long(text: &str) -> bool {
    word_count(text) > LONG_TEXT
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

/// Whether two titles share half of the words of the shorter one: one is a correction of the other.
fn is_related(one: &str, other: &str) -> bool {
    shared_words(one, other).max(shared_words(other, one)) >= 50
}

fn same_day(known: &DueArticle, found: &NewArticle) -> bool {
    found.day_of(known.published) == found.day()
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

/// The share of the words of a text that another one has, in percent; 100 for a text without words.
fn shared_words(text: &str, other: &str) -> usize {
    let (text, other) = (words(text), words(other));
    let shared = text.intersection(&other).count() * 100;
    shared.checked_div(text.len()).unwrap_or(100)
}

/// Whether a text has all numbers of another one, as often: a redesign keeps them, and the next issue
/// of a bulletin has others.
fn has_numbers_of(known: &str, found: &str) -> bool {
    let numbers = |text: &str| {
        let mut counts: HashMap<String, usize> = HashMap::new();
        let numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty());
        numbers.for_each(|number| *counts.entry(number.to_owned()).or_default() += 1);
        counts
    };
    let found = numbers(found);
    numbers(known).iter().all(|(number, count)| found.get(number).is_some_and(|here| here >= count))
}

/// The different words of a text, folded.
fn words(text: &str) -> HashSet<String> {
    let folded = fold(text);
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

fn word_count(text: &str) -> usize {
    text.split_whitespace().count()
}

/// Whether a long text lost more than half of its words.
fn is_shrunken(known: &str, found: &str) -> bool {
    let before = word_count(known);
    before >= LONG_TEXT && word_count(found) * 2 < before
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
