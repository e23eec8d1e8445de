//! The crawl: from a source that is due to the changes that its visit makes in the store. Only this room and the publisher know
//! the order of the stages.
//!
//! Deciding is separated from doing:
//!
//! - [`plan`] makes [`plan::PageTask`]s of a listing and of what the store knows. It is pure.
//! - [`run`] fetches the pages of tasks and makes articles of them, within a [`budget`]. It alone does so, for first visits,
//!   revisits, doubted and pending articles, backfills, and the previews of `try` and `add`.
//! - [`apply`] makes the changes of a visit of the results. It is pure.
//!
//! [`findings`] crawls a source in this order, [`visit`] commits what it found in one transaction, [`backfill`] walks through
//! older pages of a listing. [`listing`] and [`sitemaps`] fetch and read what lists articles, [`pages`] fetches and keeps single
//! pages, [`extraction`] makes articles of them.

mod apply;
mod backfill;
mod budget;
mod context;
mod extraction;
mod findings;
mod listing;
mod missing;
mod pages;
mod plan;
mod run;
mod same_article;
mod shared_timestamp;
mod sitemaps;
mod visit;

pub use backfill::{
    BackfillCounts, BackfillEnd, BackfillRange, BackfillReport, BackfillStep, backfill,
};
pub use context::{CrawlContext, SharedHosts, VisitLimits};
pub use findings::{VisitError, VisitFindings, crawl};
pub use pages::{PageCache, fetch, unpacked};
pub use run::preview;
pub use sitemaps::listed;
pub use visit::{VisitReport, visit};

use bantin_core::Source;
use bantin_store::Store;
use chrono::{DateTime, Utc};
use std::sync::Arc;
use tokio::sync::watch;

/// A crawl of one source under way: what all its steps share.
#[derive(Clone, Copy)]
struct Crawl<'a> {
    context: &'a CrawlContext,
    source: &'a Arc<Source>,
    cache: &'a PageCache,
    /// Turns true when the process stops.
    stop: &'a watch::Receiver<bool>,
    /// The `first_seen` of what it finds: when it began, also where it was interrupted and resumed.
    first_seen: DateTime<Utc>,
}

impl Crawl<'_> {
    /// What earlier visits know; nothing in a preview.
    fn store(&self) -> Option<&Store> {
        self.cache.as_ref().map(|(store, _)| store)
    }

    fn is_stopping(&self) -> bool {
        *self.stop.borrow()
    }

    fn now(&self) -> DateTime<Utc> {
        self.context.clock.now()
    }

    /// Whether each article of the source has a page that is fetched.
    fn follows(&self) -> bool {
        self.source.kind.follows()
    }
}

/// Where an operator finds what to send to the agency.
fn letter_hint(source: &Source) -> String {
    format!("`bantin try {}` prints a letter to the agency", source.id())
}

/// Where an operator looks next.
fn try_hint(source: &Source) -> String {
    format!("`bantin try {}` shows what a visit sees now", source.id())
}
