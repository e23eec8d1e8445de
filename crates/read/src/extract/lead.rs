//! The lead of an article that stands apart from its body: between the title and the text.

use super::body::BodyRange;
use super::body_boilerplate::{is_sidebar, words};
use super::lines::TextLine;
use super::{PageView, fact_line, generic, line_wording, outside_body, title};
use crate::{names, person};
use bantin_page::{Dom, plain};
use scraper::ElementRef;

/// The paragraphs between the title and a body: the lead, if it is outside the body.
///
/// The page's own descriptions prove a lead, wherever the title was found, and so does the name of
/// its element below the title. In Vietnamese articles (*sapo*) a lead starts the text; elsewhere,
/// what stands above a guessed body may repeat it.
pub(super) fn lead<'a>(
    view: &'a PageView<'_>,
    range: &BodyRange,
    is_guess: bool,
) -> Vec<&'a TextLine> {
    /// Maximum number of lines between them.
    const BETWEEN: usize = 12;
    /// Maximum number of lines between a lead and the body that a platform's rule finds.
    const NEAR: usize = 2;
    /// Maximum number of lines between the title and a described lead; menus may follow it.
    const BELOW_TITLE: usize = 6;
    let (lines, descriptions) = (&view.lines, &view.metadata.descriptions);
    let Some((first, _)) = range.body else { return Vec::new() };
    let window = first.saturating_sub(BETWEEN);
    let title = range.title.filter(|title| *title < first);
    let start = title.map_or(window, |title| title + 1);
    let described: Vec<String> = descriptions.iter().map(|text| bare(text)).collect();
    let is_lead = |(place, line): (usize, &'a TextLine)| {
        let is_near = place >= window;
        let is_below_title = title.is_some_and(|title| place <= title + BELOW_TITLE);
        // The headline may be described, too.
        let may_be_described = (is_near || is_below_title)
            && line.level != 1
            && !line.caption
            && line.linked * 3 < line.length();
        let is_sapo = || {
            title.is_some_and(|title| title + BETWEEN >= first)
                && (is_guess || line.linked == 0 && place + NEAR >= first)
                && outside_body::is_vietnamese(&line.text)
        };
        let is_lead = (may_be_described
            && described.iter().any(|text| is_described(&line.text, text)))
            || (generic::is_text(line)
                && (is_sapo() || is_guess && is_below_title && is_named(&view.dom, line)))
            || title.is_some_and(|title| is_subtitle(&view.dom, lines, title, place));
        (is_lead && !fact_line::is_fact_line(view.dom.tree(), line)).then_some(line)
    };
    lines.iter().enumerate().take(first).skip(start).filter_map(is_lead).collect()
}

/// Whether a line is the subtitle: a sentence in a heading one level lower, right below the title.
fn is_subtitle(dom: &Dom, lines: &[TextLine], title: usize, place: usize) -> bool {
    /// Minimum length in characters; shorter headings are those of sections.
    const SENTENCE: usize = 40;
    let is_lower = |title: &TextLine, line: &TextLine| {
        title.level > 0 && line.level == title.level + 1 && line.linked == 0
    };
    place == title + 1
        && lines.get(title).zip(lines.get(place)).is_some_and(|(title, line)| {
            // The heading of the page may repeat that of its path.
            let is_other = || title::reduced(&title.text) != title::reduced(&line.text);
            is_lower(title, line)
                && line.length() >= SENTENCE
                && !line.is_unseen
                && is_other()
                && !line_wording::is_invitation(line)
                && !names::is_organisation(&line.text)
                && person::after_beginning(&line.text).is_none()
                && are_in_one_box(dom, title, line)
        })
}

/// Whether one of the elements right around a line holds the title, too.
fn are_in_one_box(dom: &Dom, title: &TextLine, line: &TextLine) -> bool {
    /// The heading, the element around it, and that around both.
    const AROUND: usize = 4;
    let node = |line: &TextLine| dom.tree().tree.get(*line.nodes.first()?);
    let Some((title, line)) = node(title).zip(node(line)) else { return false };
    line.ancestors()
        .take(AROUND)
        .any(|above| title.ancestors().any(|other| other.id() == above.id()))
}

/// Whether a line is a part of a description, or the description, which may be cut short, is the
/// line's beginning. `description` is [`bare`].
fn is_described(line: &str, description: &str) -> bool {
    /// Minimum number of characters that are compared.
    const TELLING: usize = 40;
    let line = bare(line);
    let is_long = |text: &str| text.chars().nth(TELLING).is_some();
    (is_long(&line) && description.contains(&line))
        || (is_long(description) && line.starts_with(description))
}

/// A folded text without the signs of an end.
fn bare(text: &str) -> String {
    plain::fold(text).trim_end_matches(['.', '…', ' ']).to_owned()
}

/// Whether the class or id of an element around a line names it a lead.
fn is_named(dom: &Dom, line: &TextLine) -> bool {
    const LEADS: [&str; 14] = [
        "lead",
        "lede",
        "teaser",
        "intro",
        "introduction",
        "standfirst",
        "excerpt",
        "deck",
        "dek",
        "sapo",
        "vorspann",
        "chapo",
        "chapeau",
        "entradilla",
    ];
    /// Number of elements around the line; those further out hold more of the page.
    const AROUND: usize = 2;
    /// Names of what introduces the writer, not the text.
    const WRITERS: [&str; 3] = ["author", "bio", "byline"];
    let node = line.nodes.first().and_then(|id| dom.tree().tree.get(*id));
    if node.is_some_and(|node| node.ancestors().any(is_sidebar)) {
        return false;
    }
    let around = node.into_iter().flat_map(|node| node.ancestors()).filter_map(ElementRef::wrap);
    let around = around.filter(|element| !is_inline(element.value().name())).take(AROUND);
    let names = around.flat_map(|element| {
        let names = element.value().classes().chain(element.attr("id"));
        names.flat_map(words).map(str::to_ascii_lowercase).collect::<Vec<String>>()
    });
    let names: Vec<String> = names.collect();
    let has = |list: &[&str]| names.iter().any(|name| list.contains(&name.as_str()));
    has(&LEADS) && !has(&WRITERS)
}

fn is_inline(name: &str) -> bool {
    matches!(name, "b" | "strong" | "em" | "i" | "span" | "a")
}
