//! A site that is scripted visit by visit, and the desk of an operator who reads it.

use crate::agency::{Agency, html};
use crate::desk::{self, Desk};
pub(crate) use bantin_testing::story::{Story, TITLES, page, story};
use serde_json::Value;
use std::collections::BTreeSet;

/// A site, and the desk of an operator who reads it.
pub(crate) struct Script {
    pub(crate) agency: Agency,
    pub(crate) desk: Desk,
    hour: u32,
}

impl Script {
    /// Opens a site with one source `a`.
    pub(crate) fn open() -> Self {
        let agency = Agency::open();
        let source = desk::source("a", &agency)
            .replace("item = \"li.tin\"", "item = \"li.tin\", date = \".date\"");
        let desk = Desk::with(&(desk::head() + &source));
        Self { agency, desk, hour: 0 }
    }

    /// Opens a site whose sources are `sources`, in TOML; `URL` stands for its address.
    pub(crate) fn with(sources: &str) -> Self {
        let agency = Agency::open();
        let sources = sources.replace("URL", agency.url("").trim_end_matches('/'));
        let desk = Desk::with(&(desk::head() + &sources));
        Self { agency, desk, hour: 0 }
    }

    /// Sets a listing of stories, each at an address.
    pub(crate) fn list(&self, stories: &[(Story, String)]) {
        let items: String = stories.iter().map(|(story, href)| story.item(href)).collect();
        self.agency.on("/tin-tuc", html(format!("<html><body><ul>{items}</ul></body></html>")));
    }

    /// Sets a listing of stories, and their pages.
    pub(crate) fn publish(&self, stories: &[(Story, String)]) {
        self.list(stories);
        for (story, href) in stories {
            self.agency.on(href, story.page());
        }
    }

    /// Visits all sources, six hours after the last visit. Returns what the program printed.
    #[track_caller]
    pub(crate) fn visit(&mut self) -> String {
        self.visit_after(6)
    }

    /// Visits all sources some hours after the last visit.
    #[track_caller]
    pub(crate) fn visit_after(&mut self, hours: u32) -> String {
        self.hour += hours;
        let now = format!("2026-11-{:02}T{:02}:00:00Z", 20 + self.hour / 24, self.hour % 24);
        let said = self.desk.run(&["once", "--now", &now]);
        format!("{}{}", said.out, said.err)
    }

    /// Checks that the store and the feed have exactly these titles, each once.
    #[track_caller]
    pub(crate) fn check(&self, titles: &[&str], when: &str) {
        let mut expected: Vec<&str> = titles.to_vec();
        expected.sort_unstable();
        let stored = self.desk.export();
        let mut stored: Vec<&str> =
            stored.iter().map(|article| article["title"].as_str().unwrap()).collect();
        stored.sort_unstable();
        assert_eq!(stored, expected, "the store, {when}");
        let mut shown = self.desk.titles("tat-ca");
        shown.sort_unstable();
        assert_eq!(shown, expected, "the feed, {when}");
    }

    /// The ids of all articles.
    pub(crate) fn ids(&self) -> BTreeSet<String> {
        self.desk.export().iter().map(|a| a["id"].as_str().unwrap().to_owned()).collect()
    }

    /// A field of the only article with a title.
    #[track_caller]
    pub(crate) fn field(&self, title: &str, name: &str) -> Value {
        let articles = self.desk.export();
        let found: Vec<_> = articles.iter().filter(|article| article["title"] == title).collect();
        assert_eq!(found.len(), 1, "{title}: {found:?}");
        found[0][name].clone()
    }
}
