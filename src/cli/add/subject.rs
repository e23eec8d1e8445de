//! The nature of the page at an address: a source (listing, feed), or something else, with a hint
//! on what to do.

use super::AddRefusal;
use bantin_core::{
    ArticleField, Listing, ListingItem, NewArticle, PlatformChoice, Provenance, Source,
    is_document, is_document_number,
};
use bantin_page::{Dom, Page, dom, plain, soft_error};
use bantin_read::discover::{self, DiscoverError, PageNews, kind};
use scraper::Selector;
use url::Url;

/// The minimum length of a paragraph, in characters: longer than the leads and titles of a listing.
const PARAGRAPH: usize = 80;
/// The minimum total length of the paragraphs of an article, in characters.
const MIN_ARTICLE: usize = 500;
/// A list with at least this share of documents is not a list of news.
const DOCUMENT_SHARE: f64 = 0.6;
/// A page without news and with at least this many links to documents is a list of documents.
const MIN_DOCUMENT_LINKS: usize = 5;
/// Magic numbers of files, and what to call such a file.
const FILES: [(&[u8], &str); 7] = [
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a file of Office or an archive"),
    (b"\xD0\xCF\x11\xE0", "a file of Office"),
    (b"\x89PNG", "a picture"),
    (b"\xFF\xD8\xFF", "a picture"),
    (b"GIF8", "a picture"),
    (b"Rar!", "an archive"),
];
/// Column headings of tables of documents, folded.
const COLUMNS: [&str; 6] =
    ["so ky hieu", "so/ky hieu", "so hieu", "trich yeu", "ngay ban hanh", "co quan ban hanh"];
const LIST_INSTEAD: &str = "give the address of the page that lists the news";

/// A page that can be a source.
pub(super) enum AddSubject {
    /// An HTML page with listing items.
    News(PageNews),
    /// A machine-readable document (feed, sitemap, API), with its items.
    Items(Listing),
}

impl AddSubject {
    /// The items.
    pub(super) fn listing(&self) -> &Listing {
        match self {
            Self::News(news) => &news.listing,
            Self::Items(listing) => listing,
        }
    }
}

/// Determines what a page is, read by the settings of `source`.
pub(super) fn of(page: &Page, source: &Source) -> Result<AddSubject, AddRefusal> {
    if let Some(what) = file(page) {
        return Err(format!("it is {what}, not a page; {LIST_INSTEAD}"));
    }
    if !kind::definition(&source.kind).is_html {
        let listing = discover::items(page, source).map_err(|error| error.to_string())?;
        return Ok(AddSubject::Items(listing));
    }
    if let Some(error) = soft_error::of(page, None) {
        return Err(error.to_string());
    }
    let list = source.kind.setting(super::LIST);
    let shown = SubjectEvidence::of(page)?;
    if shown.text.is_empty() {
        return Err(data_source_of(page).unwrap_or_else(|| format!(
            "the page is empty: it has no text. If a browser shows text, a script creates it: find the JSON, feed or sitemap among the requests of the browser and add that, or write the source by hand with render = true (see docs/sources.md). Otherwise {LIST_INSTEAD}"
        )));
    }
    match discover::news(page, source.origin.home.as_url(), list) {
        Ok(news) => {
            if let Some(title) = article_instead(page, &news.listing.items) {
                return Err(an_article(&title));
            }
            let documents = news.listing.items.iter().filter(|item| is_of_document(item)).count();
            let items = news.listing.items.len();
            if documents as f64 >= DOCUMENT_SHARE * items as f64 {
                return Err(documents_instead(&format!("{documents} of its {items} items")));
            }
            Ok(AddSubject::News(news))
        }
        Err(error @ DiscoverError::NoNews { .. }) => Err(no_news(page, &shown, &error)),
        Err(error) => Err(error.to_string()),
    }
}

/// Determines what a page without news is.
fn no_news(page: &Page, shown: &SubjectEvidence, error: &DiscoverError) -> AddRefusal {
    if shown.asks_password {
        return format!(
            "it is a login page with a password field; bantin reads public pages only, so {LIST_INSTEAD}"
        );
    }
    let columns = COLUMNS.iter().filter(|column| shown.text.contains(**column)).count();
    if columns >= 2 || shown.documents >= MIN_DOCUMENT_LINKS {
        return documents_instead("judged by its columns and links");
    }
    match article_instead(page, &[]) {
        Some(title) => an_article(&title),
        None => data_source_of(page).unwrap_or_else(|| error.to_string()),
    }
}

