//! The identity that requests carry, and the hosts that receive it.

use super::agency::{Agency, Reply, answer, html, path};
use super::*;
use bantin_core::{BasicCredentials, FieldValue, RequestIdentity, Secret};

const SECRET: &str = "matkhau";
/// `an:matkhau` in Base64.
const BASIC: &str = "Basic YW46bWF0a2hhdQ==";

/// An identity without credentials, for a URL.
fn nobody(url: &str) -> RequestIdentity {
    RequestIdentity {
        source: "a".parse().unwrap(),
        url: url.parse().unwrap(),
        basic_auth: None,
        headers: Vec::new(),
        cookie: None,
        keeps_cookies: false,
        form: None,
    }
}

/// An identity with a secret in each place.
pub(super) fn somebody(url: &str) -> RequestIdentity {
    let secret = || FieldValue::Secret(Secret::new(SECRET));
    RequestIdentity {
        basic_auth: Some(BasicCredentials { user: "an".to_owned(), password: Secret::new(SECRET) }),
        headers: vec![
            ("accept-language".to_owned(), FieldValue::Plain("vi".to_owned())),
            ("x-api-key".to_owned(), secret()),
        ],
        cookie: Some(Secret::new(format!("phien={SECRET}"))),
        ..nobody(url)
    }
}

fn form(url: &str) -> RequestIdentity {
    let plain = |name: &str, value: &str| (name.to_owned(), FieldValue::Plain(value.to_owned()));
    RequestIdentity {
        form: Some(vec![plain("q", "tin tức"), plain("page", "1&2")]), ..nobody(url)
    }
}

fn as_one(identity: RequestIdentity) -> HostAccess {
    HostAccess { identity: Some(identity), ..loopback() }
}

/// Whether a request head contains any of the secrets.
fn tells(head: &str) -> bool {
    let head = head.to_lowercase();
    ["authorization", "x-api-key", "cookie", "accept-language", SECRET]
        .iter()
        .any(|word| head.contains(word))
}

#[tokio::test]
async fn an_identity_is_shown_to_its_own_origin() {
    let agency = Agency::open(|_| html("tin")).await;
    let access = as_one(somebody(&agency.at("/tin")));
    let fetcher = fetcher();
    for path in ["/tin", "/tin/1"] {
        page(get(&fetcher, &agency.at(path), &access).await);
    }
    for seen in agency.seen() {
        for field in [
            format!("authorization: {BASIC}\r\n"),
            format!("x-api-key: {SECRET}\r\n"),
            format!("cookie: phien={SECRET}\r\n"),
            "accept-language: vi\r\n".to_owned(),
        ] {
            assert!(seen.head.contains(&field), "{field} is not in {}", seen.head);
        }
    }
    page(get(&fetcher, &agency.at("/tin"), &loopback()).await);
    assert!(!tells(&agency.seen()[2].head));
}

#[tokio::test]
async fn an_identity_is_shown_to_nobody_else() {
    let other = Agency::open(|_| html("tin")).await;
    let target = other.at("/dich");
    let agency = Agency::open(move |head| match path(head) {
        "/xa" => answer(302, &format!("location: {target}\r\n"), b""),
        _ => html("tin"),
    })
    .await;
    let access = as_one(somebody(&agency.at("/tin")));
    let fetcher = fetcher();
    // By a redirect, by the link of an article, and by another scheme or name of the same host.
    page(get(&fetcher, &agency.at("/xa"), &access).await);
    page(get(&fetcher, &other.at("/bai"), &access).await);
    let named = format!("http://localhost:{}/tin", agency.address.port());
    let _ = get(&fetcher, &named, &access).await;
    let heads: Vec<String> = other.seen().into_iter().map(|seen| seen.head).collect();
    assert_eq!(heads.len(), 2);
    assert!(!heads.iter().any(|head| tells(head)), "{heads:?}");
    let seen = agency.seen();
    assert!(tells(&seen[0].head));
    assert!(!seen[1..].iter().any(|seen| tells(&seen.head)));
}

