//! The client of a WebDriver server (W3C WebDriver 2), with one Chromium command.
//!
//! Each load has its own session, so its own browser with an empty profile. A session is ended in
//! every case, because nothing else would end its browser.

use super::RenderFault;
use crate::connect;
use crate::exchange::innermost_message;
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;
use url::Url;

/// The longest response of the server, in bytes: a page within the limits, with every character
/// escaped.
const MAX_ANSWER: usize = 48 << 20;
/// The timeout for ending a session.
const ENDING: Duration = Duration::from_secs(15);

/// A WebDriver server.
#[derive(Debug, Clone)]
pub(super) struct WebDriver {
    pub(super) client: reqwest::Client,
    pub(super) address: Url,
}

/// A failed command.
#[derive(Debug)]
pub(super) enum WebDriverError {
    /// A protocol error (section 6.6), with its code and message.
    Error { code: String, message: String },
    /// No usable response.
    Fault(RenderFault),
}

impl WebDriverError {
    /// Converts it to a fault where no protocol error is expected.
    pub(super) fn into_fault(self) -> RenderFault {
        match self {
            Self::Fault(fault) => fault,
            Self::Error { code, message } => RenderFault::Broken(format!("{code}: {message}")),
        }
    }
}

impl WebDriver {
    /// Starts a session (section 8.1). `permit` is its slot among the browsers that run at once.
    ///
    /// It starts in a separate task: if the load is cancelled meanwhile, the late session is
    /// dropped and ends itself.
    pub(super) async fn begin(
        &self,
        capabilities: Value,
        permit: OwnedSemaphorePermit,
    ) -> Result<WebDriverSession, RenderFault> {
        let driver = self.clone();
        let begun = tokio::spawn(async move {
            let asked = json!({ "capabilities": { "alwaysMatch": capabilities } });
            let response = driver.command(Method::POST, "session", Some(&asked)).await;
            let response = response.map_err(|refusal| match refusal {
                WebDriverError::Fault(fault) => fault,
                WebDriverError::Error { message, .. } => match connect::lacking_now() {
                    Some(cause) => RenderFault::Machine(cause),
                    None => RenderFault::NoBrowser(message),
                },
            })?;
            let id = response.get("sessionId").and_then(Value::as_str);
            let is_id = |id: &&str| id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            let id = id.filter(is_id).ok_or_else(|| {
                RenderFault::Broken("it started a session without a valid id".to_owned())
            })?;
            Ok(WebDriverSession(Some(ActiveSession { driver, id: id.to_owned(), permit })))
        });
        begun.await.map_err(|error| RenderFault::Broken(error.to_string()))?
    }

    async fn command(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, WebDriverError> {
        let fault = |why: String| {
            let port = self.address.port_or_known_default().unwrap_or_default();
            let address = self.address.to_string();
            WebDriverError::Fault(RenderFault::NoDriver { address, port, why })
        };
        let broken = |why: String| WebDriverError::Fault(RenderFault::Broken(why));
        let url = self.address.join(path).map_err(|error| fault(error.to_string()))?;
        let mut request = reqwest::Request::new(method, url);
        if let Some(body) = body {
            let json = HeaderValue::from_static("application/json; charset=utf-8");
            request.headers_mut().insert(CONTENT_TYPE, json);
            *request.body_mut() = Some(body.to_string().into());
        }
        let response = self.client.execute(request).await.map_err(|error| {
            if let Some(cause) = connect::lacking_now().filter(|_| error.is_connect()) {
                return WebDriverError::Fault(RenderFault::Machine(cause));
            }
            let is_connect = error.is_connect();
            let why = innermost_message(&error.without_url());
            if is_connect { fault(why) } else { broken(why) }
        })?;
        let is_good = response.status().is_success();
        let bytes = bounded(response).await.map_err(broken)?;
        let mut response: Value = serde_json::from_slice(&bytes)
            .map_err(|error| broken(format!("its response is not JSON: {error}")))?;
        let value = response.get_mut("value").map(Value::take).unwrap_or_default();
        if is_good {
            return Ok(value);
        }
        let text = |key| value.get(key).and_then(Value::as_str).unwrap_or_default();
        // Chromium writes a stack trace below the first line.
        let message = text("message").lines().next().unwrap_or_default().to_owned();
        Err(WebDriverError::Error { code: text("error").to_owned(), message })
    }
}

/// Reads a response body of at most [`MAX_ANSWER`] bytes.
async fn bounded(mut response: reqwest::Response) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    while let Some(piece) =
        response.chunk().await.map_err(|error| innermost_message(&error.without_url()))?
    {
        if bytes.len() + piece.len() > MAX_ANSWER {
            return Err("its response is too long".to_owned());
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

/// A session. Dropping it ends it.
#[derive(Debug)]
pub(super) struct WebDriverSession(Option<ActiveSession>);

#[derive(Debug)]
struct ActiveSession {
    driver: WebDriver,
    id: String,
    permit: OwnedSemaphorePermit,
}

impl WebDriverSession {
    /// Sends a command of the session.
    pub(super) async fn post(&self, command: &str, body: &Value) -> Result<Value, WebDriverError> {
        let Some(ActiveSession { driver, id, .. }) = &self.0 else {
            return Err(WebDriverError::Fault(RenderFault::Broken(
                "the session has ended".to_owned(),
            )));
        };
        driver.command(Method::POST, &format!("session/{id}/{command}"), Some(body)).await
    }

    /// Runs a script in the page and returns its result (section 13.2.1).
    pub(super) async fn run(
        &self,
        script: &str,
        arguments: Value,
    ) -> Result<Value, WebDriverError> {
        self.post("execute/sync", &json!({ "script": script, "args": arguments })).await
    }

    /// Ends the session (section 8.2), and waits until the browser has quit.
    pub(super) async fn end(mut self) {
        if let Some(begun) = self.0.take() {
            begun.end().await;
        }
    }
}

impl ActiveSession {
    async fn end(self) {
        let Self { driver, id, permit } = self;
        let path = format!("session/{id}");
        let end = driver.command(Method::DELETE, &path, None);
        if !matches!(timeout(ENDING, end).await, Ok(Ok(_))) {
            tracing::warn!(
                "cannot end a browser session; if browsers accumulate, restart the WebDriver server at {}",
                driver.address
            );
        }
        drop(permit);
    }
}

impl Drop for WebDriverSession {
    fn drop(&mut self) {
        if let (Some(begun), Ok(runtime)) = (self.0.take(), tokio::runtime::Handle::try_current()) {
            runtime.spawn(begun.end());
        }
    }
}
