//! The keys of `[render]`.

use super::super::deserialize::{BoundedDuration, Spanned};
use schemars::JsonSchema;
use serde::Deserialize;

/// The browser that renders the pages of sources with render = true.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Render")]
pub(in crate::config) struct RenderKeys {
    /// The address of the WebDriver server on this machine that starts the browser, such as chromedriver with Debian's Chromium.
    #[schemars(required, example = "http://127.0.0.1:9515")]
    pub(in crate::config) webdriver: Option<Spanned<String>>,
    /// The maximum time that a loaded page may keep changing before it is read as it is.
    #[schemars(extend("default" = "5s"))]
    pub(in crate::config) wait: Option<Spanned<BoundedDuration<1, 30>>>,
    /// The browser's executable. By default the one that the WebDriver server finds.
    #[schemars(example = "/usr/bin/chromium")]
    pub(in crate::config) browser: Option<Spanned<String>>,
    /// Whether the browser runs in its sandbox. By default it does. The sandbox does not work if chromedriver runs as root; run chromedriver as another user instead of setting false.
    #[schemars(example = true)]
    pub(in crate::config) sandbox: Option<Spanned<bool>>,
}
