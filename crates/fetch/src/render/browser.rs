//! The start options of the browser: an empty profile, the load's proxy as its only connection to
//! the network, and nothing that bypasses it or contacts the vendor.

use bantin_core::BrowserConfig;
use percent_encoding::{CONTROLS, utf8_percent_encode};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;

/// The timeout of our scripts in a page.
const SCRIPT: Duration = Duration::from_secs(5);

/// Only the page: no window, no requests to the vendor, no images, no way around the proxy.
const FLAGS: [&str; 29] = [
    "--headless=new",
    // Commands use a pipe; a port would be open to every user of this machine.
    "--remote-debugging-pipe",
    // High, because some lists load more only as far as a reader would see them.
    "--window-size=1280,2400",
    "--accept-lang=vi,en",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--mute-audio",
    "--blink-settings=imagesEnabled=false",
    // The loopback is reached through the proxy too, which refuses it.
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--disable-quic",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--no-pings",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-service-autorun",
    "--deny-permission-prompts",
    "--disable-notifications",
    "--disable-auto-reload",
    "--disable-background-networking",
    "--disable-client-side-phishing-detection",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-sync",
    "--metrics-recording-only",
    "--disable-features=OptimizationHints,MediaRouter,Translate,NetworkPrediction,DnsOverHttps,InterestFeedContentSuggestions",
];

/// Builds the capabilities of a session (W3C WebDriver 2 section 7) whose page may take `opening`
/// to load.
pub(super) fn capabilities(
    browser: &BrowserConfig,
    proxy: SocketAddr,
    user_agent: &str,
    opening: Duration,
) -> Value {
    let mut flags: Vec<String> = FLAGS.map(str::to_owned).to_vec();
    flags.push(format!("--proxy-server=http://{proxy}"));
    // Chromium sends no User-Agent at all if it is not ASCII.
    flags.push(format!("--user-agent={}", utf8_percent_encode(user_agent, CONTROLS)));
    if !browser.sandbox {
        flags.push("--no-sandbox".to_owned());
    }
    let never = 2;
    let mut options = json!({
        "args": flags,
        "prefs": {
            "download_restrictions": 3,
            "safebrowsing.enabled": false,
            "credentials_enable_service": false,
            "plugins.always_open_pdf_externally": true,
            "webrtc.ip_handling_policy": "disable_non_proxied_udp",
            "profile.default_content_setting_values": {
                "geolocation": never, "notifications": never, "media_stream": never,
                "automatic_downloads": never, "popups": never,
            },
        },
    });
    if let (Some(program), Some(options)) = (&browser.program, options.as_object_mut()) {
        options.insert("binary".to_owned(), json!(program));
    }
    let milliseconds = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    json!({
        "browserName": "chrome",
        "acceptInsecureCerts": false,
        // Scripts run while the rest of a page is still loading.
        "pageLoadStrategy": "eager",
        "unhandledPromptBehavior": "dismiss",
        "timeouts": { "script": milliseconds(SCRIPT), "pageLoad": milliseconds(opening), "implicit": 0 },
        "goog:chromeOptions": options,
    })
}
