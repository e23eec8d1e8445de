//! Slugs: short names that are safe in file names, URLs and databases.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The maximum length: file names stay below 255 bytes with any extension.
const MAX_LENGTH: usize = 64;

/// A name of 1 to 64 characters from `a-z`, `0-9` and `-` that begins and ends with a letter or
/// digit.
///
/// Names of sources and feeds become file names below `output/`; a slug cannot leave that folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Slug(String);

/// The error for a text that is not a valid slug.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not 1 to 64 letters a-z, digits and inner hyphens")]
pub struct SlugError(String);

impl Slug {
    /// The slug as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Converts any text to a slug: removes diacritics, writes đ as d, and replaces everything else
    /// by hyphens. `None` if nothing is left.
    ///
    /// `Ban Dân tộc tỉnh Đắk Lắk` gives `ban-dan-toc-tinh-dak-lak`.
    pub fn nearest(text: &str) -> Option<Self> {
        let mut slug = String::new();
        for c in text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
            match c {
                'a'..='z' | '0'..='9' => slug.push(c),
                'đ' => slug.push('d'),
                _ if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
                _ => {}
            }
            if slug.len() == MAX_LENGTH {
                break;
            }
        }
        slug.trim_end_matches('-').parse().ok()
    }
}

impl FromStr for Slug {
    type Err = SlugError;

    fn from_str(text: &str) -> Result<Self, SlugError> {
        let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let valid = (1..=MAX_LENGTH).contains(&text.len())
            && text.bytes().all(inner)
            && !text.starts_with('-')
            && !text.ends_with('-');
        if valid { Ok(Self(text.to_owned())) } else { Err(SlugError(text.to_owned())) }
    }
}

impl TryFrom<String> for Slug {
    type Error = SlugError;

    fn try_from(text: String) -> Result<Self, SlugError> {
        text.parse()
    }
}

impl From<Slug> for String {
    fn from(slug: Slug) -> Self {
        slug.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Slug;

    #[test]
    fn a_slug_cannot_be_a_path() {
        for text in ["", "..", "a/b", "a\\b", "-a", "a-", "Á", "a b", "con.", &"a".repeat(65)] {
            assert!(text.parse::<Slug>().is_err(), "{text:?}");
        }
        for text in ["a", "ban-dan-toc", "34", &"a".repeat(64)] {
            assert!(text.parse::<Slug>().is_ok(), "{text:?}");
        }
    }

    #[test]
    fn the_nearest_slug_has_no_marks() {
        let near = |text| Slug::nearest(text).map(String::from);
        assert_eq!(near("Ban Dân tộc tỉnh Đắk Lắk").as_deref(), Some("ban-dan-toc-tinh-dak-lak"));
        assert_eq!(near("  Sở  NN&PTNT – 2023! ").as_deref(), Some("so-nn-ptnt-2023"));
        assert_eq!(near("…"), None);
    }
}
