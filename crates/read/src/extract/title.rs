//! The title of an article. On agencies' sites the `<title>` is often the site's name on every
//! page, and many articles have no heading element.

use super::PageView;
use super::body::BodyRange;
use super::lines::TextLine;
use super::metadata::PageMetadata;
use super::{date_line, labels};
use bantin_core::{CssSelector, Extracted, FieldCandidate, ListingItem, Provenance};
use bantin_page::{Dom, dom::text_of, plain};
use scraper::ElementRef;
use std::iter;
use std::sync::LazyLock;

/// Minimum length of a title, in characters; shorter lines are categories and menus.
const MIN_LENGTH: usize = 12;
/// Maximum length of a title, in characters.
const MAX_LENGTH: usize = 300;
/// Maximum distance of a heading from the body that it may be the title of, in lines.
const NEAR: usize = 14;
/// Maximum distance above a body of a line formatted as a title, in lines.
const DISPLAY: usize = 4;
/// Classes and ids that themes give to the title of an article.
const NAMED: &str = "[class*=tieude], [class*=tieu-de], [class*=title-news], [class*=title-detail], [class*=news-title], \
    [class*=post-title], [class*=entry-title], [class*=article-title], [id*=newsTitle], [id*=news-title], p.title, div.title, span.title, [class$=-title], [class$=NewsTitle], \
    .dv-title h1, h1.title, span.h1";

/// The titles, best first; evaluated on demand.
pub(super) fn candidates<'a>(
    view: &'a PageView<'_>,
    range: &'a BodyRange,
) -> impl Iterator<Item = FieldCandidate> + 'a {
    let (lines, metadata) = (view.lines.as_slice(), &view.metadata);
    let teased = view.item.and_then(|item| item.title.as_deref()).map(plain::line);
    let teased = teased.filter(|title| !title.is_empty());
    let unconfirmed = teased.clone();
    let unconfirmed = iter::once_with(move || {
        let title = FieldCandidate::new(unconfirmed?, Provenance::Teaser);
        let shown = confirmed(lines, &title.found.value);
        let why = "no line of the page shows it, so it counts only if the page shows no title";
        shown.is_none_or(|shown| shown != title.found).then(|| title.doubt(why))
    });
    let constant =
        "is the site's constant name: it is the page's <title>, and no line of the page shows it";
    let declared = metadata.titles.iter().map(move |found| {
        let fault = is_constant(lines, metadata, found).then_some(constant);
        FieldCandidate::from(metadata_title(lines, found)).fault(fault)
    });
    let element = metadata.title_element.iter().map(|title| {
        FieldCandidate::new(title.clone(), Provenance::TitleElement)
            .doubt("ranks last: many sites have one <title> for all their pages")
            .note("is the only candidate, and may be the site's constant name")
    });
    let shown = iter::once_with(|| visible_title(&view.dom, lines, range, metadata)).flatten();
    let above = iter::once_with(|| bold_line_above(lines, range)).flatten();
    let selected = view.selected.title.iter().cloned().map(selected);
    selected
        .chain(
            iter::once_with(move || confirmed(lines, &teased?).map(FieldCandidate::from)).flatten(),
        )
        .chain(declared)
        .chain(shown.map(FieldCandidate::from))
        .chain(unconfirmed.flatten())
        .chain(above.map(FieldCandidate::from))
        .chain(element)
}

/// A selected title. The operator's selector is always trusted; a platform's may match the heading
/// of other articles.
fn selected(found: Extracted<String>) -> FieldCandidate {
    if matches!(found.provenance, Provenance::Selector(_)) {
        return found.into();
    }
    let (title, _) = date_line::split_trailing_date(&found.value);
    let other = labels::is_related_heading(title).then_some("is the heading of other articles");
    FieldCandidate::new(title.to_owned(), found.provenance).fault(other)
}

/// The line that shows the title given by the listing item, the structured data or `<title>`. A
/// heading is preferred over other lines.
pub(super) fn heading(
    lines: &[TextLine],
    metadata: &PageMetadata,
    item: Option<&ListingItem>,
) -> Option<usize> {
    let declared = metadata
        .titles
        .iter()
        .map(|found| found.value.as_str())
        .chain(metadata.title_element.as_deref());
    let teased = item.and_then(|item| item.title.as_deref());
    let names: Vec<String> = declared
        .flat_map(segments)
        .chain(teased)
        .map(plain::fold)
        .filter(|name| name.chars().count() >= MIN_LENGTH)
        .collect();
    let named: Vec<usize> = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| {
            (MIN_LENGTH..=MAX_LENGTH).contains(&line.length())
                && names.contains(&plain::fold(date_line::split_trailing_date(&line.text).0))
        })
        .map(|(index, _)| index)
        .collect();
    // Menus and breadcrumbs link to the article; its own heading may be a link too.
    let is = |index: &&usize, is: fn(&TextLine) -> bool| lines.get(**index).is_some_and(is);
    let heading = named.iter().find(|index| is(index, |line| line.heading));
    heading.or(named.iter().find(|index| is(index, |line| !line.is_linked()))).copied()
}