/// Names the API or feed behind a page whose news a script creates.
fn data_source_of(page: &Page) -> Option<AddRefusal> {
    let mut instead = kind::offers(page).filter_map(|(kind, _)| kind.offered_instead);
    Some(format!("the page has no list of news, but {}", instead.next()?))
}

fn an_article(title: &str) -> AddRefusal {
    format!(
        "it is one article ({title:?}), not a list; {LIST_INSTEAD}, or use `bantin extract` to show the article"
    )
}

fn documents_instead(what: &str) -> AddRefusal {
    format!(
        "it is a list of documents ({what}), not of news; {LIST_INSTEAD}, or use --list with the heading of its news"
    )
}

/// Names a file that is not a page, by its first bytes or its media type.
fn file(page: &Page) -> Option<&'static str> {
    let magic = FILES.iter().find(|(magic, _)| page.bytes.starts_with(magic));
    let essence = page.media.essence.as_str();
    magic.map(|(_, what)| *what).or(match essence.split('/').next() {
        Some("image") => Some("a picture"),
        Some("video" | "audio") => Some("a recording"),
        _ if essence == "application/pdf" => Some("a PDF document"),
        _ => None,
    })
}

/// Properties of a page that show what it is.
struct SubjectEvidence {
    /// The whole text, folded.
    text: String,
    asks_password: bool,
    /// The number of links to files or titled by a document number.
    documents: usize,
}

impl SubjectEvidence {
    fn of(page: &Page) -> Result<Self, AddRefusal> {
        let html = page.html().map_err(|error| error.to_string())?;
        let dom = Dom::parse(&html).map_err(|error| error.to_string())?;
        let count =
            |css: &str| Selector::parse(css).map_or(0, |css| dom.tree().select(&css).count());
        let links = Selector::parse("a[href]").ok();
        let hrefs = links.iter().flat_map(|links| dom.tree().select(links));
        let documents = hrefs.filter(|link| {
            link.attr("href").is_some_and(is_document) || is_numbered(&dom::text_of(*link))
        });
        let documents = documents.count();
        Ok(Self {
            text: plain::fold(&dom::text_of(dom.tree().root_element())),
            asks_password: count("input[type=password i]") > 0,
            documents,
        })
    }
}

/// Whether an item is a legal or official document: a file, or titled by a document number.
fn is_of_document(item: &ListingItem) -> bool {
    is_document(item.url.path()) || item.title.as_deref().is_some_and(is_numbered)
}

/// Whether a text contains a document number: 12/2023/NĐ-CP, 45/QĐ-UBND.
fn is_numbered(text: &str) -> bool {
    text.split_whitespace().any(|word| is_document_number(word.trim_start_matches('(')))
}

/// The title of the article, if the page is a single article that may list others beside it.
fn article_instead(page: &Page, items: &[ListingItem]) -> Option<String> {
    let article = bantin_read::single_page(page, &PlatformChoice::default()).ok()?;
    let is_dated = !matches!(
        article.provenance.get(&ArticleField::Published),
        None | Some(Provenance::FirstSeen | Provenance::Lead | Provenance::Teaser)
    );
    let title = plain::fold(&article.title);
    let is_item = items.iter().any(|item| {
        let shown = item.title.as_deref().map(plain::fold);
        shown.is_some_and(|shown| shown == title) && !is_same_page(&item.url, page)
    });
    let is_article = is_dated && !is_item && own_text(&article, items) >= MIN_ARTICLE;
    is_article.then_some(article.title)
}

fn is_same_page(url: &Url, page: &Page) -> bool {
    url.path() == page.url.path() && url.query() == page.url.query()
}

/// The number of characters in the article's own paragraphs, without leads of the items.
fn own_text(article: &NewArticle, items: &[ListingItem]) -> usize {
    let shown: Vec<String> = items
        .iter()
        .flat_map(|item| [&item.title, &item.summary])
        .flatten()
        .map(|text| plain::fold(text).trim_end_matches(['.', '…', ' ']).to_owned())
        .filter(|text| !text.is_empty())
        .collect();
    let is_own = |line: &&str| {
        let line = plain::fold(line);
        !shown.iter().any(|text| line.contains(text.as_str()) || text.contains(line.as_str()))
    };
    let lengths = article.text.lines().filter(is_own).map(|line| line.chars().count());
    lengths.filter(|length| *length >= PARAGRAPH).sum()
}
