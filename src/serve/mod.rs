//! What readers ask for: the published documents, and how bantin is.
//!
//! Only names that the [`App`] offers exist; no path of a request ever becomes the name of a file. HTTP semantics
//! follow RFC 9110, caching RFC 9111. A static web server over the same folder serves as well.
//!
//! - `app` is what is offered, `held` a file in memory in each coding, `conditional`, `coding` and `accept` what a request
//!   prefers, `token` who may read what is private, `links` what a document is linked with, `router` the answers, and
//!   `connections` the sockets.

mod accept;
mod app;
mod coding;
mod conditional;
mod connections;
mod held;
mod links;
mod router;
#[cfg(test)]
mod tests;
mod token;

pub use app::App;
pub use connections::serve;
