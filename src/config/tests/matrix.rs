//! Many feeds from one table, and agencies under their old and new names.

use super::*;
use crate::model::Slug;

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
fn feeds(table: &str) -> Vec<Feed> {
    Desk::new(&[("feeds.toml", &format!("{TOP}{SOURCES}\n{table}"))]).plan().feeds
}

fn ids(feeds: &[Feed]) -> Vec<&str> {
    feeds.iter().map(|feed| feed.id.as_str()).collect()
}

fn words(slugs: &[Slug]) -> Vec<&str> {
    slugs.iter().map(Slug::as_str).collect()
}

#[test]
fn there_is_a_feed_for_each_province() {
    let feeds = feeds(
        "[[feed]]\neach = ['province']\nid = 'tinh-{province}'\nformerly = ['{province}']\ntitle = 'Tin {province}'\ngroup = 'Các tỉnh'",
    );
    assert_eq!(ids(&feeds), ["tinh-lam-dong", "tinh-hue"]);
    assert_eq!(feeds[1].title, "Tin Huế");
    assert_eq!(feeds[1].description, "Tin Huế");
    assert_eq!(words(&feeds[1].formerly), ["hue"]);
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
