//! The daemon: serving, reloading, stopping, and notifying systemd.

use crate::agency::{Agency, Answer};
use crate::desk::{self, Desk, publish, source};
use crate::lists;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixDatagram;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// A running daemon, killed on drop.
pub(crate) struct Daemon {
    child: Child,
    pub(crate) port: u16,
    notices: UnixDatagram,
}

impl Daemon {
    pub(crate) fn start(desk: &Desk, feeds: &str) -> Self {
        // A port that was free a moment ago. No other test takes a port that was not assigned to
        // it.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        Self::start_at(desk, feeds, port)
    }

    /// Starts on a port that an earlier daemon had.
    pub(crate) fn start_at(desk: &Desk, feeds: &str, port: u16) -> Self {
        desk.write(&feeds.replace("127.0.0.1:0", &format!("127.0.0.1:{port}")));
        let socket = desk.path("notify");
        let _ = std::fs::remove_file(&socket);
        let notices = UnixDatagram::bind(&socket).unwrap();
        notices.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let mut command = desk.command(&["run"]);
        command.env("NOTIFY_SOCKET", &socket).env("WATCHDOG_USEC", "60000000");
        let log = std::fs::File::create(desk.path("log")).unwrap();
        let child = command.stdout(Stdio::null()).stderr(log).spawn().unwrap();
        let daemon = Self { child, port, notices };
        daemon.hear("READY=1");
        daemon
    }

    /// Waits for a notice.
    pub(crate) fn hear(&self, wanted: &str) {
        let mut buffer = [0; 4096];
        loop {
            let length = self.notices.recv(&mut buffer).unwrap_or_else(|e| panic!("{wanted}: {e}"));
            if String::from_utf8_lossy(&buffer[..length]).lines().any(|line| line == wanted) {
                return;
            }
        }
    }

