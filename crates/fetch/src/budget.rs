//! The memory that the bodies of all pages may take together.
//!
//! The caps of one page bound that page; twenty of them at once are bounded here. A body that grows past what an ordinary
//! page has needs a place, and a place among the few giants where it grows further. Ordinary pages need none, so giants
//! never hold them up. Nobody who has a place waits for one that comes before it (wire before decoded, large before giant),
//! so two never wait for each other.

use super::body::BodyError;
use bytes::Bytes;
use memmap2::MmapMut;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// Up to here a body needs no place, in bytes: nearly all pages.
const ORDINARY: usize = 256 << 10;
/// Up to here a body is large, and past it a giant.
const LARGE: usize = 1 << 20;
/// What the memory of a giant holds; only what is written to counts.
const GIANT: usize = 10 << 20;
/// How many large bodies there may be at once.
const LARGE_ONES: usize = 6;
/// How many giants.
const GIANTS: usize = 1;
/// How long a body waits for a place. A host that sends a giant byte by byte is only in the way of other giants.
const PATIENCE: Duration = Duration::from_secs(15);

/// The places of all bodies of a process: one set for those of the wire, one for decoded ones.
#[derive(Debug, Clone)]
pub(super) struct BodyBudget(Arc<[BodyPermits; 2]>);

#[derive(Debug)]
struct BodyPermits {
    large: Arc<Semaphore>,
    giant: Arc<Semaphore>,
}

impl Default for BodyBudget {
    fn default() -> Self {
        let semaphore = |places| Arc::new(Semaphore::new(places));
        let places = || BodyPermits { large: semaphore(LARGE_ONES), giant: semaphore(GIANTS) };
        Self(Arc::new([places(), places()]))
    }
}

impl BodyBudget {
    /// Room for a body as it comes over the wire.
    pub(super) fn wire(&self) -> BodyBuffer {
        let [wire, _] = &*self.0;
        BodyBuffer::new(wire)
    }

    /// Room for a body as it is decoded.
    pub(super) fn decoded(&self) -> BodyBuffer {
        let [_, decoded] = &*self.0;
        BodyBuffer::new(decoded)
    }
}

/// A body that grows, and the place that it has.
#[derive(Debug)]
pub(super) struct BodyBuffer {
    large: Arc<Semaphore>,
    giant: Arc<Semaphore>,
    class: BodyClass,
    place: Option<OwnedSemaphorePermit>,
    ordinary: Vec<u8>,
    mapped: Option<MappedBuffer>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum BodyClass {
    Ordinary,
    Large,
    Giant,
}

impl BodyBuffer {
    fn new(places: &BodyPermits) -> Self {
        let BodyPermits { large, giant } = places;
        let (large, giant) = (large.clone(), giant.clone());
        Self {
            large,
            giant,
            class: BodyClass::Ordinary,
            place: None,
            ordinary: Vec::new(),
            mapped: None,
        }
    }

    /// How long the body is.
    pub(super) fn len(&self) -> usize {
        self.mapped.as_ref().map_or(self.ordinary.len(), |mapped| mapped.length)
    }

    /// Adds a piece, waiting for a place where it needs one.
    pub(super) async fn add(&mut self, piece: &[u8]) -> Result<(), BodyError> {
        let class = self.class_with(piece);
        if class > self.class {
            let place = timeout(PATIENCE, self.places(class).acquire_owned()).await;
            self.place = Some(place.ok().and_then(Result::ok).ok_or(BodyError::NoRoom)?);
            self.class = class;
        }
        if self.class == BodyClass::Ordinary {
            self.ordinary.extend_from_slice(piece);
            return Ok(());
        }
        let needed = self.len() + piece.len();
        let mapped = match self.mapped.take() {
            Some(mapped) if mapped.map.len() >= needed => mapped,
            before => {
                let capacity =
                    needed.max(if self.class == BodyClass::Large { LARGE } else { GIANT });
                let before = before.as_ref().map_or(self.ordinary.as_slice(), MappedBuffer::as_ref);
                let mapped = MappedBuffer::of(before, capacity)?;
                self.ordinary = Vec::new();
                mapped
            }
        };
        self.mapped.insert(mapped).append(piece);
        Ok(())
    }

