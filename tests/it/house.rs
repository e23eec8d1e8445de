//! The rules of the code base, as tests: what must be absent, and where.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The code of the program and of all crates.
const CODE: [&str; 9] = [
    "src",
    "crates/core/src",
    "crates/page/src",
    "crates/fetch/src",
    "crates/read/src",
    "crates/store/src",
    "crates/publish/src",
    "crates/serve/src",
    "crates/testing/src",
];

/// All Rust files below folders, each with its code up to its tests.
pub(crate) fn sources(folders: &[&str]) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for folder in folders {
        let mut files = Vec::new();
        collect(&root().join(folder), &mut files);
        assert!(!files.is_empty(), "{folder} has no sources");
        all.extend(files.into_iter().map(|path| {
            let name = path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
            let text = fs::read_to_string(&path).unwrap();
            // A file that only declares `mod tests;` has code after it.
            (name, text.split("#[cfg(test)]\nmod tests {").next().unwrap().to_owned())
        }));
    }
    all.retain(|(name, _)| !is_for_tests(name));
    all
}

/// All code that is not for tests.
fn all_code() -> Vec<(String, String)> {
    let files = sources(&CODE);
    assert!(files.len() > 300, "the rule saw only {} files", files.len());
    files
}

/// Whether a file of `src` or of a crate is compiled for tests only.
fn is_for_tests(name: &str) -> bool {
    let of_code = name.starts_with("src/") || name.starts_with("crates/");
    let tests = ["/tests.rs", "/conformance.rs"].iter().any(|end| name.ends_with(end))
        || ["/tests/", "/conformance/"].iter().any(|folder| name.contains(folder));
    of_code && (tests || name.starts_with("crates/testing/"))
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            let entry = entry.unwrap();
            // A symbolic link leads to data that is stored elsewhere.
            if !entry.file_type().unwrap().is_symlink() {
                collect(&entry.path(), files);
            }
        }
    } else if path.extension().is_some_and(|extension| extension == "rs") {
        files.push(path.to_owned());
    }
}

/// Checks that only the allowed files contain any of the words in their code, and that each allowed
/// file exists.
#[track_caller]
fn only_in(allowed: &[&str], words: &[&str]) {
    let files = all_code();
    for allowed in allowed {
        assert!(
            files.iter().any(|(path, _)| path.starts_with(allowed)),
            "{allowed} does not exist"
        );
    }
    for (path, code) in files {
        if allowed.iter().any(|allowed| path.starts_with(allowed)) {
            continue;
        }
        let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
        for line in lines {
            for word in words {
                assert!(!line.contains(word), "{path} has {word:?}; only {allowed:?} may");
            }
        }
    }
}

/// All manifests of the workspace, by path.
fn manifests() -> Vec<(String, String)> {
    let mut paths = vec!["Cargo.toml".to_owned(), "fuzz/Cargo.toml".to_owned()];
    for entry in fs::read_dir(root().join("crates")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        paths.push(format!("crates/{name}/Cargo.toml"));
    }
    assert!(paths.len() >= 10, "{paths:?}");
    let read = |path: String| {
        let text = fs::read_to_string(root().join(&path)).unwrap();
        (path, text)
    };
    paths.into_iter().map(read).collect()
}

/// The lines of a section of a manifest.
fn section<'a>(manifest: &'a str, header: &str) -> Vec<&'a str> {
    let lines = manifest.lines().skip_while(|line| *line != header).skip(1);
    let lines = lines.take_while(|line| !line.starts_with('['));
    lines.filter(|line| !line.starts_with('#') && line.contains('=')).collect()
}

/// `core <- page <- fetch, read, store, publish <- serve <- bantin`; only the program knows the
/// order of the stages.
#[test]
fn no_crate_depends_on_one_above_or_beside_it() {
    let allowed = [
        ("core", ""),
        ("page", "core"),
        ("fetch", "core page"),
        ("read", "core page"),
        ("store", "core page"),
        ("publish", "core page"),
        ("serve", "core page publish"),
        ("testing", "core"),
    ];
    for (name, allowed) in allowed {
        let path = format!("crates/{name}/Cargo.toml");
        let manifest = fs::read_to_string(root().join(&path)).unwrap();
        for line in section(&manifest, "[dependencies]") {
            if let Some(other) = line.strip_prefix("bantin-") {
                let other = other.split(['.', ' ', '=']).next().unwrap();
                assert!(allowed.split(' ').any(|name| name == other), "{path} depends on {other}");
            }
        }
    }
}

