//! Fetches the pages of tasks, one after the other, and extracts their articles. No other code runs
//! page tasks.

use super::budget::{CrawlBudget, RunEnd};
use super::extraction::ExtractedPage;
use super::page_trust::{
    HoldReason, PageRelation, PageSigns, PageVerdict, doubted_since, evidence, has_waited,
    is_confirmed, is_date_corrected, is_substantial, judge_known, judge_new,
};
use super::pages::{FetchOutcome, request};
use super::plan::{PageTask, TaskPurpose};
use super::{Crawl, CrawlContext};
use bantin_core::text::date;
use bantin_core::{
    ArticleKey, ListingItem, NewArticle, PageAgreement, RawAttachment, Source, is_document_content,
};
use bantin_fetch::{FetchError, redacted};
use bantin_page::{Page, plain};
use bantin_store::{DueArticle, StoreError};
use chrono::{DateTime, Utc};
use std::sync::Arc;
use tokio::sync::watch;
use url::Url;

/// The length of the articles of one run, in bytes, at which it ends: they are in memory until the
/// end of the visit. Twenty usual articles have a tenth of that.
const MAX_HELD: usize = 4 << 20;

/// The result of a run.
#[derive(Debug, Default)]
pub(super) struct RunReport {
    /// The results of its tasks, in their order.
    pub(super) results: Vec<PageResult>,
    /// The tasks that are left.
    pub(super) remaining: Vec<PageTask>,
    /// The reason for an early end, if it did not complete.
    pub(super) end: Option<RunEnd>,
}

/// The result of a task.
#[derive(Debug)]
pub(super) struct PageResult {
    pub(super) task: PageTask,
    pub(super) outcome: PageOutcome,
    /// The instant of its completion.
    pub(super) at: DateTime<Utc>,
}

/// The outcome of a page.
#[derive(Debug)]
pub(super) enum PageOutcome {
    /// An article was extracted.
    Extracted(Box<ExtractedPage>),
    /// The host reports that it is unchanged.
    Unchanged,
    /// The host reports that the page does not exist: the status code.
    Gone(u16),
    /// The page is not an article; the reason, in a sentence.
    Rejected(String),
    /// The page shows another article than before; details in a sentence.
    Replaced(String),
    /// The page is held back until it has shown the same for some time: the reason in a sentence,
    /// and the fingerprint of its content.
    Held(String, String),
    /// It could not be fetched.
    Failed(FetchError),
}

impl PageOutcome {
    /// The length of the article that was extracted, in bytes.
    fn length(&self) -> usize {
        let Self::Extracted(page) = self else { return 0 };
        let article = &page.article;
        let summary = article.summary.as_ref().map_or(0, String::len);
        article.html.as_str().len() + article.text.len() + summary
    }
}

impl PageResult {
    /// The reason for the missing article, with the address of the page.
    pub(super) fn reason(&self) -> String {
        let address = redacted(&self.task.item.url);
        match &self.outcome {
            PageOutcome::Gone(code) => format!("{address} is gone ({code})"),
            PageOutcome::Unchanged => format!("{address} was answered without a page"),
            PageOutcome::Rejected(why) => format!("{address}: {why}"),
            PageOutcome::Replaced(why) | PageOutcome::Held(why, _) => why.clone(),
            PageOutcome::Failed(error) => error.to_string(),
            PageOutcome::Extracted(_) => String::new(),
        }
    }
}

