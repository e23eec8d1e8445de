//! Replaces dates that four or more articles of a crawl share and that are therefore not their own:
//! the clock of the site, or the minute in which it was built or migrated.
//!
//! Agencies do release several articles in one minute, so a shared minute alone proves nothing. It
//! is rejected if it is the minute in which the pages were fetched, or if the listing and the
//! addresses give other days. Then the next best date of each article counts. A date from the
//! operator's own selector is never rejected.

use bantin_core::{ArticleField, DatePrecision, NewArticle, Provenance};
use bantin_read::normalize::publication::DatedEvidence;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use std::collections::BTreeMap;

/// A minute shared by at least this many articles is examined.
const MANY: usize = 4;

/// The evidence for the date of an article.
#[derive(Debug, Clone)]
pub(super) struct DateEvidence {
    /// The trusted dates, the best first.
    pub(super) dates: Vec<DatedEvidence>,
    /// When the page was fetched.
    pub(super) fetched: DateTime<Utc>,
}

impl DateEvidence {
    /// The best date, unless the operator named its element or it has no minute.
    fn best(&self) -> Option<&DatedEvidence> {
        let best = self.dates.first()?;
        let is_configured = matches!(best.from, Provenance::Selector(_));
        (!is_configured && best.precision != DatePrecision::Day).then_some(best)
    }

    /// The days given by the listing and the address.
    fn other_days(&self, article: &NewArticle) -> Vec<NaiveDate> {
        let others = self.dates.iter().skip(1);
        let others = others.filter(|d| matches!(d.from, Provenance::Teaser | Provenance::Url));
        others.map(|dated| day(dated.at, article)).collect()
    }
}

/// Replaces dates that are not the articles' own, and returns a warning for each. `is_first`:
/// whether the source was not visited before.
pub(super) fn replace_shared(
    articles: &mut [(&mut NewArticle, &DateEvidence)],
    is_first: bool,
) -> Vec<String> {
    let mut groups: BTreeMap<(i64, String), Vec<usize>> = BTreeMap::new();
    for (place, (article, evidence)) in articles.iter().enumerate() {
        let Some(best) = evidence.best() else { continue };
        // The listing or the address may confirm the day of the clock; then it is trusted.
        let is_clock = best.is_clock(evidence.fetched)
            && !evidence.other_days(article).contains(&day(best.at, article));
        // The clock advances while the pages are fetched, so its minutes differ.
        let minute = if is_clock { i64::MAX } else { best.at.timestamp().div_euclid(60) };
        groups.entry((minute, best.from.to_string())).or_default().push(place);
    }
    let mut warnings = Vec::new();
    for ((minute, from), places) in groups {
        if places.len() < MANY {
            continue;
        }
        let is_clock = minute == i64::MAX;
        if !is_clock && !is_contradicted(articles, &places) {
            continue;
        }
        let mut shown = None;
        for place in &places {
            let Some((article, evidence)) = articles.get_mut(*place) else { continue };
            shown.get_or_insert(article.published);
            replace(article, evidence, !is_clock || is_first);
        }
        let count = places.len();
        let shown = shown.unwrap_or_default().to_rfc3339();
        let why = if is_clock {
            "which is when their pages were fetched"
        } else {
            "while the listing or their addresses give other days"
        };
        warnings.push(format!(
            "{count} articles give the same minute as their date ({shown}, found as {from}), {why}; it is taken for the site's \
             clock, and the next best date counts. If it is right, name its place with article.date"
        ));
    }
    warnings
}

/// Whether the listing and the addresses give other days, for at least half of the articles and at
/// least two of them.
fn is_contradicted(articles: &[(&mut NewArticle, &DateEvidence)], places: &[usize]) -> bool {
    let members = places.iter().filter_map(|place| articles.get(*place));
    let contradicted = members.filter(|(article, evidence)| {
        let days = evidence.other_days(article);
        let own = evidence.best().map(|best| day(best.at, article));
        !days.is_empty() && own.is_some_and(|own| !days.contains(&own))
    });
    let contradicted = contradicted.count();
    contradicted >= 2 && contradicted * 2 >= places.len()
}

/// Gives an article its next best date, or the instant at which it was first seen.
fn replace(article: &mut NewArticle, evidence: &DateEvidence, may_be_event: bool) {
    let Some(refused) = evidence.best() else { return };
    let near = |dated: &DatedEvidence| {
        dated.precision != DatePrecision::Day
            && (dated.at - refused.at).abs() < TimeDelta::minutes(1)
    };
    let next = evidence.dates.iter().skip(1).find(|dated| {
        !near(dated)
            && !dated.is_clock(evidence.fetched)
            && (may_be_event || dated.from != Provenance::Lead)
    });
    let (at, precision, from) = match next {
        Some(next) => (next.at, next.precision, next.from.clone()),
        None => (article.first_seen, DatePrecision::Second, Provenance::FirstSeen),
    };
    (article.published, article.updated, article.precision) = (at, at, precision);
    article.provenance.insert(ArticleField::Published, from);
}

fn day(at: DateTime<Utc>, article: &NewArticle) -> NaiveDate {
    at.with_timezone(&article.zone).date_naive()
}

#[cfg(test)]
mod tests;
