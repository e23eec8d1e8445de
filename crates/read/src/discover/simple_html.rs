//! The text of simple HTML without building a tree, for feeds, whose items are hundreds of short
//! snippets.
//!
//! It handles only markup whose text does not depend on nesting: paragraphs, blocks that are closed
//! in the order they were opened, and inline elements. Everything else, from a table to an unquoted
//! quote, is left to the parser (HTML, section 13.2.6). A test compares the two.

use bantin_page::dom::is_block;
use quick_xml::escape::resolve_html5_entity;

/// Inline elements, which the parser never moves. `img` has no end tag; a stray `</img>` is
/// harmless.
const INLINE: [&str; 15] = [
    "a", "b", "big", "em", "font", "i", "img", "s", "small", "span", "strong", "sub", "sup",
    "time", "u",
];
/// Blocks that are handled here; `br` and `p` need not be balanced.
const BLOCKS: [&str; 10] =
    ["blockquote", "br", "center", "div", "figcaption", "figure", "li", "ol", "p", "ul"];
/// Maximum nesting of blocks, and number of attributes of a tag. More is left to the check before
/// the parser.
const MAX_DEPTH: usize = 64;
/// Maximum number of tags. More might leave so many elements open that the check before the parser
/// rejects the snippet.
const MAX_TAGS: usize = 400;

/// The result of reading an HTML snippet.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum SimpleText {
    /// The text on one line, which may be empty.
    Line(String),
    /// The text is longer than requested.
    TooLong,
    /// The snippet is not simple and needs the parser.
    Unknown,
}

/// The text of an HTML snippet on one line, if it has at most `max_chars` characters.
pub(super) fn text(html: &str, max_chars: usize) -> SimpleText {
    let mut line = FoldedLine::default();
    match read(html, max_chars, &mut line) {
        Some(End::All) => SimpleText::Line(line.text),
        Some(End::TooLong) => SimpleText::TooLong,
        None => SimpleText::Unknown,
    }
}

enum End {
    All,
    TooLong,
}

fn read(html: &str, max_chars: usize, line: &mut FoldedLine) -> Option<End> {
    // The parser drops these characters, but in some positions only.
    if html.starts_with('\u{FEFF}') || html.contains('\0') {
        return None;
    }
    let mut blocks: Vec<&str> = Vec::new();
    let mut tags = 0;
    let mut rest = html;
    loop {
        let (words, tag) = match rest.split_once('<') {
            Some((words, tag)) => (words, Some(tag)),
            None => (rest, None),
        };
        line.push_references(words)?;
        if line.characters > max_chars {
            return Some(End::TooLong);
        }
        let Some(tag) = tag else { return Some(End::All) };
        let (is_end, tag) = match tag.strip_prefix('/') {
            Some(tag) => (true, tag),
            None => (false, tag),
        };
        if !tag.starts_with(|c: char| c.is_ascii_alphabetic()) {
            if is_end || tag.starts_with(['!', '?']) {
                return None;
            }
            line.push("<");
            rest = tag;
            continue;
        }
        let end = tag.find(|c: char| !c.is_ascii_alphanumeric())?;
        let (name, tail) = tag.split_at_checked(end)?;
        rest = after_attributes(tail)?;
        let is = |known: &&&str| known.eq_ignore_ascii_case(name);
        tags += 1;
        if tags > MAX_TAGS {
            return None;
        }
        if INLINE.iter().any(|known| is(&known)) {
            continue;
        }
        let name: &str = BLOCKS.iter().find(is)?;
        debug_assert!(is_block(name), "{name}");
        line.space = true;
        match name {
            "br" | "p" => {}
            _ if is_end => {
                if matches!(name, "ol" | "ul") && blocks.last() == Some(&"li") {
                    blocks.pop();
                }
                if blocks.pop() != Some(name) {
                    return None;
                }
            }
            _ => {
                // A list item closes the one before it.
                if name == "li" && blocks.last() == Some(&"li") {
                    blocks.pop();
                } else if name == "li" && !matches!(blocks.last(), None | Some(&("ol" | "ul"))) {
                    return None;
                }
                blocks.push(name);
                if blocks.len() > MAX_DEPTH {
                    return None;
                }
            }
        }
    }
}

/// The text after the `>` of a tag, if its attributes are well-formed.
fn after_attributes(mut tag: &str) -> Option<&str> {
    for _ in 0..MAX_DEPTH {
        tag = tag.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if let Some(rest) = tag.strip_prefix('>') {
            return Some(rest);
        }
        let end = tag.find(|c: char| c.is_ascii_whitespace() || "/>=\"'<".contains(c))?;
        let (name, tail) = tag.split_at_checked(end)?;
        if name.is_empty() || tail.starts_with(['"', '\'', '<']) {
            return None;
        }
        tag = tail;
        let Some(value) = tail.trim_ascii_start().strip_prefix('=') else { continue };
        let value = value.trim_ascii_start();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        tag = match quote {
            Some(quote) => value.get(1..)?.split_once(quote)?.1,
            None => {
                let end = value.find(|c: char| c.is_ascii_whitespace() || c == '>')?;
                let (value, tail) = value.split_at_checked(end)?;
                if value.contains(['"', '\'', '<', '=', '`']) {
                    return None;
                }
                tail
            }
        };
    }
    None
}

/// A line of text with folded white space.
#[derive(Default)]
struct FoldedLine {
    text: String,
    characters: usize,
    /// Whether white space is pending after the text.
    space: bool,
}

