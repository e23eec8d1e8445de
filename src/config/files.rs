//! The texts of a configuration, stored end to end, so that one offset identifies file and
//! position.
//!
//! A value may come from feeds.toml, an included file, a cell of a table or the built-in defaults;
//! later readers of the value do not need to know which.

use std::ops::Range;
use std::path::{Path, PathBuf};

/// A range of bytes in the concatenated texts.
pub(super) type TextSpan = Range<usize>;

/// The texts in reading order.
#[derive(Debug, Default)]
pub(super) struct ConfigTexts {
    files: Vec<ConfigFile>,
    /// The files that were read from disk, including those that could not be read.
    read: Vec<PathBuf>,
    /// Texts that replace the content of files.
    overrides: Vec<(PathBuf, String)>,
}

#[derive(Debug)]
struct ConfigFile {
    path: PathBuf,
    text: String,
    start: usize,
}

/// A line of a file, for messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileLine<'a> {
    /// The path of the file, as the configuration names it.
    pub(super) path: &'a Path,
    /// The line number, counted from 1.
    pub(super) number: usize,
    /// The text of the line without the line ending.
    pub(super) text: &'a str,
    /// The start of the span within the line, in bytes.
    pub(super) from: usize,
    /// The end of the span within the line, in bytes; at most the end of the line.
    pub(super) to: usize,
}

impl FileLine<'_> {
    /// `file:line:column`, as editors parse it.
    pub(super) fn location(&self) -> String {
        let column = self.text.get(..self.from).map_or(0, |before| before.chars().count()) + 1;
        format!("{}:{}:{column}", self.path.display(), self.number)
    }
}

impl ConfigTexts {
    /// Adds a text and returns its start.
    pub(super) fn add(&mut self, path: &Path, text: String) -> usize {
        // There is one byte between two files, so that the end of one is not the start of the next.
        let start = self.files.last().map_or(0, |last| last.start + last.text.len() + 1);
        self.files.push(ConfigFile { path: path.to_owned(), text, start });
        start
    }

    /// Uses a text instead of the content of a file from now on.
    pub(super) fn override_text(&mut self, path: &Path, text: String) {
        self.overrides.push((path.to_owned(), text));
    }

    /// Reads a file from disk without its byte order mark. Returns its start and its text, or the
    /// reason why it cannot be read.
    pub(super) fn read(&mut self, path: &Path) -> Result<(usize, String), String> {
        let bytes = self.read_bytes(path)?;
        let text = String::from_utf8(bytes).map_err(|e| {
            let valid = e.as_bytes().get(..e.utf8_error().valid_up_to()).unwrap_or_default();
            let line = valid.iter().filter(|b| **b == b'\n').count() + 1;
            format!("line {line} is not UTF-8; save the file as UTF-8")
        })?;
        let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
        Ok((self.add(path, text.clone()), text))
    }

    /// Reads a file from disk to whose content no span refers.
    pub(super) fn read_bytes(&mut self, path: &Path) -> Result<Vec<u8>, String> {
        self.read.push(path.to_owned());
        if let Some((_, text)) = self.overrides.iter().find(|(pretended, _)| pretended == path) {
            return Ok(text.clone().into_bytes());
        }
        std::fs::read(path).map_err(|e| plain(&e))
    }

    /// The line in which a span begins.
    pub(super) fn line(&self, span: &TextSpan) -> Option<FileLine<'_>> {
        let file = self.file(span.start)?;
        let at = (span.start - file.start).min(file.text.len());
        let (before, after) = file.text.split_at_checked(at)?;
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line_end = after.find('\n').map_or(file.text.len(), |newline| at + newline);
        let text = file.text.get(line_start..line_end)?;
        let text = text.strip_suffix('\r').unwrap_or(text);
        let from = (at - line_start).min(text.len());
        let to = (span.end.saturating_sub(file.start + line_start)).clamp(from, text.len());
        let number = before.matches('\n').count() + 1;
        Some(FileLine { path: &file.path, number, text, from, to })
    }

    /// Replaces a text that may be a secret by asterisks; lengths and lines stay the same.
    pub(super) fn hide(&mut self, span: &TextSpan) {
        let Some(file) = self.files.iter_mut().rev().find(|file| file.start <= span.start) else {
            return;
        };
        let within = span.start - file.start..span.end - file.start;
        if let Some(text) = file.text.get(within.clone()) {
            let star = |byte| if matches!(byte, b'\n' | b'\r') { char::from(byte) } else { '*' };
            let stars: String = text.bytes().map(star).collect();
            file.text.replace_range(within, &stars);
        }
    }

    /// The folder to which the paths in a span are relative.
    pub(super) fn folder(&self, span: &TextSpan) -> PathBuf {
        let file = self.file(span.start);
        file.and_then(|file| file.path.parent()).unwrap_or(Path::new("")).to_owned()
    }

    /// The files that were read from disk, in order.
    pub(super) fn paths(&self) -> &[PathBuf] {
        &self.read
    }

    /// The texts that were read from disk, each with its file and its start.
    pub(super) fn read_texts(&self) -> impl Iterator<Item = (&Path, &str, usize)> {
        let is_read = |file: &&ConfigFile| self.read.contains(&file.path);
        self.files
            .iter()
            .filter(is_read)
            .map(|file| (file.path.as_path(), file.text.as_str(), file.start))
    }

    fn file(&self, place: usize) -> Option<&ConfigFile> {
        self.files.iter().rev().find(|file| file.start <= place)
    }
}

/// The error message of the operating system without its number: "(os error 2)" tells an operator
/// nothing.
pub(super) fn plain(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_found_in_its_file_and_line() {
        let mut files = ConfigTexts::default();
        files.add(Path::new("one/a.toml"), "x = 1\r\ntên = \"đỏ\"\r\n".into());
        let start = files.add(Path::new("two/b.csv"), "id\nhai".into());

        #[track_caller]
        fn check(files: &ConfigTexts, span: TextSpan, text: &str, location: &str) {
            let line = files.line(&span).unwrap();
            assert_eq!((line.text, line.location().as_str()), (text, location));
        }
        check(&files, 0..1, "x = 1", "one/a.toml:1:1");
        check(&files, 14..20, "tên = \"đỏ\"", "one/a.toml:2:7");
        check(&files, start + 3..start + 6, "hai", "two/b.csv:2:1");
        check(&files, start + 6..start + 6, "hai", "two/b.csv:2:4");
        assert_eq!(files.folder(&(start..start)), Path::new("two"));
    }
}
