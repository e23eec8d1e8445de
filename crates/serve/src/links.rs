//! Builds the header field `Link` of a response (RFC 8288).

use super::app::{CatalogDocumentKind, OPML};
use bantin_core::{Feed, FeedFormat, Site};

/// The links of a document of a feed: its own address, the feed in its other formats, and its page.
/// As header fields, clients can read them without parsing the document.
pub(super) fn of_feed(site: &Site, feed: &Feed, kind: CatalogDocumentKind) -> String {
    let own = |ending: &str| format!("{}{}.{ending}", site.base_url, feed.id);
    let mut links = Vec::new();
    match kind {
        CatalogDocumentKind::Feed(format) => {
            links.push(link(&own(format.extension()), "self", None));
            // A hub would send a private feed to every subscriber.
            let hubs = site.hubs().filter(|_| !feed.is_private());
            links.extend(hubs.map(|hub| link(hub.as_str(), "hub", None)));
        }
        _ => links.push(link(&own("html"), "canonical", None)),
    }
    for format in FeedFormat::ALL.iter().filter(|format| feed.formats.contains(format)) {
        if kind != CatalogDocumentKind::Feed(*format) {
            links.push(link(&own(format.extension()), "alternate", Some(format.media_type())));
        }
    }
    if kind != CatalogDocumentKind::Page {
        links.push(link(&own("html"), "alternate", Some("text/html")));
    }
    links.join(", ")
}

/// The links of the documents about all feeds: the index page and the OPML list refer to each
/// other.
pub(super) fn of_all(site: &Site, kind: CatalogDocumentKind) -> String {
    let base = &site.base_url;
    match kind {
        CatalogDocumentKind::Opml => [
            link(&format!("{base}{OPML}"), "self", None),
            link(base.as_str(), "alternate", Some("text/html")),
        ],
        _ => [
            link(base.as_str(), "canonical", None),
            link(&format!("{base}{OPML}"), "alternate", Some("text/x-opml")),
        ],
    }
    .join(", ")
}

fn link(address: &str, relation: &str, media_type: Option<&str>) -> String {
    let kind = media_type.map(|kind| format!("; type=\"{kind}\"")).unwrap_or_default();
    format!("<{address}>; rel=\"{relation}\"{kind}")
}
