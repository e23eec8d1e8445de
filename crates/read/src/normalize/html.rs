//! HTML out of foreign hands made clean: the structure of an article's body.
//!
//! The page's tree is written anew with our own short list of elements ([`write`]): what is not on the list is unwrapped or
//! dropped, every address is made absolute and looked at after that. Then ammonia, which trusts nobody's writer, reads
//! the result with the same list. Cleaning what is clean changes nothing.

mod kind;
mod piece;
mod write;

use bantin_core::{CleanHtml, RawHtml};
use bantin_page::{Dom, SafeHtml, ScanError, dom, plain};
use scraper::ElementRef;
use url::Url;

/// Cleans HTML of the page at `page`, whose links are relative to that, or to the `<base>` that the HTML brings along.
pub fn clean(raw: &RawHtml, page: &Url) -> Result<CleanHtml, ScanError> {
    let dom = Dom::parse(&SafeHtml::check(raw.0.clone())?);
    let written = write::article(&dom, &dom.base(page))?;
    Ok(CleanHtml::sanitize(&written))
}

/// From here on a line is a sentence and not a credit or a link.
const SENTENCE: usize = 70;

/// What a reader finds in clean HTML.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HtmlContents {
    /// The text, a line a block. What stands under pictures is not of it, unless that is all that is told.
    pub text: String,
    /// The images in their order: the address, and what is to be seen on it, by its alternative text or its caption.
    pub images: Vec<(String, String)>,
}

/// Reads clean HTML.
pub fn read(clean: &CleanHtml) -> Result<HtmlContents, ScanError> {
    let dom = Dom::parse(&SafeHtml::check(clean.as_str().to_owned())?);
    let root = dom.tree().root_element();
    let named = |name: &'static str| {
        let elements = root.descendants().filter_map(ElementRef::wrap);
        elements.filter(move |element| element.value().name() == name)
    };
    let captions = named("figcaption").map(|caption| caption.id()).collect();
    let text = plain::lines(&dom::text_without(root, &captions));
    // The captions of a story in pictures are its text.
    let is_told = text.lines().any(|line| line.chars().count() >= SENTENCE);
    let text = if is_told { text } else { plain::lines(&dom::text_of(root)) };
    let images = named("img").filter_map(|image| {
        let src = image.attr("src")?.to_owned();
        let alt = image.attr("alt").map(str::to_owned).filter(|alt| !alt.is_empty());
        Some((src, alt.or_else(|| caption(image)).unwrap_or_default()))
    });
    Ok(HtmlContents { text, images: images.collect() })
}

/// The caption of the figure that an image stands in.
fn caption(image: ElementRef<'_>) -> Option<String> {
    let mut around = image.ancestors().filter_map(ElementRef::wrap);
    let figure = around.find(|element| element.value().name() == "figure")?;
    let mut inside = figure.descendants().filter_map(ElementRef::wrap);
    let caption = inside.find(|element| element.value().name() == "figcaption")?;
    Some(plain::line(&dom::text_of(caption)))
}

#[cfg(test)]
mod tests;
