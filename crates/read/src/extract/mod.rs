//! Extracts a draft from a page: each field as written on the page, with its provenance.
//!
//! The sources of a field, most reliable first: the operator's selectors, which nothing overrides;
//! the rules for the page's CMS family ([`platform`]); the page's structured data ([`metadata`]);
//! the visible text, line by line. A selector that matches nothing on a page leaves its field to
//! the next source.
//!
//! Each stage puts its candidates into a ranked, lazy list, from which `FieldChoices` takes the
//! first usable one. To support another source of a field, add a candidate to its list: `bantin
//! explain` prints the same list. This module cleans no text and parses no date; `normalize` does
//! both.

pub mod metadata;
pub mod platform;

mod agreement;
mod authors;
mod below_title;
mod body;
mod body_boilerplate;
mod byline;
mod byline_around;
mod byline_credits;
mod byline_end;
mod byline_inline;
mod byline_mark;
mod byline_parts;
mod byline_shape;
mod byline_value;
mod credits;
mod date_line;
mod dates;
mod fact_line;
mod generic;
mod info_box;
mod labels;
mod lead;
mod line_breaks;
mod line_wording;
mod lines;
mod listed;
mod listing_page;
mod matched;
mod other_articles;
mod outside_body;
mod page_boilerplate;
mod page_phrases;
mod plain_text;
mod price;
mod removed;
mod repeated_blocks;
mod rules_version;
mod selected;
mod site_names;
mod streamed;
mod teasers;
mod title;
mod trim;
mod view;

pub use listed::{draft_as_listed, draft_of_item};
pub use listing_page::ListingSign;
pub use rules_version::{RULES_HASH, RULES_VERSION};

use bantin_core::{
    ArticleSelectors, Draft, ExplainedField, Extracted, FieldCandidate, FieldChoices, ListingItem,
    Provenance, RawAttachment, RawHtml, RetryAdvice,
};
use bantin_page::{Dom, Page, PageError, SafeHtml, SoftError, dom, plain, soft_error};
use body::{ArticleBody, BodyCutter, BodyRange};
use byline::Byline;
use dates::DateSearch;
use lines::TextLine;
use removed::RemovalLog;
use site_names::SiteNames;
use url::Url;
use view::PageView;

/// The reason why a page gives no draft.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExtractError {
    /// The page cannot be parsed.
    #[error("the page at {url} cannot be read: {why}")]
    Unreadable {
        /// The page's address.
        url: Url,
        /// The parser's reason.
        why: Box<PageError>,
    },
    /// The response is not an HTML page.
    #[error("{url} is not an HTML page but {media}")]
    NotHtml {
        /// The page's address.
        url: Url,
        /// Its media type.
        media: String,
    },
    /// The page is a login form without any content.
    #[error("the page at {0} is a login form; bantin reads public pages only")]
    Login(Url),
    /// The page has status 200, but its content is an error message (a soft error).
    #[error("{url} is not an article: {error}")]
    SoftError {
        /// The page's address.
        url: Url,
        /// The detected soft error.
        error: Box<SoftError>,
    },
    /// The page is a list of other articles or things.
    #[error(
        "{url} is a list: {sign}; to read the articles that it lists, make it the url of a source"
    )]
    Listing {
        /// The page's address.
        url: Url,
        /// The sign by which it was recognized.
        sign: ListingSign,
    },
    /// The page has content but no title.
    #[error("no title was found at {0}; select it with article.title")]
    NoTitle(Url),
    /// The page has neither a title nor content.
    #[error("no article text was found at {0}; select it with article.body")]
    NoBody(Url),
}

impl ExtractError {
    /// The action that the visit should take.
    pub fn advice(&self) -> RetryAdvice {
        match self {
            Self::Unreadable { .. } | Self::NotHtml { .. } => RetryAdvice::SkipPage,
            Self::SoftError { error, .. } => error.kind.advice(),
            Self::Login(_) | Self::Listing { .. } | Self::NoTitle(_) | Self::NoBody(_) => {
                RetryAdvice::AskOperator
            }
        }
    }
}

/// Extracts the draft of the article on a page. `item` is the listing item that led to the page.
pub fn draft(
    page: &Page,
    item: Option<&ListingItem>,
    rules: &ArticleSelectors,
) -> Result<Draft, ExtractError> {
    draft_with(page, item, rules, &mut FieldChoices::default())
}

/// Like [`draft`], but records the candidates in `choices` when these keep an explanation.
pub fn draft_with(
    page: &Page,
    item: Option<&ListingItem>,
    rules: &ArticleSelectors,
    choices: &mut FieldChoices,
) -> Result<Draft, ExtractError> {
    draft_of_site(page, item, rules, &[], choices)
}

