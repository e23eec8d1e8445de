//! Edits feeds.toml: inserts a new source below the others and keeps every other byte.
//!
//! `toml_edit` is used only to find where tables end and to write the new table. The operator's
//! text is never rewritten, so comments, order and line endings cannot change.

use bantin_core::{KeyValue, Slug};
use ipnet::IpNet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;
use toml_edit::{Array, ArrayOfTables, Document, DocumentMut, InlineTable, Item, Table, value};
use url::Url;

/// A source to write into feeds.toml.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSource {
    /// The id of the source.
    pub id: Slug,
    /// The title that readers see.
    pub title: String,
    /// The province.
    pub province: Option<Slug>,
    /// The name of the agency within its province.
    pub agency: Option<String>,
    /// The address that is fetched first.
    pub url: Url,
    /// The kind of the source, with its keys.
    pub kind: NewKind,
    /// Private networks from which the source may be fetched.
    pub allow_private: Vec<IpNet>,
}

/// The kind of a new source, with its keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKind {
    /// The value of `kind`.
    pub name: &'static str,
    /// The kind's keys.
    pub settings: Vec<(&'static str, KeyValue)>,
}

/// The text of feeds.toml with a new source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditedConfig {
    /// The whole text.
    pub text: String,
    /// The line on which the new source begins, counted from 1.
    pub line: usize,
}

/// A failed edit of feeds.toml. The old file is unchanged.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// The file is not valid TOML.
    #[error("feeds.toml is not valid TOML, so nothing was written: {0}")]
    Toml(String),
    /// The sources are written as an inline array.
    #[error(
        "feeds.toml contains its sources as `source = [...]`, to which bantin cannot add one; write each as a [[source]], or add the new one by hand"
    )]
    Inline,
    /// The file was changed after it was read.
    #[error("{} was changed in the meantime, so nothing was written; run the command again", .0.display())]
    Changed(PathBuf),
    /// The file is read-only.
    #[error("{} is read-only; make it writable (chmod u+w), or change it by hand", .0.display())]
    ReadOnly(PathBuf),
    /// The file cannot be read or written.
    #[error("{} could not be written ({source}); check whether this user can write the file and its folder, and whether the disk is full", .path.display())]
    Failed {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
}

impl NewSource {
    /// The source as TOML, ending with a newline.
    pub fn toml(&self) -> String {
        let mut table = Table::new();
        table.insert("id", value(self.id.as_str()));
        table.insert("title", value(self.title.as_str()));
        if let Some(province) = &self.province {
            table.insert("province", value(province.as_str()));
        }
        if let Some(agency) = &self.agency {
            table.insert("agency", value(agency.as_str()));
        }
        table.insert("kind", value(self.kind.name));
        table.insert("url", value(self.url.as_str()));
        if !self.allow_private.is_empty() {
            let networks: Array = self.allow_private.iter().map(ToString::to_string).collect();
            table.insert("allow_private", value(networks));
        }
        for (key, written) in &self.kind.settings {
            insert(&mut table, key, written);
        }
        let mut sources = ArrayOfTables::new();
        sources.push(table);
        let mut document = DocumentMut::new();
        document.insert("source", Item::ArrayOfTables(sources));
        document.to_string()
    }
}

/// A source with these keys as TOML, ending with a newline. A key such as `select.item` goes into a
/// table.
pub fn source_of(keys: &[(String, KeyValue)]) -> String {
    let mut source = Table::new();
    for (key, written) in keys {
        insert(&mut source, key, written);
    }
    let mut sources = ArrayOfTables::new();
    sources.push(source);
    let mut document = DocumentMut::new();
    document.insert("source", Item::ArrayOfTables(sources));
    document.to_string()
}

/// Writes a key into the table of a source. A key such as `select.item` goes into a nested table.
fn insert(source: &mut Table, key: &str, written: &KeyValue) {
    let item = match written {
        KeyValue::Text(text) => value(text.as_str()),
        KeyValue::List(items) => value(items.iter().collect::<Array>()),
        KeyValue::Number(number) => value(*number),
        KeyValue::Truth(truth) => value(*truth),
    };
    match key.split_once('.') {
        None => {
            source.insert(key, item);
        }
        Some((table, key)) => {
            let table = source.entry(table).or_insert(value(InlineTable::new()));
            if let (Some(table), Ok(item)) = (table.as_inline_table_mut(), item.into_value()) {
                table.insert(key, item);
            }
        }
    }
}

