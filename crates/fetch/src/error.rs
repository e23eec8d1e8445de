//! Why a page could not be brought home, in sentences for the operator.

use super::body::BodyError;
use super::connect::ConnectCause;
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

/// Why a page could not be brought home. Addresses in it are as [`super::shown`] writes them: no credentials, no tokens.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The scheme is neither `http` nor `https`, or there is no host.
    #[error(
        "{url} is no http or https address and cannot be fetched; correct the address or the link"
    )]
    NotHttp {
        /// The address.
        url: String,
    },
    /// The host is inside a network that is not public.
    #[error(
        "{url} leads to {address}, which is no public address; if that is meant, name its network under allow_private of the source"
    )]
    PrivateAddress {
        /// The address that was asked for.
        url: String,
        /// Where it leads.
        address: IpAddr,
    },
    /// The port is not one of the web's, nor named by the source.
    #[error(
        "{url} leads to port {port}, where hardly a web server is; if that is meant, write ports = [{port}] for the source"
    )]
    Port {
        /// The address.
        url: String,
        /// The port.
        port: u16,
    },
    /// Too many redirects.
    #[error(
        "{url} redirects more than {most} times; open it in a browser and name the address where it ends"
    )]
    TooManyRedirects {
        /// The address that was asked for first.
        url: String,
        /// [`super::Limits::redirects`].
        most: usize,
    },
    /// A redirect leads back to where it came from.
    #[error(
        "{url} redirects in a circle; if the site wants a cookie, write cookies = true for the source, else open it in a browser and name the address where it ends"
    )]
    RedirectCircle {
        /// The address that came up twice.
        url: String,
    },
    /// A redirect that names no target.
    #[error("{url} answers with a redirect that names no readable address; tell the agency")]
    BadRedirect {
        /// The address that answered.
        url: String,
    },
    /// A redirect from `https` to `http`.
    #[error(
        "{from} redirects from https to {to}, where anybody on the way could change the page; if the agency has no https, name the http address in feeds.toml"
    )]
    Downgrade {
        /// The address that answered.
        from: String,
        /// Where it redirects to.
        to: String,
    },
    /// A redirect that would send the form to another site.
    #[error(
        "{from} wants the form sent on to {to}, which is another site and gets nothing; name the address there in url if the form is for it"
    )]
    FormElsewhere {
        /// The address that answered.
        from: String,
        /// Where it redirects to.
        to: String,
    },
    /// The proxy opened no tunnel. It is no fault of the agency's.
    #[error("the proxy {proxy} did not carry the request to {url}: {why}")]
    Proxy {
        /// The proxy, without its login.
        proxy: String,
        /// The address that was asked for.
        url: String,
        /// What is wrong there.
        why: ProxyFault,
    },
    /// The browser that should build the page did not.
    #[error("{url} was not built by the browser: {why}")]
    Render {
        /// The address.
        url: String,
        /// What is wrong.
        why: RenderFault,
    },
    /// The name has no address.
    #[error(
        "the name {host} has no address ({why}); check its spelling, and whether the agency has moved"
    )]
    Dns {
        /// The name.
        host: String,
        /// What the resolver said.
        why: String,
    },
    /// Nobody could say whether the name has an address.
    #[error(
        "the name {host} could not be looked up ({why}); if that lasts and is so for all names, repair the resolver of this machine"
    )]
    Resolver {
        /// The name.
        host: String,
        /// What the resolver said.
        why: String,
    },
    /// It took too long.
    #[error("{url}: {phase} took longer than {}", humantime::format_duration(*limit))]
    Timeout {
        /// The address.
        url: String,
        /// What took so long.
        phase: TimeoutPhase,
        /// How long it may take.
        limit: Duration,
    },
    /// The host does not take the connection.
    #[error("{url} cannot be connected to: {cause}")]
    Connect {
        /// The address.
        url: String,
        /// In which way.
        cause: ConnectCause,
    },
    /// The host cannot be trusted, or speaks no TLS that we speak.
    #[error("{url} cannot be reached safely over TLS: {cause}")]
    Tls {
        /// The address.
        url: String,
        /// Why not.
        cause: TlsCause,
    },
    /// The connection broke before the answer's head was complete.
    #[error("the connection to {url} broke before it answered: {why}")]
    Broken {
        /// The address.
        url: String,
        /// What broke.
        why: String,
    },
    /// The answer is neither a page, nor unchanged, nor gone.
    #[error("{url} answers with status {code}")]
    Status {
        /// The address.
        url: String,
        /// The status code (RFC 9110 section 15).
        code: u16,
        /// When the host wants to be asked again, with 429 and 503.
        retry_after: Option<Duration>,
    },
    /// A firewall stands before the site and lets no program in.
    #[error("{cause}. {url} answers so with status {code}")]
    Blocked {
        /// The address.
        url: String,
        /// The status code.
        code: u16,
        /// What its page is known by.
        cause: SoftError,
    },
    /// The host has asked to be left alone, on another page or to another process.
    #[error("{host} is left alone until {until}, as it has asked")]
    Resting {
        /// The host.
        host: String,
        /// When it may be asked again.
        until: DateTime<Utc>,
        /// How long that is from now.
        rest: Duration,
    },
    /// The host was asked as often today as the source lets it be.
    #[error(
        "{host} was asked {most} times today, which is the most that max_requests of the source lets it be; it is asked again after {until}"
    )]
    Spent {
        /// The host.
        host: String,
        /// [`bantin_core::Access::max_requests`].
        most: u32,
        /// When the day ends.
        until: DateTime<Utc>,
        /// How long that is from now.
        rest: Duration,
    },
    /// It is a time of day at which the source wants no requests.
    #[error("{host} is left alone until {until}: these are its quiet hours")]
    Quiet {
        /// The host.
        host: String,
        /// When they end.
        until: DateTime<Utc>,
        /// How long that is from now.
        rest: Duration,
    },
    /// The site's robots.txt forbids it.
    #[error(
        "robots.txt of the site forbids {url} (Disallow: {pattern}), so it is not fetched; ask the agency to write `User-agent: {agent}` and `Allow: /` there, or use an address that it allows"
    )]
    Disallowed {
        /// The address.
        url: String,
        /// The pattern that matches it.
        pattern: String,
        /// Our product token (RFC 9309 section 2.2.1).
        agent: String,
    },
    /// The site's robots.txt cannot be had, so nothing is asked for (RFC 9309 section 2.3.1.4).
    #[error(
        "{url} cannot be had ({why}), and as long as a site cannot say what it forbids, nothing else is asked for; it is tried again soon"
    )]
    RobotsUnknown {
        /// Where it should be.
        url: String,
        /// Why it cannot be had.
        why: String,
    },
    /// The body cannot be used.
    #[error("the answer of {url} cannot be used: {cause}")]
    Body {
        /// The address.
        url: String,
        /// Why.
        cause: BodyError,
    },
    /// The folder that stands for the site cannot answer.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The keeper of the turns failed, so nobody can say whether the host may be asked.
    #[error("no turn at {host} could be had, so it was not asked: {why}")]
    Turns {
        /// The host.
        host: String,
        /// What the keeper said.
        why: String,
    },
    /// The HTTP client could not be made.
    #[error(
        "the HTTP client cannot be made: {0}; check the contact in feeds.toml, and the certificates of this machine (package ca-certificates)"
    )]
    Client(String),
}

