//! Lines that credit the source of an article in languages other than Vietnamese: `Quelle: dpa`,
//! `Con información de Efe`, `来源：新华社`, `(Example News Agency)`. Vietnamese labels are in
//! `labels`, with the rules for their places.

use super::lines::TextLine;
use crate::person;
use bantin_core::text::date;
use bantin_page::{dom, plain};
use scraper::{ElementRef, Html};

/// Labels of sources in lower case, which need a colon. The plurals announce references.
const LABELS: [&str; 37] = [
    "source",
    "quelle",
    "fuente",
    "fonte",
    "źródło",
    "zdroj",
    "bron",
    "kilde",
    "källa",
    "lähde",
    "forrás",
    "sursa",
    "sursă",
    "kaynak",
    "izvor",
    "allikas",
    "avots",
    "šaltinis",
    "sumber",
    "источник",
    "джерело",
    "крыніца",
    "извор",
    "πηγή",
    "来源",
    "來源",
    "稿源",
    "文章来源",
    "新闻来源",
    "出典",
    "출처",
    "ที่มา",
    "المصدر",
    "مصدر",
    "منبع",
    "מקור",
    "स्रोत",
];
/// Words before a source in lower case, which need no colon.
const WORDS: [&str; 20] = [
    "con información de",
    "con información del",
    "con informacion de",
    "com informações de",
    "com informações da",
    "com informações do",
    "com informações",
    "con informazioni di",
    "mit material von",
    "mit material der",
    "reprinted from",
    "originally published in",
    "originally published by",
    "originally published on",
    "первоисточник",
    "по материалам",
    "за матеріалами",
    "по сообщению",
    "dilansir dari",
    "dikutip dari",
];
/// The longest line of a source, in characters.
const MAX_LENGTH: usize = 90;

/// The source that a line names behind a label and nothing else, perhaps in brackets or behind a
/// dash: `Źródło: Gazeta`, `(Quelle: dpa)`, `- from the Example Courier`.
pub(super) fn source_in(text: &str) -> Option<&str> {
    if text.len() > 4 * MAX_LENGTH || text.chars().count() > MAX_LENGTH {
        return None;
    }
    let is_dashed = text.starts_with(['-', '–', '—']);
    let bare = text.trim_start_matches(['-', '–', '—', '*', ' ']);
    let bare = without_brackets(bare);
    if is_dashed && let Some(rest) = behind("from", bare) {
        // `- from Hue to Hanoi` is the last item of a list.
        return name(rest.strip_prefix("the ")?);
    }
    let labelled = LABELS
        .iter()
        .filter_map(|label| behind(label, bare)?.trim_start().strip_prefix([':', '：']));
    let worded = WORDS.iter().filter_map(|words| {
        let rest = behind(words, bare)?.trim_start();
        Some(rest.strip_prefix([':', '：']).unwrap_or(rest))
    });
    labelled.chain(worded).find_map(name)
}

/// The source in a line with the day and other facts: `2024-04-18 09:26 来源：新华社 字号：大`.
pub(super) fn source_among_facts(text: &str) -> Option<&str> {
    /// Labels behind which a blank ends the name.
    const SPACED: [&str; 5] = ["来源", "來源", "稿源", "出典", "출처"];
    if text.chars().count() > 2 * MAX_LENGTH {
        return None;
    }
    let spaced = || {
        SPACED.iter().find_map(|label| {
            let (before, rest) = text.split_once(label)?;
            let rest = rest.trim_start().strip_prefix([':', '：'])?.trim_start();
            let is_apart = before.is_empty() || before.ends_with([' ', '\u{3000}', '|']);
            let end = rest.find([' ', '\u{3000}', '|']).unwrap_or(rest.len());
            name(rest.get(..end).filter(|_| is_apart)?)
        })
    };
    let mut parts = text.split(['|', '•', '·']);
    parts.find_map(|part| source_in(part.trim())).or_else(spaced)
}

/// The press agency that is all the text of a line in brackets: `(Example News Service)`.
pub(super) fn agency_in_brackets(text: &str) -> Option<&str> {
    let inner = without_brackets(text);
    (inner.len() < text.len() && is_agency(inner)).then_some(inner)
}

