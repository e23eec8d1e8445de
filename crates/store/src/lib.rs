//! The store: articles, the state of sources, fetched pages and the history of visits, in one
//! SQLite file.
//!
//! [`Store`] is a struct whose async methods stand beside their SQL: to find the SQL of a method,
//! open the file of its subject. The interface speaks of the domain; no caller sees a table.
//!
//! | files | subject |
//! |---|---|
//! | `store`, `migrations`, `error`, `columns` | connections and transactions, the schema, errors, instants in columns |
//! | `records/` | JSON in columns: one versioned record for each such value |
//! | `sources`, `feed_names`, `source_lists`, `hosts` | what feeds.toml names; lists of sources; request slots and robots.txt |
//! | `leases`, `visits`, `status` | who visits a source, how the visit ended, `bantin status` |
//! | `pages`, `pending`, `rejections`, `backfill` | pages on arrival, items without an article, walking listings back |
//! | `article_row` | the columns of an article: written, compared and read by one table |
//! | `articles`, `edit_distance`, `repeated`, `revisits`, `missing`, `tag` | articles of visits: new, revised, repeated, gone; their ids |
//! | `withdrawals`, `exchange`, `lookup`, `topics` | what operators do with articles: withdraw, export, import, explain |
//! | `selection`, `window`, `feed_contents`, `archives`, `publication_day`, `changes` | what feeds show, and what changed since |
//! | `websub/`, `followed` | our hub, and our subscriptions at hubs of others |
//!
//! Invariants:
//! - Everything that changes what readers see happens in one transaction and advances the counter
//!   of changes ([`Store::changes`]), by which the publishing process notices the work of others.
//! - An article keeps its row, its id and its addresses for ever; erasing it deletes the content
//!   only.
//! - What lies on disk has a layout of its own (`records/`), never that of a domain type. A released
//!   migration is never edited.
//! - A row that cannot be read is left out with a warning (`damage`), and never stops the others.

mod archives;
mod article_row;
mod articles;
mod backfill;
mod changes;
mod columns;
#[cfg(test)]
mod conformance;
mod damage;
mod edit_distance;
mod error;
mod exchange;
mod feed_contents;
mod feed_names;
mod followed;
mod hosts;
mod leases;
mod lookup;
mod migrations;
mod missing;
mod pages;
mod pending;
mod publication_day;
mod records;
mod rejections;
mod repeated;
mod revisits;
mod selection;
mod source_lists;
mod sources;
mod status;
mod store;
mod tag;
mod topics;
mod visits;
mod websub;
mod window;
mod withdrawals;

pub use archives::{ArchiveDocuments, ArchiveErasure, ArchiveSummary};
pub use article_row::ArticleRowId;
pub use articles::{ArticleChange, FetchedArticle, KnownItem, ListedArticle};
pub use backfill::{BackfillState, WalkedPage};
pub use changes::ChangeCount;
pub use error::StoreError;
pub use exchange::{ArticleBatch, ExportedArticle, ImportOutcome, ImportedArticle, ItemVersion};
pub use feed_contents::{ArchiveWatermark, FeedContents, PublishedFeed};
pub use feed_names::FormerFeed;
pub use followed::FollowedFeed;
pub use leases::{VisitClaim, VisitId};
pub use lookup::{ArticleDetails, ArticleLookup, UnreadItem};
pub use pages::KeptPage;
pub use publication_day::AgeLimits;
pub use rejections::RejectedPage;
pub use revisits::{DueArticle, KnownArticle, PageCheck, PageStatus};
pub use status::SourceReport;
pub use store::Store;
pub use topics::UnclassifiedArticle;
pub use visits::{SourceState, VisitResult};
pub use websub::{
    DeliveryFault, HubDocuments, HubIntent, HubLimits, HubMode, IntentOutcome, PendingDelivery,
    PendingPing,
};
pub use window::{FeedWindow, StoreChanges, TouchedArticle};
pub use withdrawals::Withdrawal;
