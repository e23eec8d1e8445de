//! Parses any text as a date.

#![no_main]

use bantin_core::text::date;
use bantin_fuzz::now;
use chrono::{Datelike, TimeDelta};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let zone = chrono_tz::Asia::Ho_Chi_Minh;
    if let Ok((instant, precision)) = date::read(text, zone, now()) {
        assert!(instant <= now() + TimeDelta::days(1), "{text:?} is in the future: {instant}");
        // The year is in the writer's time zone, up to a day away from UTC.
        assert!(instant.year() >= 1989, "{text:?} is before the first sites: {instant}");
        // A formatted date parses to the same instant.
        let again = date::read(&instant.to_rfc3339(), zone, now());
        assert!(
            instant.year() < 1990 || again.is_ok_and(|(read, _)| read == instant),
            "{text:?}: {instant}, {precision:?}"
        );
    }
});
