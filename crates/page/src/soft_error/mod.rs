//! Pages that answer as if all were well and say that something is wrong: an error page must never become a news item, nor
//! a firewall's page be taken for a listing that has lost its items.
//!
//! [`rules`] names the kinds. A page is judged as it came ([`of`]), whatever was asked for; an article once more by its own
//! text ([`of_article`]). Words tell only on pages that show little else, because an article may be about any of these
//! things; and a miss is better than an article that is refused. Nothing here tries to get around anything.

mod article;
mod rules;

pub use article::of_article;

use super::{Dom, Page, SafeHtml, dom, plain};
use bantin_core::RetryAdvice;
use regex::Regex;
use rules::SoftErrorRule;
use scraper::{ElementRef, Selector};
use std::collections::HashSet;
use std::fmt;
use std::sync::LazyLock;
use url::Url;

/// The longest HTML that is looked at, in bytes. Challenges of 40 KB were seen; listings are longer than this.
const MAX_HTML: usize = 128 << 10;
/// The longest text of a page whose words are believed, in characters. The longest error page seen has 300.
const MAX_TEXT: usize = 600;
/// More links than this have only pages with a menu.
const MAX_LINKS: usize = 10;
/// What a page shows that only leads elsewhere, in characters: "please wait", in two languages.
const MAX_WAIT: usize = 100;
/// What a login form shows, in characters.
const MAX_FORM: usize = 250;

/// What a page is in place of what was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SoftErrorKind {
    rule: &'static SoftErrorRule,
}

impl SoftErrorKind {
    /// The rule's name, for example `waf-challenge`.
    pub fn name(self) -> &'static str {
        self.rule.name
    }

    /// What the schedule should do now.
    pub fn advice(self) -> RetryAdvice {
        self.rule.advice
    }
}

/// A page that is something else than what was asked for, with what tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SoftError {
    /// What it is.
    pub kind: SoftErrorKind,
    /// The words or the markup that tell it.
    pub evidence: String,
}

impl SoftError {
    fn new(rule: &'static SoftErrorRule, evidence: impl Into<String>) -> Self {
        Self { kind: SoftErrorKind { rule }, evidence: evidence.into() }
    }

    /// Whether somebody keeps us out: only the agency can help then.
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

/// What a page is, where it is not what was asked for. `promised` is the title that a listing showed of it.
pub fn of(page: &Page, promised: Option<&str>) -> Option<SoftError> {
    let essence = page.media.essence.as_str();
    if !(essence.is_empty() || essence.contains("html")) || page.bytes.len() > MAX_HTML {
        return None;
    }
    of_html(&page.url, &page.text().ok()?.text, promised)
}

/// The same of a text that is HTML, at its address.
pub fn of_html(url: &Url, html: &str, promised: Option<&str>) -> Option<SoftError> {
    let start = html.trim_start();
    let is_feed = ["<?xml", "<rss", "<feed"].iter().any(|mark| start.starts_with(mark))
        && !html.contains("<html");
    if html.len() > MAX_HTML || is_feed || !start.starts_with('<') {
        return None;
    }
    // Most pages show so much that no parser has to say how much.
    let shown = match shows_much(html) {
        true => VisibleContent::much(html),
        false => VisibleContent::read(&SafeHtml::check(html.to_owned()).ok()?),
    };
    let promised = promised.map(plain::fold).unwrap_or_default();
    let markup = html.to_ascii_lowercase();
    login_address(url)
        .or_else(|| worded(&shown, &markup, &promised))
        .or_else(|| scripted(&shown, html))
        .or_else(|| login_form(&shown))
        .or_else(|| shell(&shown, &markup))
}

/// What a page shows.
struct VisibleContent {
    title: String,
    /// Everything, folded.
    text: String,
    /// What stands outside its links, folded.
    outside_links: String,
    length: usize,
    links: usize,
    scripts: usize,
    asks_password: bool,
    /// Whether there are frames, pictures or fields: something to see though there is no text.
    has_parts: bool,
}

/// Whether a page has several times the text of a short one, by what stands outside its tags, comments and scripts.
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

/// Where ASCII text begins, in either case.
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
    /// A page of which no more is known than that it shows much; and its title.
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

