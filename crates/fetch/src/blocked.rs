//! Detects whether a refusal comes from a firewall in front of the site. Reads only as much of the
//! page as needed to identify it.

use super::{RequestLimits, body, coding};
use bantin_page::{MediaType, SoftError, charset, soft_error};
use bytes::BytesMut;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderValue};
use tokio::time::timeout;
use url::Url;

/// The bytes of a refusal to read, as received. The longest seen has 40 KB.
const MAX_WIRE: usize = 64 << 10;
/// The bytes of it to read after decoding.
const MAX_DECODED: usize = 256 << 10;

/// Identifies the firewall from its response. Returns `None` on any error, because the status alone
/// is enough.
pub(super) async fn by(
    url: &Url,
    mut response: reqwest::Response,
    limits: &RequestLimits,
) -> Option<SoftError> {
    let headers = response.headers();
    let declared: Vec<HeaderValue> = headers.get_all(CONTENT_ENCODING).iter().cloned().collect();
    let media = response.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    let media = MediaType::read(&media.map(String::from_utf8_lossy).unwrap_or_default());
    let mut wire = BytesMut::new();
    while let Ok(Ok(Some(piece))) = timeout(limits.idle, response.chunk()).await {
        let room = MAX_WIRE.saturating_sub(wire.len()).min(piece.len());
        wire.extend_from_slice(piece.get(..room)?);
        if wire.len() >= MAX_WIRE {
            break;
        }
    }
    let wire = wire.freeze();
    let declared = declared.iter().map(HeaderValue::as_bytes);
    let coding = coding::of_body(&wire, declared, &media, url);
    let bytes = body::decode_prefix(&wire, coding, MAX_DECODED);
    let text = charset::decode(&bytes, None, media.charset.as_deref(), url.host_str()).ok()?.text;
    soft_error::of_html(url, &text, None).filter(SoftError::is_block)
}
