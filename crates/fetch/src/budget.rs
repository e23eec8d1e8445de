//! The memory limit for the bodies of all pages together.
//!
//! The limits of one page bound that page; this module bounds twenty of them at once. Up to 256 KiB
//! a body needs no permit, so giant bodies never delay ordinary pages. A larger body needs one of
//! six permits, and past 1 MiB the only giant permit. Received and decoded bodies have separate
//! permits.
//!
//! Permits are always acquired in the same order (received before decoded, large before giant), so
//! tasks cannot deadlock.
//!
//! Large bodies live in memory mapped for them alone, because an allocator keeps such blocks after
//! they are freed.

use super::RequestLimits;
use super::body::BodyError;
use bytes::Bytes;
use memmap2::MmapMut;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// The largest body that needs no permit, in bytes: nearly all pages.
const ORDINARY: usize = 256 << 10;
/// The largest body of the large class, in bytes; a longer one is giant.
const LARGE: usize = 1 << 20;
/// The mapped memory of a giant body beyond its limit, in bytes; only pages that are written to use
/// memory.
const MARGIN: usize = 2 << 20;
/// The number of large bodies at once.
const LARGE_ONES: usize = 6;
/// The number of giant bodies at once.
const GIANTS: usize = 1;
/// The longest wait for a permit. A host that sends a giant body byte by byte delays only other
/// giants.
const PATIENCE: Duration = Duration::from_secs(15);

/// The permits for all bodies of a process: one set for received bodies, one for decoded ones.
#[derive(Debug, Clone)]
pub(super) struct BodyBudget(Arc<[BodyPermits; 2]>);

#[derive(Debug)]
struct BodyPermits {
    large: Arc<Semaphore>,
    giant: Arc<Semaphore>,
}

impl Default for BodyBudget {
    fn default() -> Self {
        let semaphore = |permits| Arc::new(Semaphore::new(permits));
        let permits = || BodyPermits { large: semaphore(LARGE_ONES), giant: semaphore(GIANTS) };
        Self(Arc::new([permits(), permits()]))
    }
}

impl BodyBudget {
    /// Creates a buffer for a body as it is received.
    pub(super) fn wire(&self, limits: &RequestLimits) -> BodyBuffer {
        let [wire, _] = &*self.0;
        BodyBuffer::new(wire, limits.wire)
    }

    /// Creates a buffer for a body as it is decoded.
    pub(super) fn decoded(&self, limits: &RequestLimits) -> BodyBuffer {
        let [_, decoded] = &*self.0;
        BodyBuffer::new(decoded, limits.decoded)
    }
}

/// A growing body with its permit.
#[derive(Debug)]
pub(super) struct BodyBuffer {
    large: Arc<Semaphore>,
    giant: Arc<Semaphore>,
    class: BodyClass,
    permit: Option<OwnedSemaphorePermit>,
    /// The memory to map for a giant body, in bytes.
    giant_size: usize,
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
    fn new(permits: &BodyPermits, limit: usize) -> Self {
        let BodyPermits { large, giant } = permits;
        let (large, giant) = (large.clone(), giant.clone());
        Self {
            large,
            giant,
            class: BodyClass::Ordinary,
            permit: None,
            giant_size: limit.saturating_add(MARGIN),
            ordinary: Vec::new(),
            mapped: None,
        }
    }

    /// The length of the body in bytes.
    pub(super) fn len(&self) -> usize {
        self.mapped.as_ref().map_or(self.ordinary.len(), |mapped| mapped.length)
    }

