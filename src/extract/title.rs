//! The title. Agencies' `<title>` is often the site's name on every page, and many articles have no heading element.

use super::Selected;
use super::body::Place;
use super::lines::Line;
use super::metadata::Metadata;
use super::{dates, labels};
use crate::model::{Found, Other, Provenance, Selector, Subject, Teaser, Trace};
use crate::page::{Dom, dom::text_of, plain};
use scraper::ElementRef;
use std::sync::LazyLock;

/// Shorter lines are categories and menus.
const SHORTEST: usize = 12;
/// The longest line that is taken for a title.
const LONGEST: usize = 300;
/// How far from a body a heading may be its title, in lines.
const NEAR: usize = 14;
/// How far above a body a line that is set as a title may stand.
const DISPLAY: usize = 4;
/// Classes and ids that themes give to the title of an article.
const NAMED: &str = "[class*=tieude], [class*=tieu-de], [class*=title-news], [class*=title-detail], [class*=news-title], \
    [class*=post-title], [class*=entry-title], [class*=article-title], [id*=newsTitle], [id*=news-title], p.title, div.title, span.title, [class$=-title], [class$=NewsTitle], \
    .dv-title h1, h1.title, span.h1";

/// Finds the title.
pub(super) fn find(
    dom: &Dom,
    lines: &[Line],
    place: &Place,
    selected: &Selected,
    metadata: &Metadata,
    teaser: Option<&Teaser>,
) -> Option<Found<String>> {
    let teased = teaser.and_then(|teaser| teaser.title.as_deref()).map(plain::line);
    let teased = teased.filter(|title| !title.is_empty());
    // The operator's selector is believed whatever it meets; a platform's may meet the heading over other articles.
    let selected = selected.title.clone().and_then(|found| {
        if matches!(found.provenance, Provenance::Selector(_)) {
            return Some(found);
        }
        let (title, _) = dates::without_trailing_date(&found.value);
        let other = labels::is_related_heading(title);
        (!other).then(|| Found::new(title.to_owned(), found.provenance))
    });
    selected
        .or_else(|| teased.as_deref().and_then(|title| confirmed(lines, title)))
        .or_else(|| told(lines, metadata))
        .or_else(|| shown(dom, lines, place, metadata))
        .or_else(|| Some(Found::new(teased?, Provenance::Teaser)))
        .or_else(|| above(lines, place))
        .or_else(|| {
            let title = metadata.title_element.clone()?;
            Some(Found::new(title, Provenance::TitleElement))
        })
}

/// The line that shows the title as the teaser, the structured data or `<title>` name it: a heading before other lines.
pub(super) fn heading(
    lines: &[Line],
    metadata: &Metadata,
    teaser: Option<&Teaser>,
) -> Option<usize> {
    let told = metadata
        .titles
        .iter()
        .map(|found| found.value.as_str())
        .chain(metadata.title_element.as_deref());
    let teased = teaser.and_then(|teaser| teaser.title.as_deref());
    let names: Vec<String> = told
        .flat_map(segments)
        .chain(teased)
        .map(plain::fold)
        .filter(|name| name.chars().count() >= SHORTEST)
        .collect();
    let named: Vec<usize> = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| {
            (SHORTEST..=LONGEST).contains(&line.length())
                && names.contains(&plain::fold(dates::without_trailing_date(&line.text).0))
        })
        .map(|(place, _)| place)
        .collect();
    // Links to it stand in menus and paths; its own heading may be one too.
    let is = |place: &&usize, is: fn(&Line) -> bool| lines.get(**place).is_some_and(is);
    let heading = named.iter().find(|place| is(place, |line| line.heading));
    heading.or(named.iter().find(|place| is(place, |line| !line.is_linked()))).copied()
}

/// Tells those who ask which titles there were, and why they were passed over.
pub(super) fn tell(
    trace: &Trace,
    taken: Option<&Found<String>>,
    (dom, lines, place): (&Dom, &[Line], &Place),
    selected: &Selected,
    metadata: &Metadata,
    teaser: Option<&Teaser>,
) {
    if !trace.is_on() {
        return;
    }
    let mut others: Vec<Other> = Vec::new();
    if let Some(found) = &selected.title {
        let is_ours = matches!(found.provenance, Provenance::Selector(_));
        let (title, _) = dates::without_trailing_date(&found.value);
        let other = !is_ours && labels::is_related_heading(title);
        let title = Found::new(title.to_owned(), found.provenance.clone());
        others.push((title, other.then(|| "is the heading over other articles".to_owned())));
    }
    if let Some(teased) = teaser.and_then(|teaser| teaser.title.as_deref()) {
        let shown = confirmed(lines, &plain::line(teased)).is_some();
        let why = "no line of the page shows it, so it counts only where the page shows no title";
        others.push((
            Found::new(plain::line(teased), Provenance::Teaser),
            (!shown).then(|| why.to_owned()),
        ));
    }
    for found in &metadata.titles {
        let why = "is the site's constant name: it is the page's <title>, and no line of the page shows it";
        others.push((found.clone(), is_constant(lines, metadata, found).then(|| why.to_owned())));
    }
    others.extend(shown(dom, lines, place, metadata).map(|found| (found, None)));
    others.extend(above(lines, place).map(|found| (found, None)));
    if let Some(title) = &metadata.title_element {
        let why = "is believed last: many sites have one <title> for all their pages";
        let found = Found::new(title.clone(), Provenance::TitleElement);
        others.push((found, Some(why.to_owned())));
    }
    trace.field(Subject::Title, taken, others, plain::fold);
    if taken.is_some_and(|taken| taken.provenance == Provenance::TitleElement) {
        trace.reason(Subject::Title, || {
            "is all that there is, and may be the site's constant name".to_owned()
        });
    }
}

