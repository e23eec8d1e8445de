//! The crawl: from a source that is due to the changes that its visit makes in the store. Only this
//! module and the publisher know the order of the stages.
//!
//! Deciding is separated from doing:
//!
//! - [`plan`] turns a listing and the stored state into [`plan::PageTask`]s. It is pure.
//! - [`run`] fetches the pages of tasks and extracts their articles, within a [`budget`]. It is the
//!   only runner: for first visits, revisits, doubted and pending articles, backfills, and the
//!   previews of `try` and `add`.
//! - [`apply`] turns the results into the changes of a visit. It is pure.
//!
//! [`findings`] crawls a source in this order, [`visit`] commits its findings in one transaction,
//! [`backfill`] walks through older pages of a listing. [`listing`] and [`sitemaps`] fetch and read
//! listings, and [`extraction`] extracts articles, with the permits of [`parsers`]. [`declared`]
//! decides on the addresses that pages declare. [`pages`] fetches and keeps single pages; no other
//! module here requests pages.

mod apply;
mod backfill;
mod budget;
mod context;
mod declared;
mod extraction;
mod findings;
mod listing;
mod missing;
mod moved;
mod page_trust;
mod pages;
mod parsers;
mod plan;
mod run;
mod shared_body;
mod shared_timestamp;
mod shared_title;
mod sitemaps;
mod visit;

pub use backfill::{
    BackfillCounts, BackfillEnd, BackfillRange, BackfillReport, BackfillStep, backfill,
};
pub use context::{CrawlContext, SharedHosts, VisitLimits};
pub use extraction::PanicMessage;
pub use findings::{VisitError, VisitFindings, crawl};
pub use pages::{PageCache, decode_kept_page, fetch};
pub use parsers::Parsers;
pub use run::preview;
pub use sitemaps::listed;
pub use visit::{VisitReport, visit};

use bantin_core::Source;
use bantin_store::Store;
use chrono::{DateTime, Utc};
use std::sync::Arc;
use tokio::sync::watch;

/// A crawl of one source under way: the state that all of its steps share.
#[derive(Clone, Copy)]
struct Crawl<'a> {
    context: &'a CrawlContext,
    source: &'a Arc<Source>,
    cache: &'a PageCache,
    /// Set to true when the process stops.
    stop: &'a watch::Receiver<bool>,
    /// The `first_seen` of its articles: the start of the crawl, which an interruption and a
    /// resumption do not change.
    first_seen: DateTime<Utc>,
}

impl Crawl<'_> {
    /// The store with the results of earlier visits; absent in a preview.
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
        self.source.kind.fetches_articles()
    }
}

/// The message that names the command which prints the letter to the agency.
fn letter_hint(source: &Source) -> String {
    format!("`bantin try {}` prints a letter to the agency", source.id())
}

/// The message that names the command to run next.
fn try_hint(source: &Source) -> String {
    format!("`bantin try {}` shows what a visit finds now", source.id())
}
