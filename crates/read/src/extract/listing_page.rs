//! Whether a page is a list of other articles, or of products, instead of an article.
//!
//! Only a list that is recognized is refused: a refused article is lost. The evidence for an article
//! is weighed first: its structured data, a day below its own title, a title that the listing
//! announced. An article may consist of a list, too, and every site puts teasers below its articles.

use super::repeated_blocks::RepeatedBlocks;
use super::{DraftContents, PageView, date_line, generic, is_guess};
use bantin_core::{FieldChoices, Provenance};
use bantin_page::plain;
use std::collections::HashSet;
use std::fmt;
use url::Url;

/// Minimum number of blocks on a page whose address is that of a category.
const FEW_BLOCKS: usize = 3;
/// Minimum number of blocks with a price.
const PRICED_BLOCKS: usize = 4;
/// Minimum number of blocks with a price that make a shop, whatever the page's text.
const SHOP: usize = 8;
/// Minimum number of blocks with most of the text.
const SOME_BLOCKS: usize = 5;
/// The share of the text, in percent, that the blocks of a list hold.
const MOST: usize = 80;
/// The share of the text, in percent, that the blocks of a page with a day hold: the articles beside
/// a short article hold most of the text, too.
const NEARLY_ALL: usize = 95;
/// Minimum number of blocks on a page whose type is that of an article.
const MANY_BLOCKS: usize = 12;
/// The length of the paragraphs, in characters, from which a page is not a list because of its
/// blocks alone.
const LONG_TEXT: usize = 1500;

/// The sign that a page is a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListingSign {
    /// The page's structured data.
    Declared,
    /// The page's text is made of teasers.
    Teasers,
    /// A few words stand above teasers.
    TeasersBelow(usize),
    /// Blocks with prices.
    Products(usize),
    /// A control that sorts the blocks.
    Sortable(usize),
    /// The address of a category or of a further page, and blocks.
    Address(usize),
    /// Blocks with most of the text.
    Blocks {
        /// The number of blocks.
        count: usize,
        /// Their share of the text, in percent.
        share: usize,
    },
}

impl fmt::Display for ListingSign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Declared => f.write_str("its data declare it a collection or a product"),
            Self::Teasers => f.write_str("its text consists of linked headlines"),
            Self::TeasersBelow(count) => {
                write!(f, "it has a few words above {count} linked headlines")
            }
            Self::Products(count) => write!(f, "it shows {count} linked products with a price"),
            Self::Sortable(count) => {
                write!(f, "it shows {count} linked entries, which readers can sort")
            }
            Self::Address(count) => {
                write!(f, "its address is that of a category, and it shows {count} linked entries")
            }
            Self::Blocks { count, share } => {
                write!(f, "{count} linked entries hold {share} % of its text")
            }
        }
    }
}

/// The sign that a page is a list; `None` for an article. The operator's selectors are trusted.
pub(super) fn sign(view: &PageView<'_>, contents: &DraftContents) -> Option<ListingSign> {
    let body = contents.body.as_ref()?;
    let is_selected = matches!(body.provenance, Provenance::Selector(_));
    if is_selected {
        return None;
    }
    let is_teased = !view.metadata.describes_article
        && !follows_title(view, contents)
        && view.teasers.hold(&view.lines, body.value.lines());
    let evidence = ListingEvidence::of(view, contents);
    if is_teased && !evidence.is_announced() {
        return Some(ListingSign::Teasers);
    }
    evidence.sign()
}

/// Whether a body stands right below its own title, with at most one link to another page.
fn follows_title(view: &PageView<'_>, contents: &DraftContents) -> bool {
    let range = &contents.range;
    let Some((title, (_, last))) = range.title.zip(range.body) else { return false };
    let lines = view.lines.get(title..last + 1).unwrap_or_default();
    !lines.is_empty() && lines.iter().filter(|line| line.leads_away()).count() < 2
}

fn is_dated(text: &str) -> bool {
    date_line::is_date_line(text) || date_line::is_short_date_line(text)
}

/// The evidence for and against a list.
struct ListingEvidence<'a> {
    view: &'a PageView<'a>,
    contents: &'a DraftContents,
    blocks: RepeatedBlocks,
    /// The length of the text outside of blocks: of the longest run of paragraphs, or of the body.
    own: usize,
    /// The length of the longest run of paragraphs outside of blocks.
    run: usize,
}

