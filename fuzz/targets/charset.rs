//! Decodes any bytes as a page. The first byte chooses the operator's encoding, the second the one
//! of the HTTP header.

#![no_main]

use bantin_core::Charset;
use bantin_page::charset;
use libfuzzer_sys::fuzz_target;

/// Encodings that an operator may set in feeds.toml.
const CONFIGURED: [Option<&str>; 8] = [
    None,
    None,
    None,
    Some("tcvn3"),
    Some("vni"),
    Some("viscii"),
    Some("windows-1258"),
    Some("utf-16le"),
];
/// Labels that a server may send.
const LABELS: [Option<&str>; 8] = [
    None,
    Some("utf-8"),
    Some("iso-8859-1"),
    Some("windows-1258"),
    Some("tcvn3"),
    Some("utf-16"),
    Some("x-user-defined"),
    Some("không có"),
];

fuzz_target!(|input: &[u8]| {
    let [configured, label, bytes @ ..] = input else { return };
    let configured = CONFIGURED[usize::from(*configured) % CONFIGURED.len()];
    let configured: Option<Charset> =
        configured.map(|configured| configured.parse().expect("a known encoding"));
    let label = LABELS[usize::from(*label) % LABELS.len()];
    let first = charset::decode(bytes, configured, label, Some("co-quan.example.gov.vn"));
    let second = charset::decode(bytes, configured, label, Some("co-quan.example.gov.vn"));
    assert_eq!(first, second, "the same bytes are decoded in two ways");
    let Ok(decoded) = first else { return };
    let marks = decoded.text.matches('\u{FFFD}').count();
    assert!(decoded.replaced <= marks, "{} replacements, but {marks} U+FFFD", decoded.replaced);
    // A byte becomes at most a letter and a combining mark of three bytes each.
    assert!(
        decoded.text.len() <= bytes.len() * 6 + 6,
        "{} bytes became {}",
        bytes.len(),
        decoded.text.len()
    );
});
