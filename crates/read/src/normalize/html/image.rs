//! The address of an image, wherever the page hides it: lazy loaders, `<picture>`, `<noscript>`.
//!
//! A placeholder is never the image: a page that shows only that has no image there.

use super::piece::HtmlPiece;
use crate::image::{IMAGES, is_fallback, is_image};
use crate::normalize::address;
use crate::text;
use bantin_core::PublicUrl;
use bantin_page::{Dom, SafeHtml, plain};
use ego_tree::NodeRef;
use scraper::node::Element;
use scraper::{ElementRef, Node};
use url::Url;

/// The image of an `img`, or of a `picture` or `noscript` whose `img` shows nothing itself; `None`
/// for tracking pixels, placeholders and images embedded in the page (`data:`).
pub(super) fn image(node: NodeRef<'_, Node>, base: &Url) -> Option<HtmlPiece> {
    let element = node.value().as_element()?;
    match element.name() {
        "picture" => picture(node, base),
        "noscript" => fallback(node, base),
        _ if is_tiny(element) => None,
        _ => Some(piece(own_address(element, base)?, element)),
    }
}

/// The image of a `<picture>` (HTML, 4.8.1): that of its `img`, or else the largest of its sources.
fn picture(node: NodeRef<'_, Node>, base: &Url) -> Option<HtmlPiece> {
    let mut images = inside(node, |name| IMAGES.contains(&name));
    let img = images.next();
    if let Some(found) = img.filter(|img| !is_tiny(img)).and_then(|img| own_address(img, base)) {
        return Some(piece(found, img?));
    }
    let mut sources = inside(node, |name| name == "source");
    let source = sources.find_map(|source| own_address(source, base));
    let source = source.map(|found| match img {
        Some(img) => piece(found, img),
        None => HtmlPiece::Element("img", attributes(found, ""), Vec::new()),
    });
    source.or_else(|| {
        node.children().filter(|child| is_fallback(*child)).find_map(|node| image(node, base))
    })
}

/// The image in a `<noscript>`, which the parser keeps as text, unless the image that a script loads
/// in its place is found beside it.
fn fallback(node: NodeRef<'_, Node>, base: &Url) -> Option<HtmlPiece> {
    /// Longer fallbacks are not those of one image.
    const MAX_LENGTH: usize = 16 << 10;
    /// Writing a tree as HTML escapes this text; a body is written and parsed a few times.
    const MAX_ESCAPES: usize = 4;
    let near = node.prev_siblings().chain(node.next_siblings());
    let mut near = near.filter(|other| other.value().is_element()).take(2);
    let shows = |other: NodeRef<'_, Node>| {
        inside(other, |name| IMAGES.contains(&name)).any(|image| own_address(image, base).is_some())
    };
    let mut html: String = ElementRef::wrap(node)?.text().collect();
    if html.len() > MAX_LENGTH || near.any(shows) {
        return None;
    }
    for _ in 0..MAX_ESCAPES {
        if html.contains("<img") {
            break;
        }
        html = text::decode_entities(&html).into_owned();
    }
    let dom = Dom::parse(&SafeHtml::check(html).ok()?).ok()?;
    let mut images = dom.tree().root_element().descendants().filter(|node| is_image(*node));
    images.find_map(|node| image(node, base))
}

/// The elements at or below a node with certain names.
fn inside<'a>(
    node: NodeRef<'a, Node>,
    is: impl Fn(&str) -> bool + 'a,
) -> impl Iterator<Item = &'a Element> {
    let elements = node.descendants().filter_map(|node| node.value().as_element());
    elements.filter(move |element| is(element.name()))
}

fn piece(address: PublicUrl, element: &Element) -> HtmlPiece {
    let alt = plain::line(element.attr("alt").unwrap_or_default());
    HtmlPiece::Element("img", attributes(address, &alt), Vec::new())
}

fn attributes(address: PublicUrl, alt: &str) -> Vec<(&'static str, String)> {
    vec![("src", String::from(address)), ("alt", alt.to_owned())]
}

/// Whether an image is a tracking pixel.
fn is_tiny(element: &Element) -> bool {
    ["width", "height"].into_iter().any(|name| {
        let length = element.attr(name).map(|text| text.trim().trim_end_matches("px"));
        length.and_then(|text| text.parse::<f32>().ok()).is_some_and(|length| length <= 2.0)
    })
}

