//! The store: articles, the state of sources, fetched pages and the history of visits, in one
//! SQLite file.
//!
//! [`Store`] is a struct; each async method is defined next to its SQL, in the file of its subject.
//! The interface uses domain types only: no caller sees a table.
//!
//! | files | subject |
//! |---|---|
//! | `store`, `connection`, `migrations`, `error`, `columns` | connections and transactions, the schema, errors, instants in columns |
//! | `records/` | JSON in columns: one versioned record for each such value |
//! | `sources`, `feed_names`, `source_lists`, `hosts` | sources and feeds of feeds.toml; remote lists of sources; request slots and robots.txt |
//! | `leases`, `visits`, `status` | claims on sources, results of visits, `bantin status` |
//! | `clock_record`, `clock_repair` | a wrong system clock, and the instants that it wrote |
//! | `pages`, `pending`, `rejections`, `backfill` | fetched pages, items without an article, rejected pages, backfills |
//! | `article_row` | the columns of an article, defined by one table |
//! | `articles`, `edits`, `identity`, `carriers`, `edit_distance`, `repeated`, `revisits`, `missing`, `tag` | articles from visits: new, revised, repeated, removed; their ids |
//! | `withdrawals`, `exchange`, `lookup`, `topics` | operations on articles: withdraw, export, import, look up, classify |
//! | `selection`, `window`, `feed_contents`, `archives`, `publication_day`, `changes` | the contents of feeds, their archives, and changes since a publication |
//! | `websub/`, `followed` | our WebSub hub, and our subscriptions at other hubs |
//!
//! Invariants:
//! - Every change that readers can see is made in one transaction and advances the counter of
//!   changes ([`Store::changes`]), by which the publishing process detects the work of other
//!   processes.
//! - An article keeps its row, its id and its addresses forever; erasing it deletes only the
//!   content.
//! - JSON values on disk have their own layout (`records/`); a domain type is never serialized into
//!   the store. A released migration is never edited.
//! - A row that cannot be read is skipped with a warning (`damage`) and never blocks other rows.

mod archives;
mod article_row;
mod articles;
mod backfill;
mod carriers;
mod changes;
mod clock_record;
mod clock_repair;
mod columns;
#[cfg(test)]
mod conformance;
mod connection;
mod damage;
mod edit_distance;
mod edits;
mod error;
mod exchange;
mod feed_contents;
mod feed_names;
mod followed;
mod hosts;
mod identity;
mod known;
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
mod tombstones;
mod topics;
mod visits;
mod websub;
mod window;
mod withdrawals;

pub use archives::{ArchiveDocuments, ArchiveErasure, ArchiveSummary};
pub use article_row::ArticleRowId;
pub use articles::{ArticleChange, FetchedArticle, ListedArticle, StoredBody};
pub use backfill::{BackfillState, WalkedPage};
pub use changes::ChangeCount;
pub use error::StoreError;
pub use exchange::{ArticleBatch, ExportedArticle, ImportOutcome, ImportedArticle, ItemVersion};
pub use feed_contents::{ArchiveWatermark, FeedContents, PublishedFeed};
pub use feed_names::FormerFeed;
pub use followed::FollowedFeed;
pub use identity::{ItemIdentity, KeyOwner};
pub use known::KnownItem;
pub use leases::{VisitClaim, VisitId};
pub use lookup::{ArticleDetails, ArticleLookup, UnreadItem};
pub use missing::LastListed;
pub use pages::KeptPage;
pub use publication_day::AgeLimits;
pub use rejections::{PageRefusal, RejectedPage};
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
