//! Parsers of string values that a kind's settings and the rest of feeds.toml share.

use bantin_core::{CssSelector, CssSelectorError, RegexPattern, RegexPatternError, ValueError};

/// Parses one line of plain text.
///
/// # Errors
/// It is empty or contains a control character, such as a line break.
pub fn line(text: &str) -> Result<String, ValueError> {
    let line = text.trim();
    if line.is_empty() {
        return Err(ValueError::new("is empty"));
    }
    if line.contains(char::is_control) {
        return Err(ValueError::new("must be one line, without control characters"));
    }
    Ok(line.to_owned())
}

/// Parses a CSS selector.
///
/// # Errors
/// It is not a valid selector.
pub fn selector(text: &str) -> Result<CssSelector, ValueError> {
    text.parse().map_err(|e: CssSelectorError| {
        // For some errors the parser has no sentence, only the name of a variant.
        let why = e.to_string();
        let why = match why.lines().last().unwrap_or_default().trim() {
            "EmptySelector" => "is empty".to_owned(),
            "DanglingCombinator" => {
                format!("{text:?} is not a CSS selector: something is missing at its end")
            }
            "UnsupportedPseudoClassOrElement" => {
                format!("{text:?} has an unknown pseudo-class")
            }
            _ => why.lines().next().unwrap_or_default().to_owned(),
        };
        ValueError::new(why)
    })
}

/// Parses a regular expression.
///
/// # Errors
/// It is not a valid regular expression.
pub fn pattern(text: &str) -> Result<RegexPattern, ValueError> {
    if text.is_empty() {
        return Err(ValueError::new("is empty"));
    }
    text.parse().map_err(|e: RegexPatternError| {
        ValueError::new(e.to_string())
            .hint("for example '/tin-tuc/.+[.]html$', in single quotes, which leave a \\ as it is")
    })
}
