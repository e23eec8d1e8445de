//! Conditions on the articles of a feed, beyond the lists of sources, provinces, agencies and
//! topics.

use super::{Article, RegexPattern, Slug};
use chrono::{DateTime, Utc};
use std::cell::OnceCell;
use std::time::Duration;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The tone marks of Vietnamese. Before words are compared, tones are moved to the end of their
/// word, because `hoà` and `hòa` are the same word.
const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}'];

/// A condition on an article and its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// It belongs to one of these sources.
    Sources(Vec<Slug>),
    /// Its source belongs to one of these provinces.
    Provinces(Vec<Slug>),
    /// Its source belongs to one of these agencies.
    Agencies(Vec<Slug>),
    /// It has one of these topics.
    Topics(Vec<Slug>),
    /// It is in one of these languages (BCP 47); `en` includes `en-GB`.
    Languages(Vec<String>),
    /// Its title, summary or text contains one of these phrases.
    Words(Vec<Phrase>),
    /// Its title matches.
    Title(RegexPattern),
    /// Its text matches.
    Body(RegexPattern),
    /// Its author matches; an article without an author does not.
    Author(RegexPattern),
    /// Whether it has an attachment.
    Attachment(bool),
    /// It was published at most this long before the publication day.
    NewerThan(Duration),
    /// All of these hold.
    All(Vec<Condition>),
    /// One of these holds.
    Any(Vec<Condition>),
    /// None of these holds.
    None(Vec<Condition>),
}

/// The subject of conditions: an article and the terms of its source.
#[derive(Debug)]
pub struct ConditionSubject<'a> {
    article: &'a Article,
    province: Option<&'a str>,
    agency: Option<&'a str>,
    /// The start of the publication day, from which ages count; `None` before the first publication
    /// day.
    day: Option<DateTime<Utc>>,
    /// The texts as words, computed once, and only if a condition needs them.
    marked: OnceCell<String>,
    unmarked: OnceCell<String>,
}

/// A sequence of words, matched as whole words: `an` does not match in `ban`. A phrase without
/// diacritics matches with any (`dan toc` in `dân tộc`). One with diacritics needs the same ones.
/// Case and the position of tone marks are ignored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    words: String,
    is_marked: bool,
}

impl<'a> ConditionSubject<'a> {
    /// An article with the terms of its source's province and agency, and the publication day.
    pub fn of(
        article: &'a Article,
        province: Option<&'a str>,
        agency: Option<&'a str>,
        day: Option<DateTime<Utc>>,
    ) -> Self {
        Self { article, province, agency, day, marked: OnceCell::new(), unmarked: OnceCell::new() }
    }

    fn has(&self, phrase: &Phrase) -> bool {
        let texts = || {
            let article = self.article;
            [&article.title, article.summary.as_ref().unwrap_or(&article.title), &article.text]
        };
        let made = |are_marked| texts().map(|text| words(text, are_marked)).join("|");
        let words = if phrase.is_marked {
            self.marked.get_or_init(|| made(true))
        } else {
            self.unmarked.get_or_init(|| made(false))
        };
        words.contains(&phrase.words)
    }
}

/// Writes a name with a list of quoted texts in brackets. Quotes and backslashes in them are
/// escaped.
pub(super) fn rule<'a>(name: &str, texts: impl Iterator<Item = &'a str>) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    format!("{name}({})", texts.map(quoted).collect::<Vec<_>>().join(","))
}

impl Condition {
    /// Writes the condition as a text that is unique to it. Stores keep this text, so its form
    /// (version 1) is written out here.
    pub(super) fn rule(&self) -> String {
        let slugs = |name, slugs: &[Slug]| rule(name, slugs.iter().map(Slug::as_str));
        let one = |name, text: &str| rule(name, [text].into_iter());
        let all = |name: &str, conditions: &[Self]| {
            let rules: Vec<String> = conditions.iter().map(Self::rule).collect();
            format!("{name}({})", rules.join(" "))
        };
        match self {
            Self::Sources(list) => slugs("sources", list),
            Self::Provinces(list) => slugs("provinces", list),
            Self::Agencies(list) => slugs("agencies", list),
            Self::Topics(list) => slugs("topics", list),
            Self::Languages(list) => rule("languages", list.iter().map(String::as_str)),
            Self::Words(phrases) => {
                let words: Vec<String> = phrases
                    .iter()
                    .map(|phrase| {
                        format!("{}{}", if phrase.is_marked { "=" } else { "~" }, phrase.words)
                    })
                    .collect();
                rule("words", words.iter().map(String::as_str))
            }
            Self::Title(pattern) => one("title", pattern.as_str()),
            Self::Body(pattern) => one("body", pattern.as_str()),
            Self::Author(pattern) => one("author", pattern.as_str()),
            Self::Attachment(has_one) => format!("attachment({has_one})"),
            Self::NewerThan(age) => format!("newer-than({}ms)", age.as_millis()),
            Self::All(conditions) => all("all", conditions),
            Self::Any(conditions) => all("any", conditions),
            Self::None(conditions) => all("none", conditions),
        }
    }

