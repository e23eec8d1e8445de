//! What the words of a text say against it as a headline, whatever the place that shows it.

use crate::extract::byline_shape::is_signed_for;
use bantin_page::plain::fold;

/// Votes against the name of a site: `Cổng thông tin điện tử tỉnh Quảng Trị`.
const SITE: i32 = -8;
/// Votes against the bare name of an agency: `Thanh tra tỉnh Sóc Trăng`.
const AGENCY: i32 = -5;
/// Votes against the function of an official above a decision, and a counter: `GIÁM ĐỐC SỞ XÂY DỰNG`,
/// `Bạn là vị khách thứ 912`.
const NO_TITLE: i32 = -12;
/// Votes against a sentence, which is a lead.
const SENTENCE: i32 = -5;
/// Votes against a question or an answer of an interview: `PV: Thưa ông, ...`.
const SPEECH: i32 = -8;
/// Votes against the name of a section of news: `TIN TỨC - SỰ KIỆN`.
const SECTION: i32 = -6;
/// Votes against a label of up to [`FEW`] words: `Lượt truy cập`, `Đối thoại`.
const LABEL: i32 = -3;
/// Votes against a numbered heading of the text: `1. Chuẩn bị`.
const NUMBERED: i32 = -4;
/// Number of words of a label.
const FEW: usize = 3;
/// Number of characters above which a text is a lead.
const LONG: usize = 220;

/// Folded words with which the names of sites start.
const SITES: [&str; 10] = [
    "cong thong tin",
    "cong ttdt",
    "trang thong tin",
    "trang tin",
    "chuyen trang",
    "cong giao tiep",
    "trang ttdt",
    "website",
    "official website",
    "zalo oa",
];
/// Folded words with which the names of sections start.
const SECTIONS: [&str; 11] = [
    "tin tuc",
    "tin hoat dong",
    "tin noi bat",
    "tin trong",
    "tin moi",
    "tin dia phuong",
    "tin nganh",
    "tin chuyen nganh",
    "thong tin tuyen truyen",
    "thong tin canh bao",
    "lien ket web",
];
/// Number of words in the name of a section, with the marks between them.
const SECTION_WORDS: usize = 5;
/// Folded labels of those who ask and answer.
const SPEAKERS: [&str; 9] = [
    "kinh gui",
    "kinh thua",
    "pv:",
    "p.v:",
    "phong vien:",
    "hoi:",
    "dap:",
    "tra loi:",
    "nguoi dan hoi:",
];
/// Folded words with which the names of agencies start.
const AGENCIES: [&str; 27] = [
    "so",
    "ban",
    "uy ban nhan dan",
    "uy ban mttq",
    "ubnd",
    "hdnd",
    "hoi dong nhan dan",
    "chi cuc",
    "cuc",
    "phong",
    "thanh tra",
    "trung tam",
    "cong an",
    "toa an",
    "vien kiem sat",
    "huyen uy",
    "tinh uy",
    "dang uy",
    "lien doan",
    "hoi",
    "tinh doan",
    "benh vien",
    "truong",
    "kho bac",
    "thu vien",
    "bao tang",
    "dai",
];
/// Folded fields of departments: `Sở Y tế` alone is a name.
const FIELDS: [&str; 21] = [
    "cong thuong",
    "dan toc va ton giao",
    "du lich",
    "giao duc va dao tao",
    "giao thong van tai",
    "ke hoach va dau tu",
    "khoa hoc va cong nghe",
    "lao dong thuong binh va xa hoi",
    "ngoai vu",
    "noi vu",
    "nong nghiep va moi truong",
    "nong nghiep va phat trien nong thon",
    "tai chinh",
    "tai nguyen va moi truong",
    "thong tin va truyen thong",
    "tu phap",
    "van hoa va the thao",
    "van hoa the thao va du lich",
    "xay dung",
    "y te",
    "nong nghiep va ptnt",
];
/// Folded units after which an agency's name ends with the name of a place.
const UNITS: [&str; 8] =
    ["tinh", "huyen", "thanh pho", "thi xa", "quan", "xa", "phuong", "khu vuc"];

/// Words of headlines: without diacritics, those of `Giao thông vận tải` and `Kiểm lâm` are the
/// same.
const SAYS: [&str; 12] = [
    " tại ",
    " ở ",
    " với ",
    " cho ",
    " đến ",
    " thăm ",
    " làm ",
    " họp ",
    " trao ",
    " tổ chức ",
    " giám sát ",
    " kiểm tra ",
];

