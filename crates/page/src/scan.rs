//! A linear scan of HTML before it is parsed.
//!
//! html5ever takes time quadratic in the nesting of a page and in the attributes of a tag: 200 KB
//! of `<div>` occupy a core for 20 seconds. Browsers limit the nesting to 512 levels, and so does
//! this scan. Its count is close to the parser's own and never far below it.

/// The maximum nesting, as in browsers.
const MAX_OPEN: usize = 512;
/// The maximum number of attributes of one tag.
const MAX_ATTRIBUTES: usize = 256;
/// The maximum number of elements. The parser uses about 300 bytes for each; the longest real page
/// seen has 30,000.
const MAX_ELEMENTS: usize = 100_000;
/// The maximum length of a page. The longest real article page seen has 0.4 MB.
const MAX_LENGTH: usize = 8 << 20;

/// HTML that can be parsed in linear time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SafeHtml(String);

/// The error for HTML that must not be parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ScanError {
    /// The elements are nested too deeply.
    #[error("the page nests its elements more than {MAX_OPEN} levels deep, the limit of browsers")]
    TooDeep,
    /// One tag has too many attributes.
    #[error("a tag of the page has more than {MAX_ATTRIBUTES} attributes")]
    TooManyAttributes,
    /// The page has too many elements.
    #[error("the page has more than {MAX_ELEMENTS} elements")]
    TooManyElements,
    /// Writing the tree as HTML would take too long.
    #[error(
        "the page has texts with so many characters to escape that writing them as HTML takes too long"
    )]
    TooHeavy,
    /// The parser makes too much of the page.
    #[error(
        "parsing the page takes more than {} MiB of memory, far more than that of real pages of its length",
        limit >> 20
    )]
    TooBig {
        /// The limit in bytes.
        limit: usize,
    },
    /// The page is too long.
    #[error("the page is longer than {} MiB", MAX_LENGTH >> 20)]
    TooLong,
}

impl SafeHtml {
    /// Scans HTML once.
    pub fn check(html: String) -> Result<Self, ScanError> {
        if html.len() > MAX_LENGTH {
            return Err(ScanError::TooLong);
        }
        scan(html.as_bytes())?;
        Ok(Self(html))
    }