/// Like [`draft_with`], for a source whose own and whose agency's name are known: these are neither
/// titles nor authors.
pub fn draft_of_site(
    page: &Page,
    item: Option<&ListingItem>,
    rules: &ArticleSelectors,
    names: &[&str],
    choices: &mut FieldChoices,
) -> Result<Draft, ExtractError> {
    require_html(page)?;
    let unreadable = |why| ExtractError::Unreadable { url: page.url.clone(), why: Box::new(why) };
    let dom = parsed(page).map_err(unreadable)?;
    let platform = platform::recognize(&dom, &rules.platforms);
    choices.explain(|explanation| {
        explanation.platform = platform.map(|platform| platform.name.clone())
    });
    let view = PageView::of(dom, page, item, rules, platform, names, choices);
    let cutter = BodyCutter::of(rules, platform, choices);
    let mut body = body::choose(&view, &cutter, choices).map_err(unreadable)?;
    // Some articles consist of a title and a file.
    let file = || outside_body::single_attachment(&view.dom, &view.lines, &view.base);
    let (file, files) = body.is_none().then(file).flatten().unzip();
    let range = view.range(body.as_ref(), file);
    let title = choices.take(ExplainedField::Title, title::candidates(&view, &range));
    let shown = title.as_ref().map(|title| title.value.as_str());

    let mut contents =
        DraftContents { attachments: view.attachments.clone(), ..DraftContents::default() };
    contents.attach(files.unwrap_or_default(), Provenance::Markup("link under the title".into()));
    if let Some(body) = &mut body {
        let files = outside_body::files(*body.value.dom.tree().root_element(), &view.base);
        contents.attach(files, Provenance::Body);
        view.strip_body(body, shown.unwrap_or_default(), &mut contents.byline, choices);
    }
    // A guessed body without a sentence besides the title is the surroundings of an empty article.
    contents.body = choices.check(ExplainedField::Body, body, |body| {
        let is_around = is_guess(body)
            && !generic::has_text(body.value.lines(), shown.map(plain::fold).as_deref());
        let why = "has no sentence besides the title: it is the surroundings of an empty article";
        is_around.then_some(why)
    });
    // Locate the body again: a guessed body may have started above its title.
    contents.range = view.range(contents.body.as_ref(), file).after_title(&view.lines, shown);
    contents.byline.read_around_body(&view, &contents.range);
    contents.read_text(&view);
    let title = view.require_article(title, &contents)?;
    let agreement = agreement::of(&view, &title, &contents);
    Ok(Draft { agreement, ..view.draft(title, contents, choices) })
}

/// Parses a page. A plain text is a page, too.
fn parsed(page: &Page) -> Result<Dom, PageError> {
    let may_be_plain = matches!(page.media.essence.as_str(), "" | "text/plain");
    let text = page.text()?.text;
    let plain = may_be_plain.then(|| plain_text::page(&text)).flatten();
    let html = plain.unwrap_or(text);
    let is_streamed = streamed::has_parts(&html);
    let mut dom = Dom::parse(&SafeHtml::check(html)?)?;
    if is_streamed {
        streamed::place(dom.tree_mut());
    }
    dom.check_cost()?;
    Ok(dom)
}

/// Rejects files of other media types.
fn require_html(page: &Page) -> Result<(), ExtractError> {
    let media = page.media.essence.as_str();
    let is_text = media.is_empty() || media.contains("html") || media == "text/plain";
    if is_text && !page.bytes.starts_with(b"%PDF-") {
        return Ok(());
    }
    let media = if is_text { "application/pdf" } else { media };
    Err(ExtractError::NotHtml { url: page.url.clone(), media: media.to_owned() })
}

