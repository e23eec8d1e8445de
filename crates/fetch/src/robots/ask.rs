//! Fetches a site's robots.txt and interprets the response (RFC 9309 section 2.3.1).

use super::super::error::FetchError;
use super::super::exchange::{BodyPortion, ReceivedBody, WireResponse};
use super::super::host_limiter::add_saturating;
use super::super::identity::RequestAuth;
use super::super::redact::redacted;
use super::super::{Fetcher, PendingRequest, body, host_key, redirect};
use super::{
    MAX_BYTES, address, delay, delay_message, failure_record, has_rules, is_due, is_html, site,
    success_record,
};
use bantin_core::{HostAccess, RobotsRecord};
use bytes::Bytes;
use std::time::Duration;
use url::Url;

impl Fetcher {
    /// Returns the robots.txt that governs a page: the stored one, or a new one if it is due.
    pub(in super::super) async fn robots(
        &self,
        page: &Url,
        access: &HostAccess,
    ) -> Result<RobotsRecord, FetchError> {
        self.robots_if(page, access, |kept| is_due(kept, self.system_clock.now())).await
    }

    /// Requests the robots.txt of a page's site whether or not it is due: the smallest request that
    /// shows the clock of its host.
    pub async fn request_date(&self, page: &Url, access: &HostAccess) -> Result<(), FetchError> {
        self.robots_if(page, access, |_| true).await.map(|_| ())
    }

    /// Returns a new robots.txt if none is stored, or if the stored one is to be replaced.
    async fn robots_if(
        &self,
        page: &Url,
        access: &HostAccess,
        is_replaced: impl Fn(&RobotsRecord) -> bool,
    ) -> Result<RobotsRecord, FetchError> {
        let (site, host) = (site(page), host_key(page)?);
        // One task at a time per site, so that robots.txt is fetched once for all waiting pages.
        let _only = self.queue.wait_for_head(&site).await;
        let limiter_error = |why| FetchError::HostLimiter { host: host.clone(), why };
        let before = match self.hosts.robots(&site).await.map_err(limiter_error)? {
            Some(kept) if !is_replaced(&kept) => return Ok(kept),
            before => before,
        };
        let robots = self.robots_txt(page, access, before).await?;
        self.hosts.store_robots(&site, robots.clone()).await.map_err(limiter_error)?;
        // The new delay applies from this very request on.
        let now = self.system_clock.now();
        if let Some(delay) = delay(&robots, &self.agent, now).filter(|delay| *delay > access.delay)
        {
            let keys = std::slice::from_ref(&host);
            let free_from = add_saturating(now, delay);
            self.hosts.release(keys, "", free_from).await.map_err(limiter_error)?;
        }
        Ok(robots)
    }

    /// Fetches the robots.txt of a site (RFC 9309 section 2.3.1). Returns an error only if the page
    /// itself could not be fetched either.
    async fn robots_txt(
        &self,
        page: &Url,
        access: &HostAccess,
        before: Option<RobotsRecord>,
    ) -> Result<RobotsRecord, FetchError> {
        let mut url = address(page);
        let mut left = access.timeout;
        let now = || self.system_clock.now();
        for _ in 0..=self.options.limits.redirects {
            // robots.txt is public, so nothing of the source's identity is sent.
            let asking = PendingRequest {
                auth: RequestAuth::plain_get(),
                validators: None,
                part: BodyPortion::Beginning(MAX_BYTES),
                delay: Duration::ZERO,
                limits: self.options.limits,
            };
            let why = match self.send_request(&url, asking, access, &mut left).await {
                Ok(WireResponse::Redirect { location, .. }) => {
                    match redirect::follow(&url, &location) {
                        Ok(target) => {
                            url = target;
                            continue;
                        }
                        // An invalid target counts as a missing file.
                        Err(_) => break,
                    }
                }
                Ok(WireResponse::Body(ReceivedBody { wire, coding, .. })) => {
                    let file = body::decode_prefix(&wire, coding, MAX_BYTES);
                    if !is_html(&file) {
                        if let Some(message) = delay_message(&file, &self.agent) {
                            tracing::info!("{} {message}", redacted(&url));
                        }
                        return Ok(success_record(file, now()));
                    }
                    // An HTML page has no rules, but does not revoke the rules that the site had
                    // before.
                    if !before.as_ref().is_some_and(|before| has_rules(before, now())) {
                        break;
                    }
                    "it is an HTML page".to_owned()
                }
                Ok(WireResponse::Gone(_) | WireResponse::Unchanged(..)) => break,
                // Every 4xx status counts as a missing file, except 429, which means too many
                // requests (section 2.3.1.3).
                Err(
                    FetchError::Status { code: 400..=428 | 430..=499, .. }
                    | FetchError::Blocked { code: 400..=428 | 430..=499, .. }
                    | FetchError::BadRedirect { .. },
                ) => break,
                // This says nothing about the site.
                Err(error) if error.is_local() => return Err(error),
                // A redirect to another site that must not be requested counts as a missing file.
                Err(FetchError::PrivateAddress { .. } | FetchError::Port { .. })
                    if url.origin() != page.origin() =>
                {
                    break;
                }
                Err(
                    error @ (FetchError::Status { .. }
                    | FetchError::Blocked { .. }
                    | FetchError::Body { .. }
                    | FetchError::Timeout { .. }
                    | FetchError::Broken { .. }),
                ) => error.to_string(),
                Err(error) if url.origin() != page.origin() => error.to_string(),
                // An error of the whole site would also affect the page, so it is reported as such.
                Err(error) => match &before {
                    Some(before) if has_rules(before, now()) => error.to_string(),
                    _ => return Err(error),
                },
            };
            return Ok(failure_record(before, why, now()));
        }
        Ok(success_record(Bytes::new(), now()))
    }
}
