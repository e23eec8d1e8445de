//! The form that the addresses of a list share: the news of one section, or something else.

use super::group::GroupItem;
use url::Url;

/// Minimum number of addresses that show what they share.
const MIN_ITEMS: usize = 4;

/// A segment of the path.
enum Segment {
    /// All addresses have this one.
    Same(String),
    /// Addresses differ here: whether all have a number, and whether all have several words.
    Other { has_number: bool, has_words: bool },
}

/// The form of the addresses of a list.
pub(super) struct AddressPattern {
    host: Option<String>,
    segments: Vec<Segment>,
    /// The parameters that all addresses have, with the value that all share.
    parameters: Vec<(String, Option<String>)>,
}

impl AddressPattern {
    /// Returns the form that all items share; `None` for a short list, and if their paths have
    /// different lengths.
    pub(super) fn of(items: &[GroupItem]) -> Option<Self> {
        let first = items.first().filter(|_| items.len() >= MIN_ITEMS)?;
        let paths: Vec<Vec<String>> = items.iter().map(|item| segments(&item.url)).collect();
        let length = paths.first()?.len();
        if paths.iter().any(|path| path.len() != length) {
            return None;
        }
        let segment = |at: usize| {
            let all = || paths.iter().filter_map(|path| path.get(at));
            let same = all().next().filter(|first| all().all(|other| other == *first));
            match same {
                Some(same) => Segment::Same(same.clone()),
                None => Segment::Other {
                    has_number: all().all(|text| has_number(text)),
                    has_words: all().all(|text| has_words(text)),
                },
            }
        };
        let value = |url: &Url, name: &str| {
            url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
        };
        let names = first.url.query_pairs().map(|(name, _)| name.into_owned());
        let parameters = names.filter_map(|name| {
            let values: Option<Vec<String>> =
                items.iter().map(|item| value(&item.url, &name)).collect();
            let mut values = values?.into_iter();
            let one = values.next()?;
            let shared = values.all(|other| other == one).then_some(one);
            Some((name, shared))
        });
        Some(Self {
            host: first.url.host_str().map(str::to_owned),
            segments: (0..length).map(segment).collect(),
            parameters: parameters.collect(),
        })
    }

    /// Whether an address has this form.
    fn matches(&self, url: &Url) -> bool {
        let path = segments(url);
        let fits = |(segment, text): (&Segment, &String)| match segment {
            Segment::Same(same) => same == text,
            Segment::Other { has_number: number, has_words: words } => {
                (!number || has_number(text)) && (!words || has_words(text))
            }
        };
        let has = |(name, shared): &(String, Option<String>)| {
            let found = url.query_pairs().find(|(key, _)| key == name);
            found.is_some_and(|(_, value)| shared.as_ref().is_none_or(|shared| *shared == value))
        };
        url.host_str() == self.host.as_deref()
            && path.len() == self.segments.len()
            && self.segments.iter().zip(&path).all(fits)
            && self.parameters.iter().all(has)
    }

    /// The share of a list's addresses that have this form.
    pub(super) fn share_of(&self, items: &[GroupItem]) -> f32 {
        let matching = items.iter().filter(|item| self.matches(&item.url)).count();
        if items.is_empty() { 0.0 } else { matching as f32 / items.len() as f32 }
    }

    /// Whether the addresses name their section in a parameter: `Post.aspx?CategoryId=2&ID=7`.
    pub(super) fn names_section(&self) -> bool {
        let is_number = |value: &String| value.bytes().all(|byte| byte.is_ascii_digit());
        self.parameters.iter().any(|(_, shared)| shared.as_ref().is_some_and(is_number))
    }
}

fn segments(url: &Url) -> Vec<String> {
    url.path().split('/').filter(|part| !part.is_empty()).map(str::to_lowercase).collect()
}

fn has_number(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit())
}

fn has_words(text: &str) -> bool {
    /// Minimum number of marks between the words of a slug.
    const MARKS: usize = 3;
    text.matches(['-', '_']).count() >= MARKS || text.matches("%20").count() >= MARKS
}
