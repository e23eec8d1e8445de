//! The errors of a fetch, in sentences for the operator.

use super::body::BodyError;
use super::connect::{ConnectCause, MachineCause};
use super::folder::FolderError;
use super::proxy::ProxyFault;
use super::render::RenderFault;
use super::tls::TlsCause;
use bantin_core::RetryAdvice;
use bantin_page::SoftError;
use chrono::{DateTime, Utc};
use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

/// A failed fetch. URLs in it are written by [`super::redacted`], without credentials or tokens.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The scheme is neither `http` nor `https`, or the host is missing.
    #[error(
        "{url} is not an http or https address and cannot be fetched; correct the address or the link"
    )]
    NotHttp {
        /// The URL.
        url: String,
    },
    /// The host is inside a network that is not public.
    #[error(
        "{url} leads to {address}, which is not a public address; to fetch it anyway, add its network to allow_private of the source"
    )]
    PrivateAddress {
        /// The requested URL.
        url: String,
        /// The private address that it resolves to.
        address: IpAddr,
    },
    /// The port is neither 80 nor 443, nor listed by the source.
    #[error(
        "{url} leads to port {port}, which is unusual for a web server; to fetch it anyway, write ports = [{port}] for the source"
    )]
    Port {
        /// The URL.
        url: String,
        /// The port.
        port: u16,
    },
    /// Too many redirects.
    #[error(
        "{url} redirects more than {most} times; open it in a browser and use the address where it ends"
    )]
    TooManyRedirects {
        /// The requested URL.
        url: String,
        /// [`super::RequestLimits::redirects`].
        most: usize,
    },
    /// A redirect leads back to a URL of the same chain.
    #[error(
        "{url} redirects in a circle; if the site requires a cookie, write cookies = true for the source, else open it in a browser and use the address where it ends"
    )]
    RedirectCircle {
        /// The URL that was requested twice.
        url: String,
    },
    /// A redirect without a valid target.
    #[error(
        "{url} answers with a redirect whose Location is missing or invalid; report it to the agency"
    )]
    BadRedirect {
        /// The URL that answered.
        url: String,
    },
    /// A redirect from `https` to `http`.
    #[error(
        "{from} redirects from https to {to}, where anyone on the network path could change the page; if the agency has no https, write the http address in feeds.toml"
    )]
    Downgrade {
        /// The URL that answered.
        from: String,
        /// The target of the redirect.
        to: String,
    },
    /// A redirect that would send the form to another site.
    #[error(
        "{from} redirects the form to {to}, which is another site, so the form is not sent there; if the form belongs to that site, write its address in url"
    )]
    FormElsewhere {
        /// The URL that answered.
        from: String,
        /// The target of the redirect.
        to: String,
    },
    /// The proxy opened no tunnel. The agency is not at fault.
    #[error("the proxy {proxy} did not forward the request to {url}: {why}")]
    Proxy {
        /// The proxy, without its credentials.
        proxy: String,
        /// The requested URL.
        url: String,
        /// The failure at the proxy.
        why: ProxyFault,
    },
    /// The browser failed to render the page.
    #[error("{url} was not rendered by the browser: {why}")]
    Render {
        /// The URL.
        url: String,
        /// The failure of the browser.
        why: RenderFault,
    },
    /// The name has no address.
    #[error(
        "the name {host} has no address ({why}); check its spelling, and whether the agency uses another name now"
    )]
    Dns {
        /// The name.
        host: String,
        /// The message of the resolver.
        why: String,
    },
    /// The lookup failed, so it is unknown whether the name has an address.
    #[error(
        "the name {host} could not be looked up ({why}); if this lasts and affects all names, repair the DNS resolver of this machine"
    )]
    Resolver {
        /// The name.
        host: String,
        /// The message of the resolver.
        why: String,
    },
    /// A phase of the request exceeded its timeout.
    #[error("{url}: {phase} took longer than {}", humantime::format_duration(*limit))]
    Timeout {
        /// The URL.
        url: String,
        /// The phase that timed out.
        phase: TimeoutPhase,
        /// The timeout.
        limit: Duration,
    },
    /// The connection could not be established.
    #[error("{url} cannot be connected to: {cause}")]
    Connect {
        /// The URL.
        url: String,
        /// The cause.
        cause: ConnectCause,
    },
    /// The TLS connection failed: the host is not trusted, or no version or cipher is shared with
    /// it.
    #[error("{url} cannot be reached safely over TLS: {cause}")]
    Tls {
        /// The URL.
        url: String,
        /// The cause.
        cause: TlsCause,
    },
    /// The connection broke before the head of the response was complete.
    #[error("the connection to {url} broke before it answered: {why}")]
    Broken {
        /// The URL.
        url: String,
        /// The message of the innermost error.
        why: String,
    },
    /// The status means neither a page, nor unchanged, nor gone.
    #[error("{url} answers with status {code}")]
    Status {
        /// The URL.
        url: String,
        /// The status code (RFC 9110 section 15).
        code: u16,
        /// The value of `Retry-After`, with 429 and 503.
        retry_after: Option<Duration>,
    },
    /// The site's firewall blocks automated clients.
    #[error("{cause}. {url} answers with status {code}")]
    Blocked {
        /// The URL.
        url: String,
        /// The status code.
        code: u16,
        /// The firewall, recognized by its response.
        cause: SoftError,
    },
    /// The host requested a pause, on another page or from another process, or other requests to it
    /// take longer than a message may wait.
    #[error(
        "{host} is not contacted until {until}, because it requested a pause or is busy with earlier requests"
    )]
    HostPaused {
        /// The host.
        host: String,
        /// The end of the pause.
        until: DateTime<Utc>,
        /// The time left until then.
        rest: Duration,
    },
    /// The daily request budget of the host is used up.
    #[error(
        "{host} received {most} requests today, the limit that max_requests of the source sets; requests continue after {until}"
    )]
    BudgetExhausted {
        /// The host.
        host: String,
        /// [`bantin_core::HostAccess::max_requests`].
        most: u32,
        /// The end of the day.
        until: DateTime<Utc>,
        /// The time left until then.
        rest: Duration,
    },
    /// The source is in its quiet hours.
    #[error("{host} is not contacted until {until}: these are its quiet hours")]
    Quiet {
        /// The host.
        host: String,
        /// The end of the quiet hours.
        until: DateTime<Utc>,
        /// The time left until then.
        rest: Duration,
    },
    /// The site's robots.txt disallows the page.
    #[error(
        "robots.txt of the site disallows {url} (Disallow: {pattern}), so it is not fetched; ask the agency to write `User-agent: {agent}` and `Allow: /` there, or use an address that it allows"
    )]
    Disallowed {
        /// The URL.
        url: String,
        /// The pattern that matches it.
        pattern: String,
        /// Our product token (RFC 9309 section 2.2.1).
        agent: String,
    },
    /// The site's robots.txt could not be fetched, so no page is requested (RFC 9309 section
    /// 2.3.1.4).
    #[error(
        "{url} could not be fetched ({why}), and without it no page of the site is requested; it is tried again soon"
    )]
    RobotsUnknown {
        /// The URL of robots.txt.
        url: String,
        /// The failure.
        why: String,
    },
    /// The body cannot be used.
    #[error("the response of {url} cannot be used: {cause}")]
    Body {
        /// The URL.
        url: String,
        /// The cause.
        cause: BodyError,
    },
    /// The folder that replaces the site failed.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The host limiter failed, so it is unknown whether the host may be contacted.
    #[error("no permit for {host} could be acquired, so no request was sent: {why}")]
    HostLimiter {
        /// The host.
        host: String,
        /// The message of the host limiter.
        why: String,
    },
    /// This machine has no file handles or memory for the request.
    #[error("{url} was not requested, because {cause}")]
    Machine {
        /// The URL, or the name of the host.
        url: String,
        /// What this machine lacks.
        cause: MachineCause,
    },
    /// The HTTP client could not be created.
    #[error(
        "the HTTP client cannot be created: {0}; check the contact in feeds.toml, and the certificates of this machine (package ca-certificates)"
    )]
    Client(String),
}

