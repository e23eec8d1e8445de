//! A secret in feeds.toml is sent to its own site, and occurs nowhere else.

use crate::agency::{Agency, Answer, status};
use crate::desk::{self, Desk, NOW, publish};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::thread;

/// The secrets, each with a value that can be found again.
const PASSWORD: &str = "mat-khau-9f3a";
const TOKEN: &str = "the-bai-77c1";
const COOKIE: &str = "phien-e4d2";
const FORM: &str = "bieu-mau-51b8";
const AT_PROXY: &str = "cong-ra-c60d";
/// A cookie that a site sets; it is a secret too.
const SET: &str = "dat-ra-83aa";
/// `an:` and [`PASSWORD`], `an:` and [`AT_PROXY`], in Base64.
const IN_BASE64: [&str; 2] = ["YW46bWF0LWtoYXUtOWYzYQ==", "YW46Y29uZy1yYS1jNjBk"];

const FILES: [(&str, &str); 5] = [
    ("password", PASSWORD),
    ("token", TOKEN),
    ("cookie", COOKIE),
    ("form", FORM),
    ("proxy", AT_PROXY),
];

/// Every text that must occur nowhere.
fn secrets() -> impl Iterator<Item = &'static str> {
    FILES.into_iter().map(|(_, secret)| secret).chain([SET]).chain(IN_BASE64)
}

#[track_caller]
fn check(what: &str, bytes: &[u8]) {
    for secret in secrets() {
        let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!found, "{what} shows {secret}:\n{}", String::from_utf8_lossy(bytes));
    }
}

/// Checks every file below a folder and returns their number.
fn check_files(folder: &Path) -> usize {
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            count += check_files(&path);
        } else {
            check(&path.display().to_string(), &fs::read(&path).unwrap());
            count += 1;
        }
    }
    count
}

/// A proxy that rejects every password.
fn refusing_proxy() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let head = BufReader::new(stream.try_clone().unwrap());
            let _ = head.lines().map_while(Result::ok).take_while(|line| !line.is_empty()).count();
            let _ = stream.write_all(b"HTTP/1.1 407 x\r\n\r\n");
        }
    });
    format!("http://{address}")
}

/// A source with a secret in every place.
fn source(id: &str, url: &str, further: &str) -> String {
    format!(
        r#"
[[source]]
id = "{id}"
agency = "Cơ quan {id}"
url = "{url}"
allow_private = ["127.0.0.0/8"]
select = {{ item = "li.tin" }}
basic_auth = {{ user = "an", password = {{ file = "secrets/password" }} }}
headers = {{ X-Api-Key = {{ file = "secrets/token" }} }}
cookie = {{ file = "secrets/cookie" }}
cookies = true
form = {{ q = {{ file = "secrets/form" }} }}
{further}
"#
    )
}

#[test]
fn a_secret_is_in_no_log_page_feed_error_or_file() {
    let (good, locked, other) = (Agency::open(), Agency::open(), Agency::open());
    let leads_elsewhere = format!("ports = [{}]", other.port());
    publish(&good, &[2, 1]);
    let set =
        vec![("Set-Cookie", format!("phien={SET}; Path=/")), ("Location", "/tin-tuc".to_owned())];
    good.on("/vao", Answer::Page(303, set, Vec::new()));
    locked.on("/khoa", status(401));
    locked.on("/vong", Answer::Page(302, vec![("Location", "/vong".to_owned())], Vec::new()));
    let away = |code| Answer::Page(code, vec![("Location", other.url("/tin-tuc"))], Vec::new());
    locked.on("/xa-302", away(302));
    locked.on("/xa-307", away(307));

    let refusing = refusing_proxy();
    let login = "user = \"an\", password = { file = \"secrets/proxy\" }";
    let refused = format!("proxy = {{ url = \"{refusing}\", {login} }}");
    let absent = format!("proxy = {{ url = \"socks5://127.0.0.1:1\", {login} }}");
    let sources = [
        source("tot", &good.url("/vao"), ""),
        source("khoa", &locked.url("/khoa"), ""),
        source("vong", &locked.url("/vong"), ""),
        source("xa-302", &locked.url("/xa-302"), &leads_elsewhere),
        source("xa-307", &locked.url("/xa-307"), &leads_elsewhere),
        source("tls", &locked.url("/").replace("http://", "https://"), ""),
        source("dong", "http://127.0.0.1:1/", ""),
        source("cong-tu-choi", &good.url("/tin-tuc"), &refused),
        source("cong-vang", &good.url("/tin-tuc"), &absent),
    ];
    let desk = Desk::with(&(desk::head() + &sources.concat()));
    fs::create_dir(desk.path("secrets")).unwrap();
    for (name, secret) in FILES {
        let path = desk.path(&format!("secrets/{name}"));
        fs::write(&path, format!("{secret}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    }

    let once = desk.run(&["--log", "trace", "once", "--now", NOW]);
    assert!(once.err.lines().count() > 100, "the log is off: {}", once.err);
    let mut said = vec![once];
    for arguments in [
        &["--log", "trace", "check"][..],
        &["--log", "trace", "try", "tot"],
        &["--log", "trace", "try", "khoa"],
        &["--log", "trace", "try", "cong-tu-choi"],
        &["status"],
        &["status", "--json"],
        &["export"],
        &["schema"],
    ] {
        said.push(desk.run(arguments));
    }
    for said in &said {
        check("standard output", said.out.as_bytes());
        check("standard error", said.err.as_bytes());
    }
    for wanted in ["the proxy http://127.0.0.1", "the proxy socks5://127.0.0.1:1", "status 401"] {
        let told = said.iter().any(|said| said.out.contains(wanted) || said.err.contains(wanted));
        assert!(told, "{wanted} was not reported: {said:?}");
    }
    assert_eq!(desk.titles("tat-ca").len(), 2);
    assert!(check_files(&desk.path("output")) > 3);
    assert!(check_files(&desk.path("state")) > 0);

    // The source's own site did get the secrets; otherwise this test would prove nothing.
    let seen = good.seen();
    let first = seen.iter().find(|seen| seen.target == "/vao").unwrap();
    assert_eq!(first.fields["authorization"], format!("Basic {}", IN_BASE64[0]));
    assert_eq!(first.fields["x-api-key"], TOKEN);
    assert_eq!(first.fields["cookie"], COOKIE);
    let listing = seen.iter().find(|seen| seen.target == "/tin-tuc").unwrap();
    assert_eq!(listing.fields["cookie"], format!("{COOKIE}; phien={SET}"));
    let elsewhere = other.seen();
    assert_eq!(elsewhere.len(), 1, "only the redirect of the 302 is followed");
    check("another site", format!("{elsewhere:?}").as_bytes());
}
