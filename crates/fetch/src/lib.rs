//! Fetches pages politely and safely. The only crate that connects to addresses that others supply.
//!
//! A request passes these modules, in order:
//! - `redirect`: the schemes, ports and redirect targets that are allowed;
//! - `robots`: robots.txt of the site;
//! - `resolve` and `address`: name resolution and the guard against private addresses;
//! - `host_limiter` and `request_queue`: the permit for the host, its delay and its daily budget;
//! - `identity` and `cookies`: credentials, header fields, forms and cookies;
//! - `client_pool` or `proxy`, with `tls`, `exchange`, `status_line` and `budget`: sending the
//!   request and reading the response;
//! - `host_date`: the host's clock, for the guard of ours;
//! - `freshness` and `freshness_lifetime`: whether the page changed, and when to fetch it again;
//! - `coding` and [`body`]: the content coding that the body really has, and decoding it.
//!
//! `message` sends requests that are not for a page, such as WebSub deliveries. `folder` answers
//! from saved pages instead of the network. `render` loads a page in a browser, under the permit of
//! its host. What a page means is outside this crate.

mod address;
mod blocked;
pub mod body;
mod budget;
mod client_pool;
mod coding;
mod connect;
mod cookies;
mod error;
mod exchange;
mod folder;
mod freshness;
mod freshness_lifetime;
mod host_date;
mod host_limiter;
mod identity;
mod limits;
mod links;
mod message;
mod proxy;
mod redact;
mod redirect;
mod render;
mod request_queue;
mod resolve;
mod retry_after;
mod robots;
mod status_line;
#[cfg(test)]
mod tests;
mod tls;

pub use body::BodyError;
pub use connect::ConnectCause;
pub use error::{FetchError, TimeoutPhase};
pub use folder::FolderError;
pub use host_limiter::{HostLimiter, LocalHostLimiter};
pub use limits::RequestLimits;
pub use message::{MessageReply, MessageTargets, OutgoingMessage};
pub use proxy::ProxyFault;
pub use redact::redacted;
pub use render::RenderFault;
pub use resolve::{Resolve, SystemResolver};
pub use tls::{Certificate, TlsCause};

use bantin_core::clock::Clock;
use bantin_core::{HostAccess, Proxy, SourceFolder, TlsPolicy};
use bantin_page::{CacheHints, ContentCoding, Page, Validators};
use budget::BodyBudget;
use bytes::Bytes;
use client_pool::ClientPool;
use cookies::CookieJars;
use exchange::{BodyPortion, ReceivedBody, WireRequest, WireResponse};
use folder::archive::{self, WarcCache};
use identity::RequestAuth;
use ipnet::IpNet;
use proxy::{TunnelSocket, TunnelTarget};
use request_queue::{HeldPermit, PermitDenied, PermitRequest, RequestQueue};
use reqwest::header::COOKIE;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};
use url::{Host, Url};

/// The time that a permit may outlast its request: the release must still reach the host limiter.
const HOLD_MARGIN: Duration = Duration::from_secs(10);

/// The number of Brotli bodies decoded at once. Each decoder has a window of megabytes.
const WINDOWS: usize = 2;

/// The largest body, in bytes, that is decoded a second time when it is compressed again.
const SMALL: usize = 256 << 10;

/// The settings of a [`Fetcher`], the same for all sources.
pub struct Options {
    /// The `User-Agent` (RFC 9110 section 10.1.5), with an address where an agency can complain.
    pub user_agent: String,
    /// The limits on the time and size of one page.
    pub limits: RequestLimits,
    /// The clock of [`Page::fetched`]. Delays and permits use real time even if this clock is fixed.
    pub clock: Clock,
    /// The name resolver.
    pub resolver: Arc<dyn Resolve>,
}

/// Fetches pages. All visits of a process share one fetcher.
pub struct Fetcher {
    options: Options,
    /// The permits, request counts and robots.txt files, shared by all processes.
    hosts: Arc<dyn HostLimiter>,
    queue: RequestQueue,
    bodies: BodyBudget,
    brotli_permits: Semaphore,
    /// Limits the number of browsers that run at once.
    browsers: Arc<Semaphore>,
    /// The real clock, for permits, quiet hours and robots.txt, even if `Options::clock` is fixed.
    system_clock: Clock,
    /// Our product token in robots.txt files.
    agent: String,
    /// The simulated network of tests.
    #[cfg(test)]
    simulated: Option<tests::Simulated>,
    /// One client per set of allowed private networks and TLS policy, because a client is built
    /// with both.
    clients: Mutex<HashMap<(Vec<IpNet>, TlsPolicy), ClientPool>>,
    tls: tls::TlsSetups,
    /// The cookies of the sources that keep them.
    jars: CookieJars,
    /// The cache of the WARC files that replace sites.
    archives: Arc<WarcCache>,
}

