//! The HTTP response inside a record (`application/http`, RFC 9112): its head, and its body without
//! the transfer framing.

use super::super::super::coding;
use bantin_page::{ContentCoding, MediaType};
use bytes::Bytes;
use url::Url;

/// The relevant parts of a response head.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ResponseHead {
    /// The status code.
    pub(super) status: u16,
    /// `Content-Type`.
    pub(super) media: MediaType,
    /// The values of `Content-Encoding`.
    codings: Vec<String>,
    /// Whether the body has chunked transfer encoding, according to the head.
    is_chunked: bool,
    /// The start of the body, in bytes.
    body: usize,
}

/// Parses the head of a response; `None` if it is not a response, or its head does not end within
/// `message`.
pub(super) fn head(message: &[u8]) -> Option<ResponseHead> {
    let end = |mark: &[u8]| {
        message.windows(mark.len()).position(|window| window == mark).map(|at| at + mark.len())
    };
    let ends = [end(b"\r\n\r\n"), end(b"\n\n")];
    let body = ends.into_iter().flatten().min()?;
    let text = String::from_utf8_lossy(message.get(..body)?).into_owned();
    let mut lines = text.lines();
    let status = lines.next().filter(|line| line.starts_with("HTTP/"))?;
    let status = status.split_whitespace().nth(1)?.parse().ok()?;
    let mut head = ResponseHead {
        status,
        media: MediaType::default(),
        codings: Vec::new(),
        is_chunked: false,
        body,
    };
    for line in lines {
        let Some((name, value)) = line.split_once(':') else { continue };
        match name.trim().to_ascii_lowercase().as_str() {
            "content-type" => head.media = MediaType::read(value.trim()),
            "content-encoding" => head.codings.push(value.trim().to_owned()),
            "transfer-encoding" => {
                head.is_chunked |= value.to_ascii_lowercase().contains("chunked")
            }
            _ => {}
        }
    }
    Some(head)
}

impl ResponseHead {
    /// Returns the body of the message for a URL, and its content coding. Some crawlers undo chunks
    /// and codings but keep the head as it was received.
    pub(super) fn body(&self, message: &[u8], url: &Url) -> (Vec<u8>, ContentCoding) {
        let body = message.get(self.body..).unwrap_or_default();
        let dechunked = if self.is_chunked { dechunked(body) } else { None };
        let body = Bytes::from(dechunked.unwrap_or_else(|| body.to_vec()));
        let declared = self.codings.iter().map(|value| value.as_bytes());
        let coding = coding::of_body(&body, declared, &self.media, url);
        (body.into(), coding)
    }
}

/// Joins the chunks of a body (RFC 9112 section 7.1); `None` if it is not chunked.
fn dechunked(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::with_capacity(rest.len());
    loop {
        let end = rest.iter().take(100).position(|byte| *byte == b'\n')?;
        let (line, after) = rest.split_at_checked(end + 1)?;
        let size = std::str::from_utf8(line).ok()?;
        let size = size.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        if size == 0 {
            return Some(body);
        }
        let (chunk, after) = after.split_at_checked(size)?;
        body.extend_from_slice(chunk);
        rest = after.strip_prefix(b"\r\n").or_else(|| after.strip_prefix(b"\n"))?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(message: &str, expected: (u16, &str, &str, ContentCoding)) {
        let head = head(message.as_bytes()).unwrap();
        let url = "https://a.example/".parse().unwrap();
        let (body, coding) = head.body(message.as_bytes(), &url);
        let body = String::from_utf8(body).unwrap();
        let found = (head.status, head.media.essence.as_str(), body.as_str(), coding);
        assert_eq!(found, expected, "{message}");
    }

    #[test]
    fn what_a_crawler_kept_is_read_with_or_without_its_framing() {
        check(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>a",
            (200, "text/html", "<p>a", ContentCoding::Identity),
        );
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        let dechunked = (200, "", "<p>abc", ContentCoding::Identity);
        check(&format!("{chunked}3;x=y\r\n<p>\r\n3\r\nabc\r\n0\r\n\r\n"), dechunked);
        check(&format!("{chunked}<p>abc"), dechunked);
        check(
            "HTTP/1.0 404 Not Found\nContent-Encoding: gzip\n\n<p>a",
            (404, "", "<p>a", ContentCoding::Identity),
        );
        check(
            "HTTP/2 200\r\ncontent-encoding: br\r\n\r\n<p>a",
            (200, "", "<p>a", ContentCoding::Identity),
        );
        assert_eq!(head(b"GET / HTTP/1.1\r\n\r\n"), None);
        assert_eq!(head(b"HTTP/1.1 200 OK\r\nContent-Type: text/html"), None);
        // Chunks that announce more bytes than are present, or than are possible.
        check(&format!("{chunked}ff\r\n<p>"), (200, "", "ff\r\n<p>", ContentCoding::Identity));
        let endless = "fffffffffffffffff\r\n<p>";
        check(&format!("{chunked}{endless}"), (200, "", endless, ContentCoding::Identity));
    }
}
