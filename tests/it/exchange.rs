//! Articles exchanged between two installations: by feeds, and as lines of JSON.

use crate::agency::{Agency, Answer, html};
use crate::desk::{self, Desk};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;

const FORMATS: [(&str, &str); 3] = [
    ("atom", "application/atom+xml"),
    ("json", "application/feed+json"),
    ("rss", "application/rss+xml"),
];

/// A desk that has visited an agency with two articles, one of them with all fields of an article.
fn first() -> Desk {
    first_of(&Agency::open())
}

fn first_of(agency: &Agency) -> Desk {
    desk::publish(agency, &[1, 2]);
    let page = r#"<html lang="vi"><head><title>Cổng thông tin</title></head><body><h1>Tin số 2 của cơ quan</h1>
<p>Ngày đăng: 03/10/2026 08:15</p><div class="noi-dung">
<p>Sáng nay, Sở Y tế &amp; các bệnh viện đã tổ chức hội nghị về khám bệnh, chữa bệnh bảo hiểm y tế với sự tham dự của đông đảo
đại biểu các sở, ban, ngành và địa phương trong tỉnh để đánh giá kết quả thực hiện nhiệm vụ.</p>
<p><img src="/anh/1.jpg" alt="Hội nghị"></p>
<p>Hội nghị đã thảo luận nhiều nội dung quan trọng, thống nhất các giải pháp trọng tâm và phân công trách nhiệm cụ thể cho từng
đơn vị trong thời gian tới, bảo đảm hoàn thành kế hoạch đề ra.</p>
<p><a href="/vb/12.pdf">Quyết định 12/QĐ-SYT</a></p></div>
<p>Tác giả: Lương Đình Bảo</p><p>Nguồn: Báo Lâm Đồng</p></body></html>"#;
    agency.on("/tin/2", html(page));
    let source = desk::source("so-y-te", agency) + "province = \"lam-dong\"\n";
    let desk = Desk::with(&(desk::head() + &source));
    let said = desk.once();
    assert_eq!(said.code, Some(0), "{}", said.err);
    desk
}

