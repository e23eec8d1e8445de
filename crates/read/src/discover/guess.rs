//! Detection of news lists in an API's JSON, and of their fields by the names of their keys.
//!
//! The operator reviews a guess, and it is tested before it is written to feeds.toml.

use super::{DataError, DiscoverError, data, json};
use bantin_page::Page;
use bantin_page::plain::fold;
use serde_json::Value;
use url::Url;

/// Limits of the search: levels, lists, and items per list.
const MAX_DEPTH: usize = 6;
const MAX_LISTS: usize = 200;
const MAX_ITEMS: usize = 20;
/// Minimum number of words of a title, and of characters of a full text.
const TITLE_WORDS: usize = 3;
const WHOLE_TEXT: usize = 300;

/// Names of keys, folded and without `_`, most reliable first: English, and Vietnamese without
/// diacritics.
const TITLES: [&str; 13] = [
    "title",
    "tieude",
    "headline",
    "newstitle",
    "articletitle",
    "posttitle",
    "tieudetin",
    "tentin",
    "tenbaiviet",
    "subject",
    "name",
    "ten",
    "label",
];
const LINKS: [&str; 16] = [
    "url",
    "link",
    "href",
    "permalink",
    "canonicalurl",
    "shareurl",
    "weburl",
    "detailurl",
    "fullurl",
    "newsurl",
    "duongdan",
    "lienket",
    "friendlyurl",
    "seourl",
    "path",
    "uri",
];
const SLUGS: [&str; 6] = ["slug", "alias", "seoname", "friendlyname", "titleslug", "urlslug"];
const IDS: [&str; 8] =
    ["id", "uuid", "guid", "newsid", "articleid", "postid", "contentid", "idtin"];
const DATES: [&str; 24] = [
    "publishedat",
    "publisheddate",
    "publishdate",
    "publishedon",
    "publishtime",
    "publishedtime",
    "datepublished",
    "published",
    "pubdate",
    "ngayxuatban",
    "ngaydang",
    "ngaydangtin",
    "ngayphathanh",
    "releasedate",
    "postdate",
    "posteddate",
    "date",
    "ngay",
    "createdat",
    "createddate",
    "datecreated",
    "createdon",
    "ngaytao",
    "created",
];
const LEADS: [&str; 14] = [
    "summary",
    "sapo",
    "lead",
    "excerpt",
    "description",
    "tomtat",
    "mota",
    "motangan",
    "trichyeu",
    "trichdan",
    "abstract",
    "intro",
    "shortcontent",
    "shortdescription",
];
const CONTENTS: [&str; 9] = [
    "content",
    "body",
    "noidung",
    "bodyhtml",
    "contenthtml",
    "fulltext",
    "articlebody",
    "html",
    "chitiet",
];
const AUTHORS: [&str; 6] = ["author", "tacgia", "authorname", "byline", "nguoiviet", "butdanh"];
const IMAGES: [&str; 14] = [
    "image",
    "thumbnail",
    "thumb",
    "anhdaidien",
    "hinhanh",
    "anh",
    "avatar",
    "cover",
    "imageurl",
    "thumbnailurl",
    "featuredimage",
    "picture",
    "photo",
    "banner",
];
const TAGS: [&str; 6] =
    ["category", "categoryname", "chuyenmuc", "tenchuyenmuc", "danhmuc", "topic"];
/// Keys that are meaningless without the key of the object that contains them.
const INNER: [&str; 9] =
    ["name", "url", "rendered", "text", "value", "src", "path", "ten", "fullname"];

/// A key of `select` in feeds.toml, and its value.
type SelectedKey = (&'static str, String);

/// A suggested configuration for the items of an API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathGuess {
    /// The keys of `select` in feeds.toml, with their values.
    pub select: Vec<SelectedKey>,
    /// The lists that look like news, the selected one first: the JSONPath of the items and their
    /// number.
    pub lists: Vec<(String, usize)>,
}

/// Whether the content of a page is JSON.
pub fn is_json(page: &Page) -> bool {
    page.text().is_ok_and(|decoded| data::is_json(&decoded.text))
}