    /// The HTML.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Elements that have no end tag.
const VOID: [&[u8]; 14] = [
    b"area", b"base", b"br", b"col", b"embed", b"hr", b"img", b"input", b"link", b"meta", b"param",
    b"source", b"track", b"wbr",
];
/// Elements whose content is text up to their end tag.
const RAW_TEXT: [&[u8]; 7] =
    [b"script", b"style", b"textarea", b"title", b"xmp", b"noembed", b"noframes"];
/// Elements that are closed by the next element of the same name.
const SELF_CLOSING: [&[u8]; 9] =
    [b"p", b"li", b"dt", b"dd", b"tr", b"td", b"th", b"option", b"optgroup"];

fn scan(html: &[u8]) -> Result<(), ScanError> {
    let mut open: Vec<&[u8]> = Vec::new();
    let mut elements = 0;
    let mut rest = html;
    while let Some(at) = rest.iter().position(|b| *b == b'<') {
        rest = rest.get(at + 1..).unwrap_or_default();
        if let Some(comment) = rest.strip_prefix(b"!--") {
            rest = after(comment, b"-->");
        } else if let Some(end_tag) = rest.strip_prefix(b"/") {
            let (name, tail) = name(end_tag);
            rest = tail;
            // Only the innermost elements are searched, so that an end tag that closes nothing
            // stays cheap.
            let within = open.len().saturating_sub(16);
            let inner = open.get(within..).unwrap_or_default();
            if let Some(place) = inner.iter().rposition(|open| open.eq_ignore_ascii_case(name)) {
                open.truncate(within + place);
            }
        } else if rest.first().is_some_and(u8::is_ascii_alphabetic) {
            elements += 1;
            if elements > MAX_ELEMENTS {
                return Err(ScanError::TooManyElements);
            }
            let (name, tail) = name(rest);
            let (closed, tail) = attributes(tail)?;
            rest = tail;
            let is = |list: &[&[u8]]| list.iter().any(|known| known.eq_ignore_ascii_case(name));
            if closed || is(&VOID) {
                continue;
            }
            if is(&RAW_TEXT) {
                rest = after_end_tag(rest, name);
                continue;
            }
            let same_as_last = open.last().is_some_and(|last| last.eq_ignore_ascii_case(name));
            if !(same_as_last && is(&SELF_CLOSING)) {
                open.push(name);
            }
            if open.len() > MAX_OPEN {
                return Err(ScanError::TooDeep);
            }
        }
    }
    Ok(())
}

/// Splits a tag after its name.
fn name(tag: &[u8]) -> (&[u8], &[u8]) {
    let end = tag.iter().position(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>'));
    tag.split_at(end.unwrap_or(tag.len()))
}

/// Skips the attributes of a start tag. Returns whether the element is closed already, which is
/// never the case, and the rest of the page.
fn attributes(mut tag: &[u8]) -> Result<(bool, &[u8]), ScanError> {
    let mut count = 0;
    loop {
        let skip = tag.iter().position(|b| !b.is_ascii_whitespace() && *b != b'/');
        let Some(skip) = skip else { return Ok((false, &[])) };
        let slash = skip > 0 && tag.get(skip - 1) == Some(&b'/');
        tag = tag.get(skip..).unwrap_or_default();
        if let Some(rest) = tag.strip_prefix(b">") {
            // `<div/>` opens a div: HTML ignores the slash, so the element is counted as open.
            let _ = slash;
            return Ok((false, rest));
        }
        count += 1;
        if count > MAX_ATTRIBUTES {
            return Err(ScanError::TooManyAttributes);
        }
        // The first byte belongs to the name, even if it is `=`.
        let end = tag
            .iter()
            .skip(1)
            .position(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>' | b'='))
            .map_or(tag.len(), |end| end + 1);
        tag = tag.get(end..).unwrap_or_default();
        let value = tag.trim_ascii_start();
        let Some(value) = value.strip_prefix(b"=") else { continue };
        let value = value.trim_ascii_start();
        tag = match value.first() {
            Some(quote @ (b'"' | b'\'')) => {
                let inner = value.get(1..).unwrap_or_default();
                let end = inner.iter().position(|b| b == quote).map_or(inner.len(), |end| end + 1);
                inner.get(end..).unwrap_or_default()
            }
            _ => {
                let end = value.iter().position(|b| b.is_ascii_whitespace() || *b == b'>');
                value.get(end.unwrap_or(value.len())..).unwrap_or_default()
            }
        };
    }
}

/// Returns the text after the first `mark`, or nothing.
fn after<'a>(text: &'a [u8], mark: &[u8]) -> &'a [u8] {
    let place = text.windows(mark.len()).position(|window| window == mark);
    place.and_then(|place| text.get(place + mark.len()..)).unwrap_or_default()
}

/// Returns the text after `</name`. Without such an end tag it returns nothing: the parser takes
/// the rest as text, so the tree stays shallow.
fn after_end_tag<'a>(text: &'a [u8], name: &[u8]) -> &'a [u8] {
    let mut rest = text;
    while let Some(place) = rest.windows(2).position(|window| window == b"</") {
        rest = rest.get(place + 2..).unwrap_or_default();
        if rest.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name)) {
            return rest;
        }
    }
    &[]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(html: &str, expected: Result<(), ScanError>) {
        assert_eq!(SafeHtml::check(html.to_owned()).map(|_| ()), expected);
    }

    #[test]
    fn real_pages_pass_however_carelessly_they_are_written() {
        check(&"<p>một<br><img src='a'>".repeat(5000), Ok(()));
        check(&"<tr><td>một<td>hai".repeat(200), Ok(()));
        check(&format!("<script>{}</script>", "<div>".repeat(9000)), Ok(()));
        check(&format!("<!-- {} -->", "<div>".repeat(9000)), Ok(()));
        check(&"<div><b>một</b></div>".repeat(9000), Ok(()));
        check("<a href=x<b>1 < 2 <3 </", Ok(()));
        check(&"<div>".repeat(512), Ok(()));
    }

    #[test]
    fn pages_built_to_exhaust_a_parser_do_not() {
        check(&"<div>".repeat(513), Err(ScanError::TooDeep));
        check(&"<b/><i>".repeat(513), Err(ScanError::TooDeep));
        check(&format!("<a{}>", " x=1".repeat(257)), Err(ScanError::TooManyAttributes));
        check(&format!("<a{}>", "/x".repeat(257)), Err(ScanError::TooManyAttributes));
        check(&"<p>".repeat(MAX_ELEMENTS + 1), Err(ScanError::TooManyElements));
        check(&"<".repeat(MAX_LENGTH + 1), Err(ScanError::TooLong));
        check(&"<".repeat(1 << 20), Ok(()));
    }
}
