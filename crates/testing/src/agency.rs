//! The web server of an agency on the loopback interface. Tests set its answers; it records the
//! requests.

use bantin_core::clock::Clock;
use chrono::TimeDelta;
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// An answer of the agency.
#[derive(Clone)]
pub enum Answer {
    /// A status, header fields and a body.
    Page(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// The connection stays open and nothing is sent.
    Silence,
    /// An endless body that repeats this text.
    Endless(Vec<u8>),
    /// A body that is shorter than its headers announce.
    Torn(Vec<u8>),
}

/// An HTML page.
pub fn html(body: impl Into<String>) -> Answer {
    let fields = vec![("Content-Type", "text/html; charset=utf-8".to_owned())];
    Answer::Page(200, fields, body.into().into_bytes())
}

/// Another status with a short body.
pub fn status(code: u16) -> Answer {
    Answer::Page(code, Vec::new(), b"no".to_vec())
}

/// A received request.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Its path and query.
    pub target: String,
    /// The header fields, names in lower case.
    pub fields: HashMap<String, String>,
}

/// The server. It runs until the test process ends.
#[derive(Clone)]
pub struct Agency {
    address: SocketAddr,
    answers: Arc<Mutex<HashMap<String, Answer>>>,
    seen: Arc<Mutex<Vec<Seen>>>,
    /// The error of the clock that its answers show; without one they show none.
    clock: Arc<Mutex<Option<TimeDelta>>>,
}

impl Agency {
    /// Opens on a free port; every path answers 404.
    pub fn open() -> Self {
        Self::open_at([127, 0, 0, 1])
    }

    /// Opens on a free port of another loopback address, which has its own request permits.
    pub fn open_at(address: [u8; 4]) -> Self {
        let listener = TcpListener::bind(SocketAddr::from((address, 0))).unwrap();
        let agency = Self {
            address: listener.local_addr().unwrap(),
            answers: Arc::default(),
            seen: Arc::default(),
            clock: Arc::default(),
        };
        let serving = agency.clone();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let agency = serving.clone();
                thread::spawn(move || agency.talk(stream));
            }
        });
        agency
    }

    /// Sets the answer of a path (with its query).
    pub fn on(&self, target: &str, answer: Answer) {
        self.answers.lock().unwrap().insert(target.to_owned(), answer);
    }

    /// Shows the time in its answers (`Date`), wrong by `error`.
    pub fn show_clock(&self, error: TimeDelta) {
        *self.clock.lock().unwrap() = Some(error);
    }

    /// The URL of a path.
    pub fn url(&self, target: &str) -> String {
        format!("http://{}{target}", self.address)
    }

    /// The port of the server.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// All requests so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// The number of requests for a path.
    pub fn hits(&self, target: &str) -> usize {
        self.seen().iter().filter(|seen| seen.target == target).count()
    }

    fn talk(&self, stream: TcpStream) {
        let mut out = stream.try_clone().unwrap();
        let mut lines = BufReader::new(stream).lines();
        while let Some(Ok(first)) = lines.next() {
            let target = first.split(' ').nth(1).unwrap_or("/").to_owned();
            let fields: HashMap<String, String> = lines
                .by_ref()
                .map_while(Result::ok)
                .take_while(|line| !line.is_empty())
                .filter_map(|line| {
                    let (name, value) = line.split_once(':')?;
                    Some((name.to_ascii_lowercase(), value.trim().to_owned()))
                })
                .collect();
            let answer = self.answers.lock().unwrap().get(&target).cloned();
            // Most agencies have no robots.txt, and most tests count pages only.
            if answer.is_some() || target != "/robots.txt" {
                let seen = Seen { target: target.clone(), fields: fields.clone() };
                self.seen.lock().unwrap().push(seen);
            }
            let written = match answer.unwrap_or_else(|| status(404)) {
                Answer::Silence => {
                    thread::sleep(Duration::from_secs(60));
                    return;
                }
                Answer::Endless(text) => {
                    let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n";
                    let _ = out.write_all(head);
                    let text = text.repeat(1000);
                    while out.write_all(&text).is_ok() {}
                    return;
                }
                Answer::Torn(body) => {
                    let head =
                        format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len() + 1000);
                    let _ = out.write_all(head.as_bytes()).and_then(|()| out.write_all(&body));
                    return;
                }
                Answer::Page(code, mut headers, body) => {
                    if let Some(error) = *self.clock.lock().unwrap() {
                        let date =
                            (Clock::System.now() + error).format("%a, %d %b %Y %H:%M:%S GMT");
                        headers.push(("Date", date.to_string()));
                    }
                    answer_page(&mut out, &fields, code, &headers, &body)
                }
            };
            if written.is_err() {
                return;
            }
        }
    }
}

/// Writes a page, or 304 if the request has the validator of the page.
fn answer_page(
    out: &mut TcpStream,
    asked: &HashMap<String, String>,
    code: u16,
    headers: &[(&str, String)],
    body: &[u8],
) -> std::io::Result<()> {
    let etag = headers.iter().find(|(name, _)| *name == "ETag").map(|(_, value)| value);
    let same = etag.is_some() && etag == asked.get("if-none-match");
    let (code, body) = if same { (304, &b""[..]) } else { (code, body) };
    let mut head = format!("HTTP/1.1 {code} X\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
    out.write_all(head.as_bytes())?;
    out.write_all(body)
}
