//! Selection of the lists of news on a page.

use super::address_pattern::AddressPattern;
use super::column::{is_bare, is_other, lists_of_column};
use super::group::{GroupFeatures, LinkGroup};
use super::score::{is_richer, quality, score};
use bantin_core::{ArticleKey, ListingProfile};
use bantin_page::plain::fold;
use ego_tree::NodeId;
use scraper::Html;
use std::collections::HashSet;

/// Minimum similarity to headlines of titles that are certainly some.
const HEADLINES: f32 = 0.9;
/// Minimum score of news.
const MIN_SCORE: f32 = 0.85;
/// Minimum quality of a list that can be selected by its heading.
const MIN_SELECTABLE_QUALITY: f32 = 1.2;
/// Minimum quality of a further list, as a fraction of the quality of the best one.
const MIN_QUALITY_RATIO: f32 = 0.55;

/// The lists of news of a page as indices into `groups`, best first.
pub(super) fn choose(groups: &[LinkGroup], tree: &Html) -> Vec<usize> {
    // The boxes beside the list below the name of the page, of the same template.
    let is_split_off = |group: &LinkGroup| {
        group.features.has_other_heading > 0.5
            && groups.iter().any(|own| own.path == group.path && own.features.is_named > 0.5)
    };
    let candidates = groups.iter().enumerate().filter(|(_, group)| !is_split_off(group));
    let mut ranked: Vec<(usize, f32)> =
        candidates.map(|(at, group)| (at, score(&group.features))).collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    move_named_first(&mut ranked, groups);
    move_dated_first(&mut ranked, groups);
    let Some((first, best)) = ranked.first().copied() else { return Vec::new() };
    if best < MIN_SCORE {
        return Vec::new();
    }
    let is_beside = groups.get(first).is_some_and(|list| list.features.has_other_heading > 0.5);
    if is_beside && let Some(documents) = documents(groups, |list| list.has_other_heading < 0.5) {
        return vec![documents];
    }
    let in_column = lists_of_column(groups, first, tree);
    let Some(main) = groups.get(first) else { return Vec::new() };
    let mut known: HashSet<&ArticleKey> = main.items.iter().map(|item| &item.key).collect();
    let mut chosen = vec![first];
    let pattern = AddressPattern::of(&main.items);
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
        // A list whose items look like those of the main list belongs to it, wherever it is, unless
        // its heading says otherwise.
        let is_other = is_other(features, &main.features);
        let is_boxed = features.in_sidebar > 0.5
            && main.features.in_sidebar < 0.5
            && features.has_other_heading > 0.5;
        let has_side = features.has_side_heading > 0.5 || is_boxed;
        let is_similar = group.leaf == main.leaf && !has_side && !is_other;
        let is_side = !is_similar && features.is_named < 0.5 && is_side(features, &main.features);
        let is_beside = !is_list || is_media || is_poor || is_side || is_other;
        let pattern = pattern.as_ref();
        let is_of_section = || {
            pattern.is_some_and(|pattern| {
                is_hero(group, main, pattern) || is_continuation(group, pattern)
            })
        };
        if is_beside && in_column.get(at) != Some(&true) && !is_of_section() {
            continue;
        }
        if is_menu(features, &main.features)
            || pattern.is_some_and(|pattern| is_elsewhere(group, main, pattern))
        {
            continue;
        }
        let new = group.items.iter().filter(|item| !known.contains(&item.key)).count();
        if new * 2 < group.items.len() {
            continue;
        }
        known.extend(group.items.iter().map(|item| &item.key));
        chosen.push(at);
    }
    let beside_leads = lists_beside_leads(groups, &chosen, tree).into_iter();
    chosen.extend(beside_leads.filter(|at| groups.get(*at).is_some_and(|g| !is_split_off(g))));
    if let Some(pattern) = &pattern {
        chosen.extend(lists_in_hero(groups, &chosen, pattern, tree));
    }
    chosen
}

/// Moves the list below the name of the page before better ones below other headings: a section with
/// three articles may have boxes with thirty beside it.
fn move_named_first(ranked: &mut [(usize, f32)], groups: &[LinkGroup]) {
    let features = |(at, _): &(usize, f32)| groups.get(*at).map(|group| &group.features);
    let is_named = |place: &(usize, f32)| {
        place.1 >= MIN_SCORE && features(place).is_some_and(|features| features.is_named > 0.5)
    };
    let Some(named) = ranked.iter().position(is_named) else { return };
    let own = ranked.get(named).and_then(features);
    let is_other = |place| {
        let list = features(place).zip(own);
        list.is_some_and(|(list, own)| list.has_other_heading > 0.5 && !is_richer(list, own))
    };
    if let Some(better) = ranked.get_mut(..=named)
        && better.iter().take(named).all(is_other)
    {
        better.rotate_right(1);
    }
}

