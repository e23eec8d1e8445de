//! Figures about the code base that are printed and not enforced: duplicate type names, one-word
//! types, long functions, old phrases.
//!
//! `cargo test house_measures -- --nocapture` prints them. Do not lengthen a name only to improve a
//! figure.

use super::house::sources;
use regex::Regex;
use std::collections::BTreeMap;

/// Phrases of the private language in which the code base was once written.
const OLD_PHRASES: [&str; 12] = [
    "whoever",
    "somebody",
    "brought home",
    "bring home",
    "is told of",
    "may never",
    "is none",
    "are none",
    "as ever",
    "new face",
    "in its turn",
    "says that it",
];

/// The maximum length of a function that fits on a screen or two.
const LONG_FUNCTION: usize = 80;

#[test]
fn house_measures() {
    let files = sources(&["src", "crates"]);
    assert!(files.len() > 200, "the measures saw only {} files", files.len());
    let mut types: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let definition =
        Regex::new(r"(?m)^(?:pub(?:\([a-z: ]+\))? )?(?:struct|enum|trait|type) ([A-Z]\w*)")
            .unwrap();
    let mut long = Vec::new();
    let mut phrases: BTreeMap<&str, usize> = BTreeMap::new();
    for (path, code) in &files {
        for found in definition.captures_iter(code) {
            // Each command has a struct of this name, which clap parses.
            if &found[1] != "Arguments" {
                types.entry(found[1].to_owned()).or_default().push(path.clone());
            }
        }
        long.extend(long_functions(path, code));
        for line in code.lines().filter(|line| is_prose(line)) {
            let line = line.to_lowercase();
            for phrase in OLD_PHRASES {
                *phrases.entry(phrase).or_default() += line.matches(phrase).count();
            }
        }
    }
    let definitions: usize = types.values().map(Vec::len).sum();
    let twice: Vec<_> = types.iter().filter(|(_, places)| places.len() > 1).collect();
    let one_word: usize =
        types.iter().filter(|(name, _)| words_in(name) == 1).map(|(_, places)| places.len()).sum();
    let share = |part: usize, whole: usize| 100 * part / whole.max(1);
    println!("code lines: {}", files.iter().map(|(_, code)| code_lines(code)).sum::<usize>());
    println!("type definitions: {definitions}, {} names", types.len());
    println!("names used twice or more: {} ({} %)", twice.len(), share(twice.len(), types.len()));
    for (name, places) in twice {
        println!("  {name}: {}", places.join(" "));
    }
    println!("one-word definitions: {one_word} ({} %)", share(one_word, definitions));
    println!("functions above {LONG_FUNCTION} lines: {}", long.len());
    long.iter().for_each(|function| println!("  {function}"));
    println!("old phrases: {}", phrases.values().sum::<usize>());
    phrases
        .iter()
        .filter(|(_, count)| **count > 0)
        .for_each(|(phrase, count)| println!("  {phrase}: {count}"));
}

/// The lines of code, without blank lines and comments.
fn code_lines(code: &str) -> usize {
    let is_code = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with("//");
    code.lines().filter(is_code).count()
}

/// Whether a line is a comment or contains a string.
fn is_prose(line: &str) -> bool {
    line.trim_start().starts_with("//") || line.contains('"')
}

fn words_in(name: &str) -> usize {
    name.chars().filter(char::is_ascii_uppercase).count()
}

/// The functions of a file that are too long. Their ends are found by the indentation of braces,
/// which rustfmt ensures.
fn long_functions(path: &str, code: &str) -> Vec<String> {
    let start = Regex::new(r"^( *)(?:pub(?:\([a-z: ]+\))? )?(?:async |const )*fn (\w+)").unwrap();
    let mut open: Option<(String, String, usize)> = None;
    let mut long = Vec::new();
    for (number, line) in code.lines().enumerate() {
        if open.is_none()
            && let Some(found) = start.captures(line)
        {
            open = Some((format!("{}}}", &found[1]), found[2].to_owned(), number));
        }
        if let Some((end, name, from)) = &open {
            let length = number - from + 1;
            if line == end || (length == 1 && (line.ends_with('}') || line.ends_with(';'))) {
                if length > LONG_FUNCTION {
                    long.push(format!("{path}: {name} ({length} lines)"));
                }
                open = None;
            }
        }
    }
    long
}
