//! Third-party web servers over the output folder, with the configurations of packaging/, if they
//! are installed (`./tests/run` installs them): they answer like bantin.

use crate::agency::Agency;
use crate::daemon::Daemon;
use crate::desk::{self, Desk, publish, source};
use crate::judges::is_here;
use crate::serving::{ask, field};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const BROWSER: &str = "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// A server, killed on drop.
struct Server {
    child: Child,
    port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        // nginx's worker ends with its master only if the master gets a signal to end.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

impl Server {
    /// Starts a server on a free port; on another one if the port was taken in the meantime.
    fn start(command: impl Fn(u16) -> Command) -> Self {
        for _ in 0..5 {
            let port = free_port();
            let child = command(port).stdout(Stdio::null()).stdin(Stdio::null()).spawn().unwrap();
            let mut server = Self { child, port };
            let begun = Instant::now();
            while server.child.try_wait().unwrap().is_none() {
                if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                    return server;
                }
                assert!(begun.elapsed() < Duration::from_secs(60), "the server does not answer");
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        panic!("the server ends as soon as it is started");
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn packaged(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging").join(name);
    std::fs::read_to_string(path).unwrap()
}

/// A folder of documents, with a removed feed and an archive.
fn published() -> Desk {
    let agency = Agency::open();
    publish(&agency, &[2, 1]);
    let feeds = desk::head().replace("listen", "base_url = \"https://feeds.example.org/\"\nlisten");
    let sources = source("a", &agency);
    let gone = "[[feed]]\nid = \"da-bo\"\ntitle = \"Đã bỏ\"\n";
    let desk = Desk::with(&(feeds.clone() + &sources + gone));
    assert_eq!(desk.once().code, Some(0));
    desk.write(&(feeds + &sources));
    assert_eq!(desk.once().code, Some(0));
    std::fs::write(desk.path("output/tat-ca.1.atom"), "<feed/>").unwrap();
    desk
}

/// Checks answers that bantin and these servers have in common.
fn judge(port: u16, codings: &[&str]) {
    for (path, kind, vary) in [
        ("/tat-ca.atom", "application/atom+xml; charset=utf-8", "Accept, Accept-Encoding"),
        ("/tat-ca.rss?utm=1", "application/rss+xml; charset=utf-8", "Accept, Accept-Encoding"),
        ("/tat-ca.json", "application/feed+json; charset=utf-8", "Accept, Accept-Encoding"),
        ("/tat-ca.html", "text/html; charset=utf-8", "Accept-Encoding"),
        ("/feeds.opml", "text/x-opml; charset=utf-8", "Accept-Encoding"),
        ("/", "text/html; charset=utf-8", "Accept-Encoding"),
    ] {
        for coding in ["identity"].iter().chain(codings) {
            let accept = format!("Accept-Encoding: {coding}");
            let (status, text) = ask(port, path, &[&accept]);
            let field = |name| field(&text, name);
            assert_eq!(status, 200, "{path} {text}");
            assert_eq!(field("content-type").as_deref(), Some(kind), "{path}");
            let coded = (*coding != "identity").then(|| (*coding).to_owned());
            assert_eq!(field("content-encoding"), coded, "{path} {coding}");
            assert_eq!(field("x-content-type-options").as_deref(), Some("nosniff"), "{path}");
            assert_eq!(field("access-control-allow-origin").as_deref(), Some("*"), "{path}");
            assert_eq!(field("cache-control").as_deref(), Some("public, max-age=300"), "{path}");
            let varies: Vec<&str> = text
                .lines()
                .take_while(|line| !line.is_empty())
                .filter_map(|line| line.split_once(": "))
                .filter(|(name, _)| name.eq_ignore_ascii_case("vary"))
                .flat_map(|(_, value)| value.split(", "))
                .collect();
            assert!(vary.split(", ").all(|name| varies.contains(&name)), "{path}: {varies:?}");
            assert_eq!(varies.contains(&"Accept"), vary.contains("Accept,"), "{path}: {varies:?}");
            let has_policy = field("content-security-policy").is_some();
            assert_eq!(has_policy, kind.starts_with("text/html"), "{path}");
            // A document that the client has is not sent again; the ETag of another coding does not
            // count.
            let tag = format!("If-None-Match: {}", field("etag").unwrap());
            let since = format!("If-Modified-Since: {}", field("last-modified").unwrap());
            assert_eq!(ask(port, path, &[&accept, &tag]).0, 304, "{path} {tag}");
            assert_eq!(ask(port, path, &[&accept, &since]).0, 304, "{path}");
            let stale = "If-None-Match: \"x\"";
            assert_eq!(ask(port, path, &[&accept, stale, &since]).0, 200, "{path}");
            let (status, head) = ask(port, &format!("HEAD {path}"), &[&accept]);
            assert_eq!(status, 200);
            assert!(head.ends_with("\r\n\r\n"), "{path}: {head}");
        }
        let (status, text) = ask(port, &format!("POST {path}"), &["Content-Length: 0"]);
        assert_eq!((status, field(&text, "allow").as_deref()), (405, Some("GET, HEAD")), "{text}");
    }
    let (_, feed) = ask(port, "/tat-ca.atom", &[]);
    let link = field(&feed, "link").unwrap();
    let expected = "<https://feeds.example.org/tat-ca.atom>; rel=\"self\", \
        <https://feeds.example.org/tat-ca.rss>; rel=\"alternate\"; type=\"application/rss+xml\", \
        <https://feeds.example.org/tat-ca.json>; rel=\"alternate\"; type=\"application/feed+json\", \
        <https://feeds.example.org/tat-ca.html>; rel=\"alternate\"; type=\"text/html\"";
    assert_eq!(link, expected);
    let (_, page) = ask(port, "/tat-ca.atom", &[BROWSER]);
    assert_eq!(field(&page, "content-type").as_deref(), Some("text/html; charset=utf-8"), "{page}");
    assert!(page.contains("class=\"button\" href=\"feed:https://feeds.example.org/tat-ca.atom\""));
    assert_ne!(field(&page, "etag"), field(&feed, "etag"));
    for path in ["/tat-ca.atom?raw", "/tat-ca.atom?a=1&raw=1"] {
        let (_, raw) = ask(port, path, &[BROWSER]);
        assert!(raw.contains("application/atom+xml"), "{path} {raw}");
    }
    let (_, archive) = ask(port, "/tat-ca.1.atom", &[]);
    let forever = "public, max-age=31536000, immutable";
    assert_eq!(field(&archive, "cache-control").as_deref(), Some(forever), "{archive}");
    for (path, status) in [
        ("/da-bo.atom", 410),
        ("/da-bo.html", 410),
        ("/khong-co.atom", 404),
        ("/.gone/da-bo", 404),
        ("/tat-ca.atom.gz", 404),
        ("/tat-ca", 404),
        ("/../state/bantin.sqlite", 400),
    ] {
        let (answered, text) = ask(port, path, &[]);
        let refused = status == 400 && [400, 404].contains(&answered);
        assert!(answered == status || refused, "{path}: {text}");
    }
}

/// A daemon with a hub and a private feed with an alias, for use behind a web server.
fn running(desk: &Desk, agency: &Agency) -> Daemon {
    publish(agency, &[2, 1]);
    let mut feeds = desk::head()
        .replace("listen", "base_url = \"https://feeds.example.org/\"\nlisten")
        .replace("[defaults]\n", "[websub]\nhub = true\n[defaults]\n");
    // The SHA-256 of `bi-mat`.
    let token = "a9c65275151b31feaa700671e28359e5052d4c1ebf1a9b552ea3004d7bd589e7";
    feeds += &format!(
        "[[feed]]\nid = \"kin\"\ntitle = \"Kín\"\naliases = [\"kin-cu\"]\ntoken_sha256 = [\"{token}\"]\n"
    );
    let daemon = Daemon::start(desk, &(feeds + &source("a", agency)));
    // The OPML of all feeds is written last.
    daemon.wait_for("/feeds.opml", |_, text| text.contains("tat-ca"));
    daemon
}

/// Checks a server in front of a daemon: files of the folder are served like the daemon serves
/// them, everything else is proxied.
fn judge_before(port: u16, daemon: &Daemon) {
    for (path, fields) in [
        ("/", ""),
        ("/tat-ca.atom", ""),
        ("/tat-ca.rss", ""),
        ("/tat-ca.json", ""),
        ("/tat-ca.html", ""),
        ("/tat-ca.atom", BROWSER),
        ("/feeds.opml", ""),
        ("/kin.atom?token=bi-mat", ""),
        ("/kin.atom", ""),
        ("/kin.rss", "Authorization: Bearer bi-mat"),
        ("/kin-cu.json?token=bi-mat", ""),
        ("/hub", ""),
        ("/websub/khong-co?hub.mode=subscribe", ""),
    ] {
        let fields: Vec<&str> = [fields].into_iter().filter(|field| !field.is_empty()).collect();
        let ((status, before), (expected, behind)) =
            (ask(port, path, &fields), ask(daemon.port, path, &fields));
        assert_eq!(status, expected, "{path}: {before}");
        for name in [
            "link",
            "cache-control",
            "vary",
            "content-type",
            "access-control-allow-origin",
            "access-control-expose-headers",
            "x-content-type-options",
            "content-security-policy",
            "www-authenticate",
            "location",
            "allow",
        ] {
            assert_eq!(
                all(&before, name),
                all(&behind, name),
                "{path} {name}:\n{before}\n{behind}"
            );
        }
    }
    let (_, feed) = ask(port, "/tat-ca.atom", &[]);
    assert!(feed.contains("<https://feeds.example.org/hub>; rel=\"hub\""), "{feed}");
    let form = "hub.mode=subscribe&hub.topic=https://b.example/&hub.callback=https://c.example/";
    let length = format!("Content-Length: {}", form.len());
    let media = "Content-Type: application/x-www-form-urlencoded";
    let (status, text) = post(port, "/hub", &[media, &length], form);
    assert!(status == 400 && text.contains("not served by this hub"), "{text}");
    let (status, text) = post(port, "/websub/bi-mat", &[media, "Content-Length: 1"], "x");
    assert!(status == 410 && text.contains("This subscription has ended"), "{text}");
    // Feeds are larger than the default body limit of these servers. The daemon may close before
    // the whole body was sent.
    let large = "x".repeat(2 << 20);
    let length = format!("Content-Length: {}", large.len());
    let (status, text) = post(port, "/websub/bi-mat", &[media, &length], &large);
    assert_ne!(status, 413, "{text}");
    for path in ["/tat-ca.atom", "/healthz", "/kin.atom"] {
        assert_eq!(post(port, path, &["Content-Length: 0"], "").0, 405, "{path}");
    }
    // The daemon's health is for the operator only.
    assert_eq!(ask(port, "/healthz", &[]).0, 404);
}

/// All values of a field, sorted.
fn all(answer: &str, name: &str) -> Vec<String> {
    let head = answer.split("\r\n\r\n").next().unwrap().lines();
    let fields = head.filter_map(|line| line.split_once(':'));
    let mut values: Vec<String> = fields
        .filter(|(field, _)| field.eq_ignore_ascii_case(name))
        .flat_map(|(_, value)| match name {
            // gzip_static adds a Vary of its own.
            "vary" => value.split(',').map(|part| part.trim().to_owned()).collect(),
            _ => vec![value.trim().to_owned()],
        })
        .collect();
    values.sort();
    if name == "vary" {
        values.dedup();
    }
    values
}

fn post(port: u16, path: &str, fields: &[&str], body: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let fields = fields.join("\r\n");
    let head = format!("POST {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close");
    // A server that rejects a long body may close before the whole body was sent.
    let _ = stream.write_all(format!("{head}\r\n{fields}\r\n\r\n{body}").as_bytes());
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let text = String::from_utf8_lossy(&answer).into_owned();
    (text.split(' ').nth(1).map_or(0, |status| status.parse().unwrap()), text)
}

/// nginx with the site of packaging/, changed by `change`; and the codings that it sends.
fn nginx(desk: &Desk, change: impl Fn(String) -> String) -> (Server, &'static [&'static str]) {
    let module = Path::new("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so");
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|name| format!("{name}_temp_path {};\n", desk.path(name).display()))
        .concat();
    let command = |port: u16| {
        let mut site = change(packaged("nginx/bantin.conf"))
            .replace("listen 80;", &format!("listen 127.0.0.1:{port};"))
            .replace("/var/lib/bantin/output", &desk.path("output").display().to_string())
            .replace("/var/log/nginx/bantin.log", &desk.path("access.log").display().to_string());
        let mut load = String::new();
        if module.exists() {
            site = site.replace("#brotli_static on;", "brotli_static on;");
            load = format!("load_module {};\n", module.display());
        }
        let whole = format!(
            "{load}daemon off;\nmaster_process off;\npid {};\nerror_log {} info;\nevents {{}}\nhttp {{\n{temporary}{site}}}\n",
            desk.path("nginx.pid").display(),
            desk.path("error.log").display(),
        );
        std::fs::write(desk.path("nginx.conf"), whole).unwrap();
        let mut test = Command::new("nginx");
        let out = test.arg("-t").arg("-c").arg(desk.path("nginx.conf")).output().unwrap();
        let text = String::from_utf8_lossy(&out.stderr);
        assert!(out.status.success() || text.contains("Address already in use"), "{text}");
        let mut command = Command::new("nginx");
        command.arg("-c").arg(desk.path("nginx.conf")).stderr(Stdio::null());
        command
    };
    let codings: &[&str] = if module.exists() { &["gzip", "br"] } else { &["gzip"] };
    (Server::start(command), codings)
}

#[test]
fn nginx_answers_as_bantin_does() {
    if !is_here("nginx") {
        return;
    }
    let desk = published();
    let (server, codings) = nginx(&desk, |site| site);
    judge(server.port, codings);
    ask(server.port, "/tat-ca.atom?token=bi-mat", &[]);
    drop(server);
    let log = std::fs::read_to_string(desk.path("access.log")).unwrap();
    assert!(log.contains("GET /tat-ca.atom\"") && !log.contains("bi-mat"), "{log}");
}

#[test]
fn nginx_stands_before_a_daemon() {
    if !is_here("nginx") {
        return;
    }
    let (desk, agency) = (Desk::with(""), Agency::open());
    let mut daemon = running(&desk, &agency);
    let (server, _) = nginx(&desk, |site| {
        let hub = "default ', <https://feeds.example.org/hub>; rel=\"hub\"';";
        let behind = format!("127.0.0.1:{}", daemon.port);
        site.replace("#>", "").replace("default '';", hub).replace("127.0.0.1:8787", &behind)
    });
    judge_before(server.port, &daemon);
    daemon.stop("TERM");
    assert_eq!(ask(server.port, "/kin.atom?token=bi-mat", &[]).0, 502);
    assert_eq!(ask(server.port, "/websub/bi-mat", &[]).0, 502);
    assert_eq!(ask(server.port, "/tat-ca.atom", &[]).0, 200);
    drop(server);
    for name in ["access.log", "error.log"] {
        let log = std::fs::read_to_string(desk.path(name)).unwrap();
        assert!(!log.contains("bi-mat"), "{name}: {log}");
    }
}

/// Caddy with the site of packaging/, changed by `change`. Its log is `access.log`.
fn caddy(desk: &Desk, change: impl Fn(String) -> String) -> Server {
    Server::start(|port| {
        let site = change(packaged("caddy/Caddyfile"))
            .replace("\n{\n", "\n{\n\tadmin off\n\tauto_https off\n")
            .replace("\nfeeds.example.org {", &format!("\nhttp://localhost:{port} {{"))
            .replace("/var/lib/bantin/output", &desk.path("output").display().to_string());
        std::fs::write(desk.path("Caddyfile"), site).unwrap();
        let mut command = Command::new("caddy");
        command.args(["run", "--adapter", "caddyfile", "--config"]).arg(desk.path("Caddyfile"));
        command
            .env("HOME", desk.path(""))
            .env_remove("XDG_CONFIG_HOME")
            .env_remove("XDG_DATA_HOME");
        command.stderr(std::fs::File::create(desk.path("access.log")).unwrap());
        command
    })
}

#[test]
fn caddy_answers_as_bantin_does() {
    if !is_here("caddy") {
        return;
    }
    let desk = published();
    let server = caddy(&desk, |site| site);
    judge(server.port, &["gzip", "br"]);
    ask(server.port, "/tat-ca.atom?token=bi-mat", &["Authorization: Bearer bi-mat"]);
    drop(server);
    let log = std::fs::read_to_string(desk.path("access.log")).unwrap();
    assert!(log.contains("tat-ca.atom") && !log.contains("bi-mat"), "{log}");
}

#[test]
fn caddy_stands_before_a_daemon() {
    if !is_here("caddy") {
        return;
    }
    let (desk, agency) = (Desk::with(""), Agency::open());
    let mut daemon = running(&desk, &agency);
    let server = caddy(&desk, |site| {
        let hub = "vars hubs `, <https://feeds.example.org/hub>; rel=\"hub\"`";
        let behind = format!("127.0.0.1:{}", daemon.port);
        site.replace("#>", "").replace("vars hubs \"\"", hub).replace("127.0.0.1:8787", &behind)
    });
    judge_before(server.port, &daemon);
    daemon.stop("TERM");
    let token = "Authorization: Bearer bi-mat";
    assert_eq!(ask(server.port, "/kin.atom?token=bi-mat", &[token]).0, 502);
    assert_eq!(ask(server.port, "/websub/bi-mat", &[]).0, 502);
    assert_eq!(ask(server.port, "/tat-ca.atom", &[]).0, 200);
    drop(server);
    let log = std::fs::read_to_string(desk.path("access.log")).unwrap();
    assert!(log.contains("kin.atom") && !log.contains("bi-mat"), "{log}");
}
