//! Tests the server as a client: real sockets on loopback, requests written by hand.

use super::App;
use super::connections::{ConnectionLimits, serve_within};
use bantin_core::{Feed, FeedConfig, Site, TokenHash};
use std::io::{self, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A server with its own folder.
struct House {
    folder: tempfile::TempDir,
    app: Arc<App>,
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<io::Result<()>>,
}

/// A parsed response.
#[derive(Debug)]
struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn field(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (field, value) = line.split_once(':')?;
            field.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }
}

impl House {
    async fn open(limits: ConnectionLimits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let app = Arc::new(App::new(folder.path().to_owned()));
        app.set_catalog(&site(folder.path()), &[feed("tin", &["tin-cu"]), feed("chua-co", &[])]);
        for (name, content) in [
            ("index.html", "<!doctype html>trang đầu"),
            ("tin.atom", "<feed>một</feed>"),
            ("tin.rss", "<rss/>"),
            ("tin.json", "{}"),
            ("tin.7.atom", "<feed>cũ</feed>"),
            ("tin.7.json", "{}"),
            ("tin.secret.atom", "bí mật"),
            ("feeds.opml", "<opml/>"),
            ("secret.html", "bí mật"),
        ] {
            std::fs::write(folder.path().join(name), content.repeat(40)).unwrap();
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let stopped = async move {
            let _ = stopped.await;
        };
        let served = tokio::spawn(serve_within(listener, app.clone(), stopped, limits));
        Self { folder, app, address, stop, served }
    }

    async fn ask(&self, request: &str) -> Answer {
        self.send(&format!("{request}\r\nHost: a\r\nConnection: close\r\n\r\n")).await
    }

    /// Sends a request as it is written, which must make the server close the connection.
    async fn send(&self, request: &str) -> Answer {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        let end = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(answer[..end].to_vec()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, body: answer[end + 4..].to_vec(), head }
    }

    async fn get(&self, path: &str, fields: &str) -> Answer {
        let fields = if fields.is_empty() { String::new() } else { format!("\r\n{fields}") };
        self.ask(&format!("GET {path} HTTP/1.1{fields}")).await
    }

    async fn close(self) {
        self.stop.send(()).unwrap();
        self.served.await.unwrap().unwrap();
    }
}

fn site(output: &Path) -> Site {
    Site { output: output.to_owned(), state: output.to_owned(), ..bantin_testing::site() }
}

fn feed(id: &str, aliases: &[&str]) -> Feed {
    let aliases = aliases.iter().map(|former| former.parse().unwrap()).collect();
    bantin_testing::tagged_feed(FeedConfig { aliases, ..bantin_testing::feed(id) })
}

fn private(tokens: Vec<TokenHash>, feed: Feed) -> Feed {
    Feed { config: FeedConfig { tokens, ..feed.config }, ..feed }
}

#[tokio::test]
async fn only_what_is_offered_exists() {
    let house = House::open(ConnectionLimits::default()).await;
    for (path, status, content_type) in [
        ("/", 200, "text/html; charset=utf-8"),
        ("/?a=1", 200, "text/html; charset=utf-8"),
        ("/index.html", 200, "text/html; charset=utf-8"),
        ("/tin.atom", 200, "application/atom+xml; charset=utf-8"),
        ("/t%69n.atom?utm_source=x", 200, "application/atom+xml; charset=utf-8"),
        ("/tin.rss", 200, "application/rss+xml; charset=utf-8"),
        ("/tin.json", 200, "application/feed+json; charset=utf-8"),
        ("/feeds.opml", 200, "text/x-opml; charset=utf-8"),
        ("/healthz", 200, "text/plain; charset=utf-8"),
        ("/tin-cu.atom", 301, "text/plain; charset=utf-8"),
        ("/tin-cu.html", 301, "text/plain; charset=utf-8"),
        ("/tin.7.atom", 200, "application/atom+xml; charset=utf-8"),
        ("/tin-cu.7.atom", 301, "text/plain; charset=utf-8"),
        // In the catalog, and not written yet.
        ("/tin.8.atom", 404, "text/plain; charset=utf-8"),
        ("/chua-co.1.rss", 404, "text/plain; charset=utf-8"),
        ("/tin.html", 404, "text/plain; charset=utf-8"),
        ("/chua-co.rss", 404, "text/plain; charset=utf-8"),
        // In the folder, and not in the catalog.
        ("/secret.html", 404, "text/plain; charset=utf-8"),
        ("/tin.7.json", 404, "text/plain; charset=utf-8"),
        ("/tin.secret.atom", 404, "text/plain; charset=utf-8"),
        ("/tin.07.atom", 404, "text/plain; charset=utf-8"),
        ("/secret.7.atom", 404, "text/plain; charset=utf-8"),
        ("/tin", 404, "text/plain; charset=utf-8"),
        ("/tin.atom/", 404, "text/plain; charset=utf-8"),
        ("//tin.atom", 404, "text/plain; charset=utf-8"),
        ("/../tin.atom", 404, "text/plain; charset=utf-8"),
        ("/%2e%2e%2fsecret.html", 404, "text/plain; charset=utf-8"),
        ("/./tin.atom", 404, "text/plain; charset=utf-8"),
        ("/tin.atom%00", 404, "text/plain; charset=utf-8"),
    ] {
        let answer = house.get(path, "").await;
        assert_eq!(answer.status, status, "{path} {answer:?}");
        assert_eq!(answer.field("content-type"), Some(content_type), "{path}");
        assert_eq!(answer.field("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.field("access-control-allow-origin"), Some("*"), "{path}");
    }
    let moved = house.get("/tin-cu.atom", "").await;
    assert_eq!(moved.field("location"), Some("tin.atom"));
    let moved = house.get("/tin-cu.7.atom", "").await;
    assert_eq!(moved.field("location"), Some("tin.7.atom"));
    let waiting = house.get("/chua-co.rss", "").await;
    assert!(waiting.text().contains("no article here yet"), "{waiting:?}");
    house.close().await;
}

/// RFC 9112 section 3.2.
#[tokio::test]
async fn a_request_without_one_valid_host_is_400() {
    let house = House::open(ConnectionLimits::default()).await;
    house.app.receive(Arc::new(Open));
    for (line, hosts, status) in [
        ("GET /tin.atom HTTP/1.1", &["a"][..], 200),
        ("GET /tin.atom HTTP/1.1", &["a.example:8080"], 200),
        ("GET /tin.atom HTTP/1.1", &["[::1]:8080"], 200),
        ("GET /tin.atom HTTP/1.1", &[""], 200),
        ("GET http://a.example/tin.atom HTTP/1.1", &["a.example"], 200),
        ("GET http://a.example/tin.atom HTTP/1.1", &["b.example"], 200),
        ("GET /tin.atom HTTP/1.0", &[], 200),
        ("GET /tin.atom HTTP/1.0", &["a"], 200),
        ("GET /tin.atom HTTP/1.1", &[], 400),
        ("HEAD /tin.atom HTTP/1.1", &[], 400),
        ("DELETE /tin.atom HTTP/1.1", &[], 400),
        ("GET /healthz HTTP/1.1", &[], 400),
        ("GET /khong-co HTTP/1.1", &[], 400),
        ("POST /hub HTTP/1.1", &[], 400),
        ("GET http://a.example/tin.atom HTTP/1.1", &[], 400),
        ("GET /tin.atom HTTP/1.1", &["a", "a"], 400),
        ("GET /tin.atom HTTP/1.1", &["a", "b"], 400),
        ("GET /tin.atom HTTP/1.1", &["a", ""], 400),
        ("GET /tin.atom HTTP/1.0", &["a", "b"], 400),
        ("GET /tin.atom HTTP/1.1", &["a, b"], 400),
        ("GET /tin.atom HTTP/1.1", &["user@a"], 400),
        ("GET /tin.atom HTTP/1.1", &["http://a"], 400),
        ("GET /tin.atom HTTP/1.1", &["a:80x"], 400),
        ("GET /tin.atom HTTP/1.1", &["b\u{1ea3}n.example"], 400),
    ] {
        let hosts: String = hosts.iter().map(|host| format!("Host: {host}\r\n")).collect();
        let answer = house.send(&format!("{line}\r\n{hosts}Connection: close\r\n\r\n")).await;
        assert_eq!(answer.status, status, "{line} {hosts:?} {answer:?}");
    }
    house.close().await;
}

#[tokio::test]
async fn a_document_says_how_long_it_may_be_kept() {
    let house = House::open(ConnectionLimits::default()).await;
    let feed = house.get("/tin.atom", "").await;
    assert_eq!(feed.text(), "<feed>một</feed>".repeat(40));
    assert_eq!(feed.field("cache-control"), Some("public, max-age=300"));
    assert_eq!(feed.field("vary"), Some("Accept, Accept-Encoding"));
    let links = "<https://bantin.example/tin.atom>; rel=\"self\", \
        <https://bantin.example/tin.rss>; rel=\"alternate\"; type=\"application/rss+xml\", \
        <https://bantin.example/tin.json>; rel=\"alternate\"; type=\"application/feed+json\", \
        <https://bantin.example/tin.html>; rel=\"alternate\"; type=\"text/html\"";
    assert_eq!(feed.field("link"), Some(links));
    assert!(feed.field("etag").unwrap().starts_with("W/\""));
    assert!(feed.field("last-modified").unwrap().ends_with(" GMT"));
    assert_eq!(feed.field("content-security-policy"), None);
    for _ in 0..2 {
        let archive = house.get("/tin.7.atom", "").await;
        assert_eq!(archive.text(), "<feed>cũ</feed>".repeat(40));
        assert_eq!(archive.field("cache-control"), Some("public, max-age=31536000, immutable"));
        assert_eq!(
            archive.field("link"),
            Some("<https://bantin.example/tin.7.atom>; rel=\"self\"")
        );
    }
    let page = house.get("/", "").await;
    assert!(page.field("content-security-policy").unwrap().contains("default-src 'none'"));
    assert_eq!(page.field("vary"), Some("Accept-Encoding"));
    assert_eq!(page.field("referrer-policy"), Some("no-referrer"));
    let links = "<https://bantin.example/>; rel=\"canonical\", \
        <https://bantin.example/feeds.opml>; rel=\"alternate\"; type=\"text/x-opml\"";
    assert_eq!(page.field("link"), Some(links));
    let list = house.get("/feeds.opml", "").await;
    let links = "<https://bantin.example/feeds.opml>; rel=\"self\", \
        <https://bantin.example/>; rel=\"alternate\"; type=\"text/html\"";
    assert_eq!(list.field("link"), Some(links));
    house.close().await;
}

#[tokio::test]
async fn a_reader_that_has_it_is_told_so() {
    let house = House::open(ConnectionLimits::default()).await;
    let full = house.get("/tin.atom", "").await;
    let etag = full.field("etag").unwrap();
    let opaque = etag.strip_prefix("W/").unwrap();
    let modified = full.field("last-modified").unwrap();
    let early = "If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT";
    for (fields, status) in [
        (format!("If-None-Match: {etag}"), 304),
        (format!("If-None-Match: {opaque}"), 304),
        (format!("If-None-Match: \"x\", {etag}"), 304),
        (format!("If-None-Match: \"x\"\r\nIf-None-Match: {etag}"), 304),
        ("If-None-Match: *".to_owned(), 304),
        ("If-None-Match: \"x\"".to_owned(), 200),
        (format!("If-Modified-Since: {modified}"), 304),
        ("If-Modified-Since: Fri, 31 Dec 9999 23:59:59 GMT".to_owned(), 304),
        (early.to_owned(), 200),
        ("If-Modified-Since: hôm qua".to_owned(), 200),
        // The tag takes precedence over the date.
        (format!("If-None-Match: \"x\"\r\nIf-Modified-Since: {modified}"), 200),
        (format!("If-None-Match: {etag}\r\n{early}"), 304),
        (format!("If-None-Match: {etag}\r\nAccept-Encoding: gzip"), 304),
    ] {
        let answer = house.get("/tin.atom", &fields).await;
        assert_eq!(answer.status, status, "{fields}");
        for name in ["etag", "last-modified", "cache-control", "vary"] {
            assert_eq!(answer.field(name), full.field(name), "{fields}: {name}");
        }
        if status == 304 {
            assert!(answer.body.is_empty());
            // A 304 may only have the length that a 200 would have (RFC 9110 section 8.6).
            assert_eq!(answer.field("content-length"), None);
            assert_eq!(answer.field("content-type"), None);
        }
    }
    house.close().await;
}

#[tokio::test]
async fn a_reader_that_wants_what_it_knows_gets_nothing_else() {
    let house = House::open(ConnectionLimits::default()).await;
    let full = house.get("/tin.atom", "").await;
    let (etag, modified) = (full.field("etag").unwrap(), full.field("last-modified").unwrap());
    let early = "Mon, 01 Jan 2001 00:00:00 GMT";
    for (fields, status) in [
        ("If-Match: *".to_owned(), 200),
        ("If-Match: \"x\"".to_owned(), 412),
        // Weak tags never match in a strong comparison.
        (format!("If-Match: {etag}"), 412),
        (format!("If-Unmodified-Since: {modified}"), 200),
        (format!("If-Unmodified-Since: {early}"), 412),
        ("If-Unmodified-Since: hôm qua".to_owned(), 200),
        (format!("If-Match: *\r\nIf-Unmodified-Since: {early}"), 200),
        (format!("If-Match: *\r\nIf-None-Match: {etag}"), 304),
        (format!("If-Match: \"x\"\r\nIf-None-Match: {etag}"), 412),
    ] {
        assert_eq!(house.get("/tin.atom", &fields).await.status, status, "{fields}");
    }
    house.close().await;
}

#[tokio::test]
async fn an_archive_becomes_private_with_its_feed() {
    let house = House::open(ConnectionLimits::default()).await;
    assert_eq!(house.get("/tin.7.atom", "").await.status, 200);
    let site = site(house.folder.path());
    let tokens = vec![TokenHash::of("moi")];
    house.app.set_catalog(&site, &[private(tokens, feed("tin", &[]))]);
    assert_eq!(house.get("/tin.7.atom", "").await.status, 401);
    // What was cached of the public folder is not sent.
    assert_eq!(house.get("/tin.7.atom?token=moi", "").await.status, 404);
    std::fs::create_dir(site.private_folder()).unwrap();
    std::fs::write(site.private_folder().join("tin.7.atom"), "<feed>kín</feed>").unwrap();
    let open = house.get("/tin.7.atom?token=moi", "").await;
    assert_eq!((open.status, open.text().as_str()), (200, "<feed>kín</feed>"));
    house.close().await;
}

/// An inbox that accepts all forms, and one feed.
#[derive(Debug)]
struct Open;

impl super::Inbox for Open {
    fn has_hub(&self) -> bool {
        true
    }

    fn hub(&self, form: bytes::Bytes) -> futures_util::future::BoxFuture<'_, super::InboxReply> {
        let status = if form.is_empty() { 503 } else { 202 };
        Box::pin(async move { super::InboxReply::new(status, "Vì thế.") })
    }

    fn is_known_token<'a>(&'a self, _: &'a str) -> futures_util::future::BoxFuture<'a, bool> {
        Box::pin(async { true })
    }

    fn verify_intent<'a>(
        &'a self,
        _: &'a str,
        _: &'a str,
    ) -> futures_util::future::BoxFuture<'a, super::InboxReply> {
        Box::pin(async { super::InboxReply::new(404, "") })
    }

