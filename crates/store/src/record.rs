//! What goes into the store and comes out of it.

use super::FeedWindow;
use bantin_core::{
    Article, ArticleKey, ListingItem, ListingProfile, NextPage, Origin, PublicUrl, Slug, Tombstone,
    VisitOutcome,
};
use bantin_page::{ContentCoding, MediaType, Validators};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use url::Url;

/// What a feed shows at one moment, and what goes into archives because it does not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FeedContents {
    /// The articles of its documents, the newest arrivals and revisions first.
    pub articles: Vec<Article>,
    /// The places of the articles that go into archives now, the oldest first.
    pub left: Vec<i64>,
    /// The archives that are there, the oldest first; without those that were printed before.
    pub archives: Vec<ArchiveSummary>,
    /// The newest archive of those that were printed before.
    pub printed: Option<u32>,
    /// Its articles that were withdrawn lately.
    pub tombstones: Vec<Tombstone>,
    /// What is to be remembered once `left` is in archives.
    pub mark: Option<ArchiveWatermark>,
    /// What its articles were chosen from.
    pub window: FeedWindow,
}

impl FeedContents {
    /// The number of the feed's newest archive.
    pub fn newest(&self) -> Option<u32> {
        self.archives.last().map(|archive| archive.number).or(self.printed)
    }
}

/// What was printed of a feed, as the store was at a number of changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedFeed {
    /// The counter of changes then.
    pub changes: i64,
    /// What its articles are chosen from now; absent where only the store can tell.
    pub window: Option<FeedWindow>,
    /// The newest archive that is laid out, with all before it.
    pub newest: Option<u32>,
}

/// Up to where all articles of a feed are in archives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveWatermark {
    /// The feed.
    pub feed: Slug,
    /// The counter of changes.
    pub changes: i64,
    /// Which articles are meant by all.
    pub rule: String,
    /// The places of those that are in no archive, because the documents show them.
    pub waiting: Vec<i64>,
}

/// What ends by the day: how long after their withdrawal articles are told of, and how old articles of feeds may be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AgeLimits {
    /// The lengths of tombstones.
    pub tombstones: Vec<Duration>,
    /// The greatest ages of articles.
    pub ages: Vec<Duration>,
}

/// An archive of a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArchiveSummary {
    /// From 1, without a gap; the newest has the highest.
    pub number: u32,
    /// How many bytes its Atom document has.
    pub atom: u64,
    /// How many bytes its RSS document has.
    pub rss: u64,
}

/// The documents of an archive, as they were made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ArchiveDocuments {
    /// Atom.
    pub atom: Vec<u8>,
    /// RSS.
    pub rss: Vec<u8>,
}

/// An archive out of which erased articles must be cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveErasure {
    /// The feed.
    pub feed: Slug,
    /// The number of the archive.
    pub number: u32,
    /// The ids of the articles.
    pub ids: Vec<String>,
    /// Its documents; nothing where they cannot be read.
    pub text: Option<ArchiveDocuments>,
}

/// A source that is taken for a visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitClaim {
    /// The number of the visit.
    pub visit: i64,
    /// The source.
    pub source: Slug,
    /// Who has it.
    pub worker: String,
    /// When the visit began: the `first_seen` of what it finds, also when it was interrupted and resumed.
    pub started: DateTime<Utc>,
    /// How often the process ended without a word while this visit was under way.
    pub cut_short: u32,
}

/// A name that a feed had, and none has now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormerFeed {
    /// The name.
    pub name: Slug,
    /// Whether only some might read it.
    pub private: bool,
    /// When feeds.toml was first read without it.
    pub left: DateTime<Utc>,
    /// Whether its documents were taken away since.
    pub cleared: bool,
}

/// What is known of a source when a visit begins.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SourceState {
    /// What to show the host; `None` when the page must be looked at in any case.
    pub validators: Option<Validators>,
    /// Failed visits in a row.
    pub failures: u32,
    /// How many items its listing had at its last successful visits, the newest first.
    pub items: Vec<usize>,
    /// Where the news stood at the last visit that read them, where nobody had said it.
    pub learned: ListingProfile,
}

