//! Compares a page that was fetched again with the article that was extracted from it. The page
//! must contain at least half of the article's long lines.

use bantin_core::{ArticleField, ListingItem, NewArticle, Provenance};
use bantin_store::DueArticle;
use std::collections::HashSet;

/// A line with this many characters is unlikely to be in another article.
const TELLING_LINE: usize = 40;

/// Whether a page that was fetched again still shows its article. Another page in its place, such
/// as the site's front page, may repeat its title and its lead, but not half of its text. If the
/// text is too short to compare, the title decides, provided that the page has not `moved`.
pub(super) fn is_same_article(
    known: &DueArticle,
    listed: Option<&ListingItem>,
    found: &NewArticle,
    moved: bool,
) -> bool {
    let is_telling = |line: &&str| line.chars().count() >= TELLING_LINE;
    let telling: Vec<&str> = known.text.lines().filter(is_telling).collect();
    if telling.len() >= 2 {
        let here: HashSet<&str> = found.text.lines().collect();
        return telling.iter().filter(|line| here.contains(*line)).count() * 2 >= telling.len();
    }
    // A title that came from the listing item says nothing about the page.
    let shows_title = found.provenance.get(&ArticleField::Title) != Some(&Provenance::Teaser);
    let is_listed = listed.is_some_and(|item| item.title.as_ref() == Some(&found.title));
    !moved && shows_title && (known.title == found.title || is_listed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    #[test]
    fn a_corrected_article_is_told_from_another_page() {
        let [one, two, three] = ["nhất", "hai", "ba"].map(|nth| {
            format!(
                "Hội nghị lần thứ {nth} với sự tham dự của đông đảo đại biểu các sở, ban, ngành."
            )
        });
        let check = |text: &str, title: &str, now: &str, moved: bool, expected: bool| {
            let article = bantin_testing::article("a", 7, DateTime::UNIX_EPOCH);
            let known = DueArticle {
                key: article.key.clone(),
                url: article.url.as_url().clone(),
                validators: None,
                item: None,
                title: article.title.clone(),
                text: text.to_owned(),
                first_seen: article.first_seen,
            };
            let found = NewArticle { title: title.to_owned(), text: now.to_owned(), ..article };
            let same = is_same_article(&known, None, &found, moved);
            assert_eq!(same, expected, "{title}: {now}");
        };
        let whole = format!("{one}\n{two}\n{three}");
        let corrected = format!("{one}\n{three}\nMột câu khác");
        check(&whole, "Tin số 7 (đã sửa)", &corrected, true, true);
        check(&whole, "Tin số 7", &format!("Tin số 7\n{one}\nTin số 8"), false, false);
        check("Tin vắn.", "Tin số 7", "Tin vắn, đã sửa.", false, true);
        check("Tin vắn.", "Tin số 7", "Tin vắn.", true, false);
        check(&one, "Trang chủ", &one, false, false);
    }
}
