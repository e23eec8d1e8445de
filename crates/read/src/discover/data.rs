//! JSON of APIs: parsing of a page, and a summary of a value's shape for the operator.

use super::DiscoverError;
use crate::bounded_json::{self, JsonError};
use bantin_page::Page;
use serde_json::Value;

/// Prefixes of the JSON of some APIs that prevent scripts of other sites from executing it.
const GUARDS: [&str; 5] = [")]}',", ")]}'", "while(1);", "for(;;);", "{}&&"];
/// Limits of a displayed shape: levels, keys per object, characters of a key, and characters in
/// total.
const MAX_DEPTH_SHOWN: usize = 5;
const MAX_KEYS: usize = 14;
const MAX_KEY: usize = 30;
const MAX_SHAPE: usize = 500;

/// The reason why the answer of an API yields no items.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DataError {
    /// It is not JSON, or is truncated.
    #[error("the answer is not JSON: {0}; check whether the address still leads to the API")]
    NoJson(String),
    /// The answer is a web page.
    #[error(
        "the answer is a web page{0}, not JSON: APIs send one to clients without access, or after they moved; open the address in a browser"
    )]
    WebPage(String),
    /// The answer has too many values.
    #[error(
        "the answer has far more values than answers of its length have, and needs too much memory; request fewer items in `url` (limit=20 or the like)"
    )]
    TooMany,
    /// The path of the items matches nothing.
    #[error(
        "nothing in the answer matches the JSONPath `{path}` of select.item; the answer is {shape}"
    )]
    NoItems {
        /// The path.
        path: String,
        /// The shape of the answer.
        shape: String,
    },
    /// No list in it has items with titles and addresses.
    #[error(
        "it is JSON, {shape}, and no list in it has titles and addresses under known names; write a source of kind = \"json\" by hand, with the JSONPaths of its fields in `select`"
    )]
    NoList {
        /// The shape of the answer.
        shape: String,
    },
    /// WordPress returned an error.
    #[error("the site's API refused the request: {message:?} ({code}); {remedy}")]
    Refused {
        /// The error code.
        code: String,
        /// The error message.
        message: String,
        /// The remedy for the operator.
        remedy: &'static str,
    },
    /// The answer is not a list of WordPress posts.
    #[error(
        "the answer is not a list of WordPress posts; it is {0}. Write kind = \"json\" for another API"
    )]
    NoPosts(String),
    /// The list of posts is empty.
    #[error("the API returns no posts: its list is empty")]
    NoPost,
}

/// Parses the JSON of a page.
pub(super) fn read(page: &Page) -> Result<Value, DiscoverError> {
    Ok(parse(&page.text()?.text)?)
}

/// Parses JSON. Skips a byte order mark and a guard, and unwraps JSON that some servers put into a
/// string.
pub(super) fn parse(text: &str) -> Result<Value, DataError> {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    let guard = GUARDS.iter().find_map(|guard| text.strip_prefix(guard));
    let text = guard.unwrap_or(text);
    if text.trim_start().starts_with('<') {
        return Err(DataError::WebPage(title(text)));
    }
    let mut value = value(text)?;
    if let Some(inner) = wrapped(&value)? {
        value = inner;
    }
    // ASP.NET puts its answer into `d`, and there into a string.
    for field in value.as_object_mut().into_iter().flat_map(|fields| fields.values_mut()) {
        if let Some(inner) = wrapped(field)? {
            *field = inner;
        }
    }
    Ok(value)
}

/// Whether a text begins like a JSON list or object.
pub(super) fn is_json(text: &str) -> bool {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    let guard = GUARDS.iter().find_map(|guard| text.strip_prefix(guard));
    guard.unwrap_or(text).trim_start().starts_with(['{', '['])
}

fn value(text: &str) -> Result<Value, DataError> {
    if text.trim().is_empty() {
        return Err(DataError::NoJson("it is empty".to_owned()));
    }
    bounded_json::parse(text).map_err(|error| match error {
        JsonError::TooBig(_) => DataError::TooMany,
        JsonError::Syntax(error) => DataError::NoJson(error.to_string()),
    })
}

/// The JSON inside a string that contains nothing else.
fn wrapped(value: &Value) -> Result<Option<Value>, DataError> {
    let Some(text) = value.as_str() else { return Ok(None) };
    let text = text.trim();
    let is_wrapped = (text.starts_with('{') && text.ends_with('}'))
        || (text.starts_with('[') && text.ends_with(']'));
    match is_wrapped.then(|| self::value(text)) {
        Some(Err(DataError::TooMany)) => Err(DataError::TooMany),
        Some(Ok(inner)) => Ok(Some(inner)),
        // An ordinary text in brackets.
        Some(Err(_)) | None => Ok(None),
    }
}

