//! Cleans any text as the HTML of an article's body.

#![no_main]

use bantin_core::RawHtml;
use bantin_fuzz::{address, clean, line};
use bantin_read::normalize::html;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(cleaned) = html::clean(&RawHtml(text.to_owned()), &address()) {
        clean(&cleaned, &address());
        let text = html::read(&cleaned).expect("clean HTML can be parsed").text;
        text.lines().for_each(|found| line("text", found));
    }
});