/// The votes of a text for its words; 0 for what may be a headline.
pub(super) fn votes(text: &str) -> i32 {
    let folded = fold(text);
    let starts =
        |words: &&&str| folded.strip_prefix(**words).is_some_and(|rest| rest.starts_with(' '));
    let words = text.split_whitespace().count();
    if SPEAKERS.iter().any(|speaker| folded.starts_with(speaker)) {
        SPEECH
    } else if is_signed_for(text) || folded.contains("vi khach thu") {
        NO_TITLE
    } else if SITES.iter().any(|words| starts(&words)) || is_capital_agency(text, &folded) {
        SITE
    } else if is_department(&folded)
        || AGENCIES.iter().any(|words| starts(&words)) && ends_with_place(text)
    {
        AGENCY
    } else if words <= SECTION_WORDS && SECTIONS.iter().any(|words| folded.starts_with(words)) {
        SECTION
    } else if ends_sentence(text) || text.ends_with([';', ',']) || text.chars().count() > LONG {
        SENTENCE
    } else if is_numbered(text) {
        NUMBERED
    } else if words <= FEW {
        LABEL
    } else {
        0
    }
}

/// Whether a text begins with a number and a mark.
fn is_numbered(text: &str) -> bool {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    (1..=2).contains(&(text.len() - rest.len()))
        && (rest.starts_with(". ") || rest.starts_with(") "))
}

/// Whether a folded text is the name of a department without its province.
fn is_department(folded: &str) -> bool {
    let letters: String = folded.chars().filter(|c| c.is_alphanumeric() || *c == ' ').collect();
    letters.strip_prefix("so ").is_some_and(|field| FIELDS.contains(&field.trim()))
}

/// Whether a text is the name of an agency in capitals, as banners show it: `SỞ GTVT NAM TRIỀU`.
fn is_capital_agency(text: &str, folded: &str) -> bool {
    const MAX_WORDS: usize = 6;
    let begins =
        |words: &&str| folded.strip_prefix(words).is_some_and(|rest| rest.starts_with(' '));
    !text.chars().any(char::is_lowercase)
        && text.split_whitespace().count() <= MAX_WORDS
        && AGENCIES.iter().any(begins)
        && !says_something(text)
}

/// Whether a text ends with a unit and the capitalized words of its name, and says nothing else
/// that a headline says: `Sở Y tế tỉnh Quảng Nam`, but not `Sở Y tế tập huấn tại huyện Bắc Trà My`.
fn ends_with_place(text: &str) -> bool {
    /// Maximum number of words of an agency's name.
    const MAX: usize = 14;
    /// Maximum number of words of one that ends with its unit.
    const MAX_UNNAMED: usize = 6;
    let words: Vec<&str> = text.split_whitespace().collect();
    // `Hội đồng nhân dân tỉnh`
    let last = words.last().map(|word| fold(word)).unwrap_or_default();
    if words.len() <= MAX_UNNAMED && UNITS.contains(&last.as_str()) {
        return true;
    }
    // `Khu vực 4`
    let is_number = |word: &str| word.bytes().all(|b| b.is_ascii_digit());
    let is_name = |word: &&&str| word.starts_with(char::is_uppercase) || is_number(word);
    let name = match words.iter().all(|word| is_name(&word)) {
        // In capitals, the name is what follows the last unit.
        true => (1..=4).find(|count| {
            let before = words.len().saturating_sub(*count);
            let before = fold(&words.get(..before).unwrap_or_default().join(" "));
            UNITS.iter().any(|unit| before.ends_with(&format!(" {unit}")))
        }),
        false => Some(words.iter().rev().take_while(is_name).count()),
    };
    let Some(name) = name else { return false };
    let before: Vec<String> =
        words.iter().take(words.len() - name).map(|word| fold(word)).collect();
    let before_name = before.join(" ");
    (1..=4).contains(&name)
        && words.len() <= MAX
        && UNITS.iter().any(|unit| before_name.ends_with(&format!(" {unit}")))
        && !says_something(text)
}

/// Whether a text has words of headlines.
fn says_something(text: &str) -> bool {
    // `việc làm`, employment, has a word of headlines and is none.
    let lower = text.to_lowercase().replace("việc làm", "");
    SAYS.iter().any(|says| lower.contains(says))
}

