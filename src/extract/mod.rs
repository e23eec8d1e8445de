//! From a page to a draft: every field as it stands on the page, with where it was found.
//!
//! The ways to a field, the surest first: the operator's selectors, which nothing overrides; the rules for the page's CMS
//! family ([`platform`]); what the page says of itself to machines ([`metadata`]); what it shows to readers, line by line. A
//! selector that finds nothing on a page leaves its field to the next way. Nothing is cleaned here and no date is read:
//! that is `normalize`.

pub mod metadata;
pub mod platform;

mod beside;
mod body;
mod byline;
mod chrome;
mod clutter;
mod cuts;
mod dates;
mod generic;
mod labels;
mod lines;
mod rules_version;
mod title;
mod unasked;
mod why;

pub use rules_version::{RULES_HASH, RULES_VERSION};

use crate::model::{
    Advice, ArticleSelectors, Draft, Explanation, Found, Platform, Provenance, RawHtml, Selector,
    Subject, Teaser, Trace,
};
use crate::page::{Dom, Page, PageError, SafeHtml, SoftError, dom, plain, soft_error};
use metadata::Metadata;
use scraper::ElementRef;
use url::Url;

/// Why a page gives no draft.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExtractError {
    /// It cannot be read.
    #[error("the page at {url} cannot be read: {why}")]
    Unreadable {
        /// The page's address.
        url: Url,
        /// What is wrong with it.
        why: Box<PageError>,
    },
    /// It is a file of another kind.
    #[error("{url} is no HTML page but {media}")]
    NotHtml {
        /// The page's address.
        url: Url,
        /// Its media type.
        media: String,
    },
    /// It asks for a password and shows nothing else.
    #[error("the page at {0} is a login form; bantin reads public pages only")]
    Login(Url),
    /// It answers 200 and says that something is wrong.
    #[error("{url} is no article: {error}")]
    SoftError {
        /// The page's address.
        url: Url,
        /// What it is.
        error: Box<SoftError>,
    },
    /// There is no title on it.
    #[error("no title was found at {0}; name where it stands with article.title")]
    NoTitle(Url),
    /// There is no article on it.
    #[error("no text of an article was found at {0}; name where it stands with article.body")]
    NoBody(Url),
}

impl ExtractError {
    /// What the visit should do now.
    pub fn advice(&self) -> Advice {
        match self {
            Self::Unreadable { .. } | Self::NotHtml { .. } => Advice::SkipPage,
            Self::SoftError { error, .. } => error.kind.advice(),
            Self::Login(_) | Self::NoTitle(_) | Self::NoBody(_) => Advice::AskOperator,
        }
    }
}

/// Drafts the article on a page. `teaser` is what the listing showed of it.
pub fn draft(
    page: &Page,
    teaser: Option<&Teaser>,
    rules: &ArticleSelectors,
) -> Result<Draft, ExtractError> {
    traced(page, teaser, rules, &Trace::off())
}