/// Within the crate that reads pages, no stage refers to another.
#[test]
fn the_stages_of_reading_do_not_know_each_other() {
    const STAGES: [&str; 3] = ["discover", "extract", "normalize"];
    for stage in STAGES {
        for (path, code) in sources(&[&format!("crates/read/src/{stage}")]) {
            for other in STAGES.iter().filter(|other| **other != stage) {
                assert!(!code.contains(&format!("crate::{other}")), "{path} uses {other}");
            }
        }
    }
}

#[test]
fn versions_stand_in_the_workspace_alone() {
    let (root, others): (Vec<_>, Vec<_>) =
        manifests().into_iter().partition(|(path, _)| path == "Cargo.toml");
    for (path, manifest) in &others {
        for header in ["[dependencies]", "[dev-dependencies]"] {
            for line in section(manifest, header) {
                let inherits = line.contains("workspace = true") || line.contains("path = \"..\"");
                assert!(inherits, "{path}: {line}");
            }
        }
    }
    let named = ["rss", "atom_syndication", "reqwest", "tokio", "scraper", "serde", "cron"];
    let lines = section(&root[0].1, "[workspace.dependencies]");
    for (line, name) in lines.iter().zip(named) {
        assert!(line.starts_with(name), "{name} is not in its place: {line}");
    }
}

#[test]
fn only_fetch_connects() {
    only_in(&["crates/fetch/"], &["reqwest::", "TcpStream::connect", "lookup_host", "UdpSocket"]);
}

#[test]
fn only_store_publish_files_the_lock_and_the_editor_write_to_disk() {
    let words = [
        "fs::write",
        "File::create",
        "OpenOptions",
        "create_dir",
        "fs::rename",
        "remove_file",
        "remove_dir",
        "tempfile_in",
        "persist(",
    ];
    only_in(
        &["crates/store/src/", "crates/publish/src/files", "src/lock.rs", "src/config/edit.rs"],
        &words,
    );
}

#[test]
fn only_the_clock_reads_the_time() {
    only_in(
        &["crates/core/src/clock.rs"],
        &["Utc::now", "Local::now", "SystemTime", "std::time::Instant"],
    );
}

/// A renamed type or a release must not change the layouts on disk.
#[test]
fn stores_depend_on_records_alone() {
    for (path, code) in sources(&["crates/store/src", "crates/core/src"]) {
        assert!(!code.contains("CARGO_PKG_VERSION"), "{path} depends on the program's version");
        let may = !path.starts_with("crates/store/") || path.contains("/records/");
        assert!(may || !code.contains("serde_json"), "{path} writes JSON without a record");
    }
}

#[test]
fn only_config_reads_toml_of_feeds() {
    only_in(
        &["src/config/", "crates/read/src/extract/platform", "crates/read/src/discover/platform"],
        &["toml::"],
    );
    only_in(&["src/config/edit.rs"], &["toml_edit"]);
}

/// Differences between kinds of sources are in the kind's own file; all other code asks the
/// registry.
#[test]
fn only_the_files_of_kinds_tell_kinds_apart() {
    only_in(
        &["crates/read/src/discover/kind/", "crates/core/src/source_kind.rs"],
        &["SourceKind::new("],
    );
    let files = sources(&["crates/read/src/discover/kind"]);
    let definition =
        |code: &str| Some(code.split("    name: \"").nth(1)?.split('"').next()?.to_owned());
    let names: Vec<String> = files.iter().filter_map(|(_, code)| definition(code)).collect();
    assert!(names.len() >= 6, "{names:?}");
    for (path, code) in all_code() {
        // Kinds of elements and of documents are something else; some have names of kinds of
        // sources.
        let others =
            ["crates/read/src/discover/kind/", "crates/read/src/normalize/", "crates/publish/"];
        if others.iter().any(|folder| path.starts_with(folder)) {
            continue;
        }
        for line in code.lines().filter(|line| line.to_lowercase().contains("kind")) {
            let compares = ["==", "!=", "=>", "matches!"].iter().any(|sign| line.contains(sign));
            let named = names.iter().find(|name| line.contains(&format!("\"{name}\"")));
            assert!(!compares || named.is_none(), "{path} distinguishes kinds: {line}");
        }
    }
}

#[test]
fn only_the_dom_calls_the_html_parser() {
    only_in(
        &["crates/page/src/dom.rs", "crates/page/src/dom/parser.rs"],
        &["Html::parse_", "html5ever::"],
    );
    only_in(&["crates/core/src/html.rs"], &["ammonia::"]);
}

#[test]
fn only_the_sanitizer_and_the_store_make_clean_html() {
    only_in(&["crates/store/src/", "crates/core/src/html.rs"], &["CleanHtml::from_store("]);
}