/// The teaser's title where the page shows the same, or the whole of it where the listing cut it short.
pub(super) fn confirmed(lines: &[Line], teased: &str) -> Option<Found<String>> {
    let cut = teased.trim_end_matches(['.', '…', ' ']);
    let was_cut = cut.len() < teased.len() && (teased.ends_with('…') || teased.ends_with("..."));
    let folded = plain::fold(cut);
    let whole = lines.iter().filter(|line| line.length() <= LONGEST).find(|line| {
        let other = plain::fold(&line.text);
        other == folded || (was_cut && folded.len() > SHORTEST && other.starts_with(&folded))
    })?;
    if was_cut {
        return Some(Found::new(whole.text.clone(), Provenance::Heading));
    }
    Some(Found::new(teased.to_owned(), Provenance::Teaser))
}

/// What the page tells machines; without the site's name, where the page shows it so.
fn told(lines: &[Line], metadata: &Metadata) -> Option<Found<String>> {
    let found = metadata.titles.iter().find(|found| !is_constant(lines, metadata, found))?;
    let shorter = segments(&found.value)
        .into_iter()
        .find_map(|part| lines.iter().find(|line| line.text == part && line.length() >= SHORTEST));
    Some(match shorter {
        Some(line) => Found::new(line.text.clone(), found.provenance.clone()),
        None => found.clone(),
    })
}

/// Whether a title is the site's name: a site that has one og:title for all its pages has the same `<title>`, and shows
/// neither above the text.
fn is_constant(lines: &[Line], metadata: &Metadata, found: &Found<String>) -> bool {
    let title = plain::fold(&found.value);
    let site = metadata.title_element.as_deref().map(plain::fold);
    site.as_deref() == Some(title.as_str())
        && !lines.iter().any(|line| plain::fold(&line.text) == title)
}

/// The title as the page shows it: a line that `<title>` repeats, a heading, a line with a telling class.
fn shown(dom: &Dom, lines: &[Line], place: &Place, metadata: &Metadata) -> Option<Found<String>> {
    static SELECTOR: LazyLock<Option<Selector>> = LazyLock::new(|| NAMED.parse().ok());
    let (first, end) =
        place.body.map_or((lines.len(), lines.len()), |(first, _)| (first, first + 8));
    let fitting = |from: usize, to: usize| {
        lines.iter().take(to).skip(from).filter(|line| {
            (SHORTEST..=LONGEST).contains(&line.length())
                && !line.is_linked()
                && !labels::is_related_heading(&line.text)
                && !dates::is_date_line(&line.text)
        })
    };
    let heading = |line: &Line| {
        let (title, _) = dates::without_trailing_date(&line.text);
        Found::new(title.to_owned(), Provenance::Heading)
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
    // A line that is set as a title is, right above the body. An `h1` below it is a heading that somebody pasted.
    let is_display = |line: &&Line| line.display && line.length() <= 200;
    let display = fitting(first.saturating_sub(DISPLAY), first).rfind(is_display);
    let in_body = |line: &Line| fitting(first, end).any(|other| std::ptr::eq(other, line));
    let h1 = h1.filter(|line| display.is_none() || !in_body(line));
    // A body that was cut out with its heading.
    let top = fitting(first, first + 2).find(|line| line.heading && line.length() <= 200);
    let at_top = || fitting(first, first + 1).find(is_display);
    if let Some(line) = h1.or(display).or(top).or_else(at_top) {
        return Some(heading(line));
    }
    // Further up stand the headings of boxes beside the article.
    let near = || fitting(first.saturating_sub(NEAR), first + 2);
    let named = SELECTOR.iter().flat_map(|selector| dom.tree().select(selector.compiled()));
    let named: Vec<String> = named.map(|element| plain::line(&text_of(element))).collect();
    let named = near().rfind(|line| named.contains(&line.text));
    named.or_else(|| near().rfind(|line| line.heading)).map(heading)
}

/// The nearest bold line above a body.
fn above(lines: &[Line], place: &Place) -> Option<Found<String>> {
    let (first, _) = place.body?;
    let near = lines.get(first.saturating_sub(4)..=first)?.iter().rev();
    let mut fitting = near.filter(|line| {
        line.emphasised && (SHORTEST..=200).contains(&line.length()) && !line.is_linked()
    });
    Some(Found::new(fitting.next()?.text.clone(), Provenance::Heading))
}

/// The parts of a `<title>` between the marks that templates set.
fn segments(title: &str) -> Vec<&str> {
    let mut parts = vec![title];
    for mark in [" - ", " | ", " – ", " — ", " > ", " » ", " :: "] {
        parts.extend(title.split(mark));
        parts.extend(title.split_once(mark).map(|(_, rest)| rest));
        parts.extend(title.rsplit_once(mark).map(|(rest, _)| rest));
    }
    parts.into_iter().map(str::trim).filter(|part| part.chars().count() >= SHORTEST).collect()
}