/// The same, telling all that is considered.
pub fn traced(
    page: &Page,
    teaser: Option<&Teaser>,
    rules: &ArticleSelectors,
    trace: &Trace,
) -> Result<Draft, ExtractError> {
    let media = page.media.essence.as_str();
    let is_text = media.is_empty() || media.contains("html") || media == "text/plain";
    if !is_text || page.bytes.starts_with(b"%PDF-") {
        let media = if is_text { "application/pdf" } else { media };
        return Err(ExtractError::NotHtml { url: page.url.clone(), media: media.to_owned() });
    }
    let unreadable = |why| ExtractError::Unreadable { url: page.url.clone(), why: Box::new(why) };
    let mut dom = page.dom().map_err(unreadable)?;
    let base = dom.base(&page.url);
    let platform = platform::recognise(&dom, &rules.platforms);
    let metadata = metadata::read(&dom);
    let selected = Selected::read(&dom, rules, platform);
    let mut attachments = beside::attachments(&dom, platform, &base);
    trace.platform(platform.map(|platform| platform.name.as_str()));
    why::selectors(trace, &dom, rules);
    why::files(trace, "platform", &attachments);
    let whole = cuts::Before::of(trace, dom.tree());

    // From here on the page is what it shows about this article.
    chrome::cut(dom.tree_mut());
    let page_lines = lines::lines(*dom.tree().root_element());
    let theirs = platform.iter().flat_map(|platform| &platform.article.remove);
    let remove: Vec<&Selector> = rules.remove.iter().chain(theirs).collect();
    let has_files = !attachments.is_empty();
    let cutter = Cutter { rules, remove: &remove, trace };
    let heading = title::heading(&page_lines, &metadata, teaser);
    let shows = Shown { lines: &page_lines, heading };
    let mut body =
        Body::choose(&dom, &shows, &selected, &metadata, &cutter, has_files).map_err(unreadable)?;
    why::body(trace, body.as_ref(), &dom, &shows, &selected, &metadata);
    let furniture = whole.gone(dom.tree());
    if body.as_ref().is_some_and(|body| body.from == Provenance::Generic) {
        cuts::tell(trace, &furniture, &mut cuts::furniture);
    }
    // An article may be no more than a file under a title.
    let file = if body.is_none() { beside::file_alone(&dom, &page_lines, &base) } else { None };
    let (file, files) = file.unzip();
    why::files(trace, "link under the title", files.as_deref().unwrap_or_default());
    attachments.extend(files.into_iter().flatten());
    let place = |body: &Option<Body>| {
        let lines = body.as_ref().map(|body| lines::lines(*body.dom.tree().root_element()));
        match lines {
            Some(lines) => body::place(&page_lines, &lines),
            None => body::Place { title: None, body: file.map(|line| (line, line)) },
        }
    };
    let found_at = place(&body);
    let title = title::find(&dom, &page_lines, &found_at, &selected, &metadata, teaser);
    let seen = (&dom, page_lines.as_slice(), &found_at);
    title::tell(trace, title.as_ref(), seen, &selected, &metadata, teaser);
    let shown = title.as_ref().map(|title| title.value.as_str());

    let mut byline = byline::Byline::default();
    let mut text = String::new();
    if let Some(body) = body.as_mut() {
        let files = beside::files(*body.dom.tree().root_element(), &base);
        why::files(trace, "body", &files);
        attachments.extend(files);
        let guessed = body.from == Provenance::Generic;
        let before = cuts::Before::of(trace, body.dom.tree());
        body::trim(body.dom.tree_mut(), shown.unwrap_or_default(), guessed);
        before.tell(trace, body.dom.tree(), cuts::trimmed(shown.unwrap_or_default()));
        let before = cuts::Before::of(trace, body.dom.tree());
        byline.peel(body.dom.tree_mut());
        before.tell(trace, body.dom.tree(), |_| "byline".to_owned());
        text = plain::lines(&dom::text_of(body.dom.tree().root_element()));
    }
    // A guess that holds no sentence but the title has met what stands around an empty article.
    let is_guess = |body: &Body| body.from == Provenance::Generic;
    let says_nothing = |body: &Body| {
        !generic::has_text(
            &lines::lines(*body.dom.tree().root_element()),
            shown.map(plain::fold).as_deref(),
        )
    };
    if body.as_ref().is_some_and(|body| is_guess(body) && says_nothing(body)) {
        (body, text) = (None, String::new());
        let why = "holds no sentence but the title: it is what stands around an empty article";
        trace.overrule(Subject::Body, || why.to_owned());
    }
    let mut lead = text.lines().next().map(str::to_owned);
    // Placed again: a guessed body may have begun above its title.
    let place = place(&body).after_title(&page_lines, shown);
    byline.around(&page_lines, &place);

    let summary = selected.summary.clone().filter(|found| found.value.chars().count() >= 20);
    let standing_apart = summary
        .as_ref()
        .filter(|summary| !plain::fold(&text).contains(&plain::fold(&summary.value)));
    // What stands at the head of the text and is not in the body that was found.
    let mut head: Vec<String> =
        standing_apart.iter().map(|summary| summary.value.clone()).collect();
    if body.as_ref().is_some_and(is_guess) {
        head.extend(generic::lead(&page_lines, &place).into_iter().map(|line| line.text.clone()));
    }
    if let Some(first) = head.first() {
        lead = Some(first.clone());
        text = format!("{}\n{text}", head.join("\n"));
    }
    let has_image = body.as_ref().is_some_and(|body| beside::has_image(&body.dom));
    let is_article = !plain::line(&text).is_empty() || has_image;
    if !is_article && metadata.asks_password {
        return Err(ExtractError::Login(page.url.clone()));
    }
    let is_empty = !is_article && attachments.is_empty();
    // That a titled page is empty is for `normalize` to say, which knows what else there is.
    let title = title.ok_or_else(|| {
        let error = if is_empty { ExtractError::NoBody } else { ExtractError::NoTitle };
        error(page.url.clone())
    })?;
    // Where the page shows no title, nothing can be said against the teaser's.
    let shows_one = title.provenance != Provenance::Teaser
        || title::confirmed(&page_lines, &title.value).is_some();
    let promised = teaser.and_then(|teaser| teaser.title.as_deref());
    let all: Vec<&str> = page_lines.iter().map(|line| line.text.as_str()).collect();
    let all = shows_one.then(|| all.join("\n"));
    if let Some(error) = soft_error::of_article(&title.value, &text, promised, all.as_deref()) {
        return Err(ExtractError::SoftError { url: page.url.clone(), error: Box::new(error) });
    }

    let mut draft = Draft::empty(page.url.clone());
    draft.canonical = metadata.canonical(&base);
    draft.dates = dates::candidates(&dates::Places {
        dom: &dom,
        lines: &page_lines,
        place: &place,
        selected: selected.date.as_slice(),
        metadata: &metadata,
        teaser,
        url: &page.url,
        lead: lead.as_deref(),
    });
    draft.fetched = Some(page.fetched);
    unasked::tell(trace, &page_lines, &place, &draft.dates, &furniture);
    draft.title = Some(title);
    draft.body = body
        .filter(|_| is_article)
        .map(|body| Found::new(RawHtml(body::write(&body.dom, &head, &base)), body.from));
    draft.language = beside::language(&dom, &text);
    why::language(trace, draft.language.as_ref(), &dom);
    let summary = summary.or_else(|| teaser_summary(teaser)).or_else(|| metadata.summary.clone());
    let (own, told) = (selected.summary.as_ref(), metadata.summary.as_ref());
    why::summary(trace, summary.as_ref(), own, teaser_summary(teaser), told);
    draft.summary = summary;
    why::tags(trace, teaser, &metadata);
    let names = trace.is_on().then(|| {
        let (byline, selected) = (&byline, &selected);
        let authors = [&selected.author, &byline.author, &metadata.author].map(Clone::clone);
        (authors, [&selected.source, &byline.source].map(Clone::clone))
    });
    // Below the operator the signature under the text goes first: a CMS names the login that typed it in.
    let told = selected.author.as_ref().map(|found| &found.provenance);
    draft.author = if matches!(told, Some(Provenance::Selector(_))) {
        selected.author
    } else {
        byline.author.or(selected.author).or(metadata.author)
    };
    draft.source_line = selected.source.or(byline.source);
    if let Some((authors, sources)) = names {
        why::names(trace, Subject::Author, draft.author.as_ref(), &authors);
        why::names(trace, Subject::Source, draft.source_line.as_ref(), &sources);
    }
    // A picture that only the mark-up or the listing names makes no article of an empty page.
    let teased = teaser.and_then(|teaser| teaser.image.clone());
    let named = || base.join(metadata.image.as_deref()?).ok();
    let image = teased.or_else(named).filter(|_| !is_empty);
    draft.images = image.into_iter().map(|url| (url, None)).collect();
    draft.attachments = attachments;
    why::files(trace, "teaser", teaser.map(|t| t.attachments.as_slice()).unwrap_or_default());
    draft.attachments.extend(teaser.iter().flat_map(|teaser| teaser.attachments.clone()));
    draft.tags = teaser.map(|teaser| teaser.tags.clone()).unwrap_or_default();
    draft.tags.extend(metadata.tags);
    draft.first_source = teaser.and_then(|teaser| teaser.first_source.clone());
    Ok(draft)
}