/// A request for one page.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The URL. User name and password in it are dropped.
    pub url: &'a Url,
    /// How to access the source's host: delay, budget, identity, proxy, TLS and browser.
    pub access: &'a HostAccess,
    /// The saved pages that answer instead of the network.
    pub folder: Option<&'a SourceFolder>,
    /// The validators that the host sent with the page last time.
    pub validators: Option<&'a Validators>,
    /// Fields to send by `POST` (`application/x-www-form-urlencoded`) instead of a `GET`. They are
    /// sent to the origin of the URL only. A folder ignores them.
    pub form: Option<&'a [(String, String)]>,
}

/// The result of a fetch.
#[expect(clippy::large_enum_variant, reason = "there is one for each fetch, and most are pages")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Response {
    /// The page did not change, according to the host (304) or because its bytes are the same. With
    /// the validators for the next visit and the cache hints of the response.
    Unchanged(Validators, CacheHints),
    /// A page.
    Page(Page),
    /// The page does not exist.
    Gone(Absence),
}

/// The way in which a page is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absence {
    /// Not found (404), which may be a mistake of the site, or missing in the folder.
    NotFound,
    /// Removed for good (410).
    ForGood,
}

impl Absence {
    /// The status code (RFC 9110 sections 15.5.5 and 15.5.11).
    pub fn status(self) -> u16 {
        match self {
            Self::NotFound => 404,
            Self::ForGood => 410,
        }
    }
}

/// One request within a fetch.
struct PendingRequest<'a> {
    auth: RequestAuth,
    validators: Option<&'a Validators>,
    part: BodyPortion,
    /// The delay that robots.txt requires after the request, if it is longer than the source's own.
    delay: Duration,
    limits: RequestLimits,
}

impl Fetcher {
    /// Creates a fetcher that shares `hosts` with all other clients of the same hosts.
    pub fn new(options: Options, hosts: Arc<dyn HostLimiter>) -> Result<Self, FetchError> {
        let system_clock = options.clock.unfixed();
        let queue = RequestQueue::new(hosts.clone(), system_clock.clone());
        // The product of the User-Agent is the name in robots.txt files (RFC 9309 section 2.2.1).
        let agent = options.user_agent.split(['/', ' ']).next().unwrap_or_default().to_owned();
        let fetcher = Self {
            hosts,
            queue,
            bodies: BodyBudget::default(),
            brotli_permits: Semaphore::new(WINDOWS),
            browsers: Arc::new(Semaphore::new(render::BROWSERS)),
            options,
            tls: tls::TlsSetups::new(system_clock.clone()),
            system_clock,
            agent,
            #[cfg(test)]
            simulated: None,
            clients: Mutex::default(),
            jars: CookieJars::default(),
            archives: Arc::default(),
        };
        // The default client is created at once, so that a machine without certificates fails at
        // startup.
        fetcher.client(&[], &TlsPolicy::default())?;
        Ok(fetcher)
    }

    /// Fetches a page. Waits in the queue of its host, and fails if the permit would take longer
    /// than [`RequestLimits::patience`].
    pub async fn get(&self, request: Request<'_>) -> Result<Response, FetchError> {
        self.get_within(request, self.options.limits).await
    }

    /// Fetches a document that may have `max_bytes`, such as a sitemap. Of documents that are larger
    /// than a page, one is in memory at a time.
    pub async fn get_document(
        &self,
        request: Request<'_>,
        max_bytes: usize,
    ) -> Result<Response, FetchError> {
        self.get_within(request, self.options.limits.for_document(max_bytes)).await
    }

