//! The answers: one route for each document, `/`, `/healthz` and the hub.

use super::app::{App, Document, INDEX, Kind, Named};
use super::coding::{Coding, accepted};
use super::conditional::is_unchanged;
use super::held::Held;
use super::inbox;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

/// How long a reader or a proxy may keep a document without asking: far less than sources are visited apart.
const CACHE: HeaderValue = HeaderValue::from_static("public, max-age=300");
/// An archive is made once; only a legal order ever changes it.
const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const NOT_KEPT: HeaderValue = HeaderValue::from_static("no-store");
/// The longest path and query in bytes. The longest name that we offer has 69.
const LONGEST_TARGET: usize = 8 << 10;
/// Our pages have a style of their own, and nothing else: whatever was smuggled into one cannot run or load.
const PAGE_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

pub(super) fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/", any(index))
        .route("/healthz", any(health))
        .route(inbox::HUB, any(inbox::hub))
        .route(inbox::CALLBACK, any(inbox::callback))
        .route("/{name}", any(named))
        .fallback(unknown)
        .layer(from_fn(guard))
        .with_state(app)
}

/// What holds for every request and every answer.
async fn guard(request: Request, next: Next) -> Response {
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let mut response = if !reads && !inbox::takes(&request) {
        let allow = [(header::ALLOW, HeaderValue::from_static("GET, HEAD"))];
        let said = text(StatusCode::METHOD_NOT_ALLOWED, "Only GET and HEAD are answered here.");
        (allow, said).into_response()
    } else if target > LONGEST_TARGET {
        text(StatusCode::URI_TOO_LONG, "That address is too long.")
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Feeds are public: a reader that lives in a browser may read them from its own site.
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

async fn index(State(app): State<Arc<App>>, request: HeaderMap) -> Response {
    answer(&app, INDEX, &request).await
}

async fn named(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    request: HeaderMap,
) -> Response {
    answer(&app, &name, &request).await
}

async fn health(State(app): State<Arc<App>>) -> Response {
    match app.health() {
        Ok(()) => text(StatusCode::OK, "ok"),
        Err(reason) => text(StatusCode::SERVICE_UNAVAILABLE, &reason),
    }
}

pub(super) async fn unknown() -> Response {
    text(StatusCode::NOT_FOUND, "Không có trang này. There is no such page.")
}

async fn answer(app: &App, name: &str, request: &HeaderMap) -> Response {
    let document = match app.named(name) {
        Named::Document(document) => document,
        Named::Moved(now) => return moved(&now),
        Named::Unknown => return unknown().await,
    };
    let reader = document.clone();
    match tokio::task::spawn_blocking(move || reader.read()).await {
        Ok(Ok(Some(held))) => {
            app.hold(name, &document);
            show(&document, &held, request)
        }
        Ok(Ok(None)) => text(
            StatusCode::NOT_FOUND,
            "Chưa có bài nào ở đây, xin quay lại sau. There is no article here yet, please come back later.",
        ),
        Ok(Err(error)) => broken(name, &error),
        Err(error) => broken(name, &error),
    }
}

/// A document, or that the reader has it already.
fn show(document: &Document, held: &Held, request: &HeaderMap) -> Response {
    let modified = UNIX_EPOCH + Duration::from_secs(held.modified());
    let mut response = Response::new(Body::empty());
    let headers = response.headers_mut();
    let mut put = |name: HeaderName, value: &str| {
        // Tags, dates and media types are ASCII, so that this always succeeds.
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    put(header::ETAG, &held.etag);
    put(header::LAST_MODIFIED, &httpdate::fmt_http_date(modified));
    put(header::VARY, "Accept-Encoding");
    let kept = if matches!(document.kind, Kind::Archive(_)) { KEPT } else { CACHE };
    if is_unchanged(request, held) {
        headers.insert(header::CACHE_CONTROL, kept);
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return response;
    }
    put(header::CONTENT_TYPE, document.kind.content_type());
    let codings = accepted(request).into_iter();
    let mut made = codings.filter_map(|coding| Some((coding, held.body(coding)?)));
    // Where the only coding that is accepted makes the document no smaller, the reader gets it plain.
    let (coding, body) = made.next().unwrap_or((Coding::Identity, held.plain()));
    if let Some(name) = coding.name() {
        put(header::CONTENT_ENCODING, name);
    }
    headers.insert(header::CACHE_CONTROL, kept);
    if let Some(link) = &document.link {
        headers.insert(header::LINK, link.clone());
    }
    if document.kind == Kind::Page {
        headers.insert(header::CONTENT_SECURITY_POLICY, PAGE_POLICY);
    }
    *response.body_mut() = Body::from(body.clone());
    response
}

fn moved(now: &str) -> Response {
    let mut response = text(StatusCode::MOVED_PERMANENTLY, now);
    // Relative to the address that was asked for, whatever proxy stands before us. A name is ASCII.
    if let Ok(now) = HeaderValue::from_str(now) {
        response.headers_mut().insert(header::LOCATION, now);
    }
    response.headers_mut().insert(header::CACHE_CONTROL, CACHE);
    response
}

fn broken(name: &str, error: &dyn std::fmt::Display) -> Response {
    tracing::error!(name, %error, "a document could not be read");
    text(StatusCode::INTERNAL_SERVER_ERROR, "Lỗi máy chủ. The document could not be read.")
}

pub(super) fn text(status: StatusCode, line: &str) -> Response {
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, NOT_KEPT)];
    (status, headers, format!("{line}\n")).into_response()
}