    fn read(html: &SafeHtml) -> Self {
        let dom = Dom::parse(html);
        let all = |css: &str| -> Vec<ElementRef<'_>> {
            let selector = Selector::parse(css).ok();
            selector.map(|s| dom.tree().select(&s).collect()).unwrap_or_default()
        };
        let root = dom.tree().root_element();
        let links: HashSet<_> = all("a[href]").iter().map(|link| link.id()).collect();
        let title = all("head title").first().map(|title| title.text().collect::<String>());
        let text = dom::text_of(root);
        Self {
            title: plain::fold(&title.unwrap_or_default()),
            length: text.chars().count(),
            text: plain::fold(&text),
            outside_links: plain::fold(&dom::text_without(root, &links)),
            links: links.len(),
            scripts: all("script").len(),
            asks_password: !all("input[type=password i]").is_empty(),
            has_parts: !all("frame, iframe, img, object, embed, video, form").is_empty(),
        }
    }

    fn is_short(&self) -> bool {
        self.length <= MAX_TEXT && self.links <= MAX_LINKS
    }
}

/// Where SharePoint and ADFS send those who have not said who they are.
fn login_address(url: &Url) -> Option<SoftError> {
    let path = url.path().to_ascii_lowercase();
    let doors = ["authenticate.aspx", "accessdenied.aspx", "/_forms/default.aspx", "/adfs/ls"];
    let of_sharepoint = path.contains("/_layouts/") || path.contains("/_forms/");
    let door = doors.iter().find(|door| {
        path.trim_end_matches('/').ends_with(*door) && (of_sharepoint || path.contains("/adfs/"))
    });
    door.map(|_| SoftError::new(&rules::LOGIN_PAGE, format!("it leads to {}", url.path())))
}

/// By the words and the markup of the rules.
fn worded(shown: &VisibleContent, markup: &str, promised: &str) -> Option<SoftError> {
    // A page that shows the title that was promised is the page, though it be about a firewall.
    let is_promised = !promised.is_empty() && shown.text.contains(promised);
    let said = format!("{}\n{}", shown.title, shown.outside_links);
    rules::WORDED.iter().find_map(|rule| {
        let is_new = |phrase: &&&str| !promised.contains(**phrase);
        let title = rule.titles.iter().filter(is_new).find(|t| shown.title.starts_with(**t));
        let mark = rule.markup.iter().find(|mark| markup.contains(**mark));
        let short = || {
            let mark = rule.markup_if_short.iter().find(|mark| markup.contains(**mark));
            let phrases = || rule.phrases.iter().filter(is_new).find(|p| said.contains(**p));
            mark.or_else(phrases).filter(|_| shown.is_short())
        };
        let found = title.or(mark).or_else(|| short().filter(|_| !is_promised))?;
        Some(SoftError::new(rule, format!("{found:?} is on it")))
    })
}

/// By what a script would do to a page that shows nothing.
fn scripted(shown: &VisibleContent, html: &str) -> Option<SoftError> {
    static COOKIE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"document\.cookie\s*=\s*["']?([\w.-]*)"#).ok());
    static RELOAD: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"location\.reload\s*\(").ok());
    static TARGET: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let script = r#"\blocation(?:\.href)?\s*=\s*["']([^"'\s]+)["']|\blocation\.(?:replace|assign)\(\s*["']([^"'\s]+)["']"#;
        let meta = r#"(?i)<meta[^>]{0,200}?refresh[^>]{0,200}?url\s*=\s*["']?([^"'\s>]+)"#;
        Regex::new(&format!("{script}|{meta}")).ok()
    });
    if shown.length > MAX_WAIT || shown.links > 2 || shown.asks_password {
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
    // A picture may be the whole article, and a script on its page lead anywhere.
    let target = target.filter(|_| !shown.has_parts);
    target.map(|target| SoftError::new(&rules::SCRIPT_REDIRECT, format!("it leads to {target:?}")))
}

fn login_form(shown: &VisibleContent) -> Option<SoftError> {
    let is_form = shown.asks_password && shown.length <= MAX_FORM && shown.links <= MAX_LINKS;
    is_form
        .then(|| SoftError::new(&rules::LOGIN_PAGE, "it asks for a password and shows little else"))
}

fn shell(shown: &VisibleContent, markup: &str) -> Option<SoftError> {
    // "Loading..." is no text; data for machines may hold the whole article.
    let is_empty = shown.length <= 30 && shown.links == 0 && !shown.has_parts;
    let has_data = markup.contains("ld+json");
    (is_empty && shown.scripts > 0 && !has_data).then(|| {
        SoftError::new(&rules::EMPTY_SHELL, format!("{} scripts and no text", shown.scripts))
    })
}

#[cfg(test)]
mod tests;