/// A page that was fetched in this visit, before the visit was interrupted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptPage {
    /// The address that was asked for.
    pub asked: Url,
    /// The address that answered.
    pub url: Url,
    /// What it is said to be.
    pub media: MediaType,
    /// How `wire` is coded.
    pub coding: ContentCoding,
    /// The body as it came.
    pub wire: Bytes,
    /// Its validators.
    pub validators: Validators,
    /// When it came.
    pub fetched: DateTime<Utc>,
}

/// What of an article its topics are found by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnclassifiedArticle {
    /// Its place in the store.
    pub place: i64,
    /// The title.
    pub title: String,
    /// The lead.
    pub summary: Option<String>,
    /// The beginning of its text.
    pub text: String,
    /// [`Article::hash`]
    pub hash: String,
}

/// What an article's name leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArticleLookup {
    /// No article has it.
    Unknown,
    /// One has it.
    Found(Box<StoredArticle>),
    /// Several articles' ids begin like it.
    Several {
        /// The first of them.
        ids: Vec<String>,
        /// Whether there are more.
        more: bool,
    },
}

/// An article with what it was made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredArticle {
    /// The article.
    pub article: Article,
    /// The title in the teaser that it was made from.
    pub teaser_title: Option<String>,
    /// When it was taken out of all feeds, and why.
    pub withdrawn: Option<Withdrawal>,
    /// The address that its page was asked for.
    pub asked: Option<Url>,
    /// The teaser that led to the page.
    pub teaser: Option<ListingItem>,
    /// The newest page.
    pub page: Option<KeptPage>,
}

/// That an article was taken out of all feeds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withdrawal {
    /// When.
    pub at: DateTime<Utc>,
    /// Whether its agency took it away, and not the operator.
    pub by_agency: bool,
    /// Whether its content was taken out of the store. Its id and addresses stay, so that it never comes back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub erased: bool,
    /// Why.
    pub reason: Option<String>,
}

/// The teaser that an article was made from, as far as it tells whether it has changed since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemVersion {
    /// Its fingerprint.
    pub fingerprint: String,
    /// The title in it.
    pub title: Option<String>,
}

/// Articles in the order of the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleBatch {
    /// Those that can be read.
    pub articles: Vec<ExportedArticle>,
    /// The place of the last one, also where it cannot be read; `None` where there are no more.
    pub last: Option<i64>,
}

/// An article with what its store knows of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedArticle {
    /// Its place in the store.
    pub place: i64,
    /// The article.
    pub article: Article,
    /// That it was withdrawn.
    pub withdrawn: Option<Withdrawal>,
    /// Every address that a listing showed it under.
    pub addresses: Vec<PublicUrl>,
    /// What it was made from.
    pub made_from: Option<ItemVersion>,
}

/// An article that another store had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedArticle {
    /// The article, with the id that it has.
    pub article: Article,
    /// Its source, where it is told: the name that the ids of its articles are made with, and what readers are told.
    pub origin: Option<(Slug, Origin)>,
    /// That it was withdrawn there.
    pub withdrawn: Option<Withdrawal>,
    /// Every address that a listing showed it under, as far as it is told.
    pub addresses: Vec<PublicUrl>,
    /// What it was made from.
    pub made_from: Option<ItemVersion>,
}

/// What became of an article that another store had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportOutcome {
    /// It was not here, and is now.
    New,
    /// It was here in an older text, which the newer one took the place of.
    Newer,
    /// It is here as it is there.
    Same,
    /// It is here in a newer text, which stays.
    Older,
    /// It is erased here: it was before, and stays so, or is now because it was erased there.
    Erased,
    /// It is here in another text that is as new, which stays.
    Differs,
    /// Its source is not known here, and was not told.
    NoOrigin,
    /// Its source has another article under its key; the id of that one.
    KeyTaken(String),
}

