//! A folder of saved pages replaces a site.

use super::*;
use bantin_core::RetryAdvice;
use std::fs;
use std::path::Path;

const BASE: &str = "https://tin.example.gov.vn/mau/";

fn saved() -> (tempfile::TempDir, SourceFolder) {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path().join("mau");
    let files = [
        ("index.html", "<html>trang chủ"),
        ("tin/DispForm.aspx@ID=7", "<html>bảy"),
        ("tin/DispForm.aspx?ID=8", "<html>tám"),
        ("tin/DispForm.aspx", "<html>mặc định"),
        ("tin/a.html", "<html>a"),
        ("tin/Tin tức.htm", "<html>tin tức"),
        ("tin/.an", "ẩn"),
        ("tin/anh/1.jpg", "ảnh"),
        ("tin/anh/sau/2.jpg", "ảnh"),
        ("tin/.an-di/3.html", "ẩn"),
        ("sites/Default.aspx", "<!doctype html>"),
        ("rss", "<?xml version='1.0'?><rss/>"),
        ("tin/danh-sach.html", "<html>danh sách"),
    ];
    for (name, text) in files {
        let file = root.join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    fs::write(directory.path().join("secret.html"), "bí mật").unwrap();
    std::os::unix::fs::symlink("../secret.html", root.join("out.html")).unwrap();
    std::os::unix::fs::symlink("tin/a.html", root.join("in.html")).unwrap();
    let folder = SourceFolder { path: root, base_url: BASE.parse().unwrap() };
    (directory, folder)
}

async fn open(
    folder: &SourceFolder,
    path: &str,
    validators: Option<&Validators>,
) -> Result<Response, FetchError> {
    let url = folder.base_url.join(path).unwrap();
    let access = loopback();
    fetcher()
        .get(Request { url: &url, access: &access, folder: Some(folder), validators, form: None })
        .await
}

#[tokio::test]
async fn an_address_is_the_file_that_was_saved_for_it() {
    let (_directory, folder) = saved();
    let check = async |path, expected: Option<(&str, &str)>| {
        let found = match open(&folder, path, None).await {
            Ok(Response::Page(page)) => {
                Some((page.text().unwrap().text, page.media.essence.clone()))
            }
            Ok(Response::Gone(Absence::NotFound)) => None,
            other => panic!("{path}: {other:?}"),
        };
        let expected = expected.map(|(text, media)| (text.to_owned(), media.to_owned()));
        assert_eq!(found, expected, "{path}");
    };
    let html = |text| Some((text, "text/html"));
    check("", html("<html>trang chủ")).await;
    check("?page=2", html("<html>trang chủ")).await;
    check("tin/DispForm.aspx?ID=7", html("<html>bảy")).await;
    check("tin/DispForm.aspx?ID=8", html("<html>tám")).await;
    check("tin/DispForm.aspx%3FID=8", html("<html>tám")).await;
    check("tin/DispForm.aspx", html("<html>mặc định")).await;
    // Another page of the same program is not the default page.
    check("tin/DispForm.aspx?ID=9", None).await;
    check("tin/danh-sach?page=2", html("<html>danh sách")).await;
    check("tin/a", html("<html>a")).await;
    check("tin/Tin%20t%E1%BB%A9c.htm", html("<html>tin tức")).await;
    check("in.html", html("<html>a")).await;
    check("sites/", html("<!doctype html>")).await;
    check("rss", Some(("<?xml version='1.0'?><rss/>", "application/xml"))).await;
    check("missing", None).await;
    check("missing/", None).await;
    check("tin/a.html/", None).await;
    check("tin/a.html/b", None).await;
    check("tin/.an", None).await;
    check("..%2fsecret.html", None).await;
    check(&"a".repeat(400), None).await;
}

#[tokio::test]
async fn a_directory_without_an_index_lists_its_files() {
    let (_directory, folder) = saved();
    let found = page(open(&folder, "tin", None).await);
    assert_eq!(found.media.essence, "inode/directory");
    assert_eq!(found.url.as_str(), format!("{BASE}tin/"));
    let expected = "DispForm.aspx\nDispForm.aspx?ID=8\nDispForm.aspx@ID=7\nTin tức.htm\na.html\nanh/1.jpg\ndanh-sach.html\n";
    let list = String::from_utf8(found.bytes.to_vec()).unwrap();
    // The text after each name changes when the file is saved again.
    let name = |line: &str| line.split_once('\t').unwrap().0.to_owned() + "\n";
    assert_eq!(list.lines().map(name).collect::<String>(), expected);
}

#[tokio::test]
async fn a_saved_page_that_has_not_changed_is_unchanged() {
    let (_directory, folder) = saved();
    let first = page(open(&folder, "tin/a.html", None).await);
    assert_eq!(first.fetched.to_rfc3339(), "2026-11-20T00:00:00+00:00");
    let again = open(&folder, "tin/a.html", Some(&first.validators)).await;
    assert!(matches!(again, Ok(Response::Unchanged(..))), "{again:?}");
    fs::write(folder.path.join("tin/a.html"), "<html>khác").unwrap();
    page(open(&folder, "tin/a.html", Some(&first.validators)).await);
}

#[tokio::test]
async fn what_cannot_be_answered_is_said() {
    let (_directory, folder) = saved();
    let check = async |folder: &SourceFolder, path, advice, expected: fn(&FolderError) -> bool| {
        let error = open(folder, path, None).await.unwrap_err();
        assert_eq!(error.advice(), advice, "{path}: {error}");
        let FetchError::Folder(error) = error else { panic!("{path}: {error}") };
        assert!(expected(&error), "{path}: {error}");
    };
    let leads_out = |error: &FolderError| matches!(error, FolderError::LeadsOut { .. });
    check(&folder, "out.html", RetryAdvice::AskOperator, leads_out).await;
    let outside = |error: &FolderError| matches!(error, FolderError::Outside { .. });
    check(&folder, "../secret.html", RetryAdvice::SkipPage, outside).await;
    check(&folder, "https://khac.example.gov.vn/", RetryAdvice::SkipPage, outside).await;
    fs::write(folder.path.join("long.html"), vec![b'a'; (8 << 20) + 1]).unwrap();
    let too_large = |error: &FolderError| matches!(error, FolderError::TooLarge { .. });
    check(&folder, "long.html", RetryAdvice::SkipPage, too_large).await;
    let nowhere = SourceFolder { path: Path::new("no/such/folder").to_owned(), ..folder.clone() };
    let no_folder = |error: &FolderError| matches!(error, FolderError::NoFolder { .. });
    check(&nowhere, "", RetryAdvice::AskOperator, no_folder).await;
}
