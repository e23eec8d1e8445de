//! The authors of an article, as the page names them in different places.
//!
//! Places that agree support each other. A signature below the text with a label needs no support:
//! agencies write it by hand. Everything else needs the shape of a name.

mod beside_date;
mod by_lines;
mod marked;
#[cfg(test)]
mod tests;

use super::body::BodyRange;
use super::byline_shape::is_press;
use super::labels::{self, LabelRole};
use super::metadata::PageMetadata;
use super::{PageView, credits, lines::TextLine, outside_body};
use crate::names;
use crate::person;
use bantin_core::{Extracted, FieldCandidate, Provenance};
use bantin_page::plain::{self, fold};
use beside_date::{above_title, beside_date};
use by_lines::by_lines;
use ego_tree::NodeRef;
use marked::{marked, of_data};
use scraper::Node;

/// Votes that a claim needs: a name in one `<meta>` is enough, a single word there is not.
const ENOUGH: i32 = 4;
/// The votes that a claim of single words lacks.
const SINGLE: i32 = 2;
/// Maximum number of declared authors and of names in each that may be the owner of the site: each
/// is compared with the whole page.
const MAX_DECLARED: usize = 20;
const MAX_OWNERS: usize = 4;
/// The longest byline, in characters.
const LONGEST: usize = 160;

/// A kind of place that names authors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Signature,
    Unlabelled,
    Platform,
    StructuredData,
    Meta,
    Markup,
    Class,
    Link,
    Line,
}

impl Place {
    /// The name in explanations.
    fn name(self) -> &'static str {
        match self {
            Self::Signature | Self::Unlabelled => "the signature",
            Self::Platform => "the platform's rule",
            Self::StructuredData => "structured data",
            Self::Meta => "<meta>",
            Self::Markup => "mark-up",
            Self::Class => "a class for bylines",
            Self::Link => "a link to an author",
            Self::Line => "the visible byline",
        }
    }

    /// The votes for a claim from such a place.
    fn votes(self) -> i32 {
        match self {
            Self::Signature => 40,
            // Agencies in Vietnam sign below the text; elsewhere a short last line may be anything.
            Self::Unlabelled => 5,
            Self::StructuredData | Self::Markup | Self::Platform => 6,
            Self::Class => 5,
            Self::Meta | Self::Line => 4,
            Self::Link => 3,
        }
    }
}

/// The authors that one place names.
struct Claim {
    place: Place,
    votes: i32,
    /// The names, folded.
    keys: Vec<String>,
    found: Extracted<String>,
}

impl Claim {
    /// A claim of names; `None` if none is left without those of the site.
    fn of_names(
        view: &PageView<'_>,
        place: Place,
        votes: i32,
        names: Vec<String>,
        from: Provenance,
    ) -> Option<Self> {
        let may_be_owner = names.len() <= MAX_OWNERS;
        let is_other =
            |name: &String| !view.site.is_author(name) || may_be_owner && is_owner(view, name);
        let names: Vec<String> = names.into_iter().filter(is_other).collect();
        let is_declared = matches!(place, Place::StructuredData | Place::Meta);
        let is_several = |name: &String| {
            name.contains(' ') || !name.chars().any(|c| c.is_lowercase() || c.is_uppercase())
        };
        let is_single = !names.iter().any(is_several);
        // Beside whole names, single words are something else.
        let fits = |name: &String| is_single || is_declared || is_several(name);
        let names: Vec<String> = names.into_iter().filter(fits).collect();
        let keys: Vec<String> = names.iter().map(|name| fold(name)).collect();
        let is_given = is_declared && matches!(&*names, [name] if is_given_name(view, name));
        let votes = if is_single && !is_given { votes - SINGLE } else { votes };
        let found = Extracted::new(names.join("; "), from);
        (!keys.is_empty()).then_some(Self { place, votes, keys, found })
    }

