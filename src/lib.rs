//! bantin turns the news pages of agencies into feeds.
//!
//! The story of an article is the list of modules. `feeds.toml` ([`config`]) names sources and feeds. A visit to a
//! source runs the stages in order:
//!
//! `fetch` -> `discover` -> `extract` -> `normalize` -> `store` -> `publish` -> `serve`
//!
//! - [`model`] is what crosses the boundaries; [`page`] is a page that was brought home.

pub mod clock;
pub mod model;
pub mod page;