impl Crawl<'_> {
    /// Fetches the pages of tasks in their order and extracts their articles, until all are done,
    /// the budget ends or the process stops. `observe` is called with each result at once.
    pub(super) async fn run(
        &self,
        tasks: Vec<PageTask>,
        budget: &mut CrawlBudget,
        observe: &mut (dyn FnMut(&PageResult) + Send),
    ) -> Result<RunReport, StoreError> {
        let mut run = RunReport::default();
        let mut held = 0;
        for task in tasks {
            run.end = match run.end {
                None if self.is_stopping() => Some(RunEnd::Stopped),
                None if held > MAX_HELD => Some(RunEnd::Spent),
                None if self.follows() && !budget.take() => Some(RunEnd::Spent),
                end => end,
            };
            if run.end.is_some() {
                run.remaining.push(task);
                continue;
            }
            let outcome = self.page(&task).await?;
            let result = PageResult { task, outcome, at: self.now() };
            budget.count(&result, self.source);
            held += result.outcome.length();
            observe(&result);
            run.results.push(result);
            run.end = budget.end();
        }
        Ok(run)
    }

    /// Fetches the page of a task, and extracts its article.
    async fn page(&self, task: &PageTask) -> Result<PageOutcome, StoreError> {
        // A page to which several items link is the page of none of them.
        if !self.follows() || task.is_without_page() {
            return match self.extract(None, task).await {
                PageOutcome::Extracted(made) => self.judge(&task.item.url, task, *made).await,
                outcome => Ok(outcome),
            };
        }
        let url = &task.item.url;
        // A page that was held back must be seen again, not remembered.
        let kept = match task.refusal {
            None => self.kept(url).await?,
            Some(_) => None,
        };
        let (page, is_kept) = match kept {
            Some(page) => (page, true),
            None => {
                let validators = task.validators.as_ref();
                match request(self.context, self.source, url, validators, None, 0).await.into() {
                    FetchOutcome::Page(page) => (*page, false),
                    FetchOutcome::Unchanged(..) => return Ok(PageOutcome::Unchanged),
                    FetchOutcome::Gone(code) => return Ok(PageOutcome::Gone(code)),
                    FetchOutcome::Failed(error) => return Ok(PageOutcome::Failed(error)),
                }
            }
        };
        if is_document_content(&page.media.essence, &page.bytes) {
            return self.document(task, &page).await;
        }
        // The page of a known article is kept once it is trusted: a page with other content must
        // not replace the one that the article was extracted from.
        let keeps_first = task.purpose == TaskPurpose::New && !is_kept;
        if keeps_first {
            self.keep(&page, Some(&task.item)).await?;
        }
        let made = match self.extract(Some(page.clone()), task).await {
            PageOutcome::Extracted(made) => made,
            outcome => return Ok(outcome),
        };
        let outcome = self.judge(&page.url, task, *made).await?;
        if matches!(outcome, PageOutcome::Extracted(_)) && !is_kept && !keeps_first {
            self.keep(&page, Some(&task.item)).await?;
        }
        Ok(outcome)
    }

    /// The article of an item whose link turned out to be a document: what the listing shows, with
    /// the document.
    async fn document(&self, task: &PageTask, page: &Page) -> Result<PageOutcome, StoreError> {
        if matches!(task.purpose, TaskPurpose::Revisit(_)) {
            return Ok(PageOutcome::Unchanged);
        }
        let mut task = task.clone();
        let media_type = Some(page.media.essence.clone()).filter(|essence| !essence.is_empty());
        let length = u64::try_from(page.bytes.len()).ok();
        let document =
            RawAttachment { url: task.item.url.clone(), title: None, media_type, length };
        task.item.attachments.push(document);
        match self.extract(None, &task).await {
            PageOutcome::Extracted(made) => self.judge(&page.url, &task, *made).await,
            outcome => Ok(outcome),
        }
    }

    /// Decides whether an extracted page is trusted. `page`: its address, after redirects.
    async fn judge(
        &self,
        page: &Url,
        task: &PageTask,
        mut made: ExtractedPage,
    ) -> Result<PageOutcome, StoreError> {
        let mut known = match (&task.purpose, self.store()) {
            (TaskPurpose::Revisit(due), _) => Some((**due).clone()),
            (TaskPurpose::Changed, Some(store)) => {
                store.known_version(self.source.id(), &task.key).await?
            }
            _ => None,
        };
        let signs = PageSigns {
            agreement: made.agreement,
            announced: task.item.title.as_deref(),
            listed: &task.listed,
            is_of_page: made.page.is_some(),
            is_elsewhere: self.is_elsewhere(task, &made),
        };
        let mut verdict = match &known {
            None => judge_new(&made.article, signs),
            Some(known) => {
                let item = Some(&task.item).filter(|_| task.rank.is_some());
                judge_known(known, item, &made.article, signs, self.relation(page, task, known))
            }
        };
        if verdict == PageVerdict::OtherArticle {
            made.article.key = other_key(task);
            made.differs_from = known.take().map(|known| known.key);
            verdict = judge_new(&made.article, signs);
        }
        if let PageVerdict::Refused(why) = verdict {
            return Ok(PageOutcome::Replaced(why));
        }
        let mut was_held = false;
        if let PageVerdict::Held(why, reason) = verdict {
            let (evidence, now) = (evidence(&made.article), self.now());
            let refusal = task.refusal.as_ref();
            let is_confirmed = is_confirmed(refusal, &evidence, reason, now);
            let is_taken = reason == HoldReason::Disagrees && is_substantial(&made.article, signs);
            if known.is_none() && !(is_confirmed && is_taken) {
                return Ok(match has_waited(refusal, &evidence, reason, now) {
                    true => self.as_listed(task, &made).await,
                    false => PageOutcome::Held(why, evidence),
                });
            }
            if !is_confirmed {
                return Ok(PageOutcome::Held(why, evidence));
            }
            was_held = true;
        }
        if made.page.is_some() {
            made.doubted_since = doubted_since(known.as_ref(), &made.article, was_held, self.now());
        }
        if let Some(known) = known {
            made.is_unchanged = known.hash == made.article.hash;
            made.is_date_corrected =
                is_date_corrected(&known, &made.article, self.listed_date(task));
            made.known = Some(known.key);
        }
        Ok(PageOutcome::Extracted(Box::new(made)))
    }

    /// The article of a new item as the listing shows it, because its page is doubted. It keeps the
    /// identity that the page gave it, and the fingerprint of the page's text.
    pub(super) async fn as_listed(&self, task: &PageTask, page: &ExtractedPage) -> PageOutcome {
        match self.extract(None, task).await {
            PageOutcome::Extracted(mut made) => {
                made.article.key = page.article.key.clone();
                made.differs_from = page.differs_from.clone();
                made.body_hash = page.body_hash.clone();
                made.doubted_since = Some(self.now());
                PageOutcome::Extracted(made)
            }
            outcome => outcome,
        }
    }

    /// How the page at an address relates to the known article of a task.
    fn relation(&self, page: &Url, task: &PageTask, known: &DueArticle) -> PageRelation {
        let home = self.source.origin.home.as_url();
        let key = |url: &Url| ArticleKey::of_page(url, home);
        let is_redirected = key(page) != key(&task.item.url);
        let has_new_link =
            task.key.is_guid() && key(&known.url).form() != key(&task.item.url).form();
        match is_own_key(task) {
            false if task.purpose == TaskPurpose::Changed => PageRelation::NewKey(task.is_redesign),
            _ if is_redirected => PageRelation::Redirected,
            _ if has_new_link => PageRelation::NewLink,
            _ => PageRelation::SameAddress,
        }
    }

    /// Whether the page of an item turned out to be the front page of the site, or the listing: its
    /// request was redirected there, or it declares to be that page and does not show the announced
    /// title.
    fn is_elsewhere(&self, task: &PageTask, made: &ExtractedPage) -> bool {
        let home = self.source.origin.home.as_url();
        let form = |url: &Url| ArticleKey::of_page(url, home).form().into_owned();
        let (asked, listing) = (form(&task.item.url), form(&self.source.url));
        let is_front = |url: &Url| {
            let page = form(url);
            page != asked && (page.is_empty() || page == listing)
        };
        // Templates declare the listing on the pages of all articles.
        let is_other = made.agreement != PageAgreement::Agrees;
        made.page
            .as_ref()
            .is_some_and(|page| is_front(page) || is_other && is_front(made.article.url.as_url()))
    }

    /// The date that the listing shows for the item of a task.
    fn listed_date(&self, task: &PageTask) -> Option<DateTime<Utc>> {
        let written = task.item.date.as_deref().filter(|_| task.rank.is_some())?;
        date::read(written, self.source.zone, self.now()).ok().map(|(at, _)| at)
    }
}

