//! The pieces of a rewritten article: splits runs into paragraphs, collapses white space,
//! serializes to HTML.

use bantin_page::size_estimate::SerializationCost;
use bantin_page::{ScanError, plain};

/// A piece of the rewritten article.
#[derive(Debug)]
pub(super) enum HtmlPiece {
    Text(String),
    Element(&'static str, Vec<(&'static str, String)>, Vec<HtmlPiece>),
}

pub(super) fn has_link(pieces: &[HtmlPiece]) -> bool {
    pieces.iter().any(|piece| match piece {
        HtmlPiece::Text(_) => false,
        HtmlPiece::Element(name, _, inner) => *name == "a" || has_link(inner),
    })
}

pub(super) fn has_content(pieces: &[HtmlPiece]) -> bool {
    pieces.iter().any(|piece| match piece {
        HtmlPiece::Text(text) => !plain::is_blank(text),
        HtmlPiece::Element("img", ..) => true,
        HtmlPiece::Element(_, _, inner) => has_content(inner),
    })
}

/// Splits a run of inline pieces at double line breaks; collapses white space and drops empty
/// paragraphs.
pub(super) fn paragraphs(mut run: Vec<HtmlPiece>) -> Vec<Vec<HtmlPiece>> {
    // Only the joined text shows whether it is empty.
    join(&mut run);
    let mut all: Vec<Vec<HtmlPiece>> = vec![Vec::new()];
    let mut breaks = 0;
    for piece in run {
        match &piece {
            HtmlPiece::Element("br", ..) => breaks += 1,
            HtmlPiece::Text(text) if breaks > 0 && plain::is_blank(text) => continue,
            _ => {
                if breaks > 1 {
                    all.push(Vec::new());
                } else if breaks == 1
                    && let Some(last) = all.last_mut()
                    && has_content(last)
                {
                    last.push(HtmlPiece::Element("br", Vec::new(), Vec::new()));
                }
                breaks = 0;
                if let Some(last) = all.last_mut() {
                    last.push(piece);
                }
            }
        }
    }
    all.retain(|paragraph| has_content(paragraph));
    for paragraph in &mut all {
        let mut folding = WhitespaceFolding { after_space: true };
        folding.forwards(paragraph);
        trim_end(paragraph);
    }
    // Joined texts may be empty too: `o:p` and `>`.
    all.retain(|paragraph| has_content(paragraph));
    all
}

/// Joins adjacent texts at every depth: a letter and its diacritic may come from two elements. An
/// inline element whose joined text is empty is unwrapped.
fn join(pieces: &mut Vec<HtmlPiece>) {
    let mut joined: Vec<HtmlPiece> = Vec::with_capacity(pieces.len());
    for mut piece in std::mem::take(pieces) {
        if let HtmlPiece::Element(name, _, inner) = &mut piece
            && !matches!(*name, "br" | "img")
        {
            join(inner);
            if !has_content(inner) {
                std::mem::take(inner).into_iter().for_each(|piece| push(piece, &mut joined));
                continue;
            }
        }
        push(piece, &mut joined);
    }
    *pieces = joined;
}

fn push(piece: HtmlPiece, joined: &mut Vec<HtmlPiece>) {
    match (joined.last_mut(), piece) {
        (Some(HtmlPiece::Text(text)), HtmlPiece::Text(more)) => text.push_str(&more),
        (_, piece) => joined.push(piece),
    }
}

/// Collapses white space across the pieces of a paragraph.
struct WhitespaceFolding {
    after_space: bool,
}

impl WhitespaceFolding {
    fn forwards(&mut self, pieces: &mut Vec<HtmlPiece>) {
        for piece in pieces.iter_mut() {
            match piece {
                HtmlPiece::Text(text) => *text = self.text(text),
                HtmlPiece::Element("br", ..) => self.after_space = true,
                HtmlPiece::Element("img", ..) => self.after_space = false,
                HtmlPiece::Element(_, _, inner) => self.forwards(inner),
            }
        }
        pieces.retain(|piece| match piece {
            HtmlPiece::Text(text) => !text.is_empty(),
            HtmlPiece::Element(name, _, inner) => {
                matches!(*name, "br" | "img") || !inner.is_empty()
            }
        });
    }

    fn text(&mut self, text: &str) -> String {
        let starts = text.chars().find(|c| !plain::is_invisible(*c) || c.is_whitespace());
        let ends = text.chars().rev().find(|c| !plain::is_invisible(*c) || c.is_whitespace());
        let line = plain::line(text);
        let mut folded = String::with_capacity(line.len() + 2);
        let is_space = |c: Option<char>| c.is_some_and(char::is_whitespace);
        if is_space(starts) && !self.after_space {
            folded.push(' ');
            self.after_space = true;
        }
        if !line.is_empty() {
            folded.push_str(&line);
            self.after_space = is_space(ends);
            if self.after_space {
                folded.push(' ');
            }
        }
        folded
    }
}

/// Removes white space and line breaks from the end of a paragraph.
fn trim_end(pieces: &mut Vec<HtmlPiece>) {
    while let Some(last) = pieces.last_mut() {
        let empty = match last {
            HtmlPiece::Text(text) => {
                text.truncate(text.trim_end().len());
                text.is_empty()
            }
            HtmlPiece::Element("br", ..) => true,
            HtmlPiece::Element("img", ..) => false,
            HtmlPiece::Element(_, _, inner) => {
                trim_end(inner);
                inner.is_empty()
            }
        };
        if !empty {
            break;
        }
        pieces.pop();
    }
}

/// Adds a piece to the serialization cost; fails if ammonia would take too long to write the
/// output.
pub(super) fn weigh(piece: &HtmlPiece, weight: &mut SerializationCost) -> Result<(), ScanError> {
    match piece {
        HtmlPiece::Text(text) => weight.add(text),
        HtmlPiece::Element(_, attributes, inner) => {
            attributes.iter().try_for_each(|(_, value)| weight.add(value))?;
            inner.iter().try_for_each(|piece| weigh(piece, weight))
        }
    }
}

pub(super) fn serialise(piece: &HtmlPiece, html: &mut String) {
    match piece {
        HtmlPiece::Text(text) => escape(text, html),
        HtmlPiece::Element(name, attributes, inner) => {
            html.push('<');
            html.push_str(name);
            for (attribute, value) in attributes {
                html.push(' ');
                html.push_str(attribute);
                html.push_str("=\"");
                escape(value, html);
                html.push('"');
            }
            html.push('>');
            if matches!(*name, "br" | "hr" | "img") {
                return;
            }
            for inner in inner {
                serialise(inner, html);
            }
            html.push_str("</");
            html.push_str(name);
            html.push('>');
        }
    }
}

fn escape(text: &str, html: &mut String) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            c => html.push(c),
        }
    }
}
