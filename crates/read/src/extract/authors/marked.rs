//! Authors in elements that are marked as bylines: by `rel`, `itemprop`, a class or a link to the
//! page of an author.

use super::{Claim, LONGEST, Place, names_in, region};
use crate::extract::PageView;
use crate::extract::body::BodyRange;
use crate::extract::byline_shape::is_whole_name;
use crate::extract::lines::{self, TextLine};
use crate::{names, person};
use aho_corasick::AhoCorasick;
use bantin_core::Provenance;
use bantin_page::plain::{self, fold};
use scraper::ElementRef;
use std::sync::LazyLock;

/// Maximum number of marked elements around an article, because each is compared with the others.
const MAX_MARKED: usize = 100;

/// The classes that name a byline, and the words that other classes around authors contain.
const BYLINES: [&str; 14] = [
    "author",
    "byline",
    "autor",
    "auteur",
    "verfasser",
    "tacgia",
    "tac-gia",
    "writer",
    "contributor",
    "reporter",
    "journalist",
    "nguoiviet",
    "penname",
    "skribent",
];
const BESIDE: [&str; 33] = [
    "comment",
    "mediabox",
    "mediainfo",
    "avatar",
    "image",
    "img",
    "photo",
    "pic",
    "desc",
    "social",
    "date",
    "time",
    "icon",
    "follow",
    "related",
    "authori",
    "authoring",
    "more",
    "role",
    "position",
    "job",
    "email",
    "twitter",
    "count",
    "other",
    "posts",
    "button",
    "btn",
    "tooltip",
    "thumb",
    "reply",
    "underwriter",
    "share",
];
/// Parts of the addresses of authors' pages.
const PAGES: [&str; 22] = [
    "/author/",
    "/authors/",
    "/autor/",
    "/autoren/",
    "/autores/",
    "/auteur/",
    "/auteurs/",
    "/autori/",
    "/tac-gia/",
    "/profile/",
    "/profiles/",
    "/people/",
    "/person/",
    "/by/",
    "/contributor/",
    "/contributors/",
    "/staff/",
    "/writer/",
    "/writers/",
    "/journalist/",
    "/redaktion/",
    "/team/",
];

static BYLINE_WORDS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| any_of(&BYLINES));
static PAGE_PATHS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| any_of(&PAGES));

/// A search for ASCII words in any letter case.
fn any_of(words: &[&str]) -> Option<AhoCorasick> {
    AhoCorasick::builder().ascii_case_insensitive(true).build(words).ok()
}

/// The kind of place that an element's attributes announce.
fn place_of(element: ElementRef<'_>) -> Option<(Place, String)> {
    let mut found = None;
    for (name, value) in element.value().attrs() {
        match name {
            "rel" if value.split_ascii_whitespace().any(|rel| rel == "author") => {
                return Some((Place::Markup, "rel=author".into()));
            }
            "itemprop" if value.split_ascii_whitespace().any(|property| property == "author") => {
                return Some((Place::Markup, "author".into()));
            }
            "class" | "id" | "data-testid" if !is_article(value) => {
                let class = value.split_ascii_whitespace().find(|class| is_byline_class(class));
                let class = class.map(|class| (Place::Class, format!("class {class}")));
                found = class.or(found);
            }
            "href" if element.value().name() == "a" && found.is_none() => {
                let leads = PAGE_PATHS.as_ref().is_some_and(|paths| paths.is_match(value));
                found = leads.then(|| (Place::Link, "link to an author".into()));
            }
            _ => {}
        }
    }
    found
}

/// Whether classes are those of a whole article, of which one names its writer: `post-7
/// category-news author-jane`.
fn is_article(classes: &str) -> bool {
    let names_topic = |class: &str| {
        ["category-", "tag-", "post-type-", "hentry"].iter().any(|word| class.starts_with(word))
    };
    classes.split_ascii_whitespace().any(names_topic)
}

fn is_byline_class(class: &str) -> bool {
    if !BYLINE_WORDS.as_ref().is_some_and(|words| words.is_match(class)) {
        return ["fn", "username", "user-name"].iter().any(|name| class.eq_ignore_ascii_case(name));
    }
    let lower = class.to_ascii_lowercase();
    !BESIDE.iter().any(|word| lower.contains(word))
}

