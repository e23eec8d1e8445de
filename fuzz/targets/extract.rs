//! Any bytes as the page of an article, read as `bantin extract` does.

#![no_main]

use bantin::model::Platforms;
use bantin::visit;
use bantin_fuzz::{address, article, now};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let page = visit::saved(bytes.to_vec(), address(), now());
    if let Ok(found) = visit::read_alone(&page, &Platforms::default()) {
        article(&found, now());
    }
});
