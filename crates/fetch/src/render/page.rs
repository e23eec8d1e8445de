//! What is asked of the page in the browser: whether it still builds itself, and what it is in the end.
//!
//! All of it is asked in the page's own world, where a hostile page may answer what it likes: it is believed no more than the
//! bytes of a host.

use super::driver::{WebDriverError, WebDriverSession};
use super::{FetchError, RenderFault, fault};
use crate::error::TimeoutPhase;
use crate::redacted;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::{Instant, sleep};
use url::Url;

/// How often the page is looked at.
const LOOK_AGAIN: Duration = Duration::from_millis(150);
/// How long nothing must have changed.
const QUIET: Duration = Duration::from_millis(500);

/// Counts what the page's scripts have asked for and not got yet. It runs before them.
const COUNT: &str = r"(() => {
const state = { open: 0 };
Object.defineProperty(window, Symbol.for('bantin'), { value: state });
const fetch = window.fetch;
window.fetch = function () {
  const answer = fetch.apply(window, arguments);
  const done = () => { state.open -= 1; };
  state.open += 1;
  answer.then(done, done);
  return answer;
};
const send = XMLHttpRequest.prototype.send;
XMLHttpRequest.prototype.send = function () {
  const sent = send.apply(this, arguments);
  if (this.readyState !== 4) {
    state.open += 1;
    this.addEventListener('loadend', () => { state.open -= 1; });
  }
  return sent;
};
})();";

/// What the page looks like from afar; while that changes, it is being built.
const LOOK: &str = r"const state = window[Symbol.for('bantin')];
return {
  busy: document.readyState !== 'complete' || Boolean(state && state.open > 0),
  elements: document.getElementsByTagName('*').length,
  text: document.body ? document.body.textContent.length : 0,
  address: location.href,
};";

/// The page as it is. The element that it begins with, because HTML without it is read as that of old browsers.
const TAKE: &str = r"const [entry] = performance.getEntriesByType('navigation');
const root = document.documentElement;
const html = root ? '<!DOCTYPE html>\n' + root.outerHTML : '';
return {
  status: entry ? entry.responseStatus : 0,
  media: document.contentType,
  address: location.href,
  html: html.length > arguments[0] ? null : html,
};";

/// A page as the browser has it.
pub(super) struct RenderedPage {
    /// The status of the answer that it was built from (RFC 9110 section 15).
    pub(super) status: u16,
    /// Its address in the end.
    pub(super) url: Url,
    /// Its tree, written as HTML; none where it is longer than may be.
    pub(super) html: Option<String>,
}

/// Opens a page and waits until it has built itself, `wait` at most.
pub(super) async fn build(
    session: &WebDriverSession,
    url: &Url,
    opening: Duration,
    wait: Duration,
    longest: usize,
) -> Result<RenderedPage, FetchError> {
    let own = |refusal: WebDriverError| fault(url, refusal.into_fault());
    let count = json!({
        "cmd": "Page.addScriptToEvaluateOnNewDocument",
        "params": { "source": COUNT },
    });
    session.post("goog/cdp/execute", &count).await.map_err(own)?;
    let mut is_late = false;
    match session.post("url", &json!({ "url": url.as_str() })).await {
        Ok(_) => {}
        // Something on it does not come. What is here may be the page all the same.
        Err(WebDriverError::Error { code, .. }) if code == "timeout" => is_late = true,
        Err(WebDriverError::Error { message, .. }) => {
            return Err(fault(url, RenderFault::NotOpened(message)));
        }
        Err(refusal) => return Err(own(refusal)),
    }
    let late =
        || FetchError::Timeout { url: redacted(url), phase: TimeoutPhase::Whole, limit: opening };
    let built = async {
        settle(session, wait).await?;
        session.run(TAKE, json!([longest])).await
    };
    match built.await {
        Ok(built) => read(url, &built).map_err(|error| if is_late { late() } else { error }),
        Err(WebDriverError::Error { code, .. }) if is_late || code == "script timeout" => {
            Err(late())
        }
        Err(refusal) => Err(own(refusal)),
    }
}

/// Waits until nothing has changed for a while, `wait` at most: a page with a clock never rests.
async fn settle(session: &WebDriverSession, wait: Duration) -> Result<(), WebDriverError> {
    let began = Instant::now();
    let mut before = Value::Null;
    let mut since = began;
    while began.elapsed() < wait {
        let now = match session.run(LOOK, json!([])).await {
            Ok(now) => now,
            // It goes on to another page, or a script of it does not end; the latter is met again when the page is taken.
            Err(WebDriverError::Error { .. }) => Value::Null,
            Err(refusal) => return Err(refusal),
        };
        let is_busy = now.get("busy").and_then(Value::as_bool).unwrap_or(true);
        if is_busy || now != before {
            (before, since) = (now, Instant::now());
        } else if since.elapsed() >= QUIET {
            break;
        }
        sleep(LOOK_AGAIN).await;
    }
    Ok(())
}

fn read(asked: &Url, built: &Value) -> Result<RenderedPage, FetchError> {
    let text = |key| built.get(key).and_then(Value::as_str).unwrap_or_default();
    if text("address").starts_with("chrome-error:") {
        return Err(fault(
            asked,
            RenderFault::NotOpened("it shows an error of its own".to_owned()),
        ));
    }
    let no_page = |what: String| fault(asked, RenderFault::NoPage(what));
    let url =
        Url::parse(text("address")).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    // Where a file begins instead, the browser stays where it was.
    let url = url.ok_or_else(|| no_page("nothing, or a file".to_owned()))?;
    let media = text("media");
    if !matches!(media, "text/html" | "application/xhtml+xml") {
        let media: String = media.chars().take(80).collect();
        return Err(no_page(format!("{media:?}")));
    }
    let status =
        built.get("status").and_then(Value::as_u64).and_then(|code| u16::try_from(code).ok());
    let html = built.get("html").and_then(Value::as_str).map(str::to_owned);
    Ok(RenderedPage { status: status.unwrap_or_default(), url, html })
}