    fn receive<'a>(
        &'a self,
        _: &'a str,
        _: &'a str,
        _: bytes::Bytes,
    ) -> futures_util::future::BoxFuture<'a, super::InboxReply> {
        Box::pin(async { super::InboxReply::new(202, "") })
    }
}

#[tokio::test]
async fn slow_forms_close_neither_the_hub_nor_the_callbacks() {
    // Some of the requests are still under way at the end.
    let limits =
        ConnectionLimits { shutdown: Duration::from_millis(50), ..ConnectionLimits::default() };
    let house = House::open(limits).await;
    house.app.receive(Arc::new(Open));
    let form = "Content-Type: application/x-www-form-urlencoded";
    let mut slow = Vec::new();
    for _ in 0..20 {
        let mut stream = TcpStream::connect(house.address).await.unwrap();
        let head = format!("POST /hub HTTP/1.1\r\nHost: a\r\n{form}\r\nContent-Length: 3\r\n\r\na");
        stream.write_all(head.as_bytes()).await.unwrap();
        slow.push(stream);
    }
    let post = async |path: &str, length: usize| {
        let body = "x".repeat(length);
        let head = format!("POST {path} HTTP/1.1\r\n{form}\r\nContent-Length: {length}");
        let mut stream = TcpStream::connect(house.address).await.unwrap();
        let request = format!("{head}\r\nHost: a\r\nConnection: close\r\n\r\n{body}");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    };
    assert!(post("/hub", 3).await.starts_with("HTTP/1.1 202"));
    assert!(post("/websub/a", 3).await.starts_with("HTTP/1.1 202"));
    let later = post("/hub", 0).await;
    assert!(later.starts_with("HTTP/1.1 503") && later.contains("retry-after: 60"), "{later}");
    assert!(later.contains("Vì thế."), "{later}");
    house.close().await;
}

