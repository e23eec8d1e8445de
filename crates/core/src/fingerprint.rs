//! The fingerprint of a listing item. Stores keep it, so its form (version 1) is written out here.
//!
//! It is a hash of a JSON text with the keys below in this order. A change of a type, of a name or
//! of a library must not change it, because each listed article would be fetched again. New fields
//! of a listing item go to the end, and are absent if they have no value.

use super::{FirstSource, ListingItem, RawAttachment, RawCategory, RawHtml};
use chrono::SecondsFormat;
use std::fmt::Write;
use url::Url;

/// The fingerprint of a listing item. `written` is its date verbatim, if the date counts.
pub(super) fn of_item(item: &ListingItem, written: Option<&str>) -> String {
    super::key::short_hash(text(item, written).as_bytes())
}

fn text(item: &ListingItem, written: Option<&str>) -> String {
    // All fields are named, so that a new one must be placed here.
    let ListingItem {
        url,
        key,
        title,
        date: _,
        summary,
        image,
        content,
        author,
        tags,
        attachments,
        language,
        version,
        first_source,
        source_line,
        pictures,
    } = item;
    let mut object = JsonObjectWriter::default();
    object.text("url", url.as_str());
    object.text("key", key.as_str());
    object.maybe("title", title.as_deref());
    object.maybe("date", written);
    object.maybe("summary", summary.as_deref());
    object.maybe("image", image.as_ref().map(Url::as_str));
    object.maybe("content", content.as_ref().map(|RawHtml(html)| html.as_str()));
    object.maybe("author", author.as_deref());
    object.raw("topics", &list(tags.iter().map(|tag| quoted(tag))));
    object.raw("attachments", &list(attachments.iter().map(attachment)));
    object.maybe("language", language.as_deref());
    object.given("version", version.as_deref());
    if let Some(first) = first_source {
        object.raw("first_source", &first_published(first));
    }
    object.given("source_line", source_line.as_deref());
    if !pictures.is_empty() {
        object.raw("pictures", &list(pictures.iter().map(|url| quoted(url.as_str()))));
    }
    object.end()
}

fn attachment(file: &RawAttachment) -> String {
    let RawAttachment { url, title, media_type, length } = file;
    let mut object = JsonObjectWriter::default();
    object.text("url", url.as_str());
    object.maybe("title", title.as_deref());
    object.maybe("media_type", media_type.as_deref());
    object.raw("length", &length.map_or("null".to_owned(), |length| length.to_string()));
    object.end()
}

fn first_published(first: &FirstSource) -> String {
    let FirstSource { entry, id, title, home, feed, rights, updated, categories } = first;
    let mut object = JsonObjectWriter::default();
    object.given("entry", entry.as_deref());
    object.given("id", id.as_deref());
    object.given("title", title.as_deref());
    object.given("home", home.as_ref().map(|url| url.as_str()));
    object.given("feed", feed.as_ref().map(|url| url.as_str()));
    object.given("rights", rights.as_deref());
    let updated = updated.map(|at| at.to_rfc3339_opts(SecondsFormat::AutoSi, true));
    object.given("updated", updated.as_deref());
    if !categories.is_empty() {
        object.raw("categories", &list(categories.iter().map(category)));
    }
    object.end()
}

fn category(RawCategory { scheme, term, label }: &RawCategory) -> String {
    let mut object = JsonObjectWriter::default();
    object.text("scheme", scheme);
    object.text("term", term);
    object.text("label", label);
    object.end()
}

/// A JSON object that is being written.
#[derive(Default)]
struct JsonObjectWriter(String);

impl JsonObjectWriter {
    /// Writes a key with a value that is JSON already.
    fn raw(&mut self, key: &str, json: &str) {
        self.0.push(if self.0.is_empty() { '{' } else { ',' });
        self.0 += &quoted(key);
        self.0.push(':');
        self.0 += json;
    }

    fn text(&mut self, key: &str, text: &str) {
        self.raw(key, &quoted(text));
    }

    /// Writes `null` for `None`.
    fn maybe(&mut self, key: &str, text: Option<&str>) {
        self.raw(key, &text.map_or("null".to_owned(), quoted));
    }

    /// Writes nothing for `None`.
    fn given(&mut self, key: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(key, text);
        }
    }

    fn end(mut self) -> String {
        if self.0.is_empty() {
            self.0.push('{');
        }
        self.0 + "}"
    }
}

fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(","))
}

