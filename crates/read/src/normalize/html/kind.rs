//! The conversion of each element of a foreign page.

use bantin_page::dom;
use ego_tree::NodeRef;
use scraper::Node;

/// The result of converting an element.
pub(super) enum ElementKind {
    /// Nothing: the element and its content are dropped.
    Dropped,
    /// Its content only.
    Unwrapped,
    /// Its content, as separate paragraphs.
    Section,
    Break,
    Inline(&'static str),
    /// A base with indices or exponents, in the order of these elements.
    Scripts(&'static [&'static str]),
    /// A fraction of two parts.
    Fraction,
    /// A root.
    Root,
    Link,
    /// An image, or an element that holds one.
    Image,
    /// A document, a video or a recording: a link to it.
    Embed,
    /// A block of text: a heading, a caption.
    Line(&'static str),
    Paragraph,
    /// A block of blocks.
    Blocks(&'static str),
    Preformatted,
    List(&'static str),
    Definitions,
    Table,
    Rule,
}

/// The conversion of an element where it stands; anything else is dropped.
pub(super) fn kind(node: NodeRef<'_, Node>) -> ElementKind {
    let Some(element) = node.value().as_element() else { return ElementKind::Dropped };
    match by_name(element.name()) {
        _ if element.attr("class").is_some_and(dom::shows_icon) => ElementKind::Dropped,
        ElementKind::Unwrapped if dom::is_custom_block(node) => ElementKind::Section,
        kind => kind,
    }
}

fn by_name(name: &str) -> ElementKind {
    match name {
        "a" => ElementKind::Link,
        "b" => ElementKind::Inline("b"),
        "strong" => ElementKind::Inline("strong"),
        "i" | "cite" | "dfn" | "var" => ElementKind::Inline("i"),
        "em" => ElementKind::Inline("em"),
        "u" | "ins" => ElementKind::Inline("u"),
        "s" | "strike" | "del" => ElementKind::Inline("s"),
        "sub" => ElementKind::Inline("sub"),
        "sup" => ElementKind::Inline("sup"),
        "code" | "kbd" | "samp" | "tt" => ElementKind::Inline("code"),
        // MathML.
        "msub" | "munder" => ElementKind::Scripts(&["sub"]),
        "msup" | "mover" => ElementKind::Scripts(&["sup"]),
        "msubsup" | "munderover" => ElementKind::Scripts(&["sub", "sup"]),
        "mfrac" => ElementKind::Fraction,
        "msqrt" => ElementKind::Root,
        "br" => ElementKind::Break,
        "img" | "amp-img" | "amp-anim" | "picture" | "noscript" => ElementKind::Image,
        // The title is the only `h1`.
        "h1" | "h2" => ElementKind::Line("h2"),
        "h3" => ElementKind::Line("h3"),
        "h4" => ElementKind::Line("h4"),
        "h5" => ElementKind::Line("h5"),
        "h6" => ElementKind::Line("h6"),
        "figcaption" => ElementKind::Line("figcaption"),
        "p" => ElementKind::Paragraph,
        "blockquote" => ElementKind::Blocks("blockquote"),
        "figure" => ElementKind::Blocks("figure"),
        "pre" | "xmp" | "listing" => ElementKind::Preformatted,
        "ul" | "menu" | "dir" => ElementKind::List("ul"),
        "ol" => ElementKind::List("ol"),
        "dl" => ElementKind::Definitions,
        "table" => ElementKind::Table,
        "hr" => ElementKind::Rule,
        "address" | "article" | "aside" | "body" | "caption" | "center" | "dd" | "details"
        | "div" | "dt" | "fieldset" | "footer" | "form" | "header" | "html" | "li" | "main"
        | "nav" | "section" | "summary" | "tbody" | "td" | "tfoot" | "th" | "thead" | "tr" => {
            ElementKind::Section
        }
        "iframe" | "amp-iframe" | "frame" | "object" | "embed" | "video" | "amp-video"
        | "audio" | "amp-audio" => ElementKind::Embed,
        "annotation" | "annotation-xml" | "applet" | "base" | "button" | "canvas" | "datalist"
        | "frameset" | "head" | "input" | "link" | "map" | "mat-icon" | "meta" | "noembed"
        | "noframes" | "option" | "param" | "plaintext" | "script" | "select" | "style" | "svg"
        | "template" | "textarea" | "title" => ElementKind::Dropped,
        _ => ElementKind::Unwrapped,
    }
}

/// Whether a node has a block among its descendants.
pub(super) fn has_block(node: NodeRef<'_, Node>) -> bool {
    node.descendants().skip(1).any(|below| {
        below.value().is_element()
            && !matches!(
                kind(below),
                ElementKind::Dropped
                    | ElementKind::Unwrapped
                    | ElementKind::Break
                    | ElementKind::Inline(_)
                    | ElementKind::Scripts(_)
                    | ElementKind::Fraction
                    | ElementKind::Root
                    | ElementKind::Link
                    | ElementKind::Image
            )
    })
}