/// Guesses the `select` paths for the JSON of a page.
///
/// # Errors
/// The page is not JSON, or has no list of items with titles and addresses; the error contains its
/// shape.
pub fn guess(page: &Page) -> Result<PathGuess, DiscoverError> {
    let value = data::read(page)?;
    let mut lists = Vec::new();
    collect(&value, "$".to_owned(), MAX_DEPTH, &mut lists);
    let mut guesses: Vec<(String, usize, Vec<SelectedKey>)> = Vec::new();
    for (path, items) in lists {
        if let Some(fields) = fields(items, &page.url) {
            guesses.push((format!("{path}[*]"), items.len(), fields));
        }
    }
    // The sort is stable: of lists of the same length, the outer one stays first.
    guesses.sort_by_key(|(_, items, fields)| {
        let is_dated = fields.iter().any(|(key, _)| *key == "date");
        (!is_dated, std::cmp::Reverse(*items))
    });
    let lists = guesses.iter().map(|(path, items, _)| (path.clone(), *items)).collect();
    match guesses.into_iter().next() {
        Some((path, _, fields)) => {
            let select = [("item", path)].into_iter().chain(fields).collect();
            Ok(PathGuess { select, lists })
        }
        None => Err(DataError::NoList { shape: data::shape(&value) }.into()),
    }
}

/// Collects the lists of objects in a value, with their JSONPaths.
fn collect<'a>(
    value: &'a Value,
    path: String,
    deep: usize,
    lists: &mut Vec<(String, &'a [Value])>,
) {
    if lists.len() >= MAX_LISTS || deep == 0 {
        return;
    }
    match value {
        Value::Array(values) if values.iter().any(Value::is_object) => {
            lists.push((path, values));
        }
        Value::Object(fields) => {
            for (key, value) in fields {
                collect(value, format!("{path}{}", step(key)), deep - 1, lists);
            }
        }
        _ => {}
    }
}

/// A key in JSONPath notation (RFC 9535, section 2.5.1).
fn step(key: &str) -> String {
    let is_name = key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if is_name {
        return format!(".{key}");
    }
    let escaped = key.replace('\\', "\\\\").replace('\'', "\\'");
    format!("['{escaped}']")
}

/// A field of some items: its JSONPath, the name that identifies it, and its values.
struct JsonField<'a> {
    path: String,
    name: String,
    values: Vec<&'a Value>,
}

impl JsonField<'_> {
    /// Whether a condition holds for most of the items.
    fn mostly(&self, items: usize, is: impl Fn(&Value) -> bool) -> bool {
        self.values.iter().filter(|value| is(value)).count() * 2 > items
    }
}

/// The paths of a list's fields; `None` for a list without titles or addresses.
fn fields(items: &[Value], page: &Url) -> Option<Vec<SelectedKey>> {
    let items: Vec<&Value> = items.iter().take(MAX_ITEMS).collect();
    let count = items.len();
    let fields = flat(&items);
    let find = |names: &[&str], is: fn(&Value) -> bool| {
        let mut named =
            names.iter().flat_map(|name| fields.iter().filter(move |field| field.name == *name));
        named.find(|field| field.mostly(count, is)).map(|field| field.path.clone())
    };
    let mut found = vec![("title", find(&TITLES, is_title)?)];
    let mut add = |key, path: Option<String>| found.extend(path.map(|path| (key, path)));
    let link = find(&LINKS, is_address);
    let slug = find(&SLUGS, is_text).or_else(|| find(&LINKS, is_text));
    let has_link = link.is_some();
    match (link, slug) {
        (Some(link), _) => add("link", Some(link)),
        (None, Some(slug)) => {
            let site = page.join("/").ok()?;
            add("address", Some(format!("{site}{{{slug}}}")));
        }
        (None, None) => return None,
    }
    add("date", find(&DATES, |value| json::date(value).is_some_and(|date| has_digits(&date))));
    add("summary", find(&LEADS, is_text));
    // An address that was built from a slug is only verified by fetching the page, and `content`
    // would prevent that.
    if has_link {
        add("content", find(&CONTENTS, is_full_text));
    }
    add("author", find(&AUTHORS, is_text));
    add("image", find(&IMAGES, is_address));
    add("tags", find(&TAGS, is_text));
    add("id", find(&IDS, |value| value.is_number() || is_text(value)));
    Some(found)
}

