//! A subscriber after a long absence finds every article by a walk from the current document
//! through the archives.

use crate::agency::{Agency, html, status};
use crate::desk::{self, Desk, article};
use quick_xml::Reader;
use quick_xml::events::Event;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::SystemTime;

/// The properties of an entry that a walk compares.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    updated: String,
    title: String,
}

/// A parsed document.
#[derive(Debug, Default)]
struct Read {
    links: BTreeMap<String, String>,
    is_archive: bool,
    entries: Vec<(String, Entry)>,
    tombstones: BTreeMap<String, String>,
}

/// An agency with numbered articles, which may be edited.
struct Publisher {
    agency: Agency,
    numbers: Vec<u32>,
    edited: BTreeSet<u32>,
}

impl Publisher {
    fn open() -> Self {
        Self { agency: Agency::open(), numbers: Vec::new(), edited: BTreeSet::new() }
    }

    fn title(&self, n: u32) -> String {
        let edited = if self.edited.contains(&n) { " (đã sửa)" } else { "" };
        format!("Tin số {n} của cơ quan{edited}")
    }

    /// Adds these numbers at the top of the listing, newest first.
    fn publish(&mut self, numbers: impl IntoIterator<Item = u32>) {
        for n in numbers {
            self.numbers.insert(0, n);
        }
        let items = self
            .numbers
            .iter()
            .map(|n| format!("<li class='tin'><a href='/tin/{n}'>{}</a></li>", self.title(*n)));
        let list: String = items.collect();
        self.agency.on("/tin-tuc", html(format!("<html><body><ul>{list}</ul></body></html>")));
        for n in &self.numbers {
            let title = format!("Tin số {n} của cơ quan");
            self.agency
                .on(&format!("/tin/{n}"), html(article(*n).replace(&title, &self.title(*n))));
        }
    }

    fn edit(&mut self, n: u32) {
        self.edited.insert(n);
        self.publish([]);
    }
}

fn head(keys: &str) -> String {
    desk::head() + "limit = 5\n" + keys + "\n"
}

/// Runs a pass and returns its output.
#[track_caller]
fn pass(desk: &Desk, instant: &str) -> String {
    let said = desk.run(&["once", "--now", instant]);
    assert_eq!(said.code, Some(0), "{}\n{}", said.out, said.err);
    said.out
}

