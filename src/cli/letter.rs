//! The letter to an agency whose firewall or robots.txt blocks bantin. The operator sends it;
//! bantin sends nothing itself and does not work around the block.

use super::user_agent;
use crate::config::Plan;
use bantin_core::Source;
use bantin_fetch::redacted;
use chrono::{DateTime, Utc};

/// The letter, in Vietnamese and in English.
const TEMPLATE: &str = include_str!("letter.txt");

/// Fills in the letter to the agency of a source that was requested at `now`.
pub(super) fn to_agency(source: &Source, plan: &Plan, now: DateTime<Utc>) -> String {
    let contact = plan.site.contact.as_deref();
    let contact = contact.unwrap_or("(contact: ...)");
    let time = now.with_timezone(&source.zone).format("%d/%m/%Y %H:%M (%:z)").to_string();
    let fields = [
        ("{agency}", source.origin.title.clone()),
        ("{url}", redacted(&source.url)),
        ("{time}", time),
        ("{user_agent}", user_agent(Some(plan))),
        ("{contact}", contact.trim_start_matches("mailto:").to_owned()),
        ("{gap}", humantime::format_duration(source.access.delay).to_string()),
    ];
    fields.iter().fold(TEMPLATE.to_owned(), |letter, (name, value)| letter.replace(name, value))
}
