//! Threads and memory for reading pages: as many pages at once as there are cores, and no more than
//! fit into memory together.
//!
//! A page of the maximum length may need 80 MiB while it is parsed ([`bantin_page::parsed_size`]),
//! and sites decide when their pages are of that length. Ordinary pages need a few megabytes.

use super::extraction::PanicMessage;
use bantin_page::parsed_size::parsed_size_limit;
use std::io;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;

/// The memory of all pages that are parsed at once, in MiB: the largest page and some ordinary
/// ones. With the bodies in transit and the findings of all visits, the process stays below 256
/// MiB.
const MEMORY: usize = 112;
/// The largest document that is not long, in MiB of memory: it fits beside the largest one.
const ORDINARY: u32 = 28;

/// The threads and permits for parsing.
///
/// The threads are their own, and few: an allocator keeps freed memory for each thread, and the
/// many threads of the runtime would keep the memory of a long page each. They have a low priority:
/// serving readers comes first.
#[derive(Debug)]
pub struct Parsers {
    /// The runtime of the threads; absent only while it is dropped.
    threads: Option<Runtime>,
    /// A permit is a MiB.
    memory: Semaphore,
    /// The permit of a long document: another one must not wait for memory before ordinary pages.
    long: Semaphore,
}

impl Parsers {
    /// This number of threads, which start when they are needed.
    ///
    /// # Errors
    /// That of the system.
    pub fn new(threads: usize) -> io::Result<Self> {
        let threads = Builder::new_current_thread()
            .max_blocking_threads(threads.max(1))
            .on_thread_start(lower_priority)
            .build()?;
        let [memory, long] = [MEMORY, 1].map(Semaphore::new);
        Ok(Self { threads: Some(threads), memory, long })
    }

    /// Runs the CPU-bound work on a document of this length outside the threads that wait for the
    /// network.
    ///
    /// # Errors
    /// Those of the work, and its panic.
    pub async fn run<T: Send + 'static, E: From<PanicMessage> + Send + 'static>(
        &self,
        length: usize,
        work: impl FnOnce() -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        // The semaphores are never closed; if they were, the work would only be unbounded. All
        // tasks acquire permits in this order, so they cannot deadlock.
        let needed = permits(length);
        let _long = match needed > ORDINARY {
            true => self.long.acquire().await.ok(),
            false => None,
        };
        let _memory = self.memory.acquire_many(needed).await.ok();
        let done = match &self.threads {
            Some(threads) => threads.spawn_blocking(work).await,
            None => tokio::task::spawn_blocking(work).await,
        };
        done.unwrap_or_else(|panic| Err(PanicMessage::from(panic).into()))
    }
}

/// Lowers the priority of this thread. Linux has a priority for each thread; elsewhere that of the
/// process would change.
fn lower_priority() {
    /// The nice value: about a tenth of the time of a thread of normal priority that competes.
    const NICE: i32 = 10;
    let lower = || match rustix::process::getpriority_process(None)? {
        ..NICE => rustix::process::setpriority_process(None, NICE),
        // The whole process has a lower one.
        _ => Ok(()),
    };
    if cfg!(target_os = "linux")
        && let Err(error) = lower()
    {
        tracing::debug!(%error, "pages are parsed with normal priority");
    }
}

impl Drop for Parsers {
    /// Does not wait for a page that is still being parsed.
    fn drop(&mut self) {
        if let Some(threads) = self.threads.take() {
            threads.shutdown_background();
        }
    }
}

/// The memory that reading a document of this length may need, in MiB: its bytes, its text, and two
/// trees.
fn permits(length: usize) -> u32 {
    let bytes = parsed_size_limit(length).saturating_add(length).saturating_mul(2);
    u32::try_from((bytes >> 20).clamp(1, MEMORY)).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;
    use std::sync::mpsc;

    #[test]
    fn a_document_takes_as_much_as_it_may_need() {
        assert_eq!(permits(8 << 20), 80);
        assert_eq!(permits(usize::MAX), 112);
        assert!(permits(2 << 20) <= ORDINARY && permits(3 << 20) > ORDINARY);
        assert!(permits(100 << 10) < 16);
        assert_eq!(permits(0), 2);
    }

    #[tokio::test]
    #[cfg(target_os = "linux")]
    async fn pages_are_parsed_with_a_low_priority_and_nothing_else_is() {
        let nice = || rustix::process::getpriority_process(None).unwrap();
        let before = nice();
        let parsers = Parsers::new(1).unwrap();
        let inside = parsers.run(10, move || Ok::<_, PanicMessage>(nice())).await;
        assert_eq!(inside.ok(), Some(before.max(10)));
        assert_eq!(nice(), before);
        let other = tokio::task::spawn_blocking(nice).await.unwrap();
        assert_eq!(other, before);
    }

    #[tokio::test]
    async fn a_second_long_page_waits_and_an_ordinary_one_does_not() {
        let parsers = Parsers::new(8).unwrap();
        let (end, ended) = mpsc::channel::<()>();
        let long = async |length, work: Box<dyn FnOnce() + Send>| {
            let work = move || {
                work();
                Ok::<_, PanicMessage>(())
            };
            parsers.run(length, work).await.is_ok()
        };
        let mut first = Box::pin(long(8 << 20, Box::new(move || ended.recv().unwrap_or_default())));
        assert!((&mut first).now_or_never().is_none());
        let mut second = Box::pin(long(8 << 20, Box::new(|| ())));
        assert!((&mut second).now_or_never().is_none());
        assert!(long(50 << 10, Box::new(|| ())).await);
        assert!((&mut second).now_or_never().is_none());
        assert_eq!(parsers.memory.available_permits(), 32);
        end.send(()).unwrap();
        assert!(first.await && second.await);
    }
}
