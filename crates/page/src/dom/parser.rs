//! The HTML parser with a limit on what it makes.
//!
//! A parser makes more of some pages than their length suggests: a node of 150 bytes of `<p>`, a
//! thousand elements of one `</b>` that reopens others, a token of each `&` in a table. The linear
//! scan before it cannot know that, so the parser's own tokens and nodes are counted while it
//! works, and it stops at the limit. Its reports of syntax errors are dropped: a page of only `<`
//! has millions of them.

use crate::parsed_size::ParsedSize;
use crate::{SafeHtml, ScanError};
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts, TreeSink};
use html5ever::{TokenizerResult, local_name};
use scraper::{Html, HtmlTreeSink, Node};
use std::cell::Cell;

/// The length of the pieces that the parser is fed with, in bytes: it keeps a copy of each until it
/// is parsed.
const PIECE: usize = 64 << 10;
/// The maximum depth of the tree. The scan limits the nesting that a page writes; elements that the
/// parser reopens or adds itself come on top.
const MAX_DEPTH: usize = 1024;
/// The memory of a node: its place in the tree, and its entries in the parser's lists.
const NODE: usize = 176;
/// The memory of an attribute without its value.
const ATTRIBUTE: usize = 48;
/// The memory of a byte of text: the tree appends to a text, whose capacity is up to twice its
/// length, and the extraction of an article makes copies of what is visible.
const RAW_TEXT: usize = 2;
const VISIBLE_TEXT: usize = 12;
/// The memory of a token that waits in a table until the parser knows where its text belongs.
const WAITING_TOKEN: usize = 24;
/// The longest text that is stored in place, in bytes.
const SHORT: usize = 8;
/// The memory of an allocation without its content.
const ALLOCATION: usize = 32;

/// Parses a page.
///
/// # Errors
/// [`ScanError::TooBig`] and [`ScanError::TooDeep`].
pub(super) fn parse(html: &SafeHtml) -> Result<Html, ScanError> {
    let mut rest = html.as_str();
    let tokenizer = Tokenizer::new(CountingSink::new(rest.len()), TokenizerOpts::default());
    let input = BufferQueue::default();
    while !rest.is_empty() {
        let (piece, tail) = rest.split_at(rest.floor_char_boundary(PIECE));
        input.push_back(piece.into());
        while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
        tokenizer.sink.check()?;
        rest = tail;
    }
    tokenizer.end();
    tokenizer.sink.check()?;
    Ok(tokenizer.sink.builder.sink.finish())
}

/// Passes tokens to the tree builder until the limit is reached.
struct CountingSink {
    builder: TreeBuilder<ego_tree::NodeId, HtmlTreeSink>,
    size: Cell<ParsedSize>,
    /// The nodes that are counted in `size`.
    counted: Cell<usize>,
    /// The memory of the text tokens since the last other token.
    waiting: Cell<usize>,
    is_too_deep: Cell<bool>,
    /// Whether the text that follows is that of a script or style.
    is_raw: Cell<bool>,
}

impl CountingSink {
    fn new(length: usize) -> Self {
        let sink = HtmlTreeSink::new(Html::new_document());
        Self {
            builder: TreeBuilder::new(sink, TreeBuilderOpts::default()),
            size: Cell::new(ParsedSize::of(length)),
            counted: Cell::new(0),
            waiting: Cell::new(0),
            is_too_deep: Cell::new(false),
            is_raw: Cell::new(false),
        }
    }

    fn check(&self) -> Result<(), ScanError> {
        if self.is_too_deep.get() {
            return Err(ScanError::TooDeep);
        }
        self.size.get().check(self.waiting.get())
    }

    fn add(&self, bytes: usize) {
        let mut size = self.size.get();
        size.add(bytes);
        self.size.set(size);
    }

    /// Counts a token before the tree builder takes it.
    fn count_token(&self, token: &Token) {
        match token {
            Token::CharacterTokens(text) => {
                if self.is_raw.get() {
                    return self.add(text.len() * RAW_TEXT);
                }
                self.add(text.len() * VISIBLE_TEXT);
                self.waiting.set(self.waiting.get() + WAITING_TOKEN);
            }
            Token::NullCharacterToken => self.waiting.set(self.waiting.get() + WAITING_TOKEN),
            // Their attributes are added to the one element that exists already.
            Token::TagToken(tag) if is_merged(tag) => {
                self.waiting.set(0);
                let values = tag.attrs.iter().map(|attribute| attribute.value.len());
                self.add(values.map(attribute_size).sum());
            }
            _ => self.waiting.set(0),
        }
    }

    /// Counts the nodes that the tree builder has made of a token.
    fn count_nodes(&self) {
        let html = self.builder.sink.0.borrow();
        let mut nodes = html.tree.nodes();
        let made = nodes.len().saturating_sub(self.counted.get());
        self.counted.set(nodes.len());
        let deepest = nodes.next_back().filter(|_| made > 0);
        if deepest.is_some_and(|node| node.ancestors().nth(MAX_DEPTH).is_some()) {
            self.is_too_deep.set(true);
        }
        self.add(html.tree.nodes().rev().take(made).map(|node| node_size(node.value())).sum());
    }
}

