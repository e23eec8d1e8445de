//! The answers to readers over the life of a feed: while nothing changes, after its removal, and
//! while it is private.

use crate::agency::{Agency, Answer};
use crate::daemon::Daemon;
use crate::desk::{self, Desk, publish, source};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Stdio;

/// Requests a path with header fields; returns the status and the whole answer.
pub(crate) fn ask(port: u16, path: &str, fields: &[&str]) -> (u16, String) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(std::time::Duration::from_secs(20))).unwrap();
    let (method, path) = path.split_once(' ').unwrap_or(("GET", path));
    let fields: String = fields.iter().map(|field| format!("{field}\r\n")).collect();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n{fields}\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let text = String::from_utf8_lossy(&answer).into_owned();
    (text.split(' ').nth(1).unwrap().parse().unwrap(), text)
}

/// A header field of an answer.
pub(crate) fn field(answer: &str, name: &str) -> Option<String> {
    let head = answer.split("\r\n\r\n").next().unwrap();
    head.lines().find_map(|line| {
        let (field, value) = line.split_once(':')?;
        field.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
    })
}

/// A feed of one source, as in feeds.toml.
fn feed(id: &str, source: &str, more: &str) -> String {
    format!("[[feed]]\nid = \"{id}\"\ntitle = \"Bản {id}\"\nsources = [\"{source}\"]\n{more}\n")
}

/// Two agencies with different articles.
fn two_agencies() -> (Agency, Agency) {
    let (a, b) = (Agency::open(), Agency::open());
    publish(&a, &[1]);
    publish(&b, &[7]);
    (a, b)
}

/// A feeds.toml without a feed, for these agencies.
fn sources(a: &Agency, b: &Agency) -> String {
    let top = desk::head();
    top.split("[[feed]]").next().unwrap().to_owned() + &source("a", a) + &source("b", b)
}

#[test]
fn a_hundred_idle_rounds_change_no_byte_and_are_answered_304() {
    let agency = Agency::open();
    publish(&agency, &[2, 1]);
    let head = desk::head().replace("listen", "base_url = \"https://bantin.example/\"\nlisten");
    let feeds = head + &source("a", &agency);
    let desk = Desk::with(&feeds);
    assert_eq!(desk.once().code, Some(0));
    let written = |desk: &Desk| {
        let files = std::fs::read_dir(desk.path("output")).unwrap().map(Result::unwrap);
        let mut files: Vec<_> = files
            .filter(|file| file.file_type().unwrap().is_file())
            .map(|file| {
                let modified = file.metadata().unwrap().modified().unwrap();
                (file.file_name(), modified, std::fs::read(file.path()).unwrap())
            })
            .collect();
        files.sort();
        files
    };
    let before = written(&desk);
    assert!(before.iter().any(|(name, ..)| name == "tat-ca.atom.gz"), "{before:?}");
    assert!(before.iter().any(|(name, ..)| name == "tat-ca.atom.br"));
    let names = ["/tat-ca.atom", "/tat-ca.rss", "/tat-ca.json", "/tat-ca.html", "/feeds.opml", "/"];
    let mut daemon = Daemon::start(&desk, &feeds);
    let first = names.map(|name| ask(daemon.port, name, &[]).1);
    assert_eq!(daemon.stop("TERM").0, Some(0));
    desk.write(&feeds);
    for round in 0..100 {
        let said = desk.once();
        assert!(said.out.contains("0 documents written"), "round {round}: {}", said.out);
    }
    assert_eq!(written(&desk), before);
    let mut daemon = Daemon::start(&desk, &feeds);
    for (name, first) in names.iter().zip(&first) {
        let etag = format!("If-None-Match: {}", field(first, "etag").unwrap());
        let since = format!("If-Modified-Since: {}", field(first, "last-modified").unwrap());
        assert_eq!(ask(daemon.port, name, &[&etag]).0, 304, "{name}");
        assert_eq!(ask(daemon.port, name, &[&since]).0, 304, "{name}");
        assert_eq!(ask(daemon.port, name, &[&etag, "Accept-Encoding: zstd"]).0, 304, "{name}");
    }
    assert_eq!(daemon.stop("TERM").0, Some(0));
}

