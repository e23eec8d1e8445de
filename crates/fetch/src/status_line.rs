//! Responses whose status line names a version that HTTP/1.1 does not know, such as
//! `HTTP/2.0 200 OK`: servers that speak HTTP/1.1 (RFC 9112 section 4) with a wrong number, or after
//! a proxy.
//!
//! The client takes such a response for one of HTTP/0.9, which has no head: everything is its body.
//! It is read again here with a corrected status line. A response without any status line is an
//! error, because its length is unknown.

use super::client_pool::MAX_FIELDS;
use bytes::BytesMut;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use reqwest::Version;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

/// The longest status line.
const MAX_LINE: usize = 8 << 10;
/// The bytes between the two readers.
const BUFFER: usize = 64 << 10;

/// Returns the response with its head parsed.
///
/// # Errors
/// The reason why it is not a response.
pub(super) async fn corrected(
    mut response: reqwest::Response,
) -> Result<reqwest::Response, String> {
    if response.version() != Version::HTTP_09 {
        return Ok(response);
    }
    let no_response = || "its answer is not HTTP".to_owned();
    let mut start = BytesMut::new();
    let end = loop {
        if let Some(end) = start.iter().position(|byte| *byte == b'\n') {
            break end;
        }
        let piece = response.chunk().await.map_err(|error| error.without_url().to_string())?;
        let piece = piece.filter(|_| start.len() <= MAX_LINE).ok_or_else(no_response)?;
        start.extend_from_slice(&piece);
    };
    let line = start.split_to(end + 1);
    let status = status(&line).ok_or_else(no_response)?;
    let extensions = response.extensions().clone();
    let (near, mut far) = duplex(BUFFER);
    tokio::spawn(async move {
        let head = format!("HTTP/1.1 {status}\r\n");
        let written = async {
            // A response before its request is an error.
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") && far.read_buf(&mut request).await? > 0 {}
            far.write_all(head.as_bytes()).await?;
            far.write_all(&start).await
        };
        if written.await.is_ok() {
            copy(response, far).await;
        }
    });
    let failed = |error: hyper::Error| error.to_string();
    let mut builder = http1::Builder::new();
    builder
        .ignore_invalid_headers_in_responses(true)
        .allow_spaces_after_header_name_in_responses(true)
        .allow_obsolete_multiline_headers_in_responses(true)
        .max_headers(MAX_FIELDS);
    let (mut sender, connection) = builder.handshake(TokioIo::new(near)).await.map_err(failed)?;
    tokio::spawn(connection);
    let answer = sender.send_request(hyper::Request::new(String::new())).await.map_err(failed)?;
    let mut answer = reqwest::Response::from(answer.map(reqwest::Body::wrap));
    answer.extensions_mut().extend(extensions);
    Ok(answer)
}

/// Copies a body until it ends, or until its reader has enough: a server may keep the connection
/// open behind its last byte. A body that breaks off is not ended, so that it times out and is never
/// taken for a complete one.
async fn copy(mut response: reqwest::Response, far: DuplexStream) {
    let (mut reader, mut writer) = tokio::io::split(far);
    let mut request = Vec::new();
    let body = async {
        loop {
            match response.chunk().await {
                Ok(Some(piece)) if writer.write_all(&piece).await.is_ok() => {}
                Ok(_) => return,
                Err(_) => std::future::pending().await,
            }
        }
    };
    tokio::select! {
        () = body => {}
        _ = reader.read_to_end(&mut request) => {}
    }
}

/// The status code of a status line with another version.
fn status(line: &[u8]) -> Option<u16> {
    let line = std::str::from_utf8(line.get(..line.len().min(64))?).ok()?;
    let (version, rest) = line.split_once(' ')?;
    let is_version = version.strip_prefix("HTTP/").is_some_and(|number| {
        !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit() || b == b'.')
    });
    let code = rest.trim_start().split(|c: char| c.is_ascii_whitespace()).next()?;
    let code = code.parse().ok().filter(|code| (200..=599).contains(code))?;
    (is_version || version == "ICY").then_some(code)
}

#[cfg(test)]
mod tests {
    use super::status;

    #[test]
    fn a_status_is_read_whatever_version_is_named() {
        for (line, expected) in [
            ("HTTP/2.0 200 OK\r\n", Some(200)),
            ("HTTP/2 404\r\n", Some(404)),
            ("HTTP/1.2 301 Moved\n", Some(301)),
            ("ICY 200 OK\r\n", Some(200)),
            ("HTTP/x 200 OK\r\n", None),
            ("HTTP/2.0 OK\r\n", None),
            ("<html> 200\n", None),
            ("\n", None),
        ] {
            assert_eq!(status(line.as_bytes()), expected, "{line:?}");
        }
    }
}
