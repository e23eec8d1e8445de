//! One request at a time for a host and for an address, with a pause after each, whichever process asks.
//!
//! Many agencies of a province live on one small box under many names, so both names and addresses are places at
//! which a turn is taken. Who keeps the turns is not known here: the store does, for all processes that share it
//! ([`Turns`]); [`OwnTurns`] serves a command that has no store. How the requests of this process wait for their
//! turn is in `queue`.

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::BoxFuture;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Keeps the turns of all who ask.
pub trait Turns: Send + Sync {
    /// Takes the turn at all `places` (names and addresses, sorted, each once) or at none.
    ///
    /// A turn that is not given back within `hold` is free again: its taker has died.
    fn take<'a>(
        &'a self,
        places: &'a [String],
        now: DateTime<Utc>,
        hold: Duration,
    ) -> BoxFuture<'a, Result<Turn, String>>;

    /// Gives `places` back. They are free from `free_from` on.
    fn give_back<'a>(
        &'a self,
        places: &'a [String],
        free_from: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<(), String>>;
}

/// The answer to who wants a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It is taken: ask the host, then give the turn back.
    Yours,
    /// Nothing is taken; it may be free from then on.
    After(DateTime<Utc>),
}

/// Turns among the requests of this process alone.
#[derive(Debug, Default)]
pub struct OwnTurns {
    free_from: Mutex<HashMap<String, DateTime<Utc>>>,
}

impl Turns for OwnTurns {
    fn take<'a>(
        &'a self,
        places: &'a [String],
        now: DateTime<Utc>,
        hold: Duration,
    ) -> BoxFuture<'a, Result<Turn, String>> {
        let mut free_from = self.free_from.lock().unwrap_or_else(PoisonError::into_inner);
        free_from.retain(|_, free| *free > now);
        let turn = match places.iter().filter_map(|place| free_from.get(place)).max() {
            Some(free) => Turn::After(*free),
            None => {
                let until = later(now, hold);
                free_from.extend(places.iter().map(|place| (place.clone(), until)));
                Turn::Yours
            }
        };
        Box::pin(async move { Ok(turn) })
    }

    fn give_back<'a>(
        &'a self,
        places: &'a [String],
        free: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<(), String>> {
        let mut free_from = self.free_from.lock().unwrap_or_else(PoisonError::into_inner);
        free_from.extend(places.iter().map(|place| (place.clone(), free)));
        Box::pin(async { Ok(()) })
    }
}

/// An instant later by `pause`; the end of time where that is past it.
pub(super) fn later(instant: DateTime<Utc>, pause: Duration) -> DateTime<Utc> {
    TimeDelta::from_std(pause)
        .ok()
        .and_then(|pause| instant.checked_add_signed(pause))
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    fn places(names: &str) -> Vec<String> {
        names.split(' ').map(str::to_owned).collect()
    }

    #[tokio::test]
    async fn a_turn_is_taken_at_all_places_or_at_none() {
        let turns = OwnTurns::default();
        let hold = Duration::from_secs(60);
        let take = async |names, second| turns.take(&places(names), at(second), hold).await;
        assert_eq!(take("1.1.1.1 a.vn", 0).await, Ok(Turn::Yours));
        assert_eq!(take("1.1.1.1 b.vn", 1).await, Ok(Turn::After(at(60))));
        assert_eq!(take("2.2.2.2 b.vn", 1).await, Ok(Turn::Yours));
        turns.give_back(&places("1.1.1.1 a.vn"), at(5)).await.unwrap();
        assert_eq!(take("1.1.1.1 c.vn", 4).await, Ok(Turn::After(at(5))));
        assert_eq!(take("1.1.1.1 c.vn", 5).await, Ok(Turn::Yours));
    }

    #[tokio::test]
    async fn a_turn_whose_taker_died_lapses() {
        let turns = OwnTurns::default();
        let hold = Duration::from_secs(60);
        turns.take(&places("a.vn"), at(0), hold).await.unwrap();
        assert_eq!(turns.take(&places("a.vn"), at(60), hold).await, Ok(Turn::Yours));
    }
}
