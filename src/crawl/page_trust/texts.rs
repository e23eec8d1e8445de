//! Compares the texts and titles of articles by their words, lines and numbers.

use bantin_page::plain::fold;
use std::collections::{HashMap, HashSet};

/// A line with this many characters is unlikely to be in another article.
const TELLING_LINE: usize = 40;
/// The number of folded words up to which a text may be that of several articles.
pub(in crate::crawl) const LONG_TEXT: usize = 40;

/// Whether two titles share half of the words of the shorter one: one is a correction of the other.
pub(in crate::crawl) fn is_related(one: &str, other: &str) -> bool {
    shared_words(one, other).max(shared_words(other, one)) >= 50
}

/// The share of the known text's long lines that are still there, in percent; `None` if it has too
/// few to compare.
pub(in crate::crawl) fn retained(known: &str, found: &str) -> Option<usize> {
    let is_telling = |line: &&str| line.chars().count() >= TELLING_LINE;
    let telling: Vec<&str> = known.lines().filter(is_telling).collect();
    if telling.len() < 2 {
        return None;
    }
    let here: HashSet<&str> = found.lines().collect();
    Some(telling.iter().filter(|line| here.contains(*line)).count() * 100 / telling.len())
}

/// The share of the words of a text that another one has, in percent; 100 for a text without words.
pub(in crate::crawl) fn shared_words(text: &str, other: &str) -> usize {
    let (text, other) = (words(text), words(other));
    let shared = text.intersection(&other).count() * 100;
    shared.checked_div(text.len()).unwrap_or(100)
}

/// Whether a text has all numbers of another one, as often: a redesign keeps them, and the next issue
/// of a bulletin has others.
pub(in crate::crawl) fn has_numbers_of(known: &str, found: &str) -> bool {
    let numbers = |text: &str| {
        let mut counts: HashMap<String, usize> = HashMap::new();
        let numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty());
        numbers.for_each(|number| *counts.entry(number.to_owned()).or_default() += 1);
        counts
    };
    let found = numbers(found);
    numbers(known).iter().all(|(number, count)| found.get(number).is_some_and(|here| here >= count))
}

/// The different words of a text, folded.
pub(in crate::crawl) fn words(text: &str) -> HashSet<String> {
    let folded = fold(text);
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// The number of words of a text.
pub(in crate::crawl) fn word_count(text: &str) -> usize {
    text.split_whitespace().count()
}

/// Whether a long text lost more than half of its words.
pub(in crate::crawl) fn is_shrunken(known: &str, found: &str) -> bool {
    let before = word_count(known);
    before >= LONG_TEXT && word_count(found) * 2 < before
}

/// Whether a text is unlikely to be that of two articles.
pub(in crate::crawl) fn is_long(text: &str) -> bool {
    word_count(text) > LONG_TEXT
}
