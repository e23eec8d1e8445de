//! What was found on a page whose items nobody described.

use bantin_core::Listing;

/// The news of a page, and why it was taken for news.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageNews {
    /// The items, and where they were found.
    pub listing: Listing,
    /// All lists of the page that may be news, by their headings, in its order.
    pub lists: Vec<NewsList>,
}

/// The items below one heading of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewsList {
    /// The heading; `None` for what stands below none.
    pub heading: Option<String>,
    /// How many items stand below it.
    pub items: usize,
    /// The title of the first one.
    pub first: String,
    /// Whether its items are in the listing.
    pub taken: bool,
}
