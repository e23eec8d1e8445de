//! The names that a page shows for its site: the links to its front page, its logo, and its copyright
//! notice. The texts of its banner may be names, too.

use bantin_page::{Dom, dom::text_of, plain};
use ego_tree::NodeRef;
use scraper::node::Element;
use scraper::{ElementRef, Node};
use url::Url;

/// Maximum number of words of a name; longer texts are mottos and notices.
const MAX_WORDS: usize = 16;
/// Classes and ids of elements with the name of the site.
const NAMED: [&str; 8] = [
    "site-name",
    "site-title",
    "sitename",
    "sitetitle",
    "navbar-brand",
    "site-branding",
    "tencoquan",
    "ten-co-quan",
];
/// Last segments of the addresses of front pages, without their extensions, folded.
const FRONT: [&str; 9] =
    ["", "index", "default", "home", "trangchu", "trang-chu", "main", "guest", "homepage"];

/// What a page shows of its site. Each text is a line as written on the page.
#[derive(Debug, Default)]
pub(super) struct ShownNames {
    pub(super) names: Vec<String>,
    /// The texts above the menu.
    pub(super) banner: Vec<String>,
}

/// Collects the names.
pub(super) fn names(dom: &Dom, page: &Url, base: &Url) -> ShownNames {
    let mut found = Vec::new();
    let mut banner = Banner { host: page.host_str().unwrap_or_default(), ..Banner::default() };
    for node in dom.tree().root_element().descendants() {
        match node.value() {
            Node::Text(text) => {
                found.extend(copyright_holder(&text.text));
                found.extend(announced_owner(node, &text.text));
                banner.read(node, &text.text);
            }
            Node::Element(element) => {
                let Some(whole) = ElementRef::wrap(node) else { continue };
                match place(element) {
                    _ if element.name() == "a" && leads_home(element, page, base) => {
                        found.push(text_of(whole));
                        found.extend(element.attr("title").map(str::to_owned));
                        found.extend(pictured(whole));
                    }
                    Some(NamePlace::Picture) => found.extend(pictured(whole)),
                    Some(NamePlace::Text) => found.push(text_of(whole)),
                    None => {}
                }
            }
            _ => {}
        }
    }
    let names = |texts: &[String]| {
        let lines = texts.iter().flat_map(|text| text.lines()).map(plain::line);
        let mut names: Vec<String> = lines.filter(|name| is_name(name)).collect();
        names.sort_unstable();
        names.dedup();
        names
    };
    let above = if banner.is_over { names(&banner.texts) } else { Vec::new() };
    ShownNames { names: names(&found), banner: above }
}

/// The texts above the menu of the page. They count only if the menu is above the text of the page.
#[derive(Default)]
struct Banner<'a> {
    /// The host of the page.
    host: &'a str,
    /// The texts above the menu, or those read so far.
    texts: Vec<String>,
    /// The number of links in the row that was read last.
    row: usize,
    is_over: bool,
}

impl Banner<'_> {
    /// Reads the next text of the page.
    fn read(&mut self, node: NodeRef<'_, Node>, text: &str) {
        /// The minimum number of links of a menu.
        const MENU: usize = 4;
        /// The maximum length of a link of a menu, in characters.
        const LINK: usize = 40;
        /// The minimum length of a text of the page, in characters.
        const LONG: usize = 100;
        /// The maximum number of texts in a banner.
        const MAX: usize = 12;
        /// A shorter text separates links.
        const MARK: usize = 3;
        if self.is_over || text.trim().is_empty() {
            return;
        }
        let length = text.trim().chars().count();
        match kind(node, self.host) {
            TextKind::Unseen => {}
            TextKind::Link if length <= LINK => self.row += 1,
            TextKind::Link => self.row = 0,
            TextKind::Text if length <= MARK => {}
            TextKind::Text => {
                self.row = 0;
                self.texts.push(text.to_owned());
                if length >= LONG || self.texts.len() > MAX {
                    self.texts.clear();
                    self.is_over = true;
                }
            }
        }
        self.is_over |= self.row >= MENU;
    }
}

/// A text by the elements around it.
enum TextKind {
    Text,
    /// A link to another page of the site.
    Link,
    /// A link of another kind, a script, or a text of the head.
    Unseen,
}

