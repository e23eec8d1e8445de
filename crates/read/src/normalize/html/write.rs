//! Rewrites a foreign DOM as the HTML of an article.
//!
//! Bare text, also between `<div>` elements or after two `<br>`, becomes paragraphs. Layout tables
//! of one column are unwrapped. Empty elements are left out. ammonia enforces the list of allowed
//! elements ([`super`]) on the output.

use super::image;
use super::kind::{ElementKind, has_block, kind};
use super::piece::{HtmlPiece, has_content, has_link, paragraphs, serialise, weigh};
use crate::embed;
use crate::normalize::address;
use bantin_page::size_estimate::SerializationCost;
use bantin_page::{Dom, ScanError, dom, plain};
use ego_tree::NodeRef;
use scraper::{ElementRef, Node};
use url::Url;

/// Maximum depth of the tree. The scan before the parser lets no deeper page pass.
const MAX_DEPTH: usize = 600;

/// Writes the document's body.
pub(super) fn article(dom: &Dom, base: &Url) -> Result<String, ScanError> {
    let root = dom.tree().root_element();
    let body = root.child_elements().find(|element| element.value().name() == "body");
    let pieces = flow(*body.unwrap_or(root), base, 0);
    let (mut html, mut weight) = (String::new(), SerializationCost::default());
    for piece in &pieces {
        weigh(piece, &mut weight)?;
        serialise(piece, &mut html);
    }
    Ok(html)
}

/// Converts a node's children to blocks: a run of inline pieces becomes a paragraph.
fn flow(node: NodeRef<'_, Node>, base: &Url, depth: usize) -> Vec<HtmlPiece> {
    let mut flow = ElementFlow::default();
    flow.children(node, base, depth);
    flow.end_paragraph();
    flow.blocks
}

/// Like [`flow`], for a cell or a list item, where a single paragraph needs no `<p>`.
fn cell(node: NodeRef<'_, Node>, base: &Url, depth: usize) -> Vec<HtmlPiece> {
    unwrapped(flow(node, base, depth))
}

/// Removes the `<p>` if it is the only block.
fn unwrapped(mut blocks: Vec<HtmlPiece>) -> Vec<HtmlPiece> {
    if let [HtmlPiece::Element("p", _, inner)] = blocks.as_mut_slice() {
        return std::mem::take(inner);
    }
    blocks
}

#[derive(Default)]
struct ElementFlow {
    blocks: Vec<HtmlPiece>,
    run: Vec<HtmlPiece>,
}

impl ElementFlow {
    fn finish(mut self) -> Vec<HtmlPiece> {
        self.end_paragraph();
        unwrapped(self.blocks)
    }

    fn end_paragraph(&mut self) {
        for run in paragraphs(std::mem::take(&mut self.run)) {
            self.blocks.push(HtmlPiece::Element("p", Vec::new(), run));
        }
    }

    fn block(&mut self, name: &'static str, inner: Vec<HtmlPiece>) {
        self.block_with(name, Vec::new(), inner);
    }

