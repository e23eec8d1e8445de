//! Checks that the largest documents that feeds.toml allows fit into the memory that bantin may use.

use bantin_core::{HostAccess, Source};
use std::fs;
use std::sync::Arc;

/// The memory for other purposes, in bytes: pages in transit, parsers and the database.
const REST: u64 = 256 << 20;
/// The maximum memory for reading a large feed, as a multiple of its size.
const SHARE: u64 = 3;

/// The memory that this process may use, in bytes: that of the machine, or less if the cgroup of
/// the process (MemoryMax of its unit) has a limit. `None` if the system does not report it.
pub(super) fn available() -> Option<u64> {
    let machine = fs::read_to_string("/proc/meminfo").ok().and_then(|text| of_machine(&text));
    let path = fs::read_to_string("/proc/self/cgroup").ok().and_then(|text| cgroup(&text));
    let limit = path
        .and_then(|path| fs::read_to_string(format!("/sys/fs/cgroup{path}/memory.max")).ok())
        .and_then(|text| text.trim().parse().ok());
    machine.into_iter().chain(limit).min()
}

/// The sources whose documents do not fit, a sentence each.
pub(super) fn shortages(sources: &[Arc<Source>], available: Option<u64>) -> Vec<String> {
    let Some(available) = available else { return Vec::new() };
    let short = sources.iter().filter_map(|source| {
        let size = u64::try_from(source.access.max_document).ok()?;
        let needed = size.saturating_mul(SHARE).saturating_add(REST);
        let is_large = source.access.max_document > HostAccess::MAX_PAGE;
        (is_large && needed > available).then(|| {
            format!(
                "source {}: max_document = {size} needs {} MiB of memory, and bantin may use {} MiB; lower it, or raise \
                 MemoryMax of the unit",
                source.id(),
                needed >> 20,
                available >> 20
            )
        })
    });
    short.collect()
}

/// The memory of the machine, from `/proc/meminfo`.
fn of_machine(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes << 10)
}

/// The path of the process's cgroup (version 2), from `/proc/self/cgroup`.
fn cgroup(text: &str) -> Option<String> {
    text.lines().find_map(|line| line.strip_prefix("0::")).map(|path| path.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use bantin_testing::source;

    #[test]
    fn the_systems_words_are_read() {
        assert_eq!(of_machine("MemTotal:       16384 kB\nMemFree: 1 kB\n"), Some(16 << 20));
        assert_eq!(of_machine("MemFree: 1 kB"), None);
        let unit = "1:name=x:/a\n0::/system.slice/bantin.service\n";
        assert_eq!(cgroup(unit).as_deref(), Some("/system.slice/bantin.service"));
    }

    #[test]
    fn a_document_that_does_not_fit_is_named() {
        let mut large = source("a");
        large.access.max_document = 100 << 20;
        let sources = [Arc::new(large), Arc::new(source("b"))];
        assert_eq!(shortages(&sources, Some(556 << 20)), [""; 0]);
        assert_eq!(shortages(&sources, None), [""; 0]);
        let short = shortages(&sources, Some(512 << 20));
        assert!(short.len() == 1 && short[0].starts_with("source a: max_document"), "{short:?}");
    }
}
