//! The scripts that run in the page: whether it is still being built, and its final content.
//!
//! They run in the page's own JavaScript world, where a hostile page can return anything. So the
//! result is trusted no more than the bytes of a host.

use super::driver::{WebDriverError, WebDriverSession};
use super::{FetchError, RenderFault, fault};
use crate::error::TimeoutPhase;
use crate::redacted;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::{Instant, sleep};
use url::Url;

/// The pause between two checks of the page.
const LOOK_AGAIN: Duration = Duration::from_millis(150);
/// The time without a change after which the page is complete.
const QUIET: Duration = Duration::from_millis(500);

/// Counts the unfinished requests of the page's scripts. It runs before them.
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

/// A summary of the page; while it changes, the page is still being built.
const LOOK: &str = r"const state = window[Symbol.for('bantin')];
return {
  busy: document.readyState !== 'complete' || Boolean(state && state.open > 0),
  elements: document.getElementsByTagName('*').length,
  text: document.body ? document.body.textContent.length : 0,
  address: location.href,
};";

/// The content of the page. Starts with a doctype, because HTML without one is parsed in quirks
/// mode.
const TAKE: &str = r"const [entry] = performance.getEntriesByType('navigation');
const root = document.documentElement;
const html = root ? '<!DOCTYPE html>\n' + root.outerHTML : '';
return {
  status: entry ? entry.responseStatus : 0,
  media: document.contentType,
  address: location.href,
  html: html.length > arguments[0] ? null : html,
};";

/// A page as rendered by the browser.
pub(super) struct RenderedPage {
    /// The status of the response that it was built from (RFC 9110 section 15).
    pub(super) status: u16,
    /// Its final URL.
    pub(super) url: Url,
    /// Its DOM, serialized as HTML; `None` if it is longer than allowed.
    pub(super) html: Option<String>,
}

/// Opens a page and waits until it is complete, at most `wait`.
pub(super) async fn build(
    session: &WebDriverSession,
    url: &Url,
    opening: Duration,
    wait: Duration,
    longest: usize,
) -> Result<RenderedPage, FetchError> {
    let session_error = |refusal: WebDriverError| fault(url, refusal.into_fault());
    let count = json!({
        "cmd": "Page.addScriptToEvaluateOnNewDocument",
        "params": { "source": COUNT },
    });
    session.post("goog/cdp/execute", &count).await.map_err(session_error)?;
    let mut is_late = false;
    match session.post("url", &json!({ "url": url.as_str() })).await {
        Ok(_) => {}
        // Some resources timed out, but the rendered page may still be complete.
        Err(WebDriverError::Error { code, .. }) if code == "timeout" => is_late = true,
        Err(WebDriverError::Error { message, .. }) => {
            return Err(fault(url, RenderFault::NotOpened(message)));
        }
        Err(refusal) => return Err(session_error(refusal)),
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
        Err(refusal) => Err(session_error(refusal)),
    }
}

/// Waits until the page stops changing, at most `wait`: a page with a clock never does.
async fn settle(session: &WebDriverSession, wait: Duration) -> Result<(), WebDriverError> {
    let began = Instant::now();
    let mut before = Value::Null;
    let mut since = began;
    while began.elapsed() < wait {
        let now = match session.run(LOOK, json!([])).await {
            Ok(now) => now,
            // It navigates to another page, or one of its scripts does not end; the latter fails
            // again when the page is read.
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
        return Err(fault(asked, RenderFault::NotOpened("it shows its own error page".to_owned())));
    }
    let no_page = |what: String| fault(asked, RenderFault::NoPage(what));
    let url =
        Url::parse(text("address")).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    // If the response is a download, the browser stays on its previous page.
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