/// The names in elements that are marked as bylines, around the title and at the end of the body.
pub(super) fn marked(view: &PageView<'_>, range: &BodyRange) -> Vec<Claim> {
    let root = view.dom.tree().root_element();
    let elements = root.descendants().filter_map(ElementRef::wrap);
    let marked: Vec<(ElementRef<'_>, Place, String)> = elements
        .filter_map(|element| place_of(element).map(|(place, from)| (element, place, from)))
        .collect();
    if marked.is_empty() {
        return Vec::new();
    }
    let places = lines::places(&view.lines);
    let located = marked.into_iter().filter_map(|(element, place, from)| {
        let line = *element.descendants().find_map(|node| places.get(&node.id()))?;
        Some(MarkedNames { element, place, from, line, votes: place.votes(), names: Vec::new() })
    });
    let (near, far): (Vec<MarkedNames<'_>>, Vec<MarkedNames<'_>>) =
        located.partition(|one| region(one.line, range).is_some());
    let mut found = with_names(view, near);
    for one in &mut found {
        let is_above = range.title.is_some_and(|title| one.line < title);
        one.votes -= region(one.line, range).unwrap_or_default() + i32::from(is_above);
    }
    if found.is_empty() {
        found = of_one_writer(view, with_names(view, far));
    }
    let mut claims = Vec::new();
    for place in [Place::Markup, Place::Class, Place::Link] {
        let best = found.iter().filter(|one| one.place == place).map(|one| one.votes).max();
        let mut names: Vec<String> = Vec::new();
        let mut last: Option<&MarkedNames<'_>> = None;
        for one in found.iter().filter(|one| one.place == place && Some(one.votes) == best) {
            // Names further down are those of an editor, or of another article.
            if last.is_some_and(|last| one.line > last.line + 1) {
                break;
            }
            for name in &one.names {
                if !names.iter().any(|known| fold(known) == fold(name)) {
                    names.push(name.clone());
                }
            }
            last = Some(one);
        }
        if let (Some(votes), Some(last)) = (best, last) {
            // A link to the page of an author needs no support for a whole name, and none on the
            // page of a Vietnamese paper.
            let is_told = |name: &String| {
                is_whole_name(name) || view.is_vietnamese() && names::is_person(name)
            };
            let is_whole = place == Place::Link && names.iter().all(is_told);
            let votes = votes + i32::from(is_whole);
            let from = Provenance::Markup(last.from.clone());
            claims.extend(Claim::of_names(view, place, votes, names, from));
        }
    }
    claims
}

/// The names in the attribute `data-author` of an element around the article, or of the only element
/// of the page that has it.
pub(super) fn of_data(view: &PageView<'_>, range: &BodyRange) -> Option<Claim> {
    let (first, _) = range.body?;
    let line = view.lines.get(range.title.unwrap_or(first))?;
    let node = view.dom.tree().tree.get(*line.nodes.first()?)?;
    let mut around = node.ancestors().filter_map(|above| above.value().as_element());
    let root = view.dom.tree().root_element();
    let mut all =
        root.descendants().filter_map(|node| node.value().as_element()?.attr("data-author"));
    let mut only = || all.next().filter(|_| all.next().is_none());
    let author = around.find_map(|element| element.attr("data-author")).or_else(&mut only)?;
    let names = names_in(author)?;
    let from = Provenance::Markup("data-author".into());
    Claim::of_names(view, Place::Markup, Place::Markup.votes(), names, from)
}

/// Whether a line names another person than the writer: a photographer, a translator.
fn names_another(line: &str) -> bool {
    const OTHERS: [&str; 9] = [
        "edited by",
        "reviewed by",
        "fact checked",
        "fact-checked",
        "reviewer",
        "photo",
        "translated by",
        "updated by",
        "approved by",
    ];
    let lower = line.to_lowercase();
    OTHERS.iter().any(|other| lower.contains(other))
}

/// The names that a marked element contains.
struct MarkedNames<'a> {
    element: ElementRef<'a>,
    place: Place,
    from: String,
    line: usize,
    votes: i32,
    names: Vec<String>,
}