/// A phase of a request that has a timeout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeoutPhase {
    /// The name lookup.
    Dns,
    /// The connection, including the TLS handshake.
    Connect,
    /// The time from the request to the head of the response.
    FirstByte,
    /// A pause within the body.
    Idle,
    /// The page as a whole, including its redirects.
    Whole,
}

impl fmt::Display for TimeoutPhase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Dns => "the name lookup",
            Self::Connect => "the connection",
            Self::FirstByte => "the head of the response",
            Self::Idle => "the next part of the response",
            Self::Whole => "the whole page",
        })
    }
}

impl FetchError {
    /// The action that the schedule should take.
    pub fn advice(&self) -> RetryAdvice {
        match self {
            Self::Status { retry_after: Some(pause), .. } => RetryAdvice::RetryAfter(*pause),
            Self::Status { code: 401 | 403 | 407 | 451, .. } => RetryAdvice::AskOperator,
            // These 4xx codes concern the moment, not the page.
            Self::Status { code: 408 | 421 | 423 | 425 | 429, .. } => RetryAdvice::RetryLater,
            Self::Status { code: 400..=499, .. } => RetryAdvice::SkipPage,
            Self::Blocked { .. } => RetryAdvice::AskAgency,
            Self::HostPaused { rest, .. }
            | Self::BudgetExhausted { rest, .. }
            | Self::Quiet { rest, .. } => RetryAdvice::RetryAfter(*rest),
            Self::Status { .. }
            | Self::Dns { .. }
            | Self::Resolver { .. }
            | Self::Timeout { .. }
            | Self::Connect { .. }
            | Self::Broken { .. }
            | Self::RobotsUnknown { .. }
            | Self::Machine { .. }
            | Self::HostLimiter { .. } => RetryAdvice::RetryLater,
            Self::Body { cause, .. } => cause.advice(),
            Self::Proxy { why, .. } => why.advice(),
            Self::Render { why, .. } => why.advice(),
            Self::Folder(error) => error.advice(),
            Self::NotHttp { .. } | Self::BadRedirect { .. } => RetryAdvice::SkipPage,
            Self::PrivateAddress { .. }
            | Self::Port { .. }
            | Self::Disallowed { .. }
            | Self::TooManyRedirects { .. }
            | Self::RedirectCircle { .. }
            | Self::Downgrade { .. }
            | Self::FormElsewhere { .. }
            | Self::Tls { .. }
            | Self::Client(_) => RetryAdvice::AskOperator,
        }
    }
}

