//! What each element of a foreign page becomes in an article.

use ego_tree::NodeRef;
use scraper::Node;

/// What an element of the page becomes.
pub(super) enum Kind {
    /// Nothing, with all that is in it.
    Dropped,
    /// What is in it.
    Unwrapped,
    /// What is in it, as paragraphs of their own.
    Section,
    Break,
    Inline(&'static str),
    Link,
    Image,
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

pub(super) fn kind(name: &str) -> Kind {
    match name {
        "a" => Kind::Link,
        "b" => Kind::Inline("b"),
        "strong" => Kind::Inline("strong"),
        "i" | "cite" | "dfn" | "var" => Kind::Inline("i"),
        "em" => Kind::Inline("em"),
        "u" | "ins" => Kind::Inline("u"),
        "s" | "strike" | "del" => Kind::Inline("s"),
        "sub" => Kind::Inline("sub"),
        "sup" => Kind::Inline("sup"),
        "code" | "kbd" | "samp" | "tt" => Kind::Inline("code"),
        "br" => Kind::Break,
        "img" => Kind::Image,
        // The title is the only heading of the first rank.
        "h1" | "h2" => Kind::Line("h2"),
        "h3" => Kind::Line("h3"),
        "h4" => Kind::Line("h4"),
        "h5" => Kind::Line("h5"),
        "h6" => Kind::Line("h6"),
        "figcaption" => Kind::Line("figcaption"),
        "p" => Kind::Paragraph,
        "blockquote" => Kind::Blocks("blockquote"),
        "figure" => Kind::Blocks("figure"),
        "pre" | "xmp" | "listing" => Kind::Preformatted,
        "ul" | "menu" | "dir" => Kind::List("ul"),
        "ol" => Kind::List("ol"),
        "dl" => Kind::Definitions,
        "table" => Kind::Table,
        "hr" => Kind::Rule,
        "address" | "article" | "aside" | "body" | "caption" | "center" | "dd" | "details"
        | "div" | "dt" | "fieldset" | "footer" | "form" | "header" | "html" | "li" | "main"
        | "nav" | "section" | "summary" | "tbody" | "td" | "tfoot" | "th" | "thead" | "tr" => {
            Kind::Section
        }
        "applet" | "audio" | "base" | "button" | "canvas" | "datalist" | "embed" | "frame"
        | "frameset" | "head" | "iframe" | "input" | "link" | "map" | "math" | "meta"
        | "noembed" | "noframes" | "noscript" | "object" | "option" | "param" | "plaintext"
        | "script" | "select" | "style" | "svg" | "template" | "textarea" | "title" | "video" => {
            Kind::Dropped
        }
        _ => Kind::Unwrapped,
    }
}

/// Whether a block stands below a node.
pub(super) fn has_block(node: NodeRef<'_, Node>) -> bool {
    node.descendants().skip(1).any(|below| {
        below.value().as_element().is_some_and(|element| {
            !matches!(
                kind(element.name()),
                Kind::Dropped
                    | Kind::Unwrapped
                    | Kind::Break
                    | Kind::Inline(_)
                    | Kind::Link
                    | Kind::Image
            )
        })
    })
}