/// Whether a line has only the abbreviations of editors in brackets: `(abc/de)`.
pub(super) fn are_initials(text: &str) -> bool {
    /// Maximum number of editors and of the letters of each.
    const MAX: usize = 4;
    const MIN_LETTERS: usize = 2;
    let inner = without_brackets(text);
    let mut parts = inner.split(['/', ',']).map(str::trim);
    let is_short = |part: &str| {
        (MIN_LETTERS..=MAX).contains(&part.chars().count()) && part.chars().all(char::is_lowercase)
    };
    // `(bis)`, `(hết)` and `(fin)` are words.
    if !inner.contains('/') && plain::fold(inner).contains(['a', 'e', 'i', 'o', 'u', 'y']) {
        return false;
    }
    inner.len() < text.len() && inner.split(['/', ',']).count() <= MAX && parts.all(is_short)
}

/// Whether a name is that of a press agency.
pub(crate) fn is_agency(name: &str) -> bool {
    const AGENCIES: [&str; 58] = [
        "reuters",
        "afp",
        "ap",
        "dpa",
        "apa",
        "sda",
        "keystone-sda",
        "efe",
        "europa press",
        "ansa",
        "adnkronos",
        "lusa",
        "belga",
        "anp",
        "ritzau",
        "ntb",
        "stt",
        "pap",
        "ctk",
        "tasr",
        "mti",
        "hina",
        "tanjug",
        "agerpres",
        "mediafax",
        "bta",
        "iha",
        "dha",
        "xinhua",
        "新华社",
        "新華社",
        "中新社",
        "共同通信",
        "時事通信",
        "연합뉴스",
        "뉴시스",
        "kyodo",
        "yonhap",
        "pti",
        "ani",
        "ians",
        "antara",
        "bernama",
        "tass",
        "тасс",
        "риа новости",
        "интерфакс",
        "укринформ",
        "aap",
        "upi",
        "canadian press",
        "press association",
        "pa media",
        "associated press",
        "agence france-presse",
        "press trust of india",
        "notimex",
        "telam",
    ];
    const ENDS: [&str; 12] = [
        " news service",
        " news agency",
        " press agency",
        " press wire",
        " press service",
        " news wire",
        " newswire",
        " wire service",
        " news network",
        "presseagentur",
        "nachrichtenagentur",
        " press trust",
    ];
    const BEGINS: [&str; 9] = [
        "agencia ",
        "agence ",
        "agenzia ",
        "agencja ",
        "agentia ",
        "agencija ",
        "nachrichtenagentur ",
        "kantor berita ",
        "агентство ",
    ];
    /// Names of more words are sentences.
    const MAX_WORDS: usize = 6;
    /// Shorter names of one word are those of people, too, unless all letters have one case.
    const SHORT: usize = 5;
    let is_short = name.chars().count() <= SHORT && !name.contains(' ');
    let is_first_name =
        name.chars().any(char::is_uppercase) && name.chars().any(char::is_lowercase);
    if is_short && is_first_name {
        return false;
    }
    let folded = plain::fold(name);
    let bare = folded.strip_prefix("the ").unwrap_or(&folded);
    bare.split(' ').count() <= MAX_WORDS
        && (AGENCIES.contains(&bare)
            || ENDS.iter().any(|end| bare.ends_with(end))
            || BEGINS.iter().any(|begin| bare.starts_with(begin)))
}

/// Whether a line below a text credits another person than the writer: `Фото: Иван
/// Петров`, `责任编辑：王芳`.
pub(super) fn is_other_credit(text: &str) -> bool {
    const LABELS: [&str; 19] = [
        "photo",
        "photos",
        "photography",
        "photographs",
        "photographer",
        "foto",
        "fotos",
        "fotografie",
        "fotografía",
        "photographe",
        "фото",
        "edited by",
        "editing by",
        "редактор",
        "责任编辑",
        "責任編輯",
        "编辑",
        "編輯",
        "校对",
    ];
    let bare = text.trim_start_matches(['[', '(', '【', ' ']);
    let bare = bare.trim_end_matches([']', ')', '】', ' ']);
    let value =
        LABELS.iter().find_map(|label| behind(label, bare)?.trim_start().strip_prefix([':', '：']));
    value.is_some_and(|value| name(value).is_some())
}

