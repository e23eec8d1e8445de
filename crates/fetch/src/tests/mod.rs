//! Tests of the fetcher against a loopback agency that can be slow, rude, compressed, redirecting
//! and broken.

mod agency;
mod guard;
mod identity;
mod messages;
mod politeness;
mod proxy;
mod render;
mod robots;
mod saved;
mod simulation;
mod tls;
mod wire;

use super::*;
use bantin_page::Page;
use futures_util::future::BoxFuture;
use std::io;

/// Access without a delay, with these private networks allowed.
fn access(allow_private: &[&str]) -> HostAccess {
    HostAccess {
        delay: Duration::ZERO,
        timeout: Duration::from_secs(20),
        allow_private: allow_private.iter().map(|network| network.parse().unwrap()).collect(),
        // Loopback agencies listen at any free port.
        ports: (1..=u16::MAX).collect(),
        ..HostAccess::default()
    }
}

fn loopback() -> HostAccess {
    access(&["127.0.0.1/32"])
}

/// A resolver that returns the n-th answer for the n-th lookup, and the last one for all further
/// lookups.
struct Told(Mutex<Vec<Vec<&'static str>>>);

impl Resolve for Told {
    fn lookup<'a>(&'a self, _: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        let mut answers = self.0.lock().unwrap();
        let answer = if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() };
        Box::pin(async move { Ok(answer.iter().map(|address| address.parse().unwrap()).collect()) })
    }
}

/// The simulated network.
pub(super) type Simulated =
    Arc<dyn Fn(Url) -> BoxFuture<'static, Result<WireResponse, FetchError>> + Send + Sync>;

/// The simulated response if there is a simulation, else the real one.
pub(super) async fn instead(
    simulated: Option<&Simulated>,
    url: &Url,
    real: impl Future<Output = Result<WireResponse, FetchError>>,
) -> Result<WireResponse, FetchError> {
    match simulated {
        Some(simulated) => simulated(url.clone()).await,
        None => real.await,
    }
}

fn fetcher_with(limits: RequestLimits, resolver: Arc<dyn Resolve>) -> Fetcher {
    let clock = Clock::Fixed("2026-11-20T00:00:00Z".parse().unwrap());
    let options = Options { user_agent: "bantin/0 (+thử)".to_owned(), limits, clock, resolver };
    Fetcher::new(options, Arc::new(LocalHostLimiter::default())).unwrap()
}

fn fetcher() -> Fetcher {
    fetcher_with(RequestLimits::default(), Arc::new(SystemResolver))
}

async fn get(fetcher: &Fetcher, url: &str, access: &HostAccess) -> Result<Response, FetchError> {
    let url = url.parse().unwrap();
    fetcher.get(Request { url: &url, access, folder: None, validators: None, form: None }).await
}

#[track_caller]
fn page(response: Result<Response, FetchError>) -> Page {
    match response {
        Ok(Response::Page(page)) => page,
        other => panic!("no page: {other:?}"),
    }
}
