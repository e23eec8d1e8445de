//! Tests of the topic rules.

use super::*;
use bantin_core::{OfficeWords, Topic};

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

/// Rules for two topics.
fn two() -> Classifier {
    let list = vec![
        topic("y-te", &["bệnh viện", "dịch bệnh", "bác sĩ"], &["thuốc"], &["thuốc lá", "gia súc"]),
        topic("dan-toc", &["dân tộc", "công tác dân tộc"], &["buôn làng", "bản"], &[]),
    ];
    Classifier::new(Arc::new(TopicRules::new(list, OfficeWords::default()))).unwrap()
}

#[track_caller]
fn check(title: &str, lead: &str, body: &str, expected: &[&str]) {
    let reasons = two().reasons(title, Some(lead), body);
    let told: Vec<String> = reasons.iter().map(ToString::to_string).collect();
    assert_eq!(told, expected);
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
    // A `not` keyword of one topic does not affect another.
    check("Dân tộc, gia súc", "", "", &["dan-toc 3: \"dân tộc\" in the title"]);
}

#[test]
fn a_long_body_gathers_no_topic() {
    let words = ["bệnh viện", "dịch bệnh", "bác sĩ", "thuốc", "dân tộc", "công tác dân tộc", "bản"];
    let everything = words.map(|word| format!("{word}.\n")).concat();
    let rules = two();
    assert_eq!(rules.topics("Quy hoạch đô thị", None, &everything), []);
    let late = format!("{} bệnh viện", "a ".repeat(MAX_BODY_CHARS));
    assert_eq!(rules.reasons("Quy hoạch đô thị", None, &late), []);
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
    // A single word without diacritics is ambiguous.
    check("Quyet dinh cua ban: ban thuoc", "", "", &[]);
    check("Tỉnh ủy: dan toc", "", "", &[]);
}

#[test]
fn news_about_an_office_has_no_topic_from_the_name_of_the_agency() {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let office = OfficeWords {
        matters: words(&["lịch nghỉ", "con dấu", "phân công nhiệm vụ"]),
        agencies: words(&["sở", "bệnh viện", "phòng y tế"]),
    };
    let list = vec![
        topic("y-te", &["bệnh viện", "y tế", "bệnh dịch"], &["thuốc"], &["thuốc lá"]),
        topic("ton-giao", &["tôn giáo"], &[], &[]),
    ];
    let rules = Classifier::new(Arc::new(TopicRules::new(list, office))).unwrap();
    let ids = |title: &str, lead: &str| {
        let topics = rules.topics(title, Some(lead), "Sở Y tế. Bệnh viện tỉnh.");
        topics.iter().map(Slug::to_string).collect::<Vec<_>>()
    };
    assert_eq!(ids("Lịch nghỉ Tết của Sở Y tế", "Sở Y tế và Bệnh viện thông báo"), [] as [&str; 0]);
    assert_eq!(ids("THAY CON DẤU CỦA PHÒNG Y TẾ", ""), [] as [&str; 0]);
    assert_eq!(ids("Con dấu mới của Sở Dân tộc và Tôn giáo", ""), [] as [&str; 0]);
    // Its own field still counts, and so does the name when the news is about something else.
    assert_eq!(ids("Sở Nội vụ phân công nhiệm vụ phòng bệnh dịch", ""), ["y-te"]);
    assert_eq!(ids("Sở Y tế họp", "Thông báo lịch nghỉ"), ["y-te"]);
    assert_eq!(ids("Y tế xã: lịch nghỉ của Sở", ""), ["y-te"]);
}

#[test]
fn no_rules_find_nothing() {
    let none = Classifier::new(Arc::default()).unwrap();
    assert_eq!(none.reasons("Ban Dân tộc", Some("y tế"), "y tế"), []);
}
