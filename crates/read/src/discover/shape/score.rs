//! The scores of lists: how similar they are to lists of news.

use super::group::GroupFeatures;

/// Minimum average similarity of titles to headlines in a list without dates, leads and pictures.
const MIN_BARE_TITLES: f32 = 0.65;

/// The similarity of a list's items to news.
pub(super) fn quality(features: &GroupFeatures) -> f32 {
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
        - 1.5 * features.has_side_heading
        + 0.4 * features.is_named
        + 0.4 * features.has_family
        + 0.3 * features.was_news
}

/// The similarity of a list to news: the quality of its items, their number, and the share of
/// different articles.
pub(super) fn score(features: &GroupFeatures) -> f32 {
    if is_menu_like(features) {
        return 0.0;
    }
    let size = (1.0 + features.items.min(15.0)).log2() / 4.0;
    quality(features) * size * (0.4 + 0.6 * features.distinct)
}

/// Whether a list has nothing but short texts: the names of sections, not headlines.
fn is_menu_like(features: &GroupFeatures) -> bool {
    features.titles < MIN_BARE_TITLES
        && features.dates + features.summaries + features.images < 0.3
        && features.headings < 0.5
        && features.prose < 10.0
        && features.has_family + features.was_news < 0.5
}

/// Whether a list shows clearly more of each article than another one: then its heading is no sign that
/// it is a box beside the other.
pub(super) fn is_richer(list: &GroupFeatures, than: &GroupFeatures) -> bool {
    const MIN_RATIO: f32 = 1.4;
    let plain = |features: &GroupFeatures| quality(&GroupFeatures { is_named: 0.0, ..*features });
    plain(list) > plain(than) * MIN_RATIO
}
