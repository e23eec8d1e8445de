//! The state of remote source lists, as `bantin check` and `bantin status` print it.

use super::table;
use crate::config::Plan;
use bantin_core::Slug;
use bantin_store::{Store, StoreError};
use chrono::{DateTime, Utc};

/// Formats a line for each list: its last fetch, its last failure, and the sources in the plan.
pub(super) fn list_lines(plan: &Plan, now: DateTime<Utc>) -> Result<Vec<String>, StoreError> {
    if plan.lists.is_empty() {
        return Ok(Vec::new());
    }
    let copies = Store::source_lists(&plan.site.state)?;
    let lines = plan.lists.iter().map(|list| {
        let Some(copy) = copies.iter().find(|copy| copy.url == list.url) else {
            return format!("list {}: not fetched yet", list.url);
        };
        let planned = |id: &&Slug| plan.sources.iter().any(|source| source.id() == *id);
        let ids: Vec<Slug> = copy.rows.iter().map(|row| &row.id).filter(planned).cloned().collect();
        let fetched = match copy.fetched {
            Some(fetched) => format!("fetched {}", table::span(fetched, now)),
            None => "never fetched successfully".to_owned(),
        };
        let trouble = match &copy.last_error {
            Some(trouble) => {
                format!("; tried {}: {trouble}", table::span(copy.tried, now))
            }
            None => String::new(),
        };
        let names =
            if ids.is_empty() { String::new() } else { format!(": {}", table::names(&ids)) };
        format!("list {}: {fetched}{trouble}; {} sources{names}", list.url, ids.len())
    });
    Ok(lines.collect())
}
