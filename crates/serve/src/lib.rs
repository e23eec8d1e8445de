//! What readers ask for: the published documents, and how bantin is.
//!
//! Only names that the [`App`] offers exist; no path of a request ever becomes the name of a file. HTTP semantics
//! follow RFC 9110, caching RFC 9111. A static web server over the same folder serves as well.
//!
//! - `app` is what is offered, `archive` how archives are named, `held` a file in memory in each coding, `conditional`, `coding` and `accept`
//!   what a request prefers, `token` who may read what is private, `links` what a document is linked with, `router` the answers,
//!   `inbox` what is sent to us, `connections` the sockets, `places` who leaves where they are all taken, and `watched` how it is known
//!   what each is doing.

mod accept;
mod app;
mod archive;
mod cached_file;
mod coding;
mod conditional;
mod connection_slots;
mod connections;
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
