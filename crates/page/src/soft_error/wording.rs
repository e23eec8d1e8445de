//! Whether a short text reads like the message of a system: an error, a login, a placeholder.
//!
//! Messages differ from site to site, and have the same three parts: a subject (the session, the page,
//! the database), a fault of it, and a request to the reader. News has at most two of them in few
//! words. The result is a suspicion, which delays a page and never rejects the article.

use crate::plain;
use regex::Regex;
use std::sync::LazyLock;

/// The maximum number of words of a message.
const MAX_WORDS: usize = 60;
/// The maximum number of words of a message that does not address the reader.
const MAX_BARE_WORDS: usize = 25;
/// The maximum number of words of a message of a program.
const MAX_TECHNICAL_WORDS: usize = 200;

/// Subjects of messages.
const SUBJECTS: &str = "he thong|may chu|phien lam viec|phien truy cap|phien dang nhap|phien ket noi|phien cua|phien su dung|phien nay|truy cap|truy van|\
    ket noi|co so du lieu|du lieu|dang nhap|tai khoan|mat khau|trinh duyet|website|web site|trang web|trang nay|trang ban|trang thong tin|trang tin|\
    cong thong tin|duong dan|duong link|lien ket|dia chi ban|dia chi url|noi dung|bai viet|bai bao|tin bai|muc tin|tin nay|ban tin nay|tai lieu nay|tai nguyen|\
    yeu cau|ma xac nhan|ma xac thuc|ma bao ve|ma bao mat|ma hien thi|ma kiem tra|ky tu|nguoi dung|nguoi may|nguoi that|con nguoi|robot|captcha|dich vu|\
    chuc nang|ung dung|quyen|luu luong|xac thuc|dinh danh|vneid|quan tri|server|session|connection|database|login|log in|sign in|account|password|\
    browser|cookie|cookies|javascript|page|pages|link|url|content|article|story|post|resource|document|request|requests|human|service|site|application|query|sql|\
    permission|permissions|rights|access|traffic|administrator|webmaster|system|visitors|users|user|data|item|items|thao tac";

/// Faults, and conditions for access.
const FAULTS: &str = "bi loi|gap loi|co loi|loi xay ra|xay ra loi|phat sinh loi|ma loi|bao loi|loi ket noi|loi he thong|loi may chu|loi truy|loi khong|truc trac|\
    gian doan|tam ngung|tam dung|tam khoa|ngung hoat dong|ngung phuc vu|dung hoat dong|khong kha dung|khong ton tai|khong con|khong tim thay|\
    khong tim duoc|khong thay|khong hop le|khong duoc phep|khong duoc quyen|khong duoc cap|khong duoc phan|khong co quyen|khong du quyen|khong du tham quyen|khong co tham quyen|khong co san|\
    khong co du lieu|khong co noi dung|khong phan hoi|khong dap ung|khong thanh cong|khong xac dinh|khong chinh xac|khong hien thi|khong mo duoc|\
    khong truy|khong ket noi|chua duoc cap|chua duoc phan|chua duoc phep|chua dang nhap|chua xac thuc|chua co quyen|chua co noi dung|\
    chua co du lieu|chua san sang|tu choi|bi chan|bi khoa|bi go|go bo|go xuong|da go|duoc go|bi xoa|da xoa|xoa bo|xoa khoi|duoc xoa|bi huy|bi an|\
    di doi|doi dia chi|doi ten|het han|het hieu luc|het phien|het thoi|da het|qua thoi gian|qua han|qua tai|qua dong|qua lon|vuot qua|\
    mat ket noi|ngat ket noi|dang cap nhat|duoc cap nhat|cap nhat sau|dang tai|dang duoc tai|bao tri|de tiep tuc|can dang nhap|phai dang nhap|\
    yeu cau dang nhap|hay dang nhap|vui long dang nhap|dang nhap lai|dang nhap bang|dang nhap de|xac nhan ban|chung to|chung minh|nhap ma|\
    nhap ky tu|nhap cac|timeout|time out|timed out|expired|expire|denied|forbidden|unauthorized|unauthorised|not authorized|not authorised|\
    not allowed|not permitted|do not have|don t have|restricted|unavailable|not available|overloaded|overload|overwhelmed|too many|too busy|busy|\
    failed|fails|failure|exception|error|errors|not found|not exist|doesn t exist|no longer|removed|deleted|withdrawn|taken down|cannot|can not|\
    can t|could not|couldn t|unable|invalid|fatal|refused|rejected|blocked|logged out|signed out|log in to|sign in to|heavy load|high load|\
    went wrong|coming soon|under construction|being updated|maintenance|to continue|to view|to proceed|to read|verify|prove|not a robot|\
    inactivity|dang bien tap|duoc bien tap|dang xu ly|duoc xu ly|dang khac phuc|dang nang cap|duoc nang cap|dang bao duong|duoc bao duong|\
    qua nhieu nguoi|qua nhieu luot|qua nhieu yeu cau|qua nhieu truy cap|khong the truy cap|khong the hien thi|khong the ket noi|khong the tai|\
    khong the mo|khong the thuc hien|khong the xu ly|khong the tim|khong the phuc vu|chi danh cho thanh vien|chi danh cho nguoi|\
    chi danh cho can bo|chi danh cho tai khoan|bi dang xuat|da dang xuat|tu dong dang xuat|chuyen doi may chu|\
    chuyen may chu|cho phe duyet|cho duyet|chua duyet|chua phe duyet|ho tro trinh duyet|trinh duyet khong";

