//! Settings for pages that a browser has to render before they can be read.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// The browser that renders pages, the same for all sources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrowserConfig {
    /// The WebDriver server on this machine that starts it: an `http` URL with a loopback address
    /// and a port.
    pub webdriver: Url,
    /// The path of the browser; by default the WebDriver server finds it.
    pub program: Option<PathBuf>,
    /// The maximum time that a page may continue to change after it was loaded.
    pub wait: Duration,
    /// Whether the browser's sandbox is enabled.
    pub sandbox: bool,
}

/// The pages of a source that a browser renders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderPolicy {
    /// The browser.
    pub browser: Arc<BrowserConfig>,
    /// The only page that is rendered; `None` for all pages of the source.
    pub only: Option<Url>,
}

impl RenderPolicy {
    /// Whether the page at `url` is rendered by the browser.
    pub fn is_for(&self, url: &Url) -> bool {
        self.only.as_ref().is_none_or(|only| only == url)
    }
}