/// The draft of an item that is not followed: all that its feed brings.
pub fn draft_of_teaser(teaser: &Teaser) -> Draft {
    let feed = |name: &str| Provenance::Feed(name.to_owned());
    let mut draft = Draft::empty(teaser.url.clone());
    draft.title = teaser.title.clone().map(|title| Found::new(title, feed("title")));
    draft.summary = teaser.summary.clone().map(|text| Found::new(text, feed("summary")));
    draft.author = teaser.author.clone().map(|author| Found::new(author, feed("author")));
    draft.language = teaser.language.clone().map(|language| Found::new(language, feed("language")));
    draft.dates.extend(teaser.date.clone().map(|date| Found::new(date, feed("date"))));
    draft.body = teaser.content.clone().map(|content| Found::new(content, feed("content")));
    // An item with a summary only is still an article: a short one.
    if draft.body.is_none() {
        let summary = teaser.summary.as_deref().map(|text| RawHtml(body::paragraph(text)));
        draft.body = summary.map(|summary| Found::new(summary, feed("summary")));
    }
    draft.images = teaser.image.clone().into_iter().map(|url| (url, None)).collect();
    draft.attachments.clone_from(&teaser.attachments);
    draft.images.extend(teaser.pictures.iter().map(|url| (url.clone(), None)));
    draft.tags.clone_from(&teaser.tags);
    draft.source_line = teaser.source_line.clone().map(|line| Found::new(line, feed("source")));
    draft.first_source.clone_from(&teaser.first_source);
    draft
}

