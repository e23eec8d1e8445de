//! The words that agencies put before a date, an author or a source, and the texts of page
//! boilerplate.

use super::lines::TextLine;
use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

/// The field that a label announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LabelRole {
    /// The day of publication.
    Date,
    /// The author.
    Author,
    /// The source.
    Source,
    /// A photographer, an editor or a view counter, which appear in no field.
    Other,
}

/// Labels in lower case; a longer one precedes the shorter one that it starts with.
const LABELS: [(&str, LabelRole); 100] = [
    ("được đăng bởi", LabelRole::Author),
    ("được đăng", LabelRole::Date),
    ("được viết bởi", LabelRole::Author),
    ("được viết", LabelRole::Date),
    ("được cập nhật", LabelRole::Date),
    ("đăng tải", LabelRole::Date),
    ("thời điểm đăng", LabelRole::Date),
    ("thời gian tạo", LabelRole::Date),
    ("thời gian cập nhật", LabelRole::Date),
    ("ngày đăng tải", LabelRole::Date),
    ("đăng tải ngày", LabelRole::Date),
    ("đăng tải lúc", LabelRole::Date),
    ("thời gian đăng tải", LabelRole::Date),
    ("thời gian xuất bản", LabelRole::Date),
    ("xuất bản ngày", LabelRole::Date),
    ("xuất bản lúc", LabelRole::Date),
    ("xuất bản vào", LabelRole::Date),
    ("ngày đưa tin", LabelRole::Date),
    ("ngày đưa bài", LabelRole::Date),
    ("đưa tin lúc", LabelRole::Date),
    ("đưa lên lúc", LabelRole::Date),
    ("post date", LabelRole::Date),
    ("date posted", LabelRole::Date),
    ("publish date", LabelRole::Date),
    ("publication date", LabelRole::Date),
    ("date published", LabelRole::Date),
    ("published on", LabelRole::Date),
    ("published", LabelRole::Date),
    ("ngày đăng tin", LabelRole::Date),
    ("ngày đăng bài", LabelRole::Date),
    ("ngày đăng", LabelRole::Date),
    ("đăng ngày", LabelRole::Date),
    ("đăng lúc", LabelRole::Date),
    ("đăng vào", LabelRole::Date),
    ("cập nhật lần cuối", LabelRole::Date),
    ("cập nhật lúc", LabelRole::Date),
    ("cập nhật ngày", LabelRole::Date),
    ("cập nhật", LabelRole::Date),
    ("ngày cập nhật", LabelRole::Date),
    ("ngày xuất bản", LabelRole::Date),
    ("xuất bản", LabelRole::Date),
    ("thời gian đăng", LabelRole::Date),
    ("ngày tạo", LabelRole::Date),
    ("ngày viết", LabelRole::Date),
    ("ngày gửi", LabelRole::Date),
    ("gửi lúc", LabelRole::Date),
    ("gửi ngày", LabelRole::Date),
    ("vào lúc", LabelRole::Date),
    ("posted on", LabelRole::Date),
    ("posted", LabelRole::Date),
    ("tác giả bài viết", LabelRole::Author),
    ("tên tác giả", LabelRole::Author),
    ("tác giả", LabelRole::Author),
    ("viết bởi", LabelRole::Author),
    ("đăng bởi", LabelRole::Author),
    ("gửi bởi", LabelRole::Author),
    ("người gửi", LabelRole::Author),
    ("người viết bài", LabelRole::Author),
    ("người viết", LabelRole::Author),
    ("người đăng tin", LabelRole::Author),
    ("người đăng", LabelRole::Author),
    ("người đưa tin", LabelRole::Author),
    ("tin, bài và ảnh", LabelRole::Author),
    ("tin bài và ảnh", LabelRole::Author),
    ("tin, bài, ảnh", LabelRole::Author),
    ("tin bài, ảnh", LabelRole::Author),
    ("tin và ảnh", LabelRole::Author),
    ("tin, ảnh", LabelRole::Author),
    ("tin - ảnh", LabelRole::Author),
    ("tin-ảnh", LabelRole::Author),
    ("tin ảnh", LabelRole::Author),
    ("tin, bài", LabelRole::Author),
    ("tin bài", LabelRole::Author),
    ("bài và ảnh", LabelRole::Author),
    ("bài, ảnh", LabelRole::Author),
    ("bài - ảnh", LabelRole::Author),
    ("bài ảnh", LabelRole::Author),
    ("bài viết", LabelRole::Author),
    ("thực hiện", LabelRole::Author),
    ("phóng viên", LabelRole::Author),
    ("pv", LabelRole::Author),
    ("bút danh", LabelRole::Author),
    ("tin", LabelRole::Author),
    ("bài", LabelRole::Author),
    ("nguồn tin bài", LabelRole::Source),
    ("nguồn bài viết", LabelRole::Source),
    ("nguồn trích dẫn", LabelRole::Source),
    ("trích nguồn", LabelRole::Source),
    ("theo nguồn", LabelRole::Source),
    // A misspelled tone mark that one agency's writers use.
    ("nguồn tìn", LabelRole::Source),
    ("nguồn tin", LabelRole::Source),
    ("nguồn", LabelRole::Source),
    ("theo", LabelRole::Source),
    ("ảnh và clip", LabelRole::Other),
    ("ảnh", LabelRole::Other),
    ("video", LabelRole::Other),
    ("biên tập", LabelRole::Other),
    ("lượt xem", LabelRole::Other),
    ("số lượt xem", LabelRole::Other),
    ("đã xem", LabelRole::Other),
];

