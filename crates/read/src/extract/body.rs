//! The body of an article: chooses it, locates it among the page's lines, and removes what is not
//! its text.

use super::PageView;
use super::below_title;
use super::body_boilerplate;
use super::date_line;
use super::generic;
use super::labels;
use super::line_wording;
use super::lines::{self, TextLine};
use super::other_articles;
use super::outside_body;
use super::page_boilerplate;
use super::removed::{self, BOILERPLATE_LINE, LineCut, RemovalLog};
use crate::names;
use bantin_core::{
    ArticleSelectors, CandidateValue, CssSelector, ExplainedField, Extracted, FieldCandidate,
    FieldChoices, PlatformRules, Provenance, RawHtml, TextFold,
};
use bantin_page::{Dom, PageError, SafeHtml, dom, plain};
use scraper::Html;
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

/// Minimum length of a paragraph, in characters; captions, counters and links are shorter.
const PARAGRAPH: usize = 100;

/// Cuts everything out of a body that is not its text: title, date, boilerplate, lists of other
/// articles.
///
/// `generic` bodies are guessed; they also lose trailing links.
pub(super) fn trim(
    tree: &mut Html,
    lines: &[TextLine],
    title: &str,
    generic: bool,
    log: &mut RemovalLog,
) {
    let title = plain::fold(title);
    let is_furniture = |line: &&TextLine| line_wording::is_boilerplate_line(&line.text);
    let mut cut: Vec<LineCut<'_>> =
        lines.iter().filter(is_furniture).map(|line| (line, BOILERPLATE_LINE)).collect();
    // Lines above the text.
    let is_title = |line: &TextLine| {
        !title.is_empty() && plain::fold(date_line::split_trailing_date(&line.text).0) == title
    };
    let head = lines.iter().take(6).position(|line| is_title(line) && !line.caption);
    // Above the repeated title, a guessed body has a breadcrumb or a category.
    let is_path = |line: &TextLine| {
        line.length() < 80 || line.length() < 2 * 80 && line.text.contains(['•', '|', '›', '»'])
    };
    let above = lines.iter().take(head.unwrap_or(0)).filter(|line| generic && is_path(line));
    cut.extend(above.map(|line| (line, "line outside the text")));
    let titles = lines.iter().take(12).filter(|line| is_title(line));
    cut.extend(titles.map(|line| (line, "title repeated")));
    let start = head.filter(|_| generic).unwrap_or_default();
    let top = lines.iter().skip(start);
    let mut top = top.filter(|line| !is_furniture(line) && !is_title(line));
    let dates = top.by_ref().take(3).take_while(|line| date_line::is_date_line(&line.text));
    cut.extend(dates.map(|line| (line, "date line")));
    // After the last paragraph of a guessed body, a list starts the part that is the same on every
    // page.
    let paragraph = |line: &TextLine| line.length() >= PARAGRAPH && !line.is_linked();
    let last = lines.iter().rposition(paragraph).filter(|_| generic).unwrap_or(lines.len());
    let leading = lines.iter().filter(|line| line_wording::leads_on(line));
    cut.extend(leading.map(|line| (line, "link to another article")));
    let others = related_lists(lines, last, generic);
    cut.extend(others.map(|line| (line, "list of other articles")));
    if generic {
        let behind = behind_byline(lines, last);
        cut.extend(behind.map(|line| (line, "line outside the text")));
        cut.extend(trailing_lines(lines));
        let credits = lines.iter().filter(|line| line_wording::is_credit(&line.text));
        cut.extend(credits.map(|line| (line, "credit of a picture")));
        let advertisements = lines.iter().filter(|line| line_wording::is_advertisement(line));
        cut.extend(advertisements.map(|line| (line, "advertisement")));
        cut.extend(body_boilerplate::boilerplate_lines(lines));
    }
    log.cut(tree, lines, &cut);
}