/// A desk that aggregates the feed of another desk in a format.
fn gathering(name: &str, from: &Desk, format: (&str, &'static str)) -> Desk {
    let (extension, media) = format;
    let host = Agency::open();
    let document = format!("tat-ca.{extension}");
    let bytes = from.output().remove(&document).unwrap();
    let fields = vec![("Content-Type", media.to_owned())];
    host.on(&format!("/{document}"), Answer::Page(200, fields, bytes));
    let head = desk::head().replace("bantin.example", name);
    let desk = Desk::with(&(head + &feed_source("tap-hop", &host.url(&format!("/{document}")))));
    let said = desk.once();
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    desk
}

fn feed_source(id: &str, url: &str) -> String {
    format!(
        "[[source]]\nid = \"{id}\"\ntitle = \"Tập hợp {id}\"\nkind = \"feed\"\nurl = \"{url}\"\nallow_private = [\"127.0.0.0/8\"]\n"
    )
}

fn items(desk: &Desk) -> Vec<Value> {
    desk.feed("tat-ca")["items"].as_array().unwrap().clone()
}

fn words(value: &Value) -> BTreeSet<String> {
    let words = value.as_array().into_iter().flatten();
    words.map(|word| word.as_str().unwrap().to_owned()).collect()
}

#[test]
fn aggregating_an_aggregate_loses_nothing() {
    let a = first();
    let expected = items(&a);
    assert_eq!(expected.len(), 2);
    let told = &expected[0];
    assert!(told["attachments"][0]["url"].as_str().unwrap().ends_with("/vb/12.pdf"), "{told:#}");
    assert!(told["image"].is_string() && told["_bantin"]["source_line"].is_string(), "{told:#}");
    for format in FORMATS {
        let b = gathering("b.example", &a, format);
        let c = gathering("c.example", &b, format);
        for (hop, desk) in [("second", &b), ("third", &c)] {
            let found = items(desk);
            assert_eq!(found.len(), expected.len(), "{format:?}");
            for (found, expected) in found.iter().zip(&expected) {
                let at = format!("{hop} hop by {format:?}: {found:#}\nof {expected:#}");
                for field in ["id", "url", "title", "content_html", "summary", "image"] {
                    assert_eq!(found[field], expected[field], "{field}, {at}");
                }
                for field in ["authors", "date_published", "language"] {
                    assert_eq!(found[field], expected[field], "{field}, {at}");
                }
                assert!(words(&found["tags"]).is_superset(&words(&expected["tags"])), "{at}");
                let files = |item: &Value| {
                    let files = item["attachments"].as_array().cloned().unwrap_or_default();
                    let file = |file: &Value| (file["url"].clone(), file["mime_type"].clone());
                    files.iter().map(file).collect::<Vec<_>>()
                };
                assert_eq!(files(found), files(expected), "{at}");
                let (own, before) = (&found["_bantin"], &expected["_bantin"]);
                assert_eq!(own["source_line"], before["source_line"], "{at}");
                assert_eq!(own["source"]["title"], before["source"]["title"], "{at}");
                assert_eq!(own["source"]["url"], before["source"]["url"], "{at}");
                // RSS has no elements for the other properties of a source.
                if format.0 != "rss" {
                    assert_eq!(own["source"], before["source"], "{at}");
                    assert_eq!(own["province"], before["province"], "{at}");
                    assert_eq!(own["agency"], before["agency"], "{at}");
                    assert_eq!(found["date_modified"], expected["date_modified"], "{at}");
                    assert_eq!(found["attachments"], expected["attachments"], "{at}");
                }
            }
        }
    }
}

#[test]
fn the_first_source_stands_in_atom_with_the_aggregate_beside_it() {
    let a = first();
    let b = gathering("b.example", &a, FORMATS[0]);
    let atom = String::from_utf8(b.output().remove("tat-ca.atom").unwrap()).unwrap();
    assert!(atom.contains("<id>tag:bantin.example,2026:source/so-y-te</id>"), "{atom}");
    assert!(atom.contains("/tat-ca.atom\" rel=\"via\""), "{atom}");
    assert!(atom.contains("scheme=\"tag:bantin.example,2026:province\""), "{atom}");
    assert!(!atom.contains("<id>tag:b.example,2026:source/tap-hop</id>"), "{atom}");
}

#[test]
fn aggregates_that_read_each_other_make_no_entry_twice() {
    let a = first();
    let b = gathering("b.example", &a, FORMATS[0]);
    let host = Agency::open();
    let bytes = b.output().remove("tat-ca.atom").unwrap();
    let fields = vec![("Content-Type", "application/atom+xml".to_owned())];
    host.on("/b.atom", Answer::Page(200, fields, bytes));
    let config = fs::read_to_string(a.path("feeds.toml")).unwrap();
    let sources = ["b", "b-nua"].map(|id| {
        // A second source of the same feed simulates another aggregate with the same entries.
        feed_source(id, &host.url(if id == "b" { "/b.atom" } else { "/b.atom?nua" }))
    });
    host.on("/b.atom?nua", Answer::Page(200, vec![], b.output().remove("tat-ca.atom").unwrap()));
    a.write(&(config + &sources.concat()));
    for later in ["2026-11-20T06:00:00Z", "2026-11-20T08:00:00Z"] {
        let said = a.run(&["once", "--now", later]);
        assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
        assert_eq!(a.export().len(), 2, "{}", said.out);
    }
}

#[test]
fn an_aggregate_that_uses_an_id_first_keeps_no_article_out() {
    let a = first();
    let atom = String::from_utf8(a.output().remove("tat-ca.atom").unwrap()).unwrap();
    let host = Agency::open();
    let serve = |path: &str, text: String| {
        let fields = vec![("Content-Type", "application/atom+xml".to_owned())];
        host.on(path, Answer::Page(200, fields, text.into_bytes()));
    };
    serve("/mot", atom.clone());
    let head = desk::head().replace("bantin.example", "b.example");
    let one = head + &feed_source("mot", &host.url("/mot"));
    let b = Desk::with(&one);
    assert_eq!(b.once().code, Some(0));
    serve("/hai", atom.clone());
    b.write(&(one + &feed_source("hai", &host.url("/hai"))));
    let once = |now: &str| {
        let said = b.run(&["once", "--now", now]);
        assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
        b.export()
    };
    assert_eq!(once("2026-11-20T06:00:00Z").len(), 2, "equal entries are stored once");
    // The first aggregate changes the words of an entry: the second's are published as another
    // article.
    serve("/mot", atom.replace("Tin số 1 của cơ quan", "Tin bịa đặt của kẻ khác"));
    once("2026-11-20T08:00:00Z");
    let titles: Vec<String> = once("2026-11-20T10:00:00Z")
        .iter()
        .map(|article| article["title"].as_str().unwrap().to_owned())
        .collect();
    assert!(titles.contains(&"Tin số 1 của cơ quan".to_owned()), "{titles:?}");
    assert_eq!(titles.len(), 3, "{titles:?}");
}

#[test]
fn articles_go_from_store_to_store_as_they_are() {
    let a = first();
    let id = a.export()[0]["id"].as_str().unwrap().to_owned();
    let said = a.run(&["withdraw", &id, "--reason", "Công văn 12"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let whole = a.run(&["export"]).out;
    let shown = a.run(&["export", "--without-tombstones"]).out;
    assert_eq!((whole.lines().count(), shown.lines().count()), (2, 1));
    assert_eq!(a.run(&["export", "--withdrawn"]).out, whole, "the former option still works");
    let table = a.run(&["export", "--format", "csv"]).out;
    assert!(!table.contains(&id) && table.lines().count() > 1, "{table}");

    let b = Desk::with(&desk::head());
    fs::write(b.path("bai.jsonl"), &whole).unwrap();
    let said = b.run(&["import", "--articles", "bai.jsonl"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert!(said.out.contains("2 articles are new"), "{}", said.out);
    // The topic rules have classified them; the rules are equal and find the same topics.
    assert_eq!(b.run(&["export"]).out, whole);
    assert_eq!(b.run(&["export", "--without-tombstones"]).out, shown);
    assert_eq!(b.titles("tat-ca"), a.titles("tat-ca"));

    let said = b.run(&["import", "--articles", "bai.jsonl"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(
        said.out.contains("0 articles are new") && said.out.contains("2 the same"),
        "{}",
        said.out
    );
    assert_eq!(b.run(&["export"]).out, whole);
}

/// Imports lines, which must succeed, and returns the output.
fn import(desk: &Desk, lines: &str) -> String {
    fs::write(desk.path("bai.jsonl"), lines).unwrap();
    let said = desk.run(&["import", "--articles", "bai.jsonl"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    said.out
}

#[test]
fn what_was_erased_is_erased_in_every_store_and_comes_back_in_none() {
    let a = first();
    let before = a.run(&["export"]).out;
    let b = Desk::with(&desk::head());
    import(&b, &before);
    let old: Value = serde_json::from_str(before.lines().next().unwrap()).unwrap();
    let id = old["id"].as_str().unwrap();
    let said = b.run(&["withdraw", "--erase", id, "--reason", "Công văn 12"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let newer = {
        let mut line = old.clone();
        line["revision"] = 9.into();
        line["summary"] = "Bản mới".into();
        line
    };
    let said = import(&b, &format!("{newer}\n"));
    assert!(said.contains("0 newer") && said.contains("1 erased"), "{said}");
    let whole = b.run(&["export"]).out;
    let erased: Vec<Value> =
        whole.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let erased = erased.iter().find(|line| line["id"] == id).unwrap();
    assert_eq!(
        (&erased["title"], &erased["text"], &erased["summary"]),
        (&"".into(), &"".into(), &Value::Null)
    );

    // A new store learns that the id is erased, and a store that has the article erases it.
    let c = Desk::with(&desk::head());
    let said = import(&c, &whole);
    assert!(said.contains("2 articles are new"), "{said}");
    assert!(import(&a, &whole).contains("1 erased"));
    for desk in [&a, &c] {
        assert_eq!(desk.run(&["export"]).out, whole);
        let said = import(desk, &before);
        assert!(said.contains("1 the same") && said.contains("1 erased"), "{said}");
        assert_eq!(desk.run(&["export"]).out, whole);
        assert_eq!(desk.export().len(), 1);
    }
    assert!(import(&c, &whole).contains("2 the same"));
}

/// The lines of a text in the opposite order.
fn reversed(lines: &str) -> String {
    lines.lines().rev().map(|line| format!("{line}\n")).collect()
}

/// Erases the first article that a desk exports, and returns its id and title.
fn erase_first(desk: &Desk) -> (String, String) {
    let first = desk.export().remove(0);
    let text = |field: &str| first[field].as_str().unwrap().to_owned();
    let said = desk.run(&["withdraw", "--erase", &text("id"), "--reason", "Quyết định 5"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    (text("id"), text("title"))
}

/// Whether a file of the desk's folders contains a text.
fn is_anywhere(desk: &Desk, text: &str) -> bool {
    let files = ["state", "output"].map(|folder| fs::read_dir(desk.path(folder)).unwrap());
    files.into_iter().flatten().any(|file| {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    })
}

#[test]
fn a_store_that_moves_takes_along_what_it_may_never_publish_again() {
    let agency = Agency::open();
    let a = first_of(&agency);
    let (id, title) = erase_first(&a);
    let whole = a.run(&["export"]).out;
    let tombstone = whole.lines().find(|line| line.contains(&id)).unwrap();
    let tombstone: Value = serde_json::from_str(tombstone).unwrap();
    assert_eq!(tombstone["withdrawn"]["erased"], true);
    assert_eq!(tombstone["withdrawn"]["reason"], "Quyết định 5");
    assert!(!tombstone["addresses"].as_array().unwrap().is_empty());
    for field in ["title", "text", "html", "hash"] {
        assert_eq!(tombstone[field], "", "{field}");
    }
    let config = fs::read_to_string(a.path("feeds.toml")).unwrap();
    for lines in [whole.clone(), reversed(&whole)] {
        let b = Desk::with(&config);
        import(&b, &lines);
        for time in ["05:00", "06:00", "12:00"] {
            let said = b.run(&["once", "--now", &format!("2026-11-20T{time}:00Z")]);
            assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
        }
        assert_eq!(b.titles("tat-ca").len(), 1);
        assert!(!b.titles("tat-ca").contains(&title));
        let again = Desk::with(&desk::head());
        import(&again, &whole);
        assert_eq!(again.run(&["export"]).out, whole);
    }
    // Without its tombstone the article would be published again.
    let b = Desk::with(&config);
    import(&b, &a.run(&["export", "--without-tombstones"]).out);
    assert_eq!(b.once().code, Some(0));
    assert!(b.titles("tat-ca").contains(&title));
}

#[test]
fn a_tombstone_holds_for_the_same_article_under_another_id_and_key() {
    let agency = Agency::open();
    let a = first_of(&agency);
    let before = a.run(&["export"]).out;
    let (id, title) = erase_first(&a);
    let whole = a.run(&["export"]).out;
    // A store of another authority that has visited the same source.
    let config = fs::read_to_string(a.path("feeds.toml")).unwrap();
    let config = config.replace("bantin.example,2026", "khac.example,2026");
    let others = |desk: &Desk| desk.export().into_iter().map(|line| line["id"].clone());
    let b = Desk::with(&config);
    assert_eq!(b.once().code, Some(0));
    let theirs = b.run(&["export"]).out;
    assert!(is_anywhere(&b, &title));
    let said = {
        fs::write(b.path("bai.jsonl"), &whole).unwrap();
        b.run(&["import", "--articles", "bai.jsonl"])
    };
    assert!(said.out.contains("1 erased"), "{}{}", said.out, said.err);
    assert!(!is_anywhere(&b, &title));
    assert_eq!(b.titles("tat-ca").len(), 1);
    // The line of the article, by either store, does not bring it back.
    for lines in [&theirs, &before] {
        fs::write(b.path("bai.jsonl"), lines).unwrap();
        let said = b.run(&["import", "--articles", "bai.jsonl"]);
        assert!(said.out.contains("1 erased"), "{}{}", said.out, said.err);
        assert_eq!(others(&b).count(), 1);
    }
    // With another key, only its address shows that it is the same.
    let moved = |line: &str| {
        let mut line: Value = serde_json::from_str(line).unwrap();
        line["id"] = format!("{}-moi", line["id"].as_str().unwrap()).into();
        line["key"] = "/moi".into();
        line
    };
    let erased = before.lines().find(|line| line.contains(&id)).unwrap();
    let told = import(&b, &format!("{}\n", moved(erased)));
    assert!(told.contains("1 erased"), "{told}");
    let c = Desk::with(&desk::head());
    import(&c, &format!("{}\n", moved(erased)));
    assert_eq!(c.titles("tat-ca"), [title.as_str()]);
    import(&c, &whole);
    assert!(!c.titles("tat-ca").contains(&title) && c.titles("tat-ca").len() == 1);
}

#[test]
fn what_its_agency_has_taken_away_is_withdrawn_where_it_was_imported_before() {
    let a = first();
    let lines = a.run(&["export"]).out;
    let b = Desk::with(&desk::head());
    import(&b, &lines);
    let [one, two]: [Value; 2] = {
        let lines: Vec<Value> =
            lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        lines.try_into().unwrap()
    };
    let taken = |line: &Value| {
        let mut line = line.clone();
        line["withdrawn"] = serde_json::json!({ "at": "2026-11-19T00:00:00Z", "by_agency": true, "reason": "gone" });
        line
    };
    // The second one is newer here: it may have been restored since.
    let newer = {
        let mut line = two.clone();
        line["revision"] = 2.into();
        line["summary"] = "Bản mới".into();
        line
    };
    import(&b, &format!("{newer}\n"));
    import(&b, &format!("{}\n{}\n", taken(&one), taken(&two)));
    let left = b.export();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0]["id"], two["id"]);
    assert_eq!(b.titles("tat-ca"), [two["title"].as_str().unwrap()]);
}

#[test]
fn a_store_that_has_imported_asks_for_nothing_that_it_knows() {
    let agency = Agency::open();
    let a = first_of(&agency);
    let lines = a.run(&["export"]).out;
    let b = Desk::with(&fs::read_to_string(a.path("feeds.toml")).unwrap());
    let mut line: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    let old = "http://cu.example/tin/1";
    line["addresses"].as_array_mut().unwrap().insert(0, old.into());
    import(&b, &format!("{line}\n{lines}"));
    let kept = b.export();
    let addresses = words(&kept.iter().find(|kept| kept["id"] == line["id"]).unwrap()["addresses"]);
    assert!(addresses.contains(old) && addresses.len() == 2, "{addresses:?}");
    let hits = |n: u32| agency.hits(&format!("/tin/{n}"));
    let before = (hits(1), hits(2));
    let said = b.once();
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert_eq!((hits(1), hits(2)), before, "{}", said.out);
}

#[test]
fn a_bad_line_is_told_and_the_others_go_on() {
    let a = first();
    let exported = a.run(&["export"]).out;
    let [one, two]: [Value; 2] = {
        let lines: Vec<Value> =
            exported.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        lines.try_into().unwrap()
    };
    let dirty = {
        let mut line = two.clone();
        line["html"] = "<p onclick=\"x()\">a</p>".into();
        line
    };
    let b = Desk::with(&desk::head());
    fs::write(b.path("bai.jsonl"), format!("{{\n{dirty}\n\n{one}\n{}", "\u{FEFF}x")).unwrap();
    let said = b.run(&["import", "--articles", "bai.jsonl"]);
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    for told in
        ["bai.jsonl:1: it is not a line", "bai.jsonl:2: its html is not clean", "bai.jsonl:5:"]
    {
        assert!(said.err.contains(told), "{}", said.err);
    }
    assert!(
        said.out.contains("1 articles are new") && said.out.contains("3 lines rejected"),
        "{}",
        said.out
    );
    assert_eq!(b.export().len(), 1);

    // A newer text replaces the stored one, an older one does not, and an equally new but different
    // one is reported.
    let newer = {
        let mut line = one.clone();
        line["revision"] = 2.into();
        line["summary"] = "Bản mới".into();
        line
    };
    let other = {
        let mut line = newer.clone();
        line["summary"] = "Bản khác".into();
        line
    };
    fs::write(b.path("bai.jsonl"), format!("{newer}\n{one}\n{other}\n")).unwrap();
    let said = b.run(&["import", "--articles", "bai.jsonl"]);
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("bai.jsonl:3: the stored article has another text"), "{}", said.err);
    assert!(said.out.contains("1 newer") && said.out.contains("1 older"), "{}", said.out);
    assert_eq!(b.export()[0]["summary"], "Bản mới");
    let said = b.run(&["import", "--articles", "khong-co.jsonl", "--config", "feeds.toml"]);
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("khong-co.jsonl"), "{}", said.err);
}

const OPML: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<opml version="2.0"><head><title>Nguồn</title></head><body>
<outline text="Tỉnh Lâm Đồng">
  <outline text="Sở Y tế" type="rss" xmlUrl="https://soyte.example/rss" htmlUrl="https://soyte.example/"/>
  <outline text="Ban Dân tộc"><outline text="Tin &amp; bài" htmlUrl="https://bdt.example/tin-tuc"/></outline>
</outline>
<outline text="Có rồi" type="rss" xmlUrl="http://dau.example/rss"/>
<outline text="Hỏng" type="rss" xmlUrl="ftp://hong.example/rss"/>
<outline text="Rỗng"/>
</body></opml>"#;

#[test]
fn a_list_of_sources_is_written_below_the_others() {
    let old = desk::head()
        + "# của tôi\n[[source]]\nid = \"dau\" # đầu\nagency = \"Ban Dân tộc\"\nkind = \"feed\"\nurl = \"https://dau.example/rss\"\n";
    let desk = Desk::with(&old);
    fs::write(desk.path("nguon.opml"), OPML).unwrap();
    let said = desk.run(&["import", "--sources", "--dry-run", "nguon.opml"]);
    assert_eq!(fs::read_to_string(desk.path("feeds.toml")).unwrap(), old, "{}", said.out);
    let said = desk.run(&["import", "--sources", "nguon.opml"]);
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    for told in ["nguon.opml:8: \"ftp://hong.example/rss\"", "nguon.opml:9: the outline \"Rỗng\""]
    {
        assert!(said.err.contains(told), "{}", said.err);
    }
    assert!(said.out.contains("2 sources were written"), "{}", said.out);
    assert!(said.out.contains("1 exist already; 2 cannot"), "{}", said.out);
    let new = fs::read_to_string(desk.path("feeds.toml")).unwrap();
    let written = new.strip_prefix(&old).unwrap();
    let expected = r#"
[[source]]
id = "soyte-example-rss"
kind = "feed"
url = "https://soyte.example/rss"
title = "Sở Y tế"
province = "lam-dong"

[[source]]
id = "bdt-example-tin-tuc"
kind = "listing"
url = "https://bdt.example/tin-tuc"
title = "Tin & bài"
province = "lam-dong"
agency = "Ban Dân tộc"
"#;
    assert_eq!(written, expected);
    let said = desk.run(&["import", "--sources", "nguon.opml"]);
    assert!(said.out.contains("0 sources were written"), "{}", said.out);
    assert_eq!(fs::read_to_string(desk.path("feeds.toml")).unwrap(), new);
}

#[test]
fn a_table_of_sources_is_written_with_its_keys_or_not_at_all() {
    let desk = Desk::with(&desk::head());
    let old = fs::read_to_string(desk.path("feeds.toml")).unwrap();
    let good = "id,url,kind,title,select.item,max_pages,allow_private\n\
                so-a,https://a.example/tin,listing,\"Sở A, tỉnh\",li.tin,5,10.0.0.0/8|10.1.0.0/16\n,https://b.example/,listing,B,,,\n";
    let rows = "url,kind\nhttps://a.example/,listing\nhttps://b.example/,bai\n";
    for (list, told) in [
        ("url,khac\nhttps://a.example/,1\n", "column \"khac\""),
        (rows, "invalid, so nothing was written"),
        (rows, "nguon.csv:3: this source makes it invalid"),
        ("url,kind\n", "0 sources"),
        ("", "empty"),
        ("<opml><body/></opml>", "no items"),
    ] {
        fs::write(desk.path("nguon.csv"), list).unwrap();
        let said = desk.run(&["import", "--sources", "nguon.csv"]);
        assert!((said.out.clone() + &said.err).contains(told), "{}{}", said.out, said.err);
        assert_eq!(fs::read_to_string(desk.path("feeds.toml")).unwrap(), old);
    }
    fs::write(desk.path("nguon.csv"), good).unwrap();
    let said = desk.run(&["import", "--sources", "nguon.csv"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    let new = fs::read_to_string(desk.path("feeds.toml")).unwrap();
    for line in [
        "title = \"Sở A, tỉnh\"",
        "select = { item = \"li.tin\" }",
        "max_pages = 5",
        "allow_private = [\"10.0.0.0/8\", \"10.1.0.0/16\"]",
        "id = \"b-example\"",
    ] {
        assert!(new.contains(line), "{new}");
    }
}