/// A label at the beginning of a text, with its role and the text after it.
pub(super) struct LabelledText<'a> {
    /// The label as written on the page.
    pub(super) label: &'a str,
    pub(super) role: LabelRole,
    /// The text after the label and its colon.
    pub(super) value: &'a str,
    /// Whether the label has a colon.
    pub(super) colon: bool,
}

impl LabelledText<'_> {
    /// Whether the label contains a word for "by", which needs no colon: `Viết bởi X`.
    pub(super) fn says_by(&self) -> bool {
        self.label.to_lowercase().ends_with("bởi")
    }

    /// Whether the text is what the interviewer says: `PV: Xin cảm ơn ông!`, not `PV: Lê An`.
    fn is_speech(&self) -> bool {
        const SPEAKERS: [&str; 2] = ["pv", "phóng viên"];
        /// Maximum number of words of names.
        const MAX_WORDS: usize = 10;
        let words: Vec<&str> = self.value.split_whitespace().collect();
        let is_lower = |word: &&str| word.starts_with(char::is_lowercase);
        SPEAKERS.contains(&self.label.to_lowercase().as_str())
            && self.colon
            && (self.value.ends_with(['?', '!', '…'])
                || words.len() > MAX_WORDS
                || words.get(1).is_some_and(is_lower))
    }
}

/// The length of the longest label, in characters.
const LONGEST: usize = 24;

/// Reads a label at the beginning of a text.
pub(super) fn at_start(text: &str) -> Option<LabelledText<'_>> {
    let text = text.trim_start_matches(['(', '[', '-', '–', '*', '+', '•', '|', ' ']);
    in_two_languages(text).or_else(|| in_one_language(text)).filter(|found| !found.is_speech())
}

fn in_one_language(text: &str) -> Option<LabelledText<'_>> {
    let start: String = text.chars().take(LONGEST).flat_map(char::to_lowercase).collect();
    let mut labels = LABELS.iter().filter(|(label, _)| start.starts_with(label));
    let (length, role) = labels.find_map(|(label, role)| {
        // Lower-casing keeps the number of characters in Vietnamese, but not always that of bytes.
        let length: usize = text.chars().take(label.chars().count()).map(char::len_utf8).sum();
        let start = text.get(..length)?;
        let ends = text.get(length..)?.chars().next().is_none_or(|c| !c.is_alphanumeric());
        (ends && start.to_lowercase() == *label).then_some((length, *role))
    })?;
    let (label, rest) = text.split_at_checked(length)?;
    let rest = rest.trim_start();
    let value = rest.strip_prefix([':', '：']);
    Some(LabelledText { label, role, value: value.unwrap_or(rest).trim(), colon: value.is_some() })
}

