//! Where the fields of news stand in the answer of an API: JSONPaths (RFC 9535), and addresses that are put together from
//! them, read once in feeds.toml.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use std::fmt;
use std::str::FromStr;

/// The longest path that is read, in bytes. Nobody writes a longer one, and the parser calls itself for each bracket.
const MAX_LENGTH: usize = 500;
/// What of a value is percent-encoded in an address: all but the unreserved characters of RFC 3986, and the slash, which
/// parts the segments of a slug that has several.
const ENCODED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// A JSONPath (RFC 9535), with the text it was written as.
#[derive(Clone)]
pub struct JsonPath {
    written: String,
    compiled: serde_json_path::JsonPath,
}

/// Why a text is no JSONPath.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{written:?} is no JSONPath: {why}")]
pub struct JsonPathError {
    written: String,
    why: String,
}

impl JsonPath {
    /// The path as it was written.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// All that the path leads to, in its order.
    pub fn all<'a>(&self, value: &'a Value) -> Vec<&'a Value> {
        self.compiled.query(value).all()
    }

    /// The first text, number or truth that the path leads to, as text; a list counts as what is in it.
    pub fn text(&self, value: &Value) -> Option<String> {
        self.texts(value).into_iter().next()
    }

    /// All texts, numbers and truths that the path leads to, as texts that are not blank.
    pub fn texts(&self, value: &Value) -> Vec<String> {
        let lists = self.all(value).into_iter().flat_map(|value| match value {
            Value::Array(values) => values.iter().collect(),
            value => vec![value],
        });
        lists.filter_map(text_of).collect()
    }
}

/// A text, a number or a truth as text; nothing of what is blank, null, a list or an object.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

impl FromStr for JsonPath {
    type Err = JsonPathError;

    fn from_str(text: &str) -> Result<Self, JsonPathError> {
        let wrong = |why: String| JsonPathError { written: text.to_owned(), why };
        if !text.starts_with('$') {
            return Err(wrong("it does not begin with $".to_owned()));
        }
        if text.len() > MAX_LENGTH {
            return Err(wrong(format!("it is longer than {MAX_LENGTH} bytes")));
        }
        match serde_json_path::JsonPath::parse(text) {
            Ok(compiled) => Ok(Self { written: text.to_owned(), compiled }),
            Err(error) => {
                let place = error.position() + 1;
                Err(wrong(match error.message() {
                    // That is all the parser says of most mistakes.
                    "parser error" => format!("it cannot be read from character {place} on"),
                    message => format!("at character {place}: {message}"),
                }))
            }
        }
    }
}

impl fmt::Debug for JsonPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JsonPath({:?})", self.written)
    }
}

impl PartialEq for JsonPath {
    fn eq(&self, other: &Self) -> bool {
        self.written == other.written
    }
}

impl Eq for JsonPath {}

/// An address with places for what an item says: `https://agency.example/tin/{$.slug}-{$.id}.html`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressTemplate {
    /// A text, and the path whose value follows it.
    parts: Vec<(String, JsonPath)>,
    end: String,
}

/// Why a text is no template of addresses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressTemplateError {
    /// It has no place for a value.
    #[error("has no {{...}}, so that all items would have the same address")]
    NoPlace,
    /// A place for a value is not closed.
    #[error("has a {{ without its }}")]
    Open,
    /// What stands in the place is no path.
    #[error(transparent)]
    Path(#[from] JsonPathError),
}

impl AddressTemplate {
    /// The address of an item, with each value percent-encoded (RFC 3986, section 2.1).
    ///
    /// # Errors
    /// The path that leads to no text of the item.
    pub fn fill(&self, item: &Value) -> Result<String, &JsonPath> {
        let mut address = String::new();
        for (text, path) in &self.parts {
            let value = path.text(item).ok_or(path)?;
            address.push_str(text);
            address.extend(utf8_percent_encode(&value, ENCODED));
        }
        Ok(address + &self.end)
    }
}

impl FromStr for AddressTemplate {
    type Err = AddressTemplateError;

