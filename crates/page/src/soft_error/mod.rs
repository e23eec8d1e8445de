//! Soft errors: pages that look like success and show an error. An error page must never become an
//! article, and a firewall page must not be mistaken for an empty listing.
//!
//! [`rules`] defines the kinds. A page is checked as received ([`of`]), and an article again by its
//! own text ([`of_article`]). A soft error in place of the listing fails the visit.
//!
//! Phrases count only on pages that show little else, because an article may be about any of these
//! subjects. A missed soft error is better than a rejected article. Nothing here tries to bypass a
//! block.

mod article;
mod placeholder;
mod rules;
mod wording;

pub use article::of_article;
pub use wording::message_wording;

use super::{Dom, Page, SafeHtml, ScanError, dom, plain};
use bantin_core::RetryAdvice;
use regex::Regex;
use rules::SoftErrorRule;
use scraper::{ElementRef, Selector};
use std::collections::HashSet;
use std::fmt;
use std::sync::LazyLock;
use url::Url;

/// The maximum length of HTML that is checked, in bytes. Challenge pages of 40 KB were seen;
/// listings are longer than this limit.
const MAX_HTML: usize = 128 << 10;
/// The maximum text of a page on which phrases count, in characters. The longest error page seen
/// has 300.
const MAX_TEXT: usize = 600;
/// The maximum number of links on a short page. Only pages with a menu have more.
const MAX_LINKS: usize = 10;
/// The maximum text of a page that only redirects, in characters: "please wait" in two languages.
const MAX_WAIT: usize = 100;
/// The maximum text of a login form, in characters.
const MAX_FORM: usize = 250;

/// The kind of a soft error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SoftErrorKind {
    rule: &'static SoftErrorRule,
}

impl SoftErrorKind {
    /// The rule's name, for example `waf-challenge`.
    pub fn name(self) -> &'static str {
        self.rule.name
    }

    /// The retry advice for the schedule.
    pub fn advice(self) -> RetryAdvice {
        self.rule.advice
    }
}

/// A page without the requested content, with the evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SoftError {
    /// The kind.
    pub kind: SoftErrorKind,
    /// The phrase or markup that identifies it.
    pub evidence: String,
}

impl SoftError {
    fn new(rule: &'static SoftErrorRule, evidence: impl Into<String>) -> Self {
        Self { kind: SoftErrorKind { rule }, evidence: evidence.into() }
    }

    /// Whether the page announces a later text.
    pub fn is_placeholder(&self) -> bool {
        self.kind.rule == &rules::PLACEHOLDER
    }

    /// Whether the site blocks our requests. Only the agency can change that.
    pub fn is_block(&self) -> bool {
        self.kind.advice() == RetryAdvice::AskAgency
    }
}

impl std::error::Error for SoftError {}

impl fmt::Display for SoftError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let SoftErrorRule { name, what, remedy, .. } = self.kind.rule;
        let blocked = if self.is_block() { "blocked: " } else { "" };
        write!(f, "{blocked}{name}: {what} ({}); {remedy}", self.evidence)
    }
}

/// Checks a page. `listing_title` is the title on the listing.
pub fn of(page: &Page, listing_title: Option<&str>) -> Option<SoftError> {
    let essence = page.media.essence.as_str();
    if !(essence.is_empty() || essence.contains("html")) || page.bytes.len() > MAX_HTML {
        return None;
    }
    of_html(&page.url, &page.text().ok()?.text, listing_title)
}

/// Checks HTML at its address, like [`of`].
pub fn of_html(url: &Url, html: &str, listing_title: Option<&str>) -> Option<SoftError> {
    let start = html.trim_start();
    let is_feed = ["<?xml", "<rss", "<feed"].iter().any(|mark| start.starts_with(mark))
        && !html.contains("<html");
    if html.len() > MAX_HTML || is_feed || !start.starts_with('<') {
        return None;
    }
    // Most pages have so much text that they need not be parsed.
    let content = match shows_much(html) {
        true => VisibleContent::much(html),
        false => VisibleContent::read(&SafeHtml::check(html.to_owned()).ok()?).ok()?,
    };
    let listing_title = listing_title.map(plain::fold).unwrap_or_default();
    let markup = html.to_ascii_lowercase();
    login_address(url)
        .or_else(|| worded(&content, &markup, &listing_title))
        .or_else(|| scripted(&content, html))
        .or_else(|| login_form(&content))
        .or_else(|| shell(&content, &markup))
}

