//! A parsed page with everything that is read before the fields of its article are chosen.

use super::info_box::{self, Fact};
use super::lines::{self, TextLine};
use super::metadata::{self, PageMetadata};
use super::selected::SelectedFields;
use super::site_names::SiteNames;
use super::teasers::Teasers;
use super::{date_line, outside_body, page_boilerplate, title};
use bantin_core::text::date;
use bantin_core::{
    ArticleSelectors, Extracted, FieldChoices, ListingItem, PlatformRules, RawAttachment,
};
use bantin_page::{Dom, Page, plain};
use chrono::TimeDelta;
use ego_tree::NodeId;
use std::cell::OnceCell;
use url::Url;

/// A parsed page with everything that is read before its fields are chosen.
pub(super) struct PageView<'a> {
    pub(super) page: &'a Page,
    pub(super) item: Option<&'a ListingItem>,
    pub(super) base: Url,
    pub(super) selected: SelectedFields,
    pub(super) metadata: PageMetadata,
    pub(super) site: SiteNames,
    /// The files that the platform's rules find.
    pub(super) attachments: Vec<Extracted<RawAttachment>>,
    /// The page without its boilerplate.
    pub(super) dom: Dom,
    /// The elements that were cut out of `dom`.
    pub(super) boilerplate: Vec<NodeId>,
    pub(super) lines: Vec<TextLine>,
    pub(super) teasers: Teasers,
    /// The line of the title that something confirms.
    heading: OnceCell<Option<usize>>,
    /// The titles that lines may show, without the day behind them, folded; empty for long lines.
    folded: OnceCell<Vec<String>>,
    /// The addresses of the page, without fragments.
    own_addresses: OnceCell<Vec<Url>>,
    /// Whether a line is in Vietnamese.
    vietnamese: OnceCell<bool>,
    /// The facts in the box about the article.
    facts: OnceCell<Vec<Fact>>,
}

impl<'a> PageView<'a> {
    /// Reads selectors and metadata from the intact page, then removes its boilerplate.
    pub(super) fn of(
        mut dom: Dom,
        page: &'a Page,
        item: Option<&'a ListingItem>,
        rules: &ArticleSelectors,
        platform: Option<&PlatformRules>,
        names: &[&str],
        choices: &mut FieldChoices,
    ) -> Self {
        let base = dom.base(&page.url);
        let metadata = metadata::read(&dom);
        let mut site = SiteNames::of(&page.url, &metadata, names);
        site.add_shown(&dom, &page.url, &base);
        let selected = SelectedFields::read(&dom, rules, platform, choices);
        let attachments = outside_body::attachments(&dom, platform, &base);
        let boilerplate = page_boilerplate::remove_page_boilerplate(
            dom.tree_mut(),
            metadata.article_text.as_deref(),
        );
        let lines = lines::lines(*dom.tree().root_element());
        Self {
            site,
            teasers: Teasers::of(&dom, &lines),
            metadata,
            selected,
            attachments,
            boilerplate,
            lines,
            page,
            item,
            base,
            dom,
            heading: OnceCell::new(),
            folded: OnceCell::new(),
            own_addresses: OnceCell::new(),
            vietnamese: OnceCell::new(),
            facts: OnceCell::new(),
        }
    }

    /// The facts in the box about the article.
    pub(super) fn facts(&self) -> &[Fact] {
        self.facts.get_or_init(|| info_box::facts(self.dom.tree(), &self.lines))
    }

    /// Whether an address as written on the page is that of the page.
    pub(super) fn is_own_address(&self, href: &str) -> bool {
        let bare = |mut url: Url| {
            url.set_fragment(None);
            url
        };
        let own = self.own_addresses.get_or_init(|| {
            let canonical = self.metadata.canonical(&self.base).map(|found| found.value);
            std::iter::once(self.page.url.clone()).chain(canonical).map(bare).collect()
        });
        // Most links need not be resolved: they lack the last segment of the page.
        let is_named = |url: &Url| {
            let name = url.path().rsplit('/').find(|part| !part.is_empty()).unwrap_or_default();
            name.contains('%') || href.contains(name)
        };
        let is_short = href.len() <= 2 || href.starts_with(['#', '?', '.']);
        let may_be_own = is_short || own.iter().any(is_named);
        let target = || self.base.join(href.trim()).ok().map(bare);
        may_be_own && target().is_some_and(|target| own.contains(&target))
    }

    /// The line of the title that something confirms.
    pub(super) fn heading(&self) -> Option<usize> {
        *self.heading.get_or_init(|| title::heading(self))
    }

    /// The title that a line may show, folded.
    pub(super) fn folded_title(&self, line: usize) -> &str {
        let folded = self.folded.get_or_init(|| {
            let fold = |line: &TextLine| match title::may_show(line) {
                true => plain::fold(date_line::split_trailing_date(&line.text).0),
                false => String::new(),
            };
            self.lines.iter().map(fold).collect()
        });
        folded.get(line).map(String::as_str).unwrap_or_default()
    }

    /// Whether a line of the page is in Vietnamese.
    pub(super) fn is_vietnamese(&self) -> bool {
        let is_vietnamese = |line: &TextLine| outside_body::is_vietnamese(&line.text);
        *self.vietnamese.get_or_init(|| self.lines.iter().any(is_vietnamese))
    }

    /// Whether a line names the day of the fetch, as the clock of a page does.
    pub(super) fn shows_today(&self, line: usize) -> bool {
        /// Time zones differ from UTC by less.
        const ZONE: TimeDelta = TimeDelta::hours(14);
        let day = self.lines.get(line).and_then(|line| date::find(&line.text)).map(|date| date.day);
        let fetched = self.page.fetched;
        day.is_some_and(|day| {
            ((fetched - ZONE).date_naive()..=(fetched + ZONE).date_naive()).contains(&day)
        })
    }
}