/// Inserts a new source below the last one, or at the end of a file without sources.
///
/// # Errors
/// [`EditError::Toml`] and [`EditError::Inline`].
pub fn with(text: &str, source: &NewSource) -> Result<EditedConfig, EditError> {
    with_block(text, &source.toml())
}

/// Like [`with`], for sources that are TOML text already.
///
/// # Errors
/// [`EditError::Toml`] and [`EditError::Inline`].
pub fn with_block(text: &str, block: &str) -> Result<EditedConfig, EditError> {
    // A byte order mark is not part of the TOML text.
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mark = text.strip_suffix(body).unwrap_or_default();
    let document = Document::parse(body).map_err(|error| EditError::Toml(error.to_string()))?;
    let last = match document.as_table().get("source") {
        Some(Item::ArrayOfTables(sources)) => sources.iter().filter_map(end_of_table).max(),
        None | Some(Item::None) => None,
        Some(_) => return Err(EditError::Inline),
    };
    let at = last.map_or(body.len(), |end| line_after(body, end));
    let (before, after) = body.split_at_checked(at).unwrap_or((body, ""));
    let line_end = if body.contains("\r\n") { "\r\n" } else { "\n" };
    let mut edited = format!("{mark}{before}");
    if !before.is_empty() && !before.ends_with('\n') {
        edited.push_str(line_end);
    }
    let is_apart = before.lines().last().is_none_or(|line| line.trim().is_empty());
    if !is_apart {
        edited.push_str(line_end);
    }
    let line = edited.matches('\n').count() + 1;
    edited.push_str(&block.replace('\n', line_end));
    if after.lines().next().is_some_and(|line| !line.trim().is_empty()) {
        edited.push_str(line_end);
    }
    edited.push_str(after);
    Ok(EditedConfig { text: edited, line })
}

/// The location (`file:line`) of a source among the files from which a configuration was read.
pub fn location_of(files: &[PathBuf], id: &Slug) -> Option<String> {
    files.iter().find_map(|file| {
        let text = fs::read_to_string(file).ok()?;
        let is_toml = file.extension().is_some_and(|extension| extension == "toml");
        let line = if is_toml { line_in_toml(&text, id) } else { line_in_table(&text, id) };
        Some(format!("{}:{}", file.display(), line?))
    })
}

/// Replaces the content `old` of feeds.toml by `text`: atomically and durably, with the same owner
/// and permissions. A symbolic link to the file is kept.
///
/// # Errors
/// [`EditError::Changed`] and [`EditError::Failed`].
pub fn write(path: &Path, old: &str, text: &str) -> Result<(), EditError> {
    let failed = |source| EditError::Failed { path: path.to_owned(), source };
    let file = path.canonicalize().map_err(failed)?;
    if fs::read(&file).map_err(failed)? != old.as_bytes() {
        return Err(EditError::Changed(path.to_owned()));
    }
    replace(&file, text).map_err(failed)
}

fn replace(file: &Path, text: &str) -> io::Result<()> {
    persist(prepared(file, text)?, file)
}

/// Creates a temporary file with the new text in the same folder, with the owner and permissions of
/// the file that it will replace.
fn prepared(file: &Path, text: &str) -> io::Result<NamedTempFile> {
    let folder = file.parent().unwrap_or(Path::new("/"));
    let before = fs::metadata(file)?;
    let mut temporary = tempfile::Builder::new().prefix(".feeds.toml.").tempfile_in(folder)?;
    temporary.write_all(text.as_bytes())?;
    // Only root can change the owner. Other users own the file already, or own it afterwards.
    let _ = std::os::unix::fs::fchown(temporary.as_file(), Some(before.uid()), Some(before.gid()));
    temporary.as_file().set_permissions(before.permissions())?;
    temporary.as_file().sync_all()?;
    Ok(temporary)
}

fn persist(temporary: NamedTempFile, file: &Path) -> io::Result<()> {
    temporary.persist(file).map_err(|error| error.error)?;
    // The rename is durable only after the folder is synced.
    File::open(file.parent().unwrap_or(Path::new("/")))?.sync_all()
}

/// A file whose text is to be replaced. Neither text includes a byte order mark; the file's own
/// mark is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NewText {
    /// The file.
    pub(super) path: PathBuf,
    /// The current text.
    pub(super) old: String,
    /// The new text.
    pub(super) new: String,
}

