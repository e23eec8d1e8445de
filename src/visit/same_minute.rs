//! Dates that many articles of a visit share, and that are therefore not theirs: the clock of the site, the minute in which it
//! was built or moved.
//!
//! Agencies do release several articles in one minute, so a shared minute alone proves nothing. It is refused where it is the
//! minute in which the pages were fetched, or where the listing and the addresses tell of other days.

use super::pages::Made;
use crate::model::{Article, Field, Precision, Provenance};
use crate::normalize::publication::Dated;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use std::collections::BTreeMap;

/// From so many articles on, a shared minute is looked at.
const MANY: usize = 4;

/// What is known of the date of an article: all that its page gives, and when it came.
#[derive(Debug, Clone)]
pub(super) struct Clue {
    dates: Vec<Dated>,
    fetched: DateTime<Utc>,
}

impl Clue {
    /// What is known of an article that was just made.
    pub(super) fn of(made: &Made) -> Self {
        Self { dates: made.dates.clone(), fetched: made.fetched }
    }

    /// The best date, where it is no operator's word and tells a minute.
    fn best(&self) -> Option<&Dated> {
        let best = self.dates.first()?;
        let told = matches!(best.from, Provenance::Selector(_));
        (!told && best.precision != Precision::Day).then_some(best)
    }

    /// The days that the listing and the address tell.
    fn told_days(&self, article: &Article) -> Vec<NaiveDate> {
        let others = self.dates.iter().skip(1);
        let told = others.filter(|d| matches!(d.from, Provenance::Teaser | Provenance::Url));
        told.map(|dated| day(dated.at, article)).collect()
    }
}

/// Replaces the dates that are not the articles' own, and says so. `is_first` tells that the source was never visited before.
pub(super) fn settle(articles: &mut [(&mut Article, &Clue)], is_first: bool) -> Vec<String> {
    let mut groups: BTreeMap<(i64, String), Vec<usize>> = BTreeMap::new();
    for (place, (article, clue)) in articles.iter().enumerate() {
        let Some(best) = clue.best() else { continue };
        // The listing or the address may tell the same day as the clock; then it is believed.
        let is_clock = best.is_clock(clue.fetched)
            && !clue.told_days(article).contains(&day(best.at, article));
        // A clock goes on while the pages are fetched, so that its minutes differ.
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
            let Some((article, clue)) = articles.get_mut(*place) else { continue };
            shown.get_or_insert(article.published);
            replace(article, clue, !is_clock || is_first);
        }
        let count = places.len();
        let shown = shown.unwrap_or_default().to_rfc3339();
        let why = if is_clock {
            "which is when their pages were fetched"
        } else {
            "while the listing or their addresses tell of other days"
        };
        warnings.push(format!(
            "{count} articles give the same minute as their date ({shown}, found as {from}), {why}; it is taken for the site's \
             clock, and the next best date counts. If it is right, name its place with article.date"
        ));
    }
    warnings
}

/// Whether the listing and the addresses tell of other days, for at least half of the articles and for two at least.
fn is_contradicted(articles: &[(&mut Article, &Clue)], places: &[usize]) -> bool {
    let members = places.iter().filter_map(|place| articles.get(*place));
    let contradicted = members.filter(|(article, clue)| {
        let days = clue.told_days(article);
        let own = clue.best().map(|best| day(best.at, article));
        !days.is_empty() && own.is_some_and(|own| !days.contains(&own))
    });
    let contradicted = contradicted.count();
    contradicted >= 2 && contradicted * 2 >= places.len()
}

/// Gives an article its next best date, or the instant at which it was found.
fn replace(article: &mut Article, clue: &Clue, may_be_event: bool) {
    let Some(refused) = clue.best() else { return };
    let near = |dated: &Dated| {
        dated.precision != Precision::Day && (dated.at - refused.at).abs() < TimeDelta::minutes(1)
    };
    let next = clue.dates.iter().skip(1).find(|dated| {
        !near(dated)
            && !dated.is_clock(clue.fetched)
            && (may_be_event || dated.from != Provenance::Lead)
    });
    let (at, precision, from) = match next {
        Some(next) => (next.at, next.precision, next.from.clone()),
        None => (article.first_seen, Precision::Second, Provenance::FirstSeen),
    };
    (article.published, article.updated, article.precision) = (at, at, precision);
    article.provenance.insert(Field::Published, from);
}

fn day(at: DateTime<Utc>, article: &Article) -> NaiveDate {
    at.with_timezone(&article.zone).date_naive()
}

#[cfg(test)]
mod tests;