    async fn get_within(
        &self,
        request: Request<'_>,
        limits: RequestLimits,
    ) -> Result<Response, FetchError> {
        if let Some(folder) = request.folder {
            let now = self.options.clock.now();
            let Request { url, validators, .. } = request;
            let found = if folder.is_archive() {
                archive::get(&self.archives, folder, url, validators, &limits, now).await?
            } else {
                folder::get(folder, url, validators, &limits, now).await?
            };
            return self.decode_saved(found, &limits).await;
        }
        let requested = redirect::check_url(request.url)?;
        // The form of a pager is sent without a browser: the server builds its response.
        let render = request.access.render.as_ref().filter(|_| request.form.is_none());
        if let Some(render) = render.filter(|render| render.is_for(&requested)) {
            return self.render(requested, render, request).await;
        }
        let identity = request.access.identity.as_ref();
        let mut with_form = request.form.is_some() || identity::needs_form(identity, &requested);
        let mut trail = Vec::new();
        let mut url = requested.clone();
        let mut left = request.access.timeout;
        let mut all_permanent = true;
        while trail.len() <= limits.redirects {
            let own_form = request.form.filter(|_| with_form);
            let asks_by_identity = with_form && own_form.is_none();
            let mut auth = identity::auth(identity, &self.jars, &url, asks_by_identity);
            if let Some(form) = own_form {
                auth.post(form.iter().map(|(name, value)| (name.as_str(), value.as_str())));
            }
            // The same request with the same cookies would get the same response.
            let step = (url.clone(), with_form, auth.headers.get(COOKIE).cloned());
            if trail.contains(&step) {
                return Err(FetchError::RedirectCircle { url: redacted(&url) });
            }
            trail.push(step);
            let hints = |fresh_for, url: &Url| {
                let moved_to = (all_permanent && *url != requested).then(|| url.clone());
                CacheHints { fresh_for, moved_to, ..CacheHints::default() }
            };
            let (location, repeats_form) =
                match self.request_page(&url, request, auth, &mut left, limits).await? {
                    WireResponse::Redirect { location, repeats_form, is_permanent } => {
                        all_permanent &= is_permanent;
                        (location, repeats_form)
                    }
                    WireResponse::Unchanged(validators, fresh_for) => {
                        return Ok(Response::Unchanged(validators, hints(fresh_for, &url)));
                    }
                    WireResponse::Gone(absence) => return Ok(Response::Gone(absence)),
                    WireResponse::Body(received)
                        if freshness::is_same(request.validators, &received.validators) =>
                    {
                        let mut hints = hints(received.fresh_for, &url);
                        hints.advertised = received.advertised;
                        return Ok(Response::Unchanged(received.validators, hints));
                    }
                    WireResponse::Body(received) => {
                        let mut hints = hints(received.fresh_for, &url);
                        hints.advertised = received.advertised.clone();
                        hints.base.clone_from(&received.base);
                        return self.page(requested, url, received, hints, &limits).await;
                    }
                };
            let target = redirect::follow(&url, &location)?;
            with_form &= repeats_form;
            if with_form && target.origin() != url.origin() {
                return Err(FetchError::FormElsewhere {
                    from: redacted(&url),
                    to: redacted(&target),
                });
            }
            url = target;
        }
        Err(FetchError::TooManyRedirects { url: redacted(&requested), most: limits.redirects })
    }

    /// Decodes a body as it was received or stored, within the limits of this fetcher, or those of a
    /// document of `max_bytes`.
    pub async fn decode(
        &self,
        wire: &Bytes,
        coding: ContentCoding,
        max_bytes: usize,
    ) -> Result<Bytes, BodyError> {
        self.decode_within(wire, coding, &self.options.limits.for_document(max_bytes)).await
    }

    async fn decode_within(
        &self,
        wire: &Bytes,
        coding: ContentCoding,
        limits: &RequestLimits,
    ) -> Result<Bytes, BodyError> {
        let _window = match coding {
            ContentCoding::Br => self.brotli_permits.acquire().await.ok(),
            ContentCoding::Identity | ContentCoding::Gzip | ContentCoding::Deflate => None,
        };
        let bytes =
            body::decode(wire, wire.len(), coding, self.bodies.decoded(limits), limits).await?;
        // A compressed file that was compressed again in transit. A longer one stays compressed: it
        // holds a permit for a large decoded body, and waiting for a second one could deadlock.
        let is_short = coding != ContentCoding::Identity && bytes.len() <= SMALL;
        if let Some(second) = coding::of_decoded(&bytes).filter(|_| is_short) {
            let inner = Bytes::copy_from_slice(&bytes);
            drop(bytes);
            let buffer = self.bodies.decoded(limits);
            return body::decode(&inner, wire.len(), second, buffer, limits).await;
        }
        Ok(bytes)
    }

