//! Selection of the lists of news on a page.

use super::group::{GroupFeatures, LinkGroup};
use bantin_core::ArticleKey;
use std::collections::HashSet;

/// Minimum score of news.
const MIN_COUNT: f32 = 0.85;
/// Minimum quality of a list that can be selected by its heading.
const MIN_OFFERED: f32 = 1.2;
/// Minimum quality of a further list, as a fraction of the quality of the best one.
const NEAR: f32 = 0.55;

/// The similarity of a list's items to news.
fn quality(marks: &GroupFeatures) -> f32 {
    1.4 * marks.titles
        + 0.5 * marks.headings
        + 0.6 * marks.dates
        + 0.5 * marks.summaries
        + 0.2 * marks.images
        + 0.4 * marks.slugs
        + 0.6 * (marks.prose / 300.0).min(1.0)
        - 1.5 * marks.around
        - 0.8 * marks.beside
        - 1.2 * marks.foreign
        - 2.0 * marks.files
        - 0.6 * marks.media
        - 1.5 * marks.documents
        + 0.4 * marks.family
        + 0.3 * marks.agrees
}

/// The similarity of a list to news: the quality of its items, their number, and the share of
/// different articles.
pub(super) fn score(marks: &GroupFeatures) -> f32 {
    let size = (1.0 + marks.items.min(15.0)).log2() / 4.0;
    quality(marks) * size * (0.4 + 0.6 * marks.distinct)
}

/// The lists of news as indices into `groups`, best first.
pub(super) fn choose(groups: &[LinkGroup]) -> Vec<usize> {
    let mut ranked: Vec<(usize, f32)> =
        groups.iter().enumerate().map(|(at, group)| (at, score(&group.marks))).collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    let Some((first, best)) = ranked.first().copied() else { return Vec::new() };
    if best < MIN_COUNT {
        return Vec::new();
    }
    let Some(main) = groups.get(first) else { return Vec::new() };
    let mut known: HashSet<&ArticleKey> = main.items.iter().map(|item| &item.key).collect();
    let mut chosen = vec![first];
    for (at, _) in ranked.into_iter().skip(1) {
        let Some(group) = groups.get(at) else { continue };
        let marks = &group.marks;
        // One or two links may be the lead story of the list, which displays more than a title.
        let is_lead = marks.prose > 20.0 && marks.headings + marks.images + marks.dates > 0.4;
        let is_list = marks.items > 2.5 || is_lead;
        let is_media = marks.media > 0.7 && main.marks.media < 0.3;
        let is_poor = marks.titles < 0.5 || quality(marks) < quality(&main.marks) * NEAR;
        // A list whose items look like those of the main list belongs to it, wherever it is.
        let is_side = group.leaf != main.leaf && is_side(marks, &main.marks);
        if !is_list || is_media || is_poor || is_side {
            continue;
        }
        let new = group.items.iter().filter(|item| !known.contains(&item.key)).count();
        if new * 2 < group.items.len() {
            continue;
        }
        known.extend(group.items.iter().map(|item| &item.key));
        chosen.push(at);
    }
    chosen
}

/// Whether a list may be requested by its heading.
pub(super) fn is_selectable(marks: &GroupFeatures) -> bool {
    quality(marks) > MIN_OFFERED
        && marks.items > 1.5
        && marks.titles > 0.4
        && marks.around < 0.5
        && marks.files < 0.5
        && marks.foreign < 0.9
}

/// A summary of a list's features for the operator.
pub(super) fn evidence(group: &LinkGroup) -> String {
    let marks = &group.marks;
    let mut parts = Vec::new();
    if let Some(family) = group.family {
        parts.push(format!("links as {family} makes them"));
    }
    if marks.agrees > 0.0 {
        parts.push("where the news stood at the last visit".to_owned());
    }
    let shares = [
        ("titles like headlines", marks.titles),
        ("headings", marks.headings),
        ("dates", marks.dates),
        ("leads", marks.summaries),
        ("images", marks.images),
        ("addresses like those of articles", marks.slugs),
    ];
    for (what, share) in shares {
        if share > 0.05 {
            parts.push(format!("{:.0} % {what}", share * 100.0));
        }
    }
    format!("score {:.1}: {}", score(marks), parts.join(", "))
}

/// Whether a list is a box beside the main one: by its section, or because its items lack what each
/// main item has.
fn is_side(side: &GroupFeatures, main: &GroupFeatures) -> bool {
    let is_whole = main.items >= 4.0 && main.items * 2.0 > side.items;
    // If all news have dates, bare links are menus, however many they are.
    let is_bare = side.dates < 0.05 && side.headings + side.summaries + side.images < 0.2;
    (side.beside > 0.5 && main.beside < 0.5)
        || (main.items >= 6.0 && main.dates > 0.8 && is_bare)
        || (side.around > 0.5 && main.around < 0.5)
        || (is_whole && main.prose > 80.0 && side.prose * 4.0 < main.prose)
        || (is_whole
            && main.dates > 0.8
            && side.dates < 0.2
            && side.headings < 0.5
            && side.prose < main.prose.max(20.0) * 2.0)
}