/// Whether a tag adds its attributes to an element that is there already.
fn is_merged(tag: &Tag) -> bool {
    tag.kind == TagKind::StartTag && matches!(tag.name, local_name!("html") | local_name!("body"))
}

fn node_size(node: &Node) -> usize {
    let more = match node {
        Node::Element(element) => {
            element.attrs().map(|(_, value)| attribute_size(value.len())).sum()
        }
        Node::Comment(comment) => allocated(comment.len()),
        Node::ProcessingInstruction(instruction) => allocated(instruction.data.len()),
        Node::Doctype(doctype) => {
            allocated(doctype.name.len() + doctype.public_id.len() + doctype.system_id.len())
        }
        // The text is counted with its tokens.
        Node::Text(_) | Node::Document | Node::Fragment => 0,
    };
    NODE + more
}

fn attribute_size(value: usize) -> usize {
    ATTRIBUTE + allocated(value)
}

/// The memory of a text of this length.
fn allocated(length: usize) -> usize {
    if length > SHORT { ALLOCATION + length } else { 0 }
}

impl TokenSink for CountingSink {
    type Handle = ego_tree::NodeId;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<Self::Handle> {
        if matches!(token, Token::ParseError(_)) {
            return TokenSinkResult::Continue;
        }
        self.count_token(&token);
        // The tree is incomplete from here on; `parse` returns the error after this piece.
        if self.check().is_err() {
            return TokenSinkResult::Continue;
        }
        let is_tag = matches!(token, Token::TagToken(_));
        let result = self.builder.process_token(token, line);
        if is_tag {
            use html5ever::tokenizer::states::RawKind;
            let is_raw = |kind: &RawKind| !matches!(kind, RawKind::Rcdata);
            self.is_raw.set(matches!(&result, TokenSinkResult::RawData(kind) if is_raw(kind)));
        }
        self.count_nodes();
        result
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: String) -> Result<(), ScanError> {
        parse(&SafeHtml::check(html)?).map(|_| ())
    }

    /// The parser's own result for the same page.
    fn is_as_of_scraper(html: &str) -> bool {
        parse(&SafeHtml::check(html.to_owned()).unwrap()).unwrap() == Html::parse_document(html)
    }

    #[test]
    fn the_tree_is_that_of_the_parser_wherever_the_pieces_are_cut() {
        let page = "<!DOCTYPE html><title>Tin &amp; bài</title><p>Đắk Lắk&nbsp;<b>một<p>hai</b></p><table>x<tr><td>ba</table>\
                    <script>if (a<b) '</p>'</script><!-- \u{1EC7} --><svg><title><g/></title></svg>\r\n&#7897;";
        for shift in 0..8 {
            let long = format!("{}{}", " ".repeat(shift), page.repeat(PIECE / page.len() + 1));
            assert!(is_as_of_scraper(&long), "{shift}");
        }
        assert!(is_as_of_scraper(""));
    }

    #[test]
    fn a_page_of_which_the_parser_makes_too_much_is_refused() {
        let too_big = |html: String| matches!(check(html), Err(ScanError::TooBig { .. }));
        let many = |piece: &str| piece.repeat((5 << 18) / piece.len());
        for piece in ["<", "&", "<!-->", "<?>", "</!>", "</br>", "x</br>", "chữ "] {
            assert!(too_big(many(piece)), "{piece}");
        }
        // Tokens that wait, attributes of one element, and elements that are opened again.
        assert!(too_big(format!("<table>{}", "&".repeat(5 << 18))));
        let tag = |n: usize| {
            let attributes: String = (0..200).map(|at| format!(" a{n}-{at}")).collect();
            format!("<html{attributes}></html>")
        };
        assert!(too_big((0..2000).map(tag).collect()));
        let open: String = (0..400).map(|at| format!("<b a{at}>")).collect();
        assert!(too_big(format!("<p>{open}</p>{}", "<p>x</p>".repeat(5000))));
        let value = "x".repeat(1 << 20);
        assert!(too_big(format!("<p><b title='{value}'></p>{}", "<p>x</p>".repeat(5000))));
        // The scan takes the title for text; the parser does not.
        let deep = format!("<svg><title>{}", "<div>".repeat(5000));
        assert!(matches!(check(deep), Err(ScanError::TooDeep | ScanError::TooBig { .. })));
    }

    #[test]
    fn a_long_page_of_scripts_is_no_hostile_one() {
        let script = format!("<script>{}</script>", "var a = 1 < 2 && 3;\n".repeat(200_000));
        let text = "<p>Sáng 20/11, cơ quan đã tổ chức hội nghị tổng kết.</p>\n".repeat(2000);
        assert_eq!(check(format!("{script}{text}")), Ok(()));
    }
}
