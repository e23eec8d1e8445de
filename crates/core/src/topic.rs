//! Topics: subjects of articles found by our own rules. A *tag* is given by the agency, a *topic*
//! is found by us.

use super::Slug;

/// The version of the algorithm that applies the rules. Increment it with each change, so that all
/// articles are classified again.
const FORMAT: u32 = 2;

/// A topic and the words that indicate it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// The stable id.
    pub id: Slug,
    /// The name for readers.
    pub name: String,
    /// Words of which one in a title is enough for the topic.
    pub strong: Vec<String>,
    /// Words that count only together with others.
    pub weak: Vec<String>,
    /// Words near which no other word of the topic counts: near `nhà thờ họ`, `nhà thờ` is not a
    /// church.
    pub not: Vec<String>,
}

/// The words of news about an agency's own office. Such news names the agency, but is not about its
/// field: the holidays of the Department of Health are no news of health.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OfficeWords {
    /// What such news is about: `lịch nghỉ`, `con dấu`.
    pub matters: Vec<String>,
    /// Words with which the name of an agency begins: `sở`, `chi cục`.
    pub agencies: Vec<String>,
}

/// The topics and the version of their rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicRules {
    list: Vec<Topic>,
    office: OfficeWords,
    version: String,
}

impl TopicRules {
    /// Creates the rules of these topics.
    pub fn new(list: Vec<Topic>, office: OfficeWords) -> Self {
        let mut hasher = blake3::Hasher::new();
        for topic in &list {
            // Names are not hashed: renaming a topic does not change the topics of an article.
            hasher.update(topic.id.as_str().as_bytes());
            for (kind, words) in [("+", &topic.strong), ("~", &topic.weak), ("-", &topic.not)] {
                for word in words {
                    hasher.update(kind.as_bytes()).update(word.as_bytes()).update(b"\n");
                }
            }
            hasher.update(b"\0");
        }
        for (kind, words) in [("=", &office.matters), ("@", &office.agencies)] {
            for word in words {
                hasher.update(kind.as_bytes()).update(word.as_bytes()).update(b"\n");
            }
        }
        let hash = hasher.finalize().to_hex();
        let version = format!("{FORMAT}-{}", hash.get(..12).unwrap_or_default());
        Self { list, office, version }
    }

    /// The topics, in order of definition.
    pub fn list(&self) -> &[Topic] {
        &self.list
    }

    /// The words of news about an agency's own office.
    pub fn office(&self) -> &OfficeWords {
        &self.office
    }

    /// The version of these rules: the version of the algorithm, and a hash of the rules.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The name of a topic for readers.
    pub fn name(&self, id: &Slug) -> Option<&str> {
        self.list.iter().find(|topic| topic.id == *id).map(|topic| topic.name.as_str())
    }
}

/// Rules without topics.
impl Default for TopicRules {
    fn default() -> Self {
        Self::new(Vec::new(), OfficeWords::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topic() -> Topic {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Topic {
            id: "y-te".parse().unwrap(),
            name: "Y tế".to_owned(),
            strong: words(&["bệnh viện"]),
            weak: words(&["thuốc"]),
            not: words(&["thuốc lá"]),
        }
    }

    #[test]
    fn a_version_moves_with_every_word_and_with_no_name() {
        let version = |change: fn(&mut Topic)| {
            let mut topic = topic();
            change(&mut topic);
            TopicRules::new(vec![topic], OfficeWords::default()).version().to_owned()
        };
        let first = version(|_| {});
        assert_eq!((first.len(), first.get(..2)), (14, Some("2-")));
        assert_eq!(version(|topic| topic.name = "Sức khỏe".to_owned()), first);
        assert_ne!(version(|topic| topic.not.clear()), first);
        assert_ne!(version(|topic| topic.weak.append(&mut topic.strong)), first);
        assert_ne!(version(|topic| topic.id = "suc-khoe".parse().unwrap()), first);
        assert_ne!(TopicRules::default().version(), first);
        let words = || vec!["sở".to_owned()];
        let matters = OfficeWords { matters: words(), ..OfficeWords::default() };
        let agencies = OfficeWords { agencies: words(), ..OfficeWords::default() };
        let version = |office| TopicRules::new(vec![topic()], office).version().to_owned();
        assert_ne!(version(matters.clone()), first);
        assert_ne!(version(matters), version(agencies));
    }
}
