//! Requests through loopback proxies that record what they were asked to open.

use super::agency::{Agency, html};
use super::*;
use bantin_core::{BasicCredentials, Proxy, ProxyKind, RetryAdvice, Secret};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

const SECRET: &str = "matkhau";

/// The behaviour of a proxy.
#[derive(Clone, Copy)]
enum Manner {
    /// Forwards everything to an agency, whatever the target.
    Carry(SocketAddr),
    /// Refuses with this status, or with this SOCKS reply code.
    Refuse(u16),
    /// Closes the connection.
    HangUp,
    /// Sends nothing.
    Silence,
}

/// A proxy of either kind.
#[derive(Clone)]
struct Relay {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Relay {
    async fn open(kind: ProxyKind, manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let relay = Self { address: listener.local_addr().unwrap(), asked: Arc::default() };
        let me = relay.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let me = me.clone();
                tokio::spawn(async move {
                    match kind {
                        ProxyKind::Http => me.http(stream, manner).await,
                        ProxyKind::Socks5 => me.socks(stream, manner).await,
                    }
                });
            }
        });
        relay
    }

    fn note(&self, asked: String) {
        self.asked.lock().unwrap().push(asked);
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    async fn http(&self, mut stream: TcpStream, manner: Manner) -> Option<()> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.ok()?);
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        let login = head.lines().find_map(|line| line.strip_prefix("Proxy-Authorization: "));
        let line = head.lines().next().unwrap_or_default();
        self.note(format!("{line} {}", login.unwrap_or("-")));
        match manner {
            Manner::Carry(to) => {
                stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.ok()?;
                carry(stream, to).await
            }
            Manner::Refuse(status) => {
                let answer = format!("HTTP/1.1 {status} x\r\nx: y\r\n\r\n");
                stream.write_all(answer.as_bytes()).await.ok()
            }
            Manner::HangUp => None,
            Manner::Silence => stream.read_u8().await.ok().map(drop),
        }
    }

    async fn socks(&self, mut stream: TcpStream, manner: Manner) -> Option<()> {
        let _version = stream.read_u8().await.ok()?;
        let mut methods = vec![0; usize::from(stream.read_u8().await.ok()?)];
        stream.read_exact(&mut methods).await.ok()?;
        let mut login = "-".to_owned();
        if methods.contains(&2) {
            stream.write_all(&[5, 2]).await.ok()?;
            stream.read_u8().await.ok()?;
            let user = text(&mut stream).await?;
            login = format!("{user}:{}", text(&mut stream).await?);
            let is_refused = matches!(manner, Manner::Refuse(407));
            stream.write_all(&[1, u8::from(is_refused)]).await.ok()?;
            if is_refused {
                return Some(());
            }
        } else if matches!(manner, Manner::Refuse(407)) {
            return stream.write_all(&[5, 0xff]).await.ok();
        } else {
            stream.write_all(&[5, 0]).await.ok()?;
        }
        let mut request = [0; 4];
        stream.read_exact(&mut request).await.ok()?;
        let target = match request[3] {
            1 => IpAddr::from(stream.read_u32().await.ok()?.to_be_bytes()).to_string(),
            4 => IpAddr::from(stream.read_u128().await.ok()?.to_be_bytes()).to_string(),
            _ => text(&mut stream).await?,
        };
        let port = stream.read_u16().await.ok()?;
        self.note(format!("{target}:{port} {login}"));
        match manner {
            Manner::Carry(to) => {
                stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await.ok()?;
                carry(stream, to).await
            }
            Manner::Refuse(code) => {
                let code = u8::try_from(code).unwrap();
                stream.write_all(&[5, code, 0, 1, 0, 0, 0, 0, 0, 0]).await.ok()
            }
            Manner::HangUp => None,
            Manner::Silence => stream.read_u8().await.ok().map(drop),
        }
    }
}

async fn text(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = vec![0; usize::from(stream.read_u8().await.ok()?)];
    stream.read_exact(&mut bytes).await.ok()?;
    String::from_utf8(bytes).ok()
}

async fn carry(mut stream: TcpStream, to: SocketAddr) -> Option<()> {
    let mut far = TcpStream::connect(to).await.ok()?;
    copy_bidirectional(&mut stream, &mut far).await.ok().map(drop)
}

/// The configuration of a relay, without credentials.
fn plain(kind: ProxyKind, at: SocketAddr) -> Proxy {
    let host = url::Host::Ipv4([127, 0, 0, 1].into());
    Proxy { kind, host, port: at.port(), login: None, resolves_names: false }
}

fn with_login(proxy: Proxy) -> Proxy {
    let login = BasicCredentials { user: "an".to_owned(), password: Secret::new(SECRET) };
    Proxy { login: Some(login), ..proxy }
}

