//! Simulates ten thousand visits of one morning in paused time: no limit of a host is ever
//! exceeded.

use super::*;
use bantin_core::schedule;
use bantin_core::{
    QuietHours, RetryAdvice, Source, VisitCounts, VisitFailure, VisitOutcome, VisitStage,
};
use bantin_page::{ContentCoding, MediaType};
use bantin_testing as testing;
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Semaphore;

const VISITS: usize = 10_000;
const SOURCES: usize = 680;
const HOSTS: usize = 200;
const ADDRESSES: usize = 60;
const DELAY: Duration = Duration::from_secs(2);
/// So few that busy hosts use up their budget.
const MAX_REQUESTS: u32 = 250;

/// The hosts of a province, and the requests that they received.
#[derive(Default)]
struct World {
    /// By host and by address.
    places: Mutex<HashMap<String, Seen>>,
    robots: AtomicUsize,
    pages: AtomicUsize,
    refusals: AtomicUsize,
    broken: Mutex<Vec<String>>,
}

#[derive(Default, Clone)]
struct Seen {
    in_flight: u32,
    free_from: DateTime<Utc>,
    rests_until: DateTime<Utc>,
    days: HashMap<chrono::NaiveDate, u32>,
}

/// A pseudo-random number below `most`, derived from `words`: the same in every run.
fn chance(words: &str, most: u64) -> u64 {
    let [a, b, c, d, ..] = *blake3::hash(words.as_bytes()).as_bytes();
    u64::from(u32::from_be_bytes([a, b, c, d])) % most
}

fn number(host: &str) -> usize {
    host.trim_start_matches('h').trim_end_matches(".example").parse().unwrap()
}

fn address(host: usize) -> IpAddr {
    IpAddr::from([1, 1, 1, u8::try_from(host % ADDRESSES).unwrap()])
}

/// The Crawl-delay in a host's robots.txt.
fn crawl_delay(host: usize) -> Option<u32> {
    (host.is_multiple_of(10)).then_some(11)
}

fn quiet(host: usize) -> Option<QuietHours> {
    let time = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
    let zone = chrono_tz::Asia::Ho_Chi_Minh;
    (host % 20 == 7).then(|| QuietHours { from: time(8), to: time(9), zone })
}

impl Resolve for World {
    fn lookup<'a>(&'a self, host: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        Box::pin(async move { Ok(vec![address(number(host))]) })
    }
}

impl World {
    fn complain(&self, what: String) {
        self.broken.lock().unwrap().push(what);
    }

    /// Answers a request, and checks the limits of its host.
    async fn answer(&self, url: Url, clock: Clock) -> Result<WireResponse, FetchError> {
        let host = url.host_str().unwrap().to_owned();
        let number = number(&host);
        let places = [host.clone(), address(number).to_string()];
        let begins = clock.now();
        if quiet(number).is_some_and(|quiet| quiet.time_left(begins).is_some()) {
            self.complain(format!("{url} in the quiet hours, at {begins}"));
        }
        for place in &places {
            let mut seen = self.places.lock().unwrap();
            let seen = seen.entry(place.clone()).or_default();
            seen.in_flight += 1;
            let today = seen.days.entry(begins.date_naive()).or_default();
            *today += 1;
            if seen.in_flight > 1 || begins < seen.free_from || begins < seen.rests_until {
                let Seen { in_flight, free_from, rests_until, .. } = seen;
                self.complain(format!("{url} at {begins}: {in_flight} in flight, free from {free_from}, rests until {rests_until}"));
            } else if *place == host && *today > MAX_REQUESTS {
                self.complain(format!("{url} is request number {today} of {begins}"));
            }
        }
        let luck = format!("{url} {begins}");
        tokio::time::sleep(Duration::from_millis(match chance(&luck, 100) {
            0..5 => 20_000 + chance(&luck, 30_000),
            _ => 100 + chance(&luck, 3_000),
        }))
        .await;
        let ends = clock.now();
        let is_robots = url.path() == "/robots.txt";
        let rest = (!is_robots && chance(&format!("rest {luck}"), 100) < 3)
            .then(|| Duration::from_secs(60 + chance(&luck, 5_000)));
        let delay = crawl_delay(number).map_or(2, i64::from);
        for place in &places {
            let mut seen = self.places.lock().unwrap();
            let seen = seen.get_mut(place).unwrap();
            seen.in_flight -= 1;
            // Other hosts on the same address requested no pause.
            let delay = if *place == host { delay } else { 2 };
            seen.free_from = seen.free_from.max(ends + TimeDelta::seconds(delay));
            if let Some(rest) = rest.filter(|_| *place == host) {
                seen.rests_until = ends + TimeDelta::from_std(rest).unwrap();
            }
        }
        if let Some(rest) = rest {
            self.refusals.fetch_add(1, Ordering::Relaxed);
            let code = if chance(&luck, 2) == 0 { 429 } else { 503 };
            return Err(FetchError::Status { url: url.into(), code, retry_after: Some(rest) });
        }
        let counted = if is_robots { &self.robots } else { &self.pages };
        counted.fetch_add(1, Ordering::Relaxed);
        let text = match crawl_delay(number) {
            Some(delay) if is_robots => format!("User-agent: *\nCrawl-delay: {delay}\n"),
            _ if is_robots => return Ok(WireResponse::Gone(Absence::NotFound)),
            _ => luck,
        };
        let validators = Validators::default();
        let (media, coding) = (MediaType::default(), ContentCoding::Identity);
        let (wire, advertised) = (text.into(), Default::default());
        Ok(WireResponse::Body(ReceivedBody {
            media,
            coding,
            wire,
            validators,
            fresh_for: None,
            advertised,
            base: None,
        }))
    }
}