impl<'a> ListingEvidence<'a> {
    fn of(view: &'a PageView<'a>, contents: &'a DraftContents) -> Self {
        let blocks = RepeatedBlocks::of(&view.dom, &view.lines);
        let (mut run, mut longest) = (0, 0);
        let mut inside = HashSet::new();
        for (index, line) in view.lines.iter().enumerate() {
            if blocks.hold(index) {
                run = 0;
                inside.insert(line.text.as_str());
            } else if generic::is_text(line) {
                run += line.length();
                longest = longest.max(run);
            }
        }
        let (mut text, mut repeated) = (0, 0);
        for line in contents.text.lines() {
            let length = line.chars().count();
            text += length;
            repeated += if inside.contains(line.trim()) { length } else { 0 };
        }
        let own = longest.max(text - repeated);
        Self { view, contents, blocks, own, run: longest }
    }

    fn sign(&self) -> Option<ListingSign> {
        let (metadata, blocks) = (&self.view.metadata, &self.blocks);
        let is_shop = blocks.priced >= SHOP && blocks.length >= 3 * self.own;
        let products = Some(ListingSign::Products(blocks.priced));
        if metadata.describes_article {
            return products.filter(|_| is_shop);
        }
        if self.is_dated_article() || self.is_announced() {
            return None;
        }
        if metadata.declares_collection {
            return Some(ListingSign::Declared);
        }
        if is_shop { products } else { self.of_blocks().or_else(|| self.of_teasers_below()) }
    }

    /// Whether the page has a few words above teasers. Agencies' pages declare nothing, and have
    /// short notices above the lists of others; these have a day.
    fn of_teasers_below(&self) -> Option<ListingSign> {
        /// Minimum number of teasers below a few words.
        const MANY: usize = 6;
        /// Maximum length of the few words, in characters.
        const FEW: usize = 600;
        let (_, last) = self.contents.range.body.unwrap_or_default();
        let length = self.contents.text.chars().count();
        let (count, teased) = self.view.teasers.below(&self.view.lines, last);
        let metadata = &self.view.metadata;
        let is_about = metadata.declares_other
            && !metadata.declares_article
            && self.contents.body.as_ref().is_some_and(is_guess)
            && length <= FEW
            && count >= MANY
            && teased >= 2 * length
            && !self.has_date();
        is_about.then_some(ListingSign::TeasersBelow(count))
    }

    /// The sign in the blocks of a page that nothing declares a list.
    fn of_blocks(&self) -> Option<ListingSign> {
        let (metadata, blocks) = (&self.view.metadata, &self.blocks);
        let (count, length) = (blocks.count, blocks.length);
        let is_category = names_category(&self.view.page.url);
        let share = length * 100 / (length + self.own).max(1);
        let address = Some(ListingSign::Address(count));
        let products = Some(ListingSign::Products(blocks.priced));
        let held = Some(ListingSign::Blocks { count, share });
        if metadata.declares_article {
            // Only more evidence contradicts the declared type.
            let is_category = is_category && count >= SOME_BLOCKS && share >= 50;
            let has_products = blocks.priced > PRICED_BLOCKS && share >= 25;
            let is_held = count >= MANY_BLOCKS && share >= 75;
            return products
                .filter(|_| has_products)
                .or(address.filter(|_| is_category))
                .or(held.filter(|_| is_held));
        }
        if blocks.priced >= SHOP || (blocks.priced >= PRICED_BLOCKS && share >= 20) {
            return products;
        }
        if is_category && count >= FEW_BLOCKS && share >= 33 && !self.has_date() {
            return address;
        }
        let is_sorted = metadata.is_sortable && (is_category || count >= FEW_BLOCKS);
        if is_sorted && !self.has_date() {
            return Some(ListingSign::Sortable(count));
        }
        let has_most = count >= SOME_BLOCKS && self.run < LONG_TEXT && share >= MOST;
        held.filter(|_| has_most && (share >= NEARLY_ALL || !self.has_date()))
    }

    fn has_date(&self) -> bool {
        !self.view.dates(self.contents, &mut FieldChoices::default()).is_empty()
    }