fn read(bytes: &[u8]) -> Read {
    let mut reader = Reader::from_str(std::str::from_utf8(bytes).unwrap());
    let (mut found, mut path, mut text) = (Read::default(), Vec::new(), String::new());
    let mut entry: BTreeMap<String, String> = BTreeMap::new();
    loop {
        let event = reader.read_event().unwrap();
        match &event {
            Event::Start(start) | Event::Empty(start) => {
                let name = start.name().as_ref().to_owned();
                let value = |key: &str| {
                    let found = start.try_get_attribute(key).unwrap();
                    found.map(|a| {
                        a.normalized_value(quick_xml::XmlVersion::Explicit1_0).unwrap().into_owned()
                    })
                };
                let in_entry = path.iter().any(|name| name == "entry" || name == "item");
                match name.as_str() {
                    "link" | "atom:link" if !in_entry && value("rel").is_some() => {
                        found.links.insert(value("rel").unwrap(), value("href").unwrap());
                    }
                    "fh:archive" => {
                        assert!(found.entries.is_empty(), "before the first entry");
                        found.is_archive = true;
                    }
                    "at:deleted-entry" => {
                        assert!(found.entries.is_empty(), "before the first entry");
                        found.tombstones.insert(value("ref").unwrap(), value("when").unwrap());
                    }
                    _ => {}
                }
                text.clear();
                if matches!(event, Event::Start(_)) {
                    path.push(name);
                }
            }
            Event::Text(piece) => text.push_str(piece),
            Event::End(end) => {
                path.pop();
                let name = end.name().as_ref().to_owned();
                let parent = path.last().map(String::as_str);
                if matches!(parent, Some("entry" | "item")) {
                    entry.insert(name.clone(), text.clone());
                }
                if name == "entry" || name == "item" {
                    let get =
                        |names: [&str; 2]| names.iter().find_map(|name| entry.get(*name)).cloned();
                    let updated = entry.get("updated").cloned().unwrap_or_default();
                    let title = entry.get("title").unwrap().clone();
                    found.entries.push((get(["id", "guid"]).unwrap(), Entry { updated, title }));
                    entry.clear();
                }
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}

/// Follows `prev-archive` from the current document and returns the documents, the current one
/// first.
fn walk(desk: &Desk, format: &str) -> Vec<Read> {
    let mut name = Some(format!("tat-ca.{format}"));
    let current = name.clone().unwrap();
    let mut documents: Vec<Read> = Vec::new();
    while let Some(here) = name {
        let document = read(&desk.output()[&here]);
        assert!(document.links["self"].ends_with(&format!("/{here}")));
        assert_eq!(document.is_archive, !documents.is_empty(), "{here}");
        if !documents.is_empty() {
            assert!(document.links["current"].ends_with(&format!("/{current}")));
            if let Some(next) = document.links.get("next-archive") {
                assert!(desk.output().contains_key(next.rsplit('/').next().unwrap()));
            }
        }
        name =
            document.links.get("prev-archive").map(|to| to.rsplit('/').next().unwrap().to_owned());
        documents.push(document);
    }
    documents
}

/// Folds a walk: the newest version of each id, without those withdrawn later.
fn fold(documents: &[Read]) -> BTreeMap<String, Entry> {
    let mut folded: BTreeMap<String, Entry> = BTreeMap::new();
    // Later documents in the walk are older: of equal versions the first is kept.
    for (id, entry) in documents.iter().flat_map(|document| &document.entries) {
        let known = folded.entry(id.clone()).or_insert_with(|| entry.clone());
        if entry.updated > known.updated {
            *known = entry.clone();
        }
    }
    for (id, when) in documents.iter().flat_map(|document| &document.tombstones) {
        if folded.get(id).is_some_and(|entry| entry.updated < *when) {
            folded.remove(id);
        }
    }
    folded
}

fn titles_in_store(desk: &Desk) -> BTreeMap<String, String> {
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    desk.export().iter().map(|article| (text(&article["id"]), text(&article["title"]))).collect()
}

/// The archives on disk: name to bytes and modification time.
fn archives(desk: &Desk) -> BTreeMap<String, (Vec<u8>, SystemTime)> {
    let output = desk.output().into_iter().filter(|(name, _)| name.matches('.').count() == 2);
    output
        .map(|(name, bytes)| {
            let time = fs::metadata(desk.path("output").join(&name)).unwrap().modified().unwrap();
            (name, (bytes, time))
        })
        .collect()
}

fn titles(found: &BTreeMap<String, Entry>) -> BTreeMap<String, String> {
    found.iter().map(|(id, entry)| (id.clone(), entry.title.clone())).collect()
}

#[test]
fn a_walk_from_the_current_document_yields_every_article_once() {
    let (mut a, mut b) = (Publisher::open(), Publisher::open());
    a.publish(1..=12);
    let desk = Desk::with(&(head("") + &desk::source("a", &a.agency)));
    let mut before = BTreeMap::new();
    let mut stay = |desk: &Desk| {
        let now = archives(desk);
        for (name, archive) in &before {
            assert_eq!(now.get(name), Some(archive), "{name} was touched");
        }
        before = now;
    };
    pass(&desk, "2026-11-20T05:00:00Z");
    stay(&desk);
    let both = head("") + &desk::source("a", &a.agency) + &desk::source("b", &b.agency);
    for hour in 6..12 {
        let n = 20 + (hour - 6) * 4;
        a.publish(n..n + 4);
        match hour {
            7 => a.edit(3),
            8 => a.edit(21),
            // A new source with a backlog.
            9 => {
                b.publish(101..=117);
                desk.write(&both);
            }
            10 => b.publish(118..=120),
            _ => {}
        }
        pass(&desk, &format!("2026-11-20T{hour:02}:00:00Z"));
        stay(&desk);
        assert!(read(&desk.output()["tat-ca.atom"]).entries.len() <= 5);
    }
    let gone = titles_in_store(&desk).into_keys().find(|id| id.ends_with("/tin/22")).unwrap();
    let said = desk.run(&["withdraw", &gone, "--reason", "Công văn số 4"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    stay(&desk);

    let documents = walk(&desk, "atom");
    assert!(documents.len() > 8, "{}", documents.len());
    let folded = fold(&documents);
    assert_eq!(titles(&folded), titles_in_store(&desk));
    assert_eq!(folded.len(), 12 + 24 + 20 - 1);
    assert!(documents[0].tombstones.contains_key(&gone));
    let edited = folded.values().filter(|entry| entry.title.contains("đã sửa")).count();
    assert_eq!(edited, 2);
    // RSS has no versions: the first that a walk meets is the newest.
    let documents = walk(&desk, "rss");
    let mut found = fold(&documents);
    assert!(documents[0].entries.iter().all(|(id, _)| *id != gone));
    found.remove(&gone);
    assert_eq!(titles(&found), titles_in_store(&desk));

    assert!(pass(&desk, "2026-11-20T11:00:00Z").contains("0 documents written"));
    let output = desk.output();
    fs::remove_dir_all(desk.path("output")).unwrap();
    pass(&desk, "2026-11-20T11:00:00Z");
    assert_eq!(desk.output(), output);
    // Another node, with a copy of the store.
    let other = Desk::with(&both);
    fs::create_dir(other.path("state")).unwrap();
    for file in fs::read_dir(desk.path("state")).unwrap().map(Result::unwrap) {
        fs::copy(file.path(), other.path("state").join(file.file_name())).unwrap();
    }
    pass(&other, "2026-11-20T11:00:00Z");
    assert_eq!(other.output(), output);
}

#[test]
fn who_was_away_for_ninety_days_finds_all_that_is_new_changed_and_gone() {
    let mut a = Publisher::open();
    a.publish(1..=23);
    let desk = Desk::with(&(head("") + &desk::source("a", &a.agency)));
    pass(&desk, "2026-08-20T05:00:00Z");
    // The subscriber's state on leaving: all articles of that day, and the archives it has read.
    let known = fold(&walk(&desk, "atom"));
    let read_before: BTreeSet<String> = archives(&desk).into_keys().collect();
    assert_eq!(known.len(), 23);
    let midday = |day: i64| {
        let first: chrono::DateTime<chrono::Utc> = "2026-08-20T05:00:00Z".parse().unwrap();
        (first + chrono::TimeDelta::days(day)).to_rfc3339()
    };
    for step in 1..=30_u32 {
        a.publish([100 + step, 200 + step]);
        match step {
            5 => a.edit(20),
            10 => a.edit(108),
            // An article of the subscriber's first days is deleted by its agency.
            12 => {
                a.numbers.retain(|n| *n != 22);
                a.publish([]);
                a.agency.on("/tin/22", status(410));
            }
            _ => {}
        }
        pass(&desk, &midday(i64::from(step) * 3));
    }
    let gone = known.keys().find(|id| id.ends_with("/tin/22")).unwrap();
    assert!(!titles_in_store(&desk).contains_key(gone));
    // The subscriber returns and reads the documents it does not know.
    let current = read(&desk.output()["tat-ca.atom"]);
    let mut documents = vec![current];
    let new = archives(&desk).into_keys().filter(|name| name.ends_with("atom"));
    let mut new: Vec<String> = new.filter(|name| !read_before.contains(name)).collect();
    new.sort_by_key(|name| name.split('.').nth(1).unwrap().parse::<u32>().unwrap());
    assert!(new.len() >= 10, "{new:?}");
    documents.extend(new.iter().rev().map(|name| read(&desk.output()[name])));
    let from_before = Read { entries: known.into_iter().collect(), ..Read::default() };
    documents.push(from_before);
    let folded = fold(&documents);
    assert_eq!(folded.len(), 23 + 60 - 1);
    assert_eq!(titles(&folded), titles_in_store(&desk));
    assert_eq!(folded.values().filter(|entry| entry.title.contains("đã sửa")).count(), 2);
}

#[test]
fn a_burst_of_one_source_pushes_nobody_out() {
    let (mut quiet, mut loud) = (Publisher::open(), Publisher::open());
    quiet.publish(1..=6);
    loud.publish(201..=203);
    let both =
        head("") + &desk::source("quiet", &quiet.agency) + &desk::source("loud", &loud.agency);
    let desk = Desk::with(&both);
    pass(&desk, "2026-11-20T05:00:00Z");
    quiet.publish(7..=9);
    pass(&desk, "2026-11-20T06:00:00Z");
    // A site that moved: every article has a new address.
    loud.publish(204..=220);
    pass(&desk, "2026-11-20T07:00:00Z");
    let shown = read(&desk.output()["tat-ca.atom"]).entries;
    let of = |name: &str| shown.iter().filter(|(id, _)| id.contains(&format!(":{name}:"))).count();
    assert_eq!((of("quiet"), of("loud")), (2, 3), "{shown:?}");
    assert_eq!(titles(&fold(&walk(&desk, "atom"))), titles_in_store(&desk));
}

#[test]
fn a_feed_that_is_renamed_keeps_its_archives_and_one_without_has_none() {
    let mut a = Publisher::open();
    a.publish(1..=12);
    let feeds = head("") + &desk::source("a", &a.agency);
    let desk = Desk::with(&feeds);
    pass(&desk, "2026-11-20T05:00:00Z");
    let before = archives(&desk);
    assert_eq!(before.len(), 4, "{:?}", before.keys());
    desk.write(&feeds.replace("id = \"tat-ca\"", "id = \"moi\"\naliases = [\"tat-ca\"]"));
    pass(&desk, "2026-11-20T06:00:00Z");
    let after = archives(&desk);
    assert_eq!(after.len(), 8);
    for (name, archive) in before {
        assert_eq!(after[&name], archive);
        assert_eq!(after[&name.replace("tat-ca", "moi")].0, archive.0);
    }
    assert!(read(&desk.output()["moi.atom"]).links["prev-archive"].ends_with("/moi.2.atom"));
    assert!(read(&desk.output()["moi.rss"]).links["prev-archive"].ends_with("/moi.2.rss"));

    let desk = Desk::with(&(head("archive = false") + &desk::source("a", &a.agency)));
    pass(&desk, "2026-11-20T05:00:00Z");
    assert!(archives(&desk).is_empty());
    let links = read(&desk.output()["tat-ca.atom"]).links;
    assert_eq!(links.into_keys().collect::<Vec<_>>(), ["alternate", "self"]);
}

#[test]
fn what_comes_back_is_believed_and_a_tombstone_ends() {
    let mut a = Publisher::open();
    a.publish(1..=4);
    let desk = Desk::with(&(head("tombstones = \"2d\"") + &desk::source("a", &a.agency)));
    pass(&desk, "2026-11-20T05:00:00Z");
    let published = a.numbers.clone();
    a.numbers.retain(|n| *n != 3);
    a.publish([]);
    a.agency.on("/tin/3", status(404));
    pass(&desk, "2026-11-20T06:00:00Z");
    pass(&desk, "2026-11-20T06:30:00Z");
    let current = |desk: &Desk| read(&desk.output()["tat-ca.atom"]);
    let (id, when) = current(&desk).tombstones.pop_first().unwrap();
    assert!(id.ends_with("/tin/3") && when == "2026-11-20T13:30:00+07:00", "{id} {when}");
    let rss = String::from_utf8(desk.output().remove("tat-ca.rss").unwrap()).unwrap();
    assert!(!rss.contains("/tin/3<"), "gone from RSS");
    a.numbers = published;
    a.publish([]);
    pass(&desk, "2026-11-20T13:00:00Z");
    pass(&desk, "2026-11-20T13:30:00Z");
    let back = current(&desk);
    assert_eq!((back.tombstones.len(), back.entries.len()), (0, 4));
    let again = back.entries.iter().find(|(known, _)| *known == id).unwrap();
    assert!(again.1.updated > when, "{again:?}");

    let id = titles_in_store(&desk).into_keys().next().unwrap();
    let withdrawn = desk.run(&["withdraw", &id, "--reason", "Công văn số 5"]);
    assert_eq!(withdrawn.code, Some(0), "{}", withdrawn.err);
    assert_eq!(current(&desk).tombstones.len(), 1);
    let later = |days: i64| (chrono::Utc::now() + chrono::TimeDelta::days(days)).to_rfc3339();
    pass(&desk, &later(1));
    assert_eq!(current(&desk).tombstones.len(), 1);
    pass(&desk, &later(3));
    assert_eq!(current(&desk).tombstones.len(), 0);
    assert!(pass(&desk, &later(3)).contains("0 documents written"));
}

#[test]
fn what_is_erased_is_nowhere_and_never_comes_back() {
    let mut a = Publisher::open();
    a.publish(1..=4);
    let desk = Desk::with(&(head("") + &desk::source("a", &a.agency)));
    pass(&desk, "2026-11-20T05:00:00Z");
    a.publish(5..=12);
    a.edit(2);
    pass(&desk, "2026-11-20T06:00:00Z");
    let words = "hội nghị lần thứ 2 với";
    let holds = |folder: &str| {
        let files = fs::read_dir(desk.path(folder)).unwrap().map(Result::unwrap);
        let found = files.filter(|file| {
            let bytes = fs::read(file.path()).unwrap();
            bytes.windows(words.len()).any(|window| window == words.as_bytes())
        });
        found.map(|file| file.file_name().into_string().unwrap()).collect::<Vec<_>>()
    };
    let before = archives(&desk);
    assert!(holds("output").iter().any(|name| before.contains_key(name)));
    assert_eq!(holds("state"), ["bantin.sqlite"]);
    let id = titles_in_store(&desk).into_keys().find(|id| id.ends_with("/tin/2")).unwrap();
    let said = desk.run(&["withdraw", &id, "--erase", "--reason", "Bản án số 6"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    for hour in 7..10 {
        // Its agency still lists it, and changes it.
        a.agency.on(
            "/tin-tuc",
            html(format!("<li class='tin'><a href='/tin/2'>Tin số 2 lúc {hour} giờ</a></li>")),
        );
        pass(&desk, &format!("2026-11-20T{hour:02}:00:00Z"));
    }
    assert_eq!((holds("output"), holds("state")), (vec![], vec![]));
    let documents = walk(&desk, "atom");
    assert!(documents[0].tombstones.contains_key(&id));
    assert!(
        documents.iter().all(|document| document.entries.iter().all(|(known, _)| *known != id))
    );
    assert_eq!(titles(&fold(&documents)), titles_in_store(&desk));
    assert_eq!(titles_in_store(&desk).len(), 11);
    let others = |archives: BTreeMap<String, (Vec<u8>, SystemTime)>| {
        let without = |(bytes, _): &(Vec<u8>, SystemTime)| {
            !String::from_utf8_lossy(bytes).contains(&format!("{id}<"))
        };
        archives.into_iter().filter(|(_, archive)| without(archive)).collect::<Vec<_>>()
    };
    let (kept, now) = (others(before), archives(&desk));
    assert!(kept.iter().all(|(name, archive)| now.get(name) == Some(archive)));
}
