//! The order of day and month in numeric dates, as the dates of a page or a feed prove it.
//!
//! `1/10/2023` alone is read day first. Its neighbour `1/23/2023` proves the other order, because
//! there is no month 23; so does `Wed, 03/01/2023`, whose weekday fits one order only.

use super::grammar::{self, DateParts};
use super::lexer;

/// The order of day and month in the numeric dates of a page or a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DateOrder {
    /// Nothing proves an order, or both are proven.
    #[default]
    Unknown,
    /// The day precedes the month.
    DayFirst,
    /// The month precedes the day.
    MonthFirst,
}

impl DateOrder {
    /// The order that the dates of some texts prove.
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let (mut day_first, mut month_first) = (false, false);
        let short = texts.into_iter().filter(|text| super::may_have_date(text));
        for text in short {
            let tokens = lexer::tokens(text);
            let parts = DateParts::of(&tokens);
            for day in parts.days.iter().filter(|day| day.value.is_numeric) {
                match grammar::proven_order(&parts, day) {
                    Self::DayFirst => day_first = true,
                    Self::MonthFirst => month_first = true,
                    Self::Unknown => {}
                }
            }
        }
        match (day_first, month_first) {
            (true, false) => Self::DayFirst,
            (false, true) => Self::MonthFirst,
            _ => Self::Unknown,
        }
    }

    /// Rewrites a numeric date that begins with its month to ISO 8601. `None` for a date that can
    /// stay as written.
    pub fn rewritten(self, text: &str) -> Option<String> {
        if self != Self::MonthFirst || !super::may_have_date(text) {
            return None;
        }
        let as_written = super::parse(text, Self::Unknown).ok();
        let turned = super::parse(text, self).ok()?;
        (as_written != Some(turned)).then(|| turned.to_string())
    }
}
