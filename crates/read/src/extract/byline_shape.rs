//! The shapes of the values of bylines: names of people, of organisations, of both in a signature,
//! and what is none of them.

use super::labels::{self, LabelRole};
use super::line_wording;
use crate::names;
use crate::person;
use bantin_page::plain;

/// The parts of a signature below a reprint: the writer, and the paper in brackets or behind a
/// mark: `Lê An (TTXVN)`, `Lê An/TTXVN`, `Lê An - Báo Xã`.
pub(super) fn reprint(text: &str) -> Option<(&str, &str)> {
    let text = text.trim().trim_end_matches('.');
    // `(Lê An – Báo Xã)`
    let inner = text.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
    let text = inner.filter(|inner| !inner.contains('(')).unwrap_or(text);
    if let Some((names, paper)) = text.strip_suffix(')').and_then(|text| text.rsplit_once('(')) {
        return signed(names, paper, true);
    }
    const DASHES: [&str; 2] = [" - ", " – "];
    // `Lê An – Phòng Văn hóa - Xã hội`: the name ends with the first dash.
    let first = DASHES.iter().filter_map(|dash| text.split_once(dash));
    let first = first.min_by_key(|(names, _)| names.len()).filter(|(names, _)| is_names(names));
    let whole = first.and_then(|(names, office)| signed(names, office, false));
    whole.or_else(|| {
        let marks = [("/", true)].into_iter().chain(DASHES.map(|dash| (dash, false)));
        marks.into_iter().find_map(|(mark, is_marked)| {
            let (names, paper) = text.rsplit_once(mark)?;
            Some(signed(names, paper, is_marked))
        })?
    })
}

/// The names and the paper of a signature, if the second is one.
fn signed<'a>(names: &'a str, paper: &'a str, is_marked: bool) -> Option<(&'a str, &'a str)> {
    let (names, paper) = (names.trim(), paper.trim());
    let paper = labels::at_start(paper)
        .filter(|label| label.role == LabelRole::Source)
        .map_or(paper, |label| label.value);
    let is_acronym = (2..=12).contains(&paper.chars().count())
        && paper.chars().all(char::is_alphanumeric)
        && paper.chars().filter(|c| c.is_uppercase()).count() >= 2;
    // Behind a dash, an acronym may be that of a colleague's name.
    let is_paper = is_marked && (is_acronym || is_quoted(paper)) || names::is_organisation(paper);
    let is_writer = !names.is_empty() && !names::is_organisation(names);
    (is_paper && is_writer && !paper.is_empty()).then_some((names, paper))
}

/// Whether an organisation behind the name of a writer is the office where the writer works, and not
/// the source: `Ma Văn Thiệp – Văn phòng Sở`. The press is a source.
pub(super) fn is_own_office(organisation: &str) -> bool {
    let folded = plain::fold(organisation);
    let is_abbreviated = !organisation.contains(' ') && !folded.starts_with("vp");
    // `Đài Truyền thanh huyện`: which one, the readers of its site know.
    const UNNAMED: [&str; 6] = [" huyện", " xã", " phường", " thị xã", " thành phố", " tỉnh"];
    let is_unnamed = UNNAMED.iter().any(|unit| organisation.ends_with(unit));
    names::is_organisation(organisation)
        && (!is_press(organisation) || is_unnamed)
        && !is_abbreviated
        && !is_quoted(organisation)
        || folded.starts_with("ban bien tap")
}

/// Whether a name is that of a newspaper, a broadcaster, a news agency or a portal.
pub(super) fn is_press(name: &str) -> bool {
    /// Folded words with which such names begin.
    const PRESS: [&str; 14] = [
        "bao",
        "tap chi",
        "tap san",
        "dai",
        "thong tan",
        "cong",
        "trang",
        "ban tin",
        "website",
        "chuyen trang",
        "thoi bao",
        "ttxvn",
        "vov",
        "vtv",
    ];
    const OTHERS: [&str; 5] = ["bao hiem", "cong an", "cong doan", "cong ty", "dai hoc"];
    let folded = plain::fold(name);
    let begins = |word: &&str| {
        folded.strip_prefix(*word).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    };
    PRESS.iter().any(begins)
        && !OTHERS.iter().any(|other| folded.starts_with(other))
        && names::is_organisation(name)
}

/// Whether a text may be the title of a book or a magazine: `Cẩm nang nhà nông`.
pub(super) fn is_title(text: &str) -> bool {
    const MAX_WORDS: usize = 6;
    starts_with_capital(text)
        && text.split(' ').count() <= MAX_WORDS
        && !text.ends_with(['.', ',', ';', ':', '!', '?', '…'])
}

