//! No address in a source leads into the operator's own network.

use super::agency::{Agency, answer, html, path};
use super::*;

#[tokio::test]
async fn no_way_of_writing_a_private_address_reaches_it() {
    let agency = Agency::open(|_| html("bí mật")).await;
    let port = agency.address.port();
    let fetcher = fetcher();
    for host in [
        "127.0.0.1",
        "2130706433",
        "0x7f.1",
        "127.1",
        "[::ffff:127.0.0.1]",
        "localhost",
        "0",
        "[::1]",
    ] {
        let url = format!("http://{host}:{port}/");
        let error = get(&fetcher, &url, &access(&[])).await.unwrap_err();
        assert!(matches!(error, FetchError::PrivateAddress { .. }), "{url}: {error}");
    }
    assert_eq!(agency.hits(), 0);
    let named = get(&fetcher, &agency.at("/"), &loopback()).await;
    assert_eq!(page(named).bytes, "bí mật".as_bytes());
    // The networks of one source do not apply to another.
    assert!(get(&fetcher, &agency.at("/"), &access(&["10.0.0.0/8"])).await.is_err());
    assert_eq!(agency.hits(), 1);
}

#[tokio::test]
async fn a_redirect_into_the_house_is_refused() {
    let within = Agency::open_at("127.0.0.2:0".parse().unwrap(), |_| html("bí mật")).await;
    let target = within.at("/");
    let agency = Agency::open(move |_| answer(302, &format!("location: {target}\r\n"), b"")).await;
    let error = get(&fetcher(), &agency.at("/"), &loopback()).await.unwrap_err();
    assert!(matches!(error, FetchError::PrivateAddress { .. }), "{error}");
    assert_eq!((agency.hits(), within.hits()), (1, 0));
}

#[tokio::test]
async fn a_redirect_to_a_port_that_is_not_the_webs_is_refused() {
    let mail = Agency::open(|_| html("220 mail")).await;
    let target = mail.at("/");
    let agency = Agency::open(move |_| answer(302, &format!("location: {target}\r\n"), b"")).await;
    let access = HostAccess { ports: vec![agency.address.port()], ..loopback() };
    let error = get(&fetcher(), &agency.at("/"), &access).await.unwrap_err();
    assert!(matches!(error, FetchError::Port { .. }), "{error}");
    assert_eq!((agency.hits(), mail.hits()), (1, 0));
}

#[tokio::test]
async fn a_name_that_changes_its_address_leads_nowhere_else() {
    let agency = Agency::open(|_| html("tin")).await;
    let port = agency.address.port();
    let within = Agency::open_at(([127, 0, 0, 2], port).into(), |_| html("bí mật")).await;
    for _ in 0..100 {
        // robots.txt, the page, and then the internal server.
        let answers = ["127.0.0.1", "127.0.0.1", "127.0.0.2"];
        let told = Told(Mutex::new(answers.map(|address| vec![address]).to_vec()));
        let fetcher = fetcher_with(RequestLimits::default(), Arc::new(told));
        let url = format!("http://tin.example:{port}/");
        assert_eq!(page(get(&fetcher, &url, &loopback()).await).bytes, "tin".as_bytes());
        let error = get(&fetcher, &url, &loopback()).await.unwrap_err();
        assert!(matches!(error, FetchError::PrivateAddress { .. }), "{error}");
    }
    assert_eq!((agency.hits(), within.hits()), (100, 0));
}

#[tokio::test]
async fn of_mixed_answers_only_the_permitted_are_used() {
    let agency = Agency::open(|_| html("tin")).await;
    let port = agency.address.port();
    let within = Agency::open_at(([127, 0, 0, 2], port).into(), |_| html("bí mật")).await;
    let told = Told(Mutex::new(vec![vec!["127.0.0.2", "::1", "127.0.0.1"]]));
    let fetcher = fetcher_with(RequestLimits::default(), Arc::new(told));
    page(get(&fetcher, &format!("http://tin.example.:{port}/"), &loopback()).await);
    assert_eq!((agency.hits(), within.hits()), (1, 0));
}

#[tokio::test]
async fn a_chain_of_redirects_is_followed_ten_times() {
    let agency = Agency::open(|head| match path(head).trim_start_matches('/').parse::<u32>() {
        Ok(0) | Err(_) => html("đây rồi"),
        Ok(left) => answer(301, &format!("location: /{}\r\n", left - 1), b""),
    })
    .await;
    let fetcher = fetcher();
    let found = page(get(&fetcher, &agency.at("/10#a"), &loopback()).await);
    assert_eq!(found.requested.as_str(), agency.at("/10#a"));
    assert_eq!(found.url.as_str(), agency.at("/0#a"));
    assert_eq!(agency.hits(), 11);
    let error = get(&fetcher, &agency.at("/11"), &loopback()).await.unwrap_err();
    assert!(matches!(error, FetchError::TooManyRedirects { most: 10, .. }), "{error}");
    assert_eq!(agency.hits(), 22);
}

#[tokio::test]
async fn a_redirect_leads_nowhere_but_to_another_page() {
    let agency = Agency::open(|head| {
        let location = match path(head) {
            "/a" => "/b",
            "/b" => "/a",
            "/ftp" => "ftp://127.0.0.1/x",
            "/file" => "file:///etc/passwd",
            _ => return answer(302, "", b""),
        };
        answer(302, &format!("location: {location}\r\n"), b"")
    })
    .await;
    let check = async |path, hits, expected: fn(&FetchError) -> bool| {
        let before = agency.hits();
        let error = get(&fetcher(), &agency.at(path), &loopback()).await.unwrap_err();
        assert!(expected(&error), "{path}: {error}");
        assert_eq!(agency.hits() - before, hits, "{path}");
    };
    check("/a", 2, |error| matches!(error, FetchError::RedirectCircle { .. })).await;
    check("/ftp", 1, |error| matches!(error, FetchError::NotHttp { .. })).await;
    check("/file", 1, |error| matches!(error, FetchError::NotHttp { .. })).await;
    check("/", 1, |error| matches!(error, FetchError::BadRedirect { .. })).await;
}

#[tokio::test]
async fn credentials_are_neither_sent_nor_told() {
    let agency = Agency::open(|_| answer(500, "", b"")).await;
    let url = format!("http://an:matkhau@{}/?token=matkhau#matkhau", agency.address);
    let error = get(&fetcher(), &url, &loopback()).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("matkhau"), "{error:?}");
    let head = agency.seen()[0].head.to_lowercase();
    assert!(!head.contains("authorization"), "{head}");
}
