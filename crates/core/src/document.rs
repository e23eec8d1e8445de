//! Documents that agencies publish as files, such as decisions in PDF.

/// Their file extensions.
const EXTENSIONS: [&str; 13] =
    ["pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "rtf", "odt", "ods", "zip", "rar", "7z"];
/// Beginnings of their media types (IANA registry), without parameters.
const MEDIA_TYPES: [&str; 11] = [
    "application/pdf",
    "application/msword",
    "application/rtf",
    "application/vnd.",
    "application/zip",
    "application/x-zip",
    "application/x-rar",
    "application/x-7z",
    "application/x-download",
    "application/force-download",
    "application/octet-stream",
];

/// Whether the last segment of an address, or of its path, has the extension of a document. Query and
/// fragment do not count.
pub fn is_document(address: &str) -> bool {
    let end = address.bytes().position(|b| matches!(b, b'?' | b'#'));
    let path = end.and_then(|end| address.get(..end)).unwrap_or(address);
    let extension = path.rsplit_once('.').map(|(_, extension)| extension);
    extension.is_some_and(|extension| {
        EXTENSIONS.iter().any(|known| known.eq_ignore_ascii_case(extension))
    })
}

/// Whether a response is a document, by its media type in lower case and its bytes. Servers send
/// pages as downloads, too, and PDF as HTML.
pub fn is_document_content(essence: &str, bytes: &[u8]) -> bool {
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    let is_markup = first == Some(&b'<') || bytes.starts_with(b"\xEF\xBB\xBF<");
    let is_type = MEDIA_TYPES.iter().any(|start| essence.starts_with(start));
    bytes.starts_with(b"%PDF-") || (is_type && !is_markup)
}

/// Whether a word is the number of a document: `12/QĐ-UBND`, `57/2020/NĐ-CP`.
pub fn is_document_number(word: &str) -> bool {
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let is_kind = |part: &str| part.chars().take(2).filter(|c| c.is_uppercase()).count() == 2;
    let mut parts = word.split('/');
    parts.next().is_some_and(is_digits) && parts.any(is_kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_recognized_by_extension_or_content() {
        for path in ["/vb/12.PDF", "f.docx", "/a/b.c/bang.xlsx", "https://a.example/a.pdf?v=1#b"] {
            assert!(is_document(path), "{path}");
        }
        for path in ["/vb/12", "/pdf", "/vb.pdf/xem", "/tin.html", "/vb?f=a.pdf", ""] {
            assert!(!is_document(path), "{path}");
        }
        for essence in ["application/pdf", "application/vnd.ms-excel", "application/octet-stream"] {
            assert!(is_document_content(essence, b"PK\x03\x04"), "{essence}");
            assert!(!is_document_content(essence, b"\n<!DOCTYPE html>"), "{essence}");
        }
        for essence in ["text/html", "application/xhtml+xml", "application/json", ""] {
            assert!(!is_document_content(essence, b"Tin"), "{essence}");
            assert!(is_document_content(essence, b"%PDF-1.7"), "{essence}");
        }
    }

    #[test]
    fn numbers_of_documents_have_a_kind() {
        for word in ["12/QĐ-UBND", "57/2020/NĐ-CP", "1041/UBND-NC,", "05/TW"] {
            assert!(is_document_number(word), "{word}");
        }
        for word in ["12/5/2024", "24/7", "km/h", "12/năm", "QĐ/12", ""] {
            assert!(!is_document_number(word), "{word}");
        }
    }
}
