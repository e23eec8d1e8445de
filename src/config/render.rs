//! Interprets `[render]`, and `render` of a source.

use super::addresses;
use super::deserialize::Spanned;
use super::diagnostics::Diagnostics;
use super::errors::ConfigProblem;
use super::schema::or_default;
use super::values::ValueError;
use super::written;
use bantin_core::{BrowserConfig, RenderPolicy};
use bantin_read::discover::kind::KindDefinition;
use std::path::PathBuf;
use std::sync::Arc;
use url::{Host, Url};

/// The result of reading `[render]`.
#[derive(Debug, Clone, Default)]
pub(super) enum BrowserSetting {
    /// There is no such table.
    #[default]
    Absent,
    /// The table is invalid, which was reported.
    Invalid,
    /// The browser of a valid table.
    Configured(Arc<BrowserConfig>),
}

/// Interprets the table `[render]`.
pub(super) fn browser(
    keys: &Option<Spanned<written::RenderKeys>>,
    diagnostics: &mut Diagnostics,
) -> BrowserSetting {
    let Some(Spanned { value: keys, span }) = keys else { return BrowserSetting::Absent };
    let hint = "write webdriver = \"http://127.0.0.1:9515\", and start chromedriver --port=9515";
    diagnostics.require("webdriver", &keys.webdriver, span, "[render]", hint);
    let webdriver = diagnostics.value("render.webdriver", &keys.webdriver, address);
    let wait = or_default(&keys.wait, "Render", "wait").map(|wait| wait.0);
    let program =
        diagnostics.value("render.browser", &keys.browser, |text| match text.trim() {
            path if path.starts_with('/') => Ok(PathBuf::from(path)),
            _ => Err(ValueError::new("must be an absolute path")
                .hint("for example \"/usr/bin/chromium\"")),
        });
    let sandbox = keys.sandbox.as_ref().is_none_or(|sandbox| sandbox.value);
    match (webdriver, wait) {
        (Some(webdriver), Some(wait)) if program.is_some() == keys.browser.is_some() => {
            BrowserSetting::Configured(Arc::new(BrowserConfig {
                webdriver,
                program,
                wait,
                sandbox,
            }))
        }
        _ => BrowserSetting::Invalid,
    }
}

/// Parses the address of a WebDriver server. It must be on this machine, because the browser uses a
/// proxy on its loopback interface.
fn address(text: &str) -> Result<Url, ValueError> {
    const EXAMPLE: &str = "for example \"http://127.0.0.1:9515\"";
    let mut url = addresses::web(text)?;
    let is_here = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    if url.scheme() != "http" || !is_here {
        let wrong = ValueError::new("must begin with http:// and be an address of this machine");
        return Err(wrong.hint(EXAMPLE));
    }
    if url.domain().is_some() && url.set_host(Some("127.0.0.1")).is_err() {
        return Err(ValueError::new("has no host").hint(EXAMPLE));
    }
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    Ok(url)
}

/// The rendering policy of a source. Reports all keys that cannot be combined with rendering.
pub(super) fn of_source(
    definition: &KindDefinition,
    keys: &written::SourceKeys,
    url: Option<&Url>,
    diagnostics: &mut Diagnostics,
) -> Option<RenderPolicy> {
    let wanted = keys.render.as_ref().filter(|render| render.value);
    let Some(Spanned { span, .. }) = wanted else {
        if let Some(articles) = &keys.render_articles {
            let problem =
                ConfigProblem::new("`render_articles` is for a source with render = true");
            let hint = "remove it, or write render = true".to_owned();
            diagnostics.problem(problem.at(&articles.span).hint(hint));
        }
        return None;
    };
    let misfit =
        |message: String, hint: &str| ConfigProblem::new(message).at(span).hint(hint.to_owned());
    if keys.folder.is_some() || definition.is_saved {
        let message = "`render` is for pages from the network, but this source has a folder";
        let hint = "remove it, and save the page as the browser shows it";
        diagnostics.problem(misfit(message.to_owned(), hint));
        return None;
    }
    if !definition.is_html {
        let what = definition.what;
        let message = format!("`render` is for HTML pages, but this source is {what}");
        diagnostics.problem(misfit(message, &format!("remove it: {what} needs no browser")));
        return None;
    }
    let wants_cookies = keys.cookies.as_ref().filter(|cookies| cookies.value);
    let others = [
        ("basic_auth", keys.basic_auth.is_some()),
        ("headers", keys.headers.is_some()),
        ("cookie", keys.cookie.is_some()),
        ("cookies", wants_cookies.is_some()),
        ("form", keys.form.is_some()),
        ("proxy", super::identity::has_proxy(keys)),
        ("tls", keys.tls.as_ref().is_some_and(|tls| tls.value == written::TlsDialectKey::Legacy)),
        ("ca_file", keys.ca_file.is_some()),
        ("spki_sha256", keys.spki_sha256.is_some()),
        (
            "tls_verify",
            keys.tls_verify.as_ref().is_some_and(|verify| verify.value == written::TlsVerify::Off),
        ),
    ];
    let mut fits = true;
    for (key, _) in others.into_iter().filter(|(_, is_there)| *is_there) {
        let message = format!(
            "`render` and `{key}` cannot be combined: bantin cannot pass this setting to the browser"
        );
        let hint = match key {
            "headers" | "cookies" | "proxy" => {
                "remove one of the two; if it is in the defaults, move it to the sources that need it"
            }
            _ => "remove one of the two",
        };
        diagnostics.problem(misfit(message, hint));
        fits = false;
    }
    let browser = match diagnostics.rendering.clone() {
        BrowserSetting::Configured(browser) => browser,
        BrowserSetting::Invalid => return None,
        BrowserSetting::Absent => {
            let message = "`render` needs a table [render]".to_owned();
            let hint = "write [render] and below it webdriver = \"http://127.0.0.1:9515\" in feeds.toml, and start chromedriver --port=9515";
            diagnostics.problem(misfit(message, hint));
            return None;
        }
    };
    let articles = keys.render_articles.as_ref().is_none_or(|articles| articles.value);
    let only = if articles { None } else { Some(url?.clone()) };
    fits.then_some(RenderPolicy { browser, only })
}