/// Whether a list is the block of lead stories above the main list: pictures or headings of a few
/// articles of the same section, which need no date.
fn is_hero(group: &LinkGroup, main: &LinkGroup, pattern: &AddressPattern) -> bool {
    const MIN_SHOWN: f32 = 0.5;
    let features = &group.features;
    // Below a heading of its own, only the addresses tell whether it is of the same section.
    let is_same = features.has_other_heading < 0.5 || pattern.names_section();
    is_above(group, main, pattern) && features.images.max(features.headings) >= MIN_SHOWN && is_same
}

/// Whether a list announces more of the news, whose addresses it has.
fn is_continuation(group: &LinkGroup, pattern: &AddressPattern) -> bool {
    const MIN_ALIKE: f32 = 0.99;
    group.features.has_more_heading > 0.5 && pattern.share_of(&group.items) >= MIN_ALIKE
}

/// Whether a short list of headlines, whose addresses are like those of the main list, stands above
/// that in the page's content.
fn is_above(group: &LinkGroup, main: &LinkGroup, pattern: &AddressPattern) -> bool {
    const MAX_ITEMS: f32 = 6.0;
    const MIN_TITLES: f32 = 0.7;
    /// The same below the name of the page, where a card has its lead in its link.
    const MIN_NAMED: f32 = 0.5;
    const MIN_ALIKE: f32 = 0.99;
    let features = &group.features;
    let min_titles = if features.is_named > 0.5 { MIN_NAMED } else { MIN_TITLES };
    let last = group.items.iter().map(|item| item.order).max();
    let begins = main.items.iter().map(|item| item.order).min();
    last < begins
        && features.items <= MAX_ITEMS
        && features.titles >= min_titles
        && features.in_navigation.max(features.in_sidebar).max(features.has_side_heading) < 0.5
        && pattern.share_of(&group.items) >= MIN_ALIKE
}

/// The further headlines in the block of the lead stories above the main list.
fn lists_in_hero(
    groups: &[LinkGroup],
    chosen: &[usize],
    pattern: &AddressPattern,
    tree: &Html,
) -> Vec<usize> {
    let [main, others @ ..] = chosen else { return Vec::new() };
    let Some(main) = groups.get(*main) else { return Vec::new() };
    let above = |id: NodeId| tree.tree.get(id).into_iter().flat_map(|node| node.ancestors());
    let around_main: HashSet<NodeId> =
        main.items.iter().flat_map(|item| above(item.top)).map(|node| node.id()).collect();
    // The largest element around a lead story without items of the main list.
    let block = |lead: &LinkGroup| {
        let first = lead.items.first()?;
        let free = above(first.top).take_while(|node| !around_main.contains(&node.id()));
        free.last().map(|node| node.id())
    };
    let leads = others.iter().filter_map(|at| groups.get(*at));
    let leads = leads.filter(|group| is_hero(group, main, pattern));
    let blocks: HashSet<NodeId> = leads.filter_map(block).collect();
    let is_inside = |group: &LinkGroup| {
        group.items.iter().all(|item| above(item.top).any(|node| blocks.contains(&node.id())))
    };
    let further = groups.iter().enumerate().filter(|(at, group)| {
        !chosen.contains(at) && is_above(group, main, pattern) && is_inside(group)
    });
    further.map(|(at, _)| at).collect()
}

/// Whether a list without dates is of another part of the site than the main list, by its addresses:
/// a box of bare links below a heading of its own, or departments beside dated news.
fn is_elsewhere(group: &LinkGroup, main: &LinkGroup, pattern: &AddressPattern) -> bool {
    const FEW: f32 = 0.05;
    /// Maximum similarity of the names of departments to headlines.
    const MAX_NAMES: f32 = 0.6;
    let features = &group.features;
    let is_boxed = features.has_other_heading > 0.5
        && group.heading != main.heading
        && is_bare(features)
        && !is_bare(&main.features);
    features.dates < FEW
        && (is_boxed || main.features.dates > 0.8 && features.titles < MAX_NAMES)
        && pattern.share_of(&group.items) < FEW
}

/// Whether the addresses of bare links have no number and no words, which those of all articles of the
/// main list have: they are sections.
fn is_menu(features: &GroupFeatures, main: &GroupFeatures) -> bool {
    const FEW: f32 = 0.05;
    main.slugs > 1.0 - FEW
        && main.dates > 0.8
        && features.slugs < FEW
        && features.dates < FEW
        && is_bare(features)
}

