//! What goes wrong with the browser that builds a page, told so that nobody blames the agency for what is ours.

use bantin_core::RetryAdvice;

/// Why a browser built no page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderFault {
    /// Nobody answers at the address of the WebDriver server.
    #[error(
        "no WebDriver server answers at {address} ({why}); start one with `chromedriver --port={port}`, or correct webdriver under [render] in feeds.toml"
    )]
    NoDriver {
        /// The address in feeds.toml.
        address: String,
        /// Its port.
        port: u16,
        /// What the connection said.
        why: String,
    },
    /// The server starts no browser.
    #[error(
        "the WebDriver server starts no browser: {0}; see that chromium and chromedriver are of one version (as root or in a container the sandbox cannot start: sandbox = false under [render] says that it may do without)"
    )]
    NoBrowser(String),
    /// The server says what it must not, or loses its browser.
    #[error("the browser, or the WebDriver server before it, broke off: {0}")]
    Broken(String),
    /// The browser came to no page.
    #[error("the browser could not open it: {0}")]
    NotOpened(String),
    /// What the browser shows is no page of HTML.
    #[error("the browser shows {0} there, and no page; name another address, or take render out")]
    NoPage(String),
    /// The loopback proxy of the load could not be opened.
    #[error("the proxy on the loopback that the browser goes through cannot be opened: {0}")]
    Proxy(String),
}

impl RenderFault {
    /// What the schedule should do now.
    pub fn advice(&self) -> RetryAdvice {
        match self {
            Self::NoDriver { .. } | Self::Broken(_) | Self::NotOpened(_) | Self::Proxy(_) => {
                RetryAdvice::RetryLater
            }
            Self::NoBrowser(_) => RetryAdvice::AskOperator,
            Self::NoPage(_) => RetryAdvice::SkipPage,
        }
    }
}
