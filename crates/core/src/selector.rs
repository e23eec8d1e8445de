//! CSS selectors from feeds.toml and platform rules, compiled once.

use serde::Deserialize;
use std::fmt;
use std::str::FromStr;

/// A CSS selector with its source text.
#[derive(Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct CssSelector {
    written: String,
    compiled: scraper::Selector,
}

/// The error for a text that is not a valid CSS selector.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{written:?} is not a CSS selector: {why}")]
pub struct CssSelectorError {
    written: String,
    why: String,
}

impl CssSelector {
    /// The source text of the selector.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// The compiled selector, for the DOM.
    pub fn compiled(&self) -> &scraper::Selector {
        &self.compiled
    }
}

impl FromStr for CssSelector {
    type Err = CssSelectorError;

    fn from_str(text: &str) -> Result<Self, CssSelectorError> {
        match scraper::Selector::parse(text) {
            Ok(compiled) => Ok(Self { written: text.to_owned(), compiled }),
            Err(e) => Err(CssSelectorError { written: text.to_owned(), why: e.to_string() }),
        }
    }
}

impl TryFrom<String> for CssSelector {
    type Error = CssSelectorError;

    fn try_from(text: String) -> Result<Self, CssSelectorError> {
        text.parse()
    }
}

impl fmt::Debug for CssSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Selector({:?})", self.written)
    }
}

impl PartialEq for CssSelector {
    fn eq(&self, other: &Self) -> bool {
        self.written == other.written
    }
}

impl Eq for CssSelector {}