    /// Decodes a saved gzip file as if it had arrived over the network.
    async fn decode_saved(
        &self,
        found: Response,
        limits: &RequestLimits,
    ) -> Result<Response, FetchError> {
        let Response::Page(mut page) = found else { return Ok(found) };
        if page.coding == ContentCoding::Identity && body::is_gzip_file(&page.url, &page.wire) {
            page.coding = ContentCoding::Gzip;
        }
        if page.coding != ContentCoding::Identity {
            let decoded = self.decode_within(&page.wire, page.coding, limits).await;
            page.bytes =
                decoded.map_err(|cause| FetchError::Body { url: redacted(&page.url), cause })?;
        }
        Ok(Response::Page(page))
    }

    /// Sends one request for a page, if robots.txt allows it. Subtracts the time it took from
    /// `left`.
    async fn request_page(
        &self,
        url: &Url,
        request: Request<'_>,
        auth: RequestAuth,
        left: &mut Duration,
        limits: RequestLimits,
    ) -> Result<WireResponse, FetchError> {
        let Request { access, validators, .. } = request;
        let robots = self.robots(url, access).await?;
        let delay = robots::check_url(&robots, url, &self.agent, self.system_clock.now())?;
        let pending = PendingRequest { auth, validators, part: BodyPortion::Whole, delay, limits };
        self.send_request(url, pending, access, left).await
    }

    /// Waits in the queue of a URL's host, resolves and checks its addresses, then waits for its
    /// permit. The permit expires `hold` and [`HOLD_MARGIN`] after it was granted.
    async fn acquire_permit(
        &self,
        url: &Url,
        access: &HostAccess,
        hold: Duration,
    ) -> Result<(HeldPermit, Vec<IpAddr>), FetchError> {
        let limits = &self.options.limits;
        let host = host_key(url)?;
        redirect::check_port(url, &access.ports)?;
        let front = self.queue.wait_for_head(&host).await;
        let quiet =
            || access.quiet_hours.and_then(|quiet| quiet.time_left(self.system_clock.now()));
        if let Some((until, rest)) = quiet() {
            return Err(FetchError::Quiet { host, until, rest });
        }
        let addresses = match &access.proxy {
            // This proxy resolves names itself, because the operator trusts it to. Addresses in
            // URLs are checked all the same.
            Some(proxy) if proxy.resolves_names && url.domain().is_some() => Vec::new(),
            _ => self.addresses(url, access).await?,
        };
        let most = access.max_requests;
        let request = PermitRequest {
            host: host.clone(),
            addresses: addresses.iter().map(IpAddr::to_string).collect(),
            delay: access.delay,
            hold: hold.saturating_add(HOLD_MARGIN),
            patience: limits.patience,
            max_per_day: Some(most),
        };
        let permit = self.queue.acquire(front, request).await;
        let permit = match permit {
            Ok(permit) => permit,
            Err(PermitDenied::HostPaused { until, rest }) => {
                return Err(FetchError::HostPaused { host, until, rest });
            }
            Err(PermitDenied::BudgetExhausted { until, rest }) => {
                return Err(FetchError::BudgetExhausted { host, most, until, rest });
            }
            Err(PermitDenied::LimiterFailed(why)) => {
                return Err(FetchError::HostLimiter { host, why });
            }
        };
        // Quiet hours may have begun during the wait.
        if let Some((until, rest)) = quiet() {
            permit.release().await;
            return Err(FetchError::Quiet { host, until, rest });
        }
        Ok((permit, addresses))
    }

