//! The elements that are images, or hide one from browsers without scripts.

use ego_tree::NodeRef;
use scraper::{ElementRef, Node};

/// Names of the elements that are images.
pub(crate) const IMAGES: [&str; 3] = ["img", "amp-img", "amp-anim"];

/// Whether a node is a `<noscript>` with an image.
pub(crate) fn is_fallback(node: NodeRef<'_, Node>) -> bool {
    let is_named = node.value().as_element().is_some_and(|element| element.name() == "noscript");
    let shows = |text: &str| text.contains("<img") || text.contains("lt;img");
    is_named && ElementRef::wrap(node).is_some_and(|element| element.text().any(shows))
}

/// Whether a node is an image element.
pub(crate) fn is_image(node: NodeRef<'_, Node>) -> bool {
    node.value().as_element().is_some_and(|element| IMAGES.contains(&element.name()))
}

/// Whether an address is that of an image file.
pub(crate) fn is_image_file(address: &str) -> bool {
    const ENDINGS: [&str; 6] = [".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif"];
    let path = address.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    ENDINGS.iter().any(|ending| path.ends_with(ending))
}
