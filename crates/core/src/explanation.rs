//! How a page was read: for each field what was considered, and what was removed from the body.
//!
//! [`FieldChoices`](super::FieldChoices) writes it while it decides.

use serde::Serialize;
use std::fmt;

/// A longer value is shown by its beginning, in characters.
const MAX_LENGTH: usize = 120;

/// The kind of a removed part that belongs to the page and not to its article; the element that holds it follows.
pub const BOILERPLATE: &str = "boilerplate of the page";

/// What an article is made of, as an operator sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ExplainedField {
    /// The address for readers.
    Url,
    /// The title.
    Title,
    /// The day of publication.
    Date,
    /// The day of the event that the lead begins with.
    Event,
    /// Who wrote it.
    Author,
    /// What the agency names as its source.
    Source,
    /// The lead or summary.
    Summary,
    /// The text.
    Body,
    /// The language.
    Language,
    /// The pictures.
    Images,
    /// The files that come with it.
    Attachments,
    /// What its agency calls it.
    Tags,
    /// What it is about by the rules for topics.
    Topics,
}

impl ExplainedField {
    /// All of them, in the order in which they are shown.
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

    /// Its name.
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

    /// The key of a source in feeds.toml that decides it, where there is one.
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

/// What became of something that was considered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueVerdict {
    /// It is the value of the field, or one of its values.
    Taken,
    /// It says the same as what was taken.
    Agrees,
    /// It was passed over.
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

/// A candidate of a field with what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConsideredValue {
    /// The field.
    #[serde(skip)]
    pub subject: ExplainedField,
    /// What became of it.
    pub verdict: ValueVerdict,
    /// Where it stands: a provenance.
    pub from: String,
    /// What it says, shortened.
    pub value: String,
    /// Why it was taken or passed over, where there is something to say: a sentence without its subject and its full stop.
    pub why: Option<String>,
}

impl ConsideredValue {
    /// A candidate of a field, without a reason.
    pub fn new(
        subject: ExplainedField,
        verdict: ValueVerdict,
        from: impl ToString,
        value: &str,
    ) -> Self {
        let value = shortened(value, MAX_LENGTH);
        Self { subject, verdict, from: from.to_string(), value, why: None }
    }

    /// The same with a verdict and its reason. An empty reason is left out.
    pub fn with(self, verdict: ValueVerdict, why: impl Into<String>) -> Self {
        Self { verdict, why: Some(why.into()).filter(|why| !why.is_empty()), ..self }
    }
}

/// Something that was removed from a body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RemovedPart {
    /// What it is, for example `byline`, `counter of readers`, `list of other articles`.
    pub kind: String,
    /// How it begins.
    pub excerpt: String,
    /// How many lines it has.
    pub lines: usize,
    /// How long it is, in characters.
    pub characters: usize,
}

/// Why a page gives no article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PageRejection {
    /// The rule that knows the page for something else, for example `waf-challenge`.
    pub rule: Option<&'static str>,
    /// What on the page tells it.
    pub evidence: Option<String>,
    /// All of it in a sentence, with what to do.
    pub message: String,
}

/// How a page was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Explanation {
    /// The rules for the page's CMS family that were used.
    pub platform: Option<String>,
    /// The candidates of all fields, those of one field best first.
    pub considered: Vec<ConsideredValue>,
    /// What was looked at and is no candidate.
    pub ignored: Vec<ConsideredValue>,
    /// What was removed from the body.
    pub removed: Vec<RemovedPart>,
}

impl Explanation {
    /// What was considered for a field: first what was taken, last what is no candidate.
    pub fn of(&self, subject: ExplainedField) -> Vec<&ConsideredValue> {
        let is_of = |told: &&ConsideredValue| told.subject == subject;
        let mut all: Vec<&ConsideredValue> = self.considered.iter().filter(is_of).collect();
        all.sort_by_key(|told| told.verdict != ValueVerdict::Taken);
        all.extend(self.ignored.iter().filter(is_of));
        all
    }
}

/// The beginning of a text, where it is long.
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
