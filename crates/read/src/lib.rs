//! Reads news pages: listings into items, article pages into articles.
//!
//! [`discover`] finds the items of a listing, feed, sitemap or API. [`extract`] reads the fields of
//! an article's page with their provenance. [`normalize`] turns them into an article: text in NFC,
//! dates as instants, clean HTML, absolute URLs. [`read`] does both for a page of a source,
//! [`single_page`] for a page without one. Everything is a pure function without network, clock or
//! disk.

/// The example of the README, as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod article;
mod bounded_json;
#[cfg(test)]
mod date_forms;
pub mod discover;
mod embed;
mod explain;
pub mod extract;
mod first_sentence;
mod image;
mod machine_date;
mod names;
pub mod normalize;
mod person;
mod single_page;
pub mod text;

pub use article::{ReadError, draft, read, read_with};
pub use explain::explain;
pub use single_page::{page_source, saved_page, single_page};
