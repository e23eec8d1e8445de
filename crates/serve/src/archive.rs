//! The names of archives, `tin.12.atom`.

/// The parsed name of an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ArchiveName<'a> {
    /// The feed.
    pub(super) feed: &'a str,
    number: &'a str,
    /// The format.
    pub(super) ending: &'a str,
}

impl<'a> ArchiveName<'a> {
    /// Parses a name; `None` unless it is in the exact form that we write.
    pub(super) fn read(name: &'a str) -> Option<Self> {
        let (rest, ending) = name.rsplit_once('.')?;
        let (feed, number) = rest.rsplit_once('.')?;
        let plain = number.parse::<u32>().is_ok_and(|value| value.to_string() == number);
        plain.then_some(Self { feed, number, ending })
    }

    /// The name of the current document of its feed.
    pub(super) fn current(self) -> String {
        format!("{}.{}", self.feed, self.ending)
    }

    /// The archive of the same number of another document.
    pub(super) fn sibling_for(self, current: &str) -> Option<String> {
        let (feed, ending) = current.rsplit_once('.')?;
        Some(format!("{feed}.{}.{ending}", self.number))
    }
}

#[cfg(test)]
mod tests {
    use super::ArchiveName;

    #[test]
    fn only_names_that_we_write_are_archives() {
        let name = ArchiveName::read("tin.12.atom").unwrap();
        assert_eq!((name.feed, name.ending, name.current().as_str()), ("tin", "atom", "tin.atom"));
        assert_eq!(name.sibling_for("tin-moi.atom").as_deref(), Some("tin-moi.12.atom"));
        for other in ["tin.atom", "tin.012.atom", "tin.+1.atom", "tin.x.atom", "tin..atom", "12"] {
            assert_eq!(ArchiveName::read(other), None, "{other}");
        }
    }
}
