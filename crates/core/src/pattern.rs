//! Regular expressions from feeds.toml, compiled once.

use std::fmt;
use std::str::FromStr;

/// The maximum size of a compiled expression, in bytes: handwritten ones take a hundredth.
const MAX_SIZE: usize = 1 << 20;

/// A compiled regular expression with its source text.
#[derive(Clone)]
pub struct RegexPattern {
    compiled: regex::Regex,
}

/// The error for a text that is not a valid regular expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{written:?} is not a regular expression: {why}")]
pub struct RegexPatternError {
    written: String,
    why: String,
}

impl RegexPattern {
    /// The source text of the expression.
    pub fn as_str(&self) -> &str {
        self.compiled.as_str()
    }

    /// Whether it matches anywhere in a text.
    pub fn is_in(&self, text: &str) -> bool {
        self.compiled.is_match(text)
    }
}

impl FromStr for RegexPattern {
    type Err = RegexPatternError;

    fn from_str(text: &str) -> Result<Self, RegexPatternError> {
        let compiled = regex::RegexBuilder::new(text).size_limit(MAX_SIZE).build();
        compiled.map(|compiled| Self { compiled }).map_err(|error| {
            // The crate's message ends with the reason, below a picture of the position.
            let why = error.to_string();
            let why = why.lines().last().unwrap_or_default().trim().trim_start_matches("error: ");
            RegexPatternError { written: text.to_owned(), why: why.to_owned() }
        })
    }
}

impl fmt::Debug for RegexPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pattern({:?})", self.as_str())
    }
}

impl PartialEq for RegexPattern {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for RegexPattern {}

#[cfg(test)]
mod tests {
    use super::RegexPattern;

    #[test]
    fn an_expression_is_read_or_says_why_not() {
        let pattern: RegexPattern = r"-\d+\.html$".parse().unwrap();
        assert!(pattern.is_in("https://a.example/tin-7.html"));
        assert!(!pattern.is_in("https://a.example/tin-7.html?in=1"));
        let error = "tin(".parse::<RegexPattern>().unwrap_err();
        assert_eq!(error.to_string(), "\"tin(\" is not a regular expression: unclosed group");
        let large = r"\w{1000}{1000}".parse::<RegexPattern>().unwrap_err();
        assert!(large.to_string().contains("size"), "{large}");
    }
}
