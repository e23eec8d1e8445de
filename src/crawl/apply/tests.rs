use super::*;
use crate::crawl::extraction::ExtractedPage;
use crate::crawl::plan::PageTask;
use bantin_core::{ListingItem, PageAgreement};
use bantin_store::{DueArticle, PageRefusal};
use chrono::TimeDelta;
use std::time::Duration;

fn now() -> DateTime<Utc> {
    "2026-11-20T05:00:00Z".parse().unwrap()
}

fn task(n: u32, rank: Option<usize>, purpose: TaskPurpose) -> PageTask {
    let key = ArticleKey::kept(format!("/tin/{n}"));
    let url = format!("https://a.example/tin/{n}").parse().unwrap();
    PageTask { purpose, ..PageTask::new(ListingItem::of(url, key), rank, now()) }
}

fn revisit() -> TaskPurpose {
    let PageTask { key, item, .. } = task(1, None, TaskPurpose::New);
    let (title, text) = ("Tin số 1".to_owned(), String::new());
    let (validators, teaser, first_seen) = (None, None, now());
    TaskPurpose::Revisit(Box::new(DueArticle {
        key,
        url: item.url,
        validators,
        item: teaser,
        title,
        listed_title: None,
        text,
        hash: String::new(),
        published: first_seen,
        is_dated: true,
        doubted_since: None,
        is_erased: false,
        held: None,
        first_seen,
    }))
}

fn made() -> PageOutcome {
    let dates = DateEvidence { dates: Vec::new(), fetched: now() };
    let article = bantin_testing::article("a", 1, now());
    PageOutcome::Extracted(Box::new(ExtractedPage::new(article, dates, PageAgreement::Agrees)))
}

fn status(code: u16) -> PageOutcome {
    let retry_after = (code == 503).then(|| Duration::from_secs(600));
    let url = "https://a.example/tin/1".to_owned();
    PageOutcome::Failed(FetchError::Status { url, code, retry_after })
}

fn rejected() -> PageOutcome {
    PageOutcome::Rejected("there is no text on it".to_owned())
}

fn refusal() -> PageRefusal {
    PageRefusal {
        fingerprint: String::new(),
        until: now(),
        evidence: None,
        since: None,
        is_shared: false,
    }
}

fn replaced() -> PageOutcome {
    PageOutcome::Replaced("https://a.example/tin/1 shows \"Trang chủ\"".to_owned())
}

/// All that an effect changes, in words.
fn words(effect: &CrawlEffect) -> String {
    let visit = &effect.visit;
    let mut words = Vec::new();
    let mut say = |count: usize, word: &str| words.extend((count > 0).then(|| word.to_owned()));
    say(visit.articles.len(), "made");
    say(visit.listed.len(), "seen");
    say(visit.pending.len(), "pending");
    say(visit.given_up.len(), "given up");
    say(visit.rejected.len(), "rejected");
    say(usize::from(visit.reread_at.is_some()), "read again");
    say(effect.misread, "misread");
    say(effect.tally.failed, "failed");
    say(effect.tally.waiting, "waiting");
    say(usize::from(effect.blocked.is_some()), "blocked");
    words.extend(visit.checked.iter().map(|asked| format!("{:?}", asked.status)));
    words.extend(effect.warnings.iter().map(|warning| format!("({warning})")));
    words.join(", ")
}

fn effect_of(tasks: Vec<(PageTask, PageOutcome)>) -> CrawlEffect {
    let results = tasks.into_iter();
    let results = results.map(|(task, outcome)| PageResult { task, outcome, at: now() }).collect();
    let run = RunReport { results, ..RunReport::default() };
    apply(CrawlEffect::none(now()), &bantin_testing::source("a"), run)
}

#[track_caller]
fn check(rank: Option<usize>, purpose: TaskPurpose, outcome: PageOutcome, expected: &str) {
    assert_eq!(words(&effect_of(vec![(task(1, rank, purpose), outcome)])), expected);
}

const LISTED: Option<usize> = Some(3);

#[test]
fn an_item_without_an_article_waits_unless_its_page_is_gone_and_nobody_lists_it() {
    let reason = "https://a.example/tin/1: there is no text on it";
    let broken = "https://a.example/tin/1 answers with status 500";
    check(LISTED, TaskPurpose::New, made(), "made");
    check(LISTED, TaskPurpose::New, rejected(), &format!("pending, rejected, misread, ({reason})"));
    check(LISTED, TaskPurpose::New, status(500), &format!("pending, failed, ({broken})"));
    check(LISTED, TaskPurpose::New, PageOutcome::Unchanged, "pending");
    let gone = "pending, rejected, (https://a.example/tin/1 is gone (404))";
    check(LISTED, TaskPurpose::New, PageOutcome::Gone(404), gone);
    check(None, TaskPurpose::New, PageOutcome::Gone(410), "given up");
    // A page that is forbidden, or fails permanently, blocks no other page.
    let forbidden = effect_of(vec![(task(1, LISTED, TaskPurpose::New), status(403))]);
    assert!(words(&forbidden).starts_with("pending, rejected, ("), "{}", words(&forbidden));
    let before = PageTask { refusal: Some(refusal()), ..task(1, LISTED, TaskPurpose::New) };
    let again = effect_of(vec![(before, rejected())]);
    assert_eq!(words(&again), format!("pending, rejected, ({reason})"));
}