/// Whether a text ends as a sentence does, and not with an ellipsis or an abbreviation.
fn ends_sentence(text: &str) -> bool {
    /// Minimum number of words of a lead, and of one that ends with a name.
    const MIN: usize = 12;
    const ENDS_WITH_NAME: usize = 20;
    let last = text.split_whitespace().next_back().unwrap_or_default();
    let Some(word) = last.strip_suffix('.').filter(|word| word.chars().count() > 1) else {
        return false;
    };
    let is_lower = word.chars().all(char::is_lowercase);
    let is_word = word.chars().all(char::is_alphanumeric);
    let words = text.split_whitespace().count();
    words >= MIN && is_lower || words >= ENDS_WITH_NAME && is_word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(texts: &[&str], expected: i32) {
        for text in texts {
            assert_eq!(votes(text), expected, "{text}");
        }
    }

    #[test]
    fn names_labels_and_leads_are_no_headlines() {
        check(
            &[
                "Cổng Thông tin điện tử tỉnh Quảng Trị",
                "Trang thông tin điện tử xã Đức Trọng - tỉnh Lâm Đồng",
                "CỔNG TTĐT LÂM ĐỒNG",
                "Website Sở Nội vụ",
            ],
            SITE,
        );
        check(
            &[
                "Thanh tra tỉnh Sóc Trăng",
                "Sở Giáo dục và Đào tạo",
                "SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH",
                "Sở Khoa học và Công nghệ tỉnh Yên Bái",
                "Ban Quản lý các khu công nghiệp tỉnh Ninh Thuận",
                "Ủy ban nhân dân xã Ea Kly",
                "Trung tâm Phục vụ hành chính công tỉnh Hà Tĩnh",
            ],
            AGENCY,
        );
        check(
            &[
                "BAN CHỈ HUY PHÒNG THỦ DÂN SỰ TỈNH SƠN LA",
                "SỞ GIAO THÔNG VẬN TẢI TỈNH HÒA BÌNH",
                "Chi cục Kiểm lâm tỉnh Gia Lai",
                "Viện Kiểm sát nhân dân tỉnh Cà Mau",
            ],
            AGENCY,
        );
        check(&["SỞ GTVT NAM TRIỀU", "UBND XÃ AN", "SỞ CÔNG THƯƠNG TỈNH TUYÊN QUANG"], SITE);
        check(&["HỘI ĐỒNG NHÂN DÂN TỈNH"], SITE);
        check(&["TRANG TIN XÚC TIẾN THƯƠNG MẠI", "CHUYÊN TRANG HỎI ĐÁP VỚI NGƯỜI DÂN"], SITE);
        check(&["PV: Thưa ông, vụ này có gì mới?", "Hỏi: Tôi cần giấy tờ gì để đăng ký?"], SPEECH);
        check(&["TIN TỨC - SỰ KIỆN", "Tin trong xã", "TIN HOẠT ĐỘNG NGÀNH"], SECTION);
        check(&["BAN QUẢN LÝ DỰ ÁN ĐẦU TƯ KHU VỰC QUẢNG TRẠCH", "Thư viện tỉnh Cao Lâm"], AGENCY);
        check(&["1. Chuẩn bị bể nuôi", "12) Tổ chức thực hiện trong năm"], NUMBERED);
        check(&["Lượt truy cập", "Thông báo", "Đối thoại", "Lịch làm việc"], LABEL);
        check(
            &[
                "Chiều 30-12, đoàn công tác của Ban Dân tộc tỉnh đã đến giám sát việc thực hiện dự án.",
                "Sáng 12-3, lãnh đạo Sở Nông nghiệp đã đến kiểm tra tiến độ làm đường vào rừng tại bản Lũng Pô.",
                "Ngày 5-6, đoàn viên thanh niên toàn tỉnh đồng loạt ra quân làm sạch các bãi tắm trong năm 2026.",
            ],
            SENTENCE,
        );
    }

    #[test]
    fn headlines_that_begin_with_an_agency_or_are_short_keep_their_votes() {
        check(
            &[
                "Sở Y tế tỉnh Quảng Nam tổ chức hội nghị tổng kết",
                "Sở Y tế làm việc với Hội đồng nhân dân tỉnh",
                "Sở Y tế tập huấn phòng chống dịch tại huyện Bắc Trà My",
                "Ban Dân tộc thăm và tặng quà tại huyện Bù Đăng",
                "SỞ Y TẾ TỈNH QUẢNG NAM TẬP HUẤN TẠI HUYỆN BẮC TRÀ MY",
                "Tin trong xã có ba người trúng giải đặc biệt",
                "HỎI ĐÁP VỀ CĂN CƯỚC ĐIỆN TỬ",
                "Công an xã Ea Kly làm tốt công tác dân vận",
                "Hội nghị trực tuyến toàn quốc",
                "10 giải pháp của năm",
                "2.500 hộ dân có nước sạch",
                "Giá xăng tiếp tục giảm, còn 19.000 đồng/lít.",
                "Phát huy vai trò của người có uy tín trong đồng bào dân tộc thiểu số",
            ],
            0,
        );
    }
}
