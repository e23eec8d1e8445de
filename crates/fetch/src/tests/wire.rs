//! A response is a complete page or an error.

use super::agency::{Agency, Reply, answer, html, path};
use super::*;
use bantin_core::RetryAdvice;
use bantin_page::ContentCoding;
use flate2::write::{GzEncoder, ZlibEncoder};
use flate2::{Compression, GzBuilder};
use std::io::Write;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn small() -> RequestLimits {
    RequestLimits {
        wire: 10_000,
        decoded: 100_000,
        ratio: 50,
        ratio_from: 50_000,
        connect: Duration::from_secs(5),
        first_byte: Duration::from_millis(300),
        idle: Duration::from_millis(300),
        ..RequestLimits::default()
    }
}

#[tokio::test]
async fn a_page_comes_with_all_that_is_said_of_it() {
    let coded = gzip("Bản tin".as_bytes());
    let body = coded.clone();
    let fields = "content-type: Text/HTML; charset=UTF-8\r\ncontent-encoding: gzip\r\netag: \"a\"\r\nlast-modified: Fri, 20 Nov 2026 00:00:00 GMT\r\n";
    let agency = Agency::open(move |_| answer(200, fields, &body)).await;
    let found = page(get(&fetcher(), &agency.at("/tin?ID=7"), &loopback()).await);
    assert_eq!(found.bytes, "Bản tin".as_bytes());
    assert_eq!((found.coding, &found.wire[..]), (ContentCoding::Gzip, &coded[..]));
    assert_eq!(found.media.essence, "text/html");
    assert_eq!(found.media.charset.as_deref(), Some("UTF-8"));
    assert_eq!(found.fetched.to_rfc3339(), "2026-11-20T00:00:00+00:00");
    assert_eq!(found.validators.etag.as_deref(), Some("\"a\""));
    assert_eq!(found.validators.wire_hash.map(|hash| hash.len()), Some(32));
    let head = agency.seen()[0].head.clone();
    assert!(head.starts_with("GET /tin?ID=7 HTTP/1.1\r\n"), "{head}");
    for field in
        ["accept-encoding: gzip, deflate, br\r\n", "accept: text/html", "user-agent: bantin"]
    {
        assert!(head.contains(field), "{field} is not in {head}");
    }
}

#[tokio::test]
async fn a_page_that_has_not_changed_is_unchanged() {
    let agency = Agency::open(|head| match path(head) {
        "/honest" if head.contains("if-none-match: \"1\"\r\n") => {
            assert!(head.contains("if-modified-since: Fri, 20 Nov 2026 00:00:00 GMT\r\n"));
            Reply::Whole(
                b"HTTP/1.1 304 x\r\nlast-modified: Sat, 21 Nov 2026 00:00:00 GMT\r\n\r\n".to_vec(),
            )
        }
        "/honest" => {
            answer(200, "etag: \"1\"\r\nlast-modified: Fri, 20 Nov 2026 00:00:00 GMT\r\n", b"tin")
        }
        // A new ETag each time, for the same bytes.
        _ => answer(200, &format!("etag: \"{}\"\r\n", head.len()), b"tin"),
    })
    .await;
    let fetcher = fetcher();
    let access = loopback();
    for (path, etag, modified) in
        [("/honest", "\"1\"", Some("Sat, 21 Nov 2026 00:00:00 GMT")), ("/lying", "", None)]
    {
        let url: Url = agency.at(path).parse().unwrap();
        let first = page(get(&fetcher, url.as_str(), &access).await).validators;
        let request = Request {
            url: &url,
            access: &access,
            folder: None,
            validators: Some(&first),
            form: None,
        };
        let Ok(Response::Unchanged(after, _)) = fetcher.get(request).await else {
            panic!("{path} has changed")
        };
        assert_eq!(after.wire_hash, first.wire_hash);
        assert_eq!(after.last_modified.as_deref(), modified);
        if path == "/honest" {
            assert_eq!(after.etag.as_deref(), Some(etag));
        } else {
            assert_ne!(after.etag, first.etag);
        }
    }
}

