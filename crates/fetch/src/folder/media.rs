//! What a saved file is: by its extension, and by its first bytes where the extension tells nothing.

use bantin_page::MediaType;

/// The media type of a listing of a folder.
pub(super) const DIRECTORY: &str = "inode/directory";

/// The media type of a file. Its `charset` is never known: a saved file has no head.
pub(super) fn of_file(name: &str, bytes: &[u8]) -> MediaType {
    // `x.aspx@ID=7` ends in its query; its extension is that of the page.
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
        // Programs write pages and feeds alike.
        _ => sniffed(bytes),
    };
    MediaType { essence: essence.to_owned(), charset: None }
}

/// What the first bytes look like; empty where they look like nothing known.
fn sniffed(bytes: &[u8]) -> &'static str {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let head = bytes.get(..bytes.len().min(1024)).unwrap_or_default().to_ascii_lowercase();
    let has = |mark: &[u8]| head.windows(mark.len()).any(|window| window == mark);
    // XHTML begins as XML and is read as HTML all the same.
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