/// Writes a JSON string (RFC 8259 section 7) and escapes only what must be escaped.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{c}' => quoted.push_str("\\f"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if c < ' ' => {
                // Writing into a String cannot fail.
                let _ = write!(quoted, "\\u{:04x}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ArticleKey, NextPage};

    fn bare() -> ListingItem {
        let url = "https://a.gov.vn/tin/1?b=%C3%A1#x".parse().unwrap();
        ListingItem::of(url, ArticleKey::kept("/tin/1?b=á".to_owned()))
    }

    fn updated_at(updated: &str) -> ListingItem {
        let updated = Some(updated.parse().unwrap());
        let first_source = Some(FirstSource { updated, ..FirstSource::default() });
        ListingItem { first_source, ..bare() }
    }

    fn whole() -> ListingItem {
        let text = |text: &str| Some(text.to_owned());
        let url = |text: &str| text.parse::<Url>().unwrap();
        let first_source = FirstSource {
            entry: text("urn:goc:1"),
            id: text("tag:goc.example,2026:so"),
            title: text("Sở \"gốc\""),
            home: Some("http://goc.example/".parse().unwrap()),
            feed: Some("http://goc.example/atom".parse().unwrap()),
            rights: text("© Sở gốc"),
            updated: Some("2026-11-19T03:00:00.250Z".parse().unwrap()),
            categories: vec![RawCategory {
                scheme: "tag:goc.example,2026:topic".to_owned(),
                term: "y-te".to_owned(),
                label: "Y tế".to_owned(),
            }],
        };
        ListingItem {
            title: text("Hội nghị \"lần 2\"\\ \u{1}\u{8}\u{c}\n\r\t\u{7f}\u{2028}😀/"),
            date: text("20/11/2026 08:15"),
            summary: text("Tóm tắt"),
            image: Some(url("https://a.gov.vn/anh/1.jpg")),
            content: Some(RawHtml("<p>Nội dung</p>".to_owned())),
            author: text("Nguyễn Văn An"),
            tags: vec!["Y tế".to_owned(), "Giáo dục".to_owned()],
            attachments: vec![
                RawAttachment {
                    url: url("https://a.gov.vn/vb/1.pdf"),
                    title: text("Công văn"),
                    media_type: text("application/pdf"),
                    length: Some(u64::MAX),
                },
                RawAttachment {
                    url: url("https://a.gov.vn/vb/2"),
                    title: None,
                    media_type: None,
                    length: None,
                },
            ],
            language: text("vi"),
            version: text("2026-11-20"),
            first_source: Some(first_source),
            source_line: text("Báo tỉnh"),
            pictures: vec![url("https://a.gov.vn/anh/1.jpg"), url("https://a.gov.vn/anh/2.jpg")],
            ..bare()
        }
    }

    #[track_caller]
    fn check(item: &ListingItem, expected: &str) {
        assert_eq!(item.fingerprint(), expected, "{item:?}");
    }

    /// Computed by the earlier program, which hashed the output of serde. Its stores must stay
    /// readable.
    #[test]
    fn fingerprints_are_those_of_the_first_stores() {
        let no_texts = ListingItem {
            title: Some(String::new()),
            content: Some(RawHtml(String::new())),
            version: Some(String::new()),
            ..bare()
        };
        let relative = ListingItem { date: Some("3 giờ trước".to_owned()), ..whole() };
        let no_names = ListingItem { first_source: Some(FirstSource::default()), ..bare() };
        check(&bare(), "40cf28109a524aeabe5e4bee79ecd897");
        check(&whole(), "a25b2fa819bf98aa6c91569b9ed7edc4");
        check(&relative, "224356e1890d5222e4e4b7736373926d");
        check(&ListingItem { date: None, ..whole() }, "224356e1890d5222e4e4b7736373926d");
        check(&no_names, "3a4c71213de81e1a9a90cc0aea5387e3");
        check(&updated_at("2026-11-19T03:00:00Z"), "4b4d53fb3fdfe1428908f3d4c3ed22fc");
        check(&updated_at("2026-11-19T03:00:00.000250Z"), "69f73c0df2b5a73f6dd953fad4c2a136");
        check(&updated_at("2026-11-19T03:00:00.000000250Z"), "e19e0326f74bf44fa55f186d863cf3d5");
        check(&updated_at("-0044-03-15T03:00:00Z"), "cbeb06a4dee1e3f190d2b2a99588e762");
        check(&no_texts, "ba14971e606c19b49bbf956a83d3bcc6");
    }

    #[test]
    fn names_of_next_pages_are_those_of_the_first_stores() {
        let name = |fields: &[(&str, &str)]| {
            let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
            let fields = fields.iter().map(own).collect();
            let url = "https://a.gov.vn/tin".parse().unwrap();
            NextPage::Post { url, fields }.name().to_string()
        };
        assert_eq!(name(&[]), "https://a.gov.vn/tin#form-d53d18c23212ea7b6300594bb89bce60");
        assert_eq!(
            name(&[("__VIEWSTATE", "a/\"1\"+="), ("tên", "Trang 2\n")]),
            "https://a.gov.vn/tin#form-fda7579da1146ab2b1a9a2a52fd64351"
        );
    }
}