#[tokio::test]
async fn a_refusal_tells_whether_a_firewall_speaks() {
    const CHALLENGE: &str =
        "<html><head><title>Just a moment...</title></head><body></body></html>";
    let agency = Agency::open(|head| match path(head) {
        "/challenge" => answer(403, "content-type: text/html\r\n", CHALLENGE.as_bytes()),
        "/gzip" => answer(503, "content-encoding: gzip\r\n", &gzip(CHALLENGE.as_bytes())),
        "/later" => answer(503, "retry-after: 90\r\n", CHALLENGE.as_bytes()),
        "/endless" => Reply::Drip(
            b"HTTP/1.1 403 x\r\n\r\n<html>".to_vec(),
            vec![b' '; 3],
            Duration::from_secs(5),
        ),
        "/long" => {
            answer(403, "", &[b"<html>", &vec![b' '; 1 << 20][..], CHALLENGE.as_bytes()].concat())
        }
        _ => answer(403, "", b"<html><body><h1>Forbidden</h1></body></html>"),
    })
    .await;
    let error = async |path: &str| {
        let fetcher = fetcher_with(
            RequestLimits { idle: Duration::from_millis(200), ..RequestLimits::default() },
            Arc::new(SystemResolver),
        );
        get(&fetcher, &agency.at(path), &loopback()).await.unwrap_err()
    };
    for path in ["/challenge", "/gzip"] {
        let error = error(path).await;
        assert!(matches!(error, FetchError::Blocked { .. }), "{path}: {error}");
        assert_eq!(error.advice(), RetryAdvice::AskAgency);
        let message = error.to_string();
        assert!(
            message.starts_with("blocked: waf-challenge") && message.contains(path),
            "{message}"
        );
    }
    for path in ["/endless", "/long", "/plain"] {
        let error = error(path).await;
        assert!(matches!(error, FetchError::Status { code: 403, .. }), "{path}: {error}");
    }
    assert_eq!(error("/later").await.advice(), RetryAdvice::RetryAfter(Duration::from_secs(90)));
}

/// A response without a length.
fn unmeasured(fields: &str, body: &[u8]) -> Reply {
    let head = format!("HTTP/1.1 200 x\r\nconnection: close\r\n{fields}\r\n");
    Reply::Whole([head.as_bytes(), body].concat())
}

#[tokio::test]
async fn half_a_page_is_no_page() {
    let coded = gzip("Ban Dân tộc tỉnh Lâm Đồng ".repeat(50).as_bytes());
    let agency = Agency::open(move |head| match path(head) {
        "/length" => unmeasured("content-length: 100\r\n", b"<p>"),
        "/chunk" => unmeasured("transfer-encoding: chunked\r\n", b"3\r\n<p>\r\n"),
        "/gzip" => unmeasured("content-encoding: gzip\r\n", &coded[..coded.len() / 2]),
        _ => unmeasured("content-type: text/html\r\n", &coded[..coded.len() - 1]),
    })
    .await;
    for path in ["/length", "/chunk", "/gzip", "/unannounced"] {
        let error = get(&fetcher(), &agency.at(path), &loopback()).await.unwrap_err();
        let truncated = matches!(&error, FetchError::Body { cause: BodyError::Truncated(_), .. });
        assert!(truncated && error.advice() == RetryAdvice::RetryLater, "{path}: {error}");
    }
}

