//! Selection of the lists of news on a page.

use super::group::{GroupFeatures, LinkGroup};
use bantin_core::ArticleKey;
use std::collections::HashSet;

/// Minimum score of news.
const MIN_SCORE: f32 = 0.85;
/// Minimum quality of a list that can be selected by its heading.
const MIN_SELECTABLE_QUALITY: f32 = 1.2;
/// Minimum quality of a further list, as a fraction of the quality of the best one.
const MIN_QUALITY_RATIO: f32 = 0.55;

/// The similarity of a list's items to news.
fn quality(features: &GroupFeatures) -> f32 {
    1.4 * features.titles
        + 0.5 * features.headings
        + 0.6 * features.dates
        + 0.5 * features.summaries
        + 0.2 * features.images
        + 0.4 * features.slugs
        + 0.6 * (features.prose / 300.0).min(1.0)
        - 1.5 * features.in_navigation
        - 0.8 * features.in_sidebar
        - 1.2 * features.foreign
        - 2.0 * features.files
        - 0.6 * features.media
        - 1.5 * features.documents
        + 0.4 * features.has_family
        + 0.3 * features.was_news
}

/// The similarity of a list to news: the quality of its items, their number, and the share of
/// different articles.
pub(super) fn score(features: &GroupFeatures) -> f32 {
    let size = (1.0 + features.items.min(15.0)).log2() / 4.0;
    quality(features) * size * (0.4 + 0.6 * features.distinct)
}

/// The lists of news as indices into `groups`, best first.
pub(super) fn choose(groups: &[LinkGroup]) -> Vec<usize> {
    let mut ranked: Vec<(usize, f32)> =
        groups.iter().enumerate().map(|(at, group)| (at, score(&group.features))).collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    let Some((first, best)) = ranked.first().copied() else { return Vec::new() };
    if best < MIN_SCORE {
        return Vec::new();
    }
    let Some(main) = groups.get(first) else { return Vec::new() };
    let mut known: HashSet<&ArticleKey> = main.items.iter().map(|item| &item.key).collect();
    let mut chosen = vec![first];
    for (at, _) in ranked.into_iter().skip(1) {
        let Some(group) = groups.get(at) else { continue };
        let features = &group.features;
        // One or two links may be the lead story of the list, which displays more than a title.
        let is_lead =
            features.prose > 20.0 && features.headings + features.images + features.dates > 0.4;
        let is_list = features.items > 2.5 || is_lead;
        let is_media = features.media > 0.7 && main.features.media < 0.3;
        let is_poor = features.titles < 0.5
            || quality(features) < quality(&main.features) * MIN_QUALITY_RATIO;
        // A list whose items look like those of the main list belongs to it, wherever it is.
        let is_side = group.leaf != main.leaf && is_side(features, &main.features);
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
pub(super) fn is_selectable(features: &GroupFeatures) -> bool {
    quality(features) > MIN_SELECTABLE_QUALITY
        && features.items > 1.5
        && features.titles > 0.4
        && features.in_navigation < 0.5
        && features.files < 0.5
        && features.foreign < 0.9
}

/// A summary of a list's features for the operator.
pub(super) fn evidence(group: &LinkGroup) -> String {
    let features = &group.features;
    let mut parts = Vec::new();
    if let Some(family) = group.family {
        parts.push(format!("links as {family} makes them"));
    }
    if features.was_news > 0.0 {
        parts.push("where the news stood at the last visit".to_owned());
    }
    let shares = [
        ("titles like headlines", features.titles),
        ("headings", features.headings),
        ("dates", features.dates),
        ("leads", features.summaries),
        ("images", features.images),
        ("addresses like those of articles", features.slugs),
    ];
    for (what, share) in shares {
        if share > 0.05 {
            parts.push(format!("{:.0} % {what}", share * 100.0));
        }
    }
    format!("score {:.1}: {}", score(features), parts.join(", "))
}

/// Whether a list is a box beside the main one: by its section, or because its items lack what each
/// main item has.
fn is_side(side: &GroupFeatures, main: &GroupFeatures) -> bool {
    let is_whole = main.items >= 4.0 && main.items * 2.0 > side.items;
    // If all news have dates, bare links are menus, however many they are.
    let is_bare = side.dates < 0.05 && side.headings + side.summaries + side.images < 0.2;
    (side.in_sidebar > 0.5 && main.in_sidebar < 0.5)
        || (main.items >= 6.0 && main.dates > 0.8 && is_bare)
        || (side.in_navigation > 0.5 && main.in_navigation < 0.5)
        || (is_whole && main.prose > 80.0 && side.prose * 4.0 < main.prose)
        || (is_whole
            && main.dates > 0.8
            && side.dates < 0.2
            && side.headings < 0.5
            && side.prose < main.prose.max(20.0) * 2.0)
}
