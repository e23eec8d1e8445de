//! Tests for inserting sources into feeds.toml: the position, and that nothing else changes.

use super::*;
use std::os::unix::fs::PermissionsExt;

fn kind(name: &'static str, settings: &[(&'static str, KeyValue)]) -> NewKind {
    NewKind { name, settings: settings.to_vec() }
}

fn new() -> NewSource {
    NewSource {
        id: "so-noi-vu".parse().unwrap(),
        title: "Sở \"Nội vụ\"".to_owned(),
        province: Some("lam-dong".parse().unwrap()),
        agency: Some("Sở Nội vụ".to_owned()),
        url: "https://sonoivu.example/tin-tuc".parse().unwrap(),
        kind: kind("listing", &[]),
        allow_private: Vec::new(),
    }
}

/// Asserts that the new source is inserted at `|` and that nothing else is changed.
#[track_caller]
fn check(text: &str) {
    let old = text.replace('|', "");
    let block = new().toml();
    for (old, text, block) in [
        (old.clone(), text.to_owned(), block.clone()),
        (old.replace('\n', "\r\n"), text.replace('\n', "\r\n"), block.replace('\n', "\r\n")),
    ] {
        let edited = with(&old, &new()).unwrap();
        let line_end = if old.contains("\r\n") { "\r\n" } else { "\n" };
        let (before, after) = text.split_once('|').unwrap();
        let below = if after.is_empty() || after.starts_with(line_end) { "" } else { line_end };
        assert_eq!(edited.text, format!("{before}{line_end}{block}{below}{after}"));
        assert_eq!(edited.text.lines().nth(edited.line - 1), Some("[[source]]"));
    }
}

#[test]
fn a_source_is_put_below_the_last_one() {
    check("# đầu\ntitle = 'a'   # nhãn\n[[source]]\nid = 'a'\n|\n# tin\n[[feed]]\nid = 't'\n");
    check("[[source]]\nid = 'a' # cũ\n# delay = '5s'\n# max_pages = 3\n|\n[[feed]]\nid = 't'\n");
    check("[[source]]\nid = 'a'\n|# của tin\n[[feed]]\nid = 't'\n");
    check("[[source]]\nid = 'a'\n[source.select]\nitem = '''\nli'''\n|[[feed]]\nid='t'\n");
    check(
        "[[source]]\nid = 'a'\n[[feed]]\nid = 't'\n\n[[source]]\nports = [\n 1,\n 2, # hai\n]\n|",
    );
    check("title = 'a'\n[[feed]]\nid = 't'\n# cuối\n|");
    assert_eq!(with("", &new()).unwrap(), EditedConfig { text: new().toml(), line: 1 });
}

#[test]
fn an_end_without_a_newline_and_a_mark_stay() {
    let edited = with("\u{feff}[[source]]\nid = 'a'", &new()).unwrap();
    assert_eq!(edited.text, format!("\u{feff}[[source]]\nid = 'a'\n\n{}", new().toml()));
}

#[test]
fn keys_stand_in_the_order_of_the_house() {
    let feed = NewSource {
        kind: kind("feed", &[("follow", KeyValue::Truth(true))]),
        allow_private: vec!["10.1.2.0/24".parse().unwrap()],
        ..new()
    };
    assert_eq!(
        feed.toml(),
        "[[source]]\nid = \"so-noi-vu\"\ntitle = 'Sở \"Nội vụ\"'\nprovince = \"lam-dong\"\nagency = \"Sở Nội vụ\"\nkind = \"feed\"\nurl = \"https://sonoivu.example/tin-tuc\"\n\
         allow_private = [\"10.1.2.0/24\"]\nfollow = true\n"
    );
    let list = NewSource {
        kind: kind("listing", &[("list", KeyValue::Text("Tin tức".to_owned()))]),
        ..new()
    };
    assert!(list.toml().ends_with("list = \"Tin tức\"\n"), "{}", list.toml());
    let wordpress = NewSource { kind: kind("wordpress", &[]), ..new() };
    assert!(wordpress.toml().contains("kind = \"wordpress\"\n"), "{}", wordpress.toml());
    let text = |text: &str| KeyValue::Text(text.to_owned());
    let select = [("select.item", text("$['a \"b\"'][*]")), ("select.title", text("$.title"))];
    let json = NewSource { kind: kind("json", &select), ..new() };
    assert!(json.toml().contains("kind = \"json\"\n"), "{}", json.toml());
    let document: toml_edit::DocumentMut = json.toml().parse().unwrap();
    let item = document["source"][0]["select"]["item"].as_str();
    assert_eq!(item, Some("$['a \"b\"'][*]"));
}

#[test]
fn what_cannot_be_added_to_is_refused() {
    assert!(matches!(with("source = []", &new()), Err(EditError::Inline)));
    assert!(matches!(with("source = [", &new()), Err(EditError::Toml(_))));
}

#[test]
fn a_file_keeps_its_permissions_and_its_link() {
    let folder = tempfile::tempdir().unwrap();
    let (file, link) = (folder.path().join("that.toml"), folder.path().join("feeds.toml"));
    fs::write(&file, "cũ").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink("that.toml", &link).unwrap();
    write(&link, "cũ", "mới").unwrap();
    assert_eq!(fs::read_to_string(&file).unwrap(), "mới");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(matches!(write(&link, "cũ", "khác"), Err(EditError::Changed(_))));
    assert_eq!(fs::read_to_string(&file).unwrap(), "mới");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn a_source_is_found_in_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let (toml, csv) = (folder.path().join("a.toml"), folder.path().join("b.csv"));
    fs::write(&toml, "# a\n[[source]]\nurl = 'b'\nid = 'a'\n").unwrap();
    fs::write(&csv, "url;id\nhttps://b.example/;\"b\"\n").unwrap();
    let files = [toml, csv];
    let place = |id: &str| location_of(&files, &id.parse().unwrap());
    assert!(place("a").unwrap().ends_with("a.toml:4"));
    assert!(place("b").unwrap().ends_with("b.csv:2"));
    assert_eq!(place("c"), None);
}
