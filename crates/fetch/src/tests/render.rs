//! Pages rendered by Chromium and chromedriver, where they are installed, from an agency on the
//! loopback.

use super::agency::{Agency, Reply, answer, html};
use super::*;
use crate::render::{BROWSERS, RenderFault};
use bantin_core::{BrowserConfig, RenderPolicy, RetryAdvice};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use tokio::time::Instant;

/// A WebDriver server, stopped when dropped.
struct Server {
    process: Child,
    address: Url,
}

impl Server {
    /// Starts a server; `None`, with a printed note, if it or its browser is not installed.
    #[expect(clippy::print_stdout, reason = "what is skipped is said")]
    fn start() -> Option<Self> {
        let installed = |program: &str| {
            let path = std::env::var_os("PATH").unwrap_or_default();
            std::env::split_paths(&path).any(|folder| folder.join(program).exists())
        };
        if !installed("chromedriver") || !installed("chromium") {
            println!("skipped: chromedriver or chromium is not installed");
            return None;
        }
        let mut process = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let port = loop {
            let line = lines.next().unwrap().unwrap();
            if let Some((_, port)) = line.split_once("successfully on port ") {
                break port.trim_end_matches('.').to_owned();
            }
        };
        // Its further output must not fill the pipe.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        let address = format!("http://127.0.0.1:{port}/").parse().unwrap();
        Some(Self { process, address })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A source rendered by the browser behind `webdriver`, with access to the agency's port of
/// 127.0.0.1 only.
fn rendered(webdriver: &Url, agency: &Agency) -> HostAccess {
    let browser = BrowserConfig {
        webdriver: webdriver.clone(),
        program: None,
        wait: Duration::from_secs(3),
        // Tests may run as root.
        sandbox: false,
    };
    let render = RenderPolicy { browser: Arc::new(browser), only: None };
    let ports = vec![agency.address.port()];
    let timeout = Duration::from_secs(60);
    HostAccess { render: Some(render), ports, timeout, ..loopback() }
}

const SHELL: &str = "<!DOCTYPE html><title>x</title><div id=list></div>";

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_builds_itself_is_what_it_is_in_the_end() {
    let Some(server) = Server::start() else { return };
    let agency = Agency::with_robots(|head| match agency::path(head) {
        "/tin" => html(&format!(
            "{SHELL}<script>
             fetch('/api').then(a => a.json()).then(items => setTimeout(() => {{
               for (const item of items) list.innerHTML += `<a href=\"/tin/${{item}}\">Tin số ${{item}}</a>`;
             }}, 200));
             </script>"
        )),
        "/api" => answer(200, "content-type: application/json\r\n", b"[1, 2, 3]"),
        "/robots.txt" => answer(200, "content-type: text/plain\r\n", b"User-agent: *\nDisallow: /no"),
        "/moved" => answer(302, "location: /no/where\r\n", b""),
        "/gone" => answer(410, "content-type: text/html\r\n", b"<p>gone"),
        "/late" => answer(404, "content-type: text/html\r\n", b"<p>not here"),
        "/file" => answer(200, "content-type: application/zip\r\n", b"PK"),
        "/broken" => answer(500, "content-type: text/html\r\n", b"<p>oh"),
        _ => answer(404, "", b""),
    })
    .await;
    let (fetcher, access) = (fetcher(), rendered(&server.address, &agency));
    let url: Url = agency.at("/tin").parse().unwrap();
    let built = page(get(&fetcher, url.as_str(), &access).await);
    let text = String::from_utf8(built.bytes.to_vec()).unwrap();
    assert!(text.contains(r#"<a href="/tin/3">Tin số 3</a>"#), "{text}");
    assert!(text.starts_with("<!DOCTYPE html>"), "{text}");
    assert_eq!((&built.requested, &built.url), (&url, &url));
    let heads: Vec<String> = agency.seen().into_iter().map(|seen| seen.head).collect();
    assert_eq!(agency::path(&heads[0]), "/robots.txt", "asked before the page");
    let named = |head: &&String| head.to_lowercase().contains("user-agent: bantin/0");
    assert_eq!(heads.iter().filter(named).count(), heads.len(), "{heads:?}");

    let again = Request {
        url: &url,
        access: &access,
        folder: None,
        validators: Some(&built.validators),
        form: None,
    };
    assert!(matches!(fetcher.get(again).await, Ok(Response::Unchanged(..))));

    let gone = get(&fetcher, &agency.at("/gone"), &access).await;
    assert_eq!(gone.unwrap(), Response::Gone(Absence::ForGood));
    let gone = get(&fetcher, &agency.at("/late"), &access).await;
    assert_eq!(gone.unwrap(), Response::Gone(Absence::NotFound));
    let broken = get(&fetcher, &agency.at("/broken"), &access).await.unwrap_err();
    assert!(matches!(broken, FetchError::Status { code: 500, .. }), "{broken}");
    let file = get(&fetcher, &agency.at("/file"), &access).await.unwrap_err();
    assert!(matches!(file, FetchError::Render { .. }), "{file}");
    let hits = agency.hits();
    let no = get(&fetcher, &agency.at("/no/1"), &access).await.unwrap_err();
    assert!(matches!(no, FetchError::Disallowed { .. }), "{no}");
    assert_eq!(agency.hits(), hits, "the page was requested");
    assert_eq!(fetcher.browsers.available_permits(), BROWSERS, "a browser was left behind");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_in_the_browser_comes_to_no_place_that_the_source_may_not() {
    let Some(server) = Server::start() else { return };
    let trap = Agency::with_robots(|_| html("<p>trapped")).await;
    let next = Agency::open_at("127.0.0.2:0".parse().unwrap(), |_| html("<p>trapped")).await;
    let (port, other) = (trap.address.port(), next.address.port());
    let driver = server.address.port().unwrap();
    let packets = std::net::UdpSocket::bind(trap.address).unwrap();
    packets.set_nonblocking(true).unwrap();
    let script = format!(
        "{SHELL}<script>
         const places = ['http://127.0.0.1:{port}/', 'http://localhost:{port}/', 'http://[::1]:{port}/',
           'http://2130706433:{port}/', 'http://127.0.0.2:{other}/', 'http://169.254.169.254/latest/meta-data/',
           'http://127.0.0.1:{driver}/status', 'https://127.0.0.1:{port}/', 'file:///etc/passwd'];
         const tries = places.flatMap(place => [
           fetch(place, {{ mode: 'no-cors' }}).then(() => 'reached ' + place),
           fetch(place, {{ mode: 'no-cors', method: 'POST', body: '{{}}' }}).then(() => 'reached ' + place),
           new Promise((done, fail) => {{
             const frame = document.createElement('script');
             Object.assign(frame, {{ src: place, onload: () => done('ran ' + place), onerror: fail }});
             document.head.append(frame);
           }}),
         ]);
         try {{ new WebSocket('ws://127.0.0.1:{port}/'); }} catch (e) {{}}
         navigator.sendBeacon('http://127.0.0.1:{port}/beacon', 'x');
         new RTCPeerConnection({{ iceServers: [{{ urls: 'stun:127.0.0.1:{port}' }}] }}).createDataChannel('x');
         const frame = document.createElement('iframe');
         frame.src = 'http://127.0.0.1:{port}/frame';
         document.body.append(frame);
         Promise.allSettled(tries).then(all => {{
           list.textContent = 'tried ' + all.length + ':' + all.filter(one => one.value).map(one => one.value).join(', ') + '.';
         }});
         </script>"
    );
    let to_trap = format!("location: http://127.0.0.1:{port}/\r\n");
    let to_meta = "location: http://169.254.169.254/\r\n";
    let agency = Agency::open(move |head| match agency::path(head) {
        "/tin" => html(&script),
        "/to-trap" => answer(302, &to_trap, b""),
        "/to-meta" => answer(302, to_meta, b""),
        _ => answer(404, "", b""),
    })
    .await;
    let (fetcher, access) = (fetcher(), rendered(&server.address, &agency));
    let built = page(get(&fetcher, &agency.at("/tin"), &access).await);
    let text = String::from_utf8(built.bytes.to_vec()).unwrap();
    assert!(text.contains("tried 27:."), "{text}");
    let astray = get(&fetcher, &agency.at("/to-trap"), &access).await.unwrap_err();
    assert!(
        matches!(astray, FetchError::Port { port: refused, .. } if refused == port),
        "{astray}"
    );
    let astray = get(&fetcher, &agency.at("/to-meta"), &access).await.unwrap_err();
    assert!(matches!(astray, FetchError::PrivateAddress { .. }), "{astray}");
    let house = HostAccess { allow_private: Vec::new(), ..access };
    let refused = get(&fetcher, &agency.at("/other"), &house).await.unwrap_err();
    assert!(matches!(refused, FetchError::PrivateAddress { .. }), "{refused}");
    assert_eq!((trap.hits(), next.hits()), (0, 0));
    assert!(packets.recv(&mut [0; 64]).is_err(), "a packet went around the proxy");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_never_rests_or_brings_too_much_costs_no_more_than_it_may() {
    let Some(server) = Server::start() else { return };
    let agency = Agency::open(|head| match agency::path(head) {
        // A resource that it waits for never arrives, and its list changes all the time.
        "/restless" => html(&format!(
            "{SHELL}<p>Tin số 1</p><img src=/silence>
             <script>fetch('/silence'); setInterval(() => {{ list.textContent += 'x'; }}, 50);</script>"
        )),
        // A blocking script never arrives.
        "/mute" => html("<p>Tin số 2</p><script src=/silence></script><p>never"),
        "/hang" => html("<p>x<script>while (true) {}</script>"),
        // It keeps changing, so that it is not read before the flood has arrived.
        "/bomb" => html(&format!(
            "{SHELL}<script>fetch('/flood'); setInterval(() => {{ list.textContent += 'x'; }}, 50);</script>"
        )),
        "/flood" => answer(200, "content-type: text/plain\r\n", &vec![b'x'; 40 << 20]),
        "/long" => html("<p>x<script>document.body.append('x'.repeat(9 << 20))</script>"),
        "/silence" => Reply::Silence,
        _ => answer(404, "", b""),
    })
    .await;
    let (fetcher, access) = (fetcher(), rendered(&server.address, &agency));
    let built = page(get(&fetcher, &agency.at("/restless"), &access).await);
    assert!(String::from_utf8_lossy(&built.bytes).contains("Tin số 1"));
    let bomb = get(&fetcher, &agency.at("/bomb"), &access).await.unwrap_err();
    assert!(matches!(bomb, FetchError::Body { .. }), "{bomb}");
    let long = get(&fetcher, &agency.at("/long"), &access).await.unwrap_err();
    assert!(matches!(long, FetchError::Body { .. }), "{long}");
    let access = HostAccess { timeout: Duration::from_secs(10), ..access };
    let began = Instant::now();
    let slow = get(&fetcher, &agency.at("/hang"), &access).await.unwrap_err();
    assert!(matches!(slow, FetchError::Timeout { .. }), "{slow}");
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
    match get(&fetcher, &agency.at("/mute"), &access).await {
        Ok(Response::Page(built)) => {
            assert!(String::from_utf8_lossy(&built.bytes).contains("Tin số 2"));
        }
        other => assert!(matches!(other, Err(FetchError::Timeout { .. })), "{other:?}"),
    }
    // The browsers of cancelled loads are stopped too.
    let places = u32::try_from(BROWSERS).unwrap();
    let all = timeout(Duration::from_secs(20), fetcher.browsers.acquire_many(places)).await;
    assert!(all.is_ok(), "a browser was left behind");
}

#[tokio::test]
async fn without_a_webdriver_server_the_operator_hears_what_to_start() {
    let agency = Agency::open(|_| html("<p>x")).await;
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody: Url = format!("http://{}/", free.local_addr().unwrap()).parse().unwrap();
    drop(free);
    let error = get(&fetcher(), &agency.at("/"), &rendered(&nobody, &agency)).await.unwrap_err();
    let said = error.to_string();
    let port = nobody.port().unwrap();
    assert!(said.contains(&format!("`chromedriver --port={port}`")), "{said}");
    assert_eq!(error.advice(), RetryAdvice::RetryLater);
    assert_eq!(agency.hits(), 0);
}

/// A broken WebDriver server, or one that lost its browser, is an error in bounded time.
#[tokio::test]
async fn a_webdriver_server_that_talks_nonsense_is_told_from_the_agency() {
    let agency = Agency::open(|_| html("<p>x")).await;
    let refusal = br#"{"value":{"error":"session not created","message":"no chrome\nframes"}}"#;
    let json = "content-type: application/json\r\n";
    for (number, (status, body)) in [
        (200, &b"<p>hello"[..]),
        (200, br#"{"value":{"sessionId":"../../x"}}"#),
        (500, refusal),
        (200, b"{}"),
    ]
    .into_iter()
    .enumerate()
    {
        let server = Agency::open(move |_| answer(status, json, body)).await;
        let address: Url = server.at("/").parse().unwrap();
        let error = get(&fetcher(), &agency.at("/"), &rendered(&address, &agency)).await;
        let FetchError::Render { why, .. } = error.unwrap_err() else { panic!("{number}") };
        match number {
            2 => assert_eq!(why, RenderFault::NoBrowser("no chrome".to_owned())),
            _ => assert!(matches!(why, RenderFault::Broken(_)), "{number}: {why}"),
        }
    }
    let silent = Agency::open(|_| Reply::Silence).await;
    let address: Url = silent.at("/").parse().unwrap();
    let access = HostAccess { timeout: Duration::from_secs(1), ..rendered(&address, &agency) };
    let error = get(&fetcher(), &agency.at("/"), &access).await.unwrap_err();
    assert!(matches!(error, FetchError::Timeout { .. }), "{error}");
    assert_eq!(agency.hits(), 0);
}
