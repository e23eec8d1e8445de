//! Repair of JSON Feeds with syntax errors that hand-written serializers produce: line
//! breaks inside strings, trailing commas, and truncation. Complete items are kept.

use crate::bounded_json;
use serde_json::Value;

/// Parses the complete items; `None` if the document has other faults.
pub(super) fn read(text: &str) -> Option<Value> {
    let mut repaired = String::with_capacity(text.len());
    let mut open: Vec<char> = Vec::new();
    let mut in_string = false;
    let mut escaped = false;
    // The length of the repaired text after the last complete item.
    let mut whole: Option<usize> = None;
    for c in text.chars() {
        if in_string {
            match c {
                // JSON requires control characters to be escaped.
                c if c < ' ' => repaired.push_str(&format!("\\u{:04x}", u32::from(c))),
                c => repaired.push(c),
            }
            in_string = escaped || c != '"';
            escaped = !escaped && c == '\\';
            continue;
        }
        match c {
            '"' => in_string = true,
            '{' => open.push('}'),
            '[' => open.push(']'),
            '}' | ']' => {
                if open.pop() != Some(c) {
                    return None;
                }
                let before = repaired.trim_end();
                if let Some(before) = before.strip_suffix(',') {
                    repaired.truncate(before.len());
                }
            }
            _ => {}
        }
        repaired.push(c);
        if c == '}' && open == ['}', ']'] {
            whole = Some(repaired.len());
        }
        if open.is_empty() && c == '}' {
            return bounded_json::parse(&repaired).ok();
        }
    }
    repaired.truncate(whole?);
    repaired.push_str("]}");
    bounded_json::parse(&repaired).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<Value>) {
        assert_eq!(read(text), expected, "{text}");
    }

    #[test]
    fn what_is_whole_is_read() {
        let two = serde_json::json!({"items": [{"id": "1", "t": []}, {"id": "a\nb \\\" }"}]});
        check(r#"{"items":[{"id":"1","t":[],},{"id":"a\nb \\\" }",},],} rest"#, Some(two.clone()));
        check(
            "{\"items\":[{\"id\":\"1\",\"t\":[]},{\"id\":\"a\nb \\\\\\\" }\"}, {\"id\": \"ba",
            Some(two),
        );
        check(r#"{"title":"x","items":[{"id":"1""#, None);
        check(r#"{"items":[{"id":1]}"#, None);
        check("{", None);
        check(&"[".repeat(100_000), None);
        check(&format!("{{\"items\":{}", "[".repeat(100_000)), None);
    }
}
