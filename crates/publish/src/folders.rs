//! Arranges feeds as a tree of folders: single feeds, and the feeds of each matrix.

use bantin_core::Feed;

/// Feeds, and folders of feeds, in the order of feeds.toml.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct FeedFolder<'a> {
    /// The name; empty for the root.
    pub(super) name: &'a str,
    pub(super) feeds: Vec<&'a Feed>,
    pub(super) folders: Vec<Self>,
}

impl<'a> FeedFolder<'a> {
    /// The tree of these feeds.
    pub(super) fn of(feeds: &'a [Feed]) -> Self {
        let mut root = Self::default();
        for feed in feeds {
            root.insert(feed, &feed.folders);
        }
        root
    }

    fn insert(&mut self, feed: &'a Feed, path: &'a [String]) {
        let Some((name, below)) = path.split_first() else {
            self.feeds.push(feed);
            return;
        };
        // Feeds of one folder are consecutive.
        let place = self.folders.iter().rposition(|folder| folder.name == name);
        let place = place.unwrap_or_else(|| {
            self.folders.push(Self { name, ..Self::default() });
            self.folders.len() - 1
        });
        if let Some(folder) = self.folders.get_mut(place) {
            folder.insert(feed, below);
        }
    }

    /// The number of feeds in it and in its subfolders.
    pub(super) fn count(&self) -> usize {
        self.feeds.len() + self.folders.iter().map(Self::count).sum::<usize>()
    }
}
