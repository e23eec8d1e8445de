//! Tests for the conditions of feeds.

use super::*;
use bantin_core::{Condition, Phrase};

#[test]
fn a_feed_of_the_last_days_keeps_no_archives() {
    for age in ["newer_than = '7d'\n", "none = [{ newer_than = '7d' }]\n"] {
        let plan = Desk::new(&[("feeds.toml", &[TOP, SOURCE, FEED, age].concat())]).plan();
        assert!(!plan.feeds[0].history.archive, "{age}");
    }
    let plan = Desk::new(&[("feeds.toml", &[TOP, SOURCE, FEED].concat())]).plan();
    assert!(plan.feeds[0].history.archive);
}

#[test]
fn what_a_feed_asks_for_is_kept_as_it_is_meant() {
    let feed =
        "words = ['dan toc']\nhas_attachment = false\ntitle_matches = '^A'\nlanguages = ['vi']
any = [{ words = ['tôn giáo'], topics = ['Y tế'] }, { kinds = ['y-te'] }]
none = [{ sources = ['ban-dan-toc'] }, { provinces = ['Đắk Nông'], author_matches = 'An' }]\n";
    let plan = Desk::new(&[("feeds.toml", &[TOP, SOURCE, FEED, feed].concat())]).plan();
    let slug = |text: &str| text.parse().unwrap();
    let phrase = |text| vec![Phrase::of(text).unwrap()];
    assert_eq!(
        plan.feeds[0].query.conditions,
        [
            Condition::Languages(vec!["vi".to_owned()]),
            Condition::Words(phrase("dan toc")),
            Condition::Title("^A".parse().unwrap()),
            Condition::Attachment(false),
            Condition::Any(vec![
                Condition::All(vec![
                    Condition::Words(phrase("tôn giáo")),
                    Condition::Topics(vec![slug("y-te")]),
                ]),
                Condition::All(vec![Condition::Agencies(vec![slug("so-y-te")])]),
            ]),
            Condition::None(vec![
                Condition::All(vec![Condition::Sources(vec![slug("ban-dan-toc")])]),
                Condition::All(vec![
                    Condition::Author("An".parse().unwrap()),
                    Condition::Provinces(vec![slug("lam-dong")]),
                ]),
            ]),
        ]
    );
}
