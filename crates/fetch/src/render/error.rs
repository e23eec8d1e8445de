//! Failures of the browser that renders a page, reported so that the agency is not blamed for our
//! own.

use crate::connect::MachineCause;
use bantin_core::RetryAdvice;

/// The reason why a browser rendered no page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderFault {
    /// No WebDriver server answers at its address.
    #[error(
        "no WebDriver server answers at {address} ({why}); start one with `chromedriver --port={port}`, or correct webdriver under [render] in feeds.toml"
    )]
    NoDriver {
        /// The address in feeds.toml.
        address: String,
        /// Its port.
        port: u16,
        /// The error of the connection.
        why: String,
    },
    /// The server does not start a browser.
    #[error(
        "the WebDriver server starts no browser: {0}; check that chromium and chromedriver have the same version (as root or in a container the sandbox cannot start: write sandbox = false under [render] to run without it)"
    )]
    NoBrowser(String),
    /// The server violates the protocol, or lost its browser.
    #[error("the browser or its WebDriver server failed: {0}")]
    Broken(String),
    /// The browser could not open the page.
    #[error("the browser could not open it: {0}")]
    NotOpened(String),
    /// The browser shows something other than an HTML page.
    #[error(
        "the browser shows {0} instead of an HTML page; use another address, or remove render from the source"
    )]
    NoPage(String),
    /// This machine lacks something for the browser.
    #[error("it was not rendered, because {0}")]
    Machine(MachineCause),
    /// The loopback proxy of the load could not be opened.
    #[error("the loopback proxy for the browser cannot be opened: {0}")]
    Proxy(String),
}

impl RenderFault {
    /// The action that the schedule should take.
    pub fn advice(&self) -> RetryAdvice {
        match self {
            Self::NoDriver { .. }
            | Self::Broken(_)
            | Self::NotOpened(_)
            | Self::Machine(_)
            | Self::Proxy(_) => RetryAdvice::RetryLater,
            Self::NoBrowser(_) => RetryAdvice::AskOperator,
            Self::NoPage(_) => RetryAdvice::SkipPage,
        }
    }
}
