//! Where a value was found.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Where a field of an article came from, from the surest to the least sure.
///
/// Written as `kind` or `kind:detail`, for example `selector:td.Time`, `label:Tác giả`, `lead`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Provenance {
    /// A selector that the operator wrote.
    Selector(String),
    /// A rule for the page's CMS family, named `platform field`.
    Platform(String),
    /// A property of a JSON-LD block (schema.org).
    JsonLd(String),
    /// A `<meta>` element, by its name or property.
    Meta(String),
    /// An element with an `itemprop`, a `<time>` or another mark-up of its meaning.
    Markup(String),
    /// The text behind a label such as `Tác giả:`.
    Label(String),
    /// An element of a foreign feed.
    Feed(String),
    /// The teaser on the listing page.
    Teaser,
    /// The page's heading.
    Heading,
    /// The `<title>` of the page.
    TitleElement,
    /// The article's address.
    Url,
    /// The generic extractor, which knows nothing of the page.
    Generic,
    /// The article's own text.
    Body,
    /// The dateline of the first paragraph: the day of the event, which may be days before publication.
    Lead,
    /// What feeds.toml says of the source.
    Source,
    /// The day we saw it, because nothing on the page gave one.
    FirstSeen,
}

/// What stands behind a label that is found below the text.
const BELOW: &str = " (below the text)";
/// What lies above the title, in the same box.
const ABOVE: &str = "above title";
/// What stands behind a label that is found there.
const LABEL_ABOVE: &str = " (above the title)";

impl Provenance {
    /// A label that stands below the text, where a page's own clock may stand as well.
    pub fn below(label: &str) -> Self {
        Self::Label(format!("{label}{BELOW}"))
    }

    /// The line above the title, with its label where it has one; a page's own clock may stand there as well.
    pub fn above_title(label: Option<&str>) -> Self {
        match label {
            Some(label) => Self::Label(format!("{label}{LABEL_ABOVE}")),
            None => Self::Markup(ABOVE.to_owned()),
        }
    }

    /// Whether the value was found around the article and not in it.
    pub fn is_outside(&self) -> bool {
        match self {
            Self::Label(label) => label.ends_with(BELOW) || label.ends_with(LABEL_ABOVE),
            Self::Markup(place) => place == ABOVE,
            _ => false,
        }
    }
}

/// A value and where it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extracted<T> {
    /// The value.
    pub value: T,
    /// Where it was found.
    pub provenance: Provenance,
}

impl<T> Extracted<T> {
    /// A value with its provenance.
    pub fn new(value: T, provenance: Provenance) -> Self {
        Self { value, provenance }
    }

    /// The same provenance, another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Extracted<U> {
        Extracted { value: change(self.value), provenance: self.provenance }
    }
}

/// A text that names no provenance.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no provenance")]
pub struct UnknownProvenance(String);

impl fmt::Display for Provenance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Selector(detail) => write!(f, "selector:{detail}"),
            Self::Platform(detail) => write!(f, "platform:{detail}"),
            Self::JsonLd(detail) => write!(f, "json-ld:{detail}"),
            Self::Meta(detail) => write!(f, "meta:{detail}"),
            Self::Markup(detail) => write!(f, "markup:{detail}"),
            Self::Label(detail) => write!(f, "label:{detail}"),
            Self::Feed(detail) => write!(f, "feed:{detail}"),
            Self::Teaser => f.write_str("teaser"),
            Self::Heading => f.write_str("heading"),
            Self::TitleElement => f.write_str("title-element"),
            Self::Url => f.write_str("url"),
            Self::Generic => f.write_str("generic"),
            Self::Body => f.write_str("body"),
            Self::Lead => f.write_str("lead"),
            Self::Source => f.write_str("source"),
            Self::FirstSeen => f.write_str("first-seen"),
        }
    }
}

impl FromStr for Provenance {
    type Err = UnknownProvenance;

    fn from_str(text: &str) -> Result<Self, UnknownProvenance> {
        let (kind, detail) = text.split_once(':').unwrap_or((text, ""));
        let detail = detail.to_owned();
        Ok(match kind {
            "selector" => Self::Selector(detail),
            "platform" => Self::Platform(detail),
            "json-ld" => Self::JsonLd(detail),
            "meta" => Self::Meta(detail),
            "markup" => Self::Markup(detail),
            "label" => Self::Label(detail),
            "feed" => Self::Feed(detail),
            "teaser" => Self::Teaser,
            "heading" => Self::Heading,
            "title-element" => Self::TitleElement,
            "url" => Self::Url,
            "generic" => Self::Generic,
            "body" => Self::Body,
            "lead" => Self::Lead,
            "source" => Self::Source,
            "first-seen" => Self::FirstSeen,
            _ => return Err(UnknownProvenance(text.to_owned())),
        })
    }
}

impl TryFrom<String> for Provenance {
    type Error = UnknownProvenance;

    fn try_from(text: String) -> Result<Self, UnknownProvenance> {
        text.parse()
    }
}

impl From<Provenance> for String {
    fn from(provenance: Provenance) -> Self {
        provenance.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::Provenance;

    #[test]
    fn a_provenance_is_read_as_it_is_written() {
        for text in ["selector:td.Time > b:nth-child(2)", "label:Tác giả", "lead", "meta:og:title"]
        {
            assert_eq!(text.parse::<Provenance>().unwrap().to_string(), text);
        }
        assert!("guess".parse::<Provenance>().is_err());
    }
}