#[tokio::test]
async fn a_site_that_wants_a_cookie_gets_it_back_where_that_is_wished() {
    let agency = Agency::open(|head| match head.contains("cookie: phien=1\r\n") {
        true => html("tin"),
        false => answer(302, "set-cookie: phien=1; HttpOnly\r\nlocation: /tin\r\n", b""),
    })
    .await;
    let url = agency.at("/tin");
    let fetcher = fetcher();
    let error = get(&fetcher, &url, &loopback()).await.unwrap_err();
    assert!(matches!(error, FetchError::RedirectCircle { .. }), "{error}");
    assert!(error.to_string().contains("cookies = true"), "{error}");
    let access = as_one(RequestIdentity { keeps_cookies: true, ..nobody(&url) });
    page(get(&fetcher, &url, &access).await);
    assert_eq!(agency.hits(), 3);
    // The cookie is sent at the next visit, and only by the same source.
    page(get(&fetcher, &url, &access).await);
    assert_eq!(agency.hits(), 4);
    let other = RequestIdentity { source: "b".parse().unwrap(), ..nobody(&url) };
    let other = as_one(RequestIdentity { keeps_cookies: true, ..other });
    page(get(&fetcher, &url, &other).await);
    assert_eq!(agency.hits(), 6);
}

#[tokio::test]
async fn a_site_that_changes_its_cookie_for_ever_is_given_up() {
    let count = std::sync::atomic::AtomicU32::new(0);
    let agency = Agency::open(move |_| {
        let number = count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        answer(302, &format!("set-cookie: n={number}\r\nlocation: /\r\n"), b"")
    })
    .await;
    let access = as_one(RequestIdentity { keeps_cookies: true, ..nobody(&agency.at("/")) });
    let error = get(&fetcher(), &agency.at("/"), &access).await.unwrap_err();
    assert!(matches!(error, FetchError::TooManyRedirects { .. }), "{error}");
    assert_eq!(agency.hits(), 11);
}

#[tokio::test]
async fn a_form_is_posted_to_its_page_and_articles_are_not() {
    let agency = Agency::open(|_| html("tin")).await;
    let (url, fetcher) = (agency.at("/tim"), fetcher());
    let access = as_one(form(&url));
    let listing = page(get(&fetcher, &url, &access).await);
    page(get(&fetcher, &agency.at("/bai"), &access).await);
    // A form is compared by its bytes only; no conditional request is sent.
    let known = Validators { etag: Some("\"a\"".to_owned()), ..listing.validators };
    let parsed = url.parse().unwrap();
    let request = Request {
        url: &parsed,
        access: &access,
        folder: None,
        validators: Some(&known),
        form: None,
    };
    let again = fetcher.get(request).await.unwrap();
    assert!(matches!(again, Response::Unchanged(..)), "{again:?}");
    let heads: Vec<String> = agency.seen().into_iter().map(|seen| seen.head).collect();
    let body = "q=tin+t%E1%BB%A9c&page=1%262";
    for head in [&heads[0], &heads[2]] {
        assert!(head.starts_with("POST /tim HTTP/1.1\r\n"), "{head}");
        assert!(head.contains("content-type: application/x-www-form-urlencoded\r\n"), "{head}");
        assert!(head.contains(&format!("content-length: {}\r\n", body.len())), "{head}");
        assert!(!head.contains("if-none-match"), "{head}");
    }
    assert!(heads[1].starts_with("GET /bai"), "{}", heads[1]);
    assert_eq!(agency.bodies(), [body, "", body]);
}