/// Whether a line is a byline and nothing else: `Von Anna Groß und Jörg Maier`, `Текст: Иван Петров`.
pub(super) fn is_byline(text: &str) -> bool {
    /// The longest byline, in characters, and the letters between two names.
    const LONGEST: usize = 100;
    const BETWEEN: usize = 4;
    // `Đi Sa Pa` begins with no Italian word.
    if text.chars().count() > LONGEST
        || text.ends_with(['.', '!', '?', ':', '…'])
        || text.starts_with(['Đ', 'đ'])
    {
        return false;
    }
    let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).count();
    let names = person::after_beginning(text)
        .and_then(|rest| Some((letters(rest), person::names_in(text, false)?)));
    names.is_some_and(|(all, names)| {
        let named: usize = names.iter().map(|name| letters(name)).sum();
        all <= named + BETWEEN * (names.len() - 1)
    })
}

/// Whether a picture, a table or an embedded graphic is directly above a line, which then names the
/// source of the picture.
pub(super) fn is_below_picture(tree: &Html, line: &TextLine) -> bool {
    let node = line.nodes.first().and_then(|id| tree.tree.get(*id));
    let is_block = |element: &ElementRef<'_>| dom::is_block(element.value().name());
    let around = node.into_iter().flat_map(|node| node.ancestors());
    let Some(block) = around.filter_map(ElementRef::wrap).find(is_block) else { return false };
    let shows = |element: ElementRef<'_>| {
        const GRAPHICS: [&str; 8] =
            ["img", "picture", "figure", "table", "iframe", "canvas", "svg", "object"];
        GRAPHICS.contains(&element.value().name())
    };
    let above = block.prev_siblings().find_map(ElementRef::wrap);
    let above = above.into_iter().flat_map(|above| above.descendants());
    above.chain(block.descendants()).filter_map(ElementRef::wrap).any(shows)
}

/// The rest of a text behind words in lower case, if a word ends there.
fn behind<'a>(words: &str, text: &'a str) -> Option<&'a str> {
    let mut letters = text.char_indices();
    for expected in words.chars() {
        let (_, letter) = letters.next()?;
        if letter != expected && !letter.to_lowercase().eq([expected]) {
            return None;
        }
    }
    let rest = letters.next().map_or("", |(at, _)| text.get(at..).unwrap_or_default());
    (!rest.starts_with(char::is_alphanumeric)).then_some(rest.trim_start())
}

fn without_brackets(text: &str) -> &str {
    const PAIRS: [(char, char); 4] = [('(', ')'), ('[', ']'), ('（', '）'), ('【', '】')];
    let text = text.trim();
    let inner = PAIRS.iter().find_map(|(opens, closes)| {
        let text = text.trim_end_matches('.');
        let inner = text.strip_prefix(*opens)?.strip_suffix(*closes)?;
        (!inner.contains(*opens)).then_some(inner)
    });
    inner.map_or(text, str::trim)
}

