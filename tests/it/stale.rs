//! A withdrawn article is in no file any more: not in feeds whose conditions can no longer be
//! evaluated, and not in formats, archives and names that feeds.toml no longer has.

use crate::agency::{Agency, Answer};
use crate::desk::{self, Desk, NOW, publish, source};
use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Write};
use std::process::Stdio;

/// Words of the article that must no longer be readable.
const WORDS: &str = "hội nghị lần thứ 2 với";

/// A feed, as in feeds.toml.
fn feed(id: &str, more: &str) -> String {
    format!("[[feed]]\nid = \"{id}\"\ntitle = \"Bản {id}\"\n{more}\n")
}

fn head() -> String {
    desk::head().split("[[feed]]").next().unwrap().to_owned()
}

/// The files in a folder, with packed copies, without the marks of removed feeds.
fn files(desk: &Desk, folder: &str) -> BTreeSet<String> {
    let Ok(files) = fs::read_dir(desk.path(folder)) else { return BTreeSet::new() };
    let files = files.map(Result::unwrap).filter(|file| file.path().is_file());
    files.map(|file| file.file_name().into_string().unwrap()).collect()
}

/// The files in output/ that begin with `start`.
fn named(desk: &Desk, start: &str) -> BTreeSet<String> {
    files(desk, "output").into_iter().filter(|name| name.starts_with(start)).collect()
}

/// The files that contain the words.
fn holders(desk: &Desk, folder: &str) -> Vec<String> {
    let holds = |name: &String| {
        let bytes = fs::read(desk.path(folder).join(name)).unwrap();
        bytes.windows(WORDS.len()).any(|window| window == WORDS.as_bytes())
    };
    files(desk, folder).into_iter().filter(holds).collect()
}

/// Runs a command, which must succeed.
#[track_caller]
fn run(desk: &Desk, arguments: &[&str]) {
    let said = desk.run(arguments);
    assert_eq!(said.code, Some(0), "{}\n{}", said.out, said.err);
}

#[track_caller]
fn erase(desk: &Desk, number: u32) {
    let export = desk.export();
    let title = format!("Tin số {number}");
    let is_it = |line: &&serde_json::Value| line["title"].as_str().unwrap().starts_with(&title);
    let id = export.iter().find(is_it).unwrap()["id"].as_str().unwrap();
    run(desk, &["withdraw", id, "--erase", "--reason", "Bản án số 6"]);
}

#[test]
fn what_is_erased_leaves_feeds_of_topics_and_of_words() {
    let agency = Agency::open();
    publish(&agency, &[1, 2, 3]);
    let word = feed("tu", "words = [\"lần thứ 2\"]");
    let topic = "[[topic]]\nid = \"hoi-nghi\"\nname = \"Hội nghị\"\nstrong = [\"tin số 2\"]\n";
    let topics = feed("chu-de", "topics = [\"hoi-nghi\"]");
    let all = feed("tat-ca", "");
    let top = format!("topics = [\"topics.toml\"]\n{}{all}{word}{topics}", head());
    let desk = Desk::with(&(top + &source("a", &agency)));
    fs::write(desk.path("topics.toml"), topic).unwrap();
    run(&desk, &["once", "--now", NOW]);
    for id in ["tu", "chu-de"] {
        assert_eq!(desk.titles(id), ["Tin số 2 của cơ quan"]);
    }
    erase(&desk, 2);
    assert_eq!(holders(&desk, "output"), [""; 0]);
    assert!(named(&desk, "tu.").is_empty() && named(&desk, "chu-de.").is_empty());
    assert_eq!(desk.titles("tat-ca").len(), 2);
}