#[test]
fn a_changed_item_keeps_its_article_whatever_its_page_is() {
    check(LISTED, TaskPurpose::Changed, made(), "made");
    check(LISTED, TaskPurpose::Changed, PageOutcome::Unchanged, "seen");
    check(LISTED, TaskPurpose::Changed, PageOutcome::Gone(404), "seen, read again, Gone(404)");
    check(None, TaskPurpose::Changed, PageOutcome::Gone(404), "read again, Gone(404)");
    let reason = "https://a.example/tin/1: there is no text on it";
    check(
        LISTED,
        TaskPurpose::Changed,
        rejected(),
        &format!("seen, rejected, read again, misread, ({reason})"),
    );
    let broken = "https://a.example/tin/1 answers with status 500";
    check(LISTED, TaskPurpose::Changed, status(500), &format!("seen, failed, ({broken})"));
}

#[test]
fn a_page_that_was_fetched_again_says_yes_or_no_or_nothing() {
    let address = "https://a.example/tin/1";
    check(LISTED, revisit(), made(), "made");
    check(None, revisit(), PageOutcome::Unchanged, "Same");
    check(None, revisit(), PageOutcome::Gone(410), "Gone(410)");
    let unclear = |why: &str| format!("Unclear, ({address}{why}; the published article stays)");
    check(None, revisit(), rejected(), &unclear(": there is no text on it"));
    check(None, revisit(), replaced(), &unclear(r#" shows "Trang chủ""#));
    check(None, revisit(), status(422), &unclear(" answers with status 422"));
    for code in [500, 503] {
        let effect = effect_of(vec![(task(1, None, revisit()), status(code))]);
        assert!(words(&effect).starts_with("Later, ("), "{}", words(&effect));
    }
}

#[test]
fn a_refused_page_does_not_end_the_revisits_of_one_that_was_held_back() {
    let held = |since| PageTask {
        refusal: Some(PageRefusal { since, evidence: Some("e".to_owned()), ..refusal() }),
        first_seen: now() - TimeDelta::days(90),
        ..task(1, None, revisit())
    };
    for (since, expected) in [(Some(now() - TimeDelta::hours(2)), true), (None, false)] {
        for outcome in [replaced(), rejected(), PageOutcome::Unchanged] {
            let effect = effect_of(vec![(held(since), outcome)]);
            let revisit_at = effect.visit.checked[0].revisit_at;
            assert_eq!(revisit_at.is_some(), expected, "{}", words(&effect));
        }
    }
}

#[test]
fn what_is_left_waits_for_the_next_visit() {
    let left = vec![task(1, LISTED, TaskPurpose::New), task(2, LISTED, TaskPurpose::Changed)];
    let run = RunReport { remaining: left.clone(), ..RunReport::default() };
    let effect = apply(CrawlEffect::none(now()), &bantin_testing::source("a"), run);
    assert_eq!(words(&effect), "seen, pending, waiting");
    assert_eq!((effect.tally.waiting, &effect.visit.pending[0]), (2, &left[0].item));
    let run = RunReport { remaining: vec![task(1, None, revisit())], ..RunReport::default() };
    let effect = apply(CrawlEffect::none(now()), &bantin_testing::source("a"), run);
    assert!(effect.visit.pending.is_empty() && effect.visit.checked.is_empty());
}

#[test]
fn pages_that_are_all_gone_are_a_fault_of_the_site() {
    let gone = |n| (task(n, None, revisit()), PageOutcome::Gone(404));
    #[track_caller]
    fn check(tasks: Vec<(PageTask, PageOutcome)>, found_pages: bool, expected: &[PageStatus]) {
        let mut effect = effect_of(tasks);
        effect.ignore_outage(found_pages);
        let found: Vec<PageStatus> =
            effect.visit.checked.iter().map(|asked| asked.status).collect();
        assert_eq!(found, expected);
    }
    check(vec![gone(1)], false, &[PageStatus::Gone(404)]);
    check(vec![gone(1), gone(2)], false, &[PageStatus::Unclear, PageStatus::Unclear]);
    check(vec![gone(1), gone(2)], true, &[PageStatus::Gone(404), PageStatus::Gone(404)]);
    let same = (task(3, None, revisit()), PageOutcome::Unchanged);
    check(
        vec![gone(1), gone(2), same],
        false,
        &[PageStatus::Gone(404), PageStatus::Gone(404), PageStatus::Same],
    );
    check(
        vec![gone(1), gone(2), (task(3, None, revisit()), made())],
        false,
        &[PageStatus::Gone(404); 2],
    );
}

#[test]
fn the_earliest_change_that_was_put_off_counts() {
    let mut effect = CrawlEffect::none(now());
    for hours in [3, 1, 2] {
        effect.read_again(now() + TimeDelta::hours(hours));
    }
    assert_eq!(effect.visit.reread_at, Some(now() + TimeDelta::hours(1)));
}