fn source_on(number: usize) -> Source {
    let mut source = testing::source(&format!("nguon-{number}"));
    // Some hosts have a dozen sources, most one or two.
    let host = usize::try_from(chance(&format!("host of {number}"), HOSTS as u64)).unwrap();
    let host = if number.is_multiple_of(5) { host % 9 } else { host };
    source.url = format!("http://h{host}.example/tin").parse().unwrap();
    source.access = HostAccess {
        delay: DELAY,
        max_requests: MAX_REQUESTS,
        quiet_hours: quiet(host),
        ..HostAccess::default()
    };
    source
}

/// One visit: the listing, and a few articles, until the host stops it.
async fn visit(fetcher: &Fetcher, source: &Source, salt: usize) -> VisitOutcome {
    let articles = chance(&format!("{} {salt}", source.url), 6);
    for article in 0..=articles {
        let mut url = source.url.clone();
        url.set_query((article > 0).then(|| format!("ID={article}")).as_deref());
        let request = Request {
            url: &url,
            access: &source.access,
            folder: None,
            validators: None,
            form: None,
        };
        if let Err(error) = fetcher.get(request).await {
            let (message, advice) = (error.to_string(), error.advice());
            assert!(matches!(advice, RetryAdvice::RetryAfter(_)), "{message}");
            return VisitOutcome::Failed(VisitFailure {
                stage: VisitStage::Fetch,
                message,
                advice,
            });
        }
    }
    VisitOutcome::Visited(VisitCounts::default())
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_visits_exceed_no_limit_of_any_host() {
    let morning = "2026-11-23T23:00:00Z".parse().unwrap();
    let clock = Clock::Simulated(morning, tokio::time::Instant::now());
    let world = Arc::new(World::default());
    let hosts = Arc::new(LocalHostLimiter::default());
    let options = Options {
        user_agent: "bantin/0".to_owned(),
        limits: RequestLimits::default(),
        clock: clock.clone(),
        resolver: world.clone(),
    };
    let mut fetcher = Fetcher::new(options, hosts.clone()).unwrap();
    fetcher.queue = RequestQueue::new(hosts, clock.clone());
    fetcher.system_clock = clock.clone();
    let answering = (world.clone(), clock.clone());
    fetcher.simulated = Some(Arc::new(move |url| {
        let (world, clock) = answering.clone();
        Box::pin(async move { world.answer(url, clock).await })
    }));

    let (fetcher, workers) = (Arc::new(fetcher), Arc::new(Semaphore::new(64)));
    let done = Arc::new(AtomicUsize::new(0));
    let mut sources = tokio::task::JoinSet::new();
    for number in 0..SOURCES {
        let (fetcher, workers, done) = (fetcher.clone(), workers.clone(), done.clone());
        let clock = clock.clone();
        sources.spawn(async move {
            let source = source_on(number);
            let mut failures = 0;
            while done.load(Ordering::Relaxed) < VISITS {
                let outcome = {
                    let _worker = workers.acquire().await.unwrap();
                    visit(&fetcher, &source, done.load(Ordering::Relaxed)).await
                };
                done.fetch_add(1, Ordering::Relaxed);
                failures = if outcome.is_success() { 0 } else { failures + 1 };
                let now = clock.now();
                let next = schedule::next_visit(&source, &outcome, failures, now);
                tokio::time::sleep((next - now).to_std().unwrap()).await;
            }
        });
    }
    while let Some(ended) = sources.join_next().await {
        ended.unwrap();
    }
    let broken = world.broken.lock().unwrap();
    assert!(broken.is_empty(), "{} limits exceeded, the first: {}", broken.len(), broken[0]);
    let count = |of: &AtomicUsize| of.load(Ordering::Relaxed);
    assert!(count(&done) >= VISITS);
    // The simulation exercised every kind of limit.
    assert!(count(&world.robots) > HOSTS / 2 && count(&world.refusals) > 100);
    assert!(count(&world.robots) <= HOSTS, "a robots.txt was requested twice");
    assert!(count(&world.pages) > VISITS, "{}", count(&world.pages));
    let places = world.places.lock().unwrap();
    let spent = |seen: &Seen| seen.days.values().any(|day| *day == MAX_REQUESTS);
    assert!(places.values().any(spent), "no host used up its budget");
}
