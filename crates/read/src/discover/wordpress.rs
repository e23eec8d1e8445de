//! The posts of the WordPress REST API (developer.wordpress.org/rest-api/reference/posts), with the
//! embedded author, picture and categories. A field of the wrong type counts as missing.

use super::feed::{EntryAddress, EntryText, FeedPerson, RawEntry};
use super::{DataError, DiscoverError, address, data, feed, plain};
use bantin_core::{Listing, Source};
use bantin_page::Page;
use serde_json::Value;
use url::Url;

/// Slugs of the default category, which posts have if the editor selected none.
const NO_CATEGORIES: [&str; 5] = [
    "uncategorized",
    "chua-phan-loai",
    "chua-duoc-phan-loai",
    "khong-phan-loai",
    "chua-co-chuyen-muc",
];
/// The mark that WordPress appends to a truncated excerpt.
const CUT: &str = "[…]";

/// Reads the posts.
pub(super) fn read(page: &Page, source: &Source) -> Result<Listing, DiscoverError> {
    Ok(listing(&data::read(page)?, &page.url, source.origin.home.as_url())?)
}

fn listing(value: &Value, page: &Url, home: &Url) -> Result<Listing, DataError> {
    if let Some(code) = value.get("code").and_then(Value::as_str) {
        return Err(api_error(code, value));
    }
    let posts = value.as_array().filter(|posts| {
        posts.is_empty() || posts.iter().any(|post| field(post, "title").is_some())
    });
    let posts = posts.ok_or_else(|| DataError::NoPosts(data::shape(value)))?;
    if posts.is_empty() {
        return Err(DataError::NoPost);
    }
    let entries = posts.iter().map(|post| {
        let written = post.get("link").and_then(Value::as_str).unwrap_or_default();
        let url = match address::of_item(written, home, page) {
            Ok(_) if is_protected(post) => Err("it is protected by a password".to_owned()),
            found => found.map(EntryAddress::Page).map_err(|error| error.to_string()),
        };
        (entry(post), url)
    });
    Ok(feed::listing(entries, home, home))
}

/// The error that the API returned instead of posts, with a remedy.
fn api_error(code: &str, value: &Value) -> DataError {
    let remedy = match code {
        "rest_no_route" => {
            "it has no such list: check that the site runs WordPress 4.7 or newer and that the API exposes its post type"
        }
        "rest_invalid_param" | "rest_post_invalid_page_number" => "check the parameters in `url`",
        "rest_forbidden" | "rest_cannot_access" | "rest_not_logged_in" | "rest_disabled" => {
            "the agency has closed it to the public; read its pages or its feed instead: kind = \"listing\" or \"feed\""
        }
        _ => "open the address in a browser",
    };
    let message = value.get("message").and_then(Value::as_str).and_then(plain::of_title);
    DataError::Refused {
        code: code.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(40).collect(),
        message: super::shortened(message.unwrap_or_default()),
        remedy,
    }
}

/// The HTML of a field, which is in `rendered`.
fn field(post: &Value, name: &str) -> Option<String> {
    Some(post.get(name)?.get("rendered")?.as_str()?.to_owned())
}

fn is_protected(post: &Value) -> bool {
    let content = post.get("content");
    content.and_then(|content| content.get("protected")) == Some(&Value::Bool(true))
}

fn entry(post: &Value) -> RawEntry {
    let filled = |name: &str| field(post, name).filter(|html| !html.trim().is_empty());
    let embedded = |name: &str| post.get("_embedded").and_then(|all| all.get(name));
    let author = embedded("author").and_then(|authors| authors.get(0)?.get("name")?.as_str());
    let picture =
        embedded("wp:featuredmedia").and_then(|all| all.get(0)?.get("source_url")?.as_str());
    RawEntry {
        // The guid is the one of the site's own feed, so that ids stay when a feed source becomes a
        // WordPress source.
        id: filled("guid").and_then(|guid| plain::of_html(&guid)).or_else(|| {
            let number = post.get("id").and_then(Value::as_u64)?;
            Some(format!("post:{number}"))
        }),
        title: filled("title").map(EntryText::Html),
        date: date(post),
        summary: filled("excerpt").and_then(|html| lead(&html)).map(EntryText::Plain),
        content: filled("content").map(EntryText::Html),
        image: picture.map(str::to_owned),
        authors: author.map(FeedPerson::read).into_iter().collect(),
        tags: embedded("wp:term").map(terms).unwrap_or_default(),
        ..RawEntry::default()
    }
}

/// The date of publication. `date_gmt` is in UTC but has no offset; `date` is in the site's time
/// zone.
fn date(post: &Value) -> Option<String> {
    let text = |name: &str| post.get(name).and_then(Value::as_str).map(str::trim);
    // It is all zeros for a post that was never published.
    let is_set = |text: &&str| !text.is_empty() && !text.starts_with("0000");
    let universal = text("date_gmt").filter(is_set).map(|text| {
        let is_whole = text.ends_with('Z') || text.contains('+');
        if is_whole { text.to_owned() } else { format!("{text}Z") }
    });
    universal.or_else(|| text("date").filter(is_set).map(str::to_owned))
}

/// The excerpt, with `…` instead of WordPress's truncation mark.
fn lead(html: &str) -> Option<String> {
    let text = plain::of_html(html)?;
    match text.strip_suffix(CUT) {
        Some(cut) => plain::line(cut).map(|cut| cut + "…"),
        None => Some(text),
    }
}

/// The names of the categories and tags.
fn terms(embedded: &Value) -> Vec<String> {
    let lists = embedded.as_array().into_iter().flatten();
    let terms = lists.flat_map(|list| list.as_array().into_iter().flatten());
    let text = |term: &Value, name: &str| Some(term.get(name)?.as_str()?.to_owned());
    let named = terms.filter(|term| {
        let is_listed_taxonomy =
            matches!(text(term, "taxonomy").as_deref(), Some("category" | "post_tag"));
        is_listed_taxonomy
            && text(term, "slug").is_none_or(|slug| !NO_CATEGORIES.contains(&slug.as_str()))
    });
    named.filter_map(|term| plain::of_title(&text(term, "name")?)).collect()
}

#[cfg(test)]
mod tests;
