//! Fetches pages that are built by scripts, with a browser. A WebDriver server starts one browser
//! per load, and our own proxy is its only connection to the network.
//!
//! A load holds one permit of its page's host: robots.txt, delay, budget and quiet hours of the
//! page apply as for any request. What the page requests then, from its host or others, passes
//! `proxy`, which applies the address guard, the ports and the size limits. robots.txt does not
//! apply to those requests, as it does not to a reader's browser.
//!
//! At most two browsers run at once. Each load has its own WebDriver session and its own listener
//! on the loopback; both end with the load, even if it is cancelled. The page is taken once it has
//! not changed for half a second. Its status is the one that the browser recorded for the
//! navigation.

mod browser;
mod driver;
mod error;
mod meter;
mod page;
mod proxy;

pub use error::RenderFault;

use super::error::{FetchError, TimeoutPhase};
use super::{Absence, Fetcher, Options, Request, Response, freshness, redacted, robots};
use crate::body::BodyError;
use crate::connect::machine_cause;
use bantin_core::{RenderPolicy, TlsPolicy};
use bantin_page::{CacheHints, ContentCoding, MediaType, Page};
use bytes::Bytes;
use driver::WebDriver;
use meter::LoadTraffic;
use page::RenderedPage;
use proxy::{LoopbackProxy, ProxyGuard};
use reqwest::header::HeaderMap;
use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::timeout;
use url::Url;

/// The number of browsers that run at once; each takes hundreds of megabytes.
pub(super) const BROWSERS: usize = 2;
/// The longest wait for a browser slot. The permit of the host is held meanwhile.
const PATIENCE: Duration = Duration::from_secs(180);
/// The maximum number of bytes received by a load, over all its connections.
const MAX_BYTES: usize = 32 << 20;
/// The maximum number of requests and tunnels of a load.
const MAX_REQUESTS: usize = 400;

/// The failure of a proxy that could not be opened.
fn proxy_fault(error: &io::Error) -> RenderFault {
    machine_cause(error).map_or_else(|| RenderFault::Proxy(error.to_string()), RenderFault::Machine)
}

fn fault(url: &Url, why: RenderFault) -> FetchError {
    FetchError::Render { url: redacted(url), why }
}

impl Fetcher {
    /// Fetches a page with a browser.
    pub(super) async fn render(
        &self,
        requested: Url,
        render: &RenderPolicy,
        request: Request<'_>,
    ) -> Result<Response, FetchError> {
        let Request { access, validators: known, .. } = request;
        let admitted = self.robots(&requested, access).await?;
        let delay = robots::check_url(&admitted, &requested, &self.agent, self.system_clock.now())?;
        let hold = access.timeout.saturating_add(PATIENCE);
        let (mut held, addresses) = self.acquire_permit(&requested, access, hold).await?;
        held.delay_host(delay);
        let built = self.build(&requested, render, request, addresses).await;
        held.release().await;
        let RenderedPage { status, url, html } = built?;
        if requested.scheme() == "https" && url.scheme() == "http" {
            return Err(FetchError::Downgrade { from: redacted(&requested), to: redacted(&url) });
        }
        if url.origin() != requested.origin() {
            let admitted = self.robots(&url, access).await?;
            robots::check_url(&admitted, &url, &self.agent, self.system_clock.now())?;
        }
        match status {
            200 | 203 => {}
            404 => return Ok(Response::Gone(Absence::NotFound)),
            410 => return Ok(Response::Gone(Absence::ForGood)),
            code => {
                return Err(FetchError::Status { url: redacted(&url), code, retry_after: None });
            }
        }
        let limit = self.options.limits.decoded;
        let html = html.filter(|html| html.len() <= limit).ok_or_else(|| FetchError::Body {
            url: redacted(&url),
            cause: BodyError::TooLarge { limit },
        })?;
        let wire = Bytes::from(html);
        let validators = freshness::response_validators(&HeaderMap::new(), &wire);
        let hints = CacheHints::default();
        if freshness::is_same(known, &validators) {
            return Ok(Response::Unchanged(validators, hints));
        }
        Ok(Response::Page(Page {
            requested,
            url,
            media: MediaType::read("text/html; charset=utf-8"),
            charset: None,
            bytes: wire.clone(),
            wire,
            coding: ContentCoding::Identity,
            fetched: self.options.clock.now(),
            validators,
            cache_hints: hints,
        }))
    }

    /// Loads a page within the limits of a load and the timeout of the source.
    async fn build(
        &self,
        requested: &Url,
        render: &RenderPolicy,
        request: Request<'_>,
        addresses: Vec<IpAddr>,
    ) -> Result<RenderedPage, FetchError> {
        let access = request.access;
        let too_slow = |limit| FetchError::Timeout {
            url: redacted(requested),
            phase: TimeoutPhase::Whole,
            limit,
        };
        let permit = timeout(PATIENCE, self.browsers.clone().acquire_owned()).await;
        let permit = permit.ok().and_then(Result::ok).ok_or_else(|| too_slow(PATIENCE))?;
        let Options { resolver, limits, user_agent, .. } = &self.options;
        let traffic = Arc::new(LoadTraffic::new(MAX_BYTES, MAX_REQUESTS));
        let host = requested.host_str().unwrap_or_default().to_owned();
        let guard = ProxyGuard {
            resolver: resolver.clone(),
            allow_private: access.allow_private.clone(),
            ports: access.ports.clone(),
            connect: limits.connect,
            traffic: traffic.clone(),
            resolved: Mutex::new(HashMap::from([(host, addresses)])),
        };
        let loopback = LoopbackProxy::open(guard).await;
        let loopback = loopback.map_err(|error| fault(requested, proxy_fault(&error)))?;
        let client = self.client(&[], &TlsPolicy::default())?.client;
        let driver = WebDriver { client, address: render.browser.webdriver.clone() };
        // The other half is for the start of the browser, and for the scripts of the page.
        let opening = access.timeout / 2;
        let capabilities =
            browser::capabilities(&render.browser, loopback.address, user_agent, opening);
        let load = async {
            let session = driver.begin(capabilities, permit).await;
            let session = session.map_err(|why| fault(requested, why))?;
            let wait = render.browser.wait;
            // Requests before this point came from the browser itself, so their failures do not
            // count for the page.
            traffic.take_failure();
            let built = page::build(&session, requested, opening, wait, limits.decoded).await;
            session.end().await;
            built
        };
        let built = tokio::select! {
            built = timeout(access.timeout, load) => {
                built.unwrap_or_else(|_| Err(too_slow(access.timeout)))
            }
            () = traffic.wait_for_overrun() => Err(FetchError::Body {
                url: redacted(requested),
                cause: BodyError::TooLarge { limit: MAX_BYTES },
            }),
        };
        drop(loopback);
        built.map_err(|error| match error {
            // The proxy's error is more specific than the browser's.
            FetchError::Render { why: RenderFault::NotOpened(_), .. } => {
                traffic.take_failure().unwrap_or(error)
            }
            other => other,
        })
    }
}
