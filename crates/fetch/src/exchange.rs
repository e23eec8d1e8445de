//! Sends one request and reads its response. Redirects, permits and the address guard are handled
//! by the callers.

use super::body::BodyError;
use super::budget::BodyBuffer;
use super::error::{FetchError, TimeoutPhase};
use super::identity::RequestAuth;
use super::redact::redacted;
use super::{
    Absence, RequestLimits, blocked, coding, connect, freshness, freshness_lifetime, host_date,
    links, redirect, retry_after, status_line, tls,
};
use bantin_core::clock::Clock;
use bantin_core::{HubLinks, TlsPolicy};
use bantin_page::{ContentCoding, MediaType, Validators};
use bytes::Bytes;
use reqwest::header::{
    CONTENT_ENCODING, CONTENT_LOCATION, CONTENT_TYPE, HeaderValue, LOCATION, RETRY_AFTER,
};
use std::error::Error;
use std::time::Duration;
use tokio::time::timeout;
use url::Url;

/// The response of a host.
#[expect(clippy::large_enum_variant, reason = "there is one for each request")]
pub(super) enum WireResponse {
    /// 304: not modified. The updated validators, and the freshness lifetime.
    Unchanged(Validators, Option<Duration>),
    /// A redirect.
    Redirect {
        /// The `Location` field.
        location: Vec<u8>,
        /// Whether the form is sent to the target too (307 and 308).
        repeats_form: bool,
        /// Whether the page moved permanently (301 and 308).
        is_permanent: bool,
    },
    /// 404 or 410.
    Gone(Absence),
    /// A page.
    Body(ReceivedBody),
}

/// A received body and the relevant header fields.
pub(super) struct ReceivedBody {
    pub(super) media: MediaType,
    pub(super) coding: ContentCoding,
    pub(super) wire: Bytes,
    pub(super) validators: Validators,
    pub(super) fresh_for: Option<Duration>,
    pub(super) advertised: HubLinks,
    pub(super) base: Option<Url>,
}

/// The part of a body to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BodyPortion {
    /// The whole body; one longer than the limits is an error.
    Whole,
    /// At most this many bytes; the rest is not read.
    Beginning(usize),
}

/// An HTTP request to send.
pub(super) struct WireRequest<'a> {
    pub(super) url: &'a Url,
    pub(super) auth: RequestAuth,
    pub(super) validators: Option<&'a Validators>,
    pub(super) part: BodyPortion,
    /// The clock at the reception of the response.
    pub(super) clock: &'a Clock,
}

/// Sends one request and reads its response.
pub(super) async fn exchange(
    client: &reqwest::Client,
    asked: WireRequest<'_>,
    tls: &TlsPolicy,
    buffer: BodyBuffer,
    limits: &RequestLimits,
) -> Result<WireResponse, FetchError> {
    let WireRequest { url, auth, validators: known, part, clock } = asked;
    let RequestAuth { method, headers, body, jar } = auth;
    // The response to a form has no usable validators; its bytes show whether it changed.
    let known = known.filter(|_| body.is_none());
    let mut request = reqwest::Request::new(method, url.clone());
    request.headers_mut().extend(headers);
    *request.body_mut() = body.map(reqwest::Body::from);
    let known = known.filter(|known| known.etag.is_some() || known.last_modified.is_some());
    if let Some(known) = known {
        freshness::add_validators(request.headers_mut(), known);
    }
    let received = async {
        let response = client.execute(request).await;
        let response = response.map_err(|error| request_error(url, error, tls, limits))?;
        tls::check(&response, tls)
            .map_err(|cause| FetchError::Tls { url: redacted(url), cause })?;
        let corrected = status_line::corrected(response).await;
        corrected.map_err(|why| FetchError::Broken { url: redacted(url), why })
    };
    let response =
        timeout(limits.first_byte, received).await.map_err(|_| FetchError::Timeout {
            url: redacted(url),
            phase: TimeoutPhase::FirstByte,
            limit: limits.first_byte,
        })??;
    host_date::observe(clock, url, &response);
    if let Some(jar) = jar {
        jar.keep(url, response.headers());
    }
    let field = |name| response.headers().get(name).map(HeaderValue::as_bytes);
    match response.status().as_u16() {
        200 | 203 => {
            let body = read(url, response, part, buffer, limits, clock).await;
            body.map(WireResponse::Body)
        }
        304 if known.is_some() => {
            let known = known.cloned().unwrap_or_default();
            let fresh_for = freshness_lifetime::response_lifetime(response.headers(), clock.now());
            let known = freshness::after_not_modified(response.headers(), &known);
            Ok(WireResponse::Unchanged(known, fresh_for))
        }
        code @ (301 | 302 | 303 | 307 | 308) => {
            let location = field(LOCATION).ok_or(FetchError::BadRedirect { url: redacted(url) })?;
            let (repeats_form, is_permanent) =
                (matches!(code, 307 | 308), matches!(code, 301 | 308));
            Ok(WireResponse::Redirect { location: location.to_vec(), repeats_form, is_permanent })
        }
        404 => Ok(WireResponse::Gone(Absence::NotFound)),
        410 => Ok(WireResponse::Gone(Absence::ForGood)),
        code => {
            let retry_after = field(RETRY_AFTER).filter(|_| matches!(code, 429 | 503));
            let retry_after = retry_after
                .and_then(|field| std::str::from_utf8(field).ok())
                .and_then(|field| retry_after::read(field, clock.now()));
            // A host with a `Retry-After` is retried at that time, even if a firewall sent the
            // response.
            if matches!(code, 403 | 406 | 429 | 503)
                && retry_after.is_none()
                && let Some(cause) = blocked::by(url, response, limits).await
            {
                return Err(FetchError::Blocked { url: redacted(url), code, cause });
            }
            Err(FetchError::Status { url: redacted(url), code, retry_after })
        }
    }
}