    /// A claim in the words of the page, which normalization judges.
    fn verbatim(place: Place, found: Extracted<String>) -> Self {
        let names = person::names_in(&found.value, true);
        let keys = names.unwrap_or_else(|| vec![found.value.clone()]);
        let keys = keys.iter().map(|name| fold(name)).collect();
        Self { place, votes: place.votes(), keys, found }
    }

    /// Whether both name the same person.
    fn agrees(&self, other: &Self) -> bool {
        self.keys.iter().any(|key| other.keys.contains(key))
    }
}

/// Whether a single word is the first name of an author, and not a login, a section or a place: two
/// declarations name it, and the title does not. Vietnamese names have several words.
fn is_given_name(view: &PageView<'_>, name: &str) -> bool {
    const MIN_LENGTH: usize = 3;
    let mut letters = name.chars();
    letters.next().is_some_and(char::is_uppercase)
        && letters.all(char::is_lowercase)
        && name.chars().count() >= MIN_LENGTH
        && !view.is_vietnamese()
        && view.metadata.authors.iter().filter(|author| author.value == name).count() > 1
        && !titles(view).any(|title| fold(title).contains(&fold(name)))
}

/// The declared titles and that of the page.
fn titles<'a>(view: &'a PageView<'_>) -> impl Iterator<Item = &'a str> {
    let declared = view.metadata.titles.iter().map(|title| title.value.as_str());
    declared.take(MAX_DECLARED).chain(view.metadata.title_element.as_deref())
}

/// Whether the name of a site is that of the person who writes it. Systems declare the account of a
/// newspaper to be a person, too, but its name has words that the page has in lower case.
fn is_owner(view: &PageView<'_>, name: &str) -> bool {
    const MAX_WORDS: usize = 3;
    let is_declared = view.metadata.people.iter().any(|person| person == name);
    let is_shaped = person::name_fault(name, false).is_none();
    let is_named = || view.metadata.authors.iter().any(|author| author.value == name);
    let may_be = is_declared || is_named() && view.site.is_host_of(name);
    if !is_shaped || !may_be {
        return false;
    }
    // The words of Vietnamese names are common ones, and an agency's account has its name.
    if !name.is_ascii() || view.is_vietnamese() {
        return is_declared;
    }
    let folded = fold(name);
    let words: Vec<&str> = folded.split(' ').collect();
    let is_word = |word: &str| {
        word.starts_with(char::is_lowercase) && words.iter().any(|other| *other == fold(word))
    };
    let is_common = |line: &TextLine| line.text.split(|c: char| !c.is_alphanumeric()).any(is_word);
    words.len() <= MAX_WORDS
        && !words.iter().any(|word| person::is_of_papers(word))
        && !view.lines.iter().any(is_common)
}

/// The authors, best first. The operator's selector ranks first.
pub(super) fn candidates(
    view: &PageView<'_>,
    range: &BodyRange,
    signed: Option<Extracted<String>>,
) -> Vec<FieldCandidate> {
    let selected = view.selected.author.clone();
    let is_operators =
        |found: &Extracted<String>| matches!(found.provenance, Provenance::Selector(_));
    let mut ranked = Vec::new();
    let mut claims = Vec::new();
    if let Some(selected) = selected {
        match is_operators(&selected) {
            true => ranked.push(FieldCandidate::from(selected)),
            false => claims.extend(by_platform(view, selected)),
        }
    }
    let is_labelled = |found: &Extracted<String>| matches!(found.provenance, Provenance::Label(_));
    let signed = signed.filter(|signed| !(is_of_sender(signed) && holds_answer(view, range)));
    claims.extend(signed.map(|signed| {
        let is_sure = is_labelled(&signed) || is_vietnamese(view, range);
        let place = if is_sure { Place::Signature } else { Place::Unlabelled };
        Claim::verbatim(place, signed)
    }));
    let authors = view.metadata.authors.iter().take(MAX_DECLARED);
    claims.extend(authors.filter_map(|found| declared(view, found)));
    claims.extend(marked(view, range));
    claims.extend(of_data(view, range));
    claims.extend(by_lines(view, range));
    claims.extend(beside_date(view, range));
    claims.extend(above_title(view, range));
    ranked.extend(by_votes(claims));
    ranked
}

