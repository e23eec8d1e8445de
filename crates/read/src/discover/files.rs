//! Saved pages: a single file, or all pages of a folder or a WARC file.
//!
//! A folder is a page of the media type `inode/directory` (shared-mime-info) whose body lists its
//! files, one per line, relative to it. A WARC file is a page of `application/warc` whose lines are
//! addresses. A tab and a version may follow each: text that changes when the page changes.

use super::DiscoverError;
use super::listing_builder::ListingBuilder;
use bantin_core::{ArticleKey, Listing, ListingItem, Source};
use bantin_page::Page;
use url::Url;

/// Extensions of files that are articles.
const ARTICLES: [&str; 5] = ["html", "htm", "xhtml", "aspx", "txt"];

/// Text files of web sites for machines, which a mirror of a site contains.
const MACHINES: [&str; 6] =
    ["robots.txt", "ads.txt", "app-ads.txt", "security.txt", "humans.txt", "llms.txt"];

/// Extensions of files that belong to articles but are not articles themselves.
const BESIDE_ARTICLES: [&str; 34] = [
    "avi", "bmp", "css", "doc", "docx", "eot", "gif", "ico", "jpeg", "jpg", "js", "json", "map",
    "md", "mp3", "mp4", "otf", "pdf", "png", "ppt", "pptx", "rar", "rtf", "svg", "tif", "tiff",
    "ttf", "webp", "woff", "woff2", "xls", "xlsx", "xml", "zip",
];

/// Reads a folder's list of files, or treats the page itself as the article.
pub(super) fn read(page: &Page, source: &Source) -> Result<Listing, DiscoverError> {
    let home = source.origin.home.as_url();
    let mut gathering = ListingBuilder::default();
    let text = String::from_utf8_lossy(&page.bytes);
    match page.media.essence.as_str() {
        "inode/directory" => {}
        "application/warc" => return archive(&text, home, source),
        _ => {
            let version = page.validators.wire_hash.clone();
            let key = ArticleKey::of_page(&page.url, home);
            gathering.add(ListingItem { version, ..ListingItem::of(page.url.clone(), key) });
            return Ok(gathering.finish());
        }
    }
    let folder = source.folder.as_ref().map_or(&page.url, |folder| &folder.base_url);
    // Names of files are UTF-8 whatever the encoding of their contents.
    for line in text.lines().filter(|line| !line.is_empty()) {
        let (name, version) = versioned(line);
        match kind_of(name) {
            FileKind::Article { path, query } => match address_of(folder, path, query) {
                Some(url) => {
                    let key = ArticleKey::of_page(&url, home);
                    gathering.add(ListingItem { version, ..ListingItem::of(url, key) });
                }
                None => gathering.skip(name, format!("{folder} cannot have files below it")),
            },
            FileKind::BesideArticles => {}
            FileKind::Other => gathering.skip(name, "its name is not that of a saved page"),
        }
    }
    let listing = gathering.finish();
    if listing.items.is_empty() {
        return Err(DiscoverError::NoFiles { folder: folder.to_string() });
    }
    Ok(listing)
}

/// Splits a line of a list into its name and its version.
fn versioned(line: &str) -> (&str, Option<String>) {
    let (name, version) = line.split_once('\t').unwrap_or((line, ""));
    (name, Some(version.to_owned()).filter(|version| !version.is_empty()))
}

/// Reads the list of pages of a WARC file. A line that begins with `!` is a problem to report.
fn archive(text: &str, home: &Url, source: &Source) -> Result<Listing, DiscoverError> {
    let mut gathering = ListingBuilder::default();
    let file = source.folder.as_ref().map(|folder| folder.path.display().to_string());
    let file = file.unwrap_or_default();
    for line in text.lines() {
        let (address, version) = versioned(line);
        match (address.strip_prefix('!'), address.parse::<Url>()) {
            (Some(reason), _) => gathering.skip(&file, reason),
            (None, Ok(url)) => {
                let key = ArticleKey::of_page(&url, home);
                gathering.add(ListingItem { version, ..ListingItem::of(url, key) });
            }
            (None, Err(why)) => gathering.skip(address, why),
        }
    }
    let listing = gathering.finish();
    if listing.items.is_empty() {
        return Err(DiscoverError::NoPages { file, site: home.to_string() });
    }
    Ok(listing)
}

enum FileKind<'a> {
    Article { path: &'a str, query: Option<&'a str> },
    BesideArticles,
    Other,
}

/// Classifies a file by its name. wget saves `DispForm.aspx?ID=7` as `DispForm.aspx@ID=7` or
/// `DispForm.aspx?ID=7.html`.
fn kind_of(name: &str) -> FileKind<'_> {
    // A browser saves the frames of `Tin.html` in `Tin_files/`.
    let is_part = name.rsplit('/').skip(1).any(|folder| folder.ends_with("_files"));
    let ending = |name: &str| name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let is = |list: &[&str], name| ending(name).is_some_and(|e| list.contains(&e.as_str()));
    if let Some((path, query)) = name.split_once(['@', '?'])
        && (is(&ARTICLES, path) || is(&["php", "asp", "jsp"], path))
    {
        let query = query.strip_suffix(".html").unwrap_or(query);
        return FileKind::Article { path, query: Some(query) };
    }
    let file = name.rsplit('/').next().unwrap_or(name);
    if is_part || is(&BESIDE_ARTICLES, name) || MACHINES.contains(&file) {
        FileKind::BesideArticles
    } else if is(&ARTICLES, name) {
        FileKind::Article { path: name, query: None }
    } else {
        FileKind::Other
    }
}