fn teaser_summary(teaser: Option<&Teaser>) -> Option<Found<String>> {
    let summary = teaser?.summary.as_deref().map(plain::line).filter(|text| !text.is_empty())?;
    Some(Found::new(summary, Provenance::Teaser))
}

/// What the page shows, its furniture cut: its lines, and which of them is the heading over the article, where that is known.
struct Shown<'a> {
    lines: &'a [lines::Line],
    heading: Option<usize>,
}

/// The fewest characters of a body that the rules of a family are believed to have found, where it has no picture.
const SENTENCE: usize = 40;

/// The body as a document of its own, to cut from.
struct Body {
    dom: Dom,
    from: Provenance,
}

impl Body {
    /// The first container that holds text; where none does, the first that holds anything.
    ///
    /// A guess is made only where no rule knows the page, or where what the rules found is empty: but not on a page that
    /// comes with files, for its text may well be nothing more, and a guess would find the menu.
    fn choose(
        dom: &Dom,
        shown: &Shown<'_>,
        selected: &Selected,
        metadata: &Metadata,
        cutter: &Cutter<'_>,
        has_files: bool,
    ) -> Result<Option<Self>, PageError> {
        let known = selected.body.iter().chain(&metadata.body);
        let mut empty = None;
        for found in known {
            let mut dom = Dom::parse(&SafeHtml::check(found.value.0.clone())?);
            let cuts = cutter.cut(&mut dom, true);
            let length = plain::line(&dom::text_of(dom.tree().root_element())).chars().count();
            let body = Self { dom, from: found.provenance.clone() };
            // The marks of a family may stand on a page whose theme keeps other things under its names.
            let least = match body.from {
                Provenance::Platform(_) if !beside::has_image(&body.dom) => SENTENCE,
                _ => 1,
            };
            if length >= least {
                cutter.tell(cuts);
                return Ok(Some(body));
            }
            empty.get_or_insert(body);
        }
        let told = selected.summary.is_some() || has_files;
        if empty.is_some() && told {
            return Ok(empty);
        }
        let Some(guess) = generic::body(dom, shown.lines, shown.heading) else { return Ok(empty) };
        let mut dom = Dom::parse(&SafeHtml::check(guess.0)?);
        let cuts = cutter.cut(&mut dom, false);
        let length = plain::line(&dom::text_of(dom.tree().root_element())).chars().count();
        // What holds a few words and no more is still surer than a guess that holds hardly more.
        let is_poor = length < 5 * SENTENCE;
        if let Some(short) = empty.filter(|body| is_poor && beside::shows(&body.dom)) {
            return Ok(Some(short));
        }
        cutter.tell(cuts);
        cutter.boxes(&mut dom);
        Ok(Some(Self { dom, from: Provenance::Generic }))
    }
}

