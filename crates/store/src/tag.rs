//! The ids of articles, sources and feeds: `tag:` URIs (RFC 4151), which are permanent because they
//! contain no address.
//!
//! The id of an article is made once, from the authority, the scope and the article's key (the path
//! and identifying query of its page, or the guid of a feed item). The scope is the first name of
//! its source or feed, so a later rename changes no id.

use bantin_core::{ArticleKey, Slug};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// The characters that are escaped in the last part of a tag: all but `pchar`, `/` and `?` (RFC
/// 4151 section 2.1).
const NOT_SPECIFIC: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Returns the tag of an article.
pub(crate) fn article(authority: &str, scope: &Slug, key: &ArticleKey) -> String {
    // A `%` that does not begin an escape would make the tag an invalid URI.
    let mut specific = String::new();
    let mut rest = key.as_str();
    while let Some((before, after)) = rest.split_once('%') {
        specific.push_str(before);
        let hex = after.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
        specific.push_str(if hex { "%" } else { "%25" });
        rest = after;
    }
    specific.push_str(rest);
    format!("tag:{authority}:{scope}:{}", utf8_percent_encode(&specific, NOT_SPECIFIC))
}

/// Returns the tag of a source.
pub(crate) fn source(authority: &str, scope: &str) -> String {
    format!("tag:{authority}:source/{scope}")
}

/// Returns the tag of a feed.
pub(crate) fn feed(authority: &str, scope: &str) -> String {
    format!("tag:{authority}:feed/{scope}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_makes_a_uri() {
        let scope = "ban-dan-toc".parse().unwrap();
        let tag =
            |key: &str| article("bantin.example,2026", &scope, &ArticleKey::kept(key.to_owned()));
        assert_eq!(tag("/tin?id=7"), "tag:bantin.example,2026:ban-dan-toc:/tin?id=7");
        assert_eq!(tag("/100%-x%C3%A1"), "tag:bantin.example,2026:ban-dan-toc:/100%25-x%C3%A1");
        assert_eq!(
            tag("guid:tin số 1#2"),
            "tag:bantin.example,2026:ban-dan-toc:guid:tin%20s%E1%BB%91%201%232"
        );
    }
}
