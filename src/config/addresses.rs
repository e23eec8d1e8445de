//! Parses addresses in feeds.toml: of pages, contacts, networks and the daemon itself.

use super::values::ValueError;
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};
use url::Url;

/// Parses an absolute `http` or `https` address without user name and password, because addresses
/// in feeds.toml are published and logged.
pub(super) fn web(text: &str) -> Result<Url, ValueError> {
    let text = text.trim();
    let url = Url::parse(text).map_err(|e| {
        let why = match e {
            url::ParseError::RelativeUrlWithoutBase => {
                "it begins with neither http:// nor https://".to_owned()
            }
            other => other.to_string(),
        };
        let wrong = ValueError::new(format!("{text:?} is not a web address: {why}"));
        let host = text.split('/').next().unwrap_or_default();
        if host.contains('.') && !host.starts_with('.') {
            wrong.hint(format!("write \"https://{text}\""))
        } else {
            wrong.hint("for example \"https://bandantoc.lamdong.example/tin-tuc/\"")
        }
    })?;
    checked(url)
}

/// Parses an address to which others are relative, and adds a final slash if it lacks one.
pub(super) fn base(text: &str) -> Result<Url, ValueError> {
    let mut url = web(text)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err(ValueError::new("must end with a path, without ? and #"));
    }
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(url)
}

/// Parses an address below another one, written relative to it or in full.
pub(super) fn below(base: &Url, text: &str) -> Result<Url, ValueError> {
    let url = base
        .join(text.trim())
        .map_err(|e| ValueError::new(format!("{text:?} is not an address below {base}: {e}")))?;
    if !url.as_str().starts_with(base.as_str()) {
        return Err(ValueError::new(format!("{url} is not below the folder's base_url, {base}")));
    }
    checked(url)
}

fn checked(url: Url) -> Result<Url, ValueError> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(ValueError::new(format!("{:?} is neither http nor https", url.as_str())));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(ValueError::new("must not contain a user name or password, which would be published")
            .hint("for a source write basic_auth = { user = \"bantin\", password = { file = \"secrets/agency.txt\" } }")
            .redact_value());
    }
    Ok(url)
}

/// Parses a contact address: a web page or `mailto:`.
pub(super) fn contact(text: &str) -> Result<String, ValueError> {
    let text = text.trim();
    let mail = |text: &str| {
        text.split_once('@').is_some_and(|(name, host)| {
            !name.is_empty() && is_host(host) && !text.contains(char::is_whitespace)
        })
    };
    if mail(text) && !text.contains(':') {
        return Err(ValueError::new("is an address without a scheme")
            .hint(format!("write \"mailto:{text}\"")));
    }
    let good = text.strip_prefix("mailto:").map_or_else(|| web(text).is_ok(), mail);
    if !good {
        return Err(ValueError::new(format!(
            "{text:?} is neither a web address nor a mailto: address"
        )));
    }
    Ok(text.to_owned())
}

/// Parses the address and port on which the daemon listens.
pub(super) fn listen(text: &str) -> Result<SocketAddr, ValueError> {
    let text = text.trim();
    text.parse().map_err(|_| {
        let wrong = ValueError::new(format!("{text:?} is not an IP address with a port"));
        match text.rsplit(':').next().and_then(|port| port.parse::<u16>().ok()) {
            Some(port) => wrong
                .hint(format!("\"127.0.0.1:{port}\" for this machine, \"0.0.0.0:{port}\" for all")),
            None => wrong.hint("for example \"127.0.0.1:8787\""),
        }
    })
}

/// Parses a network, or a single address as a network of one address.
pub(super) fn network(text: &str) -> Result<IpNet, ValueError> {
    let text = text.trim();
    let one = || text.parse::<IpAddr>().map(IpNet::from);
    text.parse::<IpNet>().or_else(|_| one()).map_err(|_| {
        ValueError::new(format!("{text:?} is not a network")).hint("for example \"10.1.2.0/24\"")
    })
}

