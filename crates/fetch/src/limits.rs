//! What one page may cost us.

use std::time::Duration;

/// The bounds of one request. The whole time of a page is the source's own ([`bantin_core::Access::timeout`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestLimits {
    /// The most bytes of a body as it comes over the wire.
    pub wire: usize,
    /// The most bytes of a body once decoded, and of a saved file.
    pub decoded: usize,
    /// The most decoded bytes for each byte of the wire.
    pub ratio: usize,
    /// How many decoded bytes are let pass before `ratio` counts.
    pub ratio_from: usize,
    /// The longest for a name's addresses, and again for a connection with its TLS handshake.
    pub connect: Duration,
    /// The longest from the request to the head of the answer, the connection included.
    pub first_byte: Duration,
    /// The longest silence within a body.
    pub idle: Duration,
    /// The most redirects that are followed.
    pub redirects: usize,
    /// The longest that a page waits for a host that rests; past it the page is left for a later visit.
    pub patience: Duration,
}

impl Default for RequestLimits {
    fn default() -> Self {
        Self {
            // The longest real article page seen is 0.4 MB; what the HTML scan takes is 8 MiB too.
            wire: 8 << 20,
            decoded: 8 << 20,
            // HTML of mostly white space shrinks to a hundredth; gzip's own most is about 1,030.
            ratio: 200,
            // Before a body needs a place among the large ones.
            ratio_from: 256 << 10,
            connect: Duration::from_secs(10),
            // Some provincial servers take most of a minute for a listing.
            first_byte: Duration::from_secs(60),
            idle: Duration::from_secs(15),
            redirects: 5,
            // Longer than any turn that another process may hold, far shorter than a `Retry-After`.
            patience: Duration::from_secs(10 * 60),
        }
    }
}
