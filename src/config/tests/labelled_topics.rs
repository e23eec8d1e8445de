//! Tests the built-in topic rules on labelled titles.

use crate::config::built_in_topics;
use bantin_read::normalize::topic::{Classifier, TopicReason};
use serde::Deserialize;
use std::sync::Arc;

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

/// The topics that the rules find in a title and a lead.
fn found(rules: &Classifier, title: &str, lead: Option<&str>) -> Vec<String> {
    let reasons = rules.reasons(title, lead, "").into_iter();
    reasons.filter(TopicReason::reaches_threshold).map(|reason| reason.topic.to_string()).collect()
}

/// Precision and recall over the lines whose number has this remainder modulo 2.
fn measured(remainder: usize) -> (f64, f64) {
    let rules = built_in();
    let text = include_str!("../../../tests/topics/labelled.jsonl");
    let (mut right, mut wrong, mut missed) = (0, 0, 0);
    for line in text.lines().skip(remainder).step_by(2) {
        let labelled: Labelled = serde_json::from_str(line).unwrap();
        let lead = Some(labelled.lead.as_str()).filter(|lead| !lead.is_empty());
        let found: Vec<String> = found(&rules, &labelled.title, lead);
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