    /// Whether the condition holds for an article.
    pub fn holds(&self, subject: &ConditionSubject<'_>) -> bool {
        let is_one = |list: &[Slug], slug: Option<&str>| {
            slug.is_some_and(|slug| list.iter().any(|one| one.as_str() == slug))
        };
        let article = subject.article;
        match self {
            Self::Sources(list) => list.contains(&article.source),
            Self::Provinces(list) => is_one(list, subject.province),
            Self::Agencies(list) => is_one(list, subject.agency),
            Self::Topics(list) => article.topics.iter().any(|topic| list.contains(topic)),
            Self::Languages(list) => {
                list.iter().any(|range| matches_range(&article.language, range))
            }
            Self::Words(list) => list.iter().any(|phrase| subject.has(phrase)),
            Self::Title(pattern) => pattern.is_in(&article.title),
            Self::Body(pattern) => pattern.is_in(&article.text),
            Self::Author(pattern) => {
                article.author.as_deref().is_some_and(|author| pattern.is_in(author))
            }
            Self::Attachment(wanted) => *wanted != article.attachments.is_empty(),
            Self::NewerThan(age) => subject.day.is_none_or(|day| {
                // An article published after the start of the day has age zero.
                let old = day.signed_duration_since(article.published).to_std();
                old.unwrap_or_default() <= *age
            }),
            Self::All(all) => all.iter().all(|condition| condition.holds(subject)),
            Self::Any(any) => any.iter().any(|condition| condition.holds(subject)),
            Self::None(none) => !none.iter().any(|condition| condition.holds(subject)),
        }
    }
}

impl Condition {
    /// The ages in the condition and its parts.
    pub fn ages(&self) -> Vec<Duration> {
        match self {
            Self::NewerThan(age) => vec![*age],
            Self::All(some) | Self::Any(some) | Self::None(some) => {
                some.iter().flat_map(Self::ages).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Whether the result depends on the day: an article that matches today may not match tomorrow.
    pub fn asks_for_age(&self) -> bool {
        !self.ages().is_empty()
    }
}

impl Phrase {
    /// Parses a phrase; `None` if the text contains no word.
    pub fn of(text: &str) -> Option<Self> {
        let is_marked = text.nfd().any(is_combining_mark) || text.contains(['đ', 'Đ']);
        let words = words(text, is_marked);
        (!words.trim().is_empty()).then_some(Self { words, is_marked })
    }
}

/// Basic filtering of language ranges (RFC 4647 section 3.3.1).
fn matches_range(language: &str, range: &str) -> bool {
    let start = language.get(..range.len()).unwrap_or_default();
    let rest = language.get(range.len()..).unwrap_or_default();
    start.eq_ignore_ascii_case(range) && (rest.is_empty() || rest.starts_with('-'))
}

/// Returns the words of a text, separated and enclosed by single spaces.
fn words(text: &str, are_marked: bool) -> String {
    let mut words = String::with_capacity(text.len() + 2);
    words.push(' ');
    let mut tones = String::new();
    // An apostrophe does not separate words: M'nông.
    let letters = text.nfd().filter(|c| !matches!(c, '\'' | '’' | '‘' | 'ʼ'));
    for c in letters.chain([' ']).flat_map(char::to_lowercase) {
        match c {
            'đ' if !are_marked => words.push('d'),
            c if TONES.contains(&c) && are_marked => tones.push(c),
            c if is_combining_mark(c) && !are_marked => {}
            c if c.is_alphanumeric() || is_combining_mark(c) => words.push(c),
            _ => {
                words.push_str(&tones);
                tones.clear();
                if !words.ends_with(' ') {
                    words.push(' ');
                }
            }
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ArticleQuery;

    #[test]
    fn the_rule_of_a_query_is_written_as_ever_and_tells_it_from_others() {
        let words = |text: &str| Condition::Words(vec![Phrase::of(text).unwrap()]);
        let slug = |text: &str| text.parse::<Slug>().unwrap();
        let pattern = |text: &str| text.parse::<RegexPattern>().unwrap();
        let query = ArticleQuery {
            sources: vec![slug("a"), slug("b")],
            topics: vec![slug("y-te")],
            conditions: vec![
                words("dan toc"),
                Condition::Title(pattern("\"a\\d")),
                Condition::Any(vec![
                    Condition::NewerThan(Duration::from_secs(60)),
                    Condition::None(vec![Condition::Attachment(true)]),
                ]),
            ],
            ..ArticleQuery::default()
        };
        assert_eq!(
            query.rule(),
            r#"sources("a","b") topics("y-te") words("~ dan toc ") title("\"a\\d") any(newer-than(60000ms) none(attachment(true)))"#
        );
        assert_eq!(ArticleQuery::default().rule(), "");
        let of = |list| vec![slug(list)];
        let others = [
            Condition::Sources(of("a")),
            Condition::Provinces(of("a")),
            Condition::Agencies(of("a")),
            Condition::Topics(of("a")),
            Condition::Languages(vec!["a".to_owned()]),
            words("á"),
            words("a"),
            Condition::Title(pattern("a")),
            Condition::Body(pattern("a")),
            Condition::Author(pattern("a")),
            Condition::Attachment(true),
            Condition::Attachment(false),
            Condition::NewerThan(Duration::from_secs(1)),
            Condition::All(vec![words("a")]),
            Condition::Any(vec![words("a")]),
            Condition::None(vec![words("a")]),
        ];
        let rules: std::collections::BTreeSet<String> =
            others.iter().map(Condition::rule).collect();
        assert_eq!(rules.len(), others.len(), "{rules:?}");
    }
}
