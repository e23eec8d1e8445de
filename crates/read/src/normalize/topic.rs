//! Assigns topics to an article by weighted keywords in its title, lead and body, with the reasons.
//!
//! The rules are data (`catalog/topics.toml`, or the file that feeds.toml names). One automaton
//! searches all keywords at once, so an article costs the same with ten keywords or a thousand.

mod words;

use aho_corasick::AhoCorasick;
use bantin_core::{NewArticle, Slug, TopicRules};
use std::fmt;
use std::sync::Arc;
use words::{DiacriticMode, FoldedWords};

/// The threshold of a topic. One strong keyword in the title reaches it, or two in the lead.
pub const THRESHOLD: TopicScore = TopicScore(6);
/// The maximum that a body adds to a topic, whatever its length: a long report mentions everything
/// once.
const MAX_OF_BODY: TopicScore = TopicScore(2);
/// Maximum distance, in words, at which a `not` keyword cancels another.
const NEAR: usize = 6;
/// Maximum distance, in words, between the beginning of an agency's name and a keyword that belongs
/// to it: in `Sở Dân tộc và Tôn giáo`, `tôn giáo` is four words behind `sở`.
const NAME_OF_AGENCY: usize = 4;
/// The part of a body that is searched, in characters: the subject is at the beginning.
pub const MAX_BODY_CHARS: usize = 8_000;

/// A classifier for one set of rules.
#[derive(Debug)]
pub struct Classifier {
    topics: Arc<TopicRules>,
    marked: KeywordIndex,
    unmarked: KeywordIndex,
}

/// The keywords exceed what the automaton can hold.
#[derive(Debug, thiserror::Error)]
#[error("there are too many topic keywords: {0}; use fewer keywords")]
pub struct TooManyKeywords(#[from] aho_corasick::BuildError);

/// A score in half points, so that sums are exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct TopicScore(u32);

/// The part of an article in which a keyword was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeywordPosition {
    /// The title.
    Title,
    /// The lead.
    Lead,
    /// The body.
    Body,
}

/// The score of a topic with its keywords.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicReason {
    /// The topic's id.
    pub topic: Slug,
    /// The sum of the points.
    pub points: TopicScore,
    /// The keywords, in the order of their positions.
    pub hits: Vec<KeywordHit>,
}

/// A keyword that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeywordHit {
    /// The keyword as written in the rules.
    pub keyword: String,
    /// The part in which it was found.
    pub position: KeywordPosition,
}

/// The effect of a keyword.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum KeywordWeight {
    Strong,
    Weak,
    Not,
    /// What news about an office is about.
    Matter,
    /// The beginning of an agency's name.
    Agency,
}

/// The keywords of all topics, folded with or without diacritics.
#[derive(Debug)]
struct KeywordIndex {
    automaton: AhoCorasick,
    list: Vec<Keyword>,
}

#[derive(Debug)]
struct Keyword {
    text: String,
    /// The index of its topic. `None` for the words of news about an office.
    topic: Option<usize>,
    weight: KeywordWeight,
    words: usize,
}

/// A keyword at a position in a text.
#[derive(Debug, Clone, Copy)]
struct KeywordMatch<'a> {
    keyword: &'a Keyword,
    from: usize,
    to: usize,
}

impl Classifier {
    /// Compiles rules.
    ///
    /// # Errors
    /// The rules have more keywords than one automaton can hold, which is some millions.
    pub fn new(topics: Arc<TopicRules>) -> Result<Self, TooManyKeywords> {
        let marked = KeywordIndex::of(&topics, DiacriticMode::Kept)?;
        let unmarked = KeywordIndex::of(&topics, DiacriticMode::Dropped)?;
        Ok(Self { topics, marked, unmarked })
    }

    /// The topics of a text, highest score first.
    pub fn topics(&self, title: &str, lead: Option<&str>, body: &str) -> Vec<Slug> {
        let reasons = self.reasons(title, lead, body).into_iter();
        reasons.filter(TopicReason::reaches_threshold).map(|reason| reason.topic).collect()
    }

