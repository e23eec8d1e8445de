//! Pages that answer 200 and say that something is wrong: an error page must never become a news item.
//!
//! Two signs, both for short texts only, because an article may be about any of these things: a phrase of a known kind of
//! page, and that the page shows nothing of the title that the listing promised.

use crate::page::plain;

/// The longest text that is suspected, in characters. The longest error page seen has 300.
const LONGEST: usize = 600;
/// Fewer words of a promised title tell nothing.
const FEWEST_WORDS: usize = 3;

/// Kinds of pages, in an operator's words, with folded phrases that only they hold in a short text.
const KINDS: [(&str, &[&str]); 6] = [
    (
        "an error page of the site",
        &[
            "something went wrong",
            "an unexpected error has occurred",
            "server error in",
            "runtime error",
            "internal server error",
            "validation of viewstate",
            "da co loi xay ra",
            "co loi xay ra",
            "da xay ra loi",
            "loi he thong",
        ],
    ),
    (
        "a page that says that the article does not exist",
        &[
            "khong tim thay trang",
            "trang ban yeu cau khong ton tai",
            "trang khong ton tai",
            "khong tim thay noi dung",
            "bai viet khong ton tai",
            "page not found",
            "404 not found",
        ],
    ),
    (
        "a page that says that the site is being maintained",
        &["dang bao tri", "bao tri he thong", "under maintenance", "site is down"],
    ),
    (
        "a page whose text is still to come",
        &["du lieu dang cap nhat", "noi dung dang cap nhat", "noi dung dang duoc cap nhat"],
    ),
    (
        "a page of a firewall that lets no program in",
        &[
            "checking your browser",
            "please enable javascript",
            "please enable cookies",
            "access denied",
            "request rejected",
            "ddos protection",
            "truy cap bi tu choi",
        ],
    ),
    ("a login form", &["dang nhap he thong", "quen mat khau", "ten dang nhap", "forgot password"]),
];

/// What a page is, where it is no article. `promised` is the title on the listing, `page` all that the
/// page shows, where it shows a title of its own.
pub(super) fn recognise(
    title: &str,
    text: &str,
    promised: Option<&str>,
    page: Option<&str>,
) -> Option<&'static str> {
    if text.chars().count() > LONGEST {
        return None;
    }
    let said = plain::fold(&format!("{title}\n{text}"));
    let promised = promised.map(plain::fold).unwrap_or_default();
    let kind = KINDS.iter().find(|(_, phrases)| {
        // A short notice about maintenance says so in its own title.
        phrases.iter().any(|phrase| said.contains(phrase) && !promised.contains(phrase))
    });
    if let Some((kind, _)) = kind {
        return Some(kind);
    }
    let page = plain::fold(page?);
    let words: Vec<&str> = promised.split_whitespace().filter(|word| word.len() > 1).collect();
    let shown = words.iter().filter(|word| page.contains(**word)).count();
    let nothing = words.len() >= FEWEST_WORDS && shown * 2 < words.len();
    nothing.then_some("another page than the listing promised: nothing of its title is on it")
}

#[cfg(test)]
mod tests {
    use super::recognise;

    #[track_caller]
    fn check(title: &str, text: &str, promised: Option<&str>, expected: Option<&str>) {
        let found = recognise(title, text, promised, Some(&format!("{title}\n{text}")));
        assert!(
            found.is_some() == expected.is_some()
                && found.unwrap_or_default().contains(expected.unwrap_or_default()),
            "{title}: {found:?}"
        );
    }

    #[test]
    fn each_kind_of_page_is_named() {
        check(
            "Error",
            "Sorry, something went wrong. An unexpected error has occurred.",
            None,
            Some("error page"),
        );
        check("Lỗi", "Server Error in '/' Application.", None, Some("error page"));
        check("Đã có lỗi xảy ra", "Xin vui lòng quay lại sau.", None, Some("error page"));
        check("Sở Nội vụ", "Trang bạn yêu cầu không tồn tại", None, Some("not exist"));
        check("Sở Nội vụ", "Website đang bảo trì", None, Some("maintained"));
        check("Tin tức", "Dữ liệu đang cập nhật", None, Some("still to come"));
        check("Just a moment", "Checking your browser before accessing", None, Some("firewall"));
        check("Cổng", "Tên đăng nhập Mật khẩu Quên mật khẩu?", None, Some("login"));
        check(
            "Trang chủ",
            "Giới thiệu chung",
            Some("Hội nghị tổng kết công tác dân tộc"),
            Some("promised"),
        );
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
        let long = "Hội nghị đã thảo luận về lỗi hệ thống và cách khắc phục. ".repeat(20);
        check("Hội nghị", &long, Some("Xem chi tiết tại đây nhé"), None);
        check("Tin", "Một đoạn ngắn.", Some("Chi tiết"), None);
    }
}
