use super::*;
use bantin_core::Provenance;
use chrono::DateTime;

const LINES: [&str; 3] = [
    "Hội nghị lần thứ nhất với sự tham dự của đông đảo đại biểu các sở, ban, ngành.",
    "Hội nghị lần thứ hai với sự tham dự của đông đảo đại biểu các sở, ban, ngành.",
    "Hội nghị lần thứ ba với sự tham dự của đông đảo đại biểu các sở, ban, ngành.",
];

fn noon() -> DateTime<Utc> {
    "2026-11-20T05:00:00Z".parse().unwrap()
}

fn article(title: &str, text: &str, days: i64) -> NewArticle {
    let published = noon() - TimeDelta::days(days);
    let mut article = bantin_testing::article("a", 7, published);
    (article.title, article.text) = (title.to_owned(), text.to_owned());
    article.hash = normalize::hash(title, text);
    article
        .provenance
        .insert(bantin_core::ArticleField::Published, Provenance::Label("Ngày đăng".to_owned()));
    article
}

fn known(title: &str, text: &str) -> DueArticle {
    let article = article(title, text, 9);
    DueArticle {
        key: article.key,
        url: article.url.as_url().clone(),
        validators: None,
        item: None,
        title: article.title,
        listed_title: None,
        text: article.text,
        hash: article.hash,
        published: article.published,
        is_dated: true,
        doubted_since: None,
        is_erased: false,
        held: None,
        first_seen: article.first_seen,
    }
}

fn item(title: &str) -> ListingItem {
    let article = article(title, "", 0);
    let item = ListingItem::of(article.url.as_url().clone(), article.key);
    ListingItem { title: Some(title.to_owned()), ..item }
}

/// The verdict about a page of a known article with three long lines, in a word.
#[track_caller]
fn check(title: &str, text: &str, days: i64, agreement: PageAgreement, expected: &str) {
    let known = known("Tin số 7", &LINES.join("\n"));
    check_with(&known, (title, text, days), agreement, PageRelation::SameAddress, expected);
}

#[track_caller]
fn check_with(
    known: &DueArticle,
    (title, text, days): (&str, &str, i64),
    agreement: PageAgreement,
    relation: PageRelation,
    expected: &str,
) {
    let found = article(title, text, days);
    let listed = HashSet::new();
    let signs = PageSigns {
        agreement,
        announced: Some(title),
        listed: &listed,
        is_of_page: true,
        is_elsewhere: false,
    };
    let verdict = match judge_known(known, Some(&item(title)), &found, signs, relation) {
        PageVerdict::Trusted => "trusted",
        PageVerdict::OtherArticle => "other",
        PageVerdict::Held(..) => "held",
        PageVerdict::Refused(_) => "refused",
    };
    assert_eq!(verdict, expected, "{title}: {text}");
}

use PageAgreement::{Agrees, Disagrees, Unclear};

#[test]
fn an_edited_text_is_taken_and_a_wholly_other_one_waits() {
    let [one, _, three] = LINES;
    let corrected = format!("{one}\n{three}\nMột câu khác của bản tin đã được sửa lại cho đúng.");
    check("Tin số 7 (đã sửa)", &corrected, 9, Agrees, "trusted");
    check("Tin số 7", &format!("{}\nThêm một câu.", LINES.join("\n")), 9, Disagrees, "trusted");
    let rewritten = "Một bài viết hoàn toàn khác, được viết lại từ đầu đến cuối. ".repeat(8);
    check("Tin số 7", &rewritten, 9, Agrees, "held");
    check("Tin số 7", one, 9, Agrees, "held");
    check("Tin số 7", "Một câu khác của bản tin.", 9, Agrees, "held");
    check("Tin số 7", "Hệ thống đang quá tải, vui lòng quay lại sau.", 9, Agrees, "refused");
}

#[test]
fn an_error_page_never_replaces_an_article() {
    check("Tin số 7", "Phiên làm việc đã hết hạn.", 9, Disagrees, "refused");
    check("Trang chủ", "Giới thiệu chung", 9, Unclear, "refused");
    let redirected = PageRelation::Redirected;
    let short = known("Tin số 7", "Tin vắn.");
    check_with(&short, ("Tin số 7", "Tin vắn, khác hẳn.", 9), Agrees, redirected, "refused");
    let home = article("Trang chủ", LINES[0], 9);
    let listed = HashSet::new();
    let signs = PageSigns {
        agreement: Unclear,
        announced: Some("Tin số 7"),
        listed: &listed,
        is_of_page: true,
        is_elsewhere: false,
    };
    let verdict = judge_known(&short, None, &home, signs, PageRelation::SameAddress);
    assert!(matches!(verdict, PageVerdict::Refused(_)), "{verdict:?}");
}

