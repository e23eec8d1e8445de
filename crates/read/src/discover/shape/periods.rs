//! Days that stand in the headings above items: a timeline by days, or by months with days beside the
//! items.

use super::group::GroupItem;
use bantin_core::text::date;
use ego_tree::NodeId;
use std::collections::{HashMap, HashSet};

/// Gives items without a date that of the heading above them. One heading alone is no timeline: it
/// may be the clock of the page.
pub(super) fn add_dates(items: &mut [GroupItem], periods: &HashMap<NodeId, String>) {
    let above: HashSet<&String> = items.iter().filter_map(|item| periods.get(&item.top)).collect();
    if above.len() < 2 {
        return;
    }
    for item in items.iter_mut().filter(|item| item.content.date.is_none()) {
        let Some(period) = periods.get(&item.top) else { continue };
        item.content.date = match &item.content.day_and_month {
            Some(day) => year_of(period).map(|year| format!("{day}/{year}")),
            None => date::find(period).is_some().then(|| period.clone()),
        };
    }
}

/// The only year in a heading.
fn year_of(period: &str) -> Option<&str> {
    let mut years = period
        .split(|c: char| !c.is_ascii_digit())
        .filter(|digits| digits.len() == 4 && digits.starts_with(['1', '2']));
    let year = years.next()?;
    years.next().is_none().then_some(year)
}
