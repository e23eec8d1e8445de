//! Pages that a browser has to build before they can be read.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// The browser that builds pages, the same for all sources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrowserConfig {
    /// The WebDriver server on this machine that starts it: `http`, an address of the loopback, a port.
    pub webdriver: Url,
    /// Its program; by default the one that the server finds.
    pub program: Option<PathBuf>,
    /// The longest that a page may go on building itself once it is here.
    pub wait: Duration,
    /// Whether its own sandbox is on.
    pub sandbox: bool,
}

/// Which pages of a source are built by a browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderPolicy {
    /// The browser.
    pub browser: Arc<BrowserConfig>,
    /// The only page that is; all of the source where there is none.
    pub only: Option<Url>,
}

impl RenderPolicy {
    /// Whether the page at `url` is built by the browser.
    pub fn is_for(&self, url: &Url) -> bool {
        self.only.as_ref().is_none_or(|only| only == url)
    }
}