#[test]
fn a_number_that_is_used_again_is_another_article() {
    let other =
        "Sáng nay, đoàn công tác đã đến thăm và tặng quà các gia đình chính sách. ".repeat(4);
    check("Thăm gia đình chính sách", &other, 0, Agrees, "other");
    check("Thăm gia đình chính sách", &other, 9, Agrees, "held");
    check("Tin số 7", &other, 0, Agrees, "held");
    let mut undated = known("Tin số 7", &LINES.join("\n"));
    undated.is_dated = false;
    let found = ("Thăm gia đình chính sách", other.as_str(), 0);
    check_with(&undated, found, Agrees, PageRelation::SameAddress, "other");
    let corrected = ("Tin số 7 (đã sửa)", other.as_str(), 0);
    check_with(&undated, corrected, Agrees, PageRelation::SameAddress, "held");
}

#[test]
fn a_short_text_is_compared_by_its_title() {
    let short = known("Tin số 7", "Tin vắn.");
    let same = PageRelation::SameAddress;
    check_with(&short, ("Tin số 7", "Tin vắn, đã sửa.", 9), Agrees, same, "trusted");
    check_with(&short, ("Tin số 8", "Tin khác.", 0), Agrees, same, "other");
}

#[test]
fn an_article_under_a_new_key_must_have_its_day_and_its_text() {
    let known = known("Lịch công tác tuần", &LINES.join("\n"));
    let new_key = PageRelation::NewKey(false);
    let next = LINES.join("\n").replace("nhất", "tư");
    check_with(&known, ("Lịch công tác tuần", &LINES.join("\n"), 9), Agrees, new_key, "trusted");
    check_with(&known, ("Lịch công tác tuần", &next, 9), Agrees, new_key, "trusted");
    check_with(&known, ("Lịch công tác tuần", &next, 2), Agrees, new_key, "other");
    check_with(&known, ("Lịch công tác tuần", "Khác hẳn.", 9), Agrees, new_key, "other");
    // Without dates, several moved articles are a redesign, and one or two are bulletins.
    let undated = DueArticle { is_dated: false, ..known };
    let found = ("Lịch công tác tuần", next.as_str(), 2);
    check_with(&undated, found, Agrees, new_key, "other");
    check_with(&undated, found, Agrees, PageRelation::NewKey(true), "trusted");
    // A redesign changes no number.
    let numbered = DueArticle { text: format!("{} Tuần 46, số 7.", undated.text), ..undated };
    for (next, expected) in [
        ("Tuần 46, số 7.", "trusted"),
        ("Tuần 46, số 7. Lượt xem: 12", "trusted"),
        ("Tuần 47, số 7.", "other"),
        ("Tuần 46, số 8.", "other"),
        ("Tuần 7, số 7.", "other"),
    ] {
        let text = format!("{}\n{next}", LINES.join(" "));
        let found = ("Lịch công tác tuần", text.as_str(), 2);
        check_with(&numbered, found, Agrees, PageRelation::NewKey(true), expected);
    }
}

#[test]
fn what_came_from_a_doubtful_page_gives_way() {
    let mut doubtful = known("Tin số 7", "Quý khách vui lòng quay lại sau.");
    doubtful.doubted_since = Some(noon());
    let right = ("Tin số 7", LINES[0], 9);
    check_with(&doubtful, right, Agrees, PageRelation::SameAddress, "trusted");
}

