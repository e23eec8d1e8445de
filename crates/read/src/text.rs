//! Normalizes text from pages and feeds: a single line or several, and entities that were escaped
//! twice.

use std::borrow::Cow;

pub use bantin_page::plain::{fold, line};

/// The longest summary, in characters.
pub const SUMMARY: usize = 500;

/// Decodes entities in a text that should contain none: agencies' systems escape twice, and readers
/// see `H&#7897;i`.
///
/// Only unambiguous entities are decoded: numeric references, and a few names, complete with their
/// semicolon. `R&D` and `a&b=c` stay. A third escaping is not decoded.
pub fn decode_entities(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let once = decode(text);
    if once.contains('&') { Cow::Owned(decode(&once)) } else { Cow::Owned(once) }
}

fn decode(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        decoded.push_str(before);
        // The longest known name or number is `#x10FFFF`.
        let known = after.split_once(';').filter(|(name, _)| name.len() <= 8);
        match known.and_then(|(name, tail)| Some((character(name)?, tail))) {
            Some((c, tail)) => {
                decoded.push(c);
                rest = tail;
            }
            None => {
                decoded.push('&');
                rest = after;
            }
        }
    }
    decoded.push_str(rest);
    decoded
}

fn character(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).filter(|c| *c != '\0');
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "ndash" => '–',
        "mdash" => '—',
        "hellip" => '…',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        "acirc" => 'â',
        "ecirc" => 'ê',
        "ocirc" => 'ô',
        "agrave" => 'à',
        "aacute" => 'á',
        "eacute" => 'é',
        "egrave" => 'è',
        "oacute" => 'ó',
        "ograve" => 'ò',
        "iacute" => 'í',
        "uacute" => 'ú',
        "yacute" => 'ý',
        _ => return None,
    })
}

/// Shortens a text of more than `max_chars` characters at the end of a word, and appends `…`.
pub fn shorten(text: &str, max_chars: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(max_chars) else { return text.to_owned() };
    let cut = text.get(..end).unwrap_or_default();
    let word_end = cut.rfind(' ').unwrap_or(cut.len());
    let cut = cut.get(..word_end).unwrap_or_default();
    format!("{}…", cut.trim_end_matches([' ', ',', ';', ':', '.', '-', '–']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_are_decoded_where_that_is_certain() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(decode_entities(text), expected);
        }
        check("H&#7897;i ngh&#x1ECB;", "Hội nghị");
        check("ph&amp;#225;t tri&amp;#7875;n", "phát triển");
        check("v&agrave; c&ocirc;ng", "và công");
        check("R&D, a&b=c; AT&T;", "R&D, a&b=c; AT&T;");
        check("&#0; &#xD800; &", "&#0; &#xD800; &");
    }

    #[test]
    fn a_long_summary_ends_with_a_word() {
        assert_eq!(shorten("Ban Dân tộc tỉnh", 16), "Ban Dân tộc tỉnh");
        assert_eq!(shorten("Ban Dân tộc, tỉnh", 14), "Ban Dân tộc…");
        assert_eq!(shorten("ộộộộ", 2), "ộộ…");
    }
}
