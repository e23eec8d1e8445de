//! The texts of a page that may be its title, with the signs that speak for each.

use bantin_core::{Extracted, FieldCandidate, Provenance};

/// A place that speaks for a title, independent of the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sign {
    /// The listing item.
    Item,
    /// A selector of the page's CMS family.
    Platform,
    /// JSON-LD or microdata.
    StructuredData,
    /// Open Graph and similar `<meta>` elements.
    OpenGraph,
    /// A part of `<title>`, or all of it.
    TitleElement,
    /// A heading, or a line formatted like a title.
    Heading,
    /// The position of the line next to the text.
    Near,
    /// The words of the page's address.
    Address,
    /// A date next to the line.
    Dated,
    /// The place above the menu, which counts only against it.
    Banner,
    /// The box that the line heads, which counts only against it.
    Box,
    /// The words of the text, which speak only against it.
    Wording,
}

impl Sign {
    /// The name in explanations.
    fn name(self) -> &'static str {
        match self {
            Self::Item => "the listing item",
            Self::Platform => "the platform's rule",
            Self::StructuredData => "structured data",
            Self::OpenGraph => "og:title",
            Self::TitleElement => "<title>",
            Self::Heading => "a heading",
            Self::Near => "its place next to the text",
            Self::Address => "the address",
            Self::Dated => "the date next to it",
            Self::Banner => "its place above the menu",
            Self::Box => "the box that it heads",
            Self::Wording => "its wording",
        }
    }

    /// Whether it names the title apart from the visible page.
    fn is_declaration(self) -> bool {
        self <= Self::TitleElement
    }
}

/// The explanation of votes against the wording of a text.
const AGAINST: &str = "it reads like the name of a site, a label or a sentence";

/// A text that may be the title.
#[derive(Debug, Clone)]
pub(super) struct Contender {
    /// The text, reduced for comparison.
    pub(super) key: String,
    /// The places that give the text, as each writes it.
    pub(super) forms: Vec<Extracted<String>>,
    /// The signs, each with its votes.
    pub(super) signs: Vec<(Sign, i32)>,
    /// The line that shows it.
    pub(super) line: Option<usize>,
    /// The reason why it is not the title.
    pub(super) fault: Option<&'static str>,
}

impl Contender {
    /// Creates a contender without signs.
    pub(super) fn new(key: String) -> Self {
        Self { key, forms: Vec::new(), signs: Vec::new(), line: None, fault: None }
    }

    /// Adds a sign; of several of one kind, the strongest counts.
    pub(super) fn add(&mut self, sign: Sign, votes: i32) {
        match self.signs.iter_mut().find(|(other, _)| *other == sign) {
            Some((_, known)) => *known = votes.max(*known),
            None => self.signs.push((sign, votes)),
        }
    }

    /// The sum of its votes.
    pub(super) fn votes(&self) -> i32 {
        self.signs.iter().map(|(_, votes)| votes).sum()
    }

    /// Whether anything besides the visible page gives it.
    pub(super) fn is_declared(&self) -> bool {
        self.signs.iter().any(|(sign, votes)| sign.is_declaration() && *votes > 0)
    }

    /// The candidates of this text, the best form first.
    pub(super) fn into_candidates(mut self) -> impl Iterator<Item = FieldCandidate> {
        self.signs.sort_unstable();
        let named = self.signs.iter().filter(|(_, votes)| *votes > 0);
        let named: Vec<&str> = named.map(|(sign, _)| sign.name()).collect();
        let evidence = match named.as_slice() {
            [] => "is supported by nothing else".to_owned(),
            named => format!("is supported by {}", named.join(", ")),
        };
        let is_doubted =
            self.signs.iter().any(|(sign, votes)| *sign == Sign::Wording && *votes < 0);
        let evidence = if is_doubted { format!("{evidence}; {AGAINST}") } else { evidence };
        let fault = self.fault;
        let is_only_element = named == ["<title>"];
        self.forms.into_iter().map(move |form| {
            let is_element = form.provenance == Provenance::TitleElement && is_only_element;
            let (note, doubt) = match is_element {
                true => (
                    "is the only candidate, and may be the site's constant name".to_owned(),
                    "ranks last: many sites have one <title> for all their pages".to_owned(),
                ),
                false => (evidence.clone(), format!("has fewer votes: {evidence}")),
            };
            FieldCandidate::from(form).fault(fault).doubt(doubt).note(note)
        })
    }
}