#[tokio::test]
async fn a_body_costs_no_more_than_the_limits() {
    let agency = Agency::open(|head| match path(head) {
        "/announced" => unmeasured("content-length: 10001\r\n", b""),
        "/endless" => unmeasured("", &[b'a'; 20_000]),
        "/bomb" => answer(200, "content-encoding: gzip\r\n", &gzip(&vec![b' '; 1 << 20])),
        "/unfolds" => {
            let text: Vec<u8> = (0..30_000_u32).flat_map(|n| (n / 9).to_le_bytes()).collect();
            answer(200, "content-encoding: gzip\r\n", &gzip(&text))
        }
        "/layers" => {
            // Each layer alone stays below the ratio.
            let member = |n: u32| {
                let name = blake3::hash(&n.to_le_bytes()).to_hex();
                let name = name.get(..12).unwrap_or_default();
                let mut encoder =
                    GzBuilder::new().filename(name).write(Vec::new(), Compression::best());
                encoder.write_all(&[b' '; 1500]).unwrap();
                encoder.finish().unwrap()
            };
            let inner: Vec<u8> = (0..60).flat_map(member).collect();
            answer(200, "content-encoding: gzip\r\n", &gzip(&inner))
        }
        _ => {
            let bomb = gzip(&gzip(&vec![b' '; 1 << 20]));
            answer(200, "content-encoding: gzip, gzip\r\n", &bomb)
        }
    })
    .await;
    let check = async |path, expected: fn(&BodyError) -> bool| {
        let fetcher = fetcher_with(small(), Arc::new(SystemResolver));
        let error = get(&fetcher, &agency.at(path), &loopback()).await.unwrap_err();
        assert_eq!(error.advice(), RetryAdvice::SkipPage, "{path}: {error}");
        let FetchError::Body { cause, .. } = &error else { panic!("{path}: {error}") };
        assert!(expected(cause), "{path}: {error}");
    };
    check("/announced", |cause| *cause == BodyError::TooLarge { limit: 10_000 }).await;
    check("/endless", |cause| *cause == BodyError::TooLarge { limit: 10_000 }).await;
    check("/bomb", |cause| *cause == BodyError::Bomb { ratio: 50 }).await;
    check("/unfolds", |cause| *cause == BodyError::TooLarge { limit: 100_000 }).await;
    check("/layers", |cause| *cause == BodyError::Bomb { ratio: 50 }).await;
    check("/twice", |cause| *cause == BodyError::Bomb { ratio: 50 }).await;
}

#[tokio::test]
async fn the_bytes_of_a_body_decide_how_it_is_coded() {
    const PAGE: &str = "<p>Ban Dân tộc tỉnh Lâm Đồng tổ chức hội nghị tổng kết công tác.</p>";
    let agency = Agency::open(|head| {
        let (page, coded) = (PAGE.as_bytes(), gzip(PAGE.as_bytes()));
        let of = |coding: &str, body: &[u8]| {
            let fields = format!("content-type: text/html\r\ncontent-encoding: {coding}\r\n");
            answer(200, &fields, body)
        };
        match path(head) {
            "/charset" => of("UTF-8", page),
            "/none" => of("none", page),
            "/unknown" => of("zstd", page),
            "/plain" => of("gzip", page),
            "/once" => of("gzip\r\ncontent-encoding: gzip", &coded),
            "/twice" => of("gzip, gzip", &gzip(&coded)),
            "/mixed" => of("deflate, gzip", &gzip(&zlib(page))),
            "/other" => of("br", &zlib(page)),
            "/padded" => of("gzip", &[coded.as_slice(), b"\0\0\0garbage"].concat()),
            "/members" => of("gzip", &[gzip(&page[..9]), gzip(&page[9..])].concat()),
            _ => answer(200, "content-type: text/html\r\n", &coded),
        }
    })
    .await;
    for path in [
        "/charset", "/none", "/unknown", "/plain", "/once", "/twice", "/mixed", "/other",
        "/padded", "/members", "/unnamed",
    ] {
        let found = page(get(&fetcher(), &agency.at(path), &loopback()).await);
        assert_eq!(found.bytes, PAGE.as_bytes(), "{path}");
    }
}