/// A label with its translation: `Author / Tác giả: X`, `Nguồn (Source): X`.
fn in_two_languages(text: &str) -> Option<LabelledText<'_>> {
    /// Maximum length of both, in characters.
    const MAX_LENGTH: usize = 60;
    /// Maximum number of words of each.
    const MAX_WORDS: usize = 4;
    let mut start = text.char_indices().take(MAX_LENGTH);
    let (at, _) = start.find(|(_, c)| matches!(c, ':' | '：'))?;
    let pieces: Vec<&str> = text.get(..at)?.split(['/', '(', ')', '|']).map(str::trim).collect();
    let mut pieces: Vec<&str> = pieces.into_iter().filter(|piece| !piece.is_empty()).collect();
    let is_label = |piece: &&str| {
        piece.chars().all(|c| c.is_alphabetic() || c == ' ')
            && piece.split(' ').count() <= MAX_WORDS
    };
    if pieces.len() != 2 || !pieces.iter().all(is_label) {
        return None;
    }
    // The label of the known language.
    pieces.reverse();
    let (label, role) = pieces.into_iter().find_map(|piece| {
        let lower = piece.to_lowercase();
        LABELS.iter().find(|(label, _)| *label == lower).map(|(_, role)| (piece, *role))
    })?;
    let value = text.get(at..)?.trim_start_matches([':', '：']).trim();
    Some(LabelledText { label, role, value, colon: true })
}

/// Headings of lists of other articles, in lower case.
const RELATED: [&str; 51] = [
    "don't miss",
    "don’t miss",
    "see more",
    "about the author",
    "you might also like",
    "você pode gostar",
    "you may also like",
    "read more",
    "read also",
    "related",
    "related articles",
    "related stories",
    "related news",
    "see also",
    "recommended",
    "more stories",
    "most read",
    "most popular",
    "more on this story",
    "tin đã đưa",
    "tin đã đăng",
    "các tin đã đưa",
    "các tin đã đăng",
    "các tin khác",
    "các bài khác",
    "tin khác",
    "các tin liên quan",
    "tin liên quan",
    "bài viết liên quan",
    "bài liên quan",
    "tin bài liên quan",
    "tin cùng chuyên mục",
    "bài viết cùng chuyên mục",
    "cùng chuyên mục",
    "tin mới hơn",
    "tin cũ hơn",
    "những tin mới hơn",
    "những tin cũ hơn",
    "các tin mới hơn",
    "các tin cũ hơn",
    "tin mới nhất",
    "tin mới",
    "tin cùng loại",
    "bài viết khác",
    "các bài viết khác",
    "tin tức khác",
    "tin tức liên quan",
    "xem thêm",
    "bài viết mới",
    "đọc thêm",
    "các tin tiếp theo",
];

/// Whether a line is the heading of a list of other articles.
pub(super) fn is_related_heading(text: &str) -> bool {
    let lower = text.to_lowercase();
    let bare = lower.trim_matches(|c: char| !c.is_alphanumeric());
    RELATED.contains(&bare)
}

/// Whether a line is formatted and worded as an English heading of a list of other articles: `More
/// Great Stories`, `Top stories in Nation`.
pub(super) fn is_more_heading(line: &TextLine) -> bool {
    const BEGINS: [&str; 6] = ["more", "most", "latest", "top", "other", "related"];
    const NAMES: [&str; 6] = ["stories", "news", "articles", "headlines", "posts", "from"];
    let lower = line.text.to_lowercase();
    let words: Vec<&str> =
        lower.split_whitespace().map(|word| word.trim_end_matches(':')).collect();
    let begins = words.first().is_some_and(|first| BEGINS.contains(first));
    let alone = words.len() == 1 && words.first() == Some(&"more");
    let names = words.iter().any(|word| NAMES.contains(word));
    words.len() <= 5 && (alone || (begins && names && (line.heading || line.emphasised)))
}