/// What can take too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeoutPhase {
    /// Looking the name up.
    Dns,
    /// Connecting, with the TLS handshake.
    Connect,
    /// From the request to the head of the answer.
    FirstByte,
    /// A silence within the body.
    Idle,
    /// The page as a whole, with its redirects.
    Whole,
}

impl fmt::Display for TimeoutPhase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Dns => "looking up the name",
            Self::Connect => "connecting",
            Self::FirstByte => "the beginning of the answer",
            Self::Idle => "the next part of the answer",
            Self::Whole => "the whole page",
        })
    }
}

impl FetchError {
    /// What the schedule should do now.
    pub fn advice(&self) -> RetryAdvice {
        match self {
            Self::Status { retry_after: Some(pause), .. } => RetryAdvice::RetryAfter(*pause),
            Self::Status { code: 401 | 403 | 407 | 451, .. } => RetryAdvice::AskOperator,
            // These of the 4xx class speak of the moment and not of the page.
            Self::Status { code: 408 | 421 | 423 | 425 | 429, .. } => RetryAdvice::RetryLater,
            Self::Status { code: 400..=499, .. } => RetryAdvice::SkipPage,
            Self::Blocked { .. } => RetryAdvice::AskAgency,
            Self::Resting { rest, .. } | Self::Spent { rest, .. } | Self::Quiet { rest, .. } => {
                RetryAdvice::RetryAfter(*rest)
            }
            Self::Status { .. }
            | Self::Dns { .. }
            | Self::Resolver { .. }
            | Self::Timeout { .. }
            | Self::Connect { .. }
            | Self::Broken { .. }
            | Self::RobotsUnknown { .. }
            | Self::Turns { .. } => RetryAdvice::RetryLater,
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
    /// Whether the site refuses our requests, by a firewall, a status or robots.txt, and only the agency can change that.
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