/// Whether a text without a label is the name of a newspaper or a broadcaster: `Báo Xã`, and not the
/// section `Báo chí`.
pub(super) fn is_newspaper(text: &str) -> bool {
    const BEGINNINGS: [&str; 9] = [
        "báo ",
        "tạp chí ",
        "thời báo ",
        "thông tấn xã ",
        "đài phát thanh ",
        "đài truyền ",
        "đài tiếng nói ",
        "đài pt",
        "vov ",
    ];
    const WHOLE: [&str; 4] = ["ttxvn", "vov", "vtv", "thông tấn xã việt nam"];
    const OTHERS: [&str; 3] = ["báo chí", "báo cáo", "báo hiệu"];
    let lower = text.to_lowercase();
    let mut words = text.split(' ').skip(1);
    let is_named = words.any(|word| word.starts_with(char::is_uppercase));
    WHOLE.contains(&lower.as_str())
        || is_named
            && BEGINNINGS.iter().any(|beginning| lower.starts_with(beginning))
            && !OTHERS.iter().any(|other| lower.starts_with(other))
            && is_press(text)
}

/// Whether a line names nothing but newspapers, broadcasters and news agencies: `(TTXVN/Vietnam+)`.
pub(super) fn is_press_line(text: &str) -> bool {
    const AGENCIES: [&str; 6] = ["ttxvn", "vietnam+", "vietnamplus", "vov", "vtv", "vnanet"];
    let bare = text.trim_matches(['(', ')', '.', ' ']);
    let is_agency = |part: &str| AGENCIES.contains(&part.to_lowercase().as_str());
    bare.split('/').all(|part| is_agency(part.trim()) || is_newspaper(part.trim()))
}

/// Whether a text is the signature below a reprint.
pub(super) fn is_reprint(text: &str) -> bool {
    reprint(text).is_some_and(|(names, _)| is_names(names))
}

/// Whether a text in capitals is the name of a person, in a language of names with diacritics.
pub(super) fn is_capital_name(text: &str) -> bool {
    let name = text.trim_matches(['(', ')', '.', ' ', '“', '”', '"', ':']);
    (2..=4).contains(&name.split(' ').count())
        && !name.is_ascii()
        && name.chars().all(|c| c.is_uppercase() || c == ' ')
        && name.split(' ').all(|word| word.chars().count() <= 7)
        && !begins_with_function(&plain::fold(name))
        && !names::is_organisation(name)
        && person::name_fault(name, false).is_none()
}

/// Surnames, in lower case, of the Kinh and of the peoples whose writers sign with long names.
const SURNAMES: [&str; 107] = [
    "nguyễn", "trần", "lê", "phạm", "hoàng", "huỳnh", "phan", "vũ", "võ", "đặng", "bùi", "đỗ",
    "hồ", "ngô", "dương", "lý", "đào", "đinh", "lâm", "mai", "trịnh", "đoàn", "hà", "cao", "lương",
    "tạ", "thái", "trương", "tô", "tôn", "tống", "tăng", "từ", "văn", "vương", "châu", "chu",
    "kiều", "la", "lưu", "mạc", "nghiêm", "ninh", "nông", "ông", "phùng", "quách", "sơn", "thạch",
    "thân", "triệu", "vi", "âu", "bạch", "bế", "bàn", "cầm", "cà", "chảo", "chế", "danh", "điểu",
    "điêu", "giang", "giàng", "hạng", "hứa", "kha", "khổng", "kim", "ksor", "lầu", "lò", "lô",
    "lù", "lục", "lữ", "lường", "ma", "mùa", "mông", "nay", "niê", "phàn", "quàng", "rơ", "sầm",
    "siu", "sùng", "tẩn", "thào", "thang", "tòng", "tráng", "trang", "ung", "vàng", "vừ", "xa",
    "kpă", "y", "ka", "cil", "liêng", "alăng", "zơ", "pang",
];
/// Whether a folded text begins like the name of a section or a box.
pub(super) fn is_section(folded: &str) -> bool {
    /// Folded beginnings of sections and boxes, of which some are surnames, too.
    const SECTIONS: [&str; 28] = [
        "van hoa",
        "van ban",
        "van nghe",
        "van phong",
        "xa hoi",
        "chu de",
        "chu truong",
        "ha tang",
        "lam nghiep",
        "ma tuy",
        "thanh nien",
        "thanh tra",
        "thai nguyen",
        "cao diem",
        "kim ngach",
        "thoi su",
        "kinh te",
        "the thao",
        "giao duc",
        "su kien",
        "du lich",
        "y te",
        "phap luat",
        "an ninh",
        "quoc phong",
        "nong nghiep",
        "doi song",
        "moi truong",
    ];
    SECTIONS.iter().any(|section| folded.starts_with(section))
}

