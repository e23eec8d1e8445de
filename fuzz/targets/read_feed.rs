//! Parses any bytes as a feed, a sitemap and a WordPress API response.

#![no_main]

use bantin_fuzz::{address, now};
use bantin_read::discover;
use bantin_read::discover::kind::{self, KindValues};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let page = bantin_read::saved_page(bytes.to_vec(), address(), now());
    let mut source = bantin_read::page_source(&page.url).expect("the page has an address");
    for name in ["feed", "sitemap", "wordpress"] {
        let kind = kind::named(name).expect("the kind is registered");
        source.kind = kind.with(&KindValues::default()).expect("it needs no settings");
        if let Ok(listing) = discover::items(&page, &source) {
            for item in &listing.items {
                assert!(matches!(item.url.scheme(), "http" | "https"), "{}", item.url);
            }
        }
    }
});
