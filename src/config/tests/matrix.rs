//! Tests for many feeds from one table, and for agencies under their old and new names.

use super::*;
use bantin_core::{ListedSource, Slug};

const SOURCES: &str = "
[[source]]
id = 'snv-lam-dong'
province = 'lam-dong'
agency = 'Sở Nội vụ'
url = 'https://snv.lamdong.example/'

[[source]]
id = 'stc-lam-dong'
province = 'lam-dong'
agency = 'Sở Tài chính'
url = 'https://stc.lamdong.example/'

[[source]]
id = 'skhdt-dak-nong'
province = 'Đắk Nông'
agency = 'Sở Kế hoạch và Đầu tư'
url = 'https://skhdt.daknong.example/'

[[source]]
id = 'snv-hue'
province = 'Huế'
agency = 'Sở Nội vụ'
url = 'https://snv.hue.example/'

[[source]]
id = 'bo-noi-vu'
agency = 'Bộ Nội vụ'
url = 'https://moha.example/'
";

#[track_caller]
fn feeds(table: &str) -> Vec<FeedConfig> {
    Desk::new(&[("feeds.toml", &format!("{TOP}{SOURCES}\n{table}"))]).plan().feeds
}

fn ids(feeds: &[FeedConfig]) -> Vec<&str> {
    feeds.iter().map(|feed| feed.id.as_str()).collect()
}

fn words(slugs: &[Slug]) -> Vec<&str> {
    slugs.iter().map(Slug::as_str).collect()
}

#[test]
fn there_is_a_feed_for_each_province() {
    let feeds = feeds(
        "[[feed]]\neach = ['province']\nid = 'tinh-{province}'\naliases = ['{province}']\ntitle = 'Tin {province}'\ngroup = 'Các tỉnh'",
    );
    assert_eq!(ids(&feeds), ["tinh-lam-dong", "tinh-hue"]);
    assert_eq!(feeds[1].title, "Tin Huế");
    assert_eq!(feeds[1].description, "Tin Huế");
    assert_eq!(words(&feeds[1].aliases), ["hue"]);
    assert_eq!(words(&feeds[1].query.provinces), ["hue"]);
    assert_eq!(feeds[1].folders, ["Các tỉnh"]);
}

#[test]
fn there_is_a_feed_for_each_pair() {
    let all = feeds("[[feed]]\neach = ['province', 'topic']\ntitle = '{province}: {topic}'");
    assert_eq!(all.len(), 2 * 19);
    assert_eq!(all[0].id.as_str(), "lam-dong-dan-toc");
    assert_eq!(all[0].title, "Lâm Đồng: Công tác dân tộc");
    assert_eq!(all[0].folders, ["Theo tỉnh, thành phố và chủ đề", "Lâm Đồng"]);
    let asked = feeds(
        "[[feed]]\neach = ['topic', 'province']\ntitle = '{topic}'\ntopics = ['y-te']\nprovinces = ['Huế']",
    );
    assert_eq!(ids(&asked), ["y-te-hue"]);
    assert_eq!(words(&asked[0].query.topics), ["y-te"]);
    assert_eq!(words(&asked[0].query.provinces), ["hue"]);
}

#[test]
fn an_agency_is_one_of_its_province() {
    let feeds = feeds("[[feed]]\neach = ['agency']\ntitle = '{agency} {province}'");
    assert_eq!(
        ids(&feeds),
        [
            "lam-dong-so-noi-vu",
            "lam-dong-so-tai-chinh",
            "lam-dong-so-ke-hoach-va-dau-tu",
            "hue-so-noi-vu",
            "bo-noi-vu"
        ]
    );
    let hue = &feeds[3];
    assert_eq!(hue.title, "Sở Nội vụ Huế");
    assert_eq!(
        (words(&hue.query.provinces), words(&hue.query.agencies)),
        (vec!["hue"], vec!["so-noi-vu"])
    );
    let ministry = feeds.last().unwrap();
    assert_eq!(ministry.title, "Bộ Nội vụ");
    assert_eq!(words(&ministry.query.sources), ["bo-noi-vu"]);
}

#[test]
fn there_is_a_feed_for_each_kind_and_for_each_source() {
    let kinds = feeds("[[feed]]\neach = ['kind']\ntitle = '{kind}'");
    assert_eq!(ids(&kinds), ["noi-vu", "tai-chinh"]);
    let agencies = words(&kinds[1].query.agencies);
    assert_eq!(agencies, ["so-tai-chinh", "so-ke-hoach-va-dau-tu"]);
    let sources = feeds("[[feed]]\neach = ['source']\nid = 'nguon-{source}'\ntitle = '{source}'");
    assert_eq!(sources.len(), 5);
    assert_eq!(words(&sources[3].query.sources), ["snv-hue"]);
    assert_eq!(sources[3].title, "Sở Nội vụ thành phố Huế");
}