    /// The topics of an article, highest score first.
    pub fn topics_of(&self, article: &NewArticle) -> Vec<Slug> {
        self.topics(&article.title, article.summary.as_deref(), &article.text)
    }

    /// The scores of the topics of an article, like [`Self::reasons`].
    pub fn reasons_of(&self, article: &NewArticle) -> Vec<TopicReason> {
        self.reasons(&article.title, article.summary.as_deref(), &article.text)
    }

    /// The scores of all topics with a keyword in the text, also below the threshold; highest
    /// first, equal ones in the order of the rules.
    pub fn reasons(&self, title: &str, lead: Option<&str>, body: &str) -> Vec<TopicReason> {
        let end = body.char_indices().nth(MAX_BODY_CHARS).map_or(body.len(), |(end, _)| end);
        let body = body.get(..end).unwrap_or(body);
        let positions = [
            (KeywordPosition::Title, title),
            (KeywordPosition::Lead, lead.unwrap_or_default()),
            (KeywordPosition::Body, body),
        ];
        let mut reasons: Vec<TopicReason> =
            self.topics.list().iter().map(TopicReason::none).collect();
        let mut is_about_office = false;
        for (position, text) in positions {
            let mut found = if words::lacks_diacritics(text) {
                self.unmarked.find(&FoldedWords::of(text, DiacriticMode::Dropped))
            } else {
                self.marked.find(&FoldedWords::of(text, DiacriticMode::Kept))
            };
            let mut kinds = found.iter().map(|hit| hit.keyword.weight);
            is_about_office |= position == KeywordPosition::Title
                && kinds.any(|kind| kind == KeywordWeight::Matter);
            if is_about_office {
                drop_names_of_agencies(&mut found);
            }
            for (topic, reason) in reasons.iter_mut().enumerate() {
                reason.count(position, &found, topic);
            }
        }
        reasons.retain(|reason| !reason.hits.is_empty());
        reasons.sort_by_key(|reason| std::cmp::Reverse(reason.points));
        reasons
    }
}

impl KeywordIndex {
    fn of(topics: &TopicRules, marks: DiacriticMode) -> Result<Self, TooManyKeywords> {
        let of_topics = topics.list().iter().enumerate().flat_map(|(topic, rules)| {
            [
                (Some(topic), KeywordWeight::Strong, &rules.strong),
                (Some(topic), KeywordWeight::Weak, &rules.weak),
                (Some(topic), KeywordWeight::Not, &rules.not),
            ]
        });
        let of_offices = [
            (None, KeywordWeight::Matter, &topics.office().matters),
            (None, KeywordWeight::Agency, &topics.office().agencies),
        ];
        let mut patterns = Vec::new();
        let mut list = Vec::new();
        for (topic, weight, keywords) in of_topics.chain(of_offices) {
            for text in keywords {
                let (pattern, words) = words::keyword(text, marks);
                // A single word without diacritics is ambiguous: `ma`, `bon`, `dao`. Words that
                // never have any stay.
                let is_vague = marks == DiacriticMode::Dropped && words == 1 && !text.is_ascii();
                if words > 0 && !is_vague {
                    patterns.push(pattern);
                    list.push(Keyword { text: text.clone(), topic, weight, words });
                }
            }
        }
        let mut builder = AhoCorasick::builder();
        // A keyword of one topic may be part of a keyword of another.
        let automaton = builder.match_kind(aho_corasick::MatchKind::Standard).build(patterns)?;
        Ok(Self { automaton, list })
    }

    /// All keywords in a text, including overlapping ones.
    fn find(&self, words: &FoldedWords) -> Vec<KeywordMatch<'_>> {
        let found = self.automaton.find_overlapping_iter(words.as_str());
        let found = found.filter_map(|hit| {
            let keyword = self.list.get(hit.pattern().as_usize())?;
            let from = words.at(hit.start());
            Some(KeywordMatch { keyword, from, to: from + keyword.words })
        });
        found.collect()
    }
}

