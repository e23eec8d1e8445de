//! The explanation of an extraction: the candidates of each field, and what was removed from the
//! body.
//!
//! [`FieldChoices`](super::FieldChoices) records it while it decides.

use serde::Serialize;
use std::fmt;

/// The maximum length of a recorded value, in characters; longer values are truncated.
const MAX_LENGTH: usize = 120;

/// The kind of a removed part that belongs to the page and not to its article. The containing
/// element follows it.
pub const BOILERPLATE: &str = "page boilerplate";

/// A field of an article, as shown to an operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ExplainedField {
    /// The address for readers.
    Url,
    /// The title.
    Title,
    /// The date of publication.
    Date,
    /// The date of the event that the lead begins with.
    Event,
    /// The author.
    Author,
    /// The source that the agency credits.
    Source,
    /// The lead or summary.
    Summary,
    /// The text.
    Body,
    /// The language.
    Language,
    /// The images.
    Images,
    /// The attached files.
    Attachments,
    /// The agency's own categories and keywords.
    Tags,
    /// The topics found by our rules.
    Topics,
}

impl ExplainedField {
    /// All fields, in display order.
    pub const ALL: [Self; 13] = [
        Self::Url,
        Self::Title,
        Self::Date,
        Self::Event,
        Self::Author,
        Self::Source,
        Self::Summary,
        Self::Body,
        Self::Language,
        Self::Images,
        Self::Attachments,
        Self::Tags,
        Self::Topics,
    ];

    /// The display name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Url => "url",
            Self::Title => "title",
            Self::Date => "date",
            Self::Event => "event",
            Self::Author => "author",
            Self::Source => "source",
            Self::Summary => "summary",
            Self::Body => "body",
            Self::Language => "language",
            Self::Images => "images",
            Self::Attachments => "attachments",
            Self::Tags => "tags",
            Self::Topics => "topics",
        }
    }

    /// The key of a source in feeds.toml that overrides the field, if there is one.
    pub fn key(self) -> Option<&'static str> {
        match self {
            Self::Title => Some("article.title"),
            Self::Date => Some("article.date"),
            Self::Author => Some("article.author"),
            Self::Source => Some("article.source"),
            Self::Summary => Some("article.summary"),
            Self::Body => Some("article.body"),
            Self::Language => Some("language"),
            Self::Topics => Some("topics"),
            Self::Url | Self::Event | Self::Images | Self::Attachments | Self::Tags => None,
        }
    }
}

/// The verdict on a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueVerdict {
    /// It is the value of the field, or one of its values.
    Taken,
    /// It has the same meaning as the value that was taken.
    Agrees,
    /// It was not taken.
    PassedOver,
}

impl fmt::Display for ValueVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Taken => "taken",
            Self::Agrees => "agrees",
            Self::PassedOver => "passed over",
        })
    }
}

/// A candidate of a field with its verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConsideredValue {
    /// The field.
    #[serde(skip)]
    pub subject: ExplainedField,
    /// The verdict.
    pub verdict: ValueVerdict,
    /// The origin: a provenance.
    pub from: String,
    /// The value, shortened.
    pub value: String,
    /// The reason for the verdict, if there is one: a sentence without its subject and its full
    /// stop.
    pub why: Option<String>,
}

impl ConsideredValue {
    /// A candidate without a reason.
    pub fn new(
        subject: ExplainedField,
        verdict: ValueVerdict,
        from: impl ToString,
        value: &str,
    ) -> Self {
        let value = shortened(value, MAX_LENGTH);
        Self { subject, verdict, from: from.to_string(), value, why: None }
    }

    /// Sets the verdict and its reason. An empty reason is dropped.
    pub fn with(self, verdict: ValueVerdict, why: impl Into<String>) -> Self {
        Self { verdict, why: Some(why.into()).filter(|why| !why.is_empty()), ..self }
    }
}

/// A part that was removed from a body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RemovedPart {
    /// The kind of part, for example `byline`, `counter of readers`, `list of other articles`.
    pub kind: String,
    /// Its beginning.
    pub excerpt: String,
    /// The number of its lines.
    pub lines: usize,
    /// Its length in characters.
    pub characters: usize,
}

/// The reason why a page has no article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PageRejection {
    /// The rule that recognized the page as something else, for example `waf-challenge`.
    pub rule: Option<&'static str>,
    /// The evidence on the page.
    pub evidence: Option<String>,
    /// The full message, with advice on what to do.
    pub message: String,
}

/// The record of how a page was extracted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Explanation {
    /// The platform rules that were used.
    pub platform: Option<String>,
    /// The candidates of all fields; those of one field are ranked, best first.
    pub considered: Vec<ConsideredValue>,
    /// Values that were examined and are not candidates.
    pub ignored: Vec<ConsideredValue>,
    /// The parts that were removed from the body.
    pub removed: Vec<RemovedPart>,
}

impl Explanation {
    /// Returns the records of a field: the taken values first, the values that are not candidates
    /// last.
    pub fn of(&self, subject: ExplainedField) -> Vec<&ConsideredValue> {
        let is_of = |value: &&ConsideredValue| value.subject == subject;
        let mut all: Vec<&ConsideredValue> = self.considered.iter().filter(is_of).collect();
        all.sort_by_key(|value| value.verdict != ValueVerdict::Taken);
        all.extend(self.ignored.iter().filter(is_of));
        all
    }
}

/// Returns the beginning of a long text, with an ellipsis; `longest` is in characters.
pub fn shortened(text: &str, longest: usize) -> String {
    let mut short: String = text.chars().take(longest).collect();
    if short.len() < text.len() {
        short = short.trim_end().to_owned();
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn a_long_value_is_shown_by_its_beginning() {
        assert_eq!(shortened("một hai ba", 7), "một hai…");
        assert_eq!(shortened("một", 7), "một");
    }
}