/// Reads a body to its end, within the limits.
async fn read(
    url: &Url,
    mut response: reqwest::Response,
    part: BodyPortion,
    mut buffer: BodyBuffer,
    limits: &RequestLimits,
    clock: &Clock,
) -> Result<ReceivedBody, FetchError> {
    let bad = |cause| FetchError::Body { url: redacted(url), cause };
    let too_large = || bad(BodyError::TooLarge { limit: limits.wire });
    // A body announced as too long is not read at all.
    let announced = response.content_length();
    if part == BodyPortion::Whole && announced.is_some_and(|length| length > limits.wire as u64) {
        return Err(too_large());
    }
    loop {
        let piece =
            timeout(limits.idle, response.chunk()).await.map_err(|_| FetchError::Timeout {
                url: redacted(url),
                phase: TimeoutPhase::Idle,
                limit: limits.idle,
            })?;
        let cut_off = |error: reqwest::Error| {
            bad(BodyError::Truncated(innermost_message(&error.without_url())))
        };
        match piece.map_err(cut_off)? {
            Some(piece) => buffer.add(&piece).await.map_err(bad)?,
            None => break,
        }
        match part {
            BodyPortion::Whole if buffer.len() > limits.wire => return Err(too_large()),
            BodyPortion::Beginning(most) if buffer.len() >= most => {
                buffer.truncate(most);
                break;
            }
            BodyPortion::Whole | BodyPortion::Beginning(_) => {}
        }
    }
    let wire = buffer.into_bytes();
    let headers = response.headers();
    let media = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes).map(String::from_utf8_lossy);
    let media = MediaType::read(&media.unwrap_or_default());
    let declared = headers.get_all(CONTENT_ENCODING).iter().map(HeaderValue::as_bytes);
    let coding = coding::of_body(&wire, declared, &media, url);
    let validators = freshness::response_validators(headers, &wire, clock.now());
    let fresh_for = freshness_lifetime::response_lifetime(headers, clock.now());
    let advertised = links::advertised(headers, url);
    let base = headers.get(CONTENT_LOCATION).and_then(|to| redirect::base(url, to.as_bytes()));
    Ok(ReceivedBody { media, coding, wire, validators, fresh_for, advertised, base })
}

/// Classifies a request that got no response.
pub(super) fn request_error(
    url: &Url,
    error: reqwest::Error,
    tls: &TlsPolicy,
    limits: &RequestLimits,
) -> FetchError {
    let error = error.without_url();
    let url = redacted(url);
    if error.is_timeout() {
        FetchError::Timeout { url, phase: TimeoutPhase::Connect, limit: limits.connect }
    } else if let Some(cause) = connect::lacking(chain(&error)) {
        FetchError::Machine { url, cause }
    } else if let Some(cause) = tls::cause(chain(&error), tls) {
        FetchError::Tls { url, cause }
    } else if error.is_connect() {
        FetchError::Connect { url, cause: connect::cause(chain(&error)) }
    } else {
        FetchError::Broken { url, why: innermost_message(&error) }
    }
}

/// Iterates over an error and its causes.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| {
        let error: &'a (dyn Error + 'static) = *error;
        // `io::Error::source` skips the error that it wraps.
        match error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
            Some(wrapped) => Some(wrapped as &(dyn Error + 'static)),
            None => error.source(),
        }
    })
}

/// The message of the innermost error: the outer ones only add "error sending request".
pub(super) fn innermost_message(error: &(dyn Error + 'static)) -> String {
    chain(error).last().unwrap_or(error).to_string()
}