fn through(proxy: Proxy) -> HostAccess {
    HostAccess { proxy: Some(proxy), ..access(&[]) }
}

/// A fetcher whose resolver returns these answers, one after the other.
fn told(answers: &[&[&'static str]]) -> Fetcher {
    let answers = answers.iter().map(|answer| answer.to_vec()).collect();
    let limits = RequestLimits { connect: Duration::from_millis(500), ..RequestLimits::default() };
    fetcher_with(limits, Arc::new(Told(Mutex::new(answers))))
}

#[tokio::test]
async fn a_proxy_is_handed_the_checked_address_and_the_site_its_name() {
    let agency = Agency::open(|_| html("tin")).await;
    for kind in [ProxyKind::Http, ProxyKind::Socks5] {
        let relay = Relay::open(kind, Manner::Carry(agency.address)).await;
        let access = through(plain(kind, relay.address));
        let fetcher = told(&[&["1.1.1.1"]]);
        let found = page(get(&fetcher, "http://tin.example/x", &access).await);
        assert_eq!(found.bytes, "tin".as_bytes());
        assert_eq!(found.url.as_str(), "http://tin.example/x");
        let expected = match kind {
            ProxyKind::Http => "CONNECT 1.1.1.1:80 HTTP/1.1 -",
            ProxyKind::Socks5 => "1.1.1.1:80 -",
        };
        // Once for robots.txt.
        assert_eq!(relay.asked(), [expected, expected]);
        let head = agency.seen().last().unwrap().head.clone();
        assert!(head.starts_with("GET /x HTTP/1.1\r\n"), "{head}");
        assert!(head.contains("host: tin.example\r\n"), "{head}");
    }
}

#[tokio::test]
async fn the_guard_stands_before_the_proxy() {
    let agency = Agency::open(|_| html("bí mật")).await;
    for kind in [ProxyKind::Http, ProxyKind::Socks5] {
        let relay = Relay::open(kind, Manner::Carry(agency.address)).await;
        let proxy = plain(kind, relay.address);
        let names = Proxy { resolves_names: true, ..proxy.clone() };
        // A name with a private address, one that changes to it, and IP literals even if the proxy
        // resolves names.
        let mixed: &[&str] = &["1.1.1.1", "10.0.0.1"];
        let fetcher = told(&[&["10.0.0.1"], mixed, mixed, &["169.254.169.254"]]);
        for (url, proxy, is_let_in) in [
            ("http://tin.example/", &proxy, false),
            ("http://tin.example/", &proxy, true),
            ("http://tin.example/", &proxy, false),
            ("http://127.0.0.1/", &proxy, false),
            ("http://2130706433/", &names, false),
            ("http://[::ffff:10.0.0.1]/", &names, false),
        ] {
            let answer = get(&fetcher, url, &through(proxy.clone())).await;
            let is_private = matches!(answer, Err(FetchError::PrivateAddress { .. }));
            assert_eq!(is_private, !is_let_in, "{url}: {answer:?}");
        }
        let asked = relay.asked();
        // For robots.txt and the page.
        let checked = |asked: &String| asked.contains("1.1.1.1:80");
        assert!(asked.len() == 2 && asked.iter().all(checked), "{asked:?}");
    }
}

#[tokio::test]
async fn a_proxy_that_resolves_names_is_handed_the_name() {
    struct Nobody;
    impl Resolve for Nobody {
        fn lookup<'a>(&'a self, host: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
            panic!("{host} was looked up")
        }
    }
    let agency = Agency::open(|_| html("tin")).await;
    for kind in [ProxyKind::Http, ProxyKind::Socks5] {
        let relay = Relay::open(kind, Manner::Carry(agency.address)).await;
        let proxy = Proxy { resolves_names: true, ..plain(kind, relay.address) };
        let fetcher = fetcher_with(RequestLimits::default(), Arc::new(Nobody));
        page(get(&fetcher, "http://tin.example:8080/", &through(proxy)).await);
        assert!(relay.asked()[0].contains("tin.example:8080"), "{:?}", relay.asked());
    }
}

#[tokio::test]
async fn a_proxy_is_shown_its_login_and_the_site_is_not() {
    let agency = Agency::open(|_| html("tin")).await;
    for (kind, expected) in
        [(ProxyKind::Http, "Basic YW46bWF0a2hhdQ=="), (ProxyKind::Socks5, "an:matkhau")]
    {
        let relay = Relay::open(kind, Manner::Carry(agency.address)).await;
        let access = through(with_login(plain(kind, relay.address)));
        page(get(&told(&[&["1.1.1.1"]]), "http://tin.example/", &access).await);
        assert!(relay.asked()[0].ends_with(expected), "{:?}", relay.asked());
        let head = agency.seen().last().unwrap().head.to_lowercase();
        assert!(!head.contains("authorization"), "{head}");
    }
}

#[tokio::test]
async fn tls_speaks_with_the_site_by_its_name_and_not_with_the_proxy() {
    // The relay forwards to a listener that keeps the first bytes: the TLS ClientHello contains the
    // name of the site.
    let far = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let relay = Relay::open(ProxyKind::Http, Manner::Carry(far.local_addr().unwrap())).await;
    let greeting = tokio::spawn(async move {
        let (mut stream, _) = far.accept().await.unwrap();
        let mut bytes = vec![0; 2048];
        let length = stream.read(&mut bytes).await.unwrap();
        bytes.truncate(length);
        bytes
    });
    let access = through(plain(ProxyKind::Http, relay.address));
    let error = get(&told(&[&["1.1.1.1"]]), "https://tin.example/", &access).await.unwrap_err();
    assert!(!matches!(error, FetchError::Proxy { .. }), "{error}");
    let greeting = greeting.await.unwrap();
    assert_eq!(greeting[0], 0x16, "no TLS handshake");
    assert!(greeting.windows(11).any(|bytes| bytes == b"tin.example"));
    assert_eq!(relay.asked(), ["CONNECT 1.1.1.1:443 HTTP/1.1 -"]);
}

#[tokio::test]
async fn the_fault_of_a_proxy_is_told_as_its_own() {
    let check =
        async |kind, manner, login: bool, url: &str, fault: fn(&ProxyFault) -> bool, advice| {
            let relay = Relay::open(kind, manner).await;
            let proxy = plain(kind, relay.address);
            let proxy = if login { with_login(proxy) } else { proxy };
            let error = get(&told(&[&["1.1.1.1"]]), url, &through(proxy)).await.unwrap_err();
            assert_eq!(error.advice(), advice, "{error}");
            let text = format!("{error} {error:?}");
            assert!(text.contains(&relay.address.to_string()), "{text}");
            assert!(!text.contains(SECRET) && !text.contains("YW46"), "{text}");
            let FetchError::Proxy { why, .. } = error else { panic!("{error}") };
            assert!(fault(&why), "{why:?}");
        };
    use Manner::{HangUp, Refuse, Silence};
    use ProxyKind::{Http, Socks5};
    let (later, operator) = (RetryAdvice::RetryLater, RetryAdvice::AskOperator);
    let (open, safe) = ("http://tin.example/", "https://tin.example/");
    let password = |why: &ProxyFault| matches!(why, ProxyFault::Password);
    let no_password = |why: &ProxyFault| matches!(why, ProxyFault::NoPassword);
    let port = |why: &ProxyFault| matches!(why, ProxyFault::Port { port: 80, .. });
    let refused = |why: &ProxyFault| matches!(why, ProxyFault::Refused(_));
    let no_way = |why: &ProxyFault| matches!(why, ProxyFault::NoWay(_));
    let protocol = |why: &ProxyFault| matches!(why, ProxyFault::Protocol(_));
    let slow = |why: &ProxyFault| matches!(why, ProxyFault::Slow(_));
    check(Http, Refuse(407), true, open, password, operator).await;
    check(Http, Refuse(407), false, open, no_password, operator).await;
    check(Http, Refuse(403), false, open, port, operator).await;
    check(Http, Refuse(403), false, safe, refused, operator).await;
    check(Http, Refuse(502), false, safe, no_way, later).await;
    check(Http, HangUp, false, safe, protocol, later).await;
    check(Http, Silence, false, safe, slow, later).await;
    check(Socks5, Refuse(407), true, open, password, operator).await;
    check(Socks5, Refuse(407), false, open, no_password, operator).await;
    check(Socks5, Refuse(2), false, open, refused, operator).await;
    check(Socks5, Refuse(5), false, open, no_way, later).await;
    check(Socks5, HangUp, false, open, protocol, later).await;
    check(Socks5, Silence, false, open, slow, later).await;
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_told() {
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let access = through(plain(ProxyKind::Http, nobody));
    let error = get(&told(&[&["1.1.1.1"]]), "http://tin.example/", &access).await.unwrap_err();
    let FetchError::Proxy { why: ProxyFault::Unreachable(_), .. } = &error else {
        panic!("{error}")
    };
    assert!(error.to_string().contains("check that it runs"), "{error}");
}

#[tokio::test]
async fn a_proxy_is_asked_for_the_next_address_where_one_fails() {
    let relay = Relay::open(ProxyKind::Socks5, Manner::Refuse(4)).await;
    let access = through(plain(ProxyKind::Socks5, relay.address));
    let fetcher = told(&[&["1.1.1.1", "2606:4700::1111", "10.0.0.1"]]);
    get(&fetcher, "http://tin.example/", &access).await.unwrap_err();
    assert_eq!(relay.asked(), ["1.1.1.1:80 -", "2606:4700::1111:80 -"]);
}
