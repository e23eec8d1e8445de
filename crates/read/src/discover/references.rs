//! Character references and bare brackets in foreign XML: what browsers show for them.
//!
//! Only the predefined entities and those of HTML are resolved, so a document cannot define its own
//! to exhaust the parser.

use encoding_rs::WINDOWS_1252;
use quick_xml::escape::resolve_html5_entity;
use std::borrow::Cow;

/// The text of a reference; an undefined one stays as written, as browsers show it.
pub(super) fn resolve_entity(name: &str) -> Cow<'static, str> {
    // Escaped HTML consists of these, and searching the table of all HTML entities is slow.
    let predefined = match name {
        "lt" => "<",
        "gt" => ">",
        "amp" => "&",
        "quot" => "\"",
        "apos" => "'",
        "nbsp" => "\u{A0}",
        _ => "",
    };
    if !predefined.is_empty() {
        return Cow::Borrowed(predefined);
    }
    if let Some(number) = name.strip_prefix('#') {
        return character(number).map_or(Cow::Borrowed(""), |c| Cow::Owned(c.to_string()));
    }
    match resolve_html5_entity(name) {
        Some(text) => Cow::Borrowed(text),
        None => Cow::Owned(format!("&{name};")),
    }
}

/// The character of a numeric reference. 128 to 159 are decoded as windows-1252, as in HTML
/// (section 13.2.5.80); `&#0;` and the like have no character.
fn character(number: &str) -> Option<char> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16).ok()?,
        None => number.parse().ok()?,
    };
    let c = match u8::try_from(code).ok().filter(|code| (0x80..0xA0).contains(code)) {
        Some(byte) => {
            WINDOWS_1252.decode_without_bom_handling(&[byte]).0.chars().next().unwrap_or_default()
        }
        None => char::from_u32(code)?,
    };
    let is_char =
        matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{A0}'..='\u{FFFD}' | '\u{10000}'..);
    is_char.then_some(c)
}

/// Resolves the references of a text.
pub(super) fn unescaped(raw: &str) -> Cow<'_, str> {
    if !raw.contains('&') {
        return Cow::Borrowed(raw);
    }
    let mut pieces = raw.split('&');
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match piece.split_once(';') {
            Some((name, rest)) if is_reference(name) => {
                text.push_str(&resolve_entity(name));
                text.push_str(rest);
            }
            _ => {
                text.push('&');
                text.push_str(piece);
            }
        }
    }
    Cow::Owned(text)
}

/// The text with its references resolved; `None` if it has no defined one.
pub(super) fn resolved(text: &str) -> Option<String> {
    let done = unescaped(text);
    (done != text).then(|| done.into_owned())
}

fn is_reference(name: &str) -> bool {
    let name = name.strip_prefix('#').unwrap_or(name);
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// Escapes each `<` that does not begin a tag: in "lãi suất < 5 %" it would swallow the following
/// end tag.
pub(super) fn with_bare_brackets_escaped(text: &str) -> Cow<'_, str> {
    let mut done = String::new();
    let mut rest = text;
    let mut copied = text;
    while let Some((_, inner)) = rest.split_once('<') {
        rest = inner;
        let passed = |mark: &str| inner.split_once(mark).map_or("", |(_, after)| after);
        if inner.starts_with("![CDATA[") {
            rest = passed("]]>");
        } else if inner.starts_with("!--") {
            rest = passed("-->");
        } else if !inner.starts_with(|c: char| c.is_alphabetic() || "_/!?".contains(c)) {
            let until = copied.len() - inner.len() - 1;
            done.push_str(copied.get(..until).unwrap_or_default());
            done.push_str("&lt;");
            copied = inner;
        }
    }
    if done.is_empty() {
        return Cow::Borrowed(copied);
    }
    done.push_str(copied);
    Cow::Owned(done)
}
