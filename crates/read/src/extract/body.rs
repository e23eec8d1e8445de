//! The body of an article: chooses it, locates it among the page's lines, and removes what is not
//! its text.

use super::PageView;
use super::below_title;
use super::body_boilerplate;
use super::date_line;
use super::generic;
use super::lines::{self, TextLine};
use super::other_articles;
use super::outside_body;
use super::page_boilerplate;
use super::removed::{self, RemovalLog};
use bantin_core::{
    ArticleSelectors, CandidateValue, CssSelector, ExplainedField, Extracted, FieldCandidate,
    FieldChoices, PlatformRules, Provenance, RawHtml, TextFold,
};
use bantin_page::{Dom, PageError, SafeHtml, dom, plain};
use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;
use url::Url;

/// The minimum length of a body without a picture that a platform rule finds, in characters. A
/// shorter one counts as empty.
const SENTENCE: usize = 40;

/// The owner of the operator's selectors in [`BodyCutter`].
const OPERATOR: &str = "article.remove";

/// A body as its own document, from which parts can be cut.
pub(super) struct ArticleBody {
    /// The document.
    pub(super) dom: Dom,
    /// The parts that were cut out of it.
    pub(super) removed: RemovalLog,
    /// Its visible lines, once they were asked for.
    pub(super) lines: OnceCell<Vec<TextLine>>,
}

impl ArticleBody {
    /// The visible lines.
    pub(super) fn lines(&self) -> &[TextLine] {
        self.lines.get_or_init(|| lines::lines(*self.dom.tree().root_element()))
    }

    fn text(&self) -> String {
        plain::line(&dom::text_of(self.dom.tree().root_element()))
    }
}

impl CandidateValue for ArticleBody {
    fn to_text(&self) -> Cow<'_, str> {
        let text = self.text();
        format!("{} characters: {text}", text.chars().count()).into()
    }

    fn agrees(&self, taken: &Self, _: TextFold) -> bool {
        self.text() == taken.text()
    }
}

/// The elements to cut out of every body.
pub(super) struct BodyCutter<'a> {
    /// The selectors, each with its owner.
    remove: Vec<(&'a CssSelector, &'static str)>,
    is_explained: bool,
}

impl<'a> BodyCutter<'a> {
    /// Collects the selectors of the operator and of the platform.
    pub(super) fn of(
        rules: &'a ArticleSelectors,
        platform: Option<&'a PlatformRules>,
        choices: &FieldChoices,
    ) -> Self {
        let own = rules.remove.iter().map(|selector| (selector, OPERATOR));
        let theirs = platform.into_iter().flat_map(|platform| &platform.article.remove);
        let remove = own.chain(theirs.map(|selector| (selector, "platform rule"))).collect();
        Self { remove, is_explained: choices.are_explained() }
    }

    /// Parses HTML as a body and removes the selected elements.
    fn body(&self, html: String, has_boilerplate: bool) -> Result<ArticleBody, PageError> {
        let mut dom = Dom::parse(&SafeHtml::check(html)?)?;
        let mut removed = RemovalLog::new(self.is_explained);
        if has_boilerplate {
            let cut = page_boilerplate::remove_page_boilerplate(dom.tree_mut(), None);
            removed.elements(dom.tree(), &cut, removed::boilerplate);
        }
        for (selector, whose) in &self.remove {
            let cut = page_boilerplate::remove(dom.tree_mut(), selector);
            let kind = || format!("{whose} {:?}", selector.as_str());
            removed.elements(dom.tree(), &cut, |_| kind());
            if self.is_explained && cut.is_empty() && *whose == OPERATOR {
                removed.unmatched.push(kind());
            }
        }
        Ok(ArticleBody { dom, removed, lines: OnceCell::new() })
    }
}