#[test]
fn an_agency_is_asked_for_under_its_old_and_its_new_name() {
    for name in ["Sở Tài chính", "Sở Kế hoạch và Đầu tư"] {
        let feeds =
            feeds(&format!("[[feed]]\nid = 'tc'\ntitle = 'Tài chính'\nagencies = ['{name}']"));
        let mut agencies = words(&feeds[0].query.agencies);
        agencies.sort_unstable();
        assert_eq!(agencies, ["so-ke-hoach-va-dau-tu", "so-tai-chinh"], "{name}");
    }
    let feeds = feeds("[[feed]]\nid = 'nv'\ntitle = 'Nội vụ'\nkinds = ['Sở Nội vụ']");
    assert!(words(&feeds[0].query.agencies).contains(&"so-noi-vu"));
    assert!(!words(&feeds[0].query.agencies).contains(&"so-tai-chinh"));
}

const LIST: &str = "[[source_list]]\nurl = 'https://tinh.example/ds.csv'\n";

/// The plan of these tables with a list of these rows: id, province and agency.
#[track_caller]
fn with_list(tables: &str, rows: impl Iterator<Item = (String, &'static str, String)>) -> Plan {
    let desk = Desk::new(&[("feeds.toml", &format!("{TOP}{SOURCES}\n{LIST}\n{tables}"))]);
    let row = |(at, (id, province, agency)): (usize, (String, &str, String))| ListedSource {
        line: at + 2,
        keys: [
            ("url", format!("https://{id}.example/")),
            ("kind", "listing".to_owned()),
            ("province", province.to_owned()),
            ("agency", agency),
        ]
        .map(|(key, value)| (key.to_owned(), value))
        .into(),
        id: id.parse().unwrap(),
    };
    let copy = ListCopy {
        url: "https://tinh.example/ds.csv".parse().unwrap(),
        rows: rows.enumerate().map(row).collect(),
        rejected_rows: Vec::new(),
        ids: BTreeMap::new(),
        fetched: None,
        tried: chrono::DateTime::UNIX_EPOCH,
        last_error: None,
        shrunk: None,
    };
    let path = desk.0.path().join("feeds.toml");
    read_listed(&path, None, &place(), &[copy]).unwrap_or_else(|errors| panic!("{errors}"))
}

fn row(id: &str, agency: &str) -> (String, &'static str, String) {
    (id.to_owned(), "Huế", agency.to_owned())
}

#[test]
fn a_row_of_a_list_that_can_have_no_feed_is_a_warning_that_names_it() {
    let long = "Văn phòng Ban Chỉ đạo phòng chống tham nhũng, lãng phí, tiêu cực của tỉnh";
    let rows = || [row("mot", "Sở Y tế"), row("hai", long), row("ba", "Sở Xây dựng")].into_iter();
    let has = |plan: &Plan, wanted: &[&str]| {
        let found = plan.warnings.iter().any(|told| wanted.iter().all(|part| told.contains(part)));
        assert!(found, "{wanted:?}: {:?}", plan.warnings);
    };
    // Too long for a name.
    let plan = with_list("[[feed]]\neach = ['agency']\ntitle = '{agency}'", rows());
    assert_eq!(ids(&plan.feeds)[5..], ["hue-so-y-te", "hue-so-xay-dung"]);
    assert_eq!(plan.sources.len(), 8);
    has(
        &plan,
        &[
            "feeds.toml:",
            "which is not a valid name",
            "https://tinh.example/ds.csv:3",
            "this feed is left out",
        ],
    );
    // The same id twice.
    let twice =
        "[[feed]]\neach = ['agency']\nid = 'n-{province}'\ntitle = '{agency}'\nprovinces = ['hue']";
    let plan = with_list(twice, rows());
    assert_eq!(ids(&plan.feeds), ["n-hue"]);
    has(&plan, &["makes the name \"n-hue\" twice", "ds.csv:2"]);
    // An id of a feed that is written below is taken too.
    let below = "[[feed]]\neach = ['source']\nid = '{source}'\ntitle = '{source}'\n[[feed]]\nid = 'ba'\ntitle = 'Của ta'\naliases = ['mot']";
    let plan = with_list(below, rows());
    let (own, rest) = plan.feeds.split_last().unwrap();
    assert_eq!((own.title.as_str(), rest.len()), ("Của ta", 6));
    has(&plan, &["the name \"ba\" is taken", "ds.csv:4"]);
    has(&plan, &["the name \"mot\" is taken", "ds.csv:2"]);
}

#[test]
fn a_list_that_goes_past_the_most_feeds_loses_its_last_rows() {
    let rows = (0..1100).map(|n| row(&format!("so-{n}"), "Sở Y tế"));
    let each = "[[feed]]\neach = ['source', 'topic']\ntitle = '{source}, {topic}'";
    let plan = with_list(each, rows);
    let of_each =
        plan.feeds.iter().filter(|feed| feed.id.as_str().starts_with("bo-noi-vu-")).count();
    let kept = 20_000 / of_each;
    assert_eq!(plan.feeds.len(), kept * of_each);
    // Five sources are in feeds.toml, and the first row is on the second line.
    let first = format!("https://tinh.example/ds.csv:{} and the rows after it", kept - 5 + 2);
    assert!(plan.warnings.iter().any(|told| told.contains(&first)), "{first}");
}
