//! A real browser checks the sanitizer. Chromium opens the sanitized payloads of other sanitizers
//! in pages as readers show them: no script runs and no request is sent. Unsanitized payloads do
//! both.

use crate::agency::{Agency, Answer, html};
use bantin_core::RawHtml;
use bantin_read::normalize::html::clean;
use std::collections::BTreeSet;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use url::Url;

/// The time limit for a page in the browser.
const PATIENCE: Duration = Duration::from_secs(30);
/// The path on the page's server that relative links of payloads lead to: a followed link is
/// recorded.
const ASTRAY: &str = "/astray/";

/// A script that reports every executed payload to the server. Payloads call its functions; an
/// exception in an attribute's script is reported as well.
const ALARM: &str = r#"<script>
window.told = new Set();
window.alarm = function (what) {
  if (told.has(what)) return;
  told.add(what);
  new Image().src = '/alarm?' + what;
};
['alert', 'confirm', 'prompt', 'eval', 'open', 'xssed'].forEach(function (name) {
  window[name] = function () { alarm((window.current || 0) + '-' + name); };
});
window.addEventListener('error', function (event) {
  if (event.message) alarm((window.current || 0) + '-error');
}, true);
window.addEventListener('securitypolicyviolation', function () { alarm('policy'); });
</script>"#;

/// A script that triggers whatever waits for a reader: events that have handlers, and a click on
/// every link.
const READER: &str = r#"<script>
document.querySelectorAll('main *').forEach(function (element) {
  window.current = (element.closest('[data-payload]') || { dataset: {} }).dataset.payload;
  ['mouseover', 'mouseenter', 'focus', 'submit', 'toggle', 'scroll', 'beforetoggle'].forEach(function (name) {
    try { element.dispatchEvent(new Event(name, { bubbles: false, cancelable: true })); } catch (e) {}
  });
  var script = element.getAttribute('href') || '';
  if (/^\s*javascript:/i.test(script)) alarm(window.current + '-javascript');
  if (!/^https?:|^mailto:/.test(script) && script) alarm(window.current + '-scheme');
});
document.title = 'read';
</script>"#;

fn payloads() -> Vec<String> {
    serde_json::from_str(include_str!("../vectors/dompurify.json")).unwrap()
}

/// Mutated payloads, the same at each run: the end of one in the middle of another, quotes and
/// brackets changed.
fn mutations(payloads: &[String]) -> Vec<String> {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut pick = |most: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % most as u64).unwrap()
    };
    let swaps = [
        ("\"", "'"),
        ("<", "<<"),
        ("</", "<"),
        ("=", " = "),
        (">", "/>"),
        ("svg", "math"),
        ("<", "&lt;<"),
        ("--", "--!"),
    ];
    let mut mutated = Vec::new();
    for payload in payloads {
        let other: Vec<char> = payloads[pick(payloads.len())].chars().collect();
        let own: Vec<char> = payload.chars().collect();
        let head: String = own[..pick(own.len() + 1)].iter().collect();
        let tail: String = other[pick(other.len() + 1)..].iter().collect();
        let (from, to) = swaps[pick(swaps.len())];
        mutated.push((head + &tail).replace(from, to));
    }
    mutated
}

/// A page with each of these in its own box.
fn page<'a>(title: &str, boxes: impl Iterator<Item = &'a String>) -> String {
    let boxes: Vec<String> = boxes
        .enumerate()
        .map(|(n, html)| format!("<div data-payload=\"{n}\">{html}</div>"))
        .collect();
    format!(
        "<!DOCTYPE html><html lang=\"vi\"><head><meta charset=\"utf-8\"><title>{title}</title>{ALARM}</head>\
         <body><main><article>{}</article></main>{READER}</body></html>",
        boxes.join("\n")
    )
}

/// A page with each of these in its own frame, so that one that breaks out of its box does not
/// affect the others.
fn frames(agency: &Agency, boxes: &[String]) -> String {
    let mut frames = String::new();
    for (n, html) in boxes.iter().enumerate() {
        agency.on(
            &format!("/raw/{n}"),
            self::html(
                page("x", std::iter::once(html))
                    .replace("data-payload=\"0\"", &format!("data-payload=\"{n}\"")),
            ),
        );
        frames += &format!("<iframe src=\"/raw/{n}\"></iframe>");
    }
    format!("<!DOCTYPE html><html><body>{frames}</body></html>")
}

