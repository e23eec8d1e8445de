//! bantin turns the news pages of agencies into feeds.
//!
//! The story of an article is the list of modules. `feeds.toml` ([`config`]) names sources and feeds. A source is due when
//! its [`schedule`] says so; a visit ([`crawl`]) runs the stages in order:
//!
//! `fetch` -> `discover` -> `extract` -> `normalize` -> `store`
//!
//! and the [`press`] turns what is stored into documents in `output/` (`publish`), which [`serve`] answers readers with.
//! [`websub`] tells whoever subscribed that a document has changed. [`health`] stands beside the line and tells a normal day from a broken site.
//!
//! What crosses the boundaries is [`model`]; a page that was brought home is [`page`]. A stage knows these two and no
//! other stage: only [`crawl`] and [`press`] know the order. The library never prints, never exits and never reads
//! the environment; [`cli`] does.

pub mod cli;
pub mod config;
pub mod crawl;
pub mod daemon;
pub mod exchange;
pub mod health;
pub mod lock;
pub mod publisher;
pub mod source_lists;
pub mod websub;