/// The address of an image: the one that a script loads, the one that a browser loads, or the one
/// in an attribute of any other name.
///
/// Lazy loaders name their attribute as they like, but with `src`, `original` or `lazy` in it. Other
/// attributes may be of smaller or larger copies, and count only if `src` shows nothing.
fn own_address(element: &Element, base: &Url) -> Option<PublicUrl> {
    let single = |value: &str| address::public(value, base).filter(|url| !is_placeholder(url));
    let best = |value: &str| single(largest(value)?);
    let data = || element.attrs().filter(|(name, _)| name.starts_with("data-"));
    let read =
        |name: &str, value: &str| if name.ends_with("set") { best(value) } else { single(value) };
    let is_loaded = |name: &str| {
        let mut words = name.split('-').skip(1);
        words.any(|word| matches!(word, "src" | "srcset" | "original" | "lazy"))
    };
    let is_spare = |name: &str| name.contains("thumb") || name.contains("placeholder");
    let lazy =
        data().filter(|(name, value)| is_loaded(name) && is_address(value) && !is_spare(name));
    let mut lazy: Vec<(&str, &str)> = lazy.collect();
    // One address is surer than the choice from a set.
    lazy.sort_by_key(|(name, _)| name.ends_with("set"));
    let lazy = lazy.into_iter().find_map(|(name, value)| read(name, value));
    let shown = || {
        let set = element.attr("srcset").and_then(best);
        element.attr("src").and_then(single).or(set)
    };
    let other = || {
        let images = data().filter(|(name, value)| !is_spare(name) && names_image(value));
        images.into_iter().find_map(|(_, value)| single(value))
    };
    lazy.or_else(shown).or_else(other)
}

/// Whether an attribute can be an address or a set of addresses.
fn is_address(value: &str) -> bool {
    let value = value.trim();
    !value.is_empty() && !value.starts_with(['{', '[', '#']) && value.contains(['/', '.'])
}

/// Whether a value is the address of a file with the extension of an image.
fn names_image(value: &str) -> bool {
    const ENDINGS: [&str; 8] = ["jpg", "jpeg", "png", "gif", "webp", "avif", "bmp", "svg"];
    let path = value.trim().split(['?', '#']).next().unwrap_or_default();
    let ending = path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    is_address(value) && ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
}

/// Whether an address is that of a stand-in which a page shows until its script has loaded the
/// image.
fn is_placeholder(url: &PublicUrl) -> bool {
    const NAMES: [&str; 14] = [
        "spacer",
        "blank",
        "loading",
        "loader",
        "lazyload",
        "lazy",
        "placeholder",
        "transparent",
        "pixel",
        "1x1",
        "empty",
        "trans",
        "grey",
        "gray",
    ];
    let path = url.as_url().path();
    let name = path.rsplit('/').next().unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_ascii_lowercase();
    // `loading.gif`, `blank-16x9.png`, `image_placeholder.svg`, but not `blank-check-signed.jpg`.
    let mut words = stem.split(['-', '_', '.']);
    let is_filler = |word: &str| {
        NAMES.contains(&word)
            || matches!(word, "" | "image" | "img" | "icon" | "gif" | "bg" | "default" | "ajax")
            || word.chars().all(|c| c.is_ascii_digit() || c == 'x')
    };
    words.clone().any(|word| NAMES.contains(&word)) && words.all(is_filler)
}

/// The URL of the largest image in a `srcset` (HTML, 4.8.4.2.1): by width, or else by density.
fn largest(set: &str) -> Option<&str> {
    let mut words = set.split_ascii_whitespace().peekable();
    let mut best: Option<(f32, &str)> = None;
    while let Some(word) = words.next() {
        let address = word.trim_matches(',');
        // Without a descriptor, a trailing comma ends the URL.
        let descriptor = words.peek().filter(|_| !word.ends_with(','));
        let size = descriptor.and_then(|descriptor| {
            descriptor.trim_end_matches(',').trim_end_matches(['w', 'x']).parse().ok()
        });
        if size.is_some() {
            words.next();
        }
        let size = size.unwrap_or(1.0);
        if !address.is_empty() && best.is_none_or(|(largest, _)| size > largest) {
            best = Some((size, address));
        }
    }
    best.map(|(_, address)| address)
}
