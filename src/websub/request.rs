//! Parses requests to our hub (sections 5.1 and 6): a form becomes a request, or a sentence about
//! the error.

use bantin_core::{Secret, WebSubConfig};
use std::time::Duration;
use url::Url;
use url::form_urlencoded;

/// A secret must be shorter, in bytes (section 5.1).
const SECRET_BELOW: usize = 200;
/// The maximum length of a callback URL, in bytes.
const MAX_CALLBACK: usize = 2048;

/// A request to the hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum HubRequest {
    /// To be notified of the changes of a topic.
    Subscribe { topic: String, callback: Url, lease: Duration, secret: Option<Secret> },
    /// To end a subscription.
    Unsubscribe { topic: String, callback: Url },
    /// To check these topics for changes.
    Publish(Vec<String>),
}

/// Parses a form. The error is a sentence for the client.
pub(super) fn read(form: &[u8], terms: &WebSubConfig) -> Result<HubRequest, String> {
    let fields: Vec<(String, String)> = form_urlencoded::parse(form)
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    // Unknown parameters are ignored (section 5.1); the first of repeated ones counts.
    let field = |wanted: &str| {
        let mut found = fields.iter().filter(|(name, _)| name == wanted);
        found.next().map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    };
    let needed = |name: &str| field(name).ok_or_else(|| format!("{name} is missing."));
    match needed("hub.mode")? {
        "subscribe" => Ok(HubRequest::Subscribe {
            topic: needed("hub.topic")?.to_owned(),
            callback: callback(needed("hub.callback")?)?,
            lease: lease(field("hub.lease_seconds"), terms)?,
            secret: field("hub.secret").map(secret).transpose()?,
        }),
        "unsubscribe" => Ok(HubRequest::Unsubscribe {
            topic: needed("hub.topic")?.to_owned(),
            callback: callback(needed("hub.callback")?)?,
        }),
        "publish" => {
            let names = ["hub.url", "hub.topic"];
            let topics = fields.iter().filter(|(name, _)| names.contains(&name.as_str()));
            let topics: Vec<String> = topics.map(|(_, value)| value.clone()).collect();
            match topics.is_empty() {
                true => Err("hub.url is missing.".to_owned()),
                false => Ok(HubRequest::Publish(topics)),
            }
        }
        _ => Err("hub.mode must be subscribe, unsubscribe or publish.".to_owned()),
    }
}

fn callback(text: &str) -> Result<Url, String> {
    if text.len() > MAX_CALLBACK {
        return Err(format!("hub.callback must not be longer than {MAX_CALLBACK} bytes."));
    }
    let url =
        Url::parse(text).map_err(|why| format!("hub.callback is not an absolute URL: {why}."))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err("hub.callback must be an http or https URL.".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("hub.callback must not contain a user name or password.".to_owned());
    }
    Ok(url)
}

/// The granted lease: the requested one, within the limits. Every lease ends (section 5.1).
fn lease(text: Option<&str>, terms: &WebSubConfig) -> Result<Duration, String> {
    let Some(text) = text else { return Ok(terms.lease) };
    let text = text.trim();
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err("hub.lease_seconds must be a number of seconds.".to_owned());
    }
    // A number that overflows is above the maximum.
    let seconds = text.parse().unwrap_or(u64::MAX);
    match seconds {
        0 => Err("hub.lease_seconds must be more than 0.".to_owned()),
        _ => Ok(Duration::from_secs(seconds).min(terms.max_lease)),
    }
}

fn secret(text: &str) -> Result<Secret, String> {
    if text.len() >= SECRET_BELOW {
        return Err(format!("hub.secret must be shorter than {SECRET_BELOW} bytes."));
    }
    if text.contains(char::REPLACEMENT_CHARACTER) {
        // The signature would be made with a different secret than the client's.
        return Err("hub.secret must be UTF-8.".to_owned());
    }
    Ok(Secret::new(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 24 * 3600;

    fn ask(form: &str) -> Result<HubRequest, String> {
        read(form.as_bytes(), &WebSubConfig::default())
    }

    #[track_caller]
    fn refused(form: &str, expected: &str) {
        let error = ask(form).unwrap_err();
        assert!(error.contains(expected), "{form}: {error}");
    }

    #[test]
    fn a_subscription_is_read_with_its_terms() {
        let asked = "hub.mode=subscribe&hub.topic=https://a.example/b.atom&hub.callback=https://c.example/d?e=f%26g";
        let lease = |more: &str| match ask(&format!("{asked}{more}")).unwrap() {
            HubRequest::Subscribe { callback, lease, topic, .. } => {
                assert_eq!(callback.as_str(), "https://c.example/d?e=f&g");
                assert_eq!(topic, "https://a.example/b.atom");
                lease.as_secs()
            }
            other => panic!("{other:?}"),
        };
        assert_eq!(lease(""), 10 * DAY);
        assert_eq!(lease("&hub.lease_seconds="), 10 * DAY);
        assert_eq!(lease("&hub.lease_seconds=60&foo=bar&hub.foo=hub.bar"), 60);
        assert_eq!(lease("&hub.lease_seconds=99999999999"), 30 * DAY);
        assert_eq!(lease(&format!("&hub.lease_seconds={}", "9".repeat(99))), 30 * DAY);
        let secret = "hub.secret=b%C3%AD+m%E1%BA%ADt";
        let HubRequest::Subscribe { secret: Some(secret), .. } =
            ask(&format!("{asked}&{secret}")).unwrap()
        else {
            panic!("no secret");
        };
        assert_eq!(secret.reveal(), "bí mật");
    }

    #[test]
    fn what_cannot_be_meant_is_refused_with_a_sentence() {
        refused("", "hub.mode is missing");
        refused("hub.mode=xyz&hub.topic=a&hub.callback=http://a.example/", "hub.mode must be");
        refused("hub.mode=subscribe&hub.callback=http://a.example/", "hub.topic is missing");
        refused("hub.mode=subscribe&hub.topic=a", "hub.callback is missing");
        let asked = "hub.mode=subscribe&hub.topic=a&hub.callback=";
        refused(&format!("{asked}xyz"), "not an absolute URL");
        refused(&format!("{asked}ftp://a.example/"), "http or https");
        refused(&format!("{asked}javascript:1"), "http or https");
        refused(&format!("{asked}http://an:mat@a.example/"), "user name");
        refused(&format!("{asked}http://a.example/{}", "x".repeat(2048)), "longer");
        let asked = format!("{asked}http://a.example/");
        for lease in ["0", "-1", "1.5", "ngày"] {
            refused(&format!("{asked}&hub.lease_seconds={lease}"), "hub.lease_seconds");
        }
        refused(&format!("{asked}&hub.secret={}", "x".repeat(200)), "shorter than 200");
        refused(&format!("{asked}&hub.secret=%FF"), "UTF-8");
        refused("hub.mode=publish", "hub.url is missing");
    }

    #[test]
    fn a_ping_names_its_topics_either_way() {
        let asked = ask("hub.mode=publish&hub.url=a&hub.topic=b").unwrap();
        assert_eq!(asked, HubRequest::Publish(vec!["a".to_owned(), "b".to_owned()]));
    }
}
