//! Whether a page is a list of other articles, or of products, instead of an article.
//!
//! Only a list that is recognized is refused: a refused article is lost. The evidence for an article
//! is weighed first: its structured data, a day below its own title, a title that the listing
//! announced. An article may consist of a list, too, and every site puts teasers below its articles.

mod address;

use super::lines::TextLine;
use super::repeated_blocks::RepeatedBlocks;
use super::{DraftContents, PageView, date_line, generic, is_guess};
use address::{is_front_page, is_subcategory, names_category, names_day, names_list, names_shelf};
use bantin_core::{FieldChoices, Provenance};
use bantin_page::plain;
use std::cell::OnceCell;
use std::collections::HashSet;
use std::fmt;

/// Minimum number of blocks on a page whose address is that of a category.
const FEW_BLOCKS: usize = 3;
/// Minimum number of links to other pages on a list whose entries form no blocks.
const SOME_LINKS: usize = 10;
/// Minimum number of words of a headline; a shorter title may be that of a category.
const HEADLINE: usize = 7;
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
/// Number of lines above the title and below it in which its day stands.
const AROUND: (usize, usize) = (2, 6);
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
    /// The address of a site, and links to its pages.
    FrontPage,
    /// The address of a category or of a further page, and entries.
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
            Self::FrontPage => f.write_str("it is the front page of its site"),
            Self::Address(0) => f.write_str("its address is that of a category within a category"),
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
    ListingEvidence::of(view, contents).sign()
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
    /// Whether the page has a day of its own; finding it is expensive.
    has_date: OnceCell<bool>,
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
        Self { view, contents, blocks, own, run: longest, has_date: OnceCell::new() }
    }

    fn sign(&self) -> Option<ListingSign> {
        let (view, metadata, blocks) = (self.view, &self.view.metadata, &self.blocks);
        let is_shop = blocks.priced >= SHOP && blocks.length >= 3 * self.own;
        let products = Some(ListingSign::Products(blocks.priced));
        if metadata.describes_article {
            let share = blocks.length * 100 / (blocks.length + self.own).max(1);
            let is_held = blocks.count >= SOME_BLOCKS && share >= MOST;
            let address = Some(ListingSign::Address(blocks.count));
            let address = address.filter(|_| is_held && names_category(&view.page.url));
            return products.filter(|_| is_shop).or(address);
        }
        if self.is_announced() {
            return None;
        }
        let has_entries = blocks.count >= FEW_BLOCKS || self.links() >= SOME_LINKS;
        if is_front_page(&view.page.url) && has_entries && !self.has_headline() {
            return Some(ListingSign::FrontPage);
        }
        if metadata.is_sortable && blocks.priced >= SHOP {
            return Some(ListingSign::Sortable(blocks.priced));
        }
        if self.is_dated_article() {
            return None;
        }
        if metadata.declares_collection {
            return Some(ListingSign::Declared);
        }
        if self.is_teased() {
            return Some(ListingSign::Teasers);
        }
        if is_shop {
            return products;
        }
        self.of_address().or_else(|| self.of_blocks()).or_else(|| self.of_few_words())
    }

    /// Whether the text is made of teasers.
    fn is_teased(&self) -> bool {
        let body = self.contents.body.as_ref();
        !follows_title(self.view, self.contents)
            && !self.has_headline()
            && body.is_some_and(|body| self.view.teasers.hold(&self.view.lines, body.value.lines()))
    }

    /// The number of links to other pages.
    fn links(&self) -> usize {
        self.view.lines.iter().filter(|line| line.leads_away()).count()
    }

    /// Whether a title of many words stands above a sentence, and neither belongs to an entry.
    fn has_headline(&self) -> bool {
        /// Maximum number of lines from the title to the sentence.
        const BELOW: usize = 8;
        let is_own = |index: usize| !self.blocks.hold(index) && !self.view.teasers.contain(index);
        let Some(title) = self.contents.range.title else { return false };
        let mut below = self.view.lines.iter().enumerate().skip(title + 1).take(BELOW);
        is_own(title)
            && self.is_headline(title)
            && below.any(|(index, line)| is_own(index) && generic::is_text(line))
    }

    /// The sign in the address of a page without a day.
    fn of_address(&self) -> Option<ListingSign> {
        /// Maximum length of the text that introduces a category, in characters.
        const MAX_INTRO: usize = 3000;
        let url = &self.view.page.url;
        // Finding a day is expensive.
        let is_article = || self.has_headline() || self.declares_article() || self.has_date();
        let length = self.contents.text.chars().count();
        if is_subcategory(url) && length <= MAX_INTRO && !is_article() {
            return Some(ListingSign::Address(0));
        }
        let total: usize = self.view.lines.iter().map(TextLine::length).sum();
        let is_part = length * 2 < total;
        let count = self.blocks.count.max(self.links());
        let has_entries = self.blocks.count >= FEW_BLOCKS || count >= SOME_LINKS;
        let is_category = names_category(url) || names_shelf(url);
        let is_list = is_category && !self.has_headline() || names_list(url);
        (is_list && is_part && has_entries).then_some(ListingSign::Address(count))
    }

    /// Whether the page declares itself an article, with more than a type: themes declare their
    /// lists articles, too.
    fn declares_article(&self) -> bool {
        let metadata = &self.view.metadata;
        metadata.declares_article && (!metadata.authors.is_empty() || self.has_date())
    }

    /// Whether the page shows a few words among many entries. Short notices, which stand above the
    /// entries of others, have a day or a headline.
    fn of_few_words(&self) -> Option<ListingSign> {
        /// Minimum number of teasers below a few words.
        const MANY: usize = 6;
        /// Maximum length of the few words, in characters.
        const FEW: usize = 600;
        /// The share of the page's text that they have at most, in percent.
        const SHARE: usize = 30;
        let (_, last) = self.contents.range.body.unwrap_or_default();
        let length = self.contents.text.chars().count();
        let total: usize = self.view.lines.iter().map(TextLine::length).sum();
        let (count, teased) = self.view.teasers.below(&self.view.lines, last);
        let (count, teased) = match count >= MANY {
            true => (count, teased),
            false => (self.blocks.count, self.blocks.length),
        };
        let metadata = &self.view.metadata;
        let declares_list = metadata.declares_other && !metadata.declares_article;
        let is_about = !self.declares_article()
            && self.contents.body.as_ref().is_some_and(is_guess)
            && length.max(self.own) <= FEW
            && count >= MANY
            && teased >= 2 * length
            && length * 100 < total * SHARE
            && (declares_list || !self.has_headline())
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
        if self.declares_article() {
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
        let is_shelf = is_category || names_shelf(&self.view.page.url);
        let is_sorted = metadata.is_sortable && (is_shelf || count >= FEW_BLOCKS);
        if is_sorted && !self.has_date() {
            return Some(ListingSign::Sortable(count));
        }
        let has_most =
            count >= SOME_BLOCKS && self.run < LONG_TEXT && share >= MOST && !self.has_headline();
        held.filter(|_| has_most && (share >= NEARLY_ALL || !self.has_date()))
    }

    /// Whether the page has a day of its own. Near the name of a category, today is the page's clock.
    fn has_date(&self) -> bool {
        *self.has_date.get_or_init(|| self.finds_date())
    }

    fn finds_date(&self) -> bool {
        let range = &self.contents.range;
        let title = range.title.unwrap_or_default();
        let near = title.saturating_sub(AROUND.0)..=title + AROUND.1;
        let shows_clock = !self.is_headline(title)
            && near.filter(|line| !self.blocks.hold(*line)).any(|line| self.view.shows_today(line));
        !shows_clock && !self.view.dates(self.contents, &mut FieldChoices::default()).is_empty()
    }

    /// Whether a line has as many words as a headline.
    fn is_headline(&self, line: usize) -> bool {
        let line = self.view.lines.get(line);
        line.is_some_and(|line| {
            !line.is_linked() && line.text.split_whitespace().count() >= HEADLINE
        })
    }

    /// Whether a day stands between the title and the body, or beside them, or in the address.
    fn is_dated_article(&self) -> bool {
        /// Maximum number of lines from the title to the body.
        const BELOW: usize = 8;
        /// Maximum number of days of an article; more are those of entries.
        const DAYS: usize = 3;
        let range = &self.contents.range;
        let is_near = |(title, (first, _)): &(usize, (usize, usize))| {
            (*title..=title + BELOW).contains(first) && !self.blocks.hold(*title)
        };
        let Some((title, (first, _))) = range.title.zip(range.body).filter(is_near) else {
            return names_day(&self.view.page.url);
        };
        // The clock of a page shows today, above the title or below the name of a category.
        let is_headline = self.is_headline(title);
        // Beside a body in blocks stand the days of blocks.
        let (from, to) = match self.blocks.hold(first) {
            true => (title, first),
            false => (title.saturating_sub(AROUND.0), first.max(title + AROUND.1)),
        };
        let lines = self.view.lines.iter().enumerate().take(to + 1).skip(from);
        let is_own = |(index, line): &(usize, &TextLine)| {
            let is_clock = || self.view.shows_today(*index) && (*index < title || !is_headline);
            is_dated(&line.text)
                && !date_line::is_of_other_day(&line.text)
                && !self.blocks.hold(*index)
                && !self.view.teasers.contain(*index)
                && !is_clock()
        };
        let count = lines.filter(is_own).count();
        (1..=DAYS).contains(&count) || names_day(&self.view.page.url)
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

#[cfg(test)]
mod tests;
