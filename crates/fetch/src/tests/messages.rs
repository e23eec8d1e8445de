//! Messages to strangers' addresses pass the guard, and return a status and the start of the body.

use super::agency::{Agency, answer, html};
use super::*;

fn at_home() -> Vec<IpNet> {
    vec!["127.0.0.0/8".parse().unwrap()]
}

async fn send(
    fetcher: &Fetcher,
    url: &str,
    body: Option<&'static str>,
    allow_private: &[IpNet],
) -> Result<MessageReply, FetchError> {
    let url = url.parse().unwrap();
    let whereto = MessageTargets { allow_private, ports: &[] };
    let fields = vec![("content-type", "text/plain".to_owned()), ("link", "a\nb".to_owned())];
    fetcher
        .send(OutgoingMessage { url: &url, body: body.map(Bytes::from), fields, targets: whereto })
        .await
}

#[tokio::test]
async fn a_callback_inside_the_house_gets_nothing() {
    let within = Agency::open(|_| html("bí mật")).await;
    let port = within.address.port();
    let fetcher = fetcher();
    for host in ["127.0.0.1", "2130706433", "localhost", "[::ffff:127.0.0.1]"] {
        let url = format!("http://{host}:{port}/");
        let error = send(&fetcher, &url, Some("tin"), &[]).await.unwrap_err();
        assert!(matches!(error, FetchError::PrivateAddress { .. }), "{url}: {error}");
    }
    // A literal address is rejected before anything is sent.
    let whereto = MessageTargets { allow_private: &[], ports: &[] };
    let refused = |url: &str| fetcher.check_target(&url.parse().unwrap(), whereto).is_err();
    assert!(
        refused("http://127.0.0.1/") && refused("http://[::1]/") && refused("ftp://a.example/")
    );
    assert!(!refused("https://a.example/") && !refused("http://1.1.1.1/"));
    assert_eq!(within.hits(), 0);
}

#[tokio::test]
async fn a_message_arrives_as_it_is_and_its_status_comes_back() {
    let agency = Agency::open(|head| match head.split(' ').next() {
        Some("GET") => answer(404, "", "không".as_bytes()),
        _ => answer(503, "retry-after: 90\r\n", &[b'x'; 9000]),
    })
    .await;
    let fetcher = fetcher();
    let got = send(&fetcher, &agency.at("/a?b=c"), None, &at_home()).await.unwrap();
    assert_eq!((got.status, &got.body[..]), (404, "không".as_bytes()));
    let told = send(&fetcher, &agency.at("/a?b=c"), Some("tin mới"), &at_home()).await.unwrap();
    assert_eq!((told.status, told.body.len()), (503, 4096));
    assert_eq!(told.retry_after, Some(Duration::from_secs(90)));
    let seen = agency.seen();
    assert_eq!(seen[1].body, "tin mới");
    assert!(seen[1].head.starts_with("POST /a?b=c HTTP/1.1\r\n"), "{}", seen[1].head);
    assert!(seen[1].head.contains("content-type: text/plain\r\n"), "{}", seen[1].head);
    assert!(!seen[1].head.contains("link:"), "{}", seen[1].head);
}

#[tokio::test]
async fn no_redirect_of_a_callback_is_followed() {
    let within = Agency::open_at("127.0.0.2:0".parse().unwrap(), |_| html("bí mật")).await;
    let target = within.at("/");
    let agency = Agency::open(move |_| answer(307, &format!("location: {target}\r\n"), b"")).await;
    let told = send(&fetcher(), &agency.at("/"), Some("tin"), &at_home()).await.unwrap();
    assert_eq!((told.status, agency.hits(), within.hits()), (307, 1, 0));
}

#[tokio::test]
async fn a_public_address_is_asked_at_ports_of_the_web_only() {
    let told = Told(Mutex::new(vec![vec!["8.8.8.8"]]));
    let fetcher = fetcher_with(RequestLimits::default(), Arc::new(told));
    let error = send(&fetcher, "http://a.example:25/", Some("tin"), &at_home()).await.unwrap_err();
    assert!(matches!(error, FetchError::Port { port: 25, .. }), "{error}");
}

#[tokio::test]
async fn messages_take_nothing_from_what_a_source_may_be_asked() {
    let agency = Agency::open(|_| html("tin")).await;
    let fetcher = fetcher();
    // One request for robots.txt.
    let access = HostAccess { max_requests: 2, ..loopback() };
    for _ in 0..3 {
        send(&fetcher, &agency.at("/"), None, &at_home()).await.unwrap();
    }
    get(&fetcher, &agency.at("/"), &access).await.unwrap();
    let error = get(&fetcher, &agency.at("/"), &access).await.unwrap_err();
    assert!(matches!(error, FetchError::BudgetExhausted { .. }), "{error}");
    send(&fetcher, &agency.at("/"), None, &at_home()).await.unwrap();
}