/// The fields of items, and of the objects in them.
fn flat<'a>(items: &[&'a Value]) -> Vec<JsonField<'a>> {
    let mut fields: Vec<JsonField<'a>> = Vec::new();
    let mut add = |path: String, name: String, value: &'a Value| {
        let is_room = fields.len() < MAX_LISTS;
        match fields.iter_mut().find(|field| field.path == path) {
            Some(field) => field.values.push(value),
            None if is_room => {
                fields.push(JsonField { path, name, values: vec![value] });
            }
            None => {}
        }
    };
    let folded = |key: &str| fold(key).replace(['_', '-', ' '], "");
    for (key, value) in items.iter().filter_map(|item| item.as_object()).flatten() {
        let path = format!("${}", step(key));
        let Value::Object(inner) = value else {
            add(path, folded(key), value);
            continue;
        };
        for (inner_key, value) in inner {
            let mut name = folded(inner_key);
            if INNER.contains(&name.as_str()) {
                name = folded(key);
            }
            add(format!("{path}{}", step(inner_key)), name, value);
        }
    }
    fields
}

fn is_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.trim().is_empty())
}

fn is_title(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.split_whitespace().count() >= TITLE_WORDS)
}

fn is_address(value: &Value) -> bool {
    let is = |text: &str| {
        text.starts_with("http://") || text.starts_with("https://") || text.starts_with('/')
    };
    value.as_str().is_some_and(|text| is(text.trim()))
}

fn is_full_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.chars().count() >= WHOLE_TEXT)
}

fn has_digits(text: &str) -> bool {
    text.bytes().filter(u8::is_ascii_digit).count() >= 4
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use serde_json::json;

    fn read(value: &Value) -> Result<PathGuess, DiscoverError> {
        let url = "https://api.lamdong.example/v1/tin";
        guess(&sample::page(url, "application/json", value.to_string()))
    }

    #[track_caller]
    fn check(value: &Value, expected: &[(&str, &str)]) {
        let guess = read(value).unwrap();
        let found: Vec<_> = guess.select.iter().map(|(key, path)| (*key, path.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn the_fields_of_news_are_known_by_their_names() {
        let item = |n: usize| {
            json!({
                "_id": n, "title": format!("Tin số {n} của tỉnh"), "url": format!("/tin/{n}"), "sapo": "Dẫn",
                "publishedAt": "2026-11-20T01:15:00Z", "body": "Toàn văn. ".repeat(50), "author": { "name": "An" },
                "thumbnail": { "url": "/anh.jpg" }, "category": { "id": 3, "name": "Y tế" },
            })
        };
        let menu = json!([{ "name": "Tin tức sự kiện mới", "url": "/tin" }, { "name": "Văn bản chỉ đạo", "url": "/vb" }]);
        let value = json!({ "menu": menu, "data": { "total": 2, "items": [item(1), item(2)] } });
        check(
            &value,
            &[
                ("item", "$.data.items[*]"),
                ("title", "$.title"),
                ("link", "$.url"),
                ("date", "$.publishedAt"),
                ("summary", "$.sapo"),
                ("content", "$.body"),
                ("author", "$.author.name"),
                ("image", "$.thumbnail.url"),
                ("tags", "$.category.name"),
                ("id", "$._id"),
            ],
        );
        let lists = read(&value).unwrap().lists;
        assert_eq!(lists, [("$.data.items[*]".to_owned(), 2), ("$.menu[*]".to_owned(), 2)]);
    }

    #[test]
    fn vietnamese_names_slugs_and_numbers_are_understood() {
        let item = |n: usize| json!({ "IdTin": n, "TieuDe": "Họp bàn về y tế", "slug": format!("hop-{n}"), "Ngày đăng": 1_795_137_300 + n });
        check(
            &json!([item(1), item(2), item(3)]),
            &[
                ("item", "$[*]"),
                ("title", "$.TieuDe"),
                ("address", "https://api.lamdong.example/{$.slug}"),
                ("date", "$['Ngày đăng']"),
                ("id", "$.IdTin"),
            ],
        );
    }

    #[test]
    fn what_is_no_list_of_news_shows_its_shape() {
        for (value, shape) in [
            (json!({ "status": "ok", "rows": [{ "id": 1 }] }), "{status, rows: [1 of {id}]}"),
            (json!([{ "title": "Một hai ba bốn" }]), "[1 of {title}]"),
            (json!([1, 2]), "[2 of a number]"),
        ] {
            let why = read(&value).unwrap_err().to_string();
            assert!(why.starts_with(&format!("it is JSON, {shape}, and no list")), "{why}");
        }
    }
}
