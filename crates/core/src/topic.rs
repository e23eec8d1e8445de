//! Topics: what articles are about by our own rules, whatever their agencies call them.

use super::Slug;

/// The way in which rules are applied; one more with each change of it, so that all articles are looked at again.
const FORMAT: u32 = 1;

/// A topic and the words that tell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// The stable term.
    pub id: Slug,
    /// What readers see.
    pub name: String,
    /// Words of which one in a title is enough.
    pub strong: Vec<String>,
    /// Words that only add to others.
    pub weak: Vec<String>,
    /// Words near which nothing counts: `nhà thờ họ` is no church.
    pub not: Vec<String>,
}

/// The topics that articles are told apart by, and the version of their rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicRules {
    list: Vec<Topic>,
    version: String,
}

impl TopicRules {
    /// The rules of these topics.
    pub fn new(list: Vec<Topic>) -> Self {
        let mut hasher = blake3::Hasher::new();
        for topic in &list {
            // Names are not among what is hashed: a better name changes no article's topics.
            hasher.update(topic.id.as_str().as_bytes());
            for (kind, words) in [("+", &topic.strong), ("~", &topic.weak), ("-", &topic.not)] {
                for word in words {
                    hasher.update(kind.as_bytes()).update(word.as_bytes()).update(b"\n");
                }
            }
            hasher.update(b"\0");
        }
        let hash = hasher.finalize().to_hex();
        let version = format!("{FORMAT}-{}", hash.get(..12).unwrap_or_default());
        Self { list, version }
    }

    /// The topics, in the order in which they are written.
    pub fn list(&self) -> &[Topic] {
        &self.list
    }

    /// What tells these rules from others: the number of the way in which they are applied, and a hash of them.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// What readers see of a topic.
    pub fn name(&self, id: &Slug) -> Option<&str> {
        self.list.iter().find(|topic| topic.id == *id).map(|topic| topic.name.as_str())
    }
}

/// No topic at all.
impl Default for TopicRules {
    fn default() -> Self {
        Self::new(Vec::new())
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
            TopicRules::new(vec![topic]).version().to_owned()
        };
        let first = version(|_| {});
        assert_eq!((first.len(), first.get(..2)), (14, Some("1-")));
        assert_eq!(version(|topic| topic.name = "Sức khỏe".to_owned()), first);
        assert_ne!(version(|topic| topic.not.clear()), first);
        assert_ne!(version(|topic| topic.weak.append(&mut topic.strong)), first);
        assert_ne!(version(|topic| topic.id = "suc-khoe".parse().unwrap()), first);
        assert_ne!(TopicRules::default().version(), first);
    }
}
