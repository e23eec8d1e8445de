//! A host never gets two requests at once, or one before its delay has passed.

use super::agency::{Agency, Reply, answer, html, path};
use super::*;
use bantin_core::RetryAdvice;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_is_asked_by_one_at_a_time_with_a_pause_between() {
    const DELAY: Duration = Duration::from_millis(4);
    let agency = Agency::open(|_| html("tin")).await;
    // Two names of one server: they share its permit, but not its queue.
    let told = Told(Mutex::new(vec![vec!["127.0.0.1"]]));
    let fetcher = Arc::new(fetcher_with(RequestLimits::default(), Arc::new(told)));
    let port = agency.address.port();
    let tasks: Vec<_> = (0..10)
        .map(|task| {
            let fetcher = fetcher.clone();
            tokio::spawn(async move {
                let access = HostAccess { delay: DELAY, ..loopback() };
                let url = format!("http://{}.example:{port}/", ["a", "b"][task % 2]);
                for _ in 0..20 {
                    page(get(&fetcher, &url, &access).await);
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let seen = agency.seen();
    assert_eq!(seen.len(), 200);
    for pair in seen.windows(2) {
        let pause =
            pair[1].came - pair[0].answered.expect("the previous request is still in flight");
        assert!(pause.to_std().unwrap_or_default() >= DELAY, "{pause}");
    }
}

#[tokio::test]
async fn a_cancelled_request_gives_its_turn_back() {
    let agency = Agency::open(|head| match path(head) {
        "/silent" => Reply::Silence,
        _ => html("tin"),
    })
    .await;
    let fetcher = fetcher();
    let access = loopback();
    let url = agency.at("/silent");
    tokio::select! {
        answer = get(&fetcher, &url, &access) => panic!("it was answered: {answer:?}"),
        () = agency.asked() => {}
    }
    // The permit was granted for the whole timeout of the source; the next request does not wait
    // that long.
    let next = timeout(Duration::from_secs(5), get(&fetcher, &agency.at("/"), &access)).await;
    page(next.expect("the permit was not released"));
}

#[tokio::test]
async fn a_host_that_says_when_to_come_back_is_left_alone_until_then() {
    let agency = Agency::open(|head| match path(head) {
        "/busy" => answer(503, "retry-after: 3600\r\n", b""),
        "/soon" => answer(500, "retry-after: 3600\r\n", b""),
        _ => html("tin"),
    })
    .await;
    let fetcher = fetcher();
    let access = loopback();
    let soon = get(&fetcher, &agency.at("/soon"), &access).await.unwrap_err();
    assert_eq!(soon.advice(), RetryAdvice::RetryLater, "{soon}");
    let busy = get(&fetcher, &agency.at("/busy"), &access).await.unwrap_err();
    assert_eq!(busy.advice(), RetryAdvice::RetryAfter(Duration::from_secs(3600)), "{busy}");
    let other = get(&fetcher, &agency.at("/"), &access).await.unwrap_err();
    let FetchError::HostPaused { rest, .. } = other else { panic!("{other}") };
    assert!(rest > Duration::from_secs(3500), "{rest:?}");
    assert_eq!(agency.hits(), 2);
}