#[test]
fn what_is_withdrawn_while_another_command_has_the_lock_is_published_after_it() {
    let agency = Agency::open();
    publish(&agency, &[1, 2, 3]);
    let desk = Desk::with(&(desk::head() + &source("a", &agency)));
    run(&desk, &["once", "--now", NOW]);
    let mut lock = fs::File::options().write(true).open(desk.path("state/lock")).unwrap();
    lock.try_lock().unwrap();
    lock.set_len(0).unwrap();
    lock.write_all(b"`bantin once`, process 1\n").unwrap();
    let id = desk.export()[0]["id"].as_str().unwrap().to_owned();
    let mut withdraw = desk
        .command(&["withdraw", &id, "--reason", "Công văn số 1"])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = [0; 16];
    // It prints this once it waits; any earlier output would be a warning about feeds.toml.
    withdraw.stderr.as_mut().unwrap().read_exact(&mut said).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert!(withdraw.try_wait().unwrap().is_none(), "it waits");
    assert_eq!(desk.titles("tat-ca").len(), 3);
    drop(lock);
    assert!(withdraw.wait().unwrap().success());
    assert_eq!(desk.titles("tat-ca").len(), 2);
}

#[test]
fn what_comes_by_import_is_as_old_as_it_is() {
    let agency = Agency::open();
    publish(&agency, &[1, 2, 3]);
    let desk = Desk::with(&(desk::head() + &source("a", &agency)));
    run(&desk, &["once", "--now", NOW]);
    let other = Desk::with(&(head() + &feed("moi", "newer_than = \"2d\"") + &source("a", &agency)));
    fs::write(other.path("bai.jsonl"), desk.run(&["export"]).out).unwrap();
    run(&other, &["import", "--articles", "bai.jsonl"]);
    assert!(named(&other, "moi.").is_empty(), "they are at least a month old");
}

#[test]
fn what_is_erased_leaves_the_pages_of_a_feed_that_held_it() {
    let agency = Agency::open();
    let item = |number: u32| {
        format!(
            "<item><title>Tin số {number}</title><link>{}</link><guid>{number}</guid>\
             <description>Đại biểu dự hội nghị lần thứ {number} với các sở.</description></item>",
            agency.url(&format!("/tin/{number}"))
        )
    };
    let show = |more: &str| {
        let rss = format!(
            "<rss version=\"2.0\"><channel><title>A</title>{more}{}{}</channel></rss>",
            item(1),
            item(2)
        );
        let fields = vec![("Content-Type", "application/rss+xml".to_owned())];
        agency.on("/tin-tuc", Answer::Page(200, fields, rss.into_bytes()));
    };
    show("");
    let source = source("a", &agency).replace("kind = \"listing\"", "kind = \"feed\"");
    let source = source.replace("select = { item = \"li.tin\" }", "");
    let desk = Desk::with(&(desk::head() + &source));
    run(&desk, &["once", "--now", NOW]);
    assert_eq!(holders(&desk, "state"), ["bantin.sqlite"]);
    erase(&desk, 2);
    assert_eq!(holders(&desk, "state"), [""; 0]);
    for hour in ["06", "07"] {
        show(&format!("<description>{hour} giờ</description>"));
        run(&desk, &["once", "--now", &format!("2026-11-20T{hour}:00:00Z")]);
        assert_eq!(holders(&desk, "state"), [""; 0]);
    }
    assert_eq!(desk.titles("tat-ca"), ["Tin số 1"]);
}

#[test]
fn formats_archives_and_names_that_a_feed_has_no_more_leave_the_disk() {
    let agency = Agency::open();
    publish(&agency, &[1, 2, 3, 4, 5, 6]);
    let with = |feeds: &str| head() + feeds + &source("a", &agency);
    let before = feed("a", "limit = 2") + &feed("b", "limit = 2\naliases = [\"cu\"]");
    let desk = Desk::with(&with(&before));
    run(&desk, &["once", "--now", NOW]);
    for name in ["a.1.atom", "a.1.rss.gz", "b.json", "cu.atom", "cu.1.rss", "cu.html.br"] {
        assert!(files(&desk, "output").contains(name), "{name}");
    }
    fs::write(desk.path("output/a.png"), "của người khác").unwrap();
    let after = feed("a", "limit = 2\narchive = false")
        + &feed("b", "limit = 2\nformats = [\"rss\"]\naliases = [\"cu\"]");
    desk.write(&with(&after));
    run(&desk, &["once", "--now", NOW]);
    let documents = |start: &str| -> Vec<String> {
        named(&desk, start)
            .into_iter()
            .filter(|n| !n.ends_with("gz") && !n.ends_with("br"))
            .collect()
    };
    assert_eq!(documents("a."), ["a.atom", "a.html", "a.json", "a.png", "a.rss"]);
    assert_eq!(documents("b."), ["b.1.rss", "b.2.rss", "b.html", "b.rss"]);
    assert_eq!(documents("cu."), ["cu.1.rss", "cu.2.rss", "cu.html", "cu.rss"]);
    // A reverted change restores the files as they were.
    desk.write(&with(&before));
    run(&desk, &["once", "--now", NOW]);
    assert!(documents("a.").contains(&"a.1.atom".to_owned()));
    assert!(documents("cu.").contains(&"cu.2.atom".to_owned()));
}

