//! JSONPaths (RFC 9535) of the fields of news in an API response, and address templates filled from
//! them. They are parsed once, when feeds.toml is read.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use std::fmt;
use std::str::FromStr;

/// The maximum length of a path, in bytes. Real paths are shorter, and the parser recurses for each
/// bracket.
const MAX_LENGTH: usize = 500;
/// The bytes that are percent-encoded in an address: all but the unreserved characters of RFC 3986
/// and the slash. A slug can have several segments, separated by slashes.
const ENCODED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// A JSONPath (RFC 9535) with its source text.
#[derive(Clone)]
pub struct JsonPath {
    written: String,
    compiled: serde_json_path::JsonPath,
}

/// The error for a text that is not a valid JSONPath.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{written:?} is not a JSONPath: {why}")]
pub struct JsonPathError {
    written: String,
    why: String,
}

impl JsonPath {
    /// The source text of the path.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// Returns all values that match, in order.
    pub fn all<'a>(&self, value: &'a Value) -> Vec<&'a Value> {
        self.compiled.query(value).all()
    }

    /// Returns the first text, number or boolean that matches, as text. A list counts as its
    /// elements.
    pub fn text(&self, value: &Value) -> Option<String> {
        self.texts(value).into_iter().next()
    }

    /// Returns all texts, numbers and booleans that match, as texts; blank ones are left out.
    pub fn texts(&self, value: &Value) -> Vec<String> {
        let lists = self.all(value).into_iter().flat_map(|value| match value {
            Value::Array(values) => values.iter().collect(),
            value => vec![value],
        });
        lists.filter_map(text_of).collect()
    }
}

/// Converts a text, number or boolean to text; `None` for blank texts, null, lists and objects.
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
                    // The parser gives only this message for most mistakes.
                    "parser error" => format!("syntax error at character {place}"),
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

/// An address with placeholders for values of an item:
/// `https://agency.example/tin/{$.slug}-{$.id}.html`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressTemplate {
    /// Pairs of a literal text and the path whose value follows it.
    parts: Vec<(String, JsonPath)>,
    end: String,
}

/// The error for a text that is not a valid address template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressTemplateError {
    /// It has no placeholder.
    #[error("has no {{...}}, so all items would have the same address")]
    NoPlace,
    /// A placeholder is not closed.
    #[error("has a {{ without its }}")]
    Open,
    /// The content of a placeholder is not a valid path.
    #[error(transparent)]
    Path(#[from] JsonPathError),
}

impl AddressTemplate {
    /// Returns the address of an item, with each value percent-encoded (RFC 3986 section 2.1).
    ///
    /// # Errors
    /// The first path that matches no text of the item.
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

/// Writes the template as its source text, with blanks trimmed from its paths.
impl fmt::Display for AddressTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (text, path) in &self.parts {
            write!(f, "{text}{{{}}}", path.as_str())?;
        }
        f.write_str(&self.end)
    }
}

/// JSONPaths of the items in an API response. All but `item` are evaluated within an item, which is
/// their `$`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonPaths {
    /// The items: one value for each, or the list of them.
    pub item: JsonPath,
    /// The title.
    pub title: JsonPath,
    /// The source of the article's address.
    pub address: JsonAddress,
    /// The value that identifies the item; by default the address.
    pub id: Option<JsonPath>,
    /// The date.
    pub date: Option<JsonPath>,
    /// The lead.
    pub summary: Option<JsonPath>,
    /// The full text.
    pub content: Option<JsonPath>,
    /// The author.
    pub author: Option<JsonPath>,
    /// The image.
    pub image: Option<JsonPath>,
    /// The categories.
    pub tags: Option<JsonPath>,
}

/// The source of an item's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JsonAddress {
    /// A value of the item.
    Link(JsonPath),
    /// A template that is filled with values of the item.
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
        check("https://a.example/{id}", "\"id\" is not a JSONPath: it does not begin with $");
        check(
            "https://a.example/{$.}",
            "\"$.\" is not a JSONPath: at character 3: in dot member name",
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