/// A text that is the name of a source: a few words of which most begin with a capital, an agency, or
/// a host.
fn name(text: &str) -> Option<&str> {
    const MAX_WORDS: usize = 8;
    const MAX_LENGTH: usize = 60;
    let text =
        text.trim().trim_end_matches(['.', '。', ' ']).trim_matches(['"', '„', '“', '”', '«', '»']);
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_odd = |c: char| "?!:;…：；。|@#*<>=()（）".contains(c);
    let has_end = text.contains(". ") || text.contains("://");
    if !(1..=MAX_WORDS).contains(&words.len())
        || !(2..=MAX_LENGTH).contains(&text.chars().count())
        || text.contains(is_odd)
        || has_end
        || date::find(text).is_some()
    {
        return None;
    }
    let is_lower = |word: &&&str| word.starts_with(char::is_lowercase);
    let lower = words.iter().filter(is_lower).count();
    let is_host = words.len() == 1 && text.contains('.') && text.is_ascii();
    let are_parts = || text.split(',').all(|part| is_agency(part.trim()) || part.contains('.'));
    let starts = text.starts_with(|c: char| c.is_alphabetic() && !c.is_lowercase());
    (is_host || are_parts() || starts && lower * 2 <= words.len()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_labelled_source_is_read_in_many_languages() {
        #[track_caller]
        fn check(text: &str, expected: Option<&str>) {
            assert_eq!(source_in(text), expected, "{text}");
        }
        check("Quelle: CERT-Süd", Some("CERT-Süd"));
        check("Source : Le Matin du Fleuve", Some("Le Matin du Fleuve"));
        check("(Con información de Agencia Sol)", Some("Agencia Sol"));
        check("Źródło: Gazeta Leśna", Some("Gazeta Leśna"));
        check("SUMBER: Dinas Pertanian Muara", Some("Dinas Pertanian Muara"));
        check("По материалам: Вестник Леса", Some("Вестник Леса"));
        check("来源：云山晚报", Some("云山晚报"));
        check("Quelle: dpa", Some("dpa"));
        check("Quelle: beispiel.example, dpa", Some("beispiel.example, dpa"));
        check("- from the Two-Rivers Courier", Some("Two-Rivers Courier"));
        check("From the Two-Rivers Courier", None);
        check("- from Hue to Hanoi", None);
        check("Source: https://a.example/x", None);
        check("Quelle: eigene Berechnungen der Redaktion", None);
        check("Fonte: lettera del sindaco ai cittadini", None);
        check("Quelle der Freude", None);
        check("Source code: Example", None);
        check("Sources: One, Two", None);
        check("Source: Ministry of Health, 12 May 2024", None);
    }

    #[test]
    fn a_source_may_stand_among_facts() {
        let line = "2024-04-18 09:26 来源：云山晚报 字号：大 中 小 打印本页";
        assert_eq!(source_among_facts(line), Some("云山晚报"));
        let line = "12 Mei 2024 | Sumber: Kantor Muara | 12 komentar";
        assert_eq!(source_among_facts(line), Some("Kantor Muara"));
        assert_eq!(source_among_facts("12 Mei 2024 | Muara"), None);
    }

    #[test]
    fn agencies_and_initials_are_told_from_other_brackets() {
        assert_eq!(agency_in_brackets("(Lagoon News Service)"), Some("Lagoon News Service"));
        assert_eq!(agency_in_brackets("(dpa)"), Some("dpa"));
        assert_eq!(agency_in_brackets("Lagoon News Service"), None);
        assert_eq!(agency_in_brackets("(Lagoon)"), None);
        for text in ["(abc/de)", "(hsb)", "(db, cdt)"] {
            assert!(are_initials(text), "{text}");
        }
        for text in
            ["(USA)", "hsb", "(to be continued)", "(a)", "(Anna)", "(bis)", "(hết)", "(fin)"]
        {
            assert!(!are_initials(text), "{text}");
        }
        for name in ["Reuters", "The Associated Press", "Agencia Sol", "Bharat Press Wire"] {
            assert!(is_agency(name), "{name}");
        }
        for name in ["Jane Doe", "Anna Wire-Smith", "Agentha Lee", "Ap Jones", "Ani", "Efe"] {
            assert!(!is_agency(name), "{name}");
        }
    }

    #[test]
    fn credits_are_told_from_sentences() {
        for text in ["Фото: Иван Петров", "[责任编辑：王芳]"] {
            assert!(is_other_credit(text), "{text}");
        }
        for text in [
            "Foto: so sieht der neue Platz aus",
            "Photo of the day",
            "Редактор",
            "Категория: Высшая",
        ] {
            assert!(!is_other_credit(text), "{text}");
        }
        for text in [
            "Von Anna Groß und Jörg Maier",
            "Par Léa Petit",
            "di Anna Verdi",
            "Текст: Иван Петров",
            "By Jane Doe, John Roe and Kim Poe",
        ] {
            assert!(is_byline(text), "{text}");
        }
        for text in [
            "Von Anna Groß empfohlen",
            "By the sea",
            "Jane Doe",
            "Von Berlin nach Bad Ems fahren",
            "Đi Sa Pa",
            "Par Léa Petit.",
        ] {
            assert!(!is_byline(text), "{text}");
        }
    }
}
