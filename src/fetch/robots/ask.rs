//! Asking a site for its robots.txt, and what each answer means (RFC 9309 section 2.3.1).

use super::super::error::FetchError;
use super::super::exchange::{Answer, Arrived, Part};
use super::super::hosts::later;
use super::super::identity::Carried;
use super::super::shown::shown;
use super::super::{Asking, Fetcher, body, place, redirect};
use super::{
    MOST_BYTES, address, answered, delay, failed, is_due, is_html, says_something, site,
    told_of_delay,
};
use crate::model::{Access, RobotsTxt};
use bytes::Bytes;
use std::time::Duration;
use url::Url;

impl Fetcher {
    /// The robots.txt that speaks for a page: the kept one, or a new one where it is due.
    pub(in super::super) async fn robots(
        &self,
        page: &Url,
        access: &Access,
    ) -> Result<RobotsTxt, FetchError> {
        let (site, host) = (site(page), place(page)?);
        // One at a time, so that of all who want pages of a site only one asks for it.
        let _only = self.queue.front(&site).await;
        let keeper = |why| FetchError::Turns { host: host.clone(), why };
        let before = match self.hosts.robots(&site).await.map_err(keeper)? {
            Some(kept) if !is_due(&kept, self.real.now()) => return Ok(kept),
            before => before,
        };
        let robots = self.robots_txt(page, access, before).await?;
        self.hosts.keep_robots(&site, robots.clone()).await.map_err(keeper)?;
        // What the site has just asked for counts from that very request on.
        let now = self.real.now();
        if let Some(delay) = delay(&robots, &self.agent, now).filter(|delay| *delay > access.gap) {
            let places = std::slice::from_ref(&host);
            let free_from = later(now, delay);
            self.hosts.give_back(places, "", free_from).await.map_err(keeper)?;
        }
        Ok(robots)
    }

    /// Asks a site what it forbids (RFC 9309 section 2.3.1). An error is one of ours, or one that any page would meet.
    async fn robots_txt(
        &self,
        page: &Url,
        access: &Access,
        before: Option<RobotsTxt>,
    ) -> Result<RobotsTxt, FetchError> {
        let mut url = address(page);
        let mut left = access.timeout;
        let now = || self.real.now();
        for _ in 0..=self.options.limits.redirects {
            // It is for everybody, so nothing of the source's own is shown.
            let asking = Asking {
                carried: Carried::nothing(),
                validators: None,
                part: Part::Beginning(MOST_BYTES),
                delay: Duration::ZERO,
            };
            let why = match self.ask(&url, asking, access, &mut left).await {
                Ok(Answer::Redirect { location, .. }) => match redirect::follow(&url, &location) {
                    Ok(target) => {
                        url = target;
                        continue;
                    }
                    // It leads nowhere, as if there were none.
                    Err(_) => break,
                },
                Ok(Answer::Body(Arrived { wire, coding, .. })) => {
                    let file = body::beginning(&wire, coding, MOST_BYTES);
                    if !is_html(&file) {
                        if let Some(told) = told_of_delay(&file, &self.agent) {
                            tracing::info!("{} {told}", shown(&url));
                        }
                        return Ok(answered(file, now()));
                    }
                    // A page in its place says nothing; it does not take back what the site has said before.
                    if !before.as_ref().is_some_and(|before| says_something(before, now())) {
                        break;
                    }
                    "there is an HTML page in its place".to_owned()
                }
                Ok(Answer::Gone(_) | Answer::Unchanged(..)) => break,
                // All of the class says that there is none for us, but that we have asked too often (section 2.3.1.3).
                Err(
                    FetchError::Status { code: 400..=428 | 430..=499, .. }
                    | FetchError::Blocked { code: 400..=428 | 430..=499, .. }
                    | FetchError::BadRedirect { .. },
                ) => break,
                // A redirect away that nobody may follow leads nowhere.
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
                // Whatever keeps us from the site as a whole keeps us from the page, and is told as such.
                Err(error) => match &before {
                    Some(before) if says_something(before, now()) => error.to_string(),
                    _ => return Err(error),
                },
            };
            return Ok(failed(before, why, now()));
        }
        Ok(answered(Bytes::new(), now()))
    }
}