#[tokio::test]
async fn a_document_is_compressed_as_its_reader_wishes() {
    let house = House::open(ConnectionLimits::default()).await;
    let plain = house.get("/tin.atom", "").await;
    for (request, coding) in [
        ("gzip", Some("gzip")),
        ("gzip, br", Some("br")),
        ("br;q=0.1, gzip;q=0.2", Some("gzip")),
        ("zstd", Some("zstd")),
        ("gzip;q=0", None),
        ("deflate", None),
    ] {
        let answer = house.get("/tin.atom", &format!("Accept-Encoding: {request}")).await;
        assert_eq!(answer.field("content-encoding"), coding, "{request}");
        assert_eq!(answer.field("etag"), plain.field("etag"));
        let length = answer.body.len().to_string();
        assert_eq!(answer.field("content-length"), Some(length.as_str()));
        let mut body = Vec::new();
        match coding {
            Some("gzip") => {
                flate2::read::GzDecoder::new(&*answer.body).read_to_end(&mut body).unwrap();
            }
            Some("zstd") => body = zstd::bulk::decompress(&answer.body, 1 << 20).unwrap(),
            Some(_) => {
                brotli::Decompressor::new(&*answer.body, 4096).read_to_end(&mut body).unwrap();
            }
            None => body = answer.body.clone(),
        }
        assert_eq!(body, plain.body, "{request}");
    }
    // A document that packing does not make smaller is sent without a coding.
    std::fs::write(house.folder.path().join("tin.json"), "{}").unwrap();
    let small = house.get("/tin.json", "Accept-Encoding: br, identity;q=0").await;
    assert_eq!((small.field("content-encoding"), small.text().as_str()), (None, "{}"));
    house.close().await;
}