/// Whether the item of a task has the key of its article, or a variant of it.
fn is_own_key(task: &PageTask) -> bool {
    let shared = |key: &ArticleKey| key.shared().unwrap_or(key.as_str()).to_owned();
    shared(&task.item.key) == shared(&task.key)
}

/// The key of another article than the known one of a task.
fn other_key(task: &PageTask) -> ArticleKey {
    let title = task.item.title.as_deref().map(plain::fold).unwrap_or_default();
    match is_own_key(task) {
        true => task.item.key.variant(&title),
        false => task.item.key.clone(),
    }
}

/// Fetches and extracts the article of one item of a source, without storing it. The error is a
/// sentence.
pub async fn preview(
    context: &CrawlContext,
    source: &Arc<Source>,
    item: &ListingItem,
) -> Result<NewArticle, String> {
    let (_never, stop) = watch::channel(false);
    let (cache, first_seen) = (&None, context.clock.now());
    let crawl = Crawl { context, source, cache, stop: &stop, first_seen };
    let task = PageTask::new(item.clone(), None, first_seen);
    match crawl.page(&task).await.map_err(|error| error.to_string())? {
        PageOutcome::Extracted(made) => Ok(made.article),
        PageOutcome::Rejected(why) | PageOutcome::Held(why, _) => Err(why),
        PageOutcome::Gone(code) => Err(format!("its page is gone ({code})")),
        PageOutcome::Failed(error) => Err(error.to_string()),
        PageOutcome::Unchanged | PageOutcome::Replaced(_) => {
            Err("the host reports it as unchanged (304), although the request was unconditional"
                .to_owned())
        }
    }
}