/// Phrases of several words that recommend another article, in lower case.
const READ_ALSO: [&str; 64] = [
    "xem thêm",
    "đọc thêm",
    "mời xem thêm",
    "mời đọc thêm",
    "tin liên quan",
    "bài liên quan",
    "see also",
    "see more",
    "read also",
    "also read",
    "read more",
    "read next",
    "further reading",
    "related story",
    "related article",
    "related coverage",
    "lire aussi",
    "à lire aussi",
    "lire également",
    "à lire également",
    "voir aussi",
    "à voir aussi",
    "leia também",
    "leia mais",
    "veja também",
    "saiba mais",
    "lea también",
    "lee también",
    "leer más",
    "leé también",
    "ver también",
    "te puede interesar",
    "noticia relacionada",
    "noticias relacionadas",
    "leggi anche",
    "vedi anche",
    "lesen sie auch",
    "lesen sie mehr",
    "auch interessant",
    "mehr zum thema",
    "weiterer artikel",
    "lees ook",
    "lees meer",
    "les også",
    "læs også",
    "läs också",
    "läs mer",
    "lue myös",
    "czytaj też",
    "czytaj także",
    "czytaj również",
    "zobacz też",
    "zobacz także",
    "čtěte také",
    "citește și",
    "baca juga",
    "simak juga",
    "lihat juga",
    "читайте также",
    "читайте також",
    "смотрите также",
    "あわせて読みたい",
    "यह भी पढ़ें",
    "اقرأ أيضا",
];

/// Whether a line recommends another article with a label and a link: `Related: ...`, `Xem thêm:
/// ...`, `Lire aussi ...`.
pub(super) fn leads_on(line: &TextLine) -> bool {
    if line.linked == 0 || line.links_to_document_or_contact {
        return false;
    }
    let lower = line.text.to_lowercase();
    let lower = lower.trim_start_matches(|c: char| !c.is_alphanumeric());
    let phrase = READ_ALSO.iter().find(|phrase| {
        let rest = lower.strip_prefix(**phrase);
        rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    });
    let before = line.text.split_once(':').map(|(before, _)| before.trim().to_lowercase());
    let is_label = |before: &String| {
        let bare = before.trim_matches(|c: char| !c.is_alphanumeric());
        RELATED.contains(&bare) || bare == "more"
    };
    let label = phrase.map(|phrase| phrase.chars().count());
    let label = label.or_else(|| Some(before.filter(is_label)?.chars().count()));
    label.is_some_and(|label| line.length().saturating_sub(line.linked) <= label + 12)
}

/// Whether a line is an invitation, for example to subscribe, with a link or in a few words.
pub(super) fn is_invitation(line: &TextLine) -> bool {
    const BEGINS: [&str; 12] = [
        "subscribe",
        "sign up",
        "signup",
        "follow us",
        "click here",
        "get breaking news",
        "like this story",
        "want more",
        "join our",
        "download our",
        "this slideshow requires",
        "thanks for watching",
    ];
    const HOLDS: [&str; 3] = ["newsletter", "our app", "email alerts"];
    /// Longer lines are part of the text.
    const MAX_LENGTH: usize = 160;
    const FEW: usize = 50;
    let length = line.length();
    let is_short = length <= FEW || (length <= MAX_LENGTH && line.linked > 0);
    let lower = if is_short && !line.links_to_document_or_contact {
        line.text.to_lowercase()
    } else {
        return false;
    };
    BEGINS.iter().any(|begin| lower.starts_with(begin))
        || HOLDS.iter().any(|piece| lower.contains(piece))
}

/// Whether a line asks for the consent to cookies.
pub(super) fn is_consent(text: &str) -> bool {
    const ASKS: [&str; 18] = [
        "đồng ý",
        "chấp nhận",
        "quyền riêng tư",
        "chính sách bảo mật",
        "tiếp tục sử dụng",
        "accept",
        "consent",
        "agree",
        "privacy",
        "preferences",
        "by continuing",
        "zustimm",
        "akzeptier",
        "datenschutz",
        "accepte",
        "aceptar",
        "aceita",
        "personvern",
    ];
    if !text.contains("ookie") {
        return false;
    }
    let lower = text.to_lowercase();
    lower.contains("cookie") && ASKS.iter().any(|word| lower.contains(word))
}