#[tokio::test]
async fn odd_lines_of_a_head_are_skipped() {
    let agency = Agency::open(|head| {
        let of = |status: &str, fields: &str, body: &str| {
            let message = format!("{status}\r\ncontent-type: text/html\r\n{fields}\r\n{body}");
            Reply::Whole(message.into_bytes())
        };
        let ok = "HTTP/1.1 200 OK";
        match path(head) {
            "/blank" => of(ok, "Content-Language : vi\r\n", "tin"),
            "/no-colon" => of(ok, "Powered by Portal\r\n", "tin"),
            "/name" => of(ok, "X Bad: 1\r\n", "tin"),
            "/folded" => of(ok, "X-Long: a\r\n\tb\r\n  c\r\n", "tin"),
            "/control" => of(ok, "X-Odd: a\x01b\r\n", "tin"),
            "/many" => of(ok, &"X-Same: 1\r\n".repeat(400), "tin"),
            "/lines" => Reply::Whole(b"HTTP/1.1 200 OK\ncontent-type: text/html\n\ntin".to_vec()),
            "/version" => of("HTTP/2.0 200 OK", "X Bad: 1\r\n", "tin"),
            "/length" => of("HTTP/2 200", "content-length: 3\r\n", "tin and more"),
            "/chunks" => of(
                "HTTP/1.2 200 OK",
                "transfer-encoding: chunked\r\n",
                "1;x=y\r\nt\r\n2\r\nin\r\n0\r\nx: y\r\n\r\n",
            ),
            "/moved" => of("HTTP/2.0 302 Found", "location: /blank\r\n", ""),
            "/missing" => of("HTTP/2.0 404 Not Found", "content-length: 0\r\n", ""),
            "/cut" => of("HTTP/2.0 200 OK", "content-length: 9\r\n", "tin"),
            _ => Reply::Whole(b"tin".to_vec()),
        }
    })
    .await;
    for path in [
        "/blank",
        "/no-colon",
        "/name",
        "/folded",
        "/control",
        "/many",
        "/lines",
        "/version",
        "/length",
        "/chunks",
        "/moved",
    ] {
        let found = page(get(&fetcher(), &agency.at(path), &loopback()).await);
        assert_eq!(
            (found.bytes.as_ref(), found.media.essence.as_str()),
            (&b"tin"[..], "text/html"),
            "{path}"
        );
    }
    let missing = get(&fetcher(), &agency.at("/missing"), &loopback()).await;
    assert_eq!(missing.unwrap(), Response::Gone(Absence::NotFound));
    for path in ["/cut", "/no-head"] {
        let error = get(&fetcher(), &agency.at(path), &loopback()).await.unwrap_err();
        assert_eq!(error.advice(), RetryAdvice::RetryLater, "{path}: {error}");
    }
}

#[tokio::test]
async fn a_response_of_an_unknown_version_leaves_no_open_connection() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let closed = tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut asked = vec![0; 4096];
            let length = stream.read(&mut asked).await.unwrap();
            let head = "content-type: text/html\r\ncontent-length: 3\r\n";
            if asked[..length].starts_with(b"GET /robots.txt") {
                let missing = format!("HTTP/1.1 404 x\r\n{head}connection: close\r\n\r\ntin");
                stream.write_all(missing.as_bytes()).await.unwrap();
                continue;
            }
            let response = format!("HTTP/2 200\r\n{head}\r\ntin");
            stream.write_all(response.as_bytes()).await.unwrap();
            // The server keeps the connection open until the client closes it.
            while stream.read(&mut asked).await.is_ok_and(|length| length > 0) {}
            return;
        }
    });
    let found = page(get(&fetcher(), &format!("http://{address}/tin"), &loopback()).await);
    assert_eq!(found.bytes, b"tin"[..]);
    tokio::time::timeout(Duration::from_secs(30), closed).await.unwrap().unwrap();
}

#[tokio::test]
async fn an_idle_page_costs_its_host_no_body() {
    const ROUNDS: usize = 100;
    let agency = Agency::open(|head| match head.contains("if-none-match: \"1\"\r\n") {
        true => Reply::Whole(b"HTTP/1.1 304 x\r\n\r\n".to_vec()),
        false => answer(200, "etag: \"1\"\r\n", b"tin"),
    })
    .await;
    let (fetcher, access) = (fetcher(), loopback());
    let url: Url = agency.at("/").parse().unwrap();
    let mut known = page(get(&fetcher, url.as_str(), &access).await).validators;
    for _ in 0..ROUNDS {
        let validators = Some(&known);
        let request = Request { url: &url, access: &access, folder: None, validators, form: None };
        match fetcher.get(request).await.unwrap() {
            Response::Unchanged(after, _) => known = after,
            other => panic!("{other:?}"),
        }
    }
    let asked = agency.seen();
    let conditional = asked.iter().filter(|seen| seen.head.contains("if-none-match"));
    assert_eq!((conditional.count(), asked.len()), (ROUNDS, ROUNDS + 1));
}

