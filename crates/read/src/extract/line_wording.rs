//! The wording of lines that are no text of an article: headings of other articles, invitations,
//! buttons, closing lines, tags and credits.

use super::lines::TextLine;
use super::page_phrases;
use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

/// Headings of lists of other articles, in lower case.
const RELATED: [&str; 134] = [
    "przeczytaj także",
    "przeczytaj też",
    "przeczytaj również",
    "相关阅读",
    "相关新闻",
    "相关文章",
    "延伸阅读",
    "延伸閱讀",
    "相關新聞",
    "関連記事",
    "関連ニュース",
    "あわせて読みたい",
    "ข่าวที่เกี่ยวข้อง",
    "اقرأ أيضا",
    "مواضيع ذات صلة",
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
    "tin, bài khác",
    "các tin liên quan",
    "tin liên quan",
    "bài viết liên quan",
    "bài liên quan",
    "tin bài liên quan",
    "tin cùng chuyên mục",
    "bài viết cùng chuyên mục",
    "cùng chuyên mục",
    "tin cùng chủ đề",
    "bài cùng chủ đề",
    "cùng chủ đề",
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
    "related topics",
    "related coverage",
    "related content",
    "related posts",
    "related links",
    "you may be interested in",
    "in other news",
    "auch interessant",
    "das könnte dich auch interessieren",
    "das könnte sie auch interessieren",
    "das könnte dich interessieren",
    "das könnte sie interessieren",
    "das thema könnte dich auch interessieren",
    "diese artikel könnten sie auch interessieren",
    "lesen sie auch",
    "mehr zum thema",
    "weitere artikel",
    "weitere beiträge",
    "weitere meldungen",
    "weitere nachrichten",
    "weitere themen",
    "ähnliche artikel",
    "ähnliche beiträge",
    "verwandte artikel",
    "à lire aussi",
    "lire aussi",
    "à lire également",
    "sur le même sujet",
    "sur le même thème",
    "dans la même rubrique",
    "articles liés",
    "articles similaires",
    "artículos relacionados",
    "noticias relacionadas",
    "te puede interesar",
    "también te puede interesar",
    "le puede interesar",
    "más noticias",
    "articoli correlati",
    "notizie correlate",
    "leggi anche",
    "potrebbe interessarti",
    "potrebbe interessarti anche",
    "artigos relacionados",
    "notícias relacionadas",
    "leia também",
    "veja também",
    "lees ook",
    "gerelateerde artikelen",
    "meer nieuws",
    "czytaj także",
    "czytaj też",
    "czytaj również",
    "zobacz także",
    "zobacz też",
    "podobne artykuły",
    "powiązane artykuły",
    "les også",
    "læs også",
    "läs också",
    "lue myös",
    "читайте также",
    "по теме",
    "baca juga",
];

/// Whether a line is the heading of a list of other articles.
pub(super) fn is_related_heading(text: &str) -> bool {
    let lower = text.to_lowercase();
    let bare = lower.trim_matches(|c: char| !c.is_alphanumeric());
    // `Thông báo khác`, `Các bài thơ mới hơn`
    let of_others = || {
        let kind = OTHERS.iter().find_map(|other| bare.strip_suffix(other))?.trim_end();
        let kind = kind.strip_prefix("các ").or(kind.strip_prefix("những ")).unwrap_or(kind);
        Some(KINDS.contains(&kind))
    };
    RELATED.contains(&bare) || of_others().unwrap_or_default()
}

/// What agencies publish beside news, and the words behind it in headings of lists.
const KINDS: [&str; 9] = [
    "thông báo",
    "thông cáo",
    "bài thơ",
    "sáng tác",
    "tác phẩm",
    "chuyên đề",
    "câu hỏi",
    "video",
    "bài viết",
];
const OTHERS: [&str; 5] = [" khác", " mới hơn", " cũ hơn", " liên quan", " mới nhất"];

/// Whether a line is formatted and worded as a heading of a list of other articles, if a link follows
/// it: `More Great Stories`, `Top stories in Nation`.
pub(super) fn is_more_heading(line: &TextLine) -> bool {
    const BEGINS: [&str; 6] = ["more", "most", "latest", "top", "other", "related"];
    const NAMES: [&str; 6] = ["stories", "news", "articles", "headlines", "posts", "from"];
    let lower = line.text.to_lowercase();
    let words: Vec<&str> =
        lower.split_whitespace().map(|word| word.trim_end_matches(':')).collect();
    let begins = words.first().is_some_and(|first| BEGINS.contains(first));
    let alone = matches!(words.as_slice(), ["more"]);
    let names = words.iter().any(|word| NAMES.contains(word));
    words.len() <= 5 && (alone || (begins && names && (line.heading || line.emphasised)))
}

