//! Drafts of listing and feed items, without their pages.

use super::body;
use crate::first_sentence;
use bantin_core::{Draft, Extracted, ListingItem, Provenance, RawAttachment, RawHtml};

/// The headline of an item without a title: the first sentence of its text.
fn headline(item: &ListingItem) -> Option<String> {
    let content = || first_sentence::of_html(&item.content.as_ref()?.0);
    item.summary.as_deref().map(first_sentence::of_line).or_else(content)
}

/// The draft of an item whose page is not fetched: everything its feed contains.
pub fn draft_of_item(item: &ListingItem) -> Draft {
    let feed = |name: &str| Provenance::Feed(name.to_owned());
    let mut draft = Draft::empty(item.url.clone());
    let title = item.title.clone().map(|title| (title, "title"));
    let title = title.or_else(|| Some((headline(item)?, "first sentence")));
    draft.title = title.map(|(title, from)| Extracted::new(title, feed(from)));
    draft.summary = item.summary.clone().map(|text| Extracted::new(text, feed("summary")));
    draft.author = item.author.clone().map(|author| Extracted::new(author, feed("author")));
    draft.language =
        item.language.clone().map(|language| Extracted::new(language, feed("language")));
    draft.dates.extend(item.date.clone().map(|date| Extracted::new(date, feed("date"))));
    draft.body = item.content.clone().map(|content| Extracted::new(content, feed("content")));
    // An item with only a summary is still a short article.
    if draft.body.is_none() {
        let shown = item.summary.as_deref().map(body::paragraph);
        draft.body = shown.map(|text| Extracted::new(RawHtml(text), feed("summary")));
    }
    let images = item.image.iter().chain(&item.pictures);
    draft.images = images.map(|url| Extracted::new(url.clone(), feed("image"))).collect();
    // The link itself may be the document.
    let own = || {
        bantin_core::is_document(item.url.path())
            && !item.attachments.iter().any(|f| f.url == item.url)
    };
    let own = own().then(|| RawAttachment {
        url: item.url.clone(),
        title: None,
        media_type: None,
        length: None,
    });
    let files = item.attachments.iter().cloned().chain(own);
    draft.attachments = files.map(|file| Extracted::new(file, feed("enclosure"))).collect();
    draft.tags =
        item.tags.iter().map(|tag| Extracted::new(tag.clone(), feed("category"))).collect();
    draft.source_line = item.source_line.clone().map(|line| Extracted::new(line, feed("source")));
    draft.first_source.clone_from(&item.first_source);
    draft
}

/// The draft of an item whose page is that of other items too, or is doubted: it has no other text
/// than the listing shows.
pub fn draft_as_listed(item: &ListingItem) -> Draft {
    let mut draft = draft_of_item(item);
    let title = item.title.as_deref().filter(|_| draft.body.is_none()).map(body::paragraph);
    let from = Provenance::Feed("title".to_owned());
    draft.body = draft.body.or(title.map(|text| Extracted::new(RawHtml(text), from)));
    draft
}
