//! Receives requests with a body: requests to our hub, and messages of other hubs (WebSub, W3C
//! Recommendation of 23 January 2018).
//!
//! This module reads a request within limits; the [`Inbox`] interprets it.

use super::app::App;
use super::router::{text, unknown};
use axum::body::to_bytes;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// The path of our hub, relative to `base_url`.
pub(super) const HUB: &str = "/hub";
/// The path of the callbacks of our own subscriptions.
pub(super) const CALLBACK: &str = "/websub/{token}";
const CALLBACKS: &str = "/websub/";
/// The maximum length of a feed that another hub sends, in bytes: that of a fetched feed.
const MAX_FEED: usize = 8 << 20;
/// The maximum length of a request to the hub, in bytes: two addresses, a secret, and extensions.
const MAX_FORM: usize = 16 << 10;
/// The maximum duration of reading a request body.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);
/// The maximum number of concurrent forms: each is stored before it is answered.
const FORMS_AT_ONCE: usize = 8;
/// The maximum number of concurrent feeds of other hubs: each is held in memory as a whole.
const FEEDS_AT_ONCE: usize = 8;
/// The maximum time that a form waits for its permit.
const PERMIT_TIMEOUT: Duration = Duration::from_secs(5);

/// The receiver of WebSub requests.
pub trait Inbox: fmt::Debug + Send + Sync {
    /// Whether there is a hub.
    fn has_hub(&self) -> bool;
    /// Handles a form that was posted to the hub.
    fn hub(&self, form: Bytes) -> BoxFuture<'_, InboxReply>;
    /// Whether a message to the callback of this token is accepted.
    fn is_known_token<'a>(&'a self, token: &'a str) -> BoxFuture<'a, bool>;
    /// Answers the verification of another hub, from the query of a callback. The text of the reply
    /// is the whole body.
    fn verify_intent<'a>(&'a self, token: &'a str, query: &'a str) -> BoxFuture<'a, InboxReply>;
    /// Handles a message of another hub to a callback, with the value of `X-Hub-Signature`.
    fn receive<'a>(
        &'a self,
        token: &'a str,
        signature: &'a str,
        body: Bytes,
    ) -> BoxFuture<'a, InboxReply>;
}

/// A reply: a status code, and a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxReply {
    /// The status code (RFC 9110 section 15).
    pub status: u16,
    /// The sentence.
    pub body: String,
}

impl InboxReply {
    /// Creates a reply.
    pub fn new(status: u16, body: impl Into<String>) -> Self {
        Self { status, body: body.into() }
    }
}

/// The slot of the inbox, with the permits of its requests.
#[derive(Debug)]
pub(super) struct InboxSlot {
    pub(super) inbox: std::sync::OnceLock<Arc<dyn Inbox>>,
    forms: Semaphore,
    /// Separate from the forms: only hubs with a subscription of ours send feeds, but any client
    /// can send forms.
    feeds: Semaphore,
}

impl Default for InboxSlot {
    fn default() -> Self {
        Self {
            inbox: std::sync::OnceLock::new(),
            forms: Semaphore::new(FORMS_AT_ONCE),
            feeds: Semaphore::new(FEEDS_AT_ONCE),
        }
    }
}

/// Whether a request may have a body.
pub(super) fn accepts_body(request: &Request) -> bool {
    let path = request.uri().path();
    *request.method() == Method::POST && (path == HUB || path.starts_with(CALLBACKS))
}

/// Handles requests to our hub.
pub(super) async fn hub(State(app): State<Arc<App>>, request: Request) -> Response {
    let Some(inbox) = app.slot.inbox.get().filter(|inbox| inbox.has_hub()) else {
        return unknown().await;
    };
    if *request.method() != Method::POST {
        let allow = [(header::ALLOW, HeaderValue::from_static("POST"))];
        let line = "Đây là hub WebSub, chỉ nhận POST. This is a WebSub hub; it takes POST only.";
        return (allow, text(StatusCode::METHOD_NOT_ALLOWED, line)).into_response();
    }
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let essence = kind.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        let line = "Send a form: Content-Type: application/x-www-form-urlencoded.";
        return text(StatusCode::UNSUPPORTED_MEDIA_TYPE, line);
    }
    // A form is small, so a slow client does not delay others while it is read.
    let form = match body(request, MAX_FORM).await {
        Ok(form) => form,
        Err(response) => return *response,
    };
    let Ok(Ok(_permit)) = timeout(PERMIT_TIMEOUT, app.slot.forms.acquire()).await else {
        return busy_response(BUSY);
    };
    let InboxReply { status, body } = inbox.hub(form).await;
    match status {
        503 => busy_response(&body),
        _ => text(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), &body),
    }
}

/// Handles requests to our callbacks. Nothing is read without a valid token.
pub(super) async fn callback(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    request: Request,
) -> Response {
    let Some(inbox) = app.slot.inbox.get() else { return unknown().await };
    if *request.method() != Method::POST {
        let query = request.uri().query().unwrap_or_default();
        let InboxReply { status, body } = inbox.verify_intent(&token, query).await;
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let kind = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
        return (status, kind, body).into_response();
    }
    if !inbox.is_known_token(&token).await {
        return text(StatusCode::GONE, "This subscription has ended.");
    }
    let Ok(_permit) = app.slot.feeds.try_acquire() else { return busy_response(BUSY) };
    let signature = request.headers().get("x-hub-signature").and_then(|field| field.to_str().ok());
    let signature = signature.unwrap_or_default().to_owned();
    let body = match body(request, MAX_FEED).await {
        Ok(body) => body,
        Err(response) => return *response,
    };
    let InboxReply { status, body } = inbox.receive(&token, &signature, body).await;
    text(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), &body)
}

/// The text of a reply if there is no free permit.
const BUSY: &str = "Too many requests at once; retry in a minute.";

/// A response with status 503 and `Retry-After` (RFC 9110 section 10.2.3).
fn busy_response(body: &str) -> Response {
    let later = [(header::RETRY_AFTER, HeaderValue::from_static("60"))];
    (later, text(StatusCode::SERVICE_UNAVAILABLE, body)).into_response()
}

/// Reads the body of a request, or returns the response to one that is too long or too slow.
async fn body(request: Request, most: usize) -> Result<Bytes, Box<Response>> {
    let too_large = || {
        let line = format!("At most {most} bytes are accepted here.");
        Box::new(text(StatusCode::PAYLOAD_TOO_LARGE, &line))
    };
    let announced = request.headers().get(header::CONTENT_LENGTH);
    let announced = announced.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > most) {
        return Err(too_large());
    }
    match timeout(BODY_TIMEOUT, to_bytes(request.into_body(), most)).await {
        Ok(Ok(body)) => Ok(body),
        // If the connection was closed, nothing reads this response.
        Ok(Err(_)) => Err(too_large()),
        Err(_) => Err(Box::new(text(StatusCode::REQUEST_TIMEOUT, "The request took too long."))),
    }
}