/// Faults, in words that news uses as often.
const WEAK_FAULTS: &str = "su co|tam thoi|han che|thu hoi|di chuyen|tang cao|qua nhieu|gioi han|that bai|xac minh|khong the|khong du|bien tap|xu ly|nang cap|bao duong|\
    khac phuc|de xem|de doc|de truy cap|de su dung|khong phai la|chi danh cho|danh rieng cho|dang ban|moved|problem|confirm|loading|missing|\
    ended|capacity";

/// Requests to the reader.
const REQUESTS: &str = "vui long|xin loi|xin cho|xin thu|xin quay|xin dang|xin doi|xin lien|xin hay|xin moi|xin ban|moi ban|quy khach|quy vi|quy doc gia|quy ban doc|thu lai|quay lai|tro lai|tro ve|\
    tai lai|truy cap lai|dang nhap lai|lien he|it phut|vai phut|giay lat|sau it|rat tiec|thong cam|cam phien|please|you|your|try again|again later|later|refresh|reload|\
    go back|return to|back to|contact|sorry|apologize|apologise|apologies|oops|click";

/// Welcomes of front pages.
const WELCOMES: &str = "chao mung ban|chao mung quy|kinh chao quy|welcome to";

/// Marks of programs.
const TECHNICAL: &str = r"(?im)ole db|odbc|sqlstate|mysqli?_|mysql server|pdoexception|\bora-\d|\b0x8\d{4}|error '8|stack ?trace|nullreference|object reference|system\.(web|data|io)\.|java\.(lang|sql|io)\.|javax\.|traceback \(most|unhandled exception|exception in thread|\.(php|aspx?|jsp|cs)(\(\d+\))?[,:]? (on |at )?line:? ?\d|on line \d|, line \d+\s*$|fatal error:|parse error:|undefined (variable|index|array|offset)|viewstate|adodb|vbscript (runtime|compilation)|jet database|connection string|deadlock|sql syntax|\b(http|error|status|lỗi|mã lỗi|loi|ma loi)( code)?[ :#-]*[45]\d\d\b|\berr_[a-z]+|\b(gateway|bad request|service) (time-?out|unavailable)\b|\bnginx\b|apache/\d";

static PATTERNS: LazyLock<Option<Patterns>> = LazyLock::new(Patterns::compile);

struct Patterns {
    subjects: Regex,
    faults: Regex,
    weak_faults: Regex,
    requests: Regex,
    welcomes: Regex,
    technical: Regex,
    day: Regex,
}

impl Patterns {
    fn compile() -> Option<Self> {
        let phrases = |list: &str| Regex::new(&format!(r"\b(?:{list})\b")).ok();
        Some(Self {
            subjects: phrases(SUBJECTS)?,
            faults: phrases(FAULTS)?,
            weak_faults: phrases(WEAK_FAULTS)?,
            requests: phrases(REQUESTS)?,
            welcomes: phrases(WELCOMES)?,
            technical: Regex::new(TECHNICAL).ok()?,
            day: Regex::new(r"\b\d{1,2}[/.-]\d{1,2}\b|ngay \d").ok()?,
        })
    }
}