#[test]
fn a_feed_that_leaves_is_gone_at_once_and_its_files_later() {
    let (a, b) = two_agencies();
    let both = sources(&a, &b) + &feed("a", "a", "") + &feed("b", "b", "aliases = [\"b-cu\"]");
    let only_a = sources(&a, &b) + &feed("a", "a", "");
    let desk = Desk::with(&both);
    assert_eq!(desk.once().code, Some(0));
    assert!(desk.output().contains_key("b-cu.atom"));

    desk.write(&only_a);
    let said = desk.once();
    for name in ["b", "b-cu"] {
        assert!(
            said.err.contains(&format!("feed {name} is no longer in feeds.toml")),
            "{}",
            said.err
        );
        assert!(desk.path(&format!("output/.gone/{name}")).exists());
    }
    assert!(said.err.contains("its files are deleted in 30days"), "{}", said.err);
    assert!(desk.output().contains_key("b.atom") && desk.output().contains_key("b-cu.html"));
    let said = desk.run(&["once", "--now", "2026-12-19T05:00:00Z"]);
    assert!(!said.err.contains("feed b"), "reported once: {}", said.err);
    assert!(desk.output().contains_key("b.atom"));

    // After thirty days.
    let said = desk.run(&["once", "--now", "2026-12-20T05:00:00Z"]);
    assert!(said.err.contains("files of feed b are deleted"), "{}", said.err);
    assert!(said.err.contains("left feeds.toml on 2026-11-20"), "{}", said.err);
    let left: Vec<String> = std::fs::read_dir(desk.path("output"))
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with('b'))
        .collect();
    assert_eq!(left, [""; 0]);
    let said = desk.run(&["once", "--now", "2026-12-20T06:00:00Z"]);
    assert!(!said.err.contains("feed b"), "reported once: {}", said.err);

    let mut daemon = Daemon::start(&desk, &only_a);
    for name in ["/b.atom", "/b.rss", "/b.json", "/b.html", "/b-cu.atom"] {
        assert_eq!(daemon.get(name).0, 410, "{name}");
    }
    assert_eq!(daemon.get("/a.atom").0, 200);
    assert_eq!(daemon.get("/c.atom").0, 404);
    // The feed returns, without a message.
    desk.write(&both.replace("127.0.0.1:0", &format!("127.0.0.1:{}", daemon.port)));
    daemon.signal("HUP");
    daemon.wait_for("/b.atom", |status, text| status == 200 && text.contains("Tin số 7"));
    daemon.wait_for("/b-cu.atom", |status, _| status == 301);
    assert_eq!(daemon.stop("TERM").0, Some(0));
    assert!(!desk.path("output/.gone/b").exists());
}

