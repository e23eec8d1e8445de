//! What is sent to us rather than asked for: requests to our hub, and what hubs of others send (WebSub, W3C Recommendation of 23 January 2018).
//!
//! Here a request is read, within limits; what it means is for whoever holds the [`Inbox`].

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

/// The path of our hub, below `base_url`.
pub(super) const HUB: &str = "/hub";
/// Below this are the callbacks of our own subscriptions.
pub(super) const CALLBACK: &str = "/websub/{token}";
const CALLBACKS: &str = "/websub/";
/// The most bytes of a feed that a hub of others sends: those of one that is fetched.
const MAX_FEED: usize = 8 << 20;
/// The most bytes of a request to the hub: two addresses, a secret, and what others add.
const MAX_FORM: usize = 16 << 10;
/// How long the body of a request may take.
const MAX_LENGTH: Duration = Duration::from_secs(10);
/// How many forms are taken at once: each is written down before it is answered.
const FORMS_AT_ONCE: usize = 8;
/// How many feeds of other hubs are taken at once: each lies in memory as a whole.
const FEEDS_AT_ONCE: usize = 8;
/// How long a form waits until it is taken.
const PATIENCE: Duration = Duration::from_secs(5);

/// Who takes what is sent to us.
pub trait Inbox: fmt::Debug + Send + Sync {
    /// Whether there is a hub.
    fn has_hub(&self) -> bool;
    /// Takes a form that was posted to the hub.
    fn hub(&self, form: Bytes) -> BoxFuture<'_, InboxReply>;
    /// Whether something may be sent to the callback of this token.
    fn is_known_token<'a>(&'a self, token: &'a str) -> BoxFuture<'a, bool>;
    /// Answers the question of a hub of others, in the query of a callback. What is said is the whole body.
    fn verify_intent<'a>(&'a self, token: &'a str, query: &'a str) -> BoxFuture<'a, InboxReply>;
    /// Takes what a hub of others sends to a callback, with the value of `X-Hub-Signature`.
    fn receive<'a>(
        &'a self,
        token: &'a str,
        signature: &'a str,
        body: Bytes,
    ) -> BoxFuture<'a, InboxReply>;
}

/// What is answered: a status code, and a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxReply {
    /// The status code (RFC 9110 section 15).
    pub status: u16,
    /// The sentence.
    pub said: String,
}

impl InboxReply {
    /// An answer.
    pub fn new(status: u16, said: impl Into<String>) -> Self {
        Self { status, said: said.into() }
    }
}

/// Where an inbox is put once there is one.
#[derive(Debug)]
pub(super) struct InboxSlot {
    pub(super) inbox: std::sync::OnceLock<Arc<dyn Inbox>>,
    forms: Semaphore,
    /// Apart from the forms, because only hubs that we have asked send feeds, and anybody sends forms.
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

/// Our hub.
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
    // A form is small, and who sends one slowly is in nobody's way.
    let form = match body(request, MAX_FORM).await {
        Ok(form) => form,
        Err(response) => return *response,
    };
    let Ok(Ok(_place)) = timeout(PATIENCE, app.slot.forms.acquire()).await else {
        return later(BUSY);
    };
    let InboxReply { status, said } = inbox.hub(form).await;
    match status {
        503 => later(&said),
        _ => text(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), &said),
    }
}

/// A callback of ours. Without its token nothing is read.
pub(super) async fn callback(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    request: Request,
) -> Response {
    let Some(inbox) = app.slot.inbox.get() else { return unknown().await };
    if *request.method() != Method::POST {
        let query = request.uri().query().unwrap_or_default();
        let InboxReply { status, said } = inbox.verify_intent(&token, query).await;
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let kind = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
        return (status, kind, said).into_response();
    }
    if !inbox.is_known_token(&token).await {
        return text(StatusCode::GONE, "Nobody here listens any more.");
    }
    let Ok(_place) = app.slot.feeds.try_acquire() else { return later(BUSY) };
    let signature = request.headers().get("x-hub-signature").and_then(|field| field.to_str().ok());
    let signature = signature.unwrap_or_default().to_owned();
    let body = match body(request, MAX_FEED).await {
        Ok(body) => body,
        Err(response) => return *response,
    };
    let InboxReply { status, said } = inbox.receive(&token, &signature, body).await;
    text(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), &said)
}

/// What is said to who comes when there is no place.
const BUSY: &str = "Too much at once; come back in a minute.";

/// 503, with when it is worth coming back (RFC 9110 section 10.2.3).
fn later(said: &str) -> Response {
    let later = [(header::RETRY_AFTER, HeaderValue::from_static("60"))];
    (later, text(StatusCode::SERVICE_UNAVAILABLE, said)).into_response()
}

/// The body of a request, or the answer to one that is too long or too slow.
async fn body(request: Request, most: usize) -> Result<Bytes, Box<Response>> {
    let too_large = || {
        let line = format!("At most {most} bytes are taken here.");
        Box::new(text(StatusCode::PAYLOAD_TOO_LARGE, &line))
    };
    let announced = request.headers().get(header::CONTENT_LENGTH);
    let announced = announced.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > most) {
        return Err(too_large());
    }
    match timeout(MAX_LENGTH, to_bytes(request.into_body(), most)).await {
        Ok(Ok(body)) => Ok(body),
        // Of a connection that broke off nobody reads the answer.
        Ok(Err(_)) => Err(too_large()),
        Err(_) => Err(Box::new(text(StatusCode::REQUEST_TIMEOUT, "The request took too long."))),
    }
}