/// Phrases of several words that recommend another article, in lower case.
const READ_ALSO: [&str; 83] = [
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
    "auch lesen",
    "auch lesenswert",
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
    "en savoir plus",
    "pour aller plus loin",
    "lesen sie hier",
    "lesen sie dazu",
    "lesen sie weiter",
    "hier lesen",
    "mehr dazu",
    "mehr lesen",
    "weiterlesen",
    "per saperne di più",
    "más información",
    "dowiedz się więcej",
    "czytaj więcej",
    "więcej na ten temat",
    "meer lezen",
    "подробнее",
    "baca selengkapnya",
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
    // A list of links may follow its heading without a blank between them.
    let heading = || RELATED.iter().find(|heading| lower.starts_with(**heading));
    let label = phrase.or_else(heading).map(|phrase| phrase.chars().count());
    let label = label.or_else(|| Some(before.filter(is_label)?.chars().count()));
    label.is_some_and(|label| line.length().saturating_sub(line.linked) <= label + 12)
}

/// Whether a line is an invitation, for example to subscribe, with a link or in a few words.
pub(super) fn is_invitation(line: &TextLine) -> bool {
    const BEGINS: [&str; 13] = [
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
        "thanks for reading",
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
        || page_phrases::invites(&lower, line.linked > 0)
}

/// Whether a line with a link invites to follow a channel of the site, or is in a few words.
pub(super) fn invites_to_channel(line: &TextLine) -> bool {
    const MAX_LENGTH: usize = 100;
    !line.row
        && line.length() <= MAX_LENGTH
        && !line.links_to_document_or_contact
        && page_phrases::invites(&line.text.to_lowercase(), line.linked > 0)
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
const BOILERPLATE_PHRASES: [&str; 161] = [
    "like loading",
    "scroll to continue with content",
    "scroll to continue reading",
    "просмотров",
    "просмотры",
    "переглядів",
    "visualizaciones",
    "visualizações",
    "visualizzazioni",
    "wyświetleń",
    "浏览次数",
    "阅读量",
    "点击数",
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
    "jetzt teilen",
    "artikel teilen",
    "beitrag teilen",
    "teilen",
    "artikel drucken",
    "rezept drucken",
    "drucken",
    "pinnen",
    "zurück zur startseite",
    "zur startseite",
    "nach oben",
    "partager cet article",
    "partager",
    "imprimer",
    "haut de page",
    "compartir",
    "imprimir",
    "condividi",
    "stampa",
    "torna su",
    "compartilhar",
    "udostępnij",
    "drukuj",
    "delen",
    "afdrukken",
    "поделиться",
    "распечатать",
    "jump to recipe",
    "print recipe",
    "back to top",
    "back to home",
    "inhaltsverzeichnis",
    "table of contents",
    "table des matières",
    "spis treści",
    "inhoudsopgave",
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
    "gửi bình luận",
    "bình luận",
    "admin",
    "skip ribbon commands",
    "bỏ qua để đến nội dung chính",
    "chuyển đến nội dung chính",
    "đi đến nội dung chính",
    "skip to main content",
    "turn on more accessible mode",
    "turn off more accessible mode",
    "turn off animations",
    "turn on animations",
    "số lượt người xem",
    "số lượt truy cập",
    "số người truy cập",
    "lượt truy cập",
    "số người xem",
    "số lượt xem",
    "số lần đọc",
    "lượt người xem",
    "lượt xem",
    "lượt đọc",
    "đã xem",
    "nghe đọc bài",
    "nghe bài viết",
    "đọc bài viết",
    "xem với cỡ chữ",
    "cỡ chữ",
    "bản in",
    "in bài viết",
    "in bài",
    "in trang này",
    "in tin này",
    "in trang",
    "in ra",
    "in ấn",
    "về trang trước",
    "quay lại",
    "trở về",
    "trở lại",
    "gửi email",
    "gửi bài viết",
    "gửi cho bạn bè",
    "gửi cho bạn",
    "gửi bạn bè",
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
    "về đầu trang",
    "lên trên",
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
    if is_player(text) {
        return true;
    }
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
    let mut words = rest.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    found && words.all(|word| matches!(word, "in" | "gửi"))
}

/// Whether a line is the clock of a player, or the buttons for the size of the letters: `00:00 /
/// 03:12`, `A- A A+`.
fn is_player(text: &str) -> bool {
    let is_clock =
        |part: &str| part.contains(':') && part.chars().all(|c| c.is_ascii_digit() || c == ':');
    let mut parts = text.split(['/', ' ']).filter(|part| !part.is_empty()).peekable();
    let is_size = |part: &str| matches!(part, "A" | "A+" | "A-" | "A++" | "A--" | "|");
    parts.peek().is_some()
        && (text.contains('/') && parts.clone().all(is_clock)
            || text.contains(['+', '-']) && parts.all(is_size))
}

/// Whether a line begins with the mark of an advertisement in capital letters: `ANZEIGE - ...`.
pub(super) fn is_advertisement(line: &TextLine) -> bool {
    const MARKS: [&str; 5] = ["ANZEIGE", "WERBUNG", "ADVERTISEMENT", "PUBLICITÉ", "PUBLICIDAD"];
    /// Longer lines are sentences about one.
    const MAX_LENGTH: usize = 120;
    let rest = MARKS.iter().find_map(|mark| line.text.strip_prefix(mark));
    let is_mark = |rest: &str| {
        rest.trim_start().starts_with(['-', '–', ':', '|']) && rest.contains(char::is_lowercase)
    };
    line.level == 0 && line.length() <= MAX_LENGTH && rest.is_some_and(is_mark)
}

/// Phrases of the lines that a site adds below its texts: copyright and recommendations.
const CLOSING: [&str; 44] = [
    "người chịu trách nhiệm",
    "©",
    "all rights reserved",
    "subject to copyright",
    "bản quyền thuộc",
    "ghi rõ nguồn",
    "việc đăng lại bài viết",
    "đang truy cập:",
    "đang trực tuyến:",
    "tổng truy cập:",
    "follow us on",
    "follow him on",
    "follow her on",
    "sign up for",
    "subscribe to our",
    "join our",
    "this site is protected by",
    "was this article helpful",
    "was this page helpful",
    "did you find this article",
    "rate this article",
    "how helpful was this",
    "war dieser artikel hilfreich",
    "wie hilfreich war dieser",
    "wie bewerten sie diesen",
    "wie fanden sie diesen",
    "cet article vous a-t-il",
    "avez-vous trouvé cet article",
    "te ha resultado útil",
    "le ha resultado útil",
    "ti è stato utile",
    "este artigo foi útil",
    "bài viết này có hữu ích",
    "bài viết có hữu ích",
    "bài viết này hữu ích",
    "hãy là người đầu tiên",
    "quét mã qr",
    "hài lòng với nội dung",
    "họ và tên (*)",
    "mã bảo mật",
    "bình chọn",
    "mã xác nhận",
    "nhập mã",
    "thư điện tử (*)",
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
    /// Agencies of photographs, which end a credit: `Jane Doe/Getty Images`.
    const AGENCIES: [&str; 13] = [
        "getty images",
        "istock",
        "istock.com",
        "istockphoto",
        "shutterstock",
        "shutterstock.com",
        "adobe stock",
        "pixabay",
        "unsplash",
        "imago images",
        "dpa",
        "afp",
        "reuters",
    ];
    /// Longer credits are captions, and more words a sentence.
    const MAX_LENGTH: usize = 60;
    const MAX_WORDS: usize = 7;
    if text.chars().count() > MAX_LENGTH {
        return false;
    }
    let lower = text.trim_start_matches('(').trim_start().to_lowercase();
    let bare = lower.trim_end_matches([')', ' ']);
    CREDITS.iter().any(|credit| lower.starts_with(credit))
        || lower.split_whitespace().count() <= MAX_WORDS
            && AGENCIES.iter().filter_map(|agency| bare.strip_suffix(agency)).any(is_before_agency)
}

/// Whether a text precedes the agency in the credit of a photograph.
fn is_before_agency(before: &str) -> bool {
    const MARKS: [&str; 6] = ["/", "|", "©", ":", "copyright", "credit"];
    const WORDS: [&str; 2] = ["via", "by"];
    /// More words before the agency are a sentence.
    const FEW: usize = 4;
    let before = before.trim_end();
    let ends = |marks: &[&str]| marks.iter().any(|mark| before.ends_with(mark));
    before.is_empty() || ends(&MARKS) || ends(&WORDS) && before.split(' ').count() <= FEW
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_of_other_articles_are_told_from_sections() {
        for text in ["Thông báo khác", "Các bài thơ mới hơn:", "Câu hỏi liên quan", "Tin khác"]
        {
            assert!(is_related_heading(text), "{text}");
        }
        for text in ["Các hoạt động khác", "Một số nhiệm vụ khác", "Khác", "Thông báo"]
        {
            assert!(!is_related_heading(text), "{text}");
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
        for text in ["Anna Groß/dpa", "Foto: Anna Groß", "iStock.com", "A. Groß via Getty Images"]
        {
            assert!(is_credit(text), "{text}");
        }
        for text in [
            "Supports Unsplash",
            "Sie arbeitet bei dpa",
            "Reuters said so / today.",
            "It was first reported by AFP",
        ] {
            assert!(!is_credit(text), "{text}");
        }
        assert!(is_related_heading("TIN ĐÃ ĐƯA") && is_related_heading("» Các tin khác:"));
        assert!(!is_related_heading("Các tin khác nhau"));
    }
}