    /// Discards the notices received so far. The socket holds about ten; with more, the daemon
    /// would block.
    fn forget_notices(&self) {
        self.notices.set_nonblocking(true).unwrap();
        while self.notices.recv(&mut [0; 4096]).is_ok() {}
        self.notices.set_nonblocking(false).unwrap();
    }

    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(
            std::process::Command::new("kill").args(["-s", name, &pid]).status().unwrap().success()
        );
    }

    pub(crate) fn get(&self, path: &str) -> (u16, String) {
        self.request(path).unwrap()
    }

    /// The answer to a request; `None` if the connection is refused or ends before it.
    fn request(&self, path: &str) -> Option<(u16, String)> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            .ok()?;
        answer(&mut stream)
    }

    /// Posts a body with header fields; each field but the last ends with its line end.
    pub(crate) fn post(&self, path: &str, fields: &str, body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let head = format!("{fields}\r\nContent-Length: {}", body.len());
        write!(
            stream,
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{head}\r\n\r\n{body}"
        )
        .unwrap();
        answer(&mut stream).unwrap()
    }

    /// Requests a path until the answer is as expected.
    pub(crate) fn wait_for(&self, path: &str, wanted: impl Fn(u16, &str) -> bool) {
        let begun = Instant::now();
        loop {
            self.forget_notices();
            // A daemon that goes on after a fault listens anew.
            let (status, text) = self.request(path).unwrap_or_default();
            if wanted(status, &text) {
                return;
            }
            assert!(begun.elapsed() < Duration::from_secs(20), "{path}: {status}\n{text}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Stops the daemon; returns its exit code and the time it took.
    pub(crate) fn stop(&mut self, signal: &str) -> (Option<i32>, Duration) {
        let begun = Instant::now();
        self.signal(signal);
        let status = self.child.wait().unwrap();
        (status.code(), begun.elapsed())
    }
}

fn answer(stream: &mut TcpStream) -> Option<(u16, String)> {
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    let status = text.split(' ').nth(1)?.parse().ok()?;
    Some((status, text))
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_daemon_serves_what_it_finds_and_stops_when_told() {
    let agency = Agency::open();
    publish(&agency, &[2, 1]);
    let desk = Desk::with("");
    let mut daemon = Daemon::start(&desk, &(desk::head() + &source("a", &agency)));
    // The OPML of all feeds is written last.
    daemon.wait_for("/feeds.opml", |status, text| status == 200 && text.contains("tat-ca.atom"));
    let (_, text) = daemon.get("/tat-ca.rss");
    assert!(text.contains("application/rss+xml") && text.contains("Tin số 1"), "{text}");
    assert_eq!(daemon.get("/healthz").0, 200);
    // Temporary files are hidden (they begin with a dot).
    for name in desk.output().keys().filter(|name| !name.starts_with('.')) {
        assert_eq!(daemon.get(&format!("/{name}")).0, 200, "{name} is published, but not served");
    }
    assert!(daemon.get("/tat-ca.atom").1.contains("Tin số 2"));
    assert_eq!(daemon.get("/khong-co").0, 404);
    daemon.hear("WATCHDOG=1");

    let said = desk.once();
    assert_eq!(said.code, Some(3), "{}", said.err);
    assert!(said.err.contains(&daemon.child.id().to_string()), "{}", said.err);
    let status = desk.run(&["status"]);
    assert_eq!(status.code, Some(0), "{}", status.err);
    assert!(status.out.contains("  ok  "), "{}", status.out);

    let id = desk.export()[0]["id"].as_str().unwrap().to_owned();
    let said = desk.run(&["withdraw", &id, "--reason", "Công văn số 12"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    daemon.wait_for("/tat-ca.atom", |_, text| !text.contains("<title>Tin số 1"));

    let (code, took) = daemon.stop("TERM");
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(5), "{took:?}");
    daemon.hear("STOPPING=1");
}

#[test]
fn a_reload_takes_a_good_file_and_keeps_the_plan_over_a_broken_one() {
    let agency = Agency::open();
    publish(&agency, &[1]);
    let desk = Desk::with("");
    let feeds = desk::head() + &source("a", &agency);
    let mut daemon = Daemon::start(&desk, &feeds);
    daemon.wait_for("/tat-ca.atom", |status, _| status == 200);
    let listen = format!("127.0.0.1:{}", daemon.port);

    desk.write("nonsense = [");
    daemon.signal("HUP");
    daemon.hear("READY=1");
    assert_eq!(daemon.get("/tat-ca.atom").0, 200);
    let log = std::fs::read_to_string(desk.path("log")).unwrap();
    assert!(
        log.contains("keeping the previous configuration") && log.contains("feeds.toml"),
        "{log}"
    );

    let other = Agency::open();
    publish(&other, &[7]);
    let renamed = feeds.replace("id = \"tat-ca\"", "id = \"moi\"\naliases = [\"tat-ca\"]")
        + &source("b", &other);
    desk.write(&renamed.replace("127.0.0.1:0", &listen));
    daemon.signal("HUP");
    daemon.wait_for("/moi.atom", |status, text| status == 200 && text.contains("Tin số 7"));
    let (status, text) = daemon.get("/tat-ca.atom");
    assert_eq!(status, 301, "{text}");
    assert!(text.contains("moi.atom"), "{text}");
    assert_eq!(daemon.stop("INT").0, Some(0));
}

#[test]
fn a_reload_finds_topics_by_the_rules_of_now() {
    let agency = Agency::open();
    publish(&agency, &[1]);
    let desk = Desk::with("");
    let rules = |word: &str| {
        let text = format!("[[topic]]\nid = 'so'\nname = 'Số'\nstrong = ['{word}']\n");
        std::fs::write(desk.path("ours.toml"), text).unwrap();
    };
    rules("không ai viết");
    let feeds = "topics = ['ours.toml']\n".to_owned() + &desk::head() + &source("a", &agency);
    let mut daemon = Daemon::start(&desk, &feeds);
    daemon.wait_for("/tat-ca.atom", |status, _| status == 200);
    assert!(!daemon.get("/tat-ca.atom").1.contains("term=\"so\""));
    rules("tin số");
    daemon.signal("HUP");
    daemon.wait_for("/tat-ca.atom", |_, text| text.contains("term=\"so\""));
    assert_eq!(daemon.stop("INT").0, Some(0));
}

#[test]
fn a_visit_that_hangs_does_not_hold_up_the_end() {
    let agency = Agency::open();
    publish(&agency, &[1]);
    agency.on("/tin/1", Answer::Silence);
    let desk = Desk::with("");
    let patient = source("a", &agency).replace("kind =", "timeout = \"3s\"\nkind =");
    let mut daemon = Daemon::start(&desk, &(desk::head() + &patient));
    let begun = Instant::now();
    while agency.hits("/tin/1") == 0 {
        assert!(begun.elapsed() < Duration::from_secs(20));
        std::thread::sleep(Duration::from_millis(10));
    }
    let (code, took) = daemon.stop("TERM");
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(10), "{took:?}");
}

#[test]
fn a_list_that_is_kept_elsewhere_brings_its_sources_while_it_runs() {
    let agency = lists::agency();
    lists::list(&agency, &[1, 2]);
    let desk = Desk::with("");
    let mut daemon = Daemon::start(&desk, &lists::feeds(&agency));
    // Read the notices, as systemd does: the socket holds only a few.
    let notices = daemon.notices.try_clone().unwrap();
    std::thread::spawn(move || while notices.recv(&mut [0; 4096]).is_ok() {});
    daemon.wait_for("/tat-ca.json", |status, text| {
        status == 200 && text.contains("sở số 1") && text.contains("sở số 2")
    });
    assert_eq!(daemon.stop("TERM").0, Some(0));
    let log = std::fs::read_to_string(desk.path("log")).unwrap();
    assert!(log.contains("2 added (127-0-0-1-"), "{log}");
}