#[tokio::test]
async fn a_form_is_redirected_as_browsers_do_and_never_to_another_site() {
    let other = Agency::open(|_| html("tin")).await;
    let target = other.at("/");
    let agency = Agency::open(move |head| {
        let (status, location) = match path(head) {
            "/301" => (301, "/xem"),
            "/302" => (302, "/xem"),
            "/303" => (303, "/303"),
            "/307" => (307, "/xem"),
            "/308" => (308, "/xem"),
            "/xa-302" => (302, target.as_str()),
            "/xa-307" => (307, target.as_str()),
            _ => return html("tin"),
        };
        // The page that answers a form with a redirect to itself shows the result by GET.
        match head.starts_with("GET /303 ") {
            true => html("tin"),
            false => answer(status, &format!("location: {location}\r\n"), b""),
        }
    })
    .await;
    let fetcher = fetcher();
    let check = async |path: &str, expected: &str| {
        let url = agency.at(path);
        page(get(&fetcher, &url, &as_one(form(&url))).await);
        let head = agency.seen().last().unwrap().head.clone();
        assert!(head.starts_with(expected), "{path}: {head}");
    };
    check("/301", "GET /xem ").await;
    check("/302", "GET /xem ").await;
    check("/303", "GET /303 ").await;
    check("/307", "POST /xem ").await;
    check("/308", "POST /xem ").await;
    let url = agency.at("/xa-302");
    page(get(&fetcher, &url, &as_one(form(&url))).await);
    assert!(other.seen()[0].head.starts_with("GET / "));
    let url = agency.at("/xa-307");
    let error = get(&fetcher, &url, &as_one(form(&url))).await.unwrap_err();
    assert!(matches!(error, FetchError::FormElsewhere { .. }), "{error}");
    assert_eq!(other.hits(), 1);
}

#[tokio::test]
async fn no_error_shows_a_secret() {
    let agency = Agency::open(|head| match path(head) {
        "/401" => answer(401, "www-authenticate: Basic realm=x\r\n", b""),
        "/vong" => answer(302, "location: /vong\r\n", b""),
        "/dut" => Reply::Whole(b"HTTP/1.1 200 x\r\ncontent-length: 9\r\n\r\n".to_vec()),
        _ => Reply::Whole(Vec::new()),
    })
    .await;
    // The agency does not speak TLS, and waits for the end of a head that never arrives.
    let limits = RequestLimits { connect: Duration::from_millis(300), ..RequestLimits::default() };
    let fetcher = fetcher_with(limits, Arc::new(SystemResolver));
    let secret = || vec![("k".to_owned(), FieldValue::Secret(Secret::new(SECRET)))];
    let safe = agency.at("/").replace("http://", "https://");
    let urls = ["/401", "/vong", "/dut", "/khong"].map(|path| agency.at(path));
    for url in urls.into_iter().chain([safe, "http://127.0.0.1:1/".to_owned()]) {
        let access = as_one(RequestIdentity { form: Some(secret()), ..somebody(&url) });
        let error = get(&fetcher, &url, &access).await.unwrap_err();
        let parsed = url.parse().unwrap();
        let request =
            Request { url: &parsed, access: &access, folder: None, validators: None, form: None };
        let shown = format!("{error} {error:?} {access:?} {request:?}");
        assert!(!shown.contains(SECRET) && !shown.contains(BASIC), "{shown}");
    }
}

#[tokio::test]
async fn the_form_of_a_page_is_posted_in_place_of_the_sources_own() {
    let agency = Agency::open(|head| match path(head) {
        "/302" => answer(302, "location: /xem\r\n", b""),
        _ => html("tin"),
    })
    .await;
    let (fetcher, url) = (fetcher(), agency.at("/tim"));
    let access = as_one(form(&url));
    let fields = [("__VIEWSTATE".to_owned(), "a+/=".to_owned()), ("x".to_owned(), "é".to_owned())];
    for path in ["/tim", "/302"] {
        let url = agency.at(path).parse().unwrap();
        let (folder, validators, form) = (None, None, Some(&fields[..]));
        page(fetcher.get(Request { url: &url, access: &access, folder, validators, form }).await);
    }
    let body = "__VIEWSTATE=a%2B%2F%3D&x=%C3%A9";
    assert_eq!(agency.bodies(), [body, body, ""], "a redirect is followed by GET");
    assert!(agency.seen()[2].head.starts_with("GET /xem "));
}