/// The `Accept` that browsers like Firefox send for a followed link.
const BROWSER: &str = "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

#[tokio::test]
async fn a_person_who_comes_to_a_feed_gets_its_page() {
    let house = House::open(ConnectionLimits::default()).await;
    let feed = house.get("/tin.rss", BROWSER).await;
    // The page is not written yet.
    assert_eq!(feed.field("content-type"), Some("application/rss+xml; charset=utf-8"));
    let page = "<!doctype html>trang của bản tin".repeat(40);
    std::fs::write(house.folder.path().join("tin.html"), &page).unwrap();
    let feed = house.get("/tin.rss", "Accept: */*").await;
    for name in ["tin.rss", "tin.atom", "tin.json"] {
        let shown = house.get(&format!("/{name}"), BROWSER).await;
        assert_eq!(shown.text(), page, "{name}");
        assert_eq!(shown.field("content-type"), Some("text/html; charset=utf-8"));
        assert_eq!(shown.field("vary"), Some("Accept, Accept-Encoding"));
        assert!(shown.field("content-security-policy").is_some());
        assert!(shown.field("link").unwrap().contains("tin.atom>; rel=\"alternate\""));
        // Each has its own tag, and neither matches the other.
        let tag = format!("If-None-Match: {}", shown.field("etag").unwrap());
        assert_ne!(shown.field("etag"), feed.field("etag"));
        let known = house.get(&format!("/{name}"), &format!("{BROWSER}\r\n{tag}")).await;
        assert_eq!((known.status, known.field("vary")), (304, Some("Accept, Accept-Encoding")));
        assert_eq!(house.get(&format!("/{name}"), &tag).await.status, 200);
        let raw = house.get(&format!("/{name}?raw"), BROWSER).await;
        assert_ne!(raw.text(), page, "{name}");
        let packed = format!("{BROWSER}\r\nAccept-Encoding: br");
        let packed = house.get(&format!("/{name}"), &packed).await;
        assert_eq!(packed.field("content-encoding"), Some("br"));
    }
    house.close().await;
}

