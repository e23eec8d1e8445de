//! Separates the author of an article from the organisation that the agency names as its source.
//!
//! The labels of a page are unreliable: `Nguồn tin: Triệu Thị Hương` names a person, `Tác giả: Ban
//! Biên tập` does not.

use super::text;
use crate::person;
use bantin_core::{ExplainedField, Extracted, FieldChoices, Provenance};

/// Logins and collective signatures, which are not names.
const NOBODY: [&str; 22] = [
    "admin",
    "administrator",
    "quan tri",
    "quan tri vien",
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
const ORGANISATIONS: [&str; 41] = [
    "ban",
    "bao",
    "bo",
    "cong",
    "co quan",
    "chi cuc",
    "cuc",
    "dai",
    "dang uy",
    "doan",
    "hdnd",
    "hoi",
    "huyen",
    "lien doan",
    "mat tran",
    "nganh",
    "phong",
    "so",
    "tap chi",
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
];
/// Abbreviations after a name for "introduced", "collected" or "compiled by".
const COMPILED: [&str; 7] = ["gt)", "st)", "th)", "t/h)", "tổng hợp)", "sưu tầm)", "lược ghi)"];
/// The longest name, in characters.
const MAX_LENGTH: usize = 120;

/// Settles author and source line of an article.
pub fn settle(
    author: Option<Extracted<String>>,
    source_line: Option<Extracted<String>>,
    choices: &mut FieldChoices,
) -> (Option<Extracted<String>>, Option<Extracted<String>>) {
    let name_fault = |found: &Extracted<String>| fault(&found.value);
    let mut author = choices.check(ExplainedField::Author, author.map(trim_name), name_fault);
    let mut source_line =
        choices.check(ExplainedField::Source, source_line.map(trim_name), name_fault);
    // Selected names are certain, and so is the author of a feed, even if it is an organisation:
    // the publisher put it into the field for authors.
    let is_certain = |found: &Extracted<String>| {
        matches!(found.provenance, Provenance::Selector(_) | Provenance::Feed(_))
    };
    let is_writer = |found: &&Extracted<String>| {
        !is_certain(found) && is_news_source(&found.provenance) && is_person(&found.value)
    };
    let writer = source_line.as_ref().filter(|_| author.is_none()).filter(is_writer).cloned();
    if let Some(writer) = writer {
        let why = Some("is a person, so it is the author");
        source_line = choices.check(ExplainedField::Source, source_line, |_| why);
        author = choices.take(ExplainedField::Author, [writer.into()]);
    }
    let is_office =
        |found: &&Extracted<String>| !is_certain(found) && is_organisation(&found.value);
    if let Some(office) = author.as_ref().filter(is_office).cloned() {
        let why = match &source_line {
            Some(_) => "is an organisation, and the source is known",
            None => "is an organisation, so it is the source",
        };
        author = choices.check(ExplainedField::Author, author, |_| Some(why));
        source_line = source_line.or_else(|| choices.take(ExplainedField::Source, [office.into()]));
    }
    (author, source_line)
}

/// Whether the label is one that agencies also use for their own writers: `Nguồn tin`, also with
/// its common misspelling.
fn is_news_source(provenance: &Provenance) -> bool {
    matches!(provenance, Provenance::Label(label) if text::fold(label).starts_with("nguon tin"))
}

/// The reason why a name as written is not a name.
pub fn name_fault(name: &str) -> Option<&'static str> {
    fault(&trim_name(Extracted::new(name.to_owned(), Provenance::Body)).value)
}

/// The reason why a name from [`trim_name`] is not a name.
fn fault(name: &str) -> Option<&'static str> {
    let folded = text::fold(name);
    if !folded.chars().any(char::is_alphabetic) {
        Some("contains no name")
    } else if is_url(name) {
        None
    } else if NOBODY.contains(&folded.as_str()) || person::is_role(&folded) {
        Some("is a login or a common signature, not a name")
    } else if name.chars().count() > MAX_LENGTH {
        Some("is too long for a name")
    } else {
        None
    }
}