/// Parses the authority of `tag:` ids: a domain or e-mail address, a comma, and a day, month or
/// year (RFC 4151 section 2.1).
pub(super) fn authority(text: &str) -> Result<String, ValueError> {
    const EXAMPLE: &str =
        "for example \"bantin.example,2026\": a domain that was yours on 1 January of that year";
    let Some((name, date)) = text.split_once(',') else {
        return Err(
            ValueError::new(format!("{text:?} has no comma with a date after it")).hint(EXAMPLE)
        );
    };
    if name.contains(|c: char| c.is_ascii_uppercase()) {
        return Err(ValueError::new(
            "must be in lower case: feed readers treat ids in another case as different ids",
        )
        .hint(format!("write \"{},{date}\"", name.to_lowercase())));
    }
    let named = match name.split_once('@') {
        Some((user, host)) => {
            let letter = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_');
            !user.is_empty() && user.bytes().all(letter) && is_host(host)
        }
        None => is_host(name),
    };
    if !named {
        return Err(ValueError::new(format!("{name:?} is neither a domain nor an e-mail address"))
            .hint(EXAMPLE));
    }
    if !is_date(date) {
        return Err(ValueError::new(format!(
            "{date:?} is not a date such as 2026, 2026-11 or 2026-11-20"
        ))
        .hint(EXAMPLE));
    }
    Ok(text.to_owned())
}

fn is_host(host: &str) -> bool {
    let inner = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    host.contains('.')
        && host.split('.').all(|label| {
            !label.is_empty()
                && label.bytes().all(inner)
                && !label.starts_with('-')
                && !label.ends_with('-')
        })
}

fn is_date(text: &str) -> bool {
    let full = match text.len() {
        4 => format!("{text}-01-01"),
        7 => format!("{text}-01"),
        _ => text.to_owned(),
    };
    let digits = full.bytes().filter(u8::is_ascii_digit).count();
    full.len() == 10 && digits == 8 && full.parse::<chrono::NaiveDate>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused<T: std::fmt::Debug>(read: impl Fn(&str) -> Result<T, ValueError>, texts: &[&str]) {
        for text in texts {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_authority_is_what_rfc_4151_says() {
        for good in ["bantin.example,2026", "a.b@c.example,2026-11", "x.vn,2026-11-20"] {
            assert_eq!(authority(good).as_deref(), Ok(good));
        }
        refused(
            authority,
            &[
                "",
                "bantin.example",
                "bantin.example,",
                ",2026",
                "bantin,2026",
                "Bantin.example,2026",
                "bantin.example,26",
                "bantin.example,2026-13",
                "bantin.example,2026-02-30",
                "bantin.example,2026-1",
                "-a.example,2026",
                "a..example,2026",
                "https://a.example,2026",
                "bản.example,2026",
                "a@,2026",
                "bantin.example,2026-11-20 ",
            ],
        );
    }

    #[test]
    fn addresses_are_of_the_web_and_hold_no_secret() {
        assert_eq!(web("https://a.example/x y").unwrap().as_str(), "https://a.example/x%20y");
        assert_eq!(base("https://a.example/x").unwrap().as_str(), "https://a.example/x/");
        refused(web, &["", "a.example", "/tin", "ftp://a.example/", "https://u:p@a.example/"]);
        refused(base, &["https://a.example/?x=1", "https://a.example/#x"]);
        assert_eq!(web("a.example/x").unwrap_err().hint.unwrap(), "write \"https://a.example/x\"");
    }

    #[test]
    fn an_address_below_a_folder_stays_there() {
        let folder = "https://a.example/luu-tru/".parse().unwrap();
        assert_eq!(below(&folder, "").unwrap(), folder);
        assert_eq!(below(&folder, "a.html").unwrap().as_str(), "https://a.example/luu-tru/a.html");
        refused(|text| below(&folder, text), &["../x", "/x", "https://b.example/", "//b.example/"]);
    }

    #[test]
    fn networks_people_and_ports() {
        assert_eq!(network("10.1.2.0/24").unwrap().to_string(), "10.1.2.0/24");
        assert_eq!(network("::1").unwrap().to_string(), "::1/128");
        refused(network, &["10.1.2.0/33", "localhost", ""]);
        assert!(contact("mailto:a@b.example").is_ok() && contact("https://b.example/").is_ok());
        refused(contact, &["", "a@b.example", "mailto:a", "mailto:a b@c.example", "tel:113"]);
        assert!(listen("[::1]:80").is_ok());
        refused(listen, &["localhost:80", ":80", "127.0.0.1", "80", "127.0.0.1:70000"]);
    }
}