#[tokio::test]
async fn what_left_is_gone_until_it_comes_back() {
    let house = House::open(ConnectionLimits::default()).await;
    house.app.retire(["da-bo", "tin", "tin-cu"].map(|id| id.parse().unwrap()));
    for name in ["da-bo.atom", "da-bo.rss", "da-bo.json", "da-bo.html", "da-bo.3.atom"] {
        let gone = house.get(&format!("/{name}"), "").await;
        assert_eq!(gone.status, 410, "{name}");
        assert_eq!(gone.field("cache-control"), Some("public, max-age=300"));
    }
    for (path, status) in [
        ("/da-bo", 404),
        ("/da-bo.opml", 404),
        ("/da-bo-2.atom", 404),
        ("/tin.atom", 200),
        ("/tin-cu.atom", 301),
    ] {
        assert_eq!(house.get(path, "").await.status, status, "{path}");
    }
    house.app.set_catalog(&site(house.folder.path()), &[feed("da-bo", &[])]);
    assert_eq!(house.get("/da-bo.atom", "").await.status, 404, "there is no article yet");
    assert_eq!(house.get("/tin.atom", "").await.status, 410);
    house.close().await;
}

#[tokio::test]
async fn a_private_feed_is_for_those_who_show_a_token() {
    let house = House::open(ConnectionLimits::default()).await;
    let site = site(house.folder.path());
    let tokens = ["moi", "cu"].map(TokenHash::of).to_vec();
    let private = private(tokens, feed("kin", &["kin-cu"]));
    house.app.set_catalog(&site, &[feed("tin", &[]), private]);
    std::fs::create_dir(site.private_folder()).unwrap();
    std::fs::write(site.private_folder().join("kin.atom"), "<feed>kín</feed>").unwrap();
    // A file in the public folder, which a web server would serve, is not sent here.
    std::fs::write(house.folder.path().join("kin.rss"), "<rss/>").unwrap();

    let never = house.get("/khong-co.atom", "").await;
    assert_eq!(never.status, 401);
    for (path, fields) in [
        ("/kin.atom", ""),
        ("/kin.html", BROWSER),
        ("/kin-cu.atom", ""),
        ("/kin.atom?token=", ""),
        ("/kin.atom?token=MOI", ""),
        ("/kin.atom", "Authorization: Bearer sai"),
        ("/kin.atom", "Authorization: Basic YWk6c2Fp"),
        ("/kin.atom", "If-None-Match: *"),
        ("/khong-co.atom?token=moi", ""),
    ] {
        let closed = house.get(path, fields).await;
        assert_eq!(closed.status, 401, "{path} {fields}");
        let without_date = |answer: &Answer| {
            let lines = answer.head.lines().filter(|line| !line.starts_with("date:"));
            lines.map(str::to_owned).collect::<Vec<_>>()
        };
        // A guess reveals nothing, not even whether such a feed exists.
        assert_eq!(without_date(&closed), without_date(&never), "{path} {fields}");
        assert_eq!(closed.body, never.body);
        assert_eq!(closed.field("cache-control"), Some("no-store"));
        assert!(closed.head.contains("www-authenticate: Basic realm=\"bantin\""), "{closed:?}");
        assert!(closed.head.contains("www-authenticate: Bearer realm"), "{closed:?}");
    }
    for (path, fields) in [
        ("/kin.atom?token=moi", ""),
        ("/kin.atom?token=cu&raw", ""),
        ("/kin.atom", "Authorization: Bearer moi"),
        // ai:moi
        ("/kin.atom", "Authorization: Basic YWk6bW9p"),
        ("/kin.atom?token=moi", BROWSER),
    ] {
        let open = house.get(path, fields).await;
        assert_eq!((open.status, open.text().as_str()), (200, "<feed>kín</feed>"), "{path}");
        assert_eq!(open.field("cache-control"), Some("private, max-age=300"));
        assert!(!open.head.contains("moi"), "{open:?}");
        let tag = format!("{fields}\r\nIf-None-Match: {}", open.field("etag").unwrap());
        let known = house.get(path, tag.trim_start()).await;
        assert_eq!(
            (known.status, known.field("cache-control")),
            (304, open.field("cache-control"))
        );
    }
    let moved = house.get("/kin-cu.atom?token=moi", "").await;
    assert_eq!((moved.status, moved.field("location")), (301, Some("kin.atom?token=moi")));
    assert_eq!(moved.field("cache-control"), Some("no-store"));
    // The file of this name in the public folder is not the feed.
    assert_eq!(house.get("/kin.rss?token=moi", "").await.status, 404);
    assert_eq!(house.get("/tin.atom", "").await.status, 200);
    assert_eq!(house.get("/khong-co", "").await.status, 404);
    house.close().await;
}

