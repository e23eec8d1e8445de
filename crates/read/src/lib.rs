//! A news page in, an article out.
//!
//! [`discover`] finds the items of a listing, feed, sitemap or API. [`extract`] reads the fields of an article's page,
//! each with its provenance. [`normalize`] turns them into an article: text in NFC, dates as instants, clean HTML,
//! absolute URLs. Everything is a pure function: no network, no clock, no disk.

pub mod discover;
pub mod extract;
pub mod normalize;