    /// Sends one request under its host's permit. Subtracts the time it took from `left`.
    async fn send_request(
        &self,
        url: &Url,
        pending: PendingRequest<'_>,
        access: &HostAccess,
        left: &mut Duration,
    ) -> Result<WireResponse, FetchError> {
        let (mut permit, addresses) = self.acquire_permit(url, access, *left).await?;
        let began = Instant::now();
        let PendingRequest { auth, validators, part, delay, limits } = pending;
        let limits = &limits;
        permit.delay_host(delay);
        let (tls, buffer) = (&access.tls, self.bodies.wire(limits));
        let requested = WireRequest { url, auth, validators, part, clock: &self.system_clock };
        let exchange = async {
            match &access.proxy {
                Some(proxy) => {
                    let (client, _near) = self.tunnel(proxy, tls, url, addresses).await?;
                    exchange::exchange(&client, requested, tls, buffer, limits).await
                }
                None => {
                    let pool = self.client(&access.allow_private, tls)?;
                    let _pin = pool.pins.pin(url.host_str().unwrap_or_default(), addresses);
                    exchange::exchange(&pool.client, requested, tls, buffer, limits).await
                }
            }
        };
        #[cfg(test)]
        let exchange = tests::instead(self.simulated.as_ref(), url, exchange);
        let response = timeout(*left, exchange).await.unwrap_or_else(|_| {
            Err(FetchError::Timeout {
                url: redacted(url),
                phase: TimeoutPhase::Whole,
                limit: access.timeout,
            })
        });
        *left = left.saturating_sub(began.elapsed());
        if let Err(FetchError::Status { retry_after: Some(rest), .. }) = &response {
            permit.delay_host(*rest);
        }
        permit.release().await;
        response
    }

    /// Opens a tunnel and returns a client for one request through it, with the near end of the
    /// tunnel.
    async fn tunnel(
        &self,
        proxy: &Proxy,
        tls: &TlsPolicy,
        url: &Url,
        addresses: Vec<IpAddr>,
    ) -> Result<(reqwest::Client, TunnelSocket), FetchError> {
        let fault = |why| FetchError::Proxy { proxy: proxy.to_string(), url: redacted(url), why };
        let Options { user_agent, limits, .. } = &self.options;
        let port = url.port_or_known_default().unwrap_or_default();
        let mut targets: Vec<TunnelTarget> =
            addresses.into_iter().map(|address| TunnelTarget::Address(address, port)).collect();
        if let Some(name) = url.domain().filter(|_| targets.is_empty()) {
            targets.push(TunnelTarget::Name(name.to_owned(), port));
        }
        let tunnel = proxy::open(proxy, &targets, limits.connect).await.map_err(fault)?;
        let near =
            TunnelSocket::of(tunnel).map_err(|why| fault(ProxyFault::Socket(why.to_string())))?;
        let (connect, socket) = (limits.connect, near.path());
        let client = client_pool::open_to_socket(user_agent, connect, socket, &self.tls, tls)?;
        Ok((client, near))
    }

    /// Returns the client for these private networks and this TLS policy; creates it on first use.
    fn client(&self, allow_private: &[IpNet], tls: &TlsPolicy) -> Result<ClientPool, FetchError> {
        let mut networks = allow_private.to_vec();
        networks.sort();
        networks.dedup();
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (networks, tls.clone());
        if let Some(client) = clients.get(&key) {
            return Ok(client.clone());
        }
        let Options { user_agent, limits, .. } = &self.options;
        let client = client_pool::open(user_agent, limits.connect, &key.0, &self.tls, tls)?;
        clients.insert(key, client.clone());
        Ok(client)
    }

    /// Decodes a received body and makes it a page.
    async fn page(
        &self,
        requested: Url,
        url: Url,
        received: ReceivedBody,
        hints: CacheHints,
        limits: &RequestLimits,
    ) -> Result<Response, FetchError> {
        let ReceivedBody { media, coding, wire, validators, .. } = received;
        let decoded = self.decode_within(&wire, coding, limits).await;
        let bytes = decoded.map_err(|cause| FetchError::Body { url: redacted(&url), cause })?;
        let fetched = self.options.clock.now();
        Ok(Response::Page(Page {
            requested,
            url,
            media,
            charset: None,
            wire,
            coding,
            bytes,
            fetched,
            validators,
            cache_hints: hints,
        }))
    }
}

/// The host as a key of permits: the same text for every spelling of the host.
fn host_key(url: &Url) -> Result<String, FetchError> {
    match url.host() {
        Some(Host::Domain(name)) => Ok(name.trim_end_matches('.').to_owned()),
        Some(Host::Ipv4(address)) => Ok(address.to_string()),
        Some(Host::Ipv6(address)) => Ok(IpAddr::V6(address).to_canonical().to_string()),
        None => Err(FetchError::NotHttp { url: redacted(url) }),
    }
}