/// The visible content of a page.
struct VisibleContent {
    title: String,
    /// All text, folded.
    text: String,
    /// The text outside links, folded.
    outside_links: String,
    length: usize,
    links: usize,
    scripts: usize,
    asks_password: bool,
    /// Whether there are frames, images or forms: visible parts that are not text.
    has_parts: bool,
}

/// Whether a page has several times the text of a short one, counted outside tags, comments and
/// scripts.
fn shows_much(html: &str) -> bool {
    const MUCH: usize = 4 * MAX_TEXT;
    let mut rest = html;
    let mut seen = 0;
    while let Some((text, tag)) = rest.split_once('<') {
        seen += text.bytes().filter(|byte| !byte.is_ascii_whitespace()).count();
        if seen > MUCH {
            return true;
        }
        let is_of =
            |name: &str| tag.get(..name.len()).is_some_and(|t| t.eq_ignore_ascii_case(name));
        let end = match tag {
            _ if tag.starts_with("!--") => "-->",
            _ if is_of("script") => "</script",
            _ if is_of("style") => "</style",
            _ => ">",
        };
        let Some(place) = find_ignoring_case(tag, end) else { return false };
        rest = tag.get(place + end.len()..).unwrap_or_default();
    }
    false
}

/// Returns the position of an ASCII text, ignoring case.
fn find_ignoring_case(text: &str, wanted: &str) -> Option<usize> {
    let wanted = wanted.as_bytes();
    let first = *wanted.first()?;
    let bytes = text.as_bytes();
    let mut from = 0;
    loop {
        let place = from + bytes.get(from..)?.iter().position(|byte| *byte == first)?;
        let found = bytes.get(place..place + wanted.len())?;
        if found.eq_ignore_ascii_case(wanted) {
            return Some(place);
        }
        from = place + 1;
    }
}

impl VisibleContent {
    /// The content of a long page: only its title is read.
    fn much(html: &str) -> Self {
        let title = find_ignoring_case(html, "<title").and_then(|start| {
            let (_, title) = html.get(start..)?.split_once('>')?;
            title.split('<').next()
        });
        Self {
            title: plain::fold(title.unwrap_or_default()),
            text: String::new(),
            outside_links: String::new(),
            length: usize::MAX,
            links: usize::MAX,
            scripts: 0,
            asks_password: false,
            has_parts: true,
        }
    }

    fn read(html: &SafeHtml) -> Result<Self, ScanError> {
        let dom = Dom::parse(html)?;
        let all = |css: &str| -> Vec<ElementRef<'_>> {
            let selector = Selector::parse(css).ok();
            selector.map(|s| dom.tree().select(&s).collect()).unwrap_or_default()
        };
        let root = dom.tree().root_element();
        let links: HashSet<_> = all("a[href]").iter().map(|link| link.id()).collect();
        let title = all("head title").first().map(|title| title.text().collect::<String>());
        let text = dom::text_of(root);
        Ok(Self {
            title: plain::fold(&title.unwrap_or_default()),
            length: text.chars().count(),
            text: plain::fold(&text),
            outside_links: plain::fold(&dom::text_without(root, &links)),
            links: links.len(),
            scripts: all("script").len(),
            asks_password: !all("input[type=password i]").is_empty(),
            has_parts: !all("frame, iframe, img, object, embed, video, form").is_empty(),
        })
    }

    fn is_short(&self) -> bool {
        self.length <= MAX_TEXT && self.links <= MAX_LINKS
    }
}

