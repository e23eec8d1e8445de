//! Routes requests and builds responses: for documents, `/`, `/healthz` and the hub.

use super::accept::prefers_html;
use super::app::{App, CatalogDocument, CatalogDocumentKind, INDEX, ResolvedName};
use super::coding::{ResponseCoding, accepted};
use super::conditional::{is_unchanged, precondition_failed};
use super::document_file::DocumentFile;
use super::host::host_fault;
use super::inbox;
use super::token;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use std::sync::Arc;

/// The freshness lifetime of a document: much shorter than the time between visits.
const CACHE: HeaderValue = HeaderValue::from_static("public, max-age=300");
/// The freshness lifetime of an archive, which is written once; only a legal order ever changes it.
const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// The freshness lifetime of a private document, which shared caches must not store.
const PRIVATE_CACHE: HeaderValue = HeaderValue::from_static("private, max-age=300");
const NOT_KEPT: HeaderValue = HeaderValue::from_static("no-store");
/// The query parameter that requests a feed as a feed: for a feed reader that presents itself as a
/// browser, and for people who inspect feeds.
const RAW: &str = "raw";
/// The maximum length of path and query, in bytes. The longest name in a catalog has 69.
const MAX_TARGET: usize = 8 << 10;
/// Our pages contain a style and nothing else: injected markup cannot run or load anything.
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

/// Applies the rules for every request and every response.
async fn guard(request: Request, next: Next) -> Response {
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let mut response = if let Some(fault) = host_fault(request.version(), request.headers()) {
        text(StatusCode::BAD_REQUEST, fault)
    } else if !reads && !inbox::accepts_body(&request) {
        let allow = [(header::ALLOW, HeaderValue::from_static("GET, HEAD"))];
        let body = text(StatusCode::METHOD_NOT_ALLOWED, "Only GET and HEAD are supported.");
        (allow, body).into_response()
    } else if target > MAX_TARGET {
        text(StatusCode::URI_TOO_LONG, "That address is too long.")
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Feeds are public: feed readers that run in a browser may fetch them from any origin.
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    let exposed = HeaderValue::from_static("ETag, Link");
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    response
}

async fn index(State(app): State<Arc<App>>, uri: Uri, request: HeaderMap) -> Response {
    answer(&app, INDEX, &uri, &request).await
}

async fn named(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    uri: Uri,
    request: HeaderMap,
) -> Response {
    answer(&app, &name, &uri, &request).await
}

async fn health(State(app): State<Arc<App>>) -> Response {
    match app.health() {
        Ok(()) => match app.warning() {
            None => text(StatusCode::OK, "ok"),
            // Visits go on and the store is written, so a monitor need not restart anything.
            Some(warning) => text(StatusCode::OK, &format!("ok\nwarning: {warning}")),
        },
        Err(reason) => text(StatusCode::SERVICE_UNAVAILABLE, &reason),
    }
}

pub(super) async fn unknown() -> Response {
    text(StatusCode::NOT_FOUND, "Không có trang này. There is no such page.")
}

async fn answer(app: &App, name: &str, uri: &Uri, request: &HeaderMap) -> Response {
    let document = match app.look_up(name, &token::presented_hashes(uri, request)) {
        ResolvedName::Document(document) => document,
        ResolvedName::Moved(now) => return moved(&now, uri.query()),
        ResolvedName::Gone => return respond_gone(),
        ResolvedName::Unauthorized => return respond_unauthorized(),
        ResolvedName::Unknown => return unknown().await,
    };
    let codings = accepted(request);
    // The response depends on these request fields, whichever document is sent this time.
    let vary = if document.page.is_some() { "Accept, Accept-Encoding" } else { "Accept-Encoding" };
    let page = document.page.as_ref().filter(|_| prefers_html(request) && !is_raw(uri));
    let shown = match page {
        Some(page) => app.read(page, &codings).await.ok().flatten().map(|read| (page, read)),
        None => None,
    };
    let shown = match shown {
        Some(shown) => Ok(Some(shown)),
        // Without a page, the feed is sent.
        None => app.read(&document, &codings).await.map(|read| Some((&document, read?))),
    };
    let mut response = match shown {
        Ok(Some((document, (coding, file)))) => respond_document(document, coding, &file, request),
        Ok(None) => text(
            StatusCode::NOT_FOUND,
            "Chưa có bài nào ở đây, xin quay lại sau. There is no article here yet, please come back later.",
        ),
        Err(error) => return respond_error(name, &error),
    };
    response.headers_mut().insert(header::VARY, HeaderValue::from_static(vary));
    response
}

/// Whether the query requests the feed itself.
fn is_raw(uri: &Uri) -> bool {
    let query = uri.query().unwrap_or_default();
    query.split('&').any(|part| part.split('=').next() == Some(RAW))
}

/// Builds the response with a document in a coding, or 304 or 412.
fn respond_document(
    document: &CatalogDocument,
    coding: ResponseCoding,
    file: &DocumentFile,
    request: &HeaderMap,
) -> Response {
    if precondition_failed(request, file) {
        return text(
            StatusCode::PRECONDITION_FAILED,
            "The document does not match the precondition of the request.",
        );
    }
    let mut response = Response::new(Body::empty());
    let headers = response.headers_mut();
    let cache = match document.kind {
        _ if document.is_private() => PRIVATE_CACHE,
        CatalogDocumentKind::Archive(_) => KEPT,
        _ => CACHE,
    };
    headers.insert(header::CACHE_CONTROL, cache);
    headers.insert(header::ETAG, file.etag.clone());
    headers.insert(header::LAST_MODIFIED, file.last_modified.clone());
    if is_unchanged(request, file) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return response;
    }
    let content_type = HeaderValue::from_static(document.kind.content_type());
    headers.insert(header::CONTENT_TYPE, content_type);
    if let Some(coding) = coding.field() {
        headers.insert(header::CONTENT_ENCODING, coding);
    }
    if let Some(link) = &document.link {
        headers.insert(header::LINK, link.clone());
    }
    if document.kind == CatalogDocumentKind::Page {
        headers.insert(header::CONTENT_SECURITY_POLICY, PAGE_POLICY);
        // The address may contain a token, and agencies need not learn who reads their articles.
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    }
    *response.body_mut() = file.body.clone().map_or_else(Body::empty, Body::from);
    response
}