#[test]
fn a_held_page_is_confirmed_by_showing_the_same_for_its_time() {
    let shown = evidence(&article("Tin số 7", "Giá lúa: 7.100 đồng, lúc 5 giờ.", 0));
    let refusal = |evidence: &str, hours: i64| PageRefusal {
        fingerprint: String::new(),
        until: noon(),
        evidence: Some(evidence.to_owned()),
        since: Some(noon() - TimeDelta::hours(hours)),
        is_shared: false,
    };
    let check = |refusal: Option<&PageRefusal>| {
        is_confirmed(refusal, &shown, HoldReason::Disagrees, noon())
    };
    // The figures may change.
    let before = evidence(&article("Tin số 7", "Giá lúa: 6.950 đồng, lúc 17 giờ.", 0));
    assert!(check(Some(&refusal(&before, 24))));
    assert!(!check(Some(&refusal(&before, 23))));
    assert!(!check(Some(&refusal("other", 90))));
    assert!(!check(None));
    // A text that disagrees with several items is an error page, however long it stays.
    let shared = PageRefusal { is_shared: true, ..refusal(&before, 90) };
    assert!(!check(Some(&shared)));
    assert!(is_confirmed(Some(&shared), &shown, HoldReason::Rewritten, noon()));
    assert!(!is_confirmed(Some(&shared), &shown, HoldReason::Replaced, noon()));
}

#[test]
fn a_new_page_with_a_message_or_a_list_of_news_is_held_back() {
    const TITLE: &str = "Hội nghị tổng kết công tác dân vận";
    let listed: HashSet<String> =
        ["Tết trồng cây", "Khánh thành cầu", "Trao học bổng"].map(fold).into();
    #[track_caller]
    fn check(text: &str, agreement: PageAgreement, listed: &HashSet<String>, expected: &str) {
        let signs = PageSigns {
            agreement,
            announced: Some(TITLE),
            listed,
            is_of_page: true,
            is_elsewhere: false,
        };
        let verdict = match judge_new(&article(TITLE, text, 0), signs) {
            PageVerdict::Trusted => "trusted",
            PageVerdict::Held(_, HoldReason::Disagrees) => "held",
            PageVerdict::Refused(_) => "refused",
            other => panic!("{other:?}"),
        };
        assert_eq!(verdict, expected, "{text}");
    }
    let long = LINES.join("\n");
    check(&long, Agrees, &listed, "trusted");
    check(&long, Disagrees, &listed, "held");
    check("Phiên đã hết hạn, vui lòng đăng nhập lại.", Agrees, &listed, "held");
    check("Phiên đã hết hạn, vui lòng đăng nhập lại.", Disagrees, &listed, "refused");
    check("Hết giờ rồi nhé, ai về nhà nấy.", Agrees, &listed, "trusted");
    check("Hết giờ rồi nhé, ai về nhà nấy.", Unclear, &listed, "held");
    check("Hội nghị tổng kết dân vận diễn ra tại trụ sở.", Agrees, &listed, "trusted");
    let list = format!("Một câu ngắn.\nTết trồng cây\n{}\nTrao học bổng", LINES[0]);
    check(&list, Agrees, &listed, "held");
    let related = format!("{long}\nTết trồng cây\nTrao học bổng");
    check(&related, Agrees, &listed, "trusted");
}

#[test]
fn a_short_text_is_doubted_until_a_better_one_comes() {
    let short = article("Tin số 7", "Tin vắn.", 0);
    let long = article("Tin số 7", &LINES.join("\n"), 0);
    assert_eq!(doubted_since(None, &short, false, noon()), Some(noon()));
    assert_eq!(doubted_since(None, &long, false, noon()), None);
    assert_eq!(doubted_since(None, &long, true, noon()), Some(noon()));
    let before = noon() - TimeDelta::hours(7);
    let doubted = DueArticle { doubted_since: Some(before), ..known("Tin số 7", "Tin vắn.") };
    assert_eq!(doubted_since(Some(&doubted), &short, false, noon()), Some(before));
    assert_eq!(doubted_since(Some(&doubted), &long, false, noon()), None);
    let trusted = known("Tin số 7", "Tin vắn.");
    assert_eq!(doubted_since(Some(&trusted), &short, false, noon()), None);
}

#[test]
fn a_date_is_corrected_if_listing_and_page_agree() {
    let known = known("Tin số 7", LINES[0]);
    let corrected = article("Tin số 7", LINES[0], 3);
    assert!(is_date_corrected(&known, &corrected, Some(corrected.published)));
    assert!(!is_date_corrected(&known, &corrected, Some(known.published)));
    assert!(!is_date_corrected(&known, &corrected, None));
    let edited = article("Tin số 7", LINES[1], 3);
    assert!(!is_date_corrected(&known, &edited, Some(edited.published)));
}
