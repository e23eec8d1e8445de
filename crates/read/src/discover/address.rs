//! Resolution of an `href`, as agencies write it, to an address that can be requested.
//!
//! The WHATWG URL standard repairs inner spaces, line breaks and non-ASCII letters. This file
//! handles the rest: non-ASCII white space, tracking parameters and fragments.

use super::plain::is_invisible;
use bantin_core::{is_route, without_session};
use url::Url;

/// Query parameters that share buttons and mailings add. A parameter that is removed here is not
/// sent, so the list contains only those that no content system reads.
const TRACKERS: [&str; 5] = ["fbclid", "gclid", "zalo", "mc_cid", "mc_eid"];

/// The reason why an `href` does not lead to an article.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum AddressError {
    /// It is empty, or a fragment of the page itself.
    #[error("its link {0:?} leads nowhere")]
    Nowhere(String),
    /// The URL of a script, a mail address or a telephone number.
    #[error("its link is not a page but `{0}:`")]
    Scheme(String),
    /// It leads back to the page that contains it.
    #[error("its link leads back to the same page")]
    SamePage,
    /// It is not a valid URL.
    #[error("its link {href:?} cannot be read: {why}")]
    Malformed {
        /// The link.
        href: String,
        /// The error of the URL parser.
        why: String,
    },
}

/// Resolves an `href` against `base`, without tracking parameters, sessions and fragment. A fragment
/// that is a route ([`is_route`]) is kept: on some sites, nothing else distinguishes the pages.
pub(super) fn resolve(href: &str, base: &Url) -> Result<Url, AddressError> {
    let href = href.trim_matches(|c: char| c.is_whitespace() || is_invisible(c));
    if href.is_empty() || href.strip_prefix('#').is_some_and(|f| !is_route(f)) {
        return Err(AddressError::Nowhere(href.to_owned()));
    }
    let malformed =
        |e: url::ParseError| AddressError::Malformed { href: href.to_owned(), why: e.to_string() };
    // Editors type `www.lamdong.gov.vn/tin` into the link field, or the name of their own site; no
    // site has a folder of that name.
    let mut url = if starts_with_host(href, base) {
        Url::parse(&format!("{}://{href}", base.scheme())).map_err(malformed)?
    } else {
        base.join(href).map_err(malformed)?
    };
    if !matches!(url.scheme(), "http" | "https") {
        return Err(AddressError::Scheme(url.scheme().to_owned()));
    }
    if !url.fragment().is_some_and(is_route) {
        url.set_fragment(None);
    }
    drop_trackers(&mut url);
    encode_bars(&mut url);
    Ok(without_session(url))
}

/// Like [`resolve`], for an item of the page at `page`, which cannot be its own article.
pub(super) fn of_item(href: &str, base: &Url, page: &Url) -> Result<Url, AddressError> {
    let url = resolve(href, base)?;
    let page = page.as_str().split('#').next().unwrap_or_default();
    if url.as_str() == page { Err(AddressError::SamePage) } else { Ok(url) }
}

/// The fragment of an `href`, if [`resolve`] removes one that names a place on its page.
pub(super) fn fragment(href: &str) -> Option<&str> {
    let (_, fragment) = href.trim().split_once('#')?;
    (!fragment.is_empty() && !is_route(fragment)).then_some(fragment)
}

fn starts_with_host(href: &str, base: &Url) -> bool {
    let name = href.split(['/', '?', '#']).next().unwrap_or_default();
    let is_www = href.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("www."));
    let is_own = base.domain().is_some_and(|own| {
        let own = own.strip_prefix("www.").unwrap_or(own);
        own.contains('.') && name.eq_ignore_ascii_case(own)
    });
    is_www || is_own
}

/// Encodes the `|` of a query: the URL standard leaves it, but it is no character of a URI (RFC 3986
/// section 2).
fn encode_bars(url: &mut Url) {
    if let Some(query) = url.query().filter(|query| query.contains('|')) {
        let encoded = query.replace('|', "%7C");
        url.set_query(Some(&encoded));
    }
}

/// Removes tracking parameters from the query and keeps the rest byte for byte: SharePoint does not
/// find a list whose name is encoded differently.
fn drop_trackers(url: &mut Url) {
    let Some(query) = url.query() else { return };
    let is_tracker = |parameter: &&str| {
        let name = parameter.split('=').next().unwrap_or_default().to_ascii_lowercase();
        name.is_empty() || name.starts_with("utm_") || TRACKERS.contains(&name.as_str())
    };
    let kept: Vec<&str> = query.split('&').filter(|parameter| !is_tracker(parameter)).collect();
    let kept = kept.join("&");
    if kept != query {
        url.set_query(Some(kept.as_str()).filter(|kept| !kept.is_empty()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "https://bandantoc.lamdong.example/tin-tuc/default.aspx";

    #[track_caller]
    fn check(href: &str, expected: &str) {
        let page = PAGE.parse().unwrap();
        let found = of_item(href, &page, &page);
        assert_eq!(found.map_or_else(|e| e.to_string(), String::from), expected, "{href:?}");
    }

    #[test]
    fn links_are_repaired_as_a_browser_would() {
        let site = "https://bandantoc.lamdong.example";
        check("DispForm.aspx?ID=7", &format!("{site}/tin-tuc/DispForm.aspx?ID=7"));
        check("\u{A0} /tin/a b.html\n", &format!("{site}/tin/a%20b.html"));
        check(
            "\u{200B}/tin/đã gộp.html\u{200B}",
            &format!("{site}/tin/%C4%91%C3%A3%20g%E1%BB%99p.html"),
        );
        check("\\tin\\1.html", &format!("{site}/tin/1.html"));
        check("//dantoc.example/1", "https://dantoc.example/1");
        check("www.dantoc.example/1", "https://www.dantoc.example/1");
        check("bandantoc.lamdong.example/tin/7", &format!("{site}/tin/7"));
        check("lamdong.example/tin/7", &format!("{site}/tin-tuc/lamdong.example/tin/7"));
        check("/a?loai=1|2&x=3", &format!("{site}/a?loai=1%7C2&x=3"));
        check(
            "/a?List=%7BA-1%7D&ID=7&utm_source=zalo&fbclid=x",
            &format!("{site}/a?List=%7BA-1%7D&ID=7"),
        );
        check("/a?utm_source=zalo#phan-2", &format!("{site}/a"));
        check("/#!/tin/7", &format!("{site}/#!/tin/7"));
        check("#/tin/7", &format!("{PAGE}#/tin/7"));
        check("/tin/7;jsessionid=5A?a=1", &format!("{site}/tin/7?a=1"));
    }

    #[test]
    fn links_to_no_article_say_why() {
        check(" ", "its link \"\" leads nowhere");
        check("#top", "its link \"#top\" leads nowhere");
        check("javascript:__doPostBack('a','')", "its link is not a page but `javascript:`");
        check(" JavaScript:;", "its link is not a page but `javascript:`");
        check("mailto:a@lamdong.example", "its link is not a page but `mailto:`");
        check("default.aspx#", "its link leads back to the same page");
        check("http://[tin", "its link \"http://[tin\" cannot be read: invalid IPv6 address");
    }
}
