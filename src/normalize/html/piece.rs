//! The pieces of a new article: runs of them parted into paragraphs, their white space folded, and written as HTML.

use crate::page::writing::Weight;
use crate::page::{ScanError, plain};

/// A piece of the new article.
#[derive(Debug)]
pub(super) enum Piece {
    Text(String),
    Element(&'static str, Vec<(&'static str, String)>, Vec<Piece>),
}

pub(super) fn has_link(pieces: &[Piece]) -> bool {
    pieces.iter().any(|piece| match piece {
        Piece::Text(_) => false,
        Piece::Element(name, _, inner) => *name == "a" || has_link(inner),
    })
}

pub(super) fn has_content(pieces: &[Piece]) -> bool {
    pieces.iter().any(|piece| match piece {
        Piece::Text(text) => !plain::line(text).is_empty(),
        Piece::Element("img", ..) => true,
        Piece::Element(_, _, inner) => has_content(inner),
    })
}

/// A run of inline pieces as paragraphs: parted at two line breaks, white space folded, nothing empty.
pub(super) fn paragraphs(mut run: Vec<Piece>) -> Vec<Vec<Piece>> {
    // What a text says is told by all of it.
    join(&mut run);
    let mut all: Vec<Vec<Piece>> = vec![Vec::new()];
    let mut breaks = 0;
    for piece in run {
        match &piece {
            Piece::Element("br", ..) => breaks += 1,
            Piece::Text(text) if breaks > 0 && plain::line(text).is_empty() => continue,
            _ => {
                if breaks > 1 {
                    all.push(Vec::new());
                } else if breaks == 1
                    && let Some(last) = all.last_mut()
                    && has_content(last)
                {
                    last.push(Piece::Element("br", Vec::new(), Vec::new()));
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
        let mut folding = Folding { after_space: true };
        folding.forwards(paragraph);
        trim_end(paragraph);
    }
    // Texts that were joined may say nothing: `o:p` and `>`.
    all.retain(|paragraph| has_content(paragraph));
    all
}

/// Makes one text of those side by side, at every depth: a letter and its mark may have stood in two elements.
fn join(pieces: &mut Vec<Piece>) {
    let mut joined: Vec<Piece> = Vec::with_capacity(pieces.len());
    for mut piece in std::mem::take(pieces) {
        if let Piece::Element(_, _, inner) = &mut piece {
            join(inner);
        }
        match (joined.last_mut(), piece) {
            (Some(Piece::Text(text)), Piece::Text(more)) => text.push_str(&more),
            (_, piece) => joined.push(piece),
        }
    }
    *pieces = joined;
}

/// White space across the pieces of a paragraph.
struct Folding {
    after_space: bool,
}

impl Folding {
    fn forwards(&mut self, pieces: &mut Vec<Piece>) {
        for piece in pieces.iter_mut() {
            match piece {
                Piece::Text(text) => *text = self.text(text),
                Piece::Element("br", ..) => self.after_space = true,
                Piece::Element("img", ..) => self.after_space = false,
                Piece::Element(_, _, inner) => self.forwards(inner),
            }
        }
        pieces.retain(|piece| match piece {
            Piece::Text(text) => !text.is_empty(),
            Piece::Element(name, _, inner) => matches!(*name, "br" | "img") || !inner.is_empty(),
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

/// Takes white space and line breaks off the end of a paragraph.
fn trim_end(pieces: &mut Vec<Piece>) {
    while let Some(last) = pieces.last_mut() {
        let empty = match last {
            Piece::Text(text) => {
                text.truncate(text.trim_end().len());
                text.is_empty()
            }
            Piece::Element("br", ..) => true,
            Piece::Element("img", ..) => false,
            Piece::Element(_, _, inner) => {
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

/// Whether ammonia can write a piece out after us.
pub(super) fn weigh(piece: &Piece, weight: &mut Weight) -> Result<(), ScanError> {
    match piece {
        Piece::Text(text) => weight.add(text),
        Piece::Element(_, attributes, inner) => {
            attributes.iter().try_for_each(|(_, value)| weight.add(value))?;
            inner.iter().try_for_each(|piece| weigh(piece, weight))
        }
    }
}

pub(super) fn serialise(piece: &Piece, html: &mut String) {
    match piece {
        Piece::Text(text) => escape(text, html),
        Piece::Element(name, attributes, inner) => {
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