/// Returns the words that make a short text look like a message of a system. A text whose announced
/// title speaks of a fault is news about it.
pub fn message_wording(text: &str, announced: Option<&str>) -> Option<String> {
    let patterns = PATTERNS.as_ref()?;
    // Folding costs more than counting.
    if text.split_whitespace().nth(2 * MAX_TECHNICAL_WORDS).is_some() {
        return None;
    }
    let folded = words(text);
    let count = folded.split(' ').filter(|word| !word.is_empty()).count();
    let announced = announced.map(words).unwrap_or_default();
    if count == 0 || count > MAX_TECHNICAL_WORDS || patterns.faults.is_match(&announced) {
        return None;
    }
    if let Some(mark) = patterns.technical.find(text) {
        return Some(mark.as_str().to_owned());
    }
    if count > MAX_WORDS {
        return None;
    }
    if let Some(welcome) = patterns.welcomes.find(&folded) {
        return Some(welcome.as_str().to_owned());
    }
    let subject = patterns.subjects.find(&folded).map(|found| found.as_str());
    let strong = patterns.faults.find(&folded).map(|found| found.as_str());
    // Folded, the error and the profit are one word, and so are the reader and the committee.
    let strong = strong.or_else(|| has_word(text, "lỗi", "loi").then_some("lỗi"));
    let is_request = patterns.requests.is_match(&folded) || has_word(text, "bạn", "ban");
    // News names a day.
    let is_bare = count <= MAX_BARE_WORDS && !patterns.day.is_match(&plain::fold(text));
    let weak = || patterns.weak_faults.find(&folded).map(|found| found.as_str());
    let fault = match (is_request, subject) {
        (true, Some(_)) => strong.or_else(weak),
        (true, None) => strong,
        (false, subject) => strong.filter(|_| is_bare && subject.is_some()),
    };
    // Whatever is wrong: a request about the site that has nothing of the announced title.
    let is_foreign = || is_request && is_bare && shares_little(&folded, &announced);
    fault.or_else(|| subject.filter(|_| is_foreign())).map(str::to_owned)
}

/// Whether a folded text has hardly any word of a folded title.
fn shares_little(text: &str, title: &str) -> bool {
    /// Minimum number of words of a title that is compared.
    const MIN_WORDS: usize = 4;
    let title: Vec<&str> = title.split(' ').filter(|word| !word.is_empty()).collect();
    let shared = title.iter().filter(|word| text.split(' ').any(|other| other == **word)).count();
    title.len() >= MIN_WORDS && shared * 4 < title.len()
}

/// The folded words of a text, separated by single spaces.
fn words(text: &str) -> String {
    let folded = plain::fold(text);
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// Whether a text has a word, or its form without diacritics if the text has none at all.
fn has_word(text: &str, word: &str, bare: &str) -> bool {
    let lower = text.to_lowercase();
    let wanted = if lower.is_ascii() { bare } else { word };
    lower.split(|c: char| !c.is_alphanumeric()).any(|found| found == wanted)
}

#[cfg(test)]
mod tests {
    use super::message_wording;

    #[track_caller]
    fn check(text: &str, announced: Option<&str>, expected: bool) {
        let found = message_wording(text, announced);
        assert_eq!(found.is_some(), expected, "{text}: {found:?}");
    }

    #[test]
    fn messages_of_systems_are_suspected_in_each_wording() {
        for message in include_str!("messages.txt").lines().filter(|line| !line.is_empty()) {
            check(message, None, true);
            check(message, Some("Hội nghị tổng kết công tác dân vận năm 2026"), true);
        }
    }

    #[test]
    fn short_news_is_not_suspected() {
        for news in include_str!("short_news.txt").lines().filter(|line| !line.is_empty()) {
            check(news, None, false);
        }
    }

    #[test]
    fn news_about_a_fault_announces_it() {
        let text = "Hệ thống một cửa tạm dừng từ 20 giờ để bảo trì, mong quý khách thông cảm.";
        check(text, Some("Thông báo tạm dừng hệ thống một cửa"), false);
        check(text, Some("Thông báo của Trung tâm Phục vụ hành chính công"), true);
    }

    #[test]
    fn a_request_about_the_site_is_suspected_if_it_has_nothing_of_the_title() {
        let title = Some("Hội nghị tổng kết công tác dân vận năm 2026");
        for message in [
            "Hệ thống không nhận diện được yêu cầu của bạn.",
            "Máy chủ đang khởi động lại, xin đợi vài phút.",
            "Phiên bản trình duyệt của bạn quá cũ.",
        ] {
            check(message, title, true);
            check(message, None, false);
        }
        let results = Some("Kết quả tuyển sinh lớp 10 năm 2026");
        check("Mời quý phụ huynh truy cập website của trường để xem kết quả.", results, false);
        check("Mời bà con dự họp thôn lúc bảy giờ tối thứ bảy.", title, false);
    }

    #[test]
    fn a_long_text_is_not_suspected() {
        let message = "Phiên làm việc của bạn đã hết hạn, vui lòng đăng nhập lại. ";
        check(&message.repeat(6), None, false);
    }
}