/// Phrases of boilerplate lines in lower case; a longer one precedes its parts.
const BOILERPLATE_PHRASES: [&str; 97] = [
    "this advertisement has not loaded yet, but your article continues below",
    "story continues below advertisement",
    "article continues below advertisement",
    "story continues below",
    "article continues below",
    "continue lendo após a publicidade",
    "continua após a publicidade",
    "publicidade",
    "publicidad",
    "publicité",
    "pubblicità",
    "advertentie",
    "annonce",
    "anzeige",
    "werbung",
    "mainos",
    "reklama",
    "reklame",
    "reklam",
    "реклама",
    "広告",
    "广告",
    "廣告",
    "quảng cáo",
    "sao chép liên kết",
    "copy link",
    "continue reading below",
    "continue reading",
    "advertisement",
    "advert",
    "share this article",
    "share this on",
    "share this",
    "share on",
    "whatsapp",
    "pinterest",
    "messenger",
    "telegram",
    "share",
    "print",
    "close",
    "image",
    " of ",
    "tải file đính kèm",
    "file đính kèm",
    "lần xem",
    "bình luận",
    "admin",
    "skip ribbon commands",
    "skip to main content",
    "turn on more accessible mode",
    "turn off more accessible mode",
    "turn off animations",
    "turn on animations",
    "số lượt người xem",
    "số lượt truy cập",
    "số người xem",
    "số lượt xem",
    "số lần đọc",
    "lượt người xem",
    "lượt xem",
    "lượt đọc",
    "đã xem",
    "đọc bài viết",
    "xem với cỡ chữ",
    "cỡ chữ",
    "bản in",
    "in bài viết",
    "in trang này",
    "in trang",
    "in ấn",
    "về trang trước",
    "quay lại",
    "trở về",
    "trở lại",
    "gửi email",
    "gửi bài viết",
    "gửi cho bạn bè",
    "gửi phản hồi",
    "email",
    "chia sẻ bài viết",
    "chia sẻ",
    "facebook",
    "twitter",
    "zalo",
    "google+",
    "linkedin",
    "tweet",
    "lên đầu trang",
    "xem chi tiết file đính kèm",
    "xem chi tiết",
    "chi tiết",
    "nhấn vào để xem",
    "nhấn vào đây để xem",
    "tại đây",
    "tải về",
    "đánh giá bài viết",
];

/// Whether a line is only boilerplate: counters, "print", "back", "see details here".
pub(super) fn is_boilerplate_line(text: &str) -> bool {
    // The longest such line seen has 60 characters.
    if text.chars().count() > 120 {
        return false;
    }
    /// Whether a text contains a phrase at all; few lines do.
    static PHRASES: LazyLock<Option<AhoCorasick>> =
        LazyLock::new(|| AhoCorasick::new(BOILERPLATE_PHRASES).ok());
    let mut rest = text.to_lowercase();
    if PHRASES.as_ref().is_some_and(|phrases| !phrases.is_match(&rest)) {
        return false;
    }
    let mut found = false;
    for piece in BOILERPLATE_PHRASES {
        if rest.contains(piece) {
            rest = rest.replace(piece, " ");
            found = true;
        }
    }
    found && !rest.chars().any(char::is_alphabetic)
}

/// Phrases of the lines that a site adds below its texts: copyright and recommendations.
const CLOSING: [&str; 11] = [
    "©",
    "all rights reserved",
    "subject to copyright",
    "bản quyền thuộc",
    "follow us on",
    "follow him on",
    "follow her on",
    "sign up for",
    "subscribe to our",
    "join our",
    "this site is protected by",
];

/// Whether a line is a closing line that the site appends to every article.
pub(super) fn is_closing(text: &str) -> bool {
    /// Longer lines are sentences about these things.
    const MAX_LENGTH: usize = 120;
    let lower = text.to_lowercase();
    text.chars().count() <= MAX_LENGTH && CLOSING.iter().any(|piece| lower.contains(piece))
}

/// Whether a line lists the tags or the rating of an article, or the like.
pub(super) fn is_tag_line(text: &str) -> bool {
    const LABELS: [&str; 12] = [
        "từ khóa",
        "từ khoá",
        "thẻ",
        "tag",
        "tags",
        "hashtag",
        "keywords",
        "key words",
        "xếp hạng bài viết",
        "xếp hạng",
        "đánh giá bài viết",
        "đánh giá",
    ];
    /// Longer lines are sentences.
    const MAX_LENGTH: usize = 160;
    let label = text.split_once([':', '：']).filter(|_| text.chars().count() <= MAX_LENGTH);
    label.is_some_and(|(label, _)| LABELS.contains(&label.trim().to_lowercase().as_str()))
}