/// Whether a label is that of the sender of a text: the author of an article, or the reader with a
/// question.
fn is_of_sender(found: &Extracted<String>) -> bool {
    const SENDERS: [&str; 4] = ["nguoi gui", "nguoi hoi", "ho ten", "ho va ten"];
    matches!(&found.provenance, Provenance::Label(label) if SENDERS.contains(&&*fold(label)))
}

/// Whether the article answers a question: a line of it is the heading of the answer.
fn holds_answer(view: &PageView<'_>, range: &BodyRange) -> bool {
    /// Maximum length of the heading of an answer, in bytes.
    const MAX_LENGTH: usize = 60;
    const ANSWERS: [&str; 5] =
        ["tra loi", "noi dung tra loi", "cau tra loi", "noi dung giai dap", "giai dap"];
    let Some((_, last)) = range.body else { return false };
    let article = view.lines.iter().take(last + 1).skip(range.title.unwrap_or_default());
    article.filter(|line| line.text.len() <= MAX_LENGTH && line.linked == 0).any(|line| {
        let folded = fold(&line.text);
        let heading = folded.trim_end_matches(':');
        ANSWERS.contains(&heading) || heading.starts_with("co quan tra loi")
    })
}

/// The author that a rule of the platform finds, without the words of a byline before the name.
fn by_platform(view: &PageView<'_>, found: Extracted<String>) -> Option<Claim> {
    // A Vietnamese name may begin like a byline: `Di Linh`.
    if person::after_beginning(&found.value).is_none() || names::is_person(&found.value) {
        return Some(Claim::verbatim(Place::Platform, found));
    }
    let names = person::names_in(&found.value, true)?;
    Claim::of_names(view, Place::Platform, Place::Platform.votes(), names, found.provenance)
}

/// Whether the text begins in Vietnamese.
fn is_vietnamese(view: &PageView<'_>, range: &BodyRange) -> bool {
    let first = range.body.and_then(|(first, _)| view.lines.get(first));
    first.is_some_and(|line| outside_body::is_vietnamese(&line.text))
}

/// An author in structured data or in a `<meta>` element.
fn declared(view: &PageView<'_>, found: &Extracted<String>) -> Option<Claim> {
    let place = match found.provenance {
        Provenance::Meta(_) => Place::Meta,
        _ => Place::StructuredData,
    };
    let text = crate::text::decode_entities(&found.value).into_owned();
    // An office in the metadata is the owner of the site.
    if names::is_organisation(&text) {
        let is_other = is_press(&text) && !view.site.contains(&text);
        return is_other.then(|| Claim::verbatim(place, found.clone()));
    }
    if let Some(names) = names_in(&text) {
        return Claim::of_names(view, place, place.votes(), names, found.provenance.clone());
    }
    let is_account = view.metadata.people.contains(&text) && person::is_account(&text);
    let names = is_account.then(|| vec![text])?;
    Claim::of_names(view, Place::Meta, Place::Meta.votes(), names, found.provenance.clone())
}

/// The press agencies that the metadata declare to be authors: they are sources, too.
pub(super) fn agencies(metadata: &PageMetadata) -> impl Iterator<Item = Extracted<String>> {
    let declared = metadata.authors.iter().take(MAX_DECLARED);
    declared.filter(|author| credits::is_agency(&author.value)).cloned()
}

/// The names in a text, which may be single words if it begins with none of several.
fn names_in(text: &str) -> Option<Vec<String>> {
    let lines: Vec<String> =
        text.lines().map(plain::line).filter(|line| !line.is_empty()).collect();
    let mut found = Vec::new();
    for line in &lines {
        let line = match labels::at_start(line) {
            Some(label) if label.role == LabelRole::Author && label.colon => label.value,
            Some(label) if label.colon => break,
            _ => line.as_str(),
        };
        let line = names::without_compiled(line);
        let names = person::names_in(line, false);
        let names = names.or_else(|| person::names_in(person::after_by(line)?, false));
        match names {
            Some(names) => found.extend(names),
            None if found.is_empty()
                && person::after_beginning(line).is_none()
                && line.contains(' ') =>
            {
                break;
            }
            None if !found.is_empty() => break,
            None => {}
        }
    }
    if found.is_empty() {
        return person::names_in(lines.first()?, true);
    }
    found.dedup();
    Some(found)
}

