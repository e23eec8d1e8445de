//! APIs as agencies have them, with their names, types and mistakes.

use super::super::{DiscoverError, sample, usable};
use super::*;
use bantin_core::AddressTemplate;
use serde_json::json;

const API: &str = "https://api.lamdong.example/v1/tin";
const HOME: &str = "https://lamdong.example/";

fn path(text: &str) -> JsonPath {
    text.parse().unwrap()
}

/// Paths of an API with the usual names.
fn paths(item: &str) -> JsonPaths {
    let some = |text: &str| Some(path(text));
    JsonPaths {
        item: path(item),
        title: path("$.title"),
        address: JsonAddress::Link(path("$.url")),
        id: some("$.id"),
        date: some("$.date"),
        summary: some("$.lead"),
        content: some("$.body"),
        author: some("$.author.name"),
        image: some("$.image"),
        tags: some("$.tags[*].name"),
    }
}

fn read_as(paths: JsonPaths, json: &str) -> Result<Listing, DiscoverError> {
    let page = sample::page(API, "application/json", json);
    let source = sample::source(HOME, sample::kind("files", &[]));
    usable(read(&page, &source, &paths)?, &source)
}

#[track_caller]
fn items(json: &Value) -> Listing {
    read_as(paths("$.data.items[*]"), &json.to_string()).unwrap()
}

#[test]
fn all_fields_of_an_item_are_read() {
    let item = json!({
        "id": 7, "url": "/tin/7.html?utm_source=api", "title": "Họp &amp; <b>bàn</b>", "date": "20/11/2026 08:15",
        "lead": "<p>Sáng nay &#8211; họp.</p>", "body": "<p>Toàn văn.</p>", "author": { "name": "An" },
        "image": "anh/7.jpg", "tags": [{ "name": "Y tế" }, { "name": "Giáo dục" }],
    });
    let listing = items(&json!({ "data": { "items": [item] } }));
    let teaser = &listing.items[0];
    assert_eq!(teaser.url.as_str(), "https://lamdong.example/tin/7.html");
    assert_eq!(teaser.key.as_str(), "guid:7");
    assert_eq!(teaser.title.as_deref(), Some("Họp & bàn"));
    assert_eq!(teaser.date.as_deref(), Some("20/11/2026 08:15"));
    assert_eq!(teaser.summary.as_deref(), Some("Sáng nay – họp."));
    assert_eq!(teaser.content.as_ref().unwrap().0, "<p>Toàn văn.</p>");
    assert_eq!(teaser.author.as_deref(), Some("An"));
    assert_eq!(teaser.image.as_ref().unwrap().as_str(), "https://lamdong.example/anh/7.jpg");
    assert_eq!(teaser.tags, ["Y tế", "Giáo dục"]);
}

#[test]
fn a_list_counts_as_its_items_and_lines_as_paragraphs() {
    let json = json!([{ "url": "/1", "title": "Một", "body": "Dòng 1 < 2.\n\nDòng hai." }]);
    let listing = read_as(paths("$"), &json.to_string()).unwrap();
    let content = listing.items[0].content.as_ref().unwrap();
    assert_eq!(content.0, "<p>Dòng 1 &lt; 2.</p><p>Dòng hai.</p>");
}

#[test]
fn fields_of_other_types_are_not_there() {
    let listing = items(&json!({ "data": { "items": [
        { "id": null, "url": "/1", "title": ["Một"], "date": {}, "lead": 5, "body": null, "author": "An", "tags": "x" },
        { "id": [], "url": "/1", "title": "Một" },
        7, "chữ", null, [],
    ] } }));
    assert_eq!(listing.items.len(), 1, "the same article once: {listing:?}");
    let teaser = &listing.items[0];
    assert_eq!((teaser.title.as_deref(), teaser.key.as_str()), (Some("Một"), "/1"));
    assert_eq!((teaser.date.as_deref(), teaser.author.as_deref()), (None, None));
    assert_eq!(teaser.summary.as_deref(), Some("5"));
    assert_eq!(listing.skipped.len(), 4);
}

#[test]
fn addresses_are_put_together_and_what_lacks_them_is_skipped() {
    let template: AddressTemplate = "https://lamdong.example/tin/{$.slug}-{$.id}".parse().unwrap();
    let paths = JsonPaths { address: JsonAddress::Template(template), ..paths("$[*]") };
    let json = json!([
        { "id": 7, "slug": "họp", "title": "Họp" },
        { "id": 8, "title": "Không có" },
    ]);
    let listing = read_as(paths, &json.to_string()).unwrap();
    assert_eq!(listing.items[0].url.path(), "/tin/h%E1%BB%8Dp-7");
    assert_eq!(listing.skipped[0].item, "Không có");
    assert_eq!(listing.skipped[0].why, "it has no text at `$.slug`, which select.address needs");
}

#[test]
fn dates_are_told_by_what_they_are() {
    #[track_caller]
    fn check(value: Value, expected: Option<&str>) {
        assert_eq!(date(&value).as_deref(), expected, "{value}");
    }
    let at = Some("2026-11-20T01:15:00+00:00");
    check(json!(1_795_137_300), at);
    check(json!(1_795_137_300_000_i64), at);
    check(json!(1_795_137_300.25), at);
    check(json!("1795137300"), at);
    check(json!("1795137300000"), at);
    check(json!("/Date(1795137300000)/"), at);
    check(json!("/Date(1795137300000+0700)/"), at);
    check(json!(["2026-11-20"]), Some("2026-11-20"));
    check(json!(" 20/11/2026 "), Some("20/11/2026"));
    check(json!("20261120"), Some("20261120"));
    // A year, a day as a number, 1970, 2100, and numbers that are not instants.
    for wrong in [json!(2026), json!(20_261_120), json!(0), json!(4_102_444_800_i64)] {
        check(wrong, None);
    }
    for wrong in [json!(-5), json!(1e300), json!("/Date(x)/"), json!(""), json!([7]), json!(null)] {
        check(wrong, None);
    }
}

#[test]
fn a_feed_that_writes_the_month_first_is_turned_round() {
    let listing = items(&json!({ "data": { "items": [
        { "url": "/1", "title": "Một", "date": "11/20/2026 8:15:00 AM" },
        { "url": "/2", "title": "Hai", "date": "11/5/2026 8:15:00 AM" },
    ] } }));
    assert_eq!(listing.items[1].date.as_deref(), Some("2026-11-05T08:15:00"));
}

#[test]
fn an_answer_without_items_is_an_error_that_shows_its_shape() {
    #[track_caller]
    fn check(json: &str, expected: &str) {
        let error = read_as(paths("$.data.items[*]"), json).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    check(
        "{\"status\":1,\"data\":{\"rows\":[{\"id\":1}]}}",
        "matches the JSONPath `$.data.items[*]` of select.item; the answer is {status, data: {rows: [1 of {id}]}}",
    );
    check("{\"data\":{\"items\":[]}}", "the answer is {data: {items: [0]}}");
    check("null", "the answer is null");
    check("<html><title>Đăng nhập</title>", "is a web page (\"Đăng nhập\")");
    check("[1,2", "the answer is not JSON: EOF");
    check("{\"data\":{\"items\":[{\"title\":\"Một\"}]}}", "none of the 1 items can be used");
}