/// Whether a line is only the credit of a photograph.
pub(super) fn is_credit(text: &str) -> bool {
    const CREDITS: [&str; 16] = [
        "photo:",
        "photos:",
        "photo by",
        "photo courtesy",
        "image:",
        "photo credit:",
        "image credit:",
        "picture:",
        "foto:",
        "fotos:",
        "bild:",
        "bilder:",
        "photographie:",
        "crédit photo",
        "©",
        "getty images",
    ];
    let lower = text.trim_start_matches('(').trim_start().to_lowercase();
    text.chars().count() <= 60 && CREDITS.iter().any(|credit| lower.starts_with(credit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_label_is_too_long() {
        assert!(LABELS.iter().all(|(label, _)| label.chars().count() <= LONGEST));
    }

    #[test]
    fn a_label_is_told_from_the_text_behind_it() {
        #[track_caller]
        fn check(text: &str, expected: Option<(&str, &str)>) {
            let found = at_start(text).map(|found| (found.label, found.value));
            assert_eq!(found, expected, "{text}");
        }
        check("Tác giả: Lương Đình Bảo", Some(("Tác giả", "Lương Đình Bảo")));
        check("(Nguồn tin: Báo Dân tộc)", Some(("Nguồn tin", "Báo Dân tộc)")));
        check("Tin, ảnh Ngô Tấm", Some(("Tin, ảnh", "Ngô Tấm")));
        check("TIN: Minh Phượng", Some(("TIN", "Minh Phượng")));
        check("Tác giả", Some(("Tác giả", "")));
        check("Tinh thần hội nghị", None);
        check("Hội nghị: x", None);
        check("Viết bởi Lê An", Some(("Viết bởi", "Lê An")));
    }

    #[test]
    fn a_label_may_have_a_translation() {
        #[track_caller]
        fn check(text: &str, expected: Option<(&str, &str)>) {
            let found = at_start(text).map(|found| (found.label, found.value));
            assert_eq!(found, expected, "{text}");
        }
        check("Author / Tác giả: Lê An", Some(("Tác giả", "Lê An")));
        check("Tác giả (Author): Lê An", Some(("Tác giả", "Lê An")));
        check("Nguồn/Source : Báo Xã", Some(("Nguồn", "Báo Xã")));
        check("Posted date / Ngày đăng: 18/04/2022", Some(("Ngày đăng", "18/04/2022")));
        check("Nguồn (tiếng Khmer): Báo Xã", Some(("Nguồn", "Báo Xã")));
        check("Họp báo / Báo cáo: kết quả", None);
        check("Tin (12/5): Lê An", Some(("Tin", "(12/5): Lê An")));
    }

    #[test]
    fn what_an_interviewer_says_is_no_byline() {
        for text in [
            "PV: Trân trọng cảm ơn ông!",
            "Phóng viên: Xin cảm ơn và chúc bà mạnh khỏe",
            "PV: Thưa ông, khi nào dự án hoàn thành?",
            "pv: Vâng…",
        ] {
            assert!(at_start(text).is_none(), "{text}");
        }
        for text in ["PV: Lê Anh Tuấn", "Phóng viên: Hà Giang - Ảnh: Tô Sa", "PV: TTXVN", "PV:"]
        {
            assert!(at_start(text).is_some(), "{text}");
        }
    }

    #[test]
    fn lines_of_tags_are_told_from_text() {
        for text in
            ["Từ khóa: hội nghị, tin mới", "Thẻ: xã", "TAGS: a, b", "Xếp hạng bài viết: 5.0"]
        {
            assert!(is_tag_line(text), "{text}");
        }
        for text in ["Thẻ bảo hiểm y tế: 120 thẻ", "Đánh giá cao kết quả: tốt", "Từ khóa"]
        {
            assert!(!is_tag_line(text), "{text}");
        }
    }

    #[test]
    fn furniture_is_told_from_text() {
        for text in [
            "Số lượt người xem: 13 Bản in Quay lại",
            "Xem chi tiết tại đây",
            "Skip Ribbon Commands",
            "In trang | Gửi email",
            ": chi tiết",
        ] {
            assert!(is_boilerplate_line(text), "{text}");
        }
        for text in ["Quay lại trường sau dịch", "12", "Lượt xem của dân tăng", ""] {
            assert!(!is_boilerplate_line(text), "{text}");
        }
        assert!(is_related_heading("TIN ĐÃ ĐƯA") && is_related_heading("» Các tin khác:"));
        assert!(!is_related_heading("Các tin khác nhau"));
    }
}