#[test]
fn the_archives_of_a_store_that_was_lost_stay_until_something_is_withdrawn() {
    let agency = Agency::open();
    publish(&agency, &[1, 2, 3, 4, 5, 6, 7, 8]);
    let desk = Desk::with(&(head() + &feed("a", "limit = 2") + &source("a", &agency)));
    run(&desk, &["once", "--now", NOW]);
    let before = desk.output();
    assert!(before.contains_key("a.3.atom"));
    fs::remove_dir_all(desk.path("state")).unwrap();
    // Nothing is found yet: everything stays as it was.
    publish(&agency, &[]);
    desk.run(&["once", "--now", NOW]);
    assert_eq!(desk.output(), before);
    publish(&agency, &[9, 10, 11]);
    run(&desk, &["once", "--now", NOW]);
    assert_eq!(desk.output().get("a.3.atom"), before.get("a.3.atom"));
    let id = desk.export()[0]["id"].as_str().unwrap().to_owned();
    run(&desk, &["withdraw", &id, "--reason", "Công văn số 1"]);
    assert!(!desk.output().contains_key("a.3.atom"));
}

#[test]
fn a_feed_whose_articles_have_grown_old_holds_nothing_that_is_withdrawn() {
    let agency = Agency::open();
    publish(&agency, &[1, 2, 3]);
    let feeds = feed("tat-ca", "") + &feed("moi", "newer_than = \"3000d\"");
    let desk = Desk::with(&(head() + &feeds + &source("a", &agency)));
    run(&desk, &["once", "--now", NOW]);
    let before = named(&desk, "moi.");
    run(&desk, &["once", "--now", "2036-11-20T05:00:00Z"]);
    assert_eq!(named(&desk, "moi."), before);
    let id = desk.export()[0]["id"].as_str().unwrap().to_owned();
    run(&desk, &["withdraw", &id, "--reason", "Công văn số 1"]);
    run(&desk, &["once", "--now", "2036-11-20T06:00:00Z"]);
    for name in named(&desk, "moi.") {
        let text = fs::read(desk.path("output").join(&name)).unwrap();
        assert!(!String::from_utf8_lossy(&text).contains(&id), "{name}");
    }
}

#[test]
fn a_feed_that_left_keeps_its_files_until_something_is_withdrawn() {
    let agency = Agency::open();
    publish(&agency, &[1, 2, 3, 4, 5]);
    let with = |feeds: &str| head() + feeds + &source("a", &agency);
    let both = with(&(feed("a", "limit = 2") + &feed("b", "limit = 2\naliases = [\"cu\"]")));
    let desk = Desk::with(&both);
    run(&desk, &["once", "--now", "2020-11-20T05:00:00Z"]);
    // The withdrawal is made much older than the removal of the feed.
    let id = desk.export()[0]["id"].as_str().unwrap().to_owned();
    let database = rusqlite::Connection::open(desk.path("state/bantin.sqlite")).unwrap();
    run(&desk, &["withdraw", &id, "--reason", "Công văn số 1"]);
    let long_ago = "UPDATE article SET withdrawn = 1600000000000 WHERE withdrawn > 0;
        UPDATE audit SET at = 1600000000000";
    database.execute_batch(long_ago).unwrap();
    drop(database);
    desk.write(&with(&feed("a", "limit = 2")));
    run(&desk, &["once", "--now", NOW]);
    run(&desk, &["once", "--now", NOW]);
    assert!(named(&desk, "b.").len() > 4 && named(&desk, "cu.").len() > 4);
    assert!(!holders(&desk, "output").is_empty());
    erase(&desk, 2);
    assert_eq!(holders(&desk, "output"), [""; 0]);
    assert!(named(&desk, "b.").is_empty() && named(&desk, "cu.").is_empty());
}

