//! The rules of the house, as tests: what must be absent, and where.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All Rust files below a folder, each with its code: what stands before its tests.
fn sources_below(folder: &str) -> Vec<(String, String)> {
    let mut files = Vec::new();
    collect(&root().join(folder), &mut files);
    assert!(!files.is_empty(), "{folder} has no sources");
    files
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests").next().unwrap().to_owned();
            (name, code)
        })
        .filter(|(name, _)| !is_for_tests(name))
        .collect()
}

/// Whether a file below `src` is compiled for tests only.
fn is_for_tests(name: &str) -> bool {
    let whole = ["src/testing.rs", "src/store/conformance.rs"].contains(&name);
    whole || (name.starts_with("src/") && (name.ends_with("/tests.rs") || name.contains("/tests/")))
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            collect(&entry.unwrap().path(), files);
        }
    } else if path.extension().is_some_and(|extension| extension == "rs") {
        files.push(path.to_owned());
    }
}

/// No file but the allowed ones holds any of the words in its code.
#[track_caller]
fn only_in(allowed: &[&str], words: &[&str]) {
    for (path, code) in sources_below("src") {
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

/// A stage never reaches into another stage: only `crawl` and `publisher` know the order.
#[test]
fn stages_do_not_know_each_other() {
    const STAGES: [&str; 7] =
        ["fetch", "discover", "extract", "normalize", "store", "publish", "serve"];
    for stage in STAGES {
        for (path, code) in sources_below(&format!("src/{stage}")) {
            for other in STAGES.iter().filter(|other| **other != stage) {
                assert!(!code.contains(&format!("crate::{other}")), "{path} uses {other}");
            }
        }
    }
}

#[test]
fn the_model_knows_nobody_and_pages_only_the_model() {
    for (folder, allowed) in [("src/model", "model"), ("src/page", "model page")] {
        for (path, code) in sources_below(folder) {
            for line in code.lines().filter(|line| line.starts_with("use crate::")) {
                let module =
                    line.trim_start_matches("use crate::").split([':', ';', '{']).next().unwrap();
                assert!(
                    allowed.split(' ').any(|allowed| allowed == module),
                    "{path} uses {module}"
                );
            }
        }
    }
}

#[test]
fn only_fetch_connects() {
    only_in(&["src/fetch/"], &["reqwest::", "TcpStream::connect", "lookup_host", "UdpSocket"]);
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
    only_in(&["src/store/", "src/publish/files.rs", "src/lock.rs", "src/config/edit.rs"], &words);
}

#[test]
fn only_the_clock_reads_the_time() {
    only_in(&["src/clock.rs"], &["Utc::now", "Local::now", "SystemTime", "std::time::Instant"]);
}

/// A rename of a type, and a release, must not change what lies on disk.
#[test]
fn stores_depend_on_records_alone() {
    for folder in ["src/store", "src/model"] {
        for (path, code) in sources_below(folder) {
            assert!(!code.contains("CARGO_PKG_VERSION"), "{path} depends on the program's version");
            let may = !path.starts_with("src/store/") || path.starts_with("src/store/records/");
            assert!(may || !code.contains("serde_json"), "{path} writes JSON without a record");
        }
    }
}

#[test]
fn only_config_reads_toml_of_feeds() {
    only_in(&["src/config/", "src/extract/platform", "src/discover/platform"], &["toml::"]);
    only_in(&["src/config/edit.rs"], &["toml_edit"]);
}

/// What differs between kinds of sources is in the kind's own file; the others ask the registry.
#[test]
fn only_the_files_of_kinds_tell_kinds_apart() {
    only_in(&["src/discover/kind/", "src/model/source_kind.rs"], &["SourceKind::new("]);
    let files = sources_below("src/discover/kind");
    let definition =
        |code: &str| Some(code.split("    name: \"").nth(1)?.split('"').next()?.to_owned());
    let names: Vec<String> = files.iter().filter_map(|(_, code)| definition(code)).collect();
    assert!(names.len() >= 6, "{names:?}");
    for (path, code) in sources_below("src") {
        // Kinds of elements and of documents are other things; some are called like kinds of sources.
        let others = ["src/discover/kind/", "src/normalize/", "src/publish/"];
        if others.iter().any(|folder| path.starts_with(folder)) {
            continue;
        }
        for line in code.lines().filter(|line| line.to_lowercase().contains("kind")) {
            let compares = ["==", "!=", "=>", "matches!"].iter().any(|sign| line.contains(sign));
            let named = names.iter().find(|name| line.contains(&format!("\"{name}\"")));
            assert!(!compares || named.is_none(), "{path} tells kinds apart: {line}");
        }
    }
}

#[test]
fn only_the_dom_calls_the_html_parser() {
    only_in(&["src/page/dom.rs"], &["Html::parse_", "html5ever::"]);
    only_in(&["src/normalize/html.rs"], &["ammonia::"]);
}

#[test]
fn only_the_cleaner_and_the_store_vouch_for_html() {
    only_in(&["src/normalize/html.rs", "src/store/", "src/model/html.rs"], &["from_cleaner("]);
}

#[test]
fn only_the_command_line_prints_exits_or_reads_the_environment() {
    only_in(
        &["src/cli/", "src/main.rs"],
        &["println!", "eprintln!", "std::env::", "process::exit", "anyhow"],
    );
}

/// The crawl separates deciding from doing: plans and effects are pure, and one file requests pages.
#[test]
fn planning_and_applying_do_nothing_and_one_file_requests_pages() {
    for file in ["plan", "apply", "missing", "same_article", "shared_timestamp"] {
        let (path, code) = sources_below(&format!("src/crawl/{file}.rs")).pop().unwrap();
        for word in ["async ", ".await", "Clock::", "Store::", "Fetcher"] {
            assert!(!code.contains(word), "{path} has {word:?}, and decides only");
        }
    }
    for (path, code) in sources_below("src/crawl") {
        assert!(
            !code.contains("fetcher.get(") || path.ends_with("pages.rs"),
            "{path} requests pages"
        );
    }
}

#[test]
fn functions_of_the_crawl_and_the_daemon_are_short() {
    for folder in ["src/crawl", "src/daemon.rs", "src/schedule.rs", "src/cli/once.rs"] {
        for (path, code) in sources_below(folder) {
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
    for (path, code) in sources_below("src") {
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
    for folder in ["src", "tests/it", "benches", "fuzz"] {
        for (path, code) in sources_below(folder) {
            assert!(code.starts_with("//!"), "{path} does not open with //!");
        }
    }
    let main = fs::read_to_string(root().join("src/main.rs")).unwrap();
    assert!(main.lines().count() < 60);
}

#[test]
fn there_are_no_drawers() {
    for (path, _) in sources_below("src") {
        let stem = Path::new(&path).file_stem().unwrap().to_str().unwrap().to_owned();
        for drawer in ["utils", "util", "helpers", "common", "types", "misc"] {
            assert_ne!(stem, drawer, "{path}");
        }
    }
}

#[test]
fn every_dependency_has_its_reason() {
    let reasons = fs::read_to_string(root().join("docs/dependencies.md")).unwrap();
    for manifest in ["Cargo.toml", "fuzz/Cargo.toml"] {
        let manifest = fs::read_to_string(root().join(manifest)).unwrap();
        let mut in_dependencies = false;
        for line in manifest.lines() {
            if line.starts_with('[') {
                in_dependencies = line == "[dependencies]" || line == "[dev-dependencies]";
            } else if in_dependencies && !line.starts_with('#') && line.contains('=') {
                let name = line.split(['=', ' ']).next().unwrap();
                assert!(
                    reasons.contains(&format!("`{name}`")),
                    "docs/dependencies.md does not say why {name} is here"
                );
            }
        }
    }
}

#[test]
fn nothing_is_left_for_later() {
    for folder in ["src", "tests/it", "benches", "fuzz"] {
        for (path, code) in sources_below(folder) {
            if path.ends_with("house.rs") {
                continue;
            }
            for word in ["TODO", "FIXME", "todo!(", "unimplemented!(", "#[ignore"] {
                assert!(!code.contains(word), "{path} has {word}");
            }
        }
    }
}

/// What is promised of feeds is held by tests that are there.
#[test]
fn every_test_that_the_promises_name_is_there() {
    let mut files = Vec::new();
    for folder in ["src", "tests/it"] {
        collect(&root().join(folder), &mut files);
    }
    let all: String = files.iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    let promises = fs::read_to_string(root().join("docs/feeds.md")).unwrap();
    let rows =
        promises.lines().filter(|line| line.starts_with("| ") && !line.contains("| tests |"));
    for row in rows {
        let tests = row.rsplit(" | ").next().unwrap();
        let names: Vec<&str> = tests.split('`').skip(1).step_by(2).collect();
        assert!(!names.is_empty(), "nothing holds: {row}");
        for name in names {
            assert!(all.contains(&format!("fn {name}(")), "there is no test {name}");
        }
    }
}
