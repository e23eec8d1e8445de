//! Archives of feeds by their names, `tin.12.atom`: too many to hold all in memory, so those are held that were asked for lately.

use super::app::Document;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// How many are held. One takes a few hundred kilobytes.
const HELD: usize = 32;

/// A name of an archive, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ArchiveName<'a> {
    /// The feed.
    pub(super) feed: &'a str,
    number: &'a str,
    /// The format.
    pub(super) ending: &'a str,
}

impl<'a> ArchiveName<'a> {
    /// Takes a name apart; nothing where it is not written as we write it.
    pub(super) fn read(name: &'a str) -> Option<Self> {
        let (rest, ending) = name.rsplit_once('.')?;
        let (feed, number) = rest.rsplit_once('.')?;
        let plain = number.parse::<u32>().is_ok_and(|value| value.to_string() == number);
        plain.then_some(Self { feed, number, ending })
    }

    /// The name of the document that leads to it.
    pub(super) fn current(self) -> String {
        format!("{}.{}", self.feed, self.ending)
    }

    /// The archive of the same number behind another document.
    pub(super) fn behind(self, current: &str) -> Option<String> {
        let (feed, ending) = current.rsplit_once('.')?;
        Some(format!("{feed}.{}.{ending}", self.number))
    }
}

/// The archives that were asked for lately.
#[derive(Debug, Default)]
pub(super) struct Shelf(Mutex<VecDeque<(String, Arc<Document>)>>);

impl Shelf {
    /// An archive that is held.
    pub(super) fn get(&self, name: &str) -> Option<Arc<Document>> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.iter().find(|(known, _)| known == name).map(|(_, document)| document.clone())
    }

    /// Holds an archive, in the place of the one that is held longest.
    pub(super) fn put(&self, name: &str, document: &Arc<Document>) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.iter().any(|(known, _)| known == name) {
            return;
        }
        held.push_back((name.to_owned(), document.clone()));
        if held.len() > HELD {
            held.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ArchiveName;

    #[test]
    fn only_names_that_we_write_are_archives() {
        let name = ArchiveName::read("tin.12.atom").unwrap();
        assert_eq!((name.feed, name.ending, name.current().as_str()), ("tin", "atom", "tin.atom"));
        assert_eq!(name.behind("tin-moi.atom").as_deref(), Some("tin-moi.12.atom"));
        for other in ["tin.atom", "tin.012.atom", "tin.+1.atom", "tin.x.atom", "tin..atom", "12"] {
            assert_eq!(ArchiveName::read(other), None, "{other}");
        }
    }
}