#[test]
fn a_private_feed_stands_nowhere_that_everybody_can_read() {
    let (a, b) = two_agencies();
    let desk = Desk::with("");
    let made = desk.run(&["token"]);
    assert_eq!(made.code, Some(0), "{}", made.err);
    let lines: Vec<&str> = made.out.lines().collect();
    let (token, line) = (lines[1], lines[3]);
    assert_eq!(token.len(), 43);
    assert_ne!(desk.run(&["token"]).out, made.out);

    let public = sources(&a, &b) + &feed("a", "a", "") + &feed("b", "b", "");
    let private = sources(&a, &b) + &feed("a", "a", "") + &feed("b", "b", line);
    desk.write(&public);
    assert_eq!(desk.once().code, Some(0));
    assert!(desk.output().contains_key("b.atom"));
    desk.write(&private);
    assert_eq!(desk.once().code, Some(0));
    assert!(desk.path("state/private/b.atom").exists());
    for (name, bytes) in desk.output() {
        let text = String::from_utf8(bytes).unwrap();
        assert!(!name.starts_with("b."), "{name}");
        assert!(!text.contains("Tin số 7") && !text.contains("Bản b"), "{name}: {text}");
    }
    assert!(!desk.path("output/b.atom.gz").exists());

    let port = {
        let mut daemon = Daemon::start(&desk, &(private.clone()));
        let port = daemon.port;
        let bearer = format!("Authorization: Bearer {token}");
        assert_eq!(ask(port, "/b.atom", &[]).0, 401);
        assert_eq!(ask(port, "/b.atom", &[&bearer]).0, 200);
        let (status, text) = ask(port, &format!("/b.atom?token={token}"), &[]);
        assert_eq!((status, text.contains("Tin số 7")), (200, true));
        // Its own address is without the token, in the document and in the answer.
        assert!(!text.contains(token), "{text}");
        assert_eq!(daemon.stop("TERM").0, Some(0));
        port
    };
    let log = std::fs::read_to_string(desk.path("log")).unwrap();
    assert!(log.contains(&format!("127.0.0.1:{port}")) && !log.contains(token), "{log}");

    // The removal of a private feed is not revealed: a client cannot learn that it existed.
    let only_a = sources(&a, &b) + &feed("a", "a", "");
    desk.write(&only_a);
    assert!(desk.once().err.contains("feed b is no longer"));
    assert!(!desk.path("output/.gone/b").exists());
    let mut daemon = Daemon::start(&desk, &only_a);
    assert_eq!(ask(daemon.port, "/b.atom", &[]).0, 404);
    assert_eq!(daemon.stop("TERM").0, Some(0));
    desk.run(&["once", "--now", "2027-12-20T06:00:00Z"]);
    assert!(!desk.path("state/private/b.atom").exists());

    // Public again: nothing is left in the private folder.
    desk.write(&private);
    assert_eq!(desk.once().code, Some(0));
    desk.write(&public);
    assert_eq!(desk.once().code, Some(0));
    assert!(desk.output().contains_key("b.atom") && !desk.path("state/private/b.atom").exists());
}

#[test]
fn no_log_shows_a_token() {
    let agency = Agency::open();
    publish(&agency, &[1]);
    agency.on("/khong-co", Answer::Silence);
    let desk = Desk::with("");
    let private = desk::head()
        + "token_sha256 = [\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"]\n";
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let feeds =
        (private + &source("a", &agency)).replace("127.0.0.1:0", &format!("127.0.0.1:{port}"));
    desk.write(&feeds);
    assert_eq!(desk.once().code, Some(0));
    // An unreadable document is logged.
    std::fs::remove_file(desk.path("state/private/tat-ca.atom")).unwrap();
    std::fs::create_dir(desk.path("state/private/tat-ca.atom")).unwrap();
    let log = std::fs::File::create(desk.path("log")).unwrap();
    let mut command = desk.command(&["run", "--log", "trace"]);
    let mut child = command.stdout(Stdio::null()).stderr(log).spawn().unwrap();
    let begun = std::time::Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(begun.elapsed() < std::time::Duration::from_secs(20));
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let statuses = [
        ask(port, "/tat-ca.atom?token=abc", &[]).0,
        ask(port, "/tat-ca.rss?token=abc", &[]).0,
        ask(port, "/tat-ca.rss?token=abcd", &[]).0,
        ask(port, "/tat-ca.rss", &["Authorization: Bearer abc"]).0,
    ];
    let _ = child.kill();
    let _ = child.wait();
    assert_eq!(statuses, [500, 200, 401, 200]);
    let log = std::fs::read_to_string(desk.path("log")).unwrap();
    assert!(log.contains("could not be read"), "{log}");
    for secret in ["token=abc", "Bearer abc"] {
        assert!(!log.contains(secret), "{log}");
    }
}
