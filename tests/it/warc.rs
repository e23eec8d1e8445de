//! Saved pages: WARC files, single pages, and pages that are saved again.

use crate::desk::{self, Desk, article};
use std::fs;
use std::io::Write;

/// A desk whose only source reads saved pages.
fn desk(folder: &str, more: &str) -> Desk {
    let desk = Desk::with("");
    fs::create_dir_all(desk.path("luu-tru")).unwrap();
    desk.write(&format!(
        "{}\n[[source]]\nid = 'co-quan'\nagency = 'Cơ quan'\nkind = 'files'\nfolder = '{folder}'\nbase_url = 'https://a.example/'\n{more}\n",
        desk::head()
    ));
    desk
}

fn record(path: &str, status: u16, body: &str) -> Vec<u8> {
    let message = format!(
        "HTTP/1.1 {status} X\r\nContent-Type: text/html; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
        body.len()
    );
    format!(
        "WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example{path}\r\nWARC-Date: 2026-11-12T01:02:03Z\r\nContent-Type: application/http;msgtype=response\r\nContent-Length: {}\r\n\r\n{message}\r\n\r\n",
        message.len()
    )
    .into_bytes()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_warc_file_becomes_articles_under_the_addresses_of_the_site() {
    let records = [
        record("/tin/1.html", 200, &article(1)),
        record("/khong-co", 404, &article(2)),
        record("/tin/3?ID=3", 200, &article(3)),
        record("/dang-nhap", 200, "<form><input type=password></form>"),
        record("/tin/4.html", 200, &article(4)),
    ];
    let packed: Vec<u8> = records.iter().flat_map(|record| gzip(record)).collect();
    for (name, bytes) in [("tin.warc", records.concat()), ("tin.warc.gz", packed)] {
        let desk = desk(&format!("luu-tru/{name}"), "");
        fs::write(desk.path(&format!("luu-tru/{name}")), &bytes).unwrap();
        let said = desk.once();
        assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
        let mut urls: Vec<String> =
            desk.export().iter().map(|a| a["url"].as_str().unwrap().to_owned()).collect();
        urls.sort();
        let expected = ["1.html", "3?ID=3", "4.html"].map(|n| format!("https://a.example/tin/{n}"));
        assert_eq!(urls, expected, "{name}: {}{}", said.out, said.err);
        let text = format!("{}{}", said.out, said.err);
        assert!(text.contains("dang-nhap"), "a page without an article is reported: {text}");
        // The list is unchanged: nothing is read again.
        let said = desk.once();
        assert_eq!((said.code, desk.export().len()), (Some(0), 3));

        // It ends in the middle of its last record.
        let desk = self::desk(&format!("luu-tru/{name}"), "");
        fs::write(desk.path(&format!("luu-tru/{name}")), &bytes[..bytes.len() - 40]).unwrap();
        let said = desk.once();
        assert_eq!(desk.export().len(), 2, "{}{}", said.out, said.err);
        let text = format!("{}{}", said.out, said.err);
        assert!(text.contains("the file ends in the middle of it"), "{text}");
    }
}

#[test]
fn a_listing_can_be_read_out_of_a_warc_file() {
    let list = "<ul><li class=tin><a href='/tin/1.html'>Tin số 1 của cơ quan</a></ul>";
    let records = [record("/tin-tuc", 200, list), record("/tin/1.html", 200, &article(1))];
    let desk = desk("luu-tru/a.warc", "url = 'tin-tuc'\nselect = { item = 'li.tin' }");
    let feeds = fs::read_to_string(desk.path("feeds.toml")).unwrap();
    desk.write(&feeds.replace("kind = 'files'", "kind = 'listing'"));
    fs::write(desk.path("luu-tru/a.warc"), records.concat()).unwrap();
    let said = desk.once();
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert_eq!(desk.titles("tat-ca"), ["Tin số 1 của cơ quan"]);
}

#[test]
fn what_is_no_warc_file_is_told() {
    let desk = desk("luu-tru/a.warc.gz", "");
    let said = desk.once();
    assert!(said.err.contains("a.warc.gz, which is missing"), "{}", said.err);
    fs::create_dir(desk.path("luu-tru/a.warc.gz")).unwrap();
    let said = desk.once();
    assert!(said.err.contains("which is a folder, not a WARC file"), "{}", said.err);
    fs::remove_dir(desk.path("luu-tru/a.warc.gz")).unwrap();
    fs::write(desk.path("luu-tru/a.warc.gz"), "<html>").unwrap();
    let said = desk.once();
    let text = format!("{}{}", said.out, said.err);
    assert!(text.contains("check that it is a complete WARC file, plain or compressed"), "{text}");
}

#[test]
fn a_page_that_is_saved_anew_is_read_again() {
    for more in ["", "url = 'tin.html'"] {
        let desk = desk("luu-tru", more);
        fs::write(desk.path("luu-tru/tin.html"), article(1)).unwrap();
        let said = desk.once();
        assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
        let before = desk.export();
        fs::write(desk.path("luu-tru/tin.html"), article(1).replace("lần thứ 1", "lần thứ nhất"))
            .unwrap();
        let said = desk.once();
        assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
        let after = desk.export();
        assert_eq!((before.len(), after.len()), (1, 1), "{more}");
        assert!(after[0]["text"].as_str().unwrap().contains("lần thứ nhất"), "{more}");
        assert_eq!(before[0]["id"], after[0]["id"], "{more}");
    }
}