/// Whether a text is the whole name of a person: three to five words that begin with a surname.
pub(super) fn is_whole_name(text: &str) -> bool {
    const MIN_WORDS: usize = 3;
    let text = names::without_degrees(text);
    if is_section(&plain::fold(text)) {
        return false;
    }
    let first = text.split(' ').next().unwrap_or_default().to_lowercase();
    names::is_person(text)
        && text.split(' ').count() >= MIN_WORDS
        && SURNAMES.contains(&first.as_str())
        && !is_caption(text)
}

/// Words in lower case that no name has.
const NO_NAMES: [&str; 27] = [
    "các", "những", "một", "số", "ảnh", "hình", "nghị", "tại", "của", "với", "trong", "và", "được",
    "tin", "bài", "lễ", "mời", "cho", "từ", "đến", "ngày", "tháng", "trước", "sau", "cùng", "khác",
    "đề",
];

/// Whether a text in Vietnamese with capitals is a caption or a heading rather than names: a name of
/// four syllables begins with a surname, a pen name is shorter.
pub(super) fn is_caption(text: &str) -> bool {
    /// The most syllables of a pen name.
    const PEN_NAME: usize = 3;
    let names = names::without_compiled(text.trim_matches(['(', ')', '.', ' ']));
    let names = names::without_degrees(names);
    let mut names = names.split([',', '-', '–', '&', '/']).flat_map(|part| part.split(" và "));
    names.any(|name| {
        let words: Vec<String> = name.split_whitespace().map(str::to_lowercase).collect();
        let first = words.first().map(String::as_str).unwrap_or_default();
        let is_whole = SURNAMES.contains(&first) || first.contains(['\'', '’']) || words.len() == 1;
        let is_word = |word: &String| NO_NAMES.contains(&word.as_str());
        !name.is_ascii() && !is_whole && (words.len() > PEN_NAME || words.iter().any(is_word))
    })
}

/// Whether a line stands above the name of an official who signed a document: `(Đã ký)`, or a
/// function in capitals.
pub(super) fn is_signed_for(text: &str) -> bool {
    let bare = text.trim_matches(|c: char| !c.is_alphanumeric());
    let is_capital = !bare.chars().any(char::is_lowercase);
    plain::fold(bare) == "da ky" || is_capital && begins_with_function(&plain::fold(bare))
}

/// Whether a folded text begins with a function that officials sign with.
fn begins_with_function(folded: &str) -> bool {
    const FUNCTIONS: [&str; 20] = [
        "chap hanh vien",
        "kiem sat vien",
        "tham phan",
        "hieu truong",
        "cuc truong",
        "chi cuc truong",
        "chinh tri vien",
        "chi huy",
        "chu tich",
        "pho",
        "giam doc",
        "truong",
        "bi thu",
        "chanh",
        "thu truong",
        "bo truong",
        "kt",
        "tm",
        "tuq",
        "tl",
    ];
    FUNCTIONS.iter().any(|function| {
        folded.strip_prefix(function).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    })
}

pub(super) fn starts_with_capital(text: &str) -> bool {
    text.chars().find(|c| c.is_alphanumeric()).is_some_and(char::is_uppercase)
}

/// Whether a text is a sentence rather than a name: then its label was the beginning of a story.
pub(super) fn is_sentence(text: &str) -> bool {
    text.split(' ').count() > 16 || (text.ends_with(['.', ':', ';']) && text.split(' ').count() > 8)
}

/// Whether the line below a label is its value: below an empty label stands the next one, or a
/// button.
pub(super) fn may_be_value(text: &str) -> bool {
    !text.contains(':')
        && labels::at_start(text).is_none_or(|label| label.role == LabelRole::Source)
        && !line_wording::is_boilerplate_line(text)
        && (is_names(text)
            || is_capital_name(text)
            || is_quoted(text)
            || is_reprint(text)
            || names::is_organisation(text))
}

