//! A page that builds itself by script, built by a browser: a WebDriver server starts one for each load, and a proxy of our own is
//! its only way out.
//!
//! A load is one turn of the host of its page: robots.txt is asked for that page, and pace, budget and quiet hours hold as for
//! any request. What the page itself then asks for, of its host and of others, goes through the `proxy`, which applies the address
//! guard and the caps to it; robots.txt is not asked for it, as little as for a reader's browser.

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
use bantin_core::{RenderPolicy, TlsPolicy};
use bantin_page::{CacheHints, ContentCoding, MediaType, Page};
use bytes::Bytes;
use driver::WebDriver;
use meter::LoadTraffic;
use page::RenderedPage;
use proxy::{LoopbackProxy, ProxyGuard};
use reqwest::header::HeaderMap;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::timeout;
use url::Url;

/// How many browsers there may be at once; each takes hundreds of megabytes.
pub(super) const BROWSERS: usize = 2;
/// How long a load waits for its place among them. The turn of its host is held meanwhile.
const PATIENCE: Duration = Duration::from_secs(180);
/// The most bytes of a load, of all its connections together.
const MAX_BYTES: usize = 32 << 20;
/// The most requests and tunnels of a load.
const MAX_REQUESTS: usize = 400;

fn fault(url: &Url, why: RenderFault) -> FetchError {
    FetchError::Render { url: redacted(url), why }
}

impl Fetcher {
    /// Fetches a page by letting a browser build it.
    pub(super) async fn render(
        &self,
        asked: Url,
        render: &RenderPolicy,
        request: Request<'_>,
    ) -> Result<Response, FetchError> {
        let Request { access, validators: known, .. } = request;
        let admitted = self.robots(&asked, access).await?;
        let delay = robots::check_url(&admitted, &asked, &self.agent, self.real.now())?;
        let hold = access.timeout.saturating_add(PATIENCE);
        let (mut held, addresses) = self.turn(&asked, access, hold).await?;
        held.delay_host(delay);
        let built = self.build(&asked, render, request, addresses).await;
        held.give_back().await;
        let RenderedPage { status, url, html } = built?;
        if asked.scheme() == "https" && url.scheme() == "http" {
            return Err(FetchError::Downgrade { from: redacted(&asked), to: redacted(&url) });
        }
        if url.origin() != asked.origin() {
            let admitted = self.robots(&url, access).await?;
            robots::check_url(&admitted, &url, &self.agent, self.real.now())?;
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
        let validators = freshness::of_answer(&HeaderMap::new(), &wire);
        let said = CacheHints::default();
        if freshness::is_same(known, &validators) {
            return Ok(Response::Unchanged(validators, said));
        }
        Ok(Response::Page(Page {
            asked,
            url,
            media: MediaType::read("text/html; charset=utf-8"),
            told: None,
            bytes: wire.clone(),
            wire,
            coding: ContentCoding::Identity,
            fetched: self.options.clock.now(),
            validators,
            said,
        }))
    }

    /// Builds a page, within the caps of a load and the time of a page.
    async fn build(
        &self,
        asked: &Url,
        render: &RenderPolicy,
        request: Request<'_>,
        addresses: Vec<IpAddr>,
    ) -> Result<RenderedPage, FetchError> {
        let access = request.access;
        let too_slow =
            |limit| FetchError::Timeout { url: redacted(asked), phase: TimeoutPhase::Whole, limit };
        let place = timeout(PATIENCE, self.browsers.clone().acquire_owned()).await;
        let place = place.ok().and_then(Result::ok).ok_or_else(|| too_slow(PATIENCE))?;
        let Options { resolver, limits, user_agent, .. } = &self.options;
        let traffic = Arc::new(LoadTraffic::new(MAX_BYTES, MAX_REQUESTS));
        let host = asked.host_str().unwrap_or_default().to_owned();
        let guard = ProxyGuard {
            resolver: resolver.clone(),
            allow_private: access.allow_private.clone(),
            ports: access.ports.clone(),
            connect: limits.connect,
            traffic: traffic.clone(),
            known: Mutex::new(HashMap::from([(host, addresses)])),
        };
        let loopback = LoopbackProxy::open(guard).await;
        let loopback =
            loopback.map_err(|error| fault(asked, RenderFault::Proxy(error.to_string())))?;
        let client = self.door(&[], &TlsPolicy::default())?.client;
        let driver = WebDriver { client, address: render.browser.webdriver.clone() };
        // The other half is for the browser's start, and for what the page does then.
        let opening = access.timeout / 2;
        let capabilities =
            browser::capabilities(&render.browser, loopback.address, user_agent, opening);
        let load = async {
            let session = driver.begin(capabilities, place).await;
            let session = session.map_err(|why| fault(asked, why))?;
            let wait = render.browser.wait;
            // What the browser asked for before is no fault of the page.
            traffic.failure();
            let built = page::build(&session, asked, opening, wait, limits.decoded).await;
            session.end().await;
            built
        };
        let built = tokio::select! {
            built = timeout(access.timeout, load) => {
                built.unwrap_or_else(|_| Err(too_slow(access.timeout)))
            }
            () = traffic.overrun() => Err(FetchError::Body {
                url: redacted(asked),
                cause: BodyError::TooLarge { limit: MAX_BYTES },
            }),
        };
        drop(loopback);
        built.map_err(|error| match error {
            // The proxy knows better than the browser why there is nothing.
            FetchError::Render { why: RenderFault::NotOpened(_), .. } => {
                traffic.failure().unwrap_or(error)
            }
            other => other,
        })
    }
}
