//! WARC files, complete and damaged.

use super::*;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs;
use std::io::Write;

const BASE: &str = "https://tin.example.gov.vn/";

/// A record with its head and the empty lines after it.
fn record(kind: &str, path: &str, date: &str, media: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: <{BASE}{path}>\r\nWARC-Date: {date}\r\nContent-Type: {media}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body, b"\r\n\r\n"].concat()
}

fn response(path: &str, date: &str, head: &str, body: &[u8]) -> Vec<u8> {
    let message = [head.replace('\n', "\r\n").as_bytes(), b"\r\n\r\n", body].concat();
    record("response", path, date, "application/http; msgtype=response", &message)
}

fn page(path: &str, date: &str, body: &str) -> Vec<u8> {
    response(path, date, "HTTP/1.1 200 OK\nContent-Type: text/html", body.as_bytes())
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Seven records, of which three are pages.
fn records() -> Vec<Vec<u8>> {
    let packed = "HTTP/1.1 200 OK\nContent-Type: text/html; charset=utf-8\nContent-Encoding: gzip\nTransfer-Encoding: chunked";
    let body = gzip("<p>hai".as_bytes());
    let (first, second) = body.split_at(9);
    let chunks = [
        b"9\r\n".as_slice(),
        first,
        format!("\r\n{:x}\r\n", second.len()).as_bytes(),
        second,
        b"\r\n0\r\n\r\n",
    ]
    .concat();
    vec![
        record("warcinfo", "", "2026-11-01T00:00:00Z", "application/warc-fields", b"software: x"),
        record(
            "request",
            "mot",
            "2026-11-01T00:00:00Z",
            "application/http; msgtype=request",
            b"GET /mot HTTP/1.1\r\n\r\n",
        ),
        page("mot", "2026-11-01T00:00:00Z", "<p>một"),
        response("hai?ID=2", "2026-11-02T00:00:00Z", packed, &chunks),
        response(
            "mat",
            "2026-11-02T00:00:00Z",
            "HTTP/1.1 404 Not Found\nContent-Type: text/html",
            b"<p>",
        ),
        record(
            "revisit",
            "mot",
            "2026-11-03T00:00:00Z",
            "application/http; msgtype=response",
            b"HTTP/1.1 200 OK\r\n\r\n",
        ),
        record("resource", "ba", "2026-11-03T00:00:00Z", "text/html", "<p>ba".as_bytes()),
    ]
}

struct Archive {
    folder: SourceFolder,
    archives: Arc<WarcCache>,
    _directory: tempfile::TempDir,
}

impl Archive {
    fn of(name: &str, bytes: &[u8]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(name);
        fs::write(&path, bytes).unwrap();
        let folder = SourceFolder { path, base_url: BASE.parse().unwrap() };
        Self { folder, archives: Arc::default(), _directory: directory }
    }

    fn find(&self, url: &Url) -> Result<Option<ArchivedPage>, FolderError> {
        find(&self.archives, &self.folder, url, &RequestLimits::default())
    }

    /// The lines of its list, without the versions after the tabs.
    fn list(&self) -> Result<Vec<String>, FolderError> {
        let found = self.find(&self.folder.list_address().unwrap())?.unwrap();
        let text = String::from_utf8(found.wire).unwrap();
        let line = |line: &str| line.split('\t').next().unwrap().replace(BASE, "");
        Ok(text.lines().map(line).collect())
    }

    fn body(&self, path: &str) -> Option<Vec<u8>> {
        let found = self.find(&format!("{BASE}{path}").parse().unwrap()).unwrap()?;
        Some(match found.coding {
            ContentCoding::Gzip => {
                let mut bytes = Vec::new();
                let mut decoder = flate2::read::GzDecoder::new(found.wire.as_slice());
                io::Read::read_to_end(&mut decoder, &mut bytes).unwrap();
                bytes
            }
            _ => found.wire,
        })
    }
}

#[test]
fn its_pages_are_read_from_where_they_stand_however_it_is_packed() {
    let each: Vec<u8> = records().iter().flat_map(|record| gzip(record)).collect();
    let plain = records().concat();
    for (name, bytes) in
        [("a.warc", plain.clone()), ("a.warc.gz", each), ("b.warc.gz", gzip(&plain))]
    {
        let archive = Archive::of(name, &bytes);
        assert_eq!(archive.list().unwrap(), ["mot", "hai?ID=2", "ba"], "{name}");
        assert_eq!(archive.body("mot").unwrap(), "<p>một".as_bytes(), "{name}");
        assert_eq!(archive.body("hai?ID=2").unwrap(), b"<p>hai", "{name}");
        assert_eq!(archive.body("ba").unwrap(), b"<p>ba", "{name}");
        assert_eq!(archive.body("mat"), None, "{name}");
        assert_eq!(archive.body("khong-co"), None, "{name}");
        // A page captured over https is found over http too.
        let url = "http://tin.example.gov.vn/mot".parse().unwrap();
        let captured = archive.find(&url).unwrap().unwrap().captured.unwrap();
        assert_eq!(captured.to_rfc3339(), "2026-11-01T00:00:00+00:00");
    }
}

#[test]
fn the_newest_record_of_an_address_is_its_page() {
    let bytes = [
        page("mot", "2026-11-01T00:00:00Z", "cũ"),
        page("mot", "2026-11-05T00:00:00Z", "mới"),
        page("mot", "2026-11-03T00:00:00Z", "giữa"),
    ];
    let archive = Archive::of("a.warc", &bytes.concat());
    assert_eq!(archive.list().unwrap(), ["mot"]);
    assert_eq!(archive.body("mot").unwrap(), "mới".as_bytes());
}

#[test]
fn what_belongs_to_another_site_is_counted_and_left_out() {
    let other = String::from_utf8(page("mot", "2026-11-01T00:00:00Z", "x")).unwrap();
    let other = other.replace("tin.example", "khac.example");
    let bytes = [other.into_bytes(), page("hai", "2026-11-01T00:00:00Z", "x")];
    let list = Archive::of("a.warc", &bytes.concat()).list().unwrap();
    assert_eq!(
        list,
        ["hai".to_owned(), "!1 pages belong to sites other than  and are skipped".to_owned()]
    );
}

#[test]
fn a_file_that_is_cut_anywhere_keeps_what_stands_before() {
    let records = records();
    let each: Vec<Vec<u8>> = records.iter().map(|record| gzip(record)).collect();
    for (name, records) in [("a.warc", &records), ("a.warc.gz", &each)] {
        let whole = records.concat();
        for length in (0..whole.len()).step_by(7) {
            let archive = Archive::of(name, &whole[..length]);
            let mut end = 0;
            let ends = records.iter().map(|record| {
                end += record.len();
                end
            });
            let before = ends.take_while(|end| *end <= length).count();
            match archive.list() {
                Ok(list) => {
                    let pages = list.iter().filter(|line| !line.starts_with('!')).count();
                    let expected = [0, 0, 0, 1, 2, 2, 2, 3][before];
                    assert!(pages >= expected, "{name} {length}: {list:?}");
                    let lost = list.iter().any(|line| line.contains("cannot be read"));
                    assert!(lost || pages >= expected, "{name} {length}: {list:?}");
                }
                Err(error) => assert_eq!(before, 0, "{name} {length}: {error}"),
            }
        }
    }
}

#[test]
fn a_broken_record_is_told_with_its_place() {
    let good = page("mot", "2026-11-01T00:00:00Z", "x");
    let bytes =
        [good.clone(), b"no record\r\n\r\n".to_vec(), page("hai", "2026-11-01T00:00:00Z", "x")];
    let list = Archive::of("a.warc", &bytes.concat()).list().unwrap();
    assert_eq!(list[0], "mot");
    assert!(list[1].contains("no record starts where one should"), "{list:?}");
    let place: usize = list[1].split(' ').nth(4).unwrap().parse().unwrap();
    assert!(place <= good.len() && place + 8 >= good.len(), "{list:?}");
}

#[test]
fn what_is_no_archive_or_built_to_do_harm_is_refused() {
    let check = |bytes: &[u8], expected: &str| {
        let error = Archive::of("a.warc.gz", bytes).list().unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    };
    check(b"", "it has no record");
    check(b"<html>", "no record starts");
    check(b"\x1f\x8b\x08 no gzip", "cannot be read");
    check(&gzip(b""), "it has no record");
    let endless = format!("WARC/1.0\r\n{}", "x: y\r\n".repeat(20_000));
    check(&gzip(endless.as_bytes()), "the head of a record has no end");
    check(b"WARC/1.0\r\nContent-Length: -1\r\n\r\n", "is not a number");
    check(b"WARC/1.0\r\nWARC-Type: response\r\n\r\n", "has no Content-Length");
    // A record of 100 MB of spaces is a file of 100 KB.
    let mut bomb = b"WARC/1.0\r\nWARC-Type: metadata\r\nContent-Length: 104857600\r\n\r\n".to_vec();
    bomb.resize(100 << 20, b' ');
    check(&gzip(&bomb), "as a decompression bomb does");
    // A page whose announced size exceeds the limit is not read.
    let large = format!("{}\r\n\r\n", "x".repeat(9 << 20));
    let archive = Archive::of("a.warc", &page("mot", "2026-11-01T00:00:00Z", &large));
    let error = archive.find(&format!("{BASE}mot").parse().unwrap()).err().unwrap();
    assert!(error.to_string().contains("the limit for a page"), "{error}");
}

#[test]
fn a_file_that_has_grown_is_learnt_again() {
    let archive = Archive::of("a.warc", &page("mot", "2026-11-01T00:00:00Z", "x"));
    assert_eq!(archive.list().unwrap(), ["mot"]);
    let mut bytes = fs::read(&archive.folder.path).unwrap();
    bytes.extend(page("hai", "2026-11-02T00:00:00Z", "y"));
    fs::write(&archive.folder.path, bytes).unwrap();
    assert_eq!(archive.list().unwrap(), ["mot", "hai"]);
}