/// An item of a listing that has no article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadItem {
    /// What the listing shows of it.
    pub teaser: Option<ListingItem>,
    /// Since when it waits for its page to be read.
    pub since: Option<DateTime<Utc>>,
    /// Why its page was refused, how often, and when it is asked for again.
    pub refused: Option<(String, u32, DateTime<Utc>)>,
}

/// What is known of an item before its page is fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownItem {
    /// Its article, where there is one.
    pub article: Option<KnownArticle>,
    /// The fingerprint of the teaser with which its page was refused, and until when it is left alone.
    pub refused: Option<(String, DateTime<Utc>)>,
}

/// What is known of an article that is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownArticle {
    /// Its key; another one than the item's where it is listed under a new one.
    pub key: ArticleKey,
    /// The fingerprint of the teaser that it was made from.
    pub teaser: String,
    /// The title in that teaser, or its own.
    pub title: String,
    /// Before this its page is not asked for because of a teaser that has the same title.
    pub again: Option<DateTime<Utc>>,
    /// When it was first seen.
    pub first_seen: DateTime<Utc>,
    /// Whether its page was gone when it was last asked for.
    pub is_gone: bool,
}

/// A known article whose page is due for another look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueArticle {
    /// Its key.
    pub key: ArticleKey,
    /// The address that its page was fetched from.
    pub url: Url,
    /// What the host gave with the page.
    pub validators: Option<Validators>,
    /// The teaser that led to the page.
    pub teaser: Option<ListingItem>,
    /// Its title.
    pub title: String,
    /// Its text.
    pub text: String,
    /// When it was first seen.
    pub first_seen: DateTime<Utc>,
}

/// What a visit found.
#[derive(Debug, Clone)]
pub struct VisitResult {
    /// When it ended.
    pub finished: DateTime<Utc>,
    /// How it ended. The numbers of new and revised articles are filled in by the store.
    pub outcome: VisitOutcome,
    /// What to show the host next time, where something was learnt.
    pub validators: Option<Validators>,
    /// Whether pages wait for the next visit.
    pub incomplete: bool,
    /// From when on the listing is looked at whatever its validators say, because a change on it was put off.
    pub look_at: Option<DateTime<Utc>>,
    /// Where the listing has moved for good.
    pub moved_to: Option<Url>,
    /// Where the news stood on the listing, where it was read.
    pub learned: Option<ListingProfile>,
    /// When the source is due again.
    pub next_visit: DateTime<Utc>,
    /// Its articles, the oldest first.
    pub articles: Vec<FetchedArticle>,
    /// Known articles that are still listed.
    pub seen: Vec<ListedArticle>,
    /// Articles that are missing on the listing, although older ones are on it.
    pub missing: Vec<ArticleKey>,
    /// Pages that are no articles.
    pub rejected: Vec<RejectedPage>,
    /// Items that are listed and were refused lately, so that they were not asked for.
    pub held: Vec<ArticleKey>,
    /// Items that have no article yet.
    pub pending: Vec<ListingItem>,
    /// Items that left the listing before they had an article, and whose pages are gone.
    pub given_up: Vec<ArticleKey>,
    /// Known articles whose pages were asked for again and gave nothing new.
    pub asked: Vec<PageCheck>,
}

impl VisitResult {
    /// A visit that found its source as it was, and when the next one is due.
    pub fn unchanged(finished: DateTime<Utc>, next_visit: DateTime<Utc>) -> Self {
        Self {
            finished,
            outcome: VisitOutcome::Unchanged,
            validators: None,
            incomplete: false,
            look_at: None,
            moved_to: None,
            learned: None,
            next_visit,
            articles: Vec::new(),
            seen: Vec::new(),
            missing: Vec::new(),
            rejected: Vec::new(),
            held: Vec::new(),
            pending: Vec::new(),
            given_up: Vec::new(),
            asked: Vec::new(),
        }
    }
}

/// A known article and its place on the listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedArticle {
    /// Its key.
    pub key: ArticleKey,
    /// Its place, from 0.
    pub rank: usize,
}