#[tokio::test]
async fn an_endless_head_is_no_answer() {
    let agency = Agency::open(|_| {
        let fields = "x-tin: tin tin tin tin tin tin\r\n".repeat(1 << 16);
        Reply::Whole(format!("HTTP/1.1 200 x\r\n{fields}\r\n").into_bytes())
    })
    .await;
    let error = get(&fetcher(), &agency.at("/"), &loopback()).await.unwrap_err();
    assert!(matches!(error, FetchError::Broken { .. }), "{error}");
    assert_eq!(error.advice(), RetryAdvice::RetryLater);
}

#[tokio::test]
async fn a_slow_host_holds_nobody_up() {
    let agency = Agency::open(|head| match path(head) {
        "/silent" => Reply::Silence,
        "/stalls" => Reply::Drip(
            b"HTTP/1.1 200 x\r\ncontent-length: 9\r\n\r\n".to_vec(),
            b"123456789".to_vec(),
            Duration::from_secs(5),
        ),
        _ => Reply::Drip(
            b"HTTP/1.1 200 x\r\ncontent-length: 9999\r\n\r\n".to_vec(),
            vec![b'a'; 9999],
            Duration::from_millis(20),
        ),
    })
    .await;
    let fetcher = fetcher_with(small(), Arc::new(SystemResolver));
    let access = HostAccess { timeout: Duration::from_millis(900), ..loopback() };
    for (path, expected) in [
        ("/silent", TimeoutPhase::FirstByte),
        ("/stalls", TimeoutPhase::Idle),
        ("/drips", TimeoutPhase::Whole),
    ] {
        let error = get(&fetcher, &agency.at(path), &access).await.unwrap_err();
        let FetchError::Timeout { phase, .. } = &error else { panic!("{path}: {error}") };
        assert_eq!(*phase, expected, "{error}");
        assert_eq!(error.advice(), RetryAdvice::RetryLater);
    }
}

#[tokio::test]
async fn every_other_answer_is_told_apart() {
    let agency = Agency::open(|head| match path(head) {
        "/404" => answer(404, "", b"x"),
        "/410" => answer(410, "", b""),
        "/203" => answer(203, "", b"x"),
        "/206" => answer(206, "", b"x"),
        "/304" => answer(304, "", b""),
        _ => Reply::Whole(Vec::new()),
    })
    .await;
    let fetcher = fetcher();
    let access = loopback();
    let ask = async |path: &str| get(&fetcher, &agency.at(path), &access).await;
    assert!(matches!(ask("/404").await, Ok(Response::Gone(Absence::NotFound))));
    assert!(matches!(ask("/410").await, Ok(Response::Gone(Absence::ForGood))));
    page(ask("/203").await);
    assert!(matches!(ask("/206").await, Err(FetchError::Status { code: 206, .. })));
    assert!(matches!(ask("/304").await, Err(FetchError::Status { code: 304, .. })));
    assert!(matches!(ask("/closed").await, Err(FetchError::Broken { .. })));
    let error = get(&fetcher, &no_tls().await, &access).await.unwrap_err();
    assert!(matches!(error, FetchError::Tls { .. }), "{error}");
    let nobody = get(&fetcher, "http://127.0.0.1:1/", &access).await.unwrap_err();
    assert!(matches!(nobody, FetchError::Connect { .. }), "{nobody}");
    let nowhere = fetcher_with(RequestLimits::default(), Arc::new(Told(Mutex::new(vec![vec![]]))));
    let error = get(&nowhere, "http://tin.example/", &access).await.unwrap_err();
    assert!(matches!(error, FetchError::Dns { .. }), "{error}");
    let empty = Agency::open(|_| html("")).await;
    assert_eq!(page(get(&fetcher, &empty.at("/"), &access).await).bytes, "".as_bytes());
}

/// The https URL of a server that does not speak TLS.
async fn no_tls() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, b"SSH-2.0-OpenSSH_9.2\r\n").await;
        let _ = tokio::io::AsyncReadExt::read_u8(&mut stream).await;
    });
    format!("https://{address}/")
}
