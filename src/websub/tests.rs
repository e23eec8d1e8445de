//! The hub with subscribers on the loopback: what they receive, and the effect of their answers.

use super::*;
use crate::crawl::{SharedHosts, VisitReport};
use bantin_core::FeedConfig;
use bantin_core::clock::Clock;
use bantin_fetch::{Fetcher, Options, RequestLimits, SystemResolver};
use bantin_serve::Inbox;
use bytes::Bytes;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use url::Url;

pub(super) fn site(base: &str) -> Site {
    Site {
        base_url: base.parse().unwrap(),
        websub: bantin_core::WebSubConfig {
            hub: true,
            allow_private: vec!["127.0.0.0/8".parse().unwrap()],
            ..Default::default()
        },
        ..bantin_testing::site()
    }
}

pub(super) fn feed(id: &str, aliases: &[&str]) -> Feed {
    let aliases = aliases.iter().map(|id| id.parse().unwrap()).collect();
    bantin_testing::tagged_feed(FeedConfig { aliases, ..bantin_testing::feed(id) })
}

/// A request as a subscriber saw it.
#[derive(Debug, Clone)]
struct Seen {
    target: String,
    head: String,
    body: Vec<u8>,
}

impl Seen {
    fn query(&self) -> HashMap<String, String> {
        let url = Url::parse(&format!("http://a{}", self.target)).unwrap();
        url.query_pairs().map(|(k, v)| (k.into_owned(), v.into_owned())).collect()
    }

    fn field(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|context| {
            let (field, value) = context.split_once(':')?;
            field.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

/// A subscriber, or another hub: it echoes challenges, and answers POST requests with a status.
#[derive(Clone)]
struct Subscriber {
    base: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    /// The status codes of the next responses on a path; the last one repeats.
    answers: Arc<Mutex<HashMap<String, Vec<u16>>>>,
    came: Arc<Notify>,
    /// A POST to `/held` is answered once there is a permit.
    gate: Arc<Semaphore>,
}

impl Subscriber {
    async fn open() -> Self {
        Self::open_at("127.0.0.1").await
    }

    async fn open_at(host: &str) -> Self {
        let listener = TcpListener::bind((host, 0)).await.unwrap();
        let me = Self {
            base: format!("http://{}", listener.local_addr().unwrap()),
            seen: Arc::default(),
            answers: Arc::default(),
            came: Arc::default(),
            gate: Arc::new(Semaphore::new(0)),
        };
        let serving = me.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let me = serving.clone();
                tokio::spawn(async move { me.talk(stream).await });
            }
        });
        me
    }

    async fn talk(&self, mut stream: TcpStream) {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let Ok(byte) = stream.read_u8().await else { return };
            head.push(byte);
        }
        let head = String::from_utf8(head).unwrap();
        let target = head.split(' ').nth(1).unwrap().to_owned();
        let mut seen = Seen { target, head, body: Vec::new() };
        let length = seen.field("content-length").map_or(0, |length| length.parse().unwrap());
        seen.body = vec![0; length];
        stream.read_exact(&mut seen.body).await.unwrap();
        let path = seen.target.split('?').next().unwrap().to_owned();
        let refused = path == "/picky" && String::from_utf8_lossy(&seen.body).contains("b.atom");
        let status = if refused {
            422
        } else {
            let mut answers = self.answers.lock().unwrap();
            match answers.get_mut(&path) {
                Some(statuses) if statuses.len() > 1 => statuses.remove(0),
                Some(statuses) => statuses[0],
                None => 200,
            }
        };
        let challenge = seen.query().remove("hub.challenge").unwrap_or_default();
        let said = if path.contains("wrong") { "x".to_owned() } else { challenge };
        let is_held = path == "/held" && seen.head.starts_with("POST");
        self.seen.lock().unwrap().push(seen);
        self.came.notify_waiters();
        if is_held {
            self.gate.acquire().await.unwrap().forget();
        }
        let answer = format!(
            "HTTP/1.1 {status} x\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{said}",
            said.len()
        );
        let _ = stream.write_all(answer.as_bytes()).await;
    }

    fn on(&self, path: &str, statuses: &[u16]) {
        self.answers.lock().unwrap().insert(path.to_owned(), statuses.to_vec());
    }

    /// The requests to a path.
    fn got(&self, method: &str, path: &str) -> Vec<Seen> {
        let seen = self.seen.lock().unwrap();
        let of = |seen: &&Seen| {
            seen.head.starts_with(method) && seen.target.split('?').next() == Some(path)
        };
        seen.iter().filter(of).cloned().collect()
    }

    /// Waits until a path has received `count` requests, and returns the last one.
    async fn nth(&self, method: &str, path: &str, count: usize) -> Seen {
        let arrived = async {
            loop {
                let came = self.came.notified();
                let got = self.got(method, path);
                if got.len() >= count {
                    return got.last().unwrap().clone();
                }
                // Also polled: the request may have arrived before the wait began.
                let _ = timeout(Duration::from_millis(50), came).await;
            }
        };
        let arrived = timeout(Duration::from_secs(20), arrived).await;
        arrived.unwrap_or_else(|_| panic!("{method} {path}: {:?}", self.got(method, path)))
    }
}