/// The first of the elements that have names, with their names.
fn with_names<'a>(view: &PageView<'_>, marked: Vec<MarkedNames<'a>>) -> Vec<MarkedNames<'a>> {
    let named = marked.into_iter().filter_map(|mut one| {
        let line = view.lines.get(one.line)?;
        one.names =
            element_names(one.element, &line.text).filter(|_| !names_another(&line.text))?;
        Some(one)
    });
    let mut named: Vec<MarkedNames<'a>> = named.take(MAX_MARKED).collect();
    separate(&mut named);
    named
}

/// Leaves an element with marked ones inside it only the names of these: they separate the names
/// from the other text.
fn separate(found: &mut [MarkedNames<'_>]) {
    let is_inside = |inner: &MarkedNames<'_>, outer: &MarkedNames<'_>| {
        inner.element.ancestors().any(|above| above.id() == outer.element.id())
    };
    let is_outer = |one: &MarkedNames<'_>| found.iter().any(|inner| is_inside(inner, one));
    let (outer, innermost): (Vec<usize>, Vec<usize>) =
        (0..found.len()).partition(|at| found.get(*at).is_some_and(is_outer));
    for at in outer {
        let Some(one) = found.get(at) else { continue };
        let inside = innermost.iter().filter_map(|at| found.get(*at));
        let inside = inside.filter(|inner| is_inside(inner, one));
        let names = inside.flat_map(|inner| inner.names.iter().cloned()).collect();
        if let Some(one) = found.get_mut(at) {
            one.names = names;
        }
    }
}

/// The marked elements far from the article, if each names the same writer: the page of one
/// article, which ends with the portrait of the writer. One who is named at several places wrote
/// other articles, too, and must be announced: `Written by`.
fn of_one_writer<'a>(
    view: &PageView<'_>,
    mut elsewhere: Vec<MarkedNames<'a>>,
) -> Vec<MarkedNames<'a>> {
    /// The lines of one portrait.
    const LINES: usize = 2;
    let mut names = elsewhere.iter().flat_map(|one| &one.names).map(|name| fold(name));
    let first = names.next();
    let is_one = first.is_some() && names.all(|name| Some(name) == first);
    let start = elsewhere.first().map_or(0, |one| one.line);
    let begins =
        |at: usize| view.lines.get(at).is_some_and(|line| person::is_beginning(&line.text));
    let is_labelled = |line: &TextLine| person::after_beginning(&line.text).is_some();
    let is_announced = begins(start)
        || start.checked_sub(1).is_some_and(begins)
        || view.lines.get(start).is_some_and(is_labelled);
    // On the pages of agencies, a single name in a box is that of an official.
    let is_once = !view.is_vietnamese()
        && elsewhere.iter().all(|one| (start..=start + LINES).contains(&one.line));
    elsewhere.retain(|one| is_one && (is_announced || is_once) && one.place != Place::Link);
    elsewhere
}

/// The names in an element: its links, or else its lines. Of a long one, the portrait of an author,
/// only the `first` line counts.
fn element_names(element: ElementRef<'_>, first: &str) -> Option<Vec<String>> {
    if is_long(element) {
        return person::names_in(first, false);
    }
    let text = plain::lines(&bantin_page::dom::text_of(element));
    if text.chars().count() > LONGEST {
        return person::names_in(text.lines().next()?, false);
    }
    let links = element.descendants().skip(1).filter_map(ElementRef::wrap);
    let links = links.filter(|inner| inner.value().name() == "a");
    let linked = links
        .filter_map(|link| person::names_in(&plain::line(&bantin_page::dom::text_of(link)), false));
    let linked: Vec<String> = linked.flatten().collect();
    if linked.is_empty() { names_in(&text) } else { Some(linked) }
}

/// Whether an element contains more than the portrait of an author has. Its text is not collected.
fn is_long(element: ElementRef<'_>) -> bool {
    const MAX_BYTES: usize = 2_000;
    const MAX_NODES: usize = 400;
    let mut bytes = 0;
    let mut nodes = element.descendants().enumerate();
    nodes.any(|(count, node)| {
        bytes += node.value().as_text().map_or(0, |text| text.text.trim().len());
        bytes > MAX_BYTES || count > MAX_NODES
    })
}