/// The files that could not be written.
#[derive(Debug)]
pub struct UnwrittenFiles {
    /// The errors, file by file.
    pub errors: Vec<EditError>,
    /// The files that were written before the system failed.
    pub written: Vec<PathBuf>,
}

/// Replaces the texts of files like [`write`], but writes none if one is not writable. A read-only
/// file is not replaced even if its folder would permit that.
///
/// # Errors
/// All obstacles.
pub(super) fn write_all(texts: &[NewText]) -> Result<(), UnwrittenFiles> {
    let mut files: Vec<(PathBuf, NamedTempFile, &Path)> = Vec::new();
    let (mut errors, mut written) = (Vec::new(), Vec::new());
    for text in texts {
        match prepare_replacement(text) {
            Ok((file, _)) if files.iter().any(|(other, ..)| *other == file) => {}
            Ok((file, temporary)) => files.push((file, temporary, &text.path)),
            Err(error) => errors.push(error),
        }
    }
    if !errors.is_empty() {
        return Err(UnwrittenFiles { errors, written });
    }
    for (file, temporary, path) in files {
        match persist(temporary, &file) {
            Ok(()) => written.push(path.to_owned()),
            Err(source) => errors.push(EditError::Failed { path: path.to_owned(), source }),
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(UnwrittenFiles { errors, written }) }
}

fn prepare_replacement(text: &NewText) -> Result<(PathBuf, NamedTempFile), EditError> {
    let failed = |source| EditError::Failed { path: text.path.clone(), source };
    let file = text.path.canonicalize().map_err(failed)?;
    let found = fs::read_to_string(&file).map_err(failed)?;
    let body = found.strip_prefix('\u{feff}').unwrap_or(&found);
    if body != text.old {
        return Err(EditError::Changed(text.path.clone()));
    }
    if fs::metadata(&file).map_err(failed)?.permissions().readonly() {
        return Err(EditError::ReadOnly(text.path.clone()));
    }
    OpenOptions::new().append(true).open(&file).map_err(failed)?;
    let mark = found.strip_suffix(body).unwrap_or_default();
    let temporary = prepared(&file, &format!("{mark}{}", text.new)).map_err(failed)?;
    Ok((file, temporary))
}

/// The end of the last item in a table.
fn end_of_table(table: &Table) -> Option<usize> {
    let own = table.span().map(|span| span.end);
    table.iter().filter_map(|(_, item)| end_of_item(item)).chain(own).max()
}

fn end_of_item(item: &Item) -> Option<usize> {
    match item {
        Item::Table(table) => end_of_table(table),
        Item::ArrayOfTables(tables) => tables.iter().filter_map(end_of_table).max(),
        Item::Value(_) | Item::None => item.span().map(|span| span.end),
    }
}

/// The start of the line after an offset and after the comments that belong to it: those before a
/// blank line, because comments directly above a table belong to that table.
fn line_after(text: &str, end: usize) -> usize {
    let next_line = |from: usize| {
        let rest = text.get(from..).unwrap_or_default();
        rest.find('\n').map_or(text.len(), |newline| from + newline + 1)
    };
    let end = text.get(..end).map_or(end, |before| before.trim_end().len());
    let start = next_line(end);
    let mut to = start;
    loop {
        let next = next_line(to);
        let line = text.get(to..next).unwrap_or_default().trim();
        if line.is_empty() {
            return to;
        }
        if !line.starts_with('#') {
            return start;
        }
        to = next;
    }
}

fn line_in_toml(text: &str, id: &Slug) -> Option<usize> {
    let document = Document::parse(text.strip_prefix('\u{feff}').unwrap_or(text)).ok()?;
    let sources = document.as_table().get("source")?.as_array_of_tables()?;
    let is_it = |item: &&Item| item.as_str().is_some_and(|text| text.trim() == id.as_str());
    let written = sources.iter().find_map(|table| table.get("id").filter(is_it))?;
    let body = document.raw();
    Some(body.get(..written.span()?.start)?.matches('\n').count() + 1)
}

fn line_in_table(text: &str, id: &Slug) -> Option<usize> {
    let is_cell = |cell: &str| cell.trim().trim_matches('"') == id.as_str();
    let is_row = |line: &str| line.split([',', ';', '\t']).any(is_cell);
    text.lines().position(is_row).map(|at| at + 1)
}

#[cfg(test)]
mod tests;
