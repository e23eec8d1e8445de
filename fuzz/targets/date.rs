//! Any text as a date.

#![no_main]

use bantin_fuzz::now;
use bantin_read::normalize::date;
use chrono::{Datelike, TimeDelta};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let zone = chrono_tz::Asia::Ho_Chi_Minh;
    if let Ok((instant, precision)) = date::read(text, zone, now()) {
        assert!(instant <= now() + TimeDelta::days(1), "{text:?} is yet to come: {instant}");
        // The year is one of the writer's clock, which may be a day away from ours.
        assert!(instant.year() >= 1989, "{text:?} is before there were such sites: {instant}");
        // What is written out is read back as what it was.
        let again = date::read(&instant.to_rfc3339(), zone, now());
        assert!(
            instant.year() < 1990 || again.is_ok_and(|(read, _)| read == instant),
            "{text:?}: {instant}, {precision:?}"
        );
    }
});