/// Moves a list of dated headlines before bare links of a few words, which are those of fields or
/// sections: on a page of documents, each has the heading of a box.
fn move_dated_first(ranked: &mut [(usize, f32)], groups: &[LinkGroup]) {
    const MIN_ITEMS: f32 = 5.0;
    let features = |(at, _): &(usize, f32)| groups.get(*at).map(|group| &group.features);
    let first = ranked.first().and_then(features);
    let is_menu = first.is_some_and(|first| {
        is_bare(first) && first.images < 0.05 && first.titles < HEADLINES && first.is_named < 0.5
    });
    let is_dated = |place: &(usize, f32)| {
        place.1 >= MIN_SCORE
            && features(place).is_some_and(|list| {
                list.dates > 0.8 && list.titles >= HEADLINES && list.items >= MIN_ITEMS
            })
    };
    if let Some(dated) = ranked.iter().position(is_dated).filter(|_| is_menu)
        && let Some(better) = ranked.get_mut(..=dated)
    {
        better.rotate_right(1);
    }
}

/// The list of dated documents on a page without any other news. On a page that showed news before,
/// only a list that was news: another one is a box that is left after a redesign.
pub(super) fn list_of_documents(groups: &[LinkGroup], before: &ListingProfile) -> Vec<usize> {
    let is_known = |list: &GroupFeatures| before.lists.is_empty() || list.was_news > 0.5;
    documents(groups, is_known).into_iter().collect()
}

/// The best list of dated documents that meets a condition.
fn documents(groups: &[LinkGroup], is: impl Fn(&GroupFeatures) -> bool) -> Option<usize> {
    const MIN_ITEMS: f32 = 3.0;
    const MIN_TITLES: f32 = 0.4;
    let scored = groups.iter().enumerate().filter_map(|(at, group)| {
        let features = group.features;
        let are_documents = features.files.max(features.documents) > 0.5
            || features.titles >= HEADLINES
                && group.heading.as_deref().is_some_and(names_documents);
        let is_list = are_documents
            && features.dates > 0.5
            && features.items >= MIN_ITEMS
            && features.titles >= MIN_TITLES
            && is(&features);
        let bare = GroupFeatures { files: 0.0, documents: 0.0, has_side_heading: 0.0, ..features };
        let score = score(&bare);
        (is_list && score >= MIN_SCORE).then_some((at, score))
    });
    let best = scored.max_by(|a, b| a.1.total_cmp(&b.1));
    best.map(|(at, _)| at)
}

/// Whether a heading is that of a list of documents.
fn names_documents(heading: &str) -> bool {
    const DOCUMENTS: [&str; 5] = ["van ban", "cong van", "quyet dinh", "thong bao", "ke hoach"];
    let folded = fold(heading);
    DOCUMENTS.iter().any(|name| folded.contains(name))
}

/// The other lists in the column of a lead story above the main list: smaller lead stories.
fn lists_beside_leads(groups: &[LinkGroup], chosen: &[usize], tree: &Html) -> Vec<usize> {
    let begin = |at: &usize| groups.get(*at).and_then(|group| group.items.first()).map(|i| i.order);
    let [main, others @ ..] = chosen else { return Vec::new() };
    let mut found = Vec::new();
    for lead in others.iter().filter(|other| begin(other) < begin(main)) {
        let members = lists_of_column(groups, *lead, tree).into_iter().enumerate();
        let members = members.filter(|(at, is_member)| *is_member && begin(at) < begin(main));
        found.extend(members.map(|(at, _)| at).filter(|at| !chosen.contains(at)));
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether a list may be requested by its heading.
pub(super) fn is_selectable(features: &GroupFeatures) -> bool {
    quality(&GroupFeatures { has_side_heading: 0.0, ..*features }) > MIN_SELECTABLE_QUALITY
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
    if let Some(heading) = &group.heading {
        let name = if features.is_named > 0.5 { ", the name of the page" } else { "" };
        let side = if features.has_side_heading > 0.5 { ", a side box" } else { "" };
        parts.push(format!("below {heading:?}{name}{side}"));
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
        || side.has_side_heading > 0.5
        || (main.items >= 6.0 && main.dates > 0.8 && is_bare)
        || (side.in_navigation > 0.5 && main.in_navigation < 0.5)
        || (is_whole && main.prose > 80.0 && side.prose * 4.0 < main.prose)
        || (is_whole
            && main.dates > 0.8
            && side.dates < 0.2
            && side.headings < 0.5
            && side.prose < main.prose.max(20.0) * 2.0)
}