fn kind(node: NodeRef<'_, Node>, host: &str) -> TextKind {
    /// The maximum number of elements between a text and its link.
    const DEPTH: usize = 6;
    let mut names = node.ancestors().take(DEPTH).filter_map(|above| above.value().as_element());
    let found = names.find_map(|element| match element.name() {
        "a" => Some(match element.attr("href").is_some_and(|href| leads_on(href, host)) {
            true => TextKind::Link,
            false => TextKind::Unseen,
        }),
        "head" | "title" | "script" | "style" | "noscript" | "template" | "svg" | "button"
        | "select" | "option" => Some(TextKind::Unseen),
        _ => None,
    });
    found.unwrap_or(TextKind::Text)
}

/// Whether an address as written is that of another page of the site.
fn leads_on(href: &str, host: &str) -> bool {
    let href = href.trim();
    let is_own = href.split_once("://").is_some_and(|(_, rest)| rest.starts_with(host));
    is_own || !href.starts_with(['#', '?']) && !href.contains(':') && !href.is_empty()
}

/// Whether a text is short enough for a name, and has letters.
fn is_name(text: &str) -> bool {
    /// Minimum number of letters.
    const MIN: usize = 3;
    text.chars().filter(|c| c.is_alphabetic()).count() >= MIN
        && text.split(' ').count() <= MAX_WORDS
}

/// The alternative text of the first picture in an element, or of a picture; others are those of a
/// slide show.
fn pictured(element: ElementRef<'_>) -> Option<String> {
    let mut images = element
        .descendants()
        .filter_map(|node| node.value().as_element().filter(|element| element.name() == "img"));
    images.next().and_then(|image| image.attr("alt")).map(str::to_owned)
}

/// An element with the name of the site.
enum NamePlace {
    /// A logo or a banner.
    Picture,
    /// A text.
    Text,
}

/// The place that the classes and the id of an element announce.
fn place(element: &Element) -> Option<NamePlace> {
    let attributes = element.attrs().filter(|(name, _)| matches!(*name, "class" | "id"));
    let mut classes = attributes.flat_map(|(_, value)| value.split_ascii_whitespace());
    classes.find_map(|class| {
        let lower = class.to_ascii_lowercase();
        if lower == "banner" || lower.contains("logo") {
            Some(NamePlace::Picture)
        } else {
            NAMED.contains(&lower.as_str()).then_some(NamePlace::Text)
        }
    })
}

/// Whether a link leads to the front page of the site, and not to the page itself.
fn leads_home(link: &Element, page: &Url, base: &Url) -> bool {
    /// Front pages of languages and of portals are at most this deep.
    const DEEPEST: usize = 3;
    let href = link.attr("href").map(str::trim).filter(|href| may_be_front(href, page));
    let Some(target) = href.and_then(|href| base.join(href).ok()) else { return false };
    let path = target.path().trim_matches('/').to_ascii_lowercase();
    let segments: Vec<&str> = path.split('/').collect();
    let (last, above) = segments.split_last().map_or(("", &[] as &[&str]), |(l, a)| (*l, a));
    let stem = last.split_once('.').map_or(last, |(stem, _)| stem);
    let is_language = |segment: &&str| segment.len() == 2;
    let is_portal = |segment: &&str| matches!(*segment, "web" | "guest" | "pages" | "sitepages");
    target.host_str() == page.host_str()
        && target.query().is_none()
        && segments.len() <= DEEPEST
        && (FRONT.contains(&stem) || is_language(&last))
        && above.iter().all(|segment| is_language(segment) || is_portal(segment))
        && (target.path() != page.path() || page.query().is_some())
}

/// Whether an address as written may be that of a front page, which most links of a page are not.
fn may_be_front(href: &str, page: &Url) -> bool {
    let last = href.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let stem = last.split_once('.').map_or(last, |(stem, _)| stem).to_ascii_lowercase();
    !href.starts_with('#')
        && (FRONT.contains(&stem.as_str()) || stem.len() == 2 || Some(last) == page.host_str())
}