#[tokio::test]
async fn head_is_get_without_the_body_and_nothing_else_is_allowed() {
    let house = House::open(ConnectionLimits::default()).await;
    let got = house.get("/tin.atom", "Accept-Encoding: gzip").await;
    let head = house.ask("HEAD /tin.atom HTTP/1.1\r\nAccept-Encoding: gzip").await;
    assert!(head.body.is_empty());
    let without_date = |answer: &Answer| {
        let mut lines: Vec<String> = answer.head.lines().map(str::to_owned).collect();
        lines.retain(|line| !line.starts_with("date:"));
        lines.sort();
        lines
    };
    assert_eq!(without_date(&head), without_date(&got));
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "BREW"] {
        for path in ["/tin.atom", "/", "/khong-co"] {
            let answer = house.ask(&format!("{method} {path} HTTP/1.1")).await;
            assert_eq!(answer.status, 405, "{method}");
            assert_eq!(answer.field("allow"), Some("GET, HEAD"));
        }
    }
    let long = house.get(&format!("/{}", "a".repeat(8 << 10)), "").await;
    assert_eq!(long.status, 414);
    let long = house.get(&format!("/?{}", "a".repeat((8 << 10) - 2)), "").await;
    assert_eq!(long.status, 200);
    house.close().await;
}