fn context(store: &Store) -> Arc<CrawlContext> {
    let options = Options {
        user_agent: "bantin/0".to_owned(),
        limits: RequestLimits::default(),
        clock: Clock::System,
        resolver: Arc::new(SystemResolver),
    };
    Arc::new(CrawlContext {
        fetcher: Fetcher::new(options, Arc::new(SharedHosts(store.clone()))).unwrap(),
        clock: Clock::System,
        limits: crate::crawl::VisitLimits::default(),
        parsers: crate::crawl::Parsers::new(1).unwrap(),
    })
}

/// A running hub, over a folder that outlives it.
struct House {
    websub: Arc<WebSub>,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl House {
    async fn open(folder: &Path, change: impl FnOnce(&mut Site)) -> Self {
        let mut site = site("https://a.example/");
        site.output = folder.join("output");
        std::fs::create_dir_all(&site.output).unwrap();
        change(&mut site);
        let store = Store::open(folder).await.unwrap();
        let context = context(&store);
        let terms = HubPolicy::new(&site, &[feed("b", &[])], []);
        let backoff = MessagePauses(vec![Duration::from_millis(150)]);
        let websub = Arc::new(WebSub::with_backoff(context, store, terms, backoff));
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(websub.clone().run(stopped));
        Self { websub, stop, task }
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.websub.terms().site.output.join(name);
        let beside = path.with_extension("new");
        std::fs::write(&beside, text).unwrap();
        std::fs::rename(beside, path).unwrap();
        self.websub.published();
    }

    async fn post(&self, fields: &[(&str, &str)]) -> u16 {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        self.websub.hub(Bytes::from(form.finish())).await.status
    }

    async fn ask(&self, mode: &str, callback: &str, more: &[(&str, &str)]) -> u16 {
        let topic = "https://a.example/b.atom";
        let asked = [("hub.mode", mode), ("hub.topic", topic), ("hub.callback", callback)];
        self.post(&[&asked, more].concat()).await
    }

    /// Waits until the hub has this number of subscriptions.
    async fn subscriptions(&self, count: u32) {
        let arrived = async {
            while self.websub.store.subscriptions().await.unwrap() != count {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        timeout(Duration::from_secs(20), arrived).await.unwrap();
    }

    async fn close(self) {
        self.stop.send(true).unwrap();
        self.task.await.unwrap();
    }

    /// Ends like a crash: at any point of its work.
    async fn kill(self) {
        self.task.abort();
        let _ = self.task.await;
    }
}

#[tokio::test]
async fn who_subscribes_is_asked_and_then_gets_the_very_bytes() {
    let (folder, reader) = (tempfile::tempdir().unwrap(), Subscriber::open().await);
    let house = House::open(folder.path(), |_| {}).await;
    house.write("b.atom", "<feed>một</feed>");
    let callback = format!("{}/s?mine=1", reader.base);
    let more = [("hub.secret", "bí mật"), ("hub.lease_seconds", "3600")];
    assert_eq!(house.ask("subscribe", &callback, &more).await, 202);
    let question = reader.nth("GET", "/s", 1).await.query();
    assert_eq!(question["mine"], "1");
    assert_eq!(question["hub.mode"], "subscribe");
    assert_eq!(question["hub.topic"], "https://a.example/b.atom");
    assert_eq!(question["hub.lease_seconds"], "3600");
    house.subscriptions(1).await;
    assert!(reader.got("POST", "/s").is_empty(), "what is published already is not news");

    house.write("b.atom", "<feed>hai</feed>");
    let got = reader.nth("POST", "/s", 1).await;
    assert_eq!(got.target, "/s?mine=1");
    assert_eq!(got.body, b"<feed>hai</feed>");
    assert_eq!(got.field("content-type"), Some("application/atom+xml; charset=utf-8"));
    let links = "<https://a.example/hub>; rel=\"hub\", <https://a.example/b.atom>; rel=\"self\"";
    assert_eq!(got.field("link"), Some(links));
    let signed = signature::sign(&bantin_core::Secret::new("bí mật"), &got.body);
    assert_eq!(got.field("x-hub-signature"), Some(signed.as_str()));

    // A repeated request keeps a single subscription; without a secret nothing is signed.
    assert_eq!(house.ask("subscribe", &callback, &[]).await, 202);
    reader.nth("GET", "/s", 2).await;
    house.write("b.rss", "<rss/>");
    house.write("b.atom", "<feed>ba</feed>");
    let got = reader.nth("POST", "/s", 2).await;
    assert_eq!(got.body, b"<feed>ba</feed>");

    assert_eq!(house.ask("unsubscribe", &callback, &[]).await, 202);
    assert_eq!(reader.nth("GET", "/s", 3).await.query()["hub.mode"], "unsubscribe");
    house.subscriptions(0).await;
    house.write("b.atom", "<feed>bốn</feed>");
    house.close().await;
    assert_eq!(reader.got("POST", "/s").len(), 2);
}

#[tokio::test]
async fn who_does_not_echo_the_challenge_has_not_subscribed() {
    let (folder, reader) = (tempfile::tempdir().unwrap(), Subscriber::open().await);
    let house = House::open(folder.path(), |_| {}).await;
    house.write("b.atom", "một");
    reader.on("/404", &[404]);
    for path in ["/wrong", "/404", "/good"] {
        assert_eq!(house.ask("subscribe", &format!("{}{path}", reader.base), &[]).await, 202);
        reader.nth("GET", path, 1).await;
    }
    house.subscriptions(1).await;
    house.write("b.atom", "hai");
    reader.nth("POST", "/good", 1).await;
    house.close().await;
    assert!(reader.got("POST", "/wrong").is_empty() && reader.got("POST", "/404").is_empty());
    // They answered no, and are not verified again.
    assert_eq!(reader.got("GET", "/wrong").len() + reader.got("GET", "/404").len(), 2);
}

#[tokio::test]
async fn a_forged_callback_inside_the_house_is_never_asked() {
    let (folder, within) = (tempfile::tempdir().unwrap(), Subscriber::open().await);
    let house = House::open(folder.path(), |site| site.websub.allow_private.clear()).await;
    assert_eq!(house.ask("subscribe", &format!("{}/s", within.base), &[]).await, 400);
    let named = within.base.replace("127.0.0.1", "localhost");
    assert_eq!(house.ask("subscribe", &format!("{named}/s"), &[]).await, 202);
    // The name is resolved later, and then the request is dropped.
    let dropped = async {
        let late = Clock::System.now() + chrono::TimeDelta::days(1);
        while !house.websub.store.due_intents(late, 9).await.unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(Duration::from_secs(20), dropped).await.unwrap();
    house.subscriptions(0).await;
    house.close().await;
    assert_eq!(within.seen.lock().unwrap().len(), 0);
}

#[tokio::test]
async fn what_fails_is_tried_again_with_what_is_newest_and_410_ends_it() {
    let (folder, reader) = (tempfile::tempdir().unwrap(), Subscriber::open().await);
    let house = House::open(folder.path(), |_| {}).await;
    house.write("b.atom", "một");
    for path in ["/slow", "/gone"] {
        house.ask("subscribe", &format!("{}{path}", reader.base), &[]).await;
        reader.nth("GET", path, 1).await;
    }
    house.subscriptions(2).await;
    reader.on("/slow", &[500, 503, 200]);
    reader.on("/gone", &[410]);
    house.write("b.atom", "hai");
    reader.nth("POST", "/slow", 1).await;
    house.write("b.atom", "ba");
    reader.nth("POST", "/gone", 1).await;
    house.subscriptions(1).await;
    let got = reader.nth("POST", "/slow", 3).await;
    assert_eq!(got.body, "ba".as_bytes());
    house.close().await;
    assert_eq!(reader.got("POST", "/slow").len(), 3);
    assert_eq!(reader.got("POST", "/gone").len(), 1);
}

#[tokio::test]
async fn a_crash_loses_no_delivery() {
    let (folder, reader) = (tempfile::tempdir().unwrap(), Subscriber::open().await);
    let house = House::open(folder.path(), |_| {}).await;
    house.write("b.atom", "một");
    house.ask("subscribe", &format!("{}/s", reader.base), &[]).await;
    house.subscriptions(1).await;
    reader.on("/s", &[500]);
    house.write("b.atom", "hai");
    reader.nth("POST", "/s", 1).await;
    house.kill().await;
    let before = reader.got("POST", "/s").len();
    reader.on("/s", &[200]);
    // A delivery that failed before the crash is still pending.
    let house = House::open(folder.path(), |_| {}).await;
    assert_eq!(reader.nth("POST", "/s", before + 1).await.body, b"hai");
    house.kill().await;
    // A document that changed while no process ran is pending as well.
    std::fs::write(folder.path().join("output/b.atom"), "ba").unwrap();
    let house = House::open(folder.path(), |_| {}).await;
    let got = reader.nth("POST", "/s", before + 2).await;
    assert_eq!(got.body, b"ba");
    house.close().await;
}

#[tokio::test]
async fn a_lease_ends_and_nothing_comes_after_it() {
    let (folder, reader) = (tempfile::tempdir().unwrap(), Subscriber::open().await);
    let house = House::open(folder.path(), |_| {}).await;
    house.write("b.atom", "một");
    house.ask("subscribe", &format!("{}/long", reader.base), &[]).await;
    reader.nth("GET", "/long", 1).await;
    house.subscriptions(1).await;
    let short = [("hub.lease_seconds", "1")];
    house.ask("subscribe", &format!("{}/short", reader.base), &short).await;
    reader.nth("GET", "/short", 1).await;
    house.subscriptions(2).await;
    let over = Clock::System.now() + chrono::TimeDelta::milliseconds(1010);
    while Clock::System.now() < over {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    house.write("b.atom", "hai");
    reader.nth("POST", "/long", 1).await;
    house.close().await;
    assert!(reader.got("POST", "/short").is_empty());
}

#[tokio::test]
async fn who_subscribed_to_a_feed_that_is_no_more_is_told_so() {
    let (folder, reader) = (tempfile::tempdir().unwrap(), Subscriber::open().await);
    let house = House::open(folder.path(), |_| {}).await;
    house.write("b.atom", "một");
    house.ask("subscribe", &format!("{}/s", reader.base), &[]).await;
    house.subscriptions(1).await;
    let site = house.websub.terms().site.clone();
    house.websub.follow(&site, &[feed("c", &[])], []);
    let told = reader.nth("GET", "/s", 2).await.query();
    assert_eq!(
        (told["hub.mode"].as_str(), told["hub.topic"].as_str()),
        ("denied", "https://a.example/b.atom")
    );
    assert!(told["hub.reason"].contains("not published"));
    house.subscriptions(0).await;
    assert_eq!(house.ask("subscribe", &format!("{}/s", reader.base), &[]).await, 400);
    house.close().await;
}

#[tokio::test]
async fn a_host_has_no_more_subscriptions_than_it_may_have() {
    let (folder, reader) = (tempfile::tempdir().unwrap(), Subscriber::open().await);
    let house = House::open(folder.path(), |site| {
        site.websub.max_per_host = 2;
        site.websub.max_subscriptions = 3;
    })
    .await;
    let ask =
        async |path: &str| house.ask("subscribe", &format!("{}{path}", reader.base), &[]).await;
    assert_eq!((ask("/1").await, ask("/2").await), (202, 202));
    house.subscriptions(2).await;
    assert_eq!(ask("/3").await, 403);
    // A renewal does not count as a new subscription.
    assert_eq!((ask("/1").await, ask("/3").await), (202, 403));
    let other = reader.base.replace("127.0.0.1", "127.0.0.2");
    let ask = async |path: &str| house.ask("subscribe", &format!("{other}{path}"), &[]).await;
    assert_eq!((ask("/1").await, ask("/2").await), (202, 503));
    house.close().await;
}

#[tokio::test]
async fn a_hub_of_others_is_told_until_it_has_heard_it() {
    let (folder, hub) = (tempfile::tempdir().unwrap(), Subscriber::open().await);
    hub.on("/hub", &[500, 204]);
    let address: Url = format!("{}/hub", hub.base).parse().unwrap();
    let told = address.clone();
    let house = House::open(folder.path(), |site| {
        site.websub.hub = false;
        site.websub.hubs = vec![told];
    })
    .await;
    assert_eq!(
        house.ask("subscribe", "http://127.0.0.1/", &[]).await,
        202,
        "has_hub is checked by the server only"
    );
    house.write("b.atom", "một");
    let ping = hub.nth("POST", "/hub", 2).await;
    let form: HashMap<_, _> = url::form_urlencoded::parse(&ping.body).into_owned().collect();
    assert_eq!(form["hub.mode"], "publish");
    assert_eq!(form["hub.url"], "https://a.example/b.atom");
    assert_eq!(form["hub.topic"], "https://a.example/b.atom");
    house.close().await;
    // After a restart only new changes are reported.
    let told = address.clone();
    let house = House::open(folder.path(), |site| site.websub.hubs = vec![told]).await;
    house.write("b.rss", "mới");
    let ping = hub.nth("POST", "/hub", 3).await;
    let form: HashMap<_, _> = url::form_urlencoded::parse(&ping.body).into_owned().collect();
    assert_eq!(form["hub.url"], "https://a.example/b.rss");
    house.close().await;
    assert_eq!(hub.got("POST", "/hub").len(), 3);
}

#[tokio::test]
async fn a_delivery_that_outlives_a_publication_takes_nothing_back() {
    let folder = tempfile::tempdir().unwrap();
    let (slow, fast) = (Subscriber::open().await, Subscriber::open_at("127.0.0.2").await);
    let house = House::open(folder.path(), |_| {}).await;
    house.write("b.atom", "một");
    house.ask("subscribe", &format!("{}/held", slow.base), &[]).await;
    house.ask("subscribe", &format!("{}/s", fast.base), &[]).await;
    house.subscriptions(2).await;
    house.write("b.atom", "hai");
    assert_eq!(slow.nth("POST", "/held", 1).await.body, b"hai");
    fast.nth("POST", "/s", 1).await;
    house.write("b.atom", "ba");
    assert_eq!(fast.nth("POST", "/s", 2).await.body, b"ba");
    slow.gate.add_permits(9);
    assert_eq!(slow.nth("POST", "/held", 2).await.body, b"ba");
    // A delivery that was still pending would arrive before this one.
    house.write("b.atom", "bốn");
    assert_eq!(slow.nth("POST", "/held", 3).await.body, "bốn".as_bytes());
    assert_eq!(fast.nth("POST", "/s", 3).await.body, "bốn".as_bytes());
    house.close().await;
}

#[tokio::test]
async fn what_is_newer_than_the_last_look_is_delivered_once() {
    let (folder, reader) = (tempfile::tempdir().unwrap(), Subscriber::open().await);
    let house = House::open(folder.path(), |_| {}).await;
    house.write("b.atom", "một");
    house.ask("subscribe", &format!("{}/s", reader.base), &[]).await;
    house.subscriptions(1).await;
    house.write("b.atom", "hai");
    reader.nth("POST", "/s", 1).await;
    let (store, terms) = (house.websub.store.clone(), house.websub.terms());
    house.close().await;
    let hash = |text: &str| blake3::hash(text.as_bytes()).to_hex().to_string();
    store.replace_topic_hash("b.atom", &hash("hai"), "cũ").await.unwrap();
    let now = Clock::System.now();
    let [delivery] = store.pending_deliveries(now, 9).await.unwrap().try_into().unwrap();
    // It was scanned before it was written.
    std::fs::write(folder.path().join("output/b.atom"), "ba").unwrap();
    let idle =
        WebSub::with_backoff(context(&store), store.clone(), terms, MessagePauses::default());
    idle.deliver(delivery).await.unwrap();
    assert_eq!(reader.nth("POST", "/s", 2).await.body, b"ba");
    assert_eq!(store.pending_deliveries(now, 9).await.unwrap(), []);
    assert_eq!(store.topic_hash("b.atom").await.unwrap(), Some(hash("ba")));
}

#[tokio::test]
async fn a_hub_that_refuses_one_document_is_told_of_the_others() {
    let (folder, hub) = (tempfile::tempdir().unwrap(), Subscriber::open().await);
    let address: Url = format!("{}/picky", hub.base).parse().unwrap();
    let house = House::open(folder.path(), |site| site.websub.hubs = vec![address]).await;
    for name in ["b.atom", "b.json", "b.rss"] {
        house.write(name, "một");
    }
    let heard = async {
        for name in ["b.atom", "b.json", "b.rss"] {
            while !hub.got("POST", "/picky").iter().any(|seen| {
                let form = url::form_urlencoded::parse(&seen.body);
                form.into_owned().any(|(_, value)| value.ends_with(name))
            }) {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
    };
    timeout(Duration::from_secs(20), heard).await.unwrap();
    house.close().await;
}

#[tokio::test]
async fn a_process_that_ends_does_not_wait_for_a_hub_for_ever() {
    let (folder, hub) = (tempfile::tempdir().unwrap(), Subscriber::open().await);
    let mut site = site("https://a.example/");
    site.output = folder.path().to_owned();
    site.websub.hubs = vec![format!("{}/held", hub.base).parse().unwrap()];
    std::fs::write(folder.path().join("b.atom"), "một").unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    let longest = Duration::from_millis(300);
    let feeds = [feed("b", &[])];
    let told = ping::ping_hubs_within(longest, &context(&store), &store, &site, &feeds).await;
    let [problem] = told.unwrap().try_into().unwrap();
    assert!(problem.contains("within 300ms; the next pass"), "{problem}");
    assert_eq!(store.pending_pings(Clock::System.now(), 9).await.unwrap().len(), 1);
}

#[tokio::test]
async fn no_callback_is_at_the_host_of_a_source() {
    let (folder, reader) = (tempfile::tempdir().unwrap(), Subscriber::open().await);
    let house = House::open(folder.path(), |_| {}).await;
    let site = house.websub.terms().site.clone();
    let source = Arc::new(bantin_testing::source("a"));
    let host = source.url.host_str().unwrap().to_owned();
    house.websub.follow(&site, &[feed("b", &[])], [&source]);
    for callback in [
        format!("https://{host}/s"),
        format!("http://{}:80/s", host.to_uppercase()),
        format!("https://www.{host}/"),
        format!("https://{host}./"),
    ] {
        assert_eq!(house.ask("subscribe", &callback, &[]).await, 400, "{callback}");
        assert_eq!(house.ask("unsubscribe", &callback, &[]).await, 400, "{callback}");
    }
    // On the operator's own machines the port distinguishes servers.
    let mut beside = bantin_testing::source("b");
    beside.url = "http://127.0.0.1:8900/tin".parse().unwrap();
    house.websub.follow(&site, &[feed("b", &[])], [&source, &Arc::new(beside)]);
    assert_eq!(house.ask("subscribe", "http://127.0.0.1:8900/s", &[]).await, 400);
    assert_eq!(house.ask("subscribe", &format!("{}/s", reader.base), &[]).await, 202);
    house.subscriptions(1).await;
    house.close().await;
}

#[tokio::test]
async fn a_ping_to_our_own_hub_is_taken_for_our_own_topics() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::open(folder.path(), |_| {}).await;
    let ping = async |topic: &str| house.post(&[("hub.mode", "publish"), ("hub.url", topic)]).await;
    assert_eq!(ping("https://a.example/b.json").await, 202);
    assert_eq!(ping("https://b.example/b.json").await, 400);
    house.close().await;
}

/// A report of a visit to the source `a`, whose feed names these hubs.
fn report(hubs: &[&str]) -> VisitReport {
    let mut source = bantin_testing::source("a");
    source.kind = bantin_testing::kind("feed", &[]);
    VisitReport {
        source: Arc::new(source),
        outcome: bantin_core::VisitOutcome::Unchanged,
        changes: Vec::new(),
        warnings: Vec::new(),
        next_visit: Clock::System.now(),
        advertised: Some(bantin_core::HubLinks {
            hubs: hubs.iter().map(|hub| hub.parse().unwrap()).collect(),
            topic: Some("https://a.example/rss".parse().unwrap()),
        }),
    }
}

#[tokio::test]
async fn a_hub_of_a_source_is_asked_believed_when_it_signs_and_left_when_the_feed_leaves_it() {
    let (folder, hub) = (tempfile::tempdir().unwrap(), Subscriber::open().await);
    let house = House::open(folder.path(), |_| {}).await;
    let (store, websub) = (house.websub.store.clone(), house.websub.clone());
    let address = format!("{}/hub", hub.base);
    let found = report(&["https://a.example/hub", "ftp://b.example/", &address]);
    store.authority("bantin.example,2026").await.unwrap();
    store.apply(std::slice::from_ref(&found.source), &[], Clock::System.now()).await.unwrap();

    websub.update_subscription(&found).await.unwrap();
    let asked = hub.nth("POST", "/hub", 1).await;
    let form: HashMap<_, _> = url::form_urlencoded::parse(&asked.body).into_owned().collect();
    let token = form["hub.callback"].strip_prefix("https://a.example/websub/").unwrap();
    let secret = bantin_core::Secret::new(form["hub.secret"].as_str());
    let question = |mode: &str| {
        format!(
            "hub.mode={mode}&hub.topic=https://a.example/rss&hub.challenge=12&hub.lease_seconds=900"
        )
    };
    let ask = async |mode: &str| Inbox::verify_intent(&*websub, token, &question(mode)).await;
    assert_eq!(ask("unsubscribe").await.status, 404);
    assert_eq!(ask("subscribe").await, bantin_serve::InboxReply::new(200, "12"));
    assert_eq!(ask("subscribe").await.status, 404, "it was not requested again");
    assert!(store.is_followed(found.source.id(), Clock::System.now()).await.unwrap());
    // A known hub is not requested again.
    websub.update_subscription(&found).await.unwrap();

    let signed = signature::sign(&secret, b"tin");
    let hear = async |body: &'static str| {
        Inbox::receive(&*websub, token, &signed, Bytes::from(body)).await.status
    };
    assert_eq!(hear("tin giả").await, 202);
    assert!(
        store.followed(token).await.unwrap().unwrap().notified.is_none(),
        "it is acknowledged, and nothing follows"
    );
    assert_eq!(hear("tin").await, 202);
    assert!(store.followed(token).await.unwrap().unwrap().notified.is_some());

    websub.update_subscription(&report(&[])).await.unwrap();
    assert_eq!(hear("tin").await, 410);
    let asked = hub.nth("POST", "/hub", 2).await;
    let form: HashMap<_, _> = url::form_urlencoded::parse(&asked.body).into_owned().collect();
    assert_eq!(form["hub.mode"], "unsubscribe");
    assert_eq!(ask("unsubscribe").await, bantin_serve::InboxReply::new(200, "12"));
    assert!(store.followed(token).await.unwrap().is_none());
    assert!(!store.is_followed(found.source.id(), Clock::System.now()).await.unwrap());
    house.close().await;
}
