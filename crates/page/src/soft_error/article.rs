//! Soft errors detected by the text and title of an extracted article.
//!
//! The sign is a phrase of a known kind of page. It counts for short texts only, because an article
//! may be about any of these subjects.

use super::rules::{PLACEHOLDER, WORDED};
use super::{MAX_TEXT, SoftError, placeholder};
use crate::plain;

/// The minimum number of words of a promised title that is compared.
const MIN_WORDS: usize = 3;

/// Checks the text of an article. `listing_title` is the title on the listing. `page` is all
/// visible text of the page, if the page shows a title of its own. A text that only announces a later
/// one counts whatever the title.
pub fn of_article(
    title: &str,
    text: &str,
    listing_title: Option<&str>,
    page: Option<&str>,
) -> Option<SoftError> {
    if text.chars().count() > MAX_TEXT {
        return None;
    }
    if placeholder::is_notice(title, text) {
        let evidence = format!("its text is {:?}", plain::line(text));
        return Some(SoftError::new(&PLACEHOLDER, evidence));
    }
    let folded = plain::fold(&format!("{title}\n{text}"));
    let listing_title = listing_title.map(plain::fold).unwrap_or_default();
    let known = WORDED.iter().find_map(|rule| {
        // A short notice about maintenance contains the phrase in its own title.
        let is_said =
            |phrase: &&&str| folded.contains(**phrase) && !listing_title.contains(**phrase);
        let phrase = rule.in_article.iter().find(is_said)?;
        Some(SoftError::new(rule, format!("it contains {phrase:?}")))
    });
    // A notice with the promised title may contain such a phrase.
    let shows_title = listing_title.split_whitespace().count() >= MIN_WORDS
        && page.is_some_and(|page| plain::fold(page).contains(&listing_title));
    known.filter(|_| !shows_title)
}

#[cfg(test)]
mod tests {
    use super::of_article;

    #[track_caller]
    fn check(title: &str, text: &str, promised: Option<&str>, expected: Option<&str>) {
        let found = of_article(title, text, promised, Some(&format!("{title}\n{text}")));
        assert_eq!(found.map(|error| error.kind.name()), expected, "{title}");
    }

    #[test]
    fn each_kind_of_page_is_named() {
        check(
            "Error",
            "Sorry, something went wrong. An unexpected error has occurred.",
            None,
            Some("site-error"),
        );
        check("Lỗi", "Server Error in '/' Application.", None, Some("aspnet-error"));
        check("Đã có lỗi xảy ra", "Xin vui lòng quay lại sau.", None, Some("site-error"));
        check("Sở Nội vụ", "Trang bạn yêu cầu không tồn tại", None, Some("not-found-200"));
        check("Sở Nội vụ", "Website đang bảo trì", None, Some("maintenance"));
        check("Tin tức", "Dữ liệu đang cập nhật", None, Some("placeholder"));
        let shown = "Hội nghị tổng kết công tác dân vận";
        check(shown, "Bài viết đagn được biên tập.", Some(shown), Some("placeholder"));
        check(
            "Just a moment",
            "Checking your browser before accessing",
            None,
            Some("waf-challenge"),
        );
        check("Cổng", "Tên đăng nhập Mật khẩu Quên mật khẩu?", None, Some("login-page"));
        check("Trang chủ", "Giới thiệu chung", Some("Hội nghị tổng kết công tác dân tộc"), None);
    }

    #[test]
    fn an_article_about_such_things_is_an_article() {
        check(
            "Thông báo",
            "Hội nghị tổng kết công tác dân tộc",
            Some("Hội nghị tổng kết công tác dân tộc"),
            None,
        );
        let notice = "Thông báo hệ thống một cửa đang bảo trì";
        check(notice, "Từ 20 giờ ngày 5/6 hệ thống một cửa đang bảo trì.", Some(notice), None);
        let notice = "Cập nhật danh sách thí sinh dự thi";
        check(notice, "Danh sách thí sinh đã được cập nhật tại tệp kèm theo.", None, None);
        check("Tin", "Trạm Y tế: thông tin dịch bệnh đang được cập nhật hằng ngày.", None, None);
        let long = "Hội nghị đã thảo luận về lỗi hệ thống và cách khắc phục. ".repeat(20);
        check("Hội nghị", &long, Some("Xem chi tiết tại đây nhé"), None);
        check("Tin", "Một đoạn ngắn.", Some("Chi tiết"), None);
    }
}