/// Whether a name is a single address, which is kept as it is.
fn is_url(name: &str) -> bool {
    (name.starts_with("http://") || name.starts_with("https://")) && !name.contains(' ')
}

/// A name on one line, without the punctuation around it.
fn trim_name(found: Extracted<String>) -> Extracted<String> {
    let is_of_two =
        matches!(&found.provenance, Provenance::Label(label) if label.contains([',', '&', '-']));
    found.map(|name| {
        let name = text::line(&text::decode_entities(&name));
        if is_url(&name) {
            return name;
        }
        let marks = [' ', '.', ',', ';', ':', '-', '–', '|', '"', '“', '”', '/'];
        let mut name = name.trim_matches(marks);
        // Brackets are removed in pairs.
        while let Some(inner) = name.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
            name = inner.trim_matches(marks);
        }
        // `(gt)` and the like: introduced, collected, compiled by.
        if let Some((before, mark)) = name.rsplit_once('(')
            && COMPILED.contains(&mark.to_lowercase().as_str())
        {
            name = before.trim_end();
        }
        if !name.contains('(') {
            name = name.trim_end_matches(')').trim_end();
        }
        // `Bài, ảnh:` is followed by the writer and the photographer. Other signatures are kept as
        // written.
        let named = several(name).filter(|_| is_of_two);
        named.unwrap_or_else(|| name.to_owned())
    })
}

/// The names of several people, separated by `; `, if the text consists of names with one
/// separator.
fn several(names: &str) -> Option<String> {
    let mark = [" – ", " - ", "; ", ", ", " và "].into_iter().find(|mark| names.contains(mark))?;
    let names: Vec<&str> = names.split(mark).map(str::trim).collect();
    let is_whole = |name: &&&str| is_person(name) && is_person_shaped(name);
    (names.iter().filter(is_whole).count() == names.len()).then(|| names.join("; "))
}

