//! Our WebSub hub.
//!
//! A delivery is pending while the hash that the subscriber has differs from that of the document
//! on disk. Nothing is queued, so whatever ends the process, the next one sees the same difference.

mod deliveries;
mod intents;
mod topics;

pub use deliveries::{DeliveryFault, PendingDelivery, PendingPing};
pub use intents::{HubIntent, HubLimits, HubMode, IntentOutcome};
pub use topics::HubDocuments;

use crate::columns::parsed;
use crate::error::TransactionError;
use rusqlite::Row;
use url::Url;

pub(crate) fn address(row: &Row<'_>, column: &str) -> Result<Url, TransactionError> {
    parsed("an address of WebSub", &row.get::<_, String>(column)?)
}
