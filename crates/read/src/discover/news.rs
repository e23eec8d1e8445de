//! The result of reading a page without selectors.

use bantin_core::Listing;

/// The news of a page, and the lists that it was selected from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageNews {
    /// The items, and the layout in which they were found.
    pub listing: Listing,
    /// All lists of the page that may be news, by their headings, in page order.
    pub lists: Vec<NewsList>,
}

/// The items below one heading of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewsList {
    /// The heading; `None` for items without one.
    pub heading: Option<String>,
    /// The number of items below it.
    pub items: usize,
    /// The title of the first one.
    pub first: String,
    /// Whether its items are in the listing.
    pub taken: bool,
}
