//! The parts of a `<title>` between the marks that templates use, in either order.

use super::SHORTEST;
use crate::extract::site_names::SiteNames;
use bantin_page::plain;

/// Marks between the parts of a `<title>`.
const MARKS: [char; 17] =
    ['-', '|', '–', '—', '>', '›', '»', '«', '·', '•', '/', ':', '_', '｜', '：', '～', '―'];
/// Names of front pages and templates, folded.
const COMMON: [&str; 24] = [
    "trang chu",
    "trang nhat",
    "home",
    "homepage",
    "home page",
    "start",
    "startseite",
    "accueil",
    "inicio",
    "index",
    "untitled",
    "untitled document",
    "chi tiet",
    "chi tiet tin",
    "chi tiet tin tuc",
    "chi tiet bai viet",
    "chi tiet thong bao",
    "tin chi tiet",
    "tin tuc chi tiet",
    "thong tin chi tiet",
    "noi dung chi tiet",
    "noi dung tin",
    "noi dung bai viet",
    "news detail",
];

/// Whether a folded text is a whole part of a folded title: what stands beside it begins or ends
/// with a mark.
pub(super) fn is_part(title: &str, part: &str) -> bool {
    is_part_between(title, part, |c| MARKS.contains(&c))
}

/// Like [`is_part`], between marks that stand for other pages: a headline has colons and slashes
/// of its own.
pub(super) fn is_section(title: &str, part: &str) -> bool {
    is_part_between(title, part, |c| MARKS.contains(&c) && !matches!(c, ':' | '：' | '/'))
}

fn is_part_between(title: &str, part: &str, is_mark: impl Fn(char) -> bool) -> bool {
    let is_mark = |c: Option<char>| c.is_none_or(&is_mark);
    let bare = part.trim_end_matches(['.', '!', '?', '…', ':', ' ']);
    !bare.is_empty()
        && bare.len() <= title.len()
        && title.match_indices(bare).any(|(at, _)| {
            let before = title.get(..at).unwrap_or_default().trim_end();
            let behind = title.get(at + bare.len()..).unwrap_or_default();
            let behind = behind.trim_start_matches(['.', '!', '?', '…', ':', ' ']);
            is_mark(before.chars().next_back()) && is_mark(behind.chars().next())
        })
}

/// The part of a declared title without the names of the site at its beginning and end. `None` if
/// it has none, or nothing else.
pub(super) fn without_site<'a>(site: &SiteNames, title: &'a str) -> Option<&'a str> {
    let is_name = |part: &str| site.is_like(part) || is_common(part);
    // A colon also follows the place of the news, after which a host may be named.
    let is_cut = |part: &str, mark: char| match mark {
        ':' | '：' => site.is_declared(part) || is_common(part),
        _ => is_name(part),
    };
    let mut rest = title.trim();
    // The shortest part at an end that is a name; each cut leaves a shorter title.
    loop {
        let at_end = split_marks(rest).filter(|(_, behind, mark)| is_cut(behind, *mark)).last();
        let at_start = split_marks(rest).find(|(before, _, mark)| is_cut(before, *mark));
        rest = match (at_end, at_start) {
            (Some((before, ..)), _) => before,
            (None, Some((_, behind, _))) => behind,
            (None, None) => break,
        };
    }
    (rest.len() < title.trim().len() && !is_name(rest) && rest.chars().count() >= SHORTEST)
        .then_some(rest)
}

/// The ways to split a title at a mark that has a blank beside it: the part before the mark, the
/// part behind it, and the mark.
pub(super) fn split_marks(title: &str) -> impl Iterator<Item = (&str, &str, char)> {
    let marks = title.char_indices().filter(|(_, c)| MARKS.contains(c));
    marks.filter_map(|(at, c)| {
        let (before, behind) = (title.get(..at)?, title.get(at + c.len_utf8()..)?);
        let (left, right) = (before.ends_with(' '), behind.starts_with(' '));
        let stands_apart = match c {
            '_' => true,
            ':' => right,
            c if c.is_ascii() => left && right,
            _ => left || right || !before.is_ascii(),
        };
        let (before, behind) = (trimmed(before), trimmed(behind));
        (stands_apart && !before.is_empty() && !behind.is_empty()).then_some((before, behind, c))
    })
}

fn trimmed(part: &str) -> &str {
    part.trim_matches(|c: char| c == ' ' || MARKS.contains(&c))
}

/// Whether a part of a `<title>` names a front page or a template.
pub(super) fn is_common(part: &str) -> bool {
    COMMON.contains(&plain::fold(part).as_str())
}