    fn block_with(
        &mut self,
        name: &'static str,
        attributes: Vec<(&'static str, String)>,
        inner: Vec<HtmlPiece>,
    ) {
        self.end_paragraph();
        if !inner.is_empty() {
            self.blocks.push(HtmlPiece::Element(name, attributes, inner));
        }
    }

    fn children(&mut self, node: NodeRef<'_, Node>, base: &Url, depth: usize) {
        for child in node.children().filter(|_| depth <= MAX_DEPTH) {
            self.node(child, base, depth + 1);
        }
    }

    fn node(&mut self, child: NodeRef<'_, Node>, base: &Url, depth: usize) {
        if let Node::Text(text) = child.value() {
            self.run.push(HtmlPiece::Text(text.text.to_string()));
            return;
        }
        let kind =
            if dom::is_caption(child) { ElementKind::Line("figcaption") } else { kind(child) };
        match kind {
            ElementKind::Dropped => {}
            ElementKind::Unwrapped => self.children(child, base, depth),
            // In `<b><p>…</p></b>`, the paragraphs matter more than the bold type.
            ElementKind::Inline(_) if has_block(child) => self.children(child, base, depth),
            ElementKind::Section | ElementKind::Paragraph => {
                self.end_paragraph();
                self.children(child, base, depth);
                self.end_paragraph();
            }
            ElementKind::Break
            | ElementKind::Image
            | ElementKind::Inline(_)
            | ElementKind::Scripts(_)
            | ElementKind::Fraction
            | ElementKind::Root
            | ElementKind::Link => {
                inline(child, base, depth, &mut self.run);
            }
            ElementKind::Line(name) => {
                let mut inner = Vec::new();
                inlines(child, base, depth, &mut inner);
                let inner = paragraphs(inner).into_iter().reduce(|mut all, more| {
                    all.push(HtmlPiece::Element("br", Vec::new(), Vec::new()));
                    all.extend(more);
                    all
                });
                self.block(name, inner.unwrap_or_default());
            }
            ElementKind::Blocks(name) => self.block(name, flow(child, base, depth)),
            ElementKind::Preformatted => {
                let text: String =
                    ElementRef::wrap(child).map(|e| e.text().collect()).unwrap_or_default();
                let text: String = text
                    .chars()
                    .filter(|c| matches!(c, '\n' | '\t') || !plain::is_invisible(*c))
                    .collect();
                let text = text.trim_matches('\n').trim_end();
                let inner = (!text.is_empty()).then(|| HtmlPiece::Text(text.to_owned()));
                self.block("pre", inner.into_iter().collect());
            }
            ElementKind::List(name) => {
                self.block_with(name, numbering(child), items(child, base, depth));
            }
            ElementKind::Definitions => self.block("dl", definitions(child, base, depth)),
            ElementKind::Table => self.table(child, base, depth),
            ElementKind::Embed => {
                self.end_paragraph();
                self.blocks.extend(embedded(child, base));
            }
            ElementKind::Rule => {
                self.end_paragraph();
                self.blocks.push(HtmlPiece::Element("hr", Vec::new(), Vec::new()));
            }
        }
    }

    /// Converts a table. A table that never has two cells in a row is layout, and its cells become
    /// paragraphs.
    fn table(&mut self, table: NodeRef<'_, Node>, base: &Url, depth: usize) {
        self.end_paragraph();
        let is = |node: &NodeRef<'_, Node>, names: &[&str]| {
            node.value().as_element().is_some_and(|e| names.contains(&e.name()))
        };
        let mut captions = Vec::new();
        let mut groups: Vec<(&'static str, Vec<HtmlPiece>)> = Vec::new();
        let mut widest = 0;
        for child in table.children() {
            if is(&child, &["caption"]) {
                captions.extend(flow(child, base, depth));
                continue;
            }
            let group = match child.value().as_element().map(|e| e.name()) {
                Some("thead") => "thead",
                Some("tbody") => "tbody",
                Some("tfoot") => "tfoot",
                _ => continue,
            };
            let mut rows = Vec::new();
            for row in child.children().filter(|row| is(row, &["tr"])) {
                let mut cells = Vec::new();
                for node in row.children().filter(|node| is(node, &["td", "th"])) {
                    let Some(element) = node.value().as_element() else { continue };
                    let name = if element.name() == "th" { "th" } else { "td" };
                    let mut attributes = Vec::new();
                    for span in ["colspan", "rowspan"] {
                        let value = element.attr(span).and_then(|n| n.trim().parse::<u16>().ok());
                        if let Some(value) = value.filter(|n| (2..=1000).contains(n)) {
                            attributes.push((span, value.to_string()));
                        }
                    }
                    cells.push(HtmlPiece::Element(name, attributes, cell(node, base, depth)));
                }
                let filled = cells.iter().any(
                    |cell| matches!(cell, HtmlPiece::Element(_, _, inner) if !inner.is_empty()),
                );
                // A dropped row must not count towards the width, or a second cleaning would decide
                // differently.
                if filled {
                    widest = widest.max(cells.len());
                    rows.push(HtmlPiece::Element("tr", Vec::new(), cells));
                }
            }
            if !rows.is_empty() {
                groups.push((group, rows));
            }
        }
        if widest < 2 {
            self.children(table, base, depth);
            self.end_paragraph();
            return;
        }
        let mut inner = Vec::new();
        if !captions.is_empty() {
            inner.push(HtmlPiece::Element("caption", Vec::new(), unwrapped(captions)));
        }
        inner.extend(
            groups.into_iter().map(|(name, rows)| HtmlPiece::Element(name, Vec::new(), rows)),
        );
        self.block("table", inner);
    }
}

/// The items of a list. Content between items becomes an item, so that nothing is lost.
fn items(list: NodeRef<'_, Node>, base: &Url, depth: usize) -> Vec<HtmlPiece> {
    let mut items = Vec::new();
    let mut between = ElementFlow::default();
    let mut add = |attributes, inner: Vec<HtmlPiece>| {
        if !inner.is_empty() {
            items.push(HtmlPiece::Element("li", attributes, inner));
        }
    };
    for child in list.children().filter(|_| depth <= MAX_DEPTH) {
        if child.value().as_element().is_some_and(|element| element.name() == "li") {
            add(Vec::new(), std::mem::take(&mut between).finish());
            add(numbering(child), cell(child, base, depth + 1));
        } else {
            between.node(child, base, depth + 1);
        }
    }
    add(Vec::new(), between.finish());
    items
}

/// The attributes that number a list or an item: without them `5. Điều khoản` becomes `1.`.
fn numbering(node: NodeRef<'_, Node>) -> Vec<(&'static str, String)> {
    let Some(element) = node.value().as_element() else { return Vec::new() };
    let number = |name| element.attr(name).and_then(|n| n.trim().parse::<i16>().ok());
    let mut attributes = Vec::new();
    match element.name() {
        "li" => attributes.extend(number("value").map(|n| ("value", n.to_string()))),
        "ol" => {
            attributes
                .extend(number("start").filter(|n| *n != 1).map(|n| ("start", n.to_string())));
            let style = element.attr("type").map(str::trim);
            let style = style.filter(|style| matches!(*style, "a" | "A" | "i" | "I"));
            attributes.extend(style.map(|style| ("type", style.to_owned())));
            attributes.extend(element.attr("reversed").map(|_| ("reversed", String::new())));
        }
        _ => {}
    }
    attributes
}

fn definitions(list: NodeRef<'_, Node>, base: &Url, depth: usize) -> Vec<HtmlPiece> {
    let mut all = Vec::new();
    for child in list.children().filter(|_| depth <= MAX_DEPTH) {
        let Some(element) = child.value().as_element() else { continue };
        match element.name() {
            // HTML allows `div` as a group.
            "div" => all.extend(definitions(child, base, depth + 1)),
            name => {
                let inner = cell(child, base, depth + 1);
                if !inner.is_empty() && !matches!(kind(child), ElementKind::Dropped) {
                    let name = if name == "dt" { "dt" } else { "dd" };
                    all.push(HtmlPiece::Element(name, Vec::new(), inner));
                }
            }
        }
    }
    all
}

/// Collects the inline pieces of a node's children; a block among them leaves only spaces around
/// its text.
fn inlines(node: NodeRef<'_, Node>, base: &Url, depth: usize, run: &mut Vec<HtmlPiece>) {
    if depth > MAX_DEPTH {
        return;
    }
    for child in node.children() {
        match child.value() {
            Node::Text(text) => run.push(HtmlPiece::Text(text.text.to_string())),
            Node::Element(_) => match kind(child) {
                ElementKind::Dropped | ElementKind::Embed => {}
                ElementKind::Break
                | ElementKind::Image
                | ElementKind::Inline(_)
                | ElementKind::Scripts(_)
                | ElementKind::Fraction
                | ElementKind::Root
                | ElementKind::Link => {
                    inline(child, base, depth + 1, run);
                }
                ElementKind::Unwrapped => inlines(child, base, depth + 1, run),
                _ => {
                    run.push(HtmlPiece::Text(" ".to_owned()));
                    inlines(child, base, depth + 1, run);
                    run.push(HtmlPiece::Text(" ".to_owned()));
                }
            },
            _ => {}
        }
    }
}

/// Converts a base of MathML with its indices and exponents.
fn math(
    node: NodeRef<'_, Node>,
    base: &Url,
    depth: usize,
    run: &mut Vec<HtmlPiece>,
    names: &[&'static str],
) {
    let mut parts = node.children().filter(|part| part.value().is_element());
    if let Some(first) = parts.next() {
        part(first, base, depth, run);
    }
    for (script, name) in parts.zip(names) {
        let mut inner = Vec::new();
        part(script, base, depth, &mut inner);
        if has_content(&inner) {
            run.push(HtmlPiece::Element(name, Vec::new(), inner));
        }
    }
}

/// Converts a part of a formula, which may be a script or a fraction itself.
fn part(node: NodeRef<'_, Node>, base: &Url, depth: usize, run: &mut Vec<HtmlPiece>) {
    match kind(node) {
        ElementKind::Scripts(_) | ElementKind::Fraction | ElementKind::Root
            if depth <= MAX_DEPTH =>
        {
            inline(node, base, depth + 1, run);
        }
        _ => inlines(node, base, depth + 1, run),
    }
}

/// Like [`part`], in brackets if it has several elements.
fn grouped(node: NodeRef<'_, Node>, base: &Url, depth: usize, run: &mut Vec<HtmlPiece>) {
    let is_group = node.children().filter(|part| part.value().is_element()).count() > 1;
    let bracket = |sign: &str| is_group.then(|| HtmlPiece::Text(sign.to_owned()));
    run.extend(bracket("("));
    if is_group || matches!(node.value().as_element().map(|e| e.name()), Some("msqrt")) {
        inlines(node, base, depth + 1, run);
    } else {
        part(node, base, depth, run);
    }
    run.extend(bracket(")"));
}

/// Converts an inline element.
fn inline(node: NodeRef<'_, Node>, base: &Url, depth: usize, run: &mut Vec<HtmlPiece>) {
    let Some(element) = node.value().as_element() else { return };
    match kind(node) {
        ElementKind::Break => run.push(HtmlPiece::Element("br", Vec::new(), Vec::new())),
        ElementKind::Image => run.extend(image::image(node, base)),
        ElementKind::Scripts(names) => math(node, base, depth, run, names),
        ElementKind::Fraction => {
            let mut parts = node.children().filter(|part| part.value().is_element());
            for (place, part) in parts.by_ref().take(2).enumerate() {
                if place > 0 {
                    run.push(HtmlPiece::Text("/".to_owned()));
                }
                grouped(part, base, depth, run);
            }
        }
        ElementKind::Root => {
            run.push(HtmlPiece::Text("√".to_owned()));
            grouped(node, base, depth, run);
        }
        ElementKind::Inline(name) => {
            let mut inner = Vec::new();
            inlines(node, base, depth, &mut inner);
            if has_content(&inner) {
                run.push(HtmlPiece::Element(name, Vec::new(), inner));
            } else {
                // In `a<b> </b>c`, the space counts and the bold type does not.
                run.append(&mut inner);
            }
        }
        ElementKind::Link => {
            let mut inner = Vec::new();
            inlines(node, base, depth, &mut inner);
            match element.attr("href").and_then(|href| link(href, base)) {
                // The parser nests links if a table is inside one; readers click the inner link.
                Some(href) if has_content(&inner) && !has_link(&inner) => {
                    run.push(HtmlPiece::Element("a", vec![("href", href)], inner));
                }
                _ => run.append(&mut inner),
            }
        }
        _ => {}
    }
}

/// An embedded document, video or recording as a figure without an image, whose caption links to it.
fn embedded(node: NodeRef<'_, Node>, base: &Url) -> Option<HtmlPiece> {
    let embed = embed::embed(node, base)?;
    let href = address::public(embed.url.as_str(), base).map(String::from)?;
    let text = HtmlPiece::Text(embed.title.unwrap_or_else(|| href.clone()));
    let link = HtmlPiece::Element("a", vec![("href", href)], vec![text]);
    let caption = HtmlPiece::Element("figcaption", Vec::new(), vec![link]);
    Some(HtmlPiece::Element("figure", Vec::new(), vec![caption]))
}

/// The URL of a link, if readers can follow it.
fn link(href: &str, base: &Url) -> Option<String> {
    let href = href.trim();
    if href.starts_with('#') {
        return None;
    }
    // `mailto://name@host` parses as a URL with a host; it is not an e-mail address.
    let mail = |url: &Url| url.scheme() == "mailto" && url.cannot_be_a_base();
    if let Some(url) = base.join(href).ok().filter(mail) {
        return Some(url.into());
    }
    address::public(href, base).map(String::from)
}