/// What is cut out of every body.
struct Cutter<'a> {
    rules: &'a ArticleSelectors,
    remove: &'a [&'a Selector],
    trace: &'a Trace,
}

impl Cutter<'_> {
    /// Cuts, and gives what was cut, where somebody asks.
    fn cut(&self, dom: &mut Dom, furniture: bool) -> Explanation {
        if !self.trace.is_on() {
            if furniture {
                chrome::cut(dom.tree_mut());
            }
            chrome::remove(dom.tree_mut(), self.remove.iter().copied());
            return Explanation::default();
        }
        let told = Trace::on();
        if furniture {
            let before = cuts::Before::of(&told, dom.tree());
            chrome::cut(dom.tree_mut());
            before.tell(&told, dom.tree(), cuts::furniture);
        }
        for selector in self.remove {
            why::finds(&told, dom, selector, self.rules);
            let before = cuts::Before::of(&told, dom.tree());
            chrome::remove(dom.tree_mut(), std::iter::once(*selector));
            before.tell(&told, dom.tree(), |_| why::remover(selector, self.rules));
        }
        told.explanation()
    }

    /// Cuts out of a guessed body the boxes that stand in it and are none of it.
    fn boxes(&self, dom: &mut Dom) {
        let before = cuts::Before::of(self.trace, dom.tree());
        clutter::cut_boxes(dom.tree_mut());
        before.tell(self.trace, dom.tree(), cuts::boxed);
    }

    /// Tells what was cut out of the body that is taken.
    fn tell(&self, cuts: Explanation) {
        self.trace.add(cuts);
    }
}

/// What the selectors of the operator, then of the platform, find on the intact page.
struct Selected {
    title: Option<Found<String>>,
    summary: Option<Found<String>>,
    body: Vec<Found<RawHtml>>,
    date: Vec<Found<String>>,
    author: Option<Found<String>>,
    source: Option<Found<String>>,
}

impl Selected {
    fn read(dom: &Dom, rules: &ArticleSelectors, platform: Option<&Platform>) -> Self {
        let fields = platform.map(|platform| &platform.article);
        let ways = |own: &Option<Selector>, field: &str, theirs: Option<&Vec<Selector>>| {
            let own = own.iter().map(|s| (s.clone(), Provenance::Selector(s.as_str().to_owned())));
            let name = platform.map(|platform| platform.name.as_str()).unwrap_or_default();
            let from = Provenance::Platform(format!("{name} {field}"));
            let theirs = theirs.into_iter().flatten().map(|rule| (rule.clone(), from.clone()));
            own.chain(theirs).collect::<Vec<_>>()
        };
        let text = |element: ElementRef<'_>| {
            let value = element.attr("content").or_else(|| element.attr("datetime"));
            value.map_or_else(|| plain::line(&dom::text_of(element)), plain::line)
        };
        let texts = |ways: Vec<(Selector, Provenance)>| {
            ways.into_iter().filter_map(|(selector, from)| {
                let mut found = dom.tree().select(selector.compiled()).map(text);
                Some(Found::new(found.find(|text| !text.is_empty())?, from))
            })
        };
        let name = |role: labels::Role, found: Found<String>| byline::unlabelled(role, found);
        let body_ways = ways(&rules.body, "body", fields.map(|f| &f.body));
        Self {
            title: texts(ways(&rules.title, "title", fields.map(|f| &f.title))).next(),
            summary: texts(ways(&rules.summary, "summary", fields.map(|f| &f.summary))).next(),
            body: body_ways
                .into_iter()
                .filter_map(|(selector, from)| {
                    Some(Found::new(RawHtml(body::select(dom, &selector, &from)?), from))
                })
                .collect(),
            date: texts(ways(&rules.date, "date", fields.map(|f| &f.date))).collect(),
            author: texts(ways(&rules.author, "author", fields.map(|f| &f.author)))
                .next()
                .and_then(|found| name(labels::Role::Author, found)),
            source: texts(ways(&rules.source, "source", fields.map(|f| &f.source)))
                .next()
                .and_then(|found| name(labels::Role::Source, found)),
        }
    }
}

#[cfg(test)]
mod tests;