/// The ranked candidates: claims support others that share a name with them.
fn by_votes(claims: Vec<Claim>) -> Vec<FieldCandidate> {
    let mut ranked: Vec<(Vec<(Place, i32)>, &Claim)> =
        claims.iter().map(|claim| (support(claim, &claims), claim)).collect();
    let votes = |places: &[(Place, i32)]| places.iter().map(|(_, votes)| votes).sum::<i32>();
    // Of claims that agree, structured data is a list; of others, the one with the most names. A page
    // that names a person and a collective means the person.
    ranked.sort_by_key(|(places, claim)| {
        let is_list = claim.place == Place::StructuredData;
        let is_collective = claim.keys.iter().all(|key| person::is_collective(key));
        // The page shows the name of an account as the person writes it.
        let is_account = !claim.found.value.chars().any(char::is_uppercase);
        (
            is_collective,
            -votes(places),
            is_account,
            !is_list,
            std::cmp::Reverse(claim.keys.len()),
            -claim.votes,
        )
    });
    let candidate = |(places, claim): (Vec<(Place, i32)>, &Claim)| {
        let weak = (votes(&places) < ENOUGH).then_some("has too little support to be a name");
        let fault = names::name_fault(&claim.found.value).or(weak);
        let candidate = FieldCandidate::from(claim.found.clone()).fault(fault);
        let others: Vec<&str> = places.iter().skip(1).map(|(place, _)| place.name()).collect();
        match others.is_empty() {
            true => candidate,
            false => candidate.note(format!("is supported by {}", others.join(", "))),
        }
    };
    ranked.into_iter().map(candidate).collect()
}

/// The place of a claim and the other places that agree with it, each with its votes.
fn support(claim: &Claim, claims: &[Claim]) -> Vec<(Place, i32)> {
    let mut places = vec![(claim.place, claim.votes)];
    for other in claims.iter().filter(|other| other.place != claim.place && other.agrees(claim)) {
        match places.iter_mut().find(|(place, _)| *place == other.place) {
            Some((_, votes)) => *votes = other.votes.max(*votes),
            None => places.push((other.place, other.votes)),
        }
    }
    places
}

/// The votes that a byline loses for its place; `None` where bylines belong to other articles.
fn region(line: usize, range: &BodyRange) -> Option<i32> {
    /// Lines above the title, into the text, and below the text.
    const ABOVE: usize = 6;
    const WITHOUT_TITLE: usize = 12;
    const INTO: usize = 3;
    const BELOW: usize = 8;
    let (first, last) = range.body?;
    let start = match range.title {
        Some(title) if title <= first => title.saturating_sub(ABOVE),
        _ => first.saturating_sub(WITHOUT_TITLE),
    };
    if (start..=first + INTO).contains(&line) {
        Some(0)
    } else if (last.saturating_sub(2)..=last + BELOW).contains(&line) {
        Some(1)
    } else {
        None
    }
}

/// The texts of a line's elements that have letters or digits, and whether each is a link.
fn texts(view: &PageView<'_>, line: &TextLine) -> Vec<(String, bool)> {
    let nodes = line.nodes_in(view.dom.tree());
    let is_link = |node: NodeRef<'_, Node>| {
        let mut near = node.ancestors().take(4).filter_map(|above| above.value().as_element());
        near.any(|element| element.name() == "a")
    };
    let texts = nodes.filter_map(|node| {
        let text = plain::line(&node.value().as_text()?.text);
        text.chars().any(char::is_alphanumeric).then(|| (text, is_link(node)))
    });
    texts.collect()
}