/// An article that a visit made.
#[derive(Debug, Clone)]
pub struct FetchedArticle {
    /// The article. Its id is given by the store.
    pub article: Article,
    /// The fingerprint of its teaser.
    pub teaser: String,
    /// The title in its teaser.
    pub teaser_title: Option<String>,
    /// The address that the listing shows it under.
    pub url: Url,
    /// Its place on the listing, from 0; `None` where only its page was looked at again.
    pub rank: Option<usize>,
    /// When its page is due for another look, if it is news.
    pub revisit_at: Option<DateTime<Utc>>,
    /// By how many characters an edit must change it to be told to readers.
    pub min_edit: usize,
}

/// A known article whose page was asked for again and gave nothing new.
#[derive(Debug, Clone)]
pub struct PageCheck {
    /// Its key.
    pub key: ArticleKey,
    /// What was there.
    pub found: PageStatus,
    /// When its page is due for another look.
    pub revisit_at: Option<DateTime<Utc>>,
}

/// What was in the place of a page that gave nothing new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageStatus {
    /// The same page as before.
    Same,
    /// No page: the status code, 404 or 410.
    Gone(u16),
    /// An error, or something else than the article: it says neither that the article is there nor that it is gone.
    Unclear,
    /// Nothing: it was not asked for, or the host did not answer.
    Later,
}

/// A page that could not be made an article.
#[derive(Debug, Clone)]
pub struct RejectedPage {
    /// Its key.
    pub key: ArticleKey,
    /// The fingerprint of its teaser.
    pub teaser: String,
    /// Why, in a sentence.
    pub reason: String,
}

/// What became of an article in a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArticleChange {
    /// It is new; its id.
    New(String),
    /// Its title or text really changed; its id.
    Revised(String),
    /// Something beside title and text changed; its id.
    Refreshed(String),
    /// Its agency took it away, and so did we.
    Withdrawn {
        /// Its id.
        id: String,
        /// Its title.
        title: String,
        /// What the agency answered, and when.
        reason: String,
    },
    /// Its agency had taken it away, and shows it again.
    Returned {
        /// Its id.
        id: String,
        /// Its title.
        title: String,
    },
    /// Nothing changed.
    Same,
}

/// One line of `bantin status`.
#[derive(Debug, Clone)]
pub struct SourceReport {
    /// The source.
    pub origin: Origin,
    /// Whether feeds.toml names it.
    pub active: bool,
    /// When it is due.
    pub next_visit: DateTime<Utc>,
    /// Whether it is being visited.
    pub under_way: bool,
    /// Failed visits in a row.
    pub failures: u32,
    /// When it last answered as it should.
    pub last_success: Option<DateTime<Utc>>,
    /// How its last finished visit ended, and when.
    pub last: Option<(DateTime<Utc>, VisitOutcome)>,
    /// Where its listing has moved for good, by its last successful visit.
    pub moved_to: Option<Url>,
    /// How many articles it has.
    pub articles: u64,
    /// Where its news stand on its listing, where nobody had said it.
    pub learned: ListingProfile,
    /// When its newest article was published.
    pub newest: Option<DateTime<Utc>>,
    /// Why its newest refused page was refused, and how many there are.
    pub rejected: Option<(u64, String)>,
}

/// How far the backfill of a source has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackfillState {
    /// What its pages are kept by, as those of a visit are. Its number is below zero, and no visit has it.
    pub claim: VisitClaim,
    /// The pages that are done, from the first.
    pub pages: Vec<WalkedPage>,
}

/// A page of a listing that a backfill has walked through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalkedPage {
    /// Its number, from 1.
    pub number: usize,
    /// The name that its request has ([`NextPage::name`]).
    pub name: Url,
    /// A fingerprint of its items.
    pub items: String,
    /// The newest date on it, of what no page before it showed.
    pub newest: Option<DateTime<Utc>>,
    /// Items whose pages did not come, or were older than what was wanted; they are asked for by the run that wants them.
    pub missed: Vec<ListingItem>,
    /// What follows it; `None` where it is the last. The store remembers it of the newest page only.
    pub next: Option<NextPage>,
}
