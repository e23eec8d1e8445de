//! One table, many feeds: empty feeds are not written, the others are in folders.

use crate::desk::Desk;
use std::fs;

const MATRICES: &str = "
[[feed]]
each = ['province', 'topic']
id = 'tin-{province}-{topic}'
title = '{province}: {topic}'

[[feed]]
each = ['agency']
title = '{agency} {province}'
group = 'Các cơ quan'
formats = ['atom', 'json']
";

/// The slug of a province: the export has names for readers.
fn slug_of(province: &str) -> &'static str {
    match province {
        "Lâm Đồng" => "lam-dong",
        "Huế" => "hue",
        "Điện Biên" => "dien-bien",
        "An Giang" => "an-giang",
        other => panic!("{other}"),
    }
}

fn desk() -> Desk {
    let desk = Desk::fresh();
    let feeds = fs::read_to_string(desk.path("feeds.toml")).unwrap();
    desk.write(&format!("{feeds}\n{MATRICES}"));
    desk
}

#[test]
fn what_has_articles_is_written_and_listed_in_folders() {
    let desk = desk();
    let said = desk.once();
    assert_eq!(said.code, Some(0), "{}\n{}", said.out, said.err);
    assert!(
        !said.out.contains("no article yet"),
        "the empty feeds of a matrix are not reported: {}",
        said.out
    );
    let files = desk.output();
    let text = |name: &str| String::from_utf8(files[name].clone()).unwrap();

    let expected: std::collections::BTreeSet<String> = desk
        .export()
        .iter()
        .flat_map(|article| {
            let province = slug_of(article["province"].as_str().unwrap());
            let topics = article["topics"].as_array().unwrap().clone();
            topics.into_iter().map(move |t| format!("tin-{province}-{}.atom", t.as_str().unwrap()))
        })
        .collect();
    let written: std::collections::BTreeSet<String> = (files.keys())
        .filter(|name| name.starts_with("tin-") && name.ends_with(".atom"))
        .cloned()
        .collect();
    assert!(expected.len() > 3, "{expected:?}");
    assert_eq!(written, expected);

    let opml = text("feeds.opml");
    for name in &written {
        assert_eq!(opml.matches(&format!("/{name}\"")).count(), 1, "{name} in {opml}");
        let page = name.replace(".atom", ".html");
        assert!(text("index.html").contains(&format!("href=\"{page}\"")), "{page}");
    }
    let listed = opml.matches("xmlUrl=").count();
    assert_eq!(listed, files.keys().filter(|name| name.ends_with(".atom")).count());
    // Feeds that are declared individually come first, then the folders, each with the feeds of its
    // provinces.
    let order = [
        "/tong-hop.atom",
        "<outline text=\"Theo tỉnh, thành phố và chủ đề\"",
        "<outline text=\"Các cơ quan\"",
        "/lam-dong-ban-dan-toc.atom",
    ];
    let places: Vec<_> = order.iter().map(|text| opml.find(text).expect(text)).collect();
    assert!(places.is_sorted(), "{places:?} {opml}");
    assert_eq!(opml.matches("<outline text=\"Lâm Đồng\" title=\"Lâm Đồng\">").count(), 2);

    let index = text("index.html");
    assert!(index.contains("<summary>Các cơ quan <small>(4)</small></summary>"), "{index}");
    // The page offers browsers the few feeds that are declared individually, not hundreds.
    let offered: Vec<_> =
        index.lines().filter(|l| l.starts_with("<link rel=\"alternate\"")).collect();
    assert!(offered.iter().any(|line| line.contains("tong-hop.atom")));
    assert!(offered.iter().all(|line| !line.contains("ban-dan-toc")), "{offered:?}");

    let said = desk.once();
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_eq!(desk.output(), files, "the same articles, the same bytes");
}

#[test]
fn a_feed_of_a_matrix_holds_what_is_of_it_alone() {
    let desk = desk();
    assert_eq!(desk.once().code, Some(0));
    let all = desk.export();
    let mut expected: Vec<&str> = all
        .iter()
        .filter(|article| {
            article["province"] == "Lâm Đồng"
                && article["topics"].as_array().unwrap().contains(&"dan-toc".into())
        })
        .map(|article| article["title"].as_str().unwrap())
        .collect();
    let mut titles = desk.titles("tin-lam-dong-dan-toc");
    expected.sort_unstable();
    titles.sort();
    assert!(!titles.is_empty() && titles.len() < all.len());
    assert_eq!(titles, expected);
    assert_eq!(desk.feed("tin-lam-dong-dan-toc")["title"], "Lâm Đồng: Công tác dân tộc");
}