/// Whether a name is an organisation's.
pub fn is_organisation(name: &str) -> bool {
    let folded = text::fold(name);
    // Surnames of the Dao and the Mường that fold to `Ban` and `Xã`.
    let first = name.split(' ').next().unwrap_or_default().to_lowercase();
    if matches!(first.as_str(), "bàn" | "xa") && is_person_shaped(name) {
        return false;
    }
    // Vietnamese names of organisations have diacritics: `Bo Peterson` and `So Young` are people.
    if name.is_ascii()
        && is_person_shaped(name)
        && !matches!(first.as_str(), "ban" | "ubnd" | "bao")
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

fn is_person(name: &str) -> bool {
    !is_organisation(name) && is_person_shaped(name)
}

/// Whether a name is two to five capitalized words.
fn is_person_shaped(name: &str) -> bool {
    let words: Vec<&str> = name.split(' ').collect();
    (2..=5).contains(&words.len())
        && words.iter().all(|word| {
            word.chars().next().is_some_and(char::is_uppercase)
                && word.chars().all(|c| c.is_alphabetic() || c == '.' || c == '\'')
        })
        // A line in capitals is a heading or an abbreviation.
        && name.chars().any(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(author: (&str, &str), source: (&str, &str), expected: (&str, &str)) {
        let found = |(label, name): (&str, &str)| {
            (!name.is_empty()).then(|| Extracted::new(name.to_owned(), label.parse().unwrap()))
        };
        let (a, s) = settle(found(author), found(source), &mut FieldChoices::default());
        let shown = |found: Option<Extracted<String>>| found.map(|f| f.value).unwrap_or_default();
        assert_eq!((shown(a).as_str(), shown(s).as_str()), expected);
    }

    const AUTHOR: &str = "label:Tác giả";
    const SOURCE: &str = "label:Nguồn";
    const NEWS: &str = "label:Nguồn tin";

    #[test]
    fn people_are_told_from_organisations_whatever_the_label_says() {
        check(
            (AUTHOR, "Lương Đình Bảo"),
            (SOURCE, "Ban Dân tộc"),
            ("Lương Đình Bảo", "Ban Dân tộc"),
        );
        check((AUTHOR, ""), (NEWS, "Triệu Thị Hương"), ("Triệu Thị Hương", ""));
        check((AUTHOR, ""), ("label:Nguồn tìn", "Nguyễn Văn Phú"), ("Nguyễn Văn Phú", ""));
        check((AUTHOR, ""), (NEWS, "Phòng Tuyên truyền"), ("", "Phòng Tuyên truyền"));
        check(
            (AUTHOR, "Bùi Văn Dũng"),
            (NEWS, "Phòng Tuyên truyền"),
            ("Bùi Văn Dũng", "Phòng Tuyên truyền"),
        );
        check((AUTHOR, "Ban Biên tập"), (SOURCE, ""), ("", "Ban Biên tập"));
        check((AUTHOR, "Ban Biên tập"), (SOURCE, "TTXVN"), ("", "TTXVN"));
        check((AUTHOR, "Báo Nhân Dân"), (SOURCE, ""), ("", "Báo Nhân Dân"));
        check((AUTHOR, "Đoàn Văn Công"), (SOURCE, ""), ("Đoàn Văn Công", ""));
        check((AUTHOR, "Bàn Thị Sen"), (SOURCE, ""), ("Bàn Thị Sen", ""));
        check((AUTHOR, "Bảo Ngọc"), (SOURCE, ""), ("Bảo Ngọc", ""));
        check((AUTHOR, "Trương Thị Hội"), (SOURCE, ""), ("Trương Thị Hội", ""));
        let two = Extracted::new(
            "Nguyễn Thị Mai – Y Thơ".to_owned(),
            Provenance::Label("Bài, ảnh".into()),
        );
        let two = settle(Some(two), None, &mut FieldChoices::default()).0;
        assert_eq!(two.unwrap().value, "Nguyễn Thị Mai; Y Thơ");
        check((AUTHOR, "Vương Hợp – ĐTT"), (SOURCE, ""), ("Vương Hợp – ĐTT", ""));
        check(("selector:.tg", "Ban Biên tập"), (SOURCE, ""), ("Ban Biên tập", ""));
    }

    #[test]
    fn nobody_is_no_author() {
        for name in
            ["admin", "PV", "( )", "System Account", "BBT", "-", "Quản trị viên", "Phóng viên."]
        {
            check((AUTHOR, name), (SOURCE, ""), ("", ""));
        }
        check((AUTHOR, "Hồng Ngọc (gt)"), (SOURCE, ""), ("Hồng Ngọc", ""));
        check(
            (AUTHOR, "(Vương Hợp .)"),
            (SOURCE, "“Đắk Nông Điện tử”"),
            ("Vương Hợp", "Đắk Nông Điện tử"),
        );
    }

    #[test]
    fn names_that_are_none_and_names_that_change_places_have_their_reasons() {
        #[track_caller]
        fn check(author: &str, source: &str, expected: [Option<&str>; 2]) {
            let mut choices = FieldChoices::explained(text::fold);
            let mut name = |subject, label: &str, name: &str| {
                let found = Extracted::new(name.to_owned(), label.parse().unwrap());
                choices.take(subject, (!name.is_empty()).then(|| found.into()))
            };
            let author = name(ExplainedField::Author, AUTHOR, author);
            let source = name(ExplainedField::Source, NEWS, source);
            settle(author, source, &mut choices);
            let explanation = choices.into_explanation();
            let why = |subject| explanation.of(subject).iter().find_map(|told| told.why.clone());
            let told = [why(ExplainedField::Author), why(ExplainedField::Source)];
            assert_eq!(told.each_ref().map(Option::as_deref), expected);
        }
        check("admin", "", [Some("is a login or a common signature, not a name"), None]);
        check("- / -", "", [Some("contains no name"), None]);
        check(&"Lê A ".repeat(40), "", [Some("is too long for a name"), None]);
        check("Ban Biên tập", "", [Some("is an organisation, so it is the source"), None]);
        check("Ban Biên tập", "TTXVN", [Some("is an organisation, and the source is known"), None]);
        check("", "Triệu Thị Hương", [None, Some("is a person, so it is the author")]);
        check("Lê Văn An", "TTXVN", [None, None]);
    }
}