/// Detects the login pages of SharePoint and ADFS by their address.
fn login_address(url: &Url) -> Option<SoftError> {
    let path = url.path().to_ascii_lowercase();
    let doors = ["authenticate.aspx", "accessdenied.aspx", "/_forms/default.aspx", "/adfs/ls"];
    let of_sharepoint = path.contains("/_layouts/") || path.contains("/_forms/");
    let door = doors.iter().find(|door| {
        path.trim_end_matches('/').ends_with(*door) && (of_sharepoint || path.contains("/adfs/"))
    });
    door.map(|_| SoftError::new(&rules::LOGIN_PAGE, format!("its address is {}", url.path())))
}

/// Detects a soft error by the phrases and the markup of the rules.
fn worded(content: &VisibleContent, markup: &str, listing_title: &str) -> Option<SoftError> {
    // A page that shows the promised title is the article, even if it is about a firewall.
    let shows_title = !listing_title.is_empty() && content.text.contains(listing_title);
    let folded = format!("{}\n{}", content.title, content.outside_links);
    rules::WORDED.iter().find_map(|rule| {
        let is_new = |phrase: &&&str| !listing_title.contains(**phrase);
        let title = rule.titles.iter().filter(is_new).find(|t| content.title.starts_with(**t));
        let mark = rule.markup.iter().find(|mark| markup.contains(**mark));
        let short = || {
            let mark = rule.markup_if_short.iter().find(|mark| markup.contains(**mark));
            let phrases = || rule.phrases.iter().filter(is_new).find(|p| folded.contains(**p));
            mark.or_else(phrases).filter(|_| content.is_short())
        };
        let found = title.or(mark).or_else(|| short().filter(|_| !shows_title))?;
        Some(SoftError::new(rule, format!("it contains {found:?}")))
    })
}

/// Detects a redirect by script on a page without content.
fn scripted(content: &VisibleContent, html: &str) -> Option<SoftError> {
    static COOKIE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"document\.cookie\s*=\s*["']?([\w.-]*)"#).ok());
    static RELOAD: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"location\.reload\s*\(").ok());
    static TARGET: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let script = r#"\blocation(?:\.href)?\s*=\s*["']([^"'\s]+)["']|\blocation\.(?:replace|assign)\(\s*["']([^"'\s]+)["']"#;
        let meta = r#"(?i)<meta[^>]{0,200}?refresh[^>]{0,200}?url\s*=\s*["']?([^"'\s>]+)"#;
        Regex::new(&format!("{script}|{meta}")).ok()
    });
    if content.length > MAX_WAIT || content.links > 2 || content.asks_password {
        return None;
    }
    let target = TARGET.as_ref().and_then(|target| target.captures(html)).and_then(|found| {
        found.iter().skip(1).flatten().next().map(|target| target.as_str().to_owned())
    });
    let reloads = RELOAD.as_ref().is_some_and(|reload| reload.is_match(html));
    let cookie = COOKIE.as_ref().and_then(|cookie| cookie.captures(html)?.get(1));
    if let Some(cookie) = cookie.filter(|_| reloads || target.is_some()) {
        let evidence = format!("its script sets the cookie {:?}", cookie.as_str());
        return Some(SoftError::new(&rules::COOKIE_RELOAD, evidence));
    }
    // An image may be the whole article, and a script on its page may link to anything.
    let target = target.filter(|_| !content.has_parts);
    target.map(|target| SoftError::new(&rules::SCRIPT_REDIRECT, format!("it opens {target:?}")))
}

fn login_form(content: &VisibleContent) -> Option<SoftError> {
    let is_form = content.asks_password && content.length <= MAX_FORM && content.links <= MAX_LINKS;
    is_form
        .then(|| SoftError::new(&rules::LOGIN_PAGE, "it asks for a password and shows little else"))
}

fn shell(content: &VisibleContent, markup: &str) -> Option<SoftError> {
    // "Loading..." does not count as text. Structured data may contain the whole article.
    let is_empty = content.length <= 30 && content.links == 0 && !content.has_parts;
    let has_data = markup.contains("ld+json");
    (is_empty && content.scripts > 0 && !has_data).then(|| {
        SoftError::new(&rules::EMPTY_SHELL, format!("{} scripts and no text", content.scripts))
    })
}

#[cfg(test)]
mod tests;
