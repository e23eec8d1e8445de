//! Removal of surplus escaping: markup that was escaped more often than its format requires, and
//! CDATA brackets that were escaped with it.
//!
//! A layer is removed only if the text has no markup yet and the result has some: a closing tag
//! with its opening tag, or an element without content, all with names of HTML. So a text *about*
//! markup (`<p>use &lt;b&gt;</p>`) keeps what it shows.

use super::references;
use bantin_core::CleanHtml;
use std::borrow::Cow;

/// Maximum number of layers. More than three were never seen.
const MAX_LAYERS: usize = 4;

/// Elements of written articles that cleaning unwraps or replaces; the others are those of
/// [`CleanHtml::ELEMENTS`].
const UNWRAPPED: [&str; 11] = [
    "article", "center", "div", "font", "h1", "iframe", "section", "small", "span", "strike",
    "video",
];
/// Elements that are complete without an end tag.
const WITHOUT_END: [&str; 3] = ["br", "hr", "img"];

/// The HTML of a text, without surplus layers of escaping.
pub(super) fn peeled(text: String) -> String {
    let mut text = text;
    for _ in 0..MAX_LAYERS {
        match without_cdata(&text).or_else(|| without_layers(&text)) {
            Some(inner) => text = inner,
            None => break,
        }
    }
    text
}

/// A title with its character references resolved until none is left: no headline is about the
/// notation of a character.
pub(super) fn without_references(mut line: String) -> String {
    for _ in 0..MAX_LAYERS {
        match references::resolved(&line) {
            Some(resolved) => line = resolved,
            None => break,
        }
    }
    line
}

/// The markup that a text without any is when it is unescaped.
fn without_layers(text: &str) -> Option<String> {
    if !text.contains("lt;") || has_markup(text) {
        return None;
    }
    let layers = std::iter::successors(Some(text.to_owned()), |text| references::resolved(text));
    layers
        .skip(1)
        .take(MAX_LAYERS)
        .find(|text| has_markup(text) || text.trim_start().starts_with("<![CDATA["))
}

/// Whether a text has markup of HTML: an element with its end, or one that has none.
pub(super) fn has_markup(text: &str) -> bool {
    let mut opened: Vec<&str> = Vec::new();
    for tag in text.split('<').skip(1) {
        let (is_end, tag) = tag.strip_prefix('/').map_or((false, tag), |tag| (true, tag));
        let end = tag.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tag.len());
        let (name, rest) = tag.split_at_checked(end).unwrap_or((tag, ""));
        let known = CleanHtml::ELEMENTS.iter().chain(&UNWRAPPED);
        let Some(known) = known.copied().find(|known| known.eq_ignore_ascii_case(name)) else {
            continue;
        };
        if !rest.starts_with(|c: char| c.is_whitespace() || matches!(c, '>' | '/')) {
            continue;
        }
        if WITHOUT_END.contains(&known) || (is_end && opened.contains(&known)) {
            return true;
        }
        if !is_end && !opened.contains(&known) {
            opened.push(known);
        }
    }
    false
}

/// The text inside CDATA brackets that were written as text; `None` without any.
fn without_cdata(text: &str) -> Option<String> {
    const OPEN: &str = "<![CDATA[";
    let (before, rest) = text.split_once(OPEN)?;
    let mut inner = before.trim_start().to_owned();
    match rest.split_once("]]>") {
        Some((content, after)) => inner.extend([content, after]),
        // The first `]]>` ended the brackets around these, so half of the end is left.
        None => {
            let end = rest.trim_end();
            inner.push_str(end.strip_suffix("]]").unwrap_or(end));
        }
    }
    Some(inner)
}

/// The content of a text that is Base64 of HTML (RFC 4648 section 4); else the text.
pub(super) fn without_base64(text: Cow<'_, str>) -> Cow<'_, str> {
    match decoded_base64(&text).filter(|decoded| decoded.trim_start().starts_with('<')) {
        Some(decoded) => Cow::Owned(decoded),
        None => text,
    }
}

/// The text that Base64 stands for.
pub(super) fn decoded_base64(text: &str) -> Option<String> {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    let is_code = |b: u8| b.is_ascii_alphanumeric() || b"+/=\r\n\t ".contains(&b);
    if !text.bytes().all(is_code) {
        return None;
    }
    let code: String = text.split_ascii_whitespace().collect();
    String::from_utf8(STANDARD.decode(code).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(peeled(text.to_owned()), expected, "{text}");
    }

    #[test]
    fn layers_are_removed_until_markup_is_markup() {
        check("&lt;p&gt;Một &amp;amp; hai&lt;/p&gt;", "<p>Một &amp; hai</p>");
        check("&amp;lt;p&amp;gt;Một&amp;lt;/p&amp;gt;", "<p>Một</p>");
        check("Một&lt;br /&gt;hai", "Một<br />hai");
        check("&lt;A href=\"/x\"&gt;Một&lt;/A&gt;", "<A href=\"/x\">Một</A>");
        check("&lt;img src=\"/a.jpg\"&gt; Một", "<img src=\"/a.jpg\"> Một");
    }

    #[test]
    fn brackets_of_cdata_are_no_text() {
        check("<![CDATA[Cắt điện]]>", "Cắt điện");
        check("<![CDATA[<p>Một</p>]]", "<p>Một</p>");
        check("&lt;![CDATA[&lt;p&gt;Một&lt;/p&gt;]]&gt;", "<p>Một</p>");
        check("<![CDATA[<![CDATA[Hai]]>]]>", "Hai");
        check(" <![CDATA[Ba", "Ba");
    }

    #[test]
    fn a_text_about_markup_keeps_what_it_shows() {
        for text in [
            "<p>Dùng thẻ &lt;b&gt;đậm&lt;/b&gt;</p>",
            "Thẻ &lt;b&gt; và &lt;i&gt;",
            "a &lt; b và c &gt; d",
            "Giá &lt; 5 &amp; hơn",
            "&lt;nguồn&gt;Cổng&lt;/nguồn&gt;",
            "Luật &lt;sửa đổi&gt;",
            "",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn titles_have_no_references() {
        for (line, expected) in [
            ("R&amp;D", "R&D"),
            ("A &amp;amp; B", "A & B"),
            ("&quot;Đúng&quot; &#8211; l&#039;été", "\"Đúng\" – l'été"),
            ("AT&T; R&D", "AT&T; R&D"),
            ("a=1&copy=2", "a=1&copy=2"),
        ] {
            assert_eq!(without_references(line.to_owned()), expected);
        }
    }

    #[test]
    fn only_base64_of_html_is_decoded() {
        for (text, expected) in [
            ("PHA+TeG7mXQ8\nL3A+", "<p>Một</p>"),
            ("aGVsbG8=", "aGVsbG8="),
            ("Hop dan", "Hop dan"),
            ("", ""),
        ] {
            assert_eq!(without_base64(Cow::Borrowed(text)), expected);
        }
    }
}
