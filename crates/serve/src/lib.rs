//! The HTTP server: serves the published documents, health checks and WebSub requests.
//!
//! Only names in the catalog of the [`App`] exist; no request path is used as a file name. HTTP
//! semantics follow RFC 9110, caching follows RFC 9111. A static web server over the same folder
//! works as well.
//!
//! - `app` holds the catalog, `archive` the names of archives, `document_cache` the documents in
//!   memory, and `document_file` reads them from the disk in each coding.
//! - `conditional`, `coding` and `accept` evaluate the preferences of a request, `token` the access
//!   to private feeds, and `host` the field `Host`. `links` builds the field `Link`, `router` the
//!   responses, and `inbox` handles WebSub requests.
//! - `connections` accepts sockets, `connection_slots` selects the connection to close when all
//!   slots are taken, and `tracking` records the state of each connection.

mod accept;
mod app;
mod archive;
mod coding;
mod conditional;
mod connection_slots;
mod connections;
mod document_cache;
mod document_file;
mod host;
mod inbox;
mod links;
mod router;
#[cfg(test)]
mod tests;
mod token;
mod tracking;

pub use app::App;
pub use connections::serve;
pub use inbox::{Inbox, InboxReply};
