//! The limits on the cost of one page.

use std::time::Duration;

/// The limits of one request. The timeout of a whole page belongs to the source
/// ([`bantin_core::HostAccess::timeout`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestLimits {
    /// The maximum size of a body as received, in bytes.
    pub wire: usize,
    /// The maximum size of a decoded body and of a saved file, in bytes.
    pub decoded: usize,
    /// The maximum number of decoded bytes per received byte.
    pub ratio: usize,
    /// The number of decoded bytes from which `ratio` applies.
    pub ratio_from: usize,
    /// The timeout of a name lookup, and again of a connection with its TLS handshake.
    pub connect: Duration,
    /// The timeout from the request to the head of the response, including the connection.
    pub first_byte: Duration,
    /// The longest pause within a body.
    pub idle: Duration,
    /// The maximum number of redirects followed.
    pub redirects: usize,
    /// The longest wait for a permit of the host; after it the page is left for a later visit.
    pub patience: Duration,
}

impl RequestLimits {
    /// The limits for a document that may have `max_bytes`, received and decoded, if that is more.
    pub(super) fn for_document(self, max_bytes: usize) -> Self {
        Self { wire: self.wire.max(max_bytes), decoded: self.decoded.max(max_bytes), ..self }
    }
}

impl Default for RequestLimits {
    fn default() -> Self {
        Self {
            // The longest real article page seen is 0.4 MB; the HTML scan accepts 8 MiB too.
            wire: 8 << 20,
            decoded: 8 << 20,
            // HTML of mostly white space compresses to a hundredth; gzip's maximum is about 1,030.
            ratio: 200,
            // The size from which a body needs a permit among the large ones.
            ratio_from: 256 << 10,
            connect: Duration::from_secs(10),
            // Some provincial servers take most of a minute for a listing.
            first_byte: Duration::from_secs(60),
            idle: Duration::from_secs(15),
            // As many as browsers and curl follow in practice: portals have seven in a row (host,
            // language, session, consent).
            redirects: 10,
            // Longer than any permit of another process, far shorter than a `Retry-After`.
            patience: Duration::from_secs(10 * 60),
        }
    }
}
