//! Sends messages to addresses that strangers supplied: WebSub callbacks and hubs.
//!
//! Messages pass the same address guard, permits and clients as pages, but differ in four ways.
//! robots.txt does not apply, because it governs unrequested crawling. No redirect is followed.
//! Every status is a valid reply. Messages do not count towards a host's daily request budget,
//! because strangers could use it up.

use super::error::{FetchError, TimeoutPhase};
use super::exchange::request_error;
use super::redact::redacted;
use super::request_queue::{PermitDenied, PermitRequest};
use super::{Fetcher, HOLD_MARGIN, address, host_key, redirect, retry_after};
use bantin_core::{HostAccess, TlsPolicy};
use bytes::{Bytes, BytesMut};
use ipnet::IpNet;
use reqwest::Method;
use reqwest::header::{ACCEPT_ENCODING, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use std::net::IpAddr;
use std::time::Duration;
use tokio::time::timeout;
use url::Url;

/// The maximum number of bytes read from a reply: a challenge, or a short text.
const MAX_OF_ANSWER: usize = 4 << 10;
/// The timeout of a message, from the connection to the end of the reply. No receiver has work to
/// do before it answers.
const MESSAGE_TIMEOUT: Duration = Duration::from_secs(10);
/// The delay after a message at its host: a host with many subscriptions gets ten per second.
const DELAY: Duration = Duration::from_millis(100);
/// The longest wait for the host's permit; after it the message is left for later.
const PATIENCE: Duration = Duration::from_secs(20);

/// A message to send.
#[derive(Debug, Clone)]
pub struct OutgoingMessage<'a> {
    /// The URL. User name and password in it are dropped.
    pub url: &'a Url,
    /// The body of a POST; without one a GET is sent.
    pub body: Option<Bytes>,
    /// Header fields, with names in lower case. Invalid values are omitted.
    pub fields: Vec<(&'static str, String)>,
    /// The targets that are allowed.
    pub targets: MessageTargets<'a>,
}

/// The allowed targets of messages in addition to the public internet.
#[derive(Debug, Clone, Copy)]
pub struct MessageTargets<'a> {
    /// Private networks that are allowed, at any port.
    pub allow_private: &'a [IpNet],
    /// Allowed ports in addition to 80 and 443.
    pub ports: &'a [u16],
}

/// The reply to a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageReply {
    /// The status code (RFC 9110 section 15).
    pub status: u16,
    /// The first bytes of the body, at most 4 KiB.
    pub body: Bytes,
    /// The value of `Retry-After`, with 429 and 503.
    pub retry_after: Option<Duration>,
}

impl MessageReply {
    /// Whether the status is a success (2xx).
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

impl Fetcher {
    /// Sends a message under its host's permit. Waits up to 20 seconds each for the host's queue
    /// and for the permit; the exchange itself takes 10 seconds at most.
    pub async fn send(&self, message: OutgoingMessage<'_>) -> Result<MessageReply, FetchError> {
        let url = redirect::check_url(message.url)?;
        let host = host_key(&url)?;
        let MessageTargets { allow_private, ports } = message.targets;
        let access = HostAccess { allow_private: allow_private.to_vec(), ..HostAccess::default() };
        let addresses = self.addresses(&url, &access).await?;
        let named = |address: &IpAddr| allow_private.iter().any(|net| net.contains(address));
        // In a network that the operator allowed for messages, every port is allowed.
        if addresses.is_empty() || !addresses.iter().all(named) {
            redirect::check_port(&url, ports)?;
        }
        let front = timeout(PATIENCE, self.queue.wait_for_head(&host)).await.map_err(|_| {
            let until = self.system_clock.now() + PATIENCE;
            FetchError::HostPaused { host: host.clone(), until, rest: PATIENCE }
        })?;
        let request = PermitRequest {
            host: host.clone(),
            addresses: addresses.iter().map(IpAddr::to_string).collect(),
            delay: DELAY,
            hold: MESSAGE_TIMEOUT.saturating_add(HOLD_MARGIN),
            patience: PATIENCE,
            // The sender enforces its own limits per host.
            max_per_day: None,
        };
        let permit = self.queue.acquire(front, request).await.map_err(|denied| match denied {
            PermitDenied::HostPaused { until, rest }
            | PermitDenied::BudgetExhausted { until, rest } => {
                FetchError::HostPaused { host: host.clone(), until, rest }
            }
            PermitDenied::LimiterFailed(why) => FetchError::HostLimiter { host: host.clone(), why },
        })?;
        let exchange = async {
            let pool = self.client(allow_private, &TlsPolicy::default())?;
            let _pin = pool.pins.pin(url.host_str().unwrap_or_default(), addresses);
            self.exchange_message(&pool.client, &url, message.body, &message.fields).await
        };
        let response = timeout(MESSAGE_TIMEOUT, exchange).await.unwrap_or_else(|_| {
            Err(FetchError::Timeout {
                url: redacted(&url),
                phase: TimeoutPhase::Whole,
                limit: MESSAGE_TIMEOUT,
            })
        });
        permit.release().await;
        response
    }

    /// Rejects an address that cannot receive messages, without sending anything: by its scheme, or
    /// by a private IP address literal in it.
    pub fn check_target(&self, url: &Url, targets: MessageTargets<'_>) -> Result<(), FetchError> {
        let url = redirect::check_url(url)?;
        let literal = match url.host() {
            Some(url::Host::Ipv4(address)) => IpAddr::V4(address),
            Some(url::Host::Ipv6(address)) => IpAddr::V6(address).to_canonical(),
            _ => return Ok(()),
        };
        match address::is_permitted(literal, targets.allow_private) {
            true => Ok(()),
            false => Err(FetchError::PrivateAddress { url: redacted(&url), address: literal }),
        }
    }

    async fn exchange_message(
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
        let response = client.execute(request).await;
        let mut response =
            response.map_err(|error| request_error(url, error, &TlsPolicy::default(), limits))?;
        let status = response.status().as_u16();
        let rest = response.headers().get(RETRY_AFTER).filter(|_| matches!(status, 429 | 503));
        let retry_after = rest
            .and_then(|field| field.to_str().ok())
            .and_then(|field| retry_after::read(field, self.system_clock.now()));
        let mut body = BytesMut::new();
        // A truncated reply still has a valid status.
        while let Ok(Some(piece)) = response.chunk().await {
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
    // The challenge is compared byte for byte.
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    for (name, value) in fields {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.append(HeaderName::from_static(name), value);
        }
    }
    headers
}