/// Chooses the first container with text, or else the first with anything.
///
/// The body is guessed only if no rule matches or the rules match only empty elements. In the
/// latter case, a page with a summary or files gets no guess: its text may really be empty, and a
/// guess would return the menu.
pub(super) fn choose(
    view: &PageView<'_>,
    cutter: &BodyCutter<'_>,
    choices: &mut FieldChoices,
) -> Result<Option<Extracted<ArticleBody>>, PageError> {
    let (mut ranked, mut short): (Vec<FieldCandidate<ArticleBody>>, Vec<_>) =
        (Vec::new(), Vec::new());
    let found_others = OnceCell::new();
    let others = || -> &Vec<Range<usize>> {
        found_others.get_or_init(|| {
            view.heading().map_or_else(Vec::new, |title| {
                other_articles::find(&view.dom, &view.lines, &view.teasers, title, &view.page.url)
            })
        })
    };
    for found in view.selected.body.iter().chain(&view.metadata.body) {
        let mut body = match cutter.body(found.value.0.clone(), true) {
            Ok(body) => body,
            // This one is read for the explanation only.
            Err(_) if !ranked.is_empty() => continue,
            Err(error) => return Err(error),
        };
        let is_operators = matches!(found.provenance, Provenance::Selector(_));
        let is_platform = matches!(found.provenance, Provenance::Platform(_));
        if !is_operators && other_articles::may_hold(body.lines(), &view.lines, &view.teasers) {
            other_articles::cut(&mut body, &view.lines, others());
        }
        let length = body.text().chars().count();
        // A theme may use the class names of a CMS family for other elements.
        let is_bare = is_platform && !outside_body::has_media(&body.dom);
        let least = if is_bare { SENTENCE } else { 1 };
        let is_teaser = is_platform && view.teasers.hold(&view.lines, body.lines());
        let is_outweighed =
            || is_platform && is_little(length) && guess_outweighs(view, cutter, others(), length);
        let is_short = length < least || is_teaser || is_outweighed();
        let candidate = FieldCandidate::new(body, found.provenance.clone());
        if is_short {
            short.push(candidate);
        } else if ranked.last().is_some_and(|last| last.found.provenance == found.provenance) {
            ranked.push(candidate.doubt("is from a later rule of the same field"));
        } else {
            ranked.push(candidate);
        }
        if !ranked.is_empty() && !cutter.is_explained {
            break;
        }
    }
    let has_body = !ranked.is_empty();
    if !has_body || cutter.is_explained {
        match guesses(view, cutter, short, has_body, others(), choices) {
            Err(error) if !has_body => return Err(error),
            guesses => ranked.extend(guesses.into_iter().flatten()),
        }
    }
    let taken = choices.take(ExplainedField::Body, ranked);
    for selector in taken.iter().flat_map(|taken| &taken.value.removed.unmatched) {
        choices.ignore(ExplainedField::Body, selector, "", "finds nothing in the body".into());
    }
    Ok(taken)
}

/// The candidates below all containers with text: the guessed body, and the containers in `short`,
/// which have hardly any text.
fn guesses(
    view: &PageView<'_>,
    cutter: &BodyCutter<'_>,
    short: Vec<FieldCandidate<ArticleBody>>,
    has_body: bool,
    others: &[Range<usize>],
    choices: &mut FieldChoices,
) -> Result<Vec<FieldCandidate<ArticleBody>>, PageError> {
    let mut is_poor = true;
    let comes_with_more = view.selected.summary.is_some() || !view.attachments.is_empty();
    let (mut guess, mut below) = (None, None);
    let why = if !short.is_empty() && !has_body && comes_with_more {
        "was not tried: on a page with a summary or files, the text may really be empty"
    } else {
        let heading = view.heading();
        let html = generic::body(&view.dom, &view.lines, heading, others);
        guess = html.map(|html| cutter.body(html.0, false)).transpose()?;
        if let Some(guess) = &mut guess {
            other_articles::cut(guess, &view.lines, others);
        }
        is_poor = guess.as_ref().is_none_or(|guess| {
            let is_teasers = || view.teasers.hold(&view.lines, guess.lines());
            has_little_text(guess) || (!view.metadata.describes_article && is_teasers())
        });
        below = below_title(view, heading, guess.as_ref(), is_poor)
            .map(|html| cutter.body(html.0, false))
            .transpose()?;
        "finds no long line outside of links"
    };
    if guess.is_none() && below.is_none() {
        choices.ignore(ExplainedField::Body, Provenance::Generic, "0 characters: ", why.into());
    }
    // A container with a few words is still more reliable than a guess with few more.
    let is_short_surer = |short: &FieldCandidate<ArticleBody>| {
        !has_body && is_poor && (guess.is_none() || outside_body::has_text(&short.found.value.dom))
    };
    let prefers_short = short.first().is_some_and(is_short_surer);
    let mut short = short.into_iter().map(|short| {
        let is_empty = short.found.value.text().is_empty();
        let fault = if is_empty { "has no text" } else { "has hardly any text" };
        let note = "has no text, only pictures, a summary or files";
        (if is_empty { short.note(note) } else { short }, fault)
    });
    let mut ranked: Vec<FieldCandidate<ArticleBody>> = Vec::new();
    ranked.extend(prefers_short.then(|| short.next()).flatten().map(|(first, _)| first));
    if let Some(below) = below {
        let from = Provenance::Markup("content below the title".to_owned());
        ranked.push(FieldCandidate::new(below, from));
    }
    if let Some(mut guess) = guess {
        if !prefers_short && !has_body {
            let cut = body_boilerplate::remove_boxes(guess.dom.tree_mut());
            guess.lines.take();
            guess.removed.elements(guess.dom.tree(), &cut, |element| {
                format!("box next to the text ({element})")
            });
        }
        ranked.push(FieldCandidate::new(guess, Provenance::Generic));
    }
    ranked.extend(short.map(|(other, fault)| other.fault(Some(fault))));
    Ok(ranked)
}

