//! Topics: assigned before anything is published, included in every format, and assigned again when
//! the rules change.

use crate::desk::Desk;
use std::fs;

/// The project's own feeds.toml, with these lines at its top and its end.
fn desk(top: &str, end: &str) -> Desk {
    let desk = Desk::fresh();
    let feeds = fs::read_to_string(desk.path("feeds.toml")).unwrap();
    desk.write(&format!("{top}\n{feeds}\n{end}"));
    desk
}

/// The title, topics and `updated` of all articles.
fn articles(desk: &Desk) -> Vec<(String, Vec<String>, String)> {
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let article = |article: serde_json::Value| {
        let topics = article["topics"].as_array().unwrap().iter().map(text).collect();
        (text(&article["title"]), topics, text(&article["updated"]))
    };
    desk.export().into_iter().map(article).collect()
}

#[test]
fn articles_have_topics_in_every_format_and_feeds_can_ask_for_them() {
    let desk = desk(
        "",
        "[[feed]]\nid = 'dan-toc'\ntitle = 'Dân tộc'\ntopics = ['dan-toc']\n[[feed]]\nid = 'khong'\ntitle = 'Không'\ntopics = ['thien-tai']\nsources = ['ban-dan-toc']\n",
    );
    let said = desk.once();
    assert_eq!(said.code, Some(0), "{}\n{}", said.out, said.err);
    let all = articles(&desk);
    let of_topic: Vec<&String> = all
        .iter()
        .filter(|(_, topics, _)| topics.contains(&"dan-toc".to_owned()))
        .map(|(title, ..)| title)
        .collect();
    assert!(!of_topic.is_empty() && of_topic.len() < all.len(), "{all:?}");
    let mut titles = desk.titles("dan-toc");
    let mut expected: Vec<String> = of_topic.into_iter().cloned().collect();
    titles.sort();
    expected.sort();
    assert_eq!(titles, expected);
    assert!(said.out.contains("khong"), "an empty feed is reported: {}", said.out);
    let files = desk.output();
    let text = |name: &str| String::from_utf8(files[name].clone()).unwrap();
    let atom = text("dan-toc.atom");
    assert!(atom.contains("term=\"dan-toc\"") && atom.contains(":topic\""), "{atom}");
    assert!(atom.contains("label=\"Công tác dân tộc\""), "{atom}");
    assert!(text("dan-toc.rss").contains(":topic\">Công tác dân tộc</category>"));
    let item = desk.feed("dan-toc")["items"][0].clone();
    assert!(item["tags"].as_array().unwrap().contains(&"Công tác dân tộc".into()), "{item}");
}

#[test]
fn other_rules_find_other_topics_and_move_no_date() {
    let desk = desk("topics = ['ours.toml']", "");
    let rules = |word: &str| {
        let text = format!("[[topic]]\nid = 'cua-toi'\nname = 'Của tôi'\nstrong = ['{word}']\n");
        fs::write(desk.path("ours.toml"), text).unwrap();
        let said = desk.once();
        assert_eq!(said.code, Some(0), "{}\n{}", said.out, said.err);
        articles(&desk)
    };
    let none = rules("một chữ không ai viết");
    assert!(none.iter().all(|(_, topics, _)| topics.is_empty()), "{none:?}");
    let before = desk.output();
    let some = rules("hội nghị");
    let found = some.iter().filter(|(_, topics, _)| topics == &["cua-toi"]).count();
    assert!(found > 0 && found < some.len(), "{some:?}");
    let dates = |articles: &[(String, Vec<String>, String)]| -> Vec<String> {
        articles.iter().map(|(.., updated)| updated.clone()).collect()
    };
    assert_eq!(dates(&none), dates(&some));
    let after = desk.output();
    let bare = |files: &std::collections::BTreeMap<String, Vec<u8>>| {
        let text = String::from_utf8(files["tong-hop.atom"].clone()).unwrap();
        text.lines().filter(|line| !line.contains("cua-toi")).collect::<Vec<_>>().join("\n")
    };
    assert_ne!(after["tong-hop.atom"], before["tong-hop.atom"]);
    assert_eq!(bare(&after), bare(&before), "only the categories are new");
    assert_eq!(rules("một chữ không ai viết"), none);
    assert_eq!(desk.output(), before, "old topics leave nothing behind");
}

#[test]
fn the_tool_tells_topics_by_the_rules_that_it_finds() {
    let desk = Desk::fresh();
    let lines = "<p>Sáng 5/6, nhiều người dân đến xem máy chụp cắt lớp mới, được dùng từ tuần sau cho cả vùng.</p>".repeat(5);
    let page = format!(
        "<html><body><article><h1>Bệnh viện tỉnh tiếp nhận máy mới</h1>{lines}</article></body></html>"
    );
    fs::write(desk.path("page.html"), page).unwrap();
    let topics = || -> serde_json::Value {
        let said = desk.run(&["extract", "page.html", "--format", "json"]);
        assert_eq!(said.code, Some(0), "{}", said.err);
        let record: serde_json::Value = serde_json::from_str(&said.out).unwrap();
        record["topics"].clone()
    };
    assert_eq!(topics(), serde_json::json!(["y-te"]));
    let feeds = fs::read_to_string(desk.path("feeds.toml")).unwrap();
    desk.write(&format!("topics = []\n{feeds}"));
    assert_eq!(topics(), serde_json::json!([]));
    // The office of a later file counts for the topics of an earlier one.
    fs::write(
        desk.path("office.toml"),
        "[office]\nmatters = ['máy mới']\nagencies = ['bệnh viện']\n",
    )
    .unwrap();
    desk.write(&format!("topics = ['built-in', 'office.toml']\n{feeds}"));
    assert_eq!(topics(), serde_json::json!([]));
    // A broken feeds.toml does not keep `extract` from reading a page.
    desk.write("topics = ");
    assert_eq!(topics(), serde_json::json!(["y-te"]));
}