/// Whether what stands behind a label is the beginning of a phrase: `Tin: Lượt về gặp khó`,
/// `Nguồn: vốn vay ưu đãi`, `Thực hiện: 15 công trình`.
pub(super) fn is_phrase(label: &str, value: &str) -> bool {
    /// Labels that are common words.
    const COMMON: [&str; 5] = ["tin", "bài", "bài viết", "thực hiện", "theo"];
    const MAX_LOWER: usize = 1;
    let value = names::without_compiled(value).trim();
    let is_address = value.contains("://") || !value.contains(' ') && value.contains('.');
    let is_day = |word: &str| word.contains('/') && word.contains(|c: char| c.is_ascii_digit());
    let lower = value.split(' ').filter(|word| word.starts_with(char::is_lowercase)).count();
    let is_common = COMMON.contains(&label.to_lowercase().as_str());
    let is_name = || names::is_organisation(value) || is_reprint(value) || is_names(value);
    !is_address
        && (value.starts_with(|c: char| c.is_lowercase() || c.is_ascii_digit())
            && value.contains(' ')
            || value.split(' ').any(is_day)
            || is_common && lower > MAX_LOWER && !is_name())
}

/// Whether a text is one name in quotation marks: `Nguồn “Đắk Nông Điện tử”`.
pub(super) fn is_quoted(text: &str) -> bool {
    text.starts_with(['“', '"']) && text.ends_with(['”', '"']) && text.split(' ').count() <= 8
}

/// Whether a text consists of names: two to eight words with capitals, and the separators between
/// people.
pub(super) fn is_names(text: &str) -> bool {
    let text = text.trim_matches(['(', ')', '.', ' ', '“', '”', '"', ':']);
    let text = names::without_degrees(names::without_compiled(text)).trim();
    if text.chars().count() > 60 {
        return false;
    }
    let is_host = |word: &str| word.contains('.') && !word.ends_with('.');
    let words: Vec<&str> =
        text.split([' ', ',', '-', '–', '&', '/']).filter(|w| !w.is_empty()).collect();
    let capital = |word: &&str| word.chars().next().is_some_and(char::is_uppercase);
    let is_plain =
        |word: &&str| word.chars().all(|c| c.is_alphabetic() || matches!(c, '.' | '\'' | '’'));
    let capitals = words.iter().filter(|word| capital(word)).count();
    let organisation = words.first().is_some_and(|word| {
        matches!(
            word.to_lowercase().as_str(),
            "báo" | "cổng" | "đài" | "ban" | "sở" | "phòng" | "tạp" | "trang"
        )
    });
    let is_board = plain::fold(text).starts_with("ban bien tap");
    if let [word] = words.as_slice() {
        // A single word is too little, except for `TTXVN` and `chinhphu.vn`: a pen name of one word
        // is rejected.
        return is_host(word)
            || names::is_single(word)
            || (word.len() > 2 && word.chars().all(|c| c.is_ascii_uppercase()));
    }
    let all = words.iter().all(|word| capital(word) && is_plain(word) || *word == "và");
    (2..=8).contains(&words.len())
        && text.chars().any(char::is_lowercase)
        && (all || organisation && (capitals > 1 || is_board) && words.iter().all(is_plain))
}

/// Whether a text is the collective that signs for a paper: `BAN BIÊN TẬP`.
pub(super) fn is_board(text: &str) -> bool {
    plain::fold(text).trim_matches(|c: char| !c.is_alphanumeric()) == "ban bien tap"
}

/// The whole name of a writer without the function behind it: `Lê Văn An, cán bộ thú y`.
pub(super) fn without_role(text: &str) -> &str {
    let split = text.match_indices(", ").filter_map(|(at, comma)| {
        let (name, role) = text.split_at_checked(at)?;
        Some((name, role.strip_prefix(comma)?))
    });
    let mut split = split.filter(|(name, role)| is_whole_name(name) && is_role(role));
    split.next().map_or(text, |(name, _)| name)
}

/// Whether a text is what a writer is: `cán bộ thú y`, and not the rest of a sentence.
pub(super) fn is_role(text: &str) -> bool {
    const MAX_WORDS: usize = 8;
    /// Folded functions, which are also written with a capital.
    const FUNCTIONS: [&str; 24] = [
        "tro ly",
        "nhan vien",
        "chuyen vien",
        "doan vien",
        "hoi vien",
        "hoc sinh",
        "sinh vien",
        "giang vien",
        "chien si",
        "thu ky",
        "to truong",
        "ke toan",
        "cong tac vien",
        "chu tich",
        "pho ",
        "truong ",
        "giam doc",
        "bi thu",
        "uv",
        "can bo",
        "giao vien",
        "bac si",
        "kiem sat vien",
        "phong vien",
    ];
    let folded = plain::fold(text);
    (text.starts_with(char::is_lowercase)
        || FUNCTIONS.iter().any(|function| folded.starts_with(function)))
        && text.split(' ').count() <= MAX_WORDS
        && !text.ends_with(['.', '!', '?', '…', ';', ':'])
        // `tổ trưởng tổ 3`
        && text.chars().filter(|c| c.is_ascii_digit()).count() <= 1
}
