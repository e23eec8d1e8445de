//! Names of people and organisations, as bylines and labels write them.

use crate::{person, text};
use bantin_core::{Extracted, Provenance};

/// Logins and collective signatures, which are not names.
const NOBODY: [&str; 26] = [
    "admin",
    "administrator",
    "quan tri",
    "quan tri trang",
    "quan tri website",
    "quan tri mang",
    "quan tri vien",
    "quan tri he thong",
    "quantri",
    "system account",
    "system",
    "root",
    "pv",
    "phong vien",
    "nhom pv",
    "btv",
    "ctv",
    "tg",
    "tac gia",
    "st",
    "suu tam",
    "bbt",
    "dang cap nhat",
    "khong ro",
    "n/a",
    "webmaster",
];
/// Words (folded) with which only names of organisations start.
const ORGANISATIONS: [&str; 69] = [
    "ban",
    "bao",
    "bo",
    "cong",
    "co quan",
    "chi cuc",
    "chi hoi",
    "chi doan",
    "chi nhanh",
    "benh vien",
    "bch",
    "bo chi huy",
    "bo tu lenh",
    "don bien phong",
    "hat kiem lam",
    "hai quan",
    "hlhpn",
    "kho bac",
    "khoa",
    "thu vien",
    "vien kiem sat",
    "vuon quoc gia",
    "cuc",
    "dai",
    "dang uy",
    "doan",
    "hdnd",
    "hoi",
    "huyen",
    "ldld",
    "lien doan",
    "mat tran",
    "nganh",
    "phong",
    "so",
    "tap chi",
    "tap san",
    "thoi bao",
    "thong tan xa",
    "thanh doan",
    "thanh uy",
    "tinh doan",
    "tinh uy",
    "toa an",
    "tong cuc",
    "trang",
    "trung tam",
    "truong",
    "ttxvn",
    "tttt",
    "ubmttq",
    "ubnd",
    "uy ban",
    "van phong",
    "vien",
    "vietnamplus",
    "vnexpress",
    "vov",
    "vtv",
    "website",
    "xa",
    "tieu doan",
    "trung doan",
    "su doan",
    "lu doan",
    "dai doi",
    "hai doan",
    "quan khu",
    "quan doan",
];
/// Words in brackets after a name for "introduced", "collected" or "compiled by".
const COMPILED: [&str; 14] = [
    "gt",
    "st",
    "th",
    "t/h",
    "giới thiệu",
    "tổng hợp",
    "sưu tầm",
    "lược ghi",
    "ghi",
    "thực hiện",
    "biên soạn",
    "lược dịch",
    "dịch",
    "biên dịch",
];
/// The maximum length of a name, in characters; several are separated by `; `.
const MAX_LENGTH: usize = 120;

/// The reason why a name as written is not a name.
pub(crate) fn name_fault(name: &str) -> Option<&'static str> {
    fault(&trim_name(Extracted::new(name.to_owned(), Provenance::Body)).value)
}

/// The reason why a name from [`trim_name`] is not a name.
pub(crate) fn fault(name: &str) -> Option<&'static str> {
    let folded = text::fold(name);
    if !folded.chars().any(char::is_alphabetic) {
        Some("contains no name")
    } else if is_url(name) {
        None
    } else if NOBODY.contains(&folded.as_str()) || person::is_role(&folded) || is_login(name) {
        Some("is a login or a common signature, not a name")
    } else if name.split("; ").any(|one| one.chars().count() > MAX_LENGTH) {
        Some("is too long for a name")
    } else {
        None
    }
}

/// Whether a name is one word as systems ask for: `vp_sotuphap`.
fn is_login(name: &str) -> bool {
    name.contains('_')
        && name.bytes().all(|b| b == b'_' || b.is_ascii_lowercase() || b.is_ascii_digit())
}

/// Whether a name is a single address, which is kept as it is.
fn is_url(name: &str) -> bool {
    (name.starts_with("http://") || name.starts_with("https://")) && !name.contains(' ')
}

/// A name on one line, without the punctuation around it.
pub(crate) fn trim_name(found: Extracted<String>) -> Extracted<String> {
    let is_of_writers =
        matches!(&found.provenance, Provenance::Label(label) if names_writers(label));
    found.map(|name| {
        let name = text::line(&text::decode_entities(&name));
        if is_url(&name) {
            return name;
        }
        let marks = [' ', '.', ',', ';', ':', '-', '–', '—', '|', '"', '“', '”', '/'];
        let mut name = name.trim_matches(marks);
        // Brackets are removed in pairs.
        while let Some(inner) = name.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
            name = inner.trim_matches(marks);
        }
        // `(gt)` and the like: introduced, collected, compiled by.
        name = without_compiled(name);
        // `Lê An - CTV`: a contributor.
        let role = [" - ", " – "].iter().find_map(|mark| name.rsplit_once(mark));
        if let Some((before, _)) = role.filter(|(_, role)| NOBODY.contains(&&*text::fold(role))) {
            name = before.trim_end();
        }
        name = without_function(name);
        if !name.contains('(') {
            name = name.trim_end_matches(')').trim_end();
        }
        // Behind `Tác giả:` stand two writers, behind `Bài, ảnh:` the writer and the photographer. In
        // other signatures, the place of the writer may stand behind the dash.
        let has_place = || name.split([',', '-', '–']).any(|part| person::is_province(part.trim()));
        let is_dashed = || [" - ", " – ", " và "].iter().any(|mark| name.contains(mark));
        let named = several(name).filter(|_| is_of_writers || is_dashed() && !has_place());
        named.unwrap_or_else(|| name.to_owned())
    })
}

