//! The media type of a saved file, from its extension, or from its first bytes if the extension is
//! inconclusive.

use bantin_page::MediaType;

/// The media type of a folder listing.
pub(super) const DIRECTORY: &str = "inode/directory";

/// Returns the media type of a file. The `charset` is never set: a saved file has no header.
pub(super) fn of_file(name: &str, bytes: &[u8]) -> MediaType {
    // `x.aspx@ID=7` ends in a query; the extension is that of the page.
    let name = name.split(['?', '@']).next().unwrap_or_default();
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    let essence = match extension.as_deref().unwrap_or_default() {
        "html" | "htm" => "text/html",
        "xhtml" => "application/xhtml+xml",
        "rss" => "application/rss+xml",
        "atom" => "application/atom+xml",
        "xml" => "application/xml",
        "json" => "application/json",
        "txt" => "text/plain",
        "css" => "text/css",
        "js" => "text/javascript",
        "png" => "image/png",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "svg" => "image/svg+xml",
        "jpg" | "jpeg" => "image/jpeg",
        "pdf" => "application/pdf",
        "doc" => "application/msword",
        "xls" => "application/vnd.ms-excel",
        "zip" => "application/zip",
        "gz" => "application/gzip",
        // Extensions of programs, such as `aspx`, are used for pages and feeds alike.
        _ => sniffed(bytes),
    };
    MediaType { essence: essence.to_owned(), charset: None }
}

/// Guesses a media type from the first bytes; empty if they match nothing.
fn sniffed(bytes: &[u8]) -> &'static str {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let head = bytes.get(..bytes.len().min(1024)).unwrap_or_default().to_ascii_lowercase();
    let has = |mark: &[u8]| head.windows(mark.len()).any(|window| window == mark);
    // XHTML starts as XML and is still read as HTML.
    if has(b"<html") || has(b"<!doctype html") {
        "text/html"
    } else if head.starts_with(b"<?xml") || head.starts_with(b"<rss") || head.starts_with(b"<feed")
    {
        "application/xml"
    } else if head.starts_with(b"{") || head.starts_with(b"[") {
        "application/json"
    } else if head.starts_with(b"<") {
        "text/html"
    } else {
        ""
    }
}

#[cfg(test)]
mod tests {
    use super::of_file;

    #[test]
    fn the_extension_tells_or_the_first_bytes_do() {
        let check = |name: &str, bytes: &str, expected: &str| {
            assert_eq!(of_file(name, bytes.as_bytes()).essence, expected, "{name}");
        };
        check("a.HTML", "", "text/html");
        check("a.rss", "<html>", "application/rss+xml");
        check("x.aspx@ID=7", "\u{feff}\r\n<!DOCTYPE html>", "text/html");
        check("x.aspx?u=a.rss", "<?xml version='1.0'?><rss>", "application/xml");
        check("x.aspx", "<?xml version='1.0'?><html xmlns='x'>", "text/html");
        check("7", " {\"a\": 1}", "application/json");
        check("7", "<div>", "text/html");
        check("7", "chữ", "");
    }
}
