//! Brings pages home, politely and safely. The only place that connects to addresses that others supply.
//!
//! A page goes through these rooms: `redirect` says where a request may go at all; `resolve` and `address` to which
//! sockets; `turns` and `queue` when; `door` and `exchange` send it and read the answer; `freshness` says whether it is
//! news; [`body`] unfolds it. A `folder` of saved pages answers in place of all that. What the page means is for others.

mod address;
pub mod body;
mod door;
mod error;
mod exchange;
mod folder;
mod freshness;
mod lifetime;
mod limits;
mod queue;
mod redirect;
mod resolve;
mod retry_after;
mod shown;
#[cfg(test)]
mod tests;
mod turns;

pub use body::BodyError;
pub use error::{FetchError, Phase};
pub use folder::FolderError;
pub use limits::Limits;
pub use resolve::{Resolve, SystemResolver};
pub use shown::shown;
pub use turns::{OwnTurns, Turn, Turns};

use crate::clock::Clock;
use crate::model::{Access, Folder};
use crate::page::{Coding, Page, Said, Validators};
use address::is_permitted;
use bytes::Bytes;
use door::Door;
use exchange::{Answer, Arrived};
use ipnet::IpNet;
use queue::{NoTurn, Queue, Wish};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::timeout;
use url::{Host, Url};

/// How much longer a turn may be held than the request may take: time for the keeper to hear that it is over.
const HOLD_MARGIN: Duration = Duration::from_secs(10);

/// How pages are fetched, the same for all sources.
pub struct Options {
    /// Who we are (`User-Agent`, RFC 9110 section 10.1.5), with an address where an agency can complain.
    pub user_agent: String,
    /// What one page may cost.
    pub limits: Limits,
    /// The clock of [`Page::fetched`]. Pauses and turns are in real time whatever it says.
    pub clock: Clock,
    /// Who looks names up.
    pub resolver: Arc<dyn Resolve>,
}

/// Fetches pages. One is shared by all visits of a process.
pub struct Fetcher {
    options: Options,
    queue: Queue,
    /// A client for each set of networks that are let in, because the guard sits inside the client.
    doors: Mutex<HashMap<Vec<IpNet>, Door>>,
}

/// What is to be fetched.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The address. User name and password in it are dropped.
    pub url: &'a Url,
    /// How the source wants its host to be treated.
    pub access: &'a Access,
    /// Saved pages that answer in place of the network.
    pub folder: Option<&'a Folder>,
    /// What the host gave us with the page last time.
    pub validators: Option<&'a Validators>,
}

/// What came of it.
#[expect(clippy::large_enum_variant, reason = "there is one for each fetch, and most are pages")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Response {
    /// The page is the same as last time, by the word of the host (304) or by its bytes. What to show at the next
    /// visit, and what the host says of it.
    Unchanged(Validators, Said),
    /// A page.
    Page(Page),
    /// There is no page.
    Gone(Absence),
}

/// In which way a page is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absence {
    /// It was not found (404), which may be a mistake of the site, or it is missing in the folder.
    NotFound,
    /// It was taken away for good (410).
    ForGood,
}

impl Absence {
    /// The status code that says so (RFC 9110 sections 15.5.5 and 15.5.11).
    pub fn status(self) -> u16 {
        match self {
            Self::NotFound => 404,
            Self::ForGood => 410,
        }
    }
}

impl Fetcher {
    /// Makes a fetcher whose requests take their turns from `turns`.
    pub fn new(options: Options, turns: Arc<dyn Turns>) -> Result<Self, FetchError> {
        let fetcher = Self { options, queue: Queue::new(turns), doors: Mutex::default() };
        // The usual client is made at once, so that a machine without certificates is noticed at the start.
        fetcher.door(&[])?;
        Ok(fetcher)
    }

    /// Fetches a page, waiting for its host's turn as long as that takes.
    pub async fn get(&self, request: Request<'_>) -> Result<Response, FetchError> {
        let limits = self.options.limits;
        if let Some(folder) = request.folder {
            let now = self.options.clock.now();
            return folder::get(folder, request.url, request.validators, &limits, now).await;
        }
        let asked = redirect::admit(request.url)?;
        let mut trail = vec![asked.clone()];
        let mut url = asked.clone();
        let mut left = request.access.timeout;
        let mut moved_for_good = true;
        while trail.len() <= limits.redirects + 1 {
            let said = |fresh_for, url: &Url| {
                let moved_to = (moved_for_good && *url != asked).then(|| url.clone());
                Said { fresh_for, moved_to }
            };
            let location = match self.hop(&url, request, &mut left).await? {
                Answer::Redirect { location, for_good } => {
                    moved_for_good &= for_good;
                    location
                }
                Answer::Unchanged(validators, fresh_for) => {
                    return Ok(Response::Unchanged(validators, said(fresh_for, &url)));
                }
                Answer::Gone(absence) => return Ok(Response::Gone(absence)),
                Answer::Body(arrived)
                    if freshness::is_same(request.validators, &arrived.validators) =>
                {
                    let said = said(arrived.fresh_for, &url);
                    return Ok(Response::Unchanged(arrived.validators, said));
                }
                Answer::Body(arrived) => {
                    let said = said(arrived.fresh_for, &url);
                    return self.page(asked, url, arrived, said).await;
                }
            };
            url = redirect::follow(&url, &location)?;
            if trail.contains(&url) {
                return Err(FetchError::RedirectCircle { url: shown(&url) });
            }
            trail.push(url.clone());
        }
        Err(FetchError::TooManyRedirects { url: shown(&asked), most: limits.redirects })
    }

