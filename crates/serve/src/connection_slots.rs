//! Connection slots, and the eviction of a connection if all slots are taken.
//!
//! A connection that waits for its client (for a request head, or for the next request) keeps its
//! slot while no other connection needs it. If all are taken, the address with the most waiting
//! connections loses the one that has waited longest. So a client that opens hundreds of
//! connections only evicts its own, and readers behind one proxy only evict one another.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// The time without progress after which a response is stuck, and its connection may be evicted.
const STUCK: Duration = Duration::from_secs(10);
/// The interval at which the search for a connection to evict is repeated.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// The connection slots of a server.
#[derive(Debug)]
pub(super) struct ConnectionSlots {
    free: Arc<Semaphore>,
    taken: Mutex<HashMap<u64, Weak<ConnectionSlot>>>,
    next: AtomicU64,
}

/// The slot of one connection.
#[derive(Debug)]
pub(super) struct ConnectionSlot {
    peer: IpAddr,
    state: Mutex<(ConnectionState, Instant)>,
    eviction: Notify,
    _permit: OwnedSemaphorePermit,
}

/// The state of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ConnectionState {
    /// It waits for a request of its client.
    Waiting,
    /// A request is being processed.
    Working,
    /// A response is being sent.
    Sending,
}

impl ConnectionSlots {
    pub(super) fn new(slots: usize) -> Self {
        let free = Arc::new(Semaphore::new(slots));
        Self { free, taken: Mutex::default(), next: AtomicU64::new(0) }
    }

    /// Returns a slot for a connection from `peer`; evicts another connection if none is free.
    pub(super) async fn acquire(&self, peer: IpAddr) -> Arc<ConnectionSlot> {
        let permit = loop {
            if self.free.available_permits() == 0
                && let Some(slot) = self.choose_eviction(Instant::now())
            {
                // Notified once: it is already removed from the map, and its slot is freed soon.
                slot.eviction.notify_one();
            }
            let permit = timeout(LOOK_AGAIN, self.free.clone().acquire_owned()).await;
            // The semaphore is never closed.
            if let Ok(Ok(permit)) = permit {
                break permit;
            }
        };
        let state = Mutex::new((ConnectionState::Waiting, Instant::now()));
        let (peer, eviction) = (network(peer), Notify::new());
        let slot = Arc::new(ConnectionSlot { peer, state, eviction, _permit: permit });
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        self.in_use().insert(number, Arc::downgrade(&slot));
        slot
    }

    fn choose_eviction(&self, now: Instant) -> Option<Arc<ConnectionSlot>> {
        let mut taken = self.in_use();
        taken.retain(|_, slot| slot.strong_count() > 0);
        let slots: Vec<(u64, Arc<ConnectionSlot>)> =
            taken.iter().filter_map(|(number, slot)| Some((*number, slot.upgrade()?))).collect();
        let state: Vec<(u64, IpAddr, ConnectionState, Instant)> = slots
            .iter()
            .map(|(number, slot)| {
                let (state, since) = *slot.state();
                (*number, slot.peer, state, since)
            })
            .collect();
        let number = select_for_eviction(&state, now)?;
        taken.remove(&number);
        slots.into_iter().find(|(known, _)| *known == number).map(|(_, slot)| slot)
    }

    fn in_use(&self) -> MutexGuard<'_, HashMap<u64, Weak<ConnectionSlot>>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ConnectionSlot {
    fn state(&self) -> MutexGuard<'_, (ConnectionState, Instant)> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets the state, when a request has arrived or its response is ready.
    pub(super) fn set_state(&self, state: ConnectionState) {
        *self.state() = (state, Instant::now());
    }

    /// Records that a part of the response was sent.
    pub(super) fn record_progress(&self) {
        self.state().1 = Instant::now();
    }

    /// Records that all written bytes were sent: after a response, the connection waits for its
    /// client.
    pub(super) fn record_flush(&self) {
        let mut state = self.state();
        if state.0 == ConnectionState::Sending {
            *state = (ConnectionState::Waiting, Instant::now());
        }
    }

    /// Resolves when the slot is needed for another connection.
    pub(super) async fn evicted(&self) {
        self.eviction.notified().await;
    }
}

/// Selects a connection for eviction: of the waiting ones, the longest waiting of the peer that has
/// most of them. If none waits, the one whose response has been stuck longest.
fn select_for_eviction(
    slots: &[(u64, IpAddr, ConnectionState, Instant)],
    now: Instant,
) -> Option<u64> {
    let mut waiting: HashMap<IpAddr, (usize, Instant, u64)> = HashMap::new();
    for (number, peer, state, since) in slots {
        if *state == ConnectionState::Waiting {
            let (count, longest, whose) = waiting.entry(*peer).or_insert((0, *since, *number));
            *count += 1;
            if *since < *longest {
                (*longest, *whose) = (*since, *number);
            }
        }
    }
    let longest = waiting
        .values()
        .max_by_key(|(count, since, _)| (*count, now.saturating_duration_since(*since)));
    let stuck = || {
        let stuck = slots.iter().filter(|(_, _, state, since)| {
            *state == ConnectionState::Sending && now.saturating_duration_since(*since) > STUCK
        });
        stuck.min_by_key(|(_, _, _, since)| *since).map(|(number, ..)| *number)
    };
    longest.map(|(_, _, number)| *number).or_else(stuck)
}

/// The address block of one client: an IPv4 address, or an IPv6 network of 64 bits (RFC 6177
/// section 2).
fn network(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((u128::from(address) >> 64 << 64).into()),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_most_and_waits_longest_leaves_first() {
        let begun = Instant::now();
        let at = |second| begun + Duration::from_secs(second);
        let (many, one): (IpAddr, IpAddr) =
            ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        let check = |slots: &[(u64, IpAddr, ConnectionState, Instant)], expected| {
            assert_eq!(select_for_eviction(slots, at(60)), expected, "{slots:?}");
        };
        let (waits, works, sends) =
            (ConnectionState::Waiting, ConnectionState::Working, ConnectionState::Sending);
        check(&[], None);
        check(&[(1, one, waits, at(0)), (2, many, waits, at(9)), (3, many, waits, at(8))], Some(3));
        check(&[(1, one, waits, at(5)), (2, many, waits, at(4))], Some(2));
        check(&[(1, many, works, at(0)), (2, many, sends, at(0)), (3, one, waits, at(9))], Some(3));
        check(&[(1, many, works, at(0)), (2, many, sends, at(55))], None);
        check(&[(1, many, sends, at(40)), (2, one, sends, at(30))], Some(2));
    }

    #[test]
    fn a_client_has_a_network_of_its_own() {
        let check = |peer: &str, expected: &str| {
            assert_eq!(network(peer.parse().unwrap()).to_string(), expected);
        };
        check("192.0.2.1", "192.0.2.1");
        check("::ffff:192.0.2.1", "192.0.2.1");
        check("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::");
    }
}
