//! The rules on labelled titles, and how they are applied.

use super::*;
use crate::config::built_in_topics;
use crate::model::Topic;
use serde::Deserialize;

/// A line of tests/topics/labelled.jsonl.
#[derive(Deserialize)]
struct Labelled {
    title: String,
    lead: String,
    topics: Vec<String>,
}

fn built_in() -> Classifier {
    Classifier::new(Arc::new(built_in_topics())).unwrap()
}

fn topic(id: &str, strong: &[&str], weak: &[&str], not: &[&str]) -> Topic {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    Topic {
        id: id.parse().unwrap(),
        name: id.to_owned(),
        strong: words(strong),
        weak: words(weak),
        not: words(not),
    }
}

/// Rules of two topics.
fn two() -> Classifier {
    let list = vec![
        topic("y-te", &["bệnh viện", "dịch bệnh", "bác sĩ"], &["thuốc"], &["thuốc lá", "gia súc"]),
        topic("dan-toc", &["dân tộc", "công tác dân tộc"], &["buôn làng", "bản"], &[]),
    ];
    Classifier::new(Arc::new(TopicRules::new(list))).unwrap()
}

#[track_caller]
fn check(title: &str, lead: &str, body: &str, expected: &[&str]) {
    let reasons = two().reasons(title, Some(lead), body);
    let told: Vec<String> = reasons.iter().map(ToString::to_string).collect();
    assert_eq!(told, expected);
}

/// Precision and recall over the lines that have this remainder by two.
fn measured(remainder: usize) -> (f64, f64) {
    let rules = built_in();
    let text = include_str!("../../../tests/topics/labelled.jsonl");
    let (mut right, mut wrong, mut missed) = (0, 0, 0);
    for line in text.lines().skip(remainder).step_by(2) {
        let labelled: Labelled = serde_json::from_str(line).unwrap();
        let lead = Some(labelled.lead.as_str()).filter(|lead| !lead.is_empty());
        let found: Vec<String> =
            rules.topics(&labelled.title, lead, "").into_iter().map(String::from).collect();
        let known = found.iter().filter(|id| labelled.topics.contains(id)).count();
        right += known;
        wrong += found.len() - known;
        missed += labelled.topics.len() - known;
    }
    let part = |of: usize, all: usize| of as f64 / all as f64;
    (part(right, right + wrong), part(right, right + missed))
}

#[test]
fn of_the_topics_found_nine_in_ten_are_right_and_three_in_four_are_found() {
    for (half, remainder) in [("development", 0), ("held out", 1)] {
        let (precision, recall) = measured(remainder);
        assert!(precision >= 0.9 && recall >= 0.75, "{half}: {precision:.3}, {recall:.3}");
    }
}

#[test]
fn every_label_is_a_topic_and_every_topic_is_a_label() {
    let mut labels: Vec<String> = include_str!("../../../tests/topics/labelled.jsonl")
        .lines()
        .flat_map(|line| serde_json::from_str::<Labelled>(line).unwrap().topics)
        .collect();
    labels.sort();
    labels.dedup();
    let mut known: Vec<String> =
        built_in_topics().list().iter().map(|topic| topic.id.to_string()).collect();
    known.sort();
    assert_eq!(labels, known);
}

#[test]
fn a_keyword_weighs_by_its_place() {
    check("Bệnh viện mới", "", "", &["y-te 3: \"bệnh viện\" in the title"]);
    check("Tin", "Bệnh viện mới.", "", &["y-te 2: \"bệnh viện\" in the lead"]);
    check("Tin", "", "Bệnh viện mới", &["y-te 1: \"bệnh viện\" in the body"]);
    check("Thuốc", "", "", &["y-te 1: \"thuốc\" in the title"]);
    check("Tin", "", "Thuốc", &["y-te 0.5: \"thuốc\" in the body"]);
    let topics = |title, lead| two().topics(title, Some(lead), "");
    assert_eq!(topics("Bệnh viện mới", "").len(), 1);
    assert_eq!(topics("Tin", "Bệnh viện mới"), []);
    assert_eq!(topics("Thuốc", "Bệnh viện mới").len(), 1);
}

#[test]
fn a_keyword_counts_once_and_not_within_a_longer_one() {
    check(
        "Công tác dân tộc",
        "Công tác dân tộc",
        "công tác dân tộc",
        &["dan-toc 3: \"công tác dân tộc\" in the title"],
    );
}

#[test]
fn the_surest_topic_goes_first_and_equals_go_as_the_rules_do() {
    let ids = |title| two().topics(title, None, "").iter().map(Slug::to_string).collect::<Vec<_>>();
    assert_eq!(ids("Bệnh viện ở buôn làng dân tộc"), ["dan-toc", "y-te"]);
    assert_eq!(ids("Dân tộc và bệnh viện"), ["y-te", "dan-toc"]);
}

#[test]
fn near_a_veto_nothing_counts() {
    check("Thuốc lá", "", "", &[]);
    check("Dịch bệnh trên gia súc", "", "", &[]);
    let far = "Dịch bệnh lan rộng; cùng ngày, trên toàn huyện có thêm đàn gia súc mới";
    check(far, "", "", &["y-te 3: \"dịch bệnh\" in the title"]);
    // The veto of one topic is none of another's.
    check("Dân tộc, gia súc", "", "", &["dan-toc 3: \"dân tộc\" in the title"]);
}

#[test]
fn a_long_body_gathers_no_topic() {
    let everything: String = built_in_topics()
        .list()
        .iter()
        .flat_map(|topic| topic.strong.iter().chain(&topic.weak))
        .map(|word| format!("{word}.\n"))
        .collect();
    let rules = built_in();
    assert_eq!(rules.topics("Bản đồ", None, &everything), []);
    let late = format!("{} bệnh viện", "a ".repeat(BODY));
    assert_eq!(rules.reasons("Bản đồ", None, &late), []);
}

#[test]
fn words_are_whole_and_marks_matter() {
    check("Bệnh viện", "", "", &["y-te 3: \"bệnh viện\" in the title"]);
    check(
        "BÁC SỸ CỦA BỆNH VIỆN",
        "",
        "",
        &["y-te 6: \"bác sĩ\" in the title, \"bệnh viện\" in the title"],
    );
    check("Văn bảnh, đàn tốc", "", "", &[]);
    check("Biểu dương dân, tộc trưởng", "", "", &["dan-toc 3: \"dân tộc\" in the title"]);
    check("Vì dân. Tộc trưởng nói", "", "", &[]);
}

#[test]
fn a_title_that_was_typed_without_marks_is_understood() {
    check("Ban Dan toc tinh Soc Trang", "", "", &["dan-toc 3: \"dân tộc\" in the title"]);
    // One word without its marks means too much.
    check("Quyet dinh cua ban: ban thuoc", "", "", &[]);
    check("Tỉnh ủy: dan toc", "", "", &[]);
}

#[test]
fn no_rules_find_nothing() {
    let none = Classifier::new(Arc::default()).unwrap();
    assert_eq!(none.reasons("Ban Dân tộc", Some("y tế"), "y tế"), []);
}