#[test]
fn a_feed_that_becomes_private_is_public_nowhere_even_while_it_is_empty() {
    let agency = Agency::open();
    publish(&agency, &[1, 2]);
    let with = |more: &str| head() + &feed("mat", more) + &source("a", &agency);
    let desk = Desk::with(&with("aliases = [\"cu\"]"));
    run(&desk, &["once", "--now", NOW]);
    assert!(!named(&desk, "mat.").is_empty() && !named(&desk, "cu.").is_empty());
    let token =
        "token_sha256 = [\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"]";
    desk.write(&with(&format!("aliases = [\"cu\"]\n{token}\nwords = [\"không có trong bài\"]")));
    run(&desk, &["once", "--now", NOW]);
    assert!(named(&desk, "mat.").is_empty() && named(&desk, "cu.").is_empty());
    desk.write(&with(&format!("aliases = [\"cu\"]\n{token}")));
    run(&desk, &["once", "--now", NOW]);
    assert!(files(&desk, "state/private").contains("mat.atom"));
    desk.write(&with(""));
    run(&desk, &["once", "--now", NOW]);
    assert!(files(&desk, "state/private").is_empty() && !named(&desk, "mat.").is_empty());
}

#[test]
fn packed_copies_of_archives_come_back_and_go() {
    let agency = Agency::open();
    publish(&agency, &[1, 2, 3, 4, 5]);
    let with =
        |top: &str| format!("{top}\n{}", head()) + &feed("a", "limit = 2") + &source("a", &agency);
    let desk = Desk::with(&with(""));
    run(&desk, &["once", "--now", NOW]);
    let before = files(&desk, "output");
    fs::remove_file(desk.path("output/a.1.atom.gz")).unwrap();
    fs::remove_file(desk.path("output/a.2.rss.br")).unwrap();
    run(&desk, &["once", "--now", NOW]);
    assert_eq!(files(&desk, "output"), before);
    desk.write(&with("precompress = false"));
    run(&desk, &["once", "--now", NOW]);
    assert!(named(&desk, "a.").iter().all(|name| !name.ends_with(".gz") && !name.ends_with(".br")));
}

#[test]
fn an_archive_that_cannot_be_read_is_made_anew_and_stops_no_feed() {
    let agency = Agency::open();
    publish(&agency, &[1, 2, 3, 4, 5]);
    let feeds = head() + &feed("a", "limit = 2") + &source("a", &agency);
    let desk = Desk::with(&feeds);
    run(&desk, &["once", "--now", NOW]);
    let whole = fs::read(desk.path("output/a.1.atom")).unwrap();
    let database = rusqlite::Connection::open(desk.path("state/bantin.sqlite")).unwrap();
    database.execute("UPDATE archive SET atom = x'1F8B00' WHERE number = 1", ()).unwrap();
    fs::remove_file(desk.path("output/a.1.atom")).unwrap();
    run(&desk, &["once", "--now", NOW]);
    assert_eq!(fs::read(desk.path("output/a.1.atom")).unwrap(), whole);
    // The same if an article must be erased from it.
    database.execute("UPDATE archive SET atom = x'1F8B00' WHERE number = 1", ()).unwrap();
    drop(database);
    erase(&desk, 2);
    assert_eq!(holders(&desk, "output"), [""; 0]);
    run(&desk, &["once", "--now", NOW]);
}