/// A browser process, killed on drop.
struct Browser(Child);

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Opens an address in a browser whose only way out is a proxy. Returns the final DOM tree, or an
/// empty text if `enough` was true before.
fn open(url: &str, world: &Agency, enough: impl Fn() -> bool) -> String {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("tree.html");
    let browser = Command::new("chromium")
        .args([
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
        ])
        .args([
            "--disable-component-update",
            "--disable-sync",
            "--disable-default-apps",
            "--disable-extensions",
        ])
        .args([
            "--disable-dev-shm-usage",
            "--disable-features=OptimizationHints,MediaRouter,Translate",
        ])
        .args(["--virtual-time-budget=3000", "--dump-dom"])
        .arg(format!("--user-data-dir={}", home.path().join("data").display()))
        .arg(format!("--proxy-server=http://127.0.0.1:{}", world.port()))
        .arg("--proxy-bypass-list=127.0.0.1")
        .arg(url)
        .env("HOME", home.path())
        .stdin(Stdio::null())
        .stdout(std::fs::File::create(&out).unwrap())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut browser = Browser(browser);
    let start = Instant::now();
    while browser.0.try_wait().unwrap().is_none() && !enough() {
        assert!(start.elapsed() < PATIENCE, "chromium does not exit");
        std::thread::sleep(Duration::from_millis(20));
    }
    std::fs::read_to_string(out).unwrap()
}

/// The requests to a server, without those for the pages themselves.
fn asked(agency: &Agency) -> BTreeSet<String> {
    let own =
        |target: &str| target == "/page" || target == "/favicon.ico" || target.starts_with("/raw/");
    agency.seen().into_iter().map(|seen| seen.target).filter(|target| !own(target)).collect()
}

/// The images that sanitized HTML shows on purpose.
fn images(cleaned: &[String]) -> BTreeSet<String> {
    let sources = cleaned.iter().flat_map(|html| html.split("<img src=\"").skip(1));
    sources.map(|rest| rest.split('"').next().unwrap().replace("&amp;", "&")).collect()
}

/// Whether Chromium itself sends the request to its maker, for any page. A target that is not an
/// address is the body of such a request.
fn is_its_own(target: &str) -> bool {
    if !target.contains(':') {
        return true;
    }
    let host = target.trim_start_matches("http://").split(['/', ':']).next().unwrap_or_default();
    ["google.com", "googleapis.com", "gstatic.com", "gvt1.com", "chromium.org"]
        .iter()
        .any(|name| host.strip_suffix(name).is_some_and(|sub| sub.is_empty() || sub.ends_with('.')))
}

#[test]
fn what_is_cleaned_runs_nothing_and_asks_for_nothing_but_its_images() {
    if !crate::judges::is_here("chromium") {
        return;
    }
    let payloads = payloads();
    let all: Vec<String> = payloads.iter().cloned().chain(mutations(&payloads)).collect();
    let (agency, world) = (Agency::open(), Agency::open());
    let base: Url = agency.url(ASTRAY).parse().unwrap();
    let cleaned: Vec<String> = all
        .iter()
        .map(|raw| clean(&RawHtml(raw.clone()), &base).unwrap().as_str().to_owned())
        .collect();
    agency.on("/page", html(page("not read", cleaned.iter())));
    let tree = open(&agency.url("/page"), &world, || false);
    assert!(
        tree.contains("<title>read</title>"),
        "the page was not loaded completely: {tree:.300}"
    );

    let allowed = images(&cleaned);
    for target in asked(&agency) {
        assert!(
            allowed.contains(&agency.url(&target)),
            "{target} was requested: {:?}",
            culprit(&target, &all)
        );
    }
    for target in asked(&world).iter().filter(|target| !is_its_own(target)) {
        let shown = allowed.iter().any(|image| {
            image == target
                || image
                    .strip_prefix("https://")
                    .is_some_and(|image| image.starts_with(target.trim_end_matches(":443")))
        });
        assert!(shown, "{target} was requested");
    }
}

/// The payload that an alarm names.
fn culprit<'a>(target: &str, all: &'a [String]) -> Option<&'a String> {
    let number = target.strip_prefix("/alarm?")?.split('-').next()?;
    all.get(number.parse::<usize>().ok()?)
}

#[test]
fn what_is_not_cleaned_runs() {
    if !crate::judges::is_here("chromium") {
        return;
    }
    let (agency, world) = (Agency::open(), Agency::open());
    let page = frames(&agency, &payloads());
    agency.on("/page", html(page));
    agency.on("/favicon.ico", Answer::Page(204, Vec::new(), Vec::new()));
    // Some payloads keep the browser busy forever.
    let alarms =
        || asked(&agency).iter().filter(|target| target.starts_with("/alarm?")).count() > 20;
    open(&agency.url("/page"), &world, alarms);
    assert!(alarms(), "the alarm reports too little for a verdict: {:?}", asked(&agency));
}
