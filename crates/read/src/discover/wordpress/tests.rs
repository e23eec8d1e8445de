//! Answers of WordPress, as it sends them and as plugins change them.

use super::*;
use serde_json::json;

const HOME: &str = "https://blog.lamdong.example/";

fn read(value: &Value) -> Result<Listing, DataError> {
    let page = format!("{HOME}wp-json/wp/v2/posts").parse().unwrap();
    listing(value, &page, &HOME.parse().unwrap())
}

fn post() -> Value {
    json!({
        "id": 7, "guid": { "rendered": "https://blog.lamdong.example/?post_type=tin&#038;p=7" },
        "link": "https://blog.lamdong.example/hop-ban/", "date": "2026-11-20T08:15:00", "date_gmt": "2026-11-20T01:15:00",
        "title": { "rendered": "Họp &#8220;bàn&#8221; &amp; làm" },
        "content": { "rendered": "<p>Toàn văn của bài.</p>", "protected": false },
        "excerpt": { "rendered": "<p>Sáng nay họp [&hellip;]</p>\n" },
        "_embedded": {
            "author": [{ "name": "Văn phòng" }],
            "wp:featuredmedia": [{ "source_url": "https://blog.lamdong.example/anh.jpg" }],
            "wp:term": [
                [{ "taxonomy": "category", "name": "Tin &amp; bài", "slug": "tin" },
                 { "taxonomy": "category", "name": "Uncategorized", "slug": "uncategorized" }],
                [{ "taxonomy": "post_tag", "name": "y tế", "slug": "y-te" }],
                [{ "taxonomy": "post_format", "name": "Video", "slug": "post-format-video" }],
            ],
        },
    })
}

#[test]
fn a_post_is_read_with_what_is_embedded() {
    let listing = read(&json!([post()])).unwrap();
    let teaser = &listing.items[0];
    assert_eq!(teaser.url.as_str(), "https://blog.lamdong.example/hop-ban/");
    assert_eq!(teaser.key.as_str(), "guid:https://blog.lamdong.example/?post_type=tin&p=7");
    assert_eq!(teaser.title.as_deref(), Some("Họp “bàn” & làm"));
    assert_eq!(teaser.date.as_deref(), Some("2026-11-20T01:15:00Z"));
    assert_eq!(teaser.summary.as_deref(), Some("Sáng nay họp…"));
    assert_eq!(teaser.content.as_ref().unwrap().0, "<p>Toàn văn của bài.</p>");
    assert_eq!(teaser.author.as_deref(), Some("Văn phòng"));
    assert_eq!(teaser.image.as_ref().unwrap().path(), "/anh.jpg");
    assert_eq!(teaser.tags, ["Tin & bài", "y tế"]);
}

#[test]
fn the_date_is_that_of_greenwich_where_it_is_set() {
    #[track_caller]
    fn check(set: Value, expected: Option<&str>) {
        let (mut post, set) = (post(), set.as_object().unwrap().clone());
        post.as_object_mut().unwrap().extend(set);
        assert_eq!(date(&post).as_deref(), expected);
    }
    let local = Some("2026-11-20T08:15:00");
    check(json!({ "date_gmt": "0000-00-00T00:00:00" }), local);
    check(json!({ "date_gmt": null }), local);
    check(json!({ "date_gmt": 7, "date": false }), None);
    check(json!({ "date_gmt": "2026-11-20T01:15:00+00:00" }), Some("2026-11-20T01:15:00+00:00"));
}

#[test]
fn a_post_without_the_rest_is_a_title_and_an_address() {
    let bare = json!({ "id": 8, "link": "/tam/", "title": { "rendered": "Tám" }, "_embedded": {
        "author": [{ "code": "rest_user_invalid_id" }], "wp:featuredmedia": [{}], "wp:term": {},
    } });
    let closed = json!({ "id": 9, "link": "/chin/", "title": { "rendered": "Protected: Chín" },
        "content": { "rendered": "", "protected": true } });
    let listing = read(&json!([bare, closed, { "title": { "rendered": "Mười" } }])).unwrap();
    let teaser = &listing.items[0];
    assert_eq!((teaser.key.as_str(), teaser.url.path()), ("guid:post:8", "/tam/"));
    assert_eq!((&teaser.author, &teaser.image, teaser.tags.len()), (&None, &None, 0));
    assert_eq!(listing.items.len(), 1);
    assert_eq!(listing.skipped[0].why, "it is protected by a password");
    assert_eq!(listing.skipped[1].why, "its link \"\" leads nowhere");
}

#[test]
fn what_the_api_refuses_is_told_in_words() {
    #[track_caller]
    fn check(value: Value, expected: &str) {
        let error = read(&value).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    check(
        json!({ "code": "rest_no_route", "message": "No route was found", "data": { "status": 404 } }),
        "the site's API refused the request: \"No route was found\" (rest_no_route); it has no such list",
    );
    check(json!({ "code": "rest_cannot_access" }), "the agency has closed it to the public");
    check(json!({ "code": "rest_invalid_param" }), "check the parameters in `url`");
    check(json!({ "code": "la" }), "open the address in a browser");
    check(
        json!({ "name": "Sở Y tế", "routes": {} }),
        "it is {name, routes: {}}. Write kind = \"json\"",
    );
    check(json!([{ "id": 1, "slug": "tin" }]), "not a list of WordPress posts");
    check(json!([]), "returns no posts");
}