/// The title of a web page, in brackets.
fn title(html: &str) -> String {
    let title = html.split_once("<title>").and_then(|(_, rest)| rest.split_once('<'));
    match title.and_then(|(title, _)| super::plain::of_title(title)) {
        Some(title) => format!(" ({:?})", super::shortened(title)),
        None => String::new(),
    }
}

/// The shape of a value on one line: its keys, its types, and the lengths of its lists.
pub(super) fn shape(value: &Value) -> String {
    let mut shape = String::new();
    write_shape(&mut shape, value, MAX_DEPTH_SHOWN);
    match shape.char_indices().nth(MAX_SHAPE) {
        Some((end, _)) => format!("{}…", shape.get(..end).unwrap_or_default()),
        None => shape,
    }
}

fn write_shape(shape: &mut String, value: &Value, deep: usize) {
    if shape.len() > MAX_SHAPE * 4 {
        return;
    }
    match value {
        Value::Null => shape.push_str("null"),
        Value::Bool(_) => shape.push_str("true or false"),
        Value::Number(_) => shape.push_str("a number"),
        Value::String(_) => shape.push_str("a text"),
        Value::Array(values) => {
            shape.push_str(&format!("[{}", values.len()));
            if let (Some(first), 1..) = (values.first(), deep) {
                shape.push_str(" of ");
                write_shape(shape, first, deep - 1);
            }
            shape.push(']');
        }
        Value::Object(_) if deep == 0 => shape.push_str("{…}"),
        Value::Object(fields) => {
            shape.push('{');
            for (at, (key, value)) in fields.iter().take(MAX_KEYS).enumerate() {
                let key: String = key.chars().filter(|c| !c.is_control()).take(MAX_KEY).collect();
                shape.push_str(if at == 0 { "" } else { ", " });
                shape.push_str(&key);
                // A key's name usually explains a plain value; lists and objects are shown.
                if value.is_array() || value.is_object() {
                    shape.push_str(": ");
                    write_shape(shape, value, deep - 1);
                }
            }
            shape.push_str(if fields.len() > MAX_KEYS { ", …}" } else { "}" });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn json_is_found_behind_and_inside_what_servers_put_around_it() {
        let wanted = json!({ "d": [{ "a": 1 }] });
        for text in [
            "{\"d\":[{\"a\":1}]}",
            "\u{FEFF} {\"d\":[{\"a\":1}]}",
            ")]}'\n{\"d\":[{\"a\":1}]}",
            ")]}',\n{\"d\":[{\"a\":1}]}",
            "while(1);{\"d\":[{\"a\":1}]}",
            r#""{\"d\":[{\"a\":1}]}""#,
            r#"{"d":"[{\"a\":1}]"}"#,
        ] {
            assert_eq!(parse(text), Ok(wanted.clone()), "{text}");
            assert!(is_json(text) || text.starts_with('"'), "{text}");
        }
        let bracketed = json!({ "a": "[Infographic]", "b": "{" });
        assert_eq!(parse(&bracketed.to_string()), Ok(bracketed));
    }

    #[test]
    fn what_is_no_json_is_named() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
        check("", "the answer is not JSON: it is empty");
        check("{\"a\":[1,", "EOF while parsing");
        check("Not Found", "the answer is not JSON: expected");
        check("<!doctype html><title>Đăng nhập</title>", "a web page (\"Đăng nhập\")");
        check("<html>", "the answer is a web page, not JSON");
        check(&"[".repeat(1000), "recursion limit exceeded");
        check(&format!("{{\"d\":\"{}\"}}", "[".repeat(600_000) + "]"), "too much memory");
        check(&format!("[{}0]", "0,".repeat(4 << 20)), "too much memory");
    }

    #[test]
    fn commas_in_texts_are_no_values() {
        let text = json!({ "a": "1,[2],{\"3\"},".repeat(200_000) }).to_string();
        assert!(parse(&text).is_ok());
    }

    #[test]
    fn a_shape_is_short_and_names_the_keys() {
        let value = json!({ "total": 2, "data": { "items": [{ "id": 1, "tags": ["a"] }] } });
        assert_eq!(shape(&value), "{total, data: {items: [1 of {id, tags: [1 of a text]}]}}");
        assert_eq!(shape(&json!([])), "[0]");
        let wide = (0..10_000).map(|n| (format!("k{n}\n"), json!({ "a": [1] })));
        let wide = Value::Object(wide.collect());
        let wide = Value::Array(vec![json!({ "a": wide.clone(), "b": wide })]);
        assert!(shape(&wide).chars().count() <= MAX_SHAPE + 1);
        assert!(!shape(&wide).contains('\n'));
    }
}
