//! WebSub end to end: the daemon's own hub with a subscriber on the loopback interface, and foreign
//! hubs.

use crate::agency::{Agency, Answer};
use crate::daemon::Daemon;
use crate::desk::{self, Desk, publish, source};
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A received request: the path, the header fields with names in lower case, and the body.
type Came = (String, HashMap<String, String>, Vec<u8>);

/// A subscriber that confirms everything and records its requests.
#[derive(Clone)]
struct Subscriber {
    base: String,
    came: Arc<Mutex<Vec<Came>>>,
}

impl Subscriber {
    fn open() -> Self {
        Self::open_at("127.0.0.1")
    }

    fn open_at(host: &str) -> Self {
        let listener = TcpListener::bind((host, 0)).unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let me = Self { base, came: Arc::default() };
        let serving = me.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                serving.talk(stream);
            }
        });
        me
    }

    fn talk(&self, mut stream: TcpStream) {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap_or_default() == 0 || line == "\r\n" {
                break;
            }
            lines.push(line);
        }
        let Some(target) = lines.first().and_then(|line| line.split(' ').nth(1)) else { return };
        let fields: HashMap<String, String> = lines
            .iter()
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let length = fields.get("content-length").map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let address: url::Url = format!("{}{target}", self.base).parse().unwrap();
        let challenge = address.query_pairs().find(|(name, _)| name == "hub.challenge");
        let said = challenge.map(|(_, value)| value.into_owned()).unwrap_or_default();
        self.came.lock().unwrap().push((target.to_owned(), fields, body));
        let head = format!("HTTP/1.1 200 X\r\nContent-Length: {}\r\n", said.len());
        let _ = write!(stream, "{head}Connection: close\r\n\r\n{said}");
    }

    /// Waits for a request.
    #[track_caller]
    fn wait_for(&self, wanted: impl Fn(&Came) -> bool) -> Came {
        let begun = Instant::now();
        loop {
            if let Some(came) = self.came.lock().unwrap().iter().find(|came| wanted(came)) {
                return came.clone();
            }
            assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", self.came.lock().unwrap());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

fn head() -> String {
    let websub = "[websub]\nhub = true\nallow_private = ['127.0.0.0/8']\n[defaults]\nschedule = '* * * * * *'\n";
    desk::head().replace("[defaults]\n", websub)
}

#[test]
fn a_subscriber_gets_what_is_published_and_misses_nothing_over_a_restart() {
    // A subscriber at the host of a source would be rejected.
    let (agency, reader) = (Agency::open(), Subscriber::open_at("127.0.0.2"));
    publish(&agency, &[1]);
    let desk = Desk::with("");
    let feeds = head() + &source("a", &agency);
    let mut daemon = Daemon::start(&desk, &feeds);
    // The OPML of all feeds is written last.
    daemon.wait_for("/feeds.opml", |status, _| status == 200);
    let base = format!("http://127.0.0.1:{}", daemon.port);
    let (_, text) = daemon.get("/tat-ca.atom");
    let links = format!("<{base}/tat-ca.atom>; rel=\"self\", <{base}/hub>; rel=\"hub\"");
    assert!(text.contains(&links), "{text}");
    assert!(text.contains(&format!("<link href=\"{base}/hub\" rel=\"hub\"/>")), "{text}");
    let json: serde_json::Value = desk.feed("tat-ca");
    assert_eq!(json["hubs"][0]["url"], format!("{base}/hub"));

    let callback = format!("{}/s", reader.base);
    let form = |mode: &str, topic: &str| {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("hub.mode", mode).append_pair("hub.topic", topic);
        form.append_pair("hub.callback", &callback).append_pair("hub.secret", "bí mật");
        form.finish()
    };
    let topic = format!("{base}/tat-ca.atom");
    let media = "Content-Type: application/x-www-form-urlencoded";
    assert_eq!(daemon.post("/hub", media, &form("subscribe", &topic)).0, 202);
    assert_eq!(daemon.post("/hub", media, &form("subscribe", "https://b.example/")).0, 400);
    assert_eq!(daemon.post("/hub", "Content-Type: text/plain", &form("subscribe", &topic)).0, 415);
    assert_eq!(daemon.post("/hub", media, &"x".repeat(20_000)).0, 413);
    assert_eq!(daemon.post("/tat-ca.atom", media, "a=b").0, 405);
    assert_eq!(daemon.get("/hub").0, 405);
    reader.wait_for(|(target, _, _)| target.starts_with("/s?hub.mode=subscribe&"));

    publish(&agency, &[2, 1]);
    let is_second = |(_, _, body): &Came| String::from_utf8_lossy(body).contains("Tin số 2");
    let (target, fields, body) = reader.wait_for(is_second);
    assert_eq!(target, "/s");
    assert_eq!(fields["content-type"], "application/atom+xml; charset=utf-8");
    assert!(fields["link"].contains(&format!("<{base}/hub>; rel=\"hub\"")), "{fields:?}");
    assert!(fields["x-hub-signature"].starts_with("sha256="), "{fields:?}");
    // Nothing else is published in the meantime: the visits find nothing more.
    assert_eq!(body, desk.output()["tat-ca.atom"]);

    let port = daemon.port;
    assert_eq!(daemon.stop("KILL").0, None);
    publish(&agency, &[3, 2, 1]);
    // Publish while no daemon is running to notify subscribers.
    let once = desk.run(&["once"]);
    assert_eq!(once.code, Some(0), "{}", once.err);
    let is_third = |(_, _, body): &Came| String::from_utf8_lossy(body).contains("Tin số 3");
    assert!(!reader.came.lock().unwrap().iter().any(is_third));
    let _daemon = Daemon::start_at(&desk, &feeds, port);
    let (_, _, body) = reader.wait_for(is_third);
    assert_eq!(body, desk.output()["tat-ca.atom"]);
}

#[test]
fn what_was_written_before_the_store_failed_is_told_of() {
    let (agency, reader) = (Agency::open(), Subscriber::open_at("127.0.0.2"));
    publish(&agency, &[1]);
    let desk = Desk::with("");
    let daemon = Daemon::start(&desk, &(head() + &source("a", &agency)));
    daemon.wait_for("/feeds.opml", |status, _| status == 200);
    let topic = format!("http://127.0.0.1:{}/tat-ca.atom", daemon.port);
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("hub.mode", "subscribe").append_pair("hub.topic", &topic);
    let form = form.append_pair("hub.callback", &format!("{}/s", reader.base)).finish();
    let media = "Content-Type: application/x-www-form-urlencoded";
    assert_eq!(daemon.post("/hub", media, &form).0, 202);
    reader.wait_for(|(target, _, _)| target.starts_with("/s?hub.mode=subscribe&"));
    // The publisher records last what it has published.
    let db = rusqlite::Connection::open(desk.path("state/bantin.sqlite")).unwrap();
    db.busy_timeout(Duration::from_secs(10)).unwrap();
    let broken =
        "CREATE TRIGGER broken BEFORE UPDATE ON feed BEGIN SELECT RAISE(ABORT, 'hỏng'); END";
    db.execute_batch(broken).unwrap();
    publish(&agency, &[2, 1]);
    daemon.wait_for("/healthz", |status, text| status == 503 && text.contains("hỏng"));
    reader.wait_for(|(_, _, body)| String::from_utf8_lossy(body).contains("Tin số 2"));
}

#[test]
fn once_tells_the_hubs_of_others_what_is_new_to_them() {
    let (agency, hub) = (Agency::open(), Subscriber::open());
    publish(&agency, &[1]);
    let websub = format!(
        "[websub]\nhubs = ['{}/hub']\nallow_private = ['127.0.0.0/8']\n[defaults]\n",
        hub.base
    );
    let feeds = desk::head()
        .replace("[defaults]\n", &websub)
        .replace("title = \"Tất cả\"\n", "title = \"Tất cả\"\nformats = [\"atom\"]\n");
    let desk = Desk::with(&(feeds + &source("a", &agency)));
    let said = desk.once();
    assert!(said.code == Some(0) && !said.err.contains("could not be notified"), "{}", said.err);
    let (_, _, body) = hub.wait_for(|(target, _, _)| target == "/hub");
    let form: HashMap<_, _> = url::form_urlencoded::parse(&body).into_owned().collect();
    assert_eq!(form["hub.mode"], "publish");
    assert!(form["hub.url"].ends_with("/tat-ca.atom"), "{form:?}");
    desk.once();
    assert_eq!(hub.came.lock().unwrap().len(), 1, "nothing is new");
}

/// An RSS feed with items of these numbers that names a hub.
fn rss(agency: &Agency, hub: &str, numbers: &[u32]) -> Answer {
    let items: Vec<String> = numbers
        .iter()
        .map(|n| {
            let link = agency.url(&format!("/tin/{n}"));
            format!(
                "<item><title>Tin số {n} của cơ quan</title><link>{link}</link><guid>{n}</guid><pubDate>Fri, 20 Nov 2026 0{n}:00:00 +0700</pubDate>\
                 <description>Nội dung của tin số {n}, dài hơn một chút.</description></item>"
            )
        })
        .collect();
    let text = format!(
        "<rss version='2.0' xmlns:atom='http://www.w3.org/2005/Atom'><channel><title>A</title><atom:link rel='hub' href='{hub}'/>{}</channel></rss>",
        items.join("")
    );
    let topic = format!("<{}>; rel=\"self\"", agency.url("/rss"));
    let fields = vec![("Content-Type", "application/rss+xml".to_owned()), ("Link", topic)];
    Answer::Page(200, fields, text.into_bytes())
}

#[test]
fn a_feed_that_names_a_hub_is_subscribed_to_and_nothing_it_tells_is_missed() {
    let (agency, hub) = (Agency::open(), Subscriber::open());
    let address = format!("{}/hub", hub.base);
    agency.on("/rss", rss(&agency, &address, &[1]));
    let websub = "[websub]\nsubscribe = true\nallow_private = ['127.0.0.0/8']\n[defaults]\nschedule = '0 0 1 1 *'\n";
    let feeds = desk::head().replace("[defaults]\n", websub)
        + &source("a", &agency)
            .replace("kind = \"listing\"", "kind = \"feed\"")
            .replace("/tin-tuc", "/rss")
            .replace("select = { item = \"li.tin\" }\n", "");
    let desk = Desk::with("");
    let mut daemon = Daemon::start(&desk, &feeds);
    let (_, _, body) = hub.wait_for(|(target, _, _)| target == "/hub");
    let form: HashMap<_, _> = url::form_urlencoded::parse(&body).into_owned().collect();
    assert_eq!(form["hub.mode"], "subscribe");
    assert_eq!(form["hub.topic"], agency.url("/rss"));
    let base = format!("http://127.0.0.1:{}", daemon.port);
    let callback = form["hub.callback"].strip_prefix(&base).unwrap();
    assert!(callback.len() > "/websub/".len() + 40, "{callback} can be guessed");

    // Only the requested subscription is confirmed, and only once.
    let question = |topic: &str| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("hub.mode", "subscribe").append_pair("hub.topic", topic);
        query.append_pair("hub.challenge", "thử 123").append_pair("hub.lease_seconds", "86400");
        format!("{callback}?{}", query.finish())
    };
    assert_eq!(daemon.get(&question("https://b.example/rss")).0, 404);
    let (status, text) = daemon.get(&question(&form["hub.topic"]));
    assert!(status == 200 && text.ends_with("\r\n\r\nthử 123"), "{text}");
    assert_eq!(daemon.get(&question(&form["hub.topic"])).0, 404);

    daemon.wait_for("/tat-ca.atom", |status, text| status == 200 && text.contains("Tin số 1"));
    agency.on("/rss", rss(&agency, &address, &[2, 1]));
    let signed = |body: &str, secret: &str| {
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret.as_bytes());
        let tag = ring::hmac::sign(&key, body.as_bytes());
        let digits: String = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        format!("Content-Type: application/rss+xml\r\nX-Hub-Signature: sha256={digits}")
    };
    let visits = agency.hits("/rss");
    let push = |daemon: &Daemon, secret: &str| {
        daemon.post(callback, &signed("<rss/>", secret), "<rss/>").0
    };
    assert_eq!(push(&daemon, "của ai khác"), 202, "acknowledged, and no more");
    assert_eq!(daemon.post("/websub/abc", &signed("", ""), "").0, 410);
    assert_eq!(agency.hits("/rss"), visits);
    assert_eq!(push(&daemon, &form["hub.secret"]), 202);
    let port = daemon.port;
    daemon.stop("KILL");
    let daemon = Daemon::start_at(&desk, &feeds, port);
    daemon.wait_for("/tat-ca.atom", |status, text| status == 200 && text.contains("Tin số 2"));
    // The restarted daemon has visited the source; a push with a wrong signature still causes no
    // visit.
    let visits = agency.hits("/rss");
    assert_eq!(push(&daemon, "của ai khác"), 202);
    assert_eq!(agency.hits("/rss"), visits);
}
