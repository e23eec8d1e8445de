//! The keys of `[render]`.

use super::super::deserialize::{BoundedDuration, Spanned};
use schemars::JsonSchema;
use serde::Deserialize;

/// The browser that builds the pages of sources with render = true.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Render")]
pub(in crate::config) struct RenderKeys {
    /// The address of the WebDriver server on this machine that starts the browser: chromedriver, with Debian's Chromium.
    #[schemars(required, example = "http://127.0.0.1:9515")]
    pub(in crate::config) webdriver: Option<Spanned<String>>,
    /// The longest that a page may go on building itself once it is here: what takes longer no reader waits for either.
    #[schemars(extend("default" = "5s"))]
    pub(in crate::config) wait: Option<Spanned<BoundedDuration<1, 30>>>,
    /// The program of the browser. By default the one that the WebDriver server finds.
    #[schemars(example = "/usr/bin/chromium")]
    pub(in crate::config) browser: Option<Spanned<String>>,
    /// Whether the sandbox of the browser is on. It cannot be where chromedriver runs as root; better run it as somebody else.
    #[schemars(example = true)]
    pub(in crate::config) sandbox: Option<Spanned<bool>>,
}