    /// The body of a page that was kept as it came over the wire, under the same caps as when it came.
    pub fn reopen(&self, wire: &Bytes, coding: Coding) -> Result<Bytes, BodyError> {
        body::decode(wire, coding, &self.options.limits)
    }

    /// One request, in its host's turn. What it took is taken off `left`.
    async fn hop(
        &self,
        url: &Url,
        request: Request<'_>,
        left: &mut Duration,
    ) -> Result<Answer, FetchError> {
        let Request { access, validators, .. } = request;
        let limits = &self.options.limits;
        let host = place(url)?;
        let front = self.queue.front(&host).await;
        let addresses = self.addresses(url, access).await?;
        let door = self.door(&access.allow_private)?;
        let wish = Wish {
            host: host.clone(),
            addresses: addresses.iter().map(IpAddr::to_string).collect(),
            gap: access.gap,
            hold: left.saturating_add(HOLD_MARGIN),
            patience: limits.patience,
        };
        let mut held = self.queue.turn(front, wish).await.map_err(|none| match none {
            NoTurn::Resting { until, rest } => FetchError::Resting { host, until, rest },
            NoTurn::Keeper(why) => FetchError::Turns { host, why },
        })?;
        let began = Clock::System.now();
        let pin = door.pins.pin(url.host_str().unwrap_or_default(), addresses);
        let exchange = exchange::exchange(&door.client, url, validators, limits);
        let answer = timeout(*left, exchange).await.unwrap_or_else(|_| {
            Err(FetchError::Timeout { url: shown(url), phase: Phase::Whole, limit: access.timeout })
        });
        drop(pin);
        let took = (Clock::System.now() - began).to_std().unwrap_or_default();
        *left = left.saturating_sub(took);
        if let Err(FetchError::Status { retry_after: Some(rest), .. }) = &answer {
            held.rest(*rest);
        }
        held.give_back().await;
        answer
    }

    /// The addresses of a URL's host that may be connected to; an error where there is none.
    async fn addresses(&self, url: &Url, access: &Access) -> Result<Vec<IpAddr>, FetchError> {
        let found = match url.host() {
            Some(Host::Ipv4(address)) => vec![IpAddr::V4(address)],
            Some(Host::Ipv6(address)) => vec![IpAddr::V6(address)],
            Some(Host::Domain(name)) => self.lookup(url, name).await?,
            None => return Err(FetchError::NotHttp { url: shown(url) }),
        };
        let (permitted, refused): (Vec<IpAddr>, Vec<IpAddr>) = found
            .into_iter()
            .map(|address| address.to_canonical())
            .partition(|address| is_permitted(*address, &access.allow_private));
        match (permitted.is_empty(), refused.first()) {
            (false, _) => Ok(permitted),
            (true, Some(address)) => {
                Err(FetchError::PrivateAddress { url: shown(url), address: *address })
            }
            (true, None) => Err(FetchError::Dns {
                host: url.host_str().unwrap_or_default().to_owned(),
                why: "the answer is empty".to_owned(),
            }),
        }
    }

    async fn lookup(&self, url: &Url, name: &str) -> Result<Vec<IpAddr>, FetchError> {
        let limit = self.options.limits.connect;
        match timeout(limit, self.options.resolver.lookup(name)).await {
            Ok(Ok(addresses)) => Ok(addresses),
            Ok(Err(error)) => {
                Err(FetchError::Dns { host: name.to_owned(), why: error.to_string() })
            }
            Err(_) => Err(FetchError::Timeout { url: shown(url), phase: Phase::Dns, limit }),
        }
    }

    /// The client that lets `allow_private` in.
    fn door(&self, allow_private: &[IpNet]) -> Result<Door, FetchError> {
        let mut networks = allow_private.to_vec();
        networks.sort();
        networks.dedup();
        let mut doors = self.doors.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(door) = doors.get(&networks) {
            return Ok(door.clone());
        }
        let Options { user_agent, limits, .. } = &self.options;
        let door = door::open(user_agent, limits.connect, &networks)?;
        doors.insert(networks, door.clone());
        Ok(door)
    }

    /// Makes a page of a body that has arrived.
    async fn page(
        &self,
        asked: Url,
        url: Url,
        arrived: Arrived,
        said: Said,
    ) -> Result<Response, FetchError> {
        let Arrived { media, coding, wire, validators, .. } = arrived;
        let limits = self.options.limits;
        let coded = wire.clone();
        // Unfolding megabytes takes long enough to keep others from their turn.
        let decoded = tokio::task::spawn_blocking(move || body::decode(&coded, coding, &limits));
        let bytes = decoded
            .await
            .unwrap_or_else(|error| Err(BodyError::Corrupt(error.to_string())))
            .map_err(|cause| FetchError::Body { url: shown(&url), cause })?;
        let fetched = self.options.clock.now();
        Ok(Response::Page(Page {
            asked,
            url,
            media,
            wire,
            coding,
            bytes,
            fetched,
            validators,
            said,
        }))
    }
}

/// The host as a place where turns are taken: the same text for the same host.
fn place(url: &Url) -> Result<String, FetchError> {
    match url.host() {
        Some(Host::Domain(name)) => Ok(name.trim_end_matches('.').to_owned()),
        Some(Host::Ipv4(address)) => Ok(address.to_string()),
        Some(Host::Ipv6(address)) => Ok(IpAddr::V6(address).to_canonical().to_string()),
        None => Err(FetchError::NotHttp { url: shown(url) }),
    }
}