    fn from_str(text: &str) -> Result<Self, AddressTemplateError> {
        let (mut parts, mut rest) = (Vec::new(), text);
        while let Some((before, after)) = rest.split_once('{') {
            let (path, after) = after.split_once('}').ok_or(AddressTemplateError::Open)?;
            parts.push((before.to_owned(), path.trim().parse()?));
            rest = after;
        }
        if parts.is_empty() {
            return Err(AddressTemplateError::NoPlace);
        }
        Ok(Self { parts, end: rest.to_owned() })
    }
}

/// The template as it is written.
impl fmt::Display for AddressTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (text, path) in &self.parts {
            write!(f, "{text}{{{}}}", path.as_str())?;
        }
        f.write_str(&self.end)
    }
}

/// Where the news are in the answer of an API. All but `item` are looked up inside an item, which is their `$`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonPaths {
    /// One value for each news item, or the list of them.
    pub item: JsonPath,
    /// The title.
    pub title: JsonPath,
    /// Where the article's address is.
    pub address: JsonAddress,
    /// What tells the item from the others; by default the address.
    pub id: Option<JsonPath>,
    /// The date.
    pub date: Option<JsonPath>,
    /// The lead.
    pub summary: Option<JsonPath>,
    /// The whole text.
    pub content: Option<JsonPath>,
    /// The author.
    pub author: Option<JsonPath>,
    /// The image.
    pub image: Option<JsonPath>,
    /// The categories.
    pub tags: Option<JsonPath>,
}

/// How an item of an API tells the address of its article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JsonAddress {
    /// It stands in the item.
    Link(JsonPath),
    /// It is put together from what stands in the item.
    Template(AddressTemplate),
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn addresses_are_put_together_from_encoded_values() {
        #[track_caller]
        fn check(template: &str, expected: Result<&str, &str>) {
            let item = json!({ "id": 7, "slug": "họp báo & 100%", "muc": { "ten": "tin/moi" }, "trong": null });
            let template: AddressTemplate = template.parse().unwrap();
            let filled = template.fill(&item).map_err(JsonPath::as_str);
            assert_eq!(filled.as_deref(), expected.as_ref().map(|text| *text));
        }
        check("https://a.example/tin/{$.id}.html", Ok("https://a.example/tin/7.html"));
        check("/{$.muc.ten}/{ $.id }?a={$.id}&b=1", Ok("/tin/moi/7?a=7&b=1"));
        check("/{$.slug}", Ok("/h%E1%BB%8Dp%20b%C3%A1o%20%26%20100%25"));
        check("/{$.trong}/{$.id}", Err("$.trong"));
        check("/{$.muc}", Err("$.muc"));
    }

    #[test]
    fn wrong_paths_and_templates_say_where() {
        #[track_caller]
        fn check(template: &str, expected: &str) {
            let error = template.parse::<AddressTemplate>().unwrap_err();
            assert!(error.to_string().contains(expected), "{error}");
        }
        check("https://a.example/", "has no {...}");
        check("https://a.example/{$.id", "has a { without its }");
        check("https://a.example/{id}", "\"id\" is no JSONPath: it does not begin with $");
        check(
            "https://a.example/{$.}",
            "\"$.\" is no JSONPath: at character 3: in dot member name",
        );
        let long = format!("${}", ".a".repeat(MAX_LENGTH));
        assert!(long.parse::<JsonPath>().unwrap_err().to_string().contains("longer than 500"));
        let deep = format!("$[?{}", "(".repeat(400));
        assert!(deep.parse::<JsonPath>().is_err());
    }

    #[test]
    fn a_path_gives_texts_of_whatever_has_one() {
        let value = json!({ "a": [" x ", "", null, 7, true, {}], "b": null });
        let path = |text: &str| text.parse::<JsonPath>().unwrap();
        assert_eq!(path("$.a").texts(&value), ["x", "7", "true"]);
        assert_eq!(path("$.a[3]").text(&value).as_deref(), Some("7"));
        assert_eq!(path("$.b").text(&value), None);
        assert_eq!(path("$..khong").all(&value).len(), 0);
    }
}
