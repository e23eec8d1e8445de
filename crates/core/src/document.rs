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

/// Whether the last segment of a path has the extension of a document. A query is no part of the
/// path.
pub fn is_document(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    extension.is_some_and(|extension| EXTENSIONS.contains(&extension.as_str()))
}

/// Whether a media type, in lower case, is that of a document, or of a download of any type.
pub fn is_document_type(essence: &str) -> bool {
    MEDIA_TYPES.iter().any(|start| essence.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_told_by_extension_or_type() {
        for path in ["/vb/12.PDF", "f.docx", "/a/b.c/bang.xlsx"] {
            assert!(is_document(path), "{path}");
        }
        for path in ["/vb/12", "/pdf", "/vb.pdf/xem", "/tin.html", ""] {
            assert!(!is_document(path), "{path}");
        }
        for essence in ["application/pdf", "application/vnd.ms-excel", "application/octet-stream"] {
            assert!(is_document_type(essence), "{essence}");
        }
        for essence in ["text/html", "application/xhtml+xml", "application/json", ""] {
            assert!(!is_document_type(essence), "{essence}");
        }
    }
}