    /// Appends a piece; waits for a permit if the body outgrows its class.
    pub(super) async fn add(&mut self, piece: &[u8]) -> Result<(), BodyError> {
        let class = self.class_with(piece);
        if class > self.class {
            let permit = timeout(PATIENCE, self.permits(class).acquire_owned()).await;
            self.permit = Some(permit.ok().and_then(Result::ok).ok_or(BodyError::OutOfMemory)?);
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
                let is_large = self.class == BodyClass::Large;
                let capacity = needed.max(if is_large { LARGE } else { self.giant_size });
                let before = before.as_ref().map_or(self.ordinary.as_slice(), MappedBuffer::as_ref);
                let mapped = MappedBuffer::of(before, capacity)?;
                self.ordinary = Vec::new();
                mapped
            }
        };
        self.mapped.insert(mapped).append(piece);
        Ok(())
    }

    /// Keeps only the first `most` bytes.
    pub(super) fn truncate(&mut self, most: usize) {
        match &mut self.mapped {
            Some(mapped) => mapped.length = mapped.length.min(most),
            None => self.ordinary.truncate(most),
        }
    }

    /// Returns the complete body. Its permit is released when the last clone is dropped.
    pub(super) fn into_bytes(self) -> Bytes {
        match self.mapped {
            None => self.ordinary.into(),
            Some(mapped) => Bytes::from_owner(BudgetedBody { mapped, _permit: self.permit }),
        }
    }

    fn class_with(&self, piece: &[u8]) -> BodyClass {
        match self.len() + piece.len() {
            length if length <= ORDINARY => BodyClass::Ordinary,
            length if length <= LARGE => BodyClass::Large,
            _ => BodyClass::Giant,
        }
    }

    fn permits(&self, class: BodyClass) -> Arc<Semaphore> {
        if class == BodyClass::Giant { self.giant.clone() } else { self.large.clone() }
    }
}

/// A long body in an anonymous memory map, which returns to the system at once. An allocator keeps
/// such blocks for later, in as many copies as there are threads.
#[derive(Debug)]
struct MappedBuffer {
    map: MmapMut,
    length: usize,
}

impl MappedBuffer {
    fn of(bytes: &[u8], capacity: usize) -> Result<Self, BodyError> {
        let map = MmapMut::map_anon(capacity).map_err(|_| BodyError::NoMemory)?;
        let mut mapped = Self { map, length: 0 };
        mapped.append(bytes);
        Ok(mapped)
    }

    fn append(&mut self, piece: &[u8]) {
        let end = self.length + piece.len();
        if let Some(target) = self.map.get_mut(self.length..end) {
            target.copy_from_slice(piece);
            self.length = end;
        }
    }
}

impl AsRef<[u8]> for MappedBuffer {
    fn as_ref(&self) -> &[u8] {
        self.map.get(..self.length).unwrap_or_default()
    }
}

/// A complete body that holds its permit.
struct BudgetedBody {
    mapped: MappedBuffer,
    _permit: Option<OwnedSemaphorePermit>,
}

impl AsRef<[u8]> for BudgetedBody {
    fn as_ref(&self) -> &[u8] {
        self.mapped.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn filled(mut buffer: BodyBuffer, length: usize) -> Result<Bytes, BodyError> {
        let bytes: Vec<u8> = (0..=250).cycle().take(length).collect();
        for piece in bytes.chunks(60_000) {
            buffer.add(piece).await?;
        }
        assert_eq!(buffer.len(), length);
        let full = buffer.into_bytes();
        assert!(full == bytes);
        Ok(full)
    }

    #[tokio::test(start_paused = true)]
    async fn a_giant_waits_for_another_and_an_ordinary_page_for_none() {
        let budget = BodyBudget::default();
        let giant = filled(budget.wire(&RequestLimits::default()), LARGE + 1).await.unwrap();
        let copy = giant.slice(LARGE..);
        drop(giant);
        assert_eq!(
            filled(budget.wire(&RequestLimits::default()), LARGE + 1).await,
            Err(BodyError::OutOfMemory)
        );
        let mut large = Vec::new();
        for _ in 0..LARGE_ONES {
            large.push(filled(budget.wire(&RequestLimits::default()), LARGE).await.unwrap());
        }
        assert_eq!(
            filled(budget.wire(&RequestLimits::default()), ORDINARY + 1).await,
            Err(BodyError::OutOfMemory)
        );
        assert_eq!(
            filled(budget.wire(&RequestLimits::default()), ORDINARY).await.unwrap().len(),
            ORDINARY
        );
        assert!(
            filled(budget.decoded(&RequestLimits::default()), LARGE + 1).await.is_ok(),
            "it has places of its own"
        );
        drop(large);
        let (waited, ()) =
            tokio::join!(filled(budget.wire(&RequestLimits::default()), LARGE + 1), async {
                tokio::time::sleep(Duration::from_secs(5)).await;
                drop(copy);
            });
        assert_eq!(waited.map(|body| body.len()), Ok(LARGE + 1));
    }
}