#[tokio::test]
async fn a_file_that_is_replaced_is_served_at_the_next_request_after_the_announcement() {
    let house = House::open(ConnectionLimits::default()).await;
    let first = house.get("/tin.atom", "").await;
    let again = house.get("/tin.atom", "").await;
    assert_eq!(first.field("etag"), again.field("etag"));
    let (path, new) = (house.folder.path().join("tin.atom"), house.folder.path().join("new"));
    // The same length, and possibly the same modification time.
    std::fs::write(&new, "<feed>hai</feed>+".repeat(40)).unwrap();
    std::fs::rename(&new, &path).unwrap();
    house.app.documents_changed();
    let second = house.get("/tin.atom", "").await;
    assert_eq!(second.text(), "<feed>hai</feed>+".repeat(40));
    assert_ne!(first.field("etag"), second.field("etag"));
    std::fs::remove_file(&path).unwrap();
    house.app.documents_changed();
    assert_eq!(house.get("/tin.atom", "").await.status, 404);
    house.close().await;
}

#[tokio::test]
async fn what_is_offered_changes_while_it_is_served() {
    let house = House::open(ConnectionLimits::default()).await;
    house.app.set_catalog(&site(house.folder.path()), &[feed("secret", &["tin"])]);
    assert_eq!(house.get("/secret.html", "").await.status, 200);
    let moved = house.get("/tin.atom", "").await;
    assert_eq!((moved.status, moved.field("location")), (301, Some("secret.atom")));
    // The current name of a feed is never redirected, even if another feed had it before.
    house
        .app
        .set_catalog(&site(house.folder.path()), &[feed("secret", &["tin"]), feed("tin", &[])]);
    assert_eq!(house.get("/tin.atom", "").await.status, 200);
    house.close().await;
}

#[tokio::test]
async fn monitors_are_told_what_is_wrong() {
    let house = House::open(ConnectionLimits::default()).await;
    let well = house.get("/healthz", "").await;
    assert_eq!((well.status, well.text().as_str()), (200, "ok\n"));
    assert_eq!(well.field("cache-control"), Some("no-store"));
    house.app.report(Err("ổ đĩa đầy".to_owned()));
    let ill = house.get("/healthz", "").await;
    assert_eq!((ill.status, ill.text().as_str()), (503, "ổ đĩa đầy\n"));
    house.app.report(Ok(()));
    assert_eq!(house.get("/healthz", "").await.status, 200);
    house.app.warn(Some("the system clock is wrong".to_owned()));
    let warned = house.get("/healthz", "").await;
    let expected = "ok\nwarning: the system clock is wrong\n";
    assert_eq!((warned.status, warned.text().as_str()), (200, expected));
    house.close().await;
}