/// The holder in a copyright notice: `Bản quyền © 2020 Sở Xây dựng. Thiết kế: ...`.
fn copyright_holder(text: &str) -> Option<String> {
    /// Beginnings of a notice, and the words before the holder, in lower case.
    const BEFORE: [&str; 8] =
        ["bản quyền", "copyright", "(c)", "©", "thuộc về", "thuộc", "of", "by"];
    // Most texts of a page are no notice.
    let begins = text.trim_start().starts_with(['B', 'b', 'C', 'c', '(']);
    if !begins && !text.contains('©') {
        return None;
    }
    let line = plain::line(text);
    let is_notice = |line: &str| {
        let lower = line.to_lowercase();
        line.contains('©') || lower.starts_with("bản quyền") || lower.starts_with("copyright")
    };
    if !is_notice(&line) {
        return None;
    }
    let marks = |c: char| c.is_ascii_digit() || c.is_whitespace() || ":-–—,|.".contains(c);
    let mut rest = line.trim_start_matches(marks);
    while let Some(behind) = BEFORE.iter().find_map(|word| without_start(rest, word)) {
        rest = behind.trim_start_matches(marks);
    }
    let end = rest.find(['.', '|', ',', '©', ';']).unwrap_or(rest.len());
    let holder = rest.get(..end)?;
    let end = [" - ", " – ", " All ", " all "].iter().filter_map(|mark| holder.find(mark)).min();
    let holder = holder.get(..end.unwrap_or(holder.len()))?;
    Some(holder.trim_matches(marks).to_owned()).filter(|holder| holder.contains(' '))
}

/// The owner that a line at the foot of a page announces, whole and to its first mark: `Trang thông
/// tin điện tử xã An`, `Cơ quan chủ quản: Sở Y tế An - Địa chỉ: ...`. Links are those of others.
fn announced_owner(node: NodeRef<'_, Node>, text: &str) -> Vec<String> {
    /// Words before the owner, and labels of it, in lower case.
    const BEFORE: [&str; 9] = [
        "trang thông tin điện tử",
        "cổng thông tin điện tử",
        "trang tin điện tử",
        "website",
        "cơ quan chủ quản:",
        "đơn vị chủ quản:",
        "cơ quan quản lý:",
        "đơn vị quản lý:",
        "chủ quản:",
    ];
    // Most texts of a page announce nothing.
    if !text.trim_start().starts_with(['T', 't', 'C', 'c', 'Đ', 'đ', 'W', 'w']) {
        return Vec::new();
    }
    let line = plain::line(text);
    let marks = |c: char| c.is_whitespace() || ":-–—,|.".contains(c);
    let Some(rest) = BEFORE.iter().find_map(|words| without_start(&line, words)) else {
        return Vec::new();
    };
    // Links of the site itself announce no owner either.
    let place = kind(node, "");
    if !matches!(place, TextKind::Text) {
        return Vec::new();
    }
    let rest = rest.trim_matches(marks);
    let rest = ["của ", "thuộc "].iter().find_map(|word| without_start(rest, word)).unwrap_or(rest);
    let ends = [" - ", " – ", " | ", ". ", ", "].iter().filter_map(|mark| rest.find(mark));
    let short = rest.get(..ends.min().unwrap_or(rest.len())).unwrap_or_default();
    let owners = [rest, short].into_iter().filter(|owner| owner.contains(' '));
    owners.map(str::to_owned).collect()
}

