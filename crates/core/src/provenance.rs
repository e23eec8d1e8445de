//! Provenances: where values were found.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The origin of an article's field, from the most to the least reliable.
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
    /// An element with semantic mark-up: an `itemprop`, a `<time>` or the like.
    Markup(String),
    /// The text behind a label such as `Tác giả:`.
    Label(String),
    /// An element of a foreign feed.
    Feed(String),
    /// The item on the listing page.
    Teaser,
    /// The page's heading.
    Heading,
    /// The `<title>` of the page.
    TitleElement,
    /// The article's address.
    Url,
    /// The generic extractor, which uses no rules for the page.
    Generic,
    /// The article's own text.
    Body,
    /// The dateline of the first paragraph: the day of the event, which may precede publication.
    Lead,
    /// The source's entry in feeds.toml.
    Source,
    /// The day of the first sighting, because nothing on the page gave a date.
    FirstSeen,
}

/// The suffix of a label that was found below the text.
const BELOW: &str = " (below the text)";
/// The markup detail of a line above the title, in the same box.
const ABOVE: &str = "above title";
/// The suffix of a label that was found above the title.
const LABEL_ABOVE: &str = " (above the title)";

impl Provenance {
    /// The provenance of a label below the text, where a page may also show its own clock.
    pub fn below(label: &str) -> Self {
        Self::Label(format!("{label}{BELOW}"))
    }

    /// The provenance of the line above the title, with its label if it has one. A page may also
    /// show its own clock there.
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

/// A value with its provenance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extracted<T> {
    /// The value.
    pub value: T,
    /// Where it was found.
    pub provenance: Provenance,
}

impl<T> Extracted<T> {
    /// Creates a value with its provenance.
    pub fn new(value: T, provenance: Provenance) -> Self {
        Self { value, provenance }
    }

    /// Converts the value and keeps the provenance.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Extracted<U> {
        Extracted { value: change(self.value), provenance: self.provenance }
    }
}

/// The error for a text that is not a valid provenance.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a provenance")]
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
