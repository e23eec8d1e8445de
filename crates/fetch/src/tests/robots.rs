//! Disallowed pages are not fetched, and a site whose robots.txt is unavailable gets no other
//! request.

use super::agency::{Agency, Reply, answer, html, path};
use super::*;
use bantin_core::{RetryAdvice, RobotsRecord};
use chrono::TimeDelta;

fn robots_txt(text: &str) -> Reply {
    answer(200, "content-type: text/plain\r\n", text.as_bytes())
}

/// An agency with the given robots.txt, and a text at every other path.
async fn agency(robots: impl Fn() -> Reply + Send + Sync + 'static) -> Agency {
    Agency::with_robots(move |head| match path(head) {
        "/robots.txt" => robots(),
        _ => html("tin"),
    })
    .await
}

fn fetcher_sharing(hosts: Arc<LocalHostLimiter>) -> Fetcher {
    let options = Options {
        user_agent: "bantin/0".to_owned(),
        limits: RequestLimits::default(),
        clock: Clock::System,
        resolver: Arc::new(SystemResolver),
    };
    Fetcher::new(options, hosts).unwrap()
}

fn paths(agency: &Agency) -> Vec<String> {
    agency.seen().iter().map(|seen| path(&seen.head).to_owned()).collect()
}

#[tokio::test]
async fn it_is_asked_for_once_before_the_first_page_and_obeyed() {
    let agency =
        agency(|| robots_txt("User-agent: bantin\nDisallow: /noi-bo\nDisallow: /*?sid=")).await;
    let fetcher = fetcher();
    page(get(&fetcher, &agency.at("/tin"), &loopback()).await);
    for forbidden in ["/noi-bo/1", "/tin?sid=7"] {
        let error = get(&fetcher, &agency.at(forbidden), &loopback()).await.unwrap_err();
        assert!(matches!(error, FetchError::Disallowed { .. }), "{error}");
        assert_eq!(error.advice(), RetryAdvice::AskOperator);
        assert!(error.to_string().contains("User-agent: bantin"), "{error}");
    }
    page(get(&fetcher, &agency.at("/tin?ID=7"), &loopback()).await);
    assert_eq!(paths(&agency), ["/robots.txt", "/tin", "/tin?ID=7"]);
}

#[tokio::test]
async fn a_redirect_leads_to_no_forbidden_page() {
    let agency = Agency::with_robots(|head| match path(head) {
        "/robots.txt" => robots_txt("User-agent: *\nDisallow: /noi-bo"),
        "/tin" => answer(302, "location: /noi-bo\r\n", b""),
        _ => html("tin"),
    })
    .await;
    let error = get(&fetcher(), &agency.at("/tin"), &loopback()).await.unwrap_err();
    assert!(matches!(error, FetchError::Disallowed { .. }), "{error}");
    assert_eq!(paths(&agency), ["/robots.txt", "/tin"]);
}

#[tokio::test]
async fn the_answer_in_its_place_tells_whether_pages_may_be_asked_for() {
    let check = async |robots: fn() -> Reply, may: bool, why: &str| {
        let agency = agency(robots).await;
        let response = get(&fetcher(), &agency.at("/tin"), &loopback()).await;
        assert_eq!(response.is_ok(), may, "{why}: {response:?}");
        if let Err(error) = response {
            assert!(matches!(error, FetchError::RobotsUnknown { .. }), "{why}: {error}");
            assert_eq!(error.advice(), RetryAdvice::RetryLater);
            assert!(error.to_string().contains("/robots.txt"), "{error}");
            assert_eq!(paths(&agency).last().unwrap(), "/robots.txt");
        }
    };
    const ALL: &str = "User-agent: *\nDisallow: /";
    check(|| answer(404, "", b""), true, "404").await;
    check(|| answer(410, "", b""), true, "410").await;
    check(|| answer(401, "", b""), true, "401").await;
    check(|| answer(403, "", ALL.as_bytes()), true, "403").await;
    check(|| answer(429, "", b""), false, "429").await;
    check(|| answer(500, "", b""), false, "500").await;
    check(|| answer(503, "", b""), false, "503").await;
    check(|| robots_txt(""), true, "empty").await;
    check(|| html(" \n<!doctype html>\nUser-agent: *\nDisallow: /\n"), true, "HTML").await;
    check(|| answer(302, "location: /robots.txt\r\n", b""), true, "a circle").await;
    check(|| answer(302, "location: ftp://127.0.0.1/\r\n", b""), true, "no address").await;
    check(|| answer(302, "location: http://10.0.0.1/\r\n", b""), true, "a private address").await;
    check(|| answer(302, "", b""), true, "nowhere").await;
    check(|| answer(302, "location: http://127.0.0.1:1/\r\n", b""), false, "a dead host").await;
    check(
        || Reply::Whole(b"HTTP/1.1 200 x\r\ncontent-length: 9\r\n\r\nUser".to_vec()),
        false,
        "torn",
    )
    .await;
    check(|| Reply::Whole(Vec::new()), false, "broken").await;
}