/// A text without a word at its beginning, in any case.
fn without_start<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let length: usize = text.chars().take(word.chars().count()).map(char::len_utf8).sum();
    let (start, rest) = text.split_at_checked(length)?;
    let is_whole = word.ends_with(|c: char| !c.is_alphabetic())
        || rest.chars().next().is_none_or(|c| !c.is_alphanumeric());
    (is_whole && start.to_lowercase() == word).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bantin_page::SafeHtml;

    #[track_caller]
    fn check(html: &str, expected: &[&str]) {
        let page: Url = "https://xa.tinh.example/tin/-/bai-4.html?id=4".parse().unwrap();
        let dom = Dom::parse(&SafeHtml::check(html.to_owned()).unwrap()).unwrap();
        assert_eq!(names(&dom, &page, &page).names, expected, "{html}");
    }

    #[track_caller]
    fn check_banner(html: &str, expected: &[&str]) {
        let page: Url = "https://xa.tinh.example/tin/-/bai-4.html?id=4".parse().unwrap();
        let dom = Dom::parse(&SafeHtml::check(html.to_owned()).unwrap()).unwrap();
        assert_eq!(names(&dom, &page, &page).banner, expected, "{html}");
    }

    #[test]
    fn links_to_the_front_page_name_the_site() {
        let name = "Chi cục Kiểm lâm tỉnh An";
        for href in [
            "/",
            "https://xa.tinh.example",
            "/index.php",
            "/Default.aspx",
            "/vi/",
            "/web/guest/home",
            "/vi/Pages/Home.aspx",
        ] {
            check(&format!("<a href='{href}'>{name}</a>"), &[name]);
        }
        check(&format!("<h1><a href=/ title='{name}'><img alt='Cờ' src=x></a></h1>"), &[name]);
        check(&format!("<a href=/><img src=x alt='{name}'></a>"), &[name]);
        for href in ["/tin/-/bai-4.html?id=4", "#", "/tin-tuc/", "/?p=7", "https://b.example/"] {
            check(&format!("<a href='{href}'>{name}</a>"), &[]);
        }
    }

    #[test]
    fn logos_banners_and_notices_name_the_site() {
        let name = "Ban Quản lý rừng An";
        for html in [
            "<div class=banner><img alt='Ban Quản lý rừng An'></div>",
            "<img class='header__logo' alt='Ban Quản lý rừng An'>",
            "<p class=site-title>Ban Quản lý rừng An</p>",
            "<div id=Logo><span><img alt='Ban Quản lý rừng An'></span></div>",
            "<footer>© 2021 Ban Quản lý rừng An. Mọi quyền được bảo lưu.</footer>",
            "<div>Bản quyền thuộc về Ban Quản lý rừng An</div>",
            "<div>Bản quyền 2016 Ban Quản lý rừng An | Điều khoản</div>",
            "<div>Copyright © 2024 by Ban Quản lý rừng An - Thiết kế: VNA</div>",
        ] {
            check(html, &[name]);
        }
        check(
            "<p>Bản quyền tác phẩm là một quyền của tác giả trong luật hiện nay và cần được bảo vệ thật tốt ở mọi nơi</p>",
            &[],
        );
        check("<div class=post-banner><img alt='Ban Quản lý rừng An'></div>", &[]);
        check("<div>Copyright 2024</div><p>Ban Quản lý rừng An</p>", &[]);
    }

    #[test]
    fn lines_at_the_foot_name_the_owner() {
        for html in [
            "<p>Trang thông tin điện tử Sở Y tế An</p>",
            "<div>CƠ QUAN CHỦ QUẢN: Sở Y tế An</div>",
            "<div>Website của Sở Y tế An</div>",
        ] {
            check(html, &["Sở Y tế An"]);
        }
        check(
            "<p>Cổng thông tin điện tử phường Một - An. Giấy phép số 4</p>",
            &["phường Một", "phường Một - An. Giấy phép số 4"],
        );
        for html in [
            "<a href='https://b.example/'>Website Bộ Y tế</a>",
            "<select><option>Cổng thông tin điện tử Bộ Y tế</select>",
            "<p>Cổng thông tin điện tử</p><p>Trang chủ Sở Y tế</p>",
        ] {
            check(html, &[]);
        }
    }

    #[test]
    fn what_stands_above_the_menu_is_the_banner() {
        let text = "Sáng nay, tại hội trường Ủy ban nhân dân, các đại biểu đã nghe báo cáo về kết quả sáu tháng đầu năm.";
        let row = |hrefs: [&str; 4]| -> String {
            let links = hrefs.iter().map(|href| format!("<li><a href='{href}'>Mục số</a></li>"));
            links.collect()
        };
        let menu =
            row(["/gioi-thieu", "tin-tuc.html", "https://xa.tinh.example/van-ban", "/lien-he"]);
        let banner =
            "<h1>Trang tin xã An</h1><script>var n = 1;</script><p>ĐOÀN KẾT - SÁNG TẠO</p>";
        check_banner(
            &format!("{banner}<ul>{menu}</ul><p>{text}</p>"),
            &["Trang tin xã An", "ĐOÀN KẾT - SÁNG TẠO"],
        );
        check_banner(&format!("{banner}<p>{text}</p><ul>{menu}</ul>"), &[]);
        check_banner(&format!("<ul>{menu}</ul>{banner}<p>{text}</p>"), &[]);
        let share =
            row(["https://b.example/share", "#", "javascript:print()", "mailto:a@b.example"]);
        check_banner(&format!("{banner}<ul>{share}</ul><p>{text}</p>"), &[]);
        check_banner(&format!("{banner}<p>{text}</p>"), &[]);
    }
}