/// The address of a file below the folder's address, with special characters percent-encoded.
fn address_of(folder: &Url, path: &str, query: Option<&str>) -> Option<Url> {
    let mut url = folder.clone();
    url.path_segments_mut().ok()?.pop_if_empty().extend(path.split('/'));
    url.set_query(query);
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::super::{items, sample};
    use bantin_core::SourceFolder;

    const FOLDER: &str = "https://sokhcn.angiang.example/luu-tru/";

    #[track_caller]
    fn check(names: &str, expected: &[&str], skipped: &[&str]) {
        let mut source = sample::source(FOLDER, sample::kind("files", &[]));
        source.folder = Some(SourceFolder {
            path: "samples/luu-tru".into(),
            base_url: FOLDER.parse().unwrap(),
        });
        let page = sample::page(FOLDER, "inode/directory", names);
        let listing = items(&page, &source).unwrap();
        let urls: Vec<_> =
            listing.items.iter().map(|t| t.url.as_str().strip_prefix(FOLDER).unwrap()).collect();
        assert_eq!(urls, expected);
        let names: Vec<_> = listing.skipped.iter().map(|skipped| skipped.item.as_str()).collect();
        assert_eq!(names, skipped);
    }

    #[test]
    fn every_saved_page_of_a_folder_is_an_article() {
        check(
            "2019/Tin 100%.html\nđề án #1.HTM\nảnh.jpg\nsite.css\nhoi-nghi.txt\nrobots.txt\nghi-chu.log\n",
            &["2019/Tin%20100%25.html", "%C4%91%E1%BB%81%20%C3%A1n%20%231.HTM", "hoi-nghi.txt"],
            &["ghi-chu.log"],
        );
    }

    #[test]
    fn names_that_hold_a_query_are_read_back() {
        check(
            "DispForm.aspx@ID=7\nDispForm.aspx?ID=8.html\nxem.php@id=1&cat=2",
            &["DispForm.aspx?ID=7", "DispForm.aspx?ID=8", "xem.php?id=1&cat=2"],
            &[],
        );
    }

    #[test]
    fn frames_that_a_browser_saved_beside_a_page_are_no_articles() {
        check("Tin.html\nTin_files/saved_resource.html\nTin_files/a.js", &["Tin.html"], &[]);
    }

    #[test]
    fn one_file_is_one_article() {
        let url = "https://sokhcn.angiang.example/luu-tru/Tin.html";
        let page = sample::page(url, "text/html", "<h1>Tin</h1>");
        let listing = items(&page, &sample::source(FOLDER, sample::kind("files", &[]))).unwrap();
        assert_eq!(listing.items[0].url.as_str(), url);
    }

    #[test]
    fn a_page_that_is_saved_anew_has_another_fingerprint() {
        let read = |text: &str| {
            let source = sample::source(FOLDER, sample::kind("files", &[]));
            items(&sample::page(FOLDER, "inode/directory", text), &source).unwrap().items
        };
        let (before, after) = (read("a.html\t10-1.0\nb.html"), read("a.html\t11-2.0\nb.html"));
        assert_eq!(before[0].url, after[0].url);
        assert_ne!(before[0].fingerprint(), after[0].fingerprint());
        assert_eq!(before[1].fingerprint(), after[1].fingerprint());
    }

    #[test]
    fn the_pages_of_an_archive_are_its_lines() {
        let mut source = sample::source(FOLDER, sample::kind("files", &[]));
        source.folder =
            Some(SourceFolder { path: "a.warc.gz".into(), base_url: FOLDER.parse().unwrap() });
        let text = format!("{FOLDER}mot\tsha1:A\n!nó hỏng\n{FOLDER}hai\t\n");
        let listing = items(&sample::page(FOLDER, "application/warc", text), &source).unwrap();
        let found: Vec<_> =
            listing.items.iter().map(|t| (t.url.path(), t.version.as_deref())).collect();
        assert_eq!(found, [("/luu-tru/mot", Some("sha1:A")), ("/luu-tru/hai", None)]);
        assert_eq!(
            (listing.skipped[0].item.as_str(), listing.skipped[0].why.as_str()),
            ("a.warc.gz", "nó hỏng")
        );
        let error = items(&sample::page(FOLDER, "application/warc", "!nó hỏng"), &source);
        assert!(error.unwrap_err().to_string().contains("contains no HTML page"));
    }

    #[test]
    fn a_folder_without_pages_is_an_error() {
        let page = sample::page(FOLDER, "inode/directory", "ảnh.jpg\n");
        let error = items(&page, &sample::source(FOLDER, sample::kind("files", &[]))).unwrap_err();
        assert!(error.to_string().starts_with("the folder at https://sokhcn"), "{error}");
    }
}