/// A name without the writer's function before it: `CTV Lê An`, `Phóng viên Lê An`.
pub(crate) fn without_function(name: &str) -> &str {
    const FUNCTIONS: [&str; 6] =
        ["ctv ", "pv ", "btv ", "cộng tác viên ", "phóng viên ", "biên tập viên "];
    let lower = name.to_lowercase();
    let bare =
        FUNCTIONS.iter().find(|function| lower.starts_with(**function)).and_then(|function| {
            let length: usize =
                name.chars().take(function.chars().count()).map(char::len_utf8).sum();
            name.get(length..).map(str::trim_start)
        });
    bare.filter(|bare| is_person(bare)).unwrap_or(name)
}

/// Whether a label is that of writers, and not of a source.
fn names_writers(label: &str) -> bool {
    const SOURCES: [&str; 4] = ["nguon", "theo", "trich", "dan"];
    let folded = text::fold(label);
    !SOURCES.iter().any(|word| folded.starts_with(word))
}

/// A name without the bracket behind it that says what the person did: `Lê An (thực hiện)`.
pub(crate) fn without_compiled(name: &str) -> &str {
    let bracket = name.trim_end_matches(['.', ' ']).trim_end_matches(')').rsplit_once('(');
    let is_compiled = |mark: &str| COMPILED.contains(&mark.trim().to_lowercase().as_str());
    bracket.filter(|(_, mark)| is_compiled(mark)).map_or(name, |(before, _)| before.trim_end())
}

/// The names of several people, separated by `; `, if the text consists of names with one
/// separator.
fn several(names: &str) -> Option<String> {
    let mark = [" – ", " - ", "; ", ", ", " và "].into_iter().find(|mark| names.contains(mark))?;
    let names = names.split(mark).flat_map(|part| part.split(" và "));
    let names: Vec<&str> = names.map(str::trim).collect();
    let is_whole = |name: &&&str| is_person(name) && is_person_shaped(name) || is_single(name);
    (names.iter().filter(is_whole).count() == names.len()).then(|| names.join("; "))
}

/// Whether a word is a whole name, as the peoples of the highlands have: `K'Brểu`.
pub(crate) fn is_single(name: &str) -> bool {
    !name.contains(' ')
        && name.contains(['\'', '’'])
        && name.starts_with(char::is_uppercase)
        && name.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '’'))
}

/// Whether a name is an organisation's.
pub(crate) fn is_organisation(name: &str) -> bool {
    // `Đại úy Lê An` and `Bảo Châu, Lê An` begin like an organisation.
    let name = without_degrees(name);
    if several(name).is_some() {
        return false;
    }
    if is_unit(name) {
        return true;
    }
    let folded = text::fold(name);
    // Surnames of the Dao and the Mường that fold to `Ban` and `Xã`.
    let first = name.split(' ').next().unwrap_or_default().to_lowercase();
    if matches!(first.as_str(), "bàn" | "xa") && is_person_shaped(name) {
        return false;
    }
    // Vietnamese names of organisations have diacritics: `Bo Peterson` and `So Young` are people.
    if name.is_ascii()
        && is_person_shaped(name)
        && !matches!(first.as_str(), "ban" | "ubnd" | "bao" | "khoa")
    {
        return false;
    }
    let address = folded.contains("http") || folded.contains("www.") || folded.contains(".vn");
    address || folded.contains(".com") || ORGANISATIONS.iter().any(|word| {
        folded.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', ',']))
            // `Ban` starts names of organisations only, `Đoàn` and `Bảo` also those of people. Two
            // to five capitalized words are a person.
            && !(matches!(*word, "bao" | "doan" | "hoi" | "cong" | "vien" | "truong" | "dai") && is_person_shaped(name) && !starts_like_organisation(name))
    })
}