impl PageView<'_> {
    /// The position of a body on the page, or the line of the file that stands in for a body.
    fn range(&self, body: Option<&Extracted<ArticleBody>>, file: Option<usize>) -> BodyRange {
        match body {
            Some(body) => body::locate(&self.lines, body.value.lines()),
            None => BodyRange { title: None, body: file.map(|line| (line, line)) },
        }
    }

    /// Cuts title, boilerplate and bylines out of a body, and reads the bylines.
    fn strip_body(
        &self,
        body: &mut Extracted<ArticleBody>,
        title: &str,
        byline: &mut Byline,
        choices: &mut FieldChoices,
    ) {
        let guessed = is_guess(body);
        let ArticleBody { dom, removed, lines } = &mut body.value;
        let lines = lines.take().unwrap_or_else(|| lines::lines(*dom.tree().root_element()));
        trim::trim(dom.tree_mut(), &lines, title, guessed, removed);
        byline.split_off(dom.tree_mut(), removed);
        choices.explain(|explanation| {
            let mut around = RemovalLog::new(guessed);
            around.elements(self.dom.tree(), &self.boilerplate, removed::boilerplate);
            explanation.removed.append(&mut around.parts);
            explanation.removed.append(&mut removed.parts);
        });
    }

    /// The title, if the page is an article.
    ///
    /// # Errors
    /// The page shows something else. A titled page without content passes: `normalize` decides
    /// about it, because it knows the other fields.
    fn require_article(
        &self,
        title: Option<Extracted<String>>,
        contents: &DraftContents,
    ) -> Result<Extracted<String>, ExtractError> {
        let url = || self.page.url.clone();
        if !contents.has_content && self.metadata.asks_password {
            return Err(ExtractError::Login(url()));
        }
        if let Some(sign) = listing_page::sign(self, contents) {
            return Err(ExtractError::Listing { url: url(), sign });
        }
        let Some(title) = title else {
            let error =
                if contents.is_empty() { ExtractError::NoBody } else { ExtractError::NoTitle };
            return Err(error(url()));
        };
        // If the page shows no title, the listing item's title cannot be contradicted.
        let shows_one = title.provenance != Provenance::Teaser
            || title::confirmed(&self.lines, &title.value).is_some();
        let promised = self.item.and_then(|item| item.title.as_deref());
        let all: Vec<&str> = self.lines.iter().map(|line| line.text.as_str()).collect();
        let all = shows_one.then(|| all.join("\n"));
        let error = soft_error::of_article(&title.value, &contents.text, promised, all.as_deref());
        // The text of an article may be its file.
        let has_files = !contents.attachments.is_empty();
        match error.filter(|error| !has_files || !error.is_placeholder()) {
            Some(error) => Err(ExtractError::SoftError { url: url(), error: Box::new(error) }),
            None => Ok(title),
        }
    }

    /// Builds the draft of an article.
    fn draft(
        self,
        title: Extracted<String>,
        contents: DraftContents,
        choices: &mut FieldChoices,
    ) -> Draft {
        let mut draft = Draft::empty(self.page.url.clone());
        draft.canonical = self.metadata.canonical(&self.base);
        draft.title = Some(title);
        draft.fetched = Some(self.page.fetched);
        draft.dates = self.dates(&contents, choices);
        draft.summary = choices.take(ExplainedField::Summary, self.summaries());
        let language = choices
            .take(ExplainedField::Language, outside_body::languages(&self.dom, &contents.text));
        draft.language = language.map(|language| language.map(|tag| tag.0));
        // A picture that only the mark-up or the listing names does not turn an empty page into an
        // article.
        draft.images = self.image().filter(|_| !contents.is_empty()).into_iter().collect();
        let authors = authors::candidates(&self, &contents.range, contents.byline.author);
        draft.author = choices.take(ExplainedField::Author, authors);
        let html = |body: ArticleBody| RawHtml(body::write(&body.dom, &contents.head, &self.base));
        draft.body = contents.body.filter(|_| contents.has_content).map(|body| body.map(html));
        let agencies = authors::agencies(&self.metadata);
        let sources = self.selected.source.iter().cloned().chain(contents.byline.source);
        let sources = sources.chain(agencies);
        let sources = sources.map(|found| {
            let own =
                is_own(&self.site, &found).then_some("is the site itself, not another source");
            FieldCandidate::from(found).fault(own)
        });
        draft.source_line = choices.take(ExplainedField::Source, sources);
        draft.attachments = contents.attachments;
        if let Some(item) = self.item {
            let of_teaser = |tag: &String| Extracted::new(tag.clone(), Provenance::Teaser);
            draft.tags = item.tags.iter().map(of_teaser).collect();
            let files = item.attachments.iter().cloned();
            draft.attachments.extend(files.map(|file| Extracted::new(file, Provenance::Teaser)));
            draft.first_source.clone_from(&item.first_source);
        }
        draft.tags.extend(self.metadata.tags);
        draft
    }

    /// The date texts, best first.
    fn dates(
        &self,
        contents: &DraftContents,
        choices: &mut FieldChoices,
    ) -> Vec<Extracted<String>> {
        let search =
            DateSearch { view: self, range: &contents.range, lead: contents.lead.as_deref() };
        let dates = search.candidates();
        if choices.are_explained() {
            let cut = removed::detached_lines(self.dom.tree(), &self.boilerplate);
            for (line, why) in search.ignored(&dates, cut) {
                choices.ignore(ExplainedField::Date, "page", &line, why);
            }
        }
        dates
    }

    /// The summaries, best first.
    fn summaries(&self) -> impl Iterator<Item = FieldCandidate> {
        let selected = self.selected.summary.iter().map(|found| {
            FieldCandidate::from(found.clone())
                .fault(is_short(found).then_some("is too short for a summary"))
        });
        let teased = self.item.and_then(|item| item.summary.as_deref()).map(plain::line);
        let teased = teased.filter(|text| !text.is_empty());
        let teased = teased.map(|summary| FieldCandidate::new(summary, Provenance::Teaser));
        selected.chain(teased).chain(self.metadata.summary.clone().map(FieldCandidate::from))
    }

    /// The article's picture, as the listing or the metadata names it.
    fn image(&self) -> Option<Extracted<Url>> {
        let teased = self.item.and_then(|item| item.image.clone());
        let named = || {
            let Extracted { value, provenance } = self.metadata.image.as_ref()?;
            Some(Extracted::new(self.base.join(value).ok()?, provenance.clone()))
        };
        teased.map(|url| Extracted::new(url, Provenance::Teaser)).or_else(named)
    }
}

