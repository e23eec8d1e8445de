//! Separates the author of an article from the organisation that the agency names as its source.
//!
//! The labels of a page are unreliable: `Nguồn tin: Triệu Thị Hương` names a person, `Tác giả: Ban
//! Dân tộc` does not.

use crate::names::{fault, is_organisation, is_person, trim_name};
use crate::text;
use bantin_core::{ExplainedField, Extracted, FieldChoices, Provenance};

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
    // The editors of a site sign for it, and are no source of it.
    let is_own = |found: &Extracted<String>| {
        let is_editors = !is_certain(found) && is_editorial_board(&found.value);
        is_editors.then_some("is the editorial board of the site, not a source")
    };
    source_line = choices.check(ExplainedField::Source, source_line, is_own);
    let is_office = |found: &&Extracted<String>| {
        !is_certain(found) && is_organisation(&found.value) && !is_editorial_board(&found.value)
    };
    if let Some(office) = author.as_ref().filter(is_office).cloned() {
        if is_of_poster(&office.provenance) {
            let why = Some("is the office that posted the article, not a source");
            author = choices.check(ExplainedField::Author, author, |_| why);
            return (author, source_line);
        }
        let why = match &source_line {
            Some(_) => "is an organisation, and the source is known",
            None => "is an organisation, so it is the source",
        };
        author = choices.check(ExplainedField::Author, author, |_| Some(why));
        source_line = source_line.or_else(|| choices.take(ExplainedField::Source, [office.into()]));
    }
    (author, source_line)
}

/// Whether a name is that of the editors of any site: `Ban Biên tập`, `Ban Biên tập website`.
fn is_editorial_board(name: &str) -> bool {
    let folded = text::fold(name);
    let rest = folded.strip_prefix("ban bien tap");
    rest.is_some_and(|rest| {
        let sites = ["website", "trang", "cong thong tin", "cong ttdt"];
        rest.is_empty() || sites.iter().any(|site| rest.trim_start().starts_with(site))
    })
}

/// Whether the label names the account that posted an article: `Người đăng`.
fn is_of_poster(provenance: &Provenance) -> bool {
    const POSTERS: [&str; 4] = ["nguoi dang", "dang boi", "duoc dang boi", "nguoi gui"];
    let Provenance::Label(label) = provenance else { return false };
    POSTERS.contains(&&*text::fold(label))
}

/// Whether the label is one that agencies also use for their own writers: `Nguồn tin`, also with
/// its common misspelling.
fn is_news_source(provenance: &Provenance) -> bool {
    matches!(provenance, Provenance::Label(label) if text::fold(label).starts_with("nguon tin"))
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
        check((AUTHOR, "Ban Biên tập"), (SOURCE, ""), ("Ban Biên tập", ""));
        check((AUTHOR, "Ban Biên tập"), (SOURCE, "TTXVN"), ("Ban Biên tập", "TTXVN"));
        check((AUTHOR, ""), (SOURCE, "Ban biên tập website"), ("", ""));
        check((AUTHOR, "Ban Tuyên giáo"), (SOURCE, ""), ("", "Ban Tuyên giáo"));
        check((AUTHOR, "Báo Nhân Dân"), (SOURCE, ""), ("", "Báo Nhân Dân"));
        check(("label:Người đăng", "UBND xã An"), (SOURCE, ""), ("", ""));
        check(("label:Người đăng", "Lê Văn An"), (SOURCE, ""), ("Lê Văn An", ""));
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
        check("Ban Dân tộc", "", [Some("is an organisation, so it is the source"), None]);
        check("Ban Dân tộc", "TTXVN", [Some("is an organisation, and the source is known"), None]);
        check("", "Triệu Thị Hương", [None, Some("is a person, so it is the author")]);
        check("Lê Văn An", "TTXVN", [None, None]);
    }
}