/// The listing item's title if the page shows it; if the listing cut it short, the whole title from
/// the page.
pub(super) fn confirmed(lines: &[TextLine], teased: &str) -> Option<Extracted<String>> {
    let cut = teased.trim_end_matches(['.', '…', ' ']);
    let was_cut = cut.len() < teased.len() && (teased.ends_with('…') || teased.ends_with("..."));
    let folded = plain::fold(cut);
    let whole = lines.iter().filter(|line| line.length() <= MAX_LENGTH).find(|line| {
        let other = plain::fold(&line.text);
        other == folded || (was_cut && folded.len() > MIN_LENGTH && other.starts_with(&folded))
    })?;
    if was_cut {
        return Some(Extracted::new(whole.text.clone(), Provenance::Heading));
    }
    Some(Extracted::new(teased.to_owned(), Provenance::Teaser))
}

/// A title from the metadata; without the site's name if the page shows it that way.
fn metadata_title(lines: &[TextLine], found: &Extracted<String>) -> Extracted<String> {
    let shorter = segments(&found.value).into_iter().find_map(|part| {
        lines.iter().find(|line| line.text == part && line.length() >= MIN_LENGTH)
    });
    match shorter {
        Some(line) => Extracted::new(line.text.clone(), found.provenance.clone()),
        None => found.clone(),
    }
}

/// Whether a title is the site's name: a site with one og:title for all its pages has the same
/// `<title>`, and shows neither above the text.
fn is_constant(lines: &[TextLine], metadata: &PageMetadata, found: &Extracted<String>) -> bool {
    let title = plain::fold(&found.value);
    let site = metadata.title_element.as_deref().map(plain::fold);
    site.as_deref() == Some(title.as_str())
        && !lines.iter().any(|line| plain::fold(&line.text) == title)
}

/// The visible title: a line that repeats `<title>`, a heading, or a line with a class for titles.
fn visible_title(
    dom: &Dom,
    lines: &[TextLine],
    range: &BodyRange,
    metadata: &PageMetadata,
) -> Option<Extracted<String>> {
    static SELECTOR: LazyLock<Option<CssSelector>> = LazyLock::new(|| NAMED.parse().ok());
    let (first, end) =
        range.body.map_or((lines.len(), lines.len()), |(first, _)| (first, first + 8));
    let fitting = |from: usize, to: usize| {
        lines.iter().take(to).skip(from).filter(|line| {
            (MIN_LENGTH..=MAX_LENGTH).contains(&line.length())
                && !line.is_linked()
                && !labels::is_related_heading(&line.text)
                && !date_line::is_date_line(&line.text)
        })
    };
    let heading = |line: &TextLine| {
        let (title, _) = date_line::split_trailing_date(&line.text);
        Extracted::new(title.to_owned(), Provenance::Heading)
    };
    let parts = metadata.title_element.as_deref().map(segments).unwrap_or_default();
    let repeated = fitting(0, end).find(|line| parts.iter().any(|part| line.text == *part));
    if let Some(line) = repeated {
        return Some(heading(line));
    }
    let elements = dom.tree().root_element().descendants().filter_map(ElementRef::wrap);
    let mut h1 = elements
        .filter(|element| element.value().name() == "h1")
        .map(|element| plain::line(&text_of(element)));
    let h1 = h1.find_map(|text| fitting(0, end).find(|line| line.text == text));
    // A line formatted like a title directly above the body. An `h1` below it is a pasted heading.
    let is_display = |line: &&TextLine| line.looks_like_title && line.length() <= 200;
    let display = fitting(first.saturating_sub(DISPLAY), first).rfind(is_display);
    let in_body = |line: &TextLine| fitting(first, end).any(|other| std::ptr::eq(other, line));
    let h1 = h1.filter(|line| display.is_none() || !in_body(line));
    // A body that was cut out with its heading.
    let top = fitting(first, first + 2).find(|line| line.heading && line.length() <= 200);
    let at_top = || fitting(first, first + 1).find(is_display);
    if let Some(line) = h1.or(display).or(top).or_else(at_top) {
        return Some(heading(line));
    }
    // Further up are the headings of boxes next to the article.
    let near = || fitting(first.saturating_sub(NEAR), first + 2);
    let named = SELECTOR.iter().flat_map(|selector| dom.tree().select(selector.compiled()));
    let named: Vec<String> = named.map(|element| plain::line(&text_of(element))).collect();
    let named = near().rfind(|line| named.contains(&line.text));
    named.or_else(|| near().rfind(|line| line.heading)).map(heading)
}

/// The nearest bold line above a body.
fn bold_line_above(lines: &[TextLine], range: &BodyRange) -> Option<Extracted<String>> {
    let (first, _) = range.body?;
    let near = lines.get(first.saturating_sub(4)..=first)?.iter().rev();
    let mut fitting = near.filter(|line| {
        line.emphasised && (MIN_LENGTH..=200).contains(&line.length()) && !line.is_linked()
    });
    Some(Extracted::new(fitting.next()?.text.clone(), Provenance::Heading))
}

/// The parts of a `<title>` between the separators that templates use.
fn segments(title: &str) -> Vec<&str> {
    let mut parts = vec![title];
    for mark in [" - ", " | ", " – ", " — ", " > ", " » ", " :: "] {
        parts.extend(title.split(mark));
        parts.extend(title.split_once(mark).map(|(_, rest)| rest));
        parts.extend(title.rsplit_once(mark).map(|(rest, _)| rest));
    }
    parts.into_iter().map(str::trim).filter(|part| part.chars().count() >= MIN_LENGTH).collect()
}
