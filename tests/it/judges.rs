//! Third-party programs check our output, if they are installed (`./tests/run` installs them).

use crate::desk::Desk;
use std::path::Path;
use std::process::Command;

/// Whether a checker is installed; prints a note if it is not.
pub(crate) fn is_here(program: &str) -> bool {
    let found = std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|p| p.join(program).exists()));
    if !found {
        println!("skipped: {program} is not installed");
    }
    found
}

#[test]
fn xmllint_finds_every_document_well_formed() {
    if !is_here("xmllint") {
        return;
    }
    let desk = Desk::fresh();
    desk.once();
    let documents: Vec<String> = desk
        .output()
        .into_keys()
        .filter(|n| [".rss", ".atom", ".opml"].iter().any(|e| n.ends_with(e)))
        .collect();
    assert!(documents.len() >= 7, "{documents:?}");
    let out = Command::new("xmllint")
        .arg("--noout")
        .args(&documents)
        .current_dir(desk.path("output"))
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
}

#[test]
fn newsboat_reads_the_combined_feed() {
    if !is_here("newsboat") {
        return;
    }
    let desk = Desk::fresh();
    desk.once();
    for name in ["tong-hop.atom", "tong-hop.rss"] {
        let home = tempfile::tempdir().unwrap();
        let at = |name: &str| home.path().join(name);
        std::fs::write(
            at("urls"),
            format!("file://{}\n", desk.path("output").join(name).display()),
        )
        .unwrap();
        std::fs::write(at("config"), "").unwrap();
        let mut newsboat = Command::new("newsboat");
        newsboat
            .env("HOME", home.path())
            .arg("-u")
            .arg(at("urls"))
            .arg("-c")
            .arg(at("db"))
            .arg("-C")
            .arg(at("config"));
        let out = newsboat.args(["-x", "reload"]).output().unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        let db = rusqlite::Connection::open(at("db")).unwrap();
        let mut select = db.prepare("SELECT title FROM rss_item").unwrap();
        let mut titles: Vec<String> =
            select.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        let mut expected = desk.titles("tong-hop");
        titles.sort();
        expected.sort();
        assert_eq!(titles, expected, "{name}");
    }
}

#[test]
fn the_unit_exposes_no_more_than_it_must() {
    if !is_here("systemd-analyze") {
        return;
    }
    let unit = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/systemd/bantin.service");
    let out = Command::new("systemd-analyze")
        .args(["security", "--offline=yes", "--threshold=12"])
        .arg(&unit)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&out.stdout);
    assert!(out.status.success(), "{said}{}", String::from_utf8_lossy(&out.stderr));
}
