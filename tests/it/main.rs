//! Integration tests: the program as an operator runs it, against agencies that are slow, rude and
//! broken.
//!
//! One binary, so that it links once. Each file covers one topic.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

pub(crate) use bantin_testing::agency;

mod add;
mod again;
mod api;
mod archives;
mod backfill;
mod check;
mod chromium;
mod clock;
mod daemon;
mod dates;
mod desk;
mod discover;
mod exchange;
mod explain;
mod extract;
mod gone;
mod hostile;
mod hostile_pages;
mod house;
mod identity;
mod import;
mod judges;
mod liars;
mod line;
mod lists;
mod machine;
mod matrix;
mod measures;
mod old_servers;
mod pageless;
mod render;
mod requests;
mod rules;
mod script;
mod secrets;
mod serving;
mod sitemaps;
mod stale;
mod topics;
mod trouble;
mod trust;
mod upgrade;
mod version;
mod warc;
mod web_servers;
mod websub;
mod world;
