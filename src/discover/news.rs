//! What was found on a page whose items nobody described.

use crate::model::Listing;

/// The news of a page, and why it was taken for news.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// The items.
    pub listing: Listing,
    /// The lists that were taken, the best first.
    pub learned: Vec<Learned>,
    /// All lists of the page that may be news, by their headings, in its order.
    pub lists: Vec<List>,
}

/// A list that was taken for news.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Learned {
    /// A CSS selector of its links.
    pub selector: String,
    /// How many items it has.
    pub items: usize,
    /// What speaks for it, for a reader.
    pub evidence: String,
}

/// The items below one heading of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// The heading; `None` for what stands below none.
    pub heading: Option<String>,
    /// How many items stand below it.
    pub items: usize,
    /// The title of the first one.
    pub first: String,
    /// Whether its items are in the listing.
    pub taken: bool,
}