/// Whether a name is that of a part of an agency: `Đội Tuyên truyền`, `Tổ Ngữ văn`. The diacritics
/// distinguish them from the surnames `Đới` and `Tô`.
fn is_unit(name: &str) -> bool {
    const UNITS: [&str; 12] = [
        "đội ",
        "tổ ",
        "trạm ",
        "đồn ",
        "lớp ",
        "câu lạc bộ ",
        "clb ",
        "hạt ",
        "chốt ",
        "liên đội ",
        "htx ",
        "hợp tác xã ",
    ];
    let lower = name.to_lowercase();
    UNITS.iter().any(|unit| lower.starts_with(unit)) && name.split(' ').count() > 1
}

/// `Báo Nhân Dân`, `Đài Phát thanh`, `Cổng thông tin`, `Hội Nông dân`, `Trường Chính trị`:
/// diacritics distinguish them from the surnames and names `Bảo`, `Đại`, `Công`, `Hoi`, `Trương`.
fn starts_like_organisation(name: &str) -> bool {
    let first = name.split(' ').next().unwrap_or_default().to_lowercase();
    matches!(first.as_str(), "báo" | "đài" | "cổng" | "hội" | "trường" | "viện")
        || first == "đoàn"
            && name.split(' ').nth(1).is_some_and(|word| {
                matches!(
                    word.to_lowercase().as_str(),
                    "thanh" | "tn" | "tncs" | "đại" | "kinh" | "khối" | "công"
                )
            })
}

/// Ranks and professions before names, in lower case.
const RANKS: [&str; 36] = [
    "thiếu úy",
    "trung úy",
    "thượng úy",
    "đại úy",
    "thiếu uý",
    "trung uý",
    "thượng uý",
    "đại uý",
    "thiếu tá",
    "trung tá",
    "thượng tá",
    "đại tá",
    "thiếu tướng",
    "trung tướng",
    "thượng tướng",
    "đại tướng",
    "binh nhất",
    "binh nhì",
    "hạ sĩ",
    "trung sĩ",
    "thượng sĩ",
    "bác sĩ",
    "bác sỹ",
    "dược sĩ",
    "y sĩ",
    "thạc sĩ",
    "thạc sỹ",
    "tiến sĩ",
    "giáo sư",
    "phó giáo sư",
    "luật sư",
    "kỹ sư",
    "cử nhân",
    "nghệ nhân",
    "nhà báo",
    "nhạc sĩ",
];

/// A name without the degrees and ranks before it: `BS. CKII Lê An`, `Đại úy, ThS Lê An`.
pub(crate) fn without_degrees(name: &str) -> &str {
    /// Abbreviated degrees and professions, in lower case and without their marks.
    const DEGREES: [&str; 22] = [
        "bs", "bscki", "bsckii", "bsck1", "bsck2", "bsnt", "cki", "ckii", "ck1", "ck2", "cn", "ds",
        "gs", "gsts", "ks", "ls", "pgs", "pgsts", "ths", "thsbs", "ts", "tsbs",
    ];
    /// The length of the longest rank and the mark behind it, in characters.
    const LONGEST: usize = 13;
    let mut rest = name.trim_start();
    loop {
        let lower: String = rest.chars().take(LONGEST).flat_map(char::to_lowercase).collect();
        let is_end = |end: &str| end.starts_with([' ', ',']);
        let rank = RANKS.iter().find(|rank| lower.strip_prefix(**rank).is_some_and(is_end));
        let behind = match (rank, rest.split_once(' ')) {
            (Some(rank), _) => {
                let length: usize =
                    rest.chars().take(rank.chars().count()).map(char::len_utf8).sum();
                rest.get(length..)
            }
            (None, Some((first, behind))) => {
                let letters: String = first.chars().filter(|c| c.is_alphanumeric()).collect();
                Some(behind).filter(|_| DEGREES.contains(&letters.to_lowercase().as_str()))
            }
            (None, None) => None,
        };
        let Some(behind) = behind else { return rest };
        rest = behind.trim_start_matches([',', ' ']);
    }
}

/// Whether a text is the first letters of a name: `T.H`, `(N.V.A)`.
pub(crate) fn is_initials(text: &str) -> bool {
    let bare = text.trim_matches(['(', ')', ' ', '.']);
    let is_letter = |part: &str| {
        (1..=2).contains(&part.chars().count()) && part.chars().all(char::is_uppercase)
    };
    let count = bare.split('.').count();
    (2..=4).contains(&count) && bare.split('.').all(is_letter) && !matches!(bare, "P.V" | "T.P")
}

pub(crate) fn is_person(name: &str) -> bool {
    !is_organisation(name) && is_person_shaped(name)
}

/// Whether a name is two to five capitalized words.
fn is_person_shaped(name: &str) -> bool {
    let words: Vec<&str> = name.split(' ').collect();
    (2..=5).contains(&words.len())
        && words.iter().all(|word| {
            word.chars().next().is_some_and(char::is_uppercase)
                && word.chars().all(|c| c.is_alphabetic() || matches!(c, '.' | '\'' | '’'))
        })
        // A line in capitals is a heading or an abbreviation.
        && name.chars().any(char::is_lowercase)
}