impl FoldedLine {
    fn push(&mut self, text: &str) {
        let mut words = text.split_whitespace().peekable();
        self.space |=
            words.peek().is_none() && !text.is_empty() || text.starts_with(char::is_whitespace);
        while let Some(word) = words.next() {
            if self.space && !self.text.is_empty() {
                self.text.push(' ');
                self.characters += 1;
            }
            self.text.push_str(word);
            self.characters += word.chars().count();
            self.space = words.peek().is_some();
        }
        self.space |= text.ends_with(char::is_whitespace);
    }

    /// Appends a text with character references; `None` if one is not handled here.
    fn push_references(&mut self, text: &str) -> Option<()> {
        let mut pieces = text.split('&');
        self.push(pieces.next().unwrap_or_default());
        for piece in pieces {
            if piece.is_empty() || piece.starts_with(|c: char| c.is_ascii_whitespace()) {
                self.push("&");
                self.push(piece);
                continue;
            }
            let (name, rest) = piece.split_once(';')?;
            let mut buffer = [0; 4];
            self.push(character(name)?.encode_utf8(&mut buffer));
            self.push(rest);
        }
        Some(())
    }
}

/// The character of a reference, if it is a Latin letter, a symbol of ASCII or Latin-1, or common
/// typographic punctuation.
fn character(name: &str) -> Option<char> {
    if name.is_empty() || name.len() > 8 {
        return None;
    }
    let c = match name.strip_prefix('#') {
        Some(number) if number.bytes().all(|b| b.is_ascii_digit()) => {
            char::from_u32(number.parse().ok()?)?
        }
        Some(_) => return None,
        None if name.bytes().all(|b| b.is_ascii_alphanumeric()) => {
            let mut text = resolve_html5_entity(name)?.chars();
            text.next().filter(|_| text.next().is_none())?
        }
        None => return None,
    };
    matches!(c, ' '..='~' | '\u{A0}'..='\u{17F}' | '\u{1A0}'..='\u{1B0}' | '\u{1EA0}'..='\u{1EF9}' | '\u{2013}'..='\u{2026}')
        .then_some(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bantin_page::dom::text_of;
    use bantin_page::{Dom, SafeHtml};

    fn parsed(html: &str) -> String {
        let dom = Dom::parse(&SafeHtml::check(html.to_owned()).unwrap()).unwrap();
        let text = text_of(dom.tree().root_element());
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[track_caller]
    fn check(html: &str, expected: Option<&str>) {
        let expected =
            expected.map_or(SimpleText::Unknown, |line| SimpleText::Line(line.to_owned()));
        assert_eq!(text(html, usize::MAX), expected, "{html}");
        if let SimpleText::Line(line) = expected {
            assert_eq!(line, parsed(html), "{html}");
        }
    }

    #[test]
    fn what_is_simple_is_read() {
        check("<p class=\"a>b\">Một <b>hai</b>,<br/>ba</p>\n", Some("Một hai, ba"));
        check("<div>một</div>hai<ul><li>ba<li>bốn</ul>", Some("một hai ba bốn"));
        check(
            "A&amp;B &lt; C & D&nbsp;&ldquo;&agrave;&#7879;&#39;&hellip;",
            Some("A&B < C & D “àệ'…"),
        );
        check("x</p>y<IMG src=a.jpg alt='z>' >z 5 < 7", Some("x yz 5 < 7"));
        check("", Some(""));
    }

    #[test]
    fn what_is_not_is_left_to_the_parser() {
        for html in [
            "một</div>hai",
            "<table>x</table>",
            "<script>x</script>",
            "a &copy b",
            "&zwnj;",
            "&#150;",
            "&unknown;",
            "<!-- x -->",
            "<p title=a\"b>x",
            "<p 'x'>",
            "<p",
            "<b a=\"x",
            "<ul><li><div>a<li>b</ul>",
            "<h1>a",
            "</ a>",
            "\u{FEFF}a",
        ] {
            check(html, None);
        }
    }

    #[test]
    fn a_long_text_is_not_read_to_its_end() {
        assert_eq!(text("<p>một hai</p><table>", 6), SimpleText::TooLong);
        assert_eq!(text("<p>một hai</p>", 7), SimpleText::Line("một hai".to_owned()));
    }

    proptest::proptest! {
        #[test]
        fn the_parser_says_the_same(pieces in proptest::collection::vec(0..PIECES.len(), 0..16)) {
            let html: String = pieces.into_iter().map(|piece| PIECES[piece]).collect();
            if let SimpleText::Line(line) = text(&html, usize::MAX) {
                proptest::prop_assert_eq!(line, parsed(&html), "{}", html);
            }
        }
    }

    const PIECES: [&str; 40] = [
        "a",
        " ",
        "ệ ",
        "\n",
        "<p>",
        "</p>",
        "<br>",
        "</br>",
        "<b>",
        "</b>",
        "<div>",
        "</div>",
        "<ul>",
        "</ul>",
        "<li>",
        "</li>",
        "<a href='x>y'>",
        "</a>",
        "<span x=1 y>",
        "</span>",
        "<img src=\"a\"/>",
        "<i",
        ">",
        "<",
        "&",
        ";",
        "&amp;",
        "&nbsp;",
        "&eacute;",
        "&#8211;",
        "'",
        "\"",
        "=",
        "/",
        "<figure>",
        "</figure>",
        "<center>",
        "</center>",
        "<blockquote>",
        "\u{200B}",
    ];
}
