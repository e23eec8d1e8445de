//! The file names under which a saved page may be stored in its folder. Pure: nothing here reads a
//! disk.

use bantin_core::SourceFolder;
use percent_encoding::percent_decode_str;
use url::Url;

/// The file names of a directory's index page.
pub(super) const INDEXES: [&str; 7] = [
    "index.html",
    "index.htm",
    "default.aspx",
    "Default.aspx",
    "default.html",
    "index.aspx",
    "index.php",
];

/// The position of a page below a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PagePath {
    /// The directories on the path, from the top.
    pub(super) folders: Vec<String>,
    /// The last segment of the path; `None` if the path ends with a slash.
    pub(super) file: Option<String>,
    /// The query, in each form in which a mirror writes it into a file name.
    pub(super) queries: Vec<String>,
}

/// The reason why a URL has no path in a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PagePathError {
    /// The URL is not below the folder's `base_url`.
    Outside,
    /// No saved file can have such a name, or the file would be hidden.
    NoName,
}

/// Returns the path of a URL.
///
/// `http` and `https` are treated alike: saved pages link to both.
pub(super) fn path_of(folder: &SourceFolder, url: &Url) -> Result<PagePath, PagePathError> {
    let base = &folder.base_url;
    let authority = |url: &Url| (url.host_str().map(str::to_owned), url.port());
    if !matches!(url.scheme(), "http" | "https") || authority(url) != authority(base) {
        return Err(PagePathError::Outside);
    }
    let below = match url.path().strip_prefix(base.path()) {
        Some(below) => below,
        // The folder itself, without its trailing slash.
        None if Some(url.path()) == base.path().strip_suffix('/') => "",
        None => return Err(PagePathError::Outside),
    };
    let mut folders = Vec::new();
    let mut file = None;
    for part in below.split('/') {
        folders.extend(file.take());
        if !part.is_empty() {
            file = Some(decode_segment(part).ok_or(PagePathError::NoName)?);
        }
    }
    let mut queries = Vec::new();
    if let Some(query) = url.query().filter(|query| !query.is_empty()) {
        // Once as written, with slashes (invalid in file names) encoded as wget does; once decoded.
        queries.push(query.replace('/', "%2F"));
        let decoded = percent_decode_str(query).decode_utf8().ok();
        let decoded = decoded.filter(|text| !text.contains(['/', '\\', '\0']));
        queries.extend(decoded.map(String::from).filter(|text| *text != query));
    }
    Ok(PagePath { folders, file, queries })
}

/// Decodes a path segment to a file name. Rejects every name that could lead elsewhere, however it
/// is encoded, and hidden files, which are never saved pages.
fn decode_segment(part: &str) -> Option<String> {
    let name = percent_decode_str(part).decode_utf8().ok()?;
    let leads_elsewhere = name.starts_with('.') || name.contains(['/', '\\', '\0']);
    (!leads_elsewhere).then(|| name.into_owned())
}

impl PagePath {
    /// The names that the page of this exact URL, including its query, may have: wget's
    /// `x.aspx?ID=7`, the `x.aspx@ID=7` that it writes for Windows, and each with the `.html` that
    /// it adds to pages.
    pub(super) fn exact(&self) -> Vec<String> {
        let file = self.file.as_deref().unwrap_or_default();
        let named = self
            .queries
            .iter()
            .flat_map(|query| [format!("{file}?{query}"), format!("{file}@{query}")]);
        named.flat_map(with_html).collect()
    }

    /// The names that a page may have regardless of its query.
    pub(super) fn plain(&self) -> Vec<String> {
        self.file.clone().map(with_html).into_iter().flatten().collect()
    }

    /// Whether a file of this name is the same page under some query.
    pub(super) fn is_sibling(&self, name: &str) -> bool {
        let file = self.file.as_deref().unwrap_or_default();
        name.strip_prefix(file).is_some_and(|rest| rest.starts_with(['?', '@']))
    }
}

fn with_html(name: String) -> [String; 2] {
    let html = format!("{name}.html");
    [name, html]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, expected: Result<(&str, &[&str]), PagePathError>) {
        let base_url = "https://tin.example.gov.vn/mau/".parse().unwrap();
        let folder = SourceFolder { path: "mau".into(), base_url };
        let found = path_of(&folder, &url.parse().unwrap()).map(|place| {
            let names = if place.queries.is_empty() { place.plain() } else { place.exact() };
            (place.folders.join("/"), names)
        });
        let expected = expected.map(|(folders, names)| {
            (folders.to_owned(), names.iter().map(|n| n.to_string()).collect())
        });
        assert_eq!(found, expected, "{url}");
    }

    #[test]
    fn an_address_names_the_files_that_it_may_lie_in() {
        let at = "https://tin.example.gov.vn/mau";
        check(at, Ok(("", &[])));
        check(&format!("{at}/"), Ok(("", &[])));
        check(&format!("{at}/a.html"), Ok(("", &["a.html", "a.html.html"])));
        check(&format!("{at}/tin//su%20kien/1#x"), Ok(("tin/su kien", &["1", "1.html"])));
        check(&format!("{at}/%C4%91%E1%BA%A5t"), Ok(("", &["đất", "đất.html"])));
        check("http://tin.example.gov.vn/mau/a/", Ok(("a", &[])));
        check(
            &format!("{at}/x.aspx?ID=7"),
            Ok(("", &["x.aspx?ID=7", "x.aspx?ID=7.html", "x.aspx@ID=7", "x.aspx@ID=7.html"])),
        );
        check(
            &format!("{at}/x?a=b%20/c"),
            Ok(("", &["x?a=b%20%2Fc", "x?a=b%20%2Fc.html", "x@a=b%20%2Fc", "x@a=b%20%2Fc.html"])),
        );
        check(&format!("{at}/?a"), Ok(("", &["?a", "?a.html", "@a", "@a.html"])));
    }

    #[test]
    fn no_address_leads_out_of_the_folder() {
        let at = "https://tin.example.gov.vn/mau";
        check(&format!("{at}/../secret"), Err(PagePathError::Outside));
        check(&format!("{at}/%2e%2e/secret"), Err(PagePathError::Outside));
        check(&format!("{at}/..%2fsecret"), Err(PagePathError::NoName));
        check(&format!("{at}/a%2fb"), Err(PagePathError::NoName));
        check(&format!("{at}/a%5Cb"), Err(PagePathError::NoName));
        check(&format!("{at}/a%00"), Err(PagePathError::NoName));
        check(&format!("{at}/%ff"), Err(PagePathError::NoName));
        check(&format!("{at}/.git/config"), Err(PagePathError::NoName));
        check("https://tin.example.gov.vn/khac/", Err(PagePathError::Outside));
        check("https://tin.example.gov.vn/mau2/a", Err(PagePathError::Outside));
        check("https://khac.example.gov.vn/mau/a", Err(PagePathError::Outside));
        check("https://tin.example.gov.vn:8443/mau/a", Err(PagePathError::Outside));
        check("file:///mau/a", Err(PagePathError::Outside));
    }
}
