//! Fetches the pages of tasks, one after the other, and extracts their articles. No other code runs
//! page tasks.

use super::budget::{CrawlBudget, RunEnd};
use super::extraction::ExtractedPage;
use super::pages::{FetchOutcome, request};
use super::plan::{PageTask, TaskPurpose};
use super::same_article::is_same_article;
use super::{Crawl, CrawlContext};
use bantin_core::{ArticleKey, ListingItem, NewArticle, Source};
use bantin_fetch::{FetchError, redacted};
use bantin_page::Page;
use bantin_store::{DueArticle, StoreError};
use chrono::{DateTime, Utc};
use std::sync::Arc;
use tokio::sync::watch;

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
            PageOutcome::Replaced(why) => why.clone(),
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
        if !self.follows() {
            return Ok(self.extract(None, task).await);
        }
        let url = &task.item.url;
        let (page, is_kept) = match self.kept(url).await? {
            Some(page) => (page, true),
            None => {
                let validators = task.validators.as_ref();
                match request(self.context, self.source, url, validators, None).await.into() {
                    FetchOutcome::Page(page) => (*page, false),
                    FetchOutcome::Unchanged(..) => return Ok(PageOutcome::Unchanged),
                    FetchOutcome::Gone(code) => return Ok(PageOutcome::Gone(code)),
                    FetchOutcome::Failed(error) => return Ok(PageOutcome::Failed(error)),
                }
            }
        };
        let TaskPurpose::Revisit(due) = &task.purpose else {
            if !is_kept {
                self.keep(&page, Some(&task.item)).await?;
            }
            return Ok(self.extract(Some(page), task).await);
        };
        let outcome = self.extract(Some(page.clone()), task).await;
        let PageOutcome::Extracted(made) = &outcome else { return Ok(outcome) };
        if !self.shows(&page, task, due, &made.article) {
            let (address, now, before) = (redacted(&due.url), &made.article.title, &due.title);
            let why = format!("{address} shows {now:?}, nothing of {before:?}");
            return Ok(PageOutcome::Replaced(why));
        }
        // A page with other content must not replace the one that the article was extracted from.
        if !is_kept {
            self.keep(&page, Some(&task.item)).await?;
        }
        Ok(outcome)
    }

    /// Whether a page that was fetched again still shows its article.
    fn shows(&self, page: &Page, task: &PageTask, due: &DueArticle, article: &NewArticle) -> bool {
        let home = self.source.origin.home.as_url();
        let moved =
            ArticleKey::of_page(&page.url, home) != ArticleKey::of_page(&task.item.url, home);
        is_same_article(due, task.rank.map(|_| &task.item), article, moved)
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
        PageOutcome::Rejected(why) => Err(why),
        PageOutcome::Gone(code) => Err(format!("its page is gone ({code})")),
        PageOutcome::Failed(error) => Err(error.to_string()),
        PageOutcome::Unchanged | PageOutcome::Replaced(_) => {
            Err("the host reports it as unchanged (304), although the request was unconditional"
                .to_owned())
        }
    }
}