    /// Keeps no more than the first `most` bytes.
    pub(super) fn truncate(&mut self, most: usize) {
        match &mut self.mapped {
            Some(mapped) => mapped.length = mapped.length.min(most),
            None => self.ordinary.truncate(most),
        }
    }

    /// The body at its full length. Its place is given back with its last copy.
    pub(super) fn full(self) -> Bytes {
        match self.mapped {
            None => self.ordinary.into(),
            Some(mapped) => Bytes::from_owner(BudgetedBody { mapped, _place: self.place }),
        }
    }

    fn class_with(&self, piece: &[u8]) -> BodyClass {
        match self.len() + piece.len() {
            length if length <= ORDINARY => BodyClass::Ordinary,
            length if length <= LARGE => BodyClass::Large,
            _ => BodyClass::Giant,
        }
    }

    fn places(&self, class: BodyClass) -> Arc<Semaphore> {
        if class == BodyClass::Giant { self.giant.clone() } else { self.large.clone() }
    }
}

/// A long body in memory of its own, which the system has back at once. An allocator keeps such pieces for later, in as many
/// copies as there are threads.
#[derive(Debug)]
struct MappedBuffer {
    map: MmapMut,
    length: usize,
}

impl MappedBuffer {
    fn of(bytes: &[u8], capacity: usize) -> Result<Self, BodyError> {
        let map = MmapMut::map_anon(capacity).map_err(|_| BodyError::NoRoom)?;
        let mut mapped = Self { map, length: 0 };
        mapped.append(bytes);
        Ok(mapped)
    }

    fn append(&mut self, piece: &[u8]) {
        let end = self.length + piece.len();
        if let Some(place) = self.map.get_mut(self.length..end) {
            place.copy_from_slice(piece);
            self.length = end;
        }
    }
}

impl AsRef<[u8]> for MappedBuffer {
    fn as_ref(&self) -> &[u8] {
        self.map.get(..self.length).unwrap_or_default()
    }
}

/// A body with its place.
struct BudgetedBody {
    mapped: MappedBuffer,
    _place: Option<OwnedSemaphorePermit>,
}

impl AsRef<[u8]> for BudgetedBody {
    fn as_ref(&self) -> &[u8] {
        self.mapped.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn filled(mut room: BodyBuffer, length: usize) -> Result<Bytes, BodyError> {
        let bytes: Vec<u8> = (0..=250).cycle().take(length).collect();
        for piece in bytes.chunks(60_000) {
            room.add(piece).await?;
        }
        assert_eq!(room.len(), length);
        let full = room.full();
        assert!(full == bytes);
        Ok(full)
    }

    #[tokio::test(start_paused = true)]
    async fn a_giant_waits_for_another_and_an_ordinary_page_for_none() {
        let budget = BodyBudget::default();
        let giant = filled(budget.wire(), LARGE + 1).await.unwrap();
        let copy = giant.slice(LARGE..);
        drop(giant);
        assert_eq!(filled(budget.wire(), LARGE + 1).await, Err(BodyError::NoRoom));
        let mut large = Vec::new();
        for _ in 0..LARGE_ONES {
            large.push(filled(budget.wire(), LARGE).await.unwrap());
        }
        assert_eq!(filled(budget.wire(), ORDINARY + 1).await, Err(BodyError::NoRoom));
        assert_eq!(filled(budget.wire(), ORDINARY).await.unwrap().len(), ORDINARY);
        assert!(filled(budget.decoded(), LARGE + 1).await.is_ok(), "it has places of its own");
        drop(large);
        let (waited, ()) = tokio::join!(filled(budget.wire(), LARGE + 1), async {
            tokio::time::sleep(Duration::from_secs(5)).await;
            drop(copy);
        });
        assert_eq!(waited.map(|body| body.len()), Ok(LARGE + 1));
    }
}