/// The lists of other articles with their headings. `last` is the last paragraph of a guessed body.
fn related_lists(
    lines: &[TextLine],
    last: usize,
    generic: bool,
) -> impl Iterator<Item = &TextLine> {
    let leads = move |place: usize| lines.get(place + 1).is_some_and(TextLine::leads_away);
    let mut listing = false;
    lines.iter().enumerate().filter_map(move |(place, line)| {
        let more = generic && leads(place) && line_wording::is_more_heading(line);
        if more || line_wording::is_related_heading(&line.text) {
            listing = true;
        } else if listing && resumes_text(lines, place) {
            listing = false;
        } else if listing {
            let short =
                line.leads_away() || date_line::is_date_line(&line.text) || line.length() < 25;
            let other = short || place > last;
            listing = other && labels::at_start(&line.text).is_none_or(|label| !label.colon);
        }
        listing.then_some(line)
    })
}

/// Whether a line below a list of other articles is of the text again: a heading, a quotation, the
/// beginning of a list, or a sentence, without a link. Leads stand between the links of others.
fn resumes_text(lines: &[TextLine], place: usize) -> bool {
    const MIN_WORDS: usize = 3;
    let Some(line) = lines.get(place).filter(|line| line.linked == 0 && !line.item) else {
        return false;
    };
    let bare = line.text.trim_end_matches(['"', '”', '“', '»', '’', ')', ' ']);
    let is_sentence =
        bare.ends_with(['.', '!', '?']) && line.text.split_whitespace().count() >= MIN_WORDS;
    let is_begun = line.text.ends_with(':') || line.text.starts_with(['"', '“', '«', '„']);
    let leads_on = || lines.iter().skip(place + 1).any(TextLine::leads_away);
    line.level > 0 || (is_sentence || is_begun) && !leads_on()
}

/// The lines below the byline of a guessed body, such as visitor counters and banners of other
/// agencies.
fn behind_byline(lines: &[TextLine], last: usize) -> impl Iterator<Item = &TextLine> {
    let behind = || lines.iter().enumerate().skip(last.saturating_add(1));
    let is_byline = |line: &TextLine| labels::at_start(&line.text).is_some_and(|l| l.colon);
    let end = behind().rfind(|(_, line)| is_byline(line)).map_or(lines.len(), |(end, _)| end + 1);
    // A line with a label belongs to the notice.
    let is_labelled =
        |line: &TextLine| line.linked == 0 && line.text.chars().take(24).any(|c| c == ':');
    lines.iter().skip(end).take_while(move |line| !is_labelled(line))
}

/// The lines at the end of a guessed body that are not its text, and the headings of links among
/// them, which have no text left.
fn trailing_lines(lines: &[TextLine]) -> impl Iterator<Item = LineCut<'_>> {
    let (mut is_heading, mut is_below_link) = (false, false);
    lines.iter().rev().map_while(move |line| {
        let reason = if is_heading { None } else { trailing(line) };
        is_heading = reason.is_none();
        let is_bare = is_below_link && is_label(line);
        is_below_link |= line.leads_away();
        let reason = reason.or(is_bare.then_some("heading without a text below it"))?;
        Some((line, reason))
    })
}

/// Whether a line is a heading of a few words that is neither a sentence nor a signature.
fn is_label(line: &TextLine) -> bool {
    const MAX_WORDS: usize = 8;
    line.level > 1
        && line.text.split_whitespace().count() <= MAX_WORDS
        && !line.text.ends_with(['.', '!', '?', '…'])
        && !line.is_right_aligned
        && !names::is_person(&line.text)
        && labels::at_start(&line.text).is_none()
}

/// The reason why a line at the end of a guessed body is not its text.
fn trailing(line: &TextLine) -> Option<&'static str> {
    if line.leads_away() {
        Some("link to another page")
    } else if date_line::is_date_line(&line.text) {
        Some("date line")
    } else if line_wording::is_boilerplate_line(&line.text) {
        Some(BOILERPLATE_LINE)
    } else if line_wording::is_credit(&line.text) {
        Some("credit of a picture")
    } else if line_wording::is_tag_line(&line.text) {
        Some("tags or rating")
    } else {
        line_wording::is_closing(&line.text).then_some("closing line of the site")
    }
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