/// Whether a source line names the page's own site. A label credits the own agency for its own
/// news, which is kept; its host says nothing, and neither does its portal.
fn is_own(site: &SiteNames, found: &Extracted<String>) -> bool {
    const PORTALS: [&str; 3] = ["cong ", "trang ", "website "];
    let is_portal = || PORTALS.iter().any(|portal| plain::fold(&found.value).starts_with(portal));
    match found.provenance {
        Provenance::Selector(_) => false,
        Provenance::Label(_) | Provenance::Platform(_) => {
            let is_named = || site.contains(&found.value) || site.is_in_title(&found.value);
            site.is_address(&found.value) || is_portal() && is_named()
        }
        _ => site.contains(&found.value) || site.is_owner(&found.value),
    }
}

fn is_short(summary: &Extracted<String>) -> bool {
    summary.value.chars().count() < 20
}

fn is_guess(body: &Extracted<ArticleBody>) -> bool {
    body.provenance == Provenance::Generic
}

/// The parts of a draft that are found in the visible page rather than in its metadata.
#[derive(Default)]
struct DraftContents {
    body: Option<Extracted<ArticleBody>>,
    range: BodyRange,
    byline: Byline,
    attachments: Vec<Extracted<RawAttachment>>,
    /// Paragraphs that introduce the text and are not in the body.
    head: Vec<String>,
    /// Head and body as plain text.
    text: String,
    /// The first line of the text.
    lead: Option<String>,
    /// Whether the article has text or a picture.
    has_content: bool,
}

impl DraftContents {
    fn attach(&mut self, files: Vec<RawAttachment>, from: Provenance) {
        self.attachments.extend(files.into_iter().map(|file| Extracted::new(file, from.clone())));
    }

    /// Builds the text from the body and the paragraphs that stand apart from it.
    fn read_text(&mut self, view: &PageView<'_>) {
        let body = self.body.as_ref();
        let text = body.map(|body| dom::text_of(body.value.dom.tree().root_element()));
        self.text = text.map(|text| plain::lines(&text)).unwrap_or_default();
        let summary = view.selected.summary.as_ref().filter(|summary| !is_short(summary));
        let apart = summary
            .filter(|summary| !plain::fold(&self.text).contains(&plain::fold(&summary.value)));
        self.head = apart.iter().map(|summary| summary.value.clone()).collect();
        // The operator's selector names the whole text.
        let is_selected =
            |body: &Extracted<ArticleBody>| matches!(body.provenance, Provenance::Selector(_));
        if let Some(body) = body.filter(|body| !is_selected(body)) {
            let lead = lead::lead(view, &self.range, is_guess(body));
            let is_new = |line: &&TextLine| {
                !self.text.contains(&line.text) && !self.head.contains(&line.text)
            };
            let lead: Vec<String> =
                lead.into_iter().filter(is_new).map(|line| line.text.clone()).collect();
            self.head.extend(lead);
        }
        let first = self.head.first().map(String::as_str).or(self.text.lines().next());
        self.lead = first.map(str::to_owned);
        if !self.head.is_empty() {
            self.text = format!("{}\n{}", self.head.join("\n"), self.text);
        }
        let has_image = body.is_some_and(|body| outside_body::has_media(&body.value.dom));
        self.has_content = !plain::is_blank(&self.text) || has_image;
    }

    /// Whether the page has no text, no picture and no file.
    fn is_empty(&self) -> bool {
        !self.has_content && self.attachments.is_empty()
    }
}

#[cfg(test)]
mod tests;