#[tokio::test]
async fn a_disk_that_fails_does_not_take_away_what_is_in_memory() {
    let house = House::open(ConnectionLimits::default()).await;
    let path = house.folder.path().join("tin.atom");
    let before = house.get("/tin.atom", "").await;
    std::fs::remove_file(&path).unwrap();
    // A folder cannot be read as a file, not even by root.
    std::fs::create_dir(&path).unwrap();
    house.app.documents_changed();
    assert_eq!(house.get("/tin.atom", "").await.text(), before.text());
    std::fs::create_dir(house.folder.path().join("chua-co.atom")).unwrap();
    assert_eq!(house.get("/chua-co.atom", "").await.status, 500);
    house.close().await;
}

#[tokio::test]
async fn three_hundred_hostile_clients_do_not_stop_a_healthy_one() {
    // Some of the requests are still under way at the end.
    let limits =
        ConnectionLimits { shutdown: Duration::from_millis(50), ..ConnectionLimits::default() };
    let house = House::open(limits).await;
    house.app.receive(Arc::new(Open));
    // A client at another address that keeps its connection open, as feed readers do.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.2:0".parse().unwrap()).unwrap();
    let mut reader = socket.connect(house.address).await.unwrap();
    let request = b"GET /tin.atom HTTP/1.1\r\nHost: a\r\n\r\n";
    let mut first = [0; 12];
    reader.write_all(request).await.unwrap();
    reader.read_exact(&mut first).await.unwrap();
    let begun = std::time::Instant::now();
    let mut hostile = Vec::new();
    for number in 0..300 {
        let mut stream = TcpStream::connect(house.address).await.unwrap();
        match number % 4 {
            // Keeps its connection after a response, sends a head or a body that never ends, or
            // sends nothing at all.
            0 => {
                stream.write_all(request).await.unwrap();
                stream.read_exact(&mut first).await.unwrap();
            }
            1 => stream.write_all(b"GET /tin.atom HTTP/1.1\r\nHost: a\r\nX: ").await.unwrap(),
            2 => {
                let head = "POST /hub HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\na";
                stream.write_all(head.as_bytes()).await.unwrap();
            }
            _ => {}
        }
        hostile.push(stream);
        if number % 50 == 0 {
            assert_eq!(house.get("/tin.atom", "").await.status, 200);
        }
    }
    for _ in 0..20 {
        assert_eq!(house.get("/tin.atom", "").await.status, 200);
    }
    // Much shorter than the time for which any of them could keep its slot.
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    let mut rest = vec![0; 1 << 20];
    reader.write_all(request).await.unwrap();
    loop {
        let count = reader.read(&mut rest).await.unwrap();
        assert_ne!(count, 0, "the reader's own connection was closed for strangers'");
        if rest[..count].windows(12).any(|window| window == b"HTTP/1.1 200") {
            break;
        }
    }
    house.close().await;
}

#[tokio::test]
async fn a_client_that_never_reads_is_let_go() {
    let limits = ConnectionLimits {
        connections: 1,
        connection: Duration::from_millis(500),
        shutdown: Duration::from_millis(100),
        ..ConnectionLimits::default()
    };
    let house = House::open(limits).await;
    // More than the socket buffers of both sides can hold.
    std::fs::write(house.folder.path().join("tin.rss"), vec![b'a'; 32 << 20]).unwrap();
    let mut deaf = TcpStream::connect(house.address).await.unwrap();
    deaf.write_all(b"GET /tin.rss HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    assert_eq!(house.get("/tin.atom", "").await.status, 200);
    house.close().await;
}

#[tokio::test]
async fn the_end_waits_for_no_idle_client() {
    let house = House::open(ConnectionLimits {
        shutdown: Duration::from_secs(60),
        ..ConnectionLimits::default()
    })
    .await;
    let mut idle = TcpStream::connect(house.address).await.unwrap();
    idle.write_all(b"GET /tin.atom HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    let mut first = [0; 12];
    idle.read_exact(&mut first).await.unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");
    house.close().await;
    // The rest of the response arrived, and then the end.
    let mut rest = Vec::new();
    idle.read_to_end(&mut rest).await.unwrap();
    assert!(rest.ends_with(b"</feed>"));
}