#[tokio::test]
async fn a_redirected_marked_compressed_or_endless_file_is_read() {
    let forbids = async |robots: fn(&str) -> Reply| {
        let agency = Agency::with_robots(move |head| match path(head) {
            "/tin" => html("tin"),
            _ => robots(head),
        })
        .await;
        let response = get(&fetcher(), &agency.at("/tin"), &loopback()).await;
        assert!(matches!(response, Err(FetchError::Disallowed { .. })), "{response:?}");
    };
    forbids(|head| match path(head) {
        "/robots.txt" => answer(301, "location: /a/robots.txt\r\n", b""),
        _ => robots_txt("User-agent: *\nDisallow: /"),
    })
    .await;
    forbids(|_| robots_txt("\u{feff}User-agent: *\nDisallow: /")).await;
    forbids(|_| {
        use std::io::Write;
        let mut coder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        coder.write_all(b"User-agent: *\nDisallow: /\n").unwrap();
        coder.write_all(&b"# \n".repeat(3 << 20)).unwrap();
        answer(200, "content-encoding: gzip\r\n", &coder.finish().unwrap())
    })
    .await;
    forbids(|_| robots_txt(&format!("User-agent: *\nDisallow: /\n{}", "# \n".repeat(4 << 20))))
        .await;
}

#[tokio::test]
async fn the_last_answer_counts_on_while_the_site_cannot_say() {
    let agency = agency(|| answer(500, "", b"")).await;
    let hosts = Arc::new(LocalHostLimiter::default());
    let fetcher = fetcher_sharing(hosts.clone());
    let site = agency.at("");
    let answered = async |age: TimeDelta| {
        let then = Clock::System.now() - age;
        let file = Bytes::from_static(b"User-agent: *\nDisallow: /noi-bo\n");
        let kept = RobotsRecord { response: Some((file, then)), tried: then, last_error: None };
        hosts.store_robots(&site, kept).await.unwrap();
    };
    answered(TimeDelta::days(29)).await;
    page(get(&fetcher, &agency.at("/tin"), &loopback()).await);
    let error = get(&fetcher, &agency.at("/noi-bo"), &loopback()).await.unwrap_err();
    assert!(matches!(error, FetchError::Disallowed { .. }), "{error}");
    // One attempt serves both requests.
    assert_eq!(paths(&agency), ["/robots.txt", "/tin"]);
    answered(TimeDelta::days(31)).await;
    let error = get(&fetcher, &agency.at("/tin"), &loopback()).await.unwrap_err();
    assert!(matches!(error, FetchError::RobotsUnknown { .. }), "{error}");
    let told = hosts.robots(&site).await.unwrap().unwrap();
    assert!(told.last_error.unwrap().contains("500"));
}

#[tokio::test]
async fn a_page_in_its_place_takes_nothing_back() {
    let agency = agency(|| html("<html><body>Website đang bảo trì</body></html>")).await;
    let hosts = Arc::new(LocalHostLimiter::default());
    let fetcher = fetcher_sharing(hosts.clone());
    let then = Clock::System.now() - TimeDelta::hours(25);
    let file = Bytes::from_static(b"User-agent: *\nDisallow: /noi-bo\n");
    let kept = RobotsRecord { response: Some((file, then)), tried: then, last_error: None };
    hosts.store_robots(&agency.at(""), kept).await.unwrap();
    let error = get(&fetcher, &agency.at("/noi-bo"), &loopback()).await.unwrap_err();
    assert!(matches!(error, FetchError::Disallowed { .. }), "{error}");
    page(get(&fetcher, &agency.at("/tin"), &loopback()).await);
    assert_eq!(paths(&agency), ["/robots.txt", "/tin"]);
}

#[tokio::test]
async fn a_crawl_delay_is_the_pause_of_its_host() {
    let agency = agency(|| robots_txt("User-agent: *\nCrawl-delay: 0.3")).await;
    let fetcher = fetcher();
    for _ in 0..3 {
        page(get(&fetcher, &agency.at("/tin"), &loopback()).await);
    }
    let seen = agency.seen();
    let pauses: Vec<_> =
        seen.windows(2).map(|two| two[1].came - two[0].answered.unwrap()).collect();
    assert!(pauses.iter().all(|pause| *pause >= TimeDelta::milliseconds(300)), "{pauses:?}");
    assert_eq!(pauses.len(), 3);
}

#[tokio::test]
async fn quiet_hours_and_a_spent_budget_leave_a_host_alone() {
    let agency = Agency::open(|_| html("tin")).await;
    let now = Clock::System.now();
    let time = |hours| (now + TimeDelta::hours(hours)).time();
    let quiet = bantin_core::QuietHours { from: time(-1), to: time(1), zone: chrono_tz::UTC };
    let access = HostAccess { quiet_hours: Some(quiet), ..loopback() };
    let error = get(&fetcher(), &agency.at("/"), &access).await.unwrap_err();
    let FetchError::Quiet { rest, .. } = error else { panic!("{error}") };
    assert!(rest > Duration::from_secs(3590), "{rest:?}");
    assert_eq!(error.advice(), RetryAdvice::RetryAfter(rest));
    assert_eq!(agency.hits(), 0);

    let access = HostAccess { max_requests: 3, ..loopback() };
    let fetcher = fetcher();
    // robots.txt counts as a request too.
    page(get(&fetcher, &agency.at("/1"), &access).await);
    page(get(&fetcher, &agency.at("/2"), &access).await);
    let error = get(&fetcher, &agency.at("/3"), &access).await.unwrap_err();
    assert!(matches!(error, FetchError::BudgetExhausted { most: 3, .. }), "{error}");
    assert_eq!(agency.hits(), 2);
}