/// Removes the keywords that are part of an agency's name.
fn drop_names_of_agencies(found: &mut Vec<KeywordMatch<'_>>) {
    let is_agency = |hit: &&KeywordMatch<'_>| hit.keyword.weight == KeywordWeight::Agency;
    let agencies: Vec<usize> = found.iter().filter(is_agency).map(|hit| hit.from).collect();
    found.retain(|hit| {
        hit.keyword.weight == KeywordWeight::Not
            || !agencies.iter().any(|from| (*from..=from + NAME_OF_AGENCY).contains(&hit.from))
    });
}

impl KeywordMatch<'_> {
    /// Whether another match is at most this many words away.
    fn is_within(&self, words: usize, other: &Self) -> bool {
        self.from < other.to + words && other.from < self.to + words
    }
}

impl TopicReason {
    fn none(topic: &bantin_core::Topic) -> Self {
        Self { topic: topic.id.clone(), points: TopicScore::default(), hits: Vec::new() }
    }

    /// Whether the score reaches the threshold.
    pub fn reaches_threshold(&self) -> bool {
        self.points >= THRESHOLD
    }

    /// Adds the score of one part for the topic with this index. A keyword counts once, in the part
    /// that weighs most, and not inside a longer keyword.
    fn count(&mut self, position: KeywordPosition, found: &[KeywordMatch<'_>], topic: usize) {
        let ours = || found.iter().filter(|found| found.keyword.topic == Some(topic));
        let is_void = |hit: &KeywordMatch<'_>| {
            ours().any(|not| not.keyword.weight == KeywordWeight::Not && hit.is_within(NEAR, not))
        };
        let is_hit =
            |hit: &&KeywordMatch<'_>| hit.keyword.weight != KeywordWeight::Not && !is_void(hit);
        let mut hits: Vec<KeywordMatch<'_>> = ours().filter(is_hit).copied().collect();
        hits.sort_by_key(|hit| (std::cmp::Reverse(hit.keyword.words), hit.from));
        let mut taken: Vec<KeywordMatch<'_>> = Vec::new();
        for hit in hits {
            if !taken.iter().any(|other| hit.is_within(0, other)) {
                taken.push(hit);
            }
        }
        taken.sort_by_key(|hit| hit.from);
        let mut points = TopicScore::default();
        for hit in taken {
            if !self.hits.iter().any(|known| known.keyword == hit.keyword.text) {
                points.0 += keyword_score(hit.keyword.weight, position).0;
                self.hits.push(KeywordHit { keyword: hit.keyword.text.clone(), position });
            }
        }
        if position == KeywordPosition::Body {
            points = points.min(MAX_OF_BODY);
        }
        self.points.0 += points.0;
    }
}

/// The score of a keyword.
fn keyword_score(weight: KeywordWeight, position: KeywordPosition) -> TopicScore {
    TopicScore(match (weight, position) {
        (KeywordWeight::Strong, KeywordPosition::Title) => 6,
        (KeywordWeight::Strong, KeywordPosition::Lead) => 4,
        (KeywordWeight::Strong, KeywordPosition::Body)
        | (KeywordWeight::Weak, KeywordPosition::Title | KeywordPosition::Lead) => 2,
        (KeywordWeight::Weak, KeywordPosition::Body) => 1,
        (KeywordWeight::Not | KeywordWeight::Matter | KeywordWeight::Agency, _) => 0,
    })
}

impl fmt::Display for TopicScore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.0 / 2, if self.0.is_multiple_of(2) { "" } else { ".5" })
    }
}

impl fmt::Display for KeywordPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Title => "title",
            Self::Lead => "lead",
            Self::Body => "body",
        })
    }
}

/// `dan-toc 5: "công tác dân tộc" in the title, "buôn làng" in the body`
impl fmt::Display for TopicReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.topic, self.points)?;
        for (number, hit) in self.hits.iter().enumerate() {
            let before = if number == 0 { ":" } else { "," };
            write!(f, "{before} \"{}\" in the {}", hit.keyword, hit.position)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
