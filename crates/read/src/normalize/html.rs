//! Cleans the HTML of an article's body.
//!
//! First the page's tree is rewritten with a short list of elements ([`write`]): elements that are
//! not on the list are unwrapped or dropped, and each URL is made absolute, then checked. Then
//! ammonia, which does not trust our writer, sanitizes the result with the same list. Cleaning is
//! idempotent.

mod image;
mod kind;
mod piece;
mod write;

use bantin_core::{CleanHtml, RawHtml};
use bantin_page::{Dom, SafeHtml, ScanError, dom, plain};
use scraper::ElementRef;
use url::Url;

/// Cleans HTML of the page at `page`. Links are relative to that URL, or to the `<base>` in the
/// HTML.
pub fn clean(raw: &RawHtml, page: &Url) -> Result<CleanHtml, ScanError> {
    let dom = Dom::parse(&SafeHtml::check(raw.0.clone())?)?;
    let written = write::article(&dom, &dom.base(page))?;
    // The next parser builds another tree of the same size.
    drop(dom);
    Ok(CleanHtml::sanitize(&written))
}

/// Minimum length of a sentence, in characters; shorter lines are credits or links.
const SENTENCE: usize = 70;

/// The readable contents of clean HTML.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HtmlContents {
    /// The text, one line per block, without captions unless no other line has a sentence's length.
    pub text: String,
    /// The images in order, each with its URL and description: the alternative text, or else the
    /// caption.
    pub images: Vec<(String, String)>,
}

/// Reads clean HTML.
pub fn read(clean: &CleanHtml) -> Result<HtmlContents, ScanError> {
    let dom = Dom::parse(&SafeHtml::check(clean.as_str().to_owned())?)?;
    let root = dom.tree().root_element();
    let named = |name: &'static str| {
        let elements = root.descendants().filter_map(ElementRef::wrap);
        elements.filter(move |element| element.value().name() == name)
    };
    let captions = named("figcaption").map(|caption| caption.id()).collect();
    let text = plain::lines(&dom::text_without(root, &captions));
    // The text of a story in pictures is in its captions.
    let has_sentence = text.lines().any(|line| line.chars().count() >= SENTENCE);
    let text = if has_sentence { text } else { plain::lines(&dom::text_of(root)) };
    let images = named("img").filter_map(|image| {
        let src = image.attr("src")?.to_owned();
        let alt = image.attr("alt").map(str::to_owned).filter(|alt| !alt.is_empty());
        Some((src, alt.or_else(|| caption(image)).unwrap_or_default()))
    });
    Ok(HtmlContents { text, images: images.collect() })
}

/// The caption of the figure around an image.
fn caption(image: ElementRef<'_>) -> Option<String> {
    let mut around = image.ancestors().filter_map(ElementRef::wrap);
    let figure = around.find(|element| element.value().name() == "figure")?;
    let mut inside = figure.descendants().filter_map(ElementRef::wrap);
    let caption = inside.find(|element| element.value().name() == "figcaption")?;
    Some(plain::line(&dom::text_of(caption)))
}

#[cfg(test)]
mod tests;