    /// Whether a day stands between the title and the body, or beside them, or in the address.
    fn is_dated_article(&self) -> bool {
        /// Maximum number of lines from the title to the body.
        const BELOW: usize = 8;
        /// Number of lines above the title and below it in which its day stands.
        const AROUND: (usize, usize) = (2, 6);
        let range = &self.contents.range;
        let is_near = |(title, (first, _)): &(usize, (usize, usize))| {
            (*title..=title + BELOW).contains(first) && !self.blocks.hold(*title)
        };
        let Some((title, (first, _))) = range.title.zip(range.body).filter(is_near) else {
            return names_day(&self.view.page.url);
        };
        // Beside a body in blocks stand the days of blocks.
        let (from, to) = match self.blocks.hold(first) {
            true => (title, first),
            false => (title.saturating_sub(AROUND.0), first.max(title + AROUND.1)),
        };
        let lines = self.view.lines.iter().enumerate().take(to + 1).skip(from);
        // A clock above the title is the page's.
        let is_clock = |index: usize| index < title && self.view.shows_today(index);
        let mut own = lines.filter(|(index, _)| !self.blocks.hold(*index) && !is_clock(*index));
        own.any(|(_, line)| is_dated(&line.text)) || names_day(&self.view.page.url)
    }

    /// Whether the page shows the title that the listing announced, and not in a block.
    fn is_announced(&self) -> bool {
        /// Minimum number of words of a title; a shorter one may be that of a category.
        const WORDS: usize = 5;
        let Some(title) = self.view.item.and_then(|item| item.title.as_deref()) else {
            return false;
        };
        // A listing shortens long titles.
        let shown = title.trim_end_matches(['.', '…', ' ']);
        let is_cut = shown.len() < title.trim_end().len();
        let title = plain::fold(shown);
        let fits = |line: &str| {
            let line = plain::fold(line);
            if is_cut { line.starts_with(&title) } else { line == title }
        };
        let mut lines = self.view.lines.iter().enumerate();
        title.split_whitespace().count() >= WORDS
            && lines.any(|(index, line)| {
                !self.blocks.hold(index) && !line.is_linked() && fits(&line.text)
            })
    }
}

/// Whether an address is that of a category, a search or a further page of a list.
fn names_category(url: &Url) -> bool {
    const CATEGORIES: [&str; 24] = [
        "catalog",
        "categoria",
        "categorias",
        "categorie",
        "categories",
        "category",
        "chu-de",
        "chuyen-muc",
        "collections",
        "danh-muc",
        "kategorie",
        "kategorien",
        "product-category",
        "rubrique",
        "search",
        "shop",
        "suche",
        "tag",
        "tags",
        "the-loai",
        "tim-kiem",
        "topic",
        "topics",
        "tu-khoa",
    ];
    const COUNTERS: [&str; 5] = ["page", "paged", "trang", "start", "pageindex"];
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let counts = |(name, value): (std::borrow::Cow<'_, str>, std::borrow::Cow<'_, str>)| {
        COUNTERS.contains(&name.to_ascii_lowercase().as_str()) && is_number(&value)
    };
    let segments: Vec<&str> = url.path().split('/').filter(|segment| !segment.is_empty()).collect();
    let is_page =
        matches!(segments.as_slice(), [.., "page" | "trang", number] if is_number(number));
    // What stands below the name of a category may be an article of it.
    let is_article = segments.last().is_some_and(|last| names_article(last));
    let mut last = segments.iter().rev().take(3);
    is_page
        || !is_article
            && (last.any(|segment| CATEGORIES.contains(segment)) || url.query_pairs().any(counts))
}

/// Whether the last segment of an address is that of an article: many words, or a number or a file
/// behind words.
fn names_article(segment: &str) -> bool {
    const MANY: usize = 5;
    let stem = segment.split_once('.').map_or(segment, |(stem, _)| stem);
    let words: Vec<&str> = stem.split(['-', '_']).filter(|word| !word.is_empty()).collect();
    let ends_with_number = words.last().is_some_and(|word| {
        word.len() >= 3 && word.trim_start_matches(['p', 'd', 'a', 'c']).parse::<u64>().is_ok()
    });
    words.len() >= MANY || words.len() > 2 && (ends_with_number || stem.len() < segment.len())
}

/// Whether an address contains a month or a day, and words behind it: that of an article.
fn names_day(url: &Url) -> bool {
    let number = |text: &str, from: u32, to: u32| {
        text.parse().is_ok_and(|number: u32| (from..=to).contains(&number))
    };
    let segments: Vec<&str> = url.path().split('/').filter(|segment| !segment.is_empty()).collect();
    segments.windows(3).any(|window| {
        let [year, month, behind] = window else { return false };
        let has_words = |text: &&str| text.chars().any(char::is_alphabetic);
        let is_last = segments.last() == Some(behind) || number(behind, 1, 31);
        year.len() == 4
            && number(year, 1990, 2099)
            && number(month, 1, 12)
            && is_last
            && segments.last().is_some_and(has_words)
            && segments.last() != Some(&"page")
    })
}

#[cfg(test)]
mod tests;