impl FetchError {
    /// Whether the cause is this machine, and says nothing about the site: no file handles, no
    /// memory, a store that cannot be written.
    pub fn is_local(&self) -> bool {
        match self {
            Self::Machine { .. } | Self::HostLimiter { .. } => true,
            Self::Body { cause, .. } => {
                matches!(cause, BodyError::NoMemory | BodyError::OutOfMemory)
            }
            Self::Render { why, .. } => matches!(why, RenderFault::Machine(_)),
            Self::Folder(error) => error.is_local(),
            _ => false,
        }
    }

    /// Whether the site refuses our requests (by a firewall, a status code or robots.txt), so that
    /// only the agency can change that.
    pub fn is_refusal(&self) -> bool {
        matches!(
            self,
            Self::Blocked { .. } | Self::Disallowed { .. } | Self::Status { code: 403 | 451, .. }
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_tells_what_to_do() {
        let check = |code, seconds: Option<u64>, expected| {
            let retry_after = seconds.map(Duration::from_secs);
            let error = FetchError::Status { url: String::new(), code, retry_after };
            assert_eq!(error.advice(), expected, "{code}");
        };
        check(429, Some(90), RetryAdvice::RetryAfter(Duration::from_secs(90)));
        check(429, None, RetryAdvice::RetryLater);
        check(503, None, RetryAdvice::RetryLater);
        check(500, None, RetryAdvice::RetryLater);
        check(408, None, RetryAdvice::RetryLater);
        check(403, None, RetryAdvice::AskOperator);
        check(400, None, RetryAdvice::SkipPage);
        check(206, None, RetryAdvice::RetryLater);
    }

    #[test]
    fn a_lack_of_this_machine_is_local_wherever_it_shows() {
        #[track_caller]
        fn check(error: &FetchError, expected: bool) {
            assert_eq!(error.is_local(), expected, "{error}");
        }
        let body = |cause| FetchError::Body { url: String::new(), cause };
        check(&body(BodyError::NoMemory), true);
        check(&body(BodyError::OutOfMemory), true);
        check(&body(BodyError::TooLarge { limit: 1 }), false);
        let render = |why| FetchError::Render { url: String::new(), why };
        check(&render(RenderFault::Machine(MachineCause::NoHandles)), true);
        check(&render(RenderFault::NoBrowser(String::new())), false);
        let saved = |number| {
            let why = std::io::Error::from_raw_os_error(number);
            FetchError::Folder(FolderError::Unreadable { file: "a.html".into(), why })
        };
        check(&saved(24), true);
        check(&saved(13), false);
    }

    #[test]
    fn only_an_answer_that_shuts_out_programs_is_a_refusal() {
        #[track_caller]
        fn check(error: &FetchError, expected: bool) {
            assert_eq!(error.is_refusal(), expected, "{error}");
        }
        for (code, expected) in
            [(401, false), (403, true), (407, false), (429, false), (451, true), (503, false)]
        {
            let url = "https://a.example/".to_owned();
            check(&FetchError::Status { url, code, retry_after: None }, expected);
        }
        let [url, pattern, agent] = ["https://a.example/", "/", "bantin"].map(String::from);
        check(&FetchError::Disallowed { url: url.clone(), pattern, agent }, true);
        check(&FetchError::Port { url, port: 25 }, false);
    }
}
