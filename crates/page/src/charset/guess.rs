//! The guess of a Vietnamese encoding for a text without a usable label, by the words that each
//! encoding makes of it.
//!
//! Vietnamese is written in syllables with a strict structure, so a text decoded in the wrong
//! encoding contains hardly any. A guess is made only if nearly all words of one decoding are
//! syllables, and the decodings that browsers support are clearly worse. A French page matches no
//! encoding.

use super::{entities, standard, syllable, tables};
use bantin_core::Charset;
use encoding_rs::{WINDOWS_1252, WINDOWS_1258};
use std::collections::HashSet;

/// The amount of a page that is examined, in bytes of its text.
const MAX_EXAMINED: usize = 1 << 16;
/// The minimum percentage of syllables among the words with diacritics. In real texts it is 97.
const MIN_SHARE: usize = 90;
/// The minimum number of different syllables with diacritics.
const MIN_COUNT: usize = 8;
/// The same if the page names a font of the encoding.
const MIN_WITH_FONT: usize = 3;

/// Guesses the encoding of bytes that are not UTF-8; `None` unless the words are conclusive.
pub(super) fn guess(bytes: &[u8]) -> Option<Charset> {
    if entities::has_vietnamese(bytes) {
        return None;
    }
    let shown = visible_bytes(bytes);
    let read = entities::as_bytes(&shown);
    if read.is_ascii() {
        return None;
    }
    let western = VietnameseScore::of(&standard(&read, WINDOWS_1252), CapitalPosition::InOrder);
    let windows = VietnameseScore::of(&standard(&read, WINDOWS_1258), CapitalPosition::InOrder);
    let own = [Charset::Tcvn3, Charset::Vni, Charset::Viscii].into_iter().filter_map(|charset| {
        let text = tables::decode(&read, charset)?;
        // In another font its capitals with diacritics are small letters, so `H¹NH` is one word.
        let capitals = if charset == Charset::Tcvn3 {
            CapitalPosition::Anywhere
        } else {
            CapitalPosition::InOrder
        };
        let fewest = if names_font(bytes, charset) { MIN_WITH_FONT } else { MIN_COUNT };
        let known = western.syllables.max(windows.syllables);
        Some((charset, VietnameseScore::of(&text, capitals), fewest, known))
    });
    let windows_1258 =
        (Charset::Standard(WINDOWS_1258), windows.clone(), MIN_COUNT, western.syllables);
    own.chain([windows_1258])
        .filter(|(_, weight, fewest, known)| {
            weight.different >= *fewest
                && weight.syllables * 100 >= weight.marked * MIN_SHARE
                && weight.syllables * 2 >= known * 3
        })
        .max_by_key(|(_, weight, ..)| weight.syllables)
        .map(|(charset, ..)| charset)
}

/// Whether the page names a font of this encoding.
fn names_font(bytes: &[u8], charset: Charset) -> bool {
    let name: &[u8] = match charset {
        Charset::Tcvn3 => b".vn",
        Charset::Vni => b"vni-",
        Charset::Viscii | Charset::Standard(_) => return false,
    };
    // The name must follow a quote or a separator, so that `.vn` is not part of a domain.
    let is_name = |window: &[u8]| {
        window.split_first().is_some_and(|(before, rest)| {
            matches!(before, b'"' | b'\'' | b':' | b' ' | b',' | b'=')
                && rest.eq_ignore_ascii_case(name)
        })
    };
    bytes.windows(name.len() + 1).any(is_name)
}

/// Returns the visible bytes of a page, roughly: without tags, scripts and styles.
fn visible_bytes(bytes: &[u8]) -> Vec<u8> {
    let mut shown = Vec::new();
    let mut rest = bytes;
    while shown.len() < MAX_EXAMINED {
        let Some(open) = rest.iter().position(|byte| *byte == b'<') else {
            shown.extend_from_slice(rest);
            break;
        };
        let (text, tag) = rest.split_at(open);
        shown.extend_from_slice(text);
        shown.push(b' ');
        let unread = ["script", "style"].iter().find(|name| {
            let found = tag.get(1..=name.len());
            found.is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
        });
        let end = match unread {
            Some(name) => tag.windows(name.len() + 2).position(|window| {
                window.strip_prefix(b"</").is_some_and(|w| w.eq_ignore_ascii_case(name.as_bytes()))
            }),
            None => Some(0),
        };
        let tag = end.and_then(|end| tag.get(end..)).unwrap_or_default();
        let close = tag.iter().position(|byte| *byte == b'>').map(|close| close + 1);
        rest = close.and_then(|close| tag.get(close..)).unwrap_or_default();
    }
    shown
}

/// The allowed positions of capitals in a word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CapitalPosition {
    /// The first letter, or all letters.
    InOrder,
    /// Any letter.
    Anywhere,
}

/// The share of Vietnamese syllables in a decoded text.
#[derive(Clone)]
struct VietnameseScore {
    /// The number of words with a letter beyond ASCII.
    marked: usize,
    /// The number of these words that are syllables.
    syllables: usize,
    /// The number of different syllables.
    different: usize,
}

impl VietnameseScore {
    fn of(text: &str, capitals: CapitalPosition) -> Self {
        let (mut marked, mut syllables, mut different) = (0, 0, HashSet::new());
        for word in text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_ascii()) {
            marked += 1;
            let small = word.to_lowercase();
            let in_order = capitals == CapitalPosition::Anywhere || are_in_order(word);
            if in_order && syllable::is_plausible(&small) {
                syllables += 1;
                different.insert(small);
            }
        }
        Self { marked, syllables, different: different.len() }
    }
}

fn are_in_order(word: &str) -> bool {
    let after_first = || word.chars().skip(1);
    let all_capitals = word.chars().all(|c| !c.is_lowercase());
    all_capitals || after_first().all(|c| !c.is_uppercase())
}
