//! The state of our WebSub hub: topics, subscriptions, intents, and pings to other hubs.
//!
//! There is no queue of deliveries. A delivery is pending while the hash that the subscriber has
//! differs from that of the document on disk. A process that ends therefore loses nothing, and
//! several changes in between become one delivery.

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
    parsed("a WebSub address", &row.get::<_, String>(column)?)
}
