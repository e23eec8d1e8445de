//! Messages to addresses that strangers supplied: callbacks and hubs of WebSub.
//!
//! They go through the same guard, turns and doors as pages, but they are no pages: robots.txt is for what is fetched
//! without being asked to, no redirect is followed, and every status is an answer.

use super::error::{FetchError, TimeoutPhase};
use super::exchange::no_answer;
use super::redact::redacted;
use super::request_queue::{PermitDenied, PermitRequest};
use super::{Fetcher, HOLD_MARGIN, address, place, redirect, retry_after};
use bantin_core::clock::Clock;
use bantin_core::{HostAccess, TlsPolicy};
use bytes::{Bytes, BytesMut};
use ipnet::IpNet;
use reqwest::Method;
use reqwest::header::{ACCEPT_ENCODING, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use std::net::IpAddr;
use std::time::Duration;
use tokio::time::timeout;
use url::Url;

/// The most bytes of an answer that are read: a challenge, or a sentence.
const MAX_OF_ANSWER: usize = 4 << 10;
/// How long a message may take, from the connection to the end of the answer. Nobody who gets one has work to do first.
const MAX_LENGTH: Duration = Duration::from_secs(10);
/// The pause after a message at its host: a host with many subscriptions gets ten a second.
const GAP: Duration = Duration::from_millis(100);
/// How far off the host's turn may be; past it the message is for later.
const PATIENCE: Duration = Duration::from_secs(20);

/// What is sent.
#[derive(Debug, Clone)]
pub struct OutgoingMessage<'a> {
    /// The address. User name and password in it are dropped.
    pub url: &'a Url,
    /// A body, which is sent by POST; without one it is a GET.
    pub body: Option<Bytes>,
    /// Header fields, names in lower case. A value that cannot be a field's is left out.
    pub fields: Vec<(&'static str, String)>,
    /// Where it may go.
    pub whereto: MessageTargets<'a>,
}

/// Where messages may go beside the public internet.
#[derive(Debug, Clone, Copy)]
pub struct MessageTargets<'a> {
    /// Networks that are not public and are meant all the same, at any port.
    pub allow_private: &'a [IpNet],
    /// Ports beside 80 and 443.
    pub ports: &'a [u16],
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageReply {
    /// The status code (RFC 9110 section 15).
    pub status: u16,
    /// The beginning of the body, at most 4 KiB.
    pub body: Bytes,
    /// When the host wants to be asked again, with 429 and 503.
    pub retry_after: Option<Duration>,
}

impl MessageReply {
    /// Whether the status is one of success (2xx).
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

impl Fetcher {
    /// Sends a message in its host's turn. It takes half a minute at most.
    pub async fn send(&self, message: OutgoingMessage<'_>) -> Result<MessageReply, FetchError> {
        let url = redirect::check_url(message.url)?;
        let host = place(&url)?;
        let MessageTargets { allow_private, ports } = message.whereto;
        let access = HostAccess { allow_private: allow_private.to_vec(), ..HostAccess::default() };
        let addresses = self.addresses(&url, &access).await?;
        let named = |address: &IpAddr| allow_private.iter().any(|net| net.contains(address));
        // In a network that the operator names for this, all boxes are meant, whatever port they chose.
        if addresses.is_empty() || !addresses.iter().all(named) {
            redirect::check_port(&url, ports)?;
        }
        let front = timeout(PATIENCE, self.queue.front(&host)).await.map_err(|_| {
            let until = self.real.now() + PATIENCE;
            FetchError::Resting { host: host.clone(), until, rest: PATIENCE }
        })?;
        let wish = PermitRequest {
            host: host.clone(),
            addresses: addresses.iter().map(IpAddr::to_string).collect(),
            gap: GAP,
            hold: MAX_LENGTH.saturating_add(HOLD_MARGIN),
            patience: PATIENCE,
            // The limits of who may be sent what are kept by whoever sends.
            most_a_day: None,
        };
        let held = self.queue.acquire(front, wish).await.map_err(|no_turn| match no_turn {
            PermitDenied::Resting { until, rest } | PermitDenied::Spent { until, rest } => {
                FetchError::Resting { host: host.clone(), until, rest }
            }
            PermitDenied::Keeper(why) => FetchError::Turns { host: host.clone(), why },
        })?;
        let exchange = async {
            let door = self.door(allow_private, &TlsPolicy::default())?;
            let _pin = door.pins.pin(url.host_str().unwrap_or_default(), addresses);
            self.pass(&door.client, &url, message.body, &message.fields).await
        };
        let answer = timeout(MAX_LENGTH, exchange).await.unwrap_or_else(|_| {
            Err(FetchError::Timeout {
                url: redacted(&url),
                phase: TimeoutPhase::Whole,
                limit: MAX_LENGTH,
            })
        });
        held.give_back().await;
        answer
    }

    /// Whether messages to this address would be refused for what it is, before anybody is asked: its scheme, and an
    /// address of a network that is written out in it.
    pub fn rejects_address(
        &self,
        url: &Url,
        whereto: MessageTargets<'_>,
    ) -> Result<(), FetchError> {
        let url = redirect::check_url(url)?;
        let literal = match url.host() {
            Some(url::Host::Ipv4(address)) => IpAddr::V4(address),
            Some(url::Host::Ipv6(address)) => IpAddr::V6(address).to_canonical(),
            _ => return Ok(()),
        };
        match address::is_permitted(literal, whereto.allow_private) {
            true => Ok(()),
            false => Err(FetchError::PrivateAddress { url: redacted(&url), address: literal }),
        }
    }

    async fn pass(
        &self,
        client: &reqwest::Client,
        url: &Url,
        body: Option<Bytes>,
        fields: &[(&'static str, String)],
    ) -> Result<MessageReply, FetchError> {
        let method = if body.is_some() { Method::POST } else { Method::GET };
        let mut request = reqwest::Request::new(method, url.clone());
        *request.headers_mut() = headers(fields);
        *request.body_mut() = body.map(reqwest::Body::from);
        let limits = &self.options.limits;
        let answer = client.execute(request).await;
        let mut answer =
            answer.map_err(|error| no_answer(url, error, &TlsPolicy::default(), limits))?;
        let status = answer.status().as_u16();
        let rest = answer.headers().get(RETRY_AFTER).filter(|_| matches!(status, 429 | 503));
        let retry_after = rest
            .and_then(|field| field.to_str().ok())
            .and_then(|field| retry_after::read(field, Clock::System.now()));
        let mut body = BytesMut::new();
        // An answer that breaks off has its status all the same.
        while let Ok(Some(piece)) = answer.chunk().await {
            body.extend_from_slice(&piece);
            if body.len() > MAX_OF_ANSWER {
                body.truncate(MAX_OF_ANSWER);
                break;
            }
        }
        Ok(MessageReply { status, body: body.freeze(), retry_after })
    }
}

fn headers(fields: &[(&'static str, String)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    // A challenge is compared as it comes.
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    for (name, value) in fields {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.append(HeaderName::from_static(name), value);
        }
    }
    headers
}
