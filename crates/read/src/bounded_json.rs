//! Parsing of foreign JSON with a limit on the memory that its values use.
//!
//! An empty object of two bytes becomes a value of 72 bytes, and a member of an object needs twice
//! that. The values are counted before they are parsed.

use bantin_page::ScanError;
use bantin_page::parsed_size::ParsedSize;
use serde::Deserialize;
use serde_json::Value;

/// The memory of a value in a list, in bytes.
const VALUE: usize = 72;
/// The memory of a list that is not empty: a block with room for four values.
const LIST: usize = 4 * VALUE;
/// The memory of an object that is not empty: its table, and room for four members.
const OBJECT: usize = 512;
/// The memory of a member of an object, with its key.
const MEMBER: usize = 136;

/// JSON that was not parsed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JsonError {
    /// It is not JSON.
    #[error(transparent)]
    Syntax(#[from] serde_json::Error),
    /// Its values need too much memory.
    #[error(transparent)]
    TooBig(#[from] ScanError),
}

/// Parses a JSON document.
pub(crate) fn parse(text: &str) -> Result<Value, JsonError> {
    check(text)?;
    // serde_json limits nesting to 128 levels.
    Ok(serde_json::from_str(text)?)
}

/// Parses the JSON value at the beginning of a text.
pub(crate) fn parse_start(text: &str) -> Result<Value, JsonError> {
    check(text)?;
    Ok(Value::deserialize(&mut serde_json::Deserializer::from_str(text))?)
}

/// Checks that the values of a text need no more memory than a document of its length may.
fn check(text: &str) -> Result<(), ScanError> {
    let mut size = ParsedSize::of(text.len());
    size.add(text.len());
    let (mut inside, mut escaped) = (false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if inside => escaped = true,
            b'"' => inside = !inside,
            _ if inside => {}
            b',' => size.add(VALUE),
            b'[' => size.add(LIST),
            b'{' => size.add(OBJECT),
            b':' => size.add(MEMBER),
            _ => {}
        }
    }
    size.check(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_of_tiny_values_are_refused_and_real_ones_are_not() {
        let refused = |text: &str| matches!(parse(text), Err(JsonError::TooBig(_)));
        for piece in ["0,", "{},", "[],", "{\"a\":{}},", "{\"a\":0},", "[[[[]]]],"] {
            assert!(refused(&format!("[{}0]", piece.repeat((2 << 20) / piece.len()))), "{piece}");
        }
        let post = r#"{"id":7,"date":"2026-11-20T08:15:00","link":"https://a.example/tin/7","title":{"rendered":"Tin"},
            "content":{"rendered":"TEXT"},"categories":[1,2],"tags":[],"meta":{"a":"b","c":"d"}},"#;
        let post = post.replace("TEXT", &"<p>văn bản</p>".repeat(100));
        assert!(!refused(&format!("[{}0]", post.repeat(1000))));
        let texts = serde_json::json!({ "a": "1,[2],{\"3\"},".repeat(200_000) }).to_string();
        assert!(!refused(&texts));
        assert_eq!(parse_start("{\"a\":[1]};x()").unwrap(), serde_json::json!({ "a": [1] }));
    }
}