#[test]
fn only_the_command_line_prints_exits_or_reads_the_environment() {
    only_in(
        &["src/cli/", "src/main.rs"],
        &["println!", "eprintln!", "std::env::", "process::exit", "anyhow"],
    );
}

/// The crawl separates deciding from doing: plans and effects are pure, and one file requests
/// pages.
#[test]
fn planning_and_applying_do_nothing_and_one_file_requests_pages() {
    for file in ["plan", "apply", "missing", "moved", "page_trust", "shared_timestamp"] {
        let (path, code) = sources(&[&format!("src/crawl/{file}.rs")]).pop().unwrap();
        for word in ["async ", ".await", "Clock::", "Store::", "Fetcher"] {
            assert!(!code.contains(word), "{path} has {word:?}, but must only decide");
        }
    }
    for (path, code) in sources(&["src/crawl"]) {
        assert!(
            !code.contains("fetcher.get(") || path.ends_with("pages.rs"),
            "{path} requests pages"
        );
    }
}

#[test]
fn functions_of_the_crawl_and_the_daemon_are_short() {
    for folder in ["src/crawl", "src/daemon.rs", "crates/core/src/schedule.rs", "src/cli/once.rs"] {
        for (path, code) in sources(&[folder]) {
            let lines: Vec<&str> = code.lines().collect();
            for (start, line) in lines.iter().enumerate() {
                let indent = line.len() - line.trim_start().len();
                let is_function = line.contains("fn ") && !line.trim_start().starts_with("//");
                let end = format!("{}}}", " ".repeat(indent));
                let length = lines[start..].iter().position(|line| *line == end).unwrap_or(0);
                assert!(!is_function || length < 80, "{path}: {length} lines of {}", line.trim());
            }
        }
    }
}

#[test]
fn no_result_holds_a_result() {
    for (path, code) in all_code() {
        let code: String = code.split_whitespace().collect();
        assert!(!code.contains("Result<Result<"), "{path} nests results");
    }
}

#[test]
fn the_writers_of_feeds_never_read_foreign_ones() {
    only_in(&[], &["Channel::read_from", "Feed::read_from", "rss::Channel>()", "parse::<rss::"]);
}

#[test]
fn every_file_says_what_lives_in_it() {
    for folder in ["src", "crates", "tests/it", "benches", "fuzz"] {
        for (path, code) in sources(&[folder]) {
            assert!(code.starts_with("//!"), "{path} does not open with //!");
        }
    }
    let main = fs::read_to_string(root().join("src/main.rs")).unwrap();
    assert!(main.lines().count() < 60);
}

#[test]
fn there_are_no_drawers() {
    for (path, _) in all_code() {
        let stem = Path::new(&path).file_stem().unwrap().to_str().unwrap().to_owned();
        for drawer in ["utils", "util", "helpers", "common", "types", "misc"] {
            assert_ne!(stem, drawer, "{path}");
        }
    }
}

#[test]
fn every_dependency_has_its_reason() {
    let reasons = fs::read_to_string(root().join("docs/dependencies.md")).unwrap();
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let lines = section(&manifest, "[workspace.dependencies]");
    assert!(lines.len() > 60, "the rule saw only {} dependencies", lines.len());
    for line in lines {
        let name = line.split(['=', ' ']).next().unwrap();
        assert!(
            name.starts_with("bantin-") || reasons.contains(&format!("`{name}`")),
            "docs/dependencies.md has no line about {name}"
        );
    }
}

#[test]
fn nothing_is_left_for_later() {
    for folder in ["src", "crates", "tests/it", "benches", "fuzz"] {
        for (path, code) in sources(&[folder]) {
            if path.ends_with("house.rs") {
                continue;
            }
            for word in ["TODO", "FIXME", "todo!(", "unimplemented!(", "#[ignore"] {
                assert!(!code.contains(word), "{path} has {word}");
            }
        }
    }
}

/// Every promise about feeds names existing tests.
#[test]
fn every_test_that_the_promises_name_is_there() {
    let mut files = Vec::new();
    for folder in ["src", "crates", "tests/it"] {
        collect(&root().join(folder), &mut files);
    }
    let all: String = files.iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    let promises = fs::read_to_string(root().join("docs/feeds.md")).unwrap();
    let rows =
        promises.lines().filter(|line| line.starts_with("| ") && !line.contains("| tests |"));
    for row in rows {
        let tests = row.rsplit(" | ").next().unwrap();
        let names: Vec<&str> = tests.split('`').skip(1).step_by(2).collect();
        assert!(!names.is_empty(), "no test for: {row}");
        for name in names {
            assert!(all.contains(&format!("fn {name}(")), "the test {name} does not exist");
        }
    }
}
