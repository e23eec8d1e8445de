//! bantin turns the news pages of agencies into feeds.
//!
//! The modules and crates follow the path of an article. `feeds.toml` ([`config`]) names sources
//! and feeds. A source is due when its schedule ([`bantin_core::schedule`]) says so. A visit
//! ([`crawl`]) runs the stages in order:
//!
//! `fetch` -> `discover` -> `extract` -> `normalize` -> `store`
//!
//! The [`publisher`] renders stored articles as documents in `output/` ([`bantin_publish`]), and
//! [`bantin_serve`] serves them over HTTP. [`websub`] notifies subscribers of changed documents.
//! [`health`] distinguishes a normal visit from a broken site, [`clock_watch`] a right system clock
//! from a wrong one. [`daemon`] runs all of this on schedule.
//!
//! The types that cross these boundaries are in [`bantin_core`] and [`bantin_page`]. A stage uses
//! these two and no other stage: only [`crawl`] and [`publisher`] know the order. The library never
//! prints, never exits and never reads the environment; [`cli`] does.

pub mod cli;
pub mod clock_watch;
pub mod config;
pub mod crawl;
pub mod daemon;
pub mod exchange;
pub mod health;
pub mod lock;
mod pause;
pub mod publisher;
pub mod source_lists;
pub mod websub;
