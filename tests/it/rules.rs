//! The version of the extraction rules changes whenever their results change.

use crate::desk::Desk;
use bantin_read::extract::{RULES_HASH, RULES_VERSION};
use serde_json::{Value, json};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// All pages below a folder, sorted by name.
fn pages(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        match path.is_dir() {
            true => found.extend(pages(&path)),
            false => found.push(path),
        }
    }
    found.retain(|path| path.extension().is_some_and(|extension| extension == "html"));
    found.sort();
    found
}

/// The batch line of a page; its address is in the JSON file beside it.
fn line(path: &Path, root: &Path) -> String {
    let beside = fs::read_to_string(path.with_extension("json")).unwrap_or_default();
    let beside: Value = serde_json::from_str(&beside).unwrap_or_default();
    let url = beside["url"].as_str().unwrap_or("https://coquan.example/tin/1.html");
    json!({ "id": path.strip_prefix(root).unwrap(), "url": url, "html": path }).to_string() + "\n"
}

#[test]
fn the_version_of_the_rules_is_raised_when_they_find_something_else() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages");
    let lines: String = pages(&root).iter().map(|path| line(path, &root)).collect();
    let desk = Desk::with("");
    fs::remove_file(desk.path("feeds.toml")).unwrap();
    let mut batch = desk
        .command(&["extract", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    batch.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let said = batch.wait_with_output().unwrap();
    let mut found = String::new();
    let (mut articles, mut rejections) = (0, 0);
    for line in String::from_utf8(said.stdout).unwrap().lines() {
        let mut answer: Value = serde_json::from_str(line).unwrap();
        // Topics have their own version, and the wording of an error may change.
        answer.as_object_mut().unwrap().remove("topics");
        match answer.get_mut("error") {
            Some(error) => {
                *error = Value::Bool(true);
                rejections += 1;
            }
            None => articles += 1,
        }
        found += &format!("{answer}\n");
    }
    assert_eq!(articles + rejections, lines.lines().count());
    assert!(articles > 20 && rejections > 0, "{articles} articles, {rejections} rejections");
    let hash = blake3::hash(found.as_bytes()).to_hex();
    assert_eq!(
        &hash[..32],
        RULES_HASH,
        "the rules find something else on tests/pages than version {RULES_VERSION} did. If that is meant, raise RULES_VERSION in \
         src/extract/rules_version.rs and put the new hash into RULES_HASH. What is found now:\n{found}"
    );
}
