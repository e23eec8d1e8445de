//! Reads any bytes as an article page, like `bantin extract`.

#![no_main]

use bantin_core::PlatformChoice;
use bantin_fuzz::{address, article, now};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let page = bantin_read::saved_page(bytes.to_vec(), address(), now());
    if let Ok(found) = bantin_read::single_page(&page, &PlatformChoice::default()) {
        article(&found, now());
    }
});