/// Redirects to the new name. The location is relative to the requested address, which is
/// independent of proxies, and keeps the query, which may contain the token of a private feed.
fn moved(now: &str, query: Option<&str>) -> Response {
    let mut response = text(StatusCode::MOVED_PERMANENTLY, now);
    let location = query.map_or_else(|| now.to_owned(), |query| format!("{now}?{query}"));
    // Names and queries are ASCII.
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    let cache = if query.is_some() { NOT_KEPT } else { CACHE };
    response.headers_mut().insert(header::CACHE_CONTROL, cache);
    response
}

/// Feed readers stop requesting a feed after this status (RFC 9110 section 15.5.11).
fn respond_gone() -> Response {
    let mut response = text(
        StatusCode::GONE,
        "Bản tin này không còn nữa, xin bỏ theo dõi. This feed is gone for good, please unsubscribe.",
    );
    response.headers_mut().insert(header::CACHE_CONTROL, CACHE);
    response
}

/// The status is 401 and not 404, because clients send credentials only after a challenge. Feeds
/// that do not exist get the same response.
fn respond_unauthorized() -> Response {
    let mut response = text(
        StatusCode::UNAUTHORIZED,
        "Địa chỉ này cần mã truy cập, hoặc không có. This address needs a token, or does not exist.",
    );
    for challenge in token::CHALLENGES {
        response.headers_mut().append(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

fn respond_error(name: &str, error: &dyn std::fmt::Display) -> Response {
    tracing::error!(name, %error, "a document could not be read");
    text(StatusCode::INTERNAL_SERVER_ERROR, "Lỗi máy chủ. The document could not be read.")
}

pub(super) fn text(status: StatusCode, line: &str) -> Response {
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, NOT_KEPT)];
    (status, headers, format!("{line}\n")).into_response()
}