/// Whether a guess has so little text that it may be what stands around an article.
fn has_little_text(guess: &ArticleBody) -> bool {
    is_little(guess.text().chars().count())
}

fn is_little(length: usize) -> bool {
    length < 5 * SENTENCE
}

/// Whether the few words that a platform's rule finds are an announcement, and the text of the page
/// is elsewhere: an article on a page that describes itself as one.
fn guess_outweighs(
    view: &PageView<'_>,
    cutter: &BodyCutter<'_>,
    others: &[Range<usize>],
    length: usize,
) -> bool {
    /// Minimum length of the paragraphs, as a number of characters and of times.
    const LONG: usize = 1500;
    const TIMES: usize = 10;
    let comes_with_more = view.selected.summary.is_some() || !view.attachments.is_empty();
    if comes_with_more || !view.metadata.declares_article {
        return false;
    }
    let Some(heading) = view.heading() else { return false };
    let Some(html) = generic::body(&view.dom, &view.lines, Some(heading), others) else {
        return false;
    };
    let Ok(guess) = cutter.body(html.0, false) else { return false };
    let paragraphs = guess.lines().iter().filter(|line| generic::is_text(line));
    let text: usize = paragraphs.map(TextLine::length).sum();
    let range = locate(&view.lines, guess.lines());
    text >= LONG.max(length * TIMES)
        && range.body.is_some_and(|(first, _)| first + 1 > heading)
        && !view.teasers.hold(&view.lines, guess.lines())
}

/// The content below the title, if no text was guessed or the guess lies beyond that content: in the
/// surroundings of an article without a text.
fn below_title(
    view: &PageView<'_>,
    heading: Option<usize>,
    guess: Option<&ArticleBody>,
    is_poor: bool,
) -> Option<RawHtml> {
    if !is_poor {
        return None;
    }
    let below = below_title::find(&view.dom, &view.lines, heading)?;
    let is_beyond = |guess: &ArticleBody| {
        let range = locate(&view.lines, guess.lines());
        range.body.is_some_and(|(first, _)| first >= below.end)
    };
    guess.is_none_or(is_beyond).then_some(below.html)
}

/// The position of an article among the lines of its page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct BodyRange {
    /// The line of the title.
    pub(super) title: Option<usize>,
    /// The first and the last line of the body.
    pub(super) body: Option<(usize, usize)>,
}

impl BodyRange {
    /// Adds the title's line: the last match before the body, or else the first on the page.
    pub(super) fn after_title(self, lines: &[TextLine], title: Option<&str>) -> Self {
        let folded = title.map(plain::fold).unwrap_or_default();
        let end = self.body.map_or(0, |(first, _)| first + 1);
        let is_title = |line: &&(usize, &TextLine)| {
            plain::fold(date_line::split_trailing_date(&line.1.text).0) == folded
        };
        let all: Vec<(usize, &TextLine)> = lines.iter().enumerate().collect();
        let before = all.iter().take(end).rev().find(is_title);
        let title = before.or_else(|| all.iter().find(is_title)).map(|(place, _)| *place);
        Self { title: title.filter(|_| !folded.is_empty()), ..self }
    }
}

/// Locates the lines of a body on its page.
pub(super) fn locate(page: &[TextLine], body: &[TextLine]) -> BodyRange {
    /// Shorter lines occur more than once on a page, so they count only if all lines are short.
    const TELLING: usize = 25;
    let mut first = None;
    let mut last = None;
    let telling = body.iter().filter(|line| line.length() >= TELLING);
    let all_short = body.iter().all(|line| line.length() < TELLING);
    for line in telling.chain(body.iter().filter(|_| all_short)) {
        let from = last.map_or(0, |last: usize| last + 1);
        let found = page.iter().skip(from).position(|other| other.text == line.text);
        if let Some(found) = found {
            last = Some(from + found);
            first = first.or(last);
        }
    }
    BodyRange { title: None, body: first.zip(last) }
}

/// The body's HTML, with the paragraphs that precede it and a `<base>` for its links.
pub(super) fn write(body: &Dom, head: &[String], base: &Url) -> String {
    let root = body.tree().root_element();
    let inner = root.child_elements().find(|element| element.value().name() == "body");
    let lead: String = head.iter().map(|text| paragraph(text)).collect();
    let base = base.as_str().replace('&', "&amp;").replace('"', "&quot;");
    let inner = inner.unwrap_or(root).inner_html();
    format!("<base href=\"{base}\">{lead}{inner}")
}

/// Escapes plain text as an HTML paragraph.
pub(super) fn paragraph(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<p>{escaped}</p>")
}
